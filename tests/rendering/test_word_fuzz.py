"""Whatever facts and templates hold: a file that keeps Word's rules, or a fault with its place."""

import io
import random
import time
import zipfile
from typing import Any

import pytest
from docx import Document
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from onefill.definitions.expressions import Empty
from onefill.rendering import Compiled, TemplateBroken, compile_template
from onefill.rendering.characters import clean
from onefill.rendering.word_values import Look, Paragraphs, RichText
from tests.packages import packed, parts_of
from tests.rendering.test_word import opened, paragraphs, saved
from tests.rendering.word_rules import broken_rules

TEXT = st.text(alphabet=st.characters(exclude_categories=()), max_size=30)
VALUE = st.one_of(
    TEXT,
    st.integers(),
    st.decimals(allow_nan=False, allow_infinity=False, places=2),
    st.booleans(),
    st.dates(),
    st.none(),
    st.just(Empty("成绩", missing=True)),
    st.lists(TEXT, max_size=3),
    st.builds(lambda text, bold: RichText().add(text, Look(bold=bold)), TEXT, st.booleans()),
    st.builds(lambda text: RichText().add(text).add("尾", Look(color="FF0000")), TEXT),
)


def everything() -> Compiled:
    """A template with a tag in every place that takes one."""
    document = Document()
    document.add_paragraph("甲{{ a }}乙{{ b }}丙")
    document.add_paragraph("{{r a }}")
    document.add_paragraph("{{p a }}")
    document.add_paragraph("{% set x %}{{ b }}{% endset %}{{ x }}{% filter trim %}{{ x }}{% endfilter %}")
    document.add_paragraph("{%p for r in rows %}")
    document.add_paragraph("{{ loop.index }}{{ r }}", style="List Bullet").paragraph_format.first_line_indent = 100
    document.add_paragraph("{%p endfor %}")
    table = document.add_table(rows=4, cols=3)
    for row, text in enumerate(["{%tr for r in rows %}", "{% vm %}{{ a }}", "{%tr endfor %}", "{{p b }}"]):
        table.cell(row, 0).text = text
    table.cell(1, 1).text = "{{ r }}"
    table.cell(3, 1).text, table.cell(3, 2).text = "{% cellbg 'FF0000' %}{{ b }}", "{{r b }}"
    document.sections[0].header.paragraphs[0].text = "{{ a }}{{ b }}"
    return compile_template(saved(document), "t.docx")


EVERYTHING = everything()


@given(VALUE, VALUE, st.lists(VALUE, max_size=3))
@example("☑\n\t☑", RichText().add("☑\n"), ["\n\n", ""])
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_facts_break_the_file(a: object, b: object, rows: list[object]) -> None:
    data = EVERYTHING.render({"a": a, "b": b, "rows": rows})
    assert broken_rules(data) == []
    if isinstance(a, str) and isinstance(b, str):
        assert opened(data).paragraphs[0].text.startswith(f"甲{clean(a)}乙")


PIECES = st.sampled_from(
    ["甲", " ", "\n", "{{ a }}", "{{ a|upper }}", "{{r a }}", "{{p a }}", "{{", "}}", "{%", "%}", "{#", "#}"]
    + ["{% if a %}", "{% else %}", "{% endif %}", "{% for x in rows %}", "{{ x }}", "{% endfor %}", "{# 注 #}", "{_{"]
    + [f"{{%{unit} {word} %}}" for unit in ("tr", "tc", "p", "r") for word in ("if a", "else", "endif")]
    + [f"{{%{unit} {word} %}}" for unit in ("tr", "tc", "p", "r") for word in ("for x in rows", "endfor")]
    + ["{% set y %}", "{%p set y %}", "{% endset %}", "{%p endset %}", "{{ y }}", "{{p y }}"]
    + ["{% macro m(v) %}", "{{ m(a) }}", "{% endmacro %}", "{%p macro m(v) %}", "{{p m(a) }}", "{%p endmacro %}"]
    + ["{% vm %}", "{% hm %}", "{% colspan 2 %}", "{% cellbg 'FF0000' %}", "{% cellbg m(a) %}", "<w:p>", "&amp;"]
    + ["{% raw %}", "{% endraw %}", "{%- if a -%}", "{%- endif -%}"]
    + ["{% filter upper %}", "{% endfilter %}", "{{ y|upper }}"]
)  # fmt: skip
LINES = st.lists(PIECES, max_size=4).map("".join)


def built(lines: list[str], cells: list[list[str]]) -> bytes:
    """Paragraphs, then a table, each text in one run or cut into several."""
    document = Document()
    for line in lines:
        paragraph = document.add_paragraph()
        middle = len(line) // 2
        for piece in (line[:middle], line[middle:]):
            paragraph.add_run(clean(piece).replace("\n", " "))
    if cells:
        table = document.add_table(rows=len(cells), cols=3)
        for row, texts in zip(table.rows, cells, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    return saved(document)


def rendered_or_refused(data: bytes) -> None:
    try:
        compiled = compile_template(data, "t.docx")
        for facts in ({"a": "A & B <甲>\n乙", "rows": ["一", "二"]}, {"a": "", "rows": []}):
            made = compiled.render(facts)
            assert broken_rules(made) == []
    except TemplateBroken as broken:
        assert all(problem.what and problem.remedy for problem in broken.problems)


@given(st.lists(LINES, max_size=5), st.lists(st.lists(LINES, min_size=3, max_size=3), max_size=3))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_template_gives_half_a_document(lines: list[str], cells: list[list[str]]) -> None:
    rendered_or_refused(built(lines, cells))


@pytest.mark.parametrize("seed", range(8))
def test_damaged_bytes_are_told(seed: int) -> None:
    """Bytes of the archive, then of the body inside it, are changed."""
    dice = random.Random(seed)
    good = built(["{{ a }}", "{%p if a %}", "甲", "{%p endif %}"], [["{{ a }}", "", ""]])
    for _ in range(20):
        data = bytearray(good)
        for _ in range(dice.randint(1, 20)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        compiled_or_refused(bytes(data))
        body = bytearray(zipfile.ZipFile(io.BytesIO(good)).read("word/document.xml"))
        del body[dice.randrange(len(body)) :]
        compiled_or_refused(with_body(good, bytes(body)))


def compiled_or_refused(data: bytes) -> None:
    try:
        compile_template(data, "t.docx")
    except TemplateBroken as broken:
        assert broken.problems


def with_body(data: bytes, body: bytes) -> bytes:
    return packed({**parts_of(data), "word/document.xml": body})


BLOCKS = {
    "{% set x %}{{ a }}{% endset %}{{ x|upper }}": "A & B <甲>",
    "{% set x|upper %}{{ a }}{% endset %}{{ x }}": "A & B <甲>",
    "{% filter upper %}{{ a }}{% endfilter %}": "A & B <甲>",
    "{% set x %}{{ a }}{% endset %}{{ x[:3] }}": "a &",
    "{% set x %}{{ a }}{% endset %}{{ x|truncate(4) }}": "a &…",
    "{% macro m(v) %}{{ v }}{% endmacro %}{{ m(a)|replace('&', '和') }}": "a 和 b <甲>",
    "{% macro m(v) %}{{ v }}{% endmacro %}{{ m(a) ~ '<' }}": "a & b <甲><",
    "{% macro m() %}{{ caller()|upper }}{% endmacro %}{% call m() %}{{ a }}{% endcall %}": "A & B <甲>",
}


@pytest.mark.parametrize("text", BLOCKS)
def test_filters_work_on_what_blocks_and_macros_mean(text: str) -> None:
    data = compile_template(paragraphs(text), "t.docx").render({"a": "a & b <甲>"})
    assert opened(data).paragraphs[0].text == BLOCKS[text]


def test_block_over_paragraphs_is_printed_and_nothing_else() -> None:
    lines = ["{%p set x %}", "甲{{ a }}", "乙", "{%p endset %}", "{{p x }}", "{{p x }}"]
    data = compile_template(paragraphs(*lines), "t.docx").render({"a": "&"})
    assert [each.text for each in opened(data).paragraphs] == ["甲&", "乙"] * 2
    assert broken_rules(data) == []


ENDLESS = [
    "{{ 'x' * 10**9 }}",
    "{{ [a] * 10**9 }}",
    "{{ range(10**9)|list|length }}",
    "{{ a|center(10**9) }}",
    "{{ 9 ** 99999999 }}",
    "{{ '%999999999d'|format(3) }}",
    "{% for i in range(9999) %}{% for j in range(9999) %}x{% endfor %}{% endfor %}",
    "{% macro f(n) %}{{ f(n + 1) }}{% endmacro %}{{ f(0) }}",
    "{% set ns = namespace(x='ab') %}{% for i in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
    "{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
    "{{ a|replace('甲', 'x' * 100000)|replace('x', 'y' * 100000) }}",
    "{% for i in range(100000) %}{{ 'x' * 100000 }}{% endfor %}",
]


@pytest.mark.parametrize("text", ENDLESS)
def test_what_would_run_or_grow_without_end_is_stopped_soon(text: str) -> None:
    compiled = compile_template(paragraphs("第一段", text), "t.docx")
    began = time.process_time()
    with pytest.raises(TemplateBroken) as caught:
        compiled.render({"a": "甲"})
    assert time.process_time() - began < 10
    assert caught.value.problems[0].place.spot == "第 2 段"


def test_paragraphs_as_a_value_stand_anywhere_a_paragraph_does() -> None:
    document: Any = Document()
    document.add_table(rows=1, cols=1).cell(0, 0).text = "{{p a }}"
    document.sections[0].footer.paragraphs[0].text = "{{p a }}"
    data = compile_template(saved(document), "t.docx").render({"a": Paragraphs().add("甲").add("乙", "Quote")})
    assert broken_rules(data) == []
    assert opened(data).tables[0].cell(0, 0).text == "甲\n乙"
    assert [each.text for each in opened(data).sections[0].footer.paragraphs] == ["甲", "乙"]
