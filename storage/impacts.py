"""政策变动: which households hear another answer once a rule has changed, what it was and what it is."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from policies.catalogue import Amount, Benefit, County
from policies.evaluator import Decision, InForce, Verdict, decide
from policies.facts import HouseholdFacts
from storage.facts import facts_of
from storage.households import Household
from storage.ids import HouseholdId

_AT_ONCE = 500

_Answer = tuple[Verdict, InForce, Amount | None]


@dataclass(frozen=True, slots=True)
class Impact:
    """One household and benefit whose answer changes."""

    household_id: HouseholdId
    number: str
    before: Decision
    after: Decision


async def impacts(session: AsyncSession, county: County, *, before: date, after: date) -> AsyncIterator[Impact]:
    """Give, by household number, the answers that are others on the later day than on the earlier one.

    The household is taken as it is on the later day for both, so that a birthday in between is not taken for the work
    of a rule. Who is refused on both days hears the same.
    """
    changed = [benefit for benefit in county.benefits.values() if _changes(benefit, county, before, after)]
    open_ones = select(Household.id, Household.number).where(Household.closed_on.is_(None)).order_by(Household.number)
    households = (await session.execute(open_ones)).all() if changed else []
    for start in range(0, len(households), _AT_ONCE):
        some = households[start : start + _AT_ONCE]
        known = await facts_of(session, [household_id for household_id, _ in some], after)
        for household_id, number in some:
            for benefit in changed:
                was, is_ = (decide(benefit, known[household_id], on, county) for on in (before, after))
                if _answer(was) != _answer(is_) and {was.verdict, is_.verdict} != {Verdict.NO}:
                    yield Impact(household_id, number, was, is_)


def _changes(benefit: Benefit, county: County, before: date, after: date) -> bool:
    """Whether the days differ in anything that does not depend on who asks."""
    was, is_ = (decide(benefit, HouseholdFacts(), on, county) for on in (before, after))
    return _answer(was) != _answer(is_)


def _answer(decision: Decision) -> _Answer:
    return decision.verdict, decision.in_force, decision.amount
