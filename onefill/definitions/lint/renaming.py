"""What became of what was asked before: former names that are free, and things no longer asked that are not."""

from collections.abc import Iterator

from onefill.definitions.lint.report import FormReport
from onefill.definitions.model import FieldDefinition, Section
from onefill.definitions.yaml12 import Path

_WAY_OUT = "换一个新的名字：从前用过的名字不要再派别的用处"


def check_renaming(report: FormReport) -> None:
    """All ``was`` and ``removed`` keys of one form."""
    named = list(_named(report))
    asked = {path: at for path, _, at in named}
    claimed: dict[str, str] = {}
    for path, former, at in named:
        scope = path.rpartition("/")[0]
        for old in (f"{scope}/{key}" if scope else key for key in former):
            _former(report, (path, old), at, asked)
            if claimed.setdefault(old, path) != path:
                what = f"“{old}”已经改叫“{claimed[old]}”，不能又改叫“{path}”"
                report.say(*at, "was", code="WAS_TWICE", what=what, remedy="只留一处")
    _removed(report, asked.keys() | _sections(report), claimed)


def _named(report: FormReport) -> Iterator[tuple[str, tuple[str, ...], Path]]:
    """Every name of data with its former keys: fields, those of rows as ``trainees/phone``, tables and grids."""
    for i, section in enumerate(report.form.sections):
        rows = section.repeat is not None
        if rows or section.grid is not None:
            yield section.key, section.former, ("sections", i)
        elif section.former:
            what = "只有表和方格的名字里存着数据；一般的节改了名，已填的不受影响"
            report.say("sections", i, "was", key=True, code="WAS_IDLE", what=what, remedy="删掉 was")
        for j, field in enumerate(section.fields):
            at = ("sections", i, "fields", j)
            yield _path(section, field), field.former, at
            if field.former and field.number is not None and field.number.series is None:
                what = f"“{field.label}”改了名，编号会从头编起"
                remedy = f"在 number 里写上 series，从前没有写过的，先编的那一串叫 {report.form.form}.{field.former[0]}"
                report.say(*at, "was", key=True, code="WAS_IDLE", what=what, remedy=remedy)
            if field.former and field.value is not None:
                what = "自动算出的字段没有填过的值可搬"
                remedy = "删掉 was；从前是填的，就在 removed 里写明"
                report.say(*at, "was", key=True, code="WAS_IDLE", what=what, remedy=remedy)


def _former(report: FormReport, pair: tuple[str, str], at: Path, asked: dict[str, Path]) -> None:
    path, old = pair
    if old == path:
        report.say(*at, "was", code="WAS_IN_USE", what=f"“{old}”就是现在的名字", remedy="写从前的名字，或删掉 was")
    elif old in asked:
        line = report.source.place(*asked[old], "key").line
        what = f"“{old}”还在第 {line} 行用着，“{path}”不会是从它改来的"
        report.say(*at, "was", code="WAS_IN_USE", what=what, remedy=_WAY_OUT)


def _removed(report: FormReport, asked: set[str], claimed: dict[str, str]) -> None:
    for path in report.form.removed:
        if path in asked:
            what = f"“{path}”还在表单里，不算去掉了"
            report.say("removed", path, key=True, code="REMOVED_IN_USE", what=what, remedy="从 removed 里删掉")
        elif path in claimed:
            what = f"“{path}”改叫“{claimed[path]}”了，不算去掉了"
            report.say("removed", path, key=True, code="REMOVED_IN_USE", what=what, remedy="was 和 removed 只留一处")


def _sections(report: FormReport) -> set[str]:
    return {section.key for section in report.form.sections}


def _path(section: Section, field: FieldDefinition) -> str:
    return f"{section.key}/{field.key}" if section.repeat is not None else field.key
