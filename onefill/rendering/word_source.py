"""A part's XML made into the source of a Jinja template, by docxtpl's own patching and what it leaves undone."""

import io
import re

from docxtpl import DocxTemplate
from lxml import etree

PATCHED_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_ROW_END = re.compile(r"(?<=</w:tr>)")
_ROW_IDS = re.compile(r' w14:(?:paraId|textId)="[^"]*"')
_SPLIT_BRACES = re.compile(r"(?<=\{)(?:<[^>]*>)+(?=[{%#])|(?<=[%}#])(?:<[^>]*>)+(?=\})")
_OPENED_TAG = re.compile(r"\{%(?:(?!%\}).)*|\{#(?:(?!#\}).)*|\{\{(?:(?!\}\}).)*", re.DOTALL)
_TEXT_BETWEEN = re.compile(r"</w:t>.*?<w:t(?: [^>]*)?>", re.DOTALL)
_RUN_TAG = re.compile(r"(\{\{|\{%)r(\s)")
_PARAGRAPH_TAG = re.compile(
    r"(<w:p(?: [^>]*)?>(?:(?!<w:p[ >]|</w:p>).)*)\{\{p\s+((?:(?!\}\}).)*?)\s*\}\}((?:(?!<w:p[ >]).)*?</w:p>)", re.DOTALL
)
#: Text whose outer blanks Word drops, because it does not say that they stay.
_TRIMMED = re.compile(r"<w:t>(?=[^<{]*</w:t>)(?=\s|[^<]*\s</w:t>)")
_TRIMS, _KEEPS = '<w:t xml:space="default">', '<w:t xml:space="preserve">'
_TAG_IN_TRIMMED = re.compile(f"{_TRIMS}(?=[^<]*\\{{)")
_WHOLE_VALUE = re.compile(r"\{\{\s*((?:(?!\}\}).)+?)\s*\}\}")
_EMBED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"
_MARK = "\0"
_ANGLED = re.compile("<[^<>]*>")
_CELL_PROPERTIES = re.compile(r"(<w:tcPr(?: [^>]*)?>)(.*?)(</w:tcPr>)", re.DOTALL)
_PROPERTY = re.compile(rf"<w:(\w+)(?:{PATCHED_TAG.pattern}|[^>])*?(?:/>|(?<!/)>.*?</w:\1>)", re.DOTALL)
#: ECMA-376 part 1, 17.4.70.
_CELL_ORDER = [
    "cnfStyle", "tcW", "gridSpan", "hMerge", "vMerge", "tcBorders", "shd", "noWrap", "tcMar", "textDirection",
    "tcFitText", "vAlign", "hideMark", "headers", "cellIns", "cellDel", "cellMerge", "tcPrChange",
]  # fmt: skip
PATCHER = DocxTemplate(io.BytesIO())


def strip_space(root: etree._Element) -> None:
    """Drop white space between elements and line ends in text, so that a line end in the output comes from a value."""
    for element in root.iter(etree.Element):
        if element.tail and not element.tail.strip():
            element.tail = None
        if element.text and "\n" in element.text:
            element.text = " ".join(element.text.split("\n")) if element.text.strip() else None
        elif element.text and len(element) and not element.text.strip():
            element.text = None


def lend_pictures(root: etree._Element) -> None:
    """Let a picture whose alternative text is a value show the picture that the value is."""
    for inline in root.iter("{*}inline", "{*}anchor"):
        properties, shown = inline.find("{*}docPr"), next(inline.iter("{*}blip"), None)
        value = None if properties is None else _WHOLE_VALUE.fullmatch(properties.get("descr", ""))
        if value is None or shown is None or _EMBED not in shown.attrib:
            continue
        shown.set(_EMBED, f"{{{{ {value[1]}|picture_or('{shown.get(_EMBED)}') }}}}")
        for element in inline.iter("{*}docPr", "{*}cNvPr"):
            element.attrib.pop("descr", "")


def _own_tags(xml: str) -> str:
    """Tags of runs become ordinary ones, so that the text around them keeps its looks, which docxtpl takes from it.

    ``{{p x}}`` prints paragraphs, or else the text in the paragraph that the tag stands in.
    """
    xml = _SPLIT_BRACES.sub("", xml)
    xml = _OPENED_TAG.sub(lambda match: _TEXT_BETWEEN.sub("", match[0]), xml)
    xml = _RUN_TAG.sub(r"\1\2", xml)

    def either(match: re.Match[str]) -> str:
        before, value, after = match.groups()
        own = f"{before}{{{{ {value} }}}}{after}"
        return f"{{% if ({value}) is paragraphs %}}{{{{ ({value})|as_paragraphs }}}}{{% else %}}{own}{{% endif %}}"

    return _PARAGRAPH_TAG.sub(either, xml)


def patch(xml: str) -> str:
    """Docxtpl's patching, then what it leaves undone: spaces kept, ``&`` inside tags plain, braces as text."""
    xml = _TRIMMED.sub(_TRIMS, _ROW_IDS.sub("", xml))
    # No tag reaches over the end of a table row, except those that eat white space; so only rows with tags cost time.
    pieces = [xml] if "{%-" in xml or "-%}" in xml else _ROW_END.split(xml)
    pieces = [_own_tags(piece) if "{" in piece else piece for piece in pieces]
    patched = "".join(PATCHER.patch_xml(piece) if "{" in piece else piece for piece in pieces)
    patched = _CELL_PROPERTIES.sub(_in_order, patched)
    patched = _TAG_IN_TRIMMED.sub(_KEEPS, patched.replace("<w:t>", _KEEPS))
    patched = patched.replace("{_{", "{{ '{{' }}").replace("}_}", "{{ '}' ~ '}' }}")
    patched = patched.replace("{_%", "{{ '{%' }}").replace("%_}", "{{ '%' ~ '}' }}")
    return PATCHED_TAG.sub(lambda match: match[0].replace("&amp;", "&"), patched)


def _in_order(match: re.Match[str]) -> str:
    """Properties of a cell in the order of the standard, which docxtpl's spans and backgrounds disturb."""
    if "{" not in match[2]:
        return match[0]
    found = sorted(_PROPERTY.finditer(match[2]), key=lambda each: _CELL_ORDER.index(each[1]))
    return match[1] + "".join(each[0] for each in found) + match[3]


def levels_of(patched: str) -> set[str]:
    """Local names of the elements that tags stand in.

    Raises:
        XMLSyntaxError: The part without its tags is no XML.
    """
    marked = _ANGLED.sub(lambda match: match[0].replace(_MARK, ""), PATCHED_TAG.sub(_MARK, patched))
    root = etree.fromstring(marked.replace(_MARK, "<?tag?>"))
    parents = (mark.getparent() for mark in root.iter(etree.ProcessingInstruction))
    return {etree.QName(parent).localname for parent in parents if parent is not None}


def as_text(root: etree._Element) -> str:
    """The XML of an element."""
    return etree.tostring(root, encoding="unicode")
