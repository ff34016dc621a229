"""The past of a class: a version by hand, what changed in words, a file of then, everything restored."""

import re
import zipfile

from tests.journeys.test_sample_journey import CLASS, LABEL, OLD_NAME, load_the_samples
from tests.journeys.window import Window, expect
from tests.papers import word_text

ADDRESS, LATER = "新城区星河楼9层", "新城区星河楼12层"


def test_a_version_is_kept_compared_had_again_and_restored(window: Window) -> None:
    load_the_samples(window)
    window.look_into(LABEL, CLASS)
    window.write("site_address", ADDRESS)
    to_history(window)
    window.page.get_by_label("这一版的说明").fill("开班前定稿")
    window.page.get_by_label("这一版的说明").press("Tab")
    window.page.get_by_role("button", name="留一个版本").click()
    expect(window.page.locator(".tl li").first).to_contain_text("开班前定稿")
    window.look("history-kept")

    window.page.locator(".st-key-tabs").get_by_role("link", name="填报").click()
    window.write("site_address", LATER)
    window.write("planned_count", "49")
    window.section("trainees")
    expect(window.cell(2, "name")).to_have_text(OLD_NAME)
    window.write_cell(2, "id_no", "11010519491231002X")
    to_history(window)
    change = window.page.locator(".dft tr", has_text="培训地点")
    expect(change.locator("del")).to_have_text(ADDRESS)
    expect(change.locator("ins")).to_have_text(LATER)
    expect(window.page.locator(".dft tr", has_text="身份证号码").locator("ins")).to_have_text("110105********002X")
    expect(window.page.locator(".st-key-diff .note", has_text="要重印盖章")).to_be_visible()
    expect(window.page.locator(".note", has_text="已留下")).to_have_count(0)
    window.look("history")
    window.sound()

    window.page.get_by_role("button", name="第 1 版材料").click()
    window.look("history-files")
    archive = zipfile.ZipFile(window.fetched(window.page.get_by_role("button", name=re.compile("全部打包"))))
    plan = next(name for name in archive.namelist() if "培训计划" in name)
    assert ADDRESS in word_text(archive.read(plan))

    window.page.get_by_role("button", name="恢复第 1 版").click()
    expect(window.page.locator(".note", has_text="现在的改动先留成第 2 版")).to_be_visible()
    window.look("history-ask")
    window.sound()
    window.page.get_by_role("button", name="恢复", exact=True).click()
    expect(window.page.locator(".note", has_text="已恢复第 1 版，现在是第 3 版")).to_be_visible()
    window.look("history-restored")
    window.page.set_viewport_size({"width": 390, "height": 844})
    expect(window.page.locator(".dft thead")).to_be_hidden()
    window.look("history-phone")
    window.page.set_viewport_size({"width": 1366, "height": 768})
    window.page.locator(".st-key-tabs").get_by_role("link", name="填报").click()
    window.section("basics")
    expect(window.box("site_address")).to_have_value(ADDRESS)


def to_history(window: Window) -> None:
    window.page.locator(".st-key-tabs").get_by_role("link", name="历史").click()
    expect(window.page.locator(".tl li").first).to_be_visible()
