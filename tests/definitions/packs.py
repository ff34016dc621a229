"""Small packs on disk for the tests of definitions."""

from collections.abc import Mapping
from pathlib import Path

from onefill.definitions import Definitions, load_packs
from onefill.problems import LinePlace, Problem

PACK = "pack: demo\ntitle: 示例\nforms: [leave]\ncases: [leave]\n"
LEAVE = """\
form: leave
title: 请假
label: "{{ title }}"
sections:
  - key: basics
    title: 基本
    fields:
      - {key: title, label: 事由, required: true}
"""


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files under a forms folder; a name without a slash goes into the pack ``demo``."""
    for name, text in files.items():
        path = folder / (name if "/" in name else f"demo/{name}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


def load(folder: Path, files: Mapping[str, str | bytes] | None = None) -> Definitions:
    """The demo pack, with some files changed."""
    return load_packs(write(folder, {"pack.yaml": PACK, "leave.yaml": LEAVE, **(files or {})}))


def told(problems: tuple[Problem, ...]) -> list[tuple[str, int, str]]:
    """File, line and code of each problem."""
    found = []
    for problem in problems:
        assert isinstance(problem.place, LinePlace)
        assert problem.what and problem.remedy
        found.append((problem.place.file.rsplit("/", 1)[-1], problem.place.line, problem.code))
    return found
