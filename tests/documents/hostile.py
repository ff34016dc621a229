"""A class whose texts look like everything but text: they must be printed as they stand."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

HOSTILE_CLASS = "class_hostile"

MARKUP = '<b>粗</b> & "引" <script>alert(1)</script>'
TEMPLATE = "{{ 7*7 }}{% for x in range(9) %}{{ x }}{% endfor %}{# 注 #}"
FORMULA = "=cmd|' /C calc'!A0"
PLUS, MINUS, AT = "+1+1", "-2+3", "@SUM(1,2)"
FIELD = "\\* MERGEFORMAT PAGE ${class_no} %n &P &D"
ENTITY = "&lt;w:br/&gt; ]]> <!-- -->"


def hostile_data(class_50: Mapping[str, Any]) -> dict[str, Any]:
    """The class of fifty with such texts in it, cut to twelve people."""
    data = deepcopy(dict(class_50))
    data["trainees"] = dict(list(data["trainees"].items())[:12])
    data["planned_count"] = 12
    people = list(data["trainees"].values())
    for row, text in zip(people, HOSTILE_NOTES, strict=False):
        row["note"] = text
    people[0]["employer"] = MARKUP
    people[1]["employer"] = TEMPLATE
    people[2]["employer"] = FORMULA
    data["sessions"]["s1"]["content"] = MARKUP
    data["sessions"]["s2"]["content"] = TEMPLATE
    data["sessions"]["s3"]["content"] = FORMULA
    data["sessions"]["s4"]["note"] = FIELD
    data["class_name"] = TEMPLATE
    data["site_address"] = FORMULA
    data["exam_incidents"] = f"{MARKUP}\n{TEMPLATE}\n{FORMULA}"
    data["archive_title"] = ENTITY
    return data


HOSTILE_NOTES = (MARKUP, TEMPLATE, FORMULA, PLUS, MINUS, AT, FIELD, ENTITY)
