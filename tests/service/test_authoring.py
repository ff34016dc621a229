"""The author's desk: changed files are taken over as a whole or not at all; every form has sample facts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from docx import Document

from onefill.definitions.expressions import Empty
from onefill.fields import field_type
from onefill.service import Desk, Settings, open_desk
from onefill.service.made_up import resident_id
from onefill.service.specimens import Specimens
from tests.ui.desk import a_desk, clock, no_office


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return a_desk(tmp_path)


@pytest.fixture(scope="module")
def house() -> Iterator[Desk]:
    """The packs that come with the product."""
    desk = open_desk(Settings(data=Path("/nonexistent"), store="memory:"), now=clock, engine=no_office)
    yield desk
    desk.store.close()


def rewrite(desk: Desk, form: str, old: str, new: str) -> None:
    path = desk.settings.forms / "shop" / f"{form}.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def label(desk: Desk, record: str, key: str) -> str:
    fields = desk.records.fields(record, "basics")
    return next(field.definition.label for field in fields if field.definition.key == key)


def test_what_is_sound_is_in_use(desk: Desk) -> None:
    found = desk.authoring.look()
    assert found.faults == found.refused == ()
    assert desk.authoring.look() is found  # nothing was written, so nothing is read again


def test_a_changed_form_is_taken_over_and_open_records_go_on(desk: Desk) -> None:
    record = desk.records.create("order", desk.who())
    desk.records.set(record, "number", "A7", desk.who())
    desk.records.set(record, "memo", "门口", desk.who())
    before = desk.authoring.look().stamp
    rewrite(desk, "order", "label: 单号", "label: 订单编号")
    rewrite(desk, "order", "      - {key: memo, label: 备注, type: long_text}\n", "")
    assert desk.authoring.stamp() != before
    assert label(desk, record, "number") == "单号"  # not before somebody looks
    (unsaid,) = desk.authoring.look().faults  # what becomes of the memo is not said; nothing is refused for that
    assert unsaid.code == "LOST_UNSAID" and "memo" in unsaid.what and "removed" in unsaid.remedy
    assert label(desk, record, "number") == "订单编号"
    assert desk.records.state(record).label == "A7"
    assert "memo" not in {field.definition.key for field in desk.records.fields(record, "basics")}
    rewrite(desk, "order", "  - key: goods\n", "      - {key: memo, label: 备注, type: long_text}\n  - key: goods\n")
    assert desk.authoring.look().faults == ()
    memo = next(f for f in desk.records.fields(record, "basics") if f.definition.key == "memo")
    assert memo.shown == "门口"


def test_a_fault_keeps_what_is_in_use(desk: Desk) -> None:
    record = desk.records.create("order", desk.who())
    since = desk.authoring.look().since
    rewrite(desk, "order", "label: 单号", "lable: 单号")
    found = desk.authoring.look()
    assert found.refused and found.since == since
    assert "lable" in " ".join(fault.what for fault in found.refused)
    assert label(desk, record, "number") == "单号"
    desk.records.set(record, "number", "A7", desk.who())
    rewrite(desk, "order", "lable: 单号", "label: 号码")
    assert desk.authoring.look().refused == ()
    assert label(desk, record, "number") == "号码"
    assert desk.records.state(record).label == "A7"


def test_a_form_with_records_cannot_go(desk: Desk) -> None:
    desk.records.create("order", desk.who())
    (desk.settings.forms / "shop" / "order.yaml").unlink()
    rewrite(desk, "pack", "forms: [order, customer]\ncases: [order]", "forms: [customer]\ncases: [customer]")
    found = desk.authoring.look()
    assert [fault.code for fault in found.refused] == ["FORM_IN_USE"]
    assert "order" in desk.definitions.forms


def test_a_missing_template_does_not_hold_the_form_up(desk: Desk) -> None:
    desk.authoring.look()
    rewrite(desk, "order", "title: 汇总单,", "title: 汇总单, template: sheet.docx,")
    found = desk.authoring.look()
    assert [fault.code for fault in found.faults] == ["TEMPLATE_MISSING"]
    assert found.refused == ()
    assert [paper.state for paper in desk.authoring.documents("order")] == ["broken"]


def test_a_name_that_a_template_waits_for_is_known_once_a_form_declares_it(desk: Desk) -> None:
    record = desk.records.create("order", desk.who())
    document = Document()
    document.add_paragraph("{{ customer.town }}")
    document.save(str(desk.settings.templates / "shop" / "sheet.docx"))
    rewrite(desk, "order", "title: 汇总单, from: first", "title: 汇总单, from: first, template: sheet.docx")
    desk.authoring.look()
    [paper] = desk.documents.list(record)
    assert paper.state == "broken"
    assert "customer.town" in paper.reason
    rewrite(desk, "customer", "{key: name,", "{key: town, label: 镇街}\n      - {key: name,")
    desk.authoring.look()
    [paper] = desk.documents.list(record)
    assert paper.state != "broken"


def test_a_version_printed_before_prints_as_it_did(desk: Desk) -> None:
    record = desk.records.create("order", desk.who(), {"number": "A7"})
    first = desk.documents.file(record, "sheet", ".pdf", desk.who())
    rewrite(desk, "order", "label: 单号", "label: 订单编号")
    desk.authoring.look()
    assert desk.documents.file(record, "sheet", ".pdf", desk.who(), version=1).hash == first.hash


def test_every_paper_of_the_house_is_whole_with_samples(house: Desk) -> None:
    for form in house.definitions.forms:
        assert {paper.key: paper.state for paper in house.authoring.documents(form)} == {
            document.key: "ready" for document in house.definitions.form(form).documents
        }


def test_a_paper_with_samples_is_an_office_file(house: Desk) -> None:
    made = house.authoring.file("leave_request", "leave_paper", ".docx")
    assert made.data.startswith(b"PK") and made.name.endswith(".docx")


def test_made_up_facts_fill_what_no_sample_has(desk: Desk) -> None:
    sheet = desk.authoring.specimens().of("order")
    assert not [name for name, row in sheet.cells() if sheet.shown(name, row) and is_empty(sheet.value(name, row))]
    assert len(sheet.rows("goods")) == 3
    assert sheet.stored("pieces") == 1
    assert sheet.grid_value("ticks", "r1", "r1") == "到"
    assert [paper.state for paper in desk.authoring.documents("order")] == ["ready"]


def test_specimens_are_each_readers_own(desk: Desk) -> None:
    specimens: Specimens = desk.authoring.specimens()
    first = specimens.of("order")
    first.set("number", "改了")
    assert specimens.of("order").stored("number") != "改了"


@pytest.mark.parametrize("number", [1, 2, 50, 999])
def test_made_up_ids_are_sound(number: int) -> None:
    kind = field_type("resident_id")
    parsed = kind.parse(resident_id(number))
    assert parsed.value is not None and not parsed.problems


def is_empty(value: object) -> bool:
    return isinstance(value, Empty)
