"""What the environment says about the identity provider and about the proxy before us."""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from onefill.errors import OneFillError

ISSUER, CLIENT, SECRET = "ONEFILL_OIDC_ISSUER", "ONEFILL_OIDC_CLIENT", "ONEFILL_OIDC_SECRET"
HERE = ("localhost", "127.0.0.1", "::1")


class SettingMissing(OneFillError):
    """People sign in in a way that needs one more setting."""

    message = "环境变量 {name} 没有写：{what}。"


class SecretUnreadable(OneFillError):
    """A file that should hold a secret cannot be read."""

    message = "环境变量 {name} 指的文件“{file}”读不出来，或是空的。核对路径和权限。"


class IssuerRefused(OneFillError):
    """An issuer that is not reached by https."""

    message = "环境变量 {name} 写的是“{value}”。要写 https:// 开头的网址（本机试用可以是 http://127.0.0.1）。"


@dataclass(frozen=True, kw_only=True)
class OidcSettings:
    """An OpenID Connect provider, and who we are to it.

    Attributes:
        issuer: Its address, below which its metadata stand.
        client: Our client id.
        secret: Our client secret; empty for a public client.
        claim: The claim of its ID tokens by which accounts are found.
        scope: What is asked of it.
    """

    issuer: str
    client: str
    secret: str = ""
    claim: str = "sub"
    scope: str = "openid profile"

    @classmethod
    def from_environment(cls) -> "OidcSettings":
        """As the ``ONEFILL_OIDC_…`` variables say.

        Raises:
            SettingMissing: No issuer or client.
            IssuerRefused: The issuer is not reached by https.
            SecretUnreadable: The secret stands in a file that cannot be read.
        """
        issuer, client = os.environ.get(ISSUER, ""), os.environ.get(CLIENT, "")
        if not issuer:
            raise SettingMissing(name=ISSUER, what="统一身份认证的网址")
        if not client:
            raise SettingMissing(name=CLIENT, what="在统一身份认证登记的客户端编号")
        parts = urlsplit(issuer)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in HERE):
            raise IssuerRefused(name=ISSUER, value=issuer)
        return cls(
            issuer=issuer,
            client=client,
            secret=secret_of(SECRET),
            claim=os.environ.get("ONEFILL_OIDC_CLAIM") or "sub",
            scope=os.environ.get("ONEFILL_OIDC_SCOPE") or "openid profile",
        )


def secret_of(name: str) -> str:
    """A secret: out of the file that ``NAME_FILE`` points to, or out of ``NAME``; empty if there is neither.

    Raises:
        SecretUnreadable: There is no such file, or nothing in it.
    """
    file = os.environ.get(f"{name}_FILE")
    if not file:
        return os.environ.get(name, "")
    try:
        secret = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise SecretUnreadable(name=f"{name}_FILE", file=file) from error
    if not secret:
        raise SecretUnreadable(name=f"{name}_FILE", file=file)
    return secret
