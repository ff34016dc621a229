"""Whom we ask about files that other people made: programs of our own that may fall."""

import json
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from threading import BoundedSemaphore, Lock, Thread, Timer
from typing import IO, Any, TypeVar

from onefill import children
from onefill.materials import child
from onefill.materials.errors import Damaged, TooMuchInside, TooSlow, refusal
from onefill.materials.model import Source, Stream

#: Files after which a program is let go, so that nothing piles up in it.
_MOST_ASKED = 200
#: How much of a file is in hand at a time.
_PIECE = 1 << 20

OnSaid = Callable[[Mapping[str, Any], bytes], None]
T = TypeVar("T")


class _Fallen(Exception):
    """The program ended without an answer."""


class _Child:
    """One running program. ``sound`` says whether it can be asked again."""

    def __init__(self, patience: float) -> None:
        self._process = children.start(children.command(child.__file__), subprocess.PIPE, subprocess.PIPE)
        self._patience = patience
        self._late = False
        self.asked = 0
        self.sound = True

    def ask(self, told: Mapping[str, Any], source: Source | Stream, on_said: OnSaid) -> bytes:
        """Ask about a file; the picture that comes last.

        Raises:
            TooSlow: Nothing was said for too long.
            _Fallen: It ended instead of answering.
            OneFillError: What it refused.
        """
        self.asked += 1
        self.sound = False
        self._within(lambda: self._send(json.dumps({**told, **_whereabouts(source)}).encode() + b"\n"))
        for piece in _inline(source):
            self._within(lambda piece=piece: self._send(piece))  # type: ignore[misc]
        while True:
            said, picture = self._within(self._hear)
            if said.get("refused"):
                self.sound = said["refused"] != TooMuchInside.__name__
                raise refusal(said["refused"], said["facts"])
            if said.get("done"):
                self.sound = True
                return picture
            on_said(said, picture)

    def runs(self) -> bool:
        """Whether it is still there."""
        return self._process.poll() is None

    def end(self) -> None:
        """Let it go."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                _open(pipe).close()

    def _send(self, said: bytes) -> None:
        pipe = _open(self._process.stdin)
        pipe.write(said)
        pipe.flush()

    def _hear(self) -> tuple[dict[str, Any], bytes]:
        pipe = _open(self._process.stdout)
        said = json.loads(pipe.readline())
        return said, pipe.read(said["size"])

    def _within(self, step: Callable[[], T]) -> T:
        """One step of talking, ended by ending the program when it takes too long."""
        watch = Timer(self._patience, self._give_up)
        watch.daemon = True
        watch.start()
        try:
            return step()
        except (OSError, ValueError) as error:  # a closed pipe, half a line
            if self._late:
                raise TooSlow(seconds=round(self._patience)) from error
            raise _Fallen from error
        finally:
            watch.cancel()

    def _give_up(self) -> None:
        self._late = True
        self._process.kill()


class Reader:
    """Looks into files with a few programs that are kept running between files.

    Args:
        patience: Seconds after which a program that says nothing is ended.
        most: Programs at once.
    """

    def __init__(self, patience: float = 20.0, most: int = 2) -> None:
        self._patience = patience
        self._turns = BoundedSemaphore(most)
        self._lock = Lock()
        self._idle: list[_Child] = []

    def ask(
        self, told: Mapping[str, Any], source: Source | Stream, on_said: OnSaid = lambda said, picture: None
    ) -> bytes:
        """Ask about a file; the picture that comes last. A program that fell over an earlier file is asked anew.

        Args:
            told: What is asked.
            source: The file.
            on_said: Told what comes before the end, with its picture; may come twice.

        Raises:
            OneFillError: What was refused, or that nothing can be had from the file.
        """
        with self._turns:
            try:
                return self._ask(self._taken(), told, source, on_said)
            except _Fallen:
                pass
            try:
                return self._ask(_Child(self._patience), told, source, on_said)
            except _Fallen as error:
                raise Damaged(kind=str(told["kind"]).upper()) from error

    def warm(self) -> None:
        """Start a program in the background, so that the first file need not wait for it."""

        def start() -> None:
            with self._turns:
                self._kept(self._taken())

        Thread(target=start, name="onefill-reader", daemon=True).start()

    def close(self) -> None:
        """Let all programs go that do nothing."""
        with self._lock:
            ended, self._idle = self._idle, []
        for one in ended:
            one.end()

    def _ask(self, one: _Child, told: Mapping[str, Any], source: Source | Stream, on_said: OnSaid) -> bytes:
        try:
            return one.ask(told, source, on_said)
        finally:
            self._kept(one)

    def _taken(self) -> _Child:
        with self._lock:
            idle, self._idle = self._idle, []
            running = [one for one in idle if one.runs()]
            self._idle = running[:-1]
        for one in idle:
            if one not in running:
                one.end()
        return running[-1] if running else _Child(self._patience)

    def _kept(self, one: _Child) -> None:
        if one.sound and one.asked < _MOST_ASKED:
            with self._lock:
                self._idle.append(one)
        else:
            one.end()


def _whereabouts(source: Source | Stream) -> Mapping[str, Any]:
    if isinstance(source, Path):
        return {"path": str(source.resolve()), "size": 0}
    return {"path": None, "size": len(source) if isinstance(source, bytes) else source.size}


def _inline(source: Source | Stream) -> Iterator[bytes]:
    """What is sent of it, a piece at a time."""
    if isinstance(source, bytes):
        yield source
    elif not isinstance(source, Path):
        with source.open() as file:
            while piece := file.read(_PIECE):
                yield piece


def _open(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe
