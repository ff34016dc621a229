"""An import rehearsed: the record as it would be, and what would be wrong with the rows that it touches."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from onefill.facts import Finding, Sheet
from onefill.facts.findings import Findings
from onefill.facts.plan import FieldPlan
from onefill.facts.sheet import Cell
from onefill.service.book import Book, OpenRecord
from onefill.service.lookups import Lookups


def rehearse(
    book: Book,
    opened: OpenRecord,
    section: str,
    rows: Mapping[str, Mapping[str, Any]],
    touched: Collection[str],
    fields: Collection[str],
) -> list[Finding]:
    """Findings about the touched rows, and about the record where it looks at the section as a whole.

    What a value's own type says of it is not asked again. Only what counts by the time the imported fields are due.

    Args:
        book: All open records.
        opened: The record as it is.
        section: The section.
        rows: All its rows as they would be.
        touched: Those that would be new or changed.
        fields: Fields that are imported: only they can be missing in the workbook.
    """
    plan = opened.sheet.plan
    sheet = Sheet(plan, {**opened.sheet.data, section: rows}, record=opened.id, links=book.linked)
    sheet.set_answers(Lookups(book.store, book.scope, opened.id).answer(sheet))
    plans = [one for one in plan.by_section[section] if one.definition.key in fields]
    phase = max((one.phase for one in plans), default=0)
    # All is pending in a new sheet; of five thousand rows only this much is looked at.
    sheet.pending = {*_checks(sheet, section, touched, phase), *_fields(sheet, plans, touched, phase)}
    return Findings(sheet).all(phase)


def _checks(sheet: Sheet, section: str, touched: Collection[str], phase: int) -> Iterator[Cell]:
    for key, check in sheet.plan.checks.items():
        if check.phase > phase:
            continue
        if check.definition.each == section:
            yield from ((f"check:{key}", row) for row in touched)
        elif check.definition.each is None and any(name.startswith(f"{section}[]") for name in check.names):
            yield f"check:{key}", None
    repeat = sheet.plan.repeats[section].repeat
    yield from ((f"unique:{section}.{key}", None) for key in (repeat.unique if repeat else ()))


def _fields(sheet: Sheet, plans: Collection[FieldPlan], touched: Collection[str], phase: int) -> Iterator[Cell]:
    for plan in plans:
        if plan.phase > phase:
            continue
        for row in touched:
            stored = sheet.stored(plan.name, row)
            missing = stored is None and plan.required is not False
            if missing or (stored is not None and (plan.options is not None or plan.where is not None)):
                yield plan.name, row
