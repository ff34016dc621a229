"""What a proof run tells: each paper as it was tried, its pages, what is wrong with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from onefill.rendering.page_faults import FaultCode, PageFault
from onefill.service.proof_facts import Words

#: How many rows: none, one, as many as one page takes, one more, very many, or a few where texts are tried.
Rows = Literal["none", "one", "full", "over", "many", "few"]

ROWS: Mapping[Rows, str] = {
    "none": "没有行",
    "one": "1 行",
    "full": "正好一页",
    "over": "多一行",
    "many": "最多行",
    "few": "",
}
WORDS: Mapping[Words, str] = {"ordinary": "", "longest": "最长的文字", "blank": "能空的都空", "rare": "生僻字"}
FAULTS: Mapping[FaultCode, tuple[str, str]] = {
    "CUT": ("文字被切掉", "把行高改为“最小值”或自动，格子放宽"),
    "OFF_PAPER": ("印到纸边以外", "把表格或页边距收进纸内，离纸边至少 3 毫米"),
    "PICTURE_OFF_PAPER": ("有图片伸到纸外，印不全", "把图片缩小，放到页边距以内"),
    "PRINTED_OVER": ("文字叠在一起", "把格子放宽，或让文字自动换行"),
    "TOO_NARROW": ("数字放不下，印成 ###", "把这一列放宽，或缩小字号"),
    "LONELY_SEAL": ("盖章的地方单独在一页，那一页没有正文", "让盖章处和前一行“与下段同页”"),
    "LONELY_SIGN": ("签名的一行单独在一页", "让它前面的一段“与下段同页”"),
    "EMPTY_PAGE": ("空白页", "删去末尾多余的段落或分页符"),
    "BREAK_AT_END": (
        "后面没有内容，Word 文件却以分页符结尾，用 Word 打开会多出一张空白页",
        "删去这个分页符；在循环里的写在 {%p if not loop.last %} 和 {%p endif %} 之间",
    ),
    "SET_OTHERWISE": (
        "和 LibreOffice 排的差三分之一毫米以上",
        "删掉数据文件夹里的 cache/layouts 再试，还这样就把模板发给维护的人",
    ),
}
#: What to do about the same in a workbook, where sheets have no paragraphs.
SHEET_REMEDIES: Mapping[FaultCode, str] = {
    "CUT": "给这一格设“自动换行”，把行高、列宽调大",
    "OFF_PAPER": "在“页面设置”里调页边距或打印区域，离纸边至少 3 毫米；太宽就设成一页宽",
    "PRINTED_OVER": "把列调宽，或给这一格设“自动换行”并调大行高",
    "LONELY_SEAL": "把行高、页边距调小一点，或在它前面几行的上面插入分页符，让盖章处和前几行在同一页",
    "LONELY_SIGN": "把行高、页边距调小一点，或在它前面几行的上面插入分页符，让签名和前几行在同一页",
    "EMPTY_PAGE": "把打印区域设到最后一行为止，删去多余的分页符",
}
#: So much is said of both ends of a long text.
_ENDS = 8


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One paper with one set of facts.

    Attributes:
        form: Its form.
        document: Its key.
        title: What it is called.
        suffix: Of the template: ``.docx`` or ``.xlsx``.
        rows: How many rows were tried.
        words: Which texts.
        count: Rows in each list; nothing for a paper without lists.
    """

    form: str
    document: str
    title: str
    suffix: str
    rows: Rows
    words: Words
    count: int | None

    @property
    def key(self) -> str:
        """Stable name, fit for a path."""
        return f"{self.form}/{self.document}{self.suffix}/{self.case}"

    @property
    def case(self) -> str:
        """Which rows or texts were tried."""
        return self.rows if self.words == "ordinary" else self.words

    @property
    def said(self) -> str:
        """The same in words."""
        count = f"（{self.count} 行）" if self.count is not None and self.rows in ("full", "over", "many") else ""
        return WORDS[self.words] or (f"{ROWS[self.rows]}{count}" if self.rows != "few" else "照样例")


@dataclass(frozen=True, kw_only=True)
class Proofed:
    """What came of a trial.

    Attributes:
        trial: Which.
        pdf: Its pages; empty if there are none.
        pages: How many.
        faults: What is wrong with them.
        is_set: Whether its pages can also be set into the layout of others, as they are when printed again.
        set_faults: What is wrong with them then.
        unprintable: Characters that no font here has.
        searched: Words that must be found by a search.
        unfound: Those that are not, on these pages or on the same set again.
        why_not: Why there is no PDF, in words.
        approved: The pages as they were last approved; none if they never were.
        approved_pages: How many those were.
        changed: Pages that look otherwise than approved; of those that are looked at.
    """

    trial: Trial
    pdf: bytes = b""
    pages: int = 0
    faults: tuple[PageFault, ...] = ()
    is_set: bool = False
    set_faults: tuple[PageFault, ...] = ()
    unprintable: tuple[str, ...] = ()
    searched: tuple[str, ...] = ()
    unfound: tuple[str, ...] = ()
    why_not: str = ""
    approved: bytes | None = None
    approved_pages: int = 0
    changed: tuple[int, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong; being otherwise than approved is no fault."""
        return not (self.faults or self.set_faults or self.unprintable or self.unfound or self.why_not)

    @property
    def news(self) -> str:
        """How it stands to what was approved, in words."""
        if self.approved is None:
            return "还没有认可过"
        if self.pages != self.approved_pages:
            return f"认可的是 {self.approved_pages} 页，现在 {self.pages} 页"
        return f"第 {'、'.join(map(str, self.changed))} 页和认可的不同" if self.changed else "和认可的一样"

    def told(self) -> list[str]:
        """What is wrong, each in words with its remedy."""
        lines = [self.why_not] if self.why_not else []
        lines += [_told(fault, self.trial.suffix) for fault in self.faults]
        lines += [f"再印时照版面填的{_told(fault, self.trial.suffix)}" for fault in self.set_faults]
        if self.unprintable:
            chars = "、".join(f"“{char}”（U+{ord(char):04X}）" for char in self.unprintable)
            lines.append(f"{chars} 没有字体能印。给这台电脑装上有这些字的字体")
        return [*lines, *map(self._missed, self.unfound)]

    def _missed(self, word: str) -> str:
        """That a word is not found: a part of a longest text was left out, a rare one is not told as itself."""
        if self.trial.words == "longest":
            said = word if len(word) <= 2 * _ENDS else f"{word[:_ENDS]}…{word[-_ENDS:]}"
            remedy = _remedy("CUT", self.trial.suffix)
            box = "，文本框拉大" if self.trial.suffix == ".docx" else ""
            return f"“{said}”（{len(word)} 个字）没有印全。{remedy}{box}"
        return f"“{word}”在 PDF 里搜不到。把这一格放宽，或者换一种字体；还这样就把模板发给维护的人"


def _told(fault: PageFault, suffix: str) -> str:
    near = f"“{fault.near}”" if fault.near else ""
    return f"第 {fault.page} 页{near}{FAULTS[fault.code][0]}。{_remedy(fault.code, suffix)}"


def _remedy(code: FaultCode, suffix: str) -> str:
    _, remedy = FAULTS[code]
    return SHEET_REMEDIES.get(code, remedy) if suffix == ".xlsx" else remedy
