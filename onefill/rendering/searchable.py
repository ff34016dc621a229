"""Words that a search finds: Chinese signs told as themselves where an engine tells the radical that looks the same.

Fonts draw 金 and its radical ⾦ with one picture. Which of the two a page says is up to the engine: wkhtmltopdf says
the radical, so that nobody finds 金 by searching for it.
"""

import io
import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import pikepdf
import pypdfium2

from onefill.rendering.packet import PDFIUM

#: Radicals that Unicode keeps apart without telling of which sign, as fonts for simplified Chinese draw them.
_SUPPLEMENT = (
    "⺂⺃⺅⺉⺎⺏⺐⺒⺓⺔⺕⺖⺘⺙⺛⺞⺟⺠⺡⺣⺦⺨⺫⺭⺯⺰⺱⺲⺹⺺⺾⻁⻂⻃⻅⻆⻈⻉⻋⻌⻐⻑⻒⻓⻔⻖⻘⻙⻚⻛⻜⻝⻟⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻮⻯⻰⻱⻲⻳⻄⻍",
    "乛乚亻刂兀尣尢巳幺彑彐忄扌攵旡歺母民氵灬丬犭罒礻糹纟罓罒耂肀艹虎衤覀见角讠贝车辶钅長镸长门阝青韦页风飞食飠饣马骨鬼鱼鸟卤麦黄黾斉齐齿竜龙龜亀龟西辶",
)
_RADICALS = range(0x2E80, 0x2FE0)
_SIGNS: dict[int, int] = {
    **{code: ord(one) for code in range(0x2F00, 0x2FD6) if len(one := unicodedata.normalize("NFKC", chr(code))) == 1},
    **dict(zip(map(ord, _SUPPLEMENT[0]), map(ord, _SUPPLEMENT[1]), strict=True)),
    ord("⼾"): ord("户"),
}
_RANGES = re.compile(rb"beginbfrange(.*?)endbfrange", re.DOTALL)
_CHARS = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
_RUN = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(?:<([0-9A-Fa-f]+)>|\[([^\]]*)\])")
_PAIR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_ONE = re.compile(rb"<([0-9A-Fa-f]{4})>")


def searchable(pdf: bytes) -> bytes:
    """The same pages, in which words can be found; the same bytes where nothing is told as a radical."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        changed = [_retold(one.ToUnicode) for one in document.objects if _tells(one)]
        if not any(changed):
            return pdf
        written = io.BytesIO()
        document.save(written, deterministic_id=True)
    return written.getvalue()


def not_found(pdf: bytes, words: Iterable[str]) -> tuple[str, ...]:
    """Words that a search through the pages does not find.

    Lines that end inside a word do not part it; one that begins on a page and ends on the next is found there.
    """
    with PDFIUM, pypdfium2.PdfDocument(pdf) as document:
        pages = ["".join(_text_of(page).split()) for page in document]
    return tuple(
        word
        for word in dict.fromkeys(words)
        if not any(word in page for page in pages) and not _on_two_pages(word, pages)
    )


def _text_of(page: pypdfium2.PdfPage) -> str:
    text = page.get_textpage()
    try:
        return str(text.get_text_bounded())
    finally:
        text.close()


def _on_two_pages(word: str, pages: list[str]) -> bool:
    return any(
        word[:at] in before and word[at:] in after for before, after in pairwise(pages) for at in range(1, len(word))
    )


def _tells(one: Any) -> bool:
    return isinstance(one, pikepdf.Dictionary) and isinstance(one.get("/ToUnicode"), pikepdf.Stream)


def _retold(map_: Any) -> bool:
    """Put signs for radicals in what a font says of its pictures; whether there were any."""
    before = map_.read_bytes()
    after = _CHARS.sub(lambda block: b"beginbfchar" + _PAIR.sub(_pair, block[1]) + b"endbfchar", before)
    after = _RANGES.sub(lambda block: b"beginbfrange" + _RUN.sub(_run, block[1]) + b"endbfrange", after)
    if after != before:
        map_.write(after)
    return bool(after != before)


def _pair(found: re.Match[bytes]) -> bytes:
    return b"<%s> %s" % (found[1], _ONE.sub(_one, b"<%s>" % found[2]))


def _run(found: re.Match[bytes]) -> bytes:
    first, last, start, listed = found.groups()
    if listed is not None:
        return b"<%s> <%s> [%s]" % (first, last, _ONE.sub(_one, listed))
    codes = range(int(start, 16), int(start, 16) + int(last, 16) - int(first, 16) + 1)
    if len(start) != 4 or codes.stop <= _RADICALS.start or codes.start >= _RADICALS.stop:
        return found[0]
    return b"<%s> <%s> [%s]" % (first, last, b" ".join(b"<%04X>" % _SIGNS.get(code, code) for code in codes))


def _one(found: re.Match[bytes]) -> bytes:
    code = int(found[1], 16)
    return b"<%04X>" % _SIGNS[code] if code in _SIGNS else found[0]
