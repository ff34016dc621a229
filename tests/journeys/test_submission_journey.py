"""A leave is handed in: scans are brought, one file is refused, it is submitted, locked, and withdrawn."""

import hashlib
import re
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, WebSocketRoute

from onefill.materials import UNSORTED
from tests.journeys.access import barriers_on
from tests.journeys.english import english_on
from tests.journeys.window import Window, expect

FORM = "leave_request"
PERIODS = "开始日期\t结束日期\t代班人\n20261207\t20261209\t关晓禾\n"


def test_a_leave_is_handed_in_and_withdrawn(window: Window, tmp_path: Path) -> None:
    page = window.page
    record = fill(window)
    page.get_by_role("button", name="检查并交给主管").click()
    expect(page.locator(".mats")).to_contain_text("还没有签字的扫描件")

    # too early: what keeps it back is listed, with one click to each place
    page.get_by_role("button", name="交给主管", exact=True).click()
    expect(page.get_by_text("还有 2 处要改，改完就能提交")).to_be_visible()
    expect(page.get_by_text("请先确认承诺")).to_be_visible()

    # two scans and a program that is called a scan
    bring(window, photo(tmp_path, "第一页.jpg"), photo(tmp_path, "第二页.jpg", 240), program(tmp_path))
    expect(page.locator(".going .bad")).to_contain_text("程序改名成的 .pdf")
    expect(page.locator(".mfiles li")).to_have_count(2)
    window.pictures_load()
    window.look("materials")
    assert english_on(page) - {text for text in english_on(page) if "dpi" in text} == set()
    assert barriers_on(page) == []
    page.locator(".going .bad").get_by_role("button", name="知道了").click()

    # a page is turned, pages of two files change places, a file is moved by dragging, and back by choosing
    before = page.locator(".vw-box img").get_attribute("src")
    page.get_by_role("button", name="转正").click()
    expect(page.locator(".vw-box img")).not_to_have_attribute("src", str(before))
    thumbs = page.locator(".vw-strip button")
    expect(thumbs.first).to_have_attribute("aria-label", "第一页.jpg 第 1 页")
    thumbs.last.drag_to(thumbs.first)  # one run of pages, whichever file each is in
    expect(thumbs.first).to_have_attribute("aria-label", "第二页.jpg 第 1 页")
    page.locator(".vw-box").press("ArrowRight")
    expect(page.locator(".vw-box img")).to_have_attribute("alt", "第一页.jpg 第 1 页")
    page.locator(".mfiles li", has_text="第二页.jpg").drag_to(page.locator(f".mats [data-take='{UNSORTED}']"))
    expect(page.locator(".mfiles li")).to_have_count(1)
    page.locator(".mats .doc", has_text="没归类的文件").click()
    expect(page.locator(".mfiles li")).to_contain_text("第二页.jpg")
    page.locator(".mfiles select").select_option(label="请假证明")
    expect(page.locator(".mats .doc", has_text="请假证明")).to_contain_text("1 页")

    # handed in
    page.get_by_role("checkbox", name=re.compile("承诺")).click()
    expect(page.get_by_text("没有要改的，可以提交")).to_be_visible()
    page.get_by_role("button", name="交给主管", exact=True).dblclick()  # means it once
    expect(page.locator(".st-key-handin")).to_contain_text("回执号")
    expect(page.locator(".rec .chip")).to_have_text(re.compile("等主管批"))
    window.look("submitted")
    assert barriers_on(page) == []

    # locked
    window.revisit(record, FORM)
    expect(page.get_by_text("这里锁住了")).to_be_visible()
    expect(page.locator(".st-key-fields input")).to_have_count(0)
    window.section("periods")
    page.locator(".og-c").first.click()
    page.keyboard.type("20270101")
    expect(page.locator(".og-words")).to_contain_text("锁住了")
    window.look("locked")
    assert english_on(page) == set()
    assert barriers_on(page) == []

    # and withdrawn
    window.revisit(record, FORM, "materials")
    page.get_by_role("button", name="撤回").click()
    expect(page.get_by_text("已撤回，可以接着改")).to_be_visible()
    window.revisit(record, FORM)
    expect(window.box("applicant")).to_be_editable()


def test_a_file_goes_to_the_item_that_was_clicked_however_slow_the_server_answers(
    window: Window, tmp_path: Path
) -> None:
    page = window.page
    server = Slow(page)
    record = fill(window)
    window.revisit(record, FORM, "materials")
    page.locator(".mats .doc", has_text="请假单").click()
    expect(page.locator(".mats li.on")).to_contain_text("请假单")
    server.hold()
    page.locator(".mats .doc", has_text="请假证明").click()
    expect(page.locator(".su .dropbox")).to_contain_text("请假证明")
    bring(window, photo(tmp_path, "证明.jpg"))
    expect(page.locator(".going li")).to_contain_text("请假证明")
    server.go_on()
    expect(page.locator(".mats li.on")).to_contain_text("请假证明")
    expect(page.locator(".mfiles li")).to_contain_text("证明.jpg")
    expect(page.locator(".mats .doc", has_text="请假单")).to_contain_text("还没有")
    assert window.faults == []


def test_a_file_chosen_while_an_item_opens_that_takes_none_is_kept_until_it_is_known_where_it_goes(
    window: Window, tmp_path: Path
) -> None:
    page = window.page
    server = Slow(page)
    window.open()
    window.revisit(window.begin("training_class"), "training_class", "materials")
    page.get_by_role("button", name="证书申请", exact=True).click()
    expect(page.locator(".mats li.on")).to_contain_text("核发名册")
    server.hold()
    page.locator(".mats .doc", has_text="培训视频录像").click()
    expect(page.locator(".su .dropbox")).to_be_hidden()
    bring(window, photo(tmp_path, "哪一件.jpg"))  # a dialog that was open still ends
    expect(page.locator(".going .bad")).to_contain_text("这一件不用传文件，还没有收")
    server.go_on()
    expect(page.locator(".mats li.on")).to_contain_text("培训视频录像")
    page.get_by_role("button", name="先放到“没归类的文件”").click()
    expect(page.locator(".mfiles li")).to_contain_text("哪一件.jpg")
    expect(page.locator(".mats li.on")).to_contain_text("没归类的文件")


def test_what_is_dropped_on_a_line_goes_to_the_record_that_is_shown_alone(window: Window) -> None:
    page = window.page
    first, second = fill(window), fill(window)
    for record in (first, second):
        if record == first:
            window.revisit(record, FORM, "materials")
        else:
            page.locator(".st-key-topbar").get_by_role("link", name="首页").click()
            page.locator(f'[data-act*="{record}"]').first.click()
            page.locator(".st-key-tabs").get_by_role("link", name="材料").click()
        expect(page.locator(".mats")).to_contain_text("没归类的文件")
    drop(page, f".mats [data-take='{UNSORTED}']", "落下的.png")
    expect(page.locator(".mfiles li")).to_contain_text("落下的.png")
    window.revisit(first, FORM, "materials")
    expect(page.locator(".mats .doc", has_text="没归类的文件")).to_contain_text("不知道归哪件的")


def drop(page: Page, goal: str, name: str) -> None:
    """A picture is dropped from the desktop."""
    page.locator(goal).evaluate(
        """async (goal, name) => {
          const canvas = new OffscreenCanvas(1700, 2338);
          canvas.getContext("2d").fillRect(300, 300, 600, 600);
          const files = new DataTransfer();
          files.items.add(new File([await canvas.convertToBlob()], name, { type: "image/png" }));
          goal.dispatchEvent(new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true }));
        }""",
        name,
    )


class Slow:
    """What the server tells a page stays on its way for a while."""

    def __init__(self, page: Page) -> None:
        self._held: list[str | bytes] | None = None
        self._page: list[WebSocketRoute] = []
        page.route_web_socket("**/_stcore/stream", self._connect)

    def _connect(self, page: WebSocketRoute) -> None:
        self._page.append(page)
        page.connect_to_server().on_message(self._told)

    def _told(self, message: str | bytes) -> None:
        if self._held is None:
            self._page[-1].send(message)
        else:
            self._held.append(message)

    def hold(self) -> None:
        self._held = []

    def go_on(self) -> None:
        for message in self._held or ():
            self._page[-1].send(message)
        self._held = None


def test_the_worker_tells_what_a_file_is_known_by(window: Window) -> None:
    """What is registered is never sent: the browser works out its hash, piece by piece."""
    window.open()
    size = (9 << 20) + 77
    told = window.page.evaluate(
        """size => new Promise((done) => {
          const worker = new Worker('./of/sha256.js');
          worker.onmessage = ({ data }) => data.sha256 && done(data.sha256);
          worker.postMessage(new Blob([new Uint8Array(size).fill(7)]));
        })""",
        size,
    )
    assert told == hashlib.sha256(b"\x07" * size).hexdigest()


def fill(window: Window) -> str:
    """A leave in which nothing is wanting but its papers."""
    window.open()
    record = window.begin(FORM)
    window.write("applicant", "司徒晓岚")
    window.choose("department", "办公室")
    window.choose("leave_kind", "病假")
    window.write("reason", "看病")
    window.write("proof", "市第一医院")
    window.write("request_date", "20261124")
    window.section("periods")
    window.paste_rows(PERIODS)
    return record


def photo(folder: Path, name: str, shade: int = 250) -> Path:
    path = folder / name
    Image.new("RGB", (1700, 2338), (shade, 230, 230)).save(path, dpi=(200, 200))
    return path


def program(folder: Path) -> Path:
    path = folder / "病历.pdf"
    path.write_bytes(b"MZ" + bytes(4000))
    return path


def bring(window: Window, *files: Path) -> None:
    window.page.locator(".su input").set_input_files(files)
