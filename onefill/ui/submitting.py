"""A phase is handed in, withdrawn, answered: the column beside the materials, and what its buttons do."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from onefill.definitions.model import Form
from onefill.errors import OneFillError
from onefill.reviews import Remark, RemarkState
from onefill.reviews.moves import ASKS, hand_in
from onefill.service import Desk
from onefill.service.case_shapes import Blocker, CaseState, PhaseStanding, Settled
from onefill.ui.answers import draw_answer
from onefill.ui.components import panel
from onefill.ui.deciding import day_of
from onefill.ui.handing import ASKED, Wish, after, before, came_back, corrected, here, others, remark, stage_chip
from onefill.ui.html import act, chip, esc, link, note
from onefill.ui.sent_papers import listed
from onefill.ui.shared import the_desk
from onefill.ui.supplying import item_key
from onefill.ui.travel import open_place, to_page


def draw_submission(record: str, form: Form, phase: str) -> None:
    """The whole column."""
    desk = the_desk()
    case = desk.reviews.state(record, desk.who())
    standing = case.phase(phase)
    wish: Wish = st.session_state.setdefault(f"wish-{record}-{phase}-{len(standing.acts)}", Wish())
    wish.seen = case.n

    def acted(said: str) -> None:
        done(record, form, phase, wish, said)

    blockers = desk.reviews.blockers(record, phase, desk.who()) if standing.holder == "owner" else ()
    waiting = _above(case, standing)
    back = came_back(case, standing, [one for one in blockers if one.stops and one.what not in waiting])
    head = f'<div class="ph"><h2>提交</h2><span class="sp"></span>{chip(*stage_chip(standing))}</div>'
    panel(f"<div data-i18n-skip>{head}{f'<div class=pk>{back}</div>' if back else ''}</div>", "handin_head", acted)
    if back:
        _draw_remarks(record, _sent(case, standing), case.settled)
    html = _body(record, form, case, standing, wish, blockers)
    panel(f'<div class="pk" data-i18n-skip>{html}</div>', "handin", acted)
    if wish.asked:
        _draw_asked(form, wish, acted)
    sent = [one for one in desk.notices.sent(record, desk.who()) if one.phase == phase]
    if sent:
        panel(f'<h3 class="h3">文书</h3>{listed(record, sent)}', "sent_papers", acted)
    addressed = desk.notices.addressed(record, desk.who())
    if addressed:
        panel(f'<h3 class="h3">发来的文书</h3>{listed(record, addressed)}', "addressed_papers", acted)


def _sent(case: CaseState, standing: PhaseStanding) -> list[Remark]:
    """The remarks of a phase on which something is still to be done, those about which nothing was done first."""
    live = [one for one in case.remarks if one.phase == standing.key and one.live]
    return sorted(live, key=lambda one: one.id in case.settled)


def _draw_remarks(record: str, remarks: Sequence[Remark], settled: Mapping[str, Settled]) -> None:
    for one in remarks:
        done = settled.get(one.id)
        with st.container(key=f"remark_{one.id}", gap=None):
            panel(
                remark(one, done) + _way(one),
                f"rm-{one.id}",
                lambda said: go_to(record, "", "", said.removeprefix("goto:")),
            )
            if one.state is RemarkState.OPEN:
                draw_answer(record, one, done)


def _way(one: Remark) -> str:
    if not one.at:
        return ""
    goal = one.at if not one.at.startswith("item:") else ""
    return act(f"goto:{one.at}", "去改", kind="lk", name=f"去改：{one.label}", go=goal)


def _above(case: CaseState, standing: PhaseStanding) -> set[str]:
    """What keeps a phase back because it was remarked upon: the remarks stand above."""
    return {f"{one.label}：{one.what}" for one in _sent(case, standing)}


def _body(
    record: str, form: Form, case: CaseState, standing: PhaseStanding, wish: Wish, blockers: Sequence[Blocker]
) -> str:
    moves = here(case.moves, form, standing.key)
    submit = next((move for move in moves if move.action.kind == "submit"), None)
    reviews, who = the_desk().reviews, the_desk().who()
    by = [] if submit else handed_in_by(form, standing)
    if submit is None and not by:
        return after(standing, moves, wish) + onward(the_desk(), standing)
    html = ""
    if standing.holder == "owner" and standing.stage != "draft":
        items = the_desk().materials.state(record, who, standing.key).checklist.items
        html += corrected(reviews.correction(record, standing.key, who), {one.id: one.name for one in items})
    last = standing.acts[-1] if standing.acts else None
    withdrawn = standing.stage == "draft" and last is not None
    to = submit.action.leads_to(standing.stage) if submit else ""
    back = any(one.kind == "withdraw" and to in one.from_ for one in form.actions)
    html += before(submit, blockers, wish, above=_above(case, standing), withdrawn=withdrawn, by=by, taken_back=back)
    return html + others(moves)


def onward(desk: Desk, standing: PhaseStanding) -> str:
    """What is to be done next where this has led, if it waits for whoever looks; says ``next:RECORD``."""
    record = standing.leads
    if not record:
        return ""
    try:
        state = desk.reviews.state(record, desk.who())
        label = desk.records.state(record).label
    except OneFillError:  # it is gone, or not this person's to see
        return ""
    ways = [one.action.title for one in state.moves if one.action.kind not in ("return", "refuse", "withdraw")]
    if not state.waits or not ways:
        return ""
    way = link(f"./review?record={record}", f"next:{record}", label)
    return note("blue sm", "arrow_forward", f"<b>接下来</b>：{way}等您“{esc('”“'.join(ways))}”")


def handed_in_by(form: Form, standing: PhaseStanding) -> list[str]:
    """Titles of the roles that may hand in a phase from where it stands; none if nobody may."""
    roles = hand_in(form, standing.key, standing.stage)
    return [one.title for one in the_desk().definitions.pack_of(form.form).roles if one.key in roles]


# -- what buttons do -----------------------------------------------------------------------------------------------


def done(record: str, form: Form, phase: str, wish: Wish, said: str) -> None:
    """A button of the column was pressed."""
    verb, _, what = said.partition(":")
    match verb:
        case "item":
            st.session_state[item_key(record)] = what
        case "goto":
            other, section, at = what.split(":", 2)
            go_to(record, other, section, at)
        case "declare":
            wish.declared = not wish.declared
        case "do":
            _do(record, form, phase, wish, what)
        case "next":
            to_page("review", record=what)
        case "not":
            wish.asked = ""


def go_to(record: str, other: str, section: str, at: str) -> None:
    """Go to the place of a blocker or a remark: an item here, a field on its page, perhaps of another record."""
    if at.startswith("item:"):
        st.session_state[item_key(record)] = at.removeprefix("item:")
        return
    goal = other or record
    section = section or section_of(goal, at)
    open_place(goal, section, at)
    to_page("fill", record=goal, **({"section": section} if section else {}))


def section_of(record: str, at: str) -> str:
    """In which section a path stands."""
    form = the_desk().definitions.form(the_desk().records.state(record).form)
    name = at.split("/", 1)[0]
    for section in form.sections:
        if section.key == name or (not section.repeat and any(field.key == name for field in section.fields)):
            return section.key
    return ""


def _do(record: str, form: Form, phase: str, wish: Wish, key: str) -> None:
    """Do what was asked, unless something keeps it back or has to be said with it first."""
    action = next(one for one in form.actions if one.key == key)
    desk = the_desk()
    acted = f"acted-{record}"
    possible = {move.action.key for move in desk.reviews.state(record, desk.who()).moves}
    if key not in possible and st.session_state.get(acted) == key:
        return  # the second click of two
    wish.told = ""
    if action.kind == "submit":
        stopping = any(one.stops for one in desk.reviews.blockers(record, phase, desk.who()))
        wish.tried = stopping or (bool(action.declares) and not wish.declared)
        if wish.tried:
            return
    asks = [one for one in action.asked_for if one in ASKED]
    if asks and wish.asked != key:
        wish.asked = key
        return
    given = {one: str(st.session_state.get(f"ask-{one}", "")).strip() for one in asks}
    try:
        desk.reviews.act(
            record,
            key,
            desk.who(),
            seen=wish.seen,
            opinion=given.get("opinion", ""),
            reason=given.get("reason", ""),
            day=day_of(given.get("date", "")),
            declared=wish.declared,
        )
    except OneFillError as error:
        wish.told = str(error)
    else:
        st.session_state[acted] = key
        wish.asked = ""


def _draw_asked(form: Form, wish: Wish, acted: Callable[[str], object]) -> None:
    """What an action asks to be written first."""
    action = next(one for one in form.actions if one.key == wish.asked)
    with st.container(key="asked", gap="small"):
        for one in action.asked_for:
            if one in ASKED:
                st.text_input(ASKS[one], key=f"ask-{one}", autocomplete="off", max_chars=500)
        sure = act(f"do:{action.key}", f"确定{action.title}", kind="btn p full")
        panel(f"<div class=pk>{sure}{act('not', '先不', kind='btn full')}</div>", "asked_acts", acted)
