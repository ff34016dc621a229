"""The pieces of Streamlit's own script that every page of ours draws with, fetched before the first of it is drawn.

Streamlit fetches the script of a kind of element when it meets the first one, and what that imports after it: the page
is drawn once for each that comes.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import streamlit

STATIC = Path(streamlit.__file__).parent / "static" / "static"
SCRIPTS = STATIC / "js"
#: Kinds of elements on every page: our own components, what we write, links, the box to find by.
KINDS = ("BidiComponent", "Html", "PageLink", "TextInput")
_IMPORTED = re.compile(r'(?:from|import)\s*"\./([^"/]+\.js)"')


@cache
def preloads(page: str) -> str:
    """Links for the head of Streamlit's page, to what it does not yet fetch ahead itself; the font of symbols, too.

    Args:
        page: As Streamlit has made it.
    """
    names = dict.fromkeys(name for kind in KINDS for name in _with_imports(kind))
    symbols = (path.name for path in (STATIC / "media").glob("MaterialSymbols-Rounded.*.woff2"))
    return "".join(
        f'<link rel="modulepreload" crossorigin href="./static/js/{name}">' for name in names if name not in page
    ) + "".join(
        f'<link rel="preload" crossorigin as="font" type="font/woff2" href="./static/media/{name}">' for name in symbols
    )


def _with_imports(kind: str) -> Iterator[str]:
    """The script of a kind of element, and all that it imports; nothing if Streamlit calls it otherwise by now."""
    seen = [path.name for path in sorted(SCRIPTS.glob(f"{kind}.*.js"))]
    for name in seen:
        found = _IMPORTED.findall((SCRIPTS / name).read_text(encoding="utf-8"))
        seen += [one for one in dict.fromkeys(found) if one not in seen and (SCRIPTS / one).is_file()]
    yield from seen
