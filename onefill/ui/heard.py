"""What each window's page script has told us, keystroke by keystroke.

Text reaches us twice: the page script posts every keystroke, and Streamlit hands over the widget's value at the next
run. The run must neither write an older text over a newer one nor take its own window's text for somebody else's.
"""

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from threading import Lock

from onefill.service.shapes import Refused

MOST_WINDOWS = 200
MOST_TEXTS = 40


@dataclass
class Spoken:
    """What one window has told."""

    sequence: int = 0
    fresh: set[tuple[str, str]] = field(default_factory=set)
    texts: dict[tuple[str, str], deque[str]] = field(default_factory=dict)
    refusals: dict[tuple[str, str], tuple[str, Refused]] = field(default_factory=dict)


class Heard:
    """What all windows have told, the most recent windows only."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._windows: OrderedDict[str, Spoken] = OrderedDict()

    def tell(self, window: str, record: str, path: str, text: str, sequence: int) -> None:
        """Note a text that has been kept."""
        with self._lock:
            spoken = self._of(window)
            spoken.sequence = max(spoken.sequence, sequence)
            texts = spoken.texts.setdefault((record, path), deque(maxlen=MOST_TEXTS))
            if not texts or texts[-1] != text:  # else a run has kept it already, and knows
                spoken.fresh.add((record, path))
                texts.append(text)

    def refuse(self, window: str, record: str, path: str, text: str, refused: Refused) -> None:
        """Note a text that another window's stands against."""
        with self._lock:
            self._of(window).refusals[record, path] = (text, refused)

    def take_refusals(self, window: str) -> dict[tuple[str, str], tuple[str, Refused]]:
        """By record and path, what was refused since this was last asked: the text, and what stands against it."""
        with self._lock:
            spoken = self._windows.get(window)
            if spoken is None:
                return {}
            taken, spoken.refusals = spoken.refusals, {}
            return taken

    def knows(self, window: str, record: str, path: str, text: str) -> bool:
        """Whether the window has told this text, so that it and whatever came after it is kept already."""
        with self._lock:
            spoken = self._windows.get(window)
            return spoken is not None and text in spoken.texts.get((record, path), ())

    def take_fresh(self, window: str, record: str, path: str) -> bool:
        """Whether the window has told anything of this field since this was last asked."""
        with self._lock:
            spoken = self._windows.get(window)
            if spoken is None or (record, path) not in spoken.fresh:
                return False
            spoken.fresh.discard((record, path))
            return True

    def sequence(self, window: str) -> int:
        """The newest count of the window's keystrokes."""
        with self._lock:
            spoken = self._windows.get(window)
            return spoken.sequence if spoken else 0

    def keep(self, window: str, record: str, path: str, text: str) -> None:
        """A run has kept this text; what was told before counts no more."""
        with self._lock:
            self._of(window).texts[record, path] = deque([text], maxlen=MOST_TEXTS)

    def forget(self, window: str, record: str, path: str) -> None:
        """The field was set in another way since; what was told before counts no more."""
        with self._lock:
            if window in self._windows:
                self._windows[window].texts.pop((record, path), None)

    def clear(self) -> None:
        """Forget all windows."""
        with self._lock:
            self._windows.clear()

    def _of(self, window: str) -> Spoken:
        spoken = self._windows.setdefault(window, Spoken())
        self._windows.move_to_end(window)
        while len(self._windows) > MOST_WINDOWS:
            self._windows.popitem(last=False)
        return spoken


heard = Heard()
