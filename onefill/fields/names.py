"""People's names."""

import re
import unicodedata

from typing_extensions import override

from onefill.fields.base import NOTHING, Audience, Fault, FieldType, Parsed, refused
from onefill.fields.normalise import line, quote
from onefill.fields.registry import field_type_class
from onefill.problems import Level

_HAN = "〇㐀-䶿一-鿿豈-龎\U00020000-\U000323af"
_CHINESE = re.compile(f"[{_HAN}]+(?:·[{_HAN}]+)*")
_LATIN = re.compile(r"[^\W\d_]+\.?(?:[ '’-]{1,2}[^\W\d_]+\.?)*")
#: What is typed for the middle dot of a name.
_DOTS = "・•．‧∙⋅●･ㆍ᛫᠂｡"
_DOT_TABLE = str.maketrans(dict.fromkeys(_DOTS, "·"))
_SHORTEST, _LONGEST, _LONGEST_LATIN = 2, 25, 60
_LONGEST_SPREAD = 4


@field_type_class("person_name")
class PersonName(FieldType):
    """A name in Chinese characters, parts joined by ·; foreign letters are taken, with a warning to look."""

    width_hint = 12

    @override
    def read_text(self, text: str, doc_type: str) -> Parsed:
        name = line(text).translate(_DOT_TABLE).lstrip("'‘’`")
        if re.search(f"[{_HAN}]", name):
            name = re.sub(rf"(?<=[{_HAN}]) ?[.·] ?(?=[{_HAN}])", "·", name)
            name = _close_up(name)
        if not name:
            return NOTHING
        if _CHINESE.fullmatch(name):
            return Parsed(name)
        if _is_latin(name):
            return Parsed(name.replace("’", "'"))
        return _why_not(name)

    @override
    def check(self, value: str, *, doc_type: str = "") -> tuple[Fault, ...]:
        latin = _is_latin(value)
        most = _LONGEST_LATIN if latin else _LONGEST
        if len(value) < _SHORTEST:
            return (Fault(code="NAME_LENGTH", what="只有一个字，最少 2 个字", remedy="补全名字"),)
        if len(value) > most:
            what = f"多了 {len(value) - most} 个字，最多 {most} 个字"
            return (Fault(code="NAME_LENGTH", what=what, remedy="对照原件改短"),)
        if latin:
            how = "与护照一致就不用改，其他人改填中文"
            return (Fault(code="NAME_LATIN", what="名字是外文字母", remedy=how, level=Level.WARNING),)
        return ()

    @override
    def mask(self, value: str, audience: Audience) -> str:
        if audience is not Audience.PUBLIC:
            return value
        if _is_latin(value):
            return re.sub(r"(?<=[^\W\d_])[^\W\d_]", "*", value)
        if len(value) <= 2:
            return value[:1] + "*"
        return value[0] + "*" * (len(value) - 2) + value[-1]


def _close_up(name: str) -> str:
    """A short name without the blank that was put in to line it up with longer ones: 陈 强.

    Where both sides have several characters, it may stand for a dot; then the person is asked.
    """
    parts = name.split()
    spread = len(parts) > 1 and min(map(len, parts)) == 1 and sum(map(len, parts)) <= _LONGEST_SPREAD
    whole = "".join(parts)
    return whole if spread and _CHINESE.fullmatch(whole) else name


def _is_latin(name: str) -> bool:
    return bool(_LATIN.fullmatch(name)) and all(
        not char.isalpha() or unicodedata.name(char, "").startswith("LATIN") for char in name
    )


def _why_not(name: str) -> Parsed:
    if " " in name and _CHINESE.fullmatch(name.replace(" ", "")):
        return refused("NAME_SPACE", "名字中间有空格", "去掉空格")
    digit = re.search(r"\d", name)
    if digit:
        return refused("NAME_CHARACTER", f"名字里有数字“{digit[0]}”", "删去数字，对照原件改正")
    if name[0] == "·" or name[-1] == "·" or "··" in name:
        return refused("NAME_CHARACTER", "“·”要在两个字中间，只写一个", "删去多余的“·”")
    if re.search(f"[{_HAN}]", name) and re.search("[A-Za-z]", name):
        return refused("NAME_CHARACTER", f"{quote(name)}中文和字母混在一起", "只留一种，与原件一致")
    wrong = next((char for char in name if not re.match(f"[{_HAN}·]", char)), name[0])
    return refused("NAME_CHARACTER", f"名字里有“{wrong}”，只能是汉字和“·”", f"删去“{wrong}”，对照原件改正")
