// Files that are registered, not handed in: name, size and SHA-256 are told to Python; the files stay where they are.
// It takes long: who looks at another section meanwhile finds the work going on, or its result told, when coming back.

const HTML = `
  <label class="btn s"><input type="file" class="vh" multiple>
    <span class="ms" aria-hidden="true" translate="no" data-i18n-skip>fingerprint</span><span></span></label>
  <span class="told sm" role="status"></span>`;

const jobs = new Map(); // by section

export default function (component) {
  const root = component.parentElement.querySelector(".hs");
  if (!root.firstChild) root.innerHTML = HTML;
  const [label, input, told] = ["label > span:last-child", "input", ".told"].map((name) => root.querySelector(name));
  const { words, heard } = component.data;
  label.textContent = words;
  input.setAttribute("aria-label", words);
  if (!jobs.has(component.data.job)) jobs.set(component.data.job, { waiting: [], found: [], words: "" });
  const job = jobs.get(component.data.job);
  input.onchange = () => {
    job.waiting.push(...input.files);
    input.value = "";
    work(job);
  };
  if (heard.includes(job.told?.id)) job.told = null;
  const anew = job.told && job.told.root !== root; // told while nobody listened
  Object.assign(job, { component, root, say: (text) => (told.textContent = job.words = text) });
  told.textContent = job.words;
  if (anew || job.found.length) tell(job);
}

async function work(job) {
  if (job.busy) return;
  job.busy = true;
  const failed = [];
  while (job.waiting.length) {
    const file = job.waiting.shift();
    const sha256 = await hashed(file, (done) => job.say(`正在算“${file.name}” ${percent(done, file.size)}%`));
    if (sha256) job.found.push({ name: file.name, size: file.size, sha256 });
    else failed.push(`“${file.name}”`);
  }
  job.busy = false;
  const words = job.found.length ? [`算好了 ${job.found.length} 个`] : [];
  if (failed.length) words.push(`读不了${failed.join("、")}：正被别的程序改动，或已经拔走。关上、插好再选`);
  job.say(words.join("；"));
  if (job.root.isConnected && job.found.length) tell(job);
}

// Until the server has heard of it, what was told is kept.
function tell(job) {
  if (job.busy) return;
  const id = window.onefill.pressId();
  if (job.found.length) job.told = { id, found: [...(job.told?.found ?? []), ...job.found] };
  job.found = [];
  job.told.root = job.root;
  job.component.setTriggerValue("act", `${job.told.id} ${JSON.stringify(job.told.found)}`);
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
