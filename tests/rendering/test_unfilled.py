"""Tags where nothing is filled in are told; parts by other names than Word's own on a PC are filled in."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from docx import Document
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from xlsxwriter import Workbook as Written

from onefill.rendering import TemplateBroken, compile_template
from tests.packages import packed, parts_of
from tests.rendering.test_excel import saved, sheet
from tests.rendering.word_rules import broken_rules

TAG = "{{ class_no }}"
DRAWN = "http://schemas.openxmlformats.org/drawingml/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def told(data: bytes, name: str) -> list[tuple[str, str, str]]:
    with pytest.raises(TemplateBroken) as broken:
        compile_template(data, name)
    return [
        (each.code, each.place.part, each.place.spot)  # type: ignore[union-attr]
        for each in broken.value.problems
    ]


def chart(book: Workbook, made: Any) -> None:
    drawn = BarChart()
    drawn.title = TAG
    drawn.add_data(Reference(made, min_col=1, min_row=1))
    made.add_chart(drawn, "F8")


def validation(book: Workbook, made: Any) -> None:
    rule = DataValidation(type="list", formula1='"甲,乙"', prompt=f"班次 {TAG}")
    rule.add("C4")
    made.add_data_validation(rule)


def condition(book: Workbook, made: Any) -> None:
    made.conditional_formatting.add("C4:C9", FormulaRule(formula=[f'C4="{TAG}"']))


def named(book: Workbook, made: Any) -> None:
    book.defined_names["班次"] = DefinedName("班次", attr_text=f'"{TAG}"')


def link(book: Workbook, made: Any) -> None:
    made["A2"].hyperlink = "https://example.org/%7B%7B%20class_no%20%7D%7D"


@pytest.mark.parametrize(
    "put, part, spot",
    [
        (chart, "名册", "F8 图形“Chart 1”"),
        (validation, "名册", "C4"),
        (condition, "名册", "C4:C9"),
        (named, "", "名称“班次”"),
        (link, "名册", "超链接"),
    ],
)
def test_tags_outside_cells_are_told(put: Callable[[Workbook, Any], None], part: str, spot: str) -> None:
    book, made = sheet({"A1": TAG, "A2": "网址"})
    put(book, made)
    assert told(saved(book), "t.xlsx") == [("TEMPLATE_UNFILLED", part, spot)]


def test_a_tag_in_a_text_box_of_a_worksheet_is_told() -> None:
    out = io.BytesIO()
    book = Written(out)
    book.add_worksheet("名册").insert_textbox("F2", f"班次 {TAG}")
    book.close()
    assert told(out.getvalue(), "t.xlsx") == [("TEMPLATE_UNFILLED", "名册", "F2 图形“TextBox 1”")]


def test_a_note_for_authors_may_name_a_tag_and_a_chart_may_show_a_cell_with_one() -> None:
    book, made = sheet({"A1": TAG, "A2": 1})
    made["A1"].comment = Comment(TAG, "作者")
    drawn = BarChart()
    drawn.add_data(Reference(made, min_col=1, min_row=1, max_row=2), titles_from_data=True)
    made.add_chart(drawn, "F8")
    assert [use.path for use in compile_template(saved(book), "t.xlsx").names] == ["class_no"]


def word() -> bytes:
    document = Document()
    document.add_paragraph(TAG)
    document.sections[0].header.paragraphs[0].text = TAG
    return saved_word(document)


def saved_word(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "part, xml, called",
    [
        ("charts/chart1.xml", f'<a:p xmlns:a="{DRAWN}/main"><a:t>{{{{ class</a:t><a:t>_no }}}}</a:t></a:p>', "图表"),
        ("charts/chart1.xml", f'<c:v xmlns:c="{DRAWN}/chart">{TAG}</c:v>', "图表"),
        ("diagrams/data1.xml", f'<a:t xmlns:a="{DRAWN}/main">{TAG}</a:t>', "SmartArt 图形"),
    ],
)  # fmt: skip
def test_tags_in_drawn_parts_of_a_word_file_are_told(part: str, xml: str, called: str) -> None:
    data = packed({**parts_of(word()), f"word/{part}": xml.encode()})
    assert told(data, "t.docx") == [("TEMPLATE_UNFILLED", called, "")]


def test_a_tag_in_the_building_blocks_of_a_word_file_prints_nowhere() -> None:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    blocks = f'<w:glossaryDocument xmlns:w="{space}"><w:t>{TAG}</w:t></w:glossaryDocument>'
    data = packed({**parts_of(word()), "word/glossary/document.xml": blocks.encode()})
    assert compile_template(data, "t.docx").names


def test_a_tag_in_the_address_of_a_link_is_told() -> None:
    document = Document()
    document.part.relate_to("https://example.org/%7B%7Bclass_no%7D%7D", f"{OFFICE}/hyperlink", is_external=True)
    assert told(saved_word(document), "t.docx") == [("TEMPLATE_UNFILLED", "超链接", "")]


@pytest.mark.parametrize(
    "old, new",
    [
        ("word/document.xml", "word/document2.xml"),
        ("word/header1.xml", "word/headerFirst.xml"),
        ("word/header1.xml", "word/HEADER1.XML"),
    ],
)
def test_parts_by_other_names_are_filled_in(old: str, new: str) -> None:
    parts = parts_of(word())
    beside = "word/_rels/{}.rels".format(old.rpartition("/")[2])
    parts = {
        (new if name == old else f"word/_rels/{new[5:]}.rels" if name == beside else name): (
            data.replace(old[5:].encode(), new[5:].encode()) if name.endswith(".rels") or name[0] == "[" else data
        )
        for name, data in parts.items()
    }
    made = compile_template(packed(parts), "t.docx").render({"class_no": "四"})
    assert broken_rules(made) == []
    assert not any(b"{{" in data for data in parts_of(made).values())
    assert sum("四".encode() in data for data in parts_of(made).values()) == 2
