"""What looking into a file tells, who looks, and what came of bringing it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from onefill.materials import Supplied
from onefill.service.kept_files import KeptFile
from onefill.service.scan_sorting import SeenPage


class TakenPage(SeenPage, Protocol):
    """A page of a file that was looked into."""

    def told(self) -> tuple[str, ...]:
        """What could be better about it, in words."""


class Taken(Protocol):
    """What is known of a file that was looked into."""

    @property
    def kind(self) -> str:
        """``pdf``, ``jpg`` or ``png``."""

    @property
    def pages(self) -> Sequence[TakenPage]:
        """In order."""


#: Looks into a file of one of these kinds and of at most so many bytes; refuses what cannot be taken in words.
Inspect = Callable[[bytes | Path, str, Sequence[str], int], Taken]
#: A page of a file as a picture: file, kind, number of the page, turn, width in pixels.
Picture = Callable[[KeptFile, str, int, int, int], bytes]


@dataclass(frozen=True, kw_only=True)
class Brought:
    """What came of a file that was brought.

    Attributes:
        parts: Its pages as they lie in each item, by the item's id.
        pages: How many it has.
        twice: Whether all of it was there already.
        told: Where pages went that do not belong where it was brought, in words.
    """

    parts: Mapping[str, Supplied]
    pages: int
    twice: bool
    told: tuple[str, ...] = ()
