"""Connections: a pool of them, transactions that know who asks, and what goes wrong told in our words."""

import weakref
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from enum import IntEnum
from typing import Any, LiteralString

import psycopg
from psycopg import errors, sql
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout

from store.errors import DatabaseAway, DatabaseUnfit, StoreBusy
from store.model import EVERYTHING, Reach, Scope
from store.postgres.migrating import SCHEMA, migrate
from store.postgres.work import lay_out

#: How many of this program's threads may be in the database at the same time.
POOL = 16
#: Seconds until whoever asks is told that the server is away or that somebody holds what he needs.
WAIT = 5.0
HOLD = 10.0
#: The longest question reads a part of one table; more than this is a fault.
_STATEMENT = 60.0

_UNHURRIED = "set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0"

Connection = psycopg.Connection[tuple[Any, ...]]


class Lock(IntEnum):
    """What is written by one at a time: advisory locks of these kinds, held until the transaction ends."""

    RECORD = 0x1F11_0002
    LOG = 0x1F11_0003
    PREFERENCES = 0x1F11_0004
    FILE = 0x1F11_0005
    ABOUT = 0x1F11_0006


class Database:
    """A database of ours.

    Args:
        address: ``postgresql://role:password@host:port/database``.
        wait: Seconds to wait for a connection.

    Raises:
        DatabaseAway: It does not answer.
        DatabaseUnfit: Its role or its encoding will not do.
        FormatTooNew: A newer program has made the tables.
    """

    def __init__(self, address: str, wait: float = WAIT) -> None:
        try:
            self.host = shown(address)
        except psycopg.ProgrammingError as exc:
            raise DatabaseUnfit(host="", why=f"地址写得不对（{exc}）") from exc
        given = settings(wait)
        with told(self.host), psycopg.connect(address, **given) as db:
            if why := _unfit(db):
                raise DatabaseUnfit(host=self.host, why=why)
            migrate(db)
            lay_out(db)
        # Whoever finds the server away waits no longer than for a free connection, so a pool gives up as soon.
        self._pool: ConnectionPool[Connection] = ConnectionPool(
            address, kwargs=given, min_size=1, max_size=POOL, timeout=wait, reconnect_timeout=wait, open=False
        )
        # Also at the end of a program that never closes it: by then Python stops the pool's threads no more.
        self._close = weakref.finalize(self, self._pool.close)
        self._pool.open()

    @contextmanager
    def reading(self, scope: Scope) -> Iterator[Connection]:
        """Everything as it is at one moment, seen with the eyes of whoever asks.

        Args:
            scope: Records of other institutions are not there.

        Raises:
            DatabaseAway: The server does not answer.
        """
        with self._transaction("begin isolation level repeatable read read only", scope, None) as db:
            yield db

    @contextmanager
    def writing(self, kind: Lock, name: str, scope: Scope) -> Iterator[Connection]:
        """All or nothing of what is done within.

        Args:
            kind: What nobody else may write meanwhile,
            name: and which one of its kind.
            scope: Records of other institutions are not there.

        Raises:
            DatabaseAway: The server does not answer; nothing was written, unless it went away at the very end.
            StoreBusy: Somebody has held the lock for too long.
        """
        with self._transaction("begin", scope, (kind, name), piped=True) as db:
            yield db

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """All or nothing, for as long as it takes; nobody else writes meanwhile."""
        with self._transaction("begin", EVERYTHING, None) as db:
            db.execute(_UNHURRIED)
            db.execute("lock table record, log_line, preference, file in exclusive mode")
            yield db

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Everything as it is at one moment, for as long as it takes to look at it."""
        with self.reading(EVERYTHING) as db:
            db.execute(_UNHURRIED)
            yield db

    def close(self) -> None:
        """Close every connection."""
        self._close()

    @contextmanager
    def _transaction(
        self, begin: LiteralString, scope: Scope, lock: tuple[Lock, str] | None, *, piped: bool = False
    ) -> Iterator[Connection]:
        with told(self.host):
            db = self._begin(_beginning(begin, scope, lock))
            try:
                # What is written goes out together with the commit, and only then is it waited for: by the pipeline's
                # end, for ``db.commit()`` within one waits for answers to megabytes that it has not sent to the end.
                with db.pipeline() if piped else nullcontext():
                    yield db
                    db.execute("commit")
            except BaseException:
                # Nobody waits for the answer of a server that has gone.
                with suppress(psycopg.OperationalError):
                    db.rollback()
                raise
            finally:
                self._pool.putconn(db)

    def _begin(self, statement: sql.Composed) -> Connection:
        """A connection with a transaction begun in one round trip; those that a restart has cut are left behind."""
        for _ in range(POOL):
            db = self._pool.getconn()
            try:
                db.execute(statement)
                return db
            except BaseException as exc:
                cut = isinstance(exc, psycopg.OperationalError) and db.closed
                if not cut:
                    db.rollback()
                self._pool.putconn(db)
                if not cut:
                    raise
        raise DatabaseAway(host=self.host, why="连接断了")


@contextmanager
def told(host: str) -> Iterator[None]:
    """What goes wrong with a database at that host, in our words.

    Raises:
        DatabaseAway: It does not answer.
        StoreBusy: Somebody has held a lock for too long.
    """
    try:
        yield
    except errors.LockNotAvailable as exc:
        raise StoreBusy(seconds=HOLD) from exc
    except (PoolTimeout, PoolClosed) as exc:
        raise DatabaseAway(host=host, why="等了几秒没有连上") from exc
    except (psycopg.OperationalError, psycopg.InterfaceError, psycopg.InternalError) as exc:
        raise DatabaseAway(host=host, why=_why(exc)) from exc


def settings(wait: float = WAIT, schema: str = SCHEMA) -> dict[str, Any]:
    """What every connection of ours asks for.

    Args:
        wait: Seconds until a server that does not answer is given up.
        schema: Where names are looked up.
    """
    given = {
        "search_path": schema,
        "timezone": "UTC",
        "statement_timeout": f"{_STATEMENT:g}s",
        "lock_timeout": f"{HOLD:g}s",
        "idle_in_transaction_session_timeout": "60s",
    }
    return {
        "autocommit": True,
        "connect_timeout": max(round(wait), 2),
        "application_name": "onefill",
        "options": " ".join(f"-c {name}={value}" for name, value in given.items()),
        # A cable that was pulled is noticed within half a minute.
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 30_000,
    }


def scope_setting(scope: Scope) -> str:
    """What row-level security is told of whoever asks."""
    match scope.reach:
        case Reach.ALL:
            return "/"
        case Reach.BELOW:
            return f"/{scope.unit}/" if scope.unit else "/"
        case Reach.OWN:
            return f"=/{scope.unit}/"


def _beginning(begin: LiteralString, scope: Scope, lock: tuple[Lock, str] | None) -> sql.Composed:
    """Statements sent as one; the lock comes last, so that whatever follows sees what its last holder wrote."""
    seeing = sql.SQL("; select set_config('onefill.scope', {}, true)")
    statement = sql.SQL(begin) + seeing.format(sql.Literal(scope_setting(scope)))
    if lock is None:
        return statement
    kind, name = lock
    holding = sql.SQL("; select pg_advisory_xact_lock({}, hashtext({}))")
    return statement + holding.format(sql.Literal(int(kind)), sql.Literal(name))


def shown(address: str) -> str:
    """The address as it may be shown: without role and password."""
    parts = conninfo_to_dict(address)
    return f"{parts.get('host', 'localhost')}:{parts.get('port', 5432)}/{parts.get('dbname', '')}"


def _unfit(db: psycopg.Connection) -> str:
    """Why a database must not be used; empty if it may."""
    if db.info.server_version < 15_00_00:
        return "版本太旧，要 PostgreSQL 15 以上"
    if db.info.parameter_status("server_encoding") != "UTF8":
        return "字符编码不是 UTF8"
    row = db.execute("select rolsuper or rolbypassrls from pg_roles where rolname = current_user").fetchone()
    if row and row[0]:
        return f"账号 {db.info.user} 是超级用户，机构之间的隔离对它不起作用，要用普通账号"
    return ""


def _why(error: psycopg.Error) -> str:
    """What the server says, in Chinese where it is one of the usual things."""
    # Of a pipeline the last error is told, which may only say that an earlier one has ended it.
    if isinstance(error, errors.PipelineAborted) and isinstance(error.__context__, psycopg.Error):
        error = error.__context__
    state, text = error.sqlstate or "", str(error)
    if state:
        return next((why for beginning, why in _STATES.items() if state.startswith(beginning)), f"代码 {state}")
    # Whoever is not let in gets words alone.
    return next((why for words, why in _WORDS.items() if words in text), "没有应答")


_STARTING, _PASSWORD, _CROWDED, _NO_HOST = "正在停止或启动", "账号或密码不对", "连接太多", "没有这台服务器"
_STATES = {
    "57P": _STARTING,
    "57014": "问得太久，被停下了",
    "53100": "磁盘满了",
    "53300": _CROWDED,
    "53": "内存或磁盘不够",
    "28": _PASSWORD,
    "3D": "没有这个数据库",
    "25006": "现在只能读",
    "40P01": "互相等待",
}
_WORDS = {
    "starting up": _STARTING,
    "shutting down": _STARTING,
    "recovery mode": _STARTING,
    "authentication failed": _PASSWORD,
    "no password supplied": _PASSWORD,
    "too many clients": _CROWDED,
    "remaining connection slots": _CROWDED,
    "does not exist": "没有这个数据库",
    "terminating connection": _STARTING,
    "could not translate host": _NO_HOST,
    "resolve host": _NO_HOST,
    "Name or service not known": _NO_HOST,
}
