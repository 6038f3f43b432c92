"""成批读写: finds, compares, inserts and changes many rows in few statements."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Any, TypeVar, cast

import msgspec
from sqlalchemy import ColumnElement, Row, RowMapping, Table, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Base, chunks
from storage.import_batches import What
from storage.imports.drivers import among, insert_columns, take_ids, update_columns
from storage.imports.fingerprints import Fingerprints
from storage.imports.report import Missing, Problem
from storage.sealing import CannotOpen, Keyring, keyring_of

K = TypeVar("K")

Values = dict[str, Any]
"""A row by column name; a sealed column stands as plain text under its name without `_sealed`."""

Held = Row[Any]
"""A row as the table keeps it, in the order of its columns."""


_RANGES_AT_ONCE = 200

_PLAIN = msgspec.json.Encoder(order="deterministic")


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
    """What an import did, as `storage.import_batches.ImportChange` keeps it: one row changed, or some made.

    Rows that were made have ids one after the other from `row_id` on, and a fingerprint each in `after`.
    """

    table: str
    row_id: int
    what: What
    before: Values
    after: bytes
    count: int = 1

    @property
    def names(self) -> tuple[str, ...]:
        """Which of the row's values changed, by the names of `Values`."""
        return tuple(_plain_name(column) for column in self.before if not column.endswith("_index"))

    @property
    def ids(self) -> range:
        """The ids of all its rows."""
        return range(self.row_id, self.row_id + self.count)


class Ids:
    """Many ids, mostly one after the other: those of rows an import made or changed."""

    def __init__(self, changes: Iterable[Change]) -> None:
        self.ranges: list[tuple[int, int]] = []
        for first, last in sorted((change.row_id, change.row_id + change.count - 1) for change in changes):
            if self.ranges and first <= self.ranges[-1][1] + 1:
                self.ranges[-1] = (self.ranges[-1][0], max(last, self.ranges[-1][1]))
            else:
                self.ranges.append((first, last))
        self._firsts = [first for first, _ in self.ranges]

    def __contains__(self, row_id: int) -> bool:
        place = bisect_right(self._firsts, row_id) - 1
        return place >= 0 and row_id <= self.ranges[place][1]

    def conditions(self, column: ColumnElement[int]) -> Iterator[ColumnElement[bool]]:
        """Say that a column is one of them, some at a time."""
        for some in chunks(self.ranges, _RANGES_AT_ONCE):
            yield or_(*(column.between(first, last) for first, last in some))


@dataclass
class Tally:
    """What came of the rows of a file in the store."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    changes: list["Change"] = field(default_factory=list)
    fingerprints: Fingerprints = field(default_factory=Fingerprints)
    recategorised: Counter[tuple[str, str]] = field(default_factory=Counter)
    missing: Missing | None = None

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

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Where each column stands in a `Held` row."""
        return {column.name: place for place, column in enumerate(self.table.columns)}

    def edit(self, row: RowMapping, values: Values, keyring: Keyring) -> "Edit | None":
        """Give what must be written so that the row holds the values; None where it does already."""
        differing = {name: value for name, value in values.items() if self._held(row, name, keyring) != value}
        if not differing:
            return None
        before = {column: row[column] for name in differing for column in self._columns(name)}
        return Edit(row["id"], before, differing)

    def held(self, row: RowMapping, names: Iterable[str], keyring: Keyring) -> list[Any]:
        """Give what a row holds under these names, opened."""
        return [self._held(row, name, keyring) for name in names]

    def fingerprint(self, values: Iterable[Any]) -> str:
        """Give the text the fingerprint of a whole row is made of, from its values in the order of `names`.

        Columns that hold nothing are not in it, so a column added later changes no fingerprint of before.
        """
        return _PLAIN.encode(self._whole(*values)).decode()

    def stored(self, columns: Mapping[str, Sequence[Any]], keyring: Keyring) -> dict[str, Sequence[Any]]:
        """Give values, column by column, as the table keeps them."""
        kept: dict[str, Sequence[Any]] = {}
        for name, values in columns.items():
            place = self.sealed.get(name)
            if place is None:
                kept[name] = values
                continue
            kept[f"{name}_sealed"] = keyring.seal_all(values, place)
            if name in self.indexed:
                kept[f"{name}_index"] = [None if value is None else keyring.index(value, place) for value in values]
        return kept

    @cached_property
    def _whole(self) -> type[msgspec.Struct]:
        fields = [(name, Any, None) for name in self.names]
        return msgspec.defstruct(self.table.name, fields, omit_defaults=True, gc=False)

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


def fingerprint_of(values: Values) -> str:
    """Give the text the fingerprint of some values of a row is made of."""
    return _PLAIN.encode([values[name] for name in sorted(values)]).decode()


async def held_where(
    session: AsyncSession, shape: Shape, column: ColumnElement[K], keys: Collection[K], *also: ColumnElement[bool]
) -> list[Held]:
    """Give all rows whose column is among the keys."""
    found: list[Held] = []
    for some in chunks(keys):
        statement = select(shape.table).where(among(session, column, some), *also)
        found.extend(await session.execute(statement))
    return found


async def rows_where(
    session: AsyncSession, shape: Shape, column: ColumnElement[K], keys: Collection[K], *also: ColumnElement[bool]
) -> list[RowMapping]:
    """Give the same rows by the names of their columns."""
    return [row._mapping for row in await held_where(session, shape, column, keys, *also)]


async def insert_all(session: AsyncSession, shape: Shape, rows: Sequence[Values], tally: Tally) -> Sequence[int]:
    """Insert rows and note them as created; gives their ids. What a row does not name is empty."""
    if not rows:
        return ()
    columns = {name: [values.get(name) for values in rows] for name in shape.names}
    return await insert_columns_of(session, shape, columns, tally)


async def insert_columns_of(
    session: AsyncSession, shape: Shape, columns: Mapping[str, Sequence[Any]], tally: Tally
) -> Sequence[int]:
    """The same with values given column by column."""
    keyring, table = keyring_of(session), shape.table
    count = len(next(iter(columns.values())))
    ids = await take_ids(session, table, count)
    await insert_columns(session, table, {"id": ids} | shape.stored(columns, keyring))
    nothing = (None,) * count
    whole = zip(*(columns.get(name, nothing) for name in shape.names), strict=True)
    after = [tally.fingerprints.of(shape.fingerprint(row)) for row in whole]
    for first, last in runs(ids):
        own = after[first : last + 1]
        tally.changes.append(Change(table.name, ids[first], What.CREATED, {}, b"".join(own), len(own)))
    return ids


async def update_all(session: AsyncSession, shape: Shape, edits: Collection[Edit], tally: Tally) -> None:
    """Change rows and note what they held before."""
    keyring = keyring_of(session)
    for names, alike in _alike((edit.row_id, edit.values) for edit in edits):
        columns = dict(zip(names, zip(*(values for _, values in alike), strict=True), strict=True))
        stored = shape.stored(columns, keyring)
        await update_columns(session, shape.table, [row_id for row_id, _ in alike], stored)
    for edit in edits:
        after = tally.fingerprints.of(fingerprint_of(edit.values))
        tally.changes.append(Change(shape.table.name, edit.row_id, What.UPDATED, edit.before, after))


async def write_all(session: AsyncSession, shape: Shape, rows: Mapping[int, Values]) -> None:
    """Write columns as the table keeps them, by id."""
    for names, alike in _alike(rows.items()):
        columns = dict(zip(names, zip(*(values for _, values in alike), strict=True), strict=True))
        await update_columns(session, shape.table, [row_id for row_id, _ in alike], columns)


def runs(ids: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Give the places of the first and the last id of each stretch in which they follow on each other."""
    for _, stretch in groupby(enumerate(ids), key=lambda one: one[1] - one[0]):
        places = [place for place, _ in stretch]
        yield places[0], places[-1]


def _alike(
    rows: Iterable[tuple[int, Values]],
) -> Iterable[tuple[tuple[str, ...], list[tuple[int, tuple[Any, ...]]]]]:
    """Put rows together whose values have the same names, so that they go in one statement."""
    alike: dict[tuple[str, ...], list[tuple[int, tuple[Any, ...]]]] = {}
    for row_id, values in rows:
        names = tuple(sorted(values))
        alike.setdefault(names, []).append((row_id, tuple(map(values.__getitem__, names))))
    return alike.items()


def _plain_name(column: str) -> str:
    return column.removesuffix("_sealed")
