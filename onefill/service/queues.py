"""Queues: cases that wait for somebody, the first due first; counts; the same as a workbook."""

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from onefill.definitions.model import Form, Pack
from onefill.reviews.moves import phase_of, stage_of, waits_for
from onefill.service.book import Book
from onefill.service.case_shapes import Filters, Queue, QueueLine
from onefill.service.cases import packs_for, roles_of, state_key, working_days
from onefill.service.guard import ASSIGN, FILL
from onefill.service.index_line import asked_by_index
from onefill.service.indexing import called_in_office
from onefill.service.shapes import Person, Produced
from onefill.service.taken_out import taken_out
from onefill.tables.plain import plain
from store import Found

PAGE = 20
ALL = Filters()
#: So many cases are looked through for what no index answers; an office with more has other troubles.
MOST = 20_000
FILTERS = ("waiting", "overdue", "today", "mine", "free", "office", "returned", "done")


#: How urgent a case is, for whoever leads.
TERMS = ("逾期", "今天到期", "七天内到期", "七天以后", "没有期限")
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class _Stand:
    """A place where cases stand: of which form, for whom they wait there, and in whose hands they are.

    Attributes:
        waits: Whether for the person.
        beside: Whether for the person, or for somebody whose role reaches as far: a colleague at the same desk, not an
            office below or above.
    """

    form: str
    stage: str
    state: str
    waits: bool
    beside: bool
    holder: str


class Queues:
    """What officers see of all cases they may see."""

    def __init__(self, book: Book, now: Callable[[], datetime]) -> None:
        self._book = book
        self._now = now

    def queue(
        self, who: Person, chosen: str = "waiting", filters: Filters = ALL, *, page: int = 1, most: int = PAGE
    ) -> Queue:
        """A page of the cases that are chosen, and how many there are of each kind.

        Args:
            who: Who looks.
            chosen: ``waiting`` for this person's act, ``overdue``, due ``today``; ``mine`` (this person has it),
                ``free`` (nobody has it; for whoever assigns also a colleague's), ``office`` (before any office),
                ``returned`` to their owners, ``done``.
            filters: What chooses further.
            page: From 1.
            most: Cases on a page.
        """
        form, stage, returned = filters.form, filters.stage, filters.returned
        stands = [one for one in self._stands(who) if form in ("", one.form) and stage in ("", one.stage)]
        kinds = {
            "waiting": [one.state for one in stands if one.waits],
            "office": [one.state for one in stands if one.holder == "office"],
            "returned": [one.state for one in stands if one.holder == "owner"],
            "done": [one.state for one in stands if one.holder == "done"],
        }
        ask = {"form": form or None, "unit": filters.unit, "text": filters.text}
        leads = who.may(ASSIGN) and bool(who.roles)
        beside = [one.state for one in stands if one.holder == "office" and one.beside] if leads else []
        near = _came_back(self._find(who, list({*kinds["waiting"], *beside}), ask), returned)
        waiting = [one for one in near if one.state in kinds["waiting"]]
        today = self._now().date()
        parts: dict[str, list[Found]] = {
            "waiting": waiting,
            "overdue": [one for one in waiting if one.due and one.due < today],
            "today": [one for one in waiting if one.due == today],
            "mine": [one for one in waiting if one.about.get("assigned") == who.name],
            "free": [one for one in near if not one.about.get("assigned")],
        }
        for key in ("office", "returned", "done") if returned else ():  # no index tells how often
            parts[key] = _came_back(self._find(who, kinds[key], ask), returned)
        counts = {key: len(found) for key, found in parts.items()}
        for key in kinds.keys() - parts.keys():
            counts[key] = self._count(who, kinds[key], ask)
        first = (page - 1) * most
        if chosen in parts:
            lines, total = parts[chosen][first : first + most], len(parts[chosen])
        else:
            chosen = chosen if chosen in kinds else "done"
            lines = self._find(who, kinds[chosen], ask, limit=most, offset=first)
            total = counts[chosen]
        return Queue(lines=tuple(self._line(one) for one in lines), total=total, counts=counts)

    def stamp(self, who: Person) -> Hashable:
        """Says something new whenever a case came, went or changed hands; cheap enough for every few seconds."""
        stands = list(self._stands(who))
        near = [one.state for one in stands if one.holder == "office"]
        newest = self._book.store.find(scope=who.scope, states=near, limit=1) if near else ()
        counts = [
            self._count(who, [one.state for one in stands if one.holder == holder], {})
            for holder in ("office", "owner", "done")
        ]
        return self._now().date(), [(one.record, one.n, one.changed_at) for one in newest], counts

    def figures(self, who: Person) -> Mapping[str, Mapping[str, int]]:
        """For whoever leads an office: cases under way by term, stage, unit, and by how often they came back.

        Units are those just below the own one: districts for a city, institutions for a district.
        """
        stands = list(self._stands(who))
        states = [one.state for one in stands if one.holder != "done"]
        found, today = self._find(who, states, {}), self._now().date()
        counted: dict[str, dict[str, int]] = {"due": dict.fromkeys(TERMS, 0), "stage": {}, "unit": {}, "returned": {}}
        for one in found:
            about = one.about
            for key, name in (
                ("due", _term(one.due, today)),
                ("stage", str(about.get("stage_title", ""))),
                ("unit", _just_below(one.unit, who.unit)),
                ("returned", f"{about.get('returned', 0)} 次"),
            ):
                counted[key][name] = counted[key].get(name, 0) + 1
        return counted

    def workbook(
        self, who: Person, titles: Mapping[str, str], chosen: str = "waiting", filters: Filters = ALL
    ) -> Produced:
        """All cases that are chosen, as an Excel file; see ``queue``.

        Args:
            who: Who looks.
            titles: What units are called, by their paths.
            chosen: Which cases.
            filters: Which of these.
        """
        lines = self.queue(who, chosen, filters, most=MOST).lines
        columns = (
            *("期限", "还剩工作日", "办件", "事项", "单位", "上级单位", "环节", "第几次提交", "退回次数"),
            *("提交日期", "自动核对不符", "自动核对提醒", "承办", "上一步经手"),
        )
        rows = [
            (
                one.due.isoformat() if one.due else "",
                "" if one.left is None else str(one.left),
                one.label,
                one.matter,
                titles.get(one.unit, one.unit),
                titles.get(one.unit.rpartition("/")[0], ""),
                one.stage,
                one.round,
                one.returned,
                f"{one.submitted_at:%Y-%m-%d}" if one.submitted_at else "",
                one.errors,
                one.findings - one.errors,
                one.assigned,
                one.handler,
            )
            for one in lines
        ]
        now = self._now()
        return Produced(name=f"待办_{now:%Y%m%d}.xlsx", data=plain("待办", columns, rows, mark=taken_out(who, now)))

    def figures_workbook(self, who: Person, titles: Mapping[str, str]) -> Produced:
        """The same as an Excel file.

        Args:
            who: Who looks.
            titles: What units are called, by their paths.
        """
        words = {"due": "期限", "stage": "环节", "unit": "单位", "returned": "退回次数"}
        rows = [
            (words[kind], titles.get(name, name) if kind == "unit" else name, count)
            for kind, counted in self.figures(who).items()
            for name, count in counted.items()
        ]
        now, columns = self._now(), ("按什么", "名称", "几件")
        return Produced(name=f"统计_{now:%Y%m%d}.xlsx", data=plain("统计", columns, rows, mark=taken_out(who, now)))

    def is_officer(self, who: Person) -> bool:
        """Whether cases come to the person: by a role that reaches further than the own unit and acts upon some."""
        return any(
            role.reach != "own" and role.key in (who.roles or ()) and role.key in acting
            for pack, acting in self._acting()
            for role in pack.roles
        )

    def forms(self, who: Person) -> Mapping[str, Form]:
        """The forms whose cases somebody may meet, by their keys."""
        packs = {pack.pack for pack in packs_for(self._book.definitions, who)}
        definitions = self._book.definitions
        return {
            key: form
            for key, form in definitions.forms.items()
            if form.stages and definitions.pack_of(key).pack in packs
        }

    def forms_of(self, who: Person) -> frozenset[str]:
        """The forms with which somebody has to do: fills them, or acts upon what is handed in.

        Whoever has to do with none, as an auditor has not, looks at all whose cases one may meet.
        """
        known = self.forms(who)
        return frozenset(key for key, form in known.items() if self._has_to_do(form, who)) or frozenset(known)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _acting(self) -> Iterator[tuple[Pack, frozenset[str]]]:
        """Packs, each with the roles that its forms name for something that is done to a case."""
        for loaded in self._book.definitions.loaded.values():
            if loaded.pack:
                forms = loaded.forms.values()
                yield loaded.pack, frozenset(role for form in forms for one in form.actions for role in one.by)

    def _has_to_do(self, form: Form, who: Person) -> bool:
        acting = {role for one in form.actions for role in one.by}
        return who.may(FILL, form=form.form) or not acting.isdisjoint(roles_of(self._book.definitions, form.form, who))

    def _stands(self, who: Person) -> Iterator[_Stand]:
        definitions = self._book.definitions
        for key, form in self.forms(who).items():
            roles, pack = roles_of(definitions, key, who), definitions.pack_of(key)
            reaches = {one.reach for one in pack.roles if one.key in roles}
            alike = roles | {one.key for one in pack.roles if one.reach in reaches}
            for stage in form.stages:
                phase = phase_of(form, stage.phase)
                wanted = waits_for(form, phase, stage.key)
                waits, beside = not roles.isdisjoint(wanted), not alike.isdisjoint(wanted)
                yield _Stand(key, stage.key, state_key(phase, stage.key), waits, beside, stage.holder)

    def _find(
        self, who: Person, states: list[str], ask: Mapping[str, Any], limit: int = MOST, offset: int = 0
    ) -> list[Found]:
        if not states:
            return []
        return self._book.store.find(scope=who.scope, states=states, order="due", limit=limit, offset=offset, **ask)

    def _count(self, who: Person, states: list[str], ask: Mapping[str, Any]) -> int:
        return self._book.store.count(scope=who.scope, states=states, **ask) if states else 0

    def _line(self, one: Found) -> QueueLine:
        definitions, about = self._book.definitions, one.about
        form = definitions.forms.get(one.form)
        today = self._now().date()
        left = working_days(definitions, one.form).between(today, one.due) if one.due and form else None
        title = form.title if form else one.form
        asked = asked_by_index(form, one) if form else None
        return QueueLine(
            record=one.record,
            form=one.form,
            label=called_in_office(one),
            matter=_matter(title, str(about.get("phase_title", "")), form),
            stage=_stage(form, one.state, about),
            unit=one.unit,
            due=one.due,
            left=left,
            returned=int(about.get("returned", 0)),
            round=int(about.get("round", 0)),
            submitted_at=_moment(about.get("submitted_at")),
            handler=str(about.get("officer", "")),
            remarks=int(about.get("remarks", 0)),
            assigned=str(about.get("assigned", "")),
            findings=int(about.get("findings", 0)),
            errors=int(about.get("errors", 0)),
            phase=str(about.get("phase", "")),
            waits_for=waits_for(form, *one.state.split(".", 1)) if form and "." in one.state else frozenset(),
            asked=asked.title if asked else "",
        )


def _came_back(found: list[Found], times: int) -> list[Found]:
    return [one for one in found if int(one.about.get("returned", 0)) >= times] if times else found


def _term(due: date | None, today: date) -> str:
    """Which of ``TERMS`` a day is."""
    late, now, soon, later, never = TERMS
    if due is None:
        return never
    return late if due < today else now if due == today else soon if due - today <= WEEK else later


def _matter(title: str, phase: str, form: Form | None) -> str:
    """What the case is about: the form, and the phase where there are several and it is called otherwise."""
    several = form is not None and len(form.phases) > 1 and phase not in ("", title)
    return f"{title} · {phase}" if several else title


def _stage(form: Form | None, state: str, about: Mapping[str, Any]) -> str:
    """What the stage is called today; as it was called then if the form has it no more."""
    phase, _, key = state.partition(".")
    if form is not None and any(one.key == key for one in form.stages):
        return stage_of(form, phase, key).title
    return str(about.get("stage_title", key))


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) and text else None


def _just_below(unit: str, mine: str) -> str:
    """The unit just below one's own in which another one lies; itself where it lies elsewhere."""
    below = unit.removeprefix(f"{mine}/") if mine else unit
    if below == unit and mine:
        return unit
    return "/".join(part for part in (mine, below.partition("/")[0]) if part)
