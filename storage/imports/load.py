"""导入: brings the store up to date with one file. Never commits: it lands with the caller's transaction."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from storage.areas import OfficialCounty
from storage.ids import BatchId
from storage.import_batches import ImportBatch
from storage.imports.applications import read_applications, store_applications
from storage.imports.areas import read_areas, store_areas
from storage.imports.assignments import read_assignments, store_assignments
from storage.imports.bulk import Tally
from storage.imports.cadres import read_cadres, store_cadres
from storage.imports.changes import keep, one_import_at_a_time
from storage.imports.differences import differences
from storage.imports.disbursements import read_disbursements, store_disbursements
from storage.imports.households import read_households
from storage.imports.layouts import Kind
from storage.imports.register import store_households
from storage.imports.report import Outcome, Problem, Progress, Read
from storage.imports.workbook import Book, open_book

# The day in the county's own calendar decides what is in the future and from when a pairing runs.
_COUNTY_TIME = ZoneInfo("Asia/Shanghai")

Store = Callable[[AsyncSession], Awaitable[Tally]]


async def import_file(
    session: AsyncSession,
    kind: Kind,
    path: Path,
    *,
    now: datetime,
    county: OfficialCounty | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Outcome:
    """Read a file and bring the store up to date with it; the same file again changes nothing.

    Areas of that `county` get its official code; those of any other have codes of our own.
    With `dry_run` everything is tried and then taken back, so the figures are those of the real import, and what
    it would change is told cell by cell. A real import keeps what its rows held before, for `undo`.

    Raises:
        BadFile: the file as a whole cannot be taken; nothing was changed.
    """
    book = await asyncio.to_thread(open_book, path, kind)
    read, store = await asyncio.to_thread(_read, kind, book, now, county, progress)
    await one_import_at_a_time(session)
    savepoint = await session.begin_nested()
    tally = await store(session)
    outcome = Outcome(
        batch=None,
        read=read.read,
        created=tally.created,
        updated=tally.updated,
        unchanged=tally.unchanged,
        warnings=_in_order(*read.warnings, *tally.warnings),
        rejected=_in_order(*read.problems, *tally.rejected),
        book=book,
    )
    if dry_run:
        shown = await differences(session, book, tally.changes)
        await savepoint.rollback()
        return replace(outcome, differences=shown)
    await savepoint.commit()
    batch = await _record(session, kind, path, outcome, now)
    await keep(session, batch, tally.changes)
    return replace(outcome, batch=batch)


def _read(
    kind: Kind, book: Book, now: datetime, county: OfficialCounty | None, progress: Progress | None
) -> tuple[Read[Any], Store]:
    """Read the book, and say how its rows get into the store."""
    on = now.astimezone(_COUNTY_TIME).date()
    match kind:
        case Kind.HOUSEHOLDS:
            households = read_households(book, on=on, progress=progress)
            return households, lambda session: store_households(
                session, households.rows, now=now.astimezone(UTC), on=on, county=county
            )
        case Kind.CADRES:
            cadres = read_cadres(book, progress=progress)
            return cadres, lambda session: store_cadres(session, cadres.rows)
        case Kind.ASSIGNMENTS:
            assignments = read_assignments(book, progress=progress)
            return assignments, lambda session: store_assignments(session, assignments.rows, on=on)
        case Kind.APPLICATIONS:
            applications = read_applications(book, on=on, progress=progress)
            return applications, lambda session: store_applications(session, applications.rows)
        case Kind.DISBURSEMENTS:
            payments = read_disbursements(book, on=on, progress=progress)
            return payments, lambda session: store_disbursements(session, payments.rows)
        case Kind.AREAS:
            areas = read_areas(book, progress=progress)
            return areas, lambda session: store_areas(session, areas.rows, county=county)


def _in_order(*problems: Problem) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: (problem.sheet, problem.row)))


async def _record(session: AsyncSession, kind: Kind, path: Path, outcome: Outcome, now: datetime) -> BatchId:
    content = await asyncio.to_thread(path.read_bytes)
    batch = ImportBatch(
        kind=kind,
        file_name=path.name[:200],
        file_hash=hashlib.sha256(content).hexdigest(),
        imported_at=now,
        read=outcome.read,
        created=outcome.created,
        updated=outcome.updated,
        unchanged=outcome.unchanged,
        problems=[
            *(problem.as_json() | {"rejected": True} for problem in outcome.rejected),
            *(problem.as_json() | {"rejected": False} for problem in outcome.warnings),
        ],
    )
    session.add(batch)
    await session.flush()
    return batch.id
