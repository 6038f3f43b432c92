"""政策变动的告知: one gentle message a household when a rule changes, promised by the office (`policies impact`).

Told are the households that had a benefit to themselves before or have it now; who is merely unclear hears nothing,
and neither does whoever turned reminders off. The words are made just before they go out: what no longer holds by
then, or was changed once more, is left unsaid.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy.ext.asyncio import AsyncSession

from bot.core.clock import local_date
from bot.messages import impacts as say
from policies.amounts import in_words, of_the_county
from policies.catalogue import County, Payee, Strength
from policies.evaluator import Decision, InForce, Verdict, decide, document_years
from reminders.due import tellable
from storage import notices, reminders
from storage.facts import facts_of
from storage.ids import HouseholdId
from storage.impacts import Impact, Rules, answer
from storage.outbox import Claim, Kind, Promise, ToHousehold
from storage.reminders import About, Due


@dataclass(frozen=True, slots=True)
class Notice:
    """What one household is to be told of, and the names by which each change is told once."""

    household_id: HouseholdId
    keys: tuple[str, ...]
    benefits: tuple[str, ...]

    def without(self, told: Collection[str]) -> "Notice | None":
        """The same without the changes that were told before; None where nothing is left."""
        left = [pair for pair in zip(self.keys, self.benefits, strict=True) if pair[0] not in told]
        keys, benefits = zip(*left, strict=True) if left else ((), ())
        return Notice(self.household_id, keys, benefits) if left else None


def notice_of(household_id: HouseholdId, changes: Sequence[Impact]) -> Notice | None:
    """What of these changes this household is to be told; None where nothing of it is its own.

    What the catalogue no longer has is for the office to explain, and is not told.
    """
    own = [one for one in changes if _is_own(one)]
    if not own:
        return None
    return Notice(household_id, tuple(map(_key, own)), tuple(one.benefit.id for one in own))


def due(notice: Notice, at: datetime) -> Due:
    """The message, at the first decent hour from then on."""
    mark = sha256("|".join(notice.keys).encode()).hexdigest()[:16]
    promise = Promise(
        to=ToHousehold(notice.household_id),
        kind=Kind.POLICY_CHANGE,
        key=f"{Kind.POLICY_CHANGE}:{notice.household_id}:{mark}",
        due_at=tellable(at),
    )
    about = (
        About(key=key, household_id=notice.household_id, cadre_id=None, subject=benefit, deadline=None)
        for key, benefit in zip(notice.keys, notice.benefits, strict=True)
    )
    return Due(promise, tuple(about))


async def preview(session: AsyncSession, notice: Notice, rules: Rules) -> str:
    """The message as it would go out on that day."""
    [facts] = (await facts_of(session, [notice.household_id], rules.on)).values()
    benefits = [rules.county.benefits[benefit] for benefit in notice.benefits]
    return words([decide(benefit, facts, rules.on, rules.county) for benefit in benefits], rules)


async def render(session: AsyncSession, claimed: Claim, now: datetime, county: County) -> str | None:
    """Say what has changed and still stands; None where nothing does, or they want no reminders any more."""
    rows = await reminders.of_promise(session, claimed.id)
    households = {row.household_id for row in rows}
    if await notices.turned_off(session, households):
        return None
    today = local_date(now)
    facts = await facts_of(session, households, today)
    standing = []
    for row in rows:
        benefit, known = county.benefits.get(row.subject or ""), facts.get(row.household_id)
        if benefit is None or known is None:
            continue
        decision = decide(benefit, known, today, county)
        if row.key.endswith(f":{answer(decision).mark}"):
            standing.append(decision)
    return words(standing, Rules(county, today)) if standing else None


def words(decisions: Sequence[Decision], rules: Rules) -> str:
    """The message: rights before news, each said no firmer than the document and the county say it."""
    rights_first = sorted(decisions, key=lambda one: (not _is_right(one), one.verdict is Verdict.NO, one.benefit.id))
    return say.notice([_line(decision, rules) for decision in rights_first])


def _is_own(impact: Impact) -> bool:
    had = impact.before is not None and impact.before.verdict is Verdict.YES
    has = impact.after is not None and impact.after.verdict is Verdict.YES
    own = impact.benefit.payee in (Payee.HOUSEHOLD, Payee.PERSON)
    return own and impact.after is not None and (had or has)


def _key(impact: Impact) -> str:
    before = "-" if impact.before is None else impact.before.mark
    after = "-" if impact.after is None else impact.after.mark
    return f"{Kind.POLICY_CHANGE}:{impact.household_id}:{impact.benefit.id}:{before}:{after}"


def _is_right(decision: Decision) -> bool:
    return (
        decision.verdict is Verdict.YES
        and decision.in_force is InForce.CONFIRMED
        and decision.benefit.strength is Strength.DEFINITE
        and (decision.amount is None or not of_the_county(decision.benefit, decision.amount))
    )


def _line(decision: Decision, rules: Rules) -> str:
    benefit, held = decision.benefit, decision.confirmation
    name = say.name(benefit.name, demonstration=held is not None and held.demonstration)
    years = say.years(*document_years(benefit, rules.county))
    if decision.in_force is InForce.ENDED:
        by_county = rules.county.confirmation(benefit.id, rules.on) is not None
        return say.ended_by_county(name) if by_county else say.ended(name, years)
    if decision.verdict is Verdict.NO:
        return say.refused(name, decision.change or "")
    if decision.verdict is Verdict.UNKNOWN:
        return say.unclear(name)
    if decision.in_force is InForce.UNSTATED:
        return say.unstated(name, years)
    if not _is_right(decision):
        return say.direction(name)
    return say.right(name, None if decision.amount is None else in_words(decision.amount))
