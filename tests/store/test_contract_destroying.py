"""Every backend: a record destroyed is gone but for what was to stay, and its chain still proves itself."""

from dataclasses import replace
from datetime import date
from hashlib import sha256

import pytest

from store import (
    DESTROYED,
    EVERYTHING,
    Action,
    Change,
    Conflict,
    Effect,
    NotAllowed,
    Reach,
    RecordDestroyed,
    Remains,
    Scope,
    Store,
    Summary,
)
from tests.store.making import begin, new

SECRET, PAPER, SHARED = "440604199001010011", b"a scan of a roster", b"a template that others print"
CODE = Effect(register="certificates", line="c1", action=Action.OPEN, start=date(2026, 11, 4), facts={"name": "陈小明"})
REMAINS = Remains(pins=("definition",), why=("title",))


def filled(store: Store, record: str = "r1") -> str:
    """A record of three entries with a draft, files, printed papers, a number drawn; the digest of its own file."""
    paper, shared = store.put_file(PAPER), store.put_file(SHARED)
    summary = Summary(label=f"一班 {record}", words=("家政",), tokens=("link-1",), private=(SECRET,), state="filed")
    facts = {"id_no": SECRET, "scan": paper, "template": shared}
    given = {"private": ("id_no",), "summary": summary}
    begin(store, record, data=facts, pins={"definition": shared, "answers": [SECRET]}, **given)
    store.append(new(record, {**facts, "turn": 2}, why={"title": "提交", "reason": SECRET}, **given), 1, EVERYTHING)
    store.append(new(record, facts, effects=(CODE,) if record == "r1" else (), draws={"no": 1}, **given), 2, EVERYTHING)
    typed = {"note": SECRET, "upload": store.put_file(b"typed last")}
    store.set_draft(record, [Change("more", typed)], EVERYTHING, "x")
    store.set_summary(record, replace(summary, label=f"正在改 {SECRET}"), EVERYTHING)
    store.set_preferences(f"printed/{record}/2", {"roster.pdf": {"digest": store.put_file(b"a roster, printed")}})
    return paper


def destroyed(store: Store, record: str = "r1", request: str = "bye", scope: Scope = EVERYTHING) -> None:
    last = new(
        record,
        {"class_no": "001"},
        kind="act",
        who="区负责人",
        request_id=request,
        summary=Summary(label="001", state="gone"),
        why={"title": "同意销毁"},
        draft=1,
        destroys=REMAINS,
    )
    store.append(last, 3, scope)


def test_only_what_was_to_stay_is_left(store: Store) -> None:
    paper = filled(store)
    begin(store, "r2", data={"template": store.put_file(SHARED)})
    digests = [one.digest for one in store.entries("r1", EVERYTHING)]
    destroyed(store)
    assert store.sweep(alone=True) == 3
    husks = store.entries("r1", EVERYTHING)
    assert [one.digest for one in husks[:3]] == digests
    assert [(one.n, one.kind, one.data, one.destroyed) for one in husks] == [
        (1, "version", None, 4),
        (2, "version", None, 4),
        (3, "version", None, 4),
        (4, "act", {"class_no": "001"}, 0),
    ]
    assert husks[0].pins == {"definition": sha256(SHARED).hexdigest()}
    assert husks[1].why == {"title": "提交"}
    assert husks[3].destroys == REMAINS
    assert SECRET not in repr(husks)
    assert store.draft("r1", EVERYTHING).changes == {}
    assert store.preferences("printed/r1/2") == {}
    held = [parcel.digest for parcel in store.parcels() if hasattr(parcel, "digest")]
    assert paper not in held
    assert sha256(b"a roster, printed").hexdigest() not in held
    assert store.get_file(sha256(SHARED).hexdigest()) == SHARED
    assert store.sweep(alone=True) == 0


def test_registers_series_and_lists_go_on(store: Store) -> None:
    filled(store)
    destroyed(store)
    store.sweep(alone=True)
    (line,) = store.register("certificates", date(2026, 12, 1), EVERYTHING)
    assert (line.record, line.n, line.facts) == ("r1", 3, {"name": "陈小明"})
    assert store.series("no") == 1
    (found,) = store.find(scope=EVERYTHING, tokens=[DESTROYED])
    assert (found.record, found.label, found.has_draft, found.about[DESTROYED]) == ("r1", "001", False, 4)
    for asked in ({"tokens": [SECRET]}, {"tokens": ["link-1"]}, {"text": "家政"}, {"text": SECRET}, {"text": "一班"}):
        assert store.find(scope=EVERYTHING, **asked) == []
    assert store.verify_chains() == store.verify_index() == store.verify_files() == store.damages() == ()
    store.reindex()
    assert store.count(scope=EVERYTHING, tokens=[DESTROYED]) == 1
    assert store.register("certificates", date(2026, 12, 1), EVERYTHING) == [line]


def test_nothing_is_written_upon_it_again(store: Store) -> None:
    filled(store)
    destroyed(store)
    with pytest.raises(RecordDestroyed, match="已经销毁（2026年11月4日，区负责人）"):
        store.append(new(), 4, EVERYTHING)
    with pytest.raises(RecordDestroyed):
        store.set_draft("r1", [Change("note", 1)], EVERYTHING, "x")
    with pytest.raises(RecordDestroyed):
        store.set_summary("r1", Summary(label="again"), EVERYTHING)
    with pytest.raises(RecordDestroyed):
        destroyed(store, request="another")
    destroyed(store)
    assert len(store.entries("r1", EVERYTHING)) == 4


def test_what_was_typed_meanwhile_is_not_destroyed(store: Store) -> None:
    filled(store)
    store.set_draft("r1", [Change("note", "现在改")], EVERYTHING, "x")
    with pytest.raises(Conflict):
        destroyed(store)
    assert store.draft("r1", EVERYTHING).changes["note"].value == "现在改"
    assert store.entries("r1", EVERYTHING)[0].data


def test_whoever_may_not_see_it_destroys_nothing(store: Store) -> None:
    filled(store)
    with pytest.raises(NotAllowed):
        destroyed(store, scope=Scope("elsewhere", Reach.OWN))
    assert store.entries("r1", EVERYTHING)[0].data["id_no"] == SECRET
    assert store.draft("r1", EVERYTHING).changes
    assert store.sweep(alone=True) == 0


def test_what_other_records_name_stays(store: Store) -> None:
    paper = filled(store)
    begin(store, "r2")
    store.set_draft("r2", [Change("scan", paper)], EVERYTHING, "x")
    destroyed(store)
    store.sweep(alone=True)
    assert store.get_file(paper) == PAPER


def test_it_is_carried_as_it_is(store: Store, other: Store) -> None:
    filled(store)
    destroyed(store)
    store.sweep(alone=True)
    other.take_in(store.parcels())
    assert other.entries("r1", EVERYTHING) == store.entries("r1", EVERYTHING)
    assert other.verify_chains() == other.verify_index() == ()
    with pytest.raises(RecordDestroyed):
        other.set_draft("r1", [Change("note", 1)], EVERYTHING, "x")


def test_two_records_that_shared_a_file_let_it_go_together(store: Store) -> None:
    paper = filled(store)
    filled(store, "r2")
    destroyed(store)
    store.sweep(alone=True)
    assert store.get_file(paper) == PAPER
    destroyed(store, "r2", "bye too")
    store.sweep(alone=True)
    assert paper not in [parcel.digest for parcel in store.parcels() if hasattr(parcel, "digest")]


def test_a_file_that_was_just_put_waits_for_whoever_put_it(store: Store) -> None:
    paper = filled(store)
    destroyed(store)
    assert store.put_file(PAPER) == paper  # somebody brings the same one, and has not named it yet
    if store.sweep() == 0:  # a store in memory has nobody else at work
        assert store.get_file(paper) == PAPER
        begin(store, "r9", data={"scan": paper})
        store.sweep(alone=True)
        assert store.get_file(paper) == PAPER
        assert store.sweep(alone=True) == 0
