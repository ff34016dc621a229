"""Parts of a page that run anew by themselves, while pages change."""

from types import SimpleNamespace

import pytest
from streamlit.runtime.fragment import MemoryFragmentStorage

from onefill.ui import parts


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Which parts are asked for in a run of a part, on a page that has one by the name of news."""
    storage, found = MemoryFragmentStorage(), []
    storage.register("id", lambda: None, target_key="news")
    context = SimpleNamespace(fragment_ids_this_run=["id"], fragment_storage=storage, page_script_hash="page")
    monkeypatch.setattr(parts, "get_script_run_ctx", lambda: context)
    monkeypatch.setattr(parts.st, "rerun", found.append)
    return found


def test_a_part_that_was_drawn_is_drawn_anew(asked: list[tuple[str, ...]]) -> None:
    parts.draw_only("news")
    assert asked == [("news",)]


def test_a_click_that_comes_after_its_page_was_left_asks_for_nothing(asked: list[tuple[str, ...]]) -> None:
    parts.leave_page()
    parts.draw_only("news")
    assert asked == []
