"""首页, what is due: one line per thing, what is overdue first."""

from collections.abc import Mapping, Sequence
from datetime import date

from onefill.service.case_shapes import Whole
from onefill.service.dues import Due
from onefill.service.guard import FILL
from onefill.service.shapes import RecordSummary
from onefill.ui.html import act, esc, icon, link
from onefill.ui.queues import due as term
from onefill.ui.queues import unit_title
from onefill.ui.shared import the_desk

#: So many stand there before all are asked for, and at most.
FEW, MOST = 8, 200


def wholes(lines: Sequence[RecordSummary]) -> dict[str, Whole]:
    """Of which of the records that whoever is here fills nothing is wanting any more, by their ids."""
    desk = the_desk()
    who = desk.who()
    filled = [
        line.id
        for line in lines
        if line.percent == 100 and not line.errors and not line.destroyed and who.may(FILL, line.unit, line.form)
    ]
    found = ((record, desk.reviews.handed_in_next(record, who)) for record in filled)
    return {record: one for record, one in found if one is not None}


def ready(lines: Sequence[RecordSummary], whole: Mapping[str, Whole], due: Sequence[Due]) -> tuple[Due, ...]:
    """All that is due, before it what whoever is here may hand in at once; nothing of that where nobody signs in.

    What may be handed in stands there once, with the day until when it is to be.

    Args:
        lines: The records at hand.
        whole: Of which of them nothing is wanting.
        due: What is due besides.
    """
    if the_desk().who().roles is None:
        return tuple(due)
    mine = {line.id: (line, one) for line in lines if (one := whole.get(line.id)) and one.mine}
    asked = [one for one in due if one.record in mine and one.ends and one.ends in _begins(mine[one.record][1])]
    terms = {one.record: one for one in reversed(asked)}
    first = [_ready(line, one.said, terms.get(line.id)) for line, one in mine.values()]
    return (*first, *(one for one in due if one not in asked))


def _begins(whole: Whole) -> tuple[str, str]:
    return whole.phase, whole.stage


def _ready(line: RecordSummary, what: str, term: Due | None) -> Due:
    return Due(
        kind="ready",
        record=line.id,
        form=line.form,
        unit=line.unit,
        label=line.label,
        matter=line.title,
        what=what,
        day=term.day if term else None,
        left=term.left if term else None,
        since=term.since if term else None,
        clause=term.clause if term else "",
    )


def panel_of(found: Sequence[Due], units: Mapping[str, str], today: date, *, opened: bool, officer: bool) -> str:
    """The list; a line opens its record by ``review:ID``, ``open:ID`` or ``section:ID:KEY``, the foot says ``dues``.

    Args:
        found: All of it, in order.
        units: Titles of units by path.
        today: The day.
        opened: Whether more than the first are asked for.
        officer: Whether it is read by somebody who reviews.
    """
    if not found:
        return ""
    late = sum(1 for one in found if one.day and one.day < today)
    told = f'<span class="red sm">{icon("alarm")} {late} 项逾期</span>' if late else ""
    shown = found[: MOST if opened else FEW]
    grounds = any(one.clause for one in shown)
    columns = ("期限", "要做什么", "办件", *["单位"] * officer, *["依据"] * grounds)
    heads = "".join(f"<th>{words}</th>" for words in columns)
    rows = "".join(_row(one, units, today, officer=officer, grounds=grounds) for one in shown)
    return (
        f'<div class="ph" data-i18n-skip><h2>要办的 {len(found)} 项</h2>{told}</div>'
        f'<div class="wide"><table class="tbl queue dues" data-i18n-skip><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>{_foot(len(found), opened=opened)}"
    )


def _row(one: Due, units: Mapping[str, str], today: date, *, officer: bool, grounds: bool) -> str:
    kind, words = term(one.day, one.left, today) if one.day else ("", '<span class="mut">没有期限</span>')
    left = f' <span class="mut sm">还有 {one.left} 个工作日</span>' if one.left and one.left > 0 else ""
    name = _way(one, officer=officer)
    held = f'<div class="mut sm">{esc(one.assigned)}承办</div>' if one.assigned else ""
    unit = f'<td class="in2">{esc(unit_title(units, one.unit))}</td>' if officer else ""
    clause = f'<td class="mut sm">{esc(one.clause)}</td>' if grounds else ""
    return (
        f'<tr class="{kind}"><td class="due">{words}{left}</td><td>{esc(one.what)}{held}</td>'
        f'<td>{name}<div class="mut sm">{esc(one.matter)}</div></td>{unit}{clause}</tr>'
    )


def _way(one: Due, *, officer: bool) -> str:
    """The link to where it is done."""
    match one.kind:
        case "clean":
            return link("./people", "people", one.label, kind="ti")
        case "list":
            return esc(one.label)  # it stands in the pack's file, which no page of the app changes
        case "ready":
            page, verb = "materials", "back"
        case "stage" if officer:
            page, verb = "review", "review"
        case _ if one.section:
            way = f"./fill?record={one.record}&section={one.section}"
            return link(way, f"section:{one.record}:{one.section}", one.label, kind="ti")
        case _:
            page, verb = "fill", "open"
    return link(f"./{page}?record={one.record}", f"{verb}:{one.record}", one.label, kind="ti")


def _foot(count: int, *, opened: bool) -> str:
    if count <= FEW:
        return ""
    words = "收起" if opened else f"看全部 {count} 项"
    rest = f'<span class="mut sm">只列前 {MOST} 项</span>' if opened and count > MOST else ""
    return f'<div class="foot" data-i18n-skip>{rest}<span class="sp"></span>{act("dues", words, kind="btn s")}</div>'
