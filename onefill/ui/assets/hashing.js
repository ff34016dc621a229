// Files that are registered, not handed in: name, size and SHA-256 are told to Python; the files stay where they are.

const HTML = `
  <label class="btn s"><input type="file" class="vh" multiple>
    <span class="ms" aria-hidden="true" translate="no" data-i18n-skip>fingerprint</span><span></span></label>
  <span class="told sm" role="status"></span>`;

export default function (component) {
  const root = component.parentElement.querySelector(".hs");
  if (!root.firstChild) root.innerHTML = HTML;
  const [label, input, told] = ["label > span:last-child", "input", ".told"].map((name) => root.querySelector(name));
  label.textContent = component.data.words;
  input.setAttribute("aria-label", component.data.words);
  root.tell = (found) => component.setTriggerValue("hashed", found);
  input.onchange = () => {
    work(root, told, [...input.files]);
    input.value = "";
  };
}

async function work(root, told, files) {
  root.waiting = [...(root.waiting ?? []), ...files];
  if (root.busy) return;
  root.busy = true;
  const found = [];
  while (root.waiting.length) {
    const file = root.waiting.shift();
    const sha256 = await hashed(file, (done) => (told.textContent = `正在算“${file.name}” ${percent(done, file.size)}%`));
    if (sha256) found.push({ name: file.name, size: file.size, sha256 });
    else told.textContent = `读不了“${file.name}”：它正被别的程序改动，或已经拔走。关上、插好再选`;
  }
  root.busy = false;
  if (found.length) {
    told.textContent = `算好了 ${found.length} 个`;
    root.tell(JSON.stringify(found));
  }
}

const percent = (done, size) => Math.floor((100 * done) / (size || 1));

function hashed(file, progress) {
  const worker = new Worker(new URL("./of/sha256.js", document.baseURI));
  return new Promise((done) => {
    worker.onerror = () => done("");
    worker.onmessage = ({ data }) => {
      if (data.done) progress(data.done);
      if (data.sha256 || data.failed) done(data.sha256 ?? "");
    };
    worker.postMessage(file);
  }).finally(() => worker.terminate());
}
