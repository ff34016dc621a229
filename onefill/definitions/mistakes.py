"""What pydantic finds wrong in a file, as problems an author understands."""

from collections.abc import Iterator, Mapping
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from onefill.definitions.nearest import meant
from onefill.definitions.yaml12 import Path, Source
from onefill.problems import Problem

#: pydantic's kind of error -> what was expected there.
_EXPECTED: Mapping[str, str] = {
    "string_type": "文字",
    "string_sub_type": "文字",
    "bool_type": "true 或 false",
    "int_type": "整数",
    "int_from_float": "整数",
    "float_type": "数",
    "tuple_type": "列表（每项前一个“- ”，或写成 [甲, 乙]）",
    "list_type": "列表（每项前一个“- ”，或写成 [甲, 乙]）",
    "model_type": "一组“键: 值”",
    "model_attributes_type": "一组“键: 值”",
    "dict_type": "一组“键: 值”",
}
#: Keys that authors put into a field to nest rows.
_NESTING = frozenset({"repeat", "grid", "fields"})


def problems_of(error: ValidationError, model: type[BaseModel], source: Source) -> tuple[Problem, ...]:
    """One problem for each spot that pydantic refuses."""
    spots: dict[Path, list[Any]] = {}
    for detail in error.errors(include_url=False):
        spots.setdefault(_path(detail["loc"], source), []).append(detail)
    for path in [path for path, (first, *_) in spots.items() if first["type"] == "too_short"]:
        # Rows that are wrong themselves are not counted by pydantic; what is wrong with them is told anyhow.
        if any(other[: len(path)] == path for other in spots if other != path):
            del spots[path]
    return tuple(_problem(path, details, model, source) for path, details in spots.items())


def _path(loc: Path, source: Source) -> Path:
    """The location without pydantic's marks for the branches of a union."""
    path: Path = ()
    for index, part in enumerate(loc):
        known = (*path, part)
        if known in source.values or (index == len(loc) - 1 and isinstance(part, str) and _asked(loc)):
            path = known
    return path


def _asked(loc: Path) -> bool:
    """Whether the last part is a key (of a missing value), not the mark of a union's branch."""
    last = str(loc[-1])
    return "[" not in last and last not in {"bool", "str", "int", "float", "constrained-str"}


def _problem(path: Path, details: list[Any], model: type[BaseModel], source: Source) -> Problem:
    detail = details[0]
    kind = detail["type"]
    name = str(path[-1]) if path else ""
    if kind == "extra_forbidden":
        return _unknown_key(path, model, source)
    if kind == "missing":
        return Problem(
            place=source.place(*path[:-1]),
            code="DEFINITION_MISSING",
            what=f"少了“{name}”",
            remedy=f"补上“{name}”",
        )
    what, remedy = _wrong(name, details, detail)
    return Problem(place=source.place(*path), code="DEFINITION_VALUE", what=what, remedy=remedy)


def _unknown_key(path: Path, model: type[BaseModel], source: Source) -> Problem:
    name = str(path[-1])
    owner = _model_at(model, path[:-1])
    known = [field.alias or key for key, field in owner.model_fields.items()] if owner else []
    remedy = meant(name, known, f"删掉“{name}”，或看表单的写法说明")
    if name in _NESTING and "options" in known:
        remedy = "重复节里不能再套一层：另立一个表单，用 type: link 引用"
    return Problem(
        place=source.place(*path, key=True), code="DEFINITION_KEY", what=f"不认识的键“{name}”", remedy=remedy
    )


def _wrong(name: str, details: list[Any], detail: Any) -> tuple[str, str]:
    """What is wrong with a value of the wrong shape, and the remedy."""
    kind, context, given = detail["type"], detail.get("ctx", {}), detail.get("input")
    if not name:
        return "整个文件应是一组“键: 值”，写的是别的结构", "从“form: 名字”或“pack: 名字”写起，行首不要“- ”"
    plain = isinstance(given, str | int | float | bool)
    written = "空的" if given is None else f"“{str(given)[:40]}”" if plain else "别的结构"
    if kind in ("literal_error", "enum"):
        choices = [text.strip(" '") for text in str(context["expected"]).replace(" or ", ",").split(",")]
        return f"“{name}”不能写“{given}”", meant(str(given), choices, "改成允许的词")
    if kind == "string_pattern_mismatch":
        return f"名字“{given}”不合规矩", "改成小写字母开头，只用小写字母、数字和下划线"
    if kind == "string_too_short":
        return f"“{name}”是空的", "写上内容，或删掉这个键"
    if kind in ("too_short", "too_long"):
        number = context.get("min_length", context.get("max_length"))
        return f"“{name}”的项数不对", f"{'至少' if kind == 'too_short' else '最多'}写 {number} 项"
    expected = list(dict.fromkeys(_EXPECTED[item["type"]] for item in details if item["type"] in _EXPECTED))
    if not expected:
        return f"“{name}”的值不对：{written}", "看表单的写法说明"
    quote = isinstance(given, int | float) and not isinstance(given, bool) and "文字" in expected
    remedy = f"加上引号：'{given}'" if quote else f"写成{'、'.join(expected)}"
    return f"“{name}”应是{'或'.join(expected)}，写的是{written}", remedy


def _model_at(model: type[BaseModel], path: Path) -> type[BaseModel] | None:
    """The model that a path of keys and indexes leads to."""
    current: type[BaseModel] | None = model
    for part in path:
        if isinstance(part, int) or current is None:
            continue
        fields = {field.alias or key: field for key, field in current.model_fields.items()}
        current = next(_models(fields[part].annotation), None) if part in fields else None
    return current


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) in (tuple, list, Union, UnionType, Annotated):
        for part in get_args(annotation):
            yield from _models(part)
