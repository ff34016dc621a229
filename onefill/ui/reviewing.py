"""What an officer does on the page of one case: every button's word, and what becomes of it."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import streamlit as st

from onefill.errors import OneFillError
from onefill.fields.chinese import date_text
from onefill.materials import Checklist
from onefill.reviews import Move
from onefill.reviews.errors import Asked, DayRefused, GuardFailed, RemarksOpen
from onefill.reviews.moves import ASKS
from onefill.service.case_shapes import CaseState, Correction, PhaseStanding
from onefill.service.shapes import Person
from onefill.ui.deciding import Asking, Left, day_of, must_ask
from onefill.ui.hands import NOBODY
from onefill.ui.remarks import Writing
from onefill.ui.review_facts import CHECK, LINKED, SINCE, said_elsewhere
from onefill.ui.review_items import ITEM, next_waiting, step, waiting
from onefill.ui.said import say, unsay
from onefill.ui.sent_papers import SENT
from onefill.ui.shared import the_desk
from onefill.ui.supplying import item_key
from onefill.ui.travel import phase_key, to_page

NOT_A_DATE = "看不懂“{text}”，例 20261207 或 12.7"
NOT_A_RANK = "排第几要填数字，现在是“{text}”"
ALL_WRITTEN = "写了 {count} 条意见，退回时一起发出。在“意见”里可以改、可以收回"
NONE_TO_WRITE = "查出来的都已经有意见了"
#: The box of the small panel for what an action asks.
BOXES = {"opinion": "opinion", "reason": "reason", "date": "day", "rank": "rank"}
NOTHING_SAID = "还没有写哪里、什么不对"


@dataclass
class Reading:
    """What an officer looks at in one case, and what is being written.

    Attributes:
        item: Id of the item that is looked at.
        tab: What the middle shows; empty until somebody has chosen, see ``tab_of``.
        row: The row of the facts that is looked into.
        unfolded: Paths of links whose records are looked into; where there are several, with the id of each.
        writing: The remark that is being written.
        asking: The action that is about to be done.
        shown: Private facts that were asked for whole, by their path.
        showing: Path of the one that is being asked for.
        notice: What is shown instead of the item's pages: key of a notice as it would be sent now, or a paper sent.
    """

    record: str
    phase: str = ""
    item: str = ""
    tab: str = ""
    row: str = ""
    unfolded: set[str] = field(default_factory=set)
    writing: Writing | None = None
    asking: Asking | None = None
    shown: dict[str, str] = field(default_factory=dict)
    showing: str = ""
    notice: str = ""

    @property
    def who(self) -> Person:
        """Who is here."""
        return the_desk().who()

    @property
    def state(self) -> CaseState:
        """Where the case stands now."""
        return the_desk().reviews.state(self.record, self.who)


def reading_of(record: str) -> Reading:
    """What this window looks at in a case."""
    kept: Reading = st.session_state.setdefault(f"reading-{record}", Reading(record))
    return kept


def tab_of(reading: Reading, standing: PhaseStanding, correction: Correction) -> str:
    """What the middle shows; of what was handed in again first what has changed."""
    again = standing.holder == "office" and standing.round > 1 and correction.count
    return reading.tab or ("changes" if again else "checks")


def moves_of(state: CaseState, form_phases: list[str], phase: str) -> list[Move]:
    """What may be done to one phase."""
    return [one for one in state.moves if (one.action.phase or form_phases[0]) == phase and one.action.kind != "submit"]


def idle_of(reading: Reading, moves: Sequence[Move], standing: PhaseStanding) -> set[str]:
    """Keys of the moves that would change nothing: the case stays where it is, and registers say it already."""
    again = (
        one.action for one in moves if one.action.effects and one.action.leads_to(standing.stage) == standing.stage
    )
    return {one.key for one in again if the_desk().reviews.entering(reading.record, one.key, reading.who) == ()}


def wanting(state: CaseState, phase: str) -> int:
    """How many remarks of a phase want something."""
    return sum(one.phase == phase and waiting(one) for one in state.remarks)


def left_of(state: CaseState, checklist: Checklist, phase: str) -> Left:
    """What whoever decides about a phase may want to know first."""
    told = {one.at.removeprefix(ITEM) for one in state.remarks if one.phase == phase and waiting(one)}
    return Left(remarks=wanting(state, phase), unseen=checklist.unseen(told))


def asked_still(reading: Reading, moves: Sequence[Move], left: Left) -> Move | None:
    """The move about which something is asked; none, and no question any more, where nothing is left to ask."""
    asking = reading.asking
    move = next((one for one in moves if asking and one.action.key == asking.action), None)
    if move is None or asking is None or not (asking.keyed or must_ask(move.action, left, move.hindered)):
        reading.asking = None
        return None
    return move


def did(reading: Reading, said: str) -> None:
    """Do what a button says; what cannot be done is told in words. What was told before is read by then."""
    verb, _, what = said.partition(":")
    deed = DEEDS.get(verb)
    if deed is None:
        return
    unsay(reading.record)
    try:
        the_desk().guard.require(reading.who, reading.record)
        deed(reading, what)
    except OneFillError as error:
        say(str(error), "amber", record=reading.record)


# -- looking -------------------------------------------------------------------------------------------------------


def _look(reading: Reading, item: str) -> None:
    """Look at an item; a decision that was about to be made waits, what was written for it is kept."""
    reading.item, reading.writing, reading.asking, reading.notice = item, None, None, ""
    if reading.tab in ("remarks", ""):
        reading.tab = "checks"


def _step(reading: Reading, by: str) -> None:
    checklist = the_desk().materials.state(reading.record, reading.who, reading.phase).checklist
    _look(reading, step(checklist, reading.item, int(by)))


def _tab(reading: Reading, tab: str) -> None:
    reading.tab, reading.writing = tab, None


def _row(reading: Reading, row: str) -> None:
    reading.row = "" if reading.row == row else row


def _unfold(reading: Reading, path: str) -> None:
    reading.unfolded ^= {path}


def _queue(_: Reading, __: str) -> None:
    to_page("queue")


def _show(reading: Reading, path: str) -> None:
    reading.showing = path


def _unmask(reading: Reading, told: str) -> None:
    why = str(json.loads(told).get("why", ""))
    path = reading.showing
    reading.shown[path] = the_desk().verification.unmask(reading.record, path, reading.who, why)
    reading.showing = ""


# -- remarks -------------------------------------------------------------------------------------------------------


def _write(reading: Reading, key: str) -> None:
    """Begin a remark on a place with what is known of it; one on a check says already what does not agree."""
    named = key.startswith((CHECK, SINCE, LINKED))
    _, id, at = key.split(":", 2) if named else ("", "", key)
    words: Mapping[str, str] = {}
    known = the_desk().reviews.suggested(reading.record, reading.phase, at, reading.who)
    if key.startswith(CHECK):
        lines = the_desk().verification.checks(reading.record, reading.phase, reading.who)
        found = next((one for one in lines if one.id == id and one.at == at), None)
        if found is not None:
            words = {"what": found.said, "remedy": found.remedy, "clause": found.clause or known.clause}
    elif key.startswith((SINCE, LINKED)):
        correction = the_desk().reviews.correction(reading.record, reading.phase, reading.who)
        since, elsewhere = (SINCE, correction.since) if key.startswith(SINCE) else (LINKED, correction.linked)
        changed = next((one for one in elsewhere if one.record == id), None)
        words = {"what": said_elsewhere(since, changed)} if changed else {}
    elif key.startswith(ITEM):
        items = the_desk().materials.state(reading.record, reading.who, reading.phase).checklist.items
        item = next((one for one in items if ITEM + one.id == key), None)
        if item is not None:
            words = {**known._asdict(), "what": item.why if item.lacking else ""}
        if reading.tab in ("facts", "changes", "remarks", ""):
            reading.tab = "checks"
    else:
        words = known._asdict()
    late = the_desk().reviews.is_late(reading.record, reading.phase, at, words.get("what", ""), reading.who)
    reading.writing = Writing(key=key, at=at, late=late, **words)


def _write_all(reading: Reading, _: str) -> None:
    """Remark upon all that the checks have found at once."""
    count = the_desk().reviews.remark_on_findings(reading.record, reading.phase, reading.who)
    say(ALL_WRITTEN.format(count=count) if count else NONE_TO_WRITE, record=reading.record)


def _unwrite(reading: Reading, _: str) -> None:
    reading.writing = None


def _edit(reading: Reading, id: str) -> None:
    one = next(one for one in reading.state.remarks if one.id == id)
    late = the_desk().reviews.is_late(reading.record, reading.phase, one.at, one.what, reading.who)
    reading.writing = Writing(
        key=f"remark:{id}",
        at=one.at,
        what=one.what,
        remedy=one.remedy,
        clause=one.clause,
        reason=one.reason,
        late=late,
        id=id,
    )


def _remark(reading: Reading, told: str) -> None:
    said, writing = json.loads(told), reading.writing
    if writing is None:
        return
    words = {name: str(said.get(name, "")).strip() for name in ("what", "remedy", "clause", "reason")}
    if not words["what"]:
        reading.writing = _written(writing, words, NOTHING_SAID)
        return
    try:
        where = reading.record, reading.phase, writing.at, words["what"]
        more = {name: text for name, text in words.items() if name != "what"}
        the_desk().reviews.remark(*where, reading.who, **more, id=writing.id)
        reading.writing = None
        if said.get("keep"):
            the_desk().habits.keep_phrase(words["what"], on=True)
    except OneFillError as error:
        reading.writing = _written(writing, words, str(error))


def _written(writing: Writing, words: Mapping[str, str], refused: str) -> Writing:
    """The form as it was sent, with why it was not taken."""
    what, remedy, clause, reason = (words[name] for name in ("what", "remedy", "clause", "reason"))
    return replace(writing, what=what, remedy=remedy, clause=clause, reason=reason, refused=refused)


def _forget(reading: Reading, phrase: str) -> None:
    the_desk().habits.keep_phrase(phrase, on=False)


def _drop(reading: Reading, id: str) -> None:
    the_desk().reviews.drop_remark(reading.record, id, reading.who)


def _close(reading: Reading, id: str) -> None:
    the_desk().reviews.close_remark(reading.record, id, reading.who)


def _accept(reading: Reading, item: str) -> None:
    desk = the_desk()
    desk.reviews.accept(reading.record, reading.phase, item, reading.who)
    reading.item = next_waiting(desk.materials.state(reading.record, reading.who, reading.phase).checklist, item)
    reading.writing = None


def _bring(reading: Reading, told: str) -> None:
    """To where files of an item are brought."""
    phase, _, item = told.partition(":")
    st.session_state[phase_key(reading.record)] = phase
    st.session_state[item_key(reading.record)] = item
    to_page("materials", record=reading.record)


def _unaccept(reading: Reading, item: str) -> None:
    the_desk().reviews.accept(reading.record, reading.phase, item, reading.who, accepted=False)


# -- deciding ------------------------------------------------------------------------------------------------------


def _sure(reading: Reading, told: str) -> None:
    """An act was pressed by its key."""
    _ask(reading, told, keyed=True)


def _ask(reading: Reading, told: str, *, keyed: bool = False) -> None:
    action, _, seen = told.partition(":")
    state = reading.state
    move = next((one for one in state.moves if one.action.key == action), None)
    asking = Asking(action, int(seen), keyed=keyed)
    if move is not None and "date" in move.action.asked_for:
        asking.day = date_text(the_desk().now().date())  # mostly it is done today
    if move is not None and move.action.kind == "return" and not move.hindered:
        reading.notice = move.action.prints or ""  # what is about to be sent is seen before
    checklist = the_desk().materials.state(reading.record, reading.who, reading.phase).checklist
    reading.asking = asking
    left = left_of(state, checklist, reading.phase)
    if move is None or not (keyed or must_ask(move.action, left, move.hindered)):
        _act(reading, asking, None)


def _take(reading: Reading, _: str) -> None:
    the_desk().reviews.take(reading.record, reading.phase, reading.who)


def _give(reading: Reading, name: str) -> None:
    """Put it into somebody's hands, or into nobody's."""
    desk = the_desk()
    to = None if name == NOBODY else desk.people.named(name)
    desk.reviews.assign(reading.record, reading.phase, to, reading.who)
    say(f"移交给了{name}" if to else "放回未分派", way_back=("queue", "回待办"), record=reading.record)


def _unask(reading: Reading, _: str) -> None:
    reading.asking = None


def _notice(reading: Reading, key: str) -> None:
    """Show the pages of a notice; those of the item again if it is none."""
    reading.notice = key


def _decide(reading: Reading, told: str) -> None:
    said, asking = json.loads(told), reading.asking
    if asking is None:
        return
    opinion, reason, typed, rank = (str(said.get(name, "")).strip() for name in ("opinion", "reason", "day", "rank"))
    asking = replace(asking, opinion=opinion, reason=reason, day=typed, rank=rank, confirmed=True)
    asking.refused = asking.at = ""
    reading.asking = asking
    day = None
    if asking.day:
        day = day_of(asking.day)
        if day is None:
            asking.refused, asking.at = NOT_A_DATE.format(text=asking.day), "day"
            return
    if asking.rank and not asking.rank.isdecimal():
        asking.refused, asking.at = NOT_A_RANK.format(text=asking.rank), "rank"
        return
    _act(reading, asking, day)


def _act(reading: Reading, asking: Asking, day: date | None) -> None:
    desk = the_desk()
    state = reading.state
    sent = wanting(state, reading.phase)
    try:
        n = desk.reviews.act(
            reading.record,
            asking.action,
            reading.who,
            seen=asking.seen,
            opinion=asking.opinion,
            reason=asking.reason,
            day=day,
            rank=int(asking.rank or 0),
            confirmed=asking.confirmed,
        )
    except (RemarksOpen, DayRefused, Asked, GuardFailed) as asked:  # what was written stays there to be mended
        asking.refused, asking.at = str(asked), box_of(asked)
        reading.asking = asking
        return
    except OneFillError:
        reading.asking = None
        raise
    reading.asking = reading.writing = None
    went = any(one.n == n for one in desk.notices.sent(reading.record, reading.who))
    reading.notice = f"{SENT}{n}" if went else ""
    now = reading.state
    standing = now.phase(reading.phase)
    more = f"。{sent} 条意见已发出" if standing.acts[-1].remarks else ""
    more += f"。{whom(standing)}" if standing.waits_for and reading.phase not in now.waits else ""
    say(f"已“{standing.acts[-1].title}”{more}", way_back=("queue", "回待办"), record=reading.record)


def box_of(refused: OneFillError) -> str:
    """The box of the small panel that a refusal is about; empty if it is about none."""
    if isinstance(refused, DayRefused):
        return "day"
    wanted = refused.facts.get("what") if isinstance(refused, Asked) else None
    return next((BOXES[key] for key, title in ASKS.items() if title == wanted), "")


def whom(standing: PhaseStanding) -> str:
    """Whom a submission waits for, in words."""
    taken = f"，{standing.assigned}承办" if standing.assigned else ""
    return f"等{'、'.join(standing.waits_for)}办{taken}"


def stands(standing: PhaseStanding, *, mine: bool) -> str:
    """Where a phase stands and in whose hands, in words; empty where it waits for whoever looks.

    Args:
        standing: Of the phase.
        mine: Whether it waits for whoever looks.
    """
    if standing.holder == "office":
        return "" if mine or not standing.waits_for else f"现在是“{standing.title}”，{whom(standing)}"
    return f"现在是“{standing.title}”" + ("，在填报的一方手里" if standing.holder == "owner" else "")


def others(standing: PhaseStanding, here: Mapping[str, object], who: str) -> str:
    """Who else has the case open, or opened it before; empty if nobody."""
    if here:
        name, since = next(iter(here.items()))
        more = f" 等 {len(here)} 人" if len(here) > 1 else ""
        return f"{name} {since:%H:%M} 也打开了本件{more}"
    if standing.opened and standing.opened[0] != who and standing.holder == "office":
        return f"{standing.opened[0]} {standing.opened[1]:%H:%M} 打开过"
    return ""


DEEDS: dict[str, Callable[[Reading, str], None]] = {
    "item": _look,
    "step": _step,
    "tab": _tab,
    "row": _row,
    "unfold": _unfold,
    "queue": _queue,
    "show": _show,
    "unmask": _unmask,
    "write": _write,
    "write_all": _write_all,
    "unwrite": _unwrite,
    "edit": _edit,
    "remark": _remark,
    "forget": _forget,
    "drop": _drop,
    "close": _close,
    "accept": _accept,
    "unaccept": _unaccept,
    "bring": _bring,
    "take": _take,
    "give": _give,
    "ask": _ask,
    "sure": _sure,
    "unask": _unask,
    "notice": _notice,
    "decide": _decide,
}
