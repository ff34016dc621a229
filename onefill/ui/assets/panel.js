// HTML of ours inside Streamlit: drawn anew only when it changed; focus and scroll stay where they were.
// [data-act="words"] and the choices of select[data-choose="words"] tell Python. The HTML comes escaped: nothing here cleans it.

export default function (component) {
  const root = component.parentElement.querySelector(".pn");
  const { html } = component.data;
  if (root.drawn !== html) redraw(root, html);
  if (component.data.tells) place(component.data);
  root.onclick = (event) => {
    const pressed = event.target.closest("[data-act]");
    if (!pressed || elsewhere(event, pressed)) return;
    if (pressed.tagName === "A") event.preventDefault();
    component.setTriggerValue("act", pressed.dataset.act);
  };
  root.onchange = ({ target }) => {
    if (target.matches("select[data-choose]")) component.setTriggerValue("act", `${target.dataset.choose}:${target.value}`);
  };
  root.onkeydown = walkRows;
}

// Pieces of the page that say something else than when the page was drawn. One that is not named says again what it
// said then; one that was drawn since has forgotten all this.
function place(pieces) {
  for (const spot of document.querySelectorAll("[data-piece]")) {
    const html = pieces[spot.dataset.piece] ?? spot.first;
    if (html === undefined || html === spot.drawn) continue;
    spot.first ??= spot.innerHTML;
    redraw(spot, html);
  }
}

function redraw(root, html) {
  const focused = root.contains(document.activeElement) ? document.activeElement.dataset : {};
  const scrolled = [...root.querySelectorAll("[data-scroll]")].map((box) => [box.dataset.scroll, box.scrollTop]);
  root.innerHTML = root.drawn = html;
  for (const [name, top] of scrolled) {
    const box = root.querySelector(`[data-scroll="${CSS.escape(name)}"]`);
    if (box) box.scrollTop = top;
  }
  const mark = ["act", "choose", "put"].find((name) => focused[name]);
  if (mark) root.querySelector(`[data-${mark}="${CSS.escape(focused[mark])}"]`)?.focus({ preventScroll: true });
  const current = root.querySelector("[aria-current]");
  const box = current?.closest("[data-scroll]");
  if (box && box.contains(current)) keepInView(box, current);
}

function keepInView(box, item) {
  const [outer, inner] = [box.getBoundingClientRect(), item.getBoundingClientRect()];
  if (inner.top < outer.top) box.scrollTop -= outer.top - inner.top;
  if (inner.bottom > outer.bottom) box.scrollTop += inner.bottom - outer.bottom;
  if (inner.left < outer.left || inner.right > outer.right) box.scrollLeft += inner.left - outer.left - 12;
}

// A link opened in another tab or window is the browser's own business.
function elsewhere(event, pressed) {
  return pressed.tagName === "A" && (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0);
}

// ↑ and ↓ walk through the lines of a list that says data-walk.
function walkRows(event) {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const list = event.target.closest("[data-walk]");
  if (!list) return;
  const stops = [...list.querySelectorAll("[data-stop]")];
  const next = stops[stops.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
