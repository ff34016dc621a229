"""What the first page needs and no record holds, made ready while the program starts, so that nobody waits for it."""

from onefill.service.book import Book
from onefill.service.initials import initials


def make_ready(book: Book) -> None:
    """Compile every form in use, and load the letters of Chinese words; no record is read.

    Between two forms the book is let go: whoever comes meanwhile waits a moment, not for all of them.
    """
    for form in tuple(book.definitions.forms):
        with book.lock:
            if form in book.definitions.forms and form not in book.definitions.retired:
                book.plan(form)
    initials("备")
