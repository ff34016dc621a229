"""The line of a record's life: what is behind it, where it stands, who has it, what is to come."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Literal

from onefill.definitions.expressions import told_of
from onefill.definitions.model import Moment
from onefill.facts.sheet import Sheet
from onefill.reviews.case import DRAFT
from onefill.reviews.moves import owners_of, phases_handed_in, stage_of
from onefill.service.cases import case_of
from onefill.service.charts import day_words, span_words
from onefill.service.phases import wanted_phases
from onefill.service.shapes import PhaseState, RecordState, Submitted
from onefill.service.view_shapes import LifePoint

#: Where somebody must act, by who has it: whoever fills got it back, or an office looks at it.
HELD: dict[str, Literal["returned", "waiting"]] = {"owner": "returned", "office": "waiting"}


def line_of_life(sheet: Sheet, state: RecordState, first: date, today: date) -> tuple[LifePoint, ...]:
    """The points in their order, that of being made before them.

    Args:
        sheet: The record's facts.
        state: How far it is filled.
        first: When it was made.
        today: The day.
    """
    made = LifePoint(title="新建", state="done", when=when_words(first, None, today))
    points = [made]
    refused = _refused_on(sheet, state)
    for one in _moments(sheet, state):
        if refused and one.phase is None and not _over_by(sheet, one, refused):  # it does not come about
            continue
        point = _point(sheet, state, one, today)
        # What a stage follows upon is not handed in before what stands on the line before it is over.
        early = point.percent is not None and sheet.plan.form.stages and any(map(_not_over, points))
        points.append(replace(point, state="to_come", percent=None) if early else point)
    return tuple(points)


def _moments(sheet: Sheet, state: RecordState) -> list[Moment]:
    """What stands on the line: what the form says, without the phases that there are not for this record."""
    asked = {state.phases[index].key for index in wanted_phases(sheet, case_of(sheet.data))}
    every = sheet.plan.form.life or tuple(Moment(phase=one.key) for one in state.phases)
    return [one for one in every if one.phase is None or one.phase in asked]


def _refused_on(sheet: Sheet, state: RecordState) -> date | None:
    """The day on which the record came to its end without being passed, if it did."""
    told = state.submitted
    last = case_of(sheet.data).phase(state.phases[told.phase].key).last if told and told.refused else None
    return last.when.date() if last else None


def _over_by(sheet: Sheet, moment: Moment, day: date) -> bool:
    last = day_of(sheet, moment.until) or day_of(sheet, moment.date)
    return last is not None and last < day


def _not_over(point: LifePoint) -> bool:
    """Whether something handed in is still under way, or something whose day is known goes on or is still to come."""
    return point.state not in ("done", "now", "to_come") or (point.state != "done" and bool(point.when))


def day_of(sheet: Sheet, source: str | None) -> date | None:
    """The day that an expression names; none if it cannot be told."""
    found = told_of(source, sheet.view) if source else None
    return found if isinstance(found, date) else None


def when_words(first: date | None, last: date | None, today: date) -> str:
    """One day, or from one to another; the year where it is another one."""
    if first is None:
        return ""
    year = f"{first.year}年" if first.year != today.year else ""
    return year + (span_words(first, last) if last is not None and last >= first else day_words(first))


def waits(
    told: Submitted | None,
    who: str,
    acts_as: Collection[str],
    roles: Mapping[str, str],
    *,
    fills: bool = False,
    owners: Collection[str] = (),
) -> str:
    """What a record waits for, in words.

    Args:
        told: Where it stands since it was handed in, if it was.
        who: Name of whoever reads this.
        acts_as: Keys of the roles that they act in.
        roles: Titles of all roles by key.
        fills: Whether it is whoever fills the record who reads this.
        owners: Keys of the roles that hand in what was not handed in yet.
    """
    if told is None:
        return f"等{'您' if fills else named(owners, roles)}提交"
    if told.holder == "owner":
        times = f"退回过 {told.returned} 次，" if told.returned > 1 else ""
        count = f"，{told.remarks} 条意见没有答复" if told.remarks else ""
        return f"{times}等{'您' if fills else named(told.owners, roles)}改好再交{count}"
    if told.holder == "done" and told.passed and told.awaits:
        return "等您办" if not told.awaits.isdisjoint(acts_as) else f"等{named(told.awaits, roles)}办"
    if told.asked:
        return asked_words(told, roles, fills=fills)
    if told.holder == "done" and told.passed and told.then:
        return f"等{'您' if fills else named(told.then_by, roles)}提交{told.then}"
    if told.holder == "done":
        return "办结" if told.passed else "办结，没有通过"
    taken = f"，{told.assigned}承办" if told.assigned and told.assigned != who else ""
    if not told.waits_for.isdisjoint(acts_as):
        return f"等您办{taken}"
    names = "、".join(title for key, title in roles.items() if key in told.waits_for)
    return f"等{names or '审核的人'}办{taken}"


def comes_next(
    sheet: Sheet, state: RecordState, life: Sequence[LifePoint], roles: Mapping[str, str], *, fills: bool
) -> str:
    """Who acts next upon a record whose last submission has passed, in words: what must be over before, and who.

    Args:
        sheet: The record's facts.
        state: How far it is filled.
        life: The line of its life.
        roles: Titles of all roles by key.
        fills: Whether it is whoever fills the record who reads this.
    """
    number = _filling(sheet, state)
    if number == len(state.phases):
        return ""
    key, first = state.phases[number].key, list[str]()
    for point, moment in zip(life[1:], _moments(sheet, state), strict=True):
        if moment.phase == key:
            before = f"{'、'.join(first)}以后" if first and point.state == "to_come" else ""
            who = "您" if fills else named(owners_of(sheet.plan.form, key), roles)
            return f"{before}等{who}提交{point.title}"
        if moment.phase is None and point.state in ("now", "to_come"):
            first.append(point.title)
    return ""


def asked_words(told: Submitted, roles: Mapping[str, str], *, fills: bool) -> str:
    """Who is asked to do what in a stage that has passed, in words."""
    return f"等{'您' if fills else named(told.asked_of, roles)}{told.asked}"


def named(keys: Collection[str], roles: Mapping[str, str]) -> str:
    """Whoever hands in, by the titles of their roles: any of them may."""
    return "或".join(title for key, title in roles.items() if key in keys) or "填报的一方"


def _point(sheet: Sheet, state: RecordState, moment: Moment, today: date) -> LifePoint:
    number = next((i for i, one in enumerate(state.phases) if one.key == moment.phase), None)
    if number is not None:
        phase = state.phases[number]
        told = state.submitted
        asks = told is not None and told.phase == number and bool(told.asked)
        return _handed_in(sheet, phase, moment, today, asks=asks) or _filled(sheet, state, number, moment, today)
    first, last = day_of(sheet, moment.date), day_of(sheet, moment.until)
    when = when_words(first, last, today)
    if first is None or first > today:
        return LifePoint(title=moment.title, state="to_come", when=when)
    over = (last or first) < today
    return LifePoint(title=moment.title, state="done" if over else "now", when=when)


def _handed_in(sheet: Sheet, phase: PhaseState, moment: Moment, today: date, *, asks: bool) -> LifePoint | None:
    """A phase that stands in a stage, with the day on which it came there; none while it was never handed in.

    One in whose stage something is still asked goes on, although it has passed.
    """
    case = case_of(sheet.data).phase(phase.key)
    if case.stage == DRAFT:
        return None
    stage = stage_of(sheet.plan.form, phase.key, case.stage)
    ended: Literal["done", "now", "refused"] = "now" if asks else "done" if stage.passed else "refused"
    return LifePoint(
        title=moment.title or phase.title,
        state=HELD.get(stage.holder, ended),
        when=when_words(case.last.when.date() if case.last else None, None, today),
        stands=stage.title,
    )


def _filled(sheet: Sheet, state: RecordState, number: int, moment: Moment, today: date) -> LifePoint:
    """A phase that is being filled: done with once it is complete, or where stages follow, once it is handed in."""
    phase, first = state.phases[number], day_of(sheet, moment.date)
    waits = phase.key in phases_handed_in(sheet.plan.form)
    complete = phase.percent == 100 and not phase.errors
    filled = number < state.phase or (number == state.phase and complete)
    done = not waits and filled and (first is None or first <= today)
    here = number == _filling(sheet, state) if waits else number == state.phase and not done
    return LifePoint(
        title=moment.title or phase.title,
        state="done" if done else "now" if here else "to_come",
        when=when_words(first, None, today),
        percent=phase.percent if here else None,
    )


def _filling(sheet: Sheet, state: RecordState) -> int:
    """Which phase is next to be handed in: the first that was not yet."""
    case = case_of(sheet.data)
    wanted = wanted_phases(sheet, case)
    return next((i for i in wanted if case.phase(state.phases[i].key).stage == DRAFT), len(state.phases))
