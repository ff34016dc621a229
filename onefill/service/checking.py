"""The checklist of an open record: what was handed in, held against the facts of today."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import partial

from onefill.definitions.expressions import told_of
from onefill.definitions.model import Form
from onefill.definitions.procedure import Earlier, Material
from onefill.facts.views import RecordView
from onefill.materials import Checklist, Known, Supplied, checklist, entry_id, joined, supplied_of
from onefill.reviews import Case
from onefill.reviews.moves import phase_of, stage_of
from onefill.service.book import Book
from onefill.service.cases import ACCEPTED, case_of
from onefill.service.indexing import token
from onefill.service.open_record import OpenRecord
from onefill.service.prints import Prints
from onefill.service.settled import silent

#: So many records of another form are looked into for a file that was accepted there, the newest first.
MOST_EARLIER = 20


class Checking:
    """Works out checklists.

    Args:
        book: Holds the records.
        prints: What documents print today, and which pages hold no longer.
    """

    def __init__(self, book: Book, prints: Prints) -> None:
        self._book = book
        self._prints = prints

    def of(
        self,
        opened: OpenRecord,
        phase: int,
        only: str | None = None,
        *,
        prints: Callable[[str], str | None] | None = None,
    ) -> Checklist:
        """The checklist of a phase, as the record is now, or of one of its materials; asked under the book's lock.

        Args:
            opened: The record.
            phase: Index of the phase.
            only: Key of the one material that is asked about.
            prints: What its documents print, where that is not asked as of today.
        """
        form, data = opened.sheet.plan.form, opened.sheet.data
        case, key = case_of(data), form.phases[phase].key
        in_office = stage_of(form, key, case.phase(key).stage).holder == "office"
        back = silent(self._book, opened, key)
        returned = {one.at.removeprefix("item:") for one in back if one.at.startswith("item:")}
        back_with = case.phase(key).by(one.key for one in form.actions if one.kind == "return")
        known = replace(
            Known(prints=prints) if prints else self._of_today(opened),
            supplied=supplied_of(data),
            earlier=lambda material, _item, scope: self._earlier(opened, material, scope),
            accepted=accepted_of(case, data),
            returned=returned,
            remarked={one.at.removeprefix("item:") for one in case.of_phase(key) if one.live},
            came_back=back_with.when if back_with else None,
            in_office=in_office,
        )
        return checklist(opened.sheet, opened.findings, phase, known, only)

    def prints(self, opened: OpenRecord, phase: str) -> dict[str, str]:
        """What every document of a phase prints today, by its key, and those of which it asks a scan.

        Those that are not needed are left out.
        """
        form = opened.sheet.plan.form
        scanned = {one.document for one in form.materials if one.kind == "scan" and phase_of(form, one.from_) == phase}
        asked = [one.key for one in form.documents if one.key in scanned or phase_of(form, one.from_) == phase]
        found = {key: self._prints.print_of(opened, key) for key in asked}
        return {key: print for key, print in found.items() if print}

    # -- inside ----------------------------------------------------------------------------------------------------

    def _of_today(self, opened: OpenRecord) -> Known:
        """What is known of the papers of a record as it is."""
        return Known(
            prints=partial(self._prints.print_of, opened),
            outlived=partial(self._prints.is_outlived, opened),
            drafted=partial(self._prints.is_draft_page, opened),
            added=partial(self._prints.added_since, opened),
            says_other=partial(self._prints.says_other, opened),
        )

    def _earlier(self, opened: OpenRecord, material: Material, scope: Mapping[str, object]) -> tuple[Supplied, ...]:
        """The files of the newest record of another form where such a material was accepted, or of an earlier phase."""
        asked = material.earlier
        if asked is None:
            return ()
        item = asked.material if asked.item is None else f"{asked.material}.{entry_id(told_of(asked.item, scope))}"
        if asked.form is None:
            return self._before(opened, asked, item)
        tokens = _tokens(asked, scope) if asked.form in self._book.definitions.forms else None
        if not tokens:
            return ()
        found = self._book.store.find(form=asked.form, tokens=tokens, scope=self._book.scope, limit=MOST_EARLIER)
        for one in found:
            other = self._book.open(one.record).sheet
            if _passed(other.plan.form, case_of(other.data), asked.stages):
                files = supplied_of(other.data).get(item, ())
                return tuple(replace(file, source=one.record, print="") for file in files)
        return ()

    def _before(self, opened: OpenRecord, asked: Earlier, item: str) -> tuple[Supplied, ...]:
        """What an earlier phase of the same record has for an item, or for all its entries."""
        form, phase = opened.sheet.plan.form, opened.sheet.plan.phase_index
        material = next((one for one in form.materials if one.key == asked.material), None)
        if material is None:
            return ()
        items = self.of(opened, phase(material.from_), material.key).items
        found = (one.files for one in items if one.id == item or one.id.startswith(f"{item}."))
        return tuple(replace(file, print="") for file in joined(found))


def _passed(form: Form, case: Case, stages: Collection[str]) -> bool:
    """Whether one of these stages is where its phase stands; a later phase may have begun meanwhile."""
    asked = [one for one in form.stages if one.key in stages]
    return any(case.phase(phase_of(form, one.phase)).stage == one.key for one in asked)


def _tokens(asked: Earlier, scope: Mapping[str, object]) -> list[str] | None:
    tokens = []
    for name, expression in asked.match.items():
        value = told_of(expression, scope)
        if value is None:
            return None
        tokens.append(token(name, value.sheet.record if isinstance(value, RecordView) else value))
    return tokens


def accepted_of(case: Case, data: Mapping[str, object]) -> dict[str, str]:
    """What officers have accepted, with what is not written down by an act yet."""
    aside = data.get(ACCEPTED)
    return {**case.accepted, **(aside if isinstance(aside, dict) else {})}
