"""A page of our own without Streamlit, in the look of the others: for signing in and for changing a password."""

from starlette.responses import HTMLResponse

from onefill.ui.html import esc

TITLE = "一填通"


def bare_page(heading: str, body: str, script: str = "") -> str:
    """The whole page.

    Args:
        heading: What it is about.
        body: HTML below the heading.
        script: Of ours, run at its end.
    """
    code = f"<script>{script}</script>" if script else ""
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="same-origin">'
        f'<title>{esc(heading)} · {TITLE}</title><link rel="stylesheet" href="/of/theme.css"></head>'
        f'<body class="bare"><header><span>{TITLE}</span></header><main><h1>{esc(heading)}</h1>{body}</main>'
        f"{code}</body></html>"
    )


def bare_answer(page: str, status: int = 200) -> HTMLResponse:
    """Such a page as an answer, to be framed by nobody."""
    headers = {"cache-control": "no-store", "x-content-type-options": "nosniff", "x-frame-options": "DENY"}
    return HTMLResponse(page, status_code=status, headers=headers)


def box(
    name: str, label: str, kind: str = "password", *, value: str = "", complete: str = "", first: bool = False
) -> str:
    """A labelled box to type in."""
    focus = " autofocus" if first else ""
    return (
        f'<label for="{name}">{esc(label)}</label><input id="{name}" name="{name}" type="{kind}" value="{esc(value)}"'
        f' autocomplete="{complete}" maxlength="200" required{focus}>'
    )


def alert(words: str, colour: str = "red") -> str:
    """What went wrong, read out at once; nothing for no words."""
    return f'<p class="told {colour}" role="alert">{esc(words)}</p>' if words else ""
