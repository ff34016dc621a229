"""A page with nothing but a table, as the screens draw it, served for a browser of a test."""

from pathlib import Path
from shutil import copytree

from onefill.service.desk import Desk, Settings, open_desk
from tests.journeys.server import HOME, Server

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
      - {key: what, label: 品名, required: true, hint: 写全名, synonyms: [名称]}
      - {key: code, label: 货号}
      - {key: kind, label: 类别, type: choice, options: [大米, 面粉, 食用油, 调味品, 大豆],
         option_synonyms: {大豆: [黄豆]}}
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
from onefill.ui.grid import Own, draw_grid
from onefill.ui.guard import guarded
from onefill.ui.parts import draw_part, part
from onefill.ui.session import begin_run, end_run
from onefill.ui.shared import the_desk

RECORD = st.query_params["record"]

@part
def page():
    with guarded():
        begin_run(RECORD)
        state = the_desk().records.state(RECORD)
        st.html('<span class="saved"><span class="when"></span></span>')
        draw_grid(RECORD, state.sections[0], Own(draw_part, lambda: None))
        st.html('<button type="button" id="outside">别处</button>')
        end_run(RECORD, state.change)

page()
"""


def desk_over(folder: Path) -> Desk:
    """A desk over a folder; the test and the server each have one."""
    return open_desk(Settings(data=folder / "data", forms=folder / "forms", templates=folder / "templates"))


class GridServer(Server):
    """The server of that page, with a desk over the same data for the test."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "data", app=folder)
        (folder / "forms" / "shop").mkdir(parents=True)
        for name, text in (("pack", PACK), ("order", ORDER), ("maker", MAKER)):
            (folder / "forms" / "shop" / f"{name}.yaml").write_text(text, encoding="utf-8")
        (folder / "templates" / "shop").mkdir(parents=True)
        (folder / "app.py").write_text(APP, encoding="utf-8")
        (folder / "page.py").write_text(PAGE, encoding="utf-8")
        copytree(HOME / ".streamlit", folder / ".streamlit")
        self.desk = desk_over(folder)
