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


def test_all_columns_stand_on_one_page_whose_heads_come_again() -> None:
    data = plain("名册", COLUMNS, [["二十个字符以内的内容"] * len(COLUMNS)] * 60)
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    assert sheet.print_title_rows == "$1:$1"
    made = convert({"list.xlsx": data})["list.xlsx"]
    assert isinstance(made, bytes)
    assert page_count(made) <= 2
