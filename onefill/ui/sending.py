"""A file as an answer."""

from collections.abc import Iterator
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse

from onefill.service.bag_writer import Bag
from onefill.service.kept_files import PIECE, KeptFile
from onefill.service.shapes import Produced
from onefill.ui.doorman import HEADERS
from store.pieces import pieces_of

MEDIA = {
    ".pdf": "application/pdf",
    ".zip": "application/zip",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".html": "text/html; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def download(produced: Produced | KeptFile | Bag) -> Response:
    """A file to be saved under its real name; what is kept goes out piece by piece."""
    suffix = f".{produced.name.rpartition('.')[2]}"
    headers = HEADERS | {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(produced.name)}",
        "x-onefill-notes": quote("\n".join(produced.notes)),
    }
    media = MEDIA.get(suffix, "application/octet-stream")
    if isinstance(produced, KeptFile | Bag):
        sized = headers | {"content-length": str(produced.size)}
        return StreamingResponse(_pieces(produced), media_type=media, headers=sized)
    return Response(produced.data, media_type=media, headers=headers)


def _pieces(kept: KeptFile | Bag) -> Iterator[bytes]:
    with kept.open() as file:
        yield from pieces_of(file, PIECE)
