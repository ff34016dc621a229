"""A file that is handed in comes straight to the disk, piece by piece, and is given to whoever keeps it.

Streamlit's uploader holds every file in memory and checks its size in the browser only; this route does neither.
"""

import errno
import os
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from onefill.materials.model import Limits
from onefill.refusals import FileRefused
from onefill.service.guard import FILL
from onefill.service.naming import name_of
from onefill.service.shapes import Person
from onefill.ui.doorman import HEADERS, Refused, allowed, door, may_see
from onefill.ui.shared import the_desk

#: Keeps a file for an item of a record: which record, which item, where the file lies until this returns, what it is
#: called, who brings it. What it tells goes to the page as JSON.
Take = Callable[[str, str, Path, str, Person], Mapping[str, Any]]

#: Bytes that are gathered before they are written.
_AT_ONCE = 1 << 20
#: Seconds after which a file is swept that a stopped server left lying.
_OLD = 24 * 3600.0

CUT_OFF = "文件没有传完，没有收下。再传一次"
FULL = "放文件的硬盘满了，没有收下。请管理员清出地方再传"


def material_route(take: Take, most_bytes: int = Limits().most_bytes) -> Route:
    """The route ``POST /of/material/{record}/{item}``: the body is the file, its name in ``x-onefill-name``.

    Args:
        take: Keeps the file; what it refuses is told to the page.
        most_bytes: What is longer is cut off, whatever the page has checked.
    """

    @door
    async def bring(request: Request) -> Response:
        record, item = request.path_params["record"], request.path_params["item"]
        await allowed(request, record)
        await may_see(record, "" if await run_in_threadpool(_its_own, record, item) else FILL)
        _check_said(request, most_bytes)
        name = name_of(unquote(request.headers.get("x-onefill-name", "")), "文件")
        handle, path = await run_in_threadpool(_place)
        try:
            await _write(request, handle, most_bytes)
            taken = await run_in_threadpool(lambda: take(record, item, path, name, the_desk().who()))
        except FileRefused as refused:
            problem = refused.problem()
            told = {"message": str(refused), "code": problem.code, "what": problem.what, "remedy": problem.remedy}
            return JSONResponse(told, status_code=422, headers=HEADERS)
        finally:
            _remove(path)
        return JSONResponse(dict(taken), headers=HEADERS)

    return Route("/of/material/{record}/{item}", bring, methods=["POST"])


def _its_own(record: str, item: str) -> bool:
    """Whether the item is for whoever asks, although others fill the record."""
    return the_desk().materials.brings(record, item, the_desk().who())


def supplied(record: str, item: str, path: Path, filename: str, who: Person) -> Mapping[str, Any]:
    """Take a file in for an item of the checklist; how many pages it has, where they went, and whether it was there."""
    brought = the_desk().materials.bring(record, item, path, filename, who)
    ids = [one.id for one in brought.parts.values()]
    return {"file": ids[0], "pages": brought.pages, "twice": brought.twice, "told": "；".join(brought.told)}


def _check_said(request: Request, most: int) -> None:
    said = request.headers.get("content-length", "")
    if said.isdecimal() and int(said) > most:
        raise _too_big(-(-int(said) // (1 << 20)), most)


def _too_big(megabytes: int, most: int) -> Refused:
    return Refused(413, f"文件 {megabytes} MB，最大 {most >> 20} MB。用 200 dpi 重扫，或分成几个文件再传")


def _place() -> tuple[int, Path]:
    """A new file that only we can read, beside the store; what was left lying goes."""
    folder = the_desk().settings.data / "incoming"
    folder.mkdir(parents=True, exist_ok=True)
    for one in folder.iterdir():
        with suppress(OSError):
            if time.time() - one.stat().st_mtime > _OLD:
                one.unlink()
    handle, path = tempfile.mkstemp(dir=folder)
    return handle, Path(path)


async def _write(request: Request, handle: int, most: int) -> None:
    """The body, piece by piece.

    Raises:
        Refused: It is too long, it ends too early, or there is no room for it.
    """
    total, gathered = 0, bytearray()
    try:
        with os.fdopen(handle, "wb") as file:
            async for piece in request.stream():
                total += len(piece)
                if total > most:
                    raise _too_big((most >> 20) + 1, most)
                gathered += piece
                if len(gathered) >= _AT_ONCE:
                    await run_in_threadpool(file.write, gathered)
                    gathered = bytearray()
            await run_in_threadpool(file.write, gathered)
    except ClientDisconnect as error:
        raise Refused(400, CUT_OFF) from error
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise Refused(507, FULL) from error


def _remove(path: Path) -> None:
    with suppress(OSError):  # swept another day
        path.unlink(missing_ok=True)
