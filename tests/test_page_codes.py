"""What pages say of themselves: written, sealed, read back, and never believed when made up."""

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onefill.page_codes import CodeForged, PageCode, read_code, told_pages

KEY = bytes(range(32))
CODE = PageCode(record="4f2a9c1d77e0b3a5", document="training_plan", version=3, page=1, pages=4, hash="9fce02ab")
codes = st.builds(
    PageCode,
    record=st.from_regex(r"[a-z0-9][a-z0-9_-]{0,63}", fullmatch=True),
    document=st.from_regex(r"[a-z][a-z0-9_]{0,40}", fullmatch=True),
    version=st.integers(0, 999_999),
    page=st.integers(1, 500),
    pages=st.integers(500, 99_999),
    hash=st.from_regex(r"[0-9a-f]{8}", fullmatch=True),
)


@given(codes)
def test_code_and_small_print_say_the_same(code: PageCode) -> None:
    assert read_code(code.text(KEY), KEY) == code
    assert read_code(" ".join(code.small_print(KEY)), KEY, ["other", code.document]) == code


@given(codes)
def test_a_code_fits_the_dense_signs_of_a_qr_code(code: PageCode) -> None:
    assert re.fullmatch(r"[0-9A-Z $%*+\-./:]+", code.text(KEY))


@given(st.text())
def test_whatever_else_is_read_is_none_of_ours(text: str) -> None:
    assert read_code(text, KEY) is None


@given(codes, st.data())
def test_one_sign_altered_is_not_believed(code: PageCode, data: st.DataObject) -> None:
    text = code.text(KEY)
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from("0123456789ABCDEFXYZ+:").filter(lambda sign: sign != text[at]))
    with suppress(CodeForged):
        assert read_code(text[:at] + other + text[at + 1 :], KEY) is None


def test_another_key_is_another_installation() -> None:
    with pytest.raises(CodeForged) as refused:
        read_code(CODE.text(KEY), bytes(32))
    assert "校验不对" in str(refused.value)


def test_a_page_beyond_the_last_is_made_up_even_if_sealed() -> None:
    beyond = PageCode(record="r1", document="d", version=1, page=5, pages=4, hash="00000000")
    with pytest.raises(CodeForged):
        read_code(beyond.text(KEY), KEY)


def test_typed_in_any_case_and_with_any_white_space() -> None:
    typed = "  4F2A9C1D77E0B3A5\n  V3 1/4\n" + CODE.small_print(KEY)[-1]
    assert read_code(typed, KEY, ["training_plan"]) == CODE
    with pytest.raises(CodeForged):
        read_code(typed, KEY, ["sign_in"])


def test_small_print_that_named_its_document_is_read() -> None:
    assert read_code("4f2a9c1d77e0b3a5 training_plan v3 1/4 " + CODE.small_print(KEY)[-1], KEY) == CODE


def test_small_print_says_no_word_of_the_program() -> None:
    assert not any("training" in line for line in CODE.small_print(KEY))


def test_pages_in_words() -> None:
    assert told_pages([4, 1, 2, 3, 7, 9, 8]) == "1—4、7—9"
    assert told_pages([2]) == "2"
