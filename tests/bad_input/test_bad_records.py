"""Records that nobody meant: unknown facts, endless names, numbers that were cells, far too many people."""

import time
from pathlib import Path
from typing import Any

import orjson
import pytest

from onefill.errors import OneFillError
from onefill.service import Desk
from samples import resolve, sample_records
from tests.conftest import Loaded
from tests.desks import load, make_desk
from tests.papers import excel_text, office_text, word_rows, word_text

#: Seconds within which five thousand people must be listed, on a slow machine that does other things too.
PATIENCE = 120.0
MANY = 5000


def values(desk: Desk, record: str, section: str, row: str) -> dict[str, Any]:
    return {field.path.rpartition("/")[2]: field for field in desk.records.row(record, section, row)}


# -- the record's file -------------------------------------------------------------------------------------------


def test_facts_that_no_form_asks_do_no_harm(tmp_path: Path) -> None:
    """A form has lost a field, or somebody has written into the file: what is asked is there all the same."""
    desk = make_desk(tmp_path)
    ids = load(desk, "class_50")
    sample = next(one for one in sample_records() if one.name == "class_50")
    data = resolve(sample.data, ids)
    data |= {"no_such": "x", "basics": {"class_no": "y"}, "lost_section": {"r1": {"@order": 1, "lost": 2}}}
    data["trainees"]["r1"]["lost_field"] = ["a", {"b": 1}]
    data["attendance"]["s99"] = {"r99": "到"}
    record = desk.records.create("training_class", desk.who(), data)
    state = desk.records.state(record)
    assert {f.problem.code for f in state.findings} >= {"CLASS_NO_TWICE"}
    text = word_text(desk.documents.file(record, "training_plan", ".docx", desk.who()).data)
    assert "440604-012-2026-007" in text
    assert desk.records.keep_version(record, desk.who())


@pytest.mark.parametrize(
    "wrong",
    [
        {"start_date": "2026-02-30"},
        {"start_date": 5},
        {"planned_count": "many"},
        {"planned_count": [1]},
        {"course": "nobody"},
        {"course": 7},
        {"teachers": "x"},
        {"trainees": {"r1": {"name": ["list"]}}},
        {"trainees": {"r1": {"theory": {"x": 1}}}},
        {"train_mode": 3},
    ],
)
def test_stored_values_of_another_kind_are_told_not_fatal(wrong: dict[str, Any], tmp_path: Path) -> None:
    """Data that did not come from our own keyboard: from an older version, another program, a restored copy."""
    desk = make_desk(tmp_path)
    try:
        record = desk.records.create("training_class", desk.who(), wrong)
        desk.records.state(record)
        desk.records.fields(record, "basics")
        desk.records.rows(record, "trainees")
        desk.documents.list(record)
    except OneFillError as told:
        assert str(told)


def test_a_record_file_with_unknown_facts_is_named_or_read(tmp_path: Path) -> None:
    desk = make_desk(tmp_path, store="")
    record = desk.records.create("leave_request", desk.who(), {"applicant": "甲某"})
    other = desk.records.create("leave_request", desk.who(), {"applicant": "乙某"})
    desk.store.close()
    changed = 0
    for path in (tmp_path / "store").rglob("*.json"):
        kept = path.read_bytes()
        if record.encode() in kept and "甲某".encode() in kept:
            path.write_bytes(kept.replace("甲某".encode(), "丙某".encode()))
            changed += 1
    assert changed
    desk = make_desk(tmp_path, store="")
    with pytest.raises(OneFillError) as told:
        desk.records.state(record)
    assert record in str(told.value)
    assert [line.id for line in desk.records.list()] == [other]
    assert orjson.dumps(desk.records.state(other).label)
    desk.store.close()


# -- names and numbers -------------------------------------------------------------------------------------------


def test_a_name_of_200_characters_is_kept_told_and_printed_whole_or_not_at_all(small: Loaded) -> None:
    desk, record, who = small.desk, small.ids["class_50"], small.desk.who()
    name = "样" * 200
    desk.records.set(record, "trainees/r1/name", name, who)
    field = values(desk, record, "trainees", "r1")["name"]
    assert field.shown == name
    assert field.findings
    made = desk.documents.file(record, "trainee_roster", ".docx", who)
    row = next(row for row in word_rows(made.data) if row[0] == "1")
    assert row[1] in (name, "【缺：姓名】")
    assert "草稿" in made.name


@pytest.mark.parametrize("raw", [440604199001011234.0, 4.40604199001011e17, 440604199001010000])
def test_an_id_that_was_a_number_has_lost_its_end_and_is_told(small: Loaded, raw: object) -> None:
    desk, record, who = small.desk, small.ids["class_50"], small.desk.who()
    desk.records.set(record, "trainees/r1/id_no", raw, who)
    field = values(desk, record, "trainees", "r1")["id_no"]
    assert isinstance(field.stored, dict)
    assert [f.problem.code for f in field.findings if f.problem.code.startswith("ID_")]
    text = excel_text(desk.documents.file(record, "trainee_roster", ".xlsx", who).data)
    assert "4.40604" not in text
    assert "【缺：身份证号码】" in text


HOSTILE = ["<b>&amp;</b>", "{{ 7*7 }}", "{% for a in b %}", "=cmd|' /C calc'!A0", "@SUM(1)", "${x} #{y} %s &P", "]]>"]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_that_looks_like_code_is_printed_as_it_stands(small: Loaded, text: str) -> None:
    desk, record, who = small.desk, small.ids["class_50"], small.desk.who()
    desk.records.set(record, "trainees/r1/note", text, who)
    for suffix in (".docx", ".xlsx"):
        made = desk.documents.file(record, "trainee_roster", suffix, who)
        assert text in office_text(made.data, suffix)


def test_control_characters_never_reach_a_file(small: Loaded) -> None:
    desk, record, who = small.desk, small.ids["class_50"], small.desk.who()
    desk.records.set(record, "trainees/r1/note", "前\x00\x01\x0b\x1f\ufffe\ud800后\u202e", who)
    desk.records.set(record, "exam_incidents", "一\x02二\r\n三\x7f", who)
    stored = values(desk, record, "trainees", "r1")["note"].stored
    assert "前" in str(stored)
    for suffix in (".docx", ".xlsx"):
        text = office_text(desk.documents.file(record, "trainee_roster", suffix, who).data, suffix)
        assert not set(text) & {"\x00", "\x01", "\x0b", "\x1f", "\ufffe"}
    assert "二" in word_text(desk.documents.file(record, "invigilation_record", ".docx", who).data)
    assert desk.records.keep_version(record, who)


# -- nobody, and five thousand -----------------------------------------------------------------------------------


def test_a_class_of_nobody(small: Loaded) -> None:
    desk, record, who = small.desk, small.ids["class_50"], small.desk.who()
    for row in desk.records.row_ids(record, "trainees"):
        desk.records.remove_row(record, "trainees", row, who)
    states = {one.key: one.state for one in desk.documents.list(record)}
    assert states["trainee_roster"] == "draft"
    assert states["certificate"] in ("not_needed", "draft")
    for suffix in (".docx", ".xlsx"):
        assert desk.documents.file(record, "trainee_roster", suffix, who).data


@pytest.mark.slow
def test_five_thousand_trainees_are_filled_and_listed(small: Loaded) -> None:
    desk, record, who = small.desk, small.ids["class_50"], small.desk.who()
    began = time.monotonic()
    people = [
        {"name": f"样例{'甲乙丙丁戊己庚辛壬癸'[n % 10]}", "mobile": f"1991{n:07}", "hukou_region": "广东省佛山市"}
        for n in range(MANY - 50)
    ]
    assert desk.records.add_rows(record, "trainees", who, people) == MANY - 50
    desk.records.set(record, "planned_count", str(MANY), who)
    assert desk.records.state(record).sections
    rows = [
        row for row in word_rows(desk.documents.file(record, "trainee_roster", ".docx", who).data) if row[0].isdigit()
    ]
    assert len(rows) == MANY
    assert desk.documents.file(record, "trainee_roster", ".xlsx", who).data
    assert time.monotonic() - began < PATIENCE
