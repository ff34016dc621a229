"""What numbers tell about people, and days and amounts in words."""

from datetime import date
from decimal import Decimal

import pytest

from onefill.fields.chinese import AmountTooLarge, amount_words, cn_digits, date_text, weekday
from onefill.fields.people import age, birth, id_kind, sex, tail


def test_age_turns_on_the_birthday() -> None:
    number = "44060419920229001X"
    assert age(number, date(2027, 2, 28)) == 34
    assert age(number, date(2027, 3, 1)) == 35
    assert age(date(2010, 12, 7), date(2026, 12, 6)) == 15
    assert age(date(2010, 12, 7), date(2026, 12, 7)) == 16


@pytest.mark.parametrize(
    "number", ["E12345678", "H12345678", "", "440604199202300014", "４４０６０４１９９２０２２９００１Ｘ"]
)
def test_other_numbers_tell_nothing(number: str) -> None:
    assert birth(number) is None
    assert sex(number) is None
    assert age(number, date(2026, 1, 1)) is None
    assert id_kind(number) is None


def test_a_permanent_residents_number() -> None:
    assert id_kind("911124198108030024") == "外国人永久居留身份证"


def test_tail() -> None:
    assert tail("44060419920229001X") == "001X"
    assert tail("12", 4) == "12"
    assert tail("1234", 0) == ""


def test_days_in_words() -> None:
    assert date_text(date(2026, 11, 4)) == "2026年11月4日"
    assert weekday(date(2026, 11, 23)) == "星期一"
    assert weekday(date(2026, 11, 29)) == "星期日"
    assert cn_digits(2026) == "二〇二六"


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (-3, "负叁元整"),
        ("0.55", "伍角伍分"),
        ("10.05", "壹拾元零伍分"),
        ("0.005", "壹分"),
        (
            Decimal("1234567890123456.99"),
            "壹仟贰佰叁拾肆万伍仟陆佰柒拾捌亿玖仟零壹拾贰万叁仟肆佰伍拾陆元玖角玖分",
        ),
        (10**12, "壹万亿元整"),
    ],
)
def test_amounts_beyond_the_vectors(amount: int | Decimal | str, words: str) -> None:
    assert amount_words(amount) == words


@pytest.mark.parametrize("amount", [10**16, "9999999999999999.999", "1E+500", "NaN", "Infinity"])
def test_an_amount_too_large_for_words(amount: int | str) -> None:
    with pytest.raises(AmountTooLarge):
        amount_words(amount)
