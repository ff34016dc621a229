"""The steps of a form: when each has its tick, and what the bar says when all is filled."""

from dataclasses import replace

from onefill.definitions.model import Section
from onefill.facts.sheet import Finding
from onefill.problems import FieldPlace, Problem
from onefill.service.shapes import PhaseState, RecordState, SectionState
from onefill.service.words import next_step
from onefill.ui.steps import done, figure, steps


def phase(filled: int = 8, total: int = 8, errors: int = 0) -> PhaseState:
    return PhaseState(key="filing", title="备案", sections=((filled, total),), errors=errors, warnings=0)


def section(kind: str, filled: int, total: int, rows: int = 0, errors: int = 0) -> SectionState:
    definition = Section.model_validate({"key": "s", "title": "节", "fields": [{"key": "a", "label": "甲"}]})
    return SectionState(
        key="s",
        title="节",
        definition=definition,
        kind=kind,  # type: ignore[arg-type]
        phase=0,
        later=False,
        filled=filled,
        total=total,
        rows=rows,
        errors=errors,
        warnings=0,
    )


def test_a_step_of_computed_values_is_done_with_its_phase() -> None:
    computed = section("plain", 0, 0)
    assert done(computed, phase())
    assert not done(computed, phase(filled=7))
    assert not done(section("plain", 0, 0, errors=1), phase())


def test_a_grid_is_done_when_every_crossing_is_filled() -> None:
    assert done(section("grid", 12, 12), phase(filled=3))
    assert not done(section("grid", 11, 12), phase())
    assert not done(section("grid", 0, 0), phase())


def test_a_list_is_done_when_it_has_begun_and_lacks_nothing() -> None:
    assert done(section("rows", 4, 4, rows=2), phase(filled=4))
    assert not done(section("rows", 3, 4, rows=2), phase(filled=3))
    assert not done(section("rows", 0, 1), phase(filled=0))


def test_a_phase_is_complete_when_it_lacks_nothing_and_nothing_is_wrong() -> None:
    assert phase().complete
    assert phase(filled=0, total=0).complete
    assert not phase(filled=7).complete
    assert not phase(errors=1).complete


def test_what_has_no_papers_is_not_said_to_be_printable() -> None:
    assert next_step("填写", [], {"s": "节"}, untouched=False, papers=False) == "已填齐"
    assert next_step("备案", [], {"s": "节"}, untouched=False) == "备案已填齐，打印成套材料"
    place = FieldPlace("a", "甲")
    wrong = Finding(
        problem=Problem(place=place, code="X", what="不对", remedy="改"),
        phase=0,
        section="s",
        names=frozenset({"a"}),
    )
    assert next_step("填写", [wrong], {"s": "节"}, untouched=False, papers=False) == "改 1 处：节 1"


def test_a_list_that_may_stay_empty_says_so_unless_rows_are_wanted() -> None:
    assert figure(section("rows", 0, 0)) == "可不填"
    assert figure(section("rows", 0, 0, errors=1)) == figure(section("rows", 0, 1)) == "未开始"


def test_what_does_not_come_is_not_to_be_filled_later_but_what_was_filled_stands() -> None:
    def later(*, wanted: bool, rows: int = 0) -> str:
        last = replace(phase(), key="last", title="归档", wanted=wanted)
        kept = replace(section("rows", 0, 0, rows=rows), phase=1, later=True)
        state = RecordState(
            id="r",
            form="f",
            title="表",
            label="甲",
            version=1,
            change=1,
            unprinted=False,
            saved_at=None,
            phase=0,
            phases=(phase(), last),
            sections=(kept,),
            findings=(),
            next_step="",
        )
        return steps(state, str)

    assert "以后再填（归档）" in later(wanted=True)
    assert "以后再填" not in later(wanted=False)
    assert "以后再填（归档）" in later(wanted=False, rows=2)
