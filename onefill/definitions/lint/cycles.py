"""Values that wait for themselves, and forms that need each other before either can be filled."""

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

from onefill.definitions.lint.report import FormReport
from onefill.definitions.model import FieldDefinition, Form, Section
from onefill.definitions.reading import read_expression
from onefill.definitions.yaml12 import Path

#: A fact of a form: the section of its row, or "", and its key.
Fact = tuple[str, str]
Edges = dict[tuple[Fact, Fact], Path]


def check_values(report: FormReport) -> None:
    """Say every ring of values, defaults and conditions that read each other."""
    edges = _edges(report.form)
    for ring in _rings(edges):
        told = " → ".join(_shown(fact) for fact in ring)
        path = edges[ring[0], ring[1]]
        remedy = "改掉其中一个表达式，让它不再用到自己"
        report.say(*path, code="CYCLE", what=f"互相等着对方的值：{told}", remedy=remedy)


def check_links(reports: Mapping[str, FormReport]) -> None:
    """Say every ring of forms that link to each other by required links."""
    edges: Edges = {}
    for key, report in reports.items():
        for i, section in enumerate(report.form.sections):
            for j, field in enumerate(section.fields):
                if field.form in reports and _needed(section, field):
                    edges.setdefault((("", key), ("", field.form or "")), ("sections", i, "fields", j, "form"))
    for ring in _rings(edges):
        told = " → ".join(key for _, key in ring)
        path = edges[ring[0], ring[1]]
        what = f"必填的引用绕回了自己：{told}"
        reports[ring[0][1]].say(*path, code="LINK_CYCLE", what=what, remedy="让其中一个引用不必填，或去掉它")


def _needed(section: Section, field: FieldDefinition) -> bool:
    return field.required is True and (section.repeat is None or section.repeat.min > 0)


def _shown(fact: Fact) -> str:
    return f"{fact[0]}[].{fact[1]}" if fact[0] else fact[1]


def _edges(form: Form) -> Edges:
    """Which fact reads which, with the path of the expression that does."""
    edges: Edges = {}
    rows = {section.key: section for section in form.sections if section.repeat is not None}
    for i, section in enumerate(form.sections):
        own = section.key if section.repeat is not None else ""
        for j, field in enumerate(section.fields):
            at: Path = ("sections", i, "fields", j)
            for name in ("value", "default", "when"):
                source = getattr(field, name)
                if source is not None:
                    _add(edges, (own, field.key), source, own, rows, (*at, name))
            if section.when is not None:
                _add(edges, (own, field.key), section.when, "", rows, ("sections", i, "when"))
    for i, lookup in enumerate(form.lookups):
        own = lookup.each or ""
        for key, source in lookup.match.items():
            _add(edges, (own, lookup.key), source, own, rows, ("lookups", i, "match", key))
    return edges


def _add(edges: Edges, fact: Fact, source: str, own: str, rows: Mapping[str, Section], path: Path) -> None:
    for use in read_expression(source).names:
        read = _read(use.path, own, rows)
        if read is not None:
            edges.setdefault((fact, read), path)


def _read(path: str, own: str, rows: Mapping[str, Section]) -> Fact | None:
    """The fact of this form that a path reads first."""
    head, _, rest = path.partition(".")
    following = rest.partition(".")[0].rstrip("[]")
    head = head.rstrip("[]")
    if own and head == "row":
        return (own, following) if following else None
    if own in rows and any(field.key == head for field in rows[own].fields):
        return own, head
    if head in rows:
        return (head, following) if following else None
    return "", head


def _rings(edges: Edges) -> list[tuple[Fact, ...]]:
    """Every ring, each as the facts in the order in which they read each other, back to the first."""
    reads: dict[Fact, set[Fact]] = {}
    for reader, read in edges:
        reads.setdefault(reader, set()).add(read)
    rings = []
    while True:
        try:
            TopologicalSorter({one: sorted(reads[one]) for one in sorted(reads)}).prepare()
        except CycleError as error:
            ring = _turned(tuple(reversed(error.args[1])), edges)
            rings.append(ring)
            reads[ring[0]].discard(ring[1])
        else:
            return rings


def _turned(ring: tuple[Fact, ...], edges: Edges) -> tuple[Fact, ...]:
    """The ring begun at the fact that stands first in the file."""
    facts = ring[:-1]
    order = {pair: number for number, pair in enumerate(edges)}
    start = min(range(len(facts)), key=lambda at: order[facts[at], facts[(at + 1) % len(facts)]])
    turned = facts[start:] + facts[:start]
    return (*turned, turned[0])
