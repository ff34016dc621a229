"""审核: one case before an officer — its items, what does not agree, its pages, and what is to become of it."""

from datetime import datetime
from urllib.parse import quote

import streamlit as st

from onefill.materials import Checklist, ItemState
from onefill.service.case_shapes import CaseState, PhaseStanding
from onefill.service.shapes import RecordState
from onefill.ui import review_facts as middle
from onefill.ui.bars import follow_search, top_bar
from onefill.ui.components import panel, viewer
from onefill.ui.deciding import bar, panel_html
from onefill.ui.guard import guarded
from onefill.ui.html import chip, esc, state
from onefill.ui.parts import part
from onefill.ui.presence import presence
from onefill.ui.queues import due, unit_title
from onefill.ui.remarks import form, listed
from onefill.ui.review_items import WAITING, items
from onefill.ui.reviewing import did, moves_of, others, reading_of, wanting
from onefill.ui.said import show_said
from onefill.ui.session import begin_run, end_run, this_window
from onefill.ui.shared import the_desk
from onefill.ui.travel import asked_record, follow

top_bar("review")
follow_search("review")
RECORD = asked_record()
READING = reading_of(RECORD)


def acted(said: str) -> None:
    """A button of the page was pressed."""
    did(READING, said)


def head(record: RecordState, case: CaseState, standing: PhaseStanding) -> None:
    """Which case this is, whose, where it stands, who else is here, until when."""
    now = datetime.now().astimezone()
    where = f"{standing.phase_title} · {standing.title}" if len(case.phases) > 1 else standing.title
    more = "　".join(part for part in (unit_title(the_desk().people.offices.units(), case.unit), record.title) if part)
    told = others(standing, presence.note(RECORD, READING.who.name, now), READING.who.name)
    here = chip("amber", "group", told) if told else ""
    term = due(standing.due, standing.left, now.date())[1] if standing.due else ""
    left = f"，还有 {standing.left} 个工作日" if standing.due and standing.left > 0 else ""
    with st.container(key="recbar", horizontal=True):
        st.html(
            f'<div class="rec" data-i18n-skip><h1>{esc(record.label)}</h1><span class="kind">{esc(more)}</span>'
            f"{chip('amber' if standing.holder == 'office' else '', 'gavel', where)}"
            f'<span class="sp"></span><span role="status">{here}</span>'
            f"{f'<span class=term>期限 {term}{left}</span>' if term else ''}</div>"
        )


def said_at(case: CaseState, phrases: tuple[str, ...], *, office: bool) -> middle.Said:
    """Draws what is said about a place: its remarks, the form if one is written there, else the way to it."""
    writing = READING.writing
    mine = [one for one in case.remarks if one.phase == READING.phase]

    def draw(key: str, at: str) -> str:
        if not at and not key.startswith("check:"):
            return ""
        here = [one for one in mine if one.at == at and not (writing and one.id == writing.id)]
        html = listed(here, office=office)
        if not office:
            return html
        again = next((one for one in mine if writing and one.id == writing.id), None)
        if writing and (writing.key == key or (again and again.at == at)):
            return html + form(writing, RECORD, phrases)
        return html + f'<button type="button" class="say" data-act="write:{esc(key)}">写意见</button>'

    return draw


def draw_middle(form_key: str, case: CaseState, checklist: Checklist, item: ItemState | None, *, office: bool) -> None:
    """Checks, facts, changes, remarks."""
    desk = the_desk()
    phrases = desk.definitions.pack_of(form_key).phrases
    said = said_at(case, phrases, office=office)
    checks = desk.verification.checks(RECORD, READING.phase)
    correction = desk.reviews.correction(RECORD, READING.phase)
    remarks = [one for one in case.remarks if one.phase == READING.phase]
    counts = {
        "checks": sum(one.state == "wrong" for one in checks),
        "changes": len(correction.differences) + len(correction.items),
        "remarks": wanting(case, READING.phase),
    }
    match READING.tab:
        case "facts":
            html = middle.facts(
                desk.verification.facts(RECORD, READING.phase, READING.row), READING.shown, READING.showing, said
            )
        case "changes":
            html = middle.changes(correction, {one.id: one.name for one in checklist.items}, said)
        case "remarks":
            edited = READING.writing if READING.writing and READING.writing.id else None
            shown = [one for one in remarks if not (edited and one.id == edited.id)]
            html = middle.all_remarks(listed(shown, office=office, named=True), remarks)
            html += form(edited, RECORD, phrases) if edited else ""
        case _:
            html = (middle.item_card(item, said) if item else "") + middle.checks(checks, said)
    body = f'<div class="mid" data-scroll="mid-{esc(READING.tab)}" tabindex="0" role="region" aria-label="核对与数据">'
    panel(f"{middle.tabs(READING.tab, counts)}{body}{html}</div>", "middle", acted)


def draw_pages(item: ItemState | None) -> None:
    """The pages of the item, as they came."""
    pages = scans(item) if item else []
    if item is not None and pages:
        viewer(pages, item.name, "scan_view")
    else:
        why = (item.why or "没有可以看的页面") if item else "这一阶段不用交材料"
        title = esc(item.name) if item else "材料"
        st.html(f'<div class="ph" data-i18n-skip><h2>{title}</h2></div><p class="empty" data-i18n-skip>{esc(why)}</p>')


def scans(item: ItemState) -> list[dict[str, str]]:
    """Addresses of the pictures of an item's pages."""
    token = quote(this_window().token)
    found = []
    for file in item.files:
        for place, page in enumerate(file.pages, 1) if file.digest else ():
            address = f"./of/material/{RECORD}/{item.id}/{file.id}/{place}?k={token}&t={page.turn}&h={file.digest[:8]}"
            name = f"{item.name} {file.name} 第 {place} 页"
            found.append({"src": address, "small": f"{address}&w=200", "name": name})
    return found


def draw_decision(
    form_key: str, case: CaseState, standing: PhaseStanding, item: ItemState | None, *, office: bool
) -> None:
    """The bar at the foot, and what it asks."""
    phases = [one.key for one in the_desk().definitions.form(form_key).phases]
    moves = moves_of(case, phases, READING.phase)
    count = wanting(case, READING.phase)
    key = next((one.action.prints for one in moves if one.action.kind == "return" and one.action.prints), "")
    titles = {one.key: one.title for one in the_desk().definitions.form(form_key).notices}
    notice = (f"./of/notice/{RECORD}/{key}", titles[key]) if key in titles else ("", "")
    stands = f"现在是“{standing.title}”" + ("，在填报的一方手里" if standing.holder == "owner" else "")
    asking = READING.asking
    move = next((one for one in moves if asking and one.action.key == asking.action), None)
    with st.container(key="asking"):
        if asking and move:
            panel(panel_html(move.action, asking, count, move.hindered, RECORD), "ask", acted)
    with st.container(key="deedbar"):
        panel(bar(moves, count, case.n, item, notice, office=office, stands=stands), "deeds", acted)


def phase_of(case: CaseState) -> str:
    """The phase that was looked at, as long as no other one has come to the office since."""
    active = case.active or case.phases[0].key
    looked = READING.phase or active
    return active if case.phase(active).holder == "office" and case.phase(looked).holder != "office" else looked


def draw_case(record: RecordState, case: CaseState) -> None:
    """The three columns and the bar."""
    phases = [one.key for one in case.phases]
    asked = str(st.query_params.get("phase", ""))
    READING.phase = asked if asked in phases else phase_of(case)
    standing = case.phase(READING.phase)
    checklist = the_desk().materials.state(RECORD, READING.phase).checklist
    found = checklist.items
    item = next((one for one in found if one.id == READING.item), None)
    item = item or next((one for one in found if one.standing in WAITING), found[0] if found else None)
    READING.item = item.id if item else ""
    office = standing.holder == "office"
    remarks = [one for one in case.remarks if one.phase == READING.phase]
    changed = the_desk().reviews.correction(RECORD, READING.phase).items
    head(record, case, standing)
    with st.container(key="said_review"):
        show_said(acted, RECORD)
    with st.container(key="page_review", horizontal=True):
        with st.container(key="panel_items", gap=None):
            panel(items(checklist, READING.item, remarks, changed), "items", acted)
        with st.container(key="panel_middle", gap=None):
            draw_middle(record.form, case, checklist, item, office=office)
        with st.container(key="panel_scan", gap=None):
            draw_pages(item)
    draw_decision(record.form, case, standing, item, office=office)


@part
def page() -> None:
    """The whole case, for whoever may review it."""
    with guarded():
        follow()
        begin_run(RECORD, "review")
        desk = the_desk()
        who = desk.who()
        if not desk.queues.is_officer(who):
            st.html(state("lock", "审核由收件的一方来做。您这里没有要审的", link=("./", "回首页")))
        else:
            case = desk.reviews.state(RECORD, who)
            if case.active is None:
                st.html(state("hourglass_top", "还没有提交，没有可以审的", link=("./queue", "回待办")))
            else:
                desk.reviews.open(RECORD, phase_of(case), who)
                draw_case(desk.records.state(RECORD), desk.reviews.state(RECORD, who))
        end_run(RECORD, desk.records.state(RECORD).change, "review")


page()
