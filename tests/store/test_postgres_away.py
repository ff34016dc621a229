"""A server that is away, comes back, breaks off in the middle, or was made by another program."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

import psycopg
import pytest

from store import (
    EVERYTHING,
    Change,
    DatabaseAway,
    DatabaseUnfit,
    FormatTooNew,
    Store,
    StoreBusy,
    StoreUnavailable,
    Summary,
    open_store,
)
from store.postgres import PostgresStore
from store.postgres.migrating import LOCK, migrate, steps
from tests.databases import ROLE, Server
from tests.store.making import begin, new, stepping


@pytest.fixture(scope="module")
def own() -> Iterator[Server]:
    """A server to be stopped and started."""
    with closing(Server(["fsync=off"])) as server:
        yield server


def superuser(address: str) -> psycopg.Connection:
    return psycopg.connect(address.replace(f"{ROLE}:", "postgres:"), autocommit=True, options="-c search_path=onefill")


def test_a_restart_is_not_noticed(own: Server, tmp_path: Path) -> None:
    address = own.bare_database()
    with closing(open_store(address, clock=stepping(), key_file=tmp_path / "key")) as store:
        begin(store)
        with ThreadPoolExecutor(8) as pool:  # so that several connections are open
            list(pool.map(lambda _: store.latest("r1", EVERYTHING), range(40)))
        own.kill()
        own.start()
        assert store.latest("r1", EVERYTHING).n == 1
        store.set_draft("r1", [Change("a", 1)], EVERYTHING, "x")
        store.log({"act": "print"})
        assert store.append(new(draft=1), 1, EVERYTHING).n == 2
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: store.probe(), range(40)))


def test_a_server_that_is_away_is_told_soon_and_found_again(own: Server, tmp_path: Path) -> None:
    address = own.bare_database()
    with closing(PostgresStore(address, stepping(), key_file=tmp_path / "key", wait=1)) as store:
        begin(store)
        own.stop()
        for attempt in (
            store.probe,
            lambda: store.latest("r1", EVERYTHING),
            lambda: store.append(new(), 1, EVERYTHING),
            lambda: store.find(scope=EVERYTHING),
            lambda: store.put_file(b"x"),
            lambda: store.log({"act": "x"}),
        ):
            began = time.monotonic()
            with pytest.raises(DatabaseAway, match=f"127.0.0.1:{own.port}.*用不了.*已保存的数据都在"):
                attempt()
            assert time.monotonic() - began < 5
        assert store.stamp("r1") is None
        with pytest.raises(DatabaseAway):
            open_store(address, key_file=tmp_path / "key")
        own.start()
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with suppress(DatabaseAway):
                store.probe()
                break
        assert store.latest("r1", EVERYTHING).n == 1


def test_what_is_wrong_is_said_in_chinese_without_the_password(own: Server, tmp_path: Path) -> None:
    right = own.address("nowhere")
    password = right.split(":")[2].split("@")[0]
    for address, why in (
        (right, "没有这个数据库"),
        (right.replace(password, "wrong"), "账号或密码不对"),
        (right.replace("127.0.0.1", "nobody.invalid"), "没有这台服务器"),
        (right.replace(str(own.port), "1"), "没有应答"),
    ):
        with pytest.raises(DatabaseAway, match=why) as caught:
            open_store(address, key_file=tmp_path / "key")
        assert password not in str(caught.value)
        assert "wrong" not in str(caught.value)
    with pytest.raises(DatabaseUnfit, match="地址写得不对"):
        open_store("postgresql://host/db?nonsense=1", key_file=tmp_path / "key")


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ("perform pg_terminate_backend(pg_backend_pid())", "正在停止或启动|没有应答"),
        ("raise exception 'no space left' using errcode = '53100'", "磁盘满了"),
        ("raise exception 'cannot' using errcode = '25006'", "现在只能读"),
    ],
)
def test_what_breaks_off_at_any_table_leaves_the_old_state_whole(
    postgres: Server, tmp_path: Path, fault: str, why: str
) -> None:
    address = postgres.bare_database()
    with closing(open_store(address, clock=stepping(), key_file=tmp_path / "key")) as store, superuser(address) as db:
        db.execute(f"create function fail() returns trigger language plpgsql as $$ begin {fault}; return null; end $$")
        begin(store, summary=Summary(label="旧", tokens=("A",)))
        store.set_draft("r1", [Change("a", 1)], EVERYTHING, "x")
        mine = new(draft=1, draws={"papers": 1}, summary=Summary(label="新", tokens=("B",)))
        before = state(store)
        for number, table in enumerate(("record", "entry", "token", "draft_line", "series")):
            db.execute(f"create trigger fail before insert or update or delete on {table} execute function fail()")
            with pytest.raises(StoreUnavailable, match=why):
                store.append(mine, 1, EVERYTHING)
            db.execute(f"drop trigger fail on {table}")
            assert state(store) == before, (number, table)
        for table, attempt in (
            ("log_line", lambda: store.log({"act": "x"})),
            ("preference", lambda: store.set_preferences("li", {"zoom": 1})),
            ("file_part", lambda: store.put_file(b"paper")),
            ("draft_line", lambda: store.set_draft("r1", [Change("a", 2)], EVERYTHING, "x")),
        ):
            db.execute(f"create trigger fail before insert on {table} execute function fail()")
            with pytest.raises(StoreUnavailable, match=why):
                attempt()
            db.execute(f"drop trigger fail on {table}")
            assert state(store) == before, table
            attempt()
            before = state(store)
        assert store.append(mine, 1, EVERYTHING).numbers == {"papers": range(1, 2)}
        assert store.verify_log() == store.verify_chains() == store.verify_index() == ()


def state(store: Store) -> list[object]:
    return [
        list(store.parcels())[:-1],
        store.find(scope=EVERYTHING),
        store.count(scope=EVERYTHING, tokens=["A"]),
        store.series("papers"),
    ]


def test_a_lock_that_somebody_holds_is_told(postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.postgres.database.HOLD", 0.2)
    with postgres.database() as address, closing(open_store(address, key_file=tmp_path / "key")) as store:
        begin(store)
        with superuser(address) as db, db.transaction():
            db.execute("lock table record")
            with pytest.raises(StoreBusy):
                store.append(new(), 1, EVERYTHING)
        assert store.append(new(), 1, EVERYTHING).n == 2


def test_servers_that_start_at_once_make_the_tables_once(postgres: Server, tmp_path: Path) -> None:
    address = postgres.bare_database()
    start = (
        "import sys; from pathlib import Path; from store import open_store;"
        "store = open_store(sys.argv[1], key_file=Path(sys.argv[2])); store.log({'who': sys.argv[3]}); store.close()"
    )
    told = [sys.executable, "-c", start, address, str(tmp_path / "key")]
    open_store("memory:").close()
    (tmp_path / "key").write_bytes(os.urandom(32))
    running = [subprocess.Popen([*told, str(who)], cwd=Path(__file__).parents[2]) for who in range(4)]
    assert [one.wait(60) for one in running] == [0, 0, 0, 0]
    with closing(open_store(address, key_file=tmp_path / "key")) as store, superuser(address) as db:
        assert len(store.log_lines()) == 4
        assert db.execute("select number, name from migration order by 1").fetchall() == [
            (number, step.stem) for number, step in enumerate(steps(), start=1)
        ]


def test_a_step_that_fails_leaves_nothing_behind(
    postgres: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "001_broken.sql"
    broken.write_text("create table one(); create table two(three four);")
    address = postgres.bare_database()
    with psycopg.connect(address, autocommit=True) as db:
        monkeypatch.setattr("store.postgres.migrating.steps", lambda: [broken])
        with pytest.raises(psycopg.errors.UndefinedObject):
            migrate(db)
        assert db.execute("select count(*) from pg_tables where schemaname = 'onefill'").fetchone() == (0,)
        monkeypatch.undo()
        migrate(db)
        migrate(db)


def test_tables_of_a_newer_program_are_refused(postgres: Server, tmp_path: Path) -> None:
    address = postgres.bare_database()
    open_store(address, key_file=tmp_path / "key").close()
    with superuser(address) as db:
        db.execute("insert into migration(number, name) values (%s, 'future')", (len(steps()) + 1,))
    with pytest.raises(FormatTooNew, match="数据库"):
        open_store(address, key_file=tmp_path / "key")


def test_steps_are_numbered_without_a_gap() -> None:
    assert [int(step.name[:3]) for step in steps()] == list(range(1, len(steps()) + 1))


def test_a_server_waits_for_another_ones_steps(postgres: Server, tmp_path: Path) -> None:
    address = postgres.bare_database()
    with psycopg.connect(address) as holder, ThreadPoolExecutor(1) as pool:
        holder.execute("select pg_advisory_xact_lock(%s)", (LOCK,))
        opening = pool.submit(open_store, address, key_file=tmp_path / "key")
        time.sleep(0.3)
        assert not opening.done()
        holder.rollback()
        opening.result(20).close()
