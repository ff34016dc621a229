"""What every route of ours asks first: does our own page speak, for a window we know, about a record it may see?"""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from onefill.errors import OneFillError
from onefill.people import NotYourAction, SignedOut
from onefill.service.errors import RecordUnknown
from onefill.service.reporting import report, said
from onefill.ui.shared import the_desk
from onefill.ui.tokens import window_of

Endpoint = Callable[[Request], Awaitable[Response]]

FOREIGN = "这个请求不是从 OneFill 的页面发出的，没有照办。"
NO_TOKEN = "页面已过期。重新载入这一页再试，写下的内容都在。"
TOO_BIG = "一次送来的内容太多，没有收下。"
HEADERS = {"cache-control": "no-store", "x-content-type-options": "nosniff"}


class Refused(HTTPException):
    """Not done, with a reason in Chinese."""


def from_our_page(request: Request) -> None:
    """Refuse what another web page sends.

    Raises:
        Refused: Its origin is not ours, or a changing request names none.
    """
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site", "same-origin")
    if site not in ("same-origin", "none") or (origin is None and request.method == "POST"):
        raise Refused(403, FOREIGN)
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host", ""):
        raise Refused(403, FOREIGN)


async def window_speaking(token: str) -> str:
    """The window a token was made for.

    Raises:
        Refused: We made no such token.
    """
    window = window_of(token, (await run_in_threadpool(the_desk)).settings.data)
    if window is None:
        raise Refused(401, NO_TOKEN)
    return window


async def may_see(record: str, action: str = "") -> None:
    """Ask for the right of the person who is present to a record.

    Args:
        record: Which.
        action: What is to be done with it; nothing but looking if empty.

    Raises:
        RecordUnknown: There is none, or it is another unit's.
        NotYourAction: This person may not do that.
    """

    def ask() -> None:
        desk = the_desk()
        if action:
            desk.guard.require(desk.who(), record, action)
        desk.records.require(record)

    await run_in_threadpool(ask)


async def allowed(request: Request, record: str, action: str = "") -> None:
    """Ask for all that a request without a body of its own must have: our page, its token, the right to the record.

    Raises:
        Refused: It has not.
    """
    from_our_page(request)
    await window_speaking(request.headers.get("x-onefill-token", ""))
    await may_see(record, action)


async def body_of(request: Request, most: int, told: str = TOO_BIG) -> bytes:
    """The body, as long as it is not longer than ``most``; what comes beyond is not listened to.

    Raises:
        Refused: It is longer; says ``told``.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise Refused(413, told)
    return bytes(body)


def door(endpoint: Endpoint) -> Endpoint:
    """A route behind the checks that need no more than headers; what goes wrong is answered in Chinese."""

    async def guarded(request: Request) -> Response:
        try:
            from_our_page(request)
            return await endpoint(request)
        except Refused as refused:
            return _answer(refused.status_code, refused.detail)
        except RecordUnknown as unknown:
            return _answer(404, str(unknown))
        except SignedOut as out:
            return _answer(401, str(out))
        except NotYourAction as forbidden:
            return _answer(403, str(forbidden))
        except OneFillError as error:
            return _answer(409, str(error))
        except Exception as error:
            return _answer(500, said(report(error)))

    return guarded


def _answer(status: int, message: str) -> Response:
    return JSONResponse({"message": message}, status_code=status, headers=HEADERS)
