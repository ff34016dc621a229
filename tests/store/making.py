"""Entries, clocks and stores for the tests."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from store import EVERYTHING, NewEntry, Scope, Store, Summary

_requests = count(1)


def new(record: str = "r1", data: Any = None, **given: Any) -> NewEntry:
    facts: dict[str, Any] = {
        "record": record,
        "form": "class",
        "kind": "version",
        "who": "李老师",
        "request_id": f"q{next(_requests)}",
        "data": {"name": "一班"} if data is None else data,
        "summary": Summary(label=record),
    }
    return NewEntry(**{**facts, **given})


def begin(store: Store, record: str = "r1", scope: Scope = EVERYTHING, **given: Any) -> None:
    store.append(new(record, **given), 0, scope)


def stepping(start: datetime = datetime(2026, 11, 4, tzinfo=UTC)) -> Callable[[], datetime]:
    """A clock that goes on by a second whenever somebody looks."""
    ticks = count()
    return lambda: start + timedelta(seconds=next(ticks))


def class_of(rows: int) -> dict[str, Any]:
    return {
        "class_no": "440604-001-2026-001",
        "trainees": {
            f"r{i}": {"@order": i, "name": f"学员{i}", "id_no": f"44060419900101{i:04d}", "theory": 88}
            for i in range(rows)
        },
    }
