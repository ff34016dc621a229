"""What the institution has done about remarks that came back: answered, changed what they are about, or neither."""

from onefill.facts import Sheet
from onefill.reviews import Remark, RemarkState
from onefill.reviews.moves import left_in
from onefill.service.book import Book
from onefill.service.case_shapes import Settled
from onefill.service.cases import ANSWERS, case_of
from onefill.service.corrections import at_place, submission
from onefill.service.open_record import OpenRecord
from onefill.service.remarks_aside import remarks_of


def settled(book: Book, opened: OpenRecord, phase: str) -> dict[str, Settled]:
    """Open remarks about which something was done since the submission, by id; an answer of an earlier round is none.

    What speaks of the whole is settled by an answer alone.
    """
    answers = opened.sheet.data.get(ANSWERS) or {}
    found: dict[str, Settled] = {}
    for one in _open(opened, phase):
        if answers.get(one.id):
            found[one.id] = "answered"
        elif one.at and at_place(_handed_in(book, opened, phase), one.at) != at_place(opened.sheet, one.at):
            found[one.id] = "changed"
    return found


def silent(book: Book, opened: OpenRecord, phase: str) -> tuple[Remark, ...]:
    """Open remarks to which nothing was said and whose place is as it was."""
    done = settled(book, opened, phase)
    return tuple(one for one in _open(opened, phase) if one.id not in done)


def _open(opened: OpenRecord, phase: str) -> list[Remark]:
    case = case_of(opened.sheet.data)
    sent = remarks_of(case, opened.sheet.data, office=False) if case.phase(phase).submissions else ()
    return [one for one in sent if one.phase == phase and one.state is RemarkState.OPEN]


def _handed_in(book: Book, opened: OpenRecord, phase: str) -> Sheet:
    """The facts of the last submission that an officer has looked at, read once."""
    n = left_in(opened.sheet.plan.form, case_of(opened.sheet.data).phase(phase))[-1]
    return submission(book, opened, n)
