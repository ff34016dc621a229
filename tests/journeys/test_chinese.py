"""No page and no state of it speaks English."""

import re

import pytest

from tests.journeys.english import english_in, english_on
from tests.journeys.server import Server
from tests.journeys.window import Window, expect

CLASS, LABEL = "training_class", "440604-012-2026-007 家政服务基础"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("导出 Excel 或 Word，按 F8", []),
        ("Connection error", ["Connection", "error"]),
        ("证书 YL44060420260070001", []),
        ("office@example.com", []),
        ("Wordy", ["Wordy"]),
    ],
)
def test_the_scanner_knows_english(text: str, found: list[str]) -> None:
    assert english_in(text) == found


def test_the_first_deep_link_on_a_fresh_server(window: Window) -> None:
    """Runs first: nobody has opened this server's start page yet."""
    window.open("documents?record=0404")
    expect(window.page.locator(".state h1")).to_contain_text("没有这个办件")
    speaks_chinese(window)
    window.look("unknown-record")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("fill?record=0404", "没有这个办件"),
        ("fill", "地址里没有写是哪个办件"),
        ("records?menu=nothing", "没有这个菜单"),
        ("nothing", "没有这一页"),
        ("fill/more/nothing", "没有这一页"),
    ],
)
def test_what_there_is_not_is_told(seat: Window, path: str, words: str) -> None:
    seat.open(path)
    expect(seat.page.locator(".state h1")).to_contain_text(words)
    speaks_chinese(seat)
    seat.page.get_by_role("link", name="回首页").click()
    expect(seat.page.get_by_text(re.compile("^在办的"))).to_be_visible()


def test_start_and_lists(seat: Window) -> None:
    seat.open()
    speaks_chinese(seat)
    seat.page.get_by_role("button", name="装入示例试一试").click()
    expect(seat.page.get_by_text(LABEL).first).to_be_visible(timeout=60_000)
    speaks_chinese(seat)
    find = seat.page.get_by_label("查找")
    find.fill("没有这样的")
    find.press("Enter")
    expect(seat.page.get_by_text("没有找到“没有这样的”").first).to_be_visible()
    speaks_chinese(seat)
    for title, form in (("机构与师资", "teacher"), ("课程与大纲", "syllabus")):
        seat.menu(title, form)
        speaks_chinese(seat)


def test_every_section_of_a_class(seat: Window) -> None:
    seat.open()
    seat.look_into(LABEL, CLASS)
    for key in seat.section_keys():
        seat.section(key)
        speaks_chinese(seat)
    seat.look("last-section")


def test_lists_that_open(seat: Window) -> None:
    seat.open()
    seat.begin(CLASS)
    box = seat.field("institution").get_by_role("combobox")
    box.click()
    expect(seat.page.get_by_role("option").first).to_be_visible()
    speaks_chinese(seat)
    box.fill("没有这样的")
    expect(seat.page.get_by_text("没有找到")).to_be_visible()
    speaks_chinese(seat)
    seat.look("no-option")
    seat.page.keyboard.press("Escape")
    seat.write("start_date", "2026-13-45")
    seat.section("trainees")
    seat.paste_rows("姓名\t证件类型\t血型\n甲\t中国护照\t乙")
    expect(seat.page.locator(".og-words")).to_contain_text("没有对上，没有收：血型")
    speaks_chinese(seat)
    seat.look("paste")
    for key in ("Shift+F10", "Escape", "Control+f"):
        seat.page.keyboard.press(key)
        speaks_chinese(seat)
    seat.page.locator(".og-find input").first.press("Escape")
    seat.cell(1, "doc_type").click()
    for key in ("Alt+ArrowDown", "Escape", "F8"):
        seat.page.keyboard.press(key)
        speaks_chinese(seat)
    seat.look("table-problem")


def test_papers_ready_and_drafts(seat: Window) -> None:
    seat.open()
    seat.look_into(LABEL, CLASS)
    seat.papers()
    for phase in ("训前备案", "证书申请", "归档"):
        seat.phase(phase)
        speaks_chinese(seat)
    seat.pictures_load()
    speaks_chinese(seat)
    seat.open()
    seat.begin(CLASS)
    seat.papers()
    speaks_chinese(seat)
    expect(seat.page.locator(".pk .empty")).to_contain_text("选上“带未完成的”印草稿")
    expect(seat.page.get_by_role("button", name="生成成套 PDF")).to_have_count(0)
    speaks_chinese(seat)
    seat.look("nothing-to-print")


def test_the_server_is_gone(seat: Window, server: Server) -> None:
    """Runs last."""
    seat.open()
    seat.begin("leave_request")
    seat.write("applicant", "司徒晓岚")
    server.stop()
    try:
        seat.box("reason").click()
        seat.page.keyboard.insert_text("探亲")
        expect(seat.page.locator("#of-cut")).to_be_visible()
        expect(seat.page.get_by_text(re.compile("连接断了")).first).to_be_visible()
        speaks_chinese(seat)
        seat.look("gone")
    finally:
        server.start()
    expect(seat.page.locator("#of-cut")).to_have_count(0)
    speaks_chinese(seat)


def speaks_chinese(window: Window) -> None:
    assert window.page.locator("html").get_attribute("lang") == "zh-CN"
    assert english_on(window.page) == set()
