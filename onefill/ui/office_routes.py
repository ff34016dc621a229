"""Routes of the office: queues, counts and lists as files."""

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from onefill.service.access import Did
from onefill.service.bag_writer import Bag
from onefill.service.case_shapes import Filters
from onefill.service.desk import Desk
from onefill.service.shapes import Person, Produced
from onefill.ui.doorman import Refused, door, window_speaking
from onefill.ui.register_table import day_in
from onefill.ui.sending import download
from onefill.ui.shared import the_desk

NOT_YOURS = "待办是审核的人看的。没有导出。"


async def _exported(request: Request, make: Callable[[Desk, Person], Produced | Bag]) -> Response:
    """A file made for the person who asks, with its line in the access log."""
    await window_speaking(request.headers.get("x-onefill-token", ""))

    def export() -> Produced | Bag:
        desk = the_desk()
        who = desk.who()
        made = make(desk, who)
        desk.log.note(who, Did.EXPORTED, what=made.name)
        return made

    return download(await run_in_threadpool(export))


def _officers_only(desk: Desk, who: Person) -> None:
    if not desk.queues.is_officer(who):
        raise Refused(403, NOT_YOURS)


@door
async def queue(request: Request) -> Response:
    """All cases that a filter of a queue chooses, as far as the person sees them, as an Excel file."""
    chosen, query = request.path_params["chosen"], request.query_params
    times = query.get("returned", "")
    asked = {name: query.get(name, "") for name in ("form", "stage", "unit", "text")}
    filters = Filters(**asked, returned=int(times) if times.isdecimal() else 0)

    def make(desk: Desk, who: Person) -> Produced:
        _officers_only(desk, who)
        return desk.queues.workbook(who, desk.people.offices.units(), chosen, filters)

    return await _exported(request, make)


@door
async def figures(request: Request) -> Response:
    """Counts of all cases under way that the person may see, as an Excel file."""

    def make(desk: Desk, who: Person) -> Produced:
        _officers_only(desk, who)
        return desk.queues.figures_workbook(who, desk.people.offices.units())

    return await _exported(request, make)


@door
async def listing(request: Request) -> Response:
    """A list of cases, as far as the person sees them, as PDF, as Excel, or with all that was handed in as ZIP."""
    form, key, kind = (request.path_params[name] for name in ("form", "list", "kind"))

    def make(desk: Desk, who: Person) -> Produced | Bag:
        _officers_only(desk, who)
        return desk.bags.of_list(form, key, who) if kind == "zip" else desk.listings.make(form, key, who, f".{kind}")

    return await _exported(request, make)


@door
async def batch(request: Request) -> Response:
    """What became of each case of a batch, as a file; with a list of the form named, that list of those that went."""
    id, kind, listed = (*(request.path_params[name] for name in ("batch", "kind")), request.query_params.get("list"))

    def make(desk: Desk, who: Person) -> Produced:
        found = desk.batches.look(id, who)
        if not listed:
            return desk.listings.of_batch(found, desk.people.offices.units(), who, f".{kind}")
        return desk.listings.make(found.form, listed, who, f".{kind}", only={one.record for one in found.gone})

    return await _exported(request, make)


@door
async def board(request: Request) -> Response:
    """Statistics of a board, as far as the person sees them, as an Excel file."""
    key, query = request.path_params["board"], request.query_params

    def make(desk: Desk, who: Person) -> Produced:
        units = desk.people.offices.units()
        return desk.boards.workbook(key, who, units, **{name: query.get(name, "") for name in ("by", "year", "unit")})

    return await _exported(request, make)


@door
async def draw(request: Request) -> Response:
    """A random draw with all its candidates, as an Excel file."""
    return await _exported(request, lambda desk, who: desk.draws.workbook(request.path_params["draw"], who))


@door
async def register(request: Request) -> Response:
    """A register as it was on a day, as far as the person sees it, as an Excel file."""
    key, query = request.path_params["register"], request.query_params
    on = day_in(query.get("on", ""))

    def make(desk: Desk, who: Person) -> Produced:
        return desk.registers.workbook(key, who, on, text=query.get("text", ""), state=query.get("state", ""))

    return await _exported(request, make)


@door
async def issue(request: Request) -> Response:
    """What was made public once, as it went out."""
    await window_speaking(request.headers.get("x-onefill-token", ""))
    id, kind = request.path_params["issue"], request.path_params["kind"]

    def give() -> Response:
        desk = the_desk()
        return download(desk.publications.file(id, desk.who(), f".{kind}"))

    return await run_in_threadpool(give)


OFFICE_ROUTES = [
    Route("/of/issue/{issue}/{kind}", issue, methods=["POST"]),
    Route("/of/register/{register}", register, methods=["POST"]),
    Route("/of/draw/{draw}", draw, methods=["POST"]),
    Route("/of/batch/{batch}/{kind}", batch, methods=["POST"]),
    Route("/of/board/{board}", board, methods=["POST"]),
    Route("/of/list/{form}/{list}/{kind}", listing, methods=["POST"]),
    Route("/of/figures", figures, methods=["POST"]),
    Route("/of/queue/{chosen}", queue, methods=["POST"]),
]
