"""What was handed in, as bags: the life of one record for its archive, or all cases of a list with their files."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import orjson

from onefill.fields.chinese import date_text
from onefill.reviews.moves import phase_of, phase_title
from onefill.service.bag_writer import Bag, Payload, packed
from onefill.service.book import Book, OpenRecord
from onefill.service.cases import case_of
from onefill.service.checking import Checking
from onefill.service.guard import PRINT, allowed_to
from onefill.service.judging import as_handed_in
from onefill.service.listings import EXCEL, PDF, Listings
from onefill.service.naming import file_name
from onefill.service.portrait import called
from onefill.service.room import Room
from onefill.service.shapes import Person


class Bags(Room):
    """Packs what lies in the store, and writes beside it what the files say nothing of."""

    def __init__(self, book: Book, checking: Checking, listings: Listings, now: Callable[[], datetime]) -> None:
        self._book = book
        self._checking = checking
        self._listings = listings
        self._now = now

    def of_record(self, record: str, who: Person) -> Bag:
        """A record as a BagIt bag: facts, decisions, and the files of each phase in the order of its checklist.

        Raises:
            RecordUnknown: There is none, or it is another unit's.
            NotYourAction: No role lets this person print what stands in it.
            FileDamaged: A file is not what it was when it was brought.
        """
        with self._book.lock:
            opened = allowed_to(PRINT, self._book, record, who)
            form = opened.sheet.plan.form
            facts = {key: value for key, value in opened.sheet.data.items() if not key.startswith("@")}
            written = [
                Payload(path="数据.json", data=_json(facts)),
                Payload(path="办理记录.json", data=_json(_acts(opened))),
            ]
            files = [
                one
                for place, phase in enumerate(form.phases, 1)
                for one in self._files(opened, phase.key, f"{place:02} {file_name(phase.title)}")
            ]
            title, day = called(opened), opened.entry.when.date()
            unit = opened.entry.summary.unit
        about = [
            ("Source-Organization", unit or "-"),
            ("Bagging-Date", self._now().date().isoformat()),
            ("External-Identifier", f"{record} {opened.entry.n}"),
            ("External-Description", f"{form.title} {title}（截至{date_text(day)}）"),
        ]
        return packed(file_name(f"{form.title}_{title}"), about, [*written, *files], self._book.store)

    def of_list(self, form: str, key: str, who: Person) -> Bag:
        """A list of cases as this person may see it, with a folder for each case that holds what was handed in.

        Raises:
            OneFillError: As ``listings.make`` says.
        """
        made = [self._listings.make(form, key, who, suffix) for suffix in (PDF, EXCEL)]
        listed = self._listings.one(form, key, who)
        phase = phase_of(self._book.definitions.form(form), listed.phase)
        payload = [Payload(path=one.name, data=one.data) for one in made]
        for place, record in enumerate(self._listings.records(form, key, who), 1):
            with self._book.lock:
                opened = as_handed_in(self._book, self._book.open(record), phase)
                folder = f"{place:03} {file_name(called(opened))}"
                payload += self._files(opened, phase, folder)
        name = file_name(f"{listed.title}_{self._now():%Y%m%d}")
        about = [
            ("Bagging-Date", self._now().date().isoformat()),
            ("External-Description", listed.title),
            ("Contact-Name", who.name),
        ]
        return packed(name, about, payload, self._book.store)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _files(self, opened: OpenRecord, phase: str, folder: str) -> Iterator[Payload]:
        """What was handed in for a phase."""
        checklist = self._checking.of(opened, opened.sheet.plan.phase_index(phase))
        for place, item in enumerate((one for one in checklist.items if one.files), 1):
            for file in item.files:
                if file.digest:
                    yield Payload(path=f"{folder}/{place:02} {file_name(item.name)}/{file.name}", digest=file.digest)


def _acts(opened: OpenRecord) -> list[dict[str, Any]]:
    """All that was done, phase by phase."""
    case, form = case_of(opened.sheet.data), opened.sheet.plan.form
    return [
        {
            "阶段": phase_title(form, phase.key),
            "操作": act.title,
            "办理人": act.who,
            "时间": act.when.isoformat(timespec="seconds"),
            **{name: text for name, text in (("意见", act.opinion), ("理由", act.reason)) if text},
            **({"日期": act.day.isoformat()} if act.day else {}),
            **({"文书号": act.number} if act.number else {}),
            **({"越过的关口": list(act.overruled)} if act.overruled else {}),
        }
        for phase in form.phases
        for act in case.phase(phase.key).acts
    ]


def _json(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
