"""Screens of the running app in Debian's chromium, as the documents show them."""

import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
WIDEST = 1366
#: Whether every picture that can be seen is there.
LOADED = """() => [...document.images].every((one) => !one.getClientRects().length
  || one.getBoundingClientRect().top > innerHeight || (one.complete && one.naturalWidth > 0))"""
#: So much of the ground stays below what is shown.
MARGIN = 16
CHROMIUM = "/usr/bin/chromium"
#: Of everybody who signs in.
PASSWORD = "红茶两杯过桥去看灯火"


def screen(
    address: str,
    words: str,
    act: Callable[[Page], None] = lambda page: None,
    *,
    fill: Callable[[Path], None],
    name: str = "",
    accounts: bool = True,
) -> Callable[[], Image.Image]:
    """Takes a screen of the app, once these words stand there.

    Args:
        address: Which page.
        words: What stands there once it is drawn.
        act: What is done before the picture is taken.
        fill: Puts something into a folder of data.
        name: Who signs in; nobody where there are no accounts, and on pages for everybody.
        accounts: Whether there are any.
    """

    def take() -> Image.Image:
        with app(fill, "accounts" if accounts else "none") as base, sync_playwright() as driver:
            browser: Browser = driver.chromium.launch(executable_path=shutil.which("chromium") or CHROMIUM)
            page = browser.new_page(viewport={"width": WIDEST, "height": 768}, locale="zh-CN")
            page.goto(base + address)
            if name:
                sign_in(page, name)
            page.get_by_text(words).first.wait_for(timeout=60_000)
            settle(page)
            act(page)
            shot = page.screenshot()
            browser.close()
        return trimmed(Image.open(io.BytesIO(shot)).convert("RGB"))

    return take


def trimmed(shot: Image.Image) -> Image.Image:
    """Without what is empty below."""
    ground = Image.new("RGB", shot.size, shot.getpixel((2, shot.height - 2)))
    box = ImageChops.difference(shot, ground).getbbox()
    return shot.crop((0, 0, shot.width, min(shot.height, box[3] + MARGIN))) if box else shot


def settle(page: Page) -> None:
    """Wait until nothing changes any more."""
    before = b""
    for _ in range(40):
        page.wait_for_timeout(700)
        now = page.screenshot()
        if now == before:
            return
        before = now


def see_pages(page: Page) -> None:
    """Wait for the pages of the paper that is open."""
    page.locator(".vw-box img").first.wait_for(timeout=60_000)
    page.wait_for_function(LOADED)
    page.mouse.move(700, 760)
    settle(page)


def sign_in(page: Page, name: str) -> None:
    """Sign in."""
    page.get_by_label("名字").fill(name)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.locator(".st-key-topbar .who").wait_for(timeout=60_000)


@contextmanager
def app(fill: Callable[[Path], None], people: str) -> Iterator[str]:
    """The app on a port of its own; its address.

    Args:
        fill: Puts something into the folder of its data.
        people: How people sign in.
    """
    with tempfile.TemporaryDirectory(prefix="onefill-pictures-", ignore_cleanup_errors=True) as folder:
        fill(Path(folder))
        port = free_port()
        command = ["-m", "streamlit", "run", "app.py", "--server.port", str(port)]
        environment = {**os.environ, "ONEFILL_DATA": folder, "TZ": "Asia/Shanghai", "ONEFILL_PEOPLE": people}
        server: Any = subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environment)
        try:
            wait_for(f"http://127.0.0.1:{port}/_stcore/health")
            yield f"http://127.0.0.1:{port}/"
        finally:
            server.terminate()
            server.wait()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(address: str) -> None:
    """Wait until the app answers."""
    for _ in range(120):
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.5)
    raise TimeoutError(address)
