"""Uploads that are papers of ours: their pages are held against their codes, whichever record printed them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from onefill.materials import ItemState, Standing
from onefill.materials.model import SeenCode
from onefill.materials.printed_pages import Expected, Fault, page_faults
from onefill.materials.supply import Page, Supplied
from onefill.page_codes import PageCode, draft_hash
from onefill.service import Desk
from onefill.service.page_coding import PageCoding
from onefill.service.readiness import ready_of
from samples.city.scans import Leaf, Looked
from tests.desks import load, make_desk
from tests.reviews.foshan import CLERK, items, part_of_class

PAGES = 36


def looked_at(source: bytes | Path, filename: str, kinds: Sequence[str], most_bytes: int) -> Looked:
    """A file that says itself what the codes on its pages are, a page a line."""
    data = source if isinstance(source, bytes) else source.read_bytes()
    lines = data.decode().splitlines()[1:]
    return Looked("pdf", [Leaf((SeenCode(line, 0),)) for line in lines])


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return make_desk(tmp_path_factory.mktemp("papers"), inspect=looked_at)


@pytest.fixture(scope="module")
def ids(desk: Desk) -> dict[str, str]:
    return load(desk, "application")


def scanned(
    desk: Desk,
    record: str,
    item: str,
    of: tuple[str, str],
    numbers: Sequence[int],
    most: int,
    name: str = "扫描.pdf",
    said: str = "0" * 8,
) -> None:
    """Bring a file for an item whose pages say of which paper they are, and which; what was there is taken out."""
    key = PageCoding(desk.store).key
    for old in desk.materials.files(record, item, CLERK):
        desk.materials.remove(record, item, old.id, CLERK)
    codes = [PageCode(record=of[0], document=of[1], version=1, page=at, pages=most, hash=said) for at in numbers]
    lines = [name, *(code.text(key) for code in codes)]
    desk.materials.bring(record, item, "\n".join(lines).encode(), name, CLERK)


def told(item: ItemState) -> list[tuple[Fault, str]]:
    return [(one.kind, one.what) for one in item.faults]


def test_missing_sheets_are_named_though_there_are_more_pages_than_are_counted(desk: Desk, ids: dict[str, str]) -> None:
    record = part_of_class(desk, ids, 0)
    have = [number for number in range(1, PAGES + 1) if number not in (7, 20)]
    scanned(desk, record, "sign_in_scan", (record, "sign_in"), have, PAGES)
    item = items(desk, record, "certificates")["sign_in_scan"]
    assert item.standing is Standing.SHORT
    assert item.lacking
    assert told(item) == [(Fault.MISSING, "缺第 7、20 页（共 36 页）")]
    assert (item.have, item.need) == (34, PAGES)
    scanned(desk, record, "sign_in_scan", (record, "sign_in"), list(range(1, PAGES + 1)), PAGES)
    assert items(desk, record, "certificates")["sign_in_scan"].standing is Standing.PRESENT


def test_what_a_paper_has_since_it_was_printed_is_missing_until_a_newer_page_is_there() -> None:
    def faults(*versions: int) -> list[tuple[Fault, str]]:
        codes = {
            page: PageCode(record="r1", document="sign_in", version=version, page=page, pages=most, hash="0" * 8)
            for page, (version, most) in enumerate(zip(versions, (2, 2, 3), strict=False), 1)
        }
        pages = tuple(Page(number=number) for number in codes)
        came = datetime(2026, 12, 1, tzinfo=UTC)
        file = Supplied(id="f", digest="d", name="扫描.pdf", kind="pdf", pages=pages, at=came, who="u", codes=codes)
        added = {1: ("下午",), 2: ()}
        expected = Expected(record="r1", document="sign_in", today="", added=lambda code: added[code.version])
        return [(one.kind, one.what) for one in page_faults([file], expected)]

    assert faults(1, 1) == [(Fault.MISSING, "缺下午的页（印第 1 版时还没有）")]
    assert faults(1, 1, 2) == []


def test_a_session_that_was_added_after_printing_lacks_its_sheets(tmp_path: Path) -> None:
    desk = make_desk(tmp_path, inspect=looked_at)
    record, who = load(desk, "class_50")["class_50"], desk.who()
    source = desk.documents._version(record, who)
    said = ready_of(source, "sign_in").printed_hash
    desk.documents._printed.keep_spans(record, source.n, "sign_in", [3] * (PAGES // 3))
    scanned(desk, record, "sign_in_scan", (record, "sign_in"), list(range(1, PAGES + 1)), PAGES, said=said)
    assert told(items(desk, record, "certificates")["sign_in_scan"]) == []
    last = {"date": "2026-12-02", "time": "09:00-12:00", "hours": "4", "kind": "理论", "content": "补课", "room": "401"}
    desk.records.add_row(record, "sessions", who, last)
    item = items(desk, record, "certificates")["sign_in_scan"]
    assert item.standing is Standing.SHORT
    assert told(item) == [(Fault.MISSING, "缺2026年12月2日 上午的页（印第 1 版时还没有）")]


def test_a_paper_of_another_record_is_foreign_and_the_right_one_is_named(desk: Desk, ids: dict[str, str]) -> None:
    item = f"syllabus_paper.{ids['course_home']}"
    wrong, right = ids["syllabus_care"], ids["syllabus_home"]
    scanned(desk, ids["application"], item, (wrong, "syllabus_paper"), [1, 2], 2)
    shown = items(desk, ids["application"], "apply")[item]
    assert shown.standing is Standing.MIXED
    assert told(shown) == [(Fault.FOREIGN, f"“扫描.pdf”第 1—2 页是别的办件（{wrong}）的")]
    assert "《培训大纲（附件2）》" in shown.remedy
    assert shown.label in shown.remedy
    scanned(desk, ids["application"], item, (right, "syllabus_paper"), [1, 2], 2)
    assert items(desk, ids["application"], "apply")[item].standing is Standing.PRESENT


def test_a_draft_of_another_record_is_told(desk: Desk, ids: dict[str, str]) -> None:
    item, other = f"syllabus_paper.{ids['course_home']}", ids["syllabus_home"]
    said = draft_hash(ready_of(desk.documents._version(other, desk.who()), "syllabus_paper").facts_hash)
    scanned(desk, ids["application"], item, (other, "syllabus_paper"), [1, 2], 2, said=said)
    shown = items(desk, ids["application"], "apply")[item]
    assert shown.standing is Standing.STALE
    assert told(shown) == [(Fault.DRAFT, "第 1—2 页印的是草稿")]
    assert shown.remedy == "打印正式的、盖章，再传扫描件"


def test_the_same_file_in_two_items_is_told_with_both(desk: Desk, ids: dict[str, str]) -> None:
    record = ids["application"]
    one, other = f"brochure.{ids['course_home']}", f"brochure.{ids['course_care']}"
    for item in (one, other):
        desk.materials.supply(record, item, "简章\n1".encode(), "简章.pdf", CLERK)
    shown = items(desk, record, "apply")
    assert told(shown[one]) == [(Fault.SHARED, f"“简章.pdf”也交在“{shown[other].name}”里")]
    assert told(shown[other]) == [(Fault.SHARED, f"“简章.pdf”也交在“{shown[one].name}”里")]
    assert not shown[one].lacking


def test_items_of_one_name_are_told_apart(tmp_path: Path) -> None:
    desk = make_desk(tmp_path, inspect=looked_at)
    ids = load(desk, "application")
    record = ids["application"]
    for course in ("course_home", "course_care", "course_electric"):
        desk.records.set(ids[course], "course_name", "家政服务基础", CLERK)
    one, other, third = (f"brochure.{ids[course]}" for course in ("course_home", "course_care", "course_electric"))
    for item in (one, other):
        desk.materials.supply(record, item, "同样\n1".encode(), "同样.pdf", CLERK)
    desk.materials.supply(record, third, "别样\n1".encode(), "别样.pdf", CLERK)
    shown = items(desk, record, "apply")
    assert len({shown[item].name for item in (one, other, third)}) == 1
    assert [[kind for kind, _ in told(shown[item])] for item in (one, other, third)] == [
        [Fault.SHARED],
        [Fault.SHARED],
        [],
    ]


def test_a_paper_nobody_asked_for_is_only_told_to_be_incomplete(desk: Desk, ids: dict[str, str]) -> None:
    item = f"textbook.{ids['course_home']}"
    scanned(desk, ids["application"], item, ("whatever", "syllabus_paper"), [1, 3], 3, "教材.pdf")
    shown = items(desk, ids["application"], "apply")[item]
    assert told(shown) == [(Fault.MISSING, "缺第 2 页（共 3 页）")]
    assert not shown.lacking
