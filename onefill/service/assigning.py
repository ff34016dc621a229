"""Whose hands a submission is in while it waits for an office: taken by an officer, handed on, or given by a leader."""

from dataclasses import replace

from onefill.errors import OneFillError
from onefill.people import NotYourAction, Reach
from onefill.reviews import CASE, Case
from onefill.reviews.errors import NotNow, NotYours
from onefill.reviews.moves import stage_of, waits_for
from onefill.service.book import ASSIGN as ASSIGNED
from onefill.service.case_reading import CaseReading
from onefill.service.cases import case_of, holders, roles_of
from onefill.service.guard import ACCOUNTS, ASSIGN, WORDS, seen_by
from onefill.service.judging import as_seen
from onefill.service.open_record import OpenRecord
from onefill.service.portrait import called
from onefill.service.shapes import Person
from store import Conflict


class TakenAlready(OneFillError):
    """Somebody else has taken it."""

    message = "“{label}”由{who}承办。要换人，请负责人分派。"


class CannotTake(OneFillError):
    """It would be given to somebody who may do nothing with it."""

    message = "没有分派：{who}不办“{stage}”这一步、看不到这个办件，或不是您单位的。请选别的人。"


class NotOfYourOffice(OneFillError):
    """It waits for another office, which gives it to its own people."""

    message = "没有分派：现在是“{stage}”，由{office}自己分派。"


class Assigning(CaseReading):
    """Submissions taken, given and put back; each by an entry of its own, none of which moves the submission."""

    def label(self, record: str, who: Person, phase: str = "") -> str:
        """What a record is called, for whoever may see it; as a phase is judged, if one is named."""
        with self._book.lock:
            opened = seen_by(self._book, record, who)
            return called(as_seen(self._book, opened, phase, who) if phase else opened)

    def take(self, record: str, phase: str, who: Person) -> None:
        """Take a submission that waits for the person and that nobody has.

        Raises:
            NotYours: It does not wait for any of the person's roles.
            TakenAlready: Somebody else has it.
        """
        self.assign(record, phase, who, who)

    def assign(self, record: str, phase: str, to: Person | None, who: Person) -> None:
        """Put a submission into somebody's hands, or into nobody's.

        Args:
            record: Which.
            phase: Key of the phase.
            to: Who shall have it; nobody if ``None``.
            who: By whom: whoever takes it, has it, or has the right to assign.

        Raises:
            OneFillError: Why it was refused; nothing has happened then.
        """
        with self._book.lock:
            while True:
                opened = seen_by(self._book, record, who)
                case = case_of(opened.sheet.data)
                name = to.name if to else ""
                if case.holder(phase) == name:
                    return
                self._refuse_assigning(opened, case, phase, to, who)
                case = case.with_holder(phase, name)
                about = {**opened.entry.summary.about, **holders(opened.sheet.plan.form, case)}
                why = {"to": name or "（没有人）", "phase": phase}
                try:
                    self._book.add_entry(opened, ASSIGNED, who.name, data={CASE: case.plain()}, about=about, why=why)
                    return
                except Conflict:  # another process was faster: look whose it is now
                    continue

    def pass_on(self, record: str, name: str, to: Person, who: Person, *, batch: str = "") -> None:
        """Give somebody else whatever a person has of a submission, now or when it comes back.

        Args:
            record: Which.
            name: Of the person who has it.
            to: Who gets those stages that wait for them; the others are nobody's.
            who: By whom: the person themselves, or whoever handles accounts.
            batch: Id of the batch of which it is a part.
        """
        with self._book.lock:
            while name in (case := case_of((opened := seen_by(self._book, record, who)).sheet.data)).assigned.values():
                if name != who.name and not who.may(ACCOUNTS, opened.entry.summary.unit):
                    raise NotYourAction(name=who.name, action=WORDS[ACCOUNTS])
                form, roles = opened.sheet.plan.form, roles_of(self._book.definitions, opened.form, to)
                mine = {place for place, holder in case.assigned.items() if holder == name}
                able = {place for place in mine if waits_for(form, *place.split(".", 1)) & roles}
                kept = {place: one for place, one in case.assigned.items() if place not in mine}
                case = replace(case, assigned=kept | dict.fromkeys(able, to.name))
                about = {**opened.entry.summary.about, **holders(form, case)}
                why = {"to": to.name, **({"batch": batch} if batch else {})}
                try:
                    self._book.add_entry(opened, ASSIGNED, who.name, data={CASE: case.plain()}, about=about, why=why)
                except Conflict:  # another process was faster: look what they have now
                    continue

    # -- inside ----------------------------------------------------------------------------------------------------

    def _refuse_assigning(self, opened: OpenRecord, case: Case, phase: str, to: Person | None, who: Person) -> None:
        form, unit = opened.sheet.plan.form, opened.entry.summary.unit
        stage, holder = stage_of(form, phase, case.phase(phase).stage), case.holder(phase)
        if stage.holder != "office":
            raise NotNow(stage=stage.title, action="分派")
        leads = who.may(ASSIGN, unit)
        if leads and holder != who.name and self._lies_above(opened, phase, who):
            waited = waits_for(form, phase, stage.key)
            raise NotOfYourOffice(stage=stage.title, office="、".join(self._titles(opened, waited)))
        if holder not in ("", who.name) and not leads:
            raise TakenAlready(label=called(opened), who=holder)
        if to is None or (self._waits(opened, phase, to) and to.works_within(who.unit)):
            if to is not None and who.name not in (to.name, holder) and not leads:
                raise NotYourAction(name=who.name, action=WORDS[ASSIGN])
            return
        if to.name == who.name:
            raise NotYours(action="认领", roles="、".join(self._deciding(opened).values()))
        raise CannotTake(who=to.name, stage=stage.title)

    def _lies_above(self, opened: OpenRecord, phase: str, who: Person) -> bool:
        """Whether a submission waits only for roles that reach further than whoever leads does: for another office."""
        form, pack = opened.sheet.plan.form, self._book.definitions.pack_of(opened.form)
        waited = waits_for(form, phase, case_of(opened.sheet.data).phase(phase).stage)
        reaches = [Reach(one.reach) for one in pack.roles if one.key in waited]
        mine = [one.reach for one in who.rights if one.allows(ASSIGN) and one.covers(opened.entry.summary.unit)]
        return bool(reaches) and not any(one.reaches(other) for one in mine for other in reaches)
