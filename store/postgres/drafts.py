"""Drafts in their table: a line for each change; what was read is remembered until somebody adds one.

A sealed line is bound to its record and to its number there, so that none can be moved or put in again.
"""

from dataclasses import dataclass

import orjson

from store.chain import ChainBroken
from store.codec import Codec
from store.draft_lines import Line, replay, state_line
from store.drafting import DraftState
from store.postgres.chains import Head
from store.postgres.database import Connection
from store.postgres.listing import touch
from store.postgres.seals import Seals, opening
from store.recent import Recent

#: Lines are written anew as one when they are longer than this and than this many times what it would be.
_SMALL, _TIMES = 65536, 4


@dataclass(frozen=True)
class DraftLines:
    """A draft as read.

    Attributes:
        state: What it says.
        touch: Its mark.
        lines: How many lines it has,
        size: how long they are,
        compact: and how long the last whole state among them.
    """

    state: DraftState
    touch: str | None
    lines: int
    size: int
    compact: int

    @classmethod
    def none(cls) -> "DraftLines":
        """Before there is one."""
        return cls(DraftState(), None, 0, 0, 0)


class Drafts:
    """All drafts of one database."""

    def __init__(self, seals: Seals) -> None:
        self._seals = seals
        self._recent = Recent[DraftLines]()

    def read(self, db: Connection, head: Head) -> DraftLines:
        """A record's draft; its state is not to be altered.

        Raises:
            ChainBroken: A line is none.
        """
        if head.draft_touch is None:
            return DraftLines.none()
        known = self._recent.get(head.record)
        if known and known.touch == head.draft_touch:
            return known
        rows = db.execute("select line::text from draft_line where record = %s order by place", (head.record,))
        lines = [row[0] for row in rows]
        return self._recent.put(head.record, _replayed(lines, head.record, head.draft_touch, Codec(self._seals.keys)))

    def write(self, db: Connection, record: str, draft: DraftLines, line: Line, state: DraftState) -> DraftLines:
        """Write a line behind a draft that was read under the record's lock; ``state`` is what it makes of it.

        Raises:
            KeyMissing: It must be sealed, and the key is not here.
        """
        codec = self._seals.codec(db)
        text, place = _written(codec, record, draft.lines, line), draft.lines
        size, compact = draft.size + len(text), draft.compact
        if size > max(_SMALL, _TIMES * compact):
            db.execute("delete from draft_line where record = %s", (record,))
            text, place = _written(codec, record, 0, state_line(state)), 0
            size = compact = len(text)
        db.execute("insert into draft_line(record, line) values (%s, %s::jsonb)", (record, text))
        # Should the transaction fail, nobody ever asks for this mark.
        return self._recent.put(record, DraftLines(state, touch(), place + 1, size, compact))


def _written(codec: Codec, record: str, place: int, line: Line) -> str:
    key = codec.key()
    return orjson.dumps(codec.box(key, line, _spot(record, place)) if key else line).decode()


def _opened(codec: Codec, record: str, place: int, text: str) -> Line:
    line: Line = orjson.loads(text)
    if not isinstance(line, dict) or "box" not in line:
        return line
    with opening(f"草稿第 {place + 1} 行"):
        opened: Line = codec.unbox(line, _spot(record, place))
        return opened


def _spot(record: str, place: int) -> str:
    return f"draft/{record}/{place}"


def _replayed(lines: list[str], record: str, mark: str, codec: Codec) -> DraftLines:
    state, compact = DraftState(), 0
    for place, text in enumerate(lines):
        line = _opened(codec, record, place, text)
        try:
            state = replay(state, line)
            compact = len(text) if "state" in line else compact
        except (ValueError, KeyError, TypeError, AttributeError) as exc:
            raise ChainBroken(f"草稿第 {place + 1} 行不完整：{exc}") from exc
    return DraftLines(state, mark, len(lines), sum(map(len, lines)), compact)
