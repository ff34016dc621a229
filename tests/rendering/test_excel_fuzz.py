"""Whatever facts and templates hold: a workbook that keeps Excel's rules, or a fault with its place."""

import random
import re
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from onefill.definitions.expressions import Empty
from onefill.problems import TemplatePlace
from onefill.rendering import Compiled, TemplateBroken, compile_template
from onefill.rendering.characters import clean
from onefill.rendering.errors import HeadTooLong
from onefill.rendering.excel_filling import PECULIAR
from onefill.rendering.excel_strings import Strings
from tests.packages import packed, parts_of
from tests.rendering.excel_rich import rich
from tests.rendering.excel_rules import S, faults
from tests.rendering.mutated import halves
from tests.rendering.test_excel import opened, saved
from tests.rendering.test_excel_kept import facts

TEXT = st.text(alphabet=st.characters(exclude_categories=()), max_size=30)
VALUE = st.one_of(
    TEXT,
    st.integers(),
    st.decimals(allow_nan=False, allow_infinity=False, places=2),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.none(),
    st.just(Empty("成绩", missing=True)),
    st.lists(TEXT, max_size=3),
    st.sampled_from(["=1+1", "_x0041_", "\x05 1\x06", "\x01\x02\x03", "甲\n乙", " 空 ", "+", "@A", "]]>"]),
)


def everything() -> Compiled:
    """A template with a tag in every place that takes one."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "{{ a }}"
    for cell, text in {
        "A1": "{{ a }}", "B1": "甲{{ a }}乙{{ b }}", "C1": "{% for r in rows %}{{ r }}{% endfor %}",  "D1": "{{ b }}",
        "A2": "{%tr for r in rows %}", "C2": "{%tr for r in rows %}", "A3": "{{ r }}", "C3": "{{ loop.index }}{{ r }}",
        "A4": "{%tr endfor %}", "C4": "{%tr endfor %}", "A5": "=SUM(A3:A3)", "B5": "{{ b }}",
    }.items():  # fmt: skip
        sheet[cell] = text
    sheet["B5"].number_format = "@"
    sheet["D1"].number_format = "yyyy-mm-dd"
    sheet.oddFooter.center.text = "&9{{ a }}{{ b }}"
    book.properties.title = "{{ a }}"
    return compile_template(saved(book), "t.xlsx")


EVERYTHING = everything()


@given(VALUE, VALUE, st.lists(VALUE, max_size=3))
@example(None, 1e250, [])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_facts_break_the_file(a: object, b: object, rows: list[object]) -> None:
    try:
        printed = EVERYTHING.render({"a": a, "b": b, "rows": rows})
    except HeadTooLong as told:
        assert "页脚有" in str(told)
    else:
        assert faults(printed) == []


PIECES = st.sampled_from(
    ["甲", " ", "\n", "{{ a }}", "{{ a|upper }}", "{{r a }}", "{{", "}}", "{%", "%}", "{#", "#}", "{", "}", "{# 注 #}"]
    + ["{% if a %}", "{% else %}", "{% endif %}", "{% for x in rows %}", "{{ x }}", "{% endfor %}"]
    + ["=A1", "=SUM(B2:C5)", "{{ loop.index }}", "{{ 7|onefill_row }}", "{{ a|onefill_cell(0) }}"]
    + [f"{{%tr {word} %}}" for word in ("if a", "else", "elif a", "endif", "for x in rows", "endfor", "set y = 1")] * 3
    + ["{%tr macro m() %}", "{%tr endmacro %}", "{%p if a %}", "{% set y %}", "{% endset %}", "{{ y }}"]
    + ["{% raw %}", "{% endraw %}", "{% filter upper %}", "{% endfilter %}"]
)  # fmt: skip
CELLS = st.dictionaries(
    st.tuples(st.integers(1, 7), st.integers(1, 3)), st.lists(PIECES, min_size=1, max_size=2).map("".join), max_size=9
)


@given(CELLS, st.integers(0, 3))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_template_prints_or_is_told(cells: dict[tuple[int, int], str], count: int) -> None:
    book = Workbook()
    sheet: Any = book.active
    for (row, column), text in cells.items():
        sheet.cell(row, column, text)
    sheet.merge_cells("E2:F3")
    sheet["G9"] = "=SUM(A2:C4)"
    given_facts = {"a": "值", "rows": list(range(count))}
    try:
        compiled = compile_template(saved(book), "t.xlsx")
        made = [compiled.render(given_facts), compiled.render_each([given_facts] * 2, "sheets")]
    except TemplateBroken as error:
        assert all(problem.what and problem.remedy and problem.place.spot for problem in error.problems)  # type: ignore[union-attr]
        return
    for data in made:
        assert faults(data) == []


@st.composite
def sound_rows(draw: st.DrawFn, depth: int = 4) -> list[str]:
    """First cells of a template whose blocks are in order, few enough within each other for a sheet's rows."""
    rows: list[str] = []
    for _ in range(draw(st.integers(0, 4))):
        kind = draw(st.sampled_from(["甲", "{{ a }}", "for", "if"]))
        if kind in ("for", "if"):
            inner = draw(sound_rows(depth - 1)) if depth and len(rows) < 4 and draw(st.booleans()) else ["{{ a }}"]
            opens = "{%tr for x in rows %}" if kind == "for" else "{%tr if a %}"
            rows += [opens, *inner, f"{{%tr end{kind} %}}"]
        else:
            rows.append(kind)
    return rows


@given(sound_rows(), st.integers(0, 4), st.booleans())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_rows_below_are_where_their_formulas_say(rows: list[str], count: int, a: bool) -> None:
    book = Workbook()
    sheet: Any = book.active
    for number, text in enumerate(rows, start=1):
        sheet.cell(number, 1, text)
    end = len(rows) + 1
    sheet.cell(end, 1, "末行")
    sheet.cell(end, 2, f"=ROW(A{end})")
    sheet.merge_cells(start_row=end, start_column=3, end_row=end + 1, end_column=4)
    sheet.row_dimensions[end].height = 41
    data = compile_template(saved(book), "t.xlsx").render({"a": a, "rows": list(range(count))})
    assert faults(data) == []
    made = opened(data)
    last = next(row for row in range(1, made.max_row + 1) if made.cell(row, 1).value == "末行")
    assert made.cell(last, 2).value == f"=ROW(A{last})"
    assert made.row_dimensions[last].height == 41
    assert [str(each) for each in made.merged_cells.ranges] == [f"C{last}:D{last + 1}"]


# -- files that mean harm --------------------------------------------------------------------------------------------


def changed(part: str, old: bytes, new: bytes) -> bytes:
    parts = parts_of(rich())
    assert old in parts[part]
    return packed({**parts, part: parts[part].replace(old, new, 1)})


def added(part: str, data: bytes) -> bytes:
    return packed({**parts_of(rich()), part: data})


ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
LINK = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="%s" '
    b'TargetMode="External"/></Relationships>'
)
WORKSHEET = "xl/worksheets/sheet1.xml"
HARM = {
    "entities in a sheet": lambda: changed(WORKSHEET, b"<worksheet", ENTITIES + b"<worksheet"),
    "entities in a part that is only copied": lambda: changed(
        "xl/theme/theme1.xml", b"<a:theme", ENTITIES + b"<a:theme"
    ),
    "entities in shared strings": lambda: changed("xl/sharedStrings.xml", b"<sst", ENTITIES + b"<sst"),
    "entities in UTF-16": lambda: added("xl/x.xml", ('<?xml version="1.0"?><!DOCTYPE x []><x/>').encode("utf-16")),
    "another workbook": lambda: added("xl/externalLinks/externalLink1.xml", b"<externalLink/>"),
    "a picture from outside": lambda: added(
        "xl/drawings/_rels/drawing9.xml.rels", LINK % (b"image", b"http://192.0.2.1/x.png")
    ),
    "a link to another workbook": lambda: added(
        "xl/charts/_rels/chart9.xml.rels", LINK % (b"externalLinkPath", b"file:///C:/x.xlsx")
    ),
    "data from outside": lambda: added("xl/connections.xml", b"<connections/>"),
    "macros": lambda: added("xl/vbaProject.bin", b"macro"),
    "a macro sheet": lambda: added("xl/macrosheets/sheet1.xml", b"<x/>"),
    "a bomb": lambda: added("xl/media/image9.png", b"\0" * (70 * 1024 * 1024)),
    "a path upwards": lambda: added("xl/../../etc/passwd", b"x"),
    "a path from the root": lambda: added("/etc/passwd", b"x"),
    "no workbook": lambda: packed({n: d for n, d in parts_of(rich()).items() if n != "xl/workbook.xml"}),
    "no sheet": lambda: packed({n: d for n, d in parts_of(rich()).items() if n != WORKSHEET}),
    "half a sheet": lambda: changed(WORKSHEET, b"</sheetData>", b""),
    "no place for rows": lambda: added("xl/worksheets/sheet3.xml", f'<worksheet xmlns="{S[1:-1]}"/>'.encode()),
    "a text that is none": lambda: changed(WORKSHEET, b't="s"><v>0</v>', b't="s"><v>999</v>'),
    "two places for rows": lambda: changed(WORKSHEET, b"<sheetData>", b"<sheetData/><sheetData>"),
    "rows without numbers": lambda: changed(WORKSHEET, b'<row r="1"', b'<row r="one"'),
}


@pytest.mark.parametrize("kind", HARM)
def test_files_that_mean_harm_are_refused(kind: str) -> None:
    began = time.monotonic()
    with pytest.raises(TemplateBroken) as told:
        compile_template(HARM[kind](), "t.xlsx")
    assert time.monotonic() - began < 10
    assert all(problem.what and problem.remedy for problem in told.value.problems)


@pytest.mark.parametrize(
    ("old", "new", "spot"),
    [
        (b't="s"><v>0</v>', b't="s"><v>999</v>', "A1"),
        (b'<row r="1"', b'<row r="one"', "第 1 行"),
        (b'<row r="1"', b'<row r="9999999"', "第 1 行"),
        (b'r="B3"', b'r="ZZZZ3"', "ZZZZ3"),
        (b'<c r="B3" t="s"><v>3</v>', b'<c t="s"><v>999</v>', "B3"),
        (b'<c r="A6" s="1"', b'<c r="A6" s="red"', "A6"),
        (b"<sheetData>", b"<sheetData/><sheetData>", ""),
    ],
)
def test_what_is_damaged_in_a_sheet_is_told_with_sheet_and_cell(old: bytes, new: bytes, spot: str) -> None:
    with pytest.raises(TemplateBroken) as told:
        compile_template(changed(WORKSHEET, old, new), "t.xlsx")
    [problem] = told.value.problems
    title = re.search(rb'<sheet name="([^"]+)"', parts_of(rich())["xl/workbook.xml"])
    assert title is not None
    assert problem.code == "TEMPLATE_DAMAGED"
    assert problem.place == TemplatePlace("t.xlsx", title[1].decode(), spot)


DRAWING, NOTES, BOOK = "xl/drawings/drawing1.xml", "xl/drawings/vmlDrawing1.vml", "xl/workbook.xml"


@pytest.mark.parametrize(
    ("part", "old", "new", "sheet", "spot"),
    [
        (DRAWING, b"<xdr:row>11</xdr:row>", b"<xdr:row>x</xdr:row>", "名册", "图形“Picture 1”"),
        (DRAWING, b"<xdr:row>31</xdr:row>", b"<xdr:row>x</xdr:row>", "名册", "A18 图形“Chart 2”"),
        ("xl/drawings/drawing2.xml", b"<xdr:col>2</xdr:col>", b"<xdr:col>C</xdr:col>", "汇总", "图形“Chart 1”"),
        (NOTES, b"<x:Row>5</x:Row>", b"<x:Row>five</x:Row>", "名册", "C 列的批注"),
        (NOTES, b"<x:Column>2</x:Column>", b"<x:Column>C</x:Column>", "名册", "第 6 行的批注"),
        ("xl/tables/table1.xml", b' id="1" name="Fees"', b' id="x" name="Fees"', "名册", "H9:I11 表格“Fees”"),
        (WORKSHEET, b'<brk id="8"', b'<brk id="x"', "名册", ""),
        (WORKSHEET, b'<pane ySplit="4"', b'<pane ySplit="x"', "名册", ""),
        (BOOK, b'Print_Area" localSheetId="0"', b'Print_Area" localSheetId="x"', "名册", "名称“Print_Area”（A1:F14）"),
        (BOOK, b'Titles" localSheetId="0"', b'Titles" localSheetId="x"', "名册", "名称“Print_Titles”（3:4）"),
        (BOOK, b'sheetId="2"', b'sheetId="x"', "汇总", ""),
        (BOOK, b'xWindow="240"', b'activeTab="x"', "", ""),
    ],
)
def test_what_is_damaged_beside_the_cells_is_told_with_its_sheet_and_what_it_is(
    part: str, old: bytes, new: bytes, sheet: str, spot: str
) -> None:
    with pytest.raises(TemplateBroken) as told:
        compile_template(changed(part, old, new), "t.xlsx")
    [problem] = told.value.problems
    assert problem.code == "TEMPLATE_DAMAGED"
    assert problem.place == TemplatePlace("t.xlsx", sheet, spot)


def test_links_that_a_click_opens_may_lead_anywhere() -> None:
    assert compile_template(rich(), "t.xlsx").render(facts(1))


def test_parts_changed_at_random_print_or_are_told() -> None:
    chance = random.Random(20261129)
    parts = parts_of(rich())
    names = [each for each in parts if each.startswith("xl/") and each.endswith((".xml", ".rels", ".vml"))]
    for number in range(150):
        name = chance.choice(names)
        body = bytearray(parts[name])
        if number % 2:
            body[chance.randrange(len(body))] = chance.randrange(32, 127)
        else:
            value = chance.choice(list(re.finditer(rb'"[^"<>]*"|>[^<>]+<', bytes(body))))
            body[value.start() + 1 : value.end() - 1] = chance.choice([b"", b"-1", b"9" * 11, b"x", b"A1:", b"{{ x }}"])
        try:
            compiled = compile_template(packed({**parts, name: bytes(body)}), "t.xlsx")
            made = compiled.render(facts(2))
        except TemplateBroken:
            continue
        assert halves(packed({**parts, name: bytes(body)}), made) == [], (number, name)


@given(TEXT)
def test_a_text_taken_as_it_stands_is_what_the_careful_way_makes_of_it(text: str) -> None:
    assume(text and PECULIAR.search(text) is None)
    strings = Strings(0)
    assert clean(text) == text
    assert strings.plain(text) == strings.number(text)
    assert text[0] not in "=+-@"


def test_loops_that_would_write_without_end_are_refused_before_they_begin() -> None:
    book = Workbook()
    sheet: Any = book.active
    sheet["A1"], sheet["A3"] = "{%tr for a in range(90000) %}", "{%tr endfor %}"
    for column in range(1, 101):
        sheet.cell(2, column, "{{ a }}")
    with pytest.raises(TemplateBroken) as caught:
        compile_template(saved(book), "t.xlsx").render({})
    assert "文字太长" in caught.value.problems[0].what
