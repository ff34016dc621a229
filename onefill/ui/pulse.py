"""What a window asks every few seconds: has what it shows changed? Its page is drawn anew only when it has.

The browser asks through a route, not by a timer of Streamlit's: that one would draw parts of a page that is being left,
and cost a run for nothing each time.
"""

from collections.abc import Callable, Hashable, Mapping
from hashlib import sha256
from types import MappingProxyType

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from onefill.service.guard import DEFINE
from onefill.service.job_shapes import Job
from onefill.ui.components import component, packed
from onefill.ui.doorman import HEADERS, Refused, allowed, door, window_speaking
from onefill.ui.jobs import SAMPLES, jobs
from onefill.ui.shared import the_desk


def _record(record: str) -> Hashable:
    return the_desk().records.stamp(record)


def _papers(record: str) -> Hashable:
    return _record(record), jobs.progress(record), tuple(map(_how_far, the_desk().jobs.of(record)))


def _how_far(job: Job) -> Hashable:
    return job.id, job.state, job.stopping, job.done, job.what, int(job.seconds)


def _files(_: str) -> Hashable:
    return the_desk().authoring.stamp(), jobs.progress(SAMPLES)


def _review(record: str) -> Hashable:
    desk = the_desk()
    return _papers(record), tuple(desk.presence.note(record, desk.who().name))


def _queue(_: str) -> Hashable:
    return the_desk().queues.stamp(the_desk().who())


#: What is watched, with the seconds between two looks.
WATCHED: Mapping[str, tuple[Callable[[str], Hashable], int]] = MappingProxyType(
    {
        "record": (_record, 3),
        "papers": (_papers, 1),
        "files": (_files, 2),
        "review": (_review, 3),
        "queue": (_queue, 5),
    }
)


def _defines() -> None:
    the_desk().guard.require_action(the_desk().who(), DEFINE)


def _reviews() -> None:
    if not the_desk().queues.is_officer(the_desk().who()):
        raise Refused(403, NOT_AN_OFFICER)


NOT_AN_OFFICER = "待办是审核的人看的。"
#: What is of no record, with who may watch it.
ALONE: Mapping[str, Callable[[], None]] = MappingProxyType({"files": _defines, "queue": _reviews})


def pulse_of(kind: str, of: str) -> str:
    """Says something new whenever what is watched has changed, whoever changed it.

    Args:
        kind: One of ``WATCHED``.
        of: Of which record; any word for what is of none.
    """
    return sha256(repr(WATCHED[kind][0](of)).encode()).hexdigest()[:16]


def watch(
    kind: str,
    of: str,
    pulse: str,
    on_changed: Callable[[], None] = lambda: None,
    pieces: Mapping[str, str] = MappingProxyType({}),
    drawing: int = 0,
) -> None:
    """Draw the part of the page where this stands anew, as soon as ``pulse_of`` says another thing than ``pulse``.

    Args:
        kind: One of ``WATCHED``.
        of: Of which record.
        pulse: What was said when the page was drawn.
        on_changed: Called before that; it may have something else drawn.
        pieces: HTML of the pieces of the page that say something else than when it was drawn, by their names.
        drawing: Number of the drawing that the pieces are about; a browser with an older one has it drawn anew.
    """
    data = {
        "href": f"./of/pulse/{kind}/{of}",
        "pulse": pulse,
        "seconds": WATCHED[kind][1],
        "pieces": dict(pieces),
        "drawing": drawing,
    }
    component("pulse", "pu")(key="pulse", data=packed(data), on_changed_change=on_changed)


@door
async def pulse(request: Request) -> Response:
    """The pulse as it is now."""
    kind, of = request.path_params["kind"], request.path_params["of"]
    if kind not in WATCHED:
        raise Refused(404, "没有这样的内容。")
    if kind in ALONE:
        await window_speaking(request.headers.get("x-onefill-token", ""))
        await run_in_threadpool(ALONE[kind])
    else:
        await allowed(request, of)
    return JSONResponse({"pulse": await run_in_threadpool(pulse_of, kind, of)}, headers=HEADERS)


PULSE = Route("/of/pulse/{kind}/{of}", pulse, methods=["GET"])
