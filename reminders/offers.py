"""提示: benefits a household seems to be owed and never asked for, told to it gently and once for ever.

Only what the county has confirmed, the document promises outright and the register alone decides. Each household has
its day of the month, by its id, so that neither the clock nor the cadres' telephones have all of them at once; what an
outage made it miss is told a month later.
"""

import asyncio
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from bot.core.clock import local_date
from bot.messages import cadres as say_cadres
from bot.messages import offers as say
from policies.catalogue import Benefit, Confirmation, County, Payee, Strength
from policies.evaluator import Decision, Verdict, decide
from policies.facts import HouseholdFacts
from reminders.due import Found, tellable
from storage import notices, offers, outbox, reminders
from storage.assignments import helper_of
from storage.database import chunks
from storage.facts import facts_of
from storage.ids import HouseholdId
from storage.outbox import Claim, Kind, Promise, ToHousehold
from storage.reminders import About, Due

AT_MOST = 3
"""So many benefits in one message; the others have their turn a month later."""

DAYS = 28
"""Every month has this day."""

_AT_ONCE = 500


async def find(session: AsyncSession, at: datetime, county: County) -> Found:
    """Find the households whose day it is and who can be offered something they were never offered before."""
    today, due_at = local_date(at), tellable(at)
    benefits = _to_offer(county, today)
    if not benefits or today.day > DAYS:
        return Found((), 0)
    off = await notices.turned_off(session)
    theirs = [one for one in await reminders.all_households(session) if one % DAYS == today.day - 1 and one not in off]
    heard = await outbox.promised_before(session, [_key(one, today) for one in theirs])
    waiting = [one for one in theirs if _key(one, today) not in heard]
    dues = []
    for batch in chunks(waiting, _AT_ONCE):
        facts = await facts_of(session, batch, today)
        had, told = await offers.had(session, batch, county), await offers.told(session, batch)
        for household_id in batch:
            new = [one for one in benefits if one.id not in had[household_id] and (household_id, one.id) not in told]
            if fitting := _fitting(new, facts.get(household_id), today, county)[:AT_MOST]:
                dues.append(_due(household_id, [one.benefit.id for one in fitting], today, due_at))
        # Judging is arithmetic: let messages that arrive meanwhile be answered.
        await asyncio.sleep(0)
    return Found(tuple(dues), 0)


async def render(session: AsyncSession, claimed: Claim, now: datetime, county: County) -> str | None:
    """Name what still fits and was not asked for meanwhile; None where nothing is left of it."""
    today = local_date(now)
    rows = await reminders.of_promise(session, claimed.id)
    if not rows or await notices.turned_off(session, [row.household_id for row in rows]):
        return None
    household_id = rows[0].household_id
    had = (await offers.had(session, [household_id], county))[household_id]
    promised = {row.subject for row in rows} - had
    facts = (await facts_of(session, [household_id], today)).get(household_id)
    fitting = _fitting([one for one in _to_offer(county, today) if one.id in promised], facts, today, county)
    if not fitting or facts is None:
        return None
    helper = await helper_of(session, household_id)
    ask = None if helper is None else say_cadres.helper(helper.name, helper.phone)
    return say.offered([_line(decision, facts) for decision in fitting], ask)


def _to_offer(county: County, today: date) -> list[Benefit]:
    """What may be offered at all: confirmed, promised outright, paid to a household or a person, open now.

    What is confirmed only for show is offered only by a county that has nothing else: the demonstration.
    """
    for_show = all(word.demonstration for words in county.confirmations.values() for word in words)
    return [
        benefit
        for benefit in county.benefits.values()
        if benefit.strength is Strength.DEFINITE
        and benefit.payee in (Payee.HOUSEHOLD, Payee.PERSON)
        and benefit.conditions
        and _is_open(county.confirmation(benefit.id, today), today, for_show=for_show)
    ]


def _is_open(word: Confirmation | None, today: date, *, for_show: bool) -> bool:
    if word is None or (word.demonstration and not for_show) or (word.until is not None and word.until < today):
        return False
    window = word.window
    return window is None or (window.opens or today) <= today <= window.closes


def _fitting(benefits: list[Benefit], facts: HouseholdFacts | None, today: date, county: County) -> list[Decision]:
    """What fits by the register alone, the most money first."""
    if facts is None:
        return []
    decisions = [decide(benefit, facts, today, county) for benefit in benefits]
    return sorted((one for one in decisions if one.verdict is Verdict.YES), key=_worth)


def _worth(decision: Decision) -> tuple[Decimal, str]:
    amount = decision.amount
    money = None if amount is None else amount.value or amount.max or amount.min
    return -(money or Decimal(0)), decision.benefit.id


def _line(decision: Decision, facts: HouseholdFacts) -> str:
    names: Mapping[str, str | None] = {member.id: member.name for member in facts.members}
    people = [name for member in decision.for_members if (name := names.get(member))]
    shown = decision.confirmation is not None and decision.confirmation.demonstration
    return say.benefit(decision.benefit.name, people, demonstration=shown)


def _due(household_id: HouseholdId, benefits: list[str], today: date, due_at: datetime) -> Due:
    abouts = tuple(
        About(
            key=f"{Kind.OFFER}:{household_id}:{benefit}",
            household_id=household_id,
            cadre_id=None,
            subject=benefit,
            deadline=None,
        )
        for benefit in benefits
    )
    promise = Promise(to=ToHousehold(household_id), kind=Kind.OFFER, key=_key(household_id, today), due_at=due_at)
    return Due(promise, abouts)


def _key(household_id: HouseholdId, today: date) -> str:
    """One message a household and month."""
    return f"{Kind.OFFER}:{household_id}:{today:%Y-%m}"
