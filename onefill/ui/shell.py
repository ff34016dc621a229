"""Around Streamlit: only this PC is answered, and the page is Chinese and styled before its first paint."""

from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote

from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from onefill.ui.address import host_of, is_loopback
from onefill.ui.components import address_of, kept
from onefill.ui.gate import IDLE, Gate
from onefill.ui.logs import Numbered
from onefill.ui.pages import MISSING, PAGES
from onefill.ui.shared import the_settings
from onefill.ui.streamlit_parts import preloads

ASSETS = Path(__file__).parent / "assets"
TITLE = "一填通"
ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'%3E"
    "%3Crect width='24' height='24' rx='5' fill='%2317355f'/%3E"
    "%3Cpath d='M6 8h12M6 12h6M11 16l2.6 2.5 5-5.4' fill='none' stroke='%23fff' stroke-width='2'/%3E%3C/svg%3E"
)
#: Where the server is and what it allows, which Streamlit else asks it twice before it speaks: a third of an opening.
CONNECTION = (
    "<script>window.__streamlit = { BACKEND_BASE_URL: new URL('./', location.href).href,"
    " HOST_CONFIG: { allowedOrigins: [location.origin], useExternalAuthToken: false } };</script>"
)
#: Each under an address of its contents, which browsers keep: asked for anew at every opening they were half of it.
STYLE, SCRIPT = '<link rel="stylesheet" href="{}">', '<script src="{}" defer></script>'
#: First in the head: the style sheet holds the first paint, the scripts run before Streamlit's own.
HEAD = (
    '<meta name="referrer" content="same-origin">'
    f'<link rel="icon" href="{ICON}">'
    f"{CONNECTION}"
    f"{''.join(STYLE.format(kept(file)) for file in ('theme.css', 'office.css'))}"
    f'<script src="{kept("chinese.js")}"></script>'
    f"{''.join(SCRIPT.format(kept(file)) for file in ('keep.js', 'drafts.js', 'matrix.js', 'calendar.js', 'keys.js'))}"
    # What every page draws with; else it would be fetched only when the first of it is drawn.
    f'<link rel="modulepreload" href="{address_of("panel")}"><link rel="modulepreload" href="{address_of("pulse")}">'
)
#: Where pictures of pages are looked at, and what draws them.
PICTURED = ("review", "materials", "documents", "history")
PICTURES = f'<link rel="modulepreload" href="{address_of("viewer")}">'
WAITING = (
    '<div id="of-waiting" role="status">正在打开…</div><noscript>请打开浏览器的脚本（JavaScript）功能。</noscript>'
)
UNWANTED = (b"accept-encoding", b"if-none-match", b"if-modified-since")
STALE = (b"content-length", b"etag", b"last-modified")
ONLY_HERE = "这里只答复本机。请在装有 OneFill 的电脑上打开 http://127.0.0.1:8501"
FORWARDED = "没有答复：代理传来了 X-Forwarded-For。程序要看到代理自己的地址，请在代理的设置里清掉它"


def headers_of(scope: Scope) -> dict[bytes, bytes]:
    """The headers of a request; of repeated ones the last."""
    return dict(scope.get("headers", ()))


class OnlyHere:
    """Answers nobody but this PC and the proxies it knows, and only under its own names.

    A foreign name that leads here is a trick.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let local requests through."""
        if scope["type"] not in ("http", "websocket") or self._local(scope):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            # The server under us has put the browser's address into the place of the proxy's.
            words = FORWARDED if b"x-forwarded-for" in headers_of(scope) else ONLY_HERE
            await PlainTextResponse(words, status_code=403)(scope, receive, send)

    def _local(self, scope: Scope) -> bool:
        client, settings = scope.get("client"), the_settings()
        host = host_of(headers_of(scope).get(b"host", b"").decode("latin-1"))
        near = client is not None and is_loopback(client[0])
        if settings.people == "none":
            return near and is_loopback(host)
        known = near or (client is not None and client[0] in settings.proxies)
        return known and (is_loopback(host) or host.lower() in settings.hosts)


class ChinesePage:
    """Rewrites Streamlit's page: language, title, style sheet, scripts. Unknown pages lead to one that says so."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Rewrite pages, pass everything else."""
        if scope["type"] != "http" or b"text/html" not in headers_of(scope).get(b"accept", b""):
            await self.app(scope, receive, send)
            return
        path = unquote(scope["path"]).strip("/")
        if scope["method"] == "GET" and path not in PAGES and not path.startswith(("of/", "_stcore/", "static/")):
            await RedirectResponse(f"/{MISSING}")(scope, receive, send)
            return
        headers = [(key, value) for key, value in scope["headers"] if key not in UNWANTED]
        pictured = path in PICTURED
        await self.app(dict(scope, headers=headers), receive, Rewriter(send, scope.get(IDLE) or 0, pictured=pictured))


class Rewriter:
    """Gathers a page's bytes and sends them on rewritten."""

    def __init__(self, send: Send, idle: float = 0, *, pictured: bool = False) -> None:
        self._send = send
        self._idle = idle
        self._pictured = pictured
        self._start: Message = {}
        self._body = bytearray()

    async def __call__(self, message: Message) -> None:
        """Take a message of the answer."""
        if message["type"] == "http.response.start":
            self._start = message
        elif message["type"] == "http.response.body":
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._finish()

    async def _finish(self) -> None:
        body = chinese(bytes(self._body), self._idle, pictured=self._pictured)
        headers = [(key, value) for key, value in self._start["headers"] if key.lower() not in STALE]
        headers += _own(body)
        await self._send(dict(self._start, headers=headers))
        await self._send({"type": "http.response.body", "body": body})


def _own(body: bytes) -> Iterable[tuple[bytes, bytes]]:
    yield b"content-length", str(len(body)).encode()
    yield b"x-frame-options", b"DENY"
    yield b"x-content-type-options", b"nosniff"
    yield b"cache-control", b"no-cache"


def chinese(page: bytes, idle: float = 0, *, pictured: bool = False) -> bytes:
    """Streamlit's page with our language, title, style sheet and scripts; anything else as it is.

    Args:
        page: As it comes.
        idle: Seconds without an act after which people are signed out; none where they do not sign in.
        pictured: Whether pictures of pages are looked at there.
    """
    if b"<title>Streamlit</title>" not in page:
        return page
    text = page.decode()
    people = f'<meta name="of-idle" content="{idle:g}">{SCRIPT.format(kept("people.js"))}' if idle else ""
    ahead = preloads(text) + (PICTURES if pictured else "")
    for old, new in (
        ('<html lang="en">', '<html lang="zh-CN">'),
        ("<title>Streamlit</title>", f"<title>{TITLE}</title>"),
        ("<head>", f"<head>{HEAD}{people}"),
        ("</head>", f"{ahead}</head>"),
        ("<noscript>You need to enable JavaScript to run this app.</noscript>", ""),
        ('<div id="root">', f'{WAITING}<div id="root">'),
    ):
        text = text.replace(old, new, 1)
    return text.encode()


MIDDLEWARE = [Middleware(Numbered), Middleware(OnlyHere), Middleware(Gate), Middleware(ChinesePage)]
