"""导入, left: the file that was brought, which of its columns is what, what was skipped and why."""

from collections.abc import Sequence
from urllib.parse import quote

from onefill.service.import_shapes import Preview, Word
from onefill.service.import_words import Veil
from onefill.service.inbox_shapes import Waiting
from onefill.tables import Column, Line, Skipped, Workbook
from onefill.tables.names import importable
from onefill.ui.html import act, esc, icon, note, pressed

STATES = {
    "matched": ("green", "check_circle", "已对上"),
    "look": ("amber", "help", "请看一眼"),
    "ignored": ("", "", "不导入"),
}
MOST_SKIPPED = 60
MOST_WORDS = 12
MOST_HEADING_LINES, MOST_CELLS, MOST_LETTERS = 20, 12, 20


def columns_panel(waiting: Waiting, workbook: Workbook, preview: Preview) -> str:
    """The left panel; buttons say ``other``, ``heading``, ``sheet:N``, ``word:FIELD:WORD:OPTION``.

    The lists say ``column:N:FIELD`` and ``word:FIELD:WORD:OPTION``; the word is quoted as in an address.
    """
    columns, veil = preview.columns, Veil(preview.columns)
    lines = "".join(_column(column, preview, veil) for column in columns.columns)
    body = (
        '<div class="maps" data-scroll="maps" tabindex="0" role="region" aria-label="各列" data-i18n-skip>'
        '<table class="tbl"><thead><tr><th>表里的列</th><th>对应</th><th>情况</th></tr></thead>'
        f"<tbody>{lines}</tbody></table>{_skipped(preview.skipped)}</div>"
    )
    return (
        '<div class="ph"><h2>1　哪一列是什么</h2><span class="sp"></span>'
        '<span class="mut sm">对过一次会记住</span></div>'
        + _file(waiting, preview)
        + _sheets(waiting, workbook, preview)
        + body
    )


def _file(waiting: Waiting, preview: Preview) -> str:
    heading = act("heading", "表头不对", kind="lk sm") if preview.columns.header else ""
    return (
        f'<div class="file" data-i18n-skip>{icon("table_view")}<div><b>{esc(waiting.filename)}</b>'
        f"<small>{esc(where_read(preview))}　{heading}</small></div>{act('other', '换文件', kind='btn s')}</div>"
    )


def where_read(preview: Preview) -> str:
    """Which sheet, which lines."""
    columns = preview.columns
    said = [f"工作表“{columns.sheet}”"]
    if columns.header is None:
        return f"{said[0]}，没找到表头"
    first, last = columns.header
    said.append("没有表头" if not last else f"表头在第 {first} 行" if first == last else f"表头在第 {first}—{last} 行")
    if preview.rows:
        said.append(f"数据在第 {preview.rows[0].number}—{preview.rows[-1].number} 行")
    skipped = sum(one.last - one.first + 1 for one in preview.skipped if one.reason != "空行")
    return "，".join(said) + (f"；跳过 {skipped} 行" if skipped else "")


def _sheets(waiting: Waiting, workbook: Workbook, preview: Preview) -> str:
    """The sheets to choose from, where it is not clear which one is meant."""
    columns = preview.columns
    unclear = columns.others or waiting.sheet is not None or columns.header is None
    names = [(place, sheet.name) for place, sheet in enumerate(workbook) if sheet.lines]
    if not unclear or len(names) < 2:
        return ""
    buttons = "".join(
        f'<button type="button" data-act="sheet:{place}" aria-pressed="{pressed(name == columns.sheet)}">'
        f"{esc(name)}</button>"
        for place, name in names
    )
    group = f'<div class="seg" role="group" aria-label="读哪张工作表">{buttons}</div>'
    return f'<div class="sheets" data-i18n-skip><span class="mut sm">读哪张工作表</span>{group}</div>'


def _column(column: Column, preview: Preview, veil: Veil) -> str:
    colour, sign, word = STATES[column.state]
    header = column.header or f"{column.letter} 列"
    why = f"<small>{esc(column.why)}</small>" if column.why else ""
    state = f'<span class="{colour or "mut"}">{icon(sign) if sign else ""}{word}</span>{why}'
    fields = importable(preview.columns.section)
    chosen = [("", "不导入"), *((field.key, field.label) for field in fields)]
    options = "".join(
        f'<option value="{esc(key)}"{" selected" if key == (column.field or "") else ""}>{esc(label)}</option>'
        for key, label in chosen
    )
    look = " look" if column.state == "look" else ""
    return (
        f"<tr><td><b>{esc(header)}</b><small>{esc(veil.sample(column))}</small></td>"
        f'<td><select class="pickone{look}" data-choose="column:{column.number}"'
        f' aria-label="“{esc(header)}”对应哪一项">{options}</select></td><td class="st">{state}</td></tr>'
        + _words([word for word in preview.words if word.field == column.field])
    )


def _words(words: Sequence[Word]) -> str:
    """Below a column: what its table writes instead of an option, each to be said once for all cells."""
    lines = "".join(map(_word, words[:MOST_WORDS]))
    if len(words) <= MOST_WORDS:
        return lines
    told = f"另有 {len(words) - MOST_WORDS} 种写法不在选项里，看是不是对错了列"
    return f'{lines}<tr class="word"><td colspan="3">{told}</td></tr>'


def _word(word: Word) -> str:
    said = f"word:{word.field}:{quote(word.word, safe='')}"
    unsure = "" if word.option else " look"
    first = "" if word.option else '<option value="" selected>是哪个选项</option>'
    keep = '<option value="">不对应</option>' if word.option else ""
    options = "".join(f"<option{' selected' if one == word.option else ''}>{esc(one)}</option>" for one in word.options)
    near = "" if word.option or not word.nearest else act(f"{said}:{word.nearest}", f"用“{word.nearest}”", kind="btn s")
    state = f'<span class="green">{icon("check_circle")}会记住</span>' if word.option else near
    return (
        f'<tr class="word"><td>{icon("subdirectory_arrow_right")}“{esc(word.word)}”<small>{word.cells} 格</small></td>'
        f'<td><select class="pickone{unsure}" data-choose="{esc(said)}"'
        f' aria-label="表里的“{esc(word.word)}”是哪个选项">{first}{options}{keep}</select></td>'
        f'<td class="st">{state}</td></tr>'
    )


def _skipped(skipped: Sequence[Skipped]) -> str:
    if not skipped:
        return ""
    lines = "".join(f"<li>{esc(_lines(one))}：{esc(one.reason)}{_first(one)}</li>" for one in skipped[:MOST_SKIPPED])
    more = f"<li>还有 {len(skipped) - MOST_SKIPPED} 处</li>" if len(skipped) > MOST_SKIPPED else ""
    count = sum(one.last - one.first + 1 for one in skipped)
    return f'<details class="skipped"><summary>跳过了 {count} 行，看原因</summary><ul>{lines}{more}</ul></details>'


def _lines(one: Skipped) -> str:
    return f"第 {one.first} 行" if one.first == one.last else f"第 {one.first}—{one.last} 行"


def _first(one: Skipped) -> str:
    return f"（{esc(one.text)}）" if one.text else ""


def heading_panel(workbook: Workbook, preview: Preview) -> str:
    """The right panel where the heading has to be chosen; buttons say ``header:LINE``."""
    sheet = workbook.sheet(preview.columns.sheet)
    lines = sheet.lines[:MOST_HEADING_LINES] if sheet else ()
    rows = "".join(_heading_line(line) for line in lines)
    said = "".join(f"<b>{esc(one.what)}</b>　{esc(one.remedy)}" for one in preview.columns.problems)
    told = note("amber flat", "help", said or "<b>请选哪一行是表头</b>　表头是写着各列名称的那一行")
    return (
        '<div class="ph"><h2>2　哪一行是表头</h2></div>'
        f'{told}<div class="seen" data-scroll="lines" data-i18n-skip>'
        f'<table class="tbl"><tbody>{rows}</tbody></table></div>'
        f'<div class="foot"><span class="sp"></span>{act("header:0", "没有表头，第一行就是数据")}</div>'
    )


def _heading_line(line: Line) -> str:
    button = act(f"header:{line.number}", f"第 {line.number} 行", kind="btn s", name=f"第 {line.number} 行是表头")
    texts = [line.cells[one].text()[:MOST_LETTERS] for one in sorted(line.cells)][:MOST_CELLS]
    return f"<tr><td>{button}</td><td>{esc('　'.join(texts))}</td></tr>"
