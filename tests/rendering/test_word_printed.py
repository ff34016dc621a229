"""Every construct of docxtpl's templates on paper: the pages of its files and of ours are the same, dot by dot."""

import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageOps

from onefill.rendering.libreoffice import convert
from tests.rendering.test_word_constructs import FACTS, SAME, VALUES, by_docxtpl, ours

DPI = 100
#: docxtpl does not say how far text keeps from them, which LibreOffice takes for an eighth of an inch.
ASIDE = {"picture", "picture with a link"}


def pages(pdf: bytes) -> list[Image.Image]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.render(scale=DPI / 72, grayscale=True).to_pil() for page in document]


@pytest.fixture(scope="module")
def printed() -> dict[str, bytes]:
    """The pages of all files, laid out in one call."""
    files: dict[str, bytes] = {}
    for name, template in SAME.items():
        files[f"{name} theirs.docx"] = by_docxtpl(template, FACTS)
        files[f"{name} ours.docx"] = ours(template, FACTS)
    for name, (template, theirs, mine) in VALUES.items():
        files[f"{name} theirs.docx"] = by_docxtpl(template, {"value": theirs})
        files[f"{name} ours.docx"] = ours(template, {"value": mine})
    done = convert(files)
    assert all(isinstance(pdf, bytes) for pdf in done.values()), done
    return {name: pdf for name, pdf in done.items() if isinstance(pdf, bytes)}


@pytest.mark.parametrize("name", [*SAME, *VALUES])
def test_pages_are_the_same(printed: dict[str, bytes], name: str) -> None:
    theirs, mine = (pages(printed[f"{name} {whose}.docx"]) for whose in ("theirs", "ours"))
    assert len(theirs) == len(mine)
    for one, other in zip(theirs, mine, strict=True):
        assert one.size == other.size
        ink, ours_ink = (ImageOps.invert(page).getbbox() for page in (one, other))
        assert ink and ours_ink
        if name in ASIDE:
            one, other = one.crop(ink), other.crop(ours_ink)
        assert ImageChops.difference(one, other).getbbox() is None
