"""A folder of workbooks that wait to be imported: the file as it came, what was chosen for it, how to undo it."""

import json
import os
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from onefill.service.errors import NotWaiting

#: What is older, or beyond this much altogether, makes room. A workbook can be chosen again.
LONGEST = timedelta(days=2)
MOST_KEPT, MOST_BYTES = 60, 200 << 20
NAME = re.compile(r"[a-z0-9]{1,32}")


class InboxFiles:
    """Files by id. Each is written whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, id: str, data: bytes, now: datetime) -> None:
        """Keep a workbook, and let the oldest go where there are too many."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._path(id, "bin")
        self._write(path, data)
        os.utime(path, (now.timestamp(), now.timestamp()))
        self._clean(now)

    def data(self, id: str) -> bytes:
        """The workbook as it came.

        Raises:
            NotWaiting: It is not kept.
        """
        return self._read(id, "bin")

    def note(self, id: str, what: str, told: Mapping[str, Any]) -> None:
        """Keep what is known of a workbook, under a word."""
        self._write(self._path(id, what), json.dumps(told, ensure_ascii=False).encode())

    def noted(self, id: str, what: str) -> dict[str, Any]:
        """What was kept under that word.

        Raises:
            NotWaiting: Nothing was.
        """
        try:
            told: dict[str, Any] = json.loads(self._read(id, what))
        except ValueError:
            raise NotWaiting from None
        return told

    def forget(self, record: str) -> None:
        """Let every workbook go that waits for a record."""
        word = record.encode()
        notes = [path for path in self._folder.glob("*.json")] if self._folder.is_dir() else []
        for note in notes:
            if word in note.read_bytes():
                for one in self._folder.glob(f"{note.stem}.*"):
                    one.unlink(missing_ok=True)

    def _read(self, id: str, what: str) -> bytes:
        if not NAME.fullmatch(id):
            raise NotWaiting
        try:
            return self._path(id, what).read_bytes()
        except OSError:
            raise NotWaiting from None

    def _write(self, path: Path, data: bytes) -> None:
        fresh = path.with_suffix(".new")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        fresh.replace(path)

    def _clean(self, now: datetime) -> None:
        kept = sorted(self._folder.glob("*.bin"), key=lambda path: path.stat().st_mtime, reverse=True)
        total = 0
        for place, path in enumerate(kept):
            state = path.stat()
            total += state.st_size
            old = now - datetime.fromtimestamp(state.st_mtime, now.tzinfo) > LONGEST
            if place and (old or place >= MOST_KEPT or total > MOST_BYTES):
                for one in self._folder.glob(f"{path.stem}.*"):
                    one.unlink(missing_ok=True)

    def _path(self, id: str, what: str) -> Path:
        return self._folder / f"{id}.{what}"
