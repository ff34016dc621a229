"""Words that an import takes for nothing: where they may be declared, and what they may fill."""

from onefill.definitions.lint.report import FormReport
from onefill.definitions.lint.structure import points
from onefill.definitions.model import FieldDefinition, Section
from onefill.definitions.types import type_of
from onefill.definitions.yaml12 import Path
from onefill.fields import BadLimit, field_type_names
from onefill.fields.normalise import fold


def check_said(report: FormReport) -> None:
    """All rules of this page over one form."""
    for i, section in enumerate(report.form.sections):
        for j, field in enumerate(section.fields):
            _said(report, ("sections", i, "fields", j), section, field)


def _said(report: FormReport, at: Path, section: Section, field: FieldDefinition) -> None:
    """Words of an import fill other typed fields of the row, with values that those can take."""
    others = {one.key: one for one in section.fields if one.typed and one is not field}
    known: set[str] = set()
    for i, said in enumerate(field.said):
        if section.repeat is None or not field.typed:
            what, remedy = "只有表里让人填的一列才有 said，别的没有可导入的格", "删掉 said"
            report.say(*at, "said", key=True, code="SAID_SHAPE", what=what, remedy=remedy)
            return
        for j, word in enumerate(said.words):
            if fold(word) in known or not fold(word):
                what = f"“{word}”写了两次" if fold(word) else "有一个词是空的"
                report.say(*at, "said", i, "words", j, code="SAID_SHAPE", what=what, remedy="只写一次，不留空的")
            known.add(fold(word))
        for key, text in said.set_.items():
            path = (*at, "said", i, "set", key)
            points(report, path, key, list(others), f"“{section.title}”没有让人填的字段")
            if key in others and others[key].type in field_type_names() and not _taken_by(others[key], text):
                what = f"“{others[key].label}”（{key}）不能填“{text}”"
                report.say(*path, code="SAID_SHAPE", what=what, remedy="照那个字段的选项、写法填")


def _taken_by(field: FieldDefinition, text: str) -> bool:
    """Whether a text is a value of a field; of what is chosen among records or rows, none is."""
    if field.form or field.of:
        return False
    try:
        kind = type_of(field)
    except BadLimit:
        return True  # told by itself
    parsed = kind.parse(text)
    return parsed.value is not None and not (*parsed.problems, *kind.check(parsed.value))
