"""What has happened to a record since it was first submitted: stages, acts, remarks. Plain values that never change.

It lies in a record's data under ``@case`` and is written only by the entry of an act, so that every entry says where
the record stood after it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

#: Where in a record's data it lies.
CASE = "@case"
#: The stage of a phase that was not submitted yet, or was withdrawn.
DRAFT = "draft"


def place_of(phase: str, stage: str) -> str:
    """What a stage of a phase is called where all stand side by side."""
    return f"{phase}.{stage}"


class RemarkState(StrEnum):
    """The life of a remark."""

    NOTED = "noted"
    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class Remark:
    """An officer's word on one field, row or item.

    Attributes:
        id: Of the remark.
        phase: Key of the phase.
        at: Path of a field or row; ``item:`` and its id for an item of the checklist; empty for the whole.
        label: What that place is called.
        what: What is wrong.
        remedy: What to do.
        clause: Where it is asked.
        by: Whose word.
        when: When it was written.
        round: In which submission it was found, from 1.
        state: How far it is.
        answer: What the institution says to it.
        reason: Why it is said only now though it was to be seen the time before.
    """

    id: str
    phase: str
    at: str
    label: str
    what: str
    remedy: str = ""
    clause: str = ""
    by: str
    when: datetime
    round: int = 1
    state: RemarkState = RemarkState.NOTED
    answer: str = ""
    reason: str = ""

    @property
    def live(self) -> bool:
        """Whether something is still to be done about it."""
        return self.state in (RemarkState.OPEN, RemarkState.ANSWERED)

    def plain(self) -> dict[str, Any]:
        """As it is kept."""
        return {**asdict(self), "when": self.when.isoformat(), "state": str(self.state)}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Remark":
        """Out of a record's data."""
        known = {one.name for one in fields(cls)}
        told = {key: value for key, value in kept.items() if key in known}
        return cls(
            **{**told, "when": datetime.fromisoformat(kept["when"]), "state": RemarkState(kept.get("state", "noted"))}
        )


@dataclass(frozen=True, kw_only=True)
class Act:
    """Something that was done to a submission.

    Attributes:
        action: Key of the action.
        title: What it was called then.
        source: Stage before.
        target: Stage after.
        who: By whom.
        when: When.
        round: In which submission.
        opinion: What was said with it.
        reason: Why, where a reason was asked.
        day: The date that was asked.
        rank: The place in a ranked list, if that was asked; 0 if not.
        remarks: How many remarks went with it.
        entry: Number of the entry that it wrote; 0 in entries that did not say so yet.
        number: Of the paper that was sent with it; empty if none was.
        overruled: What the gates said that were passed with a reason.
    """

    action: str
    title: str
    source: str
    target: str
    who: str
    when: datetime
    round: int = 1
    opinion: str = ""
    reason: str = ""
    day: date | None = None
    rank: int = 0
    remarks: int = 0
    entry: int = 0
    number: str = ""
    overruled: tuple[str, ...] = ()

    def plain(self) -> dict[str, Any]:
        """As it is kept."""
        told = {**asdict(self), "when": self.when.isoformat(), "day": self.day.isoformat() if self.day else None}
        told.pop("overruled")
        return {**told, "overruled": list(self.overruled)} if self.overruled else told

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Act":
        """Out of a record's data."""
        day = kept.get("day")
        return cls(
            **{
                **kept,
                "when": datetime.fromisoformat(kept["when"]),
                "day": date.fromisoformat(day) if day else None,
                "overruled": tuple(kept.get("overruled", ())),
            }
        )


@dataclass(frozen=True, kw_only=True)
class PhaseCase:
    """How far one phase is.

    Attributes:
        stage: Key of the stage it stands in; ``draft`` before it is submitted.
        round: How many times it was submitted.
        returned: How many times it came back.
        due: Until when whoever holds it should be done.
        receipt: Number of the receipt of the last submission.
        submissions: Number of the entry of each submission.
        prints: First 8 characters of the facts hash of each document at the last submission.
        acts: All that was done, in order.
    """

    stage: str = DRAFT
    round: int = 0
    returned: int = 0
    due: date | None = None
    receipt: str = ""
    submissions: tuple[int, ...] = ()
    prints: Mapping[str, str] = field(default_factory=dict)
    acts: tuple[Act, ...] = ()

    @property
    def last(self) -> Act | None:
        """What was done last."""
        return self.acts[-1] if self.acts else None

    def by(self, action: Iterable[str]) -> Act | None:
        """The last time one of these actions was done."""
        wanted = set(action)
        return next((act for act in reversed(self.acts) if act.action in wanted), None)

    @property
    def rank(self) -> int:
        """The place in a ranked list that it was given last; 0 if none was."""
        return next((act.rank for act in reversed(self.acts) if act.rank), 0)

    def plain(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "stage": self.stage,
            "round": self.round,
            "returned": self.returned,
            "due": self.due.isoformat() if self.due else None,
            "receipt": self.receipt,
            "submissions": list(self.submissions),
            "prints": dict(self.prints),
            "acts": [act.plain() for act in self.acts],
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "PhaseCase":
        """Out of a record's data."""
        due = kept.get("due")
        return cls(
            stage=kept["stage"],
            round=kept["round"],
            returned=kept["returned"],
            due=date.fromisoformat(due) if due else None,
            receipt=kept["receipt"],
            submissions=tuple(kept["submissions"]),
            prints=dict(kept.get("prints", {})),
            acts=tuple(Act.of(one) for one in kept["acts"]),
        )


@dataclass(frozen=True, kw_only=True)
class Case:
    """All phases of a record that were ever submitted, all remarks that were ever sent, what was accepted, who has it.

    Attributes:
        phases: By key.
        remarks: In the order in which they were sent.
        accepted: Digest of what an officer has accepted, by item of the checklist.
        assigned: Who has taken a stage upon themselves, by ``place_of``; they have it when it comes back, too.
    """

    phases: Mapping[str, PhaseCase] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()
    accepted: Mapping[str, str] = field(default_factory=dict)
    assigned: Mapping[str, str] = field(default_factory=dict)

    def phase(self, key: str) -> PhaseCase:
        """One phase; untouched if it was never submitted."""
        return self.phases.get(key) or PhaseCase()

    def of_phase(self, key: str) -> tuple[Remark, ...]:
        """The remarks of one phase."""
        return tuple(one for one in self.remarks if one.phase == key)

    @property
    def acts(self) -> list[dict[str, object]]:
        """All that was done in any phase, in order, as expressions read it."""
        done = sorted((act for phase in self.phases.values() for act in phase.acts), key=lambda act: act.when)
        return [{"action": act.action, "day": act.when.date(), "by": act.who} for act in done]

    def holder(self, key: str) -> str:
        """Who has taken the stage in which a phase stands; empty if nobody has."""
        return self.assigned.get(place_of(key, self.phase(key).stage), "")

    def with_holder(self, key: str, name: str) -> "Case":
        """The case with the stage in which that phase stands in somebody's hands, or in nobody's."""
        others = {place: one for place, one in self.assigned.items() if place != place_of(key, self.phase(key).stage)}
        mine = {place_of(key, self.phase(key).stage): name} if name else {}
        return replace(self, assigned={**others, **mine})

    def with_phase(self, key: str, phase: PhaseCase) -> "Case":
        """The case with that phase otherwise."""
        return replace(self, phases={**self.phases, key: phase})

    def plain(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "phases": {key: phase.plain() for key, phase in self.phases.items()},
            "remarks": [remark.plain() for remark in self.remarks],
            "accepted": dict(self.accepted),
            "assigned": dict(self.assigned),
        }

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Case":
        """Out of a record's data."""
        kept = data.get(CASE) or {}
        return cls(
            phases={key: PhaseCase.of(one) for key, one in kept.get("phases", {}).items()},
            remarks=tuple(Remark.of(one) for one in kept.get("remarks", ())),
            accepted=dict(kept.get("accepted", {})),
            assigned=dict(kept.get("assigned", {})),
        )
