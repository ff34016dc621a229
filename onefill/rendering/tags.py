"""The tags of a template, found in its text piece by piece, so that every fault and name keeps its place."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from jinja2 import Environment

from onefill.definitions.expression_errors import ExpressionBroken
from onefill.definitions.grammar import examine
from onefill.definitions.names import used_names
from onefill.problems import Problem, TemplatePlace
from onefill.rendering.compiled import TemplateName
from onefill.rendering.tag_hints import odd_braces, plain, remedy, unfinished, wide_sign

TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_STRAY = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
_SHAPE = re.compile(r"\{([{%#])(?:(tr|tc|p|r)\s)?(-?)\s*(.*?)\s*(-?)[}%#]\}", re.DOTALL)
#: ``if(x)`` needs no space.
_WORD = re.compile(r"\w+")
#: White space, and signs that nobody sees, which come along when text is pasted.
_QUOTED_OR_SPACE = re.compile("(\"[^\"]*\"|'[^']*')|([\u00ad\u200b-\u200f\u2060\ufeff]+)|\\s+")
_QUOTES = str.maketrans("“”‘’", "\"\"''")

_OPENERS = frozenset({"for", "if", "macro", "call", "filter", "with", "raw", "set"})
_BRANCHES = {"else": ("for", "if"), "elif": ("if",)}
_REFUSED = frozenset({"include", "import", "extends", "from", "block", "do", "autoescape"})
#: docxtpl's own words for cells; they are gone before Jinja reads the template.
_CELL_WORDS = frozenset({"colspan", "cellbg", "vm", "hm"})
_NEAR = 18

Kind = Literal["{", "%", "#"]


@dataclass(frozen=True)
class Tag:
    """One tag: how Jinja reads it, the unit it takes with it (``tr``, ``tc``, ``p``, ``r``), and its place."""

    kind: str
    unit: str
    body: str
    place: TemplatePlace
    #: As the author wrote it.
    text: str = ""

    @property
    def word(self) -> str:
        """The statement's first word, or nothing."""
        found = _WORD.match(self.body) if self.kind == "%" else None
        return found[0] if found else ""

    @property
    def source(self) -> str:
        """The tag as Jinja source on one line."""
        ends = {"{": "}}", "%": "%}", "#": "#}"}
        return f"{{{self.kind} {self.body} {ends[self.kind]}"

    @property
    def written(self) -> str:
        """The tag as an author writes it, its unit with it."""
        return f"{self.source[:2]}{self.unit}{self.source[2:]}"

    @property
    def opens(self) -> bool:
        """Whether it begins a block that must be closed."""
        return self.word in _OPENERS and not (self.word == "set" and re.match(r"set\b[^=]+=", self.body))


def read_tag(text: str, place: TemplatePlace) -> Tag:
    """A tag from its text, with typographic quotes turned into plain ones as docxtpl does."""
    shape = _SHAPE.fullmatch(text.translate(_QUOTES))
    if shape is None:  # pragma: no cover - TAG only finds texts of this shape
        return Tag("#", "", "", place)
    kind, unit, _, body, _ = shape.groups()
    return Tag(kind, unit or "", one_line(body), place, text)


def one_line(code: str) -> str:
    """White space outside quotes as single spaces, and none at the ends; line ends inside them as spaces."""

    def plain_space(match: re.Match[str]) -> str:
        return match[1].replace("\n", " ") if match[1] else "" if match[2] else " "

    return _QUOTED_OR_SPACE.sub(plain_space, code).strip(" ")


def find_tags(text: str, place: TemplatePlace) -> tuple[list[Tag], list[Problem]]:
    """All tags in one paragraph or cell, and its unbalanced braces."""
    tags = [
        read_tag(match[0], replace(place, near=near(text, match.start(), match.end()))) for match in TAG.finditer(text)
    ]
    rest = TAG.sub(lambda match: "\0" * len(match[0]), text)
    faults = [
        Problem(
            place=replace(place, near=near(text, match.start(), match.end())),
            code="TEMPLATE_BRACES",
            what=f"“{match[0]}”没有配对",
            remedy="请补上另一半，并让一个标记的头尾在同一段、同一格里",
        )
        for match in _STRAY.finditer(rest)
    ]
    return tags, faults + [
        Problem(
            place=replace(place, near=near(text, start, end)),
            code="TEMPLATE_BRACES",
            what=f"“{text[start:end]}”不是标记的括号",
            remedy=f"请改成“{plain(''.join(text[start:end].split()))}”，用英文半角，中间没有空格",
        )
        for start, end in odd_braces(rest)
    ]


def split_tags(text: str, tags: Sequence[Tag]) -> list[str]:
    """The text in pieces, each tag as Jinja source; ``tags`` are those found in it, perhaps changed."""
    sources = iter(tags)
    pieces: list[str] = []
    done = 0
    for match in TAG.finditer(text):
        pieces += [text[done : match.start()], next(sources).source]
        done = match.end()
    return [*pieces, text[done:]]


def has_tag(text: str) -> bool:
    """Whether the text holds anything that looks like a tag, whole or broken."""
    return _STRAY.search(text) is not None or next(odd_braces(text), None) is not None


def near(text: str, start: int, end: int) -> str:
    """The words around a spot; a tag at their edge is kept whole."""
    first, last = max(0, start - _NEAR), end + _NEAR
    for tag in TAG.finditer(text):
        if tag.start() < first < tag.end():
            first = tag.start()
        if tag.start() < last < tag.end():
            last = tag.end()
    return " ".join(text[first:last].split())


def tag_faults(tags: Sequence[Tag], environment: Environment) -> list[Problem]:
    """Everything that is wrong inside single tags: syntax, unknown filters and tests, statements not allowed."""
    faults = [fault for tag in tags for fault in _shape_faults(tag)]
    if not faults and _is_sound(tags, environment):
        return []
    return faults + [fault for tag in tags for fault in _syntax_faults(tag, environment)]


def _is_sound(tags: Sequence[Tag], environment: Environment) -> bool:
    """Whether all tags together are in order: the usual case, and far quicker to tell than one by one."""
    outline, _ = _outline(tags)
    try:
        examine(environment.parse(outline), environment.filters, environment.tests)
    except ExpressionBroken:
        return False
    return True


def _shape_faults(tag: Tag) -> list[Problem]:
    if tag.kind == "{" and tag.unit:
        return [_fault(tag, "SYNTAX", f"“{{{{{tag.unit} ”这种写法用不了", f"请写成 {{{{ {tag.body} }}}}")]
    if tag.word == "include":
        remedy = "请让它在正文、表格、页眉或页脚里独占一段，写成 {%p include '文件.docx' %}"
        return [_fault(tag, "REFUSED", "include 放不进这里，只用于 Word", remedy)]
    if tag.word in _REFUSED:
        return [_fault(tag, "REFUSED", f"模板里不能用 {tag.word}", "请删去这个标记")]
    if tag.word in {"tr", "tc", "p", "r"}:
        return [_fault(tag, "SYNTAX", f"“{tag.word}”前面多了空格", f"请写成 {{%{tag.body} %}}")]
    if what := unfinished(tag.kind, tag.body):
        return [_fault(tag, "BRACES", what, "请补上")]
    if tag.kind != "#" and (sign := wide_sign(tag.body)):
        shown = replace(tag, body=plain(tag.body)).written
        return [_fault(tag, "SYNTAX", f"标记里有全角的“{sign}”", f"请用英文半角，写成 {shown}")]
    return []


def _syntax_faults(tag: Tag, environment: Environment) -> list[Problem]:
    source = None if tag.kind == "#" or _shape_faults(tag) else _alone(tag)
    if source is None:
        return []
    try:
        examine(environment.parse(source), environment.filters, environment.tests)
    except ExpressionBroken as exc:
        return [_fault(tag, "SYNTAX", exc.what, remedy(tag.kind, tag.word, tag.body))]
    return []


def _alone(tag: Tag) -> str | None:
    """The tag made whole, so that it can be parsed by itself; None when there is nothing to parse."""
    if tag.kind == "{":
        return tag.source
    if tag.word in ("colspan", "cellbg"):
        return f"{{{{ {tag.body.removeprefix(tag.word)} }}}}"
    if tag.word == "elif" or (tag.word == "else" and tag.body != "else"):
        return f"{{% if 1 %}}{tag.source}{{% endif %}}"
    if tag.word in _CELL_WORDS or tag.word == "else" or tag.word.startswith("end"):
        return None
    return f"{tag.source}{{% end{tag.word} %}}" if tag.opens else tag.source


def block_faults(tags: Sequence[Tag]) -> list[Problem]:
    """Blocks never closed, closed twice, or closed as another kind or unit."""
    faults: list[Problem] = []
    stack: list[Tag] = []
    for tag in tags:
        if stack and stack[-1].word == "raw" and tag.word != "endraw":
            continue  # it is text
        if tag.opens:
            stack.append(tag)
        elif tag.word in _BRANCHES:
            if not stack or stack[-1].word not in _BRANCHES[tag.word]:
                faults.append(_fault(tag, "BLOCK", f"{tag.word} 前面没有 if", "请补上 if，或删去这个标记"))
        elif tag.word.startswith("end"):
            faults += _close(tag, stack)
    faults += [_unclosed(tag) for tag in stack]
    return faults


def _close(tag: Tag, stack: list[Tag]) -> list[Problem]:
    wanted = tag.word.removeprefix("end")
    if wanted not in _OPENERS:
        return [_fault(tag, "BLOCK", f"不认识的标签“{tag.word}”", remedy(tag.kind, tag.word, tag.body))]
    if wanted not in (opener.word for opener in stack):
        return [_fault(tag, "BLOCK", f"{tag.word} 前面没有对应的 {wanted}", f"请补上 {wanted}，或删去这个标记")]
    faults = []
    while stack[-1].word != wanted:
        faults.append(_unclosed(stack.pop()))
    opener = stack.pop()
    if opener.unit != tag.unit:
        shown = [f"{{%{each.unit} {each.word}" for each in (opener, tag)]
        faults.append(_fault(tag, "BLOCK", f"开头写“{shown[0]}”，结尾却写“{shown[1]}”", "请让开头和结尾用同一种标记"))
    return faults


def _unclosed(tag: Tag) -> Problem:
    return _fault(tag, "BLOCK", f"{tag.word} 没有结束", f"请在后面补上 {{%{tag.unit} end{tag.word} %}}")


def _fault(tag: Tag, code: str, what: str, remedy: str) -> Problem:
    return Problem(place=tag.place, code=f"TEMPLATE_{code}", what=what, remedy=remedy)


def names_of(tags: Sequence[Tag]) -> list[TemplateName]:
    """Every name the tags of one part ask for, each at the tag that asks."""
    outline, places = _outline(tags)
    return [
        TemplateName(use.path, places[use.line - 1], use.whole, use.filters, use.walked) for use in used_names(outline)
    ]


def names_anyway(tags: Sequence[Tag], environment: Environment) -> list[TemplateName]:
    """The names that tags with faults ask for: blocks end with the part, broken tags are passed over.

    Nothing where a broken tag might have made names of its own.
    """
    kept: list[Tag] = []
    stack: list[Tag] = []
    for tag in tags:
        if _shape_faults(tag) or _syntax_faults(tag, environment):
            if tag.kind == "%":
                return []
            continue
        if tag.opens:
            stack.append(tag)
        elif tag.word in _BRANCHES and not (stack and stack[-1].word in _BRANCHES[tag.word]):
            continue
        elif tag.word.startswith("end"):
            wanted = tag.word.removeprefix("end")
            if wanted not in (opener.word for opener in stack):
                return []
            while stack[-1].word != wanted:
                kept.append(_end_of(stack.pop()))
            stack.pop()
        kept.append(tag)
    kept += [_end_of(opener) for opener in reversed(stack)]
    try:
        return names_of(kept)
    except ExpressionBroken:
        return []


def _end_of(opener: Tag) -> Tag:
    return read_tag(f"{{% end{opener.word} %}}", opener.place)


def _outline(tags: Sequence[Tag]) -> tuple[str, list[TemplatePlace]]:
    """The tags alone, one a line, so that a line is a tag; and the place of each."""
    asking = [tag for tag in tags if tag.kind != "#" and tag.word not in ("vm", "hm")]
    sources = (
        f"{{{{ {tag.body.removeprefix(tag.word)} }}}}" if tag.word in _CELL_WORDS else tag.source for tag in asking
    )
    return "\n".join(sources), [tag.place for tag in asking]
