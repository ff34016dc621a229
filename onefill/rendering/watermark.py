"""A watermark on finished pages: pale, slanting, darkening nothing but white, and nothing that was there moves."""

from html import escape

import pikepdf

from onefill.rendering.packet import opened, saved

_PAGE = """<!DOCTYPE html><html lang="zh-Hans"><head><meta charset="utf-8"><style>
@page {{ size: A4 portrait; margin: 0; }}
body {{ margin: 0; }}
p {{ margin: 0; padding-top: 62mm; text-align: center; white-space: nowrap; font: 21pt SimHei; color: #bdbdbd; }}
span {{ display: inline-block; transform: rotate(-24deg); -webkit-transform: rotate(-24deg); }}
</style></head><body>{lines}</body></html>"""
_TIMES = 3


def watermark_html(text: str) -> str:
    """One page that says it a few times, for ``html_to_pdf``."""
    return _PAGE.format(lines=f"<p><span>{escape(text)}</span></p>" * _TIMES)


def watermarked(pdf: bytes, mark: bytes) -> bytes:
    """A PDF with the first page of another one on each of its own, fitted to its size; equal input, equal bytes.

    Raises:
        PdfBroken: One of them cannot be opened.
    """
    with opened(pdf) as document, opened(mark) as over:
        drawn = document.copy_foreign(over.pages[0].as_form_xobject())
        # Programs paint a page white before they write on it: what lies under that is not seen, so it is multiplied.
        blended = document.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.ExtGState, BM=pikepdf.Name.Multiply))
        for page in document.pages:
            _draw(page, drawn, blended)
        return saved(document)


def _draw(page: pikepdf.Page, drawn: pikepdf.Object, blended: pikepdf.Object) -> None:
    named = page.add_resource(drawn, pikepdf.Name.XObject, pikepdf.Name.OneFillMark, replace_existing=True)
    state = page.add_resource(blended, pikepdf.Name.ExtGState, pikepdf.Name.OneFillMultiply, replace_existing=True)
    placed = page.calc_form_xobject_placement(drawn, named, pikepdf.Rectangle(page.cropbox))
    page.contents_add(b"q\n", prepend=True)
    page.contents_add(b"\nQ\nq %s gs\n%s\nQ" % (str(state).encode(), placed))
