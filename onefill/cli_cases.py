"""The commands about a submission: its checklist, files for it, acts upon it, notices."""

import argparse
import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from onefill.materials import UNSORTED, ItemState
from onefill.service import Desk
from onefill.service.access import Did
from onefill.service.bag_reading import faults_of_bag
from onefill.service.kept_files import PIECE
from onefill.service.plain import check_folder, write_file, write_pieces
from onefill.service.sent import STANDINGS
from store.pieces import pieces_of

GOOD, BAD, USAGE = 0, 1, 2
DeskOf = Callable[[argparse.Namespace], Desk]
Run = Callable[[Desk, argparse.Namespace], int]


def add_case_commands(commands: Any, desk_of: DeskOf) -> None:
    """Add ``checklist``, ``supply``, ``act``, ``bag`` and ``notice``."""

    def add(name: str, what: str, run: Run) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = commands.add_parser(name, help=what, description=what)
        made.add_argument("record", metavar="办件编号", help="用 records 查")
        made.set_defaults(run=partial(_with, desk_of, run))
        return made

    listed = add("checklist", "一个阶段要交什么、还缺什么；缺的退出 1", _checklist)
    listed.add_argument("--phase", metavar="阶段", help="哪个阶段；不写就是第一个")
    listed.add_argument("--json", action="store_true", help="输出 JSON")
    listed.add_argument("--out", metavar="文件", type=Path, help="把材料清单印成这个 PDF")
    supply = add("supply", "把文件交到清单的一件上", _supply)
    supply.add_argument("files", metavar="文件", nargs="+", type=Path, help="PDF、JPG 或 PNG")
    supply.add_argument("--item", metavar="哪一件", default=UNSORTED, help="清单里方括号里的名字；不写就先不归类")
    act = add("act", "做一步：提交、撤回……；不写操作就列出现在能做的", _act)
    act.add_argument("action", metavar="操作", nargs="?", default="", help="操作的名字")
    for option, words in (("opinion", "意见"), ("reason", "理由")):
        act.add_argument(f"--{option}", metavar=words, default="", help=words)
    act.add_argument("--declare", action="store_true", help="确认承诺")
    bag = commands.add_parser("bag", help="把办件的全部东西打成一包（BagIt，附 SHA-256 清单），或核对一个包")
    bag.add_argument("record", metavar="办件编号", nargs="?", default="", help="用 records 查")
    bag.add_argument("--out", metavar="文件", type=Path, help="写成这个 ZIP")
    bag.add_argument("--verify", metavar="文件", type=Path, help="核对这个包：少了、多出、被改过的文件逐个说出")
    bag.set_defaults(run=partial(_bag, desk_of))
    notice = add("notice", "印一份文书，例如回执", _notice)
    notice.add_argument("notice", metavar="文书", help="文书的名字")
    notice.add_argument("--out", metavar="文件", type=Path, required=True, help=".pdf，或模板自己的格式")


def _with(desk_of: DeskOf, run: Run, options: argparse.Namespace) -> int:
    return run(desk_of(options), options)


def _checklist(desk: Desk, options: argparse.Namespace) -> int:
    state = desk.materials.state(options.record, desk.who(), options.phase)
    items = state.checklist.items
    if options.json:
        print(json.dumps({"phase": state.phase, "items": [_plain(one) for one in items]}, ensure_ascii=False, indent=2))
    else:
        print(f"{state.phase_title}：要交 {len(state.checklist.required)} 件，还差 {len(state.checklist.lacking)} 件")
        for one in items:
            why = f"　{one.why}" if one.why else ""
            print(f"  {STANDINGS[one.standing]}　{one.name} [{one.id}]{why}")
    if options.out:
        write_file(options.out, desk.notices.checklist(options.record, state.phase, desk.who()).data)
        desk.log.note(desk.who(), Did.PRINTED, record=options.record, what="checklist")
    return BAD if state.checklist.lacking else GOOD


def _plain(one: ItemState) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": one.title,
        "label": one.label,
        "standing": str(one.standing),
        "why": one.why,
        "remedy": one.remedy,
        "clause": one.material.clause,
        "have": one.have,
        "need": one.need,
        "files": [{"name": file.name, "sha256": file.digest, "pages": len(file.pages)} for file in one.files],
    }


def _supply(desk: Desk, options: argparse.Namespace) -> int:
    for path in options.files:
        brought = desk.materials.bring(options.record, options.item, path, path.name, desk.who())
        print("；".join([f"收下 {path.name}，{brought.pages} 页", *brought.told]))
        for advice in (said for one in brought.parts.values() for said in one.advice):
            print(f"  {advice}", file=sys.stderr)
    return GOOD


def _act(desk: Desk, options: argparse.Namespace) -> int:
    who = desk.who()
    if not options.action:
        state = desk.reviews.state(options.record, who)
        for phase in state.phases:
            due = f"，{phase.due.isoformat()} 到期" if phase.due else ""
            due += f"（{phase.due_note}）" if phase.due_note else ""
            print(f"{phase.phase_title}：{phase.title}{due}")
        for move in state.moves:
            print(f"  可以 {move.action.title} [{move.action.key}]" + (f"　{move.hindered}" if move.hindered else ""))
        return GOOD
    desk.reviews.act(
        options.record,
        options.action,
        who,
        opinion=options.opinion,
        reason=options.reason,
        declared=options.declare,
    )
    state = desk.reviews.state(options.record, who)
    now = state.phase(state.active) if state.active else None
    if now is not None:
        print(f"{now.phase_title}：{now.title}" + (f"　回执号 {now.receipt}" if now.receipt else ""))
    return GOOD


def _notice(desk: Desk, options: argparse.Namespace) -> int:
    made = desk.notices.make(options.record, options.notice, desk.who(), options.out.suffix.lower())
    write_file(options.out, made.data)
    desk.log.note(desk.who(), Did.PRINTED, record=options.record, what=options.notice)
    for note in made.notes:
        print(note, file=sys.stderr)
    return GOOD


def _bag(desk_of: DeskOf, options: argparse.Namespace) -> int:
    if options.verify:
        return _verified(options.verify)
    if not options.record or not options.out:
        print("写办件编号和 --out 文件，或者 --verify 文件。", file=sys.stderr)
        return USAGE
    check_folder(options.out)
    desk = desk_of(options)
    bag = desk.bags.of_record(options.record, desk.who())
    with bag.open() as file:
        write_pieces(options.out, pieces_of(file, PIECE))
    desk.log.note(desk.who(), Did.EXPORTED, record=options.record, what="bag")
    print(f"写好 {options.out}，{bag.size} 字节")
    return GOOD


def _verified(path: Path) -> int:
    try:
        faults = faults_of_bag(path)
    except OSError as error:
        faults = [f"{path} 打不开：{error.strerror}。"]
    print("\n".join(faults) or f"{path} 完好：每个文件都和校验码相符。")
    return BAD if faults else GOOD
