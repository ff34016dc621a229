"""Two programs of ours on one folder, as when the app is started twice: each sees what the other keeps, none loses."""

import subprocess
import sys
from pathlib import Path

import pytest

from store import EVERYTHING
from tests.desks import ROOT, Clock, make_desk

FORM, TURNS = "leave_request", 24
#: Types into one field and keeps a version now and then; then begins a record of its own.
OTHER = """
import sys
from pathlib import Path
from onefill.service import Settings, open_desk
from tests.desks import Clock
desk = open_desk(Settings(data=Path(sys.argv[1])), now=Clock())
record, turns, who = sys.argv[2], int(sys.argv[3]), desk.who()
for turn in range(turns):
    desk.records.set(record, "reason", f"第 {turn} 次", who)
    if turn % 8 == 7:
        desk.records.keep_version(record, who)
print(desk.records.create("leave_request", who))
desk.store.close()
"""


@pytest.mark.slow
def test_two_programs_fill_one_record_and_nothing_is_lost(tmp_path: Path) -> None:
    desk = make_desk(tmp_path, store="", clock=Clock())
    who = desk.who()
    record = desk.records.create(FORM, who)
    command = [sys.executable, "-c", OTHER, str(tmp_path), record, str(TURNS)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as other:
        for turn in range(TURNS):
            desk.records.set(record, "applicant", f"司徒{'一' * (turn + 1)}", who)
            if turn % 8 == 7:
                desk.records.keep_version(record, who)
        said, _ = other.communicate(timeout=200)
    assert other.returncode == 0
    desk.records.keep_version(record, who)
    data = desk.store.latest(record, EVERYTHING).data or {}
    assert (data["applicant"], data["reason"]) == (f"司徒{'一' * TURNS}", f"第 {TURNS - 1} 次")
    assert {found.record for found in desk.store.find(scope=EVERYTHING, form=FORM)} == {record, said.strip()}
    assert desk.store.damages() == desk.store.verify_chains() == desk.store.verify_index() == ()
    desk.store.close()
