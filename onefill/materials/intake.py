"""What a file is that somebody hands in, page by page; or why it cannot be taken, and what to do."""

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from onefill.materials.errors import Damaged, Empty, TooBig
from onefill.materials.hashing import fingerprint, fingerprint_of
from onefill.materials.kinds import kind_of
from onefill.materials.model import Advice, Intake, Limits, PageInfo, SeenCode, Source
from onefill.materials.reader import Reader

#: Told of each page: its number, how many there are, its small picture as JPEG.
OnPage = Callable[[int, int, bytes], None]


def inspect(
    source: Source,
    filename: str,
    *,
    reader: Reader,
    limits: Limits | None = None,
    on_page: OnPage = lambda number, pages, small: None,
) -> Intake:
    """Look at a file as it came. Its bytes are only read.

    Args:
        source: Its bytes, or where it lies.
        filename: As it is called; only words depend on it.
        reader: Whom to ask about its content.
        limits: What is taken.
        on_page: Told of each page as it is found; may be told of one twice.

    Raises:
        MaterialRefused: It cannot be taken.
        OSError: It cannot be read.
    """
    limits = limits or Limits()
    _check_size(source, limits)
    kind = kind_of(source, filename, limits.kinds)
    mark = fingerprint(source) if isinstance(source, Path) else fingerprint_of(io.BytesIO(source))
    found: dict[int, PageInfo] = {}

    def take(said: Mapping[str, Any], small: bytes) -> None:
        page = _page(said["page"])
        found[page.number] = page
        on_page(page.number, said["pages"], small)

    asked = {"do": "inspect", "kind": kind, "most_pages": limits.most_pages, "most_pixels": limits.most_pixels}
    reader.ask(asked, source, take)
    if not found:
        raise Damaged(kind=kind.upper())
    pages = tuple(found[number] for number in sorted(found))
    return Intake(filename=filename, kind=kind, size=mark.size, sha256=mark.sha256, pages=pages)


def _check_size(source: Source, limits: Limits) -> None:
    size = source.stat().st_size if isinstance(source, Path) else len(source)
    if not size:
        raise Empty()
    if size > limits.most_bytes:
        raise TooBig(size=-(-size // (1 << 20)), most=limits.most_bytes >> 20)


def _page(told: Mapping[str, Any]) -> PageInfo:
    advice = tuple(Advice(**one) for one in told["advice"])
    return PageInfo(**{**told, "advice": advice, "codes": tuple(SeenCode(**one) for one in told["codes"])})
