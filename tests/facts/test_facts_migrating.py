"""Data of an older form in the present one: as if typed there anew, and nothing of it lost."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from onefill.facts import FormPlan, Sheet
from onefill.facts.carrying import as_typed
from onefill.facts.differences import shown_text
from onefill.facts.faults import parse_raw, path_of
from onefill.facts.findings import Findings
from onefill.facts.migrating import Migrated, migrate
from onefill.facts.successors import Successors
from tests.facts.small import CARD, plan

OLD = """
form: course
title: 培训
label: "{{ title }}"
sections:
  - key: basics
    title: 基本
    fields:
      - {key: title, label: 名称}
      - {key: fax, label: 传真}
      - {key: hours, label: 学时, type: text}
      - {key: way, label: 方式, type: choice, options: [面授, 网授, 其他]}
      - {key: total, label: 总数, type: number}
      - {key: teacher, label: 教师, type: link, form: person}
      - {key: proof, label: 证明, type: file}
  - key: trainees
    title: 学员
    label: "{{ name }}"
    repeat: {}
    fields:
      - {key: name, label: 姓名}
      - {key: mobile, label: 手机, private: true}
      - {key: kind, label: 证件, type: choice, options: [身份证, 护照]}
      - {key: card, label: 号码, type: identity, by: kind}
  - key: days
    title: 日子
    repeat: {}
    fields:
      - {key: day, label: 日期, type: date}
      - {key: who, label: 值日, type: row, of: trainees}
  - {key: came, title: 考勤, grid: [days, trainees], field: {type: choice, options: [到, 缺]}}
"""
NEW = """
form: course
title: 培训
label: "{{ title }}"
removed: {fax: 传真不再填写, days/who: 不排值日了}
sections:
  - key: basics
    title: 基本
    fields:
      - {key: title, label: 名称}
      - {key: hours, label: 学时, type: number}
      - {key: way, label: 方式, type: choice, options: [线下, 线上], option_synonyms: {线下: [面授], 线上: [网授]}}
      - {key: place, label: 地点}
      - {key: total, label: 总数, value: students|length}
      - {key: teacher, label: 教师, type: link, form: person, many: true}
  - key: more
    title: 更多
    fields:
      - {key: proof, label: 证明}
      - {key: twice, label: 两倍, value: hours * 2}
  - key: students
    was: trainees
    title: 学员
    label: "{{ name }}"
    repeat: {}
    fields:
      - {key: name, label: 姓名}
      - {key: phone, was: [tel, mobile], label: 电话, type: mobile, private: true}
      - {key: kind, label: 证件, type: choice, options: [居民身份证, 护照], option_synonyms: {居民身份证: [身份证]}}
      - {key: card, label: 号码, type: resident_id}
  - {key: days, title: 日子, repeat: {}, fields: [{key: day, label: 日期, type: date}]}
  - {key: came, title: 考勤, grid: [students, days], field: {type: choice, options: [到, 请假]}}
"""


def data() -> dict[str, Any]:
    return {
        "title": "电工",
        "fax": "0757-83331234",
        "hours": "四十",
        "way": "面授",
        "total": 9,
        "teacher": "p1",
        "proof": "f" * 64,
        "trainees": {
            "r1": {"@order": 1024, "name": "张三", "mobile": "138 0013 8000", "kind": "身份证", "card": CARD},
            "r2": {"@order": 2048, "name": "李四", "mobile": "没有"},
        },
        "days": {"d1": {"@order": 1, "day": "2026-12-07", "who": "r2"}},
        "came": {"d1": {"r1": "到", "r2": "缺"}},
        "@case": {"kept": "as it is"},
        "stray": "nobody asks",
    }


def moved(old: str = OLD, new: str = NEW, kept: dict[str, Any] | None = None) -> Migrated:
    return migrate(Successors(plan(old), plan(new)), data() if kept is None else kept)


def fates(migrated: Migrated, fate: str) -> dict[str, tuple[str, str]]:
    return {one.path: (one.old, one.new) for one in migrated.moved if one.fate == fate}


def test_values_go_with_their_fields_and_rows_with_their_tables() -> None:
    now = moved().data
    assert now["title"] == "电工" and now["way"] == "线下" and now["teacher"] == ["p1"]
    assert now["students"]["r1"] == {
        "@order": 1024, "name": "张三", "phone": "13800138000", "kind": "居民身份证", "card": CARD,
    }  # fmt: skip
    assert "trainees" not in now and now["came"] == {"r1": {"d1": "到"}, "r2": {"d1": {"raw": "缺"}}}
    assert now["@case"] == {"kept": "as it is"} and now["stray"] == "nobody asks"


def test_what_is_not_read_any_more_stays_as_typed_and_is_told() -> None:
    migrated = moved()
    assert migrated.data["hours"] == {"raw": "四十"} and migrated.data["students"]["r2"]["phone"] == {"raw": "没有"}
    assert fates(migrated, "unread") == {
        "hours": ("四十", "四十"), "students/r2/phone": ("没有", "没有"), "came/r2/d1": ("缺", "缺"),
    }  # fmt: skip
    assert fates(migrated, "read")["students/r1/phone"] == ("138 0013 8000", "138 0013 8000".replace(" ", ""))


def test_what_is_no_longer_asked_is_kept_aside_with_the_reason_and_comes_back_when_it_is_asked_again() -> None:
    migrated = moved()
    assert fates(migrated, "aside") == {
        "fax": ("0757-83331234", ""), "days/d1/who": ("李四", ""), "total": ("9", ""), "proof": ("文件", ""),
    }  # fmt: skip
    aside = migrated.data["@dropped"]
    assert aside["fax"]["why"] == "传真不再填写" and aside["days/who"]["values"] == {"d1": "r2"}
    again = moved(NEW, OLD.replace("key: fax", "key: telefax, was: fax"), migrated.data)
    assert again.data["telefax"] == "0757-83331234" and again.data["total"] == 9
    assert again.data["proof"] == "f" * 64 and "fax" not in again.data["@dropped"]
    assert again.data["days"] == data()["days"]
    lost = moved(OLD, NEW, again.data).data  # what the older form did not know comes back in its turn
    assert lost["students"] == migrated.data["students"]


def test_a_table_that_is_gone_comes_back_with_its_rows_in_their_order() -> None:
    lean = OLD[: OLD.index("  - key: days")]
    there = moved(OLD, lean)
    assert {"days", "days/day", "days/who", "came"} <= there.data["@dropped"].keys() and "days" not in there.data
    back = moved(lean, OLD, there.data)
    assert back.data["days"] == data()["days"]


def test_the_differences_of_the_forms_are_told_in_words() -> None:
    steps = {one.path: (one.step, one.declared) for one in moved().changes}
    assert steps["place"] == ("added", True) and steps["fax"] == ("removed", True)
    renamed = [one for one in moved().changes if one.path == "students/phone" and one.step == "renamed"]
    assert [(one.was, one.label) for one in renamed] == [("手机", "电话")]
    assert steps["total"] == ("computed", True) and steps["proof"] == ("retyped", True)
    lost = Successors(plan(OLD), plan(NEW.replace("fax: 传真不再填写, ", ""))).undeclared
    assert [(one.path, one.step) for one in lost] == [("way", "options"), ("fax", "removed")]
    assert lost[0].why == "其他"


def test_only_titles_checks_and_sums_changed_is_no_migration() -> None:
    assert Successors(plan(OLD), plan(OLD.replace("label: 传真", "label: 传真号, hint: 有就写"))).same
    assert not Successors(plan(OLD), plan(NEW)).same


# -- any form, any values --------------------------------------------------------------------------------------------

KINDS = ["text", "number", "date", "choice", "choices", "mobile", "money", "resident_id", "long_text", "person_name"]
OPTIONS = ["甲", "乙", "丙、丁"]
WORDS = [
    "",
    "甲",
    "乙",
    "甲、乙",
    "12",
    "3.50",
    "1,200 元",
    "2026-03-05",
    "2026年3月5日",
    "13800138000",
    CARD,
    "张三",
    "没有",
]
words = st.one_of(st.sampled_from(WORDS), st.text(max_size=8))
asked = st.tuples(st.sampled_from(KINDS), st.permutations(OPTIONS).map(lambda found: found[:2]))
fields = st.dictionaries(st.sampled_from("abcdef"), asked, max_size=5)
#: What becomes of a field: kept, retyped, renamed with or without another type, gone, worked out.
deeds = st.tuples(st.sampled_from(["keep", "retype", "rename", "gone", "computed"]), asked)
calm = settings(max_examples=120, deadline=None, database=None)


def field_of(key: str, kind: str, options: list[str], **more: Any) -> dict[str, Any]:
    given = {"options": options} if kind in ("choice", "choices") else {}
    return {"key": key, "label": f"格{key}", "type": kind, **given, **more}


def form_of(plain: list[dict[str, Any]], rows: list[dict[str, Any]], table: dict[str, Any]) -> FormPlan:
    keys = [one["key"] for one in plain if "value" not in one]
    sums = [{"key": "all_of_it", "label": "合", "value": " ~ '|' ~ ".join([*keys, "'.'"])}]
    each = [{"key": "line", "label": "行", "value": " ~ '|' ~ ".join([*(one["key"] for one in rows), "row.no"])}]
    sections = [
        {"key": "basics", "title": "基本", "fields": [*plain, *sums]},
        {"title": "表", "repeat": {}, "fields": [*rows, *each], **table},
    ]
    return plan(json.dumps({"form": "any", "title": "任意", "label": "任意", "sections": sections}, ensure_ascii=False))


@calm
@given(st.data())
def test_a_migrated_record_computes_exactly_like_one_typed_anew(draw: st.DataObject) -> None:
    old, new, names = {}, {}, {}
    for group in ("plain", "rows"):
        given_fields = draw.draw(fields)
        old[group] = [field_of(key, *one) for key, one in given_fields.items()]
        new[group], names[group] = [], {}
        for key, one in given_fields.items():
            deed, other = draw.draw(deeds)
            now, asked_now = (f"{key}_new" if deed == "rename" else key), one if deed == "keep" else other
            if deed == "computed" and group == "plain":
                new[group].append({"key": key, "label": "算", "value": "'算出'"})
            elif deed not in ("gone", "computed"):
                new[group].append(field_of(now, *asked_now, **({"was": key} if deed == "rename" else {})))
                names[group][now] = key
    before = form_of(old["plain"], old["rows"], {"key": "table"})
    renamed = draw.draw(st.booleans())
    table = {"key": "list", "was": "table"} if renamed else {"key": "table"}
    after = form_of(new["plain"], new["rows"], table)

    typed = {key: draw.draw(words) for key in [one["key"] for one in old["plain"]]}
    lines = {row: {one["key"]: draw.draw(words) for one in old["rows"]} for row in ("r1", "r2")}
    was = Sheet(before, {"table": {row: {"@order": n} for n, row in enumerate(lines)}})
    cells = [((key, None), text) for key, text in typed.items()]
    cells += [((f"table[].{key}", row), text) for row, line in lines.items() for key, text in line.items()]
    for cell, text in cells:
        type_in(was, cell, text)

    migrated = migrate(Successors(before, after), was.data)
    now = Sheet(after, migrated.data)
    anew = Sheet(after, {table["key"]: {row: {"@order": n} for n, row in enumerate(lines)}})
    for group, pairs in names.items():
        for key, former in pairs.items():
            for row in lines if group == "rows" else (None,):
                source = (f"table[].{former}", row) if row else (former, None)
                type_in(anew, (f"{table['key']}[].{key}", row) if row else (key, None), words_of(was, source))
    assert told(now) == told(anew)
    assert {key: kept for key, kept in now.data.items() if key != "@dropped"} == anew.data

    carried = {("plain", was) for was in names["plain"].values()} | {("rows", was) for was in names["rows"].values()}
    for (name, row), _ in cells:
        kept, key = was.stored(name, row), name.rpartition(".")[2]
        if kept is not None and ("rows" if row else "plain", key) not in carried:
            assert migrated.data["@dropped"][name.replace("[].", "/")]["values"][row or ""] == kept


def type_in(sheet: Sheet, cell: tuple[str, str | None], text: str) -> None:
    """What the fill page does with what somebody types."""
    field = sheet.plan.fields[cell[0]]
    parsed = parse_raw(sheet, field, cell, text)
    kept = {"raw": text} if parsed.problems else None
    sheet.set(path_of(cell), field.type.dump(parsed.value) if parsed.value is not None else kept)


def words_of(sheet: Sheet, cell: tuple[str, str | None]) -> str:
    stored = sheet.stored(*cell)
    return "" if stored is None else as_typed(sheet.plan.fields[cell[0]].type, stored)


def told(sheet: Sheet) -> list[Any]:
    """Everything a sheet says: values, what cannot be read, what is wrong."""
    values = [(cell, shown_text(sheet, *cell), repr(sheet.value(*cell))) for cell in sheet.cells()]
    return [*values, sorted(map(repr, Findings(sheet).all()))]
