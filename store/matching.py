"""What a search asks, and whether a summary answers it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Required, TypedDict

from store.model import DELETED, INNER, Found, Order, Scope, Summary, lies_within
from store.plain import is_text


class Asked(TypedDict, total=False):
    """What a search asks; records must meet all of it.

    Attributes:
        scope: Of whoever asks; the only one that must be given.
        form: Of this form; without it of all but the program's own, which begin with ``@``.
        state: In this state; without it all but deleted ones.
        text: Each of these words, parted by space, stands in label or words (capitals are the same).
        tokens: All of these stand among tokens or private tokens.
        among: At least one of these does, if any are named; no more than a thousand.
        overlap: Its period touches this one; an open end is ``None``.
        unit: Belonging to this unit or one below.
        states: In one of these states; all if none are named.
    """

    scope: Required[Scope]
    form: str | None
    state: str | None
    text: str
    tokens: Sequence[str]
    among: Sequence[str]
    overlap: tuple[date | None, date | None] | None
    unit: str
    states: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Query:
    """A search with nothing left out; see ``Asked``."""

    scope: Scope
    form: str | None = None
    state: str | None = None
    text: str = ""
    tokens: Sequence[str] = ()
    among: Sequence[str] = ()
    overlap: tuple[date | None, date | None] | None = None
    unit: str = ""
    states: Sequence[str] = ()
    order: Order = "changed"

    @property
    def words(self) -> list[str]:
        """The words of the text, as they are compared."""
        return folded(self.text).split()

    @property
    def finds_nothing(self) -> bool:
        """Whether it asks for text that no store ever keeps."""
        texts = (self.form or "", self.state or "", self.text, self.unit, *self.tokens, *self.states)
        return not is_text(*texts) or bool(self.among and not self.any_of)

    @property
    def any_of(self) -> list[str]:
        """The tokens of which one is enough, without those that no store ever keeps."""
        return [token for token in self.among if is_text(token)]

    def matches(self, form: str, summary: Summary) -> bool:
        """Whether a record is found."""
        return (
            self.scope.covers(summary.unit)
            and (form == self.form if self.form is not None else not form.startswith(INNER))
            and self._stands(summary.state)
            and lies_within(summary.unit, self.unit)
            and self._has_tokens(summary)
            and self._touches(summary)
            and all(word in searched(summary) for word in self.words)
        )

    def _stands(self, state: str) -> bool:
        if self.states and state not in self.states:
            return False
        return state == self.state if self.state is not None else state != DELETED or DELETED in self.states

    def _has_tokens(self, summary: Summary) -> bool:
        if not self.tokens and not self.among:
            return True
        there = {*summary.tokens, *summary.private}
        return there.issuperset(self.tokens) and (not self.among or not there.isdisjoint(self.among))

    def _touches(self, summary: Summary) -> bool:
        if self.overlap is None:
            return True
        first, last = period(summary)
        if first is None or last is None:
            return False
        start, end = self.overlap
        return (start is None or last >= start) and (end is None or first <= end)


def parted(found: Sequence[Found], held: Iterable[tuple[str, str]]) -> dict[str, list[Found]]:
    """Records that were found, by the tokens that they have, in their order.

    Args:
        found: The records.
        held: Tokens, each with a record that has it, whether it was found or not.
    """
    has: dict[str, set[str]] = {}
    for token, record in held:
        has.setdefault(record, set()).add(token)
    parts: dict[str, list[Found]] = {}
    for one in found:
        for token in has.get(one.record, ()):
            parts.setdefault(token, []).append(one)
    return parts


def period(summary: Summary) -> tuple[date | None, date | None]:
    """First and last day; a single one is both."""
    return summary.start or summary.end, summary.end or summary.start


def searched(summary: Summary) -> str:
    """The text that a search by substring looks through."""
    return folded("\n".join((summary.label, *summary.words)))


def folded(text: str) -> str:
    """Text as it is compared: capitals are the same."""
    return text.casefold()
