"""A worksheet printed: the rows its outline says, and all that stands around them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree

from onefill.problems import Problem, TemplatePlace
from onefill.rendering.errors import HeadTooLong, TooManyRows
from onefill.rendering.excel_filling import Filling
from onefill.rendering.excel_follow import Follower, areas, forget, name_of
from onefill.rendering.excel_read import SheetRead
from onefill.rendering.excel_refs import Moves
from onefill.rendering.excel_rows import AT, MOST_COLUMNS, MOST_ROWS, FilledRow, RowMap, SheetRows
from onefill.rendering.excel_source import HOLE
from onefill.rendering.excel_strings import DECLARATION, Strings
from onefill.rendering.excel_styles import MAIN

#: Parts of a worksheet that a second one of them would break.
_ONLY_ONCE = frozenset({"slicerList", "timelineRefs"})
#: What Excel reads of a head or foot, its codes with it.
_MOST_HEAD = 255


@dataclass(frozen=True)
class FilledSheet:
    """A sheet with facts in it."""

    read: SheetRead
    spans: Sequence[Sequence[FilledRow]]
    rows: SheetRows
    heads: Mapping[str, str]
    restyled: bool


def fill(
    read: SheetRead, facts: Mapping[str, object], strings: Strings, tables: Sequence[etree._Element], *, from_1904: bool
) -> FilledSheet:
    """Run the outline of a sheet.

    Args:
        read: The sheet.
        facts: What to print.
        strings: The texts of the workbook so far; new ones are added.
        tables: Its tables: each keeps a row, because Excel knows none without.
        from_1904: Whether days count from 1904.

    Raises:
        TemplateBroken: An expression fails.
        TooManyRows: The sheet has no room.
        HeadTooLong: The head or foot of its pages has no room.
    """
    filling = Filling(read.title, read.slots, read.bands, strings, from_1904=from_1904)
    text = read.script.run(facts, filling) if read.script is not None else ""
    spans = filling.rows(text, read.starts)
    for table in tables:
        _hold(table, spans, read)
    maps = [
        RowMap(span, read.head, read.tag_rows, read.loops_at(start))
        for span, start in zip(spans, read.starts, strict=True)
    ]
    last = max(read.source.last, read.head) + maps[0].moved
    if last > MOST_ROWS:
        raise TooManyRows(sheet=read.title, rows=last, most=MOST_ROWS)
    heads = {name: script.text(facts) for name, script in read.head_scripts.items()}
    if longest := max((len(text) for text in heads.values() if len(text) > _MOST_HEAD), default=0):
        raise HeadTooLong(sheet=read.title, length=longest, most=_MOST_HEAD)
    return FilledSheet(read, spans, SheetRows(read.starts, maps), heads, filling.restyled)


def _hold(table: etree._Element, spans: Sequence[list[FilledRow]], read: SheetRead) -> None:
    """Keep one empty row in a table that lost all."""
    found = areas(table.get("ref", ""))
    if not found:
        return
    first = found[0].min_row + int(table.get("headerRowCount", "1"))
    last = found[0].max_row - int(table.get("totalsRowCount", "0"))
    if last > read.head or any(first <= row.source <= last for span in spans for row in span):
        return
    inside = [row for row in range(first, last + 1) if row not in read.tag_rows]
    above = [place for place, row in enumerate(spans[0], start=1) if row.source < first]
    for span in spans:
        span.insert(above[-1] if above else 0, FilledRow(inside[-1] if inside else last))


def table_faults(read: SheetRead, tables: Iterable[etree._Element], template: str) -> Iterator[Problem]:
    """Tables that would repeat, and tags in their heads, where Excel wants the words of the list of columns."""
    remedy = "请把标记移到表格外面，或在“表格工具”里点“转换为区域”"
    for table in tables:
        found = areas(table.get("ref", ""))
        if not found:
            continue
        fixed = {found[0].min_row, *([found[0].max_row] if table.get("totalsRowCount", "0") != "0" else [])}
        if fixed & (read.inside | read.tag_rows):
            place = TemplatePlace(template, read.title, found[0].coord)
            what = "“表格”（插入的表格）的标题行或汇总行在循环或条件里，它们不能重复"
            yield Problem(place=place, code="TEMPLATE_TABLE_REPEATS", what=what, remedy=remedy)
        row = read.source.rows.get(found[0].min_row) if table.get("headerRowCount", "1") != "0" else None
        for cell in row.cells if row else ():
            if cell.tagged is not None and found[0].min_col <= cell.column <= found[0].max_col:
                place = TemplatePlace(template, read.title, cell.address, cell.tagged.whole)
                what = "“表格”（插入的表格）的标题行里不能写标记"
                yield Problem(place=place, code="TEMPLATE_TABLE_HEAD", what=what, remedy=remedy)


def sheet_xml(filled: FilledSheet, moves: Moves, *, changed: bool, copied: bool = False) -> str:
    """The whole part.

    Args:
        filled: The sheet.
        moves: How formulas find the rows they mean.
        changed: Whether anything may have moved or been renamed.
        copied: Whether it is not the template's own sheet but one more.
    """
    root = deepcopy(filled.read.source.root)
    if changed:
        Follower(filled.rows, moves).follow(root)
    heads = root.find(f"{MAIN}headerFooter")
    for element in () if heads is None else heads.iterchildren(etree.Element):
        text = filled.heads.get(name_of(element))
        if text is not None:
            element.text = text
    if copied:
        _make_second(root)
    before, _, after = etree.tostring(root, encoding="unicode").partition(f">{HOLE}<")
    return f"{DECLARATION}{before}>{''.join(_rows(filled, moves))}<{after}"


def _make_second(root: etree._Element) -> None:
    for element in list(root.iter(etree.Element)):
        name = name_of(element)
        if name == "sheetView":
            forget(element, "tabSelected")
        elif name == "sheetPr":
            forget(element, "codeName")
        elif name in _ONLY_ONCE:
            holder = element.getparent()
            outer = None if holder is None else holder.getparent()
            if holder is not None and outer is not None:
                outer.remove(holder)
            if outer is not None and not len(outer) and (around := outer.getparent()) is not None:
                around.remove(outer)


def _rows(filled: FilledSheet, moves: Moves) -> Iterator[str]:
    source = filled.read.source
    for place, (number, cells) in enumerate(_bodies(filled, moves), start=1):
        row = source.rows.get(number)
        if row is not None or cells:
            yield f'<row r="{place}"{row.attributes if row else ""}>{cells.replace(AT, str(place))}</row>'
    moved = filled.rows.whole.moved
    for number, row in sorted(source.rows.items()):
        if filled.read.head < number <= MOST_ROWS - moved:
            cells = source.filled_in(row.xml, (), moves).replace(AT, str(number + moved))
            yield f'<row r="{number + moved}"{row.attributes}>{cells}</row>'


def _bodies(filled: FilledSheet, moves: Moves) -> Iterator[tuple[int, str]]:
    """The template row and the cells of every row that the outline says."""
    source = filled.read.source
    if len(filled.spans) == 1:
        for number, turns, cells in filled.spans[0]:
            if cells is None:
                row = source.rows.get(number)
                yield number, row.blank(1, MOST_COLUMNS) if row else ""
            else:
                yield number, source.filled_in(cells, turns, moves) if "\x03" in cells else cells
        return
    starts = filled.read.starts
    ends = [*(start - 1 for start in starts[1:]), MOST_COLUMNS]
    for parts in zip(*filled.spans, strict=True):
        bodies: list[str] = []
        before: FilledRow | None = None
        for part, first, last in zip(parts, starts, ends, strict=True):
            if part.cells is None:
                row = source.rows.get(part.source)
                bodies.append(row.blank(first, last) if row else "")
            elif part is not before:
                bodies.append(source.filled_in(part.cells, part.turns, moves))
            before = part
        full = next((part for part in parts if part.cells is not None), parts[0])
        yield full.source, "".join(bodies)
