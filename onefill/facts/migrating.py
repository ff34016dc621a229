"""Data filled under an older definition, made into data of the present one as if it had been typed there.

What keeps its name or states its former one is carried; what is read otherwise now is read anew from its words; what
is no longer asked is kept aside in the record, and comes back should it be asked again. Computed values are none of
the data, so they are worked out anew.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from onefill.facts.aside import DROPPED, bring_back, put_aside, put_grid_aside, put_rows_aside
from onefill.facts.carrying import Carrying, Fate, Moved, as_typed, readable
from onefill.facts.plan import FieldPlan
from onefill.facts.successors import FormChange, Successors
from onefill.facts.unread import in_shape

_UNLIKE = "换成了另一种字段，旧值不能照搬"


@dataclass(frozen=True, kw_only=True)
class Migrated:
    """Data as the present form asks it, what changed in the form, and what became of which value."""

    data: dict[str, Any]
    changes: tuple[FormChange, ...]
    moved: tuple[Moved, ...]

    def of_fate(self, *fates: Fate) -> tuple[Moved, ...]:
        """Values that share a fate."""
        return tuple(one for one in self.moved if one.fate in fates)


def migrate(succeeding: Successors, data: Mapping[str, Any], *, record: str = "") -> Migrated:
    """The data of a record as the newer form asks it.

    Args:
        succeeding: The form the data was filled under, and the form as it is.
        data: As stored, with the draft over it.
        record: The record's id.
    """
    kept = in_shape(succeeding.old, data)
    aside = kept.get(DROPPED)
    work = Carrying(
        before=succeeding.old,
        kept=kept,
        after=succeeding.new,
        data=_unasked(succeeding, kept),
        aside=deepcopy(aside) if isinstance(aside, dict) else {},
    )
    for now, was in succeeding.fields.items():
        _carry(work, succeeding, now, was)
    for now, was in succeeding.grids.items():
        _carry_grid(work, now, was, turned=succeeding.turned(now))
    for name in succeeding.gone:
        put_aside(work, name, dict(_cells(succeeding.old.fields[name], kept)), succeeding.why(name))
    for key in succeeding.gone_grids:
        put_grid_aside(work, key, succeeding.why(key))
    for section in succeeding.gone_tables:
        put_rows_aside(work, section)
    bring_back(work)
    work.read_later(record)
    if work.aside:
        work.data[DROPPED] = work.aside
    return Migrated(data=work.data, changes=succeeding.changes, moved=tuple(work.moved))


def _unasked(succeeding: Successors, kept: Mapping[str, Any]) -> dict[str, Any]:
    """What the old form did not ask, which stays where it is, and the rows of tables without what it asked in them."""
    old = succeeding.old
    plain = {name for name, one in old.fields.items() if not one.in_rows and one.value is None}
    asked = {*plain, *old.repeats, *old.grids, DROPPED}
    data = deepcopy({key: value for key, value in kept.items() if key not in asked})
    for now, was in succeeding.sections.items():
        if was in old.repeats and was in kept:
            typed = {one.definition.key for one in old.by_section[was] if one.value is None}
            data[now] = {
                row: {key: deepcopy(value) for key, value in line.items() if key not in typed}
                for row, line in kept[was].items()
            }
    return data


def _cells(plan: FieldPlan, data: Mapping[str, Any]) -> Iterator[tuple[str | None, Any]]:
    """What is stored for a field, by row."""
    key = plan.definition.key
    lines = (data.get(plan.section.key) or {}).items() if plan.in_rows else [(None, data)]
    yield from ((row, line[key]) for row, line in lines if line.get(key) is not None)


def _carry(work: Carrying, succeeding: Successors, now: str, was: str) -> None:
    new, old = work.after.fields[now], work.before.fields[was]
    alike, convertible = succeeding.alike(now), succeeding.convertible(now)
    typed = new.type.widget not in ("link", "row", "file")
    left: dict[str | None, Any] = {}
    for row, stored in _cells(old, work.kept):
        put = _as_many(stored, many=new.definition.many) if new.definition.form else stored
        if not convertible or put is None:
            left[row] = stored
        elif typed and (not alike or new.definition.by or isinstance(stored, dict)):
            work.read(new, row, as_typed(old.type, stored), was_read=readable(old.type, stored))
        else:
            work.put(new, row, deepcopy(put))
    put_aside(work, was, left, _UNLIKE)


def _as_many(stored: Any, *, many: bool) -> Any:
    """Links as one or as several; nothing where several would have to become one."""
    if many:
        return [stored] if isinstance(stored, str) else stored
    if isinstance(stored, list):
        return stored[0] if len(stored) == 1 else None
    return stored


def _carry_grid(work: Carrying, now: str, was: str, *, turned: bool) -> None:
    new, old, title = work.after.grid_types[now], work.before.grid_types[was], work.after.grids[now].title
    alike = work.before.grids[was].field == work.after.grids[now].field
    for first, line in (work.kept.get(was) or {}).items():
        for second, stored in line.items():
            a, b = (second, first) if turned else (first, second)
            put = stored
            if not alike or isinstance(stored, dict):
                text = as_typed(old, stored)
                parsed = new.parse(text)
                put = {"raw": text} if parsed.value is None else new.dump(parsed.value)
                if parsed.problems and readable(old, stored):
                    path, why = f"{now}/{a}/{b}", parsed.problems[0].what
                    work.moved.append(
                        Moved(fate="unread", path=path, section=title, label=title, old=text, new=text, why=why)
                    )
            work.data.setdefault(now, {}).setdefault(a, {})[b] = put
