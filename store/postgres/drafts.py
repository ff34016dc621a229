"""Drafts in their table: a line for each change; what was read is remembered until somebody adds one."""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

import orjson

from store.chain import ChainBroken
from store.draft_lines import Line, replay, state_line
from store.drafting import DraftState
from store.postgres.chains import Head
from store.postgres.database import Connection
from store.postgres.listing import touch

_CACHED = 128
#: Lines are written anew as one when they are longer than this and than this many times what it would be.
_SMALL, _TIMES = 65536, 4


@dataclass(frozen=True)
class DraftLines:
    """A draft as read: what it says, its mark, how long its lines are, how long the last whole state among them."""

    state: DraftState
    touch: str | None
    size: int
    compact: int


class Drafts:
    """All drafts of one database."""

    def __init__(self) -> None:
        self._cache: OrderedDict[str, DraftLines] = OrderedDict()
        self._lock = Lock()

    def read(self, db: Connection, head: Head) -> DraftLines:
        """A record's draft; its state is not to be altered.

        Raises:
            ChainBroken: A line is none.
        """
        if head.draft_touch is None:
            return DraftLines(DraftState(), None, 0, 0)
        with self._lock:
            known = self._cache.get(head.record)
        if known and known.touch == head.draft_touch:
            return known
        rows = db.execute("select line::text from draft_line where record = %s order by place", (head.record,))
        return self._remember(head.record, _replayed([row[0] for row in rows], head.draft_touch))

    def write(self, db: Connection, record: str, draft: DraftLines, line: Line, state: DraftState) -> DraftLines:
        """Write a line behind a draft that was read under the record's lock; ``state`` is what it makes of it."""
        text = orjson.dumps(line).decode()
        size, compact = draft.size + len(text), draft.compact
        if size > max(_SMALL, _TIMES * compact):
            db.execute("delete from draft_line where record = %s", (record,))
            text = orjson.dumps(state_line(state)).decode()
            size = compact = len(text)
        db.execute("insert into draft_line(record, line) values (%s, %s::jsonb)", (record, text))
        # Should the transaction fail, nobody ever asks for this mark.
        return self._remember(record, DraftLines(state, touch(), size, compact))

    def _remember(self, record: str, draft: DraftLines) -> DraftLines:
        with self._lock:
            self._cache[record] = draft
            self._cache.move_to_end(record)
            while len(self._cache) > _CACHED:
                self._cache.popitem(last=False)
        return draft


def _replayed(lines: list[str], mark: str) -> DraftLines:
    state, compact = DraftState(), 0
    for place, text in enumerate(lines, start=1):
        try:
            line = orjson.loads(text)
            state = replay(state, line)
            compact = len(text) if "state" in line else compact
        except (ValueError, KeyError, TypeError, AttributeError) as exc:
            raise ChainBroken(f"草稿第 {place} 行不完整：{exc}") from exc
    return DraftLines(state, mark, sum(map(len, lines)), compact)
