"""Whatever is done to a class in whatever order: codes are only given to what is filed, and no remark is lost."""

import atexit
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache
from itertools import count
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from onefill.definitions.procedure import Action
from onefill.errors import OneFillError
from onefill.reviews.moves import phase_of, stage_of
from onefill.service import Desk
from onefill.service.shapes import Person
from store import EVERYTHING
from tests.desks import load, make_desk
from tests.reviews.foshan import (
    CITY,
    CLERK,
    DAY,
    LEADER,
    OFFICER,
    RESPONSIBLE,
    allot,
    approve_application,
    hand_in_all,
    looked_at,
    part_of_class,
)

FORM = "training_class"
PEOPLE = (CLERK, RESPONSIBLE, OFFICER, LEADER, CITY, replace(LEADER, name="陈区长"))


def desk_in(folder: Path, mark: str) -> Desk:
    """A desk that marks its ids: whatever is asked by an id that was there before counts as done already."""
    numbers = count(1)
    return make_desk(folder, store="", inspect=looked_at, make_id=lambda: f"{mark}{next(numbers):08d}")


#: How far a class is when whatever order begins, and by whom it came there.
BEGUN: Mapping[str, Sequence[tuple[str, Person]]] = {
    "draft": (),
    "filed": (("submit_filing", RESPONSIBLE), ("review_filing", OFFICER), ("approve_filing", LEADER)),
    "asked": (("submit_certificates", RESPONSIBLE),),
}


@cache
def prepared() -> tuple[Path, str]:
    """A folder with data for each of them: a class that has everything to be filed and to get its certificates."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    desk = desk_in(folder / "all", "b")
    ids = load(desk, "application")
    approve_application(desk, ids["application"])
    record = part_of_class(desk, ids, 0)
    for phase in ("filing", "certificates"):
        hand_in_all(desk, record, phase)
    for begun, acts in BEGUN.items():
        for action, who in acts:
            desk.reviews.act(record, action, who, declared=True, reason="班已经开了，补办备案")
        shutil.copytree(folder / "all", folder / begun)
    desk.store.close()
    return folder, record


class District(RuleBasedStateMachine):
    """An institution and two offices who do what they like."""

    @initialize(begun=st.sampled_from(sorted(BEGUN)))
    def begin(self, begun: str) -> None:
        base, self.record = prepared()
        self.folder = Path(tempfile.mkdtemp())
        shutil.copytree(base / begun, self.folder, dirs_exist_ok=True)
        self.desk = desk_in(self.folder, "c")
        self.form = self.desk.definitions.form(FORM)
        self.sent: set[str] = set()

    def teardown(self) -> None:
        if hasattr(self, "desk"):
            self.desk.store.close()
            shutil.rmtree(self.folder)

    def stage(self, phase: str) -> str:
        return self.desk.reviews.state(self.record, OFFICER).phase(phase).stage

    def fitting(self) -> list[Action]:
        """What the form knows to be done where the class stands."""
        stands = {one.key: self.stage(one.key) for one in self.form.phases}
        return [one for one in self.form.actions if stands[phase_of(self.form, one.phase)] in (one.from_ or ("draft",))]

    @rule(data=st.data())
    def act(self, data: st.DataObject) -> None:
        action = data.draw(st.sampled_from(self.fitting()))
        who = data.draw(st.sampled_from([one for one in PEOPLE if set(one.roles or ()) & set(action.by)]))
        phase, filing = phase_of(self.form, action.phase), self.stage("filing")
        before = self.stage(phase)
        said = {"opinion": "好", "reason": "改", "day": DAY}
        if action.key == "assign_codes":
            with suppress(OneFillError):
                allot(self.desk, self.record)
        try:
            self.desk.reviews.act(self.record, action.key, who, confirmed=True, declared=True, **said)
        except OneFillError:
            assert self.stage(phase) == before
            return
        assert self.stage(phase) == action.to or action.kind == "withdraw"
        if action.key in ("submit_certificates", "approve_certificates", "assign_codes"):
            assert filing == "filed"
        if action.kind == "return":
            self.sent.update(one.id for one in self.desk.reviews.state(self.record, OFFICER).remarks)

    @rule(phase=st.sampled_from(["filing", "certificates"]), who=st.sampled_from([OFFICER, LEADER, CITY]))
    def remark(self, phase: str, who: object) -> None:
        with suppress(OneFillError):
            self.desk.reviews.remark(self.record, phase, "trainees", "不清楚", who, reason="又看了一遍")

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def answer(self, data: st.DataObject) -> None:
        with suppress(OneFillError):
            self.desk.reviews.answer(self.record, data.draw(st.sampled_from(sorted(self.sent))), "已改", CLERK)

    @invariant()
    def what_lies_with_an_office_has_a_way_on(self) -> None:
        for phase in self.form.phases:
            stage = stage_of(self.form, phase.key, self.stage(phase.key))
            ways = [one for one in self.fitting() if phase_of(self.form, one.phase) == phase.key]
            assert stage.holder != "office" or any(one.kind not in ("submit", "withdraw") for one in ways)

    @invariant()
    def certificates_are_looked_at_only_while_the_class_is_filed(self) -> None:
        looked_at = stage_of(self.form, "certificates", self.stage("certificates")).holder == "office"
        assert not looked_at or self.stage("filing") == "filed"

    @invariant()
    def no_remark_is_lost(self) -> None:
        assert self.sent <= {one.id for one in self.desk.reviews.state(self.record, OFFICER).remarks}

    @invariant()
    def the_index_says_where_it_stands(self) -> None:
        stands = {f"{one.key}.{self.stage(one.key)}" for one in self.form.phases}
        assert self.desk.store.latest(self.record, EVERYTHING).summary.state in stands | {"filling"}


TestDistrict = District.TestCase
TestDistrict.settings = settings(
    max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
