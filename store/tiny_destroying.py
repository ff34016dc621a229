"""The default store destroying: what is left of a record's files, and a mark until all that is to go is gone."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson

from store.blobs import Blobs
from store.catalog import Catalog, stripe
from store.chain import FORMAT, Document
from store.destroying import husk, is_destroyer
from store.disk import Disk, read_file, told
from store.draft_lines import state_line
from store.drafting import DraftState
from store.errors import StoreError
from store.index import Line
from store.locks import Locks
from store.parcels import Parcel, PreferencesParcel
from store.preference_files import PreferenceFiles
from store.sweeping import Pause, files_of, names_record, unneeded, with_orders

_log = logging.getLogger(__name__)


class Destroying:
    """Records of which something is still to go; a mark for each, so that whoever dies over it leaves word.

    Args:
        folder: Where the marks lie.
    """

    def __init__(
        self,
        folder: Path,
        disk: Disk,
        locks: Locks,
        catalog: Catalog,
        preferences: PreferenceFiles,
        blobs: Blobs,
    ) -> None:
        self._folder = folder
        self._disk = disk
        self._locks = locks
        self._catalog = catalog
        self._preferences = preferences
        self._blobs = blobs

    def begin(self, record: str, documents: Sequence[Document], draft: DraftState) -> None:
        """Leave word of what will have to go, before the entry is written that destroys it; under the record's lock."""
        files = files_of([*documents, state_line(draft), *(one.values for one in self._kept_for(record))])
        self._disk.write_file(self._path(record), orjson.dumps({"format": FORMAT, "files": sorted(files)}))

    def strip(self, record: str, known: Line | None) -> None:
        """Leave husks of a record whose newest entry destroys the others; under the record's lock, as often as need be.

        Nothing happens, and the mark goes, where that entry was never written.
        """
        chain = self._catalog.chain(record, known)
        if chain is None or not is_destroyer(chain.documents[-1]):
            self._forget(record)
            return
        self._catalog.chains.strip(chain, lambda document: husk(document, chain.documents[-1]))
        _, state = self._catalog.draft(record, self._catalog.head(record))
        emptied = DraftState(number=state.number, base_n=chain.n, changed_at=state.changed_at)
        self._catalog.drafts.write_state(record, emptied)
        stripped = self._catalog.chain(record, None)
        assert stripped is not None
        self._catalog.note(stripped, self._catalog.known(record))
        for kept in list(self._kept_for(record)):
            self._preferences.change(kept.owner, dict.fromkeys(kept.values))

    def go_on(self) -> None:
        """Strip what somebody died over; what cannot be now waits for another time."""
        for record in self._marked():
            try:
                with self._locks.hold(stripe(record)):
                    self.strip(record, self._catalog.known(record))
            except StoreError as exc:
                _log.warning("销毁到一半的档案 %s 还没有销毁完：%s", record, exc)

    def sweep(self, parcels: Callable[[], Iterable[Parcel]], age: float, pause: Pause) -> int:
        """Remove the files that only destroyed records had, and what the index remembers; how many files.

        Those that were put since ``age`` seconds wait for the next time.
        """
        self.go_on()
        marked = {record: self._files(record) for record in self._marked()}
        files = with_orders(set().union(*marked.values()), self._blobs)
        gone = unneeded(files, parcels(), pause) if marked else None
        if gone is None:
            return 0
        dropped = [digest for digest in gone if self._blobs.discard(digest, age)]
        self._catalog.scrub()
        if len(dropped) == len(gone):
            for record in marked:
                self._forget(record)
        return len(dropped)

    # -- inside ---

    def _kept_for(self, record: str) -> Iterator[PreferencesParcel]:
        for parcel in self._preferences.parcels():
            if isinstance(parcel, PreferencesParcel) and parcel.values and names_record(parcel.owner, record):
                yield parcel

    def _marked(self) -> list[str]:
        with told():
            return sorted(path.stem for path in self._folder.glob("*.json")) if self._folder.is_dir() else []

    def _files(self, record: str) -> set[str]:
        data, _ = read_file(self._path(record))
        told_files: dict[str, Any] = orjson.loads(data) if data else {"files": []}
        return set(told_files["files"])

    def _forget(self, record: str) -> None:
        with told():
            self._path(record).unlink(missing_ok=True)

    def _path(self, record: str) -> Path:
        return self._folder / f"{record}.json"
