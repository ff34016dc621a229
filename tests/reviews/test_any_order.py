"""Whatever is done in whatever order: no remark is lost, and nobody gets where the form knows no way."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from onefill.errors import OneFillError
from onefill.reviews import RemarkState
from onefill.service.cases import case_of
from onefill.service.shapes import Person
from store import EVERYTHING
from tests.desks import make_desk
from tests.reviews.test_one_step import filled, scan

PEOPLE = (
    Person(name="李静", roles=("colleague",)),
    Person(name="王主管", roles=("manager",)),
    Person(name="周主管", roles=("manager",)),
)
ACTIONS = ("ask_leave", "take_back", "send_back", "give_leave", "deny_leave")
PERSON = st.sampled_from(PEOPLE)
WORDS = st.sampled_from(["不清楚", "少签名"])
PLACES = ("reason", "department", "item:signed_paper", "")


class Office(RuleBasedStateMachine):
    """A clerk and two chiefs who do what they like."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.mkdtemp()
        self.desk = make_desk(Path(self.folder))
        self.record = filled(self.desk)
        self.desk.materials.supply(self.record, "signed_paper", SCAN, "请假单.png", PEOPLE[0])
        self.sent: dict[str, str] = {}
        self.noted: set[str] = set()
        self.typed = 0

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            shutil.rmtree(self.folder)

    @property
    def stage(self) -> str:
        return self.desk.reviews.state(self.record, PEOPLE[1]).phase("whole").stage

    @rule(
        who=st.sampled_from(PEOPLE),
        action=st.sampled_from(ACTIONS),
        sure=st.booleans(),
        reason=st.sampled_from(["", "改"]),
    )
    def act(self, who: Person, action: str, sure: bool, reason: str) -> None:
        before = self.stage
        try:
            self.desk.reviews.act(self.record, action, who, confirmed=sure, declared=True, reason=reason)
        except OneFillError:
            assert self.stage == before
            return
        form = self.desk.definitions.form("leave_request")
        done = next(one for one in form.actions if one.key == action)
        assert before in done.from_
        assert self.stage == done.to or done.kind == "withdraw"
        if action == "send_back":
            remarks = self.desk.reviews.state(self.record, PEOPLE[0]).remarks
            self.sent.update({one.id: one.what for one in remarks})
            self.noted.clear()

    @rule(who=PERSON, at=st.sampled_from(PLACES), what=WORDS, reason=st.sampled_from(["", "新情况"]))
    def remark(self, who: Person, at: str, what: str, reason: str) -> None:
        try:
            self.noted.add(self.desk.reviews.remark(self.record, "whole", at, what, who, reason=reason))
        except OneFillError:
            assert self.stage != "leave_asked" or who is PEOPLE[0]

    @precondition(lambda self: self.sent)
    @rule(data=st.data(), way=st.sampled_from(["close", "drop", "answer"]), who=PERSON)
    def settle(self, data: st.DataObject, way: str, who: Person) -> None:
        remark = data.draw(st.sampled_from(sorted(self.sent)))
        reviews = self.desk.reviews
        try:
            if way == "close":
                reviews.close_remark(self.record, remark, who)
            elif way == "drop":
                reviews.drop_remark(self.record, remark, who)
            else:
                reviews.answer(self.record, remark, "已改好", who)
        except OneFillError:
            pass

    @rule()
    def type(self) -> None:
        self.typed += 1
        try:
            self.desk.records.set(self.record, "reason", f"探亲 {self.typed}", PEOPLE[0])
        except OneFillError:
            assert self.stage not in ("draft", "leave_back")

    @rule()
    def print_and_keep(self) -> None:
        self.desk.records.keep_version(self.record, PEOPLE[0], "留一版")

    @invariant()
    def no_remark_is_lost(self) -> None:
        kept = {one.id: one for one in self.desk.reviews.state(self.record, PEOPLE[1]).remarks}
        for id, what in self.sent.items():
            assert kept[id].what == what
            assert kept[id].state is not RemarkState.NOTED
        assert self.noted <= set(kept)

    @invariant()
    def it_stands_where_the_form_knows(self) -> None:
        stages = {"draft", *(one.key for one in self.desk.definitions.form("leave_request").stages)}
        assert self.stage in stages
        opened = self.desk.store.latest(self.record, EVERYTHING)
        case = case_of(opened.data or {})
        assert case.phase("whole").stage == self.stage
        expected = "filling" if self.stage == "draft" else f"whole.{self.stage}"
        assert opened.summary.state == expected


SCAN = scan()
TestOffice = Office.TestCase
TestOffice.settings = settings(
    max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
