"""One action upon several cases: each is asked for itself and gets an entry of its own, under one batch id.

What is to be done is kept before it begins. After a break the rest is done: a case that went does not go twice, for
batch and record make the request id of its act.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from onefill.definitions.model import Form
from onefill.definitions.procedure import Action
from onefill.errors import OneFillError
from onefill.reviews.errors import Asked, NotYours
from onefill.reviews.moves import ASKS, action_of, phase_of
from onefill.service.batch_shapes import Batch, BatchCase, Choice, Unlooked
from onefill.service.book import Book
from onefill.service.cases import roles_of, state_key
from onefill.service.guard import seen_by
from onefill.service.indexing import called_in_office
from onefill.service.reviews import Reviews
from onefill.service.room import Room
from onefill.service.shapes import Person
from store import EVERYTHING, Entry, NewEntry, NotAllowed, StoreError, Summary
from store import RecordUnknown as NotKept

#: Form of the records that keep batches, and how far they are.
FORM = "@batch"
BEGUN, FINISHED = "begun", "finished"
#: So many cases go at once, so many unfinished batches are told, and so many entries back an act is looked for.
MOST, MOST_TOLD, LOOKED_BACK = 200, 20, 20
#: Kinds of actions that want to be looked at case by case: remarks go with them, or somebody declares something.
ALONE = frozenset({"submit", "withdraw", "return"})


class BatchRefused(OneFillError):
    """Several cases that cannot go at once."""

    message = "没有办：{why}。"


class BatchUnknown(OneFillError):
    """There is no such batch, or it is somebody else's."""

    message = "没有这一批（{batch}），或者不是您办的。"


class Batches(Room):
    """What an officer does to several cases at once."""

    def __init__(self, book: Book, reviews: Reviews, make_id: Callable[[], str], now: Callable[[], datetime]) -> None:
        self._book = book
        self._reviews = reviews
        self._make_id = make_id
        self._now = now

    def choices(self, records: Sequence[str], who: Person) -> list[Choice]:
        """What somebody may do to cases at once, each with those that stand where it is done; of unknown ones none."""
        found: dict[tuple[str, str], list[str]] = {}
        for record in records:
            try:
                entry = self._book.store.latest(record, who.scope)
            except (NotKept, NotAllowed):
                continue
            for action in self._open_to(entry.form, entry.summary.state, who):
                found.setdefault((entry.form, action.key), []).append(record)
        return [self._choice(form, action, standing) for (form, action), standing in found.items()]

    def unlooked(self, action: str, records: Sequence[str], who: Person) -> tuple[Unlooked, ...]:
        """Cases with materials at which nobody has looked, if the action asks about them; to be told before it is done.

        Raises:
            RecordUnknown: One of them is not this person's to see.
        """
        found = []
        for record in records:
            with self._book.lock:
                opened = seen_by(self._book, record, who)
                form = opened.sheet.plan.form
                asked = action_of(form, action)
                if not asked.asks_whether_looked:
                    return ()
                items = self._reviews.case_facts(opened, phase_of(form, asked.phase)).unlooked()
                label = called_in_office(opened.entry.summary)
            if items:
                found.append(Unlooked(record=record, label=label, items=tuple(one.name for one in items)))
        return tuple(found)

    def begin(
        self,
        action: str,
        records: Sequence[str],
        who: Person,
        *,
        opinion: str = "",
        reason: str = "",
        day: date | None = None,
        request: str = "",
    ) -> Batch:
        """Keep what is to be done to which cases; nothing is done yet.

        Args:
            action: Key of the action.
            records: The cases, all of one form.
            who: By whom.
            opinion: Said with each act.
            reason: Why, where that is asked; it opens no gate.
            day: The date that is asked.
            request: The same twice is one batch.

        Raises:
            BatchRefused: They cannot go at once so; the message says why.
            RecordUnknown: One of them is not this person's to see.
            NotYours: None of the person's roles may do it.
            Asked: Something that the action asks is not said.
        """
        chosen = list(dict.fromkeys(records))
        if not 1 <= len(chosen) <= MOST:
            raise BatchRefused(why=f"一次办 1 到 {MOST} 件，现在选了 {len(chosen)} 件")
        with self._book.lock:
            opened = [seen_by(self._book, record, who) for record in chosen]
        forms = {one.form for one in opened}
        if len(forms) > 1:
            raise BatchRefused(why="选的不是同一种办件，分开办")
        form = self._book.definitions.form(forms.pop())
        found = self._asked(form, action, who, {"opinion": opinion.strip(), "reason": reason.strip(), "date": day})
        id = f"batch-{request or self._make_id()}"
        kept = {
            "form": form.form,
            "action": action,
            "title": found.title,
            "said": {"opinion": opinion, "reason": reason, "day": day.isoformat() if day else ""},
            "cases": [
                {
                    "record": one.id,
                    "n": one.entry.n,
                    "label": called_in_office(one.entry.summary),
                    "unit": one.entry.summary.unit,
                }
                for one in opened
            ],
            "refused": {},
        }
        self._keep(id, 0, kept, who, BEGUN)
        return self.look(id, who)

    def run(self, batch: str, who: Person, tell: Callable[[int, int], None] = lambda _done, _of: None) -> Batch:
        """Do what is left of a batch: each case goes, or is told why it does not. Once all were tried nothing is done.

        A case upon which somebody has acted since the batch was begun is left alone.

        Args:
            batch: Its id.
            who: Who began it.
            tell: Called with how many are through, of how many.

        Raises:
            BatchUnknown: There is none, or it is somebody else's.
            StoreError: The store fails; what went has gone, and the rest may be asked for again.
        """
        entry = self._read(batch, who)
        if entry.summary.state == FINISHED:
            return self.look(batch, who)
        kept = dict(entry.data or {})
        said, refused = kept["said"], dict[str, str]()
        day = date.fromisoformat(said["day"]) if said["day"] else None
        for number, case in enumerate(kept["cases"], 1):
            try:
                self._reviews.act(
                    case["record"],
                    kept["action"],
                    who,
                    seen=case["n"],
                    opinion=said["opinion"],
                    reason=said["reason"],
                    day=day,
                    request=request_of(batch, case["record"]),
                    batch=batch,
                )
            except OneFillError as error:
                if isinstance(error, StoreError) and not isinstance(error, NotKept | NotAllowed):
                    raise
                refused[case["record"]] = str(error)
            tell(number, len(kept["cases"]))
        self._keep(batch, entry.n, {**kept, "refused": refused}, who, FINISHED)
        return self.look(batch, who)

    def look(self, batch: str, who: Person) -> Batch:
        """A batch and how far each of its cases is.

        Raises:
            BatchUnknown: There is none, or it is somebody else's.
        """
        entry = self._read(batch, who)
        kept = entry.data or {}
        return Batch(
            id=batch,
            form=kept["form"],
            action=kept["action"],
            title=kept["title"],
            who=entry.who,
            when=self._book.store.entry(batch, 1, EVERYTHING).when,
            finished=entry.summary.state == FINISHED,
            cases=tuple(self._case(batch, one, kept["refused"], who) for one in kept["cases"]),
        )

    def unfinished(self, who: Person) -> list[Batch]:
        """Batches of this person that broke off, the newest first."""
        found = self._book.store.find(
            scope=EVERYTHING, form=FORM, states=[BEGUN], tokens=[_token(who)], limit=MOST_TOLD
        )
        return [self.look(one.record, who) for one in found]

    # -- inside ----------------------------------------------------------------------------------------------------

    def _open_to(self, form: str, state: str, who: Person) -> Iterator[Action]:
        described = self._book.definitions.forms.get(form)
        if described is None:
            return
        roles = roles_of(self._book.definitions, form, who)
        for action in described.actions:
            states = (state_key(phase_of(described, action.phase), stage) for stage in action.from_)
            if together(action) and state in states and not roles.isdisjoint(action.by):
                yield action

    def _choice(self, form: str, key: str, records: list[str]) -> Choice:
        action = action_of(self._book.definitions.form(form), key)
        asks = tuple(one for one in ASKS if one in action.asked_for)
        return Choice(form=form, action=key, title=action.title, asks=asks, records=tuple(records))

    def _asked(self, form: Form, key: str, who: Person, said: Mapping[str, object]) -> Action:
        action = action_of(form, key)
        if not together(action):
            raise BatchRefused(why=f"“{action.title}”要一件一件办")
        if roles_of(self._book.definitions, form.form, who).isdisjoint(action.by):
            titles = {role.key: role.title for role in self._book.definitions.pack_of(form.form).roles}
            raise NotYours(action=action.title, roles="、".join(titles.get(role, role) for role in action.by))
        for asked in action.asked:
            if not said[asked.what]:
                raise Asked(action=action.title, what=ASKS[asked.what])
        return action

    def _case(self, batch: str, one: Mapping[str, str], refused: Mapping[str, str], who: Person) -> BatchCase:
        at = self._gone(batch, one["record"], who)
        why = "" if at else refused.get(one["record"], "")
        return BatchCase(record=one["record"], label=one["label"], unit=one["unit"], at=at, why=why)

    def _gone(self, batch: str, record: str, who: Person) -> datetime | None:
        """When the act of a batch was done to a case; none if it was not, or if the case is out of reach by now."""
        store, request = self._book.store, request_of(batch, record)
        try:
            newest = store.latest(record, who.scope).n
            entries = store.entries(record, who.scope, max(1, newest - LOOKED_BACK))
            return next((entry.when for entry in entries if entry.request_id == request), None)
        except (NotKept, NotAllowed):
            return None

    def _keep(self, id: str, n: int, kept: Mapping[str, Any], who: Person, state: str) -> None:
        summary = Summary(state=state, unit=who.unit, label=kept["title"], tokens=(_token(who),))
        entry = NewEntry(
            record=id,
            form=FORM,
            kind="batch",
            who=who.name,
            request_id=f"{id}-{state}-{n}",
            data=dict(kept),
            summary=summary,
        )
        self._book.store.append(entry, n, EVERYTHING)

    def _read(self, batch: str, who: Person) -> Entry:
        try:
            entry = self._book.store.latest(batch, EVERYTHING)
        except (NotKept, NotAllowed) as unknown:
            raise BatchUnknown(batch=batch) from unknown
        if entry.form != FORM or entry.who != who.name:
            raise BatchUnknown(batch=batch)
        return entry


def together(action: Action) -> bool:
    """Whether an action can be done to several cases at once: it asks nothing that each has of its own."""
    return action.kind not in ALONE and "rank" not in action.asked_for


def request_of(batch: str, record: str) -> str:
    """Request id of the act of a batch upon one case."""
    return f"{batch}-{record}"


def _token(who: Person) -> str:
    return f"batch-of={who.name}"
