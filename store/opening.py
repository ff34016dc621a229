"""From an address to a store."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from store.blobs import Place
from store.disk import Disk
from store.door import Store
from store.errors import AddressUnknown
from store.folder import Folder
from store.keyring import Keyring
from store.memory import MemoryStore
from store.platform import path_from_address
from store.tiny import TinyStore
from store.whereabouts import doubt

_TINYDB = "tinydb:///"
_POSTGRESQL = ("postgresql://", "postgres://")
_KEY = Path("var/store.key")
_log = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


def open_store(
    address: str,
    *,
    clock: Callable[[], datetime] = _now,
    key_file: Path = _KEY,
    keys: Keyring | None = None,
    files: str = "",
) -> Store:
    """Open the store at an address: ``tinydb:///path`` (a folder, made if missing), ``postgresql://…`` or ``memory:``.

    Args:
        address: Where.
        clock: What time it is, with its zone.
        key_file: Key of the keyed hashes, where the address itself is no place for it.
        keys: Keys of encryption at rest; given where what is private shall lie encrypted.
        files: Where files lie, if not beside the records: a folder, or ``s3://bucket/prefix?endpoint=…``.

    Raises:
        AddressUnknown: No backend is named so.
        DatabaseAway, DatabaseUnfit: There is no database there that could be used.
    """
    if address == "memory:":
        return MemoryStore(clock)
    if folder := _folder(address):
        if why := doubt(folder):
            _log.warning(why)
        return TinyStore(folder, clock, keys=keys, files=place_of(files))
    if in_database(address):
        from store.postgres import PostgresStore  # its driver is loaded only where it is asked for

        return PostgresStore(address, clock, key_file=key_file, keys=keys, files=place_of(files))
    raise AddressUnknown(address=address)


def in_database(address: str) -> bool:
    """Whether a store at that address lies in PostgreSQL, where programs on several computers share it."""
    return address.startswith(_POSTGRESQL)


def doubt_about(address: str) -> str:
    """Why records should not lie at the address of a store, in Chinese; empty if nothing speaks against it."""
    folder = _folder(address)
    return doubt(folder) if folder else ""


def _folder(address: str) -> Path | None:
    if not address.startswith(_TINYDB) or address == _TINYDB:
        return None
    return path_from_address(address.removeprefix("tinydb://"))


def place_of(address: str) -> Place | None:
    """Where files lie: a bucket, a folder, or nowhere said.

    Raises:
        AddressUnknown: It is written otherwise.
    """
    if address.startswith("s3:"):
        from store.bucket import Bucket  # its library costs time, and few use one

        return Bucket(address)
    return Folder(Path(address).absolute(), Disk()) if address else None
