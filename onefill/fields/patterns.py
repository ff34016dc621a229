"""Whether a regular expression always ends soon: an author's pattern must never keep everybody waiting.

Python tries the ways a pattern can match one after the other. A pattern is quick when each character leaves one way to
go on; then it takes one step per character. It never ends (``(a+)+$``) when a loop can eat the same text in several
ways. So a loop must leave one way; outside loops a few open choices are allowed, since ``MOST_MATCHED`` bounds them.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

from onefill.errors import OneFillError

#: Longest text that is held against a pattern.
MOST_MATCHED = 300
#: Most repeats and alternatives in a pattern that leaves a choice somewhere: three of them take 300³ ÷ 6 steps.
MOST_CHOICES = 3
#: Most characters a pattern may name, repeats with a number counted out.
MOST_POSITIONS = 1000

NESTED = "重复里面又有重复，或者几种写法会撞在一起，遇到长文字会算不完；让每一处只有一种读法，例如 (a+)+ 写成 a+"
CHOICES = f"有 {MOST_CHOICES} 处以上可长可短，而且分不清哪个字归哪一处，遇到长文字会算不完；用固定的字符把它们隔开"
TOO_BIG = f"展开后有 {MOST_POSITIONS} 个字以上，太大；把次数改小，或用 +、* 代替"
BACK = "不能引用前面的组（如 \\1）；把要写的内容直接写出来"

_REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)
_CATEGORIES = {
    op.CATEGORY_DIGIT: r"\d",
    op.CATEGORY_NOT_DIGIT: r"\D",
    op.CATEGORY_SPACE: r"\s",
    op.CATEGORY_NOT_SPACE: r"\S",
    op.CATEGORY_WORD: r"\w",
    op.CATEGORY_NOT_WORD: r"\W",
}
#: Characters of every category, so that two classes which overlap do so here.
_SAMPLES = "".join(map(chr, range(0x180))) + "０Ａａ　٣—“年中文〇①ⅣΩ한あ𠮷\u2028\u200b"


class Slow(OneFillError):
    """Why a pattern may take too long."""

    message = "{why}"


@cache
def slowness(pattern: str) -> str:
    """Why matching might not end soon; empty for a pattern that always does. The pattern must compile."""
    try:
        _Ways(pattern).check()
    except Slow as slow:
        return str(slow)
    return ""


@dataclass
class _Part:
    """A piece of a pattern by the places of characters it may begin and end with."""

    empty: bool = True
    first: list[int] = field(default_factory=list)
    last: list[int] = field(default_factory=list)


class _Ways:
    """Which place of a character may follow which; a place that can be come to in two ways stands there twice."""

    def __init__(self, pattern: str) -> None:
        self.tree = _parser.parse(pattern)
        self.fold = bool(re.search(r"\(\?[a-zA-Z]*i", pattern))
        self.pattern = pattern
        self.sets: list[frozenset[str]] = []
        self.known: dict[str, frozenset[str]] = {}
        self.after: list[list[int]] = []
        self.choices = 0

    @cached_property
    def alphabet(self) -> frozenset[str]:
        """The samples, what the pattern names, and the neighbours of that."""
        named = {ord(char) for char in self.pattern} | set(_codes(self.tree))
        near = (code + step for code in named for step in (-1, 0, 1))
        return frozenset(_SAMPLES) | {chr(code) for code in near if 0 <= code <= 0x10FFFF}

    def check(self) -> None:
        """Raise ``Slow`` with the reason if matching may take too long."""
        whole = self.sequence(self.tree)
        if self.choices > MOST_CHOICES and not (self.single(whole.first) and all(map(self.single, self.after))):
            raise Slow(why=CHOICES)

    def single(self, places: Sequence[int]) -> bool:
        """Whether no character fits two of these places."""
        counted = Counter(char for place in places for char in self.sets[place])
        return not counted or max(counted.values()) == 1

    def sequence(self, nodes: Iterable[tuple[Any, Any]]) -> _Part:
        """One piece after the other."""
        whole = _Part()
        for node in nodes:
            whole = self.join(whole, self.node(*node))
        return whole

    def join(self, one: _Part, two: _Part) -> _Part:
        """Two pieces, one after the other."""
        self.lead(one.last, two.first)
        first = one.first + two.first if one.empty else one.first
        last = one.last + two.last if two.empty else two.last
        return _Part(one.empty and two.empty, first, last)

    def lead(self, ends: Iterable[int], to: Sequence[int]) -> None:
        """After these ends, those beginnings may come."""
        for end in ends:
            self.after[end] += to

    def node(self, kind: Any, what: Any) -> _Part:
        """One node of the parsed pattern."""
        if kind in _REPEATS:
            return self.repeat(*what)
        if kind is op.SUBPATTERN:
            return self.sequence(what[3])
        if kind is op.ATOMIC_GROUP:
            return self.sequence(what)
        if kind is op.BRANCH:
            return self.branch(what[1])
        if kind in (op.ASSERT, op.ASSERT_NOT):
            self.sequence(what[1])  # looked at in passing: it eats nothing, but is a loop's work all the same
            self.choices += 1
            return _Part()
        if kind is op.AT:
            return _Part()
        if kind in (op.GROUPREF, op.GROUPREF_EXISTS):
            raise Slow(why=BACK)
        return self.character(kind, what)

    def character(self, kind: Any, what: Any) -> _Part:
        """A place that takes one character."""
        if len(self.sets) >= MOST_POSITIONS:
            raise Slow(why=TOO_BIG)
        name = f"{kind} {what}"
        if name not in self.known:
            self.known[name] = frozenset(char for char in self.alphabet if self.fits(char, kind, what))
        self.sets.append(self.known[name])
        self.after.append([])
        place = len(self.sets) - 1
        return _Part(False, [place], [place])

    def fits(self, char: str, kind: Any, what: Any) -> bool:
        """Whether a character may stand at a place."""
        shapes = {char, *char.lower(), *char.upper()} if self.fold else {char}
        return any(_fits(shape, kind, what) for shape in shapes)

    def branch(self, ways: Sequence[Any]) -> _Part:
        """One of several."""
        self.choices += 1
        parts = [self.sequence(way) for way in ways]
        first = [place for part in parts for place in part.first]
        return _Part(any(part.empty for part in parts), first, [place for part in parts for place in part.last])

    def repeat(self, least: int, most: Any, nodes: Any) -> _Part:
        """A loop; a number of times is written out. Within a loop each character must leave one way."""
        before = len(self.sets)
        if most != least:
            self.choices += 1
        endless = most is op.MAXREPEAT
        whole = _Part()
        for _ in range(least - 1 if endless and least else least):
            whole = self.join(whole, self.sequence(nodes))
        if endless:
            turn = self.sequence(nodes)
            self.lead(turn.last, turn.first)
            whole = self.join(whole, _Part(turn.empty or not least, turn.first, turn.last))
        else:
            whole = self.join(whole, self.optional(most - least, nodes))
        if most > 1 and not (self.single(whole.first) and all(map(self.single, self.after[before:]))):
            raise Slow(why=NESTED)
        return whole

    def optional(self, most: int, nodes: Any) -> _Part:
        """At most so many times: ``(a(a(a)?)?)?``."""
        turns = []
        for _ in range(most):
            turns.append(self.sequence(nodes))
        whole = _Part()
        for turn in reversed(turns):
            whole = self.join(turn, whole)
            whole.empty = True
        return whole


def _fits(char: str, kind: Any, what: Any) -> bool:
    if kind is op.LITERAL:
        return ord(char) == int(what)
    if kind is op.NOT_LITERAL:
        return ord(char) != int(what)
    if kind is op.RANGE:
        return bool(what[0] <= ord(char) <= what[1])
    if kind is op.CATEGORY:
        return re.fullmatch(_CATEGORIES[what], char) is not None
    if kind is op.IN:
        negated = what[0][0] is op.NEGATE
        return negated != any(_fits(char, *one) for one in what[negated:])
    return True  # any character


def _codes(nodes: Any) -> Iterable[int]:
    """Characters that a pattern names, also those written by their number."""
    for kind, what in nodes:
        if kind in (op.LITERAL, op.NOT_LITERAL):
            yield what
        elif kind is op.RANGE:
            yield from what
        elif kind is op.IN:
            yield from _codes(what)
        elif kind in _REPEATS or kind is op.SUBPATTERN:
            yield from _codes(what[-1])
        elif kind is op.ATOMIC_GROUP:
            yield from _codes(what)
        elif kind is op.BRANCH:
            yield from (code for way in what[1] for code in _codes(way))
        elif kind in (op.ASSERT, op.ASSERT_NOT):
            yield from _codes(what[1])
