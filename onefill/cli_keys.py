"""The commands of encryption: a new key, everything encrypted, in clear again, over to another key."""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from onefill.definitions import load_packs
from onefill.service import Settings
from onefill.service.desk import pdf_cache, the_store
from onefill.service.privacy import private_of, sealer_of
from store import Resealed, Store, new_key

GOOD, BAD = 0, 1
_STEP = 1.0
Add = Callable[[str, str, Callable[[argparse.Namespace], int]], argparse.ArgumentParser]


def add_key_commands(add: Add) -> None:
    """Add what ``store`` does with keys."""
    new = add("new-key", "生成一把密钥；写了文件就写进新文件，只有本人能读", _new_key)
    new.add_argument("file", metavar="文件", type=Path, nargs="?", help="新文件，放在数据文件夹以外")
    encrypt = add("encrypt", "把已有的数据都用现在的密钥加密；中断了再运行一次，接着做", _encrypt)
    rotate = add("rotate", "换密钥：新的写在第一把，旧的留在后面，全部换成新的；中断了再运行一次", _encrypt)
    for one in (encrypt, rotate):
        one.add_argument("--lost", action="store_true", help="旧密钥确实找不回来了：用它加密的留着不动，其余照做")
    add("decrypt", "不再加密，把已有的数据都解开", _decrypt)


def _new_key(options: argparse.Namespace) -> int:
    key = new_key()
    if options.file is None:
        print(json.dumps({"id": key.id, "key": key.text}) if options.json else key.text)
        return GOOD
    try:
        handle = os.open(options.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as exc:
        print(f"{options.file} 没有写成（{exc.strerror}）。请换一个还没有的文件。", file=sys.stderr)
        return BAD
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"{key.text}  # {key.id}\n")
    if options.json:
        print(json.dumps({"id": key.id, "file": str(options.file)}, ensure_ascii=False))
    else:
        print(f"密钥 {key.id} 写在 {options.file}。请另存一份锁好：丢了它，加密的数据谁也打不开")
    return GOOD


def _encrypt(options: argparse.Namespace) -> int:
    settings = Settings.from_environment()
    store = _store(options, settings)
    paths = private_of(load_packs(settings.forms), store)
    done = sealer_of(store).seal(paths, _telling(), lost=options.lost)
    pdf_cache(settings).clear()
    return _told(options, done, f"加密好了，密钥 {sealer_of(store).sealing.key}")


def _decrypt(options: argparse.Namespace) -> int:
    sealer = sealer_of(_store(options, Settings.from_environment()))
    return _told(options, sealer.unseal(_telling()), "都解开了，以后也不加密")


def _told(options: argparse.Namespace, done: Resealed, words: str) -> int:
    if options.json:
        left = [asdict(one) for one in done.left]
        print(json.dumps({"records": done.records, "files": done.files, "left": left}, ensure_ascii=False, indent=2))
    else:
        for one in done.left:
            print(f"没有改写：{one.file}：{one.why}", file=sys.stderr)
        print(f"{words}：改写了办件 {done.records} 个、文件 {done.files} 个" if not done.left else "没有全部做完")
    return BAD if done.left else GOOD


def _store(options: argparse.Namespace, settings: Settings) -> Store:
    store = the_store(settings, now=lambda: datetime.now().astimezone())
    options.closing.callback(store.close)
    return store


def _telling() -> Callable[[str, int, int], None]:
    last = time.monotonic()

    def tell(what: str, done: int, of: int) -> None:
        nonlocal last
        if time.monotonic() - last >= _STEP:
            last = time.monotonic()
            print(f"{what} {done * 100 // of}%……", file=sys.stderr, flush=True)

    return tell
