"""Versions: a record kept as it is, with everything it stands on pinned by digest."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from onefill.definitions.expressions import Empty
from onefill.definitions.model import Form
from onefill.facts import Sheet
from onefill.facts.aside import DROPPED
from onefill.facts.changes import changes
from onefill.service.book import Book
from onefill.service.cases import ASIDE, refuse_locked
from onefill.service.destruction import REMAINS, remains_of
from onefill.service.drawing import is_due, with_numbers
from onefill.service.indexing import CALLED, standing_as, summary_of
from onefill.service.lookups import Lookups, news_of
from onefill.service.numbering import Numbered
from onefill.service.open_record import OpenRecord, links_of
from onefill.service.privacy import private_paths
from onefill.service.register_answers import answers_to_pin
from onefill.service.retired import FormRetired
from onefill.service.shapes import Person
from onefill.service.templates import Templates
from store import EVERYTHING, Change, Conflict, Effect, Entry, NewEntry, Summary, refuse_destroyed

VERSION = "version"
ACT = "act"
MIGRATE = "migrate"
#: Where a record's data says which of its entries has made it what the present form asks, until somebody has seen it.
NEWS = "@form_changed"
#: How often a version is tried while other processes keep versions of the same record.
MOST_TRIES = 3


class Act(StrEnum):
    """What made somebody keep a version."""

    CREATED = "created"
    PRINTED = "printed"
    KEPT = "kept"
    LINKED = "linked"
    BEFORE_RESTORING = "before_restoring"
    RESTORED = "restored"
    DELETED = "deleted"
    UNDELETED = "undeleted"
    HANDED_OVER = "handed_over"
    ASSIGNED = "assigned"
    ADOPTED = "adopted"
    BEFORE_MIGRATING = "before_migrating"
    MIGRATED = "migrated"
    ACTED = "acted"
    CLEANED = "cleaned"
    DESTROYED_AGAIN = "destroyed_again"


@dataclass(frozen=True, kw_only=True)
class Acting:
    """What an act writes beside the facts.

    Attributes:
        request_id: The same twice is one act.
        expected_n: Number of the entry it rests upon.
        data: What it sets of the record's data aside from the facts.
        drop: What it takes out of there.
        state: Where the record stands.
        due: Until when something is due.
        about: What lists say besides.
        why: What was done, for whoever reads the chain.
        effects: What it does to registers.
        sheet: The facts it was judged by, where these are not those of today.
        links: What it pins of linked records as they were then.
        keeps: The fields that stay, if it destroys all else.
        unit: To which unit it gives the record; empty if it stays where it is.
    """

    request_id: str
    expected_n: int
    data: Mapping[str, Any]
    drop: Collection[str]
    state: str
    due: date | None
    about: Mapping[str, Any]
    why: Mapping[str, Any]
    effects: tuple[Effect, ...] = ()
    sheet: Sheet | None = None
    links: Mapping[str, Any] = field(default_factory=dict)
    keeps: Sequence[str] | None = None
    unit: str = ""


class Versions:
    """Makes versions; one that would say nothing new is not made."""

    def __init__(self, book: Book, templates: Templates, new_id: Callable[[], str]) -> None:
        self._book = book
        self._templates = templates
        self._new_id = new_id
        self._keeping: set[str] = set()
        book.settle = lambda record, who: self._settle(record, Person(name=who))

    def first(self, record: str, form: str, who: Person, data: Mapping[str, Any]) -> Entry:
        """The entry that begins a record. Asked twice for the same record, it is made once."""
        sheet = Sheet(self._book.plan(form), data, record=record, links=self._book.linked_of(who.unit))
        self._keep_linked(sheet, who)
        sheet.set_answers(Lookups(self._book.store, self._book.scope, record, who.unit).answer(sheet))
        why = {"act": Act.CREATED, **Numbered().told()}
        summary = replace(summary_of(sheet), unit=who.unit)  # what somebody begins is the unit's where they work
        entry = self._append(sheet, who, 0, f"create-{record}", self._pins(sheet), 0, why, summary)
        self._book.tell(news_of(form, record, None, entry.summary))
        return entry

    def keep(self, record: str, who: Person, act: Act = Act.KEPT, note: str = "") -> Entry:
        """The newest version, made now if anything it would hold or pin has changed, or if there is a note to it.

        Linked records with changes of their own are kept first, each by an entry of its own, so that what is pinned
        exists; links that lead back to a record that is being kept end there.
        """
        with self._book.lock:
            opened = self._book.open(record)
            if record in self._keeping or opened.entry.destroys:  # a destroyed one is what it is
                return opened.entry
            self._keeping.add(record)
            try:
                self._keep_linked(self._book.open(record).sheet, who)
                return self._tried(record, lambda: self._keep(record, who, act, note))
            finally:
                self._keeping.discard(record)

    def restore(self, record: str, n: int, who: Person) -> Entry:
        """A new version that says what an older one said; what is there now is kept as a version first.

        Nothing is made if both say the same.
        """
        with self._book.lock:
            old = self.get(record, n)
            entry = self._tried(record, lambda: self._restore(record, old, who))
            self._book.open(record)  # whoever asks about other records hears of what has changed
            return entry

    def act(self, record: str, who: Person, act: "Acting") -> Entry:
        """The entry of an act upon a record: it holds the facts as they are, and where the record stands from now on.

        Raises:
            Conflict: Another process has written an entry since the act was made up.
        """
        with self._book.lock:
            self._keeping.add(record)  # links that lead back to it mean the entry that is made
            try:
                self._keep_linked(self._book.open(record).sheet, who, act.links)
            finally:
                self._keeping.discard(record)
            opened = self._book.open(record)
            if opened.retired:
                raise FormRetired(form=opened.sheet.plan.form.title)
            data = {**{key: value for key, value in opened.sheet.data.items() if key not in act.drop}, **act.data}
            if act.keeps is None:
                sheet, links, about = act.sheet or opened.sheet, act.links, act.about
                described, glanced = opened.described(), opened.sheet
            else:
                data = remains_of(data, act.keeps)
                sheet = glanced = Sheet(opened.sheet.plan, data, record=record, links=opened.sheet.links)
                links, about = {}, {**act.about, **({CALLED: sheet.label()} if CALLED in act.about else {})}
                described = standing_as(opened.entry.summary, summary_of(sheet))
            described = replace(described, unit=act.unit or described.unit)
            pins = self._pins(sheet, _own(opened), links)
            entry = NewEntry(
                record=record,
                form=opened.form,
                kind=ACT,
                who=who.name,
                request_id=act.request_id,
                data=data,
                pins=pins,
                summary=self._book.at_a_glance(
                    replace(described, state=act.state, due=act.due, about=about), glanced, data
                ),
                draft=opened.draft.number,
                why={"act": Act.ACTED, **act.why, **self._book.numbered(opened.entry, Act.ACTED, data, pins).told()},
                effects=act.effects,
                private=private_paths(opened.sheet.plan.form, opened.entry.private),
                destroys=None if act.keeps is None else REMAINS,
            )
            try:
                acted = self._book.store.append(entry, act.expected_n, self._book.scope)
                self._book.tell(news_of(opened.form, record, opened.summary, acted.summary, acted.effects))
                return acted
            finally:
                self._book.forget(record)

    def end_with(self, record: str, who: Person, keeps: Sequence[str], title: str) -> bool:
        """Destroy a record but for some fields, since what it was for is destroyed; whether there was anything to do.

        Args:
            record: Its id.
            who: Whose act destroys it,
            keeps: leaving these fields,
            title: and what that act is called.
        """
        with self._book.lock:
            opened = self._book.open(record)
            if opened.entry.destroys:
                return False
            data = remains_of(opened.sheet.data, keeps)
            sheet = Sheet(opened.sheet.plan, data, record=record, links=opened.sheet.links)
            before, label = opened.entry.summary, sheet.label()
            about = {**before.about, **({CALLED: label} if CALLED in before.about else {})}
            described = replace(standing_as(replace(before, about=about), summary_of(sheet)), due=None)
            pins = self._pins(sheet, _own(opened), {})
            entry = NewEntry(
                record=record,
                form=opened.form,
                kind=ACT,
                who=who.name,
                request_id=f"destroyed-along-{record}",
                data=data,
                pins=pins,
                summary=self._book.at_a_glance(described, sheet),
                draft=opened.draft.number,
                why={"act": Act.ACTED, "title": title, "version": 0, "moved": False},
                destroys=REMAINS,
            )
            try:
                ended = self._book.store.append(entry, opened.entry.n, EVERYTHING)
                self._book.tell(news_of(opened.form, record, opened.summary, ended.summary))
                return True
            finally:
                self._book.forget(record)

    def get(self, record: str, n: int) -> Entry:
        """An older version.

        Raises:
            RecordDestroyed: It was destroyed.
        """
        found = self._entry(record, n)
        if found.destroyed:
            refuse_destroyed(self._entry(record, found.destroyed))
        return found

    def _entry(self, record: str, n: int) -> Entry:
        return self._book.store.entry(record, n, self._book.scope)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _tried(self, record: str, make: Callable[[], Entry]) -> Entry:
        for _ in range(MOST_TRIES - 1):
            try:
                return make()
            except Conflict:  # another process has kept one since
                self._book.forget(record)
        return make()

    def _keep(self, record: str, who: Person, act: Act, note: str) -> Entry:
        opened = self._book.open(record)
        opened = self._migrated(opened, who)
        if act is Act.MIGRATED:
            return opened.entry
        pins = self._pins(opened.sheet, _own(opened))
        new = act in (Act.PRINTED, Act.KEPT) and self._book.numbered(opened.entry).moved
        new = new or (act is Act.PRINTED and is_due(opened.sheet))
        if not new and not opened.draft.changes and not note and self._pins_the_same(opened.entry, pins):
            return opened.entry
        why = {"act": act, "note": note} if note else {"act": act}
        return self._upon(opened, opened.sheet, who, pins, why)

    def _restore(self, record: str, old: Entry, who: Person) -> Entry:
        self._keep_linked(self._book.open(record).sheet, who)
        self._keep(record, who, Act.BEFORE_RESTORING, "")
        opened = self._book.open(record)
        if opened.retired:
            raise FormRetired(form=opened.sheet.plan.form.title)
        plan = opened.sheet.plan
        data = _with_aside(self._book.plans.as_under(plan, old), opened.sheet.data)
        changed = (Change(one.path, one.after) for one in changes(plan, opened.sheet.data, plan, data))
        refuse_locked(plan.form, opened.sheet.data, list(changed))
        if opened.sheet.data == data:
            return opened.entry
        sheet = Sheet(opened.sheet.plan, data, record=record, links=opened.sheet.links)
        self._keep_linked(sheet, who)
        unit = opened.entry.summary.unit
        sheet.set_answers(Lookups(self._book.store, self._book.scope, record, unit).answer(sheet))
        pins, why = self._pins(sheet, _own(opened)), {"act": Act.RESTORED, "of": old.n}
        return self._upon(opened, sheet, who, pins, why)

    def accept(self, record: str, who: Person) -> None:
        """Hold a record as the present form asks it, for somebody who has seen what that makes of its values."""
        with self._book.lock:
            self._keep_linked(self._book.open(record).sheet, who)
            self._tried(record, lambda: self._migrated(self._book.open(record), who, seen=True).entry)

    def _settle(self, record: str, who: Person) -> None:
        self.keep(record, who, Act.MIGRATED)

    def _migrated(self, opened: OpenRecord, who: Person, *, seen: bool = False) -> OpenRecord:
        """Hold a record as the present form asks it; what was typed under the older form since is a version first."""
        if opened.pending is None:
            return opened
        record = opened.id
        if opened.draft.changes and opened.before is not None:
            pins = self._pins(opened.before, opened.entry)
            self._upon(opened, opened.before, who, pins, {"act": Act.BEFORE_MIGRATING}, MIGRATE)
            opened = self._book.open(record)
        if not seen:
            opened.sheet.set(NEWS, opened.entry.n + 1)
        try:
            self._upon(opened, opened.sheet, who, self._pins(opened.sheet), {"act": Act.MIGRATED}, MIGRATE)
        finally:
            self._book.forget(record)
        return self._book.open(record)

    def _upon(
        self,
        opened: OpenRecord,
        sheet: Sheet,
        who: Person,
        pins: Mapping[str, Any],
        why: Mapping[str, Any],
        kind: str = VERSION,
    ) -> Entry:
        """Append a version to a record; it stands where it stood, and is whose it was."""
        summary = standing_as(opened.entry.summary, summary_of(sheet))
        why = {**why, **self._book.numbered(opened.entry, str(why["act"]), sheet.data, pins).told()}
        draft = opened.draft.number
        before = opened.entry
        return self._append(sheet, who, before.n, self._new_id(), pins, draft, why, summary, before.private, kind)

    def _keep_linked(self, sheet: Sheet, who: Person, pinned: Collection[str] = ()) -> None:
        for linked, n in self._linked(sheet).items():
            if not n and linked not in pinned:
                self.keep(linked, who, Act.LINKED)

    def _append(
        self,
        sheet: Sheet,
        who: Person,
        expected_n: int,
        request_id: str,
        pins: Mapping[str, Any],
        draft: int,
        why: Mapping[str, Any],
        summary: Summary | None = None,
        private: Sequence[str] = (),
        kind: str = VERSION,
    ) -> Entry:
        entry = NewEntry(
            record=sheet.record,
            form=sheet.plan.form.form,
            kind=kind,
            who=who.name,
            request_id=request_id,
            data=sheet.data,
            pins=pins,
            summary=self._book.at_a_glance(summary or summary_of(sheet), sheet),
            draft=draft,
            why=why,
            private=private_paths(sheet.plan.form, private),
        )
        if why["act"] == Act.PRINTED:
            entry = with_numbers(self._book, entry, sheet)
        return self._book.store.append(entry, expected_n, self._book.scope)

    def _pins(
        self, sheet: Sheet, own: Entry | None = None, pinned: Mapping[str, Any] = MappingProxyType({})
    ) -> dict[str, Any]:
        """What a version stands on; its definition and templates are those in use, or ``own``'s.

        Linked records are pinned as they are, those that are ``pinned`` already as they were.
        """
        linked = {record: n for record, n in self._linked(sheet).items() if record not in pinned}
        direct = [self._entry(record, n) if n else self._book.open(record).entry for record, n in linked.items()]
        links: dict[str, Any] = {}
        for entry in direct:
            links.update(entry.pins.get("links", {}))
        links.update({entry.record: {"n": entry.n, "digest": entry.digest} for entry in direct})
        links.update(pinned)
        links.pop(sheet.record, None)  # links that lead back to itself mean the version that is made
        put = self._book.store.put_file
        form = sheet.plan.form
        templates = own.pins["templates"] if own else {name: put(data) for name, data in self._papers(form)}
        definition = own.pins["definition"] if own else put(self._book.definitions.source(form.form))
        answers = [
            [name, row, _plain(answer)]
            for (name, row), answer in sorted(sheet.answers.items(), key=str)
            if not isinstance(answer, Empty)
        ]
        asked = answers_to_pin(sheet)
        return {
            "definition": definition,
            "links": dict(sorted(links.items())),
            "templates": templates,
            "answers": answers,
            **({"registers": asked} if asked else {}),
        }

    def _papers(self, form: Form) -> Iterator[tuple[str, bytes]]:
        """The templates of a form that are there, by name."""
        pack = self._book.definitions.pack_of(form.form).pack
        names = {name for document in (*form.documents, *form.notices) for name in document.templates}
        files = ((name, self._templates.data(pack, name)) for name in sorted(names))
        yield from ((name, data) for name, data in files if data is not None)

    def _pins_the_same(self, entry: Entry, pins: Mapping[str, Any]) -> bool:
        """Whether a version stands on the same facts.

        Of records that link back only what they say counts: each version of theirs pins one of this record, so
        that otherwise each would be a reason for another.
        """
        before, now = entry.pins.get("links", {}), pins["links"]
        answers = pins["answers"]
        if {**entry.pins, "links": now, "answers": answers} != pins or before.keys() != now.keys():
            return False
        if not _answers_the_same(entry.pins.get("answers", []), answers):
            return False
        return all(
            pin == before[record] or self._says_the_same(entry, record, before, now) for record, pin in now.items()
        )

    def _says_the_same(self, entry: Entry, record: str, before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
        old, new = self._entry(record, before[record]["n"]), self._entry(record, now[record]["n"])
        rings = entry.record in new.pins.get("links", {})
        return rings and old.data == new.data and old.pins.get("definition") == new.pins.get("definition")

    def _linked(self, sheet: Sheet) -> dict[str, int]:
        """Records that are linked to and still there, each with the number of the entry that counts; 0 as it is."""
        linked = {record: sheet.plan.fields[name].definition.form or "" for (name, _), record in links_of(sheet)}
        read = ((record, sheet.links(form, record)) for record, form in linked.items())
        return {record: found.of_entry for record, found in read if found is not None}


def _answers_the_same(before: Sequence[Sequence[Any]], now: Sequence[Sequence[Any]]) -> bool:
    """Whether look-ups find nothing new; one asked only since a number was drawn may find nothing."""
    then = {(name, row): answer for name, row, answer in before}
    found = {(name, row): answer for name, row, answer in now}
    kept = all(asked in found and found[asked] == answer for asked, answer in then.items())
    return kept and not any(answer for asked, answer in found.items() if asked not in then)


def _with_aside(old: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """Facts of old and what was no longer asked of them; what was handed in and decided since stays as it is."""
    facts = {key: value for key, value in old.items() if not key.startswith(ASIDE) or key == DROPPED}
    return facts | {key: value for key, value in now.items() if key.startswith(ASIDE) and key != DROPPED}


def _own(opened: OpenRecord) -> Entry | None:
    """The entry under whose definition a record goes on, if it does."""
    return opened.entry if opened.own else None


def _plain(answer: object) -> Any:
    return answer if isinstance(answer, bool | int | str) else str(answer)
