"""Our own HTML inside Streamlit: a panel that keeps its focus, and the viewer of page pictures."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import streamlit as st

from onefill.service.inbox import MOST_BYTES

ASSETS = Path(__file__).parent / "assets"
#: Which presses of panels this window has heard, the newest last.
HEARD = "panels-heard"
MOST_HEARD = 20
#: Streamlit sends this text with everything that is drawn, so it only fetches the real script, which the browser keeps.
#: While the server is gone it asks again; under the same address a browser would remember that it failed.
LOADER = """
const address = new URL("{address}", document.baseURI).href;
const soon = () => new Promise((go) => setTimeout(go, 1000));
const load = (again) => import(address + again).catch(() => soon().then(() => load(`&${{Date.now()}}`)));
export default function (component) {{ load("").then((ours) => ours.default(component)); }}
"""


@cache
def address_of(name: str) -> str:
    """Where the script of a component is; another one with every change of it, so that browsers may keep it."""
    sources = [path.read_bytes() for path in sorted(ASSETS.glob(f"{name}.*"))]
    return f"./of/{name}.js?v={_mark(b''.join(sources))}"


@cache
def kept(file: str) -> str:
    """Where a style sheet or a script of the page is; see ``address_of``."""
    return f"./of/{file}?v={_mark((ASSETS / file).read_bytes())}"


def _mark(data: bytes) -> str:
    return sha256(data).hexdigest()[:12]


@st.cache_resource
def component(name: str, root: str, more: str = "") -> Any:
    """A component of ours: its script, and a box for it to draw into.

    Args:
        name: Of its script and, if it has one, its style sheet.
        root: Class of the box.
        more: Further attributes of the box.
    """
    js = LOADER.format(address=address_of(name))
    html = f"<div class='{root}'{more}></div>"
    return st.components.v2.component(name, html=html, js=js, css=f".{root}{{}}", isolate_styles=False)


def packed(data: object) -> bytes:
    """Plain values for a component of ours, as it unpacks them.

    Of what it is handed otherwise Streamlit escapes every Chinese character, and loads pandas, 60 MB, to see whether
    anything nested in it is a table.
    """
    return orjson.dumps(data)


def heard() -> list[str]:
    """Which presses this window has heard."""
    return list(st.session_state.get(HEARD, ()))


def hear(key: str, on_act: Callable[[str], object] | None) -> None:
    """Pass on what was pressed in a component of ours, once."""
    press, _, said = str(getattr(st.session_state.get(key), "act", None) or "").partition(" ")
    before = heard()
    if not press or press in before:
        return
    st.session_state[HEARD] = (*before, press)[-MOST_HEARD:]
    if on_act:
        on_act(said)


def panel(html: str, key: str, on_act: Callable[[str], object] | None = None) -> None:
    """HTML of ours, redrawn only where it changed.

    ``[data-go="path"]`` puts the cursor into the field of that path, ``[data-act="words"]`` calls ``on_act``;
    ``select[data-choose="words"]`` calls it with ``words:value``. A panel says which presses were heard when it was
    drawn: keys wait for that, and a press that was not is told again. One that was heard already does nothing more.

    Args:
        html: Already escaped.
        key: Its name in the page.
        on_act: Called before the next run with what was pressed.
    """
    data = {"html": html, "heard": heard()}
    component("panel", "pn")(key=key, data=data, on_act_change=lambda: hear(key, on_act))


def viewer(
    pages: Sequence[Mapping[str, str]],
    title: str,
    key: str,
    on_act: Callable[[str], object] | None = None,
    targets: Sequence[tuple[str, str]] = (),
) -> None:
    """Page pictures with next, zoom, turn; keys ← → + − R 0 while the picture has the focus.

    Args:
        pages: Each with ``src`` and ``name``, and ``small`` and a ``tag`` for the strip; with ``mark`` where they may
            be changed.
        title: Of the paper.
        key: Its name in the page.
        on_act: Told ``earlier:MARK``, ``later:MARK``, ``put:MARK:PLACE``, ``upright:MARK``, ``drop:MARK``,
            ``move:MARK:TARGET``; without it pages are only looked at.
        targets: Where a page may be moved to, as (id, title).
    """

    def told() -> None:
        said = getattr(st.session_state.get(key), "act", None)
        if said and on_act:
            on_act(str(said))

    data = {"pages": list(pages), "title": title, "edit": on_act is not None, "targets": list(targets)}
    component("viewer", "vw")(key=key, data=packed(data), on_act_change=told)


def supply_zone(data: Mapping[str, Any], key: str, on_act: Callable[[str], object]) -> None:
    """A place to drop or choose files for the checklist, and the ear for what is dropped on its lines.

    Args:
        data: ``href`` of the route, ``item`` that files chosen here go to (none: the box is hidden), ``words``,
            ``kinds``, ``accept``, ``most`` bytes, ``open``: whether anything may be dropped, and ``spare``: the item
            for what has no place yet.
        key: Its name in the page.
        on_act: Told ``supplied:…`` when files have come in, ``item:ITEM`` when they go to another item,
            ``move:FILE:PLACE:ITEM`` when something was dragged.
    """
    told = {**data, "heard": heard()}
    component("supply", "su")(key=key, data=told, on_act_change=lambda: hear(key, on_act))


#: What a drop zone says and takes unless it is told otherwise: workbooks.
WORKBOOKS: Mapping[str, Any] = {
    "accept": ".xlsx,.xls,.csv,.txt",
    "kinds": f"收 .xlsx、.xls 和 .csv，最大 {MOST_BYTES >> 20} MB",
    "most": MOST_BYTES,
    "smaller": "去掉图片或分开导入",
}


def drop_zone(
    href: str, words: str, key: str, on_brought: Callable[[str], object], takes: Mapping[str, Any] = WORKBOOKS
) -> None:
    """A place to drop or choose a file.

    Args:
        href: The route that takes it.
        words: What to do here.
        key: Its name in the page.
        on_brought: Called before the next run with the name under which the file is kept.
        takes: ``kinds``, ``accept``, ``most`` bytes, how to make it ``smaller``; ``small`` for a low box, and its
            ``label``.
    """

    def told() -> None:
        brought = getattr(st.session_state.get(key), "brought", None)
        if brought:
            on_brought(str(brought))

    data = {"href": href, "words": words, **takes}
    component("drop", "dz")(key=key, data=data, on_brought_change=told)
