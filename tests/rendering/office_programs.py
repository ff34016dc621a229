"""Templates as WPS and Google save them: their parts written by hand, with what these programs do to a tag."""

from collections.abc import Mapping, Sequence
from html import escape
from itertools import count
from typing import Literal

from tests.packages import packed
from tests.rendering.excel_rich import picture

#: ``word`` cuts nothing.
Program = Literal["wps", "google", "word"]

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MAIN = "application/vnd.openxmlformats-officedocument"
_NAMES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": _OFFICE,
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "wp14": "http://schemas.microsoft.com/office/word/2010/wordprocessingDrawing",
    "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
    "w15": "http://schemas.microsoft.com/office/word/2012/wordml",
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "wpsCustomData": "http://www.wps.cn/officeDocument/2013/wpsCustomData",
}
_DECLARED = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in _NAMES.items())
_DECLARED += ' mc:Ignorable="w14 w15 wp14 wpsCustomData"'

_NUMBERS = count(1)

#: Looks that a program gives the pieces of one tag in turn.
_LOOKS: dict[Program, Sequence[str]] = {
    "wps": (
        '<w:rFonts w:hint="eastAsia" w:ascii="仿宋_GB2312" w:eastAsia="仿宋_GB2312"/><w:lang w:val="en-US" '
        'w:eastAsia="zh-CN"/>',
        '<w:rFonts w:hint="default" w:ascii="仿宋_GB2312" w:eastAsia="仿宋_GB2312"/><w:lang w:val="en-US"/>',
    ),
    "google": ('<w:rtl w:val="0"/>', '<w:b w:val="0"/><w:rtl w:val="0"/>'),
    "word": ("", ""),
}


def cut(text: str, size: int = 3) -> list[str]:
    """A text in the pieces that a program makes of it."""
    return [text[at : at + size] for at in range(0, len(text), size)]


# -- Word ------------------------------------------------------------------------------------------------------------


def run(piece: str, looks: str, program: Program) -> str:
    marks = ' w:rsidR="00000000" w:rsidDel="00000000" w:rsidRPr="00000000"' if program == "google" else ""
    return f'<w:r{marks}><w:rPr>{looks}</w:rPr><w:t xml:space="preserve">{escape(piece)}</w:t></w:r>'


def paragraph(text: str, program: Program) -> str:
    """A paragraph whose text the program cut up, with what it puts between the pieces."""
    looks = _LOOKS[program]
    pieces = [text] if program == "word" else cut(text)
    runs = [run(piece, looks[number % 2], program) for number, piece in enumerate(pieces)]
    if program == "wps":
        for number in range(1, len(runs), 2):
            runs[number] = f'<w:proofErr w:type="spellStart"/>{runs[number]}<w:proofErr w:type="spellEnd"/>'
        if len(runs) > 2:
            smart = '<w:smartTag w:uri="urn:schemas-microsoft-com:office:smarttags" w:element="chsdate">'
            properties = '<w:smartTagPr><w:attr w:name="Year" w:val="2026"/></w:smartTagPr>'
            runs[2] = f"{smart}{properties}{runs[2]}</w:smartTag>"
        if len(runs) > 1:
            # Where the cursor stood.
            runs[-2] += '<w:bookmarkStart w:id="0" w:name="_GoBack"/>' if text.startswith("班次") else ""
            runs[-1] += '<w:bookmarkEnd w:id="0"/>' if text.startswith("班次") else ""
    elif program == "google" and len(runs) > 1:
        runs[1] = controlled(runs[1])
    return f"<w:p><w:pPr><w:rPr>{looks[0]}</w:rPr></w:pPr>{''.join(runs)}</w:p>"


def controlled(xml: str) -> str:
    """Inside a content control, as Google puts them around anything."""
    number = next(_NUMBERS)
    properties = f'<w:sdtPr><w:tag w:val="goog_rdk_{number}"/><w:id w:val="{number}"/></w:sdtPr>'
    return f"<w:sdt>{properties}<w:sdtContent>{xml}</w:sdtContent></w:sdt>"


def table(rows: Sequence[Sequence[str]], program: Program) -> str:
    lines = []
    for row in rows:
        cells = [f'<w:tc><w:tcPr><w:tcW w:w="2000" w:type="dxa"/></w:tcPr>{paragraph(c, program)}</w:tc>' for c in row]
        if program == "google":
            cells = [controlled(cell) for cell in cells]
        lines.append(f"<w:tr>{''.join(cells)}</w:tr>")
    grid = '<w:gridCol w:w="2000"/>' * len(rows[0])
    properties = '<w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr>'
    made = f"<w:tbl>{properties}<w:tblGrid>{grid}</w:tblGrid>{''.join(lines)}</w:tbl>"
    return controlled(made) if program == "google" else made


def text_box(text: str, program: Program) -> str:
    """A text box told twice, for programs of today and of old."""
    content = f"<w:txbxContent>{paragraph(text, program)}</w:txbxContent>"
    size = '<wp:extent cx="900000" cy="300000"/><wp:docPr id="9" name="框"/><wp:cNvGraphicFramePr/>'
    shape = (
        f'<w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">{size}<a:graphic><a:graphicData '
        f'uri="{_NAMES["wps"]}"><wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr/><wps:txbx>{content}</wps:txbx><wps:bodyPr/>'
        "</wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing>"
    )
    old = f'<w:pict><v:shape id="b" style="width:99pt;height:30pt"><v:textbox>{content}</v:textbox></v:shape></w:pict>'
    return (
        f'<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps">{shape}</mc:Choice>'
        f"<mc:Fallback>{old}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )


def word(body: str, program: Program, head: str = "") -> bytes:
    """A Word file of that body, with a head if there is one."""
    lead = '<w:headerReference w:type="default" r:id="rId9"/>' if head else ""
    size = '<w:pgSz w:w="11906" w:h="16838"/>'
    document = f"<w:document {_DECLARED}><w:body>{body}<w:sectPr>{lead}{size}</w:sectPr></w:body></w:document>"
    types = {"/word/document.xml": f"{_MAIN}.wordprocessingml.document.main+xml"}
    relations = [("rId1", f"{_OFFICE}/officeDocument", "word/document.xml")]
    own: list[tuple[str, str, str]] = []
    parts: dict[str, str | bytes] = {"word/document.xml": _HEAD + document}
    if head:
        parts["word/header1.xml"] = f"{_HEAD}<w:hdr {_DECLARED}>{paragraph(head, program)}</w:hdr>"
        types["/word/header1.xml"] = f"{_MAIN}.wordprocessingml.header+xml"
        own.append(("rId9", f"{_OFFICE}/header", "header1.xml"))
    if program == "wps":
        parts["docProps/custom.xml"] = _wps_properties()
        types["/docProps/custom.xml"] = f"{_MAIN}.custom-properties+xml"
        relations.append(("rId4", f"{_OFFICE}/custom-properties", "docProps/custom.xml"))
    return packed(_listed(types, relations, {"word/document.xml": own}) | parts)


def _wps_properties() -> str:
    names = {"KSOProductBuildVer": "2052-12.1.0.16929", "ICV": "B2D1E0A94C6D4B6C9F0E_13"}
    held = "".join(
        f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{pid}" name="{name}">'
        f"<vt:lpwstr>{value}</vt:lpwstr></property>"
        for pid, (name, value) in enumerate(names.items(), start=2)
    )
    spaces = 'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"'
    spaces += ' xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"'
    return f"{_HEAD}<Properties {spaces}>{held}</Properties>"


def _listed(
    types: Mapping[str, str],
    relations: Sequence[tuple[str, str, str]],
    inner: Mapping[str, Sequence[tuple[str, str, str]]],
) -> dict[str, str | bytes]:
    kinds = {"xml": "application/xml", "png": "image/png"}
    kinds["rels"] = "application/vnd.openxmlformats-package.relationships+xml"
    defaults = "".join(f'<Default Extension="{each}" ContentType="{kind}"/>' for each, kind in kinds.items())
    overrides = "".join(f'<Override PartName="{each}" ContentType="{kind}"/>' for each, kind in types.items())
    made: dict[str, str | bytes] = {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">{defaults}{overrides}</Types>',
        "_rels/.rels": _relations(relations),
    }
    for part, own in inner.items():
        folder, _, name = part.rpartition("/")
        made[f"{folder}/_rels/{name}.rels"] = _relations(own)
    return made


def _relations(found: Sequence[tuple[str, str, str]]) -> str:
    each = "".join(f'<Relationship Id="{id}" Type="{kind}" Target="{target}"/>' for id, kind, target in found)
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{each}</Relationships>'


# -- Excel -----------------------------------------------------------------------------------------------------------

_S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_ETC = "http://www.wps.cn/officeDocument/2017/etCustomData"
_DRAWN = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
#: Row 3 repeats; the picture in C3 goes with each row, the one in A7 stands below.
LIST = {
    "A1": "班次：{{ class_no }}",
    "A2": "{%tr for t in rows %}",
    "A3": "{{ t.name }}",
    "B3": "{{ t.score }}",
    "A4": "{%tr endfor %}",
    "A5": "合计",
    "A6": "（盖章）",
}


def _sheet(cells: Mapping[str, str], program: Program) -> str:
    rows: dict[int, str] = {}
    for name, inner in cells.items():
        number = int(name[1:])
        rows[number] = rows.get(number, "") + inner
    extra = ' x14ac:dyDescent="0.25" customHeight="1"' if program == "google" else ' spans="1:3"'
    data = "".join(f'<row r="{number}" ht="20"{extra}>{inner}</row>' for number, inner in sorted(rows.items()))
    spaces = f'xmlns="{_S}" xmlns:r="{_OFFICE}" xmlns:mc="{_NAMES["mc"]}" xmlns:etc="{_ETC}"'
    spaces += ' xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac" mc:Ignorable="x14ac etc"'
    filtered = ' etc:filterBottomFollowUsedRange="0"' if program == "wps" else ""
    views = (
        '<customSheetViews><customSheetView guid="{11111111-2222-3333-4444-555555555555}" filter="1" '
        'showAutoFilter="1"><autoFilter ref="A2:B5"/></customSheetView></customSheetViews>'
    )
    views = views if program == "google" else ""
    drawing = '<drawing r:id="rId1"/>' if program == "google" else ""
    return (
        f"{_HEAD}<worksheet {spaces}><sheetData>{data}</sheetData>"
        f'<autoFilter ref="A2:B3"{filtered}/>{views}<mergeCells count="1"><mergeCell ref="A6:B6"/></mergeCells>'
        f"{drawing}</worksheet>"
    )


def _shared(number: int, cell: str) -> str:
    return f'<c r="{cell}" t="s"><v>{number}</v></c>'


def _inline(cell: str, text: str) -> str:
    runs = "".join(f'<r><t xml:space="preserve">{escape(piece)}</t></r>' for piece in cut(text, 4))
    return f'<c r="{cell}" t="inlineStr"><is>{runs}</is></c>'


def _picture_cell(cell: str) -> str:
    formula = '_xlfn.DISPIMG("ID_1F0E9A8B7C6D5E4F3A2B1C0D9E8F7A6B",1)'
    shown = formula.replace("_xlfn.", "=").replace('"', "&quot;")
    return f'<c r="{cell}" t="str"><f>{formula}</f><v>{shown}</v></c>'


def workbook(program: Program) -> bytes:
    """A list with rows that repeat, a sum, and what the program adds."""
    if program == "wps":
        cells = {cell: _shared(number, cell) for number, cell in enumerate(LIST)}
        cells |= {"C3": _picture_cell("C3"), "B5": '<c r="B5"><f>SUM(B3:B3)</f><v>0</v></c>'}
        cells["A7"] = _picture_cell("A7")
    else:
        cells = {cell: _inline(cell, text) for cell, text in LIST.items()}
        cells["B5"] = '<c r="B5"><f>SUM(B3:B3)</f><v>0</v></c>'
    parts: dict[str, str | bytes] = {"xl/worksheets/sheet1.xml": _sheet(dict(sorted(cells.items())), program)}
    types = {
        "/xl/workbook.xml": f"{_MAIN}.spreadsheetml.sheet.main+xml",
        "/xl/worksheets/sheet1.xml": f"{_MAIN}.spreadsheetml.worksheet+xml",
    }
    # Google and others name parts from the root.
    lead = "" if program == "wps" else "/xl/"
    book = [("rId1", f"{_OFFICE}/worksheet", f"{lead}worksheets/sheet1.xml")]
    relations = [("rId1", f"{_OFFICE}/officeDocument", "xl/workbook.xml")]
    names = ""
    inner: dict[str, Sequence[tuple[str, str, str]]] = {"xl/workbook.xml": book}
    if program == "wps":
        texts = "".join(f"<si><t>{escape(text)}</t></si>" for text in LIST.values())
        parts["xl/sharedStrings.xml"] = f'{_HEAD}<sst xmlns="{_S}">{texts}</sst>'
        types["/xl/sharedStrings.xml"] = f"{_MAIN}.spreadsheetml.sharedStrings+xml"
        book.append(("rId2", f"{_OFFICE}/sharedStrings", "sharedStrings.xml"))
        parts |= {"xl/cellimages.xml": _cell_pictures(), "xl/media/image1.png": picture().getvalue()}
        types["/xl/cellimages.xml"] = "application/vnd.wps-officedocument.cellimage+xml"
        book.append(("rId3", "http://www.wps.cn/officeDocument/2020/cellImage", "cellimages.xml"))
        inner["xl/cellimages.xml"] = [("rId1", f"{_OFFICE}/image", "media/image1.png")]
        parts["docProps/custom.xml"] = _wps_properties()
        types["/docProps/custom.xml"] = f"{_MAIN}.custom-properties+xml"
        relations.append(("rId4", f"{_OFFICE}/custom-properties", "docProps/custom.xml"))
    else:
        names = (
            '<definedNames><definedName name="Z_11111111_2222_3333_4444_555555555555_.wvu.FilterData" '
            'hidden="1" localSheetId="0">\'名 册\'!$A$2:$B$5</definedName></definedNames>'
        )
        parts["xl/drawings/drawing1.xml"] = f'{_HEAD}<xdr:wsDr xmlns:xdr="{_DRAWN}"/>'
        types["/xl/drawings/drawing1.xml"] = f"{_MAIN}.drawing+xml"
        inner["xl/worksheets/sheet1.xml"] = [("rId1", f"{_OFFICE}/drawing", "/xl/drawings/drawing1.xml")]
    parts["xl/workbook.xml"] = (
        f'{_HEAD}<workbook xmlns="{_S}" xmlns:r="{_OFFICE}"><sheets><sheet name="名 册" sheetId="1" r:id="rId1"/>'
        f"</sheets>{names}</workbook>"
    )
    return packed(_listed(types, relations, inner) | parts)


def _cell_pictures() -> str:
    spaces = f'xmlns:etc="{_ETC}" xmlns:xdr="{_DRAWN}" xmlns:r="{_OFFICE}" xmlns:a="{_NAMES["a"]}"'
    return (
        f'{_HEAD}<etc:cellImages {spaces}><etc:cellImage><xdr:pic><xdr:nvPicPr><xdr:cNvPr id="2" '
        'name="ID_1F0E9A8B7C6D5E4F3A2B1C0D9E8F7A6B" descr="seal"/><xdr:cNvPicPr/></xdr:nvPicPr><xdr:blipFill>'
        '<a:blip r:embed="rId1"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill><xdr:spPr><a:prstGeom '
        'prst="rect"/></xdr:spPr></xdr:pic></etc:cellImage></etc:cellImages>'
    )
