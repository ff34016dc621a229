"""What a name in an expression can stand for."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from onefill.definitions.model import FieldDefinition

#: What may be asked of a value by its type.
_PARTS: Mapping[str, Mapping[str, str]] = {
    "time_range": {"start": "开始", "end": "结束", "minutes": "分钟数", "hours": "小时数"},
    "date": {"year": "年", "month": "月", "day": "日"},
    "time": {"hour": "时", "minute": "分"},
}
_TYPES_OF_PARTS = {"start": "time", "end": "time"}


class Kind(StrEnum):
    """What a name stands for."""

    VALUE = "value"
    RECORD = "record"
    ROW = "row"
    LIST = "list"
    GRID = "grid"
    #: Cannot be looked into, because the file that declares it is broken.
    ANY = "any"


Names = Mapping[str, "Known"]


@dataclass(frozen=True, kw_only=True)
class Known:
    """A name that exists.

    Attributes:
        kind: What it stands for.
        label: What the screen calls it.
        path: As it was asked for.
        type: Field type of a value.
        sure: Whether its values are of that type, whatever anybody writes.
        field: The definition, where it is a field.
        item: What a list holds.
        phase: Index of the phase from which it is due in the form whose scope this is; None until that is
            worked out (a computed value is due with the last fact it reads).
        fillable: Whether anybody or anything can ever fill it.
        inside: What may follow a dot; None where anything may.
        reads: What a computed value reads.
    """

    kind: Kind
    label: str
    path: str = ""
    type: str = ""
    sure: bool = False
    field: FieldDefinition | None = None
    item: "Known | None" = None
    phase: int | None = 0
    fillable: bool = True
    inside: Callable[[], Names | None] = dict
    reads: Callable[[], Iterable["Known"]] = tuple

    @property
    def private(self) -> bool:
        """Whether it tells about a person."""
        return self.field is not None and self.field.private


@dataclass(frozen=True, kw_only=True)
class Unknown:
    """A name that does not exist.

    Attributes:
        path: As it was asked for.
        what: What is wrong, in words.
        remedy: What to do.
        nearest: The path with the nearest known name in it, if any comes close.
    """

    path: str
    what: str
    remedy: str
    nearest: str | None = None


def value_of_type(label: str, type: str = "", *, sure: bool = False) -> Known:
    """A plain value, and what may be asked of it."""
    return Known(kind=Kind.VALUE, label=label, type=type, sure=sure, inside=lambda: parts_of(type))


def parts_of(type: str) -> Names:
    """What may be asked of a value of that type."""
    parts = _PARTS.get(type, {})
    return {key: value_of_type(label, _TYPES_OF_PARTS.get(key, "number"), sure=True) for key, label in parts.items()}
