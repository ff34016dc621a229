"""The checklist of an open record: what was handed in, held against the facts of today."""

from collections.abc import Mapping
from dataclasses import replace

from onefill.definitions.expressions import EMPTY, Empty, ExpressionError, compile_expression
from onefill.definitions.model import Document, Form
from onefill.definitions.procedure import Earlier, Material
from onefill.facts.views import RecordView
from onefill.materials import Checklist, Known, Supplied, checklist, entry_id, supplied_of
from onefill.reviews import Case
from onefill.reviews.moves import phase_of, stage_of
from onefill.service.book import Book, OpenRecord
from onefill.service.cases import ACCEPTED, case_of, state_key
from onefill.service.indexing import token
from onefill.service.readiness import ready_of
from onefill.service.sources import Sources

MOST_KNOWN = 200


class Checking:
    """Works out checklists; what a document prints today is worked out once for each state of a record."""

    def __init__(self, book: Book, sources: Sources) -> None:
        self._book = book
        self._sources = sources
        self._prints: dict[str, tuple[int, dict[str, str]]] = {}

    def of(self, opened: OpenRecord, phase: int) -> Checklist:
        """The checklist of a phase, as the record is now; to be asked under the book's lock."""
        form, data = opened.sheet.plan.form, opened.sheet.data
        case, key = case_of(data), form.phases[phase].key
        returned = {
            one.at.removeprefix("item:") for one in case.of_phase(key) if one.live and one.at.startswith("item:")
        }
        accepted: Mapping[str, str] = data.get(ACCEPTED) or {}
        known = Known(
            supplied=supplied_of(data),
            prints=lambda document: self.print_of(opened, document),
            earlier=self._earlier,
            accepted={**case.accepted, **accepted},
            returned=returned,
            in_office=stage_of(form, key, case.phase(key).stage).holder == "office",
        )
        return checklist(opened.sheet, opened.findings, phase, known)

    def print_of(self, opened: OpenRecord, document: str) -> str:
        """First 8 characters of the facts hash of a document today; empty if it is not needed or cannot be made."""
        kept = self._prints.get(opened.id)
        if kept is None or kept[0] != opened.revision:
            if len(self._prints) >= MOST_KNOWN:
                self._prints.clear()
            kept = self._prints[opened.id] = (opened.revision, {})
        if document not in kept[1]:
            kept[1][document] = self._print(opened, document)
        return kept[1][document]

    def prints(self, opened: OpenRecord, phase: str) -> dict[str, str]:
        """What every document of a phase prints today, by its key; those that are not needed are left out."""
        form = opened.sheet.plan.form
        found = {one.key: self.print_of(opened, one.key) for one in form.documents if _counts(form, one, phase)}
        return {key: print for key, print in found.items() if print}

    def _print(self, opened: OpenRecord, document: str) -> str:
        asked = next((one for one in opened.sheet.plan.form.documents if one.key == document), None)
        if asked is None:
            return ""
        ready = ready_of(self._sources.live(opened.id), asked)
        return ready.paper.hash[:8] if ready.state.printable and ready.paper else ""

    def _earlier(self, material: Material, _item: str, scope: Mapping[str, object]) -> tuple[Supplied, ...]:
        """The files of the newest record of another form where such a material was accepted."""
        asked = material.earlier
        if asked is None or asked.form not in self._book.definitions.forms:
            return ()
        tokens = _tokens(asked, scope)
        if tokens is None:
            return ()
        other = self._book.definitions.form(asked.form)
        stages = [one for one in other.stages if one.key in asked.stages]
        states = [state_key(phase_of(other, one.phase), one.key) for one in stages]
        found = self._book.store.find(form=asked.form, tokens=tokens, states=states, scope=self._book.scope, limit=1)
        if not found or not states:
            return ()
        item = asked.material
        if asked.item is not None:
            item = f"{item}.{entry_id(_value(asked.item, scope))}"
        files = supplied_of(self._book.open(found[0].record).sheet.data).get(item, ())
        return tuple(replace(one, source=found[0].record, print="") for one in files)


def _counts(form: Form, document: Document, phase: str) -> bool:
    return (document.from_ or form.phases[0].key) == phase


def _tokens(asked: Earlier, scope: Mapping[str, object]) -> list[str] | None:
    tokens = []
    for name, expression in asked.match.items():
        value = _value(expression, scope)
        if value is None:
            return None
        tokens.append(token(name, value.sheet.record if isinstance(value, RecordView) else value))
    return tokens


def _value(expression: str, scope: Mapping[str, object]) -> object:
    try:
        value = compile_expression(expression).evaluate(scope)
    except ExpressionError:
        return None
    return None if value is EMPTY or isinstance(value, Empty) else value


def accepted_of(case: Case, data: Mapping[str, object]) -> dict[str, str]:
    """What officers have accepted, with what is not written down by an act yet."""
    aside = data.get(ACCEPTED)
    return {**case.accepted, **(aside if isinstance(aside, dict) else {})}
