"""Commands for single records: copy, delete, restore, hand over."""

import argparse
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from onefill.service import Desk

GOOD = 0

Open = Callable[[argparse.Namespace], Desk]
Tell = Callable[[object], None]


def add_commands(commands: Any, *, desk: Open, print_json: Tell) -> None:
    """Add the commands.

    Args:
        commands: Where argparse collects them.
        desk: Opens the desk of a command.
        print_json: Prints a result for programs.
    """

    def add(name: str, what: str, run: Callable[[Desk, argparse.Namespace], dict[str, Any]]) -> argparse.ArgumentParser:
        def command(options: argparse.Namespace) -> int:
            told = run(desk(options), options)
            if options.json:
                print_json(told)
            else:
                print(told["words"])
            return GOOD

        made: argparse.ArgumentParser = commands.add_parser(name, help=what, description=what)
        made.add_argument("--json", action="store_true", help="输出 JSON")
        made.set_defaults(run=command)
        return made

    copy = add("copy", "照一个办件新建：日期顺延，编号接着编，名册之类留空", _copy)
    copy.add_argument("record", metavar="办件编号", help="照哪个，办件编号用 records 查")
    copy.add_argument("--days", metavar="几天", type=int, help="日期顺延几天；不写就到旧的结束以后、今天以后，按整周")
    delete = add("delete", "删除一个没印过的办件，30 天内可以恢复", _delete)
    delete.add_argument("record", metavar="办件编号", help="办件编号，用 records 查")
    undelete = add("undelete", "恢复一个删除的办件；不写编号就列出回收站", _undelete)
    undelete.add_argument("record", metavar="办件编号", nargs="?", help="办件编号")
    hand_over = add("handover", "把一个办件转交同事：首页写上归谁，历史里记下谁转交的", _hand_over)
    hand_over.add_argument("record", metavar="办件编号", help="办件编号，用 records 查")
    hand_over.add_argument("--to", required=True, metavar="同事", help="转交给谁")


def _copy(desk: Desk, options: argparse.Namespace) -> dict[str, Any]:
    made = desk.records.copy(options.record, desk.who(), days=options.days)
    return {**asdict(made), "words": f"{made.words}。新办件编号 {made.id}"}


def _delete(desk: Desk, options: argparse.Namespace) -> dict[str, Any]:
    label = desk.records.delete(options.record, desk.who())
    return {"record": options.record, "words": f"已删除“{label}”，30 天内可以用 undelete 恢复"}


def _undelete(desk: Desk, options: argparse.Namespace) -> dict[str, Any]:
    if options.record is None:
        waiting = desk.records.deleted()
        lines = [f"{one.id}  {one.form:20} {one.label}  {one.who} 删除，还留 {one.days_left} 天" for one in waiting]
        words = "\n".join([*lines, f"回收站里有 {len(lines)} 个"])
        return {"records": [asdict(one) for one in waiting], "words": words}
    label, missing = desk.records.undelete(options.record, desk.who())
    still = f"。它用到的 {'、'.join(f'“{one}”' for one in missing)} 还在回收站" if missing else ""
    return {"record": options.record, "words": f"“{label}”在办件里了{still}"}


def _hand_over(desk: Desk, options: argparse.Namespace) -> dict[str, Any]:
    label = desk.records.hand_over(options.record, options.to, desk.who())
    return {"record": options.record, "words": f"“{label}”已转交{options.to.strip()}"}
