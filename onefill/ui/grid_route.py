"""The route by which the table in the browser saves what Streamlit need not hear: keystrokes, and last words."""

import json
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from onefill.service.edits import Edit
from onefill.service.guard import FILL
from onefill.ui.doorman import HEADERS, Refused, body_of, door, may_see, window_speaking
from onefill.ui.grid_words import TextTooLong, Unreadable, read_edits
from onefill.ui.moments import here
from onefill.ui.shared import the_desk

#: The page sends parts of 60 KB; a single row may hold more.
MOST_BYTES = 4 * 1024 * 1024


@door
async def rows(request: Request) -> Response:
    """Keep what was done in a table. Answers when it was kept, and the paths another window was faster with."""
    token, record, section, edits = _read(await body_of(request, MOST_BYTES))
    window = await window_speaking(token)
    await may_see(record, FILL)
    return await run_in_threadpool(_keep, record, section, edits, window)


def _keep(record: str, section: str, edits: list[Edit], window: str) -> Response:
    desk = the_desk()
    refused = desk.records.edit(record, section, edits, desk.who(), window=window)
    saved = desk.records.saved_at(record)
    answer = {"saved": f"{here(saved):%H:%M}", "refused": [one.path for one in refused]}
    return JSONResponse(answer, headers=HEADERS)


def _read(body: bytes) -> tuple[str, str, str, list[Edit]]:
    try:
        told: Any = json.loads(body)
        names = [told[name] for name in ("token", "record", "section")]
        if not all(isinstance(name, str) for name in names):
            raise TypeError
        return names[0], names[1], names[2], read_edits(told["ops"])
    except TextTooLong as error:
        raise Refused(413, str(error)) from None
    except (ValueError, KeyError, TypeError, Unreadable):
        raise Refused(400, str(Unreadable())) from None


ROWS = Route("/of/rows", rows, methods=["POST"])
