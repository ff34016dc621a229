"""Routes for signing in at an identity provider: there, back, and on with a session of ours like everybody else's.

Not Streamlit's own login: its cookie holds the identity itself for thirty days, can be recalled by nobody, and knows no
time-out; what goes wrong leads back to the first page without a word.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from onefill.errors import OneFillError
from onefill.people import PeopleError
from onefill.service.oidc import Flow, Proved, Provider, ProviderAway, ProviderError, TokenRefused
from onefill.service.reporting import report
from onefill.ui.doorman import HEADERS, Refused
from onefill.ui.gate import OIDC, SIGN_IN, SIGN_OUT
from onefill.ui.html import esc
from onefill.ui.pages import page_of
from onefill.ui.paper import alert, bare_answer, bare_page
from onefill.ui.shared import COOKIE, the_desk
from onefill.ui.transport import is_secure

#: What a browser keeps while it is at the provider, and for as long as it is signed in: the latter is only sent along
#: for signing out.
FLOW, ID_TOKEN = "onefill-oidc", "onefill-id"
MOST_SECONDS = 600
#: A browser takes no longer cookie.
LONGEST_TOKEN = 3800
#: The narrower before the wider.
STATUS: Mapping[type[OneFillError], int] = MappingProxyType({ProviderAway: 502, ProviderError: 401, PeopleError: 403})
#: From our own page, for a cookie of ours is not sent along when the provider's page leads here.
GO_ON = "location.replace(document.querySelector('main a').href)"


async def leave_for_provider(request: Request) -> Response:
    """Begin: off to the provider, which sends the person back."""
    provider, goal = _provider(), page_of(request.query_params.get("next", ""))
    asked, token = request.query_params.get("fresh") == "1", request.cookies.get(COOKIE, "")

    def begin() -> tuple[str, Flow]:
        # Else whoever comes to a computer that was left would be let in by what the provider remembers.
        return provider.begin(back_to(request), goal, fresh=asked or the_desk().people.has_timed_out(token))

    try:
        address, flow = await run_in_threadpool(begin)
    except OneFillError as wrong:
        return told(wrong)
    answer = RedirectResponse(address, status_code=303, headers=HEADERS)
    # Lax: the provider's page leads back here.
    answer.set_cookie(
        FLOW, _sealed(flow), max_age=MOST_SECONDS, path=OIDC, httponly=True, samesite="lax", secure=is_secure(request)
    )
    return answer


async def come_back(request: Request) -> Response:
    """End: whom the provider has proved gets a session, if an account is theirs."""
    provider, flow = _provider(), _opened(request.cookies.get(FLOW, ""))
    people, old = the_desk().people, request.cookies.get(COOKIE, "")

    def prove() -> tuple[str, Proved]:
        proved = provider.finish(flow, request.query_params, back_to(request))
        return people.sign_in_proved(proved.subject), proved

    try:
        token, proved = await run_in_threadpool(prove)
    except OneFillError as wrong:
        return _forgetting(told(wrong))
    if old:
        await run_in_threadpool(people.sign_out, old)
    goal = flow.goal if flow else "/"
    answer = bare_answer(bare_page("已登录", f'<p><a class="btn p full" href="{esc(goal)}">接着打开</a></p>', GO_ON))
    secure = is_secure(request)
    answer.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=secure, path="/")
    if len(proved.id_token) <= LONGEST_TOKEN:
        answer.set_cookie(ID_TOKEN, proved.id_token, httponly=True, samesite="strict", secure=secure, path=SIGN_OUT)
    return _forgetting(answer)


def way_out(request: Request) -> str:
    """Where somebody who signs out goes on: to the provider, so that it forgets them too."""
    provider = the_desk().provider
    if provider is None:
        return SIGN_IN
    try:
        return provider.way_out(request.cookies.get(ID_TOKEN, ""), f"{_here(request)}{SIGN_IN}") or SIGN_IN
    except ProviderAway as away:  # here they are signed out all the same
        report(away.__cause__ or away)
        return SIGN_IN


def back_to(request: Request) -> str:
    """Where the provider sends people back to; it must be registered there."""
    return f"{_here(request)}{OIDC}/back"


def told(error: OneFillError) -> Response:
    """A page that says why nobody is signed in, with a way on."""
    if isinstance(error, (ProviderAway, TokenRefused)):
        report(error.__cause__ or error)
    way = (f"{OIDC}?fresh=1", "换一个人登录") if isinstance(error, PeopleError) else (OIDC, "再登录一次")
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 500)
    body = f'{alert(str(error))}<p><a class="btn p full" href="{way[0]}">{way[1]}</a></p>'
    return bare_answer(bare_page("没有登录", body), status)


def _here(request: Request) -> str:
    return f"{'https' if is_secure(request) else 'http'}://{request.headers['host']}"


def _provider() -> Provider:
    provider = the_desk().provider
    if provider is None:
        raise Refused(404, "这里不用统一身份认证登录。")
    return provider


def _forgetting(answer: Response) -> Response:
    answer.delete_cookie(FLOW, path=OIDC, httponly=True, samesite="lax")
    return answer


def _sealed(flow: Flow) -> str:
    return base64.urlsafe_b64encode(json.dumps(asdict(flow)).encode()).decode()


def _opened(cookie: str) -> Flow | None:
    """What this browser has begun; whatever else stands there is nothing."""
    try:
        kept: Any = json.loads(base64.urlsafe_b64decode(cookie))
        return Flow(
            state=str(kept["state"]),
            nonce=str(kept["nonce"]),
            verifier=str(kept["verifier"]),
            began=int(kept["began"]),
            fresh=bool(kept["fresh"]),
            goal=page_of(str(kept["goal"])),
        )
    except (ValueError, KeyError, TypeError):
        return None


OIDC_ROUTES = [
    Route(OIDC, leave_for_provider, methods=["GET"]),
    Route(f"{OIDC}/back", come_back, methods=["GET"]),
]
