"""What a provider sends is not believed before it has been checked; a provider of a few lines can lie in every way."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from onefill.service.desk import Settings
from onefill.service.oidc import (
    Flow,
    FlowLost,
    IssuerDiffers,
    Provider,
    ProviderAway,
    ProviderError,
    ProviderRefused,
    TokenRefused,
)
from onefill.service.oidc_settings import IssuerRefused, OidcSettings, SecretUnreadable, SettingMissing
from tests.desks import Clock

BACK, OUT = "https://one.example/of/oidc/back", "https://one.example/of/sign-in"
KEYS = [RSAKey.generate_key(2048, {"kid": name}) for name in ("old", "new")]


@dataclass
class Liar:
    """What the provider says."""

    address: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)
    key: Any = field(default_factory=lambda: KEYS[0])
    shown: Any = field(default_factory=lambda: KEYS[0])
    algorithm: str = "RS256"
    claims: dict[str, Any] = field(default_factory=dict)
    person: dict[str, Any] = field(default_factory=dict)
    token: tuple[int, dict[str, Any] | None] = (200, None)
    asked: dict[str, str] = field(default_factory=dict)
    looked: int = 0

    def said(self, path: str) -> tuple[int, Mapping[str, Any]]:
        if path == "/.well-known/openid-configuration":
            self.looked += 1
            ways = {"authorization_endpoint": "auth", "token_endpoint": "token", "userinfo_endpoint": "me"}
            ways |= {"jwks_uri": "keys", "end_session_endpoint": "out"}
            return 200, {"issuer": self.address} | {k: f"{self.address}/{v}" for k, v in ways.items()} | self.metadata
        if path == "/keys":
            return 200, {"keys": [self.shown.as_dict(private=False)]}
        if path == "/me":
            return 200, {"sub": "s-1"} | self.person
        status, told = self.token
        if told is None:
            header = {"alg": self.algorithm, "kid": self.key.kid}
            token = jwt.encode(header, self.claims, self.key, algorithms=[self.algorithm])
            told = {"access_token": "a", "token_type": "Bearer", "id_token": token}
        return status, told


@pytest.fixture
def liar() -> Iterator[Liar]:
    told = Liar()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            told.asked = {key: values[0] for key, values in parse_qs(body).items()}
            told.asked["authorization"] = self.headers.get("authorization", "")
            self.answer()

        def answer(self) -> None:
            status, said = told.said(self.path)
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(said).encode())

        def log_message(self, format: str, *args: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    told.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def provider_of(liar: Liar, clock: Clock, **more: str) -> Provider:
    return Provider(OidcSettings(**{"issuer": liar.address, "client": "c", "secret": "s"} | more), clock)


def sound(liar: Liar, flow: Flow, now: datetime) -> dict[str, Any]:
    at = int(now.timestamp())
    return {"iss": liar.address, "aud": "c", "sub": "s-1", "nonce": flow.nonce, "iat": at, "exp": at + 60}


def begun(liar: Liar, clock: Clock, provider: Provider, *, fresh: bool = False) -> Flow:
    flow = provider.begin(BACK, "/fill", fresh=fresh)[1]
    liar.claims = sound(liar, flow, clock.now)
    return flow


def answer(flow: Flow) -> dict[str, str]:
    return {"state": flow.state, "code": "once"}


def test_a_flow_binds_browser_request_and_token(liar: Liar, clock: Clock) -> None:
    provider = provider_of(liar, clock)
    address, flow = provider.begin(BACK, "/fill", fresh=False)
    asked = {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}
    assert address.startswith(f"{liar.address}/auth?")
    assert asked == {
        "response_type": "code",
        "client_id": "c",
        "redirect_uri": BACK,
        "scope": "openid profile",
        "state": flow.state,
        "nonce": flow.nonce,
        "code_challenge": create_s256_code_challenge(flow.verifier),
        "code_challenge_method": "S256",
    }
    assert min(map(len, (flow.state, flow.nonce, flow.verifier))) >= 32
    assert provider.begin(BACK, "/fill", fresh=False)[1].state != flow.state
    liar.claims = sound(liar, flow, clock.now)
    assert provider.finish(flow, answer(flow), BACK).subject == "s-1"
    assert {key: liar.asked[key] for key in ("code", "code_verifier", "redirect_uri", "grant_type")} == {
        "code": "once",
        "code_verifier": flow.verifier,
        "redirect_uri": BACK,
        "grant_type": "authorization_code",
    }
    assert liar.asked["authorization"].startswith("Basic ")


def test_a_public_client_shows_nothing_but_its_name(liar: Liar, clock: Clock) -> None:
    provider = provider_of(liar, clock, secret="")
    flow = begun(liar, clock, provider)
    provider.finish(flow, answer(flow), BACK)
    assert (liar.asked["client_id"], liar.asked["authorization"]) == ("c", "")


def test_who_is_to_prove_it_anew_is_asked_and_held_to_it(liar: Liar, clock: Clock) -> None:
    provider = provider_of(liar, clock)
    address, _ = provider.begin(BACK, "/", fresh=True)
    assert {"prompt=login", "max_age=0"} <= set(urlsplit(address).query.split("&"))
    flow = begun(liar, clock, provider, fresh=True)
    for proved_at, good in ((flow.began, True), (flow.began - 3600, False), ("yesterday", False)):
        liar.claims["auth_time"] = proved_at
        if good:
            assert provider.finish(flow, answer(flow), BACK).subject == "s-1"
        else:
            with pytest.raises(TokenRefused, match="auth_time"):
                provider.finish(flow, answer(flow), BACK)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"state": "another"}, FlowLost),
        ({"state": ""}, FlowLost),
        ({"iss": "https://another.example"}, FlowLost),
        ({"error": "access_denied"}, ProviderRefused),
        ({"code": ""}, ProviderRefused),
    ],
)
def test_an_answer_that_is_none_is_refused(
    liar: Liar, clock: Clock, wrong: dict[str, str], error: type[ProviderError]
) -> None:
    provider = provider_of(liar, clock)
    flow = begun(liar, clock, provider)
    with pytest.raises(error):
        provider.finish(flow, answer(flow) | wrong, BACK)
    assert not liar.asked
    with pytest.raises(FlowLost):
        provider.finish(None, answer(flow), BACK)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"iss": "https://another.example"}, "iss"),
        ({"aud": "another"}, "aud"),
        ({"aud": ["c", "d"], "azp": "d"}, "azp"),
        ({"nonce": "another"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"sub": None}, "sub"),
        ({"exp": 1}, "exp"),
        ({"exp": None}, "exp"),
        ({"iat": 9_999_999_999}, "iat"),
    ],
)
def test_a_token_with_a_wrong_claim_is_refused(liar: Liar, clock: Clock, wrong: dict[str, Any], why: str) -> None:
    provider = provider_of(liar, clock)
    flow = begun(liar, clock, provider)
    liar.claims = {key: value for key, value in (liar.claims | wrong).items() if value is not None}
    with pytest.raises(TokenRefused, match=why):
        provider.finish(flow, answer(flow), BACK)


def test_a_token_that_the_provider_did_not_sign_is_refused(liar: Liar, clock: Clock) -> None:
    provider = provider_of(liar, clock)
    flow = begun(liar, clock, provider)
    forged = RSAKey.generate_key(2048, {"kid": "old"})
    shared = OctKey.import_key("s" * 32, {"kid": "old"})
    for key, algorithm in ((forged, "RS256"), (shared, "HS256")):
        liar.key, liar.algorithm = key, algorithm
        with pytest.raises(TokenRefused, match="签名"):
            provider.finish(flow, answer(flow), BACK)
    unsigned = "eyJhbGciOiJub25lIn0.e30."
    for token in (unsigned, "", "no token", "a.b.c"):
        liar.token = (200, {"id_token": token, "access_token": "a"})
        with pytest.raises(TokenRefused):
            provider.finish(flow, answer(flow), BACK)


def test_keys_that_have_changed_are_fetched_anew(liar: Liar, clock: Clock) -> None:
    provider = provider_of(liar, clock)
    for key in KEYS:
        liar.key = liar.shown = key
        flow = begun(liar, clock, provider)
        assert provider.finish(flow, answer(flow), BACK).subject == "s-1"
    assert liar.looked == 1
    clock.now += timedelta(hours=2)
    begun(liar, clock, provider)
    assert liar.looked == 2


def test_another_claim_finds_the_account_wherever_it_stands(liar: Liar, clock: Clock) -> None:
    provider = provider_of(liar, clock, claim="preferred_username")
    flow = begun(liar, clock, provider)
    with pytest.raises(TokenRefused, match="preferred_username"):
        provider.finish(flow, answer(flow), BACK)
    liar.person = {"preferred_username": "chen"}
    assert provider.finish(flow, answer(flow), BACK).subject == "chen"
    liar.person["sub"] = "another"
    with pytest.raises(TokenRefused):
        provider.finish(flow, answer(flow), BACK)
    liar.claims["preferred_username"] = "chen"
    assert provider.finish(flow, answer(flow), BACK).subject == "chen"


@pytest.mark.parametrize(
    ("status", "told", "error"),
    [
        (400, {"error": "invalid_grant"}, ProviderRefused),
        (401, {"error": "invalid_client"}, ProviderRefused),
        (500, {}, ProviderAway),
        (200, {"access_token": "a"}, TokenRefused),
    ],
)
def test_a_code_that_is_refused(
    liar: Liar, clock: Clock, status: int, told: dict[str, Any], error: type[ProviderError]
) -> None:
    provider = provider_of(liar, clock)
    flow = begun(liar, clock, provider)
    liar.token = (status, told)
    with pytest.raises(error):
        provider.finish(flow, answer(flow), BACK)


def test_a_provider_that_is_away_or_somebody_else(liar: Liar, clock: Clock) -> None:
    with pytest.raises(ProviderAway):
        Provider(OidcSettings(issuer="http://127.0.0.1:9", client="c"), clock).begin(BACK, "/", fresh=False)
    for metadata, error in (
        ({"issuer": f"{liar.address}/"}, IssuerDiffers),
        ({"authorization_endpoint": None}, ProviderAway),
    ):
        liar.metadata = metadata
        with pytest.raises(error):
            provider_of(liar, clock).begin(BACK, "/", fresh=False)


def test_the_way_out(liar: Liar, clock: Clock) -> None:
    provider = provider_of(liar, clock)
    told = parse_qs(urlsplit(provider.way_out("t", OUT)).query)
    assert told == {"client_id": ["c"], "post_logout_redirect_uri": [OUT], "id_token_hint": ["t"]}
    assert "id_token_hint" not in provider.way_out("", OUT)
    liar.metadata = {"end_session_endpoint": None}
    assert provider_of(liar, clock).way_out("t", OUT) == ""


# -- settings ------------------------------------------------------------------------------------------------------

SOUND = {
    "ONEFILL_PEOPLE": "oidc",
    "ONEFILL_OIDC_ISSUER": "https://id.example",
    "ONEFILL_OIDC_CLIENT": "c",
    "ONEFILL_OIDC_SECRET": "s",
}


def test_settings_of_a_provider(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SOUND.items():
        monkeypatch.setenv(name, value)
    read = Settings.from_environment()
    assert read.keeps_sessions
    assert read.oidc == OidcSettings(issuer="https://id.example", client="c", secret="s")
    file = tmp_path / "secret"
    file.write_text("kept apart\n", encoding="utf-8")
    monkeypatch.setenv("ONEFILL_OIDC_SECRET_FILE", str(file))
    assert read.oidc is not None
    assert Settings.from_environment().oidc == replace(read.oidc, secret="kept apart")
    for content in ("", "\n"):
        file.write_text(content, encoding="utf-8")
        with pytest.raises(SecretUnreadable):
            Settings.from_environment()
    monkeypatch.setenv("ONEFILL_OIDC_SECRET_FILE", str(tmp_path / "none"))
    with pytest.raises(SecretUnreadable):
        Settings.from_environment()


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("ONEFILL_OIDC_ISSUER", "", SettingMissing),
        ("ONEFILL_OIDC_CLIENT", "", SettingMissing),
        ("ONEFILL_OIDC_ISSUER", "http://id.example", IssuerRefused),
        ("ONEFILL_OIDC_ISSUER", "id.example", IssuerRefused),
        ("ONEFILL_PEOPLE", "header", SettingMissing),
    ],
)
def test_settings_that_would_let_somebody_in_by_mistake(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, error: type[Exception]
) -> None:
    for one, told in (SOUND | {name: value}).items():
        monkeypatch.setenv(one, told)
    with pytest.raises(error):
        Settings.from_environment()
