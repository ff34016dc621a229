"""What a PDF draws with by operators alone, which none of its objects tells: colours, and pictures written in line."""

import re
from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

#: What makes a stream worth reading operator by operator, which takes a hundred times as long; ``#`` disguises names.
_WORTH = re.compile(rb"k(?=[\s\0/<\[(%]|\Z)|K(?=[\s\0/<\[(%]|\Z)|BI(?=[\s\0/%])|CMYK|#")
_FOUR_COLOURS = (pikepdf.Operator("k"), pikepdf.Operator("K"))
_SPACES = (pikepdf.Operator("cs"), pikepdf.Operator("CS"))


def drawn_with(document: pikepdf.Pdf) -> Iterator[Any]:
    """Names of colour spaces that operators choose, and dictionaries of pictures in line, with their keys in full.

    Raises:
        PdfError: What is drawn cannot be read.
    """
    for page in document.pages:
        yield from _of_content(page.obj, _page_bytes(page.obj))
    for one in document.objects:
        if isinstance(one, pikepdf.Stream) and (one.get("/Subtype") == Name.Form or one.get("/PatternType") == 1):
            yield from _of_content(one, one.read_bytes())
        elif isinstance(one, Dictionary) and one.get("/Subtype") == Name.Type3:
            for glyph in one.get("/CharProcs", Dictionary()).values():
                yield from _of_content(glyph, glyph.read_bytes())


def _page_bytes(page: Any) -> bytes:
    content = page.get("/Contents", Array([]))
    return b"\n".join(one.read_bytes() for one in (content if isinstance(content, Array) else [content]))


def _of_content(content: Any, data: bytes) -> Iterator[Any]:
    if not _WORTH.search(data):
        return
    for told in pikepdf.parse_content_stream(content):
        if isinstance(told, pikepdf.ContentStreamInlineImage):
            yield told.iimage.obj
        elif told.operator in _FOUR_COLOURS:
            yield Name.DeviceCMYK
        elif told.operator in _SPACES and len(told.operands):
            yield told.operands[0]
