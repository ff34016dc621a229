"""Notices of a submission: printed when something is handed in, returned or passed; and the checklist itself."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from onefill.definitions.model import Form, Notice
from onefill.facts import PrintView, facts_hash
from onefill.facts.findings import findings_of
from onefill.fields.chinese import date_text
from onefill.materials import Checklist
from onefill.rendering.packet import join
from onefill.reviews import Act, Remark, RemarkState
from onefill.reviews.moves import due_in, phase_of, phase_title, stage_of, withdrawn_rounds
from onefill.service.book import Book
from onefill.service.case_facts import CaseFacts
from onefill.service.case_shapes import SentPaper
from onefill.service.cases import case_of, working_days
from onefill.service.checking import Checking
from onefill.service.checklist_page import CHECKLIST, checklist_page
from onefill.service.conversion import Conversion, Wanted
from onefill.service.errors import DocumentUnknown, FormatUnknown, NothingToPrint, RecordUnknown
from onefill.service.guard import seen_by
from onefill.service.indexing import link_token
from onefill.service.judging import as_handed_in, as_seen
from onefill.service.naming import file_name
from onefill.service.open_record import OpenRecord
from onefill.service.remarks_aside import notes_of, with_aside
from onefill.service.reviews import Reviews
from onefill.service.room import Room
from onefill.service.sent import NOT_SENT, PAPER, kept, lists
from onefill.service.shapes import Person, Produced
from onefill.service.sources import Source, Sources
from onefill.service.versions import ACT
from store import StoreError, refuse_destroyed

PDF = ".pdf"


@dataclass(frozen=True, kw_only=True)
class Laid:
    """A notice in its template's own format, with the first characters of its facts hash."""

    title: str
    data: bytes
    suffix: str
    digest: str


class Notices(Room):
    """What is printed about a submission; kept nowhere, because the entries of the acts hold all that it says."""

    def __init__(
        self,
        book: Book,
        sources: Sources,
        checking: Checking,
        reviews: Reviews,
        conversion: Conversion,
        now: Callable[[], datetime],
    ) -> None:
        self._book = book
        self._sources = sources
        self._checking = checking
        self._reviews = reviews
        self._conversion = conversion
        self._now = now

    def make(self, record: str, key: str, who: Person, suffix: str = PDF, *, phase: str = "") -> Produced:
        """A notice of the form as PDF or in its template's own format, as things are now.

        One that an act is about to send says what that act will say: who, today, and the term that begins with it.

        Args:
            record: Which.
            key: Of the notice.
            who: Who prints.
            suffix: The format.
            phase: Of which phase; that of the notice if not given.

        Raises:
            DocumentUnknown: The form has no such notice.
            FormatUnknown: It does not come in this format.
            NothingToPrint: Its template cannot be converted.
        """
        with self._book.lock:
            opened = seen_by(self._book, record, who)
            form = opened.sheet.plan.form
            notice = _notice(form, key)
            phase = phase or phase_of(form, notice.from_)
            opened = as_handed_in(self._book, opened, phase, ended=True)
            facts = self._facts(opened, notice, phase, who)
            laid = _laid(self._sources.of(opened), notice, facts)
            name = file_name(f"{notice.title}_{opened.sheet.label()}")
        return self._given(laid, name, suffix)

    def sent(self, record: str, who: Person) -> tuple[SentPaper, ...]:
        """Every paper that went out with an act upon a record, the newest first."""
        with self._book.lock:
            return self._sent_of(seen_by(self._book, record, who))

    def addressed(self, record: str, who: Person) -> tuple[SentPaper, ...]:
        """Every paper that went out about another record and is addressed to this one, the newest first.

        Nothing else of that record is told; see ``to`` of a notice.
        """
        with self._book.lock:
            seen_by(self._book, record, who)
            pointing = self._book.store.find(tokens=[link_token(record)], scope=self._book.scope)
            senders = [one.record for one in pointing if any(one.to for one in self._notices_of(one.form))]
            found = [
                replace(paper, sender=sender)
                for sender in senders
                for paper in self._of_sender(sender)
                if self._is_for(record, sender, paper.n)
            ]
        return tuple(sorted(found, key=lambda one: one.when, reverse=True))

    def addressed_again(self, record: str, sender: str, n: int, who: Person, suffix: str = PDF) -> Produced:
        """A paper that went out about another record and is addressed to this one, as it was.

        Args:
            record: To which it is addressed.
            sender: About which it went out.
            n: Number of the entry that sent it.
            who: Who prints.
            suffix: The format.

        Raises:
            RecordUnknown: That entry has sent none that is addressed to this record; it is told as if there were none.
            FormatUnknown: It does not come in this format.
            NothingToPrint: Its template cannot be converted.
        """
        with self._book.lock:
            seen_by(self._book, record, who)
            if not self._is_for(record, sender, n):
                raise RecordUnknown(record=sender)
            laid, name = self._laid_again(self._book.open(sender), n)
        return self._given(laid, name, suffix)

    def again(self, record: str, n: int, who: Person, suffix: str = PDF) -> Produced:
        """A paper that went out, as it was: out of the entry that sent it, with the template of then.

        Args:
            record: Which.
            n: Number of the entry, see ``sent``.
            who: Who prints.
            suffix: The format.

        Raises:
            DocumentUnknown: That entry has sent none.
            FormatUnknown: It does not come in this format.
            NothingToPrint: Its template cannot be converted.
        """
        with self._book.lock:
            laid, name = self._laid_again(seen_by(self._book, record, who), n)
        return self._given(laid, name, suffix)

    def checklist(self, record: str, phase: str, who: Person) -> Produced:
        """The checklist of a phase on plain pages, for any form."""
        with self._book.lock:
            opened = seen_by(self._book, record, who)
            index = opened.sheet.plan.phase_index(phase)
            key = opened.sheet.plan.phases[index]
            title = phase_title(opened.sheet.plan.form, key)
            opened = as_seen(self._book, opened, key, who)
            found = self._reviews.checklist(opened, key)
            html = checklist_page(opened.sheet.label(), title, found, date_text(self._sources.live(record).day))
            name = file_name(f"{CHECKLIST}_{opened.sheet.label()}_{title}")
        return self._pdf(Wanted(title=CHECKLIST, html=html), name, "")

    # -- inside ----------------------------------------------------------------------------------------------------

    def _sent_of(self, opened: OpenRecord) -> tuple[SentPaper, ...]:
        acts = sorted(
            ((key, act) for key, one in case_of(opened.sheet.data).phases.items() for act in one.acts),
            key=lambda one: one[1].when,
        )
        kept = opened.entry.n if opened.entry.destroys else 1  # of those before nothing is left to be printed
        entries = self._with_entries(opened, acts)
        found = [self._sent(opened, phase, act, n) for phase, act, n in entries if n >= kept]
        return tuple(one for one in reversed(found) if one is not None)

    def _of_sender(self, sender: str) -> tuple[SentPaper, ...]:
        """What another record has sent; nothing of one that cannot be read, which the store names."""
        try:
            return self._sent_of(self._book.open(sender))
        except StoreError:
            return ()

    def _notices_of(self, form: str) -> Sequence[Notice]:
        found = self._book.definitions.forms.get(form)
        return found.notices if found else ()

    def _is_for(self, record: str, sender: str, n: int) -> bool:
        """Whether an entry has sent a paper that is addressed to a record, by what it pointed to then."""
        try:
            entry = self._book.store.entry(sender, n, self._book.scope)
        except StoreError:
            return False
        if entry.kind != ACT or entry.destroyed:
            return False
        source = self._sources.version(entry)
        prints = next((one.prints for one in source.form.actions if one.key == entry.why.get("action")), None)
        to = next((one.to for one in self._notices_of(source.form.form) if one.key == prints), None)
        return to is not None and to in source.sheet.plan.fields and source.sheet.stored(to, None) == record

    def _laid_again(self, opened: OpenRecord, n: int) -> tuple[Laid, str]:
        """A paper that an entry has sent, and its file name."""
        entry = self._book.store.entry(opened.id, n, self._book.scope)
        if entry.destroyed:
            refuse_destroyed(opened.entry)
        source = self._sources.version(entry)
        form, phase = source.form, str(entry.why.get("phase", ""))
        action = next((one for one in form.actions if one.key == entry.why.get("action")), None)
        notice = _notice(form, action.prints if action and action.prints else f"第 {n} 条")
        then = replace(opened, sheet=source.sheet, findings=findings_of(source.sheet), entry=entry)
        laid = _laid(source, notice, self._as_sent(then, notice, phase))
        number = case_of(source.sheet.data).phase(phase).acts[-1].number
        return laid, file_name("_".join(one for one in (notice.title, number, source.sheet.label()) if one))

    def _facts(self, opened: OpenRecord, notice: Notice, phase: str, who: Person) -> PrintView:
        told = self._told(opened, phase, noted=who.roles is None or self._reviews.is_office(opened, who))
        case = {**self._reviews.case_facts(opened, phase), **lists(told, self._reviews.checklist(opened, phase))}
        if not case["by"]:
            case["by"] = who.name
        case |= self._number_of(opened, notice, phase)
        case |= self._about_to_be(opened, notice, phase, who)
        return PrintView(opened.sheet.view, opened.sheet.plan.phase_index(notice.from_), {"case": case})

    def _as_sent(self, then: OpenRecord, notice: Notice, phase: str) -> PrintView:
        """What a paper said; the checklist of one that did not keep it is worked out anew of what was handed in."""
        prints = case_of(then.sheet.data).phase(phase).prints

        def checklist() -> Checklist:
            return self._checking.of(then, then.sheet.plan.phase_index(phase), prints=prints.get)

        known: Mapping[str, Any] = then.entry.why.get(PAPER) or kept(checklist())
        told = lists(self._told(then, phase, noted=True), Checklist(items=()))
        case = {**CaseFacts(then, phase, lambda: Checklist(items=()), then.entry.when.date()), **told, **known}
        return PrintView(then.sheet.view, then.sheet.plan.phase_index(notice.from_), {"case": case})

    def _number_of(self, opened: OpenRecord, notice: Notice, phase: str) -> dict[str, Any]:
        """The number under which a notice of a phase went out last; that of the receipt where it had none."""
        sending = {one.key for one in opened.sheet.plan.form.actions if one.prints == notice.key}
        state = case_of(opened.sheet.data).phase(phase)
        act = state.by(sending)
        return {"number": act.number or state.receipt if act else ""}

    def _about_to_be(self, opened: OpenRecord, notice: Notice, phase: str, who: Person) -> dict[str, Any]:
        """What the act that sends a notice will change of the facts, while it has not been done."""
        form, today = opened.sheet.plan.form, self._now().date()
        stage = case_of(opened.sheet.data).phase(phase).stage
        sending = [one for one in form.actions if one.prints == notice.key and phase_of(form, one.phase) == phase]
        act = next((one for one in sending if one.kind != "submit" and stage in one.from_), None)
        if act is None:
            return {}
        days = working_days(self._book.definitions, opened.form)
        before = case_of(opened.sheet.data).phase(phase)
        due = due_in(act, stage_of(form, phase, act.leads_to(stage)), before, today, opened.sheet.view, days)
        return {"number": NOT_SENT, "by": who.name, "acted_on": today, "due": due}

    def _told(self, opened: OpenRecord, phase: str, *, noted: bool) -> Sequence[Remark]:
        """The remarks that a notice tells: those not at their end, else those that were closed."""
        case = with_aside(case_of(opened.sheet.data), opened.sheet.data, phase, answers=False)
        live = [one for one in case.of_phase(phase) if one.live]
        waiting = [one for one in notes_of(opened.sheet.data) if noted and one.phase == phase]
        return [*live, *waiting] or [one for one in case.of_phase(phase) if one.state is RemarkState.CLOSED]

    def _with_entries(self, opened: OpenRecord, acts: Sequence[tuple[str, Act]]) -> Iterator[tuple[str, Act, int]]:
        """Each act, in order, with the number of its entry; of those that do not say so, the chain is read."""
        if all(act.entry for _, act in acts):
            yield from ((phase, act, act.entry) for phase, act in acts)
            return
        chain = iter(one for one in self._book.store.entries(opened.id, self._book.scope) if one.kind == ACT)
        for phase, act in acts:
            said = phase, act.action
            yield phase, act, next((one.n for one in chain if (one.why.get("phase"), one.why.get("action")) == said), 0)

    def _sent(self, opened: OpenRecord, phase: str, act: Act, n: int) -> SentPaper | None:
        form = opened.sheet.plan.form
        if not any(one.key == act.action for one in form.actions):  # taken out of the form since
            form = self._book.past.plan_of(self._book.store.entry(opened.id, n, self._book.scope)).form
        prints = next((one.prints for one in form.actions if one.key == act.action), None)
        notice = next((one for one in form.notices if one.key == prints), None)
        if notice is None or (act.entry and not act.number):
            return None
        return SentPaper(
            n=n,
            key=notice.key,
            title=notice.title,
            number=act.number,
            phase=phase,
            suffix=f".{notice.templates[0].rpartition('.')[2]}",
            who=act.who,
            when=act.when,
            withdrawn=act.round in withdrawn_rounds(opened.sheet.plan.form, case_of(opened.sheet.data).phase(phase)),
        )

    def _given(self, laid: Laid, name: str, suffix: str) -> Produced:
        if suffix == laid.suffix:
            return Produced(name=f"{name}{suffix}", data=laid.data, hash=laid.digest)
        if suffix != PDF:
            raise FormatUnknown(title=laid.title, format=suffix, known=f"{laid.suffix}、{PDF}")
        return self._pdf(Wanted(title=laid.title, files=(laid.data,), suffix=laid.suffix), name, laid.digest)

    def _pdf(self, wanted: Wanted, name: str, digest: str) -> Produced:
        parts, notes = self._conversion.convert([wanted], lambda _done, _total, _what: None)
        if not parts:
            raise NothingToPrint(phase=f"《{wanted.title}》", why="；".join(notes))
        return Produced(name=f"{name}{PDF}", data=join(parts), notes=tuple(notes), hash=digest)


def _notice(form: Form, key: str) -> Notice:
    notice = next((one for one in form.notices if one.key == key), None)
    if notice is None:
        known = "、".join(one.key for one in form.notices) or "（一份也没有）"
        raise DocumentUnknown(form=form.title, document=key, known=known)
    return notice


def _laid(source: Source, notice: Notice, facts: PrintView) -> Laid:
    """A notice in its template's own format."""
    template = source.templates(notice)[0]
    digest = facts_hash(facts, [name.path for name in template.compiled.names if name.whole])[:8]
    printing = {
        "title": notice.title,
        "version": source.version,
        "hash": digest,
        "draft": "",
        "record": source.sheet.record,
        "date": date_text(source.day),
    }
    data = template.compiled.render(PrintView(source.sheet.view, 0, {**facts.extra, "print": printing}))
    return Laid(title=notice.title, data=data, suffix=template.compiled.suffix, digest=digest)
