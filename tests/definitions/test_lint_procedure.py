"""Faults of materials, stages and actions, each at its line."""

from pathlib import Path

import pytest

from onefill.definitions.lint import lint
from tests.definitions.packs import LEAVE, PACK, load, told

FORM = (
    LEAVE
    + """\
      - {key: kind, label: 假别, index: true}
      - {key: day, label: 哪天, type: date, from: closing}
      - {key: card, label: 身份证号码, type: resident_id, private: true}
  - key: rows
    title: 明细
    repeat: {max: 9}
    fields: [{key: name, label: 名称}]
phases: [{key: asking, title: 申请}, {key: closing, title: 销假}]
documents:
  - {key: slip, title: 假条}
  - {key: late, title: 销假单, from: closing}
materials:
  - {key: paper, title: 假条扫描件, kind: scan, document: slip}
  - {key: list, title: 明细, kind: register, section: rows, count: {min: "3", of: "rows|map(attribute='name')|list"}}
  - key: proof
    title: 证明
    kind: upload
    when: kind == '病假'
    follows: [kind, rows.name, one.name, basics, {fact: rows, when: kind is filled}]
    each: {as: one, in: rows, label: "{{ one.name }}"}
  - key: before
    title: 上次的假条
    kind: earlier
    earlier: {form: leave, match: {kind: kind}, material: paper, stages: [given]}
stages:
  - {key: asked, title: 等批}
  - {key: back, title: 退回, holder: owner}
  - {key: given, title: 准了, holder: done, passed: true}
actions:
  - key: ask
    title: 交
    kind: submit
    from: [draft, back]
    to: asked
    by: [clerk]
    when: case.errors == 0
    message: "{{ case.errors }} 处要改"
  - {key: return, title: 退, kind: return, from: [asked], to: back, by: [head]}
  - {key: give, title: 准, kind: pass, from: [asked], to: given, by: [head], prints: answer}
notices:
  - {key: answer, title: 答复, template: answer.docx}
"""
)
PACKS = (
    PACK
    + """\
roles: [{key: clerk, title: 经办}, {key: head, title: 负责人}]
tables:
  - {key: off, title: 放假, columns: [{key: day, label: 日期, type: date}], rows: [{day: "2026-10-01"}]}
calendar: {holidays: off}
"""
)


def faults(folder: Path, old: str = "", new: str = "", file: str = "leave.yaml") -> list[tuple[str, int, str]]:
    files = {"pack.yaml": PACKS, "leave.yaml": FORM}
    if old:
        assert files[file].count(old) == 1, old
        files[file] = files[file].replace(old, new)
    return told(lint(load(folder, files)))


def test_a_sound_procedure_has_no_fault(tmp_path: Path) -> None:
    assert faults(tmp_path) == []


WRONG = {
    "a scan of nothing": ("kind: scan, document: slip", "kind: scan", "MATERIAL_SHAPE"),
    "a scan of no document": ("document: slip}", "document: slup}", "POINTS_NOWHERE"),
    "a notice to no link": ("answer.docx}", "answer.docx, to: kind}", "POINTS_NOWHERE"),
    "a scan of a later paper": ("document: slip}", "document: late}", "MATERIAL_NEVER"),
    "an upload of no document": ("kind: upload\n", "kind: upload\n    document: slup\n", "POINTS_NOWHERE"),
    "an original with a document": ("kind: upload\n", "kind: original\n    document: slip\n", "MATERIAL_SHAPE"),
    "a document of no record": (
        "kind: upload\n",
        "kind: upload\n    document: slip\n    document_of: kind\n",
        "MATERIAL_SHAPE",
    ),
    "whose document without a document": ("kind: upload\n", "kind: upload\n    document_of: kind\n", "MATERIAL_SHAPE"),
    "a document of an unknown fact": (
        "kind: upload\n",
        "kind: upload\n    document: slip\n    document_of: kinb\n",
        "NAME_UNKNOWN",
    ),
    "a caution of what is not handed in": (
        "to: back, by: [head]",
        "to: back, by: [head], cautions: [{title: 一, expect: 'true', message: 二}]",
        "ACTION_SHAPE",
    ),
    "a caution about an unknown fact": (
        "by: [clerk]\n",
        "by: [clerk]\n    cautions: [{title: 一, expect: kinb == '病假', message: 二}]\n",
        "NAME_UNKNOWN",
    ),
    "a caution at no field": (
        "by: [clerk]\n",
        "by: [clerk]\n    cautions: [{title: 一, expect: 'true', message: 二, at: kinb}]\n",
        "POINTS_NOWHERE",
    ),
    "never": ("when: kind == '病假'", 'when: "false"', "MATERIAL_NEVER"),
    "an unknown fact": ("when: kind == '病假'", "when: kinb == '病假'", "NAME_UNKNOWN"),
    "an unknown name of one": ("{{ one.name }}", "{{ one.nome }}", "NAME_UNKNOWN"),
    "a later fact": ("when: kind == '病假'", "when: day is filled", "FACT_LATER"),
    "twice": (
        "  - {key: list, title: 明细, kind: register",
        "  - {key: again, title: 又一份, kind: scan, document: slip}\n  - {key: list, title: 明细, kind: register",
        "MATERIAL_TWICE",
    ),
    "key twice": ("{key: list, title: 明细", "{key: paper, title: 明细", "KEY_TWICE"),
    "a seal on what is no scan": (
        "kind: register, section: rows",
        "kind: register, marks: seal, section: rows",
        "MATERIAL_SHAPE",
    ),
    "no section": ("section: rows", "section: raws", "POINTS_NOWHERE"),
    "unknown count": ("map(attribute='name')", "map(attribute='nome')", "NAME_UNKNOWN"),
    "earlier of no form": ("{form: leave, match", "{form: leaf, match", "POINTS_NOWHERE"),
    "earlier of no material": ("material: paper,", "material: papers,", "POINTS_NOWHERE"),
    "earlier of no stage": ("stages: [given]", "stages: [gave]", "POINTS_NOWHERE"),
    "earlier without a way to know it": ("match: {kind: kind}, ", "", "MATERIAL_SHAPE"),
    "earlier of the same phase": (
        "{form: leave, match: {kind: kind}, material: paper, stages: [given]}",
        "{material: paper}",
        "MATERIAL_NEVER",
    ),
    "a register without what to count": (", of: \"rows|map(attribute='name')|list\"", "", "MATERIAL_SHAPE"),
    "a scan that counts facts": (
        "kind: scan, document: slip",
        "kind: scan, document: slip, count: {min: '3', of: rows}",
        "MATERIAL_SHAPE",
    ),
    "earlier by what is not kept": ("match: {kind: kind}", "match: {title: title}", "NOT_INDEXED"),
    "a file about no fact": ("follows: [kind,", "follows: [kinb,", "NAME_UNKNOWN"),
    "a file about no column": ("rows.name, one", "rows.nome, one", "NAME_UNKNOWN"),
    "a file about nothing of its entry": ("one.name, basics", "one.nome, basics", "NAME_UNKNOWN"),
    "a file about no section": ("one.name, basics", "one.name, basicz", "NAME_UNKNOWN"),
    "a file about a list of the pack": ("follows: [kind,", "follows: [off,", "NAME_UNKNOWN"),
    "a file about a later fact": ("follows: [kind,", "follows: [day,", "FACT_LATER"),
    "a file about a person's number": ("follows: [kind,", "follows: [card,", "FOLLOWS_PRIVATE"),
    "a file about a fact twice": ("follows: [kind,", "follows: [kind, kind,", "KEY_TWICE"),
    "a file about a fact at times that cannot be": ("kind is filled}", "kinb is filled}", "NAME_UNKNOWN"),
    "a scan that follows": (
        "kind: scan, document: slip",
        "kind: scan, document: slip, follows: [kind]",
        "MATERIAL_SHAPE",
    ),
    "stage called draft": ("{key: back, title: 退回", "{key: draft, title: 退回", "KEY_RESERVED"),
    "passed but not done": ("holder: done, passed: true", "passed: true", "STAGE_SHAPE"),
    "awaited without a way on": (
        "holder: done, passed: true}",
        "holder: done, passed: true, awaited: true}",
        "STAGE_SHAPE",
    ),
    "awaited before it is done": (
        "{key: asked, title: 等批}",
        "{key: asked, title: 等批, awaited: true}",
        "STAGE_SHAPE",
    ),
    "two terms": ("{key: asked, title: 等批}", "{key: asked, title: 等批, days: 5, until: day}", "STAGE_SHAPE"),
    "a term of its own and one carried": (
        "{key: asked, title: 等批}",
        "{key: asked, title: 等批, days: 5, carries: true}",
        "STAGE_SHAPE",
    ),
    "carried where nobody works": ("holder: owner}", "holder: owner, carries: true}", "STAGE_SHAPE"),
    "term of nothing": ("{key: asked, title: 等批}", "{key: asked, title: 等批, until: gone}", "NAME_UNKNOWN"),
    "given to nobody": ("to: given, by: [head]", "to: given, by: [head], gives_to: gone", "NAME_UNKNOWN"),
    "no stage": ("to: given, by", "to: gave, by", "POINTS_NOWHERE"),
    "passed and left where it is": (
        "kind: pass, from: [asked], to: given",
        "kind: pass, from: [asked]",
        "ACTION_SHAPE",
    ),
    "no role": ("to: given, by: [head]", "to: given, by: [boss]", "POINTS_NOWHERE"),
    "no notice": ("prints: answer", "prints: answers", "POINTS_NOWHERE"),
    "unknown part of the case": ("when: case.errors == 0", "when: case.error == 0", "NAME_UNKNOWN"),
    "message without condition": ("    when: case.errors == 0\n", "", "ACTION_SHAPE"),
    "returned to the office": ("to: back, by", "to: asked, by", "ACTION_SHAPE"),
    "passed to its owner": (
        "kind: pass, from: [asked], to: given",
        "kind: pass, from: [asked], to: back",
        "ACTION_SHAPE",
    ),
    "a day after no action": (
        "prints: answer}",
        "prints: answer, asks: [{what: date, after: [asking]}]}",
        "POINTS_NOWHERE",
    ),
    "a reason that may lie ahead": (
        "prints: answer}",
        "prints: answer, asks: [{what: reason, future: true}]}",
        "ACTION_SHAPE",
    ),
    "destroyed by one, and at any time": ("prints: answer}", "prints: answer, destroys: {}}", "DESTROYS_SHAPE"),
    "destroyed, and nowhere kept": (
        "prints: answer}",
        "prints: answer, four_eyes: true, destroys: {keeps: [kinb]}}",
        "POINTS_NOWHERE",
    ),
    "destroyed but for a person's number": (
        "prints: answer}",
        "prints: answer, four_eyes: true, destroys: {keeps: [card]}}",
        "DESTROYS_KEEPS",
    ),
    "destroyed along with what there is not": (
        "prints: answer}",
        "prints: answer, four_eyes: true, destroys: {along: [{form: leaf, link: x}]}}",
        "POINTS_NOWHERE",
    ),
    "destroyed along with a form that does not point here": (
        "prints: answer}",
        "prints: answer, four_eyes: true, destroys: {along: [{form: leave, link: kind}]}}",
        "POINTS_NOWHERE",
    ),
    "done apart from an act that there is not": (
        "prints: answer}",
        "prints: answer, apart_from: [gave]}",
        "POINTS_NOWHERE",
    ),
    "declared by an officer": ("prints: answer}", "prints: answer, declares: 属实}", "ACTION_SHAPE"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_told(tmp_path: Path, case: str) -> None:
    old, new, code = WRONG[case]
    assert code in [one for _, _, one in faults(tmp_path, old, new)]


def test_a_stage_that_nothing_leads_to_and_one_that_leads_nowhere(tmp_path: Path) -> None:
    found = faults(tmp_path, "to: given, by: [head], prints: answer}", "to: back, by: [head]}")
    assert "STAGE_UNREACHED" in [code for _, _, code in found]
    found = faults(tmp_path, "from: [draft, back]", "from: [draft]")
    assert "STAGE_DEAD_END" in [code for _, _, code in found]


def test_a_calendar_that_is_no_list_of_days(tmp_path: Path) -> None:
    assert [code for _, _, code in faults(tmp_path, "holidays: off", "holidays: of", "pack.yaml")] == ["POINTS_NOWHERE"]
