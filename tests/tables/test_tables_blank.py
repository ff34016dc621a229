"""The blank workbook: text columns, drop-downs, an example that is skipped, notes; filled in, it is imported whole."""

import pytest

from onefill.definitions.model import FieldDefinition, Repeat, Section
from onefill.tables import blank, match, read, rows
from tests.desks import our_packs
from tests.tables.making import opened, saved, section


def test_it_can_be_filled_in_and_read() -> None:
    book = opened(blank(section()))
    sheet = book.worksheets[0]
    columns = {str(cell.value).rstrip("*").partition("（")[0]: cell.column for cell in sheet[3]}
    for label, value in (("姓名", "陈样例"), ("身份证号码", "11010519491231002X"), ("文化程度", "高中")):
        sheet.cell(5, columns[label], value)
    workbook = read(saved(book), "a.xlsx")
    found = rows(workbook, match(workbook, section()))
    assert [row.stored() for row in found.rows] == [
        {"name": "陈样例", "id_no": "11010519491231002X", "education": "高中"}
    ]
    assert [(one.first, one.reason) for one in found.skipped] == [(4, "示例行")]
    assert found.problems == ()


def test_columns_are_text_and_lists_drop_down() -> None:
    book = opened(blank(section()))
    sheet = book.worksheets[0]
    columns = {str(cell.value): cell.column_letter for cell in sheet[3]}
    assert sheet[f"{columns['身份证号码*']}300"].number_format == "@"
    assert columns["理论成绩（分）"]
    rules = {str(rule.sqref).partition(":")[0][:-1]: rule for rule in sheet.data_validations.dataValidation}
    assert rules[columns["文化程度*"]].formula1 == '"研究生,本科,专科,中专,技工,高中,初中,小学,文盲"'
    assert book["选项"].sheet_state == "hidden"
    assert book["怎么填"]["A2"].value == "姓名"
    assert sheet.freeze_panes == "C4"


def test_only_some_fields_and_choices_from_elsewhere() -> None:
    data = blank(section("sessions"), fields=["date", "teacher"], options={"teacher": ["何样例", "区样例"]})
    sheet = opened(data).worksheets[0]
    assert [cell.value for cell in sheet[3]] == ["序号", "日期*", "授课教师*"]
    assert sheet.data_validations.dataValidation[0].formula1 == '"何样例,区样例"'
    assert sheet["C4"].value == "何样例"


def test_long_lists_stand_on_a_sheet() -> None:
    long = tuple(f"第{number}项选择" for number in range(60))
    fields = tuple(FieldDefinition(key=key, label=key, type="choice", options=long) for key in ("a", "b"))
    book = opened(blank(Section(key="s", title="表", repeat=Repeat(), fields=fields)))
    rules = book.worksheets[0].data_validations.dataValidation
    assert [rule.formula1 for rule in rules] == ["选项!$A$1:$A$60", "选项!$B$1:$B$60"]
    assert book["选项"]["B60"].value == long[-1]


@pytest.mark.parametrize("title", ["节/名:有*不许?的[字]", "很长" * 30, "'"])
def test_any_title(title: str) -> None:
    fields = (FieldDefinition(key="a", label="甲", type="choice", options=("一,二", '三"')),)
    made = opened(blank(Section(key="s", title=title, repeat=Repeat(), fields=fields)))
    assert made.worksheets[0]["A1"].value == title
    assert made.worksheets[0].data_validations.dataValidation[0].formula1 == "选项!$A$1:$A$2"


def test_examples_are_right() -> None:
    """Whoever copies the example row gets no error from it."""
    for form in our_packs().forms.values():
        for one in form.sections:
            if one.repeat is None:
                continue
            book = opened(blank(one))
            book.worksheets[0]["A4"] = "1"
            workbook = read(saved(book), "a.xlsx")
            found = rows(workbook, match(workbook, one))
            assert [told for told in found.problems if told.code != "CHOICE"] == [], one.key
