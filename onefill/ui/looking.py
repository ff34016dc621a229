"""A record before somebody who may not fill it: its facts to be read, numbers masked until a reason is given."""

from functools import partial

import streamlit as st

from onefill.service.shapes import RecordState
from onefill.ui.components import panel
from onefill.ui.html import note
from onefill.ui.review_facts import Looked, facts
from onefill.ui.reviewing import did, reading_of
from onefill.ui.shared import the_desk

WORDS = "这份由填报的一方填，这里只能看。号码遮住了；要看完整的点“看全”，写一句用途，会记录"


def reads_only(record: str) -> bool:
    """Whether whoever is here may look at a record but not fill it."""
    return the_desk().verification.reads_only(record, the_desk().who())


def draw_reading(record: str, state: RecordState) -> None:
    """All facts of all phases, section by section."""
    reading, last = reading_of(record), the_desk().definitions.form(state.form).phases[-1].key
    found = the_desk().verification.facts(record, last, reading.who, reading.row, reading.unfolded)
    looked = Looked(shown=reading.shown, asking=reading.showing, unfolded=reading.unfolded)
    html = facts(found, looked, lambda _key, _at: "")
    region = 'class="mid" data-scroll="looking" tabindex="0" role="region" aria-label="数据" data-i18n-skip'
    with st.container(key="panel_looking", gap=None):
        panel(note("plain flat", "visibility", WORDS) + f"<div {region}>{html}</div>", "looking", partial(did, reading))
