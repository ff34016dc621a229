"""Importing into a record: preview, taking over, importing again, remembering, the command line."""

import io
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from onefill import cli
from onefill.problems import CellPlace, Level
from onefill.service import Desk
from onefill.service.errors import OptionUnknown, PathUnknown, RecordUnknown, TooManyRows
from onefill.service.import_shapes import Preview
from onefill.service.samples import sample_id
from onefill.tables import TableRefused
from samples.workbooks import broken_roster, clean_roster
from store import EVERYTHING
from tests.conftest import Loaded
from tests.desks import load, make_desk
from tests.tables.making import GOOD, HEADER, book

SECTION = "trainees"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk with the class of fifty and an empty one."""
    desk = make_desk(tmp_path)
    load(desk, "class_50")
    desk.records.create("training_class", desk.who(), new="empty")
    return desk


def preview(desk: Desk, data: bytes, record: str = "empty", section: str = SECTION) -> Preview:
    return desk.imports.preview(record, section, desk.imports.read(data, "a.xlsx"))


def take(desk: Desk, data: bytes, record: str = "empty", **how: bool) -> dict[str, object]:
    taken = desk.imports.take(record, SECTION, desk.imports.read(data, "a.xlsx"), who=desk.who(), **how)
    return taken.taken.__dict__


def told(seen: Preview) -> dict[str, str]:
    return {p.place.cell: p.code for p in seen.problems if isinstance(p.place, CellPlace)}


def names(desk: Desk, record: str = "empty") -> list[str]:
    kept = desk.records.rows(record, SECTION, choices=False)
    return [next(field.shown for field in row.fields if field.definition.key == "name") for row in kept]


def people(*lines: tuple[object, ...]) -> bytes:
    return book(HEADER, *lines)


OTHER = ("李样例", "110105194912310038", *GOOD[2:5], "13800000002")
THIRD = ("王样例", "110105194912310054", *GOOD[2:5], "13800000003")


def test_the_clean_roster_comes_in_whole(desk: Desk) -> None:
    seen = preview(desk, clean_roster())
    assert {key: seen.counts()[key] for key in ("added", "updated", "unchanged", "missing", "cells", "wrong")} == {
        "added": 50,
        "updated": 0,
        "unchanged": 0,
        "missing": 0,
        "cells": 0,
        "wrong": 0,
    }
    assert take(desk, clean_roster())["added"] == 50
    assert len(names(desk)) == 50
    again = preview(desk, clean_roster())
    assert (len(again.of("unchanged")), again.missing) == (50, ())


def test_the_broken_roster_tells_every_cell(desk: Desk) -> None:
    """Types, required cells, and the form's own checks of the record as it would be, each with its cell."""
    seen = preview(desk, broken_roster(), sample_id("class_50"))
    cells = told(seen)
    wanted = {
        "C5": "ID_FORMAT",
        "C6": "ID_CHECK",
        "C15": "DUPLICATE",
        "C16": "AGE_MIN",
        "C17": "AGE_MAX",
        "C18": "REQUIRED",
        "A19": "REQUIRED",
        "A20": "NAME_SPACE",
        "H28": "MOBILE",
        "D36": "CHOICE",
        "G39": "REQUIRED",
        "G44": "TOO_LONG",
    }
    assert wanted.items() <= cells.items()
    warned = next(row for row in seen.rows if row.number == 17)
    assert not warned.wrong
    assert [problem.level for found in warned.problems.values() for problem in found] == [Level.WARNING]
    assert "X2" in {problem.code for problem in seen.remarks}


def test_good_rows_come_in_and_wrong_ones_when_asked(desk: Desk) -> None:
    data = people(GOOD, ("李样例", 440604199001010000, *OTHER[2:]), ("王样例", THIRD[1], "高职高专", *THIRD[3:]))
    assert take(desk, data) == {"added": 1, "updated": 0, "unchanged": 0, "dropped": 0, "left": (3, 4)}
    assert names(desk) == ["陈样例"]
    assert take(desk, data, wrong=True) == {"added": 2, "updated": 0, "unchanged": 1, "dropped": 0, "left": ()}
    rows = desk.records.rows("empty", SECTION, choices=False)
    stored = [{field.definition.key: field.stored for field in row.fields} for row in rows]
    assert stored[1]["id_no"] == {"raw": "4.4060419900101e+17"}
    assert stored[2]["education"] == {"raw": "高职高专"}
    codes = {finding.problem.code for finding in desk.records.state("empty").findings}
    assert {"ID_FORMAT", "CHOICE"} <= codes
    assert len(preview(desk, data).of("unchanged")) == 3


WORDY = (
    HEADER,
    (*GOOD[:2], "函授班", *GOOD[3:]),
    (*OTHER[:2], "函授班", *OTHER[3:]),
    (*THIRD[:2], "本科生", *THIRD[3:]),
)


def test_a_word_of_the_table_is_said_once_and_remembered(desk: Desk) -> None:
    workbook = desk.imports.read(book(*WORDY), "a.xlsx")
    seen = desk.imports.preview("empty", SECTION, workbook)
    assert [(one.word, one.cells, one.option, one.nearest) for one in seen.words] == [
        ("函授班", 2, "", ""),
        ("本科生", 1, "", "本科"),
    ]
    columns = desk.imports.with_word(seen.columns, "文化程度", "函 授班", "专科")
    mended = desk.imports.preview("empty", SECTION, workbook, columns)
    assert [row.cells["education"].stored for row in mended.rows] == ["专科", "专科", {"raw": "本科生"}]
    assert [(one.word, one.option) for one in mended.words] == [("函授班", "专科"), ("本科生", "")]
    desk.imports.take("empty", SECTION, workbook, columns, who=desk.who(), wrong=True)
    again = preview(desk, book(*WORDY), sample_id("class_50"))
    assert again.words[0].option == "专科"
    forgotten = again.columns.with_word("education", "函授班", None)
    assert desk.imports.preview("empty", SECTION, workbook, forgotten).words[0].option == ""
    for field, option in (("文化程度", "博士后"), ("姓名", "专科"), ("没有的", "专科")):
        with pytest.raises(OptionUnknown):
            desk.imports.with_word(seen.columns, field, "函授班", option)


def test_a_remembered_word_whose_option_is_gone_means_nothing(desk: Desk) -> None:
    desk.store.set_preferences(f"import/training_class/{SECTION}", {"words": {"education": {"函授班": "大学"}}})
    assert preview(desk, book(*WORDY)).words[0].option == ""


def test_other_words_for_an_option_come_in_as_that_option(desk: Desk) -> None:
    seen = preview(desk, people(GOOD, (*OTHER[:2], "大专", *OTHER[3:]), (*THIRD[:2], "中砖", *THIRD[3:])))
    assert seen.rows[1].cells["education"].stored == "专科"
    (problem,) = seen.rows[2].problems["education"]
    assert problem.remedy.endswith("之一")  # two letters that look alike are no reason to suggest one


def test_a_mended_workbook_mends_its_rows(desk: Desk) -> None:
    """Rows that came in without a readable key are known again by their name."""
    take(desk, people(GOOD, ("李样例", 440604199001010000, *OTHER[2:]), ("王样例", None, *THIRD[2:])), wrong=True)
    seen = preview(desk, people(GOOD, OTHER, THIRD))
    assert [row.kind for row in seen.rows] == ["unchanged", "updated", "updated"]
    assert (seen.missing, told(seen)) == ((), {})
    ids = desk.records.row_ids("empty", SECTION)
    take(desk, people(GOOD, OTHER, THIRD))
    assert desk.records.row_ids("empty", SECTION) == ids


def test_importing_again_updates_by_key_and_keeps_ids(desk: Desk) -> None:
    take(desk, people(GOOD, OTHER))
    ids = desk.records.row_ids("empty", SECTION)
    changed = people(THIRD, (*OTHER[:2], "本科", *OTHER[3:]))
    seen = preview(desk, changed)
    assert [(row.number, row.kind) for row in seen.rows] == [(2, "added"), (3, "updated")]
    assert (seen.rows[1].changes, seen.rows[1].before) == ({"education": "本科"}, {"education": "高中"})
    assert seen.missing == ((ids[0], "陈样例"),)
    take(desk, changed)
    assert desk.records.row_ids("empty", SECTION)[:2] == ids
    assert names(desk) == ["陈样例", "李样例", "王样例"]
    assert take(desk, changed, drop=True)["dropped"] == 1
    assert names(desk) == ["李样例", "王样例"]


def test_an_empty_cell_takes_nothing_away(desk: Desk) -> None:
    take(desk, people(GOOD))
    (row,) = preview(desk, people((*GOOD[:5], None))).rows
    assert (row.kind, row.changes, row.wrong) == ("unchanged", {}, False)


def test_one_number_twice_and_under_two_names(desk: Desk) -> None:
    seen = preview(desk, people(GOOD, GOOD, ("李样例", *GOOD[1:])))
    assert told(seen) == {"B2": "DUPLICATE", "B3": "DUPLICATE", "B4": "DUPLICATE"}
    whats = [problem.what for problem in seen.problems]
    assert whats == [
        "与表里第 4 行（B4）的身份证号码相同，姓名却不同",
        "与表里第 2 行（B2）的身份证号码相同",
        "与表里第 2 行（B2）的身份证号码相同，姓名却不同",
    ]
    assert [row.number for row in preview(desk, people(GOOD, GOOD)).good] == [2]


def test_a_known_number_takes_no_other_name_unasked(desk: Desk) -> None:
    take(desk, people(GOOD))
    renamed = people(("陈样列", *GOOD[1:]))
    seen = preview(desk, renamed)
    assert [(row.kind, row.wrong) for row in seen.rows] == [("updated", True)]
    assert told(seen) == {"A2": "KEY_RENAMED"}
    assert (take(desk, renamed)["left"], names(desk)) == ((2,), ["陈样例"])
    assert (take(desk, renamed, wrong=True)["updated"], names(desk)) == (1, ["陈样列"])


def test_what_many_rows_have_in_common_names_a_few(desk: Desk) -> None:
    numbers = ["110105194912310038", "110105194912310054", *(f"1101051949123{n:05}" for n in range(30))]
    lines = [(f"样例{chr(0x4E00 + n)}", number, *GOOD[2:]) for n, number in enumerate(numbers)]
    [remark] = [one for one in preview(desk, people(*lines)).remarks if one.code == "MOBILE_SHARED"]
    assert (
        remark.what == "有 3 人以上用同一个号码：138****0001（样例一、样例丁、样例丂、样例七、样例丄、样例丅… 32 人）"
    )


def test_columns_that_are_not_there_are_told_once(desk: Desk) -> None:
    seen = preview(desk, book(HEADER[:2], GOOD[:2]))
    assert told(seen) == {}
    assert seen.notes == ("表里没有 文化程度、户籍地、人员类别、联系电话，导入后再补",)
    take(desk, people(GOOD))
    assert preview(desk, book(HEADER[:2], GOOD[:2])).notes == ()


def test_scores_come_by_key_and_are_checked_by_their_phase(desk: Desk) -> None:
    record = sample_id("class_50")
    rows = desk.records.rows(record, SECTION, rows=slice(0, 2), choices=False)
    ids = [next(field.stored for field in row.fields if field.definition.key == "id_no") for row in rows]
    data = book(["身份证号", "理论", "实操"], [ids[0], 88, "90分"], [ids[1], 120, 60])
    seen = preview(desk, data, record)
    assert [row.kind for row in seen.rows] == ["updated", "updated"]
    assert told(seen) == {"B3": "SCORE_THEORY"}
    assert len(seen.missing) == 48


def test_a_word_among_the_scores_says_who_did_not_come(desk: Desk) -> None:
    record = sample_id("class_50")
    rows = desk.records.rows(record, SECTION, rows=slice(0, 4), choices=False)
    ids = [next(field.stored for field in row.fields if field.definition.key == "id_no") for row in rows]
    lines = ([ids[0], "缺考", "缺考"], [ids[1], 88, " 未考 "], [ids[2], 88, 90], [ids[3], "弃考", 60])
    data = book(["身份证号", "理论", "实操"], *lines)
    seen = preview(desk, data, record)
    assert list(told(seen)) == ["B5"]  # a word that nobody declared stays a fault of its cell
    assert "理论成绩里有 1 格写着“缺考”，当作没有填，缺考填成“缺考”" in seen.notes
    take(desk, data, record)
    kept = desk.imports.kept(record, SECTION)
    of = {
        number: [kept[row.id].get(key) for key in ("absent", "theory", "practice")] for number, row in enumerate(rows)
    }
    assert of[0] == ["缺考", None, None]
    assert of[1][0] == "缺考" and of[1][2] is None
    assert of[2][0] is None
    assert not any(row.changes for row in preview(desk, book(["身份证号", "理论", "实操"], lines[0]), record).rows)


def test_what_its_own_column_says_goes_before_a_word(desk: Desk) -> None:
    record = "empty"
    data = book([*HEADER, "理论", "是否缺考"], [*GOOD, "缺考", "来了"], [*OTHER, "缺考", ""])
    seen = preview(desk, data, record)
    assert [row.changes.get("absent") for row in seen.rows] == [{"raw": "来了"}, "缺考"]
    take(desk, data, record, wrong=True)
    assert all("theory" not in row for row in desk.imports.kept(record, SECTION).values())


def test_what_was_wrong_before_is_not_told_of_an_import_that_leaves_it(desk: Desk) -> None:
    record = sample_id("class_50")
    (row,) = desk.records.rows(record, SECTION, rows=slice(0, 1), choices=False)
    number = next(field.stored for field in row.fields if field.definition.key == "id_no")
    wrong = book(["身份证号", "理论"], [number, 120])
    assert told(preview(desk, wrong, record)) == {"B2": "SCORE_THEORY"}
    take(desk, wrong, record, wrong=True)
    assert told(preview(desk, book(["身份证号", "实操"], [number, 60]), record)) == {}
    assert told(preview(desk, book(["身份证号", "实操"], [number, 160]), record)) == {"B2": "SCORE_PRACTICE"}


def test_labels_of_linked_records(desk: Desk) -> None:
    record = sample_id("class_50")
    sessions = desk.records.rows(record, "sessions", rows=slice(0, 1))
    teacher = next(field for field in sessions[0].fields if field.definition.key == "teacher")
    data = book(
        ["日期", "时间段", "授课教师"], ["20261207", "19:00-20:00", teacher.shown], ["20261208", "19:00-20:00", "没有"]
    )
    seen = preview(desk, data, record, "sessions")
    assert [row.changes["teacher"] for row in seen.rows] == [teacher.stored, {"raw": "没有"}]
    assert told(seen)["C3"] == "CHOICE"


def test_without_a_key_the_same_row_is_not_added_again(desk: Desk) -> None:
    data = book(["姓名", "所在单位"], ["陈样例", "甲"], ["陈样例", "甲"], ["李样例", "乙"])
    workbook = desk.imports.read(data, "a.xlsx")
    desk.imports.take("empty", "invigilators", workbook, who=desk.who())
    desk.records.set("empty", "exam_mode", "线下", desk.who())
    seen = preview(desk, data, section="invigilators")
    assert [row.kind for row in seen.rows] == ["unchanged"] * 3


def test_corrected_columns_are_remembered_for_the_form(desk: Desk) -> None:
    data = book(["姓名", "身份证号码", "编码"], ["陈样例", GOOD[1], "禅城"])
    workbook = desk.imports.read(data, "a.xlsx")
    columns = desk.imports.match("empty", SECTION, workbook)
    assert columns.columns[2].field is None
    desk.imports.take("empty", SECTION, workbook, columns.with_column(3, "address"), who=desk.who())
    again = desk.imports.match(sample_id("class_50"), SECTION, workbook)
    assert (again.columns[2].field, again.columns[2].state) == ("address", "matched")


def test_one_import_is_one_change(small: Loaded) -> None:
    desk, record = small.desk, small.ids["class_50"]
    workbook = desk.imports.read(clean_roster(), "a.xlsx")
    desk.imports.take(record, SECTION, workbook, who=desk.who())
    kept = desk.store.draft(record, EVERYTHING)
    assert len(kept.changes) == 50
    assert len({change.at for change in kept.changes.values()}) == 1


def test_no_room(desk: Desk) -> None:
    data = book(["姓名", "所在单位"], *[[f"陈样例{'甲乙丙丁戊己庚辛壬癸子丑'[n]}", "甲"] for n in range(11)])
    with pytest.raises(TooManyRows):
        desk.imports.take("empty", "invigilators", desk.imports.read(data, "a.xlsx"), who=desk.who())


def test_what_is_not_there(desk: Desk) -> None:
    workbook = desk.imports.read(clean_roster(), "a.xlsx")
    with pytest.raises(RecordUnknown):
        desk.imports.preview("nobody", SECTION, workbook)
    for section in ("basics", "attendance", "nothing"):
        with pytest.raises(PathUnknown):
            desk.imports.preview("empty", section, workbook)
    with pytest.raises(TableRefused):
        desk.imports.read(b"%PDF-1.7", "a.xlsx")
    strange = preview(desk, book(["甲", "乙"], [1, 2]))
    assert (strange.rows, [problem.code for problem in strange.problems]) == ((), ["NO_HEADER"])
    assert take(desk, book(["甲", "乙"], [1, 2]))["added"] == 0


def test_the_marked_workbook(desk: Desk) -> None:
    seen = preview(desk, broken_roster(), sample_id("class_50"))
    marked = desk.imports.marked(broken_roster(), "某班名册.xls", seen.problems)
    assert marked.name == "某班名册（标好错）.xlsx"
    sheet = load_workbook(io.BytesIO(marked.data))["参训人员"]
    assert {cell for cell in told(seen) if sheet[cell].comment is None} == set()
    assert "年龄" in str(sheet["C17"].comment.text) or "退休" in str(sheet["C17"].comment.text)
    assert desk.imports.marked(marked.data, marked.name, ()).name == marked.name


def test_the_blank_workbook(desk: Desk) -> None:
    made = desk.imports.blank(sample_id("class_50"), "sessions")
    assert made.name.endswith("（导入用）.xlsx")
    sheet = load_workbook(io.BytesIO(made.data)).worksheets[0]
    rules = [rule.formula1 for rule in sheet.data_validations.dataValidation]
    teachers = {label for _, label in _options(desk, "teacher")}
    assert any(all(label in rule for label in teachers) for rule in rules)
    assert (preview(desk, made.data, sample_id("class_50"), "sessions").rows) == ()


def _options(desk: Desk, key: str) -> tuple[tuple[str, str], ...]:
    row = desk.records.rows(sample_id("class_50"), "sessions", rows=slice(0, 1))[0]
    return next(field.options for field in row.fields if field.definition.key == key)


# -- command line ----------------------------------------------------------------------------------------------------


def test_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    desk = make_desk(tmp_path / "data", store="")
    load(desk, "class_50")
    monkeypatch.setenv("ONEFILL_DATA", str(tmp_path / "data"))
    roster, out = tmp_path / "名册.xlsx", tmp_path / "out.xlsx"
    roster.write_bytes(broken_roster())
    into = f"{sample_id('class_50')}:{SECTION}"
    asked = ["import", str(roster), "--into", into, "--dry-run", "--json", "--marked", str(out)]
    assert cli.main(asked) == cli.BAD
    answer = json.loads(capsys.readouterr().out)
    assert list(answer) == ["rows", "problems"]
    assert answer["rows"][0]["sheet"] == "参训人员"
    assert {"sheet", "row", "values"} == set(answer["rows"][0])
    assert answer["rows"][1]["values"]["id_no"] == {"raw": "4.4990219971029e+17"}
    first = answer["problems"][0]
    assert {"place", "code", "what", "remedy", "level"} <= set(first)
    assert first["place"] == {"sheet": "参训人员", "cell": "C4"}
    assert load_workbook(out)["参训人员"]["C5"].comment is not None
    assert len(desk.records.row_ids(sample_id("class_50"), SECTION)) == 50

    assert cli.main(["import", str(roster), "--into", into]) == cli.BAD
    shown = capsys.readouterr().out
    assert "跳过第 46 行：合计行" in shown
    assert "导入了：新增 11 行" in shown
    assert len(desk.records.row_ids(sample_id("class_50"), SECTION)) == 61

    roster.write_bytes(clean_roster())
    assert cli.main(["import", str(roster), "--into", into]) == cli.GOOD
    roster.write_bytes(b"<html>")
    assert cli.main(["import", str(roster), "--into", into, "--json"]) == cli.BAD
    assert json.loads(capsys.readouterr().out.partition("导入了")[2].partition("\n")[2])["problems"][0]["code"]
    assert cli.main(["import", str(roster), "--into", into]) == cli.BAD
    assert cli.main(["import", str(tmp_path / "nothing.xlsx"), "--into", into]) == cli.BAD
    assert cli.main(["import", str(roster), "--into", "x"]) == cli.USAGE
    assert "没有这个文件" in capsys.readouterr().err
    desk.store.close()


@pytest.mark.parametrize(
    ("workbook", "section", "marked", "code"),
    [
        ("没有.xlsx", SECTION, "out.xlsx", "FILE_UNREADABLE"),
        ("名册.xlsx", "nothing", "out.xlsx", "TABLE_UNKNOWN"),
        ("名册.csv", SECTION, "out.xlsx", "FILE_ENCODING"),
        ("名册.xlsx", SECTION, "nowhere/out.xlsx", "FOLDER_MISSING"),
    ],
)
def test_what_cannot_be_imported_is_told_as_any_other_import(
    workbook: str,
    section: str,
    marked: str,
    code: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    make_desk(tmp_path / "data", store="").records.create("training_class", make_desk(tmp_path).who(), new="empty")
    monkeypatch.setenv("ONEFILL_DATA", str(tmp_path / "data"))
    (tmp_path / "名册.xlsx").write_bytes(clean_roster())
    (tmp_path / "名册.csv").write_bytes("锟斤拷,1".encode())
    asked = ["import", str(tmp_path / workbook), "--into", f"empty:{section}", "--marked", str(tmp_path / marked)]
    assert cli.main([*asked, "--json"]) == cli.BAD
    answer = json.loads(capsys.readouterr().out)
    [problem] = answer["problems"]
    assert (answer["rows"], problem["place"], problem["code"]) == ([], {"sheet": "", "cell": ""}, code)
    assert problem["what"]
    assert problem["remedy"]
    assert not (tmp_path / "nowhere").exists()


def test_the_command_line_names_the_options_and_is_told_what_a_word_means(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ONEFILL_DATA", str(tmp_path))
    assert cli.main(["samples", "--load"]) == cli.GOOD
    roster = tmp_path / "roster.xlsx"
    roster.write_bytes(book(*WORDY))
    asked = ["import", str(roster), "--into", f"{sample_id('class_50')}:{SECTION}", "--dry-run", "--json"]
    capsys.readouterr()
    assert cli.main(asked) == cli.BAD
    told = {p["place"]["cell"]: p["remedy"] for p in json.loads(capsys.readouterr().out)["problems"]}
    every = "可选：研究生、本科、专科、中专、技工、高中、初中、小学、文盲"
    assert told["C2"].endswith(every)
    assert told["C4"] == f"改为“本科”，{every}"
    assert cli.main([*asked, "--word", "文化程度:函授班=专科", "--word", "education：本科生＝本科"]) == cli.GOOD
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert [row["values"]["education"] for row in rows] == ["专科", "专科", "本科"]
    assert cli.main([*asked, "--word", "文化程度:函授班=大学"]) == cli.BAD
    assert "没有“大学”可选" in json.loads(capsys.readouterr().out)["problems"][0]["what"]
    with pytest.raises(SystemExit):
        cli.main([*asked, "--word", "文化程度"])
    assert "要写成 项:表里的=选项" in capsys.readouterr().err


@pytest.mark.parametrize("taken", [(), (0,), (3, 17, 29)])
def test_of_many_numbers_those_are_told_that_another_record_has(desk: Desk, taken: tuple[int, ...]) -> None:
    other = desk.records.table(sample_id("class_50"), SECTION)
    used = [other.texts[row]["cert_no"] for row in other.order if other.texts[row]["cert_no"]]
    numbers = [used[place] if place in taken else f"4406042026{place:06}" for place in range(30)]
    seen = preview(desk, book(("姓名", "证书编号"), *([f"陈样例{n}", number] for n, number in enumerate(numbers))))
    told = {one.place.cell for one in seen.problems if one.code == "X11_TAKEN" and isinstance(one.place, CellPlace)}
    assert told == {f"B{place + 2}" for place in taken}
