"""The left column of the officer's page: every item of the checklist with how it stands and how many remarks it has."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from onefill.materials import Checklist, ItemState, Standing
from onefill.reviews import Remark, RemarkState
from onefill.service.sent import STANDINGS
from onefill.ui.html import act, esc, icon

SIGNS: Mapping[Standing, tuple[str, str]] = {
    Standing.MISSING: ("red", "cancel"),
    Standing.EXPIRED: ("red", "error"),
    Standing.STALE: ("amber", "update"),
    Standing.OLD: ("amber", "update"),
    Standing.SHORT: ("red", "error"),
    Standing.MIXED: ("red", "error"),
    Standing.RETURNED: ("red", "undo"),
    Standing.PRESENT: ("blue", "visibility"),
    Standing.TO_LOOK: ("blue", "visibility"),
    Standing.ACCEPTED: ("green", "check_circle"),
    Standing.NOT_REQUIRED: ("mut", "remove"),
}
#: What an officer has to look at.
WAITING = (Standing.TO_LOOK, Standing.PRESENT, Standing.RETURNED, Standing.OLD)
ITEM = "item:"


def shown(one: ItemState) -> tuple[str, str, str]:
    """Colour, symbol and word of an item: what need not be handed in is not lacking."""
    if one.material.optional and one.standing is Standing.MISSING:
        return "mut", "remove", "可不交"
    return *SIGNS[one.standing], STANDINGS[one.standing]


def waiting(remark: Remark) -> bool:
    """Whether a remark still wants something, sent or not."""
    return remark.live or remark.state is RemarkState.NOTED


def items(
    checklist: Checklist,
    current: str,
    remarks: Sequence[Remark],
    changed: Collection[str],
    own: Sequence[tuple[str, ItemState]] = (),
) -> str:
    """The list; a line says ``item:ID``.

    Args:
        checklist: Of the phase.
        current: Id of the item that is looked at.
        remarks: Of the phase.
        changed: Items that were brought anew.
        own: What whoever looks may bring themselves, each with its phase; it says ``bring:PHASE:ID``.
    """
    counts = Counter(one.at.removeprefix(ITEM) for one in remarks if waiting(one) and one.at.startswith(ITEM))
    lines = "".join(
        _line(one, counts[one.id], on=one.id == current, changed=one.id in changed) for one in checklist.items
    )
    seen = sum(one.standing is Standing.ACCEPTED for one in checklist.items)
    nothing = '<p class="empty">这一阶段不用交材料</p>'
    return (
        f'<div class="ph"><h2>材料 {len(checklist.required)} 项</h2><span class="sp"></span>'
        f'<span class="mut sm">收下 {seen}</span></div>'
        + (f'<ul class="items" data-scroll="items" data-walk data-i18n-skip>{lines}</ul>' if lines else nothing)
        + "".join(_own(phase, one) for phase, one in own)
        + '<p class="foot mut sm keys"><kbd class="k">J</kbd> <kbd class="k">K</kbd> 下一项、上一项</p>'
    )


def _own(phase: str, one: ItemState) -> str:
    """The way to bring something oneself, and how much of it is there."""
    there = f"　已传 {len(one.files)} 份" if one.files else ""
    way = act(f"bring:{phase}:{one.id}", f"附上{one.name}", kind="btn s", sign="upload_file")
    return f'<p class="foot">{way}<span class="mut sm">{there}</span></p>'


def _line(one: ItemState, remarks: int, *, on: bool, changed: bool) -> str:
    colour, sign, standing = shown(one)
    current = ' aria-current="true"' if on else ""
    new = ["这次换过"] if changed else []  # before what may be long
    known = " · ".join(part for part in (*new, one.label, told(one)) if part)
    badge = f'<span class="n" role="img" aria-label="{remarks} 条意见">{remarks}</span>' if remarks else ""
    return (
        f'<li><button type="button" data-stop data-act="item:{esc(one.id)}"{current}'
        f' title="{esc(one.name)}"><span class="{colour}">{icon(sign)}</span>'
        f'<span class="tx"><b>{esc(one.title)}</b><small>{esc(known)}</small></span>'
        f'{badge}<span class="st {colour}">{standing}</span></button></li>'
    )


def told(one: ItemState) -> str:
    """An item in a few words."""
    parts = [f"{one.pages} 页"] if one.pages else []
    parts += [one.why] if one.why else []
    return " · ".join(parts) or one.material.hint or one.material.clause


def step(checklist: Checklist, current: str, by: int) -> str:
    """The item before or after one, round and round."""
    ids = [one.id for one in checklist.items]
    if not ids:
        return current
    return ids[(ids.index(current) + by) % len(ids)] if current in ids else ids[0]


def next_waiting(checklist: Checklist, current: str) -> str:
    """The next item that is to be looked at; the same one if there is none."""
    ids = [one.id for one in checklist.items]
    at = ids.index(current) if current in ids else -1
    round_ = [*checklist.items[at + 1 :], *checklist.items[: at + 1]]
    return next((one.id for one in round_ if one.standing in WAITING and one.id != current), current)
