"""Papers set into a layout of their like: the same page as LibreOffice's own, within half a millimetre."""

import io
import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from fontTools.cffLib import CFFFontSet
from fontTools.pens.boundsPen import BoundsPen
from PIL import Image

from onefill.problems import Problem, TemplatePlace
from onefill.rendering import compile_template
from onefill.rendering.archival import archival_faults
from onefill.rendering.compact_fonts import blank_outline, compact_font
from onefill.rendering.engines import find_soffice
from onefill.rendering.libreoffice import convert
from onefill.rendering.packet import Part, join
from onefill.rendering.page_faces import face_called
from onefill.rendering.page_layouts import Layout, LayoutUnread, Page, Shown
from onefill.rendering.page_learning import alike
from onefill.rendering.page_places import MM
from onefill.rendering.page_setting import Setting
from onefill.rendering.page_shapes import FILLERS, HANZI, own_signs, saying, specimens
from onefill.rendering.stock_pages import Placing, placed
from onefill.rendering.word import CompiledWord
from onefill.service.layouts import Layouts, Plan, Repeated
from store import Cache
from tests.rendering.test_page_marks import sheet

needs_office = pytest.mark.skipif(find_soffice() is None, reason="LibreOffice is not here")
DPI = 200
#: Half a millimetre at so many dots an inch.
REACH = math.floor(0.5 / 25.4 * DPI)
HALF_MM = 0.5 * MM
COMMON = ("王芳", "李小明", "欧阳震华", "李建国", "阿布都热合曼", "赵一一", "孙丽")
NAMES = (*COMMON, "买买提·艾力", "刘喆", "张𠮷", "周〇一", "Maria Ng")
IDS = ("110105194912310021", "11010519491231002X", "111111111111111111", "449902199009220089")


@dataclass(frozen=True)
class Both:
    """Papers set, and as LibreOffice lays them out; the plan that set them."""

    ours: bytes
    theirs: bytes
    plan: Plan
    specimens: int


def template(*, picture: bytes = b"") -> CompiledWord:
    """A certificate: a sentence that runs over lines, aligned in all ways, a table, a head and a foot that counts."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(148)
    styled = document.styles["Normal"]
    styled.font.name, styled.font.size = "Times New Roman", Pt(14)
    styled.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋")
    section.header.paragraphs[0].text = "第 {{ n }} 号"
    title = document.add_paragraph("{{ name }}　同志")
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.runs[0].font.size = Pt(26)
    body = document.add_paragraph("兹有{{ name }}（身份证号码：{{ id_no }}）于2026年3月1日至2026年3月{{ day }}日")
    body.add_run("参加物业管理师（{{ grade }}）培训，").bold = True
    body.add_run("考核成绩{{ score }}分，Level {{ grade }}，准予结业，特发此证，以资证明。")
    body.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    table = document.add_table(rows=2, cols=3, style="Table Grid")
    for cell, text in zip(
        table._cells, ("姓名", "{{ name }}", "{{ score }}", "编号", "YL{{ id_no }}", "5%"), strict=True
    ):
        cell.text = text
    document.add_paragraph("{{ name }}").alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if picture:
        document.add_paragraph().add_run().add_picture(io.BytesIO(picture))
    end = document.add_paragraph("数据校验码 {{ hash }}")
    end.alignment = WD_ALIGN_PARAGRAPH.LEFT
    foot = section.footer.paragraphs[0]
    foot.text = "第 "
    foot._p.append(parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'))
    foot.add_run(" 页")
    out = io.BytesIO()
    document.save(out)
    made = compile_template(out.getvalue(), "certificate.docx")
    assert isinstance(made, CompiledWord)
    return made


def people(names: Sequence[str], hash: str = "80ed7718") -> list[dict[str, Any]]:
    ids, scores = itertools.cycle(IDS), itertools.cycle((60, 100, 85, 9))
    items = zip(names, ids, scores, itertools.cycle(("三级", "二级")), strict=False)
    return [
        {"name": name, "id_no": id_no, "day": 11, "score": score, "grade": grade, "n": 11, "hash": hash}
        for name, id_no, score, grade in items
    ]


def repeated(compiled: CompiledWord, items: Sequence[Mapping[str, object]]) -> Repeated:
    papers = compiled.pages(items)
    assert papers is not None
    return Repeated(papers=papers, file=compiled.joined, share=len(papers), mark="certificate")


def plan_of(layouts: Layouts, asked: Repeated) -> Plan:
    return Plan(layouts, asked, "here")


def converted(files: Mapping[str, bytes]) -> dict[str, bytes]:
    made = convert(files)
    assert not [one for one in made.values() if isinstance(one, Problem)]
    return {name: one for name, one in made.items() if isinstance(one, bytes)}


def both(layouts: Layouts, compiled: CompiledWord, names: Sequence[str]) -> Both:
    asked = repeated(compiled, people(names))
    plan = plan_of(layouts, asked)
    files = {f"s{at}.docx": data for at, data in enumerate(plan.first)}
    made = converted({**files, "all.docx": asked.files[0]})
    plan.learn([made[name] for name in files])
    rest = converted({f"r{at}.docx": data for at, data in enumerate(plan.second)}) if plan.second else {}
    [ours] = plan.pages([], list(rest.values()))
    assert isinstance(ours, bytes)
    return Both(ours, made["all.docx"], plan, len(files))


@pytest.fixture(scope="module")
def layouts(tmp_path_factory: pytest.TempPathFactory) -> Layouts:
    return Layouts(Cache(tmp_path_factory.mktemp("layouts"), 100))


@pytest.fixture(scope="module")
def made(layouts: Layouts) -> Both:
    return both(layouts, template(), NAMES)


def signs(pdf: bytes, page: int) -> list[tuple[str, float, float]]:
    """The signs of a page, each with its left and lower edge in points."""
    with pypdfium2.PdfDocument(pdf) as document:
        text = document[page].get_textpage()
        try:
            told = [(text.get_text_range(at, 1), *text.get_charbox(at)[:2]) for at in range(text.count_chars())]
        finally:
            text.close()
    return sorted(one for one in told if one[0].strip())


@needs_office
def test_pages_show_ink_where_libreoffice_shows_it(made: Both) -> None:
    pages = [(at, at) for at in range(len(NAMES))]
    with pikepdf.open(io.BytesIO(made.theirs)) as theirs, pikepdf.open(io.BytesIO(made.ours)) as ours:
        assert len(ours.pages) == len(theirs.pages) == len(NAMES)
        sizes = [[float(side) for page in pdf.pages for side in page.mediabox] for pdf in (ours, theirs)]
    assert sizes[0] == pytest.approx(sizes[1], abs=0.001)
    assert all(alike(made.ours, made.theirs, [pair], dpi=DPI, reach=REACH) for pair in pages)


@needs_office
def test_every_sign_stands_within_half_a_millimetre(made: Both) -> None:
    for page in range(len(NAMES)):
        ours, theirs = signs(made.ours, page), signs(made.theirs, page)
        assert [sign for sign, *_ in ours] == [sign for sign, *_ in theirs]
        off = [
            one for one in ours if not any(one[0] == at[0] and math.dist(one[1:], at[1:]) < HALF_MM for at in theirs)
        ]
        assert off == [], NAMES[page]


@needs_office
def test_most_papers_were_not_laid_out_themselves(made: Both) -> None:
    assert made.specimens == 1
    assert len(made.plan.second) < 3


@needs_office
def test_what_was_laid_out_once_is_never_laid_out_again(made: Both, layouts: Layouts, tmp_path: Path) -> None:
    compiled = template()
    others = people(["郑伟", "吴小红", "司马相如", "冯国强"], hash="ffffffff")
    again = plan_of(layouts, repeated(compiled, others))
    assert (again.first, again.second) == ((), ())
    [one], [other] = again.pages([]), plan_of(layouts, repeated(compiled, others)).pages([])
    assert isinstance(one, bytes)
    assert one == other
    with pypdfium2.PdfDocument(one) as document:
        told = "".join(document[2].get_textpage().get_text_range().split())
    assert told.count("司马相如") == 4
    assert "ffffffff" in told


@needs_office
def test_set_pages_may_be_kept_and_searched(made: Both) -> None:
    whole = join([Part(title="证书", pdf=made.ours)])
    with pikepdf.open(io.BytesIO(whole)) as document:
        assert archival_faults(document) == []
    with pypdfium2.PdfDocument(whole) as document:
        for page, name in zip(document, COMMON, strict=False):
            assert page.get_textpage().search(name).get_next() is not None, name


@needs_office
def test_a_sign_that_no_font_sets_by_itself_is_laid_out_by_libreoffice(tmp_path: Path) -> None:
    """Arabic letters look different beside each other."""
    names = ["王芳", "孙丽", "محمد علي"]
    done = both(Layouts(Cache(tmp_path, 100)), template(), names)
    assert done.specimens == 1
    assert len(done.plan.second) == 1
    for page in range(len(names)):
        assert alike(done.ours, done.theirs, [(page, page)], dpi=DPI, reach=REACH), names[page]


@needs_office
def test_pages_with_pictures_are_left_to_libreoffice(tmp_path: Path) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (40, 40), "red").save(picture, "PNG")
    asked = repeated(template(picture=picture.getvalue()), people(NAMES))
    plan = plan_of(Layouts(Cache(tmp_path, 100)), asked)
    assert plan.first == asked.files
    assert plan.second == ()


def test_a_specimen_that_cannot_be_converted_leaves_all_to_libreoffice(tmp_path: Path) -> None:
    layouts, asked = Layouts(Cache(tmp_path, 100)), repeated(template(), people(NAMES))
    plan = plan_of(layouts, asked)
    problem = Problem(place=TemplatePlace("s.docx", "", ""), code="PDF_FAILS", what="转不成 PDF", remedy="")
    plan.learn([problem for _ in plan.first])
    assert plan.second == asked.files
    assert plan.pages([problem], [problem]) == [problem]
    assert len(plan_of(layouts, asked).first) == 1  # it may have been a bad moment


def test_a_page_that_says_something_else_is_no_layout(tmp_path: Path) -> None:
    """As if another program had laid it out: nothing of it is used, and it is not tried again."""
    layouts, asked = Layouts(Cache(tmp_path, 100)), repeated(template(), people(NAMES))
    plan = plan_of(layouts, asked)
    plan.learn([sheet(b"10 10 50 50 re f") for _ in plan.first])
    assert plan.second == asked.files
    again = plan_of(layouts, repeated(template(), people(["钱七", "周八八"])))
    assert len(again.first) == 1
    assert again.second == ()


def blank_page() -> Layout:
    return Layout((Page((0.0, 0.0, 10.0, 10.0), ("q Q",)),))


def kept_under(asked: Repeated) -> tuple[str, str]:
    """What the layout of a paper is kept under, and its shape."""
    told = saying(asked.papers[0])
    return Layouts(Cache(Path(), 1)).key("here", asked.mark, told.frame.digest, told.shape), told.shape


@pytest.mark.parametrize(
    "damaged",
    [b"", b"[[[0,0,1", b"\xff\x00", b"[]", b"{}", b'"', b"[[[0,0,595,842],[]]]"],
)
def test_a_layout_that_was_damaged_is_made_again(damaged: bytes, tmp_path: Path) -> None:
    asked = repeated(template(), people(["王芳"]))
    key, shape = kept_under(asked)
    Layouts(Cache(tmp_path, 9)).keep(key, shape, blank_page())
    assert plan_of(Layouts(Cache(tmp_path, 9)), asked).first == ()
    (tmp_path / f"{key}.layout").write_bytes(damaged)
    layouts = Layouts(Cache(tmp_path, 9))
    assert len(plan_of(layouts, asked).first) == 1
    layouts.keep(key, shape, blank_page())
    assert plan_of(Layouts(Cache(tmp_path, 9)), asked).first == ()


def test_a_layout_that_was_changed_cut_or_put_under_another_name_is_made_again(tmp_path: Path) -> None:
    asked = repeated(template(), people(["王芳"]))
    key, shape = kept_under(asked)
    Layouts(Cache(tmp_path, 9)).keep(key, shape, blank_page())
    path = tmp_path / f"{key}.layout"
    whole = path.read_bytes()
    for other in (whole.replace(b"q Q", b"q q"), whole[:-1], whole[:70], whole.partition(b"\n")[2]):
        path.write_bytes(other)
        assert len(plan_of(Layouts(Cache(tmp_path, 9)), asked).first) == 1
    longer = repeated(template(), people(["李小明"]))
    path.rename(tmp_path / f"{kept_under(longer)[0]}.layout")
    assert len(plan_of(Layouts(Cache(tmp_path, 9)), longer).first) == 1


def test_why_a_layout_cannot_be_used_is_not_kept(tmp_path: Path) -> None:
    """It tells letters and rare signs of names."""
    layouts, asked = Layouts(Cache(tmp_path, 9)), repeated(template(), people(["刘喆"]))
    key, shape = kept_under(asked)
    layouts.keep(key, shape, LayoutUnread(why="有的字没有印出来：喆Sofia"))
    for known in (layouts, Layouts(Cache(tmp_path, 9))):
        found = known.get(key, shape)
        assert isinstance(found, LayoutUnread)
        assert "喆" not in found.why
    [kept] = tmp_path.iterdir()
    assert kept.read_bytes().partition(b"\n")[2] == b"unread"


def learn(layouts: Layouts, *names: str) -> int:
    """Have papers laid out so that none of their pages can be used; how many files that took."""
    plan = plan_of(layouts, repeated(template(), people(names)))
    plan.learn([sheet(b"10 10 50 50 re f") for _ in plan.first])
    return len(plan.first) if plan.second else 0


@pytest.mark.parametrize("first", ["odd", "good"])
def test_an_odd_paper_does_not_keep_others_from_being_set(first: str, tmp_path: Path) -> None:
    layouts, asked = Layouts(Cache(tmp_path, 99)), repeated(template(), people(["王芳"]))
    key, shape = kept_under(asked)
    frame = layouts.key("here", asked.mark, saying(asked.papers[0]).frame.digest)
    if first == "odd":
        assert learn(layouts, "Ffion Fine") == 1
        assert len(plan_of(layouts, asked).first) == 1  # it is tried, and found good
    layouts.judge(frame, key, layouts.keep(key, shape, blank_page()))
    for odd in ("Sofia Griffin", "محمد علي", "Maria"):
        assert learn(layouts, odd) == 1
        assert learn(layouts, odd) == 0
    again = plan_of(Layouts(Cache(tmp_path, 99)), asked)
    assert (again.first, again.second) == ((), ())
    assert learn(layouts, "欧阳震华") == 1  # and so are other shapes


def test_after_papers_of_two_shapes_none_is_tried_any_more(tmp_path: Path) -> None:
    layouts = Layouts(Cache(tmp_path, 99))
    assert [learn(layouts, name) for name in ("王芳", "孙丽", "李小明", "欧阳震华", "Maria")] == [1, 0, 1, 0, 0]


def test_a_layout_without_pages_sets_nothing(tmp_path: Path) -> None:
    layouts, asked = Layouts(Cache(tmp_path, 9)), repeated(template(), people(["王芳"]))
    assert isinstance(layouts.keep(*kept_under(asked), Layout(())), LayoutUnread)
    assert len(plan_of(layouts, asked).first) == 1


def test_a_broken_specimen_leaves_all_to_libreoffice(tmp_path: Path) -> None:
    layouts, asked = Layouts(Cache(tmp_path, 9)), repeated(template(), people(NAMES))
    plan = plan_of(layouts, asked)
    plan.learn([b"%PDF-1.7 cut" for _ in plan.first])
    assert plan.second == asked.files
    assert plan.pages([b""], [b"whole"]) == [b"whole"]
    assert len(plan_of(layouts, asked).first) == 1


@needs_office
def test_a_paper_that_stands_alone_is_laid_out_as_it_is_the_first_time(tmp_path: Path) -> None:
    layouts, compiled = Layouts(Cache(tmp_path, 100)), template()

    def asked(name: str) -> Repeated:
        [paper] = compiled.pages(people([name])) or []
        return Repeated(papers=[paper], file=lambda some: compiled.alone(some[0]), share=1, mark="letter", many=False)

    first = asked("王芳")
    plan = plan_of(layouts, first)
    assert (plan.first, plan.second) == (first.files, ())
    assert plan.pages([b"pdf"]) == [b"pdf"]
    assert plan_of(layouts, first).first == first.files  # whoever converts has its pages
    second = asked("孙丽")
    plan = plan_of(layouts, second)
    assert len(plan.first) == 1
    assert plan.first != second.files
    made = converted({"specimen.docx": plan.first[0], "real.docx": second.files[0]})
    plan.learn([made["specimen.docx"]])
    assert plan.second == ()
    [ours] = plan.pages([])
    assert isinstance(ours, bytes)
    assert alike(ours, made["real.docx"], [(0, 0)], dpi=DPI, reach=REACH)
    assert plan_of(layouts, asked("吴京")).first == ()


# -- shapes ------------------------------------------------------------------------------------------------------------


def shape(paragraph: str) -> str:
    alignment, _, text = paragraph.rpartition("|")
    told = saying({"d": f"<w:body><w:p><w:pPr>{alignment}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p></w:body>"})
    return f"{told.frame.digest} {told.shape}"


LEFT = '<w:jc w:val="left"/>'
CENTRE = '<w:jc w:val="center"/>'


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("王小明 2026", "李大为 1999", True),
        ("王小明", "李明", False),
        ("王小明", "王小a", False),
        ("王小明", "王小喆", False),  # rare: another font may have it
        ("张喆", "李喆", True),
        ("12", "9", False),
        ("A &amp; B", "A &amp; C", False),
        ("，", "。", False),
        ("国", "0", False),
        (f"{LEFT}|校验码 80ed7718", f"{LEFT}|校验码 ffffffff", True),
        (f"{LEFT}|80ed7718", f"{LEFT}|ffffffff", False),  # it might begin its line
        (f"{CENTRE}|校验码 80ed7718", f"{CENTRE}|校验码 ffffffff", False),
        ("校验码 80ed7718", "校验码 ffffffff", False),  # a style may centre it
        (f"{LEFT}|校验码 80ed7718。", f"{LEFT}|校验码 ffffffff。", False),
        (f"{LEFT}|王", f"{CENTRE}|王", False),
    ],
)
def test_what_belongs_to_a_shape(one: str, other: str, same: bool) -> None:
    assert (shape(one) == shape(other)) is same


def test_a_frame_is_filled_with_what_it_held() -> None:
    parts = {
        "word/header1.xml": "<w:hdr><w:t>甲 &amp; 乙</w:t></w:hdr>",
        "word/document.xml": "<w:p><w:t>丙</w:t></w:p>",
    }
    told = saying(parts)
    assert told.texts == ("甲 & 乙", "丙")
    assert told.frame.filled(told.texts) == parts
    assert told.frame.filled(["<丁>", "戊"])["word/header1.xml"] == "<w:hdr><w:t>&lt;丁&gt;</w:t></w:hdr>"


def test_specimens_have_the_shape_and_texts_a_sign_of_their_own() -> None:
    told = saying(
        {"d": f"<w:p><w:pPr>{LEFT}</w:pPr><w:t>王小明，11 岁 喆 80ed7718</w:t></w:p><w:p><w:t>国国</w:t></w:p>"}
    )
    made = specimens([told.shape, told.shape])
    common = [sign for texts in made for text in texts for sign in text if sign in HANZI and sign not in FILLERS]
    assert len(common) == len(set(common)) == 2 * own_signs(told.shape) == 2 * 2
    for texts in made:
        assert saying(told.frame.filled(texts)).shape == told.shape
        assert texts[0].endswith("00000000")


@pytest.mark.parametrize(
    "more",
    [
        "<w:drawing/>",
        '<w:hyperlink r:id="a"/>',
        "<w:pPr><w:numPr/></w:pPr>",
        "<w:instrText> DATE </w:instrText>",
        '<w:fldSimple w:instr="TITLE"/>',
        '<w:br w:type="page"/>',
    ],
)
def test_what_prints_more_than_its_texts_is_not_set(more: str) -> None:
    assert saying({"d": "<w:p><w:t>王</w:t></w:p>"}).frame.settable
    assert not saying({"d": f"<w:p>{more}<w:t>王</w:t></w:p>"}).frame.settable
    assert saying({"d": r"<w:p><w:instrText> PAGE  \* Arabic</w:instrText><w:t>1</w:t></w:p>"}).frame.settable


# -- layouts, fonts, pictures ------------------------------------------------------------------------------------------


def test_a_layout_is_kept_as_it_is() -> None:
    shown = Shown("LiberationSerif", "16", ((0, 1), " ", (2, 0)), ("", "-30", ""))
    layout = Layout((Page((0.0, 0.0, 595.0, 842.0), ("q BT 1 2 Td ", shown, " ET Q")),))
    assert Layout.loaded(layout.dumped()) == layout


def test_a_font_that_is_not_ours_sets_nothing() -> None:
    page = Page((0.0, 0.0, 10.0, 10.0), (Shown("ComicSans", "9", ((0, 0),), ("",)),))
    with pytest.raises(LayoutUnread, match="ComicSans"):
        Setting("国", Layout((page,)))


def test_a_sign_of_another_width_is_not_set() -> None:
    """Noto's digits are equally wide; a letter in a digit's place is not."""
    page = Page((0.0, 0.0, 10.0, 10.0), (Shown("LiberationSerif", "9", ((0, 0), (0, 1)), ("", "")),))
    setting = Setting("00", Layout((page,)))
    assert setting.signs(["42"]) == [[("LiberationSerif", "4"), ("LiberationSerif", "2")]]
    with pytest.raises(LayoutUnread, match="W"):
        setting.signs(["4W"])
    with pytest.raises(LayoutUnread, match="王"):
        setting.signs(["4王"])


def test_a_compact_font_is_read_by_others() -> None:
    face = face_called("LiberationSerif")
    assert face is not None
    assert [face.width(sign) for sign in "A1"] == [722, 500]
    data = compact_font("ONEFIL+Test", face.box, [blank_outline(), *(face.outline(sign)[1] for sign in "A1")])
    fonts = CFFFontSet()
    fonts.decompile(io.BytesIO(data), None)
    font = fonts[0]
    assert fonts.fontNames == ["ONEFIL+Test"]
    assert font.charset == [".notdef", "cid00001", "cid00002"]
    for name, sign in (("cid00001", "A"), ("cid00002", "1")):
        pen = BoundsPen(None)
        font.CharStrings[name].draw(pen)
        assert font.CharStrings[name].width == face.width(sign)
        assert pen.bounds[3] == 660


def test_pictures_that_are_half_a_millimetre_apart_are_not_alike() -> None:
    page = sheet(b"20 20 0.3 60 re f")  # a thin line
    assert alike(page, placed(page, Placing(right=0.2)), [(0, 0)], dpi=DPI, reach=REACH)
    assert not alike(page, placed(page, Placing(right=0.8)), [(0, 0)], dpi=DPI, reach=REACH)
    assert alike(page, page, [(0, 0)])
    assert not alike(page, placed(page, Placing(down=2)), [(0, 0)])
    assert not alike(page, sheet(b""), [(0, 0)])


def word(body: str, *, head: str = "") -> CompiledWord:
    """A template of some WordprocessingML."""
    document = Document()
    if head:
        document.sections[0].header.paragraphs[0].text = head
    first = document.element.body[0]
    for element in parse_xml(f"<w:body {nsdecls('w')}>{body}</w:body>"):
        first.addprevious(element)
    out = io.BytesIO()
    document.save(out)
    made = compile_template(out.getvalue(), "numbers.docx")
    assert isinstance(made, CompiledWord)
    return made


def para(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


FRAMED = (
    '<w:framePr w:w="2000" w:hSpace="180" w:wrap="around" w:vAnchor="page" w:hAnchor="page" w:x="6000" w:y="1200"/>'
)
TALL = '<w:spacing w:before="3000"/>'
COLUMNS = ["".join(para(f"{{{{ {key}{n} }}}}", TALL) for n in range(6)) for key in "ab"]
CELLS = "".join(f'<w:tc><w:tcPr><w:tcW w:w="4000" w:type="dxa"/></w:tcPr>{column}</w:tc>' for column in COLUMNS)
GRID = '<w:tblPr/><w:tblGrid><w:gridCol w:w="4000"/><w:gridCol w:w="4000"/></w:tblGrid>'
TABBED = '<w:tabs><w:tab w:val="right" w:pos="8000"/></w:tabs><w:jc w:val="left"/>'
CODE = '<w:t>校验</w:t><w:tab/><w:t xml:space="preserve"> {{ hash }}</w:t>'
NUMBERED = {
    "a head and the body": word(para("{{ a0 }}"), head="{{ b0 }}"),
    "letters before them": word(para("No.{{ a0 }}"), head="No.{{ b0 }}"),
    "a frame": word(para("{{ a0 }}", FRAMED) + para("{{ b0 }}")),
    "a row that breaks": word(f"<w:tbl>{GRID}<w:tr>{CELLS}</w:tr></w:tbl>"),
    "a code behind a tab": word(f"<w:p><w:pPr>{TABBED}</w:pPr><w:r>{CODE}</w:r></w:p>"),
}


@needs_office
@pytest.mark.parametrize("what", NUMBERED)
def test_no_number_is_taken_for_another(what: str, tmp_path: Path) -> None:
    compiled, layouts = NUMBERED[what], Layouts(Cache(tmp_path, 100))
    hashes = itertools.cycle(("80ed7718", "11111111", "ffffffff"))
    items = [
        {f"{key}{n}": 1000 * (n + 1) + 100 * person + at for n in range(6) for at, key in enumerate("ab")}
        | {"hash": next(hashes)}
        for person in range(3)
    ]
    asked = repeated(compiled, items)
    first = plan_of(layouts, repeated(compiled, items[:1]))
    made = converted({f"s{at}.docx": data for at, data in enumerate(first.first)})
    first.learn([made[name] for name in made])
    plan = plan_of(layouts, asked)
    made = converted({f"s{at}.docx": data for at, data in enumerate(plan.first)} | {"all.docx": asked.files[0]})
    plan.learn([made[f"s{at}.docx"] for at in range(len(plan.first))])
    rest = converted({f"r{at}.docx": data for at, data in enumerate(plan.second)}) if plan.second else {}
    set_ = plan.pages([], list(rest.values()))
    assert len(set_) == (what in ("a head and the body", "a code behind a tab"))  # others LibreOffice lays out itself
    for ours, page in itertools.product(set_, range(len(pypdfium2.PdfDocument(made["all.docx"])))):
        assert isinstance(ours, bytes)
        here, there = signs(ours, page), signs(made["all.docx"], page)
        off = [one for one in here if not any(one[0] == at[0] and math.dist(one[1:], at[1:]) < HALF_MM for at in there)]
        assert (len(here), off) == (len(there), [])
