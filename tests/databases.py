"""Stores for tests: every test gets its own, cloned from one migrated template."""

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg
from sqlalchemy import make_url

from storage.database import Database
from storage.migrations import migrate
from storage.sealing import Keyring, new_key

POSTGRESQL_URL = os.environ.get("BANGFU_TEST_DATABASE_URL", "postgresql+asyncpg://postgres@127.0.0.1:5432/postgres")
REDIS_URL = os.environ.get("BANGFU_TEST_REDIS_URL", "redis://127.0.0.1:6379/9")
KEY = new_key()


def answers(url: str) -> bool:
    """Whether something listens where the URL points."""
    parsed = make_url(url)
    try:
        with socket.create_connection((parsed.host or "127.0.0.1", parsed.port or 5432), timeout=1):
            return True
    except OSError:
        return False


def backends() -> list[str]:
    """The databases the tests run on: SQLite always, PostgreSQL where it answers."""
    return ["sqlite", "postgresql"] if answers(POSTGRESQL_URL) else ["sqlite"]


async def _administer(statement: str) -> None:
    url = make_url(POSTGRESQL_URL).set(drivername="postgresql")
    connection = await asyncpg.connect(url.render_as_string(hide_password=False))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def _migrated(url: str) -> None:
    database = Database(url, Keyring([KEY]))
    await migrate(database)
    await database.close()


class Template:
    """One migrated store of a kind, and clones of it."""

    def __init__(self, backend: str, folder: Path) -> None:
        self.backend = backend
        self.folder = folder
        self.name = f"bangfu_test_{uuid4().hex[:12]}"

    def url(self, name: str) -> str:
        """Where the store of that name is."""
        if self.backend == "sqlite":
            return f"sqlite+aiosqlite:///{self.folder / name}.db"
        return make_url(POSTGRESQL_URL).set(database=name).render_as_string(hide_password=False)

    @asynccontextmanager
    async def clone(self) -> AsyncIterator[str]:
        """The URL of a fresh store; it is gone afterwards."""
        name = f"{self.name}_{uuid4().hex[:8]}"
        if self.backend == "sqlite":
            await asyncio.to_thread(shutil.copy, self.folder / f"{self.name}.db", self.folder / f"{name}.db")
            yield self.url(name)
        else:
            await _administer(f'CREATE DATABASE "{name}" TEMPLATE "{self.name}"')
            try:
                yield self.url(name)
            finally:
                await _administer(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def template(backend: str, folder: Path) -> Iterator[Template]:
    """Make the template once a session."""
    made = Template(backend, folder)
    if backend == "postgresql":
        asyncio.run(_administer(f'CREATE DATABASE "{made.name}"'))
    asyncio.run(_migrated(made.url(made.name)))
    if backend == "sqlite":
        _fold_log(folder / f"{made.name}.db")
    yield made
    if backend == "postgresql":
        asyncio.run(_administer(f'DROP DATABASE IF EXISTS "{made.name}" WITH (FORCE)'))


def _fold_log(path: Path) -> None:
    """Fold SQLite's write-ahead log into the file, so that a copy of the file is the whole store."""
    import sqlite3

    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
