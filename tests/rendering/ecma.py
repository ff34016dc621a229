"""Office files held against the schemas of ECMA-376, transitional, as Word and Excel hold them when they open one.

``ecma376_transitional.zip`` holds the schemas as Ecma International publishes them with the standard. What a program
may pass over by the rules of part 3 (extensions that the file itself calls ignorable) is left out before.
"""

import io
import tempfile
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from lxml import etree

_SCHEMAS = Path(__file__).with_name("ecma376_transitional.zip")
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
#: Excel itself writes what the schema has forgotten: space to be kept in a cell's text.
_SPACE, _SAID = (
    "{http://www.w3.org/XML/1998/namespace}space",
    "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}t",
)
_IN = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "wml.xsd",
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main": "sml.xsd",
    "http://schemas.openxmlformats.org/drawingml/2006/main": "dml-main.xsd",
    "http://schemas.openxmlformats.org/drawingml/2006/chart": "dml-chart.xsd",
    "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing": "dml-spreadsheetDrawing.xsd",
    "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties": (
        "shared-documentPropertiesExtended.xsd"
    ),
    "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties": "shared-documentPropertiesCustom.xsd",
}


def schema_faults(data: bytes) -> list[str]:
    """What the schemas say against a Word or Excel file: part, element, and what is wrong with it."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name.endswith(".xml")}
    return [f"{name}: {fault}" for name, part in parts.items() for fault in _part_faults(part)]


def _part_faults(part: bytes) -> Iterator[str]:
    root = etree.fromstring(part)
    file = _IN.get(etree.QName(root).namespace or "")
    if file is None:
        return
    _pass_over(root)
    schema = _schema(file)
    if not schema.validate(root):
        for error in schema.error_log:
            yield f"line {error.line}: {error.message}"


@cache
def _schema(file: str) -> etree.XMLSchema:
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(_SCHEMAS) as archive:
            archive.extractall(folder)
        return etree.XMLSchema(etree.parse(Path(folder, file)))


def _pass_over(root: etree._Element) -> None:
    """What a program that knows the standard only leaves out: ignorable names; of alternatives the last."""
    for choice in list(root.iter(f"{_MC}AlternateContent")):
        parent = choice.getparent()
        fallback = choice.find(f"{_MC}Fallback")
        if parent is not None:
            at = parent.index(choice)
            parent[at : at + 1] = [] if fallback is None else list(fallback)
    ignorable = {
        element.nsmap[prefix]
        for element in root.iter(etree.Element)
        for prefix in (element.get(f"{_MC}Ignorable") or "").split()
    }
    for element in list(root.iter(etree.Element)):
        if etree.QName(element).namespace in ignorable and element.getparent() is not None:
            element.getparent().remove(element)  # type: ignore[union-attr]
            continue
        for name in list(element.attrib):
            if etree.QName(name).namespace in {*ignorable, _MC[1:-1]} or (name == _SPACE and element.tag == _SAID):
                del element.attrib[name]
