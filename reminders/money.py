"""到账提醒: money that a file has just told of, told to the household it is for: it came, or it failed and what helps.

Only what was imported in the last days, and not long after its own day: the first file of a county tells years of
payments, and nobody is told of old money. Worded when it goes out, so a payment that was corrected since is not told.
"""

from collections import defaultdict
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.core.clock import local_date
from bot.messages import benefits as say_benefits
from bot.messages import cadres as say_cadres
from bot.messages import reminders as say
from policies.catalogue import County
from reminders.due import Found, tellable
from storage import ledger, notices, reminders
from storage.disbursements import Payment, PaymentState, Standing, card_tail, standing
from storage.ids import HouseholdId
from storage.ledger import News, made_good
from storage.outbox import Claim, Kind, Promise, ToHousehold
from storage.reminders import About, Due

IMPORTED_WITHIN = timedelta(days=10)
"""So long rings may be missed: what was imported before that has been told."""

PAID_WITHIN = {Kind.MONEY_ARRIVED: timedelta(days=10), Kind.MONEY_FAILED: timedelta(days=45)}
"""Money that came is news for a few days; money that failed wants something done for longer."""

_STATES = {Kind.MONEY_ARRIVED: PaymentState.PAID, Kind.MONEY_FAILED: PaymentState.FAILED}
_LINES = 8


async def find_arrived(session: AsyncSession, at: datetime, county: County) -> Found:
    """Find the money that came; one message a household."""
    return await _find(session, at, Kind.MONEY_ARRIVED)


async def find_failed(session: AsyncSession, at: datetime, county: County) -> Found:
    """Find the money that failed; one message a household."""
    return await _find(session, at, Kind.MONEY_FAILED)


async def _find(session: AsyncSession, at: datetime, kind: Kind) -> Found:
    since = local_date(at) - PAID_WITHIN[kind]
    found = await ledger.news(session, _STATES[kind], imported_since=at - IMPORTED_WITHIN, paid_since=since)
    off = await notices.turned_off(session)
    told: set[str] = set()
    for month in {_month(one) for one in found}:
        told |= await reminders.told(session, kind=kind, subject=month)
    new: defaultdict[HouseholdId, list[News]] = defaultdict(list)
    already = 0
    for one in found:
        if _key(kind, one.household_id, one.mark) in told:
            already += 1
        elif one.household_id not in off:
            new[one.household_id].append(one)
    due_at = tellable(at)
    dues = [
        Due(
            Promise(
                to=ToHousehold(household_id), kind=kind, key=_key(kind, household_id, of_it[0].mark), due_at=due_at
            ),
            tuple(
                About(
                    key=_key(kind, household_id, one.mark),
                    household_id=household_id,
                    cadre_id=None,
                    subject=_month(one),
                    deadline=None,
                )
                for one in of_it
            ),
        )
        for household_id, of_it in new.items()
    ]
    return Found(tuple(dues), already)


async def render_arrived(session: AsyncSession, claimed: Claim, now: datetime, county: County) -> str | None:
    """Say what came, when, how much, to which card; None where none of it stands any more."""
    told, _ = await _still(session, claimed, Kind.MONEY_ARRIVED)
    lines = [_line(session, one, now) for one in told[:_LINES]]
    return say.money_arrived(lines, len(told) - len(lines)) if lines else None


async def render_failed(session: AsyncSession, claimed: Claim, now: datetime, county: County) -> str | None:
    """Say what failed, what helps and whom to ask; None where it was paid or corrected since."""
    told, found = await _still(session, claimed, Kind.MONEY_FAILED)
    lines = [f"{_line(session, one, now)}\n{say_benefits.why_failed(one.remark)}" for one in told[:_LINES]]
    helper = None if found is None or found.helper is None else say_cadres.helper(*found.helper)
    return say.money_failed(lines, len(told) - len(lines), say_cadres.ask_them(helper)) if lines else None


async def _still(session: AsyncSession, claimed: Claim, kind: Kind) -> tuple[list[Payment], Standing | None]:
    """Give the payments of a message that are still as they were when it was promised, and how the household stands."""
    rows = await reminders.of_promise(session, claimed.id)
    households = {row.household_id for row in rows}
    if not rows or await notices.turned_off(session, households):
        return [], None
    [household_id] = households
    found = await standing(session, household_id)
    marks = await ledger.marks_of(session, household_id)
    keys = {row.key for row in rows}
    good = made_good(found.payments)
    return [
        one
        for one in found.payments
        if one.state is _STATES[kind]
        and one.id not in good
        and one.id in marks
        and _key(kind, household_id, marks[one.id]) in keys
    ], found


def _line(session: AsyncSession, payment: Payment, now: datetime) -> str:
    say_it = say_benefits.paid if payment.state is PaymentState.PAID else say_benefits.failed
    when = None if payment.paid_on is None else say_benefits.day(payment.paid_on, local_date(now))
    amount = say_benefits.yuan(payment.amount_fen)
    return f"{payment.benefit}：{say_it(when, amount, card_tail(session, payment), payment.person)}"


def _key(kind: Kind, household_id: HouseholdId, mark: str) -> str:
    return f"{kind}:{household_id}:{mark}"


def _month(one: News) -> str:
    return f"{one.paid_on:%Y-%m}"
