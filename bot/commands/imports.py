"""`bangfu import`: load the county's own files, and take a load back."""

import argparse
import asyncio
import hashlib
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.commands import CommandError
from bot.commands.store import office, on_store, policies_of, print_json
from bot.messages import commands as say
from bot.messages import imports as of_imports
from bot.settings import Settings
from storage import audit
from storage.areas import official_county
from storage.database import Database
from storage.exports.tables import Table, write_table
from storage.households import CATEGORY_NAMES, HouseholdCategory
from storage.ids import BatchId
from storage.imports.layouts import Kind
from storage.imports.lists import table_of_differences, table_of_missing
from storage.imports.load import import_file
from storage.imports.rejected import write_rejected
from storage.imports.report import Missing, Outcome, Progress, Sums
from storage.imports.undo import CannotUndo, Undone, undo
from storage.imports.workbook import BadFile

_LINES_SHOWN = 200
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
        if kind == Kind.HOUSEHOLDS:
            parser.add_argument("--missing", type=Path, metavar="OUT.xlsx", help=of_imports.MISSING_FILE)
        parser.add_argument("--differences", type=Path, metavar="OUT.xlsx", help=of_imports.DIFFERENCES_FILE)
        parser.add_argument("--json", action="store_true", help=say.JSON)
        parser.set_defaults(run=_import, missing=None)
    parser = subjects.add_parser("undo", help=of_imports.UNDO, description=of_imports.UNDO)
    parser.add_argument("batch", type=_batch, metavar="BATCH", help=of_imports.BATCH)
    parser.add_argument("--json", action="store_true", help=say.JSON)
    parser.set_defaults(run=_undo)


def _batch(text: str) -> BatchId:
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(of_imports.NOT_A_BATCH)
    # What no batch can be called, neither database can be asked for.
    return BatchId(min(int(text[:12]), _HIGHEST_ID))


def _progress(words: Callable[[int], str]) -> Progress | None:
    """Say on a terminal how far the work has come, each time over what was said before."""
    if not sys.stderr.isatty():
        return None
    return lambda count: print(f"\r{words(count)}", end="", file=sys.stderr, flush=True)


def _import(options: argparse.Namespace) -> None:
    if not options.file.is_file():
        raise CommandError(say.no_such_file(str(options.file)))
    for path in (options.errors, options.missing, options.differences):
        if path is not None and not path.parent.is_dir():
            raise CommandError(say.cannot_write(str(path)))
    if options.differences is not None and not options.dry_run:
        raise CommandError(of_imports.ONLY_WITH_DRY_RUN)

    async def load(settings: Settings, database: Database) -> Outcome:
        now = datetime.now(settings.zone)
        async with database.writing() as session:
            outcome = await import_file(
                session,
                Kind(options.kind),
                options.file,
                now=now,
                county=official_county(policies_of(settings)),
                dry_run=options.dry_run,
                progress=_progress(say.rows_read),
                storing=_progress(of_imports.households_stored),
            )
            await _note(session, options, outcome, now)
            return outcome

    try:
        outcome = on_store(load)
    except BadFile as error:
        raise CommandError(str(error)) from error
    if options.errors is not None:
        _keep_rejected(options.errors, outcome)
    if options.missing is not None and outcome.missing is not None:
        _keep_list(options.missing, table_of_missing(outcome.missing))
    if options.differences is not None:
        _keep_list(options.differences, table_of_differences(outcome.differences or ()))
    if options.json:
        print_json(outcome.as_json())
        return
    _show_some([str(difference) for difference in outcome.differences or ()])
    for problem in outcome.rejected:
        print(problem, file=sys.stderr)
    for warning in outcome.warnings:
        print(warning, file=sys.stderr)
    if options.dry_run and outcome.sums is not None:
        _show_sums(outcome.sums)
    if outcome.missing is not None:
        _show_missing(outcome.missing)
    print(
        say.imported(
            outcome.batch, outcome.read, outcome.created, outcome.updated, outcome.unchanged, len(outcome.rejected)
        )
    )


def _show_sums(sums: Sums) -> None:
    recategorised = [
        (CATEGORY_NAMES[HouseholdCategory(old)], CATEGORY_NAMES[HouseholdCategory(new)], count)
        for old, new, count in sums.recategorised
    ]
    households = (sums.households_new, sums.households_changed)
    for line in of_imports.sums(households, (sums.members_new, sums.members_changed), sums.handed_over, recategorised):
        print(line)


def _show_missing(missing: Missing) -> None:
    """Name whom the file lacks; nothing is deleted for it."""
    if missing.households:
        print(of_imports.missing_households(len(missing.households)))
        _show_some([of_imports.missing_one(one.number, one.head_name) for one in missing.households])
    if missing.members:
        print(of_imports.missing_members(len(missing.members)))
        _show_some([of_imports.missing_one(one.number, one.name) for one in missing.members])


def _show_some(lines: Sequence[str]) -> None:
    for line in lines[:_LINES_SHOWN]:
        print(line)
    if len(lines) > _LINES_SHOWN:
        print(of_imports.more_differences(len(lines) - _LINES_SHOWN))


async def _note(session: AsyncSession, options: argparse.Namespace, outcome: Outcome, now: datetime) -> None:
    """Note which file was read, by its SHA-256, and what became of it; a dry run has shown what the store holds."""
    with options.file.open("rb") as file:
        digest = await asyncio.to_thread(hashlib.file_digest, file, "sha256")
    await audit.note(
        session,
        actor=office(),
        action="import.tried" if options.dry_run else f"import.{options.kind}",
        detail={
            "batch": outcome.batch,
            "kind": options.kind,
            "read": outcome.read,
            "created": outcome.created,
            "updated": outcome.updated,
            "rejected": len(outcome.rejected),
            "sha256": digest.hexdigest(),
        },
        now=now,
    )


def _undo(options: argparse.Namespace) -> None:
    async def take_back(settings: Settings, database: Database) -> Undone:
        now = datetime.now(settings.zone)
        async with database.writing() as session:
            undone = await undo(session, options.batch, now=now, progress=_progress(of_imports.rows_put_back))
            detail = {"batch": undone.batch, "deleted": undone.deleted, "restored": undone.restored}
            await audit.note(session, actor=office(), action="import.undone", detail=detail, now=now)
            return undone

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
    except (BadFile, OSError, ValueError) as error:
        raise CommandError(say.imported_without_errors_file(str(path))) from error


def _keep_list(path: Path, table: Table) -> None:
    try:
        write_table(table, path)
    except OSError as error:
        raise CommandError(say.imported_without_list(str(path))) from error
