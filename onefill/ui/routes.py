"""Our own routes beside Streamlit's: keystrokes in, page pictures and files out. ``doorman`` stands before each."""

import json
import re
from dataclasses import replace
from typing import Any, NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from onefill.service.access import Did
from onefill.service.guard import DEFINE, FILL, PRINT
from onefill.service.kept_files import KeptFile
from onefill.ui.doorman import HEADERS, Refused, allowed, body_of, door, from_our_page, may_see, window_speaking
from onefill.ui.giving import given
from onefill.ui.grid_route import ROWS
from onefill.ui.health_route import HEALTH_ROUTE
from onefill.ui.heard import heard
from onefill.ui.import_routes import IMPORT_ROUTES
from onefill.ui.jobs import SAMPLES, jobs
from onefill.ui.look_up_route import LOOK_UP_ROUTES
from onefill.ui.moments import here
from onefill.ui.office_routes import OFFICE_ROUTES
from onefill.ui.printing import record_jobs
from onefill.ui.public_routes import PUBLIC_ROUTES
from onefill.ui.pulse import PULSE
from onefill.ui.scan_routes import SCAN_ROUTES
from onefill.ui.sending import download
from onefill.ui.shared import the_desk
from onefill.ui.shell import ASSETS
from onefill.ui.sign_in import SIGN_IN_ROUTES
from onefill.ui.uploads import MOST_BYTES as MOST_ATTACHED
from onefill.ui.uploads import refusal, suffix_of

MOST_BYTES = 256 * 1024
MOST_CHANGES = 200
MOST_TEXT = 20_000
PATH = re.compile(r"[a-z][a-z0-9_]*(/[a-z0-9]{1,16}(/[a-z0-9_]+)?)?")
UNREADABLE = "送来的内容读不懂，没有收下。重新载入这一页再试。"
SCRIPTS = tuple(path.name for path in ASSETS.glob("*.js"))
STYLES = tuple(path.name for path in ASSETS.glob("*.css"))
#: What is in a script for whoever reads it, remarks, indents and empty lines; browsers are spared them.
NOTES = re.compile(rb"^ *//.*\n|^\n|^ +|(?<=[;,{]) // .*$", re.MULTILINE)
KINDS = {**dict.fromkeys(STYLES, "text/css"), **dict.fromkeys(SCRIPTS, "text/javascript")}


class Keystrokes(NamedTuple):
    """What a page script posts."""

    token: str
    record: str
    seen: int | None
    changes: list[tuple[str, str, int]]


async def asset(request: Request) -> Response:
    """Our style sheet and page scripts; nothing personal in them."""
    name = request.path_params["name"]
    if name not in KINDS:
        raise Refused(404, "没有这个文件。")
    data = await run_in_threadpool((ASSETS / name).read_bytes)
    if name in SCRIPTS:
        data = NOTES.sub(b"", data)
    kept = "private, max-age=31536000, immutable" if "v" in request.query_params else "no-cache"
    return Response(data, media_type=KINDS[name], headers={"cache-control": kept})


@door
async def nothing_there(request: Request) -> Response:
    """Whatever else is asked of us."""
    raise Refused(404, "没有这个地址。")


@door
async def drafts(request: Request) -> Response:
    """Keep keystrokes. Answers when they were kept, and which were refused because another window was faster."""
    told = _keystrokes(await body_of(request, MOST_BYTES))
    window = await window_speaking(told.token)
    await may_see(told.record, FILL)
    return await run_in_threadpool(_keep, told, window)


def _keep(told: Keystrokes, window: str) -> Response:
    desk = the_desk()
    refused = []
    for path, text, sequence in told.changes:
        lost = desk.records.set(told.record, path, text, desk.who(), window=window, sequence=sequence, seen=told.seen)
        if lost is None:
            heard.tell(window, told.record, path, text, sequence)
        else:
            heard.refuse(window, told.record, path, text, lost)
            refused.append(path)
    saved = desk.records.saved_at(told.record)
    answer = {"saved": f"{here(saved):%H:%M}", "refused": refused}
    return JSONResponse(answer, headers=HEADERS)


def _keystrokes(body: bytes) -> Keystrokes:
    try:
        told: Any = json.loads(body)
        changes = [(str(c["path"]), c["text"], int(c["sequence"])) for c in told["changes"]]
        seen = None if told.get("seen") is None else int(told["seen"])
        read = Keystrokes(str(told["token"]), str(told["record"]), seen, changes)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        raise Refused(400, UNREADABLE) from None
    if len(changes) > MOST_CHANGES:
        raise Refused(413, "一次送来的内容太多，没有收下。")
    for path, text, _ in changes:
        if not PATH.fullmatch(path) or not isinstance(text, str):
            raise Refused(400, UNREADABLE)
        if len(text) > MOST_TEXT:
            raise Refused(413, f"一格里最多 {MOST_TEXT} 个字，没有收下。")
    return read


@door
async def picture(request: Request) -> Response:
    """The picture of a page of a paper that a job has laid out."""
    await window_speaking(request.query_params.get("k", ""))
    record = request.path_params["record"]
    await may_see(record)
    return await _picture(request, record)


async def _picture(request: Request, record: str) -> Response:
    job = request.path_params["job"]
    data = await run_in_threadpool(jobs.picture, job, record, request.path_params["page"])
    if data is None:
        raise Refused(404, "这一页的图已经不在了。重新打开这份材料。")
    headers = HEADERS | {"cache-control": "private, max-age=3600"}
    return Response(data, media_type="image/png", headers=headers)


@door
async def file(request: Request) -> Response:
    """One paper in one format."""
    record, document = request.path_params["record"], request.path_params["document"]
    suffix = f".{request.path_params['format']}"
    await allowed(request, record, PRINT)
    return await given(
        record, Did.PRINTED, f"{document}{suffix}", lambda desk, who: desk.documents.file(record, document, suffix, who)
    )


@door
async def sample(request: Request) -> Response:
    """One paper of a form with sample facts; only forms and papers that we have ourselves listed are found."""
    form, document = request.path_params["form"], request.path_params["document"]
    suffix = f".{request.path_params['format']}"
    from_our_page(request)
    await window_speaking(request.headers.get("x-onefill-token", ""))
    await _author(request)
    return download(await run_in_threadpool(lambda: the_desk().authoring.file(form, document, suffix)))


@door
async def sample_picture(request: Request) -> Response:
    """The picture of a page of a paper with sample facts."""
    await window_speaking(request.query_params.get("k", ""))
    await _author(request)
    return await _picture(request, SAMPLES)


@door
async def overprint(request: Request) -> Response:
    """A sheet to find out where the person's printer puts a page; nothing of any record is on it."""
    await window_speaking(request.headers.get("x-onefill-token", ""))
    desk = the_desk()
    return download(await run_in_threadpool(lambda: desk.overprints.sheet(desk.who())))


@door
async def attach(request: Request) -> Response:
    """Keep a file that a field shall point to: the body is the file."""
    record, path = request.path_params["record"], request.path_params["path"]
    await allowed(request, record, FILL)
    data = await body_of(request, MOST_ATTACHED, f"文件超过 {MOST_ATTACHED >> 20} MB，没有收下。缩小或分开再选")
    if wrong := refusal(data):
        raise Refused(422, wrong)
    desk = the_desk()
    await run_in_threadpool(lambda: desk.records.attach(record, path, data, desk.who()))
    return JSONResponse({"file": path}, headers=HEADERS)


@door
async def attached(request: Request) -> Response:
    """The file that a field points to."""
    record, path = request.path_params["record"], request.path_params["path"]
    await allowed(request, record)

    def named() -> KeptFile:
        kept = the_desk().records.attached(record, path)
        return replace(kept, name=kept.name + suffix_of(kept.read(8)))

    return download(await run_in_threadpool(named))


@door
async def summary(request: Request) -> Response:
    """All facts of a record on plain pages."""
    record = request.path_params["record"]
    await allowed(request, record, PRINT)
    return await given(record, Did.PRINTED, "summary", lambda desk, who: desk.documents.summary(record, who))


@door
async def bag(request: Request) -> Response:
    """All that was handed in of a record, with its facts and decisions, as one bag."""
    record = request.path_params["record"]
    await allowed(request, record, PRINT)
    return await given(record, Did.EXPORTED, "bag", lambda desk, who: desk.bags.of_record(record, who))


@door
async def view_table(request: Request) -> Response:
    """A view of a record that is a table, as an Excel file."""
    record, view = request.path_params["record"], request.path_params["view"]
    await allowed(request, record)
    if await run_in_threadpool(the_desk().views.copies_out, record, view):
        await allowed(request, record, FILL)  # numbers stand there whole, to be keyed in elsewhere
    return await given(record, Did.EXPORTED, view, lambda desk, who: desk.views.workbook(record, view))


@door
async def made(request: Request) -> Response:
    """The file that a job has made."""
    record, asked = request.path_params["record"], request.path_params["job"]
    await allowed(request, record, PRINT)
    papers = {job.id for _, job in await run_in_threadpool(record_jobs, record)}
    produced = await run_in_threadpool(the_desk().jobs.result, record, asked) if asked in papers else None
    if produced is None:
        raise Refused(404, "这个文件已经不在了。再生成一次。")
    return await given(record, Did.PRINTED, "packet", lambda desk, who: produced)


@door
async def past_file(request: Request) -> Response:
    """A paper of an older version: the very file that was printed, or one made as it would have been."""
    record, n = request.path_params["record"], request.path_params["n"]
    document, suffix = request.path_params["document"], f".{request.path_params['format']}"
    await allowed(request, record, PRINT)
    what = f"{n}: {document}{suffix}"
    return await given(record, Did.PRINTED, what, lambda desk, who: desk.history.file(record, n, document, suffix, who))


@door
async def past_archive(request: Request) -> Response:
    """All papers of an older version."""
    record, n = request.path_params["record"], request.path_params["n"]
    await allowed(request, record, PRINT)
    return await given(record, Did.PRINTED, f"{n}: *", lambda desk, who: desk.history.archive(record, n, who))


async def _author(request: Request) -> None:
    """Ask for the right to what only whoever makes forms is shown."""
    await run_in_threadpool(lambda: the_desk().guard.require_action(the_desk().who(), DEFINE))


ROUTES = [
    *SIGN_IN_ROUTES,
    HEALTH_ROUTE,
    *LOOK_UP_ROUTES,
    *PUBLIC_ROUTES,
    Route("/of/{name}", asset, methods=["GET"]),
    Route("/of/drafts", drafts, methods=["POST"]),
    ROWS,
    PULSE,
    Route("/of/picture/{record}/{job}/{page:int}", picture, methods=["GET"]),
    Route("/of/file/{record}/{document}/{format}", file, methods=["POST"]),
    Route("/of/sample/{form}/{document}/{format}", sample, methods=["POST"]),
    Route("/of/sample/{job}/{page:int}", sample_picture, methods=["GET"]),
    Route("/of/attach/{record}/{path:path}", attach, methods=["POST"]),
    Route("/of/attached/{record}/{path:path}", attached, methods=["POST"]),
    Route("/of/summary/{record}", summary, methods=["POST"]),
    Route("/of/bag/{record}", bag, methods=["POST"]),
    Route("/of/overprint", overprint, methods=["POST"]),
    Route("/of/past/{record}/{n:int}", past_archive, methods=["POST"]),
    Route("/of/past/{record}/{n:int}/{document}/{format}", past_file, methods=["POST"]),
    Route("/of/table/{record}/{view}", view_table, methods=["POST"]),
    Route("/of/made/{record}/{job}", made, methods=["POST"]),
    *IMPORT_ROUTES,
    *SCAN_ROUTES,
    *OFFICE_ROUTES,
    Route("/of/{rest:path}", nothing_there, methods=["GET", "POST", "PUT", "DELETE", "PATCH"]),
]
