"""What was handed in for an item: files by their hash, with the pages of each that are meant, turned as they shall be.

It lies in a record's data under ``@materials``, by item and file, so that drafts, versions and submissions hold it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from onefill.facts.following import Followed
from onefill.page_codes import PageCode

#: Where in a record's data it lies.
MATERIALS = "@materials"
#: The item of files that nobody has sorted yet.
UNSORTED = "unsorted"


@dataclass(frozen=True)
class Page:
    """A page of a file.

    Attributes:
        number: In the file, from 1.
        turn: By how many degrees it is shown turned to the right.
        place: Among all pages of the item, whichever file they are in; those without come last, as the files came.
    """

    number: int
    turn: int = 0
    place: int | None = None

    def plain(self) -> list[int]:
        """As it is kept."""
        return [self.number, self.turn] if self.place is None else [self.number, self.turn, self.place]


@dataclass(frozen=True, kw_only=True)
class Supplied:
    """A file handed in for an item.

    Attributes:
        id: Of the file within the item.
        digest: SHA-256 of its bytes, which are never altered; empty for a paper original.
        name: As it was called.
        kind: ``pdf``, ``jpg`` or ``png``; ``paper`` for an original that is shown.
        pages: Which of its pages, in order.
        at: When.
        who: By whom.
        print: First 8 characters of the facts hash of the print that it is a scan of, if it is one.
        entry: Number of the entry that this print was made of, where it is the one that was handed out last.
        told: Whether somebody has said so by the code on the paper; else it is taken to be the newest when it came.
        advice: What was noticed about its pages.
        source: The record it was taken from, if it was accepted in another one.
        about: What the facts said that it is about, by their name: when it came, or when somebody looked again.
        sure: Who has said of it that it is right all the same, and when; nobody if nothing.
        codes: What its pages say of themselves by their codes, by their numbers in the file.
        odd: Why the code of a page is not believed, by its number.
        empty: Numbers of pages with nothing on them, such as the backs of sheets.
    """

    id: str
    digest: str
    name: str
    kind: str
    pages: tuple[Page, ...]
    at: datetime
    who: str
    print: str = ""
    entry: int = 0
    told: bool = False
    advice: tuple[str, ...] = ()
    source: str = ""
    about: Mapping[str, Followed] = field(default_factory=dict)
    sure: tuple[str, datetime] | None = None
    codes: Mapping[int, PageCode] = field(default_factory=dict)
    odd: Mapping[int, str] = field(default_factory=dict)
    empty: frozenset[int] = frozenset()

    @property
    def prints(self) -> frozenset[str]:
        """Of which prints its pages are, as far as their codes say."""
        return frozenset(self.codes[page.number].hash for page in self.pages if page.number in self.codes)

    def outdated(self, today: str) -> bool:
        """Whether a page is of another print than that of today; without codes as somebody said or as it was taken."""
        if self.prints:
            return self.prints != {today}
        return bool(self.print) and self.print != today

    def plain(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "file": self.digest,
            "name": self.name,
            "kind": self.kind,
            "pages": [page.plain() for page in self.pages],
            "at": self.at.isoformat(),
            "who": self.who,
            "print": self.print,
            **({"entry": self.entry} if self.entry else {}),
            "advice": list(self.advice),
            **({"told": True} if self.told else {}),
            **({"source": self.source} if self.source else {}),
            **({"about": {name: one.plain() for name, one in self.about.items()}} if self.about else {}),
            **({"sure": [self.sure[0], self.sure[1].isoformat()]} if self.sure else {}),
            **(
                {"codes": {str(number): list(asdict(code).values()) for number, code in self.codes.items()}}
                if self.codes
                else {}
            ),
            **({"odd": {str(number): why for number, why in self.odd.items()}} if self.odd else {}),
            **({"empty": sorted(self.empty)} if self.empty else {}),
        }

    @classmethod
    def of(cls, id: str, kept: Mapping[str, Any]) -> "Supplied":
        """Out of a record's data."""
        return cls(
            id=id,
            digest=kept["file"],
            name=kept["name"],
            kind=kept["kind"],
            pages=tuple(Page(*page) for page in kept["pages"]),
            at=datetime.fromisoformat(kept["at"]),
            who=kept["who"],
            print=kept.get("print", ""),
            entry=kept.get("entry", 0),
            told=kept.get("told", False),
            advice=tuple(kept.get("advice", ())),
            source=kept.get("source", ""),
            about={name: Followed.of(one) for name, one in kept.get("about", {}).items()},
            sure=(kept["sure"][0], datetime.fromisoformat(kept["sure"][1])) if "sure" in kept else None,
            codes={int(number): _code(code) for number, code in kept.get("codes", {}).items()},
            odd={int(number): why for number, why in kept.get("odd", {}).items()},
            empty=frozenset(kept.get("empty", ())),
        )


def _code(kept: Sequence[Any]) -> PageCode:
    record, document, version, page, pages, hash = kept
    return PageCode(record=record, document=document, version=version, page=page, pages=pages, hash=hash)


def supplied_of(data: Mapping[str, Any]) -> dict[str, tuple[Supplied, ...]]:
    """All that was handed in, by item, in the order in which it came."""
    found: dict[str, tuple[Supplied, ...]] = {}
    for item, files in (data.get(MATERIALS) or {}).items():
        kept = (Supplied.of(id, one) for id, one in files.items())
        found[item] = tuple(sorted(kept, key=lambda one: (one.at, one.id)))
    return found


#: A page of an item: id of its file, and which of the file's pages from 1.
Leaf = tuple[str, int]


def run_of(files: Iterable[Supplied]) -> list[Leaf]:
    """All pages of an item in their one order."""
    found = [((one.id, at), page.place) for one in files for at, page in enumerate(one.pages, 1)]
    return [leaf for leaf, place in sorted(found, key=lambda one: (one[1] is None, one[1] or 0))]


def placed(files: Sequence[Supplied], run: Iterable[Leaf]) -> tuple[Supplied, ...]:
    """The files with their pages in an order that may go from file to file and back; of one file its own order says it.

    Args:
        files: Of an item.
        run: Their pages in the order meant; what it does not name comes after, as it was.
    """
    known = run_of(files)
    order = {leaf: place for place, leaf in enumerate(dict.fromkeys([*(one for one in run if one in known), *known]))}
    alone = sum(bool(one.pages) for one in files) == 1
    made = []
    for one in files:
        pages = sorted((order[one.id, at], page.number, page.turn) for at, page in enumerate(one.pages, 1))
        kept = (Page(number, turn, None if alone else place) for place, number, turn in pages)
        made.append(replace(one, pages=tuple(kept)))
    return tuple(made)


def joined(groups: Iterable[Sequence[Supplied]]) -> tuple[Supplied, ...]:
    """Files of several items as those of one: the pages of each item after those of the item before."""
    groups = list(groups)
    files = [file for group in groups for file in group]
    if all(page.place is None for file in files for page in file.pages):
        return tuple(files)
    return placed(files, [leaf for group in groups for leaf in run_of(group)])


def digest_of(files: Iterable[Supplied]) -> str:
    """Digest of all that was handed in for an item: an acceptance holds for just this, in just this order."""
    told = sha256()
    for one in files:
        pages = ",".join(":".join(map(str, page.plain())) for page in one.pages)
        told.update(f"{one.digest} {one.print} {pages}\n".encode())
    return told.hexdigest()
