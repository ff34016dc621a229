"""A record at a glance: the line of its life, its next step, and the views that its pack declares."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from onefill.definitions.expressions import ExpressionError, compile_text
from onefill.definitions.model import Form, Moment, View
from onefill.definitions.values import text_of
from onefill.facts.sheet import Sheet
from onefill.facts.views import RowView
from onefill.reviews.moves import owners_of, phase_of
from onefill.service.asking import Names, items_of, names_on, value_of
from onefill.service.book import Book
from onefill.service.cases import roles_of, state_key, working_days
from onefill.service.charts import Point, chart, colours_of, placed
from onefill.service.errors import ViewUnknown
from onefill.service.glances import Glances
from onefill.service.guard import FILL
from onefill.service.life import asked_words, comes_next, line_of_life, waits, when_words
from onefill.service.naming import file_name
from onefill.service.open_record import OpenRecord
from onefill.service.portrait import portrait
from onefill.service.room import Room
from onefill.service.shapes import Produced, RecordState
from onefill.service.taken_out import taken_out
from onefill.service.view_shapes import (
    Ahead,
    Calendar,
    Chart,
    Content,
    Day,
    DayItem,
    FigureState,
    LifePoint,
    Listing,
    Overview,
    Standing,
    Statistics,
    ViewState,
)
from onefill.tables import plain
from store import Found


class Views(Room):
    """What a person sees of a record at a glance."""

    def __init__(self, book: Book, glances: Glances, now: Callable[[], datetime]) -> None:
        self._book = book
        self._glances = glances
        self._now = now

    def of(self, record: str) -> Overview:
        """The record's overview."""
        with self._book.lock:
            opened = self._book.open(record)
            state = portrait(self._book, opened)
            pack = self._book.definitions.pack_of(opened.form)
            phase, life = state.phases[state.phase], self._life(opened, state)
            names = names_on(opened.sheet, self._now().date())
            return Overview(
                record=record,
                title=state.title,
                label=state.label,
                life=life,
                standing=self._standing(opened, state, life),
                next_step=state.next_step,
                next_section=state.submitted.asked_in if state.submitted else "",
                next_page="fill" if phase.errors or phase.percent < 100 or _came_back(state) else "documents",
                views=tuple(
                    _view(opened.sheet, view, names)
                    for view in pack.views
                    if view.form == opened.form and _wanted(names, view)
                ),
            )

    def ahead(self, form: str, days: int) -> Sequence[Ahead]:
        """What today and so many days after bring in the records of a form, the next first."""
        today, found = self._now().date(), list[Ahead]()
        until = today + timedelta(days=days)
        described = self._book.definitions.form(form)
        for line, glance in self._glances.over(self.who, form) if described.life else ():
            refused = _refused(described, line.state)
            for moment, (first, last) in zip(described.life, glance.life, strict=True):
                if refused and not moment.phase:  # what was planned does not come about
                    continue
                if first is not None and first <= until and (last or first) >= today:
                    found.append(_ahead(line, described, moment, first, last, today))
        return sorted(found, key=lambda one: (one.first, one.label))

    def copies_out(self, record: str, key: str) -> bool:
        """Whether a view is there to be copied out of by whoever fills, so that it masks nothing."""
        return any(one.key == key and one.kind == "copy_out" for one in self.of(record).views)

    def workbook(self, record: str, key: str) -> Produced:
        """A view that is a table, as an Excel file.

        Raises:
            ViewUnknown: There is no such view of this record, or it is no table.
        """
        overview = self.of(record)
        view = next((one for one in overview.views if one.key == key), None)
        if view is None or not isinstance(view.content, Listing):
            raise ViewUnknown(view=key)
        data = plain(view.title, view.content.columns, view.content.rows, mark=taken_out(self.who, self._now()))
        return Produced(name=f"{file_name(f'{overview.label} {view.title}')}.xlsx", data=data)

    def _life(self, opened: OpenRecord, state: RecordState) -> tuple[LifePoint, ...]:
        first = self._book.store.entry(opened.id, 1, self._book.scope).when.date()
        return line_of_life(opened.sheet, state, first, self._now().date())

    def _standing(self, opened: OpenRecord, state: RecordState, life: tuple[LifePoint, ...]) -> Standing | None:
        definitions, told, who = self._book.definitions, state.submitted, self.who
        if not opened.sheet.plan.form.stages:
            return None
        acts_as = roles_of(definitions, opened.form, who)
        roles = {role.key: role.title for role in definitions.pack_of(opened.form).roles}
        fills = who.may(FILL, opened.entry.summary.unit, opened.form)
        due = told.due if told and told.holder != "done" else None
        days = working_days(definitions, opened.form)
        form = opened.sheet.plan.form
        owners = owners_of(form, form.phases[state.phase].key)
        has, here = (
            waits(replace(told, then="") if told else None, who.name, acts_as, roles, fills=fills, owners=owners),
            next((one for one in life if one.percent is not None), None),
        )
        done = told is not None and told.holder == "done"
        if told and told.asked and not told.awaits:
            has = asked_words(told, roles, fills=fills and not told.asked_of.isdisjoint(acts_as))
        elif told and done and told.passed and not told.awaits:
            has = comes_next(opened.sheet, state, life, roles, fills=fills) or has
        then = next((f"{one.title} {one.when}".strip() for one in life if one.state == "to_come"), "")
        return Standing(
            has=has,
            acts=not fills and told is not None and not told.waits_for.isdisjoint(acts_as),
            due=due,
            left=days.between(self._now().date(), due) if due else None,
            then=then,
            over=done and not then and not (told and told.passed and here),
        )


def _came_back(state: RecordState) -> bool:
    return state.submitted is not None and state.submitted.holder == "owner"


def _refused(form: Form, state: str) -> bool:
    """Whether a record stands where it was refused."""
    ends = (one for one in form.stages if one.holder == "done" and not one.passed)
    return any(state_key(phase_of(form, one.phase), one.key) == state for one in ends)


def _ahead(line: Found, form: Form, moment: Moment, first: date, last: date | None, today: date) -> Ahead:
    phases = {phase.key: phase.title for phase in form.phases}
    return Ahead(
        record=line.record,
        label=line.label,
        what=moment.title or phases[moment.phase or ""],
        first=first,
        last=last or first,
        when=when_words(first, last, today),
    )


# -- views ---------------------------------------------------------------------------------------------------------


def _wanted(names: Names, view: View) -> bool:
    try:
        return view.when is None or bool(value_of(view.when, names))
    except ExpressionError:  # shown with its trouble
        return True


def _view(sheet: Sheet, view: View, names: Names) -> ViewState:
    try:
        value_of(view.when or "true", names)
        content = MADE[view.kind](sheet, view, names)
        sentence = compile_text(view.sentence).render(names) if view.sentence and content else ""
    except ExpressionError as error:
        return ViewState(key=view.key, title=view.title, kind=view.kind, trouble=str(error))
    empty = "" if content else view.empty or "还没有可看的"
    return ViewState(
        key=view.key, title=view.title, kind=view.kind, sentence=sentence.strip(), content=content, empty=empty
    )


def _chart(sheet: Sheet, view: View, base: Names) -> Chart | None:
    points: list[Point] = []
    left_out = 0
    for names in items_of(sheet, view.each, base):
        found = _points(view, names)
        points += found
        left_out += not found
    return chart(view, points, left_out)


def _points(view: View, names: Names) -> list[Point]:
    if not view.series:
        by = value_of(view.by, names) if view.by else ""
        found = [_point_of(view, text_of(by), view.x, view.y, names)]
    else:
        found = [_point_of(view, one.title, one.x or view.x, one.y or view.y, names) for one in view.series]
    return [point for point in found if point is not None]


def _point_of(view: View, series: str, x: str | None, y: str | None, names: Names) -> Point | None:
    at = value_of(x or "", names)
    amount = value_of(y, names) if y else 1
    if at is None:
        return None
    return Point(series, placed(view, at), amount if isinstance(amount, int | Decimal) else 0)


def _calendar(sheet: Sheet, view: View, base: Names) -> Calendar | None:
    found: list[tuple[date, str, str]] = []
    items = items_of(sheet, view.each, base)
    for names in items:
        day = value_of(view.x or "", names)
        if isinstance(day, date):
            group = text_of(value_of(view.by, names)) if view.by else ""
            found.append((day, compile_text(view.text or "").render(names).strip(), group))
    if not found:
        return None
    colours = colours_of((group for _, _, group in found), view.order)
    days = tuple(
        Day(
            day=day,
            items=tuple(DayItem(text=t, group=g, colour=colours[g]) for when, t, g in found if when == day),
        )
        for day in sorted({day for day, _, _ in found})
    )
    groups = tuple((name, colour) for name, colour in colours.items() if name)
    return Calendar(days=days, groups=groups, left_out=len(items) - len(found))


def _listing(sheet: Sheet, view: View, base: Names) -> Listing | None:
    items = items_of(sheet, view.each, base)
    rows = tuple(tuple(text_of(value_of(column.value, names)) for column in view.columns) for names in items)
    ids = tuple(_id_of(names["row"], place) for place, names in enumerate(items))
    return Listing(columns=tuple(column.title for column in view.columns), rows=rows, ids=ids) if rows else None


def _id_of(item: object, place: int) -> str:
    return item.row if isinstance(item, RowView) else f"@{place}"


def _copy_out(sheet: Sheet, view: View, base: Names) -> Listing | None:
    """What is typed again elsewhere: one row of each item, or of the record itself."""
    if view.each is not None:
        return _listing(sheet, view, base)
    row = tuple(text_of(value_of(column.value, base)) for column in view.columns)
    columns = tuple(column.title for column in view.columns)
    return Listing(columns=columns, rows=(row,), ids=(sheet.record,)) if any(row) else None


def _statistics(_sheet: Sheet, view: View, base: Names) -> Statistics | None:
    figures = tuple(
        FigureState(title=one.title, shown=text_of(value_of(one.value, base)), unit=one.unit) for one in view.figures
    )
    return Statistics(figures=figures) if any(one.shown for one in figures) else None


#: How each kind is made.
MADE: dict[str, Callable[[Sheet, View, Names], Content | None]] = {
    "chart": _chart,
    "calendar": _calendar,
    "list": _listing,
    "statistics": _statistics,
    "copy_out": _copy_out,
}
