import pytest

from store import EVERYTHING, Change, NameRefused, Store, Summary, ValueRefused
from tests.store.making import begin, class_of, new


def values(store: Store, record: str = "r1") -> dict[str, object]:
    return {path: kept.value for path, kept in store.draft(record, EVERYTHING).changes.items()}


def put(store: Store, *changes: Change) -> tuple[int, int, int]:
    result = store.set_draft("r1", changes, EVERYTHING, "李老师")
    assert result.draft == store.draft("r1", EVERYTHING)
    return len(result.applied), len(result.refused), len(result.late)


@pytest.fixture(autouse=True)
def record(store: Store) -> None:
    begin(store, data=class_of(2))


def test_no_draft_at_first(store: Store) -> None:
    draft = store.draft("r1", EVERYTHING)
    assert (draft.base_n, draft.number, dict(draft.changes)) == (1, 0, {})


def test_changes_by_path(store: Store) -> None:
    assert put(store, Change("a", 1), Change("trainees/r0/name", {"raw": "?"}), Change("b", None)) == (3, 0, 0)
    kept = store.draft("r1", EVERYTHING).changes
    assert values(store) == {"a": 1, "trainees/r0/name": {"raw": "?"}, "b": None}
    assert (kept["a"].who, kept["a"].number, kept["b"].number) == ("李老师", 1, 3)


@pytest.mark.parametrize("path", ["", "/a", "a//b", "a/", "a\x00", "a\nb", "a/" * 9 + "a", "x" * 101, "\ud800"])
def test_paths_that_name_nothing(store: Store, path: str) -> None:
    with pytest.raises(NameRefused):
        put(store, Change(path, 1))


def test_a_refused_value_keeps_nothing_of_the_call(store: Store) -> None:
    with pytest.raises(ValueRefused):
        put(store, Change("a", 1), Change("b", 1.5))
    assert values(store) == {}


def test_an_older_keystroke_of_a_window_never_wins(store: Store) -> None:
    put(store, Change("a", "李四", "w1", 5))
    assert put(store, Change("a", "李", "w1", 4)) == (0, 0, 1)
    put(store, Change("b", "x", "w1", 3))
    assert values(store) == {"a": "李四", "b": "x"}


def test_an_older_keystroke_loses_also_after_another_window_and_after_a_version(store: Store) -> None:
    put(store, Change("a", "李四", "w1", 5))
    put(store, Change("a", "王五", "w2", 1, seen=1))
    assert put(store, Change("a", "李", "w1", 4)) == (0, 0, 1)
    store.append(new(data={"a": "王五"}, draft=2), 1, EVERYTHING)
    assert put(store, Change("a", "李", "w1", 4)) == (0, 0, 1)
    assert values(store) == {}


def test_a_repeated_keystroke_is_taken_once(store: Store) -> None:
    put(store, Change("a", "李", "w1", 1))
    assert put(store, Change("a", "李", "w1", 1)) == (1, 0, 0)
    assert store.draft("r1", EVERYTHING).number == 1


def test_a_newer_change_of_another_window_is_not_overwritten(store: Store) -> None:
    put(store, Change("a", "theirs", "w2", 1))
    result = store.set_draft("r1", [Change("a", "mine", "w1", 1, seen=0)], EVERYTHING, "x")
    ((change, kept),) = result.refused
    assert (change.value, kept.value, kept.window, kept.number) == ("mine", "theirs", "w2", 1)
    assert put(store, Change("a", "mine", "w1", 2, seen=1)) == (1, 0, 0)
    assert values(store) == {"a": "mine"}


def test_what_one_saw_does_not_stand_against_other_paths_own_changes_or_the_same_value(store: Store) -> None:
    put(store, Change("a", 1, "w2", 1), Change("b", 1, "w1", 1))
    assert put(store, Change("c", 1, "w1", 2, seen=0), Change("b", 2, "w1", 3, seen=0)) == (2, 0, 0)
    assert put(store, Change("a", 1, "w1", 4, seen=0)) == (1, 0, 0)


def test_a_change_that_has_become_a_version_still_stands(store: Store) -> None:
    put(store, Change("trainees/r0/name", "theirs", "w2", 1))
    data = class_of(2)
    data["trainees"]["r0"]["name"] = "theirs"
    store.append(new(data=data, draft=1), 1, EVERYTHING)
    mine = Change("trainees/r0/name", "mine", "w1", 1, seen=0)
    result = store.set_draft("r1", [mine], EVERYTHING, "x")
    assert [kept.value for _, kept in result.refused] == ["theirs"]
    assert values(store) == {}


def test_a_path_replaces_what_lies_below(store: Store) -> None:
    put(store, Change("trainees/r0/name", "a"), Change("trainees/r1/name", "b"), Change("trainees/r0", {"name": "c"}))
    assert values(store) == {"trainees/r1/name": "b", "trainees/r0": {"name": "c"}}
    put(store, Change("trainees/r0/name", "d"))
    assert values(store)["trainees/r0/name"] == "d"


def test_a_late_keystroke_brings_no_row_back(store: Store) -> None:
    put(store, Change("trainees/r0", None, "w2", 1))
    for seen in (0, None):
        result = store.set_draft("r1", [Change("trainees/r0/name", "x", "w1", 1, seen)], EVERYTHING, "x")
        assert [kept.value for _, kept in result.refused] == [None]
    assert put(store, Change("trainees/r0", {"name": "x"}, "w1", 2, 1)) == (1, 0, 0)


def test_a_row_in_which_another_window_types_is_not_taken_out_unseen(store: Store) -> None:
    put(store, Change("trainees/r0/name", "x", "w2", 1))
    assert put(store, Change("trainees/r0", None, "w1", 1, seen=0)) == (0, 1, 0)


def test_part_of_the_changes_leave(store: Store) -> None:
    put(store, Change("a", 1), Change("b", 2))
    assert dict(store.clear_draft("r1", EVERYTHING, up_to=1).changes).keys() == {"b"}
    draft = store.clear_draft("r1", EVERYTHING)
    assert (draft.changes, draft.number) == ({}, 2)
    put(store, Change("a", 1))
    assert store.draft("r1", EVERYTHING).number == 3


def test_an_entry_takes_the_changes_it_holds_and_no_later_ones(store: Store) -> None:
    put(store, Change("a", 1))
    put(store, Change("b", 2))
    entry = store.append(new(data={"a": 1}, draft=1), 1, EVERYTHING)
    assert entry.draft == 1
    assert values(store) == {"b": 2}
    store.append(new(kind="remark"), 2, EVERYTHING)
    assert values(store) == {"b": 2}


def test_the_base_is_the_entry_the_changes_lie_upon(store: Store) -> None:
    put(store, Change("a", 1))
    store.append(new(), 1, EVERYTHING)
    assert store.draft("r1", EVERYTHING).base_n == 1
    store.clear_draft("r1", EVERYTHING)
    assert store.draft("r1", EVERYTHING).base_n == 2
    put(store, Change("a", 1))
    assert store.draft("r1", EVERYTHING).base_n == 2


def test_lists_follow_the_draft_but_not_in_state_and_unit(store: Store) -> None:
    put(store, Change("a", 1))
    current = Summary(label="新名", state="approved", unit="elsewhere", private=("440604",), words=("佛山",))
    store.set_summary("r1", current, EVERYTHING)
    (found,) = store.find(scope=EVERYTHING, text="佛山", tokens=["440604"])
    assert (found.label, found.state, found.unit, found.has_draft, found.n) == ("新名", "", "", True, 1)
    store.append(new(summary=Summary(label="第二版"), draft=1), 1, EVERYTHING)
    (found,) = store.find(scope=EVERYTHING)
    assert (found.label, found.has_draft, found.n) == ("第二版", False, 2)
    assert store.find(scope=EVERYTHING, tokens=["440604"]) == []


def test_a_summary_without_changes_lasts_until_the_next_entry(store: Store) -> None:
    store.set_summary("r1", Summary(label="新名"), EVERYTHING)
    assert [found.label for found in store.find(scope=EVERYTHING)] == ["新名"]
    store.append(new(summary=Summary(label="第二版")), 1, EVERYTHING)
    assert [found.label for found in store.find(scope=EVERYTHING)] == ["第二版"]


def test_many_changes_of_many_windows_stay_in_step(store: Store) -> None:
    for sequence in range(1, 200):
        window = f"w{sequence % 3}"
        put(store, Change(f"trainees/r{sequence % 7}/name", "字" * 3 * sequence, window, sequence))
    assert len(values(store)) == 7
    assert store.draft("r1", EVERYTHING).number == 199
