"""A made-up submission that tries the template of a notice: many remarks and materials, long, absent and rare texts."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from itertools import cycle, islice
from typing import Any

from onefill.definitions.case_names import CASE, CASE_LISTS
from onefill.definitions.model import Form, Notice
from onefill.definitions.publications import Publication
from onefill.facts import Sheet
from onefill.reviews.moves import phase_of, phase_title
from onefill.service.proof_facts import LONG, LOREM, Words, long_text
from onefill.service.publications import facts_of
from onefill.service.sent import STANDINGS, paper_number

#: Remarks and materials that are tried at most: more were never in one notice.
MOST_TOLD = 100
#: Characters of what an officer writes, at most, and of the name of a place or a person.
_WRITTEN, _NAMED, _PERSON = 1000, 60, 25
_TERM = timedelta(days=7)
_CASE = "case."


def lists_of(names: Collection[str]) -> tuple[str, ...]:
    """The lists of a submission that a template goes through, by the names it asks for."""
    return tuple(key for key in CASE_LISTS if any(name.startswith(f"{_CASE}{key}[].") for name in names))


def made_up_case(sheet: Sheet, notice: Notice, words: Words, count: int, day: date) -> Mapping[str, Any]:
    """What a notice may read about a submission.

    Args:
        sheet: Facts of the record.
        notice: The notice.
        words: Which texts.
        count: How many remarks and materials it tells.
        day: On which everything happens.
    """
    form = sheet.plan.form
    phase = phase_of(form, notice.from_)
    told = {
        **dict.fromkeys(CASE, 1),
        **dict.fromkeys(("submitted_on", "handed_in_on", "acted_on", "date", "today"), day),
        "record": sheet.view,
        "phase": phase_title(form, phase),
        "stage": _stage(form, words),
        "receipt": paper_number("收件", day, "0123456789abcdef", 12),
        "number": paper_number(notice.mark, day, "0123456789abcdef", 345),
        "due": None if words == "blank" else day + _TERM,
        "by": _text(words, "某某", _PERSON),
        "opinion": _text(words, "材料齐全，符合规定，同意。", _WRITTEN, may_be_absent=True),
        "reason": _text(words, "与备案的内容不一致。", _WRITTEN, may_be_absent=True),
        "lacking": count,
        "passed": [phase],
        "in_review": [phase],
        "refused": [],
        "entered": [],
        "acts": [],
    }
    return {
        **told,
        "remarks": [_remark(number, words) for number in range(1, count + 1)],
        "items": list(islice(_items(words), count)),
    }


def made_up_list(wanted: Publication, words: Words, count: int, day: date) -> Mapping[str, Any]:
    """What the template of a list that is made public may read.

    Args:
        wanted: The list.
        words: Which texts.
        count: How many lines.
        day: On which it is made public.
    """
    rows = [
        (str(number), *(_text(words, one.title, LONG["text"], number, may_be_absent=True) for one in wanted.columns))
        for number in range(1, count + 1)
    ]
    return facts_of(wanted, day, _text(words, "某某局", _NAMED), rows)


def _stage(form: Form, words: Words) -> str:
    titles = [stage.title for stage in form.stages] or ["待审核"]
    return max(titles, key=len) if words == "longest" else titles[0]


def _remark(number: int, words: Words) -> Mapping[str, Any]:
    return {
        "no": number,
        "label": _text(words, f"名册第 {number} 行的证件号码", _NAMED, number),
        "what": _text(words, "与身份证复印件不一致", _WRITTEN, number),
        "remedy": _text(words, "照证件改正，重新打印", _WRITTEN, number, may_be_absent=True),
        "clause": _text(words, "二（三）1", _NAMED, number, may_be_absent=True),
        "reason": _text(words, "上次没有这一页", _WRITTEN, number, may_be_absent=True) if words != "ordinary" else "",
    }


def _items(words: Words) -> Iterator[Mapping[str, Any]]:
    for number, standing in enumerate(cycle(STANDINGS.values()), 1):
        yield {
            "no": number,
            "title": _text(words, "人员名册扫描件", _NAMED, number),
            "label": _text(words, "第 1 课次", _NAMED, number, may_be_absent=True),
            "standing": standing,
            "why": _text(words, "名册改过，纸上的是旧的", 2 * _NAMED, number, may_be_absent=True),
            "clause": _text(words, "二（三）1", _NAMED, number, may_be_absent=True),
            "pages": number,
            "have": 1,
            "need": 2,
        }


def _text(words: Words, ordinary: str, most: int, number: int = 0, *, may_be_absent: bool = False) -> str:
    if words == "ordinary" or (words == "blank" and not may_be_absent):
        return f"{ordinary}（{LOREM[number % len(LOREM)]}）" if number else ordinary
    return "" if words == "blank" else long_text(most, words, number)
