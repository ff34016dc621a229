"""What facts may bring to Word beside text: rich text, paragraphs, pictures; docxtpl's own classes as well."""

import io
import re
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Protocol

from docx.image.exceptions import InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError
from docx.image.image import Image
from docx.shared import Mm
from markupsafe import escape

from onefill.definitions.expression_errors import ExpressionFailed
from onefill.rendering.characters import clean
from onefill.rendering.package import open_package, pack, parse_xml, write_package
from onefill.rendering.word_additions import BODY, package_bytes

_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_PIC = "http://schemas.openxmlformats.org/drawingml/2006/picture"
_WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
#: What python-docx may raise over the head of a picture.
BROKEN_PICTURE = (
    InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError, ArithmeticError, EOFError, LookupError,
    ValueError, TypeError,
)  # fmt: skip
#: More than any photograph on a form needs.
MOST_IN_PICTURE = 32 * 1024 * 1024
#: The order in which the standard wants a run's properties (ECMA-376 part 1, 17.3.2.28).
_ORDER = [
    "rStyle", "rFonts", "b", "bCs", "i", "iCs", "caps", "smallCaps", "strike", "dstrike", "outline", "shadow",
    "emboss", "imprint", "noProof", "snapToGrid", "vanish", "webHidden", "color", "spacing", "w", "kern",
    "position", "sz", "szCs", "highlight", "u", "effect", "bdr", "shd", "fitText", "vertAlign", "rtl", "cs", "em",
    "lang", "eastAsianLayout", "specVanish", "oMath",
]  # fmt: skip
_RUN_PROPERTIES = re.compile(r"<w:rPr>(.*?)</w:rPr>", re.DOTALL)
_REFERS = re.compile(r'<[^>]* r:\w+="')
_PROPERTY = re.compile(r"<w:(\w+)[^>]*/>")


class Holder(Protocol):
    """The part that is being printed: it takes what a value refers to."""

    def relation(self, kind: str, target: str, external: bool = False) -> str:
        """The id of a relation of this part."""

    def media(self, data: bytes, suffix: str) -> str:
        """The name, relative to the part, of a picture kept in the file."""

    def merged(self, data: bytes) -> str:
        """The blocks of another Word file, all that they refer to being kept in this one."""


class WordValue:
    """A value that is more than text; printed by anything but Word it is its plain text."""

    #: Whether it is whole paragraphs, which only ``{{p … }}`` takes.
    blocks = False

    def word(self, holder: Holder) -> str:
        """Its XML: runs, paragraphs, or what stands between two texts of a run."""
        raise NotImplementedError

    def __html__(self) -> str:
        return str(escape(str(self)))


@dataclass(frozen=True)
class Look:
    """How a piece of rich text differs from the text around it."""

    #: Id of a character style of the template.
    style: str | None = None
    #: For Latin and Chinese characters alike.
    font: str | None = None
    bold: bool = False
    italic: bool = False
    strike: bool = False
    #: Word's name of a line, as ``single``.
    underline: str | None = None
    #: Six hexadecimal digits, as the background's.
    color: str | None = None
    background: str | None = None
    #: Points.
    size: float | None = None
    #: ``superscript`` or ``subscript``.
    raised: str | None = None
    #: An address that a click opens.
    link: str | None = None

    def properties(self) -> str:
        """The properties of a run, in the order of the standard."""
        found = {
            "rStyle": self.style and {"val": self.style},
            "rFonts": self.font and dict.fromkeys(("ascii", "hAnsi", "eastAsia", "cs"), self.font),
            **dict.fromkeys(("b", "bCs"), {} if self.bold else None),
            **dict.fromkeys(("i", "iCs"), {} if self.italic else None),
            "strike": {} if self.strike else None,
            "color": self.color and {"val": self.color.removeprefix("#")},
            **dict.fromkeys(("sz", "szCs"), self.size and {"val": str(round(self.size * 2))}),
            "u": self.underline and {"val": self.underline},
            "shd": self.background and {"val": "clear", "color": "auto", "fill": self.background.removeprefix("#")},
            "vertAlign": self.raised and {"val": self.raised},
        }
        return "".join(_property(name, found[name]) for name in _ORDER if isinstance(found.get(name), dict))


def _property(name: str, attributes: Any) -> str:
    return f"<w:{name}" + "".join(f' w:{key}="{escape(value)}"' for key, value in attributes.items()) + "/>"


@dataclass
class RichText(WordValue):
    """Text in pieces of different looks, inside a paragraph."""

    pieces: list[tuple[str, Look]] = field(default_factory=list)

    def add(self, text: str, look: Look | None = None) -> "RichText":
        """Add a piece; lines may end in it."""
        self.pieces.append((text, look or Look()))
        return self

    def word(self, holder: Holder) -> str:
        """Runs."""
        return "".join(_run(text, look, holder) for text, look in self.pieces)

    def __str__(self) -> str:
        return "".join(text for text, _ in self.pieces)


def _run(text: str, look: Look, holder: Holder) -> str:
    properties = look.properties()
    own = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    run = f'<w:r>{own}<w:t xml:space="preserve">{escape(clean(text))}</w:t></w:r>'
    if look.link is None:
        return run
    return f'<w:hyperlink xmlns:r="{_R}" r:id="{_link(look.link, holder)}">{run}</w:hyperlink>'


def _link(address: str, holder: Holder) -> str:
    return holder.relation(f"{_R}/hyperlink", clean(address), external=True)


@dataclass
class Paragraphs(WordValue):
    """Whole paragraphs, each with a style of its own if it is given one; printed by ``{{p … }}``."""

    blocks = True
    items: list[tuple[RichText, str | None]] = field(default_factory=list)

    def add(self, text: RichText | str, style: str | None = None) -> "Paragraphs":
        """Add a paragraph; ``style`` is the id of a paragraph style of the template."""
        self.items.append((RichText().add(text) if isinstance(text, str) else text, style))
        return self

    def word(self, holder: Holder) -> str:
        """Paragraphs."""
        return "".join(f"<w:p>{_paragraph_style(style)}{text.word(holder)}</w:p>" for text, style in self.items)

    def __str__(self) -> str:
        return "\n".join(str(text) for text, _ in self.items)


def _paragraph_style(style: str | None) -> str:
    return "" if style is None else f'<w:pPr><w:pStyle w:val="{escape(style)}"/></w:pPr>'


@dataclass(frozen=True)
class Picture(WordValue):
    """A picture in the line of text: in its own size, or scaled to a width, a height or both, in millimetres."""

    data: bytes
    width: float | None = None
    height: float | None = None
    #: An address that a click opens.
    link: str | None = None
    #: What people hear who cannot see it.
    description: str = ""

    def word(self, holder: Holder) -> str:
        """A drawing, between two texts of a run.

        Raises:
            ExpressionFailed: No picture that Word shows, or a huge one.
        """
        image = picture_of(self.data)
        across, down = image.scaled_dimensions(
            *(None if size is None else Mm(size) for size in (self.width, self.height))
        )
        target = self.relation(holder)
        click = "" if self.link is None else f'<a:hlinkClick r:id="{_link(self.link, holder)}"/>'
        named = f'id="0" name="Picture" descr="{escape(clean(self.description))}"'
        return (
            f'</w:t><w:drawing><wp:inline xmlns:wp="{_WP}" xmlns:a="{_A}" xmlns:pic="{_PIC}" xmlns:r="{_R}"'
            f' distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{across}" cy="{down}"/>'
            f'<wp:docPr {named}>{click}</wp:docPr><a:graphic><a:graphicData uri="{_PIC}"><pic:pic>'
            f"<pic:nvPicPr><pic:cNvPr {named}>{click}</pic:cNvPr><pic:cNvPicPr/></pic:nvPicPr>"
            f'<pic:blipFill><a:blip r:embed="{target}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
            f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{across}" cy="{down}"/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
            '</wp:inline></w:drawing><w:t xml:space="preserve">'
        )

    def relation(self, holder: Holder) -> str:
        """The id by which the part refers to it.

        Raises:
            ExpressionFailed: No picture that Word shows, or a huge one.
        """
        return holder.relation(f"{_R}/image", holder.media(self.data, picture_of(self.data).ext))

    def __str__(self) -> str:
        return self.description


@dataclass(frozen=True)
class SubDocument(WordValue):
    """The body of another Word file, with its styles, lists, pictures, links and notes; printed by ``{{p … }}``."""

    blocks = True
    data: bytes

    def word(self, holder: Holder) -> str:
        """Paragraphs and tables.

        Raises:
            ExpressionFailed: No Word file.
        """
        return holder.merged(self.data)

    def __str__(self) -> str:
        return ""


def picture_of(data: bytes) -> Any:
    """What python-docx reads of a picture's head.

    Raises:
        ExpressionFailed: No picture that Word shows, or a huge one.
    """
    if len(data) > MOST_IN_PICTURE:
        raise ExpressionFailed(f"图片超过 {MOST_IN_PICTURE // 1024 // 1024} MB")
    try:
        image = Image.from_blob(data)
    except BROKEN_PICTURE as exc:
        raise ExpressionFailed("图片打不开，请用 JPEG、PNG、GIF、BMP 或 TIFF") from exc
    if not (image.px_width and image.px_height and image.horz_dpi and image.vert_dpi):
        raise ExpressionFailed("图片没有大小")
    return image


@dataclass(frozen=True)
class _Given(WordValue):
    """XML that a class of docxtpl made."""

    xml: str
    blocks: bool

    def word(self, holder: Holder) -> str:
        return self.xml


def word_value(value: Any) -> WordValue | str:
    """A value that has XML of its own, or one of docxtpl's, as ours; the escaped text of one that only holds text.

    Raises:
        ExpressionFailed: It was made for another file.
    """
    if isinstance(value, WordValue):
        return value
    if hasattr(value, "subdocx"):
        return SubDocument(_file_of(value))
    if hasattr(value, "image_descriptor"):
        width, height = (None if size is None else size / Mm(1) for size in (value.width, value.height))
        return Picture(Image.from_file(value.image_descriptor).blob, width, height, value.anchor)
    xml = str(value.__html__())
    if _REFERS.search(xml):
        raise ExpressionFailed("这个值引用了别的文件里的链接或图片")
    blocks = xml.startswith(("<w:p>", "<w:p ", "<w:tbl>"))
    if blocks or xml.startswith(("<w:r>", "<w:r ", "<w:hyperlink ")):
        return _Given(_RUN_PROPERTIES.sub(lambda match: f"<w:rPr>{in_order(match[1])}</w:rPr>", xml), blocks)
    return xml


def _file_of(value: Any) -> bytes:
    """A sub-document of docxtpl as a file: it refers to what lies in the file of its template."""
    whole = io.BytesIO()
    value.docx.save(whole)
    package = open_package(whole.getvalue(), "")
    root = parse_xml(package.members[BODY])
    for body in root.iter("{*}body"):
        body[:] = [deepcopy(block) for block in value.subdocx.element.body]
    changed = {**package.members, BODY: package_bytes(root)}
    return write_package((name, pack(data)) for name, data in changed.items())


def in_order(properties: str) -> str:
    """Run properties in the order of the standard, shading with its pattern, fonts for Chinese characters too."""
    found = {match[1]: match[0] for match in _PROPERTY.finditer(properties)}
    if "w:val=" not in found.get("shd", "w:val="):
        found["shd"] = found["shd"].replace("<w:shd ", '<w:shd w:val="clear" w:color="auto" ')
    fonts = found.get("rFonts", "")
    if (latin := re.search(r'w:ascii="([^"]*)"', fonts)) and "w:eastAsia=" not in fonts:
        found["rFonts"] = fonts.replace("/>", f' w:eastAsia="{latin[1]}"/>')
    return "".join(found.pop(name, "") for name in _ORDER) + "".join(found.values())
