"""Templates on disk: what is changed is read anew, a file that another takes in as well."""

from hashlib import sha256
from pathlib import Path

import pytest

from onefill.rendering import TemplateBroken
from onefill.service.templates import TemplateMissing, Templates
from tests.desks import make_desk
from tests.rendering.test_word import opened, paragraphs


@pytest.fixture
def templates(tmp_path: Path) -> Templates:
    (tmp_path / "templates/demo").mkdir(parents=True)
    return Templates(tmp_path / "templates", make_desk(tmp_path / "data").store)


def text_of(templates: Templates) -> list[str]:
    data = templates.get("demo", "slip.docx").compiled.render({"x": "甲"})
    return [each.text for each in opened(data).paragraphs]


def test_a_file_that_was_changed_is_read_anew_with_those_that_it_takes_in(templates: Templates) -> None:
    slip, rules = (templates.path("demo", name) for name in ("slip.docx", "rules.docx"))
    with pytest.raises(TemplateMissing):
        templates.get("demo", "slip.docx")
    slip.write_bytes(paragraphs("{%p include 'rules.docx' %}"))
    with pytest.raises(TemplateBroken):
        templates.get("demo", "slip.docx")
    rules.write_bytes(paragraphs("须知一{{ x }}"))
    assert text_of(templates) == ["须知一甲"]
    rules.write_bytes(paragraphs("须知二多些{{ x }}"))
    assert text_of(templates) == ["须知二多些甲"]
    rules.unlink()
    with pytest.raises(TemplateBroken):
        templates.get("demo", "slip.docx")


def test_what_a_version_pins_holds_all_that_is_taken_in(templates: Templates) -> None:
    slip, rules = (templates.path("demo", name) for name in ("slip.docx", "rules.docx"))
    slip.write_bytes(paragraphs("{%p include 'rules.docx' %}"))
    assert templates.data("demo", "slip.docx") == slip.read_bytes()
    rules.write_bytes(paragraphs("须知"))
    data = templates.data("demo", "slip.docx")
    assert data is not None
    assert sha256(data).hexdigest() == templates.get("demo", "slip.docx").digest
    assert [each.text for each in opened(data).element.body.iter("{*}t")] == ["须知"]
    assert templates.data("demo", "none.docx") is None
