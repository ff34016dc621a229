"""Printing onto stock: what each person found out about the own printer, and the papers that follow it."""

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from docx import Document
from docx.enum.style import WD_STYLE_TYPE

from onefill.problems import Problem
from onefill.rendering.stock_pages import Placing
from onefill.service import Desk
from onefill.service.overprints import Overprint, OverprintUnfit
from onefill.service.shapes import Person
from onefill.ui.stock import overprint_form
from tests.desks import load, make_desk
from tests.rendering.test_excel_stock import made, saved
from tests.rendering.test_page_marks import sheet
from tests.rendering.test_stock_pages import BOX, inked

CERTIFICATE, ROSTER = "certificate", "receipt_roster"


class Office:
    """Every file becomes a page with a box; what it was given is remembered."""

    def __init__(self) -> None:
        self.given: list[bytes] = []

    def __call__(
        self, files: Mapping[str, bytes], *, on_progress: Callable[[int, int], None] | None = None
    ) -> dict[str, bytes | Problem]:
        self.given += files.values()
        return dict.fromkeys(files, sheet(BOX))


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def desk(tmp_path: Path, office: Office) -> Desk:
    return make_desk(tmp_path, engine=office)


def test_nothing_is_moved_before_anything_was_found_out(desk: Desk) -> None:
    assert desk.overprints.of(desk.who()) == Overprint()


def test_each_person_has_an_own_printer(desk: Desk) -> None:
    mine, other = Person(name="甲"), Person(name="乙")
    desk.overprints.keep(mine, {"right": "-1.5", "down": 0.25, "scale": " 99.6 "})
    desk.overprints.keep(mine, {"whole": False})
    assert desk.overprints.of(mine) == Overprint(placing=Placing(right=-1.5, down=0.25, scale=99.6), whole=False)
    assert desk.overprints.of(other) == Overprint()


def test_word_and_excel_are_laid_out_without_what_the_stock_bears() -> None:
    files = {".docx": stock_docx(), ".xlsx": saved(made())}
    for suffix, data in files.items():
        assert Overprint(whole=True).of_file(data, suffix) is data
        assert Overprint(whole=False).of_file(data, suffix) != data


def stock_docx() -> bytes:
    document = Document()
    document.styles.add_style("底版", WD_STYLE_TYPE.CHARACTER)
    document.add_paragraph().add_run("证书", style="底版")
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def test_each_pc_has_an_own_printer_whoever_sits_there(desk: Desk) -> None:
    here, there = (Person(name="甲", station=number) for number in ("1" * 32, "2" * 32))
    desk.overprints.keep(here, {"right": 1})
    assert desk.overprints.of(Person(name="乙", station=here.station)).placing == Placing(right=1)
    assert desk.overprints.of(there) == desk.overprints.of(Person(name="甲")) == Overprint()


@pytest.mark.parametrize(
    "wrong",
    [{"right": 31}, {"down": -30.5}, {"scale": 94}, {"scale": 106}, {"right": "一"}, {"down": "nan"}, {"scale": "inf"}],
)
def test_what_no_printer_needs_is_refused_whole(desk: Desk, wrong: dict[str, Any]) -> None:
    with pytest.raises(OverprintUnfit, match="没有改"):
        desk.overprints.keep(desk.who(), {"right": 1, "down": 1, **wrong})
    assert desk.overprints.of(desk.who()) == Overprint()


def test_a_paper_on_stock_is_moved_and_others_are_not(desk: Desk) -> None:
    who = desk.who()
    record = load(desk, "class_50")["class_50"]
    before = {key: desk.documents.file(record, key, ".pdf", who).data for key in (CERTIFICATE, ROSTER)}
    desk.overprints.keep(who, {"right": 2, "down": 3})
    after = {key: desk.documents.file(record, key, ".pdf", who).data for key in (CERTIFICATE, ROSTER)}
    left, top, right, bottom = inked(before[CERTIFICATE])
    assert inked(after[CERTIFICATE]) == pytest.approx((left + 2, top + 3, right + 2, bottom + 3), abs=0.11)
    assert after[ROSTER] == before[ROSTER]


def test_an_older_version_goes_where_the_printer_puts_it_today(desk: Desk) -> None:
    who = desk.who()
    record = load(desk, "class_50")["class_50"]
    desk.overprints.keep(who, {"right": 9})
    desk.documents.file(record, CERTIFICATE, ".pdf", who)
    n = desk.records.state(record).version
    desk.overprints.keep(who, {"right": 0})
    again = desk.documents.file(record, CERTIFICATE, ".pdf", who, version=n)
    assert inked(again.data)[0] == pytest.approx(inked(sheet(BOX))[0], abs=0.11)
    assert again.notes == desk.documents.file(record, CERTIFICATE, ".pdf", who).notes


def test_a_packet_is_for_plain_paper_and_stays(desk: Desk) -> None:
    who = desk.who()
    record = load(desk, "class_50")["class_50"]
    before = desk.documents.packet(record, "archive", who, documents=[CERTIFICATE], drafts=True).data
    desk.overprints.keep(who, {"right": 2, "whole": False})
    assert desk.documents.packet(record, "archive", who, documents=[CERTIFICATE], drafts=True).data == before


def test_on_the_plain_paper_of_a_packet_it_bears_a_code_and_on_stock_none(desk: Desk) -> None:
    who = desk.who()
    record = load(desk, "class_50")["class_50"]

    def codes(pdf: bytes) -> list[str]:
        with pypdfium2.PdfDocument(pdf) as document:
            image = document[0].render(scale=150 / 72, grayscale=True).to_pil()
        return [one.text for one in zxingcpp.read_barcodes(image)]

    desk.overprints.keep(who, {"whole": True})
    packet = desk.documents.packet(record, "archive", who, documents=[CERTIFICATE], drafts=True)
    [code] = codes(packet.data)
    told = desk.codes.read(code, who)
    assert (told.code.document, told.code.page, told.holds) == (CERTIFICATE, 1, True)
    assert codes(desk.documents.file(record, CERTIFICATE, ".pdf", who).data) == []


def test_what_the_stock_bears_is_left_out_when_asked(desk: Desk, office: Office) -> None:
    who = desk.who()
    record = load(desk, "class_50")["class_50"]

    def titles() -> set[str]:
        office.given.clear()
        desk.documents.file(record, CERTIFICATE, ".pdf", who)
        runs = [run for paragraph in Document(io.BytesIO(office.given[-1])).paragraphs for run in paragraph.runs]
        return {str(run.font.color.rgb) for run in runs if "合格证" in run.text}

    assert titles() == {"None"}
    desk.overprints.keep(who, {"whole": False})
    assert titles() == {"FFFFFF"}


def test_the_sheet_says_how_pages_are_placed_now_and_is_placed_so(tmp_path: Path) -> None:
    told: list[str] = []

    def html(text: str) -> bytes:
        told.append(text)
        return sheet(b"")

    desk = make_desk(tmp_path, html=html)
    desk.overprints.keep(desk.who(), {"right": 4, "down": -1.5, "scale": 99.5})
    made = desk.overprints.sheet(desk.who())
    for words in ("4 毫米", "-1.5 毫米", "99.5%", "横放 257 毫米，竖放 170 毫米"):
        assert words in told[0]
    assert made.name == "套打校准页.pdf"
    with pypdfium2.PdfDocument(made.data) as document:
        assert len(document) == 2
    left, top, *_ = inked(made.data)
    assert (left, top) == pytest.approx((14 * 0.995 + 4, 14 * 0.995 - 1.5), abs=0.15)


def test_the_boxes_say_what_is_kept() -> None:
    html = overprint_form(Overprint(placing=Placing(right=-1.5), whole=False), "<记住了>")
    assert 'name="right" type="number" required step="0.1" min="-30" max="30" value="-1.5"' in html
    assert 'name="scale"' in html and 'value="100"' in html
    assert 'aria-checked="false" data-act="whole"' in html and "&lt;记住了&gt;" in html
