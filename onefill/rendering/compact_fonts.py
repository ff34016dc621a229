"""A font file of some outlines, written as a Compact Font Format file keyed by number (Adobe's notes 5176 and 5177)."""

from collections.abc import Sequence
from itertools import accumulate

from fontTools.pens.basePen import BasePen

EM = 1000
_MOVE, _LINE, _CURVE, _END = 21, 5, 8, 14
#: Operators of dictionaries.
_ROS, _BOX, _COUNT, _SIGNS = b"\x0c\x1e", b"\x05", b"\x0c\x22", b"\x0f"
_OUTLINES, _PRIVATE, _PARTS, _PART_OF = b"\x11", b"\x12", b"\x0c\x24", b"\x0c\x25"
_DEFAULT_WIDTH = b"\x14"
#: Strings of a file's own are counted from here.
_STRINGS = 391


class OutlinePen(BasePen):  # type: ignore[misc]
    """Writes down what is drawn, in whole thousandths.

    Args:
        glyphs: Where parts of what is drawn are found.
        width: How wide it is.
        scale: From the units of what is drawn.
    """

    def __init__(self, glyphs: object, width: int, scale: float) -> None:
        super().__init__(glyphs)
        self._scale = scale
        self._at = (0, 0)
        self._written = [_number(width)]

    def written(self) -> bytes:
        """The outline."""
        return b"".join([*self._written, bytes((_END,))])

    def _step(self, operator: int, *points: tuple[float, float]) -> None:
        for across, up in points:
            point = round(across * self._scale), round(up * self._scale)
            self._written.append(_number(point[0] - self._at[0]) + _number(point[1] - self._at[1]))
            self._at = point
        self._written.append(bytes((operator,)))

    def _moveTo(self, pt: tuple[float, float]) -> None:
        self._step(_MOVE, pt)

    def _lineTo(self, pt: tuple[float, float]) -> None:
        self._step(_LINE, pt)

    def _curveToOne(self, pt1: tuple[float, float], pt2: tuple[float, float], pt3: tuple[float, float]) -> None:
        self._step(_CURVE, pt1, pt2, pt3)


def blank_outline() -> bytes:
    """The outline of what is not there."""
    return OutlinePen(None, EM, 1).written()


def compact_font(name: str, box: Sequence[int], outlines: Sequence[bytes]) -> bytes:
    """A font file whose signs are called by their number, the blank first.

    Args:
        name: What it is called.
        box: Left, bottom, right and top of all signs.
        outlines: As pens wrote them.
    """
    count = len(outlines)
    before = b"\x01\x00\x04\x04" + _index([name.encode("ascii")])
    behind = _index([b"Adobe", b"Identity"]) + _index([])
    ros = _number(_STRINGS) + _number(_STRINGS + 1) + _number(0) + _ROS
    fixed = ros + b"".join(map(_number, box)) + _BOX + _long(count) + _COUNT
    # Offsets are all written in five bytes, so that the length is known before they are.
    length = len(_index([fixed + _offsets(0, 0, 0, 0)]))
    charset = b"\x02\x00\x01" + (count - 2).to_bytes(2) if count > 1 else b"\x00"
    select = b"\x03\x00\x01\x00\x00\x00" + count.to_bytes(2)
    private, drawn = _number(0) + _DEFAULT_WIDTH, _index(outlines)
    pieces = [charset, select, private, drawn]
    at = list(accumulate(map(len, pieces), initial=len(before) + length + len(behind)))
    parts = _index([_long(len(private)) + _long(at[2]) + _PRIVATE])
    return b"".join([before, _index([fixed + _offsets(at[0], at[1], at[3], at[4])]), behind, *pieces, parts])


def _offsets(charset: int, select: int, drawn: int, parts: int) -> bytes:
    return _long(charset) + _SIGNS + _long(select) + _PART_OF + _long(drawn) + _OUTLINES + _long(parts) + _PARTS


def _index(items: Sequence[bytes]) -> bytes:
    if not items:
        return b"\x00\x00"
    offsets = accumulate(map(len, items), initial=1)
    return b"".join([len(items).to_bytes(2), b"\x04", *(offset.to_bytes(4) for offset in offsets), *items])


def _number(value: int) -> bytes:
    if -107 <= value <= 107:
        return bytes((value + 139,))
    if 108 <= value <= 1131:
        return (value - 108 + (247 << 8)).to_bytes(2)
    if -1131 <= value <= -108:
        return (-value - 108 + (251 << 8)).to_bytes(2)
    return b"\x1c" + value.to_bytes(2, signed=True)


def _long(value: int) -> bytes:
    return b"\x1d" + value.to_bytes(4)
