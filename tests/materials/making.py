"""Files as people hand them in, and as nobody should."""

import io
import random
from collections.abc import Callable, Sequence

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream
from PIL import Image, ImageDraw

A4 = (595, 842)
RED = (205, 35, 40)


def sheet(
    dpi: int = 200, *, paper: int = 240, seal: bool = True, grey: bool = False, written: bool = True
) -> Image.Image:
    """A sealed page as a scanner sees it."""
    width, height = round(8.27 * dpi), round(11.69 * dpi)
    image = Image.new("RGB", (width, height), (paper, paper, max(0, paper - 6)))
    draw, chance = ImageDraw.Draw(image), random.Random(7)
    step, stroke = dpi // 8, max(1, dpi // 60)
    for y in range(dpi, height - dpi, step * 2) if written else ():
        for x in range(dpi, width - dpi, step):
            if chance.random() < 0.7:
                draw.rectangle((x, y, x + step * 3 // 4, y + step * 3 // 4), outline=(paper // 8,) * 3, width=stroke)
    if seal:
        place = (width - 3 * dpi, height - 3 * dpi, width - 3 * dpi // 2, height - 3 * dpi // 2)
        draw.ellipse(place, outline=tuple(part * paper // 255 for part in RED), width=stroke * 3)
    return image.convert("L") if grey else image


def jpg(image: Image.Image, **told: object) -> bytes:
    return _saved(image, "JPEG", **{"quality": 80, **told})


def png(image: Image.Image, **told: object) -> bytes:
    return _saved(image, "PNG", **told)


def _saved(image: Image.Image, kind: str, **told: object) -> bytes:
    written = io.BytesIO()
    image.save(written, kind, **told)
    return written.getvalue()


def turned(image: Image.Image, orientation: int) -> bytes:
    """A photograph of a phone that was held otherwise."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    return jpg(image, exif=exif)


def pdf(
    pages: Sequence[Image.Image | bytes | None],
    size: tuple[float, float] = A4,
    change: Callable[[pikepdf.Pdf], None] = lambda document: None,
    **told: object,
) -> bytes:
    """A PDF of scans, of drawing commands, of empty pages."""
    document = pikepdf.new()
    kept: dict[int, pikepdf.Object] = {}
    for one in pages:
        page = document.add_blank_page(page_size=size)
        if isinstance(one, Image.Image):
            if id(one) not in kept:
                kept[id(one)] = document.make_indirect(_picture(document, one))
            page.obj.Resources = Dictionary(XObject=Dictionary(I=kept[id(one)]))
            page.obj.Contents = Stream(document, b"q %d 0 0 %d 0 0 cm /I Do Q" % size)
        elif one:
            page.obj.Contents = Stream(document, one)
    change(document)
    written = io.BytesIO()
    document.save(written, **told)
    return written.getvalue()


def _picture(document: pikepdf.Pdf, image: Image.Image) -> Stream:
    colours = Name.DeviceGray if image.mode == "L" else Name.DeviceRGB
    return Stream(
        document,
        jpg(image),
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=image.width,
        Height=image.height,
        ColorSpace=colours,
        BitsPerComponent=8,
        Filter=Name.DCTDecode,
    )


#: A page that a program has written: a filled rectangle.
WRITTEN = b"0 g 100 300 300 200 re f"


def runs_script(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=pikepdf.String("app.alert(1)"))


def names_script(document: pikepdf.Pdf) -> None:
    document.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([])))


def launches(document: pikepdf.Pdf) -> None:
    action = Dictionary(S=Name.Launch, F=pikepdf.String("cmd.exe"))
    button = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=action)
    document.pages[0].obj.Annots = Array([button])


def brings_file(document: pikepdf.Pdf) -> None:
    document.attachments["a.xlsx"] = b"PK\3\4"


def plays(document: pikepdf.Pdf) -> None:
    document.pages[0].obj.Annots = Array(
        [Dictionary(Type=Name.Annot, Subtype=Name.RichMedia, Rect=Array([0, 0, 9, 9]))]
    )


def asks_xfa(document: pikepdf.Pdf) -> None:
    document.Root.AcroForm = Dictionary(XFA=pikepdf.String("x"), Fields=Array([]))


def links_out(document: pikepdf.Pdf) -> None:
    """Harmless: an address that Word made clickable."""
    action = Dictionary(S=Name.URI, URI=pikepdf.String("https://example.org"))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=action)
    document.pages[0].obj.Annots = Array([link])


def bomb(width: int, height: int) -> Callable[[pikepdf.Pdf], None]:
    """A picture of some bytes that says it is enormous."""

    def add(document: pikepdf.Pdf) -> None:
        one = Stream(document, b"\0" * 64, Type=Name.XObject, Subtype=Name.Image, Width=width, Height=height)
        one.ColorSpace, one.BitsPerComponent = Name.DeviceGray, 8
        document.pages[0].obj.Resources = Dictionary(XObject=Dictionary(I=document.make_indirect(one)))

    return add


def png_heading(width: int, height: int) -> bytes:
    """A PNG that promises so many dots and holds none."""
    import struct
    import zlib

    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body)) + b"\0\0\0\0IEND"


def zipped(*names: str) -> bytes:
    import zipfile

    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name in names:
            archive.writestr(name, "x" * 50)
    return written.getvalue()


def compound(stream: str) -> bytes:
    """The beginning of an old Office file."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + stream.encode("utf-16-le") + b"\0\0" + b"\0" * 600


def in_strips(document: pikepdf.Pdf) -> None:
    """A page as some scanners keep it: ten pictures below each other."""
    image, commands, kept = sheet(), b"", Dictionary()
    high = image.height // 10
    for number in range(10):
        part = image.crop((0, number * high, image.width, (number + 1) * high))
        kept[f"/I{number}"] = document.make_indirect(_picture(document, part))
        commands += b"q 595 0 0 84.2 0 %.1f cm /I%d Do Q " % (842 - 84.2 * (number + 1), number)
    document.pages[0].obj.Resources = Dictionary(XObject=kept)
    document.pages[0].obj.Contents = Stream(document, commands)


def in_a_form(document: pikepdf.Pdf) -> None:
    """A page as some programs keep it: its picture inside a drawing of its own."""
    page = document.pages[0].obj
    told = {"Type": Name.XObject, "Subtype": Name.Form, "BBox": Array([0, 0, *A4]), "Resources": page.Resources}
    inner = Stream(document, page.Contents.read_bytes(), **told)
    page.Resources = Dictionary(XObject=Dictionary(F=document.make_indirect(inner)))
    page.Contents = Stream(document, b"/F Do")


def filled_in(document: pikepdf.Pdf) -> None:
    """A form with a field that was filled in and has no picture of what is in it."""
    told = {"T": pikepdf.String("a"), "V": pikepdf.String("FILLED IN"), "DA": pikepdf.String("/Helv 40 Tf 0 g")}
    place = Array([50, 400, 550, 500])
    field = Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, Rect=place, F=4, **told)
    field = document.make_indirect(field)
    document.pages[0].obj.Annots = Array([field])
    letters = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    fonts = Dictionary(Font=Dictionary(Helv=letters))
    document.Root.AcroForm = Dictionary(Fields=Array([field]), DR=fonts, NeedAppearances=True)
