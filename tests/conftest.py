"""Desks that tests of several rooms share."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from onefill.service import Desk
from tests.browsers import browser, context
from tests.databases import postgres
from tests.desks import Clock, load, make_desk

__all__ = ["browser", "context", "postgres"]
#: A longer text is no name of a test.
LONGEST_ID = 80
#: Rooms whose files share something that takes long to make, or that would fight for the processors.
TOGETHER = {"documents": "documents", "journeys": "browser"}
#: What takes long is begun first where several processes share the work, so that none is left alone with it at the end:
#: two groups, then rooms.
FIRST = ("browser", "documents", "docs", "bad_input", "rendering", "reviews", "service", "ui", "materials", "store")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of a file stay in one process, for they share a server or a browser; in some rooms those of all files."""
    places = {name: place for place, name in enumerate(FIRST)}
    turns: dict[pytest.Item, int] = {}
    for item in items:
        room, file = item.path.parent.name, "browser" if item.get_closest_marker("browser") else str(item.path)
        group = TOGETHER.get(room, file)
        item.add_marker(pytest.mark.xdist_group(group))
        turns[item] = places.get(group, places.get(room, len(FIRST)))
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=turns.__getitem__)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What drills have counted, also where other processes ran them."""
    told = [
        f"{report.nodeid.rpartition('::')[2]}: {text}"
        for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
        for name, text in report.user_properties
        if name == "counts"
    ]
    for line in ["", "drills:", *told] if told else ():
        terminalreporter.write_line(line)


def pytest_make_parametrize_id(val: object) -> str | None:
    """Contents of files are no names: zip files hold the time they were made, and each process makes its own."""
    return "content" if isinstance(val, bytes) else "long" if isinstance(val, str) and len(val) > LONGEST_ID else None


@dataclass(frozen=True)
class Loaded:
    """A desk with samples, their ids by name."""

    desk: Desk
    ids: dict[str, str]
    clock: Clock


@pytest.fixture(scope="session")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    """All samples in memory, only to be looked at: whoever changes one takes ``small`` or ``kept``."""
    clock = Clock()
    desk = make_desk(tmp_path_factory.mktemp("shown"), clock=clock)
    return Loaded(desk, load(desk), clock)


@pytest.fixture
def small(tmp_path: Path) -> Loaded:
    """The class of fifty with what it points to, in memory, to be changed."""
    clock = Clock()
    desk = make_desk(tmp_path, clock=clock)
    return Loaded(desk, load(desk, "class_50"), clock)


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Loaded]:
    """The class of fifty with what it points to, in files, to be changed."""
    clock = Clock()
    desk = make_desk(tmp_path, clock=clock, store="")
    yield Loaded(desk, load(desk, "class_50"), clock)
    desk.store.close()
