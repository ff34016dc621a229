from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from docx import Document
from streamlit.components.v2 import manifest_scanner

from onefill.service.desk import Desk
from onefill.ui.heard import heard
from onefill.ui.shared import put_desk
from tests.ui.desk import HANDED_IN, ORDER, a_desk


@pytest.fixture(scope="session", autouse=True)
def looked_through_once() -> Iterator[None]:
    """Streamlit looks for components in all that is installed whenever a page is tried; that stays as it is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from in_use(a_desk(tmp_path))


@pytest.fixture
def order(desk: Desk) -> str:
    return desk.records.create("order", desk.who())


@pytest.fixture
def shop(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Desk]:
    """A desk whose orders are handed in; where it keeps, a test may say as its parameter."""
    papers = ORDER[ORDER.index("documents:") :]
    made = a_desk(tmp_path, (papers, HANDED_IN), store=getattr(request, "param", "memory:"))
    sheet = Document()
    sheet.add_paragraph("{{ number }}")
    sheet.save(str(tmp_path / "templates" / "shop" / "sheet.docx"))
    yield from in_use(made)


def in_use(made: Desk) -> Iterator[Desk]:
    put_desk(made)
    heard.clear()
    yield made
    put_desk(None)
