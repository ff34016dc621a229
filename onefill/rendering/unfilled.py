"""Tags where nothing is filled in: they would stand on the paper as they were written, so they are told."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from urllib.parse import unquote

from lxml import etree

from onefill.problems import Problem, TemplatePlace
from onefill.rendering.excel_follow import spot_of
from onefill.rendering.excel_refs import without_titles
from onefill.rendering.package import XML_FAULTS, parse_xml
from onefill.rendering.tags import TAG

_CALLED = {"charts": "图表", "diagrams": "SmartArt 图形", "chartsheets": "图表工作表"}
#: What an author reads beside the paper, and what is not shown as it stands.
_BESIDE = ("comments", "settings", "styles", "numbering", "fontTable", "webSettings", "people")
_IN_WORD = "请写在正文、表格、文本框、页眉或页脚的文字里"
_IN_EXCEL = "请写在单元格里；图表的标题可以等于那一格（选中后在编辑栏里写 =A1）"


def unfilled_in_word(members: Mapping[str, bytes], template: str, known: frozenset[str]) -> Iterator[Problem]:
    """Tags in charts, diagrams and other parts that print but are no templates, and in addresses of links.

    Args:
        members: The file's.
        template: What it is called.
        known: The parts that are filled in.
    """
    for name, data in members.items():
        path = PurePosixPath(name)
        if path.parts[0] != "word" or "glossary" in path.parts or not (b"{" in data or b"%7b" in data.lower()):
            continue
        if path.suffix == ".rels":
            remedy = "请在 Word 里插入域 HYPERLINK，把标记写在域里（Alt+F9 看得到）"
            yield from _in_links(data, TemplatePlace(template, "超链接", ""), remedy)
        elif path.suffix.lower() == ".xml" and name not in known and not path.stem.startswith(_BESIDE):
            called = _CALLED.get(path.parent.name, name)
            yield from _in_drawn(data, TemplatePlace(template, called, ""), _IN_WORD)


def unfilled_in_drawing(root: etree._Element, template: str, sheet: str) -> Iterator[Problem]:
    """Tags in the words of the drawings of a worksheet."""
    for paragraph in root.iter("{*}p"):
        yield from _told([_said(paragraph)], TemplatePlace(template, sheet, spot_of(paragraph)), _IN_EXCEL)


def unfilled_in_chart(root: etree._Element, template: str, sheet: str, spot: str) -> Iterator[Problem]:
    """Tags in the words of a chart of a worksheet."""
    yield from _told(_paragraphs(root), TemplatePlace(template, sheet, spot), _IN_EXCEL)


def unfilled_around_cells(
    root: etree._Element, template: str, sheet: str, titles: Sequence[str] = ()
) -> Iterator[Problem]:
    """Tags in rules, validations, links and the like of a worksheet; its heads and feet are filled in.

    Args:
        root: Of the worksheet.
        template: What the file is called.
        sheet: What the worksheet is called.
        titles: Those of sheets that hold tags, and that references follow.
    """
    for top in root.iterchildren(etree.Element):
        if etree.QName(top).localname in ("sheetData", "headerFooter"):
            continue
        for element in top.iter(etree.Element):
            said = [without_titles(each, titles) for each in (element.text or "", *map(str, element.attrib.values()))]
            spot = next((each for each in map(_cells_of, [element, *element.iterancestors()]) if each), "")
            yield from _told(said, TemplatePlace(template, sheet, spot), "请写在单元格里，规则里引用那一格")


def unfilled_names(root: etree._Element, template: str, titles: Sequence[str] = ()) -> Iterator[Problem]:
    """Tags in what a name of the workbook stands for; titles of sheets may hold some."""
    for name in root.iter("{*}definedName"):
        place = TemplatePlace(template, "", f"名称“{name.get('name', '')}”")
        yield from _told([without_titles(name.text or "", titles)], place, "请写在单元格里，名称引用那一格")


def unfilled_links(data: bytes, template: str, sheet: str) -> Iterator[Problem]:
    """Tags in the addresses of a worksheet's links."""
    yield from _in_links(data, TemplatePlace(template, sheet, "超链接"), "请用公式 =HYPERLINK(A1)，地址写在那一格里")


def _paragraphs(root: etree._Element) -> Iterator[str]:
    """What is written in a part, by paragraphs."""
    return map(_said, root.iter("{*}p"))


def _said(paragraph: etree._Element) -> str:
    return "".join(text.text or "" for text in paragraph.iter("{*}t"))


def _words(root: etree._Element) -> Iterator[str]:
    """The same, and what a chart shows of a workbook inside it as that was when somebody drew it."""
    yield from _paragraphs(root)
    for element in root.iter("{*}v", "{*}t"):
        if next(element.iterancestors("{*}p"), None) is None:
            yield element.text or ""


def _in_drawn(data: bytes, place: TemplatePlace, remedy: str) -> Iterator[Problem]:
    try:
        root = parse_xml(data)
    except XML_FAULTS:
        return  # told as damaged
    yield from _told(_words(root), place, remedy)


def _in_links(data: bytes, place: TemplatePlace, remedy: str) -> Iterator[Problem]:
    try:
        root = parse_xml(data)
    except XML_FAULTS:
        return
    links = (each for each in root.iterchildren(etree.Element) if each.get("TargetMode") == "External")
    yield from _told((unquote(each.get("Target", "")) for each in links), place, remedy)


def _told(said: Iterable[str], place: TemplatePlace, remedy: str) -> Iterator[Problem]:
    for text in said:
        found = TAG.search(text) if "{" in text else None
        if found is not None:
            near = TemplatePlace(place.template, place.part, place.spot, " ".join(text.split())[:40])
            what = f"“{found[0]}”写在不填的地方，会照原样印出来"
            yield Problem(place=near, code="TEMPLATE_UNFILLED", what=what, remedy=remedy)


def _cells_of(element: etree._Element) -> str:
    found = element.get("sqref") or element.get("ref") or element.findtext("{*}sqref")
    return found or ""
