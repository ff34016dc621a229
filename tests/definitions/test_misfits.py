"""A filter behind a name whose field can never be what it takes is told, and none that may be right."""

from datetime import date
from pathlib import Path

import pytest

from onefill.definitions.expression_errors import ExpressionFailed
from onefill.definitions.expressions import compile_expression
from onefill.definitions.filters import WANTS
from onefill.definitions.lint import lint
from onefill.fields import field_class, field_type, field_type_names
from onefill.problems import Problem
from onefill.service.linting import lint_packs
from tests.definitions.packs import load
from tests.service.test_linting import problems

FORM = """\
form: leave
title: 请假
label: "{{ reason }}"
sections:
  - key: basics
    title: 基本
    fields:
      - {key: reason, label: 事由}
      - {key: cost, label: 费用, type: money}
      - {key: starts, label: 开始日期, type: date}
      - {key: hours, label: 时间, type: time_range}
      - {key: worked_out, label: 算出的, value: reason}
      - {key: stood_in, label: 有默认的, default: "3"}
      - {key: kinds, label: 类别, type: choices, options: [甲, 乙]}
  - key: people
    title: 同行
    repeat: {}
    fields:
      - {key: name, label: 姓名, type: person_name}
      - {key: score, label: 得分, type: number}
      - {key: born, label: 出生, type: date}
documents: [{key: slip, title: 条, template: slip.docx}]
"""
STARTS, COST = "改用日期的字段，例如“starts”（开始日期）", "改用数的字段，例如“cost”（费用）"
HOURS = "改用起止时间的字段，例如“hours”（时间）"
LOOP = "{% for p in people %}"


def told(folder: Path, *body: str) -> list[Problem]:
    found = problems(folder, FORM, list(body))
    return [one for one in found if one.code == "FILTER_MISFIT"]


@pytest.mark.parametrize(
    ("written", "what", "remedy"),
    [
        ("{{ reason|amount }}", "“事由”（reason）是文字，“amount”要的是数", COST),
        ("{{ reason|date }}", "“事由”（reason）是文字，“date”要的是日期", STARTS),
        ("{{ starts|amount }}", "“开始日期”（starts）是日期，“amount”要的是数", COST),
        (
            "{{ hours|days(1) }}",
            "“时间”（hours）是起止时间，“days”要的是日期",
            STARTS,
        ),
        ("{{ kinds|number }}", "“类别”（kinds）是列表，“number”要的是数", COST),
        ("{{ people|date }}", "“同行”（people）是列表，“date”要的是日期", STARTS),
        (
            "{{ reason|hours }}",
            "“事由”（reason）是文字，“hours”要的是起止时间",
            HOURS,
        ),
        ("{{ starts.year|date }}", "“年”（starts.year）是数，“date”要的是日期", "删掉“|date”"),
        ("{{ cost|number('两位') }}", "“number”的括号里要写整数，写的是“两位”", "改成不带引号的整数，例如 2"),
        ("{{ starts|date('长') }}", "“date”后面不用写括号", "写成 |date"),
        ("{{ starts|days }}", "“days”的括号里少了“n”", "写成 days(n)"),
        ("{{ reason|mask(1) }}", "“mask”的括号里要写文字，写的是 1", "加上引号，写成 '1'"),
        ("{{ cost|number(2, true, 3) }}", "“number”的括号里写的不对", "括号里只能写 decimals、thousands，最多 2 个"),
    ],
)
def test_a_filter_that_cannot_take_the_field_is_told_with_the_way_out(
    written: str, what: str, remedy: str, tmp_path: Path
) -> None:
    (one,) = told(tmp_path, f"写着{written}")
    assert (one.what, one.remedy) == (what, remedy)


def test_it_is_told_where_it_stands_in_a_row_of_a_loop(tmp_path: Path) -> None:
    found = told(tmp_path, LOOP, "{{ p.name|date }}", "{{ p.name|number(1) }}", "{% endfor %}")
    assert [(one.place.spot, one.what, one.remedy) for one in found] == [  # type: ignore[union-attr]
        ("第 2 段", "“姓名”（people[].name）是文字，“date”要的是日期", "改用日期的字段，例如“born”（出生）"),
        ("第 3 段", "“姓名”（people[].name）是文字，“number”要的是数", "改用数的字段，例如“score”（得分）"),
    ]


@pytest.mark.parametrize(
    "written",
    [
        "{{ cost|amount }}{{ starts|date }}{{ hours|hours }}{{ starts.year|number }}",
        "{{ worked_out|number }}{{ stood_in|number }}",  # they may be anything
        "{{ reason|default(3)|number }}{{ reason|int }}{{ (reason or 3)|number }}",
        "{% set reason = 3 %}{{ reason|number }}",
        "{% for reason in [1, 2] %}{{ reason|number }}{% endfor %}",
        "{% with reason = cost %}{{ reason|number }}{% endwith %}",
        "{% macro m(reason) %}{{ reason|number }}{% endmacro %}{{ m(1) }}",
        LOOP + "{{ loop.index|number }}{{ p.no|cn_digits }}{{ p.no|number }}{% endfor %}",
        "{{ cost|number(2, thousands=true) }}{{ cost|round(precision=1) }}{{ cost|number(starts.day) }}",
        "{{ reason|upper }}{{ cost|upper }}{{ kinds|trim }}{{ nothing|date }}",
    ],
)
def test_what_may_be_right_is_not_told(written: str, tmp_path: Path) -> None:
    assert told(tmp_path, *written.replace("%}", "%}\n").split("\n")) == []


def test_it_is_told_in_the_expressions_of_a_form_too(tmp_path: Path) -> None:
    form = FORM.replace('label: "{{ reason }}"', 'label: "{{ reason|date }}"')
    form += 'checks: [{id: C1, expect: "people|length > 0 and reason|number > 3", message: 太长, remedy: 删短}]\n'
    found = lint(load(tmp_path, {"leave.yaml": form}))
    assert [(one.code, one.what.split("，")[-1]) for one in found] == [
        ("FILTER_MISFIT", "“date”要的是日期"),
        ("FILTER_MISFIT", "“number”要的是数"),
    ]


def _value(name: str) -> object:
    raw = {"number": "1.5", "date": "2026-11-04", "time_range": "09:00-11:30"}
    return field_type(name).parse(raw[str(field_class(name).holds)]).value if field_class(name).holds in raw else "甲"


ARGUMENTS = {"days": "(1)", "years": "(1)", "workdays": "(1)", "overlaps": "(it)", "age": "(on=day)"}


@pytest.mark.parametrize("name", [one for one in field_type_names() if field_class(one).holds])
@pytest.mark.parametrize("wanting", [one for one, wants in WANTS.items() if wants != ("grid",)])
def test_what_is_told_fails_and_what_is_taken_does_not(name: str, wanting: str) -> None:
    asked = compile_expression(f"it|{wanting}{ARGUMENTS.get(wanting, '')}")
    facts = {"it": _value(name), "day": date(2026, 11, 4)}
    if field_class(name).holds in WANTS[wanting]:
        asked.evaluate(facts)
    else:
        with pytest.raises(ExpressionFailed):
            asked.evaluate(facts)


def test_a_field_of_a_linked_record_is_known_too(tmp_path: Path) -> None:
    reason = "{key: reason, label: 事由"
    leave = FORM.replace(reason, f"{reason}, type: link, form: post").replace(
        "{{ reason }}", "{{ reason.since|amount }}"
    )
    post = "form: post\ntitle: 岗位\nlabel: '{{ since }}'\nsections:\n  - key: basics\n    title: 基本\n"
    files = {
        "pack.yaml": "pack: demo\ntitle: 示例\nforms: [leave, post]\ncases: [leave]\n",
        "leave.yaml": leave,
        "post.yaml": f"{post}    fields: [{{key: since, label: 起, type: date}}]\n",
    }
    found = lint_packs(load(tmp_path / "forms", files), tmp_path / "templates")
    assert [one.what for one in found if one.code == "FILTER_MISFIT"] == [
        "“起”（reason.since）是日期，“amount”要的是数"
    ]
