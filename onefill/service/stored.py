"""What is kept for something typed: read by its field's type, or as it is where it cannot be read."""

from typing import Any

from onefill.facts import FormPlan
from onefill.facts.drawing import is_typed
from onefill.facts.faults import cell_of, parse_raw, path_of
from onefill.service.errors import NotTyped, PathUnknown
from onefill.service.open_record import OpenRecord


def stored_form(opened: OpenRecord, path: str, raw: object) -> Any:
    """What is kept for something typed: its stored form, ``{"raw": …}`` if it cannot be read, nothing if empty.

    Raises:
        PathUnknown: The form asks no such fact.
        NotTyped: The fact is computed, or a number that the program draws.
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
    if not is_typed(opened.sheet, field):
        raise NotTyped(label=field.definition.label)
    return _kept(field.type, parse_raw(opened.sheet, field, cell, raw), raw)


def present_path(plan: FormPlan, path: str) -> str:
    """Where a window that still shows an older form means: a field or a table by its present name."""
    head, *rest = path.split("/")
    sections = (one for one in plan.repeats.values() if head in (one.key, *one.former))
    section = next(sections, None) if len(rest) > 1 else None
    asked = plan.by_section[section.key] if section else (one for one in plan.fields.values() if not one.in_rows)
    said = rest[-1] if section else head
    keys = {name: one.definition.key for one in asked for name in (*one.definition.former, one.definition.key)}
    if said not in keys or (rest and section is None):
        return path
    return f"{section.key}/{rest[0]}/{keys[said]}" if section else keys[said]


def _kept(kind: Any, parsed: Any, raw: object) -> Any:
    if parsed.value is not None:
        return kind.dump(parsed.value)
    return {"raw": str(raw)} if parsed.problems else None
