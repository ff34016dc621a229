"""A class from its draft to where its certificates are granted: a clerk and two officers, each at an own desk."""

import io
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from onefill.definitions import Definitions
from onefill.people import Account
from onefill.service import Desk, Settings, open_desk
from onefill.service.samples import sample_id
from onefill.service.shapes import Person
from tests.browsers import SCREEN
from tests.journeys.access import barriers_on
from tests.journeys.english import english_on
from tests.journeys.server import Server
from tests.journeys.test_people_journey import PASSWORD, sign_in
from tests.journeys.window import Window
from tests.reviews.test_one_step import scan

CITY, DISTRICT = "440600", "440600/440604"
SCHOOL = f"{DISTRICT}/school"
CLERK, OFFICER, LEADER, CITY_OFFICER = "梁甲午", "陈经办", "李区长", "周市局"
STAFF = {
    CLERK: (SCHOOL, ("clerk", "responsible")),
    OFFICER: (DISTRICT, ("district_officer",)),
    LEADER: (DISTRICT, ("district_leader",)),
    CITY_OFFICER: (CITY, ("city_officer",)),
}
CLASS, FORM = sample_id("class_50"), "training_class"
#: What the clerk has still to type for the certificates.
SCORE, RESULT = "88", "20261124"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("class") / "data"
    desk = open_desk(Settings(data=data))
    desk.load_samples()
    desk.people.add_unit(DISTRICT, "school", "样例学校", Person())
    for name, (unit, roles) in STAFF.items():
        desk.people.make(Account(name=name, unit=unit, roles=roles), Person(), PASSWORD)
    desk.transfers.adopt(SCHOOL, Person())
    approved(desk)
    half_filled(desk)
    desk.store.close()
    with Server(data, settings={"ONEFILL_PEOPLE": "accounts"}) as one:
        yield one


def approved(desk: Desk) -> None:
    """The institution may hold the course: the application went through long ago."""
    record, act = sample_id("application"), desk.reviews.act
    clerk, officer, leader, city = map(desk.people.named, STAFF)
    bring_all(desk, record, "apply", clerk)
    act(record, "submit_application", clerk, declared=True)
    act(record, "take_up", officer)
    act(record, "first_review", officer, opinion="场地、师资相符")
    act(record, "recommend", leader, opinion="同意推荐", rank=1, confirmed=True)
    act(record, "report_to_city", officer, day=date.today())
    act(record, "city_pass", city, opinion="同意承接")
    bring_all(desk, record, "approved", clerk)
    act(record, "send_approved", clerk)
    act(record, "keep_approved", officer)


def bring_all(desk: Desk, record: str, phase: str, who: Person) -> None:
    for shade, one in enumerate(desk.materials.state(record, who, phase).checklist.lacking, 200):
        desk.materials.supply(record, one.id, scan(shade), f"{one.title[:12]}.png", who)


def half_filled(desk: Desk) -> None:
    """The class is a draft in which one figure is wrong; what comes of its exam is not typed yet."""
    clerk = desk.people.named(CLERK)
    row = desk.records.rows(CLASS, "trainees")[0].id
    for path, value in {"planned_count": "49", "result_date": "", f"trainees/{row}/theory": ""}.items():
        desk.records.set(CLASS, path, value, clerk)


def enter(browser: Browser, server: Server, name: str, page: str) -> Page:
    made = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", viewport=SCREEN).new_page()
    made.set_default_timeout(60_000)
    made.goto(server.address + page)
    sign_in(made, name)
    return made


def sound(page: Page) -> None:
    expect(page.locator("[data-testid=stApp]")).to_have_attribute("data-test-script-state", "notRunning")
    expect(page.locator("[data-stale=true]")).to_have_count(0)
    assert english_on(page) - {text for text in english_on(page) if "dpi" in text} == set()
    assert barriers_on(page) == []


@pytest.mark.timeout(400)
def test_a_class_from_its_draft_to_where_its_certificates_are_granted(
    browser: Browser, server: Server, definitions: Definitions, tmp_path: Path
) -> None:
    clerk = Window(enter(browser, server, CLERK, f"fill?record={CLASS}"), server.address, definitions)
    officer, leader = (enter(browser, server, name, "queue") for name in (OFFICER, LEADER))
    filed_by_the_clerk(clerk, tmp_path)
    looked_through(officer, "训前备案", "核对完毕，送负责人")
    decided(leader, "训前备案", "同意备案", 理由="系统启用以前开的班")
    certificates_asked(clerk, tmp_path)
    looked_through(officer, "证书申请", "核对完毕，送负责人")
    decided(leader, "证书申请", "同意核发，报市里编码")
    clerk.revisit(CLASS, FORM, "overview")
    expect(clerk.page.locator(".rec")).to_contain_text("证书申请 · 区已同意，待市编码")
    expect(clerk.page.locator(".life li", has_text="训前备案")).to_contain_text("已备案")
    sound(clerk.page)
    assert clerk.faults == []
    assert server.faults() == []


# -- the clerk -----------------------------------------------------------------------------------------------------


def filed_by_the_clerk(window: Window, folder: Path) -> None:
    """One figure is wrong, and two papers have to be sealed; then it is handed in."""
    page = window.page
    window.revisit(CLASS, FORM)
    expect(page.locator(".rec")).to_contain_text("训前备案 · 填写中")
    expect(page.locator(".probs")).to_contain_text("名册 50 人")
    window.write("planned_count", "50")
    expect(page.locator(".rec")).to_contain_text("训前备案 · 已填齐")
    window.revisit(CLASS, FORM, "materials")
    lacking = page.locator(".mats .doc", has_text="扫描件")
    expect(lacking).to_have_count(2, timeout=60_000)
    for number, name in enumerate(("培训计划", "参训人员名册")):
        brought(page, f"{name}（附件", sheets(folder / f"{name}.pdf", 2, number))
    handed_in(page, "提交备案")
    expect(page.locator(".rec")).to_contain_text("训前备案 · 备案待区审核")
    sound(page)


def certificates_asked(window: Window, folder: Path) -> None:
    """What came of the exam is typed beside what is locked, and its papers are brought."""
    page = window.page
    window.revisit(CLASS, FORM)
    expect(page.locator(".rec")).to_contain_text("训前备案 · 已备案")
    expect(page.locator(".rec")).to_contain_text("证书申请 · 填写中")
    window.section("trainees")
    window.write_cell(1, "theory", SCORE)
    window.section("exam")
    window.write("result_date", RESULT)
    window.leave()
    expect(page.locator(".rec")).to_contain_text("证书申请 · 已填齐")
    window.revisit(CLASS, FORM, "materials")
    expect(page.locator(".mats .doc", has_text="培训签到表")).to_be_visible(timeout=60_000)
    wanted = ("核发名册（附件5", "培训签到表", "考场学员签到表", "考试成绩表", "监考记录表")
    for number, name in enumerate(wanted, 3):
        count = 12 if name == "培训签到表" else 1
        brought(page, name, sheets(folder / f"第{number}份.pdf", count, number))
    handed_in(page, "提交证书申请")
    expect(page.locator(".rec")).to_contain_text("证书申请 · 证书申请待区审核")


def brought(page: Page, name: str, file: Path) -> None:
    page.locator(".mats .doc", has_text=name).click()
    expect(page.locator(".mats li.on")).to_contain_text(name)
    page.locator(".su input").set_input_files(file)
    expect(page.locator(".mfiles li")).to_contain_text(file.name, timeout=60_000)


def handed_in(page: Page, action: str) -> None:
    page.get_by_role("checkbox", name=re.compile("承诺")).click()
    expect(page.get_by_text("没有要改的，可以提交")).to_be_visible()
    page.get_by_role("button", name=action, exact=True).click()
    expect(page.locator(".st-key-handin")).to_contain_text("回执号", timeout=60_000)


def sheets(path: Path, count: int, shade: int) -> Path:
    """A PDF of scanned pages, unlike those of another shade."""
    pages = [Image.open(io.BytesIO(scan(120 + 9 * shade + page))).convert("RGB") for page in range(count)]
    pages[0].save(path, save_all=True, append_images=pages[1:], resolution=200)
    return path


# -- the officers --------------------------------------------------------------------------------------------------


def opened_from_the_queue(page: Page, phase: str) -> None:
    page.locator(".st-key-topbar").get_by_role("link", name="待办").click()
    line = page.locator(".queue tr", has_text="440604-012-2026-007")
    expect(line).to_contain_text(phase, timeout=60_000)
    line.get_by_role("link").click()
    expect(page.locator(".rec")).to_contain_text(f"{phase} · ", timeout=60_000)
    expect(page.locator(".st-key-said_review .note")).to_have_count(0)


def looked_through(page: Page, phase: str, action: str) -> None:
    """Every item is accepted by a key, one upon the other; then it goes to whoever decides."""
    opened_from_the_queue(page, phase)
    expect(page.locator(".deeds")).to_contain_text("收下这一项")
    page.get_by_role("button", name="数据", exact=True).click()
    page.get_by_role("button", name="培训课程里的数据").click()
    expect(page.locator(".lf")).to_contain_text("家政服务基础")
    sound(page)
    count = page.locator(".items .st.blue").count()
    before = page.locator(".items .st.green").count()
    for _ in range(count):
        page.keyboard.press("a")
    expect(page.locator(".items .st.blue")).to_have_count(0, timeout=60_000)
    expect(page.locator(".items .st.green")).to_have_count(before + count)
    page.keyboard.press("Alt+Enter")
    expect(page.locator(".ask button[type=submit]")).to_be_focused()
    page.keyboard.press("Enter")
    told(page, action)


def decided(page: Page, phase: str, action: str, **said: str) -> None:
    opened_from_the_queue(page, phase)
    page.locator(".deeds").get_by_role("button", name=re.compile(f"^{action}")).click()
    for label, text in said.items():
        page.locator(".ask").get_by_label(label).fill(text)
    if said:
        sound(page)
        page.locator(".ask button[type=submit]").click()
    told(page, action)


def told(page: Page, action: str) -> None:
    """What was done is told on the page."""
    expect(page.get_by_role("status").filter(has_text=f"已“{action}”")).to_be_visible(timeout=60_000)
