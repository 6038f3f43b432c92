"""户情: where a household stands, why, and what it lives on, as it and its cadre are told."""

import re
from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from bot.messages import households as say
from storage import incomes, statuses
from storage.households import CATEGORY_NAMES, Household, HouseholdCategory
from storage.incomes import INCOME_NAMES, IncomeKind
from storage.statuses import MONITORED, Status

_BETWEEN_CAUSES = re.compile(r"[、，,;；\s]+")


async def standing_of(session: AsyncSession, household: Household) -> say.Standing:
    """Say where a household stands. Of the first stretch on file nobody knows when it began."""
    past = await statuses.history(session, household.id)
    now = past[-1] if past and past[-1].until is None else None
    status = None if now is None else Status(now.status)
    return say.Standing(
        category=CATEGORY_NAMES[HouseholdCategory(household.category)],
        relapsed=status is Status.RELAPSED,
        monitored=status in MONITORED,
        since=now.since if now is not None and len(past) > 1 else None,
        lifted_in=household.lifted_in,
        dibao_class=household.dibao_class,
        risk_cleared=household.risk_cleared,
    )


def causes_of(household: Household) -> Sequence[str]:
    """Every cause on file, the main one first."""
    said = (cause for told in (household.cause, household.other_causes) for cause in _BETWEEN_CAUSES.split(told or ""))
    return list(dict.fromkeys(cause for cause in said if cause))


async def incomes_of(session: AsyncSession, household: Household) -> say.Incomes | None:
    """Give the incomes of the newest year that was told by kind; the sum a head is told by itself."""
    for year in await incomes.of_household(session, household.id):
        kinds = [(INCOME_NAMES[kind], fen) for kind, fen in year.amounts.items() if kind is not IncomeKind.PER_CAPITA]
        if kinds:
            return say.Incomes(year.year, [(name, Decimal(fen) / 100) for name, fen in kinds])
    return None
