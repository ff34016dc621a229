"""A record's draft: a file of lines, one per change, so that a keystroke costs one short write and one sync.

A sealed line is bound to its record and to the byte where it begins, so that none can be moved or put in again.
"""

import zlib
from codecs import BOM_UTF8
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from store.chain import FORMAT, ChainBroken, check_format
from store.codec import Codec
from store.disk import Disk, Stamp, place_in, read_file, stamp_of
from store.draft_lines import Line, replay, state_line
from store.drafting import DraftState
from store.keyring import SealBroken
from store.recent import Recent

#: A file is written anew when it is longer than this and than this many times what it would be then.
_SMALL, _TIMES = 65536, 4


@dataclass(frozen=True)
class DraftFile:
    """A draft as read: what it says, how far its file is sound, how long it would be if written anew."""

    state: DraftState
    end: int
    stamp: Stamp
    compact: int


class DraftFiles:
    """All drafts below one folder."""

    def __init__(self, folder: Path, disk: Disk, codec: Codec) -> None:
        self.folder = folder
        self._disk = disk
        self._codec = codec
        self._recent = Recent[DraftFile]()

    def path(self, record: str) -> Path:
        """Where a record's draft lies."""
        return place_in(self.folder, record, ".jsonl")

    def read(self, record: str) -> DraftFile:
        """A record's draft; not to be altered.

        Raises:
            ChainBroken: The file cannot be trusted.
            FormatTooNew: A newer program wrote it.
            KeyMissing: It is sealed with a key that is not here.
        """
        path = self.path(record)
        known = self._recent.get(record)
        if known and known.stamp == stamp_of(path):
            return known
        data, stamp = read_file(path)
        state, end, compact = _replay(data or b"", record, self._codec)
        return self._recent.put(record, DraftFile(state, end, stamp, compact))

    def write(self, record: str, draft: DraftFile, line: Line, state: DraftState, *, sync: bool = True) -> DraftFile:
        """Write a line behind a draft that was read under the record's lock; ``state`` is what it makes of it."""
        path = self.path(record)
        head = b"" if draft.end else _encode({"format": FORMAT, "record": record})
        data = head + self._line(record, draft.end + len(head), line)
        if draft.end + len(data) > max(_SMALL, _TIMES * draft.compact):
            return self.write_state(record, state)
        stat = self._disk.append(path, draft.end, data, sync=sync)
        stamp = (stat.st_mtime_ns, stat.st_size)
        return self._recent.put(record, DraftFile(state, draft.end + len(data), stamp, draft.compact))

    def write_state(self, record: str, state: DraftState) -> DraftFile:
        """Write a draft anew, as short as it can be."""
        data = _encode({"format": FORMAT, "record": record})
        data += self._line(record, len(data), state_line(state))
        self._disk.write_file(self.path(record), data)
        stamp = stamp_of(self.path(record))
        return self._recent.put(record, DraftFile(state, len(data), stamp, len(data)))

    def lies_as_wanted(self, record: str) -> bool:
        """Whether every line of a draft is sealed with the key that writes now, or all are in clear if none does."""
        key = self._codec.key()
        lines = (read_file(self.path(record))[0] or b"").splitlines()[1:]
        try:
            return all(_decode(raw).get("key", "") == (key.id if key else "") for raw in lines)
        except ValueError:  # an interrupted write at the end
            return False

    def _line(self, record: str, start: int, line: Line) -> bytes:
        key = self._codec.key()
        return _encode(self._codec.box(key, line, _spot(record, start)) if key else line)


def _encode(line: Line) -> bytes:
    data = orjson.dumps(line)
    return b"%08x " % zlib.crc32(data) + data + b"\n"


def _decode(data: bytes) -> Any:
    mark, _, body = data.rstrip(b"\r\n").partition(b" ")
    if int(mark, 16) != zlib.crc32(body):
        raise ValueError("checksum")
    return orjson.loads(body)


def _spot(record: str, start: int) -> str:
    return f"draft/{record}/{start}"


def _replay(data: bytes, record: str, codec: Codec) -> tuple[DraftState, int, int]:
    """The state, how far the lines are sound, and the length of the last whole state among them."""
    # A text editor may have put a mark before all of it.
    state, end, compact = DraftState(), len(BOM_UTF8) if data.startswith(BOM_UTF8) else 0, 0
    lines = data[end:].splitlines(keepends=True)
    for place, raw in enumerate(lines):
        try:
            line = _decode(raw)
            if not raw.endswith(b"\n"):
                break
            if "box" in line:
                line = codec.unbox(line, _spot(record, end))
            state = _apply(state, line, record, first=place == 0)
        except SealBroken as exc:
            raise ChainBroken(f"草稿第 {place + 1} 行：{exc}") from exc
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
    return replay(state, line)
