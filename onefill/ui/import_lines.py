"""导入, right: what an import would do in figures, its lines with what is wrong inside the wrong cell, the buttons."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from onefill.problems import CellPlace, Level, Problem
from onefill.service.import_shapes import ImportedRow, Preview
from onefill.service.import_words import Veil
from onefill.ui.html import act, chip, esc, icon, note, pressed

Show = Literal["wrong", "changed", "all"]
PAGE = 100
MOST_NOTES, MOST_NAMES = 5, 3
#: Letters of a remedy that stand in its cell; a longer one would be higher than the rows around it.
MOST_REMEDY = 24
KINDS = {"added": ("green", "新增"), "updated": ("blue", "更新"), "unchanged": ("", "不变")}


@dataclass
class View:
    """How a person looks at a preview.

    Attributes:
        show: Which lines.
        page: Which page of them.
        drop: Whether rows that the workbook has not are to be taken out.
        heading: Whether the heading is being chosen.
        told: What could not be done just now, and why.
    """

    show: Show | None = None
    page: int = 0
    drop: bool = False
    heading: bool = False
    told: str = ""

    def lines(self, preview: Preview) -> tuple[Show, dict[Show, list[ImportedRow]]]:
        """The lines by kind of view, and which view is on: problems first, then what changes."""
        by: dict[Show, list[ImportedRow]] = {
            "wrong": [row for row in preview.rows if row.problems],
            "changed": [row for row in preview.rows if row.kind != "unchanged"],
            "all": list(preview.rows),
        }
        first: Show = "wrong" if by["wrong"] else "changed" if by["changed"] else "all"
        return self.show or first, by


def show_named(word: str) -> Show | None:
    """The kind of view that a button names."""
    names: tuple[Show, ...] = ("wrong", "changed", "all")
    return next((name for name in names if name == word), None)


def lines_panel(record: str, file: str, preview: Preview, view: View) -> str:
    """The right panel; buttons say ``show:KIND``, ``page:N``, ``drop``, ``take:good|all:DIGEST``."""
    show, by = view.lines(preview)
    rows = by[show]
    last = max(0, (len(rows) - 1) // PAGE)
    page = min(view.page, last)
    words = {"wrong": "有问题", "changed": "有变化", "all": "全部"}
    tabs = "".join(
        f'<button type="button" data-act="show:{key}" aria-pressed="{pressed(key == show)}">'
        f"{words[key]} {len(found)}</button>"
        for key, found in by.items()
    )
    return (
        '<div class="ph"><h2>2　看一遍再导入</h2><span class="sp"></span>'
        f'<div class="seg" role="group" aria-label="看哪些行">{tabs}</div></div>'
        + _figures(preview, view)
        + _notes(preview)
        + _table(preview, rows[page * PAGE : page * PAGE + PAGE])
        + _pages(page, last, len(rows))
        + _foot(record, file, preview, view)
    )


def _figures(preview: Preview, view: View) -> str:
    counts = preview.counts()
    unique = preview.columns.section.repeat.unique if preview.columns.section.repeat else ()
    labels = [field.label for _, field in preview.columns.fields() if field.key in unique]
    by = f"按{labels[0]}认" if labels else "各列都一样才算同一行"
    wrong = f"在 {counts['wrong']} 行里" if counts["wrong"] else ""
    title = preview.columns.section.title
    return (
        '<div class="imfigs" data-i18n-skip>'
        + _figure(counts["added"], "新增", "")
        + _figure(counts["updated"], "更新", by)
        + _figure(counts["unchanged"], "不变", "")
        + _figure(counts["missing"], f"{title}里有、表里没有", _missing(preview, view), "amber")
        + _figure(counts["cells"], "处要改", wrong, "red")
        + "</div>"
    )


def _figure(count: int, words: str, more: str, colour: str = "") -> str:
    mark = f" {colour}" if colour and count else ""
    return f'<div class="imfig{mark}"><p><b>{count}</b>{esc(words)}</p><small>{more}</small></div>'


def _missing(preview: Preview, view: View) -> str:
    if not preview.missing:
        return ""
    names = "、".join(label for _, label in preview.missing[:MOST_NAMES])
    more = f"等 {len(preview.missing)} 行" if len(preview.missing) > MOST_NAMES else ""
    sign = "check_box" if view.drop else "check_box_outline_blank"
    tick = (
        f'<button type="button" class="shed" role="checkbox" aria-checked="{pressed(view.drop)}" data-act="drop">'
        f"{icon(sign)}导入时删去</button>"
    )
    if preview.locked:
        return f'<span title="{esc(names)}">{esc(names)}{more}</span>，锁住了，都保留'
    return f'<span title="{esc(names)}">{esc(names)}{more}</span>{"" if view.drop else "，默认保留"}{tick}'


def _notes(preview: Preview) -> str:
    locked = (preview.locked,) if preview.locked else ()
    said = [esc(one) for one in (*locked, *_unknown_words(preview), *preview.notes)[:MOST_NOTES]]
    said += [f"导入后：{esc(one.what)}" for one in preview.remarks[:MOST_NOTES]]
    lines = "".join(f"<p>{one}</p>" for one in said)
    return note("blue flat sm", "info", lines) if lines else ""


def _unknown_words(preview: Preview) -> Iterator[str]:
    """What is said once in the left panel mends all cells at once."""
    unknown = [word for word in preview.words if not word.option]
    if unknown:
        labels = {field.key: field.label for _, field in preview.columns.fields()}
        columns = "、".join(dict.fromkeys(labels[word.field] for word in unknown))
        yield f"{columns}里有 {len(unknown)} 种写法不在选项里。在左边选一次是哪个选项，各格一起改好"


def _table(preview: Preview, rows: Sequence[ImportedRow]) -> str:
    veil = Veil(preview.columns)
    fields = [field for _, field in preview.columns.fields()]
    heads = "".join(f"<th>{esc(field.label)}</th>" for field in fields)
    keys = [field.key for field in fields]
    lines = "".join(_line(row, keys, veil) for row in rows)
    nothing = "" if rows else '<p class="empty">这一类没有</p>'
    return (
        '<div class="seen" data-scroll="seen" tabindex="0" role="region" aria-label="要导入的各行" data-i18n-skip>'
        f'<table class="tbl"><thead><tr><th>行</th><th>结果</th>{heads}</tr></thead><tbody>{lines}</tbody></table>'
        f"{nothing}</div>"
    )


def _line(row: ImportedRow, keys: Sequence[str], veil: Veil) -> str:
    texts, before = veil.cells(row), veil.before(row)
    colour, word = KINDS[row.kind]
    stray = [problem for key, found in row.problems.items() if key not in keys for problem in found]
    cells = "".join(_cell(key, texts, before, row.problems) for key in keys)
    first = f'<td class="no">{row.number}</td><td>{chip(colour, "", word)}{_told(stray)}</td>'
    return f"<tr>{first}{cells}</tr>"


def _cell(
    key: str, texts: Mapping[str, str], before: Mapping[str, str], problems: Mapping[str, tuple[Problem, ...]]
) -> str:
    found = problems.get(key, ())
    worst = "wrong" if any(one.level is Level.ERROR for one in found) else "look" if found else ""
    was = f'<small class="was">原来：{esc(before[key])}</small>' if key in before else ""
    return f'<td class="{worst}">{esc(texts.get(key, ""))}{was}{_told(found)}</td>'


def _told(found: Sequence[Problem]) -> str:
    """What is wrong and how to mend it; where that takes many words, they are read with the pointer over it."""
    return "".join(
        f'<small class="why" title="{esc(one.remedy)}">{icon("error" if one.level is Level.ERROR else "warning")}'
        f"<span>{esc(_place(one))}{esc(one.what)}{_short(one.remedy)}</span></small>"
        for one in found
    )


def _short(remedy: str) -> str:
    return f"，{esc(remedy)}" if len(remedy) <= MOST_REMEDY else ""


def _place(problem: Problem) -> str:
    return f"{problem.place.cell} " if isinstance(problem.place, CellPlace) and problem.place.cell else ""


def _pages(page: int, last: int, count: int) -> str:
    if not last:
        return ""
    here = f"第 {page * PAGE + 1}—{min(count, page * PAGE + PAGE)} 行，共 {count} 行"
    back = act(f"page:{page - 1}", f"前 {PAGE} 行", kind="btn s") if page else ""
    on = act(f"page:{page + 1}", f"后 {PAGE} 行", kind="btn s") if page < last else ""
    return (
        f'<div class="pager"><span class="mut sm" role="status">{here}</span><span class="sp"></span>{back}{on}</div>'
    )


def _foot(record: str, file: str, preview: Preview, view: View) -> str:
    problems = any(row.problems for row in preview.rows)
    marked = (
        f'<button type="button" class="btn" data-file="./of/marked/{esc(record)}/{esc(file)}">'
        f"{icon('download')}下载标好错的原表</button>"
        if problems
        else ""
    )
    hint = "错的格子标红并附批注，改好再导入一次" if problems else nothing_to_do(preview, view)
    told = f'<span data-told role="status" class="mut">{esc(hint)}</span>'
    return f'<div class="foot">{marked}{told}{_takes(preview, view)}</div>'


def _takes(preview: Preview, view: View) -> str:
    """The buttons that import: white for everything, blue for what is right."""
    gone = len(preview.missing) if view.drop and not preview.locked else 0
    drop = f"，删去 {gone} 行" if gone else ""
    buttons = ""
    every = preview.takes(wrong=True)
    if preview.wrong and any(row.kind != "unchanged" for row in every if row.wrong):
        stays = "锁住的格不动" if preview.locked else "错的先留着"
        buttons += act(f"take:all:{preview.digest}", f"{len(every)} 行都导入，{stays}{drop}")
    if gone or any(row.kind != "unchanged" for row in preview.good):
        right = "没问题的 " if preview.wrong else ""
        words = f"导入{right}{len(preview.good)} 行{drop}" if preview.wrong else f"导入 {len(preview.rows)} 行{drop}"
        buttons += act(f"take:good:{preview.digest}", words, kind="btn p")
    return buttons


def nothing_to_do(preview: Preview, view: View) -> str:
    """What to say where an import would change nothing."""
    if not preview.rows:
        return "表里没有一行数据"
    same = all(row.kind == "unchanged" for row in preview.rows) and not (view.drop and preview.missing)
    return f"{len(preview.rows)} 行都和“{preview.columns.section.title}”里一样，没有要导入的" if same else ""
