"""The forty courses of the city, their modules and how their hours lie on days."""

from datetime import date
from typing import Any

from samples.people import Row

#: Name, occupation, hours of theory and of practice.
COURSES = (
    ("家政服务基础", "家政服务员", 16, 24),
    ("低压电工安全操作", "电工", 24, 36),
    ("养老护理入门", "养老护理员", 12, 20),
    ("网店运营入门", "电子商务师", 24, 0),
    ("中式烹调基础", "中式烹调师", 12, 36),
    ("中式面点制作", "中式面点师", 8, 32),
    ("西式面点制作", "西式面点师", 8, 32),
    ("粤菜师傅基础", "中式烹调师", 12, 36),
    ("焊接安全操作", "焊工", 20, 40),
    ("叉车安全驾驶", "叉车司机", 20, 40),
    ("数控车床操作", "车工", 20, 40),
    ("工业机器人操作", "工业机器人系统操作员", 24, 36),
    ("育婴照护基础", "育婴员", 16, 24),
    ("保育照护基础", "保育师", 16, 24),
    ("母婴护理入门", "母婴护理员", 12, 28),
    ("茶艺基础", "茶艺师", 12, 24),
    ("咖啡制作", "咖啡师", 6, 30),
    ("美容基础", "美容师", 12, 36),
    ("美发基础", "美发师", 12, 36),
    ("保健按摩基础", "保健按摩师", 12, 36),
    ("健康照护基础", "健康照护师", 20, 40),
    ("汽车维修基础", "汽车维修工", 20, 40),
    ("新能源汽车维护", "汽车维修工", 24, 36),
    ("制冷设备维修", "制冷空调系统安装维修工", 20, 40),
    ("电梯安装维护基础", "电梯安装维修工", 24, 36),
    ("陶瓷产品设计基础", "陶瓷产品设计师", 16, 32),
    ("陶瓷装饰工艺", "陶瓷装饰工", 12, 36),
    ("剪纸工艺", "剪纸工", 8, 32),
    ("家具制作基础", "家具制作工", 12, 36),
    ("服装缝制基础", "缝纫工", 8, 40),
    ("园林绿化养护", "园林绿化工", 12, 28),
    ("花艺环境设计", "花艺环境设计师", 8, 32),
    ("农产品电商运营", "电子商务师", 24, 12),
    ("直播销售基础", "互联网营销师", 20, 20),
    ("短视频制作", "全媒体运营师", 16, 24),
    ("物业管理服务", "物业管理员", 24, 16),
    ("保安服务基础", "保安员", 20, 20),
    ("快递业务操作", "快递员", 15, 21),
    ("应急救护基础", "应急救援员", 12, 20),
    ("创业能力提升", "创业指导师", 32, 0),
)
_SOURCES = ("市级", "省级", "市级", "外市")


def lesson_hours(total: int) -> int:
    """Hours of one lesson: so many that there are at least ten lessons."""
    return 2 if total < 36 else 3 if total < 40 else 4


def course(number: int, first: date) -> Row:
    """The course of that number as the centre takes it up; its standard counts from the first day."""
    name, occupation, theory, practice = COURSES[number]
    source = _SOURCES[number % len(_SOURCES)]
    row: Row = {
        "course_code": f"FS-{first.year}-{number + 1:04}",
        "course_name": name,
        "course_source": source,
        "occupation": occupation,
        "level": "不分等级",
        "standard_version": f"{first.year}年版",
        "valid_from": first.isoformat(),
        "total_hours": theory + practice,
        "theory_hours": theory,
        "practice_hours": practice,
        "subsidy_std": 300 + (theory + practice) * 15,
        "class_min": 10,
        "class_max": 100,
        "theory_pass": 60,
        "practice_pass": 60,
    }
    if source == "省级":
        row["province_catalogue_no"] = f"样例粤目录〔{first.year}〕{number + 1}号"
    elif source == "市级":
        row["province_filing_no"] = f"样例粤备{first.year}-{number + 1:03}"
    else:
        row["province_release_no"] = f"样例粤发{first.year}-{number + 1:03}"
        row["city_committee_no"] = f"样例佛课标{first.year}-{number + 1:03}"
    return row


def proven(row: Row, released: date, filed: date) -> dict[str, Any]:
    """What is known of a course once the province has answered."""
    if row["course_source"] == "市级":
        return {"province_filed_on": filed.isoformat()}
    if row["course_source"] == "外市":
        return {
            "province_released_on": released.isoformat(),
            "home_city": "广州市",
            "city_committee_on": filed.isoformat(),
        }
    return {}


def modules(number: int) -> list[tuple[str, str, int, int, str]]:
    """Modules of a course: title, content, hours of theory and of practice, how it is taught."""
    name, occupation, theory, practice = COURSES[number]
    one = lesson_hours(theory + practice)
    law = one if theory > one else 0
    safety = min(practice, one)
    made = [
        ("职业认知与法律常识", f"{occupation}的职业要求、劳动法律常识", law, 0, "讲授"),
        (f"{name}知识", f"{name}的基本知识、工具和材料、质量要求", theory - law, 0, "讲授、案例"),
        ("安全与规范", "操作安全、卫生和环保、常见意外的处置", 0, safety, "演示、练习"),
        ("综合实训", f"{name}的完整操作、常见问题的处理", 0, practice - safety, "演示、练习"),
    ]
    return [one for one in made if one[2] + one[3] > 0]
