"""One or several of a list of options."""

import re
from decimal import Decimal
from typing import Any

from typing_extensions import override

from onefill.fields.base import NOTHING, Fault, FieldType, Parsed, Widget
from onefill.fields.normalise import exact, fold, line, quote
from onefill.fields.registry import field_type_class

_SEPARATOR = re.compile(r"[、,，;；/\n|]+")
_SHOWN_OPTIONS = 8
#: Options that fit side by side as buttons: how many, and how many characters together.
_SEGMENTS, _SEGMENT_CHARACTERS = 5, 24


@field_type_class("choice")
class Choice(FieldType):
    """One of the options, or another word for one; width, blanks and case of what was typed do not count."""

    accepts = frozenset({"options", "option_synonyms"})
    widget: Widget = "choice"
    width_hint = 14

    @override
    def prepare(self) -> None:
        self.options = self.limits.options
        also = self.limits.option_synonyms or {}
        self._synonyms = {fold(word): option for option, words in also.items() for word in words}
        self._by_fold = {fold(option): option for option in reversed(self.options or ())}
        if self.options and self._fits_segments(self.options):
            self.widget = "segments"

    def _fits_segments(self, options: tuple[str, ...]) -> bool:
        return len(options) <= _SEGMENTS and sum(map(len, options)) <= _SEGMENT_CHARACTERS

    def option(self, text: str) -> str | None:
        """The option meant by the text."""
        key = fold(text)
        return self._by_fold.get(key) or self._synonyms.get(key)

    def words(self, text: str) -> list[str]:
        """The words in a text that each mean an option or ought to."""
        shown = line(text)
        return [shown] if shown else []

    @override
    def read_text(self, text: str, doc_type: str) -> Parsed:
        shown = line(text)
        if not shown:
            return NOTHING
        option = self.option(shown)
        if self.options is None:
            return Parsed(option or shown)
        return Parsed(None, (self.not_an_option(shown),)) if option is None else Parsed(option)

    def not_an_option(self, text: str) -> Fault:
        """The fault for a text that is no option, with the nearest one or all."""
        near = self.nearest(text)
        if near:
            how = f"改为“{near}”"
        elif self.options:
            shown = "、".join(self.options[:_SHOWN_OPTIONS])
            more = f"等 {len(self.options)} 项" if len(self.options) > _SHOWN_OPTIONS else ""
            how = f"改为 {shown} {more}之一"
        else:
            how = "先补齐选项要用的内容"
        what = f"{quote(text)}不在选项里" if self.options else "现在没有可选的选项"
        return Fault(code="CHOICE", what=what, remedy=how)

    def nearest(self, text: str) -> str | None:
        """The one option that is surely meant: similar letters alone mean something else all too often."""
        typed = fold(text)
        holding = [option for key, option in self._by_fold.items() if key and (key in typed or typed in key)]
        close = holding or [option for key, option in self._by_fold.items() if _one_letter_apart(typed, key)]
        return close[0] if len(close) == 1 else None

    @override
    def read_number(self, number: int | float | Decimal) -> Parsed:
        value = exact(number)
        return super().read_number(number) if value is None else self.read_text(str(value), "")

    @override
    def read_bool(self, truth: bool) -> Parsed:
        yes_no = ("是" if truth else "否") if self.option("是") else ("TRUE" if truth else "FALSE")
        return self.read_text(yes_no, "")

    @override
    def check(self, value: Any, *, doc_type: str = "") -> tuple[Fault, ...]:
        if self.options is None:
            return ()
        chosen = value if isinstance(value, list) else [value]
        return tuple(self.not_an_option(item) for item in chosen if item not in self.options)


def _one_letter_apart(one: str, other: str) -> bool:
    """Whether a letter was missed, doubled or mistaken, out of at least three."""
    short, long = sorted((one, other), key=len)
    start = next((n for n, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    return len(long) >= 3 and short[start + (len(short) == len(long)) :] == long[start + 1 :]


@field_type_class("choices")
class Choices(Choice):
    """Several of the options, in their order."""

    holds = None
    widget: Widget = "choices"
    width_hint = 30

    @override
    def prepare(self) -> None:
        super().prepare()
        self._by_parts = {fold(_SEPARATOR.sub("", option)): option for option in self.options or ()}

    @override
    def _fits_segments(self, options: tuple[str, ...]) -> bool:
        return False

    @override
    def words(self, text: str) -> list[str]:
        meant = text.replace("\r", "\n").strip()
        return [meant] if self.option(meant) else [word for one in self._parts(meant) if (word := line(one))]

    @override
    def read_text(self, text: str, doc_type: str) -> Parsed:
        meant = text.replace("\r", "\n").strip()
        whole = self.option(meant)
        return self.read_list([whole] if whole else list(self._parts(meant)))

    def _parts(self, text: str) -> list[str]:
        """Each part an option; neighbours are joined where an option itself holds a separator."""
        parts = _SEPARATOR.split(text)
        items: list[str] = []
        start = 0
        while start < len(parts):
            for end in range(min(len(parts), start + 6), start + 1, -1):
                option = self._by_parts.get(fold("".join(parts[start:end])))
                if option:
                    items.append(option)
                    start = end
                    break
            else:
                items.append(parts[start])
                start += 1
        return items

    @override
    def read_list(self, items: list[object]) -> Parsed:
        chosen: list[str] = []
        faults: list[Fault] = []
        for item in items:
            parsed = super().read_text(str(item), "") if item is not None else NOTHING
            faults += parsed.problems
            if parsed.value is not None and parsed.value not in chosen:
                chosen.append(parsed.value)
        if faults:
            return Parsed(None, tuple(faults))
        return Parsed(self._in_order(chosen)) if chosen else NOTHING

    def _in_order(self, chosen: list[str]) -> list[str]:
        return [option for option in self.options if option in chosen] if self.options else chosen

    @override
    def display(self, value: list[str]) -> str:
        return "、".join(value)

    @override
    def dump(self, value: list[str]) -> list[str]:
        return list(value)

    @override
    def load(self, stored: Any) -> list[str]:
        if not isinstance(stored, list) or not all(isinstance(item, str) for item in stored):
            raise self.unreadable(stored)
        return list(stored)
