"""A record's draft: a file of lines, one per change, so that a keystroke costs one short write and one sync."""

import zlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any

import orjson

from store.chain import FORMAT, ChainBroken, check_format, summary_document, summary_of
from store.disk import Disk, Stamp, read_file, shard, stamp_of
from store.drafting import DraftState
from store.model import Kept, Summary

_CACHED = 128
#: A file is written anew when it is longer than this and than this many times what it would be then.
_SMALL, _TIMES = 65536, 4

Line = Mapping[str, Any]


@dataclass(frozen=True)
class DraftFile:
    """A draft as read: what it says, how far its file is sound, how long it would be if written anew."""

    state: DraftState
    end: int
    stamp: Stamp
    compact: int


def put_line(puts: list[tuple[str, Kept]], base_n: int) -> Line:
    """Changes that were taken together."""
    first = puts[0][1]
    rows = [[path, kept.value, kept.number, kept.window, kept.sequence] for path, kept in puts]
    return {"put": rows, "at": first.at.isoformat(), "who": first.who, "base_n": base_n}


def clear_line(up_to: int, at: datetime) -> Line:
    """Changes that left the draft."""
    return {"clear": up_to, "at": at.isoformat()}


def summary_line(summary: Summary, n: int) -> Line:
    """What lists say from now on; ``n`` is the newest entry."""
    return {"summary": summary_document(summary), "n": n}


class DraftFiles:
    """All drafts below one folder."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self.folder = folder
        self._disk = disk
        self._cache: OrderedDict[str, DraftFile] = OrderedDict()
        self._lock = Lock()

    def path(self, record: str) -> Path:
        """Where a record's draft lies."""
        return self.folder / shard(record) / f"{record}.jsonl"

    def read(self, record: str) -> DraftFile:
        """A record's draft; not to be altered.

        Raises:
            ChainBroken: The file cannot be trusted.
            FormatTooNew: A newer program wrote it.
        """
        path = self.path(record)
        with self._lock:
            known = self._cache.get(record)
        if known and known.stamp == stamp_of(path):
            return known
        data, stamp = read_file(path)
        state, end, compact = _replay(data or b"", record)
        return self._remember(record, DraftFile(state, end, stamp, compact))

    def write(self, record: str, draft: DraftFile, line: Line, state: DraftState, *, sync: bool = True) -> DraftFile:
        """Write a line behind a draft that was read under the record's lock; ``state`` is what it makes of it."""
        path = self.path(record)
        data = _encode(line)
        if draft.end == 0:
            data = _encode({"format": FORMAT, "record": record}) + data
        if draft.end + len(data) > max(_SMALL, _TIMES * draft.compact):
            return self._rewrite(record, state)
        stat = self._disk.append(path, draft.end, data, sync=sync)
        stamp = (stat.st_mtime_ns, stat.st_size)
        return self._remember(record, DraftFile(state, draft.end + len(data), stamp, draft.compact))

    def _rewrite(self, record: str, state: DraftState) -> DraftFile:
        data = _encode({"format": FORMAT, "record": record}) + _encode({"state": _state_document(state)})
        self._disk.write_file(self.path(record), data)
        stamp = stamp_of(self.path(record))
        return self._remember(record, DraftFile(state, len(data), stamp, len(data)))

    def _remember(self, record: str, draft: DraftFile) -> DraftFile:
        with self._lock:
            self._cache[record] = draft
            self._cache.move_to_end(record)
            while len(self._cache) > _CACHED:
                self._cache.popitem(last=False)
        return draft


def _encode(line: Line) -> bytes:
    data = orjson.dumps(line)
    return b"%08x " % zlib.crc32(data) + data + b"\n"


def _decode(data: bytes) -> Any:
    mark, _, body = data.rstrip(b"\r\n").partition(b" ")
    if int(mark, 16) != zlib.crc32(body):
        raise ValueError("checksum")
    return orjson.loads(body)


def _replay(data: bytes, record: str) -> tuple[DraftState, int, int]:
    """The state, how far the lines are sound, and the length of the last whole state among them."""
    state, end, compact = DraftState(), 0, 0
    lines = data.splitlines(keepends=True)
    for place, raw in enumerate(lines):
        try:
            line = _decode(raw)
            if not raw.endswith(b"\n"):
                break
            state = _apply(state, line, record, first=place == 0)
        except (ValueError, KeyError, TypeError, AttributeError) as exc:
            if place == len(lines) - 1:
                # An interrupted write, never acknowledged.
                break
            raise ChainBroken(f"草稿第 {place + 1} 行不完整：{exc}") from exc
        end += len(raw)
        compact = end if "state" in line else compact
    return state, end, compact


def _apply(state: DraftState, line: Line, record: str, *, first: bool) -> DraftState:
    if first:
        check_format(line["format"], f"{record}.jsonl")
        if line["record"] != record:
            raise ValueError(f"里面是另一个办件 {line['record']}")
    for kind, take in _TAKERS.items():
        if kind in line:
            return take(state, line)
    return state


def _take_put(state: DraftState, line: Line) -> DraftState:
    at = datetime.fromisoformat(line["at"])
    state.base_n = line["base_n"]
    for path, value, number, window, sequence in line["put"]:
        state.put(path, Kept(value, number, window, sequence, at, line["who"]))
    return state


def _take_clear(state: DraftState, line: Line) -> DraftState:
    state.clear(line["clear"], datetime.fromisoformat(line["at"]))
    return state


def _take_summary(state: DraftState, line: Line) -> DraftState:
    state.summary, state.summary_n = summary_of(line["summary"]), line["n"]
    return state


def _take_state(_: DraftState, line: Line) -> DraftState:
    kept = line["state"]
    state = DraftState(number=kept["number"], base_n=kept["base_n"])
    for path, document in kept["changes"].items():
        state.put(path, _kept(document))
    for path, document in kept["settled"].items():
        state.put_settled(path, _kept(document), document["removed"])
    state.number = kept["number"]
    state.sequences = {(path, window): sequence for path, window, sequence in kept["sequences"]}
    state.summary = summary_of(kept["summary"]) if kept["summary"] else None
    state.summary_n = kept["summary_n"]
    state.changed_at = datetime.fromisoformat(kept["changed_at"]) if kept["changed_at"] else None
    return state


_TAKERS: Mapping[str, Callable[[DraftState, Line], DraftState]] = {
    "put": _take_put,
    "clear": _take_clear,
    "summary": _take_summary,
    "state": _take_state,
}


def _state_document(state: DraftState) -> dict[str, Any]:
    return {
        "number": state.number,
        "base_n": state.base_n,
        "changed_at": state.changed_at.isoformat() if state.changed_at else None,
        "changes": {path: _kept_document(kept) for path, kept in state.changes.items()},
        "settled": {
            path: {**_kept_document(kept), "removed": removed} for path, (kept, removed) in state.settled.items()
        },
        "sequences": [[*key, sequence] for key, sequence in state.sequences.items()],
        "summary": summary_document(state.summary) if state.summary else None,
        "summary_n": state.summary_n,
    }


def _kept_document(kept: Kept) -> dict[str, Any]:
    return {
        "value": kept.value,
        "number": kept.number,
        "window": kept.window,
        "sequence": kept.sequence,
        "at": kept.at.isoformat(),
        "who": kept.who,
    }


def _kept(document: Mapping[str, Any]) -> Kept:
    return Kept(
        document["value"],
        document["number"],
        document["window"],
        document["sequence"],
        datetime.fromisoformat(document["at"]),
        document["who"],
    )
