"""What this workstation likes, or whoever is signed in: nothing that a paper or a rule reads."""

from collections.abc import Callable, Mapping
from datetime import datetime

from onefill.service.room import Room
from store import Store

HERE = "here"
_MOST_COLUMNS = 200
_MOST_LETTERS = 64
_MOST_OPENED = 20
_MOST_PHRASES, _LONGEST_PHRASE = 50, 200
_FAVOURITE, _OPENED, _PHRASES = "favourite-", "opened-", "phrases"


class Habits(Room):
    """Small preferences, kept beside the records."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    def favourites(self) -> list[str]:
        """Records with a star, the last starred first."""
        return self._newest(_FAVOURITE)

    def favour(self, record: str, *, on: bool) -> None:
        """Give a record a star, or take it away."""
        self._store.set_preferences(self._owner(), {_FAVOURITE + record: self._now().isoformat() if on else None})

    def opened(self) -> list[str]:
        """Records that were opened here, the last first."""
        return self._newest(_OPENED)

    def note_opened(self, record: str) -> None:
        """Remember that a record was opened; the oldest is forgotten."""
        opened = self.opened()
        if opened[:1] == [record]:
            return
        others = [other for other in opened if other != record]
        forgotten = {_OPENED + other: None for other in others[_MOST_OPENED - 1 :]}
        self._store.set_preferences(self._owner(), {**forgotten, _OPENED + record: self._now().isoformat()})

    def phrases(self) -> list[str]:
        """What the officers of this unit keep to say again, the last kept first."""
        kept: list[str] = self._store.preferences(self._unit()).get(_PHRASES, [])
        return kept

    def keep_phrase(self, text: str, *, on: bool) -> None:
        """Keep what is often said for everybody of this unit, or give it up; the oldest is forgotten."""
        phrase = " ".join(text.split())[:_LONGEST_PHRASE]
        others = [one for one in self.phrases() if one != phrase]
        kept = [phrase, *others][:_MOST_PHRASES] if on and phrase else others
        self._store.set_preferences(self._unit(), {_PHRASES: kept})

    def _unit(self) -> str:
        return HERE if self._door is None else f"unit {self.who.unit}"

    def _owner(self) -> str:
        return HERE if self._door is None else f"person {self.who.name}"

    def _newest(self, kind: str) -> list[str]:
        found = {key: when for key, when in self._store.preferences(self._owner()).items() if key.startswith(kind)}
        return [key.removeprefix(kind) for key in sorted(found, key=lambda key: str(found[key]), reverse=True)]

    def widths(self, form: str, section: str) -> Mapping[str, int]:
        """How wide the columns of a table were made, in pixels by column."""
        kept: Mapping[str, int] = self._store.preferences(self._owner()).get(_widths(form, section), {})
        return kept

    def keep_widths(self, form: str, section: str, widths: Mapping[object, object]) -> None:
        """Remember how wide the columns of a table were made; what is no width is left out."""
        plain = {
            str(key)[:_MOST_LETTERS]: width
            for key, width in list(widths.items())[:_MOST_COLUMNS]
            if isinstance(width, int) and not isinstance(width, bool)
        }
        self._store.set_preferences(self._owner(), {_widths(form, section): plain})


def _widths(form: str, section: str) -> str:
    return f"widths-{form}-{section}"
