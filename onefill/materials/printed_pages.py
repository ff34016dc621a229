"""Pages that bear a code of ours: in which order they belong, and which are missing, foreign, doubled or stale."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from onefill.materials.supply import Leaf, Supplied, placed, run_of
from onefill.page_codes import PageCode, told_pages


class Fault(StrEnum):
    """What may be wrong with the pages of a scan."""

    DRAFT = "draft"
    STALE = "stale"
    FOREIGN = "foreign"
    MISSING = "missing"
    DOUBLED = "doubled"
    UNREAD = "unread"
    DOUBTFUL = "doubtful"
    SHARED = "shared"
    KEPT = "kept"


#: So many of what came later are named.
_NAMED = 3
#: What keeps a scan from being complete; the others are only told.
BLOCKING = frozenset({Fault.DRAFT, Fault.STALE, Fault.FOREIGN, Fault.MISSING})


@dataclass(frozen=True, kw_only=True)
class PageFault:
    """What is wrong with some pages of a scan.

    Attributes:
        kind: Which fault.
        what: In words, with the pages.
        remedy: What to do.
        spare: Pages that are too many, whatever is done about the others.
        leaves: The pages it is about, as far as they are there.
        only_told: That it keeps nothing back, whatever it is.
    """

    kind: Fault
    what: str
    remedy: str
    spare: tuple[Leaf, ...] = ()
    leaves: tuple[Leaf, ...] = ()
    only_told: bool = False

    @property
    def blocks(self) -> bool:
        """Whether the scan is not complete so."""
        return self.kind in BLOCKING and not self.only_told

    def __str__(self) -> str:
        return f"{self.what}，{self.remedy}"


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What a scan should be of.

    Attributes:
        record: Id of the record.
        document: Key of the document.
        today: First 8 characters of its facts hash; empty while it cannot be printed.
        titles: What documents are called, by key.
        whose: What the record is called where it is another one than the item's own.
        outlived: Whether a page says something else than it would today; nothing if only its hash can tell.
        drafted: Whether a page was printed as a draft.
        added: What is called that the paper has by now, on pages of its own, and had not when a page was printed.
        says_other: Whether the paper said something else of facts that come later than it, by the number of the entry
            that it was printed of.
    """

    record: str
    document: str
    today: str
    titles: Mapping[str, str] = field(default_factory=dict)
    whose: str = ""
    outlived: Callable[[PageCode], bool] | None = None
    drafted: Callable[[PageCode], bool] = lambda _code: False
    added: Callable[[PageCode], Sequence[str]] = lambda _code: ()
    says_other: Callable[[int], bool] = lambda _n: False

    def own(self, code: PageCode) -> bool:
        """Whether a page is one of these."""
        return code.record == self.record and code.document == self.document

    def is_stale(self, code: PageCode) -> bool:
        """Whether one of these says something else than it would today; nothing is while it cannot be printed."""
        if not self.today:
            return False
        return code.hash != self.today if self.outlived is None else self.outlived(code)


def complete_in_itself(files: Sequence[Supplied]) -> tuple[PageFault, ...]:
    """What is wrong with pages of which nobody has said of what paper they are: told only, and only of one paper."""
    papers = {(code.record, code.document) for code in coded_leaves(files).values()}
    if len(papers) != 1:
        return tuple(_doubtful(files))
    [(record, document)] = papers
    found = page_faults(files, Expected(record=record, document=document, today=""))
    return tuple(replace(one, only_told=True) for one in found)


def pages_of_paper(files: Sequence[Supplied], expected: Expected) -> int:
    """How many pages the paper has that an item is of; 0 if no page tells."""
    own = [code for code in coded_leaves(files).values() if expected.own(code)]
    return max(own, key=lambda code: code.version).pages if own else 0


def kept_beside(files: Sequence[Supplied], returned: datetime) -> tuple[PageFault, ...]:
    """Whether files from before an item came back lie beside those brought since: a clerk may have meant to replace.

    Args:
        files: Of the item.
        returned: When it came back.
    """
    old = [one for one in files if one.at <= returned]
    new = [one for one in files if one not in old]
    if not old or not new:
        return ()
    before, since = ("、".join(f"“{one.name}”" for one in some) for some in (old, new))
    leaves = tuple((one.id, at) for one in old for at in range(1, len(one.pages) + 1))
    what, remedy = f"{before}是退回以前传的，后来传的{since}加在一起算", "换掉的，拿掉原来的；是补充的，不用管"
    return (PageFault(kind=Fault.KEPT, what=what, remedy=remedy, spare=leaves, leaves=leaves),)


def also_elsewhere(
    items: Mapping[str, Sequence[Supplied]], names: Mapping[str, str]
) -> dict[str, tuple[PageFault, ...]]:
    """Of items whose files hold the same pages: where else these are.

    Args:
        items: The files of each item, by its id.
        names: What each item is called.
    """
    where: dict[tuple[str, int], set[str]] = defaultdict(set)
    for item, files in items.items():
        for one in files:
            for page in one.pages if one.digest else ():
                where[one.digest, page.number].add(item)
    found: dict[str, tuple[PageFault, ...]] = {}
    for item, files in items.items():
        told = []
        for one in files:
            others = {other for page in one.pages for other in where[one.digest, page.number] if other != item}
            if others:
                named = "、".join(f"“{names[other]}”" for other in items if other in others)
                what = f"“{one.name}”也交在{named}里"
                told.append(PageFault(kind=Fault.SHARED, what=what, remedy="看一眼是不是传错了一件"))
        found[item] = tuple(told)
    return found


def page_faults(files: Sequence[Supplied], expected: Expected) -> tuple[PageFault, ...]:
    """What is wrong with the pages of a scan as far as their codes tell; pages without one stand for missing ones."""
    coded = coded_leaves(files)
    own = {leaf: code for leaf, code in coded.items() if expected.own(code)}
    drafts = {leaf: code for leaf, code in own.items() if expected.drafted(code)}
    stale = {leaf: code for leaf, code in own.items() if leaf not in drafts and expected.is_stale(code)}
    old = drafts | stale
    current = {leaf: code for leaf, code in own.items() if leaf not in old}
    there = {code.page for code in current.values()}
    found = _old(files, drafts, there, Fault.DRAFT, "印的是草稿", "打印正式的、盖章，再传扫描件")
    found += _old(files, stale, there, Fault.STALE, "是数据改以前印的", "重新打印、盖章，再传扫描件")
    found += _foreign(files, {leaf: code for leaf, code in coded.items() if leaf not in own}, expected)
    found += _missing(files, current, {code.page for code in old.values()})
    found += _added(current, expected)
    found += _doubled(files, current)
    return tuple(found + _doubtful(files))


def in_order(files: Sequence[Supplied], record: str, document: str | None) -> tuple[Supplied, ...]:
    """The files with their pages as the codes of a document say; one without stays behind the page it came after."""
    told = coded_leaves(files).items()
    codes = {leaf: code.page for leaf, code in told if (code.record, code.document) == (record, document)}
    if not codes:
        return tuple(files)
    run = run_of(files)
    last: dict[str, int] = {}
    places: dict[Leaf, int] = {}
    for leaf in run:
        first = next((codes[one] - 1 for one in run if one[0] == leaf[0] and one in codes), len(codes))
        places[leaf] = last[leaf[0]] = codes.get(leaf, last.get(leaf[0], first))
    return placed(files, sorted(run, key=places.__getitem__))


def coded_leaves(files: Iterable[Supplied]) -> dict[Leaf, PageCode]:
    """What the codes of an item's pages say, page by page in their order."""
    known = {one.id: one for one in files}
    found = {}
    for file, at in run_of(known.values()):
        code = known[file].codes.get(known[file].pages[at - 1].number)
        if code is not None:
            found[file, at] = code
    return found


def _old(
    files: Sequence[Supplied], old: Mapping[Leaf, PageCode], current: set[int], kind: Fault, why: str, remedy: str
) -> list[PageFault]:
    """Pages that a page that holds takes the place of, or is to take it."""
    if not old:
        return []
    told = told_pages(code.page for code in old.values())
    spare = tuple(leaf for leaf, code in old.items() if code.page in current)
    wanting = {code.page for code in old.values()} - current
    if not wanting:
        remedy = "新印的已经在了，拿掉旧的"
    elif spare:
        remedy = f"第 {told_pages(wanting)} 页{remedy}；另外几页新印的已经在了，拿掉旧的"
    what = f"第 {told} 页{why}{_lying(files, old)}"
    return [PageFault(kind=kind, what=what, remedy=remedy, spare=spare, leaves=tuple(old))]


def _lying(files: Iterable[Supplied], leaves: Mapping[Leaf, PageCode]) -> str:
    """Which sheets these are among all of the item, where that is not what is printed on them."""
    places = {leaf: place for place, leaf in enumerate(run_of(files), 1)}
    if all(places[leaf] == code.page for leaf, code in leaves.items()):
        return ""
    return f"（排在第 {told_pages(places[leaf] for leaf in leaves)} 张）"


def _foreign(files: Sequence[Supplied], foreign: Mapping[Leaf, PageCode], expected: Expected) -> list[PageFault]:
    whose: dict[str, list[Leaf]] = defaultdict(list)
    for leaf, code in foreign.items():
        title = expected.titles.get(code.document)
        other = f"《{title}》的" if title else "别的附件的"
        whose[other if code.record == expected.record else f"别的办件（{code.record}）的"].append(leaf)
    remedy = "从这一件拿出去"
    if expected.whose:
        remedy += f"；这一件要“{expected.whose}”的《{expected.titles.get(expected.document, '')}》"
    return [
        PageFault(
            kind=Fault.FOREIGN,
            what=f"{_named(files, leaves)}是{of}",
            remedy=remedy,
            spare=tuple(leaves),
            leaves=tuple(leaves),
        )
        for of, leaves in whose.items()
    ]


def _missing(files: Sequence[Supplied], current: Mapping[Leaf, PageCode], old: set[int]) -> list[PageFault]:
    """What no page with a code is; as many pages without one may be just these, somebody looks."""
    if not current:
        return []
    pages = max(current.values(), key=lambda code: code.version).pages
    missing = set(range(1, pages + 1)) - {code.page for code in current.values()} - old
    bare = [leaf for leaf in run_of(files) if leaf in _bare(files)]
    if not missing:
        return []
    told = told_pages(missing)
    if len(missing) <= len(bare):
        what = f"第 {told} 页没有读到码，按{_named(files, bare)}算"
        return [PageFault(kind=Fault.UNREAD, what=what, remedy="看一眼是不是")]
    less = f"，其中 {len(bare)} 页可能是没读到码的{_named(files, bare)}" if bare else ""
    what = f"缺第 {told} 页（共 {pages} 页）{less}"
    return [PageFault(kind=Fault.MISSING, what=what, remedy="把缺的扫好传上来")]


def _added(current: Mapping[Leaf, PageCode], expected: Expected) -> list[PageFault]:
    """What the paper has by now and no page that was printed since."""
    newest = max(current.values(), key=lambda code: code.version, default=None)
    added = expected.added(newest) if newest else ()
    if not newest or not added:
        return []
    told = f"{'、'.join(added[:_NAMED])}{' 等' if len(added) > _NAMED else ''}"
    what = f"缺{told}的页（印第 {newest.version} 版时还没有）"
    return [PageFault(kind=Fault.MISSING, what=what, remedy="重新打印，把新的几页盖好章、扫好传上来")]


def _doubled(files: Sequence[Supplied], current: Mapping[Leaf, PageCode]) -> list[PageFault]:
    twice: dict[int, list[Leaf]] = defaultdict(list)
    for leaf, code in current.items():
        twice[code.page].append(leaf)
    spare = tuple(leaf for leaves in twice.values() for leaf in leaves[1:])
    if not spare:
        return []
    told = told_pages(page for page, leaves in twice.items() if len(leaves) > 1)
    what = f"第 {told} 页不止一张{_lying(files, {leaf: current[leaf] for leaf in spare})}"
    return [PageFault(kind=Fault.DOUBLED, what=what, remedy="留一张就行", spare=spare, leaves=spare)]


def _doubtful(files: Sequence[Supplied]) -> list[PageFault]:
    odd: dict[str, list[Leaf]] = defaultdict(list)
    for one in files:
        for at, page in enumerate(one.pages, 1):
            if page.number in one.odd:
                odd[one.odd[page.number]].append((one.id, at))
    words = {FORGED: "的码不是这里印的，或被改过", SEVERAL: "上有几张纸的码"}
    return [
        PageFault(
            kind=Fault.DOUBTFUL, what=f"{_named(files, leaves)}{words[why]}", remedy="没有照码归类，看一眼是哪一页"
        )
        for why, leaves in odd.items()
    ]


#: Why the code of a page was not believed: its seal is wrong; there are codes of several pages.
FORGED, SEVERAL = "forged", "several"


def _bare(files: Iterable[Supplied]) -> set[Leaf]:
    """Pages on which there is something, but no code that is believed."""
    return {
        (one.id, at)
        for one in files
        for at, page in enumerate(one.pages, 1)
        if page.number not in one.codes and page.number not in one.empty
    }


def _named(files: Iterable[Supplied], leaves: Iterable[Leaf]) -> str:
    """Pages as they are called in their files."""
    chosen = set(leaves)
    told = []
    for one in files:
        numbers = [page.number for at, page in enumerate(one.pages, 1) if (one.id, at) in chosen]
        if numbers:
            told.append(f"“{one.name}”第 {told_pages(numbers)} 页")
    return "、".join(told)
