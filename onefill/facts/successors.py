"""Two definitions of one form side by side: which field follows which, what is asked anew, what no more."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from onefill.definitions.model import FieldDefinition, GridField, Section
from onefill.facts.plan import FieldPlan, FormPlan

#: What of a field decides how its values are read; other limits are only held against them.
_READ_BY = ("type", "options", "option_synonyms", "pattern", "decimals", "unit", "many")

Step = Literal["added", "renamed", "retyped", "options", "computed", "removed"]


@dataclass(frozen=True, kw_only=True)
class FormChange:
    """One difference between the two definitions, for people.

    Attributes:
        step: What was done to the field.
        section: Title of its section, now or as it was.
        label: What it is called now; what it was called if it is no longer asked.
        was: What it was called before, where that differs.
        path: Its name as authors write it: ``phone``, ``trainees/phone``.
        why: What the author says to it.
        declared: Whether the definition says what becomes of the values, where it has to.
    """

    step: Step
    section: str
    label: str
    was: str = ""
    path: str
    why: str = ""
    declared: bool = True


class Successors:
    """What of a newer definition carries on what of an older one: by the same name, or by a former name it states.

    Attributes:
        sections: Tables of rows and grids of the new form that carry on an old one, by key.
        fields: Typed fields of the new form that carry on a typed field, by name.
        gone: Names of typed fields of the old form that nothing carries on.
        gone_grids: Keys of grids that nothing carries on.
        gone_tables: Keys of tables of rows that nothing carries on.
        changes: The differences in words, in the order of the new form.
    """

    def __init__(self, old: FormPlan, new: FormPlan) -> None:
        self.old, self.new = old, new
        self.sections = _paired((s.key, s.former) for s in new.repeats.values())(old.repeats)
        self.sections |= _paired((s.key, s.former) for s in new.grids.values())(old.grids)
        typed = {name: field for name, field in old.fields.items() if field.value is None}
        self.fields = self._fields(typed)
        self._now = {was: now for now, was in self.fields.items()}
        self.gone = [name for name in typed if name not in self._now]
        self._grids = {was: now for now, was in self.sections.items() if now in new.grids and self._sides(now, was)}
        self.gone_grids = [key for key in old.grids if key not in self._grids]
        self.gone_tables = [key for key in old.repeats if key not in self.sections.values()]
        self.grids = {now: was for was, now in self._grids.items()}
        self.changes = tuple(self._changes())

    @property
    def same(self) -> bool:
        """Whether data of the old form is data of the new one as it is: nothing came, went or is read otherwise."""
        moved = any(now != was for pairs in (self.fields, self.sections) for now, was in pairs.items())
        return not moved and not self.changes and not self.gone_tables

    @property
    def touched(self) -> frozenset[str]:
        """Keys of sections of the old form in which anything is asked otherwise now, or anew."""
        old, new = self.old.fields, self.new.fields
        moved = [was for now, was in self.fields.items() if now != was or not self.alike(now)]
        fresh = [one for name, one in new.items() if one.value is None and name not in self.fields]
        return frozenset(
            {
                *(old[name].section.key for name in (*moved, *self.gone)),
                *(self.sections.get(one.section.key, one.section.key) for one in fresh),
                *self.gone_grids,
                *self.gone_tables,
                *(was for now, was in self.grids.items() if now != was or self._regridded(now)),
            }
        )

    @property
    def undeclared(self) -> tuple[FormChange, ...]:
        """What went without a word of the author about its values."""
        return tuple(one for one in self.changes if not one.declared)

    def alike(self, now: str) -> bool:
        """Whether what was kept for a field is read by its successor in the same way."""
        new, old = self.new.fields[now], self.old.fields[self.fields[now]]
        return self._kind(new, self.new) == self._kind(old, self.old) and _read(new.definition) == _read(old.definition)

    def convertible(self, now: str) -> bool:
        """Whether the words of the old field can be read by the new one: what is chosen cannot be typed."""
        return self._kind(self.new.fields[now], self.new) == self._kind(self.old.fields[self.fields[now]], self.old)

    def turned(self, now: str) -> bool:
        """Whether rows and columns of a grid have changed places."""
        return self._sides(now, self.sections[now]) == "turned"

    def why(self, name: str) -> str:
        """What the author says of a field or a grid that is no longer asked, or of its whole table."""
        return self._why(name.replace("[].", "/")) or ""

    # -- inside ----------------------------------------------------------------------------------------------------

    def _fields(self, typed: dict[str, FieldPlan]) -> dict[str, str]:
        wanted = [field for field in self.new.fields.values() if field.value is None]
        found: dict[str, str] = {}
        for former in (False, True):  # a name that is still the same goes before one that somebody else had
            for field in wanted:
                if field.name in found:
                    continue
                names = self.names_before(field) if former else [self._name(field, field.definition.key)]
                free = [name for name in names if name in typed and name not in found.values()]
                if free:
                    found[field.name] = free[0]
        return {field.name: found[field.name] for field in wanted if field.name in found}

    def names_before(self, field: FieldPlan) -> list[str]:
        """Names the field may have had in the old form, the present key first."""
        return [self._name(field, key) for key in (field.definition.key, *field.definition.former)]

    def _name(self, field: FieldPlan, key: str) -> str:
        if not field.in_rows:
            return key
        return f"{self.sections.get(field.section.key, field.section.key)}[].{key}"

    def _kind(self, field: FieldPlan, plan: FormPlan) -> tuple[str, str]:
        """What values point to; typed ones nowhere."""
        if field.definition.form:
            return "link", field.definition.form
        if field.definition.of:
            of = field.definition.of
            return "row", self.sections.get(of, of) if plan is self.new else of
        return ("file", "") if field.type.widget == "file" else ("typed", "")

    def _sides(self, now: str, was: str) -> Literal["straight", "turned", ""]:
        sides = tuple(self.sections.get(side, side) for side in self.new.grids[now].grid or ())
        before = self.old.grids[was].grid or ()
        return "straight" if sides == before else "turned" if sides == before[::-1] else ""

    def _changes(self) -> Iterator[FormChange]:
        for key, section in self.new.sections.items():
            if section.grid is not None:
                yield from self._of_grid(key, section)
            for field in self.new.by_section.get(key, ()):
                yield from self._of_field(field)
        for name in self.gone:
            field = self.old.fields[name]
            path = name.replace("[].", "/")
            computed = any(one.value is not None and name in self.names_before(one) for one in self.new.fields.values())
            why = self._why(path)
            yield FormChange(
                step="computed" if computed else "removed",
                section=field.section.title,
                label=field.definition.label,
                path=path,
                why=why or "",
                declared=computed or why is not None,
            )
        for key in self.gone_grids:
            title, why = self.old.grids[key].title, self._why(key)
            yield FormChange(
                step="removed", section=title, label=title, path=key, why=why or "", declared=why is not None
            )

    def _of_field(self, field: FieldPlan) -> Iterator[FormChange]:
        if field.value is not None:
            return
        title, path = field.section.title, field.name.replace("[].", "/")
        label = field.definition.label
        if field.name not in self.fields:
            yield FormChange(step="added", section=title, label=label, path=path)
            return
        before = self.old.fields[self.fields[field.name]].definition
        was = before.label if before.label != label else ""
        if before.key != field.definition.key:
            yield FormChange(step="renamed", section=title, label=label, was=was or label, path=path)
        if not self.convertible(field.name) or before.type != field.definition.type:
            yield FormChange(step="retyped", section=title, label=label, path=path)
        elif not self.alike(field.name):
            lost = _lost(field.definition, before)
            yield FormChange(step="options", section=title, label=label, path=path, declared=not lost, why=lost)

    def _of_grid(self, key: str, section: Section) -> Iterator[FormChange]:
        if key not in self.grids:
            yield FormChange(step="added", section=section.title, label=section.title, path=key)
            return
        now, was = section.field, self.old.grids[self.grids[key]].field
        if self._regridded(key) and now is not None and was is not None:
            step: Step = "options" if now.type == was.type else "retyped"
            yield FormChange(step=step, section=section.title, label=section.title, path=key)

    def _regridded(self, key: str) -> bool:
        now, was = self.new.grids[key].field, self.old.grids[self.grids[key]].field
        return now is not None and was is not None and _read(now) != _read(was)

    def _why(self, path: str) -> str | None:
        """What the author says of something that is no longer asked, or of its whole table."""
        said = self.new.form.removed
        return said.get(path, said.get(path.partition("/")[0]))


def _paired(wanted: Iterator[tuple[str, tuple[str, ...]]]) -> Callable[[dict[str, Section]], dict[str, str]]:
    """Finds for each key the section that it carries on: the one of that name, or of a former one."""
    names = list(wanted)

    def among(there: dict[str, Section]) -> dict[str, str]:
        found = {key: key for key, _ in names if key in there}
        for key, former in names:
            free = [one for one in former if one in there and one not in found.values()]
            if key not in found and free:
                found[key] = free[0]
        return found

    return among


def _read(definition: FieldDefinition | GridField) -> list[object]:
    return [getattr(definition, key, None) for key in _READ_BY]


def _lost(now: FieldDefinition, was: FieldDefinition) -> str:
    """Options that are no longer there and that nothing stands for."""
    if not isinstance(was.options, tuple) or not isinstance(now.options, tuple):
        return ""
    return "、".join(option for option in was.options if not _meant(option, now, now.options))


def _meant(option: str, now: FieldDefinition, options: Sequence[str]) -> bool:
    return option in options or any(option in words for words in (now.option_synonyms or {}).values())
