"""The first page of a packet: which papers lie in it, where each begins, how many pages it has."""

from collections.abc import Sequence

from onefill.fields.chinese import date_text
from onefill.rendering.engines import EngineMissing
from onefill.rendering.html import PageFails
from onefill.rendering.packet import Listed, Part, contents, page_count
from onefill.rendering.summary import Listing, summary_html
from onefill.rendering.workrooms import DiskFull
from onefill.service.conversion import Conversion, Wanted
from onefill.service.sources import Source

TITLE = "材料目录"


def cover_page(source: Source, phase: str, lines: Sequence[Listed]) -> str:
    """The page as HTML.

    Args:
        source: Whose papers.
        phase: Title of the phase.
        lines: The papers in order.
    """
    head = [
        ("名称", source.sheet.label()),
        ("版本", source.version),
        ("日期", date_text(source.day)),
        ("共", f"{len(lines)} 份 {sum(line.pages for line in lines)} 页"),
    ]
    rows = [(line.title, str(line.first), str(line.pages)) for line in lines]
    table = Listing(title="", columns=("材料", "从第几页起", "共几页"), rows=rows, centred=(1, 2))
    return summary_html(f"{phase}　{TITLE}", head, [table])


def with_cover(
    conversion: Conversion, source: Source, phase: str, parts: Sequence[Part], *, duplex: bool
) -> tuple[list[Part], list[str]]:
    """The page in front of the papers, or why there is none, in words.

    Where each paper begins depends on how long the list itself is, so it is made again until it is right.
    """
    first, after = 0, 3 if duplex else 2
    cover: list[Part] = []
    try:
        while after > first:
            first = after
            html = cover_page(source, phase, contents(parts, duplex=duplex, first=first))
            cover, _ = conversion.convert([Wanted(title=TITLE, html=html)], lambda _done, _total, _what: None)
            pages = page_count(cover[0].pdf, TITLE)
            after = 1 + pages + (pages % 2 if duplex else 0)
    except (EngineMissing, PageFails, DiskFull) as missing:
        return [], [f"《{TITLE}》没有印：{missing}"]
    return cover, []
