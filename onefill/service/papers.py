"""From a record's facts to one paper: what its template sees, its facts hash, its files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from onefill.definitions.expressions import Empty, ExpressionError, compile_expression, compile_text
from onefill.definitions.model import Document, Each
from onefill.definitions.names import NameUse
from onefill.facts import PrintView, Sheet
from onefill.facts.printing import each_told, facts_told, printed
from onefill.facts.views import names_over
from onefill.fields.chinese import date_text
from onefill.materials import entry_id
from onefill.page_codes import draft_hash
from onefill.rendering import Compiled
from onefill.service.asking import value_of, with_acts
from onefill.service.cases import case_of

DRAFT, PREVIEW = "草稿", "预览"


@dataclass(frozen=True, kw_only=True)
class Item:
    """One repetition of a paper: what its template sees, and what the repetition is called."""

    facts: Mapping[str, object]
    label: str


@dataclass(frozen=True, kw_only=True)
class Print:
    """What is printed on every page beside the facts."""

    title: str
    version: str
    draft: bool
    record: str
    day: date
    preview: bool = False


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A document ready to be rendered.

    Attributes:
        document: Its definition.
        items: One, or as many as it repeats.
        hash: Facts hash over what its template reads.
        later: What it says of facts that come later than it, which the hash leaves out.
    """

    document: Document
    items: tuple[Item, ...]
    hash: str
    later: tuple[object, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Repetition:
    """What one repetition of a paper says.

    Attributes:
        key: Which one it is, wherever it stands.
        label: What it is called.
        hash: Facts hash over what the template reads for it.
        later: What it says of facts that come later than the paper, which the hash leaves out.
    """

    key: str
    label: str
    hash: str
    later: tuple[object, ...]


def repetitions(sheet: Sheet, document: Document, compiled: Compiled) -> list[Repetition]:
    """What each repetition of a document says; none if it does not repeat."""
    if document.each is None:
        return []
    phase = sheet.plan.phase_index(document.from_)
    found = _items(sheet, document.each, phase)
    told = each_told(
        PrintView(sheet.view, phase),
        {name.path for name in compiled.names if name.whole},
        counted={name.path for name in compiled.names},
        items=[extra for extra, _ in found],
    )
    keys = map(entry_id, repeated(sheet, document.each))
    return [
        Repetition(key=key, label=label, hash=digest, later=later)
        for key, (_, label), (digest, later) in zip(keys, found, told, strict=True)
    ]


def paper(sheet: Sheet, document: Document, compiled: Compiled, about: Print) -> Paper:
    """Gather what a document's template reads.

    Args:
        sheet: The record's facts.
        document: Its definition.
        compiled: Its template.
        about: What is printed beside the facts; the hash is added here.
    """
    phase = sheet.plan.phase_index(document.from_)
    repetitions = _items(sheet, document.each, phase)
    digest, later = facts_told(
        PrintView(sheet.view, phase),
        {name.path for name in compiled.names if name.whole},
        counted={name.path for name in compiled.names},
        items=[extra for extra, _ in repetitions],
    )
    printing = printing_of(about, digest[:8])
    items = tuple(
        Item(facts=PrintView(sheet.view, phase, {**extra, "print": printing}), label=label)
        for extra, label in repetitions
    )
    return Paper(document=document, items=items, hash=digest, later=later)


def printing_of(about: Print, digest: str) -> dict[str, object]:
    """What templates find under ``print``.

    Args:
        about: What is printed beside the facts.
        digest: First 8 characters of their hash; a draft says another one of it.
    """
    return {
        "title": about.title,
        "version": about.version,
        "hash": draft_hash(digest) if about.draft else digest,
        "draft": DRAFT if about.draft else PREVIEW if about.preview else "",
        "record": about.record,
        "date": date_text(about.day),
    }


def wanted(sheet: Sheet, document: Document) -> bool:
    """Whether the document's condition holds."""
    if not document.when:
        return True
    return bool(compile_expression(document.when).evaluate(sheet.view))


def held_back(sheet: Sheet, document: Document) -> str:
    """Why the document does not count yet, whatever is filled in; empty if it does."""
    gate = document.gate
    if gate is None or value_of(gate.expect, with_acts(sheet, lambda: case_of(sheet.data))):
        return ""
    return gate.message


def repeated(sheet: Sheet, each: Each) -> list[object]:
    """The items a document repeats for; none while a fact they depend on is missing."""
    items = compile_expression(each.in_).evaluate(sheet.view)
    return [] if isinstance(items, Empty) else list(items)


def facts_read(sheet: Sheet, document: Document, compiled: Sequence[Compiled]) -> list[NameUse]:
    """Facts that the document's templates read; the repeated item is replaced by the section it comes from."""
    read = [
        NameUse(name.path, 1, name.whole)
        for template in compiled
        for name in template.names
        if not name.path.startswith("print")
    ]
    return read if document.each is None else named_whole(sheet, document.each.as_, document.each.in_, read)


def named_whole(sheet: Sheet, alias: str, items: str, read: Sequence[NameUse]) -> list[NameUse]:
    """What is read for each item of a list, the list among it; the item is replaced by where it comes from.

    Args:
        sheet: The record's facts.
        alias: What the item is called.
        items: The list, as an expression.
        read: What is read, the item by its name.
    """
    uses = list(compile_expression(items).names)
    source = next((use.path.split(".")[0].removesuffix("[]") for use in uses if _is_list(sheet, use.path)), "")
    return [*uses, *(_from_section(use, alias, f"{source}[]") for use in read)]


def _from_section(use: NameUse, alias: str, section: str) -> NameUse:
    head, dot, rest = use.path.partition(".")
    return replace(use, path=f"{section}{dot}{rest}") if head == alias else use


def _is_list(sheet: Sheet, use: str) -> bool:
    head = use.split(".")[0].removesuffix("[]")
    return head in sheet.plan.repeats or head in sheet.plan.fields


def _items(sheet: Sheet, each: Each | None, phase: int) -> list[tuple[dict[str, object], str]]:
    if each is None:
        return [({}, "")]
    items = []
    for number, item in enumerate(repeated(sheet, each), 1):
        try:
            label = compile_text(each.label).render(names_over(sheet.view, {each.as_: item})) if each.label else ""
        except ExpressionError:
            label = ""
        items.append(({each.as_: printed(item, phase)}, label.strip() or f"{number:03d}"))
    return items
