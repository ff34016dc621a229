"""Papers that were handed out and say something else by now: they must be printed, and sealed, again."""

from onefill.definitions.model import Document
from onefill.facts import Sheet, differences_between
from onefill.facts.printing import rewritten
from onefill.fields import Audience
from onefill.service.papers import Print, facts_read, paper
from onefill.service.readiness import Ready
from onefill.service.sources import Source


def what_changed(before: Source, now: Source, document: Document) -> str:
    """Why a paper of an older version no longer holds, in words."""
    changed = _changed(before.sheet, now.sheet, _names(now, document))
    if not changed:
        return "印过的比数据旧：引用的资料改过"
    return f"印过的比数据旧：{changed[0]}{' 等' if len(changed) > 1 else ''}改过"


def says_other(before: Source, now: Ready) -> bool:
    """Whether a paper of an older version said something else of facts that come later than it.

    What was empty may be filled since: numbers that are given out for what was sealed.
    """
    document = next((one for one in before.form.documents if one.key == now.state.key), None)
    if now.paper is None or not now.paper.later or document is None:
        return False
    about = Print(title="", version="", draft=False, record="", day=before.day)
    then = paper(before.sheet, document, now.templates[0].compiled, about)
    return rewritten(then.later, now.paper.later)


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
