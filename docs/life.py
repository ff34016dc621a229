"""The pictures of a class's life: at each station the page of whoever acts there."""

from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import FilePayload, Page

from docs import story
from docs.screens import screen, see_pages, settle
from docs.story import (
    ALLOTMENT,
    APPLICATION,
    CENTRE,
    CITY_OFFICER,
    CLASS,
    CLERK,
    LEADER,
    OFFICER,
    RESPONSIBLE,
    ROUND,
    Story,
    tell,
)

Happens = Callable[[Story], None]
Act = Callable[[Page], None]


def station(
    last: Happens, name: str, address: str, words: str, act: Act = lambda page: None, *, since: int = 0
) -> Callable[[], Image.Image]:
    """Takes the page of somebody, once something has happened, so many days ago."""

    def fill(folder: Path) -> None:
        tell(folder, last, since=since).desk.store.close()

    return screen(address, words, act, fill=fill, name=name)


def promise(page: Page) -> None:
    """Tick the promise."""
    see_pages(page)
    page.get_by_role("checkbox", name="承诺").click()
    settle(page)


def recommend(page: Page) -> None:
    """Ask for what goes with a recommendation."""
    see_pages(page)
    page.locator(".deeds .btn.p").click()
    page.locator(".ask").get_by_label("意见").fill("同意推荐。")
    page.locator(".ask").get_by_label("排第几").fill("1")
    settle(page)


def mark_all(page: Page) -> None:
    """Look at a session in the middle."""
    page.locator("[data-choose=line]").select_option(index=3)
    settle(page)


def bring_codes(page: Page) -> None:
    """Bring the list of codes that came from the city, and wait for what would come of it."""
    data = story.sheet(story.codes(story.class_of_today(story.coded)))
    listed: FilePayload = {"name": "编号清单.xlsx", "mimeType": "application/octet-stream", "buffer": data}
    page.locator("input[type=file]").first.set_input_files(listed)
    page.get_by_text("下载标好错的原表").or_(page.get_by_text("不变")).first.wait_for(timeout=60_000)
    settle(page)


def ask_whether_valid(page: Page) -> None:
    """Ask for the first certificate of the class."""
    first = next(iter(story.DATA["class_50"].data["trainees"].values()))
    page.get_by_label("证书编号").fill(first["cert_no"])
    page.get_by_label("持证人").fill(first["name"])
    page.get_by_role("button", name="查验").click()
    page.get_by_role("alert").wait_for()


def see_line(page: Page) -> None:
    """Wait for the line of life, which comes after the bar above it, and for all its charts."""
    page.locator(".life .next").wait_for(timeout=60_000)
    settle(page)


def score_sheet(page: Page) -> None:
    """Open the roster of those who passed."""
    page.locator(".docs .doc", has_text="核发名册").first.click()
    see_pages(page)


LIFE: dict[str, Callable[[], Image.Image]] = {
    "life-round": station(story.announced, CITY_OFFICER, f"fill?record={ROUND}", "可以申报的课程"),
    "life-apply": station(story.applied, CLERK, f"fill?record={APPLICATION}&section=courses", "加一行"),
    "life-ready": station(story.applied, RESPONSIBLE, "", "要办的"),
    "life-promise": station(story.applied, RESPONSIBLE, f"materials?record={APPLICATION}", "可以提交", promise),
    "life-first": station(story.applied_for, OFFICER, f"review?record={APPLICATION}", "收下这一项", see_pages, since=1),
    "life-recommend": station(story.first_reviewed, LEADER, f"review?record={APPLICATION}", "收下", recommend, since=1),
    "life-publish": station(story.published, CITY_OFFICER, "publications?list=foshan.institution_list", "公布过的"),
    "life-public": station(story.published, "", "of/public/foshan.institution_list", "公布"),
    "life-file": station(story.planned, CLERK, f"materials?record={CLASS}", "要交的", see_pages),
    "life-approve": station(story.filed, OFFICER, "queue", "待我审", since=1),
    "life-inspect": station(story.drawn, OFFICER, "boards?board=foshan.spot_checks", "抽中"),
    "life-attendance": station(story.taught, CLERK, f"fill?record={CLASS}&section=attendance", "没填的都记", mark_all),
    "life-scores": station(story.examined, CLERK, f"documents?record={CLASS}", "成套材料", score_sheet),
    "life-allot": station(story.coded, CENTRE.name, f"fill?record={ALLOTMENT}&section=code_lines", "编码清单"),
    "life-codes": station(
        story.coded, CLERK, f"importing?record={CLASS}&section=trainees", "把表格拖到这里", bring_codes
    ),
    "life-register": station(story.registered, OFFICER, "registers?register=foshan.certificates", "有效"),
    "life-valid": station(story.registered, "", "of/public/look-up", "查验", ask_whether_valid),
    "life-line": station(story.archived, CLERK, f"overview?record={CLASS}", "已归档", see_line),
    "life-ladder": station(story.ordered, LEADER, "registers?register=foshan.class_measures", "执行中"),
    "life-numbers": station(story.archived, LEADER, "boards?board=foshan.training_sums", "已发证"),
}
