"""pack.yaml: offices, roles, menus, lists and views."""

from collections.abc import Iterator

from onefill.definitions.lint.boards import check_boards
from onefill.definitions.lint.publications import check_publications
from onefill.definitions.lint.registers import check_registers
from onefill.definitions.lint.report import Report
from onefill.definitions.lint.structure import free, once, points
from onefill.definitions.lint.types import check_type
from onefill.definitions.lint.views import check_view
from onefill.definitions.loader import LoadedPack
from onefill.definitions.model import Pack, Table, Unit
from onefill.definitions.nearest import meant
from onefill.definitions.pack_tables import typed_rows
from onefill.definitions.schema import Schema
from onefill.definitions.yaml12 import Path


def check_pack(report: Report, loaded: LoadedPack, pack: Pack, schema: Schema) -> None:
    """All rules of this page over one pack."""
    once(report, ((key, ("forms", i)) for i, key in enumerate(pack.forms)), "表单")
    once(report, _units(pack.units, ("units",)), "单位")
    once(report, ((one.key, ("roles", i, "key")) for i, one in enumerate(pack.roles)), "角色")
    once(report, ((one.key, ("tables", i, "key")) for i, one in enumerate(pack.tables)), "清单")
    once(report, ((one.key, ("views", i, "key")) for i, one in enumerate(pack.views)), "视图")
    named: list[tuple[str, Path]] = [(key, ("cases", i)) for i, key in enumerate(pack.cases)]
    for i, menu in enumerate(pack.menus):
        named += [(key, ("menus", i, "forms", j)) for j, key in enumerate(menu.forms)]
    for i, role in enumerate(pack.roles):
        named += [(key, ("roles", i, "fills", j)) for j, key in enumerate(role.fills)]
    named += [(view.form, ("views", i, "form")) for i, view in enumerate(pack.views)]
    for key, path in named:
        if key not in loaded.declared and key not in pack.forms:
            remedy = meant(key, loaded.declared, "改成已有的表单")
            report.say(*path, code="POINTS_NOWHERE", what=f"没有表单“{key}”", remedy=remedy)
    for i, table in enumerate(pack.tables):
        _table(report, ("tables", i), table)
    check_registers(report, pack, loaded.declared)
    _calendar(report, pack)
    check_boards(report, pack, schema)
    check_publications(report, pack, schema)
    for i, view in enumerate(pack.views):
        if view.form in loaded.forms:
            check_view(report, ("views", i), view, schema)


def _units(units: tuple[Unit, ...], at: Path) -> Iterator[tuple[str, Path]]:
    for i, unit in enumerate(units):
        yield unit.key, (*at, i, "key")
        yield from _units(unit.below, (*at, i, "below"))


def _table(report: Report, at: Path, table: Table) -> None:
    free(report, table.key, (*at, "key"))
    columns = [column.key for column in table.columns]
    once(report, ((key, (*at, "columns", i, "key")) for i, key in enumerate(columns)), "列")
    before = len(report.problems)
    for i, column in enumerate(table.columns):
        free(report, column.key, (*at, "columns", i, "key"))
        check_type(report, (*at, "columns", i), column)
    for number, row in enumerate(table.rows):
        for key in row:
            if key not in columns:
                remedy = meant(key, columns, "改成已有的列")
                path = (*at, "rows", number, key)
                report.say(*path, key=True, code="COLUMN_UNKNOWN", what=f"清单里没有列“{key}”", remedy=remedy)
        for column in table.columns:
            if column.required is True and row.get(column.key) in (None, ""):
                what = f"这一行少了“{column.label}”（{column.key}）"
                report.say(*at, "rows", number, code="CELL_MISSING", what=what, remedy="补上")
    if len(report.problems) > before:
        return  # the columns' types may not be known
    for cell in typed_rows(table)[1]:
        path = (*at, "rows", cell.row, cell.column)
        fault = cell.fault
        report.say(*path, code=fault.code, what=fault.what, remedy=fault.remedy, level=fault.level)


def _calendar(report: Report, pack: Pack) -> None:
    """The lists that say which days are worked, and who looks after them."""
    for i, role in enumerate(pack.calendar.by):
        points(report, ("calendar", "by", i), role, [one.key for one in pack.roles], "没有角色")
    for name in ("holidays", "workdays"):
        key = getattr(pack.calendar, name)
        if key is None:
            continue
        table = next((one for one in pack.tables if one.key == key), None)
        if table is None:
            remedy = meant(key, [one.key for one in pack.tables], "改成已有的清单")
            report.say("calendar", name, code="POINTS_NOWHERE", what=f"没有清单“{key}”", remedy=remedy)
        elif "day" not in [column.key for column in table.columns]:
            report.say(
                "calendar",
                name,
                code="POINTS_NOWHERE",
                what=f"清单“{key}”没有 day 列",
                remedy="给它加上 day 列，写日期",
            )
