"""What a person or a workstation likes: one small JSON file each."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from store.chain import FORMAT, ChainBroken, check_format
from store.disk import Disk, read_file, told
from store.model import Damage
from store.parcels import LostParcel, PreferencesParcel

#: Ending of a file that could not be read.
_ASIDE = ".damaged"


class PreferenceFiles:
    """All preferences below one folder."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self._folder = folder
        self._disk = disk

    def read(self, owner: str) -> dict[str, Any]:
        """What the owner likes; nothing if the file is missing or unreadable: nobody's work hangs on it."""
        try:
            return dict(_parsed(self._path(owner)).values)
        except (FileNotFoundError, ValueError):
            return {}

    def change(self, owner: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Change some, ``None`` forgets one; what is kept then. To be called under the owner's lock.

        A file that cannot be read is set aside first: what is written takes its place.
        """
        self._set_aside(self._path(owner))
        merged = {**self.read(owner), **values}
        kept = {key: value for key, value in merged.items() if value is not None}
        data = orjson.dumps({"format": FORMAT, "owner": owner, "values": kept}, option=orjson.OPT_INDENT_2)
        self._disk.write_file(self._path(owner), data)
        return kept

    def parcels(self) -> Iterator[PreferencesParcel | LostParcel]:
        """Everything that anybody likes; a file that cannot be read is named."""
        with told():
            paths = sorted(self._folder.glob("??/*.json"))
            aside = sorted(self._folder.glob(f"??/*{_ASIDE}"))
        for path in aside:
            yield LostParcel("preferences", Damage("", str(path), "读不出来，放在一边了；看过以后移到别处"))
        for path in paths:
            try:
                kept = _parsed(path)
                if self._path(kept.owner) != path:
                    raise ValueError(f"里面是别人的设置（{kept.owner}）")
                yield kept
            except (FileNotFoundError, ValueError) as exc:
                yield LostParcel("preferences", Damage("", str(path), str(exc)))

    def _set_aside(self, path: Path) -> None:
        try:
            _parsed(path)
        except FileNotFoundError:
            return
        except ValueError:
            data = read_file(path)[0] or b""
            name = f"{path.stem}.{hashlib.sha256(data).hexdigest()[:8]}{_ASIDE}"
            self._disk.write_file(path.with_name(name), data)

    def _path(self, owner: str) -> Path:
        name = hashlib.sha256(owner.encode()).hexdigest()
        return self._folder / name[:2] / f"{name}.json"


def _parsed(path: Path) -> PreferencesParcel:
    """What a file says.

    Raises:
        FileNotFoundError: There is none.
        ValueError: It cannot be read.
        FormatTooNew: A newer program wrote it.
    """
    data, _ = read_file(path)
    if data is None:
        raise FileNotFoundError(path)
    try:
        kept = orjson.loads(data)
        # The first files had no number.
        check_format(kept.get("format", 1), path.name)
        return PreferencesParcel(str(kept["owner"]), dict(kept["values"]))
    except (ChainBroken, KeyError, TypeError, AttributeError) as exc:
        raise ValueError("不是设置文件") from exc
