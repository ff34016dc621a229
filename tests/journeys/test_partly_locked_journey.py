"""A roster that was filed, in the browser: its marks are typed, pasted and imported; remarks stand in their cells."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.desks import load, make_desk
from tests.journeys.server import Server
from tests.journeys.window import Window
from tests.reviews.foshan import (
    OFFICER,
    RESPONSIBLE,
    approve_application,
    file_class,
    hand_in_all,
    looked_at,
    part_of_class,
)
from tests.tables.making import book

FORM, SECTION = "training_class", "trainees"


class Classes:
    """A class that was filed, and one whose application for certificates came back."""

    filed = returned = ""
    names: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()


@pytest.fixture(scope="module")
def classes() -> Classes:
    return Classes()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, classes: Classes) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("locked") / "data"
    desk = make_desk(data, store="", inspect=looked_at)
    ids = load(desk, "application")
    approve_application(desk, ids["application"])
    classes.filed, classes.returned = (part_of_class(desk, ids, place) for place in (0, 1))
    for record in (classes.filed, classes.returned):
        file_class(desk, record)
    table = desk.records.table(classes.filed, SECTION)
    classes.names, classes.numbers = (
        tuple(str(table.texts[row][key]) for row in table.order) for key in ("name", "id_no")
    )
    hand_in_all(desk, classes.returned, "certificates")
    desk.reviews.act(classes.returned, "submit_certificates", RESPONSIBLE, declared=True)
    row, other = desk.records.table(classes.returned, SECTION).order[1:3]
    for at, what in ((f"{SECTION}/{row}/theory", "与成绩表不一致"), (f"{SECTION}/{other}", "不在成绩表上")):
        desk.reviews.remark(classes.returned, "certificates", at, what, OFFICER, remedy="对照成绩表改正")
    desk.reviews.act(classes.returned, "return_certificates", OFFICER)
    desk.store.close()
    with Server(data) as one:
        yield one


def roster(window: Window, record: str) -> None:
    window.revisit(record, FORM)
    window.section(SECTION)
    expect(window.page.locator(".og-c").first).to_be_visible(timeout=60_000)


def test_marks_are_typed_and_pasted_and_the_rest_stays(window: Window, classes: Classes) -> None:
    roster(window, classes.filed)
    page, words = window.page, window.page.locator(".og-words")
    expect(window.cell(1, "theory")).to_be_in_viewport()
    expect(page.get_by_label("新的一行")).to_have_count(0)
    window.write_cell(1, "theory", "81")
    window.cell(1, "name").click()
    expect(words).to_contain_text("当时交的锁住了")
    page.keyboard.type("abc")
    expect(window.cell(1, "name")).to_have_text(classes.names[0])
    lines = ["姓名\t理论成绩\t实操成绩", "改了名\t82\t83", f"{classes.names[1]}\t84\t85"]
    page.evaluate("text => navigator.clipboard.writeText(text)", "\n".join(lines))
    page.keyboard.press("Control+v")
    expect(words).to_contain_text("粘贴了 2 行，按表头对上 3 列。锁住的列与粘贴的不同，没有收：姓名")
    window.table_kept()
    expect(window.cell(1, "theory")).to_have_text("82")
    expect(window.cell(2, "practice")).to_have_text("85")
    expect(window.cell(1, "name")).to_have_text(classes.names[0])
    window.cell(10, "name").click()
    page.evaluate("text => navigator.clipboard.writeText(text)", f"姓名\t理论成绩\n{classes.names[9]}\t86\n新来的\t87")
    page.keyboard.press("Control+v")
    expect(words).to_have_text("粘贴了 1 行，按表头对上 2 列。多出 1 行没有收：锁住了，不能加行")
    tools = page.get_by_role("toolbar", name="表格工具")
    expect(tools.get_by_role("button", name="向下填充")).to_be_visible()
    expect(tools.get_by_role("button", name=re.compile("加一行|删除行"))).to_have_count(0)
    window.cell(10, "name").click(button="right")
    expect(page.get_by_role("menuitem", name="粘贴")).to_be_visible()
    expect(page.get_by_role("menuitem", name=re.compile("行|移"))).to_have_count(0)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+-")
    expect(words).to_contain_text("当时交的锁住了")
    expect(page.locator(".og-r")).to_have_count(10)
    window.sound()


def test_a_score_sheet_is_imported_and_what_is_locked_is_named(
    window: Window, classes: Classes, tmp_path: Path
) -> None:
    roster(window, classes.filed)
    window.page.get_by_role("button", name="导入学员名册").click()
    page = window.page
    people = list(zip(classes.names, classes.numbers, strict=True))
    people[3] = ("改了名", people[3][1])
    path = tmp_path / "成绩.xlsx"
    path.write_bytes(book(("姓名", "身份证号码", "实操成绩"), *((*one, 91.5) for one in people)))
    page.locator("input[type=file]").set_input_files(path)
    wrong = page.locator("td.wrong")
    expect(wrong).to_have_count(1, timeout=60_000)
    expect(wrong).to_contain_text(f"原来：{classes.names[3]}")
    expect(wrong).to_contain_text("A5 训前备案已经交了，现在是“已备案”，这一格锁住了，和当时交的不同")
    window.sound()
    expect(page.get_by_role("button", name="导入没问题的 9 行")).to_be_visible()
    page.get_by_role("button", name="10 行都导入，锁住的格不动").click()
    expect(page.get_by_text("更新 10 行")).to_be_visible(timeout=60_000)
    expect(window.cell(4, "name")).to_have_text(classes.names[3])
    expect(window.cell(4, "practice")).to_have_text("91.5")


def test_a_remark_stands_in_its_cell_until_it_is_answered(
    window: Window, classes: Classes, another: Callable[[], Window]
) -> None:
    roster(window, classes.returned)
    page, words = window.page, window.page.locator(".og-words")
    said = page.locator(".og-c.said")
    expect(said).to_have_count(1)
    expect(page.locator(".og-count")).to_contain_text("意见 2 条")
    said.click()
    expect(words).to_have_text("chat_bubble第 2 行 · 理论成绩意见：与成绩表不一致。对照成绩表改正")
    page.keyboard.press("F8")
    expect(words).to_contain_text("意见：不在成绩表上")
    page.locator(".st-key-tableremarks summary").click()
    answer = page.get_by_label("答复：").first
    answer.fill("已照成绩表改")
    window.sound()
    again = another()
    roster(again, classes.returned)
    expect(again.page.locator(".og-count")).to_contain_text("意见 1 条")
    expect(again.page.locator(".og-c.said")).to_have_count(0)
