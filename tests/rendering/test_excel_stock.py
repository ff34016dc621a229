"""What stock bears already is left out of a workbook, and everything else keeps its place."""

import io
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Border, Font, NamedStyle, PatternFill, Side

from onefill.rendering import TemplateBroken
from onefill.rendering.excel_stock import without_stock_cells
from tests.rendering.excel_rules import faults
from tests.rendering.test_word import part, repacked

LINE = Side(style="thin", color="FF0000")


def made() -> Any:
    book = Workbook()
    sheet = book.worksheets[0]
    stock = NamedStyle("底版框", font=Font(color="FFC80000", underline="single", bold=True, size=16))
    stock.border, stock.fill = Border(left=LINE, bottom=LINE), PatternFill("solid", fgColor="FFD9D9D9")
    sheet["A1"], sheet["B1"] = "证书", "张三"
    sheet["A1"].style = stock
    sheet["B1"].font, sheet["B1"].border = Font(color="FF0000C8"), Border(left=LINE)
    for cell in ("A2", "B2"):
        sheet[cell] = CellRichText("第", TextBlock(InlineFont(color="FFC80000", sz=14), "号"))
    sheet["A2"].style = "底版框"
    sheet.row_dimensions[1].height = 40
    return book


def saved(book: Any) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(data: bytes) -> Any:
    return load_workbook(io.BytesIO(data), rich_text=True).worksheets[0]


def test_marked_cells_become_blank_and_others_stay() -> None:
    data = without_stock_cells(saved(made()))
    assert faults(data) == []
    sheet = read(data)
    own, other = sheet["A1"], sheet["B1"]
    assert (own.value, own.font.color.rgb, own.font.u, own.font.b, own.font.sz) == ("证书", "FFFFFFFF", None, True, 16)
    assert own.border.left.style is None and own.border.bottom.style is None
    assert own.fill.fill_type is None
    assert (other.value, other.font.color.rgb, other.border.left.style) == ("张三", "FF0000C8", "thin")
    assert sheet.row_dimensions[1].height == 40


def test_words_with_looks_of_their_own_become_white_in_marked_cells_only() -> None:
    sheet = read(without_stock_cells(saved(made())))
    runs = {cell: [run for run in sheet[cell].value if isinstance(run, TextBlock)] for cell in ("A2", "B2")}
    colours = {cell: [run.font.color.rgb for run in found] for cell, found in runs.items()}
    assert colours == {"A2": ["FFFFFFFF"], "B2": ["FFC80000"]}


def test_a_workbook_that_marks_nothing_stays_byte_for_byte() -> None:
    data = saved(Workbook())
    assert without_stock_cells(data) is data


def test_no_workbook_is_told() -> None:
    with pytest.raises(TemplateBroken):
        without_stock_cells(b"no workbook")


def test_a_text_that_two_cells_share_becomes_white_in_the_marked_one_only() -> None:
    book = made()
    sheet = book.worksheets[0]
    sheet["A3"], sheet["B3"] = "both", "both"
    sheet["A3"].style = "底版框"
    after = without_stock_cells(sharing(saved(book)))
    assert faults(after) == []
    found = {cell: read(after)[cell].value[0].font.color.rgb for cell in ("A3", "B3")}
    assert found == {"A3": "FFFFFFFF", "B3": "FFC80000"}


def sharing(data: bytes) -> bytes:
    """The same with that text kept once for all cells, in colours, as Excel keeps it."""
    sheet, said = part(data, "xl/worksheets/sheet1.xml"), 't="inlineStr"><is><t>both</t></is>'
    assert sheet.count(said) == 2
    rich = '<r><rPr><b/><color rgb="FFC80000"/><rFont val="宋体"/></rPr><t>both</t></r>'
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    leads = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    types, relations = part(data, "[Content_Types].xml"), part(data, "xl/_rels/workbook.xml.rels")
    changes = {
        "xl/worksheets/sheet1.xml": sheet.replace(said, 't="s"><v>0</v>'),
        "xl/sharedStrings.xml": f'<sst xmlns="{main}" count="2" uniqueCount="1"><si>{rich}</si></sst>',
        "[Content_Types].xml": types.replace(
            "</Types>", f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
        ),
        "xl/_rels/workbook.xml.rels": relations.replace(
            "</Relationships>", f'<Relationship Id="s" Type="{leads}" Target="sharedStrings.xml"/></Relationships>'
        ),
    }
    return repacked(data, {name: text.encode() for name, text in changes.items()})
