"""A class of one's own, from an empty desk: what it needs is created, typed, pasted; nothing typed is ever lost."""

import re
from contextlib import suppress

import pytest
from playwright.sync_api import Error, Locator, Route

from tests.journeys.server import Server
from tests.journeys.window import Window, expect
from tests.papers import squeezed, word_text

SCHOOL = {
    "inst_name": "佛山市自办职业培训学校",
    "legal_rep": "梁晓禾",
    "legal_rep_tel": "0757-80000011",
    "inst_no": "001",
    "address": "佛山市三水区自办路3号",
    "contact": "何晓岚",
    "contact_tel": "0757-80000012",
}
COURSE = {"course_code": "FS-2026-0077", "course_name": "茶艺入门", "total_hours": "20"}
CLASS_NO = "440607-001-2026-001"
ROSTER = """姓名\t身份证号\t学历\t户籍地\t人员类别\t手机\t性别
司徒翀\t449901199810240038\t本科\t广东省佛山市\t其他\t19800000001\t男
欧阳喆\t449902199802260078\t大专\t广东省佛山市\t其他\t19800000002\t女
阿依古丽·买买提\t449903199702280043\t高中\t新疆喀什地区\t其他\t1980000000\t女
"""


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    """Ids of what was created so far."""
    return {}


def test_a_school_and_a_course_are_created_once(window: Window, made: dict[str, str]) -> None:
    window.open()
    window.look("empty")
    window.menu("机构与师资", "institution")
    window.look("menu")
    made["institution"] = window.begin("institution")
    window.look("new")
    for key, text in SCHOOL.items():
        window.write(key, text)
    window.choose("district", "三水区")
    window.open()
    window.menu("课程与大纲", "course")
    made["course"] = window.begin("course")
    window.write("course_code", COURSE["course_code"])
    window.write("course_name", COURSE["course_name"])
    window.section("standard")
    window.write("total_hours", COURSE["total_hours"])


def test_a_class_takes_them_over(window: Window, made: dict[str, str]) -> None:
    window.open()
    made["class"] = window.begin("training_class")
    window.choose("institution", SCHOOL["inst_name"])
    window.choose("course", COURSE["course_name"])
    expect(window.field("planned_hours").locator(".vl")).to_have_text("20 课时")
    expect(window.box("site_address")).to_have_value(SCHOOL["address"])
    expect(window.field("class_no")).to_contain_text("第一次打印时自动编号")
    expect(window.box("class_name")).to_have_value("茶艺入门培训班")
    expect(window.page.locator(".rec h1")).to_have_text(COURSE["course_name"])


def test_a_wrong_value_is_told_beside_its_field_with_its_remedy(window: Window, made: dict[str, str]) -> None:
    window.revisit(made["class"], "training_class")
    window.write("start_date", "2026-13-45")
    window.leave()
    line = window.line("start_date").locator(".msg.bad")
    expect(line).to_contain_text("2026-13-45")
    expect(window.box("start_date")).to_have_attribute("aria-invalid", "true")
    expect(window.page.locator(".probs .bad", has_text=window.label("start_date"))).to_contain_text("2026-13-45")
    window.look("wrong")
    window.write("start_date", "20261207")
    window.leave()
    expect(window.box("start_date")).to_have_value("2026年12月7日")
    expect(line).to_have_count(0)


def test_a_field_appears_where_it_is_asked(window: Window, made: dict[str, str]) -> None:
    window.revisit(made["class"], "training_class")
    expect(window.field("platform_name")).to_have_count(0)
    window.choose("train_mode", "混合")
    expect(window.field("platform_name")).to_be_visible()
    window.write("platform_name", "禾苗课堂")
    window.choose("train_mode", "线下")
    expect(window.field("platform_name")).to_have_count(0)
    window.choose("train_mode", "混合")
    expect(window.box("platform_name")).to_have_value("禾苗课堂")
    window.choose("train_mode", "线下")


def test_a_roster_is_pasted_and_its_fault_is_found(window: Window, made: dict[str, str]) -> None:
    window.revisit(made["class"], "training_class")
    window.section("trainees")
    window.paste_rows(ROSTER)
    expect(current_step(window)).to_contain_text("3 行")
    window.look("pasted")
    expect(window.cell(3, "name")).to_have_text("阿依古丽·买买提")
    expect(window.cell(3, "sex")).to_have_text("女")
    expect(window.cell(3, "mobile")).to_have_attribute("aria-invalid", "true")
    window.cell(3, "mobile").click()
    expect(window.page.locator(".og-line.bad")).to_contain_text("少一位，现在 10 位")
    window.write_cell(3, "mobile", "19800000003")
    expect(window.cell(3, "mobile")).not_to_have_attribute("aria-invalid", "true")


def test_a_reload_keeps_everything(window: Window, made: dict[str, str]) -> None:
    window.revisit(made["class"], "training_class")
    window.box("head_teacher").click()
    window.page.keyboard.type("罗晓舟")
    window.reload()
    expect(window.box("head_teacher")).to_have_value("罗晓舟")
    expect(window.box("start_date")).to_have_value("2026年12月7日")
    expect(window.box("site_address")).to_have_value(SCHOOL["address"])
    window.section("trainees")
    expect(current_step(window)).to_contain_text("3 行")
    expect(window.cell(3, "mobile")).to_have_text("19800000003")
    window.reload()
    expect(window.cell(3, "mobile")).to_have_text("19800000003")  # in the section that was open


def test_the_server_restarts_while_one_types(window: Window, made: dict[str, str], server: Server) -> None:
    window.revisit(made["class"], "training_class")
    window.write("planned_count", "3")
    window.box("head_teacher_tel").click()
    window.page.keyboard.type("0757-8", delay=40)
    server.stop()
    window.page.keyboard.type("0000013", delay=40)
    expect(window.page.locator("#of-cut")).to_contain_text("连接断了，正在重连。您刚写的 1 处留在本机，连上就存")
    window.look("cut-off")
    server.start()
    expect(window.page.locator("#of-cut")).to_have_count(0)
    expect(window.box("head_teacher_tel")).to_have_value("0757-80000013")
    window.write("preparer", "何晓岚")
    window.reload()
    expect(window.box("head_teacher_tel")).to_have_value("0757-80000013")
    expect(window.box("preparer")).to_have_value("何晓岚")


def test_the_page_is_loaded_anew_while_the_server_is_gone(window: Window, made: dict[str, str], server: Server) -> None:
    window.revisit(made["class"], "training_class")
    window.write("preparer", "何晓")
    server.stop()
    window.page.keyboard.type("禾", delay=40)
    expect(window.page.locator("#of-cut")).to_be_visible()
    with pytest.raises(Error):
        window.page.reload()
    window.page.wait_for_url("chrome-error://**")
    window.page.goto("about:blank")  # else the browser may try again by itself, in the middle of what comes next
    server.start()
    window.revisit(made["class"], "training_class")
    expect(window.box("preparer")).to_have_value("何晓禾")
    window.write("preparer", "何晓岚")


def test_what_is_typed_right_after_a_cut_stands(window: Window, made: dict[str, str]) -> None:
    window.revisit(made["class"], "training_class")
    window.box("preparer").click()
    window.page.route("**/of/drafts", lambda route: route.abort())
    window.page.keyboard.insert_text("雨")
    expect(window.page.locator("#of-cut")).to_be_visible()
    window.page.unroute("**/of/drafts")
    expect(window.page.locator("#of-cut")).to_have_count(0)
    window.page.keyboard.insert_text("晴")
    window.page.evaluate("document.body.append(document.createElement('i'))")  # as if something were drawn
    window.page.wait_for_timeout(300)
    expect(window.box("preparer")).to_have_value("何晓岚雨晴")
    window.write("preparer", "何晓岚")


def test_what_is_typed_right_before_a_reload_stands_in_its_box(window: Window, made: dict[str, str]) -> None:
    window.revisit(made["class"], "training_class")
    window.box("preparer").click()
    held: list[Route] = []  # the server does not hear of it before it has drawn the next page
    window.page.route("**/of/drafts", lambda route: held.append(route))
    window.page.keyboard.insert_text("雪")
    window.reload()
    expect(window.box("preparer")).to_have_value("何晓岚雪")
    window.box("preparer").click()
    window.page.keyboard.press("End")
    window.page.keyboard.insert_text("霜")
    window.page.unroute("**/of/drafts")
    for route in held:
        with suppress(Error):  # those of the page before are gone with it
            route.continue_()
    window.has_read("preparer", "何晓岚雪霜")
    window.page.wait_for_timeout(2000)
    expect(window.page.locator(".clash")).to_have_count(0)
    window.reload()
    expect(window.box("preparer")).to_have_value("何晓岚雪霜")
    window.write("preparer", "何晓岚")


def test_its_papers_say_what_is_missing_and_print_what_is_there(window: Window, made: dict[str, str]) -> None:
    window.revisit(made["class"], "training_class", "documents")
    window.paper("培训计划")
    warning = window.page.locator(".st-key-panel_view .note.red")
    expect(warning).to_contain_text(re.compile(r"还有 \d+ 处.*草稿"))
    window.look("draft")
    plan = squeezed(word_text(window.download("Word", "培训计划（附件3）").read_bytes()))
    assert "草稿" in plan
    assert "【缺:结班日期】" in plan
    assert SCHOOL["address"] in plan
    window.paper("参训人员名册")
    roster = squeezed(word_text(window.download("Word", "参训人员名册（附件5）").read_bytes()))
    assert all(name in roster for name in ("司徒翀", "欧阳喆", "阿依古丽·买买提"))
    assert squeezed(CLASS_NO) in roster


def test_a_line_of_what_is_missing_leads_to_its_field(window: Window, made: dict[str, str]) -> None:
    window.revisit(made["class"], "training_class", "documents")
    window.paper("培训计划")
    window.page.get_by_role("button", name=re.compile("^去改：.*结班日期$")).click()
    expect(window.box("end_date")).to_be_focused()


def current_step(window: Window) -> Locator:
    return window.page.locator(".steps .step[aria-current]")
