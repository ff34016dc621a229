"""Programs of our own that do what may fall: a library that crashes, hangs or eats memory takes nothing else along."""

import subprocess
import sys
from pathlib import Path
from typing import IO

#: Isolated from the folder and the environment it is started in, but it finds this house.
_BOOT = (
    "import runpy, sys; del sys.argv[0]; sys.path.insert(0, sys.argv.pop(0)); "
    "runpy.run_path(sys.argv[0], run_name='__main__')"
)
_ROOT = Path(__file__).resolve().parents[1]


def command(program: str, *arguments: str) -> list[str]:
    """How a program of ours is started.

    Args:
        program: Its ``__file__``.
        arguments: What it is told.
    """
    return [sys.executable, "-I", "-X", "utf8", "-c", _BOOT, str(_ROOT), program, *arguments]


def start(told: list[str], stdin: IO[bytes] | int, stdout: IO[bytes] | int) -> subprocess.Popen[bytes]:
    """Start it, with nothing to be seen of it; what it complains of is not listened to."""
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NO_WINDOW
    return subprocess.Popen(told, stdin=stdin, stdout=stdout, stderr=subprocess.DEVNULL, creationflags=flags)


def limit_memory(most: int) -> None:
    """Let this program have so many bytes and no more, where the system can be asked for that."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (most, most))
