"""Pages that LibreOffice laid out, read sign by sign: where each sign of the texts stands, what is drawn besides."""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pikepdf

from onefill.errors import OneFillError
from onefill.rendering.packet import opened
from onefill.rendering.page_shapes import FILLERS, FREE, HANZI, SIGN, TAIL, Frame

_SHOWN = re.compile(rb"/(F\d+) ([\d.]+) Tf(?:<([0-9A-Fa-f]*)>Tj|\[([^\]]*)\]TJ)")
#: What draws more than lines, areas and the texts that were read.
_OTHER = re.compile(rb"T[jJ]\b|\b(?:Do|sh|gs|BI|BDC|BMC|SCN|scn)\b|['\"]")
_PLACED = re.compile(rb"(-?[\d.]+) (-?[\d.]+) T[dm]\s*\Z")
_PIECE = re.compile(rb"<([0-9A-Fa-f]*)>|(-?[\d.]+)")
_TOLD = re.compile(rb"<([0-9A-Fa-f]{2})>\s*<([0-9A-Fa-f]+)>")
_KNOWN = {"/Font", "/ProcSet"}
#: Distances between digits differ by so much, in points, only if a font sets some pairs closer.
_ROUNDED = 0.25


class LayoutUnread(OneFillError):
    """A page shows something that its texts do not explain."""

    message = "版面不能沿用：{why}"

    def __init__(self, *, why: str) -> None:
        self.why = why
        super().__init__(why=why)


@dataclass(frozen=True)
class Shown:
    """Signs shown in a row in one font.

    Attributes:
        font: Name of the font, as the page tells it.
        size: Its size, as the page tells it.
        signs: For each sign the number of its text and its place in it, or the sign itself if no text says it.
        gaps: What stands before each sign, in thousandths of the size, as the page tells it; empty if nothing.
    """

    font: str
    size: str
    signs: tuple[tuple[int, int] | str, ...]
    gaps: tuple[str, ...]


@dataclass(frozen=True)
class Page:
    """A page: its size, and what is drawn on it in order."""

    box: tuple[float, ...]
    drawn: tuple[str | Shown, ...]


@dataclass(frozen=True)
class Layout:
    """How papers of one shape are laid out."""

    pages: tuple[Page, ...]

    def dumped(self) -> bytes:
        """As bytes to keep."""
        pages = [[page.box, list(map(_dumped, page.drawn))] for page in self.pages]
        return json.dumps(pages, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def loaded(cls, data: bytes) -> "Layout":
        """Of bytes that were kept."""
        return cls(tuple(Page(tuple(box), tuple(map(_loaded, drawn))) for box, drawn in json.loads(data)))


def _dumped(one: str | Shown) -> Any:
    return one if isinstance(one, str) else [one.font, one.size, one.signs, one.gaps]


def _loaded(one: Any) -> str | Shown:
    if isinstance(one, str):
        return one
    font, size, signs, gaps = one
    return Shown(font, size, tuple(s if isinstance(s, str) else (s[0], s[1]) for s in signs), tuple(gaps))


@dataclass(frozen=True)
class Specimen:
    """Texts that were laid out: in which frame, of which shape, and what they say."""

    frame: Frame
    shape: str
    texts: tuple[str, ...]


def read_layouts(pdf: bytes, specimens: Sequence[Specimen]) -> list[tuple[Layout | LayoutUnread, tuple[int, ...]]]:
    """The layout of each specimen, or why it cannot be had, with the numbers of its pages, from 0.

    Args:
        pdf: The pages, those of one specimen after those of another.
        specimens: What stands on them; no Chinese sign comes twice.

    Raises:
        PdfBroken: The PDF cannot be opened.
    """
    with opened(pdf) as document:
        try:
            pages = [_read_page(page) for page in document.pages]
        except LayoutUnread as why:
            return [(why, ()) for _ in specimens]
    shares = _shared_out(pages, specimens)
    return [
        (_layout([pages[number] for number in share], specimen), tuple(share))
        for share, specimen in zip(shares, specimens, strict=True)
    ]


def _shared_out(pages: Sequence[Page], specimens: Sequence[Specimen]) -> list[list[int]]:
    """Which pages are whose, by the signs they show; one without any goes with the page before."""
    owner = {
        sign: number
        for number, one in enumerate(specimens)
        for text, kinds in zip(one.texts, one.shape.split("\0"), strict=True)
        for sign, kind in zip(text, kinds, strict=True)
        if kind == SIGN and sign not in FILLERS
    }
    shares: list[list[int]] = [[] for _ in specimens]
    now = 0
    for number, page in enumerate(pages):
        said = (sign for shown in page.drawn if isinstance(shown, Shown) for sign in shown.signs)
        now = next((owner[sign] for sign in said if isinstance(sign, str) and sign in owner), now)
        shares[now].append(number)
    return shares


# -- a page as it was written ------------------------------------------------------------------------------------------


def _read_page(page: pikepdf.Page) -> Page:
    """A page with every sign told as itself."""
    if "/Annots" in page.obj or set(page.resources.keys()) - _KNOWN or page.rotation:
        raise LayoutUnread(why="页上有图片、链接或别的东西")
    fonts: Any = page.resources.get("/Font", {})
    told = {str(name)[1:]: _told(font) for name, font in fonts.items()}
    names = {str(name)[1:]: str(font.BaseFont).partition("+")[2] for name, font in fonts.items()}
    page.contents_coalesce()
    content, at = page.obj.Contents.read_bytes(), 0
    drawn: list[str | Shown] = []
    for found in _SHOWN.finditer(content):
        drawn += [_plain(content[at : found.start()]), _shown(found, names, told)]
        at = found.end()
    drawn.append(_plain(content[at:]))
    return Page(tuple(float(side) for side in page.mediabox), tuple(drawn))


def _plain(content: bytes) -> str:
    if _OTHER.search(content):
        raise LayoutUnread(why="页上画的不只是文字和线条")
    return content.decode("latin-1")


def _told(font: Any) -> dict[int, str]:
    """The sign of each code of a font."""
    if font.Subtype not in (pikepdf.Name.Type1, pikepdf.Name.TrueType) or "/ToUnicode" not in font:
        raise LayoutUnread(why="字体的写法没有见过")
    blocks = re.findall(rb"beginbfchar(.*?)endbfchar", font.ToUnicode.read_bytes(), re.DOTALL)
    return {
        int(code, 16): bytes.fromhex(sign.decode()).decode("utf-16-be", "replace")
        for block in blocks
        for code, sign in _TOLD.findall(block)
    }


def _shown(found: re.Match[bytes], names: Mapping[str, str], told: Mapping[str, Mapping[int, str]]) -> Shown:
    font, signs, gaps, gap = found[1].decode(), [], [], ""
    for piece in _PIECE.finditer(found[4] if found[3] is None else b"<%s>" % found[3]):
        if piece[2] is not None:
            gap = piece[2].decode()
            continue
        for code in bytes.fromhex(piece[1].decode()):
            signs.append(told[font].get(code, ""))
            gaps.append(gap)
            gap = ""
    if any(len(sign) != 1 for sign in signs):
        raise LayoutUnread(why="有的字形不是一个字")
    return Shown(names[font], found[2].decode(), tuple(signs), tuple(gaps))


# -- which text says it ------------------------------------------------------------------------------------------------


@dataclass
class _Reader:
    """Finds the signs of a specimen's texts on its pages, paragraph by paragraph."""

    specimen: Specimen
    #: For each paragraph its signs that show: number of the text, place in it, the sign.
    paragraphs: dict[int, list[tuple[int, int, str]]] = field(default_factory=dict)
    #: Where each sign that only one text has stands: paragraph and place among its signs.
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    now: tuple[int, int] = (-1, 0)
    #: Signs that were passed over, and come later: those that another font shows.
    later: list[tuple[int, int]] = field(default_factory=list)
    seen: set[tuple[int, int]] = field(default_factory=set)
    #: For each paragraph that was left, how far it was read.
    left: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        frame, kinds = self.specimen.frame, self.specimen.shape.split("\0")
        for number, text in enumerate(self.specimen.texts):
            signs = self.paragraphs.setdefault(frame.paragraphs[number], [])
            if number in frame.counts:
                signs.append((number, 0, ""))  # any digits
                continue
            for place, sign in enumerate(text):
                if sign.isspace():
                    continue
                if kinds[number][place] == SIGN and sign not in FILLERS:
                    self.places[sign] = (frame.paragraphs[number], len(signs))
                signs.append((number, place, sign))

    def read(self, sign: str) -> tuple[int, int] | str:
        """Which text says a sign; the sign itself if it is blank or the number of a page."""
        if sign.isspace():
            return sign
        place = (
            self.places.get(sign)
            or self._next(self.now, sign)
            or self._late(sign)
            or self._beginning(sign)
            or self._resumed(sign)
        )
        if place is None:
            raise LayoutUnread(why=f"“{sign}”不是哪一段文字里的")
        paragraph, at = place
        if paragraph == self.now[0] and at > self.now[1]:
            self.later += [(paragraph, skipped) for skipped in range(self.now[1], at)]
        number, at_text, told = self.paragraphs[paragraph][at]
        if place not in self.later:
            if paragraph != self.now[0]:
                self.left[self.now[0]] = self.now[1]
            self.now = (paragraph, at + (told != ""))
        else:
            self.later.remove(place)
        self.seen.add(place)
        return (number, at_text) if told else sign

    def _next(self, now: tuple[int, int], sign: str) -> tuple[int, int] | None:
        paragraph, at = now
        signs = self.paragraphs.get(paragraph, [])
        if at < len(signs) and signs[at][2] == "":
            if sign.isdigit():
                return paragraph, at
            at += 1
        while at < len(signs) and signs[at][2] != sign and _is_rare(signs[at][2]):
            at += 1  # another font shows it, behind what this one shows
        return (paragraph, at) if at < len(signs) and signs[at][2] == sign else None

    def _resumed(self, sign: str) -> tuple[int, int] | None:
        """A paragraph that was left before its end, as at the end of a page; none if it might be several."""
        found = [place for now in self.left.items() if (place := self._next(now, sign)) is not None]
        return found[0] if len(found) == 1 else None

    def _late(self, sign: str) -> tuple[int, int] | None:
        return next((place for place in self.later if self._sign(place) == sign), None)

    def _beginning(self, sign: str) -> tuple[int, int] | None:
        """The next paragraph of some part that has not begun; none if it might be that of several."""
        frame, parts = self.specimen.frame, dict[int, int]()
        begun = {paragraph for paragraph, _ in self.seen}
        for number, paragraph in enumerate(frame.paragraphs):
            if paragraph not in begun and self.paragraphs[paragraph]:
                parts.setdefault(frame.parts[number], paragraph)
        fits = [first for first in parts.values() if self._sign((first, 0)) == sign]
        fits += [first for first in parts.values() if self._sign((first, 0)) == "" and sign.isdigit()]
        return (fits[0], 0) if len(fits) == 1 else None

    def _sign(self, place: tuple[int, int]) -> str:
        return self.paragraphs[place[0]][place[1]][2]

    def unseen(self) -> Iterator[str]:
        """Signs that no page shows; but for heads and feet that are for other pages than there are."""
        frame = self.specimen.frame
        part_of = dict(zip(frame.paragraphs, frame.parts, strict=True))
        shown = {part_of[paragraph] for paragraph, _ in self.seen}
        for paragraph, signs in self.paragraphs.items():
            if part_of[paragraph] in shown or part_of[paragraph] == frame.body:
                yield from (sign for at, (_, _, sign) in enumerate(signs) if sign and (paragraph, at) not in self.seen)


def _is_rare(sign: str) -> bool:
    return unicodedata.category(sign) == "Lo" and sign not in HANZI if sign else False


def _layout(pages: Sequence[Page], specimen: Specimen) -> Layout | LayoutUnread:
    reader = _Reader(specimen)
    try:
        made = Layout(tuple(_placed(page, reader, specimen) for page in pages))
        _refuse_split_rows(made, specimen.frame)
    except LayoutUnread as why:
        return why
    missing = "".join(reader.unseen())
    return LayoutUnread(why=f"有的字没有印出来：{missing[:20]}") if missing or not pages else made


def _refuse_split_rows(layout: Layout, frame: Frame) -> None:
    """Where a row goes on over the page, its cells are not drawn one after the other."""
    pages: dict[int, int] = {}
    for number, page in enumerate(layout.pages):
        signs = (sign for shown in page.drawn if isinstance(shown, Shown) for sign in shown.signs)
        for row in {frame.rows[sign[0]] for sign in signs if not isinstance(sign, str)} - {0}:
            if pages.setdefault(row, number) != number:
                raise LayoutUnread(why="表格的一行跨了页")


def _placed(page: Page, reader: _Reader, specimen: Specimen) -> Page:
    drawn: list[str | Shown] = []
    line, kinds = "", specimen.shape.split("\0")
    for one in page.drawn:
        if isinstance(one, str):
            drawn.append(one)
            continue
        found = _PLACED.search(str(drawn[-1]).encode("latin-1"))
        before, line = line, found[2].decode() if found else ""
        signs = tuple(reader.read(str(sign)) for sign in one.signs)
        free = [at for at, sign in enumerate(signs) if _kind(sign, kinds) == FREE]
        if free and (len(free) != TAIL or free[-1] != len(signs) - 1 or (free[0] == 0 and line != before)):
            raise LayoutUnread(why="校验码不在一行的末尾")
        _check_digits(one)
        gaps = tuple("" if at in free[1:] else gap for at, gap in enumerate(one.gaps))
        drawn.append(Shown(one.font, one.size, signs, gaps))
    return Page(page.box, tuple(drawn))


def _kind(sign: tuple[int, int] | str, kinds: Sequence[str]) -> str:
    return "" if isinstance(sign, str) else kinds[sign[0]][sign[1]]


def _check_digits(shown: Shown) -> None:
    """All digits must stand equally far from each other, whichever they are."""
    size = float(shown.size) / 1000
    gaps = [
        float(gap or 0) * size
        for before, sign, gap in zip(shown.signs, shown.signs[1:], shown.gaps[1:], strict=False)
        if str(before).isdigit() and str(sign).isdigit()
    ]
    if gaps and max(gaps) - min(gaps) > _ROUNDED:
        raise LayoutUnread(why="字体把有的数字排得更近")
