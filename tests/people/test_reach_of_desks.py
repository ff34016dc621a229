"""Whatever a desk lets do, read, list or search stops where the reach of whoever is there ends.

Every public method of every room is found here by itself. One that is about a record is tried by everybody at every
record; any other one must stand in a table below, or the tests fail until somebody has thought about it.
"""

import inspect
from collections.abc import Callable, Collection, Iterator
from inspect import signature
from typing import Any, get_type_hints

import pytest

from onefill.errors import OneFillError
from onefill.people import NotYourAction, SignedOut
from onefill.service import Desk
from onefill.service.access import Did
from onefill.service.errors import RecordUnknown
from onefill.service.room import RECORD, Room, asks_at_the_door
from onefill.service.shapes import Person
from onefill.tables import plain, read
from store import EVERYTHING
from tests.people.making import EAST, PACK, a_shop, hire
from tests.people.test_scope import SEES as STAFF_SEES
from tests.reviews.test_verification import one_page
from tests.ui.desk import CUSTOMER, ORDER

#: The same order, with a day that runs out and somebody who decides.
DECIDED = """
life: [{title: 送货, date: day}]
stages:
  - {key: asked, title: 等区里看, holder: office, days: 3}
  - {key: done, title: 已成交, holder: done, passed: true}
actions:
  - {key: ask, title: 交给区里, kind: submit, from: [draft], to: asked, by: [seller]}
  - {key: agree, title: 同意, kind: pass, from: [asked], to: done, by: [looker]}
"""
WEST = "city/west"
DAY = "2026-01-12"
#: Who may look at whose records: also an officer of another district, and somebody in a district without its role.
SEES = {**STAFF_SEES, "西一": "丙", "东作": ""}
#: What methods are asked with, by the names of their arguments.
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
    "run": (),
    "print": "0" * 8,
    "section": "goods",
    "row": "r1",
    "after": None,
    "values": {},
    "raw": "写",
    "data": b"x",
    "edits": (),
    "said": {},
    "n": 1,
    "number": 1,
    "old": 1,
    "document": "sheet",
    "documents": ("sheet",),
    "suffix": ".pdf",
    "method": "archive",
    "job": "j",
    "id": "i",
    "sheet": "s",
    "line": 1,
    "field": "what",
    "word": "茶",
    "option": None,
    "workbook": read(plain("货物", ("品名",), [("茶",)]), "货物.xlsx"),
    "on": True,
}
#: What some of them want otherwise.
OTHERWISE = {
    "records.grid": {"section": "ticks"},
    "records.hand_over": {"to": "甲二"},
    "transfers.hand_one": {"to": "甲二"},
}
#: Methods that only whoever fills may call, though they write nothing that a version holds.
FILLS = {
    "materials.supply",
    "materials.show_original",
    "materials.assign",
    "materials.arrange",
    "materials.of_print",
    "materials.order",
    "materials.still_right",
    "materials.remove",
    "reviews.answer",
}
#: Rooms and methods that give out nothing of any record, with the reason.
NOTHING_OF_RECORDS = {
    "authoring": "forms, templates and sample facts",
    "provider": "the identity provider",
    "people": "accounts; each method that tells of them asks who, see test_people_service",
    "guard": "is what asks",
    "records.create": "makes a record of the own unit",
    "imports.read": "the person's own workbook",
    "imports.with_word": "the person's own workbook",
    "imports.marked": "the person's own workbook",
    "documents.listed": "facts that whoever calls has got already",
    "documents.made": "facts that whoever calls has got already",
    "reviews.case_facts": "a record that whoever calls has opened already",
    "reviews.checklist": "a record that whoever calls has opened already",
    "habits.widths": "columns of a form",
    "habits.keep_widths": "columns of a form",
    "log.note": "writes",
    "jobs.run": "hands nothing out; asks for whoever asked for the job",
    "jobs.resume_abandoned": "tells nothing",
    "queues.is_officer": "the person's own roles",
    "queues.stamp": "how many there are of what ``queues.queue`` lists",
    "queues.workbook": "what ``queues.queue`` lists",
    "queues.figures_workbook": "what ``queues.figures`` counts",
}
#: Handing cases on asks for accounts, not for records; who may is tried below.
ACCOUNTS_ONLY = {"transfers.hand_over", "transfers.adopt"}


def records_of(lines: Collection[Any]) -> set[str]:
    return {line.record for line in lines}


#: What lists, searches and exports hold: the records, or as many of them as are counted.
LISTS: dict[str, Callable[[Desk], Collection[str] | int]] = {
    "records.list": lambda desk: {line.id for line in [*desk.records.list("order"), *desk.records.list(text="甲")]},
    "records.expiring": lambda desk: records_of(desk.records.expiring("order")),
    "records.deleted": lambda desk: {line.id for line in desk.records.deleted()},
    "records.damages": lambda desk: records_of(desk.records.damages()),
    "views.ahead": lambda desk: records_of(desk.views.ahead("order", 90)),
    "habits.favourites": lambda desk: desk.habits.favourites(),
    "habits.opened": lambda desk: desk.habits.opened(),
    "queues.queue": lambda desk: records_of(desk.queues.queue(desk.who(), "office").lines),
    "queues.figures": lambda desk: sum(desk.queues.figures(desk.who())["unit"].values()),
    "log.lines": lambda desk: {line.record for line in desk.log.lines() if line.did == Did.PRINTED},
    "log.verify": lambda desk: records_of(desk.log.verify()),
}


def rooms() -> Iterator[tuple[str, type]]:
    """All that a desk is made of."""
    for name, hint in get_type_hints(Desk).items():
        kinds = [one for one in getattr(hint, "__args__", (hint,)) if inspect.isclass(one)]
        yield from ((name, kind) for kind in kinds if kind.__module__.startswith("onefill.service"))


def public() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public method of a desk's rooms."""
    for room, kind in rooms():
        for name, method in inspect.getmembers(kind, callable):
            if not name.startswith("_") and room not in ("settings", "present") and not hasattr(Room, name):
                yield f"{room}.{name}", method


METHODS = dict(public())
ABOUT_A_RECORD = sorted({name for name, method in METHODS.items() if asks_at_the_door(method)} - {"guard.require"})
#: Those that ask by themselves too, before anything else but the person's own file is looked for.
ASKS_WHO = [name for name in ABOUT_A_RECORD if "who" in signature(METHODS[name]).parameters and "inbox" not in name]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    folder = tmp_path_factory.mktemp("reach")
    pack = folder / "forms" / "shop"
    pack.mkdir(parents=True)
    (folder / "templates" / "shop").mkdir(parents=True)
    order = ORDER.replace("label: 日期, type: date", "label: 日期, type: date, expires: true") + DECIDED
    for name, text in (("pack", PACK), ("order", order), ("customer", CUSTOMER)):
        (pack / f"{name}.yaml").write_text(text, encoding="utf-8")
    made = a_shop(folder, html=lambda _: one_page())
    hire(made, "西一", WEST, "looker")
    hire(made, "东作", EAST, "maker")
    return made


@pytest.fixture(scope="module")
def records(desk: Desk) -> dict[str, str]:
    """A record of each shop, handed in."""
    return {shop: an_order(desk, shop) for shop in "甲乙丙"}


def an_order(desk: Desk, shop: str) -> str:
    keeper = desk.people.named(f"{shop}一")
    customer = desk.records.create("customer", keeper, {"name": f"{shop}的客户"})
    facts = {"number": shop, "customer": customer, "day": DAY, "way": "自取", "pieces": "1"}
    return desk.records.create("order", keeper, {**facts, "goods": {"r1": {"@order": 1, "what": "茶"}}})


def behind(desk: Desk, name: str) -> Desk:
    """The desk as somebody finds it."""
    person = desk.people.named(name)
    return desk.as_(lambda: person)


def nobody() -> Person:
    """Who has not signed in."""
    raise SignedOut


def called(desk: Desk, name: str, record: str, who: Person) -> None:
    """Call a method about a record with whatever it wants besides."""
    room, _, method = name.partition(".")
    wanted = signature(METHODS[name]).parameters.values()
    given = {one.name: ASKED[one.name] for one in wanted if one.default is one.empty and one.name in ASKED}
    if any(one.name == "who" for one in wanted):
        given["who"] = who
    getattr(getattr(desk, room), method)(**{RECORD: record, **given, **OTHERWISE.get(name, {})})


def told(desk: Desk, name: str, record: str, who: Person) -> str:
    """How somebody is told that there is no such record."""
    with pytest.raises(RecordUnknown) as refused:
        called(desk, name, record, who)
    return str(refused.value).replace(record, "")


def test_every_method_of_every_room_has_been_thought_of() -> None:
    known = {*ABOUT_A_RECORD, *LISTS, *ACCOUNTS_ONLY, *NOTHING_OF_RECORDS}
    assert {name for name in METHODS if not {name, name.partition(".")[0]} & known} == set()
    assert {name for name in known if "." in name} <= METHODS.keys()
    assert len(ABOUT_A_RECORD) > 90


@pytest.mark.parametrize("method", ABOUT_A_RECORD)
def test_a_record_out_of_reach_is_told_as_one_that_is_not_there(
    desk: Desk, records: dict[str, str], method: str
) -> None:
    for name, sees in SEES.items():
        theirs = behind(desk, name)
        for shop, record in records.items():
            if shop not in sees:
                before = desk.store.stamp(record)
                assert told(theirs, method, record, theirs.who()) == told(theirs, method, "0" * 16, theirs.who())
                assert desk.store.stamp(record) == before


@pytest.mark.parametrize("method", ABOUT_A_RECORD)
def test_who_has_not_signed_in_has_nothing(desk: Desk, records: dict[str, str], method: str) -> None:
    for record in (*records.values(), "0" * 16):
        with pytest.raises(SignedOut):
            called(desk.as_(nobody), method, record, Person(name="谁", rights=()))


@pytest.mark.parametrize("method", ASKS_WHO)
def test_what_asks_who_it_is_for_asks_also_without_a_door(desk: Desk, records: dict[str, str], method: str) -> None:
    for name, sees in SEES.items():
        who = desk.people.named(name)
        for shop, record in records.items():
            if shop not in sees:
                assert told(desk, method, record, who) == told(desk, method, "0" * 16, who)


@pytest.mark.parametrize("method", ABOUT_A_RECORD)
@pytest.mark.parametrize("name", ["甲一", "东一", "市查"])
def test_a_record_within_reach_is_there(desk: Desk, name: str, method: str) -> None:
    record, theirs = an_order(desk, "甲"), behind(desk, name)
    n = desk.store.latest(record, EVERYTHING).n
    try:
        called(theirs, method, record, theirs.who())
    except OneFillError as error:
        assert not isinstance(error, RecordUnknown)
        assert not isinstance(error, NotYourAction) or name != "甲一"
    else:
        assert method not in FILLS or name == "甲一"
    if name == "市查":  # an auditor looks and leaves nothing behind
        assert desk.store.latest(record, EVERYTHING).n == n


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
