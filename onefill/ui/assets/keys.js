// Keys of a page: a button that says aria-keyshortcuts="A" or "Alt+B" is pressed by it. Without Alt no key acts while
// somebody writes, and none does while an input method composes.
// While a press is on its way the buttons are those of before: keys wait until the panel that has them was drawn anew,
// and then press what stands there if it says what it said when the key was pressed. Behind [data-last], which asks or
// decides, no key waits: nobody has seen yet what it would press.
(() => {
  const PATIENCE = 15000; // an answer that takes longer does not come any more
  const house = (window.onefill ??= {});
  const waiting = []; // {keys, words} in the order in which they were pressed
  let sent = null; // the press that is on its way: {heard, at, last}

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

  // Told by panels: a button of this one was pressed, or a form of it sent.
  house.told = (root, button) => {
    sent = { heard: root.heard, at: Date.now(), last: !button || "last" in button.dataset };
  };

  // Told by panels: this one stands as it is now. The others of the same drawing stand a moment later.
  house.drawn = (root) => {
    if (!sent || sent.heard === root.heard || !root.querySelector("[aria-keyshortcuts]")) return;
    const answered = sent;
    requestAnimationFrame(() => sent === answered && next());
  };

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
