"""Tags put together before a Word part is read as a template, whatever the program that saved it cut them into.

Word, WPS, LibreOffice and Google cut a text wherever looks, language or spelling change, where the cursor stood
(a bookmark), where a date was recognised (a smart tag), and around anything somebody else may edit (a control).
"""

import re
from collections.abc import Container, Sequence

from lxml import etree

from onefill.problems import TemplatePlace
from onefill.rendering.tags import TAG, block_faults, find_tags
from onefill.rendering.word_places import W, field_pieces, formula_pieces, included_file

_BINDINGS = (f"{W}dataBinding", "{http://schemas.microsoft.com/office/word/2012/wordml}dataBinding")
#: What stands in a run beside text; inside a tag it means nothing.
_SPACES = frozenset(
    f"{W}{name}" for name in ("tab", "br", "cr", "softHyphen", "noBreakHyphen", "lastRenderedPageBreak")
)
#: It merges the cell of the text that stands with it.
_CELL_WORD = re.compile(r"\s*\{%\s*[vh]m\s*%\}\s*")
_NOWHERE = TemplatePlace("", "", "")


def gather_tags(root: etree._Element) -> None:
    """Each tag into the run it begins in; controls around cells beside tags, and around a part of a block, go."""
    for smart in list(root.iter(f"{W}smartTag")):
        _unwrap(smart, [each for each in smart if each.tag != f"{W}smartTagPr"])
    for paragraph in root.iter(f"{W}p"):
        _gather(paragraph)
    tables = {
        table for text in root.iter(f"{W}t") if "{" in (text.text or "") for table in text.iterancestors(f"{W}tbl")
    }
    for control in list(root.iter(f"{W}sdt")):
        if included_file(control) is None and _may_hold_tags(control, tables):
            _free(control)


def _may_hold_tags(control: etree._Element, tables: Container[etree._Element]) -> bool:
    """Whether it stands in no table, or in one that holds tags: its cells are counted and taken apart."""
    table = next(control.iterancestors(f"{W}tbl"), None)
    return table is None or table in tables


def _gather(paragraph: etree._Element) -> None:
    pieces = [
        each
        for each in paragraph.iter(f"{W}t", *_SPACES)
        if _is_in_run(each) and next(each.iterancestors(f"{W}p")) is paragraph
    ]
    texts = _joined(pieces)
    for number, text in enumerate(texts):
        after = next((each for each in range(number + 1, len(texts)) if texts[each]), None)
        if after is not None and _CELL_WORD.fullmatch(text):
            texts[after] = pieces[after].text = text + texts[after]
            _remove(pieces[number])
    for pieces in (*field_pieces(paragraph), *formula_pieces(paragraph)):
        _joined(pieces)


def _joined(pieces: Sequence[etree._Element]) -> list[str]:
    """Move each tag of a text that stands in pieces into the piece it begins in; what each of them says then."""
    texts = ["" if each.tag in _SPACES else each.text or "" for each in pieces]
    if "{" not in "".join(texts):
        return texts
    ends = [sum(map(len, texts[: number + 1])) for number in range(len(texts))]
    for tag in TAG.finditer("".join(texts)):
        first = next(number for number, end in enumerate(ends) if end > tag.start())
        last = next(number for number, end in enumerate(ends) if end >= tag.end())
        if first < last:
            _put_together(pieces, texts, ends, first, last, tag.end())
    return texts


def _put_together(
    pieces: Sequence[etree._Element], texts: list[str], ends: list[int], first: int, last: int, stop: int
) -> None:
    """Move a tag that stands in several pieces into the first of them."""
    rest = ends[last] - stop
    moved = "".join(texts[first + 1 : last]) + texts[last][: len(texts[last]) - rest]
    texts[first] += moved
    pieces[first].text = texts[first]
    for number in range(first, last):
        ends[number] = stop
    for number in range(first + 1, last):
        texts[number] = ""
        _remove(pieces[number])
    texts[last] = texts[last][len(texts[last]) - rest :]
    if rest:
        pieces[last].text = texts[last]
    else:
        _remove(pieces[last])


def _remove(piece: etree._Element) -> None:
    """A piece, the run that it leaves without anything, and the control that this leaves empty."""
    run = piece.getparent()
    if run is None:
        return
    run.remove(piece)
    holder = run.getparent()
    if holder is None or any(each.tag != f"{W}rPr" for each in run):
        return
    holder.remove(run)
    control = holder.getparent()
    outside = None if control is None else control.getparent()
    if holder.tag == f"{W}sdtContent" and not len(holder) and control is not None and outside is not None:
        outside.remove(control)


def _is_in_run(piece: etree._Element) -> bool:
    parent = piece.getparent()
    return parent is not None and parent.tag == f"{W}r"


def _free(control: etree._Element) -> None:
    content = control.find(f"{W}sdtContent")
    text = "" if content is None else "".join(each.text or "" for each in content.iter(f"{W}t"))
    cells = content is not None and any(each.tag == f"{W}tc" for each in content)
    if content is None or not (cells or "{" in text):
        return
    if cells or any(each.tag == f"{W}tr" for each in content) or block_faults(find_tags(text, _NOWHERE)[0]):
        _unwrap(control, list(content))
        return
    for properties in control.iterchildren(f"{W}sdtPr"):
        for binding in list(properties.iterchildren(*_BINDINGS)):
            properties.remove(binding)  # Word would show what it is bound to, not what is printed


def _unwrap(element: etree._Element, inside: Sequence[etree._Element]) -> None:
    parent = element.getparent()
    if parent is not None:
        at = parent.index(element)
        parent[at : at + 1] = inside
