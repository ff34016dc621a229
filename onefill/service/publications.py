"""Publications: lists that a pack makes public out of its registers and records, each issue kept as it went out."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256

from onefill.definitions.expressions import Empty, compile_expression
from onefill.definitions.model import Pack
from onefill.definitions.publications import ON, Placed, Publication
from onefill.definitions.values import text_of
from onefill.errors import OneFillError
from onefill.facts.register_lines import RegisterPlan
from onefill.facts.views import names_over
from onefill.fields.chinese import date_text, moment_text
from onefill.rendering.public_page import public_list, public_page
from onefill.service.batch_shapes import Batch
from onefill.service.book import Book
from onefill.service.issue_notes import IssueNotes
from onefill.service.issues import FORM, NUMBER, issue_of, issues, kept_file, read_issue
from onefill.service.kept_files import KeptFile
from onefill.service.publication_shapes import Draft, Issue, Since
from onefill.service.room import Room
from onefill.service.shapes import Person
from onefill.service.templates import Templates
from onefill.tables.plain import plain
from store import EVERYTHING, NewEntry, Summary
from store.registers import LineState

#: So many lines are made public at most.
MOST = 20_000


class PublicationUnknown(OneFillError):
    """No pack makes this public, or it is not for this person."""

    message = "没有“{publication}”这份要公布的，或者不归您的角色公布。从首页重新打开。"


class DayAhead(OneFillError):
    """What will be so is not yet so."""

    message = "{day}还没有到，不能公布那一天的。改成今天或以前。"


class StandsAlready(OneFillError):
    """The same list of the same day was made public before."""

    message = "{day}的已经公布过：{when}，{count} 条，和现在的一样，不用再公布。在下面“公布过的”里。"


class Publications(Room):
    """What a person makes public.

    Args:
        book: Definitions and records.
        templates: Of Word.
        title_of: What a unit is called.
        make_id: For requests that bring no id.
        notes: Does to the records of a list what is done once it is public.
        now: The clock.
    """

    def __init__(
        self,
        book: Book,
        templates: Templates,
        title_of: Callable[[str], str],
        make_id: Callable[[], str],
        notes: IssueNotes,
        now: Callable[[], datetime],
    ) -> None:
        self._book = book
        self._templates = templates
        self._title_of = title_of
        self._make_id = make_id
        self._notes = notes
        self._now = now

    def known(self, who: Person) -> Mapping[str, Publication]:
        """What somebody may make public, by what addresses call it."""
        return {
            f"{pack.pack}.{one.key}": one
            for pack in self._book.definitions.packs.values()
            for one in pack.publications
            if who.roles is None or not set(one.by).isdisjoint(who.roles)
        }

    def publication(self, key: str, who: Person) -> Publication:
        """One of them.

        Raises:
            PublicationUnknown: There is none of that key, or it is not for this person.
        """
        found = self.known(who).get(key)
        if found is None:
            raise PublicationUnknown(publication=key)
        return found

    def draft(self, key: str, who: Person, on: date) -> Draft:
        """What would be made public of a day: out of what this person sees.

        Raises:
            PublicationUnknown: It is not for this person.
        """
        wanted = self.publication(key, who)
        columns = [compile_expression(one.value) for one in wanted.columns]
        order = [self._order(key, one) for one in wanted.order]
        where = compile_expression(wanted.where) if wanted.where else None
        lines = []
        for facts in self._lines(key, wanted, who, on):
            if where is not None and not _holds(where.evaluate(facts)):
                continue
            texts = tuple(text_of(one.evaluate(facts)) for one in columns)
            lines.append(([place(facts) for place in order], texts))
        rows = tuple(texts for _, texts in sorted(lines))
        return Draft(on=on, columns=tuple(one.title for one in wanted.columns), rows=rows)

    def publish(self, key: str, who: Person, on: date, *, request: str = "") -> Issue:
        """Make public what there is on a day, and keep it as Word, Excel and web page.

        Args:
            key: Of the publication.
            who: Who publishes.
            on: The day.
            request: The same twice is published once. Where the same list of the day stands and it broke off before all
                its records were noted, those are noted now.

        Raises:
            PublicationUnknown: It is not for this person.
            DayAhead: The day has not come.
            StandsAlready: The newest of that day says the same.
            TemplateMissing: The Word template is not there.
            TemplateBroken: It cannot be filled.
        """
        wanted = self.publication(key, who)
        if on > self._now().date():
            raise DayAhead(day=date_text(on))
        made = self.draft(key, who, on)
        id = f"pub-{sha256((request or self._make_id()).encode()).hexdigest()[:24]}"
        before = self.standing(key, who, made)
        if before is not None and before.id != id:
            if self._notes.rest(wanted, who, on, before.id):
                return before
            when = moment_text(before.when.astimezone(self._now().tzinfo))
            raise StandsAlready(day=date_text(on), when=when, count=before.count)
        files = {
            suffix: self._book.store.put_file(data) for suffix, data in self._files(key, wanted, who, made).items()
        }
        about = {"title": wanted.title, "on": on.isoformat(), "count": len(made.rows), "who": who.name}
        entry = NewEntry(
            record=id,
            form=FORM,
            kind="publish",
            who=who.name,
            request_id=id,
            data={"columns": list(made.columns), "rows": [list(row) for row in made.rows], "note": wanted.note},
            pins={"files": {f"{wanted.title}{suffix}": digest for suffix, digest in files.items()}},
            summary=Summary(
                state="published",
                unit=who.unit,
                label=wanted.title,
                tokens=(f"publication={key}",),
                about={**about, "publication": key, "files": files},
            ),
        )
        kept = self._book.store.append(entry, 0, EVERYTHING)
        self._notes.first(wanted, who, on, id)
        return issue_of(id, kept.summary.about, kept.summary.unit, kept.when)

    def standing(self, key: str, who: Person, made: Draft) -> Issue | None:
        """The newest issue of a day for this person's unit, where it says what would go out; else none."""
        wanted = self.publication(key, who)
        same_day = (one for one in issues(self._book.store, key) if (one.on, one.unit) == (made.on, who.unit))
        newest = next(same_day, None)
        if newest is None:
            return None
        told = read_issue(self._book.store, newest.id)
        same = (told.columns, told.rows, told.note) == (made.columns, made.rows, wanted.note)
        return newest if same else None

    def since(self, key: str, who: Person, made: Draft) -> Since | None:
        """In what a list differs from the newest issue of the unit; none before the first, or with other columns.

        Raises:
            PublicationUnknown: It is not for this person.
        """
        self.publication(key, who)
        newest = next((one for one in issues(self._book.store, key) if one.unit == who.unit), None)
        if newest is None:
            return None
        told = read_issue(self._book.store, newest.id)
        if told.columns != made.columns:
            return None
        more, fewer = Counter(made.rows) - Counter(told.rows), Counter(told.rows) - Counter(made.rows)
        return Since(issue=newest, more=tuple(more.elements()), fewer=tuple(fewer.elements()))

    def noted(self, id: str, who: Person) -> tuple[Batch, ...]:
        """What became of the records that opened the lines of an issue."""
        return self._notes.of(id, who)

    def published(self, key: str, who: Person) -> Sequence[Issue]:
        """What was made public before, the newest first.

        Raises:
            PublicationUnknown: It is not for this person.
        """
        self.publication(key, who)
        return issues(self._book.store, key)

    def file(self, id: str, who: Person, suffix: str) -> KeptFile:
        """A file of an issue, as it went out.

        Raises:
            IssueUnknown: There is no such issue, or no such file of it.
            PublicationUnknown: It is not for this person.
        """
        found = read_issue(self._book.store, id)
        self.publication(found.issue.publication, who)
        return kept_file(self._book.store, found, suffix)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _lines(self, key: str, wanted: Publication, who: Person, on: date) -> Iterator[Mapping[str, object]]:
        """What is known of each line: columns of a register's lines in force, or facts of records."""
        pack = self._pack(key)
        store, day = self._book.store, {ON: on}
        if wanted.register_ is not None:
            register = next(one for one in pack.registers if one.key == wanted.register_)
            plan = RegisterPlan(register, lambda: on)
            for line in store.register(register.key, on, who.scope):
                if line.state is LineState.OPEN:
                    yield {**plan.names(line.facts), **day}
            return
        for found in store.find(scope=who.scope, form=wanted.form or "", limit=MOST):
            with self._book.lock:
                yield names_over(self._book.open(found.record).sheet.view, day)

    def _order(self, key: str, wanted: str | Placed) -> Callable[[Mapping[str, object]], tuple[int, Decimal, str]]:
        """Where a line sorts by one of its values: by the value itself, or by where a list of the pack has it."""
        if isinstance(wanted, str):
            value = compile_expression(wanted)
            return lambda facts: _place(value.evaluate(facts))
        table, column = wanted.like.split(".")
        rows = next(one.rows for one in self._pack(key).tables if one.key == table)
        places = {str(row[column]): number for number, row in reversed([*enumerate(rows)])}
        listed = compile_expression(wanted.value)

        def place(facts: Mapping[str, object]) -> tuple[int, Decimal, str]:
            text = text_of(listed.evaluate(facts))
            return (0, Decimal(places[text]), "") if text in places else (1, Decimal(0), text)

        return place

    def _pack(self, key: str) -> Pack:
        return self._book.definitions.packs[key.partition(".")[0]]

    def _files(self, key: str, wanted: Publication, who: Person, made: Draft) -> dict[str, bytes]:
        """The list in each format, by its suffix."""
        columns = (NUMBER, *made.columns)
        rows = [(str(number), *texts) for number, texts in enumerate(made.rows, 1)]
        head = (f"截至{date_text(made.on)}", f"共 {len(rows)} 条", self._title_of(who.unit) if who.unit else "")
        told = [one for one in head if one]
        page = public_page(wanted.title, public_list(told, columns, rows, wanted.note))
        above, below = (wanted.title, "　".join(told)), [wanted.note] if wanted.note else []
        files = {".xlsx": plain(wanted.title, columns, rows, above=above, below=below), ".html": page.encode()}
        if wanted.template is not None:
            facts = facts_of(wanted, made.on, head[-1], rows)
            template = self._templates.get(self._pack(key).pack, wanted.template)
            files = {".docx": template.compiled.render(facts), **files}
        return files


def facts_of(wanted: Publication, on: date, unit: str, rows: Sequence[Sequence[str]]) -> dict[str, object]:
    """What the Word template of a publication reads.

    Args:
        wanted: The publication.
        on: The day that it shows.
        unit: Whose lines they are.
        rows: The texts of each line, its number first.
    """
    keys = ("no", *(one.key for one in wanted.columns))
    return {
        "title": wanted.title,
        ON: on,
        "count": len(rows),
        "note": wanted.note,
        "unit": unit,
        "rows": [dict(zip(keys, row, strict=True)) for row in rows],
    }


def names_of(wanted: Publication) -> frozenset[str]:
    """Every name that the Word template of a publication may ask."""
    keys = ("no", *(one.key for one in wanted.columns))
    return frozenset({"title", ON, "count", "note", "unit", "rows", "rows[]", *(f"rows[].{key}" for key in keys)})


def _holds(value: object) -> bool:
    return not isinstance(value, Empty) and bool(value)


def _place(value: object) -> tuple[int, Decimal, str]:
    """Where a value sorts: numbers, then days and texts, then what is empty."""
    if isinstance(value, int | float | Decimal):
        return 0, Decimal(str(value)), ""
    if isinstance(value, date):
        return 1, Decimal(0), value.isoformat()
    text = text_of(value)
    return (1 if text else 2), Decimal(0), text
