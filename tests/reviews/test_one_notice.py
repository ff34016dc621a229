"""All faults that can stand in one case together are named in one notice, each with its clause and what to do."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from onefill.materials import MATERIALS
from onefill.reviews import RemarkState
from onefill.service import Desk
from onefill.service.case_shapes import Blocker
from onefill.service.cases import SectionLocked
from samples import resolve
from samples.faults import FAULTS, Fault
from store import EVERYTHING, Change
from tests.desks import load
from tests.papers import squeezed, word_rows
from tests.reviews.foshan import (
    CLERK,
    OFFICER,
    RESPONSIBLE,
    approve_application,
    file_class,
    foshan_desk,
    hand_in_all,
    part_of_class,
    pass_application,
)
from tests.reviews.test_planted_faults import SAMPLES, meant, original, planted

#: How a case is handed in and sent back, and how many faults each notice names: some cannot stand together, as a paper
#: that is missing and the same paper sealed too early.
CASES = {
    ("application", "apply"): ("submit_application", "return_application", [10, 2]),
    ("application", "approved"): ("send_approved", "return_approved", [1]),
    ("class", "filing"): ("submit_filing", "return_filing", [16, 9, 5, 2, 2]),
    ("class", "certificates"): ("submit_certificates", "return_certificates", [14, 4, 2, 1, 2, 5, 1]),
}


def ready(desk: Desk, record: str, phase: str) -> dict[str, str]:
    """A case in which nothing is wrong, about to be handed in for a phase, and what it leans on."""
    ids = load(desk, "application", "course_shop")
    approve_application(desk, ids["application"])
    if record == "application":
        ids[record] = desk.records.create(record, CLERK, resolve(SAMPLES[record].data, ids))
        if phase == "approved":
            pass_application(desk, ids[record])
    else:
        ids["other class"], ids[record] = (part_of_class(desk, ids, place) for place in (0, 1))
        file_class(desk, part_of_class(desk, ids, 2))
        if phase == "certificates":
            file_class(desk, ids[record])
    hand_in_all(desk, ids[record], phase)
    return ids


def told(desk: Desk, record: str, fault: Fault) -> list[Blocker]:
    """Where a fault is told, of an item only if it is that item's."""
    at = f"item:{fault.without.partition(':')[0].partition('.$')[0]}" if fault.without else ""
    found = desk.reviews.blockers(record, fault.phase, CLERK)
    return [one for one in found if fault.told in one.what and one.at.startswith(at)]


def together(desk: Desk, ids: Mapping[str, str], faults: Sequence[Fault], stack: ExitStack) -> list[Fault]:
    """Plant as many of the faults as can be told at the same time."""
    standing: list[Fault] = []
    for fault in faults:
        if any(
            fault.changes.keys() & one.changes.keys() or (fault.without and fault.without == one.without)
            for one in standing
        ):
            continue
        one = ExitStack()
        try:
            one.enter_context(planted(desk, ids, fault))
        except SectionLocked:  # nobody can type it after the phase before
            continue
        if all(told(desk, ids[fault.record], each) for each in (*standing, fault)):
            standing.append(fault)
            stack.push(one)
        else:
            one.close()
    return standing


def kept(desk: Desk, record: str) -> Mapping[str, Any]:
    """All that a record holds now."""
    n = desk.records.keep_version(record, CLERK, "留一版")
    return desk.store.entry(record, n, EVERYTHING).data or {}


def differing(now: Any, then: Any, at: str = "") -> Iterator[Change]:
    """What makes one state of a record of the other; what the acts have written is left alone."""
    mine = {key for key in {*now, *then} if at or key == MATERIALS or not key.startswith("@")}
    for key in mine:
        path = f"{at}{key}"
        old, new = now.get(key), then.get(key)
        if isinstance(old, dict) and isinstance(new, dict):
            yield from differing(old, new, f"{path}/")
        elif old != new:
            yield Change(path, new)


def alike(one: Fault, other: Fault) -> bool:
    """Whether two faults of locked sections can be typed together: both add a row or none, the same at one place."""
    both = one.changes.keys() & other.changes.keys()
    return bool(one.adds) == bool(other.adds) and all(one.changes[place] == other.changes[place] for place in both)


def typed_below(data: Mapping[str, Any], faults: Sequence[Fault]) -> Mapping[str, Any]:
    """The record with what is asked in sections that a phase before has locked."""
    typed = {path: value for one in faults for (_, path), value in one.changes.items()}
    rows = [(section, row) for one in faults for section, row in one.adds.items()]
    added = {
        section: {
            f"n{number}": {"@order": number, **row} for number, (where, row) in enumerate(rows) if where == section
        }
        for section, _ in rows
    }
    return {**data, **typed, **added}


def put(desk: Desk, record: str, then: Mapping[str, Any]) -> None:
    """Bring a submitted record to another state, as a program would leave it that held back less."""
    now = dict(desk.store.latest(record, EVERYTHING).data or {})
    draft = desk.store.draft(record, EVERYTHING)
    assert not [one for one in draft.changes if not one.startswith("@")]
    desk.store.set_draft(record, list(differing(now, then)), EVERYTHING, "从前的程序")


def explain(desk: Desk, case: str, phase: str) -> None:
    """Say why something is told now that stood at the same place the time before."""
    for one in desk.reviews.state(case, OFFICER).remarks:
        if one.state is RemarkState.NOTED and desk.reviews.is_late(case, phase, one.at, one.what, OFFICER):
            words = {"remedy": one.remedy, "clause": one.clause, "reason": "同一处还有一样，这次才写"}
            desk.reviews.remark(case, phase, one.at, one.what, OFFICER, id=one.id, **words)


def type_elsewhere(desk: Desk, ids: Mapping[str, str], faults: Sequence[Fault], *, undo: bool = False) -> None:
    """Plant what lies in other records, which are pinned when it is handed in."""
    for fault in faults:
        for (owner, path), value in fault.changes.items():
            if owner != fault.record:
                desk.records.set(ids[owner], path, meant(original(owner, path) if undo else value, ids), CLERK)


@pytest.mark.parametrize(("record", "phase"), CASES)
def test_one_notice_names_all_with_clause_and_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record: str, phase: str
) -> None:
    desk = foshan_desk(tmp_path)
    ids = ready(desk, record, phase)
    case, (submit, send_back, named) = ids[record], CASES[record, phase]
    waiting = [one for one in FAULTS if (one.record, one.phase) == (record, phase)]
    sizes = []
    while waiting:
        with ExitStack() as stack:
            standing = together(desk, ids, waiting, stack)
            faulty = kept(desk, case) if standing else {}
        if not standing:
            standing = [one for one in waiting if alike(one, waiting[0])]
            faulty = typed_below(kept(desk, case), standing)
        type_elsewhere(desk, ids, standing)
        with monkeypatch.context() as held_back_less:
            held_back_less.setattr(desk.reviews, "_refuse_unready", lambda *_, **__: None)
            desk.reviews.act(case, submit, RESPONSIBLE, declared=True)
        clean = dict(desk.store.latest(case, EVERYTHING).data or {})
        for one in desk.reviews.state(case, OFFICER).remarks:
            if one.live:
                desk.reviews.close_remark(case, one.id, OFFICER)
        put(desk, case, faulty)
        found = {one.name: told(desk, case, one) for one in standing}
        assert desk.reviews.remark_on_findings(case, phase, OFFICER) >= sum(
            any(one.stops for one in lines) for lines in found.values()
        )
        assert desk.reviews.remark_on_findings(case, phase, OFFICER) == 0
        for reminder in (one for lines in found.values() for one in lines if not one.stops):
            words = {"remedy": reminder.remedy, "clause": reminder.clause}
            desk.reviews.remark(case, phase, reminder.at, reminder.said, OFFICER, **words)
        explain(desk, case, phase)
        desk.reviews.act(case, send_back, OFFICER)
        paper = desk.notices.make(case, "correction_notice", OFFICER, ".docx", phase=phase).data
        rows = [[squeezed(cell) for cell in row] for row in word_rows(paper)]
        for fault in standing:
            assert any(
                squeezed(one.said) in row[2] and squeezed(one.remedy) == row[3] and row[4] == squeezed(fault.clause)
                for one in found[fault.name]
                for row in rows[1:]
                if len(row) == 5
            ), (fault.name, rows)
        put(desk, case, clean)
        for one in desk.reviews.state(case, CLERK).remarks:
            if one.live:
                desk.reviews.answer(case, one.id, "已改", CLERK)
        type_elsewhere(desk, ids, standing, undo=True)
        waiting = [one for one in waiting if one not in standing]
        sizes.append(len(standing))
    assert sizes == named
