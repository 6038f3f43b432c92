"""渠道: the ways out, and in which order they are tried for whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from storage.outbox import Outcome, Recipient, ToCadre, ToHousehold, ToOffice
from storage.people import Account


class ChannelName(StrEnum):
    """The ways out, as tables and logs call them."""

    CUSTOMER_SERVICE = "customer_service"
    SUBSCRIPTION = "subscription"
    WECOM = "wecom"
    SMS = "sms"
    CALL_LIST = "call_list"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a channel reaches somebody: an openid, a user id, a telephone number. Never logged."""

    to: str
    account: Account | None


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent: the whole text, and for channels with small fields what it is about and until when."""

    kind: str
    text: str
    until: date | None


class Channel(Protocol):
    """One way out that makes a call."""

    name: ChannelName
    drops_duplicates_for: timedelta
    """How long the same words to the same person are sent once only, however often we call; zero: not at all."""

    async def addresses(self, session: AsyncSession, to: Recipient, now: datetime) -> Sequence[Address]:
        """Give where this way reaches somebody now; none where it does not."""

    async def send(self, address: Address, letter: Letter, now: datetime) -> None:
        """Make the call; raises SendError."""

    async def learn(self, session: AsyncSession, address: Address, outcome: Outcome, now: datetime) -> None:
        """Note what a call's outcome tells of this address, in the transaction that writes the outcome down."""


ORDER: Mapping[type[Recipient], tuple[ChannelName, ...]] = {
    ToHousehold: (ChannelName.CUSTOMER_SERVICE, ChannelName.SUBSCRIPTION, ChannelName.SMS),
    ToCadre: (ChannelName.WECOM, ChannelName.CUSTOMER_SERVICE, ChannelName.SUBSCRIPTION, ChannelName.SMS),
    Account: (ChannelName.CUSTOMER_SERVICE, ChannelName.WECOM),
    ToOffice: (),
}
"""Whom we reach by which way, in this order. Households and cadres end on a call list; a late reply ends here."""
