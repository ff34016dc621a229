"""What entries cause besides their own data: effects on registers, numbers drawn from series."""

from collections.abc import Mapping
from datetime import date

from psycopg.types.json import Jsonb

from store.effects import effect_document, effect_of, effects_of
from store.model import Entry, Scope
from store.postgres.database import Connection
from store.registers import Effected
from store.units import Statement, within


def put(db: Connection, entry: Entry) -> None:
    """Take what an entry carries."""
    for effected in effects_of(entry):
        effect = effected.effect
        db.execute(
            "insert into effect values (%s, %s, %s, %s, %s, %s, %s, %s)",
            (
                entry.record,
                entry.n,
                effected.place,
                entry.when,
                effect.register,
                effect.line,
                effect.start,
                Jsonb(effect_document(effect)),
            ),
        )
    note_drawn(db, {series: drawn[-1] for series, drawn in entry.numbers.items()})


def note_drawn(db: Connection, last: Mapping[str, int]) -> None:
    """Have no number up to these be drawn again."""
    for drawn in last.items():
        db.execute(
            "insert into series values (%s, %s)"
            " on conflict(name) do update set last = greatest(series.last, excluded.last)",
            drawn,
        )


def agrees(db: Connection, record: str, entries: list[Entry]) -> bool:
    """Whether registers and series know what all entries of a record carry, and no more of it."""
    rows = db.execute(
        "select n, place, written_at, register, line, start, effect from effect where record = %s order by n, place",
        (record,),
    )
    carried = [
        (
            one.n,
            one.place,
            one.when,
            one.effect.register,
            one.effect.line,
            one.effect.start,
            effect_document(one.effect),
        )
        for entry in entries
        for one in effects_of(entry)
    ]
    drawn = ((series, numbers[-1]) for entry in entries for series, numbers in entry.numbers.items())
    return rows.fetchall() == carried and all(last_number(db, series) >= last for series, last in drawn)


def put_anew(db: Connection, record: str, entries: list[Entry]) -> None:
    """Take what all entries of a record carry, whatever was known before."""
    db.execute("delete from effect where record = %s", (record,))
    for entry in entries:
        put(db, entry)


def effects(db: Connection, register: str, on: date, scope: Scope, line: str | None) -> list[Effected]:
    """All that counts by a day, of the lines of a register that records of a scope act on; or of one of these."""
    rows = db.execute(*effects_question(register, on, scope, line))
    return [
        Effected(effect=effect_of(effect), record=record, n=n, place=place, when=when, unit=unit)
        for effect, record, n, place, when, unit in rows
    ]


def effects_question(register: str, on: date, scope: Scope, line: str | None) -> Statement:
    """The question for them, and for whatever others do to these lines."""
    where, values = "register = %s and start <= %s", [register, on]
    if line is not None:
        where, values = f"{where} and line = %s", [*values, line]
    for seen, units in within(scope, "%s"):
        # As an array: an institution acts on few lines, and the planner is not to doubt it.
        lines = f"select line from effect join record using (record) where register = %s and {seen}"
        where, values = f"{where} and line = any(array({lines}))", [*values, register, *units]
    return (
        "select effect, record, effect.n, place, written_at, unit from effect join record using (record)"
        f" where {where}",
        values,
    )


def draw(db: Connection, draws: Mapping[str, int], above: Mapping[str, int]) -> dict[str, range]:
    """The next numbers of some series, after those given ``above``; nobody else draws until the transaction ends."""
    numbers = {}
    for series in sorted(draws):  # in one order, so that nobody waits in a ring
        row = db.execute(
            "insert into series values (%s, %s::bigint + %s) on conflict(name) do update"
            " set last = greatest(series.last, %s) + %s returning last",
            (series, above.get(series, 0), draws[series], above.get(series, 0), draws[series]),
        ).fetchone()
        assert row
        numbers[series] = range(row[0] - draws[series] + 1, row[0] + 1)
    return {series: numbers[series] for series in draws}


def last_number(db: Connection, series: str) -> int:
    """The last number that was drawn; 0 if none was."""
    row = db.execute("select last from series where name = %s", (series,)).fetchone()
    return int(row[0]) if row else 0


def last_numbers(db: Connection) -> dict[str, int]:
    """The last number that was drawn from each series."""
    return dict(db.execute("select name, last from series order by name").fetchall())
