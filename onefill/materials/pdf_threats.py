"""What a PDF does by itself or brings along, and how much it asks for. Runs in a program of its own: see ``child``."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf

from onefill.materials.errors import (
    ActiveContent,
    Damaged,
    Locked,
    NoPages,
    TooManyPages,
    TooManyPixels,
    TooMuchInside,
)
from onefill.materials.model import Source

_RUNS, _BRINGS, _PLAYS, _ASKS = "会自己运行的程序", "夹带的附件", "会播放的内容", "动态表单（XFA）"
_ACTIONS = {
    **dict.fromkeys(("/JavaScript", "/Launch", "/ImportData", "/SubmitForm"), _RUNS),
    **dict.fromkeys(("/GoToE",), _BRINGS),
    **dict.fromkeys(("/Rendition", "/Movie", "/Sound", "/RichMediaExecute"), _PLAYS),
}
_KEYS = {"/JavaScript": _RUNS, "/EmbeddedFiles": _BRINGS, "/XFA": _ASKS}
_SUBTYPES = {"/RichMedia": _PLAYS, "/Movie": _PLAYS, "/Sound": _PLAYS, "/3D": _PLAYS, "/FileAttachment": _BRINGS}
#: Looked for among the bytes of a file whose table of contents is broken: whatever hides there is not in the table.
_MARKS = ((b"/JavaScript", _RUNS), (b"/Launch", _RUNS), (b"/EmbeddedFile", _BRINGS))
#: Objects of an honest PDF of some hundred pages; and the deepest a part may stand in a part.
_MOST_OBJECTS = 400_000


def check(source: Source, most_pages: int, most_pixels: int) -> int:
    """How many pages a PDF has that is safe to look at.

    Raises:
        MaterialRefused: It is locked, broken, empty, too long, too large, or does something.
    """
    try:
        with pikepdf.open(BytesIO(source) if isinstance(source, bytes) else source) as document:
            pages = len(document.pages)
            if pages > most_pages:
                raise TooManyPages(pages=pages, most=most_pages)
            if not pages:
                raise NoPages()
            _look_through(document, most_pixels)
            if document.get_warnings():
                _look_at_bytes(source)
            return pages
    except pikepdf.PasswordError as error:
        raise Locked() from error
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError) as error:
        raise Damaged(kind="PDF") from error


def _look_through(document: pikepdf.Pdf, most_pixels: int) -> None:
    for number, one in enumerate(document.objects):
        if number > _MOST_OBJECTS:
            raise TooMuchInside()
        for part in _dictionaries(one):
            _judge(part, most_pixels)
    for part in _dictionaries(document.trailer):
        _judge(part, most_pixels)


def _dictionaries(one: Any) -> Iterator[Any]:
    """An object's dictionaries, however deep; what it refers to is an object of its own."""
    waiting, seen = [one], 0
    while waiting:
        part = waiting.pop()
        seen += 1
        if seen > _MOST_OBJECTS:
            raise TooMuchInside()
        if isinstance(part, pikepdf.Dictionary | pikepdf.Stream):
            yield part
            children = [child for _, child in part.items()]
        elif isinstance(part, pikepdf.Array):
            children = list(part)
        else:
            continue
        waiting += [child for child in children if _stands_here(child)]


def _stands_here(child: Any) -> bool:
    return isinstance(child, pikepdf.Dictionary | pikepdf.Array) and not child.is_indirect


def _judge(part: Any, most_pixels: int) -> None:
    keys = part.keys()
    if found := next((_KEYS[key] for key in keys if key in _KEYS), None):
        raise ActiveContent(inside=found)
    if "/JS" in keys and isinstance(part["/JS"], pikepdf.String | pikepdf.Stream):
        raise ActiveContent(inside=_RUNS)
    if "/EF" in keys and ("/F" in keys or "/UF" in keys):
        raise ActiveContent(inside=_BRINGS)
    for key, known in (("/S", _ACTIONS), ("/Subtype", _SUBTYPES), ("/Type", {"/EmbeddedFile": _BRINGS})):
        if key in keys and (name := _name(part[key])) in known:
            raise ActiveContent(inside=known[name])
    if "/Width" in keys and "/Height" in keys:
        width, height = _count(part["/Width"]), _count(part["/Height"])
        if width * height > most_pixels:
            raise TooManyPixels(width=width, height=height)


def _name(value: Any) -> str:
    return str(value) if isinstance(value, pikepdf.Name) else ""


def _count(value: Any) -> int:
    return value if isinstance(value, int) and value > 0 else 0


def _look_at_bytes(source: Source) -> None:
    data = source if isinstance(source, bytes) else source.read_bytes()
    for mark, inside in _MARKS:
        if mark in data:
            raise ActiveContent(inside=inside)
