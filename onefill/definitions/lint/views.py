"""Views of a pack: does each say what its kind needs, and does every name in it exist?"""

from collections.abc import Iterator
from dataclasses import dataclass

from onefill.definitions.known import Kind, Known, value_of_type
from onefill.definitions.lint.expressions import check_reading
from onefill.definitions.lint.report import Report
from onefill.definitions.model import View
from onefill.definitions.reading import read_expression, read_text
from onefill.definitions.schema import Schema, Scope, check_names, item_of
from onefill.definitions.yaml12 import Path
from onefill.problems import Level

#: What is only looked at may ask what day it is, unless the form has a fact of that name.
TODAY = "today"
#: What each kind cannot do without, and what else it may say.
NEEDS = {
    "chart": ("each",),
    "calendar": ("each", "x", "text"),
    "list": ("each", "columns"),
    "statistics": ("figures",),
    "copy_out": ("columns",),
}
MAY = {
    "chart": ("x", "y", "by", "series", "draw", "per", "bins", "order", "unit"),
    "calendar": ("by", "order"),
    "list": (),
    "statistics": (),
    "copy_out": ("each",),
}
#: Keys that belong to some kinds only.
SPECIAL = tuple(
    dict.fromkeys([key for keys in NEEDS.values() for key in keys] + [key for keys in MAY.values() for key in keys])
)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One expression or text of a view. ``shown``: what it gives is read by people, one item at a time."""

    path: Path
    source: str
    text: bool = False
    item: bool = True
    shown: bool = False


def check_view(report: Report, at: Path, view: View, schema: Schema) -> None:
    """All rules of this page over one view."""
    if view.kind in NEEDS:
        _shape(report, at, view)
    plain = schema.scope(view.form)
    scope = Scope(schema, {TODAY: value_of_type("今天", "date", sure=True), **plain.names})
    items = inside(scope, view.each)
    lost = view.each is not None and bool(check_names(scope, read_expression(view.each).names))
    for asked in _asked(at, view):
        reading = read_text(asked.source) if asked.text else read_expression(asked.source)
        here = items if asked.item else scope
        check_reading(report, asked.path, asked.source, reading)
        if lost and asked.item:
            continue  # what the items are is not known, so their names are not blamed
        for fault in check_names(here, reading.names):
            report.say(*asked.path, code=fault.code, what=fault.what, remedy=fault.remedy, line=fault.use.line)
        if asked.shown and "mask" not in asked.source:
            private(report, asked, here, [use.path for use in reading.names])


def _shape(report: Report, at: Path, view: View) -> None:
    given = {key for key in SPECIAL if key in view.model_fields_set}
    for key in NEEDS[view.kind]:
        if key not in given:
            what = f"视图“{view.key}”没有写 {key}"
            report.say(*at, "kind", code="VIEW_SHAPE", what=what, remedy=f"补上 {key}：“{view.kind}”要用它")
    for key in sorted(given - {*NEEDS[view.kind], *MAY[view.kind]}):
        what = f"“{view.kind}”用不着 {key}"
        report.say(*at, key, key=True, code="VIEW_SHAPE", what=what, remedy=f"删掉 {key}，或改 kind")
    if view.kind == "chart":
        _chart(report, at, view)


def _chart(report: Report, at: Path, view: View) -> None:
    if view.by is not None and view.series:
        remedy = "留下一个：by 按值分，series 一种一种写明"
        report.say(*at, "by", key=True, code="VIEW_SHAPE", what="by 和 series 不能一起用", remedy=remedy)
    if view.x is None and not (view.series and all(one.x for one in view.series)):
        report.say(*at, "kind", code="VIEW_SHAPE", what=f"视图“{view.key}”没有写 x", remedy="补上 x：落在哪一格")
    if view.per is not None and view.bins:
        remedy = "日期用 per，数用 bins"
        report.say(*at, "per", key=True, code="VIEW_SHAPE", what="per 和 bins 不能一起用", remedy=remedy)
    if list(view.bins) != sorted(set(view.bins)):
        report.say(*at, "bins", code="VIEW_SHAPE", what="bins 要从小到大，不重复", remedy="按从小到大重写")


def inside(scope: Scope, each: str | None) -> Scope:
    """The names about one item of a list: its facts, ``row``, and the record's."""
    if each is None:
        return scope
    item = item_of(scope, each)
    names = item.inside() if item.kind in (Kind.ROW, Kind.RECORD) else {}
    own = {key: known for key, known in (names or {}).items() if key not in ("id", "no")}
    return scope.extended({**own, "row": item})


def _asked(at: Path, view: View) -> Iterator[Asked]:
    if view.when is not None:
        yield Asked(path=(*at, "when"), source=view.when, item=False)
    if view.sentence is not None:
        yield Asked(path=(*at, "sentence"), source=view.sentence, text=True, item=False)
    if view.each is not None:
        yield Asked(path=(*at, "each"), source=view.each, item=False)
    for name, source in (("x", view.x), ("y", view.y), ("by", view.by)):
        if source is not None:
            yield Asked(path=(*at, name), source=source, shown=name != "y" and not view.bins)
    for i, series in enumerate(view.series):
        for name, source in (("x", series.x), ("y", series.y)):
            if source is not None:
                yield Asked(path=(*at, "series", i, name), source=source, shown=name == "x" and not view.bins)
    if view.text is not None:
        yield Asked(path=(*at, "text"), source=view.text, text=True, shown=True)
    for i, column in enumerate(view.columns):
        yield Asked(path=(*at, "columns", i, "value"), source=column.value, shown=view.kind != "copy_out")
    for i, figure in enumerate(view.figures):
        yield Asked(path=(*at, "figures", i, "value"), source=figure.value, item=False)


def private(report: Report, asked: Asked, scope: Scope, names: list[str]) -> None:
    """Warn of names that tell about a person, where many people read what comes of them."""
    for name in names:
        known = scope.resolve(name)
        if isinstance(known, Known) and known.private:
            what = f"视图里照原样写出个人信息“{known.label}”（{name}）"
            remedy = "换成不是个人信息的字段，或写成 …|mask('office')"
            report.say(*asked.path, code="VIEW_PRIVATE", what=what, remedy=remedy, level=Level.WARNING)
