"""Which problems touch a paper: those of the facts its template reads, in its own record and in linked ones."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from onefill.definitions.names import NameUse
from onefill.facts.findings import findings_of
from onefill.facts.sheet import Finding, Sheet
from onefill.facts.views import RecordView
from onefill.problems import Level


@dataclass(frozen=True)
class Trouble:
    """A finding with the record it was found in."""

    record: str
    form: str
    record_label: str
    finding: Finding


#: Links are followed so far: a record, what it links to, and what that links to.
DEEPEST = 3


def troubles(sheet: Sheet, read: Iterable[NameUse], phase: int) -> list[Trouble]:
    """Errors and missing facts among what a template reads.

    Args:
        sheet: The record that is printed.
        read: Facts the template asks, the repeated item already replaced by its section.
        phase: Index of the phase of the paper.
    """
    found: dict[tuple[str, str, str], Trouble] = {}
    for trouble in _troubles(sheet, list(dict.fromkeys(read)), phase, depth=0):
        place = trouble.finding.problem.place
        found.setdefault((trouble.record, getattr(place, "path", ""), trouble.finding.problem.code), trouble)
    return list(found.values())


def _troubles(sheet: Sheet, read: list[NameUse], phase: int, depth: int) -> Iterator[Trouble]:
    read = _with_sources(sheet, read)
    names = {name for name, _ in sheet.plan.names_of(read, None)}
    for finding in findings_of(sheet).all(phase):
        if finding.problem.level is Level.ERROR and _told_by(finding) & names:
            yield Trouble(sheet.record, sheet.plan.form.form, sheet.label(), finding)
    if depth >= DEEPEST:
        return
    for linked, rest in _linked(sheet, read):
        yield from _troubles(linked, rest, 0, depth + 1)


def _told_by(finding: Finding) -> frozenset[str]:
    """The facts a finding is about: a rule that counts rows and compares other facts is not about the rows.

    A sign-in sheet walks the trainees, too; that some have no score yet does not touch it.
    """
    return frozenset(name for name in finding.names if not name.endswith("[]")) or finding.names


def _with_sources(sheet: Sheet, read: Iterable[NameUse]) -> list[NameUse]:
    """What is read, and what its computed values come from: where that is missing, they are missing on paper too."""
    found = dict.fromkeys(read)
    todo = list(found)
    while todo:
        for name, _ in sheet.plan.names_of([todo.pop()], None):
            plan = sheet.plan.fields.get(name)
            uses = plan.source.names if plan is not None and plan.source is not None else ()
            fresh = [use for use in (_seen_from_record(sheet, name, use) for use in uses) if use not in found]
            found.update(dict.fromkeys(fresh))
            todo += fresh
    return list(found)


def _seen_from_record(sheet: Sheet, name: str, use: NameUse) -> NameUse:
    """What a field's expression reads, by the name it has outside its row."""
    section, in_row, _ = name.partition("[].")
    head, _, rest = use.path.partition(".")
    if in_row and head == "row" and rest:
        return replace(use, path=f"{section}[].{rest}")
    if in_row and (section, head.removesuffix("[]")) in sheet.plan.names:
        return replace(use, path=f"{section}[].{use.path}")
    return use


def _linked(sheet: Sheet, read: list[NameUse]) -> Iterator[tuple[Sheet, list[NameUse]]]:
    """Linked records with what is read from them."""
    gathered: dict[str, tuple[Sheet, list[NameUse]]] = {}
    for use in read:
        for linked, rest in _follow(sheet, use.path.split(".")):
            uses = gathered.setdefault(linked.record, (linked, []))[1]
            uses.append(replace(use, path=".".join(rest)))
    yield from gathered.values()


def _follow(sheet: Sheet, parts: list[str]) -> Iterator[tuple[Sheet, list[str]]]:
    head = parts[0].removesuffix("[]")
    if head in sheet.plan.repeats and len(parts) > 2:
        name = f"{head}[].{parts[1].removesuffix('[]')}"
        field = sheet.plan.fields.get(name)
        if field is not None and field.definition.form:
            for row in sheet.rows(head):
                yield from ((linked, parts[2:]) for linked in _sheets(sheet.value(name, row.row)))
        elif field is not None and field.definition.of:
            yield from _follow(sheet, [field.definition.of, *parts[2:]])
    elif head in sheet.plan.fields and len(parts) > 1 and sheet.plan.fields[head].definition.form:
        yield from ((linked, parts[1:]) for linked in _sheets(sheet.value(head)))


def _sheets(value: object) -> Iterator[Sheet]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, RecordView):
            yield item.sheet
