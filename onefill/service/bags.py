"""What was handed in, as bags: the life of one record for its archive, or all cases of a list with their files."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import orjson

from onefill.definitions.expressions import Empty
from onefill.facts import Sheet
from onefill.facts.differences import shown_text
from onefill.fields.chinese import date_text
from onefill.reviews.moves import phase_of, phase_title
from onefill.service.bag_writer import Bag, Payload, packed
from onefill.service.book import Book
from onefill.service.cases import case_of
from onefill.service.checking import Checking
from onefill.service.guard import PRINT, allowed_to
from onefill.service.history import History
from onefill.service.judging import as_handed_in
from onefill.service.listings import Listings
from onefill.service.naming import file_name
from onefill.service.notices import Notices
from onefill.service.open_record import OpenRecord
from onefill.service.portrait import called
from onefill.service.room import Room
from onefill.service.shapes import Person
from onefill.tables.plain import plain_csv


class Bags(Room):
    """Packs what lies in the store, and writes beside it what the files say nothing of."""

    def __init__(
        self,
        book: Book,
        checking: Checking,
        listings: Listings,
        history: History,
        notices: Notices,
        now: Callable[[], datetime],
    ) -> None:
        self._book = book
        self._checking = checking
        self._listings = listings
        self._history = history
        self._notices = notices
        self._now = now

    def of_record(self, record: str, who: Person) -> Bag:
        """A record as a BagIt bag: facts, decisions, and the files of each phase in the order of its checklist.

        What is kept in sections instead of files comes as tables, what was printed as it was printed, the papers that
        went out with acts as they said it.

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
            files += self._registers(opened)
        files += [*self._printed(record, who), *self._sent(record, who)]
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
        made, records = self._listings.whole(form, key, who)
        listed = self._listings.one(form, key, who)
        phase = phase_of(self._book.definitions.form(form), listed.phase)
        payload = [Payload(path=one.name, data=one.data) for one in made]
        for place, record in enumerate(records, 1):
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

    def _registers(self, opened: OpenRecord) -> Iterator[Payload]:
        """Each section that is handed in instead of files, once."""
        sheet = opened.sheet
        items = [item for index in range(len(sheet.plan.phases)) for item in self._checking.of(opened, index).items]
        asked = dict.fromkeys(one.material.section for one in items if one.material.kind == "register")
        for key in asked:
            if key in sheet.plan.sections:
                title = file_name(sheet.plan.sections[key].title)
                yield Payload(path=f"登记/{title}.csv", data=plain_csv(_rows(sheet, key)))

    def _printed(self, record: str, who: Person) -> Iterator[Payload]:
        """The very files that were printed, version by version."""
        for moment in reversed(self._history.timeline(record)):
            for paper in self._history.papers(record, moment.n) if moment.n else ():
                for suffix in paper.printed:
                    made = self._history.file(record, moment.n, paper.state.key, suffix, who)
                    path = f"附件/{file_name(moment.name)}/{file_name(paper.state.title)}{suffix}"
                    yield Payload(path=path, data=made.data)

    def _sent(self, record: str, who: Person) -> Iterator[Payload]:
        for paper in reversed(self._notices.sent(record, who)):
            name = file_name(f"{paper.when:%Y-%m-%d} {paper.title} {paper.number}")
            data = self._notices.again(record, paper.n, who, paper.suffix).data
            yield Payload(path=f"通知/{name}{paper.suffix}", data=data)


def _rows(sheet: Sheet, key: str) -> list[list[str]]:
    """A section as a table; of a grid the one side stands above, the other before its lines."""
    section = sheet.plan.sections[key]
    plans = [plan for plan in sheet.plan.by_section[key] if not plan.definition.quiet]
    if section.grid is not None:
        first, second = section.grid
        across = sheet.rows(first)
        head = ["", *(sheet.row_label(first, one.row) for one in across)]
        return [head] + [
            [sheet.row_label(second, line.row), *(_crossing(sheet, key, one.row, line.row) for one in across)]
            for line in sheet.rows(second)
        ]
    if section.repeat is None:
        return [[plan.definition.label, shown_text(sheet, plan.name, None)] for plan in plans]
    lines = [[shown_text(sheet, plan.name, row.row) for plan in plans] for row in sheet.rows(key)]
    return [[plan.definition.label for plan in plans], *lines]


def _crossing(sheet: Sheet, grid: str, first: str, second: str) -> str:
    value = sheet.grid_value(grid, first, second)
    return "" if isinstance(value, Empty) else str(value)


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
