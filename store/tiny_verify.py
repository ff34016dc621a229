"""The default store looked through: every file read anew, the index held against the files."""

from collections.abc import Callable, Collection, Iterator

from store.blobs import Blobs
from store.catalog import Catalog, stripe
from store.errors import FileDamaged, FileUnknown, FormatTooNew, KeyMissing, RecordDamaged
from store.locks import Locks
from store.model import Damage
from store.parcels import LostParcel
from store.preference_files import PreferenceFiles
from store.tiny_parcels import damage_of

OnProgress = Callable[[int, int], None]


def verify_chains(catalog: Catalog, locks: Locks, on_progress: OnProgress | None) -> tuple[Damage, ...]:
    """Chains and drafts that cannot be trusted."""
    found: list[Damage] = []
    for record in _told(sorted(catalog.stamps()), on_progress):
        with locks.hold(stripe(record)):
            try:
                known = catalog.head(record)
                chain = catalog.chain(record, known)
                if chain:
                    catalog.entries(chain, 1, chain.n)
                catalog.draft(record, known)
            except (RecordDamaged, FormatTooNew) as exc:
                found.append(damage_of(record, exc))
    return (*found, *catalog.strangers)


def verify_index(catalog: Catalog, locks: Locks, on_progress: OnProgress | None) -> tuple[Damage, ...]:
    """Records of which the index says something else than their files; broken files are not its fault."""
    found: list[Damage] = []
    for record in _told(sorted(catalog.stamps()), on_progress):
        with locks.hold(stripe(record)):
            try:
                if catalog.misses(record):
                    found.append(Damage(record, str(catalog.index_path), "索引里的与文件里的不同"))
            except (RecordDamaged, FormatTooNew):
                continue
    return tuple(found)


def verify_files(blobs: Blobs, preferences: PreferenceFiles, on_progress: OnProgress | None) -> tuple[Damage, ...]:
    """Files and preferences that are not what they were."""
    found = [parcel.damage for parcel in preferences.parcels() if isinstance(parcel, LostParcel)]
    for digest in _told(list(blobs.digests()), on_progress):
        try:
            for _ in blobs.read(digest):
                pass
        except (FileDamaged, FileUnknown):
            found.append(Damage("", blobs.place(digest), "内容与校验码不符"))
        except KeyMissing as exc:
            key = str(exc.facts["key"])
            found.append(Damage("", blobs.place(digest), f"没有编号为 {key} 的密钥", key))
    return tuple(found)


def _told(names: Collection[str], on_progress: OnProgress | None) -> Iterator[str]:
    for done, name in enumerate(names, start=1):
        yield name
        if on_progress:
            on_progress(done, len(names))
