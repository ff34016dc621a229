"""Which role begins and fills records of which form, as the Foshan pack declares it; held by the service."""

import pytest

from onefill.people import Account, NotYourAction
from onefill.service import Desk
from onefill.service.shapes import Person
from store import EVERYTHING
from tests.desks import make_desk

PASSWORD = "红茶两杯过桥去看灯火"
DISTRICT, CITY = "440600/440604", "440600"
SCHOOL = f"{DISTRICT}/school"
OF_A_SCHOOL = frozenset(
    {
        "institution",
        "course",
        "teacher",
        "syllabus",
        "application",
        "earlier_grants",
        "training_class",
        "certificate_reissue",
    }
)
BEGINS = {
    "clerk": (SCHOOL, OF_A_SCHOOL),
    "responsible": (SCHOOL, OF_A_SCHOOL),
    "district_officer": (DISTRICT, frozenset({"certificate_reissue"})),
    "district_leader": (DISTRICT, frozenset()),
    "inspector": (DISTRICT, frozenset({"inspection", "certificate_recall"})),
    "city_officer": (CITY, frozenset()),
    "city_registrar": (CITY, frozenset({"application_round"})),
    "centre_officer": (CITY, frozenset({"course", "district_guidance", "code_allotment"})),
    "author": (CITY, frozenset()),
    "administrator": (CITY, frozenset()),
    "auditor": (CITY, frozenset()),
}
#: To whom cases come: they reach further than their own unit, and a form names them for something done to a case.
OFFICERS = {"district_officer", "district_leader", "inspector", "city_officer", "centre_officer"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    made = make_desk(tmp_path_factory.mktemp("begins"))
    made.people.add_unit(DISTRICT, "school", "样例学校", Person())
    for role, (unit, _) in BEGINS.items():
        made.people.make(Account(name=role, unit=unit, roles=(role,)), Person(), PASSWORD)
    return made


def test_every_role_of_the_pack_is_told(desk: Desk) -> None:
    assert BEGINS.keys() == {one.key for one in desk.definitions.packs["foshan"].roles}


@pytest.mark.parametrize("role", BEGINS)
def test_a_role_begins_records_of_its_forms_only(desk: Desk, role: str) -> None:
    who, forms = desk.people.named(role), desk.definitions.packs["foshan"].forms
    for form in forms:
        if form in BEGINS[role][1]:
            assert desk.store.latest(desk.records.create(form, who), EVERYTHING).summary.unit == who.unit
        else:
            with pytest.raises(NotYourAction, match=role):
                desk.records.create(form, who)


@pytest.mark.parametrize("role", BEGINS)
def test_an_officer_is_who_has_something_to_do_to_a_case(desk: Desk, role: str) -> None:
    assert desk.queues.is_officer(desk.people.named(role)) == (role in OFFICERS)
