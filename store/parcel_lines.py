"""Parcels as plain JSON: how they lie in an archive."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from store.model import Damage
from store.parcels import (
    DraftParcel,
    EntriesParcel,
    FileParcel,
    LogParcel,
    LostParcel,
    Parcel,
    PreferencesParcel,
    SeriesParcel,
)


def line_of(parcel: Parcel) -> dict[str, Any]:
    """A parcel as plain JSON; files lie apart.

    Raises:
        TypeError: It is a file.
    """
    match parcel:
        case EntriesParcel(record, form, entries):
            return {"record": record, "form": form, "entries": entries}
        case DraftParcel(record, line):
            return {"record": record, "draft": line}
        case PreferencesParcel(owner, values):
            return {"owner": owner, "values": values}
        case SeriesParcel(last):
            return {"series": last}
        case LogParcel(lines):
            return {"log": [raw.decode() for raw in lines]}
        case LostParcel(kind, damage):
            return {"lost": kind, **asdict(damage)}
        case FileParcel():
            raise TypeError("files lie apart")


def parcel_of(line: Mapping[str, Any]) -> Parcel:
    """A parcel out of its line.

    Raises:
        KeyError, TypeError, ValueError: It is no such line.
    """
    match line:
        case {"record": str(record), "form": str(form), "entries": list(entries)}:
            return EntriesParcel(record, form, tuple(entries))
        case {"record": str(record), "draft": dict(draft)}:
            return DraftParcel(record, draft)
        case {"owner": str(owner), "values": dict(values)}:
            return PreferencesParcel(owner, values)
        case {"series": dict(last)}:
            return SeriesParcel(last)
        case {"log": list(lines)}:
            return LogParcel(tuple(raw.encode() for raw in lines))
        case {"lost": str(kind), "record": str(record), "file": str(file), "why": str(why)}:
            return LostParcel(kind, Damage(record, file, why))  # type: ignore[arg-type]
    raise ValueError("no such parcel")
