"""Migrations and models describe the same store."""

from datetime import UTC, date, datetime
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    select,
    text,
)

from storage.bindings import BindingAttempt
from storage.consents import Consent
from storage.database import Database, UtcDateTime
from storage.migrations import is_current, migrate
from storage.schema import metadata
from storage.statuses import HouseholdStatus


async def test_migrations_make_exactly_the_tables_the_models_describe(store: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))

    async with store.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_migrating_twice_changes_nothing(store: Database) -> None:
    assert await is_current(store)
    await migrate(store)
    assert await is_current(store)


def as_first_released(connection: Connection) -> MetaData:
    """Make the store empty, as the first release left it; gives the tables it had then."""
    metadata.drop_all(connection)
    connection.execute(text("DROP TABLE alembic_version"))
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "storage:migrations")
    config.set_main_option("path_separator", "os")
    command.upgrade(config, "0001")
    tables = MetaData()
    tables.reflect(connection)
    tables.remove(tables.tables["alembic_version"])
    return tables


def a_row_of(table: Table, number: int) -> dict[str, Any]:
    """One row with something in every column; what points elsewhere points at the row of that number."""
    row: dict[str, Any] = {}
    for column in table.columns:
        if column.primary_key or column.foreign_keys:
            row[column.name] = number if isinstance(column.type, Integer) else f"{number}"
        elif column.name == "category":
            row[column.name] = "lifted"
        else:
            row[column.name] = _something(column, number)
    return row


def _something(column: Column[Any], number: int) -> Any:
    match column.type:
        case Boolean():
            return True
        case Integer():
            return number
        case DateTime():
            return datetime(2026, 3, number, 8, tzinfo=UTC)
        case Date():
            return date(2026, 3, number)
        case LargeBinary():
            return f"{number}".encode() * 16
        case String():
            return f"{number}"
    return [number]


async def rows_by_column(store: Database, tables: MetaData) -> dict[str, list[dict[str, Any]]]:
    """What stands in the columns of the first release."""
    async with store.reading() as session:
        return {
            table.name: [
                dict(row)
                for row in (await session.execute(select(table).order_by(*table.primary_key.columns))).mappings()
            ]
            for table in tables.sorted_tables
        }


async def test_a_store_of_the_first_release_loses_nothing_and_begins_its_histories(store: Database) -> None:
    async with store.engine.begin() as connection:
        tables = await connection.run_sync(as_first_released)
        for table in tables.sorted_tables:
            await connection.execute(table.insert(), a_row_of(table, 1))
    before = await rows_by_column(store, tables)
    assert all(before.values())
    await migrate(store)
    after = await rows_by_column(store, tables)
    # Failed attempts are kept for a day only, and were counted in another way.
    assert after.pop("binding_attempt") == []
    del before["binding_attempt"]
    assert after == before
    async with store.reading() as session:
        [status] = await session.scalars(select(HouseholdStatus))
    assert (status.household_id, status.category, status.since) == (1, "lifted", date(2026, 3, 1))


async def test_what_the_first_release_writes_still_goes_in_while_the_new_one_is_rolled_out(store: Database) -> None:
    async with store.engine.begin() as connection:
        tables = await connection.run_sync(as_first_released)
    await migrate(store)
    async with store.engine.begin() as connection:
        for number in (1, 2):
            for table in tables.sorted_tables:
                await connection.execute(table.insert(), a_row_of(table, number))
    assert {name: len(rows) for name, rows in (await rows_by_column(store, tables)).items()} == {
        table.name: 2 for table in tables.sorted_tables
    }


async def test_who_was_bound_before_there_was_a_notice_has_agreed_to_the_first_sentence(
    store: Database, now: datetime
) -> None:
    async with store.engine.begin() as connection:
        await connection.run_sync(as_first_released)
        for statement in (
            "INSERT INTO area (id, code, name, level, official) VALUES (1, '99', '县', 'county', false)",
            "INSERT INTO household (id, number, area_id, category, extra, imported_at)"
            " VALUES (1, '1', 1, 'poor', '{}', :now)",
            "INSERT INTO binding (id, account, household_id, bound_at) VALUES (1, 'wechat:o_1', 1, :now)",
            "INSERT INTO binding (id, account, household_id, bound_at, ended_at)"
            " VALUES (2, 'wechat:o_2', 1, :now, :now)",
            "INSERT INTO binding_attempt (id, account, target, tried_at, succeeded)"
            " VALUES (1, 'wechat:o_1', '1234', :now, false)",
        ):
            at = [bindparam("now", now, UtcDateTime())] if ":now" in statement else []
            await connection.execute(text(statement).bindparams(*at))
    await migrate(store)
    async with store.reading() as session:
        [agreed] = await session.scalars(select(Consent))
        assert (agreed.account, agreed.household_id, agreed.notice) == ("wechat:o_1", 1, "first")
        assert (agreed.given_at, agreed.withdrawn_at) == (now, None)
        [status] = await session.scalars(select(HouseholdStatus))
        assert (status.status, status.since, status.until) == ("registered", now.date(), None)
        assert (await session.scalars(select(BindingAttempt))).all() == []
