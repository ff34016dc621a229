"""The screen of materials and of handing in, without a browser."""

import hashlib
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from onefill.definitions.loader import load_packs
from onefill.definitions.procedure import Count
from onefill.facts.following import FactChange
from onefill.materials import UNSORTED, Checklist, ItemState, Page, Standing
from onefill.people import Reach, Right
from onefill.reviews.moves import Move
from onefill.service.cases import SectionLocked
from onefill.service.desk import Desk
from onefill.service.reprints import Again
from onefill.service.shapes import Person
from onefill.ui.answers import live_remarks
from onefill.ui.checklists import files, head, listing
from onefill.ui.dues import panel_of, ready, wholes
from onefill.ui.handing import Wish, before, came_back, remark
from onefill.ui.lists import returned, sum_up, table
from onefill.ui.papers import warning
from onefill.ui.problems import problems
from onefill.ui.review_facts import item_card
from onefill.ui.shared import put_desk
from onefill.ui.submitting import _body, done
from onefill.ui.supplying import arranged, chosen_item, item_key, pages_of, told_key
from onefill.ui.supplying import done as supplied
from tests.desks import ROOT
from tests.ui.desk import HANDED_IN, ORDER, a_desk, filled_order, scan
from tests.ui.test_screens import bodies, opened, words

SELLER = Person(name="何秀珍", roles=("seller",))
CHIEF = Person(name="老周", roles=("owner",))
PAGES = Count(min="1", unit="页")


@pytest.fixture
def order(shop: Desk) -> str:
    return filled_order(shop)


def listed(desk: Desk, order: str, chosen: str = "receipt") -> str:
    return listing(desk.materials.state(order, desk.who(), "first"), desk.materials.unsorted(order, desk.who()), chosen)


def bring_all(desk: Desk, order: str) -> None:
    desk.materials.supply(order, "receipt", scan(), "收据.png", desk.who())
    desk.materials.supply(order, "signed", scan(240), "单.png", desk.who())


def hand_in(desk: Desk, order: str) -> None:
    bring_all(desk, order)
    desk.reviews.act(order, "ask", desk.who(), declared=True)


def give_back(desk: Desk, order: str) -> None:
    hand_in(desk, order)
    desk.reviews.remark(order, "first", "number", "单号不对", CHIEF, remedy="照单子改")
    desk.reviews.remark(order, "first", "item:receipt", "收据看不清", CHIEF)
    desk.reviews.act(order, "back", CHIEF)


def column(desk: Desk, order: str, wish: Wish | None = None, *, who: Person | None = None) -> str:
    """The column at the right."""
    if who is not None:
        desk = replace(desk, present=lambda: who)
        put_desk(desk)
    case = desk.reviews.state(order, desk.who())
    form = desk.definitions.form("order")
    blockers = desk.reviews.blockers(order, "first", desk.who())
    return _body(order, form, case, case.phase("first"), wish or Wish(), blockers)


def came(desk: Desk, order: str) -> str:
    """All that the page of materials says of what came back."""
    case = desk.reviews.state(order, desk.who())
    remarks = "".join(remark(one, case.settled.get(one.id)) for one in case.remarks)
    return came_back(case, case.phase("first")) + remarks + listed(desk, order) + column(desk, order)


# -- the checklist -----------------------------------------------------------------------------------------------------


def test_each_item_says_how_it_stands_in_a_word(shop: Desk, order: str) -> None:
    shown = listed(shop, order)
    assert "要交的 3 件" in shown
    assert "还差 2 件：收据、汇总单扫描件" in shown
    assert shown.count(">缺</span>") == 2
    assert "五件以内不用带" in shown
    shop.materials.supply(order, "receipt", scan(), "收据.png", shop.who())
    assert "还差 1 件：汇总单扫描件" in listed(shop, order)


def test_one_click_mends_an_item(shop: Desk, order: str) -> None:
    items = {item.id: item for item in shop.materials.state(order, shop.who(), "first").checklist.items}
    assert 'data-act="print:sheet"' in head(items["signed"], open_to_change=True)
    assert 'data-act="section:goods"' in head(items["kept"], open_to_change=True)
    assert "data-act" not in head(items["signed"], open_to_change=False)
    assert "依据 店规 3" in head(items["receipt"], open_to_change=True)


def test_a_scan_of_an_older_print_is_told_and_can_be_put_right(shop: Desk, order: str) -> None:
    shop.materials.supply(order, "signed", scan(), "单.png", shop.who())
    shop.records.set(order, "number", "A-8", shop.who())
    item = next(one for one in shop.materials.state(order, shop.who(), "first").checklist.items if one.id == "signed")
    shown = files(order, "signed", item.files, [], today=item.print, open_to_change=True)
    assert f"现在是 {item.print}" in shown
    assert f'data-act="ofprint:{item.files[0].id}"' in shown
    sha = hashlib.sha256(scan()).hexdigest()
    assert f"<code>{sha}</code>" in shown and f"<code>{sha}</code>" in item_card(item, lambda _key, _at: "")


def test_a_scan_that_is_older_under_the_same_code_is_told_so(shop: Desk, order: str) -> None:
    file = shop.materials.supply(order, "signed", scan(), "单.png", shop.who())
    shown = files(order, "signed", [file], [], today=file.print, open_to_change=True)
    assert "按最新打印的记" in shown and "ofprint" not in shown
    shown = files(order, "signed", [file], [], today=file.print, older={file.id}, open_to_change=True)
    assert "按最新打印的记" not in shown
    assert "后来改过，校验码不变" in shown and f'data-act="ofprint:{file.id}"' in shown


def test_why_and_which_pages_of_a_paper_are_to_be_printed_again_stand_beside_it(shop: Desk, order: str) -> None:
    [paper, *_] = shop.documents.list(order)
    assert "要重印" not in warning(paper)
    assert "只重印第 2 页" in warning(paper, str(Again(why="改过", labels=("甲",), pages=(2,))))


def test_a_clerk_says_which_print_a_scan_is_of(shop: Desk, order: str) -> None:
    file = shop.materials.supply(order, "signed", scan(), "单.png", shop.who())
    before = file.print

    def now() -> ItemState:
        items = shop.materials.state(order, shop.who(), "first").checklist.items
        return next(one for one in items if one.id == "signed")

    def shown(*, open_to_change: bool) -> str:
        return files(order, "signed", now().files, [], today=before, open_to_change=open_to_change)

    assert f'data-say="print_code:{file.id}"' in shown(open_to_change=True)
    assert "print_code" not in shown(open_to_change=False)
    acted(order, "signed", f'print_code:{file.id}:{{"code": " 0A1B 2C3D"}}')
    assert (now().standing, now().files[0].print) == (Standing.STALE, "0a1b2c3d")
    acted(order, "signed", f'print_code:{file.id}:{{"code": "第二版"}}')
    assert "“第二版”不是校验码" in st.session_state[told_key(order)]
    acted(order, "signed", f'print_code:{file.id}:{{"code": "{before}"}}')
    assert now().standing is Standing.PRESENT
    assert f"校验码 {before}，是最新打印的" in shown(open_to_change=True)


def test_which_print_a_scan_is_of_is_not_said_to_be_read_where_nobody_looked(shop: Desk, order: str) -> None:
    file = shop.materials.supply(order, "signed", scan(), "单.png", shop.who())
    shown = files(order, "signed", [file], [], today=file.print, open_to_change=True)
    assert f"按最新打印的记，纸上页脚应是 {file.print}" in shown
    assert "是最新打印的" not in shown


def test_pages_that_are_counted_are_told_once(shop: Desk, order: str) -> None:
    shop.materials.supply(order, "receipt", scan(), "收据.png", shop.who())
    found = next(one for one in shop.materials.state(order, shop.who(), "first").checklist.items if one.id == "receipt")
    counted = replace(found, have=1, need=1, material=found.material.model_copy(update={"count": PAGES}))
    state = replace(shop.materials.state(order, shop.who(), "first"), checklist=Checklist(items=(counted,)))
    shown = listing(state, (), "receipt")
    assert "<small>1 / 1 页</small>" in shown
    assert "<b></b>　" not in head(counted, open_to_change=False)
    assert "　1 / 1 页" not in head(counted, open_to_change=False)


def test_a_file_whose_facts_changed_says_what_they_said_and_can_be_said_to_hold(shop: Desk, order: str) -> None:
    file = shop.materials.supply(order, "receipt", scan(), "收据.png", shop.who()).id
    found = next(one for one in shop.materials.state(order, shop.who(), "first").checklist.items if one.id == "receipt")
    old = replace(found, standing=Standing.OLD, changed={file: (FactChange("单号", "A-7", "<A-8>"),)})
    shown = head(old, open_to_change=True)
    assert "<b>单号</b> <del>A-7</del> → <ins>&lt;A-8&gt;</ins>" in shown
    assert 'data-act="right"' in shown
    assert 'data-act="right"' not in head(old, open_to_change=False)
    assert "数据改以前传的" in files(order, "receipt", found.files, [], old=[file], open_to_change=True)
    acted(order, "receipt", "right")  # nothing has changed in truth, so nothing is written
    assert shop.materials.files(order, "receipt", shop.who())[0].sure is None


def test_what_people_call_their_files_is_no_markup(shop: Desk, order: str) -> None:
    shop.materials.supply(order, "receipt", scan(), "<img src=x>.png", shop.who())
    given = shop.materials.files(order, "receipt", shop.who())
    shown = files(order, "receipt", given, [("signed", "<b>")], open_to_change=True)
    assert "<img" not in shown
    assert "<b>&lt;" in shown


@pytest.mark.parametrize(
    ("verb", "at", "there"),
    [
        ("drop", 1, [(1, 0), (3, 0)]),
        ("upright", 1, [(1, 0), (2, 90), (3, 0)]),
        ("drop", 7, [(1, 0), (2, 0), (3, 0)]),
    ],
)
def test_pages_are_turned_and_dropped(verb: str, at: int, there: list[tuple[int, int]]) -> None:
    pages = [Page(1), Page(2), Page(3)]
    assert [(page.number, page.turn) for page in arranged(pages, verb, at)] == there


@pytest.mark.parametrize(
    ("said", "there"),
    [
        ("later:{a}:1", "bac"),
        ("earlier:{c}:1", "acb"),
        ("earlier:{a}:1", "abc"),
        ("later:{c}:1", "abc"),
        ("put:{c}:1:0", "cab"),
        ("put:{a}:1:2", "bca"),
        ("put:{a}:9:2", "abc"),
    ],
)
def test_pages_are_ordered_across_files(shop: Desk, order: str, said: str, there: str) -> None:
    for shade in (250, 240, 230):
        shop.materials.supply(order, "receipt", scan(shade), f"{shade}.png", shop.who())
    ids = dict(zip("abc", (one.id for one in shop.materials.files(order, "receipt", shop.who())), strict=True))
    acted(order, "receipt", said.format(**ids))
    names = {id: name for name, id in ids.items()}
    shown = pages_of(order, "receipt", shop.materials.files(order, "receipt", shop.who()))
    assert "".join(names[page["mark"].partition(":")[0]] for page in shown) == there


# -- the screen --------------------------------------------------------------------------------------------------------


def test_the_page_begins_with_what_is_wanting(shop: Desk, order: str) -> None:
    app = opened("materials", record=order)
    assert not app.exception
    assert "出了点问题" not in words(app)
    assert "已保存" in words(app)
    shop.materials.supply(order, "receipt", scan(), "收据.png", shop.who())
    assert chosen(opened("materials", record=order), order) == "signed"
    assert chosen(opened("materials", record=order, item="receipt"), order) == "receipt"


def test_a_form_that_asks_for_nothing_has_no_such_tab(desk: Desk) -> None:
    order = desk.records.create("order", desk.who())
    assert "材料" not in [link.label for link in opened("fill", record=order).get("page_link")]


def test_files_are_sorted_and_taken_out(shop: Desk, order: str) -> None:
    file = shop.materials.supply(order, UNSORTED, scan(), "不知道.png", shop.who()).id
    acted(order, UNSORTED, f"move:{file}::receipt")
    (moved,) = shop.materials.files(order, "receipt", shop.who())
    assert moved.name == "不知道.png"
    assert shop.materials.unsorted(order, shop.who()) == ()


def test_what_can_no_longer_be_done_is_told(shop: Desk, order: str) -> None:
    file = shop.materials.supply(order, "receipt", scan(), "收据.png", shop.who()).id
    hand_in(shop, order)
    acted(order, "receipt", f"remove:{file}")
    assert "材料不能再换" in str(st.session_state[told_key(order)])
    assert len(shop.materials.files(order, "receipt", shop.who())) == 1


# -- handing in --------------------------------------------------------------------------------------------------------


def test_what_may_not_be_handed_in_now_says_so_above_all_else() -> None:
    form = load_packs(ROOT / "forms").forms["training_class"]
    act = next(one for one in form.actions if one.key == "submit_filing")
    closed = before(Move(action=act, hindered="机构正在限期整改，暂停新开班审批"), [], Wish())
    assert closed.index("现在不能提交：机构正在限期整改") < closed.index("没有要改的")
    assert "可以提交" not in closed and "btn p" not in closed
    assert "没有要改的，可以提交" in before(Move(action=act), [], Wish())


def test_too_early_it_says_what_keeps_it_back(shop: Desk, order: str) -> None:
    wish = Wish()
    shop.records.set(order, "pieces", "", shop.who())
    press(shop, order, wish, "do:ask")
    shown = column(shop, order, wish)
    assert wish.tried
    assert "还有 3 处要改，改完就能提交" in shown
    assert 'data-act="goto::basics:pieces"' in shown
    assert 'data-act="item:receipt"' in shown
    assert "请先确认承诺" in shown
    assert shop.reviews.state(order, shop.who()).active is None


def test_who_may_not_hand_in_is_told_who_does_and_they_find_it_on_their_first_page(shop: Desk, tmp_path: Path) -> None:
    papers = ORDER[ORDER.index("documents:") :]
    by_the_chief = HANDED_IN.replace("to: asked, by: [seller]", "to: asked, by: [owner]")
    other = a_desk(tmp_path / "other", (papers, by_the_chief))
    shutil.copy(shop.settings.templates / "shop/sheet.docx", other.settings.templates / "shop")
    order = filled_order(other)

    def waits(who: Person) -> str:
        put_desk(replace(other, present=lambda: who))
        lines = other.records.front(["order"], first="changed").lines
        return panel_of(
            ready(lines, wholes(lines), other.dues.of(who)), {}, date(2026, 11, 24), opened=False, officer=False
        )

    assert "还有 2 处要改，改完由店主提交" in column(other, order, who=SELLER)
    assert waits(CHIEF) == ""
    bring_all(other, order)
    shown = column(other, order, who=SELLER)
    assert "齐了，等店主提交" in shown and 'data-act="do:ask"' not in shown
    assert 'data-act="do:ask"' in column(other, order, who=CHIEF)
    assert "材料齐了，等您“交给店主”" in waits(CHIEF) and f'data-act="back:{order}"' in waits(CHIEF)
    assert (waits(SELLER), waits(Person())) == ("", "")
    put_desk(replace(other, present=lambda: SELLER))
    lines = other.records.front(["order"], first="changed").lines
    assert "材料齐了，等店主“交给店主”" in table(lines, "名称", (), wholes(lines))


def test_what_is_ready_stands_there_once_with_its_day(shop: Desk, tmp_path: Path) -> None:
    reminded = (
        HANDED_IN + 'deadlines:\n  - {key: hand_in, title: 交单子, day: day, days: "-20", until: asked, by: [seller]}\n'
    )
    other = a_desk(tmp_path / "other", (ORDER[ORDER.index("documents:") :], reminded))
    shutil.copy(shop.settings.templates / "shop/sheet.docx", other.settings.templates / "shop")
    order = filled_order(other)
    seller = replace(SELLER, rights=(Right("", Reach.OWN, frozenset({"fill"})),))
    put_desk(replace(other, present=lambda: seller))

    def told() -> list[tuple[str, bool]]:
        lines = other.records.front(["order"], first="changed").lines
        return [(one.what, one.day is not None) for one in ready(lines, wholes(lines), other.dues.of(seller))]

    assert told() == [("交单子", True)]
    bring_all(other, order)
    assert told() == [("材料齐了，等您“交给店主”", True)]


def test_what_still_blocks_stands_above_all_remarks_are_answered(shop: Desk, order: str) -> None:
    give_back(shop, order)
    shop.records.set(order, "number", "A-8", shop.who())  # so that its sealed paper is another
    for one in shop.reviews.state(order, shop.who()).remarks:
        shop.reviews.answer(order, one.id, "改好了", shop.who())
    case, phase = shop.reviews.state(order, shop.who()), "first"
    still = [one for one in shop.reviews.blockers(order, phase, shop.who()) if one.stops]
    shown = came_back(case, case.phase(phase), still)
    assert "2 处意见都改了或答复了，还有 1 处拦着不能交：汇总单扫描件" in shown
    assert "重新提交" in came_back(case, case.phase(phase)) and "拦着" not in came_back(case, case.phase(phase))


def test_handed_in_it_says_what_comes_next_and_can_be_withdrawn(shop: Desk, order: str) -> None:
    bring_all(shop, order)
    wish = Wish(declared=True)
    press(shop, order, wish, "do:ask")
    shown = column(shop, order)
    receipt = shop.reviews.state(order, shop.who()).phase("first").receipt
    assert receipt in shown
    assert "2026年11月27日</b>前给结果，还有 3 个工作日" in shown
    assert 'data-act="do:take"' in shown
    press(shop, order, wish, "do:ask")  # the second click of two
    assert wish.told == ""
    press(shop, order, Wish(), "do:take")
    assert "已撤回，可以接着改" in column(shop, order)


def test_once_it_was_opened_it_is_not_withdrawn(shop: Desk, order: str) -> None:
    hand_in(shop, order)
    shop.reviews.open(order, "first", CHIEF)
    assert "已经打开，不能撤回了" in column(shop, order)
    wish = Wish()
    press(shop, order, wish, "do:take")
    assert "老周" in wish.told


def test_what_was_handed_in_is_shown_and_locked(shop: Desk, order: str) -> None:
    hand_in(shop, order)
    app = opened("fill", record=order)
    shown = words(app)
    assert "锁住了" in shown
    assert [box.key for box in app.text_input if box.key and box.key.startswith("v-")] == []
    assert "下单 · 等店主看" in shown
    with pytest.raises(SectionLocked):
        shop.records.set(order, "number", "B", shop.who())


def test_typed_while_another_window_handed_it_in(shop: Desk, order: str) -> None:
    app = opened("fill", record=order)
    hand_in(shop, order)
    box = next(box for box in app.text_input if box.key and box.key.endswith("-number"))
    box.set_value("太晚了").run()
    assert not app.exception
    assert "出了点问题" not in words(app)
    assert "没有存下" in str(app.session_state["said"])


def test_what_came_back_stands_above_everything(shop: Desk, order: str) -> None:
    give_back(shop, order)
    other = shop.records.create("order", shop.who())
    front = shop.records.front(["order"], first="back")
    assert [line.id for line in front.lines] == [order, other]
    assert "被退回，还有 2 处，请在2026年11月26日前改好重交" in returned(front.lines[:1], 1)
    assert "7 个被退回" in returned(front.lines[:1], 7)
    assert sum_up(front) == "2 个办件：1 个没提交，1 个要改好交"
    app = opened("fill", record=order)
    assert "单号不对" in words(app)
    assert "怎么改：照单子改" in words(app)


def test_what_was_done_about_remarks_is_told_alike_everywhere(shop: Desk, order: str) -> None:
    give_back(shop, order)

    def told() -> tuple[str, str, str]:
        """What the list of records, the page of facts and the page of materials say."""
        state = shop.records.state(order)
        facts = problems(state, "basics", live_remarks(order, "order"))
        return returned(shop.records.list("order"), 1), facts, came(shop, order)

    line, facts, things = told()
    assert "还有 2 处" in line
    assert "意见 2 处" in facts and "收据看不清" in facts and 'data-act="item:receipt"' in facts
    assert "被退回，共 2 处<" in things and "还有 2 处要改" in things
    assert things.count(">没改、没答复</span>") == 2
    assert "1 件退回了" in things

    shop.records.set(order, "number", "A-8", shop.who())  # without a word
    line, facts, things = told()
    assert "还有 1 处" in line
    assert "意见 1 处" in facts
    assert "被退回，共 2 处，还有 1 处没改、没答复" in things
    assert things.count(">没改、没答复</span>") == things.count(">已改</span>") == 1

    old = shop.materials.files(order, "receipt", shop.who())[0]
    shop.materials.remove(order, "receipt", old.id, shop.who())
    shop.materials.supply(order, "receipt", scan(200), "清楚的.png", shop.who())
    signed = shop.materials.files(order, "signed", shop.who())[0]
    shop.materials.remove(order, "signed", signed.id, shop.who())
    shop.materials.supply(order, "signed", scan(230), "新单.png", shop.who())
    line, facts, things = told()
    assert "意见都改了或答复了，请在2026年11月26日前重新提交" in line
    assert "没改、没答复" not in facts + things
    assert "2 处都改了或答复了" in things and "没有要改的，可以提交" in things
    assert "退回了" not in things and "要重印盖章" not in things
    assert "换过的材料：收据、汇总单扫描件" in things


def test_an_answer_of_the_round_before_is_none_now(shop: Desk, order: str) -> None:
    give_back(shop, order)
    (first, _) = shop.reviews.state(order, shop.who()).remarks
    for one in shop.reviews.state(order, shop.who()).remarks:
        shop.reviews.answer(order, one.id, "原件如此", shop.who())
    assert "2 处都改了或答复了" in came(shop, order)
    shop.reviews.act(order, "ask", shop.who(), declared=True)
    shop.reviews.act(order, "back", CHIEF)
    assert "被退回，共 2 处<" in came(shop, order)
    assert "上次答复：原件如此" in came(shop, order)
    app = opened("materials", record=order)
    box = next(box for box in app.text_input if box.key == f"answer-{order}-{first.id}")
    assert box.value == ""


def test_an_answer_is_kept_while_it_is_typed(shop: Desk, order: str) -> None:
    give_back(shop, order)
    app = opened("fill", record=order)
    box = next(box for box in app.text_input if box.key and box.key.startswith("answer-"))
    box.set_value("已照单子改").run()
    assert [one.answer for one in shop.reviews.state(order, shop.who()).remarks if one.at == "number"] == ["已照单子改"]


def test_a_correction_says_what_must_be_printed_again(shop: Desk, order: str) -> None:
    give_back(shop, order)
    assert "还没有改动" in column(shop, order)
    shop.records.set(order, "number", "A-9", shop.who())
    shown = column(shop, order)
    assert "A-7" in shown
    assert "1 份要重印盖章</b>：汇总单" in shown
    assert 'data-act="do:ask"' in shown


def test_the_page_of_what_came_back(shop: Desk, order: str) -> None:
    give_back(shop, order)
    app = opened("materials", record=order)
    assert not app.exception
    assert "出了点问题" not in words(app)
    assert len([box for box in app.text_input if box.key and box.key.startswith("answer-")]) == 2
    assert "<script" not in bodies(app)


def press(desk: Desk, order: str, wish: Wish, said: str) -> None:
    done(order, desk.definitions.form("order"), "first", wish, said)


def acted(order: str, item: str, said: str) -> None:
    """Press a button of an item."""
    st.session_state[item_key(order)] = item
    supplied(order, said)


def chosen(app: AppTest, order: str) -> Any:
    return app.session_state[f"item-{order}"]


def test_pages_have_their_addresses(shop: Desk, order: str) -> None:
    given = shop.materials.supply(order, "receipt", scan(), "收据.png", shop.who())
    (page,) = pages_of(order, "receipt", [given])
    assert f"/of/material/{order}/receipt/{given.id}/1?" in page["src"]
    assert page["mark"] == f"{given.id}:1"
    state = shop.materials.state(order, shop.who(), "first")
    assert chosen_item(order, state) == "signed"
