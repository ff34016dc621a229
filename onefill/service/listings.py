"""Lists of cases, as a pack declares them: who stands in which stage, in order; to be printed, sealed, handed on."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from onefill.definitions import Definitions
from onefill.definitions.expressions import Empty, compile_expression
from onefill.definitions.procedure import CaseList
from onefill.definitions.values import text_of
from onefill.facts import PrintView
from onefill.fields.chinese import date_text
from onefill.rendering.packet import join
from onefill.rendering.summary import Listing, Section, Signs, summary_html
from onefill.rendering.watermark import watermark_html, watermarked
from onefill.reviews.errors import NotYours
from onefill.reviews.moves import phase_of
from onefill.service.batch_shapes import Batch, BatchCase
from onefill.service.book import Book
from onefill.service.cases import list_states, roles_of
from onefill.service.conversion import Conversion, Wanted
from onefill.service.errors import DocumentUnknown, FormatUnknown, NothingToPrint
from onefill.service.naming import file_name
from onefill.service.reviews import Reviews
from onefill.service.room import Room
from onefill.service.shapes import Person, Produced
from onefill.service.taken_out import taken_out
from onefill.tables.plain import plain

PDF, EXCEL = ".pdf", ".xlsx"
NUMBER = "序号"
#: What one case says, column by column.
Line = tuple[str, ...]
#: What stands above some lines, and these.
Sheet = tuple[Line, list[Line]]
#: The cases in order by what stands above them: what each says, and its record.
Heads = dict[Line, list[tuple[Line, str]]]
#: So many cases are listed at most.
MOST = 5_000


class Listings(Room):
    """What is listed of all cases that somebody may see; kept nowhere, made whenever it is asked for."""

    def __init__(self, book: Book, reviews: Reviews, conversion: Conversion, now: Callable[[], datetime]) -> None:
        self._book = book
        self._reviews = reviews
        self._conversion = conversion
        self._now = now

    def known(self, who: Person) -> list[tuple[str, CaseList]]:
        """The lists that somebody may print, each with the key of its form."""
        definitions = self._book.definitions
        return [
            (key, one)
            for key, form in definitions.forms.items()
            for one in form.lists
            if _may(definitions, key, one, who)
        ]

    def make(
        self, form: str, key: str, who: Person, suffix: str = PDF, *, only: Collection[str] | None = None
    ) -> Produced:
        """A list as PDF or Excel, of the cases that this person may see.

        Args:
            form: Of which form.
            key: Of the list.
            who: Who prints.
            suffix: The format.
            only: Nothing but these records; all if it is left out.

        Raises:
            FormUnknown: There is no such form.
            DocumentUnknown: It has no such list.
            NotYours: None of the person's roles may print it.
            FormatUnknown: It comes in no such format.
            NothingToPrint: It cannot be laid out.
        """
        wanted = self.one(form, key, who)
        if suffix not in (PDF, EXCEL):
            raise FormatUnknown(title=wanted.title, format=suffix, known=f"{PDF}、{EXCEL}")
        return self._made(wanted, self._under_heads(form, wanted, who, only), who, suffix)

    def whole(self, form: str, key: str, who: Person) -> tuple[list[Produced], list[str]]:
        """A list in both formats and its cases in its order, each of them read once; see ``make``."""
        wanted = self.one(form, key, who)
        heads = self._under_heads(form, wanted, who, None)
        made = [self._made(wanted, heads, who, suffix) for suffix in (PDF, EXCEL)]
        return made, _records(heads)

    def one(self, form: str, key: str, who: Person) -> CaseList:
        """A list that somebody may print.

        Raises:
            FormUnknown: There is no such form.
            DocumentUnknown: It has no such list.
            NotYours: None of the person's roles may print it.
        """
        definitions = self._book.definitions
        found = definitions.form(form)
        wanted = next((one for one in found.lists if one.key == key), None)
        if wanted is None:
            known = "、".join(one.key for one in found.lists) or "（一份也没有）"
            raise DocumentUnknown(form=found.title, document=key, known=known)
        if not _may(definitions, form, wanted, who):
            titles = {role.key: role.title for role in definitions.pack_of(form).roles}
            raise NotYours(action=f"印{wanted.title}", roles="、".join(titles[one] for one in wanted.by))
        return wanted

    def records(self, form: str, key: str, who: Person) -> list[str]:
        """The cases of a list in its order; see ``make``."""
        return _records(self._under_heads(form, self.one(form, key, who), who, None))

    def of_batch(self, batch: Batch, units: Mapping[str, str], who: Person, suffix: str = PDF) -> Produced:
        """What became of each case of a batch, as PDF or Excel.

        Args:
            batch: The batch, as whoever asks may see it.
            units: Titles of units by path.
            who: Who takes it out.
            suffix: The format.

        Raises:
            FormatUnknown: It comes in no such format.
            NothingToPrint: It cannot be laid out.
        """
        title = f"{batch.title}清单"
        if suffix not in (PDF, EXCEL):
            raise FormatUnknown(title=title, format=suffix, known=f"{PDF}、{EXCEL}")
        name = file_name(f"{title}_{self._here(batch.when):%Y%m%d%H%M}")
        columns = ("办件", "单位", "结果", "时间", "没有办的原因")
        rows, mark = [self._of_case(one, units) for one in batch.cases], taken_out(who, self._now())
        if suffix == EXCEL:
            numbered = [(str(number), *texts) for number, texts in enumerate(rows, 1)]
            return Produced(name=f"{name}{EXCEL}", data=plain(title, (NUMBER, *columns), numbered, mark=mark))
        matter = self._book.definitions.form(batch.form).title
        head = [("事项", matter), ("办理人", batch.who), ("日期", date_text(self._here(batch.when).date()))]
        head += [("共", f"{len(rows)} 件，办成 {len(batch.gone)} 件"), ("批号", batch.id)]
        page = summary_html(title, head, [Listing(title="", columns=columns, rows=rows, centred=[])])
        return self._printed(title, name, [page], mark)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _of_case(self, case: BatchCase, units: Mapping[str, str]) -> Line:
        when = f"{self._here(case.at):%Y-%m-%d %H:%M}" if case.at else ""
        return case.label, units.get(case.unit, ""), "已办" if case.at else "没有办", when, case.why

    def _here(self, when: datetime) -> datetime:
        """A moment as the clock of this desk tells it, wherever the server stands."""
        return when.astimezone(self._now().tzinfo)

    def _printed(self, title: str, name: str, pages: Sequence[str], mark: str) -> Produced:
        wanted = [Wanted(title=title, html=page) for page in pages]
        parts, notes = self._conversion.convert(wanted, lambda _done, _total, _what: None)
        if not parts:
            raise NothingToPrint(phase=f"《{title}》", why="；".join(notes))
        joined = join(parts)
        data = watermarked(joined, self._conversion.html(watermark_html(mark))) if mark else joined
        return Produced(name=f"{name}{PDF}", data=data, notes=tuple(notes))

    def _made(self, wanted: CaseList, heads: Heads, who: Person, suffix: str) -> Produced:
        sheets, today = _sheets(wanted, heads), self._now().date()
        name = file_name(f"{wanted.title}_{today:%Y%m%d}")
        if suffix == EXCEL:
            return Produced(name=f"{name}{EXCEL}", data=_workbook(wanted, sheets, taken_out(who, self._now())))
        mark = "" if wanted.signs else taken_out(who, self._now())
        return self._printed(wanted.title, name, [_page(wanted, head, rows, today) for head, rows in sheets], mark)

    def _under_heads(self, form: str, wanted: CaseList, who: Person, only: Collection[str] | None) -> Heads:
        """The cases in order, by what stands above them: what each says, and its record."""
        head = [compile_expression(one.value) for one in wanted.head]
        columns = [compile_expression(one.value) for one in wanted.columns]
        order = compile_expression(wanted.order) if wanted.order else None
        lines: list[tuple[tuple[bool, Any, str], Line, Line, str]] = []
        for record, label, facts in self._cases(form, wanted, who, only):
            place = order.evaluate(facts) if order else ""
            known = not isinstance(place, Empty)
            above = tuple(text_of(one.evaluate(facts)) for one in head)
            texts = tuple(text_of(one.evaluate(facts)) for one in columns)
            lines.append(((not known, place if known else "", label), above, texts, record))
        heads: Heads = {}
        for _, above, texts, record in sorted(lines, key=lambda line: line[0]):
            heads.setdefault(above, []).append((texts, record))
        return heads

    def _cases(
        self, form: str, wanted: CaseList, who: Person, only: Collection[str] | None
    ) -> Iterator[tuple[str, str, Mapping[str, object]]]:
        found = self._book.definitions.form(form)
        phase, states = phase_of(found, wanted.phase), list_states(found, wanted)
        for one in self._book.store.find(scope=who.scope, form=form, states=states, limit=MOST):
            if only is not None and one.record not in only:
                continue
            with self._book.lock:
                opened = self._book.open(one.record)
                case = self._reviews.case_facts(opened, phase)
                at = opened.sheet.plan.phase_index(phase)
                yield one.record, one.label, PrintView(opened.sheet.view, at, {"case": case})


def _sheets(wanted: CaseList, heads: Heads) -> list[Sheet]:
    """What is listed, apart by what stands in the head; one without a line if there is nothing."""
    sheets = [(above, [texts for texts, _ in lines]) for above, lines in heads.items()]
    return sheets or [(tuple("" for _ in wanted.head), [])]


def _records(heads: Heads) -> list[str]:
    return [record for lines in heads.values() for _, record in lines]


def _workbook(wanted: CaseList, sheets: Sequence[Sheet], mark: str) -> bytes:
    """All lines in one sheet, what stands in the head in the first columns: to be sorted and brought elsewhere."""
    lines = [(*above, *texts) for above, rows in sheets for texts in rows]
    numbered = [(str(number), *texts) for number, texts in enumerate(lines, 1)]
    titles = tuple(one.title for one in (*wanted.head, *wanted.columns))
    return plain(wanted.title, (NUMBER, *titles), numbered, mark=mark)


def _page(wanted: CaseList, above: Line, rows: Sequence[Line], today: date) -> str:
    """The lines under one head as HTML, with room for hands and seals; numbers stand in the middle."""
    titles = zip(wanted.head, above, strict=True)
    head = [(one.title, text) for one, text in titles if text]
    head += [("印制日期", date_text(today)), ("共", f"{len(rows)} 个"), ("依据", wanted.clause)]
    columns = tuple(one.title for one in wanted.columns)
    centred = [place for place in range(len(columns)) if rows and all(row[place].isdecimal() for row in rows)]
    sections: list[Section] = [Listing(title="", columns=columns, rows=rows, centred=centred)]
    sections += [Signs(places=wanted.signs)] if wanted.signs else []
    return summary_html(wanted.title, [one for one in head if one[1]], sections, turn=True)


def _may(definitions: Definitions, form: str, wanted: CaseList, who: Person) -> bool:
    return not roles_of(definitions, form, who).isdisjoint(wanted.by)
