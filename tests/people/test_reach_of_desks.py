"""Whatever a desk lets do, read, list or search stops where the reach of whoever is there ends.

Every public method of every room is found here by itself. One that is about a record is tried by everybody at every
record; any other one must stand in a table below, or the tests fail until somebody has thought about it.
"""

import inspect
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from inspect import signature
from pathlib import Path
from typing import Any, get_type_hints

import openpyxl
import pytest

import onefill
from onefill.errors import OneFillError
from onefill.page_codes import PageCode
from onefill.people import NotYourAction, Reach, Right, SignedOut
from onefill.reviews.errors import NotYours
from onefill.service import Desk
from onefill.service.access import READ_LOG, Did
from onefill.service.batches import BatchUnknown
from onefill.service.draws import DrawUnknown
from onefill.service.errors import RecordUnknown, StillUsed
from onefill.service.page_coding import PageCoding
from onefill.service.room import RECORD, Room, asks_at_the_door
from onefill.service.shapes import Damage, Person
from onefill.tables import plain, read
from store import EVERYTHING
from tests.desks import NOW
from tests.people.making import EAST, PACK, A, B, C, a_shop, hire
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
  - key: ask
    title: 交给区里
    kind: submit
    from: [draft]
    to: asked
    by: [seller]
    effects: [{register: handed_in, do: open, line: {number: number}}]
  - {key: agree, title: 同意, kind: pass, from: [asked], to: done, by: [looker]}
lists:
  - {key: asked, title: 等着看的, stages: [asked], by: [looker], columns: [{title: 单号, value: number}]}
"""
#: Boards over them.
BOARDS = """
boards:
  - {key: days, title: 哪天送, kind: draw, of: [{form: order, happenings: [{title: 送货, day: day}]}]}
  - key: sums
    title: 送了多少
    kind: statistics
    of: [{form: order, counts: {orders: "1"}}]
    measures: [{title: 单, value: orders}]
publications:
  - key: orders
    title: 单子
    form: order
    columns: [{key: number, title: 单号, value: number}]
    by: [seller, looker, area, keeper, reader]
  - key: handed_in
    title: 交过的单子
    register: handed_in
    columns: [{key: number, title: 单号, value: number}]
    by: [seller, looker, area, keeper, reader]
registers:
  - {key: handed_in, title: 交过的, line: [number], columns: [{key: number, label: 单号}]}
"""
WEST = "city/west"
DAY = "2026-12-30"
DAYS = date(2026, 12, 30), date(2026, 12, 31)
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
    "sender": "0" * 16,
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
    "proof": "forms, templates and sample facts",
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
    "reviews.cautioned": "a record that whoever calls has opened already",
    "reviews.checklist": "a record that whoever calls has opened already",
    "reviews.is_office": "a record that whoever calls has opened already",
    "habits.phrases": "what the unit's own officers keep to say again",
    "habits.keep_phrase": "what the unit's own officers keep to say again",
    "overprints": "the person's own printer",
    "habits.widths": "columns of a form",
    "habits.keep_widths": "columns of a form",
    "log.note": "writes",
    "jobs.run": "hands nothing out; asks for whoever asked for the job",
    "jobs.resume_abandoned": "tells nothing",
    "boards.known": "the person's own roles",
    "boards.board": "what the pack declares",
    "boards.workbook": "what ``boards.statistics`` counts",
    "public": "what was made public; see test_publications",
    "publications.known": "the person's own roles",
    "publications.publication": "what the pack declares",
    "publications.published": "what was made public",
    "publications.file": "what was made public",
    "publications.standing": "what was made public for the own unit, as the own draft says it",
    "publications.since": "what was made public for the own unit, beside the own draft",
    "publications.noted": "the own batches",
    "registers.known": "the person's own roles",
    "registers.register": "what the pack declares",
    "look_ups.page": "what the pack declares",
    "look_ups.valid": "yes or no to a code and a name, to anybody",
    "registers.workbook": "what ``registers.lines`` lists",
    "queues.forms": "forms",
    "queues.forms_of": "forms",
    "queues.is_officer": "the person's own roles",
    "listings.known": "the person's own roles",
    "listings.one": "what the pack declares",
    "listings.records": "what ``listings.make`` lists",
    "listings.whole": "what ``listings.make`` lists",
    "bags.of_list": "what ``listings.make`` lists",
    "listings.of_batch": "a batch that whoever calls has looked at already",
    "queues.stamp": "how many there are of what ``queues.queue`` lists",
    "queues.workbook": "what ``queues.queue`` lists",
    "queues.figures_workbook": "what ``queues.figures`` counts",
}


def records_of(lines: Iterable[Any]) -> Iterator[str]:
    return (line.record for line in lines)


#: What lists, searches and counts tell of: records, or units.
LISTS: dict[str, Callable[[Desk], Iterable[str]]] = {
    "records.list": lambda desk: (line.id for line in [*desk.records.list("order"), *desk.records.list(text="客户")]),
    "records.names": lambda desk: (line.id for line in desk.records.names(200)),
    "records.front": lambda desk: (line.id for line in desk.records.front(["order"], first="due").lines),
    "records.expiring": lambda desk: records_of(desk.records.expiring("order")),
    "records.deleted": lambda desk: (line.id for line in desk.records.deleted()),
    "views.ahead": lambda desk: records_of(desk.views.ahead("order", 90)),
    "boards.planner": lambda desk: records_of(desk.boards.planner("shop.days", desk.who(), *DAYS).held),
    "registers.lines": lambda desk: records_of(desk.registers.lines("shop.handed_in", desk.who(), NOW.date()).lines),
    "queues.queue": lambda desk: records_of(desk.queues.queue(desk.who(), "office").lines),
}
#: What is for few, or everybody's own; each has a test of its own below.
TRIED_BELOW = {"records.damages", "log.lines", "log.verify", "habits.favourites", "habits.opened", "listings.make"}
TRIED_BELOW |= {f"draws.{name}" for name in ("make", "of", "look", "begin", "begun", "workbook")}
TRIED_BELOW |= {"boards.statistics", "queues.figures", "records.count", "records.some", "dues.of"}
TRIED_BELOW |= {f"batches.{name}" for name in ("choices", "begin", "run", "look", "unfinished", "unlooked")}
TRIED_BELOW |= {"codes.read", "codes.scan"}
TRIED_BELOW |= {"publications.draft", "publications.publish"}
#: Handing all cases of somebody on is for who handles accounts; who may is tried with the accounts.
OF_ACCOUNTS = {"transfers.hand_over", "transfers.adopt"}
#: So is cleaning away what nobody has gone on with; who may is tried in test_cleaning.
OF_ACCOUNTS |= {"cleaning.waiting", "cleaning.of", "cleaning.clean", "cleaning.clean_some"}


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
    """Where nobody changes what others look at."""
    return a_desk(tmp_path_factory.mktemp("reach"))


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Where everything is done once."""
    return a_desk(tmp_path_factory.mktemp("busy"))


def a_desk(folder: Path) -> Desk:
    pack = folder / "forms" / "shop"
    pack.mkdir(parents=True)
    (folder / "templates" / "shop").mkdir(parents=True)
    order = ORDER.replace("label: 日期, type: date", "label: 日期, type: date, expires: true") + DECIDED
    for name, text in (("pack", PACK + BOARDS), ("order", order), ("customer", CUSTOMER)):
        (pack / f"{name}.yaml").write_text(text, encoding="utf-8")
    made = a_shop(folder, html=lambda _: one_page())
    hire(made, "西一", WEST, "looker")
    hire(made, "东作", EAST, "maker")
    return made


@pytest.fixture(scope="module")
def records(desk: Desk) -> dict[str, str]:
    """A record of each shop, handed in; another one lies in the recycle bin."""
    made = {shop: an_order(desk, shop) for shop in "甲乙丙"}
    for shop, record in made.items():
        keeper = desk.people.named(f"{shop}一")
        desk.reviews.act(record, "ask", keeper, confirmed=True, declared=True)
        desk.records.delete(an_order(desk, shop), keeper)
    return made


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
    known = {*ABOUT_A_RECORD, *LISTS, *TRIED_BELOW, *OF_ACCOUNTS, *NOTHING_OF_RECORDS}
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
def test_a_record_within_reach_is_there(busy: Desk, name: str, method: str) -> None:
    record, theirs = an_order(busy, "甲"), behind(busy, name)
    n = busy.store.latest(record, EVERYTHING).n
    try:
        called(theirs, method, record, theirs.who())
    except OneFillError as error:
        assert not isinstance(error, RecordUnknown) or record not in str(error)
        assert not isinstance(error, NotYourAction) or name != "甲一" or method in OF_ACCOUNTS
    else:
        assert method not in FILLS or name == "甲一"
    if name == "市查":  # an auditor looks and leaves nothing behind
        assert busy.store.latest(record, EVERYTHING).n == n


def test_a_code_tells_nothing_of_a_record_out_of_reach(desk: Desk, records: dict[str, str]) -> None:
    for name in [*SEES, ""]:
        theirs = behind(desk, name) if name else desk.as_(nobody)
        for shop, record in records.items():
            sheet = PageCode(record=record, document="sheet", version=1, page=1, pages=1, hash="0" * 8)
            gone = replace(sheet, record="0" * 16)
            key = PageCoding(desk.store).key
            if not name:
                with pytest.raises(SignedOut):
                    theirs.codes.read(sheet.text(key), desk.people.named("甲一"))
            elif shop in SEES[name]:
                assert theirs.codes.read(sheet.text(key), theirs.who()).code == sheet
            else:
                refused = []
                for one in (sheet, gone):
                    with pytest.raises(RecordUnknown) as said:
                        theirs.codes.read(one.text(key), theirs.who())
                    refused.append(str(said.value).replace(one.record, ""))
                assert refused[0] == refused[1]
    with pytest.raises(SignedOut):
        desk.as_(nobody).codes.scan(b"x", "x.pdf", desk.people.named("甲一"))


@pytest.mark.parametrize("listed", LISTS)
def test_lists_hold_what_is_within_reach(desk: Desk, records: dict[str, str], listed: str) -> None:
    shops = {A: "甲", B: "乙", C: "丙"}
    for name, sees in SEES.items():
        found = set(LISTS[listed](behind(desk, name)))
        units = {one if one in shops else desk.store.latest(one, EVERYTHING).summary.unit for one in found}
        assert {shops[unit] for unit in units} == set(sees), name
    with pytest.raises(SignedOut):
        list(LISTS[listed](desk.as_(nobody)))


def test_a_printed_list_holds_what_is_within_reach(desk: Desk, records: dict[str, str]) -> None:
    for name, sees in SEES.items():
        theirs = behind(desk, name)
        if "looker" not in (theirs.who().roles or ()):
            with pytest.raises(NotYours):
                theirs.listings.make("order", "asked", theirs.who(), ".xlsx")
            continue
        made = theirs.listings.make("order", "asked", theirs.who(), ".xlsx")
        rows = openpyxl.load_workbook(io.BytesIO(made.data)).worksheets[0].values
        assert {row[1] for row in rows} - {"单号"} == set(sees), name


def test_figures_count_what_is_within_reach(desk: Desk, records: dict[str, str]) -> None:
    for name, sees in SEES.items():
        theirs = behind(desk, name)
        found = theirs.boards.statistics("shop.sums", theirs.who(), {})
        assert found.total.values == (len(sees),), name
        assert sum(theirs.queues.figures(theirs.who())["unit"].values()) == len(sees), name


def test_what_is_due_is_what_is_within_reach_and_for_the_own_role(desk: Desk, records: dict[str, str]) -> None:
    for name, sees in SEES.items():
        theirs = behind(desk, name)
        waits = [one.record for one in theirs.dues.of(theirs.who()) if one.kind == "stage"]
        looks = "looker" in (theirs.who().roles or ())
        assert sorted(waits) == sorted(records[shop] for shop in sees if looks), name


def test_counts_and_lines_are_of_what_is_within_reach(desk: Desk, records: dict[str, str]) -> None:
    for name, sees in SEES.items():
        theirs = behind(desk, name).records
        assert theirs.count("order") == len(sees), name
        assert [one.id for one in theirs.some([*records.values(), "0" * 16])] == [
            records[one] for one in "甲乙丙" if one in sees
        ]


def test_what_is_published_is_within_reach_of_who_publishes(desk: Desk, records: dict[str, str]) -> None:
    day = NOW.date()
    for name in ("甲一", "乙一", "东一", "市管", "西一"):
        theirs = behind(desk, name)
        for key in ("shop.orders", "shop.handed_in"):
            assert {row[0] for row in theirs.publications.draft(key, theirs.who(), day).rows} == set(SEES[name]), name
            issue = theirs.publications.publish(key, theirs.who(), day)
            assert (issue.count, issue.unit) == (len(SEES[name]), theirs.who().unit)


def test_a_draw_is_of_what_is_within_reach_and_for_who_sees_its_unit(desk: Desk, records: dict[str, str]) -> None:
    theirs = behind(desk, "东一")
    draw = theirs.draws.make("shop.days", theirs.who(), *DAYS, 2)
    assert {one.record for one in draw.candidates} == {records[shop] for shop in SEES["东一"]}
    for name in SEES:
        other = behind(desk, name)
        seen = [one.id for one in other.draws.of("shop.days", other.who())]
        if name in ("东一", "东管", "东作", "市管", "市查"):
            assert seen == [draw.id], name
            continue
        assert seen == [], name
        for asked in (other.draws.look, other.draws.begun, other.draws.workbook):
            with pytest.raises(DrawUnknown):
                asked(draw.id, other.who())
        with pytest.raises(DrawUnknown):
            other.draws.begin(draw.id, 0, other.who())


def test_a_batch_is_of_what_is_within_reach_and_nobody_elses(desk: Desk, records: dict[str, str]) -> None:
    for name, sees in SEES.items():
        theirs = behind(desk, name)
        found = theirs.batches.choices([*records.values()], theirs.who())
        looks = "looker" in (theirs.who().roles or ())
        assert {one for choice in found for one in choice.records} == {records[shop] for shop in sees if looks}, name
        for shop, record in records.items():
            if shop in sees and looks:
                continue
            with pytest.raises(NotYours if shop in sees else RecordUnknown):
                theirs.batches.begin("agree", [record], theirs.who())
            if shop not in sees:
                with pytest.raises(RecordUnknown):
                    theirs.batches.unlooked("agree", [record], theirs.who())
    theirs = behind(desk, "东一")
    batch = theirs.batches.begin("agree", [records[shop] for shop in SEES["东一"]], theirs.who()).id
    for name in SEES.keys() - {"东一"}:
        other = behind(desk, name)
        assert other.batches.unfinished(other.who()) == []
        for asked in (other.batches.look, other.batches.run):
            with pytest.raises(BatchUnknown):
                asked(batch, other.who())
    assert [one.id for one in theirs.batches.unfinished(theirs.who())] == [batch]


def test_the_log_is_for_auditors(desk: Desk, records: dict[str, str]) -> None:
    for shop, record in records.items():
        desk.log.note(desk.people.named(f"{shop}一"), Did.PRINTED, record=record)
    for name in SEES:
        log = behind(desk, name).log
        if name == "市查":
            assert {line.unit for line in log.lines()} >= {A, B, C}
            assert log.verify() == ()
        else:
            for read in (log.lines, log.verify):
                with pytest.raises(NotYourAction):
                    read()
                assert (desk.log.lines()[0].who, desk.log.lines()[0].did) == (name, Did.REFUSED)


def test_an_auditor_of_a_district_reads_what_its_people_did(desk: Desk, records: dict[str, str]) -> None:
    for name, record in (("甲一", records["甲"]), ("丙一", records["丙"])):
        desk.log.note(desk.people.named(name), Did.PRINTED, record=record)
    reader = Person(name="西审", unit=WEST, roles=(), rights=(Right(WEST, Reach.BELOW, frozenset({READ_LOG})),))
    assert {line.unit for line in desk.as_(lambda: reader).log.lines()} - {WEST} == {C}


def test_files_that_cannot_be_read_are_told_to_who_sees_everything(
    desk: Desk, records: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    damages = tuple(Damage(record=record, file="f", why="坏了") for record in records.values())
    monkeypatch.setattr(desk.store, "damages", lambda: damages)
    assert desk.records.damages() == damages
    assert all(behind(desk, name).records.damages() == () for name in SEES)


def test_stars_and_what_was_opened_are_everybodys_own(desk: Desk, records: dict[str, str]) -> None:
    habits = behind(desk, "甲一").habits
    habits.favour(records["甲"], on=True)
    habits.note_opened(records["甲"])
    assert (habits.favourites(), habits.opened()) == ([records["甲"]], [records["甲"]])
    others = behind(desk, "甲二").habits
    assert (others.favourites(), others.opened()) == ([], [])


def test_what_points_to_a_record_from_elsewhere_is_not_named(desk: Desk) -> None:
    keeper, district = desk.people.named("甲一"), hire(desk, "东填", EAST, "seller")
    customer = desk.records.create("customer", keeper, {"name": "共用"})
    desk.records.create("order", district, {"number": "区里的单子", "customer": customer})
    for who, named in ((keeper, False), (Person(), True)):
        with pytest.raises(StillUsed, match="还有 1 个办件用着") as refused:
            desk.records.delete(customer, who)
        assert ("区里的单子" in str(refused.value)) is named


def test_screens_and_routes_do_not_reach_around_the_rooms() -> None:
    engine = Path(onefill.__file__).parent
    for path in (*engine.glob("ui/*.py"), *engine.glob("screens/*.py")):
        assert not re.search(r"\bdesk(\(\))?\.(store|\w+\._)", path.read_text(encoding="utf-8")), path


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
