"""The command that tries every paper's template: rows, long texts, blanks, rare characters, page by page."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

from onefill.cli_render import ProgressLine
from onefill.service import Desk
from onefill.service.plain import write_file
from onefill.service.proof_page import proof_page
from onefill.service.proof_shapes import Proofed

GOOD, BAD, USAGE = 0, 1, 2
Open = Callable[[argparse.Namespace], Desk]


def add_proof(commands: Any, desk: Open) -> None:
    """Add ``proof``."""
    proof = commands.add_parser(
        "proof",
        help="试印每份附件、文书和公布的名单：没有行、一行、一整页、多一行、很多行，最长的文字，生僻字",
        description=(
            "用样例数据试印每份附件、文书和公布的名单，一页一页看：切掉、叠住、印出纸外的文字，没有正文的盖章页，空白页，没有字体的字；"
            "再和上次认可的比。有毛病就退出 1，只是和认可的不同不算。"
        ),
    )
    proof.add_argument(
        "forms", nargs="*", metavar="表单", help="只试这些表单的附件；写业务包的名字就试它公布的名单；不写就全试"
    )
    proof.add_argument("--documents", metavar="附件", help="只试这几份，用逗号隔开")
    proof.add_argument("--out", type=Path, metavar="文件夹", help="把每份 PDF 和一张对照的网页放进去")
    proof.add_argument("--approve", action="store_true", help="认可这次没有毛病的，以后和它比")
    proof.add_argument("--json", action="store_true", help="输出 JSON")
    proof.set_defaults(run=partial(_proof, desk))


def _proof(desk_of: Open, options: argparse.Namespace) -> int:
    desk = desk_of(options)
    asked = options.documents.split(",") if options.documents else None
    wrong = _unknown(desk, options.forms, asked)
    if wrong:
        print(wrong, file=sys.stderr)
        return USAGE
    progress = ProgressLine()
    made = desk.proof.run(options.forms or None, asked, progress)
    progress.end()
    if options.out:
        write_file(options.out / "index.html", proof_page(made).encode())
        for one in made:
            if one.pdf:
                write_file(options.out / f"{one.trial.key}.pdf", one.pdf)
    approved = desk.proof.approve([one for one in made if one.sound]) if options.approve else 0
    if options.json:
        print(json.dumps({"papers": [_plain(one) for one in made]}, ensure_ascii=False, indent=2))
    else:
        _tell(made)
        if options.approve:
            print(f"认可了 {approved} 份")
    return GOOD if all(one.sound for one in made) else BAD


def _unknown(desk: Desk, forms: Sequence[str], documents: Sequence[str] | None) -> str:
    known, packs = desk.definitions.forms, desk.definitions.packs
    if strange := [form for form in forms if form not in known and form not in packs]:
        return f"没有“{'、'.join(strange)}”这种表单。可以选：{'、'.join([*known, *packs])}"
    asked = [known[form] for form in forms or known if form in known]
    papers = [one.key for form in asked for one in (*form.documents, *form.notices)]
    papers += [one.key for pack in forms or packs if pack in packs for one in packs[pack].publications if one.template]
    if strange := [key for key in documents or () if key not in papers]:
        return f"没有“{'、'.join(strange)}”这份附件。可以选：{'、'.join(papers)}"
    return ""


def _tell(made: Sequence[Proofed]) -> None:
    for _, group in groupby(made, key=lambda one: (one.trial.form, one.trial.document, one.trial.suffix)):
        tried = list(group)
        trial = tried[0].trial
        pages = "，".join(f"{one.trial.said} {one.pages} 页" for one in tried if one.pdf)
        print(f"{trial.title}（{trial.form}/{trial.document}{trial.suffix}）：{pages}")
        faults: dict[str, list[str]] = {}
        for one in tried:
            for line in dict.fromkeys(one.told()):
                faults.setdefault(line, []).append(one.trial.said)
        for line, samples in faults.items():
            print(f"  {'、'.join(samples)}：{line}")
        for one in tried:
            if one.approved is not None and one.news != "和认可的一样":
                print(f"  {one.trial.said}：{one.news}")
    wrong = sum(not one.sound for one in made)
    print(f"试了 {len(made)} 份，{wrong} 份有毛病；{sum(one.is_set for one in made)} 份也照排过的版面填过一遍")


def _plain(one: Proofed) -> dict[str, Any]:
    trial = one.trial
    return {
        "form": trial.form,
        "document": trial.document,
        "suffix": trial.suffix,
        "case": trial.case,
        "rows": trial.count,
        "pages": one.pages,
        "faults": [{"page": fault.page, "code": fault.code, "near": fault.near} for fault in one.faults],
        "set": one.is_set,
        "set_faults": [{"page": fault.page, "code": fault.code, "near": fault.near} for fault in one.set_faults],
        "unprintable": list(one.unprintable),
        "unfound": list(one.unfound),
        "why_not": one.why_not,
        "approved_pages": one.approved_pages if one.approved is not None else None,
        "changed": list(one.changed),
    }
