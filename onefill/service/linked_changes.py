"""What linked records say otherwise in one state of a record than in another."""

from collections import deque
from collections.abc import Callable, Iterator

from onefill.facts import Sheet, differences_between
from onefill.facts.faults import path_of
from onefill.fields import Audience
from onefill.service.case_shapes import LinkedChange
from onefill.service.open_record import links_of

#: The facts of a record in one of the states; none where that state does not lead to it.
Facts = Callable[[str], Sheet | None]


def linked_changes(start: Sheet, then: Facts, now: Facts) -> Iterator[LinkedChange]:
    """What records that both states lead to say otherwise in the later one; the nearest first, each told once.

    Args:
        start: Where the ways begin.
        then: The earlier state.
        now: The later one.
    """
    seen = {start.record}
    ways = deque((path_of(cell), record) for cell, record in links_of(start))
    while ways:
        at, record = ways.popleft()
        old = None if record in seen else then(record)
        if old is None:
            continue
        seen.add(record)
        ways.extend((at, further) for _, further in links_of(old))
        new = now(record)
        found = tuple(differences_between(old, new, Audience.OFFICE)) if new is not None else ()
        if found:
            label = old.label() or old.plan.form.title
            yield LinkedChange(at=at, record=record, title=old.plan.form.title, label=label, differences=found)
