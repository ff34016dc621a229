"""What a filter cannot do with the name before it: the field's type, or what its brackets say, is not what it takes."""

from collections.abc import Iterator
from dataclasses import dataclass
from inspect import Signature
from typing import get_args

from onefill.definitions.filters import SIGNATURES, WANTS
from onefill.definitions.known import Kind, Known, Names
from onefill.definitions.names import WORKED_OUT, FilterUse
from onefill.definitions.nearest import nearest
from onefill.fields import UnknownFieldType, field_class

_WORDS = {"text": "文字", "number": "数", "date": "日期", "time_range": "起止时间", "time": "时刻"} | {
    Kind.LIST: "列表",
    Kind.RECORD: "一份办件",
    Kind.ROW: "一行",
    Kind.GRID: "表格",
}
#: Types of fields that an author would choose for each kind of value.
_TYPES = {"text": "text", "number": "number", "date": "date", "time_range": "time_range"}
#: So many other names are worth listing.
_FEW = 4


@dataclass(frozen=True)
class Misfit:
    """Why a filter cannot stand behind a name."""

    what: str
    remedy: str


def misfit_of(behind: FilterUse, known: Known, beside: Names) -> Misfit | None:
    """What is certainly wrong with a filter behind a name; nothing where it may be right.

    Args:
        behind: The filter.
        known: What the name stands for.
        beside: Names that could be written instead.
    """
    wants, held = WANTS.get(behind.name), _holds(known)
    if wants and held is not None and held not in wants:
        what = f"“{known.label}”（{known.path}）是{_WORDS[held]}，“{behind.name}”要的是{_wanted(wants)}"
        return Misfit(what, _remedy(behind, known, wants, beside))
    return next(_arguments(behind), None)


def _holds(known: Known) -> str | None:
    """What a value of the name certainly is; nothing where that is not known."""
    if known.kind is not Kind.VALUE:
        return known.kind if known.kind in _WORDS else None
    if not known.sure or known.type == "time":
        return known.type if known.sure else None
    try:
        return field_class(known.type).holds
    except UnknownFieldType:
        return None


def _wanted(wants: tuple[str, ...]) -> str:
    return "或".join(_WORDS[one] for one in wants)


def _remedy(behind: FilterUse, known: Known, wants: tuple[str, ...], beside: Names) -> str:
    fit = {key: one.label for key, one in beside.items() if one.field is not None and _holds(one) in wants}
    near = nearest(known.path.rpartition(".")[2], fit)
    shown = [near] if near else list(fit) if len(fit) <= _FEW else []
    if shown:
        return f"改用{_wanted(wants)}的字段，例如{'、'.join(f'“{key}”（{fit[key]}）' for key in shown)}"
    types = [_TYPES[one] for one in wants if one in _TYPES]
    change = f"，或在表单里把它改成 type: {types[0]}" if types and known.field is not None else ""
    return f"删掉“|{behind.name}”{change}"


def _arguments(behind: FilterUse) -> Iterator[Misfit]:
    """What the brackets say that the filter cannot use."""
    signature = SIGNATURES.get(behind.name)
    if signature is None:
        return
    try:
        bound = signature.bind(None, *behind.given, **dict(behind.named))
    except TypeError:
        yield _called_otherwise(behind, signature)
        return
    for name, value in bound.arguments.items():
        wanted = signature.parameters[name].annotation
        kinds = get_args(wanted) or (wanted,)
        if value is WORKED_OUT or value is None:
            continue
        if int in kinds and isinstance(value, str):
            what = f"“{behind.name}”的括号里要写整数，写的是“{value}”"
            yield Misfit(what, "改成不带引号的整数，例如 2")
        elif str in kinds and not isinstance(value, str):
            what = f"“{behind.name}”的括号里要写文字，写的是 {value}"
            yield Misfit(what, f"加上引号，写成 '{value}'")


def _called_otherwise(behind: FilterUse, signature: Signature) -> Misfit:
    names = list(signature.parameters.values())[1:]
    asked = [one.name for one in names if one.default is one.empty]
    if len(behind.given) + len(behind.named) < len(asked):
        return Misfit(f"“{behind.name}”的括号里少了“{asked[-1]}”", f"写成 {behind.name}({', '.join(asked)})")
    if not names:
        return Misfit(f"“{behind.name}”后面不用写括号", f"写成 |{behind.name}")
    may = "、".join(one.name for one in names)
    return Misfit(f"“{behind.name}”的括号里写的不对", f"括号里只能写 {may}，最多 {len(names)} 个")
