"""The automated checks of a record as an officer reads them: what was held against what, the wrong ones first."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from onefill.definitions.expressions import Empty, ExpressionError
from onefill.errors import OneFillError
from onefill.facts.differences import shown_text
from onefill.facts.plan import CheckPlan
from onefill.facts.sheet import Finding, Sheet
from onefill.problems import FieldPlace, Level
from onefill.reviews.cautions import Cautioned
from onefill.service.access import AccessLog, Did
from onefill.service.behind_links import Reads, facts_behind, read_behind, whole_behind
from onefill.service.book import Book
from onefill.service.case_shapes import CheckLine, FactLine, FactSection, LinkedFacts
from onefill.service.check_facts import NO_TEXT, Columns, facts_of, office_text
from onefill.service.guard import FILL, seen_by
from onefill.service.judging import as_seen
from onefill.service.open_record import OpenRecord
from onefill.service.room import Room
from onefill.service.shapes import Person
from onefill.service.sources import Sources

#: Where nobody can say which fact it is.
NOT_ALL_THERE = "核对要用的数据还没有填全"
_ORDER = {"wrong": 0, "unknown": 1, "right": 2}
_LEVELS = {"error": 0, "warning": 1, "advice": 2}


class WhyNotSaid(OneFillError):
    """A private fact is told only with a reason."""

    message = "没有写用途。写一句为什么要看，会记录下来。"


class FactGone(OneFillError):
    """It was taken out meanwhile, or never was."""

    message = "这一格已经没有了。请刷新页面，看最新的数据。"


class Verification(Room):
    """What officers look up about a record's facts."""

    def __init__(
        self,
        book: Book,
        sources: Sources,
        log: AccessLog,
        cautioned: Callable[[OpenRecord, str], Iterable[Cautioned]],
    ) -> None:
        self._cautioned = cautioned
        self._book = book
        self._sources = sources
        self._log = log

    def checks(self, record: str, phase: str, who: Person) -> tuple[CheckLine, ...]:
        """Every check that counts in a phase and applies: wrong ones first, then those that cannot be made, then right.

        Faults of single fields (a number that cannot be, a date that does not exist) stand among them.
        """
        with self._book.lock:
            opened = as_seen(self._book, seen_by(self._book, record, who), phase, who)
            index = opened.sheet.plan.phase_index(phase)
            found = opened.findings.all(index)
            checks = opened.sheet.plan.checks
            lists = self._book.definitions.tables(opened.form)
            columns = {one.key: {column.key: column.label for column in one.columns} for one in lists}
            lines = [_check(opened, check, found, columns) for check in checks.values() if check.phase <= index]
            known = set(checks)
            lines += _of_fields([one for one in found if one.problem.code not in known])
            lines += [_of_caution(one) for one in self._cautioned(opened, phase)]
            told = [line for line in lines if line is not None]
            return tuple(sorted(told, key=lambda one: (_ORDER[one.state], _LEVELS[one.level])))

    def facts(
        self, record: str, phase: str, who: Person, row: str = "", unfolded: Collection[str] = ()
    ) -> tuple[FactSection, ...]:
        """All facts that count in a phase, section by section; of rows only their names, and the facts of one.

        Linked records say what they said when the phase was handed in, as it is judged.

        Args:
            record: Which.
            phase: Key of the phase.
            who: Who looks.
            row: The row to look into, as section and id with a slash between.
            unfolded: Paths of links whose records are looked into.
        """
        with self._book.lock:
            opened = as_seen(self._book, seen_by(self._book, record, who), phase, who)
            index = opened.sheet.plan.phase_index(phase)
            links = _Links(opened.sheet, read_behind(self._sources.of(opened), index), unfolded)
            known = (_section(opened.sheet, section, index, row, links) for section in opened.sheet.plan.sections)
            return tuple(one for one in known if one is not None and (one.facts or one.rows))

    def reads_only(self, record: str, who: Person) -> bool:
        """Whether the person may look at a record but not fill it, so that numbers are masked."""
        with self._book.lock:
            opened = seen_by(self._book, record, who)
            return not who.may(FILL, opened.entry.summary.unit, opened.form)

    def unmask(self, record: str, path: str, who: Person, why: str) -> str:
        """A private fact whole; that somebody asked for it, and why, is a line of the access log.

        Args:
            record: Whose facts are looked at.
            path: Of the fact, perhaps behind a link; see ``FactLine``.
            who: Who asks.
            why: What for.

        Raises:
            WhyNotSaid: No reason was given.
            FactGone: There is no such fact.
            RecordUnknown: It stands in a linked record that is not for this person.
        """
        if not why.strip():
            raise WhyNotSaid
        with self._book.lock:
            opened = seen_by(self._book, record, who)
            sheet, (at, is_behind, _) = opened.sheet, path.partition("#")
            name, row = _name_of(at)
            if is_behind:
                label, whole = self._behind(opened, name, row, path, who)
                self._log.note(who, Did.UNMASKED, record=record, what=f"{label} {path}", why=why.strip())
                return whole()
            if name not in sheet.plan.fields:
                raise FactGone
            label = sheet.plan.fields[name].definition.label
            self._log.note(who, Did.UNMASKED, record=record, what=f"{label} {path}", why=why.strip())
            return shown_text(sheet, name, row)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _behind(
        self, opened: OpenRecord, name: str, row: str | None, path: str, who: Person
    ) -> tuple[str, Callable[[], str]]:
        """Label and text of a private fact behind a link, for whoever may read the record where it stands."""
        sheet = opened.sheet
        reads = read_behind(self._sources.of(opened), len(sheet.plan.phases) - 1).get(name)
        found = whole_behind(sheet, name, row, reads, path) if reads else None
        if found is None:
            raise FactGone
        label, linked, whole = found
        seen_by(self._book, linked, who)
        return label, whole


def failed(opened: OpenRecord, phase: int, *, errors: bool = False) -> int:
    """How many checks fail in a phase, as ``checks`` counts them; only those that are errors if so asked."""
    known = opened.sheet.plan.checks
    found = [one for one in opened.findings.all(phase) if not errors or one.problem.level is Level.ERROR]
    rules = {one.problem.code for one in found if one.problem.code in known}
    return len(rules) + len(_grouped([one for one in found if one.problem.code not in known]))


@dataclass(frozen=True)
class _Links:
    """What is read behind the links of a record, and into which one looks."""

    sheet: Sheet
    reads: Mapping[str, Reads]
    unfolded: Collection[str]

    def behind(self, name: str, row: str | None, at: str) -> tuple[LinkedFacts, ...]:
        """The facts behind the link at a path; none behind what is no link."""
        reads = self.reads.get(name)
        return facts_behind(self.sheet, name, row, reads, at) if reads else ()


def _section(sheet: Sheet, key: str, index: int, row: str, links: _Links) -> FactSection | None:
    section = sheet.plan.sections[key]
    if section.grid is not None or not sheet.section_shown(key):
        return None
    plans = [one for one in sheet.plan.by_section.get(key, ()) if one.phase <= index]
    if section.repeat is None:
        facts = tuple(_fact(sheet, one.name, None, links) for one in plans if sheet.shown(one.name))
        return FactSection(key=key, title=section.title, facts=facts)
    if not plans:
        return None
    rows = tuple((one.row, sheet.row_label(key, one.row)) for one in sheet.rows(key))
    wanted = row.removeprefix(f"{key}/") if row.startswith(f"{key}/") else ""
    opened = {
        id: tuple(_fact(sheet, one.name, id, links) for one in plans if sheet.shown(one.name, id))
        for id, _ in rows
        if id == wanted
    }
    return FactSection(key=key, title=section.title, rows=rows, opened=opened)


def _fact(sheet: Sheet, name: str, row: str | None, links: _Links) -> FactLine:
    definition = sheet.plan.fields[name].definition
    text = office_text(sheet, name, row)
    path = name if row is None else f"{name.partition('[]')[0]}/{row}/{definition.key}"
    behind = links.behind(name, row, path)
    return FactLine(
        path=path,
        label=definition.label,
        text=text,
        private=definition.private and bool(text),
        leads=bool(behind),
        linked=behind if path in links.unfolded else (),
    )


def _name_of(path: str) -> tuple[str, str | None]:
    """Name of a field in the plan, and the row, out of a path."""
    parts = path.split("/")
    return (f"{parts[0]}[].{parts[2]}", parts[1]) if len(parts) == 3 else (path, None)


def _check(opened: OpenRecord, check: CheckPlan, found: list[Finding], columns: Columns) -> CheckLine | None:
    rule, sheet = check.definition, opened.sheet
    broken = [one for one in found if one.problem.code == rule.id]
    if broken:
        problem = broken[0].problem
        place = problem.place if isinstance(problem.place, FieldPlace) else FieldPlace("")
        row = place.path.split("/")[1] if place.path.count("/") else None
        said = f"{place.label}：{problem.what}" if rule.each else problem.what
        more = f"　等 {len(broken)} 处" if len(broken) > 1 else ""
        return CheckLine(
            id=rule.id,
            state="wrong",
            said=said + more,
            remedy=problem.remedy,
            clause=rule.clause,
            facts=facts_of(sheet, check, row, columns),
            at=place.path,
            level=str(rule.level),
            count=len(broken),
            label=place.label,
            title=rule.title,
        )
    state = _state(sheet, check)
    if state is None:
        return None
    facts = facts_of(sheet, check, None, columns)
    return CheckLine(
        id=rule.id,
        state="right" if state else "unknown",
        said="",
        remedy="",
        clause=rule.clause,
        facts=facts,
        at=rule.at or "",
        level=str(rule.level),
        label=_label(sheet, check),
        title=rule.title,
        why="" if state else _why(facts),
    )


def _why(facts: Iterable[tuple[str, str]]) -> str:
    """Why a check cannot be made: what it looks at that is not filled."""
    empty = [label for label, text in facts if text == NO_TEXT]
    return f"{'、'.join(f'“{one}”' for one in empty)}还没有填" if empty else NOT_ALL_THERE


def _label(sheet: Sheet, check: CheckPlan) -> str:
    """What the place is called that a check points to; its section, if it points nowhere."""
    rule = check.definition
    field = sheet.plan.fields.get(f"{rule.each}[].{rule.at}" if rule.each else rule.at or "")
    section = sheet.plan.sections.get(rule.each or rule.at or "")
    return field.definition.label if field else section.title if section else ""


def _state(sheet: Sheet, check: CheckPlan) -> bool | None:
    """Whether a rule without a fault could be worked out; nothing if it does not apply."""
    each = check.definition.each
    views = sheet.rows(each) if each else [None]
    applies = False
    for view in views:
        scope = sheet.scope(view)
        try:
            if not check.applies(scope):
                continue
            applies = True
            holds = check.expect.evaluate(scope)
        except ExpressionError:
            return False
        if isinstance(holds, Empty):
            return False
    return True if applies else None


def _of_fields(found: list[Finding]) -> list[CheckLine]:
    """Faults of single fields; the same fault of many rows is one line."""
    lines = []
    for (code, _), members in _grouped(found).items():
        first = members[0].problem
        place = first.place if isinstance(first.place, FieldPlace) else FieldPlace("")
        said = Counter(one.problem.what for one in members)
        more = f"　等 {len(members)} 处" if len(members) > 1 else ""
        lines.append(
            CheckLine(
                id=code,
                state="wrong",
                said=f"{place.label}：{next(iter(said))}{more}",
                remedy=first.remedy,
                clause=first.clause,
                facts=(),
                at=place.path,
                level=str(first.level),
                count=len(members),
            )
        )
    return lines


def _of_caution(one: Cautioned) -> CheckLine:
    """What ought to hold of the submission itself."""
    rule = one.caution
    return CheckLine(
        id=one.id,
        state="unknown" if one.holds is None else "right" if one.holds else "wrong",
        said=one.said if one.holds is False else "",
        remedy=rule.remedy,
        clause=rule.clause,
        facts=(),
        at=rule.at or "",
        level=str(Level.WARNING),
        title=rule.title,
        why=NOT_ALL_THERE if one.holds is None else "",
    )


def _grouped(found: list[Finding]) -> dict[tuple[str, str], list[Finding]]:
    """Faults by their code and the field, whatever the row."""
    grouped: dict[tuple[str, str], list[Finding]] = {}
    for one in found:
        place = one.problem.place
        path = place.path if isinstance(place, FieldPlace) else ""
        parts = path.split("/")
        key = f"{parts[0]}/{parts[2]}" if len(parts) > 2 else path
        grouped.setdefault((one.problem.code, key), []).append(one)
    return grouped
