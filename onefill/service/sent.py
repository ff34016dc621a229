"""Papers that went out with acts: what number each bears, and what it says that its entry alone could not say again."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from onefill.definitions.model import Form
from onefill.definitions.procedure import Action
from onefill.materials import Checklist, ItemState, Standing
from onefill.reviews import Case, PhaseCase, Remark

#: Where the reason of an entry says what its paper told of the checklist.
PAPER = "paper"
#: What stands for the number of a paper that has not gone out.
NOT_SENT = "（发出时编号）"
#: How an item of the checklist stands, in a word.
STANDINGS = {
    Standing.MISSING: "缺",
    Standing.EXPIRED: "过期",
    Standing.STALE: "要重印",
    Standing.OLD: "旧",
    Standing.SHORT: "不够",
    Standing.MIXED: "有别的页",
    Standing.RETURNED: "退回",
    Standing.PRESENT: "齐",
    Standing.TO_LOOK: "待核",
    Standing.ACCEPTED: "收下",
    Standing.NOT_REQUIRED: "不用交",
}
_OF_RECORD = 10


def paper_number(mark: str, day: date, record: str, n: int) -> str:
    """The number of a paper that an entry sends: what it is, the day, the record, the entry.

    A record has one entry of that number, so no two papers share one; it is never given anew.

    Args:
        mark: What it begins with.
        day: On which it went out.
        record: Whose, by id.
        n: Number of the entry.
    """
    return f"{mark}{day:%Y%m%d}-{record[-_OF_RECORD:].upper()}-{n}"


def numbered(form: Form, case: Case, phase: str, action: Action, record: str, n: int) -> Case:
    """The case with the numbers of the last act of a phase: of its entry, of the paper that goes with it.

    What is handed in gets the number of its receipt so; the same receipt given once more, when it is taken up, is the
    same paper and bears that number, too.
    """
    state = case.phase(phase)
    *before, act = state.acts
    own = paper_number(_mark(form, action), act.when.date(), record, n)
    receipt = own if action.kind == "submit" else state.receipt
    is_receipt = action.prints == _given_at_submission(form, state)
    number = (receipt if is_receipt else own) if action.prints else ""
    acts = (*before, replace(act, entry=n, number=number))
    return case.with_phase(phase, replace(state, acts=acts, receipt=receipt))


def lists(told: Sequence[Remark], checklist: Checklist) -> dict[str, Any]:
    """What a paper says line by line: remarks, and items of the checklist with how many are wanting."""
    return {
        "remarks": [_remark(number, one) for number, one in enumerate(told, 1)],
        "items": [_item(number, one) for number, one in enumerate(checklist.items, 1)],
        "lacking": len(checklist.lacking),
    }


def kept(checklist: Checklist) -> dict[str, Any]:
    """What a paper tells of the checklist, as its entry keeps it: files elsewhere may be others one day."""
    told = lists((), checklist)
    return {"items": told["items"], "lacking": told["lacking"]}


def _mark(form: Form, action: Action) -> str:
    return next((one.mark for one in form.notices if one.key == action.prints), "")


def _given_at_submission(form: Form, state: PhaseCase) -> str | None:
    """Key of the notice that the last submission of a phase was given."""
    giving = {one.key: one.prints for one in form.actions if one.kind == "submit"}
    act = state.by(giving)
    return giving[act.action] if act else None


def _remark(number: int, one: Remark) -> Mapping[str, Any]:
    told = {"label": one.label, "what": one.what, "remedy": one.remedy, "clause": one.clause, "reason": one.reason}
    return {"no": number, **told}


def _item(number: int, one: ItemState) -> Mapping[str, Any]:
    return {
        "no": number,
        "title": one.title,
        "label": one.label,
        "standing": STANDINGS[one.standing],
        "why": one.why,
        "clause": one.material.clause,
        "pages": one.pages,
        "have": one.have,
        "need": one.need,
    }
