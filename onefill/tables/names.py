"""How well a heading in somebody's table names one of our fields."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from onefill.definitions.model import FieldDefinition, Section
from onefill.fields.normalise import compact

#: From here on a heading surely means the field; from the second on a person should look.
SURE, LIKELY = 0.9, 0.6

#: Marks are left out; traditional characters that headings are written with become plain ones.
_MARKS = str.maketrans(
    "證號碼聯繫絡電話單類別學歷戶籍機構備註時間課員級訓職業務種標準數實報長開結審簽蓋層樓號點場師與專書",
    "证号码联系络电话单类别学历户籍机构备注时间课员级训职业务种标准数实报长开结审签盖层楼号点场师与专书",
    "*:;,.、。#☆★_-/|\"'“”‘’",
)
_BRACKETED = re.compile(r"[(（\[【〔]([^)）\]】〕]*)[)）\]】〕]")
_LONGEST = 60


def importable(section: Section) -> tuple[FieldDefinition, ...]:
    """Fields of a section that rows may bring: typed ones that are shown."""
    return tuple(field for field in section.fields if _is_shown(field) and field.typed)


def tidy(text: str) -> str:
    """A heading without blanks, line ends, marks, and the difference of width, case and traditional characters."""
    return compact(text[:_LONGEST]).casefold().translate(_MARKS)


def spellings(heading: str) -> tuple[str, ...]:
    """A heading whole, and without what stands in brackets: 姓名（必填）."""
    whole, bare = tidy(heading), tidy(_BRACKETED.sub("", heading[:_LONGEST]))
    return (whole, bare) if bare and bare != whole else (whole,) if whole else ()


class Vocabulary:
    """What the shown fields of a section are called; computed ones too: their columns are known and left alone."""

    def __init__(self, section: Section) -> None:
        self.order = {field.key: place for place, field in enumerate(filter(_is_shown, section.fields))}
        self._exact: dict[str, list[tuple[str, float]]] = {}
        self._names: list[tuple[str, str]] = []
        for field in filter(_is_shown, section.fields):
            exact = {tidy(name) for name in (field.label, *field.synonyms)} - {""}
            loose = {tidy(_BRACKETED.sub("", field.label)), *_inside(field.label)} - exact - {""}
            for name in exact:
                self._exact.setdefault(name, []).append((field.key, 1.0))
                self._names.append((name, field.key))
            for name in loose:
                self._exact.setdefault(name, []).append((field.key, 0.95))
        self._known: dict[str, dict[str, float]] = {}

    def meanings(self, heading: str, *, guess: bool = False) -> dict[str, float]:
        """The fields that a heading may mean, and from 0 to 1 how surely.

        Args:
            heading: As it stands in the table.
            guess: Whether to see likeness in spellings that merely resemble each other.
        """
        forms = spellings(heading)
        if not forms:
            return {}
        if forms[0] not in self._known:
            self._known[forms[0]] = self._certain(forms) or self._partly(forms[-1])
        known = self._known[forms[0]]
        return known if known or not guess else self._resembling(forms[-1])

    def _certain(self, forms: tuple[str, ...]) -> dict[str, float]:
        found: dict[str, float] = {}
        for place, form in enumerate(forms):
            for key, alike in self._exact.get(form, ()):
                found[key] = max(found.get(key, 0.0), alike if place == 0 else 0.95)
        return found

    def _partly(self, form: str) -> dict[str, float]:
        """One spelling is a part of the other."""
        found: dict[str, float] = {}
        for name, key in self._names:
            shorter, longer = (name, form) if len(name) < len(form) else (form, name)
            if len(shorter) > 1 and shorter in longer:
                found[key] = max(found.get(key, 0.0), 0.5 + 0.38 * len(shorter) / len(longer))
        return {key: alike for key, alike in found.items() if alike >= LIKELY}

    def _resembling(self, form: str) -> dict[str, float]:
        found: dict[str, float] = {}
        for name, key in self._names:
            if min(len(name), len(form)) > 1:
                ratio = SequenceMatcher(None, form, name).ratio()
                if ratio >= 0.75:
                    found[key] = max(found.get(key, 0.0), 0.85 * ratio)
        return found


def _inside(label: str) -> Iterable[str]:
    return (inside for found in _BRACKETED.findall(label) if len(inside := tidy(found)) > 1)


def _is_shown(field: FieldDefinition) -> bool:
    return not field.quiet and field.type != "file"
