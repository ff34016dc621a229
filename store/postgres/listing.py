"""What lists and search know of a record, and the questions they ask of it."""

import hashlib
import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, fields
from datetime import date
from functools import cache
from typing import Any

from psycopg.types.json import Jsonb

from store.matching import Query, period, searched
from store.model import DELETED, INNER, Found, Summary
from store.postgres.chains import Head
from store.postgres.database import Connection
from store.postgres.lookup import Lookup
from store.units import Statement, below, within

#: A longer token is kept as its hash: an index takes no more than 2.7 KB.
_LONG = 500
_LIST = "record, form, n, state, unit, owner, label, begins, ends, changed_at, has_draft, due, about"
#: The columns are in this order.
_FOUND = [field.name for field in fields(Found)]
_ORDER = {"changed": "changed_at desc, record", "due": "due nulls last, changed_at desc, record"}


def touch() -> str:
    """A mark that nothing had before."""
    return secrets.token_hex(8)


def put(db: Connection, head: Head, shown: Summary, before: Summary | None, lookup: Lookup) -> None:
    """Have lists and search know where a record stands and what it is called.

    Args:
        db: Where.
        head: Where the record stands.
        shown: What it is called now,
        before: and what it was; ``None`` if nothing of it is to be believed.
        lookup: Hashes what is private.
    """
    row = {**columns(head, shown), "touch": touch()}
    db.execute(_upsert(*row), {**row, "about": Jsonb(row["about"])})
    if before is None:
        db.execute("delete from token where record = %s", (head.record,))
        before = Summary()
    # Only what differs: a class has hundreds of tokens and a keystroke changes one.
    less, more = _besides(before, shown), _besides(shown, before)
    if less.private or more.private:
        lookup = lookup.as_in(db, writing=True)
    if gone := tokens(less, lookup):
        db.execute("delete from token where record = %s and token = any(%s)", (head.record, [*gone]))
    if come := tokens(more, lookup):
        insert = (
            "insert into token(token, record) select token, %s from unnest(%s::text[]) as token on conflict do nothing"
        )
        db.execute(insert, (head.record, sorted(come)))


def _besides(one: Summary, other: Summary) -> Summary:
    """The tokens that one has and the other has not."""
    return Summary(tokens=tuple({*one.tokens} - {*other.tokens}), private=tuple({*one.private} - {*other.private}))


def columns(head: Head, shown: Summary) -> dict[str, Any]:
    """What lists know of a record, by column."""
    first, last = period(shown)
    return {
        **asdict(head),
        "state": shown.state,
        "unit": shown.unit,
        "owner": shown.owner,
        "label": shown.label,
        "words": searched(shown),
        "begins": first,
        "ends": last,
        "due": shown.due,
        "about": dict(shown.about),
    }


def tokens(shown: Summary, lookup: Lookup) -> set[str]:
    """What a record is found by exactly, as the index holds it."""
    return {*map(_clear, shown.tokens), *_hashed(shown.private, lookup)}


def is_listed(db: Connection, head: Head, shown: Summary, lookup: Lookup) -> bool:
    """Whether lists and search know just that of a record."""
    wanted = columns(head, shown)
    row = db.execute(f"select {', '.join(wanted)} from record where record = %s", (head.record,)).fetchone()
    known = {token for (token,) in db.execute("select token from token where record = %s", (head.record,))}
    return row == tuple(wanted.values()) and known == tokens(shown, lookup)


def put_draft(db: Connection, head: Head) -> None:
    """Have lists know that a draft has changed."""
    db.execute(
        "update record set touch = %s, draft_touch = %s, draft_number = %s, has_draft = %s, changed_at = %s"
        " where record = %s",
        (touch(), head.draft_touch, head.draft_number, head.has_draft, head.changed_at, head.record),
    )


def find(query: Query, lookup: Lookup, limit: int, offset: int) -> Statement:
    """The question which records answer a query."""
    where, values = _where(query, lookup)
    return f"select {_LIST} from record where {where} order by {_ORDER[query.order]} limit %s offset %s", [
        *values,
        limit,
        offset,
    ]


def holders(db: Connection, found: Sequence[Found], query: Query, lookup: Lookup) -> Iterator[tuple[str, str]]:
    """Tokens of which one is enough, each with a record among those found that has it."""
    meant = _sought(query.any_of, lookup)
    asked = "select token, record from token where token = any(%s) and record = any(%s)"
    for token, record in db.execute(asked, ([*meant], [one.record for one in found])):
        yield meant[token], record


def count(query: Query, lookup: Lookup) -> Statement:
    """The question how many they are."""
    where, values = _where(query, lookup)
    return f"select count(*) from record where {where}", values


def found(row: tuple[Any, ...]) -> Found:
    """A record in a list, out of an answer to ``find``."""
    return Found(**dict(zip(_FOUND, row, strict=True)))


@cache
def _upsert(*names: str) -> str:
    values = ", ".join(f"%({name})s" for name in names)
    changes = ", ".join(f"{name} = excluded.{name}" for name in names if name != "record")
    return f"insert into record({', '.join(names)}) values ({values}) on conflict(record) do update set {changes}"


def _clear(token: str) -> str:
    return f"={token}" if len(token) <= _LONG else f"~{hashlib.sha256(token.encode()).hexdigest()}"


def _sought(tokens: Collection[str], lookup: Lookup) -> dict[str, str]:
    """Tokens by what may stand for them in the index.

    While the look-up key is sealed nothing private can be read either: only what stands in clear is found.
    """
    sought = {_clear(token): token for token in tokens}
    if lookup.is_open:
        sought |= zip(_hashed(tokens, lookup), tokens, strict=True)
    return sought


def _hashed(tokens: Collection[str], lookup: Lookup) -> list[str]:
    hashed = lookup.hasher() if tokens else str  # without any, no key is asked for
    return [f"#{hashed(token)}" for token in tokens]


def _where(query: Query, lookup: Lookup) -> Statement:
    parts = [
        *within(query.scope, "%s"),
        *below(query.unit, "%s"),
        *_stands(query),
        *(("strpos(words, %s) > 0", [word]) for word in query.words),
        *(
            # As an array: few records have a token, and the planner is not to doubt it.
            (
                "record = any(array(select record from token where token = any(%s)))",
                [[*_sought([token], lookup)]],
            )
            for token in query.tokens
        ),
        *_among(query, lookup),
        *_overlap(query),
    ]
    return " and ".join(sql for sql, _ in parts) or "true", [value for _, values in parts for value in values]


def _among(query: Query, lookup: Lookup) -> Iterator[Statement]:
    if query.any_of:
        sought = _sought(query.any_of, lookup)
        yield "record = any(array(select record from token where token = any(%s)))", [[*sought]]


def _stands(query: Query) -> Iterator[Statement]:
    if query.form is not None:
        yield "form = %s", [query.form]
    else:
        yield "not starts_with(form, %s)", [INNER]
    if query.states:
        yield "state = any(%s)", [[*query.states]]
    elif query.state is None:
        yield "state <> %s", [DELETED]
    if query.state is not None:
        yield "state = %s", [query.state]


def _overlap(query: Query) -> Iterator[Statement]:
    if query.overlap is None:
        return
    start, end = query.overlap
    yield "ends >= %s", [start or date.min]
    yield "begins <= %s", [end or date.max]
