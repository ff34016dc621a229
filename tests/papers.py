"""Reading papers back: text and cells of Word, Excel and PDF files."""

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator

import pikepdf
import pypdfium2
from docx import Document
from lxml import etree
from openpyxl import load_workbook

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def word_rows(data: bytes) -> list[list[str]]:
    """Rows of all tables in order, each a list of its cells' texts; a merged cell counts once."""
    rows = []
    for table in Document(io.BytesIO(data)).element.body.iter(f"{W}tbl"):
        for row in table.iterchildren(f"{W}tr"):
            rows.append([_text(cell) for cell in row.iterchildren(f"{W}tc")])
    return rows


def word_text(data: bytes) -> str:
    """All text of body, heads and feet, a line a paragraph."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = [n for n in package.namelist() if re.fullmatch(r"word/(document|header\d*|footer\d*)\.xml", n)]
        return "\n".join(_text(etree.fromstring(package.read(name))) for name in parts)


def _text(element: etree._Element) -> str:
    lines = []
    for paragraph in element.iter(f"{W}p"):
        pieces = []
        for node in paragraph.iter(f"{W}t", f"{W}br", f"{W}tab"):
            pieces.append(node.text or "" if node.tag == f"{W}t" else " ")
        lines.append("".join(pieces))
    return "\n".join(lines).strip()


def excel_cells(data: bytes) -> dict[str, object]:
    """Values of the first sheet that are not empty, by address."""
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    return {cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None}


def excel_text(data: bytes) -> str:
    """All text of all sheets, and of their heads and feet."""
    book = load_workbook(io.BytesIO(data))
    lines: list[str] = []
    for sheet in book.worksheets:
        lines += [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
        for place in (sheet.oddHeader, sheet.oddFooter, sheet.evenFooter, sheet.firstFooter):
            lines += [part.text for part in (place.left, place.center, place.right) if part.text]
    return "\n".join(lines)


def pdf_pages(data: bytes) -> list[str]:
    """The text of each page."""
    with pypdfium2.PdfDocument(data) as document:
        return [page.get_textpage().get_text_bounded() for page in document]


#: Fonts draw some characters by the glyph of the radical that looks the same, and PDF text then names the radical.
RADICALS = str.maketrans(
    "⺠⺟⻄⻅⻆⻉⻋⻓⻔⻘⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰", "民母西见角贝车长门青页风飞食马骨鬼鱼鸟麦黄齐齿龙"
)


def squeezed(text: str) -> str:
    """Text without any white space: how it is broken over lines is for the layout."""
    return re.sub(r"[\s\u200b\ufffe\u0002]+", "", unicodedata.normalize("NFKC", text).translate(RADICALS))


def office_text(data: bytes, suffix: str) -> str:
    """All text of a Word or Excel file."""
    return word_text(data) if suffix == ".docx" else excel_text(data)


def zip_names(data: bytes) -> list[str]:
    """Names in a ZIP archive."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.namelist()


def unpacked(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Files of a ZIP archive."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            yield name, archive.read(name)


def written_page() -> bytes:
    """A PDF of one page with a line of text, packed."""
    made, out = pikepdf.new(), io.BytesIO()
    page = made.add_blank_page(page_size=(595, 842))
    page.Contents = made.make_stream(b"BT 72 700 Td (one line) Tj ET\n" * 50)
    made.save(out, compress_streams=True)
    return out.getvalue()


def rotten(pdf: bytes) -> bytes:
    """The same file, whole, with bytes of what its first page holds overwritten."""
    at = pdf.index(b"stream\n") + len(b"stream\n") + 5
    return pdf[:at] + b"\xff" * 20 + pdf[at + 20 :]
