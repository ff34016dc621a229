"""A class printed again after a name was mended: LibreOffice is not asked, and its pages are those that it makes."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from onefill.problems import Problem
from onefill.rendering.engines import find_soffice
from onefill.rendering.libreoffice import convert
from onefill.rendering.packet import page_count
from onefill.rendering.page_learning import alike
from tests.desks import load, make_desk
from tests.papers import pdf_pages, squeezed

pytestmark = pytest.mark.skipif(find_soffice() is None, reason="LibreOffice is not here")
DPI, REACH = 150, 2  # a third of a millimetre
#: Counts the pages of each session; the whole Word file counts its own.
COUNTS = "sign_in"


class Office:
    """LibreOffice, and how many files it was given."""

    def __init__(self) -> None:
        self.given = 0

    def __call__(
        self, files: Mapping[str, bytes], *, on_progress: Callable[[int, int], None] | None = None
    ) -> dict[str, bytes | Problem]:
        self.given += len(files)
        return convert(files, on_progress=on_progress)


def test_a_class_printed_again_is_set_and_looks_the_same(tmp_path: Path) -> None:
    office = Office()
    desk = make_desk(tmp_path, engine=office)
    record, who = load(desk, "class_50")["class_50"], desk.who()
    states = [state for state in desk.documents.list(record) if state.formats and state.formats[0] == ".docx"]
    keys = [state.key for state in states if state.state in ("ready", "draft")]
    assert len(keys) > 9

    def printed(name: str) -> None:
        desk.records.set(record, "trainees/r7/name", name, who)
        desk.documents.lay_out(record, keys, who)

    printed("林小满")
    printed("许大山")
    office.given = 0
    printed("郑一鸣")
    assert office.given == 0
    source = desk.documents._version(record, who)
    truth = convert({f"{key}.docx": desk.documents.file(record, key, ".docx", who).data for key in keys})
    for key in keys:
        ours, theirs = desk.documents.made(source, key, ".pdf").data, truth[f"{key}.docx"]
        assert isinstance(theirs, bytes)
        pages = page_count(theirs)
        assert page_count(ours) == pages, key
        if key == COUNTS:
            told = [squeezed(text) for text in pdf_pages(ours)]
            assert [f"第{at % 3 + 1}页共3页" in text for at, text in enumerate(told)] == [True] * pages
        else:
            assert alike(ours, theirs, [(at, at) for at in range(pages)], dpi=DPI, reach=REACH), key
