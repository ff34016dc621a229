"""What a form no longer asks: kept aside in the record's data, given back to a field that is asked again.

``@dropped`` holds by the author's name (``fax``, ``trainees/fax``) the field as it was asked and its values by row
(``""`` outside of rows); a table that is gone has its name with the places of its rows and nothing else.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from onefill.definitions.model import FieldDefinition
from onefill.definitions.types import type_of
from onefill.facts.carrying import Carrying, Moved, as_typed, readable
from onefill.facts.changes import ORDER
from onefill.facts.plan import FieldPlan

#: Where a record's data holds what is no longer asked.
DROPPED = "@dropped"
_CHOSEN = ("link", "row", "file")


def put_aside(work: Carrying, name: str, values: Mapping[str | None, Any], why: str) -> None:
    """Keep values of a field of the old form by row, with how it was asked and why it no longer is."""
    if not values:
        return
    plan = work.before.fields[name]
    entry = work.aside.setdefault(name.replace("[].", "/"), {"values": {}})
    asked = plan.definition.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    entry |= {"section": plan.section.title, "asked": asked, "why": why}
    entry["values"] |= {row or "": deepcopy(stored) for row, stored in values.items()}
    for row, stored in values.items():
        work.note_aside(plan, row, stored, why)


def put_grid_aside(work: Carrying, key: str, why: str) -> None:
    """Keep what a grid of the old form holds."""
    section, kind = work.before.grids[key], work.before.grid_types[key]
    lines = work.kept.get(key) or {}
    values = {f"{first}/{second}": value for first, line in lines.items() for second, value in line.items()}
    if not values:
        return
    cell = section.field.model_dump(mode="json", exclude_defaults=True) if section.field else {}
    asked = {"key": key, "label": section.title, "type": "choice", **cell}
    work.aside[key] = {"section": section.title, "asked": asked, "why": why, "values": deepcopy(values)}
    for crossing, stored in values.items():
        old, path = as_typed(kind, stored), f"{key}/{crossing}"
        work.moved.append(Moved(fate="aside", path=path, section=section.title, label=section.title, old=old, why=why))


def put_rows_aside(work: Carrying, section: str) -> None:
    """Remember which rows a table had that is gone, and in what order."""
    orders = {row: line.get(ORDER, 0) for row, line in (work.kept.get(section) or {}).items()}
    if orders:
        work.aside[section] = {"values": orders}


def bring_back(work: Carrying) -> None:
    """Give fields that are asked again what was put aside when they were not, unless something else is there now."""
    for key, section in work.after.repeats.items():
        found = next((one for one in (key, *section.former) if work.aside.get(one, {}).keys() == {"values"}), None)
        if found and key not in work.data:
            work.data[key] = {row: {ORDER: order} for row, order in work.aside.pop(found)["values"].items()}
    for plan in work.after.fields.values():
        if plan.value is None:
            for path in _paths_before(plan):
                if "asked" in work.aside.get(path, {}):
                    _take_back(work, plan, path)


def _take_back(work: Carrying, plan: FieldPlan, path: str) -> None:
    entry, now = work.aside[path], plan.definition
    was = FieldDefinition.model_validate(entry["asked"])
    kind = type_of(was)
    typed = plan.type.widget not in _CHOSEN and kind.widget not in _CHOSEN
    same = (was.type, was.form, was.of, was.many) == (now.type, now.form, now.of, now.many)
    places = work.data.get(plan.section.key) or {} if plan.in_rows else {"": work.data}
    for row, stored in list(entry["values"].items()):
        if not (typed or same) or row not in places or places[row].get(now.key) is not None:
            continue
        if typed:
            text = as_typed(kind, stored)
            work.note("back", plan, row or None, "", text)
            work.read(plan, row or None, text, was_read=readable(kind, stored))
        else:
            work.put(plan, row or None, stored)
        del entry["values"][row]
    if not entry["values"]:
        del work.aside[path]


def _paths_before(plan: FieldPlan) -> Iterator[str]:
    keys = (plan.definition.key, *plan.definition.former)
    if not plan.in_rows:
        yield from keys
        return
    for section in (plan.section.key, *plan.section.former):
        yield from (f"{section}/{key}" for key in keys)
