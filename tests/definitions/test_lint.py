"""One test for each kind of fault: a sound form, one line changed, and the line that lint names."""

from pathlib import Path

import pytest

from onefill.definitions.lint import lint
from onefill.problems import Level
from tests.definitions.packs import PACK, load, told

COURSE = """\
form: course
title: 课程
label: "{{ title }}"
period: [starts, ends]
sections:
  - key: basics
    title: 基本
    fields:
      - {key: title, label: 名称, required: true, index: true}
      - {key: level, label: 级别, type: choice, options: [初级, 高级]}
      - {key: starts, label: 起, type: date}
      - {key: ends, label: 止, type: date}
"""
FORM = """\
form: leave
title: 请假
label: "{{ title }}"
phases: [{key: filing, title: 申请, locks: [basics]}, {key: closing, title: 销假}]
period: [starts, ends]
sections:
  - key: basics
    title: 基本
    fields:
      - {key: title, label: 事由, required: true}
      - {key: starts, label: 起, type: date, required: true}
      - {key: ends, label: 止, type: date, required: starts is filled}
      - {key: course, label: 课程, type: link, form: course, where: it.title == title}
      - {key: days, label: 天数, type: number, value: people|length, explain: 人数}
      - {key: phone, label: 电话, type: mobile, private: true, when: days > 1}
      - {key: result, label: 结果, type: choice, options: [好, 坏], from: closing}
  - key: people
    title: 同行
    label: "{{ name }}"
    repeat: {min: 0, max: 9, unique: [name]}
    fields:
      - {key: name, label: 姓名, type: person_name}
      - {key: score, label: 得分, type: number, min: 0, max: 100, decimals: 1, from: closing}
      - {key: passed, label: 通过, value: score >= 60}
      - {key: kind, label: 证件类型, type: choice, options: [身份证, 护照]}
      - {key: number, label: 证件号码, type: identity, by: kind}
  - key: dates
    title: 日子
    repeat: {}
    fields:
      - {key: day, label: 日期, type: date}
      - {key: who, label: 谁, type: row, of: people}
  - {key: marks, title: 记号, grid: [dates, people], field: {type: choice, options: [到, 缺]}}
lookups:
  - {key: seen, form: course, match: {title: title}, overlaps: [starts, ends]}
  - {key: same, form: course, match: {title: name}, each: people, answer: count}
checks:
  - id: C1
    expect: ends >= starts
    message: 止于 {{ ends|date }}
    remedy: 改期
    at: ends
  - {id: C2, expect: same == 0, message: "{{ row.no }} {{ name }}", remedy: 改, each: people, at: name}
life: [{phase: filing, date: starts}, {title: 休假, date: starts, until: ends}, {phase: closing}]
documents:
  - {key: slip, title: 假条, template: slip.docx}
  - {key: list, title: 名单, template: [list.xlsx, list.docx], when: days > 0, from: closing}
  - key: card
    title: 卡片
    template: card.xlsx
    each: {as: person, in: "people|selectattr('name')", into: sheets, label: "{{ person.name }}"}
"""
PACKS = PACK.replace("forms: [leave]", "forms: [leave, course]") + (
    """\
menus: [{title: 办件, forms: [leave]}]
units: [{key: A, title: 甲, below: [{key: A1, title: 乙}, {key: A2, title: 丙}]}]
roles: [{key: clerk, title: 经办}, {key: head, title: 负责人}]
tables:
  - key: grants
    title: 清单
    columns: [{key: code, label: 代码, required: true}, {key: until, label: 至, type: date}]
    rows:
      - {code: 01, until: 2026-12-31}
views:
  - {key: all, title: 全部, kind: list, form: leave, each: people, columns: [{title: 姓名, value: name}]}
  - key: scores
    title: 得分
    kind: chart
    form: leave
    when: days > 0
    sentence: 共 {{ days }} 人
    each: people|selectattr('score', 'filled')
    bins: [60, 80]
    series: [{title: 全部, x: score}, {title: 通过, x: score if passed else none, y: 1 + score * 0}]
  - {key: kinds, title: 证件, kind: chart, form: leave, each: people, x: kind, by: passed, draw: rows}
  - {key: when, title: 日子, kind: calendar, form: leave, each: dates, x: day, text: "{{ who.name }} {{ row.no }}"}
  - {key: sum, title: 合计, kind: statistics, form: leave, figures: [{title: 人数, value: days}]}
"""
)


def faults(folder: Path, old: str = "", new: str = "", file: str = "leave.yaml") -> list[tuple[str, int, str]]:
    files = {"pack.yaml": PACKS, "course.yaml": COURSE, "leave.yaml": FORM}
    if old:
        assert files[file].count(old) == 1, old
        files[file] = files[file].replace(old, new)
    return told(lint(load(folder, files)))


def line_of(text: str) -> int:
    return FORM[: FORM.index(text)].count("\n") + 1


def test_a_sound_pack_has_no_fault(tmp_path: Path) -> None:
    assert faults(tmp_path) == []


def test_a_rule_may_hold_against_the_units_of_the_record(tmp_path: Path) -> None:
    asked = "{key: own_units, answer: units}\n  - {key: seen, form: course"
    sound = FORM.replace("{key: seen, form: course", asked).replace("ends >= starts", "title in own_units")
    assert told(lint(load(tmp_path, {"pack.yaml": PACKS, "course.yaml": COURSE, "leave.yaml": sound}))) == []


#: What is changed into what, and the line and code that are named. The line is that of the changed text.
WRONG = {
    "type": ("type: mobile", "type: mobil", "TYPE_UNKNOWN"),
    "limit": ("type: mobile", "type: mobile, decimals: 2", "LIMIT_UNKNOWN"),
    "endless": ("type: mobile", "type: text, pattern: '(a+)+'", "LIMIT_BAD"),
    "where without candidates": ("type: mobile", "type: mobile, where: it.x", "LIMIT_UNKNOWN"),
    "offers without candidates": ("type: mobile", "type: mobile, offers: it.x", "LIMIT_UNKNOWN"),
    "check of some days that stops": ("each: people, at: name", "each: people, before: ends, at: name", "CHECK_SHAPE"),
    "stages without candidates": ("type: mobile", "type: mobile, stages: [gone]", "LIMIT_UNKNOWN"),
    "stages that the other form has not": ("where: it.title == title", "stages: [gone]", "POINTS_NOWHERE"),
    "offers not indexed": ("where: it.title == title", "offers: it.level == title", "NOT_INDEXED"),
    "pattern": ("label: 事由", "label: 事由, pattern: '('", "LIMIT_BAD"),
    "number that is asked for": ("label: 事由", "label: 事由, number: {value: n}", "COMPUTED_TYPED"),
    "number in rows": ("label: 姓名, type: person_name", "label: 姓名, number: {value: n}", "NUMBER_SHAPE"),
    "number of days": ("type: mobile, private: true", "type: date, number: {value: n}", "NUMBER_SHAPE"),
    "number without its figure": ("type: mobile, private: true", "number: {value: title}", "NUMBER_SHAPE"),
    "number per nothing": ("type: mobile, private: true", "number: {value: n, per: [gone]}", "NAME_UNKNOWN"),
    "number that was called otherwise": ("type: mobile, private: true", "was: tel, number: {value: n}", "WAS_IDLE"),
    "no options": ("type: choice, options: [好, 坏]", "type: choice", "TYPE_NEEDS"),
    "empty options": ("[好, 坏]", "[]", "TYPE_NEEDS"),
    "options twice": ("[好, 坏]", "[好, 好]", "LIMIT_BAD"),
    "synonyms of nothing": ("[好, 坏]", "[好, 坏], option_synonyms: {中: [一般]}", "LIMIT_BAD"),
    "synonym of two": ("[好, 坏]", "[好, 坏], option_synonyms: {好: [行], 坏: [行]}", "LIMIT_BAD"),
    "synonym that is an option": ("[好, 坏]", "[好, 坏], option_synonyms: {好: [坏]}", "LIMIT_BAD"),
    "synonyms of a text": ("label: 事由", "label: 事由, option_synonyms: {好: [行]}", "LIMIT_UNKNOWN"),
    "link without form": ("type: link, form: course, where: it.title == title", "type: link", "TYPE_NEEDS"),
    "row without of": ("type: row, of: people", "type: row", "TYPE_NEEDS"),
    "identity without by": ("type: identity, by: kind", "type: identity", "TYPE_NEEDS"),
    "stage of another form": ("each: people, answer: count", "stages: [gone], answer: count", "POINTS_NOWHERE"),
    "grid's type": ("{type: choice, options: [到, 缺]}", "{type: chioce}", "TYPE_UNKNOWN"),
    "required computed": ("value: people|length", "value: people|length, required: true", "COMPUTED_TYPED"),
    "default computed": ("value: people|length", "value: people|length, default: '1'", "COMPUTED_TYPED"),
    "explain typed": ("label: 事由", "label: 事由, explain: 算出", "COMPUTED_TYPED"),
    "moment's phase": ("{phase: closing}]", "{phase: clozing}]", "POINTS_NOWHERE"),
    "moment's date": ("{phase: filing, date: starts}", "{phase: filing, date: start}", "NAME_UNKNOWN"),
    "moment's end": ("until: ends}", "until: end}", "NAME_UNKNOWN"),
    "moment without date": ("{title: 休假, date: starts, until: ends}", "{title: 休假}", "MOMENT_SHAPE"),
    "former name in use": ("label: 事由, required", "label: 事由, was: days, required", "WAS_IN_USE"),
    "former name is its own": ("label: 事由, required", "label: 事由, was: [old, title], required", "WAS_IN_USE"),
    "former name of two": (
        "- {key: phone, label",
        "- {key: tel2, label: 甲, was: tel}\n      - {key: phone, was: tel, label",
        "WAS_TWICE",
    ),
    "former table in use": ("{key: marks, title", "{key: marks, was: people, title", "WAS_IN_USE"),
    "former name of a computed": ("key: passed, label", "key: passed, was: good, label", "WAS_IDLE"),
    "former name of plain fields": ("title: 基本", "title: 基本\n    was: base", "WAS_IDLE"),
    "removed and asked": ("title: 请假", "title: 请假\nremoved: {title: 不填了}", "REMOVED_IN_USE"),
    "removed table asked": ("title: 请假", "title: 请假\nremoved: {people/name: 不填了}", "REMOVED_IN_USE"),
    "name in value": ("value: people|length", "value: peple|length", "NAME_UNKNOWN"),
    "name in when": ("when: days > 1", "when: dayz > 1", "NAME_UNKNOWN"),
    "name in required": ("required: starts is", "required: start is", "NAME_UNKNOWN"),
    "name in default": ("label: 事由", "label: 事由, default: nothing", "NAME_UNKNOWN"),
    "name in options": ("options: [好, 坏]", "options: grantz", "NAME_UNKNOWN"),
    "name in row": ("value: score >= 60", "value: scores >= 60", "NAME_UNKNOWN"),
    "name beyond link": ("when: days > 1", "when: course.titel == title", "NAME_UNKNOWN"),
    "name in list": ("when: days > 1", "when: people|sum(attribute='scor') > 1", "NAME_UNKNOWN"),
    "list as row": ("when: days > 1", "when: people.name == title", "NAME_UNKNOWN"),
    "name in where": ("it.title == title", "it.titel == title", "NAME_UNKNOWN"),
    "it elsewhere": ("when: days > 1", "when: it.title == title", "NAME_UNKNOWN"),
    "row elsewhere": ("when: days > 1", "when: row.no > 1", "NAME_UNKNOWN"),
    "print in expression": ("when: days > 1", "when: print.date", "NAME_UNKNOWN"),
    "today": ("when: days > 1", "when: starts > today", "NAME_UNKNOWN"),
    "where not indexed": ("it.title == title", "it.level == title", "NOT_INDEXED"),
    "name in form label": ('label: "{{ title }}"', 'label: "{{ titel }}"', "NAME_UNKNOWN"),
    "private label": ('label: "{{ title }}"', 'label: "{{ phone }}"', "LABEL_PRIVATE"),
    "name in row label": ('label: "{{ name }}"', 'label: "{{ nam }}"', "NAME_UNKNOWN"),
    "name in expect": ("expect: ends >= starts", "expect: end >= starts", "NAME_UNKNOWN"),
    "name in message": ("{{ ends|date }}", "{{ end|date }}", "NAME_UNKNOWN"),
    "name in remedy": ("remedy: 改期", "remedy: 改 {{ end }}", "NAME_UNKNOWN"),
    "name in lookup": ("match: {title: title}", "match: {title: titel}", "NAME_UNKNOWN"),
    "lookup's field": ("match: {title: title}", "match: {titel: title}", "NAME_UNKNOWN"),
    "lookup not indexed": ("match: {title: title}", "match: {level: title}", "NOT_INDEXED"),
    "lookup shares what is not indexed": (
        "overlaps: [starts, ends]}",
        "overlaps: [starts, ends], shares: [level, '[title]']}",
        "NOT_INDEXED",
    ),
    "lookup shares what is nowhere": ("overlaps: [starts, ends]}", "shares: [title, '[titel]']}", "NAME_UNKNOWN"),
    "lookup's form": ("{key: seen, form: course", "{key: seen, form: curse", "POINTS_NOWHERE"),
    "said of no row": (
        "label: 事由, required: true",
        "label: 事由, required: true, said: [{words: [无]}]",
        "SAID_SHAPE",
    ),
    "said fills what is not there": (
        "max: 100, decimals: 1",
        "max: 100, said: [{words: [无], set: {nam: 甲}}]",
        "POINTS_NOWHERE",
    ),
    "said fills what cannot be": (
        "max: 100, decimals: 1",
        "max: 100, said: [{words: [无], set: {kind: 军官证}}]",
        "SAID_SHAPE",
    ),
    "said twice": ("max: 100, decimals: 1", "max: 100, said: [{words: [无, ' 无']}]", "SAID_SHAPE"),
    "lookup of no form": ("{key: seen, form: course, ", "{key: seen, ", "LOOKUP_SHAPE"),
    "lookup of units that asks a form": ("overlaps: [starts, ends]}", "answer: units}", "LOOKUP_SHAPE"),
    "lookup's each": (
        "match: {title: name}, each: people",
        "match: {title: title}, each: peple",
        "POINTS_NOWHERE",
    ),
    "name in document": ("when: days > 0", "when: dayz > 0", "NAME_UNKNOWN"),
    "name in each": ("people|selectattr('name')", "peple|selectattr('name')", "NAME_UNKNOWN"),
    "name in each's condition": ("people|selectattr('name')", "people|selectattr('nam')", "NAME_UNKNOWN"),
    "name in each's label": ("{{ person.name }}", "{{ person.nam }}", "NAME_UNKNOWN"),
    "syntax": ("when: days > 1", "when: days > > 1", "EXPRESSION"),
    "syntax in text": ("{{ ends|date }}", "{{ ends|date", "EXPRESSION"),
    "filter": ("{{ ends|date }}", "{{ ends|dat }}", "EXPRESSION"),
    "braces": ("when: days > 1", "when: '{{ days > 1 }}'", "EXPRESSION"),
    "yes": ("label: 事由, required: true", "label: 事由, required: yes", "NOT_BOOLEAN"),
    "phase": ("[好, 坏], from: closing", "[好, 坏], from: closin", "POINTS_NOWHERE"),
    "document's phase": ("when: days > 0, from: closing", "when: days > 0, from: closin", "POINTS_NOWHERE"),
    "check's phase": ("remedy: 改,", "remedy: 改, from: filng,", "POINTS_NOWHERE"),
    "locks": ("locks: [basics]", "locks: [basic]", "POINTS_NOWHERE"),
    "unique": ("unique: [name]", "unique: [nam]", "POINTS_NOWHERE"),
    "at": ("at: ends", "at: end", "POINTS_NOWHERE"),
    "at a row's field": ("at: ends", "at: name", "POINTS_NOWHERE"),
    "each": ("each: people, at: name", "each: basics, at: title", "POINTS_NOWHERE"),
    "of": ("of: people", "of: basics", "POINTS_NOWHERE"),
    "by": ("by: kind", "by: knd", "POINTS_NOWHERE"),
    "grid": ("grid: [dates, people]", "grid: [dates, basics]", "POINTS_NOWHERE"),
    "grid twice": ("grid: [dates, people]", "grid: [people, people]", "GRID_SHAPE"),
    "grid without field": (", field: {type: choice, options: [到, 缺]}", "", "GRID_SHAPE"),
    "field without grid": ("grid: [dates, people], ", "", "GRID_SHAPE"),
    "grid that repeats": ("grid: [dates, people]", "grid: [dates, people], repeat: {}", "GRID_SHAPE"),
    "form": ("form: course, where: it.title == title", "form: cours", "POINTS_NOWHERE"),
    "period": ("period: [starts, ends]", "period: [starts, title]", "POINTS_NOWHERE"),
    "period unknown": ("period: [starts, ends]", "period: [starts, endz]", "POINTS_NOWHERE"),
    "rows": ("min: 0, max: 9", "min: 10, max: 9", "REPEAT_RANGE"),
    "label without rows": ("title: 基本", "title: 基本\n    label: x", "SECTION_LABEL"),
    "field twice": ("{key: phone,", "{key: days,", "KEY_TWICE"),
    "field twice in rows": ("{key: passed,", "{key: score,", "KEY_TWICE"),
    "section twice": ("- {key: marks,", "- {key: people,", "KEY_TWICE"),
    "check twice": ("{id: C2", "{id: C1", "KEY_TWICE"),
    "document twice": ("{key: list", "{key: slip", "KEY_TWICE"),
    "document's title twice": ("title: 名单, template", "title: 假条, template", "KEY_TWICE"),
    "phase twice": ("{key: closing", "{key: filing", "KEY_TWICE"),
    "list's name": ("{key: phone,", "{key: grants,", "KEY_TWICE"),
    "alias taken": ("as: person", "as: people", "KEY_TWICE"),
    "reserved": ("{key: phone,", "{key: row,", "KEY_RESERVED"),
    "reserved in rows": ("{key: passed,", "{key: no,", "KEY_RESERVED"),
    "reserved alias": ("as: person", "as: it", "KEY_RESERVED"),
    "a word": ("{key: phone,", "{key: not,", "KEY_RESERVED"),
    "template": ("slip.docx", "slip.doc", "TEMPLATE_KIND"),
    "template's path": ("slip.docx", "../slip.docx", "TEMPLATE_KIND"),
    "part of a constant": ("value: score >= 60", "value: \"'abc'.foo\"", "EXPRESSION"),
    "inside of the program": ("value: score >= 60", "value: name.__class__", "EXPRESSION"),
    "inside by index": ("value: score >= 60", "value: \"name['__class__']\"", "EXPRESSION"),
    "always too large": ("value: score >= 60", "value: range(99999999)|list|length", "EXPRESSION"),
    "never works": ("value: score >= 60", "value: 1 / 0", "EXPRESSION"),
    "later check": ("expect: ends >= starts", "expect: result == '好'", "FACT_LATER"),
    "later document": ("when: days > 0, from: closing", "when: result == '好'", "FACT_LATER"),
    "later through a value": ("people|selectattr('name')", "people|selectattr('passed')", "FACT_LATER"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_fault_is_told_at_its_line(name: str, tmp_path: Path) -> None:
    old, new, code = WRONG[name]
    line = line_of(old) + new.count("\n")
    assert ("leave.yaml", line, code) in faults(tmp_path, old, new)


def test_lines_within_a_long_expression(tmp_path: Path) -> None:
    new = "when: |\n          days > 1\n          and dayz > 2\n"
    old = "      - {key: phone, label: 电话, type: mobile, private: true, when: days > 1}\n"
    block = "      - key: phone\n        label: 电话\n        " + new
    assert faults(tmp_path, old, block) == [("leave.yaml", line_of(old) + 4, "NAME_UNKNOWN")]


def test_the_nearest_name_is_offered(tmp_path: Path) -> None:
    files = {
        "pack.yaml": PACKS,
        "course.yaml": COURSE,
        "leave.yaml": FORM.replace("it.title ==", "it.titel =="),
    }
    (problem,) = lint(load(tmp_path, files))
    assert problem.remedy == "改成“it.title”"
    assert "it.titel" in problem.what


def test_a_section_without_fields(tmp_path: Path) -> None:
    found = faults(tmp_path, "lookups:\n", "  - {key: none, title: 空}\nlookups:\n")
    assert found == [("leave.yaml", line_of("lookups:"), "SECTION_EMPTY")]


CYCLES = {
    "value of itself": ("value: people|length", "value: days + 1", "days → days"),
    "value and condition": (
        "value: people|length",
        "value: phone|length",
        "days → phone → days",
    ),
    "default and default": (
        "label: 事由, required: true}",
        "label: 事由, default: a}\n      - {key: a, label: 甲, default: title}",
        "title → a → title",
    ),
    "through rows": (
        "value: score >= 60",
        "value: days > 1}\n      - {key: x, label: x, value: passed",
        None,
    ),
    "condition of a section": ("title: 同行", "title: 同行\n    when: days > 0", None),
    "row and record": ("value: score >= 60", "value: days > 0", None),
    "sum over rows": ("value: people|length", "value: people|sum(attribute='score')", None),
}


@pytest.mark.parametrize("name", CYCLES)
def test_rings(name: str, tmp_path: Path) -> None:
    old, new, ring = CYCLES[name]
    files = {"pack.yaml": PACKS, "course.yaml": COURSE, "leave.yaml": FORM.replace(old, new)}
    problems = [one for one in lint(load(tmp_path, files)) if one.code == "CYCLE"]
    assert [problem.what.partition("：")[2] for problem in problems] == ([ring] if ring else [])


def test_a_ring_through_rows_and_record(tmp_path: Path) -> None:
    text = FORM.replace("value: people|length", "value: people|sum(attribute='share')")
    text = text.replace("value: score >= 60", "value: score >= 60}\n      - {key: share, label: 份, value: days / 2")
    problems = lint(load(tmp_path, {"pack.yaml": PACKS, "course.yaml": COURSE, "leave.yaml": text}))
    assert told(problems) == [("leave.yaml", 14, "CYCLE")]
    assert "days → people[].share → days" in problems[0].what


def test_two_rings_are_both_told(tmp_path: Path) -> None:
    new = "label: 事由, default: title"
    text = FORM.replace("label: 事由, required: true", new).replace("value: people|length", "value: days")
    problems = lint(load(tmp_path, {"pack.yaml": PACKS, "course.yaml": COURSE, "leave.yaml": text}))
    assert told(problems) == [("leave.yaml", 10, "CYCLE"), ("leave.yaml", 14, "CYCLE")]


def test_required_links_that_come_back(tmp_path: Path) -> None:
    back = "      - {key: leave, label: 假, type: link, form: leave, required: true}\n"
    course = COURSE + back
    optional = {"pack.yaml": PACKS, "course.yaml": course, "leave.yaml": FORM}
    assert lint(load(tmp_path, optional)) == ()
    leave = FORM.replace("form: course, where", "form: course, required: true, where")
    problems = lint(load(tmp_path, {**optional, "leave.yaml": leave}))
    assert [problem.code for problem in problems] == ["LINK_CYCLE"]
    assert "→" in problems[0].what
    itself = COURSE + back.replace("form: leave", "form: course")
    problems = lint(load(tmp_path, {**optional, "course.yaml": itself}))
    assert told(problems) == [("course.yaml", 13, "LINK_CYCLE")]


def test_a_later_fact_is_no_fault_when_left_to_the_pen(tmp_path: Path) -> None:
    text = FORM.replace("[好, 坏], from: closing", "[好, 坏], from: closing, blank: ink")
    text = text.replace("when: days > 0, from: closing", "when: result == '好'")
    assert lint(load(tmp_path, {"pack.yaml": PACKS, "course.yaml": COURSE, "leave.yaml": text})) == ()


def test_a_later_fact_weighs_less_in_a_check(tmp_path: Path) -> None:
    text = FORM.replace("expect: ends >= starts", "expect: result == '好'")
    (problem,) = lint(load(tmp_path, {"pack.yaml": PACKS, "course.yaml": COURSE, "leave.yaml": text}))
    assert problem.level is Level.WARNING


def test_sheets_need_a_workbook(tmp_path: Path) -> None:
    text = FORM.replace("card.xlsx", "card.docx")
    found = told(lint(load(tmp_path, {"pack.yaml": PACKS, "course.yaml": COURSE, "leave.yaml": text})))
    assert found == [("leave.yaml", len(FORM.splitlines()), "TEMPLATE_KIND")]


def pack_line(text: str) -> int:
    return PACKS[: PACKS.index(text)].count("\n") + 1


WRONG_PACKS = {
    "case": ("cases: [leave]", "cases: [leaf]", "POINTS_NOWHERE"),
    "role's form": ("{key: clerk, title: 经办}", "{key: clerk, title: 经办, fills: [leaf]}", "POINTS_NOWHERE"),
    "menu": ("title: 办件, forms: [leave]", "title: 办件, forms: [leaf]", "POINTS_NOWHERE"),
    "unit twice": ("{key: A2, title: 丙}", "{key: A, title: 丙}", "KEY_TWICE"),
    "role twice": ("{key: head,", "{key: clerk,", "KEY_TWICE"),
    "form twice": ("forms: [leave, course]", "forms: [leave, course, leave]", "KEY_TWICE"),
    "column twice": ("{key: until,", "{key: code,", "KEY_TWICE"),
    "column type": ("type: date}", "type: dat}", "TYPE_UNKNOWN"),
    "column unknown": ("until: 2026-12-31", "untill: 2026-12-31", "COLUMN_UNKNOWN"),
    "cell": ("until: 2026-12-31", "until: 2026-13-31", ""),
    "cell missing": ("code: 01, ", "", "CELL_MISSING"),
    "reserved": ("- key: grants", "- key: it", "KEY_RESERVED"),
    "view's form": (
        "key: sum, title: 合计, kind: statistics, form: leave",
        "key: sum, title: 合计, kind: statistics, form: x",
        "POINTS_NOWHERE",
    ),
    "view's each": ("each: people, columns", "each: peple, columns", "NAME_UNKNOWN"),
    "view's column": ("{title: 姓名, value: name}", "{title: 姓名, value: nam}", "NAME_UNKNOWN"),
    "view's when": ("when: days > 0", "when: dayz > 0", "NAME_UNKNOWN"),
    "view's sentence": ("sentence: 共 {{ days }} 人", "sentence: 共 {{ dayz }} 人", "NAME_UNKNOWN"),
    "view's x": ("x: kind, by", "x: kin, by", "NAME_UNKNOWN"),
    "view's by": ("by: passed", "by: pased", "NAME_UNKNOWN"),
    "view's text": ("{{ who.name }}", "{{ who.nam }}", "NAME_UNKNOWN"),
    "series' x": ("{title: 全部, x: score}", "{title: 全部, x: scor}", "NAME_UNKNOWN"),
    "series' y": ("y: 1 + score * 0", "y: 1 + scor * 0", "NAME_UNKNOWN"),
    "figure": ("{title: 人数, value: days}", "{title: 人数, value: day}", "NAME_UNKNOWN"),
    "expression of a view": ("x: kind, by", "x: kind +, by", "EXPRESSION"),
    "view without columns": (", columns: [{title: 姓名, value: name}]", "", "VIEW_SHAPE"),
    "chart without x": ("x: kind, by: passed, ", "", "VIEW_SHAPE"),
    "calendar with columns": ("x: day, text", "x: day, columns: [], text", "VIEW_SHAPE"),
    "by and series": ("bins: [60, 80]", "by: kind", "VIEW_SHAPE"),
    "per and bins": ("bins: [60, 80]", "per: day\n    bins: [60, 80]", "VIEW_SHAPE"),
    "bins out of order": ("bins: [60, 80]", "bins: [80, 60]", "VIEW_SHAPE"),
    "private in a view": ("x: kind, by", "x: phone, by", "VIEW_PRIVATE"),
}


@pytest.mark.parametrize("name", WRONG_PACKS)
def test_a_fault_of_the_pack(name: str, tmp_path: Path) -> None:
    old, new, code = WRONG_PACKS[name]
    found = [(line, said) for file, line, said in faults(tmp_path, old, new, "pack.yaml") if file == "pack.yaml"]
    assert [line for line, said in found if said == code or not code] == [pack_line(old)]


def test_what_points_to_a_broken_form_is_not_blamed(tmp_path: Path) -> None:
    files = {"pack.yaml": PACKS, "course.yaml": "a:\n\t- b\n", "leave.yaml": FORM}
    assert told(lint(load(tmp_path, files))) == [("course.yaml", 2, "YAML_TAB")]


def test_a_fact_that_nothing_fills(tmp_path: Path) -> None:
    pack = PACKS.replace(", until: 2026-12-31", "")
    text = FORM.replace("when: days > 1", "when: grants|map(attribute='until')|first is filled")
    found = told(lint(load(tmp_path, {"pack.yaml": pack, "course.yaml": COURSE, "leave.yaml": text})))
    assert found == [("leave.yaml", 15, "FACT_NEVER")]


def test_what_a_table_takes_over_must_be_there_to_be_taken(tmp_path: Path) -> None:
    takes = (
        "title: 填入, form: course, link: leave, stages: [sent], section: lines, set: {passed: code}, when: scor > 0"
    )
    new = f"unique: [name]}}\n    takes: {{{takes}}}"
    found = faults(tmp_path, "unique: [name]}", new)
    line = line_of("unique: [name]}") + 1
    # A computed column, no link here, no such stage, no such table, and a name that nobody knows.
    assert found == [("leave.yaml", line, "POINTS_NOWHERE")] * 4 + [("leave.yaml", line, "NAME_UNKNOWN")]
    shared = takes.replace("stages:", "shared: {teacher_none: days}, stages:")
    found = faults(tmp_path, "unique: [name]}", f"unique: [name]}}\n    takes: {{{shared}}}")
    assert found[2] == ("leave.yaml", line, "POINTS_NOWHERE")
    assert ("leave.yaml", line, "TAKES_SHAPE") in found
    takes = (
        "title: 填入, form: leave, link: leave, stages: [sent], section: lines, set: {name: code}, register: nowhere"
    )
    found = faults(tmp_path, "unique: [name]}", f"unique: [name]}}\n    takes: {{{takes}}}")
    assert found == [("leave.yaml", line, "POINTS_NOWHERE")] * 4  # the register besides
    found = faults(tmp_path, "{key: marks, title: 记号,", f"{{key: marks, title: 记号, takes: {{{takes}}},")
    assert ("leave.yaml", line_of("key: marks"), "TAKES_SHAPE") in found


def test_everything_at_once(tmp_path: Path) -> None:
    text = FORM.replace("type: mobile", "type: mobil").replace("at: ends", "at: end").replace("days > 0", "dayz > 0")
    found = faults(tmp_path, FORM, text)
    assert [code for _, _, code in found] == ["TYPE_UNKNOWN", "POINTS_NOWHERE", "NAME_UNKNOWN"]
