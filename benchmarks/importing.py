"""Importing five thousand rows: read, matched, checked, previewed; beside openpyxl that only reads the cells."""

import io
import random
from pathlib import Path

from openpyxl import Workbook, load_workbook

from benchmarks.measuring import Figure, Result, runs
from onefill.service import Settings, open_desk
from onefill.service.samples import sample_id
from samples.people import names, trainee
from samples.workbooks import COLUMNS

ROWS = 5_000


def importing(folder: Path) -> Result:
    """A roster into the class of fifty: what a person waits for between choosing a file and seeing it."""
    desk = open_desk(Settings(data=folder, store="memory:"))
    desk.load_samples()
    record, data = sample_id("class_50"), roster(ROWS)
    desk.records.state(record)

    def preview() -> None:
        workbook = desk.imports.read(data, "roster.xlsx")
        seen = desk.imports.preview(record, "trainees", workbook)
        assert len(seen.rows) == ROWS, len(seen.rows)

    return Result(runs(preview, 5), runs(lambda: _cells(data), 3))


FIGURE = Figure("importing", "import, check and preview of 5,000 rows", 2.0, importing)


def roster(count: int) -> bytes:
    """A workbook of that many made-up people, nobody twice."""
    dice = random.Random("large roster")
    people = names(dice, 500)
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append([heading for heading, _, _ in COLUMNS])
    for number in range(count):
        name, nation = people[number % len(people)]
        row = {**trainee(dice, (name, nation), number), "mobile": f"199{number:08}"}
        sheet.append([row.get(key) for _, key, _ in COLUMNS])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cells(data: bytes) -> int:
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    return sum(len(row) for row in book.worksheets[0].iter_rows(values_only=True))
