"""The default store looked through: every file read anew, the index held against the files."""

from store.blobs import Blobs
from store.catalog import Catalog, stripe
from store.errors import FormatTooNew, RecordDamaged
from store.locks import Locks
from store.model import Damage
from store.parcels import LostParcel
from store.preference_files import PreferenceFiles
from store.progress import OnProgress, counted
from store.tiny_parcels import damage_of


def verify_chains(catalog: Catalog, locks: Locks, on_progress: OnProgress | None) -> tuple[Damage, ...]:
    """Chains and drafts that cannot be trusted."""
    found: list[Damage] = []
    for record in counted(sorted(catalog.stamps()), on_progress):
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
    for record in counted(sorted(catalog.stamps()), on_progress):
        with locks.hold(stripe(record)):
            try:
                if catalog.misses(record):
                    found.append(Damage(record, str(catalog.index_path), "索引里的与文件里的不同"))
            except (RecordDamaged, FormatTooNew):
                continue
    return tuple(found)


def verify_files(blobs: Blobs, preferences: PreferenceFiles, on_progress: OnProgress | None) -> tuple[Damage, ...]:
    """Files and preferences that are not what they were."""
    lost = (parcel.damage for parcel in preferences.parcels() if isinstance(parcel, LostParcel))
    return (*lost, *blobs.faults(on_progress))
