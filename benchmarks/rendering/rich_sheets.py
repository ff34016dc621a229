"""The same worksheet in a workbook as people keep them: pictures, a chart, rules, notes and names around the list."""

import io
import re
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterator
from typing import Any

import xlsxwriter
from lxml import etree
from openpyxl import load_workbook

from benchmarks.rendering.papers import COLUMNS, TITLES, Language
from benchmarks.rendering.sheets import BELOW, MODEL
from tests.rendering.excel_rich import named_as_excel_does, picture

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
#: What a workbook may hold, by the elements that say so; of parts that only one program writes, by their names.
_HOLDS = {
    "pictures": "pic",
    "text boxes and buttons": "sp",
    "charts": "graphicFrame",
    "sparklines": "sparkline",
    "data validations": "dataValidation",
    "conditional formats": "cfRule",
    "names": "definedName",
    "notes": "comment",
    "rich text": "si/r",
    "links": "hyperlink",
    "tables": "tablePart",
    "pictures of heads and feet": "legacyDrawingHF",
    "ranges that stay open": "protectedRange",
    "errors that are ignored": "ignoredError",
    "merged cells": "mergeCell",
    "page breaks": "brk",
}
_PARTS = {"pictures in cells": r"xl/richData/richValueRel\.xml", "the theme": r"xl/theme/theme1\.xml"}


def roster(language: Language) -> bytes:
    """The roster with all that; the rows of tags are only there for engines that want them."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("名册")
    first = MODEL + bool(language.before)
    below = first + bool(language.after) + 1
    _list(book, sheet, language, first)
    _rules(book, sheet, first)
    _below(book, sheet, below, first)
    other = book.add_worksheet("汇总")
    other.write_formula("A1", f"=COUNTA(名册!B{first}:B{first})")
    calm = book.add_worksheet("说明")
    calm.write("A1", "不变")
    calm.embed_image("B3", "photo.png", {"image_data": picture()})
    book.define_name("姓名", f"=名册!$B${first}:$B${first}")
    book.close()
    return named_as_excel_does(out.getvalue())


def _list(book: Any, sheet: Any, language: Language, first: int) -> None:
    cell = book.add_format({"border": 1, "font_name": "宋体", "font_size": 9})
    sheet.write("A1", language.value.format("title"))
    sheet.write_row("A2", TITLES, cell)
    if language.before:
        sheet.write(first - 2, 0, language.before)
        sheet.write(first, 0, language.after)
    sheet.write_row(first - 1, 0, [language.cell.format(key) for key in COLUMNS], cell)
    sheet.set_row(first - 1, 20)
    sheet.freeze_panes(2, 0)
    sheet.repeat_rows(0, 1)
    sheet.set_footer("&C&P / &N")
    sheet.set_header("&L&G&C名册", {"image_left": "logo.png", "image_data_left": picture()})
    sheet.protect("secret", {"sort": True})
    for column, title in enumerate(TITLES[:4]):
        sheet.write_comment(1, column, f"{title}照证件填")


def _rules(book: Any, sheet: Any, row: int) -> None:
    bold = book.add_format({"bold": True})
    sheet.data_validation(f"C{row}", {"validate": "list", "source": ["男", "女"]})
    sheet.conditional_format(f"D{row}", {"type": "duplicate", "format": bold})
    sheet.conditional_format(f"A{row}", {"type": "data_bar", "data_bar_2010": True})
    sheet.unprotect_range(f"G{row}:G{row}", "备注")
    sheet.ignore_errors({"number_stored_as_text": f"D{row}:E{row}"})
    sheet.autofilter(f"A2:G{row}")


def _below(book: Any, sheet: Any, row: int, first: int) -> None:
    red = book.add_format({"font_color": "red"})
    sheet.write(row - 1, 0, BELOW)
    sheet.write_formula(row, 1, f"=COUNT(A{first}:A{first})")
    sheet.write_rich_string(row + 1, 0, "盖章", red, "有效")
    sheet.merge_range(row + 2, 0, row + 3, 2, "审核意见")
    sheet.write_url(row + 4, 0, "https://example.org/", string="办事指南")
    sheet.insert_image(row + 5, 0, "seal.png", {"image_data": picture()})
    sheet.insert_textbox(row + 5, 4, "骑缝", {"width": 90, "height": 40})
    sheet.add_sparkline(row + 5, 3, {"range": f"名册!A{first}:A{first}"})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"categories": f"=名册!$B${first}:$B${first}", "values": f"=名册!$A${first}:$A${first}"})
    sheet.insert_chart(row + 8, 0, chart)
    sheet.add_table(row + 24, 0, row + 26, 1, {"columns": [{"header": "项目"}, {"header": "金额"}]})
    sheet.set_h_pagebreaks([row + 7])


def cells_of(data: bytes) -> list[list[str]]:
    """The texts of the first sheet down to the line below the list."""
    found = []
    for row in _opened(data).worksheets[0].iter_rows(max_col=len(COLUMNS), values_only=True):
        found.append(["" if value is None else str(value) for value in row])
        if found[-1][0] == BELOW:
            break
    return found


def _opened(data: bytes) -> Any:
    with warnings.catch_warnings():  # openpyxl tells each time what it is about to drop
        warnings.simplefilter("ignore")
        return load_workbook(io.BytesIO(data))


def lost(template: bytes, made: bytes) -> list[str]:
    """What the template holds and the printed workbook does not, or where it was left behind by the rows."""
    before, now = _held(template), _held(made)
    return [*(name for name, count in before.items() if now[name] < count), *_left_behind(made)]


def _held(data: bytes) -> Counter[str]:
    found: Counter[str] = Counter()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for part in archive.namelist():
            found.update(name for name, pattern in _PARTS.items() if re.fullmatch(pattern, part.lstrip("/")))
            if part.endswith(".xml"):
                for element in etree.fromstring(archive.read(part)).iter(etree.Element):
                    own, parent = etree.QName(element).localname, element.getparent()
                    path = own if parent is None else f"{etree.QName(parent).localname}/{own}"
                    found.update(name for name, held in _HOLDS.items() if held in (own, path))
    return found


def _left_behind(data: bytes) -> Iterator[str]:
    """What stands on the rows of the list and does not reach to its last."""
    book = _opened(data)
    sheet: Any = book.worksheets[0]
    last = len(cells_of(data)) - 1
    reaches = {
        "sum": str(sheet.cell(last + 2, 2).value),
        "sum on another sheet": str(book["汇总"]["A1"].value),
        "name": book.defined_names["姓名"].attr_text,
    }
    for name, text in reaches.items():
        if not re.search(rf"\D{last}\D*$", text):
            yield f"{name} of all rows"
    if not any(f"C{MODEL}:C{last}" in str(each.sqref) for each in sheet.data_validations.dataValidation):
        yield "data validation of all rows"
