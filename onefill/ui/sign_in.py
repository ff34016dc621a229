"""Routes of our own for signing in and out and for a new password: a script of Streamlit's could set no cookie."""

from urllib.parse import parse_qs, quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from onefill.people import LockedOut, PeopleError, SignedOut
from onefill.ui.doorman import HEADERS, Refused, body_of, door, from_our_page
from onefill.ui.gate import CHANGE_FIRST, OIDC, PASSWORD, SIGN_IN, SIGN_OUT
from onefill.ui.html import esc
from onefill.ui.oidc import ID_TOKEN, OIDC_ROUTES, way_out
from onefill.ui.pages import page_of
from onefill.ui.paper import alert, bare_answer, bare_page, box
from onefill.ui.shared import COOKIE, the_desk
from onefill.ui.transport import is_secure

MOST_BYTES = 8 * 1024
NO_ACCOUNTS = "还没有账号。在装程序的电脑上运行 python -m onefill people add，先建管账号的人"
UNREADABLE = "送来的内容读不懂。重新打开这一页再试。"
#: The cookie is not sent along by a link on somebody else's page: ask once more from here.
ONCE_MORE = "fetch('/of/act').then(a=>a.ok&&location.replace(document.querySelector('[name=next]').value))"


async def sign_in_page(request: Request) -> Response:
    """The page with name and password, or with the way to the provider; who is signed in goes on at once."""
    _only_with_sessions()
    goal = page_of(request.query_params.get("next", ""))
    if the_desk().settings.oidc:
        return _provider_page(goal)
    words = "" if await run_in_threadpool(the_desk().people.any) else NO_ACCOUNTS
    return _sign_in_page(goal, words)


@door
async def sign_in(request: Request) -> Response:
    """Begin a session."""
    _only_with_accounts()
    told = await _form(request)
    goal, name, people = page_of(told.get("next", "")), told.get("name", ""), the_desk().people
    old = request.cookies.get(COOKIE, "")
    try:
        token = await run_in_threadpool(people.sign_in, name, told.get("password", ""))
    except PeopleError as refused:
        return _sign_in_page(goal, str(refused), name, 429 if isinstance(refused, LockedOut) else 401)
    if old:
        await run_in_threadpool(people.sign_out, old)
    answer = RedirectResponse(goal, status_code=303, headers=HEADERS)
    answer.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=is_secure(request), path="/")
    return answer


@door
async def sign_out(request: Request) -> Response:
    """End the session, here and where it was begun."""
    _only_with_sessions()
    from_our_page(request)
    await run_in_threadpool(the_desk().people.sign_out, request.cookies.get(COOKIE, ""))
    answer = JSONResponse({"goal": await run_in_threadpool(way_out, request)}, headers=HEADERS)
    answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    answer.delete_cookie(ID_TOKEN, path=SIGN_OUT, httponly=True, samesite="strict")
    return answer


async def password_page(request: Request) -> Response:
    """The page on which one changes the own password."""
    _only_with_accounts()
    must = (await run_in_threadpool(the_desk().people.session, request.cookies.get(COOKIE, ""))).must_change
    return _password_page(CHANGE_FIRST if must else "", must=must)


@door
async def change_password(request: Request) -> Response:
    """Take a new password."""
    _only_with_accounts()
    told, token, people = await _form(request), request.cookies.get(COOKIE, ""), the_desk().people
    must = (await run_in_threadpool(people.session, token)).must_change
    if told.get("new") != told.get("again"):
        return _password_page("两次写的新密码不一样。再写一遍", must=must, status=400)
    try:
        await run_in_threadpool(people.change_password, token, told.get("old", ""), told.get("new", ""))
    except SignedOut:
        return RedirectResponse(SIGN_IN, status_code=303, headers=HEADERS)
    except PeopleError as refused:
        return _password_page(str(refused), must=must, status=429 if isinstance(refused, LockedOut) else 400)
    return RedirectResponse("/", status_code=303, headers=HEADERS)


@door
async def look(request: Request) -> Response:
    """Whether one is still signed in; the gate has answered whoever is not."""
    _only_with_sessions()
    return JSONResponse({"name": (await run_in_threadpool(the_desk().who)).name}, headers=HEADERS)


def _only_with_sessions() -> None:
    if not the_desk().settings.keeps_sessions:
        raise Refused(404, "这里不用登录。")


def _only_with_accounts() -> None:
    if the_desk().settings.people != "accounts":
        raise Refused(404, "这里不用密码登录。")


async def _form(request: Request) -> dict[str, str]:
    body = await body_of(request, MOST_BYTES)
    try:
        told = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=10)
    except ValueError:
        raise Refused(400, UNREADABLE) from None
    return {key: values[0] for key, values in told.items()}


def _sign_in_page(goal: str, words: str, name: str = "", status: int = 200) -> Response:
    body = (
        f'{alert(words)}<form method="post" action="{SIGN_IN}"><input type="hidden" name="next" value="{esc(goal)}">'
        f"{box('name', '名字', 'text', value=name, complete='username', first=not name)}"
        f"{box('password', '密码', complete='current-password', first=bool(name))}"
        '<button class="btn p full">登录</button></form>'
        '<p class="mut sm">忘了密码，请管账号的人重设</p>'
    )
    return bare_answer(bare_page("登录", body, ONCE_MORE), status)


def _provider_page(goal: str) -> Response:
    body = (
        f'<input type="hidden" name="next" value="{esc(goal)}">'
        f'<a class="btn p full" href="{OIDC}?next={quote(goal)}">用统一身份认证登录</a>'
        '<p class="mut sm">进不去时，请找管账号的人</p>'
    )
    return bare_answer(bare_page("登录", body, ONCE_MORE))


def _password_page(words: str, *, must: bool, status: int = 200) -> Response:
    back = "" if must else '<p><a class="lk" href="/">不改了，回首页</a></p>'
    body = (
        f'{alert(words, "amber" if words == CHANGE_FIRST else "red")}<form method="post" action="{PASSWORD}">'
        f"{box('old', '现在的密码', complete='current-password', first=True)}"
        f"{box('new', '新密码', complete='new-password')}{box('again', '新密码再写一遍', complete='new-password')}"
        '<p class="mut sm">至少 10 个字符。几个词连起来，好记又难猜</p>'
        f'<button class="btn p full">改密码</button></form>{back}'
    )
    return bare_answer(bare_page("改密码", body), status)


SIGN_IN_ROUTES = [
    Route(SIGN_IN, sign_in_page, methods=["GET"]),
    Route(SIGN_IN, sign_in, methods=["POST"]),
    Route(SIGN_OUT, sign_out, methods=["POST"]),
    Route(PASSWORD, password_page, methods=["GET"]),
    Route(PASSWORD, change_password, methods=["POST"]),
    Route("/of/act", look, methods=["GET", "POST"]),
    *OIDC_ROUTES,
]
