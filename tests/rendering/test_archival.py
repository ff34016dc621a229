"""PDF for keeping: marked where nothing speaks against it, and each thing that does is seen."""

import io
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from onefill.rendering.archival import WORDS, ArchivalFault, archival_faults, mark_archival
from onefill.rendering.packet import Part, join
from onefill.rendering.page_marks import mark_pages
from onefill.rendering.stock_pages import Placing, placed
from tests.rendering.test_page_marks import the_mark


def plain() -> pikepdf.Pdf:
    """A page with a line on it."""
    document = pikepdf.new()
    page = document.add_blank_page(page_size=(595, 842))
    page.Contents = document.make_stream(b"0 g 100 100 50 1 re f")
    page.obj.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceRGB)
    return document


def saved(document: pikepdf.Pdf) -> bytes:
    written = io.BytesIO()
    document.save(written, deterministic_id=True)
    return written.getvalue()


def faults(pdf: bytes) -> list[ArchivalFault]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return archival_faults(document)


def test_what_is_handed_out_is_marked() -> None:
    made = join([Part(title="甲 <与> 乙", pdf=saved(plain()))], copies=2, duplex=True)
    assert faults(made) == []
    with pikepdf.open(io.BytesIO(made)) as document:
        words = document.Root.Metadata.read_bytes().decode()
        assert "甲 &lt;与&gt; 乙" in words and words.startswith("<?xpacket begin")
        assert document.open_metadata().pdfa_status == "2B"
        intent = document.Root.OutputIntents[0]
        assert intent.DestOutputProfile.read_bytes()[36:40] == b"acsp" and intent.DestOutputProfile.N == 3
        assert all("/Group" not in page.obj for page in document.pages)
        assert "/Encrypt" not in document.trailer and "/ID" in document.trailer


def test_codes_and_moving_leave_it_marked() -> None:
    coded = mark_pages(saved(plain()), the_mark).pdf
    made = join([Part(title="甲", pdf=coded)])
    assert faults(made) == []
    assert faults(placed(made, Placing(right=3))) == []


def test_what_nobody_marked_is_told() -> None:
    assert faults(saved(plain())) == ["NO_MARK", "NO_COLOURS"]


def with_font(document: pikepdf.Pdf) -> None:
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    document.pages[0].obj.Resources = Dictionary(Font=Dictionary(F=document.make_indirect(font)))


def with_state(document: pikepdf.Pdf, **state: object) -> None:
    document.pages[0].obj.Resources = Dictionary(ExtGState=Dictionary(G=Dictionary(Type=Name.ExtGState, **state)))


def with_picture(document: pikepdf.Pdf, **told: object) -> None:
    picture = document.make_stream(b"\0", Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1, **told)
    document.pages[0].obj.Resources = Dictionary(XObject=Dictionary(I=picture))


def with_root(name: str, value: Callable[[], object]) -> Callable[[pikepdf.Pdf], None]:
    def change(document: pikepdf.Pdf) -> None:
        document.Root[name] = value()

    return change


def drawing(content: bytes) -> Callable[[pikepdf.Pdf], None]:
    def change(document: pikepdf.Pdf) -> None:
        document.pages[0].Contents = document.make_stream(content)

    return change


def in_parts(document: pikepdf.Pdf) -> None:
    document.pages[0].Contents = Array([document.make_stream(one) for one in (b"0 0 0 1", b"K 9 9 9 9 re S")])


def in_resources(kind: str, content: bytes, **told: object) -> Callable[[pikepdf.Pdf], None]:
    def change(document: pikepdf.Pdf) -> None:
        made = document.make_stream(content, **told)
        document.pages[0].obj.Resources = Dictionary({kind: Dictionary(X=made)})

    return change


def in_a_glyph(document: pikepdf.Pdf) -> None:
    glyphs = Dictionary(a=document.make_stream(b"9 0 d0 0 0 0 1 k 0 0 9 9 re f"))
    font = Dictionary(Type=Name.Font, Subtype=Name.Type3, CharProcs=glyphs)
    document.pages[0].obj.Resources = Dictionary(Font=Dictionary(F=document.make_indirect(font)))


def torn(document: pikepdf.Pdf) -> None:
    document.pages[0].Contents = document.make_stream(b"no zlib", Filter=Name.FlateDecode)


def inline(told: bytes) -> Callable[[pikepdf.Pdf], None]:
    return drawing(b"q 9 0 0 9 0 0 cm BI /W 1 /H 1 /BPC 8 " + told + b" ID \0\0\0\0\nEI Q")


CHANGES: list[tuple[ArchivalFault, Callable[[pikepdf.Pdf], None]]] = [
    ("FONT_APART", with_font),
    ("TRANSPARENT", lambda document: with_state(document, ca=0.5)),
    ("TRANSPARENT", lambda document: with_state(document, BM=Name.Multiply)),
    ("TRANSPARENT", lambda document: with_picture(document, SMask=document.make_stream(b"\0", Width=1, Height=1))),
    ("SMOOTHED", lambda document: with_picture(document, Interpolate=True)),
    ("CMYK", lambda document: with_picture(document, ColorSpace=Name.DeviceCMYK)),
    ("ELSEWHERE", lambda document: with_picture(document, F=String("picture.jpg"))),
    ("SCRIPT", with_root("/OpenAction", lambda: Dictionary(S=Name.JavaScript, JS=String("app.alert(1)")))),
    ("SCRIPT", with_root("/AA", Dictionary)),
    ("FILES_INSIDE", with_root("/Names", lambda: Dictionary(EmbeddedFiles=Dictionary(Names=Array([]))))),
    ("CMYK", drawing(b"0 0 0 1 k 9 9 9 9 re f")),
    ("CMYK", drawing(b"/DeviceCMYK cs 0 0 0 1 sc 9 9 9 9 re f")),
    ("CMYK", drawing(b"/Device#43MYK CS 0 0 0 1 SC 9 9 9 9 re S")),
    ("CMYK", in_parts),
    ("CMYK", in_resources("/XObject", b"0 0 0 1 k", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))),
    ("CMYK", in_resources("/Pattern", b"0 0 0 1 k", PatternType=1, PaintType=1, BBox=Array([0, 0, 9, 9]))),
    ("CMYK", in_a_glyph),
    ("CMYK", inline(b"/CS /CMYK")),
    ("CMYK", inline(b"/CS [/I /CMYK 0 <00000000>]")),
    ("LZW", inline(b"/CS /G /F [/LZW]")),
    ("SMOOTHED", inline(b"/CS /G /I true")),
    ("TRANSPARENT", lambda document: with_picture(document, SMaskInData=1)),
    ("TORN", torn),
    ("FORM", with_root("/AcroForm", lambda: Dictionary(Fields=Array([Dictionary(FT=Name.Tx)])))),
]


@pytest.mark.parametrize(("fault", "change"), CHANGES)
def test_what_speaks_against_it_is_seen_and_then_it_is_not_marked(
    fault: ArchivalFault, change: Callable[[pikepdf.Pdf], None]
) -> None:
    document = plain()
    change(document)
    document = pikepdf.open(io.BytesIO(saved(document)))
    assert mark_archival(document, "甲") == [fault]
    assert archival_faults(document) == ["NO_MARK", "NO_COLOURS", fault]
    assert WORDS[fault]


def test_what_the_colours_of_a_screen_cover_is_marked() -> None:
    document = plain()
    drawing(b"1 0 0 rg 0.5 G /DeviceRGB cs 1 0 0 sc (0 0 0 1 k ) pop BI /W 1 /H 1 /BPC 8 /CS /RGB ID k K\nEI")(document)
    assert mark_archival(document, "甲") == []
    assert archival_faults(document) == []
    document.Root.OutputIntents[0].DestOutputProfile.N = 4
    assert archival_faults(document) == ["NO_COLOURS"]


def test_a_link_is_made_to_print_as_it_is_seen() -> None:
    document = plain()
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), F=2)
    document.pages[0].obj.Annots = Array([document.make_indirect(link)])
    assert "NOTE" in archival_faults(document)
    assert mark_archival(document, "甲") == []
    assert archival_faults(document) == []


def test_what_is_locked_is_not_marked() -> None:
    written = io.BytesIO()
    plain().save(written, encryption=pikepdf.Encryption(owner="a", user=""))
    assert "ENCRYPTED" in faults(written.getvalue())
