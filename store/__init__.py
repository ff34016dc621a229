"""How it is kept: chains of entries, drafts, files by content hash, an index that can be rebuilt.

``open_store`` is the way in; ``Store`` says what can be done there. Plain JSON and bytes only: nothing here has
ever heard of a form.
"""

from store.door import Store
from store.errors import (
    AddressUnknown,
    Conflict,
    EntryUnknown,
    FileDamaged,
    FileUnknown,
    FormatTooNew,
    NameRefused,
    NotAllowed,
    OtherForm,
    RecordDamaged,
    RecordUnknown,
    RecordWentBack,
    StoreBusy,
    StoreError,
    StoreUnavailable,
    ValueRefused,
)
from store.model import (
    DELETED,
    EVERYTHING,
    INNER,
    Change,
    Damage,
    Draft,
    DraftResult,
    Entry,
    Found,
    Kept,
    LogLine,
    NewEntry,
    Reach,
    Scope,
    Summary,
)
from store.opening import open_store

__all__ = [
    "DELETED",
    "EVERYTHING",
    "INNER",
    "AddressUnknown",
    "Change",
    "Conflict",
    "Damage",
    "Draft",
    "DraftResult",
    "Entry",
    "EntryUnknown",
    "FileDamaged",
    "FileUnknown",
    "FormatTooNew",
    "Found",
    "Kept",
    "LogLine",
    "NameRefused",
    "NewEntry",
    "NotAllowed",
    "OtherForm",
    "Reach",
    "RecordDamaged",
    "RecordUnknown",
    "RecordWentBack",
    "Scope",
    "Store",
    "StoreBusy",
    "StoreError",
    "StoreUnavailable",
    "Summary",
    "ValueRefused",
    "open_store",
]
