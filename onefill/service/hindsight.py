"""Whether a fault was to be seen already in the submission before, as everything it rests on stood that day."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from onefill.facts import Sheet
from onefill.facts.findings import Findings, findings_of
from onefill.facts.sheet import Finding
from onefill.facts.views import RecordView
from onefill.materials import Checklist, ItemState, Known, checklist, supplied_of
from onefill.problems import FieldPlace
from onefill.service.book import Book
from onefill.service.cases import case_of
from onefill.service.corrections import at_place, submission_before
from onefill.service.open_record import OpenRecord

ITEM = "item:"


class Hindsight:
    """Looks back from a submission to the one before: its facts, linked records, answers and rules are those of then.

    Args:
        book: All open records.
        opened: The record.
        phase: Key of the phase.
        checklist: The checklist as it is now.
    """

    def __init__(self, book: Book, opened: OpenRecord, phase: str, checklist: Callable[[], Checklist]) -> None:
        self._book = book
        self._opened = opened
        self._phase = phase
        self._checklist = checklist
        self._n = submission_before(opened, phase)

    def saw(self, at: str, what: str) -> bool:
        """Whether what is wrong at a place was to be seen there then.

        What stands there must be as it was. A fault that the program tells must have been told of the facts of then,
        too; for any other word, the records that the place leads to must say what they said.

        Args:
            at: Path of a field or row, or ``item:`` and an item of the checklist.
            what: What is said of it.
        """
        if self._n is None or at_place(self._sheet, at) != at_place(self._opened.sheet, at):
            return False
        if at.startswith(ITEM):
            return self._saw_item(at.removeprefix(ITEM), what)
        told = {_code(one) for one in _at(self._opened.findings, at) if one.problem.what in what}
        if told:
            return any(_code(one) in told for one in _at(self._findings, at))
        return _led_to(self._sheet, at) == _led_to(self._opened.sheet, at)

    def _saw_item(self, id: str, what: str) -> bool:
        now = _item(self._checklist(), id)
        if now is None or not now.lacking or now.why not in what:
            return True
        if now.material.kind == "earlier":
            return False  # nothing was lacking when it was taken in
        known = Known(supplied=supplied_of(self._data), prints=case_of(self._data).phase(self._phase).prints.get)
        phase = self._sheet.plan.phase_index(self._phase)
        then = _item(checklist(self._sheet, self._findings, phase, known, now.material.key), id)
        return then is not None and then.standing is now.standing

    @cached_property
    def _sheet(self) -> Sheet:
        return self._book.past.pinned(self._book.store.entry(self._opened.id, self._n or 0, self._book.scope))

    @property
    def _data(self) -> dict[str, Any]:
        return self._sheet.data

    @cached_property
    def _findings(self) -> Findings:
        return findings_of(self._sheet)


def _at(findings: Findings, at: str) -> list[Finding]:
    places = ((one, one.problem.place) for one in findings.all())
    return [one for one, place in places if isinstance(place, FieldPlace) and place.path == at]


def _code(finding: Finding) -> str:
    return finding.problem.code


def _item(found: Checklist, id: str) -> ItemState | None:
    return next((one for one in found.items if one.id == id), None)


def _led_to(sheet: Sheet, at: str) -> list[dict[str, Any]]:
    """What the records say that a place leads to: those of one field, or of all the fields of a row."""
    head, row, key = (*at.split("/"), "", "")[:3]
    names = [f"{head}[].{key}"] if key else [one.name for one in sheet.plan.by_section.get(head, ())] if row else [head]
    found = []
    for name in (one for one in names if one in sheet.plan.fields):
        value = sheet.value(name, row or None)
        linked = value if isinstance(value, list) else [value]
        found += [_facts(one.sheet) for one in linked if isinstance(one, RecordView)]
    return found


def _facts(sheet: Sheet) -> dict[str, Any]:
    return {key: value for key, value in sheet.data.items() if not key.startswith("@")}
