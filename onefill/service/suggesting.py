"""With what a remark may begin: how to mend what stands at a place, and the clause that asks for it."""

from collections.abc import Sequence
from typing import NamedTuple

from onefill.facts.plan import FieldPlan
from onefill.service.case_shapes import Blocker
from onefill.service.corrections import at_place
from onefill.service.open_record import OpenRecord

FILL_IN, MEND = "补填后再次提交", "改正后再次提交"


class Suggestion(NamedTuple):
    """How to mend what stands at a place, and by which clause it is asked; each empty if nothing is known."""

    remedy: str = ""
    clause: str = ""


def suggested(opened: OpenRecord, at: str, faults: Sequence[Blocker]) -> Suggestion:
    """With what a remark on a field, a section or an item may begin; to be asked under the book's lock.

    What is found wrong there tells it best; else it is what the form says of the place.

    Args:
        opened: The record.
        at: Path of the field or the section; of an item with ``item:`` before its id.
        faults: What checks and checklist find wrong.
    """
    found = next((one for one in faults if one.at == at), None)
    clause = (found.clause if found else "") or clause_at(opened, at)
    remedy = found.remedy if found else ""
    if not remedy and _field(opened, at) is not None:
        remedy = FILL_IN if at_place(opened.sheet, at) in (None, "", []) else MEND
    return Suggestion(remedy, clause)


def clause_at(opened: OpenRecord, at: str) -> str:
    """The clause by which the form asks for a field or a section; empty if it names none."""
    field = _field(opened, at)
    if field is not None:
        return _clause(opened, field)
    section = opened.sheet.plan.sections.get(at.partition("/")[0])
    return section.clause if section else ""


def _field(opened: OpenRecord, at: str) -> FieldPlan | None:
    """The field at a path."""
    first, _, rest = at.partition("/")
    name = f"{first}[].{rest.partition('/')[2]}" if rest else first
    return opened.sheet.plan.fields.get(name)


def _clause(opened: OpenRecord, field: FieldPlan) -> str:
    """The clause that asks for a field: its own, that of a check shown there, that of its section."""
    each = field.section.key if field.in_rows else None
    checks = (one for one in opened.sheet.plan.form.checks if one.at == field.definition.key and one.each == each)
    return field.definition.clause or next((one.clause for one in checks if one.clause), "") or field.section.clause
