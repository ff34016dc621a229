"""Values that wait for themselves, and forms that need each other before either can be filled."""

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from onefill.definitions.lint.report import FormReport
from onefill.definitions.model import FieldDefinition, Form, Section
from onefill.definitions.reading import Reading, read_expression, read_text
from onefill.definitions.yaml12 import Path

#: A fact: its form, the section of its row, or "", and its key.
Fact = tuple[str, str, str]
Edges = dict[tuple[Fact, Fact], Path]
#: Stands for what a record or a row is called; no field can have this key.
LABEL = "label:"


def check_values(reports: Mapping[str, FormReport]) -> None:
    """Say every ring of values, defaults, conditions and labels that read each other, also through links."""
    forms = {key: _Reads(report.form, reports) for key, report in reports.items()}
    edges: Edges = {}
    for reads in forms.values():
        edges.update(reads.edges())
    for ring in _rings(edges):
        alone = len({form for form, _, _ in ring}) == 1
        told = " → ".join(_shown(fact) if alone else f"{fact[0]}.{_shown(fact)}" for fact in ring)
        path = edges[ring[0], ring[1]]
        remedy = "改掉其中一个表达式，让它不再用到自己"
        reports[ring[0][0]].say(*path, code="CYCLE", what=f"互相等着对方的值：{told}", remedy=remedy)


def check_links(reports: Mapping[str, FormReport]) -> None:
    """Say every ring of forms that link to each other by required links."""
    edges: Edges = {}
    for key, report in reports.items():
        for i, section in enumerate(report.form.sections):
            for j, field in enumerate(section.fields):
                if field.form in reports and _needed(section, field):
                    edges.setdefault(((key, "", ""), (field.form or "", "", "")), ("sections", i, "fields", j, "form"))
    for ring in _rings(edges):
        told = " → ".join(form for form, _, _ in ring)
        path = edges[ring[0], ring[1]]
        what = f"必填的引用绕回了自己：{told}"
        reports[ring[0][0]].say(*path, code="LINK_CYCLE", what=what, remedy="让其中一个引用不必填，或去掉它")


def _needed(section: Section, field: FieldDefinition) -> bool:
    return field.required is True and (section.repeat is None or section.repeat.min > 0)


def _shown(fact: Fact) -> str:
    _, section, key = fact
    name = "label" if key == LABEL else key
    return f"{section}[].{name}" if section else name


class _Reads:
    """Which facts of a form read which facts, of the form itself and of those it links to."""

    def __init__(self, form: Form, reports: Mapping[str, FormReport]) -> None:
        self.form = form
        self._reports = reports
        self._edges: Edges = {}

    def edges(self) -> Edges:
        """Pairs of facts, each with the path of the expression by which the first reads the second."""
        form = self.form
        self._add("", LABEL, read_text(form.label), "", ("label",))
        for i, section in enumerate(form.sections):
            own = section.key if section.repeat is not None else ""
            if section.label is not None:
                self._add(own, LABEL, read_text(section.label), own, ("sections", i, "label"))
            for j, field in enumerate(section.fields):
                at: Path = ("sections", i, "fields", j)
                for name in ("value", "default", "when"):
                    source = getattr(field, name)
                    if source is not None:
                        self._add(own, field.key, read_expression(source), own, (*at, name))
                if section.when is not None:
                    self._add(own, field.key, read_expression(section.when), "", ("sections", i, "when"))
        for i, lookup in enumerate(form.lookups):
            for key, source in lookup.match.items():
                at = ("lookups", i, "match", key)
                self._add(lookup.each or "", lookup.key, read_expression(source), lookup.each or "", at)
        return self._edges

    def _add(self, section: str, key: str, reading: Reading, own: str, path: Path) -> None:
        for use in reading.names:
            for read in _read(self.form, self._reports, use.path.split("."), own, whole=use.whole):
                self._edges.setdefault(((self.form.form, section, key), read), path)


def _read(form: Form, reports: Mapping[str, FormReport], parts: list[str], own: str, *, whole: bool) -> Iterator[Fact]:
    """The facts that a path reads: a field, what it points to, and there again."""
    rows = {section.key: section for section in form.sections if section.repeat is not None}
    head, rest = parts[0].rstrip("[]"), parts[1:]
    if own and head == "row":
        if rest:
            yield from _read(form, reports, rest, own, whole=whole)
        elif whole:
            yield form.form, own, LABEL
        return
    inside = own if own in rows and any(field.key == head for field in rows[own].fields) else ""
    if not inside and head in rows:
        if rest:
            yield from _read(form, reports, rest, head, whole=whole)
        return
    yield form.form, inside, head
    fields = {one.key: one for one in rows[inside].fields} if inside else form.plain_fields
    field = fields.get(head)
    if field is None:
        return
    if field.form is not None and field.form in reports:
        form, own = reports[field.form].form, ""
    elif field.of in rows:
        own = field.of
    else:
        return
    if rest:
        yield from _read(form, reports, rest, own, whole=whole)
    elif whole:
        yield form.form, own, LABEL


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
