"""An import rehearsed: the record as it would be, and what would be wrong with the rows that it touches."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from onefill.facts import Finding, Sheet
from onefill.facts.findings import Findings
from onefill.facts.plan import CheckPlan, FieldPlan
from onefill.facts.sheet import Cell
from onefill.service.open_record import OpenRecord


def rehearse(
    opened: OpenRecord,
    section: str,
    rows: Mapping[str, Mapping[str, Any]],
    touched: Collection[str],
    fields: Collection[str],
) -> list[Finding]:
    """Findings about the touched rows, and about the record where it looks at the section as a whole.

    What a value's own type says of it is not asked again. Only what counts by the time the imported fields are due, and
    where no row is new, only what looks at something that is changed: the rest the page tells already.

    Args:
        opened: The record as it is.
        section: The section.
        rows: All its rows as they would be.
        touched: Those that would be new or changed.
        fields: Fields that are imported: only they can be missing in the workbook.
    """
    plan = opened.sheet.plan
    sheet = Sheet(plan, {**opened.sheet.data, section: rows}, record=opened.id, links=opened.sheet.links)
    plans = [one for one in plan.by_section[section] if one.definition.key in fields]
    phase = max((one.phase for one in plans), default=0)
    checks = [check for check in plan.checks.values() if check.phase <= phase and _concerns(check, section)]
    before = opened.sheet.data.get(section) or {}
    if before.keys() >= set(touched):
        changed = {key for row in touched for key, kept in rows[row].items() if kept != before[row].get(key)}
        reached = plan.reached_from(f"{section}[].{key}" for key in changed)
        checks = [check for check in checks if f"check:{check.definition.id}" in reached]
    asked = {
        (name, row)
        for name in {name for check in checks for name in check.names} & plan.lookups.keys()
        for row in (touched if "[]" in name else (None,))
    }
    sheet.set_answers(opened.lookups.answer_some(sheet, asked))
    # All is pending in a new sheet; of five thousand rows only this much is looked at.
    sheet.pending = {*_cells(checks, section, touched), *_fields(sheet, plans, touched, phase)}
    repeat = plan.repeats[section].repeat
    sheet.pending |= {(f"unique:{section}.{key}", None) for key in (repeat.unique if repeat else ())}
    return Findings(sheet).all(phase)


def _concerns(check: CheckPlan, section: str) -> bool:
    """Whether a check is asked in each row of the section, or looks at the section from the record."""
    each = check.definition.each
    return each == section if each else any(name.startswith(f"{section}[]") for name in check.names)


def _cells(checks: Iterable[CheckPlan], section: str, touched: Collection[str]) -> Iterator[Cell]:
    for check in checks:
        for row in touched if check.definition.each == section else (None,):
            yield f"check:{check.definition.id}", row


def _fields(sheet: Sheet, plans: Collection[FieldPlan], touched: Collection[str], phase: int) -> Iterator[Cell]:
    for plan in plans:
        if plan.phase > phase:
            continue
        for row in touched:
            stored = sheet.stored(plan.name, row)
            missing = stored is None and plan.required is not False
            readable = stored is not None and not isinstance(stored, dict)
            if missing or (readable and (plan.options is not None or plan.where is not None)):
                yield plan.name, row
