"""The commands of whoever looks after the store: verify, reindex, backup, restore, migrate."""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from onefill.service import Settings
from onefill.service.desk import the_store
from onefill.service.destroyed_list import Destroyed, NoList, destroy_again, destroyed, list_of, plain_list
from onefill.service.keeping import Keeping, OnProgress, check_archive, key_files
from store import LostParcel, Store, Tally, place_of

GOOD, BAD = 0, 1
Add = Callable[[str, str, Callable[[argparse.Namespace], int]], argparse.ArgumentParser]
#: Seconds between two words on how far something is; the first comes after one.
_STEP = 1.0
_COUNTED = {"records": "办件", "entries": "条目", "drafts": "草稿", "log_lines": "访问记录", "files": "文件"}


def add_store_commands(commands: Any) -> Add:
    """Add ``store``; what adds more deeds to it."""
    store = commands.add_parser("store", help="保管数据：核对、重建索引、备份、恢复、搬到别处")
    deeds = store.add_subparsers(title="做什么", required=True, metavar="做什么")

    def add(name: str, what: str, run: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = deeds.add_parser(name, help=what, description=what)
        made.add_argument("--json", action="store_true", help="输出 JSON")
        made.set_defaults(run=run)
        return made

    add("verify", "把所有数据读一遍：办件、访问记录、文件、索引，有坏的就逐个说出来，退出 1", _verify)
    reindex = add("reindex", "重建列表和查找用的索引", _reindex)
    reindex.add_argument("--new-key", action="store_true", help="查找个人信息用的密钥也换一把新的")
    backup = add("backup", "备份成一个文件，大家照常用；备好以前，原来的备份不动", _backup)
    backup.add_argument("file", metavar="文件", type=Path, help="备份写到哪里，例 /备份/onefill.tar")
    backup.add_argument("--with-keys", action="store_true", help="把密钥也放进去；不写就不放")
    check = add("check", "把备份从头到尾读一遍，核对校验码，不恢复", _check)
    check.add_argument("file", metavar="文件", type=Path, help="备份文件")
    restore = add("restore", "把备份恢复到空的数据里，读回来逐条核对", _restore)
    restore.add_argument("file", metavar="文件", type=Path, help="备份文件")
    restore.add_argument(
        "--to", metavar="地址", default="", help="恢复到哪里，例 tinydb:///srv/onefill/new；不写就是现在的"
    )
    restore.add_argument(
        "--destroyed",
        metavar="名单",
        type=Path,
        help="store destroyed --json 写出来的名单：备份里还有的再销毁",
    )
    restore.add_argument("--beside", metavar="文件夹", type=Path, help="备份里的表单、模板、密钥写到这个文件夹")
    add("destroyed", "列出销毁、清理过的办件：哪一份、谁、什么时候；恢复更早的备份时用", _destroyed)
    migrate = add("migrate", "把全部数据搬到另一个空的地方，读回来逐条核对；这里的不动", _migrate)
    migrate.add_argument("--to", metavar="地址", required=True, help="postgresql://… 或 tinydb:///文件夹")
    migrate.add_argument("--without-damaged", action="store_true", help="坏了的不搬，其余照搬")
    return add


def _verify(options: argparse.Namespace) -> int:
    problems = _keeping(options).verify(_telling())
    if options.json:
        _print_json({"problems": [asdict(problem) for problem in problems]})
    else:
        for problem in problems:
            place = asdict(problem.place)
            whose = f"{place['label']}：" if place["label"] else ""
            print(f"{whose}{place['path']}：{problem.what}。{problem.remedy}（{problem.code}）")
        if found := destroyed(_opened(options, "")):
            _tell_destroyed(found)
        print(f"{len(problems)} 处有问题" if problems else "都是好的")
    return BAD if problems else GOOD


def _destroyed(options: argparse.Namespace) -> int:
    found = destroyed(_opened(options, ""))
    if options.json:
        _print_json(plain_list(found))
    else:
        _tell_destroyed(found)
    return GOOD


def _tell_destroyed(found: Sequence[Destroyed]) -> None:
    for one in found:
        print(f"已销毁：{one.record}　{one.label}　{one.when}　{one.who}")
    print(f"共销毁过 {len(found)} 份" if found else "没有销毁过")


def _list_in(path: Path) -> list[Destroyed]:
    try:
        return list_of(json.loads(path.read_bytes()))
    except (OSError, ValueError) as exc:
        raise NoList(why=str(exc)) from exc


def _reindex(options: argparse.Namespace) -> int:
    count = _keeping(options).reindex(_telling(), new_key=options.new_key)
    if options.json:
        _print_json({"records": count})
    else:
        print(f"重建了索引，{count} 个办件")
        if options.new_key:
            print("查找用的密钥换了新的。几台程序共用一个数据库的，把新的 store.key 拷到各台，不用重新启动")
    return GOOD


def _backup(options: argparse.Namespace) -> int:
    settings = Settings.from_environment()
    keys = key_files(settings, os.environ) if options.with_keys else []
    key = settings.keys.first
    tally = _keeping(options).backup(options.file, _telling(), keys=keys)
    file = place_of(options.file, tally)
    size = file.stat().st_size
    if options.json:
        _print_json({"file": str(file), "bytes": size, "keys": len(keys), **_plain(tally)})
    else:
        print(f"备份好了 {file}，{size:,} 字节：{_counted(tally.counts())}")
        print(f"内容用密钥 {key.id} 加密了，没有这把密钥恢复不了" if key else "内容没有加密，请放在别人读不到的地方")
        print(f"密钥放进去了：{'、'.join(map(str, keys))}，请锁好" if keys else "密钥没有放进去，请另外保管")
        _tell_lost(tally.lost, "没有备份")
        if not tally.is_whole:
            print(f"缺了坏的，所以写成 {file.name}，以前的 {options.file.name} 不动", file=sys.stderr)
    return BAD if tally.lost else GOOD


def _check(options: argparse.Namespace) -> int:
    about = check_archive(options.file, Settings.from_environment(), _telling())
    if options.json:
        lost = [asdict(one) for one in about.lost]
        _print_json({"made": about.made, "program": about.program, **about.counts, "lost": lost})
    else:
        print(f"备份是完整的，{about.made} 备份：{_counted(about.counts)}")
        _tell_lost(about.lost, "备份时就已经坏了，不在里面")
    return BAD if about.lost else GOOD


def _restore(options: argparse.Namespace) -> int:
    gone = _list_in(options.destroyed) if options.destroyed else []
    store = _opened(options, options.to)
    keeping = Keeping(store, Settings.from_environment(), _now)
    restored = keeping.restore(options.file, _telling(), beside=options.beside)
    again = destroy_again(store, gone)
    about, lost = restored.about, restored.tally.lost
    if options.json:
        _print_json({"made": about.made, "program": about.program, "beside": restored.beside, **_plain(restored.tally)})
    else:
        print(f"恢复好了 {about.made} 的备份，读回来都对得上：{_counted(restored.tally.counts())}")
        if options.destroyed:
            print(f"照名单再销毁了 {again} 份")
        else:
            print(
                f"注意：{about.made} 以后销毁、清理过的，在这里又都有了。请写 --destroyed 名单（store destroyed --json"
                " 写出来的）再恢复一次，或对照销毁台账逐份再销毁"
            )
        if options.beside:
            print(f"表单、模板等 {restored.beside} 个文件写在 {options.beside}")
        _tell_files(options.to)
        _tell_lost(lost, "备份时就已经坏了，没有恢复")
    return BAD if lost else GOOD


def _migrate(options: argparse.Namespace) -> int:
    target = _opened(options, options.to)
    tally = _keeping(options).migrate(target, _telling(), without_damaged=options.without_damaged)
    if options.json:
        _print_json(_plain(tally))
    else:
        print(f"搬好了，读回来都对得上：{_counted(tally.counts())}")
        print("把 ONEFILL_STORE 改成新地址再启动。原来的数据没有动，搬的时候别人新写的不在新的里面")
        _tell_files(options.to)
        _tell_lost(tally.lost, "没有搬")
    return BAD if tally.lost else GOOD


def _keeping(options: argparse.Namespace, address: str = "") -> Keeping:
    return Keeping(_opened(options, address), Settings.from_environment(), _now)


def _opened(options: argparse.Namespace, address: str) -> Store:
    store = the_store(Settings.from_environment(), now=_now, address=address)
    options.closing.callback(store.close)
    return store


def _now() -> datetime:
    return datetime.now().astimezone()


def _telling() -> OnProgress:
    """Says on stderr how far it is, when that takes a while."""
    last = time.monotonic()

    def tell(what: str, done: int, of: int) -> None:
        nonlocal last
        if time.monotonic() - last >= _STEP:
            last = time.monotonic()
            far = f" {done * 100 // of}%" if of else f" {done}" if done else ""
            print(f"{what}{far}……", file=sys.stderr, flush=True)

    return tell


def _counted(counts: Mapping[str, int]) -> str:
    return "，".join(f"{words} {counts[name]}" for name, words in _COUNTED.items())


def _tell_files(to: str) -> None:
    """Another store has taken its files in; the setting of today leads past them."""
    if to and (files := Settings.from_environment().files):
        print(f"文件也都在新的里面。ONEFILL_FILES 还指着 {files}，启动以后只认那里的；那里不全，就先去掉这个设置")


def _tell_lost(lost: Iterable[LostParcel], what: str) -> None:
    for one in lost:
        print(f"{what}：{one.damage.file}：{one.damage.why}", file=sys.stderr)


def _plain(tally: Tally) -> dict[str, Any]:
    return {**tally.counts(), "lost": [asdict(one) for one in tally.lost]}


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))
