"""The command of whoever looks after the data: what may be cleaned away, and away with it."""

import argparse
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from functools import partial
from typing import Any

from onefill.service import Desk

GOOD, BAD = 0, 1
DeskOf = Callable[[argparse.Namespace], Desk]
PrintJson = Callable[[object], None]


def add_cleaning(
    commands: Any, *, desk: Callable[[argparse.Namespace], Desk], print_json: Callable[[object], None]
) -> None:
    """Add ``clean``."""
    words = "列出可以清理的办件：没有交的、没有通过的，满了表单写的年数；写上 --do 才清理"
    clean = commands.add_parser("clean", help=words, description=words)
    clean.add_argument("records", metavar="办件编号", nargs="*", help="只清理哪几份；不写就是列出来的全部")
    clean.add_argument("--do", action="store_true", help="清理：数据、文件、以前各版都销毁，恢复不了")
    clean.add_argument("--json", action="store_true", help="输出 JSON")
    clean.set_defaults(run=partial(_clean, desk, print_json))


def _clean(desk_of: DeskOf, print_json: PrintJson, options: argparse.Namespace) -> int:
    desk = desk_of(options)
    waiting = desk.cleaning.waiting()
    wanted = options.records or [one.record for one in waiting]
    if not options.do:
        if options.json:
            print_json([{**asdict(one), "since": one.since.isoformat()} for one in waiting])
            return GOOD
        for one in waiting:
            print(f"{one.record}　{one.title}　{one.label}　{one.where}　{_day(one.since)}以后没有动过")
        print(f"{len(waiting)} 份可以清理。要清理，加上 --do；清理了恢复不了" if waiting else "没有可以清理的")
        return GOOD
    done, refused = desk.cleaning.clean_some(wanted, desk.who())
    if options.json:
        print_json({"cleaned": done, "refused": refused})
    else:
        for label in done:
            print(f"清理了 {label}")
        print(f"共 {len(done)} 份。更早的备份里还有，到期（不超过 90 天）删掉" if done else "没有清理")
    for why in refused:
        print(why, file=sys.stderr)
    return BAD if refused else GOOD


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
