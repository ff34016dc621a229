"""The commands about people: accounts, units, and the access log."""

import argparse
import getpass
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from onefill.people import Account, PasswordRefused, check_password
from onefill.service import Desk
from onefill.service.access import WORDS
from onefill.service.plain import read_file

GOOD, BAD, USAGE = 0, 1, 2
DeskOf = Callable[[argparse.Namespace], Desk]
Run = Callable[[Desk, argparse.Namespace], int]
NO_TERMINAL = "这里不能输入密码：用 --password-file 指明写着密码的文件，或用 --once 生成一个一次性的"


def add_people_commands(commands: Any, desk_of: DeskOf) -> None:
    """Add ``people`` and ``log``."""
    _add_people(commands, desk_of)
    log = commands.add_parser("log", help="看访问记录，或核对记录和所有办件有没有被改过")
    deeds = log.add_subparsers(title="做什么", required=True, metavar="做什么")
    verify = deeds.add_parser("verify", help="核对访问记录和每个办件的每一条：有没有改过、少了、换了位置；有就退出 1")
    verify.add_argument("--json", action="store_true", help="输出 JSON")
    verify.set_defaults(run=partial(_with, desk_of, _verify))
    show = deeds.add_parser("show", help="列出访问记录")
    show.add_argument("--from", dest="first", metavar="日期", type=date.fromisoformat, help="从哪天起，例 2026-11-01")
    show.add_argument("--to", dest="last", metavar="日期", type=date.fromisoformat, help="到哪天止")
    show.add_argument("--json", action="store_true", help="输出 JSON")
    show.set_defaults(run=partial(_with, desk_of, _show))


def _add_people(commands: Any, desk_of: DeskOf) -> None:
    people = commands.add_parser("people", help="账号：新建、停用、重设密码；单位和角色")
    deeds = people.add_subparsers(title="做什么", required=True, metavar="做什么")

    def add(name: str, what: str, run: Run, *, named: bool = True) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = deeds.add_parser(name, help=what, description=what)
        if named:
            made.add_argument("name", metavar="名字", help="登录用的名字，例 陈晓岚")
        made.set_defaults(run=partial(_with, desk_of, run))
        return made

    new = add("add", "新建账号。第一个管账号的人也这样建", _add)
    new.add_argument("--title", metavar="职务", default="", help="显示在名字旁边")
    new.add_argument("--unit", metavar="单位", required=True, help="单位的路径，用 people units 查")
    new.add_argument("--role", metavar="角色", action="append", required=True, help="可以写几次，用 people roles 查")
    new.add_argument("--subject", metavar="编号", default="", help="统一身份认证编号；写了就不用密码")
    _password_options(new)
    lines = add("list", "列出账号", _list, named=False)
    lines.add_argument("--json", action="store_true", help="输出 JSON")
    add("disable", "停用账号，马上退出", _disable)
    add("enable", "启用账号", _enable)
    _password_options(add("reset", "重设密码，解开停登", _reset))
    bind = add("subject", "写明一个人的统一身份认证编号；不写编号就去掉", _bind)
    bind.add_argument("subject", metavar="编号", nargs="?", default="", help="认证系统里的编号，登录不了的页面上有")
    over = add("handover", "把一个人的全部办件移交给另一个人；中断了，再运行一次就接着移交", _hand_over)
    over.add_argument("--to", metavar="名字", required=True, help="移交给谁")
    add("units", "列出单位和路径", _units, named=False)
    add("roles", "列出角色", _roles, named=False)
    adopt = add("adopt", "把还没有分到单位的办件（有账号以前填的）分给一个单位", _adopt, named=False)
    adopt.add_argument("unit", metavar="单位", help="单位的路径，用 people units 查")
    adopt.add_argument("records", metavar="办件编号", nargs="*", help="哪几个；不写就是全部还没有单位的")
    change = add("change", "改一个人的职务、单位、角色；不写的不改", _change)
    change.add_argument("--title", metavar="职务", help="显示在名字旁边")
    change.add_argument("--unit", metavar="单位", help="单位的路径，用 people units 查")
    change.add_argument("--role", metavar="角色", action="append", help="可以写几次；写了就换成这几个")
    other = add("change-unit", "改一个单位的名称，或者停用、启用它", _change_unit, named=False)
    other.add_argument("path", metavar="路径", help="单位的路径，用 people units 查")
    other.add_argument("--title", metavar="名称", help="新的名称")
    other.add_argument("--close", action="store_true", help="停用：新账号不能再放在这里，办过的都在；不写就是在用")
    unit = add("unit", "在一个单位下面加一个单位，例如一家机构", _unit, named=False)
    unit.add_argument("above", metavar="上级路径", help="上级单位的路径")
    unit.add_argument("key", metavar="代码", help="字母、数字、- 和 _")
    unit.add_argument("--title", metavar="名称", required=True, help="单位名称")


def _password_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--password-file", metavar="文件", type=Path, help="密码写在这个文件的第一行")
    command.add_argument("--once", action="store_true", help="生成一次性密码，第一次登录要改")


def _with(desk_of: DeskOf, run: Run, options: argparse.Namespace) -> int:
    return run(desk_of(options), options)


def _add(desk: Desk, options: argparse.Namespace) -> int:
    password = _asked(options)
    account = Account(
        name=options.name,
        title=options.title,
        unit=options.unit,
        roles=tuple(options.role),
        subject=options.subject,
    )
    shown = desk.people.make(account, desk.who(), password)
    print(f"新建了账号“{options.name}”，在{desk.people.offices.title(options.unit)}")
    _tell_once(shown)
    return GOOD


def _reset(desk: Desk, options: argparse.Namespace) -> int:
    shown = desk.people.reset(options.name, desk.who(), _asked(options))
    print(f"“{options.name}”的密码换了，下次登录要再改一次")
    _tell_once(shown)
    return GOOD


def _bind(desk: Desk, options: argparse.Namespace) -> int:
    desk.people.bind(options.name, options.subject, desk.who())
    print(f"“{options.name}”的统一身份认证编号：{options.subject or '没有了'}")
    return GOOD


def _disable(desk: Desk, options: argparse.Namespace) -> int:
    desk.people.disable(options.name, desk.who())
    print(f"停用了“{options.name}”。办件都在，可以用 people handover 移交")
    return GOOD


def _enable(desk: Desk, options: argparse.Namespace) -> int:
    desk.people.enable(options.name, desk.who())
    print(f"启用了“{options.name}”")
    return GOOD


def _hand_over(desk: Desk, options: argparse.Namespace) -> int:
    batch = desk.transfers.hand_over(options.name, options.to, desk.who())
    print(f"“{options.name}”的 {batch.count} 个办件移交给了“{options.to}”，批次 {batch.id}")
    return GOOD


def _adopt(desk: Desk, options: argparse.Namespace) -> int:
    batch = desk.transfers.adopt(options.unit, desk.who(), options.records)
    print(f"{batch.count} 个办件分到了{desk.people.offices.title(options.unit)}，批次 {batch.id}")
    return GOOD


def _list(desk: Desk, options: argparse.Namespace) -> int:
    lines = desk.people.lines(desk.who())
    if options.json:
        print(json.dumps([asdict(line) for line in lines], ensure_ascii=False, indent=2, default=str))
        return GOOD
    for line in lines:
        state = "停用" if line.disabled else "等改密码" if line.waiting else "在用"
        print(f"{line.name}  {state}  {line.unit_title}  {'、'.join(line.role_titles)}  {line.title}")
    print(f"共 {len(lines)} 个账号")
    return GOOD


def _units(desk: Desk, options: argparse.Namespace) -> int:
    for path, title in desk.people.offices.units().items():
        print(f"{path}  {title}")
    return GOOD


def _roles(desk: Desk, options: argparse.Namespace) -> int:
    reach = {"own": "本单位", "below": "本单位和下级", "all": "全部"}
    for key, role in desk.people.offices.roles().items():
        print(f"{key:20}{role.title}  看{reach[role.reach]}  可以做 {'、'.join(sorted(role.actions))}")
    return GOOD


def _unit(desk: Desk, options: argparse.Namespace) -> int:
    print(f"加了单位 {desk.people.add_unit(options.above, options.key, options.title, desk.who())}")
    return GOOD


def _change(desk: Desk, options: argparse.Namespace) -> int:
    before = next((one for one in desk.people.lines(desk.who()) if one.name == options.name), None)
    title, unit, roles = (before.title, before.unit, before.roles) if before else ("", "", ())
    desk.people.change(
        options.name,
        desk.who(),
        title=title if options.title is None else options.title,
        unit=options.unit or unit,
        roles=options.role or roles,
    )
    print(f"改了账号“{options.name}”")
    return GOOD


def _change_unit(desk: Desk, options: argparse.Namespace) -> int:
    title = options.title or desk.people.offices.title(options.path)
    desk.people.change_unit(options.path, title, desk.who(), closed=options.close)
    print(f"{'停用了' if options.close else '改了'}单位“{title}”")
    return GOOD


def _verify(desk: Desk, options: argparse.Namespace) -> int:
    faults = desk.log.verify()
    if options.json:
        print(json.dumps({"faults": [asdict(fault) for fault in faults]}, ensure_ascii=False, indent=2))
    else:
        for fault in faults:
            print(f"{f'办件 {fault.record}' if fault.record else '访问记录'}：{fault.file}：{fault.why}")
        print(f"{len(faults)} 处对不上" if faults else "访问记录和所有办件都没有被改过")
    return BAD if faults else GOOD


def _show(desk: Desk, options: argparse.Namespace) -> int:
    lines = desk.log.lines(options.first, options.last)
    if options.json:
        print(json.dumps([asdict(line) for line in lines], ensure_ascii=False, indent=2, default=str))
        return GOOD
    known: dict[str, str] = {str(did): words for did, words in WORDS.items()}
    for line in lines:
        rest = "  ".join(part for part in (line.record, line.what, line.why, line.address) if part)
        print(f"{line.when.astimezone():%Y-%m-%d %H:%M:%S}  {line.who}  {known.get(line.did, line.did)}  {rest}")
    print(f"共 {len(lines)} 条")
    return GOOD


def _asked(options: argparse.Namespace) -> str:
    """The password that was asked for; empty if one is to be made up."""
    if options.once or (getattr(options, "subject", "") and not options.password_file):
        return ""
    if options.password_file:
        lines = read_file(options.password_file).decode("utf-8-sig", "replace").splitlines()
        return lines[0] if lines else "\x00"  # an empty file is a bad password, not a wish for a made-up one
    if not sys.stdin.isatty():
        print(NO_TERMINAL, file=sys.stderr)
        raise SystemExit(USAGE)
    while True:
        password = getpass.getpass("新密码（不显示）：")
        problems = check_password(password, options.name)
        if problems:
            print(str(PasswordRefused(problems)), file=sys.stderr)
        elif getpass.getpass("再写一次：") == password:
            return password
        else:
            print("两次不一样，重新来", file=sys.stderr)


def _tell_once(shown: str) -> None:
    if shown:
        print(f"一次性密码 {shown}\n只显示这一次，第一次登录要改成自己的")
