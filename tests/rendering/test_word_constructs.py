"""Every construct of docxtpl's templates, rendered by docxtpl and by ours: the same structure without its faults."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm, RGBColor
from docxtpl import DocxTemplate, InlineImage, Listing
from docxtpl import RichText as TheirText
from docxtpl import RichTextParagraph as TheirParagraphs
from PIL import Image

from onefill.rendering import TemplateBroken, compile_template
from onefill.rendering.word_values import Look, Paragraphs, Picture, RichText, SubDocument
from tests.rendering.test_word import NOTES, opened, paragraphs, part, repacked, saved
from tests.rendering.word_rules import broken_rules
from tests.rendering.word_structure import structure


def by_docxtpl(template: bytes, facts: Mapping[str, Any]) -> bytes:
    document = DocxTemplate(io.BytesIO(template))
    given = {key: value(document) if callable(value) else value for key, value in facts.items()}
    document.render(given, autoescape=True)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def ours(template: bytes, facts: Mapping[str, Any]) -> bytes:
    data = compile_template(template, "t.docx").render(facts)
    assert broken_rules(data) == []
    return data


def table(*rows: Sequence[str]) -> bytes:
    document = Document()
    grid = document.add_table(rows=len(rows), cols=len(rows[0]))
    for row, texts in zip(grid.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    document.add_paragraph("完")
    return saved(document)


def png(width: int = 40, height: int = 20, color: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), color).save(out, "PNG", dpi=(96, 96))
    return out.getvalue()


FACTS: dict[str, Any] = {
    "name": "A & B <有限公司> “甲”",
    "shown": True,
    "hidden": False,
    "items": ["一", "二", "三"],
    "rows": [{"name": "甲", "marks": [1, 2]}, {"name": "乙", "marks": [3, 4]}],
    "none": [],
}


def stories() -> bytes:
    document = Document()
    document.add_paragraph("{{ name }}")
    section = document.sections[0]
    section.different_first_page_header_footer = True
    section.header.paragraphs[0].text = "头{{ name }}"
    section.footer.paragraphs[0].text = "{% for x in items %}{{ x }}{% endfor %}"
    section.first_page_header.paragraphs[0].text = "首页{{ name }}"
    return saved(document)


def notes() -> bytes:
    document = opened(paragraphs("正文{{ name }}"))
    document.paragraphs[0]._p.append(parse_xml(f'<w:r {nsdecls("w")}><w:footnoteReference w:id="1"/></w:r>'))
    data = saved(document)
    types = part(data, "[Content_Types].xml")
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    override = f'<Override PartName="/word/footnotes.xml" ContentType="{kind}"/></Types>'
    relation = (
        '<Relationship Id="notes" Target="footnotes.xml"'
        ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"/></Relationships>'
    )
    relations = part(data, "word/_rels/document.xml.rels").replace("</Relationships>", relation)
    changes = {
        "[Content_Types].xml": types.replace("</Types>", override),
        "word/_rels/document.xml.rels": relations,
        "word/footnotes.xml": NOTES.replace("{{ s.title }}", "{{ name }}"),
    }
    return repacked(data, {name: text.encode() for name, text in changes.items()})


def boxed() -> bytes:
    """A text box with a paragraph loop in it, as older Word draws one."""
    document = Document()
    inner = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in BOX)
    shape = (
        f'<w:r {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml"><w:pict><v:shape id="b" style="width:99pt">'
        f"<v:textbox><w:txbxContent>{inner}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    )
    document.add_paragraph("外")._p.append(parse_xml(shape))
    return saved(document)


BOX = ["{%p for x in items %}", "框{{ x }}", "{%p endfor %}"]


def runs_of_tags() -> bytes:
    """``{%r %}`` around runs of other looks."""
    document = Document()
    paragraph = document.add_paragraph("前")
    for text in ("{%r if shown %}", "粗", "{%r endif %}", "{%r if hidden %}", "不", "{%r endif %}"):
        paragraph.add_run(text).bold = text == "粗"
    paragraph.add_run("后")
    return saved(document)


def spaces_between_runs() -> bytes:
    document = Document()
    paragraph = document.add_paragraph("for ")
    for text in ("spicy", " ", "{{ name }}", " ", "food "):
        paragraph.add_run(text).italic = text == "spicy"
    return saved(document)


def split_runs() -> bytes:
    document = Document()
    paragraph = document.add_paragraph()
    for piece in ("前{", "{ na", "me }", "}后"):
        paragraph.add_run(piece).bold = piece == "me }"
    return saved(document)


SAME = {
    "values": paragraphs("（{{ name }}）", "{% if shown %}有{% else %}无{% endif %}", "{# 说明 #}完"),
    "loops": paragraphs("{% for x in items %}{{ x }}{% if not loop.last %}、{% endif %}{% endfor %}"),
    "split over runs": split_runs(),
    "paragraphs": paragraphs("前", "{%p for x in items %}", "第{{ x }}", "{%p endfor %}", "后"),
    "paragraphs left out": paragraphs("前", "{%p if hidden %}", "不", "{%p else %}", "而是", "{%p endif %}", "后"),
    "comment paragraphs": paragraphs("前", "{#p 说明 #}", "后"),
    "white space": paragraphs("前{%- if shown -%}", "中", "{%- endif -%}", "后"),
    "rows": table(["{%tr for r in rows %}", ""], ["{{ r.name }}", "{{ loop.index }}"], ["{%tr endfor %}", ""]),
    "rows in rows": table(
        ["{%tr for r in rows %}", ""], ["{{ r.name }}", ""], ["{%tr for m in r.marks %}", ""], ["", "{{ m }}"],
        ["{%tr endfor %}", ""], ["{%tr endfor %}", ""], ["尾", ""],
    ),
    "comment rows": table(["头"], ["{#tr 说明 #}"], ["尾"]),
    "columns": table(["头", "{%tc for x in items %}", "{{ x }}", "{%tc endfor %}"], ["", "", "", ""]),
    "fewer columns": table(["头", "{%tc if hidden %}", "{{ name }}", "{%tc endif %}"]),
    "downward": table(["{%tr for x in items %}", ""], ["{% vm %}{{ name }}", "{{ x }}"], ["{%tr endfor %}", ""]),
    "sideways": table(["{%tc for x in items %}", "{% hm %}{{ name }}", "{%tc endfor %}"]),
    "span": table(["{% colspan items|length %}{{ name }}"], ["下"]),
    "background": table(["{% cellbg 'FF0000' if shown else 'FFFFFF' %}{{ name }}", "白"]),
    "downward in rows": table(
        ["{%tr for r in rows %}", "", ""], ["{%tr for m in r.marks %}", "", ""],
        ["{% vm %}{{ r.name }}", "{{ m }}", "{{ loop.index }}"], ["{%tr endfor %}", "", ""], ["{%tr endfor %}", "", ""],
    ),
    "columns in rows": table(
        ["头", "{%tc for x in items %}", "{{ x }}", "{%tc endfor %}"], ["{%tr for r in rows %}", "", "", ""],
        ["{{ r.name }}", "{%tc for m in items %}", "{{ m }}{{ r.name }}", "{%tc endfor %}"],
        ["{%tr endfor %}", "", "", ""],
    ),
    "background of each row": table(
        ["{%tr for r in rows %}", ""], ["{% cellbg 'FF0000' if loop.first else '00FF00' %}{{ r.name }}", ""],
        ["{%tr endfor %}", ""],
    ),
    "comment columns": table(["头", "{#tc 说明 #}", "尾"], ["", "", ""]),
    "runs of tags": runs_of_tags(),
    "spaces between runs": spaces_between_runs(),
    "text box": boxed(),
    "braces as text": paragraphs("{_{ a }_}", "{_% b %_}"),
    "macros": paragraphs("{% macro m(v) %}<{{ v }}>{% endmacro %}{{ m(name) }}{{ m('乙') }}"),
    "set and filters": paragraphs("{% set x = items|length %}{{ x }}{{ items|join('、') }}{{ name|upper }}"),
    "stories": stories(),
    "footnotes": notes(),
}  # fmt: skip


@pytest.mark.parametrize("name", SAME)
def test_what_docxtpl_prints_ours_prints(name: str) -> None:
    theirs, mine = structure(by_docxtpl(SAME[name], FACTS)), structure(ours(SAME[name], FACTS))
    assert mine == theirs


PICTURE = png()
VALUES: dict[str, tuple[bytes, Any, Any]] = {
    "rich text": (
        paragraphs("{{r value }}"),
        lambda _: TheirText("红", color="#ff0000", bold=True, size=28),
        RichText().add("红", Look(color="#ff0000", bold=True, size=14)),
    ),
    "rich text of every look": (
        paragraphs("{{r value }}"),
        lambda _: (
            (text := TheirText("甲", italic=True, strike=True, underline="double"))
            and (text.add("乙", superscript=True), text.add("丙", subscript=True, style="Emphasis"), text)[-1]
        ),
        RichText()
        .add("甲", Look(italic=True, strike=True, underline="double"))
        .add("乙", Look(raised="superscript"))
        .add("丙", Look(raised="subscript", style="Emphasis")),
    ),
    "rich text with breaks": (
        paragraphs("{{r value }}"),
        lambda _: TheirText("一\n二\t三"),
        RichText().add("一\n二\t三"),
    ),
    "rich paragraphs of looks": (
        paragraphs("{{p value }}"),
        lambda _: (
            (many := TheirParagraphs("甲", parastyle="Quote"))
            and (many.add(TheirText("乙", bold=True), parastyle="Title"), many)[-1]
        ),
        Paragraphs().add("甲", "Quote").add(RichText().add("乙", Look(bold=True)), "Title"),
    ),
    "listing": (paragraphs("{{ value }}"), lambda _: Listing("一\n二\t& 三\a四"), Listing("一\n二\t& 三\a四")),
    "rich paragraphs": (
        paragraphs("前", "{{p value }}", "后"),
        lambda _: TheirParagraphs("甲", parastyle="Quote"),
        Paragraphs().add("甲", "Quote"),
    ),
    "picture": (
        paragraphs("{{ value }}"),
        lambda document: InlineImage(document, io.BytesIO(PICTURE), width=Mm(20)),
        Picture(PICTURE, width=20),
    ),
    "picture with a link": (
        paragraphs("{{ value }}"),
        lambda document: InlineImage(document, io.BytesIO(PICTURE), anchor="https://example.org/?a=1&b=2"),
        Picture(PICTURE, link="https://example.org/?a=1&b=2"),
    ),
}


@pytest.mark.parametrize("name", VALUES)
def test_values_that_are_more_than_text(name: str) -> None:
    template, theirs, mine = VALUES[name]

    def plain(found: Any) -> Any:
        """Without bCs and iCs, which docxtpl leaves out."""
        return str(found).replace("bCs[] b[]", "b[]").replace("iCs[] i[]", "i[]")

    found, wanted = ours(template, {"value": mine}), by_docxtpl(template, {"value": theirs})
    assert plain(structure(found)) == plain(structure(wanted))


def test_values_of_docxtpl_are_taken() -> None:
    facts = {
        "a": TheirText("红", color="ff0000", bold=True, highlight="00ff00", font="Arial"),
        "b": TheirParagraphs("甲"),
    }
    data = ours(paragraphs("前{{r a }}后", "{{p b }}"), facts)
    assert [each.text for each in opened(data).paragraphs] == ["前红后", "甲"]
    assert '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial" w:eastAsia="Arial"/><w:b/>' in part(data)


# -- faults of docxtpl that ours has not ------------------------------------------------------------------------


def test_text_around_rich_text_keeps_its_looks_and_nothing_empty_is_left() -> None:
    document = Document()
    run = document.add_paragraph().add_run("前{{r value }}中{{ value }}后")
    run.font.color.rgb = RGBColor(0, 0, 255)
    data = ours(saved(document), {"value": RichText().add("红", Look(bold=True))})
    runs = opened(data).paragraphs[0].runs
    assert [(each.text, each.bold, each.font.color.rgb) for each in runs] == [
        (text, True if text == "红" else None, None if text == "红" else RGBColor(0, 0, 255)) for text in "前红中红后"
    ]


@pytest.mark.parametrize("tag", ["{{r value }}", "{{p value }}", "{{ value }}"])
def test_plain_text_is_lost_nowhere(tag: str) -> None:
    document = Document()
    paragraph = document.add_paragraph(style="Quote")
    paragraph.add_run(tag).bold = True
    found = opened(ours(saved(document), {"value": "A & B <甲>\n乙"})).paragraphs
    assert [(each.text, each.style.name, each.runs[0].bold) for each in found] == [("A & B <甲>\n乙", "Quote", True)]


def test_paragraphs_that_are_nothing_leave_no_empty_one_and_a_cell_keeps_one() -> None:
    document = Document()
    document.add_paragraph("{{p value }}")
    document.add_table(rows=1, cols=1).cell(0, 0).text = "{{p value }}"
    document.add_paragraph("完")
    made = opened(ours(saved(document), {"value": Paragraphs()}))
    assert [each.text for each in made.paragraphs] == ["完"]
    assert len(made.tables[0].cell(0, 0).paragraphs) == 1


def test_pictures_repeat_with_ids_of_their_own_and_are_kept_once() -> None:
    document = Document()
    document.add_paragraph("{% for x in items %}{{ picture }}{{ other }}{% endfor %}")
    document.sections[0].header.paragraphs[0].text = "{{ picture }}"
    facts = {"items": [1, 2, 3], "picture": Picture(PICTURE, height=10), "other": Picture(png(color="blue"))}
    data = ours(saved(document), facts)
    assert len(opened(data).inline_shapes) == 6
    with_media = [name for name in names(data) if name.startswith("word/media/")]
    assert len(with_media) == 2
    assert "word/_rels/header1.xml.rels" in names(data)


def test_repeated_pages_carry_pictures_in_body_and_head() -> None:
    document = Document()
    document.add_paragraph("{{ picture }}")
    document.sections[0].header.paragraphs[0].text = "{{ picture }}{{ no }}"
    pictures = [Picture(png(color=color)) for color in ("red", "blue")]
    compiled = compile_template(saved(document), "t.docx")
    data = compiled.render_each([{"no": n, "picture": each} for n, each in enumerate(pictures)], "pages")
    assert broken_rules(data) == []
    found = structure(data)
    assert found["body"][0][1] != found["body"][1][1]
    assert found["header 0"][0][1] != found["header 1"][0][1]


def framed(text: str) -> bytes:
    """A picture in the body and one in the head, with that alternative text."""
    document = Document()
    document.add_picture(io.BytesIO(PICTURE), width=Mm(30))
    document.sections[0].header.paragraphs[0].add_run().add_picture(io.BytesIO(PICTURE), width=Mm(30))
    for story in (document.element.body, document.sections[0].header._element):
        for element in story.iter("{*}docPr", "{*}cNvPr"):
            element.set("descr", text)
    return saved(document)


def test_pictures_of_the_template_are_replaced_in_their_frames() -> None:
    other = png(color="blue")
    theirs = DocxTemplate(io.BytesIO(framed("photo")))
    theirs.render({})
    theirs.replace_pic("photo", io.BytesIO(other))
    out = io.BytesIO()
    theirs.save(out)
    data = ours(framed("{{ photo }}"), {"photo": Picture(other)})
    assert structure(data) == structure(out.getvalue())
    assert "descr" not in part(data)


@pytest.mark.parametrize("photo", ["", None])
def test_pictures_of_the_template_stay_where_there_is_no_other(photo: object) -> None:
    template = framed("{{ photo }}")
    assert structure(ours(template, {"photo": photo})) == structure(template)


def test_alternative_text_is_looked_through_like_any_other() -> None:
    compiled = compile_template(framed("{{ photo }}"), "t.docx")
    assert {(name.path, name.place.part, name.place.spot) for name in compiled.names} == {
        ("photo", "正文", "第 1 段的图片"),
        ("photo", "页眉1", "第 1 段的图片"),
    }
    with pytest.raises(TemplateBroken) as caught:
        compiled.render({"photo": "甲"})
    assert caught.value.problems[0].place.spot == "第 1 段的图片"
    with pytest.raises(TemplateBroken) as caught:
        compile_template(framed("{{ photo|nosuch }}"), "t.docx")
    assert len(caught.value.problems) == 2


def test_links_are_relations_once_each() -> None:
    look = Look(link="https://example.org/?a=1&b=2", underline="single")
    data = ours(paragraphs("{{ value }}{{ value }}"), {"value": RichText().add("这里", look)})
    assert part(data, "word/_rels/document.xml.rels").count("https://example.org/?a=1&amp;b=2") == 1
    assert opened(data).paragraphs[0].text == "这里这里"


def test_a_link_that_no_file_can_hold_loses_what_it_cannot() -> None:
    data = ours(paragraphs("{{ value }}"), {"value": RichText().add("这里", Look(link="https://example.org/\ud800\0"))})
    assert 'Target="https://example.org/"' in part(data, "word/_rels/document.xml.rels")


def test_spaces_inside_quotes_are_kept() -> None:
    data = ours(paragraphs("{{ items|join('　') }}|{{ '   ' }}|"), {"items": ["一", "二"]})
    assert opened(data).paragraphs[0].text == "一　二|   |"


def test_properties_are_escaped_once() -> None:
    document = Document()
    properties = ("title", "subject", "author", "comments", "keywords", "category")
    for name in properties:
        setattr(document.core_properties, name, "{{ name }}")
    found = structure(ours(saved(document), FACTS))["properties"]
    assert {found[name] for name in properties} == {FACTS["name"]}


# -- what cannot be printed -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value", "said"),
    [
        ("{{ value }}", Paragraphs().add("甲"), "要独占一段"),
        ("{{p value }}", SubDocument(b"nothing"), "打不开"),
        ("{{p value.nothing }}", {"some": 1}, "nothing"),
        ("{{ value }}", Picture(b"no picture"), "图片打不开"),
        ("{{ value }}", Picture(PICTURE[:40]), "图片打不开"),
        ("{{ value }}", TheirText("甲", url_id="rId6"), "引用了别的文件"),
    ],
)
def test_values_that_fit_nowhere_are_told_with_their_place(text: str, value: Any, said: str) -> None:
    compiled = compile_template(paragraphs("第一段", text), "t.docx")
    with pytest.raises(TemplateBroken) as caught:
        compiled.render({"value": value})
    problem = caught.value.problems[0]
    assert said in problem.what
    assert problem.place.spot == "第 2 段"


def test_picture_in_a_property_breaks_no_file() -> None:
    document = Document()
    document.core_properties.title = "{{ value }}"
    compiled = compile_template(saved(document), "t.docx")
    with pytest.raises(TemplateBroken) as caught:
        compiled.render({"value": Picture(PICTURE)})
    assert caught.value.problems[0].place.part == "文档属性"


@pytest.mark.parametrize("tag", ["{{ x|as_paragraphs }}", "{% if x is paragraphs %}{% endif %}"])
def test_what_tags_become_is_no_word_of_authors(tag: str) -> None:
    with pytest.raises(TemplateBroken):
        compile_template(paragraphs(tag), "t.docx")


def names(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.namelist()
