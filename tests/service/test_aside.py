"""What reads all that is kept is done aside: no page waits for it, and whoever dies over it leaves it to the next."""

import os
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from threading import Event

import pytest

from onefill.service import Desk, Settings, open_desk
from onefill.service.aside import InBackground, Rests
from store import EVERYTHING, FileUnknown, Store, open_store
from store.sweeping import Pause
from tests.desks import NOW, our_packs
from tests.store.making import begin
from tests.store.test_contract_destroying import PAPER, destroyed, filled

MANY = 400


def large(store: Store) -> str:
    """A destroyed record among many others; the digest of its file."""
    for number in range(MANY):
        begin(store, f"other-{number}", data={"rows": [{"name": f"学员{number}-{row}"} for row in range(40)]})
    paper = filled(store)
    destroyed(store)
    return paper


def desk_over(folder: Path, aside: InBackground) -> Desk:
    return open_desk(Settings(data=folder), now=lambda: NOW, definitions=our_packs(), aside=aside)


def store_in(folder: Path) -> Store:
    address = f"tinydb://{(folder / 'store').as_posix()}"
    return open_store(address, clock=lambda: datetime.now().astimezone(), key_file=folder / "store.key")


def there(store: Store, digest: str) -> bool:
    try:
        return store.get_file(digest) == PAPER
    except FileUnknown:
        return False


def aged(folder: Path) -> None:
    """As if the files had been put long ago, so that none has to wait."""
    for path in (folder / "store" / "files").rglob("*"):
        if path.is_file():
            os.utime(path, (1_000_000_000, 1_000_000_000))


def test_nothing_waits_while_all_that_is_kept_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = store_in(tmp_path)
    paper = large(store)
    store.close()
    aged(tmp_path)
    reading, go_on, read = Event(), Event(), []

    def held_up(self: Rests) -> None:
        read.append(1)
        if len(read) == MANY // 2:
            reading.set()
            assert go_on.wait(60)

    monkeypatch.setattr(Rests, "__call__", held_up)
    aside = InBackground()
    began = time.monotonic()
    desk = desk_over(tmp_path, aside)  # a start does not wait either
    assert reading.wait(60)
    assert there(desk.store, paper)
    begin(desk.store, "meanwhile", data={"a": 1})
    assert desk.store.latest("meanwhile", EVERYTHING).data == {"a": 1}
    record = desk.records.create("course", desk.who())
    assert [one.id for one in desk.records.list("course")] == [record]
    assert desk.store.count(scope=EVERYTHING) == MANY + 3
    assert time.monotonic() - began < 60
    go_on.set()
    aside.wait()
    assert not there(desk.store, paper)
    desk.store.close()


KILLED = """
import os, sys
from pathlib import Path
from tests.service.test_aside import store_in
left = int(sys.argv[2])
def die():
    global left
    left -= 1
    if not left:
        os._exit(9)
store_in(Path(sys.argv[1])).sweep(pause=die)
"""


def test_a_program_that_is_killed_halfway_leaves_it_to_the_next(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    paper = large(store)
    store.close()
    aged(tmp_path)
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), str(MANY // 2)], timeout=120, check=False)
    assert killed.returncode == 9
    aside = InBackground()
    desk = desk_over(tmp_path, aside)
    aside.wait()
    assert not there(desk.store, paper)
    assert desk.store.verify_chains() == ()
    desk.store.close()


def test_what_waits_already_is_done_once_and_what_fails_stops_nothing() -> None:
    aside, first, done = InBackground(), Event(), []

    def slow(_: Pause) -> None:
        assert first.wait(60)
        done.append("slow")

    def broken(_: Pause) -> None:
        raise RuntimeError("nobody expected it")

    def quick(_: Pause) -> None:
        done.append("quick")

    for work in (slow, broken, quick, quick):
        aside(work)
    first.set()
    aside.wait()
    assert done == ["slow", "quick"]


def test_it_rests_as_long_as_it_works() -> None:
    rests = Rests()
    time.sleep(0.05)
    began = time.monotonic()
    rests()
    assert 0.04 < time.monotonic() - began < 2
