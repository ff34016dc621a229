"""The commands about the past of a record: its history, keeping a version by hand, restoring one."""

import argparse
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from onefill.service import Desk
from onefill.service.errors import VersionUnknown
from onefill.service.history_shapes import Comparison, Moment
from onefill.service.plain import write_file

DeskOf = Callable[[argparse.Namespace], Desk]
FATES = {
    "again": "要重印",
    "good": "不用重印",
    "fresh": "现在齐了，可以印",
    "gone": "现在不用了",
    "broken": "模板现在用不了",
}
KINDS = {"changed": "改", "added": "新增", "removed": "删除"}


def add_past_commands(commands: Any, desk_of: DeskOf) -> None:
    """Add ``history``, ``keep`` and ``restore``."""
    history = commands.add_parser(
        "history",
        help="看一个办件的各版，比较两版，取出当时的附件",
        description="版号 0 是现在的样子。号码遮住一部分。",
    )
    history.add_argument("record", help="办件编号，用 records 查")
    history.add_argument(
        "--compare", nargs=2, type=int, metavar=("旧版", "新版"), help="两版之间改了什么，哪些附件要重印"
    )
    history.add_argument("--files", type=int, metavar="版", help="取出这一版的附件，打成一个 ZIP")
    history.add_argument("--out", type=Path, default=Path(), help="ZIP 放到哪个文件夹")
    history.add_argument("--json", action="store_true", help="输出 JSON")
    history.set_defaults(run=partial(_history, desk_of))

    keep = commands.add_parser("keep", help="把一个办件现在的样子留成一版")
    keep.add_argument("record", help="办件编号")
    keep.add_argument("--note", default="", help="这一版的说明")
    keep.set_defaults(run=partial(_keep, desk_of))

    restore = commands.add_parser("restore", help="恢复一个办件的旧版，成为新的一版；现在的样子先留成一版")
    restore.add_argument("record", help="办件编号")
    restore.add_argument("version", type=int, metavar="版", help="恢复第几版")
    restore.set_defaults(run=partial(_restore, desk_of))


def _history(desk_of: DeskOf, options: argparse.Namespace) -> int:
    desk = desk_of(options)
    result: Mapping[str, Any]
    if options.compare:
        old, new = (desk.history.entry_of(options.record, number) for number in options.compare)
        comparison = desk.history.compare(options.record, old, new)
        result, words = asdict(comparison), _compared(comparison)
    elif options.files is not None:
        made = desk.history.archive(options.record, _entry(desk, options.record, options.files), desk.who())
        write_file(options.out / made.name, made.data)
        result = {"file": made.name, "bytes": len(made.data), "notes": made.notes}
        words = [*made.notes, f"写好 {made.name}，在 {options.out}"]
    else:
        moments = desk.history.timeline(options.record)
        result, words = {"versions": [asdict(one) for one in moments]}, [_moment(one) for one in moments]
    print(json.dumps(result, ensure_ascii=False, indent=2, default=str) if options.json else "\n".join(words))
    return 0


def _keep(desk_of: DeskOf, options: argparse.Namespace) -> int:
    desk = desk_of(options)
    before = desk.records.state(options.record).version
    made = desk.records.keep_version(options.record, desk.who(), options.note)
    name = desk.history.name(options.record, made)
    print(f"留下{name}" if made != before else f"没有新的改动，{name}就是现在的样子")
    return 0


def _restore(desk_of: DeskOf, options: argparse.Namespace) -> int:
    desk = desk_of(options)
    old = _entry(desk, options.record, options.version)
    made = desk.history.restore(options.record, old, desk.who())
    names = (desk.history.name(options.record, n) for n in (old, made))
    print("已恢复{}，现在是{}".format(*names))
    return 0


def _entry(desk: Desk, record: str, number: int) -> int:
    """The entry of a version; what is being filled is none yet."""
    if not number:
        raise VersionUnknown(number=0, known="留下或打印过的各版")
    return desk.history.entry_of(record, number)


def _moment(one: Moment) -> str:
    sections = "、".join(f"{title} {count}" for title, count in one.sections.items()) or "内容没有变"
    note = f"“{one.note}”" if one.note else ""
    return f"{one.name:8}{one.when.astimezone():%Y-%m-%d %H:%M}  {one.who}  {one.what}{note}  {sections}"


def _compared(comparison: Comparison) -> list[str]:
    lines = [f"{comparison.old.name} → {comparison.new.name}"]
    for section in comparison.sections:
        lines.append(f"{section.title}（{len(section.differences)} 处）")
        lines += [f"  {KINDS[one.kind]}  {one.label}: {one.old} → {one.new}" for one in section.differences]
    lines += [f"{FATES[paper.fate]}：《{paper.title}》" for paper in comparison.papers]
    return lines
