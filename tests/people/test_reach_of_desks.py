"""Every read and every act about a case asks who it is for, and refuses outside their reach."""

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from onefill.errors import OneFillError
from onefill.people import NotYourAction
from onefill.service import Desk
from onefill.service.guard import NotYours
from onefill.service.materials import Materials
from onefill.service.notices import Notices
from onefill.service.reviews import Reviews
from onefill.service.shapes import Person
from onefill.service.verification import Verification
from store import EVERYTHING
from tests.people.making import STAFF, a_shop
from tests.people.test_scope import SEES
from tests.reviews.test_verification import one_page

DESKS: dict[str, type] = {
    "materials": Materials,
    "reviews": Reviews,
    "verification": Verification,
    "notices": Notices,
}
#: What the methods are asked with, by the names of their arguments.
ASKED: dict[str, Any] = {
    "phase": "first",
    "item": "receipt",
    "source": b"x",
    "target": "unsorted",
    "filename": "x.pdf",
    "file": "f",
    "place": 1,
    "width": 200,
    "at": "memo",
    "path": "memo",
    "what": "不对",
    "why": "核对",
    "key": "k",
    "remark": "r",
    "text": "改了",
    "action": "agree",
    "name": "谁",
    "to": Person(name="谁"),
    "pages": (),
    "print": "0" * 8,
}
#: Methods that only whoever fills may call.
FILLS = {
    "materials.supply",
    "materials.show_original",
    "materials.assign",
    "materials.arrange",
    "materials.of_print",
    "materials.remove",
    "reviews.answer",
}


def about_records() -> Iterator[str]:
    """Every public method that is about one record."""
    for desk, kind in DESKS.items():
        for name, method in inspect.getmembers(kind, inspect.isfunction):
            if not name.startswith("_") and "record" in inspect.signature(method).parameters:
                yield f"{desk}.{name}"


METHODS = sorted(about_records())


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return a_shop(tmp_path_factory.mktemp("reach"), html=lambda _: one_page())


@pytest.fixture(scope="module")
def records(desk: Desk) -> dict[str, str]:
    """A record of each shop."""
    return {shop: desk.records.create("order", desk.people.named(f"{shop}一"), {"number": shop}) for shop in "甲乙丙"}


def called(desk: Desk, name: str, record: str, who: Person) -> None:
    """Call a method with whatever it wants."""
    room, _, method = name.partition(".")
    call: Callable[..., object] = getattr(getattr(desk, room), method)
    wanted = inspect.signature(call).parameters.values()
    given = {one.name: ASKED[one.name] for one in wanted if one.default is one.empty and one.name in ASKED}
    call(**{"record": record, "who": who, **given})


def test_there_are_methods_and_all_ask_who() -> None:
    assert set(METHODS) > FILLS
    assert len(METHODS) > 20
    for name in METHODS:
        room, _, method = name.partition(".")
        assert "who" in inspect.signature(getattr(DESKS[room], method)).parameters, name


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", SEES)
def test_what_is_out_of_reach_is_refused(desk: Desk, records: dict[str, str], name: str, method: str) -> None:
    who, fills = desk.people.named(name), "seller" in STAFF[name][1]
    for shop, record in records.items():
        before = desk.store.stamp(record)
        if shop not in SEES[name]:
            with pytest.raises(NotYours):
                called(desk, method, record, who)
            assert desk.store.stamp(record) == before
        elif method in FILLS and not fills:
            with pytest.raises(NotYourAction):
                called(desk, method, record, who)
            assert desk.store.stamp(record) == before
        else:
            try:
                called(desk, method, record, who)
            except OneFillError as error:
                assert not isinstance(error, NotYours | NotYourAction), method


def test_a_role_fills_the_forms_it_names(desk: Desk) -> None:
    keeper = desk.people.named("甲一")
    (right,) = keeper.rights
    assert right.fills is None
    only = Person(
        name="丁",
        unit=keeper.unit,
        roles=(),
        rights=(type(right)(keeper.unit, right.reach, right.actions, frozenset({"customer"})),),
    )
    customer = desk.records.create("customer", only)
    desk.records.set(customer, "name", "客户", only)
    with pytest.raises(NotYourAction):
        desk.records.create("order", only)
    order = desk.records.create("order", keeper)
    n = desk.store.latest(order, EVERYTHING).n
    for deed in (
        lambda: desk.records.set(order, "memo", "写", only),
        lambda: desk.records.delete(order, only),
        lambda: desk.records.hand_over(order, "乙", only),
        lambda: desk.history.restore(order, 1, only),
        lambda: desk.materials.supply(order, "unsorted", b"x", "x.pdf", only),
        lambda: desk.guard.require(only, order, "fill"),
    ):
        with pytest.raises(NotYourAction):
            deed()
    assert desk.store.latest(order, EVERYTHING).n == n
    assert desk.materials.state(order, only).phase == "first"
