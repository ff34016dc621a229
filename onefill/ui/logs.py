"""The log on standard error: one line each with the id of its request, never what anybody typed."""

import logging
import re
import secrets
import time
from collections.abc import Mapping
from typing import Any

import streamlit as st
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.logger import update_formatter

from onefill.service import log_lines
from onefill.service.log_lines import FORMAT, REQUEST
from onefill.service.reporting import log

HEADER = b"x-request-id"
#: Ids that a proxy gives are kept if they look like ids.
_ID = re.compile(rb"[A-Za-z0-9-]{6,64}")


def set_up(level: str) -> None:
    """See ``log_lines``; Streamlit's own lines look the same."""
    log_lines.set_up(level)
    st.config.set_option("logger.messageFormat", FORMAT)
    update_formatter()
    # Its lines hold whole addresses; ours tell the same without.
    logging.getLogger("uvicorn.access").disabled = True


class Numbered:
    """Gives every request an id, tells it in the answer, and logs how it was answered."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and tell."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = dict(scope["headers"]).get(HEADER, b"")
        number = given.decode() if _ID.fullmatch(given) else secrets.token_hex(6)
        began, status = time.monotonic(), 0

        async def numbered(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message.get("headers", ()), (HEADER, number.encode())]}
            await send(message)

        mark = REQUEST.set(number)
        try:
            await self.app(scope, receive, numbered)
        finally:
            took = (time.monotonic() - began) * 1000
            level = logging.DEBUG if _is_watching(scope["path"]) and status < 400 else logging.INFO
            log.log(level, "%s %s %d %.0f ms", scope["method"], _told(scope, status), status, took)
            REQUEST.reset(mark)


def _is_watching(path: str) -> bool:
    """Whether a page or a watcher looks for news, every few seconds."""
    return path.startswith(("/of/pulse/", "/of/health", "/_stcore/health"))


def _told(scope: Mapping[str, Any], status: int) -> str:
    """The path, without what may have been typed into the address."""
    path = str(scope["path"])
    if path.startswith("/of/") and status != 404:
        return path
    return f"/{path.split('/')[1]}/…" if path.startswith(("/of/", "/_stcore/", "/static/")) else "/…"
