"""The whole chain in the browser, by all who have to do with it: from the round to the archive of a class.

Each test is a station; what one of them writes is what the next one reads, typed by nobody again. It is gone through on
an empty desk, and once more amid all that goes on in the made-up city, by those who work there.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence

import pytest
from playwright.sync_api import Browser, Page, expect

from onefill.definitions import Definitions
from onefill.service import Desk
from onefill.service.bag_reading import faults_of_bag
from tests.journeys.chain import (
    SAMPLES,
    SLOW,
    START,
    TODAY,
    Chain,
    answered,
    brought,
    decided,
    due,
    handed_in,
    kept,
    lines,
    looked_through,
    moved,
    opened,
    sound,
    stands,
    taken_in,
    written,
)
from tests.journeys.city import Applicant
from tests.journeys.window import Window
from tests.papers import squeezed, word_text

ROUND = f"{START.year}年加开批次"
CLASS = SAMPLES["class_50"].data
#: Ten of the sample's trainees; one of them does not pass.
ROWS = list(CLASS["trainees"])[:10]
PEOPLE = [CLASS["trainees"][row] for row in ROWS]
PASSED = [one for one in PEOPLE if one["theory"] >= 60 and one["practice"] >= 60]
CODES = {one["name"]: f"HM{START.year}{number:08}" for number, one in enumerate(PASSED, 1)}
#: Which lesson is drawn to be visited.
DRAWN = 3
ISSUED, RECEIVED, ARCHIVED = moved("2026-12-01"), moved("2026-12-03"), moved("2026-12-10")
#: The city is built within the first test, which takes long where much else is going on.
IN_THE_CITY = pytest.param("in_the_city", marks=[pytest.mark.slow, pytest.mark.timeout(1200)])


@pytest.fixture(scope="module", params=["on_an_empty_desk", IN_THE_CITY])
def chain(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, browser: Browser, definitions: Definitions
) -> Iterator[Chain]:
    folder = tmp_path_factory.mktemp("chain")
    if request.param == "in_the_city":
        made: Chain = Applicant(folder, browser, definitions, request.getfixturevalue("built_city"))
    else:
        made = Chain(folder, browser, definitions)
    with made.running():
        yield made


@pytest.fixture(autouse=True)
def well(chain: Chain) -> Iterator[None]:
    yield
    chain.well()


# -- the right to teach --------------------------------------------------------------------------------------------


def test_the_city_announces_a_round(chain: Chain) -> None:
    city = chain.window(chain.registrar)
    city.menu("课程与大纲", "application_round")
    chain.made["application_round"] = city.begin("application_round")
    city.write("title", ROUND)
    city.write("notice_no", f"佛人社〔{TODAY.year}〕41号")
    city.write("open_date", f"{TODAY:%Y%m%d}")
    city.write("close_date", f"{START:%Y%m%d}")
    city.choose("courses", chain.plan.course)
    city.leave()
    expect(city.field("courses")).to_contain_text(chain.plan.course)
    expect(city.page.locator(".rec h1")).to_have_text(ROUND)
    expect(city.page.locator(".probs .bad")).to_have_count(0)
    sound(city.page)


def test_an_institution_applies_for_what_was_announced(chain: Chain) -> None:
    clerk = chain.window(chain.clerk)
    chain.made["application"] = clerk.begin("application")
    clerk.choose("institution", chain.school)
    clerk.choose("round", ROUND)
    clerk.write("apply_date", f"{TODAY:%Y%m%d}")
    clerk.section("courses")
    syllabus = f"{chain.plan.course}培训大纲（{chain.school}）"
    clerk.paste_rows(f"培训课程\t培训大纲\t计划年培训人数\n{chain.plan.course}\t{syllabus}\t300\n")
    expect(clerk.cell(1, "audience")).to_have_text(chain.audience)  # out of the syllabus
    clerk.section("staff")
    for teacher in chain.teachers:
        clerk.choose("teachers", teacher)
    clerk.leave()
    clerk.section("statement")
    clerk.write("track_record", "近三年开办家政班 12 期，参训 520 人，考核合格率 95%。")
    stands(clerk, "承接项目申请 · 已填齐")
    sound(clerk.page)
    chain.bring_all(chain.made["application"], "apply", chain.clerk, but="申请表")
    clerk = chain.filling(chain.clerk, "application", "materials")
    brought(clerk.page, "申请表（盖章扫描件）", chain.sheet("申请表"))
    expect(clerk.page.locator(".st-key-handin")).to_contain_text("齐了，等机构负责人提交", timeout=SLOW)
    sound(clerk.page)


def test_its_responsible_person_promises_and_hands_in(chain: Chain) -> None:
    boss = chain.seat(chain.responsible)
    line = due(boss, "材料齐了，等您“提交申请”")
    expect(line).to_contain_text(f"{chain.school} {ROUND}")
    line.get_by_role("link").click()
    handed_in(boss.page, "提交申请")
    stands(boss, "待区受理")
    expect(boss.page.locator(".st-key-handin")).to_contain_text("前给结果，还有 5 个工作日")
    sound(boss.page)


def test_the_district_recommends_it(chain: Chain) -> None:
    officer = chain.seat(chain.officer)
    expect(due(officer, f"{chain.school} {ROUND}")).to_contain_text("还有 5 个工作日")
    page = opened(officer, f"{chain.school} {ROUND}", "待区受理")
    looked_through(page)
    decided(page, "受理")
    decided(page, "初审完毕，送负责人", 意见="场地、师资相符")
    sound(page)
    leader = chain.seat(chain.leader)
    page = opened(leader, f"{chain.school} {ROUND}", "待区负责人审定")
    expect(page.locator(".mid")).to_contain_text("场地、师资相符")  # what the officer wrote
    decided(page, "推荐", 意见="同意推荐", 排第几="1")
    decided(page, "报送市局")
    leader.open("queue")
    listed = written(leader.fetch("下载推荐机构名单（Excel）"))
    assert re.search(rf"^1\t.*{chain.school}.*{chain.plan.course}", listed, re.MULTILINE), listed
    assert ROUND in listed
    sound(page)


def test_the_city_decides_and_publishes_both_directories(chain: Chain) -> None:
    city = chain.seat(chain.city)
    page = opened(city, f"{chain.school} {ROUND}", "待市局终审")
    expect(page.locator(".mid")).to_contain_text("同意推荐")
    decided(page, "终审通过", 意见="同意承接")
    for key, held in (("institution_list", chain.school), ("course_list", chain.plan.course)):
        city.open(f"publications?list=foshan.{key}")
        listed = page.locator(".st-key-panel_publication tbody tr")
        expect(listed.filter(has_text=held)).to_contain_text(held, timeout=SLOW)
        count = listed.count()
        page.get_by_role("button", name="公布这一天的").click()
        page.get_by_role("alertdialog").get_by_role("button", name="公布", exact=True).click()
        expect(page.get_by_text(f"已公布 {count} 条")).to_be_visible(timeout=SLOW)
        expect(page.get_by_text("已经公布，和现在的一样")).to_be_visible(timeout=SLOW)
        sound(page)
    officer = chain.window(chain.officer, f"review?record={chain.made['application']}")
    decided(officer.page, "记下录入省系统")
    stands(officer, "已录入省系统")


def test_everybody_reads_the_directories_without_signing_in(chain: Chain) -> None:
    page = chain.fresh()
    page.goto(f"{chain.server.address}of/public")
    page.get_by_role("link", name="培训机构名单").click()
    for told in (chain.school, chain.plan.course, "佛山市人力资源和社会保障局公布"):
        expect(page.locator("body")).to_contain_text(told)
    sound(page)
    page.get_by_role("link", name="其他名单").click()
    page.get_by_role("link", name="课程目录").click()
    expect(page.locator("table")).to_contain_text(chain.plan.course)
    sound(page)


def test_the_sealed_consent_is_kept(chain: Chain) -> None:
    clerk = chain.filling(chain.clerk, "application", "materials")
    brought(clerk.page, "人社部门盖章同意的申请表", chain.sheet("盖章同意的申请表"))
    handed_in(clerk.page, "交存同意件", declares=False)
    page = opened(chain.seat(chain.officer), f"{chain.school} {ROUND}", "待核对同意件")
    looked_through(page)
    decided(page, "核对无误，存档")


# -- a class under that grant --------------------------------------------------------------------------------------


def test_a_class_is_filled_by_what_was_granted(chain: Chain) -> None:
    clerk = chain.window(chain.clerk)
    chain.made["training_class"] = clerk.begin("training_class")
    clerk.choose("institution", chain.school)
    clerk.choose("course", chain.plan.course)
    clerk.choose("syllabus", chain.plan.course)
    expect(clerk.field("planned_hours").locator(".vl")).to_have_text(f"{chain.plan.hours} 课时")  # of the course
    told = {**chain.plan.told, "planned_count": str(len(PEOPLE)), "plan_date": TODAY.isoformat()}
    for key in ("start_date", "end_date", "planned_count", "head_teacher", "head_teacher_tel", "plan_date"):
        clerk.write(key, told[key])
    clerk.choose("train_mode", "线下")
    clerk.choose("funding", "自费")
    expect(clerk.box("class_name")).to_have_value(f"{chain.plan.course}培训班")
    expect(clerk.box("preparer")).to_have_value(chain.clerk)  # whom the institution named
    clerk.section("exam_plan")
    clerk.write("exam_date", told["exam_date"])
    clerk.write("exam_time", told["exam_time"])
    clerk.choose("exam_mode", told["exam_mode"])
    clerk.section("sessions")
    clerk.paste_rows(table(clerk, chain.plan.sessions, *SESSION))
    clerk.section("trainees")
    clerk.paste_rows(table(clerk, PEOPLE, *PERSON))
    expect(clerk.page.locator(".steps .step[aria-current]")).to_contain_text("10 行")
    stands(clerk, "训前备案 · 已填齐")
    sound(clerk.page)


SESSION = ("date", "time", "hours", "kind", "module", "content", "teacher", "room")
STATED = ("sex_stated", "birth_stated")  # of whom the number does not say
PERSON = ("name", "doc_type", "id_no", *STATED, "education", "hukou_region", "person_class", "employer", "mobile")


def table(window: Window, told: Sequence[Mapping[str, object]], *keys: str) -> str:
    """Rows as they are copied in a spreadsheet."""
    rows = ["\t".join(str(line.get(key, "")) for key in keys) for line in told]
    return "\n".join(["\t".join(map(window.label, keys)), *rows]) + "\n"


def test_its_papers_are_filed_with_what_the_city_approved(chain: Chain) -> None:
    clerk = chain.filling(chain.clerk, "training_class", "materials")
    page = clerk.page
    for item in ("人社部门盖章同意的申请表", "培训简章", "培训大纲", "培训教材", "培训师资材料"):
        expect(page.locator(".mats .doc", has_text=item)).to_contain_text("取自以前通过的", timeout=SLOW)
    clerk.papers()
    clerk.paper("培训计划")
    clerk.download("Word", "培训计划（附件3）")  # what is printed first draws the number of the class
    clerk = chain.filling(chain.clerk, "training_class", "materials")
    for item in ("培训计划", "参训人员名册"):
        brought(page, f"{item}（附件", chain.sheet(item))
    sound(page)
    boss = chain.seat(chain.responsible)
    line = due(boss, "材料齐了，等您“提交备案”")
    expect(line).to_contain_text(chain.class_no)
    line.get_by_role("link").click()
    handed_in(boss.page, "提交备案")
    stands(boss, "备案待区审核")
    boss = chain.filling(chain.responsible, "training_class", "overview")
    expect(boss.page.locator(".life .next")).to_contain_text("谁来办：等区经办人", timeout=SLOW)
    expect(boss.page.locator(".life .next")).to_contain_text("前（还有 5 个工作日）")


def test_the_district_approves_it(chain: Chain) -> None:
    page = opened(chain.seat(chain.officer), chain.class_no, "备案待区审核")
    looked_through(page)
    decided(page, "核对完毕，送负责人")
    page = opened(chain.seat(chain.leader), chain.class_no, "备案待区负责人批准")
    decided(page, "同意备案")
    boss = chain.filling(chain.responsible, "training_class", "overview")
    expect(boss.page.locator(".life li", has_text="训前备案")).to_contain_text("已备案", timeout=SLOW)
    expect(boss.page.locator(".life .next")).to_contain_text("再往后：培训")
    sound(boss.page)


# -- taught, inspected, examined -----------------------------------------------------------------------------------


def test_a_session_is_drawn_and_inspected(chain: Chain) -> None:
    inspector = chain.window(chain.inspector, "boards?board=foshan.spot_checks")
    page, day = inspector.page, chain.plan.sessions[DRAWN]["date"]
    for name in ("first", "last"):
        page.locator(f".lots input[name={name}]").fill(day)
    page.locator(".lots input[name=count]").fill("1")
    page.get_by_role("button", name="抽取", exact=True).click()
    drawn = page.locator(".st-key-panel_drawn")
    expect(drawn).to_contain_text(chain.class_no, timeout=SLOW)
    sound(page)
    drawn.get_by_role("button", name="新建培训检查").click()
    page.wait_for_url("**/fill?record=*")
    chain.made["inspection"] = inspector.record
    inspected(chain)
    chain.filling(chain.inspector, "inspection", "materials")
    brought(page, "职业培训检查记录表", chain.sheet("检查记录表"))
    handed_in(page, "交负责人审定", declares=False)
    page = opened(chain.seat(chain.leader), chain.class_no, "检查记录待区负责人审定")
    decided(page, "没有问题，办结")
    sound(page)


def inspected(chain: Chain) -> None:
    """The record of the inspection, beside what the plan of that hour says."""
    lesson = chain.plan.sessions[DRAWN]
    inspector = chain.filling(chain.inspector, "inspection")
    expect(inspector.field("inspect_date")).to_be_visible(timeout=SLOW)
    inspector.choose("method", "现场检查")
    inspector.leave()
    inspector.section("inspectors")
    inspector.paste_rows("姓名\n王检查\n陈经办\n")
    inspector.section("teaching")
    expect(inspector.field("plan_content")).to_contain_text(lesson["content"])  # of the class, at that hour
    expect(inspector.field("plan_teacher")).to_contain_text(lesson["teacher"])
    for key, text in (("actual_teacher", lesson["teacher"]), ("present", "9"), ("leave", "1")):
        inspector.write(key, text)
    inspector.section("items")
    for key in ("sign_in_ok", "video_ok", "hours_ok", "textbook_ok", "ledger_ok", "fee_ok"):
        inspector.choose(key, "相符")
    inspector.choose("exam_ok", "尚未考核")
    inspector.section("outcome")
    inspector.choose("has_problem", "否")
    stands(inspector, "检查 · 已填齐")
    sound(inspector.page)


def test_what_was_taught_and_examined_is_written_down(chain: Chain) -> None:
    chain.beside(lambda desk: ledger(desk, chain))
    clerk = chain.filling(chain.clerk, "training_class")
    clerk.section("attendance")
    clerk.page.get_by_role("button", name="没填的都记“到”").click()
    expect(clerk.page.locator(".matrix [aria-pressed=true]")).to_have_count(10, timeout=SLOW)
    clerk.section("recordings")
    expect(clerk.page.locator(".og-r")).to_have_count(len(chain.plan.recordings) + 1)
    clerk.papers()
    clerk.phase("证书申请")
    clerk.paper("授课记录表")
    told = squeezed(word_text(clerk.download("Word", "授课记录表").read_bytes()))
    content = chain.plan.sessions[DRAWN]["content"]
    for fact in (chain.school, chain.class_no, chain.plan.course, content, "10/10"):  # all of the attendance
        assert squeezed(fact) in told
    sound(clerk.page)
    scores = [("姓名", "身份证号码", "理论成绩", "实操成绩")]
    scores += [(one["name"], one["id_no"], str(one["theory"]), str(one["practice"])) for one in PEOPLE]
    taken_in(chain, "成绩", scores, chain.clerk)
    clerk = chain.filling(chain.clerk, "training_class")
    clerk.section("trainees")
    results = ["合格" if one in PASSED else "不合格" for one in PEOPLE]
    for number, result in enumerate(results, 1):
        expect(clerk.cell(number, "result")).to_have_text(result)
    clerk.section("exam")
    clerk.write("result_date", chain.plan.told["result_date"])
    expect(clerk.field("passed_count")).to_contain_text(f"{len(PASSED)} 人")
    stands(clerk, "证书申请 · 已填齐")
    sound(clerk.page)


def ledger(desk: Desk, chain: Chain) -> None:
    """Attendance of all sessions but the first, recordings, the room of the exam."""
    who, record = desk.people.named(chain.clerk), chain.made["training_class"]
    sessions = [row.id for row in desk.records.rows(record, "sessions")]
    people = [row.id for row in desk.records.rows(record, "trainees")]
    desk.records.put(record, {f"attendance/{one}/{person}": "到" for one in sessions[1:] for person in people}, who)
    films = [{**one, "session": session} for one, session in zip(chain.plan.recordings, sessions, strict=True)]
    desk.records.add_rows(record, "recordings", who, films)
    for section in ("exam_recordings", "invigilators"):
        desk.records.add_rows(record, section, who, kept(CLASS[section]))
    desk.records.put(record, {key: str(CLASS[key]) for key in ("exam_room", "exam_chief", "paper_no")}, who)


# -- certificates --------------------------------------------------------------------------------------------------


def test_certificates_are_asked_for_and_granted(chain: Chain) -> None:
    record = chain.made["training_class"]
    chain.bring_all(record, "certificates", chain.clerk, but="核发名册")
    clerk = chain.filling(chain.clerk, "training_class", "materials")
    brought(clerk.page, "核发名册（附件5", chain.sheet("核发名册"))
    boss = chain.seat(chain.responsible)
    due(boss, "材料齐了，等您“提交证书申请”").get_by_role("link").click()
    handed_in(boss.page, "提交证书申请")
    page = opened(chain.seat(chain.officer), chain.class_no, "证书申请待区审核")
    looked_through(page)
    decided(page, "核对完毕，送负责人")
    page = opened(chain.seat(chain.leader), chain.class_no, "证书申请待区负责人批准")
    decided(page, "同意核发，报市里编码")


def test_the_centre_gives_the_codes_out_of_the_list_of_the_province(chain: Chain) -> None:
    page = opened(chain.seat(chain.section_head), chain.class_no, "区已同意，待市编码")
    page.locator(".deeds").get_by_role("button", name=re.compile("^编码已下发")).click()
    alert = page.locator(".ask")
    expect(alert).to_contain_text("还没有给这个班分配编码；市中心经办人在“证书编码分配”里导入", timeout=SLOW)
    centre = chain.window(chain.centre)
    chain.made["code_allotment"] = centre.begin("code_allotment")
    centre.write("allotted_on", f"{TODAY:%Y%m%d}")
    centre.choose("training_class", chain.class_no)
    centre.write("allotter", chain.centre)
    centre.leave()
    given = [("证书编号", "姓名", "证件类型", "证件号码")]
    given += [(CODES[one["name"]], one["name"], one.get("doc_type", "居民身份证"), one["id_no"]) for one in PASSED]
    taken_in(chain, "省里的编码", given, chain.centre, "code_allotment/code_lines")
    centre = chain.filling(chain.centre, "code_allotment", "materials")
    handed_in(centre.page, "下发编码")
    stands(centre, "已下发")
    sound(centre.page)
    expect(lines(centre, "code_pool", chain.class_no)).to_have_count(len(PASSED))
    sound(centre.page)
    centre.open("queue")
    expect(centre.page.locator("body")).to_contain_text("证书编码分配表", timeout=SLOW)
    page = opened(chain.seat(chain.section_head), chain.class_no, "区已同意，待市编码")
    decided(page, "编码已下发")
    sound(page)


def test_the_codes_that_were_given_out_find_their_people(chain: Chain) -> None:
    clerk = chain.filling(chain.clerk, "training_class")
    clerk.section("trainees")
    clerk.page.get_by_role("button", name=f"填入下发的编码（{len(PASSED)} 行）").click()
    expect(clerk.page.get_by_text(f"填好了 {len(PASSED)} 行，请核对")).to_be_visible(timeout=SLOW)
    for number, one in enumerate(PEOPLE, 1):
        expect(clerk.cell(number, "cert_no")).to_have_text(CODES.get(one["name"], ""))
    sound(clerk.page)
    told = [("姓名", "身份证号码", "证书编号", "发证日期")]
    told += [(one["name"], one["id_no"], CODES[one["name"]], ISSUED) for one in reversed(PASSED)]
    taken_in(chain, "编号", told, chain.clerk)


def test_the_district_sends_the_codes_back_once_and_registers_them(chain: Chain) -> None:
    for decides, said in (("编号不对，退回改", {"理由": "第 1 行的编号再核对一遍"}), ("核对编号，登记证书", {})):
        codes_handed_in(chain)
        page = opened(chain.seat(chain.officer), chain.class_no, "编号已填，待区核对登记")
        decided(page, decides, **said)
    register = lines(chain.seat(chain.officer), "certificates", chain.class_no)
    expect(register).to_have_count(len(PASSED), timeout=SLOW)
    for name, code in CODES.items():
        line = register.filter(has_text=code)
        for fact in (name, chain.school, chain.plan.course, "有效"):
            expect(line).to_contain_text(fact)
    sound(chain.seat(chain.officer).page)


def codes_handed_in(chain: Chain) -> None:
    """The institution says that the codes are written down."""
    clerk = chain.filling(chain.clerk, "training_class", "materials")
    clerk.page.locator(".phases").get_by_role("button", name="证书申请").click()
    stands(clerk, "编码已下发")
    clerk.page.get_by_role("button", name="编号填好了，交区里登记").click()
    stands(clerk, "编号已填，待区核对登记")


def test_certificates_are_printed_and_handed_out(chain: Chain) -> None:
    clerk = chain.filling(chain.clerk, "training_class", "documents")
    clerk.phase("归档")
    clerk.paper("培训合格证书")
    printed = squeezed(word_text(clerk.download("Word", "培训合格证书").read_bytes()))
    for name, code in CODES.items():
        assert squeezed(name) in printed
        assert code in printed
    sound(clerk.page)
    clerk = chain.filling(chain.clerk, "training_class")
    clerk.section("trainees")
    for number, one in enumerate(PEOPLE, 1):
        if one in PASSED:
            clerk.write_cell(number, "receipt_date", RECEIVED)


def test_anybody_may_ask_whether_a_certificate_is_valid(chain: Chain) -> None:
    holder = PASSED[0]["name"]
    for name, answer in ((holder, "有效：与登记的一致"), (PASSED[1]["name"], "无效：")):
        answered(chain, CODES[holder], name, answer)


# -- the end -------------------------------------------------------------------------------------------------------


def test_the_class_is_archived_in_one_bag(chain: Chain) -> None:
    record = chain.made["training_class"]
    clerk = chain.filling(chain.clerk, "training_class")
    clerk.section("archive_file")
    expect(clerk.box("archive_title")).to_have_value(f"{chain.school}{chain.plan.course}第1期培训与考核档案")
    for key, text in (("archive_date", ARCHIVED), ("paper_location", "档案室2柜"), ("digital_location", "档案服务器")):
        clerk.write(key, text)
    stands(clerk, "归档 · 已填齐")
    chain.bring_all(record, "archive", chain.clerk, but="证书签收名册")
    clerk = chain.filling(chain.clerk, "training_class", "materials")
    brought(clerk.page, "证书签收名册", chain.sheet("签收名册"))
    handed_in(clerk.page, "归档")
    stands(clerk, "已归档")
    sound(clerk.page)
    clerk = chain.filling(chain.clerk, "training_class", "documents")
    bag = clerk.fetch("办件档案包（ZIP）")
    assert faults_of_bag(bag) == []
    with zipfile.ZipFile(bag) as packed:
        names = "\n".join(packed.namelist())
    for part in ("01 训前备案/", "02 证书申请/", "03 归档/"):
        assert part in names
    clerk = chain.filling(chain.clerk, "training_class", "overview")
    life = clerk.page.locator(".life li")
    expect(life.last).to_contain_text("已归档", timeout=SLOW)
    expect(clerk.page.locator(".life .next")).to_contain_text("办结")
    sound(clerk.page)


def test_the_leader_reads_the_numbers(chain: Chain) -> None:
    leader = chain.window(chain.leader, "boards?board=foshan.training_sums")
    page: Page = leader.page
    total = page.locator("tr", has_text="总计")
    expect(total).to_be_visible(timeout=SLOW)
    figures = ("1", "1", str(chain.plan.hours), str(len(PEOPLE)), "90", str(len(PASSED)), "1", "0")
    assert tuple(total.locator("td").all_inner_texts()) == figures
    sound(page)
