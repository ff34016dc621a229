"""Signing in at an OpenID Connect provider: the authorization code flow with state, nonce and PKCE (RFC 7636, S256).

The only module that speaks to a provider. What it sends back is checked as OpenID Connect Core 1.0, 3.1.3.7 asks.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from onefill.errors import OneFillError
from onefill.service.oidc_settings import OidcSettings

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
#: Seconds that a provider has for an answer, and that its clock may differ from ours.
PATIENCE, SKEW = 10, 120
#: So long what a provider says of itself is believed.
FRESH = timedelta(hours=1)


class ProviderError(OneFillError):
    """Root of what goes wrong with a provider."""

    message = "统一身份认证没有成功。请再试一次。"


class ProviderAway(ProviderError):
    """The provider does not answer, or answers something else."""

    message = "统一身份认证现在连不上。过几分钟再试；一直这样，请告诉管程序的人。"


class IssuerDiffers(ProviderAway):
    """The provider calls itself something else, maybe only by a slash at the end: its tokens would be refused."""

    message = "统一身份认证自称“{told}”，设置里写的是“{ours}”。请管程序的人把 ONEFILL_OIDC_ISSUER 写成一样的。"


class FlowLost(ProviderError):
    """What comes back does not belong to what this browser has begun."""

    message = "这次登录过期了，或不是从这个浏览器开始的。请再登录一次。"


class ProviderRefused(ProviderError):
    """The provider says no, or the person has turned back there."""

    message = "在统一身份认证那边没有登录成功（{why}）。请再登录一次。"


class TokenRefused(ProviderError):
    """The provider's ID token does not stand up to the checks."""

    message = "统一身份认证送来的身份核对不上（{why}），没有登录。请再试；一直这样，请告诉管程序的人。"


@dataclass(frozen=True, kw_only=True)
class Flow:
    """What one browser has begun; kept there until the provider sends it back.

    Attributes:
        state: Comes back as it went.
        nonce: Stands in the ID token.
        verifier: What only the beginner can show (PKCE).
        began: Seconds since the epoch.
        fresh: Whether the person was to prove anew who it is.
        goal: Where to go afterwards.
    """

    state: str
    nonce: str
    verifier: str
    began: int
    fresh: bool
    goal: str


@dataclass(frozen=True)
class Proved:
    """Who has signed in: the value of the claim that accounts are found by, and the token that said so."""

    subject: str
    id_token: str


class Provider:
    """One provider.

    Args:
        settings: Which, and who we are to it.
        now: The clock.
        random: Text out of so many random bytes.
    """

    def __init__(
        self,
        settings: OidcSettings,
        now: Callable[[], datetime],
        *,
        random: Callable[[int], str] = secrets.token_urlsafe,
    ) -> None:
        self._settings = settings
        self._now = now
        self._random = random
        self._metadata: Mapping[str, Any] = {}
        self._keys: KeySet | None = None
        self._read: datetime | None = None

    def begin(self, back: str, goal: str, *, fresh: bool) -> tuple[str, Flow]:
        """The provider's address to go to, and what the browser has to keep.

        Args:
            back: Where the provider sends the person back to, as it was registered there.
            goal: Where to go afterwards.
            fresh: Whether the person shall prove anew who it is, even if the provider still knows.

        Raises:
            ProviderAway: The provider does not say where to go.
        """
        flow = Flow(
            state=self._random(24),
            nonce=self._random(24),
            verifier=self._random(48),
            began=int(self._now().timestamp()),
            fresh=fresh,
            goal=goal,
        )
        more = {"nonce": flow.nonce} | ({"prompt": "login", "max_age": "0"} if fresh else {})
        where = self._said("authorization_endpoint")
        with self._client(back) as client:
            address, _ = client.create_authorization_url(where, state=flow.state, code_verifier=flow.verifier, **more)
        return str(address), flow

    def finish(self, flow: Flow | None, answer: Mapping[str, str], back: str) -> Proved:
        """Whom the provider has proved.

        Args:
            flow: What the browser has kept; nothing if it has lost it.
            answer: The parameters that came back.
            back: As it was told to ``begin``.

        Raises:
            FlowLost: They do not belong together.
            ProviderRefused: The provider says no.
            TokenRefused: Its ID token is not sound.
            ProviderAway: It does not answer.
        """
        if flow is None or not secrets.compare_digest(answer.get("state", "").encode(), flow.state.encode()):
            raise FlowLost()
        if answer.get("iss", self._settings.issuer) != self._settings.issuer:  # RFC 9207: another provider's answer
            raise FlowLost()
        if "error" in answer or not answer.get("code"):
            raise ProviderRefused(why=answer.get("error", "")[:60])
        token = self._token(answer["code"], flow, back)
        claims = self._claims(str(token.get("id_token", "")), flow)
        subject = claims.get(self._settings.claim) or self._asked(token, claims).get(self._settings.claim)
        if not isinstance(subject, str) or not subject:
            raise TokenRefused(why=f"没有 {self._settings.claim}")
        return Proved(subject, str(token["id_token"]))

    def way_out(self, id_token: str, back: str) -> str:
        """Where signing out goes on at the provider (OpenID Connect RP-Initiated Logout 1.0); empty if nowhere.

        Raises:
            ProviderAway: The provider does not answer.
        """
        self._look()
        where = self._metadata.get("end_session_endpoint")
        if not where:
            return ""
        told = {"client_id": self._settings.client, "post_logout_redirect_uri": back}
        return f"{where}?{urlencode(told | ({'id_token_hint': id_token} if id_token else {}))}"

    # -- inside ---

    def _token(self, code: str, flow: Flow, back: str) -> Mapping[str, Any]:
        where = self._said("token_endpoint")
        try:
            with self._client(back) as client:
                return dict(
                    client.fetch_token(
                        where, grant_type="authorization_code", code=code, code_verifier=flow.verifier, timeout=PATIENCE
                    )
                )
        except AuthlibBaseError as refused:
            raise ProviderRefused(why=str(refused.error or "")[:60]) from refused
        except (requests.RequestException, ValueError) as away:
            raise ProviderAway() from away

    def _asked(self, token: Mapping[str, Any], claims: Mapping[str, Any]) -> Mapping[str, Any]:
        """What the provider says of the person besides (5.3); nothing if it has no place to ask."""
        where, access = self._metadata.get("userinfo_endpoint"), token.get("access_token")
        if not where or not access:
            return {}
        told = _json(str(where), {"authorization": f"Bearer {access}"})
        return told if told.get("sub") == claims["sub"] else {}

    def _claims(self, token: str, flow: Flow) -> Mapping[str, Any]:
        rules = jwt.JWTClaimsRegistry(
            now=int(self._now().timestamp()),
            leeway=SKEW,
            iss={"essential": True, "value": self._settings.issuer},
            aud={"essential": True, "value": self._settings.client},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": flow.nonce},
        )
        try:
            claims = self._decoded(token)
            rules.validate(claims)
        except (JoseError, ValueError) as wrong:
            raise TokenRefused(why=str(getattr(wrong, "claim", "") or "签名")) from wrong
        if claims.get("azp", self._settings.client) != self._settings.client:
            raise TokenRefused(why="azp")
        proved_at = claims.get("auth_time", flow.began)
        if flow.fresh and not (isinstance(proved_at, int) and proved_at >= flow.began - SKEW):
            raise TokenRefused(why="auth_time")
        return claims

    def _decoded(self, token: str) -> dict[str, Any]:
        try:
            return jwt.decode(token, self._key_set(), algorithms=ALGORITHMS).claims
        except JoseError:  # the provider may have changed its keys since we looked
            self._keys = None
            return jwt.decode(token, self._key_set(), algorithms=ALGORITHMS).claims

    def _key_set(self) -> KeySet:
        if self._keys is None:
            try:
                self._keys = KeySet.import_key_set(_json(self._said("jwks_uri")))  # type: ignore[arg-type]
            except (JoseError, KeyError) as unreadable:
                raise ProviderAway() from unreadable
        return self._keys

    def _said(self, name: str) -> str:
        self._look()
        said = self._metadata.get(name)
        if not isinstance(said, str):
            raise ProviderAway()
        return said

    def _look(self) -> None:
        """Read what the provider says of itself, once in a while."""
        now = self._now()
        if self._read and now - self._read < FRESH:
            return
        told = _json(f"{self._settings.issuer.rstrip('/')}/.well-known/openid-configuration")
        if told.get("issuer") != self._settings.issuer:
            raise IssuerDiffers(told=str(told.get("issuer", ""))[:200], ours=self._settings.issuer)
        self._metadata, self._keys, self._read = told, None, now

    def _client(self, back: str) -> OAuth2Session:
        methods = self._metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        basic = "client_secret_basic" if "client_secret_basic" in methods else "client_secret_post"
        return OAuth2Session(
            client_id=self._settings.client,
            client_secret=self._settings.secret or None,
            token_endpoint_auth_method=basic if self._settings.secret else "none",
            scope=self._settings.scope,
            redirect_uri=back,
            code_challenge_method="S256",
        )


def _json(address: str, headers: Mapping[str, str] = MappingProxyType({})) -> dict[str, Any]:
    try:
        answer = requests.get(address, headers=dict(headers), timeout=PATIENCE)
        answer.raise_for_status()
        told = answer.json()
    except (requests.RequestException, ValueError) as away:
        raise ProviderAway() from away
    if not isinstance(told, dict):
        raise ProviderAway()
    return told
