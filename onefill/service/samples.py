"""Loading made-up records: the same way as a person fills them, under ids that are always the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from onefill.service.records import Records
from onefill.service.shapes import Person


@dataclass(frozen=True)
class Reference:
    """Stands for the id of another sample record."""

    name: str


@dataclass(frozen=True)
class SampleRecord:
    """A made-up record: its name among the samples, its form, its data in stored form with references in place of ids."""

    name: str
    form: str
    data: Mapping[str, Any]


def sample_id(name: str) -> str:
    """The id under which a sample is loaded, so that loading twice makes nothing twice."""
    return "s" + sha256(name.encode()).hexdigest()[:15]


def load_samples(records: Records, samples: Sequence[SampleRecord], who: Person) -> int:
    """Create what is not there yet, in the order given; how many were new."""
    there = {line.id for line in records.list(limit=10_000)}
    fresh = [sample for sample in samples if sample_id(sample.name) not in there]
    for sample in fresh:
        records.create(sample.form, who, _resolved(sample.data), record=sample_id(sample.name))
    return len(fresh)


def _resolved(value: Any) -> Any:
    if isinstance(value, Reference):
        return sample_id(value.name)
    if isinstance(value, Mapping):
        return {key: _resolved(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_resolved(item) for item in value]
    return value
