"""Scope: every route, list, file, search and link, for every role, at records of the own unit and of others."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from onefill.people import NotYourAction
from onefill.service import Desk
from onefill.service.access import Did
from onefill.service.errors import RecordUnknown
from onefill.service.guard import NotYours
from onefill.service.shapes import Person, Produced
from onefill.ui.jobs import SAMPLES, jobs
from onefill.ui.routes import ROUTES
from onefill.ui.shared import PRESENT, present, put_desk, the_desk
from onefill.ui.shell import MIDDLEWARE
from onefill.ui.tokens import sign
from store import EVERYTHING
from tests.desks import ended
from tests.people.making import PASSWORD, STAFF, a_shop

HERE = "http://127.0.0.1:8501"
OURS = {"origin": HERE, "sec-fetch-site": "same-origin"}
#: What each route asks for beyond a session: nothing, a record with or without an action, an action alone.
RIGHTS: dict[str, str] = {
    "/of/drafts": "record fill",
    "/of/rows": "record fill",
    "/of/pulse/{kind}/{of}": "record",
    "/of/picture/{record}/{job}/{page:int}": "record",
    "/of/file/{record}/{document}/{format}": "record print",
    "/of/summary/{record}": "record print",
    "/of/overprint": "",
    "/of/past/{record}/{n:int}": "record print",
    "/of/bag/{record}": "record print",
    "/of/past/{record}/{n:int}/{document}/{format}": "record print",
    "/of/table/{record}/{view}": "record",
    "/of/made/{record}/{job}": "record print",
    "/of/attach/{record}/{path:path}": "record fill",
    "/of/attached/{record}/{path:path}": "record",
    "/of/import/{record}/{section}": "record fill",
    "/of/marked/{record}/{file}": "record",
    "/of/blank/{record}/{section}": "record",
    "/of/material/{record}/{item}": "record fill",
    "/of/material/{record}/{item}/{file}/{place:int}": "record",
    "/of/material/{record}/{item}/{file}": "record",
    "/of/checklist/{record}/{phase}": "record",
    "/of/notice/{record}/{key}": "record",
    "/of/sent/{record}/{n:int}": "record",
    "/of/addressed/{record}/{sender}/{n:int}": "record",
    "/of/queue/{chosen}": "office",
    "/of/figures": "office",
    "/of/board/{board}": "",
    "/of/batch/{batch}/{kind}": "",
    "/of/draw/{draw}": "",
    "/of/register/{register}": "",
    "/of/issue/{issue}/{kind}": "",
    "/of/public": "",
    "/of/public/look-up": "",
    "/of/public/{publication}": "",
    "/of/public/{publication}/{issue}/{kind}": "",
    "/of/list/{form}/{list}/{kind}": "office",
    "/of/sample/{form}/{document}/{format}": "define",
    "/of/sample/{job}/{page:int}": "define",
    "/of/{name}": "",
    "/of/{rest:path}": "",
    "/of/sign-in": "",
    "/of/health": "",
    "/of/sign-out": "",
    "/of/password": "",
    "/of/act": "",
    "/of/oidc": "",
    "/of/oidc/back": "",
}
ACTIONS = {
    "seller": {"fill", "print"},
    "looker": set(),
    "area": set(),
    "keeper": set(),
    "reader": set(),
    "maker": {"define"},
}
#: Whom a form names for something done to other units' cases looks into queues.
ACTIONS |= {"looker": {"office"}}
#: Whose record each may look at.
SEES = {
    "甲一": "甲",
    "甲二": "甲",
    "乙一": "乙",
    "丙一": "丙",
    "东一": "甲乙",
    "东管": "甲乙",
    "市管": "甲乙丙",
    "市查": "甲乙丙",
    "甲作": "甲",
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made = a_shop(tmp_path_factory.mktemp("scope"), present=present)
    put_desk(made)
    yield made.as_(Person)
    put_desk(None)


def behind(desk: Desk, name: str) -> Desk:
    """The desk as somebody finds it."""
    return desk.as_(lambda: desk.people.named(name))


@pytest.fixture(scope="module")
def records(desk: Desk) -> dict[str, str]:
    """A record of each shop."""
    ids = {}
    for shop in "甲乙丙":
        person = desk.people.named(f"{shop}一")
        ids[shop] = desk.records.create("order", person, {"number": f"{shop}-1"})
        desk.records.create("customer", person, {"name": f"{shop}的客户"})
    return ids


@pytest.fixture(scope="module")
def cookies(desk: Desk) -> dict[str, str]:
    return {name: desk.people.sign_in(name, PASSWORD) for name in STAFF}


def asked(desk: Desk, cookies: dict[str, str], name: str, path: str, method: str, record: str) -> Any:
    client = TestClient(Starlette(routes=ROUTES, middleware=MIDDLEWARE), base_url=HERE, client=("127.0.0.1", 1))
    client.cookies.set("onefill", cookies[name])
    token = sign("w1", desk.settings.data)
    values = {"record": record, "of": record, "kind": "record", "page:int": "1", "n:int": "1", "section": "goods"}
    values |= {"job": "j", "document": "sheet", "format": "pdf", "view": "v", "file": "f", "form": "order"}
    values |= {"item": "i", "place:int": "1", "phase": "first", "key": "k", "chosen": "waiting"}
    for key, value in values.items():
        path = path.replace(f"{{{key}}}", value)
    path = path.replace("{path:path}", "number").replace("{name}", "theme.css").replace("{rest:path}", "x/y")
    change = {"path": "memo", "text": "写", "sequence": 1}
    body = {"token": token, "record": record, "seen": None, "changes": [change], "section": "goods", "ops": []}
    headers = OURS | {"x-onefill-token": token}
    return client.request(method, f"{path}?k={token}", content=json.dumps(body), headers=headers)


def expected(name: str, right: str, shop: str) -> str:
    """How somebody is refused: not told that there is such a record, or that it is not theirs to do."""
    actions = set().union(*(ACTIONS.get(role, set()) for role in STAFF[name][1]))
    words = right.split()
    if "record" in words and shop not in SEES[name]:
        return "unknown"
    return "" if set(words) - {"record"} <= actions else "forbidden"


def refused(answer: Any, record: str) -> str:
    """How a route has refused."""
    if answer.status_code == 403:
        return "forbidden"
    return "unknown" if answer.status_code == 404 and str(RecordUnknown(record=record)) in answer.text else ""


def ours() -> list[tuple[str, str]]:
    found = {(route.path, method) for route in ROUTES if isinstance(route, Route) for method in route.methods or ()}
    return sorted((path, method) for path, method in found if method in ("GET", "POST"))


def test_every_route_of_ours_stands_in_the_table() -> None:
    assert {path for path, _ in ours()} <= RIGHTS.keys()


@pytest.mark.parametrize(("path", "method"), [one for one in ours() if one[0] not in ("/of/sign-out", "/of/password")])
@pytest.mark.parametrize("name", SEES)
def test_route_by_role_by_scope(
    desk: Desk, records: dict[str, str], cookies: dict[str, str], name: str, path: str, method: str
) -> None:
    if path == "/of/sign-in":
        return
    for shop, record in records.items():
        answer = asked(desk, cookies, name, path, method, record)
        refusal = expected(name, RIGHTS[path], shop)
        assert refused(answer, record) == refusal, (shop, answer.status_code, answer.text)
        if refusal:
            line = desk.log.lines()[0]
            assert RIGHTS[path] == "office" or (line.who, line.did) == (name, Did.REFUSED)
            assert [one.shown for one in desk.records.fields(record, "basics") if one.path == "memo"] == [""]
        elif "record" in RIGHTS[path] and path == "/of/drafts":
            assert answer.status_code == 200
            desk.records.set(record, "memo", "", Person())


def test_the_pulse_of_files_is_for_who_makes_forms(
    desk: Desk, records: dict[str, str], cookies: dict[str, str]
) -> None:
    for name in SEES:
        answer = asked(desk, cookies, name, f"/of/pulse/files/{SAMPLES}", "GET", records["甲"])
        assert answer.status_code == (200 if name == "甲作" else 403)


def test_the_pulse_of_the_queue_is_for_who_reviews(
    desk: Desk, records: dict[str, str], cookies: dict[str, str]
) -> None:
    for name in SEES:
        answer = asked(desk, cookies, name, "/of/pulse/queue/all", "GET", records["甲"])
        reviews = STAFF[name][1][0] == "looker"
        assert answer.status_code == (200 if reviews else 403)


@pytest.mark.parametrize(("path", "method"), [one for one in ours() if "{record}" in one[0]])
def test_a_record_of_another_unit_is_told_as_if_there_were_none(
    desk: Desk, records: dict[str, str], cookies: dict[str, str], path: str, method: str
) -> None:
    answers = {record: asked(desk, cookies, "甲一", path, method, record) for record in (records["丙"], "0" * 16)}
    theirs, none = (
        (answer.status_code, {**answer.headers, "x-request-id": ""}, answer.text.replace(record, ""))
        for record, answer in answers.items()
    )
    assert theirs == none


def test_what_is_handed_out_stands_in_the_log(desk: Desk, records: dict[str, str], cookies: dict[str, str]) -> None:
    desk.jobs.start("archive", records["甲"], desk.people.named("甲一"), phase="first", pdf=False)
    job = ended(desk, records["甲"])
    answer = asked(desk, cookies, "甲一", f"/of/made/{{record}}/{job.id}", "POST", records["甲"])
    assert answer.status_code == 200
    line = desk.log.lines()[0]
    assert (line.who, line.did, line.record, line.what) == ("甲一", Did.PRINTED, records["甲"], "packet")
    assert desk.log.verify() == ()


def test_a_job_works_as_whoever_started_it(desk: Desk, records: dict[str, str]) -> None:
    mark = PRESENT.set(desk.people.named("甲二"))
    job = jobs.start(("who", 1), records["甲"], lambda _: Produced(name=the_desk().who().name, data=b""))
    PRESENT.reset(mark)
    jobs.wait()
    assert job.result is not None
    assert job.result.name == "甲二"


def test_a_job_is_asked_and_done_with_the_rights_of_who_asks(desk: Desk, records: dict[str, str]) -> None:
    with pytest.raises(NotYours):
        desk.jobs.start("archive", records["甲"], desk.people.named("丙一"), phase="first")
    with pytest.raises(NotYourAction):
        desk.jobs.start("archive", records["甲"], desk.people.named("甲作"), phase="first")
    with pytest.raises(NotYours):
        desk.jobs.start("import", records["甲"], desk.people.named("丙一"), order="")
    with pytest.raises(NotYourAction):
        desk.jobs.start("import", records["甲"], desk.people.named("甲作"), order="")


# -- lists, search, views ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SEES)
def test_lists_and_searches_hold_what_one_may_see(desk: Desk, records: dict[str, str], name: str) -> None:
    theirs = behind(desk, name)
    mine = {records[shop] for shop in SEES[name]}
    assert {line.id for line in theirs.records.list("order")} == mine
    assert {line.id for line in theirs.records.list("order", "-1")} == mine
    for shop, record in records.items():
        found = {line.id for line in theirs.records.list(text=f"{shop}-1")}
        assert found == ({record} if shop in SEES[name] else set())


def test_the_recycle_bin_is_scoped(desk: Desk) -> None:
    mine = desk.people.named("乙一")
    gone = desk.records.create("order", mine)
    desk.records.delete(gone, mine)
    assert [one.id for one in behind(desk, "乙一").records.deleted()] == [gone]
    assert behind(desk, "甲一").records.deleted() == []
    desk.records.undelete(gone, mine)
    desk.records.delete(gone, mine)


# -- the service itself --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SEES)
def test_nobody_changes_through_the_service_what_is_not_theirs(desk: Desk, records: dict[str, str], name: str) -> None:
    who, fills = desk.people.named(name), "seller" in STAFF[name][1]
    for shop, record in records.items():
        n = len(desk.store.entries(record, EVERYTHING))
        deeds = (
            lambda record=record: desk.records.set(record, "memo", "别人写的", who),
            lambda record=record: desk.records.put(record, {"memo": "别人写的"}, who),
            lambda record=record: desk.records.add_row(record, "goods", who, {"what": "x"}),
            lambda record=record: desk.records.add_rows(record, "goods", who, [{"what": "x"}]),
            lambda record=record: desk.records.edit(record, "goods", [], who),
            lambda record=record: desk.records.copy(record, who),
            lambda record=record: desk.records.delete(record, who),
            lambda record=record: desk.records.hand_over(record, "谁", who),
            lambda record=record: desk.records.keep_version(record, who, "留"),
            lambda record=record: desk.history.restore(record, 1, who),
        )
        if fills and shop in SEES[name]:
            continue
        for deed in deeds:
            with pytest.raises(NotYourAction if shop in SEES[name] else NotYours):
                deed()
        assert len(desk.store.entries(record, EVERYTHING)) == n
        assert desk.store.draft(record, EVERYTHING).changes.keys() <= {"memo"}


def test_who_may_not_fill_begins_nothing(desk: Desk) -> None:
    with pytest.raises(NotYourAction):
        desk.records.create("order", desk.people.named("市查"))


# -- links ---------------------------------------------------------------------------------------------------------


def test_a_link_offers_and_follows_what_is_on_the_own_line_only(desk: Desk, records: dict[str, str]) -> None:
    customers = {line.label: line.id for line in desk.records.list("customer")}

    def link(record: str) -> Any:
        return next(field for field in desk.records.fields(record, "basics") if field.path == "customer")

    who = desk.people.named("甲一")
    assert [label for _, label in link(records["甲"]).options] == ["甲的客户"]
    desk.records.set(records["甲"], "customer", customers["甲的客户"], who)
    assert link(records["甲"]).shown == "甲的客户"
    desk.records.set(records["甲"], "customer", customers["乙的客户"], who)
    shown = link(records["甲"])
    assert "乙的客户" not in f"{shown.shown} {shown.options} {shown.source}"
    before = desk.store.latest(customers["乙的客户"], EVERYTHING).n
    desk.records.keep_version(records["甲"], who, "留")
    assert desk.store.latest(customers["乙的客户"], EVERYTHING).n == before
    assert customers["乙的客户"] not in desk.store.latest(records["甲"], EVERYTHING).pins["links"]
    desk.records.set(records["甲"], "customer", "", who)


def test_what_somebody_begins_is_the_units_where_they_work(desk: Desk, tmp_path: Path) -> None:
    record = desk.records.create("order", desk.people.named("甲二"))
    assert desk.store.latest(record, EVERYTHING).summary.unit == "city/east/a"
    copied = desk.records.copy(record, desk.people.named("甲一"))
    assert desk.store.latest(copied.id, EVERYTHING).summary.unit == "city/east/a"
