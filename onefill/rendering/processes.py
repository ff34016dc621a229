"""Programs of others, run within limits and ended with everything they started. Nothing else here is per system."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal
from uuid import uuid4

from onefill.errors import OneFillError
from onefill.rendering.warden import UNSTARTED, parent_of, processes, watched

_STEP = 0.05
_GRACE = 5.0
#: Memory and disk are looked at so often, in seconds: each look reads a few files.
_LOOK = 0.5
#: Bytes of a page of memory.
_PAGE = os.sysconf("SC_PAGE_SIZE") if sys.platform == "linux" else 0
#: Stands in the environment of a program and of all that it starts, whatever sessions these put themselves into.
_MARK = "ONEFILL_RUN"
#: So often those are looked for that left their group, as they may start others meanwhile; so many seconds lie between.
_ROUNDS, _PAUSE = 20, 0.01
#: Where it is said why a program that is watched could not be started.
_WHY_NOT = "unstarted"
Stopped = Literal["hung", "memory", "disk"]


class ProgramMissing(OneFillError):
    """A program could not be started at all."""

    message = "程序“{program}”启动不了：{why}"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much a program may take with all that it started, in bytes. Memory is looked at on Linux alone."""

    memory: int = 3 << 30
    disk: int = 1 << 30


USUAL = Limits()


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a program ended: its exit code, and why we ended it: nothing happened any more, or it took too much."""

    code: int
    stopped: Stopped | None
    said: bytes
    output: bytes


def run(
    command: Sequence[str],
    *,
    work: Path,
    environment: Mapping[str, str],
    patience: float,
    given: bytes = b"",
    limits: Limits = USUAL,
    progress: Callable[[], int] = lambda: 0,
) -> Ended:
    """Run a program to its end, or end it when nothing has happened for a while or it takes too much.

    Args:
        command: Program and arguments; no shell reads them.
        work: Folder to run in; what the program says and puts aside is kept there until it ends.
        environment: Changes to our own environment.
        patience: Seconds without a step of ``progress`` after which the program counts as hanging.
        given: What it reads from its standard input.
        limits: How much memory it may take, and how much it may write below ``work``.
        progress: How far it is; asked many times a second, in this thread.

    Raises:
        ProgramMissing: The program cannot be started.
    """
    own = work / "tmp"
    own.mkdir(exist_ok=True)
    # What it puts aside counts for its limit and goes with its folder, also when it is ended.
    mark = uuid4().hex
    environment = {**environment, **dict.fromkeys(("TMPDIR", "TMP", "TEMP"), str(own)), _MARK: mark}
    said, output, handed = work / "said.log", work / "output.bin", work / "input.bin"
    handed.write_bytes(given)
    with said.open("wb") as err, output.open("wb") as out, handed.open("rb") as into:
        try:
            process = _start(_held(command, work), work, {**os.environ, **environment}, (into, out, err))
        except OSError as exc:
            raise ProgramMissing(program=command[0], why=exc.strerror or exc) from exc
        try:
            stopped = _wait(process, work, patience, limits, progress)
        finally:
            _end(process, mark)
    if process.returncode == UNSTARTED and (why_not := work / _WHY_NOT).exists():
        raise ProgramMissing(program=command[0], why=os.strerror(int(why_not.read_text())))
    return Ended(code=process.returncode, stopped=stopped, said=said.read_bytes(), output=output.read_bytes())


def _wait(
    process: subprocess.Popen[bytes],
    work: Path,
    patience: float,
    limits: Limits,
    progress: Callable[[], int],
) -> Stopped | None:
    """Wait for the end; why it must be ended before."""
    before, since = progress(), time.monotonic()
    look = since + _LOOK
    while process.poll() is None:
        time.sleep(_STEP)
        now = time.monotonic()
        if (done := progress()) != before:
            before, since = done, now
        elif now - since > patience:
            return "hung"
        if now > look:
            look = now + _LOOK
            if _memory_of(process.pid) > limits.memory:
                return "memory"
            if _written(work) > limits.disk:
                return "disk"
    progress()
    return None


def _memory_of(head: int) -> int:
    """Bytes of memory that a program and all that it started hold for themselves; 0 where that is not told."""
    held = 0
    if sys.platform != "linux":
        return held
    for pid in _family(head):
        with suppress(OSError, IndexError, ValueError):  # it has ended meanwhile
            resident, shared = Path(f"/proc/{pid}/statm").read_text().split()[1:3]
            held += (int(resident) - int(shared)) * _PAGE
    return held


def _family(head: int) -> set[int]:
    """A process and all that came from it; none of them is taken over by another while it is there."""
    parents: dict[int, int] = {}
    for pid in processes():
        with suppress(OSError, IndexError):  # it has ended meanwhile
            parents[pid] = parent_of(pid)
    family, found = {head}, {head}
    while found:
        found = {pid for pid, parent in parents.items() if parent in found}
        family |= found
    return family


def _bears(pid: int, mark: str) -> bool:
    """Whether a process was started by a program of that mark, directly or not.

    Raises:
        OSError: It has ended, or is somebody else's.
    """
    return f"{_MARK}={mark}".encode() in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")


def _written(work: Path) -> int:
    held = 0
    for folder, _, names in os.walk(work):
        for name in names:
            with suppress(OSError):  # it has gone meanwhile
                held += Path(folder, name).lstat().st_size
    return held


def _held(command: Sequence[str], work: Path) -> Sequence[str]:
    """The command under watch, where the system lets a program take over what others started and left."""
    return watched([*command], work / _WHY_NOT) if sys.platform == "linux" else command


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


def _end(process: subprocess.Popen[bytes], mark: str) -> None:
    """End the program and all that it started; harmless when it has ended by itself."""
    if sys.platform == "win32":
        if process.poll() is None:
            subprocess.run(["taskkill", "/T", "/F", "/PID", str(process.pid)], capture_output=True, check=False)
    else:
        if sys.platform == "linux":
            process.terminate()  # who watches ends all that came from the program, and itself
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=_GRACE)
        with suppress(ProcessLookupError, PermissionError):  # nobody of the group is left
            os.killpg(process.pid, signal.SIGKILL)
    _end_strays(mark)
    process.wait(timeout=_GRACE)


def _end_strays(mark: str) -> None:
    """End those whose watch was ended by somebody, and that left its group, which Linux alone lets us find."""
    if sys.platform != "linux":
        return
    for _ in range(_ROUNDS):
        if not any([_ended(pid, mark) for pid in processes()]):
            return
        time.sleep(_PAUSE)


def _ended(pid: int, mark: str) -> bool:
    """End a process if it bears the mark; whether it does. Its number may be given to another one meanwhile."""
    with suppress(OSError):  # it has ended, or is somebody else's
        held = os.pidfd_open(pid)
        try:
            if _bears(pid, mark):
                signal.pidfd_send_signal(held, signal.SIGKILL)
                return True
        finally:
            os.close(held)
    return False
