"""What a folder of data says of itself: which one it is, and whether what is private in it is to be sealed."""

import logging
import uuid
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import orjson

from store.chain import FORMAT, ChainBroken, check_format
from store.disk import Disk, read_file, stamp_of
from store.keyring import Keyring

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sealing:
    """What is to be.

    Attributes:
        key: Id of the key that seals whatever is written; empty: it is written in clear.
        decided: Somebody has said so; otherwise a key that is given turns sealing on.
        pending: What was written before may still lie otherwise.
    """

    key: str = ""
    decided: bool = False
    pending: bool = False


class Says(Protocol):
    """Where it is noted what is to be."""

    @property
    def sealing(self) -> Sealing:
        """What is to be, now."""
        ...

    def decide(self, sealing: Sealing) -> None:
        """Have it so from now on."""
        ...


class Mark:
    """The file ``store.json``, made at the first start. An index of another folder is not believed.

    Another program may turn sealing on meanwhile, so the file is looked at whenever something is to be written.
    """

    def __init__(self, path: Path, disk: Disk) -> None:
        self._path = path
        self._disk = disk
        self._lock = Lock()
        self.is_new = False
        self.id = self._read() or self._make()

    @property
    def sealing(self) -> Sealing:
        """What is to be, now."""
        with self._lock:
            if stamp_of(self._path) != self._stamp:
                self._read()
            return self._sealing

    def decide(self, sealing: Sealing) -> None:
        """Have it so from now on."""
        told = {"key": sealing.key, "decided": sealing.decided, "pending": sealing.pending}
        data = orjson.dumps({"format": FORMAT, "id": self.id, "sealing": told}, option=orjson.OPT_INDENT_2)
        self._disk.write_file(self._path, data)

    def _read(self) -> str | None:
        """The id; what is to be sealed stays as it was where the file has been lost."""
        data, self._stamp = read_file(self._path)
        try:
            about: dict[str, Any] = orjson.loads(data) if data else {}
            if not data:
                return None
            check_format(about["format"], self._path.name)
            told = about.get("sealing", {})
            self._sealing = Sealing(str(told.get("key", "")), bool(told.get("decided")), bool(told.get("pending")))
            return str(about["id"])
        except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError, ChainBroken):
            # Only a mark is lost: a new one costs a new index.
            return None

    def _make(self) -> str:
        self.is_new = True
        self.id = uuid.uuid4().hex
        self._sealing = Sealing()
        self.decide(self._sealing)
        self._read()
        return self.id


def decide_at_start(mark: Says, keys: Keyring, *, is_new: bool) -> None:
    """Turn sealing on where a key is given and nobody has said otherwise; a new first key writes from now on.

    What lies there already is left as it is, and noted: it is for ``store encrypt`` to seal it.
    """
    first, now = keys.first, mark.sealing
    if first is None or first.id == now.key:
        return
    if not now.key and now.decided:
        _log.warning(
            "设了密钥，数据里定的却是不加密，新写的个人信息没有加密。"
            "要加密，运行 python -m onefill store encrypt；不要，就去掉密钥的设置"
        )
    elif not now.key or now.key in keys:
        mark.decide(Sealing(first.id, decided=True, pending=not is_new))
