"""Two programs on one folder of data: what is typed in one is seen in the other, and goes on when one is killed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from onefill.definitions import Definitions
from tests.journeys.server import Server
from tests.journeys.window import Window

FORM, FIELD = "leave_request", "applicant"


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[tuple[Server, Server]]:
    """Both on one folder; each has a log of its own."""
    data = tmp_path / "data"
    one, two = Server(data), Server(data)
    two.log = tmp_path / "two.log"
    with one, two:
        yield one, two


@pytest.mark.slow
def test_two_programs_on_one_folder(
    servers: tuple[Server, Server], context: BrowserContext, definitions: Definitions
) -> None:
    here, there = (Window(context.new_page(), one.address, definitions) for one in servers)
    here.open()
    record = here.begin(FORM)
    there.revisit(record, FORM)
    here.write(FIELD, "司徒晓岚")
    expect(there.box(FIELD)).to_have_value("司徒晓岚")
    there.write("reason", "探亲")
    expect(here.box("reason")).to_have_value("探亲")
    servers[0].kill()
    there.write(FIELD, "欧阳晓舟")
    there.reload()
    expect(there.box(FIELD)).to_have_value("欧阳晓舟")
    expect(there.box("reason")).to_have_value("探亲")
    servers[0].start()
    here.open(f"fill?record={record}")
    expect(here.box(FIELD)).to_have_value("欧阳晓舟")
    assert [*there.faults, *servers[1].faults()] == []
