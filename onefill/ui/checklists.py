"""材料: the checklist of a phase, item by item, and the one that is chosen; what its buttons do is in ``supplying``."""

from collections.abc import Collection, Mapping, Sequence

from onefill.facts.following import FactChange
from onefill.materials import UNSORTED, Checklist, ItemState, Standing, Supplied
from onefill.materials.printed_pages import Fault
from onefill.service.case_shapes import MaterialsState
from onefill.ui.html import act, bar, chip, esc, icon, moment, note, pressed

#: How an item stands: colour, symbol, word.
STANDINGS: Mapping[Standing, tuple[str, str, str]] = {
    Standing.MISSING: ("red", "cancel", "缺"),
    Standing.EXPIRED: ("red", "alarm", "过期"),
    Standing.STALE: ("amber", "update", "要重印"),
    Standing.OLD: ("amber", "update", "旧"),
    Standing.SHORT: ("red", "cancel", "不够"),
    Standing.MIXED: ("red", "file_copy", "有别的页"),
    Standing.RETURNED: ("red", "undo", "退回"),
    Standing.PRESENT: ("green", "check_circle", "齐"),
    Standing.TO_LOOK: ("blue", "visibility", "等看"),
    Standing.ACCEPTED: ("green", "check_circle", "已收下"),
    Standing.NOT_REQUIRED: ("", "remove", "不用交"),
}
#: Kinds of material that files are brought for.
WITH_FILES = ("scan", "upload", "earlier")
#: Said of what was accepted before and is handed in again by itself.
BROUGHT = "取自以前通过的"
MOST_NAMED = 3
#: So many changed facts are listed.
MOST_CHANGES = 8
EMPTY_WORDS = "（空）"
DRAG_HINT = "把文件拖到某一件上，就归到那一件"
UNSORTED_TITLE = "没归类的文件"
KINDS = {"pdf": "PDF", "jpg": "JPG", "png": "PNG", "paper": "纸质原件"}


def standing_of(item: ItemState) -> tuple[str, str, str]:
    """Colour, symbol and word of an item."""
    if item.hopeless and item.lacking:
        return "red", "cancel", "凑不够"
    if item.material.optional and item.standing is Standing.MISSING:
        return "", "remove", "可不交"
    return STANDINGS[item.standing]


def listing(state: MaterialsState, unsorted: Sequence[Supplied], current: str) -> str:
    """The checklist; buttons say ``item:ID``, and files dropped on a line go to its item."""
    found = state.checklist
    lines = "".join(_line(item, on=item.id == current) for item in found.items)
    if unsorted or state.open_to_change:
        lines += _unsorted(len(unsorted), on=current == UNSORTED)
    print_it = (
        f'<button type="button" class="btn s" data-file="./of/checklist/{esc(state.record)}/{esc(state.phase)}">'
        f"{icon('print')}打印清单</button>"
    )
    hint = DRAG_HINT if state.open_to_change else ""
    title = f"<h2>要交的 {len(found.required)} 件</h2>"
    how_far = f'<div class="row"><b>{found.percent}%</b><span>{esc(still(found))}</span></div>'
    return (
        f'<div class="ph" data-i18n-skip>{title}<span class="sp"></span>{_counts(found)}</div>'
        f'<div class="howfar" data-i18n-skip>{how_far}{bar(found.percent, "材料已备齐")}</div>'
        f'<ul class="docs mats" data-scroll="items" data-walk data-i18n-skip>{lines}</ul>'
        f'<div class="foot"><span data-told role="status" class="mut">{hint}</span>{print_it}</div>'
    )


def still(found: Checklist) -> str:
    """What is wanting yet, in words."""
    lacking = found.lacking
    if not found.required:
        return "没有要交的材料"
    if not lacking:
        back = _returned(found)
        return f"{len(found.required)} 件都在" + (f"，{back} 件退回了" if back else "，齐了")
    named = "、".join(one.title for one in lacking[:MOST_NAMED])
    return f"还差 {len(lacking)} 件：{named}{' 等' if len(lacking) > MOST_NAMED else ''}"


def _counts(found: Checklist) -> str:
    back = _returned(found)
    ready = len(found.required) - len(found.lacking) - back
    there = chip("green", "", f"齐 {ready}") if ready else ""
    there += chip("red", "", f"退回 {back}") if back else ""
    return there + (chip("red", "", f"还差 {len(found.lacking)}") if found.lacking else "")


def _returned(found: Checklist) -> int:
    return sum(one.standing is Standing.RETURNED for one in found.required)


def _line(item: ItemState, *, on: bool) -> str:
    colour, sign, word = standing_of(item)
    why = f' class="{colour}"' if colour in ("red", "amber") else ""
    takes = f' data-take="{esc(item.id)}"' if item.material.kind in WITH_FILES else ""
    current = ' aria-current="true"' if on else ""
    return (
        f'<li class="{"on" if on else ""}"{takes}><span class="mk {colour or "mut"}">{icon(sign)}</span>'
        f'<button type="button" class="doc" data-stop data-act="item:{esc(item.id)}"{current}>'
        f"<b>{esc(item.name)}</b><small{why}>{esc(_about(item))}</small></button>{chip(colour, '', word)}</li>"
    )


def _about(item: ItemState) -> str:
    """Under the title: what is wrong or why nothing is wanted; else how much there is."""
    if item.hopeless:
        return item.hopeless
    count = item.material.count
    told = [f"{item.have} / {item.need} {count.unit}"] if count else []
    told += [f"{item.pages} 页"] if item.pages and not (count and count.of is None) else []
    told += [BROUGHT] if item.files and all(one.source for one in item.files) else []
    if item.standing is Standing.OLD:
        return "，".join([*told, f"{'、'.join(dict.fromkeys(one.label for one in item.outlived[:2]))}改过"])
    paged = any(one.blocks for one in item.faults)
    told += [item.why] if item.why and (paged or not item.material.count) else []
    return "，".join(told) or item.material.hint


def _unsorted(count: int, *, on: bool) -> str:
    current = ' aria-current="true"' if on else ""
    words = f"{count} 个，归到上面的某一件" if count else "不知道归哪件的，先放这里"
    mark = chip("amber", "", f"{count}") if count else ""
    return (
        f'<li class="{"on" if on else ""}" data-take="{UNSORTED}"><span class="mk mut">{icon("inbox")}</span>'
        f'<button type="button" class="doc" data-stop data-act="item:{UNSORTED}"{current}>'
        f"<b>{UNSORTED_TITLE}</b><small>{words}</small></button>{mark}</li>"
    )


# -- the chosen item -----------------------------------------------------------------------------------------------


def head(item: ItemState, *, open_to_change: bool) -> str:
    """What is asked, how it stands, and the one click that mends it."""
    colour, sign, word = standing_of(item)
    clause = f'<span class="mut sm clause">依据 {esc(item.material.clause)}</span>' if item.material.clause else ""
    html = (
        f'<div class="ph" data-i18n-skip><h2 title="{esc(item.name)}">{esc(item.name)}</h2>{chip(colour, sign, word)}'
        f'<span class="sp"></span>{clause}</div>'
    )
    return html + _stand(item, colour, sign, open_to_change=open_to_change)


def _stand(item: ItemState, colour: str, sign: str, *, open_to_change: bool) -> str:
    hint = f'<p class="mut sm">{esc(item.material.hint)}</p>' if item.material.hint else ""
    why = item.hopeless or item.why
    remedy = f"。{esc(item.remedy)}" if item.remedy and why else ""
    words = f"<b>{esc(why)}</b>{remedy}" if why else ""
    if item.standing is Standing.OLD:
        words = f"<b>传上来以后数据改过</b>{remedy}{fact_changes(item)}"
    if item.faults:
        colour, sign = ("amber", "warning") if colour == "green" else (colour, sign)
        words = page_faults(item) + (_aside(item) if open_to_change else "")
    if item.material.count:
        words += f"{'　' if words else ''}{item.have} / {item.need} {esc(item.material.count.unit)}"
    way = _way(item) if open_to_change else ""
    if not (words or hint or way):
        return ""
    words = words or ("" if hint else "齐了")
    flat = f"{colour or 'plain'} flat"
    return f"<div data-i18n-skip>{note(flat, sign, words + hint, right=way)}</div>"


def page_faults(item: ItemState) -> str:
    """What the codes on the pages of a scan tell, one below the other."""
    lines = "".join(f"<li><b>{esc(one.what)}</b>，{esc(one.remedy)}</li>" for one in item.faults)
    return f'<ul class="chg">{lines}</ul>'


def _aside(item: ItemState) -> str:
    """The clicks that put aside the pages that are too many, and those that were there when the item came back."""
    spare = any(one.spare for one in item.faults if one.kind is not Fault.KEPT)
    ways = act("aside", "挪到没归类", kind="btn s", sign="inbox") if spare else ""
    if any(one.kind is Fault.KEPT for one in item.faults):
        ways += act("replace", "换掉原来的", kind="btn s", sign="swap_horiz")
    return ways


def _way(item: ItemState) -> str:
    """The click that mends it."""
    if item.standing is Standing.OLD:
        return act("right", "仍然有效", kind="btn s", sign="check")
    match item.material.kind:
        case "scan" if item.standing is not Standing.NOT_REQUIRED:
            return act(f"print:{item.material.document}", "去打印", kind="btn s", sign="print")
        case "register":
            return act(f"section:{item.material.section}", "去填", kind="btn s", sign="edit_note")
    return ""


def original_tick(item: ItemState) -> str:
    """That a paper original is at hand; the button says ``original:on`` or ``original:off``."""
    ready = bool(item.files)
    sign = icon("check_box" if ready else "check_box_outline_blank")
    who = f'<p class="mut sm">{esc(item.files[0].who)} {esc(moment(item.files[0].at))} 记下</p>' if ready else ""
    way = f'data-act="original:{"off" if ready else "on"}"'
    return (
        f'<div class="pad" data-i18n-skip><button type="button" class="opt" role="checkbox" {way}'
        f' aria-checked="{pressed(ready)}">{sign}<span>原件已备好，交件时出示</span></button>{who}</div>'
    )


def files(
    record: str,
    item: str,
    given: Sequence[Supplied],
    targets: Sequence[tuple[str, str]],
    *,
    today: str = "",
    older: Collection[str] = (),
    old: Collection[str] = (),
    open_to_change: bool,
) -> str:
    """Files of an item: moved by a list or by dragging, taken out, downloaded; which print a scan is of.

    Args:
        record: Whose.
        item: Id of the item.
        given: Its files.
        targets: Other items, by id and title.
        today: The code in the footer of what would be printed now; empty where no print is asked.
        older: Ids of those that are of an older print although that has the same code in its footer.
        old: Ids of those that were brought before facts changed that they are about.
        open_to_change: Whether anything may be moved.
    """
    lines = "".join(
        _file(
            record,
            item,
            one,
            targets,
            today=today,
            older=one.id in older or (bool(today) and one.print != today),
            old=one.id in old,
            open_to_change=open_to_change and not one.source,
        )
        for one in given
        if one.kind != "paper"
    )
    return f'<ul class="mfiles" data-scroll="files" data-i18n-skip>{lines}</ul>' if lines else ""


def _file(
    record: str,
    item: str,
    one: Supplied,
    targets: Sequence[tuple[str, str]],
    *,
    today: str,
    older: bool,
    old: bool,
    open_to_change: bool,
) -> str:
    about = f"{KINDS.get(one.kind, one.kind)} · {len(one.pages)} 页 · {one.who} {moment(one.at)}"
    about += f" · {BROUGHT}" if one.source else ""
    coded = [page for page in one.pages if page.number in one.codes]
    if coded:
        about += f" · {len(coded)} 页读到了码"
    elif today and not older and not one.source:
        about += f" · 校验码 {today}，是最新打印的" if one.told else f" · 按最新打印的记，纸上页脚应是 {today}"
    about += f" · {one.sure[0]} {moment(one.sure[1])} 说仍然有效" if one.sure else ""
    fetch = (
        f'<button type="button" class="ib" data-file="./of/material/{esc(record)}/{esc(item)}/{esc(one.id)}"'
        f' title="下载原文件" aria-label="下载原文件：{esc(one.name)}">{icon("download")}</button>'
    )
    ways, grip = fetch, ""
    if open_to_change:
        ways = mover(f"move:{one.id}:", targets, f"把“{one.name}”移到") + fetch
        ways += act(f"remove:{one.id}", "", kind="ib", sign="delete", name=f"拿掉：{one.name}")
        grip = f' draggable="true" data-drag="{esc(one.id)}:"'
    stale = _older(one, today, open_to_change=open_to_change) if older and not coded else ""
    stale += '<small class="amber">数据改以前传的</small>' if old else ""
    stale += _code(one) if today and not coded and open_to_change else ""
    advice = "".join(f'<p class="msg warn">{icon("warning")}<span>{esc(said)}</span></p>' for said in one.advice)
    return (
        f'<li{grip}><span class="ms" aria-hidden="true" translate="no" data-i18n-skip>description</span>'
        f"<div><b>{esc(one.name)}</b><small>{esc(about)}</small>{fingerprint(one)}{stale}{advice}</div>{ways}</li>"
    )


def fingerprint(one: Supplied) -> str:
    """The SHA-256 of a file, to be held against the same file elsewhere; nothing for a paper that is shown."""
    if not one.digest:
        return ""
    return (
        f'<details class="sha"><summary>SHA-256 <code>{esc(one.digest[:8])}</code>…</summary>'
        f"<code>{esc(one.digest)}</code></details>"
    )


def mover(action: str, targets: Sequence[tuple[str, str]], name: str) -> str:
    """A list of items to move something to; says ``action`` and the id."""
    options = "".join(f'<option value="{esc(id)}">{esc(title)}</option>' for id, title in targets)
    first = '<option value="" selected disabled>移到…</option>'
    return f'<select class="pickone mv" data-choose="{esc(action)}" aria-label="{esc(name)}">{first}{options}</select>'


def _older(one: Supplied, today: str, *, open_to_change: bool) -> str:
    """That a scan is of an older print; the clerk says if it is not, until the pages themselves tell."""
    known = f"校验码 {one.print}" if one.print else "没有写校验码"
    right = act(f"ofprint:{one.id}", "其实是最新打印的", kind="lk") if open_to_change else ""
    why = f"（{known}），现在是 {today}" if one.print != today else "，上面已有的编号等后来改过，校验码不变"
    return f'<small class="amber">是以前打印的{esc(why)}　{right}</small>'


def fact_changes(item: ItemState) -> str:
    """What has changed of the facts that an item's files are about."""
    lines = "".join(f"<li>{_fact_change(one)}</li>" for one in item.outlived[:MOST_CHANGES])
    rest = len(item.outlived) - MOST_CHANGES
    return f'<ul class="chg">{lines}{f"<li>还有 {rest} 处</li>" if rest > 0 else ""}</ul>'


def _fact_change(one: FactChange) -> str:
    """What a fact said and what it says."""
    return (
        f"<b>{esc(one.label)}</b> <del>{esc(one.old) or EMPTY_WORDS}</del> → <ins>{esc(one.new) or EMPTY_WORDS}</ins>"
    )


def _code(one: Supplied) -> str:
    """Where the clerk says which print a scan is of; says ``print_code:ID`` and the code in its footer."""
    return (
        f'<details class="code"><summary>改校验码</summary><form class="row" data-say="print_code:{esc(one.id)}">'
        f'<label>纸上页脚的数据校验码 <input name="code" value="{esc(one.print)}" maxlength="12" size="10"'
        ' autocomplete="off"></label><button type="submit" class="btn s">记下</button></form></details>'
    )


def unsorted_head(count: int) -> str:
    """The head of files that belong to no item yet."""
    words = f"{count} 个文件还没归类，不算交了" if count else "这里放还不知道归哪件的文件"
    return (
        f'<div class="ph" data-i18n-skip><h2>{UNSORTED_TITLE}</h2></div>'
        f"{note('plain flat', 'inbox', words + '。用“移到”选，或拖到左边的某一件上')}"
    )
