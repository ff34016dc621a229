"""Sessions and wrong passwords, kept on the server; of a session's token only the digest."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from threading import RLock
from typing import Any

from onefill.people import Attempts, LockedOut, Lockout, Session, SessionRules, digest_of, new_token
from store import Store

_SESSIONS, _ATTEMPTS = "@sessions", "@attempts"
#: Names of which wrong passwords are remembered; made-up names beyond that push the oldest out.
MOST_NAMES = 2000


class SessionBook:
    """Who is signed in."""

    def __init__(
        self, store: Store, rules: SessionRules, now: Callable[[], datetime], random: Callable[[int], str]
    ) -> None:
        self.rules = rules
        self._store = store
        self._now = now
        self._random = random
        self._lock = RLock()

    def begin(self, name: str, *, must_change: bool) -> str:
        """A new session; its token. Sessions that have ended are swept away."""
        token, now = new_token(self._random), self._now()
        session = Session(name=name, began=now, acted=now, must_change=must_change)
        with self._lock:
            ended = {key: None for key, one in self._all().items() if not self.rules.alive(one, now)}
            self._store.set_preferences(_SESSIONS, {**ended, digest_of(token): _plain(session)})
        return token

    def get(self, token: str) -> Session | None:
        """The session of a token; nothing if it has ended or never was."""
        session = self._all().get(digest_of(token)) if token else None
        return session if session and self.rules.alive(session, self._now()) else None

    def has_ended(self, token: str) -> bool:
        """Whether there was a session that has ended by itself, and not long ago."""
        return bool(token) and digest_of(token) in self._all() and self.get(token) is None

    def act(self, token: str) -> None:
        """Note that the person has done something."""
        with self._lock:
            session, now = self.get(token), self._now()
            if session and self.rules.worth_noting(session, now):
                self._put(token, replace(session, acted=now))

    def free(self, token: str) -> None:
        """Note that the session's person has a password of their own now."""
        with self._lock:
            if session := self.get(token):
                self._put(token, replace(session, must_change=False))

    def end(self, token: str) -> None:
        """End a session."""
        with self._lock:
            self._store.set_preferences(_SESSIONS, {digest_of(token): None})

    def end_all(self, name: str, *, but: str = "") -> None:
        """End all sessions of a person.

        Args:
            name: Whose.
            but: Token of one that goes on.
        """
        with self._lock:
            spared = digest_of(but)
            ended = {key: None for key, one in self._all().items() if one.name == name and key != spared}
            self._store.set_preferences(_SESSIONS, ended)

    def _put(self, token: str, session: Session) -> None:
        self._store.set_preferences(_SESSIONS, {digest_of(token): _plain(session)})

    def _all(self) -> dict[str, Session]:
        return {key: _session(value) for key, value in self._store.preferences(_SESSIONS).items()}


class AttemptBook:
    """Wrong passwords by name. Names stand here as digests: people type passwords there, too."""

    def __init__(self, store: Store, rule: Lockout, now: Callable[[], datetime]) -> None:
        self._store = store
        self._rule = rule
        self._now = now
        self._lock = RLock()

    def begin(self, name: str) -> Attempts:
        """Count a try as a failure until it has gone well, so that many at once are not one.

        Raises:
            LockedOut: The name has to wait.
        """
        with self._lock:
            now, kept = self._now(), self._store.preferences(_ATTEMPTS)
            noted = _attempts(kept.get(_key(name)))
            attempts = self._rule.as_of(noted, now)
            if attempts != noted:
                self._store.set_preferences(_ATTEMPTS, {_key(name): _plain_attempts(attempts)})
            until = self._rule.locked_until(attempts, now)
            if until:
                raise locked(attempts, until, now)
            counted = self._rule.failed(attempts, now)
            self._store.set_preferences(_ATTEMPTS, {**self._stale(kept), _key(name): _plain_attempts(counted)})
            return counted

    def went_well(self, name: str) -> None:
        """Forget the name's wrong passwords."""
        with self._lock:
            self._store.set_preferences(_ATTEMPTS, {_key(name): None})

    def _stale(self, kept: dict[str, Any]) -> dict[str, None]:
        if len(kept) < MOST_NAMES:
            return {}
        oldest = sorted(kept, key=lambda key: str(kept[key].get("newest", "")))
        return dict.fromkeys(oldest[: MOST_NAMES // 2])


def locked(attempts: Attempts, until: datetime, now: datetime) -> LockedOut:
    """What a person is told whose name is locked."""
    minutes = -(-int((until - now).total_seconds()) // 60)
    return LockedOut(failures=attempts.failures, minutes=minutes, until=f"{until:%H:%M}")


def _key(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _plain(session: Session) -> dict[str, Any]:
    return {
        "name": session.name,
        "began": session.began.isoformat(),
        "acted": session.acted.isoformat(),
        "must_change": session.must_change,
    }


def _session(kept: dict[str, Any]) -> Session:
    return Session(
        name=kept["name"],
        began=datetime.fromisoformat(kept["began"]),
        acted=datetime.fromisoformat(kept["acted"]),
        must_change=bool(kept.get("must_change")),
    )


def _plain_attempts(attempts: Attempts) -> dict[str, Any]:
    return {
        "failures": attempts.failures,
        "newest": attempts.newest.isoformat() if attempts.newest else None,
        "until": attempts.until.isoformat() if attempts.until else None,
    }


def _attempts(kept: dict[str, Any] | None) -> Attempts:
    if not kept:
        return Attempts()
    newest, until = (datetime.fromisoformat(kept[key]) if kept.get(key) else None for key in ("newest", "until"))
    return Attempts(int(kept["failures"]), newest, until)
