"""What stock bears already is left out of a Word file, and everything else keeps its place."""

import io
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from onefill.rendering.word_stock import without_stock
from tests.rendering.word_rules import broken_rules


def made() -> Any:
    document = Document()
    document.styles.add_style("底版", WD_STYLE_TYPE.CHARACTER)
    document.styles.add_style("底版段落", WD_STYLE_TYPE.PARAGRAPH)
    document.styles.add_style("底版表格", WD_STYLE_TYPE.TABLE)
    return document


def saved(document: Any) -> bytes:
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def read(data: bytes) -> Any:
    return Document(io.BytesIO(data))


def colour(run: Any) -> str:
    return str(run.font.color.rgb)


def test_marked_words_become_white_and_others_stay() -> None:
    document = made()
    paragraph = document.add_paragraph()
    own = paragraph.add_run("证书", style="底版")
    own.font.color.rgb, own.font.underline, own.font.bold = RGBColor(200, 0, 0), True, True
    paragraph.add_run("张三").font.color.rgb = RGBColor(0, 0, 200)
    whole = document.add_paragraph("特发此证", style="底版段落")
    whole.paragraph_format.space_after = Pt(12)
    after = read(without_stock(saved(document)))
    first, second = after.paragraphs[-2:]
    assert [run.text for run in first.runs] == ["证书", "张三"]
    assert [colour(run) for run in first.runs] == ["FFFFFF", "0000C8"]
    assert (first.runs[0].font.underline, first.runs[0].font.bold) == (None, True)
    assert colour(second.runs[0]) == "FFFFFF"
    assert second.paragraph_format.space_after == Pt(12)


def test_lines_of_marked_tables_go_and_their_words_stay() -> None:
    document = made()
    for style in ("底版表格", "Table Grid"):
        table = document.add_table(1, 2, style=style)
        table.cell(0, 0).text = "姓名"
        table.cell(0, 0)._tc.get_or_add_tcPr().append(
            table._tbl.makeelement(qn("w:shd"), {qn("w:val"): "clear", qn("w:fill"): "D9D9D9"})
        )
    after = read(without_stock(saved(document)))
    marked, other = after.tables
    assert [cell.text for cell in marked.rows[0].cells] == ["姓名", ""]
    lines = marked._tbl.findall(f".//{qn('w:tcBorders')}/*") + marked._tbl.findall(f".//{qn('w:tblBorders')}/*")
    assert {line.get(qn("w:val")) for line in lines} == {"nil"} and len(lines) == 2 * 8 + 6
    assert marked._tbl.find(f".//{qn('w:shd')}") is None
    assert other._tbl.find(f".//{qn('w:tcBorders')}") is None and other._tbl.find(f".//{qn('w:shd')}") is not None


def test_heads_and_feet_too() -> None:
    document = made()
    document.sections[0].header.paragraphs[0].add_run("框", style="底版")
    after = read(without_stock(saved(document)))
    assert colour(after.sections[0].header.paragraphs[0].runs[0]) == "FFFFFF"


def test_the_file_is_sound_and_equal_input_gives_equal_bytes() -> None:
    document = made()
    document.add_paragraph().add_run("证书", style="底版").font.strike = True
    document.add_table(2, 2, style="底版表格")
    data = saved(document)
    assert broken_rules(without_stock(data)) == []
    assert without_stock(data) == without_stock(data)


def test_a_file_that_marks_nothing_is_the_same() -> None:
    data = saved(Document())
    assert without_stock(data) is data
