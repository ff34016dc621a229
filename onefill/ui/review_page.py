"""审核: the three columns of one case, its head, and the bar below them."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from onefill.definitions.model import Document
from onefill.definitions.procedure import Action
from onefill.materials import Checklist, ItemState
from onefill.reviews import RemarkState
from onefill.reviews.moves import waits_for
from onefill.service.case_shapes import CaseState, Correction, PhaseStanding
from onefill.service.shapes import RecordState
from onefill.ui import review_facts as middle
from onefill.ui.acts_told import acts_told, said_before
from onefill.ui.components import panel, viewer
from onefill.ui.deciding import Left, bar, panel_html
from onefill.ui.hands import Hands, gives_of, in_hand
from onefill.ui.html import act, chip, esc, icon, moment
from onefill.ui.papers import FORMATS
from onefill.ui.previews import draw_job
from onefill.ui.printing import notice_job, sent_job
from onefill.ui.queues import due, unit_title
from onefill.ui.remarks import Phrases, form, listed
from onefill.ui.review_items import WAITING, items
from onefill.ui.reviewing import Reading, asked_still, did, idle_of, left_of, moves_of, others, stands, tab_of, wanting
from onefill.ui.said import show_said
from onefill.ui.sent_papers import SENT, draw_none, files
from onefill.ui.sent_papers import listed as listed_papers
from onefill.ui.shared import the_desk
from onefill.ui.supplying import pages_of


def head(reading: Reading, record: RecordState, case: CaseState, standing: PhaseStanding) -> None:
    """Which case this is, whose, where it stands, who else is here, until when."""
    now = the_desk().now()
    label = the_desk().reviews.label(reading.record, reading.who, reading.phase)
    where = f"{standing.phase_title} · {standing.title}" if len(case.phases) > 1 else standing.title
    more = "　".join(part for part in (unit_title(the_desk().people.offices.units(), case.unit), record.title) if part)
    told = others(standing, the_desk().presence.note(reading.record, reading.who.name), reading.who.name)
    here = chip("amber", "group", told) if told else ""
    term = due(standing.due, standing.left, now.date())[1] if standing.due else ""
    whose = whose_hands(record, case, standing)
    left = f"，还有 {standing.left} 个工作日" if standing.due and standing.left > 0 else ""
    with st.container(key="recbar", horizontal=True):
        st.html(
            f'<div class="rec" data-i18n-skip><h1>{esc(label)}</h1><span class="kind">{esc(more)}</span>'
            f"{chip('amber' if standing.holder == 'office' else '', 'gavel', where)}"
            f'<span class="sp"></span><span role="status">{here}</span>'
            f"{f'<span class=term>期限 {term}{left}{unsure(standing)}</span>' if term else ''}</div>"
        )
        if whose:
            panel(f'<p class="term hand" data-i18n-skip>承办 {whose}</p>', "case_hand", partial(did, reading))


def unsure(standing: PhaseStanding) -> str:
    """That holidays could not be counted, beside the day; in full when pointed at."""
    note = standing.due_note
    return f'<span class="amber" title="{esc(note)}">{icon("warning")}放假没算</span>' if note else ""


def whose_hands(record: RecordState, case: CaseState, standing: PhaseStanding) -> str:
    """Who has the case, and the way into other hands; nothing where it does not lie with an office."""
    form, who = the_desk().definitions.form(record.form), the_desk().who()
    waits = waits_for(form, standing.key, standing.stage)
    hands = Hands(who.name, standing.key in case.takes, gives_of(who)(waits, case.unit, standing.assigned))
    alone = the_desk().settings.people == "none" and not standing.assigned
    return "" if not waits or alone else in_hand(record.label, standing.assigned, hands)


def said_at(reading: Reading, case: CaseState, phrases: Phrases, *, office: bool) -> middle.Said:
    """Draws what is said about a place: its remarks, the form if one is written there, else the way to it."""
    writing = reading.writing
    mine = [one for one in case.remarks if one.phase == reading.phase]

    def draw(key: str, at: str) -> str:
        if not at and not key.startswith(middle.CHECK):
            return ""
        here = [one for one in mine if one.at == at and not (writing and one.id == writing.id)]
        html = listed(here, office=office)
        if not office:
            return html
        again = next((one for one in mine if writing and one.id == writing.id), None)
        if writing and (writing.key == key or (again and again.at == at)):
            return html + form(writing, reading.record, phrases)
        return html + f'<button type="button" class="say" data-act="write:{esc(key)}">写意见</button>'

    return draw


def draw_middle(
    reading: Reading,
    form_key: str,
    case: CaseState,
    checklist: Checklist,
    item: ItemState | None,
    correction: Correction,
    *,
    tab: str,
    office: bool,
) -> None:
    """Checks, facts, changes, remarks."""
    desk = the_desk()
    phrases = Phrases(desk.definitions.pack_of(form_key).phrases, desk.habits.phrases())
    said = said_at(reading, case, phrases, office=office)
    checks = desk.verification.checks(reading.record, reading.phase, reading.who)
    remarks = [one for one in case.remarks if one.phase == reading.phase]
    counts = {
        "checks": sum(one.state == "wrong" for one in checks),
        "changes": correction.count,
        "remarks": wanting(case, reading.phase),
    }
    sent = [one for one in desk.notices.sent(reading.record, reading.who) if one.phase == reading.phase]
    counts["sent"] = len(sent)
    match tab:
        case "acts":
            html = acts_told(case.phase(reading.phase))
        case "sent":
            html = listed_papers(reading.record, sent, looks=True) or '<p class="empty">还没有发出文书</p>'
        case "facts":
            html = middle.facts(
                desk.verification.facts(reading.record, reading.phase, reading.who, reading.row, reading.unfolded),
                middle.Looked(shown=reading.shown, asking=reading.showing, unfolded=reading.unfolded),
                said,
            )
        case "changes":
            below = {one.path for one in correction.differences}
            below |= {one.at for one in (*correction.linked, *correction.since)}
            told = [one for one in remarks if one.state is RemarkState.ANSWERED and one.at not in below]
            html = middle.answered(listed(told, office=office, named=True), told)
            html += middle.changes(correction, {one.id: one.name for one in checklist.items}, said)
        case "remarks":
            edited = reading.writing if reading.writing and reading.writing.id else None
            shown = [one for one in remarks if not (edited and one.id == edited.id)]
            html = middle.all_remarks(listed(shown, office=office, named=True), remarks)
            html += form(edited, reading.record, phrases) if edited else ""
        case _:
            found = any(one.state == "wrong" and one.level == "error" for one in checks)
            found = office and (found or any(one.lacking for one in checklist.items))
            html = middle.item_card(item, said) if item else ""
            html += middle.checks(checks, said, found=found)
    if tab in ("checks", "changes"):  # the two that a case is opened at
        html = said_before(case.phase(reading.phase)) + html
    if tab in ("checks", "facts"):
        html = middle.since_note(correction.since) + html
    body = f'<div class="mid" data-scroll="mid-{esc(tab)}" tabindex="0" role="region" aria-label="核对与数据">'
    panel(f"{middle.tabs(tab, counts)}{body}{html}</div>", "middle", partial(did, reading))


def draw_notice(reading: Reading, notice: Document) -> None:
    """The pages of a notice as it would be sent now, and its files."""
    where = f"./of/notice/{esc(reading.record)}/{esc(notice.key)}?phase={esc(reading.phase)}"
    suffix = notice.templates[0].rpartition(".")[2]
    files = "".join(
        f'<button type="button" class="btn s" data-file="{where}&format={kind}"'
        f' aria-label="下载 {words}：{esc(notice.title)}">{icon("download")}{words}</button>'
        for kind, words in (("pdf", FORMATS[".pdf"]), (suffix, FORMATS[f".{suffix}"]))
    )
    job = notice_job(reading.record, notice, reading.phase)
    draw_job(notice.title, job, f"./of/picture/{reading.record}", "scan_view")
    back = act("notice:", "回材料页面", kind="btn s", sign="arrow_back")
    told = '<span data-told role="status" class="mut">还没有发出，照现在的意见和数据</span>'
    panel(f'<div class="foot" data-i18n-skip>{told}{back}{files}</div>', "notice_foot", partial(did, reading))


def draw_sent(reading: Reading) -> None:
    """The pages of a paper as it went out, and its files."""
    sent = the_desk().notices.sent(reading.record, reading.who)
    paper = next((one for one in sent if f"{SENT}{one.n}" == reading.notice), None)
    if paper is None:
        draw_none()
        return
    draw_job(paper.title, sent_job(reading.record, paper), f"./of/picture/{reading.record}", "scan_view")
    back = act("notice:", "回材料页面", kind="btn s", sign="arrow_back")
    number = f"，{paper.number}" if paper.number else ""
    told = f'<span data-told role="status" class="mut">{esc(moment(paper.when))}发出{esc(number)}</span>'
    html = f'<div class="foot" data-i18n-skip>{told}{back}{files(reading.record, paper)}</div>'
    panel(html, "notice_foot", partial(did, reading))


def draw_pages(reading: Reading, item: ItemState | None, notices: Sequence[Document]) -> None:
    """The pages of the item as they came, or those of the notice that is looked at."""
    if reading.notice.startswith(SENT):
        draw_sent(reading)
        return
    notice = next((one for one in notices if one.key == reading.notice), None)
    if notice is not None:
        draw_notice(reading, notice)
        return
    pages = pages_of(reading.record, item.id, item.files, item.faults) if item else []
    if item is not None and pages:
        viewer(pages, item.name, "scan_view")
    else:
        why = (item.why or "没有可以看的页面") if item else "这一阶段不用交材料"
        title = esc(item.name) if item else "材料"
        st.html(f'<div class="ph" data-i18n-skip><h2>{title}</h2></div><p class="empty" data-i18n-skip>{esc(why)}</p>')


def draw_decision(
    reading: Reading, form_key: str, case: CaseState, standing: PhaseStanding, item: ItemState | None, left: Left
) -> None:
    """The bar at the foot, and what it asks; not any more what has come to need no question meanwhile."""
    phases = [one.key for one in the_desk().definitions.form(form_key).phases]
    moves = moves_of(case, phases, reading.phase)
    key = next((one.action.prints for one in moves if one.action.kind == "return" and one.action.prints), "")
    titles = {one.key: one.title for one in the_desk().definitions.form(form_key).notices}
    notice = (key, titles[key]) if key in titles else ("", "")
    move = asked_still(reading, moves, left)
    with st.container(key="asking"):
        if move and reading.asking:
            html = panel_html(
                move.action,
                reading.asking,
                left,
                move.hindered,
                reading.record,
                waivable=move.waivable,
                along=along_of(move.action),
                entering=the_desk().reviews.entering(reading.record, move.action.key, reading.who),
            )
            panel(html, "ask", partial(did, reading))
    with st.container(key="deedbar"):
        html = bar(
            moves,
            left.remarks,
            case.n,
            item,
            notice,
            office=standing.holder == "office",
            stands=stands(standing, mine=reading.phase in case.waits),
            writes=reading.phase in case.writes,
            idle=idle_of(reading, moves, standing),
        )
        panel(html, "deeds", partial(did, reading))


def along_of(action: Action) -> list[str]:
    """Titles of the forms whose cases an action destroys along with this one."""
    return [the_desk().definitions.form(one.form).title for one in action.destroys.along] if action.destroys else []


def phase_of(reading: Reading, case: CaseState) -> str:
    """The phase that was looked at, as long as no other one has come to the office since."""
    active = case.active or case.phases[0].key
    looked = reading.phase or active
    return active if case.phase(active).holder == "office" and case.phase(looked).holder != "office" else looked


def draw_case(reading: Reading, record: RecordState, case: CaseState) -> None:
    """The three columns and the bar."""
    phases = [one.key for one in case.phases]
    asked = str(st.query_params.get("phase", ""))
    reading.phase = asked if asked in phases else phase_of(reading, case)
    standing = case.phase(reading.phase)
    checklist = the_desk().materials.state(reading.record, reading.who, reading.phase).checklist
    found = checklist.items
    item = next((one for one in found if one.id == reading.item), None)
    item = item or next((one for one in found if one.standing in WAITING), found[0] if found else None)
    reading.item = item.id if item else ""
    writes = reading.phase in case.writes
    remarks = [one for one in case.remarks if one.phase == reading.phase]
    correction = the_desk().reviews.correction(reading.record, reading.phase, reading.who)
    head(reading, record, case, standing)
    with st.container(key="said_review"):
        show_said(partial(did, reading), reading.record)
    with st.container(key="page_review", horizontal=True):
        with st.container(key="panel_items", gap=None):
            own = the_desk().materials.to_bring(reading.record, reading.who)
            panel(items(checklist, reading.item, remarks, correction.items, own), "items", partial(did, reading))
        with st.container(key="panel_middle", gap=None):
            tab = tab_of(reading, standing, correction)
            draw_middle(reading, record.form, case, checklist, item, correction, tab=tab, office=writes)
        with st.container(key="panel_scan", gap=None):
            draw_pages(reading, item, the_desk().definitions.form(record.form).notices)
    draw_decision(reading, record.form, case, standing, item, left_of(case, checklist, reading.phase))
