// What the page itself does, beside Streamlit: every keystroke is kept, the cursor goes to a problem, files to disk.
// The server writes into the page: #of-session (token, record, seen), and under each field .at (path, typed, shown).
(() => {
  const house = window.onefill; // house.goal is the table's, too
  const { session, placeOf, keep, refused, chosen, unsure, SOON } = house;
  const fieldOf = (node) => node.closest?.('[class*="st-key-f_"],[class*="st-key-fw_"]');

  // The line under a box, which says what is kept there. While Streamlit redraws, a box may stand for a moment over the
  // line of another field: then nothing is sent from here, Streamlit itself reports the text a little later.
  function spotOf(node) {
    const field = fieldOf(node);
    const spot = field?.querySelector(".at[data-text]");
    const own = spot && field.className.includes(`${spot.dataset.record}-${spot.dataset.path.replaceAll("/", "-")}`);
    return own && spot.dataset.label === node.getAttribute("aria-label") ? spot : null;
  }

  // -- keystrokes ---------------------------------------------------------------------------------------------------

  // What was last typed into the box with the cursor, and when. For a moment Streamlit may not know it yet, and draws
  // over it what another window wrote: then it is put back, and both are shown to choose from.
  // So is, wherever it stands, what is not kept yet: see `unsure`.
  let last = {};

  function putBack() {
    const { box, text, at } = last;
    const spot = box && document.activeElement === box && Date.now() - at < SOON && spotOf(box);
    if (spot && spot.dataset.path === last.path && box.value !== text) {
      keep(last);
      put(box, text);
    }
    for (const [place, text] of unsure()) {
      const at = [...document.querySelectorAll(".at[data-text]")].find(({ dataset }) => placeOf(dataset) === place);
      const box = at && fieldOf(at)?.querySelector("input,textarea");
      if (box && box.value !== text && spotOf(box) === at) put(box, text);
    }
  }

  function put(box, text) {
    setter(box).call(box, text);
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function typed(event) {
    const spot = spotOf(event.target);
    if (!spot || !session().token) return;
    last = { ...keep({ ...spot.dataset, text: event.target.value }), box: event.target, at: Date.now() };
  }

  // Why a text was not taken, beside its field; gone as soon as Streamlit has brought it after all.
  function tellRefusal(spot) {
    const place = placeOf(spot.dataset);
    if (refused.get(place)?.message && refused.get(place).text === spot.dataset.typed) refused.delete(place);
    const why = refused.get(place)?.message ?? "";
    const line = spot.querySelector(".lost");
    if ((line?.textContent ?? "") === why) return;
    line?.remove();
    if (!why) return;
    const words = document.createElement("p");
    words.className = "msg bad lost";
    words.setAttribute("role", "alert");
    words.textContent = why;
    spot.append(words);
  }

  // Streamlit locks every box while the connection is cut, and the cursor falls out. What is typed here is kept
  // without it, so ours stay open and the cursor goes back.
  let current = null;

  function unlock(changes) {
    for (const { target } of changes) {
      if (!target.disabled || !spotOf(target)) continue;
      target.disabled = false;
      if (target !== current) continue;
      goBack(); // at once, for the next key; and once more when Streamlit has drawn
      requestAnimationFrame(goBack);
    }
  }

  function goBack() {
    if (current?.isConnected && [null, document.body].includes(document.activeElement)) current.focus({ preventScroll: true });
  }

  document.addEventListener("focusin", (event) => (current = event.target), true);
  document.addEventListener("focusout", (event) => !event.target.disabled && (current = null), true);
  new MutationObserver(unlock).observe(document, { subtree: true, attributes: true, attributeFilter: ["disabled"] });
  document.addEventListener("input", typed, true);
  house.typing = () => Date.now() - (last.at ?? 0) < SOON;

  // -- a value read is shown as it will be printed, once the field is left -----------------------------------------

  const setter = (box) => Object.getOwnPropertyDescriptor(Object.getPrototypeOf(box), "value").set;

  function settle(box, tries) {
    const spot = spotOf(box);
    if (!spot || !box.isConnected || document.activeElement === box) return;
    const { typed: read, shown } = spot.dataset;
    if (read === box.value && shown && shown !== box.value) {
      put(box, shown);
    } else if (read !== box.value && tries) {
      setTimeout(() => settle(box, tries - 1), 350);
    }
  }

  document.addEventListener("focusout", (event) => {
    if (event.target.matches?.("input,textarea") && spotOf(event.target)) setTimeout(() => settle(event.target, 6), 50);
  });

  // What comes by itself into a box that one came to by Tab is typed over as what stood there would have been. The
  // browser takes the text whole after it has told that one came, and drops that when the text changes.
  let came = {};
  const whole = (box) => box.selectionStart === 0 && box.selectionEnd === box.value.length; // an empty one is

  document.addEventListener("focusin", ({ target: box }) => {
    came = spotOf(box) ? { box, value: box.value } : {};
    setTimeout(() => came.box === box && came.value === box.value && !whole(box) && (came = {}));
  }, true);

  function takeWhole() {
    const { box, value } = came;
    if (!box || box.value === value || document.activeElement !== box) return;
    box.select();
    came.value = box.value;
  }

  // The first that is typed may come between the change and the page's next look at it.
  for (const event of ["keydown", "beforeinput"]) document.addEventListener(event, () => (takeWhole(), (came = {})), true);
  document.addEventListener("pointerdown", () => (came = {}), true);

  // -- to a field; to the next problem -----------------------------------------------------------------------------

  function reach() {
    const { goal } = house;
    if (!goal) return;
    const spot = [...document.querySelectorAll(".at")].find((at) => at.dataset.path === goal.path);
    if (spot) {
      const field = fieldOf(spot) ?? spot;
      field.scrollIntoView({ block: "center" });
      field.querySelector("input,textarea,button,[tabindex]")?.focus({ preventScroll: true });
    }
    if (spot || Date.now() > goal.until) house.goal = null;
  }

  function go(path) {
    house.goal = { path, until: Date.now() + 5000 };
    reach();
  }

  // The field one was in, or was sent to, last.
  let where = "";
  document.addEventListener("focusin", ({ target }) => (where = fieldOf(target)?.querySelector(".at")?.dataset.path ?? where), true);

  function nextProblem() {
    const places = [...document.querySelectorAll(".probs [data-go]")];
    if (!places.length) return document.querySelector('.og [data-do="next"]')?.click(); // a table knows its own
    const spots = [...document.querySelectorAll(".at")].map((at) => at.dataset.path);
    const here = places.findLastIndex((place) => place.dataset.go === where);
    const below = places.findIndex((place) => spots.indexOf(place.dataset.go) > spots.indexOf(where));
    const place = places[here < 0 ? Math.max(0, below) : (here + 1) % places.length];
    place.click();
    place.scrollIntoView({ block: "nearest" });
  }

  // Enter goes on to the next field, as Tab does.
  function goOn(box) {
    const boxes = "input,textarea,[role=radio]";
    const fields = [...document.querySelectorAll('[class*="st-key-f_"],[class*="st-key-fw_"]')];
    const next = fields.slice(fields.indexOf(fieldOf(box)) + 1).find((field) => field.querySelector(boxes));
    next?.querySelector(boxes).focus();
    next?.querySelector("input,textarea")?.select();
  }

  document.addEventListener("click", (event) => {
    // Not at once: the second click of two must not go to what lies below the menu.
    const menu = event.target.closest?.(".mi") && event.target.closest("details.more");
    if (menu) setTimeout(() => (menu.open = false), 500);
    const place = event.target.closest?.("[data-go]");
    if (place) go((where = place.dataset.go));
    if (event.target.closest?.("[data-next]")) nextProblem();
    const clash = event.target.closest?.(".clash [data-act]")?.closest(".clash");
    if (clash) chosen(placeOf(clash.dataset));
    const copied = event.target.closest?.("[data-copy]");
    if (copied) copyOut(copied);
    const paper = event.target.closest?.("[data-file]");
    if (paper) fetchFile(paper);
  });

  // A button that is drawn anew while the pointer is down on it gets no click from the browser, for what went down and
  // what came up are two: then the new one in its place is pressed.
  let down = null;
  const meaning = ({ dataset, ariaLabel, textContent }) => dataset.act ?? dataset.file ?? dataset.go ?? ariaLabel ?? textContent;

  document.addEventListener("pointerdown", ({ target, button }) => {
    const pressed = button === 0 ? target.closest?.("button,a") : null;
    down = pressed && { pressed, means: meaning(pressed) };
  }, true);

  document.addEventListener("pointerup", ({ clientX, clientY }) => {
    const was = down;
    down = null;
    if (!was || was.pressed.isConnected) return;
    const now = document.elementFromPoint(clientX, clientY)?.closest("button,a");
    if (now && meaning(now) === was.means) now.click();
  }, true);

  // A menu behind ⋯ closes at a click elsewhere and at Escape.
  function closeMenus(but) {
    for (const menu of document.querySelectorAll("details.more[open]")) if (!menu.contains(but)) menu.open = false;
  }

  document.addEventListener("pointerdown", (event) => closeMenus(event.target), true);

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const menu = event.target.closest?.("details.more[open]");
      closeMenus(null);
      menu?.querySelector("summary").focus();
    }
    if (event.key === "Enter" && !event.isComposing && event.target.matches?.("input") && spotOf(event.target)) {
      setTimeout(() => goOn(event.target)); // after Streamlit has taken the text
    }
    if (event.key === "F8") {
      event.preventDefault();
      nextProblem();
    }
    if (event.target.matches?.("[data-copy]")) walkCopied(event);
    const writing = event.target.closest?.("input,textarea,[contenteditable]");
    const find = document.querySelector(".st-key-find input");
    if (event.key === "/" && !writing && find && !event.isComposing) {
      event.preventDefault();
      find.focus();
    }
  });

  // A section that is opened is read from its top.
  let opened = "";
  function readFromTop() {
    const { record, section } = document.querySelector(".ph[data-section]")?.dataset ?? {};
    const place = section ? `${record}/${section}` : "";
    if (section && place !== opened && !house.goal) document.querySelector(".stMain")?.scrollTo(0, 0);
    opened = place;
  }

  // The server names the open section in the address, so that a reload opens it again. That is no page of its own: the
  // button back leads to the page before.
  const push = history.pushState.bind(history);
  history.pushState = (state, title, address) => {
    const [was, next] = [new URL(location.href), new URL(address, location.href)];
    const other = next.searchParams.get("section") !== was.searchParams.get("section");
    for (const one of [was, next]) one.searchParams.delete("section");
    if (other && was.href === next.href) history.replaceState(state, title, address);
    else push(state, title, address);
  };

  // -- files -------------------------------------------------------------------------------------------------------

  async function fetchFile(button) {
    if (button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    const told = (words, bad) => {
      const near = button.closest(".foot, .row, .tools") ?? document;
      const place = near.querySelector("[data-told]") ?? document.querySelector("[data-told]");
      if (place) {
        place.textContent = words;
        place.classList.toggle("red", bad);
      }
    };
    told("正在生成…", false);
    try {
      const answer = await fetch(button.dataset.file, { method: "POST", headers: { "x-onefill-token": await house.token() } });
      if (!answer.ok) {
        told((await answer.json()).message, true);
        return;
      }
      save(await answer.blob(), decodeURIComponent(/filename\*=UTF-8''(.*)$/.exec(answer.headers.get("content-disposition"))[1]));
      told(decodeURIComponent(answer.headers.get("x-onefill-notes") ?? "") || "已下载", false);
    } catch {
      told("没有下载成：连接断了。等连上再点一次", true);
    } finally {
      button.removeAttribute("aria-busy");
    }
  }

  function save(blob, name) {
    const place = document.createElement("a");
    place.href = URL.createObjectURL(blob);
    place.download = name;
    place.click();
    setTimeout(() => URL.revokeObjectURL(place.href), 60000);
  }

  // -- copied out, cell by cell; where one is survives a redrawn page ---------------------------------------------

  const PLACES = "of-copied"; // {table: [[row and column, what it said, as a short digest], the last one copied at the end]}
  const copiedPlaces = () => JSON.parse(localStorage.getItem(PLACES) ?? "{}");

  async function copyOut(cell) {
    const table = cell.closest("[data-place]");
    const { copy, is } = cell.dataset;
    try {
      await navigator.clipboard.writeText(cell.textContent);
    } catch {
      return getSelection().selectAllChildren(cell); // not allowed to: Ctrl+C does it
    }
    const places = copiedPlaces();
    const done = (places[table.dataset.place] ?? []).filter(([one]) => one !== copy);
    places[table.dataset.place] = [...done, [copy, is]];
    localStorage.setItem(PLACES, JSON.stringify(places));
    markCopied();
  }

  // Arrows walk through a table that is copied from; Tab comes back to where one is.
  function walkCopied(event) {
    const [across, down] = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key] ?? [];
    if (across === undefined) return;
    const { cellIndex, parentElement: row } = event.target.parentElement;
    const rows = row.closest("table").rows;
    for (let x = cellIndex + across, y = row.rowIndex + down; rows[y]?.cells[x]; x += across, y += down) {
      const next = rows[y].cells[x].querySelector("[data-copy]");
      if (!next) continue;
      event.preventDefault();
      return next.focus();
    }
  }

  function markCopied() {
    const tables = document.querySelectorAll(".copy[data-place]");
    if (!tables.length) return;
    const places = copiedPlaces();
    for (const table of tables) {
      const done = new Map(places[table.dataset.place]);
      const cells = [...table.querySelectorAll("[data-copy]")];
      const here = [...done.keys()].at(-1);
      const stop = cells.find((cell) => cell.dataset.copy === here) ?? cells[0];
      for (const cell of cells) {
        set(cell, "tabindex", cell === stop ? "0" : "-1");
        cell.classList.toggle("done", done.get(cell.dataset.copy) === cell.dataset.is);
        set(cell, "aria-current", cell.dataset.copy === here ? "true" : null);
      }
    }
  }

  // -- what readers hear -------------------------------------------------------------------------------------------

  let asked = false;

  function describe() {
    asked = false;
    for (const spot of document.querySelectorAll(".at")) {
      const box = fieldOf(spot)?.querySelector("input,textarea,[role=radiogroup]");
      if (!box) continue;
      const id = `of-line-${spot.dataset.path}`;
      if (spot.id !== id) spot.id = id;
      set(box, "aria-describedby", spot.textContent.trim() ? id : null);
      set(box, "aria-invalid", spot.querySelector(".msg.bad") ? "true" : null);
      settle(box, 0); // a box drawn anew comes back as it was typed
    }
    for (const spot of document.querySelectorAll(".at[data-text]")) tellRefusal(spot);
    house.look();
    putBack();
    takeWhole();
    setTimeout(takeWhole, 50); // Streamlit may put the text in a little later
    markCopied();
    readFromTop();
    reach();
  }

  function set(node, name, value) {
    if (node.getAttribute(name) === value) return;
    if (value === null) node.removeAttribute(name);
    else node.setAttribute(name, value);
  }

  new MutationObserver(() => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(describe);
  }).observe(document.documentElement, { subtree: true, childList: true });
  house.refusal = describe;
})();
