"""Routes of the import screen: a workbook comes in, comes back marked, an empty one goes out."""

from urllib.parse import unquote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from onefill.service.guard import FILL
from onefill.service.inbox import MOST_BYTES
from onefill.ui.doorman import HEADERS, Refused, allowed, body_of, door
from onefill.ui.sending import download
from onefill.ui.shared import the_desk

MOST = MOST_BYTES >> 20
TOO_BIG = f"文件超过 {MOST} MB，没有收下。去掉图片或分开导入"


@door
async def bring(request: Request) -> Response:
    """Take a workbook in: the body is the file. What is longer than the limit is cut off, whatever the page checked."""
    record, section = request.path_params["record"], request.path_params["section"]
    await allowed(request, record, FILL)
    said = request.headers.get("content-length", "")
    if said.isdecimal() and int(said) > MOST_BYTES:
        raise Refused(413, f"文件 {-(-int(said) // (1 << 20))} MB，最大 {MOST} MB。去掉图片或分开导入")
    name = unquote(request.headers.get("x-onefill-name", ""))
    data = await body_of(request, MOST_BYTES, TOO_BIG)
    brought = await run_in_threadpool(lambda: the_desk().inbox.bring(record, section, data, name))
    return JSONResponse({"file": brought}, headers=HEADERS)


@door
async def marked(request: Request) -> Response:
    """The workbook as it came, with its wrong cells marked."""
    record = request.path_params["record"]
    await allowed(request, record)
    return download(await run_in_threadpool(lambda: the_desk().inbox.marked(record, request.path_params["file"])))


@door
async def blank(request: Request) -> Response:
    """An empty workbook for a section."""
    record, section = request.path_params["record"], request.path_params["section"]
    await allowed(request, record)
    return download(await run_in_threadpool(lambda: the_desk().imports.blank(record, section)))


IMPORT_ROUTES = [
    Route("/of/import/{record}/{section}", bring, methods=["POST"]),
    Route("/of/marked/{record}/{file}", marked, methods=["POST"]),
    Route("/of/blank/{record}/{section}", blank, methods=["POST"]),
]
