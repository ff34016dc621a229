"""Random draws: who is looked at is left to numbers, and every draw can be worked out again.

The candidates stand in an order of their own. Each gets the SHA-256 of the seed, a line break and its key; those with
the smallest digests are drawn, in that order. So whoever has the seed and the list of candidates finds the same ones
with any program that knows SHA-256. The seed is made by the program unless somebody gives one, as a number that was
drawn in public.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from onefill.errors import OneFillError
from onefill.service.board_shapes import Candidate, Draw, Held
from onefill.service.boards import Boards
from onefill.service.book import Book
from onefill.service.naming import file_name
from onefill.service.records import Records
from onefill.service.room import Room
from onefill.service.shapes import Person, Produced
from onefill.service.taken_out import taken_out
from onefill.tables.plain import plain
from store import EVERYTHING, NewEntry, NotAllowed, RecordUnknown, Store, Summary

#: Form of the records that keep draws.
FORM = "@draw"
#: So many earlier draws are listed, and so many may be drawn at once.
MOST_LISTED, MOST_DRAWN = 50, 200
LONGEST_SEED = 64


class DrawRefused(OneFillError):
    """A draw that cannot be made."""

    message = "没有抽：{why}。"


class DrawUnknown(OneFillError):
    """There is no such draw, or it is not for this person."""

    message = "没有这次抽取（{draw}），或者不归您看。"


class Draws(Room):
    """What a person does with random draws."""

    def __init__(
        self,
        store: Store,
        boards: Boards,
        book: Book,
        records: Records,
        make_id: Callable[[], str],
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._boards = boards
        self._book = book
        self._records = records
        self._make_id = make_id
        self._now = now

    def make(
        self,
        key: str,
        who: Person,
        first: date,
        last: date,
        count: int,
        *,
        seed: str = "",
        unit: str = "",
        request: str = "",
    ) -> Draw:
        """Draw from what happens on some days, and keep seed, candidates and result.

        Args:
            key: Of the board.
            who: Who draws.
            first: The first day.
            last: The last one.
            count: How many.
            seed: What the numbers come from; made if it is empty.
            unit: Only of this unit and those below.
            request: The same twice is one draw.

        Raises:
            BoardUnknown: There is no such board for this person.
            DrawRefused: Nothing can be drawn so; the message says why.
        """
        board = self._boards.board(key, who)
        seed = " ".join(seed.split()) or secrets.token_hex(8)
        if last < first:
            raise DrawRefused(why="最后一天早于第一天")
        if not 1 <= count <= MOST_DRAWN:
            raise DrawRefused(why=f"一次抽 1 到 {MOST_DRAWN} 项")
        if len(seed) > LONGEST_SEED:
            raise DrawRefused(why=f"种子最多 {LONGEST_SEED} 个字")
        held = self._boards.planner(key, who, first, last, unit).held
        # What nothing tells apart is one candidate: it would be drawn twice, and leave another one out.
        by_key = {one.key: one for one in map(_candidate, held)}
        candidates = tuple(by_key[key] for key in sorted(by_key))
        if len(candidates) < count:
            raise DrawRefused(why=f"这些日子只有 {len(candidates)} 项可抽，要抽 {count} 项")
        id = f"draw-{sha256((request or self._make_id()).encode()).hexdigest()[:24]}"
        draw = Draw(
            id=id,
            board=key,
            title=board.title,
            who=who.name,
            when=self._now(),
            first=first,
            last=last,
            seed=seed,
            candidates=candidates,
            picked=drawn(candidates, count, seed),
        )
        entry = NewEntry(
            record=id,
            form=FORM,
            kind="draw",
            who=who.name,
            request_id=id,
            data=_kept(draw),
            summary=Summary(state="drawn", unit=who.unit, label=board.title, tokens=(f"board={key}",)),
        )
        kept = self._store.append(entry, 0, EVERYTHING)
        return _draw(id, kept.data or {}, kept.when)

    def of(self, key: str, who: Person) -> list[Draw]:
        """Earlier draws of a board that this person may see, the newest first."""
        self._boards.board(key, who)
        lines = self._store.find(scope=who.scope, form=FORM, tokens=[f"board={key}"], limit=MOST_LISTED)
        return [self._read(line.record, who) for line in lines]

    def look(self, draw: str, who: Person) -> Draw:
        """One of them.

        Raises:
            DrawUnknown: There is none, or it is not for this person.
        """
        found = self._read(draw, who)
        self._boards.board(found.board, who)
        return found

    def begin(self, draw: str, number: int, who: Person) -> str:
        """Begin for one that was drawn what its board says; the id of the new record, the same each time.

        Raises:
            DrawUnknown: There is no such draw, or it drew no such number.
            DrawRefused: Its board begins nothing.
        """
        found = self.look(draw, who)
        board = self._boards.board(found.board, who)
        if board.starts is None:
            raise DrawRefused(why=f"“{board.title}”抽中的不新建什么")
        if not 0 <= number < len(found.picked):
            raise DrawUnknown(draw=f"{draw} 第 {number + 1} 项")
        form, picked = board.starts.form, found.picked[number]
        values = {"record": picked.record, "day": picked.day, "time": picked.time}
        fields = self._book.plan(form).fields
        typed = {key: fields[key].type.parse(values[what]).value for key, what in board.starts.fills.items()}
        data = {key: fields[key].type.dump(value) for key, value in typed.items() if value is not None}
        return self._records.create(form, who, data, new=begun_id(draw, number))

    def begun(self, draw: str, who: Person) -> frozenset[str]:
        """Ids of the records that were begun for a draw and are there."""
        found = self.look(draw, who)
        ids = (begun_id(draw, number) for number in range(len(found.picked)))
        return frozenset(id for id in ids if self._book.exists(id))

    def workbook(self, draw: str, who: Person) -> Produced:
        """A draw as an Excel file: every candidate in order, the drawn ones numbered, the seed on each line."""
        found = self.look(draw, who)
        places = {one.key: str(number) for number, one in enumerate(found.picked, 1)}
        columns = ("序号", "抽中", "日期", "时间", "办件", "内容", "种子", "候选的键", "摘要（SHA-256）")
        rows = [
            (
                str(number),
                places.get(one.key, ""),
                one.day,
                one.time,
                one.label,
                one.text,
                found.seed,
                one.key,
                digest_of(found.seed, one.key),
            )
            for number, one in enumerate(found.candidates, 1)
        ]
        name = file_name(f"{found.title}_{found.when:%Y%m%d%H%M}")
        return Produced(name=f"{name}.xlsx", data=plain(found.title, columns, rows, mark=taken_out(who, self._now())))

    def _read(self, draw: str, who: Person) -> Draw:
        try:
            entry = self._store.latest(draw, who.scope)
        except (RecordUnknown, NotAllowed) as unknown:
            raise DrawUnknown(draw=draw) from unknown
        if entry.form != FORM:
            raise DrawUnknown(draw=draw)
        return _draw(draw, entry.data or {}, entry.when)


def drawn(candidates: Sequence[Candidate], count: int, seed: str) -> tuple[Candidate, ...]:
    """So many of them, by the digests of seed and key."""
    return tuple(sorted(candidates, key=lambda one: digest_of(seed, one.key))[:count])


def digest_of(seed: str, key: str) -> str:
    """The number that a candidate gets."""
    return sha256(f"{seed}\n{key}".encode()).hexdigest()


def begun_id(draw: str, number: int) -> str:
    """Id of the record that is begun for one that was drawn, so that two clicks begin one."""
    return sha256(f"{draw}-{number}".encode()).hexdigest()[:16]


def _candidate(held: Held) -> Candidate:
    key = " ".join((held.record, held.day.isoformat(), held.time, held.kind, held.text)).strip()
    return Candidate(
        key=key,
        record=held.record,
        label=held.label,
        day=held.day.isoformat(),
        time=held.time,
        text=f"{held.kind}　{held.text}".strip(),
        unit=held.unit,
    )


def _kept(draw: Draw) -> dict[str, Any]:
    return {
        **{key: getattr(draw, key) for key in ("board", "title", "who", "seed")},
        "first": draw.first.isoformat(),
        "last": draw.last.isoformat(),
        "candidates": [asdict(one) for one in draw.candidates],
        "picked": [one.key for one in draw.picked],
    }


def _draw(id: str, kept: Any, when: datetime) -> Draw:
    candidates = tuple(Candidate(**one) for one in kept["candidates"])
    by_key = {one.key: one for one in candidates}
    return Draw(
        id=id,
        **{key: kept[key] for key in ("board", "title", "who", "seed")},
        when=when,
        first=date.fromisoformat(kept["first"]),
        last=date.fromisoformat(kept["last"]),
        candidates=candidates,
        picked=tuple(by_key[key] for key in kept["picked"]),
    )
