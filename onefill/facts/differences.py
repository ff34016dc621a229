"""What changed between two states of a record, in words: rows by their name, not their position."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from onefill.definitions.expressions import Empty
from onefill.definitions.model import Section
from onefill.facts.changes import ORDER, Changed, changes, in_order
from onefill.facts.plan import FieldPlan, FormPlan
from onefill.facts.sheet import LinkResolver, Sheet, no_links
from onefill.facts.unread import typed_text
from onefill.facts.views import RecordView, RowView
from onefill.fields import Audience, StoredValueUnreadable
from onefill.fields.base import keep

Kind = Literal["changed", "added", "removed"]


@dataclass(frozen=True)
class Difference:
    """One change: where, what it said, what it says. ``section`` and ``label`` are for the screen.

    Attributes:
        masked: Some of the characters are hidden, so that two texts that look alike may differ.
    """

    path: str
    section: str
    label: str
    old: str
    new: str
    kind: Kind
    masked: bool = False


def differences(
    plan: FormPlan, old: Mapping[str, Any], new: Mapping[str, Any], links: LinkResolver = no_links
) -> list[Difference]:
    """All changes of what was entered, in the order of the form, whole."""
    return differences_between(Sheet(plan, old, links=links), Sheet(plan, new, links=links), Audience.OWN)


def differences_between(before: Sheet, after: Sheet, audience: Audience) -> list[Difference]:
    """All changes of what was entered, each state read by its own form; private values as the audience sees them."""
    found = changes(before.plan, before.data, after.plan, after.data)
    return [_told(change, before, after, audience) for change in found]


def _told(change: Changed, before: Sheet, after: Sheet, audience: Audience) -> Difference:
    section, parts = change.section, change.path.split("/")
    kind: Kind = "added" if change.before is None else "removed" if change.after is None else "changed"
    if section.grid is not None:
        label = " · ".join(_row_name(before, after, *side) for side in zip(section.grid, parts[1:], strict=True))
        old, new = _plain_text(change.before), _plain_text(change.after)
    elif section.repeat is None:
        return _field(change, before, after, parts[0], "", audience, kind)
    elif len(parts) == 2:
        label = _row_name(before, after, section.key, parts[1])
        old, new = _position(before, section, parts[1]), _position(after, section, parts[1])
    elif parts[2] == ORDER:
        label = f"{_row_name(before, after, section.key, parts[1])} · 次序"
        old, new = _position(before, section, parts[1]), _position(after, section, parts[1])
    else:
        row = _row_name(before, after, section.key, parts[1])
        return _field(change, before, after, f"{section.key}[].{parts[2]}", f"{row} · ", audience, kind)
    return Difference(change.path, section.title, label, old, new, kind)


def _field(
    change: Changed, before: Sheet, after: Sheet, name: str, row: str, audience: Audience, kind: Kind
) -> Difference:
    asked = after.plan.fields.get(name) or before.plan.fields.get(name)
    label = asked.definition.label if asked else name.rpartition(".")[2]
    line = change.path.split("/")[1] if row else None
    old = stored_text(before, name, change.before, audience) or _default_text(before, name, line, audience)
    new = stored_text(after, name, change.after, audience) or _default_text(after, name, line, audience)
    if old and new:
        kind = "changed"
    masked = asked is not None and asked.definition.private and audience is not Audience.OWN
    return Difference(change.path, change.section.title, f"{row}{label}", old, new, kind, masked)


def _row_name(before: Sheet, after: Sheet, section: str, row: str) -> str:
    return after.row_label(section, row) or before.row_label(section, row) or "（收起的一行）"


def _position(sheet: Sheet, section: Section, row: str) -> str:
    rows = in_order(sheet.data.get(section.key) or {})
    return f"第 {rows.index(row) + 1} 行" if row in rows else ""


def _plain_text(stored: Any) -> str:
    if stored is None:
        return ""
    return typed_text(stored.get("raw", stored) if isinstance(stored, dict) else stored)


def stored_text(sheet: Sheet, name: str, stored: Any, audience: Audience = Audience.OWN) -> str:
    """What is kept for a field, in words, also while the field is hidden: what could not be read is told as typed."""
    field = sheet.plan.fields.get(name)
    hidden = field is not None and field.definition.private and audience is not Audience.OWN
    if field is None or stored is None or isinstance(stored, dict):
        text = _plain_text(stored)
        return keep(text, head=min(3, len(text) // 2), tail=min(2, len(text) // 4)) if hidden else text
    if field.definition.form:
        return _linked_text(sheet, field, stored)
    if field.definition.of:
        return sheet.row_label(field.definition.of, str(stored)) or "（已删去的一行）"
    if field.type.widget == "file":
        return "文件"
    try:
        value = field.type.load(stored)
    except StoredValueUnreadable:  # an older form kept this field in another way
        return _plain_text(stored)
    text = field.type.mask(value, audience) if hidden else display(sheet, name, value)
    return f"{text} {field.definition.unit}" if field.definition.unit else text


def _default_text(sheet: Sheet, name: str, row: str | None, audience: Audience) -> str:
    """What stood in an empty field by itself, and was printed."""
    field = sheet.plan.fields.get(name)
    if field is None or field.default is None or sheet.stored(name, row) is not None:
        return ""
    value = sheet.value(name, row)
    hidden = field.definition.private and audience is not Audience.OWN and not isinstance(value, Empty)
    text = field.type.mask(value, audience) if hidden else shown_text(sheet, name, row)
    unit = f" {field.definition.unit}" if field.definition.unit else ""
    return f"{text}{unit}（自动带出）" if text else ""


def _linked_text(sheet: Sheet, field: FieldPlan, stored: Any) -> str:
    records = stored if isinstance(stored, list) else [stored]
    sheets = [sheet.links(field.definition.form or "", record) for record in records if isinstance(record, str)]
    return "、".join(linked.label() or "（没有名称）" if linked else "（已不在）" for linked in sheets)


def shown_text(sheet: Sheet, name: str, row: str | None = None) -> str:
    """A fact as the screen shows it: what was typed if it could not be read, else the type's own form."""
    stored = sheet.stored(name, row)
    if isinstance(stored, dict) and sheet.plan.fields[name].value is None:
        return str(stored["raw"])
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
    return sheet.plan.fields[name].type.display(value)
