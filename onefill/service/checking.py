"""The checklist of an open record: what was handed in, held against the facts of today."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace

from onefill.definitions.expressions import Empty, ExpressionError, compile_expression
from onefill.definitions.model import Form
from onefill.definitions.procedure import Earlier, Material
from onefill.facts.views import RecordView
from onefill.materials import Checklist, Known, Supplied, checklist, entry_id, joined, supplied_of
from onefill.page_codes import PageCode, draft_hash
from onefill.reviews import Case
from onefill.reviews.moves import phase_of, stage_of
from onefill.service.book import Book, OpenRecord
from onefill.service.cases import ACCEPTED, case_of
from onefill.service.indexing import token
from onefill.service.numbering import counts, walked
from onefill.service.printed import PrintedFiles
from onefill.service.readiness import ready_of
from onefill.service.reprints import changed_repetitions, pages_of, says_other
from onefill.service.settled import silent
from onefill.service.sources import Source, Sources
from store import Entry

#: So many states of records are known at once.
MOST_KNOWN = 200
#: So many records of another form are looked into for a file that was accepted there, the newest first.
MOST_EARLIER = 20


@dataclass(frozen=True)
class _Papers:
    """What is known of the papers of a record while it stays as it is.

    Attributes:
        revision: In which state of it.
        prints: What each document prints.
        others: Whether one that was printed of an entry said something else.
        drafts: Whether one that was printed of a version was a draft, by version and hash.
        pages: Which pages of one that was printed of a version do, by version and hash; nothing if all of them.
        added: What those of its repetitions are called that came at its end since, by the same.
    """

    revision: int
    prints: dict[str, str | None] = field(default_factory=dict)
    others: dict[tuple[str, int], bool] = field(default_factory=dict)
    drafts: dict[tuple[str, int, str], bool] = field(default_factory=dict)
    pages: dict[tuple[str, int, str], frozenset[int] | None] = field(default_factory=dict)
    added: dict[tuple[str, int, str], tuple[str, ...]] = field(default_factory=dict)


class Checking:
    """Works out checklists; what is known of a document is worked out once for each state of a record."""

    def __init__(self, book: Book, sources: Sources) -> None:
        self._book = book
        self._sources = sources
        self._printed = PrintedFiles(book.store)
        self._known: dict[tuple[str, int], _Papers] = {}

    def of(
        self,
        opened: OpenRecord,
        phase: int,
        only: str | None = None,
        *,
        prints: Callable[[str], str | None] | None = None,
    ) -> Checklist:
        """The checklist of a phase, as the record is now, or of one of its materials; asked under the book's lock.

        Args:
            opened: The record.
            phase: Index of the phase.
            only: Key of the one material that is asked about.
            prints: What its documents print, where that is not asked as of today.
        """
        form, data = opened.sheet.plan.form, opened.sheet.data
        case, key = case_of(data), form.phases[phase].key
        in_office = stage_of(form, key, case.phase(key).stage).holder == "office"
        back = silent(self._book, opened, key)
        returned = {one.at.removeprefix("item:") for one in back if one.at.startswith("item:")}
        back_with = case.phase(key).by(one.key for one in form.actions if one.kind == "return")
        accepted: Mapping[str, str] = data.get(ACCEPTED) or {}
        known = Known(
            supplied=supplied_of(data),
            prints=prints or (lambda document: self.print_of(opened, document)),
            outlived=None if prints else lambda code: self.is_outlived(opened, code),
            drafted=lambda code: prints is None and self._of_draft(opened, code),
            added=lambda code: self.added_since(opened, code) if prints is None else (),
            says_other=lambda document, n: prints is None and self.says_other(opened, document, n),
            earlier=lambda material, _item, scope: self._earlier(opened, material, scope),
            accepted={**case.accepted, **accepted},
            returned=returned,
            remarked={one.at.removeprefix("item:") for one in case.of_phase(key) if one.live},
            came_back=back_with.when if back_with else None,
            in_office=in_office,
        )
        return checklist(opened.sheet, opened.findings, phase, known, only)

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
        pages = self._outlived_pages(opened, code.document, code.version, code.hash)
        return pages is None or code.page in pages

    def is_draft(self, opened: OpenRecord, document: str, version: int, hash: str) -> bool:
        """Whether what was printed of a version was a draft of its paper, which may be finished by now."""
        if hash == self.print_of(opened, document):
            return False
        known, asked = self._papers(opened).drafts, (document, version, hash)
        if asked not in known:
            known[asked] = self._drafted(opened, *asked)
        return known[asked]

    def added_since(self, opened: OpenRecord, code: PageCode) -> tuple[str, ...]:
        """What the repetitions are called that came at the end of a paper since a page of it was printed that holds."""
        self._outlived_pages(opened, code.document, code.version, code.hash)
        return self._papers(opened).added.get((code.document, code.version, code.hash), ())

    def any_outlived(self, opened: OpenRecord, document: str, version: int, hash: str) -> bool:
        """The same of a paper as a whole, by the version that it was printed of and its hash."""
        pages = self._outlived_pages(opened, document, version, hash)
        return pages is None or bool(pages)

    def _outlived_pages(self, opened: OpenRecord, document: str, version: int, hash: str) -> frozenset[int] | None:
        if not self.print_of(opened, document):
            return frozenset()
        known, asked = self._papers(opened).pages, (document, version, hash)
        if asked not in known:
            known[asked] = self._outlived(opened, *asked)
        return known[asked]

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

    def _papers(self, opened: OpenRecord) -> _Papers:
        asked = opened.id, opened.judged_by
        known = self._known.get(asked)
        if known is None or known.revision != opened.revision:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            known = self._known[asked] = _Papers(opened.revision)
        return known

    def _outlived(self, opened: OpenRecord, document: str, version: int, hash: str) -> frozenset[int] | None:
        """Which pages that were printed of a version say something else; nothing if all of them must be judged so."""
        now = ready_of(self._sources.of(opened), document)
        same = hash == self.print_of(opened, document)
        if same and (now.paper is None or not now.paper.later):
            return frozenset()
        entry = self._entry_of(opened, version)
        if entry is None or (same and not self.says_other(opened, document, entry.n)):
            return frozenset() if same else None
        parts = changed_repetitions(self._sources.version(entry), now, hash)
        spans = self._printed.spans(opened.id, entry.n, document) if parts else ()
        newest, _ = self._printed.handed_out(opened.id).get(document, (0, ""))
        newer = self._printed.spans(opened.id, newest, document) or spans
        if parts is None or not parts.in_place or len(spans) != parts.before or newer[: len(spans)] != spans:
            return None  # where its repetitions stand is not known, or somewhere else by now
        self._papers(opened).added[document, version, hash] = tuple(one.label for one in parts.now[parts.before :])
        return frozenset(page for at in parts.at if at < parts.before for page in pages_of(at, spans))

    def _drafted(self, opened: OpenRecord, document: str, version: int, hash: str) -> bool:
        if (today := self.print_of(opened, document)) and hash == draft_hash(today):
            return True
        entry = self._entry_of(opened, version)
        if entry is None:
            return False
        before = self._sources.version(entry)
        known = any(one.key == document for one in before.form.documents)
        return known and hash == draft_hash(ready_of(before, document).facts_hash)

    def _of_draft(self, opened: OpenRecord, code: PageCode) -> bool:
        """The same of a page, of this record or of one that it is linked to."""
        of = opened if code.record == opened.id else self._book.open(code.record)
        return self.is_draft(of, code.document, code.version, code.hash)

    def _version(self, opened: OpenRecord, n: int) -> Source:
        return self._sources.version(self._book.store.entry(opened.id, n, self._book.scope))

    def _entry_of(self, opened: OpenRecord, version: int) -> Entry | None:
        """The entry that holds a version, as people count."""
        entries = self._book.store.entries(opened.id, self._book.scope, last=opened.entry.n)
        of_version = [
            one
            for one, at in zip(entries, walked(entries), strict=True)
            if at.number + at.moved == version and one.data
        ]
        # Entries of acts hold what the version before them held, or what the next one is made of.
        kept = [one for one in of_version if counts(one)] or of_version
        return kept[0] if kept else None

    def prints(self, opened: OpenRecord, phase: str) -> dict[str, str]:
        """What every document of a phase prints today, by its key, and those of which it asks a scan.

        Those that are not needed are left out.
        """
        form = opened.sheet.plan.form
        scanned = {one.document for one in form.materials if one.kind == "scan" and phase_of(form, one.from_) == phase}
        asked = [one.key for one in form.documents if one.key in scanned or phase_of(form, one.from_) == phase]
        found = {key: self.print_of(opened, key) for key in asked}
        return {key: print for key, print in found.items() if print}

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

    def _earlier(self, opened: OpenRecord, material: Material, scope: Mapping[str, object]) -> tuple[Supplied, ...]:
        """The files of the newest record of another form where such a material was accepted, or of an earlier phase."""
        asked = material.earlier
        if asked is None:
            return ()
        item = asked.material if asked.item is None else f"{asked.material}.{entry_id(_value(asked.item, scope))}"
        if asked.form is None:
            return self._before(opened, asked, item)
        tokens = _tokens(asked, scope) if asked.form in self._book.definitions.forms else None
        if not tokens:
            return ()
        found = self._book.store.find(form=asked.form, tokens=tokens, scope=self._book.scope, limit=MOST_EARLIER)
        for one in found:
            other = self._book.open(one.record).sheet
            if _passed(other.plan.form, case_of(other.data), asked.stages):
                files = supplied_of(other.data).get(item, ())
                return tuple(replace(file, source=one.record, print="") for file in files)
        return ()

    def _before(self, opened: OpenRecord, asked: Earlier, item: str) -> tuple[Supplied, ...]:
        """What an earlier phase of the same record has for an item, or for all its entries."""
        form, phase = opened.sheet.plan.form, opened.sheet.plan.phase_index
        material = next((one for one in form.materials if one.key == asked.material), None)
        if material is None:
            return ()
        items = self.of(opened, phase(material.from_), material.key).items
        found = (one.files for one in items if one.id == item or one.id.startswith(f"{item}."))
        return tuple(replace(file, print="") for file in joined(found))


def _passed(form: Form, case: Case, stages: Collection[str]) -> bool:
    """Whether one of these stages is where its phase stands; a later phase may have begun meanwhile."""
    asked = [one for one in form.stages if one.key in stages]
    return any(case.phase(phase_of(form, one.phase)).stage == one.key for one in asked)


def _tokens(asked: Earlier, scope: Mapping[str, object]) -> list[str] | None:
    tokens = []
    for name, expression in asked.match.items():
        value = _value(expression, scope)
        if value is None:
            return None
        tokens.append(token(name, value.sheet.record if isinstance(value, RecordView) else value))
    return tokens


def _value(expression: str, scope: Mapping[str, object]) -> object:
    try:
        value = compile_expression(expression).evaluate(scope)
    except ExpressionError:
        return None
    return None if isinstance(value, Empty) else value


def accepted_of(case: Case, data: Mapping[str, object]) -> dict[str, str]:
    """What officers have accepted, with what is not written down by an act yet."""
    aside = data.get(ACCEPTED)
    return {**case.accepted, **(aside if isinstance(aside, dict) else {})}
