"""Names with signs that another font lends, inside a sentence: found by search, and printed where they were."""

import io
import time
from collections.abc import Sequence
from typing import Any

import pikepdf
import pypdfium2
import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Pt

from onefill.rendering import compile_template
from onefill.rendering.engines import find_soffice
from onefill.rendering.libreoffice import convert
from onefill.rendering.packet import PdfBroken, is_whole
from onefill.rendering.page_learning import unlike
from onefill.rendering.page_order import in_reading_order
from onefill.rendering.word import CompiledWord
from onefill.service.layouts import Layouts, Plan, Repeated
from store import Cache
from tests.papers import pdf_pages, rotten, squeezed, written_page

WIDE = 1000
#: As LibreOffice draws ABCD where the font has no B, and is lent one.
LENT = b"BT\n90 700 Td /F1 10 Tf[<01>-1000<0203>]TJ\n1 0 0 1 100 700 Tm\n/F2 10 Tf<01>Tj\nET\n"


def drawn(content: bytes, *, signs: Sequence[Sequence[str]] = ("ACD", "B"), told: bool = True) -> bytes:
    """A page with two fonts whose signs are all equally wide."""
    made = pikepdf.new()
    page = made.add_blank_page(page_size=(600, 800))
    fonts = pikepdf.Dictionary()
    for number, own in enumerate(signs, 1):
        cmap = b"".join(
            b"<%02X> <%s>\n" % (code, sign.encode("utf-16-be").hex().upper().encode())
            for code, sign in enumerate(own, 1)
        )
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type1,
            BaseFont=pikepdf.Name.Helvetica,
            FirstChar=0,
            LastChar=len(own),
            Widths=[0, *[WIDE] * len(own)],
        )
        if told:
            font.ToUnicode = made.make_stream(b"1 beginbfchar\n" + cmap + b"endbfchar")
        fonts[f"/F{number}"] = made.make_indirect(font)
    page.Resources = pikepdf.Dictionary(Font=fonts)
    page.Contents = made.make_stream(content)
    written = io.BytesIO()
    made.save(written)
    return written.getvalue()


def content(pdf: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return bytes(document.pages[0].obj.Contents.read_bytes())


def test_a_lent_sign_is_drawn_where_it_is_read_and_nothing_moves() -> None:
    made = content(in_reading_order(drawn(LENT))).split()
    shown = [made[at - 7 : at + 4] for at, word in enumerate(made) if word == b"Tm"]
    assert [(one[5], one[6], one[8], one[10].partition(b"<")[2]) for one in shown] == [
        (b"90", b"700", b"/F1", b"01>Tj"),
        (b"100", b"700", b"/F2", b"01>Tj"),
        (b"110", b"700", b"/F1", b"0203>Tj"),
    ]


@pytest.mark.parametrize("signs", [("ACD", "𠮷"), (["A", "fi", "D"], "B"), ("A𬱖D", "𠮷"), (["A", "C", "ffi"], "𫖯")])
def test_signs_beyond_the_basic_plane_and_ligatures_are_signs_like_others(signs: Sequence[Sequence[str]]) -> None:
    ordered = content(in_reading_order(drawn(LENT, signs=signs)))
    assert ordered == content(in_reading_order(drawn(LENT))) != LENT


@pytest.mark.parametrize(
    "other",
    [
        LENT.replace(b"100 700 Tm", b"100 690 Tm"),  # another line
        LENT.replace(b"-1000", b"-100"),  # it lies over what is drawn already
        LENT.replace(b"<0203>", b"<0209>"),  # a code of which nothing is known
        LENT.replace(b"1 0 0 1 100", b"0 1 -1 0 100"),  # turned
        LENT.replace(b"/F2 10 Tf", b"/F2 10 Tf 3 Tr"),
        b"BT\n90 700 Td /F1 10 Tf[<01>-1000<0203>]TJ\nET\n",
        LENT.replace(b"<01>Tj", b"<011>Tj"),
    ],
)
def test_what_is_not_understood_stays_as_it_is(other: bytes) -> None:
    pdf = drawn(other)
    assert in_reading_order(pdf) is pdf


def test_a_line_that_is_read_from_the_right_or_says_nothing_stays_as_it_is() -> None:
    for pdf in (
        drawn(LENT, signs=("אבג", "ד")),
        drawn(LENT, signs=(["א\u05b0", "ב", "ג"], "ד")),
        drawn(LENT, told=False),
    ):
        assert in_reading_order(pdf) is pdf


def with_fonts(change: str) -> bytes:
    """The page with a lent sign, its fonts other than fonts are."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(drawn(LENT))) as document:
        resources: Any = document.pages[0].obj.Resources
        if change == "an array":
            resources.Font = pikepdf.Array([])
        elif change == "no map":
            resources.Font["/F2"].ToUnicode = pikepdf.Name("/Identity-H")
        else:
            resources.Font["/F2"].Widths = pikepdf.Array([pikepdf.Name("/wide")])
        document.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "pdf", [rotten(written_page()), *map(with_fonts, ("an array", "no map", "no widths"))], ids=lambda _pdf: ""
)
def test_pages_that_cannot_be_read_are_told(pdf: bytes) -> None:
    assert is_whole(pdf)
    with pytest.raises(PdfBroken):
        in_reading_order(pdf)


NAMES = ("刘喆", "喆翀", "张燊明", "翀", "王小明", "欧阳婳垚", "张𠮷", "𬱖小红", "刘𫖯𠮷", "𬱖翀")


def sentence(font: str) -> CompiledWord:
    document, out = Document(), io.BytesIO()
    run = document.add_paragraph().add_run(
        "兹证明{{ name }}同学（证件号码11010519491231002X）参加了培训，{{ name }}也在。"
    )
    run.font.size, run.font.name = Pt(14), "Times New Roman"
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)
    document.save(out)
    compiled = compile_template(out.getvalue(), "t.docx")
    assert isinstance(compiled, CompiledWord)
    return compiled


def missed(pages: Sequence[bytes], names: Sequence[str]) -> list[str]:
    """Names that are not found on their page twice, by search or in its text.

    The search of pdfium knows no sign beyond the basic plane: where one is, the text alone is looked at.
    """
    found = []
    for pdf, name in zip(pages, names, strict=True):
        with pypdfium2.PdfDocument(pdf) as document:
            text = document[0].get_textpage()
            search = text.search(name)
            hits = [search.get_next(), search.get_next()]
            text.close()
        searched = None not in hits or max(name) > "\uffff"
        if not searched or squeezed("".join(pdf_pages(pdf))).count(f"{name}") < 2:
            found.append(name)
    return found


@pytest.mark.skipif(find_soffice() is None, reason="LibreOffice is not here")
@pytest.mark.parametrize("font", ["宋体", "仿宋", "楷体"])
def test_every_name_in_a_sentence_is_found_by_search_on_laid_out_and_on_set_pages(
    font: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled = sentence(font)
    files = {f"{at}.docx": compiled.render({"name": name}) for at, name in enumerate(NAMES)}
    made = [pdf for pdf in convert(files).values() if isinstance(pdf, bytes)]
    assert missed(made, NAMES) == []
    with monkeypatch.context() as patch:
        patch.setattr("onefill.rendering.libreoffice.in_reading_order", lambda pdf: pdf)
        plain = [pdf for pdf in convert(files).values() if isinstance(pdf, bytes)]
    assert [unlike(one, other, [(0, 0)], dpi=300) for one, other in zip(made, plain, strict=True)] == [[]] * len(NAMES)
    papers = compiled.pages([{"name": name} for name in NAMES])
    assert papers is not None
    asked = Repeated(papers=papers, file=lambda some: compiled.alone(some[0]), share=1, mark="sentence")
    plan = Plan(Layouts(Cache(tmp_path_factory.mktemp("layouts"), 99)), asked, "here")
    plan.learn(list(convert({f"{at}.docx": data for at, data in enumerate(plan.specimens)}).values()))
    whole = plan.all_set()
    assert whole is not None
    with pikepdf.open(io.BytesIO(whole)) as document:
        pages = [alone(document, at) for at in range(len(NAMES))]
    assert missed(pages, NAMES) == []
    assert [unlike(one, other, [(0, 0)], dpi=150, reach=2) for one, other in zip(pages, made, strict=True)] == [
        []
    ] * len(NAMES)


def alone(document: pikepdf.Pdf, at: int) -> bytes:
    made, out = pikepdf.new(), io.BytesIO()
    made.pages.append(document.pages[at])
    made.save(out)
    return out.getvalue()


def test_a_long_line_that_does_not_fit_is_given_up_at_once() -> None:
    pdf = drawn(b"BT\n90 700 Td /F1 10 Tf[" + b"<01>-1000.125" * 20_000 + b"]TJ\n1 0 0 1 100 700 Tm\n7 Tr ET\n")
    began = time.perf_counter()
    assert in_reading_order(pdf) is pdf
    assert time.perf_counter() - began < 2
