"""What this workstation likes: nothing that a paper or a rule reads."""

from collections.abc import Mapping

from store import Store

_HERE = "here"
_MOST_COLUMNS = 200
_MOST_LETTERS = 64


class Habits:
    """Small preferences, kept beside the records."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def widths(self, form: str, section: str) -> Mapping[str, int]:
        """How wide the columns of a table were made, in pixels by column."""
        kept: Mapping[str, int] = self._store.preferences(_HERE).get(_widths(form, section), {})
        return kept

    def keep_widths(self, form: str, section: str, widths: Mapping[object, object]) -> None:
        """Remember how wide the columns of a table were made; what is no width is left out."""
        plain = {
            str(key)[:_MOST_LETTERS]: width
            for key, width in list(widths.items())[:_MOST_COLUMNS]
            if isinstance(width, int) and not isinstance(width, bool)
        }
        self._store.set_preferences(_HERE, {_widths(form, section): plain})


def _widths(form: str, section: str) -> str:
    return f"widths-{form}-{section}"
