"""Made-up facts: what a form's papers look like before anybody has filled in anything.

Every value is one that its field type accepts as typed; numbers of documents are those of official specimens or have no
holder. Only what is empty is filled, so that samples keep what they have.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from onefill.definitions.expressions import CompiledExpression, Empty
from onefill.definitions.model import Section
from onefill.facts import Sheet
from onefill.facts.faults import options_of, parse_raw, path_of
from onefill.facts.plan import FieldPlan
from onefill.facts.sheet import Cell

#: Rows made where a section repeats, unless it wants more; never more than ``MOST_ROWS``.
ROWS, MOST_ROWS = 3, 20
PERIOD = timedelta(days=14)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
NAMES = ("陈样样", "李样例", "黄示范", "何模样", "梁样本")
#: By field type; ``{n}`` is the number of the row, ``{nn}`` the same in four digits.
TYPED: Mapping[str, tuple[str, ...]] = {
    "number": ("1", "10", "100"),
    "money": ("100",),
    "percent": ("85",),
    "time_range": ("09:00-11:30",),
    "hkmtp": ("H0990{nn}",),
    "twtp": ("1234{nn}",),
    "passport": ("E1234{nn}0",),
    "permanent_residence": ("911124198108030024",),
    "uscc": ("91350100M000100Y43",),
    "mobile": ("1380000{nn}",),
    "phone": ("0757-8000{nn}",),
    "url": ("https://www.example.cn",),
    "document_number": ("样发〔2026〕{n}号", "国发〔2020〕1号"),
}


def fill(sheet: Sheet, today: date, link: Callable[[str], str], *, optional: bool) -> None:
    """Put something into every field that is asked and empty.

    Args:
        sheet: The facts; changed.
        today: The day that dates start from.
        link: Names a record of a form to point to.
        optional: Whether also into what need not be filled.
    """
    for section in sheet.plan.repeats.values():
        if not sheet.rows(section.key) and sheet.section_shown(section.key) and (optional or _least(section)):
            sheet.set(section.key, {f"r{n}": {"@order": n} for n in range(1, _count(section) + 1)})
            sheet.touch(f"{section.key}[]")
    for plan in sheet.plan.fields.values():
        if plan.definition.typed and plan.definition.type != "file":
            for number, cell in enumerate(_cells(sheet, plan), 1):
                if _wanted(sheet, plan, cell, optional=optional):
                    _put(sheet, plan, cell, Maker(sheet, today, link, number))
    if optional:
        for key in sheet.plan.grids:
            _fill_grid(sheet, key)


class Maker:
    """Makes texts for one cell."""

    def __init__(self, sheet: Sheet, today: date, link: Callable[[str], str], number: int) -> None:
        self._sheet = sheet
        self._today = today
        self._link = link
        self._number = number

    def stored(self, plan: FieldPlan, cell: Cell) -> Any:
        """A value for the cell in stored form; the first that its type has nothing against, else one it can read."""
        if plan.definition.form:
            record = self._link(plan.definition.form)
            return [record] if plan.definition.many else record
        if plan.definition.of:
            rows = self._sheet.rows(plan.definition.of)
            return rows[(self._number - 1) % len(rows)].row if rows else None
        read = []
        for text in self._texts(plan, cell):
            parsed = parse_raw(self._sheet, plan, cell, text)
            if parsed.value is not None:
                read.append(plan.type.dump(parsed.value))
                if not parsed.problems and not plan.type.check(parsed.value):
                    return read[-1]
        return read[0] if read else None

    def _texts(self, plan: FieldPlan, cell: Cell) -> Iterator[str]:
        definition, kind = plan.definition, plan.definition.type
        choices = options_of(self._sheet, plan, cell)
        if choices:
            yield choices[0]
        if definition.example:
            yield definition.example
        if kind == "date":
            yield self._day(definition.key)
        elif kind == "person_name":
            yield NAMES[(self._number - 1) % len(NAMES)]
        elif kind in ("resident_id", "identity"):
            yield resident_id(self._number)
        for text in TYPED.get(kind, ()):
            yield text.format(n=self._number, nn=f"{self._number:04d}")
        yield from (str(limit) for limit in (definition.min, definition.max) if limit is not None)
        yield self._words(definition.label, definition.max_length)

    def _day(self, key: str) -> str:
        period = self._sheet.plan.form.period
        return (self._today + (PERIOD if period and key == period[1] else timedelta())).isoformat()

    def _words(self, label: str, most: int | None) -> str:
        words = f"{label}样例" + (f"{self._number}" if self._number > 1 else "")
        return words[:most] if most else words


def resident_id(number: int) -> str:
    """A number in the order of resident ids that nobody holds: of 1 January 1990, with its check digit."""
    body = f"44060419900101{number % 1000:03d}"
    rest = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11
    return body + "10X98765432"[rest]


def _least(section: Section) -> int:
    return section.repeat.min if section.repeat else 0


def _count(section: Section) -> int:
    most = section.repeat.max if section.repeat else 0
    return min(max(_least(section), min(ROWS, most)), MOST_ROWS)


def _cells(sheet: Sheet, plan: FieldPlan) -> list[Cell]:
    if not plan.in_rows:
        return [(plan.name, None)]
    return [(plan.name, view.row) for view in sheet.rows(plan.section.key)]


def _wanted(sheet: Sheet, plan: FieldPlan, cell: Cell, *, optional: bool) -> bool:
    if not isinstance(sheet.value(*cell), Empty) or sheet.stored(*cell) is not None:
        return False
    if not sheet.section_shown(plan.section.key) or not sheet.shown(*cell):
        return False
    return optional or _holds(sheet, plan.required, cell)


def _holds(sheet: Sheet, asked: CompiledExpression | bool, cell: Cell) -> bool:
    if isinstance(asked, bool):
        return asked
    return bool(sheet.worked_out(cell, "required", asked))


def _put(sheet: Sheet, plan: FieldPlan, cell: Cell, maker: Maker) -> None:
    value = maker.stored(plan, cell)
    if value is not None:
        sheet.set(path_of(cell), value)


def _fill_grid(sheet: Sheet, key: str) -> None:
    section, kind = sheet.plan.grids[key], sheet.plan.grid_types[key]
    first, second = section.grid or ("", "")
    options = section.field.options if section.field else None
    parsed = kind.parse(options[0] if options else "1")
    if parsed.value is None or not sheet.section_shown(key):
        return
    value = kind.dump(parsed.value)
    crossings = [(one.row, other.row) for one in sheet.rows(first) for other in sheet.rows(second)]
    kept = sheet.data.get(key) or {}
    sheet.set_many((f"{key}/{one}/{other}", value) for one, other in crossings if other not in kept.get(one, {}))
