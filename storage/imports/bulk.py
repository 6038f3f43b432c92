"""成批读写: finds, compares, inserts and changes many rows in few statements."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, RowMapping, Table, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Base
from storage.imports.report import Problem
from storage.sealing import CannotOpen, Keyring

K = TypeVar("K")

# Both databases take at most some 32,000 parameters a statement.
_KEYS_AT_ONCE = 5_000
_ROWS_AT_ONCE = 5_000

Values = dict[str, Any]
"""A row by column name; a sealed column stands as plain text under its name without `_sealed`."""


@dataclass
class Tally:
    """What came of the rows of a file in the store."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def count(self, *, new: bool, changed: bool) -> None:
        """Count one row of the file."""
        if new:
            self.created += 1
        elif changed:
            self.updated += 1
        else:
            self.unchanged += 1


@dataclass(frozen=True)
class Shape:
    """A table, which of its columns are sealed (name to place), and which of those have a blind index."""

    model: type[Base]
    sealed: Mapping[str, str]
    indexed: frozenset[str] = frozenset()

    @property
    def table(self) -> Table:
        """The table itself, for statements over many rows."""
        return cast(Table, self.model.__table__)

    def differs(self, row: RowMapping, values: Values, keyring: Keyring) -> bool:
        """Whether any of the values is not what the row holds."""
        return any(self._held(row, name, keyring) != value for name, value in values.items())

    def _held(self, row: RowMapping, name: str, keyring: Keyring) -> Any:
        place = self.sealed.get(name)
        if place is None:
            return row[name]
        try:
            return keyring.open_if(row[f"{name}_sealed"], place)
        except CannotOpen:
            # Sealed with a key that is gone: the file's value replaces what nobody can read.
            return None

    def stored(self, values: Values, keyring: Keyring) -> Values:
        """Give the values as the table keeps them."""
        kept = {name: value for name, value in values.items() if name not in self.sealed}
        for name, place in self.sealed.items():
            if name not in values:
                continue
            kept[f"{name}_sealed"] = keyring.seal_if(values[name], place)
            if name in self.indexed:
                kept[f"{name}_index"] = None if values[name] is None else keyring.index(values[name], place)
        return kept


async def rows_where(
    session: AsyncSession, shape: Shape, column: ColumnElement[K], keys: Collection[K], *also: ColumnElement[bool]
) -> list[RowMapping]:
    """Give all rows whose column is among the keys."""
    found: list[RowMapping] = []
    for some in _chunks(keys, _KEYS_AT_ONCE):
        statement = select(shape.table).where(column.in_(some), *also)
        found.extend((await session.execute(statement)).mappings())
    return found


async def insert_all(session: AsyncSession, shape: Shape, rows: Sequence[Values], keyring: Keyring) -> None:
    """Insert rows; all must have the same columns."""
    for some in _chunks(rows, _ROWS_AT_ONCE):
        await session.execute(insert(shape.table), [shape.stored(values, keyring) for values in some])


async def update_all(session: AsyncSession, shape: Shape, rows: Mapping[Any, Values], keyring: Keyring) -> None:
    """Change rows by id; rows that change the same columns go in one statement."""
    alike: dict[tuple[str, ...], list[Values]] = {}
    for key, values in rows.items():
        stored = shape.stored(values, keyring)
        alike.setdefault(tuple(sorted(stored)), []).append(
            {f"new_{name}": value for name, value in stored.items()} | {"key": key}
        )
    for names, parameters in alike.items():
        statement = (
            update(shape.table)
            .where(shape.table.c.id == bindparam("key"))
            .values({name: bindparam(f"new_{name}") for name in names})
        )
        # On a connection: the session would take a list of parameters for rows of the mapper.
        connection = await session.connection()
        for some in _chunks(parameters, _ROWS_AT_ONCE):
            await connection.execute(statement, some)


def _chunks(items: Iterable[K], size: int) -> Iterator[list[K]]:
    walk = iter(items)
    while some := list(islice(walk, size)):
        yield some
