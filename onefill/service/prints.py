"""What documents print today, and whether what was printed of them before still holds."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from onefill.page_codes import PageCode, draft_hash
from onefill.service.book import Book
from onefill.service.numbering import entries_of_version
from onefill.service.open_record import OpenRecord
from onefill.service.printed import PrintedFiles
from onefill.service.readiness import Ready, ready_of
from onefill.service.reprints import changed_repetitions, pages_of, prints_as, says_other
from onefill.service.sources import Source, Sources
from store import Entry

#: So many states of records are known at once.
MOST_KNOWN = 200


@dataclass(frozen=True)
class _Outlived:
    """What of a paper that was printed says something else by now.

    Attributes:
        pages: Which of its pages; nothing if all of them must be judged so.
        added: What those of its repetitions are called that came at its end since.
    """

    pages: frozenset[int] | None = frozenset()
    added: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Papers:
    """What is known of the papers of a record while it stays as it is.

    Attributes:
        revision: In which state of it.
        prints: What each document prints.
        others: Whether one that was printed of an entry said something else.
        drafts: Whether one that was printed of a version was a draft, by version and hash.
        outlived: What of one that was printed of a version does, by version and hash.
    """

    revision: int
    prints: dict[str, str | None] = field(default_factory=dict)
    others: dict[tuple[str, int], bool] = field(default_factory=dict)
    drafts: dict[tuple[str, int, str], bool] = field(default_factory=dict)
    outlived: dict[tuple[str, int, str], _Outlived] = field(default_factory=dict)


class Prints:
    """Works it out once for each state of a record.

    Args:
        book: Holds the records.
        sources: What papers read.
    """

    def __init__(self, book: Book, sources: Sources) -> None:
        self._book = book
        self._sources = sources
        self._printed = PrintedFiles(book.store)
        self._known: dict[tuple[str, int], _Papers] = {}

    def print_of(self, opened: OpenRecord, document: str) -> str | None:
        """First 8 characters of the facts hash of a document today.

        Empty while nothing can be printed of what is wanted all the same; ``None`` if it is not needed.
        """
        known = self._papers(opened).prints
        if document not in known:
            known[document] = self._print(opened, document)
        return known[document]

    def is_outlived(self, opened: OpenRecord, code: PageCode) -> bool:
        """Whether a page says something else than it would today; none does while its paper cannot be printed.

        Of a paper that repeats only the pages of those repetitions do that have changed.
        """
        pages = self._outlived(opened, code.document, code.version, code.hash).pages
        return pages is None or code.page in pages

    def any_outlived(self, opened: OpenRecord, document: str, version: int, hash: str) -> bool:
        """The same of a paper as a whole, by the version that it was printed of and its hash."""
        pages = self._outlived(opened, document, version, hash).pages
        return pages is None or bool(pages)

    def is_draft(self, opened: OpenRecord, document: str, version: int, hash: str) -> bool:
        """Whether what was printed of a version was a draft of its paper, which may be finished by now."""
        if hash == self.print_of(opened, document):
            return False
        known, asked = self._papers(opened).drafts, (document, version, hash)
        if asked not in known:
            known[asked] = self._drafted(opened, *asked)
        return known[asked]

    def is_draft_page(self, opened: OpenRecord, code: PageCode) -> bool:
        """The same of a page, of this record or of one that it is linked to."""
        of = opened if code.record == opened.id else self._book.open(code.record)
        return self.is_draft(of, code.document, code.version, code.hash)

    def added_since(self, opened: OpenRecord, code: PageCode) -> tuple[str, ...]:
        """What the repetitions are called that came at the end of a paper since a page of it was printed that holds."""
        return self._outlived(opened, code.document, code.version, code.hash).added

    def says_other(self, opened: OpenRecord, document: str, n: int) -> bool:
        """Whether a paper said something else of facts that come later than it.

        Args:
            opened: The record.
            document: Key of the paper.
            n: Number of the entry that it was printed of.
        """
        if not self.print_of(opened, document):
            return False
        known = self._papers(opened).others
        if (document, n) not in known:
            now = ready_of(self._sources.of(opened), document)
            known[document, n] = says_other(self._version(opened, n), now) if now.paper and now.paper.later else False
        return known[document, n]

    # -- inside ----------------------------------------------------------------------------------------------------

    def _papers(self, opened: OpenRecord) -> _Papers:
        asked = opened.id, opened.judged_by
        known = self._known.get(asked)
        if known is None or known.revision != opened.revision:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            known = self._known[asked] = _Papers(opened.revision)
        return known

    def _print(self, opened: OpenRecord, document: str) -> str | None:
        asked = next((one for one in opened.sheet.plan.form.documents if one.key == document), None)
        if asked is None:
            return None
        ready = ready_of(self._sources.of(opened), asked)
        if ready.state.state == "not_needed":
            return None
        if not ready.state.printable:
            return ""
        return ready.facts_hash

    def _outlived(self, opened: OpenRecord, document: str, version: int, hash: str) -> _Outlived:
        if not self.print_of(opened, document):
            return _Outlived()
        known, asked = self._papers(opened).outlived, (document, version, hash)
        if asked not in known:
            known[asked] = self._compared(opened, *asked)
        return known[asked]

    def _compared(self, opened: OpenRecord, document: str, version: int, hash: str) -> _Outlived:
        """What was printed of a version, held against what is printed today."""
        now = ready_of(self._sources.of(opened), document)
        same = hash == self.print_of(opened, document)
        if same and (now.paper is None or not now.paper.later):
            return _Outlived()
        found = [self._of_entry(opened, now, each, hash) for each in self._made_of(opened, now, version, hash)]
        if not found:
            return _Outlived() if same else _Outlived(pages=None)
        told = [each.pages for each in found if each.pages is not None]
        pages = frozenset[int]().union(*told) if len(told) == len(found) else None
        return _Outlived(pages=pages, added=found[0].added)

    def _made_of(self, opened: OpenRecord, now: Ready, version: int, hash: str) -> Sequence[Entry]:
        """The entries that a paper may have been made of, by its version and hash: those of which one is known, or one.

        Acts write entries between two versions that people count, and papers of all of these bear one number.
        """
        found = self._entries_of(opened, version)
        alike = [one for one in found if len(found) == 1 or prints_as(self._sources.version(one), now, hash)]
        made = [one for one in alike if self._printed.may_hold(opened.id, one.n, now.state.key)]
        return made or alike[:1] or found[:1]

    def _of_entry(self, opened: OpenRecord, now: Ready, entry: Entry, hash: str) -> _Outlived:
        """What was printed of an entry, held against what is printed today."""
        document = now.state.key
        same = hash == self.print_of(opened, document)
        if same and not self.says_other(opened, document, entry.n):
            return _Outlived()
        parts = changed_repetitions(self._sources.version(entry), now, hash)
        spans = self._printed.spans(opened.id, entry.n, document) if parts else ()
        newest, _ = self._printed.handed_out(opened.id).get(document, (0, ""))
        newer = self._printed.spans(opened.id, newest, document) or spans
        if parts is None or not parts.in_place or len(spans) != parts.before or newer[: len(spans)] != spans:
            return _Outlived(pages=None)  # where its repetitions stand is not known, or somewhere else by now
        return _Outlived(
            pages=frozenset(page for at in parts.at if at < parts.before for page in pages_of(at, spans)),
            added=tuple(one.label for one in parts.now[parts.before :]),
        )

    def _drafted(self, opened: OpenRecord, document: str, version: int, hash: str) -> bool:
        if (today := self.print_of(opened, document)) and hash == draft_hash(today):
            return True
        return any(self._was_draft(entry, document, hash) for entry in self._entries_of(opened, version))

    def _was_draft(self, entry: Entry, document: str, hash: str) -> bool:
        before = self._sources.version(entry)
        known = any(one.key == document for one in before.form.documents)
        return known and hash == draft_hash(ready_of(before, document).facts_hash)

    def _version(self, opened: OpenRecord, n: int) -> Source:
        return self._sources.version(self._book.store.entry(opened.id, n, self._book.scope))

    def _entries_of(self, opened: OpenRecord, version: int) -> list[Entry]:
        return entries_of_version(self._book.store.entries(opened.id, self._book.scope, last=opened.entry.n), version)
