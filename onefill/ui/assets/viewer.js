// Page pictures: next, zoom, turn; loaded as they come into view. Keys while the picture has the focus: ← → + − R 0.
// The page to be read comes first: the small ones and the next page are asked for once it is there.
// Where pages may be changed (data.edit), a second bar tells Python what to do with the page that is shown, and the
// small ones can be dragged to another place.

const ACTS = [
  ["prev", "上一页", "chevron_left"],
  ["next", "下一页", "chevron_right"],
  ["out", "缩小", "zoom_out"],
  ["in", "放大", "zoom_in"],
  ["fit", "适合宽度", "fit_width"],
  ["turn", "右转 90 度", "rotate_right"],
];
const EDITS = [
  ["earlier", "往前移", "arrow_back"],
  ["later", "往后移", "arrow_forward"],
  ["upright", "转正", "rotate_90_degrees_cw"],
  ["drop", "删去这一页", "delete"],
];
const KEYS = { ArrowLeft: "prev", ArrowRight: "next", "-": "out", "+": "in", "=": "in", r: "turn", R: "turn", 0: "fit" };

export default function (component) {
  const root = component.parentElement.querySelector(".vw");
  const data = JSON.parse(new TextDecoder().decode(component.data));
  const drawn = JSON.stringify(data);
  if (root.drawn === drawn) return;
  const sameTitle = root.title_ === data.title;
  const focused = root.contains(document.activeElement) ? document.activeElement.dataset.do : null;
  root.drawn = drawn;
  root.title_ = data.title;
  new Viewer(root, data, sameTitle ? root.at : 0, (said) => component.setTriggerValue("act", said));
  if (focused) root.querySelector(`[data-do="${focused}"]`)?.focus({ preventScroll: true });
}

class Viewer {
  constructor(root, { pages, title, edit, targets }, at, tell) {
    Object.assign(this, { root, pages, tell, zoom: 1, turned: 0, at: Math.min(at ?? 0, pages.length - 1) });
    root.replaceChildren(this.bar(title), ...(edit ? [this.edits(targets)] : []), this.strip(edit), this.box());
    root.onclick = (event) => this.pressed(event);
    root.querySelector(".vw-box").onkeydown = (event) => this.key(event);
    this.draw();
  }

  bar(title) {
    const bar = element("div", "vw-bar");
    const name = element("b", "vw-t");
    name.textContent = title;
    const buttons = Object.fromEntries(ACTS.map(([act, words, sign]) => [act, button(act, words, sign)]));
    this.count = element("span", "vw-n");
    this.count.setAttribute("role", "status");
    this.percent = element("span", "vw-z");
    bar.append(name, element("span", "sp"), buttons.prev, this.count, buttons.next, element("i", "vw-s"));
    bar.append(buttons.out, this.percent, buttons.in, buttons.fit, buttons.turn);
    return bar;
  }

  edits(targets) {
    const bar = element("div", "vw-edit");
    bar.setAttribute("role", "group");
    bar.setAttribute("aria-label", "这一页");
    for (const [act, words, sign] of EDITS) {
      const made = button(act, words, sign);
      made.className = "btn s";
      made.removeAttribute("title");
      made.removeAttribute("aria-label");
      made.append(words);
      bar.append(made);
    }
    const choice = element("select", "pickone mv");
    choice.setAttribute("aria-label", "把这一页移到");
    choice.append(new Option("移到…", "", true, true), ...targets.map(([id, title]) => new Option(title, id)));
    choice.options[0].disabled = true;
    choice.onchange = () => this.tell(`move:${this.pages[this.at].mark}:${choice.value}`);
    bar.append(choice);
    return bar;
  }

  strip(edit) {
    const strip = element("div", "vw-strip");
    strip.setAttribute("role", "group");
    strip.setAttribute("aria-label", "各页");
    this.thumbs = this.pages.map((page, at) => {
      const thumb = element("button");
      thumb.type = "button";
      thumb.dataset.page = at;
      thumb.setAttribute("aria-label", page.name);
      if (edit) {
        thumb.draggable = true;
        thumb.dataset.drag = page.mark;
      }
      const picture = element("img");
      picture.loading = "lazy";
      picture.alt = "";
      if (edit) picture.draggable = false;
      const number = element("span");
      number.textContent = page.tag ? `${at + 1} ${page.tag}` : at + 1;
      number.classList.toggle("tag", Boolean(page.tag));
      thumb.append(picture, number);
      return thumb;
    });
    if (edit) this.sorted(strip);
    strip.append(...this.thumbs);
    strip.hidden = this.pages.length < 2;
    return strip;
  }

  // A small picture that is dropped on another one takes its place, whichever file either is in.
  sorted(strip) {
    const thumb = (event) => event.target.closest("[data-page]");
    const light = (goal) => this.thumbs.forEach((one) => one.classList.toggle("over", one === goal));
    strip.ondragstart = (event) => (this.lifted = Number(thumb(event)?.dataset.page ?? -1));
    strip.ondragend = () => light((this.lifted = null));
    strip.ondragleave = () => light(null);
    strip.ondragover = (event) => {
      const goal = thumb(event);
      if (!goal || !(this.lifted >= 0)) return;
      event.preventDefault();
      light(goal);
    };
    strip.ondrop = (event) => {
      const goal = thumb(event);
      if (!goal || !(this.lifted >= 0)) return;
      event.preventDefault();
      light(null);
      const to = Number(goal.dataset.page);
      if (to === this.lifted) return;
      this.tell(`put:${this.pages[this.lifted].mark}:${to}`);
      this.root.at = to;
    };
  }

  box() {
    const box = element("div", "vw-box");
    box.tabIndex = 0;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", "页面图片，左右键翻页");
    this.picture = element("img");
    this.picture.onload = this.picture.onerror = () => this.loadOthers();
    box.append(this.picture);
    return box;
  }

  loadOthers() {
    for (const [at, thumb] of this.thumbs.entries()) {
      const { small, src } = this.pages[at];
      const picture = thumb.querySelector("img");
      if (!picture.src) picture.src = small ?? src;
    }
    const next = this.pages[this.at + 1];
    if (next) new Image().src = next.src;
  }

  draw() {
    const page = this.pages[this.at];
    this.root.at = this.at;
    this.count.textContent = `${this.at + 1} / ${this.pages.length}`;
    this.percent.textContent = `${Math.round(this.zoom * 100)}%`;
    this.picture.src = page.src;
    this.picture.alt = page.name;
    const sideways = this.turned % 180 ? " scale(.7)" : "";
    this.picture.style.cssText = `width:${100 * this.zoom}%;transform:rotate(${this.turned}deg)${sideways}`;
    this.thumbs.forEach((thumb, at) => thumb.setAttribute("aria-current", at === this.at));
  }

  act(name) {
    const last = this.pages.length - 1;
    if (EDITS.some(([edit]) => edit === name)) return this.edit(name);
    if (name === "prev") this.at = Math.max(0, this.at - 1);
    if (name === "next") this.at = Math.min(last, this.at + 1);
    if (name === "out") this.zoom = Math.max(0.5, this.zoom - 0.25);
    if (name === "in") this.zoom = Math.min(4, this.zoom + 0.25);
    if (name === "fit") this.zoom = 1;
    if (name === "turn") this.turned = (this.turned + 90) % 360;
    this.draw();
    if (name === "prev" || name === "next") this.thumbs[this.at].scrollIntoView({ block: "nearest" });
  }

  // A page that is moved stays the one that is shown.
  edit(name) {
    this.tell(`${name}:${this.pages[this.at].mark}`);
    if (name === "earlier") this.root.at = Math.max(0, this.at - 1);
    if (name === "later") this.root.at = Math.min(this.pages.length - 1, this.at + 1);
  }

  pressed(event) {
    const act = event.target.closest("[data-do]");
    const page = event.target.closest("[data-page]");
    if (page) this.at = Number(page.dataset.page);
    if (act) this.act(act.dataset.do);
    else if (page) this.draw();
  }

  key(event) {
    const act = KEYS[event.key];
    if (!act || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    this.act(act);
  }
}

function element(tag, className = "") {
  const made = document.createElement(tag);
  made.className = className;
  return made;
}

function button(act, words, sign) {
  const made = element("button", "ib");
  made.type = "button";
  made.dataset.do = act;
  made.title = words;
  made.setAttribute("aria-label", words);
  const mark = element("span", "ms");
  mark.setAttribute("aria-hidden", "true");
  mark.setAttribute("data-i18n-skip", "");
  mark.textContent = sign;
  made.append(mark);
  return made;
}
