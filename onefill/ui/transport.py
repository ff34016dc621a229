"""How a browser's word came to us."""

from starlette.requests import HTTPConnection


def is_secure(asked: HTTPConnection) -> bool:
    """Whether the browser speaks TLS to us or to the proxy before us."""
    return asked.headers.get("x-forwarded-proto", asked.url.scheme) == "https"
