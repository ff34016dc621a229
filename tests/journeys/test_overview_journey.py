"""概览: charts are drawn with Chinese words only, say what they show, and lead on to the next step."""

import re

from tests.journeys.english import english_on
from tests.journeys.window import Window, expect

CLASS, LABEL = "training_class", "440604-012-2026-007 家政服务基础"


def test_a_class_at_a_glance(window: Window) -> None:
    window.open()
    window.page.get_by_role("button", name="装入示例试一试").click()
    expect(window.page.get_by_text(LABEL).first).to_be_visible(timeout=60_000)
    window.look_into(LABEL, CLASS)
    window.page.locator(".st-key-tabs").get_by_role("link", name="概览").click()
    charts = window.page.locator(".st-key-views [data-testid=stVegaLiteChart] svg, .st-key-views canvas")
    expect(charts).to_have_count(4)
    expect(window.page.get_by_text("与课程标准一致")).to_be_visible()
    expect(window.page.locator(".life li")).to_have_count(6)
    window.page.get_by_text(re.compile("^看数字")).first.click()
    expect(window.page.locator(".exact[open] td.num").first).to_be_visible()
    assert english_on(window.page) == set()
    window.look("overview")
    window.page.get_by_role("button", name="逐格复制：抄到省系统：学员").click()
    number = window.page.locator(".copy [data-copy]").filter(has_text=re.compile(r"^\d{17}[\dX]$")).first
    number.click()
    expect(number).to_have_attribute("aria-current", "true")
    assert window.page.evaluate("() => navigator.clipboard.readText()") == number.text_content()
    window.page.keyboard.press("ArrowDown")
    window.page.keyboard.press("Enter")
    expect(number).not_to_have_attribute("aria-current", "true")
    expect(window.page.locator(".copy .done")).to_have_count(2)
    window.look("copy-out")
    window.sound()
    for title in ("课程表", "成绩"):
        window.page.get_by_role("button", name=f"逐格复制：抄到省系统：{title}").click()
        expect(window.page.locator(f"[aria-label='抄到省系统：{title}'] [data-copy]").first).to_be_visible()
    with window.page.expect_download() as brought:
        window.page.get_by_role("button", name="下载 Excel：抄到省系统：学员").click()
    assert brought.value.suggested_filename.endswith("学员.xlsx")
    window.page.get_by_role("button", name="看附件").click()
    expect(window.page.locator(".docs")).to_be_visible()
    a_row_comes_in_between(window)


def a_row_comes_in_between(window: Window) -> None:
    """The mark stays at the row it was put at; a cell that says something else since has lost its tick."""
    window.revisit(window.record, CLASS, "overview")
    window.page.get_by_role("button", name="逐格复制：抄到省系统：学员").click()
    second = window.page.locator("[aria-label='抄到省系统：学员'] tbody tr").nth(1).locator("[data-copy]")
    name = str(second.first.text_content())
    here = second.nth(1)
    expect(here).to_have_attribute("aria-current", "true")
    window.revisit(window.record, CLASS)
    window.section("trainees")
    window.cell(1, "name").click()
    window.page.keyboard.press("Shift+F10")
    window.page.get_by_role("menuitem", name="在下面插入一行").click()
    window.table_kept()
    expect(window.cell(3, "name")).to_have_text(name)
    window.write_cell(1, "id_no", "440604199001010013")
    window.revisit(window.record, CLASS, "overview")
    window.page.get_by_role("button", name="逐格复制：抄到省系统：学员").click()
    moved = window.page.locator("[aria-label='抄到省系统：学员'] tbody tr").nth(2).locator("[data-copy]")
    expect(moved.first).to_have_text(name)
    expect(moved.nth(1)).to_have_attribute("aria-current", "true")
    expect(window.page.locator(".copy .done")).to_have_count(1)
