"""One action upon several cases, as screens and commands see it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Choice:
    """An action that can be done to several cases at once.

    Attributes:
        form: Of which form.
        action: Its key.
        title: What it is called.
        asks: What it asks: ``opinion``, ``reason``, ``date``.
        records: The cases that stand where it is done.
    """

    form: str
    action: str
    title: str
    asks: tuple[str, ...]
    records: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Unlooked:
    """A case of which something handed in was looked at by nobody.

    Attributes:
        record: Its id; ``label`` what it is called.
        items: What these materials are called.
    """

    record: str
    label: str
    items: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class BatchCase:
    """One case of a batch.

    Attributes:
        record: Its id; ``label`` what it was called; ``unit`` the path of its unit.
        at: When it went; none if it did not.
        why: Why it did not; empty if it went, or was not tried yet.
    """

    record: str
    label: str
    unit: str
    at: datetime | None
    why: str


@dataclass(frozen=True, kw_only=True)
class Batch:
    """One action upon several cases.

    Attributes:
        id: Of the batch.
        form: Of which form the cases are.
        action: Key of the action; ``title`` what it is called.
        who: By whom; ``when`` it began.
        finished: Whether every case was tried.
        cases: The cases in their order.
    """

    id: str
    form: str
    action: str
    title: str
    who: str
    when: datetime
    finished: bool
    cases: tuple[BatchCase, ...]

    @property
    def gone(self) -> tuple[BatchCase, ...]:
        """Those that went."""
        return tuple(one for one in self.cases if one.at)

    @property
    def left(self) -> tuple[BatchCase, ...]:
        """Those that did not."""
        return tuple(one for one in self.cases if not one.at)
