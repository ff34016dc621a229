"""A whole store on its way into an archive or another store: parcel by parcel, checked at both ends."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Literal

from store.chain import ChainBroken, Document, check_chain, entry_of, genesis
from store.destroying import is_destroyer, prove
from store.draft_lines import Line, replay, state_line
from store.drafting import DraftState
from store.errors import CarriedOtherwise, NameRefused, ParcelRefused, StoreNotEmpty
from store.log import GENESIS, read_line
from store.model import Damage
from store.plain import check_record, digest, is_digest, is_text

#: Lines of the log that are carried together.
_BATCH = 500

Kind = Literal["record", "draft", "preferences", "log", "file"]


@dataclass(frozen=True)
class EntriesParcel:
    """Entries of a record in order, with their digests and in clear; they follow those of its parcels before.

    Attributes:
        private: Private paths of their data, besides those that they name themselves.
    """

    record: str
    form: str
    entries: tuple[Document, ...]
    private: tuple[str, ...] = ()


@dataclass(frozen=True)
class DraftParcel:
    """All that a record's draft knows, see ``state_line``; the later one of a record takes the earlier's place."""

    record: str
    line: Line

    @property
    def state(self) -> DraftState:
        """The draft itself.

        Raises:
            KeyError, TypeError, ValueError, AttributeError: The line says nothing of the kind.
        """
        return replay(DraftState(), {"state": self.line["state"]})


@dataclass(frozen=True)
class PreferencesParcel:
    """What an owner likes."""

    owner: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class SeriesParcel:
    """The last number drawn from each series; the entry that drew it may be one of those that are lost."""

    last: Mapping[str, int]


@dataclass(frozen=True)
class LogParcel:
    """Sealed lines of the access log in order, without ends of line; they follow those of the parcels before."""

    lines: tuple[bytes, ...]


@dataclass(frozen=True)
class FileParcel:
    """A file by its content hash; it is read before the next parcel is taken.

    ``open`` and reading may raise ``FileDamaged`` or ``FileUnknown``; what has been read by then is worth nothing.
    """

    digest: str
    open: Callable[[], BinaryIO]


@dataclass(frozen=True)
class LostParcel:
    """What cannot be carried because it cannot be trusted; everything else comes nevertheless."""

    kind: Kind
    damage: Damage


Parcel = EntriesParcel | DraftParcel | PreferencesParcel | SeriesParcel | LogParcel | FileParcel | LostParcel


@dataclass
class Tally:
    """What has been carried, so that both ends can be compared.

    Attributes:
        chains: Number and digest of the newest entry by record.
        drafts: Digest of the draft's state by record.
        preferences: Digest of the values by owner.
        series: Last number by series, of entries as well: archives of before hold nothing else.
        log: Number and digest of the newest line of the access log.
        lines: How many lines of it there were; fewer than the number where some are lost.
        files: Digests, as bytes.
        forms: Form by record.
        lost: What could not be carried.
        husks: By record, what is left of destroyed entries and not proved yet by the one that destroyed them.
    """

    chains: dict[str, tuple[int, str]] = field(default_factory=dict)
    drafts: dict[str, str] = field(default_factory=dict)
    preferences: dict[str, str] = field(default_factory=dict)
    series: dict[str, int] = field(default_factory=dict)
    log: tuple[int, str] = (0, GENESIS)
    lines: int = 0
    files: set[bytes] = field(default_factory=set)
    forms: dict[str, str] = field(default_factory=dict)
    lost: list[LostParcel] = field(default_factory=list)
    husks: dict[str, dict[int, str]] = field(default_factory=dict)

    def add(self, parcel: Parcel) -> None:
        """Check a parcel and count it in.

        Raises:
            ParcelRefused: It is not whole, or does not follow what came before it.
        """
        match parcel:
            case EntriesParcel():
                self._add_entries(parcel)
            case DraftParcel():
                self._add_draft(parcel)
            case PreferencesParcel():
                self.preferences[parcel.owner] = digest(dict(parcel.values))
            case SeriesParcel():
                self._add_series(parcel)
            case LogParcel():
                self._add_lines(parcel)
            case FileParcel():
                if not is_digest(parcel.digest):
                    raise ParcelRefused(what=f"文件 {parcel.digest[:80]}", why="这不是 SHA-256")
                self.files.add(bytes.fromhex(parcel.digest))
            case LostParcel():
                self.lost.append(parcel)

    def counts(self) -> dict[str, int]:
        """How many there are of each."""
        return {
            "records": len(self.chains),
            "entries": sum(n for n, _ in self.chains.values()),
            "drafts": len(self.drafts),
            "preferences": len(self.preferences),
            "log_lines": self.lines,
            "files": len(self.files),
        }

    @property
    def is_whole(self) -> bool:
        """Whether nothing that people wrote is lost; lines that are gone from the log never come back."""
        return all(one.kind == "log" for one in self.lost)

    def differs(self, other: "Tally") -> str:
        """What is not alike in two, in Chinese, the first there is; empty if they are equal."""
        if unproved := {*self.husks, *other.husks}:
            return f"办件 {min(unproved)} 销毁以后留下的部分"
        for what, mine, theirs in (
            ("办件", self.chains, other.chains),
            ("草稿", self.drafts, other.drafts),
            ("设置", self.preferences, other.preferences),
            ("编号序列", self.series, other.series),
        ):
            for key in sorted(mine.keys() | theirs.keys()):
                if mine.get(key) != theirs.get(key):
                    return f"{what} {key}"
        if (self.log, self.lines) != (other.log, other.lines):
            return "访问记录"
        return next((f"文件 {one.hex()}" for one in sorted(self.files ^ other.files)), "")

    def _add_entries(self, parcel: EntriesParcel) -> None:
        what = f"办件 {parcel.record[:80]}"
        try:
            check_record(parcel.record)
            form = self.forms.setdefault(parcel.record, parcel.form)
            if form != parcel.form:
                raise ChainBroken(f"前面说是表单 {form}，后面说是 {parcel.form}")
            n, prev = self.chains.get(parcel.record, (0, genesis(parcel.record, form)))
            husks = self.husks.pop(parcel.record, {}) | check_chain(parcel.entries, prev, n + 1)
            if husks and is_destroyer(parcel.entries[-1]):
                prove(husks, parcel.entries[-1])
            elif husks:
                self.husks[parcel.record] = husks
            entries = [entry_of(document, parcel.record, form) for document in parcel.entries]
            newest = entries[-1]
        except (ChainBroken, NameRefused, IndexError) as exc:
            raise ParcelRefused(what=what, why=str(exc)) from exc
        self.chains[parcel.record] = (newest.n, newest.digest)
        for entry in entries:
            self._draw({series: drawn[-1] for series, drawn in entry.numbers.items()})

    def _add_draft(self, parcel: DraftParcel) -> None:
        try:
            if parcel.record not in self.chains:
                raise ValueError("没有这个办件")
            state = parcel.state
        except (KeyError, TypeError, ValueError, AttributeError) as exc:
            raise ParcelRefused(what=f"办件 {parcel.record[:80]} 的草稿", why=str(exc)) from exc
        self.drafts[parcel.record] = digest(state_line(state))

    def _add_series(self, parcel: SeriesParcel) -> None:
        for series, last in parcel.last.items():
            if not is_text(series) or type(last) is not int or not 0 < last < 2**63:
                raise ParcelRefused(what=f"编号序列 {series[:80]}", why="最后一个号不是正整数")
        self._draw(parcel.last)

    def _draw(self, last: Mapping[str, int]) -> None:
        for series, number in last.items():
            self.series[series] = max(self.series.get(series, 0), number)

    def _add_lines(self, parcel: LogParcel) -> None:
        for raw in parcel.lines:
            n, prev = self.log
            try:
                line = read_line(raw)
                gap = any(lost.kind == "log" for lost in self.lost) and line.n > n
                if not gap and (line.n, line.prev) != (n + 1, prev):
                    raise ValueError("与前一条接不上")
            except ValueError as exc:
                raise ParcelRefused(what=f"访问记录第 {n + 1} 条", why=str(exc)) from exc
            self.log = line.n, line.digest
            self.lines += 1


def carry(
    parcels: Iterable[Parcel],
    *,
    keep: Callable[[Parcel], None],
    back: Callable[[], Iterator[Parcel]],
) -> Tally:
    """Take parcels into an empty store and read everything back: how a backend does its ``take_in``.

    Args:
        parcels: Where they come from.
        keep: Keeps one, as it is; its kind is never ``LostParcel``.
        back: The parcels of the store that takes them.

    Raises:
        ParcelRefused: A parcel is not whole.
        CarriedOtherwise: What is read back is not what came in.
    """
    came = Tally()
    for parcel in parcels:
        came.add(parcel)
        if not isinstance(parcel, LostParcel):
            keep(parcel)
    kept = Tally()
    for parcel in back():
        kept.add(parcel)
    worse = (lost.damage.file for lost in kept.lost if lost.kind != "log")
    if what := came.differs(kept) or next(worse, ""):
        raise CarriedOtherwise(what=what)
    return came


def log_parcels(lines: Iterable[tuple[bytes, str]], newest: int, place: str) -> Iterator[LogParcel | LostParcel]:
    """A log as parcels; where lines are missing or altered, what is wrong.

    Args:
        lines: All lines in order, each with the place where it stands.
        newest: Number of the last one that is to be carried.
        place: Where the log lies.
    """
    n, prev, few = 0, GENESIS, list[bytes]()
    for raw, place in lines:
        try:
            line = read_line(raw)
            why = "" if (line.n, line.prev) == (n + 1, prev) else f"第 {n} 条以后接不上"
        except ValueError as exc:
            line, why = None, str(exc)
        if line and line.n > newest:
            break
        if (why or len(few) == _BATCH) and few:
            yield LogParcel(tuple(few))
            few.clear()
        if why:
            yield LostParcel("log", Damage("", place, why))
        if line and line.n > n:
            n, prev = line.n, line.digest
            few.append(raw)
    if few:
        yield LogParcel(tuple(few))
    if n < newest:
        yield LostParcel("log", Damage("", place, f"第 {n + 1} 条到第 {newest} 条不见了"))


def refuse_unless_empty(kept: Iterator[Parcel]) -> None:
    """Refuse to take anything where something is kept.

    Raises:
        StoreNotEmpty: There is a parcel.
    """
    if next(kept, None) is not None:
        raise StoreNotEmpty


def keep_file(parcel: FileParcel, put: Callable[[BinaryIO], str]) -> None:
    """Keep the file of a parcel.

    Raises:
        ParcelRefused: The bytes are others than it says.
    """
    with parcel.open() as file:
        if put(file) != parcel.digest:
            raise ParcelRefused(what=f"文件 {parcel.digest}", why="内容与校验码不符")
