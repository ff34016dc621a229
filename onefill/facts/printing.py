"""Facts as paper sees them: what is missing prints by the law, and a digest tells what a paper was made from."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any

import orjson

from onefill.definitions.expressions import Empty
from onefill.facts.sheet import Sheet
from onefill.facts.views import GridView, RecordView, RowView, View, names_over


class PrintView(View):
    """A record, or one of its rows, as a template sees it in a phase.

    An empty fact that the phase requires, or that is computed from such a one, prints 【缺：标签】; one left for ink,
    hidden or due later prints nothing.
    """

    def __init__(
        self,
        source: RecordView | RowView,
        phase: int,
        extra: Mapping[str, object] | None = None,
        *,
        linked: bool = False,
    ) -> None:
        self.source, self.phase, self.extra, self.linked = source, phase, extra or {}, linked
        self.identity = source.identity

    def keys_known(self) -> Iterator[str]:
        """The source's names, and those of printing."""
        yield from (*self.extra, *self.source)

    def __getitem__(self, key: str) -> object:
        if key in self.extra:
            return self.extra[key]
        value = self.source[key]
        if isinstance(value, Empty):
            return self._blank(key, value)
        return printed(value, self.phase, linked=self.linked)

    def comes_later(self, key: str) -> bool:
        """Whether a fact is filled after the phase of the paper, e.g. numbers that are given out for what was sealed.

        What it says stands on the paper once it is there, and makes none of another one that was sealed before.
        """
        name = f"{self.source.section}[].{key}" if isinstance(self.source, RowView) else key
        field = self.source.sheet.plan.fields.get(name)
        return field is not None and not self.linked and key not in self.extra and field.phase > self.phase

    def __str__(self) -> str:
        return str(self.source)

    def _blank(self, key: str, value: Empty) -> Empty:
        row = self.source if isinstance(self.source, RowView) else None
        name = f"{row.section}[].{key}" if row else key
        sheet = self.source.sheet
        if name not in sheet.plan.fields:
            return value
        missing = is_missing(sheet, name, row.row if row else None, self.phase)
        return Empty(label=sheet.plan.fields[name].definition.label, missing=missing, name=name)


def is_missing(sheet: Sheet, name: str, row: str | None, phase: int) -> bool:
    """Whether an empty fact should have been there by then; a computed one, because a fact it comes from should."""
    plan = sheet.plan.fields[name]
    if plan.definition.blank == "ink" or plan.phase > phase or not sheet.shown(name, row):
        return False
    source = plan.source
    if source is not None:
        if (name, row) in sheet.asking:  # a value that waits for itself
            return False
        scope = _print_scope(sheet, plan.section.key, row, phase)
        sheet.asking.add((name, row))
        try:
            return any(_lacks(scope, use.path.split(".")) for use in source.names)
        finally:
            sheet.asking.discard((name, row))
    if isinstance(plan.required, bool):
        return plan.required
    return bool(sheet.worked_out((name, row), "required", plan.required))


def _print_scope(sheet: Sheet, section: str, row: str | None, phase: int) -> Mapping[str, object]:
    """The names of an expression, at record level or inside a row, as paper sees them."""
    record = PrintView(sheet.view, phase)
    view = sheet.row(section, row) if row else None
    if view is None:
        return record
    own = PrintView(view, phase)
    return names_over(names_over(record, {"row": own}), own)


def _lacks(value: object, path: Sequence[str]) -> bool:
    """Whether something on the way of a path is missing."""
    if isinstance(value, Empty):
        return value.missing
    if not path:
        return False
    if isinstance(value, list):
        return any(_lacks(item, path) for item in value)
    return isinstance(value, Mapping) and _lacks(value.get(path[0].removesuffix("[]")), path[1:])


def printed(value: object, phase: int, *, linked: bool = False) -> object:
    """A fact made ready for a template: views of rows and linked records become views of print."""
    if isinstance(value, RowView):
        return PrintView(value, phase, linked=linked)
    if isinstance(value, RecordView):
        return PrintView(value, 0, linked=True)
    if isinstance(value, list):
        return [printed(item, phase, linked=linked) for item in value]
    return value


def facts_hash(
    scope: Mapping[str, object],
    names: Iterable[str],
    *,
    counted: Iterable[str] = (),
    items: Sequence[Mapping[str, object]] = (),
) -> str:
    """Digest over the values that a template reads, but for those that come later than the paper.

    Args:
        scope: What the template is rendered with.
        names: Paths as the template asks them, e.g. ``trainees[].name``. Names of printing itself are left out.
        counted: Paths of which only matters how many there are, or whether there is anything.
        items: What the template sees besides in each repetition, if the paper repeats.

    Returns:
        SHA-256 in hex.
    """
    return facts_told(scope, names, counted=counted, items=items)[0]


def facts_told(
    scope: Mapping[str, object],
    names: Iterable[str],
    *,
    counted: Iterable[str] = (),
    items: Sequence[Mapping[str, object]] = (),
) -> tuple[str, tuple[object, ...]]:
    """The digest of ``facts_hash``, and what stands on the paper of facts that come later, which it leaves out.

    Of two papers with the same digest the later facts are told in the same order.
    """
    later: list[object] = []
    read = {name: False for name in counted} | {name: True for name in names}
    asked = sorted((name, whole) for name, whole in read.items() if name.partition(".")[0] != "print")
    own = {key for item in items for key in item}
    digest = sha256()

    def take(source: Mapping[str, object], name: str, whole: bool) -> None:
        value = _plain(source, name.split("."), later, whole=whole)
        digest.update(orjson.dumps([name, value]))

    for name, whole in asked:
        if _head(name) not in own:
            take(scope, name, whole)
    for item in items:
        for name, whole in asked:
            if _head(name) in own:
                take(item, name, whole)
    return digest.hexdigest(), tuple(later)


def each_told(
    scope: Mapping[str, object],
    names: Iterable[str],
    *,
    counted: Iterable[str] = (),
    items: Sequence[Mapping[str, object]],
) -> list[tuple[str, tuple[object, ...]]]:
    """The same as ``facts_told`` for each repetition by itself."""
    own = {key for item in items for key in item}

    def parted(some: Iterable[str]) -> tuple[set[str], set[str]]:
        every = set(some)
        inside = {name for name in every if _head(name) in own}
        return every - inside, inside

    (outside, inside), (outside_counted, inside_counted) = parted(names), parted(counted)
    digest, later = facts_told(scope, outside, counted=outside_counted)
    found = (facts_told(item, inside, counted=inside_counted) for item in items)
    return [(sha256(f"{digest} {one}".encode()).hexdigest(), (later, more)) for one, more in found]


def rewritten(before: object, now: object) -> bool:
    """Whether something that was filled says something else now; what was empty may have been filled since."""
    if isinstance(before, list | tuple):
        others = now if isinstance(now, list | tuple) else ()
        return any(rewritten(one, others[at] if at < len(others) else None) for at, one in enumerate(before))
    if isinstance(before, Mapping):
        return any(rewritten(one, now.get(key) if isinstance(now, Mapping) else None) for key, one in before.items())
    return before not in (None, "") and before != now


def _head(name: str) -> str:
    return name.partition(".")[0].removesuffix("[]")


def _plain(value: object, path: list[str], later: list[object], *, whole: bool) -> Any:
    """The value behind a path, as JSON; lists are walked, missing facts are null, later ones put aside."""
    if isinstance(value, Empty):
        return None
    if not path:
        return _leaf(value) if whole else _count(value)
    if isinstance(value, list):
        return [_plain(item, path, later, whole=whole) for item in value]
    if isinstance(value, Mapping):
        key = path[0].removesuffix("[]")
        if isinstance(value, PrintView) and value.comes_later(key):
            later.append(_plain(value[key], path[1:], later, whole=whole))
            return None
        return _plain(value[key], path[1:], later, whole=whole) if key in value else None
    return _leaf(value)


def _count(value: object) -> Any:
    """How many there are, which one, or what a condition makes of it: a person who did not pass leaves a list."""
    if isinstance(value, list):
        return len(value)
    return str(value["id"]) if isinstance(value, Mapping) and "id" in value else bool(value)


def _leaf(value: object) -> Any:
    if isinstance(value, Empty):
        return None
    if isinstance(value, GridView):
        return value.sheet.data.get(value.key)
    if isinstance(value, PrintView) and isinstance(value.source, RowView):
        return {key: _leaf(value[key]) for key in value.source if key not in ("id", "no")}
    if isinstance(value, Mapping):
        return str(value)
    if isinstance(value, list):
        return [_leaf(item) for item in value]
    return value.isoformat() if isinstance(value, date) else str(value)
