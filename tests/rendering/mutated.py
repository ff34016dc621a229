"""Office files changed at random, in their XML and in their archive, and what a renderer must make of each."""

import io
import random
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any

from lxml import etree

from onefill.rendering import TemplateBroken, compile_template
from onefill.rendering.excel_book import Book
from tests.packages import parts_of

#: What stands at the end of every template, outside all blocks: a document without it is half a one.
END = "到此为止"
_STORIES = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml")
_VALUES = (
    "",
    "-1",
    "0",
    "99999999999",
    "x",
    "A1:",
    "{{ x }}",
    "rId99",
    "true",
    "１",
    "{%tr for a in a %}",
    "&amp;",
    "\u202e",
)
_TEXTS = (
    "",
    "{{",
    "}}",
    "{%tr endfor %}",
    "{% for x in rows %}",
    "{{ a|",
    "{% if %}",
    "｛｛",
    "{#",
    END[:1],
    "{{ rows }}",
)


def changed(data: bytes, dice: random.Random) -> bytes:
    """The file with one to four changes."""
    parts = parts_of(data)
    for _ in range(dice.randint(1, 4)):
        names = [name for name in parts if name.endswith((".xml", ".rels", ".vml"))]
        name = dice.choice(names)
        dice.choice(_WAYS)(parts, name, dice)
        if not parts:
            break
    made = _packed(parts, dice)
    return _torn(made, dice) if dice.random() < 0.1 else made


def _element(parts: dict[str, bytes], name: str, dice: random.Random, change: Callable[[Any], None]) -> None:
    try:
        root = etree.fromstring(parts[name])
    except etree.XMLSyntaxError:
        return
    found = [each for each in root.iter(etree.Element) if each is not root]
    if found:
        change(dice.choice(found))
        parts[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _remove(parts: dict[str, bytes], name: str, dice: random.Random) -> None:
    _element(parts, name, dice, lambda each: each.getparent().remove(each))


def _double(parts: dict[str, bytes], name: str, dice: random.Random) -> None:
    _element(parts, name, dice, lambda each: each.addnext(deepcopy(each)))


def _empty(parts: dict[str, bytes], name: str, dice: random.Random) -> None:
    def clear(each: Any) -> None:
        for child in list(each):
            each.remove(child)

    _element(parts, name, dice, clear)


def _move(parts: dict[str, bytes], name: str, dice: random.Random) -> None:
    def move(each: Any) -> None:
        others = [
            other for other in each.getroottree().iter(etree.Element) if each not in (other, *other.iterancestors())
        ]
        if others:
            dice.choice(others).append(each)

    _element(parts, name, dice, move)


def _value(parts: dict[str, bytes], name: str, dice: random.Random) -> None:
    def value(each: Any) -> None:
        if each.attrib:
            each.set(dice.choice(sorted(each.attrib)), dice.choice(_VALUES))

    _element(parts, name, dice, value)


def _forget(parts: dict[str, bytes], name: str, dice: random.Random) -> None:
    def forget(each: Any) -> None:
        if each.attrib:
            del each.attrib[dice.choice(sorted(each.attrib))]

    _element(parts, name, dice, forget)


def _text(parts: dict[str, bytes], name: str, dice: random.Random) -> None:
    def text(each: Any) -> None:
        each.text = dice.choice(_TEXTS)

    _element(parts, name, dice, text)


def _byte(parts: dict[str, bytes], name: str, dice: random.Random) -> None:
    body = bytearray(parts[name])
    if body:
        body[dice.randrange(len(body))] = dice.randrange(256)
    parts[name] = bytes(body)


def _cut(parts: dict[str, bytes], name: str, dice: random.Random) -> None:
    parts[name] = parts[name][: dice.randrange(len(parts[name]) + 1)]


def _drop(parts: dict[str, bytes], name: str, dice: random.Random) -> None:
    del parts[name]


def _swap(parts: dict[str, bytes], name: str, dice: random.Random) -> None:
    other = dice.choice(sorted(parts))
    parts[name], parts[other] = parts[other], parts[name]


_WAYS = (
    _remove,
    _remove,
    _double,
    _double,
    _empty,
    _move,
    _move,
    _value,
    _value,
    _forget,
    _text,
    _text,
    _byte,
    _cut,
    _drop,
    _swap,
)


def _packed(parts: Mapping[str, bytes], dice: random.Random) -> bytes:
    out = io.BytesIO()
    how = dice.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def _torn(data: bytes, dice: random.Random) -> bytes:
    """The archive itself damaged."""
    body = bytearray(data)
    if dice.random() < 0.3:
        return bytes(body[: dice.randrange(len(body))])
    for _ in range(dice.randint(1, 8)):
        body[dice.randrange(len(body))] = dice.randrange(256)
    return bytes(body)


def printed(data: bytes, name: str, facts: Mapping[str, object]) -> bytes | None:
    """The document of a changed template; nothing where it was refused as the law has it."""
    try:
        compiled = compile_template(data, name)
        return compiled.render(facts)
    except TemplateBroken as broken:
        assert broken.problems
        assert all(problem.what and problem.remedy and problem.code for problem in broken.problems)
        return None


def halves(template: bytes, made: bytes) -> list[str]:
    """What shows that a document is only half of one: an archive, XML or end that is not whole, a tag that is left."""
    found = []
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        if archive.testzip() is not None or len(set(archive.namelist())) != len(archive.namelist()):
            found.append("the archive is damaged")
    old, new = parts_of(template), parts_of(made)
    for name, body in new.items():
        if name.endswith((".xml", ".rels")):
            try:
                etree.fromstring(body)
            except etree.XMLSyntaxError as exc:
                found.append(f"{name}: {exc}")
    if texts_of(old).count(END) == 1 and END not in texts_of(new):
        found.append("its end is missing")
    if "{%" in texts_of(new) or "{{" in texts_of(new):
        found.append("a tag is left")
    return found


def texts_of(parts: Mapping[str, bytes]) -> str:
    """What a reader sees of a file: its body, heads, feet and notes, or the texts in the cells of its sheets."""
    if "xl/workbook.xml" in parts:
        return "\n".join("\t".join(row) for sheet in cells_of(parts) for row in sheet)
    stories = (body.decode("utf-8", "ignore") for name, body in parts.items() if _STORIES.fullmatch(name))
    return "\n".join(re.sub(r"<[^>]*>", "", story) for story in stories)


def cells_of(parts: Mapping[str, bytes]) -> list[list[list[str]]]:
    """The texts in the cells of each sheet, row by row; those of formulas are worked out anew and left out."""
    book = Book(parts, "t.xlsx")
    shared = book.related("sharedStrings")
    strings = [_said(each) for each in etree.fromstring(parts[shared]).iter("{*}si")] if shared else []
    sheets = []
    for sheet in book.sheets:
        if sheet.has_cells:
            rows = etree.fromstring(parts[sheet.part]).iter("{*}row")
            sheets.append([[_shown(cell, strings) for cell in row.iterchildren("{*}c")] for row in rows])
    return sheets


def _shown(cell: Any, strings: Sequence[str]) -> str:
    value, inline = cell.find("{*}v"), cell.find("{*}is")
    if cell.find("{*}f") is not None:
        return ""
    if cell.get("t") == "inlineStr":
        return "" if inline is None else _said(inline)
    text = "" if value is None else value.text or ""
    if cell.get("t") == "s":
        return strings[int(text)] if text.isdigit() and int(text) < len(strings) else ""
    return text


def _said(text: Any) -> str:
    pieces = text.findall("{*}r/{*}t") or text.findall("{*}t")
    return "".join(piece.text or "" for piece in pieces)
