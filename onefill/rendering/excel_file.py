"""The workbook's file: heads and feet kept as the template has them, bytes that depend on nothing but the content."""

import io
import posixpath
import re
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from lxml import etree
from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.header_footer import HeaderFooter

from onefill.rendering.errors import refuse
from onefill.rendering.package import pack, parse_xml, write_package

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_WORKBOOK = "xl/workbook.xml"
_HEADS = re.compile(rb"<headerFooter.*?</headerFooter>", re.DOTALL)
_CORE = "docProps/core.xml"
_CLOCK = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")
_LONG_AGO = rb"\g<1>2000-01-01T00:00:00Z"
_DAMAGE = (InvalidFileException, KeyError, ValueError, TypeError, IndexError, AttributeError, SyntaxError)


def open_workbook(data: bytes, template: str) -> Workbook:
    """The workbook as openpyxl reads it.

    Raises:
        TemplateBroken: It cannot be read.
    """
    try:
        with warnings.catch_warnings():
            # openpyxl warns of what it leaves out; heads and feet, the one thing our papers need, are kept by us.
            warnings.simplefilter("ignore")
            return load_workbook(io.BytesIO(data), rich_text=True)
    except _DAMAGE as exc:
        raise refuse(
            template, "TEMPLATE_DAMAGED", "工作簿已损坏，读不出来", "请用 Excel 或 WPS 打开后另存一份"
        ) from exc


def raw_heads(members: Mapping[str, bytes]) -> dict[str, etree._Element]:
    """The heads and feet of each worksheet by title, as they stand in the file: openpyxl keeps only a part of them."""
    if _WORKBOOK not in members:
        return {}
    relations = parse_xml(members["xl/_rels/workbook.xml.rels"])
    targets = {each.get("Id"): posixpath.join("/xl", each.get("Target", "")).lstrip("/") for each in relations}
    found: dict[str, etree._Element] = {}
    for sheet in parse_xml(members[_WORKBOOK]).iter(f"{_MAIN}sheet"):
        part = targets.get(sheet.get(_RELATION), "")
        heads = parse_xml(members[part]).find(f"{_MAIN}headerFooter") if part in members else None
        if heads is not None and len(heads):
            found[sheet.get("name", "")] = heads
    return found


def heads_xml(element: Any, texts: Mapping[str, str]) -> str:
    """Heads and feet as XML, with ``texts`` in place of those that were filled in."""
    attributes = "".join(f" {name}={quoteattr(value)}" for name, value in element.items())
    parts = "".join(
        f"<{name}>{escape(texts.get(name, part.text or ''))}</{name}>"
        for part in element
        if (name := etree.QName(part).localname)
    )
    return f"<headerFooter{attributes}>{parts}</headerFooter>"


def write_workbook(workbook: Workbook, heads: Sequence[str | None], properties: Mapping[str, bytes]) -> bytes:
    """The workbook as a file.

    Args:
        workbook: What openpyxl writes.
        heads: For each worksheet its heads and feet as XML, or None if it has none.
        properties: Property parts to put in place of openpyxl's, which carry the time of day.
    """
    for sheet, xml in zip(workbook.worksheets, heads, strict=True):
        sheet.HeaderFooter = HeaderFooter()
        if xml is not None:
            # Only a place holder, so that openpyxl writes the element.
            sheet.HeaderFooter.differentFirst = True
    workbook.calculation.fullCalcOnLoad = True
    out = io.BytesIO()
    workbook.save(out)
    places = {f"xl/worksheets/sheet{number}.xml": xml for number, xml in enumerate(heads, start=1) if xml is not None}
    with zipfile.ZipFile(out) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    return write_package((name, pack(_final(name, data, places, properties))) for name, data in members)


def _final(name: str, data: bytes, heads: Mapping[str, str], properties: Mapping[str, bytes]) -> bytes:
    if name in properties:
        return properties[name]
    if name == _CORE:
        return _CLOCK.sub(_LONG_AGO, data)
    if name in heads:
        return _HEADS.sub(lambda _: heads[name].encode(), data, count=1)
    return data
