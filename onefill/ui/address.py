"""Whom we serve: only this PC. Others come through a proxy on it, which speaks TLS, and have to sign in."""

import sys
from ipaddress import ip_address

REFUSED = """OneFill 没有启动：监听地址是“{address}”，别的电脑也能打开。
那样谁都进得来，密码也不加密。去掉 --server.address 参数（或改为 127.0.0.1）再启动。
要给别的电脑用，看 docs/sign-in.md；代理在另一台电脑上时，用 ONEFILL_PROXIES 写明它的地址。
"""


def is_loopback(host: str | None) -> bool:
    """Whether a host name or address is this PC itself."""
    if not host:
        return False
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def host_of(header: str) -> str:
    """The host in a ``Host`` header or in an origin, without scheme and port."""
    host = header.rpartition("://")[2].strip()
    return host.partition("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0]


def refuse_open_address(address: str | None, *, proxied: bool = False) -> None:
    """End the program if it would listen where others can reach it.

    Args:
        address: Streamlit's ``server.address``; nothing means every network.
        proxied: Whether people sign in, and proxies on other machines are named: nobody else is answered then.
    """
    if not is_loopback(address) and not proxied:
        sys.stderr.write(REFUSED.format(address=address or "所有网卡"))
        raise SystemExit(2)
