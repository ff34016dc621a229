"""A program that ends, with or without closing what it opened, leaves no handle behind and no complaint."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.store.conftest import BACKENDS, address_of

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
from pathlib import Path
from store import EVERYTHING, Change, Keyring, Summary, new_key, open_store
from tests.store.making import begin, new

address, key, sealed, closes = sys.argv[1:]
store = open_store(address, key_file=Path(key), keys=Keyring([new_key()]) if sealed else None)
begin(store, data={"id_no": "4406"}, private=("id_no",), summary=Summary(private=("4406",)))
store.set_draft("r1", [Change("a", 1)], EVERYTHING, "x")
store.append(new(draft=1), 1, EVERYTHING)
with store.open_file(store.put_file(b"paper")) as paper:
    paper.read()
store.log({"act": "print"})
store.set_preferences("li", {"zoom": 1})
store.find(tokens=["4406"], scope=EVERYTHING)
next(store.parcels())
assert store.verify_chains() == store.verify_index() == store.verify_files() == store.verify_log() == ()
store.reindex()
if closes:
    store.close()
print("done")
"""


@pytest.mark.parametrize("closes", ["closes", ""])
@pytest.mark.parametrize("backend", BACKENDS)
def test_a_program_that_ends_leaves_nothing_open(
    backend: str, closes: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with address_of(backend, tmp_path / "store", request) as address:
        command = [sys.executable, "-W", "always::ResourceWarning", "-X", "tracemalloc=3", "-c", PROGRAM, address]
        sealed = "sealed" if backend.startswith("encrypted") else ""
        done = subprocess.run(
            [*command, str(tmp_path / "key"), sealed, closes], cwd=ROOT, capture_output=True, text=True, check=False
        )
    assert (done.stdout, done.stderr) == ("done\n", "")
