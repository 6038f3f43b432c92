"""A platform that answers as told, our API clients towards it, and a delivery over a store."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from typing import Any

import pytest
from aiohttp import ClientSession, ClientTimeout, web
from aiohttp.test_utils import TestServer, unused_port

from bot.outbound.api import WeChatApi, WeComApi
from bot.outbound.channels.official_account import CustomerService, SubscriptionNotices
from bot.outbound.channels.sms import Sms
from bot.outbound.channels.wecom import WeCom
from bot.outbound.delivery import Delivery, Render
from bot.outbound.tokens import MemoryTokens
from storage import outbox
from storage.database import Database
from storage.inbox import Inbox, InboxState
from storage.outbox import Counts, Outbox, Recipient
from storage.people import Account
from tests.outbound.platform import FakePlatform
from tests.village import Village

TEMPLATE = "template-1"


@pytest.fixture
async def platform() -> FakePlatform:
    return FakePlatform()


@pytest.fixture
async def base(platform: FakePlatform) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", platform.handle)
    server = TestServer(app)
    await server.start_server()
    yield str(server.make_url("")).rstrip("/")
    platform.hanging.set()
    await server.close()


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    async with ClientSession(timeout=ClientTimeout(total=1, sock_connect=1)) as session:
        yield session


@pytest.fixture
def nowhere() -> str:
    """An address where nobody listens."""
    return f"http://127.0.0.1:{unused_port()}"


@pytest.fixture
def official(http: ClientSession, base: str) -> WeChatApi:
    return official_at(http, base)


def official_at(http: ClientSession, base: str) -> WeChatApi:
    return WeChatApi(http, MemoryTokens(), base=base, app_id="wx1", app_secret="s")


@pytest.fixture
def work(http: ClientSession, base: str) -> WeComApi:
    return work_at(http, base)


def work_at(http: ClientSession, base: str) -> WeComApi:
    return WeComApi(http, MemoryTokens(), base=base, corp_id="ww1", agent_id=7, secret="s")


@pytest.fixture
def people(store: Database, now: datetime) -> Village:
    return Village(store, now)


MakeDelivery = Callable[..., Delivery]


@pytest.fixture
def delivering(store: Database, http: ClientSession, base: str, official: WeChatApi, work: WeComApi) -> MakeDelivery:
    """A delivery with every way out, and SMS where asked for."""

    def make(*, sms: bool = False, renders: dict[str, Render] | None = None) -> Delivery:
        channels: list[Any] = [WeCom(work), CustomerService(official), SubscriptionNotices(official, TEMPLATE)]
        if sms:
            channels.append(Sms(http, f"{base}/sms"))
        return Delivery(store, channels, renders or {})

    return make


Promising = Callable[..., Awaitable[None]]


@pytest.fixture
def promising(store: Database, now: datetime) -> Promising:
    """Promise a text to somebody, due now."""

    async def promise(
        to: Recipient, text: str | None = "请收", *, kind: str = "note", key: str = "k", due_at: datetime = now
    ) -> None:
        async with store.writing() as session:
            made = await outbox.promise(session, to, kind=kind, key=key, text=text, due_at=due_at, now=now)
            assert made is not None

    return promise


async def spoke(store: Database, account: Account | None, at: datetime) -> None:
    """An account wrote to us."""
    assert account is not None
    async with store.writing() as session:
        session.add(
            Inbox(
                key=f"{account.name}{at:%d%H%M%S}",
                account=account.key,
                heard_at=at,
                spoken=True,
                state=InboxState.ANSWERED,
            )
        )


async def row(store: Database, key: str = "k") -> Outbox:
    """A promise as it stands."""
    from sqlalchemy import select

    async with store.reading() as session:
        return (await session.scalars(select(Outbox).where(Outbox.key == key))).one()


async def sums(store: Database) -> Counts:
    """The counters; they always sum to what was promised."""
    async with store.reading() as session:
        counts = await outbox.counts(session)
    open_ = counts.waiting + counts.claimed
    ended = counts.sent + counts.fallback + counts.skipped + counts.failed + counts.uncertain
    assert counts.promised == open_ + ended
    return counts
