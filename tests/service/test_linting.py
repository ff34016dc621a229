"""Every fault at once: what is broken in one place hides nothing elsewhere, and all is told in Chinese."""

import re
from pathlib import Path

import pytest
from docx import Document

from onefill.definitions.lint import lint
from onefill.definitions.reading import read_expression, read_text
from onefill.problems import Level, Problem, TemplatePlace
from onefill.service.linting import lint_packs
from tests.definitions.packs import LEAVE, load, told
from tests.rendering.test_excel_kept import with_pivot
from tests.rendering.test_large_pictures import picture, word

PRINTED = LEAVE + "documents: [{key: slip, title: 条, template: slip.docx}]\n"


def problems(folder: Path, form: str, body: list[str], footer: str = "") -> list[Problem]:
    paper = Document()
    for text in body:
        paper.add_paragraph(text)
    paper.sections[0].footer.paragraphs[0].text = footer + "{{ print.hash }}{{ print.version }}{{ print.draft }}"
    (folder / "templates/demo").mkdir(parents=True, exist_ok=True)
    paper.save(str(folder / "templates/demo/slip.docx"))
    return lint_packs(load(folder / "forms", {"leave.yaml": form}), folder / "templates")


def codes(found: list[Problem]) -> list[str]:
    return sorted(one.code for one in found)


def test_an_unclosed_loop_hides_no_other_fault(tmp_path: Path) -> None:
    body = ["{% for t in things %}", "{{ titel }}", "{{ t.x }}"]
    found = problems(tmp_path, PRINTED, body, "{{ wrong }}")
    told = {re.sub(r".*“(.*?)”.*", r"\1", one.what) for one in found if one.code == "NAME_UNKNOWN"}
    assert "TEMPLATE_BLOCK" in codes(found)
    assert told >= {"things", "titel", "wrong"}


def test_a_broken_tag_hides_no_fault_of_the_other_parts(tmp_path: Path) -> None:
    found = problems(tmp_path, PRINTED, ["{{ title | }}", "{{ titel }}"], "{{ wrong }}")
    assert codes(found) == ["NAME_UNKNOWN", "NAME_UNKNOWN", "TEMPLATE_SYNTAX"]


def test_an_unknown_key_hides_no_unknown_name(tmp_path: Path) -> None:
    form = LEAVE.replace("required: true}", "colour: red}\n      - {key: days, label: 天, value: dayz}")
    definitions = load(tmp_path, {"leave.yaml": form})
    assert told(lint(definitions)) == [("leave.yaml", 8, "DEFINITION_KEY"), ("leave.yaml", 9, "NAME_UNKNOWN")]
    assert "leave" not in definitions.forms  # nobody fills a form with a fault in its file


def test_a_key_used_twice_is_told_once(tmp_path: Path) -> None:
    form = PRINTED.replace("required: true}", "required: true}\n      - {key: title, label: 地点}")
    assert codes(problems(tmp_path, form, ["{{ title }}", "{{ place }}"])) == ["KEY_TWICE"]


def test_a_file_that_is_a_list_is_told_in_words(tmp_path: Path) -> None:
    (problem,) = load(tmp_path, {"leave.yaml": "- form: leave\n"}).faults
    assert problem.what == "整个文件应是一组“键: 值”，写的是别的结构"


WRITTEN = ["(1 + ", "a.", "a|", "'abc", "a b", "{% for", "a is", "[1", "a ? b", "a ~"]
TEXTS = ["{{ a", "{% if %}", "{% endfor %}", "{{ (a }}", "{{ }}", "{{ a| }}", "{% call %}", "{% for x %}", "{# x"]


@pytest.mark.parametrize("source", WRITTEN + TEXTS)
def test_what_is_wrong_with_an_expression_is_told_in_chinese(source: str) -> None:
    fault = (read_text(source) if source in TEXTS else read_expression(source)).fault
    assert fault is not None
    what = fault.what.removesuffix(f"：{source}")
    assert not re.search("[a-z]{3,}", re.sub("“.*?”", "", what)), what
    assert "。" not in what


@pytest.mark.parametrize("pattern", ["[a", "(a", "a)", "*a", "a**", "[z-a]", "a{3,1}", "(?P<a", "\\\\q"])
def test_what_is_wrong_with_a_pattern_is_told_in_chinese(pattern: str, tmp_path: Path) -> None:
    form = LEAVE.replace("required: true", f"pattern: '{pattern}'")
    found = [one for one in lint(load(tmp_path, {"leave.yaml": form})) if one.code == "LIMIT_BAD"]
    for problem in found:
        assert not re.search("[a-z]{4,}", problem.what.replace("text 类型的限制 pattern", ""))
        assert not problem.what.endswith("。")
    assert found or pattern == "\\\\q"


def test_a_file_taken_in_is_used_and_its_faults_are_told_of_it(tmp_path: Path) -> None:
    (tmp_path / "templates/demo").mkdir(parents=True)
    taken = Document()
    taken.add_paragraph("须知")
    taken.add_paragraph("{{ titel }}")
    taken.save(str(tmp_path / "templates/demo/rules.docx"))
    found = problems(tmp_path, PRINTED, ["{{ title }}", "{%p include 'rules.docx' %}"])
    assert [(one.code, one.place.template, one.place.spot) for one in found] == [  # type: ignore[union-attr]
        ("NAME_UNKNOWN", "demo/rules.docx", "第 2 段")
    ]


@pytest.mark.parametrize(("into", "where"), [("sheets", ["名册 A8"]), ("pages", ["名册 A8"]), ("files", [])])
def test_a_pivot_that_cannot_be_copied_is_told_where_sheets_are(into: str, where: list[str], tmp_path: Path) -> None:
    (tmp_path / "templates/demo").mkdir(parents=True)
    (tmp_path / "templates/demo/list.xlsx").write_bytes(with_pivot('ref="A1:B3" sheet="名册"'))
    each = f"each: {{in: '[1, 2]', as: one, into: {into}, label: '{{{{ one }}}}'}}"
    form = LEAVE + f"documents: [{{key: list, title: 表, template: list.xlsx, {each}}}]\n"
    found = lint_packs(load(tmp_path / "forms", {"leave.yaml": form}), tmp_path / "templates")
    places = [one.place for one in found if one.code == "TEMPLATE_PIVOT_REPEATS"]
    assert [f"{place.part} {place.spot}" for place in places if isinstance(place, TemplatePlace)] == where
    assert "NAME_UNKNOWN" in codes(found)  # the names it asks for are looked at all the same


def test_a_name_of_a_loop_outside_of_it_is_told_with_its_loop(tmp_path: Path) -> None:
    people = "  - {key: people, title: 同行, repeat: {}, fields: [{key: remark, label: 备注}]}\ndocuments:"
    body = ["{% for p in people|list %}", "{{ p.remark }}", "{% endfor %}", "{{ p.remark }}", "{{ q.remark }}"]
    found = problems(tmp_path, PRINTED.replace("documents:", people), body, "{{ p.remark }}")
    what = "“p”只在它的循环（for p in people|…）里有，这里在循环外面"
    assert [(one.place.spot, one.what) for one in found] == [  # type: ignore[union-attr]
        ("第 4 段", what),
        ("第 5 段", "没有“q.remark”这个名字"),
        ("第 1 段", what),
    ]
    assert found[0].remedy == "移到 for p in people|… 和 endfor 之间，或改成循环外有的名字"


def test_a_picture_too_large_for_print_is_reminded_of_once_for_its_file(tmp_path: Path) -> None:
    papers = "documents: [{key: a, title: 条, template: slip.docx}, {key: b, title: 据, template: slip.docx}]\n"
    problems(tmp_path, LEAVE + papers, ["{{ title }}"])
    (tmp_path / "templates/demo/slip.docx").write_bytes(word(picture(30_000, 9_000, 6 * 1024 * 1024), 160))
    found = lint_packs(load(tmp_path / "forms", {"leave.yaml": LEAVE + papers}), tmp_path / "templates")
    (large,) = [one for one in found if one.code == "PICTURE_LARGE"]
    assert large.place == TemplatePlace("demo/slip.docx", "正文", "第 2 段的图片")
    assert large.level is Level.WARNING
    assert "6 MB；有 30000×9000 点" in large.what
    assert "压缩图片" in large.remedy
