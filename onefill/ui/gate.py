"""The gate before everything the app serves: without a session only the sign-in page is answered.

Where people do not sign in, on one's own PC, everybody passes.
"""

from dataclasses import dataclass, replace
from hmac import compare_digest
from urllib.parse import quote, unquote

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from onefill.errors import OneFillError
from onefill.people import PeopleError
from onefill.service.desk import Desk, Settings
from onefill.service.shapes import Person
from onefill.ui.doorman import HEADERS
from onefill.ui.health_route import HEALTH
from onefill.ui.html import esc
from onefill.ui.paper import bare_answer, bare_page
from onefill.ui.public_routes import PUBLIC
from onefill.ui.shared import COOKIE, PRESENT, the_desk, the_settings
from onefill.ui.station import STATION, numbering, station_of
from onefill.ui.whence import WHENCE, whence_of

SIGN_IN, SIGN_OUT, PASSWORD, OIDC = "/of/sign-in", "/of/sign-out", "/of/password", "/of/oidc"
#: What is answered to everybody: nothing personal is in it.
OPEN = frozenset({SIGN_IN, OIDC, f"{OIDC}/back", "/of/theme.css", "/_stcore/health", HEALTH})
#: What is answered while a password has to be changed.
CHANGING = frozenset({PASSWORD, SIGN_OUT})
#: Addresses below these are no pages, whatever the browser would like.
NO_PAGES = ("/of/", "/_stcore/", "/static/", "/media/", "/component/")
CHANGE_FIRST = "先改一次密码，才能接着用。"
#: How the page's head is told that people sign in here.
IDLE = "onefill.idle"


#: Where the proxy that tells who it is says the secret it shares with us.
PROXY = "x-onefill-proxy"


class NotByProxy(PeopleError):
    """Who asks was not let in by the proxy that we believe."""

    message = "没有从统一的入口进来，不知道您是谁。请用管程序的人给的网址打开。"


@dataclass(frozen=True)
class Entrant:
    """Who is at the gate; nobody if there is no person, and why."""

    person: Person | None
    why: str = ""
    must_change: bool = False


class Gate:
    """Finds out who asks; lets in whom it knows, shows pages the way to the sign-in page, refuses all the rest."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let in, or not."""
        if scope["type"] not in ("http", "websocket") or the_settings().people == "none":
            await self.app(scope, receive, send)
            return
        desk = await run_in_threadpool(the_desk)
        asked = HTTPConnection(scope)
        mark = WHENCE.set(whence_of(desk.settings, asked))
        try:
            await self._answer(desk, asked, receive, send)
        finally:
            WHENCE.reset(mark)

    async def _answer(self, desk: Desk, asked: HTTPConnection, receive: Receive, send: Send) -> None:
        entrant = await run_in_threadpool(_entrant, desk, asked)
        refusal = _refusal(desk, asked, entrant)
        if refusal is None:
            await self._let_in(desk, asked, entrant, receive, send)
        elif asked.scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await refusal(asked.scope, receive, send)

    async def _let_in(self, desk: Desk, asked: HTTPConnection, entrant: Entrant, receive: Receive, send: Send) -> None:
        if entrant.person and desk.settings.keeps_sessions and _is_act(asked):
            await run_in_threadpool(desk.people.act, asked.cookies.get(COOKIE, ""))
        station = station_of(asked.cookies.get(STATION))
        mark = PRESENT.set(entrant.person and replace(entrant.person, station=station))
        try:
            idle = desk.people.rules.idle.total_seconds() if desk.settings.keeps_sessions else 0
            answer = numbering(asked, send) if entrant.person else send
            await self.app(dict(asked.scope, **{IDLE: idle}), receive, answer)
        finally:
            PRESENT.reset(mark)


def _entrant(desk: Desk, asked: HTTPConnection) -> Entrant:
    try:
        if desk.settings.people == "header":
            return Entrant(desk.people.named(_told_by_proxy(desk.settings, asked)))
        token = asked.cookies.get(COOKIE, "")
        signed = desk.people.session(token)
        return Entrant(signed.person, must_change=signed.must_change)
    except PeopleError as refused:
        if desk.settings.people == "header":
            return Entrant(None, str(refused))
        return Entrant(None, desk.people.why_out(token))
    except OneFillError as broken:  # the account's file is damaged: nobody comes in by it
        return Entrant(None, str(broken))


def _told_by_proxy(settings: Settings, asked: HTTPConnection) -> str:
    """Whom the proxy has let in.

    Raises:
        NotByProxy: Somebody else says so, or more than one name is said.
    """
    secret, names = asked.headers.get(PROXY, ""), asked.headers.getlist(settings.header)
    if not compare_digest(secret.encode(), settings.proxy_secret.encode()) or len(names) != 1:
        raise NotByProxy()
    return unquote(names[0])


def _refusal(desk: Desk, asked: HTTPConnection, entrant: Entrant) -> Response | None:
    path = asked.scope["path"]
    if path in OPEN or path == PUBLIC or path.startswith(f"{PUBLIC}/"):
        return None
    page = _is_page(asked)
    if entrant.person is None:
        if page and desk.settings.people == "header":
            return bare_answer(bare_page("没有进去", f"<p>{esc(entrant.why)}</p>"), 403)
        if page:
            query = asked.scope.get("query_string", b"").decode("latin-1")
            goal = quote(f"{path}?{query}" if query else path)
            return RedirectResponse(f"{SIGN_IN}?next={goal}", status_code=303, headers=HEADERS)
        return JSONResponse({"message": entrant.why, "signed_out": True}, status_code=401, headers=HEADERS)
    if entrant.must_change and path not in CHANGING:
        if page:
            return RedirectResponse(PASSWORD, status_code=303, headers=HEADERS)
        return JSONResponse({"message": CHANGE_FIRST}, status_code=403, headers=HEADERS)
    return None


def _is_page(asked: HTTPConnection) -> bool:
    return (
        asked.scope["type"] == "http"
        and asked.scope["method"] in ("GET", "HEAD")
        and "text/html" in asked.headers.get("accept", "")
        and not asked.scope["path"].startswith(NO_PAGES)
    )


def _is_act(asked: HTTPConnection) -> bool:
    """Whether a person asks: a page is opened, something is sent. That a page looks for news is none."""
    return asked.scope["type"] == "http" and (asked.scope["method"] == "POST" or _is_page(asked))
