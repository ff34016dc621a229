"""Papers set into a layout that LibreOffice made of others: the same lines, every sign in the place of its like."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pikepdf
from pikepdf import Array, Dictionary, Name

from onefill.rendering.packet import opened, saved
from onefill.rendering.page_faces import OpenFace, face_called, subset
from onefill.rendering.page_layouts import Layout, LayoutUnread, Page
from onefill.rendering.page_shapes import DIGIT, FREE, SIGN, TAIL, WIDEST

#: What a sign of a kind is as wide as.
_LIKE = {SIGN: "中", DIGIT: "0"}
Gap = tuple[str, tuple[int, int] | str]


@dataclass(frozen=True)
class Form:
    """A page of a layout made ready.

    Attributes:
        box: Its size.
        content: What is drawn, with a place for the code of each sign.
        gaps: For each such place the font, and which sign of which text goes there, or the sign itself.
    """

    box: tuple[float, ...]
    content: bytes
    gaps: tuple[Gap, ...]


class Setting:
    """Sets papers of one shape as a layout says.

    Args:
        shape: Their shape.
        layout: How LibreOffice laid out one of them.

    Raises:
        LayoutUnread: It was printed with a font that is not known here.
    """

    def __init__(self, shape: str, layout: Layout) -> None:
        self._kinds = shape.split("\0")
        self.forms = tuple(map(_form, layout.pages))
        names = dict.fromkeys(name for form in self.forms for name, _ in form.gaps)
        self.faces = {name: face for name in names if (face := face_called(name)) is not None}
        if unknown := names.keys() - self.faces.keys():
            raise LayoutUnread(why=f"不认识字体 {'、'.join(sorted(unknown))}")
        self._fits: dict[tuple[str, str, str], bool] = {}
        self._free = {
            gap[0]: name
            for form in self.forms
            for name, gap in form.gaps
            if not isinstance(gap, str) and self._kinds[gap[0]][gap[1]] == FREE
        }

    def signs(self, texts: Sequence[str]) -> list[list[tuple[str, str]]]:
        """For each page the signs that it shows, each with its font.

        Raises:
            LayoutUnread: A font lacks a sign, or has it in another width than its like.
        """
        for number, name in self._free.items():
            face = self.faces[name]
            asked, room = (sum(face.width(sign) or 0 for sign in code) for code in (texts[number][-TAIL:], WIDEST))
            if asked > room:
                raise LayoutUnread(why="校验码放不下")
        return [[self._sign(gap, texts) for gap in form.gaps] for form in self.forms]

    def _sign(self, gap: Gap, texts: Sequence[str]) -> tuple[str, str]:
        name, place = gap
        if isinstance(place, str):
            kind = sign = place
        else:
            number, at = place
            kind, sign = self._kinds[number][at], texts[number][at]
        fits = self._fits.get((name, kind, sign))
        if fits is None:
            like, width = _LIKE.get(kind), self.faces[name].width(sign)
            fits = width is not None and (like is None or width == self.faces[name].width(like))
            self._fits[name, kind, sign] = fits
        if not fits:
            raise LayoutUnread(why=f"“{sign}”在字体里没有，或者宽窄和同类的字不同")
        return name, sign


def _form(page: Page) -> Form:
    content: list[bytes] = []
    gaps: list[Gap] = []
    for one in page.drawn:
        if isinstance(one, str):
            content.append(one.encode("latin-1").replace(b"%", b"%%"))
            continue
        between = [f">{gap}<" if gap else "" for gap in one.gaps]
        shown = "".join(f"{gap}%b" for gap in between)
        content.append(f"/{one.font} {one.size} Tf[<{shown}>]TJ".replace("<>", "").encode("latin-1"))
        gaps += [(one.font, sign) for sign in one.signs]
    return Form(page.box, b"".join(content), tuple(gaps))


@dataclass(frozen=True)
class SetPaper:
    """A paper to be set.

    Attributes:
        setting: How.
        pages: Its signs, as the setting tells them.
    """

    setting: Setting
    pages: list[list[tuple[str, str]]]


def set_papers(papers: Sequence[SetPaper | bytes]) -> bytes:
    """Papers as one PDF; equal ones are equal bytes.

    Args:
        papers: In order: those to be set, and whole PDFs among them.
    """
    signs: defaultdict[str, set[str]] = defaultdict(set)
    faces: dict[str, OpenFace] = {}
    for paper in papers:
        if isinstance(paper, SetPaper):
            faces |= paper.setting.faces
            for page in paper.pages:
                for name, sign in page:
                    signs[name].add(sign)
    with pikepdf.new() as document:
        codes: dict[tuple[str, str], bytes] = {}
        fonts = Dictionary()
        for name in sorted(signs):
            made = subset(document, faces[name], name, signs[name])
            fonts[f"/{name}"] = made.font
            codes |= {(name, sign): code for sign, code in made.codes.items()}
        resources = document.make_indirect(Dictionary(Font=fonts))
        for paper in papers:
            if isinstance(paper, bytes):
                with opened(paper) as whole:
                    document.pages.extend(whole.pages)
            else:
                _add(document, paper, codes, resources)
        return saved(document)


def _add(
    document: pikepdf.Pdf, paper: SetPaper, codes: Mapping[tuple[str, str], bytes], resources: pikepdf.Object
) -> None:
    for form, signs in zip(paper.setting.forms, paper.pages, strict=True):
        content = document.make_stream(form.content % tuple([codes[sign] for sign in signs]))
        page = Dictionary(Type=Name.Page, MediaBox=Array(form.box), Resources=resources, Contents=content)
        document.pages.append(pikepdf.Page(document.make_indirect(page)))
