"""Papers as they come out of the printer: pages counted, the code box free, foot lines, nothing cut or missing."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest

from onefill.rendering.fonts import missing_glyphs
from tests.documents import hostile
from tests.documents.conftest import Made, Papers
from tests.documents.hostile import HOSTILE_CLASS
from tests.papers import excel_text, pdf_pages, squeezed, word_rows

#: Page counts as they were seen and looked at. ``ONEFILL_GOLDEN=write pytest tests/documents`` writes them anew.
GOLDEN = Path(__file__).with_name("pages.json")
MM = 72 / 25.4
DPI = 100
A4 = (210, 297)


def everything(papers: Papers) -> Iterator[tuple[str, Made, bytes]]:
    """Every converted file with a name for it."""
    for (name, key), made in papers.made.items():
        for suffix, pdfs in made.pdfs.items():
            for pdf in pdfs:
                yield f"{name} {key}{suffix}", made, pdf


@pytest.fixture(scope="module")
def texts(papers: Papers) -> dict[str, list[str]]:
    """The text of every page, squeezed, by the file's name; parts of one paper follow each other."""
    found: dict[str, list[str]] = {}
    for label, _, pdf in everything(papers):
        found.setdefault(label, []).extend(squeezed(page) for page in pdf_pages(pdf))
    return found


def test_page_counts_are_those_that_were_looked_at(papers: Papers) -> None:
    counted: dict[str, list[int]] = {}
    for label, _, pdf in everything(papers):
        with pypdfium2.PdfDocument(pdf) as document:
            counted.setdefault(label, []).append(len(document))
    seen = {
        label: counts if len(set(counts)) > 1 else f"{len(counts)} x {counts[0]}" for label, counts in counted.items()
    }
    if os.environ.get("ONEFILL_GOLDEN") == "write":
        GOLDEN.write_text(json.dumps(seen, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    looked_at = json.loads(GOLDEN.read_text(encoding="utf-8"))
    # Where "|" stands, LibreOffice 25.2 breaks a list of trainees once more than 7.4 does.
    assert {name: count for name, count in seen.items() if count not in looked_at.get(name, "").split(" | ")} == {}
    assert set(seen) == set(looked_at)


def test_a_certificate_is_one_page_each(papers: Papers) -> None:
    for name, counts in (("class_50", [46]), ("class_500", [250, 250])):
        made = papers.made[name, "certificate"]
        assert made.parts == len(counts)  # many certificates are few files
        assert [len(pdf_pages(pdf)) for pdf in made.pdfs[".docx"]] == counts


def test_pages_are_a4(papers: Papers) -> None:
    for label, _, pdf in everything(papers):
        with pypdfium2.PdfDocument(pdf) as document:
            for page in document:
                size = sorted(round(side / MM) for side in page.get_size())
                assert tuple(size) == A4, label


def test_the_code_box_of_every_page_is_free_of_ink(papers: Papers) -> None:
    """20 mm square, its outer sides 10 mm from the paper's top and right edge; stock has none."""
    inked = []
    for label, made, pdf in everything(papers):
        if made.stock:
            continue
        with pypdfium2.PdfDocument(pdf) as document:
            for number, page in enumerate(document, 1):
                width, height = page.get_size()
                crop = (width - 30 * MM, height - 30 * MM, 10 * MM, 10 * MM)  # left, bottom, right, top
                box = page.render(scale=DPI / 72, crop=crop, grayscale=True).to_numpy()
                if number == 1:
                    assert page.render(scale=0.2, grayscale=True).to_numpy().min() < 250, label  # ink is seen as such
                assert abs(box.shape[0] - 20 / 25.4 * DPI) < 3
                if box.min() < 250:
                    inked.append(f"{label} page {number}")
    assert inked == []


def test_every_page_says_what_it_is(papers: Papers) -> None:
    for label, made, pdf in everything(papers):
        for number, page in enumerate(pdf_pages(pdf), 1):
            text = squeezed(page)
            assert squeezed(made.title) in text, (label, number)
            assert squeezed(f"第 {made.version} 版") in text, (label, number)
            assert made.hash in text, (label, number)
            assert ("草稿" in text) == (made.state == "draft"), (label, number)


def test_pages_are_counted_within_each_part(papers: Papers) -> None:
    for label, made, pdf in everything(papers):
        if made.stock:
            continue
        pages = pdf_pages(pdf)
        for number, page in enumerate(pages, 1):
            assert squeezed(f"第 {number} 页 共 {len(pages)} 页") in squeezed(page), (label, number)


def test_every_cell_of_the_office_file_is_in_the_pdf(papers: Papers, texts: dict[str, list[str]]) -> None:
    """Of papers of many parts the first parts were converted, which say the same of everybody."""
    for (name, key), made in papers.made.items():
        for suffix in made.pdfs:
            whole = "".join(texts[f"{name} {key}{suffix}"])
            if suffix == ".xlsx":
                cells = [
                    line
                    for line in excel_text(made.office[suffix]).splitlines()
                    if "&P" not in line and "00:00:00" not in line
                ]
            else:
                cells = [line for row in word_rows(made.office[suffix]) for cell in row for line in cell.splitlines()]
            if name == "class_500" and key == "sign_in":
                cells = cells[:1800]
            lost = [cell for cell in dict.fromkeys(cells) if not spread(squeezed(cell), whole)]
            assert lost == [], (name, key, suffix)


def spread(cell: str, page: str) -> bool:
    """Whether the text stands there, broken over lines between other columns at worst: then its pieces must."""
    if cell in page:
        return True
    pieces = [cell[start : start + 2] for start in range(0, len(cell), 2)]
    return all(piece in page or all(char in page for char in piece) for piece in pieces)


def test_every_character_has_a_glyph(texts: dict[str, list[str]], papers: Papers) -> None:
    everything_printed = {page for pages in texts.values() for page in pages}
    assert missing_glyphs(everything_printed) == {}
    assert not any("\ufffd" in page or "\x00" in page for page in everything_printed)
    whole = "".join(texts["class_50 trainee_roster.docx"])
    for char in "翀燊喆垚冼·":
        assert char in whole


def test_hostile_text_is_printed_as_it_stands(texts: dict[str, list[str]]) -> None:
    def printed(key: str) -> str:
        return "".join(texts[f"{HOSTILE_CLASS} {key}"])

    for suffix in (".docx", ".xlsx"):
        whole = printed(f"trainee_roster{suffix}")
        for text in (hostile.PLUS, hostile.MINUS, hostile.AT):
            assert text in whole
        for text in hostile.HOSTILE_NOTES:  # narrow columns break long texts among those beside them
            assert spread(squeezed(text), whole), text
    assert squeezed(hostile.ENTITY) in printed("archive_cover.docx")
    record = printed("invigilation_record.docx")
    for text in (hostile.MARKUP, hostile.TEMPLATE, hostile.FORMULA):
        assert squeezed(text) in record
