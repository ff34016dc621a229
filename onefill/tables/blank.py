"""A blank workbook for a section: text columns, drop-downs, an example row, and a sheet that says what goes where."""

import io
from collections.abc import Collection, Mapping, Sequence

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from onefill.definitions.model import FieldDefinition, Section
from onefill.definitions.types import type_of
from onefill.tables.delimited import sheet_name
from onefill.tables.mark_comments import AUTHOR
from onefill.tables.model import letters
from onefill.tables.names import importable

_HEADING, _EXAMPLE = 3, 4
_ROWS = 500
#: Longer lists stand on a sheet, because Excel takes no more characters in a rule.
_LONGEST_RULE = 250
_LISTS, _HELP = "选项", "怎么填"

_EXAMPLES = {
    "date": "2026-12-07",
    "time_range": "09:00-11:30",
    "mobile": "13800000000",
    "phone": "010-80000000",
    "person_name": "张样例",
    "resident_id": "11010519491231002X",
    "identity": "11010519491231002X",
    "number": "1",
    "money": "100",
    "percent": "50",
}

_LINE = Side(style="thin", color="FFB8C0CC")
_GRID = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEAD_GROUND = PatternFill("solid", fgColor="FFEAF1FB")
_EXAMPLE_GROUND = PatternFill("solid", fgColor="FFF1F3F5")


def blank(
    section: Section, *, fields: Collection[str] | None = None, options: Mapping[str, Sequence[str]] | None = None
) -> bytes:
    """A workbook to be filled in and imported.

    Args:
        section: A repeating section.
        fields: Keys of the fields to ask; all that can be imported if not given.
        options: Choices of fields that are chosen among records, rows or facts.
    """
    asked = [field for field in importable(section) if fields is None or field.key in fields]
    choices = {field.key: _choices(field, options or {}) for field in asked}
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = sheet_name(section.title)
    _head(sheet, section, asked)
    lists = book.create_sheet(_LISTS)
    lists.sheet_state = "hidden"
    for place, field in enumerate(asked, 2):
        _column(sheet, place, field, choices[field.key])
        if choices[field.key]:
            _drop_down(sheet, lists, place, choices[field.key])
    _help(book.create_sheet(_HELP, 1), asked, choices)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _choices(field: FieldDefinition, options: Mapping[str, Sequence[str]]) -> Sequence[str]:
    if field.key in options:
        return options[field.key]
    return field.options if isinstance(field.options, tuple) else ()


def _head(sheet: Worksheet, section: Section, asked: Sequence[FieldDefinition]) -> None:
    sheet.cell(1, 1, section.title).font = Font(size=14, bold=True)
    told = "从第 5 行填起，第 4 行是示例，导入时跳过。各列都是文本，号码原样粘贴；带 * 的必填。"
    sheet.cell(2, 1, told).font = Font(color="FF5B6777")
    for column, text in ((1, "序号"), *((place, _heading(field)) for place, field in enumerate(asked, 2))):
        cell = sheet.cell(_HEADING, column, text)
        cell.font, cell.fill, cell.border = Font(bold=True), _HEAD_GROUND, _GRID
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    example = sheet.cell(_EXAMPLE, 1, "示例")
    example.fill, example.border = _EXAMPLE_GROUND, _GRID
    sheet.column_dimensions["A"].width = 6
    sheet.row_dimensions[_HEADING].height = 32
    sheet.freeze_panes = f"C{_EXAMPLE}"


def _heading(field: FieldDefinition) -> str:
    unit = f"（{field.unit}）" if field.unit else ""
    return f"{field.label}{unit}{'*' if field.required is True and field.when is None else ''}"


def _column(sheet: Worksheet, place: int, field: FieldDefinition, choices: Sequence[str]) -> None:
    letter = letters(place)
    sheet.column_dimensions[letter].width = min(max(type_of(field).width_hint, 2 * len(field.label) + 4), 40)
    sheet.column_dimensions[letter].number_format = "@"
    for row in range(_EXAMPLE, _EXAMPLE + _ROWS + 1):
        sheet.cell(row, place).number_format = "@"
    example = sheet.cell(_EXAMPLE, place, _example(field, choices))
    example.font, example.fill, example.border = Font(italic=True, color="FF5B6777"), _EXAMPLE_GROUND, _GRID
    hint = "\n".join(line for line in (field.hint, field.help) if line)
    if hint:
        sheet.cell(_HEADING, place).comment = Comment(hint, AUTHOR, width=220, height=20 * (2 + len(hint) // 15))


def _example(field: FieldDefinition, choices: Sequence[str]) -> str:
    if field.example or field.when is not None:
        return field.example
    if choices:
        return choices[0]
    return str(field.min) if field.min else _EXAMPLES.get(field.type, "")


def _drop_down(sheet: Worksheet, lists: Worksheet, place: int, choices: Sequence[str]) -> None:
    plain = ",".join(choices)
    if len(plain) <= _LONGEST_RULE and '"' not in plain and not any("," in one for one in choices):
        formula = f'"{plain}"'
    else:
        column = (lists.max_column if lists["A1"].value else 0) + 1
        for row, text in enumerate(choices, 1):
            lists.cell(row, column, text)
        formula = f"{_LISTS}!${letters(column)}$1:${letters(column)}${len(choices)}"
    rule = DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=True)
    rule.errorTitle, rule.error = "不在选项里", "从下拉列表里选一项"
    rule.add(f"{letters(place)}{_EXAMPLE}:{letters(place)}{_EXAMPLE + _ROWS}")
    sheet.add_data_validation(rule)


def _help(sheet: Worksheet, asked: Sequence[FieldDefinition], choices: Mapping[str, Sequence[str]]) -> None:
    widths = (22, 10, 50, 60)
    for column, (text, width) in enumerate(zip(("列", "必填", "说明", "选项"), widths, strict=True), 1):
        cell = sheet.cell(1, column, text)
        cell.font, cell.fill, cell.border = Font(bold=True), _HEAD_GROUND, _GRID
        sheet.column_dimensions[letters(column)].width = width
    for row, field in enumerate(asked, 2):
        when = "必填" if field.required is True and field.when is None else "看情况" if field.required else "选填"
        hint = "；".join(line for line in (field.hint, field.help) if line)
        for column, text in enumerate((field.label, when, hint, "、".join(choices[field.key][:60])), 1):
            cell = sheet.cell(row, column, text)
            cell.alignment, cell.border = Alignment(vertical="top", wrap_text=True), _GRID
    sheet.freeze_panes = "A2"
