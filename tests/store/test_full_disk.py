"""A disk that is full or may not be written: told, the old state whole, and on with the work when there is space."""

import errno
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest

from store import EVERYTHING, Change, Store, StoreUnavailable
from store.disk import Disk
from store.tiny import TinyStore
from tests.ordinary import as_ordinary
from tests.store.making import begin, class_of, new, stepping

ROOT = Path(__file__).parents[2]
Counts = Callable[[str], None]
PAGE = 4096


@dataclass
class Small:
    """A disk of eight megabytes: a real one where it may be mounted, else one that counts."""

    folder: Path
    mounted: bool
    left: int = 10**9

    def disk(self) -> Disk:
        return Disk() if self.mounted else replace(Disk(), write=self._write)

    def leave(self, pages: int) -> None:
        """Fill it but for some pages."""
        if not self.mounted:
            self.left = pages * PAGE
            return
        with (self.folder / "ballast").open("wb", buffering=0) as file:
            try:
                while file.write(bytes(PAGE)) == PAGE:
                    pass
            except OSError as exc:
                assert exc.errno == errno.ENOSPC
            file.truncate(max(0, file.tell() // PAGE - pages) * PAGE)

    def free(self) -> None:
        """Make space."""
        self.left = 10**9
        (self.folder / "ballast").unlink(missing_ok=True)

    def _write(self, handle: int, data: memoryview) -> int:
        taken = min(len(data), self.left)
        self.left -= taken
        if taken == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return os.write(handle, data[:taken])


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Small]:
    folder = tmp_path / "small"
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)]
    mounted = os.name == "posix" and subprocess.run(["mount", *options], check=False).returncode == 0
    yield Small(folder, mounted)
    if mounted:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.slow
def test_a_disk_that_fills_at_any_page_of_an_append(small: Small, counts: Counts) -> None:
    store = TinyStore(small.folder / "store", stepping(), disk=small.disk())
    begin(store, data=class_of(500))
    store.set_draft("r1", [Change("a", 0)], EVERYTHING, "x")
    told = taken = value = 0
    for pages in range(40):
        n = store.latest("r1", EVERYTHING).n
        small.leave(pages)
        mine = new(data=class_of(500) | {"turn": pages})
        for attempt in (partial(store.append, mine, n, EVERYTHING), partial(set_draft, store, pages + 1)):
            try:
                attempt()
                taken += 1
            except StoreUnavailable as exc:
                assert "磁盘已满" in str(exc) or "full" in str(exc), exc
                told += 1
        assert store.latest("r1", EVERYTHING).n in (n, n + 1)
        assert store.draft("r1", EVERYTHING).changes["a"].value in (value, pages + 1)
        small.free()
        assert store.damages() == store.verify_chains() == ()
        assert store.append(mine, n, EVERYTHING).n == n + 1
        value = set_draft(store, pages + 1)
        assert [found.n for found in store.find(scope=EVERYTHING)] == [n + 1]
    store.close()
    fresh = TinyStore(small.folder / "store", stepping())
    assert [entry.n for entry in fresh.entries("r1", EVERYTHING)] == list(range(1, 42))
    assert fresh.verify_index() == ()
    fresh.close()
    assert told > 10
    assert taken > 10
    counts(f"full disk ({'tmpfs' if small.mounted else 'counted'}): {told} refusals told, {taken} taken, none half")


def set_draft(store: Store, value: int) -> int:
    store.set_draft("r1", [Change("a", value)], EVERYTHING, "x")
    return value


@pytest.mark.slow
def test_a_new_store_on_a_full_disk_is_told(small: Small) -> None:
    small.leave(0)
    with pytest.raises(StoreUnavailable, match="磁盘"):
        TinyStore(small.folder / "store", stepping(), disk=small.disk())
    small.free()
    store = TinyStore(small.folder / "store", stepping(), disk=small.disk())
    begin(store)
    store.close()


READ_ONLY = """
import sys
from pathlib import Path
from store import EVERYTHING, Change, StoreUnavailable
from store.tiny import TinyStore
from tests.store.making import new, stepping

folder = Path(sys.argv[1])
store = TinyStore(folder, stepping())
store.append(new(), 0, EVERYTHING)
for path in (*folder.rglob("*"), folder):
    path.chmod(0o555 if path.is_dir() else 0o444)
refused = 0
for attempt in (
    lambda: store.append(new(), 1, EVERYTHING),
    lambda: store.append(new("r2"), 0, EVERYTHING),
    lambda: store.set_draft("r1", [Change("a", 1)], EVERYTHING, "x"),
    lambda: store.put_file(b"paper"),
    lambda: store.set_preferences("li", {"zoom": 1}),
    lambda: store.log({"act": "print"}),
    lambda: TinyStore(folder, stepping()),
):
    try:
        attempt()
    except StoreUnavailable as exc:
        assert "没有读写权限" in str(exc), exc
        refused += 1
assert store.latest("r1", EVERYTHING).n == 1
assert [found.record for found in store.find(scope=EVERYTHING)] == ["r1"]
for path in (folder, *folder.rglob("*")):
    path.chmod(0o755 if path.is_dir() else 0o644)
assert store.append(new(), 1, EVERYTHING).n == 2
store.close()
print(refused)
"""


@pytest.mark.skipif(os.name != "posix", reason="rights of files are told by other means there")
def test_a_folder_that_may_not_be_written_is_told_and_still_read() -> None:
    """As somebody who is not root, for whom rights count."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o777)
        command = [*as_ordinary(), sys.executable, "-c", READ_ONLY, f"{name}/store"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "7\n"
