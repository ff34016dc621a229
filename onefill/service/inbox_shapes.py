"""A workbook that waits to be imported, what was chosen for it, what came of it; and all of that as plain JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from onefill.service.import_shapes import Taken

#: A row as it is kept.
Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What came of an import.

    Attributes:
        at: When it was taken.
        taken: What it did.
        seen: What the person had seen, if that was said.
        undone: Whether it was taken back.
        stayed: Rows that had been changed since, so that taking back left them.
    """

    at: datetime
    taken: Taken
    seen: str = ""
    undone: bool = False
    stayed: int = 0


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A workbook that was brought, and what a person has chosen for it.

    Attributes:
        id: Its name here.
        record: For which record.
        section: For which section of it.
        filename: As it was called.
        sheet: The sheet, if a person chose one.
        header: The line of its heading, if a person chose it; 0 for a table without one.
        columns: Columns as a person corrected them, in that order: number and field.
        words: What a person said words of the table mean: field, word, option; empty for nothing after all.
        receipt: What came of it, once it was taken.
        job: Id of the job that takes it over, while one does.
    """

    id: str
    record: str
    section: str
    filename: str
    sheet: str | None = None
    header: int | None = None
    columns: tuple[tuple[int, str | None], ...] = ()
    words: tuple[tuple[str, str, str], ...] = ()
    receipt: Receipt | None = None
    job: str = ""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What an import does.

    Attributes:
        taken: In figures.
        rows: Each row it changes by its id, as it was and as it is then; None where there is none.
    """

    taken: Taken
    rows: Mapping[str, tuple[Row | None, Row | None]]

    def plain(self) -> dict[str, Any]:
        """In plain JSON."""
        return {"taken": self.taken.__dict__, "rows": self.rows}

    def was_done(self, now: Mapping[str, Row]) -> bool:
        """Whether it has happened, by the rows as they are: one change brings all of them.

        Rows that were added have ids that nobody else gives; of rows that were changed somebody may have written since.
        """
        added = [row for row, (before, _) in self.rows.items() if before is None]
        return any(row in now for row in added) or all(
            says(now.get(row)) == says(after) for row, (_, after) in self.rows.items()
        )


def outcome_of(told: Mapping[str, Any]) -> Outcome:
    """An outcome from plain JSON."""
    rows = {row: (before, after) for row, (before, after) in told["rows"].items()}
    return Outcome(taken=_taken(told["taken"]), rows=rows)


def says(row: Row | None) -> dict[str, Any] | None:
    """What a row says, wherever it stands."""
    return None if row is None else {key: value for key, value in row.items() if key != "@order" and value is not None}


def plain_waiting(waiting: Waiting) -> dict[str, Any]:
    """A workbook that waits in plain JSON."""
    receipt = waiting.receipt
    told = {key: value for key, value in waiting.__dict__.items() if key != "receipt"}
    if receipt is not None:
        told["receipt"] = {**receipt.__dict__, "at": receipt.at.isoformat(), "taken": receipt.taken.__dict__}
    return told


def waiting_of(told: Mapping[str, Any]) -> Waiting:
    """A workbook that waits from plain JSON."""
    columns = tuple((int(number), field) for number, field in told["columns"])
    receipt = None
    if kept := told.get("receipt"):
        at, taken = datetime.fromisoformat(kept["at"]), _taken(kept["taken"])
        receipt = Receipt(**{**kept, "at": at, "taken": taken})
    words = tuple((key, word, option) for key, word, option in told.get("words", ()))
    return Waiting(**{**told, "columns": columns, "words": words, "receipt": receipt})


def _taken(told: Mapping[str, Any]) -> Taken:
    return Taken(**{**told, "left": tuple(told["left"])})
