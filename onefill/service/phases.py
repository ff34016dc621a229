"""Which phase a record is in, and which are still to come."""

from onefill.definitions.boards import Deadline
from onefill.definitions.expressions import told_of
from onefill.facts.sheet import Sheet
from onefill.reviews import Case
from onefill.reviews.case import DRAFT
from onefill.reviews.moves import phases_handed_in, stage_of, to_hand_in
from onefill.service.asking import with_acts
from onefill.service.cases import active_phase, case_of, passed_phases
from onefill.service.open_record import OpenRecord


def current_phase(opened: OpenRecord) -> int:
    """The first phase that is not over; the last if all are.

    One that is handed in to an office is over when it was passed here and no change of it is being made; of a record
    that nobody hands in here, when it is complete and its papers were handed out. Any other complete phase is over when
    its papers were handed out, or when somebody has begun with what comes later: that there is nothing more to fill
    shall be seen before the next phase shows all that it lacks.
    """
    wanted = wanted_phases(opened.sheet, case_of(opened.sheet.data))
    return next((phase for phase in wanted[:-1] if not _over(opened, phase)), wanted[-1])


def wanted_phases(sheet: Sheet, case: Case) -> list[int]:
    """The phases that there are for a record: those whose condition holds, and whatever was handed in."""
    phases, names = sheet.plan.form.phases, with_acts(sheet, lambda: case)
    return [
        index
        for index, one in enumerate(phases)
        if index == 0 or one.when is None or case.phase(one.key).stage != DRAFT or told_of(one.when, names)
    ]


def phase_to_come(sheet: Sheet, case: Case) -> str:
    """Key of the next phase that is handed in after the one that was acted upon last; empty if none is to come."""
    form, passed = sheet.plan.form, passed_phases(sheet.plan.form, case)
    keys, active = [one.key for one in form.phases], active_phase(form, case)
    first = keys.index(active) + 1 if active else 0
    later = (keys[index] for index in wanted_phases(sheet, case) if index >= first)
    return to_hand_in(form, later, passed)


def asked_here(sheet: Sheet, case: Case) -> Deadline | None:
    """What a deadline asks in the stage that was reached last, although it has passed; nothing if none asks anything.

    So it comes before what the next phase still lacks: numbers are entered before a file is closed.
    """
    active = active_phase(sheet.plan.form, case)
    stage, names = case.phase(active).stage if active else DRAFT, with_acts(sheet, lambda: case)
    for one in sheet.plan.form.deadlines:
        wanted = stage in one.stages and (one.when is None or told_of(one.when, names))
        if wanted and not (one.done and told_of(one.done, names)):
            return one
    return None


def phase_to_print(opened: OpenRecord) -> int:
    """The newest complete phase whose papers still wait to be printed; the one the record is in if there is none."""
    current = current_phase(opened)
    waiting = (one for one in range(current, -1, -1) if complete(opened, one) and not handed_out(opened, one))
    return next(waiting, current)


def complete(opened: OpenRecord, phase: int) -> bool:
    """Whether nothing is missing or wrong in a phase."""
    filled, total = opened.findings.progress(phase)
    return filled == total and not opened.findings.blocked(phase)


def handed_out(opened: OpenRecord, phase: int) -> bool:
    """Whether papers of a phase were handed out; said of a phase without papers as well."""
    plan = opened.sheet.plan
    papers = {paper.key for paper in plan.form.documents if plan.phase_index(paper.from_) == phase}
    return not papers or not papers.isdisjoint(opened.handed())


def _over(opened: OpenRecord, phase: int) -> bool:
    if not _is_handed_in(opened, phase):
        return (handed_out(opened, phase) or _begun_after(opened, phase)) and complete(opened, phase)
    if _passed(opened, phase):
        return not _to_change(opened, phase)
    # Whoever works for themselves hands papers in at a counter, which nobody tells us; others print them to seal them.
    alone = not opened.entry.summary.unit and not case_of(opened.sheet.data).phases
    return alone and handed_out(opened, phase) and complete(opened, phase)


def _is_handed_in(opened: OpenRecord, phase: int) -> bool:
    """Whether a phase goes to an office."""
    form = opened.sheet.plan.form
    return form.phases[phase].key in phases_handed_in(form)


def _passed(opened: OpenRecord, phase: int) -> bool:
    """Whether an office has passed it here, also while a change of what was handed in is asked."""
    form = opened.sheet.plan.form
    return form.phases[phase].key in passed_phases(form, case_of(opened.sheet.data))


def _to_change(opened: OpenRecord, phase: int) -> bool:
    """Whether what was handed in lies with those who fill it again: a change that was granted comes first."""
    form = opened.sheet.plan.form
    key = form.phases[phase].key
    stage = case_of(opened.sheet.data).phase(key).stage
    return stage != DRAFT and stage_of(form, key, stage).holder == "owner"


def _begun_after(opened: OpenRecord, phase: int) -> bool:
    """Whether anything was filled in that is only asked after a phase."""
    plan, data = opened.sheet.plan, opened.sheet.data
    if any(data.get(key) for key, grid in plan.grids.items() if plan.phase_index(grid.from_) > phase):
        return True
    later = [one for one in plan.fields.values() if one.phase > phase]
    return any(
        one.definition.key in kept
        for one in later
        for kept in ((data.get(one.section.key) or {}).values() if one.in_rows else (data,))
    )
