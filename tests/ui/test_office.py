"""待办 and 审核: what officers see and do, as Streamlit runs it and as buttons say it."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from onefill.definitions.loader import load_packs
from onefill.definitions.procedure import Destroys
from onefill.definitions.registers import Effect
from onefill.materials import UNSORTED, Checklist
from onefill.people import Reach, Right
from onefill.reviews import RemarkState
from onefill.reviews.errors import NotYours
from onefill.reviews.moves import Move
from onefill.service.access import Did
from onefill.service.case_shapes import PhaseStanding, QueueLine
from onefill.service.desk import Desk
from onefill.service.effecting import Entering
from onefill.service.queues import TERMS
from onefill.service.room import Door
from onefill.service.shapes import Person
from onefill.ui import queues
from onefill.ui.acts_told import acts_told, said_before
from onefill.ui.at_once import at_once
from onefill.ui.batches import Together, asking
from onefill.ui.deciding import Asking, Left, bar, in_order, must_ask, panel_html
from onefill.ui.figures import chart_of, finding
from onefill.ui.hands import Hands
from onefill.ui.queues import Asked
from onefill.ui.remarks import Phrases, Writing, form
from onefill.ui.review_facts import Looked, facts, marked
from onefill.ui.reviewing import (
    Reading,
    asked_still,
    day_of,
    did,
    left_of,
    moves_of,
    others,
    reading_of,
    stands,
    tab_of,
)
from onefill.ui.routes import ROUTES
from onefill.ui.said import SAID
from onefill.ui.shared import put_desk
from onefill.ui.shell import MIDDLEWARE
from onefill.ui.tokens import sign
from tests.desks import ROOT, load
from tests.reviews.foshan import CITY, DAY, LEADER, OFFICER, RESPONSIBLE, foshan_desk, hand_in_all, pass_application
from tests.ui.desk import a_desk, filled_order, scan
from tests.ui.test_screens import bodies, opened, panels, words

HERE = "http://127.0.0.1:8501"
SELLER = Person(name="何秀珍", roles=("seller",))
OWNER = Person(name="李敏", roles=("owner",))
READER = replace(OWNER, rights=(Right(unit="", reach=Reach.ALL, actions=frozenset({"review"}), fills=frozenset()),))
NOBODYS = Hands(OWNER.name, takes=False)


@pytest.fixture
def office(shop: Desk) -> Iterator[Desk]:
    """The desk as the officer sees it."""
    made = replace(shop, present=lambda: OWNER)
    put_desk(made)
    yield made
    st.session_state.clear()


@pytest.fixture
def case(office: Desk) -> str:
    """An order that was handed in."""
    order = filled_order(office)
    office.materials.supply(order, "receipt", scan(), "收据.png", SELLER)
    office.materials.supply(order, "signed", scan(240), "单.png", SELLER)
    office.reviews.act(order, "ask", SELLER, declared=True)
    return order


@pytest.fixture
def reading(case: str) -> Reading:
    return Reading(case, phase="first")


def seen(desk: Desk, case: str) -> int:
    return desk.reviews.state(case, OWNER).n


def test_the_queue_is_for_officers_only(shop: Desk) -> None:
    app = opened("queue")
    assert not app.exception
    assert "您这里没有要审的" in words(app)


def test_the_start_page_opens_with_what_ones_role_has_to_do_with(shop: Desk, case: str) -> None:
    for roles, told in ((("owner",), "在办的 1 个"), ((), "在办的 0 个")):
        put_desk(replace(shop, present=lambda held=roles: Person(name="周无", roles=held)))
        app = opened("start")
        assert not app.exception
        assert told in panels(app)


def test_what_waits_is_listed_with_its_term(office: Desk, case: str) -> None:
    app = opened("queue")
    assert not app.exception
    queue = office.queues.queue(OWNER)
    assert queue.counts["waiting"] == 1
    day = date(2026, 11, 24)

    def mine(line: QueueLine) -> Hands:
        return Hands(OWNER.name, takes=True)

    html = queues.table(queue, Asked(), {}, day, mine)
    assert f'data-act="open:{case}"' in html
    assert f'data-act="take:first:{case}"' in html
    assert "1 处不符" not in html
    late = replace(queue, lines=tuple(replace(one, due=day - timedelta(days=1), left=-1) for one in queue.lines))
    assert "逾期 1 个工作日" in queues.table(late, Asked(), {}, day, mine)
    assert "没有逾期的" in queues.table(replace(queue, lines=()), Asked(chosen="overdue"), {}, day, mine)


def test_what_waits_is_told_in_a_sentence(office: Desk, case: str) -> None:
    assert queues.waiting(office.queues.queue(OWNER)) == "1 件等您审，1 件未分派"
    office.reviews.take(case, "first", OWNER)
    assert queues.waiting(office.queues.queue(OWNER)) == "1 件等您审"
    assert queues.waiting(office.queues.queue(SELLER)) == "没有等您审的"


def test_whoever_leads_chooses_who_has_a_case(office: Desk, case: str) -> None:
    (line,) = office.queues.queue(OWNER).lines
    given = queues.table(
        replace(office.queues.queue(OWNER), lines=(replace(line, assigned="李敏", findings=3, errors=2),)),
        Asked(),
        {},
        date(2026, 11, 24),
        lambda _: Hands("李敏", takes=True, gives=("李敏", "黄志伟")),
    )
    assert f'data-choose="give:first:{case}"' in given
    assert '<option value="黄志伟">' in given
    assert "2 处不符" in given
    reminded = replace(office.queues.queue(OWNER), lines=(replace(line, findings=3),))
    assert "3 处提醒" in queues.table(reminded, Asked(), {}, date(2026, 11, 24), lambda _: Hands("李敏"))


def test_a_case_is_taken_on_its_page(office: Desk, reading: Reading) -> None:
    did(reading, "take")
    assert reading.state.phase("first").assigned == OWNER.name
    assert reading.state.takes == frozenset()


def test_a_queue_is_exported_and_the_log_says_so(office: Desk, case: str, tmp_path: Path) -> None:
    client = TestClient(Starlette(routes=ROUTES, middleware=MIDDLEWARE), base_url=HERE, client=("127.0.0.1", 50000))
    ours = {"origin": HERE, "sec-fetch-site": "same-origin", "x-onefill-token": sign("w1", office.settings.data)}
    answer = client.post("/of/queue/waiting?form=&unit=&text=", headers=ours)
    (tmp_path / "q.xlsx").write_bytes(answer.content)
    sheet = openpyxl.load_workbook(tmp_path / "q.xlsx").active
    assert any("A-7" in str(cell.value) for row in sheet.iter_rows() for cell in row)
    assert office.log.lines()[0].did == Did.EXPORTED
    put_desk(replace(office, present=lambda: SELLER))
    assert client.post("/of/queue/waiting", headers=ours).status_code == 403


def test_whoever_leads_sees_counts_with_a_sentence_each(office: Desk, case: str, tmp_path: Path) -> None:
    app = opened("figures")
    assert not app.exception
    assert "“等店主看”最多，1 件" in words(app)
    assert "都没有退回过" in words(app)
    assert "没有逾期的，今天也没有到期的" in words(app)
    late = chart_of("due", dict.fromkeys(TERMS, 0) | {"逾期": 2, "没有期限": 5}, {})
    assert (late.labels, finding("due", late)) == (("逾期", "没有期限"), "2 件逾期，0 件今天到期")
    chart = chart_of("returned", {"1 次": 1, "0 次": 3}, {})
    assert (chart.labels, finding("returned", chart)) == (("0 次", "1 次"), "1 件退回过，占 25%")
    many = chart_of("stage", {"待审": 2} | {f"第 {n} 步": 1 for n in range(20)}, {})
    assert (many.labels[-1], finding("stage", many)) == ("其余的", "“待审”最多，2 件")
    made = office.queues.figures_workbook(OWNER, {})
    (tmp_path / "f.xlsx").write_bytes(made.data)
    cells = [str(cell.value) for row in openpyxl.load_workbook(tmp_path / "f.xlsx").active.iter_rows() for cell in row]
    assert "等店主看" in cells
    counts = [row[-1].value for row in openpyxl.load_workbook(tmp_path / "f.xlsx").active.iter_rows(min_row=2)]
    assert counts and all(isinstance(one, int) for one in counts)


def test_a_case_is_opened_and_noted(office: Desk, case: str) -> None:
    app = opened("review", record=case)
    assert not app.exception
    assert "A-7" in words(app)
    opened_by = office.reviews.state(case, OWNER).phase("first").opened
    assert opened_by is not None
    assert opened_by[0] == "李敏"


def test_who_is_no_officer_reviews_nothing(office: Desk, case: str) -> None:
    put_desk(replace(office, present=lambda: SELLER))
    app = opened("review", record=case)
    assert not app.exception
    assert "审核由收件的一方来做" in words(app)


def test_a_remark_is_written_changed_and_taken_back(office: Desk, reading: Reading) -> None:
    did(reading, "write:number")
    assert reading.writing is not None
    did(reading, 'remark:{"what": "", "remedy": "改"}')
    assert reading.writing.refused
    did(reading, 'remark:{"what": "单号不对", "remedy": "改为 A-8", "clause": "第三条"}')
    assert reading.writing is None
    (one,) = reading.state.remarks
    assert (one.at, one.what, one.remedy, one.clause) == ("number", "单号不对", "改为 A-8", "第三条")
    did(reading, f"edit:{one.id}")
    did(reading, 'remark:{"what": "单号写错了"}')
    assert [remark.what for remark in reading.state.remarks] == ["单号写错了"]
    did(reading, f"drop:{one.id}")
    assert reading.state.remarks == ()


def test_a_remark_on_what_a_linked_record_says_otherwise_begins_with_it(office: Desk, reading: Reading) -> None:
    case, (customer,) = reading.record, office.records.list("customer")
    office.reviews.remark(case, "first", "customer", "名称不全", OWNER)
    office.reviews.act(case, "back", OWNER)
    office.records.set(customer.id, "name", "甲商行有限公司", SELLER)
    office.reviews.answer(case, office.reviews.state(case, SELLER).remarks[0].id, "补全了", SELLER)
    office.reviews.act(case, "ask", SELLER, declared=True)
    did(reading, f"write:linked:{customer.id}:customer")
    assert reading.writing is not None
    assert (reading.writing.at, reading.writing.what) == ("customer", "上次提交以后，客户“甲商行”改过：名称")
    office.records.set(customer.id, "name", "乙商行", SELLER)
    did(reading, f"write:since:{customer.id}:customer")
    assert reading.writing.what == "提交以后，客户“甲商行有限公司”改过：名称"


def test_what_was_handed_in_again_begins_with_what_has_changed(office: Desk, reading: Reading) -> None:
    case = reading.record

    def shown() -> str:
        correction = office.reviews.correction(case, "first", OWNER)
        return tab_of(reading, office.reviews.state(case, OWNER).phase("first"), correction)

    assert shown() == "checks"
    office.reviews.remark(case, "first", "number", "写错了", OWNER)
    office.reviews.act(case, "back", OWNER)
    office.records.set(case, "number", "A-8", SELLER)
    for file in (one for item in office.materials.state(case, SELLER).checklist.lacking for one in item.files):
        office.materials.remove(case, "signed", file.id, SELLER)
        office.materials.supply(case, "signed", scan(200), "单.png", SELLER)
    office.reviews.act(case, "ask", SELLER, declared=True)
    assert shown() == "changes"
    did(reading, "step:1")
    assert shown() == "checks", "whoever looks at an item looks at what is said of it"
    did(reading, "tab:changes")
    did(reading, "step:1")
    assert shown() == "changes"


def test_an_item_is_accepted_and_the_next_one_shown(office: Desk, reading: Reading) -> None:
    did(reading, "accept:receipt")
    checklist = office.materials.state(reading.record, office.who(), "first").checklist
    assert str(checklist.items[0].standing) == "accepted"
    did(reading, "unaccept:receipt")
    assert str(office.materials.state(reading.record, office.who(), "first").checklist.items[0].standing) == "to_look"


def test_an_item_whose_remark_is_closed_can_be_accepted(office: Desk, reading: Reading) -> None:
    did(reading, "write:item:receipt")
    did(reading, 'remark:{"what": "没有盖章"}')
    office.reviews.act(reading.record, "back", OWNER)
    file = office.materials.state(reading.record, office.who(), "first").checklist.items[0].files[0]
    office.materials.remove(reading.record, "receipt", file.id, SELLER)
    office.materials.supply(reading.record, "receipt", scan(200), "盖了章.png", SELLER)
    office.reviews.act(reading.record, "ask", SELLER, declared=True)
    (one,) = reading.state.remarks
    did(reading, f"close:{one.id}")
    did(reading, "accept:receipt")
    assert str(office.materials.state(reading.record, office.who(), "first").checklist.items[0].standing) == "accepted"


def test_returning_asks_first_and_says_what_went(office: Desk, reading: Reading) -> None:
    did(reading, "write:item:receipt")
    did(reading, 'remark:{"what": "没有盖章"}')
    did(reading, f"ask:back:{seen(office, reading.record)}")
    assert reading.asking is not None
    did(reading, "decide:{}")
    assert "1 条意见已发出" in st.session_state[SAID][0]
    assert reading.state.phase("first").holder == "owner"
    assert [one.state for one in reading.state.remarks] == [RemarkState.OPEN]


def test_passing_with_open_remarks_is_asked_once(office: Desk, reading: Reading) -> None:
    did(reading, "write:number")
    did(reading, 'remark:{"what": "下次写清楚"}')
    did(reading, f"ask:agree:{seen(office, reading.record)}")
    assert reading.state.phase("first").holder == "office"
    move = next(one for one in reading.state.moves if one.action.key == "agree")
    assert reading.asking is not None
    for action in (move.action, move.action.model_copy(update={"kind": "move"})):
        assert "还有 1 条意见没关" in panel_html(action, reading.asking, Left(remarks=1), "", reading.record)
    did(reading, "decide:{}")
    assert reading.state.phase("first").passed


def test_what_is_not_written_is_asked_for_at_its_box(tmp_path: Path) -> None:
    desk = foshan_desk(tmp_path)
    record = load(desk, "application")["application"]
    hand_in_all(desk, record, "apply")
    desk.reviews.act(record, "submit_application", RESPONSIBLE, declared=True)
    desk.reviews.act(record, "take_up", OFFICER)
    desk.reviews.act(record, "first_review", OFFICER, opinion="齐")
    put_desk(replace(desk, present=lambda: LEADER))
    try:
        reading = Reading(record, phase="apply")
        n = reading.state.n
        did(reading, f"ask:not_recommend:{n}")
        did(reading, 'decide:{"reason": " "}')
        assert reading.asking is not None and reading.asking.at == "reason"
        move = next(one for one in reading.state.moves if one.action.key == "not_recommend")
        html = panel_html(move.action, reading.asking, Left(), "", record)
        assert re.search(r'name="reason".*</label><p class="msg bad" role="alert">.*“不推荐”要写理由', html)
        did(reading, 'decide:{"reason": "场地不够"}')
        assert reading.state.phase("apply").stage == "not_recommended"
    finally:
        put_desk(None)


def test_the_day_of_an_act_is_today_until_another_is_written(tmp_path: Path) -> None:
    desk = foshan_desk(tmp_path)
    record = load(desk, "application")["application"]
    pass_application(desk, record)
    put_desk(replace(desk, present=lambda: CITY))
    try:
        reading = Reading(record, phase="apply")
        did(reading, f"ask:publish:{reading.state.n}")
        assert reading.asking is not None
        assert day_of(reading.asking.day) == DAY  # by the clock of the desk
    finally:
        put_desk(None)


def test_a_key_takes_back_only_what_it_says(office: Desk, reading: Reading) -> None:
    def keys() -> str:
        item = items_of(office, reading).items[0]
        return bar([], 0, 1, item, ("", ""), office=True, stands="")

    assert 'data-act="accept:receipt" aria-keyshortcuts="A"' in keys()
    did(reading, "accept:receipt")
    assert 'aria-keyshortcuts="A"' not in keys()
    assert 'data-act="unaccept:receipt" aria-keyshortcuts="U"' in keys()


def test_the_list_has_the_cursor_when_it_comes(office: Desk, case: str) -> None:
    queue = office.queues.queue(OWNER)
    html = queues.table(queue, Asked(), {}, DAY, lambda _: NOBODYS)
    assert re.findall(r'data-focus="first-line"[^>]*data-act="([^"]*)"', html) == [f"open:{case}"]
    assert 'data-focus="first-line"' in queues.table(replace(queue, lines=()), Asked(), {}, DAY, lambda _: NOBODYS)


def test_what_one_may_not_do_to_the_past_is_not_offered(office: Desk, case: str) -> None:
    shown = opened("history", record=case)
    assert [one.key for one in shown.button] == ["keep_version"] and "ask:" in panels(shown)
    put_desk(replace(office, present=lambda: READER))
    shown = opened("history", record=case)
    assert not shown.exception and "交给店主" in panels(shown)
    assert [one.key for one in shown.button] == [] and "恢复" not in panels(shown)


def looked_at(reading: Reading) -> None:
    """Accept all there is."""
    for item in ("receipt", "signed", "kept"):
        did(reading, f"accept:{item}")


def test_passing_with_nothing_open_is_one_press(office: Desk, reading: Reading) -> None:
    looked_at(reading)
    did(reading, f"ask:agree:{seen(office, reading.record)}")
    assert reading.state.phase("first").passed
    assert "已“成交”" in st.session_state[SAID][0]


def test_what_changes_a_register_or_destroys_is_asked_first(office: Desk, reading: Reading) -> None:
    action = next(one for one in reading.state.moves if one.action.key == "agree").action
    asking = Asking("agree", 1)
    assert not must_ask(action, Left(), "")
    listed = action.model_copy(update={"effects": (Effect(undo="agree"),)})
    assert must_ask(listed, Left(), "")
    entering = [Entering("成交台账", "登记", ("A-7　陈掌柜", "A-8"))]
    html = panel_html(listed, asking, Left(), "", reading.record, entering=entering)
    assert "确定“成交”吗" in html
    assert "做了就记进成交台账，登记 2 条：</p><ul><li>A-7　陈掌柜</li><li>A-8</li></ul>" in html
    assert "没有要记的" in panel_html(listed, asking, Left(), "", reading.record, entering=[])
    gone = action.model_copy(update={"destroys": Destroys(), "asks": ("opinion",)})
    assert must_ask(gone.model_copy(update={"asks": ()}), Left(), "")
    html = panel_html(gone, asking, Left(), "", reading.record, along=["检查", "补发"])
    assert "当场销毁这一件的全部数据、文件和以前各版，恢复不了。一起销毁的还有它的检查、补发。" in html
    assert 'class="btn d"' in html


def test_passing_what_nobody_has_looked_at_is_asked_with_how_much_that_is(office: Desk, reading: Reading) -> None:
    did(reading, "accept:receipt")
    did(reading, "write:item:signed")
    did(reading, 'remark:{"what": "章不清楚"}')
    did(reading, f"ask:agree:{seen(office, reading.record)}")
    move = next(one for one in reading.state.moves if one.action.key == "agree")
    checklist = office.materials.state(reading.record, OWNER, "first").checklist
    left = left_of(reading.state, checklist, "first")
    assert reading.asking is not None and left.remarks == 1 and [one.id for one in left.unseen] == ["kept"]
    html = panel_html(move.action, reading.asking, left, "", reading.record)
    assert "还有 1 项材料没看" in html and 'data-act="item:kept"' in html
    silent = move.action.model_copy(update={"looked": False})
    assert "没看" not in panel_html(silent, reading.asking, left, "", reading.record)
    did(reading, "item:kept")
    assert reading.item == "kept" and reading.asking is None  # first it is looked at
    did(reading, f"ask:agree:{seen(office, reading.record)}")
    did(reading, "decide:{}")
    assert reading.state.phase("first").passed


def test_returning_names_what_nobody_has_looked_at_since_all_is_told_at_once(office: Desk, reading: Reading) -> None:
    did(reading, "write:item:signed")
    did(reading, 'remark:{"what": "章不清楚"}')
    back = next(one for one in reading.state.moves if one.action.kind == "return")
    did(reading, f"ask:{back.action.key}:{seen(office, reading.record)}")
    checklist = office.materials.state(reading.record, OWNER, "first").checklist
    left = left_of(reading.state, checklist, "first")
    assert reading.asking is not None
    html = panel_html(back.action, reading.asking, left, "", reading.record)
    assert "还有 2 项材料没看" in html and "退回要一次告知全部问题" in html and 'data-act="item:kept"' in html
    did(reading, "decide:{}")
    assert reading.state.phase("first").stage == "back"


def test_passing_several_names_what_nobody_has_looked_at_case_by_case(office: Desk, case: str) -> None:
    other = filled_order(office)
    for item, shade in (("receipt", 250), ("signed", 240)):
        office.materials.supply(other, item, scan(shade), f"{item}.png", SELLER)
    office.reviews.act(other, "ask", SELLER, declared=True)
    for item in ("signed", "kept"):
        office.reviews.accept(case, "first", item, OWNER)
    office.reviews.remark(other, "first", "item:receipt", "看不清", OWNER)
    together = Together(picked=[case, other])
    assert at_once(together, "together", "order:agree", lambda: office.queues.queue(OWNER))
    assert [(one.record, one.items) for one in together.unlooked] == [
        (case, ("收据",)),
        (other, ("汇总单扫描件", "货物登记")),
    ]
    html = asking(together, office.batches.choices(together.picked, OWNER))
    assert "2 件里有 3 项材料没看" in html
    assert f'data-act="open:{case}">A-7</a>　1 项没看：收据</li>' in html
    [unseen] = office.batches.unlooked("back", [case], OWNER)  # whoever returns it tells all at once
    assert unseen.items == ("收据",)
    office.reviews.accept(case, "first", "receipt", OWNER)
    at_once(together, "together", "order:agree", lambda: office.queues.queue(OWNER))
    assert [one.record for one in together.unlooked] == [other]
    together.pick([other], on=False)
    at_once(together, "together", "order:agree", lambda: office.queues.queue(OWNER))
    assert "没看" not in asking(together, office.batches.choices(together.picked, OWNER))


def test_a_question_goes_when_nothing_is_left_to_ask(office: Desk, reading: Reading) -> None:
    looked_at(reading)
    did(reading, "write:number")
    did(reading, 'remark:{"what": "下次写清楚"}')
    did(reading, f"ask:agree:{seen(office, reading.record)}")
    assert reading.asking is not None
    (one,) = reading.state.remarks
    did(reading, f"drop:{one.id}")
    state = reading.state
    assert not asked_still(reading, state.moves, left_of(state, items_of(office, reading), "first"))
    assert reading.asking is None


def test_a_key_asks_first_though_nothing_is_left_to_ask(office: Desk, reading: Reading) -> None:
    looked_at(reading)
    did(reading, f"sure:agree:{seen(office, reading.record)}")
    state = reading.state
    move = asked_still(reading, state.moves, left_of(state, items_of(office, reading), "first"))
    assert move is not None and reading.asking is not None
    html = panel_html(move.action, reading.asking, Left(), "", reading.record)
    assert "确定“成交”吗" in html
    assert 'data-focus="ask:agree"' in html
    did(reading, "unask")
    assert reading.asking is None
    did(reading, f"sure:agree:{seen(office, reading.record)}")
    did(reading, "decide:{}")
    assert "已“成交”" in st.session_state[SAID][0]


def items_of(desk: Desk, reading: Reading) -> Checklist:
    return desk.materials.state(reading.record, OWNER, "first").checklist


def test_what_was_told_is_gone_with_the_next_press(office: Desk, reading: Reading) -> None:
    did(reading, f"ask:agree:{seen(office, reading.record)}")
    did(reading, "decide:{}")
    assert "已“成交”" in st.session_state[SAID][0]
    did(reading, "tab:facts")
    assert SAID not in st.session_state


def test_a_stale_page_is_refused_with_who_did_what(office: Desk, reading: Reading) -> None:
    n = seen(office, reading.record)
    other = Person(name="黄志伟", roles=("owner",))
    office.reviews.remark(reading.record, "first", "number", "不对", other)
    office.reviews.act(reading.record, "back", other)
    did(reading, f"ask:agree:{n}")
    words_, colour, *_ = st.session_state[SAID]
    assert colour == "amber"
    assert "黄志伟" in words_ or "不能" in words_
    assert reading.asking is None


def test_a_private_fact_is_told_whole_only_with_a_reason(office: Desk, reading: Reading) -> None:
    reading.showing = "number"
    did(reading, 'unmask:{"why": " "}')
    assert "没有写用途" in st.session_state[SAID][0]
    did(reading, 'unmask:{"why": "与原件核对"}')
    assert reading.shown == {"number": "A-7"}
    line = office.log.lines()[0]
    assert (line.did, line.why, line.record) == (Did.UNMASKED, "与原件核对", reading.record)


def test_who_may_not_fill_reads_numbers_masked_until_a_reason_is_given(tmp_path: Path) -> None:
    looker = Person(name="周查", roles=("owner",), rights=(Right(actions=frozenset()),))
    desk = a_desk(tmp_path, ("label: 备注, type: long_text", "label: 手机, type: mobile, private: true"))
    put_desk(replace(desk, present=lambda: looker))
    try:
        order = filled_order(desk)
        desk.records.set(order, "memo", "13812345678", SELLER)
        app = opened("fill", record=order)
        assert not app.exception
        assert "13812345678" not in words(app) + bodies(app)
        assert not [box.key for box in (*app.text_input, *app.text_area) if "-number" in (box.key or "")]
        told = {one.path: one.text for part in desk.verification.facts(order, "last", looker) for one in part.facts}
        assert (told["number"], told["memo"]) == ("A-7", "138****5678")
        reading = reading_of(order)
        reading.showing = "memo"
        did(reading, 'unmask:{"why": "打电话核实"}')
        assert reading.shown == {"memo": "13812345678"}
        assert desk.log.lines()[0].did == Did.UNMASKED
    finally:
        put_desk(None)
        st.session_state.clear()


def test_facts_are_read_by_section_and_row(office: Desk, case: str) -> None:
    sections = office.verification.facts(case, "first", office.who())
    goods = next(one for one in sections if one.key == "goods")
    ((row, label),) = goods.rows
    assert (label, goods.opened) == ("钉子", {})
    opened_ = next(
        one for one in office.verification.facts(case, "first", office.who(), f"goods/{row}") if one.key == "goods"
    )
    assert opened_.opened[row][0].path == f"goods/{row}/what"


def test_no_key_and_no_word_of_python_stands_among_the_facts(tmp_path: Path) -> None:
    many = '- {key: many, label: 件数多不多, value: "pieces > 2", explain: 三件起}'
    memo = "- {key: memo, label: 备注, type: long_text}"
    desk = a_desk(tmp_path, (memo, f"{many}\n      {memo}"))
    order = filled_order(desk)
    assert '件数多不多</span><span class="va">是</span>' in facts(
        desk.verification.facts(order, "first", OWNER), Looked(shown={}, asking="", unfolded=()), lambda *_: ""
    )


def answered(office: Desk, case: str) -> None:
    """Something is said to all that came back."""
    for one in office.reviews.state(case, SELLER).remarks:
        office.reviews.answer(case, one.id, "对照过，没有错", SELLER)


def test_a_file_that_is_not_sorted_is_no_material_that_was_changed(office: Desk, case: str) -> None:
    office.reviews.remark(case, "first", "number", "不对", OWNER)
    office.reviews.act(case, "back", OWNER)
    office.materials.supply(case, UNSORTED, scan(210), "还没归类.png", SELLER)
    office.materials.supply(case, "receipt", scan(220), "收据二.png", SELLER)
    answered(office, case)
    office.reviews.act(case, "ask", SELLER, declared=True)
    assert office.reviews.correction(case, "first", OWNER).items == ("receipt",)


def test_what_was_withdrawn_is_no_correction(office: Desk, case: str) -> None:
    def shown() -> str:
        (line,) = office.queues.queue(OWNER, "done" if done() else "waiting").lines
        assert line.round == times
        looked = replace(office.queues.queue(OWNER), lines=(replace(line, remarks=0),))
        return queues.table(looked, Asked(), {}, DAY, lambda _: NOBODYS)

    def done() -> bool:
        return office.reviews.state(case, OWNER).phase("first").holder == "done"

    times = 1
    office.reviews.act(case, "take", SELLER)
    office.reviews.act(case, "ask", SELLER, declared=True)
    assert "补正重交" not in shown()
    office.reviews.remark(case, "first", "number", "不对", OWNER)
    office.reviews.act(case, "back", OWNER)
    answered(office, case)
    office.reviews.act(case, "ask", SELLER, declared=True)
    times = 2
    assert "补正重交，看改动" in shown()
    office.reviews.act(case, "agree", OWNER, confirmed=True)
    assert "补正重交" not in shown()


def test_linked_records_are_looked_into_where_they_are_named(tmp_path: Path) -> None:
    desk = foshan_desk(tmp_path)
    case = load(desk, "application")["application"]
    put_desk(replace(desk, present=lambda: OFFICER))
    reading = Reading(case, phase="apply")

    def shown() -> str:
        found = desk.verification.facts(case, "apply", OFFICER, reading.row, reading.unfolded)
        return facts(found, Looked(shown={}, asking="", unfolded=reading.unfolded), lambda _key, _at: "")

    try:
        assert "统一社会信用代码" not in shown()
        assert 'data-act="unfold:institution" aria-label="培训机构里的数据" aria-expanded="false"' in shown()
        assert "unfold:apply_date" not in shown()
        did(reading, "unfold:institution")
        assert "<dt>统一社会信用代码</dt>" in shown()
        did(reading, "unfold:teachers")
        assert "何秀珍</button>" in shown()
        assert "<dt>任教内容</dt>" not in shown(), "of several first the names"
        (first,) = re.findall('data-act="(unfold:teachers#[^"]+)"[^>]*><span[^>]*>[^<]*</span>何秀珍<', shown())
        did(reading, first)
        assert shown().count("<dt>任教内容</dt>") == 1
        did(reading, "unfold:institution")
        assert "统一社会信用代码" not in shown()
    finally:
        put_desk(None)
        st.session_state.clear()


def test_the_bar_puts_the_way_on_last_and_gives_keys(office: Desk, case: str) -> None:
    state = office.reviews.state(case, OWNER)
    moves = moves_of(state, ["first", "last"], "first")
    assert [(move.action.key, key) for move, _, key in in_order(moves)] == [("back", "Alt+B"), ("agree", "Alt+Enter")]
    html = bar(moves, 2, state.n, None, ("", ""), office=True, stands="")
    assert "退回时一次列全" in html
    assert html.index("退回") < html.index("成交")
    assert f'data-act="ask:agree:{state.n}" data-last' in html
    assert f'data-act="sure:agree:{state.n}" aria-keyshortcuts="Alt+Enter"' in html


def test_what_needs_a_reason_is_no_way_on() -> None:
    """Neither the blue button nor its key sends numbers back, takes rights away or puts a disposal off."""
    forms = load_packs(ROOT / "forms").forms

    def ways(form: str, stage: str, role: str) -> tuple[list[str], str]:
        """What is offered as plain buttons, and the way on."""
        acts = [one for one in forms[form].actions if stage in one.from_ and role in one.by]
        found = in_order([Move(action=one) for one in acts])
        return [move.action.key for move, look, _ in found if look == "btn"], next(
            (move.action.key for move, look, _ in found if look == "btn p"), ""
        )

    assert ways("training_class", "codes_filled", "district_officer") == (["return_codes"], "register_certificates")
    assert ways("training_class", "disposal_asked", "district_leader")[1] == "approve_disposal"
    assert ways("inspection", "rectifying", "district_leader")[1] == ""
    assert ways("training_class", "filing_sent", "district_officer")[1] == "review_filing"


def test_what_cannot_be_done_or_changes_nothing_is_no_way_on() -> None:
    acts = {one.key: one for one in load_packs(ROOT / "forms").forms["inspection"].actions}
    closed = Move(action=acts["close_record"], hindered="检查发现了问题")
    looks = {move.action.key: look for move, look, _ in in_order([closed, Move(action=acts["order_rectify"])])}
    assert looks == {"close_record": "btn off", "order_rectify": "btn p"}
    assert [look for _, look, _ in in_order([closed])] == ["btn p"], "it says why"
    again = [Move(action=acts["order_again"])]
    assert [look for _, look, _ in in_order(again, idle={"order_again"})] == ["btn"]


def test_whoever_decides_reads_what_was_said_before(tmp_path: Path) -> None:
    desk = foshan_desk(tmp_path)
    record = load(desk, "application")["application"]
    hand_in_all(desk, record, "apply")
    act = desk.reviews.act
    act(record, "submit_application", RESPONSIBLE, declared=True)
    act(record, "take_up", OFFICER)
    act(record, "first_review", OFFICER, opinion="材料齐全，<同意>推荐")

    def standing() -> PhaseStanding:
        return desk.reviews.state(record, LEADER).phase("apply")

    assert "意见：</span>材料齐全，&lt;同意&gt;推荐" in said_before(standing())
    put_desk(replace(desk, present=lambda: LEADER))
    assert "意见：</span>材料齐全，&lt;同意&gt;推荐" in panels(opened("review", record=record))
    put_desk(None)
    act(record, "recommend", LEADER, opinion="同意推荐", rank=1)
    act(record, "report_to_city", OFFICER, day=DAY)
    act(record, "return_to_district", CITY, reason="名次重了")
    shown = acts_told(standing())
    titles = ["退回区重审", "报送市局", "推荐", "初审完毕，送负责人", "受理", "提交申请"]
    places = [shown.index(f"<b>{one}</b>") for one in titles]
    assert places == sorted(places), "the newest first"
    for told in ("名次重了", "2026年12月20日", "排第几：</span>1", "同意推荐", LEADER.name, RESPONSIBLE.name):
        assert told in shown
    assert "报送市局" not in said_before(standing()), "nothing was said with it"

    def past(who: Person) -> str:
        room = desk.history.behind(Door(lambda: who, lambda *_: None))
        return " ".join(one.note for one in room.timeline(record))

    for reader in (LEADER, CITY, Person()):
        assert "意见：材料齐全" in past(reader) and "理由：名次重了" in past(reader)
    assert past(RESPONSIBLE).strip() == "", "not before it is decided"
    desk.reviews.remark(record, "apply", "apply_date", "日期晚了", OFFICER)
    act(record, "return_application", OFFICER)
    assert "意见：材料齐全" in past(RESPONSIBLE)


def test_who_has_nothing_to_do_here_is_told_for_whom_it_waits(tmp_path: Path) -> None:
    desk = foshan_desk(tmp_path)
    record = load(desk, "application")["application"]
    hand_in_all(desk, record, "apply")
    desk.reviews.act(record, "submit_application", RESPONSIBLE, declared=True)
    desk.reviews.act(record, "take_up", OFFICER)
    state = desk.reviews.state(record, OFFICER)
    assert (stands(state.phase("apply"), mine="apply" in state.waits), "apply" in state.writes) == ("", True)
    item = desk.materials.state(record, OFFICER, "apply").checklist.items[0]

    def foot(who: Person) -> str:
        state = desk.reviews.state(record, who)
        standing = state.phase("apply")
        return bar(
            moves_of(state, ["apply", "approved"], "apply"),
            0,
            state.n,
            item,
            ("", ""),
            office=True,
            stands=stands(standing, mine="apply" in state.waits),
            writes="apply" in state.writes,
        )

    desk.reviews.act(record, "first_review", OFFICER, opinion="齐")
    shown = foot(OFFICER)  # who may still send it back, but waits
    assert "现在是“待区负责人审定”，等区负责人办" in shown and 'data-act="accept:' in shown
    assert "等区负责人办" not in foot(LEADER)
    desk.reviews.act(record, "recommend", LEADER, opinion="同意", rank=1)
    desk.reviews.act(record, "report_to_city", OFFICER, day=DAY)
    shown = foot(LEADER)  # it is with the city
    assert "等市局经办人办" in shown
    assert 'data-act="accept:' not in shown and "写意见" not in shown and "意见 0 条" not in shown
    with pytest.raises(NotYours, match="市局经办人"):
        desk.reviews.remark(record, "apply", "apply_date", "晚了", LEADER)


def test_the_differing_character_is_marked() -> None:
    assert marked("禾扬学校", "禾杨学校") == ("禾<mark>扬</mark>学校", "禾<mark>杨</mark>学校")
    assert marked("<b>", "48 人") == ("&lt;b&gt;", "48 人")


def test_the_chip_names_the_other(office: Desk, case: str) -> None:
    standing = office.reviews.state(case, OWNER).phase("first")
    assert others(standing, {}, "李敏") == ""
    assert others(standing, {"黄志伟": datetime(2026, 11, 24, 10, 38)}, "李敏") == "黄志伟 10:38 也打开了本件"


def test_dates_are_read_as_elsewhere() -> None:
    assert day_of("2026年12月7日") == date(2026, 12, 7)
    assert day_of("十二月") is None


def test_words_of_forms_are_plain_data(reading: Reading) -> None:
    did(reading, "write:number")
    did(reading, "remark:" + json.dumps({"what": "<script>"}))
    assert reading.state.remarks[0].what == "<script>"


def test_a_phrase_is_kept_for_the_unit_and_given_up(office: Desk, reading: Reading) -> None:
    for what, keep in (("章没有盖全\n请补", "on"), ("日期不清", "on"), ("只说一次", "")):
        did(reading, "write:number")
        did(reading, "remark:" + json.dumps({"what": what, "keep": keep}))
    assert office.habits.phrases() == ["日期不清", "章没有盖全 请补"]
    html = form(Writing("number", "number"), "r1", Phrases(("照片不清",), office.habits.phrases()))
    places = [html.index(one) for one in ("日期不清", "章没有盖全 请补", "照片不清")]
    assert places == sorted(places)
    did(reading, "forget:日期不清")
    assert office.habits.phrases() == ["章没有盖全 请补"]
