"""Papers that were handed out and say something else by now: they must be printed, and sealed, again."""

from collections.abc import Sequence
from dataclasses import dataclass

from onefill.definitions.model import Document
from onefill.facts import Sheet, differences_between
from onefill.facts.printing import rewritten
from onefill.fields import Audience
from onefill.page_codes import told_pages
from onefill.service.papers import Paper, Print, Repetition, facts_read, paper, repetitions
from onefill.service.readiness import Ready
from onefill.service.sources import Source

#: So many repetitions are named.
MOST_TOLD = 3


@dataclass(frozen=True, kw_only=True)
class Again:
    """A paper that must be printed again.

    Attributes:
        why: In words.
        labels: What those of its repetitions are called that say something else; empty if it is all of it.
        pages: Their pages, as far as these are known.
    """

    why: str
    labels: tuple[str, ...] = ()
    pages: tuple[int, ...] = ()

    @property
    def which(self) -> str:
        """Which pages, in words."""
        if not self.labels:
            return "全部各页"
        count = len(self.labels)
        named = "、".join(self.labels[:MOST_TOLD])
        if self.pages:
            return f"第 {told_pages(self.pages)} 页（{named}{' 等' if count > MOST_TOLD else ''}）"
        return f"{named}这{f' {count} 份' if count > 1 else '一份'}" if count <= MOST_TOLD else f"{named}等 {count} 份"

    def __str__(self) -> str:
        return f"只重印{self.which}。{self.why}" if self.labels else self.why


@dataclass(frozen=True, kw_only=True)
class Changed:
    """Which repetitions of a paper say something else than they did.

    Attributes:
        now: All of today.
        at: Places of those that must be printed again, from 0; those that are new among them.
        before: How many there were.
        in_place: Whether all that there were stand where they stood.
    """

    now: Sequence[Repetition]
    at: frozenset[int]
    before: int
    in_place: bool

    def pages(self, spans: Sequence[int]) -> tuple[int, ...]:
        """The pages to be printed again, of a paper whose repetitions had so many pages each; none if that is open."""
        if len(spans) != self.before:
            return ()
        if set(spans) == {1}:
            return tuple(at + 1 for at in sorted(self.at))
        if not self.in_place or any(at >= self.before for at in self.at):
            return ()
        return tuple(page for at in sorted(self.at) for page in pages_of(at, spans))


def pages_of(at: int, spans: Sequence[int]) -> range:
    """The pages of the repetition at a place from 0, by how many pages each has."""
    first = 1 + sum(spans[:at])
    return range(first, first + spans[at])


def changed_repetitions(before: Source, now: Ready, printed: str) -> Changed | None:
    """Which repetitions of a paper of an older version say something else today; nothing if all of it must be judged.

    Pages that bear a code say how many there are and which one they are, so those must stand where they stood; what is
    printed onto stock bears none.

    Args:
        before: The version.
        now: The paper as it is today.
        printed: First 8 characters of what was printed; of another template, nothing is known of its parts.
    """
    document = next((one for one in before.form.documents if one.key == now.state.key), None)
    if now.paper is None or now.paper.document.each is None or document is None or document.each is None:
        return None
    if _as_of(before, document, now).hash[:8] != printed:
        return None
    compiled = now.templates[0].compiled
    return compared(
        repetitions(before.sheet, document, compiled),
        repetitions(now.source.sheet, now.paper.document, compiled),
        bound=now.paper.document.coded and not now.paper.document.stock,
    )


def compared(old: Sequence[Repetition], new: Sequence[Repetition], *, bound: bool) -> Changed | None:
    """Which repetitions say something else; nothing if all do, or if it is not clear which one was which.

    Args:
        old: As they were.
        new: As they are.
        bound: Whether all that there were must stand where they stood.
    """
    known = {one.key: one for one in old}
    in_place = [one.key for one in old] == [one.key for one in new[: len(old)]]
    at = frozenset(place for place, one in enumerate(new) if one.key not in known or _other(known[one.key], one))
    alike = len(known) < len(old) or len({one.key for one in new}) < len(new)
    if alike or len(at) == len(new) or (bound and not in_place):
        return None
    return Changed(now=new, at=at, before=len(old), in_place=in_place)


def _other(before: Repetition, now: Repetition) -> bool:
    return before.hash != now.hash or rewritten(before.later, now.later)


def what_changed(before: Source, now: Source, document: Document) -> str:
    """Why a paper of an older version no longer holds, in words."""
    changed = _changed(before.sheet, now.sheet, _names(now, document))
    if not changed:
        return "印过的比数据旧：引用的资料改过"
    return f"印过的比数据旧：{changed[0]}{' 等' if len(changed) > 1 else ''}改过"


def prints_as(before: Source, now: Ready, printed: str) -> bool:
    """Whether a paper of an older version has that hash, by its first 8 characters, with the template of today."""
    document = next((one for one in before.form.documents if one.key == now.state.key), None)
    return document is not None and now.paper is not None and _as_of(before, document, now).hash[:8] == printed


def says_other(before: Source, now: Ready) -> bool:
    """Whether a paper of an older version said something else of facts that come later than it.

    What was empty may be filled since: numbers that are given out for what was sealed.
    """
    document = next((one for one in before.form.documents if one.key == now.state.key), None)
    if now.paper is None or not now.paper.later or document is None:
        return False
    return rewritten(_as_of(before, document, now).later, now.paper.later)


def _as_of(before: Source, document: Document, now: Ready) -> Paper:
    """What the template of today reads of an older version."""
    about = Print(title="", version="", draft=False, record="", day=before.day)
    return paper(before.sheet, document, now.templates[0].compiled, about)


def _names(source: Source, document: Document) -> set[str]:
    read = facts_read(source.sheet, document, [template.compiled for template in source.templates(document)])
    return {name for name, _ in source.sheet.plan.names_of(read, None)}


def _changed(before: Sheet, now: Sheet, names: set[str]) -> list[str]:
    """What the paper reads and what has changed, each once, as the screen calls it."""
    found = differences_between(before, now, Audience.OFFICE)
    return list(dict.fromkeys(one.label for one in found if _name(one.path, now) in names))


def _name(path: str, sheet: Sheet) -> str:
    """The name of the fact at a path; a row that came or went stands for which rows there are."""
    parts = path.split("/")
    if len(parts) == 1 or parts[0] in sheet.plan.grids:
        return parts[0]
    return f"{parts[0]}[].{parts[2]}" if len(parts) > 2 and not parts[2].startswith("@") else f"{parts[0]}[]"
