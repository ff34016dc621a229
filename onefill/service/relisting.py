"""What lists and questions know of records that nobody has written upon since their forms changed."""

from collections.abc import Callable
from datetime import date
from functools import cache

from onefill.definitions import Definitions
from onefill.service.book import Book
from onefill.service.errors import RecordUnknown
from onefill.service.form_trials import all_of
from store import EVERYTHING, Store, StoreError
from store.progress import OnProgress


def relist(store: Store, definitions: Definitions, today: Callable[[], date], on_progress: OnProgress) -> int:
    """Have every record found as its present form asks it: by renamed, retyped and newly indexed facts as well.

    Nothing but what lists and searches know is written: no entry, no change of a draft. Done twice it is done once.

    Args:
        store: Where the records lie; people may go on working.
        definitions: Those in use.
        today: The clock of fields that may not accept a date to come.
        on_progress: Told (done, of).

    Returns:
        How many were asked otherwise; what cannot be read is left out, ``verify`` names it.
    """
    book, relisted = Book(store, definitions, today, EVERYTHING), 0
    # A definition is held against the one in use once, and only records that it concerns are opened.
    otherwise = cache(book.plans.asks_otherwise)
    found = [one.record for form in definitions.forms for one in all_of(store, form)]
    for done, record in enumerate(found, 1):
        try:
            entry = store.latest(record, EVERYTHING)
            if otherwise(entry.form, str(entry.pins.get("definition", ""))):
                store.set_summary(record, book.open(record).described(), EVERYTHING)
                relisted += 1
        except (StoreError, RecordUnknown):
            continue
        finally:
            on_progress(done, len(found))
    return relisted
