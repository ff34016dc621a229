"""Lines that were opened and nothing more are read without being put in order: the outcome is the same."""

import random
from datetime import date, datetime, timedelta
from itertools import groupby

import pytest

from store.registers import Action, Effect, Effected, _in_order, _line_on, lines_on

FIRST, NOON = date(2026, 1, 1), datetime(2026, 1, 1, 12)


def effects(dice: random.Random) -> list[Effected]:
    """What some records did to some lines, by clocks that were put back now and then."""
    found = []
    for n in range(dice.randint(1, 40)):
        start = FIRST + timedelta(days=dice.randint(0, 20))
        effect = Effect(
            register="grants",
            line=f"l{dice.randint(0, 25)}",
            action=dice.choice([Action.OPEN, Action.OPEN, Action.OPEN, Action.SUSPEND, Action.RESUME, Action.END]),
            start=start,
            end=dice.choice([None, start + timedelta(days=dice.randint(0, 9))]),
            facts={"n": n},
        )
        when = NOON + timedelta(days=dice.randint(0, 20))
        found.append(Effected(effect=effect, record=f"r{dice.randint(0, 6)}", n=n, place=0, when=when, unit="A"))
    dice.shuffle(found)
    return found


@pytest.mark.parametrize("seed", range(200))
def test_lines_are_the_same_as_each_put_in_order(seed: int) -> None:
    dice = random.Random(seed)
    done, on = effects(dice), FIRST + timedelta(days=dice.randint(0, 30))
    due = [one for one in _in_order(done) if one.effect.start <= on]
    each = (_line_on(list(group), on) for _, group in groupby(due, key=lambda one: one.effect.line))
    assert lines_on(done, on) == [line for line in each if line]
