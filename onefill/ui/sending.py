"""A file as an answer."""

from urllib.parse import quote

from starlette.responses import Response

from onefill.service.shapes import Produced
from onefill.ui.doorman import HEADERS

MEDIA = {
    ".pdf": "application/pdf",
    ".zip": "application/zip",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def download(produced: Produced) -> Response:
    """A file to be saved under its real name."""
    suffix = f".{produced.name.rpartition('.')[2]}"
    headers = HEADERS | {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(produced.name)}",
        "x-onefill-notes": quote("\n".join(produced.notes)),
    }
    return Response(produced.data, media_type=MEDIA.get(suffix, "application/octet-stream"), headers=headers)
