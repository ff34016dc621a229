"""History: who kept which version and why, what differs between any two, how to have an older one again."""

from collections import Counter, OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

from onefill.facts import Difference, FormPlan, Sheet, differences_between
from onefill.facts.changes import Changed, changes
from onefill.facts.printing import rewritten
from onefill.fields import Audience
from onefill.service.across_forms import bridged, by_the_form, crossed
from onefill.service.book import Book
from onefill.service.cases import case_of, said_with_acts
from onefill.service.documents import Documents
from onefill.service.errors import NothingToPrint, VersionUnknown
from onefill.service.guard import PRINT, allowed_to, filled_by
from onefill.service.history_shapes import (
    NOW,
    Comparison,
    Fate,
    Moment,
    PaperFate,
    PastPaper,
    SectionChanges,
)
from onefill.service.judging import is_in_office
from onefill.service.naming import file_name, zipped
from onefill.service.numbering import counts
from onefill.service.open_record import OpenRecord, links_of
from onefill.service.portrait import saved_at
from onefill.service.printed import PrintedFiles
from onefill.service.readiness import Standing, standing
from onefill.service.room import Room
from onefill.service.shapes import Person, Produced
from onefill.service.sources import Source, Sources
from onefill.service.versions import Act, Versions
from store import Entry

WORDS = {
    Act.CREATED: "新建",
    Act.PRINTED: "打印材料",
    Act.KEPT: "留下一个版本",
    Act.LINKED: "引用它的办件留了版本",
    Act.BEFORE_RESTORING: "恢复以前先留下",
    Act.RESTORED: "恢复{of}",
    Act.DELETED: "删除",
    Act.UNDELETED: "从回收站恢复",
    Act.HANDED_OVER: "转交 {to}",
    Act.ASSIGNED: "由 {to} 承办",
    Act.ADOPTED: "分到单位",
    Act.ACTED: "{title}",
    Act.CLEANED: "期满清理",
    Act.DESTROYED_AGAIN: "恢复备份以后照名单再销毁",
    Act.BEFORE_MIGRATING: "换到改过的表单以前先留下",
    Act.MIGRATED: "换到改过的表单",
}
#: Kept versions whose papers have been looked at.
MOST_STANDINGS = 32
FIT = ("ready", "draft")


class History(Room):
    """What a person does with the past of a record. Nothing here alters a version."""

    def __init__(
        self, book: Book, sources: Sources, versions: Versions, documents: Documents, printed: PrintedFiles
    ) -> None:
        self._book = book
        self._sources = sources
        self._versions = versions
        self._documents = documents
        self._printed = printed
        self._standings: OrderedDict[str, list[Standing]] = OrderedDict()

    def timeline(self, record: str) -> tuple[Moment, ...]:
        """Every entry and, if there is one, the draft; the newest first."""
        with self._book.lock:
            opened = self._book.open(record)
            entries = self._book.store.entries(record, self._book.scope)
            said = self._said(opened)
            moments = [
                self._moment(before, entry, len(entries), said.get(entry.n, ""))
                for before, entry in zip([None, *entries], entries, strict=False)
            ]
            if opened.draft.changes:
                moments.append(_draft(opened, self._changes(opened.entry, opened.sheet.plan, opened.sheet.data)))
            return tuple(reversed(moments))

    def compare(self, record: str, old: int, new: int = NOW) -> Comparison:
        """What differs between two states. Private values are masked: whole they stand only where they are filled.

        Args:
            record: Whose.
            old: Number of a version, or ``NOW``.
            new: Number of another one, or ``NOW``.

        Raises:
            EntryUnknown: There is no such version.
        """
        with self._book.lock if NOW in (old, new) else nullcontext():  # what is being filled must stand still
            return self._compared(record, old, new)

    def restore(self, record: str, n: int, who: Person) -> int:
        """Have an older version again, as a new one; its number. What is there now is kept as a version first."""
        with self._book.lock:
            filled_by(self._book, record, who)
            return self._versions.restore(record, n, who).n

    def papers(self, record: str, n: int) -> tuple[PastPaper, ...]:
        """The documents of a version that can be had."""
        states = [one.state for one in self._standing(record, n, self._source(record, n))]
        return tuple(
            PastPaper(state=state, printed=self._printed.suffixes(record, n, state.key))
            for state in states
            if state.state in FIT
        )

    def file(self, record: str, n: int, document: str, suffix: str, who: Person) -> Produced:
        """A document of a version: the very file that was handed out, else one made as it would have been then."""
        made = self._documents.file(record, document, suffix, who, version=n)
        stem, _, kind = made.name.rpartition(".")
        return replace(made, name=f"{stem}_{self.name(record, n).replace(' ', '')}.{kind}")

    def name(self, record: str, n: int) -> str:
        """What people call a version: ``第 3 版``, or what it was made by if it is none that they count."""
        return self._named(record, n).name

    def entry_of(self, record: str, number: int) -> int:
        """Number of the entry that holds a version as people count them; 0, what is being filled now, is itself.

        Raises:
            VersionUnknown: There is no such version.
        """
        with self._book.lock:
            self._book.open(record)
            entries = self._book.store.entries(record, self._book.scope)
        found = {self._book.numbered(entry).number: entry.n for entry in entries if counts(entry)}
        if number and number not in found:
            raise VersionUnknown(number=number, known="、".join(map(str, found)) or "还没有")
        return found.get(number, NOW)

    def archive(self, record: str, n: int, who: Person) -> Produced:
        """All documents of a version as one ZIP: Word and Excel, and whatever PDF was printed then.

        Raises:
            NothingToPrint: It had none.
        """
        with self._book.lock:
            allowed_to(PRINT, self._book, record, who)
        source = self._source(record, n)
        entries, notes = [], []
        for number, paper in enumerate(self.papers(record, n), 1):
            office = [suffix for suffix in paper.state.formats if suffix != ".pdf"]
            for suffix in dict.fromkeys([*office, *paper.printed]):
                made = self.file(record, n, paper.state.key, suffix, who)
                entries.append((f"{number:02d} {made.name}", made.data))
                notes += [note for note in made.notes if note not in notes]
        packets = [(phase, self._printed.find(record, n, f"@{phase.key}", ".pdf")) for phase in source.form.phases]
        entries += [(f"成套 {phase.title}.pdf", packet.data) for phase, packet in packets if packet is not None]
        if not entries:
            raise NothingToPrint(phase=self.name(record, n), why="当时没有可以印的附件")
        name = file_name(f"{source.sheet.label()}_{self.name(record, n).replace(' ', '')}材料")
        return Produced(name=f"{name}.zip", data=zipped(entries), notes=tuple(notes))

    # -- inside ----------------------------------------------------------------------------------------------------

    def _compared(self, record: str, old: int, new: int) -> Comparison:
        before, after = self._source(record, old), self._source(record, new)
        return Comparison(
            old=self._named(record, old),
            new=self._named(record, new),
            sections=tuple(self._sections(before.sheet, after.sheet)),
            papers=tuple(_fates(self._standing(record, old, before), self._standing(record, new, after), after)),
        )

    def _sections(self, before: Sheet, after: Sheet) -> Iterator[SectionChanges]:
        there, moved = bridged(self._book, before, after)
        yield from by_the_form(moved)
        yield from _sections(there, after)

    def _source(self, record: str, n: int) -> Source:
        return self._sources.version(self._versions.get(record, n)) if n else self._sources.live(record)

    def _standing(self, record: str, n: int, source: Source) -> list[Standing]:
        if not n:
            return standing(source)
        digest = self._versions.get(record, n).digest
        if digest not in self._standings:
            self._standings[digest] = standing(source)
        self._standings.move_to_end(digest)
        while len(self._standings) > MOST_STANDINGS:
            self._standings.popitem(last=False)
        return self._standings[digest]

    def _named(self, record: str, n: int) -> Moment:
        with self._book.lock:
            opened = self._book.open(record)
            if not n:
                return _draft(opened, self._changes(opened.entry, opened.sheet.plan, opened.sheet.data))
            before = self._versions.get(record, n - 1) if n > 1 else None
            return self._moment(before, self._versions.get(record, n), opened.entry.n)

    def _said(self, opened: OpenRecord) -> dict[int, str]:
        """What was said with acts, as far as it is for whoever is here; the program itself hears all."""
        to_office = self.who.roles is None or is_in_office(self._book.definitions, opened.form, self.who)
        return said_with_acts(opened.sheet.plan.form, case_of(opened.sheet.data), to_office=to_office)

    def _moment(self, before: Entry | None, entry: Entry, newest: int, said: str = "") -> Moment:
        plan, data = self._book.past.plan_of(entry), entry.data or {}
        if entry.destroys or entry.destroyed:
            before = entry  # what it changed is not told any more
        found = self._changes(before, plan, data) if before else _counted(changes(plan, {}, plan, data))
        act = str(entry.why.get("act", Act.KEPT))
        words = WORDS[Act(act)] if act in WORDS else WORDS[Act.KEPT]
        told = {"to": "", "title": "办理", "of": "以前的样子", **entry.why}
        if restored := entry.why.get("of"):
            told["of"] = self.name(entry.record, int(restored))
        what = words.format_map(told)
        return Moment(
            n=entry.n,
            number=self._book.numbered(entry).number if counts(entry) else 0,
            act=act,
            what=f"{what}，档案已经销毁" if entry.destroys else what,
            note=str(entry.why.get("note", "")) or said,
            who=entry.who,
            when=entry.when,
            changed=sum(found.values()),
            sections=found,
            newest=entry.n == newest,
            digest=entry.digest,
            gone=bool(entry.destroyed or entry.destroys),
        )

    def _changes(self, before: Entry, plan: FormPlan, data: Mapping[str, Any]) -> dict[str, int]:
        """How much differs from a version, by section; what the form itself has made of values is counted too."""
        there, moved = crossed(self._book, self._book.past.plan_of(before), before.data or {}, plan)
        return _counted(changes(plan, there, plan, data), [one.section for one in moved])


def _counted(found: Sequence[Changed], more: Sequence[str] = ()) -> dict[str, int]:
    return dict(Counter([*(change.section.title for change in found), *more]))


def _draft(opened: OpenRecord, found: Mapping[str, int]) -> Moment:
    typed = sorted(opened.draft.changes.values(), key=lambda kept: kept.number)
    return Moment(
        n=NOW,
        number=0,
        act="draft",
        what="正在填，还没成版本" if typed else "现在的样子",
        note="",
        who=typed[-1].who if typed else opened.entry.who,
        when=saved_at(opened),
        changed=sum(found.values()),
        sections=found,
        newest=False,
        digest="",
    )


def _sections(before: Sheet, after: Sheet) -> Iterator[SectionChanges]:
    """The record's own changes by section, then those of each linked record that both states link to."""
    yield from _grouped(differences_between(before, after, Audience.OFFICE), "")
    for old, new in _linked(before, after):
        title = f"{new.plan.form.title}：{new.label() or old.label()}"
        found = differences_between(old, new, Audience.OFFICE)
        if found:
            yield SectionChanges(title=title, record=new.record, differences=tuple(found))


def _grouped(found: Sequence[Difference], record: str) -> Iterator[SectionChanges]:
    for title in dict.fromkeys(one.section for one in found):
        own = tuple(one for one in found if one.section == title)
        yield SectionChanges(title=title, record=record, differences=own)


def _linked(before: Sheet, after: Sheet) -> Iterator[tuple[Sheet, Sheet]]:
    seen: set[str] = {after.record}
    waiting = [(before, after)]
    while waiting:
        old, new = waiting.pop(0)
        for (name, _), record in links_of(new):
            form = new.plan.fields[name].definition.form or ""
            was, now = old.links(form, record), new.links(form, record)
            if record not in seen and was is not None and now is not None:
                seen.add(record)
                waiting.append((was, now))
                yield was, now


def _fates(before: Sequence[Standing], after: Sequence[Standing], source: Source) -> Iterator[PaperFate]:
    old = {one.state.key: one for one in before}
    phases = source.form.phases
    for new in after:
        fate = _fate(old.get(new.state.key), new)
        if fate is not None:
            yield PaperFate(
                key=new.state.key,
                title=new.state.title,
                phase=phases[new.state.phase].title,
                fate=fate,
                sealed=bool(new.state.definition.seal),
            )


def _fate(old: Standing | None, new: Standing) -> Fate | None:
    if old is None or old.state.state != "ready":
        return "fresh" if new.state.state == "ready" else None
    if new.state.state == "broken":
        return "broken"
    if new.state.state == "not_needed":
        return "gone"
    return "good" if old.hash == new.hash and not rewritten(old.later, new.later) else "again"
