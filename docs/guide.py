"""The authors' guide as a program reads it: files to make, commands to run, what to type, what to expect."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from openpyxl import Workbook

GUIDE = Path(__file__).with_name("authors.md")

_FENCE = re.compile(r"^```(\w+)(?: (file|add)=(\S+))?$")
_HEAD, _FOOT = "页眉：", "页脚："
_TYPED = "| 在哪里 | 填什么 |"


@dataclass(frozen=True)
class Step:
    """One thing the guide says to do.

    Attributes:
        kind: ``file``, ``add``, ``sh``, ``output`` or ``type``.
        target: The file, if it is about one.
        lines: What stands in the block; for ``type`` rows of place and value.
    """

    kind: str
    target: str = ""
    lines: tuple[str, ...] = field(default=())

    @property
    def text(self) -> str:
        """The block as one text."""
        return "\n".join(self.lines) + "\n"


def steps(source: Path = GUIDE) -> Iterator[Step]:
    """All steps in the order of the page."""
    lines = iter(source.read_text(encoding="utf-8").splitlines())
    for line in lines:
        if fence := _FENCE.match(line):
            block = tuple(_until(lines, "```"))
            kind, target = fence[2] or fence[1], fence[3] or ""
            if kind in ("file", "add", "sh", "output"):
                yield Step(kind, target, block)
        elif line == _TYPED:
            next(lines)
            yield Step("type", lines=tuple(_until(lines, "")))


def _until(lines: Iterator[str], end: str) -> Iterator[str]:
    for line in lines:
        if line == end:
            return
        yield line


def make_file(step: Step, folder: Path) -> None:
    """Do a ``file`` or ``add`` step below a folder, Word and Excel files too."""
    path = folder / step.target
    path.parent.mkdir(parents=True, exist_ok=True)
    if step.kind == "add":
        path.write_text(path.read_text(encoding="utf-8") + step.text, encoding="utf-8")
    elif path.suffix == ".docx":
        word_page(step.lines).save(str(path))
    elif path.suffix == ".xlsx":
        excel_sheet(step.lines).save(path)
    else:
        path.write_text(step.text, encoding="utf-8")


def word_page(lines: tuple[str, ...]) -> Any:
    """A Word file as somebody would make it by hand from the guide's sketch."""
    page = Document()
    section = page.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    style: Any = page.styles["Normal"]
    style.font.name, style.font.size = "宋体", Pt(12)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
    table: Any = None
    for line in lines:
        if not line.startswith("| "):
            table = None
        if line.startswith("# "):
            page.add_heading(line[2:], level=1)
        elif line.startswith("| "):
            cells = line[2:].split(" | ")
            if table is None:
                table = page.add_table(rows=0, cols=len(cells), style="Table Grid")
            row = table.add_row()
            for cell, text in zip(row.cells, cells, strict=False):
                cell.text = text
        elif line.startswith(_HEAD):
            section.header.paragraphs[0].text = line.removeprefix(_HEAD)
        elif line.startswith(_FOOT):
            section.footer.paragraphs[0].text = line.removeprefix(_FOOT)
        else:
            page.add_paragraph(line)
    return page


def excel_sheet(lines: tuple[str, ...]) -> Workbook:
    """An Excel file as somebody would make it by hand from the guide's sketch."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "清单"
    for line in lines:
        if line.startswith(_HEAD):
            sheet.oddHeader.center.text = line.removeprefix(_HEAD)
        elif line.startswith(_FOOT):
            sheet.oddFooter.center.text = line.removeprefix(_FOOT)
        else:
            cell, _, text = line.partition(": ")
            sheet[cell] = text
    return book
