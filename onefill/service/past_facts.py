"""The facts of entries: exactly as a version holds them, or as their forms ask them now."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

from onefill.facts import FormPlan, Sheet
from onefill.service.as_passed import frozen_since, pinned_by, pins_frozen
from onefill.service.plans import Plans
from onefill.service.register_answers import pinned_answers
from store import Entry, Scope, Store

#: So many entries that records are read by are kept in memory.
MOST_KEPT = 200
#: By which definition an entry is read, and what it says by that.
Asked = Callable[[Entry], tuple[FormPlan, Mapping[str, Any]]]


class PastFacts:
    """Reads entries.

    Args:
        store: Where they are.
        scope: What may be seen of them.
        plans: The forms, those in use and those that entries pin.
    """

    def __init__(self, store: Store, scope: Scope, plans: Plans) -> None:
        self._store = store
        self._scope = scope
        self._plans = plans
        #: As their forms ask them now, by record and number: an entry never changes.
        self._known: OrderedDict[tuple[str, int], Sheet] = OrderedDict()

    def pinned(self, entry: Entry) -> Sheet:
        """The facts of a version exactly as they were when it was made: its definition, its links."""
        return self._followed(entry, lambda one: (self.plan_of(one), one.data or {}))

    def plan_of(self, entry: Entry) -> FormPlan:
        """The form as it was when a version was made."""
        return self._plans.pinned(entry.pins["definition"])

    def as_it_was(self, record: str, n: int) -> Sheet | None:
        """What a record said in one of its entries, as its form asks it now; nothing where that is destroyed."""
        known = self._known.get((record, n))
        if known is None:
            entry = self._store.entry(record, n, self._scope)
            if entry.destroyed:
                return None
            known = self._known[record, n] = self._followed(entry, self._as_asked_now)
            known.of_entry = n
        self._known.move_to_end((record, n))
        while len(self._known) > MOST_KEPT:
            self._known.popitem(last=False)
        return known

    def frozen_by(self, entry: Entry) -> dict[str, dict[str, int]]:
        """Of the forms that a record froze when it passed: the numbers of the entries as which each one counts.

        Args:
            entry: The newest one of the record.
        """
        form = self._plans.definitions.forms.get(entry.form)
        found = {}
        for key, since in frozen_since(form, entry.data or {}).items() if form else ():
            found[key] = pinned_by(self._store.entry(entry.record, since, self._scope) if since else entry)
        return found

    def forget(self) -> None:
        """Read all entries anew: definitions have changed, or something was destroyed."""
        self._known.clear()

    # -- inside ----------------------------------------------------------------------------------------------------

    def _as_asked_now(self, entry: Entry) -> tuple[FormPlan, Mapping[str, Any]]:
        if entry.form in self._plans.definitions.retired:
            return self.plan_of(entry), entry.data or {}
        plan = self._plans.now(entry.form)
        return plan, self._plans.as_under(plan, entry)

    def _followed(self, entry: Entry, asked: Asked) -> Sheet:
        """The facts of an entry, its links followed to what it pins; those of one that froze them, by its own pins."""
        links = pinned_by(entry)
        sheets: dict[str, Sheet] = {}

        def at(record: str, n: int) -> Entry:
            return self._store.entry(record, n, self._scope)

        def made(one: Entry) -> Sheet:
            plan, data = asked(one)
            own = pins_frozen(plan.form, one)
            apart: dict[str, Sheet] = {}

            def follow(form: str, record: str) -> Sheet | None:
                if form in own and record in own[form]:
                    # Two records may have frozen another one at different times: each leads to its own.
                    if record not in apart:
                        apart[record] = self._followed(at(record, own[form][record]), asked)
                    return apart[record]
                if record not in sheets and record in links:
                    made(at(record, links[record]))
                return sheets.get(record)

            sheet = Sheet(plan, data, record=one.record, links=follow)
            sheet.set_answers({(name, row): answer for name, row, answer in one.pins.get("answers", ())})
            sheet.registers.take(pinned_answers(one.pins.get("registers", ())))
            sheets[one.record] = sheet
            return sheet

        return made(entry)
