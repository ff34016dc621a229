// Where a file is dropped or chosen. It goes to a route of ours; Python is told under which name it is kept there.
// What is on its way goes on while one looks elsewhere, and is told when one comes back.

const HTML = `
  <label class="dropbox"><input type="file" class="vh">
    <span class="ms" aria-hidden="true" translate="no" data-i18n-skip>upload_file</span>
    <span><b></b><small></small></span></label>
  <p class="told" role="status"></p>`;
const jobs = new Map(); // by the route

export default function (component) {
  const root = component.parentElement.querySelector(".dz");
  const { data } = component;
  if (!root.firstChild) root.innerHTML = HTML;
  const [box, input] = ["label", "input"].map((name) => root.querySelector(name));
  root.querySelector("b").textContent = data.words;
  root.querySelector("small").textContent = data.kinds;
  box.classList.toggle("small", Boolean(data.small));
  input.accept = data.accept;
  input.setAttribute("aria-label", data.label ? `${data.label}：${data.words}` : data.words);

  if (!jobs.has(data.href)) jobs.set(data.href, new Job());
  const job = jobs.get(data.href);
  job.shownIn(component, root);
  input.onchange = () => {
    job.send(input.files[0]);
    input.value = "";
  };
  box.ondragover = (event) => {
    event.preventDefault();
    box.classList.add("over");
  };
  box.ondragleave = () => box.classList.remove("over");
  box.ondrop = (event) => {
    event.preventDefault();
    box.classList.remove("over");
    const { files } = event.dataTransfer;
    if (files.length > 1) job.say("一次只能选一个文件", true);
    else job.send(files[0]);
  };
}

class Job {
  words = "";
  bad = false;
  busy = ""; // what is said while a file is on its way
  brought = null; // what Python has not been told yet

  shownIn(component, root) {
    const anew = this.root !== root;
    Object.assign(this, { component, root });
    this.draw();
    if (anew) this.tell();
  }

  say(words, bad) {
    Object.assign(this, { words, bad });
    this.draw();
  }

  draw() {
    const told = this.root.querySelector("p");
    told.textContent = this.words;
    told.classList.toggle("red", this.bad);
    told.setAttribute("role", this.bad ? "alert" : "status");
  }

  tell() {
    if (!this.brought || !this.root.isConnected) return;
    this.component.setTriggerValue("brought", this.brought);
    this.brought = null;
  }

  async send(file) {
    const { data } = this.component;
    if (!file) return;
    if (this.busy) return this.say(`${this.busy}“${file.name}”没有收，读完前一个再选`, true);
    if (file.size > data.most) return this.say(tooBig(file.size, data), true);
    this.busy = `正在读“${file.name}”…`;
    this.say(this.busy, false);
    try {
      const headers = {
        "x-onefill-token": await window.onefill.token(),
        "x-onefill-name": encodeURIComponent(file.name),
        "content-type": "application/octet-stream",
      };
      const answer = await fetch(data.href, { method: "POST", body: file, headers });
      const said = await answer.json();
      if (answer.ok) {
        this.brought = said.file;
        if (data.small) this.say("", false);
        this.tell();
      } else this.say(said.message, true);
    } catch {
      this.say("没有送到：连接断了，或文件正被别的程序改动。等连上、存好再选一次", true);
    } finally {
      this.busy = "";
    }
  }
}

function tooBig(size, { most, smaller }) {
  const inMB = (bytes) => Math.ceil(bytes / 1024 / 1024);
  return `文件 ${inMB(size)} MB，最大 ${inMB(most)} MB。${smaller}`;
}
