"""走访提醒: the households nobody has visited yet, named to their cadres on the days the county has chosen.

How often a household is visited differs by county and lives in its pack; so do the days of the month on which
cadres are reminded. A day that was missed is made good before the next one; never are two told at once.
"""

import calendar
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.core.clock import local_date
from bot.messages import reminders as say
from policies.catalogue import County, Period, VisitRule
from policies.facts import STATUS_OF_CATEGORY
from reminders.due import Found, tellable
from storage import outbox, reminders
from storage.households import CATEGORY_NAMES, HouseholdCategory
from storage.ids import CadreId, HouseholdId, OutboxId
from storage.outbox import Claim, Kind, Promise, ToCadre
from storage.reminders import About, Due, Unvisited

_MONTHS_IN = {Period.MONTH: 1, Period.QUARTER: 3, Period.YEAR: 12}


@dataclass(frozen=True, slots=True)
class _Stage:
    """One telling: the month, and the day of it the county reminds on, as it stands in the pack."""

    month: str
    day: int

    def __str__(self) -> str:
        return f"{self.month}:{self.day}"


async def find(session: AsyncSession, at: datetime, county: County) -> Found:
    """Find, by cadre, the households still to be visited; one message a cadre and stage."""
    today = local_date(at)
    open_: dict[HouseholdId, tuple[int, Unvisited]] = {}
    for rule in county.visits:
        day = _stage_day(rule, today)
        if day is None:
            continue
        for household in await _unvisited(session, rule, at):
            if day >= open_.get(household.household_id, (0, household))[0]:
                open_[household.household_id] = (day, household)
    by_message: dict[tuple[int, CadreId], list[Unvisited]] = defaultdict(list)
    for day, household in open_.values():
        by_message[day, household.cadre_id].append(household)

    month = f"{today:%Y-%m}"
    # A cadre hears once a stage; a household handed over or paired since then is named at the next one.
    promised = await outbox.promised_before(
        session, [_key(cadre_id, _Stage(month, day)) for day, cadre_id in by_message]
    )
    # After the promises: who promises in between has told as well, and nothing is missed in the count.
    told: set[str] = set()
    for day in {day for day, _ in by_message}:
        told |= await reminders.told(session, kind=Kind.VISIT_DUE, subject=str(_Stage(month, day)))
    due_at, last = tellable(at), _last_day(today)
    dues, already = [], 0
    for (day, cadre_id), households in sorted(by_message.items(), key=lambda item: item[0]):
        stage = _Stage(month, day)
        new = [one for one in households if _key(one.household_id, stage) not in told]
        already += len(households) - len(new)
        if not new or _key(cadre_id, stage) in promised:
            continue
        about = tuple(
            About(
                key=_key(one.household_id, stage),
                household_id=one.household_id,
                cadre_id=cadre_id,
                subject=str(stage),
                deadline=last,
            )
            for one in new
        )
        promise = Promise(to=ToCadre(cadre_id), kind=Kind.VISIT_DUE, key=_key(cadre_id, stage), due_at=due_at)
        dues.append(Due(promise, about))
    return Found(tuple(dues), already)


async def render(session: AsyncSession, claimed: Claim, now: datetime, county: County) -> str | None:
    """Name the households of this message that are still open; None when there are none, or the month is over."""
    today = local_date(now)
    rows = await reminders.of_promise(session, claimed.id)
    if not rows or rows[0].deadline is None or rows[0].deadline < today:
        return None
    stage = int(str(rows[0].subject).partition(":")[2])
    heads: dict[str, str] = {}
    for rule in county.visits:
        heads |= {one.number: one.head for one in await _unvisited(session, rule, now, of_promise=claimed.id)}
    if not heads:
        return None
    first = stage == min(day for rule in county.visits for day in rule.remind_on)
    named = [heads[number] for number in sorted(heads)]
    return say.visits_due(today.month, named, days_left=(_last_day(today) - today).days, first=first)


def _key(who: HouseholdId | CadreId, stage: _Stage) -> str:
    return f"{Kind.VISIT_DUE}:{who}:{stage}"


def _stage_day(rule: VisitRule, today: date) -> int | None:
    """Give the last of the rule's days that has come this month; the 31st comes on the last day of a shorter one."""
    last = _last_day(today).day
    return max((day for day in rule.remind_on if min(day, last) <= today.day), default=None)


def _last_day(today: date) -> date:
    return today.replace(day=calendar.monthrange(today.year, today.month)[1])


async def _unvisited(
    session: AsyncSession, rule: VisitRule, now: datetime, of_promise: OutboxId | None = None
) -> list[Unvisited]:
    """Give the households this rule is about that lack a visit in the shortest period it counts in."""
    shortest = min(rule.per, key=lambda count: _MONTHS_IN[count.period])
    since, until = _span(shortest.period, local_date(now))
    found = await reminders.unvisited(
        session, since=since, until=until, at_least=shortest.at_least, now=now, of_promise=of_promise
    )
    return list(_concerned(rule, found))


def _concerned(rule: VisitRule, found: list[Unvisited]) -> Iterator[Unvisited]:
    """Keep the households of the statuses a rule names. Since when one has exited is not on file: it counts."""
    for household in found:
        status = STATUS_OF_CATEGORY[CATEGORY_NAMES[HouseholdCategory(household.category)]]
        if not rule.statuses or status in rule.statuses:
            yield household


def _span(period: Period, today: date) -> tuple[date, date]:
    """Give the first day of the period that day is in, and of the one after."""
    months = _MONTHS_IN[period]
    since = date(today.year, (today.month - 1) // months * months + 1, 1)
    return since, (since + timedelta(days=31 * months)).replace(day=1)
