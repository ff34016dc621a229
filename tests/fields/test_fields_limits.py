"""Limits, masks, cell formats, and what is refused to an author."""

from datetime import date
from decimal import Decimal

import pytest

from onefill.fields import (
    Audience,
    BadLimit,
    Clock,
    FieldType,
    StoredValueUnreadable,
    TimeRange,
    UnknownFieldType,
    UnknownLimit,
    field_class,
    field_type,
    field_type_names,
)
from onefill.problems import FieldPlace, Level

NAMES = [
    "resident_id",
    "hkmtp",
    "twtp",
    "passport",
    "permanent_residence",
    "identity",
    "uscc",
    "mobile",
    "phone",
    "person_name",
    "date",
    "time_range",
    "number",
    "money",
    "percent",
    "choice",
    "choices",
    "text",
    "long_text",
    "url",
    "document_number",
    "file",
    "link",
    "row",
]


def test_all_types_are_there() -> None:
    assert set(field_type_names()) == set(NAMES)
    assert field_class("date").name == "date"


@pytest.mark.parametrize("name", NAMES)
def test_empty_is_nothing_and_never_wrong(name: str) -> None:
    field = field_type(name)
    for raw in (None, "", "   ", "\u3000\u200b\ufeff", "\x00"):
        parsed = field.parse(raw)
        assert parsed.value is None
        assert parsed.problems == ()


@pytest.mark.parametrize("name", NAMES)
def test_every_type_publishes_what_screen_and_sheet_need(name: str) -> None:
    field = field_type(name, options=None, pattern=None, min=None, many=None, hint="", example="")
    assert field.width_hint > 0
    assert field.widget
    assert field.cell_format


@pytest.mark.parametrize(
    ("name", "limits", "value", "what"),
    [
        ("number", {"min": 0, "max": 100}, 105, "0—100 之间，现在是 105"),
        ("number", {"min": 1}, 0, "不能小于 1，现在是 0"),
        ("number", {"max": "9.5"}, 10, "不能大于 9.5，现在是 10"),
        ("number", {"decimals": 0}, Decimal("1.5"), "要填整数，现在是 1.5"),
        ("number", {"decimals": 1}, Decimal("1.25"), "有 2 位小数，最多 1 位"),
        ("money", {}, Decimal("1.255"), "有 3 位小数，最多 2 位"),
        ("percent", {"max": 100}, 101, "不能大于 100%，现在是 101%"),
        ("text", {"max_length": 60}, "字" * 63, "多了 3 个字，最多 60 个字"),
        ("text", {"pattern": r"\d+"}, "x", "“x”与规定的写法对不上"),
        ("date", {"min": "2026-01-01"}, date(2025, 12, 31), "早于 2026年1月1日"),
        ("date", {"max": date(2026, 1, 1)}, date(2026, 1, 2), "晚于 2026年1月1日"),
        ("person_name", {}, "张", "只有一个字，最少 2 个字"),
        ("person_name", {}, "张" * 200, "多了 175 个字，最多 25 个字"),
        ("choice", {"options": ["甲"]}, "乙", "“乙”不在选项里"),
        ("choices", {"options": ["甲"]}, ["甲", "乙"], "“乙”不在选项里"),
        ("url", {"max_length": 10}, "https://www.example.cn", "网址有 22 个字符，最多 10 个"),
    ],
)
def test_limits(name: str, limits: dict[str, object], value: object, what: str) -> None:
    (fault,) = field_type(name, **limits).check(value)
    assert fault.what == what
    assert fault.remedy
    assert fault.level is Level.ERROR


def test_the_pattern_is_explained_in_the_authors_words() -> None:
    (fault,) = field_type("text", pattern=r"\d", hint="一位数字", example="7").check("x")
    assert fault.remedy == "按“一位数字”改写，例 7"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("person_name", "John Smith"),
        ("permanent_residence", "CAN110182012000"),
        ("uscc", "914401011904792073"),
    ],
)
def test_what_only_needs_a_look_is_a_warning(name: str, value: str) -> None:
    assert [fault.level for fault in field_type(name).check(value)] == [Level.WARNING]


def test_values_within_limits_are_left_alone() -> None:
    assert field_type("number", min=0, max=100, decimals=1).check(Decimal("99.5")) == ()
    assert field_type("date", min="2026-01-01", max="2026-12-31").check(date(2026, 5, 1)) == ()
    assert field_type("text", pattern=r"^\d{3}$", max_length=3).check("123") == ()


@pytest.mark.parametrize(
    ("name", "value", "office", "public"),
    [
        ("resident_id", "44060419920229001X", "440604********001X", "44*************01X"),
        ("identity", "44060419920229001X", "440604********001X", "44*************01X"),
        ("mobile", "13812341234", "138****1234", "***********"),
        ("phone", "13812341234", "138****1234", "***********"),
        ("phone", "010-83281234", "010-8328****", "************"),
        ("person_name", "陈大强", "陈大强", "陈*强"),
        ("person_name", "陈强", "陈强", "陈*"),
        ("person_name", "John Smith", "John Smith", "J*** S****"),
        ("passport", "E12345678", "E1*****78", "E*******8"),
        ("date", date(1990, 1, 1), "1990年*月*日", "***"),
        ("text", "某市某区某路一号", "某市某区****", "***"),
        ("number", 7, "***", "***"),
        ("uscc", "91350100M000100Y43", "91350100M000100Y43", "91350100M000100Y43"),
    ],
)
def test_masks(name: str, value: object, office: str, public: str) -> None:
    field = field_type(name)
    assert field.mask(value, Audience.OWN) == field.display(value)
    assert field.mask(value, Audience.OFFICE) == office
    assert field.mask(value, Audience.PUBLIC) == public


def test_display() -> None:
    assert field_type("date").display(date(2026, 11, 4)) == "2026年11月4日"
    assert field_type("time_range").display(TimeRange(Clock(9), Clock(11, 30))) == "09:00—11:30"
    assert field_type("number").display(Decimal("12.5")) == "12.5"
    assert field_type("money").display(Decimal("12.5")) == "12.50"
    assert field_type("choices").display(["甲", "乙"]) == "甲、乙"


def test_cell_formats() -> None:
    formats = {name: field_type(name).cell_format for name in ("resident_id", "date", "number", "money")}
    assert formats == {
        "resident_id": "@",
        "date": 'yyyy"年"m"月"d"日"',
        "number": "General",
        "money": "0.00",
    }
    assert field_type("number", decimals=0).cell_format == "0"


def test_a_span_of_hours() -> None:
    morning, late = TimeRange(Clock(9), Clock(11, 30)), TimeRange(Clock(11, 30), Clock(12))
    assert (morning.minutes, morning.hours, late.hours) == (150, Decimal("2.5"), Decimal("0.5"))
    assert f"{morning.start}" == "09:00"
    assert not morning.overlaps(late)
    assert morning.overlaps(TimeRange(Clock(11), Clock(12)))


def test_an_unknown_type_names_the_nearest() -> None:
    with pytest.raises(UnknownFieldType) as caught:
        field_type("dat")
    assert caught.value.facts["nearest"] == "date"


@pytest.mark.parametrize(
    ("name", "limits", "error"),
    [
        ("date", {"decimals": 2}, UnknownLimit),
        ("text", {"colour": "red"}, UnknownLimit),
        ("text", {"colour": None}, UnknownLimit),
        ("text", {"pattern": "("}, BadLimit),
        ("text", {"max_length": -1}, BadLimit),
        ("text", {"max_length": True}, BadLimit),
        ("choice", {"options": "甲乙"}, BadLimit),
        ("choice", {"options": ["甲", "甲"]}, BadLimit),
        ("number", {"min": "x"}, BadLimit),
        ("number", {"min": "nan"}, BadLimit),
        ("number", {"min": 2, "max": 1}, BadLimit),
        ("date", {"min": "2026-02-30"}, BadLimit),
        ("passport", {"origin": "moon"}, BadLimit),
    ],
)
def test_limits_that_cannot_be_meant(name: str, limits: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        field_type(name, **limits)


@pytest.mark.parametrize(
    ("field", "stored"),
    [
        (field_type("date"), "2026年"),
        (field_type("date"), 5),
        (field_type("number"), 1.5),
        (field_type("number"), True),
        (field_type("number"), "1e9"),
        (field_type("time_range"), "09:00"),
        (field_type("time_range"), "29:00-30:00"),
        (field_type("choices"), "甲"),
        (field_type("text"), 5),
        (field_type("link", many=True), "a"),
        (field_type("link"), ["a"]),
    ],
    ids=lambda part: getattr(part, "name", repr(part)),
)
def test_a_stored_form_that_is_not_ours(field: FieldType, stored: object) -> None:
    with pytest.raises(StoredValueUnreadable):
        field.load(stored)


def test_a_fault_becomes_a_problem_at_its_place() -> None:
    (fault,) = field_type("number", max=1).check(2)
    problem = fault.at(FieldPlace("n", "数"), clause="一(一)")
    assert (problem.code, problem.level, problem.clause) == ("RANGE", Level.ERROR, "一(一)")


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        ({}, "按规定的写法改写"),
        ({"hint": "由市里给"}, "按“由市里给”改写"),
        ({"hint": "由市里给", "written": "四位数字", "example": "0012"}, "按“四位数字”改写，例 0012"),
    ],
)
def test_a_pattern_that_is_not_met_is_told_with_what_it_asks_for(said: dict[str, str], remedy: str) -> None:
    (fault,) = field_type("text", pattern=r"\d{4}", **said).check("x")
    assert fault.remedy == remedy
