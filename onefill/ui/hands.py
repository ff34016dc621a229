"""Whose hands a case is in, and the way into others: on the line of a queue and on the page of the case."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from onefill.service.guard import ASSIGN
from onefill.service.shapes import Person
from onefill.ui.html import act, esc
from onefill.ui.shared import the_desk

#: Says that a case shall be in nobody's hands.
NOBODY = "-"


@dataclass(frozen=True)
class Hands:
    """Into whose hands whoever looks may put a case.

    Attributes:
        me: Who looks.
        takes: Whether they may take it.
        gives: To whom they may give it; nobody unless they lead or have it.
    """

    me: str
    takes: bool = False
    gives: Sequence[str] = ()


def gives_of(who: Person) -> Callable[[Collection[str], str, str], Sequence[str]]:
    """To whom of the own office somebody may give a case: asked with the roles it waits for, its unit, its holder."""
    desk = the_desk()
    known: dict[tuple[frozenset[str], str], list[str]] = {}

    def gives(waits_for: Collection[str], unit: str, assigned: str) -> Sequence[str]:
        key = frozenset(waits_for), unit
        if not waits_for or desk.settings.people == "none" or not (who.may(ASSIGN, unit) or assigned == who.name):
            return ()
        if key not in known:
            known[key] = desk.people.who_may(*key, within=who.unit)
        return known[key]

    return gives


def in_hand(label: str, assigned: str, hands: Hands, *, take: str = "take", give: str = "give") -> str:
    """Whose hands a case is in, and the way into others.

    Args:
        label: What the case is called.
        assigned: Who has it; empty if nobody has.
        hands: What whoever looks may do.
        take: What the button says.
        give: What the choice says, the name that was chosen behind it.
    """
    if hands.gives:
        names = [one for one in hands.gives if one != assigned]
        first = f'<option value="" selected disabled>{esc(assigned + _mine(assigned, hands) or "分派给…")}</option>'
        back = f'<option value="{NOBODY}">（不指定）</option>' if assigned else ""
        options = "".join(f'<option value="{esc(one)}">{esc(one)}{_mine(one, hands)}</option>' for one in names)
        return (
            f'<select class="pickone" data-choose="{esc(give)}" aria-label="{esc(label)}由谁承办">'
            f"{first}{options}{back}</select>"
        )
    if assigned:
        return esc(assigned) + _mine(assigned, hands)
    return act(take, "认领", kind="btn s", name=f"认领：{label}") if hands.takes else "—"


def _mine(name: str, hands: Hands) -> str:
    return "（我）" if name and name == hands.me else ""
