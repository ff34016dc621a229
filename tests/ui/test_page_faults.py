"""What the codes of a scan tell, as the clerk and the officer read it."""

from pathlib import Path

from onefill.materials import Checklist, ItemState
from onefill.service import Desk
from onefill.ui.checklists import files, head
from onefill.ui.review_facts import item_card
from onefill.ui.review_items import items
from tests.codes import PHASE, SCAN, a_desk, a_leave, bound, printed


def scanned(desk: Desk) -> ItemState:
    """A scan that lacks a page, has one twice, and one of another case."""
    record, other = a_leave(desk), a_leave(desk)
    pages = printed(desk, record)
    pile = bound([pages[0], pages[0], pages[2], printed(desk, other)[1]])
    desk.materials.bring(record, SCAN, pile, "扫描.pdf", desk.who())
    return next(one for one in desk.materials.state(record, desk.who(), PHASE).checklist.items if one.id == SCAN)


def test_missing_foreign_and_doubled_pages_are_named_to_the_clerk_and_the_officer(tmp_path: Path) -> None:
    item = scanned(a_desk(tmp_path))
    for shown in (head(item, open_to_change=True), item_card(item, lambda _key, _at: "")):
        assert "缺第 2 页（共 3 页）" in shown
        assert "“扫描.pdf”第 4 页是别的办件" in shown
        assert "第 1 页不止一张" in shown
    assert 'data-act="aside"' in head(item, open_to_change=True)
    assert 'data-act="aside"' not in head(item, open_to_change=False)
    listed = items(Checklist(items=(item,)), item.id, (), ())
    assert "有别的页" in listed
    assert "缺第 2 页" in listed


def test_of_a_scan_with_codes_nobody_is_asked_which_print_it_is(tmp_path: Path) -> None:
    item = scanned(a_desk(tmp_path))
    shown = files("r", item.id, item.files, (), today="0" * 8, open_to_change=True)
    assert "4 页读到了码" in shown
    assert "改校验码" not in shown
    assert "其实是最新打印的" not in shown
