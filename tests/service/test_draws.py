"""Random draws: kept with seed, candidates and result, the same again from the seed, for nobody else to see."""

import io
from collections.abc import Mapping
from datetime import date
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from onefill.service import Desk
from onefill.service.board_shapes import Candidate, Draw
from onefill.service.draws import DrawRefused, DrawUnknown, drawn
from onefill.service.errors import BoardUnknown
from store import Entry, NewEntry, Scope
from tests.service import test_boards
from tests.service.test_boards import GUIDE_EAST, GUIDE_WEST, OFFICER, OFFICER_EAST, PACK, WALK

FIRST, LAST = date(2026, 12, 21), date(2027, 1, 31)
LOTS = """\
  - key: asks
    title: 抽问
    kind: draw
    by: [officer]
    of:
      - {form: walk, passed: plan, happenings: [{title: 走路, each: legs, day: day, time: time, text: "{{ place }}"}]}
    starts: {form: visit, fills: {walk: record, day: day, time: time}}
"""
VISIT = """\
form: visit
title: 探访
label: "{{ day }}"
sections:
  - key: basics
    title: 基本
    fields:
      - {key: walk, label: 徒步, type: link, form: walk}
      - {key: day, label: 日期, type: date}
      - {key: time, label: 时间, type: time_range}
"""


@pytest.fixture
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    folder = tmp_path_factory.mktemp("draws")
    pack = folder / "forms" / "walks"
    pack.mkdir(parents=True)
    forms = PACK.replace("forms: [walk, club]", "forms: [walk, club, visit]") + LOTS
    for name, text in (("pack", forms), ("walk", WALK), ("club", test_boards.CLUB), ("visit", VISIT)):
        (pack / f"{name}.yaml").write_text(text, encoding="utf-8")
    return test_boards.reopened(folder)


@pytest.fixture
def walks(desk: Desk) -> Mapping[str, str]:
    legs = [(place, "2026-12-21", 1) for place in ("南山", "北湖", "西岭", "东岸")]
    east = test_boards.walk(desk, "一", GUIDE_EAST, *legs)
    return {"一": east, "二": test_boards.walk(desk, "二", GUIDE_WEST, ("中洲", "2027-01-05", 1))}


def draw(desk: Desk, count: int = 2, **more: str) -> Draw:
    return desk.draws.make("walks.asks", OFFICER, FIRST, LAST, count, **more)


def test_a_draw_is_kept_with_all_it_came_from(desk: Desk, walks: Mapping[str, str]) -> None:
    made = draw(desk, seed=" 开奖 0721 ")
    assert (made.seed, made.who, made.first, made.last) == ("开奖 0721", OFFICER.name, FIRST, LAST)
    assert len(made.candidates) == 5 and len(made.picked) == 2
    assert desk.draws.of("walks.asks", OFFICER) == [made]
    by_hand = sorted(made.candidates, key=lambda one: sha256(f"开奖 0721\n{one.key}".encode()).hexdigest())
    assert list(made.picked) == by_hand[:2]
    assert [problem.what for problem in desk.store.verify_chains()] == []


def test_a_seed_that_nobody_gave_is_made_and_kept(desk: Desk, walks: Mapping[str, str]) -> None:
    first, second = draw(desk), draw(desk)
    assert first.seed != second.seed
    again = draw(desk, seed=first.seed)
    assert again.picked == first.picked
    assert again.id != first.id


def test_asked_twice_it_is_drawn_once(desk: Desk, walks: Mapping[str, str]) -> None:
    assert draw(desk, request="一次") == draw(desk, request="一次")
    assert len(desk.draws.of("walks.asks", OFFICER)) == 1


def test_what_stands_twice_in_the_calendar_is_drawn_once(desk: Desk) -> None:
    test_boards.walk(desk, "一", GUIDE_EAST, *[("南山", "2026-12-21", 1)] * 2, ("北湖", "2026-12-22", 1))
    made = draw(desk, 2)
    assert len({one.key for one in made.picked}) == len(made.picked) == len(made.candidates) == 2
    with pytest.raises(DrawRefused, match="只有 2 项可抽"):
        draw(desk, 3)


class Killed(BaseException):
    """The program ends where it stands."""


@pytest.mark.parametrize("written", [False, True], ids=["before_it_was_kept", "after_it_was_kept"])
def test_a_draw_killed_in_the_middle_is_whole_or_was_never_made(
    desk: Desk, walks: Mapping[str, str], written: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = desk.store.append

    def dies(entry: NewEntry, n: int, scope: Scope) -> Entry:
        if written:
            append(entry, n, scope)
        raise Killed

    with monkeypatch.context() as dying, pytest.raises(Killed):
        dying.setattr(type(desk.store), "append", lambda _store, *given: dies(*given))
        draw(desk, request="一次", seed="开奖 0721")
    desk.store.close()
    there = test_boards.reopened(desk.settings.data)
    kept = there.draws.of("walks.asks", OFFICER)
    assert [(one.seed, len(one.candidates), len(one.picked)) for one in kept] == [("开奖 0721", 5, 2)] * written
    test_boards.walk(there, "三", GUIDE_EAST, ("西岭", "2026-12-23", 1))  # the calendar goes on meanwhile
    again = draw(there, request="一次", seed="开奖 0722")
    assert there.draws.of("walks.asks", OFFICER) == [again]
    assert (again.seed, len(again.candidates)) == (("开奖 0721", 5) if written else ("开奖 0722", 6))
    assert [problem.what for problem in there.store.verify_chains()] == []
    there.store.close()


def test_of_what_was_drawn_nothing_is_lost_or_begun_twice_by_a_program_killed_meanwhile(
    desk: Desk, walks: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made, append = draw(desk, 5), desk.store.append

    def dies(entry: NewEntry, n: int, scope: Scope) -> Entry:
        append(entry, n, scope)
        raise Killed

    first = desk.draws.begin(made.id, 0, OFFICER)
    with monkeypatch.context() as dying, pytest.raises(Killed):
        dying.setattr(type(desk.store), "append", lambda _store, *given: dies(*given))
        desk.draws.begin(made.id, 1, OFFICER)
    desk.store.close()
    there = test_boards.reopened(desk.settings.data)
    assert len(there.draws.begun(made.id, OFFICER)) == 2
    begun = [there.draws.begin(made.id, number, OFFICER) for number in range(5)]
    assert begun[0] == first and there.draws.begun(made.id, OFFICER) == set(begun)
    assert len([line.id for line in there.records.list("visit")]) == len(set(begun)) == 5
    there.store.close()


def test_what_cannot_be_drawn_is_told(desk: Desk, walks: Mapping[str, str]) -> None:
    with pytest.raises(DrawRefused, match="只有 5 项可抽，要抽 6 项"):
        draw(desk, 6)
    with pytest.raises(DrawRefused, match="一次抽 1 到"):
        draw(desk, 0)
    with pytest.raises(DrawRefused, match="早于"):
        desk.draws.make("walks.asks", OFFICER, LAST, FIRST, 1)
    with pytest.raises(DrawRefused, match="种子最多"):
        draw(desk, seed="长" * 65)
    with pytest.raises(BoardUnknown):
        desk.draws.make("walks.asks", GUIDE_EAST, FIRST, LAST, 1)
    assert desk.draws.of("walks.asks", OFFICER) == []


def test_candidates_are_those_that_whoever_draws_may_see(desk: Desk, walks: Mapping[str, str]) -> None:
    made = desk.draws.make("walks.asks", OFFICER_EAST, FIRST, LAST, 4)
    assert {one.record for one in made.candidates} == {walks["一"]}
    city = draw(desk)
    assert [one.id for one in desk.draws.of("walks.asks", OFFICER_EAST)] == [made.id]
    with pytest.raises(DrawUnknown):
        desk.draws.look(city.id, OFFICER_EAST)
    with pytest.raises(DrawUnknown):
        desk.draws.look(walks["一"], OFFICER)
    assert city.id not in {line.id for line in desk.records.list()}


def test_what_was_drawn_is_begun_once_with_what_is_known(desk: Desk, walks: Mapping[str, str]) -> None:
    made = draw(desk, 5)
    number = next(n for n, one in enumerate(made.picked) if one.record == walks["二"])
    assert desk.draws.begun(made.id, OFFICER) == frozenset()
    visit = desk.draws.begin(made.id, number, OFFICER)
    assert desk.draws.begin(made.id, number, OFFICER) == visit
    assert desk.draws.begun(made.id, OFFICER) == {visit}
    shown = {one.path: one.shown for one in desk.records.fields(visit, "basics")}
    assert (shown["day"], shown["time"]) == ("2027年1月5日", "09:00—11:00")
    with pytest.raises(DrawUnknown):
        desk.draws.begin(made.id, 9, OFFICER)


def test_the_workbook_has_every_candidate_and_the_seed(desk: Desk, walks: Mapping[str, str]) -> None:
    made = draw(desk, seed="7")
    rows = list(
        load_workbook(io.BytesIO(desk.draws.workbook(made.id, OFFICER).data)).active.iter_rows(values_only=True)
    )
    lines = rows[-5:]
    drawn_first = sorted(lines, key=lambda line: str(line[8]))[:2]
    assert [str(line[1]) for line in drawn_first] == ["1", "2"]
    for line, one in zip(lines, made.candidates, strict=True):
        assert (str(line[6]), line[7]) == ("7", one.key)
        assert line[8] == sha256(f"{line[6]}\n{line[7]}".encode()).hexdigest()


@given(st.lists(st.text(min_size=1), unique=True, min_size=1, max_size=30), st.text(max_size=20), st.data())
def test_a_draw_hangs_on_nothing_but_seed_and_candidates(keys: list[str], seed: str, data: st.DataObject) -> None:
    found = [Candidate(key=key, record="", label="", day="", time="", text="", unit="") for key in keys]
    count = data.draw(st.integers(1, len(keys)))
    picked = drawn(found, count, seed)
    assert len({one.key for one in picked}) == count
    assert picked == drawn(data.draw(st.permutations(found)), count, seed)
    assert picked[: count - 1] == drawn(found, count - 1, seed)
