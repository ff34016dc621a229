"""Sealing turned on, off, or over to another key, for all that lies in a folder already; begun again, it goes on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from store.blobs import Blobs
from store.catalog import Catalog, stripe
from store.chain import Document
from store.codec import Codec
from store.errors import FileDamaged, FormatTooNew, KeyMissing, KeyUnset, RecordDamaged
from store.keys import LookupKey
from store.locks import Locks
from store.mark import Mark, Sealing
from store.model import Damage
from store.progress import OnProgress
from store.tiny_parcels import damage_of

#: The private paths of an older entry's data, which says nothing of them itself: by its form and what it says.
PrivateOf = Callable[[str, Document], Sequence[str]]
#: What is being done, how much of it is done, of how much.
OnTurn = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Resealed:
    """What was done.

    Attributes:
        records: How many records were written anew.
        files: How many files.
        left: What could not be read, and so lies as it lay.
    """

    records: int
    files: int
    left: tuple[Damage, ...]


class Sealer:
    """Has everything in a folder lie as it shall: sealed with one key, or in clear. Others may go on working."""

    def __init__(
        self, mark: Mark, codec: Codec, lookup: LookupKey, catalog: Catalog, blobs: Blobs, locks: Locks
    ) -> None:
        self._mark = mark
        self._codec = codec
        self._lookup = lookup
        self._catalog = catalog
        self._blobs = blobs
        self._locks = locks

    @property
    def sealing(self) -> Sealing:
        """What is to be, and whether all of it is so."""
        return self._mark.sealing

    def seal(self, private_of: PrivateOf, on_progress: OnTurn, *, lost: bool = False) -> Resealed:
        """Seal everything with the first of the keys, whatever it was sealed with before.

        Args:
            private_of: Private paths of entries that do not name them.
            on_progress: Told how far it is.
            lost: The key of before will not come back: what is sealed with it stays as it is.

        Raises:
            KeyUnset: There is no key.
            KeyMissing: The key of before is not here.
        """
        first = self._codec.keys.first
        if first is None:
            raise KeyUnset
        return self._all(Sealing(first.id, decided=True, pending=True), private_of, on_progress, lost)

    def unseal(self, on_progress: OnTurn) -> Resealed:
        """Have everything lie in clear again.

        Raises:
            KeyMissing: The key it is sealed with is not here.
        """
        return self._all(Sealing(decided=True, pending=True), _nothing, on_progress, lost=False)

    def renew_lookup(self, on_progress: OnProgress | None) -> int:
        """Make a new look-up key, and the index anew with it; how many records it holds."""
        self._lookup.renew()
        self._catalog.discard_index()
        return self._catalog.reindex(on_progress)

    # -- inside ---

    def _all(self, wanted: Sealing, private_of: PrivateOf, on_progress: OnTurn, lost: bool) -> Resealed:
        before = self._mark.sealing.key
        if before and before not in self._codec.keys and not lost:
            raise KeyMissing(key=before)
        with self._locks.hold("index"):
            self._mark.decide(wanted)
        if self._lookup.is_open:
            self._lookup.write()
        else:
            self.renew_lookup(None)
        left: list[Damage] = []
        records = self._records(private_of, on_progress, left)
        files = self._files(on_progress, left)
        if not left or lost:
            self._mark.decide(Sealing(wanted.key, decided=True))
        return Resealed(records, files, tuple(left))

    def _records(self, private_of: PrivateOf, on_progress: OnTurn, left: list[Damage]) -> int:
        changed, records = 0, sorted(self._catalog.stamps())
        for done, record in enumerate(records, start=1):
            with self._locks.hold(stripe(record)):
                try:
                    changed += self._record(record, private_of)
                except (RecordDamaged, FormatTooNew) as exc:
                    left.append(damage_of(record, exc))
            on_progress("办件", done, len(records))
        return changed

    def _record(self, record: str, private_of: PrivateOf) -> bool:
        known = self._catalog.head(record)
        chain = self._catalog.chain(record, known)
        assert chain is not None
        self._catalog.entries(chain, 1, chain.n)
        changed = self._catalog.chains.reseal(chain, lambda document: private_of(chain.form, document))
        file, _ = self._catalog.draft(record, known)
        if file.end and not self._catalog.drafts.lies_as_wanted(record):
            self._catalog.drafts.write_state(record, file.state)
            changed = True
        if changed and (anew := self._catalog.chain(record, known)):
            # Read back: every digest is checked, and the index learns the new stamps.
            self._catalog.entries(anew, 1, anew.n)
            self._catalog.note(anew, known)
        return changed

    def _files(self, on_progress: OnTurn, left: list[Damage]) -> int:
        changed, digests = 0, list(self._blobs.digests())
        for done, digest in enumerate(digests, start=1):
            try:
                changed += self._blobs.reseal(digest)
            except (FileDamaged, KeyMissing) as exc:
                left.append(self._blobs.damage(digest, exc))
            on_progress("文件", done, len(digests))
        return changed


def _nothing(form: str, document: Document) -> Sequence[str]:
    return ()
