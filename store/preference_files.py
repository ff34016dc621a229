"""What a person or a workstation likes: one small JSON file each."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from store.disk import Disk, read_file


class PreferenceFiles:
    """All preferences below one folder."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self._folder = folder
        self._disk = disk

    def read(self, owner: str) -> dict[str, Any]:
        """What the owner likes; nothing if the file is missing or unreadable: nobody's work hangs on it."""
        data, _ = read_file(self._path(owner))
        try:
            kept = orjson.loads(data) if data else {}
        except orjson.JSONDecodeError:
            return {}
        values = kept.get("values") if isinstance(kept, dict) else None
        return values if isinstance(values, dict) else {}

    def change(self, owner: str, values: Mapping[str, Any]) -> None:
        """Change some; ``None`` forgets one. To be called under the owner's lock."""
        merged = {**self.read(owner), **values}
        kept = {key: value for key, value in merged.items() if value is not None}
        data = orjson.dumps({"owner": owner, "values": kept}, option=orjson.OPT_INDENT_2)
        self._disk.write_file(self._path(owner), data)

    def _path(self, owner: str) -> Path:
        name = hashlib.sha256(owner.encode()).hexdigest()
        return self._folder / name[:2] / f"{name}.json"
