"""What holds for any text, any cell and any number."""

import json
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from onefill.fields import Audience, Clock, TimeRange, field_type, field_type_names, normalise
from onefill.fields.chinese import amount_words, cn_date
from onefill.fields.identity import check_digit
from onefill.fields.organisations import uscc_check

TODAY = date(2026, 11, 24)
LIMITS: dict[str, dict[str, object]] = {
    "choice": {"options": ["线上", "线下", "混合 (两种)"]},
    "choices": {"options": ["线上", "线下", "混合、两种"]},
    "text": {"max_length": 50, "pattern": r"[\d-]+"},
    "number": {"min": 0, "max": 100, "decimals": 1},
    "link": {"many": True},
}
calm = settings(max_examples=150, deadline=None, database=None)

#: Text made mostly of what really turns up in fields.
pieces = st.sampled_from(
    list("0123456789０１９XxOE.-－—~～:：/年月日号点半·•〔[（)】 　,，、;元万%¥'")
    + list("\u200b\ufeff\x00\x07张三十二〇上午下午到转ABHM+")
)
texts = st.one_of(st.text(max_size=60), st.text(pieces, max_size=30))
cells = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.decimals(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.binary(max_size=5),
    st.lists(st.one_of(st.none(), st.integers(), texts), max_size=4),
    st.dictionaries(texts, texts, max_size=2),
)


def typed(name: str) -> Any:
    return field_type(name, today=lambda: TODAY, **LIMITS.get(name, {}))


def no_float(value: object) -> bool:
    return not isinstance(value, float)


def hold(field: Any, raw: object, doc_type: str = "") -> None:
    """Everything that is true of a value, whatever was typed."""
    parsed = field.parse(raw, doc_type=doc_type)
    for fault in parsed.problems:
        assert fault.code and fault.what and fault.remedy
    if parsed.value is None:
        return
    value = parsed.value
    assert no_float(value)
    field.check(value, doc_type=doc_type)
    stored = field.dump(value)
    assert field.load(json.loads(json.dumps(stored))) == value
    shown = field.display(value)
    again = field.parse(shown, doc_type=doc_type)
    assert again.value == value, (raw, shown, again)
    for audience in Audience:
        assert isinstance(field.mask(value, audience), str)


@pytest.mark.parametrize("name", field_type_names())
def test_any_text_is_read_or_refused_in_words(name: str) -> None:
    field = typed(name)

    @calm
    @given(texts)
    def holds(text: str) -> None:
        hold(field, text)

    holds()


@pytest.mark.parametrize("name", field_type_names())
def test_any_cell_is_read_or_refused_in_words(name: str) -> None:
    field = typed(name)

    @calm
    @given(cells)
    def holds(cell: object) -> None:
        hold(field, cell)

    holds()


@calm
@given(
    texts,
    st.sampled_from(["居民身份证", "护照", "外国护照", "回乡证", "台胞证", "外国人永久居留身份证", "军官证", "?"]),
)
def test_identity_of_any_document(text: str, doc_type: str) -> None:
    hold(typed("identity"), text, doc_type)


@calm
@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_any_way_to_write_a_day(day: date) -> None:
    field = typed("date")
    y, m, d = day.year, day.month, day.day
    ways = [
        f"{y}{m:02}{d:02}",
        f"{y}-{m}-{d}",
        f"{y}.{m:02}.{d:02}",
        f"{y}/{m}/{d}",
        f"{y} 年 {m} 月 {d} 日",
        cn_date(day),
    ]
    for way in [*ways, day.isoformat()]:
        assert field.parse(way).value == day, way
    assert field.parse(datetime.combine(day, time(8))).value == day


@calm
@given(st.integers(0, 1439), st.integers(0, 1439))
def test_a_span_of_hours_ends_after_it_begins(first: int, second: int) -> None:
    ends = [f"{minute // 60:02}:{minute % 60:02}" for minute in (first, second)]
    parsed = typed("time_range").parse("-".join(ends))
    assert (parsed.value is not None) == (first < second)
    if parsed.value is not None:
        assert parsed.value == TimeRange(Clock(*divmod(first, 60)), Clock(*divmod(second, 60)))
        assert parsed.value.minutes == second - first


residents = st.builds(
    lambda region, day, order: (first := f"{region}{day:%Y%m%d}{order:03}") + check_digit(first),
    st.sampled_from(["440604", "110105", "810000", "510225"]),
    st.dates(date(1900, 1, 1), TODAY),
    st.integers(0, 999),
)


@calm
@given(residents, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_wrong_digit_of_an_identity_number_is_caught(number: str, place: int, digit: str) -> None:
    field = typed("resident_id")
    assert field.parse(number).value == number
    wrong = number[:place] + digit + number[place + 1 :]
    if wrong != number:
        assert field.parse(wrong).value is None


@calm
@given(residents, st.integers(0, 16))
def test_two_exchanged_digits_of_an_identity_number_are_caught(number: str, place: int) -> None:
    wrong = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if wrong != number:
        assert typed("resident_id").parse(wrong).value is None


@calm
@given(residents)
def test_the_office_never_sees_the_birthday_nor_the_public_the_person(number: str) -> None:
    field = typed("resident_id")
    assert number[6:14] not in field.mask(number, Audience.OFFICE)
    assert field.mask(number, Audience.PUBLIC).count("*") == 13


codes = st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=17, max_size=17).map(lambda c: c + uscc_check(c))


@calm
@given(codes, st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_one_wrong_character_of_a_credit_code_is_caught(number: str, place: int, char: str) -> None:
    field = typed("uscc")
    assert field.parse(number).value == number
    wrong = number[:place] + char + number[place + 1 :]
    if wrong != number:
        assert field.parse(wrong).value is None


@calm
@given(st.decimals(min_value=0, max_value=10**15, places=2))
def test_amount_words(amount: Decimal) -> None:
    words = amount_words(amount)
    assert set(words) <= set("零壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整")
    assert words.endswith(("整", "分"))
    assert ("分" in words) == (amount * 100 % 10 != 0)
    assert ("角" in words) == (amount * 10 % 10 >= 1)
    assert "零零" not in words
    assert "零元" not in words or amount == 0
    assert "零万" not in words and "零亿" not in words and "亿万" not in words
    assert read_words(words) == amount


@calm
@given(st.decimals(0, 10**9, places=2), st.decimals(0, 10**9, places=2))
def test_different_amounts_have_different_words(one: Decimal, other: Decimal) -> None:
    assert (amount_words(one) == amount_words(other)) == (one == other)


def read_words(words: str) -> Decimal:
    """Back from words to the amount, by another way than they were made."""
    total = section = digit = 0
    cents = Decimal(0)
    for char in words:
        if char in "零壹贰叁肆伍陆柒捌玖":
            digit = "零壹贰叁肆伍陆柒捌玖".index(char)
        elif char in "拾佰仟":
            section += digit * 10 ** ("拾佰仟".index(char) + 1)
            digit = 0
        elif char == "万":
            total += (section + digit) * 10**4
            section = digit = 0
        elif char == "亿":
            total = (total + section + digit) * 10**8
            section = digit = 0
        elif char == "元":
            total += section + digit
            section = digit = 0
        elif char in "角分":
            cents += digit * (Decimal("0.1") if char == "角" else Decimal("0.01"))
            digit = 0
    return total + cents


@calm
@given(texts)
@example("ß´")
def test_normalising_twice_changes_nothing(text: str) -> None:
    for put_right in (
        normalise.line,
        normalise.paragraphs,
        normalise.compact,
        normalise.code,
        normalise.fold,
    ):
        once = put_right(text)
        assert put_right(once) == once


@calm
@given(st.text(max_size=60))
def test_what_is_left_can_stand_in_an_xml_file(text: str) -> None:
    left = normalise.paragraphs(text)
    assert all(char == "\n" or char.isprintable() or ord(char) > 0xE000 for char in left)
    left.encode("utf-8")
    assert "\n" not in normalise.line(text)


@calm
@given(st.one_of(st.integers(), st.floats(), st.decimals(allow_nan=True, allow_infinity=True)))
def test_numbers_are_exact(number: Any) -> None:
    value = typed("number").parse(number).value
    assert value is None or type(value) in (int, Decimal)
    if isinstance(number, int) and abs(number) < 10**23:
        assert value == number
