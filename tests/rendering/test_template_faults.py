"""Faults as authors make them: each is told where it stands, what is wrong and what to write instead."""

import io
import re
from collections.abc import Mapping
from typing import Any

import pytest
from docx import Document
from docx.oxml import parse_xml
from openpyxl import Workbook

from onefill.problems import TemplatePlace
from onefill.rendering import TemplateBroken, compile_template
from onefill.rendering.errors import told
from tests.packages import parts_of
from tests.papers import excel_text, word_text
from tests.rendering.office_programs import Program, controlled, word
from tests.rendering.office_programs import table as programs_table
from tests.rendering.test_word import opened, paragraphs, saved
from tests.rendering.test_word_constructs import table
from tests.rendering.test_word_included import with_notes

FACTS: dict[str, Any] = {
    "class_no": "一班",
    "name": "公司",
    "shown": True,
    "trainees": [{"name": "甲"}, {"name": "乙"}],
    "institution": {"inst_name": "学校"},
}


def sheet(cells: Mapping[str, str]) -> bytes:
    book = Workbook()
    own: Any = book.active
    own.title = "名册"
    for cell, text in cells.items():
        own[cell] = text
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def faults(data: bytes, name: str = "t.docx") -> list[str]:
    """One line for each fault, found when the template is read or else when it is printed."""
    with pytest.raises(TemplateBroken) as caught:
        compile_template(data, name).render(FACTS)
    for problem in caught.value.problems:
        assert isinstance(problem.place, TemplatePlace)
        assert problem.place.template == name
        assert problem.place.part and problem.place.spot and problem.place.near
    return [told(problem) for problem in caught.value.problems]


#: What the author wrote, and what the message says beside the place.
WORD = {
    "班次：{{ clas_no }}": "没有“clas_no”这个名字（在“班次：{{ clas_no }}”附近）。请改成“class_no”",
    "名单：{% for t in trainees %}{{ t.name }}": "for 没有结束",
    "{% for t in trainees %}{{ t.nmae }}{% endfor %}": "请改成“name”",
    "{%tr for t in trainees %}": "管整段的请写成 {%p for t in trainees %}，独占一段",
    "{% for t in trainees %}{% if shown %}{% endfor %}{% endif %}": "请在后面补上 {% endif %}",
    "{{ name|uper }}": "没有“uper”这个过滤器，是不是“upper”",
    "{{ trainees.name }}": "这是列表，不能直接取“name”，要先循环",
    "{% for t in trainees %}{{ t.name }}{% endfor %}{{ t.name }}": "请移到 for t in trainees 和 endfor 之间",
    "{{ loop.index }}": "“loop”只在循环里有，这里在循环外面",
    "{{ institution.inst_name }} 部门：{{ nmae }}，{{ institution.inst_name }}": (
        "（在“{{ institution.inst_name }} 部门：{{ nmae }}，{{ institution.inst_name }}”附近）"
    ),
    "{% if name == 公司 %}甲{% endif %}": "是文字就加上引号，写成 '公司'",
    "{% if name == '公司 %}甲{% endif %}": "引号没有配成对，请补上另一个",
    "{% if name = '公司' %}甲{% endif %}": "比较两个值要写两个等号（==）",
    "{% if shown %}甲{% elseif name %}乙{% endif %}": "请写成 {% elif name %}",
    "{% if shown %}甲{% else if name %}乙{% endif %}": "请写成 {% elif name %}",
    "{% fro t in trainees %}": "请把“fro”改成“for”",
    "{% for t in trainees %}甲{% endfro %}": "请把“endfro”改成“endfor”",
    "{{{ name }}}": "多了一个“{”，请写成 {{ name }}",
    "{ { name } }": "请改成“{{”，用英文半角，中间没有空格",
    "{ % if shown % }": "请改成“{%”，用英文半角，中间没有空格",
    "{{ class_no": "“{{”没有配对",
    "{{ class_no ｝｝": "请改成“}}”，用英文半角",
    "{{ class_no ｝｝ 和 {{ name }}": "没有收尾，缺“}}”",
    "{% if shown }甲{% endif %}": "“{% if shown }甲”没有收尾，缺“%}”",
    "班次：｛｛ class_no ｝｝": "“｛｛”不是标记的括号（在“班次：｛｛ class_no ｝｝”附近）。请改成“{{”",
    "｛％ if shown ％｝": "“｛％”不是标记的括号",
    "{％ if shown ％}": "请改成“%}”",
    "{{ trainees｜length }}": "请用英文半角，写成 {{ trainees|length }}",
    "{{ institution。inst_name }}": "请用英文半角，写成 {{ institution.inst_name }}",
    "{{ trainees|join（“、”） }}": '请用英文半角，写成 {{ trainees|join("、") }}',
    "{% if name ＝＝ '公司' %}{% endif %}": "请用英文半角，写成 {% if name == '公司' %}",
    "{% if name == 「公司」 %}{% endif %}": "请用英文半角，写成 {% if name == '公司' %}",
    "{{ ｎａｍｅ }}": "请用英文半角，写成 {{ name }}",
    "{{ name + 1 }}": "文字和数不能相加",
    "{{ }}": "少了表达式",
}


@pytest.mark.parametrize("text", WORD)
def test_a_fault_in_a_paragraph(text: str) -> None:
    lines = faults(paragraphs("第一段", text))
    assert any(WORD[text] in line for line in lines), lines
    assert all(line.startswith("正文第 2 段：") for line in lines)


@pytest.mark.parametrize("program", ["word", "wps", "google"])
@pytest.mark.parametrize("text", [text for text in WORD if not text.startswith("{%tr ")])
def test_a_fault_in_a_cell_whatever_program_saved_it(text: str, program: Program) -> None:
    lines = faults(word(programs_table([["甲", "乙", "丙"], ["丁", text, "戊"]], program), program))
    assert any(WORD[text] in line for line in lines), lines
    assert all(line.startswith("正文表 1 第 2 行第 2 列：") for line in lines), lines


def test_rows_in_controls_are_counted_and_those_of_a_table_in_a_cell_are_not() -> None:
    inner = programs_table([["一", "二"], ["三", "四"]], "google")
    made = programs_table([["甲", "乙"], ["丙", "丁"], ["{{ nmae }}", "戊"]], "word")
    made = made.replace("<w:p>", f"{inner}<w:p>", 1)
    made = re.sub("<w:tr>(?:(?!<w:tr>).)*?</w:tr>", lambda row: controlled(row[0]), made)
    [line] = faults(word(made, "google"))
    assert line.startswith("正文表 1 第 3 行第 1 列：没有“nmae”这个名字")


EXCEL = {
    "{{ clas_no }}": "请改成“class_no”",
    "{{ class_no": "让一个标记的头尾在同一段、同一格里",
    "{% for t in trainees %}": "要管几行，写成 {%tr … %}，开头和结尾各自独占一行",
    "{% endfor %}": "要管几行，写成 {%tr … %}，开头和结尾各自独占一行",
    "{%tr for t in trainees %}甲": "{%tr %} 要独占一行",
    "{%p if shown %}": "请改用 {%tr，独占一行",
    "｛｛ class_no ｝｝": "请改成“{{”",
    "{{ trainees｜length }}": "请用英文半角，写成 {{ trainees|length }}",
    "{{ trainees.name }}": "这是列表",
}


@pytest.mark.parametrize("text", EXCEL)
def test_a_fault_in_a_cell(text: str) -> None:
    lines = faults(sheet({"A1": "班次", "B3": text}), "t.xlsx")
    assert any(EXCEL[text] in line for line in lines), lines
    assert all(line.startswith("名册B3：") for line in lines)


def test_a_block_that_ends_in_another_cell() -> None:
    """It would print more cells than the table has columns."""
    [line] = faults(table(["{% for t in trainees %}{{ t.name }}", "{% endfor %}"]))
    assert line.startswith("正文表 1 第 1 行第 1 列：for 在一格里开头，在另一格里结尾")


@pytest.mark.parametrize(
    "text",
    [
        "{% if(shown) %}甲{% elif(name) %}乙{% endif %}",
        "{% macro m() %}{{ caller('甲') }}{% endmacro %}{% call(x) m() %}{{ x }}{% endcall %}",
        "{% set(x) = '甲' %}{{ x }}",
    ],
)
def test_a_bracket_needs_no_space_before_it(text: str) -> None:
    assert word_text(compile_template(paragraphs(text), "t.docx").render(FACTS)) == "甲"
    rows = {"A1": "{%tr if(shown) %}", "A2": "甲", "A3": "{%tr endif %}"}
    assert "甲" in excel_text(compile_template(sheet(rows), "t.xlsx").render(FACTS))


FORMULA = "<m:oMath><m:r><m:t>{{</m:t></m:r><m:r><m:t>%s</m:t></m:r><m:r><m:t>}}</m:t></m:r></m:oMath>"
DRAWN_WORDS = '<w:r><w:pict><v:shape><v:textpath string="{{ %s }}"/></v:shape></w:pict></w:r>'
FIELD = '<w:fldSimple w:instr=" QUOTE {{ %s }} "/>'
SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)


@pytest.mark.parametrize(("xml", "called"), [(FORMULA, "公式"), (DRAWN_WORDS, "艺术字"), (FIELD, "域")])
def test_a_fault_in_a_formula_in_drawn_words_or_in_a_field_has_its_paragraph(xml: str, called: str) -> None:
    def made(name: str) -> bytes:
        document = Document()
        document.add_paragraph("班次")
        paragraph = document.add_paragraph()._p
        paragraph.extend(list(parse_xml(f"<w:p {SPACES}>{xml % name}</w:p>")))
        return saved(document)

    [line] = faults(made("clas_no"))
    assert line.startswith(f"正文第 2 段的{called}：没有“clas_no”这个名字") and "请改成“class_no”" in line
    printed = compile_template(made("class_no"), "t.docx").render(FACTS)
    assert "一班" in parts_of(printed)["word/document.xml"].decode()


def reminders(data: bytes) -> list[str]:
    return [told(problem) for problem in compile_template(data, "t.docx").reminders]


def test_what_goes_with_the_row_cell_or_paragraph_of_a_tag_is_told() -> None:
    loop = ["{%tr for t in trainees %}", "{# 每人一行 #}"], ["{{ t.name }}", "一"], ["{%tr endfor %}", ""]
    assert reminders(table(*loop)) == []
    loop[0][1] = "学员"
    assert reminders(table(*loop)) == [
        "正文表 1 第 1 行第 1 列：“学员”和“{%tr for t in trainees %}”在同一行，会一起消失。请把它移到别的行"
    ]
    assert ["在同一段" in line for line in reminders(paragraphs("说明：{%p if shown %}", "甲", "{%p endif %}"))] == [
        True
    ]
    cells = table(["{%tc for t in trainees %}列", "{{ t.name }}", "{%tc endfor %}"])
    assert ["“列”和" in line and "在同一格" in line for line in reminders(cells)] == [True]


def test_a_row_tag_that_shares_its_row_is_told_as_it_was_written() -> None:
    lines = faults(table(["{%tr for t in trainees %}{{ t.name }}{%tr endfor %}", ""]))
    assert any("“{%tr for t in trainees %}”和另一个标记挤在同一行" in line for line in lines)


def test_faults_in_a_head_and_in_a_note() -> None:
    document = Document()
    document.add_paragraph("{{ name }}")
    document.sections[0].header.paragraphs[0].text = "单位：{{ nmae }}"
    [line] = faults(saved(document))
    assert line == "页眉1第 1 段：没有“nmae”这个名字（在“单位：{{ nmae }}”附近）。请改成“name”"
    [line] = faults(with_notes(paragraphs("{{ name }}"), "注：{{ name|uper }}"))
    assert line.startswith("脚注第 1 条第 1 段：没有“uper”这个过滤器")


@pytest.mark.parametrize(
    "text",
    [
        "{{　class_no　}}",
        "{{\u00a0class_no\u00a0}}",
        "{{ class\u200b_no\ufeff }}",
        "{%　if　name == “公司”　%}一班{% endif %}",
        "{% if name == ‘公司’ %}一班{% endif %}",
        "{% if name == ”公司“ %}一班{% endif %}",
        "{# 全角（也行） #}一班",
    ],
)
def test_what_chinese_input_leaves_in_a_tag_is_taken(text: str) -> None:
    """Full-width and unbreakable spaces, signs that nobody sees, quotes that Word turned."""
    assert opened(compile_template(paragraphs(text), "t.docx").render(FACTS)).paragraphs[0].text == "一班"
    assert compile_template(sheet({"A1": text}), "t.xlsx").render(FACTS)


@pytest.mark.parametrize("text", ["（｛甲｝）", "{ name }", "{甲}{乙}", "100％｝", "{1, {2}, 3}", "｛｝", "5 % }"])
def test_braces_that_are_no_tags_stay(text: str) -> None:
    assert opened(compile_template(paragraphs(text), "t.docx").render(FACTS)).paragraphs[0].text == text
