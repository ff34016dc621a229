from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from store import DELETED, EVERYTHING, Change, Reach, Scope, Store, Summary
from tests.store.making import begin, new

FOUND = {
    "c1": Summary(
        state="filling",
        unit="city/east/a",
        label="茶艺师 100% 一班",
        start=date(2026, 11, 1),
        end=date(2026, 11, 20),
        words=("翀燊", "Hall_B"),
        tokens=("no:1",),
        private=("440604199001010011",),
        due=date(2026, 12, 1),
        about={"round": 2, "by": "李敏"},
    ),
    "c2": Summary(state="filed", unit="city/east/b", label="电工二班", start=date(2026, 12, 1), tokens=("no:2", "x")),
    "c3": Summary(
        state="filing",
        unit="city/eastern",
        label="茶艺师三班",
        end=date(2027, 1, 5),
        private=("no:1",),
        due=date(2026, 12, 2),
    ),
    "t1": Summary(label="陈强"),
}


@pytest.fixture(autouse=True)
def records(store: Store) -> None:
    for record, summary in FOUND.items():
        begin(store, record, summary=summary, form="teacher" if record == "t1" else "class")


CASES: list[tuple[dict[str, Any], str]] = [
    ({}, "t1 c3 c2 c1"),
    ({"form": "class"}, "c3 c2 c1"),
    ({"form": "none"}, ""),
    ({"state": "filed"}, "c2"),
    ({"state": ""}, "t1"),
    ({"text": "茶艺师"}, "c3 c1"),
    ({"text": "茶艺师 翀"}, "c1"),
    ({"text": "  HALL_b "}, "c1"),
    ({"text": "100%"}, "c1"),
    ({"text": "%"}, "c1"),
    ({"text": "l'"}, ""),
    ({"text": "440604199001010011"}, ""),
    ({"tokens": ["no:1"]}, "c3 c1"),
    ({"tokens": ["no:2", "x"]}, "c2"),
    ({"tokens": ["no:1", "x"]}, ""),
    ({"tokens": ["no"]}, ""),
    ({"tokens": ["440604199001010011"]}, "c1"),
    ({"unit": "city/east"}, "c2 c1"),
    ({"unit": "city/east/a"}, "c1"),
    ({"unit": "city"}, "c3 c2 c1"),
    ({"overlap": (date(2026, 11, 20), date(2026, 12, 1))}, "c2 c1"),
    ({"overlap": (date(2026, 11, 21), date(2026, 11, 30))}, ""),
    ({"overlap": (date(2026, 11, 21), None)}, "c3 c2"),
    ({"overlap": (None, date(2026, 11, 1))}, "c1"),
    ({"overlap": (None, None)}, "c3 c2 c1"),
    ({"form": "class", "text": "茶艺师", "unit": "city/east", "state": "filling"}, "c1"),
    ({"states": ["filed", "filling"]}, "c2 c1"),
    ({"states": ["filed", "none"], "form": "class"}, "c2"),
    ({"states": ["filed"], "state": "filling"}, ""),
]


def test_what_is_found_newest_first(store: Store) -> None:
    for asked, expected in CASES:
        found = store.find(scope=EVERYTHING, **asked)
        assert [one.record for one in found] == expected.split(), asked
        assert store.count(scope=EVERYTHING, **asked) == len(found)


def test_a_new_key_finds_the_same(store: Store) -> None:
    told: list[tuple[int, int]] = []
    assert store.renew_lookup(lambda done, of: told.append((done, of))) == len(FOUND)
    assert told[-1] == (len(FOUND), len(FOUND))
    test_what_is_found_newest_first(store)


def test_pages_of_a_list(store: Store) -> None:
    assert [one.record for one in store.find(scope=EVERYTHING, limit=2, offset=1)] == ["c3", "c2"]
    assert store.find(scope=EVERYTHING, offset=9) == []


def test_what_changes_comes_first(store: Store) -> None:
    store.append(new("c1", summary=FOUND["c1"]), 1, EVERYTHING)
    store.set_draft("t1", [Change("a", 1)], EVERYTHING, "x")
    assert [one.record for one in store.find(scope=EVERYTHING)] == ["t1", "c1", "c3", "c2"]


def test_what_a_list_tells(store: Store) -> None:
    (found,) = store.find(scope=EVERYTHING, tokens=["no:1"], unit="city/east")
    assert (found.form, found.n, found.state, found.unit, found.label) == (
        "class",
        1,
        "filling",
        "city/east/a",
        "茶艺师 100% 一班",
    )
    assert (found.start, found.end, found.has_draft) == (date(2026, 11, 1), date(2026, 11, 20), False)
    assert found.changed_at == store.latest("c1", EVERYTHING).when


@pytest.mark.parametrize(
    ("record", "first", "last"),
    [("c2", date(2026, 12, 1), date(2026, 12, 1)), ("c3", date(2027, 1, 5), date(2027, 1, 5)), ("t1", None, None)],
)
def test_a_single_day_is_first_and_last(store: Store, record: str, first: date | None, last: date | None) -> None:
    (found,) = (one for one in store.find(scope=EVERYTHING) if one.record == record)
    assert (found.start, found.end) == (first, last)


def test_whose_it_is_is_said_by_entries_alone(store: Store) -> None:
    def owners() -> dict[str, str]:
        return {found.record: found.owner for found in store.find(scope=EVERYTHING) if found.owner}

    assert owners() == {}
    kept = store.append(new("c1", summary=replace(FOUND["c1"], owner="陈晓岚")), 1, EVERYTHING)
    assert kept.summary.owner == store.latest("c1", EVERYTHING).summary.owner == "陈晓岚"
    store.set_draft("c1", [Change("a", 1)], EVERYTHING, "x")
    store.set_summary("c1", Summary(label="新名", owner="别人"), EVERYTHING)
    assert owners() == {"c1": "陈晓岚"}
    store.reindex()
    assert owners() == {"c1": "陈晓岚"}


def test_a_summary_that_is_given_without_a_draft_lasts_until_the_next_entry(store: Store) -> None:
    begin(store, "r1", summary=Summary(label="一班", tokens=("old=1",)))
    begin(store, "r2")
    before = [one.record for one in store.find(scope=EVERYTHING)]
    store.set_summary("r1", Summary(label="一班", tokens=("old=1", "new=1"), private=("4406",)), EVERYTHING)
    for _ in range(2):
        assert [
            one.record for token in ("old=1", "new=1", "4406") for one in store.find(tokens=[token], scope=EVERYTHING)
        ] == ["r1"] * 3
        assert not store.draft("r1", EVERYTHING).changes
        assert store.verify_index() == ()
        store.reindex()
    assert [one.record for one in store.find(scope=EVERYTHING)] == before
    store.append(new("r1", summary=Summary(label="一班", tokens=("old=1",))), 1, EVERYTHING)
    assert store.find(tokens=["new=1"], scope=EVERYTHING) == []


def test_an_index_made_anew_tells_the_same(store: Store) -> None:
    store.set_draft("c2", [Change("a", 1)], EVERYTHING, "x")
    store.set_summary("c2", Summary(label="新名", private=("secret",)), EVERYTHING)
    before = store.find(scope=EVERYTHING)
    told: list[tuple[int, int]] = []
    assert store.reindex(lambda done, of: told.append((done, of))) == 4
    assert told[-1] == (4, 4)
    assert store.find(scope=EVERYTHING) == before
    assert [one.record for one in store.find(scope=EVERYTHING, tokens=["secret"])] == ["c2"]
    assert store.damages() == ()


def test_the_programs_own_forms_stand_in_no_list_that_does_not_name_them(store: Store) -> None:
    begin(store, "a1", form="@account", summary=Summary(state="filling", unit="city/east/a", label="茶艺师 账号"))
    for asked, expected in CASES:
        assert [one.record for one in store.find(scope=EVERYTHING, **asked)] == expected.split(), asked
        assert store.count(scope=EVERYTHING, **asked) == len(expected.split()), asked
    assert [one.record for one in store.find(scope=EVERYTHING, form="@account")] == ["a1"]
    assert store.count(scope=EVERYTHING, form="@account", text="茶艺师") == 1
    store.append(new("a1", form="@account", summary=Summary(state=DELETED)), 1, EVERYTHING)
    assert store.find(scope=EVERYTHING, state=DELETED) == []
    assert store.count(scope=EVERYTHING, form="@account", state=DELETED) == 1


def test_a_line_says_until_when_and_what_about(store: Store) -> None:
    first = store.find(scope=EVERYTHING, state="filling")[0]
    assert (first.due, first.about) == (date(2026, 12, 1), {"round": 2, "by": "李敏"})


def test_until_when_and_what_about_change_by_entries_alone(store: Store) -> None:
    store.set_draft("c1", [Change("label", "新")], EVERYTHING, "李静")
    store.set_summary("c1", Summary(label="新的", due=date(2027, 1, 1), about={"round": 9}), EVERYTHING)
    first = store.find(scope=EVERYTHING, text="新的")[0]
    assert (first.due, first.about) == (date(2026, 12, 1), {"round": 2, "by": "李敏"})


def test_the_first_due_comes_first_where_that_is_asked(store: Store) -> None:
    def due(**asked: Any) -> list[str]:
        return [one.record for one in store.find(scope=EVERYTHING, form="class", order="due", **asked)]

    assert due() == ["c1", "c3", "c2"]
    assert due(states=["filed", "filing"]) == ["c3", "c2"]


@pytest.mark.parametrize("text", ["\x00", "a\x00", "\ud800", "茶艺师\udfff"])
def test_text_that_is_never_kept_is_never_found(store: Store, text: str) -> None:
    questions: list[dict[str, Any]] = [{"text": text}, {"tokens": [text]}, {"form": text}, {"state": text}]
    for asked in (*questions, {"unit": text}, {"states": [text]}, {"among": [text]}):
        assert store.find(scope=EVERYTHING, **asked) == []
        assert store.count(scope=EVERYTHING, **asked) == 0


def test_one_of_many_tokens_is_enough(store: Store) -> None:
    begin(store, "a", summary=Summary(tokens=("no=1",), private=("id=1",)))
    begin(store, "b", summary=Summary(tokens=("no=2",), private=("id=2",)))
    begin(store, "c", summary=Summary(tokens=("no=3",), state="other"))

    def found(**asked: Any) -> set[str]:
        records = {one.record for one in store.find(scope=EVERYTHING, **asked)}
        assert store.count(scope=EVERYTHING, **asked) == len(records)
        return records

    many = [f"no={number}" for number in range(100, 1_099)]
    assert found(among=["no=1", "id=2", "no=9"]) == {"a", "b"}
    assert found(among=[*many, "id=1"]) == {"a"}
    assert found(among=many) == set()
    assert found(among=["no=1", "no=3"], state="other") == {"c"}
    assert found(among=["no=1", "no=2"], tokens=["id=2"]) == {"b"}
    assert found(among=["\x00", "no=3"]) == {"c"}
    assert found(among=[]) > {"a", "b", "c"}


def test_of_many_tokens_each_tells_who_has_it(store: Store) -> None:
    begin(store, "a", summary=Summary(unit="city/east", tokens=("no=1", "no=2", "here"), private=("id=1",)))
    begin(store, "b", summary=Summary(unit="city/west", tokens=("no=2", "here"), private=("id=1", "id=2", "no=2")))
    begin(store, "c", summary=Summary(unit="city/east", tokens=("no=2", "no=3"), state="other"))

    def found(*among: str, scope: Scope = EVERYTHING, **asked: Any) -> dict[str, str]:
        parts = store.find_each(scope=scope, among=among, **asked)
        listed = {one.record: one for one in store.find(scope=scope, among=among, **asked)}
        assert all(one == listed[one.record] for some in parts.values() for one in some)
        return {token: " ".join(one.record for one in some) for token, some in parts.items()}

    assert found("no=1", "no=2", "id=1", "no=9") == {"no=1": "a", "no=2": "c b a", "id=1": "b a"}
    assert found("no=2", "no=3", "id=2", tokens=["here"]) == {"no=2": "b a", "id=2": "b"}
    assert found("no=2", "no=3", scope=Scope("city/east", Reach.BELOW)) == {"no=2": "c a", "no=3": "c"}
    assert found("no=2", "no=3", state="other") == {"no=2": "c", "no=3": "c"}
    assert found("no=1", "no=2", limit=1) == {"no=2": "c"}
    assert found(*(f"no={number}" for number in range(3, 1_003))) == {"no=3": "c"}
    assert found("no=9", "\x00") == {}
    assert store.find_each(scope=EVERYTHING) == {}


def test_long_tokens_and_words_are_found(store: Store) -> None:
    long = "长" * 5000
    begin(store, "long", summary=Summary(label=long, tokens=(long,), private=(f"p{long}",), words=(f"w{long}",)))
    for asked in ({"text": f"w{long}"}, {"tokens": [long]}, {"tokens": [f"p{long}"]}):
        assert [one.record for one in store.find(scope=EVERYTHING, **asked)] == ["long"]  # type: ignore[arg-type]
    assert store.find(scope=EVERYTHING, tokens=[long[:-1]]) == []
