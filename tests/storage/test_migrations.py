"""Migrations and models describe the same store."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from storage.database import Database
from storage.migrations import is_current, migrate
from storage.schema import metadata


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
