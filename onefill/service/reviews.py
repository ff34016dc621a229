"""Submission and review: hand in, withdraw, remark, accept, return, pass. Each act writes one entry."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from onefill.definitions.expressions import compile_expression
from onefill.definitions.procedure import Action, CaseList
from onefill.definitions.values import text_of
from onefill.facts.views import names_over
from onefill.reviews import CASE, Case, Deed, Ruling, ruled
from onefill.reviews.errors import GuardFailed, NotDeclared, OpenedAlready, StageMoved, StillToMend
from onefill.reviews.moves import action_of, ends_after, phase_of, stage_of
from onefill.service.book import Book
from onefill.service.case_facts import CaseFacts
from onefill.service.cases import (
    ACCEPTED,
    ANSWERS,
    CLOSED,
    NOTES,
    OPENED,
    TO_COME,
    case_of,
    list_states,
    opened_by,
    roles_of,
    standing_of,
    state_key,
    working_days,
)
from onefill.service.checking import Checking, accepted_of
from onefill.service.destroyed_with import ALONG, along
from onefill.service.effecting import Effecting, EffectUnclear, Entering
from onefill.service.guard import seen_by
from onefill.service.indexing import CALLED
from onefill.service.judging import as_handed_in
from onefill.service.offices import paths_of
from onefill.service.open_record import OpenRecord
from onefill.service.phases import phase_to_come
from onefill.service.portrait import called
from onefill.service.remarking import Remarking
from onefill.service.remarks_aside import notes_of, with_aside
from onefill.service.sent import PAPER, kept, numbered
from onefill.service.shapes import Person
from onefill.service.verification import failed
from onefill.service.versions import Acting, Versions
from store import Conflict, Effect, Entry

MOST_NAMED = 3
MOST_RANKED = 1_000


def _nothing_more(_record: str, _who: Person, _what: str) -> None:
    """Nothing lies anywhere else."""


class Reviews(Remarking):
    """What the institution and officers do with a submission.

    Args:
        destroyed: Told of a record that an act has destroyed, by whom, and what the act is called.
    """

    def __init__(
        self,
        book: Book,
        versions: Versions,
        checking: Checking,
        new_id: Callable[[], str],
        now: Callable[[], datetime],
        destroyed: Callable[[str, Person, str], None] = _nothing_more,
    ) -> None:
        super().__init__(book, versions, checking, new_id, now)
        self._destroyed = destroyed

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
        batch: str = "",
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
            batch: Id of the batch that it belongs to, if it is done to several cases at once.

        Raises:
            OneFillError: Why it was refused; nothing has happened then.
        """
        request = request or self._new_id()
        with self._book.lock:
            opened = seen_by(self._book, record, who)
            form, case = opened.sheet.plan.form, case_of(opened.sheet.data)
            found = action_of(form, action)
            key = phase_of(form, found.phase)
            done = self._asked_before(opened, request)
            if done is not None:
                return done
            self._refuse_stale(opened, key, seen, request)
            self._book.ask_registers(opened)  # another program may have acted on them
            deed = Deed(
                who=who.name,
                roles=roles_of(self._book.definitions, opened.form, who),
                when=self._now(),
                opinion=opinion,
                reason=reason,
                day=day,
                rank=rank,
                confirmed=confirmed,
                waives=not batch,
            )
            noted = [one for one in notes_of(opened.sheet.data) if one.phase == key]
            before = self._hindsights(opened, key)
            ruling = ruled(
                form,
                with_aside(case, opened.sheet.data, key, answers=found.kind == "submit"),
                found,
                deed,
                facts=self._facts(opened, key),
                noted=noted,
                late=[one.id for one in noted if all(then.saw(one.at, one.what) for then in before)],
                titles={role.key: role.title for role in self._book.definitions.pack_of(opened.form).roles},
                days=working_days(self._book.definitions, opened.form),
            )
            if "rank" in found.asked_for:
                self._refuse_taken_rank(opened, found, key, rank, who)
            if found.kind == "submit":
                self._refuse_unready(opened, found, key, declared=declared)
            elif found.kind == "withdraw":
                _refuse_opened(opened, key)
            made = self._write(self._book.settled(opened, who.name), found, ruling, who, request, batch)
        if made.destroys:
            self._destroyed(record, who, found.title)
        return made.n

    def entering(self, record: str, action: str, who: Person) -> tuple[Entering, ...] | None:
        """What an action would do to registers now, for whoever is about to do it; none while that is not clear.

        Raises:
            RecordUnknown: It is not there for this person.
        """
        with self._book.lock:
            opened = seen_by(self._book, record, who)
            found = action_of(opened.sheet.plan.form, action)
            if not found.effects:
                return None
            key, day = phase_of(opened.sheet.plan.form, found.phase), self._now().date()
            judged = as_handed_in(self._book, opened, key)
            effecting = self._effecting(opened, day)
            try:
                effects = effecting.of(
                    opened.id, found, self._case_names(judged, key, day, case_of(opened.sheet.data)), day
                )
                return effecting.told(effects, day)
            except EffectUnclear:  # the act says why when it is done
                return None

    # -- inside ----------------------------------------------------------------------------------------------------

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

    def _refuse_taken_rank(self, opened: OpenRecord, action: Action, phase: str, rank: int, who: Person) -> None:
        """Of the cases that somebody may see, no two of one list under one head have one place in it."""
        to = action.leads_to(case_of(opened.sheet.data).phase(phase).stage)
        lists = [one for one in opened.sheet.plan.form.lists if to in one.stages]
        stages = {to, *ends_after(opened.sheet.plan.form, action)}
        listed = (state for one in lists for state in list_states(opened.sheet.plan.form, one))
        states = sorted({*(state_key(phase, stage) for stage in stages), *listed})
        others = self._book.store.find(scope=who.scope, form=opened.form, states=states, limit=MOST_RANKED)
        for other in others:
            if other.record != opened.id and other.about.get("rank") == rank:
                there = self._book.open(other.record)
                if not lists or any(self._head(one, opened, phase) == self._head(one, there, phase) for one in lists):
                    why = f"第 {rank} 名已经给了“{other.label}”，请换一个名次"
                    raise GuardFailed(action=action.title, why=why)

    def _head(self, listed: CaseList, opened: OpenRecord, phase: str) -> tuple[str, ...]:
        facts = self._facts(opened, phase)
        return tuple(text_of(compile_expression(one.value).evaluate(facts)) for one in listed.head)

    def _asked_before(self, opened: OpenRecord, request: str) -> int | None:
        recent = self._book.store.entries(opened.id, self._book.scope, max(1, opened.entry.n - 20))
        return next((entry.n for entry in recent if entry.request_id == request), None)

    def _write(
        self, opened: OpenRecord, action: Action, ruling: Ruling, who: Person, request: str, batch: str
    ) -> Entry:
        form, key, case = opened.sheet.plan.form, ruling.phase, ruling.case
        judged = as_handed_in(self._book, opened, key)
        drop = {CLOSED, ACCEPTED}
        data: dict[str, Any] = {}
        case = replace(case, accepted={k: v for k, v in accepted_of(case, opened.sheet.data).items() if v})
        case = numbered(form, case, key, action, opened.id, opened.entry.n + 1)
        if action.kind == "submit":
            state = case.phase(key)
            submissions = (*state.submissions, opened.entry.n + 1)
            prints = self._checking.prints(opened, key)
            case = case.with_phase(key, replace(state, submissions=submissions, prints=prints))
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
            about={**about, **self._told(judged, key, who, case)} if about else {},
            why={
                "title": action.title,
                "action": action.key,
                "phase": key,
                **({"batch": batch} if batch else {}),
                **_said(ruling),
                # A checklist names what the record held.
                **({PAPER: kept(self.checklist(judged, key))} if action.prints and not action.destroys else {}),
                **({ALONG: along(self._book, action.destroys, opened.id)} if action.destroys else {}),
            },
            effects=self._effects(judged, action, ruling),
            keeps=action.destroys.keeps if action.destroys else None,
            unit=self._given_to(judged, action, key),
            sheet=judged.sheet if judged is not opened else None,
            links=opened.judged[judged.judged_by].links if judged is not opened else {},
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

    def _given_to(self, opened: OpenRecord, action: Action, phase: str) -> str:
        """The path of the unit that an act gives the record to; empty if it stays where it is.

        Raises:
            GuardFailed: The pack has no such unit.
        """
        if action.gives_to is None:
            return ""
        key = compile_expression(action.gives_to).evaluate(self._facts(opened, phase))
        units = paths_of(self._book.definitions.pack_of(opened.form).units)
        path = next((path for path, _ in units if path.rpartition("/")[2] == key), None)
        if path is None:
            raise GuardFailed(action=action.title, why=f"业务包里没有单位“{key}”，不知道交给谁")
        return path

    def _effects(self, opened: OpenRecord, action: Action, ruling: Ruling) -> tuple[Effect, ...]:
        """What the act does to registers, by the facts as it leaves them."""
        if not action.effects:
            return ()
        day = ruling.act.when.date()
        facts = self._case_names(opened, ruling.phase, day, ruling.case)
        return self._effecting(opened, day).of(opened.id, action, facts, day)

    def _effecting(self, opened: OpenRecord, day: date) -> Effecting:
        return Effecting(self._book.store, self._book.definitions.registers(opened.form), lambda: day)

    def _case_names(self, opened: OpenRecord, key: str, day: date, case: Case) -> Mapping[str, object]:
        """The facts of a record, ``case`` among them as it is given."""
        told = CaseFacts(
            opened, key, lambda: self.checklist(opened, key), day, case, lambda: self._entered(opened, day)
        )
        return names_over(opened.sheet.view, {"case": told})

    def _told(self, opened: OpenRecord, phase: str, who: Person, case: Case) -> dict[str, Any]:
        """What lists say besides where it stands.

        Who acted last for the office, its name, how many checks failed, what is to be handed in next.
        """
        index = opened.sheet.plan.phase_index(phase)
        checked = {"findings": failed(opened, index), "errors": failed(opened, index, errors=True)}
        to_come = phase_to_come(opened.sheet, case)
        return {"officer": self._officer(opened, who), CALLED: called(opened), TO_COME: to_come, **checked}

    def _officer(self, opened: OpenRecord, who: Person) -> str:
        """Who acted last for the office."""
        if self.is_office(opened, who):
            return who.name
        return str(opened.entry.summary.about.get("officer", ""))


def _said(ruling: Ruling) -> dict[str, Any]:
    told = {"opinion": ruling.act.opinion, "reason": ruling.act.reason, "to": ruling.act.target}
    return {key: value for key, value in told.items() if value}


def _refuse_opened(opened: OpenRecord, phase: str) -> None:
    by = opened_by(opened.sheet.data, phase)
    if by is not None:
        who, when = by
        raise OpenedAlready(who=who, when=f"{when:%H:%M}")
