// HTML of ours inside Streamlit: drawn anew only when it changed; focus and scroll stay where they were.
// [data-act="words"] and the choices of select[data-choose="words"] tell Python; form[data-say="verb"] tells "verb:" and its
// boxes as JSON. What is typed into form[data-keep="name"] outlives redrawing and reloading until it is sent or given up.
// The HTML comes escaped: nothing here cleans it.

export default function (component) {
  const root = component.parentElement.querySelector(".pn");
  const { html, heard } = component.data;
  if (root.drawn !== html) redraw(root, html);
  root.heard = heard;
  window.onefill.drawn?.(root);
  const tell = (words, pressed) => {
    const id = window.onefill.pressId();
    const send = () => component.setTriggerValue("act", `${id} ${words}`);
    document.dispatchEvent(new CustomEvent("onefill-told", { detail: { id, words } }));
    send();
    window.onefill.told?.(root, id, pressed, send);
  };
  root.onclick = (event) => {
    const filler = event.target.closest("[data-fill]");
    if (filler) return fill(filler);
    const pressed = event.target.closest("[data-act]");
    if (!pressed || elsewhere(event, pressed)) return;
    if (pressed.tagName === "A") event.preventDefault();
    if (pressed.matches("[data-cancel]")) forget(pressed.closest("form"));
    tell(pressed.dataset.act, pressed);
  };
  root.onchange = ({ target }) => {
    if (target.matches("select[data-choose]")) tell(`${target.dataset.choose}:${target.value}`);
  };
  root.oninput = ({ target }) => target.form?.matches("form[data-keep]") && keep(target.form);
  root.onsubmit = (event) => {
    const form = event.target.closest("form[data-say]");
    if (!form) return;
    event.preventDefault();
    tell(`${form.dataset.say}:${JSON.stringify(Object.fromEntries(new FormData(form)))}`, form);
    forget(form);
  };
  root.onkeydown = (event) => {
    formKeys(event);
    walkRows(event);
  };
}

// -- what is typed into a form of ours -------------------------------------------------------------------------------

const nameOf = (form) => `of-form:${form.dataset.keep}`;
const keep = (form) => sessionStorage.setItem(nameOf(form), JSON.stringify(Object.fromEntries(new FormData(form))));
const forget = (form) => form?.dataset.keep && sessionStorage.removeItem(nameOf(form));

function recall(root) {
  for (const form of root.querySelectorAll("form[data-keep]")) {
    const kept = JSON.parse(sessionStorage.getItem(nameOf(form)) ?? "{}");
    for (const [name, text] of Object.entries(kept)) if (form.elements[name]) form.elements[name].value = text;
  }
}

// A phrase that is offered goes to what is written already.
function fill(button) {
  const form = button.closest("form");
  const box = form.elements[button.dataset.fill];
  box.value = box.value.trim() ? `${box.value.trim()}；${button.dataset.text}` : button.dataset.text;
  if (form.dataset.keep) keep(form);
  box.focus();
}

function formKeys(event) {
  const form = event.target.closest("form[data-say]");
  if (!form || event.isComposing) return;
  if (event.key === "Enter" && event.ctrlKey) form.requestSubmit();
  if (event.key === "Escape") form.querySelector("[data-cancel]")?.click();
}

const spotIn = (box) => (box.form ? { form: box.form.dataset.say, name: box.name, from: box.selectionStart, to: box.selectionEnd } : null);

function putBack(root, { form, name, from, to }) {
  const box = root.querySelector(`form[data-say="${CSS.escape(form)}"]`)?.elements[name];
  if (!box) return;
  box.focus({ preventScroll: true });
  if (from !== null && from !== undefined && box.setSelectionRange) box.setSelectionRange(from, to);
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
window.onefill.place = place;

function redraw(root, html) {
  const focused = root.contains(document.activeElement) ? document.activeElement.dataset : {};
  const typing = root.contains(document.activeElement) ? spotIn(document.activeElement) : null;
  const asked = root.querySelector("[data-focus]")?.dataset.focus;
  const scrolled = [...root.querySelectorAll("[data-scroll]")].map((box) => [box.dataset.scroll, box.scrollTop]);
  root.innerHTML = root.drawn = html;
  recall(root);
  for (const [name, top] of scrolled) {
    const box = root.querySelector(`[data-scroll="${CSS.escape(name)}"]`);
    if (box) box.scrollTop = top;
  }
  const mark = ["act", "choose", "put", "copy"].find((name) => focused[name]);
  if (mark) root.querySelector(`[data-${mark}="${CSS.escape(focused[mark])}"]`)?.focus({ preventScroll: true });
  if (typing?.form) putBack(root, typing);
  const fresh = root.querySelector("[data-focus]");
  if (fresh && fresh.dataset.focus !== asked) {
    fresh.focus({ preventScroll: true });
    fresh.closest("form")?.scrollIntoView({ block: "nearest" });
  }
  // Measured only when the page is painted anyway: here everything would have to be laid out first, once for each panel.
  requestAnimationFrame(() => keepInView(root.querySelector("[aria-current]")));
}

function keepInView(item) {
  const box = item?.closest("[data-scroll]");
  if (!box) return;
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
