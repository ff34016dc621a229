"""What names an expression or a template may use, and what stands behind each."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

from onefill.definitions.case_names import case_known
from onefill.definitions.known import Kind, Known, Names, Unknown, parts_of, value_of_type
from onefill.definitions.loader import Definitions
from onefill.definitions.misfits import misfit_of
from onefill.definitions.model import Document, FieldDefinition, Form, Lookup, Section, Table
from onefill.definitions.names import FilterUse, loops_in
from onefill.definitions.nearest import nearest
from onefill.definitions.reading import elements_of, read_expression
from onefill.definitions.registers import Question, Register

#: Names that mean something of their own, so no key may take them.
RESERVED = frozenset({"print", "case", "row", "it", "loop", "id", "no"})

#: What a template may print about the paper itself; never part of the facts.
PRINT = {
    "title": "附件名称",
    "version": "版本",
    "hash": "数据校验码",
    "draft": "草稿字样",
    "record": "办件编号",
    "date": "打印日期",
}


class Schema:
    """The names of all forms. It keeps what it has worked out, so one serves many questions."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self._forms = definitions.forms
        self._records: dict[str, dict[str, Known]] = {}
        self._rows: dict[tuple[str, str], dict[str, Known]] = {}
        self._tops: dict[str, dict[str, Known]] = {}
        self._asking: set[int] = set()

    def record(self, form: str) -> Names | None:
        """Names of a record seen through a link: its fields, lists and grids. None if its file is broken."""
        if form not in self._forms:
            return None
        if form not in self._records:
            names = {"id": Known(kind=Kind.VALUE, label="编号", type="text")}
            for section in self._forms[form].sections:
                names.update(self._section(form, section))
            self._records[form] = names
        return self._records[form]

    def row(self, form: str, section: str) -> Names | None:
        """Names of one row: its fields, answers to lookups about it, ``id`` and ``no``."""
        if form not in self._forms:
            return None
        if (form, section) not in self._rows:
            names = {
                "id": Known(kind=Kind.VALUE, label="行的编号", type="text"),
                "no": Known(kind=Kind.VALUE, label="序号", type="number", sure=True),
            }
            definition = self._forms[form]
            for one in definition.sections:
                if one.key == section:
                    names.update({field.key: self._field(form, one, field) for field in one.fields})
            lookups = (one for one in definition.lookups if one.each == section)
            names.update({one.key: self._lookup(form, one) for one in lookups})
            self._rows[form, section] = names
        return self._rows[form, section]

    def scope(self, form: str, section: str | None = None) -> "Scope":
        """The names that a form's expressions may use; with ``section``, those about one row of it."""
        names = dict(self._top(form))
        if section is not None:
            own = self.row(form, section) or {}
            names.update({key: known for key, known in own.items() if key not in RESERVED})
            names["row"] = self._row(form, section, "这一行")
        return Scope(self, names)

    def candidate(self, form: str, field: FieldDefinition) -> Known:
        """What ``it`` is in the ``where`` of a link, or of a pointer to a row."""
        return replace(self._target(form, field), label="候选", field=None, type="", phase=0)

    def settled(self, known: Known) -> Known:
        """The name with its phase worked out, and whether anything can fill it."""
        if known.field is None or known.field.value is None:
            return known if known.phase is not None else replace(known, phase=0)
        asked = id(known.field)
        if asked in self._asking:  # a cycle, which lint tells by itself
            return replace(known, phase=known.phase or 0)
        self._asking.add(asked)
        try:
            reads = tuple(known.reads())
        finally:
            self._asking.discard(asked)
        phase = max((one.phase or 0 for one in reads), default=0) if known.phase is None else known.phase
        return replace(known, phase=phase, fillable=known.fillable and all(one.fillable for one in reads))

    def _top(self, form: str) -> Names:
        """What every expression of the form may use."""
        if form not in self._tops:
            names = {key: known for key, known in (self.record(form) or {}).items() if key != "id"}
            lookups = (one for one in self._forms[form].lookups if one.each is None)
            names.update({one.key: self._lookup(form, one) for one in lookups})
            names.update({table.key: _table(table) for table in self.definitions.tables(form)})
            names.update({one.key: _question(register, one) for register, one in self.definitions.questions(form)})
            self._tops[form] = names
        return self._tops[form]

    # -- parts ---------------------------------------------------------------------------------------------

    def _section(self, form: str, section: Section) -> dict[str, Known]:
        phase = self._phase(form, section.from_) or 0
        if section.grid is not None:
            grid = Known(kind=Kind.GRID, label=section.title, phase=phase, inside=lambda: None)
            return {section.key: grid}
        if section.repeat is not None:
            row = self._row(form, section.key, section.title)
            fillable = section.repeat.max > 0
            rows = Known(kind=Kind.LIST, label=section.title, item=row, phase=phase, fillable=fillable)
            return {section.key: rows}
        return {field.key: self._field(form, section, field) for field in section.fields}

    def _row(self, form: str, section: str, label: str) -> Known:
        return Known(kind=Kind.ROW, label=label, inside=lambda: self.row(form, section))

    def _target(self, form: str, field: FieldDefinition) -> Known:
        """What a field holds: a record, a row, or a plain value."""
        # What is worked out, or stands in for what nobody typed, may be anything.
        sure = field.typed and field.default is None
        plain = Known(kind=Kind.VALUE, label=field.label, type=field.type, sure=sure, field=field)
        if field.type == "link":
            return replace(plain, kind=Kind.RECORD, inside=lambda: self.record(field.form or ""))
        if field.type == "row":
            return replace(plain, kind=Kind.ROW, inside=lambda: self.row(form, field.of or ""))
        return replace(plain, inside=lambda: parts_of(field.type))

    def _field(self, form: str, section: Section, field: FieldDefinition) -> Known:
        known = self._target(form, field)
        if field.many or field.type == "choices":
            known = replace(known, kind=Kind.LIST, item=known, inside=dict)
        stated = self._phase(form, field.from_ or section.from_)
        own = section.key if section.repeat is not None else None
        return replace(
            known,
            phase=stated if stated is not None or field.value is not None else 0,
            fillable=field.when != "false" and section.when != "false",
            reads=lambda: self._reads(form, own, field.value or ""),
        )

    def _reads(self, form: str, section: str | None, expression: str) -> Iterable[Known]:
        scope = self.scope(form, section)
        found = (scope.resolve(use.path) for use in read_expression(expression).names)
        return [known for known in found if isinstance(known, Known)]

    def _lookup(self, form: str, lookup: Lookup) -> Known:
        if lookup.answer == "units":
            label = f"所属单位“{lookup.key}”"
            return Known(kind=Kind.LIST, label=label, item=value_of_type(label, "text"))
        return value_of_type(f"查询“{lookup.key}”", "number" if lookup.answer == "count" else "")

    def _phase(self, form: str, key: str | None) -> int | None:
        keys = [phase.key for phase in self._forms[form].phases]
        return keys.index(key) if key in keys else None


def _table(table: Table) -> Known:
    """A list of the pack; a column that no row names is never filled, one that a row names may be left empty."""
    filled = {key for row in table.rows for key in row}
    columns = {
        one.key: Known(kind=Kind.VALUE, label=one.label, type=one.type, field=one, fillable=one.key in filled)
        for one in table.columns
    }
    row = Known(kind=Kind.ROW, label=table.title, inside=lambda: columns)
    return Known(kind=Kind.LIST, label=table.title, item=row)


def _question(register: Register, question: Question) -> Known:
    label = f"台账“{register.title}”的问法 {question.key}"
    kinds = {"since": "date", "until": "date", "count": "number"}
    return value_of_type(label, kinds.get(question.answer, ""))


class Scope:
    """The names that one expression or template may use.

    Attributes:
        names: What each name stands for.
        phase: Index of the phase in which this is asked; None where that does not matter.
    """

    def __init__(self, schema: Schema, names: Names, phase: int | None = None) -> None:
        self.schema = schema
        self.names = dict(names)
        self.phase = phase

    def extended(self, names: Names, phase: int | None = None) -> "Scope":
        """This scope with more names, or asked in a phase."""
        return Scope(self.schema, {**self.names, **names}, self.phase if phase is None else phase)

    def without(self, names: Collection[str]) -> "Scope":
        """This scope without some of its names."""
        return Scope(self.schema, {key: known for key, known in self.names.items() if key not in names}, self.phase)

    def resolve(self, path: str) -> Known | Unknown:
        """What ``institution.inst_name`` or ``trainees[].name`` stands for."""
        names: Names | None = self.names
        known: Known | None = None
        before: list[str] = []
        phase, fillable, here = 0, True, True
        for part in path.split("."):
            name = part.rstrip("[]")
            if names is None:
                return Known(kind=Kind.ANY, label=path, path=path, phase=phase, fillable=fillable)
            if name not in names:
                return self._unknown(path, name, before, names, known)
            known = self.schema.settled(names[name])
            phase = max(phase, known.phase or 0) if here else phase
            fillable = fillable and known.fillable
            for _ in range(part.count("[]")):
                item = _item(known)
                if item is None:
                    what = f"“{known.label}”（{path}）不是列表，不能一项一项取"
                    return Unknown(path=path, what=what, remedy="改成一个列表")
                known = item
            here = here and known.kind is not Kind.RECORD
            before.append(part)
            names = known.inside()
        assert known is not None  # a path has at least one part
        return replace(known, path=path, phase=phase, fillable=fillable)

    def _unknown(self, path: str, name: str, before: list[str], names: Names, owner: Known | None) -> Unknown:
        if owner is not None and owner.kind is Kind.LIST:
            what = f"“{owner.label}”是列表，不能直接取 {path}"
            return Unknown(path=path, what=what, remedy="用循环或 map(attribute=…) 逐项取")
        what = f"没有“{path}”这个名字"
        if path in ("today", "now"):
            return Unknown(path=path, what=what, remedy="写明是哪一天：用一个日期字段")
        near = nearest(name, names)
        if near is None:
            return Unknown(path=path, what=what, remedy="改成已有的名字，或在表单里加上这个字段")
        whole = ".".join([*before, near])
        return Unknown(path=path, what=what, remedy=f"改成“{whole}”", nearest=whole)


def _item(known: Known) -> Known | None:
    """What one member of ``known`` is, if it has members."""
    if known.kind is Kind.LIST:
        return known.item
    if known.kind in (Kind.ANY, Kind.GRID):
        return Known(kind=Kind.ANY, label=known.label, inside=lambda: None)
    if known.kind is Kind.VALUE and known.type not in ("number", "money", "percent", "date"):
        return value_of_type(known.label)  # a piece of the text
    return None


def record_scope(definitions: Definitions, form: Form) -> Scope:
    """Names at record level: fields, lists, grids, answers to lookups, the pack's lists."""
    return Schema(definitions).scope(form.form)


def row_scope(definitions: Definitions, form: Form, section: Section) -> Scope:
    """Names about a row: its fields (which shadow the record's), ``row``, and all of the record's."""
    return Schema(definitions).scope(form.form, section.key)


def document_scope(definitions: Definitions, form: Form, document: Document, schema: Schema | None = None) -> Scope:
    """Names that a document's template may print, asked in the phase that prints it.

    Args:
        definitions: All packs.
        form: The form that the document belongs to.
        document: The document; its ``each`` adds the name of one item.
        schema: One made before, to be quick over many documents.
    """
    schema = schema or Schema(definitions)
    keys = [phase.key for phase in form.phases]
    phase = keys.index(document.from_) if document.from_ in keys else 0
    printing = {key: value_of_type(label) for key, label in PRINT.items()}
    own: dict[str, Known] = {"print": Known(kind=Kind.ROW, label="打印信息", inside=lambda: printing)}
    if document in form.notices:
        own["case"] = case_known()
    asked = {one.key for _, one in definitions.questions(form.form)}  # what is printed is pinned, registers go on
    scope = schema.scope(form.form).without(asked).extended({}, phase)
    if document.each is not None:
        own[document.each.as_] = item_of(scope, document.each.in_)
    return scope.extended(own)


def item_of(scope: Scope, expression: str) -> Known:
    """What one item of the list is that an expression gives."""
    for path in elements_of(expression):
        known = scope.resolve(path)
        if isinstance(known, Known):
            return known
    return Known(kind=Kind.ANY, label="一项", inside=lambda: None)


class Use(Protocol):
    """Some place that uses a name."""

    @property
    def path(self) -> str:
        """The name, e.g. ``trainees[].name``."""
        ...

    @property
    def filters(self) -> Sequence[FilterUse]:
        """Those right behind it."""
        ...

    @property
    def walked(self) -> Sequence[tuple[str, str]]:
        """Loops over it, by the names that they give a member."""
        ...


U = TypeVar("U", bound=Use)


@dataclass(frozen=True, kw_only=True)
class NameFault(Generic[U]):
    """A use of a name that cannot be right.

    Attributes:
        use: The use, with its place, as it was given.
        code: ``NAME_UNKNOWN``, ``FACT_LATER``, ``FACT_NEVER`` or ``FILTER_MISFIT``.
        what: What is wrong.
        remedy: What to do.
        nearest: The nearest known name, if any comes close.
    """

    use: U
    code: str
    what: str
    remedy: str
    nearest: str | None = None


def check_names(scope: Scope, uses: Iterable[U]) -> tuple[NameFault[U], ...]:
    """Every use of a name that is unknown, that nothing fills, that is due later, or that its filter cannot take."""
    asked = tuple(uses)
    loops = loops_in(asked)
    return tuple(fault for use in asked for fault in _check(scope, use, loops))


def _check(scope: Scope, use: U, loops: Mapping[str, str]) -> Iterator[NameFault[U]]:
    known = scope.resolve(use.path)
    if isinstance(known, Unknown) and (outside := outside_loop(use.path, loops, scope.names)):
        yield NameFault(use=use, code="NAME_UNKNOWN", what=outside[0], remedy=outside[1])
        return
    if isinstance(known, Unknown):
        yield NameFault(use=use, code="NAME_UNKNOWN", what=known.what, remedy=known.remedy, nearest=known.nearest)
        return
    for behind in use.filters:
        if misfit := misfit_of(behind, known, _beside(scope, use.path)):
            yield NameFault(use=use, code="FILTER_MISFIT", what=misfit.what, remedy=misfit.remedy)
    if not known.fillable:
        what = f"“{known.label}”（{use.path}）没有人填，也算不出来"
        yield NameFault(use=use, code="FACT_NEVER", what=what, remedy="改用别的数据，或让表单问到它")
        return
    inked = known.field is not None and known.field.blank == "ink"
    if scope.phase is not None and (known.phase or 0) > scope.phase and not inked:
        what = f"“{known.label}”（{use.path}）要到后面的阶段才填，这里用得太早"
        remedy = "把用它的一方改到那个阶段（from），或把字段标成 blank: ink 留给手写"
        yield NameFault(use=use, code="FACT_LATER", what=what, remedy=remedy)


def outside_loop(path: str, loops: Mapping[str, str], known: Collection[str] = ()) -> tuple[str, str] | None:
    """What is wrong with a name that only loops have, and the remedy; nothing if it is none of those.

    Args:
        path: As it was asked for.
        loops: Names that loops of the same text give, each with its loop as it is written.
        known: Names that exist outside loops.
    """
    first = path.split(".")[0].rstrip("[]")
    if first in known or (first != "loop" and first not in loops):
        return None
    if first == "loop":
        return "“loop”只在循环里有，这里在循环外面", "移到 for 和 endfor 之间"
    loop = f"for {loops[first]}"
    return f"“{first}”只在它的循环（{loop}）里有，这里在循环外面", f"移到 {loop} 和 endfor 之间，或改成循环外有的名字"


def _beside(scope: Scope, path: str) -> Names:
    """The names that could stand there instead, written as the last part of the path."""
    before, _, _ = path.rpartition(".")
    owner = scope.resolve(before) if before else None
    return (owner.inside() or {}) if isinstance(owner, Known) else {} if before else scope.names
