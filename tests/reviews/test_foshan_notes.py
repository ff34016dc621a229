"""What the city has its people told: subsidies, the province's system, days for exams, how personal data are used."""

import shutil
from pathlib import Path

import pytest

from onefill.service import Desk
from onefill.service.view_shapes import Listing, ViewState
from tests.desks import ROOT, load, make_desk
from tests.papers import word_rows
from tests.reviews.foshan import CITY, DAY, OFFICER, approve_application, code_class, file_class, part_of_class

#: Sixteen at the class's first day.
MINOR = "440604201006010017"


@pytest.fixture
def course_class(desk: Desk) -> str:
    return load(desk, "class_50", "application")["class_50"]


def view(desk: Desk, record: str, key: str) -> ViewState:
    return next(one for one in desk.views.of(record).views if one.key == key)


def rows(desk: Desk, record: str, key: str) -> list[dict[str, str]]:
    """A table to copy out of, each row by its columns."""
    content = view(desk, record, key).content
    assert isinstance(content, Listing)
    return [dict(zip(content.columns, row, strict=True)) for row in content.rows]


def told(desk: Desk, record: str) -> list[str]:
    return [one.problem.what for one in desk.records.state(record).findings]


@pytest.mark.parametrize(
    ("funding", "claimant", "unit", "words"),
    [
        ("自费", "个人", "本人", "由本人以个人名义申领"),
        ("企业内训免费", "单位", "佛山市样例职业培训学校", "以单位名义申领"),
    ],
)
def test_whose_name_a_subsidy_is_claimed_in(desk: Desk, funding: str, claimant: str, unit: str, words: str) -> None:
    ids = load(desk, "application")
    approve_application(desk, ids["application"])
    course_class = part_of_class(desk, ids, 0)
    desk.records.set(course_class, "funding", funding, desk.who())
    file_class(desk, course_class)
    code_class(desk, course_class)
    assert view(desk, course_class, "subsidy_again").content is None  # typed, and not yet registered
    desk.reviews.act(course_class, "register_certificates", OFFICER)
    lines = rows(desk, course_class, "subsidy_again")
    assert lines
    assert {(one["申领主体"], one["申领单位"]) for one in lines} == {(claimant, unit)}
    assert all(one["证书编号"] for one in lines)
    sentence = view(desk, course_class, "subsidy_again").sentence
    assert words in sentence
    assert "以补贴部门审核为准" in sentence
    assert desk.views.workbook(course_class, "subsidy_again").data.startswith(b"PK")


def test_what_is_typed_into_the_province_s_system_stands_ready(desk: Desk, course_class: str) -> None:
    application = load(desk, "application")["application"]
    [institution] = rows(desk, application, "institution_again")
    assert institution["统一社会信用代码"] == "52440604MJM002187G"
    assert "家政服务基础" in {one["课程名称"] for one in rows(desk, application, "courses_again")}


def test_a_class_is_told_what_the_province_does_not_know_yet(desk: Desk, course_class: str) -> None:
    unknown = "没有查到这家机构承接这门课程已经录入省系统"
    assert unknown in told(desk, course_class)
    application = load(desk, "application")["application"]
    approve_application(desk, application)
    desk.reviews.act(application, "publish", CITY, day=DAY)
    assert unknown in told(desk, course_class)
    desk.reviews.act(application, "record_province", OFFICER, day=DAY)
    assert unknown not in told(desk, course_class)


@pytest.mark.parametrize(("days", "late"), [('""', False), ("10", True), ("60", False)])
def test_an_exam_is_late_only_where_the_city_has_said_how_many_days(tmp_path: Path, days: str, late: bool) -> None:
    forms = shutil.copytree(ROOT / "forms", tmp_path / "forms")
    pack = forms / "foshan" / "pack.yaml"
    text = pack.read_text(encoding="utf-8")
    assert 'exam_days: ""' in text
    pack.write_text(text.replace('exam_days: ""', f"exam_days: {days}"), encoding="utf-8")
    desk = make_desk(tmp_path / "data", forms=forms, templates=ROOT / "templates")
    record = load(desk, "class_50")["class_50"]
    desk.records.set(record, "exam_date", "2026-12-05", desk.who())
    assert any("结班后 10 天内考核，最晚2026年11月30日" in one for one in told(desk, record)) == late


def test_everybody_signs_the_notice_and_guardians_of_minors_too(desk: Desk, course_class: str) -> None:
    first = desk.records.row_ids(course_class, "trainees")[0]
    desk.records.set(course_class, f"trainees/{first}/id_no", MINOR, desk.who())
    made = desk.documents.file(course_class, "trainee_notice_paper", ".docx", desk.who())
    head, *people = word_rows(made.data)
    assert head == ["序号", "姓名", "证件号码后四位", "本人签名", "监护人签名", "日期"]
    assert len(people) == 50
    assert [row[4] for row in people] == ["", *["/"] * 49]
    assert people[0][2] == MINOR[-4:]
    assert MINOR.encode() not in made.data


def test_the_notice_is_printed_with_the_roster(desk: Desk, course_class: str) -> None:
    filing = [one.key for one in desk.documents.list(course_class, "filing")]
    assert filing == ["training_plan", "trainee_roster", "trainee_notice_paper"]
    later = [one.key for one in desk.documents.list(course_class, "certificates")]
    assert "trainee_notice_paper" not in later
