"""Patterns that would keep everybody waiting are refused to their author; those of ordinary forms are not."""

from pathlib import Path

import pytest

from onefill.definitions import load_packs
from onefill.fields import BadLimit, field_type
from onefill.fields.patterns import MOST_MATCHED, slowness

ENDLESS = [
    r"(a+)+$",
    r"(\w+\s?)*$",
    r"(a?){30}a{30}",
    r"(x+x+)+y",
    r"(\d+|[0-9])+!",
    r"(?i)(a|[A-Z]x?)*!",
    r"(?:\d{1,30}){1,30}!",
    r"(.*)*",
    r"(a|aa)+$",
    r"((ab)+)+",
    r"(a*b?)*c",
    r"(?=(a+)+$)b",
    r"\s*\s*\s*\s*$",
    r"a?a?a?a?a?aaaaa",
]
ORDINARY = [
    r"^[0-9A-Z-]{8,32}$",
    r"^([01]\d|2[0-3]):[0-5]\d$",
    r"^\S+$",
    r"^[^@\s]+@[^@\s]+\.[^@\s]+$",
    r"^\d{6}-\d{3}-\d{4}-\d{3}$",
    r"^[0-9a-f]{64}$",
    r"^([A-Z]+-)*\d+$",
    r"(\d{3}|\d{4})-\d+",
    r"^(?!0000)\d{4,}$",
    r"[一-龥]{2,}(（[一-龥]+）)?公司",
    r"(\d{4})年(\d{1,2})月(\d{1,2})日",
]


@pytest.mark.parametrize("pattern", ENDLESS)
def test_a_pattern_that_may_never_end_is_refused(pattern: str) -> None:
    with pytest.raises(BadLimit, match="算不完"):
        field_type("text", pattern=pattern)


@pytest.mark.parametrize(("pattern", "words"), [(r"\d{1,2000}", "太大"), (r"(a)\1", "引用"), (r"(a", "读不懂")])
def test_what_cannot_be_looked_through_is_refused(pattern: str, words: str) -> None:
    with pytest.raises(BadLimit, match=words):
        field_type("text", pattern=pattern)


@pytest.mark.parametrize("pattern", ORDINARY)
def test_an_ordinary_pattern_is_taken(pattern: str) -> None:
    assert slowness(pattern) == ""


def test_every_pattern_of_our_forms_is_taken() -> None:
    definitions = load_packs(Path(__file__).parents[2] / "forms")
    fields = [f for form in definitions.forms.values() for section in form.sections for f in section.fields]
    patterns = [field.pattern for field in fields if field.pattern]
    assert len(patterns) > 5
    assert [pattern for pattern in patterns if slowness(pattern)] == []


@pytest.mark.timeout(5)
def test_text_longer_than_any_pattern_is_not_matched() -> None:
    kind = field_type("text", pattern=r"[^@]+@[^@]+\.[^@]+")
    [fault] = kind.check("a" * (MOST_MATCHED + 1))
    assert fault.code == "TOO_LONG"
    assert str(MOST_MATCHED) in fault.what
    assert kind.parse("@." * 9_000).value is not None
    assert [fault.code for fault in kind.check("a" * MOST_MATCHED)] == ["PATTERN"]
