"""What is kept, but not in a form that its field can read now: shown as it was typed, reported, absent from facts."""

import json
from collections.abc import Mapping
from typing import Any

from onefill.facts.plan import FormPlan
from onefill.fields import Fault, FieldType, StoredValueUnreadable
from onefill.fields.normalise import quote


def unread(kind: FieldType, stored: Any) -> dict[str, str] | None:
    """``{"raw": …}`` for a kept value that the type cannot read; nothing if it can, or if it is kept like that."""
    if stored is None:
        return None
    if isinstance(stored, dict):
        raw = stored.get("raw", stored)
        return None if isinstance(raw, str) else {"raw": typed_text(raw)}
    try:
        kind.load(stored)
    except StoredValueUnreadable:
        return {"raw": typed_text(stored)}
    return None


def typed_text(stored: Any) -> str:
    """A kept value much as it was typed."""
    if isinstance(stored, str):
        return stored
    if isinstance(stored, list) and all(isinstance(item, str) for item in stored):
        return "、".join(stored)
    return json.dumps(stored, ensure_ascii=False)


def raw_faults(kind: FieldType, raw: str, doc_type: str = "") -> tuple[Fault, ...]:
    """Why what is kept raw is not read."""
    found = kind.parse(raw, doc_type=doc_type).problems
    again = Fault(code="READ_AGAIN", what=f"{quote(raw)}当时没有认出来", remedy="现在认得了，再填一次")
    return found or (again,)


def in_shape(plan: FormPlan, data: Mapping[str, Any]) -> dict[str, Any]:
    """The data without what cannot be rows or a grid where the form has them."""
    kept = dict(data)
    for key in (*plan.repeats, *plan.grids):
        if key in kept:
            rows = kept[key] if isinstance(kept[key], dict) else {}
            kept[key] = {row: _line(line) for row, line in rows.items() if isinstance(line, dict)}
    return kept


def _line(line: dict[str, Any]) -> dict[str, Any]:
    order = line.get("@order", 0)
    sound = isinstance(order, int | float) and not isinstance(order, bool)
    return line if sound else {key: value for key, value in line.items() if key != "@order"}
