// Files for the checklist: chosen, dropped here, or dropped on a line that says data-take. Each goes to a route of ours
// by itself, so that one that is refused takes none of the others along. What says data-drag is moved by dragging.

const HTML = `
  <label class="dropbox small"><input type="file" class="vh" multiple>
    <span class="ms" aria-hidden="true" translate="no" data-i18n-skip>upload_file</span>
    <span><b></b><small></small></span></label>
  <ul class="going" aria-live="polite"></ul>`;
const MARK = "text/onefill";
const PAUSE = 1500; // between two redrawings while files are coming in

export default function (component) {
  const root = component.parentElement.querySelector(".su");
  if (!root.supply) root.supply = new Supply(root);
  root.supply.told(component);
  return () => root.supply.leave();
}

class Supply {
  constructor(root) {
    this.root = root;
    this.waiting = [];
    root.innerHTML = HTML;
    [this.box, this.input, this.list] = ["label", "input", "ul"].map((name) => root.querySelector(name));
    this.input.onchange = () => {
      this.add([...this.input.files], this.data.item);
      this.input.value = "";
    };
    this.list.onclick = (event) => this.pressed(event);
    this.heard = { dragstart: this.lift, dragover: this.over, dragleave: this.out, drop: this.drop };
    for (const [kind, deed] of Object.entries(this.heard)) {
      this.heard[kind] = deed.bind(this);
      document.addEventListener(kind, this.heard[kind]);
    }
  }

  told(component) {
    this.component = component;
    this.data = component.data;
    this.box.hidden = !this.data.item;
    this.root.querySelector("b").textContent = this.data.words;
    this.root.querySelector("small").textContent = this.data.kinds;
    this.input.accept = this.data.accept;
    this.input.setAttribute("aria-label", this.data.words);
  }

  leave() {
    for (const [kind, deed] of Object.entries(this.heard)) document.removeEventListener(kind, deed);
    this.root.supply = null;
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
    const item = goal.dataset.take ?? this.data.item;
    const moved = event.dataTransfer.getData(MARK);
    if (moved) this.component.setTriggerValue("act", `move:${moved}:${item}`);
    else this.add([...event.dataTransfer.files], item);
  }

  // -- sending --------------------------------------------------------------------------------------------------------

  add(files, item) {
    if (!files.length) return;
    if (item !== this.data.item) this.component.setTriggerValue("act", `item:${item}`); // look where they go
    for (const file of files) {
      const line = document.createElement("li");
      line.innerHTML = "<b></b><span></span><i class='bar' role='progressbar' aria-valuemin='0' aria-valuemax='100'><i></i></i>";
      line.firstChild.textContent = file.name;
      line.querySelector(".bar").setAttribute("aria-label", `正在传 ${file.name}`);
      this.list.append(line);
      this.waiting.push({ file, item, line });
      this.say(line, "等着传", "");
    }
    this.next();
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
    this.component.setTriggerValue("act", `supplied:${this.shown}`);
  }

  async send(one) {
    const { file, item, line } = one;
    if (file.size > this.data.most) return this.refused(line, tooBig(file.size, this.data.most));
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
