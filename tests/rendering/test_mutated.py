"""Templates changed at random: each is printed whole, or refused by a named fault; never half a document."""

import random
import re

import pytest

from tests.packages import packed, parts_of
from tests.rendering.fuzzed_templates import FACTS, TEMPLATES
from tests.rendering.mutated import END, cells_of, changed, halves, printed, texts_of

#: Changes tried on each template.
TIMES = 40


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_templates_themselves_are_printed(name: str) -> None:
    made = printed(TEMPLATES[name], name, FACTS)
    assert made is not None
    assert halves(TEMPLATES[name], made) == []
    assert texts_of(parts_of(TEMPLATES[name])).count(END) == 1
    listed = () if name == "embedding.docx" else FACTS["rows"]
    assert all(row["name"] in texts_of(parts_of(made)) for row in listed)


WORKBOOKS = [name for name in TEMPLATES if name.endswith(".xlsx")]
SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize("name", WORKBOOKS)
def test_a_workbook_without_its_last_rows_or_with_a_tag_is_known_for_a_half(name: str) -> None:
    made = printed(TEMPLATES[name], name, FACTS)
    assert made is not None
    parts = parts_of(made)
    rows = re.search(b"(<row .*?</row>).*</sheetData>", parts[SHEET], re.DOTALL)
    assert rows is not None
    first = parts[SHEET].replace(rows[0], rows[1] + b"</sheetData>")
    assert halves(TEMPLATES[name], packed({**parts, SHEET: first})) == ["its end is missing"]
    tag = b'<row r="999"><c r="A999" t="inlineStr"><is><t>{{ t.name }}</t></is></c></row></sheetData>'
    left = parts[SHEET].replace(b"</sheetData>", tag)
    assert halves(TEMPLATES[name], packed({**parts, SHEET: left})) == ["a tag is left"]


@pytest.mark.parametrize("name", WORKBOOKS)
def test_a_list_has_as_many_rows_as_there_are_facts(name: str) -> None:
    counts = []
    for count in (0, 1, 2, 30):
        rows = [{"name": f"第{number}人", "score": number, "day": number} for number in range(count)]
        made = printed(TEMPLATES[name], name, {**FACTS, "rows": rows})
        assert made is not None
        told = [cell for row in cells_of(parts_of(made))[0] for cell in row]
        assert [one for one in told if one.startswith("第") and one.endswith("人")] == [one["name"] for one in rows]
        counts.append(len(cells_of(parts_of(made))[0]))
    assert counts[3] - counts[2] == 28 * (counts[2] - counts[1])


@pytest.mark.parametrize("part", ["word/document.xml", "word/header1.xml", "word/footnotes.xml"])
def test_a_tag_left_in_any_part_of_a_word_file_is_known_for_a_half(part: str) -> None:
    made = printed(TEMPLATES["full.docx"], "full.docx", FACTS)
    assert made is not None
    parts = parts_of(made)
    left = parts[part].replace(b"</w:t>", b"{{ a }}</w:t>", 1)
    assert left != parts[part]
    assert halves(TEMPLATES["full.docx"], packed({**parts, part: left})) == ["a tag is left"]


@pytest.mark.parametrize("name", TEMPLATES)
def test_changed_templates_are_printed_whole_or_refused(name: str) -> None:
    refused = 0
    for number in range(TIMES):
        template = changed(TEMPLATES[name], random.Random(f"{name} {number}"))
        made = printed(template, name, FACTS)
        refused += made is None
        if made is not None:
            assert halves(template, made) == [], number
    assert 0 < refused < TIMES
