"""Two servers on one PostgreSQL behind nginx, as the administrator's page shows: one is killed, its people go on."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from onefill.definitions import Definitions
from onefill.people import Account
from onefill.service import Settings, open_desk
from onefill.service.shapes import Person
from onefill.ui.tokens import sign
from tests.browsers import SCREEN
from tests.databases import Server as Database
from tests.journeys.proxy import Nginx
from tests.journeys.server import Server
from tests.journeys.test_office_journey import CHIEF, CLERK, ROLES, SECOND, handed_in
from tests.journeys.test_people_journey import PASSWORD, sign_in
from tests.journeys.window import Window

FORM, WORDS = "leave_request", "司徒晓岚与欧阳晓舟"
COLLEAGUE = "陈晓"


@dataclass(frozen=True)
class City:
    """Two servers, the proxy before them, and a case of theirs."""

    servers: dict[str, Server]
    nginx: Nginx
    case: str


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory, postgres: Database) -> Iterator[City]:
    folder = tmp_path_factory.mktemp("city")
    with postgres.database() as address:
        case = people_and_case(Settings(data=folder / "one", store=address))
        (folder / "two").mkdir()
        for key in ("store.key", "session.key"):  # as the page says
            shutil.copy(folder / "one" / key, folder / "two")
        settings = {"ONEFILL_PEOPLE": "accounts", "ONEFILL_STORE": address}
        servers = [Server(folder / name, settings=settings) for name in ("one", "two")]
        told = {f"127.0.0.1:{8501 + n}": f"127.0.0.1:{one.port}" for n, one in enumerate(servers)}
        shown = {"proxy_buffering off;": "proxy_buffering off;\nadd_header X-Server $upstream_addr always;"}
        nginx = Nginx(folder / "nginx", "upstream onefill", told | shown)
        try:
            for one in (*servers, nginx):
                one.start()
            yield City({f"127.0.0.1:{one.port}": one for one in servers}, nginx, case)
        finally:
            for one in (nginx, *servers):
                one.stop()


def people_and_case(settings: Settings) -> str:
    """Accounts, and a case that was handed in; its id."""
    desk = open_desk(settings)
    try:
        for name, (unit, role) in (ROLES | {COLLEAGUE: ROLES[CLERK]}).items():
            desk.people.make(Account(name=name, unit=unit, roles=(role,)), Person(), PASSWORD)
        sign("a window", settings.data)  # makes the key of sessions
        return handed_in(desk, desk.people.named(CLERK))
    finally:
        desk.store.close()


@contextmanager
def pair(browser: Browser, city: City) -> Iterator[tuple[tuple[Page, str], tuple[Page, str]]]:
    """A page of each of two browsers that nginx has sent to different servers, and to which."""
    found: dict[str, Page] = {}
    made = []
    try:
        while len(found) < 2:
            assert len(made) < 20, "nginx sends everybody to one server"
            made.append(browser.new_context(locale="zh-CN", viewport=SCREEN, ignore_https_errors=True))
            page = made[-1].new_page()
            answer = page.goto(city.nginx.address)
            assert answer is not None
            found.setdefault(answer.headers["x-server"], page)
        (one, at_one), (two, at_two) = ((page, at) for at, page in found.items())
        yield (one, at_one), (two, at_two)
    finally:
        for context in made:
            context.close()


@pytest.mark.slow
def test_a_server_is_killed_and_its_people_go_on_without_losing_a_key(
    browser: Browser, city: City, definitions: Definitions
) -> None:
    with pair(browser, city) as ((mine, here), (theirs, _)):
        sign_in(mine, CLERK)
        sign_in(theirs, COLLEAGUE)
        one, two = (Window(page, city.nginx.address, definitions) for page in (mine, theirs))
        one.drawn()
        record = one.begin(FORM)
        two.revisit(record, FORM)
        one.write("applicant", "李静")
        expect(two.box("applicant")).to_have_value("李静")
        two.write("reason", "探亲")
        expect(one.box("reason")).to_have_value("探亲")
        served = []
        mine.on("response", lambda answer: served.append(answer.headers.get("x-server", "")))
        one.box("applicant").fill("")
        for number, letter in enumerate(WORDS):
            if number == 3:
                city.servers[here].kill()
            mine.keyboard.insert_text(letter)
            mine.wait_for_timeout(150)
        try:
            expect(two.box("applicant")).to_have_value(WORDS, timeout=90_000)
            expect(one.box("applicant")).to_have_value(WORDS)
            one.has_read("applicant", WORDS)  # the socket is on the other server by now
            two.write("reason", "回湛江探亲")
            expect(one.box("reason")).to_have_value("回湛江探亲")
            one.reload()
            expect(one.box("applicant")).to_have_value(WORDS)
            expect(mine.locator(".who")).to_contain_text(CLERK)
            assert {at for at in served if at and at != here} != set()
        finally:
            city.servers[here].start()
        assert [*one.faults, *two.faults] == []


@pytest.mark.slow
def test_officers_on_two_servers_see_that_both_have_the_case_open(browser: Browser, city: City) -> None:
    with pair(browser, city) as ((mine, _), (theirs, _)):
        for page, name in ((mine, CHIEF), (theirs, SECOND)):
            sign_in(page, name)
            expect(page.locator(".who")).to_contain_text(name)
            page.goto(f"{city.nginx.address}review?record={city.case}")
        for page, name in ((mine, SECOND), (theirs, CHIEF)):
            expect(page.locator(".rec [role=status]")).to_contain_text(re.compile(f"{name} .*也打开了本件"))
        mine.goto(f"{city.nginx.address}queue")
        expect(theirs.locator(".rec [role=status]")).not_to_contain_text("也打开了本件", timeout=60_000)
