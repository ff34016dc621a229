"""Records that link to each other in a ring, or to themselves."""

from pathlib import Path

import pytest
from docx import Document

from onefill.definitions.lint import lint
from onefill.service import Desk
from store import EVERYTHING
from tests.definitions.packs import write
from tests.desks import make_desk

PACK = "pack: trial\ntitle: 试\nforms: [school, teacher]\ncases: [school]\n"
SCHOOL = """\
form: school
title: 学校
label: "{{ name }}"
sections:
  - key: basics
    title: 基本
    fields:
      - {key: name, label: 名称}
      - {key: head, label: 校长, type: link, form: teacher}
      - {key: sister, label: 姊妹校, type: link, form: school}
      - {key: phone, label: 电话, value: "head.mobile"}
documents: [{key: slip, title: 条子, template: slip.docx}]
"""
TEACHER = """\
form: teacher
title: 教师
label: "{{ name }}"
sections:
  - key: basics
    title: 基本
    fields:
      - {key: name, label: 姓名}
      - {key: mobile, label: 手机}
      - {key: school, label: 学校, type: link, form: school}
      - {key: where, label: 哪里, value: "school.name"}
"""


def make(folder: Path, school: str = SCHOOL, teacher: str = TEACHER) -> Desk:
    write(folder / "forms", {"trial/pack.yaml": PACK, "trial/school.yaml": school, "trial/teacher.yaml": teacher})
    templates = folder / "templates" / "trial"
    templates.mkdir(parents=True)
    paper = Document()
    paper.add_paragraph("{{ name }}：{{ head.name }}，{{ head.where }}，{{ phone }} {{ print.hash }}")
    paper.save(str(templates / "slip.docx"))
    return make_desk(folder / "data", forms=folder / "forms", templates=folder / "templates")


def ring(desk: Desk) -> tuple[str, str]:
    school = desk.records.create("school", desk.who(), {"name": "一校"})
    teacher = desk.records.create("teacher", desk.who(), {"name": "王五", "mobile": "1", "school": school})
    desk.records.set(school, "head", teacher, desk.who())
    return school, teacher


def test_links_in_a_ring_are_no_fault_where_facts_do_not_read_each_other(tmp_path: Path) -> None:
    desk = make(tmp_path)
    assert [one for one in lint(desk.definitions) if one.code in ("CYCLE", "LINK_CYCLE")] == []


def test_records_in_a_ring_are_printed_and_kept_and_come_to_rest(tmp_path: Path) -> None:
    desk = make(tmp_path)
    school, teacher = ring(desk)
    assert desk.documents.file(school, "slip", ".docx", desk.who()).data
    first = desk.records.keep_version(school, desk.who())
    other = desk.records.keep_version(teacher, desk.who())
    for _ in range(3):
        assert desk.records.keep_version(school, desk.who()) == first
        assert desk.records.keep_version(teacher, desk.who()) == other
    assert len(desk.records.list()) == 2


def test_a_version_in_a_ring_stays_as_it_was(tmp_path: Path) -> None:
    desk = make(tmp_path)
    school, teacher = ring(desk)
    old = desk.records.keep_version(school, desk.who())
    desk.records.set(teacher, "mobile", "2", desk.who())
    new = desk.records.keep_version(school, desk.who())
    assert new > old
    desk.records.set(school, "name", "二校", desk.who())
    newest = desk.records.keep_version(school, desk.who())
    book = desk.documents._book  # a version's facts have no other door than its papers
    phones = [book.past.pinned(desk.store.entry(school, n, EVERYTHING)).value("phone") for n in (old, new, newest)]
    assert phones == ["1", "2", "2"]
    head = book.past.pinned(desk.store.entry(school, newest, EVERYTHING)).value("head")
    assert head["where"] == "二校"  # type: ignore[index]


def test_a_record_that_links_to_itself(tmp_path: Path) -> None:
    desk = make(tmp_path, SCHOOL.replace('label: "{{ name }}"', 'label: "{{ name }} {{ sister }}"'))
    school = desk.records.create("school", desk.who(), {"name": "一校"})
    desk.records.set(school, "sister", school, desk.who())
    assert [line.label for line in desk.records.list()] == ["一校"]
    first = desk.records.keep_version(school, desk.who())
    assert desk.records.keep_version(school, desk.who()) == first
    assert desk.documents.file(school, "slip", ".docx", desk.who()).data
    desk.history.restore(school, 1, desk.who())


LABELS = ('label: "{{ name }}"', 'label: "{{ head }}"'), ('label: "{{ name }}"', 'label: "{{ school }}"')
VALUES = ('value: "head.mobile"', 'value: "head.where"'), ('value: "school.name"', 'value: "school.phone"')
RINGS = {
    "labels": (*LABELS, "school.label → teacher.label → school.label"),
    "values": (*VALUES, "school.phone → teacher.where → school.phone"),
    "itself": (("head.mobile", "sister.phone"), ("x", "x"), "phone → phone"),
    "label of itself": (('"{{ name }}"', '"{{ sister }}"'), ("x", "x"), "label → label"),
    "a label and a value": (LABELS[0], ('"{{ name }}"', '"{{ school.phone }}"'), None),
}


@pytest.mark.parametrize("name", RINGS)
def test_facts_that_read_each_other_over_links_are_told(name: str, tmp_path: Path) -> None:
    school, teacher, told = RINGS[name]
    desk = make(tmp_path, SCHOOL.replace(*school), TEACHER.replace(*teacher))
    found = [one.what.partition("：")[2] for one in lint(desk.definitions) if one.code == "CYCLE"]
    assert found == ([told] if told else [])
    first, second = ring(desk)
    for record in (first, second):
        desk.records.state(record)
        desk.records.keep_version(record, desk.who())
    assert len(desk.records.list()) == 2
    assert desk.documents.file(first, "slip", ".docx", desk.who()).data
