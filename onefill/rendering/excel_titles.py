"""Names of worksheets: what Excel allows, each only once."""

import re
from collections.abc import Iterable, Sequence

from onefill.rendering.characters import clean

LONGEST = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\n\t]")
#: Excel keeps this name for itself.
_RESERVED = "history"


def unique_titles(wanted: Sequence[str], taken: Iterable[str] = ()) -> list[str]:
    """A title for each wish: safe, at most 31 characters, different from all others whatever their case."""
    used = {title.casefold() for title in taken}
    made: list[str] = []
    for number, wish in enumerate(wanted, start=1):
        title = _free(_safe(wish) or f"第{number}份", used)
        used.add(title.casefold())
        made.append(title)
    return made


def _safe(wish: str) -> str:
    text = _FORBIDDEN.sub(" ", clean(wish))
    text = _cut(" ".join(text.split()).strip("'"), LONGEST).strip("' ")
    return f"{text}_" if text.casefold() == _RESERVED else text


def _free(title: str, used: set[str]) -> str:
    candidate, count = title, 1
    while candidate.casefold() in used:
        count += 1
        suffix = f" ({count})"
        candidate = _cut(title, LONGEST - len(suffix)).rstrip() + suffix
    return candidate


def _cut(text: str, length: int) -> str:
    """The beginning of a text, counted as Excel counts: a rare character outside the basic plane is two."""
    while len(text.encode("utf-16-le")) // 2 > length:
        text = text[:-1]
    return text
