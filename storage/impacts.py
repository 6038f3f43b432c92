"""政策变动: which households hear another answer once a rule has changed, what it was and what it is."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from policies.catalogue import Amount, Benefit, County
from policies.conditions import Condition
from policies.evaluator import Decision, InForce, Verdict, decide, standing
from policies.facts import HouseholdFacts
from storage.facts import facts_of
from storage.households import Household
from storage.ids import HouseholdId

_AT_ONCE = 500


class Rules(NamedTuple):
    """A county's pack as it reads on a day."""

    county: County
    on: date


class Answer(NamedTuple):
    """What a household hears of one benefit."""

    verdict: Verdict
    in_force: InForce
    amount: Amount | None

    @property
    def mark(self) -> str:
        """Short, and another one for every other answer; the same in every process."""
        return sha256(repr(tuple(self)).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Impact:
    """One household and benefit whose answer changes; None where the pack does not have the benefit."""

    household_id: HouseholdId
    number: str
    benefit: Benefit
    before: Answer | None
    after: Answer | None


@dataclass(frozen=True, slots=True)
class _Change:
    """One benefit whose rule changes. `same_conditions`: who is refused before is refused after, and the reverse."""

    before: Benefit | None
    after: Benefit | None
    same_conditions: bool


async def impacts(
    session: AsyncSession, *, before: Rules, after: Rules, progress: Callable[[int, int], None] | None = None
) -> AsyncIterator[Impact]:
    """Give, by household number, the answers that are others by the later rules than by the earlier ones.

    The household is taken as it is on the later day for both, so that a birthday in between is not taken for the work
    of a rule. Who is refused both times hears the same. `progress` is told how many households of how many are judged.
    """
    changes = _changes(before, after)
    open_ones = select(Household.id, Household.number).where(Household.closed_on.is_(None)).order_by(Household.number)
    households = (await session.execute(open_ones)).all() if changes else []
    for start in range(0, len(households), _AT_ONCE):
        some = households[start : start + _AT_ONCE]
        known = await facts_of(session, [household_id for household_id, _ in some], after.on)
        for household_id, number in some:
            for change in changes:
                impact = _impact(change, known[household_id], before, after, household_id, number)
                if impact is not None:
                    yield impact
        if progress is not None:
            progress(start + len(some), len(households))


def answer(decision: Decision) -> Answer:
    """Of a decision, what a household hears as its answer."""
    return Answer(decision.verdict, decision.in_force, decision.amount)


def _changes(before: Rules, after: Rules) -> list[_Change]:
    """What differs in anything that does not depend on who asks."""
    found = []
    for name in dict.fromkeys([*before.county.benefits, *after.county.benefits]):
        was, is_ = before.county.benefits.get(name), after.county.benefits.get(name)
        same_conditions = was is not None and is_ is not None and _asked(was, before) == _asked(is_, after)
        if was is None or is_ is None or not same_conditions or _held(was, before) != _held(is_, after):
            found.append(_Change(was, is_, same_conditions))
    return found


def _asked(benefit: Benefit, rules: Rules) -> tuple[Condition, ...]:
    return rules.county.as_read(benefit, rules.on).conditions


def _held(benefit: Benefit, rules: Rules) -> tuple[InForce, Amount | None]:
    held = standing(benefit, rules.county, rules.on)
    return held.in_force, held.amount


def _impact(
    change: _Change, facts: HouseholdFacts, before: Rules, after: Rules, household_id: HouseholdId, number: str
) -> Impact | None:
    is_ = None if change.after is None else answer(decide(change.after, facts, after.on, after.county))
    if change.before is None:
        was = None
    elif change.same_conditions and is_ is not None:
        was = Answer(is_.verdict, *_held(change.before, before))
    else:
        was = answer(decide(change.before, facts, before.on, before.county))
    heard = {one.verdict for one in (was, is_) if one is not None}
    benefit = change.after or change.before
    if was == is_ or heard == {Verdict.NO} or benefit is None:
        return None
    return Impact(household_id, number, benefit, was, is_)
