"""Templates in which changes were tracked, text boxes and section breaks stand beside values of several lines."""

import io

import pytest
from docx import Document
from docx.oxml import parse_xml
from lxml import etree

from onefill.rendering import compile_template
from onefill.rendering.word_values import SubDocument
from tests.packages import packed, parts_of
from tests.rendering.test_word import opened, part, problems, saved
from tests.rendering.test_word_notes import with_notes
from tests.rendering.word_rules import W, broken_rules

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
BY = 'w:id="9" w:author="甲" w:date="2026-01-01T00:00:00Z"'
JUSTIFIED = '<w:jc w:val="both"/>'
FACTS = {"a": "A&<b>", "lines": "一\n二", "tick": "☑是", "items": ["甲", "乙", "丙"], "none": []}


def body(xml: str) -> bytes:
    """A file with these blocks; prefixes that it does not know are declared where they are used."""
    document = Document()
    inside = document.element.body
    for element in parse_xml(f'<w:body xmlns:w="{_WORD}">{xml}</w:body>'):
        inside.insert(len(inside) - 1, element)
    return saved(document)


def run(text: str, looks: str = "") -> str:
    return f'<w:r>{looks}<w:t xml:space="preserve">{text}</w:t></w:r>'


def printed(xml: str) -> list[str]:
    """The text of each paragraph of what is printed; it keeps the rules and holds no tag."""
    made = compile_template(body(xml), "t.docx").render(FACTS)
    assert broken_rules(made) == []
    root = etree.parse(io.BytesIO(part(made).encode())).getroot()
    assert "{" not in "".join(map(str, root.itertext(f"{W}t")))
    return ["".join(str(text.text or "") for text in each.iter(f"{W}t")) for each in root.iter(f"{W}p")]


WAS_ITALIC = f"<w:rPr><w:b/><w:rPrChange {BY}><w:rPr><w:i/></w:rPr></w:rPrChange></w:rPr>"
WAS_LEFT = f'<w:pPr>{JUSTIFIED}<w:pPrChange {BY}><w:pPr><w:jc w:val="left"/></w:pPr></w:pPrChange></w:pPr>'


def cell(text: str) -> str:
    was = f'<w:tcPrChange {BY}><w:tcPr><w:tcW w:w="900" w:type="dxa"/></w:tcPr></w:tcPrChange>'
    return f'<w:tc><w:tcPr><w:tcW w:w="2000" w:type="dxa"/>{was}</w:tcPr><w:p>{run(text)}</w:p></w:tc>'


@pytest.mark.parametrize("line", ["☑是", "一☑二☑"])
def test_a_file_with_tracked_changes_is_brought_by_a_value(line: str) -> None:
    brought = SubDocument(body(f"<w:p>{WAS_LEFT}{run(line, WAS_ITALIC)}</w:p>"))
    made = compile_template(body(f"<w:p>{run('{{p value }}')}</w:p>"), "t.docx").render({"value": brought})
    assert broken_rules(made) == [] and "PrChange" not in part(made)


def table(*rows: str) -> str:
    return (
        '<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid><w:gridCol w:w="2000"/></w:tblGrid>'
        + "".join(f"<w:tr>{cell(text)}</w:tr>" for text in rows)
        + "</w:tbl><w:p/>"
    )


@pytest.mark.parametrize("value, said", [("tick", ["☑是"]), ("lines", ["一", "二"])])
def test_looks_that_were_changed_with_tracking_are_what_they_are_now(value: str, said: list[str]) -> None:
    assert printed(f"<w:p>{WAS_LEFT}{run('{{ ' + value + ' }}', WAS_ITALIC)}</w:p>") == said


@pytest.mark.parametrize("tag", ["{% cellbg 'FF0000' %}", "{% colspan 1 %}", "{% vm %}", ""])
def test_cells_that_were_changed_with_tracking_are_cells(tag: str) -> None:
    assert printed(table("{%tr for each in items %}", tag + "{{ each }}", "{%tr endfor %}"))[0] == "甲"


@pytest.mark.parametrize("text", ["{{ nobody }}", "{{ nobody", "{% for each in items %}", "}}", "{# "])
def test_a_tag_that_was_deleted_with_tracking_is_no_tag(text: str) -> None:
    deleted = f"<w:del {BY}><w:r><w:delText>{text}</w:delText></w:r></w:del>"
    template = body(f"<w:p>{run('前')}{deleted}{run('{{ a }}')}</w:p>")
    compiled = compile_template(template, "t.docx")
    assert [use.path for use in compiled.names] == ["a"]
    made = compiled.render(FACTS)
    said = [each.text for each in etree.fromstring(part(made).encode()).iter(f"{W}delText")]
    assert said == [text] and broken_rules(made) == []


def test_a_tag_that_was_moved_with_tracking_is_printed_where_it_went() -> None:
    moved = (
        f"<w:p><w:moveFrom {BY}>{run('{% for each in items %}')}</w:moveFrom>{run('前')}</w:p>"
        f"<w:p><w:moveTo {BY}>{run('{% for each in items %}')}</w:moveTo>{run('{{ each }}{% endfor %}')}</w:p>"
    )
    assert printed(moved) == ["前", "甲乙丙"]


def test_a_block_that_was_put_in_with_tracking_may_end_outside() -> None:
    put_in = f"<w:ins {BY}>{run('{% for each in items %}')}</w:ins>"
    assert printed(f"<w:p>{put_in}{run('{{ each }}{% endfor %}')}</w:p>") == ["甲乙丙"]


def test_a_section_ends_behind_all_lines_of_its_last_paragraph() -> None:
    section = '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1" w:right="1" w:bottom="1" w:left="1" '
    section += 'w:header="1" w:footer="1" w:gutter="0"/></w:sectPr>'
    xml = f"<w:p><w:pPr>{JUSTIFIED}{section}</w:pPr>{run('{{ lines }}')}</w:p><w:p>{run('后')}</w:p>"
    assert printed(xml) == ["一二", "后"]
    made = part(compile_template(body(xml), "t.docx").render(FACTS))
    assert made.count("<w:sectPr") == 2 and made.count("<w:br/>") == 1


def box(text: str, alignment: str) -> str:
    return (
        '<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml" style="width:9pt;height:9pt"><v:textbox>'
        f'<w:txbxContent><w:p><w:pPr><w:jc w:val="{alignment}"/></w:pPr>{run(text)}</w:p></w:txbxContent>'
        "</v:textbox></v:shape></w:pict></w:r>"
    )


@pytest.mark.parametrize("before, alignments", [(True, ["left", "both", "both"]), (False, ["both", "both", "left"])])
def test_lines_beside_a_text_box_go_by_their_own_paragraph(before: bool, alignments: list[str]) -> None:
    value, beside = run("{{ lines }}"), box("框", "left")
    xml = f"<w:p><w:pPr>{JUSTIFIED}</w:pPr>{beside + value if before else value + beside}</w:p>"
    assert "".join(printed(xml)).count("二") == 1
    root = etree.fromstring(part(compile_template(body(xml), "t.docx").render(FACTS)).encode())
    found = [each.find(f"{W}pPr/{W}jc") for each in root.iter(f"{W}p")]
    assert sorted(each.get(f"{W}val", "") for each in found if each is not None) == sorted(alignments)


def test_lines_in_a_text_over_which_a_reading_stands_stay_in_their_run() -> None:
    reading = (
        '<w:r><w:ruby><w:rubyPr><w:rubyAlign w:val="center"/><w:hps w:val="10"/><w:hpsRaise w:val="10"/>'
        f'<w:hpsBaseText w:val="21"/><w:lid w:val="zh-CN"/></w:rubyPr><w:rt>{run("yi")}</w:rt>'
        f"<w:rubyBase>{run('{{ lines }}')}</w:rubyBase></w:ruby></w:r>"
    )
    assert printed(f"<w:p><w:pPr>{JUSTIFIED}</w:pPr>{reading}</w:p>") == ["yi一二"]


def test_prefixes_that_a_paragraph_declares_are_known_in_both_halves_of_it() -> None:
    drawn = (
        '<w:r><w:drawing><wp:inline><wp:extent cx="9" cy="9"/><wp:docPr id="1" name="a"/><a:graphic>'
        '<a:graphicData uri="u"/></a:graphic></wp:inline></w:drawing></w:r>'
    )
    spaces = (
        'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    )
    assert printed(f"<w:p {spaces}><w:pPr>{JUSTIFIED}</w:pPr>{run('{{ lines }}')}{drawn}</w:p>") == ["一", "二"]


ENDS = {
    "bookmark": ('<w:bookmarkStart w:id="1" w:name="OLE_LINK1"/>', '<w:bookmarkEnd w:id="1"/>'),
    "comment": ('<w:commentRangeStart w:id="1"/>', '<w:commentRangeEnd w:id="1"/>'),
    "editable": ('<w:permStart w:id="1" w:edGrp="everyone"/>', '<w:permEnd w:id="1"/>'),
}


@pytest.mark.parametrize("kind", ENDS)
@pytest.mark.parametrize("items", ["items", "none"])
@pytest.mark.parametrize("start, end", [(0, 0), (0, 2), (2, 2), (2, 4), (1, 2), (2, 3), (0, 4)])
def test_ranges_that_a_loop_cuts_or_doubles_have_both_ends_or_none(kind: str, items: str, start: int, end: int) -> None:
    first, last = ENDS[kind]
    texts = ["前", f"{{%p for each in {items} %}}", "{{ each }}", "{%p endfor %}", "后"]
    marked = [
        f"<w:p>{first if number == start else ''}{run(text)}{last if number == end else ''}</w:p>"
        for number, text in enumerate(texts)
    ]
    assert printed("".join(marked)) == ["前", *FACTS[items], "后"]


def test_a_comment_in_a_loop_hangs_on_one_place() -> None:
    hangs = '<w:r><w:commentReference w:id="1"/></w:r>'
    xml = f"<w:p>{run('{%p for each in items %}')}</w:p><w:p>{run('{{ each }}')}{hangs}</w:p>"
    made = compile_template(body(f"{xml}<w:p>{run('{%p endfor %}')}</w:p>"), "t.docx").render(FACTS)
    assert part(made).count("<w:commentReference") == 1


def test_a_fault_beside_deleted_text_keeps_its_place() -> None:
    deleted = f"<w:del {BY}><w:r><w:delText>{{{{ a }}}}</w:delText></w:r></w:del>"
    assert problems(body(f"<w:p>{deleted}{run('{{ a| }}')}</w:p>")) == [("TEMPLATE_SYNTAX", "正文", "第 1 段")]


def moved(kind: str, at: int) -> tuple[str, str]:
    """Both ends of where something was moved from or to; both places go by one name."""
    return (
        f'<w:{kind}RangeStart w:id="{at}" w:author="甲" w:date="2026-01-01T00:00:00Z" w:name="move1"/>',
        f'<w:{kind}RangeEnd w:id="{at}"/>',
    )


def moves(text: str) -> str:
    """A paragraph that was moved up, with its end, as Word writes it."""
    (there, ended), (here, over) = moved("moveTo", 20), moved("moveFrom", 21)
    marks = "<w:pPr><w:rPr><w:{} " + BY + "/></w:rPr></w:pPr>"
    return (
        f"<w:p>{marks.format('moveTo')}{there}<w:moveTo {BY}>{run(text)}</w:moveTo></w:p>{ended}"
        f"<w:p>{run('不动')}</w:p>"
        f"<w:p>{marks.format('moveFrom')}{here}<w:moveFrom {BY}>{run(text)}</w:moveFrom></w:p>{over}"
    )


def test_what_was_moved_inside_a_loop_stands_where_it_went() -> None:
    xml = f"<w:p>{run('{%p for each in items %}')}</w:p>{moves('移来')}<w:p>{run('{%p endfor %}')}</w:p><w:p/>"
    assert printed(xml) == ["移来", "不动"] * 3 + [""]
    made = part(compile_template(body(xml), "t.docx").render(FACTS))
    assert "move" not in made


def test_what_was_moved_outside_of_loops_stays_a_tracked_move() -> None:
    made = part(compile_template(body(f"{moves('移')}<w:p>{run('{{ a }}')}</w:p>"), "t.docx").render(FACTS))
    assert made.count("<w:moveFrom ") == 2 and made.count("<w:moveToRangeEnd") == 1


def test_a_file_with_moves_and_tracked_notes_may_be_brought_several_times() -> None:
    brought = opened(body(f"{moves('移来')}<w:p>{run('注')}</w:p>"))
    brought.paragraphs[-1]._p.append(parse_xml(f'<w:r xmlns:w="{_WORD}"><w:footnoteReference w:id="2"/></w:r>'))
    parts = parts_of(with_notes(saved(brought), "☑是"))
    note = parts["word/footnotes.xml"].decode().replace("<w:r><w:t ", f"<w:r>{WAS_ITALIC}<w:t ")
    value = SubDocument(packed({**parts, "word/footnotes.xml": note.encode()}))
    rows = [run(text) for text in ("{%p for each in items %}", "{{p value }}", "{%p endfor %}")]
    template = compile_template(body("".join(f"<w:p>{row}</w:p>" for row in rows)), "t.docx")
    made = template.render({**FACTS, "value": value})
    assert broken_rules(made) == []
    assert part(made).count("移来") == 3 and "move" not in part(made)
    notes = part(made, "word/footnotes.xml")
    assert notes.count("☑") == 3 and "Change" not in notes
