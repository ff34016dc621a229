"""The left column: how far the phase is, the steps of the form, what comes in later phases."""

from collections.abc import Callable

from onefill.service.shapes import PhaseState, RecordState, SectionState
from onefill.ui.html import badge, bar, esc, icon


def step_pieces(state: RecordState, current: str) -> dict[str, str]:
    """What edits change of the steps, by its name in the page; pressing a step says ``section:KEY``."""
    phase = state.phases[state.phase]
    head = (
        f'<div class="row"><b>{esc(phase.title)}</b><span>{phase.percent}%</span></div>'
        f"{bar(phase.percent, '已完成')}<p>{esc(state.next_step)}</p>"
    )
    ordered = sorted(state.sections, key=lambda section: section.later)
    return {"phase": head} | {
        f"step-{section.key}": _step(number, section, current, state.phases[section.phase])
        for number, section in enumerate(ordered, 1)
    }


def steps(state: RecordState, piece: Callable[[str], str]) -> str:
    """The steps as HTML.

    Args:
        state: Of the record.
        piece: A piece as it stands in the page, by its name.
    """
    later = [section for section in state.sections if section.later and _comes(state, section)]
    lines = "".join(f"<li>{piece(f'step-{one.key}')}</li>" for one in state.sections if not one.later)
    rest = "".join(f"<li>{piece(f'step-{one.key}')}</li>" for one in later)
    titles = "、".join(dict.fromkeys(state.phases[section.phase].title for section in later))
    more = f'<div class="later"><p>以后再填（{esc(titles)}）</p><ol>{rest}</ol></div>' if later else ""
    return (
        '<nav class="steps panel" aria-label="填写步骤" data-scroll="steps" data-i18n-skip>'
        f'<div class="phase">{piece("phase")}</div>'
        f'<ol data-walk data-scroll="list">{lines}</ol>{more}</nav>'
    )


def _comes(state: RecordState, section: SectionState) -> bool:
    """Whether what is asked later comes at all; what was filled in before is shown in any case."""
    return state.phases[section.phase].wanted or section.rows > 0


def figure(section: SectionState) -> str:
    """How far a step is, in figures."""
    if section.kind == "rows":
        wanted = section.total or section.errors
        return f"{section.rows} 行" if section.rows else "未开始" if wanted else "可不填"
    if section.total:
        return f"{section.filled} / {section.total}"
    return ""


def done(section: SectionState, phase: PhaseState) -> bool:
    """Whether nothing is left to do in a step; one that asks for nothing is done with its own phase."""
    if section.kind == "grid" or section.total:
        started = section.rows > 0 or section.kind != "rows"
        return section.filled == section.total > 0 and not section.errors and started
    return phase.complete and not section.errors


def _step(number: int, section: SectionState, current: str, phase: PhaseState) -> str:
    on = section.key == current
    ready = done(section, phase) and not section.later
    dot = icon("check") if ready and not on else str(number)
    words = "，已完成" if ready else ""
    note = f"<small>{esc(figure(section))}</small>" if figure(section) and not section.later else ""
    marks = "" if section.later else badge(section.errors, "error") + badge(section.warnings, "warning")
    return (
        f'<button type="button" data-stop data-act="section:{esc(section.key)}"'
        f' class="step{" done" if ready else ""}"{" aria-current=step" if on else ""}>'
        f'<span class="dot" aria-hidden="true">{dot}</span><span class="st"><b>{esc(section.title)}</b>{note}'
        f'<span class="vh">{words}</span></span>{marks}</button>'
    )
