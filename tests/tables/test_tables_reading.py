"""Reading: what a file is, by its content; typed cells; hostile and damaged files."""

import io
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from onefill.tables import TableRefused, read
from onefill.tables.errors import (
    Damaged,
    Empty,
    HasMacros,
    Illegible,
    InDisguise,
    Locked,
    OtherKind,
    OtherWorkbook,
    TooBig,
    TooManyCells,
    TooMuchInside,
)
from tests.packages import packed, parts_of
from tests.tables.making import GOOD, HEADER, book, saved, sheet_xml, with_parts

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TABLE = "姓名,证件号码\n陈样例,440604199001010000\n李样例,X\n"


def values(data: bytes, name: str = "a.xlsx") -> list[list[object]]:
    return [[cell.value for cell in line.cells.values()] for line in read(data, name).sheets[0].lines]


# -- kinds -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "name", "refusal", "told"),
    [
        (b"<html><table><tr><td>1</td></tr></table></html>", "a.xls", InDisguise, "这是网页改名成的 .xls"),
        ("\ufeff<!DOCTYPE html>".encode(), "a.xlsx", InDisguise, "这是网页改名成的 .xlsx"),
        ("<html>".encode("utf-16"), "a.xls", InDisguise, "这是网页改名成的 .xls"),
        (b'<?xml version="1.0"?><Workbook/>', "a.xls", InDisguise, "这是 XML 文件改名成的 .xls"),
        (b"MIME-Version: 1.0\r\n", "a.xls", InDisguise, "这是网页改名成的 .xls"),
        (b"<html></html>", "a.html", OtherKind, "这是网页"),
        (b"%PDF-1.7 ...", "a.xlsx", OtherKind, "这是 PDF"),
        (b"\x89PNG\r\n\x1a\n", "a.xlsx", OtherKind, "这是图片"),
        (OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0\0", "a.xlsx", Locked, "文件有密码"),
        (OLE + b"\0" * 600 + "WordDocument".encode("utf-16-le") + b"\0\0", "a.xls", OtherKind, "Word"),
        (OLE + b"\0" * 600, "a.xls", OtherKind, "别的程序"),
        (OLE + b"\0" * 600 + "Workbook".encode("utf-16-le") + b"\0\0", "a.xls", Damaged, "损坏"),
        (b"PK\x03\x04 nonsense", "a.xlsx", Damaged, "损坏"),
        (packed({"a.txt": b"x"}), "a.xlsx", OtherKind, "压缩包"),
        (packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "a.xlsx", OtherWorkbook, ".ods"),
        (b"", "a.xlsx", Empty, "什么都没有"),
        (b" \r\n\0\0", "a.csv", Empty, "什么都没有"),
        (b"x" * ((20 << 20) + 1), "a.csv", TooBig, "文件 21 MB，最大 20 MB"),
        (saved(Workbook()), "a.xlsx", Empty, "什么都没有"),
    ],
)
def test_what_is_no_table_is_told(data: bytes, name: str, refusal: type[TableRefused], told: str) -> None:
    with pytest.raises(refusal) as caught:
        read(data, name)
    assert told in str(caught.value)
    assert caught.value.problem().remedy


def test_the_name_does_not_matter() -> None:
    assert values(book(HEADER, GOOD), "a.xls") == [list(HEADER), list(GOOD)]
    assert values(TABLE.encode(), "a.xlsx")[0] == ["姓名", "证件号码"]


def test_macros_are_refused() -> None:
    data = parts_of(book(HEADER))
    with pytest.raises(HasMacros):
        read(packed({**data, "xl/vbaProject.bin": b"x"}), "a.xlsm")
    types = data["[Content_Types].xml"].replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    with pytest.raises(HasMacros):
        read(with_parts(book(HEADER), types=types), "a.xlsx")


# -- delimited -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_every_encoding_and_separator(encoding: str, separator: str) -> None:
    data = TABLE.replace(",", separator).encode(encoding)
    assert values(data, "名册.csv") == [["姓名", "证件号码"], ["陈样例", "440604199001010000"], ["李样例", "X"]]
    assert read(data, "C:\\表\\名册[1].csv").sheets[0].name == "名册1"


def test_traditional_chinese() -> None:
    table = "姓名,身份證號碼,手機號碼,戶籍地,備註\n張樣例,440604199001010000,13800138000,佛山市禪城區,無\n"
    assert values(table.encode("big5"), "a.csv")[0] == ["姓名", "身份證號碼", "手機號碼", "戶籍地", "備註"]


def test_text_that_was_taken_for_western_letters_and_saved_again() -> None:
    table = "姓名,身份证号码,备注\n陈·样例,440604199001010000,José\n".encode()
    windows = "".join(bytes([one]).decode("cp1252", "ignore") or chr(one) for one in table)
    for spoilt in (table.decode("latin-1"), windows):
        assert values(spoilt.encode(), "a.csv")[1] == ["陈·样例", "440604199001010000", "José"]


def test_rare_characters_and_accents_are_no_wrong_encoding() -> None:
    table = "姓名,备注\n陈\ue863样例,“José”——Müller\n联通,é\n"
    for encoding in ("utf-8", "gb18030"):
        assert values(table.encode(encoding), "a.csv")[1] == ["陈\ue863样例", "“José”——Müller"]


def test_csv_oddities() -> None:
    assert values(b'sep=;\r\na;"b;c"\r\n', "a.csv") == [["a", "b;c"]]
    assert values(b'a,b\n="440604",2\n', "a.csv")[1] == ["440604", "2"]
    assert values('姓名,备注\n陈样例,"两\n行"\n'.encode(), "a.csv")[1] == ["陈样例", "两\n行"]


@pytest.mark.parametrize(
    "data",
    [
        "姓名�".encode(),
        "锟斤拷".encode(),
        b"\xff\xff\xff,\x81",
        "\ue4c6\ue4c7,姓名".encode(),
        "姓名".encode("utf-16")[:-1],
    ],
)
def test_illegible_text_is_told(data: bytes) -> None:
    with pytest.raises(Illegible):
        read(data, "a.csv")


# -- cells -----------------------------------------------------------------------------------------------------------


def test_cells_have_the_types_of_the_file() -> None:
    def change(sheet: object) -> None:
        sheet["A2"].number_format = "0%"  # type: ignore[index]
        sheet["B2"].number_format = 'm"月"d"日"'  # type: ignore[index]
        sheet["B2"] = 46330  # type: ignore[index]

    rows = ["文本", 1, 0.1, date(2026, 11, 4), datetime(2026, 11, 4, 9, 30), time(9, 0), True, "=1+1", "#N/A"]
    lines = read(book(rows, [0.85, None], change=change), "a.xlsx").sheets[0].lines
    cells = list(lines[0].cells.values())
    assert [cell.kind for cell in cells] == [
        "text",
        "number",
        "number",
        "date",
        "date",
        "time",
        "bool",
        "uncomputed",
        "error",
    ]
    assert [cell.value for cell in cells[:7]] == rows[:7]
    assert [(cell.kind, cell.value) for cell in lines[1].cells.values()] == [
        ("percent", 0.85),
        ("date", date(2026, 11, 4)),
    ]


def test_formulas_bring_their_last_result() -> None:
    rows = (
        '<row r="1"><c r="A1" t="str"><f>B1</f><v>陈样例</v></c><c r="B1"><f>1+1</f><v>2</v></c>'
        '<c r="C1" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="D1"><f>X</f></c>'
        '<c r="E1" t="b"><f>TRUE()</f><v>1</v></c></row>'
    )
    line = read(with_parts(book(["x"]), sheet=sheet_xml(rows)), "a.xlsx").sheets[0].lines[0]
    assert [(cell.value, cell.kind, cell.formula) for cell in line.cells.values()] == [
        ("陈样例", "text", True),
        (2, "number", True),
        ("#DIV/0!", "error", True),
        (None, "uncomputed", True),
        (True, "bool", True),
    ]


def test_cells_and_rows_without_addresses_are_counted() -> None:
    rows = '<row><c t="inlineStr"><is><r><t>甲</t></r><r><t>乙</t></r></is></c><c><v>1</v></c></row>'
    rows += "<row><c><v>2</v></c></row>"
    lines = read(with_parts(book(["x"]), sheet=sheet_xml(rows)), "a.xlsx").sheets[0].lines
    assert [(line.number, {column: cell.value for column, cell in line.cells.items()}) for line in lines] == [
        (1, {1: "甲乙", 2: 1}),
        (2, {1: 2}),
    ]


def test_numbers_with_chinese_date_formats() -> None:
    """31 and 57 are dates in Chinese Excel only; libraries take them for numbers."""
    data = parts_of(book(["x"]))
    styles = data["xl/styles.xml"].replace(b"<cellXfs", b"<cellXfs").decode()
    start, end = styles.index("<cellXfs"), styles.index("</cellXfs>")
    styles = f'{styles[:start]}<cellXfs><xf numFmtId="31"/><xf numFmtId="57"/>{styles[end:]}'
    rows = '<row r="1"><c r="A1" s="0"><v>46330</v></c><c r="B1" s="1"><v>46330</v></c></row>'
    changed = {**data, "xl/styles.xml": styles.encode(), "xl/worksheets/sheet1.xml": sheet_xml(rows)}
    cells = read(packed(changed), "a.xlsx").sheets[0].lines[0].cells
    assert [cell.value for cell in cells.values()] == [date(2026, 11, 4)] * 2


def test_hidden_and_merged_are_known() -> None:
    made = Workbook()
    sheet = made.worksheets[0]
    sheet.append(["甲"])
    sheet.append(["乙"])
    sheet.row_dimensions[2].hidden = True
    sheet.column_dimensions["A"].hidden = True
    sheet.merge_cells("A3:B4")
    made.create_sheet("藏")["A1"] = 1
    made["藏"].sheet_state = "veryHidden"
    first, second = read(saved(made), "a.xlsx").sheets
    assert [line.hidden for line in first.lines] == [False, True]
    assert first.hidden_columns == ((1, 1),)
    assert first.merged[0] == (3, 1, 4, 2)
    assert second.hidden


def test_old_format() -> None:
    data = (Path(__file__).parent / "roster.xls").read_bytes()
    workbook = read(data, "roster.xlsx")
    assert workbook.kind == "xls"
    assert [sheet.name for sheet in workbook] == ["参训人员", "说明"]
    id_cell = workbook.sheets[0].lines[4].cells[3]
    assert id_cell.kind == "number"


# -- size ------------------------------------------------------------------------------------------------------------


def test_a_lonely_cell_in_the_last_corner() -> None:
    def change(sheet: object) -> None:
        sheet["XFD1048576"] = "孤单"  # type: ignore[index]

    lines = read(book(HEADER, GOOD, change=change), "a.xlsx").sheets[0].lines
    assert [line.number for line in lines] == [1, 2, 1_048_576]


def test_a_million_formatted_rows() -> None:
    rows = "".join(f'<row r="{n}" ht="20"><c r="A{n}" s="0"/><c r="B{n}" s="0"/></row>' for n in range(2, 1_000_001))
    xml = sheet_xml('<row r="1"><c r="A1" t="str"><v>姓名</v></c></row>' + rows)
    assert len(read(with_parts(book(["x"]), sheet=xml), "a.xlsx").sheets[0].lines) == 1


def test_bombs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = parts_of(book(["x"]))
    monkeypatch.setattr("onefill.tables.xlsx.MOST_IN_SHEET", 4 << 20)
    bomb = sheet_xml("<row>" * 10 + " " * (5 << 20))
    with pytest.raises(TooMuchInside):
        read(packed({**data, "xl/worksheets/sheet1.xml": bomb}), "a.xlsx")
    with pytest.raises(TooMuchInside):
        read(packed({**data, "xl/workbook.xml": b" " * (100 << 20)}), "a.xlsx")
    with pytest.raises(TooMuchInside):
        read(packed({**data, **{f"x{n}": b"" for n in range(5_001)}}), "a.xlsx")


def test_entities_are_refused() -> None:
    xml = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbb">]><workbook>&b;</workbook>'
    with pytest.raises(Damaged):
        read(with_parts(book(["x"]), book=xml), "a.xlsx")


def test_too_many_cells_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onefill.tables.xlsx.MOST_CELLS", 5)
    monkeypatch.setattr("onefill.tables.delimited.MOST_CELLS", 5)
    with pytest.raises(TooManyCells):
        read(book(HEADER), "a.xlsx")
    with pytest.raises(TooManyCells):
        read(b"a,b,c,d,e,f", "a.csv")


# -- anything --------------------------------------------------------------------------------------------------------

HEADS = st.sampled_from([b"", OLE, b"PK\x03\x04", b"\xff\xfe", b"\xef\xbb\xbf", b"<", b"\x09\x08\x10\0"])


@settings(max_examples=80, deadline=None)
@given(HEADS, st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(head: bytes, tail: bytes) -> None:
    _tried(head + tail)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damaged_workbooks_are_read_or_refused(data: st.DataObject) -> None:
    parts = parts_of(book(HEADER, GOOD))
    name = data.draw(st.sampled_from(sorted(parts)))
    part = bytearray(parts[name])
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(part) - 1))
        part[place : place + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=4))
        if not part:
            break
    _tried(packed({**parts, name: bytes(part)}))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 17_000), st.binary(min_size=1, max_size=8))
def test_damaged_old_workbooks_are_read_or_refused(place: int, spoilt: bytes) -> None:
    data = bytearray((Path(__file__).parent / "roster.xls").read_bytes())
    data[place : place + len(spoilt)] = spoilt
    _tried(bytes(data))


def _tried(data: bytes) -> None:
    try:
        read(data, "a.xlsx")
    except TableRefused as refused:
        assert "{" not in str(refused)


def test_a_lying_directory() -> None:
    """A member that unpacks to more than it says."""
    data = book(["x"])
    out = bytearray(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = archive.getinfo("xl/workbook.xml")
        size = info.file_size.to_bytes(4, "little")
    place = data.rfind(b"PK\x01\x02", 0, data.rfind(b"xl/workbook.xml"))
    assert data[place + 24 : place + 28] == size
    out[place + 24 : place + 28] = (3).to_bytes(4, "little")
    _tried(bytes(out))
