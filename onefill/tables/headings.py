"""Finding the heading of a table: below title lines, over one to three lines, merged or not."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from onefill.tables.mapping import Remembered
from onefill.tables.model import Cell, Line, Worksheet
from onefill.tables.names import LIKELY, Vocabulary, tidy

#: A heading stands within so many filled lines from the top, over at most so many lines.
_SEARCHED, _DEEPEST = 40, 3
#: A remembered heading beats any likeness.
_KNOWN = 1.1
_WIDEST = 300


@dataclass(frozen=True)
class Heading:
    """A candidate: its lines, the heading of each column, and which column means which field how surely."""

    first: int
    last: int
    texts: dict[int, str]
    meant: dict[int, tuple[str, float]] = field(default_factory=dict)
    score: float = 0.0


def find_heading(sheet: Worksheet, names: Vocabulary, remembered: Remembered) -> Heading | None:
    """The lines that look most like a heading of our fields; ``None`` if none does."""
    best: Heading | None = None
    for place, line in enumerate(sheet.lines[:_SEARCHED]):
        for depth in range(1, _DEEPEST + 1):
            lines = _consecutive(sheet.lines[place : place + depth])
            if len(lines) < depth or not all(_is_wordy(one) for one in lines):
                break
            found = judge(sheet, line.number, lines[-1].number, names, remembered)
            if best is None or _rank(found) > _rank(best):
                best = found
    if best is None or not _suffices(best, names):
        return None
    return judge(sheet, best.first, best.last, names, remembered, guess=True)


def _rank(heading: Heading) -> float:
    """A line more must bring more than it costs, or title lines would count as part of the heading."""
    return heading.score - 0.2 * (heading.last - heading.first)


def judge(
    sheet: Worksheet, first: int, last: int, names: Vocabulary, remembered: Remembered, *, guess: bool = False
) -> Heading:
    """Take those lines as heading and see what it means.

    Args:
        sheet: The sheet.
        first: First line of the heading.
        last: Last line of it.
        names: What our fields are called.
        remembered: What headings meant the last time.
        guess: Whether to see likeness in spellings that merely resemble each other.
    """
    variants = _texts(sheet, first, last)
    wanted: list[tuple[float, int, int, str]] = []
    for column, texts in list(variants.items())[:_WIDEST]:
        known = next((remembered[key] for text in texts if (key := tidy(text)) in remembered), None)
        if known is not None and (known == "" or known in names.order):
            wanted.append((_KNOWN, -column, 0, known))
            continue
        for key, alike in _meanings(texts, names, guess=guess).items():
            wanted.append((alike, -column, -names.order[key], key))
    meant: dict[int, tuple[str, float]] = {}
    taken: set[str] = set()
    for alike, column, _, key in sorted(wanted, reverse=True):
        if -column not in meant and key not in taken:
            meant[-column] = (key, alike)
            taken |= {key} - {""}
    score = sum(alike for key, alike in meant.values() if key)
    return Heading(first, last, {column: texts[0] for column, texts in variants.items()}, meant, score)


def _meanings(texts: tuple[str, ...], names: Vocabulary, *, guess: bool) -> dict[str, float]:
    found: dict[str, float] = {}
    for text in texts:
        for key, alike in names.meanings(text, guess=guess).items():
            if alike >= LIKELY:
                found[key] = max(found.get(key, 0.0), alike)
    return found


def _suffices(heading: Heading, names: Vocabulary) -> bool:
    """Two fields meant, or the only one there is: a title that holds one word is no heading yet."""
    count = sum(1 for key, _ in heading.meant.values() if key)
    fields = len(names.order)
    return count >= min(2, fields) and heading.score >= min(1.5, 0.9 * fields)


def _consecutive(lines: Sequence[Line]) -> list[Line]:
    kept: list[Line] = []
    for line in lines:
        if kept and line.number != kept[-1].number + 1:
            break
        kept.append(line)
    return kept


def _is_wordy(line: Line) -> bool:
    """Whether it may be part of a heading: words, no numbers or dates."""
    words = sum(1 for cell in line.cells.values() if cell.kind == "text")
    return words > 0 and words * 2 > len(line.cells)


def _texts(sheet: Worksheet, first: int, last: int) -> dict[int, tuple[str, ...]]:
    """For each column what its heading may read as; the whole of it first."""
    levels = _spread(sheet, first, last)
    columns = sorted({column for level in levels for column in level})
    found: dict[int, tuple[str, ...]] = {}
    for column in columns:
        parts: list[str] = []
        for level in levels:
            text = level[column].text().strip() if column in level else ""
            if text and text not in parts:
                parts.append(text)
        if len(parts) == 1:
            found[column] = (parts[0],)
        elif parts:
            found[column] = ("".join(parts), parts[-1], "".join(reversed(parts)))
    return found


def _spread(sheet: Worksheet, first: int, last: int) -> list[dict[int, Cell]]:
    """The heading's lines with what merged cells hold in each column they cover."""
    lines = {line.number: dict(line.cells) for line in sheet.lines if first <= line.number <= last}
    for area in sheet.merged:
        head = lines.get(area.top, {}).get(area.left)
        if head is None or area.right - area.left > _WIDEST:
            continue
        for number in range(area.top, min(area.bottom, last) + 1):
            for column in range(area.left, area.right + 1):
                lines.setdefault(number, {}).setdefault(column, head)
    return [lines[number] for number in sorted(lines)]
