// Page pictures: next, zoom, turn; loaded as they come into view. Keys while the picture has the focus: ← → + − R 0.

const ACTS = [
  ["prev", "上一页", "chevron_left"],
  ["next", "下一页", "chevron_right"],
  ["out", "缩小", "zoom_out"],
  ["in", "放大", "zoom_in"],
  ["fit", "适合宽度", "fit_width"],
  ["turn", "右转 90 度", "rotate_right"],
];
const KEYS = { ArrowLeft: "prev", ArrowRight: "next", "-": "out", "+": "in", "=": "in", r: "turn", R: "turn", 0: "fit" };

export default function (component) {
  const root = component.parentElement.querySelector(".vw");
  const drawn = JSON.stringify(component.data);
  if (root.drawn === drawn) return;
  const sameTitle = root.title_ === component.data.title;
  root.drawn = drawn;
  root.title_ = component.data.title;
  new Viewer(root, component.data, sameTitle ? root.at : 0);
}

class Viewer {
  constructor(root, { pages, title }, at) {
    Object.assign(this, { root, pages, zoom: 1, turned: 0, at: Math.min(at ?? 0, pages.length - 1) });
    root.replaceChildren(this.bar(title), this.strip(), this.box());
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

  strip() {
    const strip = element("div", "vw-strip");
    strip.setAttribute("role", "group");
    strip.setAttribute("aria-label", "各页");
    this.thumbs = this.pages.map((page, at) => {
      const thumb = element("button");
      thumb.type = "button";
      thumb.dataset.page = at;
      thumb.setAttribute("aria-label", page.name);
      const picture = image(page);
      picture.alt = "";
      const number = element("span");
      number.textContent = at + 1;
      thumb.append(picture, number);
      return thumb;
    });
    strip.append(...this.thumbs);
    strip.hidden = this.pages.length < 2;
    return strip;
  }

  box() {
    const box = element("div", "vw-box");
    box.tabIndex = 0;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", "页面图片，左右键翻页");
    this.picture = element("img");
    box.append(this.picture);
    return box;
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
    if (name === "prev") this.at = Math.max(0, this.at - 1);
    if (name === "next") this.at = Math.min(last, this.at + 1);
    if (name === "out") this.zoom = Math.max(0.5, this.zoom - 0.25);
    if (name === "in") this.zoom = Math.min(4, this.zoom + 0.25);
    if (name === "fit") this.zoom = 1;
    if (name === "turn") this.turned = (this.turned + 90) % 360;
    this.draw();
    if (name === "prev" || name === "next") this.thumbs[this.at].scrollIntoView({ block: "nearest" });
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

function image(page) {
  const picture = element("img");
  picture.loading = "lazy";
  picture.src = page.small ?? page.src;
  picture.alt = page.name;
  return picture;
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
