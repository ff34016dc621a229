"""Pages of a proof run as one PDF to look through: each beside the one that was last approved."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import pikepdf

from onefill.service.approvals import MOST_PAGES
from onefill.service.proof_shapes import Proofed
from onefill.service.shapes import Produced

#: Between two pages, in points.
_GAP = 12.0


@dataclass(frozen=True, kw_only=True)
class ProofSheets(Produced):
    """A proof run to look through.

    Attributes:
        tried: What came of each trial.
        names: Of each page.
    """

    tried: tuple[Proofed, ...]
    names: tuple[str, ...]


def side_by_side(made: Sequence[Proofed]) -> ProofSheets:
    """The first pages of each trial; where there is an approved page, it stands to the left of the new one."""
    sheets, names = pikepdf.new(), list[str]()
    opened: list[pikepdf.Pdf] = []  # their pages are read when the sheets are written

    def pages_of(pdf: bytes) -> list[pikepdf.Page]:
        opened.append(pikepdf.open(io.BytesIO(pdf)))
        return list(opened[-1].pages)

    for one in made:
        if not one.pdf:
            continue
        now, before = pages_of(one.pdf), pages_of(one.approved) if one.approved else None
        for number in range(min(max(len(now), len(before or ())), MOST_PAGES)):
            _lay(sheets, before, now, number)
            names.append(f"{one.trial.said} 第 {number + 1} 页")
    written = io.BytesIO()
    sheets.save(written, deterministic_id=True)
    data = written.getvalue() if names else b""
    return ProofSheets(name="试印.pdf", data=data, tried=tuple(made), names=tuple(names))


def _lay(sheets: pikepdf.Pdf, before: Sequence[pikepdf.Page] | None, now: Sequence[pikepdf.Page], number: int) -> None:
    if before is None:
        sheets.pages.append(now[number])
        return
    _, _, width, height = (float(side) for side in now[min(number, len(now) - 1)].mediabox)
    sheet = sheets.add_blank_page(page_size=(2 * width + _GAP, height))
    for left, pages in ((0.0, before), (width + _GAP, now)):
        if number < len(pages):
            sheet.add_overlay(pages[number], pikepdf.Rectangle(left, 0, left + width, height))
