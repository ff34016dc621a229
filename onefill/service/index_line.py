"""A record as a line of a list out of the index alone, where nothing is to be filled by whoever looks at it.

Whoever looks from an office reads what others fill; and what was handed in was whole when it was, and is not filled
again while an office has it or once it has ended. All other records are opened: how far they are depends on what they
lead to, too.
"""

from dataclasses import replace

from onefill.definitions import Definitions
from onefill.definitions.boards import Deadline
from onefill.definitions.model import Form
from onefill.reviews.moves import (
    first_handed_in,
    owners_of,
    phases_handed_in,
    stage_of,
    to_hand_in,
    waits_for,
    what_was_handed_in,
)
from onefill.service.cases import SENT_BACK, STAGES, TO_COME, awaiting, with_next
from onefill.service.glance import GLANCE
from onefill.service.guard import FILL
from onefill.service.indexing import FILLING, called_in_office
from onefill.service.judging import is_in_office
from onefill.service.shapes import Person, RecordSummary, Submitted
from onefill.service.words import where_it_stands
from store import DESTROYED, Found


def index_line(definitions: Definitions, found: Found, who: Person) -> RecordSummary | None:
    """The line of a record that need not be opened for it; nothing where it must be.

    Args:
        definitions: Those in use.
        found: What the index knows.
        who: Who looks.
    """
    form = definitions.forms.get(found.form)
    if form is None or found.form in definitions.retired:
        return None
    office, submitted = is_in_office(definitions, found.form, who), _submitted(form, found)
    if office and not who.may(FILL, found.unit, found.form):
        return replace(_line(form, found, submitted), label=called_in_office(found) or f"新的{form.title}")
    if submitted is None or not _rests(form, found, submitted):
        return None
    destroyed = DESTROYED in found.about
    step = "已经销毁" if destroyed else where_it_stands(submitted)
    label = called_in_office(found) if office else found.label
    return replace(_line(form, found, submitted), label=label, percent=100, next_step=step)


def _line(form: Form, found: Found, submitted: Submitted | None) -> RecordSummary:
    return RecordSummary(
        id=found.record,
        form=found.form,
        title=form.title,
        label=found.label,
        phase=first_handed_in(form).title if submitted is None else form.phases[submitted.phase].title,
        percent=None,
        errors=0,
        next_step="",
        destroyed=DESTROYED in found.about,
        changed_at=found.changed_at,
        owner=found.owner,
        submitted=submitted,
        unit=found.unit,
    )


def _submitted(form: Form, found: Found) -> Submitted | None:
    """Where the phase stands that was acted upon last; a stage that is no more in the form as it was called then."""
    phase, _, key = found.state.partition(".")
    place = next((number for number, one in enumerate(form.phases) if one.key == phase), None)
    if found.state == FILLING or not key or place is None:
        return None
    stage, about = stage_of(form, phase, key), found.about
    told = Submitted(
        phase=place,
        title=what_was_handed_in(form, phase),
        stage=stage.title if any(one.key == key for one in form.stages) else str(about.get("stage_title", key)),
        holder=stage.holder,
        passed=stage.passed,
        returned=int(about.get("returned", 0)),
        sent_back=stage.holder == "owner" and bool(about.get(SENT_BACK, about.get("returned"))),
        due=found.due,
        waits_for=waits_for(form, phase, key),
        assigned=str(about.get("assigned", "")),
        owners=owners_of(form, phase),
        awaits=awaiting(form, about.get(STAGES, ())),
    )
    told = with_next(form, told, to_come_of(form, found))
    asked = asked_by_index(form, found) if told.holder == "done" and told.passed else None
    if asked is not None:
        told = replace(told, asked=asked.title, asked_in=asked.section or "", asked_of=frozenset(asked.by))
    return told


def asked_by_index(form: Form, found: Found) -> Deadline | None:
    """What is still asked in the stage in which a record stands, as its newest entry left it."""
    stage, passed = found.state.partition(".")[2], found.about.get("passed", ())
    wanted = {key for key, *_ in (found.about.get(GLANCE) or {}).get("wanted", ())}
    asked = (one for one in form.deadlines if stage in one.stages and one.key in wanted)
    return next((one for one in asked if one.passed is None or one.passed in passed), None)


def to_come_of(form: Form, found: Found) -> str:
    """Key of the phase that is to be handed in next; where the entry does not say, the first that was not passed."""
    if TO_COME in found.about:
        return str(found.about[TO_COME])
    keys, passed = [one.key for one in form.phases], set(found.about.get("passed", ()))
    phase = found.state.partition(".")[0]
    later = keys[keys.index(phase) + 1 :] if phase in keys else []
    return to_hand_in(form, later, passed)


def _rests(form: Form, found: Found, submitted: Submitted) -> bool:
    """Whether an office has a record, or it has ended, and nothing that comes later is to be filled meanwhile."""
    if submitted.holder == "owner":
        return False
    handed_in, passed = phases_handed_in(form), set(found.about.get("passed", ()))
    before = [one.key for one in form.phases[: submitted.phase]]
    here, last = form.phases[submitted.phase].key, submitted.phase == len(form.phases) - 1 or not submitted.then
    if any(found.state == f"{here}.{stage}" for one in form.deadlines for stage in one.stages):
        return False  # something may be asked in this stage, which only the facts can tell
    return passed.issuperset(before) and handed_in.issuperset(before) and (last or here not in passed)
