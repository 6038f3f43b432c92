"""短信: by the county's HTTP gateway, to who has a telephone and no WeChat that reaches them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from aiohttp import ClientConnectorError, ClientError, ClientSession, ConnectionTimeoutError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.core.errors import Broken, TryLater, TryOther, Unknown
from bot.outbound.channels import Address, ChannelName, Letter
from storage import contacts
from storage.outbox import Outcome, Recipient

_LATER = timedelta(minutes=5)


class Sms:
    """One POST of `{"phone", "text"}` a message; any 2xx means that the gateway has taken it."""

    name = ChannelName.SMS
    drops_duplicates_for = timedelta()

    def __init__(self, http: ClientSession, url: str) -> None:
        self._http = http
        self._url = url

    async def addresses(self, session: AsyncSession, to: Recipient, now: datetime) -> Sequence[Address]:
        """Give the telephone number on file."""
        phone = await contacts.phone_of(session, to)
        return [] if phone is None else [Address(phone, None)]

    async def send(self, address: Address, letter: Letter, now: datetime) -> None:
        """Hand the text to the gateway."""
        body = {"phone": address.to, "text": letter.text}
        try:
            async with self._http.post(self._url, json=body, allow_redirects=False) as answer:
                status = answer.status
        except (ClientConnectorError, ConnectionTimeoutError) as error:
            raise TryLater(after=_LATER) from error
        except (ClientError, TimeoutError, OSError) as error:
            raise Unknown from error
        if 200 <= status < 300:
            return
        if status in (400, 422):
            raise TryOther
        if status in (429, 503):
            raise TryLater(after=_LATER)
        if status >= 500:
            raise Unknown
        raise Broken

    async def learn(self, session: AsyncSession, address: Address, outcome: Outcome, now: datetime) -> None:
        """Nothing."""
