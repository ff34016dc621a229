"""The made-up city in the browser: people go on with what is there, up the ladder and to the end of an archive."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from onefill.definitions import Definitions
from onefill.service import Desk
from store import EVERYTHING, Found
from tests.journeys.chain import (
    SLOW,
    TODAY,
    answered,
    brought,
    decided,
    handed_in,
    lines,
    looked_through,
    opened,
    sound,
    stands,
    taken_in,
    written,
)
from tests.journeys.city import City, standing

#: It is built once for all of them, which takes long where much else is going on.
pytestmark = [pytest.mark.timeout(1200), pytest.mark.slow]
#: What the journey goes on with: a form, and where a record of it stands in the city. All but the last of one school.
KNOWN = {
    "new_class": ("training_class", "filling"),
    "other_class": ("training_class", "filing.filing_reviewed"),
    "coded_class": ("training_class", "certificates.codes_wanted"),
    "running_class": ("training_class", "filing.filed"),
    "old_class": ("training_class", "archive.disposal_asked"),
}


class Ladder(City):
    """What in the city the journey goes on with."""

    found: dict[str, Found]
    #: Which of its district was recommended before the one that applies.
    rival: str
    passed: list[tuple[str, str]]
    lesson: dict[str, Any]

    def _looked_over(self, desk: Desk) -> None:
        self.found = chosen({name: standing(desk, *where) for name, where in KNOWN.items()})
        recommended = standing(desk, "application", "apply.recommended")
        pairs = ((one, two) for one in standing(desk, "application", "apply.received") for two in recommended)
        self.found["application"], rival = next(pair for pair in pairs if len({district(one) for one in pair}) == 1)
        self.rival = rival.label.partition(" ")[0]
        self.made |= {name: one.record for name, one in self.found.items()}
        table = desk.records.table(self.made["coded_class"], "trainees")
        people = [table.texts[row] for row in table.order]
        self.passed = [(str(one["name"]), str(one["id_no"])) for one in people if one["result"] == "合格"]
        data = desk.store.latest(self.made["running_class"], EVERYTHING).data or {}
        self.school = desk.records.state(str(data["institution"])).label
        self.lesson = next(iter(data["sessions"].values()))

    def at(self, role: str, of: str = "new_class") -> str:
        """Who has a role at the school of a class, in its district, or in the city."""
        return self.working(role, self.found[of].unit)[0]

    def label(self, name: str) -> str:
        """The number of a class."""
        return self.found[name].label.partition(" ")[0]

    def reviewed(self, role: str, record: str) -> Page:
        """The page on which somebody decides about a record."""
        page = self.window(self.at(role), f"review?record={self.made[record]}").page
        expect(page.locator(".deeds")).to_be_visible(timeout=SLOW)
        return page


def district(one: Found) -> str:
    """The unit of the district that decides about a record."""
    return one.unit.rpartition("/")[0]


def chosen(there: dict[str, list[Found]]) -> dict[str, Found]:
    """A class for each purpose: all but the oldest of one school, and the one that runs has begun."""
    there["running_class"] = [one for one in there["running_class"] if one.start and one.start < TODAY]
    old = there.pop("old_class")
    schools = [{one.unit for one in classes} for classes in there.values()]
    school = min(set.intersection(*schools))
    own = {name: next(one for one in classes if one.unit == school) for name, classes in there.items()}
    return {**own, "old_class": old[0]}


@pytest.fixture(scope="module")
def city(
    tmp_path_factory: pytest.TempPathFactory, browser: Browser, definitions: Definitions, built_city: Path
) -> Iterator[Ladder]:
    with Ladder(tmp_path_factory.mktemp("city"), browser, definitions, built_city).running() as one:
        yield one


@pytest.fixture(autouse=True)
def well(city: Ladder) -> Iterator[None]:
    yield
    city.well()


def refused(page: Page, action: str, words: str) -> None:
    """An action is pressed, and why it cannot be done is told."""
    page.locator(".deeds").get_by_role("button", name=re.compile(f"^{action}")).click()
    expect(page.locator(".ask")).to_contain_text(words, timeout=SLOW)
    page.keyboard.press("Escape")


# -- what is there ---------------------------------------------------------------------------------------------------


def test_everybody_opens_the_lists(city: Ladder) -> None:
    clerk = city.window(city.at("clerk"))
    expect(clerk.page.locator(".dues tr").first).to_be_visible(timeout=SLOW)
    sound(clerk.page)
    for role in ("district_officer", "district_leader", "city_officer"):
        window = city.window(city.at(role), "queue")
        expect(window.page.locator(".queue tr").first).to_be_visible(timeout=SLOW)
        sound(window.page)
        window.open("boards?board=foshan.running_classes")
        expect(window.page.locator("body")).to_contain_text(city.label("running_class"), timeout=SLOW)
        sound(window.page)
        window.open("boards?board=foshan.training_sums")
        expect(window.page.locator("tr", has_text="总计")).to_be_visible(timeout=SLOW)
        sound(window.page)
        for register in ("course_grants", "certificates"):
            lines(window, register)
            sound(window.page)


# -- the round that runs ---------------------------------------------------------------------------------------------


def test_a_district_ranks_whom_it_recommends(city: Ladder) -> None:
    applied = city.found["application"]
    label = applied.label
    page = opened(city.seat(str(applied.about["officer"])), label, "区初审")
    looked_through(page)
    decided(page, "初审完毕，送负责人", 意见="场地、师资相符")
    leader = city.seat(city.at("district_leader", "application"))
    page = opened(leader, label, "待区负责人审定")
    decided(page, "推荐", 意见="同意推荐", 排第几="2")
    decided(page, "报送市局")
    leader.open("queue")
    listed = written(leader.fetch("下载推荐机构名单（Excel）"))
    school, _, called = label.partition(" ")
    assert re.search(rf"\t{called}\t1\t{city.rival}\t.*\n.*\t{called}\t2\t{school}\t", listed), listed
    opened(city.seat(city.at("city_officer", "application")), label, "待市局终审")


# -- a new class -----------------------------------------------------------------------------------------------------


def test_a_class_that_was_planned_is_filed(city: Ladder) -> None:
    before = classes_counted(city)
    clerk = city.filling(city.at("clerk"), "new_class", "documents")
    clerk.paper("培训计划")
    clerk.download("Word", "培训计划（附件3）")  # draws its number
    city.bring_all(city.made["new_class"], "filing", city.at("clerk"), but="参训人员名册")
    clerk = city.filling(city.at("clerk"), "new_class", "materials")
    number = clerk.page.locator(".rec h1").inner_text().partition(" ")[0]
    brought(clerk.page, "参训人员名册", city.sheet("参训人员名册"))
    sound(clerk.page)
    boss = city.filling(city.at("responsible"), "new_class", "materials")
    handed_in(boss.page, "提交备案")
    stands(boss, "备案待区审核")
    page = opened(city.seat(city.at("district_officer")), number, "备案待区审核")
    looked_through(page)
    decided(page, "核对完毕，送负责人")
    page = opened(city.seat(city.at("district_leader")), number, "备案待区负责人批准")
    decided(page, "同意备案")
    stands(city.filling(city.at("clerk"), "new_class", "overview"), "已备案")
    assert classes_counted(city) == before + 1


def classes_counted(city: Ladder) -> int:
    """How many classes the district's leader reads in the statistics."""
    page = city.window(city.at("district_leader"), "boards?board=foshan.training_sums").page
    total = page.locator("tr", has_text="总计")
    expect(total).to_be_visible(timeout=SLOW)
    return int(total.locator("td").nth(1).inner_text())


# -- certificates ----------------------------------------------------------------------------------------------------


def codes(city: Ladder) -> list[str]:
    return [f"ZS{TODAY.year}{number:08}" for number, _ in enumerate(city.passed, 1)]


def test_a_class_that_waits_gets_its_certificates(city: Ladder) -> None:
    number = city.label("coded_class")
    centre = city.window(city.at("centre_officer"))
    city.made["code_allotment"] = centre.begin("code_allotment")
    centre.write("allotted_on", f"{TODAY:%Y%m%d}")
    centre.choose("training_class", number)
    centre.write("allotter", city.at("centre_officer"))
    centre.leave()
    given = [("证书编号", "姓名", "证件号码")]
    given += [(code, name, id_no) for code, (name, id_no) in zip(codes(city), city.passed, strict=True)]
    taken_in(city, "省里的编码", given, city.at("centre_officer"), "code_allotment/code_lines")
    handed_in(city.filling(city.at("centre_officer"), "code_allotment", "materials").page, "下发编码")
    decided(opened(city.seat(city.at("city_officer")), number, "区已同意，待市编码"), "编码已下发")
    told = [("姓名", "身份证号码", "证书编号", "发证日期")]
    told += [(name, id_no, code, TODAY.isoformat()) for code, name, id_no in given[1:]]
    city.made["training_class"] = city.made["coded_class"]
    taken_in(city, "编号", told, city.at("clerk"))
    decided(city.reviewed("district_officer", "coded_class"), "核对编号，登记证书")
    register = lines(city.seat(city.at("district_officer")), "certificates", codes(city)[0])
    for fact in (city.passed[0][0], "有效"):
        expect(register.first).to_contain_text(fact)
    answered(city, codes(city)[0], city.passed[0][0], "有效：与登记的一致")


def test_a_lost_certificate_is_issued_again(city: Ladder) -> None:
    reissued(city, city.at("clerk"), codes(city)[0], city.passed[0][0])
    boss = city.filling(city.at("responsible"), "certificate_reissue", "materials")
    handed_in(boss.page, "补发证书")
    stands(boss, "已补发")
    answered(city, codes(city)[0], city.passed[0][0], "有效：与登记的一致")
    register = lines(city.seat(city.at("district_officer")), "reissues", codes(city)[0])
    expect(register.first).to_contain_text("遗失")


def reissued(city: Ladder, name: str, code: str, holder: str) -> None:
    """Somebody writes down who has lost a certificate, and brings the paper that was signed."""
    clerk = city.window(name)
    city.made["certificate_reissue"] = clerk.begin("certificate_reissue")
    clerk.choose("training_class", city.label("coded_class"))
    clerk.write("cert_no", code)
    clerk.leave()
    expect(clerk.field("holder_name")).to_contain_text(holder)
    clerk.section("request")
    clerk.write("apply_date", f"{TODAY:%Y%m%d}")
    clerk.choose("reason", "遗失")
    clerk.write("reason_note", "搬家时遗失")
    sound(clerk.page)
    clerk = city.filling(name, "certificate_reissue", "materials")
    brought(clerk.page, "补发申请表", city.sheet("补发申请表"))


@pytest.mark.parametrize(("misuse", "place"), [("转让证书", 1), ("编号有误", 2)], ids=["recalled", "void"])
def test_a_certificate_is_taken_back(city: Ladder, misuse: str, place: int) -> None:
    inspector, code, holder = city.at("inspector"), codes(city)[place], city.passed[place][0]
    window = city.window(inspector)
    city.made["certificate_recall"] = window.begin("certificate_recall")
    window.choose("training_class", city.label("coded_class"))
    window.write("cert_no", code)
    window.leave()
    window.section("recall_facts")
    window.write("found_on", f"{TODAY:%Y%m%d}")
    window.choose("misuse", misuse)
    window.write("misuse_facts", "调查属实")
    if misuse == "转让证书":
        window.choose("admonished", "已进行")
    window.choose("paper_back", "已交回")
    sound(window.page)
    window = city.filling(inspector, "certificate_recall", "materials")
    brought(window.page, "证据材料", city.sheet("证据材料"))
    handed_in(window.page, "报负责人决定", declares=False)
    page = city.reviewed("district_leader", "certificate_recall")
    decided(page, "决定收回（作废）", 理由="调查属实")
    answered(city, code, holder, "无效")
    page = city.reviewed("district_leader", "certificate_recall")
    if misuse == "转让证书":
        decided(page, "撤销决定，恢复有效", 理由="复议后撤销")
        answered(city, code, holder, "有效：与登记的一致")


# -- the ladder ------------------------------------------------------------------------------------------------------


def test_a_class_in_which_something_is_wrong_holds_up_the_next(city: Ladder) -> None:
    inspector = city.at("inspector")
    window = city.window(inspector)
    city.made["inspection"] = window.begin("inspection")
    window.choose("training_class", city.label("running_class"))
    window.write("inspect_date", str(city.lesson["date"]).replace("-", ""))
    window.write("inspect_time", str(city.lesson["time"]))
    window.choose("method", "现场检查")
    window.leave()
    window.section("inspectors")
    window.paste_rows("姓名\n王检查\n陈经办\n")
    window.section("teaching")
    expect(window.field("plan_content")).to_contain_text(str(city.lesson["content"]))
    for key, text in (("actual_teacher", "何秀珍"), ("present", "3"), ("leave", "0")):
        window.write(key, text)
    window.section("items")
    for key in ("sign_in_ok", "video_ok", "hours_ok", "textbook_ok", "ledger_ok", "fee_ok"):
        window.choose(key, "相符")
    window.choose("exam_ok", "尚未考核")
    window.section("outcome")
    window.choose("has_problem", "是")
    window.choose("problems", "骗取培训补贴资金")
    window.leave()
    window.write("problem_note", "伪造签到")
    for one in ("责令限期整改", "取消该班次学员证书发放资格", "取消培训资格"):
        window.choose("decision", one)
    window.leave()
    window.write("due_date", f"{TODAY.replace(year=TODAY.year + 1):%Y%m%d}")
    stands(window, "检查 · 已填齐")
    sound(window.page)
    window = city.filling(inspector, "inspection", "materials")
    brought(window.page, "职业培训检查记录表", city.sheet("检查记录表"))
    handed_in(window.page, "交负责人审定", declares=False)
    page = city.reviewed("district_leader", "inspection")
    decided(page, "责令限期整改", 意见="情况属实，限期整改")
    refused(city.reviewed("district_leader", "other_class"), "同意备案", "机构正在限期整改，暂停新开班审批")


def test_its_certificates_are_barred_its_grant_goes(city: Ladder) -> None:
    page = city.reviewed("district_leader", "inspection")
    decided(page, "取消班次发证资格", 理由="整改以后仍在伪造")
    decided(city.reviewed("district_leader", "inspection"), "取消培训资格", 理由="骗取补贴")
    officer = city.seat(city.at("district_officer"))
    measures = lines(officer, "class_measures", city.label("running_class"))
    for one in ("责令限期整改", "取消该班次学员证书发放资格", "取消培训资格"):
        expect(measures.filter(has_text=one)).to_contain_text("执行中")
    sound(officer.page)
    decided(city.reviewed("district_leader", "inspection"), "报市局移出名单", 理由="骗取补贴")
    assert granted(city) == {"待市局更新"}
    page = city.reviewed("city_officer", "inspection")
    decided(page, "确认移出名单")
    assert granted(city) == {"已取消"}


def granted(city: Ladder) -> set[str]:
    """What the register of grants says of the institution."""
    words = {"有效", "待市局更新", "已取消"}
    told = lines(city.seat(city.at("city_officer")), "course_grants", city.school).all_inner_texts()
    return {one for text in told for one in words if one in text}


def test_who_was_removed_stands_in_no_list_and_the_district_issues_again(city: Ladder) -> None:
    window = city.window(city.at("city_officer"), "publications?list=foshan.institution_list")
    panel = window.page.locator(".st-key-panel_publication")
    expect(panel.locator("tbody tr").first).to_be_visible(timeout=SLOW)
    expect(panel.locator("tbody")).not_to_contain_text(city.school)
    expect(panel.locator("li", has_text="少了")).to_contain_text(city.school)
    officer = city.at("district_officer")
    reissued(city, officer, codes(city)[3], city.passed[3][0])
    window = city.filling(officer, "certificate_reissue", "materials")
    handed_in(window.page, "代机构补发证书")
    stands(window, "区已代为补发")


# -- the end of an archive -------------------------------------------------------------------------------------------


def test_an_archive_is_destroyed_by_two_people(city: Ladder) -> None:
    leader, number = city.at("district_leader", "old_class"), city.label("old_class")
    page = opened(city.seat(leader), number, "保管期满，待区审批销毁")
    decided(page, "不同意销毁", 理由="先核对电子档案")
    boss = city.filling(city.at("responsible", "old_class"), "old_class", "materials")
    boss.page.get_by_role("button", name="申请销毁期满的档案", exact=True).click()
    boss.page.locator(".st-key-asked input").fill("电子档案已核对")
    boss.leave()
    boss.page.get_by_role("button", name="确定申请销毁期满的档案").click()
    stands(boss, "保管期满，待区审批销毁")
    sound(boss.page)
    page = opened(city.seat(leader), number, "保管期满，待区审批销毁")
    sound(page)
    page.locator(".deeds").get_by_role("button", name=re.compile("^同意销毁")).click()
    page.locator(".ask").get_by_label("意见").fill("期满，同意销毁")
    page.locator(".ask button[type=submit]").click()
    told = re.compile("^这份档案已经销毁")
    expect(page.get_by_role("heading", name=told)).to_be_visible(timeout=SLOW)
    gone = lines(city.seat(leader), "archive_disposals", number)
    expect(gone.first).to_contain_text("已批准销毁")
    boss = city.window(city.at("responsible", "old_class"), f"overview?record={city.made['old_class']}")
    expect(boss.page.get_by_role("heading", name=told)).to_be_visible(timeout=SLOW)
    sound(boss.page)
