"""The vectors of the trade: what counts as right, and the code of what does not."""

import json
from datetime import date
from pathlib import Path

import pytest

from onefill.fields import field_type, people
from onefill.fields.chinese import amount_words, cn_date

VECTORS = json.loads(Path(__file__).with_name("vectors.json").read_text("utf-8"))
TODAY = date.fromisoformat(VECTORS["today"])
TYPES = {"resident_id", "uscc", "mobile", "hkmtp", "twtp", "passport_cn"}
CASES = [(name.removesuffix("_cn"), case) for name in sorted(TYPES) for case in VECTORS[name]]


def test_no_vector_is_left_out() -> None:
    assert set(VECTORS) == TYPES | {"today", "cn_date", "cn_amount"}


@pytest.mark.parametrize(("name", "case"), CASES, ids=lambda part: part if isinstance(part, str) else part["input"])
def test_vector(name: str, case: dict[str, object]) -> None:
    parsed = field_type(name, today=lambda: TODAY).parse(case["input"])
    if case["ok"]:
        assert parsed.value == case["value"]
        assert parsed.problems == ()
    else:
        assert parsed.value is None
        assert [fault.code for fault in parsed.problems] == [case["error"]]


@pytest.mark.parametrize(
    "case", [case for case in VECTORS["resident_id"] if case["ok"]], ids=lambda case: case["value"]
)
def test_what_an_identity_number_tells(case: dict[str, object]) -> None:
    number = str(case["value"])
    born = people.birth(number)
    assert born is not None
    assert born.isoformat() == case["birth"]
    assert people.sex(number) == case["sex"]
    assert people.age(number, TODAY) == case["age"]
    assert people.id_kind(number) == case["kind"]


@pytest.mark.parametrize("case", VECTORS["cn_date"], ids=lambda case: case["input"])
def test_dates_in_chinese(case: dict[str, str]) -> None:
    assert cn_date(date.fromisoformat(case["input"])) == case["value"]


@pytest.mark.parametrize("case", VECTORS["cn_amount"], ids=lambda case: case["input"])
def test_amounts_in_words(case: dict[str, str]) -> None:
    assert amount_words(case["input"]) == case["value"]
