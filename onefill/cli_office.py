"""The commands over many cases: what is due."""

import argparse
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from onefill.service import Desk
from onefill.service.dues import Due

GOOD = 0
Open = Callable[[argparse.Namespace], Desk]
Tell = Callable[[object], None]


def add_office_commands(commands: Any, *, desk: Open, print_json: Tell) -> None:
    """Add ``due``.

    Args:
        commands: Where argparse collects them.
        desk: Opens the desk of a command.
        print_json: Prints a result for programs.
    """
    due = commands.add_parser("due", help="列出要办的和期限，逾期的在最前")
    due.add_argument("--json", action="store_true", help="输出 JSON")
    due.set_defaults(run=lambda options: _due(desk(options), options, print_json))


def _due(desk: Desk, options: argparse.Namespace, print_json: Tell) -> int:
    found = desk.dues.of(desk.who())
    if options.json:
        print_json({"due": [asdict(one) for one in found]})
        return GOOD
    for one in found:
        print(f"{_term(one)}  {one.record}  {one.what}  {one.label}")
    print(f"共 {len(found)} 项")
    return GOOD


def _term(one: Due) -> str:
    """Until when, in words; that there is no term where none is given."""
    if one.day is None or one.left is None:
        return "没有期限"
    left = f"还有 {one.left} 个工作日" if one.left > 0 else "今天" if not one.left else f"逾期 {-one.left} 个工作日"
    return f"{one.day.isoformat()}（{left}）"
