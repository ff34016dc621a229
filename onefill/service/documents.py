"""Papers of a record: what is ready, each one's files, the packet."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from onefill.definitions.model import Document
from onefill.problems import Level
from onefill.rendering import TemplateBroken
from onefill.rendering.engines import EngineMissing
from onefill.rendering.packet import Part, join
from onefill.service.book import Book
from onefill.service.conversion import Conversion, Wanted
from onefill.service.errors import DocumentUnknown, FormatUnknown, NothingToPrint, PhaseUnknown
from onefill.service.naming import file_name, zipped
from onefill.service.papers import DRAFT, Paper, Print, facts_read, paper, repeated, wanted
from onefill.service.printed import PrintedFiles
from onefill.service.shapes import DocumentState, Person, Produced
from onefill.service.sources import Source, Sources
from onefill.service.summary import summary_digest, summary_page
from onefill.service.templates import Template, TemplateMissing
from onefill.service.touched import Trouble, troubles
from onefill.service.versions import Act, Versions

PDF = ".pdf"
LOST = "当时印的那份文件坏了，这一份是照当时的数据重新生成的"
SUMMARY = "填报信息汇总"
T = TypeVar("T")
OnProgress = Callable[[int, int, str], None]
State = Literal["ready", "draft", "not_needed", "broken"]
NOT_PRINTED = ("not_needed", "broken")
NOBODY = "名单是空的，或没有一项符合条件，没有可打印的"


def _quiet(_done: int, _total: int, _what: str) -> None:
    """Nobody is waiting."""


@dataclass(frozen=True, kw_only=True)
class Ready:
    """A document with its state, its gathered facts and its templates; what every way of printing starts from."""

    state: DocumentState
    paper: Paper | None
    templates: tuple[Template, ...]
    base_name: str
    source: Source

    @property
    def why_not(self) -> str:
        """Why there is nothing to print, in words; empty if there is something."""
        if self.state.state in NOT_PRINTED:
            return self.state.reason
        return NOBODY if self.paper is not None and not self.paper.items else ""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A document's state with the digest of what it prints."""

    state: DocumentState
    hash: str


class Documents:
    """What a person does with papers.

    What is handed out is made from a version, kept for the purpose if anything has changed since the last one.
    """

    def __init__(
        self, book: Book, sources: Sources, versions: Versions, conversion: Conversion, printed: PrintedFiles
    ) -> None:
        self._book = book
        self._printed = printed
        self._sources = sources
        self._versions = versions
        self._conversion = conversion

    def list(self, record: str, phase: str | None = None) -> list[DocumentState]:
        """The papers of a phase (of all phases if none is named), in filing order."""
        with self._book.lock:
            source = self._sources.live(record)
            return [_state(source, document) for document in _of_phase(source, phase)]

    def file(self, record: str, document: str, suffix: str, who: Person, *, version: int | None = None) -> Produced:
        """One paper as ``.docx``, ``.xlsx`` or ``.pdf``.

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
        if version is not None:
            kept = self._printed.find(record, version, document, suffix)
            if kept is not None:
                return kept
        made = self._made(_ready(source, document), suffix)
        if version is not None and suffix in self._printed.suffixes(record, version, document):
            made = replace(made, notes=(*made.notes, LOST))
        self._printed.keep(record, int(source.version), document, suffix, made)
        return made

    def listed(self, source: Source) -> tuple[DocumentState, ...]:
        """The papers of any facts, in filing order."""
        return tuple(_state(source, document) for document in _of_phase(source, None))

    def made(self, source: Source, document: str, suffix: str) -> Produced:
        """One paper of any facts, kept nowhere; see ``file``."""
        return self._made(_ready(source, document), suffix)

    def _made(self, ready: Ready, suffix: str) -> Produced:
        if suffix == PDF or ready.why_not:
            return self._pdf(ready)
        template = next((t for t in ready.templates if t.compiled.suffix == suffix), None)
        if template is None or ready.paper is None:
            raise FormatUnknown(title=ready.state.title, format=suffix, known="、".join(ready.state.formats))
        files = _office(ready.paper, template, whole=True)
        if len(files) == 1:
            return Produced(name=f"{ready.base_name}{suffix}", data=files[0][1], hash=ready.paper.hash[:8])
        data = zipped([(f"{file_name(label)}{suffix}", content) for label, content in files])
        return Produced(name=f"{ready.base_name}.zip", data=data, hash=ready.paper.hash[:8])

    def preview(self, record: str, document: str) -> Produced:
        """One paper's pages as PDF, as it would print now; keeps no version."""
        return self._pdf(_ready(self._sources.snapshot(record), document))

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
        on_progress: OnProgress = _quiet,
    ) -> Produced:
        """A phase's papers in filing order as one PDF to print.

        Args:
            record: Whose papers.
            phase: Key of the phase.
            who: Who prints.
            documents: Keys of the papers to take; all that are ready if not given.
            copies: How often each paper.
            duplex: Put an empty page after a paper of odd length.
            drafts: Take unfinished papers too, each marked 草稿.
            on_progress: Called with papers done, papers in all, and what is being done.

        Raises:
            NothingToPrint: No paper of the phase may go into a packet.
        """
        source = self._version(record, who)
        ready, notes = _chosen(source, phase, documents, drafts=drafts)
        parts, failed = self._parts(ready, on_progress)
        notes += failed
        if not parts:
            raise NothingToPrint(phase=_phase_title(source, phase), why="；".join(notes) or "一份都没有")
        data = join(parts, copies=copies, duplex=duplex)
        made = Produced(name=f"{_bundle_name(source, phase)}{PDF}", data=data, notes=tuple(notes))
        self._printed.keep(record, int(source.version), f"@{phase}", PDF, made)
        return made

    def archive(
        self,
        record: str,
        phase: str,
        who: Person,
        *,
        documents: Sequence[str] | None = None,
        pdf: bool = True,
        on_progress: OnProgress = _quiet,
    ) -> Produced:
        """A phase's papers as one ZIP: Word and Excel files, and PDF unless it is not wanted or cannot be made."""
        source = self._version(record, who)
        ready, notes = _chosen(source, phase, documents, drafts=True)
        numbers = {one.state.title: number for number, one in enumerate(ready, 1)}
        made, broken = _filled(ready, lambda one: (one.state.title, _office_files(one)))
        notes += broken
        entries = [(f"{numbers[title]:02d} {name}", data) for title, files in made for name, data in files]
        if pdf:
            try:
                parts, failed = self._parts(ready, on_progress)
            except EngineMissing as missing:
                parts, failed = [], [str(missing)]
            notes += [note for note in failed if note not in notes]
            entries += [(f"PDF/{numbers[p.title]:02d} {file_name(p.title)}{PDF}", join([p])) for p in parts]
        return Produced(name=f"{_bundle_name(source, phase)}.zip", data=zipped(entries), notes=tuple(notes))

    def summary(self, record: str, who: Person) -> Produced:
        """All facts of a record on plain pages (填报信息汇总), as PDF."""
        source = self._version(record, who)
        asked = Wanted(title=SUMMARY, html=summary_page(source))
        [part], notes = self._conversion.convert([asked], _quiet)
        name = file_name(f"{SUMMARY}_{source.sheet.label()}")
        return Produced(name=f"{name}{PDF}", data=part.pdf, notes=tuple(notes))

    # -- inside ----------------------------------------------------------------------------------------------------

    def _version(self, record: str, who: Person, version: int | None = None) -> Source:
        get = self._versions.get
        entry = self._versions.keep(record, who, Act.PRINTED) if version is None else get(record, version)
        return self._sources.version(entry)

    def _pdf(self, ready: Ready) -> Produced:
        if ready.why_not:
            raise NothingToPrint(phase=f"《{ready.state.title}》", why=ready.why_not)
        parts, notes = self._parts([ready], _quiet)
        if not parts:
            raise NothingToPrint(phase=f"《{ready.state.title}》", why="；".join(notes))
        digest = ready.paper.hash[:8] if ready.paper else ""
        return Produced(name=f"{ready.base_name}{PDF}", data=join(parts), notes=tuple(notes), hash=digest)

    def _parts(self, ready: Sequence[Ready], on_progress: OnProgress) -> tuple[Sequence[Part], Sequence[str]]:
        asked, broken = _filled(ready, _wanted)
        parts, failed = self._conversion.convert(asked, on_progress)
        return parts, [*broken, *failed]


def standing(source: Source) -> list[Standing]:
    """Every paper of a record with the digest of what it prints, so that two states can be compared."""
    made = []
    for document in source.form.documents:
        ready = _ready(source, document)
        digest = ready.paper.hash if ready.paper else "" if ready.templates else summary_digest(source)
        made.append(Standing(state=ready.state, hash=digest))
    return made


def _of_phase(source: Source, phase: str | None) -> list[Document]:
    form, phases = source.form, source.sheet.plan.phases
    if phase is None:
        return list(form.documents)
    if phase not in phases:
        raise PhaseUnknown(form=form.title, phase=phase, known="、".join(phases))
    return [document for document in form.documents if (document.from_ or phases[0]) == phase]


def _phase_title(source: Source, phase: str) -> str:
    return next(p.title for p in source.form.phases if p.key == phase)


def _bundle_name(source: Source, phase: str) -> str:
    return file_name(f"{_phase_title(source, phase)}_{source.sheet.label()}_第{source.version}版")


def _state(source: Source, document: Document) -> DocumentState:
    sheet = source.sheet
    phase = sheet.plan.phase_index(document.from_)

    def state(
        name: State, reason: str = "", found: tuple[Trouble, ...] = (), formats: Sequence[str] = ()
    ) -> DocumentState:
        return DocumentState(
            key=document.key,
            title=document.title,
            definition=document,
            phase=phase,
            state=name,
            troubles=found,
            formats=tuple(dict.fromkeys([*formats, PDF])) if name != "broken" else (),
            items=items,
            reason=reason,
        )

    items = len(repeated(sheet, document.each)) if document.each else 1
    try:
        templates = source.templates(document)
    except (TemplateMissing, TemplateBroken) as error:
        return state("broken", str(error))
    formats = [template.compiled.suffix for template in templates]
    if not wanted(sheet, document):
        return state("not_needed", "按现在填的内容，不用这份", formats=formats)
    found = _troubles(source, document, templates, phase)
    if not items and not found:
        return state("not_needed", NOBODY, formats=formats)
    return state("draft" if found else "ready", found=found, formats=formats)


def _troubles(source: Source, document: Document, templates: Sequence[Template], phase: int) -> tuple[Trouble, ...]:
    if templates:
        read = facts_read(source.sheet, document, [t.compiled for t in templates])
        return tuple(troubles(source.sheet, read, phase, source.findings_of))
    found = [f for f in source.findings_of(source.sheet).all(phase) if f.problem.level is Level.ERROR]
    return tuple(Trouble(source.sheet.record, source.form.form, source.sheet.label(), f) for f in found)


def _ready(source: Source, document: Document | str) -> Ready:
    if isinstance(document, str):
        document = _named(source, document)
    state = _state(source, document)
    templates = source.templates(document) if state.state != "broken" else ()
    draft = state.state == "draft"
    about = Print(title=document.title, version=source.version, draft=draft, record=source.sheet.record, day=source.day)
    made = paper(source.sheet, document, templates[0].compiled, about) if templates else None
    name = "_".join(part for part in (document.title, source.sheet.label(), DRAFT if draft else "") if part)
    return Ready(state=state, paper=made, templates=templates, base_name=file_name(name), source=source)


def _named(source: Source, key: str) -> Document:
    document = next((d for d in source.form.documents if d.key == key), None)
    if document is None:
        known = "、".join(d.key for d in source.form.documents) or "（一份也没有）"
        raise DocumentUnknown(form=source.form.title, document=key, known=known)
    return document


def _chosen(
    source: Source, phase: str, documents: Sequence[str] | None, *, drafts: bool
) -> tuple[list[Ready], list[str]]:
    of_phase = _of_phase(source, phase)
    unknown = set(documents or ()) - {d.key for d in of_phase}
    if unknown:
        known = "、".join(d.key for d in of_phase)
        raise DocumentUnknown(form=source.form.title, document="、".join(sorted(unknown)), known=known)
    notes: list[str] = []
    chosen: list[Ready] = []
    for document in of_phase:
        if documents is not None and document.key not in documents:
            continue
        one = _ready(source, document)
        if one.state.state == "broken":
            notes.append(f"《{document.title}》没有印：{one.state.reason}")
        elif one.state.state == "not_needed":
            notes += [f"《{document.title}》没有印：{one.state.reason}"] if documents else []
        elif one.state.state == "draft" and not drafts:
            notes.append(f"《{document.title}》还有 {len(one.state.troubles)} 处要改，没有放进来")
        elif one.why_not:
            notes.append(f"《{document.title}》没有印：{one.why_not}")
        else:
            chosen.append(one)
    return chosen, notes


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
        made = _office(ready.paper, template, whole=True) if ready.paper else []
        for label, data in made:
            name = ready.base_name if len(made) == 1 else f"{ready.base_name}/{file_name(label)}"
            files.append((f"{name}{template.compiled.suffix}", data))
    return files


def _wanted(ready: Ready) -> Wanted:
    if ready.paper is None:
        return Wanted(title=ready.state.title, html=summary_page(ready.source))
    files = _office(ready.paper, ready.templates[0], whole=False)
    suffix = ready.templates[0].compiled.suffix
    return Wanted(title=ready.state.title, files=tuple(data for _, data in files), suffix=suffix)


def _office(made: Paper, template: Template, *, whole: bool) -> list[tuple[str, bytes]]:
    """The Word or Excel files of a paper, each with its label.

    Args:
        made: The paper.
        template: In which format.
        whole: Keep repeated pages together in one file even if they count their pages. For conversion they are apart,
            because LibreOffice would count the pages of the whole file.
    """
    compiled, each = template.compiled, made.document.each
    facts = [item.facts for item in made.items]
    labels = [item.label for item in made.items]
    if each is None:
        return [("", compiled.render(facts[0]))]
    if each.into == "files" or (each.into == "pages" and compiled.counts_pages and not whole):
        return [(label, compiled.render(item)) for label, item in zip(labels, facts, strict=True)]
    return [("", compiled.render_each(facts, each.into, labels))] if facts else []
