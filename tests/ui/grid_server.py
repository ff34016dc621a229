"""A page with nothing but a table, as the screens draw it, served for a browser of a test."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from onefill.service.desk import Desk, Settings, open_desk

HOME = Path(__file__).resolve().parents[2]
PACK = "pack: shop\ntitle: 小店\nforms: [order, maker]\ncases: [order]\n"
MAKER = """\
form: maker
title: 厂家
label: "{{ name }}"
sections:
  - {key: basics, title: 基本, fields: [{key: name, label: 名称, required: true}]}
"""
ORDER = """\
form: order
title: 订单
label: 订单
phases: [{key: first, title: 下单}, {key: last, title: 收货}]
sections:
  - key: goods
    title: 货物
    label: "{{ what }}"
    repeat: {min: 1, max: 6000, unique: [code]}
    fields:
      - {key: what, label: 品名, required: true, hint: 写全名}
      - {key: code, label: 货号}
      - {key: kind, label: 类别, type: choice, options: [大米, 面粉, 食用油, 调味品, 大豆]}
      - {key: day, label: 到货日期, type: date}
      - {key: price, label: 单价（元）, type: money}
      - {key: pieces, label: 件数, type: number, min: 1, max: 99}
      - {key: cost, label: 金额, type: number, value: "price * pieces", explain: 单价乘件数}
      - {key: maker, label: 厂家, type: link, form: maker}
      - {key: origin, label: 产地, when: "kind == '大米'"}
      - {key: memo, label: 备注, type: long_text}
      - {key: checked, label: 验收, from: last}
"""
APP = """\
from pathlib import Path
import streamlit as st
from onefill.ui.routes import ROUTES
from onefill.ui.shared import put_desk
from onefill.ui.shell import MIDDLEWARE
from tests.ui.grid_server import desk_over
put_desk(desk_over(Path(__file__).parent))
app = st.App("page.py", routes=ROUTES, middleware=MIDDLEWARE)
"""
PAGE = """\
import streamlit as st
from onefill.ui.grid import draw_grid
from onefill.ui.guard import guarded
from onefill.ui.session import begin_run, end_run, watch
from onefill.ui.shared import the_desk

RECORD = st.query_params["record"]

@st.fragment
def page():
    with guarded():
        begin_run(RECORD)
        state = the_desk().records.state(RECORD)
        st.html('<span class="saved"><span class="when"></span></span>')
        draw_grid(RECORD, state.sections[0])
        st.html('<button type="button" id="outside">别处</button>')
        end_run(RECORD, state.change)

page()
watch(RECORD, seconds=1)
"""


def desk_over(folder: Path) -> Desk:
    """A desk over a folder; the test and the server each have one."""
    return open_desk(Settings(data=folder / "data", forms=folder / "forms", templates=folder / "templates"))


class GridServer:
    """One server. Whoever starts it stops it, in ``finally``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "forms" / "shop").mkdir(parents=True)
        for name, text in (("pack", PACK), ("order", ORDER), ("maker", MAKER)):
            (folder / "forms" / "shop" / f"{name}.yaml").write_text(text, encoding="utf-8")
        (folder / "templates" / "shop").mkdir(parents=True)
        (folder / "app.py").write_text(APP, encoding="utf-8")
        (folder / "page.py").write_text(PAGE, encoding="utf-8")
        self.desk = desk_over(folder)
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self.port = one.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where its page is."""
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(self.port)]
        command += ["--server.address", "127.0.0.1", "--server.headless", "true", "--server.fileWatcherType", "none"]
        command += ["--browser.gatherUsageStats", "false", "--client.toolbarMode", "minimal"]
        environment = os.environ | {"PYTHONPATH": str(HOME)}
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, cwd=self.folder, env=environment, stdout=log, stderr=log)
        until = time.monotonic() + 60
        while not self._well():
            assert self._process.poll() is None and time.monotonic() < until, self.said()
            time.sleep(0.1)

    def stop(self) -> None:
        """End it, by force if it does not listen."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)
        self._process = None

    def said(self) -> str:
        """What it wrote to its log."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    def _well(self) -> bool:
        try:
            with urlopen(f"{self.address}_stcore/health", timeout=2) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False
