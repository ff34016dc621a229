"""Lists of cases, as the pack declares them: who is on them, in which order, and who may print them."""

import re
from pathlib import Path

import openpyxl
import pytest

from onefill.reviews.errors import GuardFailed, NotYours
from onefill.service import Desk
from onefill.service.errors import DocumentUnknown, FormatUnknown
from samples import resolve, sample_records
from tests.desks import load, make_desk
from tests.reviews.foshan import CITY, CLERK, DAY, LEADER, OFFICER, RESPONSIBLE, hand_in_all, looked_at
from tests.reviews.test_verification import one_page

FORM, RECOMMENDED, REFUSED = "application", "recommended_institutions", "not_recommended_institutions"


@pytest.fixture
def examined(desk: Desk) -> list[str]:
    """Three applications that wait for the leader of the district."""
    known = load(desk, FORM)
    sample = next(one for one in sample_records() if one.name == FORM)
    more = [desk.records.create(FORM, CLERK, resolve(sample.data, known)) for _ in range(2)]
    records = [known[FORM], *more]
    for record in records:
        examine(desk, record)
    return records


def examine(desk: Desk, record: str) -> None:
    hand_in_all(desk, record, "apply")
    desk.reviews.act(record, "submit_application", RESPONSIBLE, declared=True)
    desk.reviews.act(record, "take_up", OFFICER)
    desk.reviews.act(record, "first_review", OFFICER, opinion="相符")


def cells(desk: Desk, key: str, tmp_path: Path) -> list[list[str]]:
    path = tmp_path / "list.xlsx"
    path.write_bytes(desk.listings.make(FORM, key, OFFICER, ".xlsx").data)
    return [[str(cell.value or "") for cell in row] for row in openpyxl.load_workbook(path).worksheets[0].rows]


def test_a_place_stays_given_after_the_city_has_decided(desk: Desk, examined: list[str]) -> None:
    first, second, third = examined
    act = desk.reviews.act
    act(first, "recommend", LEADER, opinion="同意", rank=1)
    act(first, "report_to_city", OFFICER, day=DAY)
    act(first, "city_pass", CITY, opinion="同意")
    act(second, "not_recommend", LEADER, reason="同一课程已有五家机构承接")
    with pytest.raises(GuardFailed, match="第 1 名已经给了"):
        act(third, "recommend", LEADER, opinion="同意", rank=1)
    act(third, "recommend", LEADER, opinion="同意", rank=2)


def test_recommended_institutions_stand_in_the_order_they_were_given(
    desk: Desk, examined: list[str], tmp_path: Path
) -> None:
    first, second, third = examined
    desk.reviews.act(first, "recommend", LEADER, opinion="同意", rank=2)
    desk.reviews.act(second, "recommend", LEADER, opinion="同意", rank=1)
    desk.reviews.act(second, "report_to_city", OFFICER, day=DAY)
    desk.reviews.act(third, "not_recommend", LEADER, reason="同一课程已有五家机构承接")
    head, *rows = cells(desk, RECOMMENDED, tmp_path)
    rank, round_ = head.index("推荐排序"), head.index("申报批次")
    assert [(row[0], row[rank], row[round_]) for row in rows] == [
        ("1", "1", "2026年第二批"),
        ("2", "2", "2026年第二批"),
    ]
    assert {row[head.index("报送单位")] for row in rows} == {"佛山市禅城区人力资源和社会保障局"}
    assert all(row[head.index("机构名称")] and row[head.index("申请课程")] for row in rows)
    _, row = cells(desk, REFUSED, tmp_path)
    assert row[-1] == "同一课程已有五家机构承接"
    with pytest.raises(AssertionError, match="推荐机构名单"):
        desk.listings.make(FORM, RECOMMENDED, CITY)  # no engine lays out a page here


def test_a_list_is_a_paper_with_its_bureau_its_round_and_room_for_a_seal(tmp_path: Path) -> None:
    pages: list[str] = []

    def html(text: str) -> bytes:
        pages.append(text)
        return one_page()

    desk = make_desk(tmp_path, inspect=looked_at, html=html)
    assert desk.listings.make(FORM, RECOMMENDED, OFFICER).data
    assert "无</td>" in pages.pop()
    known = load(desk, FORM, "round_3")
    sample = next(one for one in sample_records() if one.name == FORM).data
    later = {**resolve(sample, known), "round": known["round_3"], "apply_date": "2026-12-18"}
    for record in (known[FORM], desk.records.create(FORM, CLERK, later)):  # each is the first of its round
        examine(desk, record)
        desk.reviews.act(record, "recommend", LEADER, opinion="同意", rank=1)
    assert desk.listings.make(FORM, RECOMMENDED, OFFICER).data
    assert len(pages) == 2
    for page, round_ in zip(pages, ("2026年第三批", "2026年第二批"), strict=True):
        for told in (
            "佛山市禅城区人力资源和社会保障局",
            f"申报批次：{round_}",
            "负责人：",
            "报送单位（盖章）",
            "共：1 个",
        ):
            assert told in page
        assert len(re.findall('<td class="c"[^>]*>1</td>', page)) == 2  # its number and its place
        assert "等报市局" not in page


def test_one_place_is_given_once_also_to_what_has_gone_on_to_the_city(desk: Desk, examined: list[str]) -> None:
    first, second, _ = examined
    desk.reviews.act(first, "recommend", LEADER, opinion="同意", rank=1)
    desk.reviews.act(first, "report_to_city", OFFICER, day=DAY)
    with pytest.raises(GuardFailed, match=r"第 1 名已经给了“.+”，请换一个名次"):
        desk.reviews.act(second, "recommend", LEADER, opinion="同意", rank=1)
    desk.reviews.act(second, "recommend", LEADER, opinion="同意", rank=2)


def test_a_list_is_printed_by_those_it_names(desk: Desk) -> None:
    assert [one.key for form, one in desk.listings.known(OFFICER) if form == FORM] == [RECOMMENDED, REFUSED]
    assert desk.listings.known(CLERK) == []
    with pytest.raises(NotYours, match="印推荐机构名单”要由"):
        desk.listings.make(FORM, RECOMMENDED, CLERK)
    with pytest.raises(DocumentUnknown, match=RECOMMENDED):
        desk.listings.make(FORM, "nothing", OFFICER)
    with pytest.raises(FormatUnknown):
        desk.listings.make(FORM, RECOMMENDED, OFFICER, ".docx")
