"""Faults to plant in the samples, one of each kind: what is changed or left out, and the words and clause that tell it.

``class`` and ``other class`` are classes of ten of the sample's fifty trainees each, of the same institution and time;
a third one, of the next ten, was filed before.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from samples.people import resident_id

CHILD = resident_id(random.Random("child"), date(2015, 6, 1), 77)
PENSIONER = resident_id(random.Random("pensioner"), date(1949, 6, 1), 78)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault.

    Attributes:
        name: What is wrong, in short.
        record: In which record it is to be found.
        phase: In which phase.
        told: A piece of the words that must tell it.
        clause: Where it is asked.
        changes: What is typed, by record and path; ``$name`` stands for a record.
        without: Item of the checklist that is not handed in; ``key.$name`` for that of a record, ``key:label`` for one
            of several.
        brings: Pages of another file for an item.
        drops: Section whose rows are taken out.
        adds: Rows that are added, by section.
        check: Id of the check that finds it; empty where the checklist does, or a field of itself.
    """

    name: str
    record: str
    phase: str
    told: str
    clause: str
    changes: Mapping[tuple[str, str], str] = field(default_factory=dict)
    without: str = ""
    brings: Mapping[str, int] = field(default_factory=dict)
    drops: str = ""
    adds: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    check: str = ""


def _missing(record: str, phase: str, item: str, told: str, clause: str) -> Fault:
    return Fault(name=f"{item} missing", record=record, phase=phase, told=told, clause=clause, without=item)


def _typed(
    name: str, record: str, phase: str, told: str, clause: str, *typed: tuple[str, str], check: str = ""
) -> Fault:
    """Something typed wrong in the record itself, or in another one named before a colon."""
    changes = {}
    for place, value in typed:
        owner, _, path = place.rpartition(":")
        changes[owner or record, path] = value
    return Fault(name=name, record=record, phase=phase, told=told, clause=clause, changes=changes, check=check)


def _logged(name: str, told: str, clause: str, check: str, *, mode: str = "混合", **instead: str) -> Fault:
    """One line of a log of learning online, with something wrong in it."""
    line = {"trainee": "r11", "module": "职业认知", "date": "2026-11-10", "period": "09:00-10:00", "minutes": "60"}
    return Fault(
        name=name,
        record="class",
        phase="certificates",
        told=told,
        clause=clause,
        changes={("class", "train_mode"): mode},
        adds={"online_log": line | instead},
        check=check,
    )


_SCAN, _FILE = "还没有盖章的扫描件", "还没有传"
_SIGNED, _BOTH = "还没有签字的扫描件", "还没有签字盖章的扫描件"

APPLICATION = (
    _missing("application", "apply", "application_paper", _SCAN, "二（二）1"),
    _missing("application", "apply", "brochure.$course_home", "培训简章　家政服务基础：还没有传", "二（二）2"),
    _missing("application", "apply", "syllabus_paper.$course_home", "（含考核内容，附件2）　家政服务基础", "二（二）2"),
    _missing("application", "apply", "textbook.$course_care", "培训教材　养老护理入门：还没有传", "二（二）2"),
    _missing("application", "apply", "teaching_staff.$course_home", "培训师资材料　家政服务基础", "二（二）2"),
    _missing("application", "apply", "proof:办学许可证", "资质证明　办学许可证：还没有传", "二（二）3"),
    _missing("application", "approved", "approved_form", _SCAN, "二（三）1（1）"),
    _typed(
        "licence expired",
        "application",
        "apply",
        "2026年1月1日到期，要管到",
        "二（二）3",
        ("institution:license_valid_to", "2026-01-01"),
    ),
    _typed(
        "sealed before the last change", "application", "apply", "扫描件是旧的", "二（二）1", ("track_record", "改过")
    ),
    _typed(
        "outside the round",
        "application",
        "apply",
        "日不在受理期内",
        "一（一）",
        ("apply_date", "2028-01-15"),
        check="ROUND_OPEN",
    ),
    _typed(
        "course expired",
        "application",
        "apply",
        "已到期",
        "二（一）",
        ("course_home:valid_to", "2026-02-01"),
        check="COURSE_EXPIRED",
    ),
    _typed(
        "syllabus too short",
        "syllabus_home",
        "whole",
        "课程标准 40 课时",
        "二（二）2",
        ("modules/m1/theory_h", "1"),
        check="SYLLABUS_HOURS",
    ),
    _typed(
        "code of another kind",
        "institution",
        "whole",
        "统一社会信用代码却以 52",
        "二（二）3",
        ("ownership", "企业"),
        check="USCC_KIND",
    ),
    _typed(
        "a course that the round leaves out",
        "application",
        "apply",
        "里没有“",
        "二（二）",
        ("round_2:courses", "$course_electric、$course_shop"),
        check="ROUND_COURSE",
    ),
    _typed(
        "licence ran out",
        "application",
        "apply",
        "办学许可证2026年1月2日已到期",
        "二（二）3",
        ("institution:license_valid_to", "2026-01-02"),
        check="LICENSE_APPLY",
    ),
    _typed(
        "theory of the syllabus short",
        "syllabus_home",
        "whole",
        "理论合计",
        "二（二）2",
        ("modules/m1/theory_h", "1"),
        check="SYLLABUS_THEORY",
    ),
    _typed(
        "a module without hours",
        "syllabus_home",
        "whole",
        "没有课时",
        "二（二）2",
        ("modules/m1/theory_h", "0"),
        ("modules/m1/practice_h", "0"),
        check="SYLLABUS_MODULE",
    ),
    _typed(
        "a teacher entered twice",
        "teacher_1",
        "whole",
        "已经登记过",
        "二（二）2",
        ("id_no", "@teacher_2/id_no"),
        check="TEACHER_TWICE",
    ),
)

FILING = (
    _missing("class", "filing", "plan_scan", _SCAN, "二（三）1（2）"),
    _missing("class", "filing", "roster_scan", _SCAN, "二（三）1（2）"),
    Fault(
        name="another textbook than the approved one",
        record="class",
        phase="filing",
        told="和已经通过的那一份不是同一个文件",
        clause="二（三）1（3）",
        brings={"textbook_copy": 3},
    ),
    _typed(
        "course without approval", "class", "filing", "没有找到已经通过的", "二（三）1（1）", ("course", "$course_shop")
    ),
    _typed(
        "roster against plan",
        "class",
        "filing",
        "名册 10 人，计划 11 人",
        "二（三）1（2）",
        ("planned_count", "11"),
        check="X2",
    ),
    _typed(
        "roster changed after the seal",
        "class",
        "filing",
        "扫描件是旧的",
        "二（三）1（2）",
        ("trainees/r11/name", "陈样"),
    ),
    _typed(
        "wrong digit of an ID",
        "class",
        "filing",
        "身份证号码",
        "二（三）1（2）",
        ("trainees/r11/id_no", "440604199001011234"),
    ),
    _typed("too young", "class", "filing", "16 岁以下不能参训", "三", ("trainees/r11/id_no", CHILD), check="AGE_MIN"),
    _typed("hours short", "class", "filing", "还差 1 课时", "四（一）", ("sessions/s1/hours", "3"), check="X1"),
    _typed(
        "outside the class's time",
        "class",
        "filing",
        "不在培训期间",
        "二（三）2",
        ("sessions/s1/date", "2026-12-25"),
        check="SESSION_INSIDE",
    ),
    _typed(
        "two sessions at once",
        "class",
        "filing",
        "与本班另一课次重叠",
        "二（三）2",
        ("sessions/s2/date", "2026-11-09"),
        check="SESSION_OVERLAP",
    ),
    _typed(
        "ends before it begins",
        "class",
        "filing",
        "早于开班日期",
        "二（三）1",
        ("end_date", "2026-11-01"),
        check="DATE_ORDER",
    ),
    _typed(
        "examined before its end",
        "class",
        "filing",
        "早于结班日期",
        "二（三）3",
        ("exam_date", "2026-11-10"),
        check="EXAM_AFTER",
    ),
    _typed(
        "number used twice",
        "class",
        "filing",
        "已经用过",
        "二（三）1",
        ("class_no", "440604-012-2026-100"),
        check="CLASS_NO_TWICE",
    ),
    _typed(
        "number of another district",
        "class",
        "filing",
        "禅城区是 440604",
        "一（三）",
        ("class_no", "440605-012-2026-101"),
        check="CLASS_NO_DISTRICT",
    ),
    _typed(
        "filed after it began",
        "class",
        "filing",
        "备案要在开班前审核通过",
        "二（三）1",
        ("plan_date", "2026-11-20"),
        check="FILING_DATE",
    ),
    _typed(
        "licence ends meanwhile",
        "class",
        "filing",
        "早于结班日",
        "二（二）3",
        ("institution:license_valid_to", "2026-11-15"),
        check="LICENSE",
    ),
    _typed(
        "grant not valid",
        "class",
        "filing",
        "没有“家政服务基础”的有效授权",
        "二（二）",
        ("start_date", "2026-06-01"),
        check="GRANT",
    ),
    _typed(
        "enrolled in two classes",
        "class",
        "filing",
        "两个班有同一天同一时段的课",
        "四（一）",
        ("trainees/r11/id_no", "#r21/id_no"),
        check="ENROLLED",
    ),
    _typed(
        "theory as practice",
        "class",
        "filing",
        "课程标准是理论 16",
        "四（一）",
        ("sessions/s1/kind", "实操"),
        check="X1_KIND",
    ),
    _typed(
        "number of another year",
        "class",
        "filing",
        "班次编号的年份是 2025",
        "二（三）1",
        ("class_no", "440604-012-2025-101"),
        check="CLASS_NO_YEAR",
    ),
    _typed(
        "course ends meanwhile",
        "class",
        "filing",
        "早于开班日2026年11月9日",
        "二（一）",
        ("course_home:valid_to", "2026-11-01"),
        check="COURSE_EXPIRED",
    ),
    _typed(
        "too small a class", "class", "filing", "这门课每班", "二（一）", ("planned_count", "9"), check="CLASS_SIZE"
    ),
    _typed(
        "more than there are seats",
        "class",
        "filing",
        "理论座位只有 5 个",
        "二（二）",
        ("institution:theory_seats", "5"),
        check="SEATS",
    ),
    _typed(
        "hours of the syllabus short",
        "class",
        "filing",
        "大纲合计",
        "二（三）1（3）",
        ("syllabus_home:modules/m1/theory_h", "1"),
        check="X1_SYLLABUS",
    ),
    _typed(
        "on a holiday",
        "class",
        "filing",
        "10月1日是",
        "二（三）2",
        ("sessions/s1/date", "2026-10-01"),
        check="SESSION_HOLIDAY",
    ),
    _typed(
        "a teacher at two places",
        "class",
        "filing",
        "11月14日上午已排在“",
        "四（一）",
        ("sessions/s1/date", "2026-11-14"),
        ("other class:sessions/s1/date", "2026-11-14"),
        check="TEACHER_OVERLAP",
    ),
    _typed(
        "a room of two classes",
        "class",
        "filing",
        "11月14日上午已排给“",
        "四（一）",
        ("sessions/s1/date", "2026-11-14"),
        ("other class:sessions/s1/date", "2026-11-14"),
        check="ROOM_OVERLAP",
    ),
    _typed(
        "a teacher of the other kind",
        "class",
        "filing",
        "，这一课次是理论",
        "二（二）2",
        ("sessions/s5/kind", "理论"),
        check="TEACHER_KIND",
    ),
    _typed(
        "a lesson too short",
        "class",
        "filing",
        "不够 4 课时",
        "四（一）",
        ("sessions/s1/time", "09:00-11:00"),
        check="SESSION_LENGTH",
    ),
    _typed(
        "a day too long", "class", "filing", "超过 8 课时", "四（一）", ("sessions/s1/hours", "9"), check="DAY_HOURS"
    ),
    _typed(
        "past the age of retiring",
        "class",
        "filing",
        "超过退休年龄提醒线",
        "三",
        ("trainees/r11/id_no", PENSIONER),
        check="AGE_MAX",
    ),
    _typed(
        "one number for three",
        "class",
        "filing",
        "3 人以上用同一个号码",
        "四（一）",
        ("trainees/r11/mobile", "13800000088"),
        ("trainees/r12/mobile", "13800000088"),
        ("trainees/r13/mobile", "13800000088"),
        check="MOBILE_SHARED",
    ),
    _typed(
        "a paper of elsewhere",
        "class",
        "filing",
        "证件是港澳台居民居住证，人员类别却是登记失业",
        "二（三）1",
        ("trainees/r11/doc_type", "港澳台居民居住证"),
        ("trainees/r11/id_no", "810000198501010010"),
        ("trainees/r11/person_class", "登记失业"),
        check="ID_SUPPORTS_CLASS",
    ),
)

CERTIFICATES = (
    _missing("class", "certificates", "issuance_scan", _SCAN, "二（三）4（1）"),
    _missing("class", "certificates", "sign_in_scan", "培训签到表：还没有传", "二（三）4（2）"),
    _missing("class", "certificates", "exam_sign_in_scan", "考场学员签到表：还没有传", "二（三）4（3）"),
    _missing("class", "certificates", "score_scan", _SCAN, "二（三）4（3）"),
    _missing("class", "certificates", "invigilation_scan", _SIGNED, "二（三）4（3）"),
    Fault(
        name="eleven sign-in sheets of twelve",
        record="class",
        phase="certificates",
        told="有 11 页，至少 12 页，还差 1 页",
        clause="二（三）4（2）",
        without="sign_in_scan",
        brings={"sign_in_scan": 11},
    ),
    Fault(
        name="exam not recorded",
        record="class",
        phase="certificates",
        told="“考试录像登记”还没有填",
        clause="二（三）4（3）",
        drops="exam_recordings",
    ),
    _typed(
        "nine recordings",
        "class",
        "certificates",
        "有 9 课次，至少 10 课次，还差 1 课次",
        "二（三）4（2）",
        ("recordings/v10/session", "s9"),
        ("recordings/v11/session", "s9"),
        ("recordings/v12/session", "s9"),
    ),
    _typed(
        "a mark missing",
        "class",
        "certificates",
        "还有 1 人没有总评",
        "二（三）4（3）",
        ("trainees/r11/theory", ""),
        check="X5",
    ),
    _typed(
        "a mark above full",
        "class",
        "certificates",
        "满分 100 分",
        "二（三）4（3）",
        ("trainees/r11/theory", "105"),
        check="SCORE_THEORY",
    ),
    _typed(
        "marks changed after the seal",
        "class",
        "certificates",
        "扫描件是旧的",
        "二（三）4（1）",
        ("trainees/r11/theory", "61"),
    ),
    _typed(
        "recorded at another time",
        "class",
        "certificates",
        "录像 20:00 开始",
        "二（三）4（2）",
        ("recordings/v1/start", "20:00"),
        check="X9",
    ),
    _typed(
        "marked before the exam",
        "class",
        "certificates",
        "早于考核日期",
        "二（三）4（3）",
        ("result_date", "2026-11-01"),
        check="RESULT_DATE",
    ),
    _typed(
        "attendance not noted",
        "class",
        "certificates",
        "还有 1 人没有登记考勤",
        "二（三）4（2）",
        ("attendance/s1/r11", ""),
        check="ATTENDANCE_ALL",
    ),
    _typed(
        "half online without a log",
        "class",
        "certificates",
        "“线上学习记录”还没有填",
        "二（三）4（2）",
        ("train_mode", "混合"),
    ),
    _typed(
        "online exam without a record",
        "class",
        "certificates",
        "线上培训平台考核记录：",
        "二（三）4（3）",
        ("exam_mode", "线上"),
    ),
    _typed(
        "chief who invigilates",
        "class",
        "certificates",
        "不能同时监考",
        "四（二）",
        ("exam_chief", "吴癸卯"),
        check="INVIGILATOR_CHIEF",
    ),
    _typed(
        "a mark of practice above full",
        "class",
        "certificates",
        "实操 105 分",
        "二（三）4（3）",
        ("trainees/r11/practice", "105"),
        check="SCORE_PRACTICE",
    ),
    _typed(
        "nobody has passed",
        "class",
        "certificates",
        "核发名册是空的",
        "二（三）4（1）",
        *((f"trainees/r{n}/theory", "5") for n in range(11, 21)),
        check="NONE_PASSED",
    ),
    _typed(
        "passed though seldom there",
        "class",
        "certificates",
        "成绩到了合格线也不算合格",
        "四（一）",
        *((f"attendance/s{n}/r11", "缺") for n in range(1, 5)),
        check="ATTENDANCE_MIN",
    ),
    _typed(
        "good marks of somebody who was never noted",
        "class",
        "certificates",
        "一课次的考勤都没有登记",
        "二（三）4（2）",
        *((f"attendance/s{n}/r11", "") for n in range(1, 13)),
        check="ATTENDANCE_NONE",
    ),
    _typed(
        "a recording longer than its lesson",
        "class",
        "certificates",
        "录像 300 分钟",
        "二（三）4（2）",
        ("recordings/v1/minutes", "300"),
        check="RECORDING_LENGTH",
    ),
    _typed(
        "nine lessons recorded",
        "class",
        "certificates",
        "登记了 9 课次",
        "二（三）4（2）",
        *((f"recordings/v{n}/session", "s9") for n in range(10, 13)),
        check="RECORDINGS",
    ),
    _logged(
        "logged outside the class's time",
        "2026年12月25日不在培训期间",
        "二（三）4（2）",
        "ONLINE_DATE",
        date="2026-12-25",
    ),
    _logged(
        "learnt longer than logged in",
        "学习 90 分钟，上线到下线只有 60 分钟",
        "二（三）2",
        "ONLINE_MINUTES",
        minutes="90",
    ),
    _logged(
        "logged out before in",
        "2026-11-10 09:00 退出，不晚于 2026-11-10 10:00 登录",
        "二（三）2",
        "ONLINE_ORDER",
        login_at="2026-11-10 10:00",
        logout_at="2026-11-10 09:00",
    ),
    _logged(
        "learnt longer than between in and out",
        "学习 60 分钟，登录到退出只有 30 分钟",
        "二（三）2",
        "ONLINE_STAYED",
        login_at="2026-11-10 09:00",
        logout_at="2026-11-10 09:30",
    ),
    _logged("logs of one for all", "合格的学员里有 9 人没有线上学习记录", "二（三）4（2）", "ONLINE_PEOPLE"),
    _logged("too short online", "分钟，计划 1800 分钟", "二（三）4（2）", "ONLINE_HOURS", mode="线上"),
)

ARCHIVE = (
    _missing("class", "archive", "courseware", "培训课件：还没有传", "四（二）"),
    _missing("class", "archive", "exam_paper", "考试试卷：还没有传", "四（二）"),
    _missing("class", "archive", "certificate_copies", "复印件：还没有传", "四（二）"),
    _missing("class", "archive", "receipt_scan", _SIGNED, "四（二）"),
    _missing("class", "archive", "teaching_log_scan", "授课情况记录：还没有传", "二（三）2"),
    _typed(
        "a code without a pass",
        "class",
        "archive",
        "却填了证书编号",
        "二（三）4",
        ("trainees/r11/absent", "缺考"),
        check="X11_PASSED",
    ),
    _typed(
        "issued without a pass",
        "class",
        "archive",
        "却填了发证日期",
        "二（三）4",
        ("trainees/r11/absent", "缺考"),
        check="ISSUE_PASSED",
    ),
    _typed(
        "a receipt without a pass",
        "class",
        "archive",
        "却填了领取日期",
        "四（二）",
        ("trainees/r11/absent", "缺考"),
        check="RECEIPT_PASSED",
    ),
    _typed(
        "a code missing", "class", "archive", "没有证书编号", "二（三）4", ("trainees/r11/cert_no", ""), check="X11"
    ),
    _typed(
        "received before it was issued",
        "class",
        "archive",
        "早于发证日期",
        "四（二）",
        ("trainees/r11/receipt_date", "2026-11-25"),
        check="RECEIPT_AFTER",
    ),
    _typed(
        "archived before the exam",
        "class",
        "archive",
        "早于考核日期",
        "四（二）",
        ("archive_date", "2026-11-20"),
        check="ARCHIVE_AFTER",
    ),
    _typed(
        "a code of another class",
        "class",
        "archive",
        "在另一个班用过",
        "二（三）4",
        ("trainees/r11/cert_no", "#r1/cert_no"),
        check="X11_TAKEN",
    ),
    _typed(
        "codes where there are none",
        "class",
        "archive",
        "写了没有发证（取消发证资格），却填了证书编号",
        "二（三）4",
        ("no_certificates", "取消发证资格"),
        check="X11_NONE",
    ),
    _typed(
        "codes out of order",
        "class",
        "archive",
        "没有按名册的先后递增",
        "二（三）4",
        ("trainees/r11/cert_no", "ZZ44060420260079999"),
        check="X11_ORDER",
    ),
    _typed(
        "no day of issue",
        "class",
        "archive",
        "没有填发证日期",
        "二（三）4",
        ("trainees/r11/issue_date", ""),
        check="ISSUE_DATE",
    ),
    _typed(
        "issued before the exam",
        "class",
        "archive",
        "发证日期2026年11月20日早于考核日期",
        "二（三）4",
        ("trainees/r11/issue_date", "2026-11-20"),
        check="ISSUE_AFTER",
    ),
    _typed(
        "no receipt",
        "class",
        "archive",
        "还没有登记签收",
        "四（二）",
        ("trainees/r11/receipt_date", ""),
        check="RECEIPT",
    ),
    _typed(
        "a paper wanting in the file",
        "class",
        "archive",
        "卷内目录还缺",
        "四（二）",
        ("archive_items/a1/title", "别的材料"),
        check="ARCHIVE_ITEMS",
    ),
)

INSPECTION = (
    _missing("inspection", "check", "record_scan", _BOTH, "四（一）"),
    _typed(
        "more there than enrolled", "inspection", "check", "超过应到 10 人", "四（一）", ("present", "12"), check="X10"
    ),
    _typed(
        "a problem and no decision",
        "inspection",
        "check",
        "处理意见却是“无”",
        "四（一）",
        ("has_problem", "是"),
        check="PROBLEM_DECISION",
    ),
    _typed(
        "before the class began",
        "inspection",
        "check",
        "早于开班日",
        "四（一）",
        ("inspect_date", "2026-11-02"),
        check="INSPECT_PERIOD",
    ),
    _typed(
        "not in the hour of a lesson",
        "inspection",
        "check",
        "没有课",
        "四（一）",
        ("inspect_date", "2026-11-14"),
        check="INSPECT_SESSION",
    ),
    _typed(
        "another teacher",
        "inspection",
        "check",
        "计划教师是",
        "四（一）",
        ("actual_teacher", "别老师"),
        check="INSPECT_TEACHER",
    ),
    Fault(
        name="nobody was called",
        record="inspection",
        phase="check",
        told="电话回访 0 人，最少 3 人",
        clause="四（一）",
        changes={("inspection", "method"): "电话回访学员"},
        drops="calls",
        check="CALLS_MIN",
    ),
    _typed(
        "a fault and no problem",
        "inspection",
        "check",
        "有不相符的项目，却选了没有问题",
        "四（一）",
        ("hours_ok", "不相符"),
        check="ITEM_PROBLEM",
    ),
    _typed(
        "nothing and something",
        "inspection",
        "check",
        "处理意见选了“无”，又选了别的",
        "四（一）",
        ("decision", "无、暂停新开班审批"),
        check="DECISION_NONE",
    ),
    _typed(
        "to be mended before it was seen",
        "inspection",
        "check",
        "不晚于检查日期",
        "四（一）",
        ("decision", "责令限期整改"),
        ("due_date", "2026-11-11"),
        check="DUE_AFTER",
    ),
    _typed(
        "looked at again too early",
        "inspection",
        "check",
        "早于整改期限",
        "四（一）",
        ("decision", "责令限期整改"),
        ("due_date", "2026-11-30"),
        ("recheck_planned", "2026-11-20"),
        check="RECHECK_AFTER",
    ),
)

FAULTS = (*APPLICATION, *FILING, *CERTIFICATES, *ARCHIVE, *INSPECTION)
