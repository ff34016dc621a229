"""Values that the form as it is now cannot read: kept, shown as typed, told at the field; nobody else suffers."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onefill.service import Desk
from store import EVERYTHING
from tests.definitions.packs import write
from tests.desks import Clock, make_desk

TYPES = {
    "resident_id": "",
    "hkmtp": "",
    "twtp": "",
    "passport": "",
    "permanent_residence": "",
    "identity": ", by: kind",
    "uscc": "",
    "mobile": "",
    "phone": "",
    "person_name": "",
    "date": "",
    "time_range": "",
    "number": ", min: 1, max: 9",
    "money": "",
    "percent": "",
    "choice": ", options: [身份证, 护照]",
    "choices": ", options: [甲, 乙]",
    "text": ", max_length: 9",
    "long_text": "",
    "url": "",
    "document_number": "",
    "file": "",
    "link": ", form: other",
    "row": ", of: rows",
}
FIELDS = [f"{{key: f_{name}, label: 项, index: true, type: {name}{more}}}" for name, more in TYPES.items()]
FIELDS += [
    "{key: kind, label: 种, type: choice, options: [身份证, 护照]}",
    "{key: links, label: 多, type: link, form: other, many: true}",
    '{key: sum, label: 和, value: "f_number + 1"}',
    '{key: sex, label: 性别, value: "f_resident_id|sex"}',
]
LINES = "".join(f"      - {field}\n" for field in FIELDS)
MANY = f"""\
form: many
title: 各种
label: "{{{{ f_text }}}} {{{{ f_date }}}}"
period: [f_date, f_date]
sections:
  - key: basics
    title: 基本
    fields:
{LINES}  - key: rows
    title: 行
    label: "{{{{ f_date }}}}"
    repeat: {{min: 0, unique: [f_resident_id, f_choices]}}
    fields:
{LINES}  - {{key: marks, title: 格, grid: [rows, rows], field: {{type: number, min: 1}}}}
checks: [{{id: C1, expect: "f_date > f_date", message: x, remedy: y}}]
"""
PACK = "pack: trial\ntitle: 试\nforms: [many, other]\ncases: [many]\n"
OTHER = "form: other\ntitle: 另\nlabel: x\nsections: [{key: a, title: 甲, fields: [{key: b, label: 乙}]}]\n"
KEYS = [field.partition(":")[2].partition(",")[0].strip() for field in FIELDS]


def make(folder: Path, form: str = MANY, store: str = "memory:", clock: Clock | None = None) -> Desk:
    write(folder / "forms", {"trial/pack.yaml": PACK, "trial/many.yaml": form, "trial/other.yaml": OTHER})
    return make_desk(folder / "data", store=store, clock=clock, forms=folder / "forms", templates=folder / "templates")


def look(desk: Desk, record: str) -> None:
    """Everything the screens ask of a record."""
    assert record in {line.id for line in desk.records.list(limit=2)}
    desk.records.state(record)
    desk.records.fields(record, "basics")
    for row in desk.records.rows(record, "rows"):
        desk.records.row(record, "rows", row.id)
    desk.records.table(record, "rows")
    desk.records.grid(record, "marks")


ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text("甲x1-., :〔"),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["raw", "x", "@order"]), inner, max_size=3)
    ),
    max_leaves=6,
)
NEAR = st.sampled_from(
    ["11010519491231002X", "91440604MA4UW3T21X", "914406", "2026-02-30", "09:00-25:00", "p1", "0", "身份证", "1e9", "-"]
)
ONE = st.dictionaries(st.sampled_from(KEYS), NEAR | ANY, max_size=6)
DATA = st.builds(
    lambda plain, row, rows, marks: {**plain, "rows": {"r1": {"@order": 1, **row}, "r2": rows}, "marks": marks},
    ONE,
    ONE,
    ONE | ANY,
    st.dictionaries(st.sampled_from(["r1", "r2"]), st.dictionaries(st.just("r1"), ANY) | ANY) | ANY,
)


def test_whatever_is_stored_is_shown(tmp_path: Path) -> None:
    @settings(deadline=None, max_examples=80, suppress_health_check=list(HealthCheck))
    @given(data=DATA)
    def holds(data: dict[str, Any]) -> None:
        clock.now += timedelta(seconds=1)
        look(desk, desk.records.create("many", desk.who(), data))

    clock = Clock()
    desk = make(tmp_path, clock=clock)
    holds()


@pytest.mark.parametrize("value", ["x", "914406", "", 5, True, ["x"], [1], {}, {"x": 1}, {"raw": [1]}, [[{}]]])
def test_each_field_bears_any_value(value: Any, tmp_path: Path) -> None:
    clock = Clock()
    desk = make(tmp_path, clock=clock)
    for name in KEYS:
        clock.now += timedelta(seconds=1)
        record = desk.records.create("many", desk.who(), {name: value, "rows": {"r1": {name: value}}})
        look(desk, record)


def test_a_field_that_becomes_a_date_keeps_what_was_typed(tmp_path: Path) -> None:
    desk = make(tmp_path, store="")
    bad = desk.records.create("many", desk.who(), {"f_long_text": "下个月中旬"})
    good = desk.records.create("many", desk.who(), {"f_long_text": "2026-12-07"})
    desk.store.close()
    desk = make(tmp_path, MANY.replace("index: true, type: long_text", "index: true, type: date"), store="")
    assert {line.id for line in desk.records.list()} == {bad, good}
    shown = {one.path: one for one in desk.records.fields(bad, "basics")}["f_long_text"]
    assert (shown.shown, [f.problem.code for f in shown.findings]) == ("下个月中旬", ["DATE"])
    assert shown.stored == {"raw": "下个月中旬"}
    assert {one.path: one for one in desk.records.fields(good, "basics")}["f_long_text"].shown == "2026年12月7日"
    kept = desk.records.keep_version(bad, desk.who())
    data = desk.store.entry(bad, kept, EVERYTHING).data
    assert data is not None and data["f_long_text"] == {"raw": "下个月中旬"}
    desk.store.close()


def test_an_older_way_of_keeping_is_told_even_if_it_reads_well(tmp_path: Path) -> None:
    desk = make(tmp_path)
    record = desk.records.create("many", desk.who(), {"f_text": 5, "f_uscc": "914406", "marks": {}})
    found = {f.problem.place.path: f.problem for f in desk.records.state(record).findings}  # type: ignore[union-attr]
    assert (found["f_text"].code, "“5”" in found["f_text"].what) == ("READ_AGAIN", True)
    assert found["f_uscc"].code == "USCC_FORMAT"
    desk.records.set(record, "f_text", "五", desk.who())
    assert "f_text" not in {f.problem.place.path for f in desk.records.state(record).findings}  # type: ignore[union-attr]
