"""What a form reads of the records that it links to, so that an officer can look up what the form is judged by."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial

from onefill.definitions.expressions import compile_expression, compile_text
from onefill.definitions.names import NameUse
from onefill.definitions.procedure import Material
from onefill.facts import Sheet
from onefill.facts.differences import shown_text
from onefill.facts.plan import FormPlan
from onefill.facts.views import RecordView
from onefill.rendering import TemplateBroken
from onefill.service.case_shapes import FactLine, LinkedFacts
from onefill.service.check_facts import office_text
from onefill.service.papers import facts_read, named_whole
from onefill.service.sources import Source
from onefill.service.templates import TemplateMissing

#: Keys that are read of a record, each with those read of the record that it leads to.
Reads = dict[str, "Reads"]


def read_behind(source: Source, phase: int) -> dict[str, Reads]:
    """What computed values, checks, papers and materials read until a phase, by the name of the link in the plan."""
    plan, found = source.sheet.plan, dict[str, Reads]()
    for uses, section in _uses(source, phase):
        for use in uses:
            name, behind = _link_of(plan, use.path.replace("[]", "").split("."), section)
            reads = found.setdefault(name, {}) if behind else {}
            for key in behind:
                reads = reads.setdefault(key, {})
    return found


def facts_behind(sheet: Sheet, name: str, row: str | None, reads: Reads, at: str) -> tuple[LinkedFacts, ...]:
    """The facts behind the link at a path, one record after the other; private ones are masked."""
    told = []
    for one in _led_to(sheet, name, row):
        lines = tuple(line for line, _ in _read(one, reads, at))
        told.append(LinkedFacts(record=one.record, title=one.plan.form.title, label=one.label(), facts=lines))
    return tuple(one for one in told if one.facts)


def whole_behind(
    sheet: Sheet, name: str, row: str | None, reads: Reads, path: str
) -> tuple[str, str, Callable[[], str]] | None:
    """Label of a private fact behind a link, the record where it stands, and its text whole; see ``FactLine.path``.

    Nothing if the form reads no such fact there.
    """
    at, key = path.partition("#")[0], path.rpartition("#")[2]
    for first in _led_to(sheet, name, row):
        for line, one in _read(first, reads, at):
            if line.private and line.path == path:
                return line.label, one.record, partial(shown_text, one, key, None)
    return None


def _led_to(sheet: Sheet, name: str, row: str | None = None) -> Iterator[Sheet]:
    value = sheet.value(name, row)
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, RecordView):
            yield one.sheet


def _read(sheet: Sheet, reads: Mapping[str, Reads], at: str, before: str = "") -> Iterator[tuple[FactLine, Sheet]]:
    """Each fact with the facts among which it stands."""
    for section in sheet.plan.form.sections:
        if section.repeat is not None:
            if section.key in reads and sheet.section_shown(section.key):
                count = f"{len(sheet.rows(section.key))} 行"
                yield FactLine(path="", label=before + section.title, text=count), sheet
            continue
        for field in section.fields:
            if field.key in reads and sheet.shown(field.key):
                text, path = office_text(sheet, field.key), f"{at}#{sheet.record}#{field.key}"
                told = FactLine(path=path, label=before + field.label, text=text, private=field.private and bool(text))
                yield told, sheet
                for one in _led_to(sheet, field.key):
                    yield from _read(one, reads[field.key], at, f"{before}{field.label} · ")


def _link_of(plan: FormPlan, parts: Sequence[str], section: str | None) -> tuple[str, Sequence[str]]:
    """The link through which a path leads out of the record, and what is read there; nothing if it stays inside."""
    head, rest = parts[0], parts[1:]
    if head == "row" and rest:
        return _link_of(plan, rest, section)
    if head in plan.repeats and rest:
        name, rest = f"{head}[].{rest[0]}", rest[1:]
    else:
        own = f"{section}[].{head}"
        name = own if own in plan.fields else head
    field = plan.fields.get(name)
    if field is None or not rest:
        return name, ()
    if field.definition.of:  # a row of another section
        return _link_of(plan, [field.definition.of, *rest], None)
    return name, rest if field.definition.type == "link" else ()


def _uses(source: Source, phase: int) -> Iterator[tuple[Iterable[NameUse], str | None]]:
    """Names that are read, with the section in whose rows."""
    sheet, plan, form = source.sheet, source.sheet.plan, source.form
    for field in plan.fields.values():
        hidden = field.definition.quiet and field.definition.private  # it serves to find others, and is shown to nobody
        if field.phase <= phase and not hidden:
            yield (use for one in field.expressions for use in one.names), field.section.key if field.in_rows else None
    for check in plan.checks.values():
        if check.phase <= phase:
            yield (use for one in check.parts for use in one.names), check.definition.each
    for lookup in plan.lookups.values():
        yield (use for one in lookup.expressions for use in one.names), lookup.definition.each
    for document in form.documents:
        if plan.phase_index(document.from_) <= phase:
            asked = (document.when, document.gate.expect if document.gate else None)
            yield (use for one in asked if one for use in compile_expression(one).names), None
            try:
                compiled = [one.compiled for one in source.templates(document)]
            except (TemplateMissing, TemplateBroken):
                continue  # it is told where papers are printed; what it reads nobody knows
            yield facts_read(sheet, document, compiled), None
    for material in form.materials:
        if plan.phase_index(material.from_) <= phase:
            yield _read_by(sheet, material), None


def _read_by(sheet: Sheet, material: Material) -> Collection[NameUse]:
    """What is read to know whether a material is wanted, of what it tells, and how many there must be."""
    count, valid, earlier, each = material.count, material.valid, material.earlier, material.each
    asked = [material.when, *(one.when for one in material.followed)]
    asked += [count.min, count.of, count.planned] if count else []
    asked += [valid.until, valid.covers] if valid else []
    asked += [earlier.item, *earlier.match.values()] if earlier else []
    read = [use for one in asked if one for use in compile_expression(one).names]
    read += [NameUse(one.fact, 1) for one in material.followed]
    if each is None:
        return read
    return named_whole(sheet, each.as_, each.in_, [*read, *compile_text(each.label).names])
