"""A PostgreSQL server of our own on loopback, for whoever asks: run by an ordinary user, gone with the tests."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest
from psycopg import sql

from store.postgres.migrating import migrate
from store.postgres.work import lay_out
from tests.ordinary import as_ordinary, ordinary

#: The role the program runs as: row-level security does not bind a superuser.
ROLE = "onefill"
#: What a test may do without: it is killed, never unplugged.
CARELESS = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")
_DEBIAN = Path("/usr/lib/postgresql")


def program(name: str) -> str:
    """Where PostgreSQL's programs lie: Debian keeps them by version, others in the path."""
    newest = sorted(_DEBIAN.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    found = newest[-1] if newest else shutil.which(name)
    if found is None:
        pytest.fail(f"PostgreSQL's {name} is missing: apt-get install postgresql")
    return str(found)


class Server:
    """One server with its data in a temporary folder.

    Args:
        settings: More of ``postgresql.conf``, e.g. ``fsync=off``.
    """

    def __init__(self, settings: Sequence[str] = ()) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="onefill-postgres-"))
        self.port = _free_port()
        self._password = secrets.token_hex(8)
        self._settings = settings
        self._numbers = count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self._made = ""
        self._free: list[str] = []
        self._as = as_ordinary()
        if who := ordinary():
            shutil.chown(self.folder, *who)
        self._initialise()
        self.start()
        password = sql.Literal(self._password).as_string()
        self.run(sql.SQL(f"create role {{}} login nosuperuser password {password}"), ROLE)  # type: ignore[arg-type]

    def _initialise(self) -> None:
        key = self.folder / "password"
        key.write_text(self._password)
        key.chmod(0o644)
        given = ["-U", "postgres", "-A", "scram-sha-256", f"--pwfile={key}", "-E", "UTF8", "--locale=C", "--no-sync"]
        told = [*self._as, program("initdb"), "-D", str(self.folder / "data"), *given]
        subprocess.run(told, check=True, stdout=subprocess.DEVNULL, cwd=self.folder)
        key.unlink()

    def start(self) -> None:
        """Start it and wait until it answers."""
        settings = ("listen_addresses=127.0.0.1", f"port={self.port}", "unix_socket_directories=", *self._settings)
        told = [*self._as, program("postgres"), "-D", str(self.folder / "data")]
        told += [part for setting in settings for part in ("-c", setting)]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(told, stdout=log, stderr=log, cwd=self.folder)
        deadline = time.monotonic() + 60
        while True:
            try:
                psycopg.connect(self.address(superuser=True)).close()
                return
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    pytest.fail(f"PostgreSQL does not start:\n{(self.folder / 'log').read_text()}")
                time.sleep(0.02)

    def kill(self) -> None:
        """As when the plug is pulled: the server and everybody who works for it, without a word."""
        assert self._process
        workers = _children(self._process.pid)
        for process in (self._process.pid, *workers):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self._process.wait()
        self._process = None
        while any(map(_lives, workers)):  # it does not start while one of them holds its memory
            time.sleep(0.01)

    def stop(self) -> None:
        """Shut it down at once, without waiting for clients."""
        if self._process:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(30)
            self._process = None

    def close(self) -> None:
        """Stop it and throw its data away."""
        self.stop()
        shutil.rmtree(self.folder)

    def address(self, database: str = "postgres", *, superuser: bool = False) -> str:
        """Address of a database, as the program's ordinary role or as the superuser."""
        role = "postgres" if superuser else ROLE
        return f"postgresql://{role}:{self._password}@127.0.0.1:{self.port}/{database}"

    @contextmanager
    def database(self) -> Iterator[str]:
        """Address of a database with our empty tables; it is emptied for the next one who asks."""
        name = self._free.pop() if self._free else self._copied()
        try:
            yield self.address(name)
        finally:
            self._empty(name)
            self._free.append(name)

    def bare_database(self, options: LiteralString = "") -> str:
        """Address of a new database that holds nothing."""
        name = f"bare_{next(self._numbers)}"
        self.run(sql.SQL("create database {} owner {} " + options), name, ROLE)
        return self.address(name)

    def _copied(self) -> str:
        if not self._made:
            with psycopg.connect(self.bare_database(), autocommit=True) as db:
                migrate(db)
                lay_out(db)
                self._made = db.info.dbname
        name = f"onefill_{next(self._numbers)}"
        # With few tables in it, copying its files is the quickest.
        self.run(sql.SQL("create database {} template {} owner {} strategy file_copy"), name, self._made, ROLE)
        return name

    def _empty(self, name: str) -> None:
        with psycopg.connect(self.address(name, superuser=True)) as db:
            tables = (
                "select schemaname, tablename from pg_tables"
                " where schemaname like 'onefill%' and tablename <> 'migration'"
            )
            names = [sql.Identifier(*table) for table in db.execute(tables)]
            # Even a superuser is refused by the triggers, unless he says that he only copies.
            db.execute("set session_replication_role = replica")
            db.execute(sql.SQL("truncate {}").format(sql.SQL(", ").join(names)))

    def run(self, statement: sql.SQL, *names: str) -> None:
        """Run a statement with names put in, as superuser."""
        with psycopg.connect(self.address(superuser=True), autocommit=True) as db:
            db.execute(statement.format(*map(sql.Identifier, names)))


def _children(parent: int) -> list[int]:
    """Processes that a process has started."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(status.read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(status.parent.name))
    return found


def _lives(process: int) -> bool:
    """Whether a process is there and more than a name that nobody has asked after."""
    with suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    return False


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """One for all tests of a process, started when the first one asks."""
    server = Server(CARELESS)
    try:
        yield server
    finally:
        server.close()
