"""Questions about registers inside expressions: asked once for the same thing, kept beside the record's facts."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from onefill.definitions.asking import Askable
from onefill.definitions.expressions import CompiledExpression, Empty, ExpressionFailed, compile_expression
from onefill.definitions.model import FieldDefinition
from onefill.definitions.registers import Question, Register, RegisterColumn
from onefill.definitions.types import type_of
from onefill.definitions.values import text_of
from onefill.facts.views import RecordView
from onefill.fields import Audience, FieldType

if TYPE_CHECKING:
    from onefill.facts.sheet import Sheet


@dataclass(frozen=True, kw_only=True)
class QuestionPlan:
    """A question with its register, its expression compiled."""

    register: Register
    question: Question
    by: tuple[str, ...]
    where: CompiledExpression | None
    private: Mapping[str, FieldType]

    @property
    def one_line(self) -> bool:
        """Whether it is about a single line, which is found by its id."""
        return set(self.by) >= set(self.register.line)

    def key(self, column: str, value: object) -> str:
        """A value as lines say it in a column: masked where that is private, so that it is asked in clear nowhere."""
        text = key_of(value)
        return self.private[column].mask(text, Audience.OFFICE) if column in self.private else text


@dataclass(frozen=True)
class Asked:
    """What was asked: a question, by these texts, on a day."""

    plan: QuestionPlan
    given: tuple[str, ...]
    on: date


def question_plans(registers: Sequence[Register]) -> dict[str, QuestionPlan]:
    """The questions of a pack by their names."""
    return {
        one.key: QuestionPlan(
            register=register,
            question=one,
            by=one.by or register.line,
            where=compile_expression(one.where) if one.where else None,
            private={column.key: column_type(column) for column in register.columns if column.private},
        )
        for register in registers
        for one in register.questions
    }


AskRegisters = Callable[[Asked], object]


class Outside(ABC):
    """What lies outside a record: where its links lead, and whom its questions ask."""

    @abstractmethod
    def __call__(self, form: str, record: str) -> "Sheet | None":
        """The facts of a linked record, or ``None`` if it is gone."""

    @abstractmethod
    def ask(self, asked: Asked) -> object:
        """What a register answers; ``None`` where nobody can give it."""


class RegisterAnswers:
    """What registers have answered about one record; what was asked before is not asked again.

    Attributes:
        source: Who is asked; nobody where the record is one that was pinned, whose answers are pinned with it.
    """

    def __init__(self, plans: Mapping[str, QuestionPlan], source: AskRegisters | None) -> None:
        self.source = source
        self._views = {name: QuestionView(self, plan) for name, plan in plans.items()}
        self._known: dict[tuple[str, str], object] = {}
        self._noted: dict[tuple[str, str], object] | None = None

    def view(self, name: str) -> Askable:
        """A question as expressions call it; raises ``KeyError``."""
        return self._views[name]

    def of(self, asked: Asked) -> object:
        """The answer; empty where nobody can give it."""
        place = (asked.plan.question.key, "/".join((*asked.given, asked.on.isoformat())))
        if place not in self._known:
            self._known[place] = self.source(asked) if self.source else None
        answer = self._known[place]
        if self._noted is not None:
            self._noted[place] = answer
        return Empty(name=place[0]) if answer is None else answer

    def forget(self, names: Collection[str]) -> list[str]:
        """Ask these questions anew when they come up; which of them had been asked."""
        gone = [place for place in self._known if place[0] in names]
        for place in gone:
            del self._known[place]
        return sorted({name for name, _ in gone})

    @contextmanager
    def noting(self) -> Iterator[dict[tuple[str, str], object]]:
        """What is asked meanwhile, with the answers."""
        noted: dict[tuple[str, str], object] = {}
        self._noted = noted
        try:
            yield noted
        finally:
            self._noted = None

    def take(self, answers: Mapping[tuple[str, str], object]) -> None:
        """Take over answers that were given to somebody else."""
        self._known.update(answers)

    @property
    def known(self) -> Mapping[tuple[str, str], object]:
        """All that was answered."""
        return self._known


class QuestionView(Askable):
    """A question as expressions about one record call it."""

    def __init__(self, answers: RegisterAnswers, plan: QuestionPlan) -> None:
        self._answers = answers
        self._plan = plan

    def ask(self, given: Sequence[object], named: Mapping[str, object]) -> object:
        """The answer, empty where nobody can give it; of a list, those of whom it is true."""
        plan, name = self._plan, self._plan.question.key
        on = named.get("on")
        if len(given) != len(plan.by) or set(named) != {"on"}:
            raise ExpressionFailed(f"{name} 要写成 {name}({', '.join(plan.by)}, on=日期)")
        if not isinstance(on, date):
            raise ExpressionFailed(f"{name} 的 on 要是一个日期")
        if len(given) == 1 and isinstance(given[0], list):
            answers = [(one, self._of((one,), on)) for one in given[0]]
            empty = next((answer for _, answer in answers if isinstance(answer, Empty)), None)
            return [one for one, answer in answers if answer] if empty is None else empty
        return self._of(given, on)

    def _of(self, given: Sequence[object], on: date) -> object:
        keys = tuple(self._plan.key(column, one) for column, one in zip(self._plan.by, given, strict=True))
        return self._answers.of(Asked(self._plan, keys, on))


def key_of(value: object) -> str:
    """A value as lines of registers are recognized by: the id of a record, the text of anything else."""
    return value.sheet.record if isinstance(value, RecordView) else text_of(value)


def column_type(column: RegisterColumn, today: Callable[[], date] | None = None) -> FieldType:
    """The field type of a register's column; a link is kept as text."""
    given = "text" if column.type == "link" else column.type
    return type_of(FieldDefinition(key=column.key, label=column.label, type=given), today)


def line_id(keys: Iterable[str]) -> str:
    """The id of a line by what it is recognized by; no two different ones have the same."""
    return "/".join(key.replace("%", "%25").replace("/", "%2F") for key in keys)
