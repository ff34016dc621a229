"""The result of a proof run as one web page: what is wrong, and pictures beside those last approved."""

import base64
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

from onefill.rendering.packet import page_count, page_picture
from onefill.service.approvals import MOST_PAGES
from onefill.service.proof_shapes import Proofed

_DPI = 45
_STYLE = """
body { font: 15px/1.6 "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; margin: 2em; color: #1d2733 }
h2 { margin: 2em 0 .5em; border-bottom: 1px solid #ccd4dd } h3 { margin: 1em 0 .3em; font-size: 1em }
.wrong { color: #a8201a } .sides { display: flex; gap: 2em } .pages { display: flex; flex-wrap: wrap; gap: 8px }
figure { margin: 0 } figcaption { color: #56616f } img { border: 1px solid #ccd4dd }
"""


def proof_page(made: Sequence[Proofed]) -> str:
    """The whole page, pictures in it."""
    wrong = sum(not one.sound for one in made)
    body = "".join(_paper(list(group)) for _, group in groupby(made, key=lambda one: one.trial.key.rsplit("/", 1)[0]))
    return (
        f'<!DOCTYPE html><html lang="zh-CN"><meta charset="utf-8"><title>试印</title><style>{_STYLE}</style>'
        f"<h1>试印</h1><p>试了 {len(made)} 份，{wrong} 份有毛病。左边是上次认可的，右边是现在的。</p>{body}</html>"
    )


def _paper(tried: Sequence[Proofed]) -> str:
    trial = tried[0].trial
    head = f"<h2>{escape(trial.title)} <small>{escape(f'{trial.form}/{trial.document}{trial.suffix}')}</small></h2>"
    return head + "".join(_case(one) for one in tried)


def _case(one: Proofed) -> str:
    lines = "".join(f'<p class="wrong">{escape(line)}</p>' for line in one.told())
    link = f'<a href="{escape(one.trial.key)}.pdf">PDF</a>' if one.pdf else ""
    head = f"<h3>{escape(one.trial.said)}　{one.pages} 页　{escape(one.news)}　{link}</h3>"
    sides = [_side("上次认可的", one.approved)] if one.approved else []
    sides += [_side("现在", one.pdf)] if one.pdf else []
    return f'{head}{lines}<div class="sides">{"".join(sides)}</div>'


def _side(caption: str, pdf: bytes) -> str:
    pictures = "".join(f'<img alt="{caption}" src="data:image/png;base64,{picture}">' for picture in _pictures(pdf))
    return f'<figure><figcaption>{caption}</figcaption><div class="pages">{pictures}</div></figure>'


def _pictures(pdf: bytes) -> Iterator[str]:
    for page in range(1, min(page_count(pdf), MOST_PAGES) + 1):
        yield base64.b64encode(page_picture(pdf, page, _DPI)).decode()
