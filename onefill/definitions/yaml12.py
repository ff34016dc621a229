"""YAML 1.2 read strictly, with the place of every key and value.

Values are built from the parser's events by the core schema of YAML 1.2 (``no``, ``18:30`` and a date are
text), without tags, within limits, and a key given twice is a fault.
"""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import lru_cache
from math import isfinite
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLStreamError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from onefill.problems import LinePlace, Problem

Path = tuple[str | int, ...]

MAX_BYTES = 2_000_000
MAX_DEPTH = 32
MAX_NODES = 200_000
#: So many files are remembered as they were read: most of them are read again and again, and seldom changed.
_REMEMBERED = 64
#: What looks like a longer number is text.
_LONGEST_NUMBER = 18

_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: Mapping[str, object] = {"": None, "~": None, "null": None, "true": True, "false": False}
_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


@dataclass(frozen=True)
class Spot:
    """Where a value stands (from 1): ``first`` is its text's first line, ``text`` what is written."""

    line: int
    column: int
    first: int
    text: str | None = None


@dataclass(frozen=True)
class Source:
    """One YAML file: its bytes, the plain data in it, where everything stands, and what is wrong with it."""

    file: str
    data: bytes = b""
    tree: Any = None
    keys: Mapping[Path, Spot] = field(default_factory=dict)
    values: Mapping[Path, Spot] = field(default_factory=dict)
    faults: tuple[Problem, ...] = ()

    def place(self, *path: str | int, key: bool = False, line: int = 1) -> LinePlace:
        """The place of the value (or its ``key``) at ``path``, or of the nearest thing around it.

        Args:
            path: Keys and indexes from the root.
            key: Whether the key is meant, not the value.
            line: Line within the value, for text over several lines.
        """
        for end in range(len(path), -1, -1):
            spot = (self.keys if key and end == len(path) else self.values).get(path[:end])
            if spot is None:
                continue
            if line > 1 and end == len(path) and spot.first != spot.line:
                return LinePlace(self.file, spot.first + line - 1)
            return LinePlace(self.file, spot.line, spot.column)
        return LinePlace(self.file, 1)


class _Stop(Exception):
    """Reading cannot go on; carries the one problem."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.what)


def read_yaml(data: bytes, file: str) -> Source:
    """Read one document. ``tree`` is None where the file is broken as YAML; whoever reads may change it."""
    source = _read(data, file)
    return replace(source, tree=deepcopy(source.tree))


@lru_cache(_REMEMBERED)
def _read(data: bytes, file: str) -> Source:
    if len(data) > MAX_BYTES:
        what = f"文件有 {len(data):,} 字节，超过 {MAX_BYTES:,}"
        fault = _fault(file, 1, 1, "YAML_TOO_LARGE", what, "拆成几个文件")
        return Source(file, faults=(fault,))
    try:
        text = _decode(data, file)
        faults = _tabs(text, file)
        if faults:
            return Source(file, data, faults=faults)
        builder = _Builder(text, file)
        tree = builder.document()
    except _Stop as stop:
        return Source(file, data, faults=(stop.problem,))
    return Source(file, data, tree, builder.keys, builder.values, tuple(builder.faults))


def _fault(file: str, line: int, column: int, code: str, what: str, remedy: str) -> Problem:
    return Problem(place=LinePlace(file, line, column), code=code, what=what, remedy=remedy)


def _decode(data: bytes, file: str) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = "文件不是 UTF-8 编码" + ("，像是 GBK" if _is_gbk(data) else "")
        raise _Stop(_fault(file, line, 1, "YAML_ENCODING", what, "在编辑器里另存为 UTF-8 编码")) from error
    found = _CONTROL.search(text)
    if found:
        line, column = _position(text, found.start())
        what = f"有看不见的控制字符 U+{ord(found[0]):04X}"
        raise _Stop(_fault(file, line, column, "YAML_CONTROL", what, "删掉这个字符"))
    return text


def _is_gbk(data: bytes) -> bool:
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return b"\x00" not in data


def _position(text: str, offset: int) -> tuple[int, int]:
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def _tabs(text: str, file: str) -> tuple[Problem, ...]:
    """Every line indented with a tab."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        indent = line[: len(line) - len(line.lstrip(" \t"))]
        if "\t" in indent and line.strip():
            found.append(_tab(file, number, indent.index("\t") + 1))
    return tuple(found)


def _tab(file: str, line: int, column: int) -> Problem:
    what = "这里用了制表符（Tab），YAML 只认空格"
    return _fault(file, line, column, "YAML_TAB", what, "换成空格，每层缩进两个")


@dataclass
class _Anchor:
    value: object
    nodes: int


class _Builder:
    """Builds plain data from the parser's events and notes where everything stands."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.text = text
        self.keys: dict[Path, Spot] = {}
        self.values: dict[Path, Spot] = {}
        self.faults: list[Problem] = []
        self._nodes = 0
        self._anchors: dict[str, _Anchor] = {}
        self._events: Iterator[Any] = iter(YAML(typ="safe", pure=True).parse(text))

    def document(self) -> object:
        """The one document of the text."""
        tree: object = None
        documents = 0
        while (event := self._next()) is not None:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    what = "一个文件里有两份 YAML（--- 隔开）"
                    raise self._stop(event, "YAML_DOCUMENTS", what, "拆成两个文件")
            elif isinstance(event, ScalarEvent | MappingStartEvent | SequenceStartEvent | AliasEvent):
                tree = self._node(event, (), 0)
        return tree

    def _next(self) -> Any:
        try:
            return next(self._events, None)
        except (MarkedYAMLError, YAMLStreamError) as error:
            raise _Stop(_syntax(error, self.text, self.file)) from error

    def _stop(self, event: Any, code: str, what: str, remedy: str) -> _Stop:
        mark = event.start_mark
        return _Stop(_fault(self.file, mark.line + 1, mark.column + 1, code, what, remedy))

    def _node(self, event: Any, path: Path, depth: int) -> object:
        self._count(event, 1)
        if depth > MAX_DEPTH:
            raise self._stop(event, "YAML_TOO_DEEP", f"嵌套超过 {MAX_DEPTH} 层", "减少嵌套")
        mark = event.start_mark
        block = isinstance(event, ScalarEvent) and event.style in ("|", ">")
        plain = isinstance(event, ScalarEvent) and event.style is None and event.implicit[0]
        text = event.value if plain else None
        self.values[path] = Spot(mark.line + 1, mark.column + 1, mark.line + 1 + block, text)
        if isinstance(event, AliasEvent):
            return self._alias(event)
        if event.tag is not None and event.tag != "!":
            raise self._stop(event, "YAML_TAG", f"这里用了标签 {event.tag}", "去掉标签，文字用引号括起来")
        before = self._nodes
        value = self._value(event, path, depth)
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchor(value, self._nodes - before + 1)
        return value

    def _value(self, event: Any, path: Path, depth: int) -> object:
        if isinstance(event, ScalarEvent):
            if _SURROGATE.search(event.value):
                raise self._stop(event, "YAML_CONTROL", "有写坏的字符（半个代理对）", "直接写这个字，不用 \\u")
            return _resolve(event.value) if event.style is None and event.implicit[0] else event.value
        if isinstance(event, SequenceStartEvent):
            return self._sequence(path, depth)
        return self._mapping(path, depth)

    def _count(self, event: Any, nodes: int) -> None:
        self._nodes += nodes
        if self._nodes > MAX_NODES:
            raise self._stop(event, "YAML_TOO_LARGE", "内容太多（或别名层层放大）", "减少内容，少用别名")

    def _alias(self, event: Any) -> object:
        anchor = self._anchors.get(event.anchor)
        if anchor is None:
            what = f"别名 *{event.anchor} 前面没有定义"
            raise self._stop(event, "YAML_ALIAS", what, f"先写 &{event.anchor}，或直接写内容")
        self._count(event, anchor.nodes)
        return anchor.value

    def _sequence(self, path: Path, depth: int) -> list[object]:
        items: list[object] = []
        while not isinstance(event := self._next(), SequenceEndEvent):
            items.append(self._node(event, (*path, len(items)), depth + 1))
        return items

    def _mapping(self, path: Path, depth: int) -> dict[str, object]:
        pairs: dict[str, object] = {}
        while not isinstance(event := self._next(), MappingEndEvent):
            if not isinstance(event, ScalarEvent):
                remedy = '以 {{ 开头的值要用引号括起来，例如 "{{ name }}"'
                raise self._stop(event, "YAML_KEY", "这里的键不是文字", remedy)
            self._count(event, 1)
            key, mark = event.value, event.start_mark
            at = (*path, key)
            if key in pairs:
                self.faults.append(self._twice(at, mark.line + 1, mark.column + 1))
            else:
                self.keys[at] = Spot(mark.line + 1, mark.column + 1, mark.line + 1)
            first = self.values.get(at)
            value = self._node(self._next(), at, depth + 1)
            if key in pairs and first is not None:
                self.values[at] = first
            else:
                pairs[key] = value
        return pairs

    def _twice(self, path: Path, line: int, column: int) -> Problem:
        what = f"键“{path[-1]}”写了两次，第一次在第 {self.keys[path].line} 行"
        return _fault(self.file, line, column, "YAML_DUPLICATE_KEY", what, "删掉其中一个，或改成另一个键")


def _resolve(text: str) -> object:
    """A plain scalar by the core schema of YAML 1.2."""
    if text in _WORDS:
        return _WORDS[text]
    if len(text) > _LONGEST_NUMBER:
        return text
    if _INTEGER.fullmatch(text):
        return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
    if _DECIMAL.fullmatch(text):
        number = float(text)
        return number if isfinite(number) else text
    return text


#: What the parser says, and what an author can do about it.
_SYNTAX = (
    ("mapping values are not allowed", "这里不该有冒号", "值里有“: ”时用引号括起来；否则检查缩进有没有对齐"),
    ("unexpected end of stream", "引号没有合上", "补上结尾的引号"),
    ("expected ',' or ']'", "方括号没有合上，或少了逗号", "补上 ] 或逗号；有冒号、逗号的文字用引号括起来"),
    ("expected ',' or '}'", "花括号没有合上，或少了逗号", "补上 } 或逗号；有冒号、逗号的文字用引号括起来"),
    ("that cannot start any token", "文字不能以这个符号开头", "整个值用引号括起来"),
    ("unknown escape character", "双引号里的反斜杠用法不对", "改用单引号，反斜杠就照原样写"),
    ("expected <block end>", "这一行和上面对不齐", "检查缩进；值里又有引号时换一种引号括起来"),
    ("could not find expected ':'", "这一行少了冒号", "写成“键: 值”，冒号后面空一格"),
)


def _syntax(error: Exception, text: str, file: str) -> Problem:
    """The parser's complaint in words an author understands."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    said = str(getattr(error, "problem", "") or error)
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    if r"'\t'" in said:
        return _tab(file, line, column)
    opened = getattr(error, "context_mark", None)
    if "unexpected end of stream" in said and opened is not None:
        line, column = opened.line + 1, opened.column + 1
    for part, what, remedy in _SYNTAX:
        if part in said:
            return _fault(file, line, column, "YAML_SYNTAX", what, remedy)
    what = f"不是正确的 YAML（{said.splitlines()[0]}）"
    return _fault(file, line, column, "YAML_SYNTAX", what, "检查这一行和上一行的缩进、引号和括号")
