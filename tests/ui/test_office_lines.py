"""Lists as an office reads them: what is waited for and from whom; nothing is offered that would be refused."""

from dataclasses import replace
from datetime import date

import pytest

from onefill.people import Right
from onefill.service.desk import Desk
from onefill.service.life import waits
from onefill.service.shapes import Person, Submitted
from onefill.ui.lists import table
from onefill.ui.shared import put_desk
from tests.ui.desk import filled_order
from tests.ui.test_materials_screen import CHIEF, give_back, hand_in
from tests.ui.test_screens import opened, panels

OFFICER = replace(CHIEF, rights=(Right(actions=frozenset({"return"})),))
KEEPER = Person(name="高账号", roles=("keeper",), rights=(Right(actions=frozenset({"accounts"})),))
HANDED = Submitted(
    phase=0,
    title="备案",
    stage="待区审核",
    holder="office",
    passed=False,
    returned=0,
    due=date(2026, 12, 4),
    remarks=0,
    waits_for=frozenset({"officer"}),
    owners=frozenset({"clerk"}),
)
ROLES = {"clerk": "经办人", "officer": "区经办人", "leader": "区负责人"}


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (None, "等经办人提交"),
        (HANDED, "等区经办人办"),
        (replace(HANDED, waits_for=frozenset({"leader"})), "等您办"),
        (replace(HANDED, waits_for=frozenset({"leader"}), assigned="李区长"), "等您办"),
        (replace(HANDED, assigned="陈经办"), "等区经办人办，陈经办承办"),
        (replace(HANDED, waits_for=frozenset()), "等审核的人办"),
        (replace(HANDED, holder="owner", returned=1, remarks=2), "等经办人改好再交，2 条意见没有答复"),
        (replace(HANDED, holder="owner", returned=2), "退回过 2 次，等经办人改好再交"),
        (replace(HANDED, holder="done", passed=True, then="领证", then_by=frozenset({"clerk"})), "等经办人提交领证"),
        (replace(HANDED, holder="done", then="领证"), "办结，没有通过"),
        (replace(HANDED, holder="done", passed=True), "办结"),
        (replace(HANDED, holder="done"), "办结，没有通过"),
        (replace(HANDED, holder="done", passed=True, awaits=frozenset({"leader", "officer"})), "等您办"),
        (replace(HANDED, holder="done", passed=True, awaits=frozenset({"officer"}), then="领证"), "等区经办人办"),
    ],
)
def test_what_is_waited_for_and_from_whom(told: Submitted | None, said: str) -> None:
    assert waits(told, "李区长", ("leader",), ROLES, owners=("clerk",)) == said


@pytest.fixture
def order(shop: Desk) -> str:
    return filled_order(shop)


def row(desk: Desk, order: str, who: Person) -> str:
    """The line of the order as somebody sees it."""
    put_desk(replace(desk, present=lambda: who))
    return table([one for one in desk.records.list() if one.id == order], "名称")


def test_an_officer_reads_the_office_s_words_and_is_offered_nothing_refused(shop: Desk, order: str) -> None:
    hand_in(shop, order)
    assert "等店主办" in row(shop, order, replace(OFFICER, roles=()))
    shown = row(shop, order, OFFICER)
    assert "等什么" in shown
    assert "完成" not in shown
    assert "等您办" in shown
    assert f'data-act="review:{order}"' in shown
    assert 'data-act="star:' in shown
    assert not [
        verb for verb in ("hand", "copy", "delete", "open") if f'<button type="button" data-act="{verb}:' in shown
    ]
    assert not [verb for verb in ("hand", "copy", "delete") if f"{verb}:" in shown]


def test_who_sees_all_and_decides_nothing_reads_and_is_led_to_no_review(shop: Desk, order: str) -> None:
    hand_in(shop, order)
    shown = row(shop, order, KEEPER)
    assert "等店主办" in shown
    assert f'data-act="open:{order}"' in shown
    assert "review:" not in shown


def test_the_first_page_leads_everybody_to_what_they_are_here_for(shop: Desk, order: str) -> None:
    hand_in(shop, order)
    put_desk(replace(shop, present=lambda: KEEPER))
    shown = panels(opened("start"))
    assert "1 个办件：1 个在审" in shown
    assert "管账号" in shown
    assert not [word for word in ("待办", "审核", "新建", "等您审") if word in shown]
    put_desk(replace(shop, present=lambda: OFFICER))
    assert "1 件等您审" in panels(opened("start"))


def test_the_clerk_s_words_stay_and_the_term_of_the_stage_stands_beside_them(shop: Desk, order: str) -> None:
    shown = row(shop, order, shop.who())
    assert "期限" not in shown
    assert f'data-act="delete:{order}:' in shown
    hand_in(shop, order)
    shown = row(shop, order, shop.who())
    assert "接下来做什么" in shown
    assert "11月27日" in shown
    assert f'data-act="open:{order}"' in shown


def test_what_came_back_is_the_clerk_s_to_mend(shop: Desk, order: str) -> None:
    give_back(shop, order)
    assert f'data-act="back:{order}"' in row(shop, order, shop.who())
    shown = row(shop, order, OFFICER)
    assert "等店员改好再交，2 条意见没有答复" in shown
    assert f'data-act="review:{order}"' in shown
    assert f'data-act="back:{order}"' not in shown
