"""Whether the program can do its work now, for whoever watches over it: nothing personal in the answer."""

import shutil
from dataclasses import dataclass

from onefill import __version__
from onefill.service.desk import Desk
from store import StoreError

#: With less room left on the disk than this, somebody should make some before writing fails.
LEAST_FREE = 200 << 20


@dataclass(frozen=True, kw_only=True)
class Health:
    """How the program is.

    Attributes:
        ok: Whether all is well.
        version: Of the program.
        store: Whether what is kept can be read and written.
        disk: Whether there is room for more where the program writes.
        disk_free: How many bytes there are.
        packs: How many packs are loaded.
        damaged: How many files were found damaged so far; their records alone suffer by it.
    """

    ok: bool
    version: str
    store: bool
    disk: bool
    disk_free: int
    packs: int
    damaged: int


def health_of(desk: Desk) -> Health:
    """How the program is now; it asks the store to write a little."""
    try:
        desk.store.probe()
        store = True
    except StoreError:
        store = False
    data = desk.settings.data.absolute()
    free = shutil.disk_usage(next(folder for folder in (data, *data.parents) if folder.exists())).free
    packs = len(desk.definitions.packs)
    return Health(
        ok=store and free >= LEAST_FREE and packs > 0,
        version=__version__,
        store=store,
        disk=free >= LEAST_FREE,
        disk_free=free,
        packs=packs,
        damaged=sum(not damage.copy for damage in desk.store.damages()),
    )
