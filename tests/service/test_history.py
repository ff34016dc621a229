"""History through the service: the timeline, any two states beside each other, restoring, files of the past."""

import io
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest

from onefill.service import Desk
from onefill.service.errors import NothingToPrint, RecordUnknown, VersionUnknown
from onefill.service.history_shapes import NOW, Comparison
from onefill.service.numbering import numbered, walked
from store import EVERYTHING, EntryUnknown
from tests.conftest import Loaded
from tests.papers import unpacked, word_text, zip_names

PLAN, ROSTER, COVER = "training_plan", "trainee_roster", "archive_cover"


def told(comparison: Comparison) -> list[tuple[str, str, str, str]]:
    return [
        (section.title, one.label, one.old, one.new) for section in comparison.sections for one in section.differences
    ]


def fates(comparison: Comparison) -> dict[str, str]:
    return {paper.key: paper.fate for paper in comparison.papers}


def site(desk: Desk, record: str) -> str:
    return next(f.shown for f in desk.records.fields(record, "basics") if f.path == "site_address")


# -- the timeline ------------------------------------------------------------------------------------------------


def test_the_timeline_says_who_did_what_when_and_how_much_changed(small: Loaded) -> None:
    desk, record, who = small.desk, small.ids["class_50"], small.desk.who()
    small.clock.now += timedelta(hours=1)
    desk.records.keep_version(record, who, "开班前  定稿\n")
    desk.records.set(record, "site_address", "三楼", who)
    desk.records.remove_row(record, "trainees", "r3", who)
    small.clock.now += timedelta(hours=1)
    desk.documents.file(record, PLAN, ".docx", who)
    desk.records.set(record, "site_address", "四楼", who)
    now, printed, kept, first = desk.history.timeline(record)
    assert [one.n for one in (now, printed, kept, first)] == [NOW, 3, 2, 1]
    assert [one.what for one in (now, printed, kept, first)] == [
        "正在填，还没成版本",
        "打印材料",
        "留下一个版本",
        "新建",
    ]
    assert [one.name for one in (now, printed, kept, first)] == ["现在", "第 2 版", "第 1 版", "新建时"]
    assert kept.note == "开班前 定稿"
    assert (kept.changed, printed.changed, now.changed) == (0, 2, 1)
    assert printed.sections == {"班次信息": 1, "学员名册": 1}
    assert printed.who == who.name
    assert printed.when - kept.when == timedelta(hours=1)
    assert [one.newest for one in (now, printed, kept, first)] == [False, True, False, False]
    assert len({kept.digest, printed.digest, first.digest}) == 3


def test_a_version_by_hand_is_made_if_anything_changed_or_is_noted(small: Loaded) -> None:
    desk, record, who = small.desk, small.ids["class_50"], small.desk.who()
    first = desk.records.keep_version(record, who)
    assert desk.records.keep_version(record, who) == first
    assert desk.records.keep_version(record, who, "给主任看过") == first + 1
    assert desk.history.timeline(record)[0].note == "给主任看过"


def test_a_linked_record_kept_on_the_way_says_so(small: Loaded) -> None:
    desk, ids, who = small.desk, small.ids, small.desk.who()
    desk.records.set(ids["teacher_1"], "mobile", "13800138000", who)
    desk.records.keep_version(ids["class_50"], who)
    assert desk.history.timeline(ids["teacher_1"])[0].what == "引用它的办件留了版本"


def test_nobody_has_a_history_without_a_record(shown: Loaded) -> None:
    with pytest.raises(RecordUnknown):
        shown.desk.history.timeline("nope")
    with pytest.raises(EntryUnknown, match="99"):
        shown.desk.history.compare(shown.ids["class_50"], 99)


# -- comparing ---------------------------------------------------------------------------------------------------


def test_any_two_states_are_told_in_words_rows_by_name(small: Loaded) -> None:
    desk, record, who = small.desk, small.ids["class_50"], small.desk.who()
    names = {row.id: row.label for row in desk.records.rows(record, "trainees", choices=False)}
    first = desk.records.keep_version(record, who)
    desk.records.set(record, "planned_count", "49", who)
    desk.records.set(record, "trainees/r2/education", "夜大", who)
    desk.records.remove_row(record, "trainees", "r3", who)
    second = desk.records.keep_version(record, who)
    desk.records.set(record, "planned_count", "四十八", who)
    expected = [
        ("班次信息", "计划人数", "50 人", "49 人"),
        ("学员名册", f"{names['r2']} · 文化程度", "初中", "夜大"),
        ("学员名册", names["r3"], "第 3 行", ""),
    ]
    forward = desk.history.compare(record, first, second)
    assert {one for one in told(forward) if "考勤" not in one[0]} >= {expected[0], expected[2]}
    assert any(one[:2] == expected[1][:2] and one[3] == "夜大" for one in told(forward))
    assert told(desk.history.compare(record, second)) == [("班次信息", "计划人数", "49 人", "四十八")]
    back = desk.history.compare(record, second, first)
    assert {(a, b, d, c) for a, b, c, d in told(back)} == set(told(forward))
    assert told(desk.history.compare(record, first, first)) == []
    assert (forward.old.name, forward.new.name) == ("第 1 版", "第 2 版")


def test_the_first_paper_is_of_the_first_version_whatever_was_done_before(small: Loaded) -> None:
    desk, record, who = small.desk, small.ids["class_50"], small.desk.who()
    desk.records.set(record, "site_address", "三楼", who)
    desk.records.hand_over(record, "陈晓岚", who)  # takes along what was typed
    printed = desk.documents.file(record, PLAN, ".docx", who)
    assert "第1版" in word_text(printed.data).replace(" ", "")
    assert desk.documents.file(record, PLAN, ".docx", who).data == printed.data
    desk.records.hand_over(record, "何晓岚", who)
    assert desk.documents.file(record, PLAN, ".docx", who).data == printed.data
    names = [one.name for one in desk.history.timeline(record)]
    assert names == ["转交 何晓岚时", "第 1 版", "转交 陈晓岚时", "新建时"]
    desk.records.set(record, "site_address", "四楼", who)
    assert "第2版" in word_text(desk.documents.file(record, PLAN, ".docx", who).data).replace(" ", "")
    assert desk.history.entry_of(record, 2) == 5
    assert desk.history.entry_of(record, 0) == NOW
    with pytest.raises(VersionUnknown, match="1、2"):
        desk.history.entry_of(record, 3)


def test_a_chain_that_does_not_say_its_versions_is_counted(small: Loaded) -> None:
    desk, record, who = small.desk, small.ids["class_50"], small.desk.who()
    desk.records.hand_over(record, "陈晓岚", who)
    desk.documents.file(record, PLAN, ".docx", who)
    desk.records.set(record, "site_address", "四楼", who)
    desk.records.hand_over(record, "何晓岚", who)
    desk.records.keep_version(record, who)
    entries = desk.store.entries(record, EVERYTHING)
    silent = [replace(one, why={"act": one.why["act"]}) for one in entries]
    assert walked(silent) == [numbered(desk.store, EVERYTHING, one) for one in entries]
    assert [one.number for one in walked(silent)] == [0, 0, 1, 1, 2]


def test_personal_numbers_are_masked(small: Loaded) -> None:
    desk, record, who = small.desk, small.ids["class_50"], small.desk.who()
    before = next(f.shown for f in desk.records.row(record, "trainees", "r2") if f.path.endswith("id_no"))
    desk.records.set(record, "trainees/r2/id_no", "11010519491231002X", who)
    [(_, _, old, new)] = told(desk.history.compare(record, 1))
    assert (old, new) == (f"{before[:6]}********{before[-4:]}", "110105********002X")


def test_what_changed_in_a_linked_record_is_told_with_it(small: Loaded) -> None:
    desk, ids, who = small.desk, small.ids, small.desk.who()
    first = desk.records.keep_version(ids["class_50"], who)
    desk.records.set(ids["teacher_1"], "name", "改名教师", who)
    comparison = desk.history.compare(ids["class_50"], first)
    [section] = comparison.sections
    assert section.record == ids["teacher_1"]
    assert section.differences[0].new == "改名教师"
    assert fates(comparison)[PLAN] == "again"


def test_papers_are_printed_again_only_if_what_they_print_has_changed(small: Loaded) -> None:
    desk, record, who = small.desk, small.ids["class_50"], small.desk.who()
    first = desk.records.keep_version(record, who)
    assert set(fates(desk.history.compare(record, first)).values()) == {"good"}
    desk.records.set(record, "trainees/r2/theory", "61", who)
    found = fates(desk.history.compare(record, first))
    assert found["score_sheet"] == "again"
    assert found[PLAN] == found[ROSTER] == found[COVER] == "good"
    hashes = [
        desk.history.file(record, n, PLAN, ".docx", who).hash for n in (first, desk.records.keep_version(record, who))
    ]
    assert len(set(hashes)) == 1, "the code on the paper says the same"
    desk.records.set(record, "exam_mode", "线上", who)
    assert fates(desk.history.compare(record, first))["invigilation_record"] == "gone"


def test_a_paper_that_was_not_ready_then_is_not_asked_for_again(small: Loaded) -> None:
    desk, record, who = small.desk, small.ids["class_50"], small.desk.who()
    desk.records.set(record, "head_teacher", "", who)
    first = desk.records.keep_version(record, who)
    desk.records.set(record, "head_teacher", "甲某", who)
    assert fates(desk.history.compare(record, first))[PLAN] == "fresh"


# -- restoring ---------------------------------------------------------------------------------------------------


def test_restoring_makes_a_new_version_and_keeps_what_was_there(kept: Loaded) -> None:
    desk, record, who = kept.desk, kept.ids["class_50"], kept.desk.who()
    first = desk.records.keep_version(record, who)
    before = site(desk, record)
    desk.records.set(record, "site_address", "还没留版的", who)
    desk.records.remove_row(record, "trainees", "r3", who)
    restored = desk.history.restore(record, first, who)
    assert restored == first + 2
    assert site(desk, record) == before
    assert "r3" in desk.records.row_ids(record, "trainees")
    assert told(desk.history.compare(record, first, restored)) == []
    assert told(desk.history.compare(record, first)) == []
    top, saved, *_ = desk.history.timeline(record)
    assert (top.what, saved.what) == ("恢复第 1 版", "恢复以前先留下")
    assert desk.history.restore(record, first, who) == restored, "twice is once"
    assert desk.history.restore(record, saved.n, who) == restored + 1
    assert site(desk, record) == "还没留版的"
    assert "r3" not in desk.records.row_ids(record, "trainees")


def test_restoring_leaves_nothing_of_the_draft_behind(small: Loaded) -> None:
    desk, record, who = small.desk, small.ids["class_50"], small.desk.who()
    desk.records.set(record, "planned_count", "看不懂", who)
    desk.history.restore(record, 1, who)
    assert not desk.records.state(record).unprinted
    assert desk.records.state(record).sections[0].errors == 0
    desk.records.set(record, "planned_count", "48", who)
    assert told(desk.history.compare(record, 3)) == [("班次信息", "计划人数", "50 人", "48 人")]


# -- files of the past -------------------------------------------------------------------------------------------


def test_a_file_that_was_printed_is_given_again_byte_for_byte(small: Loaded) -> None:
    desk, record, who = small.desk, small.ids["class_50"], small.desk.who()
    word = desk.documents.file(record, PLAN, ".docx", who)
    n = desk.records.state(record).version
    desk.records.set(record, "site_address", "三楼", who)
    again = desk.history.file(record, n, PLAN, ".docx", who)
    assert again.data == word.data
    assert again.name == word.name.replace(".docx", "_第1版.docx")
    assert again.hash == word.hash
    papers = {paper.state.key: paper.printed for paper in desk.history.papers(record, n)}
    assert papers[PLAN] == (".docx",)
    assert papers[ROSTER] == ()


def test_files_made_anew_from_what_a_version_pins_are_the_same_every_time(small: Loaded) -> None:
    desk, record, who = small.desk, small.ids["class_50"], small.desk.who()
    n = desk.records.keep_version(record, who)
    papers = [(p.state.key, suffix) for p in desk.history.papers(record, n) for suffix in p.state.formats]
    for key, suffix in papers:
        if suffix == ".pdf":
            continue
        made = []
        for _ in range(2):
            made.append(desk.history.file(record, n, key, suffix, who).data)
            desk.store.set_preferences(f"printed/{record}/{n}", {f"{key}{suffix}": None})
            small.clock.now += timedelta(days=40)
        assert made[0] == made[1], (key, suffix)
        with zipfile.ZipFile(io.BytesIO(made[0])) as package:
            assert {member.date_time for member in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_lost_file_is_made_anew_and_said_so(kept: Loaded) -> None:
    desk, record, who = kept.desk, kept.ids["class_50"], kept.desk.who()
    word = desk.documents.file(record, PLAN, ".docx", who)
    n = desk.records.state(record).version
    for path in (desk.settings.data / "store" / "files").rglob("*"):
        if path.is_file() and path.read_bytes() == word.data:
            path.write_bytes(b"x")
    again = desk.history.file(record, n, PLAN, ".docx", who)
    assert word_text(again.data) == word_text(word.data)
    assert "当时印的那份文件坏了" in again.notes[0]


def test_the_archive_of_a_version_holds_its_papers_as_they_were(small: Loaded) -> None:
    desk, record, who = small.desk, small.ids["class_50"], small.desk.who()
    n = desk.records.keep_version(record, who)
    desk.records.set(record, "site_address", "搬了的地方", who)
    made = desk.history.archive(record, n, who)
    assert made.name.endswith("_第1版材料.zip")
    assert len(zip_names(made.data)) == sum(len(p.state.formats) - 1 for p in desk.history.papers(record, n))
    assert "搬了的地方" not in "".join(word_text(data) for name, data in unpacked(made.data) if name.endswith(".docx"))
    assert desk.history.archive(record, n, who).data == made.data
    assert desk.records.state(record).version == n, "looking back makes no version"
    with pytest.raises(NothingToPrint, match="没有可以印的附件"):
        desk.history.archive(small.ids["teacher_1"], 1, who)
