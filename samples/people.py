"""Made-up people: names out of the sixty-year cycle, numbers of regions that do not exist."""

import random
from datetime import date, timedelta
from typing import Any

from onefill.fields.identity import check_digit

Row = dict[str, Any]

#: No county has these codes; the check digits are right.
REGIONS = ("449901", "449902", "449903", "449911", "449912")
_SURNAMES = tuple("陈李黄张何梁罗林吴刘区冼单曾麦霍关简邓潘苏卢叶谭郑冯杜温")
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_CYCLE = tuple(_STEMS[year % 10] + _BRANCHES[year % 12] for year in range(60))
#: Rare characters, compound surnames, names of minorities.
SPECIAL = (
    ("欧阳翀", "汉族"),
    ("司徒燊", "汉族"),
    ("冼喆垚", "汉族"),
    ("阿依古丽·样例", "维吾尔族"),
    ("买买提江·阿卜杜热合曼", "维吾尔族"),
    ("区冼垚", "汉族"),
)
_PLACES = ("广东省佛山市", "广东省肇庆市", "广东省清远市", "广西壮族自治区梧州市", "湖南省永州市", "贵州省毕节市")
_EDUCATION = ("本科", "专科", "专科", "中专", "技工", "高中", "高中", "初中")
_CLASSES = ("企业职工", "企业职工", "登记失业", "农村转移劳动力", "退役军人", "毕业年度高校毕业生", "其他")
_FIRMS = ("佛山市样例机电有限公司", "佛山市样例酒店管理有限公司", "佛山市样例家具厂")


def resident_id(dice: random.Random, born: date, serial: int) -> str:
    """A well-formed number that nobody has."""
    first_17 = f"{dice.choice(REGIONS)}{born:%Y%m%d}{serial % 1000:03}"
    return first_17 + check_digit(first_17)


def born_between(dice: random.Random, first: int, last: int) -> date:
    """Some day of these years."""
    start = date(first, 1, 1)
    return start + timedelta(days=dice.randrange((date(last, 12, 31) - start).days + 1))


def mobile(number: int) -> str:
    """A number of a series that was never given out."""
    return f"1990000{number:04}"


def names(dice: random.Random, count: int) -> list[tuple[str, str]]:
    """That many different names, each with its nation."""
    common = [surname + given for surname in _SURNAMES for given in _CYCLE]
    dice.shuffle(common)
    chosen = [*SPECIAL, *((name, "汉族") for name in common)][:count]
    # Spread the special ones over the list.
    for place, special in enumerate(chosen[: len(SPECIAL)]):
        other = (place + 1) * max(1, count // (len(SPECIAL) + 1))
        if other < count:
            chosen[place], chosen[other] = chosen[other], special
    return chosen


def trainee(dice: random.Random, who: tuple[str, str], serial: int) -> Row:
    """What filing asks of one trainee."""
    name, nation = who
    place = "新疆维吾尔自治区喀什地区" if nation == "维吾尔族" else dice.choice(_PLACES)
    kind = dice.choice(_CLASSES)
    row: Row = {
        "name": name,
        "doc_type": "居民身份证",
        "id_no": resident_id(dice, born_between(dice, 1976, 2006), serial),
        "nation": nation,
        "education": dice.choice(_EDUCATION),
        "hukou_type": dice.choice(("农业户口", "居民户口")),
        "hukou_region": place,
        "person_class": kind,
        "mobile": mobile(serial),
        "address": f"佛山市禅城区样例路{dice.randrange(1, 200)}号",
    }
    if kind == "企业职工":
        row["employer"] = dice.choice(_FIRMS)
    return row


def from_outside(rows: list[Row]) -> None:
    """Make two of them holders of other documents: a permit of Hong Kong residents and a residence permit."""
    permit, residence = rows[7], rows[11]
    permit.update(doc_type="港澳居民来往内地通行证", id_no="H09900001", sex_stated="女", birth_stated="1990-05-04")
    first_17 = "81000019880312" + "001"
    residence.update(doc_type="港澳台居民居住证", id_no=first_17 + check_digit(first_17))
    for row, region in ((permit, "香港特别行政区"), (residence, "香港特别行政区")):
        row.update(person_class="港澳台", hukou_region=region)
        row.pop("hukou_type", None)
        row.pop("employer", None)
