"""A box for a day in HTML of ours: typed as everywhere else, or chosen in the calendar of the page script."""

from datetime import date

from onefill.fields import field_type
from onefill.fields.chinese import date_text
from onefill.ui.html import esc, icon

#: What the button beside a box opens.
CALENDAR = "选日期（Alt+↓）"


def day_box(name: str, label: str, day: date) -> str:
    """The box with its label; its form sends the text under the name."""
    return (
        f'<span class="pick"><label>{esc(label)} <input name="{esc(name)}" class="day" data-day-box required'
        f' maxlength="20" autocomplete="off" value="{date_text(day)}"></label>'
        f'<button type="button" class="ib" data-calendar tabindex="-1" title="{CALENDAR}"'
        f' aria-label="{esc(label)}：{CALENDAR}">{icon("calendar_month")}</button></span>'
    )


def read_day(text: str) -> tuple[date | None, str]:
    """The day that was written, and what is wrong with it; neither of nothing."""
    found = field_type("date").parse(text) if text else None
    if found is None:
        return None, ""
    day = found.value if isinstance(found.value, date) else None
    return day, "" if day else "；".join(one.what for one in found.problems)
