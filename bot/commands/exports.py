"""`bangfu export`: the store's tables as files for the office, in the open or as an encrypted zip."""

import argparse
import asyncio
import getpass
import os
import secrets
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.commands import CommandError, WrongUsage
from bot.commands.store import office, on_store, policies_of
from bot.messages import commands, exports
from bot.settings import Settings
from storage import audit
from storage.database import Database
from storage.exports.kinds import Kind, table_of
from storage.exports.tables import Draft, Table, draft

PASSWORD = "BANGFU_EXPORT_PASSWORD"  # noqa: S105 (its name)
SHORTEST_PASSWORD = 12
"""What is in the zip can be tried at leisure by whoever gets hold of it, and its format makes each try cheap."""

# Without what is easily taken for something else: 20 of them are some 98 bits.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_MADE_LENGTH, _MADE_GROUP = 20, 5


def add(subcommands: Any) -> None:
    """Add `export`."""
    parser = subcommands.add_parser("export", help=exports.EXPORT, description=exports.EXPORT)
    kinds = [str(kind) for kind in Kind]
    parser.add_argument("kind", metavar="KIND", help=commands.kinds(kinds), choices=kinds)
    parser.add_argument("file", type=Path, metavar="FILE", help=exports.FILE)
    parser.add_argument("--force", action="store_true", help=exports.FORCE)
    parser.add_argument("--encrypt", action="store_true", help=exports.ENCRYPT)
    parser.add_argument("--password-file", type=Path, metavar="FILE", help=exports.PASSWORD_FILE)
    parser.set_defaults(run=_export)


def _export(options: argparse.Namespace) -> None:
    path: Path = options.file
    encrypted = _is_encrypted(options)
    if not path.parent.is_dir() or path.is_dir():
        raise CommandError(commands.cannot_write(str(path)))
    if path.exists() and not options.force:
        raise CommandError(exports.exists_already(str(path)))
    password = _password(options.password_file) if encrypted else None

    async def export(settings: Settings, database: Database) -> Table:
        rule = policies_of(settings).pairing
        async with database.reading() as session:
            table = await table_of(session, Kind(options.kind), settings.zone, rule)
        try:
            written = await asyncio.to_thread(draft, table, path, password)
            await _publish(database, written, table, options.kind, encrypted, datetime.now(settings.zone))
        except OSError as error:
            raise CommandError(commands.cannot_write(str(path))) from error
        return table

    table = on_store(export)
    if table.left_out:
        print(exports.left_out(table.left_out), file=sys.stderr)
    print(exports.written(table.count, str(path)))


def _is_encrypted(options: argparse.Namespace) -> bool:
    """A zip is always encrypted, a workbook never: the name tells, and nobody sends one for the other."""
    match options.file.suffix.lower():
        case ".zip":
            return True
        case ".xlsx" if options.encrypt:
            raise WrongUsage(exports.NOT_ZIP)
        case ".xlsx" if options.password_file is not None:
            raise WrongUsage(exports.PASSWORD_WITHOUT_ZIP)
        case ".xlsx":
            return False
    raise WrongUsage(exports.NOT_XLSX)


async def _publish(database: Database, written: Draft, table: Table, kind: str, encrypted: bool, now: datetime) -> None:
    """Note the export and put the file in its place: both, or neither."""
    detail = {"kind": kind, "rows": table.count, "sha256": written.sha256, "encrypted": encrypted}
    try:
        async with database.writing() as session:
            await audit.note(session, actor=office(), action=f"export.{kind}", detail=detail, now=now)
            written.publish()
    except BaseException:
        written.discard()
        raise


def _password(file: Path | None) -> str:
    """Give the password: from a file, the environment, or whoever sits at the terminal; never from an argument."""
    if file is not None:
        try:
            given = file.read_text(encoding="utf-8").partition("\n")[0].strip()
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(commands.cannot_read(str(file))) from error
    elif PASSWORD in os.environ:
        given = os.environ[PASSWORD]
    elif sys.stdin.isatty():
        given = _asked()
    else:
        raise CommandError(exports.NO_PASSWORD)
    if not (given.isascii() and given.isprintable()):
        raise CommandError(exports.PASSWORD_NOT_ASCII)
    if len(given) < SHORTEST_PASSWORD:
        raise CommandError(exports.PASSWORD_TOO_SHORT)
    return given


def _asked() -> str:
    given = getpass.getpass(exports.PASSWORD_PROMPT)
    if not given:
        made = "".join(secrets.choice(_LETTERS) for _ in range(_MADE_LENGTH))
        given = "-".join(made[start : start + _MADE_GROUP] for start in range(0, _MADE_LENGTH, _MADE_GROUP))
        print(exports.password_made(given))
        return given
    if getpass.getpass(exports.PASSWORD_AGAIN) != given:
        raise CommandError(exports.PASSWORDS_DIFFER)
    return given
