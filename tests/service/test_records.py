"""Records through the service: filled path by path, two windows at once, rows, links, versions."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from onefill.errors import OneFillError
from onefill.service import Desk
from onefill.service.errors import NotTyped, PathUnknown, RecordUnknown, TooManyRows
from tests.conftest import Loaded
from tests.desks import Clock, load, make_desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_desk(tmp_path)


def field(desk: Desk, record: str, section: str, path: str):
    return next(f for f in desk.records.fields(record, section) if f.path == path)


def codes(desk: Desk, record: str) -> set[tuple[str, str]]:
    return {(f.problem.place.path, f.problem.code) for f in desk.records.state(record).findings}


# -- typing ------------------------------------------------------------------------------------------------------


def test_what_is_typed_is_kept_as_its_type_reads_it(desk: Desk) -> None:
    record = desk.records.create("course", desk.who())
    desk.records.set(record, "valid_from", "2026年7月1日", desk.who())
    desk.records.set(record, "course_name", "  家政 ", desk.who())
    desk.records.set(record, "total_hours", "４０", desk.who())
    draft = desk.store.draft(record, desk_scope())
    assert {path: kept.value for path, kept in draft.changes.items()} == {
        "valid_from": "2026-07-01",
        "course_name": "家政",
        "total_hours": 40,
    }
    assert field(desk, record, "basics", "valid_from").shown == "2026年7月1日"


def test_what_cannot_be_read_is_kept_shown_and_reported(desk: Desk) -> None:
    record = desk.records.create("course", desk.who())
    desk.records.set(record, "valid_from", "下个月", desk.who())
    found = field(desk, record, "basics", "valid_from")
    assert found.stored == {"raw": "下个月"}
    assert found.shown == "下个月"
    assert [f.problem.place.path for f in found.findings] == ["valid_from"]
    assert not any(f.missing for f in found.findings)  # told once: as wrong, not as missing as well
    desk.records.set(record, "valid_from", "", desk.who())
    assert field(desk, record, "basics", "valid_from").stored is None


def test_a_hidden_value_comes_back(small: Loaded) -> None:
    desk, record = small.desk, small.ids["class_50"]
    assert "host_unit" in {f.path for f in desk.records.fields(record, "basics")}
    desk.records.set(record, "funding", "自费", desk.who())
    assert "host_unit" not in {f.path for f in desk.records.fields(record, "basics")}
    desk.records.set(record, "funding", "受政府委托", desk.who())
    assert field(desk, record, "basics", "host_unit").shown == "佛山市样例街道公共服务中心"


@pytest.mark.parametrize(
    "path",
    ["no_such", "class_no/x", "class_no/x/y", "trainees", "trainees/r1", "trainees/r1/no_such", "trainees/gone/name",
     "trainees/r1/name/more", "attendance/s1", "attendance/s1/gone", "attendance/gone/r1", "", "/", "@order"],
)  # fmt: skip
def test_a_path_that_leads_nowhere_is_refused(small: Loaded, path: str) -> None:
    with pytest.raises(PathUnknown):
        small.desk.records.set(small.ids["class_50"], path, "x", small.desk.who())


def test_a_computed_fact_is_not_typed(small: Loaded) -> None:
    with pytest.raises(NotTyped, match="年龄"):
        small.desk.records.set(small.ids["class_50"], "trainees/r1/age", "30", small.desk.who())


def test_unknown_records_and_forms_are_told(desk: Desk) -> None:
    with pytest.raises(RecordUnknown):
        desk.records.state("nobody")
    with pytest.raises(OneFillError):
        desk.records.create("no_such_form", desk.who())


def test_the_same_id_twice_is_one_record(desk: Desk) -> None:
    first = desk.records.create("course", desk.who(), {"course_name": "一"}, new="c1")
    second = desk.records.create("course", desk.who(), {"course_name": "二"}, new="c1")
    assert (first, second) == ("c1", "c1")
    assert field(desk, "c1", "basics", "course_name").shown == "一"


# -- two windows -------------------------------------------------------------------------------------------------


def test_a_later_look_wins_and_an_earlier_one_is_shown_what_is_there(small: Loaded) -> None:
    desk, record, who = small.desk, small.ids["class_50"], small.desk.who()
    seen = desk.records.state(record).change
    assert desk.records.set(record, "head_teacher", "甲某", who, window="a", sequence=1, seen=seen) is None
    refused = desk.records.set(record, "head_teacher", "乙某", who, window="b", sequence=1, seen=seen)
    assert refused is not None
    assert (refused.path, refused.shown) == ("head_teacher", "甲某")
    assert field(desk, record, "basics", "head_teacher").shown == "甲某"
    again = desk.records.state(record).change
    assert desk.records.set(record, "head_teacher", "乙某", who, window="b", sequence=2, seen=again) is None
    assert field(desk, record, "basics", "head_teacher").shown == "乙某"


def test_windows_that_touch_different_facts_never_meet(small: Loaded) -> None:
    desk, record, who = small.desk, small.ids["class_50"], small.desk.who()
    seen = desk.records.state(record).change
    assert desk.records.set(record, "head_teacher", "甲某", who, window="a", sequence=1, seen=seen) is None
    assert desk.records.set(record, "trainees/r1/name", "乙某", who, window="b", sequence=1, seen=seen) is None


def test_an_older_keystroke_of_the_same_window_never_wins(small: Loaded) -> None:
    desk, record, who = small.desk, small.ids["class_50"], small.desk.who()
    desk.records.set(record, "host_unit", "样例街道办", who, window="a", sequence=5)
    assert desk.records.set(record, "host_unit", "样例街", who, window="a", sequence=4) is None
    assert field(desk, record, "basics", "host_unit").shown == "样例街道办"


def test_another_process_is_noticed(kept: Loaded, tmp_path: Path) -> None:
    record = kept.ids["class_50"]
    other = make_desk(tmp_path, store="", clock=Clock())
    kept.desk.records.state(record)
    other.records.set(record, "head_teacher", "丙某", other.who())
    assert field(kept.desk, record, "basics", "head_teacher").shown == "丙某"
    other.store.close()


def test_two_processes_keep_versions_of_one_record(
    kept: Loaded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, who, append = kept.ids["class_50"], kept.desk.who(), kept.desk.store.append
    other = make_desk(tmp_path, store="", clock=Clock())
    faster = iter([True])

    def late(*told: Any) -> Any:
        if next(faster, False):
            other.records.set(record, "head_teacher", "丙某", who)
            other.records.keep_version(record, who)
        return append(*told)

    monkeypatch.setattr(kept.desk.store, "append", late)
    kept.desk.records.set(record, "host_unit", "样例街道办", who)
    number = kept.desk.records.keep_version(record, who)
    assert number == other.records.state(record).version
    assert field(kept.desk, record, "basics", "head_teacher").shown == "丙某"
    assert field(other, record, "basics", "host_unit").shown == "样例街道办"
    other.store.close()


def test_what_another_process_keeps_between_a_look_and_a_change_is_not_lost(
    kept: Loaded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, who, set_draft = kept.ids["class_50"], kept.desk.who(), kept.desk.store.set_draft
    other = make_desk(tmp_path, store="", clock=Clock())
    meanwhile = iter([lambda: other.records.set(record, "head_teacher", "丙某", who)])

    def late(*told: Any) -> Any:
        next(meanwhile, lambda: None)()
        return set_draft(*told)

    monkeypatch.setattr(kept.desk.store, "set_draft", late)
    kept.desk.records.set(record, "host_unit", "样例街道办", who)
    kept.desk.records.keep_version(record, who)
    for desk in (kept.desk, other):
        assert field(desk, record, "basics", "head_teacher").shown == "丙某"
        assert field(desk, record, "basics", "host_unit").shown == "样例街道办"
    other.store.close()


# -- rows --------------------------------------------------------------------------------------------------------


def names_in(loaded: Loaded, section: str = "trainees") -> list[str]:
    return [row.id for row in loaded.desk.records.rows(loaded.ids["class_50"], section, choices=False)]


def test_rows_come_go_and_move(small: Loaded) -> None:
    desk, record, who = small.desk, small.ids["class_50"], small.desk.who()
    new = desk.records.add_row(record, "trainees", who, {"name": "新来的", "mobile": "19900009999"}, after="r2")
    assert names_in(small)[:4] == ["r1", "r2", new, "r3"]
    last = desk.records.add_row(record, "trainees", who)
    assert names_in(small)[-1] == last
    desk.records.move_row(record, "trainees", last, None, who)
    desk.records.move_row(record, "trainees", "r1", "r3", who)
    assert names_in(small)[:5] == [last, "r2", new, "r3", "r1"]
    desk.records.remove_row(record, "trainees", "r2", who)
    assert names_in(small)[:4] == [last, new, "r3", "r1"]
    assert [row.number for row in desk.records.rows(record, "trainees", choices=False)[:3]] == [1, 2, 3]


@pytest.mark.parametrize("behind", ["r1", "r25", "r49"])
def test_many_rows_behind_one_row_keep_their_order(small: Loaded, behind: str) -> None:
    """Between two whole numbers there is no room for a hundred: then the others make room."""
    desk, record, who = small.desk, small.ids["class_50"], small.desk.who()
    before = names_in(small)
    place = before.index(behind) + 1
    added = [desk.records.add_row(record, "trainees", who, after=behind) for _ in range(60)]
    assert names_in(small) == [*before[:place], *reversed(added), *before[place:]]
    for row in added[:20]:
        desk.records.move_row(record, "trainees", row, behind, who)
    moved = [*reversed(added[:20]), *reversed(added[20:])]
    assert names_in(small) == [*before[:place], *moved, *before[place:]]


def test_rows_with_the_same_place_can_be_parted(small: Loaded) -> None:
    desk, who = small.desk, small.desk.who()
    data = {"trainees": {"b": {"@order": 1}, "a": {"@order": 1}, "c": {}}}
    record = desk.records.create("training_class", who, data)
    assert desk.records.row_ids(record, "trainees") == ("c", "a", "b")
    new = desk.records.add_row(record, "trainees", who, after="a")
    assert desk.records.row_ids(record, "trainees") == ("c", "a", new, "b")


def test_a_row_that_is_gone_is_not_half_made_again(small: Loaded) -> None:
    """Another window still types into it."""
    desk, record, who = small.desk, small.ids["class_50"], small.desk.who()
    desk.records.remove_row(record, "trainees", "r7", who)
    for do in (
        lambda: desk.records.set(record, "trainees/r7/name", "晚来", who),
        lambda: desk.records.set(record, "attendance/s1/r7", "到", who),
        lambda: desk.records.move_row(record, "trainees", "r7", "r1", who),
    ):
        with pytest.raises(PathUnknown):
            do()
    assert "r7" not in names_in(small)


def test_many_rows_at_once_and_no_more_than_there_is_room_for(small: Loaded) -> None:
    desk, record, who = small.desk, small.ids["class_50"], small.desk.who()
    people = [{"name": f"学员{'甲乙丙'[n]}", "mobile": "不是号码"} for n in range(3)]
    assert desk.records.add_rows(record, "trainees", who, people) == 3
    assert [row.label for row in desk.records.rows(record, "trainees", rows=slice(50, None))] == [
        "学员甲",
        "学员乙",
        "学员丙",
    ]
    with pytest.raises(TooManyRows, match="监考人员"):
        desk.records.add_rows(record, "invigilators", who, [{}] * 9)
    assert len(names_in(small, "invigilators")) == 2


# -- links, lookups ----------------------------------------------------------------------------------------------


def test_candidates_are_those_that_fit(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    ids = load(desk, "class_50", "class_500")
    other = desk.records.create("institution", desk.who(), {"inst_name": "别的学校"})
    desk.records.create("teacher", desk.who(), {"name": "别校老师", "institution": other})
    offered = {label for _, label in field_of_row(desk, ids["class_50"], "sessions", "s1", "teacher").options}
    assert "别校老师" not in offered
    assert len(offered) >= 2
    syllabuses = field(desk, ids["class_50"], "basics", "syllabus").options
    assert [value for value, _ in syllabuses] == [ids["syllabus_home"]]
    desk.records.set(ids["class_50"], "course", ids["course_electric"], desk.who())
    # What is chosen stays on offer, so that it can be seen and changed.
    values = {value for value, _ in field(desk, ids["class_50"], "basics", "syllabus").options}
    assert values == {ids["syllabus_home"], ids["syllabus_electric"]}


def field_of_row(desk: Desk, record: str, section: str, row: str, key: str):
    return next(f for f in desk.records.row(record, section, row) if f.path.endswith(f"/{key}"))


def test_a_change_of_a_linked_record_is_seen_at_once(small: Loaded) -> None:
    desk, ids, who = small.desk, small.ids, small.desk.who()
    assert "家政服务基础" in desk.records.state(ids["class_50"]).label
    desk.records.set(ids["course_home"], "course_name", "家政服务提高", who)
    assert "家政服务提高" in desk.records.state(ids["class_50"]).label
    assert field(desk, ids["class_50"], "basics", "class_name").shown.startswith("家政服务提高")
    desk.records.set(ids["course_home"], "total_hours", "41", who)
    assert ("session_hours", "X1") in codes(desk, ids["class_50"])
    # Two links away: an institution's address is the class's default, its class's label the inspection's.
    desk.records.set(ids["institution"], "address", "佛山市样例新路2号", who)
    assert field(desk, ids["class_50"], "basics", "site_address").shown == "佛山市样例新路2号"


def test_the_same_number_of_two_classes_is_told_in_both(small: Loaded) -> None:
    desk, record, who = small.desk, small.ids["class_50"], small.desk.who()
    assert ("class_no", "CLASS_NO_TWICE") not in codes(desk, record)
    other = desk.records.create("training_class", who, {"class_no": "440604-012-2026-007"})
    assert ("class_no", "CLASS_NO_TWICE") in codes(desk, other)
    assert ("class_no", "CLASS_NO_TWICE") in codes(desk, record)  # which was open before the other was made
    desk.records.set(other, "class_no", "440604-012-2026-099", who)
    assert ("class_no", "CLASS_NO_TWICE") not in codes(desk, other)
    assert ("class_no", "CLASS_NO_TWICE") not in codes(desk, record)


def test_lists_find_by_label_and_follow_what_is_typed(kept: Loaded) -> None:
    desk, ids, who = kept.desk, kept.ids, kept.desk.who()
    assert [line.id for line in desk.records.list("training_class", "012-2026")] == [ids["class_50"]]
    desk.records.set(ids["class_50"], "class_no", "440605-001-2026-001", who)
    assert desk.records.list("training_class", "012-2026") == []
    assert [line.id for line in desk.records.list("training_class", "440605-001")] == [ids["class_50"]]
    kept.clock.now += timedelta(minutes=1)
    desk.records.set(ids["teacher_1"], "mobile", "19800009999", who)
    assert desk.records.list()[0].id == ids["teacher_1"]


# -- versions ----------------------------------------------------------------------------------------------------


def desk_scope():
    from store import EVERYTHING

    return EVERYTHING


@pytest.mark.parametrize("kind", ["small", "kept"])
def test_a_version_is_made_once_and_after_those_it_points_to(kind: str, request: pytest.FixtureRequest) -> None:
    loaded: Loaded = request.getfixturevalue(kind)
    desk, ids, who = loaded.desk, loaded.ids, loaded.desk.who()
    first = desk.records.keep_version(ids["class_50"], who)
    assert desk.records.keep_version(ids["class_50"], who) == first  # nothing new to keep
    desk.records.set(ids["course_home"], "course_name", "家政服务提高", who)
    assert desk.records.keep_version(ids["class_50"], who) == first + 1
    course = desk.store.latest(ids["course_home"], desk_scope())
    entry = desk.store.latest(ids["class_50"], desk_scope())
    assert course.data is not None
    assert course.data["course_name"] == "家政服务提高"
    assert entry.pins["links"][ids["course_home"]] == {"n": course.n, "digest": course.digest}
    assert ids["institution"] in entry.pins["links"]
    assert set(entry.pins["templates"]) >= {"training_plan.docx", "certificate.docx", "trainee_roster.xlsx"}
    assert all(desk.store.get_file(digest) for digest in entry.pins["templates"].values())
    assert b"training_class" in desk.store.get_file(entry.pins["definition"])
    assert not desk.records.state(ids["class_50"]).unprinted


def test_the_draft_goes_into_the_version(kept: Loaded) -> None:
    desk, record, who = kept.desk, kept.ids["class_50"], kept.desk.who()
    desk.records.set(record, "head_teacher", "甲某", who)
    assert desk.records.state(record).unprinted
    n = desk.records.keep_version(record, who)
    assert desk.store.draft(record, desk_scope()).changes == {}
    data = desk.store.entry(record, n, desk_scope()).data
    assert data is not None
    assert data["head_teacher"] == "甲某"
    assert field(desk, record, "basics", "head_teacher").shown == "甲某"


def test_a_desk_that_is_opened_again_knows_everything(tmp_path: Path) -> None:
    first = make_desk(tmp_path, store="")
    ids = load(first, "class_50")
    first.records.set(ids["class_50"], "head_teacher", "甲某", first.who())
    before = first.records.state(ids["class_50"])
    first.store.close()
    second = make_desk(tmp_path, store="")
    assert second.records.state(ids["class_50"]) == before
    second.store.close()


def test_samples_load_once(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    assert desk.load_samples() == 24
    assert desk.load_samples() == 0


def test_samples_are_right(shown: Loaded) -> None:
    """What is wrong on purpose is known: the large class is larger than its course allows.

    Rounds ask for courses that nobody has listed yet: samples are facts, nobody has decided anything.
    """
    right = set(shown.ids) - {"class_500", "course_shop", "syllabus_shop", "round_2", "round_3"}
    for name in sorted(right):
        state = shown.desk.records.state(shown.ids[name])
        assert [f.problem.what for f in state.findings if f.problem.level == "error"] == [], name
        assert all(phase.percent == 100 for phase in state.phases), name
    found = {f.problem.code for f in shown.desk.records.state(shown.ids["class_500"]).findings}
    assert found == {"CLASS_SIZE", "SEATS", "PROVINCE_RECORDED"}


def test_a_class_without_trainees_is_seen_to_be_unfinished(kept: Loaded) -> None:
    desk, record, who = kept.desk, kept.ids["class_50"], kept.desk.who()
    for row in desk.records.rows(record, "trainees"):
        desk.records.remove_row(record, "trainees", row.id, who)
    first = desk.records.state(record).phases[0]
    assert (first.percent, len(first.sections)) == (75, 4)


def test_what_runs_out_is_told_with_the_days_left(small: Loaded) -> None:
    records, who, today = small.desk.records, small.desk.who(), small.clock().date()
    other = records.create("course", who, {"course_name": "无期限"})
    soon = records.create("course", who, {"course_name": "快到期", "valid_to": str(today + timedelta(days=9))})
    past = records.create("course", who, {"course_name": "已过期", "valid_to": str(today - timedelta(days=1))})
    found = records.expiring("course")
    assert [(one.record, one.what, one.left) for one in found[:2]] == [(past, "有效期至", -1), (soon, "有效期至", 9)]
    assert other not in {one.record for one in found}
    assert records.expiring("teacher") == []
