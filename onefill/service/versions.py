"""Versions: a record kept as it is, with everything it stands on pinned by digest."""

from collections.abc import Callable, Mapping
from typing import Any

from onefill.definitions.expressions import Empty
from onefill.facts import Sheet
from onefill.service.book import Book, OpenRecord, links_of
from onefill.service.indexing import summary_of
from onefill.service.lookups import news_of
from onefill.service.shapes import Person
from onefill.service.templates import Templates
from store import Conflict, Entry, NewEntry

VERSION = "version"
#: How often a version is tried while other processes keep versions of the same record.
MOST_TRIES = 3


class Versions:
    """Makes versions; one that would say nothing new is not made."""

    def __init__(self, book: Book, templates: Templates, new_id: Callable[[], str]) -> None:
        self._book = book
        self._templates = templates
        self._new_id = new_id

    def first(self, record: str, form: str, who: Person, data: Mapping[str, Any]) -> Entry:
        """The entry that begins a record. Asked twice for the same record, it is made once."""
        sheet = Sheet(self._book.plan(form), data, record=record, links=self._book.linked)
        entry = self._append(sheet, who, 0, f"create-{record}", {"definition": self._definition(form)}, 0)
        self._book.tell(news_of(form, record, None, entry.summary))
        return entry

    def keep(self, record: str, who: Person) -> Entry:
        """The newest version, made now if anything it would hold or pin has changed.

        Linked records with changes of their own are kept first, each by an entry of its own, so that what is pinned
        exists.
        """
        with self._book.lock:
            for linked in self._linked(self._book.open(record)):
                self.keep(linked, who)
            for _ in range(MOST_TRIES - 1):
                try:
                    return self._keep(record, who)
                except Conflict:  # another process has kept one since
                    self._book.forget(record)
            return self._keep(record, who)

    def get(self, record: str, n: int) -> Entry:
        """An older version."""
        return self._book.store.entry(record, n, self._book.scope)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _keep(self, record: str, who: Person) -> Entry:
        opened = self._book.open(record)
        pins = self._pins(opened)
        if not opened.draft.changes and opened.entry.pins == pins:
            return opened.entry
        return self._append(opened.sheet, who, opened.entry.n, self._new_id(), pins, opened.draft.number)

    def _append(
        self, sheet: Sheet, who: Person, expected_n: int, request_id: str, pins: Mapping[str, Any], draft: int
    ) -> Entry:
        entry = NewEntry(
            record=sheet.record,
            form=sheet.plan.form.form,
            kind=VERSION,
            who=who.name,
            request_id=request_id,
            data=sheet.data,
            pins=pins,
            summary=summary_of(sheet),
            draft=draft,
        )
        return self._book.store.append(entry, expected_n, self._book.scope)

    def _definition(self, form: str) -> str:
        return self._book.store.put_file(self._book.definitions.source(form))

    def _pins(self, opened: OpenRecord) -> dict[str, Any]:
        links: dict[str, Any] = {}
        for record in self._linked(opened):
            entry = self._book.open(record).entry
            links[record] = {"n": entry.n, "digest": entry.digest}
            links.update(entry.pins.get("links", {}))
        pack = self._book.definitions.pack_of(opened.form).pack
        names = {name for document in opened.sheet.plan.form.documents for name in document.templates}
        files = {name: self._templates.data(pack, name) for name in sorted(names)}
        templates = {name: self._book.store.put_file(data) for name, data in files.items() if data is not None}
        answers = [
            [name, row, _plain(answer)]
            for (name, row), answer in sorted(opened.sheet.answers.items(), key=str)
            if not isinstance(answer, Empty)
        ]
        return {
            "definition": self._definition(opened.form),
            "links": dict(sorted(links.items())),
            "templates": templates,
            "answers": answers,
        }

    def _linked(self, opened: OpenRecord) -> list[str]:
        """Records that are linked to and still there, each once."""
        linked = dict.fromkeys(record for _, record in links_of(opened.sheet))
        return [record for record in linked if self._book.exists(record)]


def _plain(answer: object) -> Any:
    return answer if isinstance(answer, bool | int | str) else str(answer)
