"""Submission and review: hand in, withdraw, remark, accept, return, pass. Each act writes one entry."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from onefill.definitions.procedure import Action
from onefill.errors import OneFillError
from onefill.facts.views import names_over
from onefill.materials import Checklist, digest_of
from onefill.problems import FieldPlace, Level
from onefill.reviews import CASE, Case, Deed, Remark, RemarkState, Ruling, moves, ruled
from onefill.reviews.deadlines import WorkingDays
from onefill.reviews.errors import NotDeclared, NotNow, NotYours, OpenedAlready, RemarkUnknown, StageMoved, StillToMend
from onefill.reviews.moves import action_of, phase_of, phase_title, stage_of
from onefill.service.book import Book, OpenRecord
from onefill.service.case_shapes import Blocker, CaseState, Correction, PhaseStanding
from onefill.service.cases import (
    ACCEPTED,
    ANSWERS,
    CLOSED,
    NOTES,
    OPENED,
    case_of,
    locked_sections,
    opened_by,
    roles_of,
    standing_of,
    working_days,
)
from onefill.service.checking import Checking, accepted_of
from onefill.service.corrections import correction, stood_before
from onefill.service.shapes import Person
from onefill.service.versions import Acting, Versions
from store import Change, Conflict, Entry

MOST_NAMED = 3


class NotSeen(OneFillError):
    """The record is another unit's."""

    message = "这个办件不归您看。要看，请联系它所属的单位。"


class Reviews:
    """What the institution and officers do with a submission."""

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
            opened = self._seen(record, who)
            return self._state(opened, who)

    def standing(self, record: str, who: Person) -> CaseState:
        """As ``state``, but what hinders a move is not worked out: cheap enough for every keystroke."""
        with self._book.lock:
            return self._state(self._seen(record, who), who, guards=False)

    def blockers(self, record: str, phase: str) -> tuple[Blocker, ...]:
        """What keeps a phase from being submitted, and what ought to be looked at; the worst first."""
        with self._book.lock:
            opened = self._book.open(record)
            return self._blockers(opened, phase)

    def act(
        self,
        record: str,
        action: str,
        who: Person,
        *,
        seen: int | None = None,
        opinion: str = "",
        reason: str = "",
        day: date | None = None,
        rank: int = 0,
        confirmed: bool = False,
        declared: bool = False,
        request: str = "",
    ) -> int:
        """Do something to a submission; number of the entry that it made.

        Args:
            record: Which.
            action: Key of the action.
            who: By whom.
            seen: ``CaseState.n`` when the person looked; if somebody has acted since, nothing is done.
            opinion: Said with it.
            reason: Why, where that is asked.
            day: The date that is asked.
            rank: The place in a ranked list that is asked.
            confirmed: Whether the person was told of open remarks and goes on.
            declared: Whether the responsible person has confirmed the declares.
            request: The same twice is one act.

        Raises:
            OneFillError: Why it was refused; nothing has happened then.
        """
        request = request or self._new_id()
        with self._book.lock:
            opened = self._seen(record, who)
            form, case = opened.sheet.plan.form, case_of(opened.sheet.data)
            found = action_of(form, action)
            key = phase_of(form, found.phase)
            done = self._asked_before(opened, request)
            if done is not None:
                return done
            self._refuse_stale(opened, key, seen, request)
            deed = Deed(
                who=who.name,
                roles=roles_of(self._book.definitions, opened.form, who),
                when=self._now(),
                opinion=opinion,
                reason=reason,
                day=day,
                rank=rank,
                confirmed=confirmed,
            )
            noted = [one for one in notes_of(opened.sheet.data) if one.phase == key]
            ruling = ruled(
                form,
                with_aside(case, opened.sheet.data, key, answers=found.kind == "submit"),
                found,
                deed,
                facts=self._facts(opened, key),
                noted=noted,
                late=[one.id for one in noted if self._late(opened, one)],
                days=working_days(self._book.definitions, opened.form),
            )
            if found.kind == "submit":
                self._refuse_unready(opened, found, key, declared=declared)
            elif found.kind == "withdraw":
                _refuse_opened(opened, key)
            return self._write(opened, found, ruling, who, request).n

    def remark(
        self,
        record: str,
        phase: str,
        at: str,
        what: str,
        who: Person,
        *,
        remedy: str = "",
        clause: str = "",
        reason: str = "",
        id: str = "",
    ) -> str:
        """Note a remark, or write one anew that is not sent yet; its id. It is sent when the submission is returned."""
        with self._book.lock:
            opened = self._seen(record, who)
            self._require_office(opened, phase, who, "写意见")
            kept = (opened.sheet.data.get(NOTES) or {}).get(id, {})
            remark = Remark(
                id=id or self._new_id()[:12],
                phase=phase,
                at=at,
                label=self._label(opened, phase, at),
                what=what.strip(),
                remedy=remedy.strip(),
                clause=clause.strip(),
                reason=reason.strip(),
                by=kept.get("by", who.name),
                when=self._now(),
                round=case_of(opened.sheet.data).phase(phase).round,
            )
            self._keep(opened, f"{NOTES}/{remark.id}", remark.plain(), who)
            return remark.id

    def drop_remark(self, record: str, remark: str, who: Person) -> None:
        """Take back a remark that is not sent yet; one that was sent is cancelled, its text kept."""
        with self._book.lock:
            opened = self._seen(record, who)
            data = opened.sheet.data
            if remark in (data.get(NOTES) or {}):
                self._require_office(opened, data[NOTES][remark]["phase"], who, "收回意见")
                self._keep(opened, f"{NOTES}/{remark}", None, who)
                return
            self._settle(opened, remark, who, RemarkState.CANCELLED)

    def close_remark(self, record: str, remark: str, who: Person) -> None:
        """Be content with what the institution has done about a remark."""
        with self._book.lock:
            self._settle(self._seen(record, who), remark, who, RemarkState.CLOSED)

    def answer(self, record: str, remark: str, text: str, who: Person) -> None:
        """What the institution says to a remark; handed in with the next submission."""
        with self._book.lock:
            opened = self._seen(record, who)
            live = {one.id for one in case_of(opened.sheet.data).remarks if one.live}
            if remark not in live:
                raise RemarkUnknown
            self._keep(opened, f"{ANSWERS}/{remark}", text.strip() or None, who)

    def accept(self, record: str, phase: str, item: str, who: Person, *, accepted: bool = True) -> None:
        """Be content with what was handed in for an item, as it is now."""
        with self._book.lock:
            opened = self._seen(record, who)
            self._require_office(opened, phase, who, "收下材料")
            found = next((one for one in self.checklist(opened, phase).items if one.id == item), None)
            if found is not None:
                self._keep(opened, f"{ACCEPTED}/{item}", digest_of(found.files) if accepted else "", who)

    def open(self, record: str, phase: str, who: Person) -> None:
        """Note that an officer looks at a submission; from then on it can no longer be withdrawn."""
        with self._book.lock:
            opened = self._seen(record, who)
            form, state = opened.sheet.plan.form, case_of(opened.sheet.data).phase(phase)
            in_office = stage_of(form, phase, state.stage).holder == "office"
            if in_office and self._is_office(opened, who) and opened_by(opened.sheet.data, phase) is None:
                kept = {"who": who.name, "at": self._now().isoformat()}
                self._keep(opened, f"{OPENED}/{phase}", kept, who)

    def correction(self, record: str, phase: str) -> Correction:
        """What has changed since the submission before, and what must be printed and sealed again for it."""
        with self._book.lock:
            opened = self._book.open(record)
            return correction(self._book, opened, phase, self._checking.prints(opened, phase))

    def is_late(self, record: str, phase: str, at: str) -> bool:
        """Whether what stands at a place stood there in the submission before, too."""
        with self._book.lock:
            opened = self._book.open(record)
            return stood_before(self._book, opened, phase, at)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _seen(self, record: str, who: Person) -> OpenRecord:
        """The record, if the person may see it."""
        opened = self._book.open(record)
        if not who.sees(opened.entry.summary.unit):
            raise NotSeen
        return opened

    def _state(self, opened: OpenRecord, who: Person, *, guards: bool = True) -> CaseState:
        form, data = opened.sheet.plan.form, opened.sheet.data
        case = case_of(data)
        roles = roles_of(self._book.definitions, opened.form, who)
        office = self._is_office(opened, who)
        standings = tuple(self._phase(opened, case, phase.key) for phase in form.phases)
        acted = [one for one in standings if one.acts]
        active = max(acted, key=lambda one: one.acts[-1].when).key if acted else None
        possible = [] if guards else moves(form, case, who.name, roles, {})
        for move in moves(form, case, who.name, roles, {}) if guards else ():
            key = phase_of(form, move.action.phase)
            facts = self._facts(opened, key) if move.action.when else {}
            possible += [one for one in moves(form, case, who.name, roles, facts) if one.action == move.action]
        return CaseState(
            record=opened.id,
            n=opened.entry.n,
            phases=standings,
            active=active,
            moves=tuple(possible),
            remarks=tuple(remarks_of(case, data, office=office)),
            locked=locked_sections(form, case),
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
        )

    def _uncertain(self, opened: OpenRecord, days: WorkingDays, due: date | None) -> str:
        """That the holidays of a year are not in the pack's list yet, so that a term was counted without them."""
        listed = self._book.definitions.pack_of(opened.form).calendar.holidays is not None
        if due is None or not listed or days.covers(due.year):
            return ""
        return f"{due.year} 年的放假安排还没有录进清单，期限按周一到周五算"

    def _facts(self, opened: OpenRecord, phase: str) -> Mapping[str, object]:
        """What guards may read: the record's facts, and ``case``."""
        return names_over(opened.sheet.view, {"case": self.case_facts(opened, phase)})

    def case_facts(self, opened: OpenRecord, phase: str) -> dict[str, object]:
        """What guards and notices may read about a submission."""
        form, data = opened.sheet.plan.form, opened.sheet.data
        case, index = case_of(data), opened.sheet.plan.phase_index(phase)
        state, found = case.phase(phase), opened.findings.all(index)
        levels = [one.problem.level for one in found]
        submitted = state.by(one.key for one in form.actions if one.kind == "submit")
        last = state.last
        live = [one for one in case.of_phase(phase) if one.live]
        noted = [one for one in notes_of(data) if one.phase == phase]
        return {
            "phase": phase_title(form, phase),
            "stage": stage_of(form, phase, state.stage).title,
            "round": state.round,
            "returned": state.returned,
            "receipt": state.receipt,
            "submitted_on": submitted.when.date() if submitted else None,
            "acted_on": last.when.date() if last else None,
            "due": state.due,
            "by": last.who if last else "",
            "opinion": last.opinion if last else "",
            "reason": last.reason if last else "",
            "errors": levels.count(Level.ERROR),
            "warnings": levels.count(Level.WARNING),
            "lacking": len(self.checklist(opened, phase).lacking),
            "open_remarks": len(live) + len(noted),
            "passed": [one.key for one in form.phases if stage_of(form, one.key, case.phase(one.key).stage).passed],
        }

    def _blockers(self, opened: OpenRecord, phase: str) -> tuple[Blocker, ...]:
        index = opened.sheet.plan.phase_index(phase)
        found = []
        for one in opened.findings.all(index):
            place = one.problem.place
            path = place.path if isinstance(place, FieldPlace) else ""
            label = place.label if isinstance(place, FieldPlace) else ""
            stops = one.problem.level is Level.ERROR
            what = f"{label}：{one.problem.what}" if label else one.problem.what
            remedy, clause = one.problem.remedy, one.problem.clause
            found.append(
                Blocker(what=what, remedy=remedy, at=path, section=one.section, stops=stops, clause=clause or "")
            )
        for item in self.checklist(opened, phase).items:
            if item.lacking:
                what, clause = f"{item.name}：{item.why}", item.material.clause
                found.append(Blocker(what=what, remedy=item.remedy, at=f"item:{item.id}", clause=clause))
        found += self._unanswered(opened, phase)
        return tuple(sorted(found, key=lambda one: not one.stops))

    def _unanswered(self, opened: OpenRecord, phase: str) -> list[Blocker]:
        """Remarks to which nothing was said and whose place is as it was."""
        answers = opened.sheet.data.get(ANSWERS) or {}
        return [
            Blocker(what=f"{one.label}：{one.what}", remedy="改好，或写一句答复", at=one.at, clause=one.clause)
            for one in case_of(opened.sheet.data).of_phase(phase)
            if one.state is RemarkState.OPEN and not answers.get(one.id) and not self._changed(opened, one)
        ]

    def _changed(self, opened: OpenRecord, remark: Remark) -> bool:
        """Whether what stands at the place of a remark has changed since it was sent."""
        state = case_of(opened.sheet.data).phase(remark.phase)
        if not remark.at or not state.submissions:
            return False
        return not stood_before(self._book, opened, remark.phase, remark.at, submission=state.submissions[-1])

    def _late(self, opened: OpenRecord, remark: Remark) -> bool:
        return stood_before(self._book, opened, remark.phase, remark.at)

    def checklist(self, opened: OpenRecord, phase: str) -> Checklist:
        """The checklist of a phase of an open record; to be asked under the book's lock."""
        return self._checking.of(opened, opened.sheet.plan.phase_index(phase))

    def _refuse_stale(self, opened: OpenRecord, phase: str, seen: int | None, request: str) -> None:
        if seen is None:
            return
        form, state = opened.sheet.plan.form, case_of(opened.sheet.data).phase(phase)
        last = state.last
        if last is None or opened.entry.n <= seen:
            return
        acted = [
            entry for entry in self._book.store.entries(opened.id, self._book.scope, seen + 1) if entry.kind == "act"
        ]
        if acted and acted[-1].request_id != request:
            when = f"{last.when.astimezone(self._now().tzinfo):%H:%M}"
            stage = stage_of(form, phase, state.stage).title
            raise StageMoved(who=last.who, when=when, did=last.title, stage=stage)

    def _refuse_unready(self, opened: OpenRecord, action: Action, phase: str, *, declared: bool) -> None:
        stopping = [one for one in self._blockers(opened, phase) if one.stops]
        if stopping:
            named = "；".join(one.what for one in stopping[:MOST_NAMED])
            more = f" 等 {len(stopping)} 处" if len(stopping) > MOST_NAMED else ""
            raise StillToMend(action=action.title, why=f"{named}{more}")
        if action.declares and not declared:
            raise NotDeclared(declares=action.declares)

    def _asked_before(self, opened: OpenRecord, request: str) -> int | None:
        recent = self._book.store.entries(opened.id, self._book.scope, max(1, opened.entry.n - 20))
        return next((entry.n for entry in recent if entry.request_id == request), None)

    def _write(self, opened: OpenRecord, action: Action, ruling: Ruling, who: Person, request: str) -> Entry:
        form, key, case = opened.sheet.plan.form, ruling.phase, ruling.case
        drop = {CLOSED, ACCEPTED}
        data: dict[str, Any] = {}
        case = replace(case, accepted={k: v for k, v in accepted_of(case, opened.sheet.data).items() if v})
        if action.kind == "submit":
            state = case.phase(key)
            day = ruling.act.when
            receipt = state.receipt or f"{day:%Y%m%d}-{opened.id[-6:].upper()}"
            case = case.with_phase(
                key,
                replace(
                    state,
                    receipt=receipt,
                    submissions=(*state.submissions, opened.entry.n + 1),
                    prints=self._checking.prints(opened, key),
                ),
            )
            drop |= {ANSWERS, OPENED}
        elif action.kind in ("return", "withdraw"):
            drop |= {OPENED}
        if action.kind == "return":
            data[NOTES] = {id: one for id, one in (opened.sheet.data.get(NOTES) or {}).items() if one["phase"] != key}
        state_now, due, about = standing_of(form, case)
        acting = Acting(
            request_id=request,
            expected_n=opened.entry.n,
            data={**data, CASE: case.plain()},
            drop=drop,
            state=state_now,
            due=due,
            about={**about, "officer": self._officer(opened, who)} if about else {},
            why={"title": action.title, "action": action.key, "phase": key, **_said(ruling)},
        )
        try:
            return self._versions.act(opened.id, who, acting)
        except Conflict as faster:
            now = self._book.open(opened.id)
            last = case_of(now.sheet.data).phase(key).last
            stage = stage_of(form, key, case_of(now.sheet.data).phase(key).stage).title
            if last is None:
                raise
            raise StageMoved(who=last.who, when=f"{last.when:%H:%M}", did=last.title, stage=stage) from faster

    def _officer(self, opened: OpenRecord, who: Person) -> str:
        """Who acted last for the office."""
        if self._is_office(opened, who):
            return who.name
        return str(opened.entry.summary.about.get("officer", ""))

    def _settle(self, opened: OpenRecord, remark: str, who: Person, state: RemarkState) -> None:
        found = next((one for one in case_of(opened.sheet.data).remarks if one.id == remark and one.live), None)
        if found is None:
            raise RemarkUnknown
        self._require_office(opened, found.phase, who, "关闭意见")
        self._keep(opened, f"{CLOSED}/{remark}", str(state), who)

    def _keep(self, opened: OpenRecord, path: str, value: Any, who: Person) -> None:
        self._book.keep(opened, [Change(path, value)], who.name)

    def _is_office(self, opened: OpenRecord, who: Person) -> bool:
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
        if not self._is_office(opened, who):
            raise NotYours(action=what, roles="、".join(self._deciding(opened).values()) or "审核的人")
        if stage.holder != "office":
            raise NotNow(stage=stage.title, action=what)

    def _label(self, opened: OpenRecord, phase: str, at: str) -> str:
        """What a place is called."""
        if at.startswith("item:"):
            id = at.removeprefix("item:")
            return next((one.name for one in self.checklist(opened, phase).items if one.id == id), id)
        return place_label(opened, at)


def place_label(opened: OpenRecord, at: str) -> str:
    """What a field, a row or a section is called."""
    plan = opened.sheet.plan
    parts = at.split("/")
    if not at:
        return "整份材料"
    if len(parts) == 1:
        if at in plan.fields:
            return plan.fields[at].definition.label
        return plan.sections[at].title if at in plan.sections else at
    row = opened.sheet.row_label(parts[0], parts[1]) if parts[0] in plan.repeats else parts[1]
    name = f"{parts[0]}[].{parts[2]}" if len(parts) > 2 else ""
    title = plan.sections[parts[0]].title if parts[0] in plan.sections else parts[0]
    label = plan.fields[name].definition.label if name in plan.fields else ""
    return "　".join(part for part in (title, row, label) if part)


def notes_of(data: Mapping[str, Any]) -> list[Remark]:
    """Remarks that are not sent yet, in the order in which they were written."""
    return sorted((Remark.of(one) for one in (data.get(NOTES) or {}).values()), key=lambda one: (one.when, one.id))


def remarks_of(case: Case, data: Mapping[str, Any], *, office: bool) -> Sequence[Remark]:
    """Remarks as they stand now; only an officer sees those that are not sent yet."""
    answers, closed = data.get(ANSWERS) or {}, data.get(CLOSED) or {}
    sent = []
    for one in case.remarks:
        if one.id in closed and one.live:
            one = replace(one, state=RemarkState(closed[one.id]))
        elif one.id in answers and one.live:
            one = replace(one, answer=answers[one.id])
        sent.append(one)
    return [*sent, *notes_of(data)] if office else sent


def with_aside(case: Case, data: Mapping[str, Any], phase: str, *, answers: bool) -> Case:
    """The case with what was closed and answered since; a submission takes every open remark as answered."""
    told = []
    for one in remarks_of(case, data, office=False):
        if answers and one.phase == phase and one.state is RemarkState.OPEN:
            one = replace(one, state=RemarkState.ANSWERED, answer=one.answer or "已改")
        told.append(one)
    return replace(case, remarks=tuple(told))


def _said(ruling: Ruling) -> dict[str, Any]:
    told = {"opinion": ruling.act.opinion, "reason": ruling.act.reason, "to": ruling.act.target}
    return {key: value for key, value in told.items() if value}


def _refuse_opened(opened: OpenRecord, phase: str) -> None:
    by = opened_by(opened.sheet.data, phase)
    if by is not None:
        who, when = by
        raise OpenedAlready(who=who, when=f"{when:%H:%M}")
