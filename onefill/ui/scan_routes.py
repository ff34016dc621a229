"""Routes of what was handed in: pages as pictures, files as they came, the checklist and notices on paper."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from onefill.materials.model import READABLE, SMALL
from onefill.service.access import Did
from onefill.ui.doorman import HEADERS, allowed, door, may_see, window_speaking
from onefill.ui.giving import given
from onefill.ui.material_routes import material_route, supplied
from onefill.ui.shared import the_desk

#: How wide pages are drawn; what is asked in between gets the next one.
WIDTHS = (SMALL, READABLE, 2 * READABLE)
#: The address of a picture names its turn and its file's hash, so the browser may keep it; nobody else may.
KEPT = HEADERS | {"cache-control": "private, max-age=3600"}


@door
async def page(request: Request) -> Response:
    """A page of a file that was handed in: ``?w=`` says how wide, ``?k=`` for which window."""
    await window_speaking(request.query_params.get("k", ""))
    asked = request.path_params
    await may_see(asked["record"])
    width = _width(request.query_params.get("w", ""))
    where = asked["record"], asked["item"], asked["file"], asked["place"]
    data = await run_in_threadpool(lambda: the_desk().materials.picture(*where, width, the_desk().who()))
    return Response(data, media_type="image/jpeg", headers=KEPT)


def _width(asked: str) -> int:
    wanted = int(asked) if asked.isdecimal() and len(asked) < 6 else READABLE
    return next((width for width in WIDTHS if width >= wanted), WIDTHS[-1])


@door
async def original(request: Request) -> Response:
    """A file as it was brought."""
    asked = request.path_params
    await allowed(request, asked["record"])
    where = asked["record"], asked["item"], asked["file"]
    what = f"{asked['item']}/{asked['file']}"
    return await given(asked["record"], Did.EXPORTED, what, lambda desk, who: desk.materials.original(*where, who))


@door
async def listed(request: Request) -> Response:
    """The checklist of a phase to be printed."""
    record, phase = request.path_params["record"], request.path_params["phase"]
    await allowed(request, record)
    what = f"checklist {phase}"
    return await given(record, Did.PRINTED, what, lambda desk, who: desk.notices.checklist(record, phase, who))


@door
async def notice(request: Request) -> Response:
    """A notice about a submission: ``?phase=`` says of which phase, ``?format=`` another one than ``pdf``."""
    record, key = request.path_params["record"], request.path_params["key"]
    phase, suffix = request.query_params.get("phase", ""), f".{request.query_params.get('format', 'pdf')}"
    await allowed(request, record)
    return await given(
        record, Did.PRINTED, key, lambda desk, who: desk.notices.make(record, key, who, suffix, phase=phase)
    )


@door
async def sent(request: Request) -> Response:
    """A paper that went out, as it was: ``?format=`` says another one than ``pdf``."""
    record, n = request.path_params["record"], request.path_params["n"]
    suffix = f".{request.query_params.get('format', 'pdf')}"
    await allowed(request, record)
    return await given(record, Did.PRINTED, f"sent {n}", lambda desk, who: desk.notices.again(record, n, who, suffix))


@door
async def addressed(request: Request) -> Response:
    """A paper that went out about another record to this one: ``?format=`` says another one than ``pdf``."""
    record, sender, n = (request.path_params[key] for key in ("record", "sender", "n"))
    suffix = f".{request.query_params.get('format', 'pdf')}"
    await allowed(request, record)
    return await given(
        record,
        Did.PRINTED,
        f"sent {n} of {sender}",
        lambda desk, who: desk.notices.addressed_again(record, sender, n, who, suffix),
    )


SCAN_ROUTES = [
    material_route(supplied),
    Route("/of/material/{record}/{item}/{file}/{place:int}", page, methods=["GET"]),
    Route("/of/material/{record}/{item}/{file}", original, methods=["POST"]),
    Route("/of/checklist/{record}/{phase}", listed, methods=["POST"]),
    Route("/of/notice/{record}/{key}", notice, methods=["POST"]),
    Route("/of/sent/{record}/{n:int}", sent, methods=["POST"]),
    Route("/of/addressed/{record}/{sender}/{n:int}", addressed, methods=["POST"]),
]
