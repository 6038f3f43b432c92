"""`bangfu import`: load the county's own files."""

import argparse
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.commands import CommandError
from bot.commands.store import on_store, print_json
from bot.messages import commands as say
from bot.settings import Settings
from storage.database import Database
from storage.imports.layouts import Kind
from storage.imports.load import import_file
from storage.imports.rejected import write_rejected
from storage.imports.report import Outcome
from storage.imports.workbook import BadFile


def add(commands: Any) -> None:
    """Add `import`."""
    parser = commands.add_parser("import", help=say.IMPORT, description=say.IMPORT)
    parser.add_argument("kind", metavar="KIND", help=say.kinds(list(Kind)), choices=[str(kind) for kind in Kind])
    parser.add_argument("file", type=Path, metavar="FILE", help=say.FILE)
    parser.add_argument("--dry-run", action="store_true", help=say.DRY_RUN)
    parser.add_argument("--errors", type=Path, metavar="OUT.xlsx", help=say.ERRORS)
    parser.add_argument("--json", action="store_true", help=say.JSON)
    parser.set_defaults(run=_import)


def _show_progress(rows: int) -> None:
    print(f"\r{say.rows_read(rows)}", end="", file=sys.stderr, flush=True)


def _import(options: argparse.Namespace) -> None:
    if not options.file.is_file():
        raise CommandError(say.no_such_file(str(options.file)))
    if options.errors is not None and not options.errors.parent.is_dir():
        raise CommandError(say.cannot_write(str(options.errors)))

    async def load(settings: Settings, database: Database) -> Outcome:
        now = datetime.now(settings.zone)
        async with database.writing() as session:
            return await import_file(
                session,
                Kind(options.kind),
                options.file,
                now=now,
                dry_run=options.dry_run,
                progress=_show_progress if sys.stderr.isatty() else None,
            )

    try:
        outcome = on_store(load)
    except BadFile as error:
        raise CommandError(str(error)) from error
    if options.errors is not None:
        _keep_rejected(options.errors, outcome)
    if options.json:
        print_json(outcome.as_json())
        return
    for problem in outcome.rejected:
        print(problem, file=sys.stderr)
    for warning in outcome.warnings:
        print(warning, file=sys.stderr)
    print(
        say.imported(
            outcome.batch, outcome.read, outcome.created, outcome.updated, outcome.unchanged, len(outcome.rejected)
        )
    )


def _keep_rejected(path: Path, outcome: Outcome) -> None:
    try:
        write_rejected(path, outcome)
    except (OSError, ValueError) as error:
        raise CommandError(say.imported_without_errors_file(str(path))) from error
