"""First letters of Chinese words, by which people look for names: 欧阳翀 is found by ``oyc``."""

import re
from functools import lru_cache
from itertools import islice, product

HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]")
NOT_SAID = re.compile(r"[^0-9a-z]+")
#: A word as short as a name is found by every way its characters are read; a longer one by the usual way.
NAME = 4
MOST_READINGS = 3
MOST_WAYS = 6


@lru_cache(maxsize=20_000)
def initials(text: str) -> tuple[str, ...]:
    """What somebody may type for a text: its first letters, figures kept, the rest left out.

    Args:
        text: A label, a name, a number.

    Returns:
        Nothing for a text without Chinese; else the usual reading first. 曾 and 单 are read in two ways in names.
    """
    characters = HAN.findall(text)
    if not characters:
        return ()
    from pypinyin import Style, lazy_pinyin  # its dictionary is loaded only where something Chinese is put in order

    usual = NOT_SAID.sub("", "".join(lazy_pinyin(text, style=Style.FIRST_LETTER)).lower())
    if len(characters) > NAME:
        return (usual,) if usual else ()
    # Family names are what is read in several ways, so the first character changes first.
    ways = product(*(_readings(character) for character in reversed(characters)))
    found = dict.fromkeys((usual, *("".join(reversed(way)) for way in islice(ways, MOST_WAYS))))
    return tuple(way for way in found if way)


def _readings(character: str) -> list[str]:
    from pypinyin import Style, pinyin

    [letters] = pinyin(character, style=Style.FIRST_LETTER, heteronym=True)
    return [letter for letter in dict.fromkeys(letters) if letter.isascii()][:MOST_READINGS] or [""]
