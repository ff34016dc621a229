"""Sample facts for every form: those of the first sample record of it with its gaps filled, or all made up."""

from collections.abc import Mapping
from datetime import date
from threading import Lock
from typing import Any

from onefill.facts import Sheet
from onefill.service.book import Book
from onefill.service.lookups import questions
from onefill.service.made_up import fill
from onefill.service.proof_facts import Changed
from samples import SampleRecord, resolve, sample_records

MADE_UP = "made-up-"
#: What a question about other records is answered: there are none.
NOBODY: Mapping[str, object] = {"count": 0, "newest": "", "exists": False, "named": False}


class Specimens:
    """Sample facts under one set of definitions. What was made is kept; whoever asks gets sheets of their own."""

    def __init__(self, book: Book, today: date) -> None:
        self._book = book
        self.definitions = book.definitions
        self.today = today
        self._samples: dict[str, SampleRecord] = {}
        self._data: dict[str, dict[str, Any]] = {}
        self._lock = Lock()

    def of(self, form: str, changed: Changed = lambda _plan, data: data) -> Sheet:
        """The facts of a form, with those of the forms it links to.

        Args:
            form: Its key.
            changed: What is made of the data of each of them before it is read; what is kept stays as it is.
        """
        with self._lock:
            if not self._samples:
                self._samples = {sample.name: sample for sample in sample_records()}
            sample = next((one.name for one in self._samples.values() if one.form == form), "")
            record = sample or self._made(form)
            self._filled(form, record)
        return self._sheet(form, record, {}, changed)

    def _sheet(
        self,
        form: str,
        record: str,
        known: dict[str, Sheet],
        changed: Changed = lambda _plan, data: data,
    ) -> Sheet:
        """Fresh sheets over what was made: a sheet is for one reader at a time."""

        def follow(linked_form: str, linked: str) -> Sheet | None:
            if linked not in known and linked_form in self.definitions.forms:
                self._sheet(linked_form, linked, known, changed)
            return known.get(linked)

        plan = self._book.plan(form)
        sheet = known[record] = Sheet(plan, changed(plan, self._data_of(record)), record=record, links=follow)
        sheet.set_answers({cell: NOBODY[plan.lookups[cell[0]].definition.answer] for cell, _ in questions(sheet)})
        return sheet

    def _data_of(self, record: str) -> dict[str, Any]:
        if record not in self._data and record in self._samples:
            names = {name: name for name in self._samples}
            self._data[record] = resolve(self._samples[record].data, names)
        return self._data.get(record, {})

    def _made(self, form: str) -> str:
        """A made-up record of a form; its id."""
        record = f"{MADE_UP}{form}"
        if record not in self._data:
            self._data[record] = {}  # a form that leads back to itself finds it, still empty
            self._filled(form, record)
        return record

    def _filled(self, form: str, record: str) -> None:
        """Fill the gaps of a record: all of a made-up one, of a sample what has to be filled."""
        if form not in self.definitions.forms:
            return
        sheet = self._sheet(form, record, {})
        fill(sheet, self.today, self._made, optional=record not in self._samples)
        self._data[record] = sheet.data
