"""Makes the pictures of the documents anew: ``.venv/bin/python -m docs.pictures [name …]``.

Screens are taken from the running app in Debian's chromium, papers from the service through LibreOffice, all of them
with the samples, whose people are made up.
"""

import argparse
import io
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, ImageFilter
from playwright.sync_api import Page

from docs.guide import Step, make_file, steps
from docs.life import LIFE
from docs.screens import PASSWORD, ROOT, WIDEST, screen, see_pages, settle
from onefill.people import Account
from onefill.rendering.libreoffice import convert
from onefill.rendering.packet import page_picture
from onefill.service import Desk, Settings, open_desk
from onefill.service.samples import sample_id
from onefill.service.shapes import Person

PICTURES = Path(__file__).with_name("pictures")
CLASS = sample_id("class_50")
GROUND = (227, 231, 237)
GAP = 26
#: A picture that would be larger has its colours rounded, so that nobody sees it.
LIMIT = 240 * 1024
COARSE = [round(one / 5) * 5 for one in range(256)]
#: Who reviews in the pictures.
OFFICER = "王主管"


# -- papers --------------------------------------------------------------------------------------------------------


def papers() -> Image.Image:
    """Two papers of the class side by side."""
    with sample_desk() as desk:
        plan = pdf_of(desk, CLASS, "training_plan")
        certificate = pdf_of(desk, CLASS, "certificate")
    return beside([picture(plan, 1), picture(certificate, 1)], height=470)


def roster() -> Image.Image:
    """The roster with its seal cell, and a sign-in sheet."""
    with sample_desk() as desk:
        pages = [picture(pdf_of(desk, CLASS, "trainee_roster"), 1), picture(pdf_of(desk, CLASS, "sign_in"), 1)]
    return beside(pages, height=520)


def library() -> Image.Image:
    """The guide's template as its author sees it, and the paper that comes of it."""
    with tempfile.TemporaryDirectory(prefix="onefill-pictures-") as folder:
        home = Path(folder)
        typed: dict[str, str] = {}
        for step in steps():
            if step.target.startswith(("forms/", "templates/")) and step.kind == "file":
                make_file(step, home)
            if step.kind == "type":
                typed |= {place.strip(): value.strip() for place, value in cells_of(step)}
        desk = open_desk(Settings(data=home / "var", forms=home / "forms", templates=home / "templates"))
        record = fill_loan(desk, typed)
        made = pdf_of(desk, record, "loan_form")
        desk.store.close()
        template = (home / "templates/library/loan_form.docx").read_bytes()
        shown = convert({"template.docx": template})["template.docx"]
    assert isinstance(shown, bytes), shown
    return beside([top_of(picture(shown, 1), 0.45), top_of(picture(made, 1), 0.45)], height=400)


def cells_of(step: Step) -> Iterator[list[str]]:
    """Rows of a table of what to type."""
    for line in step.lines:
        yield line.strip("| ").split("|")


def fill_loan(desk: Desk, typed: dict[str, str]) -> str:
    """The guide's record."""
    who = desk.who()
    record = desk.records.create("loan", who)
    rows: dict[str, dict[str, object]] = {}
    for section in desk.definitions.form("loan").sections:
        for field in section.fields:
            value = typed.get(field.label) or typed.get(f"{section.title}：{field.label}")
            if value and section.repeat:
                rows.setdefault(section.key, {})[field.key] = value
            elif value:
                desk.records.set(record, field.key, value, who)
    for key, values in rows.items():
        desk.records.add_row(record, key, who, values)
    return record


@contextmanager
def sample_desk() -> Iterator[Desk]:
    """A desk with the samples."""
    with tempfile.TemporaryDirectory(prefix="onefill-pictures-") as folder:
        desk = open_desk(Settings(data=Path(folder)))
        desk.load_samples()
        yield desk
        desk.store.close()


def pdf_of(desk: Desk, record: str, document: str) -> bytes:
    """One paper as PDF."""
    return desk.documents.file(record, document, ".pdf", desk.who()).data


def picture(pdf: bytes, page: int) -> Image.Image:
    """A page, larger than it will be shown."""
    return Image.open(io.BytesIO(page_picture(pdf, page, 144))).convert("RGB")


def top_of(page: Image.Image, share: float) -> Image.Image:
    """The upper part of a page."""
    return page.crop((0, 0, page.width, int(page.height * share)))


def beside(pages: list[Image.Image], height: int) -> Image.Image:
    """Pages of one height side by side on a grey ground, each with its shadow."""
    sized = [page.resize((page.width * height // page.height, height), Image.Resampling.LANCZOS) for page in pages]
    total = sum(page.width for page in sized) + GAP * (len(sized) + 1)
    if total > WIDEST:
        return beside(pages, height * (WIDEST - GAP) // total)
    sheet = Image.new("RGB", (total, height + 2 * GAP), GROUND)
    shadows = Image.new("RGB", sheet.size, GROUND)
    left = GAP
    spots = []
    for page in sized:
        spots.append((left, GAP))
        shadows.paste((176, 184, 196), (left + 2, GAP + 3, left + page.width + 2, GAP + height + 3))
        left += page.width + GAP
    sheet.paste(shadows.filter(ImageFilter.GaussianBlur(4)))
    for page, spot in zip(sized, spots, strict=True):
        sheet.paste(page, spot)
    return sheet


# -- screens -------------------------------------------------------------------------------------------------------


def bring_roster(page: Page) -> None:
    """Choose the roster with faults, and wait for what would come of it."""
    page.locator("input[type=file]").first.set_input_files(ROOT / "samples" / "roster-broken.xlsx")
    page.get_by_text("下载标好错的原表").first.wait_for(timeout=60_000)
    settle(page)


def open_first(page: Page) -> None:
    """Open the first case of the queue, and wait for its page."""
    page.locator(".queue a").first.click()
    see_pages(page)


def hand_in(desk: Desk) -> None:
    """An officer, and cases that wait for it."""
    desk.people.make(Account(name=OFFICER, unit="office", roles=("manager",)), Person(), PASSWORD)
    for number, (name, kind) in enumerate(
        (("李静", "年假"), ("何秀珍", "事假"), ("陈晓岚", "年假"), ("黄志伟", "事假"))
    ):
        clerk = Person(name=name, unit="office/workshop", roles=("colleague",))
        record = desk.records.create("leave_request", clerk)
        typed = {"applicant": name, "department": "一车间", "phone": f"1380013800{number}", "leave_kind": kind}
        typed |= {"reason": "回老家探亲", "request_date": "2026-12-18"}
        for path, text in typed.items():
            desk.records.set(record, path, text, clerk)
        first = "2026-12-17" if number == 0 else "2026-12-21"
        desk.records.add_row(record, "periods", clerk, {"first_day": first, "stand_in": "陈小红"})
        paper = picture(pdf_of(desk, record, "leave_paper"), 1)
        kept = io.BytesIO()
        paper.save(kept, "PNG", dpi=(150, 150))
        desk.materials.supply(record, "signed_paper", kept.getvalue(), "请假单.png", clerk)
        desk.reviews.act(record, "ask_leave", clerk, declared=True)


def of_samples(address: str, words: str, act: Callable[[Page], None] = lambda page: None) -> Callable[[], Image.Image]:
    """Takes a screen of the samples, as one person at an own computer sees it."""
    return screen(address, words, act, fill=samples(leave_something), accounts=False)


def of_leaves(act: Callable[[Page], None] = lambda page: None) -> Callable[[], Image.Image]:
    """Takes a screen that begins at the queue of leaves."""
    return screen("queue", "待我审", act, fill=samples(hand_in), name=OFFICER)


def samples(prepare: Callable[[Desk], None]) -> Callable[[Path], None]:
    """The samples, and what is done to them."""

    def fill(folder: Path) -> None:
        desk = open_desk(Settings(data=folder))
        desk.load_samples()
        prepare(desk)
        desk.store.close()

    return fill


def leave_something(desk: Desk) -> None:
    """A class in the middle of its work: a count that does not fit, a telephone number one digit short."""
    who = desk.who()
    desk.records.keep_version(CLASS, who, "开班前定稿")
    desk.records.set(CLASS, "planned_count", "48", who)
    desk.records.set(CLASS, "head_teacher_tel", "1380000000", who)
    desk.records.set(CLASS, "plan_date", "", who)
    leave_half_brought(desk)


def leave_half_brought(desk: Desk) -> None:
    """A leave of which one paper was brought and another is wanting."""
    who = desk.who()
    facts = {
        "applicant": "司徒晓岚",
        "department": "办公室",
        "leave_kind": "病假",
        "reason": "看病",
        "proof": "市第一医院",
    }
    record = desk.records.create("leave_request", who, new="leave-picture")
    for path, text in {**facts, "reason": "看病", "proof": "市第一医院", "request_date": "20261201"}.items():
        desk.records.set(record, path, text, who)
    desk.records.add_row(record, "periods", who, {"first_day": "20261207", "stand_in": "关晓禾"})
    scanned = io.BytesIO()
    picture(pdf_of(desk, record, "leave_paper"), 1).save(scanned, "JPEG", dpi=(144, 144))
    desk.materials.supply(record, "signed_paper", scanned.getvalue(), "请假单.jpg", who)


# -- all -----------------------------------------------------------------------------------------------------------

MAKERS: dict[str, Callable[[], Image.Image]] = {
    "start": of_samples("", "在办的"),
    "fill": of_samples(f"fill?record={CLASS}", "下一处"),
    "rows": of_samples(f"fill?record={CLASS}&section=trainees", "加一行"),
    "documents": of_samples(f"documents?record={CLASS}", "成套材料", see_pages),
    "import": of_samples(f"importing?record={CLASS}&section=trainees", "把表格拖到这里", bring_roster),
    "overview": of_samples(f"overview?record={CLASS}", "看数字"),
    "author": of_samples("author?form=leave_request", "用样例数据印", see_pages),
    "materials": of_samples("materials?record=leave-picture&item=signed_paper", "要交的", see_pages),
    "history": of_samples(f"history?record={CLASS}", "要重印"),
    "queue": of_leaves(),
    "review": of_leaves(open_first),
    "papers": papers,
    "roster": roster,
    "library": library,
    **LIFE,
}


def asked(words: Sequence[str] | None = None) -> Sequence[str]:
    """The pictures that a command line asks for; an unknown one is told with those there are."""
    parser = argparse.ArgumentParser(prog="python -m docs.pictures", description="Makes the documents' pictures anew.")
    parser.add_argument("names", nargs="*", metavar="name", help=f"which, all without any: {', '.join(MAKERS)}")
    names: list[str] = parser.parse_args(words).names
    if unknown := [name for name in names if name not in MAKERS]:
        parser.error(f"no picture is called {', '.join(unknown)}; there are {', '.join(MAKERS)}")
    return names or list(MAKERS)


def main() -> int:
    """Make all pictures, or those named."""
    names = asked()
    PICTURES.mkdir(exist_ok=True)
    for name in names:
        path = PICTURES / f"{name}.png"
        made = MAKERS[name]()
        made.save(path, optimize=True)
        if path.stat().st_size > LIMIT:
            made.point(COARSE * len(made.getbands())).save(path, optimize=True)
        sys.stdout.write(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1024} KB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
