"""Every paper of the samples, made once: Word and Excel files, and all of them as PDF in one call of LibreOffice."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import pytest

from onefill.problems import Problem
from onefill.rendering.libreoffice import convert
from onefill.service import Desk
from onefill.service.errors import NothingToPrint
from samples import resolve, sample_records
from tests.desks import Clock, Notes, load, make_desk
from tests.documents.hostile import HOSTILE_CLASS, hostile_data

#: Rosters of so many people beside those of fifty and five hundred: none, one, a full page, and one more.
ROSTERS = (0, 1, 15, 16)
#: Papers that are a file for every repetition: of five hundred people's, only the first is converted,
#: and all where there are no more than so many.
FEW = 2


@dataclass
class Made:
    """One paper: its whole files by suffix, and the PDF of each of its parts by suffix."""

    record: str
    key: str
    title: str
    state: str
    stock: bool
    hash: str
    version: int
    parts: int
    office: dict[str, bytes] = field(default_factory=dict)
    pdfs: dict[str, list[bytes]] = field(default_factory=dict)


@dataclass(frozen=True)
class Papers:
    """All papers by the name of their record and their key, and the data they were made of."""

    desk: Desk
    ids: Mapping[str, str]
    data: Mapping[str, Mapping[str, Any]]
    made: Mapping[tuple[str, str], Made]


@pytest.fixture(scope="session")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    notes = Notes()
    desk = make_desk(tmp_path_factory.mktemp("papers"), engine=notes, clock=Clock())
    ids = load(desk)
    data = {sample.name: resolve(sample.data, ids) for sample in sample_records()}
    _add_rosters(desk, ids, data)
    made: dict[tuple[str, str], Made] = {}
    todo: dict[str, bytes] = {}
    for name, record in ids.items():
        for state in desk.documents.list(record):
            if name.startswith("roster_") and state.key != "trainee_roster":
                continue
            if state.state in ("broken", "not_needed"):
                continue
            one = _office(desk, notes, record, state, name, todo)
            made[name, state.key] = one
    for file, result in convert(todo).items():
        assert isinstance(result, bytes), (file, isinstance(result, Problem) and result.what)
        name, key, suffix, _ = file.split("=")
        made[name, key].pdfs.setdefault(f".{suffix}", []).append(result)
    return Papers(desk, ids, data, made)


def _add_rosters(desk: Desk, ids: dict[str, str], data: dict[str, Mapping[str, Any]]) -> None:
    class_50 = data["class_50"]
    wanted = {f"roster_{count}": _first_people(class_50, count) for count in ROSTERS}
    wanted[HOSTILE_CLASS] = hostile_data(class_50)
    for number, (name, facts) in enumerate(wanted.items()):
        facts["class_no"] = f"440604-012-2026-1{number:02}"
        data[name] = facts
        ids[name] = desk.records.create("training_class", desk.who(), facts)


def _first_people(facts: Mapping[str, Any], count: int) -> dict[str, Any]:
    kept = deepcopy(dict(facts))
    kept["trainees"] = dict(list(kept["trainees"].items())[:count])
    kept["planned_count"] = count or None
    return kept


def _office(desk: Desk, notes: Notes, record: str, state: Any, name: str, todo: dict[str, bytes]) -> Made:
    who = desk.who()
    notes.calls.clear()
    with pytest.raises(NothingToPrint):  # the engine only takes notes
        desk.documents.file(record, state.key, ".pdf", who)
    parts = list(notes.calls[-1].items())  # of papers that repeat, a specimen of each shape was tried before
    files = {suffix: desk.documents.file(record, state.key, suffix, who) for suffix in state.formats[:-1]}
    one = Made(
        record=name,
        key=state.key,
        title=state.title,
        state=state.state,
        stock=state.definition.stock,
        hash=next(iter(files.values())).hash,
        version=max(moment.number for moment in desk.history.timeline(record)),
        parts=len(parts),
        office={suffix: made.data for suffix, made in files.items()},
    )
    printed = state.formats[0]
    few = parts[:1] if name == "class_500" and len(parts) > FEW else parts
    todo.update({f"{name}={state.key}={printed[1:]}={n:03}{printed}": data for n, (_, data) in enumerate(few)})
    for suffix in state.formats[1:-1]:
        todo[f"{name}={state.key}={suffix[1:]}=000{suffix}"] = one.office[suffix]
    return one
