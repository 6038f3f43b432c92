"""户情和收入的登记: keeps what a household was and had, beside what it is and has."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from storage.ids import Fen, HouseholdId
from storage.imports.bulk import Edit, Held, Tally, Values, held_where, insert_all, rows_where, update_all
from storage.imports.shapes import INCOMES, STATUSES
from storage.incomes import IncomeKind
from storage.statuses import lifted_before, status_of

_HOUSEHOLD, _YEAR, _KIND = (INCOMES.places[name] for name in ("household_id", "year", "kind"))

STATUS_COLUMNS = ("category", "lifted_in", "dibao_class", "risk_cleared")
"""What of a household makes a new stretch of its history when it changes."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a household is from now on: the values of `STATUS_COLUMNS`."""

    household: HouseholdId
    category: str
    lifted_in: int | None
    dibao_class: str | None
    risk_cleared: bool | None

    @property
    def values(self) -> tuple[Any, ...]:
        """In the order of `STATUS_COLUMNS`."""
        return self.category, self.lifted_in, self.dibao_class, self.risk_cleared


async def begin(session: AsyncSession, standings: Sequence[Standing], tally: Tally, *, on: date, now: datetime) -> None:
    """Begin the history of new households."""
    rows = [_stretch(one, one.lifted_in is not None, on, now) for one in standings]
    await insert_all(session, STATUSES, rows, tally)


async def go_on(session: AsyncSession, standings: Sequence[Standing], tally: Tally, *, on: date, now: datetime) -> None:
    """End the stretch of each household that is something else now, and begin the next on the same day.

    What a file tells later than somebody else told it begins no earlier than the stretch it ends.
    """
    ids = [one.household for one in standings]
    table = STATUSES.table
    found = await rows_where(session, STATUSES, table.c.household_id, ids, table.c.until.is_(None))
    still_open = {row["household_id"]: row for row in found}
    once_lifted = await lifted_before(session, ids)
    ended: list[Edit] = []
    begun: list[Values] = []
    for one in standings:
        before = still_open.get(one.household)
        if before is not None and tuple(before[name] for name in STATUS_COLUMNS) == one.values:
            continue
        since = on if before is None else max(on, before["since"])
        if before is not None:
            ended.append(Edit(before["id"], {"until": None}, {"until": since}))
        begun.append(_stretch(one, one.household in once_lifted, since, now))
    await update_all(session, STATUSES, ended, tally)
    await insert_all(session, STATUSES, begun, tally)


def _stretch(one: Standing, once_lifted: bool, since: date, now: datetime) -> Values:
    columns = dict(zip(STATUS_COLUMNS, one.values, strict=True))
    status = status_of(one.category, lifted_before=once_lifted)
    return columns | {"household_id": one.household, "status": status, "since": since, "until": None, "noted_at": now}


@dataclass(frozen=True, slots=True)
class Told:
    """What a file says a household had; `year` is None where it does not say of which year."""

    household: HouseholdId
    year: int | None
    amounts: Sequence[tuple[IncomeKind, Fen]]


@dataclass(frozen=True)
class HeldIncomes:
    """What the store says some households had."""

    rows: Mapping[HouseholdId, Sequence[Held]]

    def newest(self, household: HouseholdId, kind: IncomeKind) -> Held | None:
        """Give the row of the newest year of which this kind is known."""
        own = (row for row in self.rows.get(household, ()) if row[_KIND] == kind)
        return max(own, key=lambda row: row[_YEAR], default=None)

    def of(self, household: HouseholdId, kind: IncomeKind, year: int) -> Held | None:
        """Give the row of one kind and year."""
        own = self.rows.get(household, ())
        return next((row for row in own if row[_KIND] == kind and row[_YEAR] == year), None)

    def is_outdated(self, household: HouseholdId, year: int | None) -> bool:
        """Whether the store knows of a newer year than a file that tells of this one."""
        newest = self.newest(household, IncomeKind.PER_CAPITA)
        return year is not None and newest is not None and newest[_YEAR] > year


async def held_incomes(session: AsyncSession, households: Collection[HouseholdId]) -> HeldIncomes:
    """Look up what households had."""
    rows: dict[HouseholdId, list[Held]] = defaultdict(list)
    for row in await held_where(session, INCOMES, INCOMES.table.c.household_id, households):
        rows[row[_HOUSEHOLD]].append(row)
    return HeldIncomes(rows)


async def bring_incomes(
    session: AsyncSession, told: Sequence[Told], held: HeldIncomes, tally: Tally, *, on: date, now: datetime
) -> set[HouseholdId]:
    """Correct the amounts of the year a file tells of, or add them; gives whose changed.

    A file that does not tell the year is believed to tell of this one, unless it only repeats what is known: read
    again in January, last year's file tells nothing new.
    """
    new: list[Values] = []
    changed: dict[HouseholdId, list[Edit]] = defaultdict(list)
    touched: set[HouseholdId] = set()
    for one in told:
        for kind, amount in one.amounts:
            known = held.newest(one.household, kind)
            if one.year is not None or (known is not None and known.amount_fen != amount):
                known = held.of(one.household, kind, on.year if one.year is None else one.year)
            if known is None:
                year = on.year if one.year is None else one.year
                new.append(
                    {
                        "household_id": one.household,
                        "year": year,
                        "kind": kind,
                        "amount_fen": amount,
                        "noted_at": now,
                    }
                )
            elif known.amount_fen != amount:
                before = {"amount_fen": known.amount_fen, "noted_at": known.noted_at}
                changed[one.household].append(Edit(known.id, before, {"amount_fen": amount, "noted_at": now}))
            else:
                continue
            touched.add(one.household)
    await update_all(session, INCOMES, [edit for edits in changed.values() for edit in edits], tally)
    await insert_all(session, INCOMES, new, tally)
    return touched
