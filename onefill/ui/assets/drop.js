// Where a file is dropped or chosen. It goes to a route of ours; Python is told under which name it is kept there.

const HTML = `
  <label class="dropbox"><input type="file" class="vh">
    <span class="ms" aria-hidden="true" translate="no" data-i18n-skip>upload_file</span>
    <b></b><small></small></label>
  <p class="told" role="status"></p>`;

export default function (component) {
  const root = component.parentElement.querySelector(".dz");
  const { data } = component;
  if (!root.firstChild) root.innerHTML = HTML;
  const [box, input, told] = ["label", "input", "p"].map((name) => root.querySelector(name));
  root.querySelector("b").textContent = data.words;
  root.querySelector("small").textContent = data.kinds;
  input.accept = data.accept;
  input.setAttribute("aria-label", data.words);

  const say = (words, bad) => {
    told.textContent = words;
    told.classList.toggle("red", bad);
    told.setAttribute("role", bad ? "alert" : "status");
  };

  async function send(file) {
    if (!file) return;
    if (root.busy) return say(`${root.busy}“${file.name}”没有收，读完前一个再选`, true);
    if (file.size > data.most) return say(tooBig(file.size, data.most), true);
    root.busy = `正在读“${file.name}”…`;
    say(root.busy, false);
    try {
      const headers = {
        "x-onefill-token": await window.onefill.token(),
        "x-onefill-name": encodeURIComponent(file.name),
        "content-type": "application/octet-stream",
      };
      const answer = await fetch(data.href, { method: "POST", body: file, headers });
      const said = await answer.json();
      if (answer.ok) component.setTriggerValue("brought", said.file);
      else say(said.message, true);
    } catch {
      say("没有送到：连接断了，或文件正被别的程序改动。等连上、存好再选一次", true);
    } finally {
      root.busy = "";
      input.value = "";
    }
  }

  input.onchange = () => send(input.files[0]);
  box.ondragover = (event) => {
    event.preventDefault();
    box.classList.add("over");
  };
  box.ondragleave = () => box.classList.remove("over");
  box.ondrop = (event) => {
    event.preventDefault();
    box.classList.remove("over");
    const { files } = event.dataTransfer;
    if (files.length > 1) say("一次只能选一个文件", true);
    else send(files[0]);
  };
}

function tooBig(size, most) {
  const inMB = (bytes) => Math.ceil(bytes / 1024 / 1024);
  return `文件 ${inMB(size)} MB，最大 ${inMB(most)} MB。去掉图片或分开导入`;
}
