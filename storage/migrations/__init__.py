"""数据库迁移: brings any store to the shape the code expects; forward only."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.database import Database


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.set_main_option("path_separator", "os")
    return config


async def migrate(database: Database) -> None:
    """Apply every migration that is still missing, in one transaction; several processes may call it at once."""
    config = _config()

    def upgrade(connection: Connection) -> None:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

    async with database.engine.begin() as connection:
        await connection.run_sync(upgrade)


async def is_current(database: Database) -> bool:
    """Whether the store has exactly the newest migration applied."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()

    def applied(connection: Connection) -> str | None:
        return MigrationContext.configure(connection).get_current_revision()

    async with database.engine.connect() as connection:
        return await connection.run_sync(applied) == newest
