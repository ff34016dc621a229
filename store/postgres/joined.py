"""Where parts of the store read and write: each time in a transaction of its own, or all in one that is going on."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from store.model import Scope
from store.postgres.database import Connection, Lock


class Transactions(Protocol):
    """See ``Database``."""

    @property
    def host(self) -> str:
        """The address as it may be shown."""
        ...

    def reading(self, scope: Scope) -> AbstractContextManager[Connection]:
        """See ``Database``."""
        ...

    def writing(self, kind: Lock, name: str, scope: Scope) -> AbstractContextManager[Connection]:
        """See ``Database``."""
        ...


class Joined:
    """One transaction that sees everything and ends elsewhere; whoever reads or writes takes part in it."""

    def __init__(self, db: Connection, host: str) -> None:
        self._db = db
        self.host = host

    @contextmanager
    def reading(self, scope: Scope) -> Iterator[Connection]:
        """See ``Transactions``."""
        yield self._db

    @contextmanager
    def writing(self, kind: Lock, name: str, scope: Scope) -> Iterator[Connection]:
        """See ``Transactions``."""
        yield self._db
