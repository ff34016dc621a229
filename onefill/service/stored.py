"""What is kept for something typed: read by its field's type, or as it is where it cannot be read."""

from typing import Any

from onefill.facts.faults import cell_of, parse_raw, path_of
from onefill.service.book import OpenRecord
from onefill.service.errors import NotTyped, PathUnknown


def stored_form(opened: OpenRecord, path: str, raw: object) -> Any:
    """What is kept for something typed: its stored form, ``{"raw": …}`` if it cannot be read, nothing if empty.

    Raises:
        PathUnknown: The form asks no such fact.
        NotTyped: The fact is computed.
    """
    plan = opened.sheet.plan
    parts = path.split("/")
    if parts[0] in plan.grids and len(parts) == 3:
        kind = plan.grid_types[parts[0]]
        parsed = kind.parse(raw)
        return _kept(kind, parsed, raw)
    cell = cell_of(path)
    field = plan.fields.get(cell[0])
    if field is None or path_of(cell) != path or (cell[1] is None) == field.in_rows:
        raise PathUnknown(form=plan.form.title, path=path)
    if field.value is not None:
        raise NotTyped(label=field.definition.label)
    return _kept(field.type, parse_raw(opened.sheet, field, cell, raw), raw)


def _kept(kind: Any, parsed: Any, raw: object) -> Any:
    if parsed.value is not None:
        return kind.dump(parsed.value)
    return {"raw": str(raw)} if parsed.problems else None
