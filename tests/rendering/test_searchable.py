"""Words that a search finds, whichever engine has made the page."""

import io
import unicodedata

import pikepdf
import pypdfium2
import pytest

from onefill.rendering.archival import archival_faults
from onefill.rendering.html import engines_here, html_to_pdf
from onefill.rendering.packet import Part, join
from onefill.rendering.searchable import not_found, searchable
from onefill.rendering.summary import Facts, summary_html
from tests.rendering.test_page_marks import sheet

NAMES = ("马龙", "黄高金", "石方", "⾦⻰", "韦一鸣", "齐鲁", "食为天", "户小龟", "王·麦尔丹")


def telling(cmap: bytes) -> bytes:
    """A PDF with a font that tells its pictures so."""
    document = pikepdf.new()
    page = document.add_blank_page(page_size=(100, 100))
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type0, ToUnicode=document.make_stream(cmap))
    page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=document.make_indirect(font)))
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def told(pdf: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return document.pages[0].Resources.Font["/F"].ToUnicode.read_bytes()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"1 beginbfchar <2EE9> <2EE9> endbfchar", b"1 beginbfchar <2EE9> <9EC4> endbfchar"),
        (b"beginbfrange <0001> <0002> [<6D4B> <2FA6> ] endbfrange", b"<0001> <0002> [<6D4B> <91D1> ]"),
        (b"beginbfrange <2F00> <2F00> <2F00> endbfrange", b"<2F00> <2F00> [<4E00>]"),
        (b"beginbfrange <0001> <0003> <2F08> endbfrange", b"<0001> <0003> [<4EBA> <513F> <5165>]"),
    ],
)
def test_radicals_are_told_as_signs_and_numbers_of_pictures_stay(before: bytes, after: bytes) -> None:
    assert after in told(searchable(telling(before)))


@pytest.mark.parametrize(
    "cmap", [b"beginbfchar <0001> <9EC4> endbfchar", b"beginbfrange <2EE9> <2EEA> <4E00> endbfrange"]
)
def test_where_nothing_is_told_as_a_radical_nothing_changes(cmap: bytes) -> None:
    pdf = telling(cmap)
    assert searchable(pdf) is pdf


@pytest.mark.parametrize("engine", engines_here())
def test_every_name_on_a_summary_is_found_by_search_and_the_file_is_one_to_keep(engine: str) -> None:
    names = [unicodedata.normalize("NFKC", name).replace("⻰", "龙") for name in NAMES]
    html = summary_html("名册", [], [Facts(title="人", pairs=[("姓名", name) for name in names])])
    pdf = join([Part(title="名册", pdf=html_to_pdf(html, engine))])  # type: ignore[arg-type]
    with pypdfium2.PdfDocument(pdf) as document:
        text = document[0].get_textpage()
        missed = [name for name in names if text.search(name).get_next() is None]
        text.close()
    assert missed == []
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert archival_faults(document) == []


def test_words_that_no_search_finds_are_named() -> None:
    """A line that ends inside a word does not part it, nor does a page, unless other words come between."""
    pages = [b"BT /F1 6 Tf 40 100 Td (Hal) Tj 0 -8 Td (le) Tj ET", b"BT /F1 6 Tf 40 100 Td (an der Saale) Tj ET"]
    words = ["Halle", "leander", "Saale", "Jena", "Saaleck"]
    assert not_found(sheet(*pages), words) == ("Jena", "Saaleck")
    assert not_found(sheet(*reversed(pages)), words) == ("leander", "Jena", "Saaleck")
