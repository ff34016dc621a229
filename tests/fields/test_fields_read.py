"""What each type makes of what people type and of spreadsheet cells."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from onefill.fields import Clock, TimeRange, field_type

TODAY = date(2026, 11, 24)


def parse(name: str, raw: object, doc_type: str = "", **limits: object) -> Any:
    return field_type(name, today=lambda: TODAY, **limits).parse(raw, doc_type=doc_type)


def code(name: str, raw: object, doc_type: str = "", **limits: object) -> str:
    parsed = parse(name, raw, doc_type, **limits)
    assert parsed.value is None, parsed
    return str(parsed.problems[0].code)


GOOD: list[tuple[str, object, object]] = [
    ("date", "20261104", date(2026, 11, 4)),
    ("date", "2026-11-4", date(2026, 11, 4)),
    ("date", "2026.11.4", date(2026, 11, 4)),
    ("date", "2026/11/4", date(2026, 11, 4)),
    ("date", "2026年11月4日", date(2026, 11, 4)),
    ("date", "２０２６年１１月４日", date(2026, 11, 4)),
    ("date", "二〇二六年十一月二十四日", date(2026, 11, 24)),
    ("date", "二零二六年十月十日", date(2026, 10, 10)),
    ("date", "2026年11月4号", date(2026, 11, 4)),
    ("date", "2026 年 11 月 4 号", date(2026, 11, 4)),
    ("date", "十一月四号", date(2026, 11, 4)),
    ("date", "2026 11 4", date(2026, 11, 4)),
    ("date", "２０２６　１１　０４", date(2026, 11, 4)),
    ("date", "2026 1104", date(2026, 11, 4)),
    ("date", "11 4", date(2026, 11, 4)),
    ("date", "11.4", date(2026, 11, 4)),
    ("date", "12.7", date(2026, 12, 7)),
    ("date", "12月7日", date(2026, 12, 7)),
    ("date", "2026年12月7日（星期一）", date(2026, 12, 7)),
    ("date", "2026-11-10 0:00", date(2026, 11, 10)),
    ("date", "2026-11-04T00:00:00", date(2026, 11, 4)),
    ("date", "'20261104", date(2026, 11, 4)),
    ("date", "\ufeff2026-11-04\u200b", date(2026, 11, 4)),
    ("date", datetime(2026, 11, 4, 9, 30), date(2026, 11, 4)),
    ("date", date(2026, 11, 4), date(2026, 11, 4)),
    ("date", 20261104, date(2026, 11, 4)),
    ("time_range", "09:00-11:30", TimeRange(Clock(9), Clock(11, 30))),
    ("time_range", "9:00—11:30", TimeRange(Clock(9), Clock(11, 30))),
    ("time_range", "９：００ ～ １１：３０", TimeRange(Clock(9), Clock(11, 30))),
    ("time_range", "0900-1130", TimeRange(Clock(9), Clock(11, 30))),
    ("time_range", "上午9点到11点半", TimeRange(Clock(9), Clock(11, 30))),
    ("time_range", "下午两点到四点".replace("两", "二"), TimeRange(Clock(14), Clock(16))),
    ("time_range", "上午9点到下午1点一刻", TimeRange(Clock(9), Clock(13, 15))),
    ("time_range", "中午11点半-12点半", TimeRange(Clock(11, 30), Clock(12, 30))),
    ("number", "1,234.50", Decimal("1234.5")),
    ("number", "１２", 12),
    ("number", "12。5", Decimal("12.5")),
    ("number", "−3", -3),
    ("number", 12.0, 12),
    ("number", 88.30000000000001, Decimal("88.3")),
    ("number", 0.1, Decimal("0.1")),
    ("money", "¥1,500.00", 1500),
    ("money", "1.5万元", 15000),
    ("money", "1500元整", 1500),
    ("percent", "85%", 85),
    ("percent", "８５．５％", Decimal("85.5")),
    ("text", "ＡＢ１２　测　试\x00\u200b\ufeff", "AB12 测 试"),
    ("text", "=cmd()", "=cmd()"),
    ("text", "{{ x }} <b>&</b>", "{{ x }} <b>&</b>"),
    ("text", "⼀⽂", "一文"),
    ("text", 123.0, "123"),
    ("text", "，。（）", "，。（）"),
    ("long_text", "一\r\n二 \x0b\n\n\n\n三", "一\n二\n\n三"),
    ("person_name", "欧阳翀燊", "欧阳翀燊"),
    ("person_name", "𠮷野喆垚", "𠮷野喆垚"),
    ("person_name", "买买提.吐尔逊", "买买提·吐尔逊"),
    ("person_name", "阿依古丽・买买提", "阿依古丽·买买提"),
    ("person_name", "阿依古丽•买买提", "阿依古丽·买买提"),
    ("person_name", "　冼某　", "冼某"),
    ("person_name", "John Smith", "John Smith"),
    ("mobile", 13800138000.0, "13800138000"),
    ("mobile", "86 138 0013 8000", "13800138000"),
    ("phone", "（010）83281234 转 123", "010-83281234-123"),
    ("phone", "075583281234", "0755-83281234"),
    ("phone", "+86 755 83281234", "0755-83281234"),
    ("phone", "4001234567", "400-123-4567"),
    ("phone", "138 0013 8000", "13800138000"),
    ("document_number", "国发[2020]1号", "国发〔2020〕1号"),
    ("document_number", "国发（2020）1号", "国发〔2020〕1号"),
    ("document_number", "国发 (2020) 1 号", "国发〔2020〕1号"),
    ("document_number", "国发【２０２０】１", "国发〔2020〕1号"),
    ("url", "www.example.cn/a?b=1", "https://www.example.cn/a?b=1"),
    ("url", "HTTP://192.168.1.1:80/a", "http://192.168.1.1:80/a"),
    ("passport", "M1234567", "M1234567"),
    ("permanent_residence", "CAN110182012009", "CAN110182012009"),
    ("person_name", "陈  强", "陈强"),
    ("person_name", "欧阳 强", "欧阳强"),
    ("twtp", 12345678, "12345678"),
    ("row", "r7", "r7"),
    ("link", "rec_1", "rec_1"),
    ("file", "ab" * 32, "ab" * 32),
]


@pytest.mark.parametrize(("name", "raw", "value"), GOOD, ids=lambda part: repr(part)[:40])
def test_good(name: str, raw: object, value: object) -> None:
    parsed = parse(name, raw)
    assert parsed.problems == ()
    assert parsed.value == value
    assert type(parsed.value) is type(value)


@pytest.mark.parametrize(
    ("name", "unit", "raw", "value"),
    [
        ("number", "㎡", "800㎡", 800),
        ("number", "个", "30 个", 30),
        ("number", "台/套", "3台", 3),
        ("number", "课时", "0.5课时", Decimal("0.5")),
        ("money", "元/人", "1.5万元", 15000),
        ("money", "元/人", "800元/人", 800),
    ],
)
def test_a_number_may_bring_the_unit_of_its_box(name: str, unit: str, raw: str, value: object) -> None:
    assert field_type(name, unit=unit).parse(raw).value == value
    assert field_type(name, unit=unit).parse(f"{raw}呢").value is None


BAD: list[tuple[str, object, str, str]] = [
    ("resident_id", 440604199001011000.0, "ID_FORMAT", "后三位已丢失"),
    ("resident_id", 440604199001011000, "ID_FORMAT", "后三位已丢失"),
    ("resident_id", "4.40604199001011E+17", "ID_FORMAT", "后三位已丢失"),
    ("resident_id", "110105491231002", "ID_FORMAT", "15 位"),
    ("resident_id", "1101051949123100", "ID_FORMAT", "少 2 位，现在 16 位"),
    ("resident_id", "44060419900101001O", "ID_FORMAT", "字母 O，不是数字 0"),
    ("resident_id", "440604199002290014", "ID_BIRTH", "2 月 29 日"),
    ("resident_id", date(2026, 1, 1), "DATE_CELL", "2026-01-01"),
    ("permanent_residence", 9.11e17, "PR_FORMAT", "后三位已丢失"),
    ("permanent_residence", "CAN1101820120", "PR_FORMAT", "少 2 位，现在 13 位"),
    ("permanent_residence", "110105194912310021", "PR_FORMAT", "以 9 开头"),
    ("hkmtp", "H1234567", "HKMTP", "少一位，现在 7 位"),
    ("twtp", "1234567A", "TWTP", "“A”不是数字"),
    ("passport", "A123", "PASSPORT", "现在 4 位"),
    ("passport", "A123#45", "PASSPORT", "“#”"),
    ("uscc", "9135I100M000100Y43", "USCC_FORMAT", "第 5 位是字母 I"),
    ("uscc", 91350100.0, "NUMBER_CELL", "变成了数字"),
    ("mobile", "1380013800", "MOBILE", "少一位，现在 10 位"),
    ("mobile", "1380013800x", "MOBILE", "第 11 位是“X”"),
    ("phone", "83281234/83281235", "PHONE", "不止一个"),
    ("phone", 75583281234, "PHONE", "少了开头的 0"),
    ("phone", "12345", "PHONE", "有 5 位"),
    ("person_name", "古丽 买提", "NAME_SPACE", "名字中间有空格"),
    ("person_name", "张3", "NAME_CHARACTER", "数字“3”"),
    ("person_name", "张San", "NAME_CHARACTER", "混在一起"),
    ("person_name", "·张三", "NAME_CHARACTER", "“·”"),
    ("person_name", "{{ x }}", "NAME_CHARACTER", "“{”"),
    ("date", "13.45", "DATE", "看不懂“13.45”"),
    ("date", "2.30", "DATE", "2 月没有 30 日"),
    ("date", "26.11.4", "DATE", "只有两位"),
    ("date", "2026.11", "DATE", "没有写哪一日"),
    ("date", "26年11月4号", "DATE", "年份只有两位"),
    ("date", "2026 13 4", "DATE", "没有 13 月"),
    ("date", "46330", "DATE", "日期序号"),
    ("date", 46330, "DATE", "数字 46330，不是日期"),
    ("date", 11.4, "DATE", "数字 11.4，不是日期"),
    ("date", "2026-11-04 09:30", "DATE", "钟点"),
    ("date", "0202-11-04", "DATE", "1900 到 2199"),
    ("time_range", "11:30-09:00", "TIME_RANGE_ORDER", "结束 09:00 不晚于开始 11:30"),
    ("time_range", "09:00-09:00", "TIME_RANGE_ORDER", "不晚于"),
    ("time_range", "9:00", "TIME_RANGE", "不是一段时间"),
    ("time_range", "25:00-26:00", "TIME_RANGE", "没有“25:00”"),
    ("time_range", time(9), "TIME_RANGE", "不是一段时间"),
    ("time_range", 0.375, "TIME_RANGE", "数字"),
    ("number", "二十", "NUMBER", "要填数字，现在是“二十”"),
    ("number", "50人", "NUMBER", "要填数字，现在是“50人”"),
    ("number", "1e5", "NUMBER", "1e5"),
    ("number", "9" * 40, "NUMBER", "有 40 位"),
    ("number", float("nan"), "NUMBER", "不是数"),
    ("number", float("inf"), "NUMBER", "不是数"),
    ("number", Decimal("1E+999999"), "NUMBER", "太大"),
    ("number", 10**25, "NUMBER", "有 26 位，最多 24 位"),
    ("money", "9" * 24 + "万", "NUMBER", "有 28 位"),
    ("number", True, "CELL_KIND", "TRUE"),
    ("text", 4.40604199001011e17, "NUMBER_CELL", "变成了数字"),
    ("text", "字" * 20_001, "TOO_LONG", "20001"),
    ("url", "javascript:alert(1)", "URL", "http 或 https"),
    ("url", "http://a b.cn", "URL", "空格"),
    ("url", "http://x", "URL", "域名"),
    ("url", "http://[::1", "URL", "域名"),
    ("document_number", "国发2020 1号", "DOCUMENT_NUMBER", "没有括号括起的年份"),
    ("document_number", "国发〔20〕1号", "DOCUMENT_NUMBER", "四位年份"),
    ("document_number", "〔2020〕1号", "DOCUMENT_NUMBER", "发文机关代字"),
    ("document_number", "国发〔2020〕", "DOCUMENT_NUMBER", "序号"),
    ("row", "R 7!", "ROW", "不是从列表里选的"),
    ("link", ["a"], "ONE_VALUE", "现在是 1 项"),
    ("file", "C:/a.pdf", "FILE", "不是从列表里选的"),
]


@pytest.mark.parametrize(("name", "raw", "expected", "words"), BAD, ids=lambda part: repr(part)[:40])
def test_bad(name: str, raw: object, expected: str, words: str) -> None:
    parsed = parse(name, raw)
    assert parsed.value is None
    (fault,) = parsed.problems
    assert fault.code == expected
    assert words in fault.what + fault.remedy
    assert fault.remedy
    assert "格式错误" not in fault.what


def test_a_short_date_needs_somebody_to_tell_the_year() -> None:
    parsed = field_type("date").parse("12.7")
    assert parsed.value is None
    assert "没有年份" in parsed.problems[0].what


def test_a_percentage_cell_is_taken_for_its_fraction_and_says_so() -> None:
    parsed = parse("percent", 0.85)
    assert parsed.value == 85
    assert [fault.level for fault in parsed.problems] == ["warning"]


class TestIdentity:
    @pytest.mark.parametrize(
        ("doc_type", "raw", "value"),
        [
            ("居民身份证", "44060419920229001x", "44060419920229001X"),
            ("港澳台居民居住证", "810000198501010010", "810000198501010010"),
            ("港澳居民来往内地通行证", "H1234567801", "H12345678"),
            ("台湾居民来往大陆通行证", "1234567801", "12345678"),
            ("护照", "E12345678", "E12345678"),
            ("外国护照", "EI1234567", "EI1234567"),
            ("外国人永久居留身份证", "CAN110182012009", "CAN110182012009"),
            ("军官证", "军字第1234567号", "军字第1234567号"),
            ("", "M12345678", "M12345678"),
            ("", "E12345678", "E12345678"),
        ],
    )
    def test_reads_by_the_document(self, doc_type: str, raw: str, value: str) -> None:
        assert parse("identity", raw, doc_type).value == value

    def test_a_number_cell_is_refused_for_a_resident(self) -> None:
        assert code("identity", 4.40604199001011e17, "居民身份证") == "ID_FORMAT"
        assert code("identity", 4.40604199001011e17) == "ID_FORMAT"

    def test_an_unknown_document_still_takes_only_plain_characters(self) -> None:
        assert code("identity", "a{{b}}", "学生证") == "DOCUMENT"

    def test_changing_the_document_shows_at_the_number(self) -> None:
        identity = field_type("identity", by="doc_type")
        assert identity.check("44060419920229001X", doc_type="居民身份证") == ()
        assert [fault.code for fault in identity.check("44060419920229001X", doc_type="台胞证")] == ["TWTP"]


class TestChoices:
    OPTIONS = ("研究生", "大专", "高中 (中专)", "聘用、兼职")

    @pytest.mark.parametrize(
        ("raw", "value"),
        [
            ("大　专", "大专"),
            ("高中（中专）", "高中 (中专)"),
            (" 研 究 生 ", "研究生"),
            ("聘用、兼职", "聘用、兼职"),
        ],
    )
    def test_width_and_blanks_do_not_count(self, raw: str, value: str) -> None:
        assert parse("choice", raw, options=self.OPTIONS).value == value

    @pytest.mark.parametrize("raw", ["大学专科", "ＤＺ", "dz", "大 专"])
    def test_other_words_for_an_option_are_that_option(self, raw: str) -> None:
        also = {"大专": ("大学专科", "DZ"), "研究生": ("硕士",)}
        assert parse("choice", raw, options=self.OPTIONS, option_synonyms=also).value == "大专"
        assert parse("choice", raw, option_synonyms={"大专": ("大学专科", "DZ", "大专")}).value == "大专"
        read = parse("choices", f"{raw}、硕士", options=self.OPTIONS, option_synonyms=also)
        assert read.value == ["研究生", "大专"]

    @pytest.mark.parametrize("raw", ["大专学历", "专"])
    def test_the_option_that_is_surely_meant_is_offered(self, raw: str) -> None:
        (fault,) = parse("choice", raw, options=("研究生", "大专", "高中")).problems
        assert fault.what == f"“{raw}”不在选项里"
        assert fault.remedy == "改为“大专”"

    @pytest.mark.parametrize("raw", ["退役军官", "退役军", "退役军军人", "退役人"])
    def test_a_slip_in_a_long_option_is_put_right(self, raw: str) -> None:
        (fault,) = parse("choice", raw, options=("企业职工", "退役军人")).problems
        assert fault.remedy == "改为“退役军人”"

    @pytest.mark.parametrize("raw", ["大专", "初专", "中学", "退休工人", "职工或军人"])
    def test_what_only_looks_alike_is_not_offered(self, raw: str) -> None:
        (fault,) = parse("choice", raw, options=("中专", "初中", "企业职工", "退役军人")).problems
        assert fault.remedy == "改为 中专、初中、企业职工、退役军人 之一"

    def test_all_options_are_offered_where_none_is_near(self) -> None:
        (fault,) = parse("choice", "x", options=("甲", "乙")).problems
        assert fault.remedy == "改为 甲、乙 之一"

    def test_no_options_to_choose_from(self) -> None:
        (fault,) = parse("choice", "x", options=()).problems
        assert fault.what == "现在没有可选的选项"

    @pytest.mark.parametrize(
        "raw", ["聘用、兼职，大专", "大专 ; 聘用/兼职", ["聘用、兼职", "大专", "大专"], "大专\n聘用、兼职"]
    )
    def test_several_in_the_order_of_the_options(self, raw: object) -> None:
        assert parse("choices", raw, options=self.OPTIONS).value == ["大专", "聘用、兼职"]

    def test_every_wrong_one_is_told(self) -> None:
        assert len(parse("choices", "甲、x、y", options=("甲",)).problems) == 2

    def test_few_short_options_are_buttons(self) -> None:
        assert field_type("choice", options=("线上", "线下")).widget == "segments"
        assert field_type("choice", options=[str(n) for n in range(9)]).widget == "choice"
        assert field_type("choices", options=("线上", "线下")).widget == "choices"

    def test_a_cell_of_true_or_a_number(self) -> None:
        assert parse("choice", True, options=("是", "否")).value == "是"
        assert parse("choice", 2.0, options=("1", "2")).value == "2"


def test_links_to_several_records() -> None:
    links = field_type("link", many=True, form="teacher")
    assert links.parse(["a1", "b2", "a1"]).value == ["a1", "b2"]
    assert links.parse("a1、b2").value == ["a1", "b2"]
    assert links.parse([]).value is None
    assert links.parse([3.5]).problems


def test_text_that_meets_its_pattern_once_blanks_and_width_are_put_right() -> None:
    assert parse("text", "４４ - ０１", pattern=r"^\d{2}-\d{2}$").value == "44-01"


@pytest.mark.parametrize("name", ["number", "money", "text", "mobile", "choice", "date", "resident_id", "twtp"])
def test_an_endless_number(name: str) -> None:
    assert parse(name, 10**5000, options=("甲",) if name == "choice" else None).value is None


def test_a_character_newer_than_the_tables_of_python_is_kept() -> None:
    for char in ("\U000323b0", "\U0002ebf5"):  # blocks of later Unicode: rare characters of names
        assert field_type("text").parse(f"陈{char}强").value == f"陈{char}强"
    assert field_type("text").parse("陈\uffff强").value == "陈强"
