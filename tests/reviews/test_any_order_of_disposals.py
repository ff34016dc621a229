"""Whatever is done in whatever order, on whatever day: no archive goes before its time, while held, by one alone."""

import shutil
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from onefill.errors import OneFillError
from onefill.service.shapes import Person
from store import EVERYTHING
from tests.desks import NOW, Clock, make_desk
from tests.reviews.foshan import CLERK, LEADER, OFFICER, RESPONSIBLE, looked_at
from tests.reviews.test_foshan_archive import archived

#: Both at once, as in a small place; what one has begun the same one cannot end.
BOTH = Person(name="身兼两职", roles=("responsible", "district_leader"))
PEOPLE = (CLERK, RESPONSIBLE, OFFICER, LEADER, BOTH)
ACTIONS = ("hold_archive", "release_archive", "ask_disposal", "refuse_disposal", "approve_disposal", "reopen_archive")
#: What is usual comes often, for what is to be seen lies at the end of a long way.
USUAL = ((BOTH, "ask_disposal"), (LEADER, "approve_disposal"), (LEADER, "hold_archive"), (LEADER, "release_archive"))
DEEDS = st.one_of(
    st.sampled_from(USUAL), st.sampled_from(USUAL[:2]), st.tuples(st.sampled_from(PEOPLE), st.sampled_from(ACTIONS))
)
KEPT: list[tuple[Path, str]] = []
DESTROYED: list[str] = []


class Archive(RuleBasedStateMachine):
    """A closed file of a class, and people who do what they like on any day."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        origin, self.record = KEPT[0]
        shutil.copytree(origin, self.folder, dirs_exist_ok=True)
        self.clock = Clock(NOW.replace(year=2031, month=12, day=19))
        self.desk = make_desk(self.folder, store=f"tinydb://{self.folder}/store", clock=self.clock, inspect=looked_at)
        self.held = self.destroyed = False
        self.asked_by = ""

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.desk.store.close()
            shutil.rmtree(self.folder)

    @rule(days=st.sampled_from([1, 2, 20]))
    def time_goes_by(self, days: int) -> None:
        self.clock.now += timedelta(days=days)

    @rule(deed=DEEDS)
    def act(self, deed: tuple[Person, str]) -> None:
        who, action = deed
        try:
            self.desk.reviews.act(self.record, action, who, reason="理由", opinion="意见", declared=True)
        except OneFillError:
            return
        assert not self.destroyed, "nothing is done to what was destroyed"
        match action:
            case "hold_archive":
                self.held = True
            case "release_archive":
                self.held = False
            case "ask_disposal":
                self.asked_by = who.name
            case "approve_disposal":
                self.destroyed = True
                DESTROYED.append(who.name)
                assert self.clock.now.date() > NOW.replace(year=2031, month=12, day=20).date()
                assert not self.held
                assert who.name != self.asked_by

    @invariant()
    def all_is_there_or_nothing(self) -> None:
        entries = self.desk.store.entries(self.record, EVERYTHING)
        assert bool(entries[-1].destroys) == self.destroyed
        assert {bool(one.destroyed) for one in entries[:-1]} == {self.destroyed}
        assert ("trainees" in (entries[-1].data or {})) != self.destroyed


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("archived")
    desk = make_desk(folder, store=f"tinydb://{folder}/store", inspect=looked_at)
    KEPT.append((folder, archived(desk)))
    desk.store.close()
    yield
    KEPT.clear()


@pytest.mark.usefixtures("kept")
def test_no_archive_goes_before_its_time_or_while_it_is_held_or_by_one_alone() -> None:
    run_state_machine_as_test(
        Archive,
        settings=settings(
            max_examples=10,
            stateful_step_count=24,
            derandomize=True,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert DESTROYED, "some archive comes to its end"
