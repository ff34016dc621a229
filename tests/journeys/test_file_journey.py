"""A field that holds a file: given, looked at, taken out; what is no such file is refused in Chinese."""

from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Route

from tests.journeys.access import barriers_on
from tests.journeys.english import english_on
from tests.journeys.window import Window, expect
from tests.tables.making import book

FORM, FIELD = "teacher", "proofs"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def given(name: str, data: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


@pytest.fixture
def teacher(window: Window) -> Window:
    window.open()
    window.menu("机构与师资", FORM)
    window.begin(FORM)
    return window


def give(window: Window, file: FilePayload | Path) -> None:
    window.field(FIELD).locator("input[type=file]").set_input_files(file)


def test_a_file_is_given_looked_at_and_taken_out(teacher: Window) -> None:
    field = teacher.field(FIELD)
    give(teacher, given("扫描0001.png", PNG))
    expect(field.locator(".kept")).to_contain_text("证书复印件.png")
    assert english_on(teacher.page) == set()
    assert barriers_on(teacher.page) == []
    teacher.look("file")
    assert teacher.fetch("下载证书复印件").read_bytes() == PNG
    teacher.reload()
    field.get_by_role("button", name="拿掉证书复印件").click()
    expect(field.locator(".kept")).to_have_count(0)


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (given("名单.xlsx", b"x"), "这里收 PDF、JPG、PNG"),
        (given("名单.pdf", b"MZ program"), "这里收 PDF、JPG、PNG"),
        (given("太大.pdf", b"%PDF" + b"\0" * (21 << 20)), "最大 20 MB。缩小或分开再选"),
    ],
    ids=["another kind", "in disguise", "too big"],
)
def test_what_is_no_such_file_is_refused_in_chinese(
    teacher: Window, tmp_path: Path, file: FilePayload, words: str
) -> None:
    kept = tmp_path / file["name"]  # much is handed over in no time as a path
    kept.write_bytes(file["buffer"])
    give(teacher, kept)
    expect(teacher.field(FIELD)).to_contain_text(words)
    assert english_on(teacher.page) == set()
    expect(teacher.field(FIELD).locator(".kept")).to_have_count(0)


#: Hides who speaks, as a busy server does that has not drawn the page to its end.
HIDING = """() => {
  const found = Document.prototype.getElementById;
  Document.prototype.getElementById = function (id) {
    return id === 'of-session' && !window.drawnToItsEnd ? null : found.call(this, id);
  };
}"""


def test_what_is_brought_before_the_page_is_drawn_to_its_end_waits_for_it(window: Window) -> None:
    window.open()
    record = window.begin("training_class")
    window.page.add_init_script(f"({HIDING})()")
    window.open(f"importing?record={record}&section=trainees")
    window.page.locator(".dropbox input").set_input_files(given("名册.xlsx", book(("姓名",), ("司徒翀",))))
    told = window.page.locator(".dz .told")
    expect(told).to_have_text("正在读“名册.xlsx”…")
    window.page.locator(".dropbox input").set_input_files(given("另一份.xlsx", book(("姓名",), ("关晓禾",))))
    expect(told).to_have_text("正在读“名册.xlsx”…“另一份.xlsx”没有收，读完前一个再选")
    blank = window.page.get_by_role("button", name="下载空表")
    blank.click()
    expect(blank).to_have_attribute("aria-busy", "true")
    window.page.wait_for_timeout(500)
    expect(told).to_contain_text("正在读“名册.xlsx”…")
    with window.page.expect_download():
        window.page.evaluate("() => { window.drawnToItsEnd = true; }")
    expect(window.page.locator(".st-key-panel_lines")).to_contain_text("司徒翀")


def test_what_is_worked_out_while_one_looks_elsewhere_is_registered_on_coming_back(window: Window) -> None:
    held: list[Route] = []
    window.page.route("**/of/sha256.js", lambda route: held.append(route))
    window.open()
    window.begin("training_class")
    window.choose("train_mode", "线下")
    window.section("recordings")
    window.page.locator(".hs input").set_input_files(given("第一课.mp4", b"film"))
    window.section("trainees")
    held.pop().continue_()
    window.page.wait_for_timeout(1500)
    window.section("recordings")
    expect(window.page.get_by_text("登记了 1 个文件")).to_be_visible()
    expect(window.page.locator(".og")).to_contain_text("第一课.mp4")
    window.look("registered")
    window.section("trainees")
    window.section("recordings")
    expect(window.page.locator(".hs .told")).to_have_text("算好了 1 个")
    expect(window.page.get_by_text("已经登记过")).to_have_count(0)


def test_a_file_of_a_field_arrives_although_one_looks_elsewhere_meanwhile(teacher: Window) -> None:
    page, held = teacher.page, list[Route]()
    page.route("**/of/attach/**", lambda route: held.append(route))
    give(teacher, given("扫描0001.png", PNG))
    expect(teacher.field(FIELD)).to_contain_text("正在读“扫描0001.png”…")
    page.locator(".st-key-tabs").get_by_role("link", name="历史").click()
    expect(page.locator(".dz")).to_have_count(0)
    held.pop().continue_()
    page.wait_for_timeout(1000)
    page.locator(".st-key-tabs").get_by_role("link", name="填报").click()
    expect(teacher.field(FIELD).locator(".kept")).to_contain_text("证书复印件.png")
    expect(teacher.field(FIELD).locator(".dz .told")).to_have_text("")
    page.route("**/of/attach/**", lambda route: route.abort())
    give(teacher, given("扫描0002.png", PNG + b"2"))
    expect(teacher.field(FIELD)).to_contain_text("没有送到：连接断了")
