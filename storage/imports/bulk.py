"""成批读写: finds, compares, inserts and changes many rows in few statements."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any, TypeVar, cast

import msgspec
from sqlalchemy import ColumnElement, RowMapping, Table, bindparam, delete, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Base
from storage.import_batches import What
from storage.imports.report import Problem
from storage.sealing import CannotOpen, Keyring, keyring_of

K = TypeVar("K")

# Both databases take at most some 32,000 parameters a statement.
_KEYS_AT_ONCE = 5_000
_ROWS_AT_ONCE = 5_000

Values = dict[str, Any]
"""A row by column name; a sealed column stands as plain text under its name without `_sealed`."""


_PLAIN = msgspec.json.Encoder(order="deterministic")
AFTER = "import_change.after"
"""The place of the fingerprints of what an import left behind."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What to write to a row, and what its columns held until then, as the table keeps it."""

    row_id: int
    before: Values
    values: Values

    def also(self, name: str, before: object, value: object) -> "Edit":
        """Write one more column that is not sealed."""
        return Edit(self.row_id, self.before | {name: before}, self.values | {name: value})


@dataclass(frozen=True, slots=True)
class Change:
    """One row an import made or changed, as `storage.import_batches.ImportChange` keeps it."""

    table: str
    row_id: int
    what: What
    before: Values
    after: bytes

    @property
    def names(self) -> tuple[str, ...]:
        """Which of the row's values changed, by the names of `Values`."""
        return tuple(_plain_name(column) for column in self.before if not column.endswith("_index"))


@dataclass
class Tally:
    """What came of the rows of a file in the store."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    changes: list["Change"] = field(default_factory=list)

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

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What a row holds, by the names of `Values`."""
        left_out = {"id"} | {f"{name}_index" for name in self.indexed}
        return tuple(sorted(_plain_name(column.name) for column in self.table.columns if column.name not in left_out))

    def edit(self, row: RowMapping, values: Values, keyring: Keyring) -> "Edit | None":
        """Give what must be written so that the row holds the values; None where it does already."""
        differing = {name: value for name, value in values.items() if self._held(row, name, keyring) != value}
        if not differing:
            return None
        before = {column: row[column] for name in differing for column in self._columns(name)}
        return Edit(row["id"], before, differing)

    def held(self, row: RowMapping, names: Iterable[str], keyring: Keyring) -> Values:
        """Give what a row holds under these names, opened."""
        return {name: self._held(row, name, keyring) for name in names}

    def fingerprint(self, values: Values, names: Iterable[str]) -> str:
        """Give the text a fingerprint of these values is made of; what is not given counts as nothing."""
        return _PLAIN.encode([values.get(name) for name in sorted(names)]).decode()

    def _columns(self, name: str) -> tuple[str, ...]:
        if name not in self.sealed:
            return (name,)
        return (f"{name}_sealed", f"{name}_index") if name in self.indexed else (f"{name}_sealed",)

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


async def insert_all(session: AsyncSession, shape: Shape, rows: Sequence[Values], tally: Tally) -> None:
    """Insert rows and note them as created; all must have the same columns."""
    keyring = keyring_of(session)
    numbered = list(zip(await _new_ids(session, shape.table, len(rows)), rows, strict=True))
    for some in _chunks(numbered, _ROWS_AT_ONCE):
        stored = [{"id": row_id} | shape.stored(values, keyring) for row_id, values in some]
        await session.execute(insert(shape.table), stored)
    names, table = shape.names, shape.table.name
    tally.changes.extend(
        Change(table, row_id, What.CREATED, {}, keyring.index(shape.fingerprint(values, names), AFTER))
        for row_id, values in numbered
    )


async def update_all(session: AsyncSession, shape: Shape, edits: Collection[Edit], tally: Tally) -> None:
    """Change rows and note what they held before."""
    keyring = keyring_of(session)
    await write_all(session, shape, {edit.row_id: shape.stored(edit.values, keyring) for edit in edits})
    for edit in edits:
        after = keyring.index(shape.fingerprint(edit.values, edit.values.keys()), AFTER)
        tally.changes.append(Change(shape.table.name, edit.row_id, What.UPDATED, edit.before, after))


async def write_all(session: AsyncSession, shape: Shape, rows: Mapping[int, Values]) -> None:
    """Write columns as the table keeps them, by id; rows with the same columns go in one statement."""
    alike: dict[tuple[str, ...], list[Values]] = {}
    for row_id, stored in rows.items():
        parameters = {f"new_{name}": value for name, value in stored.items()} | {"key": row_id}
        alike.setdefault(tuple(sorted(stored)), []).append(parameters)
    for names, many in alike.items():
        statement = (
            update(shape.table)
            .where(shape.table.c.id == bindparam("key"))
            .values({name: bindparam(f"new_{name}") for name in names})
        )
        # On a connection: the session would take a list of parameters for rows of the mapper.
        connection = await session.connection()
        for some in _chunks(many, _ROWS_AT_ONCE):
            await connection.execute(statement, some)


async def delete_all(session: AsyncSession, shape: Shape, row_ids: Iterable[int]) -> None:
    """Delete rows, the newest first, so that what hangs on another of them goes before it."""
    for some in _chunks(sorted(row_ids, reverse=True), _KEYS_AT_ONCE):
        await session.execute(delete(shape.table).where(shape.table.c.id.in_(some)))


async def _new_ids(session: AsyncSession, table: Table, count: int) -> Iterable[int]:
    """Take ids before the rows are there, so that each is known without asking for it back."""
    if not count:
        return ()
    if session.get_bind().dialect.name == "postgresql":
        taken = text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)")
        return list(await session.scalars(taken, {"table": table.name, "count": count}))
    # Writers to SQLite wait for each other, so nobody takes one meanwhile.
    highest = (await session.execute(select(func.max(table.c.id)))).scalar_one() or 0
    return range(highest + 1, highest + 1 + count)


def _plain_name(column: str) -> str:
    return column.removesuffix("_sealed")


def _chunks(items: Iterable[K], size: int) -> Iterator[list[K]]:
    walk = iter(items)
    while some := list(islice(walk, size)):
        yield some
