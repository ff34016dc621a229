"""Every fault of all packs at once, each with its line and the way out."""

from onefill.definitions.lint.boards import check_deadlines
from onefill.definitions.lint.copying import check_copying
from onefill.definitions.lint.cycles import check_links, check_values
from onefill.definitions.lint.expressions import check_expressions
from onefill.definitions.lint.following import check_following
from onefill.definitions.lint.packs import check_pack
from onefill.definitions.lint.procedure import check_procedure
from onefill.definitions.lint.registers import check_effects
from onefill.definitions.lint.renaming import check_renaming
from onefill.definitions.lint.report import FormReport, Report
from onefill.definitions.lint.said import check_said
from onefill.definitions.lint.structure import check_structure
from onefill.definitions.lint.types import check_type
from onefill.definitions.loader import PACK_FILE, Definitions
from onefill.definitions.schema import Schema
from onefill.problems import LinePlace, Problem

__all__ = ["lint"]


def lint(definitions: Definitions) -> tuple[Problem, ...]:
    """What is wrong with the files and with what they mean, in the order of files and lines.

    A file that does not load is told of once; nothing that points to it is reported on that account.
    """
    definitions = definitions.with_doubtful()
    schema = Schema(definitions)
    reports: list[Report] = []
    forms: dict[str, FormReport] = {}
    for loaded in definitions.loaded.values():
        if loaded.pack is not None:
            report = Report(loaded.sources[PACK_FILE])
            check_pack(report, loaded, loaded.pack, schema)
            reports.append(report)
        for key, form in loaded.forms.items():
            forms[key] = FormReport(loaded.sources[key], form=form, schema=schema)
    for one in forms.values():
        _check_form(one)
    check_values(forms)
    check_links(forms)
    found = [problem for report in (*reports, *forms.values()) for problem in report.problems]
    return tuple(sorted({*definitions.faults, *found}, key=_order))


def _check_form(report: FormReport) -> None:
    check_structure(report)
    check_said(report)
    check_copying(report)
    check_renaming(report)
    check_procedure(report)
    check_effects(report)
    check_following(report)
    check_deadlines(report)
    for i, section in enumerate(report.form.sections):
        for j, field in enumerate(section.fields):
            check_type(report, ("sections", i, "fields", j), field)
        if section.field is not None:
            check_type(report, ("sections", i, "field"), section.field)
    check_expressions(report)


def _order(problem: Problem) -> tuple[str, int, int, str]:
    place = problem.place
    if isinstance(place, LinePlace):
        return place.file, place.line, place.column, problem.code
    return "", 0, 0, problem.code
