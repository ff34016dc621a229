"""Words that several types use for the same mistake."""

from onefill.fields.base import Parsed, refused

_LOOKALIKES = {"O": "字母 O，不是数字 0", "I": "字母 I，不是数字 1", "L": "字母 L，不是数字 1"}


def how_far(have: int, want: int) -> str:
    """少一位，现在 10 位."""
    off = abs(have - want)
    return f"{'少' if have < want else '多'}{'一' if off == 1 else f' {off} '}位，现在 {have} 位"


def wrong_length(code: str, have: int, want: int, thing: str) -> Parsed:
    """Too few or too many characters."""
    verb = "补全" if have < want else "对照原件改为"
    return refused(code, how_far(have, want), f"{verb} {want} 位{thing}")


def stray(text: str, allowed: str, last: str | None = None) -> tuple[int, str] | None:
    """Position (from 1) and character of the first that may not stand where it stands."""
    for place, char in enumerate(text, start=1):
        if char not in (last if last is not None and place == len(text) else allowed):
            return place, char
    return None


def stray_character(code: str, found: tuple[int, str], should: str, remedy: str) -> Parsed:
    """A character that may not stand there."""
    place, char = found
    # Where a digit must stand, O is a zero read wrongly and needs no list of what is allowed.
    is_lookalike = char in _LOOKALIKES
    what = _LOOKALIKES[char] if is_lookalike else f"“{char}”，应是{should}"
    return refused(code, f"第 {place} 位是{what}", remedy)
