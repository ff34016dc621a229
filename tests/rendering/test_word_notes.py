"""Notes that a loop refers to: every turn has its own, and tags in it know what the loop stands at."""

import re
from collections.abc import Mapping

import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from onefill.rendering import TemplateBroken, compile_template
from onefill.rendering.word_values import Look, Picture, RichText, SubDocument
from tests.packages import packed, parts_of
from tests.rendering.test_word import opened, paragraphs, saved
from tests.rendering.test_word_included import png, rules_page
from tests.rendering.word_rules import broken_rules

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml"
FIELD = '<w:p><w:r><w:footnoteRef/></w:r><w:r><w:t xml:space="preserve"> {}</w:t></w:r></w:p>'


def with_notes(data: bytes, *texts: str, kind: str = "footnote") -> bytes:
    """A file with notes 2, 3 and so on."""
    notes = "".join(
        f'<w:{kind} w:id="{at}">{FIELD.format(text).replace("footnote", kind)}</w:{kind}>'
        for at, text in enumerate(texts, start=2)
    )
    lines = f'<w:{kind} w:type="separator" w:id="0"><w:p><w:r><w:separator/></w:r></w:p></w:{kind}>'
    part = f"<w:{kind}s {nsdecls('w', 'r')}>{lines}{notes}</w:{kind}s>"
    parts = parts_of(data)
    types = parts["[Content_Types].xml"].decode()
    relations = parts["word/_rels/document.xml.rels"].decode()
    override = f'<Override PartName="/word/{kind}s.xml" ContentType="{KIND}.{kind}s+xml"/></Types>'
    relation = f'<Relationship Id="{kind}s" Target="{kind}s.xml" Type="{OFFICE}/{kind}s"/></Relationships>'
    parts["[Content_Types].xml"] = types.replace("</Types>", override).encode()
    parts["word/_rels/document.xml.rels"] = relations.replace("</Relationships>", relation).encode()
    return packed({**parts, f"word/{kind}s.xml": part.encode()})


def rows(*texts: str, at: int, kind: str = "footnote", refer: tuple[int, ...] = (2,)) -> bytes:
    """Paragraphs, one of which refers to notes."""
    document = opened(paragraphs(*texts))
    for number in refer:
        document.paragraphs[at]._p.append(parse_xml(f'<w:r {nsdecls("w")}><w:{kind}Reference w:id="{number}"/></w:r>'))
    return saved(document)


def told(data: bytes, kind: str = "footnote") -> list[str]:
    """What the notes say to which the body refers, in its order."""
    assert broken_rules(data) == []
    parts = {name: each.decode() for name, each in parts_of(data).items() if name.endswith(".xml")}
    ids = re.findall(rf'<w:{kind}Reference w:id="(\d+)"', parts["word/document.xml"])
    assert len(set(ids)) == len(ids), "every note is referred to once"
    assert "lentNote" not in "".join(parts.values())
    found = re.findall(rf'<w:{kind}[^>]* w:id="(\d+)"[^>]*>(.*?)</w:{kind}>', parts[f"word/{kind}s.xml"])
    notes = {own: "".join(re.findall("<w:t[^>]*>([^<]*)", xml)).strip() for own, xml in found}
    assert len(notes) == len(found)
    return [notes[each] for each in ids]


PEOPLE: Mapping[str, object] = {"rows": [{"name": "甲"}, {"name": "乙"}, {"name": "丙☑"}], "title": "总"}


@pytest.mark.parametrize("kind", ["footnote", "endnote"])
def test_every_turn_has_its_own_note_with_the_values_of_the_turn(kind: str) -> None:
    data = with_notes(
        rows("{%p for t in rows %}", "{{ t.name }}", "{%p endfor %}", at=1, kind=kind), "{{ t.name }}的注", kind=kind
    )
    compiled = compile_template(data, "t.docx")
    places = {(use.path, use.place.part, use.place.spot) for use in compiled.names}
    assert ("rows[].name", "脚注" if kind == "footnote" else "尾注", "第 1 条第 1 段") in places
    assert told(compiled.render(PEOPLE), kind) == ["甲的注", "乙的注", "丙☑的注"]
    assert told(compiled.render({"rows": []}), kind) == []


def test_rows_of_a_table_and_a_loop_inside_a_line_have_their_own_notes() -> None:
    document = opened(paragraphs("{% for t in rows %}、{% endfor %}"))
    table = document.add_table(3, 1)
    for number, text in enumerate(["{%tr for t in rows %}", "{{ t.name }}", "{%tr endfor %}"]):
        table.cell(number, 0).text = text
    note = f'<w:r {nsdecls("w")}><w:footnoteReference w:id="{{}}"/></w:r>'
    table.cell(1, 0).paragraphs[0]._p.append(parse_xml(note.format(3)))
    line = document.paragraphs[0]
    line.runs[0].text = "{% for t in rows %}"
    line._p.append(parse_xml(note.format(2)))
    line.add_run("{% endfor %}")
    line._p.append(parse_xml(note.format(4)))
    data = with_notes(saved(document), "行内{{ t.name }}", "行{{ t.name }}", "不动{{ title }}")
    made = told(compile_template(data, "t.docx").render(PEOPLE))
    assert made == ["行内甲", "行内乙", "行内丙☑", "不动总", "行甲", "行乙", "行丙☑"]


def test_a_loop_inside_a_note_and_several_notes_of_one_turn() -> None:
    data = with_notes(
        rows("{%p for t in rows %}", "行", "{%p endfor %}", at=1, refer=(3, 2)),
        "{% for x in rows %}{{ x.name }}{% endfor %}", "第二条{{ t.name }}",
    )  # fmt: skip
    made = told(compile_template(data, "t.docx").render({"rows": PEOPLE["rows"]}))
    assert made == ["第二条甲", "甲乙丙☑", "第二条乙", "甲乙丙☑", "第二条丙☑", "甲乙丙☑"]


def test_faults_of_such_a_note_are_told_where_it_stands() -> None:
    data = with_notes(rows("{%p for t in rows %}", "行", "{%p endfor %}", at=1, refer=(3,)), "一", "{{ t.name | }}")
    with pytest.raises(TemplateBroken) as broken:
        compile_template(data, "t.docx")
    (fault,) = broken.value.problems
    assert (fault.place.part, fault.place.spot) == ("脚注", "第 2 条第 1 段")  # type: ignore[union-attr]


def test_repeated_pages_keep_the_notes_of_their_turns() -> None:
    data = with_notes(rows("{%p for t in rows %}", "行", "{%p endfor %}", at=1), "{{ t.name }}")
    items = [{"rows": [{"name": name} for name in names]} for names in ("甲乙", "", "丙")]
    made = compile_template(data, "t.docx").render_each(items, "pages")
    assert told(made) == ["甲", "乙", "丙"]


def test_links_and_pictures_that_values_bring_to_such_a_note_are_its_own() -> None:
    data = with_notes(rows("{%p for t in rows %}", "行", "{%p endfor %}", at=1), "{{r t }}")
    link = RichText().add("网址", Look(link="https://example.org/"))
    made = compile_template(data, "t.docx").render({"rows": [Picture(png(), 10, 10), link]})
    assert broken_rules(made) == []
    parts = parts_of(made)
    used = set(re.findall(rb' r:(?:embed|id)="([^"]*)"', parts["word/footnotes.xml"]))
    held = set(re.findall(rb' Id="([^"]*)"', parts["word/_rels/footnotes.xml.rels"]))
    assert used and used <= held


def test_a_file_brought_several_times_brings_its_note_each_time() -> None:
    compiled = compile_template(paragraphs("{%p for x in rows %}", "{{p value }}", "{%p endfor %}"), "t.docx")
    made = compiled.render({"rows": [1, 2, 3], "value": SubDocument(rules_page("甲"))})
    assert told(made) == ["注甲"] * 3
