"""Notices of a submission: printed when something is handed in, returned or passed; and the checklist itself."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from onefill.definitions.model import Document
from onefill.facts import PrintView, facts_hash
from onefill.fields.chinese import date_text
from onefill.materials import Checklist, ItemState, Standing
from onefill.rendering.packet import join
from onefill.rendering.summary import Listing, summary_html
from onefill.reviews import Remark, RemarkState
from onefill.reviews.moves import phase_of, phase_title, stage_of
from onefill.service.book import Book, OpenRecord
from onefill.service.cases import case_of, working_days
from onefill.service.conversion import Conversion, Wanted
from onefill.service.errors import DocumentUnknown, FormatUnknown, NothingToPrint
from onefill.service.guard import seen_by
from onefill.service.naming import file_name
from onefill.service.remarks_aside import notes_of, with_aside
from onefill.service.reviews import Reviews
from onefill.service.room import Room
from onefill.service.shapes import Person, Produced
from onefill.service.sources import Sources

PDF, WORD = ".pdf", ".docx"
CHECKLIST = "材料清单"
#: How an item of the checklist stands, in a word.
STANDINGS = {
    Standing.MISSING: "缺",
    Standing.EXPIRED: "过期",
    Standing.STALE: "要重印",
    Standing.OLD: "旧",
    Standing.SHORT: "不够",
    Standing.RETURNED: "退回",
    Standing.PRESENT: "齐",
    Standing.TO_LOOK: "待核",
    Standing.ACCEPTED: "收下",
    Standing.NOT_REQUIRED: "不用交",
}


class Notices(Room):
    """What is printed about a submission; kept nowhere, because the entries of the acts hold all that it says."""

    def __init__(
        self, book: Book, sources: Sources, reviews: Reviews, conversion: Conversion, now: Callable[[], datetime]
    ) -> None:
        self._book = book
        self._sources = sources
        self._reviews = reviews
        self._conversion = conversion
        self._now = now

    def make(self, record: str, key: str, who: Person, suffix: str = PDF, *, phase: str = "") -> Produced:
        """A notice of the form as PDF or in its template's own format.

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
            notice = next((one for one in form.notices if one.key == key), None)
            if notice is None:
                known = "、".join(one.key for one in form.notices) or "（一份也没有）"
                raise DocumentUnknown(form=form.title, document=key, known=known)
            source = self._sources.live(record)
            template = source.templates(notice)[0]
            facts = self._facts(opened, notice, phase or phase_of(form, notice.from_), who)
            digest = facts_hash(facts, [name.path for name in template.compiled.names if name.whole])
            printing = {
                "title": notice.title,
                "version": source.version,
                "hash": digest[:8],
                "draft": "",
                "record": record,
                "date": date_text(source.day),
            }
            data = template.compiled.render(PrintView(opened.sheet.view, 0, {**facts.extra, "print": printing}))
            name = file_name(f"{notice.title}_{opened.sheet.label()}")
        if suffix == template.compiled.suffix:
            return Produced(name=f"{name}{suffix}", data=data, hash=digest[:8])
        if suffix != PDF:
            raise FormatUnknown(title=notice.title, format=suffix, known=f"{template.compiled.suffix}、{PDF}")
        return self._pdf(Wanted(title=notice.title, files=(data,), suffix=template.compiled.suffix), name, digest[:8])

    def checklist(self, record: str, phase: str, who: Person) -> Produced:
        """The checklist of a phase on plain pages, for any form."""
        with self._book.lock:
            opened = seen_by(self._book, record, who)
            index = opened.sheet.plan.phase_index(phase)
            title = phase_title(opened.sheet.plan.form, opened.sheet.plan.phases[index])
            found = self._reviews.checklist(opened, opened.sheet.plan.phases[index])
            html = checklist_page(opened.sheet.label(), title, found, date_text(self._sources.live(record).day))
            name = file_name(f"{CHECKLIST}_{opened.sheet.label()}_{title}")
        return self._pdf(Wanted(title=CHECKLIST, html=html), name, "")

    # -- inside ----------------------------------------------------------------------------------------------------

    def _facts(self, opened: OpenRecord, notice: Document, phase: str, who: Person) -> PrintView:
        case = {**self._reviews.case_facts(opened, phase), **self._lists(opened, phase)}
        if not case["by"]:
            case["by"] = who.name
        case |= self._about_to_be(opened, notice, phase, who)
        return PrintView(opened.sheet.view, opened.sheet.plan.phase_index(notice.from_), {"case": case})

    def _about_to_be(self, opened: OpenRecord, notice: Document, phase: str, who: Person) -> dict[str, Any]:
        """What the act that sends a notice will change of the facts, while it has not been done."""
        form, today = opened.sheet.plan.form, self._now().date()
        stage = case_of(opened.sheet.data).phase(phase).stage
        sending = [one for one in form.actions if one.prints == notice.key and phase_of(form, one.phase) == phase]
        act = next((one for one in sending if one.kind != "submit" and stage in one.from_), None)
        if act is None:
            return {}
        days = stage_of(form, phase, act.to).days
        due = working_days(self._book.definitions, opened.form).after(today, days) if days else None
        return {"by": who.name, "acted_on": today, "due": due}

    def _lists(self, opened: OpenRecord, phase: str) -> dict[str, Any]:
        case = with_aside(case_of(opened.sheet.data), opened.sheet.data, phase, answers=False)
        live = [one for one in case.of_phase(phase) if one.live]
        noted = [one for one in notes_of(opened.sheet.data) if one.phase == phase]
        told = [*live, *noted] or [one for one in case.of_phase(phase) if one.state is RemarkState.CLOSED]
        checklist = self._reviews.checklist(opened, phase)
        return {
            "remarks": [_remark(number, one) for number, one in enumerate(told, 1)],
            "items": [_item(number, one) for number, one in enumerate(checklist.items, 1)],
        }

    def _pdf(self, wanted: Wanted, name: str, digest: str) -> Produced:
        parts, notes = self._conversion.convert([wanted], lambda _done, _total, _what: None)
        if not parts:
            raise NothingToPrint(phase=f"《{wanted.title}》", why="；".join(notes))
        return Produced(name=f"{name}{PDF}", data=join(parts), notes=tuple(notes), hash=digest)


def checklist_page(label: str, phase: str, checklist: Checklist, day: str) -> str:
    """The page as HTML."""
    lacking = len(checklist.lacking)
    head = [
        ("名称", label),
        ("阶段", phase),
        ("日期", day),
        ("要交", f"{len(checklist.required)} 件" + (f"，还差 {lacking} 件" if lacking else "，齐")),
    ]
    rows = [
        (one.name, STANDINGS[one.standing], one.why, str(one.pages or ""), one.material.clause)
        for one in checklist.items
    ]
    table = Listing(title="", columns=("材料", "情况", "说明", "共几页", "依据"), rows=rows)
    return summary_html(f"{phase}　{CHECKLIST}", head, [table])


def _remark(number: int, one: Remark) -> Mapping[str, Any]:
    told = {"label": one.label, "what": one.what, "remedy": one.remedy, "clause": one.clause, "reason": one.reason}
    return {"no": number, **told}


def _item(number: int, one: ItemState) -> Mapping[str, Any]:
    return {
        "no": number,
        "title": one.title,
        "label": one.label,
        "standing": STANDINGS[one.standing],
        "why": one.why,
        "clause": one.material.clause,
        "pages": one.pages,
        "have": one.have,
        "need": one.need,
    }
