"""A small made-up form that has everything facts know: conditions, defaults, rows, a grid, links, checks, phases."""

from datetime import date
from typing import Any

from ruamel.yaml import YAML

from onefill.definitions.model import Form
from onefill.facts import FormPlan, Sheet
from onefill.facts.findings import Findings, findings_of

TODAY = date(2026, 11, 24)

GROUP = """
form: group
title: 小组
label: "{{ number }} {{ title }}"
phases: [{key: first, title: 第一步}, {key: second, title: 第二步}]
sections:
  - key: basics
    title: 基本
    fields:
      - {key: number, label: 编号, required: true}
      - {key: title, label: 名称, default: "'第' ~ number ~ '组'"}
      - {key: way, label: 方式, type: choice, options: [走, 坐车]}
      - {key: bus, label: 车牌, when: "way == '坐车'", required: true}
      - {key: start, label: 开始, type: date, required: true}
      - {key: planned, label: 人数, type: number, required: true}
      - {key: hours, label: 时数, value: "days|sum(attribute='hours')"}
      - {key: leader, label: 组长, type: link, form: person, required: true}
      - {key: leader_age, label: 组长年龄, value: "leader.years"}
      - {key: stops_made, label: 停几次, value: "stops|length"}
      - {key: signed, label: 签字, required: true, blank: ink}
  - key: days
    title: 日程
    label: "{{ day }}"
    repeat: {min: 1}
    fields:
      - {key: day, label: 日期, type: date, required: true}
      - {key: hours, label: 时数, type: number, required: true}
  - key: people
    title: 名册
    label: "{{ name }}"
    repeat: {min: 1, max: 6, unique: [card]}
    fields:
      - {key: name, label: 姓名, type: person_name, required: true}
      - {key: card, label: 号码, type: resident_id, required: true, private: true}
      - {key: age, label: 年龄, value: "card|age(on=start)"}
      - {key: score, label: 分数, type: number, from: second, required: true}
      - {key: good, label: 过关, value: "score >= 60"}
      - {key: came, label: 来了几次, value: "presence|along(row)|length"}
  - key: stops
    title: 停靠
    from: second
    when: "way == '坐车'"
    repeat: {min: 2, unique: [place]}
    fields:
      - {key: place, label: 地方, required: true}
  - {key: presence, title: 到场, grid: [days, people], field: {type: choice, options: [到, 缺]}}
checks:
  - {id: COUNT, expect: "people|length == planned", at: planned, level: error,
     message: "名册 {{ people|length }} 人，计划 {{ planned }} 人", remedy: "改为 {{ people|length }}"}
  - {id: YOUNG, each: people, expect: "age >= 16", at: card, level: warning,
     message: "{{ name }}只有 {{ age }} 岁", remedy: 换人}
documents:
  - {key: list, title: 名册, template: list.docx}
"""

PERSON = """
form: person
title: 人员
label: "{{ name }}"
sections:
  - key: basics
    title: 基本
    fields:
      - {key: name, label: 姓名, required: true}
      - {key: years, label: 岁数, type: number}
"""

CARD = "11010519491231002X"
OTHER_CARD = "44060419920229001X"


def plan(source: str = GROUP) -> FormPlan:
    return FormPlan(Form.model_validate(YAML(typ="safe").load(source)), {}, lambda: TODAY)


def group_data() -> dict[str, Any]:
    return {
        "number": "7",
        "start": "2026-12-07",
        "planned": 2,
        "leader": "p1",
        "days": {
            "d1": {"@order": 1, "day": "2026-12-07", "hours": 4},
            "d2": {"@order": 2, "day": "2026-12-08", "hours": "2.5"},
        },
        "people": {
            "r1": {"@order": 1, "name": "张三", "card": CARD, "score": 80},
            "r2": {"@order": 2, "name": "李四", "card": OTHER_CARD, "score": 59},
        },
        "presence": {"d1": {"r1": "到", "r2": "缺"}, "d2": {"r1": "到"}},
    }


def leader_sheet(years: int | None = 40) -> Sheet:
    data = {"name": "王五", "years": years} if years else {"name": "王五"}
    return Sheet(plan(PERSON), data, record="p1")


def group_sheet(data: dict[str, Any] | None = None, leader: Sheet | None = None) -> tuple[Sheet, Findings]:
    people = {"p1": leader or leader_sheet()}
    sheet = Sheet(
        plan(), group_data() if data is None else data, record="g1", links=lambda _form, record: people.get(record)
    )
    return sheet, findings_of(sheet)


def codes(findings: Findings, phase: int | None = None) -> set[tuple[str, str]]:
    return {(f.problem.place.path, f.problem.code) for f in findings.all(phase)}  # type: ignore[union-attr]
