"""Records under revision, and records that froze what they link to, in a small world whose forms change."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from onefill.service import Desk, Settings, open_desk
from onefill.service.judging import as_handed_in, changed_since
from onefill.service.shapes import Person
from store import EVERYTHING
from tests.databases import Server
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
    """A desk over forms that can be changed.

    Args:
        folder: For its data, forms and templates.
        store: Address of its store; among its data if empty.
    """

    def __init__(self, folder: Path, store: str = "") -> None:
        self.folder, self.pack, self.store = folder, folder / "forms" / "trade", store
        self.pack.mkdir(parents=True)
        (folder / "templates" / "trade").mkdir(parents=True)
        for name, text in (("pack", PACK), ("rate", RATE), ("job", JOB)):
            (self.pack / f"{name}.yaml").write_text(text, encoding="utf-8")
        self.desk = self.opened()

    def opened(self) -> Desk:
        folders = {name: self.folder / name for name in ("data", "forms", "templates")}
        return open_desk(Settings(**folders, store=self.store), now=clock, engine=no_office)

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


@pytest.fixture(params=["folder", "postgres"])
def shop(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Shop]:
    if request.param == "folder":
        yield Shop(tmp_path)
        return
    server: Server = request.getfixturevalue("postgres")
    with server.database() as address:
        shop = Shop(tmp_path, address)
        yield shop
        shop.desk.store.close()


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


def test_of_what_is_destroyed_later_nothing_is_read_any_longer(shop: Shop) -> None:
    taken, held = priced(shop), priced(shop)
    one, two = job(shop, taken), job(shop, held)
    shop.act(one, "offer", "agree")
    for rate in (taken, held):
        shop.act(rate, "reopen")
        shop.price(rate, 30)
    assert [shop.says(each) for each in (one, two)] == ["20", "20"]
    for rate in (taken, held):
        assert shop.desk.records._versions.end_with(rate, BOSS, ["name"], "销毁")
    assert [shop.says(each) for each in (one, two)] == ["", ""]
    shop.desk = shop.opened()
    assert [shop.says(each) for each in (one, two)] == ["", ""]


def test_where_the_definition_of_then_is_lost_a_record_opens_by_that_of_now(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    rate = priced(shop)
    one = job(shop, rate)
    shop.act(one, "offer", "agree")
    lost = shop.desk.store.latest(rate, EVERYTHING).pins["definition"]
    shop.change(rate=("label: 单价", "label: 价钱"))
    shop.act(rate, "reopen")
    shop.price(rate, 30)
    (file,) = (path for path in shop.folder.rglob(lost) if path.is_file())
    file.unlink()
    shop.desk = shop.opened()
    assert shop.says(one) == "20"


def test_another_process_reads_the_same(shop: Shop) -> None:
    rate = priced(shop)
    one = job(shop, rate)
    mine, theirs = shop.desk, shop.opened()

    def read(record: str) -> list[str]:
        found = []
        for shop.desk in (mine, theirs):
            found.append(shop.says(record))
        return found

    assert read(one) == ["20", "20"]
    shop.act(one, "offer", "agree")
    reprice(shop, rate, 30)
    two = job(shop, rate, "二号")
    assert (read(one), read(two)) == (["20", "20"], ["60", "60"])
    shop.desk = mine
    shop.act(rate, "reopen")
    shop.desk = theirs
    shop.price(rate, 99)
    assert (read(one), read(two)) == (["20", "20"], ["60", "60"])


def reprice(shop: Shop, rate: str, price: int) -> None:
    shop.act(rate, "reopen")
    shop.price(rate, price)
    shop.act(rate, "ask", "fix")


ACCOUNT = """\
form: account
title: 账
label: "{{ name }}"
sections:
  - key: basics
    title: 基本
    fields:
      - {key: name, label: 名称}
      - {key: former, label: 先接的, type: link, form: job}
      - {key: later, label: 后接的, type: link, form: job}
      - {key: due_former, label: 先接的应收, type: number, value: "former.due"}
      - {key: due_later, label: 后接的应收, type: number, value: "later.due"}
stages: [{key: sent, title: 等老板看}, {key: paid, title: 结了, holder: done, passed: true}]
actions:
  - {key: send, title: 报, kind: submit, from: [draft], to: sent, by: [maker]}
  - {key: pay, title: 结, kind: pass, from: [sent], to: paid, by: [boss]}
"""


def account_of_two(shop: Shop, rate: str) -> str:
    """An account of two jobs that were agreed upon at two prices of one rate."""
    pack = PACK.replace("[rate, job]", "[rate, job, account]")
    (shop.pack / "pack.yaml").write_text(pack, encoding="utf-8")
    (shop.pack / "account.yaml").write_text(ACCOUNT, encoding="utf-8")
    assert not shop.desk.authoring.look().refused
    former = job(shop, rate)
    shop.act(former, "offer", "agree")
    reprice(shop, rate, 30)
    later = job(shop, rate, "二号")
    shop.act(later, "offer", "agree")
    return shop.desk.records.create("account", MAKER, {"name": "账", "former": former, "later": later})


def test_a_version_that_leads_to_two_says_what_each_froze(shop: Shop) -> None:
    account = account_of_two(shop, priced(shop))
    assert [shop.says(account, key) for key in ("due_former", "due_later")] == ["20", "60"]
    shop.desk.records.keep_version(account, MAKER, "留一份")
    kept = shop.desk.store.latest(account, EVERYTHING)
    then = shop.desk.records._book.past.pinned(kept)
    assert [then.value(key) for key in ("due_former", "due_later")] == [20, 60]
    shop.desk.records.keep_version(account, MAKER)
    assert shop.desk.store.latest(account, EVERYTHING).n == kept.n


def test_an_office_hears_nothing_of_what_does_not_count_for_what_it_judges(shop: Shop) -> None:
    rate = priced(shop)
    account = account_of_two(shop, rate)
    shop.act(account, "send")
    reprice(shop, rate, 50)
    book = shop.desk.records._book
    judged = as_handed_in(book, book.open(account), "whole")
    assert judged.judged_by
    assert [judged.sheet.value(key) for key in ("due_former", "due_later")] == [20, 60]
    assert changed_since(book, book.open(account), "whole") == ()


def test_what_is_read_behind_an_entry_is_read_as_its_form_asks_now(shop: Shop) -> None:
    rate = priced(shop)
    model = job(shop, rate, "样板")
    shop.act(rate, "reopen")
    shop.desk.records.set(rate, "model", model, MAKER)
    shop.act(rate, "ask", "fix", "reopen")
    shop.price(rate, 99)
    one = job(shop, rate)
    assert shop.says(one, "model") == "样板"
    path = shop.pack / "job.yaml"
    text = path.read_text(encoding="utf-8").replace("{key: name, label", "{key: called, was: name, label")
    text = text.replace("rate.model.name", "rate.model.called").replace("{{ name }}", "{{ called }}")
    path.write_text(text, encoding="utf-8")
    assert not shop.desk.authoring.look().refused
    assert shop.says(one, "model") == "样板"
    shop.desk = shop.opened()
    assert shop.says(one, "model") == "样板"


def test_a_phase_freezes_only_what_is_linked(shop: Shop) -> None:
    path = shop.pack / "job.yaml"
    path.write_text(JOB.replace("freezes: [rate]", "freezes: [rat]"), encoding="utf-8")
    (fault,) = shop.desk.authoring.look().refused
    assert (fault.code, "rat" in fault.what) == ("POINTS_NOWHERE", True)
