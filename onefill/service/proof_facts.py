"""Facts that try a template: as many rows as a paper can meet, the longest texts, blanks, rare characters."""

import io
import re
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from copy import deepcopy
from typing import Any, Literal

from onefill.definitions.model import Section
from onefill.facts.plan import FieldPlan, FormPlan
from onefill.rendering.package import parse_xml

Words = Literal["ordinary", "longest", "blank", "rare"]
Changed = Callable[[FormPlan, Mapping[str, Any]], Mapping[str, Any]]

#: Rows where texts are tried and rows are not.
FEW_ROWS = 3
#: Repetitions of a paper that repeats: each looks the same, and its pages are a paper of their own.
FEW_COPIES = 1
#: The most rows that are tried.
MANY_ROWS = 500
#: Characters of a text whose field does not say how many it takes.
LONG = {"text": 40, "long_text": 300, "person_name": 25, "url": 120}
#: Filling for long texts; what a reader recognises when it is cut.
LOREM = "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏闰余成岁律吕调阳云腾致雨露结为霜"
#: Of the third level of 通用规范汉字表 and beyond the basic plane: what stands in real names and addresses.
RARE = "𫍯𬱖㙍𠅤𡐓𣲗𧿹𨐈𫖮𬭬龘翀燊喆垚·—"
#: Two of them side by side are no chance: what was put there to be tried. A dash may stand in any text.
_RARE_WORD = re.compile(f"(?![·—]+(?![{RARE}]))[{RARE}]{{2,}}")
_LONG_WORD = re.compile(f"[{LOREM}]{{6,}}")
_MOST_FOUND = 300
#: Parts whose text is printed.
_TEXTS = re.compile(
    r"word/(?:document|header\d*|footer\d*|footnotes|endnotes)\.xml|xl/(?:sharedStrings|worksheets/[^/]+)\.xml"
)


def with_rows(section: Section, data: Mapping[str, Any], count: int, grids: Collection[Section]) -> dict[str, Any]:
    """Data in which a section has so many rows: the first of those there are, then the same again under new ids."""
    kept: Mapping[str, Mapping[str, Any]] = data.get(section.key) or {}
    order = sorted(kept, key=lambda row: (kept[row].get("@order", 0), row))
    changed = dict(data)
    changed[section.key], copies = {}, list[tuple[str, str]]()
    for number in range(1, count + 1 if order else 1):
        model = order[(number - 1) % len(order)]
        row = model if number <= len(order) else f"p{number}"
        copies.append((model, row))
        changed[section.key][row] = {**kept[model], "@order": number}
    for grid in grids:
        if grid.grid and section.key in grid.grid and data.get(grid.key):
            changed[grid.key] = _crossed(data[grid.key], copies, first=grid.grid[0] == section.key)
    return changed


def _crossed(kept: Mapping[str, Any], copies: list[tuple[str, str]], *, first: bool) -> dict[str, Any]:
    """A grid whose copied rows say what their models say."""
    if first:
        return {row: kept[model] for model, row in copies if model in kept}
    return {one: {row: line[model] for model, row in copies if model in line} for one, line in kept.items()}


def with_words(plan: FormPlan, data: Mapping[str, Any], words: Words) -> Mapping[str, Any]:
    """Data whose texts are the longest that their fields take, rare characters, or absent where they may be."""
    if words == "ordinary":
        return data
    changed = deepcopy(dict(data))
    for field in plan.fields.values():
        for number, holder in enumerate(_holders(changed, field)):
            _say(holder, field, words, number)
    return changed


def _holders(data: dict[str, Any], field: FieldPlan) -> Iterator[dict[str, Any]]:
    """What holds the field's values: the record, or each of its rows."""
    if field.in_rows:
        yield from (data.get(field.section.key) or {}).values()
    else:
        yield data


def _say(holder: dict[str, Any], field: FieldPlan, words: Words, number: int) -> None:
    definition = field.definition
    if not definition.typed:
        return
    if words == "blank":
        if definition.required is False:
            holder.pop(definition.key, None)
    elif isinstance(definition.options, tuple) and definition.type == "choice":
        if words == "longest" and definition.key in holder:  # what is not chosen may lead elsewhere once it is
            holder[definition.key] = max(definition.options, key=len)
    elif definition.type in LONG and not definition.pattern and not (definition.type == "url" and words == "rare"):
        holder[definition.key] = _text(definition.type, definition.max_length, words, number)


def _text(kind: str, most: int | None, words: Words, number: int) -> str:
    """A text that is another one in each row."""
    length = most or LONG[kind]
    if kind == "url":
        return f"https://www.example.cn/{'a' * (length - 23)}"[:length]
    return long_text(length, words, number)


def long_text(length: int, words: Words, number: int) -> str:
    """A text of so many characters, or of as many rare ones as there are; another one for each number."""
    filling = LOREM if words == "longest" else RARE
    length = length if words == "longest" else min(length, len(RARE))
    start = number % len(filling)
    return (filling[start:] + filling * (length // len(filling) + 1))[:length]


def words_to_find(files: Iterable[bytes], words: Words) -> tuple[str, ...]:
    """What Word and Excel files print of the texts that try them, whole as it stands in a paragraph or a cell.

    Of the longest texts only those that two pages hold, whatever else stands on them.
    """
    sought = {"rare": _RARE_WORD, "longest": _LONG_WORD}.get(words)
    if sought is None:
        return ()
    found: dict[str, None] = {}
    for data in files:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in filter(_TEXTS.fullmatch, archive.namelist()):
                for block in parse_xml(archive.read(name)).iter("{*}p", "{*}si", "{*}is"):
                    text = "".join(piece.text or "" for piece in block.iter("{*}t"))
                    found |= dict.fromkeys(one for one in sought.findall(text) if len(one) <= _MOST_FOUND)
    return tuple(found)
