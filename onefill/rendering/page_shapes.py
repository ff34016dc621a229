"""What the layout of a Word page depends on: papers of one shape are laid out alike, whatever they say.

All common Chinese signs of a font are equally wide and may stand at any place of a line; so are all digits. A paper's
shape is its file with these told as one sign each. Everything else (letters, punctuation, rare signs, the file's own
structure) belongs to the shape as it stands, and so does where a text ends.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import blake2b
from html import escape, unescape
from itertools import count

#: The signs of GB 2312, which every Chinese font has; rarer ones may come from another font.
HANZI = "".join(
    bytes((row, cell)).decode("gb2312") for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF - 5 * (row == 0xD7))
)
DIGITS = "0123456789"
#: What specimens say where it does not matter; fonts need few signs for them.
FILLERS = HANZI[:61]
#: How much further each text begins with them.
_STEP = 13
#: So many texts with Chinese signs can be told from each other.
MOST_TEXTS = len(HANZI) - len(FILLERS)
#: How a shape tells a Chinese sign, a digit, and a sign that may be of any width.
SIGN, DIGIT, FREE = "国", "0", "\x01"
#: A check code at the end of a paragraph: nothing stands behind it that it could move.
_TAIL = re.compile(r"(?<=\S\s)[0-9a-f]{8}\Z")
TAIL = 8
#: What a specimen says in its place: the widest that it can be, in every common font.
WIDEST = "0" * TAIL
_KINDS = str.maketrans({**dict.fromkeys(HANZI, SIGN), **dict.fromkeys(DIGITS, DIGIT)})
_TEXT = re.compile(r"(<w:t(?: [^>]*)?>)([^<]*)(?=</w:t>)")
_PARAGRAPH = re.compile(r"<w:p[ >]|</w:p>")
_FIELD = re.compile(r'w:fldCharType="(begin|end)"|<(/?)w:fldSimple\b')
_LEFT = re.compile(r'<w:jc w:val="(?:left|start)"/>')
_PROPERTIES = re.compile(r"<w:pPr>.*?</w:pPr>", re.DOTALL)
BODY = "word/document.xml"
_PART, _NAME = "\x02", "\x03"
#: What prints more than its text, other things at another time, or in another place than its turn.
_MORE = re.compile(
    r"<w:(?:drawing|pict|object|hyperlink|footnoteReference|endnoteReference|commentReference|numPr|sym|ins|del|vanish"
    r"|framePr|tblpPr)\b|<m:oMath|<w:br w:type=\"(?:page|column)\""
)
#: What moves the end of a paragraph that is set to the left.
_MOVES = re.compile(r"<w:(?:tab|ptab)\b(?![^>]*w:(?:val|pos)=)|<w:bidi\b")
_ROW = re.compile(r"<w:tr[ >]|</w:tr>|<w:tblHeader\b")
_FIELDS = re.compile(r'<w:instrText[^>]*>([^<]*)<|w:instr="([^"]*)"')
_COUNTS = re.compile(r"\s*(?:PAGE|NUMPAGES|SECTIONPAGES)\b[^<]*|\s*")
MOST_FRAMES = 64


@dataclass(frozen=True)
class Frame:
    """A rendered Word file without its texts.

    Attributes:
        digest: Tells it from others.
        pieces: What stands before each text, and behind the last.
    """

    digest: str
    pieces: tuple[str, ...]

    @cached_property
    def settable(self) -> bool:
        """Whether its pages say nothing but the texts and their own numbers."""
        whole = "".join(self.pieces)
        return _MORE.search(whole) is None and all(
            _COUNTS.fullmatch(found[1] or found[2] or "") for found in _FIELDS.finditer(whole)
        )

    @cached_property
    def paragraphs(self) -> tuple[int, ...]:
        """For each text the number of its paragraph."""
        open_, made, found = [0], 0, []
        for piece in self.pieces[:-1]:
            for mark in _PARAGRAPH.finditer(piece):
                if mark[0] == "</w:p>":
                    open_.pop()
                else:
                    made += 1
                    open_.append(made)
            found.append(open_[-1])
        return tuple(found)

    @cached_property
    def rows(self) -> tuple[int, ...]:
        """For each text of the body the number of its table row, of rows in rows the outermost; 0 if it is in none.

        Rows that come again on every page are none.
        """
        depth, made, found, heads = 0, 0, list[int](), {0}
        for number, piece in enumerate(self.pieces[:-1]):
            for mark in _ROW.finditer(piece):
                if mark[0].startswith("<w:tblH"):
                    heads.add(made)
                    continue
                depth += -1 if mark[0] == "</w:tr>" else 1
                made += mark[0] != "</w:tr>" and depth == 1
            found.append(made if depth and self.parts[number] == self.body else 0)
        return tuple(0 if row in heads else row for row in found)

    @cached_property
    def parts(self) -> tuple[int, ...]:
        """For each text the number of the part of the file that it stands in."""
        found, number = [], 0
        for piece in self.pieces[:-1]:
            number += piece.count(_PART)
            found.append(number)
        return tuple(found)

    @cached_property
    def body(self) -> int:
        """The number of the part that is no head and no foot."""
        return "".join(self.pieces).partition(f"{_PART}{BODY}{_NAME}")[0].count(_PART) + 1

    @cached_property
    def counts(self) -> frozenset[int]:
        """The texts that tell numbers of pages, which whoever lays out the page fills in."""
        found, depth = set(), 0
        for number, piece in enumerate(self.pieces[:-1]):
            for mark in _FIELD.finditer(piece):
                depth += 1 if mark[1] == "begin" or mark[2] == "" else -1
            if depth > 0:
                found.add(number)
        return frozenset(found)

    @cached_property
    def ends(self) -> tuple[int, ...]:
        """The texts that end a paragraph which is set to the left, so that what they say last moves nothing."""
        last = {paragraph: number for number, paragraph in enumerate(self.paragraphs)}
        return tuple(number for number in last.values() if number not in self.counts and self._is_left(number))

    def _is_left(self, number: int) -> bool:
        begun = self.paragraphs.index(self.paragraphs[number])
        piece = self.pieces[begun]
        head = piece[max(piece.rfind("<w:p "), piece.rfind("<w:p>")) :]
        properties = _PROPERTIES.match(head[head.index(">") + 1 :]) if head.startswith("<w:p") else None
        if properties is None or _LEFT.search(properties[0]) is None:
            return False
        return _MOVES.search("".join([head, *self.pieces[begun + 1 : number + 1]])) is None

    def filled(self, texts: Sequence[str]) -> dict[str, str]:
        """The parts of the file that says these texts."""
        woven = [part for pair in zip(self.pieces, map(_escaped, texts), strict=False) for part in pair]
        whole = "".join([*woven, self.pieces[-1]])
        return dict(part.split(_NAME, 1) for part in whole.split(_PART)[1:])


@dataclass(frozen=True)
class Saying:
    """A rendered file taken apart: its frame, the texts, and their shape."""

    frame: Frame
    texts: tuple[str, ...]
    shape: str


def saying(parts: Mapping[str, str]) -> Saying:
    """Take a rendered file apart.

    Args:
        parts: The XML of its parts that print, by their names.
    """
    split = _TEXT.split("".join([f"{_PART}{name}{_NAME}{xml}" for name, xml in parts.items()]))
    split.append("")  # the last piece has no tag behind it
    pieces = tuple(map("".join, zip(split[0::3], split[1::3], strict=True)))
    texts = split[2::3]
    digest = blake2b("\0".join(pieces).encode(), digest_size=16).hexdigest()
    frame = _frame(digest, pieces)
    if "&" in "".join(texts):
        texts = [unescape(text) for text in texts]
    return Saying(frame, tuple(texts), shape_of(frame, texts))


@lru_cache(maxsize=MOST_FRAMES)
def _frame(digest: str, pieces: tuple[str, ...]) -> Frame:
    return Frame(digest, pieces)


def shape_of(frame: Frame, texts: Sequence[str]) -> str:
    """The shape of texts in a frame."""
    told = list(texts)
    for number in frame.ends:
        if _TAIL.search(told[number]):
            told[number] = told[number][:-TAIL] + FREE * TAIL
    return "\0".join(told).translate(_KINDS)


def specimens(shapes: Sequence[str]) -> list[tuple[str, ...]]:
    """Texts of each shape, each of which begins with a Chinese sign of its own, so that it is found again on a page.

    Args:
        shapes: They have no more texts with such signs than there are signs.
    """
    own = iter(HANZI[len(FILLERS) :])
    return [tuple(_specimen(text, own, number) for number, text in enumerate(shape.split("\0"))) for shape in shapes]


def own_signs(shape: str) -> int:
    """How many signs of their own the texts of a shape need."""
    return sum(SIGN in text for text in shape.split("\0"))


def _specimen(text: str, own: Iterator[str], number: int) -> str:
    """Digits tell which text it is, for those without a Chinese sign are known by nothing else.

    Then comes a pair of ones, which fonts would set closer than other digits if they did so at all.
    """
    digits = iter(f"{number % 10}{number // 10 % 10}" + "11234567890" * (len(text) // 10 + 1))
    signs = _signs(own, number)
    said = [next(signs) if sign == SIGN else next(digits) if sign == DIGIT else sign for sign in text]
    if FREE in text:
        said[-TAIL:] = WIDEST
    return "".join(said)


def _signs(own: Iterator[str], number: int) -> Iterator[str]:
    """A sign that no other text has, and then some that go on elsewhere in each text."""
    yield next(own)
    for at in count(number * _STEP):
        yield FILLERS[at % len(FILLERS)]


def _escaped(text: str) -> str:
    return escape(text, quote=False)
