"""存储: one engine, two kinds of session (reading, writing), the same on SQLite and PostgreSQL."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from datetime import UTC, datetime
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import asyncpg
from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, MetaData, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from storage.batches import SharedLookups
from storage.ids import ID_TYPES, Fen
from storage.lines import EngineLine, Line, PostgresqlLine
from storage.sealing import Keyring

T = TypeVar("T")

# SQLite takes at most some 32,000 parameters a statement.
_KEYS_AT_ONCE = 5_000

# SQLite has one writer at a time, and an import of a whole county holds its place until it commits.
_BUSY_MILLISECONDS = 60_000


STORE_ERRORS = (SQLAlchemyError, sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError, ConnectionError)
"""What a statement raises when the store fails it, through SQLAlchemy or from the driver itself."""


class Trouble(StrEnum):
    """What may befall any store, whatever was asked of it."""

    BUSY = "busy"
    FULL = "full"
    READ_ONLY = "read_only"
    LOST = "lost"


# By SQLite's words and PostgreSQL's condition codes (its manual, appendix A); class 08 and 57P are connections cut.
_SQLITE_WORDS = {
    "locked": Trouble.BUSY,
    "full": Trouble.FULL,
    "readonly": Trouble.READ_ONLY,
    "unable to open": Trouble.READ_ONLY,
    "disk I/O error": Trouble.FULL,
    # When it cannot write, SQLite undoes the transaction by itself; undoing it again then hides the reason.
    "no such savepoint": Trouble.FULL,
    "no transaction is active": Trouble.FULL,
}
_POSTGRESQL_CODES = {
    "55P03": Trouble.BUSY,
    "57014": Trouble.BUSY,
    "40P01": Trouble.BUSY,
    "53100": Trouble.FULL,
    "25006": Trouble.READ_ONLY,
}


def trouble_with_store(error: BaseException) -> Trouble | None:
    """Say what befell the store; None where the statement itself was at fault, which is ours."""
    for one in _causes(error):
        if isinstance(one, sqlite3.Error):
            return next((trouble for words, trouble in _SQLITE_WORDS.items() if words in str(one)), None)
        code = getattr(one, "sqlstate", None)
        gone = isinstance(one, ConnectionError | asyncpg.InterfaceError) and not isinstance(one, ValueError)
        if gone or (code or "").startswith(("08", "57P")):
            return Trouble.LOST
        if code in _POSTGRESQL_CODES:
            return _POSTGRESQL_CODES[code]
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC; SQLite drops the zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times: they mean something else on every machine."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("the store takes aware datetimes only")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give UTC back."""
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


Json = JSON().with_variant(JSONB(), "postgresql")
"""A JSON document: free `extra` columns of imports, lists of items."""


class Base(DeclarativeBase):
    """Every table of the store. Rows load what their query asked for; there are no lazy relations."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime,
        dict[str, Any]: Json,
        list[Any]: Json,
        Fen: BigInteger,
        **dict.fromkeys(ID_TYPES, Integer),
    }


class Database:
    """The store, opened: gives sessions, knows whether it is reachable."""

    def __init__(self, url: str, keyring: Keyring, *, pool_size: int = 16) -> None:
        self.url = make_url(url)
        self.keyring = keyring
        self.is_postgresql = self.url.get_backend_name() == "postgresql"
        self.engine = _engine(url, pool_size) if self.is_postgresql else _sqlite_engine(url)
        self._autocommit = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        # Writers of one process wait for each other here, not each on a connection that readers could use.
        self._turn_to_write: AbstractAsyncContextManager[None] = nullcontext() if self.is_postgresql else asyncio.Lock()
        self._lines: list[Line] = []
        self._idle: list[AsyncSession] = []
        self.lookups = SharedLookups(self.new_line, keyring)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session for reading, or for a single statement that stands alone: no transaction around it."""
        session = self._idle.pop() if self._idle else self._new_reading()
        try:
            yield session
        finally:
            # Most turns ask only what is shared and never touch the session: it goes back as it came.
            if session.in_transaction():
                await session.close()
            self._idle.append(session)

    def new_line(self) -> Line:
        """A line for one purpose; it is closed with the store."""
        line = PostgresqlLine(self.url) if self.is_postgresql else EngineLine(self._autocommit)
        self._lines.append(line)
        return line

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """A session in one transaction: all of it lands when the block ends, none of it when it raises."""
        async with (
            self._turn_to_write,
            AsyncSession(self.engine, expire_on_commit=False, info={"keyring": self.keyring}) as session,
            session.begin(),
        ):
            yield session

    def _new_reading(self) -> AsyncSession:
        info = {"keyring": self.keyring, "lookups": self.lookups}
        return AsyncSession(self._autocommit, expire_on_commit=False, info=info)

    async def reachable(self) -> bool:
        """Whether the store answers a trivial question."""
        async with self.reading() as session:
            return bool((await session.execute(text("SELECT 1"))).scalar_one())

    async def close(self) -> None:
        """Give all connections back."""
        for line in self._lines:
            await line.close()
        await self.engine.dispose()


def chunks(items: Iterable[T], size: int = _KEYS_AT_ONCE) -> Iterator[list[T]]:
    """Give the items some at a time, as many as a statement takes well."""
    walk = iter(items)
    while some := list(islice(walk, size)):
        yield some


def insert_into(store: AsyncSession | AsyncConnection, table: type[Base]) -> Any:
    """An INSERT of the store's own dialect, which knows `on_conflict_do_nothing` and `on_conflict_do_update`."""
    dialect = (store.get_bind() if isinstance(store, AsyncSession) else store).dialect.name
    return (postgresql if dialect == "postgresql" else sqlite).insert(table)


# A client cut off by its network would keep its locks for hours otherwise: two minutes without a sign end it.
_KEEPALIVE = {"tcp_keepalives_idle": "60", "tcp_keepalives_interval": "15", "tcp_keepalives_count": "4"}


def _engine(url: str, pool_size: int) -> AsyncEngine:
    # Just-in-time compilation costs more than our short statements take.
    settings = {"application_name": "bangfu", "jit": "off", **_KEEPALIVE}
    return create_async_engine(
        url,
        pool_size=pool_size,
        # None beyond the pool: a connection that is opened for one statement costs more than waiting for one.
        max_overflow=0,
        pool_timeout=4,
        connect_args={"server_settings": settings},
    )


def _sqlite_engine(url: str) -> AsyncEngine:
    database = make_url(url).database
    if database:
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(url, connect_args={"timeout": _BUSY_MILLISECONDS / 1000})

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        # The driver's own BEGIN would come late and take a read lock first: two writers then fail with
        # "database is locked" at once instead of waiting. We begin ourselves, below.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute(f"PRAGMA busy_timeout={_BUSY_MILLISECONDS}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Any) -> None:
        # (The dialect does not tell: asked for its isolation level, SQLite knows no autocommit.)
        if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
