"""The checklist: every material a phase asks, item by item, and how each stands. Computed anew whenever asked."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from hashlib import sha256

from onefill.definitions.expressions import Empty, ExpressionError, compile_text, told_of
from onefill.definitions.procedure import Material
from onefill.facts import Sheet
from onefill.facts.findings import Findings
from onefill.facts.following import FactChange, Followed, changes_since, followed
from onefill.facts.views import RecordView, RowView, View, names_over
from onefill.fields.chinese import date_text
from onefill.materials.items import LACKING, Checklist, ItemState, Standing
from onefill.materials.printed_pages import (
    Expected,
    Fault,
    also_elsewhere,
    complete_in_itself,
    kept_beside,
    page_faults,
    pages_of_paper,
)
from onefill.materials.supply import Supplied
from onefill.page_codes import PageCode, list_key
from onefill.problems import Level

#: Signs that an item id of a list's entry may hold; anything else is told by a digest.
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_")
#: What is said, and what to do, while nothing was handed in; by kind of material.
_WANTING = {
    "original": ("还没有备好原件", "备好原件，交件时出示"),
    "earlier": ("没有找到已经通过的文件", "先办好前一步；已在别处通过的，把文件传上来"),
}
#: The same of a scan, by what must be on the paper.
_WANTING_SCAN = {
    "seal": ("还没有盖章的扫描件", "打印、盖章，扫描后传上来"),
    "signature": ("还没有签字的扫描件", "打印、签字，扫描后传上来"),
    "both": ("还没有签字盖章的扫描件", "打印、签字、盖章，扫描后传上来"),
}
#: So many changed facts are named.
MOST_TOLD = 3
#: How an item stands whose pages are not right, by the first fault.
_FAULTY = {
    Fault.DRAFT: Standing.STALE,
    Fault.STALE: Standing.STALE,
    Fault.FOREIGN: Standing.MIXED,
    Fault.MISSING: Standing.SHORT,
}


@dataclass(frozen=True, kw_only=True)
class Known:
    """What a checklist must be told, as plain data.

    Attributes:
        supplied: What was handed in, by item.
        prints: First 8 characters of the facts hash of a document today, by its key; empty while it cannot be printed,
            ``None`` if it is not needed.
        outlived: Whether a page of a document says something else than it would today, by its code; nothing if only its
            hash can tell.
        drafted: Whether a page was printed as a draft.
        added: What is called that a paper has by now, on pages of its own, and had not when a page was printed.
        says_other: Whether a document said something else of facts that come later than it, by the number of the entry
            that it was printed of.
        earlier: Files accepted in other records or handed in for an earlier phase, by item.
        accepted: Digest of what an officer has accepted, by item.
        returned: Items with an open remark.
        remarked: Items with a remark that is not at its end.
        came_back: When the phase was returned last.
        in_office: Whether the phase lies with an officer.
    """

    supplied: Mapping[str, tuple[Supplied, ...]] = field(default_factory=dict)
    prints: Callable[[str], str | None] = lambda _document: None
    outlived: Callable[[PageCode], bool] | None = None
    drafted: Callable[[PageCode], bool] = lambda _code: False
    added: Callable[[PageCode], Sequence[str]] = lambda _code: ()
    says_other: Callable[[str, int], bool] = lambda _document, _n: False
    earlier: Callable[[Material, str, Mapping[str, object]], tuple[Supplied, ...]] = lambda _m, _i, _s: ()
    accepted: Mapping[str, str] = field(default_factory=dict)
    returned: Collection[str] = ()
    remarked: Collection[str] = ()
    came_back: datetime | None = None
    in_office: bool = False


def checklist(sheet: Sheet, findings: Findings, phase: int, known: Known, only: str | None = None) -> Checklist:
    """Every item of the materials that a phase asks, those of that phase alone.

    Args:
        sheet: The record's facts.
        findings: Its problems, for registers.
        phase: Index of the phase.
        known: What was handed in and what is thought of it.
        only: Key of the one material that is asked about.
    """
    asked = [one for one in sheet.plan.form.materials if only in (None, one.key)]
    materials = [one for one in asked if sheet.plan.phase_index(one.from_) == phase]
    found = [item for material in materials for item in _items(sheet, findings, phase, material, known)]
    return Checklist(items=_shared(found))


def _shared(items: Sequence[ItemState]) -> tuple[ItemState, ...]:
    """The items, with what is told of a file that was brought for several."""
    files = {one.id: one.files for one in items if one.material.kind != "earlier"}
    told = also_elsewhere(files, {one.id: one.name for one in items})
    return tuple(replace(one, faults=one.faults + told.get(one.id, ())) for one in items)


def _items(sheet: Sheet, findings: Findings, phase: int, material: Material, known: Known) -> Iterator[ItemState]:
    bare = ItemState(id=material.key, material=material, title=material.title, phase=phase, standing=Standing.PRESENT)
    scope: Mapping[str, object] = sheet.view
    if material.when and not _holds(material.when, scope):
        why = _text(material.otherwise, scope) if material.otherwise else "按现在填的内容不用交"
        left = known.supplied.get(material.key, ())
        why += f"；传过的 {len(left)} 个文件留着，不算在内" if left else ""
        yield replace(bare, standing=Standing.NOT_REQUIRED, why=why, files=left)
        return
    for item, inside in _each(sheet, material, bare):
        yield _standing(sheet, findings, replace(item, about=_about(sheet, material, phase, inside)), inside, known)


def _each(sheet: Sheet, material: Material, bare: ItemState) -> Iterator[tuple[ItemState, Mapping[str, object]]]:
    """The material once, or once for every entry of its list."""
    each, scope = material.each, sheet.view
    if each is None:
        yield bare, scope
        return
    entries = told_of(each.in_, scope)
    seen: set[str] = set()
    for entry in entries if isinstance(entries, list | tuple) else ():
        inside = names_over(scope, {each.as_: entry})
        id = f"{material.key}.{entry_id(told_of(each.key, inside) if each.key else entry)}"
        if id not in seen:
            seen.add(id)
            yield replace(bare, id=id, label=_text(each.label, inside)), inside


def _about(sheet: Sheet, material: Material, phase: int, scope: Mapping[str, object]) -> dict[str, Followed]:
    """What the facts say now that the files of an item are about."""
    entry = (material.each.as_, scope[material.each.as_]) if material.each else None
    asked = (one.fact for one in material.followed if one.when is None or _holds(one.when, scope))
    return {name: followed(name, sheet, phase, entry) for name in asked}


def entry_id(given: object) -> str:
    """What tells one entry of a list from the others, whatever its position: its id, or what it says."""
    if isinstance(given, RowView):
        return given.row
    if isinstance(given, RecordView):
        return given.sheet.record
    text = str(given["id"]) if isinstance(given, View) and "id" in given else str(given)
    return text if text and set(text) <= _PLAIN else sha256(text.encode()).hexdigest()[:12]


def _standing(
    sheet: Sheet, findings: Findings, item: ItemState, scope: Mapping[str, object], known: Known
) -> ItemState:
    material = item.material
    own = known.supplied.get(item.id, ())
    passed = known.earlier(material, item.id, scope) if material.kind == "earlier" else ()
    files = own or passed
    today = known.prints(material.document) if material.document and material.kind == "scan" else ""
    item = replace(item, files=files, print=today or "")
    if material.kind == "scan" and today is None:
        return replace(item, standing=Standing.NOT_REQUIRED, why="按现在填的内容，不用印这份附件")
    item = _counted(item, scope)
    if material.kind == "register":
        item = _registered(sheet, findings, item)
    elif not files:
        scan = _WANTING_SCAN[material.marks or "seal"] if material.kind == "scan" else None
        why, remedy = scan or _WANTING.get(material.kind, ("还没有传", "传上来"))
        item = replace(item, standing=Standing.MISSING, why=why, remedy=remedy)
    elif material.kind == "scan":
        item = _paged(item, _paper(sheet, item, scope, known))
    elif material.kind == "upload":
        paper = _paper(sheet, item, scope, known)
        item = _paged(item, paper) if paper else replace(item, faults=complete_in_itself(files))
    elif own and passed and {one.digest for one in own} != {one.digest for one in passed}:
        why = "和已经通过的那一份不是同一个文件"
        item = replace(item, standing=Standing.STALE, why=why, remedy="拿掉它，用已经通过的；要换的，先重新审核")
    if item.id in known.remarked and known.came_back is not None:
        item = replace(item, faults=item.faults + kept_beside(own, known.came_back))
    if item.standing not in LACKING:
        item = _valid(item, scope)
    if item.standing not in LACKING:
        item = _outlived(item)
    return _judged(item, known)


def _paper(sheet: Sheet, item: ItemState, scope: Mapping[str, object], known: Known) -> Expected | None:
    """What paper of ours an item's files are, this record's or that of one it is linked to; none if nobody says."""
    asked = item.material
    if asked.document is None:
        return None
    if asked.document_of is None:
        return Expected(
            record=sheet.record,
            document=asked.document,
            today=item.print,
            titles=_titles(sheet),
            outlived=known.outlived,
            drafted=known.drafted,
            added=known.added,
            says_other=partial(known.says_other, asked.document),
        )
    other = told_of(asked.document_of, scope)
    if not isinstance(other, RecordView):
        return None
    titles = _titles(sheet) | _titles(other.sheet)
    whose = item.label or str(other)
    return Expected(
        record=other.sheet.record,
        document=asked.document,
        today="",
        titles=titles,
        whose=whose,
        drafted=known.drafted,
    )


def _titles(sheet: Sheet) -> dict[str, str]:
    form = sheet.plan.form
    lists = {list_key(phase.key): f"{phase.title}的目录" for phase in form.phases}
    return {**lists, **{one.key: one.title for one in form.documents}}


def _paged(item: ItemState, expected: Expected | None) -> ItemState:
    """Whether its pages are those of its paper; those of a scan are to be as it prints today."""
    if expected is None:
        return item
    need = max(item.need, pages_of_paper(item.files, expected)) if item.material.count else item.need
    bare = [one for one in item.files if not one.prints] if item.print else []
    older = {one.id for one in bare if one.outdated(item.print) or (one.entry and expected.says_other(one.entry))}
    item = replace(item, need=need, faults=page_faults(item.files, expected), older=frozenset(older))
    wrong = [one for one in item.faults if one.blocks]
    if wrong:
        why = "；".join(one.what for one in wrong)
        return replace(item, standing=_FAULTY[wrong[0].kind], why=why, remedy=wrong[0].remedy)
    if item.older:
        why = "盖章以后数据又改过，扫描件是旧的"
        return replace(item, standing=Standing.STALE, why=why, remedy="重新打印、盖章，再传扫描件")
    return item


def _counted(item: ItemState, scope: Mapping[str, object]) -> ItemState:
    """Whether there are enough different ones, and whether there can ever be."""
    count = item.material.count
    if count is None:
        return item
    need, have = _number(count.min, scope), _distinct(count.of, scope) if count.of else item.pages
    item = replace(item, have=have, need=need)
    if count.planned is not None:
        planned = _number(count.planned, scope)
        if 0 < planned < need:
            why = f"按计划最多只有 {planned} {count.unit}，凑不够 {need} {count.unit}"
            item = replace(item, hopeless=why)
    if have < need:
        short = f"有 {have} {count.unit}，至少 {need} {count.unit}，还差 {need - have} {count.unit}"
        standing = Standing.SHORT if have else Standing.MISSING
        return replace(item, standing=standing, why=item.hopeless or short, remedy="补齐")
    return item


def _registered(sheet: Sheet, findings: Findings, item: ItemState) -> ItemState:
    """A register is there when its section has something in it and nothing of it is wrong or missing."""
    section = item.material.section or ""
    if item.standing in LACKING or section not in sheet.plan.sections:
        return item
    title = sheet.plan.sections[section].title
    if not _filled(sheet, section):
        return replace(item, standing=Standing.MISSING, why=f"“{title}”还没有填", remedy=f"填“{title}”")
    wrong = [one for one in findings.all(item.phase) if one.section == section and one.problem.level is Level.ERROR]
    if wrong:
        why = f"“{title}”还有 {len(wrong)} 处要改或要填"
        return replace(item, standing=Standing.SHORT, why=why, remedy=f"改好“{title}”")
    return item


def _filled(sheet: Sheet, section: str) -> bool:
    if section in sheet.plan.repeats:
        return bool(sheet.rows(section))
    if section in sheet.plan.grids:
        return bool(sheet.data.get(section))
    return any(not isinstance(sheet.value(plan.name), Empty) for plan in sheet.plan.by_section[section])


def _valid(item: ItemState, scope: Mapping[str, object]) -> ItemState:
    valid = item.material.valid
    if valid is None:
        return item
    until, covers = told_of(valid.until, scope), told_of(valid.covers, scope)
    if isinstance(until, date) and isinstance(covers, date) and until < covers:
        why = f"{date_text(until)}到期，要管到{date_text(covers)}"
        return replace(item, standing=Standing.EXPIRED, why=why, remedy="换成有效的，再更新资料里的日期")
    return item


def _outlived(item: ItemState) -> ItemState:
    """Whether facts that its files are about have changed since they were brought."""
    changed = {one.id: tuple(_changes(one, item.about)) for one in item.files}
    item = replace(item, changed=changed)
    told = item.outlived
    if not told:
        return item
    more = f" 等 {len(told)} 处" if len(told) > MOST_TOLD else ""
    why = f"传上来以后数据改过：{'；'.join(map(str, told[:MOST_TOLD]))}{more}"
    return replace(item, standing=Standing.OLD, why=why, remedy="换成照现在的数据做的；内容不受影响的，说明仍然有效")


def _changes(file: Supplied, about: Mapping[str, Followed]) -> Iterator[FactChange]:
    for name, now in about.items():
        if name in file.about:
            yield from changes_since(file.about[name], now)


def _judged(item: ItemState, known: Known) -> ItemState:
    """What an officer thinks of it, where it is there at all."""
    accepted = known.accepted.get(item.id) == item.mark
    if item.standing in LACKING and not (item.standing is Standing.OLD and accepted):
        return item
    if item.id in known.returned:
        return replace(item, standing=Standing.RETURNED, why="退回了，看意见", remedy="照意见改好，再答复")
    if accepted:
        return replace(item, standing=Standing.ACCEPTED)
    return replace(item, standing=Standing.TO_LOOK) if known.in_office else item


# -- expressions ---------------------------------------------------------------------------------------------------


def _holds(expression: str, scope: Mapping[str, object]) -> bool:
    return bool(told_of(expression, scope))


def _text(source: str, scope: Mapping[str, object]) -> str:
    try:
        return " ".join(compile_text(source).render(scope).split())
    except ExpressionError:
        return ""


def _number(expression: str, scope: Mapping[str, object]) -> int:
    value = told_of(expression, scope)
    return int(value) if value is not None and not isinstance(value, str | View | list) else 0


def _distinct(expression: str, scope: Mapping[str, object]) -> int:
    value = told_of(expression, scope)
    members: Sequence[object] = value if isinstance(value, list | tuple) else ()
    return len({member if isinstance(member, View) else str(member) for member in members})
