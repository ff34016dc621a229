"""Packs from their folders: every file read, every fault kept with its line, no author's mistake raised."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from onefill.definitions.former import as_written_now
from onefill.definitions.mistakes import problems_of
from onefill.definitions.model import Form, Pack, Strict, Table
from onefill.definitions.nearest import nearest
from onefill.definitions.registers import Question, Register
from onefill.definitions.yaml12 import Source, read_yaml
from onefill.errors import OneFillError
from onefill.problems import Level, LinePlace, Problem

M = TypeVar("M", bound=Strict)

PACK_FILE = "pack.yaml"
#: Of a definition as it is pinned; those without a number are of the first.
FORMAT = 1


class FormUnknown(OneFillError):
    """No pack declares a form of that key, or its file is broken."""

    message = "没有表单“{form}”。"


class DefinitionBroken(OneFillError):
    """Kept bytes of a definition do not load (any more). The fact ``problems`` says why."""

    message = "这份表单定义读不出来：{first}"


@dataclass(frozen=True, kw_only=True)
class LoadedForm:
    """A form as it was at one time, with the pack's tables and registers of that time."""

    form: Form
    tables: tuple[Table, ...] = ()
    registers: tuple[Register, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LoadedPack:
    """What a pack's folder holds; ``pack`` is None where pack.yaml is broken, ``forms`` has the sound ones.

    Attributes:
        sources: The file of each form (also broken ones) by key, and of the pack under ``pack.yaml``.
        doubtful: Forms that would be sound without the keys that nobody knows; only for telling what else is wrong.
        retired: Whether no file holds these forms any more; records keep them.
    """

    folder: Path
    pack: Pack | None
    forms: Mapping[str, Form]
    sources: Mapping[str, Source]
    faults: tuple[Problem, ...] = ()
    doubtful: Mapping[str, Form] = field(default_factory=dict)
    retired: bool = False
    #: Every version of every record pins them: what has been put together once is not put together again.
    _pinned: dict[str, tuple[bytes, str]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def declared(self) -> frozenset[str]:
        """Keys of the forms that belong to this pack, whether their files load or not."""
        return frozenset(self.sources) - {PACK_FILE}

    @property
    def tables(self) -> tuple[Table, ...]:
        """The lists that the pack carries."""
        return self.pack.tables if self.pack else ()

    @property
    def registers(self) -> tuple[Register, ...]:
        """The registers that expressions of the pack's forms may ask."""
        return self.pack.registers if self.pack else ()

    def source(self, form: str) -> bytes:
        """All that the form's definition depends on, as bytes; see `load_form_bytes`."""
        return self._pin(form)[0]

    def digest(self, form: str) -> str:
        """SHA-256 of `source`, in hexadecimal."""
        return self._pin(form)[1]

    def _pin(self, form: str) -> tuple[bytes, str]:
        if form not in self._pinned:
            source = self._put_together(form)
            self._pinned[form] = (source, hashlib.sha256(source).hexdigest())
        return self._pinned[form]

    def _put_together(self, form: str) -> bytes:
        if form not in self.forms:
            raise FormUnknown(form=form)
        text = self.sources[form].data.decode("utf-8-sig")
        dumped = (table.model_dump(mode="json", by_alias=True, exclude_defaults=True) for table in self.tables)
        kept: dict[str, Any] = {"format": FORMAT, "form": text, "tables": list(dumped)}
        if self.registers:
            kept["registers"] = [
                one.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"by"})
                for one in self.registers
            ]
        return json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


@dataclass(frozen=True, kw_only=True)
class Definitions:
    """All packs of a forms folder.

    Attributes:
        loaded: What each pack's folder holds, by the pack's key.
        faults: What is wrong with the files; `lint` adds what is wrong in their meaning.
    """

    loaded: Mapping[str, LoadedPack] = field(default_factory=dict)
    faults: tuple[Problem, ...] = ()

    @property
    def packs(self) -> dict[str, Pack]:
        """The packs whose pack.yaml is sound."""
        return {key: one.pack for key, one in self.loaded.items() if one.pack is not None}

    @property
    def forms(self) -> dict[str, Form]:
        """All sound forms by key."""
        return {key: form for one in self.loaded.values() for key, form in one.forms.items()}

    @property
    def declared(self) -> frozenset[str]:
        """Keys of all forms, whether their files load or not."""
        return frozenset[str]().union(*(one.declared for one in self.loaded.values()))

    @property
    def retired(self) -> frozenset[str]:
        """Keys of forms that are known from records alone: such a record can be read, not changed."""
        return frozenset(key for one in self.loaded.values() if one.retired for key in one.forms)

    def with_doubtful(self) -> "Definitions":
        """The same with the forms that only have unknown keys, so that their other faults can be told at once."""
        loaded = {key: replace(one, forms={**one.forms, **one.doubtful}) for key, one in self.loaded.items()}
        return replace(self, loaded=loaded)

    def form(self, key: str) -> Form:
        """The form of that key; raises `FormUnknown`."""
        return self._owner(key).forms[key]

    def pack_of(self, key: str) -> Pack:
        """The pack that the form belongs to; raises `FormUnknown`."""
        pack = self._owner(key).pack
        if pack is None:
            raise FormUnknown(form=key)
        return pack

    def tables(self, key: str) -> tuple[Table, ...]:
        """The pack's lists that expressions of the form may read."""
        return self._owner(key).tables

    def registers(self, key: str) -> tuple[Register, ...]:
        """The pack's registers that expressions of the form may ask."""
        return self._owner(key).registers

    def questions(self, key: str) -> tuple[tuple[Register, Question], ...]:
        """What expressions of the form may ask, each with its register."""
        return tuple((register, one) for register in self.registers(key) for one in register.questions)

    def source(self, key: str) -> bytes:
        """The form's definition as bytes that `load_form_bytes` reads again, for pinning."""
        return self._owner(key).source(key)

    def digest(self, key: str) -> str:
        """SHA-256 of `source`."""
        return self._owner(key).digest(key)

    def positions(self, key: str) -> Source:
        """The form's file, which knows the place of every key and value."""
        return self._owner(key).sources[key]

    def _owner(self, key: str) -> LoadedPack:
        for one in self.loaded.values():
            if key in one.forms:
                return one
        raise FormUnknown(form=key)


def load_packs(folder: Path) -> Definitions:
    """Every pack under ``folder``, one sub-folder each, the largest first: lists that show one pack begin with it."""
    if not folder.is_dir():
        return Definitions(faults=(_missing(folder, "没有这个文件夹", "建好文件夹，每个业务包一个子文件夹"),))
    loaded: dict[str, LoadedPack] = {}
    faults: list[Problem] = []
    owners: dict[str, str] = {}
    for child in sorted(child for child in folder.iterdir() if _is_pack(child)):
        one = load_pack(child)
        loaded[child.name] = one
        faults += one.faults
        for form in one.declared:
            if form in owners:
                faults.append(_twice(one.sources[form], form, owners[form]))
            owners.setdefault(form, child.name)
    larger_first = sorted(loaded.items(), key=lambda one: len(one[1].declared), reverse=True)
    return Definitions(loaded=dict(larger_first), faults=tuple(faults))


def load_pack(folder: Path) -> LoadedPack:
    """One pack: its pack.yaml and every form file. Nothing is raised for an author's mistake."""
    sources = {PACK_FILE: _read(folder / PACK_FILE)}
    faults: list[Problem] = []
    pack = _validate(_with_texts(sources[PACK_FILE]), Pack, faults)
    if pack is not None and pack.pack != folder.name:
        what = f"业务包叫“{pack.pack}”，文件夹却叫“{folder.name}”"
        faults.append(_at(sources[PACK_FILE], ("pack",), "PACK_NAME", what, f"改成“{folder.name}”"))
    files = {file.stem: file for file in sorted(folder.glob("*.yaml")) if file.name != PACK_FILE}
    for file in sorted(folder.glob("*.yml")):
        place = LinePlace(_shown(file), 1)
        what = "文件名以 .yml 结尾，不会读"
        faults.append(Problem(place=place, code="FILE_NAME", what=what, remedy=f"改名为 {file.stem}.yaml"))
    if pack is not None:
        faults += _listed(pack, sources[PACK_FILE], files)
    forms: dict[str, Form] = {}
    doubtful: dict[str, Form] = {}
    for key in _in_order(pack, files):
        sources[key] = _read(files[key])
        form = _validate(sources[key], Form, faults)
        if form is not None and form.form == key:
            forms[key] = form
        elif form is None:
            mended = _without_unknown_keys(sources[key].tree, Form)
            doubtful |= {key: mended} if mended is not None and mended.form == key else {}
        else:
            what = f"表单叫“{form.form}”，文件却叫“{key}.yaml”"
            faults.append(_at(sources[key], ("form",), "FORM_NAME", what, f"改成“{key}”，或给文件改名"))
    return LoadedPack(folder=folder, pack=pack, forms=forms, sources=sources, faults=tuple(faults), doubtful=doubtful)


def load_form_bytes(data: bytes) -> LoadedForm:
    """A definition again from the bytes of `Definitions.source`, also those that an older program has kept.

    Raises:
        DefinitionBroken: They are no definition.
    """
    try:
        kept = json.loads(data)
        text, tables, registers = kept["form"], kept["tables"], kept.get("registers", [])
        newer = int(kept.get("format", 1)) > FORMAT
    except (ValueError, KeyError, TypeError) as error:
        raise DefinitionBroken(first="不是保存下来的表单定义", problems=()) from error
    if newer:
        raise DefinitionBroken(first="由更新版本的程序保存，请升级程序", problems=())
    faults: list[Problem] = []
    source = read_yaml(text.encode(), "form.yaml")
    form = _validate(source, Form, faults) or _without_unknown_keys(as_written_now(source.tree), Form)
    if form is None:
        raise DefinitionBroken(first=faults[0].what if faults else "空的", problems=tuple(faults))
    lists = tuple(_kept(table, Table) for table in tables)
    asked = tuple(_kept(register, Register) for register in registers)
    return LoadedForm(form=form, tables=lists, registers=asked)


def _kept(tree: Any, model: type[M]) -> M:
    """Something of a pack as it was kept; raises `DefinitionBroken`."""
    try:
        return model.model_validate_json(json.dumps(tree))
    except ValidationError as error:
        known = _without_unknown_keys(tree, model)
        if known is None:
            raise DefinitionBroken(first="业务包的清单或台账读不出来", problems=()) from error
        return known


def _is_pack(child: Path) -> bool:
    return child.is_dir() and not child.name.startswith((".", "_")) and any(child.glob("*.yaml"))


def _shown(path: Path) -> str:
    """A file as the author knows it: from the forms folder on."""
    return "/".join(path.parts[-3:])


def _read(path: Path) -> Source:
    try:
        return read_yaml(path.read_bytes(), _shown(path))
    except OSError:
        return Source(_shown(path), faults=(_missing(path, "没有这个文件，或读不了", "补上这个文件"),))


def _missing(path: Path, what: str, remedy: str) -> Problem:
    return Problem(place=LinePlace(_shown(path), 1), code="FILE_MISSING", what=what, remedy=remedy)


def _validate(source: Source, model: type[M], faults: list[Problem]) -> M | None:
    """The file as a typed definition, or None; what is wrong goes to ``faults``."""
    faults += source.faults
    if source.tree is None:
        if not source.faults:
            faults.append(_at(source, (), "FILE_EMPTY", "文件是空的", "写上内容，或删掉文件"))
        return None
    try:
        # Through JSON "strict" takes a list for a tuple and a word for an enumeration, but no "yes" for true.
        return model.model_validate_json(json.dumps(source.tree), strict=True)
    except ValidationError as error:
        faults += problems_of(error, model, source)
        return None


def _without_unknown_keys(tree: Any, model: type[M]) -> M | None:
    """What is defined as if the keys that nobody knows were not there; nothing if more than that is wrong."""
    if not isinstance(tree, dict):
        return None
    known = deepcopy(tree)
    try:
        return model.model_validate_json(json.dumps(known), strict=True)
    except ValidationError as error:
        details = error.errors(include_url=False)
    try:
        for detail in details:
            *path, key = detail["loc"]
            owner: Any = known
            for part in path:
                owner = owner[part]
            if detail["type"] == "extra_forbidden":
                del owner[key]
        return model.model_validate_json(json.dumps(known), strict=True)
    except (ValidationError, KeyError, IndexError, TypeError):
        return None


def _with_texts(source: Source) -> Source:
    """The pack with the numbers in its tables' rows as written, so that a code like 0123 keeps its zero."""
    tables = source.tree.get("tables") if isinstance(source.tree, dict) else None
    for index, table in enumerate(tables if isinstance(tables, list) else ()):
        rows = table.get("rows") if isinstance(table, dict) else None
        for number, row in enumerate(rows if isinstance(rows, list) else ()):
            if isinstance(row, dict):
                _numbers_as_written(row, source, ("tables", index, "rows", number))
    return source


def _numbers_as_written(row: dict[str, Any], source: Source, path: tuple[str | int, ...]) -> None:
    for key, value in row.items():
        if isinstance(value, int | float) and not isinstance(value, bool):
            spot = source.values.get((*path, key))
            row[key] = spot.text if spot is not None and spot.text is not None else str(value)


def _listed(pack: Pack, source: Source, files: Mapping[str, Path]) -> Iterable[Problem]:
    """Forms that the pack lists without a file, and files that it does not list."""
    for index, key in enumerate(pack.forms):
        if key not in files:
            near = nearest(key, files)
            remedy = f"改成“{near}”" if near else f"新建 {key}.yaml"
            yield _at(source, ("forms", index), "FORM_MISSING", f"没有文件 {key}.yaml", remedy)
    for key in files:
        if key not in pack.forms:
            what = f"{key}.yaml 没有列在 pack.yaml 的 forms 里"
            problem = Problem(
                place=source.place("forms", key=True),
                code="FORM_UNLISTED",
                what=what,
                remedy=f"把“{key}”加进 forms，或把文件移走",
                level=Level.WARNING,
            )
            yield problem


def _in_order(pack: Pack | None, files: Mapping[str, Path]) -> list[str]:
    listed = [key for key in dict.fromkeys(pack.forms if pack else ()) if key in files]
    return [*listed, *(key for key in files if key not in listed)]


def _at(source: Source, path: tuple[str | int, ...], code: str, what: str, remedy: str) -> Problem:
    return Problem(place=source.place(*path), code=code, what=what, remedy=remedy)


def _twice(source: Source, form: str, owner: str) -> Problem:
    return _at(
        source,
        ("form",),
        "FORM_TWICE",
        f"表单“{form}”在业务包“{owner}”里已经有了",
        "把 form: 后面的名字和文件名一起改成别的",
    )
