"""What changed between two states of a record, in words: rows by their name, not their position."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from onefill.definitions.expressions import Empty
from onefill.facts.plan import FormPlan
from onefill.facts.sheet import LinkResolver, Sheet, no_links
from onefill.facts.views import RecordView, RowView


@dataclass(frozen=True)
class Difference:
    """One change: where, what it said, what it says. ``section`` and ``label`` are for the screen."""

    path: str
    section: str
    label: str
    old: str
    new: str
    kind: Literal["changed", "added", "removed"]


def differences(
    plan: FormPlan, old: Mapping[str, Any], new: Mapping[str, Any], links: LinkResolver = no_links
) -> list[Difference]:
    """All changes of what was entered, in the order of the form."""
    before, after = Sheet(plan, old, links=links), Sheet(plan, new, links=links)
    return [change for section in plan.sections for change in _section(before, after, section)]


def _section(before: Sheet, after: Sheet, key: str) -> Iterator[Difference]:
    plan = after.plan
    if key in plan.grids:
        yield from _grid(before, after, key)
    elif key in plan.repeats:
        yield from _rows(before, after, key)
    else:
        for field in plan.by_section[key]:
            yield from _field(before, after, field.name, None, field.definition.label)


def _rows(before: Sheet, after: Sheet, key: str) -> Iterator[Difference]:
    title = after.plan.sections[key].title
    old, new = before.data.get(key) or {}, after.data.get(key) or {}
    for row in [*old, *(r for r in new if r not in old)]:
        if row not in new:
            yield Difference(
                f"{key}/{row}", title, before.row_label(key, row), before.row_label(key, row), "", "removed"
            )
        elif row not in old:
            yield Difference(f"{key}/{row}", title, after.row_label(key, row), "", after.row_label(key, row), "added")
        else:
            for field in after.plan.by_section[key]:
                label = f"{after.row_label(key, row)} · {field.definition.label}"
                yield from _field(before, after, field.name, row, label)


def _field(before: Sheet, after: Sheet, name: str, row: str | None, label: str) -> Iterator[Difference]:
    if before.stored(name, row) == after.stored(name, row):
        return
    section = after.plan.fields[name].section
    path = f"{section.key}/{row}/{after.plan.fields[name].definition.key}" if row else name
    old, new = shown_text(before, name, row), shown_text(after, name, row)
    yield Difference(path, section.title, label, old, new, "changed" if old and new else "added" if new else "removed")


def _grid(before: Sheet, after: Sheet, key: str) -> Iterator[Difference]:
    section = after.plan.grids[key]
    first, second = section.grid or ("", "")
    old, new = before.data.get(key) or {}, after.data.get(key) or {}
    for row in [*old, *(r for r in new if r not in old)]:
        was, now = old.get(row) or {}, new.get(row) or {}
        for other in [*was, *(o for o in now if o not in was)]:
            if was.get(other) == now.get(other):
                continue
            label = f"{after.row_label(first, row)} · {after.row_label(second, other)}"
            texts = _cell_text(was.get(other)), _cell_text(now.get(other))
            kind: Literal["changed", "added", "removed"] = (
                "changed" if all(texts) else "added" if texts[1] else "removed"
            )
            yield Difference(f"{key}/{row}/{other}", section.title, label, *texts, kind)


def _cell_text(value: Any) -> str:
    return "" if value is None else str(value.get("raw", "")) if isinstance(value, dict) else str(value)


def shown_text(sheet: Sheet, name: str, row: str | None = None) -> str:
    """A fact as the screen shows it: what was typed if it could not be read, else the type's own form."""
    stored = sheet.stored(name, row)
    if isinstance(stored, dict):
        return str(stored.get("raw", ""))
    value = sheet.value(name, row)
    if isinstance(value, Empty):
        return ""
    if isinstance(value, list) and value and isinstance(value[0], RecordView):
        return "、".join(str(item) for item in value)
    if isinstance(value, RecordView | RowView):
        return str(value)
    return display(sheet, name, value)


def display(sheet: Sheet, name: str, value: object) -> str:
    """A value in the words of its field's type."""
    plan = sheet.plan.fields[name]
    text = plan.type.display(value)
    return text
