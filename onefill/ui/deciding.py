"""The bar at the foot of the officer's page: remarks, the item, and what may be done; the small panel that asks."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from onefill.definitions.procedure import Action
from onefill.fields import field_type
from onefill.materials import ItemState, Standing
from onefill.reviews import Move
from onefill.service.effecting import Entering
from onefill.ui.html import act, esc, icon, note

LONGEST = 1000
NOTHING = "还没有写意见，没有可退回的。先写明哪里、什么不对、怎么改"
ONWARD = "Alt+Enter"
KEYS = {"Alt+B": "Alt+B", ONWARD: "Alt+回车"}
#: The ways through the items, for keys alone: all keys of the page stand in this bar, which is drawn last.
STEPS = "".join(
    f'<button type="button" class="vh" tabindex="-1" data-act="step:{by}" aria-keyshortcuts="{key}">{words}</button>'
    for by, key, words in ((1, "J", "下一项"), (-1, "K", "上一项"))
)


@dataclass
class Asking:
    """An action that is about to be done.

    Attributes:
        action: Its key.
        seen: Number of the entry the person has seen.
        refused: Why it was not done, or what is asked once more.
        at: Name of the box that this is about; empty if it is about none.
        confirmed: Whether the person was told of open remarks.
        keyed: Whether it was pressed by its key, which may be by mistake: it is asked for in any case.
    """

    action: str
    seen: int
    opinion: str = ""
    reason: str = ""
    day: str = ""
    rank: str = ""
    refused: str = ""
    at: str = ""
    confirmed: bool = False
    keyed: bool = False


def in_order(moves: Sequence[Move], idle: Collection[str] = ()) -> list[tuple[Move, str, str]]:
    """Moves with the look and the key of each: others first, then returning, the way on last.

    What must be given a reason is no way on: that sends back, takes away, puts off, whatever its kind is. Nor is what
    cannot be done while there is another way, or what would change nothing.

    Args:
        moves: What may be done.
        idle: Keys of the actions that would change nothing.
    """
    ways = [one for one in moves if one.action.key not in idle]
    passes = sorted((one for one in ways if one.action.kind == "pass"), key=_closed)
    onward = next(iter(passes), None) or next(
        (one for one in ways if one.action.kind == "move" and "reason" not in one.action.asked_for), None
    )
    back = next((one for one in moves if one.action.kind == "return"), None)
    others = [(one, "btn off" if _closed(one) else "btn", "") for one in moves if one not in (onward, back)]
    last = [(back, "btn d", "Alt+B")] if back else []
    last += [(onward, "btn p", ONWARD)] if onward else []
    return [*others, *last]


def _closed(move: Move) -> bool:
    """Whether a move would be refused as things are, whatever is written with it."""
    return bool(move.hindered) and not move.waivable


def bar(
    moves: Sequence[Move],
    count: int,
    n: int,
    item: ItemState | None,
    notice: tuple[str, str],
    *,
    office: bool,
    stands: str,
    writes: bool = True,
    idle: Collection[str] = (),
) -> str:
    """The bar.

    Args:
        moves: What the person may do.
        count: How many remarks want something.
        n: Number of the entry this is drawn from.
        item: The item that is looked at.
        notice: Key and title of the notice that would be sent; empty if there is none.
        office: Whether the submission lies with the office.
        stands: Where it stands and whom it waits for, in words; empty if it waits for whoever looks.
        writes: Whether what the person says is heard where it stands.
        idle: Keys of the actions that would change nothing.
    """
    buttons = ""
    if office and writes and item is not None and item.standing is not Standing.NOT_REQUIRED:
        if item.standing is Standing.ACCEPTED:
            buttons += _key(f"unaccept:{item.id}", "不收这一项", "U", "btn")
        else:
            buttons += _key(f"accept:{item.id}", "收下这一项", "A", "btn")
        buttons += _key(f"write:item:{item.id}", "写意见", "W", "btn", last=True)
    for move, look, key in in_order(moves, idle):
        buttons += _key(f"ask:{move.action.key}:{n}", move.action.title, key, look, last=True)
        buttons += _asked_first(f"sure:{move.action.key}:{n}", move.action.title) if key == ONWARD else ""
    preview = act(f"notice:{notice[0]}", f"预览{notice[1]}", kind="lk") if notice[0] and office and count else ""
    words = ""
    if stands:
        words = f"<span>{icon('hourglass_top' if office else 'info')} {esc(stands)}</span>"
        words += act("queue", "回待办", kind="lk")
    if office and writes:
        words += act("tab:remarks", f"意见 {count} 条", kind="lk")
        words += "" if stands else '<span class="mut sm keys">退回时一次列全</span>'
    return f'<div class="deeds" data-i18n-skip>{words}{preview}<span class="sp"></span>{buttons}{STEPS}</div>'


def _key(action: str, words: str, key: str, look: str, *, last: bool = False) -> str:
    """A button with its key; behind one that asks or decides no other key waits."""
    shortcut = f' aria-keyshortcuts="{key}"' if key and key != ONWARD else ""
    shortcut += " data-last" if last else ""
    shown = f'<kbd class="keys">{KEYS.get(key, key)}</kbd>' if key else ""
    return f'<button type="button" class="{look}" data-act="{esc(action)}"{shortcut}>{esc(words)}{shown}</button>'


def _asked_first(action: str, words: str) -> str:
    """What the key of the way on presses: by mistake it would decide a case, so it opens the panel, and Enter does."""
    return (
        f'<button type="button" class="vh" tabindex="-1" data-act="{esc(action)}" aria-keyshortcuts="{ONWARD}"'
        f" data-last>先问一下：{esc(words)}</button>"
    )


@dataclass(frozen=True, kw_only=True)
class Left:
    """What whoever acts may want to know first.

    Attributes:
        remarks: How many remarks want something.
        unseen: Materials that nobody has accepted or said anything of.
    """

    remarks: int = 0
    unseen: Sequence[ItemState] = ()


def must_ask(action: Action, left: Left, hindered: str) -> bool:
    """Whether a panel asks before the action is done: always if it changes what registers say, or destroys."""
    unlooked = left.unseen and action.asks_whether_looked
    lasting = action.effects or action.destroys or action.kind in ("return", "refuse")
    return bool(action.asks or hindered or left.remarks or unlooked or lasting)


def _unlooked(items: Sequence[ItemState], action: Action) -> str:
    """What nobody has looked at, with the way to each."""
    ways = "".join(f"<li>{act(f'item:{one.id}', one.name, kind='lk')}</li>" for one in items)
    why = "。退回要一次告知全部问题" if action.kind == "return" else ""
    return f"<p>还有 {len(items)} 项材料没看：没有收下，也没有意见{why}。点开看，或照样做</p><ul>{ways}</ul>"


def _lost(action: Action, along: Sequence[str]) -> str:
    """What is gone for good once the action is done; empty if nothing is."""
    if action.destroys is None:
        return ""
    also = f"一起销毁的还有它的{'、'.join(along)}。" if along else ""
    words = f"做了当场销毁这一件的全部数据、文件和以前各版，恢复不了。{also}台账里登记的留着"
    return note("red", "delete_forever", esc(words))


def _entering(does: Sequence[Entering]) -> str:
    """What registers say once the action is done: it is checked line by line before."""
    if not does:
        return "<p>台账已经是这样，没有要记的</p>"
    return "".join(
        f"<p>做了就记进{esc(one.register)}，{one.does} {len(one.lines)} 条{esc(one.state and f'（{one.state}）')}：</p>"
        f"<ul>{''.join(f'<li>{esc(line)}</li>' for line in one.lines)}</ul>"
        for one in does
    )


def panel_html(
    action: Action,
    asking: Asking,
    left: Left,
    hindered: str,
    record: str,
    *,
    waivable: bool = False,
    along: Sequence[str] = (),
    entering: Sequence[Entering] | None = None,
) -> str:
    """What an action asks; says ``decide:`` and what was written. What hinders may be waived with a reason.

    Args:
        action: The action.
        asking: What was written so far.
        left: What whoever acts may want to know first.
        hindered: Why it may not be done.
        record: The case.
        waivable: Whether a reason lets it be done all the same.
        along: Titles of the forms whose cases are destroyed with this one.
        entering: What it does to registers, where that is known.
    """
    if hindered and not waivable:
        body = note("amber", "block", f"现在不能“{esc(action.title)}”：{esc(hindered)}")
        buttons = f'<div class="row"><span class="sp"></span>{act("unask", "知道了", kind="btn s")}</div>'
        return f'<div class="ask" role="alertdialog" aria-label="{esc(action.title)}">{body}{buttons}</div>'
    asks = {*action.asked_for, *(("reason",) if hindered else ())}
    words = [f"现在还不满足：{hindered}。写明理由也可以做"] if hindered else []
    if action.kind == "return":
        words.append(f"{left.remarks} 条意见会一次发出" if left.remarks else NOTHING)
    elif left.remarks:
        words.append(f"还有 {left.remarks} 条意见没关，确定“{action.title}”吗")
    unlooked = left.unseen if action.asks_whether_looked else ()
    if not words and not asks and not unlooked:
        words.append(f"确定“{action.title}”吗")
    boxes = ""
    if "opinion" in asks:
        boxes += area("opinion", "意见", asking.opinion) + refused_at(asking, "opinion")
    if "reason" in asks:
        boxes += area("reason", "理由", asking.reason) + refused_at(asking, "reason")
    if "date" in asks:
        boxes += line("day", "日期", asking.day, "例 20261207 或 12.7") + refused_at(asking, "day")
    if "rank" in asks:
        boxes += line("rank", "排第几", asking.rank, "例 3") + refused_at(asking, "rank")
    told = _lost(action, along) + "".join(f"<p>{esc(one)}</p>" for one in words)
    told += _entering(entering) if entering is not None else ""
    told += _unlooked(unlooked, action) if unlooked else ""
    focus = "" if boxes else f' data-focus="ask:{esc(action.key)}"'
    look = "btn d" if action.kind == "return" or action.destroys else "btn on"
    return (
        f'<form class="ask" data-say="decide" data-last data-keep="{esc(record)}:{esc(action.key)}"'
        f' aria-label="{esc(action.title)}"><h2>{esc(action.title)}</h2>{told}{boxes}'
        f"{refused_at(asking, '')}"
        f'<div class="row"><button type="submit" class="{look}"{focus}>{esc(action.title)}</button>'
        '<button type="button" class="btn" data-act="unask" data-cancel>先不做</button></div></form>'
    )


def refused_at(asking: Asking, at: str) -> str:
    """Why it was not done, below the box that this is about; nothing below the others."""
    if not asking.refused or asking.at != at:
        return ""
    return f'<p class="msg bad" role="alert">{icon("error")}<span>{esc(asking.refused)}</span></p>'


def area(name: str, label: str, text: str) -> str:
    """A box for more than a line."""
    return (
        f'<label>{label}<textarea name="{name}" rows="3" maxlength="{LONGEST}" data-focus="{name}">'
        f"{esc(text)}</textarea></label>"
    )


def line(name: str, label: str, text: str, example: str) -> str:
    """A box for one line."""
    return (
        f'<label>{label}<input name="{name}" maxlength="20" value="{esc(text)}" placeholder="{example}"'
        f' data-focus="{name}" autocomplete="off"></label>'
    )


def day_of(text: str) -> date | None:
    """The day that somebody typed."""
    value = field_type("date").parse(text).value
    return value if isinstance(value, date) else None
