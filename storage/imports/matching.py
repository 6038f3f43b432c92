"""对户: finds the household a row is about, and the person of it; refuses rows whose head is somebody else's."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import chunks
from storage.households import Household
from storage.ids import HouseholdId, MemberId
from storage.imports.bulk import Tally
from storage.imports.drivers import among
from storage.imports.report import Place
from storage.imports.shapes import MEMBERS


class AboutHousehold(Protocol):
    """A row of a file that is about one household."""

    @property
    def place(self) -> Place:
        """Where the row stands."""

    @property
    def household(self) -> str:
        """The household's number."""

    @property
    def head_name(self) -> str | None:
        """The head's name, if the row gives it."""


class AboutPerson(AboutHousehold, Protocol):
    """A row of a file that may be about one person of a household."""

    @property
    def person(self) -> str | None:
        """The person's number, if the row gives it."""

    @property
    def person_name(self) -> str | None:
        """The person's name, if the row gives it."""

    @property
    def unstated(self) -> frozenset[str]:
        """The headings under which the row says nothing."""


_OF_HOUSEHOLD = MEMBERS.table.c.household_id

R = TypeVar("R", bound=AboutHousehold)
P = TypeVar("P", bound=AboutPerson)


@dataclass(frozen=True)
class Matched(Generic[R]):
    """A row and the household it is about; `head_known`: the store has a name for its head."""

    row: R
    household_id: HouseholdId
    head_known: bool


async def match(session: AsyncSession, rows: Sequence[R], tally: Tally) -> list[Matched[R]]:
    """Give each row with its household; rows about nobody, or about somebody else, are rejected."""
    numbers = list({row.household for row in rows})
    known: dict[str, tuple[HouseholdId, str | None]] = {}
    for start in range(0, len(numbers), 5_000):
        columns = select(Household.number, Household.id, Household.head_name)
        found = await session.execute(columns.where(Household.number.in_(numbers[start : start + 5_000])))
        known |= {number: (household_id, head_name) for number, household_id, head_name in found}
    matched = []
    for row in rows:
        if row.household not in known:
            tally.rejected.append(row.place.problem("户编号", "household_unknown"))
            continue
        household_id, head_name = known[row.household]
        if row.head_name is not None and head_name is not None and row.head_name != head_name:
            tally.rejected.append(row.place.problem("户主姓名", "name_mismatch"))
            continue
        matched.append(Matched(row, household_id, head_name is not None))
    return matched


async def persons(session: AsyncSession, matched: Sequence[Matched[P]], tally: Tally) -> dict[int, MemberId | None]:
    """Give for each row that says it, by its place among them, whom of its household it is for; None: for all of it.

    Somebody who is not of the household, or a name that two of it bear, is warned of: such a row counts for the whole
    household, or for whoever it was for before.
    """
    told = [one for one in matched if one.row.person is not None or one.row.person_name is not None]
    by_number: dict[tuple[HouseholdId, str], MemberId] = {}
    by_name: dict[tuple[HouseholdId, str], list[MemberId]] = {}
    for some in chunks(list({one.household_id for one in told})):
        members = MEMBERS.table.c
        columns = select(members.household_id, members.id, members.number, members.name)
        for household, member, number, name in await session.execute(
            columns.where(among(session, _OF_HOUSEHOLD, some))
        ):
            by_number[household, number] = member
            by_name.setdefault((household, name), []).append(member)
    found: dict[int, MemberId | None] = {}
    for place, one in enumerate(matched):
        row = one.row
        if {"人编号", "享受人"} <= row.unstated:
            continue
        if row.person is None and row.person_name is None:
            found[place] = None
            continue
        fitting = [by_number[key]] if (key := (one.household_id, row.person or "")) in by_number else []
        fitting = fitting or by_name.get((one.household_id, row.person_name or ""), [])
        if len(fitting) == 1:
            found[place] = fitting[0]
        else:
            heading = "人编号" if row.person_name is None else "享受人"
            tally.warnings.append(row.place.problem(heading, "person_alike" if fitting else "person_unknown"))
    return found
