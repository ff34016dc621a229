"""Plain values: a file that was brought, its pages, what is told of them."""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, Protocol

#: A file as it came: its bytes, or where it lies.
Source = bytes | Path


class Stream(Protocol):
    """A file that lies elsewhere, read from its beginning each time it is opened; raises what is wrong with it."""

    @property
    def size(self) -> int:
        """In bytes."""

    def open(self) -> BinaryIO:
        """The file; whoever opens it closes it."""


Kind = Literal["pdf", "jpg", "png"]

MEDIA_TYPES: dict[Kind, str] = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}
#: How wide a page is drawn, in dots: among many, and to be read.
SMALL, READABLE = 200, 1200
#: The longest side of a drawn page, in dots.
MOST_LONG = 20_000
#: What a page of unknown size is taken to fill: an A4 sheet.
SHEET_MM = 297.0
MM_PER_INCH = 25.4
#: Code of the advice about a page with nothing on it.
EMPTY_PAGE = "PAGE_EMPTY"


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What is taken.

    Attributes:
        kinds: Which kinds of file.
        most_bytes: Of a file.
        most_pages: Of a file.
        most_pixels: Of a picture, alone or in a PDF: a sheet of A3 at 600 dpi has 70 million.
    """

    kinds: tuple[Kind, ...] = ("pdf", "jpg", "png")
    most_bytes: int = 100 << 20
    most_pages: int = 300
    most_pixels: int = 150_000_000


@dataclass(frozen=True, slots=True)
class Advice:
    """What could be better about a page. It never stands in the way of handing in.

    Attributes:
        code: Stable name for programs.
        what: What is to be seen; reads on from “第 2 页”.
        remedy: What to do, beginning with a verb.
    """

    code: str
    what: str
    remedy: str

    def told(self, page: int) -> str:
        """As it stands on the screen."""
        return f"第 {page} 页{self.what}，{self.remedy}（不影响提交）"


@dataclass(frozen=True, slots=True)
class SeenCode:
    """A QR code on a page.

    Attributes:
        text: What it says, whoever made it.
        turn: By how much the page must be turned clockwise so that the code stands upright: 0, 90, 180, 270.
    """

    text: str
    turn: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PageInfo:
    """A page of a file, upright as its file says.

    Attributes:
        number: From 1.
        width_mm: Of the sheet; of a photograph without a size, as if it showed an A4 sheet.
        height_mm: The same.
        dpi: Dots per inch of the scan; none for a page that was never scanned.
        turn: By how much its dots must be turned clockwise to stand upright: 0, 90, 180, 270. The sizes and all
            pictures are turned already.
        advice: What could be better.
        codes: The QR codes that were found on it.
    """

    number: int
    width_mm: float
    height_mm: float
    dpi: int | None
    turn: int = 0
    advice: tuple[Advice, ...] = ()
    codes: tuple[SeenCode, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing on it."""
        return any(one.code == EMPTY_PAGE for one in self.advice)

    def told(self) -> tuple[str, ...]:
        """The advice as it stands on the screen."""
        return tuple(one.told(self.number) for one in self.advice)


@dataclass(frozen=True, kw_only=True, slots=True)
class Intake:
    """A file that can be taken.

    Attributes:
        filename: As it was called; its extension may lie, its kind does not.
        kind: By its content.
        size: In bytes.
        sha256: Of its bytes as they came.
        pages: In order.
    """

    filename: str
    kind: Kind
    size: int
    sha256: str
    pages: tuple[PageInfo, ...]

    @property
    def media_type(self) -> str:
        """How browsers call its kind."""
        return MEDIA_TYPES[self.kind]

    @property
    def suffix(self) -> str:
        """The extension that says the truth."""
        return f".{self.kind}"
