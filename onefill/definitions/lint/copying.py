"""What a copy of a record takes over: ways that fit the field."""

from onefill.definitions.lint.report import FormReport
from onefill.definitions.model import FieldDefinition, Section
from onefill.definitions.yaml12 import Path

TEXTS = ("text", "document_number")


def check_copying(report: FormReport) -> None:
    """All ``copy`` and ``expires`` keys of one form."""
    for i, section in enumerate(report.form.sections):
        for j, field in enumerate(section.fields):
            at = ("sections", i, "fields", j)
            _copy(report, at, section, field)
            if field.expires and (field.type != "date" or section.repeat is not None):
                what = "只有不在表里的日期字段才能是到期日"
                report.say(*at, "expires", key=True, code="EXPIRES_SHAPE", what=what, remedy="删掉 expires")


def _copy(report: FormReport, at: Path, section: Section, field: FieldDefinition) -> None:
    what = ""
    if field.copy_ is None:
        return
    if not field.typed:
        what = "自动算出、自动编号的字段没有照抄的办法"
    elif field.copy_ == "shift" and field.type != "date":
        what = "只有日期才能顺延"
    elif field.copy_ == "next" and (field.type not in TEXTS or section.repeat is not None):
        what = "只有不在表里的文字才能接着编号"
    if what:
        report.say(*at, "copy", key=True, code="COPY_SHAPE", what=what, remedy="改成 keep 或 empty，或删掉 copy")
