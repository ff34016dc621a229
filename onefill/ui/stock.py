"""套打: where the printer of this PC puts a page on stock, told below the paper that is printed on it."""

import json

from onefill.errors import OneFillError
from onefill.service.overprints import FARTHEST, LARGEST, SMALLEST, Overprint
from onefill.ui.html import esc, icon, pressed
from onefill.ui.shared import the_desk

#: Name, what stands before and behind the box, what it takes.
_BOXES = (
    ("right", "往右", "毫米", -FARTHEST, FARTHEST),
    ("down", "往下", "毫米", -FARTHEST, FARTHEST),
    ("scale", "放大", "%", SMALLEST, LARGEST),
)


def overprint_form(overprint: Overprint, told: str) -> str:
    """The boxes; they say ``overprint:`` and what was typed, the switch says ``whole``.

    Args:
        overprint: How this PC prints onto stock so far.
        told: What came of the last word.
    """
    placing = overprint.placing
    boxes = "".join(
        f'<label class="pick">{before} <input name="{name}" type="number" required step="0.1" min="{least:g}"'
        f' max="{most:g}" value="{getattr(placing, name):g}" autocomplete="off"> {behind}</label>'
        for name, before, behind, least, most in _BOXES
    )
    sign = icon("check_box" if overprint.whole else "check_box_outline_blank")
    return (
        '<section class="stock" aria-label="套打" data-i18n-skip>'
        '<form class="tools lots" data-say="overprint"><b>套打</b>'
        f'{boxes}<button type="submit" class="btn s">记住</button></form><div class="tools">'
        f'<button type="button" class="opt" role="checkbox" aria-checked="{pressed(overprint.whole)}"'
        f' data-act="whole">{sign}<span>连专用纸上已有的一起印（用普通纸试印）</span></button>'
        f'<span class="sp"></span><span data-told role="status" class="mut sm">{esc(told)}</span>'
        f'<button type="button" class="btn s" data-file="./of/overprint">{icon("download")}校准页</button>'
        "</div></section>"
    )


def overprint_said(verb: str, what: str) -> str:
    """Do what the boxes or the switch said; what came of it, in words."""
    desk = the_desk()
    who = desk.who()
    try:
        if verb == "whole":
            now = desk.overprints.keep(who, {"whole": not desk.overprints.of(who).whole})
            return "" if now.whole else "下载的 PDF 不印专用纸上已有的"
        desk.overprints.keep(who, json.loads(what))
    except OneFillError as error:
        return str(error)
    return "这台电脑记住了，下载的 PDF 照此移动"
