"""Workbooks as Excel writes them: what no tag touches stays, and what stands on rows follows them."""

import io
import re
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from lxml import etree
from openpyxl import Workbook
from openpyxl.chart import Reference, ScatterChart, Series
from openpyxl.formatting.rule import FormulaRule
from openpyxl.worksheet.cell_range import CellRange

from onefill.problems import TemplatePlace
from onefill.rendering import TemplateBroken, compile_template
from onefill.rendering.errors import TooManyRows
from onefill.rendering.excel_rows import RowMap
from tests.packages import packed, parts_of
from tests.rendering.excel_rich import rich
from tests.rendering.excel_rules import S, faults, related

SHEET = "xl/worksheets/sheet1.xml"
TEXT = "{http://schemas.microsoft.com/office/excel/2006/main}"
#: What is written anew in every file: that all is worked out anew.
LISTS = {"xl/workbook.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels"}


def facts(count: int) -> dict[str, object]:
    rows = [{"name": f"学员{n}", "day": date(2026, 1, 1 + n % 28), "score": 50 + n} for n in range(count)]
    return {"class_no": "一班", "rows": rows}


class Sheet:
    """The list's sheet of a printed workbook."""

    def __init__(self, data: bytes, part: str = SHEET) -> None:
        assert faults(data) == []
        self.members = parts_of(data)
        self.roots = {n: etree.fromstring(d) for n, d in self.members.items() if n.endswith((".xml", ".rels", ".vml"))}
        self.root, self.related = self.roots[part], related(part, self.roots)
        self.strings = ["".join(si.itertext()) for si in self.roots["xl/sharedStrings.xml"]]

    def part(self, kind: str) -> Any:
        return next(self.roots[target] for each, target in self.related.values() if each == kind)

    def all(self, path: str, key: str) -> list[str]:
        return [each.get(key) for each in self.root.iterfind(path.replace("s:", S))]

    def formulas(self) -> dict[str, str]:
        cells = self.root.iter(f"{S}c")
        return {cell.get("r"): cell.findtext(f"{S}f") for cell in cells if cell.find(f"{S}f") is not None}

    def text(self, cell: str) -> str:
        found = next(each for each in self.root.iter(f"{S}c") if each.get("r") == cell)
        value = found.findtext(f"{S}v")
        return self.strings[int(value)] if found.get("t") == "s" else value


def test_a_workbook_without_tags_stays_byte_for_byte() -> None:
    old = parts_of(rich(tags=False))
    new = parts_of(compile_template(rich(tags=False), "t.xlsx").render({}))
    assert list(new) == list(old)
    assert {name for name in old if new[name] != old[name]} <= LISTS
    assert b'fullCalcOnLoad="1"' in new["xl/workbook.xml"]


def test_parts_that_no_row_concerns_stay_byte_for_byte() -> None:
    old, new = parts_of(rich()), parts_of(compile_template(rich(), "t.xlsx").render(facts(7)))
    still = re.compile(r"media/|theme|richData|metadata|sheet3|vmlDrawing2|docProps/core|printerSettings")
    assert {name for name in old if still.search(name) and new[name] != old[name]} == set()
    assert set(new) == set(old)


def test_values_under_merged_cells_stay() -> None:
    assert Sheet(compile_template(rich(), "t.xlsx").render(facts(2))).text("B3") == "压在下面的值"


@pytest.mark.parametrize("count", [1, 3, 500])
def test_everything_follows_the_rows(count: int) -> None:
    sheet = Sheet(compile_template(rich(), "t.xlsx").render(facts(count)))
    moved, last = count - 3, 4 + count

    def block(column: str) -> str:
        return f"{column}5" if count == 1 else f"{column}5:{column}{last}"

    assert sheet.all("s:mergeCells/s:mergeCell", "ref") == ["A3:B3", f"A{9 + moved}:B{10 + moved}"]
    heights = dict(zip(sheet.all("s:sheetData/s:row", "r"), sheet.all("s:sheetData/s:row", "ht"), strict=True))
    assert {heights[str(row)] for row in range(5, last + 1)} == {"27"}
    assert heights[str(8 + moved)] == "33"
    assert sheet.all("s:rowBreaks/s:brk", "id") == [str(8 + moved), str(12 + moved)]
    assert sheet.all("s:dataValidations/s:dataValidation", "sqref") == [block("D"), f"A{12 + moved}"]
    assert set(sheet.all("s:conditionalFormatting", "sqref")) == {block("C"), f"A{12 + moved}"}
    assert {each.text for each in sheet.root.iter(f"{S}formula")} >= {f"$C${8 + moved}", f"$C${8 + moved}>100"}
    assert sheet.all("s:protectedRanges/s:protectedRange", "sqref") == [block("D")]
    assert sheet.all("s:ignoredErrors/s:ignoredError", "sqref") == [f"{block('A')} A{12 + moved}"]
    assert sheet.all("s:autoFilter", "ref") == [f"A4:D{last}"]
    assert sheet.all("s:hyperlinks/s:hyperlink", "ref") == [block("E"), f"A{11 + moved}"]
    assert sheet.all("s:hyperlinks/s:hyperlink", "location")[1] == f"'名册'!A{12 + moved}"
    assert sheet.all("s:sheetViews/s:sheetView/s:pane", "topLeftCell") == ["A5"]
    assert len(sheet.root.findall(f"{S}sheetProtection")) == 1


@pytest.mark.parametrize("count", [1, 3, 20])
def test_formulas_follow_the_rows(count: int) -> None:
    sheet = Sheet(compile_template(rich(), "t.xlsx").render(facts(count)))
    total, last = 5 + count, 4 + count
    expected = {f"D{row}": f'IF(C{row}>=60,"合格","不合格")' for row in range(5, last + 1)}
    expected |= {
        f"C{total}": f"SUM(C5:C{last})",
        f"D{total}": f"SUM(C5:C{last}*2)",
        f"H{10 + count}": "SUM(Fees[金额])",
    }
    assert sheet.formulas() == expected
    assert all(cell.find(f"{S}v") is None for cell in sheet.root.iter(f"{S}c") if cell.find(f"{S}f") is not None)
    other = Sheet(compile_template(rich(), "t.xlsx").render(facts(count)), "xl/worksheets/sheet2.xml")
    still = "名册!C8" if count == 3 else f"'名册'!C{total}"
    assert other.formulas() == {"A1": f"SUM('名册'!C5:C{last})", "A2": still, "A3": "LEN(A1)"}
    names = {each.get("name"): each.text for each in other.roots["xl/workbook.xml"].iter(f"{S}definedName")}
    assert names["成绩"] == f"'名册'!$C$5:$C${last}"
    assert names["_xlnm.Print_Area"] == (f"'名册'!$A$1:$F${11 + count}" if count != 3 else "名册!$A$1:$F$14")
    assert names["_xlnm.Print_Titles"] == "名册!$3:$4"
    assert names["_xlnm._FilterDatabase"] == f"'名册'!$A$4:$D${last}"


@pytest.mark.parametrize("count", [1, 4])
def test_what_hangs_on_the_sheet_follows(count: int) -> None:
    sheet = Sheet(compile_template(rich(), "t.xlsx").render(facts(count)))
    moved, last = count - 3, 4 + count
    assert [each.get("ref") for each in sheet.part("comments").iter(f"{S}comment")] == [
        *(f"C{row}" for row in range(5, last + 1)),
        f"A{9 + moved}",
    ]
    notes = sheet.part("vmlDrawing")
    rows = [int(each.text) + 1 for each in notes.iter("{*}Row")]
    assert sorted(rows) == sorted([*range(5, last + 1), 9 + moved])
    corners = [int(each.text.split(",")[2]) for each in notes.iter("{*}Anchor")]
    assert 14 + moved in corners
    anchors = [int(each.findtext("{*}row")) + 1 for each in sheet.part("drawing").iter("{*}from")]
    assert sorted(anchors) == sorted([12 + moved, 12 + moved, 18 + moved])
    assert sheet.part("table").get("ref") == f"H{9 + moved}:I{11 + moved}"
    assert [each.text for each in sheet.root.iter(f"{TEXT}f") if each.getparent().tag.endswith("sparkline")] == [
        f"名册!B{row}:C{row}" if row == 6 else f"'名册'!B{row}:C{row}" for row in range(5, last + 1)
    ]
    areas = [each.text for each in sheet.root.iter(f"{TEXT}sqref")]
    assert [f"F{row}" for row in range(5, last + 1)] == [each for each in areas if each.startswith("F")]
    for chart in (root for name, root in sheet.roots.items() if re.fullmatch(r"xl/charts/chart\d\.xml", name)):
        found = [each.text for each in chart.iter("{*}f")]
        assert found == [
            "名册!$C$4",
            f"'名册'!$A$5:$A${last}",
            f"'名册'!$C$5:$C${last}",
        ]
        assert not list(chart.iter("{*}numCache"))


def test_values_take_the_looks_of_the_text_around_them_and_the_format_of_their_cell() -> None:
    sheet = Sheet(compile_template(rich(), "t.xlsx").render({**facts(2), "class_no": "<&=二班>"}))
    assert sheet.text("A1") == "班次：<&=二班> 共 2人"
    index = int(next(c for c in sheet.root.iter(f"{S}c") if c.get("r") == "A1").findtext(f"{S}v"))
    runs = sheet.roots["xl/sharedStrings.xml"][index].findall(f"{S}r")
    assert [(run.findtext(f"{S}t"), run.find(f"{S}rPr/{S}i") is not None) for run in runs] == [
        ("班次：", False), ("<&=二班>", True), (" 共 ", False), ("2人", False),
    ]  # fmt: skip
    colours = [run.find(f"{S}rPr/{S}color").get("rgb") for run in (runs[0], runs[3])]
    assert colours == ["FFFF0000"] * 2
    assert (sheet.text("B5"), sheet.text("C5")) == ("46023", "50")
    assert "{{" not in "".join(sheet.strings)


def test_sheets_of_items_carry_all_that_hangs_on_them() -> None:
    data = compile_template(rich(), "t.xlsx").render_each([facts(1), facts(4), facts(0)], "sheets", ["甲", "乙", "丙"])
    assert faults(data) == []
    parts = parts_of(data)
    names = re.findall(r'<sheet [^>]*name="([^"]*)"', parts["xl/workbook.xml"].decode())
    assert names == ["甲", "乙", "丙", "汇总", "说明"]
    second = Sheet(data, "xl/worksheets/sheet4.xml")
    assert second.part("table").get("name") == "Fees_2"
    assert second.formulas()["H14"] == "SUM(Fees_2[金额])"
    assert [each.get("ref") for each in second.part("comments").iter(f"{S}comment")] == ["C5", "C6", "C7", "C8", "A10"]
    charts = [root for name, root in second.roots.items() if "charts/chart" in name]
    assert {chart.findtext(".//{*}val//{*}f") for chart in charts} == {
        "'甲'!$C$5:$C$5", "'乙'!$C$5:$C$8", "'丙'!$A$1048576",
    }  # fmt: skip


def test_no_rows_leave_a_table_one_empty_row() -> None:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("单")
        sheet.add_table("A1:B4", {"columns": [{"header": "项目"}, {"header": "金额"}]})
        for cell, text in {"A2": "{%tr for t in rows %}", "A3": "{{ t.name }}", "A4": "{%tr endfor %}"}.items():
            sheet.write(cell, text)
        sheet.write("A5", "合计")
    compiled = compile_template(out.getvalue(), "t.xlsx")
    for count, area in ((0, "A1:B2"), (1, "A1:B2"), (5, "A1:B6")):
        made = Sheet(compiled.render(facts(count)))
        assert made.part("table").get("ref") == area
        assert made.text(f"A{2 + max(count, 1)}") == "合计"


def test_little_charts_of_no_rows_leave_no_empty_group() -> None:
    assert list(Sheet(compile_template(rich(), "t.xlsx").render(facts(1))).root.iter("{*}sparklineGroup"))
    assert not list(Sheet(compile_template(rich(), "t.xlsx").render(facts(0))).root.iter("{*}sparklineGroup"))


def test_empty_rows_at_the_end_of_the_sheet_are_pushed_out() -> None:
    """As LibreOffice writes them; what holds anything is not pushed out."""
    book = Workbook()
    sheet: Any = book.active
    for row, text in enumerate(("{%tr for t in rows %}", "{{ t.name }}", "{%tr endfor %}", "尾"), start=1):
        sheet.cell(row, 1).value = text
    sheet.conditional_formatting.add("D1:D1048576", FormulaRule(["$A1>0"]))
    out = io.BytesIO()
    book.save(out)
    parts = parts_of(out.getvalue())

    def printed(last: str) -> bytes:
        xml = parts[SHEET].replace(b"</sheetData>", f"{last}</sheetData>".encode())
        return compile_template(packed({**parts, SHEET: xml}), "t.xlsx").render(facts(9))

    made = Sheet(printed('<row r="1048575" ht="12.8"/><row r="1048576" ht="12.8"><c r="A1048576" s="0"/></row>'))
    last = list(made.root.iter(f"{S}row"))[-1]
    assert (last.get("r"), "".join(map(str, last.itertext()))) == ("10", "尾")
    assert made.all("s:conditionalFormatting", "sqref") == ["D1:D1048576"]
    with pytest.raises(TooManyRows):
        printed('<row r="1048576"><c r="A1048576"><v>1</v></c></row>')


@pytest.mark.parametrize("count", [1, 2, 9])
def test_merges_down_to_the_end_of_the_sheet_are_no_work(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row that only moves is not asked for: there are a million of them."""
    book = Workbook()
    sheet: Any = book.active
    for row, text in enumerate(("{%tr for t in rows %}", "{{ t.name }}", "{%tr endfor %}", "尾"), start=1):
        sheet.cell(row, 1).value = text
    for merged in ("D1:E1048576", "F1:G1048500", "H4:I1048576", "J9:K1048500"):
        sheet.merged_cells.add(CellRange(merged))
    out = io.BytesIO()
    book.save(out)
    asked: list[int] = []
    all_of = RowMap.all

    def counted(rows: RowMap, row: int) -> Sequence[int]:
        asked.append(row)
        return all_of(rows, row)

    monkeypatch.setattr(RowMap, "all", counted)
    made = Sheet(compile_template(out.getvalue(), f"{count}.xlsx").render(facts(count)))
    shift = count - 3
    assert sorted(made.all("s:mergeCells/s:mergeCell", "ref")) == [
        "D1:E1048576",
        f"F1:G{1048500 + shift}",
        f"H{4 + shift}:I{min(1048576 + shift, 1048576)}",
        f"J{9 + shift}:K{1048500 + shift}",
    ]
    assert len(asked) < 1000


def titled(formula: str) -> bytes:
    """A list on a sheet whose title is filled in, with a print area and titles, and another sheet that reads it."""
    import xlsxwriter

    out, name = io.BytesIO(), "'{{ class_no }}'"
    with xlsxwriter.Workbook(out) as book:
        sheet, other = book.add_worksheet("{{ class_no }}"), book.add_worksheet("汇总")
        for cell, text in {"A2": "{%tr for t in rows %}", "A3": "{{ t.score }}", "A4": "{%tr endfor %}"}.items():
            sheet.write(cell, text)
        sheet.print_area("A1:B4")
        sheet.repeat_rows(0)
        other.write_formula("A1", formula)
        other.write_url("A2", f"internal:{name}!A1", string="名册")
        other.data_validation("A3", {"validate": "list", "source": f"={name}!$A$3:$A$3"})
        other.conditional_format("A4", {"type": "formula", "criteria": f"={name}!$A$3>60"})
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": f"={name}!$A$3:$A$3"})
        other.insert_chart("C1", chart)
    return out.getvalue()


def test_what_refers_to_a_sheet_whose_title_is_filled_in_follows_it() -> None:
    data = compile_template(titled("=SUM('{{ class_no }}'!A3:A3)"), "t.xlsx").render(facts(3))
    assert faults(data) == []
    parts = {name: text.decode() for name, text in parts_of(data).items() if name.endswith(".xml")}
    assert {each for name, text in parts.items() for each in re.findall(r"'[^'<>]*'!\$?\w[\w:$]*", text)} == {
        "'一班'!A2:A4", "'一班'!$A$2:$A$4", "'一班'!$A$2", "'一班'!A1", "'一班'!$A$1:$B$4", "'一班'!$1:$1",
        "'一班'!Print_Area", "'一班'!Print_Titles",
    }  # fmt: skip


@pytest.mark.parametrize("formula", ['="{{ class_no }}"', "='{{ another }}'!A3"])
def test_a_tag_in_a_formula_that_is_no_title_of_a_sheet_is_told(formula: str) -> None:
    with pytest.raises(TemplateBroken, match="公式里不能写标记"):
        compile_template(titled(formula), "t.xlsx")


# -- pivot tables ------------------------------------------------------------------------------------------------------

_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def with_pivot(source: str) -> bytes:
    """A list with a pivot table below it, and a sheet that no tag touches."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "名册"
    cells = {"A1": "姓名", "B1": "分", "A2": "{%tr for t in rows %}", "A3": "{{ t.name }}", "A4": "{%tr endfor %}"}
    for cell, text in cells.items():
        sheet[cell] = text
    book.create_sheet("标准")
    out = io.BytesIO()
    book.save(out)
    return with_parts(out.getvalue(), source)


def with_parts(data: bytes, source: str) -> bytes:
    parts = parts_of(data)
    head = b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'

    def leading(kind: str, target: str, id: str = "rId1") -> bytes:
        return f'<Relationship Id="{id}" Type="{_RELATIONS}/{kind}" Target="{target}"/></Relationships>'.encode()

    table, cache = "/xl/pivotTables/pivotTable1.xml", "/xl/pivotCache/pivotCacheDefinition1.xml"
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = head + leading("pivotTable", table)
    parts["xl/pivotTables/_rels/pivotTable1.xml.rels"] = head + leading("pivotCacheDefinition", cache)
    parts[table[1:]] = (
        f'<pivotTableDefinition xmlns="{S[1:-1]}" name="p" cacheId="1" dataCaption="v">'
        '<location ref="A8:B10" firstHeaderRow="1" firstDataRow="1" firstDataCol="1"/></pivotTableDefinition>'
    ).encode()
    parts[cache[1:]] = (
        f'<pivotCacheDefinition xmlns="{S[1:-1]}" recordCount="0"><cacheSource type="worksheet">'
        f'<worksheetSource {source}/></cacheSource><cacheFields count="0"/></pivotCacheDefinition>'
    ).encode()
    listed = f'<pivotCache xmlns:r="{_RELATIONS}" cacheId="1" r:id="rId99"/>'
    changes = {
        "xl/_rels/workbook.xml.rels": (b"</Relationships>", leading("pivotCacheDefinition", cache, "rId99")),
        "xl/workbook.xml": (b"</workbook>", f"<pivotCaches>{listed}</pivotCaches></workbook>".encode()),
        "[Content_Types].xml": (
            b"</Types>",
            f'<Override PartName="{table}" ContentType="{_TYPES}.pivotTable+xml"/>'
            f'<Override PartName="{cache}" ContentType="{_TYPES}.pivotCacheDefinition+xml"/></Types>'.encode(),
        ),
    }
    for name, (old, new) in changes.items():
        parts[name] = parts[name].replace(old, new)
    return packed(parts)


@pytest.mark.parametrize("source", ['ref="A1:B3" sheet="名册"', 'name="表1"'])
def test_a_pivot_that_reads_its_own_sheet_is_not_copied(source: str) -> None:
    """All copies would show the figures of the first."""
    compiled = compile_template(with_pivot(source), "t.xlsx")
    [fault] = compiled.repeat_faults
    assert (fault.code, fault.place) == ("TEMPLATE_PIVOT_REPEATS", TemplatePlace("t.xlsx", "名册", "A8"))
    with pytest.raises(TemplateBroken, match="名册A8：数据透视表") as told:
        compiled.render_each([facts(2), facts(3)], "sheets", ["甲", "乙"])
    assert told.value.problems == (fault,)


def test_a_pivot_alone_follows_its_rows() -> None:
    made = compile_template(with_pivot('ref="A1:B3" sheet="名册"'), "t.xlsx").render(facts(5))
    assert b'ref="A1:B6"' in parts_of(made)["xl/pivotCache/pivotCacheDefinition1.xml"]


def test_a_pivot_that_reads_a_sheet_which_stays_once_is_copied() -> None:
    compiled = compile_template(with_pivot('ref="A1:B3" sheet="标准"'), "t.xlsx")
    assert compiled.repeat_faults == ()
    made = parts_of(compiled.render_each([facts(2), facts(3)], "sheets", ["甲", "乙"]))
    assert sum("pivotTables/pivotTable" in name for name in made) == 2


def test_a_part_is_found_whatever_the_case_of_its_name() -> None:
    """Some programs write ``SharedStrings.xml`` and call it ``sharedStrings.xml``; Excel opens that."""
    parts = parts_of(rich())
    spelt = {("xl/SharedStrings.xml" if name == "xl/sharedStrings.xml" else name): data for name, data in parts.items()}
    made = parts_of(compile_template(packed(spelt), "t.xlsx").render(facts(3)))
    usual = parts_of(compile_template(rich(), "t.xlsx").render(facts(3)))
    assert set(made) == set(spelt)
    assert made["xl/SharedStrings.xml"] == usual["xl/sharedStrings.xml"]
    assert made[SHEET] == usual[SHEET]


def test_a_chart_of_single_cells_stays_as_it_is() -> None:
    book = Workbook()
    sheet: Any = book.active
    sheet["A1"], sheet["B1"], sheet["D4"] = 1, 2, "{{ class_no }}"
    chart = ScatterChart()
    chart.series.append(Series(Reference(sheet, 1, 1), Reference(sheet, 2, 1)))
    sheet.add_chart(chart, "F2")
    out = io.BytesIO()
    book.save(out)
    made = parts_of(compile_template(out.getvalue(), "t.xlsx").render(facts(1)))["xl/charts/chart1.xml"]
    assert re.findall(rb"f>([^<]*)</", made) == re.findall(
        rb"f>([^<]*)</", parts_of(out.getvalue())["xl/charts/chart1.xml"]
    )
