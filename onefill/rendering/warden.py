"""Runs a program of others on Linux and ends with it all that it started, whatever that did to get away.

It is a program of its own. Whatever comes from it and has lost its parent becomes its child, in any session and with
any environment; and it ends when the program that asked for it is gone.
"""

import ctypes
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

#: What it ends with when the program could not be started; why stands in the file it was told.
UNSTARTED = 127
#: What a shell adds to the signal that ended a program.
_BY_SIGNAL = 128
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
#: Each round ends the children there are, and takes over those that they leave.
_ROUNDS, _PAUSE = 400, 0.005


def watched(command: list[str], why_not: Path) -> list[str]:
    """How a program is run under watch.

    Args:
        command: Program and arguments.
        why_not: File for the number of the error if the program cannot be started.
    """
    return [sys.executable, "-I", "-S", __file__, str(why_not), *command]


def parent_of(pid: int) -> int:
    """The process that started this one, or took it over.

    Raises:
        OSError: It has ended.
    """
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def processes() -> list[int]:
    """All there are."""
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _watch(why_not: Path, command: list[str]) -> int:
    """Run a program to its end, or until asked to end it; its exit code."""
    if sys.platform != "linux":
        raise NotImplementedError
    system = ctypes.CDLL(None)
    system.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(_BY_SIGNAL + signal.SIGTERM))
    system.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    try:
        pid = os.posix_spawnp(command[0], command, os.environ, setsigdef=[signal.SIGPIPE, signal.SIGXFSZ])
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        return code if code >= 0 else _BY_SIGNAL - code
    except OSError as exc:
        why_not.write_text(str(exc.errno))
        return UNSTARTED
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        _end_children()


def _end_children() -> None:
    """End all that came from here; the number of a child is nobody else's before it is waited for."""
    if sys.platform == "linux":
        for _ in range(_ROUNDS):
            for pid in processes():
                with suppress(OSError):  # it has ended, or may not be ended
                    if parent_of(pid) == os.getpid():
                        os.kill(pid, signal.SIGKILL)
            try:
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
            except ChildProcessError:
                return
            time.sleep(_PAUSE)


if __name__ == "__main__":
    sys.exit(_watch(Path(sys.argv[1]), sys.argv[2:]))
