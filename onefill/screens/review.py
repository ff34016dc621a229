"""审核: one case before an officer — its items, what does not agree, its pages, and what is to become of it."""

import streamlit as st

from onefill.ui.bars import follow_search, top_bar
from onefill.ui.guard import guarded
from onefill.ui.html import state
from onefill.ui.parts import part
from onefill.ui.review_page import draw_case, phase_of
from onefill.ui.reviewing import reading_of
from onefill.ui.session import begin_run, end_run
from onefill.ui.shared import the_desk
from onefill.ui.travel import asked_record, follow

top_bar("review")
follow_search("review")
RECORD = asked_record()
READING = reading_of(RECORD)


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
                desk.reviews.open(RECORD, phase_of(READING, case), who)
                draw_case(READING, desk.records.state(RECORD), desk.reviews.state(RECORD, who))
        end_run(RECORD, desk.records.state(RECORD).change, "review")


page()
