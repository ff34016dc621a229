"""Printing onto stock: where this PC's printer puts a page, whether what the stock bears is printed, the sheet."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from onefill.errors import OneFillError
from onefill.rendering.excel_stock import without_stock_cells
from onefill.rendering.stock_pages import A4, CROSS, Placing, placed, ruled
from onefill.rendering.summary import Facts, Listing, summary_html
from onefill.rendering.word_stock import without_stock
from onefill.service.room import Room
from onefill.service.shapes import Person, Produced
from store import Store

#: A printer that is further off is to be mended.
FARTHEST = 30.0
SMALLEST, LARGEST = 95.0, 105.0
SHEET = "套打校准页"
_DIGITS = 2
_NUMBERS = ("right", "down", "scale")


class OverprintUnfit(OneFillError):
    """An offset or a scale that no printer needs."""

    message = (
        f"往右、往下填 -{FARTHEST:.0f} 到 {FARTHEST:.0f} 毫米，放大填 {SMALLEST:.0f} 到 {LARGEST:.0f}（％）。没有改。"
    )


@dataclass(frozen=True, kw_only=True)
class Overprint:
    """How a PC's printer prints onto stock.

    Attributes:
        placing: Where the printer must be told to put a page.
        whole: Also what the stock bears already, for a try on plain paper.
    """

    placing: Placing = field(default_factory=Placing)
    whole: bool = True

    def of_file(self, data: bytes, suffix: str) -> bytes:
        """An office file as it is laid out for stock.

        Raises:
            TemplateBroken: No office file.
        """
        if self.whole:
            return data
        return without_stock(data) if suffix == ".docx" else without_stock_cells(data)

    def of_pages(self, pdf: bytes) -> bytes:
        """Pages as the printer must get them.

        Raises:
            PdfBroken: The PDF cannot be opened.
        """
        return placed(pdf, self.placing)


class Overprints(Room):
    """What was found out about the printer of each PC, kept beside the records.

    Where no browser tells which PC it is, the person counts.

    Args:
        store: Where.
        html: Makes a PDF of HTML.
    """

    def __init__(self, store: Store, html: Callable[[str], bytes]) -> None:
        self._store = store
        self._html = html

    def of(self, who: Person) -> Overprint:
        """How the PC where somebody sits prints onto stock; nothing is moved before anything was found out."""
        kept = self._store.preferences(_owner(who))
        placing = Placing(**{name: float(kept[name]) for name in _NUMBERS if name in kept})
        return Overprint(placing=placing, whole=kept.get("whole", True))

    def keep(self, who: Person, changed: Mapping[str, Any]) -> Overprint:
        """Remember what was found out.

        Args:
            who: At whose PC.
            changed: ``right`` and ``down`` in millimetres, ``scale`` in per cent, each as number or as typed;
                ``whole``, whether what the stock bears is printed, too. What is not given stays.

        Raises:
            OverprintUnfit: No number, or further off than any printer.
        """
        numbers = {name: _number(changed[name]) for name in _NUMBERS if name in changed}
        far = any(abs(numbers.get(name, 0.0)) > FARTHEST for name in ("right", "down"))
        if far or not SMALLEST <= numbers.get("scale", 100.0) <= LARGEST:
            raise OverprintUnfit()
        kept: dict[str, Any] = {name: f"{number:g}" for name, number in numbers.items()}
        if "whole" in changed:
            kept["whole"] = bool(changed["whole"])
        self._store.set_preferences(_owner(who), kept)
        return self.of(who)

    def sheet(self, who: Person) -> Produced:
        """A sheet with rulers, printed as stock would be: what a ruler says of it is what is still to be mended.

        Raises:
            EngineMissing: PDF cannot be made here; the message tells the remedy.
        """
        now = self.of(who)
        return Produced(name=f"{SHEET}.pdf", data=ruled(self._html(_told(now.placing)), now.placing))


def _told(placing: Placing) -> str:
    upright, lying = (side - 2 * CROSS for side in A4)
    rows = [
        ("左上十字中心到纸的左边", f"{CROSS:.0f} 毫米", "往右：减去多出的", "往右：加上少了的"),
        ("左上十字中心到纸的上边", f"{CROSS:.0f} 毫米", "往下：减去多出的", "往下：加上少了的"),
        (
            "上面两个十字之间",
            f"横放 {lying:.0f} 毫米，竖放 {upright:.0f} 毫米",
            "放大 × 应是 ÷ 量得",
            "放大 × 应是 ÷ 量得",
        ),
    ]
    steps = [
        ("一", "用普通纸打印这两页，缩放选 100%，不要“适合纸张”。证书横放就量第 1 页，竖放量第 2 页"),
        ("二", "照下表用尺量，把差多少填到“附件”页的“套打”里，记住以后再打印这一页核对"),
        ("三", "先在普通纸上打印证书，和专用纸叠起来对着光看；对齐了再放专用纸"),
    ]
    now = [("现在往右", f"{placing.right:g} 毫米"), ("往下", f"{placing.down:g} 毫米"), ("放大", f"{placing.scale:g}%")]
    table = Listing(title="", columns=("量什么", "应是", "量得大了", "量得小了"), rows=rows)
    return summary_html(SHEET, now, [Facts(title="", pairs=steps), table])


def _number(typed: object) -> float:
    try:
        number = round(float(str(typed).strip()), _DIGITS)
    except ValueError:
        raise OverprintUnfit() from None
    if not isfinite(number):
        raise OverprintUnfit()
    return number + 0.0  # no minus before a nought


def _owner(who: Person) -> str:
    return f"overprint at {who.station}" if who.station else f"overprint {who.name}"
