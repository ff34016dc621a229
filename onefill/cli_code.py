"""The command that reads codes of printed pages back, from a scan or as typed."""

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from onefill.errors import OneFillError
from onefill.service import Desk
from onefill.service.codes import CodeAnswer, PageAnswer

Open = Callable[[argparse.Namespace], Desk]


def add_code(commands: Any, desk: Open) -> None:
    """Add ``code``."""
    code = commands.add_parser(
        "code",
        help="读纸边上的码：是哪个办件的哪一份、哪一版，要不要重印",
        description="给扫描件（PDF、JPG、PNG）就逐页读码，也可以照码旁边的小字打。数据改过、不是这里印的，退出码 1。",
    )
    code.add_argument("what", metavar="扫描件或码", nargs="+", help="一个文件，或码上的字、码旁边的小字")
    code.add_argument("--json", action="store_true", help="输出 JSON")
    code.set_defaults(run=partial(_code, desk))


def _code(open_desk: Open, options: argparse.Namespace) -> int:
    desk, said = open_desk(options), " ".join(options.what)
    path = Path(said)
    try:
        if path.is_file():
            pages: Iterable[PageAnswer] = desk.codes.scan(path, path.name, desk.who())
        else:
            pages = [PageAnswer(page=0, answers=(desk.codes.read(said, desk.who()),))]
    except OneFillError as error:
        print(error, file=sys.stderr)
        return 1
    pages = list(pages)
    if options.json:
        print(json.dumps({"pages": [_plain(one) for one in pages]}, ensure_ascii=False, indent=2))
    else:
        for one in pages:
            print("\n".join(_lines(one)))
    good = all(answer.holds for one in pages for answer in one.answers) and not any(one.wrong for one in pages)
    return 0 if good else 1


def _lines(page: PageAnswer) -> list[str]:
    told = [line for answer in page.answers for line in answer.told()]
    told += list(page.wrong)
    if not page.page:
        return told
    return [f"第 {page.page} 页", *(f"  {line}" for line in told or ["没有读到码"])]


def _plain(page: PageAnswer) -> dict[str, Any]:
    answers = [_of(one) for one in page.answers]
    return {"page": page.page, "codes": answers, "wrong": list(page.wrong)}


def _of(answer: CodeAnswer) -> dict[str, Any]:
    reprint = [
        {"title": title, "why": again.why, "which": again.which, "pages": list(again.pages)}
        for title, again in answer.reprint
    ]
    told = {"label": answer.label, "title": answer.title, "holds": answer.holds, "why": answer.why}
    return {**asdict(answer.code), **told, "reprint": reprint}
