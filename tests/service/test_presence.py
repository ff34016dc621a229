"""Who is at a case, over one store that several programs open."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from onefill.service.presence import GRAIN, PATIENCE, Presence
from store import Store, open_store
from tests.desks import Clock

SECOND = timedelta(seconds=1)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[list[Store]]:
    """One folder, as two servers have opened it."""
    made = [open_store(f"tinydb:///{tmp_path.as_posix().lstrip('/')}/store") for _ in range(2)]
    yield made
    for one in made:
        one.close()


def test_people_on_two_servers_see_each_other(stores: list[Store], clock: Clock) -> None:
    here, there = (Presence(store, clock) for store in stores)
    came = clock.now
    assert here.note("a", "李敏") == {}
    clock.now += SECOND
    assert there.note("a", "黄志伟") == {"李敏": came}
    assert here.note("a", "李敏") == {"黄志伟": clock.now}
    assert there.note("b", "黄志伟") == {}
    for _ in range(20):  # as long as somebody gives signs they are there since they came
        clock.now += 3 * SECOND
        here.note("a", "李敏")
    assert there.note("a", "黄志伟") == {"李敏": came}


def test_who_has_gone_is_forgotten_and_leaves_nothing_behind(stores: list[Store], clock: Clock) -> None:
    here, there = (Presence(store, clock) for store in stores)
    here.note("a", "李敏")
    clock.now += PATIENCE - SECOND
    assert there.note("a", "黄志伟").keys() == {"李敏"}
    clock.now += SECOND
    assert there.note("a", "黄志伟") == {}
    clock.now += PATIENCE
    there.note("b", "黄志伟")
    assert list(stores[0].preferences("@presence")) == ["b 黄志伟"]


def test_signs_close_together_are_written_once(
    stores: list[Store], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, written = Presence(stores[0], clock), []
    keep = stores[0].set_preferences
    monkeypatch.setattr(stores[0], "set_preferences", lambda *args: (written.append(args), keep(*args)))
    for _ in range(10):
        here.note("a", "李敏")
        clock.now += GRAIN / 2
    assert len(written) == 5
