// The table of a repeating section: typed like Excel or WPS, kept by Python.
//
// Three parts, from the inside out. Rows: texts, problems, what was done and can be undone. Post: what Python has not
// heard yet goes out, what it answers comes in; only changes travel. Grid: what is seen and pressed.
//
// The box one types in (a textarea) always has the focus and lies over the active cell: that is what makes Chinese
// input methods work from the first key on. Nothing is lost: each keystroke goes to a route of ours, each finished
// cell to Python until Python says it has it, and on leaving the page once more.

// Height of a row, as in grid.css.
const ROW = 30;
// Width of the column of row numbers.
const NUMBERS = 44;
// Rows drawn above and below what is seen.
const SPARE = 6;
// Ms after a keystroke.
const DRAFT = 120;
// Ms in which several changes leave together.
const SOON = 15;
// Ms without an answer, then it is sent again.
const PATIENCE = 4000;
const MOST_UNDO = 200; // steps that can be undone
// Bytes that a browser still sends while the page goes.
const PART = 60000;

const house = (window.onefill ??= {});
const grids = (house.grids ??= new Map()); // they outlive a redrawn page
let count = Date.now(); // numbers what is done; goes on rising over a reload

// Called for every answer of Python.
export default function draw(component) {
  const root = component.parentElement.querySelector(".og");
  const data = JSON.parse(new TextDecoder().decode(component.data));
  if (!grids.has(data.name)) grids.set(data.name, new Grid(data));
  const grid = grids.get(data.name);
  grid.post.component = component;
  if (grid.root !== root) grid.build(root, data);
  grid.hear(data);
}

// -- small things

const SIGNS = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const esc = (text) => String(text).replace(/[&<>"]/g, (sign) => SIGNS[sign]);
const icon = (name) => `<span class="ms" aria-hidden="true" translate="no">${name}</span>`;
const bytes = (deed) => new Blob([JSON.stringify(deed)]).size + 1;
const clamp = (value, low, high) => Math.max(low, Math.min(high, value));

function newId() {
  return "r" + [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => (byte % 36).toString(36)).join("").slice(0, 11);
}

// The same sum as zlib.adler32 in Python: whether both sides have the same rows in the same order.
function orderSum(rows) {
  let [a, b] = [1, 0];
  for (const row of rows) {
    for (const sign of row.id + " ") {
      a = (a + sign.charCodeAt(0)) % 65521;
      b = (b + a) % 65521;
    }
  }
  return b * 65536 + a;
}

// Cells as spreadsheets copy them: tabs and line ends part them, quotes hold a cell together that has such inside.
const QUOTED = /"([^"]*(?:""[^"]*)*)"(?=[\t\n]|$)/y;
const PLAIN = /[^\t\n]*/y;

function readCells(copied) {
  const text = copied.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  const lines = [[]];
  let at = 0;
  const read = (pattern) => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  while (at <= text.length) {
    const quoted = text[at] === '"' ? read(QUOTED) : null;
    const [whole, inside] = quoted ?? read(PLAIN);
    lines.at(-1).push((quoted ? inside.replaceAll('""', '"') : whole).trim());
    at += whole.length;
    if (text[at] === "\n") lines.push([]);
    at++;
  }
  return lines;
}

function writeCells(lines) {
  const cell = (text) => (/[\t\n]|^"/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return lines.map((line) => line.map(cell).join("\t")).join("\n");
}

// Figures by what they are worth, the rest as Chinese is sorted; nothing comes last, whichever way round.
function compareTexts(a, b, sign) {
  const [x, y] = [a, b].map((text) => (text && !isNaN(text) ? Number(text) : null));
  if (x !== null && y !== null) return sign * (x - y);
  return (a === "") - (b === "") || sign * a.localeCompare(b, "zh-CN", { numeric: true });
}

// -- Rows: texts and problems, and what can be undone

// A row: {id, texts: {column: text, null where a condition hides it}, wrong: {column: [[level, what, remedy, missing]]},
// clash: {column: {mine, theirs, when}}}. The column "" stands for the row as such.
class Rows {
  constructor() {
    this.list = [];
    this.byId = new Map();
    this.reckoned = new Set(); // columns that are not typed
  }

  load(rows) {
    this.list = rows.map(([id, texts, wrong]) => ({ id, texts, wrong, clash: this.byId.get(id)?.clash ?? {} }));
    this.byId = new Map(this.list.map((row) => [row.id, row]));
  }

  place(id) {
    return this.list.indexOf(this.byId.get(id));
  }

  before(id) {
    return this.list[this.place(id) - 1]?.id ?? null;
  }

  // Does something to the rows; what undoes it.
  apply(deed) {
    return this[deed.op](deed);
  }

  set({ row: id, values }) {
    const row = this.byId.get(id);
    if (!row) return [];
    const before = {};
    for (const [column, text] of Object.entries(values)) {
      before[column] = row.texts[column] ?? "";
      row.texts[column] = text;
    }
    return [{ op: "set", row: id, values: before }];
  }

  add({ rows, after }) {
    const fresh = rows.filter(({ id }) => !this.byId.has(id));
    const at = after === null ? 0 : this.byId.has(after) ? this.place(after) + 1 : this.list.length;
    const made = fresh.map(({ id, values, wrong }) => ({ id, texts: { ...values }, wrong: wrong ?? {}, clash: {} }));
    this.list = [...this.list.slice(0, at), ...made, ...this.list.slice(at)];
    for (const row of made) this.byId.set(row.id, row);
    return [{ op: "drop", rows: fresh.map(({ id }) => id) }];
  }

  drop({ rows: ids }) {
    const gone = new Set(ids.filter((id) => this.byId.has(id)));
    const back = [];
    let last = null;
    for (const row of this.list) {
      if (!gone.has(row.id)) last = row.id;
      else if (back.at(-1)?.after === last) back.at(-1).rows.push(this.snapshot(row));
      else back.push({ op: "add", after: last, rows: [this.snapshot(row)] });
    }
    this.list = this.list.filter((row) => !gone.has(row.id));
    for (const id of gone) this.byId.delete(id);
    return back;
  }

  // A row as it is put back: what was typed into it.
  snapshot({ id, texts, wrong }) {
    const typed = Object.entries(texts).filter(([column, text]) => text !== null && !this.reckoned.has(column));
    return { id, values: Object.fromEntries(typed), wrong };
  }

  move({ rows: ids, after }) {
    const moving = ids.map((id) => this.byId.get(id)).filter(Boolean);
    const chosen = new Set(moving);
    const back = moving.map((row) => ({ op: "move", rows: [row.id], after: this.before(row.id) }));
    const rest = this.list.filter((row) => !chosen.has(row));
    const at = after === null ? 0 : rest.indexOf(this.byId.get(after)) + 1 || rest.length;
    this.list = [...rest.slice(0, at), ...moving, ...rest.slice(at)];
    return back;
  }
}

// -- Post: what Python has not heard yet, and what it answers

class Post {
  constructor(data, rows, told) {
    this.rows = rows;
    this.told = told; // what to call when the connection is cut or back
    this.name = data.name;
    this.waiting = this.takeKept(); // deeds that Python has not confirmed, in order
    this.kept = 0; // number of the newest one of those that our route has kept before Streamlit heard of it
    this.sent = 0; // number of the newest one that is under way
    this.load = null;
    this.got = 0; // number of the newest answer
    this.seen = null; // the record's newest change, as far as we know
    this.timer = this.alarm = this.drafting = 0;
    this.draft = null; // an unfinished cell
    this.cut = false;
    addEventListener("pagehide", () => this.leave());
  }

  // A deed of a person: done to the rows at once, told to Python soon.
  take(deed) {
    for (const part of partsOf(deed)) this.waiting.push({ seen: this.seen, ...part, n: ++count });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), SOON);
  }

  // One batch at a time: Streamlit would let a second one overwrite the first while Python is busy.
  flush() {
    clearTimeout(this.timer);
    if (this.sent || !this.waiting.length) return;
    this.sent = this.waiting.at(-1).n;
    this.sendParts(false).then(() => this.speak({}));
    clearTimeout(this.alarm);
    const rows = this.waiting.reduce((sum, deed) => sum + (deed.rows?.length ?? 1), 0);
    this.alarm = setTimeout(() => this.again(), PATIENCE + 5 * rows); // thousands of rows take their time
  }

  speak(more) {
    const { load, got, kept } = this;
    const rows = this.waiting.flatMap((deed) => (deed.op === "add" ? deed.rows : { ...deed, id: deed.row }));
    const stated = Object.fromEntries(rows.flatMap(({ id, stated: one }) => (one && Object.keys(one)[0] ? [[id, one]] : [])));
    this.component.setTriggerValue("said", { id: newId(), load, got, kept, ops: this.unsent.map(plainDeed), stated, ...more });
  }

  again() {
    this.sent = 0;
    this.sendParts(true).then((fine) => {
      this.setCut(!fine);
      this.flush();
    });
  }

  get unsent() {
    return this.waiting.filter((deed) => deed.n > this.kept);
  }

  // What is too much for one part, or all of it, in parts by our own route: a page that goes loses no more than the
  // browser refuses to send.
  async sendParts(all) {
    for (let part = fitting(this.unsent); all ? part.length : part.length < this.unsent.length; part = fitting(this.unsent)) {
      const done = await this.send(part);
      if (done !== "kept") return done;
      this.kept = part.at(-1).n;
      all = true;
    }
    return "kept";
  }

  ask(what) {
    clearTimeout(this.asking);
    this.asking = setTimeout(() => this.speak({ want: what }), SOON);
  }

  // What Python says it has done needs no keeping here.
  confirm({ done, change, n }) {
    this.waiting = this.waiting.filter((deed) => deed.n > done);
    this.got = n;
    this.seen = change;
    if (this.sent && done >= this.sent) {
      this.sent = 0;
      clearTimeout(this.alarm);
      this.setCut(false);
      if (this.waiting.length) this.flush();
    }
  }

  pending(row, column) {
    const hit = (deed) => deed.op === "set" && deed.row === row && (!column || column in deed.values);
    return this.waiting.some(hit) || (this.draft !== null && hit(this.draft));
  }

  get rowsPending() {
    return this.waiting.some((deed) => deed.op !== "set");
  }

  // -- a cell one is still typing in: a draft by our own route, so that Streamlit need not run for each key

  note(row, column, text) {
    this.draft = { op: "set", row, values: { [column]: text }, n: ++count, seen: this.draft?.seen ?? this.seen };
    clearTimeout(this.drafting);
    this.drafting = setTimeout(() => this.sendDraft(), DRAFT);
  }

  async sendDraft() {
    const draft = this.draft;
    if (!draft || this.busy) return;
    this.busy = true;
    const fine = await this.send([draft]);
    this.busy = false;
    this.setCut(!fine);
    if (this.draft && this.draft !== draft) this.drafting = setTimeout(() => this.sendDraft(), DRAFT);
    else if (!fine) this.drafting = setTimeout(() => this.sendDraft(), PATIENCE / 2);
  }

  settle() {
    clearTimeout(this.drafting);
    this.draft = null;
  }

  // To our own route: "kept" there, "refused" for good or where another window was faster, or nothing came through.
  async send(deeds) {
    if (!deeds.length) return "kept";
    const { token } = house.session();
    if (!token) return "";
    const [record, section] = this.name.split(":");
    const body = JSON.stringify({ token, record, section, ops: deeds.map(plainDeed) });
    try {
      const headers = { "content-type": "application/json" };
      const keepalive = new Blob([body]).size <= PART;
      const answer = await fetch("./of/rows", { method: "POST", body, headers, keepalive });
      if (!answer.ok) return answer.status >= 400 && answer.status < 500 && answer.status !== 401 ? "refused" : "";
      const { saved, refused } = await answer.json();
      this.showSaved(saved);
      return refused.length ? "refused" : "kept";
    } catch {
      return "";
    }
  }

  showSaved(at) {
    const place = document.querySelector(".saved .when");
    if (place && at) place.textContent = `已保存 ${at}`;
  }

  setCut(cut) {
    if (cut !== this.cut) this.told((this.cut = cut));
  }

  // -- the page goes: once more by the route, and into the tab's own memory, which a reload brings back

  leave() {
    const deeds = [...this.unsent, ...(this.draft ? [this.draft] : [])];
    if (!deeds.length) return;
    this.send(fitting(deeds));
    try {
      sessionStorage.setItem(this.key, JSON.stringify(deeds));
    } catch {
      // Full: the route has the first of them.
    }
  }

  takeKept() {
    const kept = sessionStorage.getItem(this.key);
    sessionStorage.removeItem(this.key);
    return kept ? JSON.parse(kept) : [];
  }

  get key() {
    return `onefill-rows:${this.name}`;
  }
}

// A deed with many rows as several that each fit into a part.
function* partsOf(deed) {
  let [part, size, after] = [[], 0, deed.after];
  for (const row of deed.rows ?? []) {
    const more = bytes(row);
    if (part.length && size + more > PART / 2) {
      yield { ...deed, rows: part, after };
      [after, part, size] = [part.at(-1).id ?? part.at(-1), [], 0];
    }
    part.push(row);
    size += more;
  }
  yield deed.rows ? { ...deed, rows: part, after } : deed;
}

// The first deeds, as many as go into a part.
function fitting(deeds) {
  let room = PART - 500;
  const end = deeds.findIndex((deed) => (room -= bytes(plainDeed(deed))) < 0);
  return end < 0 ? deeds : deeds.slice(0, end || 1);
}

function plainDeed({ op, n, seen, row, rows, values, after }) {
  const plain = rows && op === "add" ? rows.map(({ id, values: texts }) => ({ id, values: texts })) : rows;
  return { op, n, seen, row, values, rows: plain, after };
}

// -- Grid: what is seen and pressed

const BUTTONS = [
  ["insert", "add", "加一行"],
  ["remove", "delete", "删除行"],
  ["fill", "download", "向下填充"],
  ["|"],
  ["undo", "undo", "撤销"],
  ["redo", "redo", "重做"],
  ["|"],
  ["find", "find_replace", "查找替换"],
  ["sort", "swap_vert", "排序"],
  ["wrong", "filter_alt", "只看有问题的"],
  ["later", "view_column", "以后再填的列"],
];
const MENU = [
  ["copy", "复制", "Ctrl+C"],
  ["cut", "剪切", "Ctrl+X"],
  ["paste", "粘贴", "Ctrl+V"],
  ["clear", "清空内容", "Delete"],
  ["fill", "向下填充", "Ctrl+D"],
  ["|"],
  ["above", "在上面插入一行", "Ctrl+Shift++"],
  ["below", "在下面插入一行", ""],
  ["up", "上移", "Alt+Shift+↑"],
  ["down", "下移", "Alt+Shift+↓"],
  ["remove", "删除所选行", "Ctrl+-"],
  ["|"],
  ["ascending", "按这一列从小到大看", ""],
  ["descending", "按这一列从大到小看", ""],
  ["same", "只看和这一格相同的", ""],
  ["empty", "只看这一列空着的", ""],
  ["all", "恢复原来的顺序，全部显示", ""],
  ["fit", "列宽合适", ""],
  ["|"],
  ["undo", "撤销", "Ctrl+Z"],
  ["redo", "重做", "Ctrl+Y"],
];
// How a problem looks, by its level: symbol and colour; the others are reminders.
const SAID = { error: ["error", "bad"], remark: ["chat_bubble", "said"] };
const LOOKS = ["ascending", "descending", "same", "empty", "all"];
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

class Grid {
  constructor(data) {
    this.rows = new Rows();
    this.post = new Post(data, this.rows, (cut) => this.say(cut ? this.cutWords() : "连上了，都存好了"));
    this.history = { undo: [], redo: [] };
    this.at = { r: 0, c: 0 }; // the active cell
    this.to = { r: 0, c: 0 }; // the opposite corner of the selection
    this.mode = ""; // "type": arrows leave the cell; "edit": they move in the text
    this.look = null; // {kind, column, words}: how it is looked at; the data keep their order
    this.view = [];
    this.widths = {};
    this.fitted = {};
    this.gone = new Map(); // rows that another window has taken out
    this.refusedUpTo = 0;
    this.showLater = false;
    this.said = "";
    addEventListener("pagehide", () => this.keepClashes());
  }

  build(root, data) {
    const typed = this.mode ? this.input.value : ""; // Streamlit may draw anew in the middle of a word
    this.root = root;
    this.drawn = "";
    root.innerHTML = `
      <div class="og-tools" role="toolbar" aria-label="表格工具">${BUTTONS.map(toolButton).join("")}<span class="og-hint">${icon("content_paste")}从表格里复制，点中格子按 <kbd class="k">Ctrl V</kbd></span></div>
      <div class="og-find" role="search" hidden></div>
      <div class="og-look" hidden></div>
      <div class="og-box"><div class="og-grid" role="grid" aria-multiselectable="true" aria-label="${esc(data.label)}"><div class="og-head" role="rowgroup"></div><div class="og-body" role="rowgroup"></div></div><textarea class="og-in" rows="1" spellcheck="false" autocomplete="off"></textarea><i class="og-knob" aria-hidden="true"></i></div>
      <div class="og-line"><div class="og-words" role="status"></div><span class="og-count"></span><button type="button" class="btn s" data-do="previous">上一处</button><button type="button" class="btn s" data-do="next">下一处 <kbd class="k">F8</kbd></button></div>
      <div class="og-pop" id="og-pop" hidden></div>`;
    const [tools, find, look, box, line, pop] = root.children;
    Object.assign(this, { tools, find, lookBar: look, box, line, pop });
    [this.grid, this.input, this.knob] = box.children;
    [this.head, this.body] = this.grid.children;
    [this.words, this.counts] = line.children;
    this.finder = new Finder(this, find);
    this.listen();
    this.input.value = typed;
    if (this.inside) this.input.focus({ preventScroll: true });
  }

  listen() {
    const { root, input, box } = this;
    box.addEventListener("scroll", () => this.draw());
    new ResizeObserver(() => this.draw()).observe(box);
    root.addEventListener("click", (event) => {
      const pressed = event.target.closest("[data-do]");
      if (pressed) this.act(pressed.dataset.do, pressed);
    });
    this.tools.addEventListener("keydown", walkButtons);
    input.addEventListener("input", (event) => this.typed(event));
    input.addEventListener("compositionstart", () => this.begin("type"));
    input.addEventListener("compositionend", () => this.typed({}));
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", (event) => this.left(event));
    input.addEventListener("focus", () => {
      this.inside = true;
      root.classList.add("og-on");
    });
    input.addEventListener("copy", (event) => this.copy(event, false));
    input.addEventListener("cut", (event) => this.copy(event, true));
    input.addEventListener("paste", (event) => this.pasted(event));
    input.addEventListener("dblclick", () => this.open());
    box.addEventListener("mousedown", (event) => this.press(event));
    box.addEventListener("dblclick", (event) => event.target.closest("[data-r]") && this.open());
    box.addEventListener("contextmenu", (event) => this.menu(event));
    this.knob.addEventListener("mousedown", (event) => this.dragFill(event));
    this.pop.addEventListener("focusout", (event) => this.pop.contains(event.relatedTarget) || this.popHeld || this.shut());
  }

  hear(data) {
    this.most = data.most ?? this.most;
    this.locked = data.locked ?? "";
    this.remarks = data.remarks;
    const bare = !this.head.innerHTML;
    if (data.columns) {
      this.columns = data.columns;
      this.rows.reckoned = new Set(data.columns.filter((column) => column.kind === "shown").map(({ key }) => key));
    }
    if (data.widths) this.widths = { ...data.widths, ...this.widths };
    const { post, rows } = this;
    if (data.rows) {
      if (data.load !== post.load) {
        const before = rows.list.map((row, place, all) => ({ row, after: all[place - 1]?.id ?? null }));
        rows.load(data.rows.map(([id, texts, wrong]) => [id, named(this.columns, texts), wrong ?? {}]));
        this.takeClashes();
        this.fitted = {};
        for (const one of before) if (!rows.byId.has(one.row.id)) this.gone.set(one.row.id, one);
        post.load = data.load;
        post.got = data.n;
        post.seen ??= data.change;
        if (this.mode && !rows.byId.has(this.editing.id)) this.cancel();
        for (const deed of post.waiting) rows.apply(deed);
        const first = !this.columnsShown;
        this.refresh();
        if (first) this.at.c = this.to.c = Math.max(0, this.columnsShown.findIndex((column) => this.canType(null, column)));
        if (post.waiting.length) post.flush();
      }
    } else if (data.load !== post.load) {
      post.ask("rows");
      return;
    }
    if (data.n >= post.got) this.takeNews(data);
    if (bare) {
      this.refresh();
      this.show();
    }
    this.root.dataset.shut = data.shut; // what of the tools and the menu could do nothing here: none, those of rows, all
    this.finder.count();
    this.goal();
    this.draw();
  }

  // The active cell, and as much as there is room for to its right.
  show() {
    this.box.scrollLeft = this.total;
    this.reveal(this.at, true);
  }

  takeNews(data) {
    const { post, rows } = this;
    post.confirm(data);
    if (this.mode && data.gone.includes(this.editing.id)) this.commit();
    const putBack = new Set(post.waiting.flatMap((deed) => (deed.op === "add" ? deed.rows.map((row) => row.id) : [])));
    const gone = data.gone.filter((id) => rows.byId.has(id) && !putBack.has(id));
    for (const id of gone) this.gone.set(id, { row: rows.byId.get(id), after: rows.before(id) });
    if (gone.length) rows.drop({ rows: gone });
    for (const [id, after] of data.added) rows.add({ rows: [{ id, values: {} }], after });
    const texts = Object.entries(data.texts);
    for (const [id, some] of texts) this.newTexts(rows.byId.get(id), some);
    if (data.anew) for (const row of rows.list) row.wrong = {};
    for (const [id, wrong] of Object.entries(data.wrong)) if (rows.byId.has(id)) Object.assign(rows.byId.get(id).wrong, wrong);
    for (const one of data.refused) this.refused(one);
    if (data.message && data.said !== this.heardMessage) this.say([data.look === "warn" && this.said, data.message].filter(Boolean).join("。"), data.look);
    this.heardMessage = data.said;
    if (data.order) this.reorder(data.order);
    else if (data.sum && !post.rowsPending && orderSum(rows.list) !== data.sum) post.ask("order");
    const columns = this.columns.filter((column) => this.isShown(column));
    const changed = columns.length !== this.columnsShown.length || Boolean(data.columns);
    if (changed || data.gone.length || data.added.length || data.order) this.refresh();
    if (texts.length) this.widen();
  }

  newTexts(row, texts) {
    for (const [column, text] of Object.entries(texts)) {
      if (row && !row.clash[column] && !this.post.pending(row.id, column)) row.texts[column] = text;
    }
  }

  refused({ n, row: id, column, mine, theirs, when }) {
    if (n <= this.refusedUpTo) return; // told again, until Python knows that we have heard it
    this.refusedUpTo = n;
    const row = this.rows.byId.get(id);
    if (row && column) row.clash[column] = { mine, theirs, when };
    else if (this.gone.has(id)) this.lost = { ...this.gone.get(id), when };
    else if (row) this.say(`另一窗口 ${when} 改过第 ${this.rows.place(id) + 1} 行，没有删`, "warn");
  }

  // What was still to be chosen as the page went is asked again once it is back, as it is beside a field.
  keepClashes() {
    const open = this.rows.list.flatMap(({ id, clash }) => Object.entries(clash).map(([column, both]) => [id, column, both]));
    if (open.length) sessionStorage.setItem(this.clashes, JSON.stringify(open));
  }

  takeClashes() {
    const open = JSON.parse(sessionStorage.getItem(this.clashes) ?? "[]");
    sessionStorage.removeItem(this.clashes);
    for (const [id, column, { mine, when }] of open) {
      const row = this.rows.byId.get(id);
      const theirs = row?.texts[column] ?? "";
      if (row && theirs !== mine) row.clash[column] = { mine, theirs, when };
    }
  }

  get clashes() {
    return `onefill-clashes:${this.post.name}`;
  }

  reorder(order) {
    if (order.length !== this.rows.list.length || order.some((id) => !this.rows.byId.has(id))) return this.post.ask("rows");
    this.rows.list = order.map((id) => this.rows.byId.get(id));
  }

  // Rows came, went or moved: look at them in the same way as before, the active cell in the same row.
  refresh() {
    const id = this.editing?.id ?? this.view[this.at.r]?.id;
    const keys = [this.at, this.to].map(({ c }) => this.columnsShown?.[c]?.key);
    this.columnsShown = this.columns.filter((column) => this.isShown(column));
    [this.at, this.to] = [this.at, this.to].map(({ r, c }, n) => {
      const now = this.columnsShown.findIndex((column) => column.key === keys[n]);
      return { r, c: now < 0 ? c : now };
    });
    const here = new Set(this.rows.list);
    if (!this.look) this.view = this.rows.list;
    else {
      const fresh = this.rows.list.filter((row) => !this.known?.has(row.id));
      this.view = [...this.view.map((row) => this.rows.byId.get(row.id)).filter((row) => here.has(row)), ...fresh];
    }
    this.known = new Set(this.rows.list.map((row) => row.id));
    const at = this.view.findIndex((row) => row.id === id);
    if (at >= 0 && at !== this.at.r) {
      this.to = { r: this.to.r + at - this.at.r, c: this.to.c };
      this.at = { r: at, c: this.at.c };
    }
    this.keepInside();
    this.layOut();
  }

  // A column is left out while it is for a later phase, or while a condition hides it in every row.
  isShown(column) {
    if (column.later && !this.showLater) return false;
    return !column.conditional || this.rows.list.some((row) => row.texts[column.key] !== null);
  }

  keepInside() {
    for (const spot of [this.at, this.to]) {
      spot.r = clamp(spot.r, 0, this.lastRow);
      spot.c = clamp(spot.c, 0, this.columnsShown.length - 1);
    }
  }

  // The line below the last row, in which a new one begins.
  get lastRow() {
    return this.look || this.locked || this.rows.list.length >= this.most ? Math.max(0, this.view.length - 1) : this.view.length;
  }

  layOut() {
    this.lefts = [NUMBERS];
    for (const column of this.columnsShown) this.lefts.push(this.lefts.at(-1) + this.width(column));
    this.total = this.lefts.at(-1);
    this.grid.style.width = `${this.total}px`;
    this.grid.setAttribute("aria-colcount", this.columnsShown.length + 1);
    this.drawHead();
    this.drawLook();
    this.tools.querySelector('[data-do="later"]').hidden = !this.columns.some((column) => column.later);
  }

  // As somebody has drawn it; else after what stands in the first rows, as soon as there are some.
  width(column) {
    return this.widths[column.key] ?? (this.fitted[column.key] ??= this.fitWidth(column));
  }

  fitWidth(column) {
    const texts = this.rows.list.slice(0, 200).map((row) => row.texts[column.key] ?? "");
    const hinted = column.kind === "shown" || texts.some(Boolean) ? 0 : column.width * 8;
    const head = textWidth(column.label) + (column.optional ? 32 : 0);
    return clamp(Math.max(hinted, head, ...texts.map(textWidth)), 56, 260);
  }

  // Columns grow with what comes to stand in them. None shrinks under somebody's hands.
  widen() {
    const wide = this.columnsShown.map((column) => [column.key, this.fitWidth(column)]);
    const grown = wide.filter(([key, width]) => width > (this.fitted[key] ?? 0));
    Object.assign(this.fitted, Object.fromEntries(grown));
    if (grown.length) this.layOut();
  }

  drawHead() {
    const cells = this.columnsShown.map((column, c) => {
      const mark = this.look?.column === column.key ? icon(this.look.kind === "descending" ? "arrow_downward" : "arrow_upward") : "";
      const title = [column.hint, column.explain].filter(Boolean).join("；");
      return `<div role="columnheader" aria-colindex="${c + 2}" data-h="${c}" class="og-h${c ? "" : " og-f"}${column.optional ? " og-opt" : ""}" style="width:${this.width(column)}px" title="${esc(title)}">${esc(column.label)}${mark}<i class="og-grip" data-g="${c}"></i></div>`;
    });
    this.head.innerHTML = `<div role="row" aria-rowindex="1" style="display:flex"><div role="columnheader" aria-colindex="1" class="og-n og-all" data-h="-1" title="全选"><span class="vh">行号</span></div>${cells.join("")}</div>`;
  }

  draw() {
    if (!this.lefts || !this.root.isConnected) return;
    const lines = this.lastRow + 1;
    this.body.style.height = `${lines * ROW}px`;
    this.grid.setAttribute("aria-rowcount", lines + 1);
    const first = clamp(Math.floor(this.box.scrollTop / ROW) - SPARE, 0, lines);
    const end = clamp(Math.ceil((this.box.scrollTop + this.box.clientHeight) / ROW) + SPARE, 0, lines);
    this.area = this.range();
    let html = "";
    for (let r = first; r < end; r++) html += this.drawRow(r);
    if (html !== this.drawn) this.body.innerHTML = this.drawn = html;
    this.place();
    this.drawLine();
  }

  drawRow(r) {
    const row = this.view[r];
    const wrong = row ? worst(this.allOf(row), row.clash) : "";
    const number = row ? this.number(row, r) : icon("add");
    let cells = "";
    for (let c = 0; c < this.columnsShown.length; c++) cells += this.drawCell(row, r, c);
    return `<div role="row" class="og-r" aria-rowindex="${r + 2}" style="top:${r * ROW}px"><div role="rowheader" class="og-n ${wrong}" data-r="${r}" data-c="-1"${row ? "" : ' aria-label="新的一行"'}>${number}</div>${cells}</div>`;
  }

  // What is wrong there, and what an officer says of it.
  foundAt(row, key) {
    return row ? [...(row.wrong[key] ?? []), ...(this.remarks[row.id]?.[key] ?? [])] : [];
  }

  allOf(row) {
    return [row.wrong, this.remarks[row.id] ?? {}].flatMap((at) => Object.values(at).flat());
  }

  number(row, r) {
    if (!this.look) return r + 1;
    this.numbers ??= new Map(this.rows.list.map((one, place) => [one.id, place + 1]));
    return this.numbers.get(row.id) ?? r + 1;
  }

  drawCell(row, r, c) {
    const column = this.columnsShown[c];
    const { r0, r1, c0, c1 } = this.area;
    const text = row ? row.texts[column.key] : "";
    const found = this.foundAt(row, column.key);
    const untyped = column.locked || column.kind === "shown";
    const clash = row?.clash[column.key];
    const bad = worst(found, clash ? { clash } : {});
    let look = "og-c";
    if (!c) look += " og-f";
    if (column.figure) look += " og-num";
    if (untyped) look += " og-calc";
    else if (text === null) look += " og-off";
    if (bad) look += ` ${bad}`;
    if (r >= r0 && r <= r1 && c >= c0 && c <= c1 && (r0 !== r1 || c0 !== c1)) look += " og-sel";
    const spoken = bad && bad !== "look" ? ' aria-invalid="true"' : "";
    const why = found.map(toldOf).join("\n");
    const shown = clash ? clash.mine : (text ?? "");
    return `<div role="gridcell" class="${look}" aria-colindex="${c + 2}" data-r="${r}" data-c="${c}" style="width:${this.width(column)}px"${spoken}${untyped ? ' aria-readonly="true"' : ""} title="${esc(why || (shown.length > 6 ? shown : ""))}">${esc(shown)}</div>`;
  }

  // The box one types in, over the active cell, and the fill handle at the corner of the selection.
  place() {
    const { r, c } = this.at;
    const column = this.columnsShown[c];
    if (!column) return;
    const scrolled = this.box.scrollLeft;
    const left = c ? this.lefts[c] : NUMBERS + scrolled;
    const wide = this.mode ? Math.max(this.width(column), textWidth(this.input.value)) : this.width(column);
    const lines = this.mode ? Math.min(6, this.input.value.split("\n").length) : 1;
    const top = this.head.offsetHeight + r * ROW;
    const hidden = c && left < scrolled + NUMBERS + this.width(this.columnsShown[0]) && !this.mode;
    this.input.style.cssText = `left:${left}px;top:${top}px;width:${Math.min(wide, 420)}px;height:${ROW + (lines - 1) * 20}px;${hidden ? "clip-path:inset(0 0 0 100%)" : ""}`;
    this.input.classList.toggle("og-typing", this.mode !== "");
    this.input.classList.toggle("og-pick", !this.mode && this.chooser(column) !== "");
    this.describe(column);
    const { r1, c1 } = this.range();
    this.knob.style.cssText = `left:${this.lefts[c1 + 1] + (c1 ? 0 : scrolled) - 4}px;top:${this.head.offsetHeight + (r1 + 1) * ROW - 4}px`;
    this.knob.hidden = this.mode !== "" || !this.view[r1];
  }

  describe(column) {
    const row = this.view[this.at.r];
    const text = row ? (row.texts[column.key] ?? "不用填") || "空" : "新的一行";
    const found = this.foundAt(row, column.key);
    const words = found.map((one) => `，${toldOf(one)}`).join("");
    this.input.setAttribute("aria-label", `第 ${this.at.r + 1} 行 ${column.label} ${text}${words}`);
    this.input.setAttribute("aria-invalid", String(found.some(([level]) => level === "error")));
    this.input.readOnly = !this.mode && !this.canType(row, column);
  }

  // The line below: what is wrong here and how to mend it, or what was just done.
  drawLine() {
    const row = this.view[this.at.r];
    const column = this.columnsShown[this.at.c];
    const found = [...this.foundAt(row, column?.key), ...this.foundAt(row, "")];
    const clash = row?.clash[column?.key];
    const where = `第 ${row ? this.rows.place(row.id) + 1 : this.rows.list.length + 1} 行 · ${column?.label ?? ""}`;
    let [look, html] = ["", ""];
    if (this.lost) [look, html] = ["warn", this.lostWords()];
    else if (clash) [look, html] = ["warn", clashWords(where, clash)];
    else if (this.post.cut) [look, html] = ["warn", `${icon("cloud_off")}<span>${this.cutWords()}</span>`];
    else if (found.length && !this.said) {
      const [sign, colour] = SAID[found[0][0]] ?? ["warning", "warn"];
      look = colour;
      const more = found.length > 1 ? `（共 ${found.length} 处）` : "";
      html = `${icon(sign)}<b>${esc(where)}</b><span>${esc(toldOf(found[0]))}${more}</span>`;
    } else if (this.said) [look, html] = [this.saidLook, `<span>${esc(this.said)}</span>`];
    else html = `<span>${esc(this.hint(row, column))}</span>`;
    this.line.className = `og-line ${look}`;
    if (this.words.innerHTML !== html) this.words.innerHTML = html;
    this.drawCounts();
  }

  hint(row, column) {
    if (!column) return "";
    if (column.locked) return this.locked;
    if (column.kind === "shown") return `${column.label}不用填，${column.explain || "自动算出"}`;
    if (row && row.texts[column.key] === null) return `${column.label}在这一行不用填`;
    if (!row) return "在这里输入，就多一行；从 Excel 或 WPS 复制的多行也可以粘贴在这里";
    const parts = [column.hint, column.example && `例 ${column.example}`, column.unit && `单位：${column.unit}`].filter(Boolean);
    return parts.length ? `${column.label}：${parts.join("，")}` : `共 ${this.rows.list.length} 行`;
  }

  drawCounts() {
    const counts = { error: 0, missing: 0, warning: 0, remark: 0, rows: 0 };
    for (const row of this.rows.list) {
      const found = this.allOf(row);
      counts.rows += found.length > 0;
      for (const [level, , , missing] of found) counts[missing ? "missing" : level in counts ? level : "warning"]++;
    }
    const words = [["改", counts.error], ["填", counts.missing]].filter(([, n]) => n).map(([verb, n]) => `要${verb} ${n} 处`);
    if (counts.warning) words.push(`提醒 ${counts.warning} 处`);
    if (counts.remark) words.push(`意见 ${counts.remark} 条`);
    const text = words.join("，") || (this.rows.list.length ? "没有要改的" : "");
    if (this.counts.textContent !== text) this.counts.textContent = text;
    const filter = this.tools.querySelector('[data-do="wrong"] span:last-child');
    const label = this.look?.kind === "wrong" ? "全部显示" : `只看有问题的${counts.rows ? ` ${counts.rows} 行` : ""}`;
    if (filter.textContent !== label) filter.textContent = label;
  }

  say(words, look = "") {
    this.said = words;
    this.saidLook = look;
    if (this.root?.isConnected && this.lefts) this.drawLine();
  }

  cutWords() {
    return `连接断了，正在重连。您刚写的 ${this.post.waiting.length + (this.post.draft ? 1 : 0)} 处留在本机，连上就存`;
  }

  lostWords() {
    const name = Object.values(this.lost.row.texts).find(Boolean) ?? "";
    return `${icon("sync_problem")}<b>${esc(name)}</b><span>另一窗口 ${esc(this.lost.when)} 删掉了这一行，您写的没有存</span><button type="button" class="btn s" data-do="putBack">放回这一行</button><button type="button" class="btn s" data-do="letGo">不要了</button>`;
  }
}

function toolButton([name, sign, words]) {
  if (name === "|") return '<span class="og-bar"></span>';
  return `<button type="button" data-do="${name}">${icon(sign)}<span>${words}</span></button>`;
}

function namesOf({ label, also = [] }) {
  return [label, ...also];
}

function toldOf([, what, remedy]) {
  return [what, remedy].filter(Boolean).join("。");
}

function named(columns, texts) {
  return Object.fromEntries(columns.map((column, place) => [column.key, texts[place]]));
}

function worst(found, clash) {
  if (Object.keys(clash).length) return "clash";
  if (found.some(([level, , , missing]) => level === "error" && !missing)) return "bad";
  if (found.some(([, , , missing]) => missing)) return "miss";
  if (found.some(([level]) => level === "remark")) return "said";
  return found.length ? "look" : "";
}

function clashWords(where, { mine, theirs, when }) {
  const said = (text) => `“${esc(text)}”`;
  const told = theirs ? `改为${said(theirs)}` : "清空了";
  return `${icon("sync_problem")}<b>${esc(where)}</b><span>另一窗口 ${esc(when)} ${told}，您写的是${mine ? said(mine) : "空"}</span><button type="button" class="btn s" data-do="mine">保留我的</button><button type="button" class="btn s" data-do="theirs">用那边的</button>`;
}

function textWidth(text) {
  return Math.max(...text.split("\n").map((line) => [...line].reduce((sum, sign) => sum + (sign > "\u2e7f" ? 14.2 : 8.4), 24)));
}

function walkButtons(event) {
  const step = { ArrowLeft: "previousElementSibling", ArrowRight: "nextElementSibling" }[event.key];
  if (!step) return;
  let next = event.target.closest("button")?.[step];
  while (next && (next.tagName !== "BUTTON" || next.hidden)) next = next[step];
  next?.focus();
}

// -- where one is, and the keys

Object.assign(Grid.prototype, {
  range() {
    const { at, to } = this;
    return { r0: Math.min(at.r, to.r), r1: Math.max(at.r, to.r), c0: Math.min(at.c, to.c), c1: Math.max(at.c, to.c) };
  },

  // left: whether what is beside the first column, which always stays in sight, shall be seen as well.
  go(r, c, extend = false, left = c !== this.to.c) {
    this.commit();
    const spot = { r: clamp(r, 0, this.lastRow), c: clamp(c, 0, this.columnsShown.length - 1) };
    this.to = spot;
    if (!extend) this.at = { ...spot };
    this.came = null; // where Enter was pressed, if that has led here
    this.said = "";
    this.reveal(spot, left);
    this.draw();
    this.input.focus({ preventScroll: true });
  },

  select(r0, c0, r1, c1) {
    this.commit();
    [this.at, this.to] = [{ r: r0, c: c0 }, { r: r1, c: c1 }];
    this.keepInside();
    this.draw();
    this.input.focus({ preventScroll: true });
  },

  reveal({ r, c }, left) {
    const { box } = this;
    const [top, high] = [r * ROW, box.clientHeight - this.head.offsetHeight];
    box.scrollTop = clamp(box.scrollTop, top + ROW - high, top);
    if (!c) return void (left && (box.scrollLeft = 0));
    const frozen = NUMBERS + this.width(this.columnsShown[0]);
    box.scrollLeft = clamp(box.scrollLeft, this.lefts[c + 1] - box.clientWidth, this.lefts[c] - frozen);
  },

  key(event) {
    if (event.isComposing || event.keyCode === 229) return; // the input method's own keys
    if (event.key === "Tab" && this.leaving) return this.commit(); // Esc, then Tab leaves the table
    if (["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
    this.leaving = false;
    if (this.command(event) || this.listKey(event) || this.cellKey(event)) {
      event.preventDefault();
      event.stopPropagation();
    }
  },

  // Keys with Ctrl or Alt, and F keys. Whether it was one of ours.
  command(event) {
    const { key, shiftKey: shift } = event;
    const ctrl = event.ctrlKey || event.metaKey;
    const { r, c } = this.at;
    if (key === "F8") return this.act(shift ? "previous" : "next");
    if (key === "F2") return this.open();
    if (key === "ContextMenu" || (shift && key === "F10")) return this.menu(event);
    if (event.altKey && shift && /^Arrow(Up|Down)$/.test(key)) return this.act(key === "ArrowUp" ? "up" : "down");
    if (event.altKey && key === "ArrowDown") return this.open();
    if (event.altKey && key === "Enter" && this.mode) return this.breakLine();
    if (!ctrl || event.altKey) return false;
    const jump = STEPS[key];
    if (jump && !this.mode) return this.jump(jump, shift);
    if (key === "Home") return this.go(0, 0, shift, true), true;
    if (key === "End") return this.go(this.view.length - 1, this.columnsShown.length - 1, shift), true;
    if (key === " ") return this.select(0, c, this.view.length - 1, c), true;
    if (key === "a" && !this.mode) return this.select(0, 0, this.view.length - 1, this.columnsShown.length - 1), true;
    if (key === "z" && this.mode) return this.cancel(), true;
    const name = { z: shift ? "redo" : "undo", y: "redo", d: "fill", f: "find", h: "find", "-": "remove" }[key.toLowerCase()];
    if (name) return this.act(name);
    return key === "+" || key === "=" ? this.act(r < this.view.length ? "above" : "insert") : false;
  },

  // Arrow keys and the like while a list of choices is open.
  listKey({ key }) {
    if (!this.list) return false;
    if (key === "ArrowDown" || key === "ArrowUp") this.list.step(key === "ArrowDown" ? 1 : -1);
    else if (key === " " && this.list.many) this.list.toggle();
    else return false;
    return true;
  },

  cellKey({ key, shiftKey: shift }) {
    const { at, to, mode } = this;
    const from = shift ? to : at;
    if (key === "Enter") this.enter(shift);
    else if (key === "Tab") return this.tab(shift);
    else if (key === "Escape") mode ? this.cancel() : this.escape();
    else if (mode === "edit" || (mode && !STEPS[key])) return false;
    else if (STEPS[key]) this.go(from.r + STEPS[key][0], from.c + STEPS[key][1], shift);
    else if (key === "Home") this.go(from.r, 0, shift, true);
    else if (key === "End") this.go(from.r, this.columnsShown.length - 1, shift);
    else if (key === "PageDown" || key === "PageUp") {
      const page = Math.max(1, Math.floor(this.box.clientHeight / ROW) - 2);
      this.go(from.r + (key === "PageDown" ? page : -page), from.c, shift);
    } else if (key === " " && shift) this.select(this.range().r0, 0, this.range().r1, this.columnsShown.length - 1);
    else if (key === "Delete" || key === "Backspace") this.act("clear");
    else return false;
    return true;
  },

  enter(shift) {
    const column = this.tabbedFrom ?? this.at.c; // after Tab, Tab, Tab the next line begins where this one did
    this.tabbedFrom = undefined;
    const from = this.at;
    this.go(from.r + (shift ? -1 : 1), column);
    this.came = from;
  },

  tab(shift) {
    const from = this.tabbedFrom ?? this.at.c;
    const typed = this.columnsShown.flatMap((column, c) => (column.kind === "shown" || column.locked ? [] : c));
    const next = shift ? typed.findLast((c) => c < this.at.c) : typed.find((c) => c > this.at.c);
    if (next !== undefined) this.go(this.at.r, next);
    else this.go(this.at.r + (shift ? -1 : 1), typed.at(shift ? -1 : 0) ?? 0);
    this.tabbedFrom = from;
    return true;
  },

  escape() {
    this.leaving = true;
    this.to = { ...this.at };
    this.draw();
    this.say("再按 Tab 离开表格");
  },

  // Ctrl and an arrow: to the end of the filled cells, or over empty ones to the next filled.
  jump([dr, dc], extend) {
    let { r, c } = extend ? this.to : this.at;
    const filled = (y, x) => Boolean(this.view[y]?.texts[this.columnsShown[x]?.key]);
    const inside = (y, x) => y >= 0 && y < this.view.length && x >= 0 && x < this.columnsShown.length;
    const run = filled(r, c) && filled(r + dr, c + dc);
    while (inside(r + dr, c + dc) && (!run || filled(r + dr, c + dc))) {
      [r, c] = [r + dr, c + dc];
      if (!run && filled(r, c)) break;
    }
    this.go(r, c, extend);
    return true;
  },

  // To the next cell with a problem, in the order in which the rows stand now.
  seek(step) {
    const { view, columnsShown: columns } = this;
    const wide = columns.length;
    const all = view.length * wide;
    const wrong = (place) => {
      const [row, column] = [view[Math.floor(place / wide)], columns[place % wide]];
      return this.foundAt(row, column.key).length || row.clash[column.key] || (place % wide === 0 && this.foundAt(row, "").length);
    };
    const from = this.came ?? this.at;
    const start = Math.min(from.r * wide + from.c, all - (step > 0 ? 0 : -1));
    for (let n = 1; n <= all; n++) {
      const place = (start + step * n + 2 * all) % all;
      if (wrong(place)) return this.go(Math.floor(place / wide), place % wide);
    }
    this.say(this.look ? "看到的这些行里没有要改的" : "没有要改的");
    if (!this.look) document.querySelector("[data-elsewhere]")?.click();
  },

  // Somebody pressed a problem of ours in the page's list.
  goal() {
    const [section, id, key] = (house.goal?.path ?? "").split("/");
    if (this.post.name.split(":")[1] !== section || Date.now() > house.goal.until || !this.root?.isConnected) return;
    if (this.look && !this.view.some((row) => row.id === id)) this.lookAs("all");
    const r = this.view.findIndex((row) => row.id === id);
    if (r < 0) return;
    house.goal = null;
    this.go(r, Math.max(0, this.columnsShown.findIndex((column) => column.key === key)));
  },
});

if (!house.listening) {
  house.listening = true;
  house.pressed = 0;
  const pressed = (event) => {
    if (event.type === "mousedown" || event.key === "Tab") house.pressed = Date.now();
    else if (document.activeElement === document.body) grids.forEach((grid) => grid.takeKey());
  };
  for (const kind of ["mousedown", "keydown"]) document.addEventListener(kind, pressed, true);
  const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: "./of/grid.css" });
  sheet.onload = () => grids.forEach((grid) => grid.show());
  document.head.append(sheet);
}

// -- typing into a cell

Object.assign(Grid.prototype, {
  canType(row, column) {
    return !column.locked && column.kind !== "shown" && (!row || row.texts[column.key] !== null);
  },

  chooser(column) {
    return { choice: "list", many: "list", date: "calendar" }[column?.kind] ?? "";
  },

  // Typing begins: "type" replaces what was there, "edit" changes it.
  begin(mode) {
    const column = this.columnsShown[this.at.c];
    if (this.mode || !this.canType(this.view[this.at.r], column)) return;
    const fresh = !this.view[this.at.r];
    if (fresh && !this.addRow(this.at.r)) return;
    const row = this.view[this.at.r];
    this.mode = mode;
    this.to = { ...this.at };
    this.said = "";
    this.editing = { id: row.id, column, before: row.texts[column.key] ?? "", fresh, noted: false, seen: this.post.seen };
    if (mode === "edit") {
      this.input.value = row.clash[column.key]?.mine ?? this.editing.before;
      this.input.readOnly = false;
      this.input.select();
    }
    if (this.chooser(column) === "list") this.list = new Choices(this, column, mode === "edit" ? this.editing.before : "");
    this.draw();
  },

  open() {
    const column = this.columnsShown[this.at.c];
    if (this.mode) return true;
    if (!this.canType(this.view[this.at.r], column)) this.say(this.hint(this.view[this.at.r], column));
    else {
      this.begin("edit");
      if (this.chooser(column) === "calendar") this.openCalendar(column);
    }
    return true;
  },

  openCalendar({ label }) {
    this.popHeld = true;
    house.calendar(this.input, label, (day) => {
      this.popHeld = false;
      if (day === undefined) return this.leave(); // somebody went elsewhere
      if (day === null) this.cancel();
      else {
        this.input.value = day;
        this.go(this.at.r, this.at.c);
      }
      this.input.focus({ preventScroll: true });
    });
  },

  typed(event) {
    if (!this.mode) this.begin("type");
    if (!this.mode) return void (this.input.value = "");
    this.place();
    if (event.isComposing) return;
    this.editing.noted = true;
    this.post.note(this.editing.id, this.editing.column.key, this.input.value);
    this.list?.filter(this.input.value);
    if (this.popHeld) this.shut();
  },

  breakLine() {
    const { selectionStart: start, selectionEnd: end } = this.input;
    this.input.setRangeText("\n", start, end, "end");
    this.typed({});
    return true;
  },

  commit() {
    if (!this.mode) return;
    const { id, column, before, noted, seen } = this.editing; // seen: what was known as the typing began
    const text = (this.list?.result ?? this.input.value).trim();
    const row = this.rows.byId.get(id);
    const again = text && row?.wrong[column.key]?.length; // what could not be found then may be there now
    this.stop();
    if (row?.clash[column.key]) delete row.clash[column.key];
    const deed = { op: "set", row: id, values: { [column.key]: text }, seen };
    if (text !== before) this.perform([deed]);
    else if (noted || again) this.post.take(deed);
  },

  cancel() {
    const { id, column, before, noted, fresh } = this.editing;
    this.stop();
    if (fresh) {
      this.act("undo");
      this.history.redo.pop();
    } else if (noted) this.post.take({ op: "set", row: id, values: { [column.key]: before } });
    this.draw();
  },

  stop() {
    this.mode = "";
    this.editing = null;
    this.input.value = "";
    this.post.settle();
    this.shut();
  },

  // Streamlit takes the cursor away when the connection is cut, and may hold it for a while: nobody pressed anything and
  // it is nowhere else, so a word goes on where it was.
  left({ relatedTarget }) {
    if (!this.input.isConnected) return; // taken away with its page
    const taken = !relatedTarget && document.hasFocus() && Date.now() - house.pressed > 500;
    if (taken) setTimeout(() => this.goBack());
    else this.leave();
  },

  leave() {
    this.inside = false;
    this.root.classList.remove("og-on");
    if (this.popHeld) return;
    this.commit();
    this.post.flush();
    this.draw();
  },

  // A key that is pressed before the cursor is back goes into the cell.
  takeKey() {
    if (this.inside && this.root.isConnected) this.input.focus({ preventScroll: true });
  },

  goBack(pressed = house.pressed) {
    if (this.root.contains(document.activeElement) || !this.root.isConnected) return;
    if (pressed !== house.pressed || !document.hasFocus()) return void this.leave();
    this.input.focus({ preventScroll: true });
    if (document.activeElement !== this.input) setTimeout(() => this.goBack(pressed), 100);
  },

  shut() {
    const held = this.popHeld && this.pop.contains(document.activeElement);
    this.list = null;
    this.popHeld = false;
    this.pop.hidden = true;
    this.pop.innerHTML = "";
    for (const name of ["role", "aria-expanded", "aria-controls", "aria-activedescendant"]) this.input.removeAttribute(name);
    if (held) this.input.focus({ preventScroll: true });
  },

  // A list, calendar or menu beside a place of the page.
  popUp(role, label, html, { left, top, bottom }) {
    const { pop, root } = this;
    const frame = root.getBoundingClientRect();
    pop.setAttribute("role", role);
    pop.setAttribute("aria-label", label);
    pop.innerHTML = html;
    pop.hidden = false;
    const high = pop.offsetHeight;
    const upward = bottom + high > innerHeight && top > high;
    pop.style.left = `${clamp(left - frame.left, 0, Math.max(0, frame.width - pop.offsetWidth))}px`;
    pop.style.top = `${(upward ? top - high : Math.max(0, Math.min(bottom, innerHeight - high))) - frame.top}px`;
  },
});

// Choices for a cell, filtered by what is typed. The focus stays in the box one types in.
class Choices {
  constructor(grid, column, text) {
    Object.assign(this, { grid, column, many: column.kind === "many", touched: false });
    this.chosen = new Set(this.many ? text.split("、").filter(Boolean) : []);
    this.at = column.options.indexOf(text);
    this.filter(null);
    grid.pop.onmousedown = (event) => {
      event.preventDefault();
      const hit = event.target.closest("[data-o]");
      if (hit && grid.list) grid.list.press(Number(hit.dataset.o));
    };
  }

  filter(text) {
    const { options, alike } = this.column;
    const last = this.many && text ? text.split("、").at(-1) : text;
    const rank = (option) => (option === last || alike?.[option]?.includes(last) ? 0 : option.startsWith(last) ? 1 : 2);
    const fits = (option) => namesOf({ label: option, also: alike?.[option] }).some((one) => one.includes(last));
    this.shown = last ? options.filter(fits).sort((a, b) => rank(a) - rank(b)) : options;
    if (text !== null) {
      this.at = last && this.shown.length ? 0 : -1;
      this.touched = this.at === 0;
      if (this.many) this.chosen = new Set(text.split("、").filter((one) => options.includes(one)));
    }
    this.draw();
  }

  step(by) {
    if (!this.shown.length) return;
    this.at = (Math.max(this.at, by < 0 ? 0 : -1) + by + this.shown.length) % this.shown.length;
    this.touched = true;
    this.draw();
  }

  press(place) {
    this.at = place;
    this.touched = true;
    if (this.many) return this.toggle();
    const { at } = this.grid;
    this.grid.commit();
    this.grid.go(at.r, at.c);
  }

  toggle() {
    const option = this.shown[this.at];
    if (option === undefined) return;
    if (!this.chosen.delete(option)) this.chosen.add(option);
    this.grid.input.value = this.column.options.filter((one) => this.chosen.has(one)).join("、");
    this.grid.editing.noted = true;
    this.touched = false;
    this.draw();
  }

  // What the list says the cell shall hold; nothing: what is typed.
  get result() {
    if (!this.touched || this.at < 0) return undefined;
    if (!this.many) return this.shown[this.at];
    return this.column.options.filter((one) => this.chosen.has(one) || one === this.shown[this.at]).join("、");
  }

  draw() {
    const { grid, shown, at } = this;
    const on = (option) => (this.many ? this.chosen.has(option) : shown[at] === option);
    const lines = shown.map(
      (option, place) => `<div role="option" id="og-o${place}" data-o="${place}" aria-selected="${on(option)}"${place === at ? ' class="on"' : ""}>${this.many ? icon(this.chosen.has(option) ? "check_box" : "check_box_outline_blank") : ""}${esc(option)}</div>`,
    );
    const none = this.column.options.length ? "没有这个选项，按原样留下" : "还没有可选的";
    grid.popUp("listbox", `${this.column.label}的选项`, lines.join("") || `<p>${none}</p>`, cellSpot(grid));
    const roles = { role: "combobox", "aria-expanded": true, "aria-controls": "og-pop", "aria-activedescendant": at < 0 ? "" : `og-o${at}` };
    for (const [name, value] of Object.entries(roles)) grid.input.setAttribute(name, value);
    grid.pop.querySelector(".on")?.scrollIntoView({ block: "nearest" });
  }
}

function cellSpot(grid) {
  grid.place();
  return grid.input.getBoundingClientRect();
}

// -- deeds: what changes the rows, in steps that can be undone

Object.assign(Grid.prototype, {
  // Whether a deed leaves alone what was handed in.
  isOpen(deed) {
    const locked = new Set(this.columns.filter((column) => column.locked).map((column) => column.key));
    return deed.op === "set" && !Object.keys(deed.values).some((key) => locked.has(key));
  },

  perform(deeds, step = "undo") {
    if (this.locked && !deeds.every((deed) => this.isOpen(deed))) return void this.say(this.locked, "bad");
    let back = [];
    for (const deed of deeds) {
      back = [...this.rows.apply(deed), ...back];
      this.post.take(deed);
    }
    this.history[step].push(back);
    if (this.history[step].length > MOST_UNDO) this.history[step].shift();
    this.numbers = undefined;
    if (deeds.some((deed) => deed.op !== "set")) this.refresh();
    this.draw();
    return true;
  },

  // What a person does anew: what was undone cannot be redone any more.
  // Whether it was done.
  doNow(deeds) {
    if (!deeds.length) return true;
    this.history.redo = [];
    return this.perform(deeds);
  },

  turnBack(from, step) {
    this.commit();
    const deeds = this.history[from].pop();
    this.said = "";
    if (!deeds) return this.say(from === "undo" ? "没有可以撤销的" : "没有可以重做的");
    this.perform(deeds, step);
    const first = deeds.find((deed) => deed.op === "set") ?? deeds[0];
    const r = this.view.findIndex((row) => row.id === (first.row ?? first.rows[0]?.id ?? first.rows[0]));
    const c = this.columnsShown.findIndex((column) => column.key in (first.values ?? {}));
    if (r >= 0) this.go(r, c < 0 ? this.at.c : c);
  },

  act(name) {
    const acts = {
      insert: () => this.insert(this.view[this.at.r] ? this.range().r1 + 1 : this.at.r),
      above: () => this.insert(this.range().r0),
      below: () => this.insert(this.range().r1 + 1),
      remove: () => this.remove(),
      up: () => this.shift(-1),
      down: () => this.shift(1),
      fill: () => this.fillDown(),
      clear: () => this.put(this.chosen(), () => ""),
      undo: () => this.turnBack("undo", "redo"),
      redo: () => this.turnBack("redo", "undo"),
      find: () => this.finder.open(),
      sort: () => this.menu(null),
      wrong: () => this.lookAs(this.look?.kind === "wrong" ? "all" : "wrong"),
      later: () => this.toggleLater(),
      fit: () => this.fit(this.at.c),
      next: () => this.seek(1),
      previous: () => this.seek(-1),
      copy: () => navigator.clipboard.writeText(writeCells(this.copied())).then(() => this.say("已复制")),
      cut: () => acts.copy().then(() => acts.clear()),
      paste: () => this.pasteByMenu(),
      mine: () => this.settleClash(true),
      theirs: () => this.settleClash(false),
      putBack: () => this.settleLost(true),
      letGo: () => this.settleLost(false),
    };
    if (LOOKS.includes(name)) this.lookAs(name);
    else if (acts[name]) {
      if (name !== "find") this.commit();
      acts[name]();
    } else return false;
    if (!["find", "sort"].includes(name)) this.input.focus({ preventScroll: true });
    return true;
  },

  // The selected cells that can be typed in: [row, column, how far down].
  chosen() {
    const { r0, r1, c0, c1 } = this.range();
    const cells = [];
    for (let r = r0; r <= Math.min(r1, this.view.length - 1); r++) {
      for (let c = c0; c <= c1; c++) {
        if (this.canType(this.view[r], this.columnsShown[c])) cells.push([this.view[r], this.columnsShown[c], r - r0]);
      }
    }
    return cells;
  },

  put(cells, textOf) {
    const byRow = new Map();
    for (const [row, column, place] of cells) {
      const text = textOf(column, place, row);
      if (text === undefined || text === (row.texts[column.key] ?? "")) continue;
      if (!byRow.has(row.id)) byRow.set(row.id, {});
      byRow.get(row.id)[column.key] = text;
    }
    this.doNow([...byRow].map(([row, values]) => ({ op: "set", row, values })));
  },

  fillDown() {
    const { r0, r1 } = this.range();
    const source = r0 === r1 ? this.view[r0 - 1] : this.view[r0];
    if (!source) return;
    this.put(this.chosen(), (column, place) => (r0 !== r1 && !place ? undefined : (source.texts[column.key] ?? "")));
  },

  // Makes room for a new row in the view and in the data; whether there was room.
  addRow(r) {
    const { list } = this.rows;
    if (this.locked) return this.say(this.locked, "bad");
    if (list.length >= this.most) return this.say(`放不下：最多 ${this.most} 行`, "bad");
    const after = this.view[r - 1]?.id ?? (this.look && list.at(-1)?.id) ?? null;
    const id = newId();
    if (this.look) this.view = [...this.view.slice(0, r), { id }, ...this.view.slice(r)];
    this.known?.add(id);
    this.doNow([{ op: "add", after, rows: [{ id, values: {} }] }]);
    return true;
  },

  insert(r) {
    if (this.addRow(r)) this.go(r, this.columnsShown.findIndex((column) => column.kind !== "shown"));
  },

  remove() {
    const { r0, r1 } = this.range();
    const rows = this.view.slice(r0, r1 + 1).map((row) => row.id);
    if (!rows.length) return;
    if (!this.doNow([{ op: "drop", rows }])) return;
    this.go(r0, this.at.c);
    this.say(`删掉了 ${rows.length} 行，按 Ctrl+Z 放回来`);
  },

  shift(by) {
    const { r0, r1 } = this.range();
    if (this.look) return this.say("先恢复原来的顺序，再移动行");
    if ((by < 0 && !r0) || r1 + by >= this.view.length) return;
    const after = by < 0 ? (this.view[r0 - 2]?.id ?? null) : this.view[r1 + 1].id;
    const [at, to] = [this.at, this.to];
    if (!this.doNow([{ op: "move", rows: this.view.slice(r0, r1 + 1).map((row) => row.id), after }])) return;
    this.select(r0 + by + (at.r - r0), at.c, r0 + by + (to.r - r0), to.c);
  },

  settleClash(mine) {
    const row = this.view[this.at.r];
    const column = this.columnsShown[this.at.c];
    const clash = row?.clash[column.key];
    if (!clash) return;
    delete row.clash[column.key];
    row.texts[column.key] = clash.theirs;
    if (mine) this.doNow([{ op: "set", row: row.id, values: { [column.key]: clash.mine }, seen: null }]);
    this.draw();
  },

  settleLost(back) {
    const { row, after } = this.lost;
    this.lost = null;
    if (back) this.doNow([{ op: "add", after, rows: [this.rows.snapshot(row)], seen: null }]);
    this.draw();
  },
});

// -- copy and paste

Object.assign(Grid.prototype, {
  copied() {
    const { r0, r1, c0, c1 } = this.range();
    const columns = this.columnsShown.slice(c0, c1 + 1);
    return this.view.slice(r0, r1 + 1).map((row) => columns.map((column) => row.texts[column.key] ?? ""));
  },

  copy(event, cut) {
    if (this.mode) return;
    event.preventDefault();
    event.clipboardData.setData("text/plain", writeCells(this.copied()));
    if (cut) this.act("clear");
  },

  pasted(event) {
    const text = event.clipboardData.getData("text/plain");
    if (this.mode && !/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    event.stopPropagation();
    if (this.mode) this.cancel();
    if (text) this.pasteCells(readCells(text));
  },

  pasteByMenu() {
    const refused = () => this.say("浏览器不让直接粘贴，请按 Ctrl+V");
    navigator.clipboard?.readText().then((text) => text && this.pasteCells(readCells(text)), refused) ?? refused();
  },

  pasteCells(lines) {
    const { r0, r1, c0, c1 } = this.range();
    lines = lines.filter((line) => line.some(Boolean));
    if (!lines.length) return;
    if (lines.length === 1 && lines[0].length === 1 && (r1 > r0 || c1 > c0)) return this.put(this.chosen(), () => lines[0][0]);
    const heads = this.heads(lines);
    const columns = heads ?? this.columnsShown.slice(c0);
    const single = !heads && lines.length > 1 && lines[0].length === 1 && namesOf(columns[0]).includes(lines[0][0]);
    lines = lines.slice(heads?.deep ?? Number(single));
    const [deeds, fresh, other] = [[], [], new Set()];
    lines.forEach((line, place) => {
      const row = this.view[r0 + place];
      const [values, stated] = [{}, {}]; // what is worked out is not taken, but compared
      line.forEach((text, c) => {
        if (columns[c]?.kind === "shown") stated[columns[c].key] = text;
        else if (columns[c]?.locked) row && text !== (row.texts[columns[c].key] ?? "") && other.add(columns[c].label);
        else if (columns[c] && this.canType(row, columns[c])) values[columns[c].key] = text;
      });
      if (row) deeds.push({ op: "set", row: row.id, values, stated });
      else if (this.locked || Object.values(values).some(Boolean)) fresh.push({ id: newId(), values, stated });
    });
    const beyond = this.locked ? fresh.splice(0).length : 0;
    const { list } = this.rows;
    if (list.length + fresh.length > this.most) {
      return this.say(`没有粘贴：最多 ${this.most} 行，现在 ${list.length} 行，还要加 ${fresh.length} 行`, "bad");
    }
    if (fresh.length) deeds.push({ op: "add", after: list.at(-1)?.id ?? null, rows: fresh });
    this.doNow(deeds);
    this.showPasted(lines.slice(0, lines.length - beyond), heads, columns, fresh.length);
    const left = [other.size && `锁住的列与粘贴的不同，没有收：${[...other].join("、")}`, beyond && `多出 ${beyond} 行没有收：锁住了，不能加行`].filter(Boolean);
    if (left.length) this.say([this.said, ...left].join("。"), "warn");
  },

  showPasted(lines, heads, columns, added) {
    const { r0, c0 } = this.range();
    const wide = Math.max(0, ...lines.map((line) => line.length));
    this.select(r0, heads ? 0 : c0, r0 + lines.length - 1, heads ? this.columnsShown.length - 1 : c0 + wide - 1);
    this.reveal(this.at, true);
    const words = [`粘贴了 ${lines.length} 行${added ? `，其中新加 ${added} 行` : ""}`];
    if (heads) {
      words.push(`按表头对上 ${heads.filter(Boolean).length} 列`);
      if (heads.lost.length) words.push(`这些列没有对上，没有收：${heads.lost.join("、")}`);
    }
    if (!heads && wide > columns.length) words.push(`多出 ${wide - columns.length} 列没有收`);
    this.say(words.join("，"));
  },

  // First lines of column names say by themselves what is what: one line, or two where cells of the first are merged.
  heads([first, second = []]) {
    const bare = (text) => text.replace(/[\s*＊:：]|[（(].*?[)）]/g, "");
    const called = (name) => this.columns.find((column) => column.label === name) ?? this.columns.find((column) => namesOf(column).some((other) => bare(other) === bare(name)));
    const read = (deep, names) => {
      const found = names.map((likely) => likely.map((name) => name && called(name)).find(Boolean));
      found.lost = names.map(([name]) => name).filter((name, c) => name && !found[c] && !/^(序号|编号|行号|no)$/i.test(name));
      return Object.assign(found, { deep, known: found.filter(Boolean).length, wide: names.filter(([name]) => name).length });
    };
    const one = read(1, first.map((name) => [name]));
    const above = (c) => first[c] ?? "";
    const two = read(2, Array.from({ ...second, length: Math.max(first.length, second.length) }, (name, c) => (name ? [name, above(c) + name] : [above(c)])));
    const best = two.known > one.known ? two : one;
    return best.known >= 2 && best.known * 2 >= best.wide ? best : null;
  },
});

// -- how it is looked at: sorting and filtering never touch the data

Object.assign(Grid.prototype, {
  lookAs(kind) {
    const column = this.columnsShown[this.at.c];
    const id = this.view[this.at.r]?.id;
    const text = (row) => row.texts[column.key] ?? "";
    const wanted = this.view[this.at.r] ? text(this.view[this.at.r]) : "";
    const sorted = (sign) => [...this.rows.list].sort((a, b) => compareTexts(text(a), text(b), sign));
    const kept = {
      ascending: () => [`按“${column.label}”从小到大看`, sorted(1)],
      descending: () => [`按“${column.label}”从大到小看`, sorted(-1)],
      same: () => [`只看${column.label}是“${wanted}”的`, this.rows.list.filter((row) => text(row) === wanted)],
      empty: () => [`只看${column.label}空着的`, this.rows.list.filter((row) => !text(row))],
      wrong: () => ["只看有问题的", this.rows.list.filter((row) => worst(this.allOf(row), row.clash))],
      all: () => ["", this.rows.list],
    };
    const [words, view] = kept[kind]();
    this.look = kind === "all" ? null : { kind, column: column.key, words };
    this.view = view;
    this.numbers = undefined;
    this.at = this.to = { r: Math.max(0, view.findIndex((row) => row.id === id)), c: this.at.c };
    this.refresh();
    this.reveal(this.at);
    this.draw();
    if (kind !== "all") this.say(`${words}：${view.length} 行`);
  },

  drawLook() {
    this.lookBar.hidden = !this.look;
    this.lookBar.innerHTML = this.look
      ? `${icon("filter_alt")}<span>${esc(this.look.words)}，${this.view.length} 行。数据里的顺序没有变</span><button type="button" class="btn s" data-do="all">恢复</button>`
      : "";
  },

  toggleLater() {
    this.showLater = !this.showLater;
    this.tools.querySelector('[data-do="later"]').setAttribute("aria-pressed", String(this.showLater));
    this.refresh();
    this.draw();
  },

  fit(c) {
    const column = this.columnsShown[c];
    this.setWidth(column, this.fitWidth(column));
    this.tellWidths();
  },

  setWidth(column, width) {
    this.widths[column.key] = clamp(Math.round(width), 40, 600);
    this.layOut();
    this.draw();
  },

  tellWidths() {
    this.post.component.setStateValue("widths", { ...this.widths });
  },
});

// Find and replace, in the columns that are seen.
class Finder {
  constructor(grid, bar) {
    Object.assign(this, { grid, bar });
    bar.innerHTML = `<label>查找<input data-f="find"></label><label>替换为<input data-f="with"></label><span role="status"></span><button type="button" class="btn s" data-f="back">上一个</button><button type="button" class="btn s" data-f="on">下一个</button><button type="button" class="btn s" data-f="one">替换</button><button type="button" class="btn s" data-f="all">全部替换</button><button type="button" class="ib" data-f="close" aria-label="关闭查找">${icon("close")}</button>`;
    [this.what, this.by] = bar.querySelectorAll("input");
    this.status = bar.querySelector("[role=status]");
    this.what.addEventListener("input", () => this.count(""));
    bar.addEventListener("click", (event) => this.press(event.target.closest("button")?.dataset.f));
    bar.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Enter" && event.target.tagName === "INPUT") this.step(event.shiftKey ? -1 : 1);
      else if (event.key === "Escape") this.press("close");
      else return;
      event.preventDefault();
    });
  }

  open() {
    this.bar.hidden = false;
    this.told = "";
    const text = this.grid.view[this.grid.at.r]?.texts[this.grid.columnsShown[this.grid.at.c].key];
    if (!this.what.value && text) this.what.value = text;
    this.count();
    this.what.focus();
    this.what.select();
  }

  press(name) {
    if (name === "back" || name === "on") this.step(name === "on" ? 1 : -1);
    else if (name === "one") this.replaceOne();
    else if (name === "all") this.replaceAll();
    else if (name === "close") {
      this.bar.hidden = true;
      this.grid.input.focus({ preventScroll: true });
    }
  }

  get hits() {
    const wanted = this.what.value.toLowerCase();
    const found = [];
    if (!wanted) return found;
    this.grid.view.forEach((row, r) =>
      this.grid.columnsShown.forEach((column, c) => (row.texts[column.key] ?? "").toLowerCase().includes(wanted) && found.push({ r, c, row, column })),
    );
    return found;
  }

  // told: what was done, to be read until something else is.
  count(told = this.told, place) {
    this.told = told;
    if (this.bar.hidden) return;
    const many = this.hits.length;
    this.status.textContent = told ? told : !this.what.value ? "" : !many ? "没有找到" : place === undefined ? `${many} 处` : `${place + 1} / ${many}`;
  }

  step(by) {
    const { hits, grid } = this;
    if (!hits.length) return this.count();
    const key = ({ r, c }) => r * 1000 + c;
    const here = key(grid.at);
    let place = by > 0 ? hits.findIndex((hit) => key(hit) > here) : hits.findLastIndex((hit) => key(hit) < here);
    if (place < 0) place = by > 0 ? 0 : hits.length - 1;
    grid.select(hits[place].r, hits[place].c, hits[place].r, hits[place].c);
    grid.reveal(grid.at, true);
    grid.draw();
    this.what.focus();
    this.count("", place);
  }

  replaced(text) {
    const pattern = this.what.value.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    return text.replace(new RegExp(pattern, "gi"), () => this.by.value);
  }

  replace(hits) {
    const cells = hits.filter(({ row, column }) => this.grid.canType(row, column)).map(({ row, column }) => [row, column, 0]);
    this.grid.put(cells, (column, _, row) => this.replaced(row.texts[column.key]));
    return cells.length;
  }

  replaceOne() {
    const { at } = this.grid;
    this.replace(this.hits.filter(({ r, c }) => r === at.r && c === at.c));
    this.step(1);
  }

  replaceAll() {
    this.count(`替换了 ${this.replace(this.hits)} 处，按 Ctrl+Z 撤销`);
  }
}

// -- pointer and menu

Object.assign(Grid.prototype, {
  press(event) {
    const { target } = event;
    if (target === this.input || event.button) return;
    if (target.dataset.g) return this.dragWidth(event);
    const head = target.closest("[data-h]");
    const cell = target.closest("[data-r]");
    if (!head && !cell) return;
    event.preventDefault();
    const [rows, wide] = [this.view.length - 1, this.columnsShown.length - 1];
    if (head) {
      const c = Number(head.dataset.h);
      return this.select(0, Math.max(0, c), rows, c < 0 ? wide : event.shiftKey ? this.to.c : c);
    }
    const [r, c] = [Number(cell.dataset.r), Number(cell.dataset.c)];
    if (c < 0) this.select(event.shiftKey ? this.at.r : r, 0, r, wide);
    else if (this.hitsArrow(event, r, c)) return this.open();
    else this.go(r, c, event.shiftKey, false);
    this.drag((spot) => {
      this.to = { r: spot.r, c: c < 0 ? wide : Math.max(0, spot.c) };
      this.draw();
    });
  },

  // The small arrow at the right of an active cell that offers choices.
  hitsArrow(event, r, c) {
    const here = r === this.at.r && c === this.at.c && !this.mode;
    return here && this.chooser(this.columnsShown[c]) && event.clientX > this.input.getBoundingClientRect().right - 22;
  },

  drag(moved, ended = () => {}) {
    const over = (event) => {
      const cell = document.elementsFromPoint(event.clientX, event.clientY).find((one) => one.dataset?.r && this.root.contains(one));
      if (cell) moved({ r: Math.min(Number(cell.dataset.r), this.view.length - 1), c: Number(cell.dataset.c) });
    };
    const end = () => {
      removeEventListener("mousemove", over);
      ended();
    };
    addEventListener("mousemove", over);
    addEventListener("mouseup", end, { once: true });
  },

  // The handle at the corner: what is selected is repeated over the rows it is drawn over.
  dragFill(event) {
    event.preventDefault();
    const area = this.range();
    this.drag(
      (spot) => {
        [this.at, this.to] = [{ r: Math.min(area.r0, spot.r), c: area.c0 }, { r: Math.max(area.r1, spot.r), c: area.c1 }];
        this.draw();
      },
      () => this.fillFrom(area),
    );
  },

  fillFrom(area) {
    const pattern = this.view.slice(area.r0, area.r1 + 1);
    const { r0 } = this.range();
    this.put(this.chosen(), (column, place) => {
      const r = r0 + place;
      if (r >= area.r0 && r <= area.r1) return undefined;
      const many = pattern.length;
      return pattern[(((r - area.r0) % many) + many) % many].texts[column.key] ?? "";
    });
  },

  dragWidth(event) {
    event.preventDefault();
    const column = this.columnsShown[Number(event.target.dataset.g)];
    if (event.detail === 2) return this.fit(Number(event.target.dataset.g));
    const [start, width] = [event.clientX, this.width(column)];
    const move = (moved) => this.setWidth(column, width + moved.clientX - start);
    addEventListener("mousemove", move);
    addEventListener("mouseup", () => (removeEventListener("mousemove", move), this.tellWidths()), { once: true });
  },

  // The menu of a cell; from the tool row only the ways to look.
  menu(event) {
    event?.preventDefault();
    this.commit();
    const cell = event?.target.closest?.("[data-r]");
    const head = event?.target.closest?.("[data-h]");
    const c = Number(head?.dataset.h);
    if (c >= 0) this.select(0, c, this.view.length - 1, c);
    if (cell) this.pointAt(Number(cell.dataset.r), Number(cell.dataset.c));
    const lines = event && !head ? MENU : MENU.filter(([name]) => LOOKS.includes(name) || name === "fit");
    const html = lines.map(([name, words, keys]) => (name === "|" ? '<hr role="separator">' : `<button type="button" role="menuitem" tabindex="-1" data-m="${name}"><span>${words}</span><kbd>${keys ?? ""}</kbd></button>`));
    const button = this.tools.querySelector('[data-do="sort"]').getBoundingClientRect();
    const spot = !event ? button : event.clientX ? { left: event.clientX, top: event.clientY, bottom: event.clientY } : cellSpot(this);
    this.popHeld = true;
    this.popUp("menu", "表格菜单", html.join(""), spot);
    this.pop.firstElementChild.focus({ preventScroll: true });
    this.pop.onmousedown = (pressed) => pressed.preventDefault();
    this.pop.onclick = (pressed) => this.chooseFromMenu(pressed.target.closest("[data-m]"));
    this.pop.onkeydown = (pressed) => this.menuKey(pressed);
    return true;
  },

  pointAt(r, c) {
    const { r0, r1, c0, c1 } = this.range();
    const inside = r >= r0 && r <= r1 && (c < 0 || (c >= c0 && c <= c1));
    if (!inside) c < 0 ? this.select(r, 0, r, this.columnsShown.length - 1) : this.go(r, c);
  },

  chooseFromMenu(item) {
    if (!item) return;
    this.shut();
    this.act(item.dataset.m);
  },

  menuKey(event) {
    const items = [...this.pop.querySelectorAll("[role=menuitem]")].filter((one) => one.checkVisibility());
    const place = items.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) items[(place + step + items.length) % items.length].focus();
    else if (event.key === "Escape" || event.key === "Tab") this.shut();
    else return;
    event.preventDefault();
    event.stopPropagation();
  },
});
