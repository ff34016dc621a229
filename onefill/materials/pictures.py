"""Pages as pictures: small among many, and large to be read."""

from typing import Literal

from onefill.materials.model import READABLE, Kind, Limits, Source, Stream
from onefill.materials.reader import Reader

MEDIA_TYPE = "image/jpeg"
#: The widest picture that is drawn.
MOST_WIDE = 4000


def picture(
    source: Source | Stream,
    kind: Kind,
    page: int,
    *,
    reader: Reader,
    turn: Literal[0, 90, 180, 270] = 0,
    width: int = READABLE,
    limits: Limits | None = None,
) -> bytes:
    """A page as JPEG, upright as its file says, then turned.

    Args:
        source: The file's bytes, where it lies, or where they come from.
        kind: What it is, as ``inspect`` has found.
        page: From 1.
        reader: Who draws it.
        turn: By how much a person turned it, clockwise.
        width: In dots, after turning. A photograph is never made larger than it is.
        limits: What is taken.

    Raises:
        PageMissing: There is no such page.
        MaterialRefused: It cannot be drawn.
    """
    most = (limits or Limits()).most_pixels
    wide = max(1, min(width, MOST_WIDE))
    asked = {"do": "picture", "kind": kind, "page": page, "turn": turn, "width": wide, "most_pixels": most}
    return reader.ask(asked, source)
