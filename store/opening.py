"""From an address to a store."""

from collections.abc import Callable
from datetime import UTC, datetime

from store.door import Store
from store.errors import AddressUnknown
from store.memory import MemoryStore
from store.platform import path_from_address
from store.tiny import TinyStore

_TINYDB = "tinydb:///"


def _now() -> datetime:
    return datetime.now(UTC)


def open_store(address: str, *, clock: Callable[[], datetime] = _now) -> Store:
    """Open the store at an address: ``tinydb:///path`` (a folder, made if missing) or ``memory:``.

    Args:
        address: Where.
        clock: What time it is, with its zone.

    Raises:
        AddressUnknown: No backend is named so.
    """
    if address == "memory:":
        return MemoryStore(clock)
    if address.startswith(_TINYDB) and address != _TINYDB:
        return TinyStore(path_from_address(address.removeprefix("tinydb://")), clock)
    raise AddressUnknown(address=address)
