"""One record's values on their way from an older form to the present one: put, read anew, noted where they change."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from onefill.facts.differences import stored_text
from onefill.facts.faults import parse_raw, path_of
from onefill.facts.plan import FieldPlan, FormPlan
from onefill.facts.sheet import Sheet
from onefill.facts.unread import typed_text, unread
from onefill.fields import FieldType, Parsed

Fate = Literal["read", "unread", "aside", "back"]


@dataclass(frozen=True, kw_only=True)
class Moved:
    """What became of one value that is not simply where and what it was.

    Attributes:
        fate: ``read`` otherwise than before; ``unread``: kept as it was typed, to be looked at; put ``aside``: no
            longer asked; come ``back`` from there.
        path: Where it is now; where it was, if it is aside.
        section: Title of the section.
        label: What the field is called.
        old: What it said.
        new: What it says.
        why: What the author says to it, or what the type does.
        private: Whether it is somebody's own.
        records: What a link pointed to, in place of words.
    """

    fate: Fate
    path: str
    section: str
    label: str
    old: str
    new: str = ""
    why: str = ""
    private: bool = False
    records: tuple[str, ...] = ()


@dataclass
class Carrying:
    """One migration under way.

    Attributes:
        before: The form as it was.
        kept: Data under that form.
        after: The form as it is.
        data: Data of the present form, as far as it has come.
        aside: What is no longer asked.
        moved: What became of which value.
        later: Values that are read by what another field says, so after all others: field, row, words, and whether
            they could be read before.
    """

    before: FormPlan
    kept: Mapping[str, Any]
    after: FormPlan
    data: dict[str, Any]
    aside: dict[str, dict[str, Any]]
    moved: list[Moved] = field(default_factory=list)
    later: list[tuple[FieldPlan, str | None, str, bool]] = field(default_factory=list)

    def put(self, plan: FieldPlan, row: str | None, stored: Any) -> None:
        """Put a stored value where a field of the present form has it."""
        place = self.data if row is None else self.data[plan.section.key][row]
        place[plan.definition.key] = stored

    def note(self, fate: Fate, plan: FieldPlan, row: str | None, old: str, new: str = "", why: str = "") -> None:
        """Say what became of a value."""
        self.moved.append(_said(plan, row, fate=fate, old=old, new=new, why=why))

    def note_aside(self, plan: FieldPlan, row: str | None, stored: Any, why: str) -> None:
        """Say that a value of the old form is no longer asked."""
        if plan.definition.form:
            listed = stored if isinstance(stored, list) else [stored]
            records = tuple(one for one in listed if isinstance(one, str))
            self.moved.append(_said(plan, row, fate="aside", old="", why=why, records=records))
        else:
            self.note("aside", plan, row, stored_text(self._sheet_before, plan.name, stored), why=why)

    def read(self, plan: FieldPlan, row: str | None, text: str, *, was_read: bool) -> None:
        """Have words read by the field's type as if somebody typed them; those that hang on another field, later."""
        if plan.definition.by:
            self.later.append((plan, row, text, was_read))
        else:
            self._keep(plan, row, text, plan.type.parse(text), was_read=was_read)

    def read_later(self, record: str) -> None:
        """Read what has waited for the rest of its record."""
        if self.later:
            sheet = Sheet(self.after, self.data, record=record)
            for plan, row, text, was_read in self.later:
                parsed = parse_raw(sheet, plan, (plan.name, row), text)
                self._keep(plan, row, text, parsed, was_read=was_read)

    def _keep(self, plan: FieldPlan, row: str | None, text: str, parsed: Parsed, *, was_read: bool) -> None:
        if parsed.value is not None:
            self.put(plan, row, plan.type.dump(parsed.value))
            shown = plan.type.display(parsed.value)
            if shown != text:
                self.note("read", plan, row, text, shown)
        elif parsed.problems:
            self.put(plan, row, {"raw": text})
            if was_read:
                self.note("unread", plan, row, text, text, parsed.problems[0].what)

    @cached_property
    def _sheet_before(self) -> Sheet:
        return Sheet(self.before, self.kept)


def _said(plan: FieldPlan, row: str | None, **told: Any) -> Moved:
    one = plan.definition
    path = path_of((plan.name, row))
    return Moved(path=path, section=plan.section.title, label=one.label, private=one.private, **told)


def as_typed(kind: FieldType, stored: Any) -> str:
    """The words for a kept value that somebody would type to have it again."""
    if isinstance(stored, dict):
        raw = stored.get("raw", stored)
        return raw if isinstance(raw, str) else typed_text(raw)
    return kind.display(kind.load(stored)) if readable(kind, stored) else typed_text(stored)


def readable(kind: FieldType, stored: Any) -> bool:
    """Whether a kept value is one that its type could read."""
    return not isinstance(stored, dict) and unread(kind, stored) is None
