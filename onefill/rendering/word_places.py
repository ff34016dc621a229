"""Where every paragraph of a Word part stands, in words an author can follow."""

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from onefill.problems import TemplatePlace

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

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
    title = part_title(name) or name
    found = _properties(root) if is_property_part(name) else _paragraphs(root)
    for text, spot in found:
        yield text, TemplatePlace(template, title, spot)


def _properties(root: etree._Element) -> Iterator[tuple[str, str]]:
    for element in root.iter(etree.Element):
        if element.text and element.text.strip():
            parent = element.getparent()
            named = parent.get("name") if parent is not None else None
            local = etree.QName(element).localname
            yield element.text, named or _PROPERTIES.get(local, local)


def _paragraphs(root: etree._Element) -> Iterator[tuple[str, str]]:
    tables = {table: number for number, table in enumerate(_outermost_tables(root), start=1)}
    count = 0
    for paragraph in root.iter(W + "p"):
        inside = list(paragraph.iterancestors())
        in_box = any(each.tag == W + "txbxContent" for each in inside)
        if not in_box and not any(each.tag == W + "tbl" for each in inside):
            count += 1
        spot = _cell_spot(inside, tables) or f"第 {max(count, 1)} 段"
        spot += "的文本框" if in_box else ""
        yield _text(paragraph), spot
        for drawing in paragraph.iter("{*}docPr"):
            if "{" in drawing.get("descr", "") and next(drawing.iterancestors(W + "p")) is paragraph:
                yield drawing.get("descr", ""), f"{spot}的图片"


def _outermost_tables(root: etree._Element) -> Iterator[etree._Element]:
    for table in root.iter(W + "tbl"):
        if next(table.iterancestors(W + "tbl"), None) is None:
            yield table


def _cell_spot(inside: list[etree._Element], tables: Mapping[etree._Element, int]) -> str:
    """``表 t 第 r 行第 c 列`` of the outermost table among the ancestors, or nothing."""
    for index, element in enumerate(inside):
        if element in tables:
            row = next((each for each in reversed(inside[:index]) if each.tag == W + "tr"), None)
            cell = next((each for each in reversed(inside[:index]) if each.tag == W + "tc"), None)
            if row is None or cell is None:
                return f"表 {tables[element]}"
            return f"表 {tables[element]} 第 {_position(row)} 行第 {_position(cell)} 列"
    return ""


def _position(element: etree._Element) -> int:
    return 1 + sum(1 for _ in element.itersiblings(element.tag, preceding=True))


def _text(paragraph: etree._Element) -> str:
    """The paragraph's own text, without that of text boxes anchored in it."""
    return "".join(
        text.text or "" for text in paragraph.iter(W + "t") if next(text.iterancestors(W + "p")) is paragraph
    )
