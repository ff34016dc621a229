"""What somebody changed in a Word part while changes were tracked: what it was before is no part of a template."""

import re

from lxml import etree

from onefill.rendering.word_places import W

#: How a run, a paragraph or a table looked before: it holds a second set of the same properties inside the first.
_LOOKS_BEFORE = tuple(
    f"{W}{name}"
    for name in (
        "rPrChange", "pPrChange", "tcPrChange", "trPrChange", "tblPrChange", "tblPrExChange", "tblGridChange",
        "sectPrChange", "numberingChange",
    )
)  # fmt: skip
_MOVE_ENDS = tuple(
    f"{W}{name}" for name in ("moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd")
)
_LOOP = re.compile(r"\{%-?\s*(?:(?:tr|tc|p|r)\s+)?for\b")
_DELETED = re.compile(r"<w:del(?:InstrText|Text)[ >][^<]*")


def forget_before(root: etree._Element, *, doubled: bool = False) -> None:
    """Looks are what they are now; a tag that was put in is there, one that was moved stands where it went.

    Args:
        root: Of the part.
        doubled: Whether all of it may be printed several times, as a loop does with what stands in it: where something
            was moved from and to is one pair that goes by a name, so that it stands where it went, as if never moved.
    """
    for element in list(root.iter(*_LOOKS_BEFORE)):
        _drop(element)
    moved = list(root.iter(f"{W}moveFrom", f"{W}moveTo", *_MOVE_ENDS))
    if moved and (doubled or any(map(_holds_tags, moved)) or _LOOP.search("".join(map(str, root.itertext(f"{W}t"))))):
        _accept(moved)
    for element in [each for each in root.iter(f"{W}ins") if _holds_tags(each)]:
        _unwrap(element)  # a block that begins in it may end outside


def _accept(moved: list[etree._Element]) -> None:
    """Have what was moved stand where it went alone."""
    left = [each for each in moved if each.tag == f"{W}moveFrom" and _is_mark(each)]
    paragraphs = [next(each.iterancestors(f"{W}p")) for each in left]
    for element in moved:
        if element.tag == f"{W}moveTo":
            _unwrap(element)
        else:
            _drop(element)
    for paragraph in paragraphs:
        parent = paragraph.getparent()
        bare = all(each.tag == f"{W}pPr" for each in paragraph)
        if bare and parent is not None and len(parent.findall(f"{W}p")) > 1 and paragraph.find(f".//{W}sectPr") is None:
            parent.remove(paragraph)


def _is_mark(element: etree._Element) -> bool:
    """Whether it says of a paragraph's end that it was moved."""
    parent = element.getparent()
    return parent is not None and parent.tag == f"{W}rPr"


def _unwrap(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        at = parent.index(element)
        parent[at : at + 1] = list(element)


def _holds_tags(element: etree._Element) -> bool:
    return "{" in "".join(map(str, element.itertext(f"{W}t")))


def without_deleted_tags(xml: str) -> str:
    """Deleted text stays deleted text, also what was a tag."""
    return _DELETED.sub(lambda match: match[0].replace("{", "&#123;").replace("}", "&#125;"), xml)


def _drop(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
