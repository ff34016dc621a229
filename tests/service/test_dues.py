"""What is due: reminders of forms and terms of stages in one list, for whoever is to act, read from the index."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from onefill.definitions import load_packs
from onefill.definitions.lint import lint
from onefill.fields.working_days import WorkingDays
from onefill.service import Desk
from onefill.service.dues import Due, in_order, term
from onefill.service.shapes import Person
from onefill.ui.dues import FEW, panel_of
from tests.service.test_boards import CLUB, GUIDE_EAST, GUIDE_WEST, OFFICER, PACK, WALK, reopened

DEADLINES = """\
deadlines:
  - {key: tell, title: 交总结, day: meets, days: "3", passed: plan, done: legs|length > 1, by: [guide]}
  - {key: pack_up, title: 收拾背包, section: legs, day: meets, days: "-2", when: "name != '不用'", by: [guide, officer]}
  - {key: hand_in, title: 交徒步计划, day: meets, days: "0 - 5", until: plan, by: [guide]}
  - {key: thank, title: 道谢, day: meets, by: [guide], ahead: 7}
"""
#: A Tuesday; the clock of these tests stands at 20 December 2026.
MEETS = "2026-12-01"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    pack = tmp_path / "forms" / "walks"
    pack.mkdir(parents=True)
    told = WALK.replace("title: 等审}", "title: 等审, days: 2}") + DEADLINES
    for name, text in (("pack", PACK), ("walk", told), ("club", CLUB)):
        (pack / f"{name}.yaml").write_text(text, encoding="utf-8")
    assert not lint(load_packs(tmp_path / "forms"))
    return reopened(tmp_path)


def found(desk: Desk, who: Person) -> list[tuple[str, str, date | None]]:
    return [(one.what, one.label, one.day) for one in desk.dues.of(who)]


def agreed(desk: Desk, name: str = "一", legs: int = 1, meets: str = MEETS) -> str:
    rows = {f"r{n}": {"@order": n, "place": "南山", "day": meets, "far": 1} for n in range(legs)}
    made = desk.records.create("walk", GUIDE_EAST, {"name": name, "meets": meets, "legs": rows})
    desk.reviews.act(made, "ask", GUIDE_EAST)
    desk.reviews.act(made, "agree", OFFICER)
    return made


def test_working_days_are_counted_from_the_day_that_is_named_forwards_and_back(desk: Desk) -> None:
    agreed(desk)
    assert found(desk, GUIDE_EAST) == [
        ("收拾背包", "一", date(2026, 11, 27)),
        ("交总结", "一", date(2026, 12, 4)),
        ("道谢", "一", None),
    ]
    assert found(desk, OFFICER) == [("收拾背包", "一", date(2026, 11, 27))]
    assert found(desk, GUIDE_WEST) == []


def test_no_number_is_no_term_and_stands_last(desk: Desk) -> None:
    agreed(desk, meets="2026-11-23")
    last = desk.dues.of(GUIDE_EAST)[-1]
    assert (last.what, last.day, last.left, last.since) == ("道谢", None, None, date(2026, 11, 23))


def test_a_deadline_names_where_it_is_done_and_the_line_goes_there(desk: Desk) -> None:
    made = agreed(desk)
    told = {one.what: one for one in desk.dues.of(GUIDE_EAST)}
    assert (told["收拾背包"].section, told["交总结"].section) == ("legs", "")
    html = panel_of([told["收拾背包"], told["交总结"]], {}, date(2026, 12, 20), opened=False, officer=False)
    assert f'data-act="section:{made}:legs"' in html and f"record={made}&amp;section=legs" in html
    assert f'data-act="open:{made}"' in html


def test_a_section_that_a_deadline_names_exists(tmp_path: Path) -> None:
    (tmp_path / "walks").mkdir()
    for name, text in (("pack", PACK), ("walk", WALK + DEADLINES.replace("legs, day", "lags, day")), ("club", CLUB)):
        (tmp_path / "walks" / f"{name}.yaml").write_text(text, encoding="utf-8")
    assert [one.code for one in lint(load_packs(tmp_path))] == ["POINTS_NOWHERE"]


def test_what_a_deadline_asks_of_registers_there_is(tmp_path: Path) -> None:
    (tmp_path / "walks").mkdir()
    register = """\
registers:
  - key: bans
    title: 停办
    line: [who]
    columns: [{key: who, label: 谁}]
    questions: [{key: banned}]
"""
    for says, code in (
        ("{question: banned, of: [name]}", []),
        ("{question: barred, of: [name]}", ["POINTS_NOWHERE"]),
        ("{question: banned, of: [name, meets]}", ["QUESTION_SHAPE"]),
        ("{question: banned, of: [nobody], on: never}", ["NAME_UNKNOWN", "NAME_UNKNOWN"]),
    ):
        asked = DEADLINES.replace(
            "ahead: 7}", f"ahead: 7, unless: [{says}], only: [{{question: banned, of: [name]}}]}}"
        )
        for name, text in (("pack", PACK + register), ("walk", WALK + asked), ("club", CLUB)):
            (tmp_path / "walks" / f"{name}.yaml").write_text(text, encoding="utf-8")
        assert [one.code for one in lint(load_packs(tmp_path)) if one.code != "REGISTER_IDLE"] == code


def test_what_has_no_term_stands_by_record_and_in_the_order_of_its_form() -> None:
    a_due = Due(
        kind="deadline",
        record="b",
        form="walk",
        unit="",
        label="二",
        matter="徒步",
        what="发证",
        day=None,
        left=None,
        since=date(2026, 11, 9),
    )
    given = [
        a_due,
        replace(a_due, what="归档", since=date(2026, 11, 3)),
        replace(a_due, record="a", label="一", what="归档", since=date(2026, 11, 5)),
        replace(a_due, record="a", label="一", what="交总结", day=date(2026, 12, 4)),
    ]
    told = [(one.what, one.label) for one in in_order(given)]
    assert told == [("交总结", "一"), ("发证", "二"), ("归档", "二"), ("归档", "一")]


def test_what_is_done_not_wanted_or_far_off_is_not_told(desk: Desk) -> None:
    agreed(desk, "两段", legs=2)
    agreed(desk, "不用")
    agreed(desk, "远", meets="2027-05-03")
    told = {(what, label) for what, label, _ in found(desk, GUIDE_EAST)}
    assert ("交总结", "两段") not in told and ("交总结", "不用") in told
    assert ("收拾背包", "不用") not in told and ("收拾背包", "两段") in told
    assert not [one for one in told if one[1] == "远"]


def test_a_stage_is_for_whoever_acts_in_it(desk: Desk) -> None:
    made = desk.records.create("walk", GUIDE_EAST, {"name": "一"})
    desk.reviews.act(made, "ask", GUIDE_EAST)
    (one,) = desk.dues.of(OFFICER)
    assert (one.kind, one.what, one.left, one.matter) == ("stage", "等审", 2, "徒步")
    assert desk.dues.of(GUIDE_EAST) == ()
    desk.reviews.remark(made, "plan", "", "说不清", OFFICER)
    desk.reviews.act(made, "send_back", OFFICER)
    assert found(desk, OFFICER) == []
    assert found(desk, GUIDE_EAST) == [("退回", "一", None)]


def test_a_draft_reminds_whoever_fills_it_and_nobody_else(desk: Desk) -> None:
    made = desk.records.create("walk", GUIDE_EAST, {"name": "一"})
    desk.records.set(made, "meets", MEETS, GUIDE_EAST)
    assert [what for what, _, _ in found(desk, GUIDE_EAST)] == ["交徒步计划", "收拾背包", "道谢"]
    assert found(desk, OFFICER) == []


def test_what_is_handed_in_is_no_longer_asked_for(desk: Desk) -> None:
    made = desk.records.create("walk", GUIDE_EAST, {"name": "一", "meets": MEETS})
    ask = ("交徒步计划", "一", date(2026, 11, 24))
    assert ask in found(desk, GUIDE_EAST)
    desk.reviews.act(made, "ask", GUIDE_EAST)
    assert ask not in found(desk, GUIDE_EAST)
    desk.reviews.remark(made, "plan", "", "说不清", OFFICER)
    desk.reviews.act(made, "send_back", OFFICER)
    told = [what for what, _, _ in found(desk, GUIDE_EAST)]
    assert told == ["收拾背包", "道谢", "退回"]  # what came back says its stage


def test_no_record_is_opened_for_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        agreed(desk, str(number))
    again = reopened(desk.settings.data)

    def opened(self: object, record: str) -> object:
        raise AssertionError(record)

    monkeypatch.setattr("onefill.service.book.Book.open", opened)
    assert len(again.dues.of(OFFICER)) == 5
    assert len(again.dues.of(GUIDE_EAST)) >= 10
    assert again.dues.of(GUIDE_WEST, "city/east") == ()


@pytest.mark.parametrize("days", range(-12, 13))
def test_terms_leave_out_days_that_are_not_worked(days: int) -> None:
    worked = WorkingDays(holidays=frozenset({date(2026, 10, 1), date(2026, 10, 2)}), workdays={date(2026, 9, 27)})
    start = date(2026, 9, 30)
    end = term(worked, start, days)
    assert worked.between(start, end) == days if days >= 0 else worked.between(end, start) == -days


def test_the_list_tells_overdue_first_and_shows_more_when_asked() -> None:
    one = Due(
        kind="deadline", record="r", form="f", unit="city", label="甲", matter="徒步", what="交总结",
        day=date(2026, 11, 19), left=-1, since=None, clause="二",
    )  # fmt: skip
    later = [replace(one, day=None, left=None, label=str(n)) for n in range(FEW)]
    units: Mapping[str, str] = {"city": "市里"}
    html = panel_of([one, *later], units, date(2026, 11, 20), opened=False, officer=True)
    assert "要办的 9 项" in html and "1 项逾期" in html and "逾期 1 个工作日" in html and "看全部 9 项" in html
    assert html.count("<tr") == FEW + 1 and "市里" in html and "没有期限" in html
    assert panel_of([one, *later], units, date(2026, 11, 20), opened=True, officer=False).count("<tr") == FEW + 2
    assert panel_of([], units, date(2026, 11, 20), opened=False, officer=True) == ""
    stage = replace(one, kind="stage")
    assert 'data-act="review:r"' in panel_of([stage], units, date(2026, 11, 20), opened=False, officer=True)
