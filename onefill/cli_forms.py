"""The command line for authors: what changed forms will make of the records that are there."""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from onefill.definitions import load_packs
from onefill.facts.carrying import Fate, Moved
from onefill.facts.successors import FormChange, Step
from onefill.problems import Level
from onefill.service import Desk
from onefill.service.form_trials import Trial, try_form
from onefill.service.linting import lint_packs

GOOD, BAD, USAGE = 0, 1, 2
DeskOf = Callable[[argparse.Namespace], Desk]
STEPS: dict[Step, str] = {
    "added": "新增",
    "renamed": "改名",
    "retyped": "换了类型",
    "options": "换了选项或写法",
    "computed": "改为自动算出",
    "removed": "不再问",
}
FATES: dict[Fate, str] = {"unread": "要重新核对", "read": "换了写法", "aside": "另外留着", "back": "放了回来"}


def add_form_commands(commands: Any, desk_of: DeskOf) -> None:
    """Add ``preview``."""
    preview = commands.add_parser(
        "preview",
        help="改了表单，先看已有的办件会怎样；什么也不写",
        description="把改过的表单放在另一个文件夹里试：已有的每个办件按它打开一遍，说清哪些值要核对、哪些留着。个人信息遮住一部分。",
    )
    preview.add_argument("form", nargs="?", metavar="表单", help="只看这种表单；不写就看全部")
    preview.add_argument("--forms", type=Path, metavar="文件夹", help="改过的 forms 文件夹；不写就用现在的")
    preview.add_argument("--json", action="store_true", help="输出 JSON")
    preview.set_defaults(run=partial(_preview, desk_of))


def _preview(desk_of: DeskOf, options: argparse.Namespace) -> int:
    desk = desk_of(options)
    definitions = load_packs(options.forms or desk.settings.forms)
    errors = [one for one in lint_packs(definitions, desk.settings.templates) if one.level is Level.ERROR]
    broken = {key for loaded in definitions.loaded.values() for key in loaded.declared - loaded.forms.keys()}
    if options.form and options.form not in definitions.forms:
        known = "、".join(definitions.forms)
        print(f"没有“{options.form}”这种表单，或它写错了。可以选：{known}", file=sys.stderr)
        return USAGE
    keys = [options.form] if options.form else list(definitions.forms)
    trials = [try_form(desk.store, definitions, key, date.today) for key in keys]
    if options.json:
        print(json.dumps({"forms": [asdict(one) for one in trials]}, ensure_ascii=False, indent=2))
    else:
        for trial in trials:
            if trial.records:
                print("\n".join(_lines(trial)))
        if not any(trial.records for trial in trials):
            print("还没有办件，随便改")
    for key in sorted(broken):
        print(f"{key} 读不出来，没有试", file=sys.stderr)
    if errors:
        print(f"表单和模板还有 {len(errors)} 处错误，先用 check 看", file=sys.stderr)
    return BAD if errors or broken else GOOD


def _lines(trial: Trial) -> list[str]:
    rest = trial.records - trial.moved - trial.held - trial.unreadable
    parts = [f"{trial.moved} 件换到改过的表单", f"{rest} 件不变"]
    parts += [f"{trial.held} 件已经交上去，退回以后再换"] if trial.held else []
    parts += [f"{trial.unreadable} 件读不出来"] if trial.unreadable else []
    lines = [f"{trial.title}（{trial.form}）{trial.records} 件：{'，'.join(parts)}"]
    lines += [f"  {_change(one)}" for one in trial.changes]
    for fate, words in FATES.items():
        if fate in trial.fates:
            lines.append(f"  {words}：{trial.fates[fate]} 个值")
            lines += [f"    例 {_example(one)}" for one in trial.examples if one.fate == fate]
    return lines


def _change(one: FormChange) -> str:
    was = f"{one.was} → " if one.was and one.was != one.label else ""
    said = f"：{one.why}" if one.why else ""
    unsaid = "" if one.declared else "　没有写明怎么办（was、removed 或 option_synonyms）"
    return f"{STEPS[one.step]}　{one.section} · {was}{one.label}（{one.path}）{said}{unsaid}"


def _example(one: Moved) -> str:
    arrow = f" → {one.new}" if one.fate == "read" else ""
    return f"{one.label}：{one.new if one.fate == 'back' else one.old}{arrow}{f'（{one.why}）' if one.why else ''}"
