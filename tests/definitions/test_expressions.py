from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onefill.definitions.empty import Empty
from onefill.definitions.expressions import (
    EMPTY,
    Budget,
    ExpressionBroken,
    ExpressionError,
    ExpressionFailed,
    ExpressionTooLarge,
    Limits,
    UnknownName,
    compile_expression,
    compile_text,
    print_environment,
)
from onefill.fields import field_type

ROWS = [
    {"id": "r1", "no": 1, "name": "甲", "passed": True, "theory": 88, "group": "一"},
    {"id": "r2", "no": 2, "name": EMPTY, "passed": EMPTY, "theory": EMPTY, "group": EMPTY},
    {"id": "r3", "no": 3, "name": "乙", "passed": False, "theory": Decimal("60.5"), "group": "一"},
]
SCOPE: dict[str, Any] = {
    "id_no": "440604199001011231",
    "mobile": "13812341234",
    "start": date(2026, 11, 4),
    "end": date(2026, 12, 4),
    "hours": 40,
    "rate": Decimal("0.8"),
    "mode": "线下",
    "kinds": ["理论", "实操"],
    "nothing": EMPTY,
    "none": None,
    "trainees": ROWS,
    "nobody": [],
    "inst": {"name": "佛山<某>", "items": 3, "keys": "钥匙", "area": EMPTY},
    "time": field_type("time_range").parse("09:00-11:30").value,
}


def value(source: str, **more: Any) -> Any:
    return compile_expression(source).evaluate({**SCOPE, **more})


def paper(source: str, *, autoescape: bool = False, **more: Any) -> str:
    return print_environment(autoescape).from_string(source).render({**SCOPE, **more})


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("id_no|sex", "男"),
        ("id_no|birth", date(1990, 1, 1)),
        ("id_no|age(on=start)", 36),
        ("id_no|tail", "1231"),
        ("id_no|tail(6)", "011231"),
        ("id_no|mask", "440604********1231"),
        ("mobile|mask('office')", "138****1234"),
        ("start|date", "2026年11月4日"),
        ("start|cn_date", "二〇二六年十一月四日"),
        ("start|weekday", "星期三"),
        ("start.year", 2026),
        ("start|days(30)", date(2026, 12, 4)),
        ("'2026-11-04 19:02'|iso_date", date(2026, 11, 4)),
        ("'19:02'|iso_date", EMPTY),
        ("start|years(5)", date(2031, 11, 4)),
        ("(start|days(482))|years(1)", date(2029, 2, 28)),
        ("(start|days(482))|years(4)", date(2032, 2, 29)),
        ("start|workdays(3)", date(2026, 11, 9)),
        ("start|workdays(-3)", date(2026, 10, 30)),
        ("start|workdays(0)", date(2026, 11, 4)),
        ("start|workdays(1, [end|days(-29)], [end|days(-27)])", date(2026, 11, 6)),
        ("start|workdays(nothing)", EMPTY),
        ("end - start", 30),
        ("start + 1", date(2026, 11, 5)),
        ("start < end", True),
        ("'2026'|cn_digits", "二〇二六"),
        ("1000.5|amount", "壹仟元伍角整"),
        ("time.minutes", 150),
        ("time|hours", Decimal("2.5")),
        ("hours * 0.8", 32),
        ("0.1 + 0.2 == 0.3", True),
        ("10 / 4", Decimal("2.5")),
        ("10 / 5", 2),
        ("7 // 2", 3),
        ("-7.5 // 2", -4),
        ("-7 % 3", 2),
        ("2.5|round", 3),
        ("2.675|round(2)", Decimal("2.68")),
        ("2.1|round(0, 'ceil')", 3),
        ("1234.5|number(2)", "1234.50"),
        ("1234.5|number(2, true)", "1,234.50"),
        ("12.50|number", "12.5"),
        ("'%02d'|format(7)", "07"),
        ("'12'|int + 1", 13),
        ("mode|boxes(['线下', '线上'])", "☑线下　□线上"),
        ("kinds|boxes(['理论', '实操', '其他'])", "☑理论　☑实操　□其他"),
        ("(mode == '线下')|box", "☑"),
        ("mode in ['线下', '混合']", True),
        ("'线' in mode", True),
        ("'佛' ~ hours ~ 1.50", "佛401.5"),
        ("trainees[0].name", "甲"),
        ("trainees[-1].name", "乙"),
        ("id_no[6:10]", "1990"),
        ("inst.items", 3),
        ("inst['keys']", "钥匙"),
        ("{'线下': 1, '线上': 2}[mode]", 1),
        ("trainees|length", 3),
        ("trainees|map(attribute='name')|join('、')", "甲、乙"),
        ("trainees|map(attribute='name')|join('、', most=1)", "甲…"),
        ("trainees|map(attribute='name')|join('、', most=2)", "甲、乙"),
        ("trainees|sum(attribute='theory')", Decimal("148.5")),
        ("trainees|selectattr('passed')|length", 1),
        ("trainees|rejectattr('passed')|map(attribute='no')|list", [3]),
        ("trainees|selectattr('theory', 'ge', 60)|map(attribute='no')|list", [1, 3]),
        ("trainees|selectattr('name', 'empty')|map(attribute='no')|list", [2]),
        ("(trainees|max(attribute='theory')).no", 1),
        ("trainees|map(attribute='theory')|min", Decimal("60.5")),
        ("trainees|sort(attribute='theory')|map(attribute='no')|list", [3, 1, 2]),
        ("trainees|groupby('group')|map(attribute='grouper')|list", ["一"]),
        ("trainees|map(attribute='group')|unique|list", ["一"]),
        ("kinds|map('upper')|list", ["理论", "实操"]),
        ("(trainees|batch(2))[1][0].no", 3),
        ("nobody|length", 0),
        ("nobody|sum(attribute='x')", 0),
        ("range(3)|sum", 3),
        ("nothing is empty", True),
        ("nothing is filled", False),
        ("nothing is defined", False),
        ("inst.area is empty", True),
        ("nobody is filled", False),
        ("nothing|default('无')", "无"),
        ("nothing is filled and nothing > 3", False),
        ("mode == '线下' or nothing", True),
    ],
)
def test_values(source: str, expected: Any) -> None:
    found = value(source)
    assert found == expected
    assert isinstance(found, bool) is isinstance(expected, bool)


@pytest.mark.parametrize(
    "source",
    [
        "nothing", "none", "nothing + 1", "1 + nothing", "-nothing", "not nothing", "nothing.x.y", "nothing['x']",
        "nothing == 1", "nothing != 1", "nothing < 1", "1 < nothing", "nothing in kinds", "nothing in nobody",
        "'x' in nothing", "nothing|sex", "nothing|length", "nothing|join", "id_no|age(on=nothing)", "nothing ~ 'x'",
        "1 if nothing else 2", "1 if false", "nothing and true", "true and nothing", "inst.area", "nothing()",
        "trainees[1].name", "trainees[9]", "nobody|first", "nobody|max", "'E1234567'|sex", "id_no[:nothing]",
        "kinds[nothing]", "{'a': nothing}.a + 1", "nothing is eq(1)", "1 is eq(nothing)", "range(nothing)",
        "nothing|select", "[nothing, 1] == [1, 1]", "nothing == nothing", "1 < nothing < 3", "nothing is odd",
        "mode|replace('线', nothing)", "nothing|boxes(nothing)",
    ],
)  # fmt: skip
def test_reading_an_empty_fact_yields_empty(source: str) -> None:
    assert value(source) is EMPTY


@pytest.mark.parametrize("source", ["who", "who is defined", "who|default(1)", "inst.who", "start.who", "loop.index"])
def test_an_unknown_name_is_never_blank(source: str) -> None:
    with pytest.raises(UnknownName):
        value(source)
    with pytest.raises(UnknownName):
        paper(f"{{{{ {source} }}}}")


def test_the_nearest_known_name_is_told() -> None:
    with pytest.raises(UnknownName, match="是不是“trainees”") as caught:
        value("trainee")
    assert (caught.value.name, caught.value.nearest) == ("trainee", "trainees")
    with pytest.raises(UnknownName, match="是不是“area”"):
        value("inst.aera")


@pytest.mark.parametrize(
    ("source", "line", "what"),
    [
        ("a +", 1, "没有说完"),
        ("a\n + + )", 2, "多出了"),
        ("a b", 1, "后面多出了“b”"),
        ("mode == “线下”", 1, "英文半角"),
        ("id_no|sxe", 1, "是不是“sex”"),
        ("x is fulled", 1, "是不是“filled”"),
        ("x|map('sxe')", 1, "是不是“sex”"),
        ("x|selectattr('a', 'fulled')", 1, "是不是“filled”"),
        ("x|safe", 1, "safe"),
        ("f(*x)", 1, "参数"),
        ("1" * 5000, 1, "数"),
        ("1e999", 1, "数太大"),
        ("(" * 300 + "1" + ")" * 300, 1, "嵌套太深"),
        ("(" * 5000 + "1" + ")" * 5000, 1, "嵌套太深"),
        ("not " * 3000 + "1", 1, "嵌套太深"),
        ("1" + "+1" * 3000, 1, "嵌套太深"),
        ("a" + ".b" * 3000, 1, "嵌套太深"),
        ("[" * 100 + "]" * 100, 1, "嵌套太深"),
        ("x" * 30000, 1, "太长"),
    ],
)
def test_what_cannot_be_understood(source: str, line: int, what: str) -> None:
    with pytest.raises(ExpressionBroken, match=what) as caught:
        compile_expression(source)
    assert caught.value.line == line


@pytest.mark.parametrize(
    "source",
    [
        "{% include 'x' %}", "{% import 'x' as y %}", "{% from 'x' import y %}", "{% extends 'x' %}",
        "{% block x %}{% endblock %}", "{% autoescape false %}{% endautoescape %}", "{{ self }}", "{{ super() }}",
        "{% for x in y recursive %}{% endfor %}", "{% for x in y %}", "{% if %}", "{{ a", "{% nope %}",
        "{% macro m() %}{{ varargs }}{% endmacro %}",
    ],
)  # fmt: skip
def test_tags_that_are_not_ours(source: str) -> None:
    with pytest.raises(ExpressionBroken):
        compile_text(source)
    with pytest.raises(ExpressionBroken):
        print_environment(True).from_string(source)


@pytest.mark.parametrize(
    "source",
    [
        "''.__class__", "''['__class__']", "x.__init__.__globals__", "[].append(1)", "lipsum", "cycler", "joiner",
        "dict()", "lipsum.__globals__", "'{0.__class__}'.format(1)", "'{}'.format_map(x)", "id_no.upper()",
        "kinds.append('x')", "inst.items()", "inst.get('x')", "inst.pop", "start.replace(year=1)", "start.__class__",
        "range.__init__", "namespace.__init__", "namespace()._Namespace__attrs", "time.overlaps(time)",
        "time.__class__", "'%(x)s'|format(x=1)", "'%s'|format", "'%999d'|format(1)", "'%*d'|format(9999999, 1)",
        "'%c' % 1", "id_no|attr('upper')", "id_no|map(attribute='__class__')|list",
        "kinds|map(attribute='__class__')|list", "trainees|map(attribute='__class__.x')|list", "hours.real",
        "rate.as_tuple()", "(1).to_bytes", "inst()", "id_no()", "''|xmlattr", "none.__class__",
    ],
)  # fmt: skip
def test_nothing_of_python_is_reachable(source: str) -> None:
    with pytest.raises(ExpressionError):
        value(source, x=[1])
    with pytest.raises(ExpressionError):
        paper(f"{{{{ {source} }}}}", x=[1])


@pytest.mark.parametrize(
    "source",
    [
        "range(10**9)", "range(10**5 + 1)", "'a' * 10**9", "10**9 * 'a'", "[1] * 10**9", "(1, 2) * 10**9", "9**9**9",
        "9.5**(9**9)", "2**1000", "(10**70) * (10**70)", "('a' * 999999) ~ 'bc'", "('a' * 999999) + 'bc'",
        "'a'|center(10**9)", "('a' * 100000)|replace('a', 'a' * 100000)", "range(99999)|join('x' * 1000)",
        "range(100000)|map('center', 1000)|join", "[[[1]]]", "{'a': {'b': [1]}}", "[1]|batch(1)|batch(1)|batch(1)",
        "(range(99999)|list) + [1, 2, 3]",
    ],
)  # fmt: skip
def test_nothing_grows_without_end(source: str) -> None:
    with pytest.raises((ExpressionTooLarge, ExpressionFailed)):
        value(source)


@pytest.mark.parametrize(
    "source",
    [
        "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
        "{% for a in range(3000) %}{{ range(100000)|sum }}{% endfor %}",
        "{% for a in range(100000) %}" + "x" * 10_000 + "{% endfor %}",
        "{% set t %}{% for a in range(100000) %}" + "x" * 10_000 + "{% endfor %}{% endset %}",
        "{% macro m(n) %}{{ m(n) }}{{ m(n) }}{% endmacro %}{{ m(1) }}",
        "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(40) }}",
        "{% set n = namespace(x='aa') %}{% for a in range(99) %}{% set n.x = n.x + n.x %}{% endfor %}",
        "{% set n = namespace(x='aa') %}{% for a in range(99) %}{% set n.x = n.x ~ n.x %}{% endfor %}",
        "{% set n = namespace(x=[1]) %}{% for a in range(99) %}{% set n.x = n.x + n.x %}{% endfor %}",
        "{% set n = namespace(x=[1]) %}{% for a in range(99) %}{% set n.x = [n.x, n.x] %}{% endfor %}{{ n.x }}",
        "{% set n = namespace(x={}) %}{% for a in range(99) %}{% set n.x = {'a': n.x} %}{% endfor %}",
        "{% set n = namespace(x=7) %}{% for a in range(99) %}{% set n.x = n.x * n.x %}{% endfor %}",
        "{% set n = namespace(x=[1]) %}{% for a in range(99) %}{% set n.x = (n.x + n.x)|batch(2) %}{% endfor %}",
        "{% set n = namespace(x=[1]) %}{% for a in range(99) %}{% set n.x = (n.x + n.x)|slice(1) %}{% endfor %}",
        "{% set l = range(90000)|list %}{% for a in range(90000) %}{% if -1 in l %}{% endif %}{% endfor %}",
    ],
)
def test_no_template_runs_without_end(source: str) -> None:
    with pytest.raises(ExpressionTooLarge):
        paper(source)


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("1 / 0", "除数是 0"),
        ("1 // 0", "除数是 0"),
        ("1.5 % 0", "除数是 0"),
        ("'a' + 1", "文字和数不能相加"),
        ("'%s' % 1", "文字和数不能相求余"),
        ("start < 1", "日期和数不能比大小"),
        ("start < '2026-01-01'", "日期和文字不能比大小"),
        ("1|sex", "不是文字"),
        ("mode|cn_date", "不是日期"),
        ("mode|amount", "不是数"),
        ("mode|sum", "只用于列表"),
        ("mode|mask('nobody')", "读者"),
        ("hours|age(on=start)", "不是文字"),
        ("id_no|age", "写法与值不合"),
        ("mode|cell(1, 2)", "不是表格"),
        ("start + 10**9", "数目太大"),
        ("mode.x", "文字没有“x”"),
        ("5 in 'x'", "文字里不能找数"),
    ],
)
def test_what_cannot_be_worked_out(source: str, what: str) -> None:
    with pytest.raises((ExpressionFailed, ExpressionTooLarge), match=what):
        value(source)


class Grid:
    def cell(self, first: Mapping[str, Any], second: Mapping[str, Any]) -> object:
        return {"r1": "到"}.get(second["id"], EMPTY)

    def along(self, row: Mapping[str, Any]) -> list[object]:
        return ["到", "缺"]


def test_grids() -> None:
    assert value("grid|cell(trainees[0], trainees[0])", grid=Grid()) == "到"
    assert value("grid|cell(trainees[0], trainees[1])", grid=Grid()) is EMPTY
    assert value("grid|along(trainees[0])|select('eq', '缺')|length", grid=Grid()) == 1


# -- on paper ----------------------------------------------------------------------------------------------------

MISSING = Empty(label="机构", missing=True, name="inst")
BLANK = Empty(label="日期", name="day")


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ missing }}", "【缺：机构】"),
        ("{{ blank }}", ""),
        ("{{ nothing }}", ""),
        ("{{ missing.name|upper|tail(3) }}", "【缺：机构】"),
        ("{{ missing + 1 }}{{ blank + 1 }}", "【缺：机构】"),
        ("{{ blank ~ '至' ~ missing }}", "【缺：机构】"),
        ("{{ blank|date }}", ""),
        ("{% if missing %}a{% else %}b{% endif %}", "b"),
        ("{% if missing != 'x' %}a{% else %}b{% endif %}", "b"),
        ("{% if blank == blank %}a{% else %}b{% endif %}", "b"),
        ("{% for x in missing %}{{ x.y }}{% else %}none{% endfor %}", "none"),
        ("{{ missing|boxes(['a']) }}", "【缺：机构】"),
        ("{{ blank|boxes(['a', 'b']) }}", "□a　□b"),
        ("{{ (missing == 'a')|box }}", "□"),
        ("{{ blank|default('／') }}", "／"),
        ("{{ missing is empty }}", "是"),
        (
            "{{ start }}，{{ time }}，{{ rate * 2 }}，{{ kinds }}，{{ true }}",
            "2026年11月4日，09:00—11:30，1.6，理论、实操，是",
        ),
        ("{% for t in trainees if t.passed %}{{ loop.index }}{{ t.name }}{% endfor %}", "1甲"),
        ("{% for t in trainees %}{{ loop.previtem.no }}{{ loop.cycle('a', 'b') }}{% endfor %}", "a1b2a"),
        ("{% for g in trainees|groupby('group') %}{{ g.grouper }}{{ g.list|length }};{% endfor %}", "一2;1;"),
        ("{% for k, v in trainees|groupby('group') %}{{ k }}{{ v|length }};{% endfor %}", "一2;1;"),
        ("{% for row in trainees|batch(2) %}{% for t in row %}{{ t.no }}{% endfor %};{% endfor %}", "12;3;"),
        ("{% set n = namespace(x=0) %}{% for t in trainees %}{% set n.x = n.x + t.no %}{% endfor %}{{ n.x }}", "6"),
        ("{% macro m(a, b='乙') %}{{ a }}{{ b }}{% endmacro %}{{ m('甲') }}", "甲乙"),
        ("{% macro m() %}<{{ caller() }}>{% endmacro %}{% call m() %}x{% endcall %}", "<x>"),
        ("{{ 'x' if false }}", ""),
        ("{% if mode == 'x' %}{% set who = 1 %}{% endif %}{{ mode }}", "线下"),
        ("{{ missing in kinds }}", "【缺：机构】"),
        ("{{ '{{ mode }}' }}{{ '=cmd()' }}", "{{ mode }}=cmd()"),
    ],
)
def test_paper(source: str, text: str) -> None:
    assert paper(source, missing=MISSING, blank=BLANK) == text


@pytest.mark.parametrize(
    "source", ["{{ inst }}", "{{ [[1]] }}", "{{ trainees }}", "{{ range(3) }}", "{{ namespace() }}"]
)
def test_what_cannot_be_printed(source: str) -> None:
    with pytest.raises(ExpressionFailed):
        paper(source)


def test_markup_of_facts_is_escaped() -> None:
    source = "<b>{{ inst.name }}{{ inst.name ~ '&' }}{% set x %}<i>{{ inst.name }}</i>{% endset %}{{ x }}</b>"
    escaped = "佛山&lt;某&gt;"
    assert paper(source, autoescape=True) == f"<b>{escaped}{escaped}&amp;<i>{escaped}</i></b>"


def test_a_cell_of_paper_keeps_the_empty_fact() -> None:
    cell = compile_expression("missing.name|upper", paper=True)
    assert cell.evaluate({"missing": MISSING}) is MISSING
    assert compile_expression("hours * 2", paper=True).evaluate(SCOPE) == 80


def test_texts_print_nothing_for_empty_facts() -> None:
    text = compile_text("{{ mode }}：{{ missing }}{{ trainees|length }}人")
    assert text.render({**SCOPE, "missing": MISSING}) == "线下：3人"


def test_a_budget_can_be_shared() -> None:
    budget = Budget(Limits(turns=5, characters=100))
    text = compile_text("{% for t in trainees %}x{% endfor %}")
    text.render(SCOPE, budget)
    with pytest.raises(ExpressionTooLarge):
        text.render(SCOPE, budget)


class Lazy(Mapping[str, object]):
    def __init__(self) -> None:
        self.asked: list[str] = []

    def __getitem__(self, key: str) -> object:
        self.asked.append(key)
        return SCOPE[key]

    def __iter__(self) -> Iterator[str]:
        raise AssertionError("looked through")

    def __len__(self) -> int:
        raise AssertionError("looked through")


def test_only_what_is_named_is_looked_up() -> None:
    scope = Lazy()
    assert compile_expression("id_no|sex").evaluate(scope) == "男"
    assert print_environment(True).from_string("{{ mode }}").render(scope) == "线下"
    assert scope.asked == ["id_no", "mode"]


def test_a_large_roster_is_within_the_limits() -> None:
    rows = [{f"c{column}": f"第{row}行" for column in range(20)} for row in range(5000)]
    cells = "".join(f"<w:tc>{'x' * 500}{{{{ t.c{column} }}}}</w:tc>" for column in range(20))
    template = print_environment(True).from_string(f"{{% for t in rows %}}{cells}{{% endfor %}}")
    assert len(template.render({"rows": rows})) > 50_000_000


# -- properties --------------------------------------------------------------------------------------------------

whole = st.integers(-(10**12), 10**12)
exact = st.decimals(-(10**9), 10**9, places=4)


@given(whole | exact, whole | exact)
def test_arithmetic_is_exact(a: int | Decimal, b: int | Decimal) -> None:
    scope = {"a": a, "b": b}
    assert compile_expression("a + b - b == a").evaluate(scope) is True
    assert compile_expression("a * b == b * a").evaluate(scope) is True
    if b:
        assert compile_expression("(a // b) * b + a % b == a").evaluate(scope) is True


@given(st.text(alphabet="ab.|()[]{}'\"%+*~-/<>=! \n0129xé，中_:,", max_size=40))
@settings(max_examples=300, deadline=None)
def test_any_text_is_a_value_or_a_clear_error(source: str) -> None:
    for attempt in (
        lambda: compile_expression(source).evaluate({"a": 1, "b": "x", "x": ROWS}),
        lambda: compile_text(source).render({"a": 1, "b": "x", "x": ROWS}),
    ):
        try:
            attempt()
        except ExpressionError as error:
            assert str(error).endswith("。")
