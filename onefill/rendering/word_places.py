"""Where every paragraph of a Word part stands, in words an author can follow."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from lxml import etree

from onefill.problems import TemplatePlace

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

#: What a control around the blocks of a file that was taken in is called; the file's name follows.
INCLUDED = "onefill:"

#: Which of its part's notes one is that stands in the body while a template is printed.
LENT_NOTE = f"{W}lentNote"

#: Two signs that a tag begins with; other braces in a field are its own.
TAG_BEGINS = re.compile(r"\{[{%#]")
_MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
#: Attributes that are seen on the paper, or tell what is seen, and what an author calls them.
_SAYING = {
    "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr": ("descr", "图片"),
    "{urn:schemas-microsoft-com:vml}textpath": ("string", "艺术字"),
    f"{W}fldSimple": (f"{W}instr", "域"),
}
_TEXT_PARTS = re.compile(r"word/(document|header|footer|footnotes|endnotes)(\d*)\.xml")
_TITLES = {"document": "正文", "header": "页眉", "footer": "页脚", "footnotes": "脚注", "endnotes": "尾注"}
_PROPERTY_PARTS = re.compile(r"docProps/(core|app|custom)\.xml")
_PROPERTIES = {
    "title": "标题",
    "subject": "主题",
    "creator": "作者",
    "keywords": "关键词",
    "description": "备注",
    "category": "类别",
    "lastModifiedBy": "上次修改者",
    "Company": "单位",
    "Manager": "经理",
}


def part_title(name: str) -> str | None:
    """What an author calls this part, or None when it holds no text of his."""
    if match := _TEXT_PARTS.fullmatch(name):
        return _TITLES[match[1]] + match[2]
    return "文档属性" if _PROPERTY_PARTS.fullmatch(name) else None


def is_property_part(name: str) -> bool:
    """Whether the part holds document properties rather than paragraphs."""
    return _PROPERTY_PARTS.fullmatch(name) is not None


def texts(root: etree._Element, template: str, name: str) -> Iterator[tuple[str, TemplatePlace]]:
    """The text of every paragraph, or property, of a part with its place."""
    if is_property_part(name):
        yield from ((text, TemplatePlace(template, part_title(name) or name, spot)) for text, spot in _properties(root))
        return
    for paragraph, place in placed_paragraphs(root, template, name):
        yield own_text(paragraph), place
        for field in field_pieces(paragraph):
            if TAG_BEGINS.search(said := "".join(piece.text or "" for piece in field)):
                yield said, replace(place, spot=f"{place.spot}的域")
        for formula in formula_pieces(paragraph):
            if TAG_BEGINS.search(said := "".join(piece.text or "" for piece in formula)):
                yield said, replace(place, spot=f"{place.spot}的公式")
        for element in paragraph.iter(*_SAYING):
            attribute, called = _SAYING[str(element.tag)]
            if "{" in (said := element.get(attribute, "")) and next(element.iterancestors(W + "p")) is paragraph:
                yield said, replace(place, spot=f"{place.spot}的{called}")


def _properties(root: etree._Element) -> Iterator[tuple[str, str]]:
    for element in root.iter(etree.Element):
        if element.text and element.text.strip():
            parent = element.getparent()
            named = parent.get("name") if parent is not None else None
            local = etree.QName(element).localname
            yield element.text, named or _PROPERTIES.get(local, local)


def placed_paragraphs(root: etree._Element, template: str, name: str) -> Iterator[tuple[etree._Element, TemplatePlace]]:
    """Every paragraph of a part with its place, in the file that it came from."""
    scopes: dict[etree._Element, _Scope] = {}
    for paragraph in root.iter(W + "p"):
        ancestors = list(paragraph.iterancestors())
        top = next((at for at, each in enumerate(ancestors) if _is_apart(each)), len(ancestors))
        inside, holder = ancestors[:top], ancestors[top] if top < len(ancestors) else root
        scope = scopes.get(holder) or scopes.setdefault(holder, _Scope(holder))
        file = included_file(holder)
        if LENT_NOTE in holder.attrib:
            spot = f"第 {holder.get(LENT_NOTE)} 条{scope.spot(inside)}"
            yield paragraph, TemplatePlace(template, _TITLES[f"{etree.QName(holder).localname}s"], spot)
        elif file is None:
            yield paragraph, TemplatePlace(template, part_title(name) or name, scope.spot(inside))
        else:
            beside = str(PurePosixPath(template).with_name(file))
            yield paragraph, TemplatePlace(beside, _TITLES["document"], scope.spot(inside))


def included_file(element: etree._Element) -> str | None:
    """Which file the blocks in an element were taken in from, if any were."""
    tag = element.find(f"{W}sdtPr/{W}tag") if element.tag == W + "sdt" else None
    value = "" if tag is None else tag.get(W + "val", "")
    return value.removeprefix(INCLUDED) if value.startswith(INCLUDED) else None


def _is_apart(element: etree._Element) -> bool:
    """Whether the paragraphs in an element are counted by themselves."""
    return LENT_NOTE in element.attrib or included_file(element) is not None


class _Scope:
    """Paragraphs and tables of one file, counted."""

    def __init__(self, holder: etree._Element) -> None:
        self._tables = {table: number for number, table in enumerate(_outermost_tables(holder), start=1)}
        self._count = 0
        self._notes = {note: number for number, note in enumerate(numbered_notes(holder), start=1)}
        self._note: etree._Element | None = None
        self._numbers: dict[etree._Element, int] = {}

    def spot(self, inside: list[etree._Element]) -> str:
        """Where the next paragraph stands, from what it stands in."""
        note = next((each for each in inside if each in self._notes), None) if self._notes else None
        if note is not self._note:
            self._note, self._count = note, 0
        return self._in_story(inside) if note is None else f"第 {self._notes[note]} 条{self._in_story(inside)}"

    def _in_story(self, inside: list[etree._Element]) -> str:
        in_box = any(each.tag == W + "txbxContent" for each in inside)
        if not in_box and not any(each.tag == W + "tbl" for each in inside):
            self._count += 1
        spot = self._cell_spot(inside) or f"第 {max(self._count, 1)} 段"
        return spot + ("的文本框" if in_box else "")

    def _cell_spot(self, inside: list[etree._Element]) -> str:
        """``表 t 第 r 行第 c 列`` of the outermost table among the ancestors, or nothing."""
        for index, table in enumerate(inside):
            if table in self._tables:
                row = next((each for each in reversed(inside[:index]) if each.tag == W + "tr"), None)
                cell = next((each for each in reversed(inside[:index]) if each.tag == W + "tc"), None)
                if row is None or cell is None:
                    return f"表 {self._tables[table]}"
                return f"表 {self._tables[table]} 第 {self._number(row, table)} 行第 {self._number(cell, row)} 列"
        return ""

    def _number(self, element: etree._Element, holder: etree._Element) -> int:
        """Which row of its table, or cell of its row, an element is; all of them are counted once."""
        if element not in self._numbers:
            self._numbers |= {each: number for number, each in enumerate(_held(holder, element.tag), start=1)}
        return self._numbers[element]


def _held(holder: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Rows of a table or cells of a row: Google puts a control around each."""
    for child in holder:
        if child.tag == tag:
            yield child
        else:
            yield from _held(child, tag)


def numbered_notes(holder: etree._Element) -> Iterator[etree._Element]:
    """The notes that readers see; the lines that stand above them are kept as notes as well."""
    for note in holder.iterchildren(f"{W}footnote", f"{W}endnote"):
        if note.get(f"{W}type", "normal") == "normal":
            yield note


def _outermost_tables(holder: etree._Element) -> Iterator[etree._Element]:
    """The tables of a file that stand in no other of it."""
    for child in holder:
        if child.tag == W + "tbl":
            yield child
        elif not _is_apart(child):
            yield from _outermost_tables(child)


def own_text(paragraph: etree._Element) -> str:
    """The paragraph's own text, without that of text boxes anchored in it."""
    return "".join(
        text.text or "" for text in paragraph.iter(W + "t") if next(text.iterancestors(W + "p")) is paragraph
    )


def formula_pieces(paragraph: etree._Element) -> Iterator[list[etree._Element]]:
    """What the formulas of a paragraph say, each in the pieces that Word has cut it into."""
    for formula in paragraph.iter(f"{_MATHS}oMath"):
        if next(formula.iterancestors(f"{W}p")) is paragraph:
            yield list(formula.iter(f"{_MATHS}t"))


def field_pieces(paragraph: etree._Element) -> Iterator[list[etree._Element]]:
    """What the fields of a paragraph say, each in the pieces that Word has cut it into."""
    pieces: list[etree._Element] = []
    for element in paragraph.iter(f"{W}fldChar", f"{W}instrText"):
        if next(element.iterancestors(f"{W}p")) is not paragraph:
            continue
        if element.tag == f"{W}instrText":
            pieces.append(element)
        elif pieces:
            yield pieces
            pieces = []
    if pieces:
        yield pieces
