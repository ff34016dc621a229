"""PDF for keeping, after ISO 19005-2 level B: the mark, the colours, and a look at what that standard forbids.

The look is our own. It sees what is listed in ``ArchivalFault`` and nothing else: no file is called validated by it.
"""

from collections.abc import Iterator
from functools import cache
from html import escape
from typing import Any, Literal

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import ImageCms

from onefill.rendering.archival_content import drawn_with

ArchivalFault = Literal[
    "ENCRYPTED",
    "NO_MARK",
    "NO_COLOURS",
    "FONT_APART",
    "TRANSPARENT",
    "SCRIPT",
    "FILES_INSIDE",
    "FORM",
    "NOTE",
    "CMYK",
    "LZW",
    "SMOOTHED",
    "ELSEWHERE",
    "TORN",
]
#: What each means, for whoever made the template.
WORDS: dict[ArchivalFault, str] = {
    "ENCRYPTED": "加了密",
    "NO_MARK": "没有 PDF/A-2b 的标记",
    "NO_COLOURS": "没有说明颜色按什么显示",
    "FONT_APART": "有字体没有放进文件",
    "TRANSPARENT": "有半透明的内容",
    "SCRIPT": "有会自己运行的内容",
    "FILES_INSIDE": "里面有别的文件",
    "FORM": "有可以填的格子",
    "NOTE": "有不随纸打印的批注",
    "CMYK": "有印刷用的四色",
    "LZW": "用了不许用的压缩",
    "SMOOTHED": "图片要求显示时磨平",
    "ELSEWHERE": "内容放在文件以外",
    "TORN": "有页面的内容读不出来",
}
_XMP = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">'
    '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{}</rdf:li></rdf:Alt></dc:title>'
    "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>"
    '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
)
_RUNS = frozenset({"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/ResetForm", "/Sound", "/Movie", "/GoToE"})
#: Tables of numbers, which hold nothing else.
_LONG = frozenset({"/W", "/W2", "/Widths", "/Kids"})
_PLAIN = frozenset({"/Normal", "/Compatible"})
_PRINTED, _UNSEEN = 4, 1 | 2 | 32 | 256


def mark_archival(document: pikepdf.Pdf, title: str) -> list[ArchivalFault]:
    """Mark a document as PDF/A-2b if nothing that we look for speaks against it; what does otherwise.

    Args:
        document: Changed in place: the mark, the colours, and page groups that nothing needs.
        title: What it is called.
    """
    found = [fault for fault in archival_faults(document) if fault not in ("NO_MARK", "NO_COLOURS", "NOTE")]
    if found:
        return found
    root = document.Root
    for page in document.pages:
        if "/Group" in page.obj:
            del page.obj["/Group"]  # there only for transparency, and there is none
        for note in _notes(page):
            note.F = (int(note.get("/F", 0)) | _PRINTED) & ~_UNSEEN
    root.Metadata = document.make_stream(_XMP.format(escape(title)).encode(), Type=Name.Metadata, Subtype=Name.XML)
    profile = document.make_stream(_colours(), N=3)
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier=pikepdf.String("sRGB"),
        Info=pikepdf.String("sRGB"),
        DestOutputProfile=profile,
    )
    root.OutputIntents = Array([document.make_indirect(intent)])
    return []


def archival_faults(document: pikepdf.Pdf) -> list[ArchivalFault]:
    """What speaks against calling a document PDF/A-2b, as far as we look; each once."""
    return list(dict.fromkeys(_faults(document)))


def _faults(document: pikepdf.Pdf) -> Iterator[ArchivalFault]:
    if document.is_encrypted:
        yield "ENCRYPTED"
    yield from _of_root(document)
    for page in document.pages:
        if any(int(note.get("/F", 0)) & (_PRINTED | _UNSEEN) != _PRINTED for note in _notes(page)):
            yield "NOTE"
    yield from _of_content(document)
    for one in document.objects:
        for part in _within(one):
            yield from _of_object(part)


def _within(one: Any) -> Iterator[Any]:
    """A dictionary and those that lie in it, but for what the document numbers by itself."""
    if isinstance(one, Dictionary | pikepdf.Stream):
        yield one
        inside = [value for key, value in one.items() if key not in _LONG]
    elif isinstance(one, Array):
        inside = list(one)
    else:
        return
    for value in inside:
        if isinstance(value, Dictionary | Array) and not value.is_indirect:
            yield from _within(value)


def _of_root(document: pikepdf.Pdf) -> Iterator[ArchivalFault]:
    root = document.Root
    mark = root.get("/Metadata")
    words = mark.read_bytes() if isinstance(mark, pikepdf.Stream) else b""
    if b"<pdfaid:part>2<" not in words or b"<pdfaid:conformance>B<" not in words:
        yield "NO_MARK"
    intents: Any = root.get("/OutputIntents", Array([]))
    if not any(one.get("/S") == Name.GTS_PDFA1 and _is_of_screens(one) for one in intents):
        yield "NO_COLOURS"
    names: Any = root.get("/Names", Dictionary())
    if "/JavaScript" in names or "/AA" in root:
        yield "SCRIPT"
    if "/EmbeddedFiles" in names or "/AF" in root:
        yield "FILES_INSIDE"
    if len(root.get("/AcroForm", Dictionary()).get("/Fields", Array([]))):
        yield "FORM"


def _is_of_screens(intent: Any) -> bool:
    """Whether it says how red, green and blue look, and with them grey; nothing else covers what pages draw with."""
    profile = intent.get("/DestOutputProfile")
    return isinstance(profile, pikepdf.Stream) and profile.get("/N") == 3


def _of_content(document: pikepdf.Pdf) -> Iterator[ArchivalFault]:
    try:
        for drawn in drawn_with(document):
            if isinstance(drawn, Dictionary):
                yield from (*_of_stream(drawn), *_of_object(drawn))
            elif _is_cmyk(drawn):
                yield "CMYK"
    except pikepdf.PdfError:
        yield "TORN"


def _of_object(one: Any) -> Iterator[ArchivalFault]:
    kind = one.get("/Type")
    if kind == Name.Font and _is_apart(one):
        yield "FONT_APART"
    if _shines_through(one):
        yield "TRANSPARENT"
    if kind in (Name.Filespec, Name.F) or "/EF" in one:
        yield "FILES_INSIDE"
    if str(one.get("/S", "")) in _RUNS or "/AA" in one:
        yield "SCRIPT"
    if isinstance(one, pikepdf.Stream):
        yield from _of_stream(one)
    named = one.get("/ColorSpace")
    if any(_is_cmyk(space) for space in (named.values() if isinstance(named, Dictionary) else [named])):
        yield "CMYK"


def _of_stream(one: Any) -> Iterator[ArchivalFault]:
    filters = one.get("/Filter", Array([]))
    if "/LZWDecode" in {str(name) for name in (filters if isinstance(filters, Array) else [filters])}:
        yield "LZW"
    if "/F" in one or "/FFilter" in one:
        yield "ELSEWHERE"
    if one.get("/Interpolate", False):
        yield "SMOOTHED"


def _shines_through(one: Any) -> bool:
    """Whether a picture, or what is drawn in a state, lets something shine through."""
    if isinstance(one.get("/SMask"), Dictionary | pikepdf.Stream) or one.get("/SMaskInData", 0):
        return True
    if any(float(one.get(name, 1)) < 1 for name in ("/ca", "/CA") if not isinstance(one.get(name), pikepdf.Object)):
        return True
    mixed = one.get("/BM", Name.Normal)
    return not {str(mode) for mode in (mixed if isinstance(mixed, Array) else [mixed])} & _PLAIN


def _is_apart(font: Any) -> bool:
    """Whether a font is not in the file; of one in two parts, the lower says so, and one that is drawn has no file."""
    if font.get("/Subtype") in (Name.Type0, Name.Type3):
        return False
    described = font.get("/FontDescriptor", Dictionary())
    return not any(name in described for name in ("/FontFile", "/FontFile2", "/FontFile3"))


def _is_cmyk(space: Any) -> bool:
    if isinstance(space, Array) and len(space):
        return any(_is_cmyk(one) for one in space if isinstance(one, Name | Array))
    return bool(space == Name.DeviceCMYK)


def _notes(page: pikepdf.Page) -> list[Any]:
    return [one for one in page.obj.get("/Annots", Array([])) if one.get("/Subtype") != Name.Popup]


@cache
def _colours() -> bytes:
    """The colours of a screen (sRGB) as a profile; its day is taken out, so that equal papers are equal files."""
    made = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    made[24:36] = bytes((0x07, 0xD0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0))
    return bytes(made)
