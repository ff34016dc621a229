"""Whatever all the people of the chain do, lawful or not: what the guidance rules out never comes about.

Facts are edited between the acts (attendance, marks, rosters, days, codes), the clock is put forward and back, and what
is given out at the end is held against the entries alone, by rules written here once more.
"""

import atexit
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from onefill.definitions.procedure import Action
from onefill.errors import OneFillError
from onefill.reviews.moves import phase_of
from onefill.service import Desk
from onefill.service.shapes import Person
from samples import resolve, sample_records
from samples.people import resident_id
from store import DELETED, EVERYTHING, Entry
from store import Action as Doing
from store.registers import LineState, RegisterLine
from tests.desks import NOW, Clock, load, make_desk
from tests.reviews.foshan import (
    CITY,
    CLERK,
    INSPECTOR,
    LEADER,
    OFFICER,
    PEOPLE,
    RESPONSIBLE,
    approve_application,
    code_class,
    file_class,
    hand_in_all,
    items,
    looked_at,
    pages,
    part_of_class,
)
from tests.tables.making import book

#: Everybody, and a second one of those of whom two are wanted.
ALL = (*PEOPLE.values(), replace(LEADER, name="陈区长"), replace(CITY, name="吴市局"))
#: Before the sample's class begins: what is granted on this day holds on its first.
GRANTED = NOW.replace(year=2026, month=10, day=20)
#: Of no institution in the pack's table of what was granted before there was a register.
USCC = "52440604MJM0000188"
#: Of somebody who stands in no roster.
NEWCOMER = resident_id(random.Random("newcomer"), date(1990, 1, 1), 7)
REGISTERS = (
    "course_grants",
    "class_measures",
    "case_transfers",
    "code_pool",
    "certificates",
    "reissues",
    "archive_holds",
    "archive_disposals",
)
CODES = ("44060420269001", "44060420269002", "不是编号", "")
#: What is typed, by the section and field it goes to; ``$`` stands for one of the codes of the other class.
TYPED: Mapping[str, Sequence[str]] = {
    "trainees/{row}/theory": ("95", "40", ""),
    "trainees/{row}/practice": ("88", "0", "没有考"),
    "trainees/{row}/absent": ("缺考", ""),
    "trainees/{row}/cert_no": (*CODES, "$"),
    "trainees/{row}/issue_date": ("2026-12-18", "2020-01-01", ""),
    "trainees/{row}/receipt_date": ("2026-12-19", ""),
    "trainees/{row}/name": ("陈换人", "何乙未"),
    "trainees/{row}/id_no": (NEWCOMER, "11010519491231002X"),
    "attendance/{session}/{row}": ("到", "缺", "假", ""),
    "start_date": ("2026-11-09", "2026-10-10", "2027-03-01", ""),
    "end_date": ("2026-11-20", "2027-03-20"),
    "exam_date": ("2026-11-23", "2026-11-01"),
    "result_date": ("2026-11-24", ""),
    "archive_date": ("2026-12-10", "2020-12-10"),
    "retention_years": ("5", "1"),
    "planned_count": ("10", "11"),
    "class_no": ("440604-012-2026-100", "440604-012-2026-101"),
}
MOSTLY = st.sampled_from([True, True, True, False])
#: What an inspector may decide besides an order to mend.
MEASURES = ("暂停新开班审批", "取消该班次学员证书发放资格", "取消培训资格")
#: How far the first class is when whatever order begins.
BEGUN = ("draft", "filed", "asked", "coded", "registered", "archived")


def desk_in(folder: Path, clock: Clock, mark: str) -> Desk:
    """A desk over a folder; none of its ids is one of those that another desk there has given."""
    numbers = count(1)
    return make_desk(folder, store="", inspect=looked_at, clock=clock, make_id=lambda: f"{mark}{next(numbers):08d}")


@cache
def prepared() -> tuple[Path, str, str]:
    """A folder with data for each of them, and two classes of ten that have nobody in common."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    clock = Clock(GRANTED)
    desk = desk_in(folder / "all", clock, "b")
    ids = load(desk, "application")
    desk.records.set(ids["institution"], "uscc", USCC, CLERK)
    approve_application(desk, ids["application"], GRANTED.date())
    clock.now = NOW
    first, other = (part_of_class(desk, ids, place) for place in (0, 1))
    hand_in_all(desk, other, "filing")
    act = desk.reviews.act
    for begun in BEGUN:
        if begun == "draft":
            for phase in ("filing", "certificates"):
                hand_in_all(desk, first, phase)
        elif begun == "filed":
            file_class(desk, first)
        elif begun == "asked":
            act(first, "submit_certificates", RESPONSIBLE, declared=True)
        elif begun == "coded":
            act(first, "withdraw_certificates", CLERK)
            code_class(desk, first)
        elif begun == "registered":
            act(first, "register_certificates", OFFICER)
        else:
            hand_in_all(desk, first, "archive")
            act(first, "close_archive", CLERK, declared=True)
        shutil.copytree(folder / "all", folder / begun)
    desk.store.close()
    return folder, first, other


class Chain(RuleBasedStateMachine):
    """An institution with two classes, a district, a city, and everybody who may have a hand in it."""

    @initialize(begun=st.sampled_from(BEGUN))
    def begin(self, begun: str) -> None:
        base, self.first, self.other = prepared()
        self.folder = Path(tempfile.mkdtemp())
        shutil.copytree(base / begun, self.folder, dirs_exist_ok=True)
        self.clock = Clock(NOW)
        self.desk = desk_in(self.folder, self.clock, "c")
        self.classes = (self.first, self.other)
        self.inspections: list[str] = []
        self.brought = 0
        #: Up to which entry each record was looked through.
        self.seen = {record: self.chain(record)[-1].n for record in self.classes}

    def teardown(self) -> None:
        if hasattr(self, "desk"):
            found = self.desk.store.verify_chains()
            self.desk.store.close()
            shutil.rmtree(self.folder)
            assert found == ()

    # -- what people do ----------------------------------------------------------------------------------------------

    @rule(data=st.data())
    def act_as_they_like(self, data: st.DataObject) -> None:
        record = data.draw(st.sampled_from((*self.classes, *self.inspections)))
        action = data.draw(st.sampled_from(self.desk.definitions.form(self.form_of(record)).actions))
        self.act(record, action, data.draw(st.sampled_from(ALL)), sure=data.draw(st.booleans()))

    @rule(data=st.data(), most=st.integers(1, 5), onward=MOSTLY)
    def go_on(self, data: st.DataObject, most: int, onward: bool) -> None:
        """Whoever may do something does it, and so the next one."""
        record = data.draw(st.sampled_from((self.first, *self.classes, *self.inspections)))
        form = self.desk.definitions.form(self.form_of(record))
        for _ in range(most):
            stands = {one.key: self.stage(record, one.key) for one in form.phases}
            fitting = [one for one in form.actions if stands[phase_of(form, one.phase)] in (one.from_ or ("draft",))]
            if onward:
                fitting = [one for one in fitting if one.kind not in ("withdraw", "return", "refuse")] or fitting
            if not fitting:
                return
            action = data.draw(st.sampled_from(fitting))
            able = [one for one in ALL if set(one.roles or ()) & set(action.by)]
            self.act(record, action, data.draw(st.sampled_from(able)), sure=True)

    def act(self, record: str, action: Action, who: Person, *, sure: bool) -> None:
        """Whatever is refused leaves everything as it was; whatever is not was for this person to do."""
        phase = phase_of(self.desk.definitions.form(self.form_of(record)), action.phase)
        said: dict[str, Any] = {"opinion": "好", "reason": "写明的理由", "day": self.clock.now.date()} if sure else {}
        before, n = self.stage(record, phase), self.chain(record)[-1].n
        try:
            self.desk.reviews.act(record, action.key, who, confirmed=sure, declared=sure, **said)
        except OneFillError:
            assert self.stage(record, phase) == before
            assert [one for one in self.chain(record)[n:] if one.kind == "act"] == []
        else:
            assert set(who.roles or ()) & set(action.by)
            assert before in (action.from_ or ("draft",))
        self.every_new_entry_was_lawful()

    @rule(data=st.data(), path=st.sampled_from(sorted(TYPED)), who=st.sampled_from([CLERK, RESPONSIBLE, OFFICER]))
    def type(self, data: st.DataObject, path: str, who: Person) -> None:
        record = data.draw(st.sampled_from(self.classes))
        row = data.draw(st.sampled_from(self.desk.records.row_ids(record, "trainees") or ("r1",)))
        session = data.draw(st.sampled_from(self.desk.records.row_ids(record, "sessions")))
        value = data.draw(st.sampled_from(TYPED[path]))
        if value == "$":
            value = self.codes_of(self.other if record == self.first else self.first)
        with suppress(OneFillError):
            self.desk.records.set(record, path.format(row=row, session=session), value, who)

    @rule(data=st.data(), kind=st.sampled_from(["缺", "到"]))
    def mark_everywhere(self, data: st.DataObject, kind: str) -> None:
        """Somebody came to every lesson, or to none of the second half."""
        record = data.draw(st.sampled_from(self.classes))
        row = data.draw(st.sampled_from(self.desk.records.row_ids(record, "trainees") or ("r1",)))
        sessions = self.desk.records.row_ids(record, "sessions")
        with suppress(OneFillError):
            for session in sessions[len(sessions) // 2 :]:
                self.desk.records.set(record, f"attendance/{session}/{row}", kind, CLERK)

    @rule(data=st.data(), come=st.booleans())
    def change_roster(self, data: st.DataObject, come: bool) -> None:
        record = data.draw(st.sampled_from(self.classes))
        rows = self.desk.records.row_ids(record, "trainees")
        with suppress(OneFillError):
            if come or len(rows) < 2:
                kept = (self.desk.store.latest(record, EVERYTHING).data or {}).get("trainees", {})
                like = dict(next(iter(kept.values()), {})) | {"id_no": NEWCOMER, "name": "陈新来"}
                self.desk.records.add_row(record, "trainees", CLERK, {k: v for k, v in like.items() if k[0] != "@"})
            else:
                self.desk.records.remove_row(record, "trainees", data.draw(st.sampled_from(rows)), CLERK)

    @rule(data=st.data(), phase=st.sampled_from(["filing", "certificates", "archive"]))
    def bring_papers(self, data: st.DataObject, phase: str) -> None:
        """Whatever is wanting is brought, sealed anew where what is printed has changed since."""
        record = data.draw(st.sampled_from(self.classes))
        with suppress(OneFillError):
            for id, one in items(self.desk, record, phase).items():
                for file in one.files if one.lacking else ():
                    self.desk.materials.remove(record, id, file.id, CLERK)
            self.brought += 1
            for id, one in items(self.desk, record, phase).items():
                if one.lacking and one.material.kind in ("scan", "upload"):
                    anew = pages(f"{id} {self.brought}", max(1, one.need))
                    self.desk.materials.supply(record, id, anew, f"{one.title}.pdf", CLERK)

    @rule(data=st.data(), turned=st.booleans(), foreign=st.booleans())
    def import_codes(self, data: st.DataObject, turned: bool, foreign: bool) -> None:
        record = data.draw(st.sampled_from(self.classes))
        table = self.desk.records.table(record, "trainees")
        people = [table.texts[row] for row in table.order]
        lines = [
            (str(one["name"] or ""), str(one["id_no"] or ""), f"4406042026{n:04}", "2026-12-18")
            for n, one in enumerate(reversed(people) if turned else people, 1)
        ]
        if foreign:
            lines.append(("陈外人", "110105194912310038", "44060420269999", "2026-12-18"))
        data_of = book(("姓名", "证件号码", "证书编号", "发证日期"), *lines)
        with suppress(OneFillError):
            self.desk.imports.take(record, "trainees", self.desk.imports.read(data_of, "编号.xlsx"), who=CLERK)

    @rule(record=st.sampled_from([0, 1]), measures=st.sets(st.sampled_from(MEASURES)))
    def inspect(self, record: int, measures: set[str]) -> None:
        if len(self.inspections) == 2:
            return
        sample = next(one for one in sample_records() if one.name == "inspection")
        facts = resolve(sample.data, {"class_50": self.classes[record]}) | {
            "has_problem": "是",
            "problems": ["弄虚作假骗取培训补贴资金"],
            "problem_note": "虚报课时",
            "decision": ["责令限期整改", *sorted(measures)],
            "due_date": "2027-01-20",
            "present": 9,
            "leave": 1,
            "method": ["现场检查"],
        }
        made = self.desk.records.create("inspection", INSPECTOR, facts)
        self.seen[made] = 0
        with suppress(OneFillError):
            hand_in_all(self.desk, made, "check", INSPECTOR)
            self.desk.reviews.act(made, "hand_up_record", INSPECTOR)
        self.inspections.append(made)

    @rule(days=st.sampled_from([1, 30, 800, 2200, -40]))
    def wait(self, days: int) -> None:
        self.clock.now += timedelta(days=days)

    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        record = data.draw(st.sampled_from((*self.classes, *self.inspections)))
        acted, before = any(one.kind == "act" for one in self.chain(record)), self.typed(record)
        try:
            self.desk.records.delete(record, CLERK)
        except OneFillError:
            return
        assert not acted
        self.desk.records.undelete(record, CLERK)
        assert self.typed(record) == before

    # -- what must never be ------------------------------------------------------------------------------------------

    @invariant()
    def every_new_entry_was_lawful(self) -> None:
        for record in (*self.classes, *self.inspections):
            for entry in self.chain(record)[self.seen[record] :]:
                self.seen[record] = entry.n
                if entry.kind == "act":
                    self.look_at(entry)

    def look_at(self, entry: Entry) -> None:
        action, data = str(entry.why["action"]), entry.data or {}
        if action in ("submit_filing", "approve_filing", "submit_change", "approve_change"):
            self.granted(data)
        if action in ("submit_certificates", "approve_certificates", "assign_codes", "register_certificates"):
            assert self.stage_in(data, "filing") == "filed", action
        if action == "submit_certificates":
            self.granted(data)
        if action == "close_archive":
            assert all(bool(one.get("cert_no")) == passed(data, row) for row, one in data["trainees"].items())
        if action == "approve_disposal":
            kept = date.fromisoformat(data["archive_date"])
            ends = kept.replace(year=kept.year + int(data.get("retention_years") or 5))
            assert ends < self.clock.now.date()
        for effect in entry.effects:
            if effect.register == "certificates" and effect.action is Doing.OPEN:
                (row,) = (row for row, one in data["trainees"].items() if one.get("cert_no") == effect.facts["cert_no"])
                assert passed(data, row), data["trainees"][row]
                assert self.stage_in(data, "certificates") == "coded"
                # Nobody makes up a code: the centre has given it.
                assert effect.facts["cert_no"] in {
                    one.facts["cert_no"] for one in self.lines("code_pool", effect.start)
                }

    def granted(self, data: Mapping[str, Any]) -> None:
        """A class needs a grant of its first day."""
        lines = self.lines("course_grants", date.fromisoformat(data["start_date"]))
        assert LineState.OPEN in {one.state for one in lines if one.facts["course"]["id"] == data["course"]}, data[
            "start_date"
        ]

    @invariant()
    def every_line_has_the_entry_that_decided_it(self) -> None:
        for register in REGISTERS:
            for line in self.lines(register, date(2090, 1, 1)):
                entry = self.desk.store.entry(line.record, line.n, EVERYTHING)
                assert any(one.line == line.line and one.action is Doing.OPEN for one in entry.effects)
                form = self.desk.definitions.form(entry.form)
                action = next(one for one in form.actions if one.key == entry.why["action"])
                assert register in {one.register_ for one in action.effects}
                assert entry.who in {one.name for one in ALL if set(one.roles or ()) & set(action.by)}

    @invariant()
    def a_code_is_one_persons_and_a_person_has_one_code(self) -> None:
        lines = [one for one in self.lines("certificates", date(2090, 1, 1)) if one.state is LineState.OPEN]
        assert len({one.facts["cert_no"] for one in lines}) == len(lines)
        people = Counter((one.record, one.facts["cert_holder"], one.facts["cert_holder_id"]) for one in lines)
        assert max(people.values(), default=1) == 1, people

    @invariant()
    def nothing_that_was_submitted_is_gone(self) -> None:
        for record in (*self.classes, *self.inspections):
            chain = self.chain(record)
            assert [one.n for one in chain] == list(range(1, len(chain) + 1))
            assert chain[-1].summary.state != DELETED

    # -- inside ------------------------------------------------------------------------------------------------------

    def form_of(self, record: str) -> str:
        return "inspection" if record in self.inspections else "training_class"

    def typed(self, record: str) -> dict[str, Any]:
        """All that stands in a record, in its draft, too."""
        form = self.desk.definitions.form(self.form_of(record))
        single = {
            one.path: one.shown
            for section in form.sections
            if section.repeat is None and section.grid is None
            for one in self.desk.records.fields(record, section.key)
        }
        rows = [one.key for one in form.sections if one.repeat is not None]
        return {**single, **{key: self.desk.records.table(record, key).texts for key in rows}}

    def stage(self, record: str, phase: str) -> str:
        return self.desk.reviews.state(record, OFFICER).phase(phase).stage

    def stage_in(self, data: Mapping[str, Any], phase: str) -> str:
        return str(data["@case"]["phases"].get(phase, {}).get("stage", "draft"))

    def chain(self, record: str) -> list[Entry]:
        return self.desk.store.entries(record, EVERYTHING)

    def data(self, record: str) -> Mapping[str, Any]:
        return self.desk.store.latest(record, EVERYTHING).data or {}

    def lines(self, register: str, on: date) -> list[RegisterLine]:
        return self.desk.store.register(register, on, EVERYTHING)

    def codes_of(self, record: str) -> str:
        """One code of a class; empty where it has none."""
        table = self.desk.records.table(record, "trainees")
        return next((str(table.texts[row]["cert_no"]) for row in table.order if table.texts[row]["cert_no"]), "")


def passed(data: Mapping[str, Any], row: str) -> bool:
    """Whether somebody has passed, by the marks and the attendance alone."""
    one = data["trainees"][row]
    there = sum(marks.get(row) in ("到", "迟", "早") for marks in data["attendance"].values())
    enough = there * 100 / len(data["sessions"]) >= 80
    return not one.get("absent") and enough and all(float(one.get(key) or 0) >= 60 for key in ("theory", "practice"))


TestChain = Chain.TestCase
TestChain.settings = settings(
    max_examples=12, stateful_step_count=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
