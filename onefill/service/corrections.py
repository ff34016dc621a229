"""What has changed between two submissions, and what that means for paper that was sealed."""

from typing import Any

from onefill.facts import differences_between
from onefill.fields import Audience
from onefill.materials import digest_of, supplied_of
from onefill.service.book import Book, OpenRecord
from onefill.service.case_shapes import Correction
from onefill.service.cases import case_of


def correction(book: Book, opened: OpenRecord, phase: str, prints: dict[str, str]) -> Correction:
    """What differs from the last submission while the record is being corrected, from the one before once it is in.

    Args:
        book: All open records.
        opened: The record.
        phase: Key of the phase.
        prints: What its documents print today, by key.
    """
    before = submission_before(opened, phase)
    if before is None:
        return Correction(differences=(), again=(), good=(), items=())
    sheet = book.pinned(book.store.entry(opened.id, before, book.scope))
    then = case_of(book.store.entry(opened.id, before, book.scope).data or {}).phase(phase).prints
    titles = {one.key: one.title for one in opened.sheet.plan.form.documents}
    both = [(key, titles.get(key, key)) for key in prints]
    old, new = supplied_of(sheet.data), supplied_of(opened.sheet.data)
    changed = [item for item in {*old, *new} if digest_of(old.get(item, ())) != digest_of(new.get(item, ()))]
    return Correction(
        differences=tuple(differences_between(sheet, opened.sheet, Audience.OFFICE)),
        again=tuple(one for one in both if then.get(one[0]) != prints[one[0]]),
        good=tuple(one for one in both if then.get(one[0]) == prints[one[0]]),
        items=tuple(sorted(changed)),
    )


def stands_as_in(book: Book, opened: OpenRecord, at: str, submission: int) -> bool:
    """Whether what stands at a place stood there in an earlier submission, given by the number of its entry."""
    then = book.store.entry(opened.id, submission, book.scope).data or {}
    return bool(at_place(then, at) == at_place(opened.sheet.data, at))


def submission_before(opened: OpenRecord, phase: str) -> int | None:
    """Number of the submission that the record as it is now is held against; nothing if there was none before."""
    state = case_of(opened.sheet.data).phase(phase)
    submitted = state.submissions
    if not submitted:
        return None
    form = opened.sheet.plan.form
    holder = next((one.holder for one in form.stages if one.key == state.stage), "owner")
    if holder == "owner":
        return submitted[-1]
    return submitted[-2] if len(submitted) > 1 else None


def at_place(data: Any, at: str) -> Any:
    """What is kept at a path, or handed in for an item."""
    if at.startswith("item:"):
        return digest_of(supplied_of(data).get(at.removeprefix("item:"), ()))
    for part in at.split("/") if at else ():
        data = data.get(part) if isinstance(data, dict) else None
    return data if at else object()
