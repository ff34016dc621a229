"""What a Word file says and how it is built, without ids and runs that hold nothing, for comparing two files."""

import hashlib
import io
from collections.abc import Iterator
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from lxml import etree

_STORIES = ("header", "footer", "first_page_header", "first_page_footer", "even_page_header", "even_page_footer")
_PROPERTIES = ("title", "subject", "author", "comments", "keywords", "category", "language", "identifier")
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_EMBED, _LINK = qn("r:embed"), qn("r:id")


def structure(data: bytes) -> dict[str, Any]:
    """The body, heads and feet, footnotes and properties of a file."""
    document = Document(io.BytesIO(data))
    found: dict[str, Any] = {"body": blocks(document.element.body, document.part)}
    for number, section in enumerate(document.sections):
        for name in _STORIES:
            story = getattr(section, name)
            if not story.is_linked_to_previous:
                found[f"{name} {number}"] = blocks(story._element, story.part)
    for part in document.part.package.parts:
        if part.partname == "/word/footnotes.xml":
            found["footnotes"] = blocks(etree.fromstring(part.blob), part)
    found["properties"] = {name: getattr(document.core_properties, name) for name in _PROPERTIES}
    return found


def blocks(parent: Any, part: Any) -> list[Any]:
    """Paragraphs and tables in an element."""
    found: list[Any] = []
    for child in parent.iterchildren("{*}p", "{*}tbl", "{*}sdt", "{*}sdtContent", "{*}footnote"):
        match etree.QName(child).localname:
            case "p":
                found.append(paragraph(child, part))
            case "tbl":
                rows = [[cell(each, part) for each in row.iter(qn("w:tc"))] for row in child.iterchildren(qn("w:tr"))]
                found.append({"columns": len(child.findall(f"{qn('w:tblGrid')}/{qn('w:gridCol')}")), "rows": rows})
            case _:
                found += blocks(child, part)
    return found


def cell(element: Any, part: Any) -> dict[str, Any]:
    """Span, merge and background of a cell, and what it holds."""
    found: dict[str, Any] = {"blocks": blocks(element, part)}
    for name, attribute in {"gridSpan": "val", "vMerge": "val", "shd": "fill"}.items():
        property_ = element.find(f"{qn('w:tcPr')}/{qn('w:' + name)}")
        if property_ is not None:
            found[name] = property_.get(qn(f"w:{attribute}"))
    return found


def paragraph(element: Any, part: Any) -> list[Any]:
    """Its style, then pieces of equal looks: text, pictures and breaks."""
    style = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    pieces: list[tuple[str, str]] = []
    for run in element.iter(qn("w:r")):
        if next(run.iterancestors(qn("w:p"))) is not element:
            continue
        for said in _said(run, part):
            looks = "" if said.startswith("[") else _looks(run, part)
            if pieces and pieces[-1][1] == looks:
                pieces[-1] = (pieces[-1][0] + said, looks)
            elif said:
                pieces.append((said, looks))
    return [None if style is None else style.get(qn("w:val")), *pieces]


def _said(run: Any, part: Any) -> Iterator[str]:
    for child in run:
        match etree.QName(child).localname:
            case "t":
                yield child.text or ""
            case "tab":
                yield "\t"
            case "br":
                yield "\f" if child.get(qn("w:type")) == "page" else "\n"
            case "drawing" | "pict" | "object":
                sizes = [(extent.get("cx"), extent.get("cy")) for extent in child.iter("{*}extent")]
                images = [_digest(part, blip.get(_EMBED)) for blip in child.iter("{*}blip") if blip.get(_EMBED)]
                links = [part.rels[each.get(_LINK)].target_ref for each in child.iter("{*}hlinkClick")]
                yield f"[drawing {sizes} {images} {links}]"
            case "footnoteReference":
                yield f"[note {child.get(qn('w:id'))}]"


def _digest(part: Any, relation: str) -> str:
    return hashlib.sha256(part.related_parts[relation].blob).hexdigest()[:12]


def _looks(run: Any, part: Any) -> str:
    """Run properties, sorted, and where a click leads."""
    properties = run.find(qn("w:rPr"))
    found = [] if properties is None else [f"{each.tag}{sorted(each.attrib.items())}" for each in properties]
    found = sorted(each.replace(f"{{{_W}}}", "") for each in found)
    link = next(run.iterancestors(qn("w:hyperlink")), None)
    if link is not None and link.get(_LINK):
        found.append(part.rels[link.get(_LINK)].target_ref)
    return " ".join(found)
