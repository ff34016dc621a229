"""A form is changed while there are records of it: each opens as the new form asks, its past stays what it was."""

import io
import shutil
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from onefill.cli import main
from onefill.definitions import load_packs
from onefill.definitions.loader import LoadedPack
from onefill.service import Desk, Settings, open_desk
from onefill.service.book import Book
from onefill.service.desk import Person
from onefill.service.errors import PathUnknown
from onefill.service.form_news import FormNews
from onefill.service.form_trials import try_form
from onefill.service.history_shapes import NOW
from onefill.service.keeping import Keeping
from onefill.service.retired import FormRetired
from store import DELETED, EVERYTHING
from tests.ui.desk import clock, no_office

PACK = """\
pack: club
title: 社团
forms: [visit]
cases: [visit]
roles: [{key: seller, title: 经办, reach: own}, {key: owner, title: 负责人, reach: all}]
"""
OLD = """\
form: visit
title: 来访登记
label: "{{ who }}"
sections:
  - key: basics
    title: 基本
    fields:
      - {key: who, label: 来访人, required: true}
      - {key: fax, label: 传真}
      - {key: hours, label: 时长}
      - {key: way, label: 方式, type: choice, options: [面谈, 电话]}
      - {key: sum, label: 合计, value: "guests|length"}
  - key: guests
    title: 同行
    label: "{{ name }}"
    repeat: {max: 9}
    fields:
      - {key: name, label: 姓名}
      - {key: mobile, label: 手机}
documents:
  - {key: slip, title: 登记单, template: slip.docx}
stages:
  - {key: asked, title: 等负责人看, holder: office}
  - {key: back, title: 退回改, holder: owner}
  - {key: done, title: 已办, holder: done, passed: true}
actions:
  - {key: ask, title: 交上去, kind: submit, from: [draft, back], to: asked, by: [seller]}
  - {key: back, title: 退回, kind: return, from: [asked], to: back, by: [owner]}
  - {key: agree, title: 同意, kind: pass, from: [asked], to: done, by: [owner]}
"""
NEW = [
    ("label: \"{{ who }}\"", "label: \"{{ who }}\"\nremoved: {fax: 传真不再填写}"),
    ("      - {key: fax, label: 传真}\n", "      - {key: place, label: 地点}\n"),
    ("{key: hours, label: 时长}", "{key: hours, label: 时长, type: number, unit: 小时}"),
    ("options: [面谈, 电话]}", "options: [当面, 电话], option_synonyms: {当面: [面谈]}}"),
    ("{key: mobile, label: 手机}", "{key: phone, was: mobile, label: 电话, type: mobile}"),
]  # fmt: skip


class Club:
    """A desk whose form can be changed, and which can be opened anew."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        pack = folder / "forms" / "club"
        pack.mkdir(parents=True)
        (pack / "pack.yaml").write_text(PACK, encoding="utf-8")
        self.form = pack / "visit.yaml"
        self.form.write_text(OLD, encoding="utf-8")
        (folder / "templates" / "club").mkdir(parents=True)
        self.template("来访 {{ who }}，传真 {{ fax }}，方式 {{ way }}")
        self.desk = self.opened()
        self.who = self.desk.who()

    def opened(self) -> Desk:
        folders = {name: self.folder / name for name in ("data", "forms", "templates")}
        return open_desk(Settings(**folders), now=clock, engine=no_office)

    def template(self, text: str) -> None:
        document = Document()
        document.add_paragraph(text)
        document.save(str(self.folder / "templates" / "club" / "slip.docx"))

    def change(self, *pairs: tuple[str, str]) -> None:
        """Save the form anew, as the author's page takes it over."""
        text = self.form.read_text(encoding="utf-8")
        assert all(old in text for old, _ in pairs)
        self.form.write_text(reduce(lambda said, pair: said.replace(*pair), pairs, text), encoding="utf-8")
        found = self.desk.authoring.look()
        assert not found.refused, found.refused

    def renew(self) -> None:
        self.template("来访 {{ who }}，地点 {{ place }}，方式 {{ way }}")
        self.change(*NEW)

    def visit(self, **typed: str) -> str:
        record = self.desk.records.create("visit", self.who)
        said = {"who": "张三", "fax": "0757-1", "hours": "两小时", "way": "面谈", **typed}
        for path, text in said.items():
            self.desk.records.set(record, path, text, self.who)
        self.desk.records.add_row(record, "guests", self.who, {"name": "李四", "mobile": "138 0013 8000"})
        return record

    def shown(self, record: str, section: str = "basics") -> dict[str, str]:
        return {one.definition.key: one.shown for one in self.desk.records.fields(record, section)}

    def news(self, record: str) -> FormNews:
        found = self.desk.form_news.of(record)
        assert found is not None
        return found

    def words(self, record: str, n: int) -> str:
        made = self.desk.history.file(record, n, "slip", ".docx", self.who)
        return "\n".join(one.text for one in Document(io.BytesIO(made.data)).paragraphs)


@pytest.fixture
def club(tmp_path: Path) -> Club:
    return Club(tmp_path)


def test_a_record_opens_as_the_new_form_asks_it_draft_and_all(club: Club) -> None:
    record = club.visit()
    club.renew()
    assert club.shown(record) == {"who": "张三", "place": "", "hours": "两小时", "way": "当面", "sum": "1"}
    (row,) = club.desk.records.rows(record, "guests")
    assert {one.definition.key: one.shown for one in row.fields} == {"name": "李四", "phone": "13800138000"}
    problems = [one.problem for one in club.desk.records.state(record).findings]
    assert any("hours" in str(problem.place) for problem in problems)


def test_it_computes_like_one_typed_anew(club: Club) -> None:
    old = club.visit()
    club.renew()
    fresh = club.desk.records.create("visit", club.who)
    for path, text in {"who": "张三", "hours": "两小时", "way": "面谈"}.items():
        club.desk.records.set(fresh, path, text, club.who)
    club.desk.records.add_row(fresh, "guests", club.who, {"name": "李四", "phone": "138 0013 8000"})
    states = [club.desk.records.state(record) for record in (old, fresh)]
    assert [(one.label, one.phases, one.next_step) for one in states[:1]] == [
        (one.label, one.phases, one.next_step) for one in states[1:]
    ]
    assert club.shown(old) == club.shown(fresh)


def test_what_became_of_the_values_is_told_until_somebody_has_seen_it(club: Club) -> None:
    record = club.visit()
    club.renew()
    news = club.news(record)
    assert [(one.label, one.old, one.why) for one in news.of_fate("aside")] == [("传真", "0757-1", "传真不再填写")]
    assert [(one.label, one.old) for one in news.of_fate("unread")] == [("时长", "两小时")]
    assert {(one.label, one.old, one.new) for one in news.of_fate("read")} >= {("方式", "面谈", "当面")}
    assert [one.label for one in news.added] == ["地点"] and [one.label for one in news.removed] == ["传真"]
    club.desk.records.set(record, "place", "二楼", club.who)
    assert club.news(record) == news  # typing is not having seen it
    club.desk.form_news.seen(record, club.who)
    assert club.desk.form_news.of(record) is None and club.opened().form_news.of(record) is None
    assert club.shown(record)["place"] == "二楼"


def test_whoever_has_seen_it_first_leaves_one_entry_and_no_draft(club: Club) -> None:
    record = club.visit()
    club.desk.records.keep_version(record, club.who)
    club.renew()
    club.desk.form_news.seen(record, club.who)
    told = [(one.what, one.changed) for one in club.desk.history.timeline(record)]
    assert told == [("换到改过的表单", 3), ("留下一个版本", 5), ("新建", 0)]
    assert club.desk.form_news.of(record) is None


def test_a_window_that_still_shows_the_older_form_loses_nothing(club: Club) -> None:
    record = club.visit()
    (row,) = club.desk.records.row_ids(record, "guests")
    club.renew()
    club.desk.records.set(record, f"guests/{row}/mobile", "13900139000", club.who)
    club.desk.records.set(record, "who", "王五", club.who)
    shown = {one.definition.key: one.shown for one in club.desk.records.row(record, "guests", row)}
    assert shown["phone"] == "13900139000" and club.shown(record)["who"] == "王五"
    with pytest.raises(PathUnknown, match="fax"):
        club.desk.records.set(record, "fax", "0757-2", club.who)


def test_what_is_kept_aside_lies_as_private_as_it_may_be(club: Club) -> None:
    record = club.visit()
    club.renew()
    club.desk.form_news.seen(record, club.who)
    entry = club.desk.store.latest(record, EVERYTHING)
    assert entry.data is not None and entry.data["@dropped"]["fax"]["values"] == {"": "0757-1"}
    assert "@dropped/*/values" in entry.private


def test_nothing_is_written_by_looking(club: Club) -> None:
    record = club.visit()
    before = len(club.desk.history.timeline(record))
    club.renew()
    club.desk.records.state(record)
    club.desk.form_news.of(record)
    assert len(club.desk.history.timeline(record)) == before
    club.change(*[(new, old) for old, new in NEW])  # the author thinks better of it
    assert club.shown(record)["fax"] == "0757-1" and club.desk.form_news.of(record) is None


def test_history_keeps_what_was_typed_under_the_older_form_as_a_version_of_its_own(club: Club) -> None:
    record = club.visit()
    club.renew()
    club.desk.records.set(record, "place", "二楼", club.who)
    told = [(one.n, one.what) for one in club.desk.history.timeline(record)]
    assert [what for _, what in told] == ["正在填，还没成版本", "换到改过的表单", "换到改过的表单以前先留下", "新建"]
    assert "传真 0757-1，方式 面谈" in club.words(record, 2)
    assert "地点 " in club.words(record, 3) and "方式 当面" in club.words(record, 3)


def test_an_older_version_prints_the_same_bytes_whatever_became_of_the_form(club: Club) -> None:
    record = club.visit()
    n = club.desk.records.keep_version(record, club.who)
    before = club.desk.history.file(record, n, "slip", ".docx", club.who).data
    club.renew()
    (club.folder / "templates" / "club" / "slip.docx").write_bytes(b"")
    assert club.desk.history.file(record, n, "slip", ".docx", club.who).data == before
    fresh = club.opened()
    assert fresh.history.file(record, n, "slip", ".docx", club.who).data == before


def test_a_version_that_an_older_program_kept_is_read_and_printed_as_it_was(
    club: Club, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = LoadedPack.source
    with monkeypatch.context() as older:  # whose forms had a key that nobody knows now
        older.setattr(
            LoadedPack,
            "source",
            lambda pack, form: source(pack, form).replace(b"form: visit", b"form: visit\\ntint: red"),
        )
        record = club.visit()
        n = club.desk.records.keep_version(record, club.who)
        before = club.desk.history.file(record, n, "slip", ".docx", club.who).data
    definition = club.desk.store.latest(record, EVERYTHING).pins["definition"]
    assert b"tint" in club.desk.store.get_file(definition)
    club.desk = club.opened()
    assert club.shown(record)["fax"] == "0757-1" and club.desk.form_news.of(record) is None
    assert [one.what for one in club.desk.history.timeline(record)] == ["留下一个版本", "新建"]
    assert club.desk.history.file(record, n, "slip", ".docx", club.who).data == before
    assert [one.state.key for one in club.desk.history.papers(record, n)] == ["slip"]
    club.renew()
    assert [one.old for one in club.news(record).of_fate("aside")] == ["0757-1"]


def test_an_older_version_is_compared_and_restored_as_the_new_form_asks_it(club: Club) -> None:
    record = club.visit()
    n = club.desk.records.keep_version(record, club.who)
    club.renew()
    club.desk.records.set(record, "way", "电话", club.who)
    told = {one.label: (one.old, one.new) for part in club.desk.history.compare(record, n, NOW).sections
            for one in part.differences}  # fmt: skip
    assert told["方式"] == ("当面", "电话")
    assert told["传真"] == ("0757-1", "（不再问，另外留着）")
    assert told["李四 · 电话"] == ("138 0013 8000", "13800138000")  # another name; it is read as a number now
    club.desk.history.restore(record, n, club.who)
    assert club.shown(record)["way"] == "当面" and club.shown(record)["hours"] == "两小时"
    club.change(("      - {key: place, label: 地点}\n", "      - {key: fax, label: 传真}\n"),
                ("\nremoved: {fax: 传真不再填写}", ""))  # fmt: skip
    assert club.shown(record)["fax"] == "0757-1"


def test_what_is_removed_comes_back_with_its_values_when_the_author_takes_it_back(club: Club) -> None:
    record = club.visit()
    club.renew()
    club.desk.records.set(record, "place", "二楼", club.who)
    club.change(*[(new, old) for old, new in NEW])
    shown = club.shown(record)
    assert shown["fax"] == "0757-1" and shown["hours"] == "两小时"
    club.change(*NEW)
    assert club.shown(record)["place"] == "二楼"


def test_titles_and_sums_may_change_without_a_word(club: Club) -> None:
    record = club.visit()
    club.change(("label: 传真", "label: 传真号"), ("guests|length", "guests|length + 1"))
    assert club.desk.form_news.of(record) is None and club.shown(record)["sum"] == "2"
    club.desk.records.set(record, "who", "王五", club.who)
    assert [one.what for one in club.desk.history.timeline(record)] == ["正在填，还没成版本", "新建"]


def test_what_was_handed_in_keeps_its_form_until_it_comes_back(club: Club) -> None:
    record, owner = club.visit(), Person(name="负责人", roles=("owner",))
    clerk = Person(name="经办", roles=("seller",))
    club.desk.reviews.act(record, "ask", clerk)
    club.renew()
    assert "fax" in club.shown(record) and club.news(record).standing == "held"
    before = {name: club.words(record, 2) for name in ("slip",)}
    club.desk.reviews.remark(record, "whole", "hours", "时长要写数字", owner)
    club.desk.reviews.act(record, "back", owner)
    assert {name: club.words(record, 2) for name in ("slip",)} == before
    assert "fax" not in club.shown(record) and club.news(record).standing == "changed"
    club.desk.records.set(record, "hours", "2", clerk)
    club.desk.reviews.act(record, "ask", clerk)
    assert "地点" in club.words(record, club.desk.records.state(record).version)


def test_a_record_goes_on_under_its_own_papers_while_it_is_held(club: Club) -> None:
    record = club.visit()
    club.desk.reviews.act(record, "ask", Person(name="经办", roles=("seller",)))
    club.renew()
    club.desk.reviews.act(record, "agree", Person(name="负责人", roles=("owner",)))
    newest = club.desk.records.state(record).version
    assert "传真 0757-1" in club.words(record, newest)


INDEXED = [
    ("{key: name, label: 姓名}", "{key: full_name, was: name, label: 姓名, index: true}"),
    ("label: \"{{ name }}\"", "label: \"{{ full_name }}\""),
    ("{key: mobile, label: 手机}", "{key: mobile, label: 手机, index: true, private: true}"),
]  # fmt: skip


def test_records_that_nobody_has_opened_are_found_as_the_new_form_asks_them(club: Club) -> None:
    owner, clerk = Person(name="负责人", roles=("owner",)), Person(name="经办", roles=("seller",))
    kept, typed, held, gone = (club.visit() for _ in range(4))
    club.desk.records.keep_version(kept, club.who)
    club.desk.reviews.act(held, "ask", clerk)
    club.desk.records.delete(gone, club.who)
    club.change(*INDEXED)

    def found(token: str) -> set[str]:
        store = club.desk.store
        return {
            one.record for state in (None, DELETED) for one in store.find(tokens=[token], state=state, scope=EVERYTHING)
        }

    tokens = ("guests.full_name=李四", "guests.mobile=138 0013 8000")
    assert [found(token) for token in tokens] == [set(), set()]
    lengths = [len(club.desk.store.entries(record, EVERYTHING)) for record in (kept, typed, held, gone)]
    keeping = Keeping(club.desk.store, club.desk.settings, clock)
    assert keeping.relist(lambda *_: None) == 4
    assert [found(token) for token in tokens] == [{kept, typed, held, gone}] * 2
    # It lasts: what is done to one that keeps its own definition, and an index made anew.
    club.desk.reviews.act(held, "agree", owner)
    assert keeping.reindex(lambda *_: None) == 4
    assert [found(token) for token in tokens] == [{kept, typed, held, gone}] * 2
    again = [len(club.desk.store.entries(record, EVERYTHING)) for record in (kept, typed, held, gone)]
    assert again == [*lengths[:2], lengths[2] + 1, lengths[3]]
    assert club.desk.store.verify_index() == club.desk.store.verify_chains() == ()


def test_only_records_that_a_changed_form_concerns_are_opened_for_it(
    club: Club, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = club.visit()
    club.change(*INDEXED)
    club.desk.records.create("visit", club.who)
    opened, real = list[str](), Book.open
    monkeypatch.setattr(Book, "open", lambda book, record: [opened.append(record), real(book, record)][1])
    keeping = Keeping(club.desk.store, club.desk.settings, clock)
    assert keeping.relist(lambda *_: None) == 1 and set(opened) == {older}
    opened.clear()
    club.change(("label: 姓名", "label: 名字"))  # nothing is asked otherwise
    assert keeping.relist(lambda *_: None) == 1 and set(opened) == {older}


def test_a_record_whose_form_is_gone_is_listed_and_read_and_not_changed(club: Club) -> None:
    record = club.visit()
    n = club.desk.records.keep_version(record, club.who)
    before = club.desk.history.file(record, n, "slip", ".docx", club.who).data
    club.form.unlink()
    (club.folder / "forms" / "club" / "pack.yaml").write_text(PACK.replace("[visit]", "[]"), encoding="utf-8")
    desk = club.opened()
    assert [(line.id, line.label) for line in desk.records.list("visit")] == [(record, "张三")]
    state = desk.records.state(record)
    assert {one.locked for one in state.sections} == {"这张表单已经停用，只能看，不能改"}
    assert next(one for one in desk.records.fields(record, "basics") if one.definition.key == "fax").shown == "0757-1"
    assert desk.history.file(record, n, "slip", ".docx", club.who).data == before
    news = desk.form_news.of(record)
    assert news is not None and news.standing == "retired"
    attempts: list[Any] = [
        lambda: desk.records.set(record, "who", "王五", club.who),
        lambda: desk.records.delete(record, club.who),
        lambda: desk.records.create("visit", club.who),
        lambda: desk.history.restore(record, 1, club.who),
    ]
    for attempt in attempts:
        with pytest.raises(FormRetired, match="来访登记"):
            attempt()
    assert desk.records.state(record).version == n
    assert desk.authoring.look().refused == ()


def test_a_form_that_comes_back_is_filled_again(club: Club) -> None:
    record = club.visit()
    text = club.form.read_text(encoding="utf-8")
    club.form.unlink()
    (club.folder / "forms" / "club" / "pack.yaml").write_text(PACK.replace("[visit]", "[]"), encoding="utf-8")
    desk = club.opened()
    assert desk.records.state(record).next_step == "表单已停用，只能看"
    club.form.write_text(text, encoding="utf-8")
    (club.folder / "forms" / "club" / "pack.yaml").write_text(PACK, encoding="utf-8")
    assert desk.authoring.look().refused == ()
    desk.records.set(record, "who", "王五", club.who)
    assert desk.records.state(record).label == "王五" and desk.form_news.of(record) is None


def test_a_definition_that_cannot_be_read_any_more_is_told_once_and_the_record_opens(
    club: Club, caplog: pytest.LogCaptureFixture
) -> None:
    record = club.visit()
    pinned = str(club.desk.store.latest(record, EVERYTHING).pins["definition"])
    (path,) = (path for path in club.folder.rglob(pinned) if path.is_file())
    path.write_bytes(b"title: [")
    club.renew()
    desk = club.opened()
    for _ in range(2):
        assert desk.records.state(record).label
    assert desk.form_news.of(record) is None
    told = [message for message in caplog.messages if "读不出来" in message]
    assert len(told) == 1 and pinned in told[0]


def test_what_the_author_says_nothing_of_is_warned_of_and_what_he_says_is_not(club: Club) -> None:
    club.visit()
    club.renew()
    assert not any(problem.code == "LOST_UNSAID" for problem in club.desk.check())
    text = club.form.read_text(encoding="utf-8")
    for unsaid in ("\nremoved: {fax: 传真不再填写}", ", option_synonyms: {当面: [面谈]}", "was: mobile, "):
        text = text.replace(unsaid, "")
    club.form.write_text(text, encoding="utf-8")
    found = [problem for problem in club.desk.check("club") if problem.code == "LOST_UNSAID"]
    assert len(found) == 3 and club.desk.check("other") == []
    assert [said for problem in found for said in ("fax", "guests/mobile", "面谈") if said in problem.what] == [
        "面谈", "fax", "guests/mobile",
    ]  # fmt: skip


def test_an_author_sees_beforehand_what_a_changed_form_makes_of_every_record(
    club: Club, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    record, other = club.visit(), club.visit(hours="3", fax="")
    club.desk.reviews.act(other, "ask", Person(name="经办", roles=("seller",)))
    changed = club.folder / "changed"
    shutil.copytree(club.folder / "forms", changed)
    text = club.form.read_text(encoding="utf-8")
    (changed / "club" / "visit.yaml").write_text(reduce(lambda said, pair: said.replace(*pair), NEW, text), "utf-8")
    trial = try_form(club.desk.store, load_packs(changed), "visit", clock().date)
    assert (trial.records, trial.moved, trial.held, trial.unreadable) == (2, 1, 1, 0)
    assert trial.fates == {"unread": 1, "read": 2, "aside": 1}
    before = len(club.desk.history.timeline(record))
    monkeypatch.setattr("onefill.cli._desk", lambda _options: club.desk)
    club.template("来访 {{ who }}，方式 {{ way }}")
    assert main(["preview", "visit", "--forms", str(changed)]) == 0
    said = capsys.readouterr().out
    assert "来访登记（visit）2 件：1 件换到改过的表单，0 件不变，1 件已经交上去，退回以后再换" in said
    assert "不再问　基本 · 传真（fax）：传真不再填写" in said and "方式：面谈 → 当面" in said
    assert "要重新核对：1 个值" in said and "时长：两小时" in said
    assert len(club.desk.history.timeline(record)) == before and club.shown(record)["fax"] == "0757-1"
    assert main(["preview", "nothing"]) == 2
