// What was typed goes to our own route, keystroke by keystroke, and stays here until it is there: over a server that is
// gone, over a reload, and while another window's text stands against it until somebody has chosen.
// The server writes #of-session (token, record, seen) into the page. Others use window.onefill: keep, pressId, refused,
// session, token.
(() => {
  const PAUSE = 120; // below the 250 ms after which Streamlit itself reports a text
  const AGAIN = 2000;
  const MOST = 200; // texts in one telling
  const PART = 60000; // bytes that a browser still sends while the page goes
  const KEPT = "of-left";
  const NOT_KEPT = "没有存下";
  // By record and path, what was typed: {record, path, text, seen, token}.
  const waiting = new Map(); // not known to be kept
  const refused = new Map(); // another window was faster, or it was too much, which message then says
  const late = new Map(); // kept only after the connection had been cut; until when what is drawn may not know it
  const SOON = 1500;
  const DRAWN = 20000; // by then the page is drawn to its end, however busy the server
  let most = MOST;
  let timer = 0;
  let count = Date.now(); // goes on rising over a reload of the page
  let busy = false;

  // While Streamlit draws anew, the element may be gone for a moment: who speaks here stays the same.
  let known = {};
  const session = () => {
    const told = document.getElementById("of-session");
    if (told) {
      const anew = Number(told.dataset.run) < Number(known.run);
      known = { ...told.dataset };
      if (anew) tellRefusedAgain();
    }
    return known;
  };

  // Who speaks is the last that the server writes into a page: what is sent before that has come waits for it.
  async function token() {
    for (const until = Date.now() + DRAWN; !session().token && Date.now() < until; ) {
      await new Promise((go) => setTimeout(go, PAUSE));
    }
    return session().token ?? "";
  }

  // A connection that comes back may reach a server that has never heard of this window: it is told which one comes,
  // after the session that Streamlit names. A page loaded anew has none yet; while it still has what the page before it
  // could not bring, it is the same window.
  const Socket = window.WebSocket;
  let before = ""; // who spoke on that page
  window.WebSocket = class extends Socket {
    constructor(address, protocols = []) {
      const token = session().token ?? before;
      super(address, token && protocols.length > 1 ? [...protocols, token] : protocols);
    }
  };

  const house = (window.onefill ??= {}); // house.goal is the table's, too
  house.session = session;
  house.token = token;
  // By what a press is known that is told again until it is heard; http: over a network has no randomUUID.
  house.pressId = () => crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
  for (const kind of ["focusin", "pointerdown"]) document.addEventListener(kind, session, true);
  const bytes = (text) => new Blob([text]).size;
  const placeOf = ({ record, path }) => `${record}:${path}`;

  // Keeps a text at a path. While another window's text stands against it, it goes on standing against it; ``anew``
  // has the page drawn when it is kept.
  function keep({ record, path, text, seen, anew }) {
    const place = placeOf({ record, path });
    if (late.get(place)?.text !== text) late.delete(place); // what is typed now is sure
    const { token, record: open, seen: drawn } = session();
    const before = refused.get(place) ?? waiting.get(place);
    const known = before?.token === token ? before.seen : open === record ? drawn : undefined;
    const kept = { record, path, text, token, seen: seen ?? known, anew, late: waiting.get(place)?.late };
    waiting.set(place, kept);
    clearTimeout(timer);
    timer = setTimeout(send, PAUSE);
    return kept;
  }

  // What goes out together: of one record and window that has seen one state of it, and not too much.
  function fitting(first) {
    const alike = ({ record, token, seen }) => record === first.record && token === first.token && seen === first.seen;
    let size = bytes(first.text);
    const fits = ([, kept], n) => !n || (n < most && (size += bytes(kept.text)) < PART);
    return [...waiting].filter(([, kept]) => alike(kept)).filter(fits);
  }

  // What comes from before a reload waits until the page is drawn: else a box could come after it with an older text.
  async function send(leaving = false) {
    clearTimeout(timer);
    const first = waiting.values().next().value;
    const { token: here } = session();
    const token = first?.token ?? here;
    if (!first || !token || busy || !(here || leaving)) return;
    const going = fitting(first);
    const changes = going.map(([, { path, text }]) => ({ path, text, sequence: ++count }));
    const seen = first.seen === undefined ? null : Number(first.seen);
    const body = JSON.stringify({ token, record: first.record, seen, changes });
    busy = true;
    try {
      const options = { method: "POST", body, keepalive: bytes(body) < PART, headers: { "content-type": "application/json" } };
      const answer = await fetch("./of/drafts", options);
      if (answer.status === 401) for (const [, kept] of going) kept.token = undefined; // this window's own will do
      if (answer.status === 401 || answer.status >= 500) throw new Error(String(answer.status));
      const told = await answer.json();
      connected();
      if (answer.ok) heed(going, token, told);
      else if (going.length > 1) most = 1; // one of them is at fault: each by itself
      else refuse(...going[0], { token, message: told.message, gone: [404, 409].includes(answer.status) });
      if (answer.ok) tellSaved(`已保存 ${told.saved}`);
    } catch {
      for (const [, kept] of going) kept.late = true;
      cutOff();
      timer = setTimeout(send, AGAIN);
    } finally {
      busy = false;
    }
    if (!waiting.size) most = MOST;
    else if (!document.body.classList.contains("of-cut")) timer = setTimeout(send, PAUSE);
  }

  // What was kept is done with. Where another window was faster the text stays here until somebody has chosen; one
  // from before a reload is told once more as this window's, so that both can be shown.
  function heed(going, token, { refused: lost }) {
    const own = token === session().token;
    for (const [place, kept] of going) {
      if (!lost.includes(kept.path)) settled(place, kept);
      else if (own) refuse(place, kept, { token });
      else kept.token = undefined;
    }
    if (going.some(([, kept]) => kept.anew) || (own && lost.length)) house.redraw?.();
  }

  function settled(place, kept) {
    if (waiting.get(place) === kept) waiting.delete(place);
    if (kept.late) late.set(place, { ...kept, until: Date.now() + SOON });
    refused.delete(place);
  }

  // Texts by place that what is drawn may not know: those that were refused, and those that were not kept at once, for
  // the connection was cut or the page loaded anew.
  function unsure() {
    for (const [place, { until }] of late) if (Date.now() > until) late.delete(place);
    const lost = [...refused].filter(([place, { gone }]) => !gone && !waiting.has(place));
    const tardy = [...waiting].filter(([, kept]) => kept.late);
    return new Map([...lost, ...late, ...tardy].map(([place, { text }]) => [place, text]));
  }

  // Somebody has chosen between what was refused and what stands against it.
  function chosen(place) {
    for (const texts of [refused, late]) texts.delete(place);
  }

  // The session is a new one and knows of no clash: what stands against another window's text is told once more.
  function tellRefusedAgain() {
    for (const [place, kept] of refused) {
      if (!kept.message && !waiting.has(place)) waiting.set(place, { ...kept, token: undefined });
    }
  }

  function refuse(place, kept, why) {
    settled(place, kept);
    refused.set(place, { ...kept, ...why });
    tellSaved();
    house.refusal();
  }

  // The page goes: once more by the route, and into the tab's own memory, which a reload brings back. What it draws
  // then may not know it yet.
  function leave() {
    busy = false; // the answer of a request under way is lost with the page; what it may not have carried goes again
    send(true);
    const lost = [...refused.values()].filter(({ gone }) => !gone).map((kept) => ({ ...kept, token: undefined }));
    const texts = [...lost, ...[...waiting.values()].map((kept) => ({ ...kept, late: true }))];
    if (!texts.length) return;
    try {
      sessionStorage.setItem(KEPT, JSON.stringify({ token: session().token, count, texts }));
    } catch {
      // Full: the route has the first of them.
    }
  }

  function comeBack() {
    const kept = JSON.parse(sessionStorage.getItem(KEPT));
    if (!kept) return;
    sessionStorage.removeItem(KEPT);
    before = kept.token;
    count = Math.max(count, kept.count); // clocks are put back
    for (const one of kept.texts) waiting.set(placeOf(one), { ...one, message: undefined });
  }

  // Nothing is said to be saved while something is not.
  let savedWords = "";

  function tellSaved(words) {
    const place = document.querySelector(".saved .when");
    if (!place) return;
    const lost = [...refused.values()].filter(({ record }) => record === session().record).length;
    savedWords = words ?? (place.textContent.startsWith(NOT_KEPT) ? savedWords : place.textContent);
    const now = lost ? `${NOT_KEPT} ${lost} 处` : savedWords;
    if (place.textContent !== now) place.textContent = now;
    place.parentElement.classList.toggle("lost", lost > 0);
  }

  function connected() {
    document.body.classList.remove("of-cut");
    document.getElementById("of-cut")?.remove();
  }

  function cutOff() {
    document.body.classList.add("of-cut");
    let strip = document.getElementById("of-cut");
    if (!strip) {
      strip = document.createElement("div");
      strip.id = "of-cut";
      strip.setAttribute("role", "alert");
      document.body.append(strip);
    }
    strip.textContent = `连接断了，正在重连。您刚写的 ${waiting.size} 处留在本机，连上就存`;
  }

  function look() {
    tellSaved();
    if (!waiting.size || busy) return;
    clearTimeout(timer);
    timer = setTimeout(send, PAUSE);
  }

  addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => document.hidden && send(true));
  Object.assign(house, { session, placeOf, keep, refused, chosen, unsure, SOON, look, refusal: look });
  comeBack();
})();
