"""A program of its own that looks into files other people made, one after the other, and draws their pages.

What is asked comes as a line of JSON, followed by the file's bytes unless it lies on the disk; what is found goes back
as lines of JSON, some followed by a picture. A file that makes a library crash, hang or ask for all memory ends this
program and nothing else.
"""

import io
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from PIL import Image

from onefill.children import limit_memory
from onefill.errors import OneFillError
from onefill.materials import image_pages, pdf_pages, pdf_threats
from onefill.materials.codes import CodeReader
from onefill.materials.errors import TooMuchInside
from onefill.materials.model import SMALL, PageInfo, Source

#: What looking at one file may take.
MOST_MEMORY = 2 << 30
_QUALITY = 85


def main() -> None:
    """Answer until nobody asks any more."""
    limit_memory(MOST_MEMORY)
    heard, told = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # libraries that print must not speak in between
    while line := heard.readline():
        asked = json.loads(line)
        try:
            _answer(asked, _source(asked, heard), told)
        except OneFillError as refused:
            _tell(told, {"refused": type(refused).__name__, "facts": refused.facts})
        except MemoryError:
            _tell(told, {"refused": TooMuchInside.__name__, "facts": {}})
            return


def _source(asked: dict[str, Any], heard: BinaryIO) -> Source:
    if asked["path"] is not None:
        return Path(asked["path"])
    return heard.read(asked["size"])


def _answer(asked: dict[str, Any], source: Source, told: BinaryIO) -> None:
    if asked["do"] == "picture":
        _tell(told, {"done": True}, _jpeg(_drawn(asked, source)))
    else:
        _inspect(asked, source, told)


def _drawn(asked: dict[str, Any], source: Source) -> Image.Image:
    page, turn, width = asked["page"], asked["turn"], asked["width"]
    if asked["kind"] == "pdf":
        return pdf_pages.drawn(source, page, turn, width)
    return image_pages.drawn(source, asked["kind"], page, turn, width, asked["most_pixels"])


def _inspect(asked: dict[str, Any], source: Source, told: BinaryIO) -> None:
    kind, pages, read = asked["kind"], 1, CodeReader().read
    if kind == "pdf":
        pages = pdf_threats.check(source, asked["most_pages"], asked["most_pixels"])
        for info, picture in pdf_pages.infos(source, pages, read):
            _tell_page(told, info, picture, pages)
    else:
        _tell_page(told, *image_pages.info(source, kind, asked["most_pixels"], read), pages)
    _tell(told, {"done": True})


def _tell_page(told: BinaryIO, info: PageInfo, picture: Image.Image, pages: int) -> None:
    height = max(1, round(picture.height * SMALL / picture.width))
    small = picture.resize((SMALL, min(height, SMALL * 10)), Image.Resampling.BILINEAR)
    _tell(told, {"page": asdict(info), "pages": pages}, _jpeg(small))


def _jpeg(image: Image.Image) -> bytes:
    written = io.BytesIO()
    image.save(written, "JPEG", quality=_QUALITY, subsampling=0)
    return written.getvalue()


def _tell(told: BinaryIO, said: dict[str, Any], picture: bytes = b"") -> None:
    told.write(json.dumps({**said, "size": len(picture)}).encode() + b"\n" + picture)
    told.flush()


if __name__ == "__main__":
    main()
