"""What guards of actions and notices may read about a submission; each part is worked out when it is asked."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cached_property

from onefill.definitions.case_names import CASE
from onefill.definitions.procedure import Stage
from onefill.materials import Checklist, ItemState
from onefill.problems import Level
from onefill.reviews.case import Case
from onefill.reviews.moves import phase_title, stage_of, times_in
from onefill.service.cases import case_of
from onefill.service.open_record import OpenRecord
from onefill.service.remarks_aside import notes_of, with_aside


class CaseFacts(Mapping[str, object]):
    """The names of ``CASE`` with what they stand for; to be read under the book's lock.

    Args:
        opened: The record.
        phase: Key of the phase.
        checklist: Works out the checklist of that phase.
        today: Day of the act that is done or asked about.
        case: Where the record stands, if not as its data says.
        entered: Works out what the record has entered into registers.
    """

    def __init__(
        self,
        opened: OpenRecord,
        phase: str,
        checklist: Callable[[], Checklist],
        today: date,
        case: Case | None = None,
        entered: Callable[[], list[dict[str, str]]] = list,
    ) -> None:
        self.record = opened.sheet.view
        self.today = today
        self._form = opened.sheet.plan.form
        self._opened = opened
        self._key = phase
        self._checklist = checklist
        self._entered = entered
        self._case = case or with_aside(case_of(opened.sheet.data), opened.sheet.data, phase, answers=False)
        self._phase = self._case.phase(phase)
        self._last = self._phase.last

    def __getitem__(self, name: str) -> object:
        if name not in CASE:
            raise KeyError(name)
        return getattr(self, name)

    def __iter__(self) -> Iterator[str]:
        return iter(CASE)

    def __len__(self) -> int:
        return len(CASE)

    @property
    def phase(self) -> str:
        """Title of the phase."""
        return phase_title(self._form, self._key)

    @property
    def stage(self) -> str:
        """Title of the stage it stands in."""
        return stage_of(self._form, self._key, self._phase.stage).title

    @property
    def round(self) -> int:
        """How many times it was submitted; what was withdrawn counts for nothing."""
        return times_in(self._form, self._phase)

    @property
    def returned(self) -> int:
        """How many times it came back."""
        return self._phase.returned

    @property
    def receipt(self) -> str:
        """Number of the receipt."""
        return self._phase.receipt

    @property
    def number(self) -> str:
        """Number of the paper sent with the last act; that of the receipt where papers had none of their own yet."""
        return (self._last.number if self._last else "") or self.receipt

    @property
    def submitted_on(self) -> object:
        """Day of the last submission."""
        act = self._phase.by(one.key for one in self._form.actions if one.kind == "submit")
        return act.when.date() if act else None

    @property
    def handed_in_on(self) -> object:
        """Day of the first submission that was not withdrawn."""
        kinds = {one.key: one.kind for one in self._form.actions}
        days: list[date] = []
        for act in self._phase.acts:
            kind = kinds.get(act.action)
            if kind == "withdraw":
                # What went before came back to be mended: it was handed in all the same.
                del days[-1:]
            elif kind == "submit":
                days.append(act.when.date())
        return days[0] if days else None

    @property
    def acted_on(self) -> object:
        """Day of the last act."""
        return self._last.when.date() if self._last else None

    @property
    def due(self) -> object:
        """Until when whoever holds it should be done."""
        return self._phase.due

    @property
    def by(self) -> str:
        """Who acted last."""
        return self._last.who if self._last else ""

    @property
    def opinion(self) -> str:
        """What was said with the last act."""
        return self._last.opinion if self._last else ""

    @property
    def reason(self) -> str:
        """Why it was done."""
        return self._last.reason if self._last else ""

    @property
    def date(self) -> object:
        """The date that was asked with the last act."""
        return self._last.day if self._last else None

    @property
    def rank(self) -> int:
        """The place in a ranked list that it was given last; 0 if none was."""
        return self._phase.rank

    @property
    def errors(self) -> int:
        """How many places must be mended."""
        return self._levels.count(Level.ERROR)

    @property
    def warnings(self) -> int:
        """How many places ought to be looked at."""
        return self._levels.count(Level.WARNING)

    @property
    def lacking(self) -> int:
        """How many materials are wanting."""
        return len(self._checklist().lacking)

    @property
    def open_remarks(self) -> int:
        """How many remarks are not at their end, those not sent yet among them."""
        live = [one for one in self._case.of_phase(self._key) if one.live]
        return len(live) + sum(one.phase == self._key for one in notes_of(self._opened.sheet.data))

    @property
    def unseen(self) -> int:
        """How many materials nobody has accepted or said anything of."""
        return len(self.unlooked())

    def unlooked(self) -> tuple[ItemState, ...]:
        """Materials that nobody has accepted or said anything of."""
        live = [one for one in self._case.of_phase(self._key) if one.live]
        told = [*live, *notes_of(self._opened.sheet.data)]
        return self._checklist().unseen({one.at.removeprefix("item:") for one in told if one.phase == self._key})

    @property
    def passed(self) -> list[str]:
        """Keys of the phases that were passed."""
        return [key for key, stage in self._stages() if stage.passed]

    @property
    def in_review(self) -> list[str]:
        """Keys of the phases that lie with the office."""
        return [key for key, stage in self._stages() if stage.holder == "office"]

    @property
    def refused(self) -> list[str]:
        """Keys of the phases that have come to their end without being passed."""
        return [key for key, stage in self._stages() if stage.holder == "done" and not stage.passed]

    @property
    def entered(self) -> list[dict[str, str]]:
        """Lines of registers that the record has opened and that have not ended: of which register, and their names."""
        return self._entered()

    @property
    def acts(self) -> list[dict[str, object]]:
        """All that was done, of every phase."""
        return self._case.acts

    def _stages(self) -> Iterator[tuple[str, Stage]]:
        for one in self._form.phases:
            yield one.key, stage_of(self._form, one.key, self._case.phase(one.key).stage)

    @cached_property
    def _levels(self) -> list[Level]:
        index = self._opened.sheet.plan.phase_index(self._key)
        return [one.problem.level for one in self._opened.findings.all(index)]
