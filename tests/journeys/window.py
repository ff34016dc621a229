"""A window on the app, used as a person would: fields by their labels, sections and papers by their titles."""

import os
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Download, Error, Locator, Page, Response, expect

from onefill.definitions import Definitions
from tests.journeys.access import barriers_on
from tests.journeys.english import english_on

expect.set_options(timeout=60_000)
#: Set to a folder to get a picture of each main state.
PICTURES = os.environ.get("ONEFILL_PICTURES", "")
SELECT_ALL = "Control+a"


class Window:
    """One page of a browser, and what went wrong in it."""

    def __init__(self, page: Page, address: str, definitions: Definitions) -> None:
        self.page = page
        self.address = address
        self.faults: list[str] = []
        self._definitions = definitions
        self._form = ""
        page.on("pageerror", lambda error: self.faults.append(str(error)))

    # -- going somewhere ----------------------------------------------------------------------------------------------

    def open(self, path: str = "") -> None:
        """Open an address of the app anew, and wait until something of ours is drawn."""
        self.page.goto(self.address + path)
        self.drawn()

    def drawn(self) -> None:
        """Wait until the page has its bar."""
        expect(self.page.locator(".st-key-topbar .who")).to_be_visible()

    def begin(self, form: str) -> str:
        """Begin a record of a form at the start page or a list; its id."""
        self._form = form
        self.page.get_by_role("button", name=f"新建{self._definitions.form(form).title}").first.click()
        return self._arrived()

    def look_into(self, label: str, form: str) -> str:
        """Open a record from the list of the start page; its id."""
        self._form = form
        self.page.get_by_role("button", name=re.compile(f"：{re.escape(label)}$")).click()
        return self._arrived()

    def revisit(self, record: str, form: str, page: str = "fill") -> None:
        """Open a record by its address."""
        self._form = form
        self.open(f"{page}?record={record}")
        self._arrived()

    def _arrived(self) -> str:
        expect(self.page.locator("#of-session")).to_be_attached()
        return self.record

    def reload(self) -> None:
        """Load the page anew, as F5 does."""
        self.page.reload()
        self._arrived()

    def section(self, key: str) -> None:
        """Open a section by its step."""
        title = next(s.title for s in self._definitions.form(self._form).sections if s.key == key)
        self.page.locator(f'.steps .step[data-act="section:{key}"]').click()
        expect(self.page.locator(".st-key-panel_form .ph h2")).to_contain_text(title)

    def section_keys(self) -> list[str]:
        """The sections that are asked now."""
        steps = self.page.locator(".steps .step")
        expect(steps.first).to_be_visible()
        return [str(step.get_attribute("data-act")).partition(":")[2] for step in steps.all()]

    def menu(self, title: str, form: str) -> None:
        """Open a menu of the top bar, where records of a form stand."""
        self.page.locator(".st-key-topbar").get_by_role("link", name=title).click()
        expect(self.page.get_by_role("heading", name=self._definitions.form(form).title, exact=True)).to_be_visible()

    def papers(self) -> None:
        """Go to the papers of the record."""
        self.page.locator(".st-key-tabs").get_by_role("link", name="附件").click()
        expect(self.page.locator(".docs, .empty").first).to_be_visible()

    # -- what the server has written ----------------------------------------------------------------------------------

    @property
    def record(self) -> str:
        """Id of the record in the address."""
        return parse_qs(urlsplit(self.page.url).query)["record"][0]

    @property
    def runs(self) -> int:
        """How often the server has drawn this page."""
        return int(self.page.locator("#of-session").get_attribute("data-run") or 0)

    def after_run(self, act: Callable[[], object]) -> None:
        """Do something, and wait until the server has drawn the page anew."""
        before = self.runs
        act()
        self.page.wait_for_function(
            "before => Number(document.getElementById('of-session')?.dataset.run ?? 0) > before", arg=before
        )

    # -- fields -------------------------------------------------------------------------------------------------------

    def label(self, key: str) -> str:
        """How a field is called on the screen."""
        fields = (field for section in self._definitions.form(self._form).sections for field in section.fields)
        return next(field.label for field in fields if field.key == key)

    def field(self, key: str) -> Locator:
        """A field with its label, its box and its line."""
        words = re.compile(f"^{re.escape(self.label(key))}(（选填）)?$")
        head = self.page.locator("[data-testid=stWidgetLabel] p, .shown .lb").filter(has_text=words)
        return self.page.locator('[class*="st-key-f_"], [class*="st-key-fw_"]').filter(has=head)

    def box(self, key: str) -> Locator:
        """Where one types into a field."""
        return self.field(key).locator("input, textarea").first

    def line(self, key: str) -> Locator:
        """The line under a field."""
        return self.field(key).locator(".at")

    def write(self, key: str, text: str) -> None:
        """Put a text into a field, and wait until the server has kept it."""
        self.box(key).click()
        self.page.keyboard.press(SELECT_ALL)
        with self.page.expect_response(kept_response):
            self.page.keyboard.insert_text(text)
        if self.field(key).locator("textarea").count():
            self.leave()  # Streamlit takes a long text over when it is left
        self.has_read(key, text)

    def has_read(self, key: str, text: str) -> None:
        """Wait until a run of the server has seen the text of a field."""
        expect(self.line(key)).to_have_attribute("data-typed", text)

    def leave(self) -> None:
        """Leave the field that one types in."""
        self.page.keyboard.press("Tab")

    def choose(self, key: str, option: str) -> None:
        """Choose from a list or from segments."""
        field = self.field(key)
        expect(field).to_be_visible()
        segment = field.get_by_role("radio", name=option, exact=True)
        if segment.count():
            if segment.get_attribute("aria-checked") != "true":  # pressing it once more would take the choice back
                self.after_run(segment.click)
            return
        box = field.get_by_role("combobox")
        box.click()
        box.fill(option)
        self.after_run(self.page.get_by_role("option", name=option).first.click)

    # -- rows ---------------------------------------------------------------------------------------------------------

    def cell(self, number: int, key: str) -> Locator:
        """A cell of the table, by its row as people count and the field of its column."""
        head = self.page.locator(".og-h").filter(has_text=re.compile(f"^{re.escape(self.label(key))}$"))
        column = head.get_attribute("data-h")
        return self.page.locator(f".og-c[data-r='{number - 1}'][data-c='{column}']")

    def write_cell(self, number: int, key: str, text: str) -> None:
        """Type into a cell as into a spreadsheet, and wait until the server has kept it."""
        self.cell(number, key).click()
        self.page.keyboard.insert_text(text)
        self.page.keyboard.press("Enter")
        self.table_kept()

    def paste_rows(self, cells: str) -> None:
        """Paste what was copied in a spreadsheet below the last row."""
        self.page.locator(".og-c").first.click()
        self.page.keyboard.press("Control+End")
        self.page.keyboard.press("Home")
        if self.page.locator(".og-r").count() > 1:
            self.page.keyboard.press("ArrowDown")
        self.page.evaluate("text => navigator.clipboard.writeText(text)", cells)
        self.page.keyboard.press("Control+v")
        expect(self.page.locator(".og-words")).to_contain_text("粘贴了")
        self.table_kept()

    def table_kept(self) -> None:
        """Wait until the server has answered everything that the table told."""
        quiet = "() => [...window.onefill.grids.values()].every(({post}) => !post.waiting.length && !post.sent)"
        self.page.wait_for_function(quiet)

    # -- papers -------------------------------------------------------------------------------------------------------

    def phase(self, title: str) -> None:
        """Show the papers of a phase."""
        self.page.locator(".phases").get_by_role("button", name=title).click()
        expect(self.page.locator(".st-key-panel_docs .ph h2")).to_contain_text(title)

    def paper(self, title: str) -> None:
        """Show a paper."""
        self.page.locator(".docs .doc", has_text=title).first.click()
        expect(self.page.locator(".docs li.on")).to_contain_text(title)

    def download(self, suffix: str, title: str) -> Path:
        """Download the paper that is shown."""
        button = self.page.get_by_role("button", name=f"下载 {suffix}：{title}", exact=True)
        return self.fetched(button)

    def fetch(self, words: str) -> Path:
        """Download what the button with these words gives."""
        return self.fetched(self.page.get_by_role("button", name=words, exact=True))

    def make(self, button: str, suffix: str) -> Path:
        """Have the packet or the archive made, and download it."""
        made = self.page.locator(".last [data-file]").filter(has_text=re.compile(rf"\.{suffix}$"))
        before = made.count()
        self.page.get_by_role("button", name=button).click()
        expect(made).to_have_count(before + 1, timeout=90_000)
        return self.fetched(made.first)

    def fetched(self, button: Locator) -> Path:
        """The file that a button gives."""
        with self.page.expect_download(timeout=60_000) as coming:
            button.click()
        download: Download = coming.value
        path = Path(download.path())
        kept = path.with_name(f"{path.name}-{download.suggested_filename}")
        path.rename(kept)
        return kept

    def pictures_load(self) -> None:
        """The page shown and its small pictures have come and are no empty boxes."""
        picture = self.page.locator(".vw-box img")
        expect(picture).to_be_visible(timeout=60_000)
        self.page.wait_for_function(
            "() => [...document.querySelectorAll('.vw-box img')].every(i => i.complete && i.naturalWidth > 400)"
        )

    def sound(self) -> None:
        """Hold what the page shows now to what every page is held to: it is Chinese, and nothing is out of reach."""
        found = [*english_on(self.page), *barriers_on(self.page)]
        assert found == [], found

    # -- evidence -----------------------------------------------------------------------------------------------------

    def look(self, name: str) -> None:
        """Keep a picture of the page where ``ONEFILL_PICTURES`` asks for it."""
        if PICTURES:
            folder = Path(PICTURES)
            folder.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=folder / f"{name}.png")

    def close(self) -> None:
        """Close the window."""
        with suppress(Error):
            self.page.close()


def kept_response(response: Response) -> bool:
    """Whether this is the server's answer that keystrokes were kept."""
    return response.url.endswith("/of/drafts") and response.ok
