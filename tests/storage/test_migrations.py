"""Migrations and models describe the same store."""

from datetime import datetime

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, bindparam, select, text

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


async def test_who_was_bound_before_there_was_a_notice_has_agreed_to_the_first_sentence(
    store: Database, now: datetime
) -> None:
    def as_first_released(connection: Connection) -> None:
        metadata.drop_all(connection)
        connection.execute(text("DROP TABLE alembic_version"))
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", "storage:migrations")
        config.set_main_option("path_separator", "os")
        command.upgrade(config, "0001")

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
