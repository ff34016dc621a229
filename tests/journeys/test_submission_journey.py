"""A leave is handed in: scans are brought, one file is refused, it is submitted, locked, and withdrawn."""

import hashlib
import re
from pathlib import Path

from PIL import Image

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
