"""All records looked through: chains verified, lists and search made anew, what cannot be trusted named."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from store.chain import ChainBroken
from store.drafting import listed
from store.errors import KeyMissing, RecordDamaged, RecordSealed, RowsDamaged
from store.model import EVERYTHING, Damage, Entry, Summary
from store.postgres import chains, listing, registers
from store.postgres.chains import Chains, Head
from store.postgres.database import Connection, Database, Lock
from store.postgres.drafts import Drafts
from store.postgres.lookup import Lookup
from store.postgres.seals import Seals, damage_of
from store.progress import OnProgress, counted


class Care:
    """What is known to be damaged, and how to look for it."""

    def __init__(self, database: Database, lookup: Lookup, seals: Seals) -> None:
        self._seals = seals
        self._chains = Chains(seals)
        self._database = database
        self._lookup = lookup
        self._damages: dict[str, Damage] = {}

    @property
    def damages(self) -> tuple[Damage, ...]:
        """Records that could not be trusted when last read."""
        return tuple(self._damages.values())

    @contextmanager
    def trusted(self, record: str) -> Iterator[None]:
        """A record is read within.

        Raises:
            RowsDamaged: It cannot be trusted.
            RecordSealed: It is sealed with a key that is not here.
        """
        place = f"数据库 {self._database.host}"
        try:
            yield
        except ChainBroken as exc:
            damage = self._damages[record] = damage_of(record, place, exc)
            told = {"record": record, "file": place, "why": damage.why}
            raise (RecordSealed(**told, key=damage.key) if damage.key else RowsDamaged(**told)) from exc
        self._damages.pop(record, None)

    def verify_chains(self, on_progress: OnProgress | None) -> tuple[Damage, ...]:
        """Read every entry and every draft anew; what cannot be trusted."""
        found = []
        for record in self._told(on_progress):
            with suppress(RecordDamaged), self._database.reading(EVERYTHING) as db, self.trusted(record):
                known = self._chains.read_entries(db, record, 1, None)
                if known:
                    Drafts(self._seals).read(db, known[0])
            if record in self._damages:
                found.append(self._damages[record])
        return tuple(found)

    def verify_index(self, on_progress: OnProgress | None) -> tuple[Damage, ...]:
        """Records of which lists and search say something else than their entries; broken chains are not theirs."""
        place, why = f"数据库 {self._database.host}", "列表和查找里的与记录里的不同"
        found = []
        for record in self._told(on_progress):
            with self._database.reading(EVERYTHING) as db, suppress(ChainBroken, KeyMissing):
                head, shown, entries = self._believed(db, record)
                listed_so = listing.is_listed(db, head, shown, self._lookup.as_in(db))
                if not (listed_so and registers.agrees(db, record, entries)):
                    found.append(Damage(record, place, why))
        return tuple(found)

    def reindex(self, on_progress: OnProgress | None) -> int:
        """Believe every chain and draft as they are, and make anew what lists and search know; how many records."""
        done = 0
        with self._lookup.taking_over() as lookup:
            for record in self._told(on_progress):
                with (
                    suppress(RecordDamaged),
                    self._database.writing(Lock.RECORD, record, EVERYTHING) as db,
                    self.trusted(record),
                ):
                    head, shown, entries = self._believed(db, record)
                    listing.put(db, head, shown, None, lookup)
                    registers.put_anew(db, record, entries)
                    done += 1
        return done

    def _told(self, on_progress: OnProgress | None) -> Iterator[str]:
        with self._database.reading(EVERYTHING) as db:
            records = chains.all_records(db)
        return counted(records, on_progress)

    def _believed(self, db: Connection, record: str) -> tuple[Head, Summary, list[Entry]]:
        """Where a record stands and what lists should say of it, by its entries and its draft alone.

        Raises:
            ChainBroken: They cannot be trusted.
        """
        head, entries = self._chains.read_all(db, record)
        newest, state = entries[-1], Drafts(self._seals).read(db, head).state
        head = replace(
            head,
            n=newest.n,
            version_n=max((entry.n for entry in entries if entry.data is not None), default=0),
            digest=newest.digest,
            unit=newest.summary.unit,
            draft_number=state.number,
            has_draft=bool(state.changes),
            # Of a clock that was put back lists know the later hour.
            changed_at=max(head.changed_at, newest.when, state.changed_at or newest.when),
        )
        return head, listed(newest.summary, state.summary), entries
