"""The door: what every backend does, and what one contract suite holds it to."""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, BinaryIO, Protocol, Unpack

from store.matching import Asked
from store.model import Change, Damage, Draft, DraftResult, Entry, Found, LogLine, NewEntry, Order, Scope, Summary
from store.parcels import Parcel, Tally
from store.progress import OnProgress
from store.registers import RegisterLine
from store.sweeping import Pause, no_pause


class Store(Protocol):
    """Records, drafts, files, preferences. Safe for threads; where the backend allows, for several processes.

    Every call for a record may raise ``RecordUnknown``, ``NotAllowed``, ``RecordDamaged``; every call that
    writes ``ValueRefused``, ``NameRefused``, ``StoreBusy``, ``StoreUnavailable``.
    """

    def append(self, new: NewEntry, expected_n: int, scope: Scope) -> Entry:
        """Append an entry to a record's chain, if the newest is still ``expected_n`` (0: the record is new).

        The same request id again returns the entry it made, whatever has come after it.

        One that ``destroys`` ends the record: of the entries before it husks are left, of its draft, of what is found
        by it, and of preferences whose owner names it nothing; ``sweep`` removes its files.

        Raises:
            Conflict: Somebody was faster; carries both.
            OtherForm: The record belongs to another form.
            RecordDestroyed: An entry has ended it; so say ``set_draft`` and ``set_summary`` too.
        """
        ...

    def latest(self, record: str, scope: Scope) -> Entry:
        """The newest entry."""
        ...

    def entry(self, record: str, n: int, scope: Scope) -> Entry:
        """One entry.

        Raises:
            EntryUnknown: The chain has no such number.
        """
        ...

    def entries(self, record: str, scope: Scope, first: int = 1, last: int | None = None) -> list[Entry]:
        """Some entries in order, both ends included; all by default."""
        ...

    def stamp(self, record: str) -> Hashable:
        """Changes whenever entries or draft of the record do, whoever changes them; cheap, never raises."""
        ...

    def stamps(self, records: Collection[str]) -> dict[str, Hashable]:
        """The stamps of many records, asked for at once."""
        ...

    def draft(self, record: str, scope: Scope) -> Draft:
        """The changes since the last entry; without any if there are none."""
        ...

    def set_draft(self, record: str, changes: Sequence[Change], scope: Scope, who: str) -> DraftResult:
        """Take changes into the draft, each by itself; a path replaces everything below it."""
        ...

    def set_summary(self, record: str, summary: Summary, scope: Scope) -> None:
        """List and search the record so, until the draft ends: its label, dates, words and tokens as they are now.

        State, unit and owner stay those of the newest entry.
        """
        ...

    def clear_draft(self, record: str, scope: Scope, up_to: int | None = None) -> Draft:
        """Drop the changes of the draft up to that number, or all; what is left."""
        ...

    def find(
        self, *, order: Order = "changed", limit: int = 200, offset: int = 0, **asked: Unpack[Asked]
    ) -> list[Found]:
        """Records that a search finds, the last changed first unless another order is asked.

        Args:
            order: How they are ordered.
            limit: At most so many,
            offset: after leaving out so many.
            asked: What they must meet.
        """
        ...

    def find_each(self, *, limit: int = 200, **asked: Unpack[Asked]) -> dict[str, list[Found]]:
        """What ``find`` has, by each token of ``among``: those that have it; a token that none has is left out.

        Args:
            limit: At most so many records in all.
            asked: What they must meet.
        """
        ...

    def count(self, **asked: Unpack[Asked]) -> int:
        """How many records ``find`` has in all."""
        ...

    def register(self, name: str, on: date, scope: Scope, *, line: str | None = None) -> list[RegisterLine]:
        """Lines of a register as they were on a day, those that had ended by then included, by their id.

        A line belongs to the unit of the record that opened it, whoever acts on it later.

        Args:
            name: Which register.
            on: The day.
            scope: Of whoever asks.
            line: Only the one of this id.
        """
        ...

    def series(self, name: str) -> int:
        """The last number that was drawn from a series; 0 if none was."""
        ...

    def put_file(self, data: bytes | BinaryIO) -> str:
        """Keep bytes; their SHA-256, under which they are found. The same bytes are kept once."""
        ...

    def get_file(self, digest: str) -> bytes:
        """Bytes by their hash, verified.

        Raises:
            FileUnknown: There are none.
            FileDamaged: They are not what they were.
        """
        ...

    def open_file(self, digest: str) -> BinaryIO:
        """The same as a file, read once from its beginning; no more than a few pieces of it are in memory.

        All of it is verified before its last piece is given, so that what was read to its end is right.

        Raises:
            FileUnknown: There are none.
            FileDamaged: From ``read``: they are not what they were.
        """
        ...

    def sweep(self, *, alone: bool = False, pause: Pause = no_pause) -> int:
        """Go on where something was destroyed, and remove the files that nothing else names; how many.

        It reads all that is kept, if there is anything to do at all. A file that was put within the last hour waits for
        another time: whoever put it may be about to name it.

        Args:
            alone: Nobody else is at work here, so that no file has to wait.
            pause: Called between one thing that is read and the next; whoever stops it there goes on another time.
        """
        ...

    def preferences(self, owner: str) -> dict[str, Any]:
        """Small things kept for an owner, such as what a person or a workstation likes; empty at first."""
        ...

    def set_preferences(self, owner: str, values: Mapping[str, Any]) -> None:
        """Change some preferences; ``None`` forgets one."""
        ...

    def change_preferences(
        self, owner: str, change: Callable[[dict[str, Any]], Mapping[str, Any] | None]
    ) -> dict[str, Any]:
        """Change some preferences by what they are, with nobody in between; what they are then.

        Args:
            owner: Whose.
            change: Given what is kept, says what to set, ``None`` forgetting one; with ``None`` for all, nothing is
                written. Quick, and without effects of its own.
        """
        ...

    def log(self, line: Mapping[str, Any]) -> None:
        """Add a line to the access log: kept for good when this returns, bound to the line before by its digest."""
        ...

    def log_lines(self, first: date | None = None, last: date | None = None) -> list[LogLine]:
        """Lines of the access log in order, those of some days, both included; all by default."""
        ...

    def verify_log(self) -> tuple[Damage, ...]:
        """Every place of the access log that was altered, dropped, put in or moved; none if it is whole."""
        ...

    def verify_chains(self, on_progress: OnProgress | None = None) -> tuple[Damage, ...]:
        """Read every entry of every record anew; the files that cannot be trusted. Progress is (done, of)."""
        ...

    def verify_files(self, on_progress: OnProgress | None = None) -> tuple[Damage, ...]:
        """Read every file and the preferences anew; those that cannot be trusted. Progress is (done, of)."""
        ...

    def verify_index(self, on_progress: OnProgress | None = None) -> tuple[Damage, ...]:
        """Hold what lists and search know against what is kept; records of which they know something else.

        Progress is (done, of). ``reindex`` mends all of it.
        """
        ...

    def damages(self) -> tuple[Damage, ...]:
        """Files found damaged so far, each named; their records raise ``RecordDamaged``, all others work."""
        ...

    def reindex(self, on_progress: OnProgress | None = None) -> int:
        """Make the index anew from what is kept; how many records it holds. Progress is (done, of)."""
        ...

    def renew_lookup(self, on_progress: OnProgress | None = None) -> int:
        """Make a new key of the keyed hashes, and the index anew with it; how many records it holds."""
        ...

    def parcels(self) -> Iterator[Parcel]:
        """Everything that is kept, as it was at one moment, while others go on working.

        Memory stays small. What cannot be trusted comes as a ``LostParcel``; of the log, where lines are missing.
        """
        ...

    def take_in(self, parcels: Iterable[Parcel]) -> Tally:
        """Take everything of another store into this one, which is empty, and read it back; see ``carry``.

        Until it is done nobody else works here; one that was interrupted is never taken for whole.

        Raises:
            StoreNotEmpty: This one holds something.
            ParcelRefused: A parcel is not whole; names it.
            CarriedOtherwise: What is read back is not what came in.
        """
        ...

    def probe(self) -> None:
        """Find out quickly whether anything can be read and written now.

        Raises:
            StoreUnavailable: It cannot, and why.
        """
        ...

    def close(self) -> None:
        """Let go of every handle."""
        ...
