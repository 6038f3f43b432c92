"""Walks the clock: every hour of the scheduler's rings, day by day, and what was told on the way."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.outbound.channels import Address, ChannelName, Letter
from bot.outbound.delivery import Delivery
from policies.catalogue import County
from reminders import Planned, plan_due, renders
from storage.database import Database
from storage.ids import CadreId, HouseholdId
from storage.outbox import Outcome, Recipient, ToCadre, ToHousehold
from storage.visits import Visit, VisitKind, VisitState

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    """A time in the county, as one writes it."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@dataclass
class Mouth:
    """A way out that reaches everybody and remembers what was said to whom, and when."""

    name: ChannelName = ChannelName.WECOM
    drops_duplicates_for: timedelta = timedelta()
    said: list[tuple[str, str, str]] = field(default_factory=list)

    async def addresses(self, session: AsyncSession, to: Recipient, now: datetime) -> Sequence[Address]:
        if isinstance(to, ToCadre):
            return [Address(f"cadre:{to.cadre_id}", None)]
        assert isinstance(to, ToHousehold)
        return [Address(f"household:{to.household_id}", None)]

    async def send(self, address: Address, letter: Letter, now: datetime) -> None:
        self.said.append((f"{now:%m-%d %H:%M}", address.to, letter.text))

    async def learn(self, session: AsyncSession, address: Address, outcome: Outcome, now: datetime) -> None:
        """Nothing."""


class Walk:
    """The clock of one county over one store."""

    def __init__(self, store: Database, county: County) -> None:
        self.store = store
        self.county = county
        self.cadres, self.households = Mouth(ChannelName.WECOM), Mouth(ChannelName.SMS)
        self.delivery = Delivery(store, [self.cadres, self.households], renders(county))

    @property
    def said(self) -> list[tuple[str, str, str]]:
        return self.cadres.said + self.households.said

    @property
    def times(self) -> list[str]:
        return [when for when, _, _ in self.said]

    async def plan(self, now: datetime) -> Planned:
        async with self.store.writing() as session:
            return await plan_due(session, now, self.county)

    async def ring(self, now: datetime) -> None:
        """Plan, then deliver."""
        await self.plan(now)
        await self.delivery.deliver(now)

    async def through(self, first: str, last: str, hours: Sequence[int] = (9, 19)) -> None:
        """Ring at these hours of every day from the first to the last."""
        day = date.fromisoformat(first)
        while day <= date.fromisoformat(last):
            for hour in hours:
                await self.ring(datetime(day.year, day.month, day.day, hour, 20, tzinfo=SHANGHAI))
            day += timedelta(days=1)


async def visited(
    store: Database,
    cadre_id: CadreId,
    household_id: HouseholdId,
    on: str | None,
    *,
    reported: str,
    **more: Any,
) -> None:
    """A visit was told."""
    more = {"kind": VisitKind.VISIT, "state": VisitState.RECORDED, **more}
    async with store.writing() as session:
        session.add(
            Visit(
                household_id=household_id,
                cadre_id=cadre_id,
                visited_on=None if on is None else date.fromisoformat(on),
                reported_at=at(reported),
                note="去了",
                **more,
            )
        )
