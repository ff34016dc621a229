"""The access log as the service writes and reads it: who printed, exported, unmasked, signed in, was refused."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from onefill.people import NotYourAction
from onefill.service.room import Room
from onefill.service.shapes import Person
from store import Damage, Store

#: The action that lets somebody read it.
READ_LOG = "read_log"


class Did(StrEnum):
    """What was done. Texts of the log: none is ever renamed."""

    SIGNED_IN = "signed-in"
    SIGNED_OUT = "signed-out"
    SIGN_IN_REFUSED = "sign-in-refused"
    LOCKED_OUT = "locked-out"
    PASSWORD_CHANGED = "password-changed"
    PRINTED = "printed"
    EXPORTED = "exported"
    UNMASKED = "unmasked"
    REFUSED = "refused"
    ACCOUNT_MADE = "account-made"
    ACCOUNT_CHANGED = "account-changed"
    ACCOUNT_DISABLED = "account-disabled"
    ACCOUNT_ENABLED = "account-enabled"
    PASSWORD_RESET = "password-reset"
    HANDED_OVER = "handed-over"
    UNIT_MADE = "unit-made"
    UNIT_CHANGED = "unit-changed"
    ADOPTED = "adopted"
    DESTROYED = "destroyed"


#: What screens call it.
WORDS = {
    Did.SIGNED_IN: "登录",
    Did.SIGNED_OUT: "退出",
    Did.SIGN_IN_REFUSED: "登录没有成功",
    Did.LOCKED_OUT: "登录停用一会儿",
    Did.PASSWORD_CHANGED: "改密码",
    Did.PRINTED: "打印",
    Did.EXPORTED: "导出",
    Did.UNMASKED: "看完整号码",
    Did.REFUSED: "没有让看或让办",
    Did.ACCOUNT_MADE: "新建账号",
    Did.ACCOUNT_CHANGED: "改账号",
    Did.ACCOUNT_DISABLED: "停用账号",
    Did.ACCOUNT_ENABLED: "启用账号",
    Did.PASSWORD_RESET: "重设密码",
    Did.HANDED_OVER: "移交办件",
    Did.UNIT_MADE: "新加单位",
    Did.UNIT_CHANGED: "改单位",
    Did.ADOPTED: "办件分到单位",
    Did.DESTROYED: "销毁",
}


@dataclass(frozen=True, kw_only=True)
class Accessed:
    """A line of the access log as screens show it.

    Attributes:
        label: What the record is called, where that was looked up.
        address: From where it was asked; nothing on one's own PC and at the command line.
    """

    n: int
    when: datetime
    who: str
    unit: str
    did: str
    record: str
    what: str
    why: str
    label: str = ""
    address: str = ""


#: What a line says but its number and when.
_TEXTS = ("who", "unit", "did", "record", "what", "why", "address")


class AccessLog(Room):
    """Kept by the store; nothing here or there can be taken out again."""

    def __init__(self, store: Store, whence: Callable[[], str] = lambda: "") -> None:
        """The log.

        Args:
            store: Where it is kept.
            whence: The address from which whoever is there asks; nothing where no browser does.
        """
        self._store = store
        self._whence = whence

    def note(self, who: Person, did: Did, *, record: str = "", what: str = "", why: str = "") -> None:
        """Write a line.

        Args:
            who: Who did it.
            did: What.
            record: To which record.
            what: To what there: a paper, a view, another account.
            why: The reason the person gave, or why it was refused.
        """
        told = {"who": who.name, "unit": who.unit, "did": str(did), "record": record, "what": what, "why": why}
        told["address"] = self._whence()
        self._store.log({key: _keepable(value) for key, value in told.items() if value})

    def lines(self, first: date | None = None, last: date | None = None) -> Sequence[Accessed]:
        """What people within reach did on some days, the newest first.

        Raises:
            NotYourAction: Not this person's to read.
        """
        scope = self._reader().scope
        return [
            Accessed(
                n=one.n,
                when=one.when,
                **{key: str(one.line.get(key, "")) for key in _TEXTS},
            )
            for one in reversed(self._store.log_lines(first, last))
            if scope.covers(str(one.line.get("unit", "")))
        ]

    def verify(self) -> tuple[Damage, ...]:
        """Whatever is wrong with the log, then with the chains of all records.

        Raises:
            NotYourAction: Not this person's to read.
        """
        self._reader()
        return (*self._store.verify_log(), *self._store.verify_chains())

    def _reader(self) -> Person:
        who = self.who
        if not who.may(READ_LOG):
            self.note(who, Did.REFUSED, what=READ_LOG)
            raise NotYourAction(name=who.name, action="看访问记录")
        return who


def _keepable(text: str) -> str:
    return text[:500].replace("\x00", "").encode("utf-8", "backslashreplace").decode()
