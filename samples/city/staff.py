"""Who works in the city, each at a door of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from onefill.people import Account
from onefill.service import Desk
from onefill.service.shapes import Person
from samples.city.names import CITY_UNIT, DISTRICTS, Names

ROOT = Person()


@dataclass(frozen=True)
class Worker:
    """Somebody at their own door: what they are, and the desk as it is for them."""

    who: Person
    desk: Desk


@dataclass(frozen=True, kw_only=True)
class District:
    """Who works in a district."""

    code: str
    officers: Sequence[Worker]
    leaders: Sequence[Worker]
    inspectors: Sequence[Worker]


@dataclass(frozen=True, kw_only=True)
class City:
    """Who works for the city."""

    officers: Sequence[Worker]
    registrar: Worker
    centre: Worker


class Staff:
    """Hires people; where people sign in, each gets an account.

    Args:
        desk: Of the program.
        given: Their names.
        password: Of all accounts; without any, none is made.
    """

    def __init__(self, desk: Desk, given: Names, password: str) -> None:
        self._desk = desk
        self._given = given
        self._password = password
        self.hired: list[tuple[str, str]] = []

    def hire(self, unit: str, title: str, *roles: str) -> Worker:
        """Somebody new."""
        account = Account(name=self._given.person(), title=title, unit=unit, roles=roles)
        if self._password:
            self._desk.people.make(account, ROOT, self._password)
        person = self._desk.people.person(account)
        self.hired.append((title, account.name))
        return Worker(person, self._desk.as_(lambda: person))

    def city(self) -> City:
        """Those at the city."""
        officers = [self.hire(CITY_UNIT, title, "city_officer") for title in ("市局经办人", "市局科长")]
        made = City(
            officers=officers,
            registrar=self.hire(CITY_UNIT, "市局批次管理员", "city_registrar"),
            centre=self.hire(CITY_UNIT, "市中心经办人", "centre_officer"),
        )
        for title, role in (("表单管理员", "author"), ("账号管理员", "administrator"), ("审计员", "auditor")):
            self.hire(CITY_UNIT, title, role)
        return made

    def districts(self) -> Mapping[str, District]:
        """Those of the districts, by the names of these."""
        return {name: self._district(code, name) for code, name, _ in DISTRICTS}

    def _district(self, code: str, name: str) -> District:
        def hire(title: str, *roles: str) -> Worker:
            return self.hire(f"{CITY_UNIT}/{code}", f"{name}{title}", *roles)

        return District(
            code=code,
            officers=[hire("经办人", "district_officer") for _ in range(2)],
            leaders=[hire(title, "district_leader") for title in ("负责人", "分管负责人")],
            inspectors=[hire("检查人员", "inspector") for _ in range(2)],
        )

    def school(self, code: str, key: str, title: str) -> tuple[Worker, Worker]:
        """Clerk and head of an institution that is new in a district."""
        unit = self._desk.people.add_unit(f"{CITY_UNIT}/{code}", key, title, ROOT)
        return self.hire(unit, f"{title}经办人", "clerk"), self.hire(unit, f"{title}负责人", "responsible")
