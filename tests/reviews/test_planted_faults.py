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
    file_class,
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
    file_class(desk, part_of_class(desk, known, 2))
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


#: Checks for which nothing is planted here, and why.
ELSEWHERE = {
    "RECHECK_FILLED": "speaks only once something is to be looked at again; see test_foshan_recheck",
    "RECHECK_DAY": "speaks only once something is looked at again; see test_foshan_recheck",
    "PROOFS_KNOWN": "speaks only once the city has taken a line out of its table",
    "FILING_EARLY": "speaks only once the city has said how many days; see test_foshan_dues",
    "EXAM_WITHIN": "speaks only once the city has said how many days; see test_foshan_notes",
    "SESSIONS_FOR_RECORDINGS": "wants a class of nine lessons; see test_foshan_items",
    "CLASS_NO_PARTS": "the sample's number was typed; see test_class_numbers",
    "X11_LISTED": "speaks only once codes were given out; see test_foshan_pool",
    "ATTENDANCE_EARLY": "speaks only of lessons that are still to come; see test_foshan_ledger",
    "DISTRICT_UNIT": "speaks only where there are accounts in districts; see test_foshan_offices",
    "INST_NO_TWICE": "wants another institution; see test_class_numbers",
    "INSTITUTION_ONCE": "wants another institution; see test_foshan_rounds",
    "INSTITUTION_TWICE": "wants another institution; see test_foshan_rounds",
    "APPLIED_TWICE": "wants another application; see test_foshan_rounds",
    "QUALIFICATION": "wants an inspection upon which it was revoked; see test_foshan_measures",
    "PROVINCE_RECORDED": "is told of every class whose grant is not yet recorded; see test_foshan_notes",
}
OF_FORMS = ("application", "training_class", "inspection", "institution", "teacher", "syllabus")


def test_there_is_a_fault_for_each_check_and_each_kind_of_material(desk: Desk) -> None:
    assert len({(one.record, one.name) for one in FAULTS}) == len(FAULTS)
    forms = [desk.definitions.form(key) for key in OF_FORMS]
    checks = {one.id for form in forms for one in form.checks}
    assert checks - {one.check for one in FAULTS} == ELSEWHERE.keys()
    materials = {one.key: one for form in forms for one in form.materials}
    planted = {key_of(item) for one in FAULTS for item in (one.without, *one.brings) if item}
    planted_in = {materials[key].kind for key in planted}
    registers = {one.section for one in materials.values() if one.kind == "register"}
    assert registers & {one.drops for one in FAULTS}
    assert {one.kind for one in materials.values()} == planted_in | {"register"}


def key_of(item: str) -> str:
    """The material of an item."""
    return item.partition(":")[0].partition(".")[0]


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
        lines = desk.verification.checks(record, fault.phase, desk.who())
        assert not fault.check or fault.check in {one.id for one in lines if one.state == "wrong"}
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
    added = [(section, desk.records.add_row(record, section, CLERK, row)) for section, row in fault.adds.items()]
    try:
        yield
    finally:
        for section, row in added:
            desk.records.remove_row(record, section, row, CLERK)
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
    mended |= {("inspection", "present"): "9", ("inspection", "method"): "现场检查"}
    if (owner, path) in mended:
        return mended[owner, path]
    value: Any = SAMPLES[known.get(owner, owner)].data
    for part in path.split("/"):
        value = value.get(part, missing) if isinstance(value, dict) else missing
    if isinstance(value, Ref):
        return f"${value.name}"
    if isinstance(value, list):
        return "、".join(f"${one.name}" if isinstance(one, Ref) else one for one in value)
    return value if isinstance(value, dict | str) else str(value)


def meant(value: str, ids: Mapping[str, str]) -> Any:
    """What is typed: ``$name`` a record, ``#row/field`` of a trainee of the sample, ``@name/field`` of a record."""
    if value.startswith("$"):
        found = [ids[one[1:]] for one in value.split("、")]
        return found if len(found) > 1 else found[0]
    if value.startswith("#"):
        return str(original("class", f"trainees/{value[1:]}"))
    if value.startswith("@"):
        return str(original(*value[1:].split("/", 1)))
    return value
