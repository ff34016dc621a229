"""A server per module, and windows on it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from onefill.definitions import Definitions, load_packs
from tests.browsers import fresh
from tests.journeys.city import built
from tests.journeys.server import HOME, Server
from tests.journeys.window import Window


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def definitions() -> Definitions:
    return load_packs(HOME / "forms")


@pytest.fixture(scope="session")
def built_city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("built") / "data")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("journey") / "data") as one:
        yield one


@contextmanager
def windows(context: BrowserContext, server: Server, definitions: Definitions) -> Iterator[Callable[[], Window]]:
    """Opens windows of one person; none of them may meet an error of its scripts."""
    made: list[Window] = []

    def window() -> Window:
        made.append(Window(context.new_page(), server.address, definitions))
        return made[-1]

    yield window
    assert [fault for one in made for fault in one.faults] == []
    assert server.faults() == []


@pytest.fixture
def another(context: BrowserContext, server: Server, definitions: Definitions) -> Iterator[Callable[[], Window]]:
    with windows(context, server, definitions) as window:
        yield window


@pytest.fixture
def window(another: Callable[[], Window]) -> Window:
    return another()


@pytest.fixture(scope="module")
def seat(browser: Browser, server: Server, definitions: Definitions) -> Iterator[Window]:
    """A window for all tests of a module that begin on a page of their own: it need not load Streamlit for each."""
    with fresh(browser) as context, windows(context, server, definitions) as window:
        yield window()
