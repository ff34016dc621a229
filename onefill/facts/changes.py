"""Which stored values differ between two states of a record, by path: rows by their permanent id, not by position."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from onefill.definitions.model import Section
from onefill.facts.plan import FormPlan

ORDER = "@order"
Data = Mapping[str, Any]


@dataclass(frozen=True)
class Changed:
    """One path with what is kept there before and after; ``None`` for nothing. Paths are those of drafts."""

    section: Section
    path: str
    before: Any
    after: Any


def changes(old_plan: FormPlan, old: Data, new_plan: FormPlan, new: Data) -> list[Changed]:
    """Every difference of what was entered, in the order of the new form; put into the old state they make the new.

    Args:
        old_plan: The form as it was; it may have asked other things.
        old: Data as stored.
        new_plan: The form as it is.
        new: Data as stored.
    """
    gone = [section for key, section in old_plan.sections.items() if key not in new_plan.sections]
    sections = [*new_plan.sections.values(), *gone]
    return [change for section in sections for change in _of_section(section, old_plan, old, new_plan, new)]


def _of_section(section: Section, old_plan: FormPlan, old: Data, new_plan: FormPlan, new: Data) -> Iterator[Changed]:
    key = section.key
    if section.grid is not None:
        yield from _of_grid(section, _lines(old, key), _lines(new, key))
    elif section.repeat is not None:
        yield from _of_rows(section, _lines(old, key), _lines(new, key))
    else:
        names = dict.fromkeys(f.name for plan in (new_plan, old_plan) for f in plan.by_section.get(key, ()))
        yield from (Changed(section, n, old.get(n), new.get(n)) for n in names if old.get(n) != new.get(n))


def _of_rows(section: Section, old: Data, new: Data) -> Iterator[Changed]:
    if old == new:
        return
    moved = set(moved_rows(in_order(old), in_order(new)))
    for row in [*in_order(new), *(row for row in in_order(old) if row not in new)]:
        before, after = old.get(row), new.get(row)
        path = f"{section.key}/{row}"
        if before is None or after is None:
            yield Changed(section, path, before, after)
        elif before != after:
            asked = [field.key for field in section.fields]
            keys = dict.fromkeys([*asked, *after, *before])
            told = [key for key in keys if before.get(key) != after.get(key) and (key != ORDER or row in moved)]
            yield from (Changed(section, f"{path}/{key}", before.get(key), after.get(key)) for key in told)


def _of_grid(section: Section, old: Data, new: Data) -> Iterator[Changed]:
    for row in dict.fromkeys([*old, *new]):
        before, after = old.get(row) or {}, new.get(row) or {}
        for other in dict.fromkeys([*before, *after]):
            if before.get(other) != after.get(other):
                path = f"{section.key}/{row}/{other}"
                yield Changed(section, path, before.get(other), after.get(other))


def in_order(rows: Data) -> list[str]:
    """Ids of rows as they stand one below the other."""
    return sorted(rows, key=lambda row: (rows[row].get(ORDER, 0), row))


def moved_rows(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """As few rows as possible that were put elsewhere; rows that came or went move nobody."""
    places = {row: place for place, row in enumerate(old)}
    common = [row for row in new if row in places]
    tails: list[int] = []
    lengths = []
    for row in common:
        place = bisect_left(tails, places[row])
        tails[place : place + 1] = [places[row]]
        lengths.append(place)
    wanted, kept = len(tails) - 1, set()
    for row, length in zip(reversed(common), reversed(lengths), strict=True):
        if length == wanted:
            kept.add(row)
            wanted -= 1
    return [row for row in common if row not in kept]


def _lines(data: Data, section: str) -> Data:
    """The rows of a section; nothing where another form kept something else under that name."""
    kept = data.get(section)
    return {row: line for row, line in kept.items() if isinstance(line, dict)} if isinstance(kept, dict) else {}
