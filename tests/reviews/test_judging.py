"""An officer judges what was handed in: what linked records say since is told, and decides nothing."""

import pytest

from onefill.materials import Standing
from onefill.service import Desk
from onefill.service.case_shapes import Correction, Filters
from onefill.service.room import Door
from onefill.service.shapes import Person, RecordSummary
from onefill.ui.handing import corrected
from onefill.ui.review_facts import changes
from store import EVERYTHING
from tests.desks import load
from tests.papers import word_text
from tests.reviews.foshan import (
    CITY,
    CLERK,
    DAY,
    LEADER,
    OFFICER,
    RESPONSIBLE,
    hand_in_all,
    items,
)

OLD, NEW = "佛山市样例职业培训学校", "佛山市改了名职业培训学校"


@pytest.fixture
def ids(desk: Desk) -> dict[str, str]:
    """An application before the district."""
    known = load(desk, "application")
    hand_in_all(desk, known["application"], "apply")
    desk.reviews.act(known["application"], "submit_application", RESPONSIBLE, declared=True)
    desk.reviews.act(known["application"], "take_up", OFFICER)
    return known


def told(found: Correction) -> list[tuple[str, str, str, str]]:
    return [(one.at, what.label, what.old, what.new) for one in found.since for what in one.differences]


def seen(desk: Desk, case: str) -> dict[str, Standing]:
    return {one.id: one.standing for one in desk.materials.state(case, OFFICER, "apply").checklist.items}


def opinion(desk: Desk, case: str) -> str:
    """The words of the notice that tells an institution what was decided."""
    return word_text(desk.notices.make(case, "city_consent_notice", CITY, ".docx", phase="apply").data)


def test_a_change_of_a_linked_record_is_told_in_the_first_round(desk: Desk, ids: dict[str, str]) -> None:
    case = ids["application"]
    assert desk.reviews.correction(case, "apply", OFFICER).since == ()
    before = desk.verification.checks(case, "apply", OFFICER), seen(desk, case)
    desk.records.set(ids["institution"], "inst_name", NEW, CLERK)
    desk.records.set(ids["institution"], "license_valid_to", "2026-05-31", CLERK)
    found = desk.reviews.correction(case, "apply", OFFICER)
    assert told(found) == [
        ("institution", "机构名称", OLD, NEW),
        ("institution", "办学许可证有效期至", "2028年12月31日", "2026年5月31日"),
    ]
    assert [(one.title, one.label) for one in found.since] == [("培训机构", OLD)]
    assert (desk.verification.checks(case, "apply", OFFICER), seen(desk, case)) == before
    named = [fact.text for one in desk.verification.facts(case, "apply", OFFICER) for fact in one.facts]
    assert OLD in named
    assert NEW not in named


def test_an_office_calls_a_case_everywhere_what_it_was_called_when_it_was_handed_in(
    desk: Desk, ids: dict[str, str]
) -> None:
    case = ids["application"]

    def seen_by(who: Person) -> list[RecordSummary]:
        return desk.records.behind(Door(lambda: who, lambda _who, _record: None)).list("application")

    def names() -> set[str]:
        queue = desk.queues.queue(OFFICER, "office").lines
        due = [one for one in desk.dues.of(OFFICER) if one.record == case]
        return {desk.reviews.label(case, OFFICER, "apply"), *(one.label for one in (*queue, *seen_by(OFFICER), *due))}

    before = names()
    assert len(before) == 1
    desk.records.set(ids["institution"], "inst_name", NEW, CLERK)
    assert names() == before
    desk.reviews.take(case, "apply", OFFICER)
    assert names() == before
    desk.reviews.act(case, "first_review", OFFICER, opinion="材料齐全")
    desk.reviews.act(case, "recommend", LEADER, opinion="同意推荐", rank=1, confirmed=True)
    assert names() == before
    for text in (OLD, NEW):
        assert [one.record for one in desk.queues.queue(OFFICER, "office", Filters(text=text)).lines] == [case], text
    (own,) = seen_by(CLERK)
    assert own.label.startswith(NEW), "the institution is called what it is called now"


def behind(desk: Desk, case: str, link: str, who: Person = OFFICER, row: str = "") -> dict[str, dict[str, str]]:
    """What the form reads of the records behind a link, by their names and labels of facts."""
    sections = desk.verification.facts(case, "apply", who, row, {link})
    found = [one for part in sections for facts in (part.facts, *part.opened.values()) for one in facts]
    (line,) = (one for one in found if one.path == link)
    assert line.leads
    assert not any(one.linked for one in found if one.path != link)
    return {one.label: {fact.label: fact.text for fact in one.facts} for one in line.linked}


def test_what_a_form_reads_of_linked_records_is_looked_up_as_it_was_handed_in(desk: Desk, ids: dict[str, str]) -> None:
    case = ids["application"]
    desk.records.set(ids["institution"], "inst_name", NEW, CLERK)
    desk.records.set(ids["teacher_1"], "title", "高级讲师", CLERK)
    school = behind(desk, case, "institution")[OLD]
    assert (school["机构名称"], school["主要设备"]) == (OLD, "6 行")
    teachers = behind(desk, case, "teachers")
    assert len(teachers) == 6
    assert (teachers["何秀珍"]["职称"], teachers["何秀珍"]["出生日期"]) == ("讲师", "1978年*月*日")
    course = behind(desk, case, "courses/c1/course", row="courses/c1")
    assert course["家政服务基础"]["总课时"] == "40 课时"
    assert "每班最多人数" not in course["家政服务基础"], "nothing of an application reads it"
    assert behind(desk, case, "institution", CLERK)[NEW]["机构名称"] == NEW
    assert not any(one.linked for part in desk.verification.facts(case, "apply", OFFICER) for one in part.facts)


def test_the_institution_sees_what_its_facts_say_now(desk: Desk, ids: dict[str, str]) -> None:
    case = ids["application"]
    desk.records.set(ids["institution"], "license_valid_to", "2026-05-31", CLERK)
    assert any(one.state == "wrong" for one in desk.verification.checks(case, "apply", CLERK))
    assert items(desk, case, "apply")["application_paper"].standing is Standing.STALE
    assert desk.reviews.correction(case, "apply", CLERK).since == ()


def test_no_item_comes_up_that_was_not_asked_when_it_was_handed_in(desk: Desk, ids: dict[str, str]) -> None:
    before = seen(desk, ids["application"])
    desk.records.set(ids["institution"], "ownership", "企业", CLERK)
    assert seen(desk, ids["application"]) == before
    assert {one.id for one in items(desk, ids["application"], "apply").values()} != before.keys()


def test_a_change_is_told_at_the_field_that_leads_there(desk: Desk, ids: dict[str, str]) -> None:
    case = ids["application"]
    desk.records.set(ids["syllabus_home"], "objective", "换了目标", CLERK)
    desk.records.set(ids["teacher_1"], "title", "高级讲师", CLERK)
    found = {one.record: one for one in desk.reviews.correction(case, "apply", OFFICER).since}
    assert found.keys() == {ids["syllabus_home"], ids["teacher_1"]}
    assert found[ids["syllabus_home"]].at == "courses/c1/syllabus"
    assert [one.new for one in found[ids["teacher_1"]].differences] == ["高级讲师"]


def test_acts_of_the_office_rest_on_what_was_handed_in(desk: Desk, ids: dict[str, str]) -> None:
    case, act = ids["application"], desk.reviews.act
    desk.records.set(ids["institution"], "inst_name", NEW, CLERK)
    act(case, "first_review", OFFICER, opinion="材料齐全")
    act(case, "recommend", LEADER, opinion="同意推荐", rank=1, confirmed=True)
    act(case, "report_to_city", OFFICER, day=DAY)
    act(case, "city_pass", CITY, opinion="同意承接")
    entries = {one.n: one for one in desk.store.entries(case, EVERYTHING) if one.kind == "act"}
    links = [one.pins["links"][ids["institution"]] for one in entries.values()]
    assert len(links) > 4
    assert links == [links[0]] * len(links)
    assert len(list(desk.store.entries(ids["institution"], EVERYTHING))) == 1  # nobody else keeps its drafts for it
    for words in (opinion(desk, case), word_text(desk.notices.again(case, max(entries), CITY, ".docx").data)):
        assert OLD in words
        assert NEW not in words


def test_once_it_comes_back_the_institution_hands_in_what_its_facts_say(desk: Desk, ids: dict[str, str]) -> None:
    case = ids["application"]
    desk.records.set(ids["institution"], "inst_name", NEW, CLERK)
    handed_in_again(desk, case)
    assert desk.reviews.correction(case, "apply", OFFICER).since == ()
    named = [fact.text for one in desk.verification.facts(case, "apply", OFFICER) for fact in one.facts]
    assert NEW in named


def handed_in_again(desk: Desk, case: str) -> None:
    """Returned with a remark on the institution, answered, and handed in once more with papers brought anew."""
    desk.reviews.remark(case, "apply", "institution", "改名要附批文", OFFICER)
    desk.reviews.act(case, "return_application", OFFICER)
    assert desk.reviews.correction(case, "apply", OFFICER).since == ()
    for one in items(desk, case, "apply").values():
        if one.lacking and one.files:
            desk.materials.remove(case, one.id, one.files[0].id, CLERK)
    hand_in_all(desk, case, "apply")
    desk.reviews.answer(case, desk.reviews.state(case, CLERK).remarks[0].id, "附了", CLERK)
    desk.reviews.act(case, "submit_application", RESPONSIBLE, declared=True)


def test_what_linked_records_say_otherwise_in_the_second_submission_is_told(desk: Desk, ids: dict[str, str]) -> None:
    case = ids["application"]
    assert desk.reviews.correction(case, "apply", OFFICER).linked == ()
    desk.records.set(ids["institution"], "inst_name", NEW, CLERK)
    assert desk.reviews.correction(case, "apply", OFFICER).linked == (), "nothing was handed in before"
    handed_in_again(desk, case)
    desk.records.set(ids["teacher_1"], "title", "高级讲师", CLERK)
    found = desk.reviews.correction(case, "apply", OFFICER)
    assert [(one.record, one.at, one.label) for one in found.linked] == [(ids["institution"], "institution", OLD)]
    assert [(one.label, one.old, one.new) for one in found.linked[0].differences] == [("机构名称", OLD, NEW)]
    assert [one.record for one in found.since] == [ids["teacher_1"]], "what was changed later is told apart"
    assert found.count == len(found.differences) + len(found.items) + 2
    shown = changes(found, {}, lambda key, _at: f"[{key}]")
    assert f"上次提交以后，培训机构“{OLD}”改过：机构名称" in shown
    assert f"[linked:{ids['institution']}:institution]" in shown


def test_whoever_mends_a_submission_is_told_what_changed_elsewhere(desk: Desk, ids: dict[str, str]) -> None:
    case = ids["application"]
    desk.reviews.remark(case, "apply", "institution", "改名要附批文", OFFICER)
    desk.reviews.act(case, "return_application", OFFICER)
    assert "还没有改动" in corrected(desk.reviews.correction(case, "apply", CLERK), {})
    desk.records.set(ids["institution"], "inst_name", NEW, CLERK)
    told = desk.reviews.correction(case, "apply", CLERK)
    assert [one.record for one in told.linked] == [ids["institution"]]
    assert f"培训机构“{OLD}”也改了：机构名称" in corrected(told, {})


def test_what_is_written_meanwhile_is_seen_beside_what_was_handed_in(desk: Desk, ids: dict[str, str]) -> None:
    """Accepting and remarking change nothing that is judged, so it is not worked out anew; but they must be seen."""
    case = ids["application"]
    desk.records.set(ids["institution"], "inst_name", NEW, CLERK)
    first = next(one for one, stands in seen(desk, case).items() if stands is Standing.TO_LOOK)
    desk.reviews.accept(case, "apply", first, OFFICER)
    assert seen(desk, case)[first] is Standing.ACCEPTED
    desk.reviews.accept(case, "apply", first, OFFICER, accepted=False)
    assert seen(desk, case)[first] is Standing.TO_LOOK


def test_a_change_put_back_is_none(desk: Desk, ids: dict[str, str]) -> None:
    case = ids["application"]
    desk.records.set(ids["institution"], "inst_name", NEW, CLERK)
    assert desk.reviews.correction(case, "apply", OFFICER).since
    desk.records.set(ids["institution"], "inst_name", OLD, CLERK)
    assert desk.reviews.correction(case, "apply", OFFICER).since == ()
