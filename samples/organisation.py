"""The made-up institution, its courses, teachers and syllabuses."""

import random
from datetime import date
from typing import Any

from samples.people import Row, resident_id

USCC = "52440604MJM002187G"


def ref(name: str) -> dict[str, str]:
    """Stands for the id of the record of that name."""
    return {"$ref": name}


def rows(prefix: str, items: list[Row]) -> dict[str, Row]:
    """Rows of a repeat by their ids, in order."""
    return {f"{prefix}{number}": {"@order": number, **item} for number, item in enumerate(items, 1)}


def institution() -> Row:
    """A private school in one district."""
    return {
        "inst_name": "佛山市样例职业培训学校",
        "inst_type": "职业培训院校",
        "ownership": "民办非营利",
        "uscc": USCC,
        "legal_rep": "梁甲午",
        "legal_rep_tel": "0757-80000001",
        "district": "禅城区",
        "inst_no": "012",
        "address": "佛山市禅城区样例路1号样例大厦3楼",
        "contact": "何乙未",
        "contact_tel": "0757-80000002",
        "email": "office@example.com",
        "license_no": "样例教民4406040000001号",
        "license_valid_to": "2028-12-31",
        "reg_no": "样例民证字第000001号",
        "site_area_m2": "860.5",
        "theory_seats": 60,
        "practice_stations": 30,
        "equipment": rows(
            "e",
            [
                {"name": "多媒体投影机", "model": "样例 TY-100", "quantity": 4},
                {"name": "家居清洁实训台", "model": "样例 JJ-20", "quantity": 15},
                {"name": "电工实训考核装置", "model": "样例 DG-3", "quantity": 20},
                {"name": "护理床及模拟人", "model": "样例 HL-8", "quantity": 10},
                {"name": "计算机", "model": "样例 PC-6", "quantity": 40},
                {"name": "监控录像设备", "model": "样例 LX-16", "quantity": 2},
            ],
        ),
        "introduction": "本校是为试用填报而虚构的培训机构，设理论教室两间、实操室三间，"
        "全部教室装有录像设备，可同时开展家政、电工、护理等课程的培训和考核。",
    }


_COURSES: dict[str, dict[str, Any]] = {
    "course_home": {
        "course_code": "FS-2026-0001",
        "course_name": "家政服务基础",
        "course_source": "市级",
        "occupation": "家政服务员",
        "province_filing_no": "样例粤备2026-001",
        "province_filed_on": "2025-12-15",
        "total_hours": 40,
        "theory_hours": 16,
        "practice_hours": 24,
        "subsidy_std": 800,
        "class_min": 10,
        "class_max": 60,
    },
    "course_electric": {
        "course_code": "FS-2026-0002",
        "course_name": "低压电工安全操作",
        "course_source": "省级",
        "occupation": "电工",
        "total_hours": 60,
        "theory_hours": 24,
        "practice_hours": 36,
        "subsidy_std": 1200,
        "class_min": 10,
        "class_max": 60,
    },
    "course_care": {
        "course_code": "FS-2026-0003",
        "course_name": "养老护理入门",
        "course_source": "外市",
        "occupation": "养老护理员",
        "province_release_no": "样例粤发2026-003",
        "province_released_on": "2025-11-03",
        "home_city": "广州市",
        "city_committee_no": "样例佛课标2026-003",
        "city_committee_on": "2025-12-12",
        "total_hours": 32,
        "theory_hours": 12,
        "practice_hours": 20,
        "subsidy_std": 700,
        "class_min": 10,
        "class_max": 50,
    },
    "course_shop": {
        "course_code": "FS-2026-0004",
        "course_name": "网店运营入门",
        "course_source": "省级",
        "occupation": "电子商务师",
        "total_hours": 24,
        "theory_hours": 24,
        "practice_hours": 0,
        "subsidy_std": 500,
        "class_min": 10,
        "class_max": 60,
    },
}


def courses() -> dict[str, Row]:
    """Four courses; the last one has theory only."""
    common = {
        "level": "不分等级",
        "standard_version": "2026年版",
        "valid_from": "2026-01-01",
        "valid_to": "2028-12-31",
        "theory_pass": 60,
        "practice_pass": 60,
    }
    return {name: {**one, **common} for name, one in _COURSES.items()}


_TEACHERS = (
    ("何秀珍", 1978, 2, "本科", "讲师", "", "理论", "家政服务理论", "专职"),
    ("黄丙申", 1982, 1, "专科", "", "高级家政服务员", "实操", "家政服务实操", "专职"),
    ("单丁酉", 1975, 3, "本科", "高级讲师", "电工技师", "理论 实操 考评", "电工理论与实操", "专职"),
    ("欧阳戊戌", 1985, 5, "专科", "", "电工高级技师", "实操 考评", "电工实操", "兼职"),
    ("曾己亥", 1988, 4, "本科", "主管护师", "", "理论 实操", "护理理论与实操", "兼职"),
    ("麦庚子", 1991, 7, "研究生", "讲师", "", "理论 考评", "网店运营", "专职"),
)


def teachers() -> dict[str, Row]:
    """Six teachers, full-time and part-time."""
    dice = random.Random("teachers")
    made = {}
    for number, (name, year, serial, education, title, skill, kinds, subject, employ) in enumerate(_TEACHERS, 1):
        row: Row = {
            "institution": ref("institution"),
            "name": name,
            "id_no": resident_id(dice, date(year, number, 10 + number), 900 + serial),
            "education": education,
            "teach_kind": kinds.split(),
            "subject": subject,
            "employ": employ,
            "mobile": f"1980000{number:04}",
            "years": 2026 - year - 24,
            "cert_no": f"YLZ{year}{number:06}",
        }
        row.update({key: value for key, value in (("title", title), ("skill_cert", skill)) if value})
        made[f"teacher_{number}"] = row
    return made


_MODULES: dict[str, list[tuple[str, str, int, int, str]]] = {
    "course_home": [
        ("职业认知与礼仪", "家政服务的职业要求、服务礼仪、劳动法律常识", 4, 0, "讲授"),
        ("居家安全与卫生", "用电用气安全、食品卫生、常见意外的处置", 6, 2, "讲授、演示"),
        ("家居清洁", "各类材质的清洁方法、清洁剂的使用、收纳整理", 3, 12, "演示、练习"),
        ("家庭餐制作", "食材挑选、刀工、家常菜的制作", 3, 10, "演示、练习"),
    ],
    "course_electric": [
        ("电工基础", "电路基本知识、电工仪表、安全标志", 10, 4, "讲授、演示"),
        ("安全用电与触电急救", "安全距离、接地接零、心肺复苏", 8, 10, "讲授、练习"),
        ("照明与动力线路安装", "导线连接、线路敷设、故障检查", 6, 22, "演示、练习"),
    ],
    "course_care": [
        ("职业道德与沟通", "老年人心理、沟通技巧、权益保护", 6, 2, "讲授"),
        ("生活照护", "饮食、排泄、睡眠、清洁照护", 4, 12, "演示、练习"),
        ("应急救护", "跌倒、噎食的处置", 2, 6, "演示、练习"),
    ],
    "course_shop": [
        ("开店与商品发布", "平台规则、开店流程、商品图文", 10, 0, "讲授、案例"),
        ("推广与客服", "流量与推广、客户沟通、售后处理", 14, 0, "讲授、案例"),
    ],
}


def syllabuses() -> dict[str, Row]:
    """One syllabus for each course."""
    made = {}
    for course, modules in _MODULES.items():
        facts = _COURSES[course]
        name, practice = facts["course_name"], facts["practice_hours"] > 0
        row: Row = {
            "institution": ref("institution"),
            "course": ref(course),
            "syllabus_date": "2026-05-20",
            "objective": f"学员学完后掌握{name}的基本知识和操作方法，"
            "能按规范独立完成岗位的常规工作，达到课程标准的要求。",
            "audience": "年满16周岁、有就业或提升技能愿望的劳动者",
            "entry_req": "身体健康，能听懂普通话或粤语，初中以上文化程度",
            "modules": rows(
                "m",
                [
                    {"title": t, "content": c, "theory_h": theory, "practice_h": hands, "method": how}
                    for t, c, theory, hands, how in modules
                ],
            ),
            "textbooks": rows(
                "b",
                [
                    {
                        "title": f"{name}（样例教材）",
                        "publisher": "样例出版社",
                        "isbn": "978-7-0000-0000-0",
                        "year": 2025,
                    },
                    {"title": f"{name}实训手册", "publisher": "自编", "year": 2026},
                ],
            ),
            "theory_method": "闭卷笔试",
            "theory_minutes": 90,
            "theory_full": 100,
        }
        if practice:
            row.update(practice_method="现场操作", practice_minutes=60, practice_full=100, theory_weight=50)
        made[course.replace("course", "syllabus")] = row
    return made


def rounds() -> dict[str, Row]:
    """Two rounds of applications, both open: whoever tries the samples out can hand in."""
    return {
        name: {
            "title": title,
            "notice_no": notice,
            "open_date": first,
            "close_date": last,
            "courses": [ref(course) for course in _COURSES],
        }
        for name, title, notice, first, last in (
            ("round_2", "2026年第二批", "佛人社〔2026〕12号", "2026-05-06", "2027-12-31"),
            ("round_3", "2026年第三批", "佛人社〔2026〕40号", "2026-11-02", "2026-12-31"),
        )
    }


def application() -> Row:
    """The application that the grants came from."""
    audience = "本市企业职工、登记失业人员和农村转移劳动力"
    return {
        "institution": ref("institution"),
        "round": ref("round_2"),
        "apply_date": "2026-06-10",
        "courses": rows(
            "c",
            [
                {
                    "course": ref(f"course_{key}"),
                    "syllabus": ref(f"syllabus_{key}"),
                    "yearly_count": count,
                    "audience": audience,
                }
                for key, count in (("home", 300), ("electric", 600), ("care", 200))
            ],
        ),
        "teachers": [ref(f"teacher_{number}") for number in range(1, 7)],
        "track_record": "本校为虚构的样例，近三年共开办样例培训班36期，参训1620人，考核合格率96%。",
    }


def guidance() -> Row:
    """What the city's centre said about the work of a district."""
    matters = [
        (
            "证书编码申报审核",
            "2 个班的录像不足 10 次，仍报送编码",
            "退回机构补齐；今后先核对录像次数再报",
            "二（三）4（2）",
        ),
        ("培训和考核监管", "四季度抽查 3 次，都是现场检查", "增加视频监控和电话回访", "四（一）"),
    ]
    columns = ("checked_work", "found_facts", "improvement", "basis")
    return {
        "district": "禅城区",
        "checked_from": "2026-11-01",
        "checked_to": "2026-11-30",
        "overall_view": "抽看备案 12 件、证书申请 5 件。备案审核及时，材料基本齐全；证书申请中录像次数核对不够细。",
        "opinion_date": "2026-12-04",
        "reply_due": "2026-12-25",
        "guidance_officer": "吴丁亥",
        "reply_outcome": "已改正",
        "reply_note": "2 个班的录像已经补齐，经办人已培训；明年起每月电话回访一次。",
        "matters": rows("m", [dict(zip(columns, one, strict=True)) for one in matters]),
    }
