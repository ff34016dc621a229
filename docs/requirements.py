"""The table of requirements: read from ``requirements.yaml``, written as a page for authors.

Run ``.venv/bin/python -m docs.requirements`` after a change of the table.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from onefill.definitions.yaml12 import read_yaml

SOURCE = Path(__file__).with_name("requirements.yaml")
PAGE = Path(__file__).with_name("requirements.md")

HEAD = """# 《指引》逐条落在哪里

R01—R75 是《指引》的逐条要求，P1—P9 是个人信息保护的要求。“写在哪里”是 `forms/foshan/` 里的键，改它就改了办法；\
“测试”在 `tests/` 里。

本页由 `requirements.yaml` 生成：`.venv/bin/python -m docs.requirements`。
"""


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """One row: what is asked, where it lives, what shows it, and what is still missing.

    Attributes:
        says: The requirement.
        does: What the program does for it.
        lives: Paths into the pack: form or ``pack``, then keys.
        papers: Template files.
        screens: Screens by their file names.
        tests: Test functions, as pytest names them, below ``tests/``.
        open: What is missing; empty if nothing is.
        nothing: Why there is nothing to build; empty if there is.
    """

    says: str
    does: str = ""
    lives: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    screens: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    open: str = ""
    nothing: str = ""


@dataclass(frozen=True)
class Table:
    """All requirements by number, and what screens are called."""

    screens: Mapping[str, str]
    rows: Mapping[str, Requirement] = field(default_factory=dict)


def table(source: Path = SOURCE) -> Table:
    """The table as it stands in its file; ``TypeError`` for a key that no row has."""
    tree: Any = read_yaml(source.read_bytes(), source.name).tree
    rows = {
        number: Requirement(**{key: tuple(value) if isinstance(value, list) else value for key, value in row.items()})
        for number, row in tree["rows"].items()
    }
    return Table(tree["screens"], rows)


def page(known: Table) -> str:
    """The page for authors: what is open first, then every row."""
    return "\n".join([HEAD, *_open(known), *_rows(known)]) + "\n"


def _open(known: Table) -> Iterator[str]:
    lacking = {number: row.open for number, row in known.rows.items() if row.open}
    yield f"## 还缺的（{len(lacking)} 条）\n"
    yield from ["| 编号 | 还缺什么 |", "|---|---|"] if lacking else ["没有。"]
    yield from (f"| {number} | {what} |" for number, what in lacking.items())
    yield ""


def _rows(known: Table) -> Iterator[str]:
    yield "## 逐条\n"
    yield from ["| 编号 | 要求 | 怎么办 | 写在哪里 | 测试 |", "|---|---|---|---|---|"]
    for number, row in known.rows.items():
        does = f"不用做：{row.nothing}" if row.nothing else row.does
        yield f"| {number} | {row.says} | {does} | {_places(row, known.screens)} | {_code(row.tests)} |"


def _places(row: Requirement, screens: Mapping[str, str]) -> str:
    shown = "、".join(f"“{screens[one]}”页" for one in row.screens)
    return "<br>".join(filter(None, [_code(row.lives), _code(row.papers), shown]))


def _code(names: tuple[str, ...]) -> str:
    return "<br>".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    PAGE.write_text(page(table()), encoding="utf-8")
