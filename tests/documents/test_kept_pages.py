"""Papers as files to keep: every name is found by search, nothing speaks against keeping them, seals have rows."""

import io
import re
from collections.abc import Iterator

import pikepdf
import pypdfium2
import pytest

from onefill.rendering.archival import archival_faults
from onefill.rendering.packet import Part, join
from onefill.rendering.page_marks import mark_pages
from tests.documents.conftest import Papers
from tests.documents.test_codes import mark_for
from tests.documents.test_pages import everything
from tests.papers import pdf_pages, squeezed

#: A longer name stands on several lines of its cell, where no search finds it whole.
ON_ONE_LINE = 5


def people(papers: Papers, name: str) -> list[str]:
    return [str(one["name"]) for one in papers.data[name]["trainees"].values()]


def found(pdf: bytes, words: str) -> Iterator[int]:
    """Pages on which a reader's search finds words; that of pdfium knows no sign beyond the basic plane."""
    with pypdfium2.PdfDocument(pdf) as document:
        for number, page in enumerate(document, 1):
            text = page.get_textpage()
            searched = text.search(words, match_case=True).get_next() is not None
            if searched or (max(words) > "\uffff" and words in squeezed(text.get_text_bounded())):
                yield number
            text.close()


@pytest.mark.parametrize("suffix", [".docx", ".xlsx"])
def test_every_name_on_a_roster_is_found_by_search(papers: Papers, suffix: str) -> None:
    made = papers.made["class_50", "trainee_roster"]
    coded = [mark_pages(pdf, lambda _page, _pages: mark_for(made)).pdf for pdf in made.pdfs[suffix]]
    whole = join([Part(title=made.title, pdf=pdf) for pdf in coded], duplex=True)
    names = people(papers, "class_50")
    assert any(ord(sign) > 0x9FFF or sign in "翀燊喆垚" for name in names for sign in name)
    short = [name for name in names if len(name) <= ON_ONE_LINE]
    assert len(short) > 40
    assert [name for name in short if not list(found(whole, name))] == []
    text = squeezed("".join(pdf_pages(whole)))
    assert [name for name in names if squeezed(name)[:3] not in text] == []


def test_the_name_on_each_certificate_is_found_on_its_page(papers: Papers) -> None:
    made = papers.made["class_50", "certificate"]
    [pdf] = made.pdfs[".docx"]
    passed = [one for one in papers.data["class_50"]["trainees"].values() if one.get("cert_no")]
    names = [str(one["name"]) for one in passed]
    missed = [name for number, name in enumerate(names, 1) if number not in list(found(pdf, name))]
    assert any(sign in "翀燊喆垚" or sign > "\u9fff" for name in names for sign in name) and len(names) > 40
    assert missed == []


def test_nothing_that_we_look_for_speaks_against_keeping_a_paper(papers: Papers) -> None:
    for label, made, pdf in everything(papers):
        if label.startswith("class_500 "):
            continue  # the same pages, only more of them
        coded = pdf if made.stock else mark_pages(pdf, lambda _page, _pages, made=made: mark_for(made)).pdf
        with pikepdf.open(io.BytesIO(join([Part(title=made.title, pdf=coded)]))) as document:
            assert archival_faults(document) == [], label


@pytest.mark.parametrize("name", ["roster_15", "roster_16", "class_50", "class_500"])
def test_two_people_stand_above_the_seal_of_a_roster(papers: Papers, name: str) -> None:
    [pdf] = papers.made[name, "trainee_roster"].pdfs[".docx"]
    last = pdf_pages(pdf)[-1]
    assert "（公章）" in last
    assert len(re.findall(r"^\d+ ", last, re.MULTILINE)) >= 2
