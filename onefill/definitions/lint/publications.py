"""What a pack makes public: does it come from somewhere, does every name exist, is nothing personal in it?"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from onefill.definitions.known import Known, value_of_type
from onefill.definitions.lint.expressions import check_reading
from onefill.definitions.lint.report import Report
from onefill.definitions.lint.structure import once, points
from onefill.definitions.model import FieldDefinition, Form, Pack
from onefill.definitions.publications import ON, Placed, Publication
from onefill.definitions.reading import read_expression
from onefill.definitions.registers import Register
from onefill.definitions.schema import Schema, Scope, check_names
from onefill.definitions.yaml12 import Path


def check_publications(report: Report, pack: Pack, schema: Schema) -> None:
    """All rules of this page over one pack."""
    once(report, ((one.key, ("publications", i, "key")) for i, one in enumerate(pack.publications)), "公布")
    registers = {one.key: one for one in pack.registers}
    roles = [role.key for role in pack.roles]
    for i, one in enumerate(pack.publications):
        at: Path = ("publications", i)
        for j, role in enumerate(one.by):
            points(report, (*at, "by", j), role, roles, "业务包没有角色")
        once(report, ((column.key, (*at, "columns", j, "key")) for j, column in enumerate(one.columns)), "列")
        _placed(report, at, one, pack)
        _then(report, at, one, schema)
        scope = _scope(report, at, one, registers, schema)
        if scope is not None:
            _read(report, at, one, scope)


def _placed(report: Report, at: Path, one: Publication, pack: Pack) -> None:
    """An order that a list gives must name a list of the pack and a column of it."""
    known = [f"{table.key}.{column.key}" for table in pack.tables for column in table.columns]
    for i, order in enumerate(one.order):
        if isinstance(order, Placed):
            points(report, (*at, "order", i, "like"), order.like, known, "业务包没有清单的这一列")


def _then(report: Report, at: Path, one: Publication, schema: Schema) -> None:
    """What is done to the records of a register's lines must be something that can be done to many at once."""
    if one.then is None:
        return
    if one.register_ is None:
        what = f"“{one.title}”不是从台账里来的，没有登记这些行的办件"
        report.say(*at, "then", key=True, code="PUBLIC_SHAPE", what=what, remedy="删掉 then，或写 register")
        return
    forms = schema.definitions.forms.values()
    opening = [action for form in forms if _opens(form, one.register_) for action in form.actions]
    points(report, (*at, "then"), one.then, (action.key for action in opening), "登记这些行的表单没有操作")
    for action in opening:
        if action.key == one.then and (action.kind != "move" or set(action.asked_for) - {"date"}):
            what = f"“{action.title}”不能跟着公布一起做：要一件一件看，或者要填日期以外的"
            report.say(*at, "then", code="PUBLIC_SHAPE", what=what, remedy="换一个只要填日期的操作（kind: move）")


def _opens(form: Form, register: str) -> bool:
    """Whether an action of a form enters lines of a register."""
    effects = (effect for action in form.actions for effect in action.effects)
    return any(one.register_ == register and one.do == "open" for one in effects)


def _scope(
    report: Report, at: Path, one: Publication, registers: Mapping[str, Register], schema: Schema
) -> Scope | None:
    """The names about one line; none where it is not said, or not known, what lines there are."""
    if (one.register_ is None) == (one.form is None):
        what = f"“{one.title}”要写公布什么：register 或 form，只写一个"
        report.say(*at, "key", code="PUBLIC_SHAPE", what=what, remedy="留下一个，另一个删掉")
        return None
    day = {ON: value_of_type("截至哪一天", "date")}
    if one.register_ is not None:
        points(report, (*at, "register"), one.register_, registers, "没有台账")
        register = registers.get(one.register_)
        return None if register is None else Scope(schema, {**columns_of(register), **day})
    form = one.form or ""
    if form not in schema.definitions.forms:
        points(report, (*at, "form"), form, schema.definitions.declared, "没有表单")
        return None
    return schema.scope(form).extended(day)


def columns_of(register: Register) -> dict[str, Known]:
    """The columns of a register as names of an expression."""
    return {
        one.key: replace(
            value_of_type(one.label, one.type),
            field=FieldDefinition(key=one.key, label=one.label, type="text", private=one.private),
        )
        for one in register.columns
    }


def _read(report: Report, at: Path, one: Publication, scope: Scope) -> None:
    for path, source, shown in _asked(at, one):
        reading = read_expression(source)
        check_reading(report, path, source, reading)
        for fault in check_names(scope, reading.names):
            report.say(*path, code=fault.code, what=fault.what, remedy=fault.remedy, line=fault.use.line)
        for use in reading.names if shown else ():
            known = scope.resolve(use.path)
            if isinstance(known, Known) and known.private:
                what = f"“{known.label}”（{use.path}）是个人信息，不能公布"
                report.say(*path, code="PUBLIC_PRIVATE", what=what, remedy="换成不是个人信息的", line=use.line)


def _asked(at: Path, one: Publication) -> Iterator[tuple[Path, str, bool]]:
    """Each expression with its place, and whether people read what it gives."""
    if one.where is not None:
        yield (*at, "where"), one.where, False
    for i, order in enumerate(one.order):
        if isinstance(order, Placed):
            yield (*at, "order", i, "value"), order.value, True
        else:
            yield (*at, "order", i), order, True
    for i, column in enumerate(one.columns):
        yield (*at, "columns", i, "value"), column.value, True
