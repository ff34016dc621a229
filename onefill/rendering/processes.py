"""Programs of others, run with a time limit and ended with everything they started. Nothing else here is per system."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from onefill.errors import OneFillError

_STEP = 0.05
_GRACE = 5.0


class ProgramMissing(OneFillError):
    """A program could not be started at all."""

    message = "程序“{program}”启动不了：{why}"


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a program ended: its exit code, and whether we ended it because nothing happened any more."""

    code: int
    hung: bool
    said: bytes
    output: bytes


def run(
    command: Sequence[str],
    *,
    work: Path,
    environment: Mapping[str, str],
    patience: float,
    given: bytes = b"",
    progress: Callable[[], int] = lambda: 0,
) -> Ended:
    """Run a program to its end, or end it when nothing has happened for a while.

    Args:
        command: Program and arguments; no shell reads them.
        work: Folder to run in; what the program says is kept there until it ends.
        environment: Changes to our own environment.
        patience: Seconds without a step of ``progress`` after which the program counts as hanging.
        given: What it reads from its standard input.
        progress: How far it is; asked many times a second, in this thread.

    Raises:
        ProgramMissing: The program cannot be started.
    """
    said, output, handed = work / "said.log", work / "output.bin", work / "input.bin"
    handed.write_bytes(given)
    with said.open("wb") as err, output.open("wb") as out, handed.open("rb") as into:
        try:
            process = _start(command, work, {**os.environ, **environment}, (into, out, err))
        except OSError as exc:
            raise ProgramMissing(program=command[0], why=exc.strerror or exc) from exc
        try:
            hung = _wait(process, patience, progress)
        finally:
            _end(process)
    return Ended(code=process.returncode, hung=hung, said=said.read_bytes(), output=output.read_bytes())


def _wait(process: subprocess.Popen[bytes], patience: float, progress: Callable[[], int]) -> bool:
    """Wait for the end; true when nothing moved for ``patience`` seconds."""
    before, since = progress(), time.monotonic()
    while process.poll() is None:
        time.sleep(_STEP)
        if (now := progress()) != before:
            before, since = now, time.monotonic()
        elif time.monotonic() - since > patience:
            return True
    progress()
    return False


def _start(
    command: Sequence[str], work: Path, environment: Mapping[str, str], streams: tuple[IO[bytes], IO[bytes], IO[bytes]]
) -> subprocess.Popen[bytes]:
    """Start a program as the head of a group of its own, so that it can be ended with its children."""
    into, out, err = streams
    if sys.platform == "win32":
        group = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
        return subprocess.Popen(
            command, cwd=work, env=environment, stdin=into, stdout=out, stderr=err, creationflags=group
        )
    return subprocess.Popen(
        command, cwd=work, env=environment, stdin=into, stdout=out, stderr=err, start_new_session=True
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the program and all that it started; harmless when it has ended by itself."""
    if sys.platform == "win32":
        if process.poll() is None:
            subprocess.run(["taskkill", "/T", "/F", "/PID", str(process.pid)], capture_output=True, check=False)
    else:
        with suppress(ProcessLookupError, PermissionError):  # nobody of the group is left
            os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=_GRACE)
