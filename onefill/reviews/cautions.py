"""What ought to hold of a submission beside the facts: the day on which it is handed in, how often it came back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from onefill.definitions.expressions import Empty, ExpressionError, compile_expression, compile_text
from onefill.definitions.model import Form
from onefill.definitions.procedure import Caution
from onefill.reviews.moves import phase_of


@dataclass(frozen=True, kw_only=True)
class Cautioned:
    """A caution held against a submission.

    Attributes:
        id: Of the caution within its form.
        caution: The caution.
        holds: Whether it does; nothing where a fact is missing.
        said: What does not hold, in words.
    """

    id: str
    caution: Caution
    holds: bool | None
    said: str = ""


def cautioned(form: Form, phase: str, facts: Mapping[str, object]) -> Iterator[Cautioned]:
    """The cautions of a phase, as they stand; the same one of several actions once.

    Args:
        form: The form.
        phase: Key of the phase.
        facts: What they read: the record's facts, and ``case``.
    """
    seen: list[Caution] = []
    for action in form.actions:
        if phase_of(form, action.phase) != phase:
            continue
        for number, one in enumerate(action.cautions, 1):
            if one not in seen:
                seen.append(one)
                yield _held(f"{action.key}.{number}", one, facts)


def _held(id: str, one: Caution, facts: Mapping[str, object]) -> Cautioned:
    try:
        value = compile_expression(one.expect).evaluate(facts)
        if isinstance(value, Empty):
            return Cautioned(id=id, caution=one, holds=None)
        said = "" if value else " ".join(compile_text(one.message).render(facts).split())
    except ExpressionError as error:
        return Cautioned(id=id, caution=one, holds=None, said=str(error).rstrip("。"))
    return Cautioned(id=id, caution=one, holds=bool(value), said=said)
