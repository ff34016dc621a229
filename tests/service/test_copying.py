"""A new record after an older one: days shifted, numbers counted up, people left out, and said so."""

from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest

from onefill.service import Desk
from tests.conftest import Loaded
from tests.desks import make_desk

PACK = """
    pack: library
    title: 借书
    forms: [loan, reader]
    cases: [loan]
"""
READER = """
    form: reader
    title: 读者
    label: "{{ name }}"
    sections:
      - key: basics
        title: 读者
        fields:
          - {key: name, label: 姓名, required: true}
"""
LOAN = """
    form: loan
    title: 借书单
    label: "{{ number }}"
    phases: [{key: out, title: 借出}, {key: back, title: 归还}]
    period: [first_day, last_day]
    sections:
      - key: basics
        title: 借书
        fields:
          - {key: number, label: 单号, index: true, pattern: '^J-[0-9]{2}$', copy: next}
          - {key: reader, label: 读者, type: link, form: reader}
          - {key: helpers, label: 陪同, type: link, form: reader, many: true}
          - {key: first_day, label: 借出日, type: date, copy: shift}
          - {key: last_day, label: 归还日, type: date, copy: shift}
          - {key: place, label: 地点}
          - {key: remark, label: 备注, copy: empty}
          - {key: days, label: 天数, type: number, value: "last_day - first_day"}
          - {key: clerk, label: 收书人, from: back}
          - {key: shelf, label: 还到哪里, from: back, copy: keep}
      - key: books
        title: 图书
        repeat: {max: 9}
        fields:
          - {key: title, label: 书名}
          - {key: due, label: 应还, type: date, copy: shift}
          - {key: guest, label: 谁要的, type: row, of: guests}
      - key: guests
        title: 到场的人
        copy: empty
        repeat: {max: 9}
        fields:
          - {key: name, label: 姓名}
      - key: seen
        title: 谁看过
        grid: [books, guests]
        field: {type: choice, options: [看, 没看]}
"""
DATA = {
    "number": "J-07",
    "first_day": "2026-11-02",
    "last_day": "2026-11-13",
    "place": "一楼",
    "remark": "下雨",
    "clerk": "甲某",
    "shelf": "三排",
    "books": {
        "b1": {"@order": 1, "title": "一", "due": "2026-11-05", "guest": "g1"},
        "b2": {"@order": 2, "title": "二", "due": {"raw": "下周"}},
    },
    "guests": {"g1": {"@order": 1, "name": "乙某"}},
    "seen": {"b1": {"g1": "看"}},
}


@pytest.fixture
def library(tmp_path: Path) -> Desk:
    folder = tmp_path / "forms" / "library"
    folder.mkdir(parents=True)
    for name, text in (("pack", PACK), ("loan", LOAN), ("reader", READER)):
        (folder / f"{name}.yaml").write_text(dedent(text), encoding="utf-8")
    (tmp_path / "templates").mkdir()
    desk = make_desk(tmp_path / "data", forms=tmp_path / "forms", templates=tmp_path / "templates")
    assert desk.check() == []
    return desk


def kept(desk: Desk, record: str) -> dict[str, object]:
    from store import EVERYTHING

    return dict(desk.store.latest(record, EVERYTHING).data or {})


def test_what_the_form_says_is_taken_over(library: Desk) -> None:
    who = library.who()
    reader, gone = (library.records.create("reader", who, {"name": name}) for name in ("丙某", "丁某"))
    source = library.records.create("loan", who, {**DATA, "reader": reader, "helpers": [reader, gone]})
    library.records.set(source, "helpers", [reader], who)
    library.records.delete(gone, who)
    library.records.set(source, "helpers", [reader, gone], who)
    copied = library.records.copy(source, who)
    # the desk's clock stands at 2026-12-20, so the next Monday is the 21st
    assert kept(library, copied.id) == {
        "number": "J-08",
        "reader": reader,
        "helpers": [reader],
        "first_day": "2026-12-21",
        "last_day": "2027-01-01",
        "place": "一楼",
        "shelf": "三排",
        "books": {"b1": {"@order": 1, "title": "一", "due": "2026-12-24"}, "b2": {"@order": 2, "title": "二"}},
    }
    assert copied.days == 49
    assert copied.left == ("备注", "收书人", "谁要的", "应还", "到场的人", "谁看过")
    assert copied.words == (
        "已照“J-07”新建：日期顺延 49 天，单号编为 J-08，备注、收书人、谁要的、应还、到场的人、谁看过留空"
    )


def test_the_new_one_begins_after_the_old_one_has_ended(library: Desk) -> None:
    ahead = {**DATA, "first_day": "2027-03-01", "last_day": "2027-03-19"}
    source = library.records.create("loan", library.who(), ahead)
    copied = library.records.copy(source, library.who())
    assert copied.days == 21
    assert kept(library, copied.id)["first_day"] == date(2027, 3, 22).isoformat()


def test_one_may_say_by_how_many_days(library: Desk) -> None:
    source = library.records.create("loan", library.who(), DATA)
    copied = library.records.copy(source, library.who(), days=3)
    assert kept(library, copied.id)["last_day"] == "2026-11-16"
    assert "日期" not in library.records.copy(source, library.who(), days=0).words


def test_numbers_that_others_have_are_passed_over_also_those_in_the_bin(library: Desk) -> None:
    who = library.who()
    source = library.records.create("loan", who, DATA)
    library.records.create("loan", who, {"number": "J-08"})
    library.records.delete(library.records.create("loan", who, {"number": "J-09"}), who)
    assert "单号编为 J-10" in library.records.copy(source, who).words


@pytest.mark.parametrize("number", ["J-99", "无号", {"raw": "J 7"}])
def test_a_number_that_cannot_be_counted_up_is_left_to_be_typed(library: Desk, number: object) -> None:
    copied = library.records.copy(library.records.create("loan", library.who(), {"number": number}), library.who())
    assert kept(library, copied.id) == {}
    assert copied.words == f"已照“{'' if isinstance(number, dict) else number}”新建：单号留空".replace(
        "“”", "“新的借书单”"
    )


def test_what_is_typed_but_not_yet_in_a_version_is_copied_too(library: Desk) -> None:
    source = library.records.create("loan", library.who(), {})
    library.records.set(source, "place", "二楼", library.who())
    assert kept(library, library.records.copy(source, library.who()).id) == {"place": "二楼"}


def test_the_same_id_twice_is_one_copy(library: Desk) -> None:
    source = library.records.create("loan", library.who(), DATA)
    for _ in range(2):
        assert library.records.copy(source, library.who(), new="c1").id == "c1"
    assert len(library.records.list("loan")) == 2


def test_a_class_is_copied_without_its_people(small: Loaded) -> None:
    desk, source = small.desk, small.ids["class_50"]
    copied = desk.records.copy(source, desk.who())
    made, old = kept(desk, copied.id), kept(desk, source)
    assert not {"trainees", "attendance", "recordings", "class_name"} & made.keys()
    assert len(made["sessions"]) == len(old["sessions"])
    assert old["class_no"]
    assert "class_no" not in made
    assert "学员名册" in copied.left
    told = {f.problem.code for f in desk.records.state(copied.id).findings if f.phase == 0 and not f.missing}
    assert told == {"SESSION_HOLIDAY"}, "only lessons that fall on New Year"
