"""What a person waits for in the browser: ``python -m benchmarks.browser``.

From the key that ends a word until the server has kept and checked it and its answer is drawn; beside it the same edit,
kept and checked by the same service, in Streamlit's own ``st.data_editor``. Times are taken inside the page.
"""

import os
import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from statistics import median

from playwright.sync_api import BrowserContext, Page, WebSocket, sync_playwright

from benchmarks.load import HOME, serving
from benchmarks.measuring import row, seconds
from onefill.service import Desk, Settings, open_desk
from onefill.service.samples import sample_id
from samples.people import names, trainee
from store import EVERYTHING
from tests.browsers import ARGUMENTS, CHROMIUM, SCREEN

TIMES = 9
SIZES = {50: 0.2, 500: 0.25, 5000: 0.35}
PATIENCE = 60_000
#: Resolves with the milliseconds from the next press of a key until ``done`` holds and has been drawn.
STOPWATCH = """done => new Promise((told) => {
  const holds = new Function(`return ${done}`);
  addEventListener("keydown", () => {
    const began = performance.now();
    const look = () => (holds() ? requestAnimationFrame(() => told(performance.now() - began)) : setTimeout(look, 2));
    setTimeout(look);
  }, { capture: true, once: true });
}).then((took) => (window.took = took))"""
#: The same table in Streamlit's own editor; what was changed is kept and checked as ours is.
PEER = """
import streamlit as st
from onefill.service.edits import Put
from onefill.ui.shared import the_desk

st.set_page_config(layout="wide")
desk, record = the_desk(), st.query_params["record"]
columns = ("name", "id_no", "mobile", "education", "employer", "note")

@st.fragment
def page():
    held = desk.records.table(record, "trainees")
    if "base" not in st.session_state:
        st.session_state.base = [{key: held.texts[one].get(key) or "" for key in columns} for one in held.order]
    st.data_editor(st.session_state.base, key="table", height=500)
    for number, changed in st.session_state.table["edited_rows"].items():
        edit = Put(row=held.order[int(number)], values=changed)
        desk.records.edit(record, "trainees", [edit], desk.who(), window="peer")
    state = desk.records.state(record)
    st.session_state.runs = st.session_state.get("runs", 0) + 1
    st.html(f'<i id="peer" data-runs="{st.session_state.runs}">{len(state.findings)}</i>')

page()
"""


def class_of(desk: Desk, people: int) -> str:
    """A class of that many, in everything else the sample one."""
    dice = random.Random(people)
    data = dict(desk.store.latest(sample_id("class_50"), EVERYTHING).data or {})
    named = names(dice, min(people, 500))
    data["trainees"] = {f"r{n}": trainee(dice, named[n % len(named)], n) for n in range(1, people + 1)}
    data |= {"class_no": f"440604-012-2026-{people % 1000:03d}", "planned_count": str(people), "attendance": {}}
    return desk.records.create("training_class", desk.who(), data)


def timed(page: Page, done: str, key: str) -> float:
    """Seconds from a key until something holds in the page."""
    page.evaluate(f"window.took = 0; ({STOPWATCH})({done!r}); null")
    page.keyboard.press(key)
    page.wait_for_function("window.took", timeout=PATIENCE)
    return float(page.evaluate("window.took")) / 1000


def opened(context: BrowserContext, address: str, seen: str) -> tuple[Page, float]:
    """A page, and the seconds until something is seen there."""
    page = context.new_page()
    page.goto(address)
    page.locator(seen).first.wait_for(timeout=PATIENCE)
    return page, float(page.evaluate("performance.now()")) / 1000


def field_times(page: Page, words: Iterator[int]) -> list[float]:
    """A text of the form: written, left with Tab."""
    box = page.get_by_role("textbox", name="班主任", exact=True)
    taken = []
    for _ in range(TIMES):
        text = f"第{next(words)}人"
        box.fill("")
        box.press_sequentially(text)
        line = "document.querySelector('.at[data-path=head_teacher]')"
        kept = f"{line}?.dataset.shown === '{text}'"
        taken.append(timed(page, kept, "Tab"))
        page.wait_for_timeout(300)
    return taken


def cell_times(page: Page, words: Iterator[int]) -> list[float]:
    """A cell of our table, left with Enter: until Python has it and has answered."""
    quiet = "[...window.onefill.grids.values()].every(({ post }) => !post.waiting.length && !post.sent)"
    page.locator(".og-c[data-r='1']").nth(1).click()
    taken = []
    for _ in range(TIMES):
        page.keyboard.type(f"1{next(words)}")
        taken.append(timed(page, quiet, "Enter"))
        page.wait_for_timeout(300)
        page.keyboard.press("ArrowUp")
    return taken


def peer_times(page: Page, words: Iterator[int]) -> list[float]:
    """The same in Streamlit's editor."""
    page.wait_for_timeout(1500)
    frame = page.locator("[data-testid=stDataFrame]").bounding_box()
    assert frame is not None
    taken = []
    for number in range(TIMES):
        runs = int(page.locator("#peer").get_attribute("data-runs") or 0)
        page.mouse.dblclick(frame["x"] + 260, frame["y"] + 48 + 31 * number)
        page.wait_for_timeout(500)  # its box comes late, and loses what is typed before
        page.locator("#portal textarea").first.fill(f"1{next(words)}")
        done = f"Number(document.getElementById('peer')?.dataset.runs) > {runs}"
        taken.append(timed(page, done, "Enter"))
        page.wait_for_timeout(700)
    return taken


@contextmanager
def weighed(page: Page) -> Iterator[list[int]]:
    """Bytes that go over the wire meanwhile, both ways."""
    moved: list[int] = []

    def listen(line: WebSocket) -> None:
        for way in ("framesent", "framereceived"):
            line.on(way, lambda payload: moved.append(len(payload)))  # type: ignore[call-overload]

    page.on("websocket", listen)
    page.on("request", lambda request: moved.append(len(request.post_data_buffer or b"")))
    page.reload()
    page.locator(".og-c").first.wait_for(timeout=PATIENCE)
    page.wait_for_timeout(2000)
    moved.clear()
    yield moved


def measure(
    context: BrowserContext, address: str, peer: str, records: dict[int, str], tell: Callable[..., None]
) -> None:
    """All figures, told one by one."""
    words = count(3_800_000_000)
    class_50 = f"http://{address}/fill?record={records[50]}&section=basics"
    page, cold = opened(context, class_50, "[data-testid=stTextInput]")
    warm = []
    for _ in range(TIMES):
        page.wait_for_timeout(1000)
        page.close()
        page, taken = opened(context, class_50, "[data-testid=stTextInput]")
        warm.append(taken)
    tell("fill page, cold", 3.0, [cold])
    tell("fill page, warm", 1.0, warm)
    tell("a field of the form", 0.15, field_times(page, words))
    page.close()
    for size, limit in SIZES.items():
        page, _ = opened(context, f"http://{address}/fill?record={records[size]}&section=trainees", ".og-c")
        ours = cell_times(page, words)
        if size == 500:
            with weighed(page) as moved:
                cell_times(page, words)
            print(f"| {'bytes of an edit at 500 rows, limit 5,000':64} | {sum(moved) // TIMES:,}")
        page.close()
        page, _ = opened(context, f"http://{peer}/?record={records[size]}", "[data-testid=stDataFrame]")
        tell(f"a cell at {size} rows", limit, ours, peer_times(page, words))
        page.close()


def main() -> int:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="onefill-browser-", ignore_cleanup_errors=True) as name:
        folder, other = Path(name), Path(name) / "peer"
        desk = open_desk(Settings(data=folder))
        desk.load_samples()
        records = {size: class_of(desk, size) for size in SIZES}
        desk.store.close()
        other.mkdir()
        (other / "app.py").write_text(PEER, encoding="utf-8")
        (other / ".streamlit").mkdir()
        (other / ".streamlit" / "config.toml").write_bytes((HOME / ".streamlit" / "config.toml").read_bytes())
        print(row("figure", "limit", "middle", "longest", "editor", "ratio"))
        print(row("---", "---", "---", "---", "---", "---"))

        def tell(title: str, limit: float, ours: list[float], theirs: list[float] | None = None) -> None:
            beside = (seconds(median(theirs)), f"{median(ours) / median(theirs):.2f}") if theirs else ("", "")
            print(row(title, seconds(limit), seconds(median(ours)), seconds(max(ours)), *beside), flush=True)

        with serving(folder) as (address, _), serving(folder, other) as (peer, _), sync_playwright() as playwright:
            # A profile of its own: without one chromium keeps no compiled scripts, as a clerk's does.
            context = playwright.chromium.launch_persistent_context(
                folder / "profile", executable_path=CHROMIUM, args=ARGUMENTS, locale="zh-CN", viewport=SCREEN
            )
            measure(context, address, peer, records, tell)
            context.close()
    print(f"\nload {os.getloadavg()[0]:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
