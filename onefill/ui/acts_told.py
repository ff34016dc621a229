"""经过: what was done to a phase, by whom and when, with what was said to it."""

from collections.abc import Sequence

from onefill.fields.chinese import date_text
from onefill.reviews import Act
from onefill.service.case_shapes import PhaseStanding
from onefill.ui.html import esc, moment


def acts_told(standing: PhaseStanding) -> str:
    """All acts of a phase, the newest first."""
    lines = "".join(_line(one) for one in reversed(standing.acts))
    return f'<ol class="acts-told" data-i18n-skip>{lines}</ol>' if lines else '<p class="empty">还没有办过什么</p>'


def said_before(standing: PhaseStanding) -> str:
    """What those said who decided about this submission before, the newest first; nothing if nobody said anything."""
    told = [one for one in reversed(standing.acts) if one.round == standing.round and (one.opinion or one.reason)]
    lines = "".join(_line(one) for one in told)
    return f'<section class="ck" data-i18n-skip><ol class="acts-told">{lines}</ol></section>' if lines else ""


def _line(one: Act) -> str:
    head = f'<p><b>{esc(one.title)}</b>　<span class="mut sm">{esc(one.who)} {esc(moment(one.when))}</span></p>'
    return f"<li>{head}{''.join(f'<p>{words}</p>' for words in _words(one))}</li>"


def _words(one: Act) -> Sequence[str]:
    """What an act was done with, each in a line."""
    told = [("意见", one.opinion), ("理由", one.reason), ("日期", date_text(one.day) if one.day else "")]
    told += [("排第几", str(one.rank) if one.rank else ""), ("文书", one.number)]
    told += [("当时还不满足", "；".join(one.overruled))]
    words = [f'<span class="mut">{name}：</span>{esc(text)}' for name, text in told if text]
    return [*words, f"发出 {one.remarks} 条意见"] if one.remarks else words
