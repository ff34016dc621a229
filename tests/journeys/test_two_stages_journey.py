"""An application: returned by the district with three faults, corrected by its institution, approved in two stages."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from onefill.definitions import Definitions
from onefill.people import Account
from onefill.service import Desk, Settings, open_desk
from onefill.service.samples import sample_id
from onefill.service.shapes import Person
from tests.browsers import SCREEN
from tests.journeys.access import barriers_on
from tests.journeys.server import Server
from tests.journeys.test_people_journey import PASSWORD, sign_in
from tests.journeys.window import Window
from tests.reviews.test_one_step import scan

CITY, DISTRICT = "440600", "440600/440604"
SCHOOL = f"{DISTRICT}/school"
STAFF = {
    "梁甲午": (SCHOOL, ("clerk", "responsible")),
    "陈经办": (DISTRICT, ("district_officer",)),
    "李区长": (DISTRICT, ("district_leader",)),
    "周市局": (CITY, ("city_officer",)),
}
#: What is wrong, by the label of the field; the first is said of the sealed paper.
FAULTS = {"": "章盖歪了看不清", "培训业绩": "没有写近三年的培训人数", "填表日期": "与扫描件上的日期不一致"}
PAPER = "佛山市培训机构承接职业技能培训项目申请表"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("stages") / "data"
    desk = open_desk(Settings(data=data))
    desk.load_samples()
    desk.people.add_unit(DISTRICT, "school", "样例学校", Person())
    for name, (unit, roles) in STAFF.items():
        desk.people.make(Account(name=name, unit=unit, roles=roles), Person(), PASSWORD)
    desk.transfers.adopt(SCHOOL, Person())
    handed_in(desk, desk.people.named("梁甲午"))
    looked_at(desk, desk.people.named("陈经办"), but=4)
    desk.store.close()
    with Server(data, settings={"ONEFILL_PEOPLE": "accounts"}) as one:
        yield one


def handed_in(desk: Desk, who: Person) -> None:
    record = sample_id("application")
    for shade, one in enumerate(desk.materials.state(record, who, "apply").checklist.lacking, 200):
        desk.materials.supply(record, one.id, scan(shade), f"{one.title}.png", who)
    desk.reviews.act(record, "submit_application", who, declared=True)


def looked_at(desk: Desk, who: Person, *, but: int) -> None:
    """All materials are accepted but the first few."""
    record = sample_id("application")
    desk.reviews.open(record, "apply", who)
    for one in desk.materials.state(record, who, "apply").checklist.items[but:]:
        desk.reviews.accept(record, "apply", one.id, who)


def enter(browser: Browser, server: Server, name: str, page: str) -> Page:
    """Sign in in a browser of one's own and go to a page of the application."""
    made = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", viewport=SCREEN).new_page()
    made.set_default_timeout(60_000)
    made.goto(f"{server.address}{page}?record={sample_id('application')}")
    sign_in(made, name)
    return made


def decide(page: Page, action: str, **said: str) -> None:
    """Press an action of the bar and write what it asks."""
    page.locator(".deeds").get_by_role("button", name=re.compile(f"^{action}")).click()
    for label, text in said.items():
        page.locator(".ask").get_by_label(label).fill(text)
    page.locator(".ask button[type=submit]").click()
    expect(page.get_by_role("status").filter(has_text=f"已“{action}”")).to_be_visible(timeout=60_000)


def test_keys_pressed_one_upon_the_other_each_take_the_next_item(browser: Browser, server: Server) -> None:
    officer = enter(browser, server, "陈经办", "review")
    expect(officer.locator(".deeds")).to_contain_text("收下这一项", timeout=60_000)
    names = officer.locator(".items li b").all_inner_texts()
    words, taken = officer.locator(".items .st"), officer.locator(".items .st.green")
    expect(taken).to_have_count(len(names) - 4)
    for _ in range(3):
        officer.keyboard.press("a")
    expect(words.nth(2)).to_have_text("收下")
    assert words.all_inner_texts()[:4] == ["收下"] * 3 + ["待核"]
    expect(officer.locator(".items [aria-current]")).to_contain_text(names[3])
    for key in "kjaaa":  # back and forth again; more often than there are items left gives none back
        officer.keyboard.press(key)
    expect(taken).to_have_count(len(names))
    officer.wait_for_timeout(2000)
    expect(taken).to_have_count(len(names))
    for key in "wa":  # what is pressed while the form is on its way is no word for an item
        officer.keyboard.press(key)
    expect(officer.get_by_label("哪里、什么不对")).to_be_focused()
    officer.keyboard.press("Escape")
    expect(officer.get_by_label("哪里、什么不对")).to_have_count(0)
    officer.keyboard.press("u")
    expect(taken).to_have_count(len(names) - 1)
    officer.context.close()


def returned_with_three_faults(officer: Page) -> None:
    expect(officer.locator(".deeds")).to_contain_text("意见 0 条", timeout=60_000)
    officer.locator(".items button", has_text=PAPER).click()
    expect(officer.locator(".items [aria-current]")).to_contain_text(PAPER)
    officer.keyboard.press("w")
    for count, (field, what) in enumerate(FAULTS.items(), 1):
        if field:
            line = officer.locator(".fa", has_text=field)
            line.hover()
            line.get_by_role("button", name="写意见").click()
        officer.get_by_label("哪里、什么不对").fill(what)
        keep = officer.get_by_role("checkbox", name="存成常用语，本单位的人都能用")
        assert keep.evaluate("box => box.closest('label').offsetHeight") < 30, "the tick box is beside its words"
        officer.keyboard.press("Control+Enter")
        expect(officer.locator(".deeds")).to_contain_text(f"意见 {count} 条")
        officer.get_by_role("button", name="数据", exact=True).click()
    expect(officer.locator("[data-testid=stApp]")).to_have_attribute("data-test-script-state", "notRunning")
    expect(officer.locator("[data-stale=true]")).to_have_count(0)  # what is drawn anew is pale meanwhile
    assert barriers_on(officer) == []
    officer.keyboard.press("Alt+b")
    expect(officer.locator(".ask")).to_contain_text("3 条意见会一次发出")
    officer.locator(".ask button[type=submit]").click()
    expect(officer.get_by_role("status").filter(has_text="3 条意见已发出")).to_be_visible()


def corrected(clerk: Page, server: Server, definitions: Definitions, folder: Path) -> None:
    """Each fault is seen, mended or answered; the paper that says otherwise now is sealed and scanned anew."""
    window = Window(clerk, server.address, definitions)
    expect(clerk.locator(".st-key-panel_handin")).to_contain_text("被退回，共 3 处", timeout=60_000)
    for what in FAULTS.values():
        expect(clerk.locator(".st-key-panel_handin")).to_contain_text(what)
    assert barriers_on(clerk) == []
    clerk.get_by_label("答复：填表日期").fill("扫描件上写错了，已重签")
    clerk.keyboard.press("Tab")
    expect(clerk.locator(".st-key-panel_handin")).to_contain_text("已答复")
    window.revisit(sample_id("application"), "application")
    window.section("statement")
    expect(clerk.locator(".remark", has_text=FAULTS["培训业绩"])).to_be_visible()
    window.write("track_record", "近三年培训 1620 人，考核合格率 96%。")
    window.revisit(sample_id("application"), "application", "materials")
    clerk.locator(".mats .doc", has_text=PAPER).click()
    expect(clerk.locator(".st-key-panel_handin")).to_contain_text("1 份要重印盖章")
    clerk.get_by_role("button", name=re.compile("^拿掉：")).click()
    expect(clerk.locator(".mfiles li")).to_have_count(0)
    again = folder / "重新盖章.png"
    again.write_bytes(scan(180))
    clerk.locator(".su input").set_input_files(again)
    expect(clerk.locator(".mfiles li")).to_contain_text("重新盖章.png", timeout=60_000)
    clerk.get_by_role("checkbox", name=re.compile("承诺")).click()
    clerk.get_by_role("button", name="提交申请", exact=True).click()
    expect(clerk.locator(".st-key-handin")).to_contain_text("回执号", timeout=60_000)
    assert barriers_on(clerk) == []
    assert window.faults == []


def test_returned_with_three_faults_corrected_and_approved_in_two_stages(
    browser: Browser, server: Server, definitions: Definitions, tmp_path: Path
) -> None:
    officer = enter(browser, server, "陈经办", "review")
    returned_with_three_faults(officer)
    corrected(enter(browser, server, "梁甲午", "materials"), server, definitions, tmp_path)

    officer.reload()
    decide(officer, "受理")
    officer.get_by_role("button", name="变化").click()
    expect(officer.locator(".chg")).to_contain_text("1620 人")
    officer.get_by_role("button", name="意见 3", exact=True).click()
    expect(officer.locator(".rmk", has_text="已重签")).to_be_visible()
    for left in (2, 1, 0):
        officer.get_by_role("button", name="关闭").first.click()
        expect(officer.locator(".deeds")).to_contain_text(f"意见 {left} 条")
    decide(officer, "初审完毕，送负责人", 意见="场地、师资相符")
    leader = enter(browser, server, "李区长", "review")
    decide(leader, "推荐", 意见="同意推荐", 排第几="1")
    decide(leader, "报送市局", 日期=f"{date.today():%Y%m%d}")
    city = enter(browser, server, "周市局", "review")
    decide(city, "终审通过", 意见="同意承接")
    expect(city.locator(".deeds")).to_contain_text("记下公布", timeout=60_000)
    assert barriers_on(city) == []
    assert server.faults() == []
