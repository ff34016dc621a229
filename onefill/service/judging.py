"""A record as an office judges it while it holds a phase: linked records say what they said when it was handed in."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from onefill.definitions import Definitions
from onefill.facts import Sheet
from onefill.facts.findings import findings_of
from onefill.facts.sheet import LinkResolver
from onefill.reviews.moves import stage_of
from onefill.service.as_passed import pins_frozen
from onefill.service.book import Book
from onefill.service.case_shapes import LinkedChange
from onefill.service.cases import ASIDE, case_of
from onefill.service.linked_changes import linked_changes
from onefill.service.open_record import OpenRecord
from onefill.service.shapes import Person


@dataclass
class Judged:
    """How a record was judged last, so that it is not worked out again while nothing has changed.

    Attributes:
        n: Number of the submission.
        links: What that pinned of each linked record.
        revision: Of the open record.
        trail: End of the trail of its facts.
        record: The record as it is judged: itself while all that it links to says what it said.
    """

    n: int
    links: Mapping[str, Any]
    revision: int
    trail: int
    record: OpenRecord


def as_handed_in(book: Book, opened: OpenRecord, phase: str, *, ended: bool = False) -> OpenRecord:
    """The record as a phase that lies with an office is judged; the record itself if none has it, or no link changed.

    What registers and other records answer is as it is now, and so is what was written aside. It is to be read only,
    under the book's lock: whatever is written goes to the record itself.

    Args:
        book: All open records.
        opened: The record.
        phase: Key of the phase.
        ended: Whether a phase that has come to its end is looked at in the same way.
    """
    n = _handed_in(opened, phase, ("office", "done") if ended else ("office",))
    if opened.judged_by or n is None:
        return opened
    known = opened.judged.get(n)
    if known is None:
        links = book.store.entry(opened.id, n, book.scope).pins.get("links", {})
        known = opened.judged[n] = Judged(n, links, -1, -1, opened)
    if known.revision != opened.revision:
        known.record = _judged(book, opened, known)
        known.revision, known.trail = opened.revision, opened.sheet.trail.end
    return known.record


def as_seen(book: Book, opened: OpenRecord, phase: str, who: Person) -> OpenRecord:
    """The record as somebody sees it in a phase.

    Who looks from an office sees what was handed in; so does whoever filled it, once the phase has come to its end:
    what was agreed to is not old because a linked record says something else since.
    """
    ended = _handed_in(opened, phase, ("done",)) is not None
    handed_in = ended or is_in_office(book.definitions, opened.form, who)
    return as_handed_in(book, opened, phase, ended=True) if handed_in else opened


def is_in_office(definitions: Definitions, form: str, who: Person) -> bool:
    """Whether somebody has a role that reaches beyond the own unit: an office reads, and not whoever fills the form."""
    roles = definitions.pack_of(form).roles
    return any(role.reach != "own" and role.key in (who.roles or ()) for role in roles)


def changed_since(book: Book, opened: OpenRecord, phase: str) -> tuple[LinkedChange, ...]:
    """What linked records say otherwise since a phase was handed in that an office has; the nearest first."""
    judged = as_handed_in(book, opened, phase)
    if judged is opened:
        return ()
    return tuple(linked_changes(judged.sheet, opened.sheet, judged.sheet))


# -- inside --------------------------------------------------------------------------------------------------------


def _handed_in(opened: OpenRecord, phase: str, holders: Collection[str]) -> int | None:
    """Number of the submission of a phase that one of these holds; nothing if none does."""
    state = case_of(opened.sheet.data).phase(phase)
    held = stage_of(opened.sheet.plan.form, phase, state.stage).holder in holders
    return state.submissions[-1] if held and state.submissions else None


def _judged(book: Book, opened: OpenRecord, known: Judged) -> OpenRecord:
    if all(_says_the_same(book, record, pin["n"]) for record, pin in known.links.items()):
        return opened
    before = known.record
    if before is opened or known.trail != opened.sheet.trail.end:
        sheet = _sheet(book, opened, known.links)
        return replace(opened, sheet=sheet, findings=findings_of(sheet), judged={}, judged_by=known.n)
    before.revision, before.draft, before.summary = opened.revision, opened.draft, opened.summary
    old, new = before.sheet.data, opened.sheet.data
    before.sheet.set_many((key, new.get(key)) for key in {*old, *new} if key.startswith(ASIDE))
    return before


def _says_the_same(book: Book, record: str, n: int) -> bool:
    """Whether a linked record says what an entry of it says, by a definition that asks the same."""
    live = book.open(record)
    if live.held is None and live.entry.n == n and not live.draft.changes:
        return True
    then = book.store.entry(record, n, book.scope)
    plan = book.past.plan_of(then)
    now = live.for_others
    same = plan is now.plan or book.plans.succeeding(plan, now.plan).same
    return same and _facts(then.data or {}) == _facts(now.data)


def _facts(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if not key.startswith(ASIDE)}


def _sheet(book: Book, opened: OpenRecord, links: Mapping[str, Any]) -> Sheet:
    """The facts of a record, its links followed to what was pinned; those made since lead where they lead."""
    sheets: dict[str, Sheet] = {}

    def follow(form: str, record: str) -> Sheet | None:
        if record in sheets:
            return sheets[record]
        if record not in links:
            return opened.sheet.links(form, record)
        then = book.store.entry(record, links[record]["n"], book.scope)
        plan = book.past.plan_of(then)
        sheet = Sheet(plan, then.data or {}, record=record, links=leading(pins_frozen(plan.form, then)))
        return answered(sheet, book.open(record))

    def leading(frozen: Mapping[str, Mapping[str, int]]) -> LinkResolver:
        """Follows the links of one that may have frozen what others read as it was later."""

        def lead(form: str, record: str) -> Sheet | None:
            n = frozen.get(form, {}).get(record, 0)
            other = n and n != links.get(record, {"n": n})["n"]
            return (book.past.as_it_was(record, n) if other else None) or follow(form, record)

        return lead

    def answered(sheet: Sheet, live: OpenRecord) -> Sheet:
        sheets[sheet.record] = sheet
        sheet.registers.source = live.sheet.registers.source
        sheet.set_answers(live.lookups.answer_some(sheet, None))
        return sheet

    own = Sheet(opened.sheet.plan, opened.sheet.data, record=opened.id, links=follow)
    return answered(own, opened)
