"""导入: brings the store up to date with one file. Never commits: it lands with the caller's transaction."""

import asyncio
import gc
import hashlib
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from storage.areas import OfficialCounty
from storage.ids import BatchId
from storage.import_batches import ImportBatch, What
from storage.imports.applications import read_applications, store_applications
from storage.imports.areas import read_areas, store_areas
from storage.imports.assignments import read_assignments, store_assignments
from storage.imports.bulk import Tally
from storage.imports.cadres import read_cadres, store_cadres
from storage.imports.changes import keep, one_import_at_a_time
from storage.imports.differences import differences
from storage.imports.disbursements import read_disbursements, store_disbursements
from storage.imports.drivers import gather_statistics
from storage.imports.households import read_households
from storage.imports.layouts import Kind
from storage.imports.register import store_households
from storage.imports.report import Outcome, Problem, Progress, Read, Sums
from storage.imports.workbook import Book, open_book
from storage.sealing import keyring_of

# The day in the county's own calendar decides what is in the future and from when a pairing runs.
_COUNTY_TIME = ZoneInfo("Asia/Shanghai")

# From so many rows on it is worth a moment to tell PostgreSQL how large a table has become.
_MANY_ROWS = 5_000

Store = Callable[[AsyncSession, BatchId | None], Awaitable[Tally]]
"""Brings what was read into the store, in the name of a batch; a dry run has none."""


async def import_file(
    session: AsyncSession,
    kind: Kind,
    path: Path,
    *,
    now: datetime,
    county: OfficialCounty | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
    storing: Progress | None = None,
) -> Outcome:
    """Read a file and bring the store up to date with it; the same file again changes nothing.

    Areas of that `county` get its official code; those of any other have codes of our own.
    With `dry_run` everything is tried and then taken back, so the figures are those of the real import, and what
    it would change is told cell by cell. A real import keeps what its rows held before, for `undo`.
    `progress` is told of rows read, `storing` of households stored.

    Raises:
        BadFile: the file as a whole cannot be taken; nothing was changed.
    """
    book = await asyncio.to_thread(open_book, path, kind)
    read, store = await asyncio.to_thread(_read, kind, book, now, county, progress, storing)
    await one_import_at_a_time(session)
    savepoint = await session.begin_nested()
    batch = None if dry_run else await _begin(session, kind, path, now)
    with _collector_at_rest():
        tally = await store(session, None if batch is None else batch.id)
    outcome = Outcome(
        batch=None if batch is None else batch.id,
        read=read.read,
        created=tally.created,
        updated=tally.updated,
        unchanged=tally.unchanged,
        warnings=_in_order(*read.warnings, *tally.warnings),
        rejected=_in_order(*read.problems, *tally.rejected),
        book=book,
        missing=tally.missing,
        sums=_sums(tally) if kind == Kind.HOUSEHOLDS else None,
    )
    if batch is None:
        shown = await differences(session, book, tally.changes)
        await savepoint.rollback()
        return replace(outcome, differences=shown)
    await savepoint.commit()
    batch.fingerprints_sealed = tally.fingerprints.sealed(keyring_of(session))
    await _complete(session, batch, outcome)
    await keep(session, batch.id, tally.changes)
    await gather_statistics(session, _much_changed(tally))
    return outcome


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Keep the collector of unused objects off all there is now: it would look through a whole file again and again."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _read(
    kind: Kind,
    book: Book,
    now: datetime,
    county: OfficialCounty | None,
    progress: Progress | None,
    storing: Progress | None,
) -> tuple[Read[Any], Store]:
    """Read the book, and say how its rows get into the store."""
    on = now.astimezone(_COUNTY_TIME).date()
    match kind:
        case Kind.HOUSEHOLDS:
            households = read_households(book, on=on, progress=progress)
            # Used up while they are stored: this must be the only hold on them.
            rows = deque(households.rows)
            households = replace(households, rows=())
            return households, lambda session, batch: store_households(
                session,
                rows,
                now=now.astimezone(UTC),
                on=on,
                noted_by=f"import:{batch}",
                county=county,
                doubtful=households.doubtful,
                progress=storing,
            )
        case Kind.CADRES:
            cadres = read_cadres(book, progress=progress)
            return cadres, lambda session, _: store_cadres(session, cadres.rows)
        case Kind.ASSIGNMENTS:
            assignments = read_assignments(book, progress=progress)
            return assignments, lambda session, _: store_assignments(session, assignments.rows, on=on)
        case Kind.APPLICATIONS:
            applications = read_applications(book, on=on, progress=progress)
            return applications, lambda session, _: store_applications(session, applications.rows)
        case Kind.DISBURSEMENTS:
            payments = read_disbursements(book, on=on, progress=progress)
            return payments, lambda session, _: store_disbursements(session, payments.rows)
        case Kind.AREAS:
            areas = read_areas(book, progress=progress)
            return areas, lambda session, _: store_areas(session, areas.rows, county=county)


def _in_order(*problems: Problem) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: (problem.sheet, problem.row)))


def _sums(tally: Tally) -> Sums:
    counted: Counter[tuple[str, What]] = Counter()
    for change in tally.changes:
        counted[change.table, change.what] += change.count
    return Sums(
        households_new=counted["household", What.CREATED],
        households_changed=counted["household", What.UPDATED],
        members_new=counted["member", What.CREATED],
        members_changed=counted["member", What.UPDATED],
        handed_over=counted["assignment", What.UPDATED],
        recategorised=tuple((old, new, count) for (old, new), count in sorted(tally.recategorised.items())),
    )


def _much_changed(tally: Tally) -> list[str]:
    counted: Counter[str] = Counter()
    for change in tally.changes:
        counted[change.table] += change.count
    return [table for table, count in counted.items() if count >= _MANY_ROWS]


async def _begin(session: AsyncSession, kind: Kind, path: Path, now: datetime) -> ImportBatch:
    """Give the batch a number, by which its rows may be known; what came of it is written when it is done."""
    content = await asyncio.to_thread(path.read_bytes)
    batch = ImportBatch(
        kind=kind,
        file_name=path.name[:200],
        file_hash=hashlib.sha256(content).hexdigest(),
        imported_at=now,
        read=0,
        created=0,
        updated=0,
        unchanged=0,
        problems=[],
    )
    session.add(batch)
    await session.flush()
    return batch


async def _complete(session: AsyncSession, batch: ImportBatch, outcome: Outcome) -> None:
    batch.read = outcome.read
    batch.created, batch.updated, batch.unchanged = outcome.created, outcome.updated, outcome.unchanged
    batch.problems = [
        *(problem.as_json() | {"rejected": True} for problem in outcome.rejected),
        *(problem.as_json() | {"rejected": False} for problem in outcome.warnings),
    ]
    await session.flush()
