"""Several lists on a sheet: one below the other, one beside the other, groups with sums of their own."""

import io
import re
import zipfile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.formatting.rule import FormulaRule

from onefill.problems import TemplatePlace
from onefill.rendering import TemplateBroken, compile_template
from tests.packages import packed, parts_of
from tests.rendering.test_excel import grid, opened, problems, saved, sheet

BESIDE = {
    "A1": "收入",
    "D1": "支出",
    "A2": "{%tr for x in left %}",
    "D2": "{%tr for y in right %}",
    "A3": "{{ x }}",
    "B3": "=A3*2",
    "D3": "{{ loop.index }}",
    "E3": "{{ y }}",
    "A4": "{%tr endfor %}",
    "D4": "{%tr endfor %}",
    "A5": "=SUM(A3:A3)",
    "D5": "共",
    "E5": "=SUM(E3:E3)",
}


def beside() -> bytes:
    book, made = sheet(BESIDE)
    made.merge_cells("B5:C5")
    made.row_dimensions[3].height = 21
    return saved(book)


@given(st.integers(0, 6), st.integers(0, 6))
@settings(max_examples=25, deadline=None)
def test_lists_stand_side_by_side(left: int, right: int) -> None:
    facts = {"left": list(range(10, 10 + left)), "right": list(range(50, 50 + right))}
    made = opened(compile_template(beside(), "t.xlsx").render(facts))
    rows, total = max(left, right), 2 + max(left, right)
    for number in range(rows):
        row = [made.cell(2 + number, column).value for column in range(1, 6)]
        own = [10 + number, f"=A{2 + number}*2"] if number < left else [None, None]
        other = [number + 1, 50 + number] if number < right else [None, None]
        assert row == [*own, None, *other]
        assert made.row_dimensions[2 + number].height == 21
    last = total - 1
    assert made.cell(total, 1).value == (f"=SUM(A2:A{last})" if rows else "=SUM($A$1048576)")
    assert made.cell(total, 5).value == (f"=SUM(E2:E{last})" if rows else "=SUM($A$1048576)")
    assert {str(each) for each in made.merged_cells.ranges} == {f"B{total}:C{total}"}


def test_a_longer_row_beside_a_shorter_one() -> None:
    book, _ = sheet(
        {
            "A1": "{%tr for x in left %}",
            "C1": "{%tr for y in right %}",
            "A2": "{{ x }}",
            "C2": "{%tr if y > 1 %}",
            "A3": "{{ x }}'",
            "C3": "{{ y }}",
            "A4": "—",
            "C4": "{%tr endif %}",
            "A5": "{%tr endfor %}",
            "C5": "{%tr endfor %}",
            "A6": "尾",
        }
    )
    made = opened(compile_template(saved(book), "t.xlsx").render({"left": ["甲"], "right": [1, 2, 3, 4, 5]}))
    assert grid(made) == [["甲", None, 2], ["甲'", None, 3], ["—", None, 4], [None, None, 5], ["尾", None, None]]


def test_lists_beside_each_other_inside_a_group() -> None:
    cells = {place[0] + str(int(place[1:]) + 1): text for place, text in BESIDE.items()}
    cells = {place: text.replace("3", "4") if text.startswith("=") else text for place, text in cells.items()}
    cells |= {"A1": "{%tr for g in groups %}", "A7": "{%tr endfor %}"}
    cells["A3"], cells["D3"] = "{%tr for x in g.left %}", "{%tr for y in g.right %}"
    facts = {"groups": [{"left": [1, 2], "right": [3]}, {"left": [], "right": [4]}]}
    made = opened(compile_template(saved(sheet(cells)[0]), "t.xlsx").render(facts))
    assert grid(made) == [
        ["收入", None, None, "支出", None],
        [1, "=A2*2", None, 1, 3],
        [2, "=A3*2", None, None, None],
        ["=SUM(A2:A3)", None, None, "共", "=SUM(E2:E3)"],
        ["收入", None, None, "支出", None],
        [None, None, None, 1, 4],
        ["=SUM(A6:A6)", None, None, "共", "=SUM(E6:E6)"],
    ]


def test_lists_that_end_in_different_rows_are_refused() -> None:
    cells = {key: text for key, text in BESIDE.items() if key != "D4"} | {"D5": "{%tr endfor %}"}
    found = problems(saved(sheet(cells)[0]))
    assert ("TEMPLATE_BLOCK", "D2") in found or ("TEMPLATE_BLOCK", "A2") in found


@pytest.mark.parametrize("word", ["macro m()", "filter upper", "call m()", "set x", "raw"])
def test_blocks_that_would_take_rows_from_their_place_are_refused(word: str) -> None:
    end = word.split()[0].split("(")[0]
    cells = {"A1": f"{{%tr {word} %}}", "A2": "x", "A3": f"{{%tr end{end} %}}"}
    with pytest.raises(TemplateBroken):
        compile_template(saved(sheet(cells)[0]), "t.xlsx")


GROUPS: dict[str, Any] = {
    "A1": "名册",
    "A2": "{%tr for g in groups %}",
    "A3": "{{ g.name }}",
    "A4": "{%tr for m in g.members %}",
    "B5": "{{ m }}",
    "C5": "=B5/B$6",
    "A6": "{%tr endfor %}",
    "A7": "小计",
    "B7": "=SUBTOTAL(9,B5:B5)",
    "A8": "{%tr endfor %}",
    "A9": "总计",
    "B9": "=SUBTOTAL(9,B5:B7)",
    "A11": "{%tr for m in others %}",
    "A12": "{{ m }}",
    "B12": "=B9",
    "A13": "{%tr endfor %}",
    "A14": "共 {{ others|length }} 项",
    "B14": "=COUNTA(A12:A12)",
}


@pytest.mark.parametrize(
    ("total", "other"),
    [
        ("=SUM(B7:B7)", "B5"),
        ("=SUM(B7)", "B5"),
        ("=SUM(B5:B5)/2", "B7"),
        ("=SUM(B5:B7)", ""),
        ("=SUBTOTAL(9,B5:B5)", ""),
        ("=SUMIF(A5:A5,1,B5:B5)", ""),
        ("=B7", ""),
    ],
)
def test_a_total_that_takes_other_rows_of_its_list_is_reminded_of(total: str, other: str) -> None:
    book, _ = sheet(GROUPS | {"B9": total})
    found = compile_template(saved(book), "t.xlsx").reminders
    assert [(each.code, f" {other} " in each.what) for each in found] == ([("TOTAL_OF_MORE", True)] if other else [])
    assert all(isinstance(each.place, TemplatePlace) and each.place.spot == "B9" for each in found)


def test_a_total_of_one_group_names_all_that_comes_between() -> None:
    book, _ = sheet(GROUPS | {"B7": "=SUM(B5:B5)"})
    assert compile_template(saved(book), "t.xlsx").reminders == ()


@given(st.lists(st.integers(0, 4), max_size=4), st.integers(0, 5))
@settings(max_examples=30, deadline=None)
def test_sums_and_merges_of_groups_are_right_whatever_they_hold(sizes: list[int], others: int) -> None:
    book, made = sheet(GROUPS | {"C5": "=B5*2"})
    made.merge_cells("A3:C3")
    made.merge_cells("A9:A10")
    groups = [{"name": f"组{n}", "members": list(range(size))} for n, size in enumerate(sizes)]
    facts = {"groups": groups, "others": [f"项{n}" for n in range(others)]}
    made = opened(compile_template(saved(book), "t.xlsx").render(facts))
    row, merges, members = 2, set(), []
    for size in sizes:
        merges.add(f"A{row}:C{row}")
        assert [made.cell(row + 1 + n, 2).value for n in range(size)] == list(range(size))
        assert [made.cell(row + 1 + n, 3).value for n in range(size)] == [f"=B{row + 1 + n}*2" for n in range(size)]
        inside = f"B{row + 1}:B{row + size}" if size else "$A$1048576"
        assert made.cell(row + 1 + size, 2).value == f"=SUBTOTAL(9,{inside})"
        members += [*range(row + 1, row + 1 + size), row + 1 + size]
        row += size + 2
    assert made.cell(row, 1).value == "总计"
    wanted = f"B{members[0]}:B{members[-1]}" if members else "$A$1048576"
    assert made.cell(row, 2).value == f"=SUBTOTAL(9,{wanted})"
    merges.add(f"A{row}:A{row + 1}")
    assert {str(each) for each in made.merged_cells.ranges} == merges
    assert [made.cell(row + 2 + n, 2).value for n in range(others)] == [f"=B{row}"] * others
    last = row + 2 + others
    assert made.cell(last, 1).value == f"共 {others} 项"
    assert made.cell(last, 2).value == (f"=COUNTA(A{row + 2}:A{last - 1})" if others else "=COUNTA($A$1048576)")


def test_formulas_that_share_one_are_written_out() -> None:
    book, made = sheet(
        {"A1": 1, "A2": 2, "A3": "{%tr for x in xs %}", "A4": "{{ x }}", "A5": "{%tr endfor %}", "A6": 3}
    )
    for row in (1, 2, 4, 6):
        made[f"B{row}"] = f"=A{row}+1"
    data, out = saved(book), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            body = old.read(name)
            if name.endswith("sheet1.xml"):
                body = re.sub(rb"<f>A1\+1</f>", b'<f t="shared" ref="B1:B6" si="0">A1+1</f>', body)
                body = re.sub(rb"<f>A[246]\+1</f>", b'<f t="shared" si="0"/>', body)
            new.writestr(name, body)
    made = load_workbook(io.BytesIO(compile_template(out.getvalue(), "t.xlsx").render({"xs": [7, 8, 9]}))).active
    assert [made.cell(row, 2).value for row in range(1, 7)] == [f"=A{row}+1" for row in range(1, 7)]


@pytest.mark.parametrize("shared", [False, True])
def test_lines_in_a_formula_end_where_they_did(shared: bool) -> None:
    book, made = sheet({"A1": 1, "A2": "{%tr for x in xs %}", "A3": "{{ x }}", "A4": "{%tr endfor %}", "A5": "合计"})
    made["B1"], made["B3"], made["B5"] = "=A1\n+1", "=IF(A3>1,\n  A3\n+1 ,\n\n2)", "=SUM(\nA3:A3\n)\n"
    data = saved(book)
    if shared:
        parts = parts_of(data)
        xml = parts["xl/worksheets/sheet1.xml"].decode().replace("<f>A1\n", '<f t="shared" ref="B1:B6" si="0">A1\n')
        parts["xl/worksheets/sheet1.xml"] = re.sub(r"<f>IF[^<]*</f>", '<f t="shared" si="0"/>', xml).encode()
        data = packed(parts)
    made = load_workbook(io.BytesIO(compile_template(data, "t.xlsx").render({"xs": [7, 8]}))).active
    found = [made.cell(row, 2).value for row in range(1, 5)]
    row = "=A{0}\n+1" if shared else "=IF(A{0}>1,\n  A{0}\n+1 ,\n\n2)"
    assert found == ["=A1\n+1", row.format(2), row.format(3), "=SUM(\nA2:A3\n)\n"]


@pytest.mark.parametrize("count", [0, 1, 3])
@pytest.mark.parametrize(
    "formula, wanted",
    [
        ("SUM(B4:INDEX(B:B,ROW()-1))", "SUM(B{first}:INDEX(B:B,ROW()-1))"),
        ("SUM(B4:OFFSET(B6,-1,0))", "SUM(B{first}:OFFSET(B{total},-1,0))"),
        ("SUM(OFFSET(B6,-1,0):B$4)", "SUM(OFFSET(B{total},-1,0):B${first})"),
        ("COUNTIF(A4:A4,1)", "COUNTIF({all},1)"),
        ("SUM(A4)", "SUM({all})"),
        ("_xlfn.STDEV.S(A4)", "_xlfn.STDEV.S({all})"),
        ("ROUND(SUM( A4 ,1)/MAX(1,A4),1)", "ROUND(SUM( {all} ,1)/MAX(1,{all}),1)"),
        ("SUM(A4*2)+ROUND(B2,0)", "SUM({own}*2)+ROUND(B2,0)"),
        ("B5", "B{last}"),
        ("B3", "B2"),
    ],
)
def test_areas_that_a_function_ends_and_cells_of_tag_rows_follow(formula: str, wanted: str, count: int) -> None:
    cells = {
        "B2": 0, "A3": "{%tr for t in trainees %}", "A4": "{{ loop.index }}", "B4": "{{ t.score }}", "C4": "=N(C3)+B4",
        "A5": "{%tr endfor %}", "B6": f"={formula}",
    }  # fmt: skip
    made = opened(compile_template(saved(sheet(cells)[0]), "t.xlsx").render({"trainees": [{"score": 1}] * count}))
    whole = (f"A3:A{2 + count}" if count > 1 else "A3:A3") if count else "$A$1048576"
    own = "A3" if count else "$A$1048576"
    places = {"first": 3 if count else 2, "total": 3 + count, "last": 2 + count, "all": whole, "own": own}
    assert made.cell(3 + count, 2).value == f"={wanted.format(**places)}"
    # A balance goes on from the row above, the first from what stands above the list.
    assert [made.cell(row, 3).value for row in range(3, 3 + count)] == [
        f"=N(C{row - 1})+B{row}" for row in range(3, 3 + count)
    ]


@pytest.mark.parametrize("count", [0, 1, 3])
@pytest.mark.parametrize("top, wanted", [(3, 3), (4, 3), (2, 2)])
def test_a_rule_over_tag_rows_reads_the_row_it_looks_at(top: int, wanted: int, count: int) -> None:
    cells = {
        "A2": "成绩",
        "A3": "{%tr for t in trainees %}",
        "A4": "{{ t.score }}",
        "A5": "{%tr endfor %}",
        "A6": "合计",
    }
    book, made = sheet(cells)
    rule = FormulaRule(formula=[f"AND($A{top}<60,COUNTIF(B{top}:D{top},1)>0)"])
    made.conditional_formatting.add(f"A{top}:D20", rule)
    printed = opened(compile_template(saved(book), "t.xlsx").render({"trainees": [{"score": 1}] * count}))
    [area] = printed.conditional_formatting
    assert str(area.sqref) == f"A{wanted}:D{18 + count - 1}"
    assert area.rules[0].formula == [f"AND($A{wanted}<60,COUNTIF(B{wanted}:D{wanted},1)>0)"]


@pytest.mark.parametrize("counts, row", [((4, 4), 6), ((0, 0), 2), ((1, 3), 0)])
def test_a_formula_through_several_sheets_follows_if_they_go_one_way(counts: tuple[int, int], row: int) -> None:
    book = Workbook()
    for number, title in enumerate(("一月", "二月", "合计")):
        made: Any = book.active if not number else book.create_sheet()
        made.title = title
        month = {"A1": f"{{%tr for t in lists[{number}] %}}", "A2": "{{ t }}", "A3": "{%tr endfor %}", "A5": 7}
        sums = {"A1": "=SUM(一月:二月!A5)", "A2": "=SUM('一月:二月'!$A$5:A5)"}
        for place, text in (month if number < 2 else sums).items():
            made[place] = text
    data = compile_template(saved(book), "t.xlsx").render({"lists": [["甲"] * count for count in counts]})
    total: Any = load_workbook(io.BytesIO(data))["合计"]
    shown = [f"'一月:二月'!A{row}", f"'一月:二月'!$A${row}:A{row}"] if row else ["#REF!", "#REF!"]
    assert [total["A1"].value, total["A2"].value] == [f"=SUM({each})" for each in shown]
