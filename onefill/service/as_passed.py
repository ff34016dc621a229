"""What counts of a record for others while what it says has passed once: that, until a change of it has passed, too."""

from collections.abc import Mapping
from typing import Any

from onefill.definitions.model import Form
from onefill.facts import Sheet
from onefill.reviews import CASE, PhaseCase
from onefill.reviews.moves import stage_of
from onefill.service.cases import case_of
from store import Entry


def held_at(form: Form, data: Mapping[str, Any]) -> int:
    """Number of the entry as which a record counts for those that link to it; 0 if it counts as it is."""
    holding = [one.key for one in form.phases if one.holds_until_passed]
    if not holding or CASE not in data:
        return 0
    case = case_of(data)
    return min((n for key in holding if (n := reopened_by(form, key, case.phase(key)))), default=0)


def frozen_since(form: Form, data: Mapping[str, Any]) -> dict[str, int]:
    """Forms of which linked records count as they were when a phase of this record passed.

    Returns:
        Each with the number of the record's entry that pins them; 0 for its newest one.
    """
    freezing = [one for one in form.phases if one.freezes]
    if not freezing or CASE not in data:
        return {}
    case, found = case_of(data), dict[str, int]()
    for phase in freezing:
        left = reopened_by(form, phase.key, case.phase(phase.key))
        if left is not None:
            found |= {key: left for key in phase.freezes if key not in found}
    return found


def leads_back(sheet: Sheet) -> bool:
    """Whether entries are read for those that read a record: as which it counts, or as which it froze others."""
    form, data = sheet.plan.form, sheet.data
    return bool(held_at(form, data) or frozen_since(form, data))


def pins_frozen(form: Form, entry: Entry) -> dict[str, dict[str, int]]:
    """Of the forms that an entry froze: what it pins, which goes on as what it was frozen as."""
    frozen = frozen_since(form, entry.data or {})
    return dict.fromkeys(frozen, pinned_by(entry)) if frozen else {}


def pinned_by(entry: Entry) -> dict[str, int]:
    """The number of the entry that an entry pins of each record."""
    return {record: int(pin["n"]) for record, pin in entry.pins.get("links", {}).items()}


def reopened_by(form: Form, phase: str, state: PhaseCase) -> int | None:
    """Number of the act with which a phase left where it had passed; 0 if it stands there, nothing if it never did."""
    if stage_of(form, phase, state.stage).passed:
        return 0
    passed = (act for act in reversed(state.acts) if stage_of(form, phase, act.source).passed)
    return next((act.entry for act in passed), None)
