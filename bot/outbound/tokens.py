"""access_token: kept for all processes, refreshed by one of them at a time.

WeChat's stable_token gives every caller the same token; WeCom's gettoken likewise, until it ends or is revoked.
So a token is shared where there is Redis, with its expiry beside it, and is never used past that: a Redis that
lost its clock or its keys costs a fetch and nothing more. Redis failing must not stop sending.
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import msgspec
from redis.asyncio import Redis
from redis.asyncio.lock import Lock
from redis.exceptions import RedisError

from bot.core.telemetry import log

MARGIN = timedelta(seconds=60)
"""So long before its end a token is renewed; stable_token leaves 300 s at least (OA getStableAccessToken)."""

_KEPT_SECONDS = 7200
_ONE_FETCH_SECONDS = 10


class Token(msgspec.Struct, frozen=True):
    """A token and when it must not be used any more."""

    value: str
    until: datetime


class TokenStore(Protocol):
    """Where tokens are kept, one a WeChat app: a shared key for several apps mixes them up."""

    async def read(self, app: str) -> Token | None:
        """Give the token of an app, if one is kept."""

    async def write(self, app: str, token: Token) -> None:
        """Keep the token of an app."""

    def refreshing(self, app: str) -> AbstractAsyncContextManager[None]:
        """Wait until nobody else fetches a token of this app, and let nobody else do so."""


class MemoryTokens:
    """Tokens kept in this process."""

    def __init__(self) -> None:
        self._tokens: dict[str, Token] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def read(self, app: str) -> Token | None:
        """Give the token of an app, if one is kept."""
        return self._tokens.get(app)

    async def write(self, app: str, token: Token) -> None:
        """Keep the token of an app."""
        self._tokens[app] = token

    @asynccontextmanager
    async def refreshing(self, app: str) -> AsyncIterator[None]:
        """One task at a time."""
        async with self._locks[app]:
            yield


class RedisTokens:
    """Tokens kept for all processes; while Redis is away, in this one."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._here = MemoryTokens()

    async def read(self, app: str) -> Token | None:
        """Give the token of an app, if one is kept."""
        try:
            kept = await self._redis.get(_key(app))
        except (RedisError, OSError) as error:
            log.warning("tokens.redis_away", error=error)
            return await self._here.read(app)
        try:
            return None if kept is None else msgspec.json.decode(kept, type=Token)
        except msgspec.DecodeError:
            return None

    async def write(self, app: str, token: Token) -> None:
        """Keep the token of an app, here too, for the time Redis may be away."""
        await self._here.write(app, token)
        with contextlib.suppress(RedisError, OSError):
            await self._redis.set(_key(app), msgspec.json.encode(token), ex=_KEPT_SECONDS)

    @asynccontextmanager
    async def refreshing(self, app: str) -> AsyncIterator[None]:
        """One task of one process at a time; nobody waits longer than a fetch takes."""
        async with self._here.refreshing(app):
            lock = self._redis.lock(f"{_key(app)}:refreshing", timeout=_ONE_FETCH_SECONDS, sleep=0.05)
            held = await _acquire(lock)
            try:
                yield
            finally:
                if held:
                    with contextlib.suppress(RedisError, OSError):
                        await lock.release()


async def _acquire(lock: Lock) -> bool:
    try:
        return bool(await lock.acquire(blocking_timeout=_ONE_FETCH_SECONDS))
    except (RedisError, OSError):
        return False


def _key(app: str) -> str:
    return f"bangfu:token:{app}"


@dataclass(frozen=True, slots=True)
class TokenKeeper:
    """Gives the token of one app, fetching it only when there is none that works.

    `fetch` asks the platform, taking the time and whether a token that still lives must be replaced by force.
    """

    app: str
    store: TokenStore
    fetch: Callable[[datetime, bool], Awaitable[Token]]

    async def token(self, now: datetime) -> str:
        """Give a token that works, as far as anybody knows."""
        kept = await self.store.read(self.app)
        if kept is not None and now < kept.until:
            return kept.value
        return await self._fetched(now, bad=None)

    async def instead_of(self, bad: str, now: datetime) -> str:
        """Give another token than one that was refused: what somebody else fetched meanwhile, or a new one."""
        return await self._fetched(now, bad=bad)

    async def _fetched(self, now: datetime, *, bad: str | None) -> str:
        async with self.store.refreshing(self.app):
            kept = await self.store.read(self.app)
            if kept is not None and now < kept.until and kept.value != bad:
                return kept.value
            token = await self.fetch(now, False)
            if token.value == bad:
                token = await self.fetch(now, True)
            await self.store.write(self.app, token)
            return token.value
