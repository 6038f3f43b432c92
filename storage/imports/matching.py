"""对户: finds the household a row is about, and refuses rows whose head is somebody else's."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.households import Household
from storage.ids import HouseholdId
from storage.imports.bulk import Tally
from storage.imports.report import Place


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


R = TypeVar("R", bound=AboutHousehold)


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
