"""An app as people start it: ``streamlit run app.py`` on a free port, its data in a folder of the test."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Self
from urllib.error import URLError
from urllib.request import urlopen

HOME = Path(__file__).resolve().parents[2]
PATIENCE = 120
#: A trace, and how it ends. Streamlit itself traces a socket that closes while it listens; every other one is a fault.
TRACE = re.compile(r"^[^\n]*Traceback \(.*?(?=^[^\n]*Traceback \(|\Z)", re.MULTILINE | re.DOTALL)
END = re.compile(r"^\w.*$", re.MULTILINE)
#: A line of the log that tells of an error; whoever logs one names it, without its trace.
ERROR = re.compile(r"^\S+ \S+ (?:ERROR|CRITICAL) \S+ \[[^]]*\] (.*)$", re.MULTILINE)
#: What Streamlit warns of when a callback draws: that stands where the top of the page should.
MISPLACED = re.compile(r"a callback that displays one or more elements")
CLOSED = re.compile(r"\b[\w.]*(Disconnect|ConnectionClosed)\w*\b")


class Server:
    """One server; in a ``with`` it runs, else whoever starts it stops it, in ``finally``."""

    def __init__(self, data: Path, app: Path = HOME, settings: Mapping[str, str] = MappingProxyType({})) -> None:
        """A server of an app, by default of ours.

        Args:
            data: The app's data; the log is written beside it.
            app: Folder of its ``app.py`` and its settings.
            settings: More of its environment.
        """
        self.data = data
        self.app = app
        self.settings = settings
        self.port = free_port()
        self.log = data.parent / f"{data.name}.log"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def address(self) -> str:
        """Where its start page is."""
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        """Start it, and wait until it answers that it is well."""
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(self.port)]
        environment = os.environ | {"ONEFILL_DATA": str(self.data), "PYTHONPATH": str(HOME), **self.settings}
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(command, cwd=self.app, env=environment, stdout=log, stderr=log)
        until = time.monotonic() + PATIENCE
        while not self._well():
            if self._process.poll() is not None or time.monotonic() > until:
                raise AssertionError(f"the server did not start:\n{self.said()}")
            time.sleep(0.1)

    def stop(self) -> None:
        """End it, by force if it does not listen."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)
        self._process = None

    def kill(self) -> None:
        """End it as when the plug is pulled."""
        if self._process:
            self._process.kill()
            self._process.wait(10)
            self._process = None

    def said(self) -> str:
        """What it wrote to its log."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def faults(self) -> list[str]:
        """Errors in its log, and how each trace ends, but those of a socket that closed while Streamlit listened.

        One of another form, as of a group of exceptions, is told whole.
        """
        traces = [(trace, END.search(trace, trace.index("\n"))) for trace in TRACE.findall(self.said())]
        ends = [end.group() if trace.startswith("Traceback") and end else trace for trace, end in traces]
        return [
            end
            for end in (*ERROR.findall(self.said()), *MISPLACED.findall(self.said()), *ends)
            if not CLOSED.search(end)
        ]

    def _well(self) -> bool:
        try:
            with urlopen(f"{self.address}_stcore/health", timeout=2) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
