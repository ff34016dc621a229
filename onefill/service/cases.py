"""Where an open record stands: its case, what is locked, who may act, and what an act writes."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from onefill.definitions import Definitions
from onefill.definitions.model import Form, Pack
from onefill.definitions.procedure import CaseList
from onefill.errors import OneFillError
from onefill.fields.chinese import date_text
from onefill.fields.working_days import WorkingDays
from onefill.reviews import CASE, Act, Case, PhaseCase
from onefill.reviews.case import DRAFT, place_of
from onefill.reviews.moves import (
    awaited_in,
    awaited_of,
    owners_of,
    phase_of,
    phase_title,
    reopening,
    stage_of,
    times_in,
    waits_for,
    was_sent_back,
    what_was_handed_in,
)
from onefill.service.indexing import FILLING
from onefill.service.shapes import Person, Submitted
from store import Change

#: What officers and the institution write before an act takes it along: remarks not sent yet, answers not handed in
#: yet, remarks closed, items accepted, who has opened the submission.
NOTES, ANSWERS, CLOSED, ACCEPTED, OPENED = "@notes", "@answers", "@closed", "@accepted", "@opened"
#: What may be written while an officer holds the record: nothing of what was asked.
ASIDE = "@"
#: Where lists keep the stages in which the phases of a record stand, those it is no longer at among them.
STAGES = "stages"
#: Where they keep whether a record was returned to its owner.
SENT_BACK = "sent_back"
#: Where they keep which phase is to be handed in next; empty if none is.
TO_COME = "to_come"


class SectionLocked(OneFillError):
    """It was handed in, so it stays as it is."""

    message = "{phase}已经交了（现在是“{stage}”），“{section}”锁住了。要改，先撤回，或等退回、申请变更。"


def case_of(data: Mapping[str, Any]) -> Case:
    """Where a record stands."""
    return Case.of(data)


def locked_sections(form: Form, case: Case) -> dict[str, str]:
    """Sections that may not be changed now, each with the key of the phase that locks it first."""
    return {section: phases[0] for section, phases in _locks(form, case).items()}


def open_fields(form: Form, case: Case) -> dict[str, frozenset[str]]:
    """Fields of locked sections that are filled all the same: they count from a phase after all that lock these.

    A roster is handed in before the classes begin, its marks are entered after the exam.
    """
    places = {one.key: place for place, one in enumerate(form.phases)}
    found = {}
    for section in form.sections:
        last = max((places[one] for one in _locks(form, case).get(section.key, ())), default=None)
        if last is not None:
            asked = [(field.key, places.get(field.from_ or section.from_ or "", 0)) for field in section.fields]
            found[section.key] = frozenset(key for key, place in asked if place > last)
    return found


def _locks(form: Form, case: Case) -> dict[str, list[str]]:
    """The phases that lock each section, in order.

    A phase locks its sections once it lies with an officer or is done with; while one lies with an officer, everything
    that counts up to it is as it was handed in.
    """
    locks: dict[str, list[str]] = {}
    for index, phase in enumerate(form.phases):
        state = case.phase(phase.key)
        if state.stage == DRAFT:
            continue
        holder = stage_of(form, phase.key, state.stage).holder
        if holder == "owner":
            continue
        for key in dict.fromkeys([*phase.locks, *(_counting(form, index) if holder == "office" else ())]):
            locks.setdefault(key, []).append(phase.key)
    return locks


def _counting(form: Form, phase: int) -> Iterator[str]:
    """Sections of which anything counts up to a phase."""
    places = {one.key: place for place, one in enumerate(form.phases)}
    for section in form.sections:
        stated = [field.from_ or section.from_ for field in section.fields] or [section.from_]
        if min(places.get(one, 0) if one else 0 for one in stated) <= phase:
            yield section.key


def locking(form: Form, case: Case) -> Callable[[str], str]:
    """Tells the section in which a path is locked now; nothing where it may be typed. A new row is not asked about."""
    locked, still = locked_sections(form, case), open_fields(form, case)
    owners = {field.key: section.key for section in form.sections if not section.repeat for field in section.fields}

    def section_of(path: str) -> str:
        head, _, field = (*path.split("/"), "", "")[:3]
        section, key = (owners[head], head) if head in owners else (head, field)
        return section if section in locked and key not in still.get(section, ()) else ""

    return section_of


def refuse_locked(form: Form, data: Mapping[str, Any], changes: Sequence[Change]) -> None:
    """Refuse changes of what was handed in.

    Raises:
        SectionLocked: What one of them would change is locked; none is kept.
    """
    if CASE not in data:
        return
    case = case_of(data)
    locked = locked_sections(form, case)
    locked_at = locking(form, case)
    for change in changes:
        head, row = (*change.path.split("/"), "")[:2]
        is_new = head in locked and row not in (data.get(head) or {})
        if section := head if is_new else locked_at(change.path):
            phase = locked[section]
            title = next((one.title for one in form.sections if one.key == section), section)
            stage = stage_of(form, phase, case.phase(phase).stage).title
            raise SectionLocked(phase=what_was_handed_in(form, phase), stage=stage, section=title)


@dataclass(frozen=True)
class Lock:
    """Why a section may not be changed now.

    Attributes:
        handed_in: What was handed in and how far that came, in words.
        way: How it may be changed all the same, in words; empty if it may not.
        still: Fields that are filled all the same.
    """

    handed_in: str
    way: str
    still: frozenset[str]

    @property
    def why(self) -> str:
        """The reason and the way out."""
        what = "当时交的锁住了，后面阶段的照样填" if self.still else "这里锁住了"
        return f"{self.handed_in}，{what}。" + (f"要改，{self.way}" if self.way else "不能再改")


def locks(form: Form, case: Case) -> dict[str, Lock]:
    """Sections that may not be changed now, each with the reason."""
    told, still = {}, open_fields(form, case)
    for section, phase in locked_sections(form, case).items():
        stage = stage_of(form, phase, case.phase(phase).stage)
        way = "先撤回，或等退回" if stage.holder == "office" else reopening(form, phase, stage.key)
        handed_in = f"{what_was_handed_in(form, phase)}已经交了，现在是“{stage.title}”"
        told[section] = Lock(handed_in, way, still.get(section, frozenset()))
    return told


def why_locked(form: Form, case: Case) -> dict[str, str]:
    """Sections that may not be changed now, each with the reason and the way out in words."""
    return {section: lock.why for section, lock in locks(form, case).items()}


def submitted_of(form: Form, case: Case) -> Submitted | None:
    """Where the phase stands that was acted upon last; nothing if none is handed in."""
    key = active_phase(form, case)
    if key is None or case.phase(key).stage == DRAFT:
        return None
    state = case.phase(key)
    stage = stage_of(form, key, state.stage)
    return Submitted(
        phase=[one.key for one in form.phases].index(key),
        title=what_was_handed_in(form, key),
        stage=stage.title,
        holder=stage.holder,
        passed=stage.passed,
        returned=state.returned,
        sent_back=stage.holder == "owner" and was_sent_back(form, state),
        due=state.due,
        waits_for=waits_for(form, key, state.stage),
        assigned=case.holder(key),
        owners=owners_of(form, key),
        awaits=awaiting(form, stages_of(form, case)),
    )


def stages_of(form: Form, case: Case) -> list[str]:
    """The stages in which the phases of a record stand."""
    return [one.stage for one in (case.phase(each.key) for each in form.phases) if one.stage != DRAFT]


def awaiting(form: Form, stages: Collection[str]) -> frozenset[str]:
    """The roles that are still to act upon what has passed."""
    return frozenset(role for one in awaited_in(form, stages) for role in awaited_of(form, one))


def with_next(form: Form, told: Submitted, to_come: str) -> Submitted:
    """Where a record stands, with the phase that is to be handed in next where there is one."""
    return replace(told, then=phase_title(form, to_come), then_by=owners_of(form, to_come)) if to_come else told


def roles_of(definitions: Definitions, form: str, who: Person) -> frozenset[str]:
    """The roles a person acts in; on one's own PC those of the institution."""
    if who.roles is not None:
        return frozenset(who.roles)
    return frozenset(role.key for role in definitions.pack_of(form).roles if role.reach == "own")


def packs_for(definitions: Definitions, who: Person) -> list[Pack]:
    """The businesses that are a person's: on one's own PC all, else those in which the person has a role."""
    roles = None if who.roles is None else set(who.roles)
    return [
        pack for pack in definitions.packs.values() if roles is None or any(role.key in roles for role in pack.roles)
    ]


def working_days(definitions: Definitions, form: str) -> WorkingDays:
    """The days that the pack's offices work."""
    calendar = definitions.pack_of(form).calendar
    tables = {table.key: table for table in definitions.tables(form)}

    def days(key: str | None) -> frozenset[date]:
        rows = tables[key].rows if key in tables else ()
        return frozenset(date.fromisoformat(str(row["day"])) for row in rows if row.get("day"))

    return WorkingDays(days(calendar.holidays), days(calendar.workdays))


def active_phase(form: Form, case: Case) -> str | None:
    """Key of the phase that was acted upon last and stands somewhere, the later one of two; none if there is none.

    A later phase that was withdrawn does not hide how far the ones before it came.
    """
    acted = {key: state.last.when for key, state in case.phases.items() if state.last and state.stage != DRAFT}
    known = [phase.key for phase in form.phases if phase.key in acted]
    return max(reversed(known), key=lambda key: acted[key]) if known else None


def state_key(phase: str, stage: str) -> str:
    """What the store calls the state of a record that stands in a stage."""
    return place_of(phase, stage)


def list_states(form: Form, wanted: CaseList) -> list[str]:
    """The states of the records of a list: its phase's stages, and those of other phases that it names, too."""
    phase = phase_of(form, wanted.phase)
    own = {one.key for one in form.stages if phase_of(form, one.phase) == phase}
    others = [one for one in form.stages if one.key in wanted.stages and one.key not in own]
    states = [state_key(phase, key) for key in wanted.stages if key in own]
    return [*states, *(state_key(phase_of(form, one.phase), one.key) for one in others)]


def standing_of(form: Form, case: Case) -> tuple[str, date | None, dict[str, Any]]:
    """What lists say of a record: its state, until when something is due, and more for queues."""
    phase = active_phase(form, case)
    if phase is None:
        return FILLING, None, {}
    state = case.phase(phase)
    if state.stage == DRAFT:
        return FILLING, None, {}
    stage = stage_of(form, phase, state.stage)
    last = state.last
    about = {
        "phase": phase,
        "stage": state.stage,
        "stage_title": stage.title,
        "phase_title": phase_title(form, phase),
        "holder": stage.holder,
        "round": times_in(form, state),
        "returned": state.returned,
        SENT_BACK: stage.holder == "owner" and was_sent_back(form, state),
        "receipt": state.receipt,
        "submitted_at": _submitted_at(form, state),
        "since": last.when.isoformat() if last else "",
        "by": last.who if last else "",
        "rank": state.rank,
        "passed": passed_phases(form, case),
        STAGES: stages_of(form, case),
        "remarks": sum(one.live for one in case.of_phase(phase)),
        **holders(form, case),
    }
    return state_key(phase, state.stage), state.due, about


def passed_phases(form: Form, case: Case) -> list[str]:
    """Keys of the phases that have come to a good end, also while a change of what was handed in is asked."""
    return [one.key for one in form.phases if _has_passed(form, one.key, case.phase(one.key))]


def _has_passed(form: Form, key: str, state: PhaseCase) -> bool:
    now = stage_of(form, key, state.stage)
    if state.stage == DRAFT or (now.holder == "done" and not now.passed):
        return False
    return any(stage_of(form, key, act.target).passed for act in state.acts)


def holders(form: Form, case: Case) -> dict[str, Any]:
    """What lists say of who has a case: the stage it stands in, and while it is under way any other one."""
    phase = active_phase(form, case)
    if phase is None:
        return {}
    done = stage_of(form, phase, case.phase(phase).stage).holder == "done"
    return {"assigned": case.holder(phase), "holders": [] if done else sorted(set(case.assigned.values()))}


def _submitted_at(form: Form, state: PhaseCase) -> str:
    submit = state.by(action.key for action in form.actions if action.kind == "submit")
    return submit.when.isoformat() if submit else ""


def said_with_acts(form: Form, case: Case, *, to_office: bool) -> dict[int, str]:
    """What was said with the acts upon a record, by the number of the entry that each wrote.

    Args:
        form: The form.
        case: Where the record stands.
        to_office: Whether an office is told; an institution hears what is said of a submission when it is decided.
    """
    told = {}
    for phase in form.phases:
        state = case.phase(phase.key)
        pending = not to_office and stage_of(form, phase.key, state.stage).holder == "office"
        for act in state.acts:
            words = "　".join(f"{name}：{said}" for name, said in _words(act) if said)
            if words and not (pending and act.round == state.round):
                told[act.entry] = words
    return told


def _words(act: Act) -> tuple[tuple[str, str], ...]:
    return ("意见", act.opinion), ("理由", act.reason), ("日期", date_text(act.day) if act.day else "")


def opened_by(data: Mapping[str, Any], phase: str) -> tuple[str, datetime] | None:
    """Who has opened a submission first, and when; nobody yet if nothing."""
    kept = (data.get(OPENED) or {}).get(phase)
    return (kept["who"], datetime.fromisoformat(kept["at"])) if kept else None
