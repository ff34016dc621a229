"""One part of a Word template, made into a Jinja template by docxtpl's own patching."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from lxml import etree

from onefill.definitions.context import FactTemplate
from onefill.definitions.expression_errors import ExpressionBroken
from onefill.problems import Problem, TemplatePlace
from onefill.rendering.compiled import TemplateName
from onefill.rendering.errors import TemplateBroken
from onefill.rendering.failing import failure_guard
from onefill.rendering.package import XML_FAULTS, parse_xml
from onefill.rendering.tags import Tag, block_faults, find_tags, names_anyway, names_of, one_line, read_tag, tag_faults
from onefill.rendering.word_additions import BODY, Additions
from onefill.rendering.word_environment import Printing, WordEnvironment
from onefill.rendering.word_finish import ANY_SHAPE, Marks, Shape, finish, reopened, settle, shape_of
from onefill.rendering.word_include import names_on_top, without_controls
from onefill.rendering.word_notes import each_its_note, holds_lent_notes, notes_apart
from onefill.rendering.word_places import is_property_part, part_title, texts
from onefill.rendering.word_source import PATCHED_TAG, PATCHER, as_text, lend_pictures, levels_of, patch, strip_space
from onefill.rendering.word_tags import gather_tags
from onefill.rendering.word_tracked import forget_before, without_deleted_tags

_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
#: A tag, or an element's start or end; tags inside attributes go with their element.
_TOKEN = re.compile(
    rf"(?P<tag>{PATCHED_TAG.pattern})|<(?P<end>/?)(?P<name>[\w:]+)(?:{PATCHED_TAG.pattern}|[^>])*?(?P<empty>/?)>",
    re.DOTALL,
)

#: Where text begins that is printed as it is, tags and all, and where it ends.
_RAW = re.compile(r"\{%[-+]?\s*(?P<end>end)?raw\b")
#: What ``{{p x }}`` is turned into, before ``{{ x }}``.
_MADE = re.compile(r"if \((.*)\) is paragraphs|\((.*)\)\|as_paragraphs")
#: A part without such is kept as it is: what a tag begins with, also in an attribute, and the ticked box.
_OF_NOTE = re.compile(rb"\{[{%#]|" + "☑".encode())
_LENT = re.compile(r"\|picture_or\('[^']*'\)$")


@dataclass(frozen=True)
class WordPart:
    """A part whose text holds tags (or the body, always), ready to render."""

    name: str
    #: The template's file name, for messages.
    file: str
    template: FactTemplate
    #: Place of the tag on each line of ``template``, from line 2 on.
    places: tuple[TemplatePlace, ...]
    names: tuple[TemplateName, ...]
    #: Whether the number of columns may change, so that the table grid must follow.
    moves_columns: bool
    shape: Shape
    #: Whether notes stand in it that belong to a part of their own.
    lends_notes: bool = False

    def render(self, facts: Mapping[str, object], marks: Marks, added: Additions) -> str:
        """The part's XML without declares."""
        printing = Printing(self.template.environment.limits, self.name, added)
        with failure_guard(self.places, self.names, self.file):
            xml = self.template.fill(facts, printing)
        if not is_property_part(self.name):
            xml = finish(
                reopened(xml) if printing.brought else xml, marks, ANY_SHAPE if printing.brought else self.shape
            )
        if printing.brought:
            self._check(xml)
            xml = each_its_note(xml, added)
        if self.lends_notes:
            xml = notes_apart(xml, added)
        if self.moves_columns:
            xml = as_text(PATCHER.fix_tables(xml))
        return xml

    def _check(self, xml: str) -> None:
        """XML that came with a value may stand where none can be, such as in a property or an attribute.

        Raises:
            TemplateBroken: It does.
        """
        try:
            etree.fromstring(xml)
        except etree.XMLSyntaxError as exc:
            what = "图片或带格式的文字放在了放不下它的地方"
            place = TemplatePlace(self.file, part_title(self.name) or self.name, "")
            remedy = "请把标记放在正文、表格、页眉或页脚的文字里"
            problem = Problem(place=place, code="TEMPLATE_FAILS", what=what, remedy=remedy)
            raise TemplateBroken(template=self.file, problems=[problem]) from exc


def part_bytes(xml: str) -> bytes:
    """A rendered part as it is stored."""
    return (_DECLARATION + xml).encode()


@dataclass(frozen=True)
class Read:
    """What reading one part gave: the part if it must be rendered, or its faults."""

    part: WordPart | None
    faults: tuple[Problem, ...] = ()
    #: Names that a part with faults asks for, as far as they can be told.
    names: tuple[TemplateName, ...] = ()


def read_part(name: str, data: bytes, template: str, environment: WordEnvironment) -> Read:
    """Compile one part, or tell all its faults."""
    try:
        root = parse_xml(data)
    except XML_FAULTS:
        place = TemplatePlace(template, part_title(name) or name, "")
        fault = Problem(place=place, code="TEMPLATE_DAMAGED", what="这一部分已损坏", remedy="请用 Word 打开后另存一份")
        return Read(None, faults=(fault,))
    forget_before(root)
    tags, faults = _scan(root, template, name)
    faults += tag_faults(tags, environment.authors)
    faults += block_faults(tags)
    if faults:
        return Read(None, faults=tuple(faults), names=tuple(names_anyway(tags, environment.authors)))
    if not tags and name != BODY and not _OF_NOTE.search(data):
        return Read(None)
    return _compiled(name, root, tags, template, environment)


def _scan(root: etree._Element, template: str, name: str) -> tuple[list[Tag], list[Problem]]:
    tags: list[Tag] = []
    faults: list[Problem] = []
    for text, place in texts(root, template, name):
        found, broken = find_tags(text, place)
        faults += _outside_a_table(found, place)
        # Values with XML of their own fit wherever text does.
        tags += [replace(tag, unit="") if tag.kind == "{" and tag.unit in ("r", "p") else tag for tag in found]
        faults += broken
    return tags, faults


def _outside_a_table(tags: Sequence[Tag], place: TemplatePlace) -> Iterator[Problem]:
    """``{%tr %}`` and ``{%tc %}`` where there is no row or cell to take."""
    for tag in tags:
        if tag.unit in ("tr", "tc") and tag.kind != "{" and not place.spot.startswith("表"):
            what = f"“{{{tag.kind}{tag.unit} ”只能写在表格的格子里"
            written = replace(tag, unit="p").written
            remedy = f"管整段的请写成 {written}，独占一段"
            yield Problem(place=tag.place, code="TEMPLATE_SYNTAX", what=what, remedy=remedy)


def _compiled(
    name: str, root: etree._Element, tags: Sequence[Tag], template: str, environment: WordEnvironment
) -> Read:
    without_controls(root)
    strip_space(root)
    gather_tags(root)
    lend_pictures(root)
    names_on_top(root)
    whole = TemplatePlace(template, part_title(name) or name, "")
    patched = settle(patch(without_deleted_tags(as_text(root))))
    placed = _placed(patched, tags, whole)
    faults = [*_swallowed(tags, placed), *_straddling(patched, placed)]
    if faults:
        return Read(None, faults=tuple(faults))
    try:
        levels = levels_of(patched)
    except etree.XMLSyntaxError:
        return Read(None, faults=(_torn(whole),))
    try:
        compiled = cast(FactTemplate, environment.from_string(_lined(patched)))
    except ExpressionBroken as exc:
        place = placed[exc.line - 2].place if 0 <= exc.line - 2 < len(placed) else whole
        fault = Problem(place=place, code="TEMPLATE_SYNTAX", what=exc.what, remedy="请改正这个标记")
        return Read(None, faults=(fault,))
    moves = any(tag.unit == "tc" or tag.word in ("colspan", "hm") for tag in tags)
    places = tuple(tag.place for tag in placed)
    shape = shape_of(patched, levels)
    lends = name == BODY and holds_lent_notes(patched)
    return Read(WordPart(name, template, compiled, places, tuple(names_of(placed)), moves, shape, lends))


def _lined(patched: str) -> str:
    """A line end in every tag, so that the line of a fault tells which; the end of raw text bears those of its own."""
    raw, held = False, 0

    def lined(match: re.Match[str]) -> str:
        nonlocal raw, held
        tag = match[0]
        turn = _RAW.match(tag)
        if raw and not (turn and turn["end"]):
            held += 1
            return tag
        ends, raw, held = "\n" * (1 + held), bool(turn and not turn["end"]), 0
        return tag[:2] + _dash(tag) + ends + _rest(tag)

    return PATCHED_TAG.sub(lined, patched)


def _dash(tag: str) -> str:
    return tag[2] if tag[2] in "-+" else ""


def _rest(tag: str) -> str:
    return one_line(tag[2 + len(_dash(tag)) :])


def _placed(patched: str, tags: Iterable[Tag], whole: TemplatePlace) -> list[Tag]:
    """The tags in the order Jinja meets them, each with the place where the author wrote it."""
    written: defaultdict[str, list[TemplatePlace]] = defaultdict(list)
    for tag in tags:
        written[_key(tag)].append(tag.place)
    placed: list[Tag] = []
    used: Counter[str] = Counter()
    for match in PATCHED_TAG.finditer(patched):
        tag = read_tag(match[0], whole)
        made = _MADE.fullmatch(tag.body)
        key = _key(tag) if made is None else "{" + (made[1] or made[2])
        places = written.get(key)
        if places:
            place = places[min(used[key], len(places) - 1)]
            tag = replace(tag, place=place)
            used[key] += made is None  # the tag as it was written follows
        placed.append(tag)
    return placed


def _key(tag: Tag) -> str:
    return tag.kind + _LENT.sub("", tag.body)


def _swallowed(tags: Iterable[Tag], placed: Iterable[Tag]) -> Iterator[Problem]:
    """Tags that went with the row, cell or paragraph of another: ``{%tr %}`` takes all that shares its row."""
    left = Counter(_key(tag) for tag in placed)
    for tag in tags:
        if tag.kind == "#" or tag.word in ("colspan", "cellbg", "vm", "hm"):
            continue
        if left[_key(tag)] == 0:
            yield Problem(
                place=tag.place,
                code="TEMPLATE_SWALLOWED",
                what=f"“{tag.text}”和另一个标记挤在同一行、同一格或同一段里，会一起消失",
                remedy="请让 {%tr %}、{%tc %}、{%p %} 各自独占一行、一格、一段",
            )
        left[_key(tag)] -= 1


def _torn(whole: TemplatePlace) -> Problem:
    """A row tag beside a table inside its own row takes half of that table with it."""
    what = "有标记和别的表格套在一起，会把表格撕开"
    return Problem(place=whole, code="TEMPLATE_STRADDLES", what=what, remedy="请让 {%tr %} 所在的行里没有别的表格")


def _straddling(patched: str, placed: Sequence[Tag]) -> Iterator[Problem]:
    """Blocks that begin in one table cell or paragraph level and end in another: they would break the file."""
    stack: list[tuple[Tag, list[str], list[str]]] = []
    tags = dict(zip((match.start() for match in PATCHED_TAG.finditer(patched)), placed, strict=True))
    for token in _TOKEN.finditer(patched):
        if token["tag"] is None:
            if stack and not token["empty"]:
                _step(token["name"], bool(token["end"]), stack[-1])
            continue
        tag = tags[token.start()]
        if stack and stack[-1][0].word == "raw" and tag.word != "endraw":
            continue
        if stack and (tag.word in ("else", "elif") or tag.word.startswith("end")):
            opener, closed, opened = stack.pop()
            if closed[::-1] != opened:
                yield _straddles(
                    opener,
                    f"{opener.word} 的开头和结尾不在同一层（例如一个在表格里，一个在外面）",
                    "请把开头和结尾放在同一张表、同一格或同一段",
                )
            elif "w:tc" in closed:
                yield _straddles(
                    opener,
                    f"{opener.word} 在一格里开头，在另一格里结尾，会多出或少了格子",
                    "请把开头和结尾放在同一格；管几行的写 {%tr %}，管几列的写 {%tc %}，各自独占一行、一格",
                )
            if tag.word in ("else", "elif"):
                stack.append((opener, [], []))
            elif stack:
                # What a block leaves out of balance would count for the one around it as well; it is balanced here.
                continue
        elif tag.opens:
            stack.append((tag, [], []))


def _straddles(opener: Tag, what: str, remedy: str) -> Problem:
    return Problem(place=opener.place, code="TEMPLATE_STRADDLES", what=what, remedy=remedy)


def _step(name: str, ends: bool, block: tuple[Tag, list[str], list[str]]) -> None:
    _, closed, opened = block
    if not ends:
        opened.append(name)
    elif opened:
        opened.pop()
    else:
        closed.append(name)
