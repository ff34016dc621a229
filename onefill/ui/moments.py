"""The clock of screens and routes: the desk's, never the PC's own, so that all rooms tell the same day and hour."""

from datetime import date, datetime

from onefill.ui.shared import the_moment


def now() -> datetime:
    """This moment."""
    return the_moment()


def today() -> date:
    """The day."""
    return now().date()


def here(when: datetime) -> datetime:
    """A moment as the clock of the desk tells it, wherever the server stands."""
    return when.astimezone(now().tzinfo)
