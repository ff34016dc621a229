"""The same desk does another business: a leave request, from nothing to its papers."""

import re

from onefill.definitions import Definitions
from tests.journeys.window import Window, expect
from tests.papers import excel_text, pdf_pages, squeezed, word_text

FORM = "leave_request"
PERIODS = """开始日期\t结束日期\t代班人
20261207\t20261209\t关晓禾
2026年12月21日\t2026-12-21\t简晓舟
"""


def test_a_leave_request_becomes_its_papers(window: Window, definitions: Definitions) -> None:
    window.open()
    window.begin(FORM)
    window.write("applicant", "司徒晓岚")
    window.choose("department", "办公室")
    window.choose("leave_kind", "病假")
    window.write("reason", "回乡探亲，{{ 1 + 1 }}")
    window.write("proof", "市第一医院")
    window.write("request_date", "20261124")
    window.section("periods")
    window.paste_rows(PERIODS)
    window.section("total")
    expect(window.field("total_days").locator(".vl")).to_have_text("4 天")
    expect(window.page.locator(".probs")).to_contain_text("没有要改的")
    window.papers()
    window.pictures_load()
    window.look("leave")
    facts = ("司徒晓岚", "关晓禾", "2026年12月21日")
    papers = {paper.key: paper.title for paper in definitions.form(FORM).documents}
    window.paper(papers["leave_paper"])
    word = squeezed(word_text(window.download("Word", papers["leave_paper"]).read_bytes()))
    assert all(fact in word for fact in facts)
    assert "{{1+1}}" in word, "what people type is no expression"
    assert "草稿" not in word
    window.paper(papers["leave_days"])
    assert "关晓禾" in excel_text(window.download("Excel", papers["leave_days"]).read_bytes())
    packet = window.make("生成成套 PDF", "pdf")
    window.sound()
    assert re.search(r"第\d+版", packet.name)
    assert all(fact in squeezed("".join(pdf_pages(packet.read_bytes()))) for fact in facts)
