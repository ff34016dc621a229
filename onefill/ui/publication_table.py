"""公布: what would be made public of a day, and what was made public before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from onefill.definitions.publications import Publication
from onefill.fields.chinese import date_text
from onefill.service.desk import new_id
from onefill.service.publication_shapes import Draft, Issue
from onefill.ui.html import act, esc, icon, pressed
from onefill.ui.moments import here
from onefill.ui.public_routes import FORMATS, PUBLIC

#: So many lines stand on the page; the files have all.
MOST = 300


@dataclass
class Looked:
    """What is looked at.

    Attributes:
        on: The day.
        request: Of the next issue, so that two clicks make one.
    """

    on: date
    request: str = field(default_factory=new_id)


def titles_of(known: Mapping[str, Publication], chosen: str) -> str:
    """The lists side by side; pressing one opens it, by ``list:KEY``."""
    return "".join(
        f'<button type="button" class="btn s" data-act="list:{esc(key)}" aria-pressed="{pressed(key == chosen)}">'
        f"{esc(one.title)}</button>"
        for key, one in known.items()
    )


def tools(key: str, wanted: Publication, looked: Looked, made: Draft) -> str:
    """The day, how many lines there are, the button that makes them public."""
    page = ""
    if wanted.open:
        page = f'<a class="lk" href=".{PUBLIC}/{esc(key)}" target="_blank">{icon("public")}查询页</a>'
    return (
        '<div class="tools" data-i18n-skip><form class="lots looking" data-say="look">'
        f'<label class="pick">截至 <input name="on" type="date" required value="{looked.on}"></label>'
        f'<button type="submit" class="btn s">{icon("search")}看</button></form>'
        f'<span class="mut sm">{len(made.rows)} 条</span><span class="sp"></span>{page}'
        f"{act('publish', '公布这一天的', kind='btn s p', sign='campaign')}</div>"
    )


def preview(made: Draft, note: str) -> str:
    """What would go out."""
    if not made.rows:
        return f'<p class="empty" data-i18n-skip>{date_text(made.on)}没有可公布的</p>'
    heads = "".join(f'<th scope="col">{esc(one)}</th>' for one in ("序号", *made.columns))
    rows = "".join(
        f'<tr><td class="num">{number}</td>{"".join(_cell(one) for one in cells)}</tr>'
        for number, cells in enumerate(made.rows[:MOST], 1)
    )
    more = f'<p class="mut sm pad">只列前 {MOST} 条，公布的有全部</p>' if len(made.rows) > MOST else ""
    below = f'<p class="mut sm pad">{esc(note)}</p>' if note else ""
    return (
        f'<div class="wide"><table class="tbl queue" data-i18n-skip><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>{more}{below}"
    )


def shelf(known: Sequence[Issue], units: Mapping[str, str]) -> str:
    """What was made public before, each with its files."""
    heads = "".join(f'<th scope="col">{words}</th>' for words in ("截至", "条数", "谁公布的", "什么时候", "文件"))
    rows = "".join(
        f'<tr><td class="nb">{date_text(one.on)}</td><td class="num">{one.count}</td>'
        f"<td>{esc(' · '.join(part for part in (units.get(one.unit, ''), one.who) if part))}</td>"
        f'<td class="nb">{here(one.when):%Y-%m-%d %H:%M}</td><td class="nb">{_files(one)}</td></tr>'
        for one in known
    )
    return (
        '<div class="ph" data-i18n-skip><h2>公布过的</h2><span class="mut sm">每次公布的都留着，以后不变</span>'
        '<span class="sp"></span><span data-told role="status" class="mut sm"></span></div>'
        f'<div class="wide"><table class="tbl queue" data-i18n-skip><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _cell(text: str) -> str:
    return f"<td>{esc(text) or '—'}</td>"


def _files(one: Issue) -> str:
    return " ".join(
        f'<button type="button" class="btn s" data-file="./of/issue/{esc(one.id)}/{suffix[1:]}">{icon("download")}'
        f"{FORMATS[suffix]}</button>"
        for suffix in one.formats
    )
