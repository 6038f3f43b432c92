"""撤回: takes one import back, as a whole or not at all. Never commits: it lands with the caller's transaction."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import ColumnElement, Table, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.messages import imports as say
from storage.areas import put_codes_aside
from storage.households import Household
from storage.ids import AreaId, BatchId
from storage.import_batches import ImportBatch, ImportChange, What
from storage.imports.bulk import AFTER, Change, delete_all, rows_where, write_all
from storage.imports.changes import kept_changes, one_import_at_a_time
from storage.imports.shapes import AREAS, SHAPES
from storage.schema import metadata
from storage.sealing import CannotOpen, keyring_of

_KEYS_AT_ONCE = 5_000

_Row = tuple[str, int]
"""A table and the id of a row."""


class CannotUndo(Exception):
    """The import stays; the text is the sentence that says why."""


@dataclass(frozen=True)
class Undone:
    """What taking an import back did."""

    batch: BatchId
    deleted: int
    restored: int


async def undo(session: AsyncSession, batch_id: BatchId, *, now: datetime) -> Undone:
    """Put back what an import changed: what it made is deleted, what it changed holds what it held before.

    Raises:
        CannotUndo: there is no such import, it was taken back already, or something stands on it; nothing was
            changed.
    """
    await one_import_at_a_time(session)
    batch = await session.get(ImportBatch, batch_id)
    if batch is None:
        raise CannotUndo(say.no_such_batch(batch_id))
    if batch.undone_at is not None:
        raise CannotUndo(say.undone_before(batch_id))
    changes = await kept_changes(session, batch_id)
    await _refuse_what_stands_on_it(session, batch_id, changes)
    await put_codes_aside(session, [AreaId(change.row_id) for change in changes if change.table == AREAS.table.name])
    # The last first: a pairing that was made goes before the one it ended is opened again.
    for (table, what), run in groupby(reversed(changes), key=lambda change: (change.table, change.what)):
        if what == What.CREATED:
            await delete_all(session, SHAPES[table], [change.row_id for change in run])
        else:
            await write_all(session, SHAPES[table], {change.row_id: change.before for change in run})
    await session.execute(delete(ImportChange).where(ImportChange.batch_id == batch_id))
    batch.undone_at = now
    await session.flush()
    deleted = sum(change.what == What.CREATED for change in changes)
    return Undone(batch_id, deleted=deleted, restored=len(changes) - deleted)


async def _refuse_what_stands_on_it(session: AsyncSession, batch: BatchId, changes: Sequence[Change]) -> None:
    _refuse_what_nobody_can_open(session, batch, changes)
    hanging = await _hanging(session, changes)
    later = await _later_batches(session, batch, hanging | await _left_below(session, changes))
    elsewhere = [] if later else await _changed_elsewhere(session, changes)
    if not (later or hanging or elsewhere):
        return
    numbers = await _household_numbers(session, [*hanging, *elsewhere])
    raise CannotUndo(
        say.cannot_undo(
            batch,
            later,
            {table: _counted(rows, numbers) for table, rows in groupby(sorted(hanging), key=lambda row: row[0])},
            _counted(elsewhere, numbers),
        )
    )


def _refuse_what_nobody_can_open(session: AsyncSession, batch: BatchId, changes: Iterable[Change]) -> None:
    """A value sealed with a key that is gone must not take the place of one that can be read."""
    keyring = keyring_of(session)
    for change in changes:
        sealed = SHAPES[change.table].sealed
        for name in change.names:
            if name not in sealed:
                continue
            try:
                keyring.open_if(change.before[f"{name}_sealed"], sealed[name])
            except CannotOpen as error:
                raise CannotUndo(say.key_is_gone(batch)) from error


async def _hanging(session: AsyncSession, changes: Sequence[Change]) -> set[_Row]:
    """Give the rows that point at what would be deleted, and are not deleted or turned elsewhere themselves."""
    made: dict[str, list[int]] = defaultdict(list)
    for change in changes:
        if change.what == What.CREATED:
            made[change.table].append(change.row_id)
    deleted = {(table, row_id) for table, row_ids in made.items() for row_id in row_ids}
    restored = {(change.table, change.row_id, column) for change in changes for column in change.before}
    hanging: set[_Row] = set()
    for table, column, target in _references():
        for some in _chunks(made[target]):
            found = await session.scalars(select(_key(table)).where(table.c[column].in_(some)))
            hanging.update((table.name, row_id) for row_id in found if (table.name, row_id, column) not in restored)
    return hanging - deleted


async def _left_below(session: AsyncSession, changes: Sequence[Change]) -> set[_Row]:
    """Give the areas made since below one that would get back another code: theirs would no longer begin with it."""
    table = AREAS.table
    own = {change.row_id for change in changes if change.table == table.name}
    numbered = [change.row_id for change in changes if change.table == table.name and "code" in change.before]
    below = await rows_where(session, AREAS, table.c.parent_id, numbered)
    return {(table.name, row["id"]) for row in below if row["id"] not in own}


def _references() -> Iterator[tuple[Table, str, str]]:
    """Give every column of the store that points at a row imports make: table, column, and the table it points at."""
    for table in metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table.name in SHAPES:
                yield table, key.parent.name, key.column.table.name


def _key(table: Table) -> ColumnElement[int]:
    """Give the column that tells the rows apart; what points at imported rows has a number for it."""
    return table.primary_key.columns[0]


async def _later_batches(session: AsyncSession, batch: BatchId, hanging: Iterable[_Row]) -> list[int]:
    """Give the later imports that changed the same rows, or made what hangs on them."""
    own, other = aliased(ImportChange), aliased(ImportChange)
    same_row = (own.table_name == other.table_name) & (own.row_id == other.row_id)
    statement = select(other.batch_id).join(own, same_row).where(own.batch_id == batch, other.batch_id > batch)
    later = set(await session.scalars(statement.distinct()))
    for table, rows in groupby(sorted(hanging), key=lambda row: row[0]):
        for some in _chunks([row_id for _, row_id in rows]):
            makers = select(ImportChange.batch_id).where(
                ImportChange.table_name == table, ImportChange.row_id.in_(some), ImportChange.batch_id > batch
            )
            later.update(await session.scalars(makers.distinct()))
    return sorted(later)


async def _changed_elsewhere(session: AsyncSession, changes: Sequence[Change]) -> list[_Row]:
    """Give the rows that no longer hold what the import left in them."""
    keyring = keyring_of(session)
    changed: list[_Row] = []
    by_table: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        by_table[change.table].append(change)
    for table, own in by_table.items():
        shape = SHAPES[table]
        found = await rows_where(session, shape, shape.table.c.id, [change.row_id for change in own])
        rows = {row["id"]: row for row in found}
        for change in own:
            row = rows.get(change.row_id)
            names = change.names or shape.names
            text = None if row is None else shape.fingerprint(shape.held(row, names, keyring), names)
            if text is None or change.after not in keyring.indexes(text, AFTER):
                changed.append((table, change.row_id))
    return changed


async def _household_numbers(session: AsyncSession, rows: Iterable[_Row]) -> dict[_Row, str]:
    """Give the 户编号 of each row that belongs to a household."""
    numbers: dict[_Row, str] = {}
    for name, group in groupby(sorted(rows), key=lambda row: row[0]):
        table = metadata.tables[name]
        home = table.c.id if name == "household" else table.c.get("household_id")
        if home is None:
            continue
        for some in _chunks([row_id for _, row_id in group]):
            statement = select(_key(table), Household.number).where(_key(table).in_(some))
            if name != "household":
                statement = statement.join(Household, Household.id == home)
            numbers |= {(name, row_id): number for row_id, number in await session.execute(statement)}
    return numbers


def _counted(rows: Iterable[_Row], numbers: Mapping[_Row, str]) -> tuple[int, list[str]]:
    counted = list(rows)
    return len(counted), sorted({numbers[row] for row in counted if row in numbers})


def _chunks(row_ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(row_ids), _KEYS_AT_ONCE):
        yield row_ids[start : start + _KEYS_AT_ONCE]
