"""Names of people and institutions of the city; nobody and nothing is called so."""

import random
from datetime import date

from onefill.fields.organisations import organisation_check, uscc_check
from samples.organisation import rows
from samples.people import Row, names, resident_id

#: Code, name of the districts, how many institutions there are of a hundred.
DISTRICTS = (("440604", "禅城区", 26), ("440605", "南海区", 28), ("440606", "顺德区", 26), ("440607", "三水区", 11),
             ("440608", "高明区", 9))  # fmt: skip
CITY_UNIT = "440600"
#: Kind, ownership, how the code begins, how the name ends.
_KINDS = (
    ("职业培训院校", "民办非营利", "52", "职业培训学校"),
    ("技工院校", "公办", "12", "技工学校"),
    ("职业培训院校", "民办营利", "91", "职业技能培训有限公司"),
    ("行业协（学）会培训中心", "社团", "51", "行业协会培训中心"),
    ("企业培训中心", "企业", "91", "集团培训中心"),
    ("就业训练中心", "公办", "12", "就业训练中心"),
    ("职业院校", "公办", "12", "职业技术学校"),
    ("实训基地", "企业", "91", "实训基地"),
    ("高等院校", "公办", "12", "职业学院"),
    ("培训基地", "企业", "91", "高技能人才培训基地"),
    ("工作室", "民办营利", "91", "技能大师工作室"),
    ("其他", "企业", "91", "社区培训服务中心"),
)
_WORDS = (
    *("启明", "致远", "博雅", "汇智", "恒通", "育才", "新源", "广成"),
    *("正德", "立信", "卓越", "同心", "精工", "匠心", "嘉禾", "瑞祥"),
)
_ROADS = ("样例大道", "样例一路", "样例二路", "样例新街", "样例工业路")


class Names:
    """Gives every name once."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._left = [name for name, _ in names(dice, 1680) if "·" not in name]
        self._numbers: set[str] = set()
        self._serial = 0

    def person(self) -> str:
        """Somebody who works here; never two of one name."""
        return self._left.pop()

    def number(self, first: int, last: int) -> str:
        """A resident id of somebody born in these years, never given twice."""
        while True:
            self._serial += 1
            born = date(self._dice.randint(first, last), self._dice.randint(1, 12), self._dice.randint(1, 28))
            if (found := resident_id(self._dice, born, self._serial)) not in self._numbers:
                self._numbers.add(found)
                return found

    def mobile(self) -> str:
        """A number of a series that was never given out."""
        self._serial += 1
        return f"199{self._serial % 10**8:08}"


def uscc(prefix: str, code: str, serial: int) -> str:
    """A social credit code with right checks that nobody has."""
    inner = f"MJ{serial:06}"
    first = f"{prefix}{code}{inner}{organisation_check(inner)}"
    return first + uscc_check(first)


def district_of(number: int) -> tuple[str, str]:
    """Code and name of the district of the institution of that number."""
    place = number * 37 % 100
    for code, name, share in DISTRICTS:
        if place < share:
            return code, name
        place -= share
    raise AssertionError(number)


def called(number: int) -> str:
    """What the institution of that number is called."""
    district, ending = district_of(number)[1].removesuffix("区"), _KINDS[number % len(_KINDS)][3]
    word = _WORDS[number % len(_WORDS)] + ("" if number < len(_WORDS) else _WORDS[(number * 7 + 3) % len(_WORDS)])
    return f"佛山市{district}样例{word}{ending}"


def institution(number: int, contact: str, head: str, dice: random.Random, last: date) -> Row:
    """The institution of that number; its licence is good until the last day at least."""
    kind, ownership, prefix, _ = _KINDS[number % len(_KINDS)]
    code, district = district_of(number)
    row: Row = {
        "inst_name": called(number),
        "inst_type": kind,
        "ownership": ownership,
        "uscc": uscc(prefix, code, number + 1),
        "legal_rep": head,
        "legal_rep_tel": f"0757-8100{number:04}",
        "district": district,
        "inst_no": f"{number + 1:03}",
        "address": f"佛山市{district}{_ROADS[number % len(_ROADS)]}{number + 1}号样例大厦{number % 9 + 1}楼",
        "contact": contact,
        "contact_tel": f"0757-8200{number:04}",
        "email": f"office{number + 1}@example.com",
        "reg_no": f"样例登字第{number + 1:06}号",
        "site_area_m2": f"{dice.randrange(400, 3000)}.5",
        "theory_seats": dice.choice((60, 80, 100, 120)),
        "practice_stations": dice.choice((30, 40, 60)),
        "equipment": rows("e", [{"name": name, "quantity": many} for name, many in _EQUIPMENT]),
        "introduction": "为试用而虚构的培训机构，设理论教室和实操室，全部装有录像设备。",
    }
    if kind == "其他":
        row["inst_type_other"] = "社区培训服务中心"
    if kind == "就业训练中心":
        row["approval_doc_no"] = f"佛府〔2019〕{number + 1}号"
    if kind == "职业培训院校" or ownership.startswith("民办"):
        row["license_no"] = f"样例教民{code}{number + 1:08}号"
        row["license_valid_to"] = last.isoformat()
    return row


_EQUIPMENT = (("多媒体投影机", 4), ("实训台", 30), ("监控录像设备", 4))


def teacher(place: int, institution: str, given: Names, dice: random.Random) -> Row:
    """A teacher who may teach everything; every third one comes from elsewhere."""
    row: Row = {
        "institution": institution,
        "name": given.person(),
        "id_no": given.number(1968, 1995),
        "education": dice.choice(("本科", "专科", "研究生")),
        "teach_kind": ["理论", "实操", "考评"],
        "subject": "理论和实操" if place else "理论",
        "employ": "兼职" if place % 3 == 2 else "专职",
        "mobile": given.mobile(),
        "years": dice.randrange(2, 25),
    }
    if place % 2:
        row |= {"skill_cert": "高级技师", "cert_no": f"YLZ{dice.randrange(10**9):09}"}
    else:
        row["title"] = dice.choice(("讲师", "高级讲师"))
    return row
