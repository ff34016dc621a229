"""Under a link nobody has chosen yet: a record to make where there is none, the only one there is with one click."""

from onefill.service.shapes import FieldState
from onefill.ui.components import panel
from onefill.ui.html import act
from onefill.ui.said import say
from onefill.ui.session import key_of
from onefill.ui.shared import the_desk
from onefill.ui.travel import begin, create

USE = "use"


def draw_ways(record: str, field: FieldState) -> None:
    """Draw the ways on, where there are any."""
    if not wanted(field):
        return
    form = field.definition.form or ""

    def acted(said: str) -> None:
        if said == USE:
            the_desk().records.set(record, field.path, field.options[0][0], the_desk().who())
            return
        _, _, fresh = said.rpartition(":")
        label = the_desk().records.state(record).label
        title = the_desk().definitions.form(form).title
        create(form, fresh)
        say(f"填好这份{title}，就能在“{label}”里选它", way_back=(f"open:{record}", "回去"), record=fresh)

    panel(way(field, the_desk().definitions.form(form).title), f"ways-{key_of(record, field.path)}", acted)


def wanted(field: FieldState) -> bool:
    """Whether there is nothing, or nothing else, to choose."""
    one = field.definition.form is not None and not field.definition.many
    return one and field.stored is None and len(field.options) < 2


def way(field: FieldState, title: str) -> str:
    """The button: ``use`` for the only record there is, or ``new:FORM:ID``."""
    if field.options:
        return act(USE, f"用“{field.options[0][1]}”", kind="lk")
    return begin(field.definition.form or "", title, kind="lk", sign="add")
