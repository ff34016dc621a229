"""Lines of a table that are no data: sums, signatures, notes, headings printed again, numbers without a person."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from onefill.tables.model import Cell, Line
from onefill.tables.names import tidy

#: 合计、小计、总 计、本页合计（人）
_SUM = re.compile(r"(?:本页|本表|全部|人数)?[合小总共累]\s*计(?:人数|人次)?(?:[:：(（\d].*)?")
#: 制表人：陈某、审核、单位负责人（签字）、2026年11月4日 below a table
_FOOT = re.compile(
    r"(?:单位|部门|本表)?(?:制表|填表|填报|审核|复核|审批|经办|核对|录入|负责|主管|领导|联系|签字|签名|盖章|公章)"
    r"[人员者单位]{0,3}(?:[(（]?(?:签字|签名|签章|盖章|公章)[)）]?)?(?:[:：].*|\s*)"
)
_DATED = re.compile(r"(?:[^:：]{0,6}[:：])?\s*(?:\d{4}|_+|\s*)\s*年\s*(?:\d{1,2}|_*)\s*月\s*(?:\d{1,2}|_*)\s*日")
_NOTE = re.compile(
    r"[*※＊]?\s*(?:备?注|附注|说\s*明|填[表写报]说明|提示|注意(?:事项)?|要求)\s*(?:[:：(（\d一].*|$)", re.DOTALL
)
_EXAMPLE = re.compile(r"[(（]?(?:样|示|举)?例[子行如]?\d?[)）]?[:：]?")


@dataclass(frozen=True)
class Skipped:
    """Lines that were not read as data: which, why, and what stands first in them."""

    first: int
    last: int
    reason: str
    text: str = ""


@dataclass(frozen=True)
class Layout:
    """What is known of a table's columns: those imported, those a row is known by, those of dates, their headings."""

    used: Collection[int]
    keys: Collection[int]
    days: Collection[int]
    headings: Mapping[int, str]


def why_no_data(line: Line, layout: Layout, *, merged_wide: bool) -> str | None:
    """Why a line is no data, in Chinese; ``None`` if it is.

    Args:
        line: The line.
        layout: The columns.
        merged_wide: Whether a merged cell of it covers most columns.
    """
    first = min(line.cells)
    text = line.cells[first].text().strip()
    used = layout.used
    filled = [column for column in used if column in line.cells]
    if first not in used and _EXAMPLE.fullmatch(text):
        return "示例行"
    if _is_heading(line.cells, used, layout.headings):
        return "又是一行表头"
    if not filled:
        return "只有序号，没有内容" if _only_numbers(line) else _foot(text) or "对上的列里没有内容"
    if _SUM.fullmatch(text) and len(filled) < max(2, len(used) // 2 + 1):
        return f"{text[:6]}行"
    # What follows the first cell of such a line is little, and never what a row is known by.
    if not any(column in line.cells for column in layout.keys if column != first) and len(filled) <= max(
        2, len(used) // 3
    ):
        found = _foot(text)
        if found and not (first in layout.days and _DATED.fullmatch(text)):
            return found
        if merged_wide and len(filled) == 1:
            return "一整行的文字"
    return None


def _is_heading(cells: Mapping[int, Cell], used: Collection[int], headings: Mapping[int, str]) -> bool:
    if not any(headings.get(c, "")[:1] == str(cells[c].value).lstrip()[:1] for c in used if c in cells):
        return False
    same = [c for c in used if c in cells and headings.get(c) and tidy(cells[c].text()) == tidy(headings[c])]
    return len(same) >= max(2, (len(used) + 1) // 2)


def _only_numbers(line: Line) -> bool:
    return len(line.cells) == 1 and all(cell.text().strip().isdigit() for cell in line.cells.values())


def _foot(text: str) -> str | None:
    if _SUM.fullmatch(text):
        return f"{text[:6]}行"
    if _FOOT.fullmatch(text) or _DATED.fullmatch(text):
        return "落款"
    return "说明文字" if _NOTE.fullmatch(text) else None
