"""A made-up institution, its courses, teachers and classes, to load and try. No real person is in here.

The records lie in ``data/*.json``; ``python -m samples.generate`` writes them anew, always the same.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
#: Workbooks to import: a clean roster, and one with every kind of error.
ROSTER = Path(__file__).parent / "roster.xlsx"
BROKEN_ROSTER = Path(__file__).parent / "roster-broken.xlsx"


@dataclass(frozen=True)
class Ref:
    """Stands in data for the id of the record of this name."""

    name: str


@dataclass(frozen=True)
class SampleRecord:
    """One record: its name among the samples, its form, and data in the store's shape with ``Ref`` for links."""

    name: str
    form: str
    data: dict[str, Any]


def sample_records() -> list[SampleRecord]:
    """All sample records; each comes after those it points to."""
    records = []
    for path in sorted(DATA.glob("*.json")):
        for kept in json.loads(path.read_text(encoding="utf-8")):
            records.append(SampleRecord(kept["name"], kept["form"], _with_refs(kept["data"])))
    return records


def resolve(data: Any, ids: Mapping[str, str]) -> Any:
    """Data with the ids of records in place of their names."""
    match data:
        case Ref(name=name):
            return ids[name]
        case dict():
            return {key: resolve(value, ids) for key, value in data.items()}
        case list():
            return [resolve(value, ids) for value in data]
        case _:
            return data


def load(create: Callable[[str, dict[str, Any]], str]) -> dict[str, str]:
    """Put all samples somewhere.

    Args:
        create: Makes a record of a form with that data, and answers its id.

    Returns:
        The id of each record by its name.
    """
    ids: dict[str, str] = {}
    for record in sample_records():
        ids[record.name] = create(record.form, resolve(record.data, ids))
    return ids


def _with_refs(value: Any) -> Any:
    match value:
        case {"$ref": str(name), **rest} if not rest:
            return Ref(name)
        case dict():
            return {key: _with_refs(item) for key, item in value.items()}
        case list():
            return [_with_refs(item) for item in value]
        case _:
            return value
