"""Papers of a record: what is ready, each one's files, the packet."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import TypeVar

from onefill.page_codes import PaperList
from onefill.rendering import TemplateBroken
from onefill.rendering.engines import EngineMissing
from onefill.rendering.packet import Part, join
from onefill.rendering.workrooms import DiskFull
from onefill.service.book import Book
from onefill.service.conversion import Conversion, Wanted
from onefill.service.cover import with_cover
from onefill.service.errors import FormatUnknown, NothingToPrint
from onefill.service.guard import PRINT, allowed_to
from onefill.service.naming import file_name, zipped
from onefill.service.office_files import office_files, repeated
from onefill.service.overprints import Overprint, Overprints
from onefill.service.page_coding import PageCoding
from onefill.service.printed import PrintedFiles
from onefill.service.readiness import PDF, Ready, chosen_of, of_phase, phase_title, ready_of, state_of
from onefill.service.reprints import Again, changed_repetitions, says_other, what_changed
from onefill.service.room import Room
from onefill.service.shapes import DocumentState, Person, Produced
from onefill.service.sources import Source, Sources
from onefill.service.summary import summary_page
from onefill.service.versions import Act, Versions

LOST = "当时印的那份文件坏了，这一份是照当时的数据重新生成的"
SUMMARY = "填报信息汇总"
MOST_KNOWN = 200
T = TypeVar("T")
OnProgress = Callable[[int, int, str], None]


def _quiet(_done: int, _total: int, _what: str) -> None:
    """Nobody is waiting."""


class Documents(Room):
    """What a person does with papers.

    What is handed out is made from a version, kept for the purpose if anything has changed since the last one. It is
    for whoever may print.
    """

    def __init__(
        self,
        book: Book,
        sources: Sources,
        versions: Versions,
        conversion: Conversion,
        printed: PrintedFiles,
        overprints: Overprints,
    ) -> None:
        self._book = book
        self._overprints = overprints
        self._printed = printed
        self._sources = sources
        self._versions = versions
        self._conversion = conversion
        self._coding = PageCoding(book.store)
        #: What must be printed again, by record and phase, with the state of the record for which that holds.
        self._reprints: dict[tuple[str, str | None], tuple[object, dict[str, Again]]] = {}

    def list(self, record: str, phase: str | None = None) -> list[DocumentState]:
        """The papers of a phase (of all phases if none is named), in filing order."""
        with self._book.lock:
            source = self._sources.live(record)
            return [state_of(source, document) for document in of_phase(source, phase)]

    def file(self, record: str, document: str, suffix: str, who: Person, *, version: int | None = None) -> Produced:
        """One paper as ``.docx``, ``.xlsx`` or ``.pdf``; on stock, its pages are put where this person's printer needs.

        Args:
            record: Whose paper.
            document: Its key.
            suffix: The format.
            who: Who prints.
            version: An older version, to have the file that was made of it, or one made as it was; the newest if not
                given, made anew.

        Raises:
            DocumentUnknown: The form has no such paper.
            FormatUnknown: It does not come in this format.
            NothingToPrint: It is not needed as the record stands, or its template cannot be used.
            EngineMissing: PDF was asked and no engine is there; the message tells the remedy.
        """
        source = self._version(record, who, version)
        on_stock = suffix == PDF and any(one.key == document and one.stock for one in source.form.documents)
        if version is not None and not on_stock:
            kept = self._printed.find(record, version, document, suffix)
            if kept is not None:
                return kept
        ready = ready_of(source, document)
        made = self._on_stock(ready, who) if on_stock else self._made(ready, suffix, coded=True)
        if version is None:
            self._hand_out(source, [ready])
        if version is not None and not on_stock and suffix in self._printed.suffixes(record, version, document):
            made = replace(made, notes=(*made.notes, LOST))
        self._printed.keep(record, source.n, document, suffix, made)
        return made

    def listed(self, source: Source) -> tuple[DocumentState, ...]:
        """The papers of any facts, in filing order."""
        return tuple(state_of(source, document) for document in of_phase(source, None))

    def made(self, source: Source, document: str, suffix: str) -> Produced:
        """One paper of any facts, kept nowhere; see ``file``."""
        return self._made(ready_of(source, document), suffix)

    def _made(self, ready: Ready, suffix: str, *, coded: bool = False) -> Produced:
        if suffix == PDF or ready.why_not:
            return self._pdf(ready, coded=coded)
        template = next((t for t in ready.templates if t.compiled.suffix == suffix), None)
        if template is None or ready.paper is None:
            raise FormatUnknown(title=ready.state.title, format=suffix, known="、".join(ready.state.formats))
        files = office_files(ready.paper, template, whole=True)
        if len(files) == 1:
            return Produced(name=f"{ready.base_name}{suffix}", data=files[0][1], hash=ready.printed_hash)
        data = zipped([(f"{file_name(label)}{suffix}", content) for label, content in files])
        return Produced(name=f"{ready.base_name}.zip", data=data, hash=ready.printed_hash)

    def preview(self, record: str, document: str) -> Produced:
        """One paper's pages as PDF, as it would print now; keeps no version."""
        return self._pdf(ready_of(self._sources.snapshot(record), document))

    def lay_out(
        self, record: str, documents: Sequence[str], who: Person, *, on_progress: OnProgress = _quiet
    ) -> tuple[Sequence[str], Sequence[str]]:
        """Convert papers of any phases to PDF in one call; ``file`` and ``packet`` then take the pages from there.

        Args:
            record: Whose papers.
            documents: Their keys.
            who: Who prints.
            on_progress: Called with papers done, papers in all, and what is being done.

        Returns:
            The keys of those that came out, and why others did not, in words.

        Raises:
            DocumentUnknown: The form has no such paper.
            EngineMissing: There is none; the message tells the remedy.
        """
        source = self._version(record, who)
        ready = [ready_of(source, document) for document in documents]
        parts, notes = self._parts(ready, on_progress)
        made = {part.title for part in parts}
        return [one.state.key for one in ready if one.state.title in made], notes

    def packet(
        self,
        record: str,
        phase: str,
        who: Person,
        *,
        documents: Sequence[str] | None = None,
        copies: int = 1,
        duplex: bool = False,
        drafts: bool = False,
        cover: bool = False,
        version: int | None = None,
        on_progress: OnProgress = _quiet,
    ) -> Produced:
        """A phase's papers in filing order as one PDF to print.

        Args:
            record: Whose papers.
            phase: Key of the phase.
            who: Who prints.
            documents: Keys of the papers to take; all that are ready if not given.
            copies: How often each paper.
            duplex: Put an empty page after a paper of odd length, and after each of its repetitions that has one.
            drafts: Take unfinished papers too, each marked 草稿.
            cover: Begin with a page that lists the papers.
            version: Of which version; the newest if not given.
            on_progress: Called with papers done, papers in all, and what is being done.

        Raises:
            NothingToPrint: No paper of the phase may go into a packet.
        """
        source = self._version(record, who, version)
        ready, notes = chosen_of(source, phase, documents, drafts=drafts)
        parts, failed = self._parts(ready, on_progress, coded=True)
        notes += failed
        if not parts:
            raise NothingToPrint(phase=phase_title(source, phase), why="；".join(notes) or "一份都没有")
        titles = {part.title for part in parts}
        printed = [one for one in ready if one.state.title in titles]
        if cover:
            front, lacking = with_cover(self._conversion, source, phase_title(source, phase), parts, duplex=duplex)
            for page in front:
                page, roomless = self._listed(page, source, phase, printed, documents)
                parts, lacking = [page, *parts], [*lacking, *roomless]
            notes += lacking
        data = join(parts, copies=copies, duplex=duplex)
        name = f"{_bundle_name(source, phase)}{PDF}"
        made = Produced(name=name, data=data, notes=tuple(notes), hash=_bundle_hash(printed))
        self._printed.keep(record, source.n, f"@{phase}", PDF, made)
        self._hand_out(source, printed)
        return made

    def archive(
        self,
        record: str,
        phase: str,
        who: Person,
        *,
        documents: Sequence[str] | None = None,
        pdf: bool = True,
        version: int | None = None,
        on_progress: OnProgress = _quiet,
    ) -> Produced:
        """A phase's papers as one ZIP: Word and Excel files, and PDF unless it is not wanted or cannot be made."""
        source = self._version(record, who, version)
        ready, notes = chosen_of(source, phase, documents, drafts=True)
        numbers = {one.state.title: number for number, one in enumerate(ready, 1)}
        made, broken = _filled(ready, lambda one: (one.state.title, _office_files(one)))
        self._hand_out(source, ready)
        notes += broken
        entries = [(f"{numbers[title]:02d} {name}", data) for title, files in made for name, data in files]
        if pdf:
            try:
                parts, failed = self._parts(ready, on_progress, coded=True)
            except EngineMissing as missing:
                parts, failed = [], [str(missing)]
            except DiskFull as full:
                parts, failed = [], [f"PDF 没有生成：{full}"]  # Word and Excel need no room to work in
            notes += [note for note in failed if note not in notes]
            entries += [(f"PDF/{numbers[p.title]:02d} {file_name(p.title)}{PDF}", join([p])) for p in parts]
        return Produced(name=f"{_bundle_name(source, phase)}.zip", data=zipped(entries), notes=tuple(notes))

    def reprints(self, record: str, phase: str | None = None) -> dict[str, Again]:
        """Finished papers that were handed out and must be printed again, each with the reason and which pages."""
        handed = self._printed.handed_out(record)
        if not handed:
            return {}
        with self._book.lock:
            opened = self._book.open(record)
            mark = (opened.revision, tuple(opened.seen_links.items()), tuple(handed.items()))
            known = self._reprints.get((record, phase))
            if known is None or known[0] != mark:
                known = (mark, self._to_reprint(record, phase, handed))
                self._reprints[record, phase] = known
                while len(self._reprints) > MOST_KNOWN:
                    self._reprints.pop(next(iter(self._reprints)))
            return known[1]

    def summary(self, record: str, who: Person) -> Produced:
        """All facts of a record on plain pages (填报信息汇总), as PDF."""
        source = self._version(record, who)
        asked = Wanted(title=SUMMARY, html=summary_page(source))
        [part], notes = self._conversion.convert([asked], _quiet)
        name = file_name(f"{SUMMARY}_{source.sheet.label()}")
        return Produced(name=f"{name}{PDF}", data=join([part]), notes=tuple(notes))

    # -- inside ----------------------------------------------------------------------------------------------------

    def _version(self, record: str, who: Person, version: int | None = None) -> Source:
        with self._book.lock:
            allowed_to(PRINT, self._book, record, who)
        get = self._versions.get
        entry = self._versions.keep(record, who, Act.PRINTED) if version is None else get(record, version)
        return self._sources.version(entry)

    def _to_reprint(self, record: str, phase: str | None, handed: Mapping[str, tuple[int, str]]) -> dict[str, Again]:
        source = self._sources.live(record)
        found: dict[str, Again] = {}
        for document in of_phase(source, phase):
            n, digest = handed.get(document.key, (0, ""))
            ready = ready_of(source, document) if n else None
            if not ready or not ready.paper or ready.state.state != "ready":
                continue
            same = ready.paper.hash[:8] == digest
            if same and not ready.paper.later:
                continue
            before = self._sources.version(self._versions.get(record, n))
            if same and not says_other(before, ready):
                continue
            why, parts = what_changed(before, source, document), changed_repetitions(before, ready, digest)
            if parts is None:
                found[document.key] = Again(why=why)
            elif parts.at:
                pages = parts.pages(self._printed.spans(record, n, document.key))
                labels = tuple(parts.now[at].label for at in sorted(parts.at))
                found[document.key] = Again(why=why, labels=labels, pages=pages)
        return found

    def _listed(
        self, page: Part, source: Source, phase: str, printed: Sequence[Ready], documents: Sequence[str] | None
    ) -> tuple[Part, Sequence[str]]:
        """The list of papers with its codes, kept in mind so that these can be read back."""
        papers = {one.state.key: one.printed_hash for one in printed}
        others = [one for document in of_phase(source, phase) if (one := state_of(source, document)).key not in papers]
        listed = PaperList(
            papers=papers,
            chosen=documents is not None and any(one.state == "ready" and one.key not in documents for one in others),
            unfinished=frozenset(one.key for one in others if one.state == "draft"),
        )
        self._printed.keep_list(source.sheet.record, listed)
        return self._coding.coded_list(page, source, phase, listed)

    def _keep_spans(self, parts: Sequence[Part], ready: Sequence[Ready]) -> None:
        named = {one.state.title: one for one in ready}
        for part in parts:
            if part.spans:
                one = named[part.title]
                self._printed.keep_spans(one.source.sheet.record, one.source.n, one.state.key, part.spans)

    def _hand_out(self, source: Source, ready: Sequence[Ready]) -> None:
        finished = {
            one.state.key: one.paper.hash[:8] if one.paper else "" for one in ready if one.state.state == "ready"
        }
        self._printed.hand_out(source.sheet.record, source.n, finished)

    def _on_stock(self, ready: Ready, who: Person) -> Produced:
        """A paper as somebody's printer must get it for stock; printers differ, so it is made each time it is asked."""
        overprint = self._overprints.of(who)
        made = self._pdf(ready, overprint=overprint)
        return replace(made, data=overprint.of_pages(made.data))

    def _pdf(self, ready: Ready, *, coded: bool = False, overprint: Overprint | None = None) -> Produced:
        if ready.why_not:
            raise NothingToPrint(phase=f"《{ready.state.title}》", why=ready.why_not)
        parts, notes = self._parts([ready], _quiet, coded=coded, overprint=overprint)
        if not parts:
            raise NothingToPrint(phase=f"《{ready.state.title}》", why="；".join(notes))
        digest = ready.printed_hash if ready.paper else ""
        return Produced(name=f"{ready.base_name}{PDF}", data=join(parts), notes=tuple(notes), hash=digest)

    def _parts(
        self,
        ready: Sequence[Ready],
        on_progress: OnProgress,
        *,
        coded: bool = False,
        overprint: Overprint | None = None,
    ) -> tuple[Sequence[Part], Sequence[str]]:
        def fill(one: Ready) -> Wanted:
            on_progress(0, len(ready), one.state.title)
            return _wanted(one, overprint)

        asked, broken = _filled(ready, fill)
        parts, failed = self._conversion.convert(asked, on_progress)
        roomless: Sequence[str] = ()
        if coded or overprint:
            self._keep_spans(parts, ready)
        if coded:
            parts, roomless = self._coding.coded(parts, ready)
        return parts, [*broken, *failed, *roomless]


def _bundle_hash(printed: Sequence[Ready]) -> str:
    """Eight characters that are the same as long as the same papers say the same."""
    said = "".join(f"{one.state.key}={one.printed_hash}" for one in printed if one.paper is not None)
    return sha256(said.encode()).hexdigest()[:8]


def _bundle_name(source: Source, phase: str) -> str:
    return file_name(f"{phase_title(source, phase)}_{source.sheet.label()}_第{source.version}版")


def _filled(ready: Sequence[Ready], fill: Callable[[Ready], T]) -> tuple[list[T], list[str]]:
    """What comes of filling each paper, and which could not be filled because of their template, in words."""
    made, broken = [], []
    for one in ready:
        try:
            made.append(fill(one))
        except TemplateBroken as error:
            broken.append(f"《{one.state.title}》没有印：{error}")
    return made, broken


def _office_files(ready: Ready) -> list[tuple[str, bytes]]:
    files = []
    for template in ready.templates:
        made = office_files(ready.paper, template, whole=True) if ready.paper else []
        for label, data in made:
            name = ready.base_name if len(made) == 1 else f"{ready.base_name}/{file_name(label)}"
            files.append((f"{name}{template.compiled.suffix}", data))
    return files


def _wanted(ready: Ready, overprint: Overprint | None) -> Wanted:
    if ready.paper is None:
        return Wanted(title=ready.state.title, html=summary_page(ready.source, ready.printed_hash))
    suffix = ready.templates[0].compiled.suffix

    def dress(data: bytes) -> bytes:
        return overprint.of_file(data, suffix) if overprint else data

    repetitions = len(ready.paper.items) if ready.paper.document.each else 0
    bare = "bare" if overprint and not overprint.whole else ""
    many = repeated(ready.paper, ready.templates[0], dress, bare)
    if many is not None:
        return Wanted(title=ready.state.title, repeated=many, repetitions=repetitions)
    files = tuple(dress(data) for _, data in office_files(ready.paper, ready.templates[0], whole=False))
    return Wanted(title=ready.state.title, files=files, suffix=suffix, repetitions=repetitions)
