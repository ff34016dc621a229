"""The page on which anybody asks whether a code and a name are valid, if a pack offers it."""

from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from onefill.fields.chinese import moment_text
from onefill.service.look_ups import AskedTooOften, LookUpPage
from onefill.ui.address import is_loopback
from onefill.ui.doorman import body_of, door
from onefill.ui.html import esc
from onefill.ui.moments import now
from onefill.ui.public_routes import LOOK_UP, PUBLIC, for_all, open_page
from onefill.ui.shared import the_desk, the_settings

MOST_BYTES = 4 * 1024
VALID, INVALID = "有效：与登记的一致。", "无效：登记里没有，或者已经不再有效。"


@for_all
def look_up_page(_: Request) -> Response:
    """The question."""
    return _page(the_desk().look_ups.page())


@door
async def look_up(request: Request) -> Response:
    """The answer: valid or not, and nothing else."""
    told = parse_qs((await body_of(request, MOST_BYTES)).decode("utf-8", "replace"), max_num_fields=4)
    code, name = (told.get(key, [""])[0] for key in ("code", "name"))
    return await for_all(lambda request: _answer(request, code, name))(request)


def _answer(request: Request, code: str, name: str) -> Response:
    asked = the_desk().look_ups.page()
    if not code.strip() or not name.strip():
        return _page(asked, _told("no", f"没有查：{asked.code}和{asked.name}都要填。"), code, name)
    try:
        valid = the_desk().look_ups.valid(code, name, _asker(request))
    except AskedTooOften as often:
        return _page(asked, _told("no", str(often)), code, name, 429)
    at = f"{moment_text(now())} 查验"
    return _page(asked, _told("yes", VALID + at) if valid else _told("no", INVALID + at), code, name)


def _asker(request: Request) -> str:
    """From where it is asked: what the proxy before us says, if it is one of ours."""
    near = request.client.host if request.client else ""
    told = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    ours = is_loopback(near) or near in the_settings().proxies
    return told if told and ours else near


def _page(asked: LookUpPage, answer: str = "", code: str = "", name: str = "", status: int = 200) -> Response:
    hint = f'<p class="head">{esc(asked.hint)}</p>' if asked.hint else ""
    boxes = _box("code", asked.code, code) + _box("name", asked.name, name)
    body = (
        f'{hint}{answer}<form method="post" action="{LOOK_UP}" class="asked">{boxes}'
        f'<button type="submit">查验</button></form><nav><p><a href="{PUBLIC}">其他公开查询</a></p></nav>'
    )
    page = open_page(asked.title, body, status)
    page.headers["cache-control"] = "no-store"
    return page


def _box(key: str, label: str, value: str) -> str:
    return (
        f'<label for="{key}">{esc(label)}</label><input id="{key}" name="{key}" value="{esc(value)}"'
        ' autocomplete="off" maxlength="200">'
    )


def _told(kind: str, words: str) -> str:
    return f'<p class="{kind}" role="alert">{esc(words)}</p>'


LOOK_UP_ROUTES = [Route(LOOK_UP, look_up_page, methods=["GET"]), Route(LOOK_UP, look_up, methods=["POST"])]
