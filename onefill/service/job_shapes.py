"""A job as it is kept and shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

JobState = Literal["waiting", "running", "done", "failed", "stopped"]


@dataclass(frozen=True, kw_only=True)
class JobResult:
    """The file that a job has made: fields as in ``Produced``, its bytes by their hash in the store."""

    name: str
    digest: str
    notes: tuple[str, ...]
    hash: str
    pages: int


@dataclass(frozen=True, kw_only=True)
class Job:
    """One piece of slow work.

    Attributes:
        id: Digest of its key: what is done, with which arguments, to which entry.
        record: For which record.
        version: Number of the entry it is made of; 0 if it is made of none.
        method: What is done; one of a declared list.
        args: With what, in plain JSON.
        who: Name of whoever asked; it is done with that person's rights.
        state: Where it stands.
        began: When it was asked for.
        seen: When whoever has it last gave a sign of life.
        ended: When it was done, failed or was stopped.
        done: Papers or steps done,
        total: of so many,
        what: and what is being done.
        stopping: Somebody has pressed stop.
        worker: Who has it, one name per attempt.
        deaths: How often whoever had it gave no more signs.
        result: What came of it.
        message: Why nothing came of it, in Chinese.
    """

    id: str
    record: str
    version: int
    method: str
    args: Mapping[str, Any]
    who: str
    state: JobState
    began: datetime
    seen: datetime
    ended: datetime | None = None
    done: int = 0
    total: int = 0
    what: str = ""
    stopping: bool = False
    worker: str = ""
    deaths: int = 0
    result: JobResult | None = None
    message: str = ""

    @property
    def going(self) -> bool:
        """Whether something may still come of it."""
        return self.state in ("waiting", "running")

    @property
    def seconds(self) -> float:
        """How long it has been asked for, as of the last sign of life."""
        return ((self.ended or self.seen) - self.began).total_seconds()

    @property
    def seconds_left(self) -> float | None:
        """About how long it will still take, by how long what is done took; None while nobody can know."""
        return self.seconds / self.done * (self.total - self.done) if self.done else None
