"""Which column is what: found by the machine, corrected by a person, remembered."""

from collections.abc import Iterator
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field, replace
from typing import Literal

from onefill.definitions.model import FieldDefinition, Section
from onefill.fields.normalise import fold
from onefill.problems import Problem
from onefill.tables.model import letters
from onefill.tables.names import importable, tidy

State = Literal["matched", "look", "ignored"]
#: Field -> word, folded -> option.
Words = AnyMapping[str, AnyMapping[str, str]]


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of the table.

    Attributes:
        number: Counts from 1.
        header: Its heading, of several lines joined.
        sample: The first thing that stands in it.
        field: Key of the field it fills, if any.
        state: ``matched`` surely, ``look``: a person should, ``ignored``.
        why: Why it is not imported or should be looked at, in Chinese.
    """

    number: int
    header: str
    sample: str
    field: str | None
    state: State
    why: str = ""

    @property
    def letter(self) -> str:
        """``C`` for the third."""
        return letters(self.number)


@dataclass(frozen=True, kw_only=True)
class Mapping:
    """How a sheet's columns fill a section.

    Attributes:
        section: What is filled.
        sheet: Name of the sheet.
        header: First and last line of the heading; ``(0, 0)`` for a table without one, ``None`` if none was found.
        columns: All columns that hold something, from the left.
        others: Other sheets whose heading fits as well or nearly so.
        notes: What a person ought to know, in Chinese.
        problems: What must be put right before anything can be imported.
        words: What the table calls an option: field -> word, folded -> option. What is none of the form's is passed
            over.
    """

    section: Section
    sheet: str
    header: tuple[int, int] | None
    columns: tuple[Column, ...]
    others: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    words: Words = field(default_factory=dict)

    def column_of(self, key: str) -> Column | None:
        """The column that fills a field."""
        return next((column for column in self.columns if column.field == key), None)

    def fields(self) -> Iterator[tuple[Column, FieldDefinition]]:
        """The columns that are imported, each with its field."""
        known = {one.key: one for one in importable(self.section)}
        for column in self.columns:
            if column.field in known:
                yield column, known[column.field]

    def missing(self) -> list[FieldDefinition]:
        """Fields that no column fills."""
        filled = {column.field for column in self.columns}
        return [one for one in importable(self.section) if one.key not in filled]

    def with_column(self, number: int, key: str | None) -> "Mapping":
        """The mapping as a person corrects it; a field that another column filled is taken from that one."""
        columns = []
        for column in self.columns:
            if column.number == number:
                column = replace(column, field=key, state="matched" if key else "ignored", why="")
            elif key and column.field == key:
                column = replace(column, field=None, state="ignored", why="改由别的列填")
            columns.append(column)
        problems = () if any(column.field for column in columns) else self.problems
        return replace(self, columns=tuple(columns), problems=problems)

    def with_word(self, key: str, word: str, option: str | None) -> "Mapping":
        """The mapping with an option that a word of the table means; none for one that means nothing."""
        of_field = {known: meant for known, meant in self.words.get(key, {}).items() if known != fold(word)}
        if option:
            of_field[fold(word)] = option
        return replace(self, words={**self.words, key: of_field})

    def remembered(self) -> dict[str, str]:
        """What to hand to ``match`` the next time: heading -> field, empty where a person let the column be."""
        return {key: column.field or "" for column in self.columns if (key := tidy(column.header))}


#: Heading -> field key, as ``Mapping.remembered`` gave it.
Remembered = AnyMapping[str, str]
