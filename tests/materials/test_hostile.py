"""Whatever bytes come: an answer or a refusal in Chinese, soon, and the next file is read as before."""

from contextlib import closing

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onefill.errors import OneFillError
from onefill.materials.errors import TooSlow
from onefill.materials.intake import inspect
from onefill.materials.model import Intake
from onefill.materials.pictures import picture
from onefill.materials.reader import Reader
from tests.materials import making
from tests.materials.making import WRITTEN, jpg, pdf, png, sheet, turned

SMALL = sheet(20)
SEEDS = (
    pdf([SMALL, WRITTEN], object_stream_mode=pikepdf.ObjectStreamMode.disable),
    pdf([SMALL], change=making.links_out),
    jpg(SMALL),
    turned(SMALL, 6),
    png(SMALL),
    png(SMALL.quantize(8)),
)
CALM = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def answered(reader: Reader, data: bytes) -> None:
    try:
        taken = inspect(data, "x.pdf", reader=reader)
        assert isinstance(taken, Intake)
        picture(data, taken.kind, 1, reader=reader)
    except OneFillError as refused:
        assert any("\u4e00" <= letter <= "\u9fff" for letter in str(refused))


@CALM
@given(
    st.binary(max_size=2000),
    st.sampled_from([b"", b"%PDF-1.7\n", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"PK\3\4"]),
)
def test_random_bytes(reader: Reader, tail: bytes, head: bytes) -> None:
    answered(reader, head + tail)


@pytest.mark.slow
@CALM
@given(st.sampled_from(SEEDS), st.data())
def test_mutations(reader: Reader, seed: bytes, data: st.DataObject) -> None:
    changed = bytearray(seed)
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(changed) - 1))
        match data.draw(st.sampled_from(["set", "cut", "double", "digit"])):
            case "set":
                changed[place] = data.draw(st.integers(0, 255))
            case "cut":
                del changed[place : place + data.draw(st.integers(1, 40))]
            case "double":
                changed[place:place] = changed[place : place + data.draw(st.integers(1, 40))]
            case _:
                changed[place : place + 1] = b"99999999"
        if not changed:
            return
    answered(reader, bytes(changed))


def test_the_reader_works_after_all_that(reader: Reader) -> None:
    assert inspect(SEEDS[2], "x.jpg", reader=reader).kind == "jpg"


@pytest.mark.parametrize("text", [b"q " * 200_000, b"0 0 m 9 9 l S " * 100_000, b"/I Do " * 1000])
def test_pages_that_ask_for_much(reader: Reader, text: bytes) -> None:
    answered(reader, pdf([text]))


def test_a_page_that_draws_itself() -> None:
    def knot(document: pikepdf.Pdf) -> None:
        form = pikepdf.Stream(document, b"/F Do /F Do", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form)
        form.BBox = pikepdf.Array([0, 0, 9, 9])
        form = document.make_indirect(form)
        form.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=form))
        document.pages[0].obj.Resources = form.Resources

    with closing(Reader(patience=2)) as own, pytest.raises(TooSlow, match="文件太复杂，2 秒还没看完一页"):
        inspect(pdf([b"/F Do"], change=knot), "x.pdf", reader=own)


def test_pages_that_go_round(reader: Reader) -> None:
    data = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Count 2/Kids[2 0 R 2 0 R]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    )
    answered(reader, data)


@pytest.mark.slow
def test_a_stream_that_swells(reader: Reader) -> None:
    """Drawing commands that unpack to 300 MB."""
    import zlib

    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * (1 << 20)) for _ in range(300)) + packer.flush()

    def swell(document: pikepdf.Pdf) -> None:
        stream = pikepdf.Stream(document, packed, Filter=pikepdf.Name.FlateDecode)
        document.pages[0].obj.Contents = document.make_indirect(stream)

    answered(reader, pdf([None], change=swell))
