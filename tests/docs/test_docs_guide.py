"""The authors' guide, done as it says, in a copy of the program: nothing in it may rot."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from docs.guide import Step, make_file, steps
from onefill.service import Desk, Settings, open_desk
from tests.desks import ROOT
from tests.papers import word_text

ROOMS = ("onefill", "store", "samples", "forms", "templates")
PYTHON, ID = ".venv/bin/python", "办件编号"


class Newcomer:
    """Follows the guide in a folder of the program."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.record = ""
        self.said = ""

    def follow(self, step: Step) -> None:
        match step.kind:
            case "file" | "add":
                make_file(step, self.home)
            case "sh":
                self.said = "".join(self._run(line) for line in step.lines)
            case "type":
                self._type(step)
            case "output":
                for line in step.lines:
                    assert line in self.said, f"{line}\n——\n{self.said}"

    def _run(self, line: str) -> str:
        command, *words = line.replace(ID, self.record).split()
        assert command == PYTHON
        # A clean exit is not asked of every step: the guide shows what a missing template says.
        done = subprocess.run(
            [sys.executable, *words],
            cwd=self.home,
            env={**os.environ, "PYTHONUTF8": "1", "ONEFILL_DATA": ""},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode in (0, 1), done.stdout
        return done.stdout

    def _type(self, step: Step) -> None:
        desk = self._desk()
        try:
            if not self.record:
                self.record = desk.records.create("loan", desk.who())
            self._fill(desk, [[cell.strip() for cell in line.strip("| ").split("|")] for line in step.lines])
        finally:
            desk.store.close()

    def _fill(self, desk: Desk, typed: list[list[str]]) -> None:
        form, who = desk.definitions.form("loan"), desk.who()
        rows: dict[str, dict[str, object]] = {}
        for place, value in typed:
            title, _, label = place.rpartition("：")
            section = next(
                s for s in form.sections if any(f.label == label for f in s.fields) and title in ("", s.title)
            )
            key = next(f.key for f in section.fields if f.label == label)
            if section.repeat:
                rows.setdefault(section.key, {})[key] = value
            else:
                desk.records.set(self.record, key, value, who)
        for key, values in rows.items():
            desk.records.add_row(self.record, key, who, values)

    def _desk(self) -> Desk:
        home = self.home
        return open_desk(Settings(data=home / "var", forms=home / "forms", templates=home / "templates"))


@pytest.mark.timeout(240)
def test_a_newcomer_who_follows_the_guide_gets_what_it_shows(tmp_path: Path) -> None:
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    newcomer = Newcomer(tmp_path)
    done = list(steps())
    for step in done:
        newcomer.follow(step)
    assert [step.kind for step in done].count("output") >= 6
    papers = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    draft = next(data for name, data in papers.items() if name.endswith("草稿.docx"))
    assert "【缺：单位】" in word_text(draft)
    whole = next(data for name, data in papers.items() if name.endswith("4日.docx") and name.startswith("借阅登记表"))
    assert "☑校外" in word_text(whole) and "伍拾玖元柒角整" in word_text(whole)
    assert any(name.startswith("书签") for name in papers) and any(name.endswith(".xlsx") for name in papers)
