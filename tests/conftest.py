"""Desks that tests of several rooms share."""

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


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of a file stay in one process, for they share a server or a browser; in some rooms those of all files."""
    for item in items:
        file = "browser" if item.get_closest_marker("browser") else str(item.path)
        item.add_marker(pytest.mark.xdist_group(TOGETHER.get(item.path.parent.name, file)))


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
