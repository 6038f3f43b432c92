"""`bangfu export`: the store's tables as files for the office."""

import argparse
import asyncio
import sys
from pathlib import Path
from typing import Any

from bot.commands import CommandError, WrongUsage
from bot.commands.store import on_store
from bot.messages import commands, exports
from bot.settings import Settings
from storage.database import Database
from storage.exports.kinds import Kind, table_of
from storage.exports.tables import Table, write_table


def add(subcommands: Any) -> None:
    """Add `export`."""
    parser = subcommands.add_parser("export", help=exports.EXPORT, description=exports.EXPORT)
    kinds = [str(kind) for kind in Kind]
    parser.add_argument("kind", metavar="KIND", help=commands.kinds(kinds), choices=kinds)
    parser.add_argument("file", type=Path, metavar="FILE.xlsx", help=exports.FILE)
    parser.add_argument("--force", action="store_true", help=exports.FORCE)
    parser.set_defaults(run=_export)


def _export(options: argparse.Namespace) -> None:
    path: Path = options.file
    if path.suffix.lower() != ".xlsx":
        raise WrongUsage(exports.NOT_XLSX)
    if not path.parent.is_dir() or path.is_dir():
        raise CommandError(commands.cannot_write(str(path)))
    if path.exists() and not options.force:
        raise CommandError(exports.exists_already(str(path)))

    async def export(settings: Settings, database: Database) -> Table:
        async with database.reading() as session:
            table = await table_of(session, Kind(options.kind), settings.zone)
        try:
            await asyncio.to_thread(write_table, table, path)
        except OSError as error:
            raise CommandError(commands.cannot_write(str(path))) from error
        return table

    table = on_store(export)
    if table.left_out:
        print(exports.left_out(table.left_out), file=sys.stderr)
    print(exports.written(table.count, str(path)))
