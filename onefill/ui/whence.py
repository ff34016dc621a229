"""From which address somebody asks, for the access log: what the proxy before us tells, where one is set up to."""

from contextvars import ContextVar
from ipaddress import ip_address

import streamlit as st
from starlette.requests import HTTPConnection
from streamlit.runtime.scriptrunner import get_script_run_ctx

from onefill.service.desk import Settings
from onefill.ui.address import is_loopback

#: For a route. A script asks for itself: its thread belongs to nobody.
WHENCE: ContextVar[str] = ContextVar("whence", default="")
#: What Streamlit calls nothing.
HERE = "127.0.0.1"


def whence_of(settings: Settings, asked: HTTPConnection) -> str:
    """The address of a request."""
    told = asked.headers.getlist(settings.address_header) if settings.address_header else []
    return address(settings, asked.client.host if asked.client else "", told[0] if len(told) == 1 else "")


def address(settings: Settings, near: str, told: str) -> str:
    """The address that counts: of two, the one that one of our proxies tells; anybody else may write what they like.

    Args:
        settings: Say which proxies are ours.
        near: Of whoever is connected to us.
        told: What stands in the header that a proxy of ours writes; nothing if there is none.
    """
    ours = is_loopback(near) or near in settings.proxies
    try:
        return str(ip_address(told.strip())) if told and ours else near
    except ValueError:
        return near


def asked_from(settings: Settings) -> str:
    """Where whoever asks now sits; nothing where no browser asks."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return WHENCE.get()
    told = st.context.headers.get_all(settings.address_header) if settings.address_header else []
    return address(settings, st.context.ip_address or HERE, told[0] if len(told) == 1 else "")
