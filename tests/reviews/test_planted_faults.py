"""Every fault that is planted in the samples is told before anything is submitted, with its clause."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from onefill.service import Desk
from samples import Ref, resolve, sample_records
from samples.faults import FAULTS, Fault
from tests.desks import load
from tests.reviews.foshan import (
    CLERK,
    approve_application,
    foshan_desk,
    hand_in_all,
    items,
    pages,
    part_of_class,
)

SAMPLES = {one.name: one for one in sample_records()}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return foshan_desk(tmp_path_factory.mktemp("faults"))


@pytest.fixture(scope="module")
def ids(desk: Desk) -> dict[str, str]:
    """Records without a fault, everything handed in, nothing submitted; the course was approved before."""
    known = load(desk, "application", "course_shop")
    approve_application(desk, known["application"])
    known["application"] = desk.records.create("application", CLERK, resolve(SAMPLES["application"].data, known))
    known["other class"] = part_of_class(desk, known, 0)
    known["class"] = part_of_class(desk, known, 1)
    seen = {"present": 9, "leave": 1, "method": ["现场检查"]}
    data = resolve(SAMPLES["inspection"].data, {"class_50": known["class"]}) | seen
    known["inspection"] = desk.records.create("inspection", CLERK, data)
    for record, phases in (
        ("application", "apply approved"),
        ("class", "filing certificates archive"),
        ("inspection", "check"),
    ):
        for phase in phases.split():
            hand_in_all(desk, known[record], phase)
            assert [one.what for one in desk.reviews.blockers(known[record], phase, desk.who()) if one.stops] == [], (
                phase
            )
    return known


def test_there_are_faults_of_every_kind() -> None:
    assert len(FAULTS) > 50
    assert len({(one.record, one.name) for one in FAULTS}) == len(FAULTS)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda one: f"{one.record} {one.name}".replace(" ", "_"))
def test_the_fault_is_told_with_its_clause(desk: Desk, ids: dict[str, str], fault: Fault) -> None:
    record = ids[fault.record]
    before = {one.what for one in desk.reviews.blockers(record, fault.phase, desk.who())}
    assert not any(fault.told in what for what in before)
    with planted(desk, ids, fault):
        found = [one for one in desk.reviews.blockers(record, fault.phase, desk.who()) if fault.told in one.what]
        assert found, [one.what for one in desk.reviews.blockers(record, fault.phase, desk.who())]
        assert fault.clause in {one.clause for one in found}
        assert all(one.remedy for one in found)
    assert {one.what for one in desk.reviews.blockers(record, fault.phase, desk.who())} == before


@contextmanager
def planted(desk: Desk, ids: Mapping[str, str], fault: Fault) -> Iterator[None]:
    """The fault while the block runs; then all is as it was."""
    record = ids[fault.record]
    undo: list[tuple[str, str, Any]] = []
    for (owner, path), value in fault.changes.items():
        undo.append((ids[owner], path, original(owner, path)))
        desk.records.set(ids[owner], path, meant(value, ids), CLERK)
    gone = take_out(desk, ids, record, fault) if fault.without else None
    brought = [
        (item, desk.materials.supply(record, item, pages(fault.name, count), "别的.pdf", CLERK).id)
        for item, count in fault.brings.items()
    ]
    rows = original(fault.record, fault.drops, {}) if fault.drops else {}
    for row in rows:
        desk.records.remove_row(record, fault.drops, row, CLERK)
    try:
        yield
    finally:
        for item, file in brought:
            desk.materials.remove(record, item, file, CLERK)
        if gone is not None:
            item, count = gone
            desk.materials.supply(record, item, pages(item, count), f"{item}.pdf", CLERK)
        for row in rows.values():
            desk.records.add_row(record, fault.drops, CLERK, {key: row[key] for key in row if key != "@order"})
        for owner, path, value in undo:
            desk.records.set(owner, path, meant(value, ids), CLERK)


def take_out(desk: Desk, ids: Mapping[str, str], record: str, fault: Fault) -> tuple[str, int]:
    """Take an item's file out; the item, and how many pages it had."""
    shown = items(desk, record, fault.phase)
    key, _, label = fault.without.partition(":")
    head, _, name = key.partition(".$")
    wanted = f"{head}.{ids[name]}" if name else key
    found = next(one for id, one in shown.items() if id == wanted or (label and one.label == label))
    desk.materials.remove(record, found.id, found.files[0].id, CLERK)
    return found.id, found.pages


def original(owner: str, path: str, missing: Any = "") -> Any:
    """What stands at a path in the samples."""
    known = {"class": "class_50", "other class": "class_50"}
    mended = {("class", "planned_count"): "10", ("class", "class_no"): "440604-012-2026-101"}
    mended |= {("inspection", "present"): "9"}
    if (owner, path) in mended:
        return mended[owner, path]
    value: Any = SAMPLES[known.get(owner, owner)].data
    for part in path.split("/"):
        value = value.get(part, missing) if isinstance(value, dict) else missing
    if isinstance(value, Ref):
        return f"${value.name}"
    return value if isinstance(value, dict | str) else str(value)


def meant(value: str, ids: Mapping[str, str]) -> str:
    """What is typed: ``$name`` is a record, ``#row/field`` what stands with a trainee of the sample."""
    if value.startswith("$"):
        return ids[value[1:]]
    if value.startswith("#"):
        return str(original("class", f"trainees/{value[1:]}"))
    return value
