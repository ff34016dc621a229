"""What Word demands of a file, or else offers to repair it (ECMA-376 transitional, and what it checks beside)."""

import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from pathlib import PurePosixPath

from lxml import etree

from tests.rendering.ecma import grammar_faults

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
#: Children in the order of the schema.
_ORDER = {
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid "
    "vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em "
    "lang eastAsianLayout specVanish oMath rPrChange",
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
    "suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd "
    "snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment "
    "textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark",
    "sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType "
    "pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid printerSettings",
}
_RANK = {name: {W + child: n for n, child in enumerate(order.split())} for name, order in _ORDER.items()}
_HOLDS = {
    "p": "pPr r hyperlink bookmarkStart bookmarkEnd proofErr ins del moveFrom moveTo fldSimple sdt smartTag "
    "commentRangeStart commentRangeEnd permStart permEnd",
    "r": "rPr t delText tab br drawing pict object footnoteReference endnoteReference fldChar instrText sym cr "
    "noBreakHyphen lastRenderedPageBreak footnoteRef endnoteRef separator continuationSeparator "
    "commentReference ruby",
    "tr": "tblPrEx trPr tc bookmarkStart bookmarkEnd sdt",
}
_BLOCKS = ("tc", "hdr", "ftr", "footnote", "endnote")
#: A file is built of the same few kinds thousands of times; so many answers are remembered.
_REMEMBERED = 50_000


def broken_rules(data: bytes) -> list[str]:
    """Every rule that a Word file breaks, or nothing: those of the grammar, and those that Word holds beside."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
        doubled = [name for name, count in Counter(archive.namelist()).items() if count > 1]
    found = [f"{name} is there twice" for name in doubled]
    # Settings stay as the template has them, and python-docx's own break the grammar.
    found += [fault for fault in grammar_faults(data) if not fault.startswith("word/settings.xml")]
    roots = {name: etree.fromstring(text) for name, text in members.items() if name.endswith((".xml", ".rels"))}
    found += _package(members, roots)
    ids: Counter[str] = Counter()
    for name, root in roots.items():
        if name.startswith("word/") and name.endswith(".xml") and name != "word/settings.xml":
            found += [f"{name}: {rule}" for rule in (*_content(root), *_relations(name, root, roots))]
            ids.update(each.get("id", "") for each in root.iter("{*}docPr"))
    return found + [f"drawing id {number} is there {count} times" for number, count in ids.items() if count > 1]


def _package(members: dict[str, bytes], roots: dict[str, etree._Element]) -> Iterator[str]:
    types = roots["[Content_Types].xml"]
    suffixes = {each.get("Extension", "").lower() for each in types.iter("{*}Default")}
    parts = {each.get("PartName", "") for each in types.iter("{*}Override")}
    for name in members:
        if f"/{name}" not in parts and name.rpartition(".")[2].lower() not in suffixes and name[0] != "[":
            yield f"{name} has no content type"
    yield from (f"{part} is not there" for part in parts if part[1:] not in members)
    for name, root in roots.items():
        if not name.endswith(".rels"):
            continue
        base = PurePosixPath(name).parent.parent
        for relation in root:
            target = relation.get("Target", "")
            path = target[1:] if target.startswith("/") else str(base / target)
            inside = relation.get("TargetMode") != "External"
            if inside and path not in members and "/.." not in path:
                yield f"{name} leads to {target}, which is not there"
        ids = [relation.get("Id") for relation in root]
        if len(ids) != len(set(ids)):
            yield f"{name} has an id twice"


def _relations(name: str, root: etree._Element, roots: dict[str, etree._Element]) -> Iterator[str]:
    path = PurePosixPath(name)
    relations = roots.get(f"{path.parent}/_rels/{path.name}.rels")
    known = set() if relations is None else {relation.get("Id") for relation in relations}
    for element in root.iter(etree.Element):
        for key, value in element.attrib.items():
            if key in (f"{_R}id", f"{_R}embed", f"{_R}link") and value not in known:
                yield f"{etree.QName(element).localname} refers to {value}"


def _content(root: etree._Element) -> Iterator[str]:
    for element in root.iter(etree.Element):
        name = element.tag.removeprefix(W)
        if name == element.tag:
            continue
        yield from _children(name, tuple(child.tag for child in element.iterchildren(etree.Element)))
        if element.text and not len(element) and name in ("p", "r", "tc", "tr", "tbl", "body"):
            yield f"{name} holds bare text"
    for kind in ("bookmark", "commentRange", "perm"):
        starts = Counter(each.get(W + "id") for each in root.iter(f"{W}{kind}Start"))
        ends = Counter(each.get(W + "id") for each in root.iter(f"{W}{kind}End"))
        if starts != ends or any(count > 1 for count in starts.values()):
            yield f"{kind}s do not pair"


@lru_cache(_REMEMBERED)
def _children(name: str, tags: tuple[str, ...]) -> tuple[str, ...]:
    """What is wrong with the children that an element has."""
    found = []
    if name in _RANK:
        known = [rank for rank in map(_RANK[name].get, tags) if rank is not None]
        # Heads and feet of a section come in any order among themselves.
        if any(first > second for first, second in pairwise([max(rank, 1) for rank in known])):
            found.append(f"{name} is out of order")
    if name in _HOLDS:
        allowed = {W + child for child in _HOLDS[name].split()}
        strange = [tag for tag in tags if tag.startswith(W) and tag not in allowed]
        found += [f"{name} holds {etree.QName(tag).localname}" for tag in strange]
    if name in _BLOCKS and (not tags or tags[-1] not in (W + "p", W + "sdt", W + "bookmarkEnd")):
        found.append(f"{name} does not end in a paragraph")
    if name == "tbl" and W + "tr" not in tags:
        found.append("a table has no rows")
    if name == "tr" and W + "tc" not in tags and W + "sdt" not in tags:
        found.append("a row has no cells")
    return tuple(found)
