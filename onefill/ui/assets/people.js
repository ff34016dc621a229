// Where people sign in: tells the server that somebody does something, stops the page when the session has ended, signs
// out. The server counts the time from what it is told here, not from what a page asks for by itself.
(() => {
  const idle = Number(document.querySelector('meta[name="of-idle"]').content);
  const EVERY = Math.min(30, idle / 10) * 1000; // acts closer together are one
  const LOOK = Math.min(20, idle / 4) * 1000;
  let told = 0;
  let timer = 0;

  async function ask(method) {
    try {
      const answer = await fetch("./of/act", { method });
      if (answer.status === 401) stop((await answer.json()).message);
      else if (answer.ok) goOn();
    } catch {
      // the connection is cut: the page tells of that itself
    }
  }

  function acted() {
    const wait = told + EVERY - Date.now();
    if (timer || document.getElementById("of-out")) return;
    timer = setTimeout(tell, Math.max(0, wait));
  }

  function tell() {
    timer = 0;
    told = Date.now();
    ask("POST");
  }

  for (const kind of ["keydown", "pointerdown", "input"]) document.addEventListener(kind, acted, true);
  const look = () => document.hidden || ask("GET");
  setInterval(look, LOOK);
  document.addEventListener("visibilitychange", look);

  function stop(message) {
    if (document.getElementById("of-out")) return;
    const out = document.createElement("div");
    out.id = "of-out";
    out.setAttribute("role", "alertdialog");
    out.setAttribute("aria-modal", "true");
    out.setAttribute("aria-labelledby", "of-out-words");
    const words = document.createElement("p");
    words.id = "of-out-words";
    words.textContent = message;
    const link = document.createElement("a");
    link.className = "btn p";
    link.textContent = "登录";
    link.href = `./of/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`;
    const box = document.createElement("div");
    box.append(words, link);
    out.append(box);
    document.body.append(out);
    const root = document.getElementById("root");
    if (root) root.inert = true;
    link.focus();
  }

  // Somebody has signed in again in another window: the page is loaded anew, for its socket still has the old session.
  function goOn() {
    if (document.getElementById("of-out")) location.reload();
  }

  document.addEventListener("click", async (event) => {
    if (!event.target.closest?.("[data-leave]")) return;
    const answer = await fetch("./of/sign-out", { method: "POST" }).catch(() => null);
    location.href = answer?.ok ? (await answer.json()).goal : "./of/sign-in"; // maybe on to where one signed in
  });
})();
