"""Any order of doings: each backend against a model as plain as can be."""

import shutil
import tempfile
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from store import EVERYTHING, Action, Change, Conflict, Effect, NewEntry, RecordUnknown, Store, Summary, open_store
from tests.databases import Server
from tests.store.making import stepping

RECORDS = st.sampled_from(["a1", "b2", "c3"])
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab翀", max_size=3), inner, max_size=3),
    max_leaves=6,
)
STOPS = {Action.SUSPEND: "suspended", Action.END: "ended"}
PATHS = st.sampled_from(["name", "rows/r1", "rows/r1/name", "rows/r2/name", "rows"])


class Keeping(RuleBasedStateMachine):
    """The model: a list of data per record, a dictionary of changes without windows."""

    address = "memory:"
    requests = Bundle("requests")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="onefill-machine-"))
        self.clock = stepping()
        self.store = self.opened()
        self.chains: dict[str, list[tuple[str, Any]]] = {}
        self.drafts: dict[str, dict[str, Any]] = {}
        self.labels: dict[str, str] = {}
        self.made = 0
        #: Numbers in the order in which they were drawn, and what has been done to the only line of the register.
        self.drawn = 0
        self.line_there = False
        #: By which record the line was stopped, and how.
        self.stopped: dict[str, set[str]] = {}

    def opened(self) -> Store:
        address = self.address.format(folder=self.folder)
        return open_store(address, clock=self.clock, key_file=self.folder / "store.key")

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)

    @rule(target=requests, record=RECORDS, value=VALUES, off=st.sampled_from([0, 0, 0, 1, -1]), take=st.booleans())
    def append(self, record: str, value: Any, off: int, take: bool) -> NewEntry:
        chain = self.chains.get(record, [])
        self.made += 1
        taken = self.store.draft(record, EVERYTHING).number if take and chain else 0
        label = f"标签{self.made}"
        entry = NewEntry(
            record=record,
            form="f",
            kind="version",
            who="w",
            request_id=f"q{self.made}",
            data={"v": value},
            draft=taken,
            summary=Summary(label=label, tokens=(label,)),
        )
        try:
            self.store.append(entry, len(chain) + off, EVERYTHING)
        except Conflict:
            assert off
            return entry
        assert not off
        self.chains.setdefault(record, []).append((entry.request_id, {"v": value}))
        self.labels[record] = label
        if take:
            self.drafts.pop(record, None)
        return entry

    @rule(record=RECORDS, count=st.integers(1, 3), off=st.sampled_from([0, 0, 1]))
    def draw(self, record: str, count: int, off: int) -> None:
        chain = self.chains.get(record, [])
        entry = self.remark(record, draws={"papers": count})
        try:
            numbers = self.store.append(entry, len(chain) + off, EVERYTHING).numbers["papers"]
        except Conflict:
            assert off
            return
        assert list(numbers) == list(range(self.drawn + 1, self.drawn + count + 1))
        self.drawn += count
        self.remarked(entry)

    @rule(record=RECORDS, action=st.sampled_from(Action))
    def act(self, record: str, action: Action) -> None:
        effect = Effect(register="grants", line="l1", action=action, start=date(2026, 11, 4))
        entry = self.remark(record, effects=(effect,))
        self.store.append(entry, len(self.chains.get(record, [])), EVERYTHING)
        self._befalls(record, action)
        self.remarked(entry)

    def _befalls(self, record: str, action: Action) -> None:
        if action is Action.OPEN or (action is Action.RESUME and record not in self.stopped):
            self.line_there = self.line_there or action is Action.OPEN
            self.stopped.clear()
        elif action is Action.RESUME:
            del self.stopped[record]
        elif self.line_there:
            self.stopped.setdefault(record, set()).add(STOPS[action])

    def _line(self) -> list[str]:
        stops = {stop for by_one in self.stopped.values() for stop in by_one}
        return [next((stop for stop in ("ended", "suspended") if stop in stops), "open")] if self.line_there else []

    def remark(self, record: str, **given: Any) -> NewEntry:
        self.made += 1
        label = f"标签{self.made}"
        summary = Summary(label=label, tokens=(label,))
        request = f"q{self.made}"
        return NewEntry(
            record=record, form="f", kind="remark", who="w", request_id=request, data=None, summary=summary, **given
        )

    def remarked(self, entry: NewEntry) -> None:
        self.chains.setdefault(entry.record, []).append((entry.request_id, None))
        self.labels[entry.record] = entry.summary.label

    @rule(entry=requests)
    def ask_again(self, entry: NewEntry) -> None:
        chain = self.chains.get(entry.record, [])
        places = [n for n, (request, _) in enumerate(chain, start=1) if request == entry.request_id]
        if places:
            assert self.store.append(entry, 99, EVERYTHING).n == places[0]

    @rule(record=RECORDS, path=PATHS, value=VALUES)
    def change(self, record: str, path: str, value: Any) -> None:
        if record not in self.chains:
            with pytest.raises(RecordUnknown):
                self.store.set_draft(record, [Change(path, value)], EVERYTHING, "w")
            return
        assert self.store.set_draft(record, [Change(path, value)], EVERYTHING, "w").refused == ()
        draft = self.drafts.setdefault(record, {})
        for lower in [other for other in draft if other.startswith(f"{path}/")]:
            del draft[lower]
        draft[path] = value

    @rule(record=RECORDS)
    def clear(self, record: str) -> None:
        if record in self.chains:
            self.store.clear_draft(record, EVERYTHING)
            self.drafts.pop(record, None)

    @rule()
    def start_again(self) -> None:
        if self.address != "memory:":
            self.store.close()
            self.store = self.opened()

    @rule()
    def lose_the_index(self) -> None:
        for path in self.folder.rglob("index.sqlite*"):
            path.unlink()

    @invariant()
    def entries_are_the_models(self) -> None:
        for record, chain in self.chains.items():
            kept = self.store.entries(record, EVERYTHING)
            assert [(entry.request_id, entry.data) for entry in kept] == chain
            draft = self.store.draft(record, EVERYTHING)
            assert {path: one.value for path, one in draft.changes.items()} == self.drafts.get(record, {})

    @invariant()
    def views_are_the_models(self) -> None:
        assert self.store.series("papers") == self.drawn
        lines = self.store.register("grants", date(2026, 11, 4), EVERYTHING)
        assert [line.state for line in lines] == self._line()

    @invariant()
    def lists_are_the_models(self) -> None:
        found = {one.record: (one.n, one.label, one.has_draft) for one in self.store.find(scope=EVERYTHING)}
        assert found == {
            record: (len(chain), self.labels[record], bool(self.drafts.get(record)))
            for record, chain in self.chains.items()
        }
        for record, label in self.labels.items():
            assert [one.record for one in self.store.find(scope=EVERYTHING, tokens=[label])] == [record]
        assert self.store.damages() == ()


class KeepingTiny(Keeping):
    address = "tinydb://{folder}/store"


class KeepingPostgres(Keeping):
    def __init__(self, postgres: Server) -> None:
        self.borrowed = ExitStack()
        self.address = self.borrowed.enter_context(postgres.database())
        super().__init__()

    def teardown(self) -> None:
        super().teardown()
        self.borrowed.close()


SHORT = settings(max_examples=8, stateful_step_count=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
TestMemory = Keeping.TestCase
TestMemory.settings = settings(SHORT, max_examples=15)
TestTiny = KeepingTiny.TestCase
TestTiny.settings = SHORT


def test_postgresql(postgres: Server) -> None:
    run_state_machine_as_test(lambda: KeepingPostgres(postgres), settings=SHORT)
