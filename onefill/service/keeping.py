"""What an administrator does with all that is kept: look it through, back it up, restore it, move it elsewhere."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from onefill import __version__
from onefill.definitions import load_packs
from onefill.problems import FieldPlace, Problem
from onefill.service.desk import Settings
from onefill.service.named_files import NamedFiles
from onefill.service.privacy import private_of
from onefill.service.relisting import relist
from store import (
    About,
    Archive,
    Damage,
    DraftParcel,
    EntriesParcel,
    FileParcel,
    KeyMissing,
    LostParcel,
    Parcel,
    ParcelRefused,
    PreferencesParcel,
    Store,
    Tally,
    write_archive,
)
from store.keyring import KEY_FILE
from store.platform import path_from_address

#: Told what is being done, how much of it is done, and of how much; 0 where nobody can know.
OnProgress = Callable[[str, int, int], None]
Verify = Callable[[Callable[[int, int], None]], Sequence[Damage]]

_REMEDIES = {
    "CHAIN": "从备份取回这个文件。取不回来也只少这一个办件，别的照常",
    "LOG": "查清是谁动过它，和备份对照。以后的照常记下去",
    "FILE": "从备份取回这个文件，或重新上传、重新打印",
    "FILE_MISSING": "从备份取回这个文件。取不回来，上传的请重新上传，别的这一版按当时的样子就印不出来",
    "INDEX": "运行 python -m onefill store reindex",
}


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What a restored archive brought.

    Attributes:
        about: What the archive says of itself; what it had lost when it was made is named there.
        tally: What is in the store now.
        beside: How many forms, templates and keys were written beside.
    """

    about: About
    tally: Tally
    beside: int


class Keeping:
    """The desk of whoever looks after the store."""

    def __init__(self, store: Store, settings: Settings, now: Callable[[], datetime]) -> None:
        self._store = store
        self._settings = settings
        self._now = now

    def verify(self, on_progress: OnProgress) -> list[Problem]:
        """Everything that is kept read anew: all that cannot be trusted, with what to do."""
        checks: tuple[tuple[str, str, Verify], ...] = (
            ("CHAIN", "办件", self._store.verify_chains),
            ("LOG", "访问记录", lambda _: self._store.verify_log()),
            ("FILE", "文件", self._store.verify_files),
            ("INDEX", "索引", self._store.verify_index),
        )
        problems = []
        for code, what, verify in checks:
            damages = verify(lambda done, of, what=what: on_progress(what, done, of))  # type: ignore[misc]
            problems += [_problem(code, damage) for damage in damages]
        return problems + [_problem("FILE_MISSING", damage) for damage in self._missing()]

    def reindex(self, on_progress: OnProgress, *, new_key: bool = False) -> int:
        """Make the index anew, with a new look-up key if that is wanted; how many records it holds."""
        reindex = self._store.renew_lookup if new_key else self._store.reindex
        count = reindex(lambda done, of: on_progress("索引", done, of))
        self.relist(on_progress)
        return count

    def relist(self, on_progress: OnProgress) -> int:
        """Have records be found as the forms ask them now; how many were filled under other ones, see ``relist``."""
        definitions, today = load_packs(self._settings.forms), lambda: self._now().date()
        return relist(self._store, definitions, today, lambda done, of: on_progress("改过的表单", done, of))

    def backup(self, path: Path, on_progress: OnProgress, *, keys: Sequence[Path] = ()) -> Tally:
        """Write everything into an archive while people go on working.

        Args:
            path: Of the archive; an older one there is replaced when the new one is whole, see ``place_of``.
            on_progress: Told of records and files.
            keys: Files of keys that are to be put in as well.

        Raises:
            StoreUnavailable: The disk refused; the older archive stands.
            ArchiveRefused: What was read back is not what was written; likewise.
            KeyMissing: Something is sealed with a key that is not here; likewise.
        """
        self._store.sweep()  # what had to wait when a record was destroyed goes with the next backup

        def tell(counts: Mapping[str, int]) -> None:
            on_progress("办件" if not counts["files"] else "文件", counts["files"] or counts["records"], 0)

        return write_archive(
            path,
            _openable(self._store.parcels()),
            made=self._now().isoformat(timespec="seconds"),
            program=__version__,
            beside=[*self._program(), *((f"keys/{key.name}", key) for key in keys)],
            key=self._settings.keys.first,
            on_progress=tell,
        )

    def restore(self, path: Path, on_progress: OnProgress, *, beside: Path | None = None) -> Restored:
        """Put an archive back into this store, which is empty, and read it back.

        Args:
            path: Of the archive; nothing is written before all of it has been checked.
            on_progress: Told of bytes, then of records and files.
            beside: Folder into which the forms, templates and keys of the archive are written.

        Raises:
            ArchiveRefused: It is cut short or altered.
            FormatTooNew: A newer program made it.
            KeyMissing: It is sealed with a key that is not here.
            StoreNotEmpty: There is something here already.
        """
        archive = Archive(path, self._settings.keys)
        about = check_archive(path, self._settings, on_progress)
        tally = self._store.take_in(_told(self._private(archive.parcels()), on_progress))
        return Restored(about=about, tally=tally, beside=archive.unpack(beside) if beside else 0)

    def migrate(self, target: Store, on_progress: OnProgress, *, without_damaged: bool = False) -> Tally:
        """Carry everything into another store, which is empty, and read it back there; here all stays as it is.

        Args:
            target: Where to.
            on_progress: Told of records and files.
            without_damaged: Leave out what cannot be trusted; see ``Tally.lost``.

        Raises:
            StoreNotEmpty: There is something already.
            ParcelRefused: Something here cannot be trusted.
        """
        parcels = self._private(self._store.parcels())
        return target.take_in(_told(parcels if without_damaged else _whole(parcels), on_progress))

    # -- inside ---

    def _program(self) -> Iterator[tuple[str, Path]]:
        for name, folder in (("forms", self._settings.forms), ("templates", self._settings.templates)):
            for path in sorted(folder.rglob("*")):
                if path.is_file() and not path.name.startswith((".", "~$")):
                    yield f"program/{name}/{path.relative_to(folder).as_posix()}", path

    def _private(self, parcels: Iterator[Parcel]) -> Iterator[Parcel]:
        """The same, told of older entries what is private in them: a database can never seal them later."""
        if self._settings.keys.first is None:
            yield from parcels
            return
        paths = private_of(load_packs(self._settings.forms), self._store)
        for parcel in parcels:
            if isinstance(parcel, EntriesParcel):
                older = (paths(parcel.form, entry) for entry in parcel.entries if "private" not in entry)
                parcel = replace(parcel, private=tuple(dict.fromkeys(path for found in older for path in found)))
            yield parcel

    def _missing(self) -> Iterator[Damage]:
        """Files that versions pin, that were printed or handed in, and that are not there."""
        needed: dict[str, tuple[str, str]] = {}
        named = NamedFiles(self._store)
        for parcel in self._store.parcels():
            match parcel:
                case EntriesParcel(record, _, entries):
                    found = (one for entry in entries for one in named.of_entry(record, entry))
                    needed |= {digest: (record, name) for name, digest in found}
                case DraftParcel(record, line):
                    needed |= {digest: (record, name) for name, digest in named.of_draft(record, line)}
                case PreferencesParcel(owner, values) if owner.startswith("printed/"):
                    record = owner.split("/")[1]
                    needed |= {kept["digest"]: (record, kept["name"]) for kept in values.values()}
                case FileParcel(digest):
                    needed.pop(digest, None)
        for digest, (record, name) in needed.items():
            yield Damage(record, digest, f"{name} 不见了")


def check_archive(path: Path, settings: Settings, on_progress: OnProgress) -> About:
    """All of an archive read and held against its sums; nothing is restored.

    Raises:
        ArchiveRefused: It is cut short or altered.
        FormatTooNew: A newer program made it.
        KeyMissing: It is sealed with a key that is not here.
    """
    return Archive(path, settings.keys).check(lambda done, of: on_progress("核对备份", done, of))


def key_files(settings: Settings, environ: Mapping[str, str]) -> list[Path]:
    """The files of keys there are: beside the data, beside a store that lies elsewhere, named in the environment."""
    folders = [settings.data]
    if settings.store.startswith("tinydb://"):
        folders.append(path_from_address(settings.store.removeprefix("tinydb://")).parent)
    named = [Path(environ[KEY_FILE])] if environ.get(KEY_FILE) else []
    return sorted({*named, *(path for folder in folders for path in folder.glob("*.key"))})


def _problem(code: str, damage: Damage) -> Problem:
    label = f"办件 {damage.record}" if damage.record else ""
    remedy = "把备份的这把密钥写进 ONEFILL_KEY_FILE 指的文件，再来一次" if damage.key else _REMEDIES[code]
    return Problem(place=FieldPlace(damage.file, label), code=f"STORE_{code}", what=damage.why, remedy=remedy)


def _told(parcels: Iterator[Parcel], on_progress: OnProgress) -> Iterator[Parcel]:
    records = files = 0
    for parcel in parcels:
        yield parcel
        if isinstance(parcel, EntriesParcel):
            records += 1
            on_progress("办件", records, 0)
        elif isinstance(parcel, FileParcel):
            files += 1
            on_progress("文件", files, 0)
    on_progress("读回核对", 0, 0)


def _openable(parcels: Iterator[Parcel]) -> Iterator[Parcel]:
    """The same; without a key nothing is lost, and a good archive must not give way to one that lacks the most."""
    for parcel in parcels:
        if isinstance(parcel, LostParcel) and parcel.damage.key:
            raise KeyMissing(key=parcel.damage.key)
        yield parcel


def _whole(parcels: Iterator[Parcel]) -> Iterator[Parcel]:
    for parcel in parcels:
        if isinstance(parcel, LostParcel):
            raise ParcelRefused(what=parcel.damage.file, why=parcel.damage.why)
        yield parcel
