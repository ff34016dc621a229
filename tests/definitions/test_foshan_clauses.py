"""Every clause that the Foshan pack names is one of the city's guidance, and is the one that speaks of the matter."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from onefill.definitions import load_packs
from onefill.definitions.model import Form

HOME = Path(__file__).resolve().parents[2]
PACK = HOME / "forms" / "foshan"
FORMS = load_packs(HOME / "forms").loaded["foshan"].forms
#: Forms that somebody returns with remarks.
RETURNED = [form for form in FORMS.values() if any(one.kind == "return" for one in form.actions)]
#: The clauses of the guidance, each with words that it begins with or is about.
GUIDANCE = {
    "一（一）": "市人力资源社会保障局：统筹、申报、双目录、公布",
    "一（二）": "市人力资源公共服务中心：标准评审备案、编码、检查指导各区",
    "一（三）": "各区：初审推荐、备案和证书申请审核、监管",
    "二（一）": "培训课程目录和标准管理",
    "二（一）1": "省级课程项目",
    "二（一）2": "市级课程项目，经省备案",
    "二（一）3": "省内其他地市开发，经省发布，经市课标委备案",
    "二（二）": "培训机构目录管理：申请、初审、终审、公布",
    "二（二）1": "申请表（附件2）",
    "二（二）2": "简章、大纲（含考核内容）、教材、师资",
    "二（二）3": "登记证书、批文、办学许可证等复印件",
    "二（三）": "培训项目实施，证书登记备案",
    "二（三）1": "训前备案",
    "二（三）1（1）": "盖章同意的申请表",
    "二（三）1（2）": "培训计划（附件3）和参训人员名册（附件5）",
    "二（三）1（3）": "通过审核的简章、大纲、教材、师资",
    "二（三）2": "实施培训：按计划，签到、录像、考勤、授课记录，线上记录",
    "二（三）3": "开展考核",
    "二（三）4": "发放证书：证书申请、编码、打印、免费发放",
    "二（三）4（1）": "核发名册（附件5）",
    "二（三）4（2）": "培训过程资料",
    "二（三）4（3）": "考核过程资料",
    "三": "补贴规定",
    "四（一）": "抽查、整改、取消",
    "四（二）": "主体责任、归档、移出名单",
    "四（三）": "证书保管、补发、收回、伪造",
}
NAMED = re.compile(r"[一二三四五六七八九]（[一二三四五六七八九]）(?:[0-9](?:（[0-9]）)?)?")


def clauses(node: Any, at: str) -> Iterator[tuple[str, str]]:
    """What stands under ``clause:``, with where that is."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "clause" and isinstance(value, str):
                yield from ((one, at) for one in value.split("、"))
            else:
                yield from clauses(value, f"{at}/{key}")
    elif isinstance(node, list):
        for number, value in enumerate(node):
            name = value.get("key") or value.get("id") if isinstance(value, dict) else None
            yield from clauses(value, f"{at}/{name or number}")


@pytest.mark.parametrize("path", sorted(PACK.glob("*.yaml")), ids=lambda path: path.stem)
def test_each_clause_is_one_of_the_guidance(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    found = [*clauses(YAML(typ="safe").load(text), path.stem)]
    found += [(one, f"{path.name}: words") for one in NAMED.findall(text)]
    assert [(one, at) for one, at in found if one not in GUIDANCE] == []
    assert found or path.stem in ("institution", "teacher")


@pytest.mark.parametrize("form", RETURNED, ids=lambda form: form.form)
def test_a_remark_on_any_fact_of_what_is_returned_has_a_clause(form: Form) -> None:
    assert [one.key for one in form.sections if not one.clause] == []
    assert [one.key for one in form.materials if not one.clause] == []
    assert [one.id for one in form.checks if not one.clause] == []


@pytest.mark.parametrize(
    ("form", "path", "clause"),
    [
        ("application", "basics/institution", "二（二）1"),
        ("application", "basics/round", "一（一）"),
        ("application", "courses/syllabus", "二（二）2"),
        ("application", "staff/teachers", "二（二）2"),
        ("application", "staff/yearly_total", "二（二）1"),
        ("application", "statement/declaration", "四（二）"),
        ("training_class", "basics/planned_count", "二（三）1（2）"),
        ("training_class", "basics/syllabus", "二（三）1（3）"),
        ("training_class", "basics/train_mode", "二（三）2"),
        ("training_class", "basics/funding", "三"),
        ("training_class", "exam_plan/exam_date", "二（三）3"),
        ("training_class", "sessions/date", "二（三）1（2）"),
        ("training_class", "sessions/teacher", "二（三）1（2）"),
        ("training_class", "sessions/hours", "四（一）"),
        ("training_class", "trainees/age", "三"),
        ("training_class", "trainees/id_no", "二（三）1（2）"),
        ("training_class", "trainees/theory", "二（三）4（3）"),
        ("training_class", "trainees/result", "二（三）4（1）"),
        ("training_class", "trainees/attended", "二（三）4（2）"),
        ("training_class", "trainees/cert_no", "二（三）4"),
        ("training_class", "trainees/receipt_date", "四（二）"),
        ("training_class", "recordings/minutes", "二（三）4（2）"),
        ("training_class", "exam/exam_chief", "四（二）"),
        ("training_class", "invigilators/name", "四（二）"),
        ("training_class", "archive_file/archive_date", "四（二）"),
        ("course", "proof/province_filing_no", "二（一）2"),
        ("course", "proof/city_committee_no", "二（一）3"),
        ("course", "standard/subsidy_std", "一（一）"),
        ("inspection", "items/fee_ok", "四（二）"),
        ("inspection", "items/hours_ok", "四（一）"),
        ("certificate_recall", "recall_facts/found_on", "四（三）"),
    ],
)
def test_what_is_asked_is_asked_by_the_clause_that_speaks_of_it(form: str, path: str, clause: str) -> None:
    key, name = path.split("/")
    section = next(one for one in FORMS[form].sections if one.key == key)
    field = next(one for one in section.fields if one.key == name)
    each = section.key if section.repeat else None
    shown = next((one.clause for one in FORMS[form].checks if (one.at, one.each) == (name, each) and one.clause), "")
    assert (field.clause or shown or section.clause) == clause


def test_words_that_fit_any_material_name_no_clause() -> None:
    """The remark has the clause of what it is about already; another one in its words would contradict it."""
    phrases = YAML(typ="safe").load((PACK / "pack.yaml").read_text(encoding="utf-8"))["phrases"]
    general = [one for one in phrases if one.startswith(("没有盖公章", "盖的章", "扫描件", "缺页"))]
    assert len(general) == 4
    assert not [one for one in general if NAMED.search(one)]


def test_the_taking_away_of_a_qualification_names_both_clauses_it_may_rest_upon() -> None:
    form = FORMS["inspection"]
    revoking = [one for one in form.actions if one.prints == "revocation_notice"]
    notice = next(one for one in form.notices if one.key == "revocation_notice")
    assert {one.clause for one in (*revoking, notice)} == {"四（一）、四（二）"}
    assert len(revoking) == 2


def test_every_misdeed_that_the_guidance_names_can_be_ticked() -> None:
    """一（三）, 四（一）, 四（二）."""
    problems = next(one for one in FORMS["inspection"].sections if one.key == "outcome").fields[1]
    named = {"弄虚作假", "管理失序", "不按教学计划组织培训", "缩减培训内容", "缩短培训课时", "骗取培训补贴资金"}
    named |= {"伪造备案资料", "擅自收取培训合格证费用", "资产管理混乱", "培训质量低下"}
    assert {*problems.options} == named | {"其他"}
