"""What nobody's first page shall wait for, made ready while the program starts."""

from onefill.service.aside import Aside
from onefill.service.book import Book
from onefill.service.glances import Glances
from onefill.service.initials import initials


def make_ready(book: Book, glances: Glances, aside: Aside) -> None:
    """Compile every form in use, and load the letters of Chinese words; then, aside, fold what boards ask since.

    No record is read unless a board has been declared anew or otherwise since its last entry. Between two forms the
    book is let go: whoever comes meanwhile waits a moment, not for all of them.
    """
    for form in tuple(book.definitions.forms):
        with book.lock:
            if form in book.definitions.forms and form not in book.definitions.retired:
                book.plan(form)
    initials("备")
    aside(glances.fold_ahead)
