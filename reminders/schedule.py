"""日程: the SCHEDULE table, and the planning of what is due, once each.

A row is a kind, when the clock rings for it, a query for what is still open, and its words just before they go out.
A ring keeps no state: what was planned before is known by its key, so rings may be missed, doubled or run in several
processes at once.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from policies.catalogue import County
from reminders import calls, cases, deadlines, handovers, impacts, money, offers, pairings, public_notices, visits
from reminders.due import Found
from storage import reminders
from storage.outbox import Claim, Kind
from storage.reminders import Due

HOURLY_BY_DAY: Mapping[str, str] = {"hour": "8-20", "minute": "20"}
"""Off the full and the half hour, when everybody calls (QY 90236). A missed ring is made good an hour later."""

MORNING_AND_AFTERNOON: Mapping[str, str] = {"hour": "9,15", "minute": "40"}
"""What judges whole households and is in no hurry."""

AFTER_THE_OTHERS: Mapping[str, str] = {"hour": "8-20", "minute": "50"}
"""When what the others had to say has gone out, and it is known whom it did not reach."""


Render = Callable[[AsyncSession, Claim, datetime, County], Awaitable[str | None]]
"""Words a promise just before it goes out; None where nothing of it is open any more."""


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of reminder: `when` in the fields of a cron trigger, what is due at a time, and how it is worded."""

    kind: str
    when: Mapping[str, str]
    find: Callable[[AsyncSession, datetime, County], Awaitable[Found]]
    render: Render


SCHEDULE = (
    Row(Kind.VISIT_DUE, HOURLY_BY_DAY, visits.find, visits.render),
    Row(Kind.DEADLINE, HOURLY_BY_DAY, deadlines.find, deadlines.render),
    Row(Kind.OFFER, MORNING_AND_AFTERNOON, offers.find, offers.render),
    Row(Kind.MONEY_ARRIVED, HOURLY_BY_DAY, money.find_arrived, money.render_arrived),
    Row(Kind.MONEY_FAILED, HOURLY_BY_DAY, money.find_failed, money.render_failed),
    Row(Kind.UNPAIRED, HOURLY_BY_DAY, pairings.find, pairings.render),
    Row(Kind.HANDOVER, HOURLY_BY_DAY, handovers.find_unanswered, handovers.render_offers),
    Row(Kind.HANDOVER_LAPSED, HOURLY_BY_DAY, handovers.find_lapsed, handovers.render_lapsed),
    Row(Kind.CASE_DUE, HOURLY_BY_DAY, cases.find, cases.render),
    Row(Kind.PUBLIC_NOTICE, HOURLY_BY_DAY, public_notices.find_opened, public_notices.render_opened),
    Row(Kind.PUBLIC_NOTICE_CLOSED, HOURLY_BY_DAY, public_notices.find_closed, public_notices.render_closed),
    Row(Kind.CALLS_DUE, AFTER_THE_OTHERS, calls.find, calls.render),
)
"""Everything the clock says."""


PROMISED_BY_THE_OFFICE = {Kind.POLICY_CHANGE: impacts.render}
"""What the clock never finds by itself, but words just before it goes out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What was made durable, in reminders, and how many of those due were so before."""

    planned: int
    already: int
    by_kind: Mapping[str, int]

    def __add__(self, other: "Planned") -> "Planned":
        """Both together."""
        return Planned(
            planned=self.planned + other.planned,
            already=self.already + other.already,
            by_kind=Counter(self.by_kind) + Counter(other.by_kind),
        )


async def plan_due(session: AsyncSession, at: datetime, county: County) -> Planned:
    """Plan everything that is due at that time, in the county's zone, in the caller's transaction.

    Each once, however often and by however many processes: a message and the reminders it tells land together, by
    keys that are there once.
    """
    planned = Planned(planned=0, already=0, by_kind={})
    for row in SCHEDULE:
        found = await row.find(session, at, county)
        planned += Planned(planned=0, already=found.already, by_kind={})
        planned += await write_down(session, found.dues, at)
    return planned


async def write_down(session: AsyncSession, dues: Sequence[Due], at: datetime) -> Planned:
    """Make what was found durable; what another process was quicker with counts as there already."""
    made = await reminders.write_down(session, dues, at)
    new = sum(made.values())
    return Planned(planned=new, already=sum(len(due.about) for due in dues) - new, by_kind=made)


def renders(
    county: County,
) -> Mapping[str, Callable[[AsyncSession, Claim, datetime], Awaitable[str | None]]]:
    """Give how each kind is worded, for delivery."""

    def bound(worded: Render) -> Callable[[AsyncSession, Claim, datetime], Awaitable[str | None]]:
        async def render(session: AsyncSession, claimed: Claim, now: datetime) -> str | None:
            return await worded(session, claimed, now, county)

        return render

    found = {row.kind: row.render for row in SCHEDULE}
    return {kind: bound(render) for kind, render in (found | PROMISED_BY_THE_OFFICE).items()}
