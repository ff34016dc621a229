"""Who works here: accounts, roles and how far each sees, passwords, lock-out, sessions, deputies, four eyes.

Plain values in, plain values out: no store, no screen, no clock of its own.
"""

from onefill.people.accounts import Account, Deputy, check_account, deputies_on
from onefill.people.errors import (
    AccountDisabled,
    AccountRefused,
    AccountUnknown,
    LockedOut,
    NotYourAction,
    PasswordRefused,
    PeopleError,
    SignedOut,
    SignInRefused,
    SubjectUnknown,
)
from onefill.people.lockout import Attempts, Lockout
from onefill.people.passwords import Passwords, check_password, one_time_password
from onefill.people.rights import EVERY_RIGHT, Reach, Right, RoleFacts, rights_of, widest
from onefill.people.sessions import Session, SessionRules, digest_of, new_token

__all__ = [
    "EVERY_RIGHT",
    "Account",
    "AccountDisabled",
    "AccountRefused",
    "AccountUnknown",
    "Attempts",
    "Deputy",
    "LockedOut",
    "Lockout",
    "NotYourAction",
    "PasswordRefused",
    "Passwords",
    "PeopleError",
    "Reach",
    "Right",
    "RoleFacts",
    "Session",
    "SessionRules",
    "SignInRefused",
    "SignedOut",
    "SubjectUnknown",
    "check_account",
    "check_password",
    "deputies_on",
    "digest_of",
    "new_token",
    "one_time_password",
    "rights_of",
    "widest",
]
