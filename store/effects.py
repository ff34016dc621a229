"""What an entry causes besides its own data, as it lies in a file: effects on registers, numbers drawn."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from store.errors import ValueRefused
from store.model import Entry
from store.plain import check_names, checked
from store.registers import Action, Effect, Effected

#: The most numbers one entry may draw from a series.
MOST_NUMBERS = 10_000
#: Every number that was given outside of a series is below this.
MOST_FIGURE = 1_000_000_000_000
_YEARS = range(1900, 9999)


def effect_document(effect: Effect) -> dict[str, Any]:
    """An effect as it lies in a file, checked to be plain.

    Raises:
        ValueRefused: It is not, or it ends before it starts, or names no register or no line.
    """
    if not effect.register or not effect.line:
        raise ValueRefused(path="effects", why="缺少台账名称或台账行编号")
    check_names("effects", effect.register, effect.line)
    if effect.end and effect.end < effect.start:
        raise ValueRefused(path="effects", why=f"截止日 {effect.end} 早于起始日 {effect.start}")
    for day in (effect.start, effect.end):
        if day and day.year not in _YEARS:
            raise ValueRefused(path="effects", why=f"日期 {day} 不在 {_YEARS[0]} 至 {_YEARS[-1]} 年之间")
    plain: dict[str, Any] = checked(
        {
            "register": effect.register,
            "line": effect.line,
            "action": effect.action.value,
            "start": effect.start.isoformat(),
            **({"end": effect.end.isoformat()} if effect.end else {}),
            **({"facts": dict(effect.facts)} if effect.facts else {}),
        },
        "effects",
    )
    return plain


def effect_of(document: Mapping[str, Any]) -> Effect:
    """An effect out of a file."""
    end = document.get("end")
    return Effect(
        register=document["register"],
        line=document["line"],
        action=Action(document["action"]),
        start=date.fromisoformat(document["start"]),
        end=date.fromisoformat(end) if end else None,
        facts=document.get("facts", {}),
    )


def effects_of(entry: Entry) -> list[Effected]:
    """What an entry does to registers; with the unit that its summary names."""
    return [
        Effected(effect=effect, record=entry.record, n=entry.n, place=place, when=entry.when, unit=entry.summary.unit)
        for place, effect in enumerate(entry.effects)
    ]


def check_draws(draws: Mapping[str, int], above: Mapping[str, int]) -> None:
    """Refuse draws that no series can answer.

    Raises:
        ValueRefused: A series without a name, not between 1 and ``MOST_NUMBERS`` numbers, or after a figure that is
            none or of a series that is not drawn from.
    """
    checked(dict(draws), "draws")
    check_names("draws", *draws)
    for series, count in draws.items():
        if not series or not 1 <= count <= MOST_NUMBERS:
            raise ValueRefused(path="draws", why=f"号码序列须有名称，一次取 1 到 {MOST_NUMBERS} 个号")
    for series, figure in above.items():
        if series not in draws or type(figure) is not int or not 0 <= figure < MOST_FIGURE:
            raise ValueRefused(path="above", why=f"已用的号须是 0 到 {MOST_FIGURE} 的整数，属于要取号的序列")


def numbers_document(numbers: Mapping[str, range]) -> dict[str, list[int]]:
    """Numbers drawn as they lie in a file: the first and the last of each series."""
    return {series: [drawn[0], drawn[-1]] for series, drawn in numbers.items()}


def numbers_of(document: Mapping[str, Any]) -> dict[str, range]:
    """Numbers drawn, out of a file."""
    return {series: range(first, last + 1) for series, (first, last) in document.items()}
