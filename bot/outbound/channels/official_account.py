"""公众号: 客服消息 inside its window, and 订阅通知 where one was accepted."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.messages import reminders as say
from bot.outbound.api import WeChatApi
from bot.outbound.channels import Address, ChannelName, Letter
from storage import contacts, outbox
from storage.outbox import Outcome, Recipient
from storage.people import Platform

WINDOW = timedelta(hours=48)
MESSAGES_IN_WINDOW = 5
"""After a user's message so many 客服消息 in so many hours (OA sendCustomMessage, since 2023-06-12)."""

THING = 20
"""Characters of a `thing` field (OA, template fields since 2023-05)."""


class CustomerService:
    """客服消息: to whoever wrote to us within 48 hours."""

    name = ChannelName.CUSTOMER_SERVICE
    drops_duplicates_for = timedelta()

    def __init__(self, api: WeChatApi) -> None:
        self._api = api

    async def addresses(self, session: AsyncSession, to: Recipient, now: datetime) -> Sequence[Address]:
        """Give the accounts whose window is open and not used up."""
        found = []
        for account in await contacts.accounts_of(session, to, Platform.WECHAT):
            told = await outbox.told_since_spoken(session, account, channel=self.name, since=now - WINDOW)
            if told is not None and told < MESSAGES_IN_WINDOW:
                found.append(Address(account.name, account))
        return found

    async def send(self, address: Address, letter: Letter, now: datetime) -> None:
        """Send the text."""
        await self._api.send_text(address.to, letter.text, now=now)

    async def learn(self, session: AsyncSession, address: Address, outcome: Outcome, now: datetime) -> None:
        """Nothing: attempts are counted by themselves."""


class SubscriptionNotices:
    """订阅通知: to whoever accepted a notice of our template and has not yet got it.

    The template has three fields: thing1 事项, time2 时间, thing3 提示.
    """

    name = ChannelName.SUBSCRIPTION
    drops_duplicates_for = timedelta()

    def __init__(self, api: WeChatApi, template: str) -> None:
        self._api = api
        self._template = template

    async def addresses(self, session: AsyncSession, to: Recipient, now: datetime) -> Sequence[Address]:
        """Give the accounts that have a notice left."""
        accounts = await contacts.accounts_of(session, to, Platform.WECHAT)
        left = await contacts.subscribed(session, accounts, self._template)
        return [Address(account.name, account) for account in left]

    async def send(self, address: Address, letter: Letter, now: datetime) -> None:
        """Send what it is about and until when; the person taps it and asks."""
        fields = {
            "thing1": say.NOTICE_SUBJECTS.get(letter.kind, say.NOTICE_OTHERWISE)[:THING],
            "time2": _day(letter.until or now.date()),
            "thing3": say.NOTICE_MORE.get(letter.kind, say.NOTICE_MORE_OTHERWISE)[:THING],
        }
        await self._api.send_notice(address.to, self._template, fields, now=now)

    async def learn(self, session: AsyncSession, address: Address, outcome: Outcome, now: datetime) -> None:
        """Count the notice as used where it may have arrived; none is left where WeChat refused it (43101)."""
        assert address.account is not None
        if outcome in (Outcome.SENT, Outcome.UNKNOWN):
            await contacts.used(session, address.account, self._template, now)
        elif outcome is Outcome.OTHER:
            await contacts.used_up(session, address.account, self._template, now)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
