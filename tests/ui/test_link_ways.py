"""A link with nothing to choose is no dead end."""

from dataclasses import replace

import pytest

from onefill.service.desk import Desk
from onefill.ui import link_ways


def test_what_is_not_there_can_be_made_and_the_only_one_taken(
    desk: Desk, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_ways, "begin", lambda form, title, **_: f"new:{form} {title}")
    customer = desk.records.fields(order, "basics")[1]
    assert link_ways.wanted(customer)
    assert link_ways.way(customer, "客户") == "new:customer 客户"
    desk.records.set(desk.records.create("customer", desk.who()), "name", "甲商行", desk.who())
    customer = desk.records.fields(order, "basics")[1]
    assert link_ways.wanted(customer)
    assert "用“甲商行”" in link_ways.way(customer, "客户")
    assert not link_ways.wanted(replace(customer, stored=customer.options[0][0]))
    assert not link_ways.wanted(replace(customer, options=customer.options * 2))
