"""Boards of a pack and deadlines of its forms: does each say what its kind needs, does every name in it exist?"""

from collections.abc import Iterator

from onefill.definitions.boards import Board, Deadline, Happening, RegisterSays, RegisterSource, Source
from onefill.definitions.case_names import acts_known
from onefill.definitions.lint.expressions import check_reading
from onefill.definitions.lint.publications import columns_of
from onefill.definitions.lint.report import FormReport, Report
from onefill.definitions.lint.structure import once, points
from onefill.definitions.lint.views import Asked, inside, private
from onefill.definitions.model import Pack
from onefill.definitions.reading import read_expression, read_text
from onefill.definitions.schema import Schema, Scope, check_names
from onefill.definitions.yaml12 import Path

#: Keys of a source that a kind cannot do without, and those that it has no use for.
_NEEDS = {"calendar": ("happenings",), "draw": ("happenings",), "statistics": ("counts",)}
_IDLE = {
    "calendar": ("each", "day", "groups", "counts"),
    "draw": ("each", "day", "groups", "counts"),
    "statistics": ("happenings",),
}


def check_boards(report: Report, pack: Pack, schema: Schema) -> None:
    """All rules of this page over one pack."""
    once(report, ((one.key, ("boards", i, "key")) for i, one in enumerate(pack.boards)), "看板")
    roles = [role.key for role in pack.roles]
    for i, board in enumerate(pack.boards):
        at: Path = ("boards", i)
        for j, role in enumerate(board.by):
            points(report, (*at, "by", j), role, roles, "业务包没有角色")
        for j, source in enumerate(board.of):
            _source(report, (*at, "of", j), board, source, schema)
        for j, one in enumerate(board.registers):
            _register(report, (*at, "registers", j), board, one, pack, schema)
        _measures(report, at, board)
        _starts(report, at, board, schema)


def check_deadlines(report: FormReport) -> None:
    """All rules of this page over one form."""
    form = report.form
    once(report, ((one.key, ("deadlines", i, "key")) for i, one in enumerate(form.deadlines)), "期限")
    roles = [role.key for role in report.definitions.pack_of(form.form).roles]
    scope = report.schema.scope(form.form).extended({"case": acts_known()})
    for i, one in enumerate(form.deadlines):
        at: Path = ("deadlines", i)
        phases = [known.key for known in form.phases]
        if one.passed is not None:
            points(report, (*at, "passed"), one.passed, phases, "没有阶段")
        if one.until is not None:
            points(
                report, (*at, "until"), one.until, [*phases, *(stage.key for stage in form.stages)], "没有阶段和环节"
            )
        if one.section is not None:
            points(report, (*at, "section"), one.section, [section.key for section in form.sections], "没有节")
        for j, key in enumerate(one.stages):
            points(report, (*at, "stages", j), key, (stage.key for stage in form.stages), "没有环节")
        for j, role in enumerate(one.by):
            points(report, (*at, "by", j), role, roles, "业务包没有角色")
        for part, asked_of in (("only", one.only), ("unless", one.unless)):
            for j, said in enumerate(asked_of):
                _says(report, (*at, part, j), said, scope)
        for asked in _of_deadline(at, one):
            _read(report, asked, scope)
    _retention(report)


def _says(report: FormReport, at: Path, one: RegisterSays, scope: Scope) -> None:
    """A question to a register is one that there is, and asked by as much as it wants."""
    questions = {known.key: (register, known) for register, known in report.definitions.questions(report.form.form)}
    points(report, (*at, "question"), one.question, questions, "台账没有问题")
    register, known = questions.get(one.question, (None, None))
    if register is not None and known is not None and len(one.of) != len(by := known.by or register.line):
        what = f"“{one.question}”要按 {len(by)} 样来问，这里写了 {len(one.of)} 样"
        report.say(*at, "of", code="QUESTION_SHAPE", what=what, remedy=f"写成 [{', '.join(by)}]")
    for j, source in enumerate(one.of):
        _read(report, Asked(path=(*at, "of", j), source=source, item=False, shown=True), scope)
    if one.on is not None:
        _read(report, Asked(path=(*at, "on"), source=one.on, item=False, shown=True), scope)


def _retention(report: FormReport) -> None:
    """What may be cleaned away was never handed in, or came to no good end."""
    rule, stages = report.form.retention, {one.key: one for one in report.form.stages}
    for j, key in enumerate(rule.stages if rule else ()):
        at: Path = ("retention", "stages", j)
        points(report, at, key, ["draft", *stages], "没有环节")
        if key in stages and (stages[key].holder != "done" or stages[key].passed):
            what = f"“{stages[key].title}”还在办，或者通过了，不能清理"
            report.say(*at, code="RETENTION_SHAPE", what=what, remedy="只写 draft 和没有通过的办结环节")


# -- boards --------------------------------------------------------------------------------------------------------


def _source(report: Report, at: Path, board: Board, source: Source, schema: Schema) -> None:
    given = source.model_fields_set
    for key in _NEEDS[board.kind]:
        if key not in given:
            what = f"看板“{board.key}”的来源没有写 {key}"
            report.say(*at, "form", code="BOARD_SHAPE", what=what, remedy=f"补上 {key}：“{board.kind}”要用它")
    for key in _IDLE[board.kind]:
        if key in given:
            what = f"“{board.kind}”用不着 {key}"
            report.say(*at, key, key=True, code="BOARD_SHAPE", what=what, remedy=f"删掉 {key}，或改 kind")
    form = schema.definitions.forms.get(source.form)
    if form is None:
        points(report, (*at, "form"), source.form, schema.definitions.declared, "没有表单")
        return
    if source.passed is not None:
        points(report, (*at, "passed"), source.passed, (phase.key for phase in form.phases), "没有阶段")
    known = [one.key for one in board.groups]
    for key in source.groups:
        points(report, (*at, "groups", key), key, known, "看板没有分组")
    scope = schema.scope(source.form)
    for j, one in enumerate(source.happenings):
        here = inside(scope, one.each)
        for asked in _of_happening((*at, "happenings", j), one):
            _read(report, asked, here if asked.item else scope)
    here = inside(scope, source.each)
    for asked in _of_source(at, source):
        _read(report, asked, here if asked.item else scope)


def _register(report: Report, at: Path, board: Board, source: RegisterSource, pack: Pack, schema: Schema) -> None:
    if board.kind != "statistics":
        what = f"“{board.kind}”用不着 registers"
        report.say(*at, "register", code="BOARD_SHAPE", what=what, remedy="删掉 registers，或改 kind")
    registers = {one.key: one for one in pack.registers}
    points(report, (*at, "register"), source.register_, registers, "没有台账")
    for key in source.groups:
        points(report, (*at, "groups", key), key, [one.key for one in board.groups], "看板没有分组")
    if source.register_ not in registers:
        return
    scope = Scope(schema, columns_of(registers[source.register_]))
    asked = [("day", source.day)] if source.day is not None else []
    asked += [(f"{part}/{key}", one) for part in ("groups", "counts") for key, one in getattr(source, part).items()]
    for path, one in asked:
        _read(report, Asked(path=(*at, *path.split("/")), source=one, shown=True), scope)


def _of_happening(at: Path, one: Happening) -> Iterator[Asked]:
    if one.each is not None:
        yield Asked(path=(*at, "each"), source=one.each, item=False)
    for name, source in (("day", one.day), ("until", one.until), ("time", one.time)):
        if source is not None:
            yield Asked(path=(*at, name), source=source, shown=True)
    if one.text is not None:
        yield Asked(path=(*at, "text"), source=one.text, text=True, shown=True)


def _of_source(at: Path, source: Source) -> Iterator[Asked]:
    if source.each is not None:
        yield Asked(path=(*at, "each"), source=source.each, item=False)
    if source.day is not None:
        yield Asked(path=(*at, "day"), source=source.day, shown=True)
    for part, sources in (("groups", source.groups), ("counts", source.counts)):
        for key, one in sources.items():
            yield Asked(path=(*at, part, key), source=one, shown=True)


def _measures(report: Report, at: Path, board: Board) -> None:
    if (board.kind == "statistics") != bool(board.measures):
        wants = board.kind == "statistics"
        what = f"看板“{board.key}”没有写 measures" if wants else f"“{board.kind}”用不着 measures"
        report.say(*at, "kind", code="BOARD_SHAPE", what=what, remedy="补上 measures" if wants else "删掉 measures")
    counted = list(dict.fromkeys(key for source in board.counted for key in source.counts))
    for j, one in enumerate(board.measures):
        reading, path = read_expression(one.value), (*at, "measures", j, "value")
        check_reading(report, path, one.value, reading)
        for use in reading.names:
            if use.path not in counted:
                points(report, path, use.path, counted, "来源里没有数")


def _starts(report: Report, at: Path, board: Board, schema: Schema) -> None:
    if board.starts is None:
        return
    if board.kind != "draw":
        what = f"“{board.kind}”用不着 starts"
        report.say(*at, "starts", key=True, code="BOARD_SHAPE", what=what, remedy="删掉 starts，或改成 kind: draw")
    form = schema.definitions.forms.get(board.starts.form)
    if form is None:
        points(report, (*at, "starts", "form"), board.starts.form, schema.definitions.declared, "没有表单")
        return
    plain = form.plain_fields
    for key, what in board.starts.fills.items():
        path = (*at, "starts", "fills", key)
        points(report, path, key, plain, f"“{form.title}”没有字段")
        field = plain.get(key)
        if field is not None and what == "record" and field.form not in [source.form for source in board.of]:
            said = f"“{field.label}”不是引用抽中的办件的字段"
            report.say(*path, code="BOARD_SHAPE", what=said, remedy="换一个引用那个表单的字段")


# -- deadlines -----------------------------------------------------------------------------------------------------


def _of_deadline(at: Path, one: Deadline) -> Iterator[Asked]:
    for name in ("day", "days", "when", "done"):
        source = getattr(one, name)
        if source is not None:
            yield Asked(path=(*at, name), source=source, item=False, shown=name == "day")


def _read(report: Report, asked: Asked, scope: Scope) -> None:
    reading = read_text(asked.source) if asked.text else read_expression(asked.source)
    check_reading(report, asked.path, asked.source, reading)
    for fault in check_names(scope, reading.names):
        report.say(*asked.path, code=fault.code, what=fault.what, remedy=fault.remedy, line=fault.use.line)
    if asked.shown and "mask" not in asked.source:
        private(report, asked, scope, [use.path for use in reading.names])
