"""Open records: each one's facts kept in memory, brought up to date with the store before every use."""

from collections import OrderedDict, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date
from functools import partial
from hashlib import sha256
from itertools import count, islice
from threading import RLock, local
from types import MappingProxyType
from typing import Any, TypedDict, Unpack

from onefill.definitions import Definitions
from onefill.facts import FormPlan, Sheet
from onefill.facts.findings import findings_of
from onefill.facts.questions import Asked
from onefill.service.as_passed import held_at, leads_back
from onefill.service.cases import refuse_locked
from onefill.service.errors import RecordUnknown
from onefill.service.glance import GLANCE, Folds
from onefill.service.indexing import FILLING, Index, summary_of
from onefill.service.lookups import Lookups, News, news_of
from onefill.service.numbering import Numbered, numbered
from onefill.service.open_record import OpenRecord, links_of
from onefill.service.past_facts import PastFacts
from onefill.service.plans import Plans
from onefill.service.printed import PrintedFiles
from onefill.service.privacy import private_paths
from onefill.service.register_answers import AskRegister, AtOneLook, OutsideOf, RegisterAsking
from onefill.service.retired import FormRetired
from store import (
    Change,
    Conflict,
    Draft,
    Entry,
    Kept,
    NewEntry,
    Scope,
    Store,
    Summary,
    on_one_line,
)
from store import RecordUnknown as NotKept

#: So many large records are kept open, or so many times as many small ones: a list of a page and what it leads to.
MOST_OPEN, SMALL_FOR_ONE = 200, 4
#: A record of no more rows is small.
FEW_ROWS = 20
Links = Callable[[str, str], Sheet | None]
#: Kinds of entries that change where a record stands, not what it says, with what the timeline calls them.
DELETE, UNDELETE, HAND_OVER, ASSIGN, ADOPT = "delete", "undelete", "hand-over", "assign", "adopt"
ACTS = {
    DELETE: "deleted",
    UNDELETE: "undeleted",
    HAND_OVER: "handed_over",
    ASSIGN: "assigned",
    ADOPT: "adopted",
}
#: News of records kept for those who have not heard them yet; who has missed some asks everything anew.
MOST_NEWS = 500


class Standing(TypedDict, total=False):
    """What an entry may change of what lists say; see ``Summary``."""

    state: str
    owner: str
    unit: str
    about: Mapping[str, Any]


class Book:
    """All open records of this process. Its lock makes one change at a time; nothing inside waits for a person."""

    def __init__(self, store: Store, definitions: Definitions, today: Callable[[], date], scope: Scope) -> None:
        self.lock = RLock()
        self.store = store
        self.plans = Plans(store, definitions, today)
        self.past = PastFacts(store, scope, self.plans)
        self.folds = Folds(definitions)
        self.scope = scope
        self._today = today
        self._asking = RegisterAsking(store, scope, today)
        #: Keeps a record as the present form asks it, before anything is written upon it; set by who makes versions.
        self.settle: Callable[[str, str], None] = lambda _record, _who: None
        self._open: OrderedDict[str, OpenRecord] = OrderedDict()
        self._opening: set[str] = set()
        #: Facts of records that are being read: links may lead back to them.
        self._reading: dict[str, Sheet] = {}
        self._revisions = count(1)
        self._news: deque[News] = deque(maxlen=MOST_NEWS)
        self._told = 0
        self._look = local()

    @property
    def definitions(self) -> Definitions:
        """Those in use."""
        return self.plans.definitions

    def open(self, record: str) -> OpenRecord:
        """The record as it is now: its newest version with the draft over it.

        Raises:
            RecordUnknown: There is none of that id.
        """
        with self.lock:
            kept = self._open.get(record)
            stamp = self._stamp(record)
            if kept is None or kept.stamp != stamp:
                kept = self._read(record, stamp)
            self._open.move_to_end(record)
            self._hear(kept)
            if record not in self._opening:
                self._opening.add(record)
                try:
                    self._follow_links(kept)
                finally:
                    self._opening.discard(record)
            return kept

    @contextmanager
    def at_one_look(self, records: Iterable[str]) -> Iterator[None]:
        """For lists, whose lines lead to the same records: each is asked but once meanwhile whether it has changed.

        Args:
            records: Those of its lines, which are asked together, and with them what they were last seen to lead to.
        """
        asked = set(records)
        with self.lock:
            asked |= {other for one in asked if one in self._open for other in self._open[one].seen_links}
        self._look.stamps = self.store.stamps(asked)
        try:
            yield
        finally:
            del self._look.stamps

    def whose(self, record: str) -> tuple[str, str]:
        """The unit and form of a record, without a look into the store for one that is open and stays where it is.

        Raises:
            RecordUnknown: There is none of that id.
        """
        with self.lock:
            kept = self._open.get(record)
            if kept is None or not kept.entry.summary.unit or kept.goes_on:
                kept = self.open(record)
            return kept.entry.summary.unit, kept.form

    def exists(self, record: str) -> bool:
        """Whether there is such a record."""
        try:
            self.open(record)
        except RecordUnknown:
            return False
        return True

    def keep(self, record: OpenRecord, changes: Sequence[Change], who: str) -> list[tuple[Change, Kept]]:
        """Put changes into the record's draft and into its open facts.

        Returns:
            Changes that another window was faster with, each with what is kept instead.

        Raises:
            SectionLocked: What one of them would change was handed in; none is kept.
            FormRetired: Its form is no longer there.
        """
        record = self.settled(record, who)
        refuse_locked(record.sheet.plan.form, record.sheet.data, changes)
        known = record.stamp == self.store.stamp(record.id)
        result = self.store.set_draft(record.id, changes, self.scope, who)
        if not known or record.lacks(result):
            self.forget(record.id)  # its facts lack what another process has kept
            record = self.open(record.id)
            self.store.set_summary(record.id, record.summary, self.scope)
            if record.deleted and result.applied:
                self.bring_back(record.id, who)
            return list(result.refused)
        record.sheet.set_many((change.path, change.value) for change in result.applied)
        if result.applied:
            record.draft = result.draft
            record.revision = next(self._revisions)
            record.sheet.set_answers(record.lookups.answer(record.sheet))
            summary = record.described()
            if summary != record.summary:
                self.store.set_summary(record.id, summary, self.scope)
                self.tell(news_of(record.form, record.id, record.summary, summary))
                record.summary = summary
            record.stamp = self.store.stamp(record.id)
            if record.deleted:
                self.bring_back(record.id, who)
        return list(result.refused)

    def settled(self, record: OpenRecord, who: str) -> OpenRecord:
        """The record, held by an entry as the form that counts for it asks it: anything may now be written upon it.

        Raises:
            FormRetired: Its form is no longer there.
        """
        if record.retired:
            raise FormRetired(form=record.sheet.plan.form.title)
        if record.pending is None:
            return record
        self.settle(record.id, who)
        return self.open(record.id)

    def bring_back(self, record: str, who: str) -> None:
        """Put a record out of the recycle bin, with all that has been typed into it since."""
        while (opened := self.open(record)).deleted:
            with suppress(Conflict):  # another process was faster: look again
                self.add_entry(opened, UNDELETE, who, state=FILLING)

    def add_entry(
        self,
        opened: OpenRecord,
        kind: str,
        who: str,
        *,
        data: Mapping[str, Any] = MappingProxyType({}),
        why: Mapping[str, Any] = MappingProxyType({}),
        **standing: Unpack[Standing],
    ) -> None:
        """Append an entry that holds the record as it is now, and says where it stands or whose it is from here on.

        Args:
            opened: The record.
            kind: One of those above.
            who: Who does it.
            data: What it sets of the record's data aside from the facts.
            why: More about it, for whoever reads the chain.
            standing: What lists say otherwise from now on.

        Raises:
            Conflict: Another process has appended one since it was opened.
            FormRetired: Its form is no longer there.
        """
        opened = self.settled(opened, who)
        summary = self.at_a_glance(replace(opened.described(), **standing), opened.sheet)
        told = self.numbered(opened.entry, ACTS[kind], opened.sheet.data, opened.entry.pins).told()
        entry = NewEntry(
            record=opened.id,
            form=opened.form,
            kind=kind,
            who=who,
            request_id=f"{kind}-{opened.id}-{opened.entry.n}{_mark(who, summary.owner, why)}",
            data={**opened.sheet.data, **data},
            pins=opened.entry.pins,
            summary=summary,
            draft=opened.draft.number,
            why={"act": ACTS[kind], "to": summary.owner, **told, **why},
            private=private_paths(opened.sheet.plan.form, opened.entry.private),
        )
        try:
            self.store.append(entry, opened.entry.n, self.scope)
        finally:
            self.forget(opened.id)

    def numbered(
        self,
        entry: Entry,
        act: str = "",
        data: Mapping[str, Any] | None = None,
        pins: Mapping[str, Any] | None = None,
    ) -> Numbered:
        """Where an entry stands among the versions that people count, or the one that an act puts behind it."""
        found = numbered(self.store, self.scope, entry)
        return found.next(act, entry, data or {}, pins or {}) if act else found

    def at_a_glance(self, summary: Summary, sheet: Sheet, data: Mapping[str, Any] | None = None) -> Summary:
        """The summary of an entry with what boards and reminders know of its facts, and of what the entry's data do."""
        about = {key: value for key, value in summary.about.items() if key != GLANCE}
        return replace(summary, about={**about, **self.folds.of(sheet, data)})

    def forget(self, record: str) -> None:
        """Read the record anew before its next use."""
        if record in self._open:
            self._open[record].stamp = None

    def tell(self, news: News) -> None:
        """Let all open records know that another one is found otherwise than before."""
        with self.lock:
            self._news.append(news)
            self._told += 1

    def plan(self, form: str) -> FormPlan:
        """A form in use, made ready."""
        return self.plans.now(form)

    def take(self, definitions: Definitions) -> None:
        """Work with these definitions from now on; open records of forms that changed are read anew.

        Everything is made ready before anything is swapped.
        """
        with self.lock:
            self.plans.take(definitions)
            self.folds = Folds(definitions)
            self.past.forget()
            for record, kept in self._open.items():
                if (
                    kept.own
                    or leads_back(kept.sheet)
                    or kept.form not in definitions.forms
                    or kept.sheet.plan is not self.plan(kept.form)
                ):
                    self.forget(record)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _stamp(self, record: str) -> object:
        known: dict[str, object] | None = getattr(self._look, "stamps", None)
        if known is None:
            return self.store.stamp(record)
        if record not in known:
            known[record] = self.store.stamp(record)
        return known[record]

    def _read(self, record: str, stamp: object) -> OpenRecord:
        try:
            entry, draft = self.store.latest(record, self.scope), self.store.draft(record, self.scope)
        except NotKept as unknown:
            raise RecordUnknown(record=record) from unknown
        fitted = self.plans.fit(entry, draft, self.linked_of(entry.summary.unit, entry))
        sheet = fitted.sheet
        lookups, index = Lookups(self.store, self.scope, record, entry.summary.unit), Index(sheet)
        if entry.destroys:
            self.past.forget()  # nothing of it is read any longer, nor behind what others were
        held = 0 if entry.destroys else held_at(sheet.plan.form, sheet.data)
        for_others = self.past.as_it_was(record, held) if held else None
        self._reading[record] = for_others or sheet
        try:
            kept = self._made(record, entry, draft, sheet, lookups, index, stamp)
            kept.own, kept.pending, kept.before = fitted.own, fitted.pending, fitted.before
            kept.retired = entry.form in self.definitions.retired
            kept.held = for_others
            if kept.own and not kept.retired:
                kept.also = summary_of(self.plans.as_now(entry, sheet))
            kept.summary = kept.described()
        finally:
            del self._reading[record]
        before = self._open.get(record)
        if before is not None and before.summary != kept.summary:
            self.tell(news_of(kept.form, record, before.summary, kept.summary))
        kept.heard = self._told
        self._open[record] = kept
        self._make_room(kept)
        return kept

    def _make_room(self, kept: OpenRecord) -> None:
        """Let go of what was not asked for the longest, if it takes too much together with this one."""
        rows = sum(len(kept.sheet.rows(section)) for section in kept.sheet.plan.repeats)
        kept.room = 1 if rows <= FEW_ROWS else SMALL_FOR_ONE
        while len(self._open) > MOST_OPEN and sum(one.room for one in self._open.values()) > MOST_OPEN * SMALL_FOR_ONE:
            self._open.popitem(last=False)

    def _made(
        self, record: str, entry: Entry, draft: Draft, sheet: Sheet, lookups: Lookups, index: Index, stamp: object
    ) -> OpenRecord:
        sheet.set_answers(lookups.answer(sheet))
        return OpenRecord(
            id=record,
            form=entry.form,
            sheet=sheet,
            findings=findings_of(sheet),
            lookups=lookups,
            entry=entry,
            draft=draft,
            index=index,
            summary=entry.summary,
            stamp=stamp,
            handed=partial(PrintedFiles(self.store).handed_out, record),
            revision=next(self._revisions),
        )

    def _hear(self, kept: OpenRecord) -> None:
        """Ask again what other records have changed since it was asked."""
        missed = self._told - kept.heard
        if not missed:
            return
        kept.heard = self._told
        news = list(islice(self._news, max(0, len(self._news) - missed), None))
        acted = None if missed > len(news) else {register for one in news for register in one.registers}
        changed = self.ask_registers(kept, acted)
        if missed > len(news):
            kept.lookups.forget_all()
            changed = True
        if kept.lookups.forget(news) or changed:
            kept.sheet.set_answers(kept.lookups.answer(kept.sheet))
            kept.revision = next(self._revisions)

    def ask_registers(self, opened: OpenRecord, registers: Collection[str] | None = None) -> bool:
        """Ask these registers anew whatever a record asks of them, or all; whether it had asked any."""
        plans = opened.sheet.plan.questions.items()
        names = [name for name, plan in plans if registers is None or plan.register.key in registers]
        asked = opened.sheet.registers.forget(names) if names else []
        for name in asked:
            opened.sheet.touch(name)
        return bool(asked)

    def linked_of(self, unit: str, entry: Entry | None = None) -> Links:
        """Follows the links of a record that belongs to a unit.

        A link leads to the same unit, to those above it and below it; whatever id somebody writes into a field, what
        another unit keeps does not come out of it. Of what the record froze when it passed, the link leads to how it
        was then.

        Args:
            unit: The unit.
            entry: The newest one of the record; none of one that begins.
        """
        frozen = self.past.frozen_by(entry) if entry else {}

        def follow(form: str, record: str) -> Sheet | None:
            sheet = self.linked(form, record)
            if sheet is None or not self.may_link(unit, record):
                return None
            n = frozen.get(form, {}).get(record)
            return sheet if n is None else self.past.as_it_was(record, n) or sheet

        return OutsideOf(follow, self._asking, unit)

    def registers_at_one_look(self) -> AskRegister:
        """Asks many questions to registers, of one moment: each register is read once."""
        asking = AtOneLook(self.store, self.scope, self._today)

        def ask(form: str, question: str, given: Sequence[str], on: date, unit: str) -> object:
            plan = self.plans.now(form).questions[question]
            keys = tuple(plan.key(column, one) for column, one in zip(plan.by, given, strict=True))
            return asking.answer(Asked(plan, keys, on), unit)

        return ask

    def may_link(self, unit: str, record: str) -> bool:
        """Whether a record of a unit may point to another record, which is there."""
        opened = self._open.get(record)
        # While a ring of links is read for the first time, its records are not open yet.
        there = opened.entry.summary if opened else self.store.latest(record, self.scope).summary
        return on_one_line(unit, there.unit)

    def linked(self, form: str, record: str) -> Sheet | None:
        """The facts of a linked record as they are now; ``None`` if it is gone or of another form."""
        try:
            sheet = self._reading[record] if record in self._reading else self.open(record).for_others
        except RecordUnknown:
            return None
        return sheet if sheet.plan.form.form == form else None

    def _follow_links(self, kept: OpenRecord) -> None:
        """Forget what was read through a link whose record has changed since; whoever links here will notice too."""
        links = list(links_of(kept.sheet))
        moved = {record for record in {record for _, record in links} if self._moved(kept, record)}
        for cell, record in links:
            if record in moved:
                kept.sheet.touch(*cell)
        if moved:
            kept.revision = next(self._revisions)

    def _moved(self, kept: OpenRecord, record: str) -> bool:
        if record in self._reading:
            return False
        try:
            revision = self.open(record).revision
        except RecordUnknown:
            revision = -1
        moved = kept.seen_links.get(record, revision) != revision
        kept.seen_links[record] = revision
        return moved


def _mark(who: str, owner: str, why: Mapping[str, Any]) -> str:
    """Tells apart two people who do the same to one record at once with another outcome: each asks for an own entry."""
    return f"-{sha256(repr((who, owner, sorted(why.items()))).encode()).hexdigest()[:12]}" if why or owner else ""
