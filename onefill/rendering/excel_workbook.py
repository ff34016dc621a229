"""The workbook part: what its sheets are called, which names it has, and that all is worked out anew."""

import re
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree

from onefill.rendering.excel_book import Book, R
from onefill.rendering.excel_refs import NOTHING, Moves, SpotUnread, reference_of
from onefill.rendering.excel_styles import MAIN
from onefill.rendering.word_additions import package_bytes

#: In the order of the standard (ECMA-376 part 1, 18.2.27), what stands before ``calcPr``.
_BEFORE_CALCULATION = ("definedNames", "externalReferences", "functionGroups", "sheets")
_BUILT_IN = "_xlnm."
_LIST = re.compile(r",(?=(?:[^']*'[^']*')*[^']*$)")


@dataclass(frozen=True)
class AddedSheet:
    """One more sheet: the index of the one it is a copy of, its title, its relation, how its rows moved, its part."""

    source: int
    title: str
    relation: str
    moves: Moves
    part: str


def workbook_part(book: Book, titles: Sequence[str], moves: Sequence[Moves], added: Sequence[AddedSheet]) -> bytes:
    """The workbook.

    Args:
        book: The template.
        titles: What its own sheets are called.
        moves: How each of its own sheets moved.
        added: Sheets to put behind the last one that is repeated.
    """
    root = deepcopy(book.root)
    sheets = root.find(f"{MAIN}sheets")
    assert sheets is not None
    elements = list(sheets.iterchildren(f"{MAIN}sheet"))
    for element, title in zip(elements, titles, strict=True):
        element.set("name", title)
    at = max((sheet.source for sheet in added), default=len(elements) - 1) + 1
    last = max(map(_sheet_id, elements))
    for number, sheet in enumerate(added):
        element = deepcopy(elements[sheet.source])
        element.set("name", sheet.title)
        element.set("sheetId", str(last + number + 1))
        element.set(f"{R}id", sheet.relation)
        sheets.insert(at + number, element)
    _names(root, moves, added, at)
    _views(root, len(added), at)
    _calculation(root)
    return package_bytes(root)


def _names(root: etree._Element, moves: Sequence[Moves], added: Sequence[AddedSheet], at: int) -> None:
    names = root.find(f"{MAIN}definedNames")
    if names is None:
        return
    everywhere = Moves("", moves[0].rows, moves[0].titles, filled=moves[0].filled)
    for element in list(names):
        local = element.get("localSheetId")
        old = element.text or ""
        if local is None:
            element.text = _moved(old, everywhere, "")
            continue
        index = _index(element, local)
        for number, sheet in enumerate(added):
            if sheet.source == index and (text := _moved(old, sheet.moves, element.get("name", ""))):
                copy = deepcopy(element)
                copy.set("localSheetId", str(at + number))
                copy.text = text
                names.append(copy)
        element.set("localSheetId", str(index if index < at else index + len(added)))
        element.text = _moved(old, moves[index] if index < len(moves) else everywhere, element.get("name", ""))
        if not element.text:
            names.remove(element)
    if not len(names):
        root.remove(names)


def _sheet_id(element: etree._Element) -> int:
    try:
        return int(element.get("sheetId", "0"))
    except ValueError as exc:
        raise SpotUnread("", element.get("name", "")) from exc


def _index(element: etree._Element, local: str) -> int:
    """Which sheet a name is of."""
    try:
        return int(local)
    except ValueError as exc:
        name, text = element.get("name", "").removeprefix(_BUILT_IN), element.text or ""
        found = next((each for each in map(reference_of, _LIST.split(text)) if each is not None), None)
        cells = f"（{text.rpartition('!')[2].replace('$', '')}）" if found else ""
        raise SpotUnread(f"名称“{name}”{cells}", found.sheet if found else "") from exc


def _moved(text: str, moves: Moves, name: str) -> str:
    """What a name stands for now; areas of which nothing is left go from those that Excel keeps for itself."""
    if not name.startswith(_BUILT_IN):
        return moves.bare(text)
    found = [(reference_of(each), moves.bare(each)) for each in _LIST.split(text)]
    return ",".join(moved for reference, moved in found if reference is None or not moved.endswith(NOTHING))


def _views(root: etree._Element, count: int, at: int) -> None:
    for view in root.iter(f"{MAIN}workbookView", f"{MAIN}customWorkbookView"):
        for name in ("activeTab", "firstSheet"):
            if int(view.get(name, "0")) >= at:
                view.set(name, str(int(view.get(name, "0")) + count))


def _calculation(root: etree._Element) -> None:
    """Formulas carry no results any more, so they are worked out when the file is opened."""
    calculation = root.find(f"{MAIN}calcPr")
    if calculation is None:
        calculation = etree.Element(f"{MAIN}calcPr")
        before = next(found for name in _BEFORE_CALCULATION if (found := root.find(f"{MAIN}{name}")) is not None)
        before.addnext(calculation)
    calculation.set("fullCalcOnLoad", "1")
