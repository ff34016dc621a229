"""Conversions beside each other: shared out evenly, all ended by the first failure, progress told to the caller."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from onefill.rendering import libreoffice
from onefill.rendering.packet import page_count
from onefill.rendering.parallel import WORTH, at_once, shared_out
from onefill.rendering.slots import cores
from tests.rendering.test_libreoffice import converter, word

__all__ = ["converter"]
Tell = Callable[[int, int], None]


def told(_count: int) -> None:
    """Nobody is waiting."""


def test_little_work_is_one_group_whatever_the_machine() -> None:
    files = {"a.docx": b"1", "b.docx": b"2"}
    assert shared_out(files, 64) == [files]
    assert shared_out({"a.docx": bytes(WORTH * 9)}, 64) == [{"a.docx": bytes(WORTH * 9)}]


def test_a_machine_of_one_core_gets_one_group() -> None:
    files = {f"{n}.docx": bytes(WORTH) for n in range(5)}
    assert shared_out(files, 1) == [files]
    assert cores() >= 1


def test_much_work_is_shared_out_evenly_and_in_order() -> None:
    sizes = (9, 1, 1, 8, 1, 2, 2)
    files = {f"{n}.docx": bytes(WORTH * size // 10) for n, size in enumerate(sizes)}
    one, other = shared_out(files, 2)
    assert list(one) == sorted(one)
    assert list(other) == sorted(other)
    assert {**one, **other} == files
    weights = [sum(len(data) for data in group.values()) for group in (one, other)]
    assert max(weights) - min(weights) <= WORTH // 10 + 1


def test_works_run_beside_each_other_and_their_progress_is_told_to_the_caller() -> None:
    meet = threading.Barrier(2, timeout=20)
    seen: list[tuple[int, int]] = []

    def work(tell: Tell) -> str:
        tell(1, 2)
        meet.wait()
        tell(2, 2)
        meet.wait()
        return threading.current_thread().name

    names = at_once([work, work], lambda count: seen.append((count, threading.get_ident())))
    assert len(set(names)) == 2
    assert seen[-1] == (4, threading.get_ident())
    assert {thread for _, thread in seen} == {threading.get_ident()}


def test_the_first_failure_ends_the_others() -> None:
    ended = threading.Event()

    def fails(_tell: Tell) -> None:
        raise KeyError("broken")

    with pytest.raises(KeyError, match="broken"):
        at_once([_until_stopped(ended), fails], told)
    assert ended.is_set()


def test_who_wants_no_more_ends_all() -> None:
    ended = threading.Event()

    def enough(_count: int) -> None:
        raise InterruptedError("stop")

    with pytest.raises(InterruptedError):
        at_once([_until_stopped(ended)] * 2, enough)
    assert ended.is_set()


def _until_stopped(ended: threading.Event) -> Callable[[Tell], None]:
    def work(tell: Tell) -> None:
        try:
            for _ in range(2000):
                tell(0, 1)
                time.sleep(0.01)
        finally:
            ended.set()

    return work


def test_many_files_come_back_in_order_from_several_programs(converter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libreoffice, "cores", lambda: 3)
    program, calls = converter("None if bad else good(file)")
    files = {f"{n}.docx": b"bad" if n == 3 else bytes(WORTH) for n in range(7)}
    steps: list[tuple[int, int]] = []
    done = libreoffice.convert(files, program=program, on_progress=lambda *step: steps.append(step))
    assert list(done) == list(files)
    assert [name for name, result in done.items() if not isinstance(result, bytes)] == ["3.docx"]
    assert len(calls.read_text().splitlines()) == 3
    assert [now for now, _ in steps] == sorted(now for now, _ in steps)
    assert {total for _, total in steps} == {7}


def test_two_real_programs_do_not_disturb_each_other() -> None:
    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(libreoffice.convert, [{"a.docx": word("甲")}, {"a.docx": word("乙")}]))
    assert all(isinstance(each["a.docx"], bytes) and page_count(each["a.docx"]) == 1 for each in made)
