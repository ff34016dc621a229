"""The right column: what is to be mended, this section first; a click puts the cursor there."""

from collections.abc import Sequence
from itertools import groupby

from onefill.facts.sheet import Finding
from onefill.problems import FieldPlace, Level
from onefill.reviews import Remark, RemarkState
from onefill.service.case_shapes import Settled
from onefill.service.shapes import RecordState, SectionState
from onefill.ui.answers import Live
from onefill.ui.handing import remark_state
from onefill.ui.html import KINDS, SIGNS, WORDS, chip, esc, icon

#: More are counted, not listed: nobody mends the 200th first.
MOST = 60


def counted(state: RecordState) -> tuple[int, int, int]:
    """What is to be mended, to be filled, to be looked at in the phase the record is in."""
    now = [f for f in state.findings if f.phase <= state.phase and not handed_in(state, f)]
    errors = [finding for finding in now if finding.problem.level is Level.ERROR]
    missing = sum(finding.missing for finding in errors)
    return len(errors) - missing, missing, len(now) - len(errors)


def handed_in(state: RecordState, finding: Finding) -> bool:
    """Whether it only reminds of something in what was handed in and cannot be typed now: nobody can act upon it."""
    section = next((one for one in state.sections if one.key == finding.section), None)
    if finding.problem.level is Level.ERROR or section is None or not section.locked:
        return False
    place = finding.problem.place
    path = place.path if isinstance(place, FieldPlace) else ""
    return path.rpartition("/")[2] not in section.open


def problems(state: RecordState, current: str, live: Live) -> str:
    """The list as HTML, remarks that came back first; pressing a line says ``go:SECTION:PATH``, or ``item:ID``."""
    open_phase = max([state.phase, *(section.phase for section in state.sections if section.key == current)])
    told = state.submitted
    shown = [f for f in state.findings if f.phase <= state.phase or (f.section == current and f.phase <= open_phase)]
    done = sum(handed_in(state, f) for f in shown)
    shown = [f for f in shown if not handed_in(state, f)]
    titles = {section.key: section.title for section in state.sections}
    places = {key: place for place, key in enumerate(titles)}
    ordered = sorted(
        shown,
        key=lambda f: (f.section != current, places.get(f.section, len(places)), f.problem.level is not Level.ERROR),
    )
    wrong, missing, others = counted(state)
    words = f"要改 {wrong} 处" if wrong else f"要填 {missing} 项" if missing else _said(state) or "没有要改的"
    head = f"<h2>{words}</h2>"
    chips = chip("", "", f"要填 {missing}") if wrong and missing else ""
    chips += chip("amber", "", f"提醒 {others}") if others else ""
    button = '<button type="button" class="btn s" data-next>下一处 <kbd class="k">F8</kbd></button>'
    following = button if ordered else ""
    returned = _returned(state, live) if told and told.holder == "owner" else ""
    more = f'<p class="more">还有 {len(ordered) - MOST} 处，改完上面的再看</p>' if len(ordered) > MOST else ""
    more += f'<p class="more">交过、锁住的内容里另有提醒 {done} 处，这里不用管</p>' if done else ""
    return (
        '<aside class="probs panel" aria-label="要改的地方" data-i18n-skip>'
        f'<div class="ph">{head}{chips}<span class="sp"></span>{following}</div>'
        f'<div class="list" data-scroll="problems" data-walk>'
        f"{returned}{_groups(ordered[:MOST], titles, current) or ('' if returned else _none(state))}{more}"
        "</div></aside>"
    )


def phone_bar(state: RecordState) -> str:
    """The bar at the foot of a phone."""
    wrong, missing, others = counted(state)
    words = f'<b class="red">要改 {wrong} 处</b>' if wrong else "没有要改的"
    extra = (f"　要填 {missing} 项" if missing else "") + (f"　提醒 {others}" if others else "")
    button = '<button type="button" class="btn" data-next>下一处</button>'
    return f'<div class="phonebar"><span>{words}{extra}</span>{button}</div>'


def elsewhere(state: RecordState, current: str) -> str:
    """Beside a table: the way to what is to be mended in the sections after it, then in those before it."""
    keys = [section.key for section in state.sections]
    places = [*keys[keys.index(current) + 1 :], *keys[: keys.index(current)]]
    open_ = [f for f in state.findings if f.phase <= state.phase and f.problem.level is Level.ERROR]
    found = sorted((f for f in open_ if f.section in places), key=lambda f: places.index(f.section))
    if not found:
        return ""
    place = found[0].problem.place
    path = place.path if isinstance(place, FieldPlace) else ""
    said = f"go:{found[0].section}:{path}"
    return (
        f'<button type="button" class="lk" data-elsewhere data-go="{esc(path)}" data-act="{esc(said)}">'
        f"别的节还有 {len(found)} 处要改要填</button>"
    )


def _none(state: RecordState) -> str:
    """Nothing to mend: what to do instead."""
    nothing = "" if _said(state) else "没有要改的。"
    return f'<p class="empty">{nothing}{esc(state.next_step)}</p>'


def _said(state: RecordState) -> str:
    """How many remarks wait for an answer; nothing for none."""
    told = state.submitted
    return f"意见 {told.remarks} 处" if told and told.holder == "owner" and told.remarks else ""


def _returned(state: RecordState, live: Live) -> str:
    """What officers have said, with how each stands and the way to it."""
    sent = [one for one in live.remarks if one.state is RemarkState.OPEN]
    if not sent:
        return ""
    ordered = sorted(sent, key=lambda one: one.id in live.settled)
    return f"<h3>退回的意见</h3><ul>{''.join(_remark(state, one, live.settled.get(one.id)) for one in ordered)}</ul>"


def _remark(state: RecordState, one: Remark, done: Settled | None) -> str:
    _, sign, word = remark_state(one, done)
    remedy = f"。{one.remedy}" if one.remedy else ""
    section = next((s.key for s in state.sections if _holds(s, one.at)), "")
    way = one.at if one.at.startswith("item:") else f"go:{section}:{one.at}" if section else "item:"
    goal = f' data-go="{esc(one.at)}"' if section else ""
    return (
        f'<li class="{"tip" if done else "bad"}"><button type="button" data-stop{goal} data-act="{esc(way)}">'
        f'{icon(sign)}<span><b>{esc(one.label)}</b><span class="what">{esc(one.what)}</span>'
        f'<span class="todo">{esc(word + remedy)}</span></span></button></li>'
    )


def _holds(section: SectionState, at: str) -> bool:
    """Whether a path leads into a section."""
    name = at.partition("/")[0]
    return name == section.key or any(name == one.key for one in section.definition.fields if section.kind == "plain")


def _groups(findings: Sequence[Finding], titles: dict[str, str], current: str) -> str:
    html = ""
    for key, group in groupby(findings, key=lambda finding: finding.section):
        title = titles.get(key, "")
        name = f"本节 · {title}" if key == current else title
        html += f"<h3>{esc(name)}</h3><ul>{''.join(_line(finding) for finding in group)}</ul>"
    return html


def _line(finding: Finding) -> str:
    problem = finding.problem
    place = problem.place if isinstance(problem.place, FieldPlace) else FieldPlace("", "")
    level = Level(problem.level)
    clause = f"　依据 {esc(problem.clause)}" if problem.clause else ""
    return (
        f'<li class="{KINDS[level]}"><button type="button" data-stop data-go="{esc(place.path)}"'
        f' data-act="go:{esc(finding.section)}:{esc(place.path)}">{icon(SIGNS[level])}<span>'
        f'<span class="vh">{WORDS[level]}：</span><b>{esc(place.label)}</b>'
        f'<span class="what">{esc(problem.what)}</span>'
        f'<span class="todo">{esc(problem.remedy)}{clause}</span></span></button></li>'
    )
