"""What an act does to registers: the effects that its entry carries, by the facts as the act leaves them."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from onefill.definitions.expressions import CompiledExpression, Empty, ExpressionError, compile_expression
from onefill.definitions.procedure import Action
from onefill.definitions.registers import Effect as Rule
from onefill.definitions.registers import Register
from onefill.errors import OneFillError
from onefill.facts.questions import key_of
from onefill.facts.register_lines import RegisterPlan, matches
from onefill.facts.views import names_over
from onefill.service.timekeeping import as_left
from store import EVERYTHING, Effect, Entry, Store
from store import Action as Doing
from store.registers import LineState, RegisterLine

#: In which states a line may be for what is done to it.
_FITS: Mapping[Doing, frozenset[LineState]] = {
    Doing.SUSPEND: frozenset({LineState.OPEN}),
    Doing.RESUME: frozenset({LineState.SUSPENDED}),
    Doing.END: frozenset({LineState.OPEN, LineState.SUSPENDED}),
}
#: What takes back what was done.
_REVERSE = {Doing.OPEN: Doing.END, Doing.SUSPEND: Doing.RESUME, Doing.RESUME: Doing.SUSPEND, Doing.END: Doing.RESUME}
_DOES = {Doing.OPEN: "登记", Doing.SUSPEND: "暂停", Doing.RESUME: "恢复", Doing.END: "终止"}


#: So many columns name a line in words, and all those by which the register knows it.
_NAMED_BY = 2


@dataclass(frozen=True)
class Entering:
    """What an act will do to lines of a register.

    Attributes:
        register: Title of the register.
        does: What it does, a verb.
        lines: The lines, each in a few words.
        state: What the register calls the state of these lines then, where it had them before.
    """

    register: str
    does: str
    lines: tuple[str, ...]
    state: str = ""


class EffectUnclear(OneFillError):
    """What an act does to a register cannot be worked out from the facts."""

    message = "不能“{action}”：要记进台账“{register}”，{why}。"


class Effecting:
    """Works out effects.

    Args:
        store: Where lines of registers are.
        registers: Those of the pack.
        today: The clock of column types.
    """

    def __init__(self, store: Store, registers: Iterable[Register], today: Callable[[], date]) -> None:
        self._store = store
        self._plans = {one.key: RegisterPlan(one, today) for one in registers}

    def of(self, record: str, action: Action, facts: Mapping[str, object], day: date) -> tuple[Effect, ...]:
        """The effects of an action on a record.

        Args:
            record: Its id.
            action: What is done.
            facts: As the act leaves them, ``case`` among them.
            day: Of the act.

        Raises:
            EffectUnclear: A fact that names the line is not there, or no line is in a state for it.
        """
        return tuple(effect for rule in action.effects for effect in self._of_rule(record, action, rule, facts, day))

    def told(self, effects: Iterable[Effect], day: date) -> tuple[Entering, ...]:
        """Effects in words, those of one kind on one register together."""
        found: dict[tuple[str, Doing], list[str]] = {}
        for one in effects:
            if one.register in self._plans:
                found.setdefault((one.register, one.action), []).append(self._line_told(one, day))
        return tuple(
            Entering(kept.title, _DOES[doing], tuple(lines), _state_after(kept, doing))
            for (register, doing), lines in found.items()
            for kept in (self._plans[register].register,)
        )

    def _line_told(self, effect: Effect, day: date) -> str:
        """A line by what names it: what is opened says so itself, another one stands in the register."""
        plan, facts = self._plans[effect.register], effect.facts
        if effect.action is not Doing.OPEN:
            standing = self._store.register(effect.register, as_left(self._store, day), EVERYTHING, line=effect.line)
            facts = standing[0].facts if standing else {}
        names, columns = plan.register.line, plan.register.columns
        named = sorted(columns, key=lambda one: one.key not in names)
        shown = (plan.shown(one.key, facts) for one in named)
        return "　".join([text for text in shown if text][: max(_NAMED_BY, len(names))])

    def _of_rule(
        self, record: str, action: Action, rule: Rule, facts: Mapping[str, object], day: date
    ) -> Iterable[Effect]:
        if rule.undo:
            return self._undone(record, action, rule, facts, day)
        plan = self._plans.get(rule.register_ or "")
        if plan is None:  # the form is an older one
            raise EffectUnclear(action=action.title, register=rule.register_, why="业务包里却没有这本台账")
        return _Working(self._store, record, plan, action, rule, day).effects(facts)

    def _undone(
        self, record: str, action: Action, rule: Rule, facts: Mapping[str, object], day: date
    ) -> Iterator[Effect]:
        """What takes back the effects of the newest entry of an action of this record."""
        working = _Working(self._store, record, None, action, rule, day)
        if not working.meant(facts):
            return
        entries = [
            one
            for one in self._store.entries(record, EVERYTHING)
            if one.effects and one.why.get("action") in (rule.undo, action.key)
        ]
        if not entries or entries[-1].why["action"] != rule.undo:  # nothing was done, or it is taken back already
            return
        start = working.day(rule.from_, facts) or day
        yield from (
            _reversed(one, start) for one in reversed(entries[-1].effects) if self._its_own(entries[-1], one, day)
        )

    def _its_own(self, entry: Entry, effect: Effect, day: date) -> bool:
        """Whether it is still this entry's to take back: others may have opened the line or put it in force since."""
        last = as_left(self._store, max(effect.start, day))
        lines = self._store.register(effect.register, last, EVERYTHING, line=effect.line)
        if effect.action is Doing.OPEN:
            return all((one.record, one.n) == (entry.record, entry.n) for one in lines)
        return effect.action is Doing.RESUME or any(entry.record in one.stopped_by for one in lines)


def entered(store: Store, registers: Iterable[Register], record: str, day: date) -> list[dict[str, str]]:
    """The lines that a record has opened and that have not ended: of which register, and what names them.

    Args:
        store: Where they are.
        registers: Those of the pack.
        record: Its id.
        day: Today.
    """
    known, on = {one.key: one for one in registers}, as_left(store, day)
    effects = (one for entry in store.entries(record, EVERYTHING) for one in entry.effects)
    opened = dict.fromkeys((one.register, one.line) for one in effects if one.action is Doing.OPEN)
    return [
        {"register": key, "line": " ".join(str(line.facts.get(column, "")) for column in known[key].line)}
        for key, name in opened
        if key in known
        for line in store.register(key, on, EVERYTHING, line=name)
        if line.state is not LineState.ENDED and line.record == record
    ]


def _reversed(effect: Effect, start: date) -> Effect:
    return Effect(
        register=effect.register,
        line=effect.line,
        action=_REVERSE[effect.action],
        start=max(start, effect.start),
    )


class _Working:
    """One rule at work."""

    def __init__(
        self, store: Store, record: str, plan: RegisterPlan | None, action: Action, rule: Rule, day: date
    ) -> None:
        self._store = store
        self._record = record
        self._plan = plan
        self._action = action
        self._rule = rule
        self._day = day

    def effects(self, facts: Mapping[str, object]) -> Iterator[Effect]:
        """All effects of the rule."""
        for names in self._items(facts):
            if self.meant(names):
                yield from self._item(names)

    def meant(self, names: Mapping[str, object]) -> bool:
        """Whether the rule's condition holds."""
        return self._rule.when is None or bool(self._value(compile_expression(self._rule.when), names))

    def day(self, expression: str | None, names: Mapping[str, object]) -> date | None:
        """A day that an expression gives; none where it is not there."""
        value = self._value(compile_expression(expression), names) if expression else None
        if value is not None and not isinstance(value, date):
            raise self._unclear(f"“{expression}”算出来不是日期")
        return value

    # -- inside ----------------------------------------------------------------------------------------------------

    def _items(self, facts: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
        each = self._rule.each
        if each is None:
            yield facts
            return
        items = self._value(compile_expression(each.in_), facts)
        for item in items if isinstance(items, list | tuple) else ():
            yield names_over(facts, {each.as_: item})

    def _item(self, names: Mapping[str, object]) -> Iterator[Effect]:
        assert self._plan is not None
        register = self._plan.register
        values = {key: self._value(compile_expression(source), names) for key, source in self._rule.line.items()}
        for column, value in values.items():
            if value is None:
                raise self._unclear(f"还没有“{self._plan.columns[column].label}”")
        declared = self.day(self._rule.from_, names)
        on = declared or self._day
        more = {key: self._value(compile_expression(source), names) for key, source in self._rule.set_.items()}
        facts = self._kept(more)
        doing = Doing(self._rule.do or "")
        if doing is Doing.OPEN:
            named, facts = self._plan.line(values), {**self._kept(values), **facts}
            lines = self._register(on, named) if self._left > self._day else []
            touched = {named: declared or self._follows(lines)}
        else:
            touched = {one.line: declared or self._follows([one]) for one in self._lines(values, doing, on)}
        for line, start in touched.items():
            end = self._end(names, start)
            yield Effect(register=register.key, line=line, action=doing, start=start, end=end, facts=facts)

    def _follows(self, lines: Collection[RegisterLine]) -> date:
        """The day of the act; by a clock that was put back, the one after what was done to the line last."""
        since = max((one.since for one in lines), default=self._day)
        return self._day if since <= self._day else since + timedelta(days=1)

    def _register(self, on: date, line: str | None = None) -> list[RegisterLine]:
        """The register as the last act left it, or as it will be on a later day."""
        assert self._plan is not None
        return self._store.register(self._plan.register.key, max(on, self._left), EVERYTHING, line=line)

    @cached_property
    def _left(self) -> date:
        return as_left(self._store, self._day)

    def _end(self, names: Mapping[str, object], start: date) -> date | None:
        end = self.day(self._rule.until, names)
        if end is not None and end < start:
            raise self._unclear(f"截止日 {end} 早于起始日 {start}")
        return end

    def _lines(self, values: Mapping[str, object], doing: Doing, on: date) -> list[RegisterLine]:
        """The lines that something is done to: the one that is named, or all that say so."""
        assert self._plan is not None
        register = self._plan.register
        if set(values) != set(register.line):
            wanted = {column: key_of(value) for column, value in values.items()}
            return [one for one in self._register(on) if self._fits(one, doing) and matches(one.facts, wanted)]
        found = self._register(on, self._plan.line(values))
        self._refuse_unfit(found, doing)
        return found

    def _fits(self, line: RegisterLine, doing: Doing) -> bool:
        """Whether something may be done to a line; what others have suspended may be suspended once more."""
        again = doing is Doing.SUSPEND and line.state is LineState.SUSPENDED
        return line.state in _FITS[doing] or (again and self._record not in line.stopped_by)

    def _refuse_unfit(self, found: Collection[RegisterLine], doing: Doing) -> None:
        for line in found:
            if line.state in _FITS[doing]:
                return
            words = getattr(self._plan.register.states, str(line.state)) if self._plan else ""
            raise self._unclear(f"这一行现在是“{words}”，不能{_DOES[doing]}")
        raise self._unclear(f"里面还没有这一行，不能{_DOES[doing]}")

    def _kept(self, values: Mapping[str, object]) -> dict[str, Any]:
        assert self._plan is not None
        kept = {column: self._plan.kept(column, value) for column, value in values.items()}
        return {column: value for column, value in kept.items() if value is not None}

    def _value(self, expression: CompiledExpression, names: Mapping[str, object]) -> object:
        """What an expression gives, ``None`` where it is empty."""
        try:
            value = expression.evaluate(names)
        except ExpressionError as error:
            raise self._unclear(str(error).rstrip("。")) from error
        return None if isinstance(value, Empty) or value == "" else value

    def _unclear(self, why: str) -> EffectUnclear:
        register = self._plan.register.title if self._plan else ""
        return EffectUnclear(action=self._action.title, register=register, why=why)


def _state_after(register: Register, doing: Doing) -> str:
    """What the register calls the state to which something brings a line that was there."""
    words = register.states
    known = {Doing.SUSPEND: words.suspended, Doing.RESUME: words.open, Doing.END: words.ended}
    return known.get(doing, "")
