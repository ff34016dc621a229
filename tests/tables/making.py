"""Workbooks for tests: made cell by cell, or by hand in XML where no library would write them."""

import io
from collections.abc import Callable, Sequence
from functools import cache

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from onefill.definitions.model import Section
from tests.desks import our_packs
from tests.packages import packed, parts_of


@cache
def section(key: str = "trainees", form: str = "training_class") -> Section:
    """A section of one of our forms."""
    return next(one for one in our_packs().form(form).sections if one.key == key)


def book(*rows: Sequence[object], change: Callable[[Worksheet], None] | None = None) -> bytes:
    """A workbook of one sheet."""
    made = Workbook()
    sheet = made.worksheets[0]
    sheet.title = "名册"
    for row in rows:
        sheet.append(list(row))
    if change:
        change(sheet)
    return saved(made)


def saved(made: Workbook) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def opened(data: bytes) -> Workbook:
    return load_workbook(io.BytesIO(data))


def with_parts(data: bytes, **changed: bytes) -> bytes:
    """A workbook with parts put in: ``sheet``, ``types``, ``book`` are short for the usual ones."""
    names = {"sheet": "xl/worksheets/sheet1.xml", "types": "[Content_Types].xml", "book": "xl/workbook.xml"}
    return packed({**parts_of(data), **{names[name]: part for name, part in changed.items()}})


def sheet_xml(rows: str) -> bytes:
    """A worksheet part around rows."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'.encode()


HEADER = ("姓名", "身份证号码", "文化程度", "户籍地", "人员类别", "联系电话")
GOOD = ("陈样例", "11010519491231002X", "高中", "广东省佛山市", "其他", "13800000001")
