"""From the samples to paper: a fact is changed once and stands in every document that prints it."""

import re
import zipfile
from pathlib import Path

from onefill.definitions import Definitions
from onefill.definitions.model import Document
from onefill.rendering import compile_template
from tests.journeys.server import HOME
from tests.journeys.window import Window, expect
from tests.papers import office_text, pdf_pages, squeezed

CLASS, LABEL = "training_class", "440604-012-2026-007 家政服务基础"
ADDRESS, NAME = "新城区星河楼9层", "司徒新禾"
OLD_NAME = "简壬寅"
FACTS = {"site_address": ADDRESS, "trainees[].name": NAME}
#: Prints names of those only who did not come; the second trainee did.
ONLY_OTHERS = {"invigilation_record": NAME}


def test_a_changed_fact_stands_in_every_paper_that_prints_it(window: Window, definitions: Definitions) -> None:
    load_the_samples(window)
    window.look_into(LABEL, CLASS)
    window.look("fill")
    window.write("site_address", ADDRESS)
    expect(window.page.locator(".saved .when")).to_have_text(re.compile(r"^已保存 \d\d:\d\d$"))
    rename_the_second_trainee(window)
    window.papers()
    form = definitions.form(CLASS)
    for number, phase in enumerate(form.phases):
        window.phase(phase.title)
        packet = [squeezed(page) for page in pdf_pages(window.make("生成成套 PDF", "pdf").read_bytes())]
        archive = zipfile.ZipFile(window.make("打包下载", "zip"))
        window.look(f"papers-{number}")
        for paper in (paper for paper in form.documents if paper.from_ == phase.key):
            facts = printed(paper)
            in_every_file(archive, paper, facts)
            in_the_packet(packet, paper, facts)


def test_one_paper_in_word_and_excel_and_its_pages(window: Window, definitions: Definitions) -> None:
    window.open()
    window.look_into(LABEL, CLASS)
    window.papers()
    window.phase(definitions.form(CLASS).phases[0].title)
    roster = next(paper for paper in definitions.form(CLASS).documents if paper.key == "trainee_roster")
    window.paper(roster.title)
    window.pictures_load()
    window.look("paper")
    for suffix, kind in ((".docx", "Word"), (".xlsx", "Excel"), (".pdf", "PDF")):
        file = window.download(kind, roster.title)
        assert file.suffix == suffix
        assert roster.title in file.name
        assert NAME in text_of(file.name, file.read_bytes())
    expect(window.page.locator("[data-told]")).to_have_text("已下载")


def load_the_samples(window: Window) -> None:
    window.open()
    window.page.get_by_role("button", name="装入示例试一试").click()
    expect(window.page.get_by_text(LABEL).first).to_be_visible(timeout=60_000)
    expect(window.page.get_by_role("button", name="装入示例试一试")).to_have_count(0)
    window.look("start")


def rename_the_second_trainee(window: Window) -> None:
    window.section("trainees")
    expect(window.cell(2, "name")).to_have_text(OLD_NAME)
    window.write_cell(2, "name", NAME)
    window.look("roster")
    window.page.keyboard.press("Shift+F10")
    expect(window.page.get_by_role("menu")).to_be_visible()
    window.sound()
    window.page.keyboard.press("Escape")
    window.page.keyboard.press("Control+f")
    expect(window.page.locator(".og-find")).to_be_visible()
    window.sound()


def printed(paper: Document) -> set[str]:
    """Which of the changed facts a document prints, by the names in its templates."""
    names: set[str] = set()
    for template in paper.templates:
        data = (HOME / "templates" / "foshan" / template).read_bytes()
        names |= {name.path for name in compile_template(data, template).names}
    if paper.each is not None:
        names |= {re.sub(rf"^{paper.each.as_}\.", "trainees[].", name) for name in names}
    return {FACTS[name] for name in names & set(FACTS)} - {ONLY_OTHERS.get(paper.key, "")}


def in_every_file(archive: zipfile.ZipFile, paper: Document, facts: set[str]) -> None:
    files = [name for name in archive.namelist() if paper.title in name]
    assert files, paper.title
    for name in files:
        text = text_of(name, archive.read(name))
        assert all(fact in text for fact in facts), name
        assert OLD_NAME not in text, name


def in_the_packet(pages: list[str], paper: Document, facts: set[str]) -> None:
    """Which paper a page belongs to is printed small at its foot."""
    own = "".join(page for page in pages if squeezed(paper.title) in page)
    assert all(fact in own for fact in facts), paper.title
    assert OLD_NAME not in own


def text_of(name: str, data: bytes) -> str:
    suffix = Path(name).suffix
    return squeezed("".join(pdf_pages(data)) if suffix == ".pdf" else office_text(data, suffix))
