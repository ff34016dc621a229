"""People of the Foshan pack, files that look like scans, and records brought where a test begins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from onefill.materials import ItemState
from onefill.service import Desk
from onefill.service.shapes import Person
from tests.desks import make_desk

PEOPLE: Mapping[str, Person] = {
    "clerk": Person(name="何乙未", roles=("clerk",)),
    "responsible": Person(name="梁甲午", roles=("responsible",)),
    "district_officer": Person(name="陈经办", roles=("district_officer",)),
    "district_leader": Person(name="李区长", roles=("district_leader",)),
    "inspector": Person(name="王检查", roles=("inspector",)),
    "city_officer": Person(name="周市局", roles=("city_officer",)),
    "author": Person(name="苏表单", roles=("author",)),
    "administrator": Person(name="高账号", roles=("administrator",)),
    "auditor": Person(name="冯审计", roles=("auditor",)),
}
CLERK, RESPONSIBLE = PEOPLE["clerk"], PEOPLE["responsible"]
OFFICER, LEADER = PEOPLE["district_officer"], PEOPLE["district_leader"]
INSPECTOR, CITY = PEOPLE["inspector"], PEOPLE["city_officer"]


@dataclass(frozen=True)
class GoodPage:
    """A page with nothing to be said about it."""

    def told(self) -> tuple[str, ...]:
        """Nothing."""
        return ()


@dataclass(frozen=True)
class Looked:
    """What is known of a file."""

    kind: str
    pages: Sequence[GoodPage]


def looked_at(source: bytes | Path, filename: str, kinds: Sequence[str], most_bytes: int) -> Looked:
    """A file that says itself how many pages it has, as ``a page`` lines: real ones are looked into by other tests."""
    data = source if isinstance(source, bytes) else source.read_bytes()
    return Looked("pdf", (GoodPage(),) * max(1, data.count(b"a page")))


def pages(name: str, count: int = 1) -> bytes:
    """A file of so many pages, unlike those of another name."""
    return name.encode() + b"\na page" * count


def foshan_desk(folder: Path) -> Desk:
    """A desk that takes such files."""
    return make_desk(folder, inspect=looked_at)


def items(desk: Desk, record: str, phase: str | None = None) -> dict[str, ItemState]:
    """The checklist by item."""
    return {one.id: one for one in desk.materials.state(record, phase).checklist.items}


def hand_in_all(desk: Desk, record: str, phase: str, who: Person = CLERK) -> None:
    """Bring a file for every item that wants one, with as many pages as are asked."""
    for one in items(desk, record, phase).values():
        if one.lacking and one.material.kind in ("scan", "upload"):
            desk.materials.supply(record, one.id, pages(one.id, max(1, one.need)), f"{one.title}.pdf", who)
        elif one.lacking and one.material.kind == "original":
            desk.materials.show_original(record, one.id, who)
