"""What has changed between two submissions, and what that means for paper that was sealed."""

from collections.abc import Mapping, Sequence
from typing import Any

from onefill.facts import Sheet, differences_between
from onefill.facts.differences import shown_text
from onefill.fields import Audience
from onefill.materials import MATERIALS, ItemState, Standing, digest_of, supplied_of
from onefill.reviews.moves import left_in, stage_of
from onefill.service.book import Book
from onefill.service.case_shapes import Correction
from onefill.service.cases import ASIDE, case_of
from onefill.service.linked_changes import linked_changes
from onefill.service.open_record import OpenRecord


def correction(
    book: Book, opened: OpenRecord, phase: str, prints: Mapping[str, str], items: Sequence[ItemState]
) -> Correction:
    """What differs from the last submission while the record is being corrected, from the one before once it is in.

    Of papers only those count whose sealed scan the phase asks for, and of those that print something else now only
    those that were not brought anew yet; one whose scan itself was remarked upon, or that was brought anew, is not
    called good, even if it would print the same.

    Args:
        book: All open records.
        opened: The record.
        phase: Key of the phase.
        prints: What its documents print today, by key.
        items: Its checklist.
    """
    before = submission_before(opened, phase)
    if before is None:
        return Correction(differences=(), again=(), good=(), items=())
    sheet = submission(book, opened, before)
    then = case_of(sheet.data).phase(phase).prints
    titles = {one.key: one.title for one in opened.sheet.plan.form.documents}
    asked = [one for one in items if one.material.kind == "scan" and one.standing is not Standing.NOT_REQUIRED]
    sealed = [one.material.document or "" for one in asked]
    same = [key for key in sealed if key in prints and then.get(key) == prints[key]]
    old, new = supplied_of(sheet.data), supplied_of(opened.sheet.data)
    known = {one.id for one in items}  # not what is not sorted yet, nor what is asked no more
    changed = [one for one in known & {*old, *new} if digest_of(old.get(one, ())) != digest_of(new.get(one, ()))]
    back = [one for one in asked if one.standing is Standing.RETURNED]
    wanting = {one.material.document for one in asked if one.lacking or one in back}
    others = {one.material.document for one in asked if one.id in changed or one in back}
    return Correction(
        differences=tuple(differences_between(sheet, opened.sheet, Audience.OFFICE)),
        again=tuple(
            (key, titles.get(key, key)) for key in sealed if key in wanting and then.get(key) != prints.get(key)
        ),
        good=tuple((key, titles.get(key, key)) for key in same if key not in others),
        items=tuple(sorted(changed)),
        linked=tuple(linked_changes(sheet, opened.sheet, opened.sheet)),
    )


def submission(book: Book, opened: OpenRecord, n: int) -> Sheet:
    """The facts of a submission as they were handed in, read once."""
    if n not in opened.submissions:
        opened.submissions[n] = book.past.pinned(book.store.entry(opened.id, n, book.scope))
    return opened.submissions[n]


def submission_before(opened: OpenRecord, phase: str) -> int | None:
    """Number of the submission that the record as it is now is held against; nothing if there was none before.

    One that was withdrawn counts for nothing: no officer has opened it.
    """
    form, state = opened.sheet.plan.form, case_of(opened.sheet.data).phase(phase)
    holder = stage_of(form, phase, state.stage).holder
    looked_at = left_in(form, state)[: None if holder == "owner" else -1]
    return looked_at[-1] if looked_at else None


def at_place(sheet: Sheet, at: str) -> Any:
    """What stands at a path, worked out or kept, or is handed in for an item, a register with its section.

    If no place is named, all that was filled in.
    """
    form, data = sheet.plan.form, sheet.data
    if at.startswith("item:"):
        id = at.removeprefix("item:")
        material = next((one for one in form.materials if one.key == id.partition(".")[0]), None)
        register = at_place(sheet, material.section) if material and material.section else None
        return digest_of(supplied_of(data).get(id, ())), register
    if not at:
        return {key: value for key, value in data.items() if key == MATERIALS or not key.startswith(ASIDE)}
    section, row, field = (*at.split("/"), "", "")[:3]
    name = f"{section}[].{field}" if field else at
    asked = sheet.plan.fields.get(name)
    if asked is not None and asked.source is not None:
        there = not field or row in (data.get(section) or {})
        return shown_text(sheet, name, row or None) if there else None
    plain = next((one for one in form.sections if one.key == at and not one.repeat and not one.grid), None)
    if plain is not None:
        return [data.get(one.key) for one in plain.fields]
    found: Any = data
    for part in at.split("/"):
        found = found.get(part) if isinstance(found, dict) else None
    return found
