"""导入: a workbook is brought, its columns are matched, what it would do is seen, then it is taken."""

from contextlib import suppress
from urllib.parse import unquote

import streamlit as st

from onefill.errors import OneFillError
from onefill.service.errors import NotWaiting
from onefill.service.import_jobs import METHOD
from onefill.service.job_shapes import Job
from onefill.service.shapes import RecordState, SectionState
from onefill.ui.bars import follow_search, record_bar, top_bar
from onefill.ui.components import drop_zone, panel
from onefill.ui.guard import guarded
from onefill.ui.html import esc, icon, note, state
from onefill.ui.import_columns import columns_panel, heading_panel
from onefill.ui.import_entry import IMPORTED, to_import
from onefill.ui.import_lines import View, lines_panel, show_named
from onefill.ui.papers import progress
from onefill.ui.parts import part
from onefill.ui.session import begin_run, end_run
from onefill.ui.shared import the_desk
from onefill.ui.travel import asked_record, follow, section_key, to_page

top_bar("importing")
follow_search("importing")
RECORD = asked_record()
#: What a person has stopped is no fault.
STOPPED = "已停下，没有导入"
SECTION = str(st.query_params.get("section", ""))
FILE = str(st.query_params.get("file", ""))
VIEW: View = st.session_state.setdefault(f"import-{RECORD}-{FILE}", View())


def acted(said: str) -> None:
    """A button or a list of the page was used; what cannot be done is said on the page."""
    VIEW.told = ""
    try:
        _act(*said.partition(":")[::2])
    except OneFillError as error:
        VIEW.told = str(error)


def _act(verb: str, what: str) -> None:
    inbox = the_desk().inbox
    match verb:
        case "other":
            to_import(RECORD, SECTION)
        case "heading":
            VIEW.heading = not VIEW.heading
        case "header":
            inbox.choose_header(RECORD, FILE, int(what))
            VIEW.heading = False
        case "sheet":
            inbox.choose_sheet(RECORD, FILE, inbox.workbook(RECORD, FILE).sheets[int(what)].name)
        case "column":
            number, _, field = what.partition(":")
            inbox.choose_column(RECORD, FILE, int(number), field or None)
        case "word":
            field, word, option = what.split(":")
            inbox.choose_word(RECORD, FILE, field, unquote(word), option or None)
        case "show":
            VIEW.show, VIEW.page = show_named(what), 0
        case "page":
            VIEW.page = int(what)
        case "drop":
            VIEW.drop = not VIEW.drop
        case "take":
            which, _, digest = what.partition(":")
            take(digest, wrong=which == "all")
        case "stop":
            the_desk().jobs.stop(RECORD, [METHOD])


def take(digest: str, *, wrong: bool) -> None:
    """Import what the person saw, and go back to the table; where it takes long, when it is done."""
    inbox = the_desk().inbox
    done = inbox.look(RECORD, FILE).receipt
    if done is None or done.undone or done.seen != digest:  # a double click means it once
        inbox.start(RECORD, FILE, the_desk().who(), wrong=wrong, drop=VIEW.drop, seen=digest)
    VIEW.show = None
    if not inbox.look(RECORD, FILE).job:
        to_table()


def to_table() -> None:
    """Go back to the table, which tells what came of the import."""
    st.session_state[section_key(RECORD)] = SECTION
    to_page("fill", **{"record": RECORD, "section": SECTION, IMPORTED: FILE})


def draw_bring(section: SectionState, told: str) -> None:
    """No workbook yet: where to put one, and how to get an empty one."""
    with st.container(key="panel_bring", gap=None):
        st.html(
            f'<div class="ph" data-i18n-skip><h2>导入{esc(section.title)}</h2>'
            '<span class="mut sm">先核对，看过再导入，现在什么都不会改</span></div>'
        )
        if told:
            st.html(note("red flat", "error", esc(told)))
        words = "把表格拖到这里，或点这里选文件"
        href = f"./of/import/{RECORD}/{section.key}"
        drop_zone(href, words, f"drop-{section.key}", lambda file: to_import(RECORD, section.key, file))
        panel(
            '<ul class="tips"><li>哪一列是什么会自己认；表头上面有标题、下面有合计都不要紧</li>'
            "<li>有错的格子逐个指出来，可以下载标好错的原表，改好再导入一次</li>"
            "<li>再次导入同一份名单，已有的行会更新，不会重复</li></ul>"
            '<div class="foot"><span data-told role="status" class="mut">没有现成的表格？下载空表，填好再导入</span>'
            f'<button type="button" class="btn" data-file="./of/blank/{esc(RECORD)}/{esc(section.key)}">'
            f"{icon('download')}下载空表</button></div>",
            "bringtips",
        )


def draw_preview() -> None:
    """The two panels."""
    inbox = the_desk().inbox
    waiting, workbook, preview = inbox.look(RECORD, FILE), inbox.workbook(RECORD, FILE), inbox.preview(RECORD, FILE)
    unknown = VIEW.heading or preview.columns.header is None
    html = heading_panel(workbook, preview) if unknown else lines_panel(RECORD, FILE, preview, VIEW)
    told = note("red flat", "error", esc(VIEW.told)) if VIEW.told else ""
    with st.container(key="page_import", horizontal=True):
        with st.container(key="panel_columns", gap=None):
            panel(columns_panel(waiting, workbook, preview), "columns", acted)
        with st.container(key="panel_lines", gap=None):
            panel(told + html, "lines", acted)


def draw_job(job: Job) -> None:
    """How far it is, where it takes long."""
    filename = the_desk().inbox.look(RECORD, FILE).filename
    with st.container(key="panel_bring", gap=None):
        st.html(f'<div class="ph" data-i18n-skip><h2>导入“{esc(filename)}”</h2></div>')
        panel(f'<div class="pk alone">{progress(job, "正在导入", even=False)}</div>', "importing", acted)


def in_hand() -> Job | None:
    """The job that imports what was brought, while it goes on; what came of it is told here or beside the table."""
    job = None
    with suppress(NotWaiting):
        job = the_desk().inbox.follow(RECORD, FILE) if FILE else None
    if job is None or job.going:
        return job
    if job.state == "done":
        to_table()
        follow()
    VIEW.told = STOPPED if job.state == "stopped" else job.message
    return None


def found_section(shown: RecordState) -> SectionState | None:
    """The section that the address names, if it holds rows."""
    return next((s for s in shown.sections if s.key == SECTION and s.kind == "rows"), None)


def draw_body(section: SectionState, job: Job | None) -> None:
    """How far the import is, or the preview of it; without a workbook, or if it is gone, the place to bring one."""
    told = ""
    if FILE and job is None:
        try:
            draw_preview()
            return
        except NotWaiting as gone:
            told = str(gone)
    with st.container(key="page_bring"):
        if job is not None:
            draw_job(job)
        else:
            draw_bring(section, told)


@part
def page() -> None:
    """Everything below the top bar."""
    with guarded():
        follow()
        job = in_hand()
        begin_run(RECORD, "papers" if job else "record")
        shown = the_desk().records.state(RECORD)
        section = found_section(shown)
        if section is None:
            st.html(state("link_off", "地址里没有写导入哪一张表。请从填报打开", link=("./", "回首页")))
            return
        st.session_state[section_key(RECORD)] = section.key
        record_bar("fill", shown, (f"返回{section.title}", "fill"), quiet=True)
        draw_body(section, job)
        # otherwise not watched: what an import would do is compared once more when it is taken
        end_run(RECORD, shown.change, "papers" if job else None)


page()
