"""The people of the chain, each in a browser of their own, and what every one of them does there again and again."""

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Self

from openpyxl import load_workbook
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from onefill.definitions import Definitions
from onefill.people import Account
from onefill.service import Desk, Settings, open_desk
from onefill.service.shapes import Person
from samples import resolve, sample_records
from tests.browsers import CLIPBOARD, SCREEN
from tests.journeys.access import barriers_on
from tests.journeys.english import english_on
from tests.journeys.server import Server
from tests.journeys.test_people_journey import PASSWORD, sign_in
from tests.journeys.window import Window
from tests.reviews.foshan import CITY_UNIT, OF_THE_CITY, list_course
from tests.reviews.test_one_step import scan
from tests.tables.making import book

DISTRICT = f"{CITY_UNIT}/440604"
UNIT = f"{DISTRICT}/school"
CLERK, RESPONSIBLE, OFFICER, LEADER, CITY, CENTRE = "何乙未", "梁甲午", "陈经办", "李区长", "周市局", "吴中心"
#: The city has the desk of its registrar, the district that of its inspectors, and a leader who is somebody else.
STAFF: Mapping[str, tuple[str, tuple[str, ...]]] = {
    CLERK: (UNIT, ("clerk",)),
    RESPONSIBLE: (UNIT, ("responsible",)),
    OFFICER: (DISTRICT, ("district_officer", "inspector")),
    LEADER: (DISTRICT, ("district_leader",)),
    CITY: (CITY_UNIT, ("city_officer", "city_registrar")),
    CENTRE: (CITY_UNIT, ("centre_officer",)),
}
#: An institution that no list of grants knows from before: what it may teach, it has from this chain alone.
SCHOOL = {
    "inst_name": "佛山市禾苗职业培训学校",
    "uscc": "52440604MJM0043261",
    "inst_no": "088",
    "contact": CLERK,
    "legal_rep": RESPONSIBLE,
}
COURSE = "家政服务基础"
#: Known before the chain begins.
KNOWN = ("institution", "course_home", "teacher_1", "teacher_2", "syllabus_home")
SAMPLES: Mapping[str, Any] = {one.name: one for one in sample_records()}
SLOW = 60_000


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The class that is taught: its course, what is typed of it by field, its lessons and their recordings in order."""

    course: str
    hours: int
    told: Mapping[str, str]
    sessions: Sequence[Mapping[str, str]]
    recordings: Sequence[Mapping[str, str]]


class Chain:
    """A server, a window for each of the people, ids of what they made."""

    clerk, responsible, officer, leader, inspector = CLERK, RESPONSIBLE, OFFICER, LEADER, OFFICER
    city, section_head, registrar, centre = CITY, CITY, CITY, CENTRE
    #: What the institution is called, who teaches there, its next class; for whom its syllabus of the course is.
    school, teachers, class_no = SCHOOL["inst_name"], ("何秀珍", "黄丙申"), ""
    audience: str
    plan: Plan

    def __init__(self, folder: Path, browser: Browser, definitions: Definitions) -> None:
        self.folder = folder
        self.made: dict[str, str] = {}
        self.server = Server(folder / "data", settings={"ONEFILL_PEOPLE": "accounts"})
        self._browser, self._definitions = browser, definitions
        self._windows: dict[str, Window] = {}
        self._contexts: list[BrowserContext] = []
        self._mark = 20
        self._found()

    def _found(self) -> None:
        """Accounts, and what the institution and the city have written down long ago."""
        desk = self.desk()
        desk.people.add_unit(DISTRICT, "school", SCHOOL["inst_name"], Person())
        for name, (unit, roles) in STAFF.items():
            desk.people.make(Account(name=name, unit=unit, roles=roles), Person(), PASSWORD)
        ids: dict[str, str] = {}
        for name in KNOWN:
            sample = SAMPLES[name]
            who = Person(unit=CITY_UNIT if sample.form in OF_THE_CITY else UNIT)
            data = resolve(sample.data, ids) | (SCHOOL if name == "institution" else {})
            ids[name] = desk.records.create(sample.form, who, data)
        list_course(desk, ids["course_home"], date.today(), self._bring)
        self.class_no = f"440604-{SCHOOL['inst_no']}-{START.year}-001"
        self.audience, self.plan = SAMPLES["syllabus_home"].data["audience"], sample_plan(self.teachers)
        desk.store.close()

    def desk(self) -> Desk:
        """The service's own door, beside the server."""
        return open_desk(Settings(data=self.server.data, people="accounts"))

    def beside(self, does: Callable[[Desk], None]) -> None:
        """Have something prepared that is too long to be typed, while the server goes on."""
        desk = self.desk()
        does(desk)
        desk.store.close()

    def bring_all(self, record: str, phase: str, name: str, *, but: str) -> None:
        """Have somebody bring every file that a phase wants but one."""

        def does(desk: Desk) -> None:
            self._bring(desk, record, phase, desk.people.named(name), but)

        self.beside(does)

    def _bring(self, desk: Desk, record: str, phase: str, who: Person, but: str = "") -> None:
        for one in desk.materials.state(record, who, phase).checklist.lacking:
            if (not but or but not in one.title) and one.material.kind in ("scan", "upload"):
                self._mark += 1
                desk.materials.supply(record, one.id, pages(max(1, one.need), self._mark), "扫描.pdf", who)

    def window(self, name: str, path: str = "") -> Window:
        """The window of somebody, on a page that is loaded anew."""
        known = name in self._windows
        window = self.seat(name, path)
        if known:
            window.open(path)
        return window

    def seat(self, name: str, path: str = "") -> Window:
        """The window of somebody where it was left, for whoever goes elsewhere at once; a new one is on a page."""
        if name not in self._windows:
            one = self.fresh()
            one.goto(self.server.address + path)
            sign_in(one, name)
            self._windows[name] = Window(one, self.server.address, self._definitions)
            self._windows[name].drawn()
        return self._windows[name]

    def filling(self, name: str, record: str, page: str = "fill") -> Window:
        """The window of somebody, on a page of a record."""
        window = self.seat(name)
        window.revisit(self.made[record], record, page)
        return window

    def fresh(self) -> Page:
        """A browser that nobody has signed in to."""
        context = self._browser.new_context(
            locale="zh-CN", timezone_id="Asia/Shanghai", viewport=SCREEN, permissions=CLIPBOARD
        )
        context.set_default_timeout(SLOW)
        self._contexts.append(context)
        return context.new_page()

    def sheet(self, name: str, count: int = 1) -> Path:
        """A file of scanned pages, unlike those before."""
        self._mark += 1
        path = self.folder / f"{name}.pdf"
        path.write_bytes(pages(count, self._mark))
        return path

    def workbook(self, name: str, *lines: list[str] | tuple[str, ...]) -> Path:
        """A workbook that somebody else has made."""
        path = self.folder / f"{name}.xlsx"
        path.write_bytes(book(*lines))
        return path

    @contextmanager
    def running(self) -> Iterator[Self]:
        """With its server started, until all is closed."""
        try:
            self.server.start()
            yield self
        finally:
            self.close()

    def well(self) -> None:
        """Nothing went wrong, in no window and not in the server."""
        assert {name: one.faults for name, one in self._windows.items() if one.faults} == {}
        assert self.server.faults() == []

    def close(self) -> None:
        """Close all browsers and the server."""
        for one in self._contexts:
            one.close()
        self.server.stop()


def pages(count: int, mark: int) -> bytes:
    """A PDF of scanned pages, unlike those of another mark."""
    kept = io.BytesIO()
    shown = [Image.open(io.BytesIO(scan())).convert("RGB").reduce(2) for _ in range(count)]
    for number, page in enumerate(shown):
        ImageDraw.Draw(page).rectangle((60, 60 + 12 * number, 60 + mark, 68 + 12 * number), fill="black")
    shown[0].save(kept, "PDF", save_all=True, append_images=shown[1:], resolution=75)
    return kept.getvalue()


# -- days ----------------------------------------------------------------------------------------------------------

TODAY = date.today()
#: The first day of the sample's class, and that of ours: the Monday to come.
SAMPLE_START = date.fromisoformat(SAMPLES["class_50"].data["start_date"])
START = TODAY + timedelta(days=7 - TODAY.weekday())


def moved(day: str) -> str:
    """A day of the sample as it falls with us."""
    return (date.fromisoformat(day) + (START - SAMPLE_START)).isoformat()


def sample_plan(teachers: Sequence[str]) -> Plan:
    """The sample's class, at the days that are ours, for the first ten of its trainees."""
    data = SAMPLES["class_50"].data
    days = ("start_date", "end_date", "exam_date", "result_date")
    words = ("head_teacher", "head_teacher_tel", "exam_time", "exam_mode")
    told = {key: moved(data[key]) for key in days} | {key: str(data[key]) for key in words}
    names = dict(zip(("teacher_1", "teacher_2"), teachers, strict=True))
    ours = [
        {key: str(one[key]) for key in one if key != "@order"}
        | {"date": moved(one["date"]), "teacher": names[one["teacher"].name]}
        for one in data["sessions"].values()
    ]
    return Plan(course=COURSE, hours=40, told=told, sessions=ours, recordings=kept(data["recordings"]))


def kept(rows: Mapping[str, Mapping[str, object]]) -> list[Mapping[str, str]]:
    """Lines of the sample as they are typed."""
    return [{key: str(one[key]) for key in one if key not in ("@order", "session")} for one in rows.values()]


# -- what everybody does -------------------------------------------------------------------------------------------


def sound(page: Page) -> None:
    """Nothing English, nothing out of reach, nothing beyond the edge."""
    app = page.locator("[data-testid=stApp]")
    if app.count():
        expect(app).to_have_attribute("data-test-script-state", "notRunning")
        expect(page.locator("[data-stale=true]")).to_have_count(0)
    assert {text for text in english_on(page) if "dpi" not in text} == set()
    assert barriers_on(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth + 1")


def stands(window: Window, words: str) -> None:
    """The bar of the record says where it stands."""
    expect(window.page.locator(".rec")).to_contain_text(words, timeout=SLOW)


def brought(page: Page, item: str, file: Path) -> None:
    """A file is chosen for an item of the checklist."""
    page.locator(".mats .doc", has_text=item).first.click()
    expect(page.locator(".mats li.on")).to_contain_text(item)
    page.locator(".su input").set_input_files(file)
    expect(page.locator(".mfiles li")).to_contain_text(file.name, timeout=SLOW)


def handed_in(page: Page, action: str, *, declares: bool = True) -> None:
    """The promise is ticked, the blue button is pressed, the receipt stands there."""
    if declares:
        page.get_by_role("checkbox", name=re.compile("承诺")).click()
    expect(page.get_by_text("没有要改的，可以提交")).to_be_visible(timeout=SLOW)
    page.locator(".st-key-panel_handin").get_by_role("button", name=action, exact=True).click()
    expect(page.locator(".st-key-handin")).to_contain_text("回执号" if declares else "", timeout=SLOW)


def due(window: Window, words: str) -> Locator:
    """A line of what is to be done, on the start page."""
    window.open()
    line = window.page.locator(".dues tr", has_text=words)
    expect(line.first).to_be_visible(timeout=SLOW)
    return line.first


def opened(window: Window, label: str, stage: str) -> Page:
    """A case that waits is opened from the queue."""
    window.open("queue")
    line = window.page.locator(".queue tr", has_text=label).first
    expect(line).to_contain_text(stage, timeout=SLOW)
    line.get_by_role("link").first.click()
    expect(window.page.locator(".rec")).to_contain_text(stage, timeout=SLOW)
    expect(window.page.locator(".deeds")).to_be_visible(timeout=SLOW)
    return window.page


def looked_through(page: Page) -> None:
    """Every material is taken in, one upon the other, by a key."""
    expect(page.locator(".deeds")).to_contain_text("收下这一项", timeout=SLOW)
    count, before = page.locator(".items .st.blue").count(), page.locator(".items .st.green").count()
    for _ in range(count):
        page.keyboard.press("a")
    expect(page.locator(".items .st.blue")).to_have_count(0, timeout=max(count, 6) * SLOW / 6)
    expect(page.locator(".items .st.green")).to_have_count(before + count)


def decided(page: Page, action: str, **said: str) -> None:
    """An action is pressed, what it asks is written, what was done is told."""
    told = page.get_by_role("status").filter(has_text=f"已“{action}”")
    page.locator(".deeds").get_by_role("button", name=re.compile(f"^{action}")).click()
    send = page.locator(".ask button[type=submit]")
    expect(send.or_(told).first).to_be_visible(timeout=SLOW)
    for label, text in said.items():
        page.locator(".ask").get_by_label(label).fill(text)
    if send.count():
        send.click()
    expect(told).to_be_visible(timeout=SLOW)


def taken_in(
    chain: Chain, name: str, lines: Sequence[tuple[str, ...]], who: str, of: str = "training_class/trainees"
) -> None:
    """A workbook is imported: into the roster each line to the person whose number it says, elsewhere as new lines."""
    form, _, section = of.partition("/")
    page = chain.window(who, f"importing?record={chain.made[form]}&section={section}").page
    expect(page.locator(".dropbox")).to_be_visible(timeout=SLOW)
    page.locator(".dropbox input").set_input_files(chain.workbook(name, *lines))
    take = page.get_by_role("button", name=re.compile(rf"^导入 {len(lines) - 1} 行"))
    expect(take).to_be_visible(timeout=SLOW)
    sound(page)
    take.click()
    expect(page.get_by_text(f"已导入“{name}.xlsx”")).to_be_visible(timeout=SLOW)
    did = "更新" if section == "trainees" else "新增"
    expect(page.locator("body")).to_contain_text(f"{did} {len(lines) - 1} 行")


def written(path: Path) -> str:
    """All that a workbook says, a line a row."""
    sheets = load_workbook(path).worksheets
    rows = ("\t".join(str(cell) for cell in row if cell is not None) for sheet in sheets for row in sheet.values)
    return "\n".join(row for row in rows if row)


def lines(window: Window, register: str, text: str = "") -> Locator:
    """The lines of a register that say something."""
    window.open(f"registers?register=foshan.{register}")
    panel = window.page.locator(".st-key-panel_register")
    if text:
        panel.locator("input[name=text]").fill(text)
        panel.get_by_role("button", name="看", exact=True).click()
    expect(panel.locator("tbody tr").first).to_contain_text(text, timeout=SLOW)
    return panel.locator("tbody tr")


def answered(chain: Chain, code: str, holder: str, answer: str) -> None:
    """Anybody asks after a certificate."""
    page = chain.fresh()
    page.goto(f"{chain.server.address}of/public/look-up")
    page.get_by_label("证书编号").fill(code)
    page.get_by_label("持证人").fill(holder)
    page.get_by_role("button", name="查验").click()
    expect(page.get_by_role("alert")).to_contain_text(answer)
    sound(page)
    page.context.close()
