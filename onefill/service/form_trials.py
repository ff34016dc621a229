"""What changed forms will make of the records that are there, before anybody works with them."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from onefill.definitions import DefinitionBroken, Definitions
from onefill.facts.carrying import Fate, Moved
from onefill.facts.sheet import no_links
from onefill.facts.successors import FormChange
from onefill.problems import Level, Problem
from onefill.service.across_forms import masked
from onefill.service.plans import Plans
from store import DELETED, EVERYTHING, Found, Store, StoreError

#: Records of a form whose definitions are looked at for what went without a word.
NEWEST = 20
#: Examples told of each field and fate; characters of each.
EXAMPLES, LONGEST = 2, 24


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What one changed form makes of its records.

    Attributes:
        form: Its key.
        title: What it is called.
        records: How many there are, those in the recycle bin among them.
        moved: In how many anything is asked otherwise.
        held: How many keep their own definition, because they were handed in.
        unreadable: How many the store cannot read.
        changes: What differs from the definitions they were filled under.
        fates: How many values are read otherwise, are to be looked at, are put aside or come back.
        examples: A few of them, private ones masked.
    """

    form: str
    title: str
    records: int
    moved: int
    held: int
    unreadable: int
    changes: tuple[FormChange, ...]
    fates: Mapping[Fate, int]
    examples: tuple[Moved, ...]


def try_form(store: Store, definitions: Definitions, form: str, today: Callable[[], date]) -> Trial:
    """Open every record of a form under these definitions, writing nothing.

    Raises:
        FormUnknown: They have no such form.
    """
    plans, found = Plans(store, definitions, today), list(all_of(store, form))
    title, numbers, fates = definitions.form(form).title, Counter[str](), Counter[Fate]()
    changes: dict[tuple[str, str], FormChange] = {}
    examples: dict[tuple[str, str], list[Moved]] = {}
    for one in found:
        try:
            entry, draft = store.latest(one.record, EVERYTHING), store.draft(one.record, EVERYTHING)
            fitted = plans.fit(entry, draft, no_links)
        except StoreError:
            numbers["unreadable"] += 1
            continue
        numbers["held"] += fitted.own
        if fitted.pending is None:
            continue
        numbers["moved"] += 1
        changes.update({(change.step, change.path): change for change in fitted.pending.changes})
        for value in fitted.pending.moved:
            fates[value.fate] += 1
            alike = examples.setdefault((value.fate, value.label), [])
            if len(alike) < EXAMPLES:
                alike.append(_example(value))
    return Trial(
        form=form,
        title=title,
        records=len(found),
        moved=numbers["moved"],
        held=numbers["held"],
        unreadable=numbers["unreadable"],
        changes=tuple(changes.values()),
        fates=dict(fates),
        examples=tuple(value for alike in examples.values() for value in alike),
    )


def losses(store: Store, definitions: Definitions, pack: str | None = None) -> Iterator[Problem]:
    """What the newest records were asked and a pack no longer asks, without a word of what becomes of it."""
    plans = Plans(store, definitions, lambda: date.min)  # no value is read, so no clock is asked
    for form in (key for name, one in definitions.loaded.items() if pack in (None, name) for key in one.forms):
        told: dict[tuple[str, str], FormChange] = {}
        for one in store.find(form=form, limit=NEWEST, scope=EVERYTHING):
            try:
                before = plans.pinned(str(store.latest(one.record, EVERYTHING).pins.get("definition", "")))
            except (StoreError, DefinitionBroken):
                continue  # told where the store is looked after; nothing can be held against it
            changes = plans.succeeding(before, plans.now(form)).undeclared
            told.update({(change.step, change.path): change for change in changes})
        for change in told.values():
            yield _loss(definitions, form, change)


def _loss(definitions: Definitions, form: str, change: FormChange) -> Problem:
    key = change.path.rpartition("/")[2]
    what = f"已有办件填过“{change.label}”（{change.path}），现在不问了，没有说怎么办"
    remedy = f"改了名，就在新字段上写 was: {key}；不要了，就在 removed 里写 {change.path}: 为什么"
    if change.step == "options":
        what = f"“{change.label}”（{change.path}）去掉了选项“{change.why}”，没有说归到哪一项"
        remedy = "在 option_synonyms 里写上它归到哪一项；不归，填过它的会提示改选"
    place = definitions.positions(form).place("sections", key=True)
    return Problem(place=place, code="LOST_UNSAID", what=what, remedy=remedy, level=Level.WARNING)


def all_of(store: Store, form: str) -> Iterator[Found]:
    """All records of a form, those in the recycle bin among them."""
    for state in (None, DELETED):
        count = store.count(form=form, state=state, scope=EVERYTHING)
        yield from store.find(form=form, state=state, limit=count, scope=EVERYTHING) if count else ()


def _example(one: Moved) -> Moved:
    def said(text: str) -> str:
        shown = masked(text) if one.private else text
        return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}…"

    return replace(one, old="（引用）" if one.records else said(one.old), new=said(one.new), why=said(one.why))
