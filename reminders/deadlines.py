"""期限提醒: what must be handed in by a day the county has confirmed, told to the households it concerns.

Thirty, seven and one days ahead. A day that was missed is made good once: what counts is the nearest of the three
that has come. Whoever has applied, or has turned reminders off, hears nothing.
"""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.core.clock import local_date
from bot.language.benefits import benefit_of_file_word
from bot.messages import reminders as say
from policies import evaluator
from policies.catalogue import Benefit, County, Strength
from policies.evaluator import Deadline, Verdict
from policies.facts import HouseholdFacts
from reminders.due import Found, tellable
from storage import notices, reminders
from storage.database import chunks
from storage.facts import facts_of
from storage.ids import HouseholdId
from storage.outbox import Claim, Kind, Promise, ToHousehold
from storage.reminders import About, Due

DAYS_AHEAD = (30, 7, 1)

_AT_ONCE = 500
_A_YEAR = timedelta(days=365)


async def find(session: AsyncSession, at: datetime, county: County) -> Found:
    """Find the households to be told of a closing window; one message a household, window and stage."""
    today, due_at = local_date(at), tellable(at)
    asked: list[tuple[Deadline, int, set[HouseholdId]]] = []
    already = 0
    for deadline in evaluator.deadlines(county, today):
        stage = _stage(deadline, today)
        if stage is None or due_at.date() > deadline.window.closes:
            continue
        applied = await _applied(session, county, deadline)
        told = _households_told(
            await reminders.told(session, kind=Kind.DEADLINE, subject=deadline.benefit.id), deadline, stage
        )
        already += len(told - applied)
        asked.append((deadline, stage, told | applied))
    if not asked:
        return Found((), 0)

    dues = []
    off = await notices.turned_off(session)
    households = [one for one in await reminders.all_households(session) if one not in off]
    for batch in chunks(households, _AT_ONCE):
        wanted = [one for one in batch if any(one not in done for *_, done in asked)]
        facts = await facts_of(session, wanted, today)
        for deadline, stage, done in asked:
            for household_id in wanted:
                if household_id not in done and _concerns(deadline, facts, household_id, today, county):
                    dues.append(_due(deadline, stage, household_id, due_at))
        # Judging is arithmetic: let messages that arrive meanwhile be answered.
        await asyncio.sleep(0)
    return Found(tuple(dues), already)


async def render(session: AsyncSession, claimed: Claim, now: datetime, county: County) -> str | None:
    """Say by when what is to be handed in where; None when it no longer concerns this household."""
    today = local_date(now)
    rows = await reminders.of_promise(session, claimed.id)
    if await notices.turned_off(session, [row.household_id for row in rows]):
        return None
    for row in rows:
        for deadline in evaluator.deadlines(county, today):
            if (deadline.benefit.id, deadline.window.closes) != (row.subject, row.deadline):
                continue
            if row.household_id in await _applied(session, county, deadline, [row.household_id]):
                return None
            facts = await facts_of(session, [row.household_id], today)
            if not _concerns(deadline, facts, row.household_id, today, county):
                return None
            return say.deadline(
                deadline.benefit.name,
                closes=deadline.window.closes,
                days_left=(deadline.window.closes - today).days,
                what=deadline.window.what,
                where=deadline.window.where,
                promised=deadline.benefit.strength is Strength.DEFINITE,
                demonstration=deadline.confirmation.demonstration,
            )
    return None


def _stage(deadline: Deadline, today: date) -> int | None:
    """Give the nearest stage that has come; None before all of them, and while the window is not open yet."""
    if deadline.window.opens is not None and today < deadline.window.opens:
        return None
    days_left = (deadline.window.closes - today).days
    return min((days for days in DAYS_AHEAD if days_left <= days), default=None)


def _key(deadline: Deadline, household_id: HouseholdId | str, stage: int) -> str:
    return f"{Kind.DEADLINE}:{deadline.benefit.id}:{household_id}:{deadline.window.closes}:{stage}"


def _households_told(keys: Iterable[str], deadline: Deadline, stage: int) -> set[HouseholdId]:
    """Read the households back out of the keys of this window's stage."""
    before, after = _key(deadline, "|", stage).split("|")
    return {
        HouseholdId(int(key[len(before) : -len(after)]))
        for key in keys
        if key.startswith(before) and key.endswith(after)
    }


def _concerns(
    deadline: Deadline,
    facts: Mapping[HouseholdId, HouseholdFacts],
    household_id: HouseholdId,
    today: date,
    county: County,
) -> bool:
    known = facts.get(household_id)
    return known is not None and evaluator.decide(deadline.benefit, known, today, county).verdict is Verdict.YES


def _due(deadline: Deadline, stage: int, household_id: HouseholdId, due_at: datetime) -> Due:
    key = _key(deadline, household_id, stage)
    about = About(
        key=key,
        household_id=household_id,
        cadre_id=None,
        subject=deadline.benefit.id,
        deadline=deadline.window.closes,
    )
    return Due(Promise(to=ToHousehold(household_id), kind=Kind.DEADLINE, key=key, due_at=due_at), (about,))


async def _applied(
    session: AsyncSession, county: County, deadline: Deadline, among: list[HouseholdId] | None = None
) -> set[HouseholdId]:
    """Give who has applied for it in this window; where no opening day is known, in the year before it closes."""
    since = deadline.window.opens or deadline.window.closes - _A_YEAR
    rows = await reminders.applied_since(session, since, among)
    means = {word: _means(word, deadline.benefit, county) for word in {word for _, word in rows}}
    return {household_id for household_id, word in rows if means[word]}


def _means(word: str, benefit: Benefit, county: County) -> bool:
    """Whether the office's word for what was applied for means this benefit: its name, an alias, or what it is called.

    A word that is the very name of another benefit of the county means that one.
    """
    if word in (benefit.name, *benefit.aliases):
        return True
    if any(word == other.name for other in county.benefits.values()):
        return False
    canonical = benefit_of_file_word(word)
    return canonical is not None and canonical == benefit_of_file_word(benefit.name)
