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
_DELETED = re.compile(r"<w:del(?:InstrText|Text)[ >][^<]*")


def forget_before(root: etree._Element) -> None:
    """Looks are what they are now; a tag that was put in is there, one that was moved stands where it went."""
    for element in list(root.iter(*_LOOKS_BEFORE)):
        _drop(element)
    if any(_holds_tags(each) for each in root.iter(f"{W}moveFrom")):
        for element in list(root.iter(f"{W}moveFrom", *_MOVE_ENDS)):
            _drop(element)
    for element in [each for each in root.iter(f"{W}ins", f"{W}moveTo") if _holds_tags(each)]:
        parent = element.getparent()
        if parent is not None:
            at = parent.index(element)
            parent[at : at + 1] = list(element)  # a block that begins in it may end outside


def _holds_tags(element: etree._Element) -> bool:
    return "{" in "".join(map(str, element.itertext(f"{W}t")))


def without_deleted_tags(xml: str) -> str:
    """Deleted text stays deleted text, also what was a tag."""
    return _DELETED.sub(lambda match: match[0].replace("{", "&#123;").replace("}", "&#125;"), xml)


def _drop(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
