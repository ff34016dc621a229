"""Two officers and a case: seen by both, returned once with everything, corrected, passed; by keys."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from onefill.people import Account
from onefill.service import Desk, Settings, open_desk
from onefill.service.shapes import Person
from tests.browsers import SCREEN
from tests.journeys.access import barriers_on
from tests.journeys.english import english_on
from tests.journeys.server import Server
from tests.journeys.test_people_journey import PASSWORD, sign_in
from tests.reviews.test_one_step import scan

CLERK, CHIEF, SECOND = "李静", "王主管", "李主任"
ROLES = {CLERK: ("office/workshop", "colleague"), CHIEF: ("office", "manager"), SECOND: ("office", "manager")}
LABEL = "李静 年假"
#: The pieces of a column that are drawn over each other.
COVERED = """(column) => {
  const pieces = [...column.querySelectorAll(".note, .remark, .h3, .pk > *, .gone li")];
  const over = (a, b) => Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  const both = (a, b) => !a.contains(b) && !b.contains(a);
  return pieces.flatMap((a, i) => pieces.slice(i + 1).filter((b) => both(a, b)
    && over(a.getBoundingClientRect(), b.getBoundingClientRect())).map((b) => `${a.innerText} × ${b.innerText}`));
}"""


#: The next thing that the page tells its server gets lost.
LOSE_ONE = """() => {
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function () { WebSocket.prototype.send = send; };
}"""


class Office:
    """A server with accounts, and a case; what its clerk does is done while the server rests."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.record = ""

    def clerk(self, does: Callable[[Desk, Person], None]) -> None:
        """Have the clerk do something."""
        self.server.stop()
        desk = open_desk(Settings(data=self.server.data, people="accounts"))
        does(desk, desk.people.named(CLERK))
        desk.store.close()
        self.server.start()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    data = tmp_path_factory.mktemp("office") / "data"
    desk = open_desk(Settings(data=data))
    for name, (unit, role) in ROLES.items():
        desk.people.make(Account(name=name, unit=unit, roles=(role,)), Person(), PASSWORD)
    made = Office(Server(data, settings={"ONEFILL_PEOPLE": "accounts"}))
    made.record = handed_in(desk, desk.people.named(CLERK))
    desk.store.close()
    try:
        made.server.start()
        yield made
    finally:
        made.server.stop()


def handed_in(desk: Desk, who: Person) -> str:
    record = desk.records.create("leave_request", who)
    typed = {
        "applicant": "李静",
        "department": "办公室",
        "phone": "13812345678",
        "leave_kind": "年假",
        "reason": "探亲",
    }
    for path, text in (typed | {"request_date": "2026-12-18"}).items():
        desk.records.set(record, path, text, who)
    desk.records.add_row(record, "periods", who, {"first_day": "2026-12-17", "stand_in": "陈晓"})
    desk.materials.supply(record, "signed_paper", scan(), "请假单.png", who)
    desk.reviews.act(record, "ask_leave", who, declared=True)
    return record


def _corrected(desk: Desk, who: Person) -> None:
    (line,) = desk.records.list("leave_request")
    desk.records.set(line.id, "reason", "回湛江探亲", who)
    for file in desk.materials.state(line.id, desk.who()).checklist.items[0].files:
        desk.materials.remove(line.id, "signed_paper", file.id, who)
    desk.materials.supply(line.id, "signed_paper", scan(200), "签了字.png", who)
    for one in desk.reviews.state(line.id, who).remarks:
        desk.reviews.answer(line.id, one.id, "已照改", who)
    desk.reviews.act(line.id, "ask_leave", who, declared=True)


def enter(browser: Browser, office: Office, name: str, path: str = "queue") -> Page:
    page = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", viewport=SCREEN).new_page()
    page.set_default_timeout(60_000)
    page.goto(office.server.address + path)
    sign_in(page, name)
    return page


def sound(page: Page) -> None:
    assert english_on(page) == set()
    assert barriers_on(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth + 1")


def test_returned_once_corrected_and_passed(browser: Browser, office: Office) -> None:
    chief = enter(browser, office, CHIEF)
    link = chief.get_by_role("link", name=LABEL)
    expect(link).to_be_visible(timeout=60_000)
    sound(chief)
    expect(link).to_be_focused()  # as the list says: the keys walk and open at once
    chief.keyboard.press("Enter")
    expect(chief.locator(".deeds")).to_contain_text("意见 0 条", timeout=60_000)
    second = enter(browser, office, SECOND, f"review?record={office.record}")
    expect(second.locator(".rec")).to_contain_text("王主管", timeout=60_000)
    expect(chief.locator(".rec")).to_contain_text("李主任", timeout=30_000)
    expect(chief.locator(".vw-box img")).to_be_visible()
    assert chief.evaluate("() => document.documentElement.scrollHeight <= innerHeight")
    sound(chief)

    chief.evaluate(LOSE_ONE)
    chief.keyboard.press("w")
    expect(chief.get_by_label("哪里、什么不对")).to_be_focused()
    chief.keyboard.type("没有本人签字 a w j")
    chief.keyboard.press("Control+Enter")
    expect(chief.locator(".rmk")).to_contain_text("未发出")
    chief.get_by_role("button", name="数据", exact=True).click()
    reason = chief.locator(".fa", has_text="事由")
    reason.hover()
    reason.get_by_role("button", name="写意见").click()
    chief.get_by_label("哪里、什么不对").fill("太笼统")
    chief.reload()  # what is being written outlives it
    expect(chief.locator(".deeds")).to_contain_text("意见 1 条", timeout=60_000)
    chief.get_by_role("button", name="数据", exact=True).click()
    reason.hover()
    reason.get_by_role("button", name="写意见").click()
    expect(chief.get_by_label("哪里、什么不对")).to_have_value("太笼统")
    chief.keyboard.press("Control+Enter")
    expect(chief.locator(".deeds")).to_contain_text("意见 2 条")
    sound(chief)

    chief.locator(".fa", has_text="电话").get_by_role("button", name="看完整的电话").click()
    chief.get_by_label("用途（会记录）").fill("打电话核实")
    chief.keyboard.press("Enter")
    expect(chief.locator(".fa", has_text="电话")).to_contain_text("13812345678")

    chief.keyboard.press("Alt+b")
    expect(chief.locator(".ask")).to_contain_text("2 条意见会一次发出")
    sound(chief)
    chief.locator(".ask button[type=submit]").click()
    expect(chief.get_by_role("status").filter(has_text="2 条意见已发出")).to_be_visible()
    expect(second.locator(".deeds")).to_contain_text("现在是“退回改”", timeout=30_000)

    clerk = enter(browser, office, CLERK, f"materials?record={office.record}")
    column = clerk.locator(".st-key-panel_handin")
    expect(column.locator(".gone li").first).to_be_attached(timeout=60_000)
    assert column.evaluate(COVERED) == []
    assert column.locator(".h3").last.evaluate("(h) => parseFloat(getComputedStyle(h).paddingLeft)") > 8
    clerk.close()

    office.clerk(_corrected)
    chief.goto(office.server.address + "queue")
    for figure in ("done", "waiting"):
        button = chief.locator(f'[data-act="only:{figure}"]')
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
    expect(chief.locator(".st-key-topbar .who")).to_contain_text(CHIEF)
    assert office.server.faults() == []
    chief.get_by_role("link", name=LABEL).click()
    expect(chief.locator(".rmk").first).to_contain_text("已答复", timeout=60_000)
    expect(chief.get_by_role("button", name="变化")).to_have_attribute("aria-pressed", "true")
    expect(chief.locator(".mid")).to_contain_text("答复了的意见 1 条")
    expect(chief.locator(".rmk")).to_have_count(2)  # the other one stands beside what was changed for it
    expect(chief.locator(".chg")).to_contain_text("回湛江探亲")
    sound(chief)
    chief.get_by_role("button", name="意见 2", exact=True).click()
    for left in (1, 0):
        chief.get_by_role("button", name="关闭").first.click()
        expect(chief.locator(".deeds")).to_contain_text(f"意见 {left} 条")
    chief.keyboard.press("a")
    expect(chief.locator(".items [aria-current], .items button").first).to_contain_text("收下")
    chief.keyboard.press("Alt+Enter")
    expect(chief.locator(".ask")).to_contain_text("确定“准假”吗")
    expect(chief.locator(".ask button[type=submit]")).to_be_focused()
    chief.keyboard.press("Enter")
    expect(chief.get_by_role("status").filter(has_text="已“准假”")).to_be_visible()
    chief.get_by_role("button", name="回待办").first.click()
    expect(chief.get_by_text("没有等您审的")).to_be_visible(timeout=60_000)


def test_a_clerk_has_no_queue_and_reviews_nothing(browser: Browser, office: Office) -> None:
    clerk = enter(browser, office, CLERK, f"review?record={office.record}")
    expect(clerk.get_by_text("审核由收件的一方来做")).to_be_visible(timeout=60_000)
    expect(clerk.locator(".st-key-topbar").get_by_role("link", name="待办")).to_have_count(0)


def test_in_the_hand(browser: Browser, office: Office) -> None:
    chief = enter(browser, office, CHIEF, f"review?record={office.record}")
    expect(chief.locator(".deeds")).to_be_visible(timeout=60_000)
    chief.set_viewport_size({"width": 390, "height": 844})
    chief.wait_for_timeout(1000)
    sound(chief)
