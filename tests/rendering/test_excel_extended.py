"""What newer Excel and its forms keep in parts and extensions of their own: it stays, and follows the rows.

Each piece is put by hand into a workbook whose list has its row in row 6, its total in row 8 and a box below.
"""

import io
import posixpath
import re
from collections.abc import Mapping
from typing import Any

import pytest
import xlsxwriter
from lxml import etree

from onefill.rendering import compile_template
from tests.packages import packed, parts_of
from tests.rendering.excel_rules import S, faults, related
from tests.rendering.test_excel_kept import facts

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MS = "http://schemas.microsoft.com/office"
_X14 = f'xmlns:x14="{_MS}/spreadsheetml/2009/9/main" xmlns:xm="{_MS}/excel/2006/main"'
_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml"
SHEET, BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def plain(**options: Any) -> dict[str, bytes]:
    """A list with its row in row 6 and its total in row 8, as parts."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("名册")
        cells = {
            "A5": "{%tr for t in rows %}",
            "A6": "{{ t.name }}",
            "A7": "{%tr endfor %}",
            "A8": "合计",
            "A12": "盖章",
        }
        for cell, text in cells.items():
            sheet.write(cell, text)
        sheet.write("C6", "{{ t.score }}")
        sheet.write_formula("C8", "=SUM(C6:C6)")
        if options.get("drawing"):
            sheet.insert_textbox("E12", "框")
        book.add_worksheet("标准").write("A1", "合格")
    return parts_of(out.getvalue())


def with_piece(parts: Mapping[str, bytes], part: str, old: str, new: str) -> dict[str, bytes]:
    text = parts[part].decode()
    assert old in text, f"{old} in {part}"
    return {**parts, part: text.replace(old, new, 1).encode()}


def with_part(
    parts: Mapping[str, bytes], holder: str, kind: str, name: str, body: str, content: str
) -> dict[str, bytes]:
    """One more part under a relation ``own`` of its holder."""
    folder, base = posixpath.split(holder)
    rels = f"{folder}/_rels/{base}.rels"
    empty = (
        f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
    )
    found = parts.get(rels, empty.encode()).decode().replace("/>", "></Relationships>", 0)
    lead = f'<Relationship Id="own{name.rpartition("/")[2]}" Type="{kind}" Target="/{name}"/></Relationships>'
    types = parts["[Content_Types].xml"].decode()
    override = f'<Override PartName="/{name}" ContentType="{content}"/></Types>'
    return {
        **parts,
        rels: found.replace("</Relationships>", lead).encode(),
        "[Content_Types].xml": types.replace("</Types>", override).encode(),
        name: (HEAD + body).encode(),
    }


def extended(parts: Mapping[str, bytes], *extensions: str) -> dict[str, bytes]:
    return with_piece(parts, SHEET, "</worksheet>", f"<extLst>{''.join(extensions)}</extLst></worksheet>")


def made(parts: Mapping[str, bytes], count: int) -> dict[str, bytes]:
    template = packed(parts)
    assert faults(template) == []
    data = compile_template(template, "t.xlsx").render(facts(count))
    assert faults(data) == []
    return parts_of(data)


def found(data: bytes, path: str) -> list[Any]:
    names = {"s": S[1:-1], "x14": f"{_MS}/spreadsheetml/2009/9/main", "xm": f"{_MS}/excel/2006/main"}
    return etree.fromstring(data).xpath(path, namespaces=names)  # type: ignore[return-value]


COUNTS = pytest.mark.parametrize("count", [1, 4])


def rows(column: str, count: int) -> str:
    """The rows of the list in a column."""
    return f"{column}5" if count == 1 else f"{column}5:{column}{4 + count}"


@COUNTS
def test_validations_that_read_another_sheet(count: int) -> None:
    """Excel 2010 keeps them in an extension."""
    rule = (
        f'<ext {_X14} uri="{{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}}"><x14:dataValidations count="2">'
        '<x14:dataValidation type="list" allowBlank="1"><x14:formula1><xm:f>标准!$A$1:$A$3</xm:f></x14:formula1>'
        "<xm:sqref>D6</xm:sqref></x14:dataValidation>"
        '<x14:dataValidation type="custom"><x14:formula1><xm:f>C8&gt;标准!$A$1</xm:f></x14:formula1>'
        "<xm:sqref>A8 A12</xm:sqref></x14:dataValidation></x14:dataValidations></ext>"
    )
    sheet = made(extended(plain(), rule), count)[SHEET]
    below = 4 + count
    assert found(sheet, "//x14:dataValidation/xm:sqref/text()") == [rows("D", count), f"A{below + 1} A{below + 5}"]
    assert found(sheet, "//x14:dataValidation//xm:f/text()") == ["标准!$A$1:$A$3", f"C{below + 1}>标准!$A$1"]


@COUNTS
def test_icons_that_compare_with_a_cell(count: int) -> None:
    """Conditional formats of the second generation keep what they compare with in elements of their own."""
    rule = (
        f'<ext {_X14} uri="{{78C0D931-6437-407d-A8EE-F0AAD7539E65}}"><x14:conditionalFormattings>'
        "<x14:conditionalFormatting>"
        '<x14:cfRule type="iconSet" priority="1" id="{11111111-0000-0000-0000-000000000001}">'
        '<x14:iconSet iconSet="3Stars"><x14:cfvo type="percent"><xm:f>0</xm:f></x14:cfvo><x14:cfvo type="num">'
        '<xm:f>$C$8</xm:f></x14:cfvo><x14:cfvo type="formula"><xm:f>标准!$A$1</xm:f></x14:cfvo></x14:iconSet>'
        "</x14:cfRule><xm:sqref>C6</xm:sqref></x14:conditionalFormatting></x14:conditionalFormattings></ext>"
    )
    sheet = made(extended(plain(), rule), count)[SHEET]
    assert found(sheet, "//x14:conditionalFormatting/xm:sqref/text()") == [rows("C", count)]
    assert found(sheet, "//xm:f/text()") == ["0", f"$C${5 + count}", "标准!$A$1"]


def threads() -> dict[str, bytes]:
    """Talks at the repeated row and at the seal, with an answer, and those who talk."""
    spaces = f'xmlns="{_MS}/spreadsheetml/2018/threadedcomments"'
    ids = [f"{{AAAAAAAA-0000-0000-0000-00000000000{number}}}" for number in range(3)]
    person = "{BBBBBBBB-0000-0000-0000-000000000001}"
    talk = (
        f'<ThreadedComments {spaces}><threadedComment ref="C6" dT="2026-01-01T00:00:00" personId="{person}" '
        f'id="{ids[0]}"><text>每行</text></threadedComment><threadedComment ref="A12" dT="2026-01-01T00:00:00" '
        f'personId="{person}" id="{ids[1]}"><text>盖章</text></threadedComment><threadedComment ref="A12" '
        f'dT="2026-01-02T00:00:00" personId="{person}" id="{ids[2]}" parentId="{ids[1]}"><text>好</text>'
        "</threadedComment></ThreadedComments>"
    )
    persons = (
        f'<personList {spaces}><person displayName="张三" id="{person}" userId="1" providerId="None"/></personList>'
    )
    kinds = f"{_MS}/2017/10/relationships"
    content = "application/vnd.ms-excel"
    parts = with_part(
        plain(),
        SHEET,
        f"{kinds}/threadedComment",
        "xl/threadedComments/t1.xml",
        talk,
        f"{content}.threadedcomments+xml",
    )
    return with_part(parts, BOOK, f"{kinds}/person", "xl/persons/person.xml", persons, f"{content}.person+xml")


@COUNTS
def test_talks_follow_their_cells(count: int) -> None:
    """A talk stays one talk: its answers name it by its id."""
    parts = made(threads(), count)
    talk = etree.fromstring(parts["xl/threadedComments/t1.xml"])
    assert [each.get("ref") for each in talk] == ["C5", f"A{9 + count}", f"A{9 + count}"]
    assert parts["xl/persons/person.xml"] == threads()["xl/persons/person.xml"]


_BOX = (
    '<xdr:sp macro="" textlink=""><xdr:nvSpPr><xdr:cNvPr id="0" name=""/><xdr:cNvSpPr/></xdr:nvSpPr>'
    '<xdr:spPr><a:prstGeom prst="rect"/></xdr:spPr></xdr:sp>'
)


def anchored(kind: str, own: str) -> str:
    """What Excel draws for a slicer or a time line, with a picture for those who do not know it."""
    graphic = (
        f'<a:graphic><a:graphicData uri="{own}"><sle:{kind} xmlns:sle="{own}" name="班"/></a:graphicData></a:graphic>'
    )
    frame = (
        '<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr><xdr:cNvPr id="9" name="班"/><xdr:cNvGraphicFramePr/>'
        '</xdr:nvGraphicFramePr><xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm>'
        f"{graphic}</xdr:graphicFrame>"
    )
    ends = "".join(
        f"<xdr:{end}><xdr:col>{column}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{row}</xdr:row>"
        f"<xdr:rowOff>0</xdr:rowOff></xdr:{end}>"
        for end, column, row in (("from", 4, 13), ("to", 6, 18))
    )
    choice = f'<mc:Choice Requires="sle" xmlns:sle="{own}">{frame}</mc:Choice><mc:Fallback>{_BOX}</mc:Fallback>'
    alternate = f'<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">{choice}'
    return f"<xdr:twoCellAnchor>{ends}{alternate}</mc:AlternateContent><xdr:clientData/></xdr:twoCellAnchor></xdr:wsDr>"


def sliced(kind: str) -> dict[str, bytes]:
    """A workbook with a slicer or a time line below the list."""
    own = {"slicer": f"{_MS}/drawing/2010/slicer", "timeline": f"{_MS}/drawing/2012/timeslicer"}[kind]
    space = {"slicer": "2009/9", "timeline": "2010/11"}[kind]
    main = f'xmlns="{_MS}/spreadsheetml/{space}/main"'
    year = {"slicer": "2007", "timeline": "2011"}[kind]
    relation = f"{_MS}/{year}/relationships/{kind}"
    content = f"application/vnd.ms-excel.{kind}"
    parts = with_piece(plain(drawing=True), "xl/drawings/drawing1.xml", "</xdr:wsDr>", anchored(kind, own))
    body = f'<{kind}s {main}><{kind} name="班" cache="班缓存" caption="班"/></{kind}s>'
    parts = with_part(parts, SHEET, relation, f"xl/{kind}s/{kind}1.xml", body, f"{content}+xml")
    cache = f'<{kind}CacheDefinition {main} name="班缓存" sourceName="班"/>'
    name = f"xl/{kind}Caches/{kind}Cache1.xml"
    parts = with_part(parts, BOOK, f"{relation}Cache", name, cache, f"{content}Cache+xml")
    uri = {"slicer": "{A8765BA9-456A-4dab-B4F3-ACF838C121DE}", "timeline": "{7E03D99C-DC04-49d9-9315-930204A7B6E9}"}
    lists = {
        "slicer": '<x14:slicerList><x14:slicer r:id="ownslicer1.xml"/></x14:slicerList>',
        "timeline": '<x15:timelineRefs><x15:timelineRef r:id="owntimeline1.xml"/></x15:timelineRefs>',
    }
    spaces = f'{_X14} xmlns:r="{_OFFICE}" xmlns:x15="{_MS}/spreadsheetml/2010/11/main"'
    listed = f'<ext {spaces} uri="{uri[kind]}">{lists[kind]}</ext>'
    return extended(parts, listed)


@COUNTS
@pytest.mark.parametrize("kind", ["slicer", "timeline"])
def test_slicers_and_time_lines_stay_and_their_boxes_move(kind: str, count: int) -> None:
    old = sliced(kind)
    new = made(old, count)
    for name in (f"xl/{kind}s/{kind}1.xml", f"xl/{kind}Caches/{kind}Cache1.xml"):
        assert new[name] == old[name]
    assert f'r:id="own{kind}1.xml"'.encode() in new[SHEET]
    ends = found(new["xl/drawings/drawing1.xml"], "//*[local-name()='row']/text()")
    assert ends[-2:] == [str(13 + count - 3), str(18 + count - 3)]


@pytest.mark.parametrize("kind", ["slicer", "timeline"])
def test_a_copy_of_a_sheet_has_no_slicer_of_the_same_name(kind: str) -> None:
    """Nor the box of one: Excel would offer to repair a box whose slicer belongs to another sheet."""
    compiled = compile_template(packed(sliced(kind)), "t.xlsx")
    data = compiled.render_each([facts(1), facts(2)], "sheets", ["甲", "乙"])
    assert faults(data) == []
    parts = parts_of(data)
    boxes = {name: body.count(b"graphicFrame macro") for name, body in parts.items() if "drawings/drawing" in name}
    assert sorted(count for name, count in boxes.items() if name.endswith(".xml")) == [0, 1]
    assert [name for name in parts if name.startswith(f"xl/{kind}s/")] == [f"xl/{kind}s/{kind}1.xml"]


@COUNTS
def test_form_controls_move_and_write_to_their_cell(count: int) -> None:
    properties = f'<formControlPr xmlns="{_MS}/spreadsheetml/2009/9/main" objectType="CheckBox" fmlaLink="$C$8"'
    properties += ' fmlaRange="标准!$A$1:$A$3"/>'
    name = "xl/ctrlProps/ctrlProp1.xml"
    parts = with_part(
        plain(), SHEET, f"{_OFFICE}/ctrlProp", name, properties, "application/vnd.ms-excel.controlproperties+xml"
    )
    ends = "".join(
        f"<xdr:{end}><xdr:col>1</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{row}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:{end}>"
        for end, row in (("from", 11), ("to", 12))
    )
    spaces = 'xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"'
    control = (
        f'<controls><control {spaces} xmlns:r="{_OFFICE}" shapeId="1025" r:id="ownctrlProp1.xml" name="勾">'
        f'<controlPr defaultSize="0" autoFill="0"><anchor moveWithCells="1">{ends}</anchor></controlPr></control>'
        "</controls>"
    )
    new = made(with_piece(parts, SHEET, "</worksheet>", f"{control}</worksheet>"), count)
    assert found(new[name], "string(@fmlaLink)") == f"$C${5 + count}"
    assert found(new[name], "string(@fmlaRange)") == "标准!$A$1:$A$3"
    moved = count - 3
    assert found(new[SHEET], "//*[local-name()='row']/text()")[-2:] == [str(11 + moved), str(12 + moved)]


@COUNTS
def test_a_table_with_totals_grows_between_its_head_and_its_totals(count: int) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("单")
        columns = [
            {"header": "项目", "total_string": "合计"},
            {"header": "金额", "total_function": "sum"},
            {"header": "含税", "formula": "=[@金额]*1.06"},
        ]
        sheet.add_table("A1:C5", {"columns": columns, "total_row": True, "name": "Fees"})
        for cell, text in {"A2": "{%tr for t in rows %}", "A3": "{{ t.name }}", "A4": "{%tr endfor %}"}.items():
            sheet.write(cell, text)
        sheet.write("B3", "{{ t.score }}")
        sheet.write_formula("E1", "=SUM(Fees[金额])")
    parts = parts_of(out.getvalue())
    # Rows of tags stand alone, also where the table would fill them.
    body = re.sub(rb'<c r="C[24]"[^>]*>.*?</c>', b"", parts[SHEET])
    new = made({**parts, SHEET: body}, count)
    table = etree.fromstring(new["xl/tables/table1.xml"])
    assert (table.get("ref"), table.get("totalsRowCount")) == (f"A1:C{2 + count}", "1")
    assert table.find(f"{S}autoFilter").get("ref") == f"A1:C{1 + count}"
    sheet = etree.fromstring(new[SHEET])
    said = {cell.get("r"): cell.findtext(f"{S}f") for cell in sheet.iter(f"{S}c")}
    assert said[f"B{2 + count}"] == "SUBTOTAL(109,[金额])" or "Fees" in said[f"B{2 + count}"]
    assert said["C2"]
    assert said["E1"] == "SUM(Fees[金额])"


def test_the_chain_of_calculation_goes_with_all_that_names_it() -> None:
    """Its cells are elsewhere now; Excel makes it anew, and would offer to repair a wrong one."""
    chain = f'<calcChain xmlns="{S[1:-1]}"><c r="C8" i="1"/></calcChain>'
    parts = with_part(plain(), BOOK, f"{_OFFICE}/calcChain", "xl/calcChain.xml", chain, f"{_MAIN}.calcChain+xml")
    new = made(parts, 4)
    assert "xl/calcChain.xml" not in new
    assert not any(b"calcChain" in new[name] for name in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels"))


@COUNTS
def test_views_of_one_user_follow(count: int) -> None:
    guid = "{11111111-2222-3333-4444-555555555555}"
    view = (
        f'<customSheetViews><customSheetView guid="{guid}" topLeftCell="A8"><pane ySplit="4" topLeftCell="A5" '
        'activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft" activeCell="C8" sqref="C8"/>'
        '<rowBreaks count="1" manualBreakCount="1"><brk id="8" max="16383" man="1"/></rowBreaks>'
        "</customSheetView></customSheetViews>"
    )
    parts = with_piece(plain(), SHEET, "</sheetData>", f"</sheetData>{view}")
    own = f'<customWorkbookView name="张三" guid="{guid}" windowWidth="1" windowHeight="1" activeSheetId="1"/>'
    whole = f"<customWorkbookViews>{own}</customWorkbookViews>"
    parts = with_piece(parts, BOOK, "</workbook>", f"{whole}</workbook>")
    new = made(parts, count)
    below = 5 + count
    assert found(new[SHEET], "string(//s:customSheetView/@topLeftCell)") == f"A{below}"
    assert found(new[SHEET], "string(//s:customSheetView/s:selection/@activeCell)") == f"C{below}"
    assert found(new[SHEET], "string(//s:customSheetView/s:rowBreaks/s:brk/@id)") == str(below)
    assert guid.encode() in new[BOOK]


@COUNTS
def test_what_ifs_watches_and_locks_follow(count: int) -> None:
    pieces = (
        '<sheetProtection sheet="1" objects="1" scenarios="1"/><protectedRanges><protectedRange sqref="C6 A12" '
        'name="填写"/></protectedRanges><scenarios current="0"><scenario name="好" locked="1" count="1">'
        '<inputCells r="C8" val="1"/></scenario></scenarios>'
    )
    parts = with_piece(plain(), SHEET, "</sheetData>", f"</sheetData>{pieces}")
    margins = re.search(r"<pageMargins[^>]*/>", parts[SHEET].decode())
    assert margins
    watches = '<cellWatches><cellWatch r="C8"/></cellWatches>'
    parts = with_piece(parts, SHEET, margins[0], f"{margins[0]}{watches}")
    parts = with_piece(parts, BOOK, "<bookViews>", '<workbookProtection lockStructure="1"/><bookViews>')
    new = made(parts, count)
    assert found(new[SHEET], "string(//s:inputCells/@r)") == f"C{5 + count}"
    assert found(new[SHEET], "string(//s:cellWatch/@r)") == f"C{5 + count}"
    assert found(new[SHEET], "string(//s:protectedRange/@sqref)") == f"{rows('C', count)} A{9 + count}"
    assert b'<workbookProtection lockStructure="1"/>' in new[BOOK]
    assert b'<sheetProtection sheet="1" objects="1" scenarios="1"/>' in new[SHEET]


@COUNTS
def test_a_picture_in_a_cell_goes_with_every_copy_of_its_row(count: int) -> None:
    """Excel 365 keeps it as a rich value that the cell names by number."""
    cell = '<c r="D6" t="e" vm="1"><v>#VALUE!</v></c>'
    parts = with_piece(plain(), SHEET, '</row><row r="7"', f'{cell}</row><row r="7"')
    parts = with_part(
        parts, BOOK, f"{_OFFICE}/sheetMetadata", "xl/metadata.xml",
        f'<metadata xmlns="{S[1:-1]}"><valueMetadata count="1"><bk><rc t="1" v="0"/></bk></valueMetadata></metadata>',
        f"{_MAIN}.sheetMetadata+xml",
    )  # fmt: skip
    new = made(parts, count)
    assert found(new[SHEET], "//s:c[@vm='1']/@r") == [f"D{5 + row}" for row in range(count)]
    assert new["xl/metadata.xml"] == parts["xl/metadata.xml"]


@COUNTS
def test_order_and_filters_of_a_list_follow(count: int) -> None:
    pieces = (
        '<autoFilter ref="A4:C6"><filterColumn colId="0"><filters><filter val="甲"/></filters></filterColumn>'
        '<sortState ref="A5:C6"><sortCondition descending="1" ref="C5:C6"/></sortState></autoFilter>'
    )
    new = made(with_piece(plain(), SHEET, "</sheetData>", f"</sheetData>{pieces}"), count)
    last = 4 + count
    assert found(new[SHEET], "string(//s:autoFilter/@ref)") == f"A4:C{last}"
    assert found(new[SHEET], "string(//s:sortState/@ref)") in (f"A5:C{last}", rows("A", count))
    assert found(new[SHEET], "string(//s:filter/@val)") == "甲"


@COUNTS
def test_an_embedded_object_moves_and_stays_byte_for_byte(count: int) -> None:
    parts = with_part(plain(), SHEET, f"{_OFFICE}/package", "xl/embeddings/o1.docx", "任何内容", "application/x")
    ends = "".join(
        f"<xdr:{end}><xdr:col>1</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{row}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:{end}>"
        for end, row in (("from", 11), ("to", 14))
    )
    spaces = f'xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" xmlns:r="{_OFFICE}"'
    held = (
        f'<oleObjects><oleObject {spaces} progId="Word.Document.12" shapeId="1026" r:id="owno1.docx">'
        f'<objectPr defaultSize="0"><anchor moveWithCells="1">{ends}</anchor></objectPr></oleObject></oleObjects>'
    )
    new = made(with_piece(parts, SHEET, "</worksheet>", f"{held}</worksheet>"), count)
    assert new["xl/embeddings/o1.docx"] == parts["xl/embeddings/o1.docx"]
    assert found(new[SHEET], "//*[local-name()='row']/text()")[-2:] == [str(8 + count), str(11 + count)]
    assert ("package", "xl/embeddings/o1.docx") in related(SHEET, roots_of(new)).values()


def roots_of(parts: Mapping[str, bytes]) -> dict[str, Any]:
    return {name: etree.fromstring(data) for name, data in parts.items() if name.endswith(".rels")}
