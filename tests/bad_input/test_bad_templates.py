"""Templates that no author meant: each is told with its place, and stops nothing but its own paper."""

import io
import time
import zipfile

import pytest
from docx import Document
from openpyxl import Workbook

from onefill.rendering import TemplateBroken, compile_template

PATIENCE = 10.0


def word(*paragraphs: str) -> bytes:
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def excel(*cells: str) -> bytes:
    book = Workbook()
    for row, text in enumerate(cells, 1):
        book.worksheets[0].cell(row, 1, text)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def plain_zip() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("readme.txt", "no office file")
    return written.getvalue()


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "empty.docx"),
        (b"%PDF-1.7 renamed", "renamed.docx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old.docx"),  # Word 97, or one with a password
        (plain_zip(), "zip.docx"),
        (word("text")[:900], "half.docx"),
        (excel("text")[:900], "half.xlsx"),
    ],
)
def test_a_file_that_is_no_template_is_told_by_name(data: bytes, name: str) -> None:
    with pytest.raises(TemplateBroken) as told:
        compile_template(data, name)
    assert name in str(told.value)
    assert all(problem.what and problem.remedy for problem in told.value.problems)


@pytest.mark.parametrize(("data", "name"), [(excel("{{ a }}"), "really-excel.docx"), (word("{{ a }}"), "word.xlsx")])
def test_a_renamed_template_is_told_what_it_is(data: bytes, name: str) -> None:
    with pytest.raises(TemplateBroken, match="改回原来的扩展名"):
        compile_template(data, name)


@pytest.mark.parametrize("make", [word, excel])
@pytest.mark.parametrize(
    "lines", [["{% for x in rows %}{{ x }}"], ["{{ a"], ["{% if a %}"], ["{% endfor %}"], ["{{ a }} {% no_such %}"]]
)
def test_tags_that_do_not_close_are_placed(make, lines: list[str]) -> None:
    with pytest.raises(TemplateBroken) as told:
        compile_template(make("好的一行", *lines), "t")
    assert told.value.problems
    for problem in told.value.problems:
        assert problem.place.spot  # type: ignore[union-attr]


@pytest.mark.parametrize("make", [word, excel])
@pytest.mark.parametrize(
    "text",
    [
        "{% for a in range(99999) %}" * 3 + "x" + "{% endfor %}" * 3,
        "{{ 'x' * 999999999 }}",
        "{{ 9 ** 9 ** 9 ** 9 }}",
        "{{ '%999999999d' % 1 }}",
        "{% for a in range(999999) %}{{ 'yyyyyyyyyyyyyyyyyyyy' * 1000 }}{% endfor %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% set ns = namespace(s='xx') %}{% for a in range(99999) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}{{ ns.s }}",
        "{{ ().__class__.__mro__ }}",
        "{{ rows.append(1) }}",
    ],
)
def test_what_never_ends_or_grows_or_leaves_is_stopped(make, text: str) -> None:
    began = time.monotonic()
    with pytest.raises(TemplateBroken) as told:
        compile_template(make(text), "t").render({"rows": [1, 2]})
    assert time.monotonic() - began < PATIENCE
    assert told.value.problems[0].remedy


@pytest.mark.parametrize("make", [word, excel])
def test_an_unknown_name_is_an_error_never_a_blank(make) -> None:
    with pytest.raises(TemplateBroken) as told:
        compile_template(make("{{ nam }}"), "t").render({"name": "甲"})
    assert "name" in told.value.problems[0].remedy
