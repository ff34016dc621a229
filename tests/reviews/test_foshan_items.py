"""What must be handed in, for each kind of institution and each way to train and to examine, as a plain table."""

from pathlib import Path

import pytest

from onefill.materials import Standing
from onefill.service import Desk
from tests.desks import load
from tests.reviews.foshan import CLERK, foshan_desk, items, part_of_class

LEGAL = {
    "公办": "事业单位法人证书",
    "民办非营利": "民办非企业法人登记证书",
    "民办营利": "营业执照",
    "企业": "营业执照",
    "社团": "社会团体法人登记证书",
}
LICENCE = "办学许可证"
#: Beside the proof of being a legal person: what each type hands in, by ownership.
PRIVATE = {"民办非营利": [LICENCE], "民办营利": [LICENCE]}
MORE: dict[str, dict[str, list[str]]] = {
    "高等院校": PRIVATE,
    "技工院校": PRIVATE,
    "职业院校": PRIVATE,
    "职业培训院校": {one: [LICENCE] for one in LEGAL},
    "就业训练中心": {one: [*PRIVATE.get(one, []), "具备培训职能的事业单位政府批文"] for one in LEGAL},
    "行业协（学）会培训中心": PRIVATE,
    "企业培训中心": PRIVATE,
    "实训基地": {one: [*PRIVATE.get(one, []), "基地认定文件"] for one in LEGAL},
    "培训基地": {one: [*PRIVATE.get(one, []), "基地认定文件"] for one in LEGAL},
    "工作室": {one: [*PRIVATE.get(one, []), "工作室认定文件"] for one in LEGAL},
    "其他": {one: [*PRIVATE.get(one, []), "其他能证明培训资质的材料"] for one in LEGAL},
}
PER_COURSE = ["培训简章", "培训大纲（含考核内容，附件2）", "培训教材", "培训师资材料"]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return foshan_desk(tmp_path_factory.mktemp("items"))


@pytest.fixture(scope="module")
def ids(desk: Desk) -> dict[str, str]:
    return load(desk, "application")


@pytest.mark.parametrize("inst_type", MORE)
def test_proofs_by_type_and_ownership(desk: Desk, ids: dict[str, str], inst_type: str) -> None:
    desk.records.set(ids["institution"], "inst_type", inst_type, CLERK)
    for ownership, legal in LEGAL.items():
        desk.records.set(ids["institution"], "ownership", ownership, CLERK)
        shown = [one for one in items(desk, ids["application"], "apply").values() if one.material.key == "proof"]
        expected = {legal, *MORE[inst_type].get(ownership, [])}
        assert {one.label.partition("（")[0] for one in shown} == expected, ownership
        assert len(shown) == len(expected), ownership


def test_an_application_asks_four_things_for_every_course(desk: Desk, ids: dict[str, str]) -> None:
    shown = items(desk, ids["application"], "apply").values()
    asked = [one.title for one in shown if one.material.key != "proof"]
    assert asked[0] == "佛山市培训机构承接职业技能培训项目申请表（盖章扫描件）"
    assert sorted(asked[1:]) == sorted(PER_COURSE * 3)
    assert {one.clause for one in (item.material for item in shown)} == {"二（二）1", "二（二）2", "二（二）3"}
    assert [one.title for one in items(desk, ids["application"], "approved").values()] == ["人社部门盖章同意的申请表"]


def test_a_licence_that_ends_before_the_application_is_expired(tmp_path: Path) -> None:
    desk = foshan_desk(tmp_path)
    ids = load(desk, "application")
    licence = next(one for one in items(desk, ids["application"], "apply").values() if one.label.startswith(LICENCE))
    desk.materials.supply(ids["application"], licence.id, b"a page", "licence.pdf", CLERK)
    assert items(desk, ids["application"], "apply")[licence.id].standing is Standing.PRESENT
    desk.records.set(ids["institution"], "license_valid_to", "2026-01-01", CLERK)
    told = items(desk, ids["application"], "apply")[licence.id]
    assert told.standing is Standing.EXPIRED
    assert "2026年1月1日到期" in told.why


SEALED = "（盖章扫描件）"
#: What an application for certificates asks, by way of training and of examining; both ways where both are done.
TRAINING = {
    "线下": ["培训签到表", "培训视频录像（登记）"],
    "线上": ["线上培训平台学习记录（登记）", "线上培训平台学习记录（平台导出，盖章）"],
}
TRAINING["混合"] = TRAINING["线下"] + TRAINING["线上"]
EXAM = {
    "线下": ["考场学员签到表", "考试录像（登记）", f"考试成绩表{SEALED}", "监考记录表（签字扫描件）"],
    "线上": ["线上培训平台考核记录"],
}
ALWAYS = ["佛山市职业技能培训合格证书核发名册（附件5，盖章扫描件）"]
ARCHIVED = [
    "培训简章",
    "培训计划",
    "培训大纲",
    "参训人员名册",
    "培训教材",
    "培训师资材料",
    "培训课件",
    "考试试卷",
    "佛山市职业技能培训合格证书核发名册",
    "《培训合格证书》复印件",
    "证书签收名册（签字扫描件）",
]
ARCHIVED_TRAINING = {
    "线下": ["参训人员签到表", "考勤情况登记", "授课情况记录", "培训录像（登记）"],
    "线上": ["线上培训平台学习过程记录"],
}
ARCHIVED_TRAINING["混合"] = ARCHIVED_TRAINING["线下"] + ARCHIVED_TRAINING["线上"]
ARCHIVED_EXAM = {
    "线下": ["考场学员签到表", "考试录像（登记）", "考试成绩", "监考记录表"],
    "线上": ["考试成绩（线上考核）", "线上培训平台考核记录"],
}


@pytest.fixture(scope="module")
def class_10(desk: Desk, ids: dict[str, str]) -> str:
    return part_of_class(desk, ids, 0)


@pytest.mark.parametrize("trained", TRAINING)
@pytest.mark.parametrize("examined", EXAM)
def test_what_a_class_hands_in_by_its_modes(desk: Desk, class_10: str, trained: str, examined: str) -> None:
    desk.records.set(class_10, "train_mode", trained, CLERK)
    desk.records.set(class_10, "exam_mode", examined, CLERK)

    def asked(phase: str) -> list[str]:
        shown = items(desk, class_10, phase).values()
        assert all(one.why for one in shown if one.standing is Standing.NOT_REQUIRED)
        assert all(one.material.clause for one in shown)
        return sorted(one.title for one in shown if one.standing is not Standing.NOT_REQUIRED)

    assert asked("certificates") == sorted(ALWAYS + TRAINING[trained] + EXAM[examined])
    assert asked("archive") == sorted(ARCHIVED + ARCHIVED_TRAINING[trained] + ARCHIVED_EXAM[examined])
    assert len(asked("filing")) == 7


def test_a_class_of_nine_sessions_is_told_that_ten_recordings_can_never_be(desk: Desk, class_10: str) -> None:
    desk.records.set(class_10, "train_mode", "线下", CLERK)
    for row in ("s10", "s11", "s12"):
        desk.records.remove_row(class_10, "sessions", row, CLERK)
    told = items(desk, class_10, "certificates")["recordings_kept"]
    assert told.hopeless == "按计划最多只有 9 课次，凑不够 10 课次"
    advice = [one.what for one in desk.reviews.blockers(class_10, "filing", desk.who()) if not one.stops]
    assert any("只有 9 课次，交不出 10 次录像" in one for one in advice)
