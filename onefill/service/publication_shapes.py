"""What publications hand to screens and routes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What would be made public.

    Attributes:
        on: The day that it shows.
        columns: Heads, without the number.
        rows: Cells of each line, in order.
    """

    on: date
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Issue:
    """What was made public once, kept for ever.

    Attributes:
        id: Of the record that keeps it.
        publication: Key of the publication, with its pack.
        title: What it was called.
        on: The day that it shows.
        count: How many lines there are.
        who: Who published it, ``when``.
        unit: For which unit.
        formats: Suffixes of its files.
    """

    id: str
    publication: str
    title: str
    on: date
    count: int
    who: str
    when: datetime
    unit: str
    formats: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Published:
    """An issue with all that it says.

    Attributes:
        files: Digest of each file by its suffix.
    """

    issue: Issue
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str
    files: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Since:
    """In what a list differs from the one that went out last.

    Attributes:
        issue: That one.
        more: Lines that it does not have.
        fewer: Its lines that are gone.
    """

    issue: Issue
    more: tuple[tuple[str, ...], ...]
    fewer: tuple[tuple[str, ...], ...]
