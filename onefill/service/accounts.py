"""Accounts as they are kept: a chain of entries each, so that every change of one stays known."""

import hashlib
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from onefill.people import Account, AccountUnknown, Deputy
from store import EVERYTHING, Conflict, Entry, NewEntry, RecordUnknown, Store, Summary

FORM = "@account"
MOST = 10_000
_TRIES = 5


class AccountBook:
    """Reads and writes accounts; who may do so is asked elsewhere."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._read: dict[str, tuple[object, Account]] = {}

    def all(self) -> list[Account]:
        """Every account, by name."""
        found = self._store.find(form=FORM, scope=EVERYTHING, limit=MOST)
        return sorted((self.get(one.label) for one in found), key=lambda account: account.name)

    def any(self) -> bool:
        """Whether there is an account at all."""
        return self._store.count(form=FORM, scope=EVERYTHING) > 0

    def on_leave(self, deputy: str) -> list[Account]:
        """Accounts for whose person somebody is to stand in, whatever the day."""
        found = self._store.find(form=FORM, tokens=[_token(deputy)], scope=EVERYTHING, limit=MOST)
        return [self.get(one.label) for one in found]

    def of_subject(self, subject: str) -> list[Account]:
        """Accounts of whom an identity provider knows by this subject; more than one is a mistake."""
        found = self._store.find(form=FORM, tokens=[_subject_token(subject)], scope=EVERYTHING, limit=MOST)
        return [self.get(one.label) for one in found]

    def get(self, name: str) -> Account:
        """An account as it is now.

        Raises:
            AccountUnknown: There is none of that name.
        """
        record = _record(name)
        stamp = self._store.stamp(record)
        kept = self._read.get(record)
        if kept is None or kept[0] != stamp:
            kept = self._read[record] = (stamp, _account(self._latest(record, name)))
        return kept[1]

    def make(self, account: Account, who: str) -> bool:
        """Keep a new account; whether the name was free."""
        try:
            self._append(account, who, 0, "made")
        except Conflict:
            return False
        return True

    def change(self, name: str, who: str, act: str, to: Callable[[Account], Account]) -> Account:
        """Keep an account as it shall be from now on, upon whatever it is by then."""
        record = _record(name)
        for _ in range(_TRIES - 1):
            entry = self._latest(record, name)
            try:
                return self._append(to(_account(entry)), who, entry.n, act)
            except Conflict:  # another process was faster: look again
                continue
        entry = self._latest(record, name)
        return self._append(to(_account(entry)), who, entry.n, act)

    def history(self, name: str) -> list[Entry]:
        """Every change of an account in order."""
        return self._store.entries(_record(name), EVERYTHING)

    def _latest(self, record: str, name: str) -> Entry:
        try:
            return self._store.latest(record, EVERYTHING)
        except RecordUnknown as unknown:
            raise AccountUnknown(name=name) from unknown

    def _append(self, account: Account, who: str, n: int, act: str) -> Account:
        record = _record(account.name)
        data = asdict(account)
        data["deputies"] = [
            {"name": one.name, "first": one.first.isoformat(), "last": one.last.isoformat()} for one in account.deputies
        ]
        entry = NewEntry(
            record=record,
            form=FORM,
            kind="account",
            who=who,
            # Not the number alone: two who change it at once must not be taken for one who asks twice.
            request_id=f"{record}-{n + 1}-{hashlib.sha256(repr((who, act, data)).encode()).hexdigest()[:16]}",
            data=data,
            summary=Summary(
                state="disabled" if account.disabled else "used",
                unit=account.unit,
                label=account.name,
                tokens=(
                    *(_token(one.name) for one in account.deputies),
                    *([_subject_token(account.subject)] if account.subject else []),
                ),
            ),
            why={"act": act},
        )
        self._store.append(entry, n, EVERYTHING)
        return account


def _token(deputy: str) -> str:
    return f"deputy={deputy}"


def _subject_token(subject: str) -> str:
    return f"subject={hashlib.sha256(subject.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"


def _record(name: str) -> str:
    return f"account-{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"


def _account(entry: Entry) -> Account:
    data: dict[str, Any] = dict(entry.data or {})
    known = Account(name=str(data["name"]))
    deputies = tuple(
        Deputy(one["name"], date.fromisoformat(one["first"]), date.fromisoformat(one["last"]))
        for one in data.get("deputies", ())
    )
    return replace(
        known,
        title=data.get("title", ""),
        unit=data.get("unit", ""),
        roles=tuple(data.get("roles", ())),
        subject=data.get("subject", ""),
        password=data.get("password", ""),
        must_change=bool(data.get("must_change")),
        disabled=bool(data.get("disabled")),
        deputies=deputies,
    )
