"""Whether a paper can be printed as a record stands, and what every way of printing starts from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from onefill.definitions.expressions import ExpressionError
from onefill.definitions.model import Document
from onefill.facts.findings import findings_of
from onefill.page_codes import draft_hash
from onefill.problems import Level
from onefill.rendering import TemplateBroken
from onefill.service.errors import DocumentUnknown, PhaseUnknown
from onefill.service.naming import file_name
from onefill.service.papers import DRAFT, Paper, Print, facts_read, held_back, paper, repeated, wanted
from onefill.service.shapes import DocumentState
from onefill.service.sources import Source
from onefill.service.summary import summary_digest
from onefill.service.templates import Template, TemplateMissing
from onefill.service.touched import Trouble, troubles

PDF = ".pdf"
State = Literal["ready", "draft", "not_needed", "broken"]
NOBODY = "名单是空的，或没有一项符合条件，没有可打印的"


@dataclass(frozen=True, kw_only=True)
class Ready:
    """A document with its state, its gathered facts and its templates; what every way of printing starts from."""

    state: DocumentState
    paper: Paper | None
    templates: tuple[Template, ...]
    base_name: str
    source: Source

    @property
    def facts_hash(self) -> str:
        """First 8 characters of the hash of the facts that it prints, finished or not."""
        return (self.paper.hash if self.paper else summary_digest(self.source))[:8]

    @property
    def printed_hash(self) -> str:
        """What its pages and their codes say of it: a draft says another than the finished paper."""
        return draft_hash(self.facts_hash) if self.state.state == "draft" else self.facts_hash

    @property
    def why_not(self) -> str:
        """Why there is nothing to print, in words; empty if there is something."""
        return "" if self.state.printable else self.state.reason


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A document's state with the digest of what it prints, and what it says of facts that come later than it."""

    state: DocumentState
    hash: str
    later: tuple[object, ...] = ()


def standing(source: Source) -> list[Standing]:
    """Every paper of a record with the digest of what it prints, so that two states can be compared."""
    made = []
    for document in source.form.documents:
        ready = ready_of(source, document)
        digest = ready.paper.hash if ready.paper else "" if ready.templates else summary_digest(source)
        made.append(Standing(state=ready.state, hash=digest, later=ready.paper.later if ready.paper else ()))
    return made


def of_phase(source: Source, phase: str | None) -> list[Document]:
    """The documents of a phase (of all phases if none is named), in filing order.

    Raises:
        PhaseUnknown: The form has no such phase.
    """
    form, phases = source.form, source.sheet.plan.phases
    if phase is None:
        return list(form.documents)
    if phase not in phases:
        raise PhaseUnknown(form=form.title, phase=phase, known="、".join(phases))
    return [document for document in form.documents if (document.from_ or phases[0]) == phase]


def phase_title(source: Source, phase: str) -> str:
    """What a phase is called."""
    return next(p.title for p in source.form.phases if p.key == phase)


def state_of(source: Source, document: Document) -> DocumentState:
    """Whether a document can be printed, and if not, why."""
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

    items = 0
    try:
        templates = source.templates(document)
        items = len(repeated(sheet, document.each)) if document.each else 1
        needed, early = wanted(sheet, document), "" if source.sample else held_back(sheet, document)
    except (TemplateMissing, TemplateBroken) as error:
        return state("broken", str(error))
    except ExpressionError as error:
        words = str(error).rstrip("。")
        return state(
            "broken", f"{words}。请告诉写表单的人：材料“{document.title}”（{document.key}）的 when、gate 或 each 要改"
        )
    formats = [template.compiled.suffix for template in templates]
    if not needed:
        return state("not_needed", "按现在填的内容，不用这份", formats=formats)
    found = _troubles(source, document, templates, phase)
    if not items:
        return state("draft" if found else "not_needed", NOBODY, found, formats)
    return state("draft" if found or early else "ready", early, found, formats)


def _troubles(source: Source, document: Document, templates: Sequence[Template], phase: int) -> tuple[Trouble, ...]:
    if templates:
        read = facts_read(source.sheet, document, [t.compiled for t in templates])
        return tuple(troubles(source.sheet, read, phase))
    found = [f for f in findings_of(source.sheet).all(phase) if f.problem.level is Level.ERROR]
    return tuple(Trouble(source.sheet.record, source.form.form, source.sheet.label(), f) for f in found)


def ready_of(source: Source, document: Document | str) -> Ready:
    """A document with all that printing it needs.

    Raises:
        DocumentUnknown: The form has no such paper.
    """
    if isinstance(document, str):
        document = _named(source, document)
    state = state_of(source, document)
    templates = source.templates(document) if state.state != "broken" else ()
    draft = state.state == "draft"
    about = Print(
        title=document.title,
        version=source.version,
        draft=draft,
        record=source.sheet.record,
        day=source.day,
        preview=source.preview,
    )
    made = paper(source.sheet, document, templates[0].compiled, about) if templates else None
    name = "_".join(part for part in (document.title, source.sheet.label(), DRAFT if draft else "") if part)
    return Ready(state=state, paper=made, templates=templates, base_name=file_name(name), source=source)


def _named(source: Source, key: str) -> Document:
    document = next((d for d in source.form.documents if d.key == key), None)
    if document is None:
        known = "、".join(d.key for d in source.form.documents) or "（一份也没有）"
        raise DocumentUnknown(form=source.form.title, document=key, known=known)
    return document


def chosen_of(
    source: Source, phase: str, documents: Sequence[str] | None, *, drafts: bool
) -> tuple[list[Ready], list[str]]:
    """The papers that go into a bundle, and why others do not, in words.

    Args:
        source: Whose papers.
        phase: Of which phase.
        documents: Keys of those that are wanted; all if not given.
        drafts: Take unfinished ones, too.
    """
    every = of_phase(source, phase)
    unknown = set(documents or ()) - {d.key for d in every}
    if unknown:
        known = "、".join(d.key for d in every)
        raise DocumentUnknown(form=source.form.title, document="、".join(sorted(unknown)), known=known)
    notes: list[str] = []
    chosen: list[Ready] = []
    for document in every:
        if documents is not None and document.key not in documents:
            continue
        one = ready_of(source, document)
        if one.state.state == "broken":
            notes.append(f"《{document.title}》没有印：{one.state.reason}")
        elif one.state.state == "not_needed":
            notes += [f"《{document.title}》没有印：{one.state.reason}"] if documents else []
        elif one.state.state == "draft" and not drafts:
            notes.append(f"《{document.title}》{_why_draft(one.state)}，没有放进来")
        elif one.why_not:
            notes.append(f"《{document.title}》没有印：{one.why_not}")
        else:
            chosen.append(one)
    return chosen, notes


def _why_draft(state: DocumentState) -> str:
    """What a draft lacks, in words: what is to be mended first."""
    return f"还有 {len(state.troubles)} 处要改" if state.troubles else state.reason
