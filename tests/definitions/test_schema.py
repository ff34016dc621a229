from dataclasses import dataclass
from pathlib import Path

import pytest

from onefill.definitions import Definitions
from onefill.definitions.json_schema import schema_texts
from onefill.definitions.known import Kind, Known, Unknown
from onefill.definitions.names import FilterUse
from onefill.definitions.schema import check_names, document_scope, record_scope, row_scope
from tests.definitions.packs import load
from tests.definitions.test_lint import COURSE, FORM, PACKS


@dataclass(frozen=True)
class Use:
    path: str
    place: str = "第 1 段"
    filters: tuple[FilterUse, ...] = ()
    walked: tuple[tuple[str, str], ...] = ()


@pytest.fixture
def definitions(tmp_path: Path) -> Definitions:
    teachers = "      - {key: teachers, label: 教师, type: link, form: course, many: true}\n"
    text = FORM.replace("  - key: people\n", teachers + "  - key: people\n")
    return load(tmp_path, {"pack.yaml": PACKS, "course.yaml": COURSE, "leave.yaml": text})


RECORD = {
    "title": (Kind.VALUE, "事由"),
    "starts.year": (Kind.VALUE, "年"),
    "course": (Kind.RECORD, "课程"),
    "course.title": (Kind.VALUE, "名称"),
    "course.id": (Kind.VALUE, "编号"),
    "teachers": (Kind.LIST, "教师"),
    "teachers[].title": (Kind.VALUE, "名称"),
    "people": (Kind.LIST, "同行"),
    "people[]": (Kind.ROW, "同行"),
    "people[].name": (Kind.VALUE, "姓名"),
    "people[].no": (Kind.VALUE, "序号"),
    "people[].same": (Kind.VALUE, "查询“same”"),
    "dates[].who.name": (Kind.VALUE, "姓名"),
    "marks": (Kind.GRID, "记号"),
    "seen": (Kind.VALUE, "查询“seen”"),
    "grants[].code": (Kind.VALUE, "代码"),
}


@pytest.mark.parametrize("path", RECORD)
def test_names_of_a_record(path: str, definitions: Definitions) -> None:
    known = record_scope(definitions, definitions.form("leave")).resolve(path)
    assert isinstance(known, Known)
    assert (known.kind, known.label) == RECORD[path]
    assert known.path == path


def test_the_newest_other_record_is_known_by_its_label_alone(definitions: Definitions, tmp_path: Path) -> None:
    text = FORM.replace("overlaps: [starts, ends]}", "answer: newest}")
    found = load(tmp_path / "newest", {"pack.yaml": PACKS, "course.yaml": COURSE, "leave.yaml": text})
    scope = record_scope(found, found.form("leave"))
    known = scope.resolve("seen")
    assert isinstance(known, Known) and known.kind is Kind.VALUE
    assert isinstance(scope.resolve("seen.title"), Unknown)


UNKNOWN = {
    "titel": "title",
    "course.titel": "course.title",
    "people[].nam": "people[].name",
    "dates[].who.nam": "dates[].who.name",
    "grants[].cod": "grants[].code",
    "people.name": None,
    "starts[]": None,
    "course[]": None,
    "title.upper": None,
    "basics": None,
    "row": None,
    "it": None,
    "print.date": None,
    "today": None,
    "zzz": None,
    "course.seen": None,
    "course.grants": None,
}


@pytest.mark.parametrize("path", UNKNOWN)
def test_unknown_names(path: str, definitions: Definitions) -> None:
    unknown = record_scope(definitions, definitions.form("leave")).resolve(path)
    assert isinstance(unknown, Unknown)
    assert unknown.nearest == UNKNOWN[path]
    assert unknown.what and unknown.remedy


def test_names_about_a_row(definitions: Definitions) -> None:
    form = definitions.form("leave")
    scope = row_scope(definitions, form, form.sections[1])
    for path in ("name", "title", "row", "row.no", "row.id", "row.name", "same", "people[].name"):
        assert isinstance(scope.resolve(path), Known), path
    assert isinstance(scope.resolve("id"), Unknown)
    assert isinstance(scope.resolve("row.title"), Unknown)


def test_a_computed_value_is_due_with_what_it_reads(definitions: Definitions) -> None:
    scope = record_scope(definitions, definitions.form("leave"))
    phases = {path: scope.resolve(path) for path in ("title", "result", "people[].score", "people[].passed")}
    assert {path: one.phase for path, one in phases.items() if isinstance(one, Known)} == {
        "title": 0,
        "result": 1,
        "people[].score": 1,
        "people[].passed": 1,
    }


def test_names_of_a_template(definitions: Definitions) -> None:
    form = definitions.form("leave")
    slip, later, card = form.documents
    uses = [Use(path) for path in ("print.title", "print.hash", "title", "people[].name", "marks")]
    assert check_names(document_scope(definitions, form, slip), uses) == ()
    wrong = [Use("titel"), Use("result"), Use("people[].passed"), Use("person.name"), Use("print.titel")]
    faults = check_names(document_scope(definitions, form, slip), wrong)
    assert [(fault.use.path, fault.code, fault.nearest) for fault in faults] == [
        ("titel", "NAME_UNKNOWN", "title"),
        ("result", "FACT_LATER", None),
        ("people[].passed", "FACT_LATER", None),
        ("person.name", "NAME_UNKNOWN", None),
        ("print.titel", "NAME_UNKNOWN", "print.title"),
    ]
    assert faults[0].use.place == "第 1 段"
    assert check_names(document_scope(definitions, form, later), [Use("result")]) == ()
    faults = check_names(document_scope(definitions, form, card), [Use("person.name"), Use("person.nam")])
    assert [(fault.use.path, fault.nearest) for fault in faults] == [("person.nam", "person.name")]


def test_the_schemas_of_editors_are_current() -> None:
    folder = Path(__file__).parents[2] / "forms"
    for name, text in schema_texts().items():
        assert (folder / name).read_text(encoding="utf-8") == text, "run write_schemas(Path('forms'))"


def test_every_key_is_described_in_chinese() -> None:
    for text in schema_texts().values():
        assert "Problem" not in text
    from onefill.definitions.json_schema import FILES, json_schema

    for model in FILES.values():
        schema = json_schema(model)
        for part in (schema, *schema["$defs"].values()):
            for key, value in part.get("properties", {}).items():
                assert any(letter >= "\u4e00" for letter in value.get("description", "")), key
