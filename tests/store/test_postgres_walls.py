"""What PostgreSQL itself holds to, whatever the program forgets: institutions apart, entries never changed."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import psycopg
import pytest

from store import (
    EVERYTHING,
    Action,
    Change,
    DatabaseUnfit,
    Effect,
    FileDamaged,
    KeyDiffers,
    LostParcel,
    Reach,
    RecordDamaged,
    Scope,
    Store,
    Summary,
    open_store,
)
from store.keys import LookupKey
from store.postgres.database import scope_setting
from tests.databases import ROLE, Server
from tests.store.making import begin, class_of, new, stepping

EAST, WEST = "city/east/school", "city/west/school"
TABLES = ("record", "entry", "token", "draft_line", "effect", "newest_row")


@pytest.fixture
def address(postgres: Server) -> Iterator[str]:
    with postgres.database() as address:
        yield address


@pytest.fixture
def store(address: str, tmp_path: Path) -> Iterator[Store]:
    with closing(open_store(address, clock=stepping(), key_file=tmp_path / "store.key")) as store:
        yield store


def superuser(address: str) -> str:
    return address.replace(f"{ROLE}:", "postgres:")


def ask(address: str, question: str, scope: Scope | None = None) -> list[tuple[Any, ...]]:
    """What a bare question answers to whoever has that scope."""
    with psycopg.connect(address, options="-c search_path=onefill") as db:
        if scope:
            db.execute("select set_config('onefill.scope', %s, true)", (scope_setting(scope),))
        return db.execute(question).fetchall()  # type: ignore[call-overload,no-any-return]


def test_a_forgotten_filter_shows_no_other_institution(store: Store, address: str) -> None:
    for record, unit in (("east", EAST), ("west", WEST), ("nobody", "")):
        begin(store, record, data=class_of(2), summary=Summary(unit=unit, tokens=("class",)))
        store.set_draft(record, [Change("name", "x")], EVERYTHING, "x")
    seen = {
        Scope(EAST, Reach.OWN): {"east"},
        Scope("city/east", Reach.BELOW): {"east"},
        Scope("city", Reach.BELOW): {"east", "west"},
        Scope("", Reach.BELOW): {"east", "west", "nobody"},
        Scope("city/eas", Reach.BELOW): set(),
        Scope("", Reach.OWN): {"nobody"},
        EVERYTHING: {"east", "west", "nobody"},
    }
    for table in ("record", "entry", "token", "draft_line", "newest_row"):
        for scope, records in seen.items():
            assert {row[0] for row in ask(address, f"select record from {table}", scope)} == records, (table, scope)


def test_whoever_says_no_scope_sees_nothing(store: Store, address: str) -> None:
    begin(store)
    for table in TABLES:
        assert ask(address, f"select * from {table}") == []


def test_nothing_is_written_beyond_the_scope(store: Store, address: str) -> None:
    begin(store, "west", summary=Summary(unit=WEST))
    for forbidden in (
        "update record set label = 'x'",
        "delete from record",
        "delete from token",
        "delete from draft_line",
    ):
        assert ask(address, f"{forbidden} returning record", Scope(EAST, Reach.OWN)) == []
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(
            address,
            "insert into entry(record, n, request_id, document) values ('west', 2, 'q', '{}') returning n",
            Scope(EAST, Reach.OWN),
        )


@pytest.mark.parametrize("who", ["program", "superuser"])
@pytest.mark.parametrize(
    "change",
    [
        "update entry set document = '{}'",
        "delete from entry",
        "truncate entry",
        "update log_line set raw = ''",
        "delete from log_line",
        "truncate log_line",
    ],
)
def test_what_was_written_is_never_changed(store: Store, address: str, who: str, change: str) -> None:
    begin(store)
    store.log({"act": "print"})
    whose = address if who == "program" else superuser(address)
    with pytest.raises(psycopg.errors.RaiseException, match="keeps what was written"):
        ask(whose, change, EVERYTHING)
    assert store.verify_chains() == store.verify_log() == ()


def tamper(address: str, change: str) -> None:
    """As somebody would who may do everything on the server."""
    with psycopg.connect(superuser(address), options="-c search_path=onefill") as db:
        db.execute("set session_replication_role = replica")
        db.execute(change)  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("update entry set document = document || '{\"who\": \"x\"}' where record = 'r1' and n = 2", "第 2 条.*不符"),
        ("update entry set document = document - 'prev' where record = 'r1' and n = 2", "第 2 条"),
        ("update entry set document = '[]' where record = 'r1' and n = 2", "不是记录"),
        ("delete from entry where record = 'r1' and n = 2", "缺少第 2 条"),
        ("delete from entry where record = 'r1' and n = 3", "缺少第 3 条"),
        ("delete from entry where record = 'r1'", "缺少第 1 条"),
        ("update record set digest = 'x' where record = 'r1'", "第 3 条记录被换过"),
        ("update record set form = 'other' where record = 'r1'", "第 1 条.*接不上"),
        ("update draft_line set line = '{\"put\": 1}'", "草稿第 1 行"),
    ],
)
def test_what_was_altered_is_found_and_costs_one_record(
    store: Store, address: str, tmp_path: Path, change: str, why: str
) -> None:
    begin(store, "r1")
    begin(store, "r2")
    for n in (1, 2):
        store.append(new("r1", {"n": n}), n, EVERYTHING)
    store.set_draft("r1", [Change("a", 1)], EVERYTHING, "x")
    tamper(address, change)
    (damage,) = store.verify_chains()
    assert damage.record == "r1"
    fresh = open_store(address, clock=stepping(), key_file=tmp_path / "store.key")
    with closing(fresh), pytest.raises(RecordDamaged, match=why):
        assert fresh.entries("r1", EVERYTHING) and fresh.draft("r1", EVERYTHING)
    assert store.damages() == (damage,)
    assert store.latest("r2", EVERYTHING).n == 1
    assert [parcel for parcel in store.parcels() if getattr(parcel, "damage", None) == damage]


def test_of_a_long_record_that_is_altered_nothing_is_carried(
    store: Store, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.postgres.parcels._STRETCH", 2)
    begin(store, "r1")
    for n in range(1, 5):
        store.append(new("r1", {"n": n}), n, EVERYTHING)
    assert len([*store.parcels()]) == 3
    tamper(address, 'update entry set document = document || \'{"who": "x"}\' where n = 4')
    assert [type(parcel) for parcel in store.parcels()] == [LostParcel]


def test_what_lists_know_is_held_against_the_entries_and_made_anew(store: Store, address: str) -> None:
    for record in ("r1", "r2", "r3"):
        begin(store, record, summary=Summary(label="一班", tokens=("A",), private=("4406",)))
    tamper(address, "update record set label = 'x', n = 1, has_draft = true where record = 'r1'")
    tamper(address, "delete from token where record = 'r2'")
    granted = Effect(register="grants", line="l1", action=Action.OPEN, start=date(2026, 3, 1))
    begin(store, "r4", effects=(granted,))
    begin(store, "r5", draws={"papers": 2})
    tamper(address, "update effect set start = '2026-12-01'")
    tamper(address, "update series set last = 1")
    assert [damage.record for damage in store.verify_index()] == ["r1", "r2", "r4", "r5"]
    assert store.reindex() == 5
    assert store.verify_index() == ()
    assert [line.start for line in store.register("grants", date(2026, 4, 1), EVERYTHING)] == [date(2026, 3, 1)]
    assert store.series("papers") == 2
    assert len(store.find(scope=EVERYTHING, text="一班", tokens=["4406", "A"])) == 3


def test_digests_are_those_of_the_other_backends(store: Store, tmp_path: Path) -> None:
    others = [open_store(address, clock=stepping()) for address in ("memory:", f"tinydb://{tmp_path}/tiny")]
    data = class_of(3) | {"b": 2**63 - 1, "aa": "\ufeff\\u0000", "c": [None, True, {}], "": "翀𠮷"}
    made = [one.append(new(data=data, request_id="q"), 0, EVERYTHING) for one in (store, *others)]
    assert made[0] == made[1] == made[2]
    assert store.latest("r1", EVERYTHING).digest == made[1].digest
    for other in others:
        other.close()


def test_no_private_value_stands_in_clear_in_what_search_knows(store: Store, address: str) -> None:
    begin(store, summary=Summary(private=("440604199001010011",), tokens=("K1", "长" * 3000)))
    tokens = [row[0] for row in ask(address, "select token from token order by token", EVERYTHING)]
    assert [token[0] for token in tokens] == ["#", "=", "~"]
    assert not any("4406" in token for token in tokens)
    for token in ("440604199001010011", "K1", "长" * 3000):
        assert store.count(scope=EVERYTHING, tokens=[token]) == 1


def test_another_key_finds_nothing_until_the_index_is_made_anew(store: Store, address: str, tmp_path: Path) -> None:
    begin(store, summary=Summary(label="一班", private=("4406",)))
    with closing(open_store(address, clock=stepping(), key_file=tmp_path / "other.key")) as other:
        assert other.find(scope=EVERYTHING, text="一班")
        for attempt in (
            lambda: other.find(scope=EVERYTHING, tokens=["4406"]),
            lambda: other.append(new("r2", summary=Summary(private=("4407",))), 0, EVERYTHING),
        ):
            with pytest.raises(KeyDiffers, match=r"other\.key"):
                attempt()
        with pytest.raises(ZeroDivisionError):
            other.reindex(lambda done, of: 1 // 0)  # type: ignore[arg-type,return-value]
        with pytest.raises(KeyDiffers):
            other.find(scope=EVERYTHING, tokens=["4406"])
        assert other.reindex() == 1
        assert other.count(scope=EVERYTHING, tokens=["4406"]) == 1
    with closing(open_store(address, clock=stepping(), key_file=tmp_path / "other.key")) as other:
        assert other.count(scope=EVERYTHING, tokens=["4406"]) == 1


def test_servers_that_start_at_once_make_one_key(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    renew = LookupKey.renew

    def slowly(key: LookupKey) -> None:
        time.sleep(0.2)
        renew(key)

    monkeypatch.setattr(LookupKey, "renew", slowly)
    with ThreadPoolExecutor(3) as pool, ExitStack() as closed:
        stores = [*pool.map(lambda _: open_store(address, key_file=tmp_path / "new.key"), range(3))]
        for number, one in enumerate(stores):
            closed.callback(one.close)
            begin(one, f"r{number}", summary=Summary(private=("4406",)))
        assert [one.count(scope=EVERYTHING, tokens=["4406"]) for one in stores] == [3, 3, 3]


def test_a_new_key_that_broke_off_is_told_until_the_index_is_made_anew(store: Store) -> None:
    begin(store, summary=Summary(private=("4406",)))
    with pytest.raises(ZeroDivisionError):
        store.renew_lookup(lambda done, of: 1 // 0)  # type: ignore[arg-type,return-value]
    with pytest.raises(KeyDiffers, match="store reindex"):
        store.find(scope=EVERYTHING, tokens=["4406"])
    assert store.reindex() == 1
    assert store.count(scope=EVERYTHING, tokens=["4406"]) == 1


def test_a_superuser_is_refused(address: str, tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnfit, match="超级用户"):
        open_store(superuser(address), key_file=tmp_path / "store.key")


@pytest.mark.parametrize("option", ["encoding 'SQL_ASCII'", "encoding 'LATIN1'"])
def test_another_encoding_is_refused(postgres: Server, tmp_path: Path, option: str) -> None:
    with pytest.raises(DatabaseUnfit, match="UTF8"):
        open_store(postgres.bare_database(f"template template0 {option}"), key_file=tmp_path / "store.key")


def test_single_trainees_of_a_city(store: Store, address: str) -> None:
    for number, unit in enumerate((EAST, WEST), start=1):
        begin(store, f"c{number}", data=class_of(2), summary=Summary(unit=unit, label=f"{number} 班"))
    data = class_of(1)
    data["trainees"]["r0"]["theory"] = 95
    store.append(new("c2", data | {"odd": {"raw": "?"}}, summary=Summary(unit=WEST, label="2 班")), 1, EVERYTHING)
    remark = replace(new("c2", kind="remark", summary=Summary(unit=WEST, label="2 班")), data=None)
    store.append(remark, 2, EVERYTHING)
    question = """
        select label, data ->> 'name', (data ->> 'theory')::int from newest_row
        where form = 'class' and section = 'trainees' and (data ->> 'theory')::int >= 88 order by 1, 2
    """
    east = [("1 班", "学员0", 88), ("1 班", "学员1", 88)]
    assert ask(address, question, Scope(EAST, Reach.OWN)) == east
    assert ask(address, question, Scope("city", Reach.BELOW)) == [*east, ("2 班", "学员0", 95)]


def test_files_lie_where_they_are_told_to(address: str, tmp_path: Path) -> None:
    given = {"clock": stepping(), "key_file": tmp_path / "store.key", "files": str(tmp_path / "files")}
    with closing(open_store(address, **given)) as store:
        digest = store.put_file(b"paper" * 400_000)
        assert (tmp_path / "files" / digest[:2] / digest).stat().st_size == 2_000_000
        assert store.get_file(digest) == b"paper" * 400_000
        assert store.verify_files() == ()
        assert ask(address, "select count(*) from file") == [(0,)]


def test_a_large_file_in_the_database_is_verified_when_read(store: Store, address: str) -> None:
    digest = store.put_file(BytesIO(b"paper" * 1_000_000))
    assert ask(address, "select count(*) from file_part") == [(5,)]
    assert store.get_file(digest) == b"paper" * 1_000_000
    tamper(address, "update file_part set bytes = 'x' where place = 3")
    with pytest.raises(FileDamaged):
        store.get_file(digest)
    assert [damage.file for damage in store.verify_files()] == [f"数据库 {address.partition('@')[2]} 的文件 {digest}"]
    assert store.put_file(b"paper" * 1_000_000) == digest
    assert store.verify_files() == ()
