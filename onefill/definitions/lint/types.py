"""Field types that exist, limits that they take, and keys that go together."""

from collections.abc import Iterable

from onefill.definitions.lint.report import Report
from onefill.definitions.model import FieldDefinition, GridField
from onefill.definitions.nearest import meant, nearest
from onefill.definitions.yaml12 import Path
from onefill.fields import BadLimit, field_class, field_type, field_type_names

#: Keys of a field that are limits of its type.
LIMITS = ("options", "option_synonyms", "pattern", "min", "max", "max_length", "decimals", "form", "many", "of", "by")
#: Key that a type cannot do without.
_NEEDED = {
    "choice": ("options", "写上 options: [甲, 乙]"),
    "choices": ("options", "写上 options: [甲, 乙]"),
    "link": ("form", "写上 form: 表单名"),
    "row": ("of", "写上 of: 节名"),
    "identity": ("by", "写上 by: 证件类型的字段"),
}
#: Keys that mean nothing in a computed field.
_TYPED_ONLY = ("required", "default", "blank", "where", "offers", "stages")


def check_type(report: Report, at: Path, field: FieldDefinition | GridField) -> None:
    """All rules of this page over one field."""
    if field.type not in field_type_names():
        near = nearest(field.type, field_type_names())
        remedy = f"改成“{near}”" if near else "改成字段类型之一，例如 text、date、choice"
        report.say(*at, "type", code="TYPE_UNKNOWN", what=f"没有字段类型“{field.type}”", remedy=remedy)
        return
    _limits(report, at, field)
    computed = isinstance(field, FieldDefinition) and not field.typed
    needed, remedy = _NEEDED.get(field.type, ("", ""))
    if needed and not computed and not getattr(field, needed, None):
        what = f"{field.type} 类型少了“{needed}”"
        report.say(*at, *_where(report, at, "type"), code="TYPE_NEEDS", what=what, remedy=remedy)
    if isinstance(field, FieldDefinition):
        _together(report, at, field)


def _where(report: Report, at: Path, key: str) -> Iterable[str]:
    """The key, where it is written."""
    return (key,) if (*at, key) in report.source.values else ()


def _limits(report: Report, at: Path, field: FieldDefinition | GridField) -> None:
    accepted = field_class(field.type).accepts
    given = {name: value for name in LIMITS if (value := getattr(field, name, None)) not in (None, False)}
    taken: dict[str, object] = {}
    for name, value in given.items():
        if name not in accepted:
            what = f"{field.type} 类型没有“{name}”这项限制"
            remedy = f"删掉“{name}”，或换一种字段类型"
            known = sorted(accepted & set(LIMITS))
            remedy = meant(name, known, remedy) if nearest(name, known) else remedy
            report.say(*at, name, key=True, code="LIMIT_UNKNOWN", what=what, remedy=remedy)
        elif name != "options" or not isinstance(value, str):
            taken[name] = value
    try:
        field_type(field.type, **taken)
    except BadLimit as error:
        limit = str(error.facts["limit"])
        report.say(*at, limit, code="LIMIT_BAD", what=str(error).rstrip("。"), remedy=f"改正“{limit}”")


def _together(report: Report, at: Path, field: FieldDefinition) -> None:
    if not field.typed:
        own, how = ("value", "自动算出") if field.number is None else ("number", "自动编号")
        for name in (*_TYPED_ONLY, *(("value",) if field.number else ())):
            if getattr(field, name):
                what = f"“{field.label}”是{how}的，不能再有“{name}”"
                remedy = f"删掉“{name}”，或删掉 {own}"
                report.say(*at, name, key=True, code="COMPUTED_TYPED", what=what, remedy=remedy)
    elif field.explain:
        what = "explain 说的是怎么算出来，这个字段却是填的"
        report.say(*at, "explain", key=True, code="COMPUTED_TYPED", what=what, remedy="改用 hint，或写上 value")
    for name in ("where", "offers"):
        if getattr(field, name) is not None and field.type not in ("link", "row"):
            what = f"{field.type} 类型没有候选，{name} 用不上"
            report.say(*at, name, key=True, code="LIMIT_UNKNOWN", what=what, remedy=f"删掉 {name}")
    if field.stages and field.type != "link":
        what = f"{field.type} 类型指不到办件，stages 用不上"
        report.say(*at, "stages", key=True, code="LIMIT_UNKNOWN", what=what, remedy="删掉 stages")
