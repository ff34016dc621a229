"""A Word file in another: taken in by a template, brought by a value, embedded as an object."""

import io
import random
import zipfile
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, RGBColor
from openpyxl import Workbook, load_workbook

from onefill.rendering import TemplateBroken, compile_template
from onefill.rendering.word_include import MOST_INCLUDED, read_template, whole_template
from onefill.rendering.word_values import SubDocument
from tests.rendering.test_word import NOTES, opened, paragraphs, part, repacked, saved
from tests.rendering.test_word_constructs import notes, png
from tests.rendering.word_rules import broken_rules
from tests.rendering.word_structure import structure

#: Two lists of one file: each counts for itself.
LISTS = (
    f'<w:numbering {nsdecls("w")}><w:abstractNum w:abstractNumId="7"><w:nsid w:val="0A0B0C0D"/>'
    '<w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
    '<w:lvlText w:val="第%1条"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="9"><w:abstractNumId w:val="7"/></w:num></w:numbering>'
)


def numbered(document: Any, text: str) -> None:
    paragraph = document.add_paragraph(text)
    paragraph._p.get_or_add_pPr().append(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="9"/></w:numPr>')
    )


def rules_page(name: str = "{{ name }}") -> bytes:
    """A file with a style, a list, a picture, a link, a table, a bookmark and a note of its own."""
    document = Document()
    style = document.styles.add_style("须知", WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles.add_style("须知底", WD_STYLE_TYPE.PARAGRAPH)
    style.font.color.rgb = RGBColor(0, 0, 255)
    document.add_paragraph(f"给{name}", style="须知")
    numbered(document, "一")
    numbered(document, "二")
    document.add_picture(io.BytesIO(png()), width=Mm(20))
    link = document.part.relate_to("https://example.org/?a=1&b=2", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    document.add_paragraph()._p.append(
        parse_xml(f'<w:hyperlink {nsdecls("w", "r")} r:id="{link}"><w:r><w:t>这里</w:t></w:r></w:hyperlink>')
    )
    marked = document.add_paragraph("标")
    marked._p.insert(0, parse_xml(f'<w:bookmarkStart {nsdecls("w")} w:id="0" w:name="处"/>'))
    marked._p.append(parse_xml(f'<w:bookmarkEnd {nsdecls("w")} w:id="0"/>'))
    marked._p.append(parse_xml(f'<w:r {nsdecls("w")}><w:footnoteReference w:id="1"/></w:r>'))
    document.add_table(rows=1, cols=2, style="Table Grid").cell(0, 1).text = "{{ name }}" if "{" in name else name
    data = with_notes(saved(document), f"注{name}")
    return repacked(data, {"word/numbering.xml": LISTS.encode()})


def with_notes(data: bytes, text: str) -> bytes:
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    types = part(data, "[Content_Types].xml")
    relations = part(data, "word/_rels/document.xml.rels")
    relation = f'<Relationship Id="notes" Target="footnotes.xml" Type="{RELATIONSHIP_TYPE.FOOTNOTES}"/>'
    changes = {
        "[Content_Types].xml": types.replace(
            "</Types>", f'<Override PartName="/word/footnotes.xml" ContentType="{kind}"/></Types>'
        ),
        "word/_rels/document.xml.rels": relations.replace("</Relationships>", f"{relation}</Relationships>"),
        "word/footnotes.xml": NOTES.replace("注{{ s.title }}", escape(text, quote=False)),
    }
    return repacked(data, {name: said.encode() for name, said in changes.items()})


def master(*texts: str) -> bytes:
    """A file with a list of the same number, a bookmark of the same id and a style of the same id of its own."""
    document = opened(notes())
    style = document.styles.add_style("须知底", WD_STYLE_TYPE.PARAGRAPH)
    style.font.color.rgb = RGBColor(255, 0, 0)
    first = document.paragraphs[0]
    first._p.insert(0, parse_xml(f'<w:bookmarkStart {nsdecls("w")} w:id="0" w:name="头"/>'))
    for text in texts:
        document.add_paragraph(text)
    document.add_paragraph("尾")._p.append(parse_xml(f'<w:bookmarkEnd {nsdecls("w")} w:id="0"/>'))
    return repacked(saved(document), {"word/numbering.xml": LISTS.replace("第%1条", "%1、").encode()})


def taken(files: Mapping[str, bytes], name: str = "plan.docx") -> Any:
    whole = whole_template(files[name], name, files.get, sorted(files))
    return compile_template(whole.data, name)


def printed(compiled: Any, facts: Mapping[str, object]) -> Any:
    data = compiled.render(facts)
    assert broken_rules(data) == []
    return data


def looks(data: bytes) -> list[tuple[str, str | None, str | None]]:
    """Each paragraph's text, the colour of its style, and how the list it is in counts."""
    document = opened(data)
    lists = document.part.numbering_part.element
    found = []
    for paragraph in document.paragraphs:
        number = paragraph._p.find(f".//{qn('w:numId')}")
        shape = None
        if number is not None:
            [num] = lists.xpath(f"./w:num[@w:numId='{number.get(qn('w:val'))}']/w:abstractNumId/@w:val")
            [shape] = lists.xpath(f"./w:abstractNum[@w:abstractNumId='{num}']/w:lvl/w:lvlText/@w:val")
        color = paragraph.style.font.color.rgb
        found.append((paragraph.text, None if color is None else str(color), shape))
    return found


BROUGHT = [
    ("给A & B <有限公司> “甲”", "0000FF", None),
    ("一", None, "第%1条"),
    ("二", None, "第%1条"),
    ("", None, None),
    ("这里", None, None),
    ("标", None, None),
]
NAME = "A & B <有限公司> “甲”"


def check_brought(data: bytes) -> None:
    """All that the file has is there, and all that the other one had before."""
    assert looks(data) == [(f"正文{NAME}", None, None), *BROUGHT, ("尾", None, None)]
    document = opened(data)
    assert document.styles["须知"].base_style.font.color.rgb == RGBColor(255, 0, 0), "the one who takes in decides"
    assert [table.cell(0, 1).text for table in document.tables] == [NAME]
    found = structure(data)
    assert f"注{NAME}" in str(found["footnotes"])
    assert "[drawing [('720000', '360000')]" in str(found["body"])
    assert "https://example.org/?a=1&b=2" in str(found["body"])
    marks = [each.get(qn("w:name")) for each in document.element.body.iter(qn("w:bookmarkStart"))]
    assert marks == ["头", "处"]


@pytest.mark.parametrize("tag", ["{%p include 'rules.docx' %}", "{%p include “rules.docx” %}"])
def test_a_template_takes_in_another_with_all_that_belongs_to_it(tag: str) -> None:
    compiled = taken({"plan.docx": master(tag), "rules.docx": rules_page()})
    assert {name.path for name in compiled.names} == {"name"}
    check_brought(printed(compiled, {"name": NAME}))
    assert "onefill" not in part(compiled.render({"name": NAME}))


def test_a_value_brings_a_file_with_all_that_belongs_to_it() -> None:
    compiled = compile_template(master("{{p value }}"), "t.docx")
    check_brought(printed(compiled, {"name": NAME, "value": SubDocument(rules_page(NAME))}))


def test_a_file_brought_many_times_is_kept_once() -> None:
    compiled = compile_template(paragraphs("{%p for x in rows %}", "{{p value }}", "{%p endfor %}"), "t.docx")
    data = printed(compiled, {"rows": [1, 2, 3], "value": SubDocument(rules_page("甲"))})
    assert [text for text, _, _ in looks(data)].count("给甲") == 3
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert sum(name.startswith("word/media/") for name in archive.namelist()) == 1


def test_each_repeated_page_has_the_notes_of_the_file_that_it_brings() -> None:
    compiled = compile_template(paragraphs("{{p value }}"), "t.docx")
    items = [{"value": SubDocument(rules_page(name))} for name in "甲乙丙"]
    data = compiled.render_each(items, "pages")
    assert broken_rules(data) == []
    found = structure(data)["footnotes"]
    assert [f"注{name}" in str(found) for name in "甲乙丙"] == [True] * 3
    ids = [each.get(qn("w:id")) for each in opened(data).element.body.iter(qn("w:footnoteReference"))]
    assert len(set(ids)) == 3


def test_loops_of_a_file_taken_in_run_and_it_may_stand_in_a_cell_or_a_head() -> None:
    document = Document()
    document.add_table(rows=1, cols=1).cell(0, 0).text = "{%p include 'list.docx' %}"
    document.sections[0].header.paragraphs[0].text = "{%p include 'list.docx' %}"
    files = {"plan.docx": saved(document), "list.docx": paragraphs("{%p for x in rows %}", "{{ x }}", "{%p endfor %}")}
    made = opened(printed(taken(files), {"rows": ["一", "二"]}))
    assert made.tables[0].cell(0, 0).text == "一\n二"
    assert [each.text for each in made.sections[0].header.paragraphs] == ["一", "二"]


def test_files_taken_in_take_in_others() -> None:
    files = {
        "plan.docx": paragraphs("甲", "{%p include 'a.docx' %}", "{%p include 'a.docx' %}"),
        "a.docx": paragraphs("乙", "{%p include 'b.docx' %}"),
        "b.docx": paragraphs("{{ x }}"),
    }
    assert [each.text for each in opened(printed(taken(files), {"x": "丙"})).paragraphs] == [
        "甲",
        "乙",
        "丙",
        "乙",
        "丙",
    ]


def test_equal_files_give_equal_bytes_and_one_without_is_the_same() -> None:
    files = {"plan.docx": master("{%p include 'rules.docx' %}"), "rules.docx": rules_page()}
    first, again = (whole_template(files["plan.docx"], "plan.docx", files.get) for _ in range(2))
    assert first == again
    assert first.files == {"rules.docx"}
    plain = paragraphs("{{ a }}")
    assert whole_template(plain, "t.docx", files.get).data is plain


def test_a_name_in_a_file_taken_in_is_placed_in_that_file() -> None:
    document = Document()
    document.add_table(rows=2, cols=2)
    document.add_paragraph("第一段")
    document.add_table(rows=1, cols=2).cell(0, 1).text = "{{ name }}"
    files = {
        "foshan/plan.docx": paragraphs("{{ a }}", "{{ b }}", "{%p include 'rules.docx' %}", "{{ c }}"),
        "rules.docx": saved(document),
    }
    compiled = taken(files, "foshan/plan.docx")
    places = {name.path: (name.place.template, name.place.spot) for name in compiled.names}
    assert places == {
        "a": ("foshan/plan.docx", "第 1 段"),
        "b": ("foshan/plan.docx", "第 2 段"),
        "name": ("foshan/rules.docx", "表 2 第 1 行第 2 列"),
        "c": ("foshan/plan.docx", "第 3 段"),
    }


def refused(files: Mapping[str, bytes]) -> list[tuple[str, str, str, str]]:
    with pytest.raises(TemplateBroken) as caught:
        taken(files)
    return [(each.code, each.place.template, each.place.spot, each.remedy) for each in caught.value.problems]


def test_what_cannot_be_taken_in_is_told_with_its_place() -> None:
    missing = paragraphs("甲", "{%p include 'rulez.docx' %}", "{%p include '../rules.docx' %}")
    [first, second] = refused({"plan.docx": missing, "rules.docx": paragraphs("乙")})
    assert first == ("TEMPLATE_INCLUDE", "plan.docx", "第 2 段", "改成“rules.docx”")
    assert second[:3] == ("TEMPLATE_INCLUDE", "plan.docx", "第 3 段")
    [old] = refused({"plan.docx": paragraphs("{%p include 'a.docx' %}"), "a.docx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"})
    assert old[:2] == ("TEMPLATE_OLD", "a.docx")
    inline = {"plan.docx": paragraphs("见{% include 'a.docx' %}"), "a.docx": paragraphs("乙")}
    assert [each[0] for each in refused(inline)] == ["TEMPLATE_REFUSED"]


def test_a_fault_in_a_file_taken_in_is_told_of_that_file() -> None:
    [fault] = refused({"plan.docx": paragraphs("甲", "{%p include 'a.docx' %}"), "a.docx": paragraphs("", "{{ x| }}")})
    assert fault[:3] == ("TEMPLATE_SYNTAX", "a.docx", "第 2 段")


def test_files_that_take_in_each_other_or_too_many_are_refused() -> None:
    a, b = paragraphs("{%p include 'b.docx' %}"), paragraphs("{%p include 'plan.docx' %}")
    assert refused({"plan.docx": a, "b.docx": b})[0][:2] == ("TEMPLATE_INCLUDE", "b.docx")
    many = paragraphs(*["{%p include 'b.docx' %}"] * (MOST_INCLUDED + 1))
    assert [each[0] for each in refused({"plan.docx": many, "b.docx": paragraphs("乙")})] == ["TEMPLATE_INCLUDE"]


def test_a_value_that_is_no_word_file_is_told() -> None:
    compiled = compile_template(paragraphs("甲", "{{p value }}"), "t.docx")
    book = io.BytesIO()
    Workbook().save(book)
    for data in (b"nothing", book.getvalue()):
        with pytest.raises(TemplateBroken) as caught:
            compiled.render({"value": SubDocument(data)})
        assert "打不开" in caught.value.problems[0].what


@pytest.mark.parametrize("seed", range(6))
def test_a_damaged_file_gives_no_half_document(seed: int) -> None:
    """Parts of the file that is brought are cut, emptied or taken away: it is told, or the rest is printed."""
    dice, good = random.Random(seed), rules_page("甲")
    compiled = compile_template(master("{{p value }}"), "t.docx")
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    refused = 0
    for _ in range(12):
        name = dice.choice([name for name in members if name.endswith((".xml", ".rels"))])
        cut = members[name][: dice.randrange(len(members[name]))]
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for each, data in members.items():
                if each != name or dice.random() < 0.7:
                    archive.writestr(each, cut if each == name else data)
        try:
            made = compiled.render({"name": "乙", "value": SubDocument(out.getvalue())})
        except TemplateBroken as broken:
            assert broken.problems[0].place.spot == "第 2 段"
            refused += 1
        else:
            assert opened(made).paragraphs[-1].text == "尾"
    assert refused


def test_beside_a_file_lie_those_that_it_takes_in(tmp_path: Path) -> None:
    (tmp_path / "plan.docx").write_bytes(paragraphs("{%p include 'a.docx' %}"))
    with pytest.raises(TemplateBroken):
        read_template(tmp_path / "plan.docx")
    (tmp_path / "a.docx").write_bytes(paragraphs("乙"))
    assert read_template(tmp_path / "plan.docx").files == {"a.docx"}


# -- embedded objects -------------------------------------------------------------------------------------------


def book(text: str) -> bytes:
    made = Workbook()
    made.active["A1"] = text  # type: ignore[index]
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def embedding(inner: bytes, suffix: str = "xlsx") -> bytes:
    """A Word file with an object in it, as Word keeps one."""
    document = Document()
    document.add_paragraph("{{ name }}")
    name, kind = f"embeddings/Inner.{suffix}", f"{RELATIONSHIP_TYPE.PACKAGE}"
    shown = document.add_paragraph()
    shape = (
        f'<w:r {nsdecls("w", "r")} xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:'
        'office:office"><w:object><v:shape id="i" style="width:40pt;height:40pt"/><o:OLEObject Type="Embed"'
        ' ProgID="Excel.Sheet.12" ShapeID="i" DrawAspect="Icon" ObjectID="_1" r:id="inner"/></w:object></w:r>'
    )
    shown._p.append(parse_xml(shape))
    data = saved(document)
    relation = f'<Relationship Id="inner" Type="{kind}" Target="{name}"/></Relationships>'
    types = part(data, "[Content_Types].xml")
    default = f'<Default Extension="{suffix}" ContentType="application/octet-stream"/>'
    changes = {
        "[Content_Types].xml": types.replace("<Default", f"{default}<Default", 1).encode(),
        "word/_rels/document.xml.rels": part(data, "word/_rels/document.xml.rels")
        .replace("</Relationships>", relation)
        .encode(),
        f"word/{name}": inner,
    }
    return repacked(data, changes)


def member(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


def first_cell(data: bytes) -> object:
    return load_workbook(io.BytesIO(data)).active["A1"].value  # type: ignore[index]


def test_an_embedded_workbook_with_tags_is_printed() -> None:
    compiled = compile_template(embedding(book("{{ name }}/{{ total }}")), "t.docx")
    assert {name.path for name in compiled.names} == {"name", "total"}
    data = compiled.render({"name": "甲", "total": 3})
    assert broken_rules(data) == []
    assert first_cell(member(data, "word/embeddings/Inner.xlsx")) == "甲/3"


def test_an_embedded_word_file_with_tags_is_printed() -> None:
    data = compile_template(embedding(paragraphs("{{ name }}"), "docx"), "t.docx").render({"name": "甲"})
    assert opened(member(data, "word/embeddings/Inner.docx")).paragraphs[0].text == "甲"


def test_embedded_files_without_tags_stay_byte_for_byte() -> None:
    for inner in (book("甲"), b"no office file"):
        data = compile_template(embedding(inner), "t.docx").render({"name": "甲"})
        assert member(data, "word/embeddings/Inner.xlsx") == inner


def test_each_repeated_page_has_its_own_embedded_file() -> None:
    compiled = compile_template(embedding(book("{{ name }}")), "t.docx")
    data = compiled.render_each([{"name": name} for name in "甲乙丙"], "pages")
    assert broken_rules(data) == []
    document = opened(data)
    leads = [each.get(qn("r:id")) for each in document.element.body.iter("{*}OLEObject")]
    assert [first_cell(document.part.related_parts[each].blob) for each in leads] == ["甲", "乙", "丙"]


def test_a_fault_in_an_embedded_file_names_both() -> None:
    with pytest.raises(TemplateBroken) as caught:
        compile_template(embedding(book("{{ name| }}")), "t.docx")
    assert caught.value.problems[0].place.template == "t.docx 里的 Inner.xlsx"
    assert caught.value.problems[0].place.spot
