"""`bangfu migrate`, and the opened store that the other commands work on."""

import argparse
import asyncio
import getpass
import json
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from bot.commands import CommandError
from bot.core.telemetry import configure_logs
from bot.messages import commands as say
from bot.messages import doctor
from bot.settings import Settings, WrongSettings, read
from policies.catalogue import CatalogueError, County, load_county
from storage import chain
from storage.database import STORE_ERRORS, Database, Trouble, trouble_with_store
from storage.migrations import is_current, migrate
from storage.sealing import CannotOpen, Keyring, new_key

T = TypeVar("T")

_TROUBLES = {
    Trouble.BUSY: say.STORE_BUSY,
    Trouble.FULL: say.STORE_FULL,
    Trouble.READ_ONLY: say.STORE_READ_ONLY,
    Trouble.LOST: say.STORE_LOST,
}


def add(commands: Any) -> None:
    """Add `migrate`."""
    parser = commands.add_parser("migrate", help=say.MIGRATE, description=say.MIGRATE)
    parser.set_defaults(run=_migrate)


def settings(*, keys_needed: bool = True, platform_needed: bool = False) -> Settings:
    """Read the settings, or stop with every mistake named."""
    try:
        return read(keys_needed=keys_needed, platform_needed=platform_needed)
    except WrongSettings as error:
        raise CommandError(str(error)) from error


def policies_of(of: Settings) -> County:
    """The county's policies, or stop with every mistake in them named."""
    try:
        return load_county(of.county, of.catalogue)
    except CatalogueError as error:
        lines = [say.mistake(one.file, one.line, one.key, one.what) for one in error.mistakes]
        raise CommandError("\n".join([*lines, say.CATALOGUE_REFUSED])) from error


@asynccontextmanager
async def opened(of: Settings) -> AsyncIterator[Database]:
    """The migrated store of these settings."""
    async with _connected(of) as database:
        if not await is_current(database):
            raise CommandError(say.NOT_MIGRATED)
        yield database


def on_store(work: Callable[[Settings, Database], Awaitable[T]]) -> T:
    """Run a command's work on the store. What is printed is the command's own; the log speaks of trouble only."""
    configure_logs(json=False, level=logging.WARNING)
    of = settings()

    async def _run() -> T:
        async with opened(of) as database:
            done = await work(of, database)
            await _link(of, database)
            return done

    try:
        return asyncio.run(_run())
    except CannotOpen as error:
        raise CommandError(doctor.WRONG_KEYS) from error
    except STORE_ERRORS as error:
        trouble = trouble_with_store(error)
        if trouble is None:
            raise
        raise CommandError(_TROUBLES[trouble]) from error


async def _link(of: Settings, database: Database) -> None:
    """Put what the command has noted into the audit's chain."""
    with suppress(SQLAlchemyError, OSError):
        # What cannot be linked just now, since somebody else writes, the service links.
        await chain.link(database, datetime.now(of.zone))


def office() -> str:
    """Give the actor of this command for the audit: the login of whoever runs it."""
    try:
        login = getpass.getuser()
    except (KeyError, OSError):
        # In a container the user may have a number and no name.
        login = str(os.getuid())
    return f"office:{login}"


def print_json(document: object) -> None:
    """One JSON document on stdout and nothing else."""
    print(json.dumps(document, ensure_ascii=False, indent=2))


@asynccontextmanager
async def _connected(of: Settings) -> AsyncIterator[Database]:
    try:
        # An embedded store makes its folder here, which may not be allowed.
        database = Database(of.database_url, Keyring(of.secret_keys or [new_key()], of.cipher))
    except OSError as error:
        raise CommandError(say.NO_STORE) from error
    try:
        try:
            await database.reachable()
        except (SQLAlchemyError, OSError) as error:
            raise CommandError(say.NO_STORE) from error
        yield database
    finally:
        await database.close()


def _migrate(_: argparse.Namespace) -> None:
    async def _run() -> None:
        # No row is opened, so no key is needed.
        async with _connected(settings(keys_needed=False)) as database:
            await migrate(database)

    asyncio.run(_run())
    print(say.MIGRATED)
