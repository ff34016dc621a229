"""The commands over many cases: what is due, one action upon several."""

import argparse
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from onefill.service import Desk
from onefill.service.dues import Due
from onefill.service.plain import write_file

GOOD, BAD = 0, 1
Open = Callable[[argparse.Namespace], Desk]
Tell = Callable[[object], None]


def add_office_commands(commands: Any, *, desk: Open, print_json: Tell) -> None:
    """Add ``due`` and ``batch``.

    Args:
        commands: Where argparse collects them.
        desk: Opens the desk of a command.
        print_json: Prints a result for programs.
    """
    due = commands.add_parser("due", help="列出要办的和期限，逾期的在最前")
    due.add_argument("--json", action="store_true", help="输出 JSON")
    due.set_defaults(run=lambda options: _due(desk(options), options, print_json))
    batch = commands.add_parser("batch", help="几个办件一起做一步，每件各记一笔；有没办成的退出 1")
    batch.add_argument("action", metavar="操作", nargs="?", default="", help="操作的名字；接着办时不写")
    batch.add_argument("records", metavar="办件编号", nargs="*", help="用 records 查")
    batch.add_argument("--resume", metavar="批号", default="", help="断在半路的一批，接着办")
    for option, words in (("opinion", "意见"), ("reason", "理由")):
        batch.add_argument(f"--{option}", metavar=words, default="", help=f"{words}，每件都一样")
    batch.add_argument("--day", metavar="日期", type=date.fromisoformat, help="要写日期的操作，例如 2026-12-07")
    batch.add_argument("--out", metavar="文件", type=Path, help="把清单印成这个 .pdf 或 .xlsx")
    batch.add_argument("--json", action="store_true", help="输出 JSON")
    batch.set_defaults(run=lambda options: _batch(desk(options), options, print_json))


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


def _batch(desk: Desk, options: argparse.Namespace, print_json: Tell) -> int:
    id, who = options.resume, desk.who()
    if not id:
        said = {"opinion": options.opinion, "reason": options.reason, "day": options.day}
        id = desk.batches.begin(options.action, options.records, who, **said).id
    print(f"批号 {id}", file=sys.stderr)
    done = desk.batches.run(id, who)
    if options.json:
        print_json({"batch": id, "cases": [asdict(one) for one in done.cases]})
    else:
        for one in done.cases:
            print(f"{'已办' if one.at else '没有办'}  {one.record}  {one.label}  {one.why}".rstrip())
        print(f"办成 {len(done.gone)} 件，没有办 {len(done.left)} 件")
    if options.out:
        made = desk.listings.of_batch(done, desk.people.offices.units(), desk.who(), options.out.suffix)
        write_file(options.out, made.data)
    return BAD if done.left else GOOD
