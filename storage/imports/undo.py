"""撤回: takes one import back, as a whole or not at all. Never commits: it lands with the caller's transaction."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import ColumnElement, Table, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.messages import imports as say
from storage.areas import put_codes_aside
from storage.database import chunks
from storage.families import follow
from storage.households import Household
from storage.ids import AreaId, BatchId, MemberId
from storage.import_batches import ImportBatch, ImportChange, What
from storage.imports.bulk import Change, Ids, fingerprint_of, rows_where, write_all
from storage.imports.changes import kept_changes, one_import_at_a_time
from storage.imports.drivers import among
from storage.imports.fingerprints import FINGERPRINT_BYTES, Fingerprints
from storage.imports.report import Progress
from storage.imports.shapes import AREAS, SHAPES
from storage.schema import metadata
from storage.sealing import CannotOpen, keyring_of

_ROWS_AT_ONCE = 5_000

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


def _by_table(changes: Iterable[Change]) -> dict[str, Ids]:
    by_table: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        by_table[change.table].append(change)
    return {table: Ids(own) for table, own in by_table.items()}


async def undo(session: AsyncSession, batch_id: BatchId, *, now: datetime, progress: Progress | None = None) -> Undone:
    """Put back what an import changed: what it made is deleted, what it changed holds what it held before.

    `progress` is told how many rows have been put back.

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
    await _refuse_what_stands_on_it(session, batch_id, changes, _fingerprints(session, batch))
    areas = [AreaId(row_id) for change in changes if change.table == AREAS.table.name for row_id in change.ids]
    await put_codes_aside(session, areas)
    done = 0
    # The last first: a pairing that was made goes before the one it ended is opened again.
    for (table, what), run in groupby(reversed(changes), key=lambda change: (change.table, change.what)):
        own = list(run)
        if what == What.CREATED:
            try:
                await _delete(session, SHAPES[table].table, Ids(own))
            except IntegrityError as error:
                # Somebody wrote a visit down in the moment since we looked.
                raise CannotUndo(say.stood_on_meanwhile(batch_id)) from error
        else:
            await write_all(session, SHAPES[table], {change.row_id: change.before for change in own})
        done += sum(change.count for change in own)
        if progress is not None:
            progress(done)
        if any("household_id" in change.before for change in own if table == "member"):
            await follow(session, _rehoused(own))
    await session.execute(delete(ImportChange).where(ImportChange.batch_id == batch_id))
    batch.undone_at = now
    await session.flush()
    deleted = sum(change.count for change in changes if change.what == What.CREATED)
    return Undone(batch_id, deleted=deleted, restored=done - deleted)


async def _delete(session: AsyncSession, table: Table, ids: Ids) -> None:
    for condition in ids.conditions(table.c.id):
        await session.execute(delete(table).where(condition))


def _fingerprints(session: AsyncSession, batch: ImportBatch) -> Fingerprints:
    if batch.fingerprints_sealed is None:
        raise CannotUndo(say.of_an_older_version(batch.id))
    try:
        return Fingerprints.opened(batch.fingerprints_sealed, keyring_of(session))
    except CannotOpen as error:
        raise CannotUndo(say.key_is_gone(batch.id)) from error


async def _refuse_what_stands_on_it(
    session: AsyncSession, batch: BatchId, changes: Sequence[Change], fingerprints: Fingerprints
) -> None:
    _refuse_what_nobody_can_open(session, batch, changes)
    hanging = await _hanging(session, changes)
    later, theirs = await _later_batches(session, batch, changes, hanging | await _left_below(session, changes))
    hanging -= theirs
    elsewhere = [] if later else await _changed_elsewhere(session, changes, fingerprints)
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
    made = _by_table(change for change in changes if change.what == What.CREATED)
    restored = {(change.table, change.row_id, column) for change in changes for column in change.before}
    hanging: set[_Row] = set()
    for table, column, target in _references():
        if target not in made:
            continue
        deleted = made.get(table.name, Ids(()))
        for condition in made[target].conditions(table.c[column]):
            found = await session.scalars(select(_key(table)).where(condition))
            hanging.update(
                (table.name, row_id)
                for row_id in found
                if row_id not in deleted and (table.name, row_id, column) not in restored
            )
    return hanging - await _accounts_that_go_back(session, _rehoused(changes))


def _rehoused(changes: Iterable[Change]) -> list[MemberId]:
    """Give the people who go back to the household they came from."""
    return [
        MemberId(change.row_id) for change in changes if change.table == "member" and "household_id" in change.before
    ]


async def _accounts_that_go_back(session: AsyncSession, people: Sequence[MemberId]) -> set[_Row]:
    """Give the bindings of people who go back to where they were: an open one follows its person."""
    table = metadata.tables["binding"]
    follows = table.c.ended_at.is_(None), table.c.speaks_for_id.is_(None)
    found: set[_Row] = set()
    for some in chunks(people):
        own = await session.scalars(select(table.c.id).where(among(session, table.c.member_id, some), *follows))
        found.update(("binding", row_id) for row_id in own)
    return found


async def _left_below(session: AsyncSession, changes: Sequence[Change]) -> set[_Row]:
    """Give the areas below one that gets its old code back which the import has not changed or made itself.

    Their codes begin with the code that goes; whoever made them since has to be taken back first.
    """
    recoded = [change for change in changes if change.table == AREAS.table.name and "code" in change.before]
    own = Ids(change for change in changes if change.table == AREAS.table.name)
    left: set[_Row] = set()
    for condition in Ids(recoded).conditions(AREAS.table.c.parent_id):
        found = await session.scalars(select(AREAS.table.c.id).where(condition))
        left.update((AREAS.table.name, row_id) for row_id in found if row_id not in own)
    return left


def _references() -> Iterator[tuple[Table, str, str]]:
    """Give every column of the store that points at a row imports make: table, column, and the table it points at."""
    for table in metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table.name in SHAPES:
                yield table, key.parent.name, key.column.table.name


def _key(table: Table) -> ColumnElement[int]:
    """Give the column that tells the rows apart; what points at imported rows has a number for it."""
    return table.primary_key.columns[0]


async def _later_batches(
    session: AsyncSession, batch: BatchId, changes: Sequence[Change], hanging: Iterable[_Row]
) -> tuple[list[int], set[_Row]]:
    """Give the later imports that changed the same rows, or made what hangs on them, and which of it they made."""
    own = _by_table(changes)
    waiting: dict[str, list[int]] = defaultdict(list)
    for table, row_id in sorted(hanging):
        waiting[table].append(row_id)
    since = select(ImportChange.batch_id, ImportChange.table_name, ImportChange.row_id, ImportChange.row_count).where(
        ImportChange.batch_id > batch
    )
    later: set[int] = set()
    theirs: set[_Row] = set()
    for other, table, first, count in await session.execute(since):
        hangs = waiting.get(table, ())
        made = hangs[bisect_left(hangs, first) : bisect_left(hangs, first + count)]
        # What a later import made is none of ours, so of several rows together the first one tells.
        if made or (table in own and first in own[table]):
            later.add(other)
        theirs.update((table, row_id) for row_id in made)
    return sorted(later), theirs


async def _changed_elsewhere(
    session: AsyncSession, changes: Sequence[Change], fingerprints: Fingerprints
) -> list[_Row]:
    """Give the rows that no longer hold what the import left in them."""
    changed: list[_Row] = []
    updated: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        if change.what == What.CREATED:
            changed.extend(await _made_and_changed(session, change, fingerprints))
        else:
            updated[change.table].append(change)
    for table, own in updated.items():
        for some in chunks(own, _ROWS_AT_ONCE):
            changed.extend(await _updated_and_changed(session, table, some, fingerprints))
    return changed


async def _made_and_changed(session: AsyncSession, change: Change, fingerprints: Fingerprints) -> list[_Row]:
    """Give those of some rows made together that hold something else by now."""
    keyring, shape = keyring_of(session), SHAPES[change.table]
    made = shape.table.c.id.between(change.ids[0], change.ids[-1])
    found = await session.execute(select(shape.table).where(made))
    rows = {row["id"]: row for row in found.mappings()}
    changed: list[_Row] = []
    for place, row_id in enumerate(change.ids):
        row = rows.get(row_id)
        after = change.after[place * FINGERPRINT_BYTES : (place + 1) * FINGERPRINT_BYTES]
        text = None if row is None else shape.fingerprint(shape.held(row, shape.names, keyring))
        if text is None or after != fingerprints.of(text):
            changed.append((change.table, row_id))
    return changed


async def _updated_and_changed(
    session: AsyncSession, table: str, changes: Sequence[Change], fingerprints: Fingerprints
) -> list[_Row]:
    keyring, shape = keyring_of(session), SHAPES[table]
    found = await rows_where(session, shape, shape.table.c.id, [change.row_id for change in changes])
    rows = {row["id"]: row for row in found}
    changed: list[_Row] = []
    for change in changes:
        row, names = rows.get(change.row_id), change.names
        text = None if row is None else fingerprint_of(dict(zip(names, shape.held(row, names, keyring), strict=True)))
        if text is None or change.after != fingerprints.of(text):
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
        for some in chunks(row_id for _, row_id in group):
            statement = select(_key(table), Household.number).where(among(session, _key(table), some))
            if name != "household":
                statement = statement.join(Household, Household.id == home)
            numbers |= {(name, row_id): number for row_id, number in await session.execute(statement)}
    return numbers


def _counted(rows: Iterable[_Row], numbers: Mapping[_Row, str]) -> tuple[int, list[str]]:
    counted = list(rows)
    return len(counted), sorted({numbers[row] for row in counted if row in numbers})
