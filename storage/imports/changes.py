"""导入留底: keeps what an import changed, so that it can be taken back."""

import base64
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Date, LargeBinary, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import UtcDateTime
from storage.ids import BatchId
from storage.import_batches import ImportChange, What
from storage.imports.bulk import Change, Shape
from storage.imports.shapes import SHAPES

_IMPORT_LOCK = 0x62616E67
_ROWS_AT_ONCE = 5_000
_COLUMNS = ("batch_id", "position", "table_name", "row_id", "what", "before", "after")
_PLACES = {"postgresql": "$1, $2, $3, $4, $5, $6, $7", "sqlite": "?, ?, ?, ?, ?, ?, ?"}


async def one_import_at_a_time(session: AsyncSession) -> None:
    """Wait for another import to end: two of them would both make the same new area or cadre. SQLite waits anyway."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _IMPORT_LOCK})


async def keep(session: AsyncSession, batch: BatchId, changes: Sequence[Change]) -> None:
    """Write down the changes of a batch in the order they were made.

    In the driver's own words: there is a row here for every row of an import, and half their cost would be spent on
    the way to the driver.
    """
    connection = await session.connection()
    places = _PLACES[connection.dialect.name]
    statement = f"INSERT INTO import_change ({', '.join(_COLUMNS)}) VALUES ({places})"  # noqa: S608 - our own names
    for start in range(0, len(changes), _ROWS_AT_ONCE):
        rows = [
            (batch, position, change.table, change.row_id, change.what.value, _text(change.before), change.after)
            for position, change in enumerate(changes[start : start + _ROWS_AT_ONCE], start=start)
        ]
        await connection.exec_driver_sql(statement, rows)


async def kept_changes(session: AsyncSession, batch: BatchId) -> list[Change]:
    """Give the changes of a batch in the order they were made."""
    found = await session.execute(
        select(
            ImportChange.table_name,
            ImportChange.row_id,
            ImportChange.what,
            ImportChange.before,
            ImportChange.after,
        )
        .where(ImportChange.batch_id == batch)
        .order_by(ImportChange.position)
    )
    return [
        Change(table, row_id, What(what), _given_back(SHAPES[table], before), after)
        for table, row_id, what, before, after in found
    ]


def _text(before: Mapping[str, Any]) -> str:
    return json.dumps({name: _kept(value) for name, value in before.items()}) if before else "{}"


def _kept(value: Any) -> Any:
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
