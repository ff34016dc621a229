"""Pages for everybody, without signing in: what a pack calls open, as it was made public."""

from collections.abc import Awaitable, Callable, Sequence

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from onefill.errors import OneFillError
from onefill.fields.chinese import date_text
from onefill.rendering.public_page import public_list, public_page
from onefill.service.issues import NUMBER
from onefill.service.look_ups import NoLookUp
from onefill.service.publication_shapes import Issue, Published
from onefill.service.reporting import report, said
from onefill.ui.html import esc
from onefill.ui.moments import here
from onefill.ui.sending import download
from onefill.ui.shared import the_desk

#: Below it everybody is answered.
PUBLIC = "/of/public"
#: Keys of publications have a dot: none is called so.
LOOK_UP = f"{PUBLIC}/look-up"
LONGEST = 60
FORMATS = {".docx": "Word", ".xlsx": "Excel", ".html": "网页"}
#: Anybody may link here; nobody may frame it, and nothing in it may fetch or run.
HEADERS = {
    "cache-control": "no-cache",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self';"
    " frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
}
Endpoint = Callable[[Request], Response]


def for_all(endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    """A route that asks nobody who it is; what goes wrong is answered as a page."""

    def answered(request: Request) -> Response:
        try:
            return endpoint(request)
        except OneFillError as error:
            return open_page("没有找到", f"<p>{esc(error)}</p>", 404)
        except Exception as error:
            return open_page("没有办成", f"<p>{esc(said(report(error)))}</p>", 500)

    async def answer(request: Request) -> Response:
        return await run_in_threadpool(answered, request)

    return answer


@for_all
def contents(_: Request) -> Response:
    """What there is to be looked up."""
    known = the_desk().public.known()
    pages = {LOOK_UP: _look_up(), **{f"{PUBLIC}/{key}": one.title for key, one in known.items()}}
    items = "".join(f'<li><a href="{esc(to)}">{esc(title)}</a></li>' for to, title in pages.items() if title)
    return open_page("公开查询", f"<ul>{items}</ul>" if items else "<p>还没有公开的名单</p>")


@for_all
def newest(request: Request) -> Response:
    """The newest issue of a list, or one that is asked for, sought in."""
    desk, key = the_desk(), request.path_params["publication"]
    issues, title = desk.public.issues(key), desk.public.known()[key].title
    if not issues:
        return open_page(title, "<p>还没有公布过</p>")
    wanted = request.query_params.get("issue", issues[0].id)
    found = desk.public.issue(wanted)
    text = request.query_params.get("text", "").strip()[:LONGEST]
    return open_page(found.issue.title, _found(found, text) + _others(key, issues, found))


@for_all
def file(request: Request) -> Response:
    """A file of an issue."""
    return download(the_desk().public.file(request.path_params["issue"], f".{request.path_params['kind']}"))


def _found(found: Published, text: str) -> str:
    lines = [(str(number), *cells) for number, cells in enumerate(found.rows, 1)]
    sought = text.casefold()
    rows = [line for line in lines if not sought or any(sought in cell.casefold() for cell in line[1:])]
    head = [f"截至{date_text(found.issue.on)}", f"共 {len(lines)} 条"]
    head += [f"“{text}”有 {len(rows)} 条"] if text else []
    head += [f"{_publisher(found.issue)}公布"] if found.issue.unit else []
    box = (
        f'<form method="get" role="search"><input type="hidden" name="issue" value="{esc(found.issue.id)}">'
        f'<input name="text" type="search" maxlength="{LONGEST}" value="{esc(text)}" aria-label="查什么"'
        ' placeholder="名称、代码里的几个字"><button type="submit">查</button></form>'
    )
    return box + public_list(head, (NUMBER, *found.columns), rows, found.note)


def _others(key: str, issues: Sequence[Issue], found: Published) -> str:
    """Its files, and the other issues."""
    files = "　".join(
        f'<a href="{PUBLIC}/{esc(key)}/{esc(found.issue.id)}/{suffix[1:]}">{words}</a>'
        for suffix, words in FORMATS.items()
        if suffix in found.files
    )
    items = "".join(
        f'<li><a href="{PUBLIC}/{esc(key)}?issue={esc(one.id)}">截至{date_text(one.on)}</a>'
        f"，{here(one.when):%Y-%m-%d %H:%M} {esc(_publisher(one))}公布，{one.count} 条</li>"
        for one in issues
        if one.id != found.issue.id
    )
    earlier = f"<p>历次公布</p><ul>{items}</ul>" if items else ""
    return f'<nav><p>下载：{files}</p>{earlier}<p><a href="{PUBLIC}">其他名单</a></p></nav>'


def _publisher(issue: Issue) -> str:
    return the_desk().people.offices.title(issue.unit) if issue.unit else ""


def _look_up() -> str:
    """What the page of the question is called; empty if there is none."""
    try:
        return the_desk().look_ups.page().title
    except NoLookUp:
        return ""


def open_page(title: str, body: str, status: int = 200) -> Response:
    """A page for everybody around a body that is HTML already."""
    return HTMLResponse(public_page(title, body), status_code=status, headers=HEADERS)


PUBLIC_ROUTES = [
    Route(PUBLIC, contents, methods=["GET"]),
    Route(f"{PUBLIC}/{{publication}}", newest, methods=["GET"]),
    Route(f"{PUBLIC}/{{publication}}/{{issue}}/{{kind}}", file, methods=["GET"]),
]
