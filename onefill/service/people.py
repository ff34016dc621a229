"""People: accounts made and changed, signing in and out, who stands in for whom."""

import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime

from onefill.errors import OneFillError
from onefill.people import (
    Account,
    AccountDisabled,
    AccountRefused,
    Deputy,
    Lockout,
    NotYourAction,
    PasswordRefused,
    Passwords,
    Reach,
    Right,
    Session,
    SessionRules,
    SignedOut,
    SignInRefused,
    SubjectUnknown,
    check_account,
    check_password,
    deputies_on,
    one_time_password,
    rights_of,
)
from onefill.problems import FieldPlace, Problem
from onefill.service.access import AccessLog, Did
from onefill.service.accounts import AccountBook
from onefill.service.guard import ACCOUNTS
from onefill.service.offices import Offices, UnitRefused
from onefill.service.people_shapes import AccountLine, SignedIn
from onefill.service.sessions import AttemptBook, SessionBook, locked
from onefill.service.shapes import Person
from store import Store

#: What the person at an own PC is called; nobody else may be.
NOBODY_ELSE = Person().name
#: What the access log calls whoever signs in by a name that is no account's.
NOBODY = "（没有这个账号）"


class NotYourself(OneFillError):
    """Somebody would take the keys out of the own hands."""

    message = "自己的账号不能自己停用，也不能自己去掉管账号的角色。请另一位管账号的人来做。"


class People:
    """What concerns accounts. Who does it is asked each time, and what was done is written into the access log."""

    def __init__(
        self,
        store: Store,
        offices: Offices,
        log: AccessLog,
        now: Callable[[], datetime],
        *,
        rules: SessionRules | None = None,
        lockout: Lockout | None = None,
        passwords: Passwords | None = None,
        random: Callable[[int], str] = secrets.token_urlsafe,
        pick: Callable[[str], str] = secrets.choice,
    ) -> None:
        self.offices = offices
        self.rules = rules or SessionRules()
        self._store = store
        self._log = log
        self._now = now
        self._passwords = passwords or Passwords()
        self._pick = pick
        self._accounts = AccountBook(store)
        self._sessions = SessionBook(store, self.rules, now, random)
        self._attempts = AttemptBook(store, lockout or Lockout(), now)

    # -- signing in -----------------------------------------------------------------------------------------------

    def sign_in(self, name: str, password: str) -> str:
        """Begin a session; its token, of which nothing but a digest is kept here.

        Raises:
            SignInRefused: Name or password is wrong.
            LockedOut: Too many wrong passwords; also after this one.
            AccountDisabled: They are right, but the account is not in use.
        """
        account = self._proved(" ".join(name.split()), password)
        token = self._sessions.begin(account.name, must_change=account.must_change)
        self._log.note(self.person(account), Did.SIGNED_IN)
        return token

    def sign_in_proved(self, subject: str) -> str:
        """Begin a session for whom an identity provider has proved; its token.

        Raises:
            SubjectUnknown: No account is this person's, or more than one.
            AccountDisabled: It is not in use.
        """
        found = self._accounts.of_subject(subject) if subject else []
        if len(found) != 1:
            self._log.note(Person(name=NOBODY, rights=()), Did.SIGN_IN_REFUSED, what=subject)
            raise SubjectUnknown(subject=subject)
        account = self._in_use(found[0])
        token = self._sessions.begin(account.name, must_change=False)
        self._log.note(self.person(account), Did.SIGNED_IN)
        return token

    def sign_out(self, token: str) -> None:
        """End a session; nothing if it has ended already."""
        session = self._sessions.get(token)
        self._sessions.end(token)
        if session:
            self._log.note(self.person(self._accounts.get(session.name)), Did.SIGNED_OUT)

    def session(self, token: str) -> SignedIn:
        """Whose session it is.

        Raises:
            SignedOut: It has ended, or never was.
        """
        session = self._sessions.get(token)
        account = self._accounts.get(session.name) if session else None
        if session is None or account is None or account.disabled:
            raise SignedOut()
        return SignedIn(person=self.person(account), must_change=session.must_change)

    def has_timed_out(self, token: str) -> bool:
        """Whether a token was somebody's whose session has ended by itself, and not long ago."""
        return self._sessions.has_ended(token)

    def why_out(self, token: str) -> str:
        """Why a token lets nobody in, for the screen."""
        return self.rules.words if self._sessions.has_ended(token) else str(SignedOut())

    def act(self, token: str) -> None:
        """Note that the person has done something: time-outs are counted from here."""
        self._sessions.act(token)

    def named(self, name: str) -> Person:
        """The person whom somebody else has already proved, e.g. a proxy.

        Raises:
            AccountUnknown: There is no such account.
            AccountDisabled: It is not in use.
        """
        account = self._accounts.get(name)
        if account.disabled:
            raise AccountDisabled(name=name)
        return self.person(account)

    def change_password(self, token: str, old: str, new: str) -> None:
        """Take a new password from whoever is signed in; the other sessions of that person end.

        Raises:
            SignedOut: There is no session.
            SignInRefused: The old one is wrong.
            PasswordRefused: The new one breaks a rule; carries all.
        """
        session = self._known(token)
        account = self._proved(session.name, old)
        problems = check_password(new, account.name)
        if old == new:
            problems.append(_problem("SAME_PASSWORD", "和原来的一样", "换一个"))
        if problems:
            raise PasswordRefused(problems)
        self._keep_password(account.name, account.name, new, must_change=False)
        self._sessions.free(token)
        self._sessions.end_all(account.name, but=token)
        self._log.note(self.person(account), Did.PASSWORD_CHANGED)

    # -- accounts -------------------------------------------------------------------------------------------------

    def any(self) -> bool:
        """Whether there is an account at all."""
        return self._accounts.any()

    def lines(self, who: Person) -> Sequence[AccountLine]:
        """The accounts that somebody may handle, by name."""
        self.require(who)
        units, roles = self.offices.units(), self.offices.roles()
        return [
            AccountLine(
                name=one.name,
                title=one.title,
                unit=one.unit,
                unit_title=units.get(one.unit, one.unit),
                roles=one.roles,
                subject=one.subject,
                role_titles=tuple(roles[role].title if role in roles else role for role in one.roles),
                disabled=one.disabled,
                waiting=one.must_change,
                deputies=one.deputies,
            )
            for one in self._accounts.all()
            if who.may(ACCOUNTS, one.unit)
        ]

    def make(self, account: Account, who: Person, password: str = "") -> str:
        """Make an account; a password to be shown once and changed at first sign-in.

        It is empty if one was given, or if the person is known by a subject and needs none.

        Raises:
            AccountRefused: Something about it cannot be; carries all.
            PasswordRefused: The given password breaks a rule.
            NotYourAction: Not this person's to make.
        """
        self._check(account, who)
        shown = "" if password or account.subject else one_time_password(self._pick)
        if problems := check_password(password, account.name) if password else []:
            raise PasswordRefused(problems)
        hashed = self._passwords.hashed(password or shown) if password or shown else ""
        kept = replace(account, password=hashed, must_change=bool(shown), disabled=False)
        if not self._accounts.make(kept, who.name):
            raise AccountRefused([_problem("TAKEN", f"已经有“{account.name}”这个账号", "换一个名字，或启用原来的")])
        self._log.note(who, Did.ACCOUNT_MADE, what=account.name, why=self._titles(account.roles))
        return shown

    def change(self, name: str, who: Person, *, title: str, unit: str, roles: Sequence[str]) -> None:
        """Change what somebody is."""
        before = self._its(name, who)
        after = replace(before, title=title, unit=unit, roles=tuple(roles))
        self._check(after, who)
        if name == who.name and not self.person(after).may(ACCOUNTS, unit):
            raise NotYourself()
        self._accounts.change(
            name, who.name, "changed", lambda one: replace(one, title=title, unit=unit, roles=tuple(roles))
        )
        self._log.note(who, Did.ACCOUNT_CHANGED, what=name, why=self._titles(roles))

    def bind(self, name: str, subject: str, who: Person) -> None:
        """Say as whom an identity provider knows somebody; with an empty subject the person signs in there no more.

        The sessions of that person end.

        Raises:
            AccountRefused: Somebody else is known so already, or no subject looks like this.
        """
        before = self._its(name, who)
        self._check(replace(before, subject=subject), who)
        self._accounts.change(name, who.name, "bound", lambda one: replace(one, subject=subject))
        self._sessions.end_all(name)
        self._log.note(who, Did.ACCOUNT_CHANGED, what=name, why="统一身份认证编号")

    def disable(self, name: str, who: Person) -> None:
        """Take an account out of use; its sessions end at once."""
        self._its(name, who)
        if name == who.name:
            raise NotYourself()
        self._accounts.change(name, who.name, "disabled", lambda one: replace(one, disabled=True))
        self._sessions.end_all(name)
        self._log.note(who, Did.ACCOUNT_DISABLED, what=name)

    def enable(self, name: str, who: Person) -> None:
        """Put an account into use again."""
        self._its(name, who)
        self._accounts.change(name, who.name, "enabled", lambda one: replace(one, disabled=False))
        self._log.note(who, Did.ACCOUNT_ENABLED, what=name)

    def reset(self, name: str, who: Person, password: str = "") -> str:
        """Give a new password, to be changed at next sign-in; it is shown once, empty if it was given.

        A lock-out ends, and so does every session of that person.

        Raises:
            AccountRefused: The account reaches further than whoever would give it a password.
        """
        self._check_reach(self._its(name, who), who)
        shown = "" if password else one_time_password(self._pick)
        if problems := check_password(password, name) if password else []:
            raise PasswordRefused(problems)
        self._keep_password(name, who.name, password or shown, must_change=bool(shown) or name != who.name)
        self._sessions.end_all(name)
        self._attempts.went_well(name)
        self._log.note(who, Did.PASSWORD_RESET, what=name)
        return shown

    def set_deputies(self, name: str, deputies: Sequence[Deputy], who: Person) -> None:
        """Say who stands in for somebody, and when; by the person or by whoever handles the account.

        Raises:
            AccountRefused: One of them cannot: unknown, elsewhere, or the days are the wrong way round.
        """
        account = self._accounts.get(name)
        if name != who.name:
            self.require(who, account.unit)
        after = replace(account, deputies=tuple(deputies))
        problems = check_account(after, units=self.offices.units(), roles=self.offices.roles())
        for one in deputies:
            deputy = self._accounts.get(one.name)
            if deputy.unit != account.unit or deputy.disabled or deputy.name == name:
                problems.append(_problem("DEPUTY", f"{one.name}不能代理", "选同一单位里在用的另一个账号"))
        if problems:
            raise AccountRefused(problems)
        self._accounts.change(name, who.name, "deputies", lambda one: replace(one, deputies=tuple(deputies)))
        self._log.note(who, Did.ACCOUNT_CHANGED, what=name, why="代理人")

    def add_unit(self, above: str, key: str, title: str, who: Person) -> str:
        """Add a unit below another one; its path."""
        self.require(who, above)
        path = self.offices.add(above, key, title, who)
        self._log.note(who, Did.UNIT_MADE, what=path, why=title)
        return path

    def change_unit(self, path: str, title: str, who: Person, *, closed: bool = False) -> None:
        """Call a unit otherwise, close it, or open it again.

        Raises:
            UnitRefused: Somebody is still appointed to what would be closed, or to a unit below it.
        """
        self.require(who, path)
        there = [one.name for one in self._accounts.all() if f"{one.unit}/".startswith(f"{path}/") and not one.disabled]
        if closed and there:
            raise UnitRefused(
                what="停用", why=f"{'、'.join(there[:3])} 等 {len(there)} 个账号还在用，先停用或改到别的单位"
            )
        self.offices.change(path, title, who, closed=closed)
        self._log.note(who, Did.UNIT_CHANGED, what=path, why=f"停用 {title}" if closed else title)

    def who_may(self, roles: Collection[str], unit: str, within: str = "") -> list[str]:
        """Names of those in use who have one of some roles, by themselves or for somebody on leave, and see a unit.

        Args:
            roles: Keys of the roles.
            unit: What they must see.
            within: Only those who work in this unit or below it; everybody if empty.
        """
        people = (self.person(one) for one in self._accounts.all() if not one.disabled)
        able = (one for one in people if not set(roles).isdisjoint(one.roles or ()) and one.sees(unit))
        return [one.name for one in able if one.works_within(within)]

    def person(self, account: Account) -> Person:
        """What somebody is today: by the own roles, and by those of whom they stand in for."""
        known, today = self.offices.roles(), self._now().date()
        rights, roles = rights_of(account.unit, account.roles, known), dict.fromkeys(account.roles)
        for away in deputies_on(self._accounts.on_leave(account.name), account.name, today):
            if away.unit == account.unit:
                rights += rights_of(away.unit, away.roles, known)
                roles |= dict.fromkeys(away.roles)
        return Person(name=account.name, unit=account.unit, title=account.title, roles=tuple(roles), rights=rights)

    # -- inside ---------------------------------------------------------------------------------------------------

    def _known(self, token: str) -> Session:
        session = self._sessions.get(token)
        if session is None:
            raise SignedOut()
        return session

    def _proved(self, name: str, password: str) -> Account:
        """The account whose password this is; every try is counted."""
        account = self._account_or_none(name)
        # What nobody is called may be a password typed into the wrong box.
        stranger = Person(name=name if account else NOBODY, rights=())
        try:
            counted = self._attempts.begin(name)
        except OneFillError:
            self._log.note(stranger, Did.LOCKED_OUT)
            raise
        if not self._passwords.fits(password, account.password if account else "") or account is None:
            self._log.note(stranger, Did.SIGN_IN_REFUSED)
            if counted.until:
                raise locked(counted, counted.until, self._now())
            raise SignInRefused()
        self._attempts.went_well(name)
        self._in_use(account)
        if self._passwords.is_weak(account.password):
            self._keep_password(name, name, password, must_change=account.must_change)
        return account

    def _in_use(self, account: Account) -> Account:
        if account.disabled:
            self._log.note(self.person(account), Did.SIGN_IN_REFUSED, why="已停用")
            raise AccountDisabled(name=account.name)
        return account

    def _account_or_none(self, name: str) -> Account | None:
        try:
            return self._accounts.get(name)
        except OneFillError:
            return None

    def _keep_password(self, name: str, who: str, password: str, *, must_change: bool) -> None:
        hashed = self._passwords.hashed(password)
        self._accounts.change(name, who, "password", lambda one: replace(one, password=hashed, must_change=must_change))

    def _titles(self, roles: Sequence[str]) -> str:
        known = self.offices.roles()
        return "、".join(known[role].title if role in known else role for role in roles)

    def _its(self, name: str, who: Person) -> Account:
        account = self._accounts.get(name)
        self.require(who, account.unit)
        return account

    def require(self, who: Person, unit: str | None = None) -> None:
        """Ask for the right to handle accounts, at a unit or at any; a refusal stands in the log."""
        if not who.may(ACCOUNTS, unit):
            self._log.note(who, Did.REFUSED, what="管账号")
            raise NotYourAction(name=who.name, action="管账号")

    def _check(self, account: Account, who: Person) -> None:
        roles = self.offices.roles()
        problems = check_account(account, units=self.offices.in_use(), roles=roles)
        if account.name == NOBODY_ELSE:
            problems.append(_problem("NAME", f"“{NOBODY_ELSE}”不能用作账号", "换一个名字"))
        if account.subject and any(one.name != account.name for one in self._accounts.of_subject(account.subject)):
            problems.append(_problem("SUBJECT_TAKEN", "这个统一身份认证编号已经是另一个账号的", "核对编号"))
        if problems:
            raise AccountRefused(problems)
        self.require(who, account.unit)
        self._check_reach(account, who)

    def _check_reach(self, account: Account, who: Person) -> None:
        """Refuse what would let somebody in further than whoever does it reaches."""
        if not all(_within(right, who) for right in rights_of(account.unit, account.roles, self.offices.roles())):
            raise AccountRefused([_problem("TOO_WIDE", "这个账号的角色比您自己管得还宽", "请上级管账号的人来办")])


def _within(right: Right, who: Person) -> bool:
    """Whether somebody who handles accounts reaches as far as a right that is to be given."""
    mine = [one for one in who.rights if one.allows(ACCOUNTS) and one.covers(right.unit)]
    if right.reach is Reach.ALL:
        return any(one.reach is Reach.ALL for one in mine)
    return any(one.reach is not Reach.OWN or right.reach is Reach.OWN for one in mine)


def _problem(code: str, what: str, remedy: str) -> Problem:
    return Problem(place=FieldPlace(""), code=code, what=what, remedy=remedy)
