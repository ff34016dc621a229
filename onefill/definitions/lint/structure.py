"""Keys given twice or taken, and pointers within the form that point nowhere."""

from collections.abc import Iterable
from pathlib import PurePosixPath

from onefill.definitions.lint.report import FormReport, Report
from onefill.definitions.model import Document, FieldDefinition, Form, Section, Takes
from onefill.definitions.nearest import meant
from onefill.definitions.numbers import DRAWN
from onefill.definitions.reading import read_expression
from onefill.definitions.schema import RESERVED
from onefill.definitions.yaml12 import Path
from onefill.problems import Level

#: Words of the expression language, which no expression can read as a name.
_WORDS = """
    and or not if else elif in is for true false none
    self caller varargs kwargs range dict namespace cycler joiner
"""
WORDS = frozenset(_WORDS.split())


def check_structure(report: FormReport) -> None:
    """All rules of this page over one form."""
    _keys(report)
    for index, section in enumerate(report.form.sections):
        _section(report, index, section)
    _phases(report)
    _life(report)
    _numbers(report)
    _pointers(report)
    _period(report)
    for part, papers in (("documents", report.form.documents), ("notices", report.form.notices)):
        for index, document in enumerate(papers):
            _document(report, (part, index), document)


def once(report: Report, named: Iterable[tuple[str, Path]], what: str, code: str = "KEY_TWICE") -> None:
    """Say each name that comes a second time; each comes with the path where it is written."""
    first: dict[str, Path] = {}
    for name, path in named:
        if name in first:
            line = report.source.place(*first[name]).line
            said = f"{what}“{name}”重复，第一次在第 {line} 行"
            report.say(*path, code=code, what=said, remedy="换一个名字，或删掉重复的")
        first.setdefault(name, path)


def free(report: Report, name: str, path: Path) -> None:
    """Say a name that means something of its own."""
    if name in RESERVED:
        what = f"“{name}”是保留的名字"
        report.say(*path, code="KEY_RESERVED", what=what, remedy="换一个名字，例如加上前缀")
    elif name in WORDS:
        what = f"“{name}”是表达式里的词，不能当名字"
        report.say(*path, code="KEY_RESERVED", what=what, remedy="换一个名字，例如加上前缀")


def _keys(report: FormReport) -> None:
    form = report.form
    once(report, ((one.key, ("phases", i, "key")) for i, one in enumerate(form.phases)), "阶段")
    once(report, ((one.key, ("sections", i, "key")) for i, one in enumerate(form.sections)), "节")
    once(report, ((one.id, ("checks", i, "id")) for i, one in enumerate(form.checks)), "校验")
    once(report, ((one.key, ("documents", i, "key")) for i, one in enumerate(form.documents)), "附件")
    # Files, packets and codes go by what a paper is called.
    once(report, ((one.title, ("documents", i, "title")) for i, one in enumerate(form.documents)), "附件的名称")
    facts = list(_facts(report, None))
    once(report, facts, "名字")
    groups = [facts, *(list(_facts(report, section)) for section in report.repeats)]
    for group in groups[1:]:
        once(report, group, "名字")
    for name, path in (pair for group in groups for pair in group):
        free(report, name, path)
    tables = {table.key for table in report.definitions.tables(form.form)}
    asked = {one.key for _, one in report.definitions.questions(form.form)}
    for name, path in facts:
        if name in tables or name in asked:
            what = f"“{name}”和业务包的{'清单' if name in tables else '台账的问法'}同名"
            report.say(*path, code="KEY_TWICE", what=what, remedy="换一个名字")


def _facts(report: FormReport, section: str | None) -> Iterable[tuple[str, Path]]:
    """Names of facts at record level, or in a row of ``section``, with the paths of their keys."""
    for i, one in enumerate(report.form.sections):
        rows = one.repeat is not None or one.grid is not None
        if section is None and rows:
            yield one.key, ("sections", i, "key")
        elif rows == (section is not None) and (section is None or one.key == section):
            yield from ((field.key, ("sections", i, "fields", j, "key")) for j, field in enumerate(one.fields))
    for i, lookup in enumerate(report.form.lookups):
        if lookup.each == section:
            yield lookup.key, ("lookups", i, "key")


def _numbers(report: FormReport) -> None:
    """Numbers are texts of the record itself: whoever draws one draws it for the whole record."""
    for i, section in enumerate(report.form.sections):
        for j, field in enumerate(section.fields):
            if field.number is None:
                continue
            if section.repeat is not None or field.type != "text":
                what, remedy = "只有不在表里的文字才能自动编号", "挪出这张表，type 写 text，或删掉 number"
                report.say(
                    "sections", i, "fields", j, "number", key=True, code="NUMBER_SHAPE", what=what, remedy=remedy
                )
            elif DRAWN not in {use.path for use in read_expression(field.number.value).names}:
                what, remedy = "编号里没有轮到的数，每份都一样", f"把 {DRAWN} 写进 value，例如 \"'甲-' ~ {DRAWN}\""
                at = ("sections", i, "fields", j, "number", "value")
                report.say(*at, code="NUMBER_SHAPE", what=what, remedy=remedy)


def _section(report: FormReport, index: int, section: Section) -> None:
    at = ("sections", index)
    if section.takes is not None:
        _taken(report, (*at, "takes"), section, section.takes)
    if section.grid is not None:
        _grid(report, index, section)
        return
    if section.field is not None:
        remedy = "写上 grid: [行所在的节, 列所在的节]，或改用 fields"
        report.say(*at, "field", key=True, code="GRID_SHAPE", what="有 field 却没有 grid", remedy=remedy)
    elif not section.fields:
        report.say(*at, "key", code="SECTION_EMPTY", what=f"“{section.key}”这一节没有字段", remedy="写上 fields")
    if section.repeat is None:
        if section.label is not None:
            what = "只有重复的节（repeat）才有一行的叫法 label"
            report.say(*at, "label", key=True, code="SECTION_LABEL", what=what, remedy="删掉 label")
        return
    if section.repeat.min > section.repeat.max:
        what = f"至少 {section.repeat.min} 行，却最多 {section.repeat.max} 行"
        report.say(*at, "repeat", "min", code="REPEAT_RANGE", what=what, remedy="把 min 改小，或把 max 改大")
    for number, key in enumerate(section.repeat.unique):
        keys = [field.key for field in section.fields]
        points(report, (*at, "repeat", "unique", number), key, keys, f"“{section.key}”这一节没有字段")


def _taken(report: FormReport, at: Path, section: Section, takes: Takes) -> None:
    """What a table takes over must be a table's of a form whose records can be for this one."""
    if section.repeat is None:
        what, remedy = "只有重复的节（repeat）才带得进行", "写上 repeat，或删掉 takes"
        report.say(*at, key=True, code="TAKES_SHAPE", what=what, remedy=remedy)
    own = [field.key for field in section.fields if field.typed]
    for part, pairs in (("set", takes.set_), ("same", takes.same)):
        for key in pairs:
            points(report, (*at, part, key), key, own, f"“{section.key}”这一节没有要填的字段")
    if takes.register_ is not None:
        registers = {one.key: one for one in report.definitions.registers(report.form.form)}
        points(report, (*at, "register"), takes.register_, registers, "没有台账")
        if takes.register_ in registers and len(registers[takes.register_].line) != 1:
            what = f"台账“{registers[takes.register_].title}”的一行不是由一样东西认出来的"
            report.say(*at, "register", code="TAKES_SHAPE", what=what, remedy="换一本 line 只有一项的台账，或删掉它")
    points(report, (*at, "form"), takes.form, report.definitions.declared, "没有表单")
    other = report.definitions.forms.get(takes.form)
    if other is None:
        return
    links = other.links(report.form.form)
    points(report, (*at, "link"), takes.link, links, f"表单“{takes.form}”没有指着这个表单的引用")
    sought = [key for key, field in other.plain_fields.items() if field.index]
    for key in takes.shared:
        points(report, (*at, "shared", key), key, sought, f"表单“{takes.form}”没有要查（index）的字段")
    first = next(iter(takes.set_))
    if takes.shared and not any(field.key == first and field.index for field in section.fields):
        what, remedy = f"“{first}”查不到，别的办件填过的还会再带一次", f"“{first}”写上 index: true"
        report.say(*at, "shared", code="TAKES_SHAPE", what=what, remedy=remedy)
    for number, stage in enumerate(takes.stages):
        stages = (one.key for one in other.stages)
        points(report, (*at, "stages", number), stage, stages, f"表单“{takes.form}”没有环节")
    rows = {one.key: [field.key for field in one.fields] for one in other.sections if one.repeat is not None}
    points(report, (*at, "section"), takes.section, rows, f"表单“{takes.form}”没有重复的节")
    for part, pairs in (("set", takes.set_), ("same", takes.same)) if takes.section in rows else ():
        for key, theirs in pairs.items():
            points(report, (*at, part, key), theirs, rows[takes.section], f"“{takes.section}”这一节没有字段")


def _grid(report: FormReport, index: int, section: Section) -> None:
    at = ("sections", index)
    if section.repeat is not None or section.fields:
        remedy = "grid 只配一个 field；去掉 repeat 和 fields"
        what = "grid 和 repeat、fields 不能一起用"
        report.say(*at, "grid", key=True, code="GRID_SHAPE", what=what, remedy=remedy)
    if section.field is None:
        what = f"“{section.key}”没有说每一格填什么"
        report.say(*at, "grid", key=True, code="GRID_SHAPE", what=what, remedy="写上 field，例如 field: {type: text}")
    sides = section.grid or ()
    for number, key in enumerate(sides):
        points(report, (*at, "grid", number), key, report.repeats, "没有重复的节")
    if len(set(sides)) < len(sides):
        report.say(*at, "grid", code="GRID_SHAPE", what="grid 的两边是同一节", remedy="写两个不同的节")


def points(
    report: Report, path: Path, name: str, known: Iterable[str], what: str, *, code: str = "POINTS_NOWHERE"
) -> None:
    """Say a name that is none of those it may be."""
    names = list(known)
    if name not in names:
        remedy = meant(name, names, "改成已有的名字，或先定义它")
        report.say(*path, code=code, what=f"{what}“{name}”", remedy=remedy)


def _phases(report: FormReport) -> None:
    form = report.form
    phases = [phase.key for phase in form.phases]
    stated: list[tuple[str | None, Path]] = []
    for i, section in enumerate(form.sections):
        stated.append((section.from_, ("sections", i, "from")))
        stated += [(one.from_, ("sections", i, "fields", j, "from")) for j, one in enumerate(section.fields)]
    stated += [(one.from_, ("checks", i, "from")) for i, one in enumerate(form.checks)]
    stated += [(one.from_, ("documents", i, "from")) for i, one in enumerate(form.documents)]
    stated += [(one.phase, ("life", i, "phase")) for i, one in enumerate(form.life)]
    for phase, path in stated:
        if phase is not None:
            points(report, path, phase, phases, "没有阶段")
    sections = [section.key for section in form.sections]
    linked = {field.form for section in form.sections for field in section.fields if field.form}
    for i, one in enumerate(form.phases):
        for j, key in enumerate(one.locks):
            points(report, ("phases", i, "locks", j), key, sections, "没有节")
        for j, key in enumerate(one.freezes):
            points(report, ("phases", i, "freezes", j), key, linked, "没有字段引用表单")


def _life(report: FormReport) -> None:
    for i, one in enumerate(report.form.life):
        if one.phase is None and not (one.title and one.date):
            what = "历程的一点没有说是哪个阶段，也没有名称和日期"
            report.say("life", i, code="MOMENT_SHAPE", what=what, remedy="写上 phase，或写上 title 和 date")


def _pointers(report: FormReport) -> None:
    form, repeats = report.form, report.repeats
    for i, check in enumerate(form.checks):
        if check.each is not None:
            points(report, ("checks", i, "each"), check.each, repeats, "没有重复的节")
        if check.at is not None:
            names = [name for name, _ in _facts(report, None)]
            names += [name for name, _ in _facts(report, check.each)] if check.each in repeats else []
            points(report, ("checks", i, "at"), check.at, names, "没有字段")
        if check.before is not None and check.level is Level.ERROR:
            what = f"校验“{check.id}”过了一天就不再查，不能挡住提交"
            remedy = "写上 level: warning 或 level: advice，或去掉 before"
            report.say("checks", i, "before", key=True, code="CHECK_SHAPE", what=what, remedy=remedy)
    for i, lookup in enumerate(form.lookups):
        if lookup.each is not None:
            points(report, ("lookups", i, "each"), lookup.each, repeats, "没有重复的节")
        other = report.definitions.forms.get(lookup.form or "")
        for j, stage in enumerate(lookup.stages if other else ()):
            points(report, ("lookups", i, "stages", j), stage, _stages_of(other), f"表单“{lookup.form}”没有环节")
    for i, section in enumerate(form.sections):
        for j, field in enumerate(section.fields):
            _field_pointers(report, ("sections", i, "fields", j), section, field)


def _stages_of(form: Form | None) -> list[str]:
    return [one.key for one in form.stages] if form else []


def _field_pointers(report: FormReport, at: Path, section: Section, field: FieldDefinition) -> None:
    if field.form is not None:
        points(report, (*at, "form"), field.form, report.definitions.declared, "没有表单")
        other = report.definitions.forms.get(field.form)
        for j, stage in enumerate(field.stages if other else ()):
            points(report, (*at, "stages", j), stage, _stages_of(other), f"表单“{field.form}”没有环节")
    if field.of is not None:
        points(report, (*at, "of"), field.of, report.repeats, "没有重复的节")
    if field.by is not None:
        names = [name for name, _ in _facts(report, None)]
        own = [one.key for one in section.fields]
        points(report, (*at, "by"), field.by, [*own, *names], "没有字段")


def _period(report: FormReport) -> None:
    fields = report.form.plain_fields
    for number, key in enumerate(report.form.period or ()):
        points(report, ("period", number), key, fields, "没有字段")
        if key in fields and fields[key].type != "date":
            what = f"“{fields[key].label}”（{key}）不是日期"
            report.say("period", number, code="POINTS_NOWHERE", what=what, remedy="改成 type: date 的字段")


def _document(report: FormReport, at: Path, document: Document) -> None:
    for number, name in enumerate(document.templates):
        path = (*at, "template") if isinstance(document.template, str) else (*at, "template", number)
        if PurePosixPath(name).suffix not in (".docx", ".xlsx"):
            report.say(
                *path,
                code="TEMPLATE_KIND",
                what=f"“{name}”不是 Word 或 Excel 文件",
                remedy="写 .docx 或 .xlsx 文件名",
            )
        elif "/" in name or "\\" in name or name.startswith("."):
            remedy = "只写文件名，文件放在业务包的模板文件夹里"
            report.say(*path, code="TEMPLATE_KIND", what=f"模板“{name}”带了路径", remedy=remedy)
    if document.each is None:
        return
    if document.each.into == "sheets" and not any(name.endswith(".xlsx") for name in document.templates):
        what = "into: sheets 只用于 Excel 模板"
        report.say(*at, "each", "into", code="TEMPLATE_KIND", what=what, remedy="改成 pages 或 files")
    alias = document.each.as_
    free(report, alias, (*at, "each", "as"))
    if alias in report.schema.scope(report.form.form).names:
        what = f"“{alias}”已经是别的数据的名字"
        report.say(*at, "each", "as", code="KEY_TWICE", what=what, remedy="换一个名字")
