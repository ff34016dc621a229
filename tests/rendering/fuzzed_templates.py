"""Templates with nearly everything in them, to be changed at random; each ends in ``END``, outside all blocks."""

import io
from typing import Any

from docx import Document
from docx.shared import Mm

from tests.packages import packed, parts_of
from tests.rendering.excel_rich import rich
from tests.rendering.mutated import END
from tests.rendering.office_programs import paragraph, table, text_box, word, workbook
from tests.rendering.test_word import saved
from tests.rendering.test_word_constructs import png
from tests.rendering.test_word_included import book, embedding, with_notes

FACTS: dict[str, Any] = {
    "a": "A & B <甲>\n乙",
    "name": "甲",
    "class_no": "一班",
    "rows": [{"name": "甲", "score": 1, "day": 1}, {"name": "乙", "score": 2, "day": 2}],
    "items": ["一", "二"],
}


def full() -> bytes:
    """A Word file with loops, conditions, columns, merges, a head, a note, a picture and properties."""
    document = Document()
    for text in (
        "{{ a }}",
        "{%p for t in rows %}",
        "{{ t.name }}",
        "{%p endfor %}",
        "{%p if a %}",
        "有",
        "{%p endif %}",
    ):
        document.add_paragraph(text)
    grid = document.add_table(rows=4, cols=3)
    texts = [
        ["{%tr for t in rows %}", "", ""],
        ["{% vm %}{{ a }}", "{{ t.name }}", "{{p a }}"],
        ["{%tr endfor %}", "", ""],
    ]
    texts.append(["头", "{{ name }}", "{% cellbg 'FF0000' %}{{ a }}"])
    columns = document.add_table(rows=2, cols=4)
    below = [["头", "{%tc for x in items %}", "{{ x }}", "{%tc endfor %}"], ["下", "", "", ""]]
    for row, cells in zip((*grid.rows, *columns.rows), texts + below, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    document.add_picture(io.BytesIO(png()), width=Mm(20))
    document.sections[0].header.paragraphs[0].text = "{{ a }}"
    document.core_properties.title = "{{ name }}"
    document.add_paragraph(END)
    return with_notes(saved(document), "注{{ name }}")


def ending(data: bytes, part: str, before: str) -> bytes:
    """A file with ``END`` put before some XML of a part."""
    parts = parts_of(data)
    text = parts[part].decode()
    assert before in text
    at = text.rindex(before)
    put = f"<w:p><w:r><w:t>{END}</w:t></w:r></w:p>"
    return packed({**parts, part: text[:at] + put + text[at:]})


def in_sheet(data: bytes, old: str) -> bytes:
    """A workbook that says ``END`` where it said something else."""
    parts = parts_of(data)
    part = next(name for name in parts if old.encode() in parts[name] and b"{%tr" in parts[name])
    assert parts[part].count(old.encode()) == 1
    return packed({**parts, part: parts[part].replace(old.encode(), END.encode(), 1)})


def of_program(program: Any) -> bytes:
    rows = [["{%tr for t in rows %}", ""], ["{{ t.name }}", "{{ loop.index }}"], ["{%tr endfor %}", ""]]
    columns = [["头", "{%tc for x in items %}", "{{ x }}", "{%tc endfor %}"], ["下", "", "", ""]]
    body = [paragraph("班次：{{ class_no }}", program), table(rows, program), table(columns, program)]
    body += [text_box("{{ name }}", program), paragraph(END, "word")]
    return word("".join(body), program, head="{{ class_no }}")


TEMPLATES = {
    "full.docx": full(),
    "wps.docx": of_program("wps"),
    "google.docx": of_program("google"),
    "embedding.docx": ending(embedding(book("{{ name }}")), "word/document.xml", "<w:sectPr"),
    "rich.xlsx": in_sheet(rich(), "（盖章）"),
    "wps.xlsx": in_sheet(workbook("wps"), "（盖章）"),
    "google.xlsx": in_sheet(workbook("google"), "（盖章）"),
}
