"""What stands beside a tag in the row, cell or paragraph that this takes away: it goes along, and nobody sees it go."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from lxml import etree

from onefill.problems import Level, Problem
from onefill.rendering.package import parse_xml
from onefill.rendering.tags import TAG, Tag, find_tags
from onefill.rendering.word_places import W, is_property_part, own_text, part_title, placed_paragraphs
from onefill.rendering.word_tracked import forget_before

_UNITS = {"tr": "行", "tc": "格", "p": "段"}
_DRAWN = (f"{W}drawing", f"{W}pict", f"{W}object")
_SHOWN = 12


def taken_along(members: Mapping[str, bytes], template: str) -> Iterator[Problem]:
    """Reminders of text and pictures that are never printed, as a tag takes its whole row, cell or paragraph away.

    Args:
        members: Those of a template that compiles.
        template: What it is called.
    """
    for part, data in members.items():
        if part_title(part) is not None and not is_property_part(part) and b"{" in data:
            root = parse_xml(data)
            forget_before(root)
            for paragraph, place in placed_paragraphs(root, template, part):
                for tag in find_tags(own_text(paragraph), place)[0]:
                    yield from _lost(tag, paragraph)


def _lost(tag: Tag, paragraph: etree._Element) -> Iterator[Problem]:
    unit = _UNITS.get(tag.unit) if tag.kind == "%" else None
    if unit is None:
        return
    holder = paragraph if tag.unit == "p" else next(paragraph.iterancestors(f"{W}{tag.unit}"))
    texts = (TAG.sub("", own_text(each)) for each in holder.iter(f"{W}p"))
    said = " ".join("".join(texts).split())
    if said or next(holder.iter(*_DRAWN), None) is not None:
        what = f"“{said[:_SHOWN]}”" if said else "图片"
        yield Problem(
            place=replace(tag.place, near=""),
            code="TEXT_TAKEN",
            what=f"{what}和“{tag.text}”在同一{unit}，会一起消失",
            remedy=f"请把它移到别的{unit}",
            level=Level.WARNING,
        )
