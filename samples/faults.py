"""Faults to plant in the samples, one of each kind: what is changed or left out, and the words and clause that tell it.

``class`` and ``other class`` are classes of ten of the sample's fifty trainees each, of the same institution and time.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from samples.people import resident_id

CHILD = resident_id(random.Random("child"), date(2015, 6, 1), 77)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault.

    Attributes:
        name: What is wrong, in short.
        record: In which record it is to be found.
        phase: In which phase.
        told: A piece of the words that must tell it.
        clause: Where it is asked; empty for a value that cannot be at all.
        changes: What is typed, by record and path; ``$name`` stands for a record.
        without: Item of the checklist that is not handed in; ``key.$name`` for that of a record, ``key:label`` for one
            of several.
        brings: Pages of another file for an item.
        drops: Section whose rows are taken out.
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


def _missing(record: str, phase: str, item: str, told: str, clause: str) -> Fault:
    return Fault(name=f"{item} missing", record=record, phase=phase, told=told, clause=clause, without=item)


def _typed(name: str, record: str, phase: str, told: str, clause: str, *typed: tuple[str, str]) -> Fault:
    """Something typed wrong in the record itself, or in another one named before a colon."""
    changes = {}
    for place, value in typed:
        owner, _, path = place.rpartition(":")
        changes[owner or record, path] = value
    return Fault(name=name, record=record, phase=phase, told=told, clause=clause, changes=changes)


_SCAN, _FILE = "还没有盖章的扫描件", "还没有传"

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
    _typed("outside the round", "application", "apply", "不在受理期内", "一（一）", ("apply_date", "2027-01-15")),
    _typed("course expired", "application", "apply", "已到期", "二（一）", ("course_home:valid_to", "2026-02-01")),
    _typed(
        "syllabus too short", "syllabus_home", "whole", "课程标准 40 课时", "二（二）2", ("modules/m1/theory_h", "1")
    ),
    _typed(
        "code of another kind", "institution", "whole", "统一社会信用代码却以 52", "二（二）3", ("ownership", "企业")
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
        "roster against plan", "class", "filing", "名册 10 人，计划 11 人", "二（三）1（2）", ("planned_count", "11")
    ),
    _typed(
        "roster changed after the seal",
        "class",
        "filing",
        "扫描件是旧的",
        "二（三）1（2）",
        ("trainees/r11/name", "陈样"),
    ),
    _typed("wrong digit of an ID", "class", "filing", "身份证号码", "", ("trainees/r11/id_no", "440604199001011234")),
    _typed("too young", "class", "filing", "16 岁以下不能参训", "三", ("trainees/r11/id_no", CHILD)),
    _typed("hours short", "class", "filing", "还差 1 课时", "四（一）", ("sessions/s1/hours", "3")),
    _typed(
        "outside the class's time", "class", "filing", "不在培训期间", "二（三）2", ("sessions/s1/date", "2026-12-25")
    ),
    _typed(
        "two sessions at once", "class", "filing", "与本班另一课次重叠", "二（三）2", ("sessions/s2/date", "2026-11-09")
    ),
    _typed("ends before it begins", "class", "filing", "早于开班日期", "二（三）1", ("end_date", "2026-11-01")),
    _typed("examined before its end", "class", "filing", "早于结班日期", "二（三）3", ("exam_date", "2026-11-10")),
    _typed("number used twice", "class", "filing", "已经用过", "二（三）1", ("class_no", "440604-012-2026-100")),
    _typed(
        "number of another district",
        "class",
        "filing",
        "禅城区是 440604",
        "一（三）",
        ("class_no", "440605-012-2026-101"),
    ),
    _typed(
        "filed after it began", "class", "filing", "备案要在开班前审核通过", "二（三）1", ("plan_date", "2026-11-20")
    ),
    _typed(
        "licence ends meanwhile",
        "class",
        "filing",
        "早于结班日",
        "二（二）3",
        ("institution:license_valid_to", "2026-11-15"),
    ),
    _typed(
        "grant not valid", "class", "filing", "没有“家政服务基础”的有效授权", "二（二）", ("start_date", "2026-06-01")
    ),
    _typed(
        "enrolled in two classes",
        "class",
        "filing",
        "与其他班次时间冲突",
        "四（一）",
        ("trainees/r11/id_no", "#r1/id_no"),
    ),
    _typed("theory as practice", "class", "filing", "课程标准是理论 16", "四（一）", ("sessions/s1/kind", "实操")),
)

CERTIFICATES = (
    _missing("class", "certificates", "issuance_scan", _SCAN, "二（三）4（1）"),
    _missing("class", "certificates", "sign_in_scan", "培训签到表：还没有传", "二（三）4（2）"),
    _missing("class", "certificates", "exam_sign_in_scan", "考场学员签到表：还没有传", "二（三）4（3）"),
    _missing("class", "certificates", "score_scan", _SCAN, "二（三）4（3）"),
    _missing("class", "certificates", "invigilation_scan", _SCAN, "二（三）4（3）"),
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
        "a mark missing", "class", "certificates", "还有 1 人没有成绩", "二（三）4（1）", ("trainees/r11/theory", "")
    ),
    _typed(
        "a mark above full", "class", "certificates", "满分 100 分", "二（三）4（3）", ("trainees/r11/theory", "105")
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
    ),
    _typed(
        "marked before the exam", "class", "certificates", "早于考核日期", "二（三）4", ("result_date", "2026-11-01")
    ),
    _typed(
        "attendance not noted",
        "class",
        "certificates",
        "还有 1 人没有登记考勤",
        "二（三）4（2）",
        ("attendance/s1/r11", ""),
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
    _typed("chief who invigilates", "class", "certificates", "不能同时监考", "四（二）", ("exam_chief", "吴癸卯")),
)

ARCHIVE = (
    _missing("class", "archive", "courseware", "培训课件：还没有传", "四（二）"),
    _missing("class", "archive", "exam_paper", "考试试卷：还没有传", "四（二）"),
    _missing("class", "archive", "certificate_copies", "复印件：还没有传", "四（二）"),
    _missing("class", "archive", "receipt_scan", _SCAN, "四（二）"),
    _missing("class", "archive", "teaching_log_scan", "授课情况记录：还没有传", "二（三）2"),
    _typed("a code without a pass", "class", "archive", "却填了证书编号", "二（三）4", ("trainees/r11/absent", "缺考")),
    _typed("issued without a pass", "class", "archive", "却填了发证日期", "二（三）4", ("trainees/r11/absent", "缺考")),
    _typed(
        "a receipt without a pass", "class", "archive", "却填了领取日期", "四（二）", ("trainees/r11/absent", "缺考")
    ),
    _typed("a code missing", "class", "archive", "没有证书编号", "二（三）4", ("trainees/r11/cert_no", "")),
    _typed(
        "received before it was issued",
        "class",
        "archive",
        "早于发证日期",
        "四（二）",
        ("trainees/r11/receipt_date", "2026-11-25"),
    ),
    _typed(
        "archived before the exam",
        "class",
        "archive",
        "早于考核日期",
        "四（二）",
        ("archive_date", "2026-11-20"),
    ),
)

INSPECTION = (
    _missing("inspection", "check", "record_scan", _SCAN, "四（一）"),
    _typed("more there than enrolled", "inspection", "check", "超过应到 10 人", "四（一）", ("present", "12")),
    _typed("a problem and no decision", "inspection", "check", "处理意见却是“无”", "四（一）", ("has_problem", "是")),
    _typed("before the class began", "inspection", "check", "早于开班日", "四（一）", ("inspect_date", "2026-11-02")),
)

FAULTS = (*APPLICATION, *FILING, *CERTIFICATES, *ARCHIVE, *INSPECTION)
