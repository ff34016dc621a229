"""看板: calendars, statistics and random draws over all that whoever looks may see."""

import json
from datetime import date

import streamlit as st

from onefill.definitions.boards import Board
from onefill.errors import OneFillError
from onefill.service.desk import new_id
from onefill.service.guard import FILL
from onefill.ui.bars import follow_search, top_bar
from onefill.ui.board_figures import Parted, chart_of, finding, heads, table, titles_of
from onefill.ui.board_figures import tools as figure_tools
from onefill.ui.charts import drawn, height
from onefill.ui.components import panel
from onefill.ui.days import read_day
from onefill.ui.guard import guarded
from onefill.ui.html import esc, state
from onefill.ui.lots import Lots, asking, earlier, lots_from, result
from onefill.ui.moments import today
from onefill.ui.parts import part
from onefill.ui.planner import When, calendar, the_day
from onefill.ui.planner import tools as day_tools
from onefill.ui.said import say, show_said
from onefill.ui.session import speak
from onefill.ui.shared import the_desk
from onefill.ui.travel import follow, to_page

TODAY = today()
KNOWN = the_desk().boards.known(the_desk().who())
CHOSEN = str(st.query_params.get("board") or next(iter(KNOWN), ""))
PACK = CHOSEN.partition(".")[0]
WHEN: When = st.session_state.setdefault("boards-when", When(TODAY))
LOTS: Lots = st.session_state.setdefault(f"boards-lots-{CHOSEN}", lots_from(TODAY))
PARTED: Parted = st.session_state.setdefault(f"boards-parted-{CHOSEN}", Parted())


def acted(said: str) -> None:
    """A button of the page was pressed."""
    verb, _, what = said.partition(":")
    match verb:
        case "board":
            to_page("boards", board=what)
        case "open":
            to_page("review" if the_desk().queues.is_officer(the_desk().who()) else "fill", record=what)
        case "day":
            WHEN.day = TODAY if what == "today" else date.fromisoformat(what)
        case "move":
            WHEN.move(int(what))
        case "span":
            WHEN.span = what
        case "unit":
            WHEN.unit = PARTED.unit = what
        case "by":
            PARTED.by = what
        case "year":
            PARTED.year = what
        case "measure":
            PARTED.measure = int(what)
        case "look":
            LOTS.looked = what
        case "fill":
            to_page("fill", record=what)
        case "draw" | "begin":
            try:
                draw_now(what) if verb == "draw" else begin(what)
            except OneFillError as error:
                say(str(error), "amber")


def draw_now(what: str) -> None:
    """Draw as the form says."""
    typed = json.loads(what)
    read = [read_day(typed[name]) for name in ("first", "last")]
    LOTS.first, LOTS.last = (day or kept for (day, _), kept in zip(read, (LOTS.first, LOTS.last), strict=True))
    LOTS.count, LOTS.seed = int(typed["count"]), str(typed.get("seed", ""))
    if wrong := "；".join(one for _, one in read if one):
        say(wrong, "amber")
        return
    desk = the_desk()
    days = LOTS.first, LOTS.last
    made = desk.draws.make(CHOSEN, desk.who(), *days, LOTS.count, seed=LOTS.seed, request=LOTS.request)
    LOTS.looked, LOTS.seed, LOTS.request = made.id, "", new_id()


def begin(what: str) -> None:
    """Begin what comes of one that was drawn, and open it."""
    draw, _, number = what.rpartition(":")
    to_page("fill", record=the_desk().draws.begin(draw, int(number), the_desk().who()))


def draw_calendar(_: Board) -> None:
    """The weeks, and the day that is looked into."""
    desk = the_desk()
    who, units = desk.who(), desk.people.offices.units_of(PACK)
    below = {path: title for path, title in units.items() if who.sees(path)}
    found = desk.boards.planner(CHOSEN, who, WHEN.first, WHEN.last, WHEN.unit)
    with st.container(key="panel_plan", gap=None):
        panel(day_tools(WHEN, below) + calendar(found, WHEN, TODAY), "plan", acted)
    with st.container(key="panel_day", gap=None):
        held = [one for one in found.held if one.day <= WHEN.day <= one.until]
        panel(the_day(held, WHEN.day, units), "day", acted)


def draw_statistics(board: Board) -> None:
    """The totals, one measure as a chart, the table."""
    desk = the_desk()
    units = desk.people.offices.units_of(PACK)
    who, year, unit = desk.who(), PARTED.year, PARTED.unit
    below = {path: title for path, title in units.items() if who.sees(path)}
    found = desk.boards.statistics(CHOSEN, who, units, by=PARTED.by, year=year, unit=unit)
    measure = min(PARTED.measure, len(found.measures) - 1)
    panel(heads(found, PARTED), "heads", acted)
    with st.container(key="panel_sums", gap=None):
        panel(figure_tools(CHOSEN, board, found, PARTED, below), "sums_tools", acted)
        chart, words = chart_of(found, measure), finding(found, measure)
        st.html(f'<p class="finding" data-i18n-skip>{esc(words)}</p>')
        if chart.labels:
            made, drawn_as = drawn(chart, words), f"chart_{found.by}_{measure}_{unit}"
            st.altair_chart(made, theme=None, width="stretch", height=height(chart), key=drawn_as)
        st.html(table(found))


def draw_lots(board: Board) -> None:
    """The next draw, the one that is looked at, those before."""
    desk = the_desk()
    who, known = desk.who(), desk.draws.of(CHOSEN, desk.who())
    show_said(acted)
    with st.container(key="panel_lots", gap=None):
        panel(asking(LOTS), "lots", acted)
    looked = next((one for one in known if one.id == LOTS.looked), known[0] if known else None)
    if looked is None:
        return
    starts = board.starts.form if board.starts and who.may(FILL, who.unit, board.starts.form) else ""
    title = desk.definitions.form(starts).title if starts else ""
    with st.container(key="panel_drawn", gap=None):
        panel(result(looked, desk.people.offices.units(), desk.draws.begun(looked.id, who), title), "drawn", acted)
    if len(known) > 1:
        with st.container(key="panel_earlier", gap=None):
            panel(earlier(known, looked.id), "earlier", acted)


#: How each kind of board is drawn.
DRAWN = {"calendar": draw_calendar, "statistics": draw_statistics, "draw": draw_lots}


@part
def page() -> None:
    """Which boards there are, and the one that is open."""
    with guarded():
        follow()
        board = the_desk().boards.board(CHOSEN, the_desk().who())
        with st.container(key="page_boards"):
            others = titles_of(KNOWN, CHOSEN) if len(KNOWN) > 1 else ""
            hint = f"<p>{esc(board.hint)}</p>" if board.hint else ""
            head = f'<div class="hello" data-i18n-skip><div><h1>{esc(board.title)}</h1>{hint}</div><span class="sp">'
            panel(f"{head}</span>{others}</div>", "boards_head", acted)
            DRAWN[board.kind](board)
        speak()


top_bar("boards")
follow_search("boards")
if KNOWN:
    page()
else:
    st.html(state("lock", "还没有您能看的看板", link=("./", "回首页")))
