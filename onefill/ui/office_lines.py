"""Lines of a list for whoever does not fill them: what is waited for, and from whom."""

from collections.abc import Collection, Mapping
from datetime import date

from onefill.service.shapes import RecordSummary, Submitted


def waits(told: Submitted | None, who: str, acts_as: Collection[str], roles: Mapping[str, str]) -> str:
    """What a record waits for, in words.

    Args:
        told: Where it stands since it was handed in, if it was.
        who: Name of whoever reads this.
        acts_as: Keys of the roles that they act in.
        roles: Titles of all roles by key.
    """
    if told is None:
        return "等填报的一方提交"
    if told.holder == "owner":
        times = f"退回过 {told.returned} 次，" if told.returned > 1 else ""
        count = f"，{told.remarks} 条意见没有答复" if told.remarks else ""
        return f"{times}等填报的一方改好再交{count}"
    if told.holder == "done":
        return "办结" if told.passed else "办结，没有通过"
    taken = f"，{told.assigned}承办" if told.assigned and told.assigned != who else ""
    if not told.waits_for.isdisjoint(acts_as):
        return f"等您办{taken}"
    names = "、".join(title for key, title in roles.items() if key in told.waits_for)
    return f"等{names or '审核的人'}办{taken}"


def term(line: RecordSummary) -> date | None:
    """Until when whoever has it should be done; none where nobody has to."""
    return line.submitted.due if line.submitted and line.submitted.holder != "done" else None
