"""公布: what would be made public of a day, and what was made public before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from onefill.definitions.publications import Publication
from onefill.fields.chinese import date_text, moment_text
from onefill.service.batch_shapes import Batch
from onefill.service.desk import new_id
from onefill.service.publication_shapes import Draft, Issue, Since
from onefill.ui.days import day_box
from onefill.ui.html import act, esc, icon, note, pressed
from onefill.ui.moments import here
from onefill.ui.public_routes import FORMATS, PUBLIC

#: So many lines stand on the page; the files have all.
MOST = 300
#: So many lines are named of what has changed.
MOST_CHANGED = 5


@dataclass
class Looked:
    """What is looked at.

    Attributes:
        on: The day.
        asking: Whether it is asked if it shall go out.
        request: Of the next issue, so that two clicks make one.
    """

    on: date
    asking: bool = False
    request: str = field(default_factory=new_id)


def titles_of(known: Mapping[str, Publication], chosen: str) -> str:
    """The lists side by side; pressing one opens it, by ``list:KEY``."""
    return "".join(
        f'<button type="button" class="btn s" data-act="list:{esc(key)}" aria-pressed="{pressed(key == chosen)}">'
        f"{esc(one.title)}</button>"
        for key, one in known.items()
    )


def tools(key: str, wanted: Publication, looked: Looked, made: Draft, before: Issue | None = None) -> str:
    """The day, how many lines there are, the button that makes them public; it asks first, and what stands stands.

    Args:
        key: Of the publication.
        wanted: The publication.
        looked: What is looked at.
        made: What would go out.
        before: The issue that says the same, if there is one.
    """
    page = ""
    if wanted.open:
        page = f'<a class="lk" href=".{PUBLIC}/{esc(key)}" target="_blank">{icon("public")}查询页</a>'
    return (
        '<div class="tools" data-i18n-skip><form class="lots looking" data-say="look">'
        f"{day_box('on', '截至', looked.on)}"
        f'<button type="submit" class="btn s">{icon("search")}看</button></form>'
        f'<span class="mut sm">{len(made.rows)} 条</span><span class="sp"></span>{page}'
        f"{_publishing(before)}</div>{_question(looked, made, wanted) if looked.asking and not before else ''}"
    )


def _publishing(before: Issue | None) -> str:
    if before is not None:
        return f'<span class="green sm">{icon("check_circle")} {_moment(before.when)}已经公布，和现在的一样</span>'
    return act("ask", "公布这一天的", kind="btn s p", sign="campaign")


def _question(looked: Looked, made: Draft, wanted: Publication) -> str:
    told = "，不用登录的查询页上就查得到" if wanted.open else ""
    words = f"把截至{date_text(looked.on)}的 {len(made.rows)} 条公布出去{told}？公布了就一直留着，收不回来"
    buttons = act("publish", "公布", kind="btn s p") + act("unask", "先不公布", kind="btn s")
    return (
        f'<div class="ask" role="alertdialog" aria-label="公布">{note("amber", "campaign", words, right=buttons)}</div>'
    )


def changed(since: Since | None) -> str:
    """In what it differs from what went out last, which everybody reads until it goes out anew; empty if in nothing."""
    if since is None or not (since.more or since.fewer):
        return ""
    told = _lines("多了", since.more) + _lines("少了", since.fewer)
    head = f"和上次公布的（截至{date_text(since.issue.on)}）不一样，公布以前外面看到的还是上次的"
    return note("amber", "campaign", f"<b>{head}</b><ul>{told}</ul>")


def _lines(word: str, rows: Sequence[tuple[str, ...]]) -> str:
    if not rows:
        return ""
    named = "；".join("　".join(filter(None, cells)) for cells in rows[:MOST_CHANGED])
    more = " 等" if len(rows) > MOST_CHANGED else ""
    return f"<li>{word} {len(rows)} 条：{esc(named)}{more}</li>"


def _moment(when: datetime) -> str:
    return moment_text(here(when))


def preview(made: Draft, note: str) -> str:
    """What would go out."""
    if not made.rows:
        return f'<p class="empty" data-i18n-skip>{date_text(made.on)}没有可公布的</p>'
    heads = '<th scope="col" class="num">序号</th>' + "".join(
        f'<th scope="col">{esc(one)}</th>' for one in made.columns
    )
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
    heads = "".join(
        f'<th scope="col"{" class=num" * (words == "条数")}>{words}</th>'
        for words in ("截至", "条数", "谁公布的", "什么时候", "文件")
    )
    rows = "".join(
        f'<tr><td class="nb">{date_text(one.on)}</td><td class="num">{one.count}</td>'
        f"<td>{esc(' · '.join(part for part in (units.get(one.unit, ''), one.who) if part))}</td>"
        f'<td class="nb">{_moment(one.when)}</td><td class="nb">{_files(one)}</td></tr>'
        for one in known
    )
    return (
        '<div class="ph" data-i18n-skip><h2>公布过的</h2><span class="mut sm">每次公布的都留着，以后不变</span>'
        '<span class="sp"></span><span data-told role="status" class="mut sm"></span></div>'
        f'<div class="wide"><table class="tbl queue" data-i18n-skip><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def noted_words(batches: Sequence[Batch]) -> str:
    """What was noted on the records of an issue, and which of them refuse it; nothing where nothing was."""
    cases = [case for one in batches for case in one.cases]
    if not cases:
        return ""
    refused = [f"{case.label}（{case.why}）" for case in cases if not case.at]
    left = f"；没有记上的：{'、'.join(refused)}" if refused else ""
    return f"。{len(cases) - len(refused)} 个办件“{batches[0].title}”{left}"


def _cell(text: str) -> str:
    return f"<td>{esc(text) or '—'}</td>"


def _files(one: Issue) -> str:
    return " ".join(
        f'<button type="button" class="btn s" data-file="./of/issue/{esc(one.id)}/{suffix[1:]}">{icon("download")}'
        f"{FORMATS[suffix]}</button>"
        for suffix in one.formats
    )
