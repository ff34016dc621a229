// A calendar on demand for boxes of dates: press the sign in the box, or Alt+↓. Nothing but plain text goes into the box,
// so that typing, saving and checking stay as they are. Arrows, Home, End, PageUp, PageDown (with Shift: years), Enter, Esc.
// A table asks for it with onefill.calendar(box, label, ended): ended is told the day, null after Esc, nothing if one left.
(() => {
  const WEEK = "一二三四五六日";
  const SIGN = "[data-testid=stTextInputIcon]";
  const MOVES = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
  let box = null; // whose calendar is open
  let ended = null; // told how it ended
  let day = new Date(); // where the cursor is

  const words = (date) => `${date.getFullYear()}年${date.getMonth() + 1}月${date.getDate()}日`;
  const same = (one, other) => words(one) === words(other);
  const open = () => document.getElementById("of-calendar");
  const fieldOf = (node) => node?.closest?.('[class*="st-key-f_"],[class*="st-key-fw_"]');
  // Of forms of ours the box says so itself, and a button beside it opens the calendar.
  const OURS = "input[data-day-box]";
  const beside = (node) => node?.closest?.("[data-calendar]")?.parentElement.querySelector(OURS);
  const boxOf = (node) => beside(node) ?? node?.closest?.(OURS) ?? (fieldOf(node)?.querySelector(".at[data-date]") ? fieldOf(node).querySelector("input") : null);

  function read(text) {
    const parts = /(\d{4})\D*(\d{1,2})\D*(\d{1,2})/.exec(text);
    const date = parts ? new Date(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3])) : new Date();
    return Number.isNaN(date.getTime()) ? new Date() : date;
  }

  function moved(days) {
    return new Date(day.getFullYear(), day.getMonth(), day.getDate() + days);
  }

  // The same day of another month, or that month's last.
  function monthsOn(count) {
    const last = new Date(day.getFullYear(), day.getMonth() + count + 1, 0);
    return new Date(last.getFullYear(), last.getMonth(), Math.min(day.getDate(), last.getDate()));
  }

  function element(tag, attributes = {}, text = "") {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.textContent = text;
    return made;
  }

  function button(act, name, text) {
    return element("button", { type: "button", "data-month": act, "aria-label": name, title: name }, text);
  }

  function show(target, label, whenEnded) {
    close();
    [box, ended] = [target, whenEnded];
    day = read(box.value);
    const panel = element("div", { id: "of-calendar", role: "dialog", "aria-label": `选日期：${label}`, "data-i18n-skip": "" });
    document.body.append(panel);
    draw();
    place(panel);
  }

  function place(panel) {
    const spot = box.getBoundingClientRect();
    const below = spot.bottom + 4 + panel.offsetHeight <= innerHeight;
    const left = Math.min(spot.left, innerWidth - panel.offsetWidth - 8);
    panel.style.top = `${Math.max(8, below ? spot.bottom + 4 : spot.top - 4 - panel.offsetHeight)}px`;
    panel.style.left = `${Math.max(8, left)}px`;
  }

  function draw() {
    const head = element("div", { class: "cal-head" });
    const month = element("b", { "aria-live": "polite" }, `${day.getFullYear()}年${day.getMonth() + 1}月`);
    head.append(button(-12, "上一年", "«"), button(-1, "上一月", "‹"), month, button(1, "下一月", "›"), button(12, "下一年", "»"));
    const grid = element("table", { role: "grid", "aria-label": month.textContent });
    const names = element("tr");
    names.append(...[...WEEK].map((name) => element("th", { scope: "col", abbr: `星期${name}` }, name)));
    grid.append(names, ...weeks());
    const foot = element("div", { class: "cal-foot" });
    foot.append(element("button", { type: "button", "data-day": words(new Date()), class: "btn s" }, "今天"));
    open().replaceChildren(head, grid, foot);
    open().querySelector("[tabindex='0']").focus();
  }

  function weeks() {
    const first = new Date(day.getFullYear(), day.getMonth(), 1);
    const before = (first.getDay() + 6) % 7;
    const rows = [];
    for (let week = 0; week < 6; week++) {
      const row = element("tr");
      for (let column = 0; column < 7; column++) {
        row.append(cell(new Date(first.getFullYear(), first.getMonth(), 1 - before + week * 7 + column)));
      }
      rows.push(row);
    }
    return rows;
  }

  function cell(date) {
    const here = same(date, day);
    const press = element(
      "button",
      { type: "button", "data-day": words(date), "aria-label": `${words(date)}，星期${WEEK[(date.getDay() + 6) % 7]}`, tabindex: here ? 0 : -1 },
      String(date.getDate()),
    );
    if (date.getMonth() !== day.getMonth()) press.className = "other";
    if (same(date, new Date())) press.setAttribute("aria-current", "date");
    const made = element("td", { role: "gridcell", "aria-selected": String(here) });
    made.append(press);
    return made;
  }

  function close(how) {
    open()?.remove();
    const tell = ended;
    box = ended = null;
    tell?.(how);
  }

  function showFor(input) {
    show(input, input.getAttribute("aria-label") ?? input.labels[0]?.textContent.trim() ?? "", (chosen) => {
      if (chosen) {
        Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(input, chosen);
        input.dispatchEvent(new Event("input", { bubbles: true }));
      }
      if (chosen !== undefined) input.focus();
    });
  }

  function key(event) {
    if (event.key === "Escape") {
      close(null);
    } else if (!event.target.closest("[role=gridcell]")) {
      return;
    } else if (event.key in MOVES) {
      day = moved(MOVES[event.key]);
      draw();
    } else if (event.key === "PageUp" || event.key === "PageDown") {
      day = monthsOn((event.key === "PageUp" ? -1 : 1) * (event.shiftKey ? 12 : 1));
      draw();
    } else if (event.key === "Home" || event.key === "End") {
      const weekday = (day.getDay() + 6) % 7;
      day = moved(event.key === "Home" ? -weekday : 6 - weekday);
      draw();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  document.addEventListener(
    "keydown",
    (event) => {
      if (open()?.contains(event.target)) key(event);
      else if (event.altKey && event.key === "ArrowDown" && boxOf(event.target) === event.target) {
        event.preventDefault();
        showFor(event.target);
      }
    },
    true,
  );

  document.addEventListener("click", (event) => {
    const panel = open();
    if (panel?.contains(event.target)) {
      const { month, day: chosen } = event.target.closest("button")?.dataset ?? {};
      if (chosen) close(chosen);
      if (month) {
        day = monthsOn(Number(month));
        draw();
        panel.querySelector(`[data-month="${month}"]`).focus();
      }
    } else if (event.target.closest?.(`${SIGN},[data-calendar]`) && boxOf(event.target)) {
      showFor(boxOf(event.target));
    } else close();
  });

  (window.onefill ??= {}).calendar = show;

  // Leaving with Tab closes it; a box drawn away takes its calendar with it.
  document.addEventListener("focusin", (event) => open() && !open().contains(event.target) && event.target !== box && close());
  addEventListener("scroll", () => open() && (box?.isConnected ? place(open()) : close()), true);

  // Readers hear that there is a calendar; pointers are shown it.
  document.addEventListener("focusin", (event) => boxOf(event.target) === event.target && event.target.setAttribute("aria-keyshortcuts", "Alt+ArrowDown"));
  document.addEventListener("mouseover", (event) => {
    const sign = event.target.closest?.(SIGN);
    if (sign && boxOf(sign)) sign.title = "选日期（Alt+↓）";
  });
})();
