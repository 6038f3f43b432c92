"""Tokens: fetched once for everybody, shared where there is Redis, and never missed when it is away."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from bot.outbound.tokens import MemoryTokens, RedisTokens, Token, TokenKeeper, TokenStore
from tests import databases


class Endpoint:
    """Gives a new token each time it is forced, and counts."""

    def __init__(self) -> None:
        self.fetches = 0
        self.tokens = 1

    async def __call__(self, now: datetime, force: bool) -> Token:
        self.fetches += 1
        self.tokens += force
        await asyncio.sleep(0.02)
        return Token(f"token-{self.tokens}", now + timedelta(hours=1))


@pytest.fixture
async def redis() -> AsyncIterator[Redis]:
    if not databases.answers(databases.REDIS_URL):
        pytest.skip("no Redis answers")
    client = Redis.from_url(databases.REDIS_URL)
    yield client
    await client.aclose()


def app() -> str:
    return f"wechat:{uuid4().hex}"


async def test_many_at_once_fetch_one_token(now: datetime) -> None:
    endpoint = Endpoint()
    keeper = TokenKeeper(app(), MemoryTokens(), endpoint)
    assert set(await asyncio.gather(*(keeper.token(now) for _ in range(20)))) == {"token-1"}
    assert endpoint.fetches == 1


async def test_a_token_past_its_time_is_not_used(now: datetime) -> None:
    endpoint = Endpoint()
    keeper = TokenKeeper(app(), MemoryTokens(), endpoint)
    await keeper.token(now)
    await keeper.token(now + timedelta(minutes=59))
    assert endpoint.fetches == 1
    await keeper.token(now + timedelta(hours=1))
    assert endpoint.fetches == 2


async def test_many_refused_at_once_replace_the_token_once(now: datetime) -> None:
    endpoint = Endpoint()
    keeper = TokenKeeper(app(), MemoryTokens(), endpoint)
    bad = await keeper.token(now)
    assert set(await asyncio.gather(*(keeper.instead_of(bad, now) for _ in range(20)))) == {"token-2"}
    assert endpoint.tokens == 2


async def test_processes_share_a_token_over_redis(redis: Redis, now: datetime) -> None:
    endpoint, name = Endpoint(), app()
    keepers = [TokenKeeper(name, RedisTokens(redis), endpoint) for _ in range(5)]
    assert set(await asyncio.gather(*(keeper.token(now) for keeper in keepers))) == {"token-1"}
    assert endpoint.fetches == 1

    replaced = await asyncio.gather(*(keeper.instead_of("token-1", now) for keeper in keepers))
    assert set(replaced) == {"token-2"}
    assert endpoint.tokens == 2


async def test_two_apps_do_not_mix_up_their_tokens(redis: Redis, now: datetime) -> None:
    store: TokenStore = RedisTokens(redis)
    one, other = app(), app()
    await store.write(one, Token("of-one", now + timedelta(hours=1)))
    assert await store.read(other) is None
    assert await store.read(one) == Token("of-one", now + timedelta(hours=1))


async def test_what_redis_holds_in_another_form_is_fetched_anew(redis: Redis, now: datetime) -> None:
    endpoint, name = Endpoint(), app()
    await redis.set(f"bangfu:token:{name}", b"not ours")
    assert await TokenKeeper(name, RedisTokens(redis), endpoint).token(now) == "token-1"


async def test_without_redis_tokens_are_kept_in_the_process(nowhere: str, now: datetime) -> None:
    endpoint = Endpoint()
    away = Redis.from_url(nowhere.replace("http", "redis"))
    keeper = TokenKeeper(app(), RedisTokens(away), endpoint)
    assert set(await asyncio.gather(*(keeper.token(now) for _ in range(5)))) == {"token-1"}
    assert endpoint.fetches == 1
    await away.aclose()
