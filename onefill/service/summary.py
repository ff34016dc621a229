"""A record on plain pages (填报信息汇总): for any form, and instead of a template that nobody has drawn yet."""

from collections import Counter
from collections.abc import Sequence

from onefill.definitions.expressions import Empty
from onefill.definitions.model import Section
from onefill.facts import Sheet
from onefill.facts.differences import shown_text
from onefill.facts.plan import FieldPlan
from onefill.facts.printing import facts_hash
from onefill.facts.views import RowView
from onefill.fields import Audience
from onefill.fields.chinese import date_text
from onefill.rendering.summary import Facts, Listing, summary_html
from onefill.rendering.summary import Section as Printed
from onefill.service.papers import PREVIEW
from onefill.service.sources import Source

TITLE = "填报信息汇总"
#: Columns beside the first that can be read on one page.
MOST_COLUMNS = 7


def summary_page(source: Source, digest: str = "") -> str:
    """The record's facts as one HTML page. Personal numbers are masked: this is no paper that must print them.

    Args:
        source: Whose facts.
        digest: What its foot says of them, where that is not the hash of all that is asked.
    """
    sheet = source.sheet
    digest = digest or summary_digest(source)[:8]
    preview = f"（{PREVIEW}）" if source.preview else ""
    head = [("名称", sheet.label()), ("版本", f"{source.version}{preview}"), ("日期", date_text(source.day))]
    shown = [section for section in sheet.plan.form.sections if sheet.section_shown(section.key)]
    sections = [printed for section in shown for printed in _section(sheet, section)]
    foot = f"{sheet.plan.form.title} {TITLE}　第 {source.version} 版{preview}　数据校验码 {digest}"
    return summary_html(f"{sheet.plan.form.title}　{TITLE}", head, sections, foot=foot)


def summary_digest(source: Source) -> str:
    """Facts hash over everything that is asked."""
    plan = source.sheet.plan
    asked = sorted({*(name for name in plan.fields if "[]" not in name), *plan.repeats, *plan.grids})
    return facts_hash(source.sheet.view, asked)


def _section(sheet: Sheet, section: Section) -> list[Printed]:
    plans = [plan for plan in sheet.plan.by_section[section.key] if not plan.definition.quiet]
    if section.grid is not None:
        return [_grid(sheet, section)]
    if section.repeat is not None:
        return _listings(sheet, section, [plan for plan in plans if _used(sheet, plan)])
    pairs = [(plan.definition.label, _text(sheet, plan, None)) for plan in plans if sheet.shown(plan.name)]
    return [Facts(title=section.title, pairs=pairs)] if pairs else []


def _listings(sheet: Sheet, section: Section, plans: Sequence[FieldPlan]) -> list[Printed]:
    """The rows as one table, or as several that each begin with the first column if they are too many to be read."""
    first, rest = plans[:1], plans[1:]
    groups = [rest[start : start + MOST_COLUMNS] for start in range(0, len(rest), MOST_COLUMNS)] or [[]]
    listings: list[Printed] = []
    for number, group in enumerate(groups, 1):
        columns = [*first, *group]
        title = section.title if len(groups) == 1 else f"{section.title}（{number} / {len(groups)}）"
        rows = [[_text(sheet, plan, row) for plan in columns] for row in sheet.rows(section.key)]
        listings.append(Listing(title=title, columns=[plan.definition.label for plan in columns], rows=rows))
    return listings


def _used(sheet: Sheet, plan: FieldPlan) -> bool:
    """Whether a column has anything in it, so that a wide table leaves out the empty ones."""
    return any(shown_text(sheet, plan.name, row.row) for row in sheet.rows(plan.section.key))


def _text(sheet: Sheet, plan: FieldPlan, row: RowView | None) -> str:
    cell = (plan.name, row.row if row else None)
    value = sheet.value(*cell)
    if plan.definition.private and not isinstance(value, Empty):
        return plan.type.mask(value, Audience.OFFICE)
    text = shown_text(sheet, *cell)
    return f"{text} {plan.definition.unit}" if text and plan.definition.unit else text


def _grid(sheet: Sheet, section: Section) -> Listing:
    """For each row of the second side, how often each value stands there."""
    _, second = section.grid or ("", "")
    rows = [
        (sheet.row_label(second, row.row), _counts(sheet.grid_along(section.key, second, row.row)))
        for row in sheet.rows(second)
    ]
    return Listing(title=section.title, columns=[sheet.plan.sections[second].title, section.title], rows=rows)


def _counts(values: Sequence[object]) -> str:
    return "、".join(f"{value} {count}" for value, count in Counter(map(str, values)).most_common())
