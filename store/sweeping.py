"""Files that only destroyed records had: found by looking through everything that is still kept."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson

from store.blobs import Blobs
from store.errors import FileDamaged, KeyMissing
from store.parcels import (
    DraftParcel,
    EntriesParcel,
    FileParcel,
    LostParcel,
    Parcel,
    PreferencesParcel,
)

#: Lets others have their turn.
Pause = Callable[[], None]
_DIGEST = re.compile(rb"[0-9a-f]{64}")
#: An order is plain JSON and no longer than this.
_ORDER = 1 << 20


def no_pause() -> None:
    """Go on at once: nobody else is at work here."""


def mentioned(value: object) -> set[str]:
    """Everything in a plain value that might be the digest of a file."""
    return _found(orjson.dumps(value))


def files_of(kept: Iterable[Mapping[str, Any]]) -> set[str]:
    """What may be files of a record alone: all that its entries, its draft and what is kept for it name."""
    found: set[str] = set()
    for one in kept:
        found |= mentioned({name: value for name, value in one.items() if name not in ("digest", "prev")})
    return found


def with_orders(files: set[str], blobs: Blobs) -> set[str]:
    """Those of some files that there are, and the files that these name in their turn, as orders of imports do."""
    there = {digest for digest in files if blobs.holds(digest)}
    named = {other for digest in there for other in named_in(_beginning(digest, blobs))}
    return there | {digest for digest in named if blobs.holds(digest)}


def named_in(data: bytes) -> set[str]:
    """The files that a file names which begins so, if it is an order."""
    return _found(data) if data.startswith(b"{") and len(data) <= _ORDER else set()


def _beginning(digest: str, blobs: Blobs) -> bytes:
    try:
        with blobs.open(digest) as file:
            return file.read(_ORDER + 1)
    except (FileDamaged, KeyMissing):
        return b""  # it goes all the same; what it named cannot be known


def _found(data: bytes) -> set[str]:
    return {one.decode() for one in _DIGEST.findall(data)}


def unneeded(candidates: set[str], parcels: Iterable[Parcel], pause: Pause = no_pause) -> set[str] | None:
    """Those of some files that nothing names which is still kept; ``None`` if a part of it cannot be read.

    Args:
        candidates: Their digests.
        parcels: Everything that is kept, the files last.
        pause: Called after each, so that whoever is at work here gets a turn.
    """
    left = set(candidates)
    for parcel in parcels:
        match parcel:
            case EntriesParcel():
                left -= mentioned(list(parcel.entries))
            case DraftParcel():
                left -= mentioned(dict(parcel.line))
            case PreferencesParcel():
                left -= mentioned(dict(parcel.values))
            case LostParcel(kind) if kind not in ("log", "file"):
                return None
            case FileParcel():
                break
        if not left:
            break
        pause()
    return left


def names_record(owner: str, record: str) -> bool:
    """Whether preferences are kept for a record, such as which papers were printed of it."""
    return record in owner.split("/")
