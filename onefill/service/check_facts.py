"""What a check holds against each other: facts of the record, of those it links to, figures that the pack lays down."""

from collections.abc import Mapping

from onefill.definitions.expressions import Empty
from onefill.definitions.values import text_of
from onefill.facts.differences import shown_text, stored_text
from onefill.facts.plan import CheckPlan
from onefill.facts.sheet import Sheet
from onefill.facts.views import RecordView
from onefill.fields import Audience

#: Labels of the columns of the pack's lists, by list and column.
Columns = Mapping[str, Mapping[str, str]]
#: What is shown of a fact that is not filled.
NO_TEXT = "（空）"
#: So many facts of a check are shown side by side.
MOST_FACTS = 4


def facts_of(sheet: Sheet, check: CheckPlan, row: str | None, columns: Columns) -> tuple[tuple[str, str], ...]:
    """The facts as label and text; private values as an office sees them.

    Args:
        sheet: The record's facts.
        check: Which.
        row: The row it is about, where it looks at each.
        columns: For figures of the pack.
    """
    told: dict[str, str] = {}
    for use in check.expect.names:
        found = _read(sheet, check.definition.each, row, use.path, columns)
        if found is not None:
            told.setdefault(*found)
    return tuple(told.items())[:MOST_FACTS]


def office_text(sheet: Sheet, name: str, row: str | None = None) -> str:
    """A fact as an office sees it, with its unit: private values are masked; empty if it is not filled."""
    text, unit = _masked(sheet, name, row), sheet.plan.fields[name].definition.unit
    return f"{text} {unit}".strip() if text else ""


def _masked(sheet: Sheet, name: str, row: str | None) -> str:
    field = sheet.plan.fields[name]
    if not field.definition.private:
        return shown_text(sheet, name, row)
    value = sheet.value(name, row)
    if field.value is not None and not isinstance(value, Empty):
        return field.type.mask(value, Audience.OFFICE)
    return stored_text(sheet, name, sheet.stored(name, row), Audience.OFFICE)


def _read(sheet: Sheet, each: str | None, row: str | None, path: str, columns: Columns) -> tuple[str, str] | None:
    head, _, rest = path.partition(".")
    key = head.removesuffix("[]")
    own = f"{each}[].{key}" if each else ""
    if own in sheet.plan.fields:
        return _labelled(sheet, own, row, rest) if row else None
    if key in sheet.plan.fields:
        return _labelled(sheet, key, None, rest)
    if key in sheet.plan.repeats:
        return sheet.plan.sections[key].title, f"{len(sheet.rows(key))} 行"
    return _laid_down(sheet, key, rest, columns)


def _labelled(sheet: Sheet, name: str, row: str | None, rest: str) -> tuple[str, str] | None:
    """A fact, or one of the record that it links to."""
    field = sheet.plan.fields[name]
    value = sheet.value(name, row)
    if rest and isinstance(value, RecordView):
        whole = rest in value.sheet.plan.fields and "[]" not in rest  # of which of its rows would be anybody's guess
        return _labelled(value.sheet, rest, None, "") if whole else None
    return field.definition.label, office_text(sheet, name, row) or NO_TEXT


def _laid_down(sheet: Sheet, key: str, column: str, columns: Columns) -> tuple[str, str] | None:
    """A figure of a list of the pack that has a single row."""
    rows = sheet.plan.tables.get(key)
    if not isinstance(rows, list) or len(rows) != 1 or column not in columns.get(key, {}):
        return None
    return columns[key][column], text_of(rows[0][column])
