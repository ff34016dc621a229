"""Records under revision, and records that froze what they link to, in a small world whose forms change."""

from pathlib import Path

import pytest

from onefill.service import Desk, Settings, open_desk
from onefill.service.shapes import Person
from store import EVERYTHING
from tests.ui.desk import clock, no_office

PACK = """\
pack: trade
title: 修理铺
forms: [rate, job]
cases: [rate, job]
roles: [{key: maker, title: 师傅, reach: own}, {key: boss, title: 老板, reach: all}]
"""
RATE = """\
form: rate
title: 价目
label: "{{ name }}"
phases: [{key: priced, title: 定价, locks: [basics], holds_until_passed: true}]
sections:
  - key: basics
    title: 基本
    fields:
      - {key: name, label: 名称}
      - {key: price, label: 单价, type: number}
      - {key: model, label: 样板, type: link, form: job}
stages:
  - {key: asked, title: 等定价}
  - {key: set, title: 已定, holder: done, passed: true}
actions:
  - {key: ask, title: 报, kind: submit, from: [draft], to: asked, by: [maker]}
  - {key: fix, title: 定, kind: pass, from: [asked], to: set, by: [boss]}
  - {key: reopen, title: 重定, from: [set], to: draft, by: [boss]}
"""
JOB = """\
form: job
title: 活
label: "{{ name }}"
phases: [{key: taken, title: 接活, locks: [basics], freezes: [rate]}, {key: bill, title: 结账}]
sections:
  - key: basics
    title: 基本
    fields:
      - {key: name, label: 名称}
      - {key: rate, label: 按哪一条, type: link, form: rate}
      - {key: due, label: 应收, type: number, value: "rate.price * 2"}
      - {key: model, label: 样板叫, value: "rate.model.name"}
stages:
  - {key: offered, title: 等老板看}
  - {key: agreed, title: 接了, holder: done, passed: true}
actions:
  - {key: offer, title: 报, kind: submit, from: [draft], to: offered, by: [maker]}
  - {key: agree, title: 接, kind: pass, from: [offered], to: agreed, by: [boss]}
  - {key: again, title: 重谈, from: [agreed], to: draft, by: [boss]}
"""
MAKER, BOSS = Person(name="张师傅", roles=("maker",)), Person(name="李老板", roles=("boss",))


class Shop:
    """A desk over forms that can be changed."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.pack = folder, folder / "forms" / "trade"
        self.pack.mkdir(parents=True)
        (folder / "templates" / "trade").mkdir(parents=True)
        for name, text in (("pack", PACK), ("rate", RATE), ("job", JOB)):
            (self.pack / f"{name}.yaml").write_text(text, encoding="utf-8")
        self.desk = self.opened()

    def opened(self) -> Desk:
        folders = {name: self.folder / name for name in ("data", "forms", "templates")}
        return open_desk(Settings(**folders), now=clock, engine=no_office)

    def change(self, **forms: tuple[str, str]) -> None:
        for form, (old, new) in forms.items():
            path = self.pack / f"{form}.yaml"
            text = path.read_text(encoding="utf-8")
            assert old in text
            path.write_text(text.replace(old, new), encoding="utf-8")
        found = self.desk.authoring.look()
        assert not found.refused, found.refused

    def act(self, record: str, *actions: str) -> None:
        for action in actions:
            who = BOSS if action in ("fix", "reopen", "agree", "again") else MAKER
            self.desk.reviews.act(record, action, who)

    def price(self, rate: str, price: int) -> None:
        self.desk.records.set(rate, "price", price, MAKER)

    def says(self, record: str, key: str = "due") -> str:
        return next(one.shown for one in self.desk.records.fields(record, "basics") if one.path == key)

    def where_from(self, record: str) -> str:
        return next(one.source for one in self.desk.records.fields(record, "basics") if one.path == "rate")


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def priced(shop: Shop) -> str:
    rate = shop.desk.records.create("rate", MAKER, {"name": "换轴", "price": 10})
    shop.act(rate, "ask", "fix")
    return rate


def job(shop: Shop, rate: str, name: str = "一号") -> str:
    return shop.desk.records.create("job", MAKER, {"name": name, "rate": rate})


def test_before_it_ever_passed_a_record_counts_as_it_is(shop: Shop) -> None:
    rate = shop.desk.records.create("rate", MAKER, {"name": "换轴", "price": 10})
    one = job(shop, rate)
    shop.price(rate, 11)
    assert (shop.says(one), shop.where_from(one)) == ("22", "来自价目")
    shop.act(rate, "ask")
    assert shop.says(one) == "22"


def test_what_passed_counts_until_it_has_passed_anew(shop: Shop) -> None:
    rate = priced(shop)
    one = job(shop, rate)
    shop.act(rate, "reopen")
    shop.price(rate, 30)
    assert (shop.says(one), shop.where_from(one)) == ("20", "来自价目，照通过时的")
    assert shop.says(rate, "price") == "30"
    shop.act(rate, "ask")
    assert shop.says(one) == "20"
    shop.act(rate, "fix")
    assert (shop.says(one), shop.where_from(one)) == ("60", "来自价目")


def test_what_is_frozen_stays_and_another_choice_is_read_as_it_is(shop: Shop) -> None:
    rate, other = priced(shop), priced(shop)
    one = job(shop, rate)
    shop.act(one, "offer", "agree")
    shop.act(rate, "reopen")
    shop.price(rate, 30)
    shop.act(rate, "ask", "fix")
    assert shop.says(one) == "20"
    shop.act(one, "again")
    assert shop.says(one) == "20"  # what was agreed upon is talked over by its own terms
    shop.act(other, "reopen")
    shop.price(other, 50)
    shop.act(other, "ask", "fix")
    shop.desk.records.set(one, "rate", other, MAKER)
    assert shop.says(one) == "100"
    shop.desk.records.set(one, "rate", rate, MAKER)
    assert shop.says(one) == "20"


def test_a_version_pins_what_it_was_read_by_and_is_not_kept_twice_for_it(shop: Shop) -> None:
    rate = priced(shop)
    one = job(shop, rate)
    shop.act(one, "offer", "agree")
    frozen = shop.desk.store.latest(one, EVERYTHING).pins["links"][rate]
    shop.act(rate, "reopen")
    shop.price(rate, 30)
    kept = shop.desk.records.keep_version(one, MAKER, "看一眼")
    assert shop.desk.store.latest(one, EVERYTHING).pins["links"][rate] == frozen
    assert shop.desk.store.latest(rate, EVERYTHING).data["price"] == 10  # type: ignore[index]
    again = shop.desk.records.keep_version(one, MAKER)
    assert again == kept


def test_an_entry_is_read_as_its_form_asks_now(shop: Shop) -> None:
    rate = priced(shop)
    one = job(shop, rate)
    shop.act(one, "offer", "agree")
    shop.act(rate, "reopen")
    shop.price(rate, 30)
    assert shop.says(one) == "20"
    shop.change(rate=("{key: price, label", "{key: cost, was: price, label"), job=("rate.price", "rate.cost"))
    assert shop.says(one) == "20"
    shop.desk = shop.opened()
    assert shop.says(one) == "20"


def test_frozen_records_lead_on_to_what_they_led_to(shop: Shop) -> None:
    rate = priced(shop)
    model, better = job(shop, rate, "样板"), job(shop, rate, "好样板")
    shop.act(rate, "reopen")
    shop.desk.records.set(rate, "model", model, MAKER)
    shop.act(rate, "ask", "fix")
    one = job(shop, rate)
    shop.act(one, "offer", "agree")
    shop.act(rate, "reopen")
    shop.desk.records.set(rate, "model", better, MAKER)
    shop.act(rate, "ask", "fix")
    assert shop.says(one, "model") == "样板"
    assert shop.says(job(shop, rate), "model") == "好样板"


def test_a_ring_through_a_record_under_revision_ends(shop: Shop) -> None:
    rate = priced(shop)
    one = job(shop, rate)
    shop.act(rate, "reopen")
    shop.desk.records.set(rate, "model", one, MAKER)
    shop.act(rate, "ask", "fix")
    shop.act(one, "offer", "agree")
    shop.act(rate, "reopen")
    shop.price(rate, 70)
    shop.desk = shop.opened()
    assert (shop.says(one), shop.says(one, "model"), shop.says(rate, "price")) == ("20", "一号", "70")


def test_a_phase_freezes_only_what_is_linked(shop: Shop) -> None:
    path = shop.pack / "job.yaml"
    path.write_text(JOB.replace("freezes: [rate]", "freezes: [rat]"), encoding="utf-8")
    (fault,) = shop.desk.authoring.look().refused
    assert (fault.code, "rat" in fault.what) == ("POINTS_NOWHERE", True)
