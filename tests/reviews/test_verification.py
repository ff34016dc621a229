"""Automated checks as an officer reads them."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from onefill.service.access import Did
from onefill.service.case_shapes import FactSection
from onefill.service.verification import FactGone, WhyNotSaid
from onefill.ui.review_facts import Looked, facts
from tests.desks import load, make_desk
from tests.reviews.foshan import OFFICER
from tests.reviews.test_one_step import CLERK, filled


def test_wrong_ones_come_first_with_their_facts(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    record = filled(desk)
    desk.records.add_row(
        record, "periods", CLERK, {"first_day": "2027-01-04", "last_day": "2027-02-04", "stand_in": "陈"}
    )
    lines = desk.verification.checks(record, "whole", desk.who())
    wrong = [line for line in lines if line.state == "wrong"]
    entitled = next(line for line in wrong if line.id == "ENTITLED")
    assert ("共几天", "33 天") in entitled.facts
    assert lines[: len(wrong)] == tuple(wrong)
    assert {line.id for line in lines if line.state == "right"} >= {"ORDER", "STAND_IN"}


def test_what_cannot_be_worked_out_is_said(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    record = desk.records.create("leave_request", CLERK)
    desk.records.add_row(record, "periods", CLERK, {"first_day": "2026-12-21"})
    states = {line.id: line.state for line in desk.verification.checks(record, "whole", desk.who())}
    assert states["STAND_IN"] == "unknown"


def test_the_printed_checklist_names_what_is_missing(tmp_path: Path) -> None:
    pages: list[str] = []

    def html(page: str) -> bytes:
        pages.append(page)
        return one_page()

    desk = make_desk(tmp_path, html=html)
    made = desk.notices.checklist(filled(desk), "whole", desk.who())
    assert made.name == "材料清单_李静 年假_填报.pdf"
    assert "请假单（签字扫描件）" in pages[0]
    assert "还差 1 件" in pages[0]
    assert "年假不用证明" in pages[0]


def one_page() -> bytes:
    made = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(made)
    return made.getvalue()


def test_facts_of_linked_records_and_figures_of_the_pack_stand_side_by_side(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    record = load(desk, "class_50")["class_50"]
    lines = {line.id: line for line in desk.verification.checks(record, "certificates", desk.who())}
    assert [label for label, _ in lines["LICENSE"].facts] == ["办学许可证有效期至", "结班日期"]
    assert ("录像最少次数", "10") in lines["RECORDINGS"].facts


def test_a_private_fact_behind_a_link_is_read_whole_with_a_reason(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    record = load(desk, "class_50")["class_50"]
    session = desk.records.row_ids(record, "sessions")[0]
    at = f"sessions/{session}/teacher"
    sections = desk.verification.facts(record, "filing", OFFICER, row=f"sessions/{session}", unfolded={at})
    lessons = next(one for one in sections if one.key == "sessions")
    teacher = next(one for one in lessons.opened[session] if one.path == at)
    phone = next(one for one in teacher.linked[0].facts if one.private)
    assert (phone.label, phone.text[3:7]) == ("手机号码", "****")
    assert 'data-act="show:' in drawn(sections, at, "")
    assert 'data-say="unmask"' in drawn(sections, at, phone.path)
    with pytest.raises(WhyNotSaid):
        desk.verification.unmask(record, phone.path, OFFICER, " ")
    whole = desk.verification.unmask(record, phone.path, OFFICER, "核对授课教师")
    assert (whole[:3], whole[7:]) == (phone.text[:3], phone.text[7:])
    assert whole.isdecimal()
    line = desk.log.lines()[0]
    assert (line.did, line.record, line.why) == (Did.UNMASKED, record, "核对授课教师")
    linked = teacher.linked[0].record
    for made_up in (f"{at}#{linked}#id_no", f"{at}#{record}#mobile", f"course#{linked}#mobile", f"{at}#{linked}#"):
        with pytest.raises(FactGone):  # what no plan, paper or check reads there is no business of this form
            desk.verification.unmask(record, made_up, OFFICER, "核对授课教师")


def drawn(sections: Sequence[FactSection], unfolded: str, asking: str) -> str:
    """The facts as the officer's page shows them."""
    return facts(sections, Looked(shown={}, asking=asking, unfolded={unfolded}), lambda _key, _at: "")
