"""One action upon several cases: rights and gates of each, one entry each, told what could not go, gone on with."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook

from onefill.errors import OneFillError
from onefill.people import Reach, Right
from onefill.reviews.errors import Asked, NotYours
from onefill.service import Desk
from onefill.service.batches import MOST, BatchRefused, BatchUnknown
from onefill.service.shapes import Person
from store import EVERYTHING, StoreError
from tests.service.test_boards import CLUB, GUIDE_EAST, GUIDE_WEST, OFFICER, OFFICER_EAST, PACK, WALK, reopened

LISTS = """\
lists:
  - {key: agreed, title: 同意的, stages: [agreed], by: [officer], columns: [{title: 叫什么, value: name}]}
"""
MORE = """\
  - {key: answer, title: 答复, kind: pass, from: [asked], to: agreed, by: [officer], asks: [opinion]}
  - {key: place, title: 排名, from: [asked], to: asked, by: [officer], asks: [rank]}
"""
GATED = "to: agreed, by: [officer], gates: [{expect: legs, message: 没有行程, reason: true}]}"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    pack = tmp_path / "forms" / "walks"
    pack.mkdir(parents=True)
    told = WALK.replace("to: agreed, by: [officer]}", GATED, 1).rstrip() + "\n" + MORE + LISTS
    for name, text in (("pack", PACK), ("walk", told), ("club", CLUB)):
        (pack / f"{name}.yaml").write_text(text, encoding="utf-8")
    return reopened(tmp_path)


def asked(desk: Desk, name: str, who: Person = GUIDE_EAST, legs: int = 1) -> str:
    rows = {f"r{n}": {"@order": n, "place": "南山"} for n in range(legs)}
    record = desk.records.create("walk", who, {"name": name, "legs": rows})
    desk.reviews.act(record, "ask", who)
    return record


def stage(desk: Desk, record: str) -> str:
    return desk.reviews.state(record, OFFICER).phase("plan").stage


def test_each_case_that_can_go_has_one_entry_under_the_batch_and_the_others_say_why(desk: Desk) -> None:
    good, again, bare = asked(desk, "一"), asked(desk, "二"), asked(desk, "三", legs=0)
    begun = desk.batches.begin("agree", [good, again, bare, good], OFFICER)
    assert [one.label for one in begun.left] == ["一", "二", "三"] and not begun.finished
    told: list[tuple[int, int]] = []
    done = desk.batches.run(begun.id, OFFICER, lambda n, of: told.append((n, of)))
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert ([one.label for one in done.gone], [one.label for one in done.left]) == (["一", "二"], ["三"])
    assert "没有行程" in done.left[0].why and done.finished
    assert [stage(desk, one) for one in (good, again, bare)] == ["agreed", "agreed", "asked"]
    entries = [desk.store.latest(one, EVERYTHING) for one in (good, again)]
    assert {entry.why["batch"] for entry in entries} == {begun.id}


def test_a_reason_said_of_all_opens_no_gate_of_one(desk: Desk) -> None:
    bare = asked(desk, "三", legs=0)
    begun = desk.batches.begin("agree", [bare], OFFICER, reason="都同意")
    assert "没有行程" in desk.batches.run(begun.id, OFFICER).left[0].why
    desk.reviews.act(bare, "agree", OFFICER, reason="就这一件，看过了")
    assert stage(desk, bare) == "agreed"


def test_after_a_break_the_rest_is_done_and_nothing_twice(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    records = [asked(desk, name) for name in "一二三"]
    begun = desk.batches.begin("agree", records, OFFICER)
    act: Callable[..., int] = desk.reviews.act

    def breaks(record: str, *args: object, **named: object) -> int:
        if record == records[1]:
            raise StoreError
        return act(record, *args, **named)

    monkeypatch.setattr(desk.reviews, "act", breaks)
    with pytest.raises(StoreError):
        desk.batches.run(begun.id, OFFICER)
    again = reopened(desk.settings.data)
    (broken,) = again.batches.unfinished(OFFICER)
    assert [one.label for one in broken.gone] == ["一"] and broken.id == begun.id
    n = again.store.latest(records[0], EVERYTHING).n
    assert len(again.batches.run(broken.id, OFFICER).gone) == 3
    assert again.store.latest(records[0], EVERYTHING).n == n
    assert again.batches.unfinished(OFFICER) == []
    assert len(again.batches.run(broken.id, OFFICER).gone) == 3


def test_what_went_another_way_in_between_is_told_and_stays(desk: Desk) -> None:
    one, other = asked(desk, "一"), asked(desk, "二")
    begun = desk.batches.begin("agree", [one, other], OFFICER)
    desk.reviews.remark(one, "plan", "", "说不清", OFFICER)
    desk.reviews.act(one, "send_back", OFFICER)
    done = desk.batches.run(begun.id, OFFICER)
    assert [case.label for case in done.gone] == ["二"]
    assert "“退”" in done.left[0].why and stage(desk, one) == "back"
    (remark,) = desk.reviews.state(one, GUIDE_EAST).remarks
    desk.reviews.answer(one, remark.id, "说清了", GUIDE_EAST)
    desk.reviews.act(one, "ask", GUIDE_EAST)
    assert [case.label for case in desk.batches.run(begun.id, OFFICER).gone] == ["二"]


def test_rights_are_those_of_each_case(desk: Desk) -> None:
    east, west = asked(desk, "一"), asked(desk, "二", GUIDE_WEST)
    with pytest.raises(OneFillError, match=r"没有|不归"):
        desk.batches.begin("agree", [east, west], OFFICER_EAST)
    with pytest.raises(NotYours, match="审核员"):
        desk.batches.begin("agree", [east], GUIDE_EAST)
    assert [one.records for one in desk.batches.choices([east, west], OFFICER_EAST)] == [(east,), (east,)]
    begun = desk.batches.begin("agree", [east], OFFICER_EAST)
    for door in (desk.batches.look, desk.batches.run):
        with pytest.raises(BatchUnknown):
            door(begun.id, OFFICER)
    assert desk.batches.unfinished(OFFICER) == []
    lower = Person(name=OFFICER_EAST.name, unit="city", roles=("guide",), rights=(Right("city/west", Reach.BELOW),))
    done = desk.batches.run(begun.id, lower)
    assert done.gone == () and stage(desk, east) == "asked"


def test_what_may_be_done_at_once_is_what_asks_nothing_of_each(desk: Desk) -> None:
    record = asked(desk, "一")
    draft = desk.records.create("walk", GUIDE_EAST, {"name": "二"})
    found = desk.batches.choices([record, draft, "0" * 16], OFFICER)
    assert [(one.action, one.asks, one.records) for one in found] == [
        ("agree", (), (record,)),
        ("answer", ("opinion",), (record,)),
    ]
    for action in ("place", "send_back", "ask"):
        with pytest.raises(BatchRefused, match="一件一件办"):
            desk.batches.begin(action, [record], OFFICER)
    with pytest.raises(Asked):
        desk.batches.begin("answer", [record], OFFICER)
    with pytest.raises(BatchRefused, match="1 到"):
        desk.batches.begin("agree", [], OFFICER)
    with pytest.raises(BatchRefused, match=str(MOST)):
        desk.batches.begin("agree", [str(n) for n in range(MOST + 1)], OFFICER)
    club = desk.records.create("club", GUIDE_EAST, {"called": "社"})
    with pytest.raises(BatchRefused, match="同一种"):
        desk.batches.begin("agree", [record, club], OFFICER)


def test_one_list_tells_of_all_and_a_list_of_the_form_of_those_that_went(desk: Desk) -> None:
    went, bare = asked(desk, "一"), asked(desk, "三", legs=0)
    asked(desk, "不在这一批")
    begun = desk.batches.begin("agree", [went, bare], OFFICER)
    done = desk.batches.run(begun.id, OFFICER)
    sheet = load_workbook(io.BytesIO(desk.listings.of_batch(done, {"city/east": "东区"}, OFFICER, ".xlsx").data)).active
    assert sheet is not None
    taken = f"{OFFICER.name}　2026-12-20 09:00　导出"
    assert [sheet.oddHeader.center.text, sheet.oddFooter.left.text] == [taken, taken]
    rows = [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]
    told = [[cell for place, cell in enumerate(row) if place != 4] for row in rows if row[0] in ("1", "2")]
    assert told[0] == ["1", "一", "东区", "已办", ""]
    assert next(row[4] for row in rows if row[0] == "1").startswith("2026-12-20 09:00")  # of this desk's clock
    assert told[1][:4] == ["2", "三", "东区", "没有办"] and "没有行程" in told[1][4]
    made = desk.listings.make("walk", "agreed", OFFICER, ".xlsx", only={one.record for one in done.gone})
    listed = load_workbook(io.BytesIO(made.data)).active
    assert listed is not None
    assert [row[1] for row in listed.iter_rows(values_only=True) if str(row[0]) == "1"] == ["一"]


def test_the_same_request_is_one_batch(desk: Desk) -> None:
    record = asked(desk, "一")
    first = desk.batches.begin("agree", [record], OFFICER, request="r")
    assert desk.batches.begin("agree", [record], OFFICER, request="r").id == first.id


def test_a_batch_is_no_record_that_lists_or_searches_tell_of(desk: Desk) -> None:
    record = asked(desk, "一")
    desk.batches.begin("agree", [record], OFFICER)
    assert [one.id for one in desk.records.list()] == [record]
    assert [one.id for one in desk.records.list(text="同意")] == []
    front = desk.records.front(None, first="due")
    assert ([one.id for one in front.lines], front.total) == ([record], 1)
