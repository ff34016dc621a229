"""The one order of an item's pages, whichever file each is in."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from onefill.materials import MATERIALS, Leaf, Page, Supplied, digest_of, joined, placed, run_of, supplied_of

MORNING = datetime(2026, 12, 1, 9, tzinfo=UTC)


def brought(*counts: int) -> tuple[Supplied, ...]:
    """Files of so many pages, one after the other."""
    return tuple(
        Supplied(
            id=f"f{n}",
            digest=f"{n}" * 64,
            name=f"{n}.pdf",
            kind="pdf",
            pages=tuple(Page(number) for number in range(1, count + 1)),
            at=MORNING + timedelta(minutes=n),
            who="何乙未",
        )
        for n, count in enumerate(counts)
    )


def read(files: Sequence[Supplied]) -> list[tuple[str, int]]:
    """File and number of each page in its order."""
    known = {one.id: one for one in files}
    return [(file, known[file].pages[at - 1].number) for file, at in run_of(files)]


counts = st.lists(st.integers(0, 4), min_size=1, max_size=4)


@given(counts, st.randoms())
def test_any_order_is_kept_and_no_page_is_lost(sizes: list[int], chance: Random) -> None:
    files = brought(*sizes)
    run = run_of(files)
    chance.shuffle(run)
    made = placed(files, run)
    assert read(made) == [(file, at) for file, at in run]
    kept = {MATERIALS: {"item": {one.id: one.plain() for one in made}}}
    assert supplied_of(kept)["item"] == made


@given(counts, st.lists(st.tuples(st.sampled_from(["f0", "f1", "gone"]), st.integers(0, 6)), max_size=6))
def test_what_is_not_named_comes_after_and_what_is_not_there_is_nothing(sizes: list[int], run: list[Leaf]) -> None:
    files = brought(*sizes)
    made = read(placed(files, run))
    assert sorted(made) == sorted(read(files))
    named = list(dict.fromkeys(one for one in run if one in read(files)))
    assert made[: len(named)] == named


def test_pages_that_come_later_come_last() -> None:
    first, second, third = brought(2, 1, 1)
    made = placed((first, second), [("f1", 1), ("f0", 1), ("f0", 2)])
    assert read((*made, third)) == [("f1", 1), ("f0", 1), ("f0", 2), ("f2", 1)]


def test_the_order_is_part_of_what_is_accepted_and_of_one_file_is_said_as_ever() -> None:
    files = brought(1, 1)
    assert digest_of(placed(files, [("f1", 1)])) != digest_of(files)
    (alone,) = brought(2)
    assert placed((alone,), [("f0", 2)])[0].pages == (Page(2), Page(1))


def test_files_of_several_items_follow_each_other() -> None:
    first, second, third = brought(1, 1, 1)
    assert joined([(first,), (second, third)]) == (first, second, third)
    turned = placed((second, third), [("f2", 1)])
    assert read(joined([(first,), turned])) == [("f0", 1), ("f2", 1), ("f1", 1)]
