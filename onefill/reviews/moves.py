"""The table of moves: who may do what in which stage, and where it leads."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType

from onefill.definitions.expressions import ExpressionError, compile_expression, compile_text
from onefill.definitions.model import Form, Phase
from onefill.definitions.procedure import Action, Ask, Stage
from onefill.definitions.registers import Gate
from onefill.facts.views import names_over
from onefill.fields.chinese import date_text
from onefill.fields.working_days import WorkingDays
from onefill.reviews.case import DRAFT, Act, Case, PhaseCase, Remark, RemarkState
from onefill.reviews.errors import (
    ActionUnknown,
    Asked,
    DayAhead,
    DayBefore,
    FourEyes,
    GuardFailed,
    NothingToReturn,
    NotNow,
    NotYours,
    ReasonForLateRemark,
    RemarksOpen,
)

#: What an action may ask, as the screen calls it.
ASKS = {"opinion": "意见", "reason": "理由", "date": "日期", "rank": "排序"}
#: Of the items that close a gate, so many are named.
MOST_SAID = 3
NOT_SUBMITTED = Stage(key=DRAFT, title="还没有提交", holder="owner")


@dataclass(frozen=True, kw_only=True)
class Deed:
    """What a person does and says with it.

    Attributes:
        who: Name.
        roles: Keys of the person's roles.
        when: When.
        opinion: Said with the act.
        reason: Why.
        day: A date.
        rank: A place in a ranked list.
        confirmed: Whether the person was asked about open remarks and means it.
        waives: Whether the reason opens gates that a reason opens; not where it is said of many cases at once.
    """

    who: str
    roles: Collection[str]
    when: datetime
    opinion: str = ""
    reason: str = ""
    day: date | None = None
    rank: int = 0
    confirmed: bool = False
    waives: bool = True


@dataclass(frozen=True, kw_only=True)
class Move:
    """An action that a person may do now.

    Attributes:
        action: The action.
        hindered: Why it would be refused as things are, if it would.
        waivable: Whether it is done all the same with a written reason.
    """

    action: Action
    hindered: str = ""
    waivable: bool = False


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """What comes of an act.

    Attributes:
        case: After it.
        act: As it is kept.
        phase: Key of the phase.
    """

    case: Case
    act: Act
    phase: str


def stage_of(form: Form, phase: str, key: str) -> Stage:
    """A stage of a phase; one that was taken out of the form since is held by the office under its bare key."""
    if key == DRAFT:
        return NOT_SUBMITTED
    found = next((one for one in form.stages if one.key == key and phase_of(form, one.phase) == phase), None)
    return found or Stage(key=key, title=f"{key}（表单里已没有这个环节）")


def phase_of(form: Form, key: str | None) -> str:
    """Key of a phase; the first where none is named."""
    return key or form.phases[0].key


def phase_title(form: Form, key: str) -> str:
    """What a phase is called."""
    return next((one.title for one in form.phases if one.key == key), key)


def phases_handed_in(form: Form) -> frozenset[str]:
    """Keys of the phases that are handed in to an office."""
    return frozenset(phase_of(form, one.phase) for one in form.actions if one.kind == "submit")


def first_handed_in(form: Form) -> Phase:
    """The phase that an office sees first."""
    handed_in = phases_handed_in(form)
    return next((one for one in form.phases if one.key in handed_in), form.phases[0])


def to_hand_in(form: Form, phases: Iterable[str], passed: Collection[str]) -> str:
    """Key of the first of some phases that is handed in and has not passed; empty if there is none."""
    handed_in = phases_handed_in(form)
    return next((key for key in phases if key in handed_in and key not in passed), "")


def what_was_handed_in(form: Form, key: str) -> str:
    """A phase as sentences name it; nothing where a form has but one, which goes without saying."""
    return phase_title(form, key) if len(form.phases) > 1 else ""


def action_of(form: Form, key: str) -> Action:
    """An action by its key.

    Raises:
        ActionUnknown: The form has none of that key.
    """
    found = next((one for one in form.actions if one.key == key), None)
    if found is None:
        raise ActionUnknown(form=form.title, action=key)
    return found


def moves(
    form: Form, case: Case, who: str, roles: Collection[str], facts: Callable[[str], Mapping[str, object]]
) -> list[Move]:
    """All that a person may do now, of all phases, in the order of the form.

    Args:
        form: The form.
        case: Where the record stands.
        who: Name of the person.
        roles: The person's roles.
        facts: What guards may read, by the key of the phase.
    """
    found = []
    for action in form.actions:
        key = phase_of(form, action.phase)
        phase = case.phase(key)
        if _begins_in(action, phase.stage) and not set(action.by).isdisjoint(roles):
            seen = _seen_before(action, case, phase, who)
            closed = [] if seen else list(_closed(action, facts(key)))
            said = _joined(closed)
            found.append(Move(action=action, hindered=seen or said, waivable=bool(closed) and _waivable(closed)))
    return found


def ruled(
    form: Form,
    case: Case,
    action: Action,
    deed: Deed,
    *,
    facts: Mapping[str, object],
    noted: Sequence[Remark] = (),
    late: Collection[str] = (),
    titles: Mapping[str, str] = MappingProxyType({}),
    days: WorkingDays | None = None,
) -> Ruling:
    """The case after an act.

    Args:
        form: The form.
        case: Where the record stands.
        action: What is done.
        deed: By whom, and what is said.
        facts: What guards may read.
        noted: Remarks that are not sent yet.
        late: Ids of those that were to be seen the time before.
        titles: What roles are called.
        days: Working days, for deadlines.

    Raises:
        OneFillError: Why it is refused; nothing has happened then.
    """
    key = phase_of(form, action.phase)
    phase = case.phase(key)
    _refuse(form, case, action, deed, key, facts, titles)
    if action.kind == "return":
        _refuse_return(noted, late, [one for one in case.of_phase(key) if one.live])
    elif action.kind == "pass" and not deed.confirmed:
        _ask_about_remarks(case, action, key, noted)
    to = _way_back(form, key, phase) if action.kind == "withdraw" else None
    to = to or action.leads_to(phase.stage)
    act = Act(
        action=action.key,
        title=action.title,
        source=phase.stage,
        target=to,
        who=deed.who,
        when=deed.when,
        round=phase.round + (action.kind == "submit"),
        opinion=deed.opinion.strip(),
        reason=deed.reason.strip(),
        day=deed.day,
        rank=deed.rank,
        remarks=len(noted) if action.kind == "return" else 0,
        overruled=tuple(said for _, said in _closed(action, facts)),
    )
    target = stage_of(form, key, to)
    due = due_in(action, target, phase, deed.when.date(), facts, days or WorkingDays())
    moved = replace(
        phase,
        stage=to,
        round=act.round,
        returned=phase.returned + (action.kind == "return"),
        due=due,
        acts=(*phase.acts, act),
    )
    case = _remarked(case.with_phase(key, moved), action, key, act, noted)
    if waits_for(form, key, to) & set(deed.roles):
        case = case.with_holder(key, deed.who)
    return Ruling(case=case, act=act, phase=key)


def due_in(
    action: Action, stage: Stage, before: PhaseCase, today: date, facts: Mapping[str, object], days: WorkingDays
) -> date | None:
    """Until when a stage should end that a phase enters today: what was promised before it still runs, or its own term.

    Args:
        action: What leads into the stage, or leaves the phase in it.
        stage: The stage.
        before: The phase as it stood until now.
        today: The day.
        facts: What its own day is read from.
        days: Working days.
    """
    return before.due if stage.carries or action.to is None else term_of(stage, today, facts, days)


def term_of(stage: Stage, today: date, facts: Mapping[str, object], days: WorkingDays) -> date | None:
    """Until when a stage that begins today should end: the day that the facts name, or so many working days on.

    Args:
        stage: The stage.
        today: The day.
        facts: What its own day is read from.
        days: Working days.
    """
    if stage.until is None:
        return days.after(today, stage.days) if stage.days else None
    try:
        found = compile_expression(stage.until).evaluate(facts)
    except ExpressionError:
        return None
    return found if isinstance(found, date) else None


def _way_back(form: Form, key: str, phase: PhaseCase) -> str:
    """The stage from which a phase was handed in last; empty if the form has it no more."""
    handed_in = phase.by(one.key for one in form.actions if one.kind == "submit" and phase_of(form, one.phase) == key)
    stages = {one.key for one in form.stages if phase_of(form, one.phase) == key} | {DRAFT}
    return handed_in.source if handed_in and handed_in.source in stages else ""


def times_in(form: Form, phase: PhaseCase) -> int:
    """How many times a phase was submitted and left in."""
    return phase.round - len(withdrawn_rounds(form, phase))


def withdrawn_rounds(form: Form, phase: PhaseCase) -> set[int]:
    """Which of the submissions of a phase were withdrawn, from 1."""
    withdrawals = {one.key for one in form.actions if one.kind == "withdraw"}
    return {act.round for act in phase.acts if act.action in withdrawals}


def left_in(form: Form, phase: PhaseCase) -> tuple[int, ...]:
    """Numbers of the entries of those submissions that were not withdrawn."""
    withdrawn = withdrawn_rounds(form, phase)
    return tuple(n for round, n in enumerate(phase.submissions, 1) if round not in withdrawn)


def ends_after(form: Form, action: Action) -> frozenset[str]:
    """The stages in which what an action gave may have come to its end: all that are done, but for those beside it."""
    phase = phase_of(form, action.phase)
    beside = {
        one.leads_to(stage)
        for one in form.actions
        if phase_of(form, one.phase) == phase
        for stage in set(one.from_) & set(action.from_)
    }
    done = {one.key for one in form.stages if phase_of(form, one.phase) == phase and one.holder == "done"}
    return frozenset(done - beside)


def waits_for(form: Form, phase: str, stage: str) -> frozenset[str]:
    """The roles for whose act a stage waits; none while it lies with its owner.

    Whoever can only send it back, note something, or take their own back is not the one it waits for.
    """
    acts = [one for one in _acts_in(form, phase, stage) if one.kind != "return"]
    onward = frozenset(role for one in acts if one.leads_to(stage) != stage for role in one.by)
    return onward - _givers(form, phase) or onward or frozenset(role for one in acts for role in one.by)


def may_act(form: Form, phase: str, stage: str) -> frozenset[str]:
    """The roles that may do anything for the office in a stage, so that what they say there is heard."""
    return frozenset(role for one in _acts_in(form, phase, stage) for role in one.by)


def hand_in(form: Form, phase: str, stage: str) -> frozenset[str]:
    """The roles that may hand a phase in from a stage, for the first time or again."""
    return frozenset(role for one in _begun_in(form, phase, stage) if one.kind == "submit" for role in one.by)


def awaited_in(form: Form, stages: Collection[str]) -> list[Stage]:
    """Of the stages in which the phases of a case stand those that are passed and wait for one more act."""
    return [one for one in form.stages if one.awaited and one.key in stages]


def awaited_of(form: Form, stage: Stage) -> frozenset[str]:
    """The roles for whose act a stage waits that is passed already."""
    begun = _begun_in(form, phase_of(form, stage.phase), stage.key)
    return frozenset(role for one in begun if one.kind == "move" for role in one.by)


def owners_of(form: Form, phase: str) -> frozenset[str]:
    """The roles that may hand a phase in at all."""
    return frozenset(
        role for one in form.actions if one.kind == "submit" and phase_of(form, one.phase) == phase for role in one.by
    )


def was_sent_back(form: Form, phase: PhaseCase) -> bool:
    """Whether the office has returned a phase last, whatever its owners have handed in and taken back since."""
    kinds = {one.key: one.kind for one in form.actions}
    done = (kinds.get(act.action, "") for act in reversed(phase.acts))
    return next((kind == "return" for kind in done if kind not in ("submit", "withdraw")), False)


def reopening(form: Form, phase: str, stage: str) -> str:
    """Title of what the side that handed a phase in may do in a stage to change it; empty if nothing leads there."""
    givers = _givers(form, phase)
    ways = (one for one in _begun_in(form, phase, stage) if one.kind == "move" and givers & set(one.by))
    return next((one.title for one in ways if _comes_back(form, phase, one.leads_to(stage))), "")


def _comes_back(form: Form, phase: str, stage: str) -> bool:
    """Whether a stage is its owner's, or may become so by acts of the office."""
    seen, ahead = set[str](), [stage]
    while ahead:
        at = ahead.pop()
        if at in seen:
            continue
        seen.add(at)
        if stage_of(form, phase, at).holder == "owner":
            return True
        ahead += [one.leads_to(at) for one in _acts_in(form, phase, at) if one.to]
    return False


def _givers(form: Form, phase: str) -> frozenset[str]:
    """The roles that hand a phase in or take it back."""
    own = ("submit", "withdraw")
    return frozenset(
        role for one in form.actions if one.kind in own and phase_of(form, one.phase) == phase for role in one.by
    )


def _acts_in(form: Form, phase: str, stage: str) -> list[Action]:
    """What may be done for the office in a stage; nothing while it lies with its owner."""
    if stage_of(form, phase, stage).holder != "office":
        return []
    return [one for one in _begun_in(form, phase, stage) if one.kind != "withdraw"]


def _begun_in(form: Form, phase: str, stage: str) -> Iterator[Action]:
    """What may be done in a stage by whomever."""
    return (one for one in form.actions if phase_of(form, one.phase) == phase and _begins_in(one, stage))


def _begins_in(action: Action, stage: str) -> bool:
    return stage in (action.from_ or (DRAFT,))


def _remarked(case: Case, action: Action, key: str, act: Act, noted: Sequence[Remark]) -> Case:
    """What an act does to the remarks of its phase."""
    if action.kind == "return":
        sent = [replace(one, state=RemarkState.OPEN, round=act.round) for one in noted]
        again = [_reopened(one) if one.phase == key else one for one in case.remarks]
        return replace(case, remarks=(*again, *sent))
    if action.kind in ("pass", "refuse"):
        ended = [
            replace(one, state=RemarkState.CLOSED) if one.phase == key and one.live else one for one in case.remarks
        ]
        return replace(case, remarks=tuple(ended))
    return case


def _reopened(remark: Remark) -> Remark:
    """An answered remark that did not satisfy is open again when the submission is returned."""
    return replace(remark, state=RemarkState.OPEN) if remark.state is RemarkState.ANSWERED else remark


# -- refusals ------------------------------------------------------------------------------------------------------


def _refuse(
    form: Form,
    case: Case,
    action: Action,
    deed: Deed,
    key: str,
    facts: Mapping[str, object],
    titles: Mapping[str, str],
) -> None:
    phase = case.phase(key)
    if set(action.by).isdisjoint(deed.roles):
        raise NotYours(action=action.title, roles="、".join(titles.get(role, role) for role in action.by))
    if not _begins_in(action, phase.stage):
        raise NotNow(stage=stage_of(form, key, phase.stage).title, action=action.title)
    if _seen_before(action, case, phase, deed.who):
        raise FourEyes(action=action.title, who=deed.who)
    closed = list(_closed(action, facts))
    if closed and not (_waivable(closed) and deed.waives and deed.reason.strip()):
        raise GuardFailed(action=action.title, why=_joined(closed))
    given = {"opinion": deed.opinion.strip(), "reason": deed.reason.strip(), "date": deed.day, "rank": deed.rank}
    for asked in action.asked:
        if not given[asked.what]:
            raise Asked(action=action.title, what=ASKS[asked.what])
        if asked.what == "date" and deed.day is not None:
            # Of a clock that was put back: no day would lie both after what was done and before today.
            last = phase.last.when.date() if phase.last else deed.when.date()
            _refuse_day(action, asked, deed.day, max(deed.when.date(), last), phase)


def _refuse_day(action: Action, asked: Ask, day: date, today: date, phase: PhaseCase) -> None:
    """Refuse the day of a deed that lies ahead, or before what it follows."""
    if day > today and not asked.future:
        raise DayAhead(action=action.title, day=date_text(day), today=date_text(today))
    for key in asked.after:
        before = phase.by([key])
        if before is not None and day < (before.day or before.when.date()):
            earliest = date_text(before.day or before.when.date())
            raise DayBefore(action=action.title, day=date_text(day), before=before.title, earliest=earliest)


def _seen_before(action: Action, case: Case, phase: PhaseCase, who: str) -> str:
    """Why a second pair of eyes is needed; empty if it is not, or if these are they."""
    led = {act.who for act in _led_here(phase)} if action.four_eyes else set()
    if who not in led | _decided(action, case):
        return ""
    return f"“{action.title}”要由另一个人做"


def _decided(action: Action, case: Case) -> set[str]:
    """Who did last, in whichever phase, what the action must be done apart from."""
    acts = (one.by(action.apart_from) for one in case.phases.values())
    newest = max((act for act in acts if act is not None), key=lambda act: act.when, default=None)
    return {newest.who} if newest is not None else set()


def _led_here(phase: PhaseCase) -> list[Act]:
    """The acts since it was handed in that led to where it stands; what was gone back on is left out."""
    led: list[Act] = []
    for act in phase.acts:
        if act.round == phase.round:
            reached = [one.target for one in led]
            led = led[: reached.index(act.target) + 1] if act.target in reached else [*led, act]
    return led


def _closed(action: Action, facts: Mapping[str, object]) -> Iterator[tuple[Gate, str]]:
    """The gates of an action that do not let it through, each with what it says."""
    for gate in action.guards:
        said = [" ".join(one.split()) for one in _said_by(gate, facts)]
        if said:
            more = f"；这样的共 {len(said)} 处" if len(said) > MOST_SAID else ""
            yield gate, "；".join(dict.fromkeys(said[:MOST_SAID])) + more


def _said_by(gate: Gate, facts: Mapping[str, object]) -> Iterator[str]:
    """What a gate says that is closed, of each item that closes it; nothing if it is open."""
    try:
        for names in _items(gate, facts):
            if not compile_expression(gate.expect).evaluate(names):
                yield compile_text(gate.message).render(names)
    except ExpressionError as error:
        yield str(error).rstrip("。")


def _items(gate: Gate, facts: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """The facts, with each item that a gate looks at; the facts alone where it looks at none."""
    if gate.each is None:
        yield facts
        return
    items = compile_expression(gate.each.in_).evaluate(facts)
    for item in items if isinstance(items, list | tuple) else ():
        yield names_over(facts, {gate.each.as_: item})


def _waivable(closed: Collection[tuple[Gate, str]]) -> bool:
    return all(gate.reason for gate, _ in closed)


def _joined(closed: Iterable[tuple[Gate, str]]) -> str:
    """What closed gates say, those first that no reason opens."""
    told = sorted(closed, key=lambda one: one[0].reason)
    return "；".join(f"{said}（{gate.clause}）" if gate.clause else said for gate, said in told)


def _refuse_return(noted: Sequence[Remark], late: Collection[str], live: Sequence[Remark]) -> None:
    if not noted and not live:
        raise NothingToReturn
    for one in noted:
        if one.id in late and not one.reason.strip():
            raise ReasonForLateRemark(label=one.label)


def _ask_about_remarks(case: Case, action: Action, key: str, noted: Sequence[Remark]) -> None:
    waiting = len(noted) + sum(one.live for one in case.of_phase(key))
    if waiting:
        raise RemarksOpen(count=waiting, action=action.title)
