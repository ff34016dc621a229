"""Desks for tests: a clock that stands still, ids that can be foretold, engines that are not there or take notes."""

import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from onefill.definitions import Definitions, load_packs
from onefill.problems import Problem, TemplatePlace
from onefill.rendering.engines import soffice_missing
from onefill.service import Desk, Settings, open_desk
from onefill.service.conversion import OfficeEngine
from onefill.service.job_shapes import Job
from onefill.service.material_files import inspect_file
from onefill.service.material_shapes import Inspect
from onefill.service.runners import Runner
from onefill.service.samples import sample_id
from samples import resolve, sample_records
from store import Keyring

NOW = datetime(2026, 12, 20, 9, 0, tzinfo=timezone(timedelta(hours=8)))
ROOT = Path(__file__).resolve().parents[1]


class Clock:
    """Stands still until it is put forward."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def no_office(
    files: Mapping[str, bytes], *, on_progress: Callable[[int, int], None] | None = None
) -> dict[str, bytes | Problem]:
    """A machine without LibreOffice."""
    raise soffice_missing()


def no_html(html: str) -> bytes:
    """No test of a desk without engines prints HTML."""
    raise AssertionError(html[:80])


class Notes:
    """An office engine that converts nothing and remembers what it was given, call by call."""

    def __init__(self) -> None:
        self.calls: list[dict[str, bytes]] = []

    def __call__(
        self, files: Mapping[str, bytes], *, on_progress: Callable[[int, int], None] | None = None
    ) -> dict[str, bytes | Problem]:
        self.calls.append(dict(files))
        place = TemplatePlace("", "", "")
        problem = Problem(place=place, code="PDF_FAILS", what="只记下，不转换", remedy="用真的")
        return dict.fromkeys(files, problem)


def foretold_ids() -> Callable[[], str]:
    """Ids in order, as unlike each other as random ones are in their first characters."""
    numbers = count(1)
    return lambda: f"t{next(numbers):08d}"


def make_desk(
    folder: Path,
    *,
    store: str = "memory:",
    clock: Callable[[], datetime] | None = None,
    engine: OfficeEngine = no_office,
    html: Callable[[str], bytes] = no_html,
    inspect: Inspect = inspect_file,
    keys: Keyring | None = None,
    runner: Runner | None = None,
    make_id: Callable[[], str] | None = None,
    **folders: Path,
) -> Desk:
    """A desk whose data lies in a folder of the test."""
    settings = Settings(data=folder, store=store, keys=keys or Keyring(), **folders)
    return open_desk(
        settings,
        now=clock or Clock(),
        make_id=make_id or foretold_ids(),
        engine=engine,
        html=html,
        inspect=inspect,
        runner=runner,
        definitions=None if "forms" in folders else our_packs(),
    )


def ended(desk: Desk, record: str, seconds: float = 60) -> Job:
    """The newest job of a record, when none of its jobs is going any more."""
    deadline = time.monotonic() + seconds
    while any(job.going for job in desk.jobs.of(record)):
        assert time.monotonic() < deadline, desk.jobs.of(record)
        time.sleep(0.02)
    return desk.jobs.of(record)[0]


@cache
def our_packs() -> Definitions:
    """The packs of this house, loaded once."""
    return load_packs(ROOT / "forms")


def load(desk: Desk, *wanted: str) -> dict[str, str]:
    """Load some samples and what they point to (all if none is named); their ids by name."""
    records = {sample.name: sample for sample in sample_records()}
    ids = {name: sample_id(name) for name in records}
    needed = set(records) if not wanted else _with_linked(wanted, records)
    for name, sample in records.items():
        if name in needed:
            desk.records.create(sample.form, desk.who(), resolve(sample.data, ids), new=ids[name])
    return {name: ids[name] for name in records if name in needed}


def _with_linked(wanted: tuple[str, ...], records: Mapping[str, Any]) -> set[str]:
    needed, todo = set(), list(wanted)
    while todo:
        name = todo.pop()
        if name not in needed:
            needed.add(name)
            todo += [other for other in records if f"Ref(name={other!r})" in repr(records[name].data)]
    return needed
