"""The summary of a record (填报信息汇总) as HTML: plain words in, an official-looking A4 page out."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from re import compile as pattern

_EMPTY = "　"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Labels and values, laid out two pairs a line.

    Attributes:
        title: What stands above them.
        pairs: (label, value) as printed.
    """

    title: str
    pairs: Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A table.

    Attributes:
        title: What stands above it.
        columns: Heads of the columns.
        rows: Cells as printed, as many in each row as there are columns.
        centred: Places of the columns whose cells stand in the middle, from 0.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    centred: Collection[int] = ()


@dataclass(frozen=True, kw_only=True)
class Signs:
    """Room below everything for what is written and sealed by hand.

    Attributes:
        places: What stands at each place, side by side.
    """

    places: Sequence[str]
    title: str = ""


Section = Facts | Listing | Signs

# A value wider than this, in Chinese characters, takes the whole line.
_LONG = 13
# From this many columns on the page lies on its side; where that is asked for, also when its columns want so much more
# than an upright page has, in parts of it.
_WIDE, _CROWDED = 9, 1.15
# So many last rows stand on the page of the signs: no page has hands and seals alone.
_KEPT = 2
# A column is as wide as its widest cell, within these bounds, in Chinese characters. What does not fit on the page,
# upright or on its side, is taken from the widest columns: a weekday or a date stays on one line.
_NARROWEST, _WIDEST = 3, 16
# What a cell has beside its text: its padding and a hair.
_AIR = 1.1
_PAGE = {False: 43, True: 66}
# What is not broken over lines: the digits and letters of a code. It breaks after a hyphen and at a space.
_UNBROKEN = pattern("[^\\s\u2e80-\uffff-]+-?")

# Plain tables and lengths only: wkhtmltopdf knows neither flex nor grid nor page margin boxes. The block for WebKit is
# its own: Debian's build draws everything too small (its own zoom would cut lines at page ends), and prints the foot
# once, below everything. It breaks a table anywhere but a block nowhere, so each row becomes a table of its own.
# Lengths are in em, so that one number makes up for the size.
_STYLE = """
@page {{ size: A4 {direction}; margin: 25mm;
  @bottom-left {{ content: element(foot); }}
  @bottom-center {{ content: "第 " counter(page) " 页 共 " counter(pages) " 页"; font: 9pt SimSun; }} }}
body {{ margin: 0; font: 10.5pt/1.52 "Times New Roman", SimSun; color: #000; }}
h1 {{ margin: 0 0 0.3em; font: bold 2.1em/1.36 FZXiaoBiaoSong-B05S; text-align: center; }}
h2 {{ margin: 1em 0 0.25em; font: normal 1.14em/1.5 SimHei; page-break-after: avoid; }}
p.head {{ margin: 0 0 0.3em; }}
p.head span {{ display: inline-block; margin-right: 2em; }}
p.foot {{ margin: 1.2em 0 0; font-size: 0.72em; }}
p.every {{ position: running(foot); }}
p.last {{ display: none; }}
table {{ width: 100%; border-collapse: collapse; table-layout: fixed; border: 1pt solid #000; }}
thead {{ display: table-header-group; }}
tr {{ page-break-inside: avoid; }}
th, td {{ border: 0.5pt solid #000; padding: 0.27em 0.5em; vertical-align: middle; word-wrap: break-word; }}
th {{ font-weight: normal; text-align: center; }}
thead th {{ font-weight: bold; }}
td.c {{ text-align: center; }}
div.kept {{ page-break-inside: avoid; }}
table.rest {{ border-top: 0; }}
table.signs {{ margin-top: 2.5em; border: 0; page-break-inside: avoid; }}
table.signs, table.signs tr {{ table-layout: auto; }}
table.signs td {{ border: 0; height: 5em; vertical-align: top; line-height: 2; white-space: nowrap; }}
th.label {{ width: 17.5%; }}
td.half {{ width: 32.5%; }}
@media all and (-webkit-min-device-pixel-ratio: 0) {{
  body {{ font-size: 13.65pt; padding-right: 2px; }}
  p.every {{ display: none; }}
  p.last {{ display: block; }}
  table, thead, tbody {{ display: block; border: 0; }}
  tr {{ display: table; width: 100%; table-layout: fixed; border-collapse: collapse; margin-top: -1px; }} }}
"""


# For engines that take the columns from here; WebKit's rows have their own widths.
_HALVES = '<col style="width: 17.5%"><col style="width: 32.5%">' * 2


def summary_html(
    title: str, head: Sequence[tuple[str, str]], sections: Sequence[Section], *, foot: str = "", turn: bool = False
) -> str:
    """A whole page of HTML for ``html_to_pdf``.

    Args:
        title: What the page is called, e.g. the form's title and 填报信息汇总.
        head: Pairs in the line above everything, e.g. 编号, 版本.
        sections: Facts and listings in order.
        foot: Small print: document, version, facts hash.
        turn: Lay the page on its side also where the cells of few columns have no room on an upright one.

    Returns:
        HTML in which every given text stands literally.
    """
    wide = any(isinstance(section, Listing) and _lies(section, turn) for section in sections)
    style = _STYLE.format(direction="landscape" if wide else "portrait")
    body = [_foot("every", foot)]
    body.append(f"<h1>{escape(title)}</h1>")
    if head:
        told = (f"<span>{escape(f'{label}：{value}')}</span>" for label, value in head)
        body.append(f'<p class="head">{"".join(told)}</p>')
    for section, signs in _signed(sections):
        body.append(f"<h2>{escape(section.title)}</h2>" if section.title else "")
        body.append(_section(section, signs, _PAGE[wide]))
    body.append(_foot("last", foot))
    turned = '<meta name="pdfkit-orientation" content="Landscape">' if wide else ""
    return (
        f'<!DOCTYPE html><html lang="zh-Hans"><head><meta charset="utf-8">{turned}<title>{escape(title)}</title>'
        f"<style>{style}</style></head><body>{''.join(body)}</body></html>"
    )


def _foot(where: str, text: str) -> str:
    return f'<p class="foot {where}">{escape(text)}</p>' if text else ""


def _signed(sections: Sequence[Section]) -> Iterator[tuple[Section, Signs | None]]:
    """Each section, a listing with the signs that follow it."""
    before: Section | None = None
    for section, after in zip(sections, [*sections[1:], None], strict=True):
        if not (isinstance(section, Signs) and isinstance(before, Listing)):
            yield section, after if isinstance(section, Listing) and isinstance(after, Signs) else None
        before = section


def _section(section: Section, signs: Signs | None, page: int) -> str:
    match section:
        case Facts():
            return _facts(section)
        case Signs():
            return _places(section)
        case Listing():
            return _listing(section, page, _places(signs) if signs else "")


def _places(signs: Signs) -> str:
    places = "".join(f"<td>{_text(place)}</td>" for place in signs.places)
    return f'<table class="signs"><tr>{places}</tr></table>'


def _facts(section: Facts) -> str:
    rows = "".join(f"<tr>{_line(line)}</tr>" for line in _lines(section.pairs))
    return f"<table>{_HALVES}{rows}</table>" if rows else ""


def _lines(pairs: Sequence[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """Two short facts a line; a long one has its own."""
    lines: list[list[tuple[str, str]]] = []
    half_full = False
    for pair in pairs:
        if _width(pair[1]) > _LONG or "\n" in pair[1]:
            lines.append([pair])
            half_full = False
        elif half_full:
            lines[-1].append(pair)
            half_full = False
        else:
            lines.append([pair])
            half_full = True
    return lines


def _line(line: Sequence[tuple[str, str]]) -> str:
    span = ' colspan="3"' if len(line) == 1 else ' class="half"'
    return "".join(f'<th class="label">{escape(label)}</th><td{span}>{_text(value)}</td>' for label, value in line)


def _listing(section: Listing, page: int, signs: str) -> str:
    """The table; its last rows make one block with the signs below it."""
    widths = [f' style="width: {share:.2f}%"' for share in _shares(section, page)]
    heads = "".join(
        f"<th{width}>{escape(head)}</th>" for width, head in zip(widths, ("序号", *section.columns), strict=True)
    )
    looks = [' class="c"' if place in section.centred else "" for place in range(len(section.columns))]
    rows = [
        f'<tr><td class="c"{widths[0]}>{number}</td>'
        + "".join(
            f"<td{look}{width}>{_text(cell)}</td>" for look, width, cell in zip(looks, widths[1:], row, strict=True)
        )
        + "</tr>"
        for number, row in enumerate(section.rows, 1)
    ] or [f'<tr><td class="c" colspan="{len(widths)}">无</td></tr>']
    columns = "".join(f"<col{width}>" for width in widths)
    begun, kept = (rows[:-_KEPT], rows[-_KEPT:]) if signs and len(rows) > _KEPT else (rows, [])
    table = f"<table>{columns}<thead><tr>{heads}</tr></thead><tbody>{''.join(begun)}</tbody></table>"
    if kept:
        rest = f'<table class="rest">{columns}<tbody>{"".join(kept)}</tbody></table>'
        return f'{table}<div class="kept">{rest}{signs}</div>'
    return f'<div class="kept">{table}{signs}</div>' if signs else table


def _text(value: str) -> str:
    return escape(value).replace("\n", "<br>") or _EMPTY


def _lies(section: Listing, turn: bool) -> bool:
    return len(section.columns) >= _WIDE or (turn and sum(_wants(section)) > _CROWDED * _PAGE[False])


def _shares(section: Listing, page: int) -> list[float]:
    """Width of each column in per cent, the numbers' first, by what stands in it; codes stay whole."""
    widths = _wants(section)
    least = [0.0, *(_unbroken(column) + _AIR for column in zip(section.columns, *section.rows, strict=True))]
    most = next((most for most in range(_WIDEST, _NARROWEST, -1) if _cut(widths, least, most) <= page), _NARROWEST)
    widths = [_given(width, floor, most) for width, floor in zip(widths, least, strict=True)]
    return [100 * width / sum(widths) for width in widths]


def _wants(section: Listing) -> list[float]:
    """Width of each column, the numbers' first, if the page had room for it."""
    return [_NARROWEST + _AIR] + [
        min(max(_NARROWEST, *(_width(text) for text in column)) + _AIR, _WIDEST)
        for column in zip(section.columns, *section.rows, strict=True)
    ]


def _cut(widths: Sequence[float], least: Sequence[float], most: float) -> float:
    return sum(_given(width, floor, most) for width, floor in zip(widths, least, strict=True))


def _given(width: float, floor: float, most: float) -> float:
    return min(width, max(floor, most))


def _unbroken(column: Sequence[str]) -> float:
    return max((_width(run) for text in column for run in _UNBROKEN.findall(text)), default=0)


def _width(text: str) -> float:
    """Width of the widest line, in Chinese characters; anything from CJK on is one wide, the rest half."""
    return max((sum(1 if char >= "\u2e80" else 0.5 for char in line) for line in text.split("\n")), default=0)
