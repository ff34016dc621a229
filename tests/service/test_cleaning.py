"""Drafts and what was refused: to be cleaned away after a year, by somebody, never by themselves or before."""

import os
import shutil
import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from onefill import cli
from onefill.errors import OneFillError
from onefill.people import EVERY_RIGHT, NotYourAction
from onefill.service import Desk
from onefill.service.access import Did
from onefill.service.cleaning import NotToBeCleaned
from onefill.service.desk import Settings, pdf_cache
from onefill.service.destruction import remains_of
from onefill.service.shapes import Person
from onefill.ui.dues import panel_of
from store import EVERYTHING, FileUnknown, NewEntry, RecordDestroyed, Remains, Summary, open_store
from tests.desks import NOW, Clock, make_desk, our_packs
from tests.reviews.foshan import items
from tests.reviews.test_one_step import filled, scan

CLERK = Person(name="李静", roles=("colleague",))
CHIEF = Person(name="王主管", roles=("manager",))
LATER = NOW.replace(year=NOW.year + 1) + timedelta(days=1)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Desk:
    return make_desk(tmp_path, clock=clock)


def test_a_draft_is_listed_after_a_year_and_goes_when_somebody_says_so(desk: Desk, clock: Clock) -> None:
    record = filled(desk)
    desk.materials.supply(record, "signed_paper", scan(), "请假单.png", CLERK)
    (digest,) = {file.digest for one in items(desk, record).values() for file in one.files}
    clock.now = LATER - timedelta(days=1)
    assert desk.cleaning.waiting() == ()
    with pytest.raises(NotToBeCleaned, match="还动过"):
        desk.cleaning.clean(record, CLERK)
    clock.now = LATER
    (one,) = desk.cleaning.waiting()
    assert (one.record, one.where, one.since) == (record, "没有交", NOW.date())
    assert desk.store.get_file(digest)
    desk.cleaning.clean(record, CLERK)
    assert desk.cleaning.waiting() == ()
    assert record not in {line.id for line in desk.records.list()}
    assert desk.records.deleted() == []
    with pytest.raises(FileUnknown):
        desk.store.get_file(digest)
    with pytest.raises(RecordDestroyed):
        desk.records.state(record)
    assert next(one.what for one in desk.history.timeline(record)) == "期满清理，档案已经销毁"
    assert [line.did for line in desk.log.lines()] == ["destroyed"]
    assert all(one.data is None for one in desk.store.entries(record, EVERYTHING))


def test_the_log_is_left_alone_whatever_goes(tmp_path: Path, clock: Clock) -> None:
    desk = make_desk(tmp_path, store=f"tinydb://{tmp_path}/store", clock=clock)
    record = filled(desk)
    desk.log.note(CLERK, Did.PRINTED, record=record)
    desk.records.delete(filled(desk), CLERK)
    before = desk.store.log_lines()
    assert [one.did for one in desk.log.lines()] == ["printed"]
    clock.now = LATER.replace(year=LATER.year + 9)
    gone, refused = desk.cleaning.clean_some([one.record for one in desk.cleaning.waiting()], CLERK)
    assert len(gone) == 2 and not refused
    again = make_desk(tmp_path, store=f"tinydb://{tmp_path}/store", clock=clock)
    assert again.store.log_lines()[: len(before)] == before
    assert [one.did for one in again.log.lines()] == ["destroyed", "destroyed", "printed"]
    assert again.store.verify_log() == ()


def test_what_was_handed_in_stays_and_what_was_refused_goes(desk: Desk, clock: Clock) -> None:
    record = filled(desk)
    desk.materials.supply(record, "signed_paper", scan(), "请假单.png", CLERK)
    desk.reviews.act(record, "ask_leave", CLERK, declared=True)
    clock.now = LATER
    with pytest.raises(NotToBeCleaned, match="它交了"):
        desk.cleaning.clean(record, CLERK)
    desk.reviews.act(record, "deny_leave", CHIEF, reason="人手不够", confirmed=True)
    assert desk.cleaning.waiting() == ()
    clock.now = LATER.replace(year=LATER.year + 1) + timedelta(days=1)
    assert [(one.record, one.where) for one in desk.cleaning.waiting()] == [(record, "不准假")]
    desk.cleaning.clean(record, CLERK)
    assert desk.cleaning.waiting() == ()


def test_what_lies_in_the_recycle_bin_goes_too(desk: Desk, clock: Clock) -> None:
    record = desk.records.create("leave_request", desk.who(), {"applicant": "甲某"})
    desk.records.delete(record, CLERK)
    clock.now = LATER
    (one,) = desk.cleaning.waiting()
    assert one.where == "在回收站"
    desk.cleaning.clean(record, CLERK)
    with pytest.raises(OneFillError):
        desk.records.undelete(record, CLERK)
    assert desk.records.deleted() == []


def test_whoever_starts_next_goes_on_for_who_died_over_it(tmp_path: Path) -> None:
    address = f"tinydb://{tmp_path}/store"
    desk = make_desk(tmp_path, store=address)
    record = filled(desk)
    desk.materials.supply(record, "signed_paper", scan(), "请假单.png", CLERK)
    (digest,) = {file.digest for one in items(desk, record).values() for file in one.files}
    desk.store.close()
    store = open_store(address)
    draft = store.draft(record, EVERYTHING).number
    summary = Summary(state="gone")
    last = NewEntry(
        record=record,
        form="leave_request",
        kind="act",
        who="王主管",
        request_id="bye",
        data=None,
        pins={"definition": store.latest(record, EVERYTHING).pins["definition"]},
        summary=summary,
        draft=draft,
        destroys=Remains(pins=("definition",), why=("act", "version", "moved")),
    )
    store.append(last, store.latest(record, EVERYTHING).n, EVERYTHING)
    assert store.get_file(digest)
    store.close()
    for path in (tmp_path / "store" / "files").rglob("*"):  # what was just put may still be named by somebody
        os.utime(path, (0, 0))
    caches = [pdf_cache(Settings(data=tmp_path), name) for name in ("pdf", "proof", "layouts")]
    for cache in caches:
        cache.put("paper.pdf", b"paper")
    waiting = tmp_path / "inbox" / "1.xlsx"
    waiting.parent.mkdir(exist_ok=True)
    waiting.write_bytes(b"names")
    waiting.with_suffix(".json").write_text(f'{{"record": "{record}"}}')
    desk = make_desk(tmp_path, store=address)
    with pytest.raises(FileUnknown):
        desk.store.get_file(digest)
    desk.store.close()
    assert [cache.get("paper.pdf") for cache in caches] == [None, None, None]
    assert not waiting.exists()


def test_papers_are_cleared_once_for_what_was_destroyed(tmp_path: Path, clock: Clock) -> None:
    address = f"tinydb://{tmp_path}/store"
    desk = make_desk(tmp_path, store=address, clock=clock)
    first, second = filled(desk), filled(desk)
    cache = pdf_cache(desk.settings)

    def kept_at_the_next_start() -> bool:
        nonlocal desk
        cache.put("paper.pdf", b"paper")
        desk.store.close()
        desk = make_desk(tmp_path, store=address, clock=clock)
        return cache.get("paper.pdf") is not None

    assert kept_at_the_next_start()
    clock.now = LATER
    for record in (first, second):
        desk.cleaning.clean(record, CLERK)
        assert cache.get("paper.pdf") is None
        assert kept_at_the_next_start()
    (tmp_path / "cache" / "pdf" / "destroyed.count").write_bytes(b"1")
    assert not kept_at_the_next_start()
    assert kept_at_the_next_start()
    desk.store.close()


def test_files_that_gave_way_to_others_go_too(desk: Desk, clock: Clock) -> None:
    record = filled(desk)
    desk.materials.supply(record, "signed_paper", scan(), "请假单.png", CLERK)
    (file,) = [one for item in items(desk, record).values() for one in item.files]
    desk.materials.remove(record, "signed_paper", file.id, CLERK)
    clock.now = LATER
    assert desk.store.get_file(file.digest)
    desk.cleaning.clean(record, CLERK)
    with pytest.raises(FileUnknown):
        desk.store.get_file(file.digest)


def test_several_go_together_and_what_may_not_is_told(desk: Desk, clock: Clock) -> None:
    first, second = filled(desk), filled(desk)
    clock.now = LATER
    desk.records.set(second, "reason", "探亲", CLERK)
    gone, refused = desk.cleaning.clean_some([first, second], CLERK)
    assert len(gone) == 1
    assert ["还动过" in one for one in refused] == [True]
    assert desk.records.state(second)
    assert desk.cleaning.waiting() == ()


def test_whoever_handles_no_accounts_cleans_nothing(desk: Desk, clock: Clock) -> None:
    record = filled(desk)
    clock.now = LATER
    with pytest.raises(NotYourAction):
        desk.cleaning.clean(record, Person(name="陈", roles=("colleague",), rights=()))
    assert desk.cleaning.waiting()


def test_the_command_lists_and_cleans_only_when_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ONEFILL_DATA", str(tmp_path))
    desk = make_desk(tmp_path, store=f"tinydb://{tmp_path}/store", clock=Clock(datetime(2020, 1, 1).astimezone()))
    record = desk.records.create("leave_request", desk.who(), {"applicant": "甲某"})
    desk.store.close()
    for told, words in (([], "1 份可以清理"), (["--do"], "清理了 甲某"), ([], "没有可以清理的")):
        assert cli.main(["clean", *told]) == 0
        assert words in capsys.readouterr().out
    assert cli.main(["clean", "--do", record]) == 1


class Office(RuleBasedStateMachine):
    """People who do what they like with a request, on any day; somebody always wants it gone."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.clock = Clock()
        self.desk = make_desk(self.folder, clock=self.clock)
        self.record = filled(self.desk)
        self.desk.materials.supply(self.record, "signed_paper", SCAN, "请假单.png", CLERK)
        self.touched, self.gone = NOW.date(), False

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            shutil.rmtree(self.folder)

    @rule(days=st.sampled_from([1, 200, 365, 366]))
    def time_goes_by(self, days: int) -> None:
        self.clock.now += timedelta(days=days)

    @rule(what=st.sampled_from(["type", "hand in", "take back", "give", "deny", "delete", "undelete"]))
    def go_on(self, what: str) -> None:
        desk, record = self.desk, self.record
        before = desk.store.stamp(record)
        try:
            match what:
                case "type":
                    desk.records.set(record, "reason", f"探亲 {self.clock.now}", CLERK)
                case "hand in":
                    desk.reviews.act(record, "ask_leave", CLERK, declared=True)
                case "take back":
                    desk.reviews.act(record, "take_back", CLERK)
                case "give":
                    desk.reviews.act(record, "give_leave", CHIEF, reason="理由", confirmed=True)
                case "deny":
                    desk.reviews.act(record, "deny_leave", CHIEF, reason="理由", confirmed=True)
                case "delete":
                    desk.records.delete(record, CLERK)
                case "undelete":
                    desk.records.undelete(record, CLERK)
        except OneFillError:
            return
        if desk.store.stamp(record) == before:  # deleting what is deleted does nothing
            return
        assert not self.gone
        self.touched = self.clock.now.date()

    @rule()
    def clean(self) -> None:
        state = self.desk.store.latest(self.record, EVERYTHING).summary.state
        listed = bool(self.desk.cleaning.waiting())
        try:
            self.desk.cleaning.clean(self.record, CLERK)
        except OneFillError:
            assert not listed
            return
        assert listed
        assert not self.gone
        assert self.clock.now.date() > date(self.touched.year + 1, self.touched.month, self.touched.day)
        assert state in ("filling", "deleted", "whole.leave_denied")
        self.gone = True


SCAN = scan()
TestOffice = Office.TestCase
TestOffice.settings = settings(
    max_examples=12, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)


def test_it_stands_in_the_list_of_what_is_due_for_whoever_may_clean(desk: Desk, clock: Clock) -> None:
    filled(desk)
    filled(desk)
    keeper = Person(name="管账号的人", roles=("colleague",), rights=(EVERY_RIGHT,))
    assert [one for one in desk.dues.of(keeper) if one.kind == "clean"] == []
    clock.now = LATER
    (one,) = [one for one in desk.dues.of(keeper) if one.kind == "clean"]
    assert (one.label, one.matter, one.day) == ("2 份没有交的、没有通过的", "请假单", None)
    line = panel_of([one], {}, LATER.date(), opened=False, officer=False)
    assert 'href="./people"' in line and "没有期限" in line
    clerk = Person(name="李静", roles=("colleague",), rights=())
    assert [one for one in desk.dues.of(clerk) if one.kind == "clean"] == []
    assert [one for one in desk.dues.of(Person()) if one.kind == "clean"] == []
    for cleanable in desk.cleaning.of(keeper):
        desk.cleaning.clean(cleanable.record, keeper)
    assert [one for one in desk.dues.of(keeper) if one.kind == "clean"] == []


def test_of_what_is_destroyed_a_number_that_was_drawn_is_kept_like_one_that_was_typed() -> None:
    data = {"typed": "甲", "other": "乙", "@numbers": {"drawn": "假2026-001", "more": "1"}}
    kept = remains_of(data, ["typed", "drawn"])
    assert (kept["typed"], kept["@numbers"]) == ("甲", {"drawn": "假2026-001"})
    assert "other" not in kept
    assert "@numbers" not in remains_of(data, ["typed"])


def test_no_draft_that_tells_of_people_is_kept_for_ever() -> None:
    """A form with a private field says after how long what was never handed in may be cleaned (P5)."""
    forms = [form for form in our_packs().forms.values() if form.actions]
    telling = [form for form in forms if any(one.private for section in form.sections for one in section.fields)]
    assert {"inspection", "code_allotment", "certificate_reissue"} <= {form.form for form in telling}
    assert all(form.retention is not None and "draft" in form.retention.stages for form in telling)
