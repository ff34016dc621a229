// The matrix: a choice per cell. What is pressed there shows at once, and what was shown decides what a press means:
// two windows that press the same do not undo each other. One stop for the Tab key, then arrows; a number or the first
// letter of an option chooses it and goes to the next line.
(() => {
  const house = window.onefill;
  const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  const options = (line) => [...line.querySelectorAll("[data-put]")];
  const optionOf = (event) => event.target.closest?.(".matrix [data-put]");

  function put(option, on) {
    const line = option.closest("li");
    for (const one of options(line)) one.setAttribute("aria-pressed", one === option && on);
    house.keep({ ...line.dataset, text: on ? option.textContent : "", anew: true });
  }

  document.addEventListener("click", (event) => {
    const option = optionOf(event);
    if (!option || event.detail > 1) return; // the second click of two takes nothing back
    put(option, option.getAttribute("aria-pressed") !== "true");
  });

  document.addEventListener("focusin", (event) => {
    const option = optionOf(event);
    if (!option) return;
    for (const one of option.closest(".matrix").querySelectorAll("[data-put][tabindex='0']")) one.tabIndex = -1;
    option.tabIndex = 0;
  });

  document.addEventListener("keydown", (event) => {
    const option = optionOf(event);
    if (!option || event.ctrlKey || event.altKey || event.metaKey) return;
    const line = option.closest("li");
    const said = event.key.toLowerCase();
    const chosen = options(line).find(({ dataset }, n) => said === String(n + 1) || dataset.letter.includes(said));
    if (chosen) put(chosen, true);
    else if (["Delete", "Backspace"].includes(event.key)) put(option, false);
    const [down, right] = STEPS[event.key] ?? [chosen ? 1 : 0, 0];
    if (!chosen && !down && !right) return;
    event.preventDefault();
    const lines = [...line.parentElement.children];
    const goal = lines[lines.indexOf(line) + down];
    if (goal) options(goal)[options(line).indexOf(option) + right]?.focus();
  });
})();
