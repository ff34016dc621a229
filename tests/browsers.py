"""Debian's Chromium, one for all tests of a process: Playwright cannot be started twice in one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ViewportSize, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
#: Under this name another site lives on this machine.
FOREIGN = "foreign.example"
ARGUMENTS = [
    *["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
    *["--disable-component-update", "--disable-sync"],
    f"--host-resolver-rules=MAP {FOREIGN} 127.0.0.1",
]
SCREEN: ViewportSize = {"width": 1366, "height": 768}
CLIPBOARD = ["clipboard-read", "clipboard-write"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        one = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield one
        finally:
            one.close()


@contextmanager
def fresh(browser: Browser) -> Iterator[BrowserContext]:
    """As a browser that has seen nothing yet."""
    one = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", viewport=SCREEN, permissions=CLIPBOARD)
    try:
        yield one
    finally:
        one.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with fresh(browser) as one:
        yield one
