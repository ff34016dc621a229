"""The PC at which somebody sits: its browser is given a number, so that what is measured there is found again there.

The number says nothing of a person and opens nothing; whoever is signed in is told by the session alone.
"""

import re
import secrets

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import Message, Send

from onefill.ui.transport import is_secure

STATION = "onefill-station"
#: As long as browsers keep a cookie.
_SECONDS = 400 * 24 * 3600
_NUMBER = re.compile(r"[0-9a-f]{32}")


def station_of(cookie: object) -> str:
    """The number in a cookie; nothing if it is none of ours."""
    return cookie if isinstance(cookie, str) and _NUMBER.fullmatch(cookie) else ""


def numbering(asked: HTTPConnection, send: Send) -> Send:
    """Give a browser without a number one, along with the first page that it is shown."""
    if asked.scope["type"] != "http" or station_of(asked.cookies.get(STATION)):
        return send

    async def numbered(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if headers.get("content-type", "").startswith("text/html"):
                headers.append("set-cookie", _cookie(secure=is_secure(asked)))
        await send(message)

    return numbered


def _cookie(*, secure: bool) -> str:
    made = Response()
    made.set_cookie(
        STATION, secrets.token_hex(16), max_age=_SECONDS, httponly=True, samesite="strict", secure=secure, path="/"
    )
    return made.headers["set-cookie"]
