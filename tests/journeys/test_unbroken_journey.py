"""One sitting, unbroken: an empty class, a broken roster, a reload, a second tab, a restart, the packet."""

import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Locator

from onefill.definitions import Definitions
from samples import sample_records
from tests.desks import load, make_desk
from tests.journeys.english import english_on
from tests.journeys.server import HOME, Server
from tests.journeys.window import Window, expect
from tests.papers import office_text, pdf_pages, squeezed

CLASS = "training_class"
BROKEN, CLEAN = HOME / "samples" / "roster-broken.xlsx", HOME / "samples" / "roster.xlsx"
NUMBER, TEACHER, HOST, PREPARER = "440604-012-2026-001", "罗辛晓禾", "佛山市样例街道新服务中心", "何晓岚禾"
#: What the class of the samples says, and what stands in its place here.
FACTS = next(one.data for one in sample_records() if one.name == "class_50") | {
    "class_no": None,  # is drawn
    "site_address": HOST,
    "preparer": PREPARER,
}
COLUMNS = ("date", "time", "hours", "kind", "module", "content", "teacher", "room")


@pytest.fixture(scope="module")
def labels() -> dict[str, str]:
    """What the records that a class links to are called, by their names in the samples."""
    return {}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, labels: dict[str, str]) -> Iterator[Server]:
    """A school that has its course, syllabus and teachers, and no class yet."""
    one = Server(tmp_path_factory.mktemp("journey") / "data")
    desk = make_desk(one.data, store="")
    teachers = {session["teacher"].name for session in FACTS["sessions"].values()}
    for name, record in load(desk, "syllabus_home", *sorted(teachers)).items():
        labels[name] = desk.records.state(record).label
    desk.store.close()
    with one:
        yield one


@pytest.mark.timeout(400)
def test_from_nothing_to_the_packet(
    window: Window, another: Callable[[], Window], server: Server, definitions: Definitions, labels: dict[str, str]
) -> None:
    window.open()
    record = window.begin(CLASS)
    fill(window, definitions, labels, "basics")
    the_page_is_loaded_anew_in_the_middle_of_a_word(window)
    window.section("exam_plan")
    fill(window, definitions, labels, "exam_plan")
    window.section("sessions")
    window.paste_rows(sessions(window, labels))
    expect(step(window)).to_contain_text(f"{len(FACTS['sessions'])} 行")
    window.section("trainees")
    a_broken_roster_comes_back_marked(window)
    the_clean_one_comes_in(window)
    another_tab_writes(window, another(), record)
    the_server_starts_anew(window, server)
    the_packet_says_what_was_typed(window, definitions)


def fill(window: Window, definitions: Definitions, labels: dict[str, str], section: str) -> None:
    for field in next(one for one in definitions.form(CLASS).sections if one.key == section).fields:
        value = FACTS.get(field.key)
        if value is None:
            continue
        if field.type == "link":
            window.choose(field.key, labels[value.name])
        elif field.type == "choice":
            window.choose(field.key, str(value))
        else:
            window.write(field.key, str(value))


def the_page_is_loaded_anew_in_the_middle_of_a_word(window: Window) -> None:
    window.write("head_teacher", "罗辛")
    window.page.keyboard.type("晓")
    window.reload()
    expect(window.box("head_teacher")).to_have_value("罗辛晓")
    window.box("head_teacher").press("End")
    window.page.keyboard.type("禾")
    window.has_read("head_teacher", TEACHER)


def sessions(window: Window, labels: dict[str, str]) -> str:
    """The sessions as they are copied in a spreadsheet."""
    lines = ["\t".join(map(window.label, COLUMNS))]
    for one in FACTS["sessions"].values():
        lines.append("\t".join(labels[one[key].name] if key == "teacher" else str(one[key]) for key in COLUMNS))
    return "\n".join(lines) + "\n"


def a_broken_roster_comes_back_marked(window: Window) -> None:
    window.page.get_by_role("button", name=re.compile("^导入")).click()
    window.look("import-empty")
    expect(window.page.get_by_text("把表格拖到这里，或点这里选文件")).to_be_visible()
    assert english_on(window.page) == set()
    bring(window, BROKEN)
    for address in ("C5", "H28", "D36"):
        expect(told(window, address)).to_be_visible()
    window.look("import-broken")
    window.sound()
    window.reload()
    expect(told(window, "C5")).to_contain_text("变成")
    marked = load_workbook(window.fetch("下载标好错的原表"))["参训人员"]
    wrong = [one.coordinate for row in marked.iter_rows() for one in row if one.comment]
    assert {"C5", "C6", "C15", "C18", "A19", "H28", "D36", "G44"} <= set(wrong)
    assert "变成" in str(marked["C5"].comment.text)


def the_clean_one_comes_in(window: Window) -> None:
    """Twice: it is taken back in between."""
    window.page.get_by_role("button", name="换文件").click()
    bring(window, CLEAN)
    take(window)
    window.look("import-done")
    window.sound()
    window.page.get_by_role("button", name="撤销这次导入").click()
    expect(window.page.get_by_text("已撤销")).to_be_visible()
    expect(step(window)).not_to_contain_text("50 行")
    window.page.get_by_role("button", name=re.compile("^导入")).click()
    bring(window, CLEAN)
    take(window)


def another_tab_writes(window: Window, other: Window, record: str) -> None:
    window.section("basics")
    other.revisit(record, CLASS)
    other.write("site_address", HOST)
    expect(window.box("site_address")).to_have_value(HOST)
    other.close()


def the_server_starts_anew(window: Window, server: Server) -> None:
    window.write("preparer", "何晓")
    server.stop()
    window.page.keyboard.type("岚禾", delay=40)
    expect(window.page.locator("#of-cut")).to_contain_text("连接断了，正在重连。您刚写的 1 处留在本机，连上就存")
    window.look("cut-off")
    server.start()
    expect(window.page.locator("#of-cut")).to_have_count(0)
    window.section("basics")
    expect(window.box("preparer")).to_have_value(PREPARER)
    window.reload()
    expect(window.box("preparer")).to_have_value(PREPARER)


def the_packet_says_what_was_typed(window: Window, definitions: Definitions) -> None:
    first = definitions.form(CLASS).phases[0]
    window.papers()
    window.phase(first.title)
    window.look("ready")
    people = [str(row[0].value) for row in load_workbook(CLEAN).worksheets[0].iter_rows(min_row=4) if row[0].value]
    archive = zipfile.ZipFile(window.make("打包下载", "zip"))
    papers = [name for name in archive.namelist() if name.endswith((".docx", ".xlsx"))]
    zipped = {name: squeezed(office_text(archive.read(name), Path(name).suffix)) for name in papers}
    packet = squeezed("".join(pdf_pages(window.make("生成成套 PDF", "pdf").read_bytes())))
    for text in ("".join(zipped.values()), packet):
        for typed in (NUMBER, TEACHER, HOST, PREPARER, *people):
            assert squeezed(typed) in text, typed
        assert "草稿" not in text
    assert "第1版" in packet


def bring(window: Window, workbook: Path) -> None:
    expect(window.page.locator(".dropbox")).to_be_visible()
    window.page.locator(".dropbox input").set_input_files(workbook)
    expect(window.page.locator(".file b")).to_have_text(workbook.name)


def take(window: Window) -> None:
    window.page.get_by_role("button", name="导入 50 行").dblclick()  # means it once
    expect(window.page.locator(".note.green")).to_contain_text("新增 50 行")
    expect(step(window)).to_contain_text("50 行")


def told(window: Window, address: str) -> Locator:
    """What is told in the line of a cell."""
    return window.page.locator(".seen .why span:not(.ms)", has_text=re.compile(rf"^{address} "))


def step(window: Window) -> Locator:
    return window.page.locator(".steps .step[aria-current]")
