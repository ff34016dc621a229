"""Files in an S3-compatible bucket; the library is loaded only where one is used."""

import re
import tempfile
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from store.blobs import PIECE
from store.errors import AddressUnknown, FilesAway

if TYPE_CHECKING:
    from obstore import ObjectMeta
    from obstore.store import S3Config

#: Files larger than this are gathered on disk on their way to the bucket.
_IN_MEMORY = 8 << 20
#: Seconds, and files, for which whoever put a file or found it there is believed.
_TRUSTED, _KNOWN = 600.0, 10_000
#: Seconds after which a file that is put again is written again, so that nobody drops it as an old one.
_OLD = 1800.0
_NAME = re.compile(r"[0-9a-f]{64}(\.sealed)?")
_TOLD = ("endpoint", "region")


class Bucket:
    """Bytes below a prefix of a bucket.

    Who may reach it is told by the usual environment variables, ``AWS_ACCESS_KEY_ID`` and the like.

    Args:
        address: ``s3://bucket/prefix?endpoint=https://…&region=…``; without an endpoint it is Amazon's.
        clock: Seconds that go on.

    Raises:
        AddressUnknown: It is written otherwise.
    """

    def __init__(self, address: str, clock: Callable[[], float] = time.monotonic) -> None:
        parts = urlsplit(address)
        told = parse_qs(parts.query)
        if parts.scheme != "s3" or not parts.netloc or not set(told) <= set(_TOLD):
            raise AddressUnknown(address=address)
        endpoint = told.get("endpoint", [""])[-1]
        self._address = f"s3://{parts.netloc}{parts.path}"
        config: S3Config = {"region": told.get("region", ["us-east-1"])[-1]}
        if endpoint:
            config["endpoint"] = endpoint
        self._store = S3Store(
            parts.netloc,
            config=config,
            prefix=parts.path.strip("/") or None,
            client_options={
                "allow_http": endpoint.startswith("http://"),
                "connect_timeout": timedelta(seconds=5),
                "timeout": timedelta(seconds=60),
            },
            retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=15)},
        )
        #: Until when it is not asked again whether a file is there, the oldest first.
        self._there: dict[str, float] = {}
        self._clock = clock

    def read(self, name: str) -> Generator[bytes] | None:
        """See ``Place``."""
        with self._told():
            try:
                found = obstore.get(self._store, _path(name))
            except FileNotFoundError as exc:
                self._refuse_no_bucket(exc)
                return None

        def pieces() -> Generator[bytes]:
            with self._told():
                for piece in found.stream(min_chunk_size=PIECE):
                    yield bytes(piece)

        return pieces()

    def write(self, pieces: Iterable[bytes], name: Callable[[], str | None]) -> None:
        """See ``Place``; what is put there is there whole or not at all."""
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as spool:
            for piece in pieces:
                spool.write(piece)
            found = name()
            if found:
                spool.seek(0)
                with self._told():
                    obstore.put(self._store, _path(found), spool)
                self._note(found)

    def trusts(self, name: str) -> bool:
        """See ``Place``; the service behind a bucket keeps its own checksums."""
        if self._there.get(name, 0.0) <= self._clock():
            self._there.pop(name, None)
            with self._told():
                try:
                    found = obstore.head(self._store, _path(name))
                except FileNotFoundError:
                    return False
            if _age(found) > _OLD:
                return False
            self._note(name)
        return True

    def renew(self, name: str) -> bool:
        """See ``Place``; only what is written again is renewed there."""
        return False

    def discard(self, name: str, age: float) -> bool:
        """See ``Place``."""
        with self._told():
            try:
                found = obstore.head(self._store, _path(name))
            except FileNotFoundError:
                return True
        if _age(found) < age:
            return False
        self.remove(name)
        return True

    def remove(self, name: str) -> None:
        """See ``Place``."""
        self._there.pop(name, None)
        with self._told():
            try:
                obstore.delete(self._store, _path(name))
            except FileNotFoundError:
                return

    def names(self) -> Iterator[str]:
        """See ``Place``."""
        with self._told():
            for some in obstore.list(self._store):
                yield from filter(_NAME.fullmatch, (one["path"].rpartition("/")[2] for one in some))

    def where(self, name: str) -> str:
        """See ``Place``."""
        return f"{self._address.rstrip('/')}/{_path(name)}"

    def _note(self, name: str) -> None:
        self._there.pop(name, None)
        self._there[name] = self._clock() + _TRUSTED
        # Several threads put files; another may have dropped it by now.
        while len(self._there) > _KNOWN:
            self._there.pop(next(iter(self._there)), None)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as exc:
            self._refuse_no_bucket(exc)
            raise
        except BaseError as exc:
            raise FilesAway(address=self._address, why=str(exc).splitlines()[0][:200]) from exc

    def _refuse_no_bucket(self, error: FileNotFoundError) -> None:
        if "NoSuchBucket" in str(error):
            raise FilesAway(address=self._address, why="没有这个桶") from error


def _age(found: "ObjectMeta") -> float:
    return (datetime.now(UTC) - found["last_modified"]).total_seconds()


def _path(name: str) -> str:
    return f"{name[:2]}/{name}"
