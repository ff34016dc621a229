"""Registers, the questions about them, and what actions do to them: does each point somewhere, is each asked right?"""

from collections.abc import Iterable

from onefill.definitions.asking import CallUse
from onefill.definitions.lint.report import FormReport, Report
from onefill.definitions.lint.structure import free, once, points
from onefill.definitions.lint.types import check_type
from onefill.definitions.model import FieldDefinition, Pack
from onefill.definitions.nearest import meant
from onefill.definitions.reading import Reading, read_expression
from onefill.definitions.registers import Effect, LineDue, Question, Register
from onefill.definitions.yaml12 import Path


def check_registers(report: Report, pack: Pack, declared: Iterable[str]) -> None:
    """All rules of this page over a pack's registers."""
    once(report, ((one.key, ("registers", i, "key")) for i, one in enumerate(pack.registers)), "台账")
    asked = [
        (one.key, ("registers", i, "questions", j, "key"))
        for i, register in enumerate(pack.registers)
        for j, one in enumerate(register.questions)
    ]
    tables = [(one.key, ("tables", i, "key")) for i, one in enumerate(pack.tables)]
    once(report, [*tables, *asked], "名字")
    for i, register in enumerate(pack.registers):
        _register(report, ("registers", i), register, list(declared), [role.key for role in pack.roles])


def _register(report: Report, at: Path, register: Register, declared: list[str], roles: list[str]) -> None:
    columns = [column.key for column in register.columns]
    once(report, ((key, (*at, "columns", i, "key")) for i, key in enumerate(columns)), "列")
    for i, column in enumerate(register.columns):
        path = (*at, "columns", i)
        free(report, column.key, (*path, "key"))
        if column.type == "link":
            points(report, (*path, "form"), column.form or "", declared, "没有表单")
        else:
            check_type(report, path, FieldDefinition(key=column.key, label=column.label, type=column.type))
        if column.private and column.key in register.line:
            what = f"“{column.label}”是个人信息，不能拿来认一行：台账的行号不遮"
            report.say(*path, "private", code="REGISTER_PRIVATE", what=what, remedy="换别的列认一行")
    for i, key in enumerate(register.line):
        points(report, (*at, "line", i), key, columns, "没有列")
    for i, role in enumerate(register.by):
        points(report, (*at, "by", i), role, roles, "业务包没有角色")
    if register.also is not None:
        links = [one.key for one in register.columns if one.type == "link"]
        points(report, (*at, "also"), register.also, links, "没有引用的列")
    if register.within is not None:
        points(report, (*at, "within"), register.within, columns, "没有列")
    if register.look_up is not None:
        _look_up(report, (*at, "look_up"), register, columns)
    for i, question in enumerate(register.questions):
        _question(report, (*at, "questions", i), question, columns)
    for i, due in enumerate(register.dues):
        _due(report, (*at, "dues", i), register, due, roles)


def _look_up(report: Report, at: Path, register: Register, columns: list[str]) -> None:
    asked = register.look_up
    assert asked is not None
    points(report, (*at, "code"), asked.code, columns, "没有列")
    points(report, (*at, "name"), asked.name, columns, "没有列")
    if register.line != (asked.code,):
        what = "公开查验要凭编号一列就认得一行"
        report.say(*at, "code", code="LOOK_UP_LINE", what=what, remedy=f"line 写成 [{asked.code}]")
    if any(one.private for one in register.columns if one.key == asked.name):
        what = "个人信息在台账里只留遮住以后的，对不上姓名"
        report.say(*at, "name", code="LOOK_UP_PRIVATE", what=what, remedy="姓名一列不写 private")


def _question(report: Report, at: Path, question: Question, columns: list[str]) -> None:
    free(report, question.key, (*at, "key"))
    for i, key in enumerate(question.by):
        points(report, (*at, "by", i), key, columns, "没有列")
    _where(report, at, question.where, columns)


def _due(report: Report, at: Path, register: Register, due: LineDue, roles: list[str]) -> None:
    links = [one.key for one in register.columns if one.type == "link"]
    points(report, (*at, "link"), due.link, links, "没有引用的列")
    if due.day is not None:
        days = [one.key for one in register.columns if one.type == "date"]
        points(report, (*at, "day"), due.day, days, "没有日期的列")
    for i, role in enumerate(due.by):
        points(report, (*at, "by", i), role, roles, "业务包没有角色")
    _where(report, at, due.where, [one.key for one in register.columns])


def _where(report: Report, at: Path, where: str | None, columns: list[str]) -> None:
    if where is None:
        return
    reading = read_expression(where)
    if reading.fault is not None:
        fault = reading.fault
        report.say(*at, "where", code=fault.code, what=fault.what, remedy=fault.remedy, line=fault.line)
    for use in reading.names:
        name = use.path.split(".")[0].removesuffix("[]")
        points(report, (*at, "where"), name, columns, "没有列", code="NAME_UNKNOWN")


def check_calls(report: FormReport, path: Path, reading: Reading) -> None:
    """Say each question that is asked with too much, too little, or no day; and each that is not asked at all."""
    questions = {one.key: (register, one) for register, one in report.definitions.questions(report.form.form)}
    called = [one for one in reading.called if one.name in questions]
    for call in called:
        _call(report, path, call, *questions[call.name])
    for use in reading.names:
        if use.path in questions and use.path not in {one.name for one in called}:
            how = _how(*questions[use.path])
            what = f"“{use.path}”是台账的问法，要写出问什么、问哪一天"
            report.say(*path, code="QUESTION_SHAPE", what=what, remedy=f"写成 {how}", line=use.line)


def _call(report: FormReport, path: Path, call: CallUse, register: Register, question: Question) -> None:
    by = question.by or register.line
    if call.given == len(by) and call.named == ("on",):
        return
    if "on" not in call.named:
        what = f"问台账“{register.title}”没有说是哪一天"
    else:
        what = f"“{call.name}”要按 {len(by)} 样来问，这里写了 {call.given} 样"
    remedy = f"写成 {_how(register, question)}"
    report.say(*path, code="QUESTION_SHAPE", what=what, remedy=remedy, line=call.line)


def _how(register: Register, question: Question) -> str:
    return f"{question.key}({', '.join(question.by or register.line)}, on=哪一天)"


def check_effects(report: FormReport) -> None:
    """What actions do to registers."""
    registers = {one.key: one for one in report.definitions.registers(report.form.form)}
    for i, action in enumerate(report.form.actions):
        for j, effect in enumerate(action.effects):
            at: Path = ("actions", i, "effects", j)
            if effect.undo is not None:
                _undo(report, at, effect, action.key)
            elif effect.register_ is None or effect.do is None:
                what = "没有说对哪本台账做什么"
                report.say(*at, code="EFFECT_SHAPE", what=what, remedy="写上 register 和 do，或写 undo")
            elif effect.register_ not in registers:
                remedy = meant(effect.register_, registers, "在 pack.yaml 的 registers 里加上它")
                what = f"没有台账“{effect.register_}”"
                report.say(*at, "register", code="POINTS_NOWHERE", what=what, remedy=remedy)
            else:
                _effect(report, at, effect, registers[effect.register_])


def _undo(report: FormReport, at: Path, effect: Effect, own: str) -> None:
    acting = [one.key for one in report.form.actions if one.effects and one.key != own]
    points(report, (*at, "undo"), effect.undo or "", acting, "没有对台账做过什么的操作")
    for key in ("register", "do", "each", "line", "set", "until"):
        if getattr(effect, {"register": "register_", "set": "set_"}.get(key, key)):
            report.say(*at, key, key=True, code="EFFECT_SHAPE", what=f"写了 undo，用不着 {key}", remedy=f"删掉 {key}")


def _effect(report: FormReport, at: Path, effect: Effect, register: Register) -> None:
    columns = [one.key for one in register.columns]
    for part, given in (("line", effect.line), ("set", effect.set_)):
        for key in given:
            if key not in columns:
                remedy = meant(key, columns, "改成已有的列")
                what = f"台账“{register.title}”里没有列“{key}”"
                report.say(*at, part, key, key=True, code="COLUMN_UNKNOWN", what=what, remedy=remedy)
    wanting = [key for key in register.line if key not in effect.line]
    if effect.do == "open" and wanting:
        what = f"登记进“{register.title}”要说清是哪一行，还少 {'、'.join(wanting)}"
        report.say(*at, "line", code="EFFECT_SHAPE", what=what, remedy="在 line 里补上")
    if effect.do != "open" and not effect.line:
        report.say(*at, code="EFFECT_SHAPE", what="没有说对哪一行", remedy="写上 line")
    if effect.until is not None and effect.do not in ("open", "suspend"):
        what = f"do: {effect.do} 没有截止日"
        report.say(*at, "until", key=True, code="EFFECT_SHAPE", what=what, remedy="删掉 until")
