"""What may be cleaned away: drafts that nobody has handed in, and what was refused, once nothing was done for years.

A form says which and after how long. Nothing goes by itself, and nothing before its time: somebody has to say so.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from onefill.definitions.boards import Retention
from onefill.definitions.filters import years
from onefill.definitions.model import Form
from onefill.errors import OneFillError
from onefill.reviews.case import DRAFT
from onefill.reviews.moves import phase_of
from onefill.service.book import Book
from onefill.service.cases import case_of, standing_of, state_key
from onefill.service.destruction import REMAINS, Destruction
from onefill.service.glances import MOST
from onefill.service.guard import ACCOUNTS, allowed_to
from onefill.service.indexing import FILLING, link_token
from onefill.service.lookups import news_of
from onefill.service.open_record import OpenRecord
from onefill.service.portrait import called, saved_at
from onefill.service.room import Room
from onefill.service.shapes import Person
from store import DELETED, DESTROYED, Conflict, Found, NewEntry, Summary

#: Kind of the entry that cleans a record away, and what history calls it.
CLEAN, CLEANED = "clean", "cleaned"


class NotToBeCleaned(OneFillError):
    """Its time has not come, somebody needs it, or it was handed in."""

    message = "“{label}”不能清理：{why}。"


@dataclass(frozen=True, kw_only=True)
class Cleanable:
    """A record that may be cleaned away.

    Attributes:
        record: Its id; ``form`` its form; ``title`` what that is called; ``label`` what it is called; ``unit`` whose.
        where: Where it stands, in words.
        since: Day on which anything was last done with it.
    """

    record: str
    form: str
    title: str
    label: str
    unit: str
    where: str
    since: date


class Cleaning(Room):
    """The list of what may be cleaned away, and the way to have it gone."""

    def __init__(self, book: Book, destruction: Destruction, now: Callable[[], datetime]) -> None:
        self._book = book
        self._destruction = destruction
        self._now = now

    def waiting(self) -> tuple[Cleanable, ...]:
        """All that whoever is here may have cleaned away, the oldest first."""
        return self.of(self.who)

    def of(self, who: Person) -> tuple[Cleanable, ...]:
        """All that somebody may have cleaned away, the oldest first."""
        definitions = self._book.definitions
        found = [
            self._line(form, one)
            for key, form in definitions.forms.items()
            if form.retention is not None and key not in definitions.retired and who.may(ACCOUNTS)
            for one in self._found(form, form.retention, who)
            if who.may(ACCOUNTS, one.unit) and not self._used(one.record)
        ]
        return tuple(sorted(found, key=lambda one: (one.since, one.label)))

    def clean(self, record: str, who: Person) -> str:
        """Have a record gone for good, its files too; what it was called.

        Raises:
            NotToBeCleaned: Its form does not let it go yet, or somebody has just gone on with it.
            NotYourAction: Not this person's to do.
        """
        label = self._clean(record, who)
        self._destruction.sweep()
        return label

    def clean_some(self, records: Sequence[str], who: Person) -> tuple[list[str], list[str]]:
        """The same with several; what those were called that are gone, and why the others are not."""
        gone, refused = [], []
        for record in records:
            try:
                gone.append(self._clean(record, who))
            except OneFillError as error:
                refused.append(str(error))
        self._destruction.sweep()
        return gone, refused

    # -- inside ----------------------------------------------------------------------------------------------------

    def _clean(self, record: str, who: Person) -> str:
        with self._book.lock:
            opened = allowed_to(ACCOUNTS, self._book, record, who)
            label = called(opened)
            if why := self._why_not(opened):
                raise NotToBeCleaned(label=label, why=why)
            before = opened.entry.summary
            last = NewEntry(
                record=record,
                form=opened.form,
                kind=CLEAN,
                who=who.name,
                request_id=f"{CLEAN}-{record}-{opened.entry.n}",
                data=None,
                pins={name: opened.entry.pins[name] for name in REMAINS.pins if name in opened.entry.pins},
                summary=Summary(state=DELETED, unit=before.unit, owner=before.owner),
                draft=opened.draft.number,
                why={"act": CLEANED, "version": 0, "moved": False},
                destroys=REMAINS,
            )
            try:
                entry = self._book.store.append(last, opened.entry.n, self._book.scope)
            except Conflict as faster:
                raise NotToBeCleaned(label=label, why="刚刚有人动过它") from faster
            finally:
                self._book.forget(record)
            self._book.tell(news_of(opened.form, record, opened.summary, entry.summary))
        self._destruction.note(record, who, "期满清理")
        return label

    def _found(self, form: Form, rule: Retention, who: Person) -> Iterator[Found]:
        """What stands where the rule lets go, and has been left alone long enough."""
        find, today = self._book.store.find, self._now().date()
        for state in _states(form, rule):
            for one in find(form=form.form, state=state, scope=who.scope, limit=MOST):
                gone = DESTROYED in one.about or bool(one.about.get("passed"))
                if not gone and years(one.changed_at.astimezone(self._now().tzinfo).date(), rule.years) < today:
                    yield one

    def _why_not(self, opened: OpenRecord) -> str:
        form, summary = opened.sheet.plan.form, opened.entry.summary
        rule = form.retention
        if rule is None or opened.retired:
            return "这种表单没有说什么时候可以清理"
        _, _, about = standing_of(form, case_of(opened.sheet.data))
        if summary.state not in _states(form, rule) or about.get("passed"):
            return "它交了，还在办，或者通过了"
        last = max(saved_at(opened), opened.entry.when).astimezone(self._now().tzinfo).date()
        if (until := years(last, rule.years)) >= self._now().date():
            return f"{last}还动过，要到{until}以后"
        return "别的办件引用着它" if self._used(opened.id) else ""

    def _used(self, record: str) -> bool:
        found = self._book.store.find(tokens=[link_token(record)], scope=self._book.scope, limit=2)
        return any(one.record != record for one in found)

    def _line(self, form: Form, one: Found) -> Cleanable:
        where = str(one.about.get("stage_title") or ("在回收站" if one.state == DELETED else "没有交"))
        return Cleanable(
            record=one.record,
            form=one.form,
            title=form.title,
            label=one.label or f"新的{form.title}",
            unit=one.unit,
            where=where,
            since=one.changed_at.astimezone(self._now().tzinfo).date(),
        )


def _states(form: Form, rule: Retention) -> list[str]:
    """What the store calls the states from which a record may be cleaned away."""
    stages = [one for one in form.stages if one.key in rule.stages]
    drafts = [FILLING, DELETED] if DRAFT in rule.stages else []
    return [*drafts, *(state_key(phase_of(form, one.phase), one.key) for one in stages)]
