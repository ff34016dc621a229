"""What a clerk does with materials: bring files, sort pages, turn and order them, say what is at hand."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.parse import quote

import streamlit as st

from onefill.definitions.model import Form
from onefill.errors import OneFillError
from onefill.materials import UNSORTED, ItemState, Leaf, Page, Standing, Supplied, run_of
from onefill.materials.printed_pages import Fault, PageFault
from onefill.reviews.moves import phase_of
from onefill.service.case_shapes import CaseState, MaterialsState
from onefill.service.materials import ANY_KIND, MOST_MB
from onefill.service.shapes import RecordState
from onefill.ui.checklists import WITH_FILES, files, head, original_tick, unsorted_head
from onefill.ui.components import panel, supply_zone, viewer
from onefill.ui.html import esc, note
from onefill.ui.session import this_window
from onefill.ui.shared import the_desk
from onefill.ui.travel import open_paper, phase_key, section_key, to_page

KIND_WORDS = {"pdf": "PDF", "jpg": "JPG", "png": "PNG"}
#: What stands on a page in the strip with which something is wrong.
TAGS = {Fault.DRAFT: "草", Fault.STALE: "旧", Fault.FOREIGN: "别的", Fault.DOUBLED: "重", Fault.KEPT: "原"}
ENDINGS = {"pdf": ".pdf", "jpg": ".jpg,.jpeg,image/jpeg", "png": ".png,image/png"}


def item_key(record: str) -> str:
    """Where the session keeps which item is chosen."""
    return f"item-{record}"


def told_key(record: str) -> str:
    """Where the session keeps what was refused."""
    return f"mat-told-{record}"


def phase_to_hand_in(form: Form, state: RecordState, case: CaseState) -> str:
    """The phase whose materials are wanted now: what may be handed in, is under way, else the one the record is in."""
    possible = (move.action for move in case.moves if move.action.kind == "submit" and not move.hindered)
    wanted = next(possible, None)
    if wanted is not None:
        return phase_of(form, wanted.phase)
    told = state.submitted
    under_way = told is not None and (bool(told.asked) or not (told.holder == "done" and told.passed))
    phase = told.phase if told is not None and under_way else state.phase
    keys = [one.key for one in form.phases]
    first = keys[0]
    asked = {one.from_ or first for one in form.materials} | {one.phase or first for one in form.actions}
    return next((keys[at] for at in range(phase, -1, -1) if keys[at] in asked), keys[phase])


def chosen_item(record: str, state: MaterialsState) -> str:
    """The item that is shown: the one last chosen; at first the first that is wanting."""
    ids = [item.id for item in state.checklist.items]
    wanted = st.session_state.get(item_key(record)) or str(st.query_params.get("item", ""))
    if wanted in ids or wanted == UNSORTED:
        return str(wanted)
    return next((item.id for item in state.checklist.items if item.lacking), ids[0] if ids else UNSORTED)


def done(record: str, said: str) -> bool:
    """Do what a button, a list or a drop says; whether it was one of these. What cannot be done is told in words."""
    verb, _, what = said.partition(":")
    try:
        return _do(record, verb, what)
    except OneFillError as error:
        st.session_state[told_key(record)] = str(error)
        return True


def _do(record: str, verb: str, what: str) -> bool:
    desk, item = the_desk(), str(st.session_state.get(item_key(record), ""))
    who, materials = desk.who(), desk.materials
    file, _, rest = what.partition(":")
    match verb:
        case "item":
            st.session_state[item_key(record)] = what
        case "supplied":
            pass  # the page is drawn anew
        case "move":
            place, _, target = rest.partition(":")
            materials.assign(record, item, file, target, who, pages=[int(place)] if place else None)
        case "remove":
            materials.remove(record, item, file, who)
        case "earlier" | "later" | "put":
            place, _, to = rest.partition(":")
            run, leaf = run_of(materials.files(record, item, who)), (file, int(place))
            if verb != "put":
                to = str(run.index(leaf) + (1 if verb == "later" else -1)) if leaf in run else "0"
            materials.order(record, item, reordered(run, leaf, int(to)), who)
        case "upright" | "drop":
            found = next((one for one in materials.files(record, item, who) if one.id == file), None)
            pages = arranged(found.pages if found else (), verb, int(rest) - 1)
            materials.arrange(record, item, file, pages, who)
        case "ofprint":
            today = next(
                one.print for one in materials.state(record, who, _phase(record)).checklist.items if one.id == item
            )
            materials.of_print(record, item, what, today, who)
        case "right":
            materials.still_right(record, item, who)
        case "aside":
            materials.set_aside(record, item, who)
        case "replace":
            materials.set_aside(record, item, who, replaced=True)
        case "print_code":
            materials.of_print(record, item, file, str(json.loads(rest).get("code", "")), who)
        case "original":
            materials.show_original(record, item, who, ready=what == "on")
        case "print":
            open_paper(record, what)
        case "section":
            st.session_state[section_key(record)] = what
            to_page("fill", record=record)
        case _:
            return False
    return True


def _phase(record: str) -> str | None:
    return st.session_state.get(phase_key(record))


def arranged(pages: Sequence[Page], verb: str, at: int) -> list[Page]:
    """Pages of a file after one of them, counted from 0, was turned or dropped."""
    found = list(pages)
    if not 0 <= at < len(found):
        return found
    if verb == "drop":
        del found[at]
    else:
        found[at] = replace(found[at], turn=(found[at].turn + 90) % 360)
    return found


def reordered(run: Sequence[Leaf], leaf: Leaf, to: int) -> list[Leaf]:
    """The pages of an item after one of them was put at a place, counted from 0."""
    found = list(run)
    if leaf in found:
        found.remove(leaf)
        found.insert(max(0, to), leaf)
    return found


# -- drawing -------------------------------------------------------------------------------------------------------


def draw_item(record: str, state: MaterialsState, chosen: str) -> None:
    """The chosen item: how it stands, where files go, its files, their pages."""
    st.session_state[item_key(record)] = chosen
    item = next((one for one in state.checklist.items if one.id == chosen), None)
    given = item.files if item else the_desk().materials.unsorted(record, the_desk().who())
    html = head(item, open_to_change=state.open_to_change) if item else unsorted_head(len(given))
    refused = st.session_state.pop(told_key(record), "")
    html += note("amber flat", "warning", f'<span role="alert">{esc(refused)}</span>') if refused else ""
    html += original_tick(item) if item and item.material.kind == "original" and state.open_to_change else ""

    def acted(said: str) -> None:
        done(record, said)

    panel(html, "item", acted)
    supply_zone(_zone(record, item, open_to_change=state.open_to_change), "supply", acted)
    targets = [(one.id, one.name) for one in state.checklist.items if one.material.kind in WITH_FILES]
    targets = [one for one in [*targets, (UNSORTED, "没归类")] if one[0] != chosen]
    today = item.print if item and item.material.kind == "scan" else ""
    old = [file for file, changes in item.changed.items() if changes] if item else []
    older = item.older if item else ()
    shown = files(
        record, chosen, given, targets, today=today, older=older, old=old, open_to_change=state.open_to_change
    )
    panel(shown, "files", acted)
    pages = pages_of(record, chosen, given, item.faults if item else ())
    if pages:
        own = state.open_to_change and not any(one.source for one in given)
        viewer(pages, item.name if item else "没归类的文件", "view", acted if own else None, targets)


def _zone(record: str, item: ItemState | None, *, open_to_change: bool) -> dict[str, object]:
    kinds, most = (item.material.accept, item.material.max_mb) if item else (ANY_KIND, MOST_MB)
    takes = item is None or (item.material.kind in WITH_FILES and item.standing is not Standing.NOT_REQUIRED)
    return {
        "href": f"./of/material/{record}",
        "item": (item.id if item else UNSORTED) if takes and open_to_change else "",
        "words": "把扫描件、照片拖到这里，或点这里选文件",
        "kinds": f"收 {'、'.join(KIND_WORDS[kind] for kind in kinds)}，一个最大 {most} MB，可以一次选几个",
        "accept": ",".join(ENDINGS[kind] for kind in kinds),
        "most": most << 20,
        "open": open_to_change,
        "spare": UNSORTED,
    }


def pages_of(
    record: str, item: str, given: Sequence[Supplied], faults: Iterable[PageFault] = ()
) -> list[dict[str, str]]:
    """Pages of an item in their order, each with the address of its picture, which says all that the picture shows.

    Args:
        record: Whose.
        item: Id of the item.
        given: Its files.
        faults: What is wrong with its pages: those that are old, foreign or twice there are marked.
    """
    tags = {leaf: TAGS[one.kind] for one in faults for leaf in one.leaves if one.kind in TAGS}
    token = quote(this_window().token)
    found, files = [], {one.id: one for one in given}
    for file, place in run_of(given):
        one, page = files[file], files[file].pages[place - 1]
        where = f"./of/material/{quote(record)}/{quote(item)}/{quote(file)}/{place}?k={token}"
        where += f"&v={one.digest[:8]}-{page.number}-{page.turn}"
        name = f"{one.name} 第 {page.number} 页"
        shown = {"src": f"{where}&w=1200", "small": f"{where}&w=200", "name": name, "mark": f"{file}:{place}"}
        tag = tags.get((file, place))
        found.append({**shown, "tag": tag, "name": f"{name}，{tag}"} if tag else shown)
    return found
