"""A roster from Excel: the broken one comes back marked, the clean one comes in, and can be taken back."""

import re
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Locator, expect

from tests.journeys.english import english_on
from tests.journeys.server import HOME
from tests.journeys.window import Window

CLASS, SECTION = "training_class", "trainees"
BROKEN, CLEAN = HOME / "samples" / "roster-broken.xlsx", HOME / "samples" / "roster.xlsx"


def test_a_roster_comes_in(window: Window, tmp_path: Path) -> None:
    window.open()
    window.begin(CLASS)
    window.section(SECTION)
    window.page.get_by_role("button", name=re.compile("^导入")).click()
    window.look("import-empty")
    expect(window.page.get_by_text("把表格拖到这里，或点这里选文件")).to_be_visible()
    assert english_on(window.page) == set()

    bring(window, BROKEN)
    expect(cell(window, "C5")).to_contain_text("变成")
    expect(cell(window, "H28")).to_be_visible()
    expect(cell(window, "D36")).to_be_visible()
    window.look("import-broken")
    window.sound()

    window.reload()
    expect(cell(window, "C5")).to_be_visible()
    marked = load_workbook(window.fetch("下载标好错的原表"))["参训人员"]
    wrong = [one.coordinate for row in marked.iter_rows() for one in row if one.comment]
    assert {"C5", "C6", "C15", "C18", "A19", "H28", "D36", "G44"} <= set(wrong)
    assert "变成" in str(marked["C5"].comment.text)

    window.page.get_by_role("button", name="换文件").click()
    bring(window, CLEAN)
    expect(window.page.locator(".imfig").first).to_contain_text("50")
    window.look("import-clean")
    window.page.get_by_role("button", name="导入 50 行").dblclick()  # means it once
    told = window.page.locator(".note.green")
    expect(told).to_contain_text("新增 50 行")
    expect(window.page.locator(".steps .step[aria-current]")).to_contain_text("50 行")
    window.look("import-done")
    window.sound()

    window.page.get_by_role("button", name="撤销这次导入").click()
    expect(window.page.get_by_text("已撤销")).to_be_visible()
    expect(window.page.locator(".steps .step[aria-current]")).not_to_contain_text("50 行")
    assert english_on(window.page) == set()


def bring(window: Window, workbook: Path) -> None:
    expect(window.page.locator(".dropbox")).to_be_visible()
    window.page.locator(".dropbox input").set_input_files(workbook)
    expect(window.page.locator(".file b")).to_have_text(workbook.name)


def cell(window: Window, address: str) -> Locator:
    """What is told in the line of a cell."""
    return window.page.locator(".seen .why span:not(.ms)", has_text=re.compile(rf"^{address} "))
