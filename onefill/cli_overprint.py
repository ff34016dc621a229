"""The command about stock: where this printer puts a page, and the sheet to find out."""

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from onefill.service import Desk
from onefill.service.plain import write_file

GOOD = 0
Open = Callable[[argparse.Namespace], Desk]


def add_overprint(commands: Any, desk: Open) -> None:
    """Add ``overprint``."""
    overprint = commands.add_parser(
        "overprint",
        help="套打：打印机把纸印偏了多少，印校准页",
        description=(
            "印在专用纸上的材料（例如证书），下载的 PDF 照这里记的移动、缩放。先用 --sheet 写出校准页，打印，用尺量，"
            "再填。不写选项就只说现在记的。"
        ),
    )
    overprint.add_argument("--right", metavar="毫米", help="往右移多少，往左写负数，例 --right=-1.5")
    overprint.add_argument("--down", metavar="毫米", help="往下移多少，往上写负数")
    overprint.add_argument("--scale", metavar="百分数", help="放大到多少，原样是 100")
    overprint.add_argument("--stock", choices=("print", "leave"), help="专用纸上已有的：print 一起印，leave 不印")
    overprint.add_argument("--sheet", metavar="文件", type=Path, help="把校准页（PDF）写到这个文件")
    overprint.set_defaults(run=partial(_overprint, desk))


def _overprint(desk_of: Open, options: argparse.Namespace) -> int:
    desk = desk_of(options)
    who = desk.who()
    asked = {name: getattr(options, name) for name in ("right", "down", "scale")}
    changed: dict[str, object] = {name: value for name, value in asked.items() if value is not None}
    if options.stock:
        changed["whole"] = options.stock == "print"
    now = desk.overprints.keep(who, changed) if changed else desk.overprints.of(who)
    placing, stock = now.placing, "一起印" if now.whole else "不印"
    print(f"往右 {placing.right:g} 毫米，往下 {placing.down:g} 毫米，放大到 {placing.scale:g}%；专用纸上已有的{stock}")
    if options.sheet:
        write_file(options.sheet, desk.overprints.sheet(who).data)
        print(f"校准页写到 {options.sheet}，缩放选 100% 打印")
    return GOOD
