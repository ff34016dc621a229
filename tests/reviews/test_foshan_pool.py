"""The city's list of certificate codes: given to a class, a district or a person, held against each certificate."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from onefill.materials import Standing
from onefill.people import Right
from onefill.reviews.errors import GuardFailed, StillToMend
from onefill.service import Desk
from onefill.service.shapes import DocumentState, Person
from onefill.ui.submitting import onward
from store import Reach
from store.registers import LineState
from tests.reviews.foshan import (
    CENTRE,
    CITY,
    CITY_UNIT,
    CLERK,
    CODES,
    DAY,
    INSPECTOR,
    LEADER,
    OFFICER,
    RESPONSIBLE,
    allot,
    code_list,
    file_class,
    hand_in_all,
    items,
    part_of_class,
)
from tests.reviews.test_foshan_certificates import recall, reissue

POOL = "foshan.code_pool"


@pytest.fixture
def wanted(desk: Desk, ids: dict[str, str]) -> str:
    """A class of ten, none with a code, for which the district has agreed; its first two people have one name."""
    return waiting(desk, ids, 0)


def waiting(desk: Desk, ids: dict[str, str], place: int) -> str:
    record = part_of_class(desk, ids, place)
    first, second, *_ = desk.records.row_ids(record, "trainees")
    desk.records.set(record, f"trainees/{second}/name", told(desk, record, first, "name"), CLERK)
    file_class(desk, record)
    for row in desk.records.row_ids(record, "trainees"):
        for key in ("cert_no", "issue_date", "receipt_date"):
            desk.records.set(record, f"trainees/{row}/{key}", "", CLERK)
    hand_in_all(desk, record, "certificates")
    desk.reviews.act(record, "submit_certificates", RESPONSIBLE, declared=True)
    desk.reviews.act(record, "review_certificates", OFFICER)
    desk.reviews.act(record, "approve_certificates", LEADER)
    return record


def told(desk: Desk, record: str, row: str, key: str) -> str:
    return str(desk.records.table(record, "trainees").texts[row][key])


def passed(desk: Desk, record: str) -> list[str]:
    return [row for row in desk.records.row_ids(record, "trainees") if told(desk, record, row, "result") == "合格"]


def given(desk: Desk, record: str, codes: Sequence[str]) -> None:
    """The class enters codes for those who passed, in the order of its roster."""
    for row, code in zip(passed(desk, record), codes, strict=False):
        desk.records.put(record, {f"trainees/{row}/cert_no": code, f"trainees/{row}/issue_date": "2026-12-19"}, CLERK)


def registered(desk: Desk, record: str) -> None:
    desk.reviews.act(record, "register_certificates", OFFICER)


def states(desk: Desk) -> dict[str, LineState]:
    return {one.texts["cert_no"]: one.state for one in desk.registers.lines(POOL, CENTRE, DAY).lines}


def test_no_codes_are_out_before_the_centre_has_given_a_list(desk: Desk, wanted: str) -> None:
    with pytest.raises(GuardFailed, match="市中心经办人在“证书编码分配”里导入省里给的清单、下发以后再记"):
        desk.reviews.act(wanted, "assign_codes", CITY, day=DAY)
    allot(desk, wanted)
    (move,) = (one for one in desk.reviews.state(wanted, CENTRE).moves if one.action.key == "assign_codes")
    assert move.hindered == ""
    desk.reviews.act(wanted, "assign_codes", CENTRE, day=DAY)
    assert set(states(desk).values()) == {LineState.OPEN}
    line = desk.registers.lines(POOL, CENTRE, DAY).lines[0]
    assert (line.texts["district"], line.texts["training_class"][:19]) == ("禅城区", "440604-012-2026-100")


def test_the_centre_chooses_among_the_classes_that_wait(desk: Desk, ids: dict[str, str], wanted: str) -> None:
    def offered(record: str) -> list[str]:
        (link,) = (one for one in desk.records.fields(record, "basics") if one.path == "training_class")
        return [one for one, _ in link.options]

    filed = part_of_class(desk, ids, 1)
    file_class(desk, filed)
    made = desk.records.create("code_allotment", CENTRE, {"allotted_to": "一个班"})
    assert offered(made) == [wanted]  # not the one that is only filed
    allot(desk, wanted)
    desk.reviews.act(wanted, "assign_codes", CITY, day=DAY)
    other = waiting(desk, ids, 2)
    assert offered(made) == [other, wanted]  # that has its codes may get more, but waits no longer
    desk.records.set(made, "training_class", filed, CENTRE)
    assert offered(made) == [other, wanted, filed]  # what was chosen stays to be seen


def test_fewer_codes_than_have_passed_want_a_reason(desk: Desk, wanted: str) -> None:
    wants = len(passed(desk, wanted))
    allot(desk, wanted, [{"cert_no": CODES[0]}])
    to_district(desk, "禅城区", [{"cert_no": code} for code in CODES[20:30]])
    said = f"合格 {wants} 人，分给这个班的编码 1 个；等市中心补齐"
    with pytest.raises(GuardFailed, match=said):
        desk.reviews.act(wanted, "assign_codes", CITY, day=DAY)
    undone = allot(desk, wanted, [{"cert_no": code} for code in CODES[1:wants]])
    desk.reviews.act(undone, "undo_allotment", CENTRE, reason="清单拿错了")
    with pytest.raises(GuardFailed, match=said):
        desk.reviews.act(wanted, "assign_codes", CITY, day=DAY)
    allot(desk, wanted, [{"cert_no": code} for code in CODES[1:wants]])
    desk.reviews.act(wanted, "assign_codes", CITY, day=DAY)


def test_a_certificate_without_its_code_is_printed_as_a_draft_only(desk: Desk, wanted: str) -> None:
    def certificate() -> DocumentState:
        return next(one for one in desk.documents.list(wanted, "archive") if one.key == "certificate")

    allot(desk, wanted)
    desk.reviews.act(wanted, "assign_codes", CITY, day=DAY)
    given(desk, wanted, CODES[: len(passed(desk, wanted)) - 1])
    told_of = {one.finding.problem.what for one in certificate().troubles}
    assert certificate().state == "draft"
    assert "合格的学员没有证书编号" in told_of
    given(desk, wanted, CODES)
    assert certificate().state == "ready"


def test_a_code_that_is_in_no_list_is_named_with_row_person_and_remedy(desk: Desk, wanted: str) -> None:
    allot(desk, wanted)
    desk.reviews.act(wanted, "assign_codes", CITY, day=DAY)
    given(desk, wanted, [CODES[0], "HM2026000001"])
    _, second, *_ = passed(desk, wanted)
    name = told(desk, wanted, second, "name")
    said = f"第 2 行{name}的编号 HM2026000001 不在市中心下发的清单里；核对是不是录错，没有录错的请市中心经办人"
    with pytest.raises(GuardFailed, match=said):
        registered(desk, wanted)
    desk.records.set(wanted, f"trainees/{second}/cert_no", CODES[1], CLERK)
    registered(desk, wanted)


def test_the_class_is_told_of_a_code_that_is_in_no_list_as_soon_as_it_is_typed(desk: Desk, wanted: str) -> None:
    allot(desk, wanted)
    desk.reviews.act(wanted, "assign_codes", CITY, day=DAY)
    first, second, *_ = passed(desk, wanted)
    given(desk, wanted, [CODES[0], "HM2026000001"])
    found = desk.records.table(wanted, "trainees").problems
    said = {row: [one.what for one in some] for (row, key), some in found.items() if key == "cert_no"}
    assert any("证书编号 HM2026000001 不在市中心下发的清单里" in one for one in said[second])
    assert not any("不在市中心下发的清单里" in one for one in said.get(first, []))


def test_numbers_that_come_after_the_seal_leave_the_sealed_roster_good(desk: Desk, wanted: str) -> None:
    allot(desk, wanted)
    desk.reviews.act(wanted, "assign_codes", CITY, day=DAY)
    given(desk, wanted, CODES)
    assert items(desk, wanted, "certificates")["issuance_scan"].standing is not Standing.STALE


def test_of_many_wrong_codes_some_are_named_and_all_are_counted(desk: Desk, wanted: str) -> None:
    allot(desk, wanted)
    desk.reviews.act(wanted, "assign_codes", CITY, day=DAY)
    given(desk, wanted, [f"HM20260000{n:02}" for n in range(5)])
    with pytest.raises(GuardFailed, match=r"HM2026000002.*这样的共 5 处") as refused:
        registered(desk, wanted)
    assert "HM2026000003" not in str(refused.value)


def test_a_code_of_another_class_is_refused(desk: Desk, ids: dict[str, str], wanted: str) -> None:
    other = waiting(desk, ids, 1)
    allot(desk, other, [{"cert_no": code} for code in CODES[:10]])
    allot(desk, wanted, [{"cert_no": code} for code in CODES[10:20]])
    desk.reviews.act(wanted, "assign_codes", CITY, day=DAY)
    given(desk, wanted, [CODES[10], CODES[1]])
    with pytest.raises(GuardFailed, match=f"第 2 行.*{CODES[1]} 是分给别的班或别的区的；照本班的清单改正"):
        registered(desk, wanted)
    given(desk, wanted, CODES[10:])
    registered(desk, wanted)


def to_district(desk: Desk, district: str, lines: Sequence[Mapping[str, str]]) -> str:
    """The centre gives codes to a whole district."""
    data = {"allotted_on": DAY.isoformat(), "allotted_to": "一个区", "whole_district": district, "allotter": "吴中心"}
    made = desk.records.create("code_allotment", replace(CENTRE, unit=CITY_UNIT), data)
    desk.records.add_rows(made, "code_lines", CENTRE, lines)
    desk.reviews.act(made, "allot_codes", CENTRE, declared=True)
    return made


def test_what_is_given_to_a_district_is_taken_by_a_click_and_by_one_class_only(
    desk: Desk, ids: dict[str, str], wanted: str
) -> None:
    other = waiting(desk, ids, 1)
    to_district(desk, "南海区", [{"cert_no": CODES[30]}])
    assert desk.taking.offered(wanted, "trainees") is None
    to_district(desk, "禅城区", [{"cert_no": code} for code in CODES[:12]])
    wants = len(passed(desk, wanted))
    allot(desk, wanted, [{"cert_no": CODES[20]}])
    assert desk.taking.take(wanted, "trainees", CLERK) == wants
    held = [told(desk, wanted, row, "cert_no") for row in passed(desk, wanted)]
    assert held == [CODES[20], *CODES[: wants - 1]]  # its own first
    left = 12 - (wants - 1)
    assert desk.taking.take(other, "trainees", CLERK) == left
    assert [told(desk, other, row, "cert_no") for row in passed(desk, other)][:left] == list(CODES[wants - 1 : 12])


def test_what_is_given_to_a_district_stands_in_the_register_of_its_people_and_nobody_elses(
    desk: Desk, wanted: str
) -> None:
    row, *_ = passed(desk, wanted)
    named = {"meant_name": told(desk, wanted, row, "name"), "meant_id": told(desk, wanted, row, "id_no")}
    to_district(desk, "禅城区", [{"cert_no": CODES[0]}, {"cert_no": CODES[1], **named}])

    def seen(person: Person, unit: str, reach: Reach) -> set[str]:
        who = replace(person, unit=unit, rights=(Right(unit, reach, frozenset({"print"})),))
        return {one.texts["cert_no"] for one in desk.registers.lines(POOL, who, DAY).lines}

    assert seen(OFFICER, "440600/440604", Reach.BELOW) == {CODES[0], CODES[1]}
    # Whom a code is meant for is nothing that every school reads.
    assert seen(CLERK, "440600/440604/012", Reach.OWN) == {CODES[0]}
    assert seen(OFFICER, "440600/440605", Reach.BELOW) == set()


def test_what_is_given_to_a_district_serves_any_class_of_it_and_no_other(desk: Desk, wanted: str) -> None:
    for district, codes in (("禅城区", CODES[:10]), ("南海区", CODES[10:20])):
        to_district(desk, district, [{"cert_no": code} for code in codes])
    desk.reviews.act(wanted, "assign_codes", CITY, day=DAY, reason="分两次给")
    given(desk, wanted, CODES[9:11])
    with pytest.raises(GuardFailed, match=f"{CODES[10]} 是分给别的班或别的区的"):
        registered(desk, wanted)
    given(desk, wanted, CODES)
    registered(desk, wanted)


def test_a_list_that_names_people_tells_two_of_one_name_apart(desk: Desk, wanted: str) -> None:
    rows = passed(desk, wanted)
    people = [[told(desk, wanted, row, key) for key in ("name", "doc_type", "id_no")] for row in rows]
    assert people[0][0] == people[1][0]
    keys = ("meant_name", "meant_doc", "meant_id")
    lines = [dict(zip(keys, one, strict=True)) for one in people]
    allot(desk, wanted, [{"cert_no": code, **line} for code, line in zip(CODES, lines, strict=False)])
    assert people[0][2] not in str(desk.registers.lines(POOL, CENTRE, DAY).lines)
    desk.reviews.act(wanted, "assign_codes", CITY, day=DAY)
    given(desk, wanted, [CODES[1], CODES[0], *CODES[2:]])
    said = f"第 1 行{people[0][0]}的编号 {CODES[1]} 在清单里是给另一个人的；照清单按证件号码对"
    with pytest.raises(GuardFailed, match=said):
        registered(desk, wanted)
    given(desk, wanted, CODES)
    registered(desk, wanted)


def test_a_code_for_two_people_is_named_with_both(desk: Desk, wanted: str) -> None:
    allot(desk, wanted)
    desk.reviews.act(wanted, "assign_codes", CITY, day=DAY)
    given(desk, wanted, [CODES[0], CODES[1], CODES[1]])
    _, second, third, *_ = passed(desk, wanted)
    both = f"{told(desk, wanted, second, 'name')}、{told(desk, wanted, third, 'name')}（第 2、3 行）"
    with pytest.raises(GuardFailed, match=f"编号 {CODES[1]} 填给了{both}；一个编号只给一个人"):
        registered(desk, wanted)


def test_codes_that_change_hands_after_they_were_entered_are_told(desk: Desk, ids: dict[str, str], wanted: str) -> None:
    allot(desk, wanted)
    desk.reviews.act(wanted, "assign_codes", CITY, day=DAY)
    given(desk, wanted, CODES)
    registered(desk, wanted)
    given(desk, wanted, [CODES[0], CODES[2], CODES[1], *CODES[3:]])
    with pytest.raises(GuardFailed, match=f"第 2 行.*{CODES[2]} 已经登记成另一张证书；照证书台账改正"):
        registered(desk, wanted)


def test_codes_out_of_the_order_of_the_roster_are_a_warning_that_names_the_row(desk: Desk, wanted: str) -> None:
    allot(desk, wanted)
    desk.reviews.act(wanted, "assign_codes", CITY, day=DAY)
    given(desk, wanted, CODES)
    codes = {one.problem.code for one in desk.records.state(wanted).findings}
    assert "X11_ORDER" not in codes
    given(desk, wanted, [CODES[1], CODES[0], *CODES[2:]])
    (found,) = (one.problem for one in desk.records.state(wanted).findings if one.problem.code == "X11_ORDER")
    assert found.level == "warning"
    assert found.what.startswith("第 2 行")
    assert f"的 {CODES[0]} 比上一个 {CODES[1]} 小" in found.what


def test_a_code_is_given_once(desk: Desk, ids: dict[str, str], wanted: str) -> None:
    """The import leaves it out and says so; typed in, it is told beside the code and stops the list."""
    allot(desk, waiting(desk, ids, 1), [{"cert_no": CODES[0]}])
    draft = code_list(desk, wanted, [{"cert_no": CODES[0]}, {"cert_no": CODES[1]}])
    (row,) = desk.records.row_ids(draft, "code_lines")
    desk.records.set(draft, f"code_lines/{row}/cert_no", CODES[0], CENTRE)
    found = {one.problem.code: one.problem.what for one in desk.records.state(draft).findings}
    assert found["ALLOT_TWICE"] == f"编码 {CODES[0]} 已经分配过"
    with pytest.raises(GuardFailed, match=f"第 1 行编码 {CODES[0]} 已经分配过；核对清单"):
        desk.reviews.act(draft, "allot_codes", CENTRE, declared=True)


def test_a_list_with_somebody_of_no_roster_is_refused(desk: Desk, wanted: str) -> None:
    row, *_ = passed(desk, wanted)
    draft = code_list(desk, wanted, [{"cert_no": code} for code in CODES[:2]])
    first, second = desk.records.row_ids(draft, "code_lines")
    here = {"meant_name": told(desk, wanted, row, "name"), "meant_id": told(desk, wanted, row, "id_no")}
    stranger = {"meant_name": "陈外人", "meant_id": "110105194912310038"}
    for line, who in ((first, here), (second, stranger)):
        for key, value in who.items():
            desk.records.set(draft, f"code_lines/{line}/{key}", value, CENTRE)
    found = [one.problem.what for one in desk.records.state(draft).findings if one.problem.code == "ALLOT_STRANGER"]
    assert found == ["班次 440604-012-2026-100 的名册里没有陈外人的这个证件号码"]
    with pytest.raises(StillToMend, match="名册里没有陈外人的这个证件号码"):
        desk.reviews.act(draft, "allot_codes", CENTRE, declared=True)
    named = {"cert_no": CODES[2], **stranger}
    left = code_list(desk, wanted, [{"cert_no": CODES[0], **here}, named])
    assert len(desk.records.row_ids(left, "code_lines")) == 1


def test_a_list_with_a_name_that_the_roster_writes_otherwise_is_refused(desk: Desk, wanted: str) -> None:
    first, second, *_ = passed(desk, wanted)
    draft = code_list(desk, wanted, [{"cert_no": code} for code in CODES[:2]])
    written = ((first, told(desk, wanted, first, "name")), (second, "李静静"))
    for line, (row, name) in zip(desk.records.row_ids(draft, "code_lines"), written, strict=True):
        desk.records.set(draft, f"code_lines/{line}/meant_name", name, CENTRE)
        desk.records.set(draft, f"code_lines/{line}/meant_id", told(desk, wanted, row, "id_no"), CENTRE)
    found = {one.problem.code: one.problem.what for one in desk.records.state(draft).findings}
    assert found["ALLOT_NAME"] == "班次 440604-012-2026-100 的名册里没有叫李静静的，这个证件号码是另一个姓名的"
    assert "ALLOT_STRANGER" not in found
    with pytest.raises(StillToMend, match="李静静"):
        desk.reviews.act(draft, "allot_codes", CENTRE, declared=True)


def test_who_of_the_class_is_left_without_a_code_is_named(desk: Desk, wanted: str) -> None:
    *given_to, last = passed(desk, wanted)
    draft = code_list(desk, wanted, [{"cert_no": code} for code in CODES[: len(given_to)]])
    for line, row in zip(desk.records.row_ids(draft, "code_lines"), given_to, strict=True):
        said = (("meant_doc", "doc_type"), ("meant_name", "name"), ("meant_id", "id_no"))
        desk.records.put(draft, {f"code_lines/{line}/{to}": told(desk, wanted, row, of) for to, of in said}, CENTRE)
    found = {one.problem.code: one.problem.what for one in desk.records.state(draft).findings}
    assert found["ALLOT_COUNT"].endswith(f"，没有分到的：{told(desk, wanted, last, 'name')}")


def test_a_class_to_which_the_district_has_not_agreed_gets_none(desk: Desk, ids: dict[str, str]) -> None:
    record = part_of_class(desk, ids, 0)
    with pytest.raises(GuardFailed, match="班次 440604-012-2026-100 的证书申请，区里还没有同意核发"):
        allot(desk, record)


def test_an_allotment_is_taken_back_until_a_certificate_has_come_of_it(desk: Desk, wanted: str) -> None:
    first = allot(desk, wanted)
    desk.reviews.act(first, "undo_allotment", CENTRE, reason="清单拿错了")
    assert set(states(desk).values()) == {LineState.ENDED}
    second = allot(desk, wanted)
    assert set(states(desk).values()) == {LineState.OPEN}
    desk.reviews.act(wanted, "assign_codes", CITY, day=DAY)
    given(desk, wanted, CODES)
    registered(desk, wanted)
    with pytest.raises(GuardFailed, match=f"第 1 行编码 {CODES[0]} 已经登记成证书，这次分配不能撤销"):
        desk.reviews.act(second, "undo_allotment", CENTRE, reason="清单拿错了")


@pytest.mark.parametrize(("misuse", "state"), [("转让证书", LineState.SUSPENDED), ("编号有误", LineState.ENDED)])
def test_a_code_follows_its_certificate(desk: Desk, wanted: str, misuse: str, state: LineState) -> None:
    allot(desk, wanted)
    desk.reviews.act(wanted, "assign_codes", CITY, day=DAY)
    given(desk, wanted, CODES)
    registered(desk, wanted)
    desk.reviews.act(reissue(desk, wanted, CODES[0]), "reissue", RESPONSIBLE, declared=True)
    assert set(states(desk).values()) == {LineState.OPEN}
    asked = recall(desk, wanted, CODES[0], misuse)
    desk.reviews.act(asked, "ask_recall", INSPECTOR)
    desk.reviews.act(asked, "decide_recall", LEADER, reason="调查属实")
    assert states(desk)[CODES[0]] is state
    assert states(desk)[CODES[1]] is LineState.OPEN
    desk.reviews.act(asked, "undo_recall", LEADER, reason="复议后撤销")
    assert states(desk)[CODES[0]] is LineState.OPEN


def test_a_class_from_before_there_were_lists_gets_its_list_afterwards(desk: Desk, wanted: str) -> None:
    """Its certificates stay as they are; a further one is entered once the centre has given the list."""
    early = allot(desk, wanted, [{"cert_no": CODES[0]}])
    desk.reviews.act(wanted, "assign_codes", CITY, day=DAY, reason="分两次给")
    given(desk, wanted, CODES[:1])
    registered(desk, wanted)
    assert early
    given(desk, wanted, CODES[:2])
    with pytest.raises(GuardFailed, match=f"{CODES[1]} 不在市中心下发的清单里"):
        registered(desk, wanted)
    allot(desk, wanted, [{"cert_no": CODES[1]}])
    registered(desk, wanted)


def test_what_was_given_is_printed_as_one_list(desk: Desk, ids: dict[str, str], wanted: str) -> None:
    other = waiting(desk, ids, 1)
    allot(desk, wanted, [{"cert_no": code} for code in CODES[:9]])
    allot(desk, other, [{"cert_no": code} for code in CODES[9:20]])
    made = desk.listings.make("code_allotment", "code_allotments", CENTRE, ".xlsx")
    sheet = load_workbook(io.BytesIO(made.data)).worksheets[0]
    said = [[str(cell) for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    assert any("佛山市人力资源公共服务中心" in row and CODES[0] in row and CODES[8] in row for row in said)
    assert any(CODES[9] in row and CODES[19] in row and "440604-012-2026-101" in row for row in said)


def test_the_class_takes_its_codes_by_a_click(desk: Desk, wanted: str) -> None:
    people = [tuple(told(desk, wanted, row, key) for key in ("name", "id_no")) for row in passed(desk, wanted)]
    named = [
        {"cert_no": CODES[n], "meant_name": people[n][0], "meant_doc": "居民身份证", "meant_id": people[n][1]}
        for n in (3, 1)
    ]
    first = code_list(desk, wanted, [*named, {"cert_no": CODES[20]}, {"cert_no": CODES[21]}])
    assert desk.taking.offered(wanted, "trainees") is None  # not given out yet
    desk.reviews.act(first, "allot_codes", CENTRE, declared=True)
    desk.reviews.act(wanted, "assign_codes", CITY, day=DAY, reason="分两次给")
    offer = desk.taking.offered(wanted, "trainees")
    assert offer is not None
    assert (offer.title, offer.rows, offer.left) == ("填入下发的编码", 4, 0)
    assert desk.taking.take(wanted, "trainees", CLERK) == 4
    held = [told(desk, wanted, row, "cert_no") for row in passed(desk, wanted)]
    assert held[:5] == [CODES[20], CODES[1], CODES[21], CODES[3], ""]
    assert all(not told(desk, wanted, row, "cert_no") for row in desk.records.row_ids(wanted, "trainees")[len(held) :])
    assert desk.taking.offered(wanted, "trainees") is None
    assert desk.taking.take(wanted, "trainees", CLERK) == 0


def test_whoever_gives_codes_out_is_led_to_the_class_that_waits_for_them(desk: Desk, wanted: str) -> None:
    centre = desk.as_(lambda: CENTRE)
    made = code_list(desk, wanted)
    assert onward(centre, centre.reviews.state(made, CENTRE).phase("allotment")) == ""
    desk.reviews.act(made, "allot_codes", CENTRE, declared=True)
    said = onward(centre, centre.reviews.state(made, CENTRE).phase("allotment"))
    assert f'href="./review?record={wanted}"' in said
    assert "等您“编码已下发”" in said
    desk.reviews.act(wanted, "assign_codes", CENTRE, day=DAY)
    assert onward(centre, centre.reviews.state(made, CENTRE).phase("allotment")) == ""


def test_a_class_takes_no_codes_of_another_and_none_that_were_taken_back(
    desk: Desk, ids: dict[str, str], wanted: str
) -> None:
    other = waiting(desk, ids, 1)
    allot(desk, other, [{"cert_no": CODES[0]}])
    assert desk.taking.offered(wanted, "trainees") is None
    assert desk.taking.take(wanted, "trainees", CLERK) == 0
    undone = allot(desk, wanted, [{"cert_no": CODES[1]}])
    desk.reviews.act(undone, "undo_allotment", CENTRE, reason="清单拿错了")
    assert desk.taking.offered(wanted, "trainees") is None


def voided(desk: Desk, record: str, code: str) -> None:
    asked = recall(desk, record, code, "编号有误")
    desk.reviews.act(asked, "ask_recall", INSPECTOR)
    desk.reviews.act(asked, "decide_recall", LEADER, reason="编号填错")


def test_a_void_code_is_neither_offered_nor_registered_again(desk: Desk, wanted: str) -> None:
    allot(desk, wanted)
    desk.reviews.act(wanted, "assign_codes", CITY, day=DAY)
    given(desk, wanted, CODES)
    registered(desk, wanted)
    first, *_ = passed(desk, wanted)
    voided(desk, wanted, CODES[0])
    with pytest.raises(GuardFailed, match=f"第 1 行.*{CODES[0]} 已经作废，不再使用；请市中心另外下发编码"):
        registered(desk, wanted)
    desk.records.set(wanted, f"trainees/{first}/cert_no", "", CLERK)
    assert desk.taking.offered(wanted, "trainees") is None
    allot(desk, wanted, [{"cert_no": CODES[40]}])
    assert desk.taking.take(wanted, "trainees", CLERK) == 1
    assert told(desk, wanted, first, "cert_no") == CODES[40]
    registered(desk, wanted)
    known = {one.texts["cert_no"]: one.state for one in desk.registers.lines("foshan.certificates", CITY, DAY).lines}
    assert (known[CODES[0]], known[CODES[40]]) == (LineState.ENDED, LineState.OPEN)


def test_no_class_is_archived_with_a_void_code(desk: Desk, wanted: str) -> None:
    allot(desk, wanted)
    desk.reviews.act(wanted, "assign_codes", CITY, day=DAY)
    given(desk, wanted, CODES)
    registered(desk, wanted)
    first, *_ = passed(desk, wanted)
    for row in passed(desk, wanted):
        desk.records.set(wanted, f"trainees/{row}/receipt_date", "2026-12-19", CLERK)
    voided(desk, wanted, CODES[0])
    hand_in_all(desk, wanted, "archive")
    with pytest.raises(
        GuardFailed, match=f"第 1 行.*{CODES[0]} 已经作废；请市中心另外下发编码，区里登记新的以后再归档"
    ):
        desk.reviews.act(wanted, "close_archive", CLERK, declared=True)
    allot(desk, wanted, [{"cert_no": CODES[40]}])
    desk.records.set(wanted, f"trainees/{first}/cert_no", CODES[40], CLERK)
    with pytest.raises(GuardFailed, match=f"第 1 行.*{CODES[40]} 还没有登记；交区里核对登记以后再归档"):
        desk.reviews.act(wanted, "close_archive", CLERK, declared=True)
    registered(desk, wanted)
    for id in ("certificate_copies", "receipt_scan"):
        for file in items(desk, wanted, "archive")[id].files:
            desk.materials.remove(wanted, id, file.id, CLERK)
    hand_in_all(desk, wanted, "archive")
    desk.reviews.act(wanted, "close_archive", CLERK, declared=True)


def test_a_code_that_another_class_has_typed_wrongly_keeps_nobody_from_their_own(
    desk: Desk, ids: dict[str, str], wanted: str
) -> None:
    other = waiting(desk, ids, 1)
    own = len(passed(desk, wanted))
    for record, codes in ((wanted, CODES[:own]), (other, CODES[own : own + len(passed(desk, other))])):
        allot(desk, record, [{"cert_no": code} for code in codes])
        desk.reviews.act(record, "assign_codes", CITY, day=DAY)
    given(desk, other, CODES[:1])
    given(desk, wanted, CODES[:own])
    registered(desk, wanted)
    assert set(holders(desk, wanted)) == {(code, "open") for code in CODES[:own]}
    hand_in_all(desk, wanted, "archive")
    desk.reviews.act(wanted, "close_archive", CLERK, declared=True)
    with pytest.raises(GuardFailed, match=f"{CODES[0]} 别的班用过"):
        registered(desk, other)


def holders(desk: Desk, record: str) -> list[tuple[str, str]]:
    """The certificates of a class in their register, and how they stand."""
    lines = desk.registers.lines("foshan.certificates", CITY, DAY).lines
    return [(one.texts["cert_no"], str(one.state)) for one in lines if one.record == record]
