"""The route that programs which watch over this one ask: 200 when all is well, 503 when not."""

from dataclasses import asdict

import anyio
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from onefill import __version__
from onefill.errors import OneFillError
from onefill.service.health import Health, health_of
from onefill.ui.doorman import HEADERS
from onefill.ui.shared import the_desk

#: Seconds after which a store that does not answer counts as away.
PATIENCE = 2.0
HEALTH = "/of/health"
#: What is told when there is no desk that could be asked.
AWAY = Health(ok=False, version=__version__, store=False, disk=False, disk_free=0, packs=0, damaged=0)


async def health(_: Request) -> Response:
    """How the program is, for anybody who may ask this PC at all."""
    told = AWAY
    with anyio.move_on_after(PATIENCE):
        told = await anyio.to_thread.run_sync(_looked, abandon_on_cancel=True)
    return JSONResponse(asdict(told), status_code=200 if told.ok else 503, headers=HEADERS)


def _looked() -> Health:
    try:
        return health_of(the_desk())
    except OneFillError:
        return AWAY


HEALTH_ROUTE = Route(HEALTH, health, methods=["GET"])
