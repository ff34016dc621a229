"""Lines of a table that are no data: sums, signatures, notes, headings printed again, numbers without a person."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from onefill.tables.model import Cell, Line
from onefill.tables.names import tidy

#: 合计、小计、总 计、本页合计（人）
_SUM = re.compile(r"(?:本页|本表|全部|人数)?[合小总共累]\s*计(?:人数|人次)?(?:[:：(（\d].*)?")
#: 电话：0757…
_LABELLED = re.compile(r"[^:：\d]{2,8}[:：].*", re.DOTALL)
#: What stands beside 合计: 12、36 课时、男 20 人、￥1,200.00
_FIGURE = re.compile(r"[^\d]{0,4}\d[\d,.]{0,9}[^\d]{0,4}")
#: 制表人：陈某、审核、单位负责人（签字）、2026年11月4日 below a table
_FOOT = re.compile(
    r"(?:单位|部门|本表)?(?:制表|填表|填报|审核|复核|审批|经办|核对|录入|负责|主管|领导|联系|签字|签名|盖章|公章)"
    r"[人员者单位]{0,3}(?:[(（]?(?:签字|签名|签章|盖章|公章)[)）]?)?(?:[:：].*|\s*)"
)
_DATED = re.compile(
    r"([^:：]{0,6}[:：])?\s*(?:\d{4}|_+|\s*)\s*年(?:\s*(?:\d{1,2}|_*)\s*月(?:\s*(?:\d{1,2}|_*)\s*[日号])?)?\s*"
)
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
    if any(_tells_a_row(line.cells[column].text()) for column in layout.keys if column != first and column in filled):
        return None
    found = _foot(text, is_day=first in layout.days)
    others = [cell.text().strip() for column, cell in line.cells.items() if column != first]
    few = max(2, len(used) // (2 if _SUM.fullmatch(text) else 3))
    if found and (len(filled) <= few or _only_foot(text, others)):
        return found
    return "一整行的文字" if merged_wide and len(filled) == 1 else None


def _tells_a_row(text: str) -> bool:
    """Whether what stands in a key column is a number or a day, not 审核人：李六, 共 1 人 or 电话：0757…."""
    return bool(re.search(r"\d{4}", text)) and not _LABELLED.fullmatch(text.strip())


def _only_foot(text: str, others: Sequence[str]) -> bool:
    """Whether a line of many cells is nothing but sums, or signatures each with its name beside it."""
    if _SUM.fullmatch(text):
        return all(_FIGURE.fullmatch(other) or _foot(other) for other in others)
    alike = sum(1 for other in others if _foot(other) or _LABELLED.fullmatch(other))
    return alike * 2 >= len(others) - 1


def _is_heading(cells: Mapping[int, Cell], used: Collection[int], headings: Mapping[int, str]) -> bool:
    if not any(headings.get(c, "")[:1] == str(cells[c].value).lstrip()[:1] for c in used if c in cells):
        return False
    same = [c for c in used if c in cells and headings.get(c) and tidy(cells[c].text()) == tidy(headings[c])]
    return len(same) >= max(2, (len(used) + 1) // 2)


def _only_numbers(line: Line) -> bool:
    return len(line.cells) == 1 and all(cell.text().strip().isdigit() for cell in line.cells.values())


def _foot(text: str, *, is_day: bool = False) -> str | None:
    if _SUM.fullmatch(text):
        return f"{text[:6]}行"
    dated = _DATED.fullmatch(text)
    if _FOOT.fullmatch(text) or (dated and not (is_day and dated[1] is None)):
        return "落款"
    return "说明文字" if _NOTE.fullmatch(text) else None
