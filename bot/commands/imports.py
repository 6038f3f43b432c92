"""`bangfu import`: load the county's own files, and take a load back."""

import argparse
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.commands import CommandError
from bot.commands.store import on_store, print_json
from bot.messages import commands as say
from bot.messages import imports as of_imports
from bot.settings import Settings
from policies.catalogue import load_county
from storage.areas import official_county
from storage.database import Database
from storage.ids import BatchId
from storage.imports.layouts import Kind
from storage.imports.load import import_file
from storage.imports.rejected import write_rejected
from storage.imports.report import Difference, Outcome
from storage.imports.undo import CannotUndo, Undone, undo
from storage.imports.workbook import BadFile

_DIFFERENCES_SHOWN = 200
_HIGHEST_ID = 2**31 - 1


def add(commands: Any) -> None:
    """Add `import`: one command a kind of file, and `undo`."""
    subjects = commands.add_parser("import", help=say.IMPORT, description=say.IMPORT).add_subparsers(
        dest="kind", metavar=say.COMMANDS, required=True
    )
    for kind in Kind:
        name = of_imports.KIND_NAMES[kind]
        parser = subjects.add_parser(str(kind), help=name, description=of_imports.import_of(name))
        parser.add_argument("file", type=Path, metavar="FILE", help=say.FILE)
        parser.add_argument("--dry-run", action="store_true", help=say.DRY_RUN)
        parser.add_argument("--errors", type=Path, metavar="OUT.xlsx", help=say.ERRORS)
        parser.add_argument("--json", action="store_true", help=say.JSON)
        parser.set_defaults(run=_import)
    parser = subjects.add_parser("undo", help=of_imports.UNDO, description=of_imports.UNDO)
    parser.add_argument("batch", type=_batch, metavar="BATCH", help=of_imports.BATCH)
    parser.add_argument("--json", action="store_true", help=say.JSON)
    parser.set_defaults(run=_undo)


def _batch(text: str) -> BatchId:
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(of_imports.NOT_A_BATCH)
    # What no batch can be called, neither database can be asked for.
    return BatchId(min(int(text[:12]), _HIGHEST_ID))


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
                county=official_county(load_county(settings.county)),
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
    _show_differences(outcome.differences or ())
    for problem in outcome.rejected:
        print(problem, file=sys.stderr)
    for warning in outcome.warnings:
        print(warning, file=sys.stderr)
    print(
        say.imported(
            outcome.batch, outcome.read, outcome.created, outcome.updated, outcome.unchanged, len(outcome.rejected)
        )
    )


def _show_differences(differences: Sequence[Difference]) -> None:
    for difference in differences[:_DIFFERENCES_SHOWN]:
        print(difference)
    if len(differences) > _DIFFERENCES_SHOWN:
        print(of_imports.more_differences(len(differences) - _DIFFERENCES_SHOWN))


def _undo(options: argparse.Namespace) -> None:
    async def take_back(settings: Settings, database: Database) -> Undone:
        async with database.writing() as session:
            return await undo(session, options.batch, now=datetime.now(settings.zone))

    try:
        undone = on_store(take_back)
    except CannotUndo as error:
        raise CommandError(str(error)) from error
    if options.json:
        print_json({"batch": undone.batch, "deleted": undone.deleted, "restored": undone.restored})
        return
    print(of_imports.undone(undone.batch, undone.deleted, undone.restored))


def _keep_rejected(path: Path, outcome: Outcome) -> None:
    try:
        write_rejected(path, outcome)
    except (OSError, ValueError) as error:
        raise CommandError(say.imported_without_errors_file(str(path))) from error
