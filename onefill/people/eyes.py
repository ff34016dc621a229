"""Four eyes: what one person has prepared, another one decides."""

from collections.abc import Iterable

from onefill.problems import FieldPlace, Problem


def same_eyes(name: str, before: Iterable[str], what: str) -> Problem | None:
    """Why somebody may not decide; nothing if the four eyes are two people's.

    A deputy acts under the own name, so whoever stands in for a colleague cannot approve what they prepared themselves.

    Args:
        name: Who wants to decide.
        before: Who has had a hand in it so far.
        what: What is to be decided, for the screen.
    """
    if name not in set(before):
        return None
    return Problem(
        place=FieldPlace(""),
        code="SAME_EYES",
        what=f"{what}要由两个人办，前一步是{name}自己办的",
        remedy="请另一位同事来办这一步",
    )
