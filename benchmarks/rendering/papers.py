"""The papers that are measured: one look, written in the tags of each engine."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from docx import Document
from docx.shared import Pt

COLUMNS = ("no", "name", "sex", "id_no", "mobile", "employer", "note")
TITLES = ("序号", "姓名", "性别", "身份证号码", "联系电话", "工作单位", "备注")
FIELDS = 40


@dataclass(frozen=True)
class Language:
    """How an engine writes a value, and a row that repeats."""

    value: str
    #: A value of a row.
    cell: str
    #: Rows of their own before and after the row that repeats.
    before: str = ""
    after: str = ""
    #: What stands in the row's first and last cell beside the value.
    opens: str = ""
    closes: str = ""
    #: The row that follows, as Carbone wants it.
    follows: str = ""


JINJA = Language("{{{{ {} }}}}", "{{{{ t.{} }}}}", before="{%tr for t in rows %}", after="{%tr endfor %}")
BRACES = Language("{{{}}}", "{{{}}}", opens="{#rows}", closes="{/rows}")
CARBONE = Language("{{d.{}}}", "{{d.rows[i].{}}}", follows="{{d.rows[i+1].{}}}")


def form(language: Language) -> bytes:
    """One page with forty values in a table, one above it, one in its footer."""
    document = _document(language)
    table = document.add_table(rows=FIELDS // 2, cols=4, style="Table Grid")
    for number in range(FIELDS):
        cells = table.rows[number // 2].cells
        cells[number % 2 * 2].text = f"项目 {number}"
        cells[number % 2 * 2 + 1].text = language.value.format(f"f{number}")
    return _saved(document)


def roster(language: Language) -> bytes:
    """A table of seven columns whose row repeats."""
    document = _document(language)
    table = document.add_table(rows=1, cols=len(COLUMNS), style="Table Grid")
    _fill(table.rows[0], TITLES)
    if language.before:
        table.add_row().cells[0].text = language.before
    cells = [language.cell.format(key) for key in COLUMNS]
    cells[0], cells[-1] = language.opens + cells[0], cells[-1] + language.closes
    _fill(table.add_row(), cells)
    if language.after:
        table.add_row().cells[0].text = language.after
    if language.follows:
        _fill(table.add_row(), [language.follows.format(key) for key in COLUMNS])
    return _saved(document)


def facts(count: int) -> dict[str, Any]:
    """A title, forty values and that many rows."""
    rows = [
        {
            "no": number + 1,
            "name": f"学员{number}",
            "sex": "女",
            "id_no": "11010519491231002X",
            "mobile": "13812345678",
            "employer": "某某物业服务有限公司 & 分公司",
            "note": "",
        }
        for number in range(count)
    ]
    return {"title": "名册", "rows": rows, **{f"f{number}": f"内容 {number}" for number in range(FIELDS)}}


def cells_of(data: bytes) -> list[list[str]]:
    """The texts of the only table, for looking whether an engine printed what it was given."""
    table = Document(io.BytesIO(data)).tables[0]
    return [["".join(text.text or "" for text in cell.iter("{*}t")) for cell in row._tr.tc_lst] for row in table.rows]


def form_cells(facts: Mapping[str, Any]) -> list[list[str]]:
    """The texts that the form's table must hold."""
    texts = [text for n in range(FIELDS) for text in (f"项目 {n}", facts[f"f{n}"])]
    return [texts[start : start + 4] for start in range(0, len(texts), 4)]


def roster_cells(facts: Mapping[str, Any]) -> list[list[str]]:
    """The texts that the roster's table must hold."""
    return [list(TITLES), *([str(row[key]) for key in COLUMNS] for row in facts["rows"])]


def _document(language: Language) -> Any:
    document = Document()
    document.add_heading(language.value.format("title"))
    document.sections[0].footer.paragraphs[0].text = language.value.format("title")
    return document


def _fill(row: Any, texts: Sequence[str]) -> None:
    for cell, text in zip(row.cells, texts, strict=True):
        cell.paragraphs[0].add_run(text).font.size = Pt(9)


def _saved(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
