"""Excel templates: rows repeat and everything that stands on them follows."""

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import CellIsRule, FormulaRule
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.pagebreak import Break
from PIL import Image as Picture

from onefill.definitions.expressions import Empty
from onefill.rendering import TemplateBroken, compile_template
from onefill.rendering.characters import clean
from onefill.rendering.errors import HeadTooLong, RepeatUnsuitable, TextTooLong
from onefill.rendering.excel_titles import unique_titles
from tests.rendering.excel_rules import faults

FOOT = '&C&"宋体,常规"&9{{ class_no }} 第 &P 页，共 &N 页'


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sheet(cells: Mapping[str, object], title: str = "名册") -> tuple[Workbook, Any]:
    book = Workbook()
    made: Any = book.active
    made.title = title
    for place, value in cells.items():
        made[place] = value
    return book, made


def opened(data: bytes) -> Any:
    assert faults(data) == []
    return load_workbook(io.BytesIO(data)).active


def grid(made: Any) -> list[list[object]]:
    return [list(row) for row in made.iter_rows(values_only=True)]


def member(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


ROSTER = {
    "A1": "学员名册 {{ class_no }}",
    "A2": "序号",
    "B2": "姓名",
    "C2": "成绩",
    "A3": "{%tr for t in trainees %}",
    "A4": "{{ loop.index }}",
    "B4": "{{ t.name }}",
    "C4": "{{ t.score }}",
    "D4": "=C4*2",
    "A5": "{%tr endfor %}",
    "A6": "合计",
    "C6": "=SUM(C4:C4)",
    "D6": "=SUM(D3:D5)/COUNT($C$4:$C$4)",
    "A8": "填报单位（盖章）",
    "C8": "=C6",
}


def roster() -> bytes:
    book, made = sheet(ROSTER)
    made.merge_cells("A1:D1")
    made.merge_cells("A6:B6")
    made.merge_cells("A8:B9")
    made.row_dimensions[4].height = 22
    made.row_dimensions[6].height = 30
    made.row_dimensions[8].height = 60
    made.print_area = "A1:D9"
    made.print_title_rows = "1:2"
    made.freeze_panes = "A3"
    made.column_dimensions["B"].width = 33
    made["B4"].font = Font(name="宋体", size=9)
    made.row_breaks.append(Break(id=6))
    made.conditional_formatting.add("C4:C4", CellIsRule(operator="lessThan", formula=["60"], font=Font(bold=True)))
    made.conditional_formatting.add("C6", FormulaRule(formula=["C6>100"], fill=PatternFill("solid", bgColor="D9D9D9")))
    validation = DataValidation(type="list", formula1='"合格,不合格"')
    validation.add("D4")
    validation.add("D8")
    made.add_data_validation(validation)
    return saved(book)


def trainees(count: int) -> dict[str, object]:
    return {"class_no": "A&B", "trainees": [{"name": f"学员{n}", "score": Decimal(n)} for n in range(count)]}


# -- rows ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 15, 500])
def test_rows_repeat_and_everything_follows(count: int) -> None:
    data = compile_template(roster(), "roster.xlsx").render(trainees(count))
    made = opened(data)
    last, total, seal = 2 + count, 3 + count, 5 + count
    assert grid(made)[2:last] == [[n + 1, f"学员{n}", n, f"=C{n + 3}*2"] for n in range(count)]
    assert made[f"C{total}"].value == f"=SUM(C3:C{last})"
    assert made[f"D{total}"].value == f"=SUM(D3:D{last})/COUNT($C$3:$C${last})"
    assert made[f"C{seal}"].value == f"=C{total}"
    assert {str(each) for each in made.merged_cells.ranges} == {"A1:D1", f"A{total}:B{total}", f"A{seal}:B{seal + 1}"}
    heights = {row: made.row_dimensions[row].height for row in range(1, seal + 2)}
    assert {heights[row] for row in range(3, last + 1)} == {22}
    assert (heights[total], heights[total + 1], heights[seal]) == (30, None, 60)
    assert made.print_area == f"'名册'!$A$1:$D${seal + 1}"
    assert (made.print_title_rows, made.freeze_panes) == ("$1:$2", "A3")
    assert [each.id for each in made.row_breaks.brk] == [total]
    assert {str(each.sqref) for each in made.conditional_formatting} == {
        f"C3:C{last}" if count > 1 else "C3",
        f"C{total}",
    }
    assert all(rule.dxf is not None for each in made.conditional_formatting for rule in each.rules)
    assert {rule.formula[0] for each in made.conditional_formatting for rule in each.rules} == {"60", f"C{total}>100"}
    spots = {str(each) for each in made.data_validations.dataValidation[0].sqref.ranges}
    assert spots == {f"D3:D{last}" if count > 1 else "D3", f"D{seal}"}
    assert {made[f"B{row}"].font.name for row in range(3, last + 1)} == {"宋体"}
    assert made.column_dimensions["B"].width == 33


@pytest.mark.parametrize(("count", "breaks"), [(0, [2]), (1, [2]), (3, [2, 3, 4, 5, 6])])
def test_page_breaks_go_with_their_rows(count: int, breaks: list[int]) -> None:
    cells = {"A2": "{%tr if trainees|length > 1 %}", "A3": "{{ class_no }}", "A4": "{%tr for t in trainees %}"}
    cells |= {"A5": "{{ t.name }}", "A6": "{%tr endfor %}", "A7": "{%tr endif %}", "A8": "合计", "A9": "制表人"}
    book, made = sheet({"A1": "名册", **cells})
    for row in (3, 5, 8):
        made.row_breaks.append(Break(id=row))
    done = opened(compile_template(saved(book), "t.xlsx").render(trainees(count)))
    assert sorted(each.id for each in done.row_breaks.brk) == breaks


def test_a_break_under_a_row_tag_follows_the_last_row_and_frozen_rows_stay() -> None:
    book, made = sheet({"A1": "{%tr set seen = 1 %}", "A2": "姓名", "A3": "{%tr for t in trainees %}"})
    made["A4"], made["A5"], made["A6"] = "{{ t.name }}", "{%tr endfor %}", "合计"
    made.row_breaks.append(Break(id=5))
    made.freeze_panes = "A3"
    done = opened(compile_template(saved(book), "t.xlsx").render(trainees(3)))
    assert [each.id for each in done.row_breaks.brk] == [4]
    assert (done.freeze_panes, done.sheet_view.pane.ySplit) == ("A2", 1)


def test_no_rows_leave_nothing() -> None:
    made = opened(compile_template(roster(), "roster.xlsx").render(trainees(0)))
    assert grid(made)[:3] == [
        ["学员名册 A&B", None, None, None],
        ["序号", "姓名", "成绩", None],
        ["合计", None, "=SUM($A$1048576)", "=SUM($A$1048576)/COUNT($A$1048576)"],
    ]
    assert {str(each) for each in made.merged_cells.ranges} == {"A1:D1", "A3:B3", "A5:B6"}
    assert made.print_area == "'名册'!$A$1:$D$6"


def test_blocks_nest_and_conditions_choose() -> None:
    book, made = sheet(
        {
            "A1": "{%tr for g in groups %}",
            "A2": "{{ loop.index }} {{ g.name }}",
            "A3": "{%tr for m in g.members %}",
            "A4": "{{ loop.index }}",
            "B4": "{{ m }}",
            "C4": "=SUM(B$4:B4)",
            "A5": "{%tr endfor %}",
            "A6": "{%tr if g.members|length > 1 %}",
            "A7": "小计",
            "B7": "=SUM(B4:B4)",
            "A8": "{%tr else %}",
            "A9": "只有一人",
            "A10": "{%tr endif %}",
            "A11": "{%tr endfor %}",
            "A12": "总计",
            "B12": "=SUM(B4:B4)",
        }
    )
    made.merge_cells("A7:A7")
    made.merge_cells("A2:C2")
    facts = {"groups": [{"name": "甲", "members": [1, 2]}, {"name": "乙", "members": [3]}]}
    made = opened(compile_template(saved(book), "t.xlsx").render(facts))
    assert grid(made) == [
        ["1 甲", None, None],
        [1, 1, "=SUM(B$2:B2)"],
        [2, 2, "=SUM(B$2:B3)"],
        ["小计", "=SUM(B2:B3)", None],
        ["2 乙", None, None],
        [1, 3, "=SUM(B$2:B6)"],
        ["只有一人", None, None],
        ["总计", "=SUM(B2:B6)", None],
    ]
    assert {str(each) for each in made.merged_cells.ranges} == {"A1:C1", "A5:C5"}


def test_merges_over_several_rows_repeat_with_their_block() -> None:
    book, made = sheet(
        {"A1": "{%tr for x in items %}", "A2": "{{ x }}", "B2": "上", "B3": "下", "A4": "{%tr endfor %}", "A5": "尾"}
    )
    made.merge_cells("A2:A3")
    made.merge_cells("A5:B6")
    made = opened(compile_template(saved(book), "t.xlsx").render({"items": ["甲", "乙"]}))
    assert {str(each) for each in made.merged_cells.ranges} == {"A1:A2", "A3:A4", "A5:B6"}


def test_label_merged_over_a_loop_grows() -> None:
    book, made = sheet(
        {"A1": "教师", "B1": "姓名", "B2": "{%tr for x in items %}", "B3": "{{ x }}", "B4": "{%tr endfor %}"}
    )
    made.merge_cells("A1:A4")
    made = opened(compile_template(saved(book), "t.xlsx").render({"items": ["甲", "乙", "丙"]}))
    assert [str(each) for each in made.merged_cells.ranges] == ["A1:A4"]
    assert grid(made) == [["教师", "姓名"], [None, "甲"], [None, "乙"], [None, "丙"]]


def test_pictures_and_charts_move() -> None:
    book, made = sheet(ROSTER)
    picture = io.BytesIO()
    Picture.new("RGB", (8, 8)).save(picture, "PNG")
    picture.seek(0)
    made.add_image(Image(picture), "B8")
    chart = BarChart()
    chart.add_data(Reference(made, min_col=3, min_row=4, max_row=4))
    made.add_chart(chart, "A12")
    made = opened(compile_template(saved(book), "t.xlsx").render(trainees(5)))
    assert made._images[0].anchor._from.row + 1 == 10
    assert made._charts[0].anchor._from.row + 1 == 14
    assert made._charts[0].series[0].val.numRef.f == "'名册'!$C$3:$C$7"


def test_other_sheets_and_names_follow() -> None:
    book, made = sheet(ROSTER)
    other = book.create_sheet("汇总")
    other["A1"] = "=SUM(名册!C4:C4)"
    other["A2"] = "='名册'!C6"
    from openpyxl.workbook.defined_name import DefinedName

    book.defined_names["成绩"] = DefinedName("成绩", attr_text="'名册'!$C$4:$C$4")
    made = load_workbook(io.BytesIO(compile_template(saved(book), "t.xlsx").render(trainees(4))))
    assert made["汇总"]["A1"].value == "=SUM('名册'!C3:C6)"
    assert made["汇总"]["A2"].value == "='名册'!C7"
    assert made.defined_names["成绩"].attr_text == "'名册'!$C$3:$C$6"


# -- values ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "number_format", "shown", "kind"),
    [
        (88, "General", 88, "n"),
        (Decimal("12.5"), "0.0", 12.5, "n"),
        (88, "@", "88", "s"),
        ("0088", "General", "0088", "s"),
        (440604199001011234, "General", "440604199001011234", "s"),
        (date(2026, 11, 4), "General", datetime(2026, 11, 4), "d"),
        (date(2026, 11, 4), "@", "2026年11月4日", "s"),
        (date(1899, 1, 1), "General", "1899年1月1日", "s"),
        (True, "General", "是", "s"),
        ("=cmd|' /C calc'!A0", "General", "=cmd|' /C calc'!A0", "s"),
        ("+1", "General", "+1", "s"),
        ("-1", "General", "-1", "s"),
        ("@SUM(A1)", "General", "@SUM(A1)", "s"),
        ("<b>&{{ x }}", "General", "<b>&{{ x }}", "s"),
        ("甲\x00\r\n乙", "General", "甲\n乙", "s"),
        (None, "General", None, "n"),
        (Empty("成绩", missing=True), "General", "【缺：成绩】", "s"),
        (Empty("成绩"), "General", None, "n"),
    ],
)
def test_one_expression_gives_its_value(value: object, number_format: str, shown: object, kind: str) -> None:
    book, made = sheet({"A1": "{{ value }}"})
    made["A1"].number_format = number_format
    cell = opened(compile_template(saved(book), "t.xlsx").render({"value": value}))["A1"]
    assert (cell.value, cell.data_type) == (shown, kind)


def test_text_that_looks_like_a_formula_is_quoted() -> None:
    book, _ = sheet({"A1": "{{ value }}", "A2": "{{ value }}"})
    made = opened(compile_template(saved(book), "t.xlsx").render({"value": "=1+1"}))
    assert made["A1"].quotePrefix
    assert made["A1"].data_type == "s"


def test_mixed_text_is_text() -> None:
    book, _ = sheet({"A1": "{{ n }}人", "A2": "{% if n > 1 %}多{% else %}少{% endif %}"})
    assert grid(opened(compile_template(saved(book), "t.xlsx").render({"n": 3}))) == [["3人"], ["多"]]


_RANDOM = compile_template(saved(sheet({"A1": "甲{{ a }}乙"})[0]), "t.xlsx")


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=60))
@settings(max_examples=40, deadline=None)
def test_no_text_breaks_the_file(text: str) -> None:
    shown = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", clean(text))
    assert opened(_RANDOM.render({"a": text}))["A1"].value == f"甲{shown}乙"


@pytest.mark.parametrize("text", ["😀", "𠮷𪚥", "翀燊喆垚冼", "\"'<>&", "]]>", "{{ }}", "名" * 200])
def test_rare_text_is_kept(text: str) -> None:
    assert opened(_RANDOM.render({"a": text}))["A1"].value == f"甲{text}乙"


def test_text_longer_than_a_cell_is_told() -> None:
    with pytest.raises(TextTooLong, match="32767"):
        _RANDOM.render({"a": "字" * 32_768})


def test_a_foot_longer_than_excel_reads_is_told() -> None:
    book, made = sheet({"A1": "甲"})
    made.oddFooter.left.text, made.oddFooter.right.text = "{{ a }}", "{{ a }}"
    template = compile_template(saved(book), "t.xlsx")
    assert faults(template.render({"a": "字" * 125})) == []
    with pytest.raises(HeadTooLong, match="“名册”的页眉或页脚有 256 个字"):
        template.render({"a": "字" * 126})


def test_heads_feet_titles_and_properties_are_filled() -> None:
    book, made = sheet(ROSTER, title="{{ class_no }}")
    made.oddFooter.center.text = FOOT.removeprefix("&C")
    made.oddHeader.right.text = "{{ class_no }}"
    book.properties.title = "{{ class_no }}"
    template = saved(book)
    compiled = compile_template(template, "t.xlsx")
    assert compiled.counts_pages
    assert [name.place.spot for name in compiled.names if name.path == "class_no"] == [
        "A1",
        "工作表名",
        "页眉",
        "页脚",
        "标题",
    ]
    data = compiled.render({**trainees(1), "class_no": "2026&A/1"})
    xml = member(data, "xl/worksheets/sheet1.xml")
    assert "&amp;R2026&amp;&amp;A/1" in xml
    assert "&amp;9 2026&amp;&amp;A/1 第 &amp;P 页，共 &amp;N 页" in xml
    made = load_workbook(io.BytesIO(data))
    assert made.sheetnames == ["2026&A 1"]
    assert made.properties.title == "2026&A/1"


def test_equal_facts_give_equal_bytes() -> None:
    compiled = compile_template(roster(), "roster.xlsx")
    assert compiled.render(trainees(3)) == compiled.render(trainees(3))
    assert not compiled.counts_pages


# -- a worksheet per item --------------------------------------------------------------------------------------


def test_worksheets_keep_everything() -> None:
    book = load_workbook(io.BytesIO(roster()))
    book["名册"].oddFooter.center.text = FOOT.removeprefix("&C")
    book["名册"].page_setup.orientation = "landscape"
    book.create_sheet("说明")["A1"] = "不变"
    items = [trainees(1), trainees(2), trainees(0)]
    data = compile_template(saved(book), "t.xlsx").render_each(items, "sheets", ["第一课", "第二课", "第一课"])
    made = load_workbook(io.BytesIO(data))
    assert made.sheetnames == ["第一课", "第二课", "第一课 (2)", "说明"]
    assert [made[name].print_area for name in made.sheetnames[:3]] == [
        "'第一课'!$A$1:$D$7",
        "'第二课'!$A$1:$D$8",
        "'第一课 (2)'!$A$1:$D$6",
    ]
    second = made["第二课"]
    assert second["C5"].value == "=SUM(C3:C4)"
    assert {str(each) for each in second.merged_cells.ranges} == {"A1:D1", "A5:B5", "A7:B8"}
    assert (second.row_dimensions[4].height, second.column_dimensions["B"].width) == (22, 33)
    assert (second.print_title_rows, second.page_setup.orientation) == ("$1:$2", "landscape")
    assert "A&&amp;B" not in member(data, "xl/worksheets/sheet3.xml")
    assert "&amp;9 A&amp;&amp;B" in member(data, "xl/worksheets/sheet3.xml")
    assert len(second.conditional_formatting) == 2
    assert sum(bool(each.sheet_view.tabSelected) for each in made) <= 1
    with pytest.raises(RepeatUnsuitable):
        compile_template(roster(), "t.xlsx").render_each([], "sheets")


@pytest.mark.parametrize(
    ("wishes", "titles"),
    [
        (["a", "A", "a"], ["a", "A (2)", "a (3)"]),
        (["2026/1:班*"], ["2026 1 班"]),
        (["", "'引'"], ["第1份", "引"]),
        (["长" * 40, "长" * 40], ["长" * 31, "长" * 27 + " (2)"]),
        (["History"], ["History_"]),
        (["𠮷" * 20], ["𠮷" * 15]),
    ],
)
def test_titles_are_what_excel_allows(wishes: Sequence[str], titles: Sequence[str]) -> None:
    assert unique_titles(wishes) == titles


# -- what is refused -------------------------------------------------------------------------------------------


def problems(template: bytes) -> list[tuple[str, str]]:
    with pytest.raises(TemplateBroken) as caught:
        compile_template(template, "t.xlsx")
    found = caught.value.problems
    assert all(re.search("[一-鿿]", problem.what) and problem.remedy for problem in found)
    return [(problem.code, problem.place.spot) for problem in found]


def test_all_faults_are_told_at_once() -> None:
    book, made = sheet(
        {
            "A1": "{{ a",
            "B2": "{{ a + }}",
            "C3": "{%tr for x in y %}",
            "D3": "说明",
            "A4": "{%p if z %}",
            "A5": '="{{ a }}"',
            "A6": "{% if a %}x",
            "A7": "{{ a|nosuch }}",
        }
    )
    made.oddHeader.center.text = "{{ b"
    assert sorted(problems(saved(book))) == sorted(
        [
            ("TEMPLATE_FORMULA", "A5"),
            ("TEMPLATE_BRACES", "A1"),
            ("TEMPLATE_SWALLOWED", "C3"),
            ("TEMPLATE_SYNTAX", "A4"),
            ("TEMPLATE_BLOCK", "A6"),
            ("TEMPLATE_BLOCK", "C3"),
            ("TEMPLATE_BLOCK", "A4"),
            ("TEMPLATE_SYNTAX", "B2"),
            ("TEMPLATE_SYNTAX", "A7"),
            ("TEMPLATE_BRACES", "页眉"),
        ]
    )


def test_our_own_filters_are_not_for_authors() -> None:
    assert problems(saved(sheet({"A1": "{{ 7|onefill_row }}"})[0])) == [("TEMPLATE_SYNTAX", "A1")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{{ class_on }}", "TEMPLATE_NAME"),
        ("{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}", "TEMPLATE_ENDLESS"),
        ("{{ 1 / 0 }}", "TEMPLATE_FAILS"),
    ],
)
def test_failures_are_placed(text: str, code: str) -> None:
    compiled = compile_template(saved(sheet({"A1": "好", "B7": text})[0]), "t.xlsx")
    with pytest.raises(TemplateBroken) as caught:
        compiled.render({"class_no": "1"})
    problem = caught.value.problems[0]
    assert (problem.code, problem.place.spot, problem.place.part) == (code, "B7", "名册")


def test_damaged_workbook() -> None:
    good = roster()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, b"<worksheet" if name.endswith("sheet1.xml") else old.read(name))
    assert problems(out.getvalue()) == [("TEMPLATE_DAMAGED", "")]
