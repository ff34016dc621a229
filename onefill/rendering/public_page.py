"""A public list as a web page that stands alone: no script, no picture, nothing fetched from anywhere."""

from collections.abc import Sequence
from html import escape

_STYLE = """
:root { color-scheme: light; }
body { max-width: 1180px; margin: 0 auto; padding: 24px 16px 48px; background: #fff; color: #1a1f2b;
  font: 16px/1.6 "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif; }
h1 { margin: 0 0 8px; font-size: 24px; line-height: 1.35; }
p.head, p.note { margin: 0 0 16px; color: #4a5263; font-size: 14px; }
p.head span { margin-right: 24px; }
p.note { margin-top: 16px; }
div.list { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: 14px; }
th, td { padding: 7px 10px; border: 1px solid #cfd5e1; text-align: left; vertical-align: top; }
th { background: #eef2f9; white-space: nowrap; }
th:first-child, td.no { width: 1%; text-align: right; white-space: nowrap; }
form { display: flex; flex-wrap: wrap; gap: 8px; margin: 0 0 16px; }
input { flex: 1 1 220px; max-width: 420px; height: 36px; box-sizing: border-box; padding: 0 10px;
  border: 1px solid #7b8498; border-radius: 4px; font: inherit; }
button { height: 36px; padding: 0 18px; border: 0; border-radius: 4px; background: #17355f; color: #fff;
  font: inherit; }
form.asked { flex-direction: column; align-items: flex-start; }
form.asked input { flex: none; width: 100%; }
form.asked button { margin-top: 8px; }
p.yes, p.no { max-width: 420px; box-sizing: border-box; margin: 0 0 16px; padding: 8px 12px; border: 1px solid;
  border-radius: 4px; font-weight: 600; }
p.yes { background: #e9f6ee; color: #14603a; }
p.no { background: #fdeeee; color: #a11d1d; }
a { color: #17508f; }
nav { margin-top: 24px; font-size: 14px; }
nav li { margin: 2px 0; }
@media print { form, nav { display: none; } th { background: none; } }
"""


def public_page(title: str, body: str) -> str:
    """A whole page around a body that is HTML already."""
    return (
        '<!DOCTYPE html><html lang="zh-Hans"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><h1>{escape(title)}</h1>{body}</body></html>"
    )


def public_list(head: Sequence[str], columns: Sequence[str], rows: Sequence[Sequence[str]], note: str = "") -> str:
    """The body of such a page: a line above, the table, what is said below it.

    Args:
        head: What stands in the line, e.g. the day.
        columns: Heads of the columns, the number's among them.
        rows: Cells, as many in each row as there are columns.
        note: Below the table.

    Returns:
        HTML in which every given text stands literally.
    """
    told = "".join(f"<span>{escape(one)}</span>" for one in head)
    heads = "".join(f'<th scope="col">{escape(one)}</th>' for one in columns)
    lines = "".join(
        f'<tr><td class="no">{escape(number)}</td>{"".join(f"<td>{escape(one)}</td>" for one in cells)}</tr>'
        for number, *cells in rows
    )
    below = f'<p class="note">{escape(note)}</p>' if note else ""
    return (
        f'<p class="head">{told}</p><div class="list"><table><thead><tr>{heads}</tr></thead>'
        f"<tbody>{lines}</tbody></table></div>{below}"
    )
