"""The proof run: rows, texts, faults and what was approved, with a converter whose pages are known."""

import argparse
import io
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from docx import Document
from docx.oxml import parse_xml
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from onefill.cli_proof import add_proof
from onefill.definitions.case_names import CASE, CASE_LISTS
from onefill.definitions.model import Section
from onefill.problems import Problem, TemplatePlace
from onefill.rendering.engines import find_soffice
from onefill.rendering.libreoffice import convert
from onefill.rendering.page_faults import FaultCode, PageFault
from onefill.rendering.page_setting import set_papers
from onefill.rendering.searchable import not_found
from onefill.service import Desk
from onefill.service.proof import DAY
from onefill.service.proof_case import MOST_TOLD, lists_of, made_up_case
from onefill.service.proof_facts import LOREM, MANY_ROWS, RARE, Words, with_rows, words_to_find
from onefill.service.proof_page import proof_page
from onefill.service.proof_shapes import FAULTS, Proofed, Trial
from onefill.service.specimens import Specimens
from tests.desks import make_desk
from tests.papers import word_text
from tests.rendering.test_page_marks import sheet

FORM, DOCUMENT = "leave_request", "leave_days"
ROOT = Path(__file__).parents[2]
#: Rows that fit a page of the converter here, with all that stands around them.
FIT = 12


def paged(
    files: Mapping[str, bytes], *, on_progress: Callable[[int, int], None] | None = None
) -> dict[str, bytes | Problem]:
    """As many pages as a sheet has rows, ``FIT`` on each."""
    made: dict[str, bytes | Problem] = {}
    for name, data in files.items():
        rows = load_workbook(io.BytesIO(data)).worksheets[0].max_row
        words = [f"BT /F1 6 Tf 40 100 Td (Page {chr(65 + n)}) Tj ET".encode() for n in range(-(-rows // FIT))]
        made[name] = sheet(*words)
    return made


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = make_desk(tmp_path, engine=paged)
    yield desk
    desk.store.close()


def faulty(tried: list[Proofed]) -> dict[str, list[str]]:
    """What is told of each case; the pages here say nothing of the rare and the long texts, which must be told."""
    told = {one.trial.case: one.told() for one in tried if not one.sound}
    assert "搜不到" in told.pop("rare")[0] and "没有印全" in told.pop("longest")[0]
    return told


def run(desk: Desk) -> list[Proofed]:
    return desk.proof.run([FORM], [DOCUMENT])


def test_rows_are_tried_up_to_a_full_page_and_beyond(desk: Desk) -> None:
    tried = {one.trial.case: one for one in run(desk)}
    assert list(tried) == ["none", "one", "full", "over", "many", "longest", "blank", "rare"]
    assert (tried["none"].trial.count, tried["one"].trial.count, tried["many"].trial.count) == (0, 1, 20)
    full, over = tried["full"], tried["over"]
    assert full.trial.count is not None and over.trial.count == full.trial.count + 1
    assert (full.pages, over.pages) == (tried["one"].pages, tried["one"].pages + 1)
    assert faulty(list(tried.values())) == {}


def test_files_of_some_length_that_fail_do_not_go_on_for_ever(tmp_path: Path) -> None:
    asked: list[int] = []

    def choosy(files: Mapping[str, bytes], **_: object) -> dict[str, bytes | Problem]:
        made = paged(files)
        for name, data in files.items():
            rows = load_workbook(io.BytesIO(data)).worksheets[0].max_row
            asked.append(rows)
            assert len(asked) < 100, "it looks for a full page for ever"
            if len(asked) > 2 and rows != max(asked):
                place = TemplatePlace(name, "", "")
                made[name] = Problem(place=place, code="PDF_HANGS", what="没有反应", remedy="看一眼")
        return made

    desk = make_desk(tmp_path, engine=choosy)
    tried = {one.trial.case: one for one in run(desk)}
    assert {"none", "one", "many"} <= set(tried) and "没有反应" in tried["longest"].why_not
    desk.store.close()


def test_what_did_not_change_is_converted_once(desk: Desk, tmp_path: Path) -> None:
    first = run(desk)

    def never(files: Mapping[str, bytes], **_: Any) -> dict[str, bytes | Problem]:
        raise AssertionError(list(files))

    again = make_desk(tmp_path, engine=never)
    assert [one.pdf for one in run(again)] == [one.pdf for one in first]


def test_pages_are_held_against_those_approved(desk: Desk) -> None:
    made = run(desk)
    assert {one.news for one in made} == {"还没有认可过"}
    assert desk.proof.approve(made) == len(made)
    assert {one.news for one in run(desk)} == {"和认可的一样"}
    other = sheet(b"BT /F1 6 Tf 40 200 Td (Page A) Tj ET")
    desk.proof.approve([Proofed(trial=one.trial, pdf=other, pages=1) for one in made])
    by_case = {one.trial.case: one for one in run(desk)}
    assert by_case["one"].changed == (1,) and "第 1 页" in by_case["one"].news
    assert by_case["many"].news == f"认可的是 1 页，现在 {by_case['many'].pages} 页"
    page = proof_page(list(by_case.values()))
    assert "上次认可的" in page and page.count("data:image/png") > len(by_case)


def test_what_cannot_be_converted_or_read_is_told(tmp_path: Path) -> None:
    templates = tmp_path / "templates" / "demo"
    templates.mkdir(parents=True)
    (templates / "leave_list.xlsx").write_bytes(b"no workbook")
    desk = make_desk(tmp_path, engine=paged, forms=ROOT / "forms", templates=templates.parent)
    [broken] = run(desk)
    assert not broken.sound and "leave_list.xlsx" in broken.told()[0]
    [missing] = desk.proof.run([FORM], ["leave_paper"])
    assert "leave_request.docx" in missing.told()[0]


def test_what_does_not_fit_into_a_file_is_told_of_that_trial(tmp_path: Path) -> None:
    own = tmp_path / "own" / "demo"
    shutil.copytree(ROOT / "templates" / "demo", own)
    book = load_workbook(own / "leave_list.xlsx")
    book.worksheets[0].oddFooter.left.text = "{{ reason }}" * 3
    book.save(own / "leave_list.xlsx")
    desk = make_desk(tmp_path, engine=paged, forms=ROOT / "forms", templates=own.parent)
    by_case = {one.trial.case: one for one in run(desk)}
    assert "页眉或页脚" in by_case["longest"].why_not and not by_case["one"].why_not
    desk.store.close()


def test_a_paper_that_ends_with_a_page_break_or_is_blank_is_told(tmp_path: Path) -> None:
    own = tmp_path / "own" / "demo"
    shutil.copytree(ROOT / "templates" / "demo", own)
    broken = Document(str(own / "leave_request.docx"))
    broken.add_page_break()
    broken.save(str(own / "leave_request.docx"))
    desk = make_desk(
        tmp_path,
        engine=lambda files, **_: dict.fromkeys(files, sheet(b"")),
        forms=ROOT / "forms",
        templates=own.parent,
    )
    for one in desk.proof.run([FORM], ["leave_paper"]):
        assert {fault.code for fault in one.faults} == {"EMPTY_PAGE", "BREAK_AT_END"}
        assert any("第 1 页空白页。" in line for line in one.told())
        assert any("Word 打开会多出一张空白页" in line for line in one.told())
    desk.store.close()


SECTION = Section.model_validate({"key": "rows", "title": "行", "repeat": {}, "fields": [{"key": "a", "label": "甲"}]})
GRID = Section.model_validate({"key": "grid", "title": "格", "grid": ["rows", "others"], "field": {"type": "text"}})
ROW = st.text("abcdefgh", min_size=1, max_size=3)


@settings(deadline=None)
@given(
    rows=st.dictionaries(ROW, st.fixed_dictionaries({"@order": st.integers(0, 9), "a": ROW}), min_size=1, max_size=4),
    count=st.integers(0, 30),
)
def test_rows_are_copied_in_order_with_their_grids(rows: dict[str, dict[str, Any]], count: int) -> None:
    data = {"rows": rows, "grid": {row: {"x": row} for row in rows}}
    made = with_rows(SECTION, data, count, [GRID])
    kept = made["rows"]
    assert sorted(row["@order"] for row in kept.values()) == list(range(1, count + 1))
    order = sorted(rows, key=lambda row: (rows[row]["@order"], row))
    for row, values in kept.items():
        model = order[(values["@order"] - 1) % len(order)]
        assert values["a"] == rows[model]["a"]
        assert made["grid"][row] == {"x": model}
    assert data["rows"] is rows


# -- notices -------------------------------------------------------------------------------------------------------


def test_a_notice_is_tried_with_a_made_up_submission(tmp_path: Path) -> None:
    given: list[str] = []

    def office(
        files: Mapping[str, bytes], *, on_progress: Callable[[int, int], None] | None = None
    ) -> dict[str, bytes | Problem]:
        given.extend(word_text(data) for data in files.values())
        return dict.fromkeys(files, sheet(b"BT /F1 6 Tf 40 200 Td (Page) Tj ET"))

    desk = make_desk(tmp_path, engine=office)
    tried = desk.proof.run([FORM], ["leave_receipt"])
    assert [one.trial.case for one in tried] == ["few", "longest", "blank", "rare"]
    assert faulty(tried) == {}
    ordinary, longest, blank, rare = given
    assert "收件20260302-" in ordinary and "2026年3月2日" in ordinary
    assert LOREM[:20] in longest and RARE in rare
    assert "2026年3月9日" in ordinary and "2026年3月9日" not in blank


@pytest.mark.parametrize("words", ["ordinary", "longest", "blank", "rare"])
@pytest.mark.parametrize("count", [0, 1, MOST_TOLD])
def test_a_made_up_submission_has_every_name_that_a_notice_may_ask(desk: Desk, words: Words, count: int) -> None:
    specimens = Specimens(desk.proof._book, DAY)
    for form in desk.definitions.forms.values():
        for notice in form.notices:
            case = made_up_case(specimens.of(form.form), notice, words, count, DAY)
            assert set(case) == {*CASE, *CASE_LISTS}
            for key, (_, parts) in CASE_LISTS.items():
                assert len(case[key]) == count
                assert all(set(row) == set(parts) for row in case[key])
            assert len(case["opinion"]) == {"ordinary": 13, "longest": 1000, "blank": 0, "rare": len(RARE)}[words]


def test_rows_of_a_made_up_submission_are_told_apart(desk: Desk) -> None:
    [notice] = [one for one in desk.definitions.form(FORM).notices if one.key == "leave_receipt"]
    case = made_up_case(Specimens(desk.proof._book, DAY).of(FORM), notice, "ordinary", 40, DAY)
    assert len({row["what"] for row in case["remarks"]}) == 40 and len({row["title"] for row in case["items"]}) == 40


def test_which_lists_a_notice_goes_through() -> None:
    assert lists_of({"case.remarks[].what", "case.items", "case.by"}) == ("remarks",)
    assert lists_of({"case.by", "trainees[].name"}) == ()


# -- lists that are made public -------------------------------------------------------------------------------------


def test_a_list_that_is_made_public_is_tried_up_to_a_full_page_and_beyond(tmp_path: Path) -> None:
    """A page holds ``FIT`` lines; what comes out is what the template reads."""
    given: list[str] = []

    def office(
        files: Mapping[str, bytes], *, on_progress: Callable[[int, int], None] | None = None
    ) -> dict[str, bytes | Problem]:
        given.extend(word_text(data) for data in files.values())
        rows = [
            max((len(table.rows) for table in Document(io.BytesIO(data)).tables), default=0) for data in files.values()
        ]
        words = [f"BT /F1 6 Tf 40 100 Td (Page {n}) Tj ET".encode() for n in range(50)]
        return {name: sheet(*words[: max(1, -(-count // FIT))]) for name, count in zip(files, rows, strict=True)}

    desk = make_desk(tmp_path, engine=office)
    tried = desk.proof.run(["foshan"], ["institution_list"])
    assert [one.trial.case for one in tried] == ["none", "one", "full", "over", "many", "longest", "blank", "rare"]
    assert faulty(tried) == {}
    by_case = {one.trial.case: one for one in tried}
    assert by_case["full"].pages == 1 and by_case["over"].pages == 2
    assert by_case["many"].trial.count == MANY_ROWS
    assert any(LOREM[:20] in text for text in given) and any(RARE[:5] in text for text in given)
    assert {one.trial.key.split("/")[0] for one in tried} == {"foshan"}


def test_all_papers_of_all_packs_are_tried_lists_made_public_among_them(desk: Desk) -> None:
    papers = {key for form in (*desk.definitions.forms, *desk.definitions.packs) for key, _ in _of(desk, form)}
    assert papers >= {"institution_list", "course_list", DOCUMENT, "leave_receipt"}


def _of(desk: Desk, form: str) -> Iterator[tuple[str, object]]:
    return ((document.key, public) for document, public in desk.proof._papers(form))


def test_the_remedy_fits_the_program_that_the_template_is_made_in() -> None:
    def told(suffix: str, code: FaultCode) -> str:
        trial = Trial(form="a", document="b", title="丙", suffix=suffix, rows="few", words="longest", count=None)
        [line] = Proofed(trial=trial, pdf=b"%", faults=(PageFault(page=2, code=code),)).told()
        return line

    for code, (what, remedy) in FAULTS.items():
        assert told(".docx", code) == f"第 2 页{what}。{remedy}"
        sheet_says = told(".xlsx", code)
        assert sheet_says.startswith(f"第 2 页{what}。")
        assert not any(word in sheet_says for word in ("段", "最小值", "表格或页边距")), sheet_says
    assert "自动换行" in told(".xlsx", "CUT") and "行高" in told(".xlsx", "CUT")
    assert "页边距" in told(".xlsx", "OFF_PAPER")


# -- pages that are set ----------------------------------------------------------------------------------------------


@pytest.mark.skipif(find_soffice() is None, reason="LibreOffice is not here")
def test_papers_are_tried_as_they_are_set_when_printed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = make_desk(tmp_path, engine=convert)
    made = desk.proof.run([FORM], ["leave_paper"])
    assert made and all(one.is_set and one.sound for one in made)
    monkeypatch.setattr("onefill.service.layouts.set_papers", lambda papers: moved(set_papers(papers)))
    for one in desk.proof.run([FORM], ["leave_paper"]):
        assert one.is_set and not one.sound
        assert {fault.code for fault in one.set_faults} >= {"SET_OTHERWISE"}
        assert "再印时照版面填的第 1 页和 LibreOffice 排的差" in one.told()[0]


def moved(pdf: bytes) -> bytes:
    """Everything a millimetre further to the right."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for page in document.pages:
            page.contents_add(b"1 0 0 1 2.84 0 cm", prepend=True)
        document.save(out)
    return out.getvalue()


def test_rare_words_are_read_from_what_is_printed() -> None:
    book, document = Workbook(), Document()
    sheet_ = book.active
    sheet_["A1"], sheet_["A2"], sheet_["A3"] = f"姓名{RARE[:3]}，", "甲——乙", RARE[4]
    document.add_paragraph("兹证明").add_run(RARE[:2])
    document.paragraphs[0].add_run(f"{RARE[2]}参加培训")
    files = []
    for made in (book, document):
        made.save(out := io.BytesIO())
        files.append(out.getvalue())
    assert words_to_find(files[:1], "rare") == words_to_find(files, "rare") == (RARE[:3],)
    assert words_to_find(files[1:], "rare") == (RARE[:3],)
    assert words_to_find(files, "longest") == words_to_find(files, "ordinary") == ()


BOX = """<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
xmlns:v="urn:schemas-microsoft-com:vml"><w:pict>
<v:rect style="position:absolute;margin-left:0;margin-top:20pt;width:{width}pt;height:20pt"><v:textbox>
<w:txbxContent><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:txbxContent></v:textbox></v:rect></w:pict></w:r>"""


@pytest.mark.skipif(find_soffice() is None, reason="LibreOffice is not here")
@pytest.mark.parametrize("room", [60, 460])
def test_long_texts_of_which_nothing_more_is_printed_are_told(room: int) -> None:
    """What runs out of a text box, or under the next cell, LibreOffice leaves out of its pages."""
    document, book, files = Document(), Workbook(), {}
    document.add_paragraph("前")._p.append(parse_xml(BOX.format(width=room, text=LOREM)))
    book.active["A1"], book.active["B1"] = LOREM, "邻"
    book.active.column_dimensions["A"].width = room / 5
    for name, made in (("框.docx", document), ("格.xlsx", book)):
        made.save(out := io.BytesIO())
        files[name] = out.getvalue()
    for name, pdf in convert(files).items():
        assert isinstance(pdf, bytes)
        words = words_to_find([files[name]], "longest")
        assert words == (LOREM,)
        unfound = not_found(pdf, words)
        assert unfound == (words if room < 100 else ()), name
        trial = Trial(form="f", document="d", title="t", suffix=name[-5:], rows="few", words="longest", count=None)
        told = Proofed(trial=trial, pdf=pdf, pages=1, unfound=unfound).told()
        assert not told or ("天地玄黄宇宙洪荒…" in told[0] and "没有印全" in told[0])


def test_a_fault_of_several_samples_is_told_once_with_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def engine(
        files: Mapping[str, bytes], *, on_progress: Callable[[int, int], None] | None = None
    ) -> dict[str, bytes | Problem]:
        return dict.fromkeys(files, sheet(b"BT /F1 6 Tf 40 100 Td (Page) Tj ET", b""))

    desk = make_desk(tmp_path, engine=engine)
    parser = argparse.ArgumentParser()
    add_proof(parser.add_subparsers(), lambda _: desk)
    asked = parser.parse_args(["proof", FORM, "--documents", DOCUMENT])
    assert asked.run(asked) == 1
    [line, *rest] = [line for line in capsys.readouterr().out.splitlines() if "空白页" in line]
    assert not rest, [line, *rest]
    assert "1 行、" in line and "最长的文字、" in line
    desk.store.close()
