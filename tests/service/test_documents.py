"""Papers through the service: their states, drafts, packets, hashes, and versions that print for ever as they did."""

import io
import shutil
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from docx import Document

from onefill.definitions.names import NameUse
from onefill.problems import FieldPlace
from onefill.rendering import TemplateBroken
from onefill.rendering.engines import EngineMissing
from onefill.rendering.html import html_to_pdf
from onefill.service import Desk
from onefill.service.errors import DocumentUnknown, FormatUnknown, NothingToPrint, PhaseUnknown
from onefill.service.touched import troubles
from tests.conftest import Loaded
from tests.desks import ROOT, Clock, Notes, load, make_desk
from tests.facts.small import group_sheet
from tests.papers import excel_cells, office_text, pdf_pages, squeezed, unpacked, word_text, zip_names

FILING, CERTIFICATES, ARCHIVE = "filing", "certificates", "archive"


def states(desk: Desk, record: str, phase: str | None = None) -> dict[str, str]:
    return {one.key: one.state for one in desk.documents.list(record, phase)}


def word(desk: Desk, record: str, key: str) -> str:
    return word_text(desk.documents.file(record, key, ".docx", desk.who()).data)


# -- states ------------------------------------------------------------------------------------------------------


def test_papers_of_a_phase_in_filing_order(shown: Loaded) -> None:
    desk, record = shown.desk, shown.ids["class_50"]
    assert list(states(desk, record, FILING)) == ["training_plan", "trainee_roster", "trainee_notice_paper"]
    assert list(states(desk, record, ARCHIVE)) == [
        "certificate",
        "receipt_roster",
        "archive_cover",
        "archive_spine",
        "archive_contents",
    ]
    everything = states(desk, record)
    assert set(everything.values()) == {"ready"}
    assert len(everything) == 14
    roster = next(one for one in desk.documents.list(record) if one.key == "trainee_roster")
    assert roster.formats == (".docx", ".xlsx", ".pdf")


def test_only_what_prints_a_missing_fact_becomes_a_draft(small: Loaded) -> None:
    desk, record, who = small.desk, small.ids["class_50"], small.desk.who()
    desk.records.set(record, "trainees/r3/hukou_region", "", who)
    found = states(desk, record)
    assert found["trainee_roster"] == "draft"
    assert found["training_plan"] == "ready"
    [trouble] = next(one for one in desk.documents.list(record) if one.key == "trainee_roster").troubles
    assert trouble.record == record
    assert trouble.finding.problem.place.path == "trainees/r3/hukou_region"  # type: ignore[union-attr]
    desk.records.set(record, "trainees/r3/theory", "", who)
    assert states(desk, record)["score_sheet"] == "draft"
    assert states(desk, record)["training_plan"] == "ready"


def test_what_a_linked_record_lacks_is_told_with_that_record(small: Loaded) -> None:
    desk, ids, who = small.desk, small.ids, small.desk.who()
    desk.records.set(ids["teacher_1"], "mobile", "", who)
    plan = desk.documents.list(ids["class_50"], FILING)[0]
    assert plan.state == "draft"
    [trouble] = plan.troubles
    assert (trouble.record, trouble.form) == (ids["teacher_1"], "teacher")


def test_what_a_linked_record_lacks_is_told_there_too_after_papers_were_listed(small: Loaded) -> None:
    desk, ids, who = small.desk, small.ids, small.desk.who()
    desk.records.set(ids["teacher_1"], "mobile", "", who)
    desk.records.keep_version(ids["teacher_1"], who)  # so that its facts are read anew, by the papers first
    assert desk.documents.list(ids["class_50"], FILING)[0].state == "draft"
    assert [one.missing for one in desk.records.state(ids["teacher_1"]).findings] == [True]


def test_papers_that_are_not_needed_say_why(small: Loaded) -> None:
    desk, record, who = small.desk, small.ids["class_50"], small.desk.who()
    desk.records.set(record, "exam_mode", "线上", who)
    one = next(one for one in desk.documents.list(record) if one.key == "invigilation_record")
    assert one.state == "not_needed"
    assert one.reason
    for row in desk.records.row_ids(record, "trainees"):
        given = dict.fromkeys((f"trainees/{row}/{key}" for key in ("cert_no", "issue_date", "receipt_date")), None)
        desk.records.put(record, {f"trainees/{row}/theory": 10, **given}, who)
    assert states(desk, record)["certificate"] == "not_needed"  # nobody has passed
    for suffix in (".pdf", ".docx"):
        with pytest.raises(NothingToPrint, match="名单是空的"):
            desk.documents.file(record, "certificate", suffix, who)
    desk.records.set(record, "trainees/r3/practice", "", who)  # now a fact is missing as well
    assert states(desk, record)["certificate"] == "draft"
    for suffix in (".pdf", ".docx"):
        with pytest.raises(NothingToPrint, match="名单是空的"):
            desk.documents.file(record, "certificate", suffix, who)
    archive = desk.documents.archive(record, ARCHIVE, who, pdf=False)
    assert any("名单是空的" in note for note in archive.notes)


def test_unknown_papers_phases_and_formats_name_what_there_is(shown: Loaded) -> None:
    desk, record, who = shown.desk, shown.ids["class_50"], shown.desk.who()
    with pytest.raises(DocumentUnknown, match="training_plan"):
        desk.documents.file(record, "no_such", ".docx", who)
    with pytest.raises(DocumentUnknown, match="training_plan"):
        desk.documents.packet(record, FILING, who, documents=["certificate"])
    with pytest.raises(PhaseUnknown, match="filing"):
        desk.documents.list(record, "no_such")
    with pytest.raises(FormatUnknown, match=r"\.docx"):
        desk.documents.file(record, "training_plan", ".xlsx", who)


# -- drafts ------------------------------------------------------------------------------------------------------


def test_missing_facts_are_printed_and_the_file_is_named_a_draft(small: Loaded) -> None:
    desk, record, who = small.desk, small.ids["class_50"], small.desk.who()
    whole = desk.documents.file(record, "training_plan", ".docx", who)
    assert "草稿" not in whole.name
    assert "草稿" not in word_text(whole.data)
    desk.records.set(record, "head_teacher", "", who)
    desk.records.set(record, "start_date", "下周一", who)  # not readable: absent from paper
    draft = desk.documents.file(record, "training_plan", ".docx", who)
    text = word_text(draft.data)
    assert draft.name.endswith("_草稿.docx")
    assert "草稿" in text
    assert "【缺：班主任】" in text
    assert "【缺：开班日期】" in text
    assert "下周一" not in text
    assert "undefined" not in text.lower()


def test_what_is_computed_from_a_missing_fact_is_missing_too(small: Loaded) -> None:
    desk, record, who = small.desk, small.ids["class_50"], small.desk.who()
    desk.records.set(record, "course", "", who)
    assert "【缺：计划课时】" in word(desk, record, "training_plan")


def test_a_paper_of_a_computed_fact_is_a_draft_while_what_it_comes_from_is_missing() -> None:
    sheet, _ = group_sheet()
    sheet.set("start", None)
    sheet.set("leader", None)
    found = troubles(sheet, [NameUse("people[].age", 1), NameUse("leader_age", 1)], 0)
    assert {one.finding.problem.place for one in found} == {FieldPlace("start", "开始"), FieldPlace("leader", "组长")}
    assert troubles(sheet, [NameUse("people[].came", 1)], 0) == []


def test_facts_of_a_later_phase_stay_blank(small: Loaded) -> None:
    desk, record, who = small.desk, small.ids["class_50"], small.desk.who()
    for row in desk.records.row_ids(record, "trainees"):
        desk.records.put(record, {f"trainees/{row}/cert_no": None, f"trainees/{row}/issue_date": None}, who)
    text = word(desk, record, "issuance_roster")
    assert "【缺" not in text
    assert states(desk, record)["issuance_roster"] == "ready"


def test_an_empty_record_prints_drafts_only(small: Loaded) -> None:
    desk, who = small.desk, small.desk.who()
    record = desk.records.create("training_class", who)
    found = states(desk, record)
    assert "ready" not in found.values()
    assert "broken" not in found.values()
    for one in desk.documents.list(record):
        if one.state == "draft" and one.items:
            for suffix in one.formats[:-1]:
                made = desk.documents.file(record, one.key, suffix, who)
                assert "草稿" in made.name
    with pytest.raises(NothingToPrint, match="训前备案"):
        desk.documents.packet(record, FILING, who)


# -- packets -----------------------------------------------------------------------------------------------------


def test_a_packet_leaves_drafts_out_and_says_so(tmp_path: Path) -> None:
    notes = Notes()
    desk = make_desk(tmp_path, engine=notes)
    record, who = load(desk, "class_50")["class_50"], desk.who()
    desk.records.set(record, "trainees/r3/hukou_region", "", who)
    with pytest.raises(NothingToPrint) as told:
        desk.documents.packet(record, FILING, who)
    assert "参训人员名册" in str(told.value)  # the draft that was left out
    assert "没有放进来" in str(told.value)
    [call] = notes.calls  # all files of a packet in one call
    assert len(call) == 2
    notes.calls.clear()
    with pytest.raises(NothingToPrint):
        desk.documents.packet(record, FILING, who, drafts=True)
    assert len(notes.calls[0]) == 3


def test_a_packet_converts_all_its_files_in_one_call(tmp_path: Path) -> None:
    notes = Notes()
    desk = make_desk(tmp_path, engine=notes)
    record = load(desk, "class_50")["class_50"]
    with pytest.raises(NothingToPrint):
        desk.documents.packet(record, CERTIFICATES, desk.who())
    call, rest = notes.calls
    # The sign-in sheet counts its pages, so each is a file: first one of every shape, then all, as these have failed.
    assert len(call) == 2 + 6
    assert len(set(call)) == len({name.rpartition(".")[0] for name in call})
    assert len(rest) == 12


def test_an_archive_holds_every_format_and_drafts_by_name(small: Loaded) -> None:
    desk, record, who = small.desk, small.ids["class_50"], small.desk.who()
    desk.records.set(record, "trainees/r3/hukou_region", "", who)
    made = desk.documents.archive(record, FILING, who, pdf=False)
    names = zip_names(made.data)
    assert [name[:2] for name in names] == ["01", "02", "02", "03"]
    assert [name.rpartition(".")[2] for name in names] == ["docx", "docx", "xlsx", "docx"]
    assert ["草稿" in name for name in names] == [False, True, True, False]
    assert all(office_text(data, name[-5:]) for name, data in unpacked(made.data))
    again = desk.documents.archive(record, FILING, who, pdf=False)
    assert again.data == made.data


def test_without_libreoffice_word_and_excel_still_come(shown: Loaded) -> None:
    desk, record, who = shown.desk, shown.ids["class_50"], shown.desk.who()
    with pytest.raises(EngineMissing, match="libreoffice-writer-nogui"):
        desk.documents.packet(record, FILING, who)
    with pytest.raises(EngineMissing):
        desk.documents.file(record, "training_plan", ".pdf", who)
    assert desk.documents.file(record, "trainee_roster", ".xlsx", who).data


def test_a_character_that_no_font_has_is_told(small: Loaded, tmp_path: Path) -> None:
    page = pikepdf.new()
    page.add_blank_page()
    written = io.BytesIO()
    page.save(written)
    printed = written.getvalue()
    desk = make_desk(tmp_path, engine=lambda files, **_: dict.fromkeys(files, printed), html=lambda _: printed)
    record, who = load(desk, "class_50")["class_50"], desk.who()
    assert not desk.documents.file(record, "training_plan", ".pdf", who).notes
    desk.records.set(record, "site_address", "样例路\U000e0100\U0002ebf5号", who)
    [note] = desk.documents.file(record, "training_plan", ".pdf", who).notes
    assert "培训计划" in note
    assert "U+2EBF5" in note
    assert "U+E0100" not in note  # a variation selector prints nothing anyway
    [note] = desk.documents.summary(record, who).notes
    assert "填报信息汇总" in note
    assert "U+2EBF5" in note


def test_the_summary_of_any_record(tmp_path: Path) -> None:
    desk = make_desk(tmp_path, html=html_to_pdf)
    ids = load(desk, "inspection", "leave_request")
    text = squeezed("".join(pdf_pages(desk.documents.summary(ids["leave_request"], desk.who()).data)))
    assert "司徒癸丑" in text
    assert "共几天" in text
    made = desk.documents.summary(ids["class_50"], desk.who())
    assert made.name.startswith("填报信息汇总_440604-012-2026-007")
    text = squeezed("".join(pdf_pages(made.data)))
    assert "欧阳翀" in text
    assert "罗辛丑" in text


# -- hashes ------------------------------------------------------------------------------------------------------


def digest(desk: Desk, record: str, key: str, suffix: str = ".docx") -> str:
    return desk.documents.file(record, key, suffix, desk.who()).hash


def test_the_hash_is_printed_and_follows_only_what_is_read(small: Loaded) -> None:
    desk, record, who = small.desk, small.ids["class_50"], small.desk.who()
    before = {one.key: digest(desk, record, one.key) for one in desk.documents.list(record)}
    assert all(len(found) == 8 for found in before.values())
    assert before["training_plan"] in word(desk, record, "training_plan")
    assert before["trainee_roster"] == digest(desk, record, "trainee_roster", ".xlsx")
    small.clock.now += timedelta(days=400)
    desk.records.set(record, "paper_location", "别处", who)
    assert {key: digest(desk, record, key) for key in before} == before
    desk.records.set(record, "trainees/r3/note", "随迁", who)
    changed = {key for key in before if digest(desk, record, key) != before[key]}
    assert "trainee_roster" in changed
    assert not changed & {"training_plan", "sign_in", "certificate", "score_sheet", "archive_cover"}
    desk.records.set(record, "trainees/r3/note", "", who)
    assert {key: digest(desk, record, key) for key in before} == before


def test_a_fact_that_is_read_through_a_link_counts(small: Loaded) -> None:
    desk, ids, who = small.desk, small.ids, small.desk.who()
    before = digest(desk, ids["class_50"], "training_plan")
    desk.records.set(ids["teacher_1"], "subject", "别的课", who)
    assert digest(desk, ids["class_50"], "training_plan") == before
    desk.records.set(ids["teacher_1"], "mobile", "19800009998", who)
    assert digest(desk, ids["class_50"], "training_plan") != before


def test_a_paper_of_no_rows_differs_from_one_of_some(small: Loaded) -> None:
    desk, record, who = small.desk, small.ids["class_50"], small.desk.who()
    before = digest(desk, record, "trainee_roster")
    desk.records.remove_row(record, "trainees", "r50", who)
    assert digest(desk, record, "trainee_roster") != before


# -- for ever ----------------------------------------------------------------------------------------------------


def page_of(text: str, path: Path) -> None:
    document = Document()
    document.add_paragraph(text)
    document.save(str(path))


def test_a_printed_version_stays_as_it_was(tmp_path: Path) -> None:
    """Template, definition and a linked record change, the program starts anew: the old version prints the same."""
    forms, templates = tmp_path / "forms", tmp_path / "templates"
    shutil.copytree(ROOT / "forms", forms)
    shutil.copytree(ROOT / "templates", templates)
    clock = Clock()
    path, taken = templates / "foshan" / "training_plan.docx", templates / "foshan" / "rules.docx"
    document = Document(str(path))
    document.paragraphs[0].insert_paragraph_before("{%p include 'rules.docx' %}")
    document.save(str(path))
    page_of("须知一", taken)
    desk = make_desk(tmp_path / "data", store="", clock=clock, forms=forms, templates=templates)
    ids = load(desk, "class_50")
    record, who = ids["class_50"], desk.who()
    wanted = [
        ("training_plan", ".docx"),
        ("trainee_roster", ".docx"),
        ("trainee_roster", ".xlsx"),
        ("certificate", ".docx"),
    ]
    first = desk.records.keep_version(record, who)
    before = {one: desk.documents.file(record, *one, who) for one in wanted}

    desk.records.set(ids["course_home"], "course_name", "改名课程", who)
    desk.records.set(ids["teacher_1"], "name", "改名教师", who)
    desk.records.set(record, "trainees/r1/name", "改名学员", who)
    page_of("须知二", taken)
    desk.store.close()
    document = Document(str(path))
    document.paragraphs[0].insert_paragraph_before("改过的模板")
    document.save(str(path))
    form = forms / "foshan" / "training_class.yaml"
    form.write_text(form.read_text("utf-8").replace("label: 班主任,", "label: 班主任老师,"), "utf-8")
    clock.now += timedelta(days=30)

    desk = make_desk(tmp_path / "data", store="", clock=clock, forms=forms, templates=templates)
    names = {f"{key}{suffix}": None for key, suffix in wanted}
    for one in [*wanted, *wanted]:
        again = desk.documents.file(record, *one, who, version=first)
        desk.store.set_preferences(f"printed/{record}/{first}", names)  # the second time it is made anew
        assert again.data == before[one].data, one
        assert (again.name, again.hash) == (before[one].name, before[one].hash)
    now = desk.documents.file(record, "training_plan", ".docx", who)
    text = word_text(now.data)
    assert "改过的模板" in text
    assert "须知二" in text
    assert "须知一" in word_text(before["training_plan", ".docx"].data)
    assert "改名课程" in text
    assert "改名教师" in text
    assert now.hash != before["training_plan", ".docx"].hash
    assert "改名学员" in str(excel_cells(desk.documents.file(record, "trainee_roster", ".xlsx", who).data))
    desk.store.close()


def test_a_preview_keeps_no_version(small: Loaded, tmp_path: Path) -> None:
    notes = Notes()
    desk = make_desk(tmp_path, engine=notes)
    record = load(desk, "class_50")["class_50"]
    desk.records.set(record, "head_teacher", "甲某", desk.who())
    with pytest.raises(NothingToPrint):
        desk.documents.preview(record, "training_plan")
    assert desk.records.state(record).version == 1
    [data] = notes.calls[0].values()
    assert "预览" in word_text(data)
    assert "甲某" in word_text(data)


# -- broken templates --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["gone", "garbage", "unknown name"])
def test_a_broken_template_is_told_beside_its_paper_and_stops_no_other(tmp_path: Path, fault: str) -> None:
    templates = tmp_path / "templates"
    shutil.copytree(ROOT / "templates", templates)
    path = templates / "foshan" / "training_plan.docx"
    if fault == "gone":
        path.unlink()
    elif fault == "garbage":
        path.write_bytes(path.read_bytes()[:3000])
    else:
        document = Document(str(path))
        document.paragraphs[0].add_run("{{ start_dat }}")
        document.save(str(path))
    notes = Notes()
    desk = make_desk(tmp_path / "data", engine=notes, templates=templates)
    record, who = load(desk, "class_50")["class_50"], desk.who()
    plan, roster, _ = desk.documents.list(record, FILING)
    assert roster.state == "ready"
    assert plan.state == "broken"
    assert "training_plan.docx" in plan.reason
    if fault == "unknown name":
        assert "start_date" in plan.reason  # the remedy
    with pytest.raises((NothingToPrint, TemplateBroken), match=r"training_plan\.docx"):
        desk.documents.file(record, "training_plan", ".docx", who)
    problems = [problem for problem in desk.check("foshan") if "training_plan" in str(problem)]
    assert problems
    if fault == "unknown name":
        assert "start_date" in problems[0].remedy
    with pytest.raises(NothingToPrint, match="培训计划"):
        desk.documents.packet(record, FILING, who)
    assert len(notes.calls[0]) == 2  # the roster was converted all the same
    assert desk.documents.archive(record, FILING, who, pdf=False).data
