"""What lies beside the facts of a record between two acts, taken along by the next one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from onefill.reviews import Case, Remark, RemarkState
from onefill.service.cases import (
    ANSWERS,
    CLOSED,
    NOTES,
)
from onefill.service.open_record import OpenRecord

MOST_NAMED = 3


def place_label(opened: OpenRecord, at: str) -> str:
    """What a field, a row or a section is called."""
    plan = opened.sheet.plan
    parts = at.split("/")
    if not at:
        return "整份材料"
    if len(parts) == 1:
        if at in plan.fields:
            return plan.fields[at].definition.label
        return plan.sections[at].title if at in plan.sections else at
    row = opened.sheet.row_label(parts[0], parts[1]) if parts[0] in plan.repeats else parts[1]
    name = f"{parts[0]}[].{parts[2]}" if len(parts) > 2 else ""
    title = plan.sections[parts[0]].title if parts[0] in plan.sections else parts[0]
    label = plan.fields[name].definition.label if name in plan.fields else ""
    return "　".join(part for part in (title, row, label) if part)


def is_place(opened: OpenRecord, at: str) -> bool:
    """Whether there is such a field, row or section."""
    plan, (head, row, field) = opened.sheet.plan, (*at.split("/", 2), "", "")[:3]
    if not at or (not row and head in plan.fields):
        return True
    if head not in plan.sections or not row or head not in plan.repeats:
        return head in plan.sections
    return row in (opened.sheet.data.get(head) or {}) and (not field or f"{head}[].{field}" in plan.fields)


def notes_of(data: Mapping[str, Any]) -> list[Remark]:
    """Remarks that are not sent yet, in the order in which they were written."""
    return sorted((Remark.of(one) for one in (data.get(NOTES) or {}).values()), key=lambda one: (one.when, one.id))


def remarks_of(case: Case, data: Mapping[str, Any], *, office: bool) -> Sequence[Remark]:
    """Remarks as they stand now; only an officer sees those that are not sent yet."""
    answers, closed = data.get(ANSWERS) or {}, data.get(CLOSED) or {}
    sent = []
    for one in case.remarks:
        if one.id in closed and one.live:
            one = replace(one, state=RemarkState(closed[one.id]))
        elif one.id in answers and one.live:
            one = replace(one, answer=answers[one.id])
        sent.append(one)
    return [*sent, *notes_of(data)] if office else sent


def with_aside(case: Case, data: Mapping[str, Any], phase: str, *, answers: bool) -> Case:
    """The case with what was closed and answered since; a submission takes every open remark as answered."""
    told = []
    for one in remarks_of(case, data, office=False):
        if answers and one.phase == phase and one.state is RemarkState.OPEN:
            one = replace(one, state=RemarkState.ANSWERED, answer=one.answer or "已改")
        told.append(one)
    return replace(case, remarks=tuple(told))
