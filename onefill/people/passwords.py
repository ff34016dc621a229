"""Passwords: what makes a good one, and the only form in which one is kept."""

import unicodedata
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import pairwise
from threading import Semaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from onefill.problems import FieldPlace, Problem

SHORTEST, LONGEST = 10, 128
#: How many characters that differ a password has at least.
FEWEST_KINDS = 5
#: Each hash takes some ten megabytes: more at once would let strangers use up the memory.
AT_ONCE = 2
#: What people type when they are asked for a password; compared without regard to capitals.
COMMON = (
    "password", "passw0rd", "qwertyuiop", "1234567890", "0123456789", "abcdefghij", "admin12345", "woaini1314",
    "5201314520", "1q2w3e4r5t", "1qaz2wsx3e", "qazwsxedcr", "iloveyou12", "abc1234567", "a123456789", "onefill123",
)  # fmt: skip
#: Letters and digits that are not taken for one another.
EASY = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _LETTERS = 4, 4


class Passwords:
    """Hashes by argon2id.

    Args:
        cost: Memory in KiB and turns of each hash; tests take little.
    """

    def __init__(self, cost: tuple[int, int] = (19_456, 2)) -> None:
        memory, turns = cost
        self._hasher = PasswordHasher(time_cost=turns, memory_cost=memory, parallelism=1)
        self._room = Semaphore(AT_ONCE)

    @cached_property
    def _nobody(self) -> str:
        """What stands in for the hash that there is none of; made at the first sign-in: most programs see none."""
        return self._hasher.hash("nobody")

    def hashed(self, password: str) -> str:
        """The hash to keep."""
        with self._room:
            return self._hasher.hash(_plain(password))

    def fits(self, password: str, kept: str) -> bool:
        """Whether it is the password; takes as long if there is none, so that nobody learns which names exist."""
        with self._room:
            nobody = self._nobody  # whether it is wanted or not: the first to sign in learns nothing from it
            try:
                return self._hasher.verify(kept or nobody, _plain(password)[:LONGEST]) and bool(kept)
            except (VerificationError, InvalidHashError):
                return False

    def is_weak(self, kept: str) -> bool:
        """Whether it was hashed with less care than is taken today, and should be hashed anew."""
        return self._hasher.check_needs_rehash(kept)


def check_password(password: str, name: str) -> list[Problem]:
    """All rules that a new password breaks.

    Args:
        password: As typed.
        name: Whose it is to be.
    """
    plain = _plain(password)
    faults = _faults(plain, name.casefold())
    return [Problem(place=FieldPlace("password"), code=code, what=what, remedy=do) for code, what, do in faults]


def _faults(plain: str, name: str) -> Iterator[tuple[str, str, str]]:
    folded = plain.casefold()
    if len(plain) < SHORTEST:
        yield "SHORT", f"只有 {len(plain)} 个字符", f"至少要 {SHORTEST} 个，几个词连起来就好记"
    if len(plain) > LONGEST:
        yield "LONG", f"超过 {LONGEST} 个字符", "短一些"
    if len(plain) >= SHORTEST and len(set(folded)) < FEWEST_KINDS:
        yield "SAME", "总是那几个字符", f"至少用 {FEWEST_KINDS} 种不同的字符"
    if any(word in folded for word in COMMON) or _runs(folded):
        yield "COMMON", "太常见，别人一猜就中", "换成别人想不到的几个词"
    if name and len(name) > 1 and name in folded:
        yield "NAME", "里面有自己的名字", "换一个"


def _runs(text: str) -> bool:
    """Whether it is nothing but characters that follow each other."""
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    return len(text) > 1 and steps in ({1}, {-1})


def one_time_password(pick: Callable[[str], str]) -> str:
    """A password to be shown once, easy to read out, to be changed at first sign-in.

    Args:
        pick: Picks one of some characters, not to be foretold.
    """
    return "-".join("".join(pick(EASY) for _ in range(_LETTERS)) for _ in range(_GROUPS))


def _plain(password: str) -> str:
    """The same characters are one password, however a keyboard has put them together."""
    return unicodedata.normalize("NFKC", password)
