"""The pages by their address. Files of ``onefill/screens``, never of a folder named ``pages``."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

SCREENS = Path(__file__).parents[1] / "screens"
START = ""
MISSING = "missing"

#: Address, file, title.
PAGES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        START: ("start.py", "首页"),
        "fill": ("fill.py", "填报"),
        "importing": ("importing.py", "导入"),
        "documents": ("documents.py", "附件"),
        "materials": ("materials.py", "材料"),
        "history": ("history.py", "历史"),
        "overview": ("overview.py", "概览"),
        "queue": ("queue.py", "待办"),
        "review": ("review.py", "审核"),
        "figures": ("figures.py", "统计"),
        "boards": ("boards.py", "看板"),
        "registers": ("registers.py", "台账"),
        "publications": ("publications.py", "公布"),
        "records": ("records.py", "资料"),
        "author": ("author.py", "表单作者"),
        "people": ("people.py", "账号"),
        "log": ("log.py", "访问记录"),
        MISSING: ("missing.py", "没有这一页"),
    }
)


def page_of(asked: str) -> str:
    """A page of ours with its query, whatever an address says that somebody was given; else the first one."""
    parts = urlsplit(asked)
    ours = not parts.scheme and not parts.netloc and "\\" not in asked and parts.path.strip("/") in PAGES
    return f"/{parts.path.strip('/')}{f'?{parts.query}' if parts.query else ''}" if ours else "/"


def screen(address: str) -> str:
    """The file of a page, as Streamlit wants it."""
    return str(SCREENS / PAGES[address][0])
