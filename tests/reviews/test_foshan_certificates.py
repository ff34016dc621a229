"""A certificate's life: entered by the district, valid to whoever asks, reissued, recalled, void, and back."""

import itertools
import random
from datetime import date, timedelta
from pathlib import Path

import pytest

from onefill.reviews.errors import GuardFailed, StillToMend
from onefill.service import Desk
from onefill.service.index_line import asked_by_index
from onefill.service.look_ups import MOST_BY_CODE, AskedTooOften
from onefill.service.shapes import DocumentState, Person
from onefill.service.view_shapes import Listing
from onefill.ui.hands import Hands
from onefill.ui.queues import Asked, table
from samples.people import resident_id
from store import EVERYTHING
from store.registers import LineState
from tests.desks import NOW, ROOT, Clock, load, make_desk
from tests.papers import word_text
from tests.reviews.foshan import (
    CITY,
    CLERK,
    DAY,
    INSPECTOR,
    LEADER,
    OFFICER,
    RESPONSIBLE,
    approve_application,
    code_class,
    file_class,
    hand_in_all,
    items,
    looked_at,
    part_of_class,
)
from tests.reviews.test_foshan_measures import ordered

REGISTER = "foshan.certificates"


@pytest.fixture
def coded(desk: Desk) -> str:
    """A class whose codes stand in its roster."""
    ids = load(desk, "application")
    approve_application(desk, ids["application"])
    record = part_of_class(desk, ids, 0)
    file_class(desk, record)
    code_class(desk, record)
    return record


def certificates(desk: Desk) -> dict[str, LineState]:
    return {one.texts["cert_no"]: one.state for one in desk.registers.lines(REGISTER, CITY, DAY).lines}


def holders(desk: Desk, record: str) -> list[tuple[str, str]]:
    """Code and name of everybody who has a certificate."""
    table = desk.records.table(record, "trainees")
    people = [table.texts[row] for row in table.order]
    return [(str(one["cert_no"]), str(one["name"])) for one in people if one["cert_no"]]


def recall(desk: Desk, record: str, code: str, misuse: str, who: Person = INSPECTOR) -> str:
    """A recall that waits for the leader's decision."""
    facts = {
        "training_class": record,
        "cert_no": code,
        "found_on": "2026-12-20",
        "misuse": misuse,
        "misuse_facts": "持证人把证书借给他人应聘。",
        "admonished": "已进行",
        "paper_back": "已交回",
    }
    asked = desk.records.create("certificate_recall", who, facts)
    hand_in_all(desk, asked, "recall", who)
    return asked


def reissue(desk: Desk, record: str, code: str, who: Person = CLERK) -> str:
    facts = {
        "training_class": record,
        "cert_no": code,
        "apply_date": "2026-12-20",
        "reason": "遗失",
        "reason_note": "搬家时遗失。",
        "holder_mobile": "13800138000",
    }
    asked = desk.records.create("certificate_reissue", who, facts)
    hand_in_all(desk, asked, "reissuing", who)
    return asked


def test_certificates_are_entered_once_whoever_comes_later_is_added(desk: Desk, coded: str) -> None:
    first = next(row for row in desk.records.row_ids(coded, "trainees"))
    code = str(desk.records.table(coded, "trainees").texts[first]["cert_no"])
    desk.records.set(coded, f"trainees/{first}/cert_no", "", CLERK)
    desk.reviews.act(coded, "register_certificates", OFFICER)
    known = certificates(desk)
    assert set(known) == {one for one, _ in holders(desk, coded)}
    assert code not in known
    desk.records.set(coded, f"trainees/{first}/cert_no", code, CLERK)
    desk.reviews.act(coded, "register_certificates", OFFICER)
    assert set(certificates(desk)) == {*known, code}
    line = desk.registers.lines(REGISTER, CITY, DAY, text=code).lines[0]
    assert line.record == coded
    assert "*" in line.texts["cert_holder_id"]


def test_the_list_of_an_office_tells_what_its_cases_still_ask(desk: Desk, coded: str) -> None:
    def asked() -> str:
        (line,) = (one for one in desk.queues.queue(OFFICER, "done").lines if one.record == coded)
        return line.asked

    assert asked() == "填好证书编号和发证日期，交区里登记"
    seen = table(desk.queues.queue(OFFICER, "done"), Asked(), {}, DAY, lambda _: Hands(me=""))
    assert "还要填好证书编号和发证日期" in seen
    desk.reviews.act(coded, "register_certificates", OFFICER)
    (found,) = desk.store.find(form="training_class", scope=EVERYTHING, limit=5)
    assert asked_by_index(desk.definitions.form("training_class"), found) is None  # all have signed for theirs


def test_no_certificate_without_a_code(desk: Desk, coded: str) -> None:
    for row in desk.records.row_ids(coded, "trainees"):
        desk.records.set(coded, f"trainees/{row}/cert_no", "", CLERK)
    with pytest.raises(GuardFailed, match="还没有填证书编号"):
        desk.reviews.act(coded, "register_certificates", OFFICER)
    assert certificates(desk) == {}


def test_valid_or_not_is_all_that_anybody_is_told(desk: Desk, coded: str) -> None:
    (code, name), (other, _), *_ = holders(desk, coded)
    assert not desk.look_ups.valid(code, name, "a")
    desk.reviews.act(coded, "register_certificates", OFFICER)
    assert desk.look_ups.valid(code, name, "a")
    assert desk.look_ups.valid(f" {code.lower()} ", f"{name} ", "a")
    assert not desk.look_ups.valid(code, "陈别人", "a")
    assert not desk.look_ups.valid(code, "", "a")
    assert not desk.look_ups.valid(other, name, "a")
    assert not desk.look_ups.valid("", name, "a")


def test_names_cannot_be_tried_out(desk: Desk, coded: str) -> None:
    code, name = holders(desk, coded)[0]
    desk.reviews.act(coded, "register_certificates", OFFICER)
    for turn in range(MOST_BY_CODE):
        assert not desk.look_ups.valid(code, "陈别人", f"asker {turn}")
    with pytest.raises(AskedTooOften):
        desk.look_ups.valid(code, name, "another one")


def claimable(desk: Desk, record: str) -> set[str]:
    """The codes for which a subsidy may be asked today."""
    content = next(one for one in desk.views.of(record).views if one.key == "subsidy_again").content
    assert isinstance(content, Listing)
    return {row[content.columns.index("证书编号")] for row in content.rows}


@pytest.mark.parametrize(("misuse", "state"), [("转让证书", LineState.SUSPENDED), ("编号有误", LineState.ENDED)])
def test_what_is_recalled_or_void_is_not_valid_until_the_decision_is_taken_back(
    desk: Desk, coded: str, misuse: str, state: LineState
) -> None:
    code, name = holders(desk, coded)[0]
    asked = recall(desk, coded, code, misuse)
    with pytest.raises(GuardFailed, match="先登记证书"):
        desk.reviews.act(asked, "ask_recall", INSPECTOR)
    desk.reviews.act(coded, "register_certificates", OFFICER)
    desk.reviews.act(asked, "ask_recall", INSPECTOR)
    assert desk.look_ups.valid(code, name, "a")
    desk.reviews.act(asked, "decide_recall", LEADER, reason="调查属实")
    assert certificates(desk)[code] is state
    assert not desk.look_ups.valid(code, name, "a")
    assert claimable(desk, coded) == {one for one, _ in holders(desk, coded)} - {code}
    again = reissue(desk, coded, code)
    with pytest.raises(GuardFailed, match="不能补发"):
        desk.reviews.act(again, "reissue", RESPONSIBLE, declared=True)
    desk.reviews.act(asked, "undo_recall", LEADER, reason="复议后撤销")
    assert desk.look_ups.valid(code, name, "a")
    assert claimable(desk, coded) == {one for one, _ in holders(desk, coded)}


def test_taking_back_one_decision_leaves_the_others_on_the_same_certificate(tmp_path: Path) -> None:
    now = itertools.count()
    desk = make_desk(tmp_path, clock=lambda: NOW + timedelta(milliseconds=5 * next(now)), inspect=looked_at)
    ids = load(desk, "application")
    approve_application(desk, ids["application"])
    record = part_of_class(desk, ids, 0)
    file_class(desk, record)
    code_class(desk, record)
    act = desk.reviews.act
    act(record, "register_certificates", OFFICER)
    code, name = holders(desk, record)[0]

    def decided(misuse: str) -> str:
        asked = recall(desk, record, code, misuse)
        act(asked, "ask_recall", INSPECTOR)
        act(asked, "decide_recall", LEADER, reason="调查属实")
        return asked

    lent, wrong = decided("转让证书"), decided("编号有误")
    act(lent, "undo_recall", LEADER, reason="复议撤销")
    assert certificates(desk)[code] is LineState.ENDED
    assert not desk.look_ups.valid(code, name, "a")
    act(wrong, "undo_recall", LEADER, reason="编号没有错")
    assert desk.look_ups.valid(code, name, "b")
    lent, wrong = decided("转让证书"), decided("编号有误")
    act(wrong, "undo_recall", LEADER, reason="编号没有错")
    assert certificates(desk)[code] is LineState.SUSPENDED
    assert not desk.look_ups.valid(code, name, "c")


def reissues(desk: Desk) -> list[str]:
    lines = desk.registers.lines("foshan.reissues", CITY, date(2026, 12, 30)).lines
    return [one.texts["reissue_no"] for one in lines if one.state is LineState.OPEN]


def test_only_what_was_reissued_counts_and_each_time_is_a_line(desk: Desk, coded: str) -> None:
    act, (code, _) = desk.reviews.act, holders(desk, coded)[0]
    act(coded, "register_certificates", OFFICER)
    desk.records.set(reissue(desk, coded, code), "apply_date", "2026-12-19", CLERK)  # nobody hands it in
    first = reissue(desk, coded, code)
    act(first, "reissue", RESPONSIBLE, declared=True)
    assert reissues(desk) == ["1"]
    again = reissue(desk, coded, code)
    with pytest.raises(GuardFailed, match="第 1 次补发已经登记"):
        act(again, "reissue", RESPONSIBLE, declared=True)
    act(first, "undo_reissue", RESPONSIBLE, reason="找到了")
    act(again, "reissue", RESPONSIBLE, declared=True)
    assert reissues(desk) == ["1"]


def test_a_reissue_keeps_the_code_and_is_counted(desk: Desk, coded: str) -> None:
    code, name = holders(desk, coded)[0]
    with pytest.raises(GuardFailed, match="台账里没有这个编号，先由区里登记证书"):
        desk.reviews.act(reissue(desk, coded, code), "reissue", RESPONSIBLE, declared=True)
    desk.reviews.act(coded, "register_certificates", OFFICER)
    asked = reissue(desk, coded, code)
    early = certificate_again(desk, asked)
    assert (early.state, early.reason) == ("draft", "“补发证书”以后才能正式印")
    assert "草稿" in desk.documents.file(asked, "certificate_again", ".docx", CLERK).name
    desk.reviews.act(asked, "reissue", RESPONSIBLE, declared=True)
    assert certificate_again(desk, asked).state == "ready"
    (line,) = desk.registers.lines("foshan.reissues", CITY, DAY).lines
    assert (line.texts["cert_no"], line.texts["reissue_no"], line.texts["reason"]) == (code, "1", "遗失")
    assert desk.look_ups.valid(code, name, "a")
    desk.reviews.act(asked, "undo_reissue", RESPONSIBLE, reason="原件找到了")
    assert certificate_again(desk, asked).state == "draft"


def certificate_again(desk: Desk, record: str) -> DocumentState:
    return next(one for one in desk.documents.list(record) if one.key == "certificate_again")


def destroyed(tmp_path: Path) -> tuple[Desk, Clock, str, str, str]:
    """A class whose archive was destroyed after its years, and one of its certificates: code and name."""
    clock = Clock()
    desk = make_desk(tmp_path, clock=clock, inspect=looked_at)
    ids = load(desk, "application")
    approve_application(desk, ids["application"])
    record = part_of_class(desk, ids, 0)
    file_class(desk, record)
    code_class(desk, record)
    code, name = holders(desk, record)[0]
    act = desk.reviews.act
    act(record, "register_certificates", OFFICER)
    hand_in_all(desk, record, "archive")
    act(record, "close_archive", CLERK, declared=True)
    clock.now = NOW.replace(year=2032)
    act(record, "ask_disposal", RESPONSIBLE, reason="期满")
    act(record, "approve_disposal", LEADER, opinion="同意")
    assert desk.look_ups.valid(code, name, "a")
    return desk, clock, record, code, name


def told(desk: Desk, record: str) -> list[str]:
    return [one.problem.what for one in desk.records.state(record).findings if one.problem.level == "error"]


def test_a_certificate_of_a_destroyed_class_is_reissued_by_its_code_and_name(tmp_path: Path) -> None:
    desk, clock, record, code, name = destroyed(tmp_path)
    asked = reissue(desk, record, code)
    for path, value in {
        "apply_date": "2032-12-20",
        "name_given": "陈别人",
        "id_given": resident_id(random.Random("holder"), date(1990, 1, 1), 7),
        "issued_given": "2026-12-18",
    }.items():
        desk.records.set(asked, path, value, CLERK)
    wrong = f"班次 440604-012-2026-100 没有名册，证书台账里也没有编号 {code}、持证人陈别人的证书"
    assert told(desk, asked) == [wrong]
    with pytest.raises(StillToMend, match="证书台账里也没有编号"):
        desk.reviews.act(asked, "reissue", RESPONSIBLE, declared=True)
    desk.records.set(asked, "name_given", name, CLERK)
    assert told(desk, asked) == []
    for paper in ("reissue_application", "certificate_again"):
        text = word_text(desk.documents.file(asked, paper, ".docx", CLERK).data)
        assert name in text
        assert code in text
        assert "【缺" not in text
    for id, one in items(desk, asked, "reissuing").items():
        for file in one.files:
            desk.materials.remove(asked, id, file.id, CLERK)
    hand_in_all(desk, asked, "reissuing")
    desk.reviews.act(asked, "reissue", RESPONSIBLE, declared=True)
    (line,) = desk.registers.lines("foshan.reissues", CITY, clock.now.date()).lines
    assert (line.texts["cert_no"], line.texts["cert_holder"], line.texts["reissue_no"]) == (code, name, "1")


def test_a_certificate_of_a_destroyed_class_is_recalled_by_its_code_and_name(tmp_path: Path) -> None:
    desk, _, record, code, name = destroyed(tmp_path)
    asked = recall(desk, record, code, "转让证书")
    desk.records.set(asked, "found_on", "2032-12-19", INSPECTOR)
    desk.records.set(asked, "holder_given", "陈别人", INSPECTOR)
    assert [one.partition("，")[2] for one in told(desk, asked)] == [f"证书台账里也没有编号 {code}、持证人陈别人的证书"]
    desk.records.set(asked, "holder_given", name, INSPECTOR)
    assert told(desk, asked) == []
    desk.reviews.act(asked, "ask_recall", INSPECTOR)
    desk.reviews.act(asked, "decide_recall", LEADER, reason="调查属实")
    assert not desk.look_ups.valid(code, name, "a")


def test_the_form_of_a_reissue_sends_nobody_to_a_district_that_may_not_reissue() -> None:
    form = word_text((ROOT / "templates/foshan/reissue_application.docx").read_bytes())
    assert "原发证机构已取消培训资格的，向其所在区人力资源社会保障部门提出" in form


def test_where_the_institution_was_removed_the_district_reissues(desk: Desk, coded: str) -> None:
    code, name = holders(desk, coded)[0]
    desk.reviews.act(coded, "register_certificates", OFFICER)
    with pytest.raises(GuardFailed, match="原发证机构还在名单上"):
        desk.reviews.act(reissue(desk, coded, code, OFFICER), "district_reissue", OFFICER, declared=True)
    ordered(desk, coded, "取消培训资格")
    with pytest.raises(GuardFailed, match="由所在区人力资源社会保障部门补发"):
        desk.reviews.act(reissue(desk, coded, code), "reissue", RESPONSIBLE, declared=True)
    asked = reissue(desk, coded, code, OFFICER)
    desk.reviews.act(asked, "district_reissue", OFFICER, declared=True)
    (line,) = desk.registers.lines("foshan.reissues", CITY, DAY).lines
    assert (line.texts["cert_no"], line.record, line.words) == (code, asked, "已补发")
    assert desk.look_ups.valid(code, name, "a")
    desk.reviews.act(asked, "undo_district_reissue", OFFICER, reason="证书找到了")
    (line,) = desk.registers.lines("foshan.reissues", CITY, DAY).lines
    assert line.words == "已撤销"
