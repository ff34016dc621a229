"""Rosters as people send them: one clean, one with every kind of error."""

import random
import re
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from onefill.fields.identity import check_digit
from samples.people import Row, names, trainee

#: Heading, field, width.
COLUMNS = (
    ("姓名", "name", 22),
    ("民族", "nation", 10),
    ("身份证号码", "id_no", 22),
    ("文化程度", "education", 10),
    ("户籍地", "hukou_region", 22),
    ("人员类别", "person_class", 18),
    ("工作单位", "employer", 26),
    ("联系电话", "mobile", 15),
    ("备注", "note", 16),
)
_KEYS = tuple(key for _, key, _ in COLUMNS)
_HEADER = 3
_MADE = datetime(2026, 11, 24, 9, 0)
Spoil = Callable[[Row, list[Row]], None]


def clean_roster() -> bytes:
    """Fifty people, none of them in a sample class."""
    return _bytes(_book(_people("clean roster", 50, 3001)))


def broken_roster() -> bytes:
    """Every row but the first wrong in one way, which the second sheet tells."""
    people = _people("broken roster", len(_ERRORS) + 1, 4001)
    for row, (_, spoil) in zip(people[1:], _ERRORS, strict=True):
        spoil(row, people)
    book = _book(people)
    sheet = book.worksheets[0]
    last = _HEADER + len(people)
    sheet.cell(last + 2, 1, "合计")
    sheet.cell(last + 2, 3, f"{len(people)} 人")
    sheet.cell(_HEADER, len(COLUMNS) + 1, "银行卡号")
    sheet.cell(_HEADER + 1, len(COLUMNS) + 1, "不收集的一列")
    told = book.create_sheet("说明")
    told.append(["单元格行", "故意写错的地方"])
    for number, (what, _) in enumerate(_ERRORS, _HEADER + 2):
        told.append([number, what])
    told.append([last + 2, "合计行，不是学员"])
    told.column_dimensions["B"].width = 50
    return _bytes(book)


def _people(seed: str, count: int, serial: int) -> list[Row]:
    dice = random.Random(seed)
    return [trainee(dice, who, serial + place) for place, who in enumerate(names(dice, count))]


def _book(people: list[Row]) -> Workbook:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "参训人员"
    sheet.append(["参训人员名册（样例）"])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(COLUMNS) + 1)
    sheet["A1"].font = Font(name="宋体", size=16)
    sheet["A1"].alignment = Alignment(horizontal="center")
    sheet.append(["填报单位：佛山市样例职业培训学校"])
    for column, (heading, _, width) in enumerate(COLUMNS, 1):
        sheet.cell(_HEADER, column, heading).font = Font(name="宋体", bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = width
    for number, row in enumerate(people, _HEADER + 1):
        _write(sheet, number, row)
    sheet.freeze_panes = "B4"
    return book


def _write(sheet: Worksheet, number: int, row: Row) -> None:
    for column, key in enumerate(_KEYS, 1):
        value = row.get(key)
        cell = sheet.cell(number, column)
        cell.value = value
        if isinstance(value, str):
            cell.number_format = "@"
            cell.data_type = "s"


def _bytes(book: Workbook) -> bytes:
    """The workbook, the same bytes every time."""
    book.properties.created = book.properties.modified = _MADE
    book.properties.creator = "样例"
    stream = BytesIO()
    book.save(stream)
    fixed = BytesIO()
    with ZipFile(stream) as source, ZipFile(fixed, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "docProps/core.xml":
                data = _stamped(data)
            target.writestr(ZipInfo(name, (2026, 11, 24, 9, 0, 0)), data, ZIP_DEFLATED)
    return fixed.getvalue()


def _stamped(core: bytes) -> bytes:
    """Core properties with the time of saving, which openpyxl takes from the clock, made fixed."""
    return re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + f"{_MADE:%Y-%m-%dT%H:%M:%SZ}".encode(), core)


# -- every kind of error -----------------------------------------------------------------------------------------


def _set(key: str, value: object) -> Spoil:
    def spoil(row: Row, people: list[Row]) -> None:
        row[key] = value

    return spoil


def _change(key: str, how: Callable[[str], object]) -> Spoil:
    def spoil(row: Row, people: list[Row]) -> None:
        row[key] = how(str(row[key]))

    return spoil


def _drop(key: str) -> Spoil:
    def spoil(row: Row, people: list[Row]) -> None:
        row.pop(key, None)

    return spoil


def _same(key: str, place: int) -> Spoil:
    def spoil(row: Row, people: list[Row]) -> None:
        row[key] = people[place][key]

    return spoil


def _employed(row: Row, people: list[Row]) -> None:
    row["person_class"] = "企业职工"
    row.pop("employer", None)


def _born(year: int) -> Spoil:
    def spoil(row: Row, people: list[Row]) -> None:
        first_17 = f"{str(row['id_no'])[:6]}{year}1224{str(row['id_no'])[14:17]}"
        row["id_no"] = first_17 + check_digit(first_17)

    return spoil


def _with_check(first_17: str) -> str:
    return first_17 + check_digit(first_17)


def _wide(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) for char in text)


def _other_check(number: str) -> str:
    return number[:17] + ("1" if number[17] != "1" else "2")


_ERRORS: tuple[tuple[str, Spoil], ...] = (
    ("身份证号码是数字单元格，后三位已丢失", _change("id_no", lambda text: float(text[:15] + "000"))),
    ("身份证号码校验码不对", _change("id_no", _other_check)),
    ("身份证号码是 15 位", _change("id_no", lambda text: text[:6] + text[8:17])),
    ("身份证号码少一位", _change("id_no", lambda text: text[:17])),
    ("身份证号码末位是字母 O", _change("id_no", lambda text: text[:17] + "O")),
    ("出生日期不存在（2 月 30 日）", _change("id_no", lambda text: _with_check(text[:6] + "19900230" + text[14:17]))),
    ("省份代码不存在", _change("id_no", lambda text: _with_check("99" + text[2:17]))),
    ("全角数字，可以自动改正", _change("id_no", _wide)),
    (
        "号码里有空格和看不见的字符，可以自动改正",
        _change("id_no", lambda text: f"{text[:6]} {text[6:14]}\u200b{text[14:]}"),
    ),
    ("号码前有撇号，可以自动改正", _change("id_no", lambda text: "'" + text)),
    ("与第一行证件号码相同", _same("id_no", 0)),
    ("不满 16 岁", _born(2012)),
    ("超过退休年龄，只提醒", _born(1958)),
    ("没有填身份证号码", _drop("id_no")),
    ("没有填姓名", _drop("name")),
    ("姓名中间有空格", _set("name", "古丽 样例")),
    ("姓名里有数字", _set("name", "陈样例2")),
    ("姓名只有一个字", _set("name", "陈")),
    ("姓名的间隔号写成了点，可以自动改正", _set("name", "古丽.样例")),
    ("姓名很长", _set("name", "样例" * 100)),
    ("姓名里有网页标记", _set("name", "<b>样例</b>")),
    ("备注像公式，照文字收下", _set("note", "=1+1")),
    ("备注像模板，照文字收下", _set("note", "{{ 7*7 }}")),
    ("手机号少一位", _change("mobile", lambda text: text[:10])),
    ("手机号多一位", _change("mobile", lambda text: text + "0")),
    ("手机号是数字单元格，可以收下", _change("mobile", int)),
    ("手机号填了座机", _set("mobile", "0757-80000004")),
    ("手机号前有 +86，可以自动改正", _change("mobile", lambda text: "+86 " + text)),
    ("与第一行同一个手机号", _same("mobile", 0)),
    ("又与第一行同一个手机号", _same("mobile", 0)),
    ("没有填手机号", _drop("mobile")),
    ("文化程度不在选项里（高职高专）", _set("education", "高职高专")),
    ("没有填文化程度", _drop("education")),
    ("人员类别不在选项里", _set("person_class", "打工")),
    ("企业职工没有填工作单位", _employed),
    ("没有填户籍地", _drop("hukou_region")),
    ("民族不在选项里", _set("nation", "汉人")),
    ("填的是护照号码", _set("id_no", "E99900001")),
    ("整行空着", lambda row, people: row.clear()),
    ("工作单位超过 60 个字", _set("employer", "佛山市样例" * 13)),
)
