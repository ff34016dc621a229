// Keys of a page: a button that says aria-keyshortcuts="A" or "Alt+B" is pressed by it. Without Alt no key acts while
// somebody writes, and none does while an input method composes.
(() => {
  const words = (event) => {
    const key = /^Key[A-Z]$/.test(event.code) ? event.code[3] : event.key;
    return event.altKey ? `Alt+${key}` : key;
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.isComposing || event.repeat) return;
    if (!event.altKey && event.target.closest?.("input,textarea,select,[contenteditable]")) return;
    const asked = CSS.escape(words(event));
    const buttons = document.querySelectorAll(`:is(a, button)[aria-keyshortcuts="${asked}"]`);
    const button = [...buttons].find((one) => one.checkVisibility());
    if (!button) return;
    event.preventDefault();
    button.click();
  });
})();
