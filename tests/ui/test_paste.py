"""Rows copied from a spreadsheet."""

import pytest

from onefill.definitions.model import FieldDefinition
from onefill.ui.paste import read_pasted

COLUMNS = (
    FieldDefinition(key="name", label="姓名"),
    FieldDefinition(key="id_no", label="证件号码", synonyms=("身份证号",)),
    FieldDefinition(key="sex_stated", label="性别（证件上）"),
    FieldDefinition(key="teacher", label="教师", type="link", form="teacher"),
)
NAMES = {"teacher": {"何秀珍": "t1", "黄丙申（实操）": "t2"}}


def test_heads_tell_the_columns_in_any_order() -> None:
    read = read_pasted("证件号码\t姓名\r\n001\t甲\r\n002\t乙\r\n", COLUMNS, NAMES)
    assert read.rows == ({"id_no": "001", "name": "甲"}, {"id_no": "002", "name": "乙"})
    assert not read.notes


def test_a_column_is_known_by_its_other_names() -> None:
    assert read_pasted("身份证号\t姓名\n001\t甲", COLUMNS, NAMES).rows == ({"id_no": "001", "name": "甲"},)


def test_without_heads_the_order_counts() -> None:
    assert read_pasted("甲\t001\n乙\t002", COLUMNS, NAMES).rows[1] == {"name": "乙", "id_no": "002"}


def test_a_column_that_only_counts_is_left_out() -> None:
    assert read_pasted("1\t甲\t001\n2\t乙\t002", COLUMNS, NAMES).rows[0] == {"name": "甲", "id_no": "001"}


def test_unknown_and_computed_columns_are_told() -> None:
    read = read_pasted("序号\t姓名\t性别\t血型\n1\t甲\t男\tA", COLUMNS, NAMES, ["性别"])
    assert read.rows == ({"name": "甲"},)
    assert "性别、血型" in read.notes[0]


def test_links_are_found_by_their_names() -> None:
    read = read_pasted("姓名\t教师\n甲\t何秀珍\n乙\t黄丙申\n丙\t无名", COLUMNS, NAMES)
    assert [row["teacher"] for row in read.rows] == ["t1", "t2", "无名"]


def test_cells_with_line_breaks_and_quotes() -> None:
    assert read_pasted('姓名\t证件号码\n"甲\n乙"\t"0""1"', COLUMNS, NAMES).rows == ({"name": "甲\n乙", "id_no": '0"1'},)


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "\t\t\n\t"])
def test_nothing_is_nothing(text: str) -> None:
    assert read_pasted(text, COLUMNS, NAMES).rows == ()


def test_too_many_columns_are_told() -> None:
    assert "多出 2 列" in read_pasted("甲\t1\t男\t何秀珍\tx\ty", COLUMNS, NAMES).notes[0]
