"""Office files held against the grammar of ECMA-376, transitional, as Word and Excel hold them when they open one.

The grammar is made by ``office_grammar``. What a program may pass over by the rules of part 3 (extensions that the file
itself calls ignorable) is left out before.
"""

import io
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from lxml import etree

from tests.rendering.office_grammar import GRAMMAR

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
#: Excel itself writes what the standard has forgotten: space to be kept in a cell's text.
_SPACE, _SAID = (
    "{http://www.w3.org/XML/1998/namespace}space",
    "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}t",
)
_SCHEMA_INSTANCE = "{http://www.w3.org/2001/XMLSchema-instance}"
#: A file says the same thousands of times; so many answers are remembered.
_REMEMBERED = 50_000


def grammar_faults(data: bytes) -> list[str]:
    """What the grammar says against a Word or Excel file: part, line, and what is wrong there."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name.endswith(".xml")}
    return [f"{name}: {fault}" for name, part in parts.items() for fault in _part_faults(part)]


def _part_faults(part: bytes) -> Iterator[str]:
    root = etree.fromstring(part)
    kind = _grammar()["elements"].get(_named(root.tag))
    if kind is not None:
        _pass_over(root)
        yield from _faults(root, kind)


def _faults(element: etree._Element, kind: str) -> Iterator[str]:
    rules = _grammar()["types"].get(kind)
    if rules is None:  # anything may stand here
        return
    children = [one for one in element if isinstance(one.tag, str)]
    names = tuple([_named(one.tag) for one in children])
    text = (element.text or "") + "".join([one.tail or "" for one in children])
    for fault in _own_faults(kind, names, tuple(element.attrib.items()), text):
        yield f"line {element.sourceline}: <{_named(element.tag)}> {fault}"
    for one, its in zip(children, names, strict=True):
        if its in rules["children"]:
            yield from _faults(one, rules["children"][its])


@lru_cache(_REMEMBERED)
def _own_faults(
    kind: str, names: tuple[str, ...], attributes: tuple[tuple[str, str], ...], text: str
) -> tuple[str, ...]:
    """What is wrong with an element, whatever is within its children."""
    rules = _grammar()["types"][kind]
    fault = _order_fault(names, kind)
    found = [*([fault] if fault else []), *_attribute_faults(attributes, rules["attributes"])]
    if not (_allowed(rules["text"], text) if rules["text"] else not text.strip()):
        found.append(f"holds the text {text[:30]!r}")
    return tuple(found)


class _Stuck(Exception):
    """Something must stand at a place that does not."""

    def __init__(self, at: int) -> None:
        self.at = at


@dataclass(frozen=True)
class _Model:
    """What may stand somewhere. Content models of the standard are told by the next name: nothing is tried twice."""

    kind: str
    least: int
    most: int
    parts: tuple["_Model", ...]
    first: frozenset[str]
    empty: bool

    @classmethod
    def of(cls, told: Any) -> "_Model":
        """Of the tree that the grammar tells."""
        kind, least, most, inner = told
        if kind == "element":
            return cls(kind, least, most, (), frozenset({inner}), least == 0)
        parts = tuple(map(cls.of, inner))
        begun = (
            parts if kind == "choice" else parts[: next((n for n, one in enumerate(parts, 1) if not one.empty), None)]
        )
        empties = [one.empty for one in parts]
        empty = least == 0 or not parts or (any(empties) if kind == "choice" else all(empties))
        return cls(kind, least, most, parts, frozenset(name for one in begun for name in one.first), empty)

    def begins(self, names: Sequence[str], at: int) -> bool:
        """Whether it may begin with what stands there."""
        return at < len(names) and (names[at] in self.first or "*" in self.first)

    def read(self, names: Sequence[str], at: int) -> int:
        """Where it ends, as often as it stands there.

        Raises:
            _Stuck: It must stand there oftener, or a part of it must.
        """
        times = 0
        while times != self.most and self.begins(names, at):
            at, times = self._once(names, at), times + 1
        if times < self.least and not self.empty:
            raise _Stuck(at)
        return at

    def _once(self, names: Sequence[str], at: int) -> int:
        if self.kind == "element":
            return at + 1
        if self.kind == "choice":
            return next(one for one in self.parts if one.begins(names, at)).read(names, at)
        for one in self.parts:
            at = one.read(names, at)
        return at


@cache
def _model(kind: str) -> _Model:
    return _Model.of(["sequence", 1, 1, _grammar()["types"][kind]["content"]])


def _order_fault(names: Sequence[str], kind: str) -> str:
    """What is wrong with the children: the first that may not stand where it does, or that one more must follow."""
    try:
        at = _model(kind).read(names, 0)
    except _Stuck as stuck:
        at = stuck.at
        if at == len(names):
            return "lacks a child"
    return f"may not hold <{names[at]}> as child {at + 1}" if at < len(names) else ""


def _attribute_faults(attributes: Sequence[tuple[str, str]], allowed: dict[str, list[Any]]) -> Iterator[str]:
    stand = {_named(name): text for name, text in attributes if not name.startswith(_SCHEMA_INSTANCE)}
    for name, text in stand.items():
        if name not in allowed:
            yield f"may not have {name}"
        elif not _allowed(allowed[name][1], text):
            yield f"may not say {name}={text!r}"
    yield from (f"must have {name}" for name, (required, _) in allowed.items() if required and name not in stand)


def _allowed(value: str, text: str) -> bool:
    return _pattern(_grammar()["values"][value]).fullmatch(text) is not None


@cache
def _grammar() -> dict[str, dict[str, Any]]:
    made: dict[str, dict[str, Any]] = json.loads(GRAMMAR.read_text(encoding="utf-8"))
    return made


@cache
def _prefixes() -> dict[str, str]:
    return {namespace: prefix for prefix, namespace in _grammar()["namespaces"].items()}


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.DOTALL)


@cache
def _named(tag: str) -> str:
    """A name with the prefix that the grammar has for its namespace."""
    name = etree.QName(tag)
    return f"{_prefixes().get(name.namespace, '?')}:{name.localname}" if name.namespace else name.localname


def _pass_over(root: etree._Element) -> None:
    """What a program that knows the standard only leaves out: ignorable names; of alternatives the last."""
    for choice in list(root.iter(f"{_MC}AlternateContent")):
        parent = choice.getparent()
        fallback = choice.find(f"{_MC}Fallback")
        if parent is not None:
            at = parent.index(choice)
            parent[at : at + 1] = [] if fallback is None else list(fallback)
    ignorable = {
        element.nsmap[prefix]
        for element in root.iter(etree.Element)
        for prefix in (element.get(f"{_MC}Ignorable") or "").split()
    }
    unheard = {*ignorable, _MC[1:-1]}
    for element in list(root.iter(etree.Element)):
        if _namespace(element.tag) in ignorable and element.getparent() is not None:
            element.getparent().remove(element)  # type: ignore[union-attr]
            continue
        for name in list(element.attrib):
            if _namespace(name) in unheard or (name == _SPACE and element.tag == _SAID):
                del element.attrib[name]


@cache
def _namespace(name: str) -> str | None:
    return etree.QName(name).namespace
