"""What linked records say otherwise in one state of a record than in another."""

from collections import deque
from collections.abc import Iterator

from onefill.facts import Sheet, differences_between
from onefill.facts.faults import path_of
from onefill.fields import Audience
from onefill.service.case_shapes import LinkedChange
from onefill.service.open_record import links_of

#: A way that both states go: where it begins, the record that it leads to next, and the facts it leads on from.
Way = tuple[str, str, str, Sheet, Sheet]


def linked_changes(before: Sheet, after: Sheet, start: Sheet) -> Iterator[LinkedChange]:
    """What records that both states lead to say otherwise in the later one; the nearest first, each told once.

    Each state is followed by its own links: what a record on the way froze is what it led to in both.

    Args:
        before: The earlier state of a record.
        after: The later one.
        start: Which of them says where the ways begin.
    """
    seen = {start.record}
    ways = deque(_ways(start, before, after))
    while ways:
        at, form, record, was, now = ways.popleft()
        old = None if record in seen else was.links(form, record)
        if old is None:
            continue
        seen.add(record)
        new = now.links(form, record)
        if new is None or new is old:
            continue
        ways.extend(_ways(old, old, new, at))
        found = tuple(differences_between(old, new, Audience.OFFICE))
        if found:
            label = old.label() or old.plan.form.title
            yield LinkedChange(at=at, record=record, title=old.plan.form.title, label=label, differences=found)


def _ways(start: Sheet, old: Sheet, new: Sheet, at: str = "") -> Iterator[Way]:
    for cell, record in links_of(start):
        yield at or path_of(cell), start.plan.fields[cell[0]].definition.form or "", record, old, new
