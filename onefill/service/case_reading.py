"""Where an open record stands, and what guards, notices and pages may read of that."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import partial

from onefill.definitions.procedure import Stage
from onefill.facts.views import names_over
from onefill.fields.working_days import WorkingDays
from onefill.materials import Checklist
from onefill.problems import FieldPlace, Level
from onefill.reviews import Case, moves
from onefill.reviews.cautions import Cautioned, cautioned
from onefill.reviews.errors import NotNow, NotYours
from onefill.reviews.moves import may_act, phase_of, phase_title, stage_of, waits_for
from onefill.service.book import Book
from onefill.service.case_facts import CaseFacts
from onefill.service.case_shapes import Blocker, CaseState, Correction, PhaseStanding, Whole
from onefill.service.cases import case_of, locked_sections, locking, opened_by, roles_of, working_days
from onefill.service.checking import Checking
from onefill.service.corrections import correction
from onefill.service.effecting import entered
from onefill.service.guard import seen_by
from onefill.service.hindsight import Hindsight
from onefill.service.judging import as_handed_in, as_seen, changed_since
from onefill.service.open_record import OpenRecord
from onefill.service.remarks_aside import place_label, remarks_of
from onefill.service.room import Room
from onefill.service.settled import settled, silent
from onefill.service.shapes import Person
from onefill.service.suggesting import clause_at
from onefill.service.versions import Versions


class CaseReading(Room):
    """Reads a submission; what is done to it is done by ``Remarking`` and ``Reviews`` upon this."""

    def __init__(
        self,
        book: Book,
        versions: Versions,
        checking: Checking,
        new_id: Callable[[], str],
        now: Callable[[], datetime],
    ) -> None:
        self._book = book
        self._versions = versions
        self._checking = checking
        self._new_id = new_id
        self._now = now

    def state(self, record: str, who: Person) -> CaseState:
        """Where a record stands, and what the person may do now."""
        with self._book.lock:
            return self._state(seen_by(self._book, record, who), who)

    def blockers(self, record: str, phase: str, who: Person) -> tuple[Blocker, ...]:
        """What keeps a phase from being submitted, and what ought to be looked at; the worst first."""
        with self._book.lock:
            return self._blockers(as_seen(self._book, seen_by(self._book, record, who), phase, who), phase)

    def handed_in_next(self, record: str, who: Person) -> Whole | None:
        """What nothing but the act itself keeps from being handed in; nothing if anything is wanting."""
        with self._book.lock:
            opened = seen_by(self._book, record, who)
            form, pack = opened.sheet.plan.form, self._book.definitions.pack_of(opened.form)
            everybody, mine = {one.key for one in pack.roles}, roles_of(self._book.definitions, opened.form, who)
            case, facts = case_of(opened.sheet.data), partial(self._facts, opened)
            for one in moves(form, case, who.name, everybody, facts):
                action, phase = one.action, phase_of(form, one.action.phase)
                open_ = action.kind == "submit" and not one.hindered
                if open_ and not any(found.stops for found in self._blockers(opened, phase)):
                    able = not mine.isdisjoint(action.by)
                    to = action.leads_to(case.phase(phase).stage)
                    return Whole(action.title, phase, to, able, self._titles(opened, action.by))
            return None

    def correction(self, record: str, phase: str, who: Person) -> Correction:
        """What has changed since the submission before, and what must be printed and sealed again for it."""
        with self._book.lock:
            opened = seen_by(self._book, record, who)
            seen = as_seen(self._book, opened, phase, who)
            prints, items = self._checking.prints(seen, phase), self.checklist(seen, phase).items
            found = correction(self._book, seen, phase, prints, items)
            return found if seen is opened else replace(found, since=changed_since(self._book, opened, phase))

    def is_late(self, record: str, phase: str, at: str, what: str, who: Person) -> bool:
        """Whether what is wrong at a place was to be seen there in the submission before, too."""
        with self._book.lock:
            return all(one.saw(at, what) for one in self._hindsights(seen_by(self._book, record, who), phase))

    # -- inside ----------------------------------------------------------------------------------------------------

    def _state(self, opened: OpenRecord, who: Person) -> CaseState:
        form, data = opened.sheet.plan.form, opened.sheet.data
        case = case_of(data)
        roles = roles_of(self._book.definitions, opened.form, who)
        office = self.is_office(opened, who)
        standings = tuple(self._phase(opened, case, phase.key) for phase in form.phases)
        acted = [one for one in standings if one.acts]
        active = max(reversed(acted), key=lambda one: one.acts[-1].when).key if acted else None
        facts = partial(self._facts, opened)
        waits = frozenset(one.key for one in form.phases if self._waits(opened, one.key, who))
        return CaseState(
            record=opened.id,
            n=opened.entry.n,
            phases=standings,
            active=active,
            moves=tuple(moves(form, case, who.name, roles, facts)),
            remarks=tuple(remarks_of(case, data, office=office)),
            locked=locked_sections(form, case),
            unit=opened.entry.summary.unit,
            waits=waits,
            takes=frozenset(key for key in waits if not case.holder(key)),
            writes=frozenset(
                one.key for one in form.phases if may_act(form, one.key, case.phase(one.key).stage) & roles
            ),
            settled={id: how for one in form.phases for id, how in settled(self._book, opened, one.key).items()},
        )

    def _phase(self, opened: OpenRecord, case: Case, key: str) -> PhaseStanding:
        form, state = opened.sheet.plan.form, case.phase(key)
        stage = stage_of(form, key, state.stage)
        days = working_days(self._book.definitions, opened.form)
        return PhaseStanding(
            key=key,
            phase_title=phase_title(form, key),
            stage=state.stage,
            title=stage.title,
            holder=stage.holder,
            passed=stage.passed,
            round=state.round,
            returned=state.returned,
            due=state.due,
            left=days.between(self._now().date(), state.due) if state.due else 0,
            due_note=self._uncertain(opened, days, state.due),
            receipt=state.receipt,
            opened=opened_by(opened.sheet.data, key),
            acts=state.acts,
            assigned=case.holder(key),
            waits_for=self._titles(opened, waits_for(form, key, state.stage)),
            leads=_leads(opened, stage),
        )

    def _uncertain(self, opened: OpenRecord, days: WorkingDays, due: date | None) -> str:
        """That the holidays of a year are not in the pack's list yet, so that a term was counted without them."""
        listed = self._book.definitions.pack_of(opened.form).calendar.holidays is not None
        if due is None or not listed or days.covers(due.year):
            return ""
        return f"{due.year} 年的放假安排还没有录进清单，期限按周一到周五算"

    def _facts(self, opened: OpenRecord, phase: str) -> Mapping[str, object]:
        """What guards may read: the record's facts as they were handed in, and ``case``."""
        judged = as_handed_in(self._book, opened, phase)
        return names_over(judged.sheet.view, {"case": self.case_facts(judged, phase)})

    def case_facts(self, opened: OpenRecord, phase: str) -> CaseFacts:
        """What guards and notices may read about a submission, each part worked out when it is asked."""
        judged = as_handed_in(self._book, opened, phase)
        day = self._now().date()
        return CaseFacts(
            judged, phase, lambda: self.checklist(judged, phase), day, entered=lambda: self._entered(opened, day)
        )

    def _entered(self, opened: OpenRecord, day: date) -> list[dict[str, str]]:
        """What a record has entered into registers and stands there."""
        return entered(self._book.store, self._book.definitions.registers(opened.form), opened.id, day)

    def _blockers(self, opened: OpenRecord, phase: str) -> tuple[Blocker, ...]:
        index, form, case = opened.sheet.plan.phase_index(phase), opened.sheet.plan.form, case_of(opened.sheet.data)
        found, locked_at = [], locking(form, case)
        for one in opened.findings.all(index):
            place = one.problem.place
            path = place.path if isinstance(place, FieldPlace) else ""
            label = place.label if isinstance(place, FieldPlace) else ""
            stops = one.problem.level is Level.ERROR
            found.append(
                Blocker(
                    label=label,
                    said=one.problem.what,
                    remedy=one.problem.remedy,
                    at=path,
                    section=one.section,
                    stops=stops,
                    clause=one.problem.clause or clause_at(opened, path),
                    locked=bool(locked_at(path)),
                )
            )
        for item in self.checklist(opened, phase).items:
            if item.lacking:
                at, clause = f"item:{item.id}", item.material.clause
                found.append(Blocker(label=item.name, said=item.why, remedy=item.remedy, at=at, clause=clause))
        found += self._cautions(opened, phase)
        found += self._unanswered(opened, phase)
        return tuple(sorted(found, key=lambda one: not one.stops))

    def cautioned(self, opened: OpenRecord, phase: str) -> tuple[Cautioned, ...]:
        """What ought to hold of a submission of a phase, and whether it does."""
        return tuple(cautioned(opened.sheet.plan.form, phase, self._facts(opened, phase)))

    def _cautions(self, opened: OpenRecord, phase: str) -> list[Blocker]:
        plan = opened.sheet.plan
        found = []
        for one in self.cautioned(opened, phase):
            if one.holds is False:
                at, clause = one.caution.at or "", one.caution.clause
                field = plan.fields.get(at)
                found.append(
                    Blocker(
                        label=one.caution.title,
                        said=one.said,
                        remedy=one.caution.remedy,
                        at=at,
                        section=field.section.key if field else "",
                        stops=False,
                        clause=clause,
                    )
                )
        return found

    def _unanswered(self, opened: OpenRecord, phase: str) -> list[Blocker]:
        """Remarks to which nothing was said and whose place is as it was."""
        return [
            Blocker(label=one.label, said=one.what, remedy="改好，或写一句答复", at=one.at, clause=one.clause)
            for one in silent(self._book, opened, phase)
        ]

    def _hindsights(self, opened: OpenRecord, phase: str) -> list[Hindsight]:
        """All of these must have seen what is late: from what was handed in, and from what links say today."""
        judged = as_handed_in(self._book, opened, phase)
        return [
            Hindsight(self._book, one, phase, partial(self.checklist, one, phase))
            for one in ([opened] if judged is opened else [judged, opened])
        ]

    def checklist(self, opened: OpenRecord, phase: str) -> Checklist:
        """The checklist of a phase of an open record; to be asked under the book's lock."""
        return self._checking.of(opened, opened.sheet.plan.phase_index(phase))

    def _waits(self, opened: OpenRecord, phase: str, who: Person) -> bool:
        """Whether a submission waits for somebody's act."""
        form, stage = opened.sheet.plan.form, case_of(opened.sheet.data).phase(phase).stage
        roles = roles_of(self._book.definitions, opened.form, who)
        return bool(waits_for(form, phase, stage) & roles) and who.sees(opened.entry.summary.unit)

    def is_office(self, opened: OpenRecord, who: Person) -> bool:
        """Whether the person has a role that decides about this form's submissions."""
        return not roles_of(self._book.definitions, opened.form, who).isdisjoint(self._deciding(opened))

    def _deciding(self, opened: OpenRecord) -> dict[str, str]:
        """Titles of the roles that decide about the form's submissions: they act for an office, and not to hand in."""
        form, pack = opened.sheet.plan.form, self._book.definitions.pack_of(opened.form)
        acting = {role for one in form.actions if one.kind not in ("submit", "withdraw") for role in one.by}
        return {role.key: role.title for role in pack.roles if role.reach != "own" and role.key in acting}

    def _require_office(self, opened: OpenRecord, phase: str, who: Person, what: str) -> None:
        """Ask that the submission lies with an office, and that the person may act there."""
        form, state = opened.sheet.plan.form, case_of(opened.sheet.data).phase(phase)
        stage = stage_of(form, phase, state.stage)
        if not self.is_office(opened, who):
            raise NotYours(action=what, roles="、".join(self._deciding(opened).values()) or "审核的人")
        if stage.holder != "office":
            raise NotNow(stage=stage.title, action=what)
        there = may_act(form, phase, state.stage)
        if there and there.isdisjoint(roles_of(self._book.definitions, opened.form, who)):
            raise NotYours(action=what, roles="、".join(self._titles(opened, there)))

    def _titles(self, opened: OpenRecord, roles: Collection[str]) -> tuple[str, ...]:
        """What roles are called, in the order of the pack."""
        pack = self._book.definitions.pack_of(opened.form)
        return tuple(one.title for one in pack.roles if one.key in roles)

    def _label(self, opened: OpenRecord, phase: str, at: str) -> str:
        """What a place is called."""
        if at.startswith("item:"):
            id = at.removeprefix("item:")
            return next((one.name for one in self.checklist(opened, phase).items if one.id == id), id)
        return place_label(opened, at)


def _leads(opened: OpenRecord, stage: Stage) -> str:
    """The record that is to be gone on with once a stage is reached; empty if there is none."""
    stored = opened.sheet.stored(stage.leads, None) if stage.leads in opened.sheet.plan.fields else None
    return stored if isinstance(stored, str) else ""
