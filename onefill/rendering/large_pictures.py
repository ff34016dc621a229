"""Pictures of a template that are far larger than print can show: every paper made from it carries them along."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from docx.image.image import Image
from lxml import etree

from onefill.problems import Level, Problem, TemplatePlace
from onefill.rendering.excel_attached import attached_to
from onefill.rendering.excel_book import Book
from onefill.rendering.excel_follow import spot_of
from onefill.rendering.package import parse_xml
from onefill.rendering.word_additions import related
from onefill.rendering.word_places import W, part_title, placed_paragraphs
from onefill.rendering.word_values import BROKEN_PICTURE

#: What a picture may weigh without a word; an A4 page scanned in colours at 300 dots per inch weighs less.
MOST_BYTES = 5 * 1024 * 1024
#: No printer shows more dots in an inch.
DOTS_PER_INCH = 600
#: Twice that along both sides is told, unless it is a small picture all the same.
_FAR = 4
_SMALL = 8_000_000

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_OLD = "{urn:schemas-microsoft-com:office:office}"
_EMU, _MILLIMETRES = 914_400, 25.4
_PER_INCH = {"in": 1.0, "pt": 72.0, "mm": _MILLIMETRES, "cm": 2.54, "px": 96.0}
_LENGTH = r"(?:^|;)\s*{}:\s*(\d+(?:\.\d+)?)(in|pt|mm|cm|px)"
_REMEDY = "选中图片，在“图片格式”里点“压缩图片”，分辨率选“打印”，再保存；或换一张小的"


@dataclass(frozen=True)
class _Shown:
    """A picture where a page shows it."""

    member: str
    place: TemplatePlace
    #: Width and height in inches that it is printed at, with what is cut off; 0 where that cannot be told.
    inches: tuple[float, float]


def large_in_word(members: Mapping[str, bytes], template: str) -> Iterator[Problem]:
    """Reminders of pictures that weigh too much, or have many more dots than their printed size can show.

    Args:
        members: Those of a template that compiles.
        template: What it is called.
    """
    yield from _large(members, template, _in_word(members, template))


def large_in_excel(members: Mapping[str, bytes], template: str) -> Iterator[Problem]:
    """The same for a workbook."""
    yield from _large(members, template, _in_excel(members, template))


def _large(members: Mapping[str, bytes], template: str, pictures: Iterable[_Shown]) -> Iterator[Problem]:
    shown = list(pictures)
    for name, picture in members.items():
        path = PurePosixPath(name)
        if path.parent.name == "media":
            uses = [each for each in shown if each.member == name]
            place = uses[0].place if uses else TemplatePlace(template, "图片", f" {path.name}")
            yield from _told(picture, place, [each.inches for each in uses])


def _told(picture: bytes, place: TemplatePlace, printed: list[tuple[float, float]]) -> Iterator[Problem]:
    what = []
    if len(picture) > MOST_BYTES:
        what.append(f"有 {len(picture) / 1024 / 1024:.0f} MB")
    width, height = _dots(picture)
    across, down = (max((size[side] for size in printed), default=0) * DOTS_PER_INCH for side in (0, 1))
    if width * height > max(_SMALL, _FAR * across * down) and across and down:
        size = "×".join(f"{dots / DOTS_PER_INCH * _MILLIMETRES:.0f}" for dots in (across, down))
        what.append(f"有 {width}×{height} 点，印成 {size} 毫米最多看得出 {across:.0f}×{down:.0f} 点")
    if what:
        said = f"图片太大（{'；'.join(what)}），每一份都带着它，印得慢"
        yield Problem(place=place, code="PICTURE_LARGE", what=said, remedy=_REMEDY, level=Level.WARNING)


def _dots(picture: bytes) -> tuple[int, int]:
    """How many dots a picture has; none for drawings, which have no dots, and for what nobody can read."""
    try:
        image = Image.from_blob(picture)
        return image.px_width or 0, image.px_height or 0
    except BROKEN_PICTURE:
        return 0, 0


def _in_word(members: Mapping[str, bytes], template: str) -> Iterator[_Shown]:
    for part in sorted(members, key=lambda name: (name != "word/document.xml", name)):
        if part_title(part) is None or part.startswith("docProps/"):
            continue
        leading = _targets(members, part)
        for paragraph, place in placed_paragraphs(parse_xml(members[part]), template, part):
            for picture, member in _pictures(paragraph, leading):
                if next(picture.iterancestors(f"{W}p")) is paragraph:
                    there = TemplatePlace(place.template, place.part, f"{place.spot}的图片")
                    yield _Shown(member, there, _inches(picture))


def _targets(members: Mapping[str, bytes], part: str) -> dict[str, str]:
    return {known: target for known, (_, target, outside) in related(members, part).items() if not outside}


def _in_excel(members: Mapping[str, bytes], template: str) -> Iterator[_Shown]:
    book = Book(members, template)
    for sheet in book.sheets:
        for attached in attached_to(book, sheet.part):
            leading = {each.id: each.target for each in book.relations(attached.part) if not each.external}
            for picture, member in _pictures(attached.root, leading):
                # Old drawings of Excel show pictures nowhere else.
                spot = "页眉或页脚的图片" if attached.kind == "vmlDrawing" else spot_of(picture)
                yield _Shown(member, TemplatePlace(template, sheet.title, spot), _inches(picture))


def _pictures(root: etree._Element, leading: Mapping[str, str]) -> Iterator[tuple[etree._Element, str]]:
    """Pictures in a part and the members they show."""
    for element in root.iter("{*}blip", "{*}imagedata"):
        ids = [element.get(name, "") for name in (f"{_R}embed", f"{_R}id", f"{_OLD}relid")]
        member = next((leading[each] for each in ids if each in leading), None)
        if member is not None:
            yield element, member


def _inches(picture: etree._Element) -> tuple[float, float]:
    for holder in picture.iterancestors(etree.Element):
        kind = etree.QName(holder).localname
        if kind in ("inline", "anchor"):
            size = holder.find("{*}extent")
        elif kind in ("pic", "sp"):
            size = holder.find("{*}spPr/{*}xfrm/{*}ext")
        elif kind in ("shape", "rect"):
            return _of_style(holder.get("style", ""))
        else:
            continue
        if size is None or (kind == "pic" and next(holder.iterancestors("{*}inline", "{*}anchor"), None) is not None):
            continue  # in Word the frame says it: a group counts by a measure of its own
        sides = [size.get(name, "") for name in ("cx", "cy")]
        if all(side.isdecimal() for side in sides):
            return _uncut(picture, int(sides[0]) / _EMU, int(sides[1]) / _EMU)
    return 0, 0


def _uncut(picture: etree._Element, width: float, height: float) -> tuple[float, float]:
    """The size that the whole picture would have, of which a part is cut off."""
    parent = picture.getparent()
    cut = None if parent is None else parent.find("{*}srcRect")
    if cut is None:
        return width, height
    left, top, right, bottom = (_share(cut.get(side, "")) for side in "ltrb")
    return width / max(1 - left - right, 0.01), height / max(1 - top - bottom, 0.01)


def _share(cut: str) -> float:
    return int(cut) / 100_000 if re.fullmatch(r"-?\d{1,7}", cut) else 0


def _of_style(style: str) -> tuple[float, float]:
    found = [re.search(_LENGTH.format(side), style) for side in ("width", "height")]
    width, height = (float(each[1]) / _PER_INCH[each[2]] if each else 0 for each in found)
    return width, height
