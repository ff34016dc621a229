"""Scans that are taken in: their pages go to their document and order, upright; what is wrong with them is named."""

import io
from pathlib import Path
from types import SimpleNamespace

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageDraw
from zxingcpp import BarcodeFormat

from onefill.materials import UNSORTED, ItemState, Standing, run_of
from onefill.materials.printed_pages import Fault, PageFault
from onefill.page_codes import PageCode, told_pages
from onefill.service import Desk
from onefill.service.page_coding import PageCoding
from onefill.service.scan_sorting import told_once
from onefill.ui.supplying import pages_of
from tests.codes import PAPER, PHASE, SCAN, a_desk, a_leave, askew, bound, printed
from tests.desks import load


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return a_desk(tmp_path)


def item(desk: Desk, record: str) -> ItemState:
    return next(one for one in desk.materials.state(record, desk.who(), PHASE).checklist.items if one.id == SCAN)


def faults(desk: Desk, record: str) -> list[tuple[Fault, str]]:
    return [(one.kind, one.what) for one in item(desk, record).faults]


def bring(desk: Desk, record: str, pages: list[Image.Image], name: str = "扫描.pdf", at: str = SCAN) -> None:
    desk.materials.bring(record, at, bound(pages), name, desk.who())


def order(desk: Desk, record: str) -> list[int]:
    """Numbers that the pages of the scan have in the document, in their order; 0 for one without a code."""
    files = {one.id: one for one in item(desk, record).files}
    found = []
    for file, at in run_of(files.values()):
        code = files[file].codes.get(files[file].pages[at - 1].number)
        found.append(code.page if code else 0)
    return found


def blank() -> Image.Image:
    """A page with nothing on it."""
    return Image.new("RGB", (1240, 1754), "white")


def unread() -> Image.Image:
    """A page that was written on, and bears no code."""
    page = blank()
    ImageDraw.Draw(page).rectangle((200, 300, 1000, 400), fill="black")
    return page


def stamped(*texts: str) -> Image.Image:
    """A page with codes of somebody else's making."""
    page = blank()
    for at, text in enumerate(texts):
        made = zxingcpp.create_barcode(text, BarcodeFormat.QRCode, ec_level="M").to_image(scale=4)
        page.paste(Image.fromarray(made), (100 + 180 * (at % 6), 100 + 180 * (at // 6)))
    return page


def code(record: str, page: int = 1, pages: int = 3, **more: str) -> PageCode:
    return PageCode(
        **{"record": record, "document": PAPER, "version": 1, "page": page, "pages": pages, "hash": "0" * 8, **more}
    )


def test_pages_come_into_their_order_and_stand_upright(desk: Desk) -> None:
    record = a_leave(desk)
    first, second, third = printed(desk, record)
    bring(desk, record, [askew(third, 180), askew(first, 2), askew(second, 90)])
    assert order(desk, record) == [1, 2, 3]
    [file] = item(desk, record).files
    assert {page.number: page.turn for page in file.pages} == {1: 180, 2: 0, 3: 90}
    assert item(desk, record).faults == ()
    assert item(desk, record).standing is Standing.PRESENT


def test_pages_that_were_not_sorted_go_to_their_document_and_the_others_stay(desk: Desk) -> None:
    record = a_leave(desk)
    pile = bound([blank(), *printed(desk, record)])
    brought = desk.materials.bring(record, UNSORTED, pile, "一叠.pdf", desk.who())
    assert order(desk, record) == [1, 2, 3]
    [rest] = desk.materials.unsorted(record, desk.who())
    assert [page.number for page in rest.pages] == [1]
    assert "第 2—4 页归到" in brought.told[0]
    assert desk.materials.bring(record, UNSORTED, pile, "一叠.pdf", desk.who()).twice
    assert order(desk, record) == [1, 2, 3]


def test_a_missing_page_is_named_until_it_comes_and_then_it_lies_between(desk: Desk) -> None:
    record = a_leave(desk)
    first, second, third = printed(desk, record)
    bring(desk, record, [first, third])
    assert faults(desk, record) == [(Fault.MISSING, "缺第 2 页（共 3 页）")]
    assert item(desk, record).lacking
    bring(desk, record, [second], "补.pdf")
    assert order(desk, record) == [1, 2, 3]
    assert faults(desk, record) == []


def test_a_page_whose_code_cannot_be_read_stands_for_the_missing_one_and_is_told(desk: Desk) -> None:
    record = a_leave(desk)
    first, _, third = printed(desk, record)
    bring(desk, record, [first, unread(), third])
    assert faults(desk, record) == [(Fault.UNREAD, "第 2 页没有读到码，按“扫描.pdf”第 2 页算")]
    assert order(desk, record) == [1, 0, 3]
    assert not item(desk, record).lacking


def test_the_empty_backs_of_sheets_stand_for_no_page(desk: Desk) -> None:
    record = a_leave(desk)
    first, second, third = printed(desk, record)
    bring(desk, record, [first, blank(), third, blank()])
    assert faults(desk, record) == [(Fault.MISSING, "缺第 2 页（共 3 页）")]
    assert item(desk, record).lacking
    bring(desk, record, [second, blank()], "补.pdf")
    assert faults(desk, record) == []
    assert not item(desk, record).lacking


def test_pages_without_any_code_are_as_before(desk: Desk) -> None:
    record = a_leave(desk)
    bring(desk, record, [blank()])
    assert item(desk, record).faults == ()
    assert item(desk, record).standing is Standing.PRESENT


def told_once_new_ones_are_there(desk: Desk, record: str) -> PageFault:
    bring(desk, record, printed(desk, record), "新.pdf")
    [fault] = item(desk, record).faults
    assert fault.remedy == "新印的已经在了，拿掉旧的"
    return fault


def test_a_draft_that_was_sealed_is_told_and_goes_once_the_paper_is_there(desk: Desk) -> None:
    record = a_leave(desk)
    desk.records.set(record, "reason", "", desk.who())
    drafts = printed(desk, record)
    desk.records.set(record, "reason", "探亲", desk.who())
    bring(desk, record, drafts)
    assert faults(desk, record) == [(Fault.DRAFT, "第 1—3 页印的是草稿")]
    assert item(desk, record).standing is Standing.STALE
    assert len(told_once_new_ones_are_there(desk, record).spare) == 3


def test_old_pages_are_named_and_go_once_new_ones_are_there(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    record = a_leave(desk)
    old = printed(desk, record)
    desk.records.set(record, "reason", "换一个理由", desk.who())
    bring(desk, record, old)
    assert faults(desk, record) == [(Fault.STALE, "第 1—3 页是数据改以前印的")]
    assert item(desk, record).standing is Standing.STALE
    stale = told_once_new_ones_are_there(desk, record)
    run = run_of(item(desk, record).files)
    places = [run.index(leaf) + 1 for leaf in stale.leaves]
    assert stale.what == f"第 1—3 页是数据改以前印的（排在第 {told_pages(places)} 张）"
    monkeypatch.setattr("onefill.ui.supplying.this_window", lambda: SimpleNamespace(token="t"))
    strip = pages_of(record, SCAN, item(desk, record).files, [stale])
    assert [at for at, page in enumerate(strip, 1) if page.get("tag") == "旧"] == sorted(places)
    desk.materials.set_aside(record, SCAN, desk.who())
    assert faults(desk, record) == []
    assert order(desk, record) == [1, 2, 3]
    [aside] = desk.materials.unsorted(record, desk.who())
    assert len(aside.pages) == 3


def test_of_old_pages_only_those_are_asked_for_that_are_not_there_anew(desk: Desk) -> None:
    record = a_leave(desk)
    bring(desk, record, printed(desk, record))
    desk.records.set(record, "reason", "换一个理由", desk.who())
    first, second, _ = printed(desk, record)
    bring(desk, record, [first, second], "新.pdf")
    [fault] = item(desk, record).faults
    assert fault.remedy == "第 3 页重新打印、盖章，再传扫描件；另外几页新印的已经在了，拿掉旧的"


def test_pages_of_another_case_are_named(desk: Desk) -> None:
    record, other = a_leave(desk), a_leave(desk)
    bring(desk, record, [*printed(desk, record), printed(desk, other)[1]])
    assert faults(desk, record) == [(Fault.FOREIGN, f"“扫描.pdf”第 4 页是别的办件（{other}）的")]
    assert item(desk, record).standing is Standing.MIXED
    assert item(desk, record).lacking
    desk.materials.set_aside(record, SCAN, desk.who())
    assert item(desk, record).standing is Standing.PRESENT


def test_a_page_that_is_there_twice_is_named_and_keeps_nothing_back(desk: Desk) -> None:
    record = a_leave(desk)
    pages = printed(desk, record)
    bring(desk, record, [*pages, pages[1]])
    assert faults(desk, record) == [(Fault.DOUBLED, "第 2 页不止一张（排在第 3 张）")]
    assert not item(desk, record).lacking
    desk.materials.set_aside(record, SCAN, desk.who())
    assert order(desk, record) == [1, 2, 3]


def test_forged_codes_and_those_of_others_sort_nothing(desk: Desk) -> None:
    record = a_leave(desk)
    elsewhere = code(record).text(b"k" * 32)
    bring(desk, record, [stamped(elsewhere), stamped("https://example.com/pay")])
    assert faults(desk, record) == [(Fault.DOUBTFUL, "“扫描.pdf”第 1 页的码不是这里印的，或被改过")]
    assert not item(desk, record).lacking
    assert order(desk, record) == [0, 0]


def test_a_page_with_several_codes_sorts_nothing(desk: Desk) -> None:
    record = a_leave(desk)
    key = PageCoding(desk.store).key
    bring(desk, record, [stamped(*(code(record, page, 40).text(key) for page in range(1, 41)))])
    assert faults(desk, record) == [(Fault.DOUBTFUL, "“扫描.pdf”第 1 页上有几张纸的码")]


def test_what_the_codes_say_moves_along_with_the_pages(desk: Desk) -> None:
    record = a_leave(desk)
    bring(desk, record, printed(desk, record))
    [file] = item(desk, record).files
    desk.materials.assign(record, SCAN, file.id, UNSORTED, desk.who(), pages=[2])
    assert faults(desk, record) == [(Fault.MISSING, "缺第 2 页（共 3 页）")]
    [aside] = desk.materials.unsorted(record, desk.who())
    desk.materials.assign(record, UNSORTED, aside.id, SCAN, desk.who())
    assert order(desk, record) == [1, 2, 3]


def test_the_picture_of_a_turned_page_stands_upright(desk: Desk) -> None:
    record = a_leave(desk)
    marked = printed(desk, record)[0]
    ImageDraw.Draw(marked).rectangle((0, marked.height // 2, marked.width // 2, marked.height), fill="black")
    bring(desk, record, [askew(marked, 180)])
    [file] = item(desk, record).files
    shown = Image.open(io.BytesIO(desk.materials.picture(record, SCAN, file.id, 1, 400, desk.who()))).convert("L")
    upper, lower = shown.height // 4, 3 * shown.height // 4
    assert [shown.getpixel((100, lower)), shown.getpixel((300, upper))] == [0, 255]


def test_the_same_advice_about_several_pages_is_said_once() -> None:
    coarse = "只有 144 dpi，建议用 200 dpi 重扫"
    told = {number: [f"第 {number} 页{coarse}"] for number in (1, 2, 3, 5)} | {4: ["第 4 页是空白的，不用交就删去"]}
    assert told_once(dict(sorted(told.items()))) == (f"第 1—3、5 页{coarse}", "第 4 页是空白的，不用交就删去")


def test_the_list_in_front_of_a_packet_goes_to_no_item_and_keeps_nothing_back(desk: Desk) -> None:
    record = a_leave(desk)
    made = desk.documents.packet(record, PHASE, desk.who(), documents=[PAPER], cover=True)
    with pypdfium2.PdfDocument(made.data) as pdf:
        pages = [page.render(scale=150 / 72).to_pil().convert("RGB") for page in pdf]
    assert len(pages) == 4
    brought = desk.materials.bring(record, SCAN, bound(pages), "整套.pdf", desk.who())
    assert "第 1 页是成套材料的目录，不用交" in brought.told[0]
    assert order(desk, record) == [1, 2, 3]
    assert faults(desk, record) == []
    [aside] = desk.materials.files(record, UNSORTED, desk.who())
    assert [page.number for page in aside.pages] == [1]


def test_a_scan_without_codes_is_old_once_a_later_fact_that_stood_on_the_paper_is_changed(desk: Desk) -> None:
    record, who = load(desk, "class_50")["class_50"], desk.who()

    def give(row: str, number: str | None) -> None:
        desk.records.set(record, f"trainees/{row}/cert_no", number, who)

    def scanned() -> ItemState:
        checklist = desk.materials.state(record, who, "certificates").checklist
        return next(one for one in checklist.items if one.id == "issuance_scan")

    def print_and_scan(name: str) -> None:
        desk.documents.file(record, "issuance_roster", ".pdf", who)
        desk.materials.bring(record, "issuance_scan", bound([blank()] * 3), name, who)

    give("r1", "YL44060420260079001")
    give("r2", None)
    print_and_scan("扫描.pdf")
    give("r2", "YL44060420260079002")
    assert scanned().standing is Standing.PRESENT
    give("r1", "YL44060420260079003")
    assert scanned().standing is Standing.STALE
    assert "数据又改过" in scanned().why
    [old] = scanned().files
    assert scanned().older == {old.id}
    desk.materials.assign(record, "issuance_scan", old.id, UNSORTED, who)
    desk.materials.bring(record, "issuance_scan", bound([blank()] * 2), "又传旧的.pdf", who)
    assert scanned().standing is Standing.STALE  # what was handed out last still says the number of before
    [again] = scanned().files
    desk.documents.file(record, "issuance_roster", ".pdf", who)
    assert scanned().standing is Standing.STALE
    desk.materials.of_print(record, "issuance_scan", again.id, scanned().print, who)
    assert scanned().standing is Standing.PRESENT
