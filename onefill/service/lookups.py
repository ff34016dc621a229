"""Declared questions about other records: asked of the store, handed to facts as plain answers."""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from onefill.definitions.expressions import CompiledExpression, Empty, ExpressionError
from onefill.facts.plan import LookupPlan
from onefill.facts.sheet import ALL, Cell, Sheet
from onefill.facts.views import RecordView, RowView
from onefill.service.cases import STAGES
from onefill.service.indexing import token
from store import Effect, Found, Scope, Store, Summary

#: So many questions alike are asked at once, and so many tokens at most.
MANY, AT_ONCE = 5, 1_000
#: No list in an office is longer; without a number a count would end at what a page shows.
MOST_COUNTED = 100_000

_Asked = TypeVar("_Asked")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: records of a form that hold all these tokens, in an overlapping period and a stage if so asked.

    Attributes:
        among: At least one of these as well, if there are any.
    """

    form: str
    tokens: tuple[str, ...]
    overlap: tuple[date, date] | None
    answer: str
    stages: tuple[str, ...] = ()
    among: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class News:
    """That a record is found otherwise than before, by these tokens, and has acted on these registers."""

    form: str
    record: str
    tokens: frozenset[str]
    registers: frozenset[str] = frozenset()

    def concerns(self, asked: Question) -> bool:
        """Whether a question about this form may be answered otherwise now."""
        return not self.tokens.isdisjoint((*asked.tokens, *asked.among))


def news_of(form: str, record: str, before: Summary | None, after: Summary, effects: Iterable[Effect] = ()) -> News:
    """What has changed for those who look for a record, or ask a register."""
    registers = frozenset(one.register for one in effects)
    now = {*after.tokens, *after.private}
    if before is None:
        return News(form, record, frozenset(now), registers)
    then = {*before.tokens, *before.private}
    same = _told(before) == _told(after)
    return News(form, record, frozenset(then ^ now if same else then | now), registers)


def _told(summary: Summary) -> tuple[object, ...]:
    """What answers say of a record or go by, besides its tokens."""
    return summary.start, summary.end, summary.label, summary.state, summary.unit, summary.about.get(STAGES)


def stands_in(found: Found, stages: tuple[str, ...]) -> bool:
    """Whether one of these stages is where its phase stands; a later phase may have begun meanwhile."""
    stood = found.about.get(STAGES, [found.state.rpartition(".")[2]])
    return any(stage in stages for stage in stood)


class Lookups:
    """Answers the questions of one record; what was asked before is not asked again.

    Args:
        store: Where other records are.
        scope: What may be seen of them.
        record: The record itself, which never counts.
        unit: Path of the unit in which it lies, empty on one's own PC; only what belongs there, too, is told by name.
    """

    def __init__(self, store: Store, scope: Scope, record: str, unit: str = "") -> None:
        self._store = store
        self._scope = scope
        self._record = record
        self._unit = unit
        self._known: dict[Question, object] = {}
        self._alone: dict[tuple[str, tuple[date, date]], bool] = {}
        self._mark: int | None = None

    def forget(self, news: Iterable[News]) -> bool:
        """Forget the answers that have changed with other records; whether there were any."""
        told: dict[str, list[News]] = {}
        for one in news:
            if one.record != self._record:
                told.setdefault(one.form, []).append(one)
        # Tokens of a record are many, questions few: each question is held against the news of its form.
        stale = [asked for asked in self._known if any(one.concerns(asked) for one in told.get(asked.form, ()))]
        for asked in stale:
            del self._known[asked]
        if stale:
            self._mark = None
        for key in [key for key in self._alone if key[0] in told]:
            del self._alone[key]
        return bool(stale)

    def forget_all(self) -> None:
        """Ask everything anew."""
        self._known.clear()
        self._alone.clear()
        self._mark = None

    def answer(self, sheet: Sheet) -> dict[Cell, object]:
        """Answers to the lookups whose facts have changed since they were last answered; to all the first time."""
        touched = sheet.trail.since(self._mark)
        self._mark = sheet.trail.end
        return self.answer_some(sheet, touched)

    def answer_some(self, sheet: Sheet, touched: Set[Cell] | None) -> dict[Cell, object]:
        """Answers to the lookups whose cells are named; to all if none are."""
        answers: dict[Cell, object] = {}
        asked = list(questions(sheet, touched))
        self._ask_together((name, one) for (name, _), one in asked if one is not None)
        for cell, question in asked:
            if question is not None and question not in self._known:
                self._known[question] = self._ask(question)
            answers[cell] = Empty(name=cell[0]) if question is None else self._known[question]
        units = [plan.name for plan in sheet.plan.lookups.values() if plan.definition.form is None]
        answers.update({(name, None): self._unit.split("/") for name in units if self._unit})
        return answers

    def _ask_together(self, asked: Iterable[tuple[str, Question]]) -> None:
        """Of many rows that ask the same, have the store answer all at once; each with the name of its lookup."""
        alike: dict[tuple[str, tuple[date, date] | None], dict[Question, None]] = {}
        for name, one in asked:
            if one not in self._known and not self._nobody_else(one):
                alike.setdefault((name, one.overlap), {})[one] = None
        for questions_ in alike.values():
            if len(questions_) >= MANY:
                for some in in_parts(list(questions_), len(next(iter(questions_)).tokens)):
                    self._ask_all(some)

    def _ask_all(self, alike: Sequence[Question]) -> None:
        """Learn who has the tokens that tell these questions apart, of those who have the tokens they share."""
        shared = frozenset(alike[0].tokens).intersection(*(one.tokens for one in alike[1:]))
        if shared.issuperset(alike[0].tokens):  # there is but one, or they differ in what they share besides
            shared = frozenset()
        apart = {one: [token for token in one.tokens if token not in shared] for one in alike}
        found = self._store.find_each(
            form=alike[0].form,
            tokens=sorted(shared),
            among=list(dict.fromkeys(token for tokens in apart.values() for token in tokens)),
            overlap=alike[0].overlap,
            scope=self._scope,
            limit=MOST_COUNTED,
        )
        for one, tokens in apart.items():
            first, *more = (found.get(token, []) for token in tokens)
            others = [other for other in first if all(other in rest for rest in more) and self._counts(one, other)]
            # What one of them shares besides is asked of each by itself; mostly there are none.
            if not (others and one.among):
                self._known[one] = self._answer(one, others)

    def _ask(self, question: Question) -> object:
        every = question.answer in ("count", "named") or question.stages
        others = [] if self._nobody_else(question) else self._others(question, MOST_COUNTED if every else 2)
        return self._answer(question, others)

    def _others(self, question: Question, limit: int) -> list[Found]:
        found = self._store.find(
            form=question.form,
            tokens=question.tokens,
            among=question.among,
            overlap=question.overlap,
            scope=self._scope,
            limit=limit,
        )
        return [one for one in found if self._counts(question, one)]

    def _counts(self, question: Question, found: Found) -> bool:
        return found.record != self._record and (not question.stages or stands_in(found, question.stages))

    def _nobody_else(self, question: Question) -> bool:
        """Whether no other record lies in that period at all: then five hundred rows need not ask one by one."""
        if question.overlap is None:
            return False
        key = (question.form, question.overlap)
        if key not in self._alone:
            found = self._store.find(form=question.form, overlap=question.overlap, limit=2, scope=self._scope)
            self._alone[key] = all(other.record == self._record for other in found)
        return self._alone[key]

    def _answer(self, question: Question, others: Sequence[Found]) -> object:
        match question.answer:
            case "count":
                return len(others)
            case "newest":
                return others[0].label if others else ""
            case "named":
                own = (one.label for one in others if one.unit == self._unit and one.label)
                return next(own, bool(others))
            case _:
                return bool(others)


def in_parts(asked: Sequence[_Asked], tokens: int = 1) -> Iterator[Sequence[_Asked]]:
    """So many of what is asked that all their tokens may be looked for at once; each has so many tokens."""
    size = AT_ONCE // tokens
    yield from (asked[place : place + size] for place in range(0, len(asked), size))


def questions(sheet: Sheet, touched: Set[Cell] | None = None) -> Iterator[tuple[Cell, Question | None]]:
    """The record's questions by the cell that takes the answer; ``None`` where a fact to ask by is empty.

    Args:
        sheet: The record.
        touched: Only those among these cells.
    """
    for name, plan in sheet.plan.lookups.items():
        if plan.definition.form is None:
            continue
        for row in _rows_asking(sheet, plan, touched):
            yield (name, row.row if row else None), _question(sheet, plan, row)


def _rows_asking(sheet: Sheet, plan: LookupPlan, touched: Set[Cell] | None) -> Sequence[RowView | None]:
    each, name = plan.definition.each, plan.name
    if each is None:
        return (None,) if touched is None or (name, None) in touched else ()
    if touched is None or (name, ALL) in touched:
        return sheet.rows(each)
    rows = (sheet.row(each, row) for asked, row in touched if asked == name and row)
    return [row for row in rows if row is not None]


def _question(sheet: Sheet, plan: LookupPlan, row: RowView | None) -> Question | None:
    scope = sheet.scope(row)

    def value(expression: CompiledExpression) -> object:
        try:
            found = expression.evaluate(scope)
        except ExpressionError:  # told among the findings
            return None
        return None if isinstance(found, Empty) else found

    tokens = []
    for name, expression in plan.match.items():
        found = value(expression)
        if found is None:
            return None
        tokens.append(token(name, found["id"] if isinstance(found, RecordView) else found))
    overlap = None
    if plan.overlaps is not None:
        start, end = (value(expression) for expression in plan.overlaps)
        if not isinstance(start, date) or not isinstance(end, date):
            return None
        overlap = (start, end)
    asked, among = plan.definition, tuple[str, ...]()
    if asked.shares and plan.shares:
        among = _shared(asked.shares[0], value(plan.shares))
        if not among:
            return None
    return Question(asked.form or "", tuple(tokens), overlap, asked.answer, asked.stages, among)


def _shared(name: str, found: object) -> tuple[str, ...]:
    values = found if isinstance(found, list | tuple) else ()
    return tuple(dict.fromkeys(token(name, one) for one in values if one is not None and not isinstance(one, Empty)))
