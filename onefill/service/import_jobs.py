"""Imports of thousands of rows: done by a job, maybe on another computer, which looks at the record by itself.

So nobody waits for it meanwhile. What is ordered and what came of it lie in the store as files, for both hold what
people have typed; where a key is set, they are encrypted as all files are.
"""

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256

import orjson

from onefill.service.imports import Imports
from onefill.service.inbox_shapes import Outcome, Waiting, outcome_of, plain_waiting, waiting_of
from onefill.service.kept_files import KeptFile, remember
from onefill.service.shapes import Person, Produced
from onefill.tables import Mapping as Columns
from onefill.tables import Workbook
from store import FileDamaged, FileUnknown, Store

#: More rows than this are taken over by a job.
MOST_AT_ONCE = 1000
METHOD = "import"
_STEPS = ("读表格", "逐行核对", "写进办件")
OnProgress = Callable[[int, int, str], None]


class LongImports:
    """Does what was ordered.

    Args:
        store: Where orders and outcomes lie.
        apart: Imports that share no record in memory with anybody.
    """

    def __init__(self, store: Store, apart: Callable[[], Imports]) -> None:
        self._store = store
        self._apart = apart

    def order(self, waiting: Waiting, data: bytes, *, wrong: bool, drop: bool, seen: str) -> str:
        """Keep what is to be imported and how; under which digest. The same twice is one; see ``Imports.take``."""
        told = {
            "waiting": plain_waiting(replace(waiting, job="")),
            "file": self._store.put_file(data),
            "how": {"wrong": wrong, "drop": drop, "seen": seen},
        }
        order = self._store.put_file(orjson.dumps(told, option=orjson.OPT_SORT_KEYS))
        remember(self._store, waiting.record, order, str(told["file"]))
        return order

    def take(self, *, record: str, who: Person, version: int, on_progress: OnProgress, order: str) -> Produced:
        """Do it once, however often it is begun; the outcome as a file.

        What it will do is noted before it is done, so that whoever takes the job over from the dead can tell.
        """
        on_progress(0, len(_STEPS), _STEPS[0])
        told = orjson.loads(self._store.get_file(order))
        waiting, imports = waiting_of(told["waiting"]), self._apart()
        done = self._noted(record, order)
        if done is None or not done.was_done(imports.kept(record, waiting.section)):
            workbook = imports.read(self._store.get_file(told["file"]), waiting.filename)
            columns = columns_of(imports, waiting, workbook)
            on_progress(1, len(_STEPS), _STEPS[1])

            def about_to(outcome: Outcome) -> None:
                self._note(record, order, outcome)
                on_progress(2, len(_STEPS), _STEPS[2])

            done = imports.take(
                record,
                waiting.section,
                workbook,
                columns,
                who=who,
                row_id=lambda line: sha256(f"{order} {line}".encode()).hexdigest(),
                about_to=about_to,
                **told["how"],
            )
        on_progress(len(_STEPS), len(_STEPS), "")
        return Produced(name="import.json", data=orjson.dumps(done.plain()))

    def seen(self, order: str) -> str:
        """What the person who gave an order had seen."""
        return str(orjson.loads(self._store.get_file(order))["how"]["seen"])

    def outcome(self, record: str, order: str, made: KeptFile) -> Outcome:
        """What came of an order, from the file that ``take`` has made; the note before it is no longer needed."""
        self._store.set_preferences(_owner(record), {order: None})
        return outcome_of(orjson.loads(made.read()))

    def _note(self, record: str, order: str, outcome: Outcome) -> None:
        digest = self._store.put_file(orjson.dumps(outcome.plain()))
        remember(self._store, record, digest)
        self._store.set_preferences(_owner(record), {order: digest})

    def _noted(self, record: str, order: str) -> Outcome | None:
        digest = self._store.preferences(_owner(record)).get(order)
        if digest is None:
            return None
        try:
            return outcome_of(orjson.loads(self._store.get_file(digest)))
        except (FileUnknown, FileDamaged):
            return None


def columns_of(imports: Imports, waiting: Waiting, workbook: Workbook) -> Columns:
    """Which column is what and which word means what: as found, as remembered, as a person corrected it."""
    found = imports.match(waiting.record, waiting.section, workbook, sheet=waiting.sheet, header=waiting.header)
    for number, field in waiting.columns:
        found = found.with_column(number, field)
    for key, word, option in waiting.words:
        found = found.with_word(key, word, option or None)
    return found


def _owner(record: str) -> str:
    return f"@imports/{record}"
