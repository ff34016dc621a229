"""Files that are handed in, looked into and drawn by a child process of their own."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Literal, cast

from onefill.materials.intake import inspect
from onefill.materials.model import Intake, Kind, Limits, Stream
from onefill.materials.pictures import picture
from onefill.materials.reader import Reader

Turn = Literal[0, 90, 180, 270]


@cache
def _reader() -> Reader:
    """One for the whole process; it begins when it is first asked."""
    return Reader()


def inspect_file(source: bytes | Path, filename: str, kinds: Sequence[str], most_bytes: int) -> Intake:
    """What a file is; see ``intake.inspect``."""
    limits = Limits(kinds=cast("tuple[Kind, ...]", tuple(kinds)), most_bytes=most_bytes)
    return inspect(source, filename, reader=_reader(), limits=limits)


def picture_of(source: Stream, kind: str, page: int, turn: int, width: int) -> bytes:
    """A page as JPEG; see ``pictures.picture``."""
    quarter = cast("Turn", 90 * (turn // 90 % 4))
    return picture(source, cast("Kind", kind), page, reader=_reader(), turn=quarter, width=width)
