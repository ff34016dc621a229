import hashlib
import json
from pathlib import Path

import pytest

from onefill.definitions import (
    DefinitionBroken,
    FormUnknown,
    load_form_bytes,
    load_pack,
    load_packs,
)
from onefill.definitions.loader import FORMAT
from onefill.definitions.yaml12 import read_yaml
from onefill.problems import LinePlace
from tests.definitions.packs import LEAVE, PACK, load, told


def test_a_sound_pack(tmp_path: Path) -> None:
    definitions = load(tmp_path)
    assert definitions.faults == ()
    assert list(definitions.packs) == ["demo"]
    assert definitions.form("leave").title == "请假"
    assert definitions.pack_of("leave").title == "示例"
    place = definitions.positions("leave").place("sections", 0, "fields", 0, "label")
    assert place == LinePlace(f"{tmp_path.name}/demo/leave.yaml", 8, 29)
    with pytest.raises(FormUnknown):
        definitions.form("gone")


def test_yaml_1_2_words_stay_words(tmp_path: Path) -> None:
    text = LEAVE + "      - {key: a, label: no, hint: 18:30, example: 2026-01-01, unit: yes, options: [on, off, ~x]}\n"
    field = load(tmp_path, {"leave.yaml": text}).form("leave").sections[0].fields[1]
    assert (field.label, field.hint, field.example, field.unit) == ("no", "18:30", "2026-01-01", "yes")
    assert field.options == ("on", "off", "~x")


BROKEN = {
    "tab": ("a: 1\nb:\n\t- x\n", 3, "YAML_TAB", "制表符"),
    "tab in braces": ("a: {b: 1,\n\tc: 2}\n", 2, "YAML_TAB", "制表符"),
    "tab after colon": ("a:\tb\n", 1, "YAML_TAB", "制表符"),
    "duplicate key": (LEAVE + "title: 又一次\n", 9, "YAML_DUPLICATE_KEY", "第一次在第 2 行"),
    "no as key": (LEAVE + "no: 1\n", 9, "DEFINITION_KEY", "“no”"),
    "time": (
        LEAVE.replace("required: true", "required: true, max_length: 18:30"),
        8,
        "DEFINITION_VALUE",
        "18:30",
    ),
    "yes": (LEAVE.replace("required: true", "private: yes"), 8, "DEFINITION_VALUE", "true 或 false"),
    "open quote": ("form: leave\ntitle: '请假\nlabel: x\n", 2, "YAML_SYNTAX", "引号没有合上"),
    "open bracket": ("a: [1, 2\nb: 3\n", 2, "YAML_SYNTAX", "方括号"),
    "open brace": ("a: {b: 1\nc: 3\n", 2, "YAML_SYNTAX", "花括号"),
    "colon in value": ("a: b: c\n", 1, "YAML_SYNTAX", "冒号"),
    "bare braces": ("label: {{ name }}\n", 1, "YAML_KEY", "不是文字"),
    "no colon": ("form: leave\ntitle\nlabel: x\n", 3, "YAML_SYNTAX", "冒号"),
    "bad start": ("a: @x\n", 1, "YAML_SYNTAX", "开头"),
    "bad escape": ('a: "\\d"\n', 1, "YAML_SYNTAX", "反斜杠"),
    "misaligned": ("- a\nb: 1\n", 2, "YAML_SYNTAX", "对不齐"),
    "two documents": ("a: 1\n---\nb: 2\n", 2, "YAML_DOCUMENTS", "两份"),
    "tag": ("a: !!python/object:os.system x\n", 1, "YAML_TAG", "标签"),
    "unknown alias": ("a: *x\n", 1, "YAML_ALIAS", "*x"),
    "alias of itself": ("a: &x [*x]\n", 1, "YAML_ALIAS", "*x"),
    "control": ("a: x\nb: \x01\n", 2, "YAML_CONTROL", "U+0001"),
    "empty": ("# nothing\n", 1, "FILE_EMPTY", "空的"),
    "a list": ("- form\n", 1, "DEFINITION_VALUE", "键: 值"),
    "deep": ("a: " + "[" * 5000 + "]" * 5000, 1, "YAML_TOO_DEEP", "层"),
    "unknown key": (LEAVE + "documnets: []\n", 9, "DEFINITION_KEY", "documnets"),
    "wrong choice": (
        LEAVE + "documents:\n  - {key: d, title: t, each: {as: x, in: y, into: page}}\n",
        10,
        "DEFINITION_VALUE",
        "page",
    ),
    "missing": (LEAVE.replace("title: 请假\n", ""), 1, "DEFINITION_MISSING", "title"),
    "missing inside": (LEAVE.replace("label: 事由, ", ""), 8, "DEFINITION_MISSING", "label"),
    "number for text": (LEAVE.replace("请假", "2026"), 2, "DEFINITION_VALUE", "2026"),
    "bad name": (LEAVE.replace("key: title", "key: 事由"), 8, "DEFINITION_VALUE", "事由"),
    "nested rows": (
        LEAVE + "      - {key: rows, label: 行, repeat: {min: 1}}\n",
        9,
        "DEFINITION_KEY",
        "repeat",
    ),
    "no sections": ("form: leave\ntitle: x\nlabel: x\nsections: []\n", 4, "DEFINITION_VALUE", "sections"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file(name: str, tmp_path: Path) -> None:
    text, line, code, word = BROKEN[name]
    definitions = load(tmp_path, {"leave.yaml": text})
    assert ("leave.yaml", line, code) in told(definitions.faults)
    problem = next(problem for problem in definitions.faults if problem.code == code)
    assert word in problem.what
    others = [one for one in definitions.faults if one.code not in (code, "DEFINITION_MISSING", "DEFINITION_KEY")]
    assert others == []


def test_remedies_name_the_nearest_key(tmp_path: Path) -> None:
    text = LEAVE.replace("required: true", "requierd: true") + "chekcs: []\n"
    faults = load(tmp_path, {"leave.yaml": text}).faults
    assert {fault.remedy for fault in faults} == {"改成“required”", "改成“checks”"}


def test_nothing_is_hidden_by_a_broken_file(tmp_path: Path) -> None:
    pack = PACK.replace("[leave]\ncases", "[leave, other, gone]\ncases")
    definitions = load(
        tmp_path,
        {
            "pack.yaml": pack + "menu: []\n",
            "leave.yaml": "a:\n\t- x\n\t- y\n",
            "other.yaml": LEAVE.replace("leave", "other").replace("true", "1") + "no: x\n",
            "second/pack.yaml": PACK.replace("demo", "second").replace("[leave]", "[third]"),
            "second/third.yaml": LEAVE.replace("leave", "third"),
        },
    )
    assert told(definitions.faults) == [
        ("pack.yaml", 5, "DEFINITION_KEY"),
        ("leave.yaml", 2, "YAML_TAB"),
        ("leave.yaml", 3, "YAML_TAB"),
        ("other.yaml", 8, "DEFINITION_VALUE"),
        ("other.yaml", 9, "DEFINITION_KEY"),
    ]
    assert list(definitions.forms) == ["third"]


def test_files_and_lists_agree(tmp_path: Path) -> None:
    pack = PACK.replace("forms: [leave]", "forms: [leaves]")
    found = told(load(tmp_path, {"pack.yaml": pack}).faults)
    assert found == [("pack.yaml", 3, "FORM_MISSING"), ("pack.yaml", 3, "FORM_UNLISTED")]


def test_names_agree_with_files(tmp_path: Path) -> None:
    files = {
        "pack.yaml": PACK.replace("pack: demo", "pack: deno"),
        "leave.yaml": LEAVE.replace("leave", "absence"),
    }
    found = told(load(tmp_path, files).faults)
    assert found == [("pack.yaml", 1, "PACK_NAME"), ("leave.yaml", 1, "FORM_NAME")]


def test_files_end_in_yaml(tmp_path: Path) -> None:
    faults = load(tmp_path, {"other.yml": LEAVE}).faults
    assert told(faults) == [("other.yml", 1, "FILE_NAME")]
    assert "other.yaml" in faults[0].remedy


@pytest.mark.parametrize("value", ["1e999", "-1e999", "9" * 5000, '"\\ud800"', ".nan", "0x" + "f" * 5000])
def test_values_beyond_all_bounds(value: str, tmp_path: Path) -> None:
    text = LEAVE.replace("required: true", f"max: {value}")
    assert all(fault.what and fault.remedy for fault in load(tmp_path, {"leave.yaml": text}).faults)


def test_a_form_belongs_to_one_pack(tmp_path: Path) -> None:
    files = {"second/pack.yaml": PACK.replace("demo", "second"), "second/leave.yaml": LEAVE}
    assert told(load(tmp_path, files).faults) == [("leave.yaml", 1, "FORM_TWICE")]


def test_gbk_is_named(tmp_path: Path) -> None:
    faults = load(tmp_path, {"leave.yaml": LEAVE.encode("gbk")}).faults
    assert told(faults) == [("leave.yaml", 2, "YAML_ENCODING")]
    assert "GBK" in faults[0].what and "UTF-8" in faults[0].remedy


def test_a_byte_order_mark_and_windows_lines_are_no_fault(tmp_path: Path) -> None:
    text = b"\xef\xbb\xbf" + LEAVE.replace("\n", "\r\n").encode()
    definitions = load(tmp_path, {"leave.yaml": text})
    assert definitions.faults == ()
    assert load_form_bytes(definitions.source("leave")).form == definitions.form("leave")


def test_missing_folders_and_files(tmp_path: Path) -> None:
    assert [fault.code for fault in load_packs(tmp_path / "none").faults] == ["FILE_MISSING"]
    (tmp_path / "empty").mkdir()
    assert [fault.code for fault in load_pack(tmp_path / "empty").faults] == ["FILE_MISSING"]
    assert load_pack(tmp_path / "empty").pack is None


def test_bombs_are_refused(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    faults = load(tmp_path, {"leave.yaml": "\n".join(lines)}).faults
    assert [fault.code for fault in faults] == ["YAML_TOO_LARGE"]
    faults = load(tmp_path, {"leave.yaml": "a: " + "x" * 2_000_000}).faults
    assert [fault.code for fault in faults] == ["YAML_TOO_LARGE"]


def test_an_alias_is_what_it_stands_for(tmp_path: Path) -> None:
    text = LEAVE + "      - {key: a, label: 甲, options: &o [一, 二]}\n      - {key: b, label: 乙, options: *o}\n"
    fields = load(tmp_path, {"leave.yaml": text}).form("leave").sections[0].fields
    assert fields[1].options == fields[2].options == ("一", "二")


TABLE = """\
tables:
  - key: grants
    title: 清单
    columns: [{key: code, label: 代码}, {key: rate, label: 比例, type: number, decimals: 2}]
    rows:
      - {code: 0123, rate: 12.50}
"""


def test_a_list_keeps_numbers_as_written(tmp_path: Path) -> None:
    definitions = load(tmp_path, {"pack.yaml": PACK + TABLE})
    assert definitions.faults == ()
    assert definitions.tables("leave")[0].rows == ({"code": "0123", "rate": "12.50"},)


def test_whoever_has_read_a_file_may_change_what_he_has() -> None:
    first = read_yaml(LEAVE.encode(), "leave.yaml")
    first.tree["sections"][0]["fields"].clear()
    again = read_yaml(LEAVE.encode(), "leave.yaml")
    assert again.tree["sections"][0]["fields"]
    assert again.keys == first.keys


def test_a_definition_is_pinned_with_its_lists(tmp_path: Path) -> None:
    definitions = load(tmp_path, {"pack.yaml": PACK + TABLE})
    kept = definitions.source("leave")
    assert definitions.digest("leave") == hashlib.sha256(kept).hexdigest()
    again = load_form_bytes(kept)
    assert again.form == definitions.form("leave")
    assert again.tables == definitions.tables("leave")
    changed = load(tmp_path, {"pack.yaml": (PACK + TABLE).replace("0123", "0124")})
    assert changed.digest("leave") != definitions.digest("leave")
    renamed = load(tmp_path, {"pack.yaml": (PACK + TABLE).replace("示例", "改名")})
    assert renamed.digest("leave") == definitions.digest("leave")


@pytest.mark.parametrize("data", [b"", b"[]", b'{"form": "a: 1", "tables": []}', b'{"form": "", "tables": []}'])
def test_broken_bytes_are_told(data: bytes) -> None:
    with pytest.raises(DefinitionBroken):
        load_form_bytes(data)


def test_what_a_newer_program_has_pinned_is_not_read_as_if_it_were_ours(tmp_path: Path) -> None:
    kept = json.loads(load(tmp_path, {}).source("leave"))
    assert kept["format"] == FORMAT
    with pytest.raises(DefinitionBroken, match="更新版本"):
        load_form_bytes(json.dumps(kept | {"format": FORMAT + 1}).encode())
    del kept["format"]  # as before there were numbers
    assert load_form_bytes(json.dumps(kept).encode()).form.form == "leave"
