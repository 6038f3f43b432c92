"""驱动: the two databases' own ways for many rows; SQLAlchemy's work for each row would cost more than theirs."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, TypeVar

import msgspec
from sqlalchemy import (
    ARRAY,
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Date,
    LargeBinary,
    Table,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import UtcDateTime

K = TypeVar("K")

_ROWS_AT_ONCE = 5_000

# It has 2 MB otherwise, and would write and read the same pages many times.
_CACHE_KILOBYTES = 64_000

_JSON = msgspec.json.Encoder()
_TO_INT = {None: None, False: 0, True: 1}

Convert = Callable[[Any], Any]


def is_postgresql(session: AsyncSession) -> bool:
    """Whether the session's store is PostgreSQL; else it is SQLite."""
    return session.get_bind().dialect.name == "postgresql"


async def make_room(session: AsyncSession) -> None:
    """Let SQLite keep the pages of the indexes in memory while many rows go in, in the order of none of them."""
    if not is_postgresql(session):
        await session.execute(text(f"PRAGMA cache_size = -{_CACHE_KILOBYTES}"))


async def take_ids(session: AsyncSession, table: Table, count: int) -> Sequence[int]:
    """Take ids before the rows are there, so that each is known without asking for it back."""
    if not count:
        return ()
    if is_postgresql(session):
        taken = text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)")
        return list(await session.scalars(taken, {"table": table.name, "count": count}))
    # Writers to SQLite wait for each other, so nobody takes one meanwhile.
    highest = (await session.execute(select(func.max(table.c.id)))).scalar_one() or 0
    return range(highest + 1, highest + 1 + count)


async def insert_columns(session: AsyncSession, table: Table, columns: Mapping[str, Sequence[Any]]) -> None:
    """Insert rows given column by column, each as long as the others."""
    names = list(columns)
    converted = _as_the_driver_takes(session, table, columns)
    if is_postgresql(session):
        driver = await _asyncpg(session)
        await driver.copy_records_to_table(table.name, records=zip(*converted, strict=True), columns=names)
        return
    statement = f"INSERT INTO {table.name} ({_named(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608 - our own names
    await _executemany(session, statement, zip(*converted, strict=True))


async def update_columns(
    session: AsyncSession, table: Table, ids: Sequence[int], columns: Mapping[str, Sequence[Any]]
) -> None:
    """Change rows given column by column, beside their ids."""
    names = list(columns)
    converted = _as_the_driver_takes(session, table, columns)
    if not is_postgresql(session):
        settings = ", ".join(f'"{name}" = ?' for name in names)
        statement = f"UPDATE {table.name} SET {settings} WHERE id = ?"  # noqa: S608 - our own names
        await _executemany(session, statement, zip(*converted, ids, strict=True))
        return
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    arrays = ", ".join(
        f"${place}::{table.c[name].type.compile(dialect)}[]" for place, name in enumerate(("id", *names), start=1)
    )
    settings = ", ".join(f'"{name}" = new."{name}"' for name in names)
    statement = (
        f"UPDATE {table.name} SET {settings} FROM unnest({arrays}) AS new(id, {_named(names)})"  # noqa: S608 - our own names
        f" WHERE {table.name}.id = new.id"
    )
    driver = await _asyncpg(session)
    for start in range(0, len(ids), _ROWS_AT_ONCE):
        some = slice(start, start + _ROWS_AT_ONCE)
        await driver.execute(statement, list(ids[some]), *(list(values[some]) for values in converted))


def among(session: AsyncSession, column: ColumnElement[K], keys: Collection[K]) -> ColumnElement[bool]:
    """Say that a column is one of many keys, in one parameter.

    As a list to join with, PostgreSQL does well by it whatever it believes about the size of a table that was empty
    a moment ago: the keys are hashed or looked up, and never compared one by one with every row.
    """
    if is_postgresql(session):
        return column.in_(select(func.unnest(literal(list(keys), ARRAY(column.type)))))
    if isinstance(column.type, LargeBinary):
        return column.in_(keys)
    listed = func.json_each(literal(_JSON.encode(list(keys)).decode())).table_valued("value")
    return column.in_(select(listed.c.value))


async def gather_statistics(session: AsyncSession, tables: Iterable[str]) -> None:
    """Tell PostgreSQL how large tables have become, so that who looks up next need not wait for it to notice."""
    if is_postgresql(session):
        for table in tables:
            await session.execute(text(f"ANALYZE {table}"))


def _as_the_driver_takes(
    session: AsyncSession, table: Table, columns: Mapping[str, Sequence[Any]]
) -> list[Sequence[Any]]:
    converters = _for_postgresql if is_postgresql(session) else _for_sqlite
    found = []
    for name, values in columns.items():
        convert = converters(table.c[name])
        found.append(values if convert is None else list(map(convert, values)))
    return found


def _for_postgresql(column: Column[Any]) -> Convert | None:
    return _json if isinstance(column.type, JSON) else None


def _for_sqlite(column: Column[Any]) -> Convert | None:
    """Write what SQLAlchemy would: it reads these rows again."""
    match column.type:
        case JSON():
            return _json
        case UtcDateTime():
            return _sqlite_time
        case Date():
            return _sqlite_day
        case Boolean():
            return _TO_INT.__getitem__
    return None


def _json(value: Any) -> str | None:
    return "{}" if value == {} else None if value is None else _JSON.encode(value).decode()


@lru_cache(maxsize=16)
def _sqlite_time(value: datetime | None) -> str | None:
    return None if value is None else value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def _sqlite_day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _named(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


async def _asyncpg(session: AsyncSession) -> Any:
    """Give the driver's own connection, inside the transaction of the session."""
    connection = await session.connection()
    driver = (await connection.get_raw_connection()).driver_connection
    # SQLAlchemy begins with the first statement of its own; every import has waited for its lock by then.
    assert driver is not None
    assert driver.is_in_transaction()
    return driver


async def _executemany(session: AsyncSession, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    listed = list(rows)
    if listed:
        connection = await session.connection()
        await connection.exec_driver_sql(statement, listed)
