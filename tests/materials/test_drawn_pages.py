"""Pictures that were drawn lately are not drawn again, and never more are held than there is room for."""

from hypothesis import given
from hypothesis import strategies as st

from onefill.service.drawn_pages import DrawnPages


@given(st.lists(st.integers(0, 9), max_size=60), st.integers(0, 60))
def test_what_is_given_is_what_was_drawn_and_little_is_held(asked: list[int], most: int) -> None:
    pages, drawn = DrawnPages(most), []
    for page in asked:
        before = len(drawn)

        def draw(page: int = page) -> bytes:
            drawn.append(page)
            return bytes([page]) * (page + 1)

        assert pages.get(page, draw) == bytes([page]) * (page + 1)
        assert len(drawn) - before <= 1
        assert sum(map(len, pages._kept.values())) == pages._held <= most


def test_a_page_is_drawn_once() -> None:
    pages, drawn = DrawnPages(), []
    for _ in range(3):
        pages.get("a", lambda: drawn.append(1) or b"x")  # type: ignore[func-returns-value]
    assert len(drawn) == 1
