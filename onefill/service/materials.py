"""Materials: what is wanted, what was handed in, page by page. Originals are kept by their hash and never altered."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from onefill.definitions.procedure import Material
from onefill.errors import OneFillError
from onefill.materials import (
    MATERIALS,
    UNSORTED,
    Checklist,
    ItemState,
    Leaf,
    Page,
    Standing,
    Supplied,
    placed,
    supplied_of,
)
from onefill.materials.printed_pages import Fault, in_order
from onefill.reviews.moves import phase_of, phase_title, stage_of, what_was_handed_in
from onefill.service.book import Book
from onefill.service.bringing import brings, brought_by
from onefill.service.case_shapes import MaterialsState
from onefill.service.cases import case_of
from onefill.service.checking import Checking
from onefill.service.drawn_pages import DrawnPages
from onefill.service.guard import filled_by, seen_by
from onefill.service.judging import as_seen
from onefill.service.kept_files import KeptFile, look_through, remember
from onefill.service.material_shapes import Brought, Inspect, Picture
from onefill.service.open_record import OpenRecord
from onefill.service.page_coding import PageCoding
from onefill.service.printed import PrintedFiles
from onefill.service.room import Room
from onefill.service.scan_sorting import read_pages, sorted_pages, told_once, told_sorted
from onefill.service.shapes import Person
from store import Change


class ItemUnknown(OneFillError):
    """The checklist has no such item any more."""

    message = "现在的清单里没有这一件（{item}）。请刷新页面，看最新的清单。"


class FileGone(OneFillError):
    """The file was taken out meanwhile."""

    message = "这个文件已经从清单里拿掉了。请刷新页面。"


class MaterialsLocked(OneFillError):
    """They were handed in."""

    message = "{phase}已经交了（现在是“{stage}”），材料不能再换。要换，先撤回，或等退回。"


class NoPrintCode(OneFillError):
    """What was given is not what stands in a footer."""

    message = "“{code}”不是校验码。照纸上页脚“数据校验码”后面的 8 位填。"


ANY_KIND: tuple[str, ...] = ("pdf", "jpg", "png")
MOST_MB = 100
#: How footers name the facts that a paper printed.
PRINT_CODE = re.compile("[0-9a-f]{8}")


class Materials(Room):
    """What a person does with materials."""

    def __init__(
        self,
        book: Book,
        checking: Checking,
        inspect: Inspect,
        picture: Picture,
        new_id: Callable[[], str],
        now: Callable[[], datetime],
    ) -> None:
        self._book = book
        self._checking = checking
        self._inspect = inspect
        self._picture = picture
        self._new_id = new_id
        self._now = now
        self._drawn = DrawnPages()
        self._coding = PageCoding(book.store)
        self._printed = PrintedFiles(book.store)

    def state(self, record: str, who: Person, phase: str | None = None) -> MaterialsState:
        """The checklist of a phase, the present one if none is named."""
        with self._book.lock:
            opened = seen_by(self._book, record, who)
            plan = opened.sheet.plan
            index = plan.phase_index(phase)
            key = plan.phases[index]
            seen = as_seen(self._book, opened, key, who)
            return MaterialsState(
                record=record,
                phase=key,
                phase_title=phase_title(plan.form, key),
                checklist=self._checking.of(seen, index),
                open_to_change=self._open(opened, key),
            )

    def to_bring(self, record: str, who: Person) -> tuple[tuple[str, ItemState], ...]:
        """Items that somebody who does not fill the record may bring files for now, each with its phase."""
        with self._book.lock:
            opened = seen_by(self._book, record, who)
            form = opened.sheet.plan.form
            named = [one for one in form.materials if brings(self._book, opened, one.key, who)]
            phases = dict.fromkeys(phase_of(form, one.from_) for one in named)
            keys = {one.key for one in named}
            return tuple(
                (phase, one)
                for phase in phases
                if self._open(opened, phase)
                for one in self._checklist(opened, opened.sheet.plan.phase_index(phase)).items
                if one.material.key in keys and one.standing is not Standing.NOT_REQUIRED
            )

    def brings(self, record: str, item: str, who: Person) -> bool:
        """Whether an item is also for somebody who does not fill the record."""
        with self._book.lock:
            return brings(self._book, seen_by(self._book, record, who), item, who)

    def unsorted(self, record: str, who: Person) -> tuple[Supplied, ...]:
        """Files that were brought and not assigned to an item yet."""
        return self.files(record, UNSORTED, who)

    def files(self, record: str, item: str, who: Person) -> tuple[Supplied, ...]:
        """What was brought for an item, or is not sorted yet; without what is taken from other records."""
        with self._book.lock:
            return supplied_of(seen_by(self._book, record, who).sheet.data).get(item, ())

    def supply(self, record: str, item: str, source: bytes | Path, filename: str, who: Person) -> Supplied:
        """Take a file in for an item, or unsorted; the same file twice for an item is one. See ``bring``."""
        brought = self.bring(record, item, source, filename, who)
        return brought.parts.get(item) or next(iter(brought.parts.values()))

    def bring(self, record: str, item: str, source: bytes | Path, filename: str, who: Person) -> Brought:
        """Take a file in for an item, or unsorted; pages whose code says of which document they are go to its item.

        The same file twice for an item is one.

        Args:
            record: Whose.
            item: Id of the item of the checklist; ``unsorted`` for none yet.
            source: The file's bytes, or where it lies.
            filename: As it is called.
            who: Who brings it.

        Raises:
            OneFillError: It cannot be taken; the message says why and what to do. Nothing is kept then.
        """
        with self._book.lock:
            opened = brought_by(self._book, record, item, who)
            state = None if item == UNSORTED else self._item(opened, item)
            only = brings(self._book, opened, item, who)
        kinds, most = (state.material.accept, state.material.max_mb) if state else (ANY_KIND, MOST_MB)
        taken = self._inspect(source, filename, kinds, most << 20)
        read = read_pages(taken.pages, self._coding.key)
        digest = self._put(source)
        remember(self._book.store, record, digest)
        with self._book.lock:
            opened = brought_by(self._book, record, item, who)
            # Whoever brings something for one item puts nothing elsewhere.
            documents = set() if only else {code.document for code in read.codes.values()}
            homes = {one.id: one for one in self._homes(opened, documents)}
            if state is not None:
                homes = {item: state, **homes}
            parts = sorted_pages(read, item, record, lambda document: _home(homes.values(), document))
            made, old = {}, set()
            for target, numbers in parts.items():
                present = supplied_of(opened.sheet.data).get(target, ())
                same = next((one for one in present if one.digest == digest), None)
                if same is not None:
                    old.add(target)
                    made[target] = same
                    continue
                made[target] = Supplied(
                    id=self._new_id()[:12],
                    digest=digest,
                    name=filename,
                    kind=taken.kind,
                    pages=tuple(Page(number, read.turns.get(number, 0)) for number in numbers),
                    at=self._now(),
                    who=who.name,
                    print=homes[target].print if target in homes else "",
                    entry=self._handed_out(record, homes[target]) if target in homes else 0,
                    about=homes[target].about if target in homes else {},
                    advice=told_once({number: taken.pages[number - 1].told() for number in numbers}),
                    codes={number: read.codes[number] for number in numbers if number in read.codes},
                    odd={number: read.odd[number] for number in numbers if number in read.odd},
                    empty=read.empty.intersection(numbers),
                )
            new = {target: (one,) for target, one in made.items() if target not in old}
            self._keep(opened, self._put_in(opened, new), who)
            names = {one.id: one.name for one in homes.values()}
            return Brought(parts=made, pages=read.pages, twice=not new, told=told_sorted(parts, item, names))

    def show_original(self, record: str, item: str, who: Person, *, ready: bool = True) -> None:
        """Say that a paper original is at hand, or that it is not."""
        with self._book.lock:
            opened = filled_by(self._book, record, who)
            self._item(opened, item)
            paper = Supplied(
                id="paper", digest="", name="纸质原件", kind="paper", pages=(), at=self._now(), who=who.name
            )
            self._keep(opened, {f"{item}/paper": paper.plain() if ready else None}, who)

    def assign(
        self, record: str, source: str, file: str, target: str, who: Person, pages: Sequence[int] | None = None
    ) -> None:
        """Move a file from one item to another, or some of its pages by their places from 1."""
        with self._book.lock:
            opened = filled_by(self._book, record, who)
            found = self._file(opened, source, file)
            state = None if target == UNSORTED else self._item(opened, target)
            chosen = set(pages or range(1, len(found.pages) + 1))
            moved = tuple(replace(page, place=None) for at, page in enumerate(found.pages, 1) if at in chosen)
            left = tuple(page for place, page in enumerate(found.pages, 1) if place not in chosen)
            if not moved or source == target:
                return
            print, about = (state.print, state.about) if state else ("", {})
            entry = self._handed_out(record, state) if state else 0
            made = replace(found, id=self._new_id()[:12], pages=moved, print=print, entry=entry, about=about)
            made = replace(made, told=False, sure=None)
            kept = replace(found, pages=left).plain() if left else None
            self._keep(opened, {**self._put_in(opened, {target: (made,)}), f"{source}/{file}": kept}, who)

    def set_aside(self, record: str, item: str, who: Person, *, replaced: bool = False) -> None:
        """Put the pages of an item that are foreign, twice there, or old beside new ones, with what is not sorted.

        Args:
            record: Whose.
            item: Id of the item.
            who: Who says so.
            replaced: Whether instead those go that were there when the item came back.
        """
        with self._book.lock:
            opened = filled_by(self._book, record, who)
            spare = {
                leaf
                for fault in self._item(opened, item).faults
                if (fault.kind is Fault.KEPT) == replaced
                for leaf in fault.spare
            }
            values: dict[str, Any] = {}
            made: list[Supplied] = []
            for one in supplied_of(opened.sheet.data).get(item, ()):
                out = tuple(page for at, page in enumerate(one.pages, 1) if (one.id, at) in spare)
                if not out:
                    continue
                left = tuple(page for page in one.pages if page not in out)
                values[f"{item}/{one.id}"] = replace(one, pages=left).plain() if left else None
                pages = tuple(replace(page, place=None) for page in out)
                bare = replace(one, id=self._new_id()[:12], pages=pages, print="", entry=0)
                made.append(replace(bare, told=False, about={}, sure=None))
            if made:
                self._keep(opened, {**values, **self._put_in(opened, {UNSORTED: tuple(made)})}, who)

    def arrange(self, record: str, item: str, file: str, pages: Sequence[Page], who: Person) -> None:
        """Say which pages of a file count, and how each is turned; without any it is taken out."""
        with self._book.lock:
            opened = filled_by(self._book, record, who)
            found = self._file(opened, item, file)
            known = {page.number for page in found.pages}
            wanted = tuple(replace(page, turn=page.turn % 360) for page in pages if page.number in known)
            kept = replace(found, pages=wanted).plain() if wanted else None
            self._keep(opened, {f"{item}/{file}": kept}, who)

    def order(self, record: str, item: str, run: Sequence[Leaf], who: Person) -> None:
        """Say in which order the pages of an item come, whichever file each is in; what is not named comes after."""
        with self._book.lock:
            opened = filled_by(self._book, record, who)
            files = supplied_of(opened.sheet.data).get(item, ())
            made = zip(files, placed(files, run), strict=True)
            self._keep(opened, {f"{item}/{new.id}": new.plain() for old, new in made if new != old}, who)

    def of_print(self, record: str, item: str, file: str, print: str, who: Person) -> None:
        """Say which print a scan is of, by the code in its footer.

        Raises:
            NoPrintCode: No footer says so.
        """
        code = "".join(print.split()).lower()
        if not PRINT_CODE.fullmatch(code):
            raise NoPrintCode(code=print)
        with self._book.lock:
            opened = filled_by(self._book, record, who)
            found = self._file(opened, item, file)
            entry = self._handed_out(record, self._item(opened, item), code)
            self._keep(opened, {f"{item}/{file}": replace(found, print=code, entry=entry, told=True).plain()}, who)

    def still_right(self, record: str, item: str, who: Person) -> None:
        """Say that an item's files are right although facts that they are about have changed since they came."""
        with self._book.lock:
            opened = filled_by(self._book, record, who)
            state, sure = self._item(opened, item), (who.name, self._now())
            old = (one for one in state.files if state.changed.get(one.id))
            kept = {f"{item}/{one.id}": replace(one, about=state.about, sure=sure).plain() for one in old}
            self._keep(opened, kept, who)

    def remove(self, record: str, item: str, file: str, who: Person) -> None:
        """Take a file out; its bytes stay in the store with the versions that hold it.

        Whoever brings files for an item of a record that others fill takes out but what was their own.
        """
        with self._book.lock:
            opened = brought_by(self._book, record, item, who)
            if self._file(opened, item, file).who != who.name:
                filled_by(self._book, record, who)
            self._keep(opened, {f"{item}/{file}": None}, who)

    def picture(self, record: str, item: str, file: str, place: int, width: int, who: Person) -> bytes:
        """A page of what was handed in as a picture; the page by its place from 1.

        Raises:
            FileGone: There is no such page.
        """
        found, page = self._page(record, item, file, place, who)
        asked = found.kind, page.number, page.turn, width
        return self._drawn.get((found.digest, *asked), lambda: self._picture(self._kept(found), *asked))

    def original(self, record: str, item: str, file: str, who: Person) -> KeptFile:
        """A file as it was brought."""
        with self._book.lock:
            found = self._any_file(seen_by(self._book, record, who), item, file)
        return self._kept(found)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _kept(self, file: Supplied) -> KeptFile:
        return look_through(self._book.store, file.digest, file.name)

    def _handed_out(self, record: str, item: ItemState, print: str = "") -> int:
        """Number of the entry that a print was made of, today's if not given, if it was handed out last; else 0."""
        if not _of_our_paper(item.material):
            return 0
        n, hash = self._printed.handed_out(record).get(item.material.document or "", (0, ""))
        return n if hash == (print or item.print) else 0

    def _put(self, source: bytes | Path) -> str:
        if isinstance(source, bytes):
            return self._book.store.put_file(source)
        with source.open("rb") as file:
            return self._book.store.put_file(file)

    def _homes(self, opened: OpenRecord, documents: Collection[str]) -> Iterator[ItemState]:
        """The items that scans of documents belong to and that may still be changed."""
        form = opened.sheet.plan.form
        for one in form.materials:
            if not _of_our_paper(one) or one.each is not None or one.document not in documents:
                continue
            state = self._item(opened, one.key)
            if state.standing is not Standing.NOT_REQUIRED and self._open(opened, phase_of(form, one.from_)):
                yield state

    def _put_in(self, opened: OpenRecord, new: Mapping[str, tuple[Supplied, ...]]) -> dict[str, Any]:
        """What is kept of items to which files come: these, and every page in the order that the codes say."""
        found: dict[str, Any] = {}
        asked = {one.key: one.document for one in opened.sheet.plan.form.materials if _of_our_paper(one)}
        for item, files in new.items():
            present = supplied_of(opened.sheet.data).get(item, ())
            now = {one.id: one for one in present}
            placed = in_order((*present, *files), opened.id, asked.get(item.partition(".")[0]))
            found |= {f"{item}/{one.id}": one.plain() for one in placed if now.get(one.id) != one}
        return found

    def _page(self, record: str, item: str, file: str, place: int, who: Person) -> tuple[Supplied, Page]:
        with self._book.lock:
            found = self._any_file(seen_by(self._book, record, who), item, file)
        if not found.digest or not 1 <= place <= len(found.pages):
            raise FileGone
        return found, found.pages[place - 1]

    def _checklist(self, opened: OpenRecord, index: int) -> Checklist:
        return self._checking.of(opened, index)

    def _item(self, opened: OpenRecord, item: str) -> ItemState:
        """An item of whatever phase."""
        form = opened.sheet.plan.form
        key = item.partition(".")[0]
        material = next((one for one in form.materials if one.key == key), None)
        if material is None:
            raise ItemUnknown(item=item)
        items = self._checklist(opened, opened.sheet.plan.phase_index(material.from_)).items
        found = next((one for one in items if one.id == item), None)
        if found is None:
            raise ItemUnknown(item=item)
        return found

    def _file(self, opened: OpenRecord, item: str, file: str) -> Supplied:
        found = next((one for one in supplied_of(opened.sheet.data).get(item, ()) if one.id == file), None)
        if found is None:
            raise FileGone
        return found

    def _any_file(self, opened: OpenRecord, item: str, file: str) -> Supplied:
        """A file of an item, also one that was taken from another record."""
        own = next((one for one in supplied_of(opened.sheet.data).get(item, ()) if one.id == file), None)
        if own is not None:
            return own
        taken = () if item == UNSORTED else self._item(opened, item).files
        found = next((one for one in taken if one.id == file), None)
        if found is None:
            raise FileGone
        return found

    def _open(self, opened: OpenRecord, phase: str) -> bool:
        form = opened.sheet.plan.form
        return stage_of(form, phase, case_of(opened.sheet.data).phase(phase).stage).holder == "owner"

    def _keep(self, opened: OpenRecord, values: Mapping[str, Any], who: Person) -> None:
        form = opened.sheet.plan.form
        phases = {one.key: one.from_ or form.phases[0].key for one in form.materials}
        for path in values:
            phase = phases.get(path.partition("/")[0].partition(".")[0])
            if phase is not None and not self._open(opened, phase):
                stage = stage_of(form, phase, case_of(opened.sheet.data).phase(phase).stage).title
                raise MaterialsLocked(phase=what_was_handed_in(form, phase), stage=stage)
        self._book.keep(opened, [Change(f"{MATERIALS}/{path}", value) for path, value in values.items()], who.name)


def _home(items: Iterable[ItemState], document: str) -> str | None:
    """The first item that asks a document of this record."""
    asked = (one for one in items if _of_our_paper(one.material) and one.material.document == document)
    return next((one.id for one in asked), None)


def _of_our_paper(material: Material) -> bool:
    """Whether its files are pages of a document of the record itself."""
    return material.document is not None and material.document_of is None
