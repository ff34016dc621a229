// Files for the checklist: chosen, dropped here, or dropped on a line that says data-take. Each goes to a route of ours
// by itself, so that one that is refused takes none of the others along. What says data-drag is moved by dragging.
// From the press that chooses another item to the answer of the server the box is that other item's already: what comes
// then goes where the person looks, not where the page still stands.

const HTML = `
  <label class="dropbox small"><input type="file" class="vh" multiple>
    <span class="ms" aria-hidden="true" translate="no" data-i18n-skip>upload_file</span>
    <span><b></b><small></small></span></label>
  <ul class="going" aria-live="polite"></ul>`;
const MARK = "text/onefill";
const PAUSE = 1500; // between two redrawings while files are coming in

const supplies = new Map(); // by the route: what is on its way goes on, and is told, when the page is drawn anew

export default function (component) {
  const { href } = component.data;
  if (!supplies.has(href)) supplies.set(href, new Supply());
  supplies.get(href).told(component, component.parentElement.querySelector(".su"));
}

class Supply {
  constructor() {
    this.waiting = [];
    const made = document.createElement("template");
    made.innerHTML = HTML;
    [this.box, this.input, this.list] = ["label", "input", "ul"].map((name) => made.content.querySelector(name));
    this.input.onchange = () => {
      this.add([...this.input.files], this.goes());
      this.input.value = "";
    };
    this.list.onclick = (event) => this.pressed(event);
    const ears = { dragstart: this.lift, dragover: this.over, dragleave: this.out, drop: this.drop, "onefill-told": this.bound };
    for (const [kind, deed] of Object.entries(ears)) {
      document.addEventListener(kind, (event) => this.box.isConnected && deed.call(this, event));
    }
    addEventListener("beforeunload", (event) => this.busy && event.preventDefault());
  }

  told(component, root) {
    this.component = component;
    this.data = component.data;
    if (!root.contains(this.box)) root.replaceChildren(this.box, this.list);
    if (this.data.heard.includes(this.going?.id)) this.going = null;
    this.draw();
  }

  draw() {
    const item = this.goes();
    const goal = this.going ? `归到“${nameOf(item)}”` : "";
    this.box.hidden = !item;
    this.box.querySelector("b").textContent = this.data.words;
    this.box.querySelector("small").textContent = goal || this.data.kinds;
    this.input.accept = goal ? "" : this.data.accept;
    this.input.setAttribute("aria-label", goal ? `${this.data.words}，${goal}` : this.data.words);
  }

  // -- which item -----------------------------------------------------------------------------------------------------

  // An item was chosen; until the server has heard of it, what stands beside the box is of the one before.
  bound({ detail: { id, words } }) {
    if (!words.startsWith("item:")) return;
    this.going = { id, item: words.slice("item:".length) };
    this.draw();
  }

  // Whose the box is; nothing if that item takes no files.
  goes() {
    if (!this.going) return this.data.item;
    return lineOf(this.going.item)?.dataset.take ? this.going.item : "";
  }

  tell(words) {
    const id = window.onefill.pressId();
    this.bound({ detail: { id, words } });
    this.component.setTriggerValue("act", `${id} ${words}`);
  }

  // -- dragging -------------------------------------------------------------------------------------------------------

  lift(event) {
    const what = event.target.closest?.("[data-drag]");
    if (!what) return;
    event.dataTransfer.setData(MARK, what.dataset.drag);
    event.dataTransfer.effectAllowed = "move";
  }

  // Where it would go: a line of the checklist, or for files the box itself.
  goal(event) {
    const types = event.dataTransfer?.types ?? [];
    const line = event.target.closest?.("[data-take]");
    if (!this.data.open) return null;
    if (types.includes(MARK)) return line;
    return types.includes("Files") ? (line ?? event.target.closest?.(".dropbox.small")) : null;
  }

  over(event) {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault(); // a miss opens no file in place of the page
    const goal = this.goal(event);
    if (!goal) return;
    event.preventDefault();
    if (this.lit !== goal) this.out();
    this.lit = goal;
    goal.classList.add("over");
  }

  out() {
    this.lit?.classList.remove("over");
    this.lit = null;
  }

  drop(event) {
    const goal = this.goal(event);
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
    this.out();
    if (!goal) return;
    event.preventDefault();
    const item = goal.dataset.take ?? this.goes();
    const moved = event.dataTransfer.getData(MARK);
    if (moved) this.tell(`move:${moved}:${item}`);
    else this.add([...event.dataTransfer.files], item);
  }

  // -- sending --------------------------------------------------------------------------------------------------------

  add(files, item) {
    if (!files.length) return;
    const name = item === this.data.item ? "" : nameOf(item);
    if (item && item !== (this.going?.item ?? this.data.item)) this.tell(`item:${item}`); // look where they go
    for (const file of files) {
      const line = document.createElement("li");
      line.innerHTML = "<b></b><span></span><i class='bar' role='progressbar' aria-valuemin='0' aria-valuemax='100'><i></i></i>";
      line.firstChild.textContent = name ? `${file.name}　归到“${name}”` : file.name;
      line.querySelector(".bar").setAttribute("aria-label", `正在传 ${file.name}`);
      this.list.append(line);
      if (!item) this.homeless({ file, line });
      else this.waiting.push({ file, item, line });
      if (item) this.say(line, "等着传", "");
    }
    this.next();
  }

  // The item that is shown by now takes no files: it stays in the list until it is known where it goes.
  homeless({ file, line }) {
    this.say(line, "这一件不用传文件，还没有收。归到哪一件，先选那一件再传", "bad");
    line.again = { file, item: this.data.spare };
    line.append(button("again", `先放到“${nameOf(this.data.spare)}”`), button("close", "知道了"));
  }

  async next() {
    if (this.busy) return;
    this.busy = true;
    while (this.waiting.length) {
      await this.send(this.waiting.shift());
      if (!this.waiting.length || Date.now() - (this.shown ?? 0) > PAUSE) this.show();
    }
    this.busy = false;
  }

  show() {
    this.shown = Date.now();
    this.tell(`supplied:${this.shown}`);
  }

  async send(one) {
    const { file, item, line } = one;
    if (item === this.data.item && file.size > this.data.most) return this.refused(line, tooBig(file.size, this.data.most));
    if (!file.size) return this.refused(line, "文件是空的（0 字节）。打开原来的文件看一看，重新扫描或导出再传");
    try {
      const answer = await this.post(`${this.data.href}/${encodeURIComponent(item)}`, file, line);
      const said = JSON.parse(answer.responseText);
      if (answer.status === 200) this.taken(line, said);
      else this.refused(line, said.message);
    } catch {
      this.say(line, "没有传到：连接断了，或文件正被别的程序改动", "bad");
      line.again = one;
      line.append(button("again", "再传"), button("close", "知道了"));
    }
  }

  async post(href, file, line) {
    const token = await window.onefill.token();
    return new Promise((done, failed) => {
      const request = new XMLHttpRequest();
      request.open("POST", href);
      request.setRequestHeader("x-onefill-token", token);
      request.setRequestHeader("x-onefill-name", encodeURIComponent(file.name));
      request.setRequestHeader("content-type", "application/octet-stream");
      request.upload.onprogress = ({ loaded, total }) => this.progress(line, loaded, total);
      request.onload = () => done(request);
      request.onerror = request.onabort = failed;
      request.send(file);
    });
  }

  progress(line, loaded, total) {
    const percent = Math.floor((100 * loaded) / total);
    const bar = line.querySelector(".bar");
    bar.setAttribute("aria-valuenow", percent);
    bar.firstChild.style.width = `${percent}%`;
    this.say(line, loaded < total ? `正在传 ${percent}%` : "传好了，正在看", "");
  }

  taken(line, { pages, twice, told }) {
    const where = told ? `：${told}` : "";
    this.say(line, twice ? "这份已经在了，没有重复收" : `已收下，${pages} 页${where}`, "good");
    if (where && !twice) line.append(button("close", "知道了"));
    else setTimeout(() => line.remove(), 6000);
  }

  refused(line, words) {
    this.say(line, words, "bad");
    line.append(button("close", "知道了"));
  }

  say(line, words, look) {
    const place = line.querySelector("span");
    place.textContent = words;
    line.className = look;
    if (look) line.querySelector(".bar")?.remove();
    if (look === "bad") place.setAttribute("role", "alert");
  }

  pressed({ target }) {
    const line = target.closest("li");
    const deed = target.dataset?.do;
    if (deed === "again") this.add([line.again.file], line.again.item);
    if (deed) line.remove();
  }
}

// The line of an item in the checklist, and what stands there.
const lineOf = (item) => document.querySelector(`.mats li:has([data-act="${CSS.escape(`item:${item}`)}"])`);
const nameOf = (item) => lineOf(item)?.querySelector("b").textContent ?? "";

function button(deed, words) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "lk";
  made.dataset.do = deed;
  made.textContent = words;
  return made;
}

function tooBig(size, most) {
  const inMB = (bytes) => Math.ceil(bytes / 1024 / 1024);
  return `文件 ${inMB(size)} MB，最大 ${inMB(most)} MB。用 200 dpi 重扫，或分成几个文件再传`;
}
