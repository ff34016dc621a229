"""Remarks: noted, sent with a return, answered, closed; items accepted. None of it moves the submission."""

from typing import Any

from onefill.materials import ItemState, Standing
from onefill.reviews import Remark, RemarkState
from onefill.reviews.errors import NothingSaid, PlaceUnknown, RemarkUnknown
from onefill.reviews.moves import stage_of
from onefill.service.assigning import Assigning
from onefill.service.cases import (
    ACCEPTED,
    ANSWERS,
    CLOSED,
    NOTES,
    OPENED,
    case_of,
    opened_by,
)
from onefill.service.guard import filled_by, seen_by
from onefill.service.judging import as_handed_in
from onefill.service.open_record import OpenRecord
from onefill.service.remarks_aside import is_place, remarks_of
from onefill.service.shapes import Person
from onefill.service.suggesting import Suggestion, suggested
from store import Change

MOST_NAMED = 3


class Remarking(Assigning):
    """What is written upon a submission between two acts."""

    def remark(
        self,
        record: str,
        phase: str,
        at: str,
        what: str,
        who: Person,
        *,
        remedy: str | None = None,
        clause: str | None = None,
        reason: str = "",
        id: str = "",
    ) -> str:
        """Note a remark, or write one anew that is not sent yet; its id. It is sent when the submission is returned.

        Where neither remedy nor clause is said, they are those that ``suggested`` tells; an empty one stays empty.

        Raises:
            NothingSaid: Without a word.
            PlaceUnknown: There is no such place.
        """
        if not what.strip():
            raise NothingSaid
        with self._book.lock:
            opened = seen_by(self._book, record, who)
            self._require_office(opened, phase, who, "写意见")
            judged = as_handed_in(self._book, opened, phase)
            self._require_place(judged, phase, at)
            kept = (opened.sheet.data.get(NOTES) or {}).get(id, {})
            known = self._suggested(opened, phase, at) if remedy is None or clause is None else Suggestion()
            remark = Remark(
                id=id or self._new_id()[:12],
                phase=phase,
                at=at,
                label=self._label(judged, phase, at),
                what=what.strip(),
                remedy=(known.remedy if remedy is None else remedy).strip(),
                clause=(known.clause if clause is None else clause).strip(),
                reason=reason.strip(),
                by=kept.get("by", who.name),
                when=self._now(),
                round=case_of(opened.sheet.data).phase(phase).round,
            )
            self._keep(opened, f"{NOTES}/{remark.id}", remark.plain(), who)
            return remark.id

    def suggested(self, record: str, phase: str, at: str, who: Person) -> Suggestion:
        """With what a remark on a place may begin: how to mend what stands there, and by which clause it is asked."""
        with self._book.lock:
            return self._suggested(seen_by(self._book, record, who), phase, at)

    def remark_on_findings(self, record: str, phase: str, who: Person) -> int:
        """Note a remark on every fault of the checks and the checklist that none speaks of yet; how many that were.

        Each is told at its own place, row by row. What only reminds is left to the person. After a first submission
        a fault may have stood before: whoever returns it is asked why it was not told then.
        """
        with self._book.lock:
            opened = seen_by(self._book, record, who)
            self._require_office(opened, phase, who, "写意见")
            judged = as_handed_in(self._book, opened, phase)
            case, now = case_of(opened.sheet.data), self._now()
            known = remarks_of(case, opened.sheet.data, office=True)
            spoken = [one for one in known if one.phase == phase and (one.live or one.state is RemarkState.NOTED)]
            noted = [
                Remark(
                    id=self._new_id()[:12],
                    phase=phase,
                    at=one.at,
                    label=one.label if one.at.startswith("item:") else self._label(judged, phase, one.at),
                    what=one.said,
                    remedy=one.remedy,
                    clause=one.clause,
                    by=who.name,
                    when=now,
                    round=case.phase(phase).round,
                )
                for one in self._blockers(judged, phase)
                if one.stops and not any(one.at == told.at and one.said in told.what for told in spoken)
            ]
            changes = [Change(f"{NOTES}/{one.id}", one.plain()) for one in noted]
            if changes:
                self._book.keep(opened, changes, who.name)
            return len(noted)

    def drop_remark(self, record: str, remark: str, who: Person) -> None:
        """Take back a remark that is not sent yet; one that was sent is cancelled, its text kept."""
        with self._book.lock:
            opened = seen_by(self._book, record, who)
            data = opened.sheet.data
            if remark in (data.get(NOTES) or {}):
                self._require_office(opened, data[NOTES][remark]["phase"], who, "收回意见")
                self._keep(opened, f"{NOTES}/{remark}", None, who)
                return
            self._settle(opened, remark, who, RemarkState.CANCELLED)

    def close_remark(self, record: str, remark: str, who: Person) -> None:
        """Be content with what the institution has done about a remark."""
        with self._book.lock:
            self._settle(seen_by(self._book, record, who), remark, who, RemarkState.CLOSED)

    def answer(self, record: str, remark: str, text: str, who: Person) -> None:
        """What the institution says to a remark; handed in with the next submission."""
        with self._book.lock:
            opened = filled_by(self._book, record, who)
            live = {one.id for one in case_of(opened.sheet.data).remarks if one.live}
            if remark not in live:
                raise RemarkUnknown
            self._keep(opened, f"{ANSWERS}/{remark}", text.strip() or None, who)

    def accept(self, record: str, phase: str, item: str, who: Person, *, accepted: bool = True) -> None:
        """Be content with what was handed in for an item, as it is now.

        Raises:
            PlaceUnknown: Nothing was handed in for such an item.
        """
        with self._book.lock:
            opened = seen_by(self._book, record, who)
            self._require_office(opened, phase, who, "收下材料")
            judged = as_handed_in(self._book, opened, phase)
            found = next((one for one in self.checklist(judged, phase).items if one.id == item), None)
            if found is None or (accepted and found.standing is Standing.MISSING):
                raise PlaceUnknown(at=found.name if found else item)
            self._keep(opened, f"{ACCEPTED}/{item}", found.mark if accepted else "", who)

    def open(self, record: str, phase: str, who: Person) -> None:
        """Note that an officer looks at a submission; from then on it can no longer be withdrawn."""
        with self._book.lock:
            opened = seen_by(self._book, record, who)
            form, state = opened.sheet.plan.form, case_of(opened.sheet.data).phase(phase)
            in_office = stage_of(form, phase, state.stage).holder == "office"
            if in_office and self.is_office(opened, who) and opened_by(opened.sheet.data, phase) is None:
                kept = {"who": who.name, "at": self._now().isoformat()}
                self._keep(opened, f"{OPENED}/{phase}", kept, who)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _suggested(self, opened: OpenRecord, phase: str, at: str) -> Suggestion:
        opened = as_handed_in(self._book, opened, phase)
        if at.startswith("item:"):
            items = self.checklist(opened, phase).items
            item = next((one for one in items if one.id == at.removeprefix("item:")), None)
            return Suggestion(_remedy(item), item.material.clause) if item else Suggestion()
        return suggested(opened, at, self._blockers(opened, phase))

    def _require_place(self, opened: OpenRecord, phase: str, at: str) -> None:
        id = at.removeprefix("item:")
        known = is_place(opened, at) if id == at else any(one.id == id for one in self.checklist(opened, phase).items)
        if not known:
            raise PlaceUnknown(at=id)

    def _settle(self, opened: OpenRecord, remark: str, who: Person, state: RemarkState) -> None:
        found = next((one for one in case_of(opened.sheet.data).remarks if one.id == remark and one.live), None)
        if found is None:
            raise RemarkUnknown
        self._require_office(opened, found.phase, who, "关闭意见")
        self._keep(opened, f"{CLOSED}/{remark}", str(state), who)

    def _keep(self, opened: OpenRecord, path: str, value: Any, who: Person) -> None:
        self._book.keep(opened, [Change(path, value)], who.name)


#: What is to be done about an item that is there and yet not right, by kind of material.
_REMEDIES = {
    "scan": "重新打印、盖章，扫描后换掉原来的",
    "upload": "换成正确、清楚的文件",
    "earlier": "换成正确、清楚的文件",
    "register": "照实改好登记的内容",
    "original": "带正确的原件来核对",
}


def _remedy(item: ItemState) -> str:
    """What the checklist says to do about an item; where it finds nothing amiss, what is usual for its kind."""
    return item.remedy if item.lacking and item.remedy else _REMEDIES[item.material.kind]
