"""Which definition a record stands under: the present one, that of its newest entry, or both for a moment.

A record filled under an older definition opens as the present one asks it. What was handed in keeps its own
definition until it comes back, and so does a record whose form is no longer there.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from onefill.definitions import DefinitionBroken, Definitions, load_form_bytes
from onefill.definitions.model import Form, Table
from onefill.definitions.pack_tables import typed_rows
from onefill.definitions.registers import Register
from onefill.facts import FormPlan, Sheet
from onefill.facts.migrating import Migrated, migrate
from onefill.facts.sheet import LinkResolver, no_links
from onefill.facts.successors import Successors
from onefill.reviews.case import DRAFT
from onefill.reviews.moves import stage_of
from onefill.service.cases import case_of, locked_sections
from store import Draft, Entry, FileDamaged, FileUnknown, Store

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Fitted:
    """The facts of a record, and under which definition.

    Attributes:
        sheet: Its newest version with the draft over it.
        own: Whether it stands under the definition of its newest entry, though another one is in use now.
        pending: What the present form has made of it, until an entry holds it so.
        before: Its facts under the definition of its newest entry, while something is pending.
    """

    sheet: Sheet
    own: bool = False
    pending: Migrated | None = None
    before: Sheet | None = None


class Plans:
    """Forms made ready, each definition once: those in use, and those that versions pin.

    Args:
        store: Where versions keep their definitions.
        definitions: Those in use.
        today: The clock of fields that may not accept a date to come.
    """

    def __init__(self, store: Store, definitions: Definitions, today: Callable[[], date]) -> None:
        self.definitions = definitions
        self._store = store
        self._today = today
        self._plans: dict[str, FormPlan] = {}
        self._unreadable: set[str] = set()
        self._between: dict[tuple[FormPlan, FormPlan], Successors] = {}

    def now(self, form: str) -> FormPlan:
        """A form in use; raises `FormUnknown`."""
        return self._now(self.definitions, form)

    def pinned(self, digest: str) -> FormPlan:
        """A form as a version pinned it.

        Raises:
            StoreError: Its bytes are not there, or are not what they were.
            DefinitionBroken: They are no definition.
        """
        if digest not in self._plans:
            loaded = load_form_bytes(self._store.get_file(digest))
            self._plans[digest] = self._made(loaded.form, loaded.tables, loaded.registers)
        return self._plans[digest]

    def take(self, definitions: Definitions) -> None:
        """Work with these definitions from now on; all of them are made ready before any is used."""
        for form in definitions.forms:
            self._now(definitions, form)
        self.definitions = definitions

    def succeeding(self, old: FormPlan, new: FormPlan) -> Successors:
        """What of one form follows which of another."""
        if (old, new) not in self._between:
            self._between[old, new] = Successors(old, new)
        return self._between[old, new]

    def fit(self, entry: Entry, draft: Draft, links: LinkResolver) -> Fitted:
        """The record of an entry with its draft, under the definition that counts for it now."""
        digest = str(entry.pins.get("definition", ""))
        if entry.form in self.definitions.retired:
            return Fitted(_drafted(self.pinned(digest), entry, draft, links), own=True)
        now = self.now(entry.form)
        before = self._readable(digest) or now
        if entry.destroys:  # nothing is ever asked of it again
            return Fitted(_drafted(before, entry, draft, links), own=True)
        succeeding = self.succeeding(before, now)
        if before is now or succeeding.same:
            return Fitted(_drafted(now, entry, draft, links))
        sheet = _drafted(before, entry, draft, links)
        if held(before.form, sheet.data, succeeding):
            return Fitted(sheet, own=True)
        migrated = migrate(succeeding, sheet.data, record=entry.record)
        return Fitted(Sheet(now, migrated.data, record=entry.record, links=links), pending=migrated, before=sheet)

    def asks_otherwise(self, form: str, digest: str) -> bool:
        """Whether a form in use asks anything otherwise than it did when an entry pinned its definition."""
        now = self.now(form)
        before = self._readable(digest) or now
        return before is not now and not self.succeeding(before, now).same

    def as_under(self, plan: FormPlan, entry: Entry) -> Mapping[str, Any]:
        """The data of an older version as another definition asks it."""
        succeeding = self.succeeding(self._readable(str(entry.pins.get("definition", ""))) or plan, plan)
        data = entry.data or {}
        return data if succeeding.same else migrate(succeeding, data, record=entry.record).data

    def as_now(self, entry: Entry, sheet: Sheet) -> Sheet:
        """The facts of a record that keeps its own definition, as the present form would ask them, without links."""
        now = self.now(entry.form)
        migrated = migrate(self.succeeding(sheet.plan, now), sheet.data, record=entry.record)
        return Sheet(now, migrated.data, record=entry.record, links=no_links)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _now(self, definitions: Definitions, form: str) -> FormPlan:
        digest = definitions.digest(form)
        if digest not in self._plans:
            self._plans[digest] = self._made(
                definitions.form(form), definitions.tables(form), definitions.registers(form)
            )
        return self._plans[digest]

    def _made(self, form: Form, tables: Iterable[Table], registers: Sequence[Register]) -> FormPlan:
        lists: dict[str, object] = {table.key: list(typed_rows(table)[0]) for table in tables}
        return FormPlan(form, lists, self._today, registers)

    def _readable(self, digest: str) -> FormPlan | None:
        """A pinned form; none where it cannot be had, which the log tells once: a record opens all the same."""
        try:
            return self.pinned(digest) if digest else None
        except (FileUnknown, FileDamaged, DefinitionBroken) as exc:
            if digest not in self._unreadable:
                self._unreadable.add(digest)
                _log.warning("当时的表单 %s 读不出来，照它填的办件按现在的表单打开：%s", digest, exc)
            return None


def held(form: Form, data: Mapping[str, Any], succeeding: Successors) -> bool:
    """Whether what was handed in keeps a record under its own definition.

    It does while an office has it; and later, as long as the new definition would touch a section that is locked.
    """
    case = case_of(data)
    for phase in form.phases:
        stage = case.phase(phase.key).stage
        if stage != DRAFT and stage_of(form, phase.key, stage).holder == "office":
            return True
    return not succeeding.touched.isdisjoint(locked_sections(form, case))


def _drafted(plan: FormPlan, entry: Entry, draft: Draft, links: LinkResolver) -> Sheet:
    sheet = Sheet(plan, entry.data or {}, record=entry.record, links=links)
    paths = sorted(draft.changes, key=lambda path: path.count("/"))
    sheet.set_many((path, draft.changes[path].value) for path in paths)
    return sheet
