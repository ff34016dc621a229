"""Expressions that fail with the facts of one record: told there, and nobody else suffers."""

from pathlib import Path

import pytest
from docx import Document

from onefill.problems import FieldPlace
from onefill.service import Desk
from tests.definitions.packs import write
from tests.desks import make_desk

PACK = "pack: trial\ntitle: 试\nforms: [trip, other]\ncases: [trip]\n"
TRIP = """\
form: trip
title: 出行
label: "{{ name }}"
sections:
  - key: basics
    title: 基本
    fields:
      - {key: name, label: 名称, required: true, index: true}
      - {key: days, label: 天数, type: number}
      - {key: share, label: 每天, FIELD}
      - {key: twice, label: 两倍, value: "share * 2"}
  - key: people
    title: 人员
    label: "{{ who }}"
    repeat: {min: 0}
    fields:
      - {key: who, label: 谁}
      - {key: part, label: 份额, value: "days / (days - days)"}
CHECKS
documents:
  - {key: slip, title: 条子, template: slip.docx}
"""
OTHER = """\
form: other
title: 另一种
label: "{{ name }}"
sections:
  - key: basics
    title: 基本
    fields: [{key: name, label: 名称}, {key: trip, label: 出行, type: link, form: trip}]
"""


def make(folder: Path, field: str = 'value: "days"', checks: str = "", *change: str) -> Desk:
    trip = TRIP.replace("FIELD", field).replace("CHECKS", checks)
    if change:
        assert trip.count(change[0]) == 1
        trip = trip.replace(*change)
    files = {"trial/pack.yaml": PACK, "trial/trip.yaml": trip, "trial/other.yaml": OTHER}
    write(folder / "forms", files)
    (folder / "templates" / "trial").mkdir(parents=True)
    paper = Document()
    paper.add_paragraph("{{ name }} {{ share }} {{ print.hash }} {{ print.version }} {{ print.draft }}")
    paper.save(str(folder / "templates" / "trial" / "slip.docx"))
    return make_desk(folder / "data", forms=folder / "forms", templates=folder / "templates")


def told(desk: Desk, record: str) -> list[tuple[str, str]]:
    """Where something failed, and how."""
    found = [f.problem for f in desk.records.state(record).findings if f.problem.code == "EXPRESSION_FAILED"]
    for problem in found:
        assert "表单“出行”（trip）" in problem.remedy
        assert not any(word in problem.what + problem.remedy for word in ("Error", "must", "not "))
    return [(problem.place.path, problem.what) for problem in found if isinstance(problem.place, FieldPlace)]


FAILING = [
    'value: "1 / (days - days)"',
    "value: \"['a'] * days * 99999999\"",
    'value: "range(99999999 * days)|list|length"',
    "value: \"'x' * (99999999 * days)\"",
    'value: "name + days"',
    'type: date, value: "days"',
    'type: number, default: "1 / (days - days)"',
    'type: number, max: 9, default: "name if days > 1 else 1"',
    'required: "1 / (days - days)"',
    'when: "1 / (days - days)"',
    'type: choice, options: "name + days"',
]


@pytest.mark.parametrize("field", FAILING)
def test_a_failing_field_is_told_where_it_stands_and_nothing_else_fails(field: str, tmp_path: Path) -> None:
    desk = make(tmp_path, field)
    bad = desk.records.create("trip", desk.who(), {"name": "甲", "days": 2})
    good = desk.records.create("trip", desk.who(), {})
    for _ in range(3):
        assert {line.id for line in desk.records.list()} == {bad, good}
        assert [path for path, _ in told(desk, bad)] == ["share"]
        assert told(desk, good) == []
        assert desk.records.rows(bad, "people") == ()
        shown = {one.path: one for one in desk.records.fields(bad, "basics")}
        if "share" in shown:
            assert (shown["share"].shown, len(shown["share"].findings)) == ("", 1)
        (slip,) = desk.documents.list(bad)
        assert slip.state == "draft"
        assert [t.finding.problem.place.path for t in slip.troubles] == ["share"]  # type: ignore[union-attr]
    assert desk.documents.file(bad, "slip", ".docx", desk.who()).data
    desk.records.set(bad, "days", "", desk.who())
    assert told(desk, bad) == []
    desk.records.set(bad, "days", "3", desk.who())
    assert [path for path, _ in told(desk, bad)] == ["share"]


def test_the_reason_is_told_in_words(tmp_path: Path) -> None:
    desk = make(tmp_path, 'value: "1 / (days - days)"')
    record = desk.records.create("trip", desk.who(), {"days": 2})
    assert told(desk, record) == [("share", "自动算出的值没有算出来：除数是 0")]


def test_a_failing_column_is_told_in_each_row(tmp_path: Path) -> None:
    desk = make(tmp_path)
    rows = {"r1": {"@order": 1, "who": "甲"}, "r2": {"@order": 2, "who": "乙"}}
    record = desk.records.create("trip", desk.who(), {"days": 2, "people": rows})
    assert [path for path, _ in told(desk, record)] == ["people/r1/part", "people/r2/part"]
    assert [row.label for row in desk.records.rows(record, "people")] == ["甲", "乙"]
    assert desk.records.list()


CHECKS = [
    'expect: "1 / (days - days) > 1"',
    'expect: "days > 9", when: "1 / (days - days)"',
    'expect: "name + days"',
]


@pytest.mark.parametrize("rule", CHECKS)
def test_a_failing_check_is_told_at_its_place(rule: str, tmp_path: Path) -> None:
    desk = make(tmp_path, checks=f"checks: [{{id: C1, {rule}, message: x, remedy: y, at: name}}]")
    record = desk.records.create("trip", desk.who(), {"name": "甲", "days": 2})
    (path, _what), *others = told(desk, record)
    assert (path, others) == ("name", [])
    assert desk.records.list()


LABEL = '"{{ 1 / (days - days) }}"'
ELSEWHERE = [
    ('label: "{{ name }}"\nsections', f"label: {LABEL}\nsections", "basics"),
    ('label: "{{ who }}"', f"label: {LABEL}", "people/r1"),
    ("title: 人员", 'title: 人员\n    when: "1 / (days - days)"', "people"),
    ("documents:", 'lookups: [{key: seen, form: trip, match: {name: "name + days"}}]\ndocuments:', "basics"),
]


@pytest.mark.parametrize(("old", "new", "path"), ELSEWHERE)
def test_failing_labels_and_conditions_are_told_at_their_section(old: str, new: str, path: str, tmp_path: Path) -> None:
    desk = make(tmp_path, 'value: "days"', "", old, new)
    data = {"name": "甲", "days": 2, "people": {"r1": {"@order": 1, "who": "甲"}}}
    record = desk.records.create("trip", desk.who(), data)
    found = [place for place, _ in told(desk, record) if not place.endswith("/part")]
    assert found == [path]
    assert desk.records.list()
    assert desk.documents.list(record)


def test_a_link_to_a_record_that_fails_is_told_at_that_record(tmp_path: Path) -> None:
    desk = make(tmp_path, 'value: "1 / (days - days)"')
    bad = desk.records.create("trip", desk.who(), {"name": "甲", "days": 2})
    other = desk.records.create("other", desk.who(), {"name": "乙", "trip": bad})
    assert desk.records.state(other).findings == ()
    assert [path for path, _ in told(desk, bad)] == ["share"]


def test_rows_come_and_go_with_the_condition_of_their_section(tmp_path: Path) -> None:
    desk = make(tmp_path, 'value: "days"', "", "title: 人员", 'title: 人员\n    when: "days > 1"')
    record = desk.records.create("trip", desk.who(), {"days": 1, "people": {"r1": {"@order": 1, "who": "甲"}}})
    assert desk.records.rows(record, "people") == ()
    desk.records.set(record, "days", "2", desk.who())
    assert len(desk.records.rows(record, "people")) == 1


def test_a_paper_whose_condition_fails_says_so(tmp_path: Path) -> None:
    desk = make(tmp_path, 'value: "days"', "", "slip.docx", 'slip.docx, when: "name + days"')
    record = desk.records.create("trip", desk.who(), {"name": "甲", "days": 2})
    (slip,) = desk.documents.list(record)
    assert (slip.state, "条子" in slip.reason) == ("broken", True)
