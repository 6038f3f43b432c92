"""企业微信: 应用消息 to cadres."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.outbound.api import DUPLICATES_DROPPED_FOR, WeComApi
from bot.outbound.channels import Address, ChannelName, Letter
from storage import contacts
from storage.outbox import Outcome, Recipient
from storage.people import Platform


class WeCom:
    """应用消息: whenever we like, and safe to repeat."""

    name = ChannelName.WECOM
    drops_duplicates_for = DUPLICATES_DROPPED_FOR

    def __init__(self, api: WeComApi) -> None:
        self._api = api

    async def addresses(self, session: AsyncSession, to: Recipient, now: datetime) -> Sequence[Address]:
        """Give the cadre's user ids: that of the cadres file first, then what was bound."""
        accounts = await contacts.accounts_of(session, to, Platform.WECOM)
        return [Address(account.name, account) for account in accounts]

    async def send(self, address: Address, letter: Letter, now: datetime) -> None:
        """Send the text."""
        await self._api.send_text(address.to, letter.text, now=now)

    async def learn(self, session: AsyncSession, address: Address, outcome: Outcome, now: datetime) -> None:
        """Nothing."""
