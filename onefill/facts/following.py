"""The facts that a file somebody brought is about: what they said that day, and what has changed of them since."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from onefill.facts.differences import shown_text
from onefill.facts.plan import FieldPlan
from onefill.facts.sheet import Sheet
from onefill.facts.views import RecordView, RowView

#: Of a list of more rows is kept how many there are and whether they are as they were, not what each says.
MOST_ROWS = 200
#: A longer text is kept by its beginning and a digest.
LONGEST = 60
#: What a fact says, and a mark that tells apart what looks alike; none where the text says it all.
Said = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Followed:
    """What one name stood for.

    Attributes:
        cells: What each fact said, by its place under the name; rows and linked records are told by their ids.
        rows: Ids of the rows there were; ``None`` of something that has none.
        whole: Digest of a list that is too long to be kept cell by cell; empty otherwise.
        labels: What each place is called; known only of what is true now.
        label: What the name is called.
    """

    cells: Mapping[str, Said]
    rows: tuple[str, ...] | None = None
    whole: str = ""
    labels: Mapping[str, str] | None = None
    label: str = ""

    def plain(self) -> dict[str, Any]:
        """As it is kept."""
        cells = {place: [text, mark] if mark else text for place, (text, mark) in self.cells.items()}
        if self.rows is None:
            return {"cells": cells}
        return {"cells": cells, "rows": len(self.rows) if self.whole else list(self.rows), "whole": self.whole}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Followed":
        """What was kept."""
        cells = {place: (one, "") if isinstance(one, str) else (one[0], one[1]) for place, one in kept["cells"].items()}
        rows = kept.get("rows")
        counted = ("",) * rows if isinstance(rows, int) else rows
        return cls(cells=cells, rows=None if counted is None else tuple(counted), whole=kept.get("whole", ""))


@dataclass(frozen=True)
class FactChange:
    """What a fact said when a file was brought, and what it says now."""

    label: str
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.label}：{self.old or '（空）'} → {self.new or '（空）'}"


def followed(name: str, sheet: Sheet, phase: int, entry: tuple[str, object] | None = None) -> Followed:
    """What a name stands for now.

    Args:
        name: Of a fact or a section, led through links and rows by dots.
        sheet: The record's facts.
        phase: Index of the phase from which the file counts: what is asked later of a section is not looked at.
        entry: The one entry of a list that the file belongs to, with what it is called.
    """
    head, *rest = name.split(".")
    walk = _Walk(phase)
    if entry is not None and entry[0] == head and isinstance(entry[1], RowView | RecordView):
        walk.inside(entry[1], rest, "", "")
    else:
        walk.inside(sheet.view, [head, *rest], "", "")
    return walk.found()


def changes_since(then: Followed, now: Followed) -> list[FactChange]:
    """What has changed; what a form has begun or ceased to ask meanwhile is no change."""
    if then.whole or now.whole:
        same = then.whole == now.whole
        return [] if same else [FactChange(now.label, _count(then), f"{_count(now)}，改过")]
    labels = now.labels or {}
    both = [place for place in now.cells if place in then.cells and then.cells[place] != now.cells[place]]
    told = [_change(labels[place], then.cells[place], now.cells[place]) for place in both]
    came, gone = (set(one.rows or ()) - set(other.rows or ()) for one, other in ((now, then), (then, now)))
    if came or gone:
        words = [f"加了 {len(came)} 行"] if came else []
        words += [f"删了 {len(gone)} 行"] if gone else []
        told.append(FactChange(now.label, _count(then), f"{_count(now)}，{'，'.join(words)}"))
    return told


def _change(label: str, old: Said, new: Said) -> FactChange:
    return FactChange(label, old[0], new[0] if new[0] != old[0] else f"{new[0]}（改过）")


def _count(one: Followed) -> str:
    return f"{len(one.rows or ())} 行"


class _Walk:
    """Gathers what a name leads to."""

    def __init__(self, phase: int) -> None:
        self._phase = phase
        self._cells: dict[str, Said] = {}
        self._labels: dict[str, str] = {}
        self._rows: list[str] | None = None
        self._whole = ""
        self._label = ""

    def found(self) -> Followed:
        """All of it."""
        rows = None if self._rows is None else tuple(self._rows)
        return Followed(cells=self._cells, rows=rows, whole=self._whole, labels=self._labels, label=self._label)

    def inside(self, view: RecordView | RowView, parts: Sequence[str], place: str, label: str) -> None:
        """Go on from a record or a row; without a name that follows, the row is meant with all that is asked of it."""
        sheet = view.sheet
        row, section = (view.row, view.section) if isinstance(view, RowView) else (None, "")
        if not parts:
            for field in self._asked(sheet, section, own=True) if row else ():
                self._cell(sheet, field, row, place, label)
            return
        head, *rest = parts
        name = sheet.plan.names.get((section, head), "") if row else head
        if name in sheet.plan.fields:
            self._field(sheet, sheet.plan.fields[name], row, rest, place, label)
        elif row is None and head in sheet.plan.repeats:
            self._list(sheet, head, rest, place)
        elif row is None and head in sheet.plan.grids:
            self._grid(sheet, head)
        elif row is None and head in sheet.plan.sections:
            self._label = self._label or sheet.plan.sections[head].title
            for field in self._asked(sheet, head, own=not place):
                self._cell(sheet, field, None, place, "")

    def _asked(self, sheet: Sheet, section: str, *, own: bool) -> Iterator[FieldPlan]:
        """What is typed in a section; what tells about persons is not copied beside a file."""
        for field in sheet.plan.by_section[section]:
            due = not own or field.phase <= self._phase
            if field.value is None and not field.definition.private and due:
                yield field

    def _field(
        self, sheet: Sheet, field: FieldPlan, row: str | None, rest: Sequence[str], place: str, label: str
    ) -> None:
        if not rest:
            self._cell(sheet, field, row, place, label)
            return
        value, here = sheet.value(field.name, row), f"{place}{field.definition.key}."
        if isinstance(value, RecordView | RowView):
            self.inside(value, rest, here, label)
        elif isinstance(value, list):
            for one in (each for each in value if isinstance(each, RecordView)):
                self.inside(one, rest, f"{here}{one.sheet.record}/", f"{one} · ")

    def _list(self, sheet: Sheet, section: str, rest: Sequence[str], place: str) -> None:
        rows, own = sheet.rows(section), not place
        self._label = self._label or sheet.plan.sections[section].title
        self._rows = [row.row for row in rows]
        if len(rows) > MOST_ROWS:
            fields = [sheet.plan.fields[f"{section}[].{rest[0]}"]] if rest else self._asked(sheet, section, own=own)
            self._whole = _digest(_stored(sheet, [one.name for one in fields], self._rows))
            return
        for row in rows:
            self.inside(row, rest, f"{place}{row.row}/", f"{row} · ")

    def _grid(self, sheet: Sheet, key: str) -> None:
        marks = sheet.data.get(key) or {}
        self._label = sheet.plan.sections[key].title
        self._rows = sorted(f"{first}/{second}" for first, line in marks.items() for second in line)
        self._whole = _digest(repr([(one, marks[one.split("/")[0]][one.split("/")[1]]) for one in self._rows]))

    def _cell(self, sheet: Sheet, field: FieldPlan, row: str | None, place: str, label: str) -> None:
        at = f"{place}{field.definition.key}"
        text, unit = shown_text(sheet, field.name, row), field.definition.unit
        text = f"{text} {unit}" if text and unit else text
        mark = str(sheet.stored(field.name, row)) if text and field.definition.form else ""  # two may be called alike
        if len(text) > LONGEST:
            text, mark = f"{text[:LONGEST]}…", _digest(text)
        self._cells[at] = (text, mark)
        self._labels[at] = f"{label}{field.definition.label}"
        self._label = self._label or field.definition.label


def _stored(sheet: Sheet, names: Sequence[str], rows: Sequence[str]) -> str:
    """What is kept in these columns; what is empty is left out, so that a column more changes nothing."""
    cells = ((row, name, sheet.stored(name, row)) for row in rows for name in names)
    return repr([cell for cell in cells if cell[2] is not None])


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]
