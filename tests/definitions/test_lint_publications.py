"""What authors are told of lists that go out to everybody."""

from pathlib import Path

import pytest

from onefill.service.linting import lint_packs
from tests.definitions.packs import load

PACK = """\
pack: demo
title: 示例
forms: [leave]
cases: [leave]
roles: [{key: boss, title: 主管, reach: all, actions: [publish]}]
registers:
  - key: days
    title: 台账
    line: [slip]
    columns: [{key: slip, label: 单}, {key: who, label: 谁}, {key: phone, label: 电话, type: mobile, private: true}]
    look_up: {title: 查验, code: slip, name: who}
publications:
  - key: out
    title: 公开的
    register: days
    columns: [{key: slip, title: 单, value: slip}]
    by: [boss]
  - key: of_forms
    title: 表单的
    form: leave
    where: "title != '' and on.year > 2000"
    columns: [{key: title, title: 事由, value: title}]
    order: [title]
    by: [boss]
"""
LEAVE = """\
form: leave
title: 请假
label: "{{ title }}"
sections:
  - key: basics
    title: 基本
    fields:
      - {key: title, label: 事由, required: true}
      - {key: mobile, label: 电话, type: mobile, private: true}
"""


def codes(tmp_path: Path, pack: str) -> list[str]:
    definitions = load(tmp_path / "forms", {"pack.yaml": pack, "leave.yaml": LEAVE})
    return [one.code for one in lint_packs(definitions, tmp_path / "templates")]


def test_such_a_pack_has_no_fault(tmp_path: Path) -> None:
    assert codes(tmp_path, PACK) == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("value: slip}", "value: slipp}", "NAME_UNKNOWN"),
        ("value: slip}", "value: phone}", "PUBLIC_PRIVATE"),
        ("value: title}", "value: mobile}", "PUBLIC_PRIVATE"),
        ("order: [title]", "order: [mobile]", "PUBLIC_PRIVATE"),
        ("order: [title]", "order: [{value: title, like: none.one}]", "POINTS_NOWHERE"),
        ("order: [title]", "order: [title]\n    then: go", "PUBLIC_SHAPE"),
        ("by: [boss]\n  - key", "by: [boss]\n    then: go\n  - key", "POINTS_NOWHERE"),
        ("on.year > 2000", "day.year > 2000", "NAME_UNKNOWN"),
        ("register: days\n", "register: nights\n", "POINTS_NOWHERE"),
        ("form: leave\n    where", "form: leaves\n    where", "POINTS_NOWHERE"),
        ("register: days\n", "register: days\n    form: leave\n", "PUBLIC_SHAPE"),
        ("    register: days\n", "", "PUBLIC_SHAPE"),
        ("key: of_forms", "key: out", "KEY_TWICE"),
        ("code: slip", "code: slipp", "POINTS_NOWHERE"),
        ("name: who", "name: whom", "POINTS_NOWHERE"),
        ("name: who", "name: phone", "LOOK_UP_PRIVATE"),
        ("line: [slip]", "line: [slip, who]", "LOOK_UP_LINE"),
        ("by: [boss]\n  - key", "by: [chief]\n  - key", "POINTS_NOWHERE"),
        ("by: [boss]\n  - key", "by: [boss]\n    template: none.docx\n  - key", "TEMPLATE_MISSING"),
    ],
)
def test_lint_reads_what_a_pack_makes_public(tmp_path: Path, old: str, new: str, code: str) -> None:
    assert old in PACK
    assert code in codes(tmp_path, PACK.replace(old, new, 1))
