"""Tables that only show: text stays text, and on paper every column stands on one page."""

import io

from openpyxl import load_workbook

from onefill.rendering.libreoffice import convert
from onefill.service.pictures import page_count
from onefill.tables import plain

COLUMNS = [f"第 {number} 列的名称" for number in range(1, 15)]


def test_text_stays_text_and_counts_are_numbers() -> None:
    sheet = load_workbook(io.BytesIO(plain("名册", ("证件号码", "几件"), [("=1+1", 3), ("0012", 4)]))).worksheets[0]
    assert [[cell.value for cell in line] for line in sheet.iter_rows(min_row=2)] == [["=1+1", 3], ["0012", 4]]
    assert [cell.data_type for cell in sheet["A"]] == ["s", "s", "s"]


def test_what_goes_out_has_its_title_above_its_headings() -> None:
    above = ("=名单", "截至 2026年11月4日")
    data = plain("名册", ("编号", "名称"), [("1", "甲")], above=above, below=["以公布的为准"])
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    assert [line[0] for line in sheet.values] == [*above, "编号", "1", "以公布的为准"]
    assert sheet["A1"].data_type == "s" and sheet["A1"].font.size > sheet["A2"].font.size
    assert {str(one) for one in sheet.merged_cells.ranges} == {"A1:B1", "A2:B2", "A5:B5"}
    assert (sheet.print_title_rows, sheet.freeze_panes) == ("$3:$3", "A4")


def test_all_columns_stand_on_one_page_whose_heads_come_again() -> None:
    data = plain("名册", COLUMNS, [["二十个字符以内的内容"] * len(COLUMNS)] * 60)
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    assert sheet.print_title_rows == "$1:$1"
    made = convert({"list.xlsx": data})["list.xlsx"]
    assert isinstance(made, bytes)
    assert page_count(made) <= 2
