"""快线: a connection held open for the few statements that every message needs.

Through SQLAlchemy's asyncio layers such a statement costs four times what the driver and PostgreSQL take for it, which
is most of a turn (`make bench` shows it). A line sends the same statements, built with SQLAlchemy and turned into text
once, straight to the driver. On SQLite, where one process lives alone, they take the ordinary way.
"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Protocol

import asyncpg
from sqlalchemy import URL, Dialect, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.sql import ClauseElement

_SETTINGS = {
    "application_name": "bangfu line",
    "jit": "off",
    "synchronous_commit": "off",
    # Every statement of a line looks a few rows up by an index. Planned once, then, and never as a walk through the
    # table, which is what PostgreSQL prefers while a table is still small, and keeps to when it has grown.
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
}

Parameters = Mapping[str, Any]
Rows = Sequence[Sequence[Any]]

_DIALECT: Dialect = postgresql.dialect(paramstyle="pyformat")  # type: ignore[no-untyped-call]
_LIST = re.compile(r"IN \(__\[POSTCOMPILE_(\w+)\]\)")
_NAMED = re.compile(r"%\((\w+)\)s")


class Line(Protocol):
    """Runs single statements, each by itself; one at a time."""

    async def execute(self, statement: Any, parameters: Parameters) -> Any:
        """Run a SELECT whose lists are expanding parameters; gives its rows."""

    async def insert_new(self, table: Table, rows: Sequence[Mapping[str, Any]], returning: str) -> set[Any]:
        """Insert the rows that are not there yet; gives the named column of those that went in."""

    async def replace(self, table: Table, rows: Sequence[Mapping[str, Any]], key: str, since: str) -> None:
        """Insert the rows, or put them in the place of those that have their key, unless those are newer by `since`."""

    async def close(self) -> None:
        """Hang up."""


class PostgresqlLine:
    """One connection of the driver's own, opened when first needed and again after it broke.

    It does not wait for the disk: what it writes are marks of answers that changed nothing, and which numbers were
    shown. A database that loses power forgets at most the last moment of them: a second answer, and no harm.
    """

    def __init__(self, url: URL) -> None:
        self._url = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection: asyncpg.Connection | None = None
        self._texts: dict[object, tuple[str, tuple[str, ...]]] = {}
        self._turn = asyncio.Lock()

    async def execute(self, statement: Any, parameters: Parameters) -> Any:
        """Run a SELECT whose lists are expanding parameters; gives its rows."""
        if statement not in self._texts:
            self._texts[statement] = _text(statement)
        text, names = self._texts[statement]
        return await self._fetch(text, *(parameters[name] for name in names))

    async def insert_new(self, table: Table, rows: Sequence[Mapping[str, Any]], returning: str) -> set[Any]:
        """Insert the rows that are not there yet; gives the named column of those that went in."""
        written = await self._insert(table, rows, f'ON CONFLICT DO NOTHING RETURNING "{returning}"')
        return {row[0] for row in written}

    async def replace(self, table: Table, rows: Sequence[Mapping[str, Any]], key: str, since: str) -> None:
        """Insert the rows, or put them in the place of those that have their key, unless those are newer by `since`."""
        new = ", ".join(f'"{column}" = excluded."{column}"' for column in rows[0] if column != key)
        older = f'"{table.name}"."{since}" <= excluded."{since}"'
        await self._insert(table, rows, f'ON CONFLICT ("{key}") DO UPDATE SET {new} WHERE {older}')

    async def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            await self._connection.close(timeout=2)
            self._connection = None

    async def _insert(self, table: Table, rows: Sequence[Mapping[str, Any]], on_conflict: str) -> Any:
        columns = tuple(rows[0])
        text = f"{_insertion(table, columns)} {on_conflict}"
        return await self._fetch(text, *([row[column] for row in rows] for column in columns))

    async def _fetch(self, text: str, *values: Any) -> Any:
        async with self._turn:
            if self._connection is None or self._connection.is_closed():
                self._connection = await asyncpg.connect(self._url, server_settings=_SETTINGS, timeout=4)
            try:
                return await self._connection.fetch(text, *values, timeout=10)
            except BaseException:
                # Whatever state it is in now, the next statement gets a fresh one.
                self._connection.terminate()
                self._connection = None
                raise


class EngineLine:
    """The ordinary way, for SQLite."""

    def __init__(self, autocommit: AsyncEngine) -> None:
        self._engine = autocommit

    async def execute(self, statement: Any, parameters: Parameters) -> Any:
        """Run a SELECT whose lists are expanding parameters; gives its rows."""
        async with self._engine.connect() as connection:
            found = await connection.execute(statement, dict(parameters))
            return found.all() if found.returns_rows else []

    async def insert_new(self, table: Table, rows: Sequence[Mapping[str, Any]], returning: str) -> set[Any]:
        """Insert the rows that are not there yet; gives the named column of those that went in."""
        statement = sqlite.insert(table).values(list(rows)).on_conflict_do_nothing().returning(table.c[returning])
        async with self._engine.connect() as connection:
            return set((await connection.execute(statement)).scalars())

    async def replace(self, table: Table, rows: Sequence[Mapping[str, Any]], key: str, since: str) -> None:
        """Insert the rows, or put them in the place of those that have their key, unless those are newer by `since`."""
        statement = sqlite.insert(table).values(list(rows))
        new = {column: statement.excluded[column] for column in rows[0] if column != key}
        older = table.c[since] <= statement.excluded[since]
        statement = statement.on_conflict_do_update(index_elements=[table.c[key]], set_=new, where=older)
        async with self._engine.connect() as connection:
            await connection.execute(statement)

    async def close(self) -> None:
        """Nothing is held."""


def _text(statement: ClauseElement) -> tuple[str, tuple[str, ...]]:
    """Give PostgreSQL's text of a statement, and the names of its parameters in their order; lists become arrays."""
    compiled = statement.compile(dialect=_DIALECT)
    names: list[str] = []

    def number(name: str) -> int:
        if name not in names:
            names.append(name)
        return names.index(name) + 1

    text = _LIST.sub(lambda found: f"= ANY (${number(found[1])})", str(compiled))
    fixed = {name: value for name, value in compiled.params.items() if value is not None}

    def literal(found: re.Match[str]) -> str:
        value = fixed[found[1]]
        assert isinstance(value, str), "the statements of a line have no other constants"
        return "'" + value.replace("'", "''") + "'"

    return _NAMED.sub(literal, text), tuple(names)


@cache
def _insertion(table: Table, columns: tuple[str, ...]) -> str:
    types = (table.c[column].type.compile(dialect=_DIALECT) for column in columns)
    arrays = ", ".join(f"${order}::{type_}[]" for order, type_ in enumerate(types, 1))
    quoted = ", ".join(f'"{column}"' for column in columns)
    return f'INSERT INTO "{table.name}" ({quoted}) SELECT * FROM unnest({arrays})'  # noqa: S608 (our own names)
