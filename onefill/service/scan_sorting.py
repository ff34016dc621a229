"""Scans sorted by the codes on their pages: what each page is, how it stands upright, to which item it goes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from onefill.materials import UNSORTED
from onefill.materials.printed_pages import FORGED, SEVERAL
from onefill.page_codes import CodeForged, PageCode, phase_of_list, read_code, told_pages


class OnPage(Protocol):
    """A QR code on a page."""

    @property
    def text(self) -> str:
        """What it says."""

    @property
    def turn(self) -> int:
        """By how much the page must be turned clockwise to stand upright."""


class SeenPage(Protocol):
    """A page that was looked into."""

    @property
    def codes(self) -> Sequence[OnPage]:
        """The QR codes on it."""

    @property
    def empty(self) -> bool:
        """Whether there is nothing on it."""


@dataclass(frozen=True, kw_only=True)
class Read:
    """What the pages of a file say of themselves, by their numbers from 1.

    Attributes:
        pages: How many there are.
        codes: What those say that bear just one code of ours.
        odd: Why the code of a page is not believed.
        turns: By how much a page is turned to stand upright.
        empty: Those with nothing on them.
    """

    pages: int
    codes: Mapping[int, PageCode] = field(default_factory=dict)
    odd: Mapping[int, str] = field(default_factory=dict)
    turns: Mapping[int, int] = field(default_factory=dict)
    empty: frozenset[int] = frozenset()


def read_pages(pages: Iterable[SeenPage], key: bytes) -> Read:
    """What the codes on the pages of a file say; codes of others, for payments or links, are none of ours.

    Args:
        pages: In order.
        key: That seals our codes.
    """
    codes: dict[int, PageCode] = {}
    odd: dict[int, str] = {}
    turns: dict[int, int] = {}
    empty: set[int] = set()
    number = 0
    for number, page in enumerate(pages, 1):
        if page.empty:
            empty.add(number)
        found: dict[PageCode, int] = {}
        for seen in page.codes:
            try:
                code = read_code(seen.text, key)
            except CodeForged:
                odd[number] = FORGED
                continue
            if code is not None:
                found[code] = seen.turn
        if len(found) > 1:
            odd[number] = SEVERAL
        if len(found) == 1 and number not in odd:
            [(codes[number], turns[number])] = found.items()
    return Read(pages=number, codes=codes, odd=odd, turns=turns, empty=frozenset(empty))


def sorted_pages(
    read: Read, brought: str, record: str, home: Callable[[str], str | None]
) -> dict[str, tuple[int, ...]]:
    """Which pages of a file go to which item; what no code says stays where it was brought.

    Args:
        read: What the pages say.
        brought: Id of the item the file was brought for, or ``unsorted``.
        record: Id of the record.
        home: Id of the item that a scan of a document belongs to, by the document's key; none if there is none.
    """
    homes: dict[str, str | None] = {}
    found: dict[str, list[int]] = {}
    for number in range(1, read.pages + 1):
        code, item = read.codes.get(number), brought
        if code is not None and code.record == record and phase_of_list(code.document):
            item = UNSORTED  # of no item: a list of the papers that lie in the packet
        elif code is not None and code.record == record:
            if code.document not in homes:
                homes[code.document] = home(code.document)
            item = homes[code.document] or brought
        found.setdefault(item, []).append(number)
    return {item: tuple(numbers) for item, numbers in found.items()}


def told_sorted(parts: Mapping[str, tuple[int, ...]], brought: str, names: Mapping[str, str]) -> tuple[str, ...]:
    """Where pages have gone, in words; nothing if all are where they were brought."""
    if set(parts) <= {brought}:
        return ()
    stayed = "没读到码的留在没归类" if brought == UNSORTED else "其余的留在这一件"
    told = [f"第 {told_pages(numbers)} 页{_gone_to(item, names)}" for item, numbers in parts.items() if item != brought]
    return (*told, stayed) if brought in parts else tuple(told)


def _gone_to(item: str, names: Mapping[str, str]) -> str:
    return "是成套材料的目录，不用交，放在没归类里" if item == UNSORTED else f"归到“{names[item]}”"


def told_once(advice: Mapping[int, Iterable[str]]) -> tuple[str, ...]:
    """What is noticed about the pages of a file: the same of several pages once, with all of them.

    Args:
        advice: What is said of each page, by its number, beginning with that number.
    """
    pages: dict[str, list[int]] = {}
    for number, told in advice.items():
        for said in told:
            pages.setdefault(said.removeprefix(f"第 {number} 页"), []).append(number)
    return tuple(f"第 {told_pages(numbers)} 页{said}" for said, numbers in pages.items())
