// Keys of a page: a button that says aria-keyshortcuts="A" or "Alt+B" is pressed by it. Without Alt no key acts while
// somebody writes, and none does while an input method composes.
// While a press is on its way the buttons are those of before: keys wait until the panel that has them was drawn anew,
// and then press what stands there if it says what it said when the key was pressed. Behind [data-last], which asks or
// decides, no key waits: nobody has seen yet what it would press.
// A press that got lost on its way, for the page stands still and nothing was drawn that has heard of it, is told again.
(() => {
  const PATIENCE = 15000; // an answer that takes longer does not come any more
  const LOOK = 400;
  const STILL = 4; // looks in which the page stood still, after which a press is lost
  const house = (window.onefill ??= {});
  const waiting = []; // {keys, words} in the order in which they were pressed
  let sent = null; // the press that is on its way: {id, at, last, root, again, still}

  const keysOf = (event) => {
    const key = /^Key[A-Z]$/.test(event.code) ? event.code[3] : event.key;
    return event.altKey ? `Alt+${key}` : key;
  };
  const buttonOf = (keys) => {
    const buttons = document.querySelectorAll(`:is(a, button)[aria-keyshortcuts="${CSS.escape(keys)}"]`);
    return [...buttons].find((one) => one.checkVisibility());
  };
  const writes = (keys, place) => !keys.startsWith("Alt+") && place?.closest?.("input,textarea,select,[contenteditable]");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.isComposing || event.repeat) return;
    const keys = keysOf(event);
    if (writes(keys, event.target)) return;
    const button = buttonOf(keys);
    if (!button) return;
    event.preventDefault();
    if (sent && Date.now() - sent.at > PATIENCE) forget();
    if (!sent) button.click();
    else if (!(waiting.at(-1) ?? sent).last) waiting.push({ keys, words: button.textContent, last: "last" in button.dataset });
  });

  // Told by panels: a press on a button of this one, or of a form of it, is on its way; ``again`` tells it once more.
  house.told = (root, id, pressed, again) => {
    sent = { id, at: Date.now(), last: "last" in (pressed?.dataset ?? {}), root, again, still: 0 };
    setTimeout(look, LOOK, sent); // also if another press follows
  };

  // Told by panels: this one stands as it is now. The others of the same drawing stand a moment later.
  house.drawn = (root) => {
    if (!sent || !root.heard.includes(sent.id) || !root.querySelector("[aria-keyshortcuts]")) return;
    const answered = sent;
    requestAnimationFrame(() => sent === answered && next());
  };

  function look(press) {
    if (!press.root.isConnected || press.root.heard.includes(press.id)) return;
    const app = document.querySelector("[data-test-script-state]");
    press.still = app?.dataset.testScriptState === "notRunning" ? press.still + 1 : 0;
    if (press.still === STILL) {
      press.still = 0;
      press.again();
    }
    if (Date.now() - press.at < PATIENCE) setTimeout(look, LOOK, press);
  }

  function next() {
    sent = null;
    while (!sent && waiting.length) {
      const { keys, words } = waiting.shift();
      const button = buttonOf(keys);
      if (button?.textContent === words && !writes(keys, document.activeElement)) button.click();
    }
  }

  function forget() {
    sent = null;
    waiting.length = 0;
  }
})();
