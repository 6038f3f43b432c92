"""导入留底: keeps what an import changed, so that it can be taken back."""

import base64
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Column, Date, LargeBinary, Table, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import UtcDateTime
from storage.ids import BatchId
from storage.import_batches import ImportChange, What
from storage.imports.bulk import Change, Shape
from storage.imports.drivers import insert_columns, is_postgresql, make_room
from storage.imports.shapes import SHAPES

_IMPORT_LOCK = 0x62616E67


async def one_import_at_a_time(session: AsyncSession) -> None:
    """Wait for another import to end: two of them would both make the same new area or cadre. SQLite waits anyway."""
    await make_room(session)
    if is_postgresql(session):
        await session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _IMPORT_LOCK})


async def no_import_runs(session: AsyncSession) -> bool:
    """Whether no import is under way; none begins to write before this transaction ends."""
    if session.get_bind().dialect.name != "postgresql":
        return True
    lock = text("SELECT pg_try_advisory_xact_lock_shared(:lock)")
    return bool(await session.scalar(lock, {"lock": _IMPORT_LOCK}))


async def keep(session: AsyncSession, batch: BatchId, changes: Sequence[Change]) -> None:
    """Write down the changes of a batch in the order they were made."""
    columns = {
        "batch_id": [batch] * len(changes),
        "position": range(len(changes)),
        "table_name": [change.table for change in changes],
        "row_id": [change.row_id for change in changes],
        "row_count": [change.count for change in changes],
        "what": [change.what.value for change in changes],
        "before": [_kept(change.before) for change in changes],
        "after": [change.after for change in changes],
    }
    await insert_columns(session, cast(Table, ImportChange.__table__), columns)


async def kept_changes(session: AsyncSession, batch: BatchId) -> list[Change]:
    """Give the changes of a batch in the order they were made."""
    found = await session.execute(
        select(
            ImportChange.table_name,
            ImportChange.row_id,
            ImportChange.what,
            ImportChange.before,
            ImportChange.after,
            ImportChange.row_count,
        )
        .where(ImportChange.batch_id == batch)
        .order_by(ImportChange.position)
    )
    return [
        Change(table, row_id, What(what), _given_back(SHAPES[table], before), after, count)
        for table, row_id, what, before, after, count in found
    ]


def _kept(before: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _as_json(value) for name, value in before.items()}


def _as_json(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, date) else value


def _given_back(shape: Shape, before: dict[str, Any]) -> dict[str, Any]:
    return {name: _as_column(shape.table.c[name], value) for name, value in before.items()}


def _as_column(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    match column.type:
        case LargeBinary():
            return base64.b64decode(value)
        case UtcDateTime():
            return datetime.fromisoformat(value)
        case Date():
            return date.fromisoformat(value)
    return value
